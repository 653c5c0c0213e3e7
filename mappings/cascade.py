"""The cascade: the rules run phase by phase over a parsed text, each seeing the mentions of those before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from mappings.match import Compiled, Match, candidates
from mappings.resolve.steps import STEPS
from mappings.rule import TEXT, Argument, Condition, Rule, RuleSet
from mappings.tokens import Mention, Parsed

Index = Mapping[tuple[str, str], list[int]]
Watch = Callable[[Rule, Index], None]
SHADOWED = "an earlier rule has claimed these words"


def run(parsed: Parsed, rules: RuleSet, *, before: Watch | None = None) -> None:
    """Add the mentions of all rules to the parsed text, in their order; `before` is called before each rule."""
    index = word_index(parsed)
    for phase in rules.phases:
        for rule in rules.of_phase(phase):
            if before:
                before(rule, index)
            apply(rule, parsed, rules, index)
        for step in STEPS.get(phase, ()):
            step(parsed)


def word_index(parsed: Parsed) -> Index:
    """List the tokens by attribute and value, so that a rule looks only where it may start."""
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    for token in range(len(parsed)):
        index["lower", parsed.lower[token]].append(token)
        index["lemma", parsed.lemma[token]].append(token)
        index["text", parsed.text[token]].append(token)
        index["ent", parsed.ent[token]].append(token)
        index["tag", parsed.tag[token]].append(token)
        index["pos", parsed.pos[token]].append(token)
        if parsed.text[token][:1].isupper():
            index["is", "title"].append(token)
    return index


def apply(rule: Rule, parsed: Parsed, rules: RuleSet, index: Index) -> None:
    """Add the mentions of one rule.

    A rule that claims its words is silent where an earlier mention of its group of labels stands: the first rule wins.
    """
    done = -1
    for token in candidates(rule.pattern, parsed, index):
        match = rule.pattern.at(parsed, token) if token >= done else None
        mention = mention_of(rule, match, parsed, rules) if match else None
        if match and mention:
            parsed.add(mention)
            done = match.end


def shadowed(rule: Rule, parsed: Parsed, rules: RuleSet, index: Index) -> int:
    """Count the matches of a rule that yield nothing because an earlier rule has claimed their words."""
    matches = (rule.pattern.at(parsed, token) for token in candidates(rule.pattern, parsed, index))
    return sum(match is not None and refused(rule, match, parsed, rules) == SHADOWED for match in matches)


def mention_of(rule: Rule, match: Match, parsed: Parsed, rules: RuleSet) -> Mention | None:
    """Bind the arguments of a match and ask the guards; None where something needed is missing or a guard rejects."""
    if refused(rule, match, parsed, rules) is not None:
        return None
    start, end = span_of(rule, match)
    bound = arguments_of(rule, match, parsed, rules)
    attributes = {name: value for name, raw in rule.yields.items() if (value := _value(raw, match, parsed, bound))}
    for guard in rule.guards:
        if guard.kind == "when" and any(holds(c, match, parsed) for c in guard.conditions):
            attributes.update(guard.sets)
    return Mention(rule.label, start, end, parsed.head_of(start, end), rule.name, bound, attributes)


def refused(rule: Rule, match: Match, parsed: Parsed, rules: RuleSet) -> str | None:
    """Say why a match of the pattern yields nothing, or None if it does yield."""
    start, end = span_of(rule, match)
    sentence = parsed.sentence[start]
    if rule.segments and parsed.kinds[sentence] not in rule.segments:
        return f"it reads only segments of kind {', '.join(sorted(rule.segments))}"
    for label in rule.needs:
        if not parsed.within(sentence, rules.labels[label]):
            return f"the sentence has no {label}"
    if rule.claims and any(parsed.covering(rules.claimed.get(rule.label, ()), t) for t in range(start, end)):
        return SHADOWED
    bound = arguments_of(rule, match, parsed, rules)
    for argument in rule.arguments:
        if argument.required and not bound.get(argument.name):
            return f"the argument {argument.name!r} was not found"
    for guard in rule.guards:
        if guard.kind == "when":
            continue
        if any(holds(c, match, parsed) for c in guard.conditions) != (guard.kind == "require"):
            return f"the guard '{guard.kind}' on line {rule.place.rpartition(':')[2]} ff. rejects it"
    return None


def span_of(rule: Rule, match: Match) -> tuple[int, int]:
    """Return the tokens of the mention: the capture named by `span`, or the whole match."""
    for name, start, end in match.captures:
        if name == rule.span:
            return start, end
    return match.start, match.end


def arguments_of(rule: Rule, match: Match, parsed: Parsed, rules: RuleSet) -> dict[str, tuple[Mention, ...]]:
    """Bind every argument that can be bound."""
    bound = {}
    for argument in rule.arguments:
        found = tuple(dict.fromkeys(_bind(argument, match, parsed, rules)))
        if found:
            bound[argument.name] = found if argument.many else found[:1]
    return bound


def _bind(argument: Argument, match: Match, parsed: Parsed, rules: RuleSet) -> Iterator[Mention]:
    for name, start, end in match.captures:
        if name == argument.name:
            yield from _typed(argument, start, end, parsed, rules)
    origin = start_token(argument.start, match, parsed)
    for path in argument.paths:
        found = [m for token in path.reach(parsed, origin) if (m := _at(argument, token, parsed, rules))]
        yield from found
        if found and argument.first:
            break
    if argument.find:
        for found_match in _window(argument.find, argument.where, match, parsed):
            for name, start, end in found_match.captures:
                if name == argument.name:
                    yield from _typed(argument, start, end, parsed, rules)


def _at(argument: Argument, token: int, parsed: Parsed, rules: RuleSet) -> Mention | None:
    if argument.type == TEXT:
        return _text(argument.name, token, token + 1, parsed)
    wanted = rules.labels[argument.type]
    if found := parsed.covering(wanted, token):
        return found
    for label, name in rules.bearers.items():  # the head of "Foreign Minister Anna Berg" is a title
        whole = parsed.covering((label,), token)
        bearer = whole.argument(name) if whole else None
        if bearer and bearer.label in wanted:
            return bearer
    return None


def _typed(argument: Argument, start: int, end: int, parsed: Parsed, rules: RuleSet) -> Iterator[Mention]:
    if argument.type == TEXT:
        yield _text(argument.name, start, end, parsed)
        return
    token = start
    while token < end:  # a capture may hold several mentions: "X, Y and Z"
        inside = [m for m in parsed.starting(rules.labels[argument.type], token) if m.end <= end]
        if inside:
            yield inside[0]
        token = inside[0].end if inside else token + 1


def _text(name: str, start: int, end: int, parsed: Parsed) -> Mention:
    return Mention(TEXT, start, end, parsed.head_of(start, end), name)


def start_token(name: str | None, match: Match, parsed: Parsed) -> int:
    """Return the token from which a path starts: the head of the named capture, or of the match."""
    for captured, start, end in match.captures:
        if captured == name:
            return parsed.head_of(start, end)
    return parsed.head_of(match.start, match.end)


def holds(condition: Condition, match: Match, parsed: Parsed) -> bool:
    """Tell whether what a guard looks for is there."""
    if condition.path:
        return bool(condition.path.reach(parsed, start_token(condition.start, match, parsed)))
    assert condition.pattern is not None
    if condition.start is not None:
        begin, end = next(((s, e) for n, s, e in match.captures if n == condition.start), (match.start, match.end))
        match = Match(begin, end, ())
    return any(True for _ in _window(condition.pattern, condition.where, match, parsed))


def _window(pattern: Compiled, where: str, match: Match, parsed: Parsed) -> list[Match]:
    """Return the pattern's matches in a window of the sentence, the nearest to the trigger first."""
    first, last = parsed.bounds(match.start)
    begin, end = {
        "sentence": (first, last),
        "before": (first, match.start),
        "after": (match.end, last),
        "span": (match.start, match.end),
    }[where]
    return sorted(
        pattern.search(parsed, begin, end), key=lambda m: (max(m.start - match.end, match.start - m.end, 0), m.start)
    )


def _value(raw: str, match: Match, parsed: Parsed, bound: Mapping[str, tuple[Mention, ...]]) -> str | None:
    """Compute a yielded value: a constant, the words of a capture (`$x`), or an attribute of it (`$x.code`)."""
    if not raw.startswith("$"):
        return raw
    name, _, attribute = raw[1:].partition(".")
    spans = [(s, e) for captured, s, e in match.captures if captured == name] or [
        (m.start, m.end) for m in bound.get(name, ())
    ]
    if not spans:
        return None
    start, end = spans[0]
    if not attribute:
        return " ".join(parsed.span_text(start, end).split())
    for mention in bound.get(name, ()):
        if attribute in mention.attributes:
            return mention.attributes[attribute]
    for found in parsed.phrases.values():
        for phrase in found.get(start, ()):
            if phrase.end == end and attribute in phrase.attributes:
                return phrase.attributes[attribute]
    for one in parsed.mentions:
        if (one.start, one.end) == (start, end) and attribute in one.attributes:
            return one.attributes[attribute]
    return None
