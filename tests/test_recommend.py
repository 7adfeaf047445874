from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graphkit import registry
from graphkit.errors import UnknownEntityError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.recommend import Reason, collaborators
from graphkit.recommend.likeness import TOPIC_WEIGHT
from graphkit.recommend.past import corpus_of
from tests.conftest import graph_of

COLUMNS = ["author", "name", "score", "reasons"]
INDICES: dict[str, Any] = {
    "adamic-adar": nx.adamic_adar_index,
    "resource-allocation": nx.resource_allocation_index,
    "common-coauthors": nx.common_neighbors,
    "preferential-attachment": nx.preferential_attachment,
}
NAMES = registry.names("recommender")


def pairs_graph(graph: nx.Graph[Any]) -> KnowledgeGraph:
    """Each tie is a paper by two, so that every weight is 1 in every counting."""
    return graph_of({f"{a}-{b}": [str(a), str(b)] for a, b in graph.edges()})


def index(method: str, graph: nx.Graph[Any], a: object, b: object) -> float:
    if method == "common-coauthors":
        return len(list(INDICES[method](graph, a, b)))
    ((_, _, value),) = INDICES[method](graph, [(a, b)])
    return float(value)


KARATE: nx.Graph[Any] = nx.karate_club_graph()
for _, _, attributes in KARATE.edges(data=True):
    attributes.clear()


@pytest.mark.parametrize("method", INDICES)
def test_scores_are_networkx_indices(method: str) -> None:
    corpus = corpus_of(pairs_graph(KARATE))
    rows = {node: row for row, node in enumerate(corpus.ids.to_pylist())}
    recommend = registry.load("recommender", method)
    everybody = recommend(corpus.whole, np.arange(len(rows)))
    assert everybody.shape == (34, 34)
    for person in KARATE:
        found = {
            other: float(everybody[rows[f"author:{person}"], rows[f"author:{other}"]])
            for other in KARATE
            if other != person and other not in KARATE[person]
        }
        assert found == pytest.approx(
            {other: index(method, KARATE, person, other) for other in found}
        )


def test_pagerank_is_networkx() -> None:
    corpus = corpus_of(pairs_graph(KARATE))
    ids = corpus.ids.to_pylist()
    found = registry.load("recommender", "pagerank")(corpus.whole, np.arange(34))
    for row, node in enumerate(ids):
        person = int(node.removeprefix("author:"))
        oracle = nx.pagerank(KARATE, alpha=0.85, personalization={person: 1}, tol=1e-12)
        # Thirty steps are short of all steps by 0.85**30.
        assert found[row] == pytest.approx(
            [oracle[int(other.removeprefix("author:"))] for other in ids], abs=0.85**30
        )
        assert found[row].sum() == pytest.approx(1)


def test_katz_sums_walks() -> None:
    corpus = corpus_of(pairs_graph(KARATE))
    ties = corpus.whole.coauthors.toarray()
    factor = 0.5 / ties.sum(axis=1).max()
    walks = sum(np.linalg.matrix_power(factor * ties, steps) for steps in range(2, 6))
    found = registry.load("recommender", "katz")(corpus.whole, np.arange(34))
    assert found == pytest.approx(walks)


@pytest.mark.parametrize("method", INDICES)
def test_suggestions_are_ranked_by_score_then_name(method: str) -> None:
    kg = pairs_graph(KARATE)
    for person in KARATE:
        found = collaborators(kg, f"author:{person}", 100, method=method)
        wanted = {
            str(other): index(method, KARATE, person, other)
            for other in KARATE
            if other != person and other not in KARATE[person]
        }
        order = sorted(
            (n for n in wanted if wanted[n] > 0), key=lambda n: (-round(wanted[n], 9), n)
        )
        assert found["name"].to_list() == order
        assert found["score"].to_list() == pytest.approx([wanted[n] for n in order])


def test_worked_by_hand() -> None:
    kg = graph_of(
        {"P1": ["Ada", "Bob", "Cy"], "P2": ["Bob", "Dee"], "P3": ["Cy", "Dee", "Eve"]},
        topics={"P1": ["Logic"], "P3": ["Logic", "Art"]},
    )
    # Newman: Ada-Bob 1/2, Ada-Cy 1/2, Bob-Cy 1/2, Bob-Dee 1, Cy-Dee 1/2, Cy-Eve 1/2, Dee-Eve 1/2.
    # Bob and Cy have strength 2. Dee: 1/2 * 1 / 2 + 1/2 * 1/2 / 2; Eve: 1/2 * 1/2 / 2.
    # Words of two papers: logic, of both papers that have any.
    found = kg.collaborators("Ada")
    alike = TOPIC_WEIGHT
    assert list(found.columns) == COLUMNS
    assert found["author"].to_list() == ["author:Dee", "author:Eve"]
    assert found["name"].to_list() == ["Dee", "Eve"]
    assert found["score"].to_list() == pytest.approx([0.375 + alike, 0.125 + alike])
    bob, cy, logic = found["reasons"][0]
    assert bob == Reason(
        "coauthor",
        "author:Bob",
        "Bob",
        ("paper:P1",),
        ("paper:P2",),
        "both wrote with Bob: Ada in “P1”; Dee in “P2”",
    )
    assert (cy.name, cy.own_papers, cy.other_papers) == ("Cy", ("paper:P1",), ("paper:P3",))
    assert logic.kind == "topic"
    assert (logic.entity, logic.name) == ("topic:Logic", "Logic")
    assert str(logic) == "both wrote on Logic: Ada in “P1”; Dee in “P3”"
    assert [reason.name for reason in found["reasons"][1]] == ["Cy", "Logic"]


def test_topics_answer_where_no_coauthor_is_shared() -> None:
    kg = graph_of(
        {"P1": ["Ada"], "P2": ["Bob"], "P3": ["Cy"], "P4": ["Ada"]},
        topics={"P1": ["Logic"], "P2": ["Logic"], "P3": ["Art"], "P4": ["Logic"]},
    )
    found = kg.collaborators("Ada")
    assert found["name"].to_list() == ["Bob"]
    assert found["score"].to_list() == pytest.approx([TOPIC_WEIGHT])
    (reason,) = found["reasons"][0]
    assert reason.own_papers == ("paper:P1", "paper:P4")
    assert str(reason) == "both wrote on Logic: Ada in “P1”, “P4”; Bob in “P2”"


def test_long_lists_of_papers_are_cut_in_the_sentence_alone() -> None:
    papers = {f"P{n}": ["Ada", "Bob"] for n in range(5)} | {"Q": ["Bob", "Cy"]}
    (reason,) = graph_of(papers).collaborators("Ada")["reasons"][0]
    assert reason.own_papers == tuple(f"paper:P{n}" for n in range(5))
    assert str(reason) == "both wrote with Bob: Ada in “P0”, “P1” and 3 more; Cy in “Q”"


# The bundled graph does not say where people work.
@pytest.mark.parametrize("method", [name for name in NAMES if name != "organizations"])
def test_reasons_are_true(example: KnowledgeGraph, method: str) -> None:
    network = example.coauthors()
    wrote: dict[str, set[str]] = {}
    for author, paper in example.authorships[["author", "paper"]].itertuples(index=False):
        wrote.setdefault(author, set()).add(paper)
    about: dict[str, set[str]] = {}
    for paper, topic in example.subjects[["paper", "topic"]].itertuples(index=False):
        about.setdefault(topic, set()).add(paper)
    coauthors = {a: {b for b in wrote if b != a and wrote[a] & wrote[b]} for a in wrote}
    checked = 0
    for author in list(network.nodes)[::6]:
        found = collaborators(example, author, 4, method=method)
        assert len(found) <= 4
        for other, reasons in zip(found["author"], found["reasons"], strict=True):
            assert other != author
            assert other not in coauthors[author]
            shared = {r.entity for r in reasons if r.kind == "coauthor"}
            assert shared == coauthors[author] & coauthors[other]
            topics = {r.entity for r in reasons if r.kind == "topic"}
            assert topics == {
                t for t in about if about[t] & wrote[author] and about[t] & wrote[other]
            }
            for reason in reasons:
                assert set(reason.own_papers) <= wrote[author]
                assert set(reason.other_papers) <= wrote[other]
                assert reason.own_papers
                assert reason.other_papers
                if reason.kind not in ("coauthor", "topic"):
                    assert reason.kind in ("event", "organization") or not (shared or topics)
                    continue
                behind = wrote[reason.entity] if reason.kind == "coauthor" else about[reason.entity]
                assert set(reason.own_papers) == wrote[author] & behind
                assert set(reason.other_papers) == wrote[other] & behind
                checked += 1
    assert checked > 40


def test_short_reasons_are_the_foremost_and_of_several_kinds(example: KnowledgeGraph) -> None:
    full, short, told = (
        example.collaborators("Andreas Stolcke", 8, reasons=how)["reasons"]
        for how in ("full", "short", "sentence")
    )
    for every, few, sentence in zip(full, short, told, strict=True):
        assert len(few) == min(3, len(every))
        assert [each for each in every if each in few] == few
        assert few[0] == every[0]
        if len({each.kind for each in every}) > 1:
            assert len({each.kind for each in few}) > 1
        assert all(each.name in sentence for each in few)
    with pytest.raises(UnknownNameError, match="full, sentence, short"):
        example.collaborators("Andreas Stolcke", reasons="long")


def test_organizations_events_and_moves_are_reasons() -> None:
    papers = [
        ("P1", 2015, "Ada", "X"),
        ("P2", 2020, "Ada", "Y"),
        ("P3", 2020, "Bob", "Y"),
        ("P4", 2020, "Cy", "Z"),
    ]
    kg = KnowledgeGraph(
        {
            "papers": [
                {"id": f"paper:{p}", "title": p, "year": year, "event": f"venue:{year}"}
                for p, year, _, _ in papers
            ],
            "venues": [{"id": "venue:2020", "label": "The Meeting"}],
            "authorships": [
                {"paper": f"paper:{p}", "author": f"author:{a}", "position": 1}
                for p, _, a, _ in papers
            ],
            "organizations": [{"id": f"organization:{o}", "label": o} for o in "XYZ"],
            "affiliations": [
                {
                    "paper": f"paper:{p}",
                    "author": f"author:{a}",
                    "organization": f"organization:{o}",
                }
                for p, _, a, o in papers
            ],
        }
    )
    found = kg.collaborators("author:Bob", method="venues").set_index("author")["reasons"]
    assert [str(reason) for reason in found["author:Ada"]] == [
        "both wrote at Y: author:Bob in “P3”; author:Ada in “P2”; author:Ada came there in 2020",
        "both had papers at The Meeting 2020: author:Bob in “P3”; author:Ada in “P2”",
    ]
    assert [reason.kind for reason in found["author:Cy"]] == ["event"]


def test_an_empty_answer_says_so() -> None:
    found = graph_of({"P": ["Ada", "Bo"]}).collaborators("Ada")
    note = "nobody to suggest to Ada: nobody new is near by the method untrained"
    assert found.empty
    assert found.attrs["note"].splitlines()[-1] == note


@pytest.mark.parametrize(
    ("author", "note"),
    [
        ("Ada", "Ada has no coauthors here"),
        ("Bob", "no coauthor of Bob wrote anything else"),
        ("Eve", "Eve has one paper"),
        ("Fay", ""),
    ],
)
def test_what_an_answer_lacks_is_said(author: str, note: str) -> None:
    papers = {
        "P1": ["Ada"],
        "P2": ["Bob", "Cy"],
        "P3": ["Dee", "Eve"],
        "P4": ["Dee", "Fay"],
        "P5": ["Dee", "Fay"],
        "P6": ["Dee", "Gus"],
    }
    found = graph_of(papers).collaborators(author).attrs["note"]
    assert found.startswith(note)
    assert bool(found) == bool(note)


def test_each_suggestion_has_a_reason(example: KnowledgeGraph) -> None:
    for author in list(example.coauthors().nodes)[::10]:
        found = example.collaborators(author, 200)
        assert all(found["reasons"].map(len))
        assert (found["score"] > 0).all()
        assert found["score"].is_monotonic_decreasing


def test_k() -> None:
    kg = pairs_graph(KARATE)
    whole = kg.collaborators("author:0", 100)
    for k in (1, 3, len(whole)):
        assert kg.collaborators("author:0", k)["author"].to_list() == whole["author"].to_list()[:k]
    for k in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            kg.collaborators("author:0", k)


def test_ties_are_broken_by_name_then_id() -> None:
    star = {f"P{name}": ["Hub", name] for name in ("Zoe", "Ada", "Mia", "Bob")}
    assert graph_of(star).collaborators("Mia")["name"].to_list() == ["Ada", "Bob", "Zoe"]
    namesakes = KnowledgeGraph(
        {"authors": [{"id": f"author:{n}", "name": "Ann", "source": ""} for n in ("2", "1")]}
    )
    papers = graph_of({f"P{n}": ["Hub", n] for n in ("2", "1", "3")})
    kg = KnowledgeGraph({"authorships": papers.table("authorships")}) | namesakes
    assert kg.collaborators("author:3")["author"].to_list() == ["author:1", "author:2"]


def test_equal_sums_in_another_order_are_equal_scores() -> None:
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 to a computer."""
    papers = {}
    for other, order in (("Zed", (1, 2, 3)), ("Ann", (3, 2, 1))):
        for team in order:
            papers[f"{other}{team}"] = [
                other,
                f"Via{team}",
                *(f"{other}{team}x{n}" for n in range(team)),
            ]
    papers |= {f"Own{team}": ["Me", f"Via{team}"] for team in (1, 2, 3)}
    found = graph_of(papers).collaborators("Me", 2)
    assert found["name"].to_list() == ["Ann", "Zed"]
    assert found["score"][0] == found["score"][1]


@pytest.mark.parametrize(
    "papers", [{"P": ["Ada"]}, {"P": ["Ada", "Bob"]}, {"P": ["Ada"], "Q": ["Bob", "Cy"]}]
)
@pytest.mark.parametrize("method", NAMES)
def test_nobody_to_suggest(papers: dict[str, list[str]], method: str) -> None:
    found = graph_of(papers).collaborators("Ada", method=method)
    assert len(found) == 0
    assert list(found.columns) == COLUMNS


def test_weights_count_by_hand() -> None:
    kg = graph_of({"P1": ["Ada", "Bob", "Cy"], "P2": ["Bob", "Dee"], "P3": ["Cy", "Dee", "Eve"]})
    # Ada-Bob 1/2, Ada-Cy 1/2, Bob-Dee 1, Cy-Dee 1/2, Cy-Eve 1/2; Bob and Cy have strength 2.
    for method, each in (("weighted-common-coauthors", 1), ("weighted-adamic-adar", np.log(3))):
        found = kg.collaborators("Ada", method=method).set_index("name")["score"]
        assert found["Dee"] == pytest.approx((0.5 + 1 + 0.5 + 0.5) / each)
        assert found["Eve"] == pytest.approx((0.5 + 0.5) / each)


def test_organizations_rank_who_works_alike() -> None:
    kg = KnowledgeGraph(
        {
            "papers": [{"id": f"paper:{n}", "year": 2000} for n in range(4)],
            "authorships": [
                {"paper": f"paper:{n}", "author": f"author:{n}", "position": 1, "affiliation": at}
                for n, at in enumerate(["Here", "here", "There", None])
            ],
        }
    )
    found = kg.collaborators("author:0", method="organizations")
    assert found["author"].to_list() == ["author:1"]
    assert found["score"].to_list() == pytest.approx([1])


def test_all_pairs_agree(example: KnowledgeGraph) -> None:
    """Two people are suggested to each other, or neither to the other."""
    people = list(example.coauthors().nodes)[:12]
    found = {a: set(example.collaborators(a, 200)["author"]) for a in people}
    for a, b in combinations(people, 2):
        assert (a in found[b]) == (b in found[a])


def test_unknown_names(example: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError) as who:
        example.collaborators("Andreas Stolke")
    assert who.value.near[0] == "Andreas Stolcke"
    with pytest.raises(UnknownNameError, match="did you mean 'adamic-adar'"):
        example.collaborators("Andreas Stolcke", method="adamic")


def test_a_resolved_person_is_asked_about_by_each_name(example: KnowledgeGraph) -> None:
    one, other = (example.collaborators(name, 5) for name in ("I-FAN CHEN", "author:I-Fan_Chen"))
    assert one["author"].to_list() == other["author"].to_list()
    assert "author:I-FAN_CHEN" not in set(one["author"])
