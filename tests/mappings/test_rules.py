"""The rule files: each rule does what its examples say, and a broken file is refused with file, line and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings import extraction
from mappings.examples import Failure, failures
from mappings.rule import RuleError
from mappings.rule_file import load_rules

CASCADE = """
phases: {names: [names]}
labels: {Actor: [Person, Body], Person: , Body: }
claimed: [[Person, Body]]
"""
EXAMPLES = "    examples: [{text: Anna Berg left., yields: {first: Anna}}]\n"
COUNTEREXAMPLES = "    counterexamples: [{text: she left.}]\n"
GOOD = f"""rules:
  - name: title-case
    label: Person
    pattern: "[is=title]:first [is=title]"
    arguments:
      first: {{is: text}}
{EXAMPLES}{COUNTEREXAMPLES}"""
IN_RULE = "rule 'title-case': "


@pytest.fixture(scope="module")
def failing() -> dict[str, list[Failure]]:
    """All failing examples of the product's rules, by rule; the model reads them in one go."""
    found: dict[str, list[Failure]] = {}
    for failure in failures(extraction.rules()):
        found.setdefault(failure.rule.name, []).append(failure)
    return found


@pytest.mark.parametrize("name", [rule.name for rule in extraction.rules().rules])
def test_a_rule_does_what_its_examples_say(name: str, failing: dict[str, list[Failure]]) -> None:
    assert not failing.get(name), "\n\n".join(map(str, failing[name]))


def folder(path: Path, names: str) -> Path:
    (path / "cascade.yaml").write_text(CASCADE)
    (path / "names.yaml").write_text(names)
    return path


def test_a_good_file_is_read_in_order(tmp_path: Path) -> None:
    rules = load_rules(folder(tmp_path, GOOD), lexicons=["title"])
    assert [rule.name for rule in rules.rules] == ["title-case"]


def test_a_rule_keeps_its_version_until_it_changes(tmp_path: Path) -> None:
    before = load_rules(folder(tmp_path, GOOD), lexicons=[]).rules[0].version
    moved = load_rules(folder(tmp_path, "\n# a remark\n" + GOOD), lexicons=[]).rules[0].version
    changed = load_rules(folder(tmp_path, GOOD.replace("Anna", "Mary")), lexicons=[]).rules[0].version
    assert before == moved != changed


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("label:", "lable:", f"names.yaml:3: {IN_RULE}unknown key 'lable'; did you mean 'label'?"),
        ("label: Person", "label: Persn", f"names.yaml:3: {IN_RULE}unknown label 'Persn'; did you mean 'Person'?"),
        ("[is=title]:first", "%titel:first", "names.yaml:4: .*unknown lexicon 'titel'; did you mean 'title'?"),
        ("[is=title]:first", "@Persn:first", "names.yaml:4: .*unknown label 'Persn'"),
        ("[is=title]:first", "[is=title:first", "names.yaml:4: .*at character"),
        ("{is: text}", "{is: text, pth: '>nsubj'}", "names.yaml:6: .*unknown key 'pth'; did you mean 'path'?"),
        ("      first: {is: text}", "      second: {is: text}", "names.yaml:6: .*'second' is bound nowhere"),
        ("    arguments:\n      first: {is: text}\n", "", "names.yaml:4: .*capture 'first' is used nowhere"),
        (EXAMPLES, "", "names.yaml:2: .*an example and a counter-example"),
        (COUNTEREXAMPLES, "    counterexamples: []\n", "names.yaml:2: .*an example and a counter-example"),
        ("    counterexamples", "    guards: [{when: '>neg'}]\n    counterexamples", "'when' goes with 'set'"),
        ("    counterexamples", "    yields: {title: $titel}\n    counterexamples", "'\\$titel' is bound nowhere"),
        ("    label", "     label", "names.yaml:3: no valid YAML"),
        ("    pattern", "    name: again\n    pattern", "names.yaml:4: no valid YAML: the key 'name' stands twice"),
        (GOOD, GOOD + GOOD.removeprefix("rules:\n"), "names.yaml:9: the name 'title-case' is taken"),
    ],
)
def test_a_broken_file_is_refused(was: str, becomes: str, message: str, tmp_path: Path) -> None:
    assert was in GOOD
    with pytest.raises(RuleError, match=message.replace("?", r"\?")):
        load_rules(folder(tmp_path, GOOD.replace(was, becomes, 1)), lexicons=["title"])


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "cascade.yaml").write_text(CASCADE)
    with pytest.raises(RuleError, match=r"names\.yaml: cannot be read"):
        load_rules(tmp_path, lexicons=[])


def test_an_unknown_rule_is_told_with_the_likely_one() -> None:
    first = extraction.rules().rules[0].name
    with pytest.raises(RuleError, match=f"did you mean '{first}'"):
        extraction.rules().named(first + "x")
