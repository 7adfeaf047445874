"""Triangles and cores by columns, against plain networkx and against igraph's graph."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit import measures
from graphkit.measures import triangles, whole
from graphkit.measures.engine import for_igraph, ready
from graphkit.network import Network


def drawn(n: int, ties: int, seed: int) -> nx.Graph[Any]:
    """A network of heavy weights and uneven degrees, of more rows than one word has bits."""
    rng = np.random.default_rng(seed)
    ends = (n * rng.random((ties, 2)) ** 2).astype(int)
    graph: nx.Graph[Any] = nx.empty_graph(n)
    graph.add_weighted_edges_from(
        (int(a), int(b), float(w)) for (a, b), w in zip(ends, rng.integers(1, 9, ties), strict=True)
    )
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


networks = st.builds(drawn, st.integers(1, 200), st.integers(0, 1200), st.integers(0, 99))


@given(networks)
def test_triangles_and_cores_are_those_of_networkx(graph: nx.Graph[Any]) -> None:
    net = Network.from_networkx(graph)
    # Rows are in the order of the ids, as text.
    at = [net.row(f"author:{node}") for node in graph]
    pairs = triangles.closed_pairs(net.matrix, "triangles")
    assert pairs[at].tolist() == [nx.triangles(graph, node) for node in graph]
    wanted: dict[Any, Any] = dict(nx.clustering(graph).items())  # type: ignore[union-attr]
    assert measures.clustering(net).iloc[at].tolist() == pytest.approx(
        [wanted[node] for node in graph]
    )
    cores = nx.core_number(graph)
    assert measures.core(net).iloc[at].tolist() == [cores[node] for node in graph]
    assert whole.assortativity(net) == pytest.approx(of_igraph(net), nan_ok=True, abs=1e-9)
    assert ready(net) is not None


def of_igraph(net: Network) -> float:
    found: float = for_igraph(net).assortativity_degree(directed=False)
    return found


@given(networks)
def test_both_ways_give_the_same(graph: nx.Graph[Any]) -> None:
    net = Network.from_networkx(graph)
    by_columns = [measures.core(net), measures.clustering(net), measures.constraint(net)]
    assert ready(net) is None
    made = for_igraph(net)
    assert measures.core(net).equals(by_columns[0])
    assert measures.clustering(net).to_list() == pytest.approx(by_columns[1].to_list())
    assert made.constraint(weights="weight") == pytest.approx(by_columns[2].to_list(), nan_ok=True)


def test_a_paper_by_hundreds_is_measured_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = nx.complete_graph(500)
    graph.add_edge(499, 500)
    net = Network.from_networkx(graph)
    assert triangles.crowded(net.matrix)
    in_full = measures.clustering(net), measures.constraint(net)
    # By columns, few steps at once.
    monkeypatch.setattr(triangles, "DENSE", 0)
    monkeypatch.setattr(triangles, "STEPS", 10_000)
    pairs = triangles.closed_pairs(net.matrix, "triangles")
    at = [net.row(f"author:{node}") for node in graph]
    assert pairs[at].tolist() == [499 * 498 // 2] * 500 + [0]
    assert in_full[0].iloc[at].tolist() == pytest.approx([1] * 499 + [499 * 498 / (500 * 499), 0])
    by_columns = triangles.constraints(net.matrix, "constraint")
    assert in_full[1].to_list() == pytest.approx(by_columns.tolist())
