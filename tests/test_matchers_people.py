from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import scipy.cluster.hierarchy as hierarchy
import scipy.spatial.distance as distance
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.ids import mint
from graphkit.matchers.context import context
from graphkit.matchers.linkage import Merge, merges
from graphkit.matchers.people import VERSION, match
from graphkit.matchers.spellings import spellings
from graphkit.matchers.spellings_compared import pairs_to_compare
from tests.conftest import graph_of

Claim = dict[str, Any]


def claims(kg: KnowledgeGraph) -> list[Claim]:
    found: list[Claim] = match(kg).table("matches").to_pylist()
    return found


def people(*names: tuple[str, str | None, str]) -> KnowledgeGraph:
    return KnowledgeGraph({"authors": [{"id": i, "name": n, "source": s} for i, n, s in names]})


def joined(papers: Mapping[str, Sequence[str]]) -> bool:
    """Whether the first authors of the first two papers are one person."""
    kg = graph_of(papers, years=dict.fromkeys(papers, 2010)).resolve()
    first = {
        r["paper"]: r["author"] for r in kg.table("authorships").to_pylist() if r["position"] == 1
    }
    one, other = (first[mint("paper", title)] for title in list(papers)[:2])
    return bool(one == other)


TEAM = ["Ingeborg Halvorsen", "Quirin Oberhuber", "Tsvetana Dimitrova"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zdenka Novotny", "Z. Novotny"),
        ("Zdenka Novotny", "Zdenka M. Novotny"),
        ("Zdenka Novotný", "ZDENKA NOVOTNY"),
        ("Xiaolong Wang", "Wang Xiaolong"),
        ("Hyun-Jeong Kwak", "Hyunjeong Kwak"),
        ("Christopher Oberlander", "Chris Oberlander"),
        ("Jörg Tiedeberg", "Joerg Tiedeberg"),
        ("Chee Wee (Ben) Leong", "Chee Wee Leong"),
        ("Antal van den Woud", "Antal Van den Woud"),
        ("张伟", "张 伟"),
    ],
)
def test_spellings_in_one_company_are_joined(one: str, other: str) -> None:
    papers = {
        "Tone sandhi in the lexicon": [one, *TEAM],
        "Tone sandhi in continuous speech": [other, *TEAM],
        "Something else": ["Somebody Else"],
    }
    assert joined(papers)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wei Wang", "Wen Wang"),
        ("张伟", "章薇"),
        ("Maria Lopez", "Mario Lopez"),
        ("Ann Lee", "Bo Lee"),
        ("John Smith Jr.", "John Smith Sr."),
        ("Wei Zhang", "张伟"),
    ],
)
def test_other_names_are_not(one: str, other: str) -> None:
    papers = {"Tone sandhi": [one, "Quirin Oberhuber"], "Optics": [other, "Ada King"]}
    assert not joined(papers)


def test_a_given_name_is_compared_with_the_same_word_as_a_surname() -> None:
    papers = {"Tags": ["B. Srinivas", *TEAM], "Trees": ["Srinivas Bangalore", *TEAM]}
    found = spellings(context(graph_of(papers)), [None] * 5)
    printed = [
        {found.names[node].key for node in pair} for pair in pairs_to_compare(found).tolist()
    ]
    assert printed == [{"b srinivas", "srinivas bangalore"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Tao Qin", "Tao Qi"), ("Yang Liu", "Yang Li"), ("Xiaolong Wang", "Xiaolang Wang")],
)
def test_one_letter_is_another_name_in_pinyin_even_in_one_company(one: str, other: str) -> None:
    assert not joined({"Tone sandhi": [one, *TEAM], "Optics": [other, *TEAM]})


def test_capitals_alone() -> None:
    (claim,) = claims(people(("author:1", "I-FAN CHEN", "s:1"), ("author:2", "I-Fan  Chen", "s:2")))
    assert (claim["a"], claim["b"], claim["relation"]) == ("author:1", "author:2", "owl:sameAs")
    assert (claim["method"], claim["score"]) == ("same spelling", 0.98)
    assert claim["evidence"] == (
        "'I-FAN CHEN' and 'I-Fan  Chen' differ in capitals, accents or punctuation alone"
    )
    kg = match(people(("author:1", "Ada Lee", "s:1"), ("author:2", "ADA LEE", "s:2")))
    readers = dict(zip(kg.sources["format"], kg.sources["reader"], strict=True))
    assert readers == {"matcher": f"graphkit.matchers.people {VERSION}"}


def test_a_mention_of_an_initial_is_placed_by_its_coauthors() -> None:
    """One printed name, two people: each authorship goes to whom its company knows."""
    other = ["Ada King", "Bo Nilsson", "Cy Nakamura"]
    papers = {
        "Tone sandhi in the lexicon": ["Xaver Quandt", *TEAM],
        "Tone sandhi in speech": ["X. Quandt", *TEAM],
        "Lenses of glass": ["Xenia Quandt", *other],
        "Lenses of water": ["X. Quandt", *other],
    }
    kg = graph_of(papers, years=dict.fromkeys(papers, 2010))
    found = {claim["a"]: claim for claim in claims(kg) if claim["score"] >= 0.5}
    assert {a: claim["b"] for a, claim in found.items()} == {
        "row:authorships/paper:Tone_sandhi_in_speech;1": "author:Xaver_Quandt",
        "row:authorships/paper:Lenses_of_water;1": "author:Xenia_Quandt",
    }
    evidence = found["row:authorships/paper:Lenses_of_water;1"]["evidence"]
    assert evidence == (
        "'X. Quandt' and 'Xenia Quandt': the initial fits; 3 shared coauthors (Ada King, "
        "Bo Nilsson, Cy Nakamura), as on paper:Lenses_of_water and paper:Lenses_of_glass; 2010"
    )
    rows = kg.resolve().table("authorships").to_pylist()
    firsts = sorted(row["author"] for row in rows if row["position"] == 1)
    assert firsts == 2 * ["author:Xaver_Quandt"] + 2 * ["author:Xenia_Quandt"]


NOBODY = ["", " ", "X", "et al.", "Anonymous", "ANONYMOUS", "The CLIA Consortium", "…", "et al"]


def test_what_is_no_person_is_joined_with_nobody() -> None:
    names = [*NOBODY, "Anonymous Smith", "Clia Consortium"]
    kg = people(*((f"author:{n}", name, "s:1") for n, name in enumerate(names)))
    assert claims(kg) == []


def test_coauthors_of_one_paper_are_two_people() -> None:
    papers = {"P": ["Wei Li", "WEI LI", *TEAM], "Q": ["Wei LI", *TEAM]}
    kg = graph_of(papers).resolve()
    on_p = [r["author"] for r in kg.table("authorships").to_pylist() if r["paper"] == "paper:P"]
    assert len(on_p) == len(set(on_p)) == 5


def test_namesakes_of_a_source_are_left_apart() -> None:
    """Two Wei Lis stay two, and which of them WEI LI is cannot be told."""
    kg = people(
        ("author:1", "Wei Li", "s:1"), ("author:2", "Wei Li", "s:1"), ("author:3", "WEI LI", "s:1")
    )
    assert [claim for claim in claims(kg) if claim["score"] >= 0.5] == []
    assert kg.resolve().counts()["authors"] == 3


def test_ids_of_one_register_are_never_joined() -> None:
    papers = {"P": ["Ingeborg Halvorsen"], "Q": ["Ingeborg Halvorsen"]}
    for register in ("openalex:A1", "orcid:0000-0002-1825-0097"), ("openalex:A1", "openalex:A2"):
        kg = KnowledgeGraph(
            {
                "authors": [
                    {"id": entity, "name": "Ingeborg Halvorsen", "source": "s:1"}
                    for entity in register
                ],
                "papers": [{"id": f"paper:{p}", "title": p, "source": "s:1"} for p in papers],
                "authorships": [
                    {"paper": f"paper:{p}", "author": entity, "position": 1, "source": "s:1"}
                    for p, entity in zip(papers, register, strict=True)
                ],
            }
        )
        of_two = register[0].partition(":")[0] != register[1].partition(":")[0]
        assert (len(claims(kg)) == 1) is of_two


ORCID = "orcid:0000-0002-1825-0097"


def with_orcids(*rows: tuple[str, str, str, int]) -> KnowledgeGraph:
    """Author, name, paper and position; all have one ORCID."""
    return KnowledgeGraph(
        {
            "authors": [
                {"id": f"author:{i}", "name": n, "orcid": ORCID, "source": "s:1"}
                for i, n, _, _ in rows
            ],
            "authorships": [
                {"author": f"author:{i}", "paper": p, "position": at, "source": "s:1"}
                for i, _, p, at in rows
            ],
        }
    )


def test_one_orcid_is_one_person() -> None:
    (claim,) = claims(with_orcids(("1", "Ada King", "paper:P", 1), ("2", "A. Byron", "paper:Q", 1)))
    assert (claim["method"], claim["score"]) == ("same identifier", 1.0)
    assert claim["evidence"] == f"'Ada King' and 'A. Byron' have {ORCID}"


def test_one_orcid_on_two_authors_of_a_paper_is_reported_and_joins_nobody() -> None:
    kg = match(with_orcids(("1", "Ada King", "paper:P", 1), ("2", "Bo Li", "paper:P", 2)))
    assert kg.matches.empty
    (note,) = kg.notes.to_dict("records")
    assert note["reason"] == f"{ORCID} stands for 2 authors of one paper"
    assert note["place"] == "paper:P"
    assert note["done"] == "nobody was joined by it"


def test_affiliations_tell() -> None:
    def score(first: str, second: str) -> float:
        papers = {"P": ["Xaver Quandt"], "Q": ["X. M. Quandt"], "R": ["Ada King"], "S": ["Bo Li"]}
        kg = graph_of(papers)
        said = {"P": first, "Q": second, "R": "Lyon", "S": "Institute of Botany"}
        rows = [
            {**row, "affiliation": said[row["paper"].removeprefix("paper:")]}
            for row in kg.table("authorships").to_pylist()
        ]
        tables = {name: kg.table(name) for name in ("papers", "authors")}
        whole = KnowledgeGraph({**tables, "authorships": rows})
        return sum(float(claim["score"]) for claim in claims(whole))

    assert score("Zeppelin Works", "Zeppelin Works") > score(
        "Zeppelin Works", "Institute of Botany"
    )


def test_many_of_one_name_and_a_paper_of_thousands_stay_cheap() -> None:
    crowd = [{"id": f"openalex:A{n}", "name": "Wei Wang", "source": "s:1"} for n in range(2_000)]
    wide = [
        {"paper": "paper:Wide", "author": f"openalex:A{n}", "position": n + 1, "source": "s:1"}
        for n in range(2_000)
    ]
    initials = [
        {"paper": f"paper:{n}", "author": "author:W._Wang", "position": 1, "source": "s:1"}
        for n in range(2_000)
    ]
    kg = KnowledgeGraph(
        {
            "authors": [*crowd, {"id": "author:W._Wang", "name": "W. Wang", "source": "s:1"}],
            "authorships": [*wide, *initials],
        }
    )
    around = context(kg)
    found = spellings(around, [None] * len(around.authors))
    assert len(found.names) == 4_000
    assert len(pairs_to_compare(found)) < 10_000


def test_papers_of_five_thousand_authors_are_no_company() -> None:
    """Each name is compared with what it is like, not with those who stand beside it."""
    letters = [chr(97 + n) * 2 for n in range(18)]
    names = [f"N{a}{b}{c}" for a in letters for b in letters for c in letters][:5_000]
    rows = [
        {
            "paper": f"paper:{paper}",
            "author": mint("author", f"{given} {name}"),
            "printed_name": f"{given} {name}",
            "position": position,
            "source": "s:1",
        }
        for paper, given in enumerate(["Ada", "A.", "Ada B."])
        for position, name in enumerate(names, 1)
    ]
    kg = KnowledgeGraph({"authorships": rows})
    around = context(kg)
    found = spellings(around, [None] * len(around.authors))
    assert len(found.names) == 15_000
    assert found.coauthors.nnz == 0
    # The three forms of each name.
    assert len(pairs_to_compare(found)) == 3 * 5_000


def test_new_papers_change_only_what_they_touch() -> None:
    old = {
        "Tone sandhi in the lexicon": ["Xaver Quandt", *TEAM],
        "Tone sandhi in speech": ["Xaver T. Quandt", *TEAM],
        "Lenses of glass": ["Ada King", "Bo Nilsson"],
        "Lenses of water": ["Ada R. King", "Bo Nilsson"],
    }
    kg = gk.match(graph_of(old, source="source:old"))
    new = graph_of({"Lenses of ice": ["A. R. King", "Bo Nilsson"]}, source="source:new")
    before = {(c["a"], c["b"]): c["score"] for c in kg.matches.to_dict("records")}
    grown = gk.match(kg | new)
    after = {(c["a"], c["b"]): c["score"] for c in grown.matches.to_dict("records")}
    quandt = ("author:Xaver_Quandt", "author:Xaver_T._Quandt")
    assert after[quandt] == before[quandt]
    touched = [ends for ends in after if "author:A._R._King" in ends]
    assert touched
    assert {end for ends in after for end in ends} >= {"author:Ada_King", "author:Ada_R._King"}
    whole = match(graph_of(old, source="source:old") | new)
    assert set(after) == {(c["a"], c["b"]) for c in whole.matches.to_dict("records")}


# -- linkage --------------------------------------------------------------------------------


def clusters(found: Sequence[Merge], level: float, nodes: int) -> list[int]:
    head = list(range(nodes))
    for merge in found:
        if merge.level >= level:
            old, new = head[merge.a], head[merge.b]
            head = [new if h == old else h for h in head]
    return [head.index(h) for h in head]


seeds = st.integers(0, 2**32 - 1)


@given(seeds)
@settings(max_examples=50, deadline=None)
def test_the_tree_is_that_of_scipy(seed: int) -> None:
    """All pairs given, nothing forbidden: the average linkage of scipy."""
    similar = np.random.default_rng(seed).random(15)
    pairs = np.array([(a, b) for a in range(6) for b in range(a + 1, 6)])
    ours = list(merges(pairs, similar, [frozenset()] * 6, missing=0.0, least=0.0))
    tree = hierarchy.average(1 - similar)
    np.testing.assert_allclose([1 - m.level for m in ours], tree[:, 2], atol=1e-9)
    square = distance.squareform(hierarchy.cophenet(tree))
    for level in (0.2, 0.5, 0.8):
        mine = clusters(ours, level, 6)
        theirs = [int(np.flatnonzero(row <= 1 - level + 1e-12)[0]) for row in square]
        assert mine == theirs


@given(seeds, st.lists(st.sets(st.integers(0, 3), max_size=2), min_size=6, max_size=6))
@settings(max_examples=50, deadline=None)
def test_marked_alike_never_meet_and_levels_fall(seed: int, held: list[set[int]]) -> None:
    pairs = np.array([(a, b) for a in range(6) for b in range(a + 1, 6)])
    similar = np.random.default_rng(seed).random(15)
    marks = [frozenset(marked) for marked in held]
    found = list(merges(pairs, similar, marks, missing=0.0, least=0.1))
    assert [m.level for m in found] == sorted((m.level for m in found), reverse=True)
    assert len(found) < 6
    whole = clusters(found, 0.0, 6)
    for cluster in set(whole):
        together = [mark for node, mark in enumerate(marks) if whole[node] == cluster]
        assert sum(map(len, together)) == len(frozenset().union(*together))
