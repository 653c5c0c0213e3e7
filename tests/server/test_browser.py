"""The pages in a real browser: nothing runs that should not, all is reachable, every screen and scheme fits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import make_server

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGES = (
    "/",
    "/search?q=talvik",
    "/browse/event",
    "/page/person/mira-talvik",
    "/page/person/hostile",
    "/page/event/oslo-meeting",
    "/page/statement/oslo-1",
    "/page/agreement/fjord-accord",
    "/page/article/oslo",
    "/page/article/second",
    "/page/evidence/oslo/met",
    "/page/rule/met-with/0a1b2c3d",
    "/explain/article/oslo",
    "/explain/article/oslo?rule=speaker-of-speech-verb",
    "/explain/article/second",
    "/ontology",
    "/sparql",
    "/nowhere",
)
CONTRAST = """
const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const bytes = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data]; };
const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const behind = (node) => { for (; node; node = node.parentElement) {
  const c = bytes(getComputedStyle(node).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
const poor = [];
for (const node of document.querySelectorAll("p, a, dt, dd, h1, h2, li, mark, summary, span, button, code, label")) {
  if (!node.innerText || !node.innerText.trim() || !node.checkVisibility()) continue;
  const [a, b] = [light(bytes(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) poor.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)} ${node.innerText.slice(0, 30)}`);
}
return poor;
"""

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed here")


@pytest.fixture(scope="module")
def site(page_app: Flask) -> Iterator[str]:
    """The address of a real server of the small store."""
    server = make_server("127.0.0.1", 0, page_app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def start(profile: Path, *, scripts: bool = True) -> Chrome:
    """Start a browser with a profile of its own."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return Chrome(options=options, service=Service(str(DRIVER)))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser as most readers have it."""
    chrome = start(tmp_path_factory.mktemp("profile"))
    yield chrome
    chrome.quit()


def answered(browser: Chrome, site: str, query: str) -> WebElement:
    """Ask a query in the editor, and give the part of the page where the answer stands."""
    browser.get(f"{site}/sparql")
    field = browser.find_element(By.ID, "query")
    field.clear()
    field.send_keys(query)
    browser.find_element(By.CSS_SELECTOR, "#query-form button").click()
    answer = browser.find_element(By.ID, "answer")
    WebDriverWait(browser, 20).until(lambda _: answer.text and answer.text != "Running…")
    return answer


@pytest.fixture
def scriptless(tmp_path: Path) -> Iterator[Chrome]:
    """A browser that runs no scripts."""
    chrome = start(tmp_path, scripts=False)
    yield chrome
    chrome.quit()


def severe_messages(browser: Any) -> list[str]:
    """What the browser complained of since it was last asked."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def emulate(browser: Chrome, command: str, **settings: Any) -> None:
    """Set the screen or the scheme that the browser shows a page on."""
    browser.execute_cdp_cmd(f"Emulation.{command}", settings)


@pytest.mark.parametrize("path", PAGES)
def test_page_breaks_no_policy_and_runs_nothing(browser: Chrome, site: str, path: str) -> None:
    severe_messages(browser)
    browser.get(site + path)
    severe = severe_messages(browser)
    assert [message for message in severe if "/nowhere" not in message] == []
    assert "communique" in browser.title
    assert browser.execute_script("return document.querySelectorAll('main script, main img').length") == 0


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_a_narrow_screen(browser: Chrome, site: str, path: str) -> None:
    emulate(browser, "setDeviceMetricsOverride", width=340, height=700, deviceScaleFactor=1, mobile=True)
    browser.get(site + path)
    width = browser.execute_script("return document.documentElement.scrollWidth")
    emulate(browser, "clearDeviceMetricsOverride")
    assert width <= 340


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/", "/page/article/oslo", "/page/agreement/fjord-accord", "/ontology", "/explain/article/oslo"]
)
def test_words_stand_out_from_their_ground(browser: Chrome, site: str, path: str, scheme: str) -> None:
    emulate(browser, "setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.get(site + path)
    assert browser.execute_script(CONTRAST) == []


def test_schemes_differ(browser: Chrome, site: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        emulate(browser, "setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.get(site)
        grounds.append(browser.execute_script("return getComputedStyle(document.body).backgroundColor"))
    assert grounds[0] != grounds[1]


def test_source_is_one_click_away(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/page/event/oslo-meeting")
    details = browser.find_element(By.CSS_SELECTOR, "dl.fields details.sources")
    quote = details.find_element(By.TAG_NAME, "blockquote")
    assert not quote.is_displayed()
    details.find_element(By.TAG_NAME, "summary").click()
    assert quote.is_displayed() and "Arlen Voss met Mira Talvik" in quote.text


def test_mark_leads_to_its_claim_and_back(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/page/article/oslo")
    browser.find_element(By.CSS_SELECTOR, ".stored sup a").click()
    claim = browser.find_element(By.CSS_SELECTOR, "#claims li:target")
    claim.find_element(By.TAG_NAME, "summary").click()
    claim.find_element(By.LINK_TEXT, "in the text").click()
    assert browser.find_elements(By.CSS_SELECTOR, ".stored sup:target")


def test_claim_leads_to_its_rules_and_they_to_their_words(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/page/event/oslo-meeting")
    details = browser.find_element(By.CSS_SELECTOR, "dl.fields details.sources")
    details.find_element(By.TAG_NAME, "summary").click()
    details.find_element(By.LINK_TEXT, "how it was read").click()
    WebDriverWait(browser, 40).until(lambda b: "/explain/article/oslo#" in b.current_url)
    sentence = browser.find_element(By.CSS_SELECTOR, ".sentence:has(:target)")
    assert "Arlen Voss" in sentence.text and "Mira Talvik" in sentence.text
    sentence.find_element(By.CSS_SELECTOR, "sup a").click()
    firing = browser.find_element(By.CSS_SELECTOR, ".firings li:target")
    words = firing.find_element(By.TAG_NAME, "q").text
    firing.find_element(By.LINK_TEXT, "in the article").click()
    WebDriverWait(browser, 10).until(lambda b: "/page/article/oslo?at=" in b.current_url)
    pointed = browser.find_elements(By.CSS_SELECTOR, "mark.focus")
    assert "".join(mark.text for mark in pointed).replace(" ", "") == words.replace(" ", "")
    assert pointed[0].get_attribute("id") == "at"


def test_rule_is_chosen_without_a_script(scriptless: Chrome, site: str) -> None:
    scriptless.get(f"{site}/explain/article/oslo")
    scriptless.find_element(By.CSS_SELECTOR, "#rule option[value=''] ~ option").click()
    scriptless.find_element(By.CSS_SELECTOR, "main form button").click()
    WebDriverWait(scriptless, 20).until(lambda b: "?rule=" in b.current_url)
    assert "How far the rule" in scriptless.find_element(By.CSS_SELECTOR, ".summary").text


def test_keyboard_reaches_the_content_first(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/page/person/mira-talvik")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert focused.text == "Skip to the content" and focused.is_displayed()


def test_search_needs_no_script(scriptless: Chrome, site: str) -> None:
    scriptless.get(site)
    field = scriptless.find_element(By.NAME, "q")
    field.send_keys("talvik")
    field.submit()
    WebDriverWait(scriptless, 10).until(lambda b: "/search" in b.current_url)
    scriptless.find_element(By.LINK_TEXT, "Mira Talvik").click()
    WebDriverWait(scriptless, 10).until(lambda b: "/page/person/" in b.current_url)
    assert scriptless.find_element(By.TAG_NAME, "h1").text == "Mira Talvik"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT ?n { ?p a <https://schema.org/Place> ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?n }", "Oslo"),
        ("ASK { ?s a <https://schema.org/Place> }", "Yes"),
        ("CONSTRUCT { ?s a <https://schema.org/Place> } WHERE { ?s a <https://schema.org/Place> }", "place/oslo"),
        ("SELECT nonsense", "Malformed query"),
        ("SELECT ?n { ?p <http://www.w3.org/2004/02/skos/core#prefLabel> ?n FILTER(CONTAINS(?n, '<')) }", "<script>"),
    ],
    ids=["table", "yes", "triples", "mistake", "hostile"],
)
def test_query_is_answered_on_the_spot(browser: Chrome, site: str, query: str, shown: str) -> None:
    answer = answered(browser, site, query)
    assert shown in answer.text
    assert browser.current_url == f"{site}/sparql"
    assert not answer.find_elements(By.TAG_NAME, "script")


def test_example_question_opens_in_the_editor(browser: Chrome, site: str) -> None:
    browser.get(site)
    question = browser.find_element(By.CSS_SELECTOR, ".questions a")
    question.click()
    WebDriverWait(browser, 10).until(lambda b: "/sparql?question=" in b.current_url)
    assert "SELECT" in str(browser.find_element(By.ID, "query").get_attribute("value"))


def test_question_on_a_page_is_asked_about_its_thing(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/page/person/mira-talvik")
    browser.find_element(By.CSS_SELECTOR, ".questions a").click()
    WebDriverWait(browser, 10).until(lambda b: "/sparql?question=" in b.current_url)
    assert '"Mira Talvik"@en' in str(browser.find_element(By.ID, "query").get_attribute("value"))


def test_query_is_sent_without_scripts_too(scriptless: Chrome, site: str) -> None:
    scriptless.get(f"{site}/sparql")
    scriptless.find_element(By.ID, "query").send_keys("ASK { ?s ?p ?o }")
    scriptless.find_element(By.CSS_SELECTOR, "#format option[value=xml]").click()
    scriptless.find_element(By.CSS_SELECTOR, "#query-form button").click()
    WebDriverWait(scriptless, 20).until(lambda b: "true" in b.page_source or "sparql-results" in b.page_source)
