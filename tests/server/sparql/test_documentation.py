"""What docs/sparql.md says of formats, errors and bounds is what the endpoint does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from server.operations.settings import Settings
from server.sparql.formats import GRAPH_FORMATS, GRAPH_NAMES, RESULT_FORMATS, RESULT_NAMES
from server.sparql.guard import Limits

from .conftest import EX, Client

PAGE = (Path(__file__).parents[3] / "docs" / "sparql.md").read_text(encoding="utf-8")


def table(head: str) -> list[list[str]]:
    """Give the cells of the table under a head."""
    rows = PAGE[PAGE.index(f"| {head} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize(
    ("head", "offers", "names"),
    [("SELECT and ASK", RESULT_FORMATS, RESULT_NAMES), ("CONSTRUCT and DESCRIBE", GRAPH_FORMATS, GRAPH_NAMES)],
)
def test_formats_are_those_that_are_offered_in_their_order(head: str, offers: object, names: object) -> None:
    assert isinstance(offers, tuple) and isinstance(names, dict)
    assert [code(row[2]) for row in table(head)] == [list(offer.media_types) for offer in offers]
    for row, offer in zip(table(head), offers, strict=True):
        assert {names[name] for name in code(row[1])} == {offer}


def test_error_that_is_shown_is_the_one_that_is_sent(endpoint: Client) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert endpoint.get("SELECT * {\n  ?s ex:p ?o }").json == json.loads(shown)


def test_bounds_that_are_named_are_those_that_hold_unless_set(endpoint: Client) -> None:
    assert Settings().query_rows == 1_000_000 and "(a million; 256 MB)" in PAGE
    assert Settings().query_bytes == 256 << 20
    assert f"longer than {Limits().characters:,} characters" in PAGE


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
WRONG = {
    400: ("POST", "", b"query=SELECT"),
    404: ("GET", ".pdf", None),
    405: ("DELETE", "", None),
    406: ("GET", f".ttl?{urlencode({'query': 'ASK {}'})}", None),
    413: ("POST", "", b"query=ASK{}" + b"+" * Limits().characters),
    504: ("GET", f"?{urlencode({'query': ENDLESS, 'timeout': 0.2})}", None),
}


@pytest.mark.parametrize("status", WRONG)
def test_status_comes_as_documented(endpoint: Client, status: int) -> None:
    assert str(status) in {row[0] for row in table("Status")}
    method, rest, body = WRONG[status]
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert endpoint.send(method, f"/sparql{rest}", body, kind if body else None).error["status"] == status


def test_every_way_to_ask_that_is_documented_is_one(endpoint: Client) -> None:
    methods = {row[0].partition(",")[0] for row in table("Way")}
    allowed = endpoint.send("OPTIONS", "/sparql").headers["allow"].split(", ")
    assert methods == set(allowed)
    parameters = [name for row in table("Parameter") for name in code(row[0])]
    asked = dict(zip(parameters, ("ASK { ?s ?p ?o }", f"{EX}one", f"{EX}two", "csv", "1"), strict=True))
    assert endpoint.send("GET", f"/sparql?{urlencode(asked)}").body == b"true"


def test_address_that_is_too_long_is_told_so(endpoint: Client) -> None:
    assert "longer than 65,000 bytes" in PAGE
    for size, status in ((64_000, 200), (66_000, 414)):
        assert endpoint.send("GET", "/sparql?query=ASK%7B%7D%23".ljust(size, "x")).status == status
    assert endpoint.post("ASK {} #".ljust(66_000, "x")).status == 200
