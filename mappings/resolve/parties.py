"""Who takes part: the actors that a noun phrase of the sentence names, read from left to right.

A parse loses its way in "Secretary of the Security Council of Norway Anna Berg", so a phrase is followed over its
words: titles, prepositions of titles, names, commas of appositions and lists, up to a verb or a preposition of time and place.
"""

from __future__ import annotations

from dataclasses import dataclass

from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed

NAMED = ("Person", "Reference", "Body", "Country", "Demonym")
TITLE_PREPOSITIONS = frozenset(("of", "from", "for", "on", "in", "to", "at"))
JOINING = frozenset(("and", "with", "&", "plus"))
FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
PASSED_OVER = frozenset(("both", "also", "then", "separately", "respectively", "each", "together", "alongside"))


@dataclass(frozen=True, slots=True)
class Parties:
    """The keys of the actors of a phrase, in order.

    `open` says that it also names somebody who could not be resolved, `people` that it speaks of persons, named or not.
    """

    keys: tuple[str, ...] = ()
    open: bool = False
    people: bool = False

    def __add__(self, other: Parties) -> Parties:
        keys = tuple(dict.fromkeys(self.keys + other.keys))
        return Parties(keys, self.open or other.open, self.people or other.people)


def after(parsed: Parsed, known: Resolution, token: int) -> Parties:
    """Return the actors of the phrase that begins at the token."""
    return _read(parsed, known, token, phrase_end(parsed, token))


def under(parsed: Parsed, known: Resolution, token: int) -> Parties:
    """Return the actors of the phrase whose head is the token, by the parse."""
    named = _named_at(parsed, token)
    if named and named.label in ("Person", "Reference"):
        found = _keys(known, named)
        for child in parsed.children[token]:
            if (
                parsed.dep[child] in ("conj", "appos")
                and child >= named.end
                and (found.open or parsed.dep[child] == "conj")
            ):
                found = Parties(found.keys, people=True) + under(parsed, known, child)
        return found
    start, end = _edges(parsed, token)
    return _read(parsed, known, start, end)


def _edges(parsed: Parsed, token: int) -> tuple[int, int]:
    """Return the stretch of the phrase without clauses that only describe it."""
    start = end = token
    below = [token]
    while below:
        here = below.pop()
        start, end = min(start, here), max(end, here)
        below += [
            child
            for child in parsed.children[here]
            if parsed.dep[child] not in ("relcl", "advcl", "parataxis")
            and (parsed.dep[child] != "acl" or _includes(parsed, child))
        ]
    for child in parsed.children[token]:
        if parsed.dep[child] == "relcl" and token < child < end:
            end = token
    return start, end + 1


def _includes(parsed: Parsed, token: int) -> bool:
    return parsed.phrase("including_word", token, token + 1) is not None


def _named_at(parsed: Parsed, token: int) -> Mention | None:
    return next((m for label in NAMED if (m := parsed.covering((label,), token))), None)


def _starting_at(parsed: Parsed, token: int) -> Mention | None:
    return next((m for label in NAMED for m in parsed.starting((label,), token)), None)


def phrase_end(parsed: Parsed, start: int) -> int:
    """Return where the noun phrase that begins at `start` ends."""
    token, collected = start, False
    _, stop = parsed.bounds(start)
    while token < stop:
        named = _starting_at(parsed, token)
        if named and named.label != "Demonym":
            token = named.end
            collected = collected or named.label in ("Person", "Reference") or not _title_goes_on(parsed, token, stop)
        elif parsed.covering(("Date",), token):
            if token > start and collected:
                return token
            token += 1
        elif parsed.lower[token] == "(":
            closing = next((t for t in range(token, min(stop, token + 12)) if parsed.lower[t] == ")"), None)
            if closing is None:
                return token
            token = closing + 1
        elif parsed.lower[token] == ",":
            if not _goes_on(parsed, token + 1, stop):
                return token
            token += 1
        elif _stops(parsed, token, collected, stop):
            return token
        else:
            token += 1
    return stop


def _title_goes_on(parsed: Parsed, token: int, stop: int) -> bool:
    """Tell whether a name of a person follows what may be the rest of a title."""
    for here in range(token, min(stop, token + 14)):
        if parsed.starting(("Person",), here):
            return True
        if parsed.lower[here] in ("(", ")", ",") or _starting_at(parsed, here):
            continue
        if parsed.pos[here] not in ("NOUN", "PROPN", "ADJ", "PART", "DET", "ADP", "CCONJ"):
            return False
    return False


def _stops(parsed: Parsed, token: int, collected: bool, stop: int) -> bool:
    word, pos = parsed.lower[token], parsed.pos[token]
    if _includes(parsed, token) or word in JOINING or word in ("of", "from", "'s", "'"):
        return False
    if pos in ("VERB", "AUX"):
        return parsed.tag[token] in FINITE or collected or parsed.tag[token] == "VBG"
    if pos == "ADP" or parsed.dep[token] in ("prep", "mark"):
        return collected or word not in TITLE_PREPOSITIONS or not _title_goes_on(parsed, token + 1, stop)
    if pos == "SCONJ" or parsed.tag[token] in ("WDT", "WP", "WP$", "WRB", "TO"):
        return True
    if pos == "PUNCT":
        return word not in ("-", "/")
    return pos == "ADV" and collected and word not in PASSED_OVER


def _goes_on(parsed: Parsed, token: int, stop: int) -> bool:
    """Tell whether the phrase goes on after a comma with an apposition or a list, and no new clause begins."""
    if token >= stop or parsed.pos[token] in ("SCONJ", "ADV", "VERB", "AUX", "ADP", "PRON"):
        return parsed.lower[token : token + 1] == ["and"] or (token < stop and _includes(parsed, token))
    if parsed.tag[token] in ("WDT", "WP", "WRB", "WP$"):
        return False
    here = token
    while here < stop:
        if parsed.lower[here] in (",", ";", ":", '"') or parsed.covering(("Date",), here):
            return True
        if parsed.tag[here] in FINITE and parsed.covering(("Person", "Body", "Place"), here) is None:
            return False
        here += 1
    return True


def _read(parsed: Parsed, known: Resolution, start: int, end: int) -> Parties:
    found, before = Parties(), ""
    for first, last, joined in _chunks(parsed, start, end):
        kind, chunk = _chunk(parsed, known, first, last)
        if before == "Person" and kind != "Person" and not (joined and _leads(parsed, first, last)):
            continue  # an apposition: what the person is
        if kind:
            found, before = found + chunk, kind
    return found


def _leads(parsed: Parsed, first: int, last: int) -> bool:
    """Tell whether the chunk is a name and nothing else, maybe with an article."""
    named = _starting_at(parsed, first + (parsed.pos[first] == "DET"))
    return named is not None and named.end >= last


def _chunks(parsed: Parsed, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Cut a phrase at commas and joining words outside of names; says of each piece whether a word joined it."""
    pieces, first, joined = [], start, False
    for token in range(start, end):
        word = parsed.lower[token]
        if (word == "," or word in JOINING) and parsed.covering(("Person", "Body", "Country", "Place"), token) is None:
            if first < token:
                pieces.append((first, token, joined))
                joined = False
            joined = joined or word in JOINING
            first = token + 1
    if first < end:
        pieces.append((first, end, joined))
    return pieces


def _chunk(parsed: Parsed, known: Resolution, first: int, last: int) -> tuple[str, Parties]:
    """Return the best that one piece of a phrase names: a person, else a reference, a body, a country."""
    mentions = [m for t in range(first, last) for m in [_starting_at(parsed, t)] if m and m.end <= last]
    persons = [m for m in mentions if m.label == "Person" and not _owns(parsed, m, last)]
    if persons:
        return "Person", _keys(known, persons[-1])
    references = [m for m in mentions if m.label == "Reference" and not _owns(parsed, m, last)]
    if references:
        own = _keys(known, references[0])
        kinds = {known.kind(key) for key in own.keys}
        return ("Person" if "person" in kinds or not kinds else "Country"), own
    if any(m.label == "Person" for m in mentions) and not _stands_for_others(parsed, first, last):
        return "", Parties(open=True, people=True)
    others = _stands_for_others(parsed, first, last)
    for label in ("Body", "Country", "Demonym"):
        named = [
            m for m in mentions if m.label == label and (label == "Demonym" or others or not _owns(parsed, m, last))
        ]
        if named and (label != "Demonym" or others):
            return label, _keys(known, named[0], people=others)
    return "", Parties(open=others, people=others)


def _owns(parsed: Parsed, mention: Mention, last: int) -> bool:
    """Tell whether the mention is a possessive before a noun: "Berg's envoy"."""
    return mention.end < last and parsed.tag[mention.end] == "POS" and mention.end + 1 < last


def _stands_for_others(parsed: Parsed, first: int, last: int) -> bool:
    lexicon = parsed.phrases.get("delegation_noun", {})
    return any(token in lexicon for token in range(first, last))


def _keys(known: Resolution, mention: Mention, *, people: bool = False) -> Parties:
    keys = tuple(key for key in known.keys(mention) if known.kind(key) != "place")
    people = people or mention.label == "Person" or any(known.kind(key) == "person" for key in keys)
    return Parties(keys, open=not keys, people=people)
