"""The pages and the data of things: what they show, how they are addressed, what they refuse."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

EVERY_PAGE = (
    "/",
    "/search?q=talvik",
    "/page/person/arlen-voss",
    "/page/person/mira-talvik",
    "/page/person/hostile",
    "/page/body/norwegian-parliament",
    "/page/body/example-news",
    "/page/country/no",
    "/page/place/oslo",
    "/page/event/oslo-meeting",
    "/page/statement/oslo-1",
    "/page/statement/oslo-2",
    "/page/agreement/fjord-accord",
    "/page/article/oslo",
    "/page/article/second",
    "/page/membership/talvik-chairwoman",
    "/page/role/chairwoman",
    "/page/evidence/oslo/met",
    "/page/rule/met-with/0a1b2c3d",
    "/page/transition/fjord-accord-1",
    "/page/unread/oslo-1",
    "/page/status/in-force",
    "/page/status",
    "/ontology",
    "/resource?iri=http://www.wikidata.org/entity/Q20",
    *(f"/browse/{k}" for k in ("article", "person", "body", "country", "place", "event", "statement", "agreement")),
    *(f"/browse/{k}" for k in ("membership", "role", "rule")),
)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_page_is_served(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert "<h1>" in response.text
