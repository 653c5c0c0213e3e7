"""What became of earlier IRIs: redirects, choices, what is gone; and that no build, killed or not, damages the log."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ontology.namespaces import BASE, sparql_prefixes
from server.app import create_app
from server.store import StoreError, building, current, prune, read_history
from server.store.history import LOG

ROOT = Path(__file__).parents[2]
CLASSES = {
    "person": "schema:Person",
    "body": "org:Organization",
    "membership": "org:Membership",
    "event": "cmq:Meeting",
    "statement": "cmq:Statement",
}
Telling = Mapping[str, Sequence[str] | str]
"""A thing to the words that it rests on, each of which stands in the text once; with a `;` follow further triples."""


def graph(article: str, text: str, telling: Telling, *, base: str = BASE) -> bytes:
    """Write the graph of an article as a build writes it, as far as it matters here."""
    lines = [
        f'<id/article/{article}> a schema:NewsArticle ; cmq:contentHash "{hashlib.sha256(text.encode()).hexdigest()}" .'
    ]
    for thing, told in telling.items():
        words, *more = [told] if isinstance(told, str) else told
        for word in words.split("|"):
            start = text.index(word)
            passage = f"id/evidence/{article}-{start}-{start + len(word)}"
            around = text[max(0, start - 32) : start], text[start + len(word) : start + len(word) + 32]
            lines += [
                f"<id/{thing}> a {CLASSES[thing.partition('/')[0]]} ; prov:wasDerivedFrom <{passage}> .",
                f"<{passage}> a oa:SpecificResource ; oa:hasSelector <{passage}#quote> .",
                f'<{passage}#quote> oa:exact "{word}" ; oa:prefix "{around[0]}" ; oa:suffix "{around[1]}" .',
            ]
        lines += [f"<id/{thing}> {triple} ." for triple in more]
    turtle = f"{sparql_prefixes()}BASE <{base}>\n" + "\n".join(lines)
    return ox.serialize(ox.parse(turtle, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES) or b""


def publish(root: Path, *, base: str = BASE, **articles: tuple[str, Telling]) -> str:
    """Publish a generation of exactly these articles, and give its identifier."""
    with building(root) as draft:
        for gone in set(draft.graphs()) - {f"{base}id/article/{name}" for name in articles}:
            draft.remove_graph(gone)
        for name, (text, telling) in articles.items():
            draft.replace_graph(f"{base}id/article/{name}", graph(name, text, telling, base=base))
        return draft.publish({"base": base}).identifier


@cache
def client(root: Path) -> FlaskClient:
    """One running application for a store: what it shows has to change with the builds."""
    return create_app(root).test_client()


def get(root: Path, path: str, **options: Any) -> TestResponse:
    return client(root).get(path, **options)


def leads(root: Path, thing: str) -> tuple[int, str | None]:
    """Give the status of a thing's address, and the thing that it redirects to."""
    response = get(root, f"/id/{thing}", headers={"Accept": "text/html"})
    return response.status_code, response.location.removeprefix("/id/") if response.status_code == 301 else None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


NORTH = "In the north Jon Berg spoke of fish. Later he left."
SOUTH = "In the south Ida Dahl spoke of timber. Nobody left."


# where earlier addresses lead


def test_renamed_thing_redirects_from_every_kind_of_address(root: Path) -> None:
    publish(root, a=(NORTH, {"person/berg": "Jon Berg"}))
    publish(root, a=(NORTH, {"person/jon-berg": "Jon Berg"}))
    assert leads(root, "person/berg") == (301, "person/jon-berg")
    for path, target in (
        ("/page/person/berg", "/page/person/jon-berg"),
        ("/data/person/berg.ttl", "/data/person/jon-berg.ttl"),
        (f"/resource?iri={BASE}id/person/berg", "/id/person/jon-berg"),
    ):
        response = get(root, path)
        assert (response.status_code, response.location) == (301, target)
        assert response.headers["Cache-Control"] == "no-cache", "the thing may come back"


def test_merged_things_redirect_to_the_one_that_they_became(root: Path) -> None:
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    publish(root, a=(NORTH, {"person/both": "Jon Berg"}), b=(SOUTH, {"person/both": "Ida Dahl"}))
    for thing in ("person/jon", "person/ida"):
        assert leads(root, thing) == (301, "person/both")


def test_steps_of_a_chain_are_one_redirect(root: Path) -> None:
    for name in ("one", "two", "three", "four"):
        publish(root, a=(NORTH, {f"person/{name}": "Jon Berg"}))
    for name in ("one", "two", "three"):
        assert leads(root, f"person/{name}") == (301, "person/four")


def test_current_thing_names_its_earlier_iris(root: Path) -> None:
    for name in ("one", "two", "three"):
        publish(root, a=(NORTH, {f"person/{name}": "Jon Berg"}))
    page = get(root, "/page/person/three").text
    assert f"<code>{BASE}id/person/one</code>" in page
    assert f"<code>{BASE}id/person/two</code>" in page
    for extension, form in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("nq", ox.RdfFormat.N_QUADS),
        ("jsonld", ox.RdfFormat.JSON_LD),
    ):
        told = {quad.triple for quad in ox.parse(get(root, f"/data/person/three.{extension}").data, format=form)}
        replaced = {str(t.object.value) for t in told if t.predicate.value == "http://purl.org/dc/terms/replaces"}
        assert replaced == {f"{BASE}id/person/one", f"{BASE}id/person/two"}
        assert sum(t.predicate.value == "http://purl.org/dc/terms/isReplacedBy" for t in told) == 2


def test_split_thing_offers_what_it_became_and_chooses_nothing(root: Path) -> None:
    text = f"{NORTH} {SOUTH}"
    first = publish(root, a=(text, {"person/both": "Jon Berg|Ida Dahl"}))
    publish(root, a=(text, {"person/jon": "Jon Berg", "person/ida": "Ida Dahl"}))
    for path in ("/id/person/both", "/page/person/both"):
        response = get(root, path, headers={"Accept": "text/html"})
        assert response.status_code == 300
        assert "Location" not in response.headers
        assert 'href="/page/person/jon"' in response.text
        assert 'href="/page/person/ida"' in response.text
        assert first in response.text
    told = ox.parse(get(root, "/data/person/both.ttl").data, format=ox.RdfFormat.TURTLE)
    assert {str(quad.object) for quad in told} == {f"<{BASE}id/person/jon>", f"<{BASE}id/person/ida>"}
    assert "Earlier" not in get(root, "/page/person/jon").text


def test_thing_that_gave_up_part_of_what_it_named_says_so(root: Path) -> None:
    text = f"{NORTH} {SOUTH}"
    first = publish(root, a=(text, {"person/jon": "Jon Berg|Ida Dahl"}))
    publish(root, a=(text, {"person/jon": "Jon Berg", "person/ida": "Ida Dahl"}))
    page = get(root, "/page/person/jon")
    assert page.status_code == 200
    assert f"Until generation {first} this identifier also stood for" in page.text
    assert 'href="/page/person/ida"' in page.text
    publish(root, a=(text, {"person/jon": "Jon Berg|Ida Dahl"}))
    assert "this identifier" not in get(root, "/page/person/jon").text


def test_iri_that_passed_to_a_namesake_names_whom_it_stood_for(root: Path) -> None:
    publish(root, a=(NORTH, {"person/berg": "Jon Berg"}))
    publish(root, a=(NORTH, {"person/berg-2": "Jon Berg"}), b=(SOUTH, {"person/berg": "Ida Dahl"}))
    page = get(root, "/page/person/berg")
    assert page.status_code == 200
    assert "this identifier stood for" in page.text
    assert 'href="/page/person/berg-2"' in page.text


def test_thing_that_no_article_tells_of_any_longer_is_gone(root: Path) -> None:
    first = publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}))
    for path in ("/id/person/ida", "/page/person/ida", "/data/person/ida.ttl", f"/resource?iri={BASE}id/person/ida"):
        response = get(root, path)
        assert response.status_code == 410
        assert first in response.text
    assert get(root, "/id/article/b").status_code == 410
    assert get(root, "/id/person/nobody").status_code == 404


def test_thing_that_comes_back_redirects_no_longer(root: Path) -> None:
    apart = {"person/jon": "Jon Berg"}, {"person/ida": "Ida Dahl"}
    publish(root, a=(NORTH, apart[0]), b=(SOUTH, apart[1]))
    publish(root, a=(NORTH, apart[0]), b=(SOUTH, {"person/jon": "Ida Dahl"}))
    assert leads(root, "person/ida") == (301, "person/jon")
    publish(root, a=(NORTH, apart[0]), b=(SOUTH, apart[1]))
    assert leads(root, "person/ida")[0] == 303
    assert "Earlier" not in get(root, "/page/person/jon").text


def test_redirect_outlives_the_article_that_it_was_learnt_from(root: Path) -> None:
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/jon": "Ida Dahl"}))
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}))
    assert leads(root, "person/ida") == (301, "person/jon")
    publish(root, a=(NORTH, {"person/jon-berg": "Jon Berg"}))
    assert leads(root, "person/ida") == (301, "person/jon-berg")


def test_merger_that_is_taken_back_under_another_name_redirects_there(root: Path) -> None:
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/jon": "Ida Dahl"}))
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/ida-dahl": "Ida Dahl"}))
    assert leads(root, "person/ida") == (301, "person/ida-dahl")


def test_deleted_article_makes_no_redirect_to_whoever_is_left(root: Path) -> None:
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    publish(root, a=(NORTH, {"person/berg": "Jon Berg"}))
    assert leads(root, "person/ida") == (410, None)
    assert leads(root, "person/jon") == (301, "person/berg")


def test_line_added_above_leaves_things_to_be_found_again(root: Path) -> None:
    publish(root, a=(NORTH, {"person/berg": "Jon Berg"}))
    publish(root, a=(f"A correction was made.\t{NORTH}", {"person/jon-berg": "Jon Berg"}))
    assert leads(root, "person/berg") == (301, "person/jon-berg")
    assert leads(root, "evidence/a-13-21") == (301, "evidence/a-36-44")


def test_article_of_another_name_and_the_same_text_is_the_same(root: Path) -> None:
    publish(root, a=(NORTH, {"statement/a-0-36": ("In the north Jon Berg spoke of fish.", 'schema:text "fish"')}))
    publish(root, z=(NORTH, {"statement/z-0-36": ("In the north Jon Berg spoke of fish.", 'schema:text "fish"')}))
    assert leads(root, "article/a") == (301, "article/z")
    assert leads(root, "statement/a-0-36") == (301, "statement/z-0-36")


def test_article_that_is_dropped_beside_its_copy_is_gone(root: Path) -> None:
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}), copy=(NORTH, {"person/jon": "Jon Berg"}))
    publish(root, copy=(NORTH, {"person/jon": "Jon Berg"}))
    assert leads(root, "article/a") == (410, None)


def test_another_base_renames_all(root: Path) -> None:
    publish(root, a=(NORTH, {"person/jon": "Jon Berg"}))
    publish(root, base="https://example.org/kg/", a=(NORTH, {"person/jon": "Jon Berg"}))
    response = get(root, f"/resource?iri={BASE}id/person/jon")
    assert (response.status_code, response.location) == (301, "/id/person/jon")
    assert leads(root, "person/jon")[0] == 303


def test_log_keeps_no_text_of_a_withdrawn_article(root: Path) -> None:
    publish(root, a=(NORTH, {"person/jon": "Jon Berg", "statement/a-0-36": (NORTH, 'schema:text "spoke of fish"')}))
    publish(root, b=(SOUTH, {"person/ida": "Ida Dahl"}))
    assert leads(root, "statement/a-0-36") == (410, None)
    log = (root / LOG).read_text(encoding="utf-8")
    assert "Jon Berg" not in log
    assert "fish" not in log


# claims, of which a sentence may hold several

MET = "Jon Berg met Ida Dahl and Per Moe."


def test_claims_follow_those_of_whom_they_tell(root: Path) -> None:
    def told(jon: str) -> Telling:
        return {
            f"person/{jon}": "Jon Berg",
            "person/ida": "Ida Dahl",
            "person/per": "Per Moe",
            f"event/{jon}-ida": (MET, f"schema:attendee <id/person/{jon}>, <id/person/ida>"),
            f"event/{jon}-per": (MET, f"schema:attendee <id/person/{jon}>, <id/person/per>"),
            f"membership/{jon}-minister": (MET, f"org:member <id/person/{jon}> ; org:role <id/role/minister>"),
            "membership/ida-minister": (MET, "org:member <id/person/ida> ; org:role <id/role/minister>"),
        }

    publish(root, a=(MET, told("berg")))
    publish(root, a=(MET, told("jon-berg")))
    for each in ("event/{}-ida", "event/{}-per", "membership/{}-minister"):
        assert leads(root, each.format("berg")) == (301, each.format("jon-berg"))


def test_claims_of_merged_persons_follow_when_the_merger_is_taken_back(root: Path) -> None:
    def told(jon: str, ida: str) -> Telling:
        event = (MET, f"schema:attendee <id/person/{jon}>, <id/person/per>")
        return {f"person/{jon}": "Jon Berg", "person/per": "Per Moe", f"event/{jon}-per": event} | (
            {f"person/{ida}": "Ida Dahl"} if ida != jon else {}
        )

    publish(root, a=(MET, told("jon", "ida")), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    merged = {**told("ida", "ida"), "person/ida": "Jon Berg|Ida Dahl"}
    publish(root, a=(MET, merged), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    assert leads(root, "event/jon-per") == (301, "event/ida-per")
    publish(root, a=(MET, told("jon", "ida")), b=(SOUTH, {"person/ida": "Ida Dahl"}))
    assert leads(root, "event/jon-per")[0] == 303
    assert leads(root, "event/ida-per") == (301, "event/jon-per")


def test_claim_is_not_mistaken_for_another_of_its_sentence(root: Path) -> None:
    people = {"person/jon": "Jon Berg", "person/ida": "Ida Dahl", "person/per": "Per Moe"}
    publish(root, a=(MET, people | {"event/x": (MET, "schema:attendee <id/person/jon>, <id/person/ida>")}))
    publish(root, a=(MET, people | {"event/y": (MET, "schema:attendee <id/person/jon>, <id/person/per>")}))
    assert leads(root, "event/x") == (410, None)


# the log


def test_dataset_does_not_depend_on_history(root: Path, tmp_path: Path) -> None:
    first = publish(root, a=(NORTH, {"person/berg": "Jon Berg"}))
    publish(root, a=(NORTH, {"person/jon-berg": "Jon Berg"}))
    assert publish(root, a=(NORTH, {"person/berg": "Jon Berg"})) == first
    assert publish(tmp_path / "other", a=(NORTH, {"person/berg": "Jon Berg"})) == first


def test_log_only_grows_and_outlives_what_is_pruned(root: Path) -> None:
    logs = [b""]
    for name in ("one", "two", "one", "three"):
        publish(root, a=(NORTH, {f"person/{name}": "Jon Berg"}))
        logs.append((root / LOG).read_bytes())
        assert logs[-1].startswith(logs[-2])
    prune(root)
    assert len(list((root / "generations").iterdir())) == 1
    assert leads(root, "person/two") == (301, "person/three")


def test_same_articles_again_add_nothing(root: Path) -> None:
    publish(root, a=(NORTH, {"person/berg": "Jon Berg"}))
    before = (root / LOG).read_bytes()
    publish(root, a=(NORTH, {"person/berg": "Jon Berg"}))
    assert (root / LOG).read_bytes() == before


DYING = """
import os, signal, sys
from pathlib import Path
from tests.server.test_history import NORTH, publish

replace = os.replace

def dying(source, target):
    if os.fspath(target).endswith("current"):
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)

os.replace = dying
publish(Path(sys.argv[1]), a=(NORTH, {sys.argv[2]: "Jon Berg"}))
"""
"""Publishes in a process that dies when the log is written and the new generation is not yet live."""


def test_line_of_a_killed_build_does_not_hold(root: Path) -> None:
    publish(root, a=(NORTH, {"person/one": "Jon Berg"}))
    before = (root / LOG).read_bytes()
    done = subprocess.run([sys.executable, "-c", DYING, root, "person/two"], cwd=ROOT, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert (root / LOG).read_bytes() != before, "it was written ahead"
    assert leads(root, "person/one")[0] == 303
    assert not read_history(root, current(root).identifier).past
    publish(root, a=(NORTH, {"person/three": "Jon Berg"}))
    assert leads(root, "person/one") == (301, "person/three")
    assert leads(root, "person/two") == (404, None), "it was never published"


@pytest.mark.parametrize("left", [1, 40, 56])
def test_half_a_line_at_the_end_does_not_hold(root: Path, left: int) -> None:
    publish(root, a=(NORTH, {"person/one": "Jon Berg"}))
    publish(root, a=(NORTH, {"person/two": "Jon Berg"}))
    with (root / LOG).open("ab") as log:
        log.write(b'{"back":[],"from":"0123456789abcdef","past":{},"to":"0"}'[:left])
    assert leads(root, "person/one") == (301, "person/two")
    publish(root, a=(NORTH, {"person/three": "Jon Berg"}))
    assert leads(root, "person/one") == (301, "person/three")
    assert (root / LOG).read_bytes().count(b"\n") == 3


def test_damaged_log_is_named_with_its_line(root: Path) -> None:
    publish(root, a=(NORTH, {"person/one": "Jon Berg"}))
    (root / LOG).write_bytes(b"{}\n" + (root / LOG).read_bytes())
    with pytest.raises(StoreError, match=rf"{LOG}:1: .*take the line out"):
        publish(root, a=(NORTH, {"person/two": "Jon Berg"}))
    assert current(root).identifier, "the live generation is as it was"


def test_store_without_a_log_is_served_and_begins_one(root: Path) -> None:
    publish(root, a=(NORTH, {"person/one": "Jon Berg"}))
    (root / LOG).unlink()
    assert leads(root, "person/one")[0] == 303
    publish(root, a=(NORTH, {"person/two": "Jon Berg"}))
    assert leads(root, "person/one") == (301, "person/two")


def test_lost_pointer_loses_no_history(root: Path) -> None:
    publish(root, a=(NORTH, {"person/one": "Jon Berg"}))
    publish(root, a=(NORTH, {"person/two": "Jon Berg"}))
    (root / "current").unlink()
    shutil.rmtree(root / "generations")
    publish(root, a=(NORTH, {"person/two": "Jon Berg"}))
    assert leads(root, "person/one") == (301, "person/two")


def test_running_server_sees_what_a_build_adds(root: Path) -> None:
    publish(root, a=(NORTH, {"person/one": "Jon Berg"}))
    first = get(root, "/page/person/one")
    publish(root, a=(NORTH, {"person/two": "Jon Berg"}))
    publish(root, a=(NORTH, {"person/one": "Jon Berg"}))  # the same generation again, with one IRI more behind it
    second = get(root, "/page/person/one", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "person/two" in second.text
    assert leads(root, "person/two") == (301, "person/one")
