"""The graph on the web: a SPARQL 1.1 Protocol endpoint and an editor page."""
