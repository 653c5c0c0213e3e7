"""Rule files: read whole, checked whole, compiled once.

A rule says what it needs, what triggers it, which arguments it binds, which guards it minds, what it yields, and shows
one example and one counter-example at least. `mappings/README.md` teaches the format; the sets below list its keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from mappings.match import Labels, compile_pattern
from mappings.path import Path, compile_path
from mappings.pattern import All, Any_, Capture, Constraint, Node, Not, PatternError, PhraseRef, Test, Token, parse
from mappings.plain_yaml import PlainLoader
from mappings.rule import TEXT, Argument, Condition, Example, Guard, Rule, RuleError, RuleSet, likely

WINDOWS = ("sentence", "before", "after", "span")
SEGMENT_KINDS = ("headline", "subheading", "dateline", "caption", "body")

RULE_KEYS = {
    "name",
    "label",
    "description",
    "needs",
    "pattern",
    "span",
    "segments",
    "claims",
    "arguments",
    "guards",
    "yields",
    "examples",
    "counterexamples",
}
ARGUMENT_KEYS = {"is", "path", "find", "where", "from", "many", "first", "required"}
GUARD_KEYS = {"when", "unless", "require", "where", "from", "set"}
EXAMPLE_KEYS = {"text", "yields", "published"}


def load_rules(folder: Traversable | None = None, *, lexicons: Iterable[str]) -> RuleSet:
    """Read the folder's `cascade.yaml` and the rule files of its phases; raises `RuleError` at the first mistake."""
    folder = folder or files("mappings") / "rules"
    cascade = _File(folder / "cascade.yaml").content
    labels = _labels(cascade["labels"])
    known_lexicons = frozenset(lexicons)
    rules: list[Rule] = []
    for phase, names in cascade["phases"].items():
        for name in names:
            file = _File(folder / f"{name}.yaml")
            for entry in file.content["rules"]:
                rules.append(_Reader(file, entry, phase, labels, known_lexicons).rule())
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.name in seen:
            raise RuleError(
                f"{rule.place}: the name {rule.name!r} is taken by the rule at {seen[rule.name].place}; choose another"
            )
        seen[rule.name] = rule
    return RuleSet(
        labels,
        tuple(cascade["phases"]),
        tuple(rules),
        dict(cascade.get("bearers", {})),
        _claimed(cascade.get("claimed", [])),
    )


def _labels(tree: Mapping[str, list[str] | None]) -> dict[str, tuple[str, ...]]:
    def below(label: str) -> list[str]:
        own = tree.get(label) or []
        return [label, *(x for child in own for x in below(child))]

    return {label: tuple(dict.fromkeys(below(label))) for label in tree}


def _claimed(groups: list[list[str]]) -> dict[str, tuple[str, ...]]:
    return {label: tuple(group) for group in groups for label in group}


class _Mapping(dict[str, Any]):
    """A YAML mapping that remembers the lines of its keys."""

    line: int
    lines: dict[str, int]


class _Loader(PlainLoader):
    """Mappings remember their lines."""


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[_Mapping]:
    result = _Mapping()
    result.line = node.start_mark.line + 1
    result.lines = {}
    yield result
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
        result.lines[key] = key_node.start_mark.line + 1


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


class _File:
    """A YAML file with lines."""

    def __init__(self, path: Traversable) -> None:
        self.name = f"{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
        except (FileNotFoundError, UnicodeDecodeError) as problem:
            raise RuleError(
                f"{path}: cannot be read ({problem}); create it or take it out of cascade.yaml"
            ) from problem
        try:
            self.content: Any = yaml.load(text, Loader=_Loader)  # a SafeLoader that also keeps lines
        except yaml.MarkedYAMLError as problem:
            line = problem.problem_mark.line + 1 if problem.problem_mark else 1
            raise RuleError(
                f"{self.name}:{line}: no valid YAML: {problem.problem}; mind indentation and quotes"
            ) from problem
        if not isinstance(self.content, _Mapping):
            raise RuleError(f"{self.name}:1: the file must be a mapping")


class _Reader:
    """Reads one rule of a file and knows where each mistake stands."""

    def __init__(self, file: _File, entry: Any, phase: str, labels: Labels, lexicons: frozenset[str]) -> None:
        if not isinstance(entry, _Mapping):
            raise RuleError(f"{file.name}: every rule must be a mapping with name, label, pattern, examples")
        self.file, self.entry, self.phase, self.labels, self.lexicons = file, entry, phase, labels, lexicons
        self.captures: set[str] = set()

    def error(self, message: str, key: str | None = None, inside: _Mapping | None = None) -> RuleError:
        holder = inside if inside is not None else self.entry
        line = holder.lines.get(key, holder.line) if key else holder.line
        return RuleError(f"{self.file.name}:{line}: rule {self.entry.get('name', '?')!r}: {message}")

    def rule(self) -> Rule:
        self.keys(self.entry, RULE_KEYS)
        for key in ("name", "label", "pattern"):
            if not isinstance(self.entry.get(key), str):
                raise self.error(f"{key!r} is missing; every rule has a name, a label and a pattern")
        label = self.label(self.entry["label"], "label")
        node = self.parse(self.entry["pattern"], "pattern", self.entry)
        self.captures = set(_captures(node))
        for needed in self.entry.get("needs", []):
            self.label(needed, "needs")
        arguments = tuple(self.argument(name, spec) for name, spec in self.entry.get("arguments", {}).items())
        guards = tuple(self.guard(spec) for spec in self.entry.get("guards", []))
        yields = {str(k): str(v) for k, v in self.entry.get("yields", {}).items()}
        self.check_bound(arguments, yields)
        plain = json.dumps(self.entry, sort_keys=True, ensure_ascii=False)
        return Rule(
            name=self.entry["name"],
            label=label,
            phase=self.phase,
            version=hashlib.sha256(plain.encode()).hexdigest()[:8],
            source=yaml.safe_dump(json.loads(plain), sort_keys=False, allow_unicode=True, width=120),
            place=f"{self.file.name}:{self.entry.line}",
            pattern=compile_pattern(node, self.labels),
            needs=tuple(self.entry.get("needs", [])),
            span=self.entry.get("span"),
            segments=frozenset(self.segments()),
            claims=bool(self.entry.get("claims", False)),
            arguments=arguments,
            guards=guards,
            yields=yields,
            examples=tuple(self.examples()),
        )

    def keys(self, holder: Any, known: set[str]) -> None:
        if not isinstance(holder, _Mapping):
            raise self.error(f"a mapping with the keys {', '.join(sorted(known))} expected, not {holder!r}")
        for key in holder:
            if key not in known:
                raise self.error(f"unknown key {key!r}{likely(str(key), known)}", key, holder)

    def label(self, label: str, key: str, inside: _Mapping | None = None) -> str:
        if label not in self.labels:
            raise self.error(
                f"unknown label {label!r}{likely(label, self.labels)}; labels stand in cascade.yaml", key, inside
            )
        return label

    def parse(self, source: str, key: str, inside: _Mapping) -> Node:
        try:
            node = parse(source)
        except PatternError as problem:
            raise self.error(str(problem), key, inside) from problem
        for kind, name in _references(node):
            if kind == "label" and name not in self.labels:
                raise self.error(f"unknown label {name!r}{likely(name, self.labels)}", key, inside)
            if kind == "lexicon" and name not in self.lexicons:
                raise self.error(f"unknown lexicon {name!r}{likely(name, self.lexicons)}", key, inside)
        return node

    def path(self, source: str, key: str, inside: _Mapping) -> Path:
        try:
            return compile_path(source, self.labels)
        except (PatternError, KeyError) as problem:
            raise self.error(f"{problem}", key, inside) from problem

    def segments(self) -> list[str]:
        kinds = self.entry.get("segments", [])
        for kind in kinds:
            if kind not in SEGMENT_KINDS:
                raise self.error(f"unknown segment {kind!r}{likely(kind, SEGMENT_KINDS)}", "segments")
        return list(kinds)

    def where(self, spec: _Mapping) -> str:
        where = str(spec.get("where", "sentence"))
        if where not in WINDOWS:
            raise self.error(f"unknown window {where!r}; known are {', '.join(WINDOWS)}", "where", spec)
        return where

    def start(self, spec: _Mapping) -> str | None:
        start = spec.get("from")
        if start is not None and start not in self.captures:
            raise self.error(
                f"{start!r} is captured nowhere in the pattern{likely(start, self.captures)}", "from", spec
            )
        return start

    def argument(self, name: str, spec: Any) -> Argument:
        self.keys(spec, ARGUMENT_KEYS)
        if "is" not in spec:
            raise self.error(
                f"argument {name!r} lacks its type; say 'is: Person' (or another label, or {TEXT})", None, spec
            )
        if spec["is"] != TEXT:
            self.label(spec["is"], "is", spec)
        paths = [spec["path"]] if isinstance(spec.get("path"), str) else spec.get("path", [])
        find = None
        if "find" in spec:
            node = self.parse(spec["find"], "find", spec)
            if name not in set(_captures(node)):
                raise self.error(f"the pattern of argument {name!r} does not capture :{name}", "find", spec)
            find = compile_pattern(node, self.labels)
        if not paths and find is None and name not in self.captures:
            raise self.error(
                f"argument {name!r} is bound nowhere: capture :{name} in the pattern, or give a path or find",
                None,
                spec,
            )
        return Argument(
            name,
            spec["is"],
            tuple(self.path(p, "path", spec) for p in paths),
            find,
            self.where(spec),
            self.start(spec),
            bool(spec.get("many", False)),
            bool(spec.get("first", False)),
            bool(spec.get("required", False)),
        )

    def guard(self, spec: Any) -> Guard:
        self.keys(spec, GUARD_KEYS)
        kinds = [k for k in ("when", "unless", "require") if k in spec]
        if len(kinds) != 1:
            raise self.error("a guard has one of when, unless, require", None, spec)
        kind = kinds[0]
        if (kind == "when") != ("set" in spec):
            raise self.error("'when' goes with 'set', and 'set' only with 'when'", None, spec)
        sources = spec[kind] if isinstance(spec[kind], list) else [spec[kind]]
        conditions = tuple(self.condition(str(source), kind, spec) for source in sources)
        return Guard(kind, conditions, {str(k): str(v) for k, v in spec.get("set", {}).items()})

    def condition(self, source: str, key: str, spec: _Mapping) -> Condition:
        if source.lstrip()[:1] in "<>":
            return Condition(self.path(source, key, spec), None, self.where(spec), self.start(spec))
        compiled = compile_pattern(self.parse(source, key, spec), self.labels)
        return Condition(None, compiled, self.where(spec), self.start(spec))

    def check_bound(self, arguments: tuple[Argument, ...], yields: Mapping[str, str]) -> None:
        bound = {a.name for a in arguments} | self.captures
        used = {a.name for a in arguments} | {a.start for a in arguments} | {self.entry.get("span")}
        used |= {g.get("from") for g in self.entry.get("guards", [])}
        for value in yields.values():
            if value.startswith("$"):
                name = value[1:].partition(".")[0]
                if name not in bound:
                    raise self.error(f"{value!r} is bound nowhere{likely(name, bound)}", "yields")
                used.add(name)
        if self.entry.get("span") not in {None, *self.captures}:
            raise self.error(
                f"span {self.entry['span']!r} is captured nowhere{likely(self.entry['span'], self.captures)}", "span"
            )
        if unused := sorted(self.captures - used):
            raise self.error(
                f"the capture {unused[0]!r} is used nowhere; declare it under arguments or drop it", "pattern"
            )

    def examples(self) -> Iterator[Example]:
        if not self.entry.get("examples") or not self.entry.get("counterexamples"):
            raise self.error(
                "an example and a counter-example are needed: one text it must match, one it must leave alone"
            )
        for key, positive in (("examples", True), ("counterexamples", False)):
            for spec in self.entry[key]:
                self.keys(spec, EXAMPLE_KEYS)
                if not str(spec.get("text", "")).strip():
                    raise self.error("the example has no text", None, spec)
                if positive and not isinstance(spec.get("yields"), dict):
                    raise self.error("say under 'yields' what the rule must yield in this example", None, spec)
                published = spec.get("published")
                yield Example(spec["text"], spec["yields"] if positive else None, str(published) if published else None)


def _walk(part: Any) -> Iterator[Any]:
    yield part
    if isinstance(part, (Token, Capture, Not, All, Any_)) or hasattr(part, "parts") or hasattr(part, "part"):
        below = [*list(getattr(part, "parts", ())), getattr(part, "part", None), getattr(part, "constraint", None)]
        for one in below:
            if one is not None:
                yield from _walk(one)


def _captures(node: Node) -> Iterator[str]:
    return (part.name for part in _walk(node) if isinstance(part, Capture))


def _references(node: Node | Constraint) -> Iterator[tuple[str, str]]:
    for part in _walk(node):
        if isinstance(part, PhraseRef):
            yield "lexicon", part.lexicon
        elif isinstance(part, Test) and part.attribute == "lex":
            yield from (("lexicon", value) for value in part.values)
        elif isinstance(part, Test) and part.attribute == "in":
            yield from (("label", value) for value in part.values)
        elif hasattr(part, "label"):
            yield "label", part.label
