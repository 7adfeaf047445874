"""Conflicts of interest, and the filters of those who are suggested."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.errors import EmptySelectionError, UnknownEntityError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.network.incidence import incidence_of, objects
from graphkit.network.selection import Selection
from graphkit.recommend.conflicts import RULES, Rule, conflicts, in_conflict
from graphkit.recommend.filters import select_authors
from tests.conftest import Run, graph_of

PAPERS = {
    "Seeds": ["Prof", "Peer"],
    "First steps": ["Pupil", "Prof"],
    "Second steps": ["Pupil", "Other", "Prof"],
    "Much later": ["Pupil", "New", "Old friend"],
    "Elsewhere": ["Stranger"],
    "At home": ["Neighbour"],
}
YEARS = {
    "Seeds": 2000,
    "First steps": 2010,
    "Second steps": 2012,
    "Much later": 2022,
    "Elsewhere": 2021,
    "At home": 2022,
}


@pytest.fixture(scope="module")
def lab() -> KnowledgeGraph:
    """A pupil and a professor of long ago; a stranger and a neighbour at one institute."""
    said: dict[str, list[dict[str, Any]]] = {
        "organizations": [{"id": "organization:Lab", "label": "Lab"}],
        "teams": [
            {"id": "team:Ears", "label": "Ears", "organization": "organization:Lab"},
            {"id": "team:Eyes", "label": "Eyes"},
        ],
        "places": [{"id": "place:Ghent", "label": "Ghent, BE"}],
        "postings": [
            {"id": "posting:1", "label": "Job", "team": "team:Eyes", "location": "place:Ghent"}
        ],
        "affiliations": [
            {
                "author": "author:Stranger",
                "organization": "organization:Lab",
                "paper": "paper:Elsewhere",
            },
            {
                "author": "author:Neighbour",
                "organization": "organization:Lab",
                "paper": "paper:At_home",
            },
            {
                "author": "author:Prof",
                "organization": "organization:Lab",
                "paper": "paper:First_steps",
            },
        ],
        "memberships": [
            {"author": "author:New", "team": "team:Ears"},
            {"author": "author:Peer", "team": "team:Eyes"},
            {"author": "author:Other", "team": "team:Eyes"},
        ],
    }
    rows = {name: [{**row, "source": "source:s"} for row in found] for name, found in said.items()}
    return graph_of(PAPERS, years=YEARS, topics={"Seeds": ["Sowing"]}) | KnowledgeGraph(rows)


@pytest.mark.parametrize(
    ("a", "b", "rule", "kinds", "papers"),
    [
        ("Pupil", "New", "four-years", ["coauthors"], ["paper:Much_later"]),
        ("Pupil", "Other", "four-years", [], []),
        ("Pupil", "Other", "ever", ["coauthors"], ["paper:Second_steps"]),
        ("Pupil", "Prof", "four-years", ["advisor"], ["paper:First_steps", "paper:Second_steps"]),
        ("Peer", "Prof", "three-years", [], []),
        (
            "Stranger",
            "Neighbour",
            "four-years",
            ["organization"],
            ["paper:Elsewhere", "paper:At_home"],
        ),
        ("Prof", "Neighbour", "three-years", [], []),
        ("Prof", "Neighbour", "ever", ["organization"], ["paper:First_steps", "paper:At_home"]),
        ("New", "Neighbour", "four-years", ["organization"], ["paper:At_home"]),
        ("Peer", "Other", "four-years", ["organization"], []),
        ("Pupil", "Pupil", "ever", ["same person"], []),
    ],
)
def test_who_is_in_conflict(
    lab: KnowledgeGraph, a: str, b: str, rule: str, kinds: list[str], papers: list[str]
) -> None:
    for one, other in ((a, b), (b, a)):
        found = lab.conflicts(one, other, rule=rule)
        assert bool(found) == bool(kinds)
        assert [each.kind for each in found.found] == kinds
        assert sorted(paper for each in found.found for paper in each.papers) == sorted(papers)


def test_a_year_counts_back_from_any_year(lab: KnowledgeGraph) -> None:
    assert lab.conflicts("Pupil", "Other", year=2016).found[0].kind == "coauthors"
    assert not lab.conflicts("Pupil", "Other", year=2017)
    # What comes after that year is not known yet.
    assert not lab.conflicts("Pupil", "New", year=2021)


def test_a_paper_of_unknown_year_counts() -> None:
    found = graph_of({"Undated": ["A", "B"], "Dated": ["C"]}, years={"Dated": 2022})
    assert str(found.conflicts("A", "B").found[0]) == "wrote together: “Undated” (year unknown)"


def test_what_is_not_known_is_said(lab: KnowledgeGraph) -> None:
    assert str(lab.conflicts("Pupil", "Neighbour")).splitlines() == [
        "no conflict known (coauthors within 4 years, same organization within 1 year, advisors, "
        "counted back from 2022)",
        "  the graph does not say where Pupil worked then",
    ]


def test_an_unknown_name_or_rule(lab: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError, match="near: Pupil"):
        lab.conflicts("Pupill", "Prof")
    with pytest.raises(UnknownNameError, match="did you mean 'three-years'"):
        lab.conflicts("Pupil", "Prof", rule="three-year")


people = st.sampled_from("ABCDEFG")


@settings(deadline=None, max_examples=50)
@given(
    papers=st.lists(
        st.tuples(
            st.lists(people, min_size=1, max_size=4, unique=True),
            st.none() | st.integers(2000, 2012),
        ),
        min_size=1,
        max_size=12,
    ),
    work=st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["X", "Y"])), max_size=6),
    rule=st.builds(
        Rule,
        coauthors=st.none() | st.integers(0, 5),
        organization=st.none() | st.integers(0, 5),
        advisors=st.booleans(),
    ),
)
def test_one_by_one_and_all_at_once_agree(
    papers: list[tuple[list[str], int | None]], work: list[tuple[int, str]], rule: Rule
) -> None:
    titles = {f"P{number}": names for number, (names, _) in enumerate(papers)}
    years = {f"P{n}": year for n, (_, year) in enumerate(papers) if year is not None}
    places = {(f"paper:P{n}", papers[n][0][0], at) for n, at in work if n < len(papers)}
    kg = graph_of(titles, years=years) | KnowledgeGraph(
        {
            "affiliations": [
                {"paper": paper, "author": f"author:{who}", "organization": f"organization:{at}"}
                for paper, who, at in places
            ]
        }
    )
    nodes = objects(incidence_of(kg).nodes)
    for row, one in enumerate(nodes):
        mask = in_conflict(kg, [row], rule=rule)
        # Who asks is left out of what is asked, and is in conflict with herself.
        assert not mask[row]
        mask[row] = True
        assert mask.tolist() == [bool(conflicts(kg, one, other, rule=rule)) for other in nodes]


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"topics": "sowing"}, ["Peer", "Prof"]),
        ({"since": 2022}, ["Neighbour", "New", "Old friend", "Pupil"]),
        ({"since": 2021, "until": 2021}, ["Stranger"]),
        ({"organizations": "Lab"}, ["Neighbour", "New", "Prof", "Stranger"]),
        ({"teams": ["Eyes", "Ears"]}, ["New", "Other", "Peer"]),
        ({"places": "ghent"}, ["Other", "Peer"]),
        ({"career": "late"}, ["Peer", "Prof"]),
        ({"career": ["middle", "late"]}, ["Other", "Peer", "Prof", "Pupil"]),
        ({"least_papers": 3}, ["Prof", "Pupil"]),
        ({"least_papers": 3, "career": "middle"}, ["Pupil"]),
    ],
)
def test_filters(lab: KnowledgeGraph, filters: Any, left: list[str]) -> None:
    assert chosen(lab, select_authors(lab, **filters, inactive=True)) == left


def chosen(kg: KnowledgeGraph, left: Selection) -> list[str]:
    ids = objects(incidence_of(kg).nodes)[left.chosen]
    return sorted(name.removeprefix("author:").replace("_", " ") for name in ids)


def test_who_stopped_long_ago_is_left_out_and_that_is_said(lab: KnowledgeGraph) -> None:
    left = select_authors(lab)
    active = ["Neighbour", "New", "Old friend", "Pupil", "Stranger"]
    assert chosen(lab, left) == active
    note = "left out: 3 people without a paper since 2018 (inactive=True or --inactive names them)"
    assert left.words == [note]
    # Five years: 2018 to 2022. A year that is asked for says who is wanted.
    assert chosen(lab, select_authors(lab, since=2000)) == sorted(
        [*active, "Other", "Peer", "Prof"]
    )
    # Better old friends than none.
    old = select_authors(lab, topics="sowing")
    assert chosen(lab, old) == ["Peer", "Prof"]
    assert old.words == ["all of them are without a paper since 2018"]


def test_people_of_unknown_years_are_not_left_out() -> None:
    kg = graph_of({"Undated": ["A", "B"], "Dated": ["C"]}, years={"Dated": 2020})
    left = select_authors(kg)
    assert chosen(kg, left) == ["A", "B", "C"]
    assert left.words == []


def test_a_printed_affiliation_tells_the_place() -> None:
    rows = [
        {"paper": "paper:P", "author": f"author:{n}", "position": n, "affiliation": at}
        for n, at in enumerate(["Univ. of York, U.K.", "New Yorker Inc.", None], 1)
    ]
    kg = KnowledgeGraph({"authorships": rows})
    assert select_authors(kg, places="york").chosen.tolist() == [True, False, False]
    assert select_authors(kg, places="U.K.").chosen.tolist() == [True, False, False]


def test_the_filter_that_empties_an_answer_is_named(example: KnowledgeGraph) -> None:
    # By shared coauthors alone: words of papers reach nearly everybody.
    with pytest.raises(EmptySelectionError) as caught:
        example.collaborators(
            "I-Fan Chen", method="resource-allocation", topics="Automatic dubbing", since=2020
        )
    assert caught.value.kind == "authors"
    (_, whole), (words, left) = caught.value.counts
    assert whole > 0
    assert (words, left) == ("topic Automatic dubbing", 0)


def test_collaborators_obey_filters(example: KnowledgeGraph) -> None:
    everybody = example.collaborators("I-Fan Chen", k=200)
    narrow = example.collaborators("I-Fan Chen", k=200, topics="Quantization")
    on_topic = set(example.coauthors(topics="Quantization").nodes)
    assert 0 < len(narrow) < len(everybody)
    assert narrow.author.to_list() == [who for who in everybody.author if who in on_topic]
    # Coauthors are never suggested, so those of the last years change nothing.
    recent = example.collaborators("I-Fan Chen", k=200, conflicts="three-years")
    assert recent.author.to_list() == everybody.author.to_list()


def test_the_verb(graphkit: Run) -> None:
    gk.example().resolve().save("speech.kg")
    words = ("conflicts", "speech.kg", "Andreas Stolcke")
    assert graphkit(*words, "Roland Maas").out.startswith("yes: conflict (coauthors within 4 y")
    assert graphkit(*words, "Ravi Teja Gadde").out.startswith("no: no conflict known")
    told = json.loads(graphkit(*words, "Roland Maas", "-f", "json").out)
    assert told["conflict"] is True
    assert told["rule"] == str(RULES["four-years"])
    assert [each["kind"] for each in told["reasons"]] == ["coauthors"]
    lines = graphkit(*words, "Roland Maas", "-f", "csv").out.splitlines()
    assert lines[0] == "kind,papers,sentence"
    assert lines[1].startswith("coauthors,paper:Interspeech_2022:Reducing_geographic_disparities")
    failed = graphkit(*words, "Roland Mas")
    assert failed.code == 1
    assert "near: Roland Maas" in failed.err


def test_filters_on_the_command_line(graphkit: Run) -> None:
    gk.example().resolve().save("speech.kg")
    words = ("collaborators", "speech.kg", "I-Fan Chen", "-f", "json")
    found = json.loads(graphkit(*words, "--topic", "Quantization", "--least-papers", 2).out)
    names = [row["name"] for row in found]
    asked = gk.example().resolve()
    expected = asked.collaborators("I-Fan Chen", topics="Quantization", least_papers=2)
    assert names == expected.name.to_list()
    failed = graphkit(*words, "--career", "late")
    assert failed.code == 1
    assert "authors: 0 with career late; widen or drop that last filter" in failed.err


def test_nobody_judges_herself(example: KnowledgeGraph) -> None:
    found = example.conflicts("Roland Maas", "Maas, Roland")
    assert bool(found)
    assert [each.kind for each in found.found] == ["same person"]


def test_a_rule_in_words(example: KnowledgeGraph) -> None:
    for words, rule in (
        ("coauthors=2,organization=ever,advisors", Rule(2, None)),
        ("coauthors=ever,organization=0", Rule(None, 0, advisors=False)),
    ):
        assert example.conflicts("Andreas Stolcke", "Roland Maas", rule=words).rule == rule
    for words in ("coauthors=2", "coauthors=two,organization=1", "two-years"):
        with pytest.raises(UnknownNameError, match="organization=ever"):
            example.conflicts("Andreas Stolcke", "Roland Maas", rule=words)
