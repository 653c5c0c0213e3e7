"""The page that explains how a stored article was read: by sentence and rule, for readers and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, make_response, render_template, request
from pyoxigraph import NamedNode
from rdflib.namespace import DCTERMS, RDF

from mappings.article import Article
from mappings.extraction import rule_versions, rules
from mappings.rule import RuleError
from ontology.namespaces import SCHEMA
from server.entities.labels import thing
from server.entities.library import Library
from server.entities.moved import present
from server.entities.rule import source_by_name
from server.explaining.explainer import Explainer, ExplainError
from server.explaining.reading import sentences, stored_article
from server.fingerprint import code_version
from server.negotiation import HTML, JSON, choose
from server.problems import problem
from server.shelf import library, tagged, unchanged

EXTENSION: Final = "communique.explainer"
OFFERS: Final = (HTML, JSON)
explaining = Blueprint("explaining", __name__)


def install(app: Flask) -> None:
    """Give `app` its explanations."""
    app.extensions[EXTENSION] = Explainer()
    app.register_blueprint(explaining)


@explaining.errorhandler(ExplainError)
def unexplained(error: ExplainError) -> Response:
    """Say why there is no explanation now."""
    response = problem(503, error.title, error.detail)
    if error.retry:
        response.headers["Retry-After"] = str(error.retry)
    return response


@explaining.get("/explain/article/<path:slug>")
def explain(slug: str) -> Response:
    """Explain an article of the present graph; no text of the request is ever read."""
    held = library()
    node = present(held, held.addresses.candidates(f"article/{slug}"), _address(held), HTML)
    if NamedNode(SCHEMA.NewsArticle) not in held.nodes(node, RDF.type):
        abort(404, description="Only articles can be explained.")
    name = _rule()
    chosen = choose(request.headers.get("Accept"), OFFERS)
    if chosen is None:
        abort(406, description=f"On offer are {', '.join(offer.media_type for offer in OFFERS)}.")
    variant = f"{code_version()}.explain.{chosen.extension}"
    if (same := unchanged(held, variant)) is not None:
        same.vary.add("Accept")
        return same
    explainer = cast(Explainer, current_app.extensions[EXTENSION])
    told = explainer.explain((held.identifier, node.value, name), lambda: _article(held, node))
    body = _as_json(held, node, name, told) if chosen is JSON else _as_page(held, node, name, told)
    body.vary.add("Accept")
    return tagged(body, held, variant)


def _address(held: Library) -> Callable[[str], str | None]:
    """Give the way from an article's IRI to its explanation, for one that bears another IRI now."""
    return lambda iri: (path := held.addresses.page(iri)) and path.replace("/page/", "/explain/", 1)


def _rule() -> str | None:
    """The rule that is asked for, if it is one of the installed ones; 404 for any other name."""
    name = request.args.get("rule") or None
    if name is not None:
        try:
            rules().named(name)
        except RuleError as error:
            abort(404, description=str(error))
    return name


def _article(held: Library, node: NamedNode) -> Article:
    article = stored_article(held, node)
    if article is None:
        detail = "The present graph does not keep what it takes to read this article again. Build it again."
        raise ExplainError("No explanation of this article", detail)
    return article


def _as_json(held: Library, node: NamedNode, name: str | None, told: list[dict[str, Any]]) -> Response:
    about = {"article": node.value, "identifier": held.text_of(node, DCTERMS.identifier), "rule": name}
    return jsonify({**about, "same_rules": _same_rules(held), "sentences": told})


def _as_page(held: Library, node: NamedNode, name: str | None, told: list[dict[str, Any]]) -> Response:
    shown = render_template(
        "explain.html",
        article=thing(held, node),
        address=request.path,
        rule=name,
        rule_source=source_by_name(name) if name else None,
        rules=sorted(rule_versions()),
        same_rules=_same_rules(held),
        sentences=sentences(held, node, told, whole=name is None),
    )
    return make_response(shown)


def _same_rules(held: Library) -> bool:
    """Whether the graph was built with the rules and the code that explain now."""
    return held.meta.get("version") == code_version()
