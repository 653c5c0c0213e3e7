"""The way in: the first page, the search, the query editor, and what machines ask first (health, robots)."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from ontology.questions import Question, load
from server.entities.counts import counts, members
from server.entities.listing import BY_NAME, KINDS, slice_of
from server.entities.rows import article_row
from server.entities.search import MAX_QUERY, search
from server.negotiation import HTML, JSON, choose
from server.shelf import library, tagged, unchanged

home = Blueprint("home", __name__)
LATEST = 8


@home.get("/")
def index() -> Response:
    """The first page."""
    held = library()
    if (same := unchanged(held, "html")) is not None:
        return same
    latest = [article_row(held, node) for node in members(held, BY_NAME["article"])[:LATEST]]
    body = render_template("home.html", kinds=KINDS, counts=counts(held), latest=latest, questions=load(base=held.base))
    return tagged(make_response(body), held, "html")


@home.get("/search")
def search_page() -> Response:
    """Search by name; JSON for programs, by Accept or `format=json`."""
    held = library()
    query = request.args.get("q", "").strip()[:MAX_QUERY]
    kind = request.args.get("kind", "")
    hits = search(held, query, kind=kind if kind in BY_NAME else None)
    part = slice_of(hits, request.args.get("page", 1, type=int))
    wants_json = request.args.get("format") == "json" or choose(request.headers.get("Accept"), (HTML, JSON)) is JSON
    if wants_json:
        found = [
            {
                "id": hit.thing.iri,
                "label": hit.thing.label,
                "kind": hit.kind,
                "page": hit.thing.href,
                "name": hit.matched,
            }
            for hit in part.items
        ]
        response = jsonify({"query": query, "total": part.total, "page": part.number, "results": found})
    else:
        response = make_response(render_template("search.html", query=query, kind=kind, kinds=KINDS, part=part))
    response.vary.add("Accept")
    return response


@home.get("/health")
def health() -> Response:
    """Whether there is a graph, which, and how much is in it."""
    held = library()
    response = jsonify({"status": "ok", "generation": held.identifier, "counts": counts(held)})
    response.headers["Cache-Control"] = "no-store"
    return response


@home.get("/robots.txt")
def robots() -> Response:
    """Pages may be indexed; queries cost too much to be crawled."""
    kept_away = "".join(f"Disallow: {path}\n" for path in ("/sparql", "/graph-store", "/search"))
    return Response(f"User-agent: *\n{kept_away}", mimetype="text/plain")


@home.get("/favicon.ico")
def favicon() -> Response:
    """The icon, for browsers that ask for it at the old place."""
    return current_app.send_static_file("icon.svg")


def editor(query: str | None = None) -> Response:
    """The page on which a query is written; shown by the endpoint to a browser that comes without one.

    `?question=NAME` opens an example, `&about=LABEL` the same of another thing.
    """
    questions = load(base=library().base)
    chosen = next((q for q in questions if q.name == request.args.get("question")), None)
    about = request.args.get("about", "")[:MAX_QUERY]
    text = query or (_question_text(chosen, about) if chosen else "")
    return make_response(render_template("editor.html", query=text, chosen=chosen, about=about, questions=questions))


def _question_text(question: Question, about: str) -> str:
    """The query of an example, with `about` as a literal that the engine's own writer has escaped."""
    return question.asked_about(about) if about and question.about else question.query
