"""The terms of the ontology and the concepts of its schemes: their page and their data."""
