from __future__ import annotations

from typing import Any

from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import RESOLUTION
from graphkit.identity.resolution import resolution
from graphkit.schema import schema


def joined(data: dict[str, list[dict[str, Any]]], threshold: float = 0.9) -> KnowledgeGraph:
    kg = KnowledgeGraph(data)
    read = {name: kg.table(name, as_read=True) for name in schema().tables}
    return kg | KnowledgeGraph(resolution(read, threshold))


def claim(a: str, b: str, score: float | None = 1.0) -> dict[str, Any]:
    return {"a": a, "b": b, "method": "m", "score": score}


def pairs(kg: KnowledgeGraph) -> list[tuple[str, str]]:
    rows = kg.table("identities").to_pylist()
    return sorted((row["entity"], row["same_as"]) for row in rows)


def test_an_id_that_a_source_gave_stands_for_minted_ones() -> None:
    kg = joined({"matches": [claim("author:Ada", "orcid:1"), claim("author:ADA", "author:Ada")]})
    assert pairs(kg) == [("author:ADA", "orcid:1"), ("author:Ada", "orcid:1")]


def test_a_name_in_ordinary_capitals_stands_for_a_shouted_one() -> None:
    assert pairs(joined({"matches": [claim("author:ADA", "author:Ada")]})) == [
        ("author:ADA", "author:Ada")
    ]


def test_claims_below_the_threshold_are_not_joined() -> None:
    claims = [claim("author:A", "author:B", 0.5), claim("author:C", "author:D", None)]
    assert pairs(joined({"matches": claims}, 0.6)) == []
    assert len(pairs(joined({"matches": claims}, 0.5))) == 1
    assert len(pairs(joined({"matches": claims}, 0.0))) == 2


def test_the_surest_claim_comes_first_and_coauthors_stay_apart() -> None:
    wrote = [
        {"paper": "paper:P", "position": 1, "author": "author:A"},
        {"paper": "paper:P", "position": 2, "author": "author:B"},
    ]
    claims = [claim("author:A", "author:C", 0.91), claim("author:B", "author:C", 0.99)]
    kg = joined({"authorships": wrote, "matches": claims})
    assert pairs(kg) == [("author:C", "author:B")]


def test_other_names_become_aliases_and_printed_names_stay() -> None:
    kg = joined(
        {
            "authors": [
                {"id": "author:ADA", "name": "ADA", "place": "line 2"},
                {"id": "author:Ada", "name": "Ada"},
            ],
            "authorships": [{"paper": "paper:P", "author": "author:ADA", "printed_name": "ADA"}],
            "matches": [claim("author:ADA", "author:Ada")],
        }
    )
    assert kg.table("authors").to_pylist() == [
        {"id": "author:Ada", "name": "Ada", "orcid": None, "place": "line 2", "source": ""}
    ]
    (wrote,) = kg.table("authorships").to_pylist()
    assert (wrote["author"], wrote["printed_name"]) == ("author:Ada", "ADA")
    assert kg.table("aliases").to_pylist() == [
        {"entity": "author:Ada", "name": "ADA", "place": "line 2", "source": ""}
    ]


def test_a_resolution_is_a_source_that_can_be_taken_back() -> None:
    kg = joined({"matches": [claim("author:ADA", "author:Ada")]})
    (row,) = kg.table("sources").to_pylist()
    assert row["format"] == RESOLUTION
    assert row["id"] == row["source"]
    assert kg.resolved
    assert not kg.unresolve().resolved
    assert kg.unresolve().table("identities").num_rows == 0


def test_chains_end_and_circles_too() -> None:
    rows = [("author:A", "author:B"), ("author:B", "author:C"), ("author:D", "author:D")]
    rows += [("author:E", "author:F"), ("author:F", "author:E")]
    ids = sorted({end for pair in rows for end in pair})
    kg = KnowledgeGraph(
        {
            "authors": [{"id": one, "name": one} for one in ids],
            "identities": [{"entity": a, "same_as": b} for a, b in rows],
        }
    )
    assert sorted(kg.table("authors")["id"].to_pylist()) == ["author:C", "author:D", "author:E"]
