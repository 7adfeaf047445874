"""SPARQL on an Oxigraph store that is filled from the tables in one bulk load.

Results come from Oxigraph's own serialisation through Arrow, not row by row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.sparql import answers
from graphkit.sparql.engine import engine

if TYPE_CHECKING:
    import pandas as pd
    import pyoxigraph
    import rdflib

__all__ = ["query", "store"]


def store(kg: KnowledgeGraph) -> pyoxigraph.Store:
    """The graph as an Oxigraph store, filled at first use.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    pyoxigraph.Store
        One named graph a source. The default graph is their union where several sources were
        read, otherwise what no source says. Read-only where it stands beside the tables.

    Examples
    --------
    >>> import graphkit as gk
    >>> len(store(gk.example())) > 1000
    True
    """
    return engine(kg).store


def query(
    kg: KnowledgeGraph,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    short: bool = False,
    timeout: float | None = None,
    **more: Any,
) -> pd.DataFrame | bool | rdflib.Graph:
    """Answer a SPARQL 1.1 query.

    The prefixes of ``ontology/prefixes.ttl`` are declared; the default graph is the union of
    all sources, and ``GRAPH ?source { … }`` asks who said it. ``SERVICE`` is refused: a
    query reaches nothing outside the graph.

    Parameters
    ----------
    kg : KnowledgeGraph
    text : str
    parameters : mapping of str to object, optional
        Values of variables, by their names; see `graphkit.sparql.parameters`. A name that no
        parameter of this function has can also be given by keyword.
    short : bool
        Shorten IRIs to ids such as ``author:Ada_Lovelace``.
    timeout : float, optional
        Seconds after which the query is stopped. It runs in a process of its own, so that
        Ctrl-C stops it too; the graph stays usable.
    **more
        Further parameters of the query.

    Returns
    -------
    pandas.DataFrame, bool or rdflib.Graph
        For SELECT a frame of Arrow dtypes with a column for each variable: whole numbers and
        years as int64, other numbers as double, booleans as bool, dates as date32, times as
        timestamp in UTC, all else as string; unbound is missing. For ASK a bool, for
        CONSTRUCT and DESCRIBE an `rdflib.Graph`.

    Raises
    ------
    QueryError
        The text is no query; the error says where and what was expected.
    QueryLimitError
        The time is up.

    Examples
    --------
    >>> import graphkit as gk
    >>> query(gk.example(), "SELECT (COUNT(*) AS ?n) { ?p a fabio:ResearchPaper }")
        n
    0  44
    >>> text = "SELECT (COUNT(*) AS ?n) { ?p dcterms:creator ?author }"
    >>> query(gk.example(), text, author="author:Andreas_Stolcke").n[0]
    4
    """
    # Apart even without a limit: nothing else could be stopped by Ctrl-C.
    limit = math.inf if timeout is None else timeout
    found, data = engine(kg).whole(text, parameters={**(parameters or {}), **more}, timeout=limit)
    if found.truth is not None:
        return found.truth
    if found.kind == "triples":
        return answers.graph(data, kg.namespaces)
    return answers.frame(found.variables, data, kg.namespaces if short else None)
