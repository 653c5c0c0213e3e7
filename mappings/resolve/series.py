"""Several events told with one verb: "met A in Oslo and B in Bonn", "visited Norway, Denmark and Sweden"."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.resolve.parties import after, phrase_end
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed

REACH = 40  # words in which the stations of one verb are told
LOCATIONS = ("Place", "Country")
BETWEEN = ("DET", "ADJ", "NOUN", "PROPN", "PRON", "PUNCT", "PART")


@dataclass(frozen=True, slots=True)
class Station:
    """Who was met at one place or on one day."""

    parties: tuple[str, ...]
    place: str | None
    date: Mention | None


def stations(parsed: Parsed, known: Resolution, start: int) -> tuple[Station, ...]:
    """Return the stations of a phrase that names others, each with a place or a day; empty if there are not two."""
    found: list[Station] = []
    _, stop = parsed.bounds(start)
    token = start
    while token < stop and token - start < REACH:
        named = after(parsed, known, token)
        end = phrase_end(parsed, token)
        if not named.people or not named.keys or end <= token:
            break
        place, date, end = _setting(parsed, known, end, stop)
        if place is None and date is None:
            break
        found.append(Station(named.keys, place, date))
        token = _next(parsed, end, stop)
        if token == end:
            break
    return tuple(found) if len(found) > 1 else ()


def _setting(parsed: Parsed, known: Resolution, token: int, stop: int) -> tuple[str | None, Mention | None, int]:
    """Return the place and the day that follow a name, and where they end."""
    place: str | None = None
    date: Mention | None = None
    while token < stop:
        here = token + (parsed.lower[token] == "on")
        if here < stop and (day := next(iter(parsed.starting(("Date",), here)), None)):
            date, token = date or day, day.end
        elif parsed.lower[token] in ("in", "at") and (spot := _location(parsed, token + 1, stop)):
            place, token = place or known.key(spot), spot.end
        elif parsed.lower[token] == "," and place and (spot := _starting(parsed, token + 1)):
            token = spot.end  # "Bonn, Germany"
        else:
            break
    return place, date, token


def _location(parsed: Parsed, token: int, stop: int) -> Mention | None:
    for here in range(token, min(stop, token + 7)):
        if spot := _starting(parsed, here):
            return spot
        inside = parsed.pos[here] in BETWEEN or parsed.lower[here] in ("of", "in")  # "at his residence in Bonn"
        if not inside or parsed.lower[here] in (",", ";"):
            return None
    return None


def _starting(parsed: Parsed, token: int) -> Mention | None:
    return next((m for label in LOCATIONS for m in parsed.starting((label,), token)), None)


def _next(parsed: Parsed, token: int, stop: int) -> int:
    """Return where the next name of a list begins: behind a comma, "and", "and most recently"."""
    here = token
    while here < stop and (parsed.lower[here] in (",", ";", "and", "then", "with") or parsed.pos[here] == "ADV"):
        here += 1
    return here if here < stop else token


def listed_places(parsed: Parsed, known: Resolution, place: str, start: int) -> tuple[str, ...]:
    """Return the places of the list behind the token that begins with `place`, if it is one: "Norway and Denmark"."""
    sentence = parsed.sentence[start]
    first = next((m for m in parsed.within(sentence, LOCATIONS) if m.start >= start and known.key(m) == place), None)
    if first is None:
        return ()
    found, joined, token = [first], False, first.end
    _, stop = parsed.bounds(start)
    while token + 1 < stop and (parsed.lower[token] in (",", "and", "&")):
        word = parsed.lower[token]
        token += 1 + (word == "," and parsed.lower[token + 1] == "and")
        if token >= stop:
            break
        token += parsed.lower[token] in ("the", "then")
        spot = _starting(parsed, token)
        if spot is None or (spot.end < stop and parsed.tag[spot.end] == "POS"):
            break
        if not (word == "," and f"country:{found[-1].attributes.get('code')}" == known.key(spot)):
            found.append(spot)
            joined = joined or word == "and" or parsed.lower[spot.start - 1] == "and"
        token = spot.end
    keys = tuple(dict.fromkeys(key for m in found if (key := known.key(m))))
    return keys if len(keys) > 1 and (joined or len(keys) > 2) else ()
