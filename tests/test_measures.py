"""Measures against plain networkx."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from graphkit import measures, registry
from graphkit.graph import KnowledgeGraph
from graphkit.measures.communities import GROUPS
from graphkit.measures.distances import at_distance
from graphkit.measures.moving import by_modularity
from graphkit.network import Network
from graphkit.progress import listening
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


ROLES = ["coordinator", "itinerant", "gatekeeper", "representative", "liaison"]
FRAMES = {
    "brokerage": ROLES,
    "team-brokerage": [f"team-{role}" for role in ROLES],
    "topic-brokerage": [f"topic-{role}" for role in ROLES],
    "citation-indices": ["h-index", "g-index", "m-index", "e-index"],
}
SERIES = [name for name in registry.names("measure") if name not in FRAMES]

WHOLE = (*GROUPS, "component", "core", "degree", "first-authorships", "last-authorships", "papers")


@pytest.mark.parametrize("papers", [{}, {"P": ["Ada"]}, {"P": ["Ada", "Bob"]}])
@pytest.mark.parametrize("measure", SERIES)
def test_small_networks(measure: str, papers: dict[str, list[str]]) -> None:
    network = graph_of(papers).coauthors()
    found = registry.load("measure", measure)(network)
    assert list(found.index) == list(network.nodes)
    assert found.name == measure
    assert found.index.name == "author"
    assert found.dtype == ("int64" if measure in WHOLE else "float64")
    assert list(network.measure(measure).columns) == ["author", "name", measure]


@pytest.mark.parametrize("papers", [{}, {"P": ["Ada"]}, {"P": ["Ada", "Bob"]}])
@pytest.mark.parametrize("measure", sorted(FRAMES))
def test_small_networks_of_frames(measure: str, papers: dict[str, list[str]]) -> None:
    network = graph_of(papers).coauthors()
    found = registry.load("measure", measure)(network)
    assert list(found.index) == list(network.nodes)
    assert list(found.columns) == FRAMES[measure]
    assert list(network.measure(measure).columns) == ["author", "name", *FRAMES[measure]]


def test_closeness(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    agrees(measures.closeness(network), nx.closeness_centrality(graph), network)


def far(graph: nx.Graph[str]) -> nx.Graph[str]:
    for _, _, attributes in graph.edges(data=True):
        # Exact, so that paths of equal length are equal.
        attributes["distance"] = Fraction(1, attributes.get("weight", 1))
    return graph


def test_weighted_closeness(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    wanted = nx.closeness_centrality(far(graph), distance="distance")
    agrees(measures.weighted_closeness(network), wanted, network)


def test_weighted_betweenness(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    wanted = nx.betweenness_centrality(far(graph), weight="distance")
    agrees(measures.weighted_betweenness(network), wanted, network)


def test_harmonic(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    others = max(len(graph) - 1, 1)
    wanted = {a: value / others for a, value in nx.harmonic_centrality(graph).items()}
    agrees(measures.harmonic(network), wanted, network)


@pytest.mark.parametrize("graph", [KARATE, MISERABLES, WEIGHTED])
def test_eigenvector(graph: nx.Graph[Any]) -> None:
    network = graph_like(graph).coauthors()
    found = nx.eigenvector_centrality_numpy(relabelled(graph), weight="weight")
    most = max(found.values())
    wanted = {author: value / most for author, value in found.items()}
    agrees(measures.eigenvector(network), wanted, network)


@pytest.mark.parametrize("copies", [1, 2, 40])
def test_an_eigenvector_is_one(copies: int) -> None:
    """Also where components are equal, and of several the strongest alone is above 0."""
    graph = nx.disjoint_union_all([nx.lollipop_graph(4, 3)] * copies)
    network = Network.from_networkx(nx.disjoint_union(graph, nx.path_graph(3)))
    found = measures.eigenvector(network).to_numpy()
    value = np.linalg.eigvalsh(nx.to_numpy_array(nx.lollipop_graph(4, 3)))[-1]
    assert network.matrix @ found == pytest.approx(value * found, abs=1e-7)
    assert (found.min(), found.max()) == (0, 1)
    assert sum(found == 0) >= 3


def test_core(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    agrees(measures.core(network), nx.core_number(graph), network)


def test_clustering(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    wanted: Any = nx.clustering(graph)
    agrees(measures.clustering(network), wanted, network)


def test_constraint_and_effective_size(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    for found, wanted in (
        (measures.constraint(network), nx.constraint(graph, weight="weight")),
        (measures.effective_size(network), nx.effective_size(graph)),
    ):
        tied = [author for author in network.nodes if graph.degree[author]]
        assert found[tied].to_dict() == pytest.approx({a: wanted[a] for a in tied}, abs=1e-6)
        assert found.drop(tied).isna().all()


def test_sampled_betweenness_keeps_its_word(case: tuple[Network, nx.Graph[str]]) -> None:
    network, _ = case
    exact = measures.betweenness(network)
    found = measures.sampled_betweenness(network, error=0.2, seed=1)
    assert (found - exact).abs().max() <= 0.2
    whole = measures.sampled_betweenness(network, error=1e-6)
    pd.testing.assert_series_equal(whole, exact, check_names=False)
    if len(network) > 2:
        wanted = {"pivots": len(network), "confidence": 0.95, "error": 0.0, "standard_error": 0.0}
        assert whole.attrs == wanted


def test_a_sample_is_smaller_than_the_network() -> None:
    network = Network.from_networkx(nx.gnm_random_graph(400, 1200, seed=1))
    exact = measures.betweenness(network)
    found = measures.sampled_betweenness(network, error=0.15)
    assert found.attrs["pivots"] == 216
    assert 0 < (found - exact).abs().max() <= 0.15
    # What is told of one sample is how far samples lie from each other and from the truth.
    several = [measures.sampled_betweenness(network, 0.15, seed=seed) for seed in range(40)]
    told = np.mean([one.attrs["standard_error"] for one in several])
    off = np.sqrt(np.mean([(one - exact) ** 2 for one in several], axis=0)).max()
    assert 0.7 < told / off < 1.4
    with pytest.raises(ValueError, match="above 0"):
        measures.sampled_betweenness(network, error=0)


def roles(graph: nx.Graph[str], groups: dict[str, Any], broker: str) -> dict[str, int]:
    """Gould and Fernandez' roles by their definition."""
    counted = dict.fromkeys(ROLES, 0)
    for a, b in permutations(graph[broker], 2):
        if graph.has_edge(a, b):
            continue
        first, own, last = groups[a], groups[broker], groups[b]
        if first == own == last:
            role = "coordinator"
        elif first == last:
            role = "itinerant"
        elif own == last:
            role = "gatekeeper"
        elif own == first:
            role = "representative"
        else:
            role = "liaison"
        counted[role] += 1
    return counted


@given(st.integers(0, 9), st.integers(0, 20), st.integers(0, 99), st.integers(1, 4))
def test_brokerage_by_its_definition(n: int, m: int, seed: int, kinds: int) -> None:
    graph = relabelled(nx.gnm_random_graph(n, m, seed=seed))
    groups = {author: at % kinds for at, author in enumerate(graph)}
    network = Network.from_networkx(graph)
    found = measures.brokerage(network, pd.Series(groups, dtype="int64"))
    for author in graph:
        assert found.loc[author].to_dict() == roles(graph, groups, author)


def test_who_has_no_group_shares_none() -> None:
    graph = relabelled(nx.star_graph(2))
    none = pd.Series(["x"], index=["author:0"])
    found = measures.brokerage(Network.from_networkx(graph), none)
    assert found.loc["author:0"].to_dict()["liaison"] == 2
    assert found.to_numpy().sum() == 2


def test_brokerage_between_teams_and_topics() -> None:
    """Ada, of team x, stands between Bob of x and Cy of y; the topics are others."""
    papers = {"P": ["Ada", "Bob"], "Q": ["Ada", "Cy"], "R": ["Ada", "Cy"], "S": ["Cy"]}
    topics = {"P": ["bats"], "Q": ["mice"], "R": ["mice", "bats"], "S": ["mice"]}
    kg = graph_of(papers, topics=topics)
    members = [("Ada", "x"), ("Ada", "w"), ("Bob", "x"), ("Cy", "y"), ("Cy", "y")]
    kg |= KnowledgeGraph(
        {
            "teams": [{"id": f"team:{one}", "source": "source:s"} for one in "wxy"],
            "memberships": [
                {"author": f"author:{name}", "team": f"team:{team}", "source": "source:s"}
                for name, team in members
            ],
        }
    )
    network = kg.coauthors()
    # Ada is of two teams: that of more people counts.
    assert measures.main_team(network).to_list() == ["team:x", "team:x", "team:y"]
    found = measures.team_brokerage(network)
    assert found.to_numpy().tolist() == [[0, 0, 1, 1, 0], [0] * 5, [0] * 5]
    # Ada wrote two papers on each topic; three people wrote on bats, two on mice.
    wrote_on = measures.main_topic(network)
    assert wrote_on.to_list() == ["topic:bats", "topic:bats", "topic:mice"]
    found = measures.topic_brokerage(network)
    assert found.to_numpy().tolist() == [[0, 0, 1, 1, 0], [0] * 5, [0] * 5]
    # Without memberships nobody shares a team.
    alone = graph_of(papers).coauthors()
    assert measures.main_team(alone).isna().all()
    assert measures.team_brokerage(alone)["team-liaison"].to_list() == [2, 0, 0]


def test_participation_worked_by_hand() -> None:
    network = Network.from_networkx(relabelled(nx.star_graph(4)))
    groups = pd.Series(["a", "a", "a", "b", "b"], index=[f"author:{n}" for n in range(5)])
    found = measures.participation(network, groups)
    assert found.to_list() == [pytest.approx(1 - (1 / 4 + 1 / 4)), 0, 0, 0, 0]


@pytest.mark.parametrize("find", [measures.louvain, measures.label_propagation, measures.consensus])
def test_other_groups_lie_within_components(
    case: tuple[Network, nx.Graph[str]], find: Callable[[Network], pd.Series[Any]]
) -> None:
    network, graph = case
    found = find(network)
    pd.testing.assert_series_equal(found, find(network))
    for members in nx.connected_components(graph):
        assert not set(found[sorted(members)]) & set(found.drop(sorted(members)))


@given(st.integers(2, 60), st.floats(0.5, 6), st.integers(0, 99), st.floats(0.5, 2))
def test_no_two_groups_of_louvain_gain_by_being_one(
    n: int, degree: float, seed: int, resolution: float
) -> None:
    graph = nx.gnp_random_graph(n, min(degree / n, 1), seed=seed)
    matrix = sparse.csr_array(nx.to_scipy_sparse_array(graph), dtype=float)
    found = by_modularity(matrix, resolution, seed)
    belongs = np.eye(found.max() + 1)[found]
    between = belongs.T @ (matrix @ belongs)
    strength = between.sum(axis=1)
    chance = resolution * np.outer(strength, strength) / max(strength.sum(), 1)
    gain = between - chance
    np.fill_diagonal(gain, 0)
    assert gain.max() <= 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_louvain_is_as_good_as_that_of_networkx(seed: int) -> None:
    graph = nx.planted_partition_graph(20, 25, 0.3, 0.01, seed=seed)
    found = measures.louvain(Network.from_networkx(relabelled(graph)), seed=seed)
    parts = [
        {int(one.rpartition(":")[2]) for one in part}
        for part in found.groupby(found).groups.values()
    ]
    best = nx.community.louvain_communities(graph, seed=seed)
    wanted = nx.community.modularity(graph, best)
    assert nx.community.modularity(graph, parts) >= wanted - 0.01


def test_consensus_finds_groups_that_stand_apart() -> None:
    graph = relabelled(nx.caveman_graph(6, 5))
    found = measures.consensus(Network.from_networkx(graph), runs=5)
    assert found.value_counts().to_list() == [5] * 6
    assert found.attrs == {"runs": 5, "rounds": 1, "agreement": 1.0}
    # In a random graph runs differ; they agree in the end all the same.
    loose = measures.consensus(Network.from_networkx(nx.gnm_random_graph(60, 150, seed=2)), runs=8)
    assert loose.attrs["agreement"] < 1
    assert loose.attrs["rounds"] > 1


def test_a_higher_resolution_gives_more_groups() -> None:
    network = graph_like(MISERABLES).coauthors()
    few, many = (measures.community(network, resolution=r).max() for r in (0.2, 3))
    assert few < measures.community(network).max() < many


CITED = {"A": 10, "B": 8, "C": 5, "D": 4, "E": 3}


def cited_graph(cited: dict[str, int], years: dict[str, int] | None = None) -> KnowledgeGraph:
    """Papers by Ada with so many citations each."""
    kg = graph_of({title: ["Ada"] for title in cited}, years=years)
    links = [
        {"citing": f"paper:other-{n}", "cited": f"paper:{title}", "source": "source:s"}
        for title, count in cited.items()
        for n in range(count)
    ]
    return kg | KnowledgeGraph({"citations": links})


def test_citation_indices_worked_by_hand() -> None:
    # Wikipedia's example of the h-index has these citations: h is 4.
    kg = cited_graph(CITED, {"A": 2001, "B": 2003, "C": 2004, "D": 2004, "E": 2010})
    found = measures.indices(kg.coauthors()).loc["author:Ada"]
    assert found["h-index"] == 4
    # 30 citations in five papers: 25 would do for g = 5, and there are no more papers.
    assert found["g-index"] == 5
    assert found["m-index"] == pytest.approx(4 / 10)
    assert found["e-index"] == pytest.approx((10 + 8 + 5 + 4 - 16) ** 0.5)
    # A citation that two sources tell is one.
    twice = kg | KnowledgeGraph(
        {"citations": [{"citing": "paper:other-0", "cited": "paper:E", "source": "source:t"}]}
    )
    assert measures.indices(twice.coauthors()).loc["author:Ada", "h-index"] == 4


@given(st.lists(st.integers(0, 12), min_size=1, max_size=10))
def test_citation_indices_by_their_definitions(counts: list[int]) -> None:
    kg = cited_graph({f"P{n}": count for n, count in enumerate(counts)})
    if not sum(counts):
        return
    ranked = sorted(counts, reverse=True)
    h = max((n for n in range(len(ranked) + 1) if all(c >= n for c in ranked[:n])), default=0)
    g = max(n for n in range(len(ranked) + 1) if sum(ranked[:n]) >= n * n)
    found = measures.indices(kg.coauthors()).loc["author:Ada"]
    assert (found["h-index"], found["g-index"]) == (h, g)
    assert found["e-index"] == pytest.approx((sum(ranked[:h]) - h * h) ** 0.5)


def test_productivity() -> None:
    kg = graph_of(
        {"P": ["Ada", "Bob", "Cy"], "Q": ["Bob", "Ada"], "R": ["Ada"], "S": ["Ada", "Dee"]},
        years={"P": 2000, "Q": 2001, "R": 2003},
    )
    found = kg.coauthors().measure(
        "papers",
        "fractional-papers",
        "first-authorships",
        "last-authorships",
        "team-size",
        "new-collaborators",
    )
    assert found.iloc[0].to_dict() == {
        "author": "author:Ada",
        "name": "Ada",
        "papers": 4,
        "fractional-papers": pytest.approx(1 / 3 + 1 / 2 + 1 + 1 / 2),
        "first-authorships": 3,
        "last-authorships": 2,
        "team-size": 2,
        "new-collaborators": 3 / 4,
    }
    assert np.isnan(found.set_index("name")["new-collaborators"]["Dee"])
    # Of a part of the network papers still count with all of their authors.
    near = kg.coauthors(authors=["Cy"])
    assert measures.fractional_papers(near).to_list() == [pytest.approx(1 / 3)]
    assert measures.team_size(near).to_list() == [3]
    assert measures.last_authorships(near).to_list() == [1]


def test_summary_against_networkx(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    found = measures.summary(network)
    assert found["authors"] == len(graph)
    assert found["ties"] == graph.number_of_edges()
    assert found["isolated"] == nx.number_of_isolates(graph)
    assert found["components"] == nx.number_connected_components(graph)
    if graph.number_of_edges() > 1:
        assert found["density"] == pytest.approx(nx.density(graph))
        assert found["transitivity"] == pytest.approx(nx.transitivity(graph))
        largest = max(nx.connected_components(graph), key=len)
        assert found["largest component"] == len(largest) / len(graph)
        wanted = nx.degree_pearson_correlation_coefficient(graph)
        assert found["assortativity"] == pytest.approx(wanted, nan_ok=True)
        lengths = [d for _, row in nx.shortest_path_length(graph) for d in row.values() if d]
        assert found["mean distance"] == pytest.approx(np.mean(lengths))


def test_known_figures() -> None:
    """Zachary's club: Newman (2003), SIAM Review 45; Davis' women: Davis et al. (1941)."""
    karate = measures.summary(Network.from_networkx(KARATE))
    assert karate["assortativity"] == pytest.approx(-0.476, abs=5e-4)
    assert karate["transitivity"] == pytest.approx(0.2557, abs=5e-5)
    assert karate["mean distance"] == pytest.approx(2.408, abs=5e-4)
    women = Network.from_networkx(
        nx.bipartite.weighted_projected_graph(
            (davis := nx.davis_southern_women_graph()), davis.graph["top"]
        )
    )
    strongest = women.ties().iloc[0]
    # Evelyn and Theresa went to seven events together.
    assert (strongest["a_name"], strongest["b_name"], strongest["weight"]) == (
        "Evelyn Jefferson",
        "Theresa Anderson",
        7,
    )


def test_components(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    found = measures.components(network)
    wanted = sorted(map(len, nx.connected_components(graph)), reverse=True)
    assert found["authors"].to_list() == wanted
    assert found["ties"].sum() == graph.number_of_edges()
    assert found["papers"].sum() == len(network.papers)
    assert found["share"].sum() == pytest.approx(1)


def test_component(case: tuple[Network, nx.Graph[str]]) -> None:
    network, graph = case
    found = measures.component(network)
    numbered = {frozenset(found.index[found == number]) for number in found.unique()}
    assert numbered == set(map(frozenset, nx.connected_components(graph)))
    sizes = found.value_counts().sort_index()
    assert sizes.is_monotonic_decreasing
    assert sizes.to_list() == measures.components(network)["authors"].to_list()


@given(st.integers(1, 150), st.floats(0, 3), st.integers(0, 99))
def test_distances_are_those_of_scipy(n: int, degree: float, seed: int) -> None:
    graph = nx.gnp_random_graph(n, min(degree / n, 1), seed=seed)
    matrix = sparse.csr_array(nx.to_scipy_sparse_array(graph), dtype=float)
    sources = np.random.default_rng(seed).permutation(n)[: (n + 1) // 2]
    wanted = csgraph.shortest_path(matrix, unweighted=True, indices=sources)
    found: dict[int, Any] = {}
    for far, rows in at_distance(matrix, sources, "distances"):
        found[far] = found.get(far, 0) + rows
    reached = np.isfinite(wanted) & (wanted > 0)
    assert set(found) == set(wanted[reached].astype(int).tolist())
    for far, rows in found.items():
        assert rows.tolist() == (wanted == far).sum(axis=0).tolist()


@pytest.mark.parametrize("graph", [KARATE, MISERABLES], ids=["karate", "miserables"])
def test_small_world(graph: nx.Graph[Any]) -> None:
    found = measures.small_world(Network.from_networkx(graph))
    n, k = len(graph), 2 * graph.number_of_edges() / len(graph)
    clustering, distance = nx.average_clustering(graph), nx.average_shortest_path_length(graph)
    assert found.to_dict() == pytest.approx(
        {
            "authors": n,
            "clustering": clustering,
            "random clustering": k / n,
            "mean distance": distance,
            "random distance": math.log(n) / math.log(k),
            "small world": (clustering / (k / n)) / (distance / (math.log(n) / math.log(k))),
        }
    )


def test_a_small_world_is_of_the_largest_component() -> None:
    largest = graph_like(nx.cycle_graph(12)).coauthors()
    assert measures.small_world(largest)["mean distance"] == pytest.approx(36 / 11)
    apart = nx.union(nx.cycle_graph(12), nx.complete_graph(range(20, 23)))
    both = measures.summary(Network.from_networkx(apart))
    assert both["mean distance"] == pytest.approx((12 * 36 + 6) / (12 * 11 + 6))
    assert both["small world"] == measures.small_world(largest)["small world"]


@pytest.mark.parametrize("graph", [KARATE, MISERABLES], ids=["karate", "miserables"])
def test_rich_club(graph: nx.Graph[Any]) -> None:
    found = measures.rich_club(graph_like(graph).coauthors())["share"].to_dict()
    assert found == pytest.approx(nx.rich_club_coefficient(graph, normalized=False))


def test_what_was_measured_is_kept() -> None:
    network = graph_like(KARATE).coauthors()
    heard: list[str] = []
    with listening(lambda what, done, total: heard.append(what)):
        network.measure("degree", "closeness")
        assert heard == ["closeness"]
        network.measure("closeness", "degree")
    assert heard == ["closeness"]


def test_newman_strength_is_the_papers_with_others(example: KnowledgeGraph) -> None:
    network = example.coauthors(counting="newman")
    team = np.asarray(network.incidence.sum(axis=0)).ravel()
    shared = network.incidence @ (team > 1)
    assert measures.strength(network).to_numpy() == pytest.approx(shared)
