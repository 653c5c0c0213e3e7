"""The routes of the ontology: one page with all its terms, and the same as data."""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from flask import Blueprint, Response, abort, make_response, render_template, request
from pyoxigraph import NamedNode

from mappings.graph import context
from ontology.namespaces import ONTOLOGY
from ontology.validation import shapes
from server.entities.serialize import write
from server.negotiation import BY_EXTENSION, HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format, choose
from server.shelf import library, tagged, unchanged
from server.terms.model import ontology_quads, read_ontology

terms = Blueprint("terms", __name__)
OFFERS: Final = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML)


@terms.get("/ontology")
def ontology() -> Response:
    """The vocabulary, negotiated in place: its terms are hash IRIs, so all of them are this one document."""
    chosen = choose(request.headers.get("Accept"), OFFERS)
    if chosen is None:
        abort(406, description=f"On offer are {', '.join(offer.media_type for offer in OFFERS)}.")
    response = _answer(chosen)
    response.vary.add("Accept")
    return response


@terms.get("/ontology.<extension>")
def ontology_file(extension: str) -> Response:
    """The vocabulary in the format of the extension."""
    chosen = BY_EXTENSION.get(extension)
    if chosen not in OFFERS:
        abort(404, description=f"The vocabulary comes as {', '.join(f'.{offer.extension}' for offer in OFFERS[1:])}.")
    assert chosen is not None
    return _answer(chosen)


@terms.get("/shapes.ttl")
def shapes_file() -> Response:
    """The shapes that every article's graph conforms to."""
    return _unchanging(_shapes(), TURTLE.content_type)


@terms.get("/context.jsonld")
def context_file() -> Response:
    """The JSON-LD context of all data."""
    return _unchanging(json.dumps({"@context": context()}, indent=2).encode(), JSON_LD.content_type)


@cache
def _shapes() -> bytes:
    return shapes().serialize(format="turtle", encoding="utf-8")


def _unchanging(body: bytes, content_type: str) -> Response:
    """An answer that comes with the program and not with the generation."""
    response = Response(body, content_type=content_type)
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response


def _answer(chosen: Format) -> Response:
    held = library()
    if (same := unchanged(held, chosen.extension)) is not None:
        return same
    if chosen is HTML:
        response = make_response(render_template("ontology.html", ontology=read_ontology(held), offers=OFFERS[1:]))
        links = (f'</ontology.{o.extension}>; rel="alternate"; type="{o.media_type}"' for o in OFFERS[1:])
        response.headers["Link"] = ", ".join(links)
    else:
        body = write(ontology_quads(held), chosen, about=NamedNode(ONTOLOGY))
        response = Response(body, content_type=chosen.content_type)
    return tagged(response, held, chosen.extension)
