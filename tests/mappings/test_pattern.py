"""The pattern language: what a pattern matches, what it captures, and how a mistake in it is told."""

from __future__ import annotations

import re

import pytest

from mappings.article import Article, Segment
from mappings.match import compile_pattern
from mappings.path import compile_path
from mappings.pattern import PatternError, parse
from mappings.tokens import Mention, Parsed

LABELS = {"Actor": ("Actor", "Person", "Body"), "Person": ("Person",), "Body": ("Body",)}


@pytest.fixture
def sentence() -> Parsed:
    """Anna Berg met Karl Dahl and the Council in Oslo, with parts of speech, heads and three names."""
    words = ["Anna", "Berg", "met", "Karl", "Dahl", "and", "the", "Council", "in", "Oslo", "."]
    pos = ["PROPN", "PROPN", "VERB", "PROPN", "PROPN", "CCONJ", "DET", "PROPN", "ADP", "PROPN", "PUNCT"]
    dep = ["compound", "nsubj", "ROOT", "compound", "dobj", "cc", "det", "conj", "prep", "pobj", "punct"]
    head = [1, 2, 2, 4, 2, 4, 7, 4, 2, 8, 2]
    text = " ".join(words)
    parsed = Parsed(Article("a", text, (Segment(0, len(text)),)))
    at = 0
    for index, word in enumerate(words):
        parsed.text.append(word)
        parsed.lower.append(word.lower())
        parsed.lemma.append("meet" if word == "met" else word.lower())
        parsed.pos.append(pos[index])
        parsed.tag.append(pos[index])
        parsed.dep.append(dep[index])
        parsed.ent.append("")
        parsed.ent_start.append(False)
        parsed.head.append(head[index])
        parsed.start.append(at)
        parsed.end.append(at + len(word))
        parsed.sentence.append(0)
        at += len(word) + 1
    parsed.sentences.append((0, len(words)))
    parsed.finish()
    for label, start, end in (("Person", 0, 2), ("Person", 3, 5), ("Body", 6, 8)):
        parsed.add(Mention(label, start, end, end - 1, "test"))
    parsed.add_phrase("preposition", 8, 9, {})
    return parsed


def matches(pattern: str, parsed: Parsed) -> list[str]:
    compiled = compile_pattern(parse(pattern), LABELS)
    return [parsed.span_text(m.start, m.end) for m in compiled.search(parsed, 0, len(parsed))]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("[lemma=meet & pos=VERB]", ["met"]),
        ("[pos=PROPN]+", ["Anna Berg", "Karl Dahl", "Council", "Oslo"]),
        ("[pos=PROPN]+?", ["Anna", "Berg", "Karl", "Dahl", "Council", "Oslo"]),
        ("@Person", ["Anna Berg", "Karl Dahl"]),
        ("@Actor [lower=met] @Actor", ["Anna Berg met Karl Dahl"]),
        ('"met" @Person "and" @Body', ["met Karl Dahl and the Council"]),
        ("%preposition [pos=PROPN]", ["in Oslo"]),
        ("[is=title]{2}", ["Anna Berg", "Karl Dahl"]),
        ("[pos=PROPN & !in=Actor]", ["Oslo"]),
        ("^ @Person", ["Anna Berg"]),
        ("[] $", ["."]),
        ("@Person (?= [lower=met])", ["Anna Berg"]),
        ("@Person (?! [lower=met])", ["Karl Dahl"]),
        ("(?<= [lower=met]) @Person", ["Karl Dahl"]),
        ("[lower=/o.*/]", ["Oslo"]),
        ("[lower!=met,and & pos=VERB,CCONJ]", []),
    ],
)
def test_a_pattern_finds(pattern: str, found: list[str], sentence: Parsed) -> None:
    assert matches(pattern, sentence) == found


def test_a_pattern_backs_up_to_its_last_choice(sentence: Parsed) -> None:
    assert matches("[pos=PROPN]* [text=Berg]", sentence) == ["Anna Berg"]


def test_captures_come_in_order_and_only_from_the_branch_that_matched(sentence: Parsed) -> None:
    compiled = compile_pattern(parse('(@Person:who "slept" | @Person:who) "met":verb'), LABELS)
    match = compiled.at(sentence, 0)
    assert match is not None
    assert match.captures == (("who", 0, 2), ("verb", 2, 3))


def test_a_trace_names_the_element_at_which_a_match_stopped(sentence: Parsed) -> None:
    compiled = compile_pattern(parse('@Person "met" @Body'), LABELS)
    assert compiled.trace(sentence, 0) == (3, "@Body")


def test_a_hostile_sentence_does_not_stop_the_reader(sentence: Parsed) -> None:
    assert matches("([]* [])* ([]* [])* [text=nowhere]", sentence) == []


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("[lemma=meet", "']' expected"),
        ("[lema=meet]", "unknown attribute 'lema'"),
        ("[is=tall]", "unknown flag 'tall'"),
        ("[lower=/(/]", "bad regular expression"),
        ("[pos=VERB]?", "without taking a token"),
        ("(?= [pos=VERB])*", "cannot be repeated"),
        ("[pos=VERB] )", "unexpected ')'"),
        ("( [pos=VERB] | )", "an element expected"),
        ('""', "words between quotation marks"),
        ("[]{x}", "{n}, {n,} or {n,m} expected"),
    ],
)
def test_a_broken_pattern_is_refused_with_its_place(pattern: str, message: str) -> None:
    with pytest.raises(PatternError, match=re.escape(message)):
        parse(pattern)


@pytest.mark.parametrize(
    ("path", "reached"),
    [
        (">nsubj", ["Berg"]),
        (">dobj >conj*", ["Dahl", "Council"]),
        (">prep[lower=in] >pobj", ["Oslo"]),
        (">prep[lower=with] >pobj", []),
        (">nsubj|dobj", ["Berg", "Dahl"]),
        (">_ >compound", ["Anna", "Karl"]),
    ],
)
def test_a_path_leads_down_from_the_verb(path: str, reached: list[str], sentence: Parsed) -> None:
    found = compile_path(path, LABELS).reach(sentence, 2)
    assert [sentence.text[t] for t in found] == reached


def test_a_path_leads_up_again(sentence: Parsed) -> None:
    found = compile_path("<pobj <prep >nsubj", LABELS).reach(sentence, 9)
    assert [sentence.text[t] for t in found] == ["Berg"]


def test_a_broken_path_is_refused_with_its_place() -> None:
    with pytest.raises(PatternError, match="character 8 of the path"):
        compile_path(">nsubj dobj", LABELS)
