"""The things of the graph: their addresses, their data, their pages."""
