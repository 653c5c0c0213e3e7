"""Whether what a sentence speaks of took place, is planned, was called off, or is only wished for or denied."""

from __future__ import annotations

from typing import Literal

from mappings.tokens import Mention, Parsed

Reality = Literal["told", "aimed", "planned", "cancelled", "postponed", "unreal"]  # aimed: what something was done for

CLIMBING = frozenset(
    ("dobj", "pobj", "prep", "nsubj", "nsubjpass", "pcomp", "attr", "acl", "agent", "compound", "poss", "nmod")
)
CLAUSES = frozenset(("xcomp", "ccomp", "conj", "acl", "pcomp", "advcl"))
CONDITIONS = frozenset(("if", "whether", "unless"))
SETTING_OFF = frozenset(("after", "before", "since", "upon", "while", "when", "following", "on", "by"))
MOST_STEPS = 6


def reality(parsed: Parsed, mention: Mention) -> Reality:
    """Judge a mention of an event by the words that govern it, from the trigger outwards."""
    token = mention.head
    if parsed.pos[token] in ("VERB", "AUX"):
        return _of_verb(parsed, token)
    found = _of_noun(parsed, mention)
    if found == "planned" and (dropped := _dropped(parsed, token)):
        return dropped
    if found != "told":
        return found
    if _announced(parsed, token):
        return "planned"
    for _ in range(MOST_STEPS):
        relation, head = parsed.dep[token], parsed.head[token]
        if head == token or relation not in CLIMBING:
            return "told"
        if _is(parsed, "planned_word", token):
            return "planned"
        if parsed.pos[head] in ("VERB", "AUX"):
            return _of_governor(parsed, token, head)
        if relation == "prep" and parsed.pos[head] in ("NOUN", "ADJ") and _is(parsed, "unreal_noun", head):
            return "unreal"
        token = head
    return "told"


def _announced(parsed: Parsed, token: int) -> bool:
    """Tell whether a clause behind the noun says that the event is yet to be: "which is to be held", "which opens"."""
    for verb in parsed.children[token]:
        if parsed.dep[verb] != "relcl" or verb < token:
            continue
        if parsed.lemma[verb] == "be" and parsed.tag[verb] in ("VBZ", "VBP"):
            return any(parsed.dep[c] == "xcomp" and parsed.tag[c] == "VB" for c in parsed.children[verb])
        if _is(parsed, "taking_place", verb) and parsed.lemma[verb] not in ("be", "end", "conclude"):
            present = parsed.tag[verb] in ("VBZ", "VBP") and not any(
                parsed.dep[c] in ("aux", "auxpass") for c in parsed.children[verb]
            )
            return present or _of_verb(parsed, verb) == "planned"
    return False


def _dropped(parsed: Parsed, token: int) -> Reality | None:
    """Tell whether what was planned was cancelled or postponed."""
    verb = parsed.head[token]
    if parsed.dep[token] not in ("dobj", "nsubjpass", "nsubj"):
        return None
    return (
        "cancelled"
        if _is(parsed, "cancelling_verb", verb)
        else "postponed"
        if _is(parsed, "postponing_verb", verb)
        else None
    )


def _of_noun(parsed: Parsed, mention: Mention) -> Reality:
    before = range(max(parsed.bounds(mention.start)[0], mention.start - 4), mention.start)
    near = range(max(before.start, mention.start - 2), mention.start)
    counted = parsed.tag[mention.head] == "NNS" and parsed.lower[mention.head] != "talks"
    if any(_is(parsed, "no_word", t) or (counted and _is(parsed, "counted_word", t)) for t in near):
        return "unreal"
    if parsed.tag[mention.head] == "NNS" and any(parsed.pos[t] == "NUM" and parsed.lower[t] != "two" for t in near):
        return "unreal"  # "three meetings over the past year"
    beside = [t for t in before if parsed.head[t] == mention.head or t >= mention.start - 2]
    if any(_is(parsed, "planned_word", t) for t in beside) and not any(
        _is(parsed, "open_word", t) for t in beside if parsed.pos[t] == "DET"
    ):
        return "planned"
    phrases = parsed.phrases.get("ahead_phrase", {})
    first, _ = parsed.bounds(mention.start)
    for token in range(max(first, mention.start - 9), mention.start):
        for phrase in phrases.get(token, ()):
            if all(
                parsed.pos[t] in ("DET", "ADJ", "NOUN", "PROPN", "NUM", "PRON", "PART")
                for t in range(phrase.end, mention.start)
            ):
                return "planned"
    return "told"


def _of_governor(parsed: Parsed, token: int, verb: int) -> Reality:
    """Judge a noun by its verb: "held talks" is as real as the holding, "called for talks" never."""
    relation = parsed.dep[token]
    direct = relation in ("dobj", "nsubjpass", "nsubj")
    if parsed.lower[token] in ("after", "following"):
        while parsed.head[verb] != verb and any(parsed.lower[c] == "to" for c in parsed.children[verb]):
            verb = parsed.head[verb]  # "agreed to open the border after talks"
        return _tense(parsed, verb)
    forward = any(parsed.lower[c] == "forward" for c in parsed.children[verb])
    if relation == "prep" and parsed.lower[token] == "to" and forward:
        return "planned"
    if direct and _is(parsed, "cancelling_verb", verb):
        return "cancelled"
    if direct and _is(parsed, "postponing_verb", verb):
        return "postponed"
    if direct and parsed.lemma[verb] in ("propose", "schedule", "plan", "arrange") and not _negated(parsed, verb):
        return "planned"
    if relation in ("dobj", "prep") and _is(parsed, "unreal_verb", verb) and not _carries(parsed, token, verb):
        return "unreal"
    meets = parsed.lemma[verb] in ("meet", "gather") or (
        _is(parsed, "taking_place", verb) and parsed.lemma[verb] != "be"
    )
    if relation == "nsubj" and not meets:
        return "unreal" if _conditional(parsed, verb) else "told"  # "the visit will strengthen ties"
    return _of_verb(parsed, verb) if direct else _tense(parsed, verb)


def _carries(parsed: Parsed, token: int, verb: int) -> bool:
    """Tell whether the noun is only the setting of the verb: "in a meeting he asked"."""
    return parsed.dep[token] == "prep" and parsed.lower[token] in (
        "in",
        "during",
        "at",
        "after",
        "following",
        "on",
        "before",
    )


def _tense(parsed: Parsed, verb: int) -> Reality:
    """Judge a verb in whose setting an event stands: only its own future makes the event a planned one."""
    auxiliaries = [c for c in parsed.children[verb] if parsed.dep[c] in ("aux", "auxpass")]
    if any(_is(parsed, "future_auxiliary", c) and parsed.lower[c] != "would" for c in auxiliaries):
        return "planned"
    if any(parsed.lower[c] == "to" for c in auxiliaries) and parsed.head[verb] != verb:
        ruled = _ruled(parsed, parsed.head[verb])
        return "planned" if ruled == "planned" else _tense(parsed, parsed.head[verb])
    return "told"


def _of_verb(parsed: Parsed, verb: int) -> Reality:
    """Judge a verb by its auxiliaries and by the verbs that govern it."""
    for _ in range(MOST_STEPS):
        auxiliaries = [c for c in parsed.children[verb] if parsed.dep[c] in ("aux", "auxpass")]
        if _negated(parsed, verb) or _conditional(parsed, verb) or _habitual(parsed, verb):
            return "unreal"
        if any(_is(parsed, "open_auxiliary", c) for c in auxiliaries):
            return "unreal"
        if any(_is(parsed, "future_auxiliary", c) for c in auxiliaries):
            return "planned"
        infinitive = any(parsed.lower[c] == "to" for c in auxiliaries)
        head = parsed.head[verb]
        if parsed.dep[verb] == "pcomp" and parsed.lower[head] in SETTING_OFF:
            return _tense(parsed, parsed.head[head])  # "after arriving in Oslo"
        if parsed.pos[head] == "ADP" and parsed.dep[verb] == "pcomp":
            return _ruled(parsed, parsed.head[head]) or "told"  # "look forward to attending"
        if parsed.tag[verb] == "VBG" and parsed.dep[verb] == "advcl" and not auxiliaries and head != verb:
            return _tense(parsed, head)  # "will tour the region, visiting Chile and Peru"
        if (
            not infinitive
            and parsed.dep[verb] != "conj"
            and not (parsed.tag[verb] == "VBG" and parsed.dep[verb] in ("xcomp", "pcomp"))
        ):
            return "told"
        if head == verb:
            return "planned" if infinitive else "told"
        if infinitive and parsed.dep[verb] in ("xcomp", "ccomp", "acl", "advcl", "relcl"):
            ruled = _ruled(parsed, head)
            if ruled:
                return ruled
            if parsed.dep[verb] in ("relcl", "advcl", "acl"):
                return "aimed"
        if parsed.dep[verb] == "conj" and any(parsed.dep[c] in ("nsubj", "nsubjpass") for c in parsed.children[verb]):
            return "told"
        if parsed.pos[head] not in ("VERB", "AUX", "ADJ", "NOUN"):
            return "planned" if infinitive else "told"
        verb = head
    return "told"


def _ruled(parsed: Parsed, governor: int) -> Reality | None:
    """Judge an infinitive by the verb, adjective or noun on which it depends."""
    if _negated(parsed, governor) or _is(parsed, "unreal_verb", governor):
        return "unreal"
    if _is(parsed, "feeling_word", governor):
        return "told"
    if _is(parsed, "planning_verb", governor):
        auxiliaries = [c for c in parsed.children[governor] if _is(parsed, "open_auxiliary", c)]
        return "unreal" if auxiliaries else "planned"
    if parsed.lemma[governor] == "be" and parsed.pos[governor] in ("AUX", "VERB"):
        said = [c for c in parsed.children[governor] if parsed.dep[c] in ("attr", "acomp", "oprd")]
        return _ruled(parsed, said[0]) if said else "planned"  # "is ready to", "is a pleasure to", "is to"
    return None


def _negated(parsed: Parsed, verb: int) -> bool:
    return any(parsed.dep[c] == "neg" for c in parsed.children[verb])


def _conditional(parsed: Parsed, verb: int) -> bool:
    return any(parsed.dep[c] == "mark" and parsed.lower[c] in CONDITIONS for c in parsed.children[verb])


def _habitual(parsed: Parsed, verb: int) -> bool:
    if any(parsed.dep[c] == "advmod" and _is(parsed, "habit_word", c) for c in parsed.children[verb]):
        return True
    return any(_is(parsed, "long_while", t) for t in range(verb + 1, min(verb + 9, parsed.bounds(verb)[1])))


def _is(parsed: Parsed, lexicon: str, token: int) -> bool:
    return token in parsed.phrases.get(lexicon, {})
