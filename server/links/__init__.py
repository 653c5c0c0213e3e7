"""Links to open data: verified rows in the shape of SSSOM, matched to the graph's things, never by guess."""

from server.links.match import Match, match
from server.links.model import Link, LinkError, Links
from server.links.reader import read_links
from server.links.view import links_graph

__all__ = ["Link", "LinkError", "Links", "Match", "links_graph", "match", "read_links"]
