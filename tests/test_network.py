from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graphkit.errors import UnknownEntityError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.network import COUNTINGS
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
    assert list(network.authors) == [f"author:{n}" for n in ("Ada", "Bob", "Cy", "Dee", "Eve")]
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
    with pytest.raises(UnknownEntityError, match="paper of this network 'Dee'"):
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
    assert len(kg.coauthors(since=2010)) == 0
    assert kg.coauthors(since=2002, most_authors=3).description == (
        "coauthors, full counting, 2002 to …, papers by at most 3 authors"
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
