from __future__ import annotations

import datetime
from typing import Any

import pytest

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import DIFFERENT, SAME, VERSION_OF
from graphkit.identity.resolution import resolution
from graphkit.schema import schema
from graphkit.tables import row_ids
from tests.conftest import graph_of

Claim = tuple[str, str, float] | tuple[str, str, float, str]


def claims(*found: Claim) -> KnowledgeGraph:
    return KnowledgeGraph(
        {
            "matches": [
                {"a": a, "b": b, "method": "m", "score": score, "source": "source:matcher-1"}
                | {"relation": rest[0] if rest else SAME}
                for a, b, score, *rest in found
            ]
        }
    )


def resolved(kg: KnowledgeGraph, threshold: float = 0.5) -> KnowledgeGraph:
    """The graph with its claims joined, no matcher run."""
    read = {name: kg.table(name, as_read=True) for name in schema().tables}
    return kg | KnowledgeGraph(resolution(read, threshold), base=kg.base)


def people(kg: KnowledgeGraph) -> dict[str, str]:
    """Which person each printed name of each paper is by: ``"paper/position"`` -> id."""
    rows = kg.table("authorships").to_pylist()
    return {f"{row['paper'][6:]}/{row['position']}": row["author"][7:] for row in rows}


def joined(kg: KnowledgeGraph) -> dict[str, str]:
    return dict(kg.identities[["entity", "same_as"]].itertuples(index=False, name=None))


def reasons(kg: KnowledgeGraph) -> list[str]:
    return [str(reason) for reason in kg.notes.sort_values("number")["reason"]]


def day(number: int) -> datetime.datetime:
    return datetime.datetime(2026, 11, number, tzinfo=datetime.UTC)


A, B, C, D = (f"author:{letter}" for letter in "ABCD")
ALONE = graph_of({"P": ["A"], "Q": ["B"], "R": ["C"], "S": ["D"]})


# -- what claims join ---------------------------------------------------------------------


def test_versions_and_claims_of_difference_join_nobody() -> None:
    kg = ALONE | claims((A, B, 1.0, VERSION_OF), (C, D, 1.0, DIFFERENT))
    assert joined(resolved(kg)) == {}


def test_a_claim_without_relation_means_one() -> None:
    kg = ALONE | KnowledgeGraph({"matches": [{"a": A, "b": B, "method": "m", "score": 1.0}]})
    assert joined(resolved(kg)) == {B: A}


def test_a_surer_claim_of_difference_keeps_apart_and_a_weaker_does_not() -> None:
    surer = ALONE | claims((A, B, 0.8), (B, C, 0.7), (A, C, 0.9, DIFFERENT))
    assert joined(resolved(surer)) == {B: A}
    weaker = ALONE | claims((A, B, 0.8), (B, C, 0.7), (A, C, 0.6, DIFFERENT))
    assert joined(resolved(weaker)) == {B: A, C: A}
    below = ALONE | claims((A, B, 0.8), (B, A, 0.4, DIFFERENT))
    assert joined(resolved(below)) == {B: A}


def test_one_paper_in_two_sources_keeps_nobody_apart() -> None:
    """Each source lists its own authors; at one place of two lists they may be one."""
    other = graph_of({"P": ["B"]}, source="source:t")
    kg = graph_of({"P": ["A"]}) | other | claims((A, B, 0.9))
    assert joined(resolved(kg)) == {B: A}


def test_different_identifiers_of_one_register_keep_apart() -> None:
    orcids = KnowledgeGraph(
        {
            "authors": [{"id": A, "orcid": "orcid:0000-0001", "source": "source:o"}],
            "identifiers": [
                {"entity": B, "identifier": "orcid:0000-0002", "source": "source:o"},
                {"entity": C, "identifier": "openalex:A2", "source": "source:o"},
                {"entity": D, "identifier": "openalex:A1", "source": "source:o"},
            ],
        }
    )
    kg = ALONE | orcids | claims((A, B, 1.0), (C, D, 0.9))
    assert joined(resolved(kg)) == {D: C}
    assert reasons(resolved(kg)) == ["claimed as sure to be one, but orcid has them as two people"]
    # Registers err too; who knows it says so.
    assert joined(resolved(kg | gk.same(A, B))) == {B: A, D: C}


def test_one_orcid_on_two_authors_of_one_paper_is_reported() -> None:
    kg = graph_of({"P": ["A", "B"]}) | claims((A, B, 1.0))
    assert joined(resolved(kg)) == {}
    assert reasons(resolved(kg)) == ["claimed as sure to be one, but both are authors of paper:P"]


def test_what_is_in_nobodys_way_is_joined_whatever_else_is() -> None:
    kg = graph_of({"P": ["A", "B"], "Q": ["C"], "R": ["D"]})
    kg |= claims((A, C, 0.9), (C, B, 0.8), (C, D, 0.7))
    assert joined(resolved(kg)) == {C: A, D: A}


# -- authorships --------------------------------------------------------------------------

NAMESAKES = graph_of({"P": ["A", "X"], "Q": ["A", "Y"], "R": ["A"], "S": ["B"]})
ON_P, ON_Q, ON_R = (f"row:authorships/paper:{paper};1" for paper in "PQR")


def test_an_authorship_goes_to_its_person_and_the_printed_name_stays() -> None:
    printed = KnowledgeGraph(
        {
            "authorships": [
                {"paper": "paper:T", "author": A, "position": 1, "source": "source:t"},
                {"paper": "paper:T", "author": B, "position": 2, "source": "source:t"},
            ],
        }
    )
    kg = NAMESAKES | printed | claims((ON_P, B, 0.9), ("row:authorships/paper:T;1", B, 0.9))
    seen = resolved(kg)
    assert people(seen) == {
        **{"P/1": "B", "P/2": "X", "Q/1": "A", "Q/2": "Y", "R/1": "A", "S/1": "B"},
        # B wrote T already.
        **{"T/1": "A", "T/2": "B"},
    }
    assert seen.counts()["authors"] == NAMESAKES.counts()["authors"]
    assert people(seen.unresolve()) == people(kg)


def test_affiliations_follow_their_authorship() -> None:
    rows = [
        {"author": A, "organization": f"organization:{paper}", "paper": f"paper:{paper}"}
        | {"source": "source:s"}
        for paper in "PQ"
    ]
    kg = NAMESAKES | KnowledgeGraph({"affiliations": rows}) | claims((ON_P, B, 0.9))
    found = resolved(kg).table("affiliations").to_pylist()
    assert sorted((row["author"], row["organization"]) for row in found) == [
        (A, "organization:Q"),
        (B, "organization:P"),
    ]


def test_a_doubtful_split_is_not_made() -> None:
    kg = NAMESAKES | claims((ON_P, B, 0.4))
    assert people(resolved(kg)) == people(kg)


def test_splits_and_joins_go_together() -> None:
    kg = NAMESAKES | claims((ON_P, "author:X2", 0.9), ("author:X2", B, 0.8), (A, B, 0.7))
    # A and B are one after all, so P stays with them.
    assert people(resolved(kg))["P/1"] == "A"
    assert people(resolved(kg, 0.75))["P/1"] == "B"


def test_a_name_that_is_left_without_papers_is_nobody_of_its_own() -> None:
    kg = NAMESAKES | claims((ON_P, B, 0.9), (ON_Q, B, 0.9), (ON_R, "author:X", 0.9))
    seen = resolved(kg)
    assert joined(seen)[A] == B
    assert A not in set(seen.authors.id)
    assert people(seen)["R/1"] == "X"


def test_a_paper_that_is_not_hers_gets_somebody_of_its_own() -> None:
    kg = NAMESAKES | gk.different(ON_P, A)
    seen = resolved(kg)
    assert people(seen)["P/1"] == "A:P"
    assert people(seen)["Q/1"] == "A"
    (name,) = seen.authors.set_index("id").loc[["author:A:P"], "name"]
    assert name == "A"
    # Two papers of the one whom she is not.
    seen = resolved(kg | gk.different(ON_Q, A) | gk.same(ON_P, ON_Q))
    assert people(seen)["P/1"] == people(seen)["Q/1"] == "A:P"
    assert people(seen)["R/1"] == "A"
    assert resolved(kg | gk.same(ON_P, B)).table("authorships").num_rows == 6
    assert people(resolved(kg | gk.same(ON_P, B)))["P/1"] == "B"


def test_authorships_without_a_position_are_named_after_their_author() -> None:
    rows = [{"paper": f"paper:{p}", "author": A, "source": "source:s"} for p in "PQ"]
    kg = KnowledgeGraph({"authorships": rows})
    one = row_ids(schema().table("authorships"), kg.table("authorships"))[0].as_py()
    seen = resolved(kg | claims((one, B, 0.9)))
    assert sorted(seen.authorships.author) == [A, B]


def test_claims_about_what_is_gone_do_no_harm() -> None:
    kg = NAMESAKES | claims(("row:authorships/paper:gone;1", B, 0.9), ("author:gone", C, 0.9))
    assert people(resolved(kg)) == people(kg)


# -- decisions ----------------------------------------------------------------------------


def test_a_decision_wins_over_claims_also_through_third_ids() -> None:
    kg = ALONE | claims((A, B, 1.0), (B, C, 0.9), (C, D, 0.8))
    assert joined(resolved(kg)) == {B: A, C: A, D: A}
    apart = resolved(kg | gk.different(A, C))
    assert joined(apart) == {B: A, D: C}
    assert joined(resolved(kg | gk.different(A, B))) == {C: B, D: B}
    assert joined(resolved(ALONE | gk.same(A, B))) == {B: A}


def test_the_later_of_two_decisions_counts_and_the_other_is_reported() -> None:
    first, second = gk.same(A, B, at=day(1), reason="one email"), gk.different(A, B, at=day(2))
    kg = resolved(ALONE | first | second)
    assert joined(kg) == {}
    assert reasons(kg) == ["decided to be one, but later decisions or surer claims keep them apart"]
    assert kg.notes["text"].tolist() == ["one email"]
    kg = resolved(ALONE | gk.same(A, B, at=day(3)) | second)
    assert joined(kg) == {B: A}
    assert reasons(kg) == ["decided to be two, but later decisions or surer claims make them one"]


def test_decisions_contradict_each_other_through_third_ids() -> None:
    kg = ALONE | gk.same(A, B, at=day(1)) | gk.same(B, C, at=day(2)) | gk.different(A, C, at=day(3))
    assert joined(resolved(kg)) == {C: B}


def test_two_authors_of_one_paper_are_two_whoever_says_otherwise() -> None:
    kg = resolved(graph_of({"P": ["A", "B"]}) | gk.same(A, B))
    assert joined(kg) == {}
    assert reasons(kg) == ["decided to be one, but both are authors of paper:P"]


def test_rdf_that_says_so_counts_as_a_decision() -> None:
    said = KnowledgeGraph(
        {
            "statements": [
                {"s": A, "p": SAME, "o": B, "source": "source:t"},
                {"s": C, "p": DIFFERENT, "o": D, "source": "source:t"},
                {"s": A, "p": SAME, "o": "http://viaf.org/viaf/1", "source": "source:t"},
            ]
        }
    )
    kg = resolved(ALONE | said | claims((C, D, 1.0)))
    assert joined(kg) == {B: A}
    # Seen through the resolution, what was said of ids is still said of them.
    assert kg.table("statements").num_rows == 3
    assert kg.statements["o"].tolist()[0] == B


@pytest.mark.parametrize("relation", [SAME, DIFFERENT])
def test_decisions_are_sources_that_merge_and_go(relation: str) -> None:
    decide = gk.same if relation == SAME else gk.different
    one = decide(B, A, by="Ada", reason="asked her", at=day(1))
    assert one == decide(A, B, by="Ada", reason="asked her", at=day(1))
    (source,) = one.source_ids()
    row = one.sources.to_dict("records")[0]
    assert (row["decided_by"], row["format"]) == ("Ada", "decision")
    assert one.matches[["a", "b", "relation", "method", "score", "evidence"]].values.tolist() == [
        [A, B, relation, "decision", 1.0, "asked her"]
    ]
    kg: Any = ALONE | one
    assert kg | one == kg
    assert kg.without(source) == ALONE
    assert "decision" in kg.summary()
    assert gk.from_rdf(kg.to_rdf()) == kg
