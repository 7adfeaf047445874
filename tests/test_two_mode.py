"""Networks of two kinds of nodes, and of topics, beside networkx's own projections."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import EmptySelectionError, SchemaError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.network import Network, TwoMode
from tests.conftest import graph_of

PAPERS = {"P1": ["Ada", "Bob"], "P2": ["Ada"], "P3": ["Cy"]}
TOPICS = {"P1": ["Art", "Logic"], "P2": ["Art"]}


def weights(found: TwoMode | Network) -> dict[tuple[str, str], float]:
    ties = found.ties()
    names = [name for name in ties.columns if name.endswith("_name")]
    return dict(zip(zip(*(ties[name] for name in names), strict=True), ties["weight"], strict=True))


def test_author_paper() -> None:
    found = graph_of(PAPERS).network("author-paper")
    assert repr(found) == "<TwoMode: 3 authors, 3 papers, 4 ties: authors and papers>"
    assert weights(found) == {("Ada", "P1"): 1, ("Ada", "P2"): 1, ("Bob", "P1"): 1, ("Cy", "P3"): 1}
    graph = found.to_networkx()
    assert nx.is_bipartite(graph)
    assert graph.nodes["author:Ada"] == {"bipartite": 0, "kind": "author", "name": "Ada"}
    assert graph.nodes["paper:P1"] == {"bipartite": 1, "kind": "paper", "name": "P1"}
    assert graph.edges["author:Ada", "paper:P2"] == {"weight": 1.0}


def test_author_topic() -> None:
    found = graph_of(PAPERS, topics=TOPICS).network("author-topic")
    # Cy wrote on no topic that is known.
    assert repr(found) == "<TwoMode: 2 authors, 2 topics, 4 ties: authors and topics>"
    assert weights(found) == {
        ("Ada", "Art"): 2,
        ("Ada", "Logic"): 1,
        ("Bob", "Art"): 1,
        ("Bob", "Logic"): 1,
    }
    assert list(found.ties().columns) == ["author", "topic", "author_name", "topic_name", "weight"]


def test_topics_are_a_network_to_measure() -> None:
    found = graph_of(PAPERS, topics=TOPICS).network("topic-topic")
    assert isinstance(found, Network)
    assert weights(found) == {("Art", "Logic"): 1}
    assert found.measure("degree").to_dict("list") == {
        "topic": ["topic:Art", "topic:Logic"],
        "name": ["Art", "Logic"],
        "degree": [1, 1],
    }
    assert found.tie("art", "Logic")["paper"].to_list() == ["paper:P1"]


def test_teams_and_topics(example: KnowledgeGraph) -> None:
    found = example.network("team-topic")
    wanted = example.interests
    assert len(found.ties()) == len(wanted) == 6
    assert set(found.ties()["weight"]) == set(wanted["score"])


def test_both_kinds_are_measured() -> None:
    found = graph_of(PAPERS, topics=TOPICS).network("author-topic")
    assert isinstance(found, TwoMode)
    measured = found.measure("degree", "strength", "betweenness", "sampled-betweenness")
    assert measured.iloc[:, :5].to_dict("list") == {
        "kind": ["author", "author", "topic", "topic"],
        "id": ["author:Ada", "author:Bob", "topic:Art", "topic:Logic"],
        "name": ["Ada", "Bob", "Art", "Logic"],
        "degree": [2, 2, 2, 2],
        "strength": [3, 2, 3, 2],
    }
    wanted = nx.betweenness_centrality(found.to_networkx())
    assert measured.set_index("id")["betweenness"].to_dict() == pytest.approx(wanted)
    assert measured.attrs["sampled-betweenness"]["error"] == 0
    with pytest.raises(UnknownNameError, match="of two kinds of nodes 'clustering'"):
        found.measure("clustering")


def test_interests_that_a_filter_leaves_none_of(example: KnowledgeGraph) -> None:
    with pytest.raises(EmptySelectionError, match="0 with topic Keyword spotting"):
        example.network("team-topic", topics="Keyword spotting")


def test_filters_and_unknown_kinds() -> None:
    kg = graph_of(PAPERS, topics=TOPICS, years={"P1": 2001, "P2": 2002})
    assert weights(kg.network("author-topic", since=2002)) == {("Ada", "Art"): 1}
    assert weights(kg.network("author-paper", until=2001)) == {("Ada", "P1"): 1, ("Bob", "P1"): 1}
    with pytest.raises(EmptySelectionError):
        kg.network("topic-topic", since=2005)
    with pytest.raises(UnknownNameError, match="unknown network 'topics'"):
        kg.network("topics")
    # A paper by thousands makes few ties here: none is left out unless asked for.
    crowd = graph_of({"Large": [f"Person {n}" for n in range(101)]})
    assert crowd.network("author-paper").matrix.nnz == 101


@given(
    st.dictionaries(
        st.sampled_from(["P1", "P2", "P3"]),
        st.sets(st.sampled_from("ABCD"), min_size=1),
        min_size=1,
    )
)
def test_topics_against_networkx(topics: dict[str, set[str]]) -> None:
    kg = graph_of({paper: ["Ada"] for paper in topics}, topics=topics)
    graph = nx.Graph((paper, topic) for paper, found in topics.items() for topic in found)
    labels = sorted({topic for found in topics.values() for topic in found})
    wanted: Any = nx.bipartite.weighted_projected_graph(graph, labels)
    found = weights(kg.network("topic-topic"))
    assert found == {(min(a, b), max(a, b)): weight for a, b, weight in wanted.edges(data="weight")}


def test_networks_of_others() -> None:
    graph = nx.les_miserables_graph()
    network = Network.from_networkx(graph)
    assert len(network) == 77
    assert network.matrix.sum() / 2 == sum(w for *_, w in graph.edges(data="weight")) == 820
    assert network.ties().iloc[0][["a_name", "b_name", "weight"]].to_list() == [
        "Cosette",
        "Valjean",
        31.0,
    ]
    # No papers were named, so that none are behind a tie.
    assert network.tie("Cosette", "Valjean").empty
    assert len(Network.from_networkx(nx.Graph())) == 0
    loops = Network.from_networkx(nx.Graph([("Ada", "Ada"), ("Ada", "Bob")]))
    assert loops.matrix.toarray().tolist() == [[0, 1], [1, 0]]
    with pytest.raises(SchemaError, match="to_undirected"):
        Network.from_networkx(nx.DiGraph([("Ada", "Bob")]))
    with pytest.raises(SchemaError, match="above zero"):
        Network.from_networkx(nx.Graph([("Ada", "Bob", {"weight": -1})]))
