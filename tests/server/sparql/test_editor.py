"""The editor in a real browser, over the real server: what it shows of an answer that breaks off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from ..test_browser import CHROMIUM, DRIVER, answered, start
from .conftest import EX, Client, serving, wait_for

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed here")


@pytest.fixture(scope="module")
def capped(small_store: Path) -> Iterator[Client]:
    with serving(small_store, query_rows=1500) as (client, _):
        wait_for(client)
        yield client


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    chrome = start(tmp_path_factory.mktemp("profile"))
    yield chrome
    chrome.quit()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (f"SELECT ?a ?b {{ ?a <{EX}next> ?b }} LIMIT 1400", "the first 1000 of 1400 rows"),
        (f"SELECT ?a ?b {{ ?a <{EX}next> ?b }}", "no whole answer. This answer is cut: it has more than 1500 rows"),
        (f"CONSTRUCT WHERE {{ ?a <{EX}next> ?b }}", "This answer is cut: it has more than 1500 triples"),
        ("SELECT * { SERVICE <x:y> {} }", "Query refused: SERVICE"),
    ],
    ids=["whole", "rows", "triples", "refused"],
)
def test_editor_says_when_an_answer_breaks_off(browser: Chrome, capped: Client, query: str, shown: str) -> None:
    assert shown in answered(browser, f"http://127.0.0.1:{capped.port}", query).text
