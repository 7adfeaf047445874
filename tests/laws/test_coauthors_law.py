"""The coauthor matrix against plain networkx and plain loops, on generated papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import EmptySelectionError
from graphkit.graph import KnowledgeGraph
from graphkit.network import COUNTINGS, TIES, Network
from tests.conftest import graph_of

laws = settings(deadline=None, max_examples=settings.default.max_examples // 2)  # type: ignore[union-attr]

PEOPLE = "ABCDEFGH"
Papers = dict[str, list[str]]


def teams(most: int = 6, least_papers: int = 0) -> st.SearchStrategy[Papers]:
    team = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=most, unique=True)
    return st.lists(team, min_size=least_papers, max_size=8).map(
        lambda found: {f"P{number}": names for number, names in enumerate(found)}
    )


def bipartite(papers: Papers) -> tuple[nx.Graph[str], list[str]]:
    graph: nx.Graph[str] = nx.Graph()
    authors = sorted({f"author:{name}" for names in papers.values() for name in names})
    graph.add_nodes_from(authors, bipartite=0)
    for title, names in papers.items():
        graph.add_edges_from((f"author:{name}", f"paper:{title}") for name in names)
    return graph, authors


def weights(network: Network) -> dict[tuple[str, str], float]:
    ties = network.ties()
    return {(a, b): w for a, b, w in zip(ties["a"], ties["b"], ties["weight"], strict=True)}


def expected(graph: Any) -> dict[tuple[str, str], float]:
    edges = graph.edges(data="weight")
    return {(min(a, b), max(a, b)): float(weight) for a, b, weight in edges}


@laws
@given(teams(least_papers=1))  # networkx refuses to project nothing
def test_full_counting_is_the_weighted_projection(papers: Papers) -> None:
    graph, authors = bipartite(papers)
    network = graph_of(papers).coauthors()
    assert list(network.nodes) == authors
    assert weights(network) == expected(nx.bipartite.weighted_projected_graph(graph, authors))


@laws
@given(teams(least_papers=1))  # networkx refuses to project nothing
def test_newman_counting_is_the_collaboration_projection(papers: Papers) -> None:
    graph, authors = bipartite(papers)
    wanted = expected(nx.bipartite.collaboration_weighted_projected_graph(graph, authors))
    assert weights(graph_of(papers).coauthors(counting="newman")) == pytest.approx(wanted)


@laws
@given(teams())
def test_fractional_counting_divides_a_paper_among_its_pairs(papers: Papers) -> None:
    wanted: dict[tuple[str, str], float] = defaultdict(float)
    for names in papers.values():
        pairs = list(combinations(sorted(names), 2))
        for a, b in pairs:
            wanted[f"author:{a}", f"author:{b}"] += 1 / len(pairs)
    network = graph_of(papers).coauthors(counting="fractional")
    assert weights(network) == pytest.approx(dict(wanted))
    shared = sum(len(names) > 1 for names in papers.values())
    assert network.matrix.sum() / 2 == pytest.approx(shared)


@laws
@given(teams(), st.sampled_from(sorted(COUNTINGS)))
def test_the_matrix_is_symmetric_with_a_zero_diagonal(papers: Papers, counting: str) -> None:
    network = graph_of(papers).coauthors(counting=counting)
    dense = network.matrix.toarray()
    assert dense.shape == (len(network), len(network))
    assert np.array_equal(dense, dense.T)
    assert not np.diag(dense).any()
    assert network.matrix.nnz == np.count_nonzero(dense)
    assert network.matrix.has_sorted_indices


@laws
@given(teams())
def test_newman_rows_sum_to_the_papers_with_coauthors(papers: Papers) -> None:
    network = graph_of(papers).coauthors(counting="newman")
    sums = np.asarray(network.matrix.sum(axis=1)).ravel()
    wanted = [
        sum(len(names) > 1 and author.removeprefix("author:") in names for names in papers.values())
        for author in network.nodes
    ]
    assert sums == pytest.approx(wanted)


@laws
@given(teams(), st.sampled_from(sorted(COUNTINGS)))
def test_ties_name_their_papers(papers: Papers, counting: str) -> None:
    network = graph_of(papers).coauthors(counting=counting)
    shares: dict[str, Callable[[int], float]] = {
        "full": lambda n: 1.0,
        "fractional": lambda n: 2 / (n * (n - 1)),
        "newman": lambda n: 1 / (n - 1),
    }
    share = shares[counting]
    for a, b in combinations(sorted({n for names in papers.values() for n in names}), 2):
        both = sorted(title for title, names in papers.items() if a in names and b in names)
        tie = network.tie(a, f"author:{b}")
        assert tie["paper"].to_list() == [f"paper:{title}" for title in both]
        assert tie["title"].to_list() == both
        assert tie["weight"].to_list() == pytest.approx([share(len(papers[t])) for t in both])
        rows = network.row(f"author:{a}"), network.row(f"author:{b}")
        assert tie["weight"].sum() == pytest.approx(float(network.matrix[rows]))
        columns = network.shared_papers(*rows)
        assert [network.papers[column] for column in columns] == tie["paper"].to_list()
    ties = network.ties()
    assert ties["papers"].to_list() == [
        len(network.tie(a, b)) for a, b in zip(ties["a"], ties["b"], strict=True)
    ]


@laws
@given(teams(), st.data())
def test_more_sources_for_an_authorship_change_nothing(papers: Papers, data: st.DataObject) -> None:
    once = graph_of(papers)
    some = {title: names for title, names in papers.items() if data.draw(st.booleans())}
    twice = once | graph_of(some, source="source:other") | graph_of(papers, source="")
    for counting in COUNTINGS:
        first, second = (graph.coauthors(counting=counting) for graph in (once, twice))
        assert list(first.nodes) == list(second.nodes)
        assert list(first.papers) == list(second.papers)
        assert np.array_equal(first.matrix.toarray(), second.matrix.toarray())


@laws
@given(teams(), st.randoms())
def test_the_order_of_rows_changes_nothing(papers: Papers, random: object) -> None:
    titles = list(papers)
    random.shuffle(titles)  # type: ignore[attr-defined]
    first = graph_of(papers).coauthors()
    second = graph_of({title: papers[title] for title in titles}).coauthors()
    assert list(first.nodes) == list(second.nodes)
    assert np.array_equal(first.matrix.toarray(), second.matrix.toarray())


@laws
@given(
    teams(),
    st.dictionaries(st.sampled_from([f"P{n}" for n in range(8)]), st.integers(2000, 2005)),
    st.none() | st.integers(1999, 2006),
    st.none() | st.integers(1999, 2006),
    st.none() | st.integers(1, 6),
)
def test_a_selection_is_the_network_of_the_selected_papers(
    papers: Papers,
    years: dict[str, int],
    since: int | None,
    until: int | None,
    most: int | None,
) -> None:
    def chosen(title: str) -> bool:
        year = years.get(title)
        if (since is not None or until is not None) and year is None:
            return False
        early = since is not None and year is not None and year < since
        late = until is not None and year is not None and year > until
        return not early and not late and (most is None or len(papers[title]) <= most)

    kg = graph_of(papers, years=years)
    kept = {title: names for title, names in papers.items() if chosen(title)}
    if papers and not kept:
        with pytest.raises(EmptySelectionError):
            kg.coauthors(since=since, until=until, most_authors=most)
        return
    found = kg.coauthors(since=since, until=until, most_authors=most)
    wanted = graph_of(kept).coauthors()
    assert list(found.papers) == list(wanted.papers)
    assert list(found.nodes) == list(wanted.nodes)
    assert np.array_equal(found.matrix.toarray(), wanted.matrix.toarray())


@laws
@given(teams(), st.sampled_from(sorted(COUNTINGS)))
def test_networkx_gets_the_same_network(papers: Papers, counting: str) -> None:
    network = graph_of(papers).coauthors(counting=counting)
    graph: Any = network.to_networkx()
    assert list(graph) == list(network.nodes)
    assert expected(graph) == weights(network)
    for a, b, shared in graph.edges(data="papers"):
        assert list(shared) == network.tie(a, b)["paper"].to_list()
    for author, count in graph.nodes(data="papers"):
        assert count == sum(author.removeprefix("author:") in names for names in papers.values())


@laws
@given(teams(most=4))
def test_two_ids_of_one_person_are_one_row(papers: Papers) -> None:
    """A and B counted as one: their papers are one person's, and a paper of both counts once."""
    joined = {t: sorted({n.replace("B", "A") for n in names}) for t, names in papers.items()}
    same = KnowledgeGraph(
        {"identities": [{"entity": "author:B", "same_as": "author:A", "source": "source:r"}]}
    )
    found = (graph_of(papers) | same).coauthors()
    wanted = graph_of(joined).coauthors()
    assert list(found.nodes) == list(wanted.nodes)
    assert np.array_equal(found.matrix.toarray(), wanted.matrix.toarray())


@laws
@given(teams(), st.sampled_from(sorted(COUNTINGS)))
def test_networkx_gives_the_same_network_back(papers: Papers, counting: str) -> None:
    network = graph_of(papers).coauthors(counting=counting)
    back = Network.from_networkx(network.to_networkx())
    assert list(back.nodes) == list(network.nodes)
    assert list(back.names) == list(network.names)
    assert back.description == network.description
    assert np.array_equal(back.matrix.toarray(), network.matrix.toarray())
    # Papers travel with ties; those by one author are behind none.
    assert back.ties()["papers"].to_list() == network.ties()["papers"].to_list()


@laws
@given(teams(), st.sampled_from(sorted(TIES)), st.sampled_from(sorted(COUNTINGS)))
def test_each_kind_of_ties_against_plain_loops(papers: Papers, ties: str, counting: str) -> None:
    wanted: dict[tuple[str, str], float] = defaultdict(float)
    for names in papers.values():
        pairs = {tuple(sorted(pair)) for pair in combinations(names, 2)}
        first, last = names[0], names[-1]
        kept = {
            (a, b)
            for a, b in pairs
            if ties == "all"
            or (ties == "first" and first in (a, b))
            or (ties == "last" and last in (a, b))
            or (ties == "first-last" and {first, last} == {a, b})
        }
        for a, b in kept:
            share = {"full": 1, "fractional": 1 / len(kept), "newman": 1 / (len(names) - 1)}
            wanted[f"author:{a}", f"author:{b}"] += share[counting]
    network = graph_of(papers).coauthors(ties=ties, counting=counting)
    assert weights(network) == pytest.approx(dict(wanted))
    for (a, b), weight in weights(network).items():
        assert network.tie(a, b)["weight"].sum() == pytest.approx(weight)
