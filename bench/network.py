"""Coauthor networks and their measures beside networkx, igraph, networkit and scikit-network.

Run ``python bench/network.py [10000 100000 1000000] [--acl FILE] [--without PEER]``. The peers are
in no extra: ``pip install networkit scikit-network``; one that is not there is left out. Each size
is a process of its own, so that its peak memory is its own. Ratios are what counts; the best of
some rounds.

The corpora are made by a model: team sizes are 1 + a negative binomial with mean 2.5, at most 60
(3.5 authors a paper); a paper lies in one of the fields, whose sizes fall as 1/rank, and draws most
authors from its field and some from others, each in proportion to (rank + 20)^-0.75, which gives
degrees a heavy tail; years are uniform over thirty.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 3
# From so many papers on, what costs authors times ties, and plain networkx, is left out.
SMALL, MEDIUM = 20_000, 200_000


def corpus(papers: int, seed: int = 0) -> Any:
    """Papers, authors and authorships by the model above, as a graph."""
    import numpy as np

    rng = np.random.default_rng(seed)
    team = np.minimum(1 + rng.negative_binomial(2.0, 2.0 / 4.5, papers), 60)
    people, fields = int(papers * 0.9), max(papers // 1000, 1)
    share = 1 / np.arange(1, fields + 1)
    first = np.concatenate([[0], np.cumsum(np.maximum(people * share / share.sum(), 30))])
    field = np.searchsorted(np.cumsum(share / share.sum()), rng.random(papers))
    paper = np.repeat(np.arange(papers), team)
    here = np.where(rng.random(len(paper)) < 0.1, rng.integers(0, fields, len(paper)), field[paper])
    size = np.diff(first)[here]
    # The inverse of the distribution function of (rank + 20)^-0.75, up to the field's size.
    low, high = 20**0.25, (size + 20) ** 0.25
    rank = (low + rng.random(len(paper)) * (high - low)) ** 4 - 20
    author = (first[here] + rank).astype(np.int64)
    position = np.arange(len(paper)) - np.repeat(np.cumsum(team) - team, team) + 1
    return graph_of(paper, author, position, rng.integers(1990, 2020, papers))


def graph_of(paper: Any, author: Any, position: Any, years: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    import graphkit as gk

    def ids(kind: str, numbers: Any) -> Any:
        return pa.array([f"{kind}:{n:07}" for n in range(int(numbers.max()) + 1)]).take(
            pa.array(numbers)
        )

    people = np.unique(author)
    rows = {
        "papers": {"id": ids("paper", np.arange(len(years))), "year": years.astype("int32")},
        "authors": {"id": ids("author", people), "name": ids("Author", people)},
        "authorships": {
            "paper": ids("paper", paper),
            "author": ids("author", author),
            "position": position.astype("int32"),
        },
    }
    kg = gk.KnowledgeGraph()
    tables = {}
    for name, columns in rows.items():
        empty = kg.table(name)
        count = len(next(iter(columns.values())))
        arrays = [
            pa.array(columns[field.name]).cast(field.type)
            if field.name in columns
            else pa.array(["source:model"] * count, pa.string())
            if field.name == "source"
            else pa.nulls(count, field.type)
            for field in empty.schema
        ]
        tables[name] = pa.Table.from_arrays(arrays, schema=empty.schema)
    # Rows that a model made need no checking; that would take longer than all that is measured.
    return gk.KnowledgeGraph._of(tables, kg.namespaces)


def best(call: Callable[[], Any], rounds: int = ROUNDS) -> float:
    found = math.inf
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        found = min(found, time.perf_counter() - start)
    return found


def memory() -> float:
    """Peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(what: str, ours: float, peers: dict[str, float], aim: str) -> None:
    beside = "   ".join(f"{name} {ours / seconds:5.2f}x" for name, seconds in peers.items())
    print(f"  {what:22} {ours:8.3f} s   {beside:60} {aim}", flush=True)


def projection(kg: Any, papers: int, without: list[str]) -> Any:
    """From tables to a coauthor matrix, beside the barest code that does it."""
    import pandas as pd
    from scipy import sparse

    links = kg.table("authorships")
    ends = [links[name].to_pandas() for name in ("author", "paper")]

    def bare() -> Any:
        codes = [pd.factorize(end)[0] for end in ends]
        incidence = sparse.csr_array(([1.0] * len(ends[0]), codes))
        return incidence @ incidence.T

    def ours() -> Any:
        kg.derived.clear()
        return kg.coauthors(most_authors=None)

    peers = {"scipy": best(bare)}
    if papers <= MEDIUM and "networkx" not in without:
        import networkx as nx

        graph = nx.Graph(zip(*(end.tolist() for end in ends), strict=True))
        authors = sorted(set(ends[0]))
        peers["networkx"] = best(lambda: nx.bipartite.weighted_projected_graph(graph, authors), 1)
    report("projection", best(ours), peers, "aim: 2x scipy")
    return ours()


def peers_of(network: Any, papers: int) -> dict[str, dict[str, Callable[[], Any]]]:
    """What each peer offers, on a graph of its own that is ready."""
    import numpy as np

    found: dict[str, dict[str, Callable[[], Any]]] = {}
    first, second, weight = network.upper
    import igraph

    edges = list(zip(first.tolist(), second.tolist(), strict=True))
    graph = igraph.Graph(n=len(network), edges=edges)
    graph.es["weight"] = weight
    sources = list(range(0, len(network), max(len(network) // 64, 1)))[:64]
    found["igraph"] = {
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
    try:
        import networkit as nk
    except ImportError:
        pass
    else:
        kit = nk.GraphFromCoo((weight, (first, second)), n=len(network), weighted=True)
        # Where weights do not count, they would only cost it time.
        bare = nk.GraphFromCoo((first, second), n=len(network))
        centrality, groups = nk.centrality, nk.community
        variant = centrality.ClosenessVariant.GENERALIZED
        found["networkit"] = {
            "pagerank": lambda: centrality.PageRank(kit, tol=1e-9).run(),
            "core": lambda: centrality.CoreDecomposition(bare).run(),
            "clustering": lambda: centrality.LocalClusteringCoefficient(bare).run(),
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
    try:
        import sknetwork as sk
    except ImportError:
        pass
    else:
        matrix = network.matrix.tocsr()
        csr = __import__("scipy.sparse").sparse.csr_matrix(matrix)
        found["sknetwork"] = {
            "pagerank": lambda: sk.ranking.PageRank().fit_predict(csr),
            "core": lambda: sk.topology.get_core_decomposition(csr.astype(bool)),
            "community": lambda: sk.clustering.Leiden().fit_predict(csr),
            "louvain": lambda: sk.clustering.Louvain().fit_predict(csr),
            "label-propagation": lambda: sk.clustering.PropagationClustering().fit_predict(csr),
            "component": lambda: sk.topology.get_connected_components(csr),
        }
    if papers <= MEDIUM:
        import networkx as nx

        plain = nx.Graph()
        plain.add_nodes_from(range(len(network)))
        plain.add_weighted_edges_from(np.column_stack([first, second, weight]).tolist())
        found["networkx"] = {
            "pagerank": lambda: nx.pagerank(plain),
            "core": lambda: nx.core_number(plain),
            "clustering": lambda: nx.clustering(plain),
            "louvain": lambda: nx.community.louvain_communities(plain, seed=0),
            "component": lambda: list(nx.connected_components(plain)),
        }
        if papers <= SMALL:
            found["networkx"]["betweenness of 64"] = lambda: nx.betweenness_centrality(
                plain, k=64, seed=0
            )
            found["networkx"]["constraint"] = lambda: nx.constraint(plain, weight="weight")
    return found


def measures(network: Any, papers: int, without: list[str]) -> None:
    from graphkit import measures
    from graphkit.measures.engine import for_igraph

    network.nodes, for_igraph(network)  # as ready as the graphs of the peers
    ours: dict[str, Callable[[], Any]] = {
        "pagerank": lambda: measures.pagerank(network),
        "core": lambda: measures.core(network),
        "clustering": lambda: measures.clustering(network),
        "community": lambda: measures.community(network),
        "louvain": lambda: measures.louvain(network),
        "label-propagation": lambda: measures.label_propagation(network),
        "component": lambda: measures.component(network),
        "eigenvector": lambda: measures.eigenvector(network),
    }
    if papers <= MEDIUM:
        error = math.sqrt(math.log(2 * len(network) / 0.05) / 128)
        ours["constraint"] = lambda: measures.constraint(network)
        ours["betweenness of 64"] = lambda: measures.sampled_betweenness(network, error)
    exact = {"closeness", "harmonic", "betweenness"} if papers <= SMALL else set()
    ours |= {name: functools.partial(getattr(measures, name), network) for name in sorted(exact)}
    peers = peers_of(network, papers)
    for what, call in ours.items():
        # What takes seconds is not repeated.
        rounds = 1 if papers > MEDIUM or what in exact else ROUNDS
        beside = {
            name: best(offered[what], 1 if name == "networkx" else rounds)
            for name, offered in peers.items()
            if what in offered and name not in without
        }
        report(what, best(call, rounds), beside, "aim: 1.2x the fastest, networkx 0.05x")


def chain(kg: Any) -> None:
    """From tables to a network, PageRank, cores and communities, and what it takes."""
    before = memory()
    start = time.perf_counter()
    kg.derived.clear()
    network = kg.coauthors()
    network.measure("pagerank", "core", "community")
    seconds = time.perf_counter() - start
    matrix = network.matrix
    size = (matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes) / 2**20
    print(
        f"  tables to PageRank, cores, communities: {seconds:.1f} s, peak {memory():.0f} MB "
        f"(tables {before:.0f} MB, matrix {size:.0f} MB)   aim at 10^6 papers: 60 s, 4 GB",
        flush=True,
    )


def run(what: str, without: list[str]) -> None:
    if what.isdigit():
        papers = int(what)
        kg = corpus(papers)
    else:
        import graphkit as gk

        kg = gk.read(what)
        papers = len(kg.table("papers"))
    import scipy.sparse  # noqa: F401  imports are no part of what grows

    links = kg.table("authorships").num_rows
    print(f"{papers:,} papers, {links:,} authorships", flush=True)
    chain(kg)
    network = projection(kg, papers, without)
    print(f"  {network}")
    measures(network, papers, without)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--acl", type=Path, help="A corpus to read, such as acl-2021.jsonl.gz.")
    parser.add_argument("--without", action="append", default=[], help="Leave out this peer.")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run(json.loads(options.one), options.without)
        return
    for what in [*map(str, options.papers), *([str(options.acl)] if options.acl else [])]:
        one = ["--one", json.dumps(what), *(f"--without={name}" for name in options.without)]
        subprocess.run([sys.executable, __file__, *one], check=True)


if __name__ == "__main__":
    main()
