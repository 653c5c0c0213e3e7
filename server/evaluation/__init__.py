"""How good a graph is: its claims compared with what careful readers found, in precision, recall and F1.

The graph is read by plain SPARQL in the terms of the vocabulary, so that any graph in these terms can be judged,
however it was made. docs/gold-format.md says what a gold file holds and what counts as right.
"""

from server.evaluation.facets import FACETS, Miss
from server.evaluation.figures import Evaluation, evaluate
from server.evaluation.gold import Gold, GoldError, read_gold

__all__ = ["FACETS", "Evaluation", "Gold", "GoldError", "Miss", "evaluate", "read_gold"]
