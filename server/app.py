"""The web application: pages, data and query endpoint over the live generation of one store."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from server.entities.views import entities
from server.explaining.views import install as install_explanations
from server.home import editor, home
from server.problems import handle_problems
from server.safety import protect
from server.shelf import EXTENSION, Shelf, edition
from server.sparql.blueprint import sparql_blueprint
from server.terms.views import terms


def create_app(root: Path) -> Flask:
    """Make the application that serves the store at `root`. If it is empty, every page says so with 503."""
    app = Flask("server", static_folder="static", template_folder="templates")
    app.extensions[EXTENSION] = Shelf(root)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 30 * 86400  # each edition has addresses of its own
    app.url_map.merge_slashes = False  # the redirect would repeat the Host header that the client sent
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.context_processor(lambda: {"edition": edition()})
    protect(app)
    handle_problems(app)
    for blueprint in (home, entities, terms, sparql_blueprint(root, render_editor=editor)):
        app.register_blueprint(blueprint)
    install_explanations(app)
    return app
