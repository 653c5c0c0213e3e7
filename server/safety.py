"""The headers that keep a page harmless, and the cleaning of hostile labels."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request
from markupsafe import Markup

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline, nothing from another origin, no frame around a page."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

OPEN_DATA: Final = ("/data/", "/id/", "/sparql", "/ontology")
"""Paths that scripts of other origins may read: the data is public and no request carries a right."""

REORDERING: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
CONTROLS: Final = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"] + [ord(c) for c in REORDERING]
)


def protect(app: Flask) -> None:
    """Send the headers with every answer of `app`, and clean whatever its templates print."""
    app.after_request(_add_headers)
    app.jinja_env.finalize = clean


def clean(value: object) -> object:
    """Take out of a string what would reorder or hide the text around it. Ready markup stays as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return value.translate(CONTROLS)
    return value


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith(OPEN_DATA):
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
    return response
