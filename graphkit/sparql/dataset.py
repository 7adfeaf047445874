"""The store of a graph as a dataset of rdflib, for all that is written for rdflib."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph
import rdflib
from rdflib.query import Result
from rdflib.store import Store

from graphkit.errors import QueryError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql.engine import Engine, engine

__all__ = ["dataset"]

DEFAULT = rdflib.graph.DATASET_DEFAULT_GRAPH_ID
UNION = "__UNION__"
READ_ONLY = "this dataset is read-only, as its graph is: kg.update(text) gives a changed graph"


def dataset(kg: KnowledgeGraph) -> rdflib.Dataset:
    """The graph for rdflib, without a copy.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    rdflib.Dataset
        Read-only, over the store that answers `KnowledgeGraph.query`: one named graph a source,
        the default graph is the union of all. Queries, prepared ones too, are answered by
        Oxigraph.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = dataset(gk.example()).query("SELECT (COUNT(?p) AS ?n) { ?p a foaf:Person }")
    >>> [int(row.n) for row in found]
    [174]
    """
    made = rdflib.Dataset(store=_Oxigraph(engine(kg)), default_union=True)
    for prefix, iri in kg.namespaces.prefixes.items():
        made.bind(prefix, iri, replace=True)
    return made


class _Oxigraph(Store):
    """A store of rdflib that reads an Oxigraph store."""

    context_aware = True
    graph_aware = True
    formula_aware = False
    transaction_aware = False

    def __init__(self, made_of: Engine) -> None:
        super().__init__()
        self._engine = made_of
        self._prefixes: dict[str, rdflib.URIRef] = {}

    # -- reading --------------------------------------------------------------------------

    def triples(
        self, triple_pattern: Any, context: Any = None
    ) -> Iterator[tuple[Any, Iterator[Any]]]:
        s, p, o = (None if term is None else _ours(term) for term in triple_pattern)
        if isinstance(s, pyoxigraph.Literal) or isinstance(p, pyoxigraph.Literal):
            return
        graph = self._graph(context)
        for quad in self._engine.store.quads_for_pattern(s, p, o, graph):
            triple = tuple(map(_theirs, (quad.subject, quad.predicate, quad.object)))
            yield triple, self._contexts_of(quad)

    def _graph(self, context: Any) -> Any:
        """The graph to look in; None for all, where no two of them say the same."""
        name = getattr(context, "identifier", context)
        if name is not None and name != DEFAULT and not isinstance(name, rdflib.BNode):
            return pyoxigraph.NamedNode(str(name))
        return None if self._engine.union else pyoxigraph.DefaultGraph()

    def _contexts_of(self, quad: pyoxigraph.Quad) -> Iterator[Any]:
        store = self._engine.store
        named = [
            found.graph_name
            for found in store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
            if not isinstance(found.graph_name, pyoxigraph.DefaultGraph)
        ]
        for name in map(_theirs, named) if named else [DEFAULT]:
            yield rdflib.Graph(self, name)

    def __len__(self, context: Any = None) -> int:
        graph = self._graph(context)
        if graph is None:
            return len(self._engine.store)
        return sum(1 for _ in self._engine.store.quads_for_pattern(None, None, None, graph))

    def contexts(self, triple: Any = None) -> Generator[rdflib.Graph, None, None]:
        if triple is None or triple == (None, None, None):
            for name in self._engine.store.named_graphs():
                yield rdflib.Graph(self, _theirs(name))
            return
        seen = set()
        for _, contexts in self.triples(triple):
            for context in contexts:
                if context.identifier not in seen:
                    seen.add(context.identifier)
                    yield context

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],
        initBindings: Mapping[str, Any],
        queryGraph: str,
        **kwargs: Any,
    ) -> Result:
        # A prepared query remembers its text.
        text, namespaces, _ = getattr(query, "_original_args", (query, {}, None))
        made_of = self._engine
        bound = {str(name): value for name, value in initBindings.items() if f"{name}" in text}
        request = made_of.request(text, parameters=bound)
        request.prefixes |= {p: str(iri) for p, iri in {**initNs, **namespaces}.items()}
        if queryGraph not in (UNION, str(DEFAULT)):
            request.default_graphs = [str(queryGraph)]
        found = made_of.solve(text, request)
        if isinstance(found, pyoxigraph.QueryBoolean):
            result = Result("ASK")
            result.askAnswer = bool(found)
        elif isinstance(found, pyoxigraph.QuerySolutions):
            result = Result("SELECT")
            names = [variable.value for variable in found.variables]
            result.vars = [rdflib.Variable(name) for name in names]
            result.bindings = [
                {
                    variable: _theirs(term)
                    for variable, term in zip(result.vars, solution, strict=True)
                    if term is not None
                }
                for solution in found
            ]
        else:
            result = Result("CONSTRUCT")
            result.graph = rdflib.Graph()
            for triple in found:
                result.graph.add(tuple(map(_theirs, triple)))
        return result

    # -- prefixes -------------------------------------------------------------------------

    def bind(self, prefix: str, namespace: rdflib.URIRef, override: bool = True) -> None:
        if override or prefix not in self._prefixes:
            self._prefixes[prefix] = namespace

    def namespace(self, prefix: str) -> rdflib.URIRef | None:
        return self._prefixes.get(prefix)

    def prefix(self, namespace: rdflib.URIRef) -> str | None:
        return next((p for p, iri in self._prefixes.items() if iri == namespace), None)

    def namespaces(self) -> Iterator[tuple[str, rdflib.URIRef]]:
        yield from self._prefixes.items()

    # -- writing --------------------------------------------------------------------------

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
        raise TypeError(READ_ONLY)

    def addN(self, quads: Iterable[Any]) -> None:
        raise TypeError(READ_ONLY)

    def remove(self, triple: Any, context: Any = None) -> None:
        raise TypeError(READ_ONLY)

    def update(self, *_: Any, **__: Any) -> None:
        raise TypeError(READ_ONLY)

    def add_graph(self, graph: Any) -> None:
        """Looking a graph up by its name must not fail."""


def _ours(term: Any) -> Any:
    if isinstance(term, rdflib.URIRef):
        return pyoxigraph.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return pyoxigraph.BlankNode(str(term))
    if not isinstance(term, rdflib.Literal):
        raise QueryError(f"{term!r} is no IRI, blank node or literal")
    if term.language:
        return pyoxigraph.Literal(str(term), language=term.language)
    if term.datatype:
        return pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(str(term.datatype)))
    return pyoxigraph.Literal(str(term))


XSD_STRING = str(rdflib.XSD.string)


def _theirs(term: Any) -> Any:
    if isinstance(term, pyoxigraph.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    # To rdflib a text with datatype and one without are two things.
    plain = term.datatype.value == XSD_STRING
    datatype = None if plain else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype)
