"""Experts, reviewers, introductions and teams, on the bundled graph and on drawn ones."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.errors import EmptySelectionError, ReadError, SchemaError, UnknownEntityError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import mint
from graphkit.recommend.experts import Evidence
from tests.conftest import Run, graph_of

DUBBING = "Prosodic alignment for off-screen automatic dubbing"
TOPICS = ["Quantization", "Fairness", "Keyword spotting"]


def test_experts_on_words(example: KnowledgeGraph) -> None:
    found = example.experts("low-bit quantization of speech models", k=3)
    assert found.name.to_list() == ["Haidar Khan", "Nikko Ström", "Wael Hamza"]
    best = found.reasons[0][0]
    assert best.title == "Squashed weight distribution for low bit quantization of deep models"
    assert best.words == ("quantization", "models", "bit", "low")
    assert (found.since[0], found.until[0]) == (2022, 2022)


def test_experts_on_a_topic_wrote_on_it(example: KnowledgeGraph) -> None:
    found = example.experts("automatic dubbing", k=200)
    wrote = example.coauthors(topics="Automatic dubbing")
    assert set(found.author) == set(wrote.nodes)
    assert found.name.to_list()[:2] == ["Marcello Federico", "Yogesh Virkar"]
    assert found.papers.to_list() == sorted(found.papers, reverse=True)


def test_the_score_is_the_sum_of_what_the_papers_say(example: KnowledgeGraph) -> None:
    found = example.experts("streaming recognition with transducers", k=20)
    for score, papers, reasons in zip(found.score, found.papers, found.reasons, strict=True):
        if papers == len(reasons):
            assert score == pytest.approx(sum(each.score**2 for each in reasons), abs=1e-5)
        assert all(isinstance(each, Evidence) and each.words for each in reasons)


def test_an_advert_finds_who_fits(example: KnowledgeGraph) -> None:
    found = example.experts("posting:Interspeech_2022:Amazon:0259a2882a", k=3)
    assert found.name.to_list() == ["Kenny Qiu", "Mayank Sharma", "Raffay Hamid"]
    assert found.reasons[0][0].words == ("content", "prime", "video")
    assert len(example.experts("Alexa AI", k=3)) == 3


def test_a_person_finds_others_like_her(example: KnowledgeGraph) -> None:
    found = example.experts("author:Yogesh_Virkar", k=2)
    assert found.name.to_list()[0] == "Marcello Federico"
    assert "author:Yogesh_Virkar" not in set(found.author)


def test_a_file_is_read(example: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "abstract.txt"
    path.write_text("low-bit quantization of speech models", encoding="utf-8")
    assert example.experts(path).equals(example.experts(path.read_text("utf-8")))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReadError, match="not text in UTF-8"):
        example.experts(path)


def test_words_that_nobody_wrote(example: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError, match="near: quantization"):
        example.experts("quantisation")
    with pytest.raises(UnknownEntityError):
        example.experts("of the and")
    with pytest.raises(ValueError, match="k is 0"):
        example.experts("quantization", k=0)


def test_who_adds_what_is_missing(example: KnowledgeGraph) -> None:
    found = example.experts("quantization and dubbing", k=3, beside="Yogesh Virkar")
    assert found.name.to_list() == ["Haidar Khan", "Nikko Ström", "Wael Hamza"]
    assert {word for each in found.reasons for e in each for word in e.words} == {"quantization"}
    with pytest.raises(EmptySelectionError, match="1 words of the question: 0 with no paper by"):
        example.experts("dubbing", beside=["Yogesh Virkar"])
    with pytest.raises(UnknownEntityError, match="near: Yogesh Virkar"):
        example.experts("dubbing", beside="Yogesh Virka")


def test_reviewers_have_no_conflict(example: KnowledgeGraph) -> None:
    written = example.authorships.groupby("paper")["author"].agg(list)
    titles = example.papers.set_index("id")["title"]
    for paper in list(titles.index)[::11]:
        found = example.reviewers(titles[paper], k=3)
        for person in found.author:
            assert not any(example.conflicts(person, author) for author in written[paper])
        assert all(each.paper != paper for reasons in found.reasons for each in reasons)


def test_reviewers_of_a_paper_that_is_not_in_the_graph(example: KnowledgeGraph) -> None:
    text = "Quantization of recurrent transducers"
    ours = example.reviewers(text, k=100, authors=["Nikko Ström"])
    everybody = example.experts(text, k=100)
    barred = {person for person in everybody.author if example.conflicts(person, "Nikko Ström")}
    left = [p for p in everybody.author if p not in barred | {"author:Nikko_Ström"}]
    assert barred
    assert ours.author.to_list() == left


# -- introductions --------------------------------------------------------------------------


def test_introductions_name_the_papers(example: KnowledgeGraph) -> None:
    found = example.introductions("I-Fan Chen", "Ravi Teja Gadde")
    assert found.name.to_list() == ["I-Fan Chen", "Ankur Gandhe"]
    assert found.to_name.to_list() == ["Ankur Gandhe", "Ravi Teja Gadde"]
    assert found.weight.to_list() == pytest.approx([1 / 2, 1 / 5 + 1 / 12])
    assert [len(papers) for papers in found.papers] == [1, 2]


def test_no_way_and_no_need(example: KnowledgeGraph) -> None:
    assert not len(example.introductions("I-Fan Chen", "Yogesh Virkar"))
    assert not len(example.introductions("I-Fan Chen", "I-Fan Chen"))


teams = st.lists(
    st.lists(st.sampled_from("ABCDEFGH"), min_size=2, max_size=4, unique=True),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=50)
@given(teams)
def test_a_path_is_the_shortest_and_of_these_the_strongest(papers: list[list[str]]) -> None:
    kg = graph_of({f"P{number}": names for number, names in enumerate(papers)})
    graph: nx.Graph[str] = nx.Graph()
    for names in papers:
        for one in names:
            for other in names:
                if one < other:
                    known = graph.get_edge_data(one, other, {"weight": 0.0})["weight"]
                    graph.add_edge(one, other, weight=known + 1 / (len(names) - 1))
    start, end = min(graph), max(graph)
    found = kg.introductions(mint("author", start), mint("author", end))
    if not nx.has_path(graph, start, end):
        assert not len(found)
        return
    ways = list(nx.all_shortest_paths(graph, start, end))
    length = [sum(1 / graph.edges[tie]["weight"] for tie in pairwise(way)) for way in ways]
    assert len(found) == len(ways[0]) - 1
    assert math.fsum(1 / found.weight) == pytest.approx(min(length))
    assert [*found.name, found.to_name.iloc[-1]] in ways


# -- teams ----------------------------------------------------------------------------------


def test_a_team_covers_its_task(example: KnowledgeGraph) -> None:
    found = example.assemble(TOPICS)
    covered = [topic for each in found.covers for topic in each]
    assert sorted(covered) == sorted(TOPICS)
    wrote = {topic: set(example.coauthors(topics=topic).nodes) for topic in TOPICS}
    for person, covers, reasons in zip(found.author, found.covers, found.reasons, strict=True):
        assert all(person in wrote[topic] for topic in covers)
        assert len(reasons) == len(covers)
    assert found.steps.to_list() == [1, 1, 1]


def test_a_team_is_small_then_near() -> None:
    kg = graph_of(
        {
            "Bats": ["Ada"],
            "Owls": ["Far"],
            "More owls": ["Near"],
            "Together": ["Ada", "Near"],
            "Mice": ["Ada"],
        },
        topics={"Bats": ["Bats"], "Owls": ["Owls"], "More owls": ["Owls"], "Mice": ["Mice"]},
    )
    found = kg.assemble(["Bats", "Mice", "Owls"])
    assert found.name.to_list() == ["Ada", "Near"]
    assert found.covers.to_list() == [("Bats", "Mice"), ("Owls",)]
    assert found.steps.to_list() == [1, 1]
    alone = kg.assemble(["Bats", "Mice"])
    assert alone.name.to_list() == ["Ada"]
    assert alone.steps.isna().all()


def test_a_task_that_nobody_knows(example: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError):
        example.assemble(["Quantization", "xyzzy"])
    with pytest.raises(ValueError, match="no topic"):
        example.assemble([])


# -- the command line -----------------------------------------------------------------------


def test_the_verbs(graphkit: Run, example: KnowledgeGraph) -> None:
    example.save("x.kg")
    told = json.loads(graphkit("experts", "x.kg", "quantization", "-k", 2, "-f", "json").out)
    assert [row["name"] for row in told] == example.experts("quantization", 2).name.to_list()
    assert set(told[0]["reasons"][0]) == {"paper", "title", "year", "score", "words"}
    piped = graphkit("experts", "x.kg", "-", "-k", 2, "-f", "json", stdin="quantization")
    assert json.loads(piped.out) == told
    plain = graphkit("reviewers", "x.kg", DUBBING, "-k", 1).out.splitlines()
    assert plain[0].startswith(" 1. Athanasios Mouchtaris  0.0")
    chain = graphkit("introduce", "x.kg", "I-Fan Chen", "Roland Maas").out.splitlines()
    assert [line for line in chain if "wrote with" in line] == [
        " 1. I-Fan Chen wrote with Brian King",
        " 2. Brian King wrote with Roland Maas",
    ]
    nobody = graphkit("introduce", "x.kg", "I-Fan Chen", "Yogesh Virkar").out
    assert nobody == "no chain of coauthors leads from I-Fan Chen to Yogesh Virkar\n"
    team = graphkit("assemble", "x.kg", *TOPICS, "-f", "csv").out.splitlines()
    assert team[0] == "author,name,covers,steps,reasons"
    none = graphkit("experts", "x.kg", "quantization", "--topic", "Fairness", "--since", 2030)
    assert none.code == 1
    assert "widen or drop that last filter" in none.err


def test_teams_that_do_what_somebody_does(example: KnowledgeGraph) -> None:
    found = example.teams_for("stolcke, andreas")
    assert list(found.columns) == ["team", "label", "score", "reasons"]
    assert found["team"].to_list() == ["team:Amazon:AGI"]
    wrote = set(example.authorships.query("author == 'author:Andreas_Stolcke'")["paper"])
    titles = dict(zip(example.papers["id"], example.papers["title"], strict=True))
    for advert in found["reasons"][0]:
        assert advert.words
        assert set(advert.papers) <= wrote
        assert all(titles[paper] in str(advert) for paper in advert.papers)
        assert all(word in str(advert) for word in advert.words)
    by_text = example.teams_for("content of video", k=1)
    assert by_text["label"].to_list() == ["Prime Video Content Understanding"]
    assert by_text["reasons"][0][0].words == ("content", "video")


def test_a_team_and_those_who_fit_it_find_each_other(example: KnowledgeGraph) -> None:
    posting = "posting:Interspeech_2022:Amazon:0259a2882a"
    (fits,) = example.experts(posting, k=1)["name"]
    assert "Prime Video Content Understanding" in set(example.teams_for(fits)["label"])


def test_teams_that_are_not_there(example: KnowledgeGraph) -> None:
    with pytest.raises(SchemaError, match="no teams"):
        graph_of({"P": ["Ada"]}).teams_for("Ada")
    with pytest.raises(UnknownEntityError, match="quantization"):
        example.teams_for("quantisation")
    with pytest.raises(ValueError, match="at least 1"):
        example.teams_for("Andreas Stolcke", k=0)


def test_words_are_kept_beside_the_graph(example: KnowledgeGraph, tmp_path: Path) -> None:
    folder = tmp_path / "speech.kg"
    example.save(folder)
    first = gk.open(folder).experts("dubbing", k=3)
    kept = (folder / "words.arrays").read_bytes()
    again = gk.open(folder)
    assert again.experts("dubbing", k=3).astype(str).equals(first.astype(str))
    assert (folder / "words.arrays").read_bytes() == kept
    more = {"id": "paper:x", "title": "Dubbing zebras"}
    wrote = {"paper": "paper:x", "author": "author:Zoe", "position": 1}
    (again | KnowledgeGraph({"papers": [more], "authorships": [wrote]})).save(folder)
    assert gk.open(folder).experts("zebras")["author"].to_list() == ["author:Zoe"]


def test_every_question_is_answered_from_what_is_kept(
    example: KnowledgeGraph, tmp_path: Path
) -> None:
    """What is mapped from disk cannot be changed; nothing may try to."""
    folder = tmp_path / "speech.kg"
    example.save(folder)
    gk.open(folder).experts("dubbing")

    def answers(kg: KnowledgeGraph) -> list[str]:
        return [
            str(each)
            for each in (
                kg.experts("quantization and dubbing", beside="Yogesh Virkar").reasons.tolist(),
                kg.reviewers("Prosodic alignment for off-screen automatic dubbing").values.tolist(),
                kg.assemble(["keyword spotting", "dubbing of films"]).values.tolist(),
                kg.teams_for("Andreas Stolcke").values.tolist(),
                kg.collaborators("Andreas Stolcke").reasons.tolist(),
                kg.collaborators("Andreas Stolcke", method="topics").values.tolist(),
                kg.collaborators_of_all(2).values.tolist(),
            )
        ]

    kept = gk.open(folder)
    assert "recommend.words.arrays" not in kept.derived
    assert answers(kept) == answers(example)


def test_misspelt_people_are_near(example: KnowledgeGraph) -> None:
    for ask in (example.experts, example.teams_for):
        with pytest.raises(UnknownEntityError, match="near: Andreas Stolcke"):
            ask("Andreas Stolke")
