"""The routes of things: identifiers that redirect, pages, data, lists.

A thing is no document, so its identifier answers 303 See Other and points to the page or to the data by Accept
(https://www.w3.org/TR/cooluris/#r303gendocument). One URL that negotiates by itself was the other choice: it saves
a request, but then the person and the page about the person share one IRI, a copied address bar names the person,
and a cache between needs `Vary` to be right. With 303, `/page` and `/data/...ext` are plain documents that can be
linked, cached and saved, and only `/id` negotiates.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as BaseResponse

from ontology.namespaces import BASE, BODY_KIND, DATE_BASIS, EVENT_CODE, MODE, OA, PLOVER, STATUS, TOPIC
from server.entities.address import named_node
from server.entities.agreement import status_of
from server.entities.article import read_article
from server.entities.counts import members
from server.entities.describe import describe
from server.entities.evidence import passage
from server.entities.labels import thing
from server.entities.library import Library
from server.entities.listing import BY_NAME, Slice, slice_of
from server.entities.moved import heirs_of, present
from server.entities.page import SECTION_SIZE, Page, page_of
from server.entities.rows import ROWS, statement_row, when
from server.entities.rule import fired_in, source_of_rule
from server.entities.serialize import WITH_GRAPHS, write
from server.negotiation import BY_EXTENSION, DATA_FORMATS, HTML, Format, choose
from server.shelf import library, tagged, unchanged

entities = Blueprint("entities", __name__)
OFFERS: Final = (HTML, *DATA_FORMATS)
SCHEME_NAMES: Final = [
    str(s).removeprefix(BASE)[:-1] for s in (STATUS, MODE, BODY_KIND, EVENT_CODE, DATE_BASIS, PLOVER, TOPIC)
]
SCHEMES: Final = f"any({', '.join(map(repr, SCHEME_NAMES))})"
LIST_ROWS: Final = {
    "article": "article",
    "event": "event",
    "statement": "statement",
    "agreement": "agreement",
    "membership": "post",
}


@entities.get("/id/<path:local>")
def identifier(local: str) -> BaseResponse:
    """Point from a thing to a document about it."""
    return see_other(library(), local)


@entities.get(f"/<{SCHEMES}:scheme>")
@entities.get(f"/<{SCHEMES}:scheme>/<path:concept>")
def concept(scheme: str, concept: str | None = None) -> BaseResponse:
    """Point from a concept, or a scheme of concepts, to a document about it."""
    return see_other(library(), f"{scheme}/{concept}" if concept else scheme)


def see_other(held: Library, local: str) -> BaseResponse:
    """The 303 answer to the request for a thing: to its page or to its data, by Accept."""
    chosen = choose(request.headers.get("Accept"), OFFERS)
    node = present(held, held.addresses.candidates(local), held.addresses.identifier_path, chosen)
    if chosen is None:
        abort(406, description=f"On offer are {', '.join(offer.media_type for offer in OFFERS)}.")
    target = held.addresses.page(node.value) if chosen is HTML else held.addresses.data(node.value, chosen.extension)
    response = redirect(str(target), code=303)
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "no-cache"
    return response


@entities.get("/page/<path:local>")
def page(local: str) -> BaseResponse:
    """The page about a thing."""
    held = library()
    node = present(held, held.addresses.candidates(local), held.addresses.page, HTML)
    if (same := unchanged(held, "html")) is not None:
        return same
    shown = page_of(held, node, _page_numbers())
    body = render_template(shown.template, page=shown, data=_data_links(held, node), **_extras(held, node, shown))
    response = make_response(body)
    response.headers["Link"] = ", ".join(
        f'<{link}>; rel="alternate"; type="{offer.media_type}"' for offer, link in _data_links(held, node)
    )
    return tagged(response, held, "html")


def _extras(held: Library, node: NamedNode, shown: Page) -> dict[str, object]:
    """What a page of a kind of its own needs beside the general content."""
    match shown.template:
        case "article.html":
            return {"reading": read_article(held, node, at=_stretch())}
        case "agreement.html":
            return {"status": status_of(held, node)}
        case "event.html":
            return {"event": ROWS["event"](held, node), "when": when(held, node)}
        case "statement.html":
            return {"statement": statement_row(held, node)}
        case "evidence.html":
            articles = [thing(held, article) for article in held.nodes(node, OA.hasSource)]
            return {"passage": passage(held, node), "articles": articles}
        case "rule.html":
            fired = slice_of(fired_in(held, node), request.args.get("fired", 1, type=int), size=SECTION_SIZE)
            return {"rule_source": source_of_rule(held, node), "fired": fired}
        case _:
            return {}


def _stretch() -> tuple[int, int] | None:
    """The stretch of an article's text that the request points out, as `at=START-END`."""
    start, _, end = request.args.get("at", "").partition("-")
    digits = all(edge.isascii() and edge.isdecimal() and len(edge) < 9 for edge in (start, end))
    return (int(start), int(end)) if digits else None


def _data_links(held: Library, node: NamedNode) -> list[tuple[Format, str]]:
    links = ((offer, held.addresses.data(node.value, offer.extension)) for offer in DATA_FORMATS)
    return [(offer, link) for offer, link in links if link]


def _page_numbers() -> dict[str, int]:
    return {name: number for name in request.args if (number := request.args.get(name, type=int)) is not None}


@entities.get("/data/<path:local>.<extension>")
def data(local: str, extension: str) -> BaseResponse:
    """The data about a thing in the format of the extension."""
    chosen = BY_EXTENSION.get(extension)
    if chosen is None:
        abort(404, description=f"Data comes as {', '.join(f'.{known}' for known in BY_EXTENSION)}.")
    held = library()
    node = present(held, held.addresses.candidates(local), lambda iri: held.addresses.data(iri, extension), chosen)
    if (same := unchanged(held, extension)) is not None:
        return same
    quads = describe(held, node, graphs=chosen in WITH_GRAPHS)
    response = Response(write(quads, chosen, about=node), content_type=chosen.content_type)
    response.headers["Link"] = f'<{held.addresses.page(node.value)}>; rel="alternate"; type="{HTML.media_type}"'
    return tagged(response, held, extension)


@entities.get("/resource")
def resource() -> BaseResponse:
    """Lead from any IRI that the graph holds to where this server tells of it."""
    held = library()
    node = named_node(request.args.get("iri", ""))
    if node is None:
        abort(400, description="The parameter iri must be an absolute IRI.")
    if not held.lives(node) and (node.value in held.history.past or heirs_of(held, node)):
        present(held, [node], held.addresses.identifier_path, choose(request.headers.get("Accept"), OFFERS))
    if not held.mentions(node):
        abort(404, description="The graph does not hold this IRI.")
    path = held.addresses.identifier_path(node.value) or held.addresses.page(node.value)
    if path is not None and (held.knows(node) or not path.startswith("/id/")):
        return redirect(path, code=303)
    body = render_template("thing.html", page=page_of(held, node, {}), data=[])
    return tagged(make_response(body), held, "html")


@entities.get("/browse/<name>")
def browse(name: str) -> Response:
    """The list of all things of a kind."""
    kind = BY_NAME.get(name)
    if kind is None:
        abort(404, description=f"There are lists of {', '.join(BY_NAME)}.")
    held = library()
    if (same := unchanged(held, "html")) is not None:
        return same
    part = slice_of(members(held, kind), request.args.get("page", 1, type=int))
    row = LIST_ROWS.get(name, "thing")
    rows = Slice(tuple(ROWS[row](held, node) for node in part.items), part.total, part.number, part.pages)
    return tagged(make_response(render_template("browse.html", kind=kind, row=row, part=rows)), held, "html")
