"""Names carried through an article once the rules of names have run: surnames, abbreviations set in brackets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mappings.resolve.persons import name_tokens, spelt
from mappings.tokens import Mention, Parsed

CLAIMED = ("Person", "Body", "Country", "Demonym", "Place", "Title")
GUESS = "guess"  # the attribute of mentions that rest on the model alone and give way


def propagate(parsed: Parsed) -> None:
    """Add the mentions that follow from others, settle the doubtful; call after the phase of names."""
    _countries(parsed)
    for mention in parsed.labelled("Body"):
        _abbreviation(parsed, mention)
    for person in parsed.labelled("Person"):
        if person.end - person.start > 1:
            _surname(parsed, person)
    _misread(parsed)
    _things(parsed)
    _spots(parsed)
    _other_abbreviations(parsed)
    _alone(parsed)


def _countries(parsed: Parsed) -> None:
    """Drop ambiguous forms that nothing supports, and read territories as places.

    An ambiguous form counts where the model sees a country, or where the same country also has an unambiguous mention.
    """
    mentions = parsed.labelled("Country", "Demonym", "Inner")
    sure = {m.attributes["code"] for m in mentions if m.attributes.get("ambiguous") != "yes"}
    for mention in [_meant(parsed, m, sure) for m in mentions]:
        doubtful = mention.attributes.get("ambiguous") == "yes" and mention.attributes["code"] not in sure
        territory = mention.attributes.get("status") == "territory"
        if territory or (doubtful and parsed.ent[mention.start] not in ("GPE", "NORP")):
            parsed.remove(mention)
            if territory and mention.label == "Country":
                parsed.add(replace(mention, label="Place", attributes={"name": mention.attributes["name"]}))


def _meant(parsed: Parsed, mention: Mention, sure: set[str]) -> Mention:
    """Read a form that several countries share as the one of them that the text names without doubt."""
    forms = [
        phrase.attributes
        for lexicon in ("country", "country_adjective", "country_people")
        for phrase in parsed.phrases.get(lexicon, {}).get(mention.start, ())
        if phrase.end == mention.end
    ]
    meant = {form["code"]: form for form in forms if form["code"] in sure}
    if mention.attributes["code"] in sure or len(meant) != 1:
        return mention
    form = next(iter(meant.values()))
    named = replace(mention, attributes={**mention.attributes, "code": form["code"], "name": form["name"]})
    parsed.remove(mention)
    parsed.add(named)
    return named


def _abbreviation(parsed: Parsed, body: Mention) -> None:
    """Read "(ABC)" behind a body's name as a body, here and wherever it stands again."""
    at = body.end
    end = parsed.bounds(body.start)[1]
    if at + 2 >= end or parsed.text[at] != "(" or parsed.text[at + 2] != ")":
        return
    short = parsed.text[at + 1]
    if not (short.isalpha() and sum(c.isupper() for c in short) > 1):
        return
    for token in (t for t, text in enumerate(parsed.text) if text == short):
        _claim(parsed, "Body", token, token + 1, body.rule, dict(body.attributes))


def _surname(parsed: Parsed, person: Mention) -> None:
    words = parsed.text[person.start : person.end]
    for size in range(len(words), 0, -1):
        tail = words[-size:]
        if not tail[0][:1].isupper() or len(tail[0]) < 3:
            continue
        for start in _found(parsed, tail):
            _claim(parsed, "Person", start, start + size, person.rule, {})


def _misread(parsed: Parsed) -> None:
    """Drop places and bodies that only the model saw where the word is part of a person's name or spelt like one."""
    parts = {part for m in parsed.labelled("Person") if m.end - m.start > 1 for part in name_tokens(parsed.words(m))}
    for mention in parsed.labelled("Place", "Body"):
        if GUESS in mention.attributes and mention.end - mention.start == 1:
            word = parsed.lower[mention.start]
            if word in parts or any(spelt(word, part) for part in parts):
                parsed.remove(mention)


def _things(parsed: Parsed) -> None:
    """Drop what only the model takes for a person where the text calls it a thing, or where it is part of a body."""
    things = parsed.phrases.get("thing_noun", {})
    guesses = [m for m in parsed.labelled("Person") if GUESS in m.attributes]
    called = {parsed.words(m) for m in guesses if m.end - m.start > 1 and m.end in things}
    bodies = {word for m in parsed.labelled("Body") if m.end - m.start > 1 for word in parsed.lower[m.start : m.end]}
    people = {word for m in parsed.labelled("Person") if m.end - m.start > 1 for word in parsed.lower[m.start : m.end]}
    for mention in guesses:
        alone = mention.end - mention.start == 1 and parsed.lower[mention.start] in bodies - people
        if alone or parsed.words(mention) in called:
            parsed.remove(mention)


def _spots(parsed: Parsed) -> None:
    """Read as a place what only the model takes for a person where the text goes "at" it and it does nothing."""
    spots = parsed.phrases.get("place_preposition", {})
    guesses: dict[str, list[Mention]] = {}
    for mention in parsed.labelled("Person"):
        guesses.setdefault(parsed.words(mention), []).append(mention)
    for same in guesses.values():
        inside = [
            m
            for m in same
            if m.start - 1 in spots and parsed.dep[m.start - 1] == "prep" and parsed.dep[m.head] == "pobj"
        ]
        if inside and all(GUESS in m.attributes and not _acts(parsed, m.head) for m in same):
            for mention in same:
                parsed.remove(mention)
                parsed.add(replace(mention, label="Place", attributes={GUESS: "yes"}))


def _other_abbreviations(parsed: Parsed) -> None:
    """Drop abbreviations that only the model takes for bodies and that a bracket introduces behind something else."""
    guesses = [m for m in parsed.labelled("Body") if GUESS in m.attributes and m.end - m.start == 1]
    other = {
        parsed.text[m.start]
        for m in guesses
        if (at := _bracket(parsed, m.start)) and not parsed.covering(("Body",), at - 1)
    }
    for mention in guesses:
        if parsed.text[mention.start] in other:
            parsed.remove(mention)


def _bracket(parsed: Parsed, token: int) -> int | None:
    """Return the bracket that opens right before the token or before its article."""
    before = token - 2 if token > 1 and parsed.pos[token - 1] == "DET" else token - 1
    return before if before > 0 and parsed.text[before] == "(" else None


def _alone(parsed: Parsed) -> None:
    """Drop single words that only the model takes for persons and that no fuller name, title or deed supports."""
    persons = parsed.labelled("Person")
    parts = {
        part
        for m in persons
        if m.end - m.start > 1 or GUESS not in m.attributes
        for part in name_tokens(parsed.words(m))
    }
    acting = {parsed.lower[m.start] for m in persons if _acts(parsed, m.head)}
    for mention in persons:
        if GUESS in mention.attributes and mention.end - mention.start == 1:
            word = parsed.lower[mention.start]
            known = word in acting or any(part in parts for part in name_tokens(word))
            if not known and not any(spelt(word, part) for part in parts):
                parsed.remove(mention)


def _acts(parsed: Parsed, token: int) -> bool:
    """Tell whether the token is, or is joined to, the subject of a verb."""
    while parsed.dep[token] == "conj" and parsed.head[token] != token:
        token = parsed.head[token]
    return parsed.dep[token] in ("nsubj", "nsubjpass", "agent") and parsed.pos[parsed.head[token]] in ("VERB", "AUX")


def _found(parsed: Parsed, words: list[str]) -> Iterator[int]:
    for start in range(len(parsed) - len(words) + 1):
        if (
            parsed.text[start : start + len(words)] == words
            and parsed.sentence[start] == parsed.sentence[start + len(words) - 1]
        ):
            yield start


def _claim(parsed: Parsed, label: str, start: int, end: int, rule: str, attributes: dict[str, str]) -> None:
    """Add a mention unless its tokens are taken by one that is more than a guess."""
    there = {m for t in range(start, end) if (m := parsed.covering(CLAIMED, t))}
    if any(m.label == label or not (GUESS in m.attributes or _yields(parsed, m, label)) for m in there):
        return
    for mention in there:
        parsed.remove(mention)
    parsed.add(Mention(label, start, end, parsed.head_of(start, end), rule, attributes=attributes))


def _yields(parsed: Parsed, mention: Mention, label: str) -> bool:
    """Tell whether the name of a place is rather a person's surname here: it does not stand behind a preposition."""
    return label == "Person" and mention.label == "Place" and parsed.dep[mention.head] != "pobj"
