from __future__ import annotations

import pytest

from graphkit.graph import KnowledgeGraph
from graphkit.matchers.venues import match

EVENT, JOURNAL = "schema:Event", "fabio:Journal"
ACL = "Proceedings of the 58th Annual Meeting of the Association for Computational Linguistics"


def graph(kind: str, *labels: str) -> KnowledgeGraph:
    return KnowledgeGraph(
        {
            "venues": [
                {"id": f"venue:{n}", "label": label, "type": kind, "source": f"source:{n}"}
                for n, label in enumerate(labels)
            ]
        }
    )


def score(kg: KnowledgeGraph) -> float:
    rows = match(kg).table("matches").to_pylist()
    return max((row["score"] for row in rows), default=0.0)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (EVENT, "ACL 2020", f"{ACL} (ACL 2020)"),
        (EVENT, "ACL 2020", f"{ACL}, 2020"),
        (EVENT, "Proc. of ICSOC'13", "Service-Oriented Computing, ICSOC 2013, Berlin"),
        (EVENT, "ISCAS2013", "IEEE International Symposium on Circuits and Systems, ISCAS 2013"),
        (JOURNAL, "Proc Natl Acad Sci", "Proceedings of the National Academy of Sciences"),
        (JOURNAL, "Eur. Phys. J. Plus", "The European Physical Journal Plus"),
        (JOURNAL, "JOURNAL OF PHYSICS-CONDENSED MATTER", "Journal of Physics: Condensed Matter"),
        (JOURNAL, "Phys. Lett. B", "Physics Letters B"),
    ],
)
def test_names_of_one_venue(kind: str, one: str, other: str) -> None:
    assert score(graph(kind, one, other)) > 0.5


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (EVENT, "ACL 2020", "ACL 2019"),
        (EVENT, "ACL 2020", "ACL"),
        (EVENT, "ACL 2020", "EACL 2020"),
        (EVENT, "ACL 2020", "Workshop on Parsing at ACL 2020"),
        (EVENT, "5th Meeting of Stones", "6th Meeting of Stones"),
        (EVENT, "IEEE Services 2013", "IEEE Circuits 2013"),
        (EVENT, "Stones, SOS 2013, Rome, USA", "Water, WOW 2013, Paris, USA"),
        (JOURNAL, "Physical Review A", "Physical Review B"),
        (JOURNAL, "Aquaculture", "Aquaculture International"),
        (JOURNAL, "", ""),
    ],
)
def test_other_venues(kind: str, one: str, other: str) -> None:
    assert score(graph(kind, one, other)) < 0.5


def test_papers_tell_venues() -> None:
    kg = graph(JOURNAL, "The VLDB Journal", "Very Large Data Bases") | KnowledgeGraph(
        {
            "papers": [
                {"id": f"doi:10.1/{n}", "journal": f"venue:{v}", "source": f"source:{v}"}
                for n in range(5)
                for v in (0, 1)
            ]
        }
    )
    (claim,) = match(kg).table("matches").to_pylist()
    assert claim["score"] == 0.95
    assert claim["evidence"].endswith("5 papers appeared in both")


def test_one_issn() -> None:
    kg = graph(JOURNAL, "Stones", "Steine") | KnowledgeGraph(
        {
            "identifiers": [
                {"entity": f"venue:{n}", "identifier": "https://portal.issn.org/0891-2017"}
                for n in (0, 1)
            ]
        }
    )
    assert score(kg) == 1.0


def test_many_venues_of_one_acronym() -> None:
    """A group of any size costs no more than its size."""
    kg = graph(EVENT, *(f"SOS 2013 number {chr(97 + n % 26)}{'x' * n}" for n in range(2000)))
    assert match(kg).table("matches").num_rows < 10_000
