"""What talks were about: topics that the sentences of an event say were discussed, in words of the lexicon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mappings.records import Event
from mappings.tokens import Parsed

TALKS = ("Meeting", "Call", "Gathering")
OBJECTS: tuple[str, ...] = ("dobj", "nsubjpass")
ASIDE = ("relcl", "advcl", "ccomp", "parataxis")
"""What is told of a topic, or beside it, and is not the topic."""
NAMES = ("Body", "BodyPart", "Person", "Post", "Title", "Office", "Place", "Country")
"""In whose names a word stands for no topic: the Ministry of Trade."""


def with_topics(parsed: Parsed, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Give each meeting, call and gathering its topics; where a sentence tells of two of these, nobody knows whose."""
    told = {e.key: {parsed.sentence_at(each.start) for each in e.evidence} for e in events if e.kind in TALKS}
    found = {}
    for key, sentences in told.items():
        own = sentences - {sentence for other, theirs in told.items() if other != key for sentence in theirs}
        topics = (f"topic:{topic}" for sentence in sorted(own) for topic in discussed(parsed, sentence))
        found[key] = tuple(dict.fromkeys(topics))
    return tuple(replace(e, topics=(*e.topics, *found[e.key])) if found.get(e.key) else e for e in events)


def discussed(parsed: Parsed, sentence: int) -> Iterator[str]:
    """Yield the topics that a sentence says were talked about, in order of the text."""
    subjects = {token for root in _subjects(parsed, sentence) for token in _part(parsed, root)}
    token, end = parsed.sentences[sentence]
    while token < end:
        phrases = parsed.phrases.get("topic", {}).get(token, ())
        phrase = next((p for p in phrases if subjects.issuperset(range(p.start, p.end))), None)
        if phrase and not parsed.covering(NAMES, token):
            yield phrase.attributes["topic"]
        token = phrase.end if phrase else token + 1


def _subjects(parsed: Parsed, sentence: int) -> Iterator[int]:
    """Yield the heads of what is discussed, or of that on which talks are held."""
    for token in range(*parsed.sentences[sentence]):
        if parsed.phrase("topic_verb", token, token + 1) and parsed.pos[token] == "VERB":
            talk, links = token, OBJECTS
        elif parsed.phrase("topic_link", token, token + 1) and _of_talk(parsed, parsed.head[token]):
            talk, links = parsed.head[token], ("pobj",)
        else:
            continue
        if not _refused(parsed, talk):
            yield from (child for child in parsed.children[token] if parsed.dep[child] in links)


def _of_talk(parsed: Parsed, token: int) -> bool:
    """Whether a word, or the object of a verb, is of talking: "talks on", "held talks with her on"."""
    held = [child for child in parsed.children[token] if parsed.dep[child] in OBJECTS and parsed.pos[token] == "VERB"]
    return bool(parsed.phrase("topic_speech", token, token + 1)) or any(
        parsed.phrase("topic_noun", each, each + 1) for each in (token, *held)
    )


def _refused(parsed: Parsed, token: int) -> bool:
    """Whether what is said of the talk, or anything that it hangs on, says that it did not come about."""
    while True:
        if any(parsed.dep[child] == "neg" for child in parsed.children[token]):
            return True
        if parsed.phrase("topic_refusal", token, token + 1):
            return True
        if parsed.head[token] == token:
            return False
        token = parsed.head[token]


def _part(parsed: Parsed, root: int) -> Iterator[int]:
    """Yield the tokens of a phrase, without clauses about it."""
    waiting = [root]
    while waiting:
        token = waiting.pop()
        yield token
        waiting += [child for child in parsed.children[token] if parsed.dep[child] not in ASIDE]
