"""SPARQL engines: each loads the graph's quads and answers a query."""
