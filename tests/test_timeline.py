"""Networks over time: years, windows, groups from year to year, careers."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.analysis.timeline import densification
from graphkit.errors import EmptySelectionError, UnknownEntityError
from graphkit.graph import KnowledgeGraph
from graphkit.network.parts import windows
from tests.conftest import graph_of

PAPERS = {
    "a": ["Ada", "Bob"],
    "b": ["Ada"],
    "c": ["Ada", "Cy", "Dan"],
    "d": ["Bob", "Cy"],
    "e": ["Dan", "Eve"],
    "f": ["Ada", "Bob"],
}
YEARS = {"a": 2000, "b": 2001, "c": 2001, "d": 2003, "f": 2003}


def kg() -> KnowledgeGraph:
    return graph_of(PAPERS, years=YEARS)


def rows(frame: Any, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_each_year_on_its_own() -> None:
    found: Any = kg().coauthors().timeline()
    columns = ("year", "papers", "authors", "newcomers", "persisting", "returning", "left")
    assert rows(found, *columns) == [
        (2000, 1, 2, 2, 0, 0, 0),
        (2001, 2, 3, 2, 1, 0, 1),
        # Nothing appeared in 2002: nobody was there a year before.
        (2003, 2, 3, 0, 0, 3, 0),
    ]
    assert rows(found, "ties", "new_ties", "team_size", "largest") == [
        (1, 1, 2.0, 1.0),
        (3, 3, 2.0, 1.0),
        (2, 1, 2.0, 1.0),
    ]
    assert found["growth"].tolist()[1] == 1.0
    assert np.isnan(found["growth"].tolist()[::2]).all()
    assert found.attrs["unknown_years"] == 1


def test_windows_and_all_years_so_far() -> None:
    network = kg().coauthors()
    two: Any = network.timeline(2)
    assert rows(two, "year", "papers", "authors", "ties", "left") == [
        (2000, 1, 2, 1, 0),
        (2001, 3, 4, 4, 0),
        # The window of a year before, 2001 to 2002, had Ada, Cy and Dan.
        (2003, 2, 3, 2, 1),
    ]
    so_far: Any = network.timeline(cumulative=True)
    assert rows(so_far, "papers", "authors", "ties", "left") == [
        (1, 2, 1, 0),
        (3, 4, 4, 0),
        (5, 4, 5, 0),
    ]
    assert so_far["growth"].tolist()[1:] == [2.0, pytest.approx(2 / 3)]


@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=2),
        st.tuples(
            st.lists(st.sampled_from("ABCDEFG"), min_size=1, max_size=4, unique=True),
            st.none() | st.integers(2000, 2006),
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 4),
)
def test_each_row_is_the_network_of_its_years(
    drawn: dict[str, tuple[list[str], int | None]], window: int
) -> None:
    papers = {title: names for title, (names, _) in drawn.items()}
    years = {title: year for title, (_, year) in drawn.items() if year is not None}
    network = graph_of(papers, years=years).coauthors()
    found: Any = network.timeline(window)
    assert found["year"].tolist() == sorted(set(years.values()))
    assert found.attrs["unknown_years"] == len(papers) - len(years)
    assert (found["authors"] == found[["newcomers", "persisting", "returning"]].sum(axis=1)).all()
    parts = dict(windows(network, window))
    assert list(parts) == found["year"].tolist()
    for row in found.to_dict("records"):
        graph: nx.Graph[str] = nx.Graph()
        for title, year in years.items():
            if row["year"] - window < year <= row["year"]:
                graph.add_nodes_from(papers[title])
                graph.add_edges_from((a, b) for a in papers[title] for b in papers[title] if a < b)
        assert (row["authors"], row["ties"]) == (len(graph), graph.number_of_edges())
        part = parts[row["year"]]
        assert (len(part), part.matrix.nnz // 2) == (len(graph), graph.number_of_edges())
        largest = max(map(len, nx.connected_components(graph)))
        assert row["largest"] == pytest.approx(largest / len(graph))
        lengths = [
            length
            for one, others in nx.all_pairs_shortest_path_length(graph)
            for other, length in others.items()
            if one != other
        ]
        mean = np.mean(lengths) if lengths else math.nan
        assert row["distance"] == pytest.approx(mean, nan_ok=True)


def test_the_selection_of_the_network_holds_in_its_windows() -> None:
    network = kg().coauthors(least_shared=2)
    assert [len(part.upper[0]) for _, part in windows(network)] == [1, 0, 1]
    assert network.timeline()["ties"].tolist() == [1, 0, 1]
    of_firsts = kg().coauthors(ties="first")
    assert of_firsts.timeline()["ties"].tolist() == [1, 2, 2]
    assert [part.matrix.nnz // 2 for _, part in windows(of_firsts)] == [1, 2, 2]


def test_densification_is_the_slope_on_logarithms() -> None:
    n = np.array([10, 50, 200, 1000])
    assert densification(n, 3 * n**1.5) == pytest.approx(1.5)
    assert math.isnan(densification([5, 5], [1, 2]))
    assert math.isnan(densification([], []))


def test_networks_of_nobody_and_of_no_years() -> None:
    empty = KnowledgeGraph().coauthors().timeline()
    assert empty.empty
    assert list(empty.columns) == list(kg().coauthors().timeline().columns)
    dateless = graph_of({"P": ["Ada", "Bob"]}).coauthors()
    assert dateless.timeline().empty
    assert dateless.timeline().attrs["unknown_years"] == 1
    assert dateless.group_events().empty
    one: Any = graph_of({"P": ["Ada"]}, years={"P": 2000}).coauthors().timeline()
    assert rows(one, "authors", "ties", "largest") == [(1, 0, 1.0)]
    assert math.isnan(one["distance"][0])


def test_wrong_words() -> None:
    network = kg().coauthors()
    with pytest.raises(ValueError, match="window is 0 years"):
        network.timeline(0)
    with pytest.raises(ValueError, match="leave the window out"):
        network.timeline(2, cumulative=True)
    with pytest.raises(ValueError, match="threshold is 0"):
        network.group_events(threshold=0)
    with pytest.raises(ValueError, match="window is -1"):
        network.group_events(-1)


# -- groups from year to year -------------------------------------------------------------


def together(year: int, *teams: str) -> dict[str, tuple[int, list[str]]]:
    """Two papers of each team, so that a team is a group."""
    return {
        f"{year} {team} {number}": (year, list(team)) for team in teams for number in ("x", "y")
    }


STORY = {
    **together(2000, "ABC", "DEF"),
    **together(2001, "ABCDEF"),  # both merge
    **together(2002, "ABC", "DEF", "XYZ"),  # and split again; XYZ are born
    **together(2003, "ABC", "XYW"),  # DEF die, Z gives way to W
}


def test_births_merges_splits_and_deaths() -> None:
    papers = {title: names for title, (_, names) in STORY.items()}
    years = {title: year for title, (year, _) in STORY.items()}
    found: Any = graph_of(papers, years=years).coauthors().group_events(1)
    told = [
        (row["year"], row["event"], "".join(sorted(m[-1] for m in row["members"])), row["before"])
        for row in found.to_dict("records")
    ]
    number = {
        (row["year"], "".join(sorted(m[-1] for m in row["members"]))): row["group"]
        for row in found.to_dict("records")
        if row["event"] != "death"
    }
    merged, abc, xyz = number[2001, "ABCDEF"], number[2002, "ABC"], number[2002, "XYZ"]
    halves = {number[2000, "ABC"], number[2000, "DEF"]}
    assert merged in halves
    assert {abc, number[2002, "DEF"]} > {merged}
    assert number[2003, "ABC"] == abc
    assert number[2003, "WXY"] == xyz
    assert sorted(told) == sorted(
        [
            (2000, "birth", "ABC", []),
            (2000, "birth", "DEF", []),
            (2001, "merge", "ABCDEF", sorted(halves)),
            (2002, "split", "ABC", [merged]),
            (2002, "split", "DEF", [merged]),
            (2002, "birth", "XYZ", []),
            (2003, "continuation", "ABC", [abc]),
            (2003, "continuation", "WXY", [xyz]),
            (2003, "death", "DEF", [number[2002, "DEF"]]),
        ]
    )
    changed: Any = found[(found["year"] == 2003) & (found["group"] == xyz)].iloc[0]
    assert (changed["joined"], changed["left"], changed["jaccard"]) == (1, 1, 0.5)
    assert set(changed["paper_ids"]) == {"paper:2003_XYW_x", "paper:2003_XYW_y"}


def test_no_group_has_two_numbers_or_shares_one(example: KnowledgeGraph) -> None:
    found: Any = example.coauthors().group_events(least=2)
    assert set(found["event"]) == {"birth"}
    assert found["group"].is_unique


@given(
    st.lists(
        st.tuples(
            st.sets(st.sampled_from("ABCDE"), min_size=1), st.none() | st.integers(1990, 1994)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_years_by_their_definition(papers: list[tuple[set[str], int | None]]) -> None:
    titles = {f"P{at}": sorted(names) for at, (names, _) in enumerate(papers)}
    years = {f"P{at}": year for at, (_, year) in enumerate(papers) if year}
    found: Any = graph_of(titles, years=years).coauthors().timeline()
    assert found["year"].tolist() == sorted(set(years.values()))
    before: set[str] = set()
    tied: set[tuple[str, str]] = set()
    for row in found.to_dict("records"):
        now = [titles[paper] for paper in titles if years.get(paper) == row["year"]]
        people = {name for names in now for name in names}
        pairs = {(a, b) for names in now for a in names for b in names if a < b}
        assert row["papers"] == len(now)
        assert row["alone"] == pytest.approx(sum(len(names) == 1 for names in now) / len(now))
        assert row["newcomers"] == len(people - before)
        assert row["new_ties"] == len(pairs - tied)
        before |= people
        tied |= pairs


# -- careers ------------------------------------------------------------------------------


def test_a_career() -> None:
    papers = {**PAPERS, "g": ["Ada"]}
    topics = {"b": ["Bats"], "c": ["Bats", "Owls"]}
    graph = graph_of(papers, years=YEARS, topics=topics)
    found: Any = graph.career("ada")
    columns = ("papers", "coauthors", "new_coauthors", "first", "last", "alone")
    assert rows(found, *columns) == [
        (1, 1, 1, 1, 0, 0),
        (2, 2, 2, 2, 1, 1),
        (1, 1, 0, 1, 0, 0),
        (1, 0, 0, 1, 1, 1),
    ]
    assert found["year"].tolist()[:3] == [2000, 2001, 2003]
    assert found["year"].isna().tolist() == [False, False, False, True]
    assert found["topics"].tolist() == [[], ["Bats", "Owls"], [], []]
    assert found["team_size"].tolist() == [2, 2, 2, 1]
    assert found["citations"].isna().all()
    assert found["paper_ids"].tolist()[3] == ["paper:g"]
    assert found.attrs == {"author": "author:Ada", "name": "Ada"}


def test_a_career_tells_venues_and_citations() -> None:
    at = {"source": "source:t"}
    more = KnowledgeGraph(
        {
            "papers": [
                {"id": "paper:h", "title": "h", "year": 2000, "event": "venue:V"} | at,
                {"id": "paper:i", "title": "i", "year": 2000, "journal": "venue:W"} | at,
            ],
            "venues": [{"id": "venue:V", "label": "Meeting", "source": "source:t"}],
            "authors": [{"id": "author:Ada", "name": "Ada", "source": "source:t"}],
            "authorships": [
                {"paper": "paper:h", "author": "author:Ada", "source": "source:t"},
                {"paper": "paper:i", "author": "author:Ada", "source": "source:t"},
            ],
            "citations": [
                {"citing": "paper:i", "cited": "paper:h", "source": "source:t"},
                {"citing": "paper:i", "cited": "paper:h", "source": "source:u"},
                {"citing": "doi:10.1/x", "cited": "paper:i", "source": "source:t"},
            ],
        }
    )
    found: Any = more.career("author:Ada", since=1999)
    assert rows(found, "venues", "citations", "first") == [(["Meeting", "venue:W"], 2, 0)]


def test_a_career_of_nobody() -> None:
    with pytest.raises(UnknownEntityError, match="Zoe"):
        kg().career("Zoe")
    with pytest.raises(EmptySelectionError, match="to 1900"):
        kg().career("Ada", until=1900)
    with pytest.raises(UnknownEntityError, match="author of this network"):
        kg().career("Eve", since=2000)
