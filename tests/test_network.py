from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from graphkit.errors import EmptySelectionError, SchemaError, UnknownEntityError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.network import COUNTINGS, TIES, Network
from tests.conftest import graph_of

PAPERS = {"P1": ["Ada", "Bob", "Cy"], "P2": ["Ada", "Bob"], "P3": ["Dee"], "P4": ["Cy", "Eve"]}
YEARS = {"P1": 2001, "P2": 2003, "P3": 2002}


@pytest.mark.parametrize(
    ("counting", "ties"),
    [
        ("full", [("Ada", "Bob", 2.0), ("Ada", "Cy", 1.0), ("Bob", "Cy", 1.0), ("Cy", "Eve", 1.0)]),
        (
            "fractional",
            [("Ada", "Bob", 4 / 3), ("Cy", "Eve", 1.0), ("Ada", "Cy", 1 / 3), ("Bob", "Cy", 1 / 3)],
        ),
        (
            "newman",
            [("Ada", "Bob", 1.5), ("Cy", "Eve", 1.0), ("Ada", "Cy", 0.5), ("Bob", "Cy", 0.5)],
        ),
    ],
)
def test_ties_worked_by_hand(counting: str, ties: list[tuple[str, str, float]]) -> None:
    found = graph_of(PAPERS).coauthors(counting=counting).ties()
    assert list(found.columns) == ["a", "b", "a_name", "b_name", "weight", "papers"]
    assert list(zip(found["a_name"], found["b_name"], strict=True)) == [t[:2] for t in ties]
    assert found["weight"].to_list() == pytest.approx([t[2] for t in ties])
    assert found["a"].to_list() == [f"author:{t[0]}" for t in ties]
    by_pair = dict(
        zip(zip(found["a_name"], found["b_name"], strict=True), found["papers"], strict=True)
    )
    assert by_pair == {("Ada", "Bob"): 2, ("Ada", "Cy"): 1, ("Bob", "Cy"): 1, ("Cy", "Eve"): 1}


def test_what_a_network_holds() -> None:
    kg = graph_of(PAPERS, years=YEARS, topics={"P1": ["Logic", "Art"], "P4": ["Art"]})
    network = kg.coauthors()
    assert repr(network) == "<Network: 5 authors, 4 ties: coauthors, full counting>"
    assert list(network.nodes) == [f"author:{n}" for n in ("Ada", "Bob", "Cy", "Dee", "Eve")]
    assert list(network.names) == ["Ada", "Bob", "Cy", "Dee", "Eve"]
    assert list(network.papers) == [f"paper:P{n}" for n in (1, 2, 3, 4)]
    assert list(network.titles) == ["P1", "P2", "P3", "P4"]
    assert network.years.tolist()[:3] == [2001, 2003, 2002]
    assert np.isnan(network.years[3])
    art, logic = ("topic:Art", "Art"), ("topic:Logic", "Logic")
    assert network.topics == [(art, logic), (), (), (art,)]
    assert network.incidence.toarray().tolist() == [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [1, 0, 0, 1],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
    ]
    assert network.graph is kg


def test_tie() -> None:
    network = graph_of(PAPERS, years=YEARS).coauthors(counting="newman")
    tie = network.tie("bob", "author:Ada")
    assert tie.to_dict("list") == {
        "paper": ["paper:P1", "paper:P2"],
        "title": ["P1", "P2"],
        "year": [2001, 2003],
        "weight": [0.5, 1.0],
        "source": ["source:s", "source:s"],
        "place": [None, None],
    }
    assert network.tie("Cy", "Eve")["year"].isna().all()
    assert network.tie("Ada", "Dee").empty
    columns = ["paper", "title", "year", "weight", "source", "place"]
    assert list(network.tie("Ada", "Dee").columns) == columns


@pytest.mark.parametrize("name", ["Ada", "Dee"])
@pytest.mark.parametrize("counting", sorted(COUNTINGS))
def test_nobody_is_tied_to_themselves(name: str, counting: str) -> None:
    assert graph_of(PAPERS).coauthors(counting=counting).tie(name, name).empty


def test_neighbours_and_papers() -> None:
    network = graph_of(PAPERS).coauthors()
    rows, weights = network.neighbours(network.row("Cy"))
    assert rows.tolist() == [0, 1, 4]
    assert weights.tolist() == [1.0, 1.0, 1.0]
    assert network.papers_of(network.row("Cy")).tolist() == [0, 3]
    assert network.neighbours(network.row("Dee"))[0].tolist() == []


def test_unknown_authors() -> None:
    kg = graph_of(PAPERS, years=YEARS)
    with pytest.raises(UnknownEntityError, match="no author 'Zoe'"):
        kg.coauthors().row("Zoe")
    # She is in the graph, but of no paper that was chosen.
    with pytest.raises(UnknownEntityError, match="author of this network 'Dee'"):
        kg.coauthors(since=2003).row("Dee")


def test_unknown_counting() -> None:
    with pytest.raises(UnknownNameError) as caught:
        graph_of(PAPERS).coauthors(counting="ful")
    assert str(caught.value) == (
        "unknown counting 'ful': did you mean 'full'? (known: fractional, full, newman)"
    )


def test_selections() -> None:
    kg = graph_of(PAPERS, years=YEARS)
    assert list(kg.coauthors(since=2002).papers) == ["paper:P2", "paper:P3"]
    assert list(kg.coauthors(until=2002).papers) == ["paper:P1", "paper:P3"]
    assert list(kg.coauthors(since=2002, until=2002).names) == ["Dee"]
    assert list(kg.coauthors(most_authors=2).papers) == ["paper:P2", "paper:P3", "paper:P4"]
    assert list(kg.coauthors(most_authors=1).names) == ["Dee"]
    assert kg.coauthors(since=2002, most_authors=1).description == (
        "coauthors, full counting, 2002 to …, 1 paper of unknown year left out, "
        "1 paper by more than 1 left out"
    )


def test_authorships_without_papers_and_names() -> None:
    kg = KnowledgeGraph(
        {"authorships": [{"paper": "doi:10.1/x", "author": a} for a in ("orcid:1", "author:B")]}
    )
    network = kg.coauthors()
    assert list(network.names) == ["author:B", "orcid:1"]
    assert list(network.titles) == [""]
    assert network.topics == [()]
    assert network.tie("orcid:1", "author:B")["year"].isna().to_list() == [True]


def test_a_name_printed_twice_on_a_paper_is_one_author() -> None:
    kg = graph_of({"P": ["Ada", "Bob", "Ada"]})
    network = kg.coauthors(counting="fractional")
    assert network.matrix.toarray().tolist() == [[0, 1], [1, 0]]


def test_networkx_is_a_plain_graph_of_plain_values() -> None:
    graph = graph_of(PAPERS).coauthors(counting="newman").to_networkx()
    assert type(graph).__name__ == "Graph"
    assert graph.graph == {"counting": "newman", "description": "coauthors, Newman counting"}
    assert graph.nodes["author:Cy"] == {"name": "Cy", "papers": 2}
    edge = graph.edges["author:Ada", "author:Bob"]
    assert edge == {"weight": 1.5, "papers": ("paper:P1", "paper:P2")}
    kinds = {type(v) for _, _, d in graph.edges(data=True) for v in d.values()}
    assert kinds == {float, tuple}
    assert {type(v) for _, d in graph.nodes(data=True) for v in d.values()} == {str, int}


@pytest.mark.parametrize("papers", [{}, {"P": ["Ada"]}, {"P": ["Ada"], "Q": ["Bob"]}])
def test_networks_without_ties(papers: dict[str, list[str]]) -> None:
    network = graph_of(papers).coauthors(counting="fractional")
    people = len({name for names in papers.values() for name in names})
    assert len(network) == people
    assert network.matrix.nnz == 0
    ties = network.ties()
    assert list(ties.columns) == ["a", "b", "a_name", "b_name", "weight", "papers"]
    assert len(ties) == 0
    assert network.to_networkx().number_of_nodes() == people


def test_measure_frame() -> None:
    frame = graph_of(PAPERS).coauthors().measure("degree", "papers")
    wanted = pd.DataFrame(
        {
            "author": [f"author:{n}" for n in ("Ada", "Bob", "Cy", "Dee", "Eve")],
            "name": ["Ada", "Bob", "Cy", "Dee", "Eve"],
            "degree": [2, 2, 3, 0, 1],
            "papers": [2, 2, 2, 1, 1],
        }
    )
    pd.testing.assert_frame_equal(frame, wanted)


def test_unknown_measure() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'degree'"):
        graph_of(PAPERS).coauthors().measure("degre")


def test_the_article(example: KnowledgeGraph) -> None:
    network = example.coauthors()
    assert network.matrix.shape == (173, 173)
    assert network.matrix.nnz == 2 * len(network.ties())
    # The person who is printed in two ways has the papers of both.
    assert len(network.papers_of(network.row("I-FAN CHEN"))) == 2
    assert len(example.unresolve().coauthors()) == 174


def test_an_empty_selection_says_which_filter_emptied_it() -> None:
    kg = graph_of(PAPERS, years=YEARS, topics={"P1": ["Logic"]})
    with pytest.raises(EmptySelectionError) as caught:
        kg.coauthors(since=2003, topics="logic")
    assert caught.value.counts == [("papers", 4), ("years 2003 to …", 1), ("topic logic", 0)]
    assert str(caught.value) == (
        "nothing is left of 4 papers: 1 with years 2003 to …, then 0 with topic logic; "
        "widen or drop that last filter"
    )
    with pytest.raises(EmptySelectionError, match="5 authors: 0 with at least 3 papers each"):
        kg.coauthors(least_papers=3)
    # Where there was nothing, no filter took anything.
    assert len(KnowledgeGraph().coauthors(since=2003)) == 0


@pytest.mark.parametrize(
    ("ask", "wrong", "right"),
    [
        (lambda kg, **o: kg.coauthors(**o), "normalization", "normalisation"),
        (lambda kg, **o: kg.coauthors(**o), "sinse", "since"),
        (lambda kg, **o: kg.network("author-topic", **o), "topic", "topics"),
        (lambda kg, **o: kg.career("Ada", **o), "venue", "venues"),
        (lambda kg, **o: kg.collaborators("Ada", **o), "topic", "topics"),
        (lambda kg, **o: kg.collaborators_of_all(**o), "organisations", "organizations"),
        (lambda kg, **o: kg.experts("logic", **o), "least_paper", "least_papers"),
        (lambda kg, **o: kg.assemble("logic", **o), "place", "places"),
    ],
)
def test_unknown_options_are_refused(ask: Any, wrong: str, right: str) -> None:
    kg = graph_of(PAPERS, years=YEARS, topics={"P1": ["Logic"]})
    with pytest.raises(UnknownNameError, match=f"unknown option '{wrong}': did you mean '{right}'"):
        ask(kg, **{wrong: "x"})


def test_names_that_are_no_text() -> None:
    kg = graph_of(PAPERS)
    with pytest.raises(UnknownNameError, match="unknown measure"):
        kg.coauthors().measure(["pagerank", "degree"])  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="unknown counting 3"):
        kg.coauthors(counting=3)
    graph = nx.Graph([("Ada", "Bob", {"weight": "heavy"})])
    with pytest.raises(SchemaError, match="'weight' of each edge must be a number above zero"):
        Network.from_networkx(graph)


@pytest.mark.parametrize("year", ["2003", 2003.0])
def test_years_are_whole_numbers(year: Any) -> None:
    kg = graph_of(PAPERS, years=YEARS, topics={"P1": ["Logic"]})
    with pytest.raises(TypeError, match=rf"until is {year!r}; give a year as a whole number"):
        kg.coauthors(until=year)
    with pytest.raises(TypeError, match=rf"since is {year!r}; give a year as a whole number"):
        kg.experts("logic", since=year)
    assert len(kg.coauthors(until=np.int32(2003))) == len(kg.coauthors(until=2003))


def test_papers_by_very_many_are_left_out_and_the_network_says_so() -> None:
    crowd = [f"Person {n}" for n in range(101)]
    kg = graph_of({"Large": crowd, "Small": ["Ada", "Bob"]})
    network = kg.coauthors()
    assert repr(network) == (
        "<Network: 2 authors, 1 ties: coauthors, full counting, 1 paper by more than 100 left out>"
    )
    assert kg.coauthors(most_authors=None).matrix.nnz == 101 * 100 + 2
    with pytest.raises(EmptySelectionError, match="0 with at most 100 authors"):
        graph_of({"Large": crowd}).coauthors()


def test_papers_by_venue_team_and_organization() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "papers": [
            {"id": "paper:1", "event": "venue:ACL"},
            {"id": "paper:2", "journal": "venue:TACL"},
            {"id": "paper:3"},
        ],
        "venues": [{"id": f"venue:{name}", "label": name} for name in ("ACL", "TACL")],
        "authors": [{"id": f"author:{name}", "name": name} for name in "ABC"],
        "authorships": [
            {"paper": f"paper:{paper}", "author": f"author:{author}", "position": position}
            for paper, names in (("1", "AB"), ("2", "BC"), ("3", "AC"))
            for position, author in enumerate(names, 1)
        ],
        "teams": [{"id": "team:T", "label": "T"}],
        "memberships": [{"author": "author:A", "team": "team:T"}],
        "organizations": [{"id": "organization:O", "label": "O"}],
        "affiliations": [
            {"paper": "paper:2", "author": "author:C", "organization": "organization:O"}
        ],
    }
    kg = KnowledgeGraph(rows)
    assert list(kg.coauthors(venues="ACL").papers) == ["paper:1"]
    assert list(kg.coauthors(venues=["ACL", "TACL"]).papers) == ["paper:1", "paper:2"]
    assert list(kg.coauthors(teams="T").papers) == ["paper:1", "paper:3"]
    assert list(kg.coauthors(organizations="O").papers) == ["paper:2"]
    assert kg.coauthors(organizations="O").description == (
        "coauthors, full counting, organization O"
    )
    with pytest.raises(UnknownEntityError, match="no venue 'NAACL'"):
        kg.coauthors(venues="NAACL")


@pytest.mark.parametrize(
    ("ties", "wanted"),
    [
        ("first", {("Ada", "Bob"): 2, ("Ada", "Cy"): 1, ("Cy", "Eve"): 1}),
        ("last", {("Ada", "Bob"): 1, ("Ada", "Cy"): 1, ("Bob", "Cy"): 1, ("Cy", "Eve"): 1}),
        ("first-last", {("Ada", "Bob"): 1, ("Ada", "Cy"): 1, ("Cy", "Eve"): 1}),
    ],
)
def test_ties_of_first_and_last_authors(ties: str, wanted: dict[tuple[str, str], float]) -> None:
    network = graph_of(PAPERS).coauthors(ties=ties)
    found = network.ties()
    names = zip(found["a_name"], found["b_name"], strict=True)
    assert dict(zip(names, found["weight"], strict=True)) == wanted
    for a, b, weight in zip(found["a"], found["b"], found["weight"], strict=True):
        assert network.tie(a, b)["weight"].to_list() == [1.0] * int(weight)
    assert found["papers"].to_list() == found["weight"].to_list()


@pytest.mark.parametrize("ties", sorted(TIES))
def test_fractional_counting_gives_each_paper_one(ties: str) -> None:
    network = graph_of(PAPERS).coauthors(ties=ties, counting="fractional")
    assert network.matrix.sum() / 2 == pytest.approx(3)


def test_normalisations_worked_by_hand() -> None:
    kg = graph_of(PAPERS)

    def tie(name: str) -> float:
        network = kg.coauthors(normalisation=name)
        return float(network.matrix[network.row("Ada"), network.row("Cy")])

    # Ada and Cy wrote two papers each, one of them together; their strengths are 3 and 3
    # of a total of 10.
    assert tie("salton") == pytest.approx(1 / 2)
    assert tie("jaccard") == pytest.approx(1 / 3)
    assert tie("association") == pytest.approx(10 / 9)
    with pytest.raises(ValueError, match="use counting='full'"):
        kg.coauthors(normalisation="salton", counting="newman")


def test_parts_of_a_network() -> None:
    kg = graph_of(PAPERS)
    assert list(kg.coauthors(least_papers=2).names) == ["Ada", "Bob", "Cy"]
    assert list(kg.coauthors(authors=["cy", "author:Bob"]).names) == ["Bob", "Cy"]
    often = kg.coauthors(least_shared=2)
    assert len(often) == 5
    assert often.ties()[["a_name", "b_name"]].values.tolist() == [["Ada", "Bob"]]
    assert often.tie("Ada", "Cy").empty
    near = kg.coauthors(ego="Eve")
    assert list(near.names) == ["Cy", "Eve"]
    # The paper by three counts as before, though only one of them is left.
    assert list(near.papers) == ["paper:P1", "paper:P4"]
    assert near.description == "coauthors, full counting, within 1 step of Eve"
    assert list(kg.coauthors(ego="Eve", steps=2).names) == ["Ada", "Bob", "Cy", "Eve"]
    assert list(kg.coauthors(ego="Dee", steps=9).names) == ["Dee"]
    with pytest.raises(ValueError, match="at least 0"):
        kg.coauthors(ego="Eve", steps=-1)
