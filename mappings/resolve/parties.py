"""Who takes part: the actors that a noun phrase of the sentence names, read from left to right.

A parse loses its way in "Secretary of the Security Council of Norway Anna Berg", so a phrase is followed over its
words: titles, prepositions of titles, names, commas of appositions and lists, up to a verb or a preposition of place.
"""

from __future__ import annotations

from dataclasses import dataclass

from mappings.resolve.resolution import Resolution
from mappings.resolve.voices import addressee, speaker
from mappings.tokens import Mention, Parsed

NAMED = ("Person", "Reference", "Body", "Country", "Demonym")
TITLE_PREPOSITIONS = frozenset(("of", "from", "for", "on", "in", "to", "at"))
JOINING = frozenset(("and", "with", "&", "plus"))
FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
PASSED_OVER = frozenset(("both", "also", "then", "separately", "respectively", "each", "together", "alongside"))


@dataclass(frozen=True, slots=True)
class Parties:
    """The keys of the actors of a phrase, in order.

    `open` says that it also names somebody who could not be resolved, `people` that it speaks of persons, named or not,
    `titles` are the posts of those who are not named.
    """

    keys: tuple[str, ...] = ()
    open: bool = False
    people: bool = False
    titles: frozenset[str] = frozenset()
    named: bool = False  # by a name, not by words that stand for one

    def __add__(self, other: Parties) -> Parties:
        keys = tuple(dict.fromkeys(self.keys + other.keys))
        named = self.named or other.named
        return Parties(keys, self.open or other.open, self.people or other.people, self.titles | other.titles, named)


def after(parsed: Parsed, known: Resolution, token: int) -> Parties:
    """Return the actors of the phrase that begins at the token."""
    return _read(parsed, known, token, phrase_end(parsed, token))


def under(parsed: Parsed, known: Resolution, token: int) -> Parties:
    """Return the actors of the phrase whose head is the token, by the parse."""
    named = _named_at(parsed, token)
    if named and named.label == "Country" and (person := _of_country(parsed, named)):
        named = person
    if spoken := _spoken(parsed, known, token):
        return spoken
    start, end = _edges(parsed, token)
    if named and named.label == "Person":
        return _reading(parsed, known, named) + _read(parsed, known, start, end, of_person=True)
    found = _read(parsed, known, start, end)
    if named and named.label == "Reference" and not set(known.keys(named)) <= set(found.keys):
        found = _reading(parsed, known, named) + found
    return found


def lost_subject(parsed: Parsed, known: Resolution, token: int) -> Parties:
    """Return the subject that parsers take for an apposition: "At the invitation of Berg, Holm will pay a visit"."""
    while parsed.pos[token] != "VERB" and parsed.head[token] != token:
        token = parsed.head[token]
    if any(parsed.dep[c] in ("nsubj", "nsubjpass") for c in parsed.children[token]):
        return Parties()
    first, _ = parsed.bounds(token)
    while token - 1 > first and parsed.pos[token - 1] in ("AUX", "PART", "ADV"):
        token -= 1
    for comma in range(token - 2, max(first, token - 24), -1):
        if parsed.lower[comma] == "," and phrase_end(parsed, comma + 1) >= token - 1:
            return after(parsed, known, comma + 1)
    return Parties()


def _spoken(parsed: Parsed, known: Resolution, token: int) -> Parties | None:
    """Return who "I" or "you" is, if the token is such a word, not a name: "US", "Mr You"."""
    if len(parsed.text[token]) > 1 and (parsed.text[token].isupper() or parsed.covering(("Person", "Country"), token)):
        return None
    if token in parsed.phrases.get("first_person", {}):
        return Parties(speaker(parsed, known, token), people=True)
    if token in parsed.phrases.get("second_person", {}):
        return Parties(addressee(parsed, known, token), people=True)
    return None


def _of_country(parsed: Parsed, country: Mention) -> Mention | None:
    """Return the person before "of" the country: "Berg of Norway's visit"."""
    first, _ = parsed.bounds(country.start)
    if country.start - 2 < first or parsed.lower[country.start - 1] != "of":
        return None
    return parsed.covering(("Person",), country.start - 2)


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
            if token < stop and parsed.tag[token] == "POS":
                continue
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
        if (
            parsed.pos[here] not in ("NOUN", "PROPN", "ADJ", "PART", "DET", "ADP", "CCONJ")
            and parsed.tag[here] != "PRP$"
        ):
            return False
    return False


def _stops(parsed: Parsed, token: int, collected: bool, stop: int) -> bool:
    word, pos = parsed.lower[token], parsed.pos[token]
    if _includes(parsed, token) or word in JOINING or word in ("of", "from", "'s", "'"):
        return False
    if pos in ("VERB", "AUX"):
        return parsed.tag[token] in FINITE or collected or (parsed.tag[token] == "VBG" and parsed.dep[token] != "amod")
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
    if parsed.lower[here] == "and" and here + 1 < stop and (named := _starting_at(parsed, here + 1)):
        return named.label == "Person"
    while here < stop:
        if parsed.lower[here] in (",", ";", ":", '"') or parsed.covering(("Date",), here):
            return True
        if parsed.tag[here] in FINITE and parsed.covering(("Person", "Body", "Place"), here) is None:
            return False
        here += 1
    return True


def _read(parsed: Parsed, known: Resolution, start: int, end: int, *, of_person: bool = False) -> Parties:
    """Read the pieces of a phrase; if it is `of_person`, countries and bodies in it belong to the person's title."""
    pieces: list[tuple[str, Parties]] = []
    before, apposition = "Person" if of_person else "", False
    for first, last, joined in _chunks(parsed, start, end):
        kind, chunk = _chunk(parsed, known, first, last)
        named = any(known.kind(key) == "person" for key in chunk.keys)
        while named and not joined and pieces and pieces[-1][0] == "unnamed":
            pieces.pop()  # "his Danish counterpart, Ida Holm": the name tells who it is
        if before == "Person" and kind != "Person" and (apposition or not (joined and _leads(parsed, first, last))):
            apposition = True  # what the person is
            continue
        goes_on = joined and bool(pieces) and pieces[-1][0] == "unnamed"  # "counterparts from Norway and Chile"
        pieces.append(("unnamed" if not named and (chunk.people or goes_on) else kind, chunk))
        if kind:
            before, apposition = kind if named or kind != "Person" else "", False
    return sum((chunk for _, chunk in pieces), Parties())


def names_somebody(parsed: Parsed, start: int) -> bool:
    """Tell whether a phrase begins at the token that could name an actor, known or not."""
    end = phrase_end(parsed, start)
    return any(
        parsed.pos[t] in ("NOUN", "PROPN", "PRON")
        and parsed.covering(("Date", "Place"), t) is None
        and t not in parsed.phrases.get("nobody", {})
        for t in range(start, end)
    )


def _leads(parsed: Parsed, first: int, last: int) -> bool:
    """Tell whether the chunk is a name and nothing else, maybe with an article."""
    named = _starting_at(parsed, first + (parsed.pos[first] == "DET"))
    return named is not None and named.end >= last


def _chunks(parsed: Parsed, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Cut a phrase at commas and joining words outside of names; says of each piece whether a word joined it."""
    pieces, first, joined = [], start, False
    for token in range(start, end):
        word = parsed.lower[token]
        if (word == "," or word in JOINING) and parsed.covering(
            ("Person", "Body", "Country", "Place", "Reference"), token
        ) is None:
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
    for token in range(first, last):
        if parsed.tag[token] == "PRP" and (spoken := _spoken(parsed, known, token)):
            return "Person", spoken
    others = _stands_for_others(parsed, first, last)
    titles = _titles(parsed, first, last)
    for reference in mentions:
        if reference.label == "Reference" and (others or not _owns(parsed, reference, last)):
            own = _reading(parsed, known, reference)
            if own.keys or own.people:
                kept = titles if not any(known.kind(key) == "person" for key in own.keys) else frozenset()
                return "Person", Parties(own.keys, own.open, own.people, kept)
    if any(m.label == "Person" for m in mentions) and not others:
        return "", Parties(open=True, people=True)
    for label in ("Body", "Country", "Demonym"):
        named = [
            m for m in mentions if m.label == label and (label == "Demonym" or others or not _owns(parsed, m, last))
        ]
        if named and (label != "Demonym" or others or first + 1 >= last):
            several = others or (label != "Body" and parsed.lower[last : last + 1] == ["and"])
            return label, Parties(known.keys(named[0]), people=several, titles=titles, named=True)
    if (capital := parsed.covering(("Place",), first)) and capital.end >= last:
        country = f"country:{capital.attributes.get('code')}"
        return "Country", Parties((country,) if country in known.entities else (), open=True)
    return "", Parties(open=others, people=others)


def _titles(parsed: Parsed, first: int, last: int) -> frozenset[str]:
    """Return the posts that the words name: "president" of "the two countries' presidents"."""
    found = set()
    for token in range(first, last):
        for phrase in parsed.phrases.get("title_head", {}).get(token, ()) or parsed.phrases.get(
            "unnamed_title", {}
        ).get(token, ()):
            if phrase.end <= last:
                found.add(parsed.lemma[phrase.end - 1])
    return frozenset(found)


def _owns(parsed: Parsed, mention: Mention, last: int) -> bool:
    """Tell whether the mention is a possessive before a noun: "Berg's envoy"."""
    return mention.end < last and parsed.tag[mention.end] == "POS" and mention.end + 1 < last


def _stands_for_others(parsed: Parsed, first: int, last: int) -> bool:
    lexicon = parsed.phrases.get("delegation_noun", {})
    return any(token in lexicon for token in range(first, last))


def _reading(parsed: Parsed, known: Resolution, mention: Mention) -> Parties:
    """Return whom a name or reference stands for; a post whose holder is not named stands for its country or body."""
    found = _keys(known, mention)
    if mention.label != "Reference":
        return found
    people = (
        found.people
        or mention.attributes.get("of") == "person"
        or mention.attributes.get("kind") not in ("body", "pair")
    )
    if found.keys:
        return Parties(found.keys, people=people)
    seats = tuple(key for seat in mention.arguments.get("of", ()) for key in known.keys(seat))
    return Parties(seats, open=True, people=people)


def _reports(known: Resolution, key: str) -> bool:
    """Tell whether the actor is one of the news: it is told by, it does not take part."""
    return bool({"NewsAgency", "NewsMedia"} & set(known.entities[key].classes))


def _keys(known: Resolution, mention: Mention, *, people: bool = False) -> Parties:
    keys = tuple(key for key in known.keys(mention) if known.kind(key) != "place" and not _reports(known, key))
    people = people or mention.label == "Person" or any(known.kind(key) == "person" for key in keys)
    return Parties(keys, open=not keys, people=people, named=mention.label != "Reference")
