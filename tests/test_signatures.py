from __future__ import annotations

from graphkit.graph import KnowledgeGraph
from graphkit.identity.signatures import signatures
from tests.conftest import graph_of


def wrote(paper: str, author: str, source: str = "source:s") -> dict[str, object]:
    return {"paper": paper, "author": author, "position": 1, "printed_name": "A", "source": source}


def test_a_paper_keeps_the_key_that_its_source_prints() -> None:
    kg = KnowledgeGraph(
        {
            "authorships": [
                wrote("acl:P04-1023", "author:A"),
                wrote("doi:10.1/x%3Cy", "author:A"),
                wrote("doi:10.1/both", "author:A"),
                wrote("doi:10.1/both", "author:A", "source:t"),
                wrote("paper:A_talk", "author:A"),
            ],
            "identifiers": [
                {"entity": "doi:10.1/both", "identifier": "acl:W05-1", "source": "source:s"},
                {"entity": "doi:10.1/both", "identifier": "doi:10.1/again", "source": "source:s"},
                {"entity": "doi:10.1/both", "identifier": "dblp:conf/x/1", "source": "source:t"},
                {"entity": "acl:P04-1023", "identifier": "dblp:conf/x/2", "source": "source:s"},
            ],
        }
    )
    rows = signatures(kg).select(["paper", "source_key", "source"]).to_pylist()
    assert [(row["source_key"], row["source"]) for row in rows] == [
        ("P04-1023", "source:s"),
        ("10.1/x<y", "source:s"),
        ("W05-1", "source:s"),
        ("conf/x/1", "source:t"),
        ("A_talk", "source:s"),
    ]


def test_each_row_stays_and_bears_the_person_it_is_counted_under() -> None:
    """Two records of one paper are two rows here, where the table joins them."""
    one = graph_of({"P": ["A", "B"]})
    two = graph_of({"Q": ["A", "C"]})
    same = [
        {"entity": "paper:Q", "same_as": "paper:P", "source": "source:r"},
        {"entity": "author:C", "same_as": "author:B", "source": "source:r"},
        {"entity": "row:authorships/paper:Q;1", "same_as": "author:D", "source": "source:r"},
    ]
    kg = one | two | KnowledgeGraph({"identities": same})
    found = signatures(kg).select(["paper", "source_key", "author", "name_id"]).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("paper:P", "P", "author:A", "author:A"),
        ("paper:P", "P", "author:B", "author:B"),
        ("paper:P", "Q", "author:D", "author:A"),
        ("paper:P", "Q", "author:B", "author:C"),
    ]
