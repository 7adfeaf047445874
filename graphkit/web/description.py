"""What an endpoint says of itself: SPARQL 1.1 Service Description with VoID statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphkit.errors import QueryError
from graphkit.ids import Namespaces
from graphkit.iris import illegal_iri
from graphkit.schema import schema
from graphkit.sparql.named import NamedQuery, Parameter, bound
from graphkit.sparql.parameters import bind
from graphkit.sparql.prologue import declarations
from graphkit.web.media import GRAPHS, RESULTS

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["PREFIXES", "filled", "hints", "triples"]

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
PREFIXES = {"sd": SD, "void": VOID, "formats": FORMATS}
# What W3C calls the formats of pyoxigraph, at http://www.w3.org/ns/formats/.
CALLED = {
    "JSON": "SPARQL_Results_JSON",
    "XML": "SPARQL_Results_XML",
    "CSV": "SPARQL_Results_CSV",
    "TSV": "SPARQL_Results_TSV",
    "TURTLE": "Turtle",
    "N_TRIPLES": "N-Triples",
    "JSON_LD": "JSON-LD",
    "RDF_XML": "RDF_XML",
}
COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
}
CLASSES = "SELECT ?it (COUNT(?s) AS ?n) { ?s a ?it } GROUP BY ?it ORDER BY DESC(?n) ?it"
PROPERTIES = "SELECT ?it (COUNT(*) AS ?n) { ?s ?it ?o } GROUP BY ?it ORDER BY DESC(?n) ?it"


def triples(
    ask: Any,
    endpoint: str,
    graphs: Mapping[str, int],
    *,
    writable: bool,
    services: Sequence[str],
) -> Iterator[pyoxigraph.Triple]:
    """The description of a service.

    Parameters
    ----------
    ask : callable
        From a SELECT query to its solutions.
    endpoint : str
        The IRI of the endpoint.
    graphs : mapping of str to int
        How many triples each named graph holds, by IRI.
    writable : bool
        Whether it takes updates.
    services : sequence of str
        The endpoints that ``SERVICE`` may call.

    Yields
    ------
    pyoxigraph.Triple

    References
    ----------
    SPARQL 1.1 Service Description, W3C Recommendation 2013; Describing Linked Datasets with the
    VoID Vocabulary, W3C Note 2011.
    """
    import pyoxigraph as ox

    def node(iri: str) -> ox.NamedNode:
        return ox.NamedNode(iri)

    def number(count: Any) -> ox.Literal:
        return ox.Literal(str(getattr(count, "value", count)), datatype=node(INTEGER))

    def say(subject: Any, predicate: str, value: Any) -> ox.Triple:
        return ox.Triple(subject, node(predicate), value)

    service, dataset, default = (ox.BlankNode(name) for name in ("service", "dataset", "default"))
    yield say(service, RDF_TYPE, node(SD + "Service"))
    yield say(service, SD + "endpoint", node(endpoint))
    yield say(service, SD + "supportedLanguage", node(SD + "SPARQL11Query"))
    if writable:
        yield say(service, SD + "supportedLanguage", node(SD + "SPARQL11Update"))
    # What no FROM names is the union of all sources.
    yield say(service, SD + "feature", node(SD + "UnionDefaultGraph"))
    if services:
        yield say(service, SD + "feature", node(SD + "BasicFederatedQuery"))
    for name in dict.fromkeys([*RESULTS.values(), *GRAPHS.values()]):
        yield say(service, SD + "resultFormat", node(FORMATS + CALLED[name]))
    yield say(service, SD + "defaultDataset", dataset)
    yield say(dataset, RDF_TYPE, node(SD + "Dataset"))
    yield say(dataset, SD + "defaultGraph", default)
    yield say(default, RDF_TYPE, node(SD + "Graph"))
    yield say(default, RDF_TYPE, node(VOID + "Dataset"))
    for name, query in COUNTS.items():
        for (count,) in ask(query):
            yield say(default, VOID + name, number(count))
    for part, called, counted, query in (
        ("class", "class", "entities", CLASSES),
        ("property", "property", "triples", PROPERTIES),
    ):
        at = 0
        for at, (it, count) in enumerate(ask(query), 1):
            partition = ox.BlankNode(f"{part}{at}")
            yield say(default, VOID + part + "Partition", partition)
            yield say(partition, VOID + called, it)
            yield say(partition, VOID + counted, number(count))
        yield say(default, VOID + {"class": "classes", "property": "properties"}[part], number(at))
    for at, (graph, size) in enumerate(graphs.items(), 1):
        named_graph, content = ox.BlankNode(f"named{at}"), ox.BlankNode(f"graph{at}")
        yield say(dataset, SD + "namedGraph", named_graph)
        yield say(named_graph, RDF_TYPE, node(SD + "NamedGraph"))
        yield say(named_graph, SD + "name", node(graph))
        yield say(named_graph, SD + "graph", content)
        yield say(content, RDF_TYPE, node(SD + "Graph"))
        yield say(content, VOID + "triples", number(size))


def hints(ask: Any, namespaces: Namespaces, queries: Mapping[str, NamedQuery]) -> dict[str, Any]:
    """What the editor offers: prefixes, named queries, classes and properties with their counts.

    Parameters
    ----------
    ask : callable
        From a SELECT query to its solutions.
    namespaces : Namespaces
    queries : mapping of str to NamedQuery

    Returns
    -------
    dict
        For JSON.
    """
    offered = [
        {
            "name": query.name,
            "description": query.description,
            "parameters": [_parameter(each) for each in query.parameters],
        }
        for query in queries.values()
    ]
    counted = {"classes": CLASSES, "properties": PROPERTIES}
    return {"prefixes": dict(namespaces.prefixes), "queries": offered} | {
        name: [
            {"iri": it.value, "count": int(count.value)}
            for it, count in ask(query)
            if hasattr(it, "value")
        ]
        for name, query in counted.items()
    }


def filled(query: NamedQuery, given: Mapping[str, str], namespaces: Namespaces) -> str:
    """A named query with values for its parameters, as any SPARQL endpoint takes it.

    Parameters
    ----------
    query : NamedQuery
    given : mapping of str to str
        Of an entity its IRI: to look one up by its name is a query of its own.
    namespaces : Namespaces

    Raises
    ------
    QueryError
        A value is missing, or is none of its kind.
    """
    text = bind(query.text, bound(query, given, _entity), namespaces)
    return "\n".join([*declarations(text, namespaces), text])


def _entity(kind: str, iri: str) -> str:
    if illegal_iri(iri):
        raise QueryError(f"{iri!r} is no IRI of one of the {kind}")
    return iri


def _parameter(parameter: Parameter) -> dict[str, Any]:
    """A parameter, and of one for entities where their names stand."""
    plain = {"name": parameter.name, "kind": parameter.kind, "default": parameter.default}
    if not parameter.is_entity:
        return plain
    table = schema().table(parameter.kind)
    label = table.label
    return plain | {"label": label and table.column(label).property}
