"""Where the address of a thing leads that bears another IRI now, that became several, or that is there no longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, abort, make_response, redirect, render_template
from pyoxigraph import NamedNode, Quad
from rdflib.namespace import DCTERMS
from werkzeug.wrappers import Response as BaseResponse

from server.entities.labels import Thing, thing
from server.entities.library import Library
from server.entities.serialize import write
from server.negotiation import HTML, Format

REPLACED_BY: Final = NamedNode(DCTERMS.isReplacedBy)


@dataclass(frozen=True, slots=True)
class Parted:
    """What else an IRI named until a generation; `kept` unless it names nothing of that any longer."""

    last: str
    others: tuple[Thing, ...]
    kept: bool


def present(
    held: Library, nodes: Sequence[NamedNode], address: Callable[[str], str | None], chosen: Format | None
) -> NamedNode:
    """The first of `nodes` that the graph knows.

    Answers instead with 301 to the `address` of the one thing that it was merged into or renamed to; with 300 and a
    list in the format `chosen` where it became several; with 410 if it was in an earlier generation only; with 404.
    No client may keep these answers unasked: a later build may bring the thing back.
    """
    known = next((node for node in nodes if held.knows(node)), None)
    node = known or next((node for node in nodes if node.value in held.history.past), None)
    if node is None:
        abort(404, description="The present graph does not know this thing, and no earlier one is known to have done.")
    if held.lives(node):
        return node
    if len(heirs := heirs_of(held, node)) == 1:
        abort(_asked_again(redirect(str(address(heirs[0].value)), code=301)))
    if heirs:
        abort(_asked_again(_choices(held, node, heirs, chosen or HTML)))
    if known is not None:
        return known
    last = held.history.past[node.value].last
    abort(410, description=f"This thing was last known in generation {last}; {held.identifier} is the present one.")


def _asked_again(response: BaseResponse) -> BaseResponse:
    response.headers["Cache-Control"] = "no-cache"
    return response


def heirs_of(held: Library, node: NamedNode) -> list[NamedNode]:
    """The things that a dead IRI stands for now: by the words it rested on, else by what the graph itself says."""
    heirs = held.history.heirs(node.value, held.lives_iri) if node.value in held.history.past else ()
    current = held.replaced_by(node)
    return sorted(map(NamedNode, heirs), key=str) or ([current] if current else [])


def _choices(held: Library, node: NamedNode, heirs: Sequence[NamedNode], chosen: Format) -> Response:
    if chosen is HTML:
        things = [thing(held, heir) for heir in heirs]
        last = held.history.past[node.value].last
        return make_response(render_template("choices.html", iri=node.value, things=things, last=last), 300)
    quads = [Quad(node, REPLACED_BY, heir) for heir in heirs]
    return Response(write(quads, chosen, about=node), 300, content_type=chosen.content_type)


def parted(held: Library, node: NamedNode) -> Parted | None:
    """What else a living IRI named once, if it did."""
    past = held.history.past.get(node.value)
    heirs = held.history.heirs(node.value, held.lives_iri) if past else frozenset()
    others = tuple(thing(held, NamedNode(heir)) for heir in sorted(heirs - {node.value}))
    return Parted(past.last, others, node.value in heirs) if past and others else None
