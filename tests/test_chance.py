"""Null models and the bootstrap, against all networks that there are."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from graphkit import registry
from graphkit.analysis import chance
from graphkit.errors import UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from graphkit.progress import listening
from tests.conftest import graph_of

SMALL = {"P": ["A", "B"], "Q": ["A", "C"], "R": ["B", "C", "D"], "S": ["A"]}
LOPSIDED = {"P": ["A", "B", "C"], "Q": ["A", "B"], "R": ["A", "D"], "S": ["B"], "T": ["A", "E"]}


def every_network(network: Network) -> list[Any]:
    """All matrices of the same sums, by brute force."""
    given_: Any = network.incidence.toarray().astype(int)
    people = range(len(given_))
    found: list[Any] = []
    for teams in itertools.product(
        *(itertools.combinations(people, int(k)) for k in given_.sum(axis=0))
    ):
        matrix = np.zeros_like(given_)
        for paper, team in enumerate(teams):
            matrix[list(team), paper] = 1
        if (matrix.sum(axis=1) == given_.sum(axis=1)).all():
            found.append(matrix)
    return found


@pytest.mark.parametrize("papers", [SMALL, LOPSIDED], ids=["small", "lopsided"])
def test_all_networks_come_up_equally_often(papers: dict[str, list[str]]) -> None:
    network = graph_of(papers).coauthors()
    every = {matrix.tobytes() for matrix in every_network(network)}
    drawn = Counter(
        one.incidence.toarray().astype(int).tobytes()
        for one in chance.null_networks(network, 40 * len(every), seed=1)
    )
    assert set(drawn) == every
    assert stats.chisquare(list(drawn.values())).pvalue > 0.001


TEAMS = st.lists(
    st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=5, unique=True),
    min_size=1,
    max_size=10,
)


@given(TEAMS, st.integers(0, 2**32), st.integers(0, 8))
@settings(max_examples=50)
def test_everybody_keeps_as_many_papers_and_papers_as_many_authors(
    teams: list[list[str]], seed: int, rounds: int
) -> None:
    network = graph_of({f"P{n}": team for n, team in enumerate(teams)}).coauthors()
    (one,) = chance.null_networks(network, 1, seed=seed, rounds=rounds)
    for axis in (0, 1):
        assert (one.incidence.sum(axis=axis) == network.incidence.sum(axis=axis)).all()
    assert set(one.incidence.data) <= {1}
    assert one.incidence.has_sorted_indices
    assert (one.matrix.toarray() == one.matrix.toarray().T).all()
    assert one.node_ids.equals(network.node_ids)
    (again,) = chance.null_networks(network, 1, seed=seed, rounds=rounds)
    assert (one.incidence.toarray() == again.incidence.toarray()).all()


def test_first_authors_stand_where_others_stood() -> None:
    network = graph_of(LOPSIDED).coauthors(ties="first")
    for one in chance.null_networks(network, 5):
        assert one.ends is not None
        assert network.ends is not None
        for paper, (first, last) in enumerate(zip(*one.ends, strict=True)):
            team = one.incidence[:, [paper]].tocsc().indices
            assert {first, last} <= set(team)
            assert (first == last) == (len(team) == 1)


def test_ties_against_all_networks() -> None:
    network = graph_of(LOPSIDED).coauthors()
    found: Any = chance.ties(network, samples=2000).set_index(["a", "b"])
    shared = [matrix @ matrix.T for matrix in every_network(network)]
    for (a, b), row in found.iterrows():
        values = np.array([each[network.index[a], network.index[b]] for each in shared])
        error = values.std() / np.sqrt(2000)
        assert row["expected"] == pytest.approx(values.mean(), abs=5 * error + 1e-9)
        assert row["sd"] == pytest.approx(values.std(), rel=0.15)
        if row["sd"]:
            assert row["z"] == pytest.approx((row["observed"] - row["expected"]) / row["sd"])
        more, less = (values >= row["observed"]).mean(), (values <= row["observed"]).mean()
        assert row["p"] == pytest.approx(min(2 * min(more, less), 1), abs=0.08)


def test_the_formula_of_a_tie() -> None:
    found: Any = chance.ties(graph_of(SMALL).coauthors(), samples=2).set_index(["a", "b"])
    # 3 papers of A, 2 of B; teams of 2, 2, 3 and 1; 8 authorships.
    assert found.loc[("author:A", "author:B"), "formula"] == pytest.approx(3 * 2 * 10 / (8 * 7))


def test_a_circle_of_friends_is_more_than_chance() -> None:
    # Four circles of five, each pair of which wrote together, and nobody else.
    papers = {
        f"{circle}{a}{b}": [f"{circle}{a}", f"{circle}{b}"]
        for circle in "KLMN"
        for a, b in itertools.combinations("12345", 2)
    }
    network = graph_of(papers).coauthors()
    found: Any = chance.figures(network, samples=50).set_index("figure")
    assert found.loc["clustering", "observed"] == 1
    assert found.loc["clustering", "z"] > 5
    assert found.loc["clustering", "p"] == pytest.approx(2 / 51)
    assert found.loc["components", "expected"] < 4
    assert np.isnan(found.loc["authors", "z"])
    assert found.loc["authors", "p"] == 1
    single: Any = chance.measures(network, "clustering", "papers", samples=50)
    assert single.groupby("measure")["z"].min()["clustering"] > 2
    assert single[single["measure"] == "papers"]["z"].isna().all()
    assert list(single["author"][:20]) == list(network.nodes)


def test_an_ordinary_network_is_what_chance_gives() -> None:
    network = graph_of(LOPSIDED).coauthors()
    drawn = next(chance.null_networks(network, 1, seed=99))
    found: Any = chance.figures(drawn, samples=50).set_index("figure")
    assert found.loc["clustering", "p"] > 0.05


@pytest.mark.parametrize("name", registry.names("measure"))
def test_every_measure_can_be_held_against_chance(name: str) -> None:
    network = graph_of(SMALL, years={"P": 2000, "Q": 2001}, topics={"P": ["X"]}).coauthors()
    found: Any = chance.measures(network, name, samples=3)
    columns = network.measure(name).columns[2:]
    assert list(dict.fromkeys(found["measure"])) == list(columns)
    assert found["observed"].to_numpy() == pytest.approx(
        network.measure(name)[columns].to_numpy(dtype=float).T.ravel(), nan_ok=True
    )
    interval: Any = chance.bootstrap(network, name, samples=3)
    assert len(interval) == len(found)
    assert not (interval["low"] > interval["high"]).any()


def test_an_interruption_loses_no_sample() -> None:
    network = graph_of(LOPSIDED).coauthors()
    steps: list[int] = []

    def interrupt(what: str, done: int, total: int) -> None:
        if what == "null model":
            steps.append(total)
            if done == 6 and total == 10:
                raise KeyboardInterrupt

    with listening(interrupt), pytest.raises(KeyboardInterrupt):
        chance.measures(network, "degree", samples=10)
    with listening(interrupt):
        found = chance.measures(network, "degree", samples=10)
    assert steps == [10] * 7 + [4] * 4
    whole: Any = chance.measures(graph_of(LOPSIDED).coauthors(), "degree", samples=10)
    assert found.equals(whole)


def test_the_bootstrap_of_a_mean_is_its_interval() -> None:
    # 200 papers by Ada, a quarter of them with Bob: binomial, sd of the share .03.
    papers = {f"P{n}": ["Ada", "Bob"] if n % 4 == 0 else ["Ada"] for n in range(200)}
    network = graph_of(papers).coauthors()
    found: Any = chance.bootstrap(network, "papers", samples=400).set_index("author")
    low, high = stats.binom(200, 0.25).interval(0.95)
    assert found.loc["author:Bob", "low"] == pytest.approx(low, abs=4)
    assert found.loc["author:Bob", "high"] == pytest.approx(high, abs=4)
    assert found.loc["author:Ada", ["low", "high"]].tolist() == [200, 200]
    assert found.equals(chance.bootstrap(network, "papers", samples=400).set_index("author"))


def test_networks_of_nobody_of_one_and_without_ties() -> None:
    for network in (
        KnowledgeGraph().coauthors(),
        graph_of({"P": ["Ada"]}).coauthors(),
        graph_of({"P": ["Ada"], "Q": ["Bob"]}).coauthors(),
    ):
        assert len(chance.measures(network, "degree", samples=2)) == len(network)
        assert len(chance.bootstrap(network, "degree", samples=2)) == len(network)
        assert chance.ties(network, samples=2).empty
        assert chance.figures(network, samples=2).set_index("figure")["observed"]["ties"] == 0


def test_wrong_words() -> None:
    network = graph_of(SMALL).coauthors()
    with pytest.raises(UnknownNameError, match="degree"):
        chance.measures(network, "degre", samples=2)
    with pytest.raises(ValueError, match="at least 2"):
        chance.figures(network, samples=1)
    with pytest.raises(ValueError, match="confidence is 1"):
        chance.bootstrap(network, "degree", confidence=1)
    plain = Network.from_networkx(nx.karate_club_graph())
    for other in (graph_of(SMALL).coauthors(normalisation="salton"), plain):
        with pytest.raises(ValueError, match="do not follow from its papers"):
            chance.ties(other)
    part = graph_of(SMALL).coauthors(authors=["A", "B"], counting="newman")
    assert len(chance.measures(part, "degree", samples=2)) == 2
