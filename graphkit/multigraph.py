"""KnowledgeGraph <-> networkx.MultiDiGraph, without loss.

A node is an entity: its attributes are the cells of its row, with ``table`` for the kind of
thing it is. An edge is a link: a row of a link table (its key is the table), or a column of
a noun's row that points elsewhere (its key is ``table.column``). What is no node and no edge
(other names, statements, notes) is kept in ``graph.graph["tables"]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.errors import SchemaError
from graphkit.graph import KnowledgeGraph
from graphkit.networks_in import from_plain_network
from graphkit.schema import Table, schema

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["from_networkx", "to_networkx"]


def to_networkx(kg: KnowledgeGraph) -> nx.MultiDiGraph[str]:
    """The whole graph for networkx.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    networkx.MultiDiGraph
        Node attributes: ``table`` and the known cells of the row. Where several sources
        name one entity, the first source's row gives the attributes and ``also`` holds the
        other rows. Edge attributes: ``table``, ``source`` and the known cells.

    Examples
    --------
    >>> import graphkit as gk
    >>> graph = to_networkx(gk.example())
    >>> graph.nodes["author:Andreas_Stolcke"]["name"]
    'Andreas Stolcke'
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(base=kg.base, tables={})
    for name, table in schema().tables.items():
        rows = kg.table(name).to_pylist()
        if table.has_id:
            _add_nodes(graph, table, rows)
        elif _ends(table):
            _add_links(graph, table, rows)
        elif rows:
            graph.graph["tables"][name] = [_known(row) for row in rows]
    return graph


def from_networkx(graph: nx.Graph[Any]) -> KnowledgeGraph:
    """The graph that `to_networkx` gave, with whatever was changed since, or one of others.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or networkx.Graph
        Of another make: a coauthor graph whose edges name their ``papers``, or a graph of
        people and papers; see `graphkit.networks_in.from_plain_network`.

    Returns
    -------
    KnowledgeGraph

    Raises
    ------
    SchemaError
        An attribute that the schema does not know, a node or an edge of no table, or a graph
        of another make that does not say who wrote which paper.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = gk.example()
    >>> from_networkx(to_networkx(kg)) == kg
    True
    """
    if "tables" not in graph.graph or not graph.is_multigraph():
        return from_plain_network(graph)
    data: dict[str, list[dict[str, Any]]] = {
        name: list(rows) for name, rows in graph.graph["tables"].items()
    }
    nouns: dict[tuple[str, str, str], dict[str, Any]] = {}
    for node, attributes in graph.nodes(data=True):
        for row in [attributes, *attributes.get("also", ())]:
            cells = {k: v for k, v in row.items() if k not in ("table", "also")}
            if "table" in row:
                key = (row["table"], node, cells.get("source", ""))
                nouns[key] = {"id": node, **cells}
            elif cells:
                raise SchemaError(f"node {node} has attributes but no 'table' that they belong to")
    links: Any = graph.edges
    for start, end, key, attributes in links(keys=True, data=True):
        if "table" not in attributes:
            raise SchemaError(f"edge {start} -> {end} ({key}) has no 'table' that it belongs to")
        table = schema().table(attributes["table"])
        cells = {k: v for k, v in attributes.items() if k not in ("table", "column")}
        if "column" in attributes:
            noun = nouns.get((table.name, start, cells.get("source", "")))
            if noun is None:
                raise SchemaError(f"edge {start} -> {end} ({key}): its first node has no such row")
            noun[attributes["column"]] = end
        else:
            if not _ends(table):
                where = f"edge {start} -> {end} ({key})"
                raise SchemaError(f"{where}: rows of {table.name} are no edges")
            first, second = _ends(table)
            data.setdefault(table.name, []).append({first: start, second: end, **cells})
    for (name, _, _), row in nouns.items():
        data.setdefault(name, []).append(row)
    return KnowledgeGraph(data, base=graph.graph.get("base"))


def _ends(table: Table) -> tuple[str, ...]:
    """The two columns that a link table connects, or nothing."""
    ends = tuple(column.name for column in table.references)
    # Other names point at one entity, statements at anything.
    return ends if not table.has_id and len(ends) == 2 and table.name != "statements" else ()


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _add_nodes(graph: nx.MultiDiGraph[str], table: Table, rows: list[dict[str, Any]]) -> None:
    pointing = [column.name for column in table.references]
    for row in sorted(rows, key=lambda row: row["source"]):
        node = row.pop("id")
        for column in pointing:
            target = row.pop(column)
            if target is not None:
                graph.add_edge(
                    node,
                    target,
                    key=f"{table.name}.{column} {row['source']}".strip(),
                    table=table.name,
                    column=column,
                    source=row["source"],
                )
        cells = {"table": table.name, **_known(row)}
        if "table" in graph.nodes.get(node, ()):
            graph.nodes[node].setdefault("also", []).append(cells)
        else:
            graph.add_node(node, **cells)


def _add_links(graph: nx.MultiDiGraph[str], table: Table, rows: list[dict[str, Any]]) -> None:
    first, second = _ends(table)
    for row in rows:
        start, end = row.pop(first), row.pop(second)
        # One pair can be linked more than once: by two sources, or in two positions.
        number = graph.number_of_edges(start, end)
        graph.add_edge(start, end, key=f"{table.name} {number}", table=table.name, **_known(row))
