from __future__ import annotations

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import SAME
from tests.conftest import graph_of
from tests.test_resolution import claims, day, resolved

PAPERS = {
    "Trees": ["Ada Lee", "Bo"],
    "Graphs": ["ADA LEE"],
    "Sets": ["Ada Lee"],
    "Maps": ["A. Lee"],
}
KG = graph_of(PAPERS, years={"Trees": 2001, "Graphs": 2003, "Sets": 2005, "Maps": 2009})
ADA, SHOUTED, SHORT = "author:Ada_Lee", "author:ADA_LEE", "author:A._Lee"
CLAIMED = KG | claims((ADA, SHOUTED, 0.98), (ADA, SHORT, 0.4))


def test_a_person_is_told_with_names_claims_and_papers() -> None:
    found = resolved(CLAIMED).who_is("ada lee")
    assert (found.id, found.name, found.threshold) == (ADA, "Ada Lee", 0.5)
    assert [(n.name, n.papers, n.first, n.last) for n in found.names] == [
        ("Ada Lee", 2, 2001, 2005),
        ("ADA LEE", 1, 2003, 2003),
    ]
    assert [(c.outcome, c.a, c.b, c.other, c.score) for c in found.claims] == [
        ("joined", ADA, SHOUTED, None, 0.98),
        ("not joined", ADA, SHORT, SHORT, 0.4),
    ]
    assert [(p.title, p.year, p.row) for p in found.papers] == [
        ("Trees", 2001, "row:authorships/paper:Trees;1"),
        ("Graphs", 2003, "row:authorships/paper:Graphs;1"),
        ("Sets", 2005, "row:authorships/paper:Sets;1"),
    ]
    text = str(found)
    assert "Ada Lee: 2 papers, 2001–2005  (author:Ada_Lee)" in text
    assert "Joined\n  0.98  author:Ada_Lee = author:ADA_LEE" in text
    assert found.frame()["outcome"].tolist() == ["joined", "not joined"]
    assert found.to_dict()["papers"][0]["printed_name"] is None


def test_any_of_the_names_tells_of_the_person() -> None:
    kg = resolved(CLAIMED)
    assert kg.who_is("author:ADA_LEE") == kg.who_is("Ada Lee")


def test_decisions_say_who_decided_and_what_stands_against_them() -> None:
    kg = CLAIMED | gk.different(ADA, SHOUTED, by="Bo", reason="two offices", at=day(1))
    kg |= gk.different(ADA, "row:authorships/paper:Sets;1", by="Cy", at=day(2))
    found = resolved(kg).who_is(ADA)
    assert [(c.outcome, c.decided, c.by, c.evidence) for c in found.claims][:2] == [
        ("kept apart", True, "Cy", None),
        ("kept apart", True, "Bo", "two offices"),
    ]
    assert [c.outcome for c in found.claims][2:] == ["not joined", "not joined"]
    assert [p.title for p in found.papers] == ["Trees"]
    # Who got the paper instead is told why, and of nothing else that the name is claimed to be.
    other = resolved(kg).who_is(found.claims[0].other or "")
    assert [(c.a, c.other) for c in other.claims] == [(ADA, ADA)]
    joined = resolved(kg | gk.same(ADA, SHOUTED, at=day(3))).who_is(ADA)
    assert [c.outcome for c in joined.claims][:3] == ["joined", "kept apart", "not kept apart"]


def test_a_graph_without_claims_tells_of_names_and_papers() -> None:
    found = KG.who_is("Bo")
    assert (found.threshold, found.claims) == (None, [])
    assert [p.title for p in found.papers] == ["Trees"]


def test_somebody_without_papers() -> None:
    kg = KnowledgeGraph({"authors": [{"id": "author:X", "name": "X"}]})
    assert str(kg.who_is("X")).startswith("X  (author:X)")
    assert kg.who_is("X").names == []


def test_stated_identities_are_told_as_such() -> None:
    said = {"s": ADA, "p": SAME, "o": SHORT, "source": "source:t"}
    found = resolved(KG | KnowledgeGraph({"statements": [said]})).who_is("Ada Lee")
    assert [(c.outcome, c.method, c.by) for c in found.claims] == [("joined", "stated", "source:t")]
