from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import graphkit as gk
from graphkit.errors import SchemaError
from graphkit.export import export
from graphkit.graph import KnowledgeGraph
from graphkit.networks_in import from_plain_network
from tests.conftest import graph_of


def links(kg: KnowledgeGraph) -> set[tuple[str, str]]:
    rows = kg.table("authorships").to_pylist()
    return {(row["paper"], row["author"]) for row in rows}


# -- people alone -------------------------------------------------------------------------


def test_a_coauthor_graph() -> None:
    graph: nx.Graph[Any] = nx.Graph(name="Analysts")
    graph.add_node(1, name="Ada Lovelace")
    graph.add_node(2, label="Charles Babbage")
    graph.add_node("Mary Somerville")
    graph.add_edge(1, 2, weight=2.0, papers=["Notes", "doi:10.1/x"])
    graph.add_edge(1, "Mary Somerville", papers=("Notes",))
    kg = gk.from_networkx(graph)
    assert {row["id"]: row["name"] for row in kg.table("authors").to_pylist()} == {
        "author:Ada_Lovelace": "Ada Lovelace",
        "author:Charles_Babbage": "Charles Babbage",
        "author:Mary_Somerville": "Mary Somerville",
    }
    assert {row["id"]: row["title"] for row in kg.table("papers").to_pylist()} == {
        "paper:Notes": "Notes",
        "doi:10.1/x": None,
    }
    assert links(kg) == {
        ("paper:Notes", "author:Ada_Lovelace"),
        ("paper:Notes", "author:Charles_Babbage"),
        ("paper:Notes", "author:Mary_Somerville"),
        ("doi:10.1/x", "author:Ada_Lovelace"),
        ("doi:10.1/x", "author:Charles_Babbage"),
    }
    (source,) = kg.table("sources").to_pylist()
    assert (source["uri"], source["format"]) == ("Analysts", "networkx")
    assert kg.source_ids() == [source["id"]]
    assert gk.from_networkx(graph.copy()) == kg


def test_our_own_coauthor_graph_comes_back(example: KnowledgeGraph) -> None:
    graph: Any = example.coauthors().to_networkx()
    kg = gk.from_networkx(graph)
    assert set(kg.table("authors")["id"].to_pylist()) == set(graph)
    again: Any = kg.coauthors().to_networkx()
    assert {frozenset(edge) for edge in again.edges} == {frozenset(edge) for edge in graph.edges}
    for start, end in graph.edges:
        both = [set(each.edges[start, end]["papers"]) for each in (graph, again)]
        assert both[0] == both[1]


def test_our_own_graphml(example: KnowledgeGraph, tmp_path: Path) -> None:
    path = export(example, tmp_path / "x.graphml")
    kg = gk.from_networkx(nx.read_graphml(path))
    assert kg.counts()["authors"] == 173
    assert links(kg) <= {
        (row["paper"], row["author"]) for row in example.table("authorships").to_pylist()
    }


def test_loops_are_papers_of_one_author() -> None:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_edge("Ada", "Ada", papers=["Notes"])
    assert links(gk.from_networkx(graph)) == {("paper:Notes", "author:Ada")}


def test_directed_and_parallel_edges() -> None:
    graph: Any = nx.MultiDiGraph()
    graph.add_edge("Ada", "Bob", papers=["P"])
    graph.add_edge("Bob", "Ada", papers=["Q"])
    graph.add_edge("Bob", "Ada", papers="P and Q")
    kg = gk.from_networkx(graph)
    assert kg.counts()["papers"] == 3
    assert len(links(kg)) == 6


def test_two_people_of_one_name_stay_two() -> None:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_node(1, name="Wei Wang")
    graph.add_node(2, name="Wei Wang")
    graph.add_edge(1, 2, papers=["P"])
    kg = gk.from_networkx(graph)
    assert kg.table("authors")["id"].to_pylist() == ["author:Wei_Wang:1", "author:Wei_Wang:2"]
    assert len(links(kg)) == 2


@pytest.mark.parametrize("graph", [nx.Graph(), nx.karate_club_graph(), nx.Graph([("Ada", "Bob")])])
def test_papers_are_not_invented(graph: Any) -> None:
    with pytest.raises(SchemaError, match="attribute 'papers', a list of ids or titles"):
        gk.from_networkx(graph)


@pytest.mark.parametrize("papers", [None, [], 3, [""]])
def test_an_edge_without_papers_is_named(papers: Any) -> None:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_edge("Ada", "Bob", papers=["P"])
    graph.add_edge("Ada", "Cy", papers=papers)
    with pytest.raises(SchemaError, match="edge 'Ada' - 'Cy' has"):
        gk.from_networkx(graph)


# -- people and papers --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "paper"),
    [
        ({"kind": "author"}, {"kind": "paper"}),
        ({"type": "Person"}, {"type": "Publication"}),
        ({"bipartite": 0}, {"bipartite": 1}),
    ],
)
def test_a_bipartite_graph(person: dict[str, Any], paper: dict[str, Any]) -> None:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_node("Ada", **person)
    graph.add_node("author:Bob", name="Bob", **person)
    graph.add_node(7, title="Notes", year="1843", doi="https://doi.org/10.1000/X", **paper)
    graph.add_node("Sketch", **paper)
    graph.add_edge("Ada", 7, position=1, printed_name="A. Lovelace", affiliation="London")
    graph.add_edge(7, "author:Bob", position=2)
    kg = gk.from_networkx(graph)
    assert [
        (row["id"], row["title"], row["year"], row["doi"]) for row in kg.table("papers").to_pylist()
    ] == [("doi:10.1000/x", "Notes", 1843, "10.1000/x"), ("paper:Sketch", "Sketch", None, None)]
    assert [
        (row["author"], row["position"], row["printed_name"], row["affiliation"])
        for row in kg.table("authorships").to_pylist()
    ] == [("author:Ada", 1, "A. Lovelace", "London"), ("author:Bob", 2, None, None)]


def test_numbers_of_numpy_and_what_is_no_doi() -> None:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_node("Ada", kind="author")
    graph.add_node("Notes", kind="paper", year=np.int64(1843))
    graph.add_edge("Ada", "Notes", position=np.int64(2))
    kg = gk.from_networkx(graph)
    assert (kg.papers["year"].tolist(), kg.authorships["position"].tolist()) == ([1843], [2])
    graph.nodes["Notes"]["doi"] = "unknown"
    with pytest.raises(SchemaError, match="node 'Notes' has doi='unknown': it is no DOI"):
        gk.from_networkx(graph)


def test_networkx_s_own_example() -> None:
    kg = gk.from_networkx(nx.davis_southern_women_graph())
    assert (kg.counts()["authors"], kg.counts()["papers"]) == (18, 14)
    assert kg.table("authorships").num_rows == 89


def test_edges_that_join_alike_nodes_are_refused() -> None:
    graph: nx.Graph[Any] = nx.Graph([("Ada", "Bob"), ("Ada", "P")])
    nx.set_node_attributes(graph, {"Ada": 0, "Bob": 0, "P": 1}, "bipartite")
    with pytest.raises(SchemaError, match="edge 'Ada' - 'Bob' joins two authors"):
        from_plain_network(graph)


def test_nodes_that_say_nothing_beside_others_are_refused() -> None:
    graph: nx.Graph[Any] = nx.Graph([("Ada", "P")])
    graph.nodes["P"]["kind"] = "paper"
    with pytest.raises(SchemaError, match="node 'Ada' does not say what it is"):
        from_plain_network(graph)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"kind": "robot"}, "kind='robot': it is 'author' or 'paper'"),
        ({"bipartite": 2}, "bipartite=2: it is 0"),
        ({"kind": "paper", "year": "soon"}, "year='soon': it is a whole number"),
    ],
)
def test_attributes_that_make_no_sense(attributes: dict[str, Any], message: str) -> None:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_node("P", **attributes)
    with pytest.raises(SchemaError, match=message):
        from_plain_network(graph)


def test_graphs_of_our_own_are_read_as_before() -> None:
    kg = graph_of({"P": ["Ada"]})
    assert gk.from_networkx(kg.to_networkx()) == kg
