"""How it is shown: the store, the SPARQL endpoint, the pages, the command line."""
