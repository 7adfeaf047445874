"""What the server answers: queries, whole graphs, its description, and hints for the editor.

Each runs in a thread of its own; see `graphkit.web.desk`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from graphkit.rdf import nquads_blocks
from graphkit.schema import schema
from graphkit.sparql.named import NamedQuery
from graphkit.web import description
from graphkit.web.desk import Opened, Writing, pour
from graphkit.web.limits import Limits
from graphkit.web.media import Choice
from graphkit.web.refusal import Refusal

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["describe", "graph", "hints", "query"]


def query(
    opened: Opened,
    writing: Writing,
    text: str,
    results: Choice | None,
    graph: Choice | None,
    **options: Any,
) -> None:
    """Answer a query.

    Parameters
    ----------
    opened : Opened
    writing : Writing
    text : str
    results, graph : Choice or None
        How to write tables and booleans, and how graphs; None where the client takes none.
    **options
        Of `graphkit.sparql.engine.Engine.ask`.

    Raises
    ------
    QueryError
        The text is no query, or it reached a limit.
    Refusal
        The client takes no format of what it asks for.
    """
    wanted = {"results": results, "graph": graph}
    types: dict[str, Any] = {name: choice.canonical for name, choice in wanted.items() if choice}
    found = opened.engine.ask(text, on_start=writing.stoppable, **types, **options)
    choice = graph if found.kind == "triples" else results
    if choice is None:
        found.close()
        raise Refusal(406, "the answer can be written in no format that Accept names")
    writing.begin(choice.header)
    pour(found.parts, writing)


def graph(
    opened: Opened, writing: Writing, iri: str | None, choice: Choice, limits: Limits
) -> None:
    """Write out one named graph, or what no source says.

    Its blank nodes, which have IRIs in the tables, are blank nodes again.

    Raises
    ------
    Refusal
        There is no such graph.
    """
    import pyarrow.compute as pc
    import pyoxigraph

    kg = opened.kg
    source = "" if iri is None else kg.namespaces.compress(iri)
    if iri is not None and source not in kg.source_ids():
        raise Refusal(404, f"there is no graph <{iri}>")
    rows = {name: kg.table(name) for name in schema().tables}
    said = {name: table.filter(pc.equal(table["source"], source)) for name, table in rows.items()}
    genid = re.escape(f"<{kg.base}.well-known/genid/".encode())
    blank = re.compile(genid + rb"([A-Za-z0-9_]+)>")
    triples = b"".join(
        blank.sub(rb"_:\1", block) for block in nquads_blocks(said, kg.namespaces, graphs=False)
    )
    store = pyoxigraph.Store()
    store.bulk_load(triples, pyoxigraph.RdfFormat.N_TRIPLES, lenient=True)
    writing.begin(choice.header)
    form = getattr(pyoxigraph.RdfFormat, choice.format)
    out = io.BytesIO()
    store.dump(
        out, form, from_graph=pyoxigraph.DefaultGraph(), prefixes=dict(kg.namespaces.prefixes)
    )
    if out.tell() > limits.result:
        raise Refusal(500, f"the graph is larger than {limits.result:,} bytes: ask for parts of it")
    writing.write(out.getvalue())


def describe(
    opened: Opened, writing: Writing, choice: Choice, endpoint: str, *, limits: Limits, **more: Any
) -> None:
    """Write the service description, with VoID statistics of the graph."""
    import pyoxigraph

    ask = _Asked(opened, limits)
    sizes = {
        graph.value: int(count.value)
        for graph, count in ask(
            "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
        )
    }
    triples = list(description.triples(ask, endpoint, sizes, **more))
    writing.begin(choice.header)
    form = getattr(pyoxigraph.RdfFormat, choice.format)
    prefixes = {**opened.kg.namespaces.prefixes, **description.PREFIXES}
    writing.write(pyoxigraph.serialize(triples, format=form, prefixes=prefixes) or b"")


def hints(
    opened: Opened, writing: Writing, limits: Limits, queries: Mapping[str, NamedQuery]
) -> None:
    """Write what the editor offers: prefixes, classes, properties and queries, as JSON."""
    found = description.hints(_Asked(opened, limits), opened.kg.namespaces, queries)
    writing.begin("application/json")
    writing.write(orjson.dumps(found))


class _Asked:
    """The solutions of a SELECT query, within the limits of a client."""

    def __init__(self, opened: Opened, limits: Limits) -> None:
        self.opened, self.limits = opened, limits

    def __call__(self, text: str) -> Iterator[pyoxigraph.QuerySolution]:
        import pyoxigraph

        form = pyoxigraph.QueryResultsFormat.JSON
        _, data = self.opened.engine.whole(
            text, timeout=self.limits.seconds, results=form.media_type
        )
        found: Any = pyoxigraph.parse_query_results(data, form)
        return iter(found)
