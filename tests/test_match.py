from __future__ import annotations

from typing import Any

import pytest

from graphkit import registry
from graphkit.graph import KnowledgeGraph
from graphkit.match.people import match


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
    assert source["reader"] == "graphkit.match.people 1"
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


def test_matchers_are_registered() -> None:
    assert registry.names("matcher") == ("people",)
    assert registry.load("matcher", "people") is match
