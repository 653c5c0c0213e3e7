"""Who says "I" and who is "you": the speaker of a turn or of a quotation, and to whom a turn is spoken."""

from __future__ import annotations

from mappings.resolve.resolution import Resolution
from mappings.tokens import Parsed

REACH = 2  # sentences over which a quotation goes on without its speaker named


def speaker(parsed: Parsed, known: Resolution, token: int) -> tuple[str, ...]:
    """Return who says "I" at the token: the speaker of the turn, else of the reported speech."""
    sentence = parsed.sentence[token]
    turns = _turns(parsed, known)
    begun = [key for at, key in turns if at <= sentence]
    if begun:
        return (begun[-1],) if begun[-1] else ()
    for back in range(REACH):
        if sentence - back < 0 or parsed.paragraph[sentence - back] != parsed.paragraph[sentence]:
            break
        for mention in parsed.within(sentence - back, ("Statement",)):
            keys = [key for m in mention.arguments.get("speaker", ()) for key in known.keys(m)]
            if keys and known.kind(keys[0]) == "person":
                return (keys[0],)
    return ()


def addressee(parsed: Parsed, known: Resolution, token: int) -> tuple[str, ...]:
    """Return who is "you" at the token: the one other speaker of the transcript."""
    own = speaker(parsed, known, token)
    others = {key for _, key in _turns(parsed, known) if key} - set(own)
    return tuple(others) if own and len(others) == 1 else ()


def _turns(parsed: Parsed, known: Resolution) -> list[tuple[int, str | None]]:
    """Return the sentence in which each turn begins, with its speaker if known."""
    return [
        (parsed.sentence[turn.start], known.key(named) if (named := turn.argument("speaker")) else None)
        for turn in parsed.labelled("Turn")
    ]
