from __future__ import annotations

from typing import Any

import pytest

import graphkit as gk
from graphkit import registry
from graphkit.graph import KnowledgeGraph
from graphkit.matchers import claimed, earlier
from graphkit.matchers.people import VERSION, match


def people(*names: tuple[str, str | None, str]) -> KnowledgeGraph:
    return KnowledgeGraph(
        {"authors": [{"id": f"author:{i}", "name": n, "source": s} for i, n, s in names]}
    )


def pairs(kg: KnowledgeGraph) -> list[tuple[Any, ...]]:
    return list(match(kg).matches[["a", "b"]].itertuples(index=False, name=None))


def test_capitals_alone() -> None:
    kg = match(
        people(("1", "I-FAN CHEN", "s:1"), ("2", "I-Fan  Chen", "s:2"), ("3", "Ifan Chen", "s:2"))
    )
    (claim,) = kg.matches.to_dict("records")
    assert (claim["a"], claim["b"], claim["score"]) == ("author:1", "author:2", 0.98)
    assert claim["method"] == "name-but-for-case"
    assert claim["evidence"] == "'I-FAN CHEN' and 'I-Fan  Chen' differ in capitals alone"
    (source,) = [row for row in kg.sources.to_dict("records") if row["id"] == claim["source"]]
    assert source["format"] == "matcher"
    assert source["reader"] == "graphkit.matchers.people 1"
    assert len(source["sha256"]) == 64


def test_three_ways_of_capitals() -> None:
    kg = people(("1", "ada lee", "s:"), ("2", "Ada Lee", "s:"), ("3", "ADA LEE", "s:"))
    assert pairs(kg) == [("author:1", "author:2"), ("author:2", "author:3")]
    assert kg.resolve().counts()["authors"] == 1


def test_namesakes_are_left_apart() -> None:
    """Two Wei Lis stay two, and which of them WEI LI is cannot be told."""
    kg = people(("1", "Wei Li", "s:1"), ("2", "Wei Li", "s:1"), ("3", "WEI LI", "s:1"))
    assert pairs(kg) == []
    assert match(kg) == kg
    assert kg.resolve().counts()["authors"] == 3


def test_one_id_with_two_spellings_is_no_claim() -> None:
    assert pairs(people(("1", "Wei Li", "s:1"), ("1", "WEI LI", "s:2"))) == []


@pytest.mark.parametrize(
    ("one", "other"), [("José Li", "Jose Li"), ("A. Li", "Ann Li"), ("Li Wei", "Wei Li"), ("", "")]
)
def test_other_differences_are_no_claim(one: str, other: str) -> None:
    assert pairs(people(("1", one, "s:"), ("2", other, "s:"))) == []


def test_nameless_people() -> None:
    assert pairs(people(("1", None, "s:"), ("2", None, "s:"))) == []


def test_coauthors_of_one_paper_are_two_people() -> None:
    kg = people(("1", "Wei Li", "s:1"), ("2", "WEI LI", "s:1")) | KnowledgeGraph(
        {
            "authorships": [
                {"paper": "paper:P", "author": f"author:{n}", "position": n, "source": "s:1"}
                for n in (1, 2)
            ]
        }
    )
    assert pairs(kg) == [("author:1", "author:2")]
    assert kg.resolve().counts()["authors"] == 2


def test_matching_again_claims_the_same(example: KnowledgeGraph) -> None:
    before = example.unresolve()
    assert match(before) == before
    assert match(match(before)) == match(before)


def test_what_was_read_stays(example: KnowledgeGraph) -> None:
    read = example.table("authors", as_read=True)
    assert read.num_rows == 174
    assert example.resolve() == example
    assert example.unresolve().counts()["authors"] == 174


def test_new_names_bring_new_claims(example: KnowledgeGraph) -> None:
    grown = example | people(("X", "ANDREAS STOLCKE", "s:new"))
    assert grown.counts()["authors"] == 174
    again = grown.resolve()
    assert again.counts()["authors"] == 173
    assert again.find("authors", "author:X") == "author:Andreas_Stolcke"
    # The claims of the earlier matching are gone with their source.
    assert again.sources["format"].to_list().count("matcher") == 1


def test_a_matcher_says_what_it_saw_and_runs_again_only_for_what_is_new() -> None:
    kg = gk.match(people(("1", "ADA LEE", "s:1"), ("2", "Ada Lee", "s:2")))
    assert gk.match(kg) == kg
    before = earlier(kg, "people", VERSION)
    assert before is not None
    assert before.unseen == frozenset()
    assert before.tables["matches"]["a"].to_pylist() == ["author:1"]
    grown = kg | people(("3", "Bo Li", "s:3"))
    after = earlier(grown, "people", VERSION)
    assert after is not None
    assert after.unseen == {"s:3"}
    # Claims that rest on what is gone, or were made by other means, are none to go on from.
    assert earlier(kg.without("s:1"), "people", VERSION) is None
    assert earlier(kg, "people", "0") is None
    assert earlier(kg | people(("4", "Cy Dee", "")), "people", VERSION) is None


def test_claims_take_the_place_of_earlier_ones() -> None:
    kg = people(("1", "Ada", "s:1"), ("2", "A.", "s:1"))
    claim = {"a": "author:1", "b": "author:2", "method": "m", "score": 0.5}
    first = claimed(kg, "other", "1", title="t", tables={"matches": [claim]})
    second = claimed(
        first,
        "other",
        "2",
        title="t",
        tables={"matches": [{**claim, "score": 0.6}]},
        notes=[{"reason": "one ORCID iD on two people", "text": "author:1, author:2"}],
    )
    assert second.matches["score"].tolist() == [0.6]
    assert second.notes["reason"].tolist() == ["one ORCID iD on two people"]
    assert claimed(second, "other", "3", title="t", tables={"matches": []}) == kg


def test_matchers_are_registered() -> None:
    # Papers before people: one paper in two sources makes its authors one.
    assert registry.names("matcher") == (
        "papers",
        "venues",
        "organizations",
        "people",
        "namesakes",
    )
    assert registry.load("matcher", "people").match is match
