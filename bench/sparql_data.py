"""What the endpoints are compared on: a made-up dataset like those communique builds, and twelve realistic queries."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BASE = "https://example.org/"
CMQ = "https://w3id.org/communique#"
PREFIXES = f"""PREFIX : <{BASE}>
PREFIX cmq: <{CMQ}>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
PERSONS, BODIES, PLACES, EVENTS_EACH = 2_000, 400, 150, 4
INTRODUCED = 3
"""How many articles say who a person or what a place is: so often the union of the graphs holds it."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query with a place for a number, so that no two of its first hundreds are alike."""

    name: str
    text: str
    accept: str = "application/sparql-results+json"
    light: bool = False

    def numbered(self, number: int) -> str:
        """Give the query with one number: no endpoint can have it in a cache."""
        person, place = _iri("person", number), _iri("place", number)
        return PREFIXES + self.text.replace("{person}", person).replace("{place}", place).replace("{n}", str(number))


TRIPLES = "application/n-triples"
QUERIES = (
    Query("lookup", "SELECT ?p ?o { {person} ?p ?o }", light=True),
    Query(
        "ask",
        "ASK { ?event schema:attendee {person} ; schema:location ?somewhere }",
        light=True,
    ),
    Query("describe", "DESCRIBE {person}", TRIPLES, light=True),
    Query(
        "page of a list",
        "SELECT ?who ?name { ?who a schema:Person ; skos:prefLabel ?name } ORDER BY ?name LIMIT 50 OFFSET {n}",
    ),
    Query(
        "timeline",
        """SELECT ?event ?date ?place { ?event schema:attendee {person} ; schema:startDate ?date .
        OPTIONAL { ?event schema:location/skos:prefLabel ?place } } ORDER BY ?date""",
    ),
    Query(
        "who met whom",
        """SELECT ?other ?name (COUNT(DISTINCT ?event) AS ?n) { ?event schema:attendee {person}, ?other .
        ?other skos:prefLabel ?name FILTER(?other != {person}) } GROUP BY ?other ?name ORDER BY DESC(?n) ?name""",
    ),
    Query(
        "meetings of two",
        """SELECT ?a ?b (COUNT(*) AS ?n) { ?event schema:location {place} ; schema:attendee ?a, ?b
        FILTER(STR(?a) < STR(?b)) } GROUP BY ?a ?b ORDER BY DESC(?n) ?a ?b LIMIT 100""",
    ),
    Query(
        "text filter",
        """SELECT ?event ?text { ?event a cmq:Meeting ; prov:wasDerivedFrom/oa:exact ?text
        FILTER(CONTAINS(LCASE(?text), "talks {n}")) }""",
    ),
    Query(
        "aggregate",
        """SELECT ?place (COUNT(?event) AS ?n) (MIN(?date) AS ?first) { ?event schema:location ?place ;
        schema:startDate ?date } GROUP BY ?place HAVING(COUNT(?event) > {n}) ORDER BY DESC(?n)""",
    ),
    Query(
        "path",
        "SELECT ?part ?name { ?part org:unitOf+ <https://example.org/body/0> ; skos:prefLabel ?name } OFFSET {n}",
    ),
    Query(
        "construct",
        """CONSTRUCT { ?a :met ?b } WHERE { ?event schema:location {place} ; schema:attendee ?a, ?b
        FILTER(?a != ?b) }""",
        TRIPLES,
    ),
    Query(
        "export",
        "SELECT ?event ?who ?date { ?event schema:attendee ?who ; schema:startDate ?date } OFFSET {n} LIMIT 100000",
        "text/csv",
    ),
)


def numbers(query: Query) -> Iterator[int]:
    """Give the numbers to ask a query with: things that exist, in an order that is the same for every endpoint."""
    most = {"page of a list": 1500, "meetings of two": PLACES, "text filter": 9000, "aggregate": 300}
    most |= {"path": 300, "construct": PLACES, "export": 1000}
    drawn = random.Random(7).sample(range(1, most.get(query.name, PERSONS)), most.get(query.name, PERSONS) - 1)
    while True:
        yield from drawn


def graphs(articles: int) -> Iterator[tuple[str, str]]:
    """Give the named graphs as N-Triples: one for each article, one for the bodies."""
    draw = random.Random(11)
    lines = [f"{_iri('body', 0)} {LABEL} {_text('Body 0')} ."]
    for body in range(1, BODIES):
        lines += [f"{_iri('body', body)} {UNIT_OF} {_iri('body', body // 3)} ."]
        lines += [f"{_iri('body', body)} {LABEL} {_text(f'Body {body}')} ."]
    yield f"{BASE}graph/bodies", "\n".join(lines)
    known: dict[str, int] = {}
    for article in range(articles):
        lines = []
        for event in range(article * EVENTS_EACH, article * EVENTS_EACH + EVENTS_EACH):
            place = min(int(draw.expovariate(0.03)), PLACES - 1)
            who = {min(int(draw.expovariate(0.0015)), PERSONS - 1) for _ in range(draw.choice((2, 2, 3, 6)))}
            lines += _event(event, draw.randrange(365), place, sorted(who), known)
        yield f"{BASE}article/{article}", "\n".join(lines)


A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
UNIT_OF = "<http://www.w3.org/ns/org#unitOf>"
DATE = "http://www.w3.org/2001/XMLSchema#date"


def _iri(kind: str, number: int) -> str:
    return f"<{BASE}{kind}/{number}>"


def _text(text: str) -> str:
    return f'"{text}"@en'


def _event(number: int, day: int, place: int, who: list[int], known: dict[str, int]) -> list[str]:
    event, evidence = _iri("event", number), _iri("evidence", number)
    kind = ("Meeting", "Visit", "Call")[number % 3]
    date = f"20{20 + number % 4}-{1 + day // 31:02}-{1 + day % 28:02}"
    lines = [
        f"{event} {A} <{CMQ}{kind}> .",
        f'{event} <https://schema.org/startDate> "{date}"^^<{DATE}> .',
        f"{event} <https://schema.org/location> {_iri('place', place)} .",
        f"{event} <http://www.w3.org/ns/prov#wasDerivedFrom> {evidence} .",
        f'{evidence} <http://www.w3.org/ns/oa#exact> "On the {day}th day they held Talks {number} on many matters." .',
        f'{evidence} <http://www.w3.org/ns/oa#start> "{number * 17}"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    ]
    lines += _introduced(_iri("place", place), [f"{LABEL} {_text(f'Place {place}')}"], known)
    for person in who:
        lines.append(f"{event} <https://schema.org/attendee> {_iri('person', person)} .")
        said = (
            f"{A} <https://schema.org/Person>",
            f"{LABEL} {_text(f'Person {person}')}",
            f"<http://www.w3.org/ns/org#memberOf> {_iri('body', person % BODIES)}",
        )
        lines += _introduced(_iri("person", person), said, known)
    return lines


def _introduced(iri: str, said: Iterable[str], known: dict[str, int]) -> list[str]:
    """Say what an article says of a thing that it introduces; the first few do."""
    known[iri] = known.get(iri, 0) + 1
    return [f"{iri} {part} ." for part in said] if known[iri] <= INTRODUCED else []
