"""The status of an agreement as an article tells it, and the changes of it that are told as facts."""

from __future__ import annotations

from collections.abc import Sequence

from mappings.records import AgreementStatus, Transition
from mappings.resolve.modality import reality
from mappings.resolve.partners import actors
from mappings.resolve.resolution import Resolution, sentence_evidence
from mappings.tokens import Mention, Parsed

# A later status says more than an earlier one: an agreement in force was signed once.
PROGRESS: tuple[AgreementStatus, ...] = (
    "unspecified",
    "proposed",
    "negotiating",
    "signed",
    "ratified",
    "in-force",
    "suspended",
    "withdrawn",
)
# What is still to come tells that the agreement stands one step before it.
BEFORE: dict[str, AgreementStatus] = {
    "signed": "proposed",
    "ratified": "signed",
    "in-force": "unspecified",
    "suspended": "unspecified",
    "withdrawn": "unspecified",
    "negotiating": "negotiating",
    "proposed": "proposed",
    "unspecified": "unspecified",
}
PAST = frozenset(("after", "since", "by", "upon", "following"))  # "after reaching a deal"
NOT_YET = frozenset(("aimed", "planned", "unreal"))


def progress(
    mentions: Sequence[Mention], changes: Sequence[Mention], parsed: Parsed, known: Resolution
) -> tuple[AgreementStatus, tuple[Transition, ...]]:
    """Return the furthest status that the article tells, and the changes that it tells as facts.

    What is only implied ("under the treaty", "in the absence of a treaty") counts where nothing is told.
    """
    statuses: list[AgreementStatus] = []
    implied: list[AgreementStatus] = []
    transitions: list[Transition] = []
    for mention in mentions:
        if "status" in mention.attributes:
            statuses.append(_status(mention.attributes["status"]))
        elif _is_dated(parsed, mention):
            implied.append("signed")
        elif _is_to_come(parsed, mention):
            implied.append("proposed")
    for change in sorted(changes, key=lambda c: c.start):
        status = _status(change.attributes["status"])
        if change.attributes.get("implied"):
            implied.append(status)
        elif change.attributes.get("standing"):
            statuses.append(status)
        elif change.attributes.get("future"):
            statuses.append(_status(change.attributes.get("before") or BEFORE[status]))
        elif status == "unspecified":  # "the treaty expires in May": it has not yet
            statuses.append(_status(change.attributes["before"] if "present" in change.attributes else status))
        else:
            statuses.append(status)
            transitions.append(_transition(change, status, parsed, known))
    told = [s for s in statuses if s != "unspecified"] or implied
    return max(told, key=PROGRESS.index, default="unspecified"), tuple(dict.fromkeys(transitions))


def _status(word: str) -> AgreementStatus:
    return next(s for s in PROGRESS if s == word)


def _is_to_come(parsed: Parsed, mention: Mention) -> bool:
    """Tell whether an agreement is only wished for: "a deal would end the war", "the need for a treaty"."""
    if "named" in mention.attributes or "definite" in mention.attributes:
        return False
    first, _ = parsed.bounds(mention.start)
    ahead = parsed.phrases.get("prospective_word", {})
    if any(t in ahead for t in range(max(first, mention.start - 1), mention.end)):
        return True
    before = parsed.lower[mention.start - 1] if mention.start > first else ""
    if parsed.lower[mention.start] in ("the", "this") or before in ("the", "this", "that", "these", "those"):
        return False
    verb = parsed.head[mention.head]
    attaining = verb in parsed.phrases.get("attaining_verb", {})
    aimed = attaining and parsed.dep[mention.head] == "dobj" and parsed.tag[verb] in ("VB", "VBG")
    past = parsed.lower[parsed.head[verb]] in PAST if parsed.dep[verb] == "pcomp" else False
    return (aimed and not past) or reality(parsed, mention) in NOT_YET


def _is_dated(parsed: Parsed, mention: Mention) -> bool:
    """Tell whether an agreement that is spoken of as known bears a date: "the November 27 agreement"."""
    first, _ = parsed.bounds(mention.start)
    known = "definite" in mention.attributes and "named" not in mention.attributes
    return known and any(parsed.covering(("Date",), t) for t in range(max(first, mention.start - 1), mention.end))


def _transition(change: Mention, status: AgreementStatus, parsed: Parsed, known: Resolution) -> Transition:
    date, who = change.argument("date"), actors(change, parsed, known)
    return Transition(
        status=status,
        evidence=sentence_evidence(parsed, parsed.sentence[change.start], change.rule),
        actor=who[0] if len(who) == 1 else None,
        date=date.attributes.get("value") if date else None,
        date_text=parsed.words(date) if date else None,
    )
