"""Measures against plain networkx."""

from __future__ import annotations

import random
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from graphkit import measures, registry
from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from tests.conftest import graph_of


def graph_like(graph: nx.Graph[Any]) -> KnowledgeGraph:
    """A knowledge graph whose coauthors, fully counted, are this network."""
    papers: dict[str, list[str]] = {}
    for a, b, weight in graph.edges(data="weight", default=1):
        for number in range(int(weight)):
            papers[f"{name(a)}-{name(b)}-{number}"] = [name(a), name(b)]
    papers |= {f"alone-{name(node)}": [name(node)] for node in nx.isolates(graph)}
    return graph_of(papers)


def name(node: object) -> str:
    return str(node).replace(" ", "_")


def relabelled(graph: nx.Graph[Any]) -> nx.Graph[str]:
    return nx.relabel_nodes(graph, {node: f"author:{name(node)}" for node in graph})


KARATE: nx.Graph[Any] = nx.karate_club_graph()
MISERABLES: nx.Graph[Any] = nx.les_miserables_graph()
DISCONNECTED: nx.Graph[Any] = nx.union(nx.path_graph(4), nx.complete_graph(range(10, 14)))
DISCONNECTED.add_nodes_from(["lone", "alone"])
LONELY: nx.Graph[Any] = nx.empty_graph(3)
SINGLE: nx.Graph[Any] = nx.empty_graph(1)
PAIR: nx.Graph[Any] = nx.path_graph(2)
WEIGHTED: nx.Graph[Any] = nx.Graph()
WEIGHTED.add_weighted_edges_from([("a", "b", 3), ("b", "c", 1), ("c", "a", 1), ("c", "d", 5)])
CASES = {
    "karate": KARATE,
    "miserables": MISERABLES,
    "disconnected": DISCONNECTED,
    "no ties": LONELY,
    "one author": SINGLE,
    "a pair": PAIR,
    "weighted": WEIGHTED,
}


@pytest.fixture(scope="module", params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> tuple[Network, nx.Graph[str]]:
    graph = CASES[request.param]
    return graph_like(graph).coauthors(), relabelled(graph)


def agrees(found: pd.Series[Any], wanted: dict[str, float], network: Network) -> None:
    assert list(found.index) == list(network.nodes)
    assert found.index.name == "author"
    assert found.to_dict() == pytest.approx(wanted, abs=1e-6)


def test_degree(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    found = measures.degree(network)
    assert found.dtype == "int64"
    agrees(found, dict(graph.degree()), network)


def test_strength(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    agrees(measures.strength(network), dict(graph.degree(weight="weight")), network)


def test_betweenness(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    agrees(measures.betweenness(network), nx.betweenness_centrality(graph), network)


def test_pagerank(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    found = measures.pagerank(network)
    agrees(found, nx.pagerank(graph, tol=1e-12, max_iter=1000), network)
    assert found.sum() == pytest.approx(1)


def test_papers() -> None:
    network = graph_of({"P": ["Ada", "Bob"], "Q": ["Ada"]}).coauthors()
    assert measures.papers(network).to_dict() == {"author:Ada": 2, "author:Bob": 1}


def test_community_numbers(case: tuple[Network, nx.Graph[str]]) -> None:
    network, _ = case
    found = measures.community(network)
    assert found.dtype == "int64"
    assert list(found.index) == list(network.nodes)
    sizes = np.bincount(found.to_numpy())
    assert (sizes > 0).all()
    # By size, and of one size by the first author.
    first = [int(np.argmax(found.to_numpy() == number)) for number in range(len(sizes))]
    order = list(zip(-sizes, first, strict=True))
    assert order == sorted(order)


def test_communities_lie_within_components(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    found = measures.community(network)
    for members in nx.connected_components(graph):
        groups = set(found[sorted(members)])
        outside = set(found.drop(sorted(members)))
        assert not groups & outside


@pytest.mark.parametrize("graph", [KARATE, MISERABLES], ids=["karate", "miserables"])
def test_communities_are_as_good_as_louvains(graph: nx.Graph[Any]) -> None:
    found = measures.community(graph_like(graph).coauthors())
    plain = relabelled(graph)
    groups = [set(found.index[found == number]) for number in range(found.max() + 1)]
    ours = nx.community.modularity(plain, groups)
    louvain = max(
        nx.community.modularity(plain, nx.community.louvain_communities(plain, seed=seed))
        for seed in range(5)
    )
    assert ours >= louvain - 0.01


def test_communities_are_the_same_each_time() -> None:
    random.seed(1)
    np.random.seed(1)
    network = graph_like(MISERABLES).coauthors()
    first = measures.community(network)
    random.seed(2)
    state = random.getstate()
    again = measures.community(graph_like(MISERABLES).coauthors())
    pd.testing.assert_series_equal(first, again)
    # And nobody else's random numbers are used up.
    assert random.getstate() == state


def test_communities_do_not_depend_on_the_order_of_sources() -> None:
    papers = {f"{a}-{b}": [name(a), name(b)] for a, b in MISERABLES.edges()}
    backwards = dict(reversed(list(papers.items())))
    one, other = (measures.community(graph_of(p).coauthors()) for p in (papers, backwards))
    pd.testing.assert_series_equal(one, other)


@pytest.mark.parametrize("measure", registry.names("measure"))
def test_the_empty_network(measure: str) -> None:
    network = graph_of({}).coauthors()
    found = registry.load("measure", measure)(network)
    assert len(found) == 0
    assert found.name == measure
    whole = measure in ("papers", "degree", "community")
    assert found.dtype == ("int64" if whole else "float64")
    assert list(network.measure(measure).columns) == ["author", "name", measure]


@pytest.mark.parametrize("measure", registry.names("measure"))
def test_series_are_named_and_typed_alike(measure: str) -> None:
    found = registry.load("measure", measure)(graph_like(PAIR).coauthors())
    assert found.name == measure
    whole = measure in ("papers", "degree", "community")
    assert found.dtype == ("int64" if whole else "float64")


def test_newman_strength_is_the_papers_with_others(example: KnowledgeGraph) -> None:
    network = example.coauthors(counting="newman")
    team = np.asarray(network.incidence.sum(axis=0)).ravel()
    shared = network.incidence @ (team > 1)
    assert measures.strength(network).to_numpy() == pytest.approx(shared)
