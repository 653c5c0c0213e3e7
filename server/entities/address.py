"""The way between an IRI of the graph and a path of this server, and which IRIs may become links."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from pyoxigraph import NamedNode

from ontology.namespaces import BASE, CMQ, ONTOLOGY

PATH_CHARACTERS = "/:@!$&'()*+,;=-._~"
LINK_SCHEMES = frozenset({"http", "https"})


def named_node(iri: str) -> NamedNode | None:
    """The IRI as a term, or None when it is no absolute IRI: such a string is never looked up."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Turns IRIs below `base` into paths and back, wherever the server itself runs.

    Things (`{base}id/person/x`) have their page at `/page/person/x`; the concepts of the schemes, which keep the
    default base (`.../status/signed`), at `/page/status/signed`.
    """

    base: str = BASE

    def local(self, iri: str) -> str | None:
        """The part of the path that names a thing or a concept; None for every other IRI."""
        if iri.startswith(things := f"{self.base}id/"):
            return iri.removeprefix(things)
        if iri.startswith(BASE) and not iri.startswith((f"{BASE}id/", f"{BASE}graph/")):
            return iri.removeprefix(BASE)
        return None

    def candidates(self, local: str) -> tuple[NamedNode, ...]:
        """The IRIs that a path may stand for, the likelier first."""
        iris = (f"{self.base}id/{local}", f"{BASE}{local}")
        return tuple(node for node in map(named_node, iris) if node is not None)

    def identifier_path(self, iri: str) -> str | None:
        """The path at which this server dereferences `iri`, which then redirects to the page or the data."""
        local = self.local(iri)
        if local is None:
            return None
        return f"/id/{_quoted(local)}" if iri.startswith(f"{self.base}id/") else f"/{_quoted(local)}"

    def page(self, iri: str) -> str | None:
        """The path of the page about `iri`; None where this server has none."""
        if iri == ONTOLOGY:
            return "/ontology"
        if iri.startswith(str(CMQ)):
            return f"/ontology#{_quoted(iri.removeprefix(str(CMQ)))}"
        local = self.local(iri)
        return None if local is None else f"/page/{_quoted(local)}"

    def data(self, iri: str, extension: str) -> str | None:
        """The path of the data about `iri` in the format of `extension`."""
        local = self.local(iri)
        return None if local is None else f"/data/{_quoted(local.partition('#')[0])}.{extension}"

    def href(self, iri: str) -> str | None:
        """Where a link to `iri` leads: the own page, else the IRI itself if its scheme may be linked, else nowhere."""
        return self.page(iri) or external(iri)


def external(iri: str) -> str | None:
    """`iri` if a browser may be sent there (http and https with a host), else None: never `javascript:` or `data:`."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return None
    if parts.scheme.lower() not in LINK_SCHEMES or not parts.netloc or any(c.isspace() or ord(c) < 32 for c in iri):
        return None
    return iri


def _quoted(local: str) -> str:
    """A path with its fragment: what is only a part of a document has that document's page."""
    path, _, fragment = local.partition("#")
    return quote(path, safe=PATH_CHARACTERS) + (f"#{quote(fragment, safe=PATH_CHARACTERS)}" if fragment else "")
