"""What rules do on a corpus, and how two versions of them differ."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from mappings.article import Article, Segment
from mappings.comparison import Change, Claim, changes, compare
from mappings.coverage import coverage, profile
from mappings.extraction import rules
from mappings.rule import RuleError

TEXT = "Foreign Minister Anna Berg of Norway met Karl Dahl in Oslo. She said the treaty would hold."


def article(text: str = TEXT) -> Article:
    return Article("talks", text, (Segment(0, len(text)),))


def test_every_rule_is_counted_as_fired_silent_or_shadowed() -> None:
    found = coverage([article()])
    assert found.articles == 1
    assert found.fired["speaker-of-speech-verb"] == 1
    told = {name for name in found.fired if found.fired[name]} | set(found.silent) | set(found.always_shadowed)
    assert {rule.name for rule in rules().rules} <= told


def test_a_sentence_of_speech_without_a_known_speaker_is_a_gap() -> None:
    found = coverage([article("It was late. He said the border would open soon.")])
    assert [(g.unread.trigger, g.text) for g in found.gaps] == [("said", "He said the border would open soon.")]


def test_the_profile_times_every_rule() -> None:
    costs, parsing = profile([article()])
    assert {cost.rule for cost in costs} == {rule.name for rule in rules().rules}
    assert parsing > 0


def version(folder: Path) -> Path:
    """A copy of the product's own rules and words, to be changed."""
    shutil.copytree(Path(str(files("mappings") / "rules")), folder / "rules")
    shutil.copytree(Path(str(files("mappings") / "lexicon" / "words")), folder / "lexicon" / "words")
    return folder


def test_a_word_taken_out_of_a_lexicon_shows_as_the_claim_it_made(tmp_path: Path) -> None:
    old, new = version(tmp_path / "old"), version(tmp_path / "new")
    words = new / "lexicon" / "words" / "speech.yaml"
    words.write_text(words.read_text().replace("[say, tell,", "[tell,", 1))
    found = [c.before.kind for c in compare(old, new, [article()]) if c.before and not c.after]
    assert found == ["statement"]


def test_a_version_does_not_differ_from_itself(tmp_path: Path) -> None:
    same = version(tmp_path / "same")
    assert list(compare(same, same, [article()])) == []


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no version of the rules"):
        list(compare(tmp_path, tmp_path, [article()]))


def test_claims_of_one_kind_at_one_place_are_one_claim_that_changed() -> None:
    before, after = (Claim("talks", 0, 9, "event", words, "met") for words in ("Meeting | Oslo", "Call | Oslo"))
    assert list(changes([before], [after])) == [Change(before, after)]
    assert list(changes([before], [])) == [Change(before, None)]
