"""What follows from a graph by RDFS and OWL 2 RL, as a source of its own."""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from graphkit.errors import MissingExtraError, ReadError
from graphkit.graph import KnowledgeGraph
from graphkit.rdf import from_nquads, nquads_blocks
from graphkit.schema import ontology_file, schema
from graphkit.sparql.engine import INFERENCE

__all__ = ["forget", "infer"]

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
# True of everything, so no news.
TRIVIAL = {OWL + "Thing", RDFS + "Resource", RDFS + "Literal"}


def infer(kg: KnowledgeGraph, axioms: str | os.PathLike[str] | None = None) -> KnowledgeGraph:
    """Add what RDFS and OWL 2 RL conclude, computed by `reasonable`.

    The premises are what the graph says, ``ontology/graphkit.ttl`` and axioms of yours.

    Parameters
    ----------
    kg : KnowledgeGraph
        What was inferred before is forgotten and inferred anew.
    axioms : path-like, optional
        A Turtle file with classes and properties of yours.

    Returns
    -------
    KnowledgeGraph
        With one more source, of the format ``inference``, which says all that follows and
        stands nowhere in the graph, but for what is true of everything (``owl:Thing``). The
        source names its reasoner; `KnowledgeGraph.without` forgets it.

    Raises
    ------
    MissingExtraError
        `reasonable` is not installed.
    ReadError
        The axioms cannot be read.

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> axioms = pathlib.Path(tempfile.mkdtemp(), "agents.ttl")
    >>> _ = axioms.write_text('''
    ...     @prefix foaf: <http://xmlns.com/foaf/0.1/> .
    ...     @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ...     foaf:Person rdfs:subClassOf foaf:Agent .''')
    >>> infer(gk.example(), axioms).query("SELECT (COUNT(?a) AS ?n) { ?a a foaf:Agent }").n[0]
    174
    """
    try:
        import reasonable
    except ImportError:
        raise MissingExtraError("reasonable", "infer") from None

    graph = forget(kg)
    tables = {name: graph.table(name) for name in schema().tables}
    reasoner = reasonable.PyReasoner()
    said = b"".join(nquads_blocks(tables, graph.namespaces, graphs=False))
    digest = hashlib.sha256(said)
    with tempfile.TemporaryDirectory() as folder:
        # The reasoner reads files alone, by their suffix; N-Triples are Turtle.
        file = Path(folder, "graph.ttl")
        file.write_bytes(said)
        reasoner.load_file(str(file))
        with as_file(ontology_file("graphkit.ttl")) as ontology:
            reasoner.load_file(str(ontology))
        if axioms is not None:
            file.write_bytes(_read(axioms))
            digest.update(_read(axioms))
            try:
                reasoner.load_file(str(file))
            except Exception as error:  # the library raises bare ones
                raise ReadError(axioms, f"cannot be read as Turtle: {error}") from None
    known = set(reasoner.get_base_triples())
    source = f"source:{INFERENCE}-{digest.hexdigest()[:12]}"
    iri = f"<{graph.namespaces.expand(source)}>"
    about = {str(s) for s, _, _ in _triples(said)}
    lines = [
        f"{s.n3()} {p.n3()} {o.n3()} {iri} ."
        for s, p, o in reasoner.reason()
        if (s, p, o) not in known and s != o and str(o) not in TRIVIAL and s.n3() in about
    ]
    row = {
        "id": source,
        "title": "What follows by RDFS and OWL 2 RL",
        "description": os.fspath(axioms) if axioms is not None else None,
        "format": INFERENCE,
        "sha256": digest.hexdigest(),
        "reader": f"reasonable {reasonable.__version__}",
        "source": source,
    }
    inferred = from_nquads("\n".join(sorted(lines)), base=graph.base)
    return graph | KnowledgeGraph({"sources": [row]}, base=graph.base) | inferred


def forget(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The graph without what was inferred.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    KnowledgeGraph
        The same graph where nothing was inferred.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = gk.example()
    >>> forget(kg) is kg
    True
    """
    return kg._without_format(INFERENCE)


def _triples(said: bytes) -> Any:
    """The terms of our own lines; no IRI has a space in it."""
    for line in said.splitlines():
        yield line.decode().split(" ", 2)


def _read(axioms: str | os.PathLike[str]) -> bytes:
    try:
        return Path(axioms).read_bytes()
    except OSError as error:
        raise ReadError(axioms, f"cannot be opened: {error.strerror or error}") from None
