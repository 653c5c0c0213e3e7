"""Which things of different articles are one: each person, body, country, place, agreement and event gets one IRI."""

from mappings.identity.judgements import Judgement, JudgementError, Judgements, doubts_table, read_judgements
from mappings.identity.model import Doubt, Resolution, Thing
from mappings.identity.resolve import resolve

__all__ = [
    "Doubt",
    "Judgement",
    "JudgementError",
    "Judgements",
    "Resolution",
    "Thing",
    "doubts_table",
    "read_judgements",
    "resolve",
]
