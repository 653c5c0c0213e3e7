"""The generation store: a dataset is built beside the one being served, and made live by one atomic switch.

A store's root folder holds

    current                 the identifier of the live generation: one line, replaced atomically
    build.lock              held by the one build at work, with its process number inside
    history.jsonl           which IRIs of earlier generations became which; one line for each build, added before it
    generations/<id>/       one whole dataset, never changed once it has this name
        oxigraph/           the quads; the default graph holds each triple of the named graphs once
        texts/<sha256>      the stored texts of the articles
        quarantine/<key>.*  what the shapes refused: report (.ttl), graph (.nq)
        manifest.json       the hash of every graph, text and quarantined article
        meta.json           what the builder says about the dataset: base IRI, version, counts
"""

from server.store.draft import Draft, building, prune
from server.store.errors import StoreError
from server.store.generation import Generation, Live, Quarantined, current
from server.store.history import History, read_history

__all__ = [
    "Draft",
    "Generation",
    "History",
    "Live",
    "Quarantined",
    "StoreError",
    "building",
    "current",
    "prune",
    "read_history",
]
