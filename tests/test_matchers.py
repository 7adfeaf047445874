from __future__ import annotations

import graphkit as gk
from graphkit import registry
from graphkit.graph import KnowledgeGraph
from graphkit.matchers import claimed, earlier
from graphkit.matchers.people import VERSION, match


def people(*names: tuple[str, str | None, str]) -> KnowledgeGraph:
    return KnowledgeGraph(
        {"authors": [{"id": f"author:{i}", "name": n, "source": s} for i, n, s in names]}
    )


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
