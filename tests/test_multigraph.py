from __future__ import annotations

import copy
import pickle
from typing import Any

import networkx as nx
import pytest

import graphkit as gk
from graphkit.errors import SchemaError
from graphkit.graph import KnowledgeGraph
from graphkit.multigraph import from_networkx, to_networkx
from tests.conftest import graph_of


def test_nodes_and_edges() -> None:
    kg = graph_of({"P": ["Ada", "Bob"]}, years={"P": 1843}, topics={"P": ["Logic"]})
    graph: Any = kg.to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert dict(graph.nodes(data=True)) == {
        "paper:P": {"table": "papers", "title": "P", "year": 1843, "source": "source:s"},
        "author:Ada": {"table": "authors", "name": "Ada", "source": "source:s"},
        "author:Bob": {"table": "authors", "name": "Bob", "source": "source:s"},
        "topic:Logic": {"table": "topics", "label": "Logic", "source": "source:s"},
    }
    about = {"source": "source:s"}
    assert sorted(graph.edges(keys=True, data=True), key=str) == [
        (
            "paper:P",
            "author:Ada",
            "authorships 0",
            {"table": "authorships", "position": 1, **about},
        ),
        (
            "paper:P",
            "author:Bob",
            "authorships 0",
            {"table": "authorships", "position": 2, **about},
        ),
        ("paper:P", "topic:Logic", "subjects 0", {"table": "subjects", **about}),
    ]
    assert graph.graph == {"base": kg.base, "tables": {}}


def test_columns_that_point_elsewhere_are_edges() -> None:
    kg = KnowledgeGraph({"papers": [{"id": "paper:P", "event": "venue:V", "source": "source:a"}]})
    graph = to_networkx(kg)
    assert list(graph.edges(keys=True, data=True)) == [
        (
            "paper:P",
            "venue:V",
            "papers.event source:a",
            {"table": "papers", "column": "event", "source": "source:a"},
        )
    ]
    assert from_networkx(graph) == kg


def test_several_sources_of_one_entity() -> None:
    one = graph_of({"P": ["Ada"]}, years={"P": 1843}, source="source:b")
    two = graph_of({"P": ["Ada"]}, source="source:a")
    graph = (one | two).to_networkx()
    assert graph.nodes["paper:P"]["source"] == "source:a"
    assert graph.nodes["paper:P"]["also"] == [
        {"table": "papers", "title": "P", "year": 1843, "source": "source:b"}
    ]
    assert graph.number_of_edges("paper:P", "author:Ada") == 2
    assert from_networkx(graph) == one | two


def test_the_bundled_graph(example: KnowledgeGraph) -> None:
    graph: Any = example.to_networkx()
    counts = example.counts()
    kinds = [kind for _, kind in graph.nodes(data="table")]
    for table in ("papers", "authors", "topics", "teams", "figures", "postings"):
        assert kinds.count(table) == counts[table]
    links = [kind for _, _, kind in graph.edges(data="table")]
    assert links.count("authorships") == counts["authorships"] == 237
    back = from_networkx(graph)
    assert back == example
    assert back.resolved
    assert from_networkx(gk.example().to_networkx()) == gk.example()


def test_the_graph_survives_copies_and_pickles(example: KnowledgeGraph) -> None:
    graph = example.to_networkx()
    for copied in (copy.deepcopy(graph), pickle.loads(pickle.dumps(graph)), graph.copy()):
        assert from_networkx(copied) == example


def test_changes_come_back() -> None:
    graph = graph_of({"P": ["Ada"]}).to_networkx()
    graph.nodes["author:Ada"]["name"] = "Ada Lovelace"
    graph.add_node("author:Bob", table="authors", name="Bob", source="source:s")
    graph.add_edge("paper:P", "author:Bob", table="authorships", position=2, source="source:s")
    kg = from_networkx(graph)
    assert kg.authors["name"].to_list() == ["Ada Lovelace", "Bob"]
    assert kg.coauthors().tie("Ada Lovelace", "Bob")["paper"].to_list() == ["paper:P"]
    graph.remove_node("paper:P")
    assert from_networkx(graph).counts()["authorships"] == 0


def test_graphs_of_another_make_are_refused() -> None:
    others: list[Any] = [nx.MultiDiGraph(), nx.Graph(tables={}), nx.karate_club_graph()]
    for other in others:
        with pytest.raises(SchemaError, match="no graph that to_networkx made"):
            from_networkx(other)


def test_what_the_schema_does_not_know_is_refused() -> None:
    graph = graph_of({"P": ["Ada"]}).to_networkx()
    odd = graph.copy()
    odd.nodes["author:Ada"]["shoe_size"] = 38
    with pytest.raises(SchemaError, match="authors has no column 'shoe_size'"):
        from_networkx(odd)
    odd = graph.copy()
    odd.add_edge("author:Ada", "author:Bob")
    with pytest.raises(SchemaError, match=r"author:Ada -> author:Bob .* has no 'table'"):
        from_networkx(odd)
    odd = graph.copy()
    odd.add_edge("author:Ada", "author:Bob", table="friends")
    with pytest.raises(SchemaError, match="no table 'friends'"):
        from_networkx(odd)
    odd = graph.copy()
    odd.add_edge("author:Ada", "author:Bob", table="authors")
    with pytest.raises(SchemaError, match="rows of authors are no edges"):
        from_networkx(odd)
    odd = graph.copy()
    odd.add_node("author:Bob", name="Bob")
    with pytest.raises(SchemaError, match="node author:Bob has attributes but no 'table'"):
        from_networkx(odd)
    odd = graph.copy()
    odd.add_edge("paper:Q", "venue:V", table="papers", column="event")
    with pytest.raises(SchemaError, match="first node has no such row"):
        from_networkx(odd)
