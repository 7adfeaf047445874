"""Groups of authors: their members, core, papers and label; kept in the graph and taken back."""

from __future__ import annotations

import networkx as nx
import pytest

import graphkit as gk
from graphkit.analysis.groups import forget, groups, keep
from graphkit.errors import EmptySelectionError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.measures.communities import GROUPS
from graphkit.network import Network
from tests.conftest import graph_of

# Two teams, each with a strongest pair, joined by one paper; and one who writes alone.
PAPERS = {
    "Bats hear": ["Ada", "Bob", "Cy"],
    "Bats see": ["Ada", "Bob"],
    "Owls fly": ["Dan", "Eve", "Fay"],
    "Owls hunt": ["Dan", "Eve"],
    "Owls nest": ["Dan", "Eve"],
    "Owls and bats": ["Cy", "Dan", "Eve"],
    "Alone": ["Zoe"],
}
YEARS = {"Bats hear": 2001, "Bats see": 2003, "Owls fly": 2002, "Owls and bats": 2004}
TOPICS = {title: [title.split()[0], "Animals"] for title in PAPERS if title != "Alone"}


def kg(topics: dict[str, list[str]] | None = None) -> KnowledgeGraph:
    return graph_of(PAPERS, years=YEARS, topics=topics)


@pytest.mark.parametrize("method", GROUPS)
def test_the_groups_of_a_small_network(method: str) -> None:
    papers = {title: names for title, names in PAPERS.items() if "and" not in title}
    topics = {title: TOPICS.get(title, []) for title in papers}
    found = graph_of(papers, topics=topics).coauthors().groups(method)
    assert found["label"].tolist() == ["Bats", "Owls"]
    assert found["members"].map(set).tolist() == [
        {"author:Ada", "author:Bob", "author:Cy"},
        {"author:Dan", "author:Eve", "author:Fay"},
    ]


def test_what_is_told_of_a_group() -> None:
    found = kg(TOPICS).coauthors().groups("community")
    first, second = found.to_dict("records")
    by_name = {row["label"]: row for row in (first, second)}
    owls, bats = by_name["Owls"], by_name["Bats"]
    assert bats["members"] == ["author:Ada", "author:Bob", "author:Cy"]
    # Ties within weigh 3, 3 and 2 there; 5, 5 and 2 here.
    assert bats["core"] == ["Ada", "Bob", "Cy"]
    assert owls["core"] == ["Dan", "Eve"]
    assert set(bats["paper_ids"]) == {"paper:Bats_hear", "paper:Bats_see"}
    # Two of three authors are of this group.
    assert "paper:Owls_and_bats" in owls["paper_ids"]
    assert (bats["since"], bats["until"]) == (2001, 2003)
    assert (owls["since"], owls["until"]) == (2002, 2004)
    assert found.attrs["method"] == "community"


def test_titles_label_where_no_topics_are_known() -> None:
    found = kg().coauthors().groups("community")
    assert {label.split(",")[0] for label in found["label"]} == {"owls", "bats"}


def test_without_topics_and_words_a_group_has_the_name_of_its_core() -> None:
    found = graph_of({"1": ["Ada", "Bob"], "2": ["Ada", "Cy"], "3": ["Ada", "Bob"]}).coauthors()
    assert found.groups()["label"].tolist() == ["around Ada"]


def test_equal_labels_are_told_apart() -> None:
    papers = {"P": ["Ada", "Bob"], "Q": ["Cy", "Dan"]}
    found = graph_of(papers, topics={"P": ["X"], "Q": ["X"]}).coauthors().groups()
    assert found["label"].tolist() == ["X (Ada)", "X (Cy)"]


def test_groups_of_one_are_there_if_wanted() -> None:
    network = kg().coauthors()
    assert "Zoe" not in str(network.groups()["members"].tolist())
    assert ["author:Zoe"] in network.groups(least=1)["members"].tolist()


def test_zacharys_club_splits_around_its_two_heads() -> None:
    graph = nx.karate_club_graph()
    found = Network.from_networkx(graph).groups("community", resolution=0.5)
    heads = [members[0] for members in found["members"]]
    assert len(heads) == 2
    assert {head.rpartition(":")[2] for head in heads} == {"0", "33"}


def test_a_network_of_nobody_and_of_no_ties() -> None:
    assert KnowledgeGraph().coauthors().groups().empty
    alone = graph_of({"P": ["Ada"]}).coauthors()
    assert alone.groups().empty
    assert alone.groups(least=1)["size"].tolist() == [1]
    assert list(alone.groups().columns) == list(kg().coauthors().groups().columns)


def test_wrong_words() -> None:
    network = kg(TOPICS).coauthors()
    with pytest.raises(UnknownNameError, match="did you mean 'consensus'"):
        network.groups("consensu")
    with pytest.raises(ValueError, match="label propagation knows no resolution"):
        network.groups("label-propagation", resolution=2)
    with pytest.raises(ValueError, match="network of topics"):
        groups(gk.example().network("topic-topic"))  # type: ignore[arg-type]
    with pytest.raises(EmptySelectionError, match="years 1900"):
        kg().with_groups(since=1900, until=1901)


# -- kept in the graph --------------------------------------------------------------------


def test_kept_groups_are_rows_with_a_source_of_their_own(example: KnowledgeGraph) -> None:
    network = example.coauthors(counting="newman")
    found = network.groups(seed=3)
    kept = keep(network, seed=3)
    assert kept.groups["label"].tolist() == found["label"].tolist()
    assert len(kept.members) == found["size"].sum()
    assert kept.members["core"].sum() == found["core"].map(len).sum()
    (source,) = set(kept.groups["source"]) | set(kept.members["source"])
    said = kept.sources.set_index("id").loc[source]
    assert said["title"] == (
        "Groups by consensus, resolution 1, seed 3, groups of 2 or more; coauthors, Newman counting"
    )
    derived = kept.statements[kept.statements["source"] == source]
    assert set(derived["p"]) == {"prov:wasDerivedFrom"}
    assert set(derived["o"]) == set(example.source_ids())
    assert kept.check().empty
    # A source to the machine, not to people.
    assert kept.summary() == example.summary()


def test_keeping_is_undone_repeated_and_merged(example: KnowledgeGraph) -> None:
    kept = example.with_groups(least=5)
    assert kept.without_groups() == example
    assert kept.with_groups(least=5) == kept
    assert kept | example == example | kept == kept
    both = kept.with_groups("louvain", least=5)
    assert len(both.groups) > len(kept.groups)
    titles = both.sources[both.sources["format"] == "groups"]["title"].tolist()
    assert forget(both, next(t for t in titles if "louvain" in t)) == kept
    # Matching again is no reason to match anew: nothing was read since.
    assert kept.resolve() == kept


def test_groups_found_anew_replace_those_found_before() -> None:
    before = kg().with_groups("community")
    more = graph_of({"New": ["Zoe", "Ada"]}, source="source:t")
    after = (before | more).with_groups("community")
    assert (after.sources["format"] == "groups").sum() == 1
    assert "author:Zoe" in set(after.members["author"])


def test_groups_travel_as_foaf(example: KnowledgeGraph) -> None:
    kept = example.with_groups("community", least=10)
    assert gk.from_rdf(kept.to_rdf()) == kept
    answer = kept.query("SELECT ?g ?m { ?g a foaf:Group ; rdfs:label ?l ; foaf:member ?m }")
    assert len(answer) == len(kept.members)  # type: ignore[arg-type]
