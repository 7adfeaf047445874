"""Networks for networkx, and from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit import networks_in
from graphkit.errors import SchemaError
from graphkit.graph import KnowledgeGraph
from graphkit.network.coauthors import coauthors
from graphkit.network.network import Network

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["from_networkx", "to_networkx"]


def from_networkx(graph: nx.Graph[Any], weight: str = "weight") -> Network:
    """A network of people that another program made: see `Network.from_networkx`."""
    import networkx as nx
    import numpy as np
    import pyarrow as pa
    from scipy import sparse

    if graph.is_directed():
        raise SchemaError(
            "the graph is directed, and coauthorship is not: give graph.to_undirected()"
        )
    ids = networks_in.people_ids(graph)
    order = sorted(graph, key=ids.__getitem__)
    unsound = f"{weight!r} of each edge must be a number above zero"
    try:
        matrix = sparse.csr_array(
            nx.to_scipy_sparse_array(graph, nodelist=order, weight=weight).astype(np.float64)
            if order
            else (0, 0)
        )
    except (TypeError, ValueError) as error:
        raise SchemaError(unsound) from error
    if not np.isfinite(matrix.data).all() or (matrix.data <= 0).any():
        raise SchemaError(unsound)
    matrix.setdiag(0)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    named = any(attributes.get("papers") for _, _, attributes in graph.edges(data=True))
    kg = networks_in.from_plain_network(graph) if named else _people_alone(graph)
    # The papers of each tie, as their authors tell; the weights stay those of the graph.
    wrote = coauthors(kg, most_authors=None)
    rows = [wrote.index.get(ids[node], -1) for node in order]
    incidence = sparse.csr_array((len(order), len(wrote.paper_ids)))
    if len(wrote):
        blank = sparse.csr_array((1, len(wrote.paper_ids)))
        incidence = sparse.csr_array(sparse.vstack([wrote.incidence, blank]).tocsr()[rows])
    return Network(
        graph=kg,
        kind="authors",
        node_ids=pa.array([ids[node] for node in order], pa.string()),
        paper_ids=wrote.paper_ids,
        matrix=matrix,
        incidence=incidence,
        paper_weights=np.ones(len(wrote.paper_ids)),
        counting=str(graph.graph.get("counting", "full")),
        description=str(graph.graph.get("description", "from networkx")),
    )


def _people_alone(graph: nx.Graph[Any]) -> KnowledgeGraph:
    return KnowledgeGraph({"authors": networks_in.people(graph)})


def to_networkx(network: Network) -> nx.Graph[str]:
    """A network for networkx: see `Network.to_networkx`."""
    import networkx as nx
    import numpy as np

    graph: nx.Graph[str] = nx.Graph(counting=network.counting, description=network.description)
    wrote = np.diff(network.incidence.indptr).tolist()
    graph.add_nodes_from(
        (node, {"name": name, "papers": count})
        for node, name, count in zip(network.nodes, network.names, wrote, strict=True)
    )
    first, second, weight = network.upper
    behind = network.tie_papers()
    papers, starts = network.papers[behind.indices], behind.indptr.tolist()
    graph.add_edges_from(
        (a, b, {"weight": w, "papers": tuple(papers[start:end])})
        for a, b, w, start, end in zip(
            network.nodes[first],
            network.nodes[second],
            weight.tolist(),
            starts[:-1],
            starts[1:],
            strict=True,
        )
    )
    return graph
