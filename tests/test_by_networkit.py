"""networkit by choice: the same answers as without it, where there is one right answer."""

from __future__ import annotations

from typing import Any

import networkit
import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import graphkit as gk
from graphkit import measures
from graphkit.cli.app import app
from graphkit.errors import MissingExtraError, UnknownNameError
from graphkit.measures import by_networkit
from graphkit.network import Network

EXACT = ("clustering", "component", "core")
GROUPS = ("community", "louvain", "label-propagation")


def modularity(network: Network, groups: pd.Series[Any]) -> float:
    graph = network.to_networkx()
    parts = [set(members.index) for _, members in groups.groupby(groups)]
    return float(nx.community.modularity(graph, parts))


@pytest.fixture(scope="module")
def network() -> Network:
    return gk.example().resolve().coauthors(counting="newman")


@given(
    ties=st.dictionaries(
        st.tuples(st.integers(0, 11), st.integers(0, 11)), st.integers(1, 5), max_size=40
    )
)
def test_what_has_one_answer_is_the_same(ties: dict[tuple[int, int], int]) -> None:
    graph: nx.Graph[int] = nx.empty_graph(12)
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in ties.items() if a != b)
    net = Network.from_networkx(graph)
    found = net.measure(*EXACT, engine="networkit")
    wanted = net.measure(*EXACT)
    pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize("name", GROUPS)
def test_groups_of_the_example(network: Network, name: str) -> None:
    found = network.measure(name, engine="networkit")[name]
    again = by_networkit.MEASURES[name](network)
    assert found.to_list() == again.to_list()
    assert again.name == name
    # Numbered by size, the largest first.
    sizes = again.value_counts().sort_index().to_list()
    assert sizes == sorted(sizes, reverse=True)
    # Nobody shares a group with those whom no path leads to.
    component = measures.component(network)
    assert (component.groupby(again).nunique() == 1).all()
    assert modularity(network, again) > 0.75


def test_louvain_and_leiden_are_about_as_good_as_without_it(network: Network) -> None:
    best = modularity(network, measures.community(network))
    for name in ("community", "louvain"):
        assert modularity(network, by_networkit.MEASURES[name](network)) > best - 0.01


def test_resolution_makes_smaller_groups(network: Network) -> None:
    for measure in (by_networkit.community, by_networkit.louvain):
        assert measure(network, resolution=5).max() > measure(network, resolution=0.2).max()


def test_a_network_without_ties_and_one_without_anybody() -> None:
    for graph in (nx.empty_graph(3), nx.empty_graph(0)):
        net = Network.from_networkx(graph)
        for name, function in by_networkit.MEASURES.items():
            zero = name in ("clustering", "core")
            wanted = [0] * len(net) if zero else list(range(len(net)))
            assert function(net).to_list() == wanted, name


def test_threads_are_given_back(network: Network) -> None:
    before = networkit.getMaxNumberOfThreads()
    by_networkit.core(network, threads=2)
    assert networkit.getMaxNumberOfThreads() == before


def test_what_networkit_does_not_answer_is_as_ever(network: Network) -> None:
    found = network.measure("pagerank", "core", engine="networkit")
    pd.testing.assert_frame_equal(found, network.measure("pagerank", "core"))


def test_groups_say_how_they_were_found(network: Network) -> None:
    found = network.groups("louvain", engine="networkit")
    assert found.attrs["engine"] == "networkit"
    kept = network.graph.with_groups("louvain", engine="networkit", counting="newman")
    source = kept.sources.iloc[-1]
    assert source["title"].startswith("Groups by louvain by networkit, resolution 1, seed 0")
    assert source["description"].startswith("Found with networkit 1")
    with pytest.raises(ValueError, match="networkit knows no seed"):
        network.groups("louvain", engine="networkit", seed=1)
    with pytest.raises(UnknownNameError, match="consensus"):
        network.groups(engine="networkit")


def test_on_the_command_line(tmp_path: Any) -> None:
    gk.example().save(tmp_path / "x.kg")
    run = CliRunner().invoke(
        app, ["measure", str(tmp_path / "x.kg"), "core", "--engine", "networkit", "-f", "csv"]
    )
    assert run.exit_code == 0, run.output
    assert run.stdout.splitlines()[0] == "author,name,core"


def test_without_it_the_error_says_what_to_install(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "networkit", None)
    with pytest.raises(MissingExtraError, match=r"graphkit-kg\[networkit\]"):
        by_networkit.core(network)


def test_an_engine_that_is_not_known(network: Network) -> None:
    with pytest.raises(UnknownNameError, match="unknown engine 'networkt': did you mean"):
        network.measure("core", engine="networkt")
