"""What graphkit and each peer are asked in ``bench/network.py``, on graphs that are ready."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

__all__ = [
    "MEDIUM",
    "Calls",
    "of_igraph",
    "of_networkit",
    "of_networkx",
    "of_sknetwork",
    "ours",
    "ours_by_networkit",
]

Calls = dict[str, Callable[[], Any]]

# From so many papers on, what costs authors times ties, and networkx' graphs, are left out.
SMALL, MEDIUM = 20_000, 200_000


def ours(network: Any, papers: int) -> Calls:
    from graphkit import measures
    from graphkit.measures.engine import for_igraph

    network.nodes, for_igraph(network)  # as ready as the graphs of the peers
    found: Calls = {
        "pagerank": lambda: measures.pagerank(network),
        "pagerank, 10 steps": lambda: measures.pagerank(network),
        "core": lambda: measures.core(network),
        "component": lambda: measures.component(network),
        "eigenvector": lambda: measures.eigenvector(network),
        "clustering": lambda: measures.clustering(network),
        "constraint": lambda: measures.constraint(network),
        "community": lambda: measures.community(network),
        "louvain": lambda: measures.louvain(network),
        "label-propagation": lambda: measures.label_propagation(network),
    }
    if papers <= MEDIUM:
        error = math.sqrt(math.log(2 * len(network) / 0.05) / 128)
        found["betweenness of 64"] = lambda: measures.sampled_betweenness(network, error)
    if papers <= SMALL:
        for name in ("betweenness", "closeness", "harmonic"):
            found[name] = functools.partial(getattr(measures, name), network)
    return found


def ours_by_networkit(network: Any) -> Calls:
    """What ``engine="networkit"`` answers."""
    from graphkit.measures import by_networkit

    try:
        by_networkit.core(network), by_networkit.label_propagation(network)
    except ImportError:
        return {}
    return {
        name: functools.partial(function, network)
        for name, function in by_networkit.MEASURES.items()
    }


def of_igraph(network: Any) -> Calls:
    import igraph

    first, second, weight = network.upper
    edges = list(zip(first.tolist(), second.tolist(), strict=True))
    graph = igraph.Graph(n=len(network), edges=edges)
    graph.es["weight"] = weight.tolist()
    sources = list(range(0, len(network), max(len(network) // 64, 1)))[:64]
    return {
        "pagerank": lambda: graph.pagerank(weights="weight"),
        "core": graph.coreness,
        "clustering": lambda: graph.transitivity_local_undirected(mode="zero"),
        "constraint": lambda: graph.constraint(weights="weight"),
        "community": lambda: graph.community_leiden(
            "modularity", weights="weight", n_iterations=2 if len(network) > 10_000 else -1
        ),
        "louvain": lambda: graph.community_multilevel(weights="weight"),
        "label-propagation": lambda: graph.community_label_propagation(weights="weight"),
        "betweenness of 64": lambda: graph.betweenness(directed=False, sources=sources),
        "component": graph.connected_components,
        "eigenvector": lambda: graph.eigenvector_centrality(weights="weight"),
        "closeness": graph.closeness,
        "harmonic": graph.harmonic_centrality,
        "betweenness": lambda: graph.betweenness(directed=False),
    }


def of_networkit(network: Any) -> Calls:
    try:
        import networkit as nk
    except ImportError:
        return {}
    nk.setNumberOfThreads(1)
    first, second, weight = network.upper
    kit = nk.GraphFromCoo((weight, (first, second)), n=len(network), weighted=True)
    # Where weights do not count, they would only cost it time.
    bare = nk.GraphFromCoo((first, second), n=len(network))
    centrality, groups = nk.centrality, nk.community
    variant = centrality.ClosenessVariant.GENERALIZED
    return {
        "pagerank": lambda: centrality.PageRank(kit, tol=1e-9).run(),
        "core": lambda: centrality.CoreDecomposition(bare).run(),
        "clustering": lambda: centrality.LocalClusteringCoefficient(bare, turbo=True).run(),
        "community": lambda: groups.ParallelLeiden(kit, randomize=False).run(),
        "louvain": lambda: groups.PLM(kit).run(),
        "label-propagation": lambda: groups.PLP(kit).run(),
        "betweenness of 64": lambda: centrality.EstimateBetweenness(bare, 64).run(),
        "component": lambda: nk.components.ConnectedComponents(bare).run(),
        "eigenvector": lambda: centrality.EigenvectorCentrality(kit).run(),
        "closeness": lambda: centrality.Closeness(bare, False, variant).run(),
        "harmonic": lambda: centrality.HarmonicCloseness(bare, False).run(),
        "betweenness": lambda: centrality.Betweenness(bare).run(),
    }


def of_sknetwork(network: Any) -> Calls:
    try:
        import sknetwork as sk
    except ImportError:
        return {}
    from scipy import sparse

    csr = sparse.csr_matrix(network.matrix)
    return {
        # As near as ours; and as it comes, when it stops after ten steps.
        "pagerank": lambda: sk.ranking.PageRank(n_iter=1000, tol=1e-8).fit_predict(csr),
        "pagerank, 10 steps": lambda: sk.ranking.PageRank().fit_predict(csr),
        "core": lambda: sk.topology.get_core_decomposition(csr.astype(bool)),
        "community": lambda: sk.clustering.Leiden().fit_predict(csr),
        "louvain": lambda: sk.clustering.Louvain().fit_predict(csr),
        "label-propagation": lambda: sk.clustering.PropagationClustering().fit_predict(csr),
        "component": lambda: sk.topology.get_connected_components(csr),
    }


def of_networkx(network: Any) -> Calls:
    import networkx as nx
    import numpy as np

    first, second, weight = network.upper
    plain = nx.Graph()
    plain.add_nodes_from(range(len(network)))
    plain.add_weighted_edges_from(np.column_stack([first, second, weight]).tolist())
    return {
        "pagerank": lambda: nx.pagerank(plain),
        "core": lambda: nx.core_number(plain),
        "clustering": lambda: nx.clustering(plain),
        "community": lambda: nx.community.louvain_communities(plain, seed=0),
        "louvain": lambda: nx.community.louvain_communities(plain, seed=0),
        "component": lambda: list(nx.connected_components(plain)),
        "betweenness of 64": lambda: nx.betweenness_centrality(plain, k=64, seed=0),
        "constraint": lambda: nx.constraint(plain, weight="weight"),
    }
