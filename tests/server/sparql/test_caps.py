"""No answer is cut in silence: a header where it is known in time, a line that no parser takes, a broken connection."""

from __future__ import annotations

import csv
import http.client
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import zstandard

from server.sparql.answer import CHUNK, FRAME, Answer, Unfit
from server.sparql.rows import BY_MEDIA_TYPE

from .conftest import EX, Client, serving, wait_for

ROWS = 1000
BYTES = 2_000_000
NEXT = f"SELECT ?a ?b {{ ?a <{EX}next> ?b }}"
STEPS = f"CONSTRUCT WHERE {{ ?a <{EX}next> ?b }}"
TABLES = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
GRAPHS = (
    "text/turtle",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "text/n3",
    "application/rdf+xml",
    "application/ld+json",
)


@dataclass(frozen=True)
class Broken:
    """What came over HTTP, and whether the connection ended as it should."""

    headers: dict[str, str]
    body: bytes
    whole: bool

    @property
    def marker(self) -> str:
        return self.body.decode().splitlines()[-1]


def ask(client: Client, query: str, accept: str, encoding: str = "identity") -> Broken:
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=30)
    try:
        connection.request(
            "GET", f"/sparql?query={quote(query)}", headers={"Accept": accept, "Accept-Encoding": encoding}
        )
        response = connection.getresponse()
        assert response.status == 200
        headers = {name.lower(): value for name, value in response.getheaders()}
        pieces = []
        try:
            while piece := response.read1(1 << 16):
                pieces.append(piece)
            whole = True
        except (http.client.IncompleteRead, ConnectionError) as error:
            pieces.append(getattr(error, "partial", b""))
            whole = False
        return Broken(headers, b"".join(pieces), whole)
    finally:
        connection.close()


@pytest.fixture(scope="module")
def capped(small_store: Path) -> Iterator[Client]:
    """A server that gives no more than so many rows and bytes."""
    with serving(small_store, query_rows=ROWS, query_bytes=BYTES) as (client, _):
        wait_for(client)
        yield client


def parses(body: bytes, media_type: str) -> bool:
    """Tell whether a usual parser takes a body for a whole answer."""
    try:
        if media_type.endswith("json"):
            json.loads(body)
        elif media_type.endswith("xml"):
            ElementTree.fromstring(body)
        elif media_type == "text/csv":
            assert {len(row) for row in csv.reader(io.StringIO(body.decode()))} == {2}
        elif media_type == "text/tab-separated-values":
            list(ox.parse_query_results(body, format=ox.QueryResultsFormat.TSV))  # type: ignore[arg-type]
        else:
            list(ox.parse(body, format=ox.RdfFormat.from_media_type(media_type)))
    except (ValueError, SyntaxError, AssertionError):
        return False
    return True


def count(body: bytes, media_type: str) -> int:
    """Count the rows in front of the marker."""
    told = body[: body.rindex(b"\n!!! ")]
    if media_type in TABLES[:2]:
        return told.count(f"{EX}n".encode()) // 2
    if media_type == "application/ld+json":
        return sum(len(node["ex:next"]) for node in json.loads(told)["@graph"])
    if media_type == "application/rdf+xml":
        return told.count(b"<ex:next")
    if media_type in GRAPHS:
        return len(list(ox.parse(told, format=ox.RdfFormat.from_media_type(media_type))))
    return len(told.splitlines()) - 1


@pytest.mark.parametrize("media_type", [*TABLES, *GRAPHS])
def test_answer_with_too_many_rows_says_so_in_every_format(capped: Client, media_type: str) -> None:
    query = f"PREFIX ex: <{EX}> {NEXT if media_type in TABLES else STEPS}"
    answer = ask(capped, query, media_type)
    unit = "rows" if media_type in TABLES else "triples"
    assert answer.headers["answer-cut"].startswith(f"it has more than {ROWS} {unit}; ask for it in parts")
    assert answer.marker.startswith(f"!!! This answer is cut: it has more than {ROWS} {unit}; ask for it in parts")
    assert "LIMIT and OFFSET" in answer.marker
    assert count(answer.body, media_type) == ROWS
    assert not answer.whole
    assert not parses(answer.body, media_type)
    assert "etag" not in answer.headers


@pytest.mark.parametrize("media_type", [*TABLES, *GRAPHS])
def test_answer_of_just_as_many_rows_is_whole(capped: Client, media_type: str) -> None:
    answer = ask(capped, f"{NEXT if media_type in TABLES else STEPS} LIMIT {ROWS}", media_type)
    assert answer.whole
    assert "answer-cut" not in answer.headers
    assert parses(answer.body, media_type)


@pytest.mark.parametrize("media_type", [*TABLES, *GRAPHS])
def test_answer_with_too_many_bytes_breaks_off_while_it_is_sent(capped: Client, media_type: str) -> None:
    if media_type in TABLES:
        query = f"SELECT ?a ?text {{ {{ {NEXT} LIMIT 900 }} BIND('{'x' * 4000}' AS ?text) }}"
    else:
        query = f"CONSTRUCT {{ ?a ?b '{'x' * 4000}' }} {{ {{ {NEXT} LIMIT 900 }} }}"
    answer = ask(capped, query, media_type)
    assert BYTES * 0.95 < len(answer.body) < BYTES + 200
    assert answer.marker.startswith(f"!!! This answer is cut: it has more than {BYTES} bytes; ask for it in parts")
    assert not answer.whole
    assert not parses(answer.body, media_type)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
@pytest.mark.parametrize("media_type", [*TABLES, *GRAPHS])
def test_compressed_answer_that_is_cut_says_so_too(capped: Client, media_type: str, encoding: str) -> None:
    query = f"PREFIX ex: <{EX}> {NEXT if media_type in TABLES else STEPS}"
    answer = ask(capped, query, media_type, encoding)
    assert (answer.headers["content-encoding"], answer.whole) == (encoding, False)
    decoder = zlib.decompressobj(31) if encoding == "gzip" else zstandard.ZstdDecompressor().decompressobj()
    told = decoder.decompress(answer.body)
    assert told == ask(capped, query, media_type).body
    assert not decoder.eof


def test_answer_that_is_stopped_while_it_is_sent_says_so(small_store: Path) -> None:
    with serving(small_store, seconds=1, query_rows=0) as (client, _):
        wait_for(client)
        answer = ask(client, "SELECT * { ?a ?b ?c . ?d ?e ?f }", "application/sparql-results+json")
    assert answer.marker.startswith("!!! Query timed out: the query took longer than 1 seconds")
    assert not answer.whole
    assert not parses(answer.body, "application/sparql-results+json")


@pytest.mark.parametrize(
    ("query", "media_type", "words"),
    [
        (
            f"SELECT ?o ?n {{ {{ ?a <{EX}next> ?o VALUES ?n {{ 1 2 3 }} }} UNION {{ ?s <{EX}control> ?o }} }}"
            " ORDER BY ISLITERAL(?o)",
            "application/sparql-results+xml",
            "No XML for this answer",
        ),
        (
            f"CONSTRUCT {{ ?s ?n ?o }} {{ {{ ?s <{EX}next> ?o VALUES ?n {{ <x:1> <x:2> <x:3> }} }}"
            f" UNION {{ ?s <{EX}control> ?c BIND(<x:n> AS ?n) BIND(<<( ?s ?n 1 )>> AS ?o) }} }}"
            " ORDER BY ISTRIPLE(?o)",
            "application/ld+json",
            "No JSON-LD",
        ),
    ],
)
def test_what_a_format_cannot_hold_breaks_a_long_answer_off(
    endpoint: Client, query: str, media_type: str, words: str
) -> None:
    answer = ask(endpoint, query, media_type)
    assert answer.marker.startswith(f"!!! {words}: ")
    assert not answer.whole
    assert not parses(answer.body, media_type)
    assert len(answer.body) > 500_000


TEXTS = ["plain", 'a "b", },{"x":{"type":', "line\nend", "\r\n", '"', ',\n"', "</result><result>", "}},{", "\t", ""]


@pytest.mark.parametrize("media_type", TABLES)
@pytest.mark.parametrize("most", [1, 3, 7, 9])
@pytest.mark.parametrize("texts", [TEXTS, [*TEXTS[:3], None, '{},{}"', None, *TEXTS]], ids=["full", "some empty"])
def test_rows_are_told_apart_whatever_they_hold(
    media_type: str, most: int, texts: list[str | None], tmp_path: Path
) -> None:
    values = " ".join("UNDEF" if text is None else json.dumps(text) for text in texts)
    results = ox.Store().query(f"SELECT ?a ?b {{ VALUES ?a {{ {values} }} BIND(?a AS ?b) }}")
    assert isinstance(results, ox.QuerySolutions)
    body = sent(results, media_type, most, tmp_path)
    whole = ox.Store().query(f"SELECT ?a ?b {{ VALUES ?a {{ {values} }} BIND(?a AS ?b) }} LIMIT {most}")
    assert isinstance(whole, ox.QuerySolutions)
    expected = whole.serialize(format=ox.QueryResultsFormat.from_media_type(media_type)) or b""
    for end in (b"]}}", b"</results></sparql>"):
        expected = expected.removesuffix(end)
    assert body == expected


def sent(results: ox.QuerySolutions, media_type: str, most: int, folder: Path) -> bytes:
    """Give what an answer sends before it is cut."""
    with (folder / "frames").open("w+b") as file:
        answer = Answer(file.fileno(), largest=1 << 30, most=most)
        answer.rows = BY_MEDIA_TYPE[media_type]
        with pytest.raises(Unfit, match="too many rows") as caught:
            results.serialize(answer, format=ox.QueryResultsFormat.from_media_type(media_type))  # type: ignore[arg-type]
            answer.end()
        answer.fail(*caught.value.args)
        file.seek(0)
        data = file.read()
    kind, length = FRAME.unpack_from(data)
    assert (kind, data[FRAME.size + length :][:1]) == (b"D", b"X")
    return data[FRAME.size :][:length]


def test_row_larger_than_a_frame_is_not_torn(tmp_path: Path) -> None:
    with (tmp_path / "frames").open("w+b") as file:
        answer = Answer(file.fileno(), largest=1 << 30, most=2)
        answer.rows = BY_MEDIA_TYPE["text/tab-separated-values"]
        for piece in (b"?a\n", b"x" * 5 * CHUNK, b"\n", b"y\n"):
            answer.write(piece)
        answer.end()
        file.seek(0)
        assert file.read().count(b"x") == 5 * CHUNK
