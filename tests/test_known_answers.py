"""Published figures of networks that everybody has, and networks that are odd."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graphkit import measures, registry
from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from tests.conftest import graph_of


def by_name(graph: nx.Graph[Any], measure: str) -> dict[str, float]:
    found = Network.from_networkx(graph).measure(measure)
    return dict(zip(found["name"].astype(str), found[measure], strict=True))


def test_krackhardts_kite() -> None:
    """D. Krackhardt (1990), ASQ 35: one is first in each sense of central, and it is another."""
    names = ["Andre", "Beverley", "Carol", "Diane", "Ed"]
    names += ["Fernando", "Garth", "Heather", "Ike", "Jane"]
    kite = nx.relabel_nodes(nx.krackhardt_kite_graph(), dict(enumerate(names)))
    degree = by_name(kite, "degree")
    assert max(degree, key=lambda n: degree[n]) == "Diane"
    assert degree["Diane"] == 6
    between = by_name(kite, "betweenness")
    assert max(between, key=lambda n: between[n]) == "Heather"
    assert between["Heather"] * 36 == pytest.approx(14)
    close = by_name(kite, "closeness")
    assert close["Fernando"] == close["Garth"] == max(close.values())
    assert close["Fernando"] == pytest.approx(0.643, abs=5e-4)


def test_the_medici() -> None:
    """M. O. Jackson (2008), Social and Economic Networks, page 5, on Padgett's families."""
    between = by_name(nx.florentine_families_graph(), "betweenness")
    assert between["Medici"] == pytest.approx(0.522, abs=5e-4)
    assert between["Strozzi"] == pytest.approx(0.103, abs=5e-4)
    assert between["Guadagni"] == pytest.approx(0.255, abs=5e-4)


def test_newmans_weights() -> None:
    """M. E. J. Newman (2001), Physical Review E 64, 016132, figure 6: 1/3 + 1 + 1/2 = 11/6."""
    papers = {"1": ["A", "B", "C", "D"], "2": ["A", "B"], "3": ["A", "B", "E"]}
    network = graph_of(papers).coauthors(counting="newman")
    assert network.tie("A", "B")["weight"].sum() == pytest.approx(11 / 6)
    assert network.ties()["weight"][0] == pytest.approx(11 / 6)


def modularity(graph: nx.Graph[Any], weight: str | None, measure: str) -> float:
    found = Network.from_networkx(graph, weight=weight or "none").measure(measure)
    group = dict(zip(found["name"].astype(str), found[measure], strict=True))
    parts: dict[int, set[Any]] = {}
    for node in graph:
        parts.setdefault(group[str(node)], set()).add(node)
    return float(nx.community.modularity(graph, parts.values(), weight=weight))


@pytest.mark.parametrize("measure", ["community", "consensus"])
def test_zachary_has_four_groups(measure: str) -> None:
    """U. Brandes et al. (2008), IEEE TKDE 20: the largest modularity there is, 0.4198, in four."""
    karate = nx.karate_club_graph()
    for _, _, tie in karate.edges(data=True):
        tie.clear()
    assert modularity(karate, None, measure) == pytest.approx(0.4198, abs=5e-5)
    groups = Network.from_networkx(karate).measure(measure)[measure]
    assert sorted(groups.value_counts()) == [5, 6, 11, 12]


def test_the_two_leaders_of_zacharys_club() -> None:
    """W. W. Zachary (1977): 1 and 34 led the halves; S. Wasserman and K. Faust's formulas."""
    karate = nx.karate_club_graph()
    degree = by_name(karate, "degree")
    assert (degree["33"], degree["0"], degree["32"]) == (17, 16, 12)
    between = by_name(karate, "betweenness")
    assert between["0"] == pytest.approx(0.4376, abs=5e-5)
    core = by_name(karate, "core")
    assert max(core.values()) == 4
    assert sum(value == 4 for value in core.values()) == 10


def test_valjean_is_everywhere() -> None:
    """D. E. Knuth (1993), The Stanford GraphBase: 77 characters, 254 pairs; Valjean meets 36."""
    graph = nx.les_miserables_graph()
    network = Network.from_networkx(graph)
    assert (len(network), network.matrix.nnz // 2) == (77, 254)
    for measure in ("degree", "strength", "pagerank", "betweenness", "closeness", "harmonic"):
        values = by_name(graph, measure)
        assert max(values, key=lambda n: values[n]) == "Valjean", measure
    assert by_name(graph, "degree")["Valjean"] == 36
    assert by_name(graph, "strength")["Valjean"] == 158


def test_davis_women_by_the_events_they_share() -> None:
    """A. Davis et al. (1941): 18 women, 14 events, 89 attendances."""
    davis: nx.Graph[Any] = nx.davis_southern_women_graph()
    women = set(davis.graph["top"])
    kg = graph_of({str(e): [str(w) for w in davis[e]] for e in davis if e not in women})
    network = kg.coauthors()
    wanted: nx.Graph[Any] = nx.bipartite.weighted_projected_graph(davis, sorted(women))
    assert (len(network), len(network.papers), int(network.incidence.sum())) == (18, 14, 89)
    assert network.matrix.nnz // 2 == wanted.number_of_edges() == 139
    ties = network.ties()
    pairs = zip(ties["a_name"], ties["b_name"], strict=True)
    assert dict(zip(pairs, ties["weight"], strict=True)) == {
        tuple(sorted((a, b))): tie["weight"] for a, b, tie in wanted.edges(data=True)
    }


@pytest.fixture(scope="module")
def netscience() -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    for line in (Path(__file__).parent / "data" / "netscience.tsv").read_text().splitlines():
        name, *tied = line.split("\t")
        graph.add_node(name)
        if tied:
            graph.add_edge(name, tied[0], weight=float(tied[1]))
    return graph


def test_newmans_network_scientists(netscience: nx.Graph[str]) -> None:
    """M. E. J. Newman (2006), Physical Review E 74, 036104: 1,589 scientists, the largest
    component 379 of them; with the file, 2,742 ties, 914 of them in that component."""
    network = Network.from_networkx(netscience)
    assert (len(network), network.matrix.nnz // 2) == (1589, 2742)
    parts = measures.components(network)
    assert (parts["authors"][0], parts["ties"][0]) == (379, 914)
    largest = network.ego("BARABASI, A", steps=len(network))
    assert (len(largest), largest.matrix.nnz // 2) == (379, 914)


def test_strength_counts_the_papers_with_others(netscience: nx.Graph[str]) -> None:
    """M. E. J. Newman (2001), Physical Review E 64, 016132, formula 3: weights add up to papers."""
    strength = Network.from_networkx(netscience).measure("strength")["strength"]
    papers = np.round(strength.to_numpy())
    assert np.abs(strength - papers).max() < 1e-4
    assert (papers == 0).sum() == nx.number_of_isolates(netscience) == 128


def test_network_scientists_by_networkx(netscience: nx.Graph[str]) -> None:
    for graph in (
        netscience,
        netscience.subgraph(max(nx.connected_components(netscience), key=len)),
    ):
        wanted = {
            "degree": dict(graph.degree),
            "core": nx.core_number(graph),
            "clustering": nx.clustering(graph),
            "pagerank": nx.pagerank(graph, tol=1e-12, max_iter=1000),
            "closeness": nx.closeness_centrality(graph),
            "betweenness": nx.betweenness_centrality(graph),
        }
        for name, values in wanted.items():
            assert by_name(graph, name) == pytest.approx(values, abs=1e-8), name


# -- networks that are odd ------------------------------------------------------------------

NAMES = registry.names("measure")
TEAM = [f"Person {number:04d}" for number in range(3000)]


def odd(name: str) -> Network:
    """A network of each kind that has broken a program before."""
    if name == "a paper by 3,000":
        # Left out by default; who wants it gets it.
        return graph_of({"Huge": TEAM, "Small": TEAM[:2]}).coauthors()
    if name == "duplicates on one paper":
        return graph_of({"P": ["Ada", "Bob", "Ada", "Bob"], "Q": ["Ada", "Ada"]}).coauthors()
    papers = {
        "one author": {"P": ["Ada"]},
        "no edges": {"P": ["Ada"], "Q": ["Bob"], "R": ["Cy"]},
        "unknown years": {"P": ["Ada", "Bob"], "Q": ["Bob", "Cy"]},
    }[name]
    return graph_of(papers).coauthors()


ODD = ["one author", "no edges", "unknown years", "duplicates on one paper", "a paper by 3,000"]


@pytest.mark.parametrize("kind", ODD)
def test_every_measure_of_an_odd_network(kind: str) -> None:
    network = odd(kind)
    found = network.measure(*NAMES)
    assert list(found["author"]) == list(network.nodes)
    ties = np.diff(network.matrix.indptr)
    for column in found.columns.drop(["author", "name"]):
        values = found[column].to_numpy(dtype=float)
        assert not np.isinf(values).any(), column
        unknown = np.isnan(values)
        if column in ("constraint", "effective-size"):
            # Who has no coauthors has no holes between them.
            assert (unknown == (ties == 0)).all(), column
        elif column in ("h-index", "g-index", "m-index", "e-index", "new-collaborators"):
            # The graph knows neither citations nor years: not known is not none.
            assert unknown.all(), column
        else:
            assert not unknown.any(), column
    figures = measures.summary(network)
    assert figures["authors"] == len(network)
    assert figures["ties"] == ties.sum() / 2
    assert len(measures.components(network)) == figures["components"]


def test_duplicate_authors_tie_nobody_to_themselves_and_count_once() -> None:
    network = odd("duplicates on one paper")
    assert network.matrix.toarray().tolist() == [[0, 1], [1, 0]]
    found = network.measure("papers", "fractional-papers", "team-size")
    assert found["papers"].to_list() == [2, 1]
    assert found["fractional-papers"].to_list() == [1.5, 0.5]
    assert found["team-size"].to_list() == [1.5, 2.0]


def test_a_paper_by_three_thousand() -> None:
    kg = graph_of({"Huge": TEAM, "Small": TEAM[:2]})
    small = kg.coauthors()
    assert (len(small), small.matrix.nnz // 2) == (2, 1)
    assert "1 paper by more than 100 left out" in small.description
    whole = kg.coauthors(most_authors=None, counting="newman")
    assert len(whole) == 3000
    assert whole.matrix.nnz == 3000 * 2999
    # Each has ties of weight 1 in all from the one paper.
    strength = whole.measure("strength")["strength"].to_numpy()
    assert strength == pytest.approx([2, 2, *[1] * 2998])
    found = whole.measure("degree", "pagerank", "core")
    assert set(found["degree"]) == {2999}
    assert set(found["core"]) == {2999}
    assert found["pagerank"].sum() == pytest.approx(1)


@pytest.mark.parametrize("counting", ["full", "fractional", "newman"])
@pytest.mark.parametrize("ties", ["all", "first", "last", "first-last"])
def test_papers_by_one_author_weigh_nothing(counting: str, ties: str) -> None:
    network = graph_of({"P": ["Ada"], "Q": ["Ada", "Ada"], "R": ["Bob"]}).coauthors(
        counting=counting, ties=ties
    )
    assert network.matrix.nnz == 0
    assert np.isfinite(network.paper_weights).all()
    assert len(network) == 2


def test_years_that_are_not_known_are_left_out_of_spans_and_said() -> None:
    kg = graph_of({"P": ["Ada", "Bob"], "Q": ["Bob", "Cy"]}, years={"P": 2001})
    network = kg.coauthors(since=2000)
    assert list(network.names) == ["Ada", "Bob"]
    assert "1 paper of unknown year left out" in network.description
    new = kg.coauthors().measure("new-collaborators").set_index("name")["new-collaborators"]
    assert (new["Ada"], new["Bob"]) == (1, 2)
    assert math.isnan(new["Cy"])


def test_an_empty_graph_has_an_empty_network() -> None:
    network = KnowledgeGraph().coauthors()
    found = network.measure(*NAMES)
    assert len(found) == 0
    assert measures.summary(network)["authors"] == 0
    assert measures.components(network).empty
    assert measures.rich_club(network).empty
