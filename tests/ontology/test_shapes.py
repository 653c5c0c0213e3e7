"""The shapes: every example is judged as it says, every shape has examples, and both readings of the shapes agree."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from ontology import validation
from ontology.precheck import Precheck, UnknownConstraint
from ontology.validation import Report, validate

EXAMPLES = Path(str(files("ontology") / "examples"))
VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))
SHAPE = "https://w3id.org/communique/shape/"
EXAMPLE = "https://example.org/"


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))


def expected(path: Path) -> set[tuple[str, str]]:
    return set(re.findall(r"^# expect: (?:ex:)?(.+) shape:(\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


def judged_by_pyshacl_alone(path: Path) -> set[tuple[str, str]]:
    _, found, _ = pyshacl.validate(rdflib.Graph().parse(path), shacl_graph=validation.shapes())
    assert isinstance(found, rdflib.Graph)
    pairs = set()
    for result in found.subjects(RDF.type, SH.ValidationResult):
        shape = found.value(result, SH.sourceConstraint) or found.value(result, SH.sourceShape)
        focus = found.value(result, SH.focusNode)
        if isinstance(focus, rdflib.URIRef):
            pairs.add((str(focus), str(shape)))
    return pairs


def reported(report: Report) -> set[tuple[str, str]]:
    return {
        (r.focus.removeprefix(EXAMPLE) if r.focus.startswith(EXAMPLE) else "a blank node", r.shape.removeprefix(SHAPE))
        for r in report.results
    }


def ids(paths: Iterable[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", VALID, ids=ids(VALID))
def test_valid_example_conforms(path: Path) -> None:
    assert validate(quads(path)).results == ()


@pytest.mark.parametrize("path", INVALID, ids=ids(INVALID))
def test_invalid_example_is_reported_for_what_it_says_and_nothing_else(path: Path) -> None:
    assert expected(path)
    assert reported(validate(quads(path))) == expected(path)


def test_every_constraint_has_an_invalid_example() -> None:
    shapes = validation.shapes()
    constraints = {
        *shapes.objects(None, SH.property),
        *shapes.objects(None, SH.sparql),
        *(s for s in shapes.subjects(RDF.type, SH.NodeShape) if (s, SH.message, None) in shapes),
    }
    shown = {shape for path in INVALID for _, shape in expected(path)}
    assert {str(c).removeprefix(SHAPE) for c in constraints} == shown


def test_every_constrained_property_has_a_valid_example() -> None:
    used = {quad.predicate.value for path in VALID for quad in quads(path)}
    paths = {str(p) for p in validation.shapes().objects(None, SH.path) if isinstance(p, rdflib.URIRef)}
    assert paths <= used


@pytest.mark.parametrize("path", [*VALID, *INVALID], ids=ids([*VALID, *INVALID]))
def test_judgement_and_quick_reading_agree_with_pyshacl_alone(path: Path) -> None:
    alone = judged_by_pyshacl_alone(path)
    assert {(r.focus, r.shape) for r in validation.judge(quads(path)).results if r.focus.startswith("http")} == alone
    assert validation.precheck().conforms(quads(path)) == (not alone)


@pytest.mark.parametrize("path", INVALID, ids=ids(INVALID))
def test_quick_reading_sees_each_fault_alone(path: Path) -> None:
    """One wrong node, left alone among valid surroundings, is enough for a closer look."""
    everything = quads(path)
    wrong = {focus for focus, _ in expected(path)} - {"a blank node", "article"}
    for focus in wrong:
        others = {f"{EXAMPLE}{name}" for name in wrong - {focus}}
        alone = [q for q in everything if not (isinstance(q.subject, ox.NamedNode) and q.subject.value in others)]
        assert not validation.precheck().conforms(alone), focus


DATE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")
ODD = (
    ox.Literal(""),
    ox.Literal(-1),
    ox.Literal("words", language="de"),
    ox.Literal("2020-02-30", datatype=DATE),
    ox.Literal("2031-01-01", datatype=DATE),
    ox.NamedNode(EXAMPLE + "unheard-of"),
)


@pytest.mark.parametrize("path", VALID, ids=ids(VALID))
def test_quick_reading_agrees_with_pyshacl_on_damaged_graphs(path: Path) -> None:
    """One triple is taken away, bent or added; the damage is drawn by lot, the same in every run."""
    lot = random.Random(path.stem)
    whole = quads(path)
    objects = [*(quad.object for quad in whole), *ODD]
    for _ in range(4):
        at = lot.randrange(len(whole))
        bent = ox.Quad(whole[at].subject, whole[at].predicate, lot.choice(objects))
        damaged = [*whole[:at], *lot.choice(([], [bent], [whole[at], bent])), *whole[at + 1 :]]
        assert validation.precheck().conforms(damaged) == validation.judge(damaged).conforms, (whole[at], bent)


def test_messages_are_sentences_that_say_the_mend() -> None:
    messages = [str(message) for message in validation.shapes().objects(None, SH.message)]
    assert messages
    assert [m for m in messages if not re.fullmatch(r"([A-Z]|cmq:).{30,}\.", m)] == []


def test_an_unknown_constraint_is_refused_not_ignored() -> None:
    shapes = rdflib.Graph().parse(
        data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .
        ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:lessThanOrEquals ex:q ] .""",
        format="turtle",
    )
    with pytest.raises(UnknownConstraint, match="lessThanOrEquals"):
        Precheck.of(shapes)
