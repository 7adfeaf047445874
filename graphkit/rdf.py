"""KnowledgeGraph <-> RDF, by the schema alone, by column.

Two laws hold (`tests/laws`): ``from_rdf(to_rdf(kg)) == kg``, and ``to_rdf(from_rdf(g))`` is
``g`` with its blank nodes skolemised. The second one because a row is only read where all
that it would write is there, and what no row writes lands in ``statements``.

Each source is a named graph; rows of the source ``""`` stand in the default graph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphkit import terms
from graphkit.errors import ReadError, SchemaError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.iris import illegal_iri
from graphkit.nquads import joined, lines_of
from graphkit.quads import Quads, split
from graphkit.schema import schema

if TYPE_CHECKING:
    import pyarrow as pa
    import rdflib

__all__ = [
    "from_nquads",
    "from_rdf",
    "graph_of",
    "nquads_blocks",
    "tables_of",
    "to_nquads",
    "to_rdf",
]


def to_nquads(kg: KnowledgeGraph) -> bytes:
    """The graph as N-Quads.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    bytes
        UTF-8. The order of the lines follows the tables; a statement that several rows
        make stands as often.

    Examples
    --------
    >>> kg = KnowledgeGraph({"authors": [{"id": "author:Ada", "name": "Ada"}]})
    >>> print(to_nquads(kg).decode().splitlines()[1])
    <https://w3id.org/graphkit/id/author/Ada> <http://xmlns.com/foaf/0.1/name> "Ada" .
    """
    tables = {name: kg.table(name) for name in schema().tables}
    return b"".join(nquads_blocks(tables, kg.namespaces))


def nquads_blocks(
    tables: Mapping[str, pa.Table], namespaces: Namespaces, *, graphs: bool = True
) -> Iterator[bytes]:
    """Tables as N-Quads, a column at a time.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        All tables of the schema.
    namespaces : Namespaces
    graphs : bool
        Whether the lines name their source.

    Yields
    ------
    bytes
        As `to_nquads`; none is empty.
    """
    import pyarrow.compute as pc

    for name, table in schema().tables.items():
        for _, lines in lines_of(table, tables[name], namespaces, graphs=graphs):
            if block := joined(pc.binary_join_element_wise(lines, "", "\n")):
                yield block


def to_rdf(kg: KnowledgeGraph) -> rdflib.Dataset:
    """The graph for rdflib.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    rdflib.Dataset
        One named graph a source; the default graph is the union of all.

    Examples
    --------
    >>> kg = KnowledgeGraph({"authors": [{"id": "author:Ada", "name": "Ada"}]})
    >>> len(to_rdf(kg))
    3
    """
    import pyarrow.compute as pc
    import rdflib

    dataset = rdflib.Dataset(default_union=True)
    for prefix, iri in kg.namespaces.prefixes.items():
        dataset.bind(prefix, iri, replace=True)
    quads = split(to_nquads(kg), kg.namespaces)
    made = {
        text: _rdflib_term(text) for name in "spo" for text in pc.unique(quads[name]).to_pylist()
    }
    for graph in pc.unique(quads["g"]).to_pylist():
        iri = rdflib.URIRef(graph[1:-1]) if graph else rdflib.graph.DATASET_DEFAULT_GRAPH_ID
        target = dataset.graph(iri)
        said = quads.filter(pc.equal(quads["g"], graph))
        columns = [[made[text] for text in said[name].to_pylist()] for name in "spo"]
        for triple in zip(*columns, strict=True):
            target.add(triple)
    return dataset


def _rdflib_term(term: str) -> Any:
    import rdflib

    match = re.match(terms.LITERAL, term)
    if match is None:
        return rdflib.URIRef(term[1:-1])
    # Not normalised: what stands in a source stays as it is, "01" for one.
    return rdflib.Literal(
        terms.unescape_text(match["body"]),
        lang=match["lang"],
        datatype=match["datatype"] and rdflib.URIRef(match["datatype"]),
        normalize=False,
    )


def from_nquads(data: bytes | str, *, base: str | None = None) -> KnowledgeGraph:
    """Read a graph from N-Quads or N-Triples.

    Parameters
    ----------
    data : bytes or str
        One statement a line.
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    KnowledgeGraph
        What the schema knows in tables, the rest in ``statements``; each named graph is a
        source, the default graph is the source ``""``.

    Raises
    ------
    ReadError
        A line that is no statement, or that has what is no IRI or no language tag.
    """
    namespaces = Namespaces(base)
    quads = split(data, namespaces)

    def read(leave: Collection[str]) -> dict[str, pa.Table]:
        return tables_of(quads, namespaces, leave)

    return graph_of(read, namespaces)


def tables_of(
    quads: pa.Table, namespaces: Namespaces, leave: Collection[str] = ()
) -> dict[str, pa.Table]:
    """All tables of some statements.

    Parameters
    ----------
    quads : pyarrow.Table
        Columns s, p, o, g, as `graphkit.quads.split` gives them.
    namespaces : Namespaces
    leave : collection of str
        Tables that are not read; what they would say stays in ``statements``.

    Raises
    ------
    ReadError
        What is no IRI or no language tag.
    """
    try:
        return Quads(quads, namespaces).tables(leave)
    except SchemaError as error:
        raise ReadError("RDF", str(error)) from None


def graph_of(
    read: Callable[[Collection[str]], Mapping[str, pa.Table]], namespaces: Namespaces
) -> KnowledgeGraph:
    """The graph of all statements.

    Parameters
    ----------
    read : callable
        Reads all tables but those that are named; asked again where they do not fit.
    namespaces : Namespaces
    """
    graph = KnowledgeGraph._of(read(()), namespaces)
    # Identities join nothing where the joined ids still speak for themselves: there they were not
    # written by a resolution, and stay statements.
    if graph.table("identities").num_rows and not _says_the_same_when_joined(graph):
        graph = KnowledgeGraph._of(read({"identities"}), namespaces)
    return graph


def _says_the_same_when_joined(graph: KnowledgeGraph) -> bool:
    """Whether a graph with its ids joined says what its rows say, which is all that was read."""
    import numpy as np

    return np.array_equal(*(_said(graph, as_read) for as_read in (True, False)))


def _said(graph: KnowledgeGraph, as_read: bool) -> Any:
    """The statements of a graph, each as a number of 64 bits, which take less room than they do."""
    import numpy as np
    from pandas.util import hash_array

    return np.unique(
        np.concatenate(
            [
                hash_array(lines.to_numpy(zero_copy_only=False), categorize=False)
                for name, table in schema().tables.items()
                for _, lines in lines_of(
                    table, graph.table(name, as_read=as_read), graph.namespaces
                )
            ]
        )
    )


def from_rdf(graph: rdflib.Graph | rdflib.Dataset, *, base: str | None = None) -> KnowledgeGraph:
    """Read a graph from rdflib.

    Parameters
    ----------
    graph : rdflib.Graph or rdflib.Dataset
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    KnowledgeGraph
        As `from_nquads`; blank nodes become IRIs under ``BASE/.well-known/genid/``.

    Examples
    --------
    >>> import rdflib
    >>> kg = KnowledgeGraph({"authors": [{"id": "author:Ada", "name": "Ada"}]})
    >>> from_rdf(to_rdf(kg)) == kg
    True
    """
    import rdflib

    if isinstance(graph, rdflib.Dataset):
        default = rdflib.graph.DATASET_DEFAULT_GRAPH_ID
        quads = [
            (s, p, o, None if g is None or g == default else g) for s, p, o, g in graph.quads()
        ]
    else:
        quads = [(s, p, o, None) for s, p, o in graph]
    lines = []
    for quad in quads:
        try:
            lines.append(" ".join(_term(term) for term in quad if term is not None) + " .")
        except ValueError as error:
            raise ReadError("rdflib graph", str(error)) from None
    return from_nquads("\n".join(sorted(lines)), base=base)


def _term(term: Any) -> str:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        if illegal_iri(term):
            raise ValueError(f"{term!r} is no absolute IRI")
        return f"<{term}>"
    if isinstance(term, rdflib.BNode):
        return f"_:{term}"
    if not isinstance(term, rdflib.Literal):
        raise ValueError(f"{term!r} is no IRI, blank node or literal")
    text = str(term)
    for plain, escaped in terms.ESCAPES.items():
        text = text.replace(plain, escaped)
    if term.language:
        return f'"{text}"@{term.language}'
    return f'"{text}"^^<{term.datatype}>' if term.datatype else f'"{text}"'
