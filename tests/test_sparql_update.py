from __future__ import annotations

import socket

import pytest

import graphkit as gk
from graphkit.errors import QueryError
from graphkit.graph import KnowledgeGraph
from tests.conftest import graph_of


@pytest.fixture
def kg() -> KnowledgeGraph:
    """What two files say of one paper; the second knows another year."""
    described = [{"id": f"source:{name}", "format": "bibtex"} for name in "ab"]
    sources = KnowledgeGraph({"sources": [{**row, "source": row["id"]} for row in described]})
    first = graph_of(
        {"P": ["Ada", "Bob"]}, years={"P": 1842}, topics={"P": ["Logic"]}, source="source:a"
    )
    return sources | first | graph_of({"P": ["Ada"]}, years={"P": 1843}, source="source:b")


def of_update(kg: KnowledgeGraph) -> str:
    (found,) = (r["id"] for r in kg.table("sources").to_pylist() if r["format"] == "update")
    return str(found)


def test_what_is_inserted_stands_in_a_source_of_its_own(kg: KnowledgeGraph) -> None:
    text = """INSERT DATA {
        author:Ada vivo:orcidId <https://orcid.org/0000-0001> .
        paper:Q a fabio:ResearchPaper ; dcterms:title "Q" ; dcterms:creator author:Ada .
        author:Ada <http://a.example/likes> 5.0e0 }"""
    new = kg.update(text)
    own = of_update(new)
    assert own.startswith("source:update-")
    assert new.without(own) == kg
    described = next(r for r in new.table("sources").to_pylist() if r["id"] == own)
    assert described["description"] == text
    assert new.find("papers", "Q") == "paper:Q"
    orcids = {(r["source"], r["orcid"]) for r in new.table("authors").to_pylist() if r["orcid"]}
    assert orcids == {(own, "orcid:0000-0001")}
    assert [r["author"] for r in new.table("authorships").to_pylist() if r["source"] == own] == [
        "author:Ada"
    ]
    (statement,) = new.table("statements").to_pylist()
    assert (statement["s"], statement["o"], statement["source"]) == ("author:Ada", "5.0", own)


def test_the_graph_itself_stays(kg: KnowledgeGraph) -> None:
    before = KnowledgeGraph._of(kg._read, kg.namespaces)
    kg.update("DELETE WHERE { ?s ?p ?o }")
    assert kg == before


def test_what_is_deleted_is_taken_from_every_source_that_said_it(kg: KnowledgeGraph) -> None:
    new = kg.update("DELETE DATA { author:Ada foaf:name 'Ada' }")
    names = [(r["id"], r["source"], r["name"]) for r in new.table("authors").to_pylist()]
    assert sorted(names) == [
        ("author:Ada", "source:a", None),
        ("author:Ada", "source:b", None),
        ("author:Bob", "source:a", "Bob"),
    ]
    assert new.table("statements").num_rows == 0


def test_graph_names_the_source_to_delete_from(kg: KnowledgeGraph) -> None:
    new = kg.update("DELETE WHERE { GRAPH source:a { ?p fabio:hasPublicationYear ?y } }")
    years = {r["source"]: r["year"] for r in new.table("papers").to_pylist()}
    assert years == {"source:a": None, "source:b": 1843}


def test_a_value_is_replaced(kg: KnowledgeGraph) -> None:
    text = """DELETE { ?p fabio:hasPublicationYear ?y } INSERT { ?p fabio:hasPublicationYear ?new }
        WHERE { ?p dcterms:title ?title ; fabio:hasPublicationYear ?y }"""
    new = kg.update(text, title="P", new=1844)
    assert set(new.papers.year) == {1844}
    assert kg.update(text, {"title": "Q", "new": 1}) is kg


def test_a_whole_number_is_a_year_where_one_stands(kg: KnowledgeGraph) -> None:
    text = """DELETE { ?p fabio:hasPublicationYear ?y } INSERT { ?p fabio:hasPublicationYear NEW }
        WHERE { ?p fabio:hasPublicationYear ?y }"""
    new = kg.update(text.replace("NEW", "1850"))
    assert set(new.papers["year"].dropna()) == {1850}
    assert new.statements["p"].isin(["fabio:hasPublicationYear"]).sum() == 0
    # What is no whole number is kept as it was said.
    odd = kg.update(text.replace("NEW", '"soon"'))
    assert odd.papers["year"].isna().all()
    assert set(odd.statements.loc[odd.statements["p"] == "fabio:hasPublicationYear", "o"]) == {
        "soon"
    }


def test_links_go_with_what_describes_them(kg: KnowledgeGraph) -> None:
    new = kg.update("DELETE DATA { paper:P dcterms:creator author:Bob }")
    assert set(new.authorships.author) == {"author:Ada"}
    assert new.table("statements").num_rows == 0
    assert new.query("ASK { ?a gk:author author:Bob }") is False


def test_graphs_of_ones_own(kg: KnowledgeGraph) -> None:
    new = kg.update("INSERT DATA { GRAPH <http://mine.example/> { paper:P rdfs:comment 'Fine.' } }")
    again = new.update("INSERT DATA { GRAPH <http://mine.example/> { paper:P rdfs:seeAlso 1 } }")
    text = "SELECT ?p { GRAPH <http://mine.example/> { ?s ?p ?o } } ORDER BY ?p"
    found = again.query(text, short=True)
    assert found["p"].tolist() == ["rdfs:comment", "rdfs:seeAlso"]  # type: ignore[index]
    gone = again.update("DROP GRAPH <http://mine.example/>")
    assert gone.table("statements").num_rows == 0


def test_nothing_is_put_into_the_mouth_of_a_source(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="source:a is what was read: nothing can be added"):
        kg.update("INSERT DATA { GRAPH source:a { paper:P rdfs:comment 'No.' } }")


def test_a_resolved_graph_keeps_what_was_printed(example: KnowledgeGraph) -> None:
    new = example.update("DELETE WHERE { ?p fabio:hasPublicationYear ?y }")
    assert new.papers.year.isna().all()
    assert new.resolved
    assert new.unresolve().counts()["authors"] == example.unresolve().counts()["authors"]
    assert new.table("statements") == example.table("statements")
    one = example.find("authors", "I-Fan Chen")
    gone = example.update("DELETE WHERE { ?p dcterms:creator ?a }", a=one)
    assert one not in set(gone.authorships.author)
    assert len(gone.authorships) == len(example.authorships) - int(
        (example.authorships.author == one).sum()
    )


def test_everything_can_go(example: KnowledgeGraph) -> None:
    new = example.update("CLEAR ALL")
    assert new.source_ids() == [of_update(new)]
    assert new.table("statements").num_rows == 0


def test_an_update_travels(kg: KnowledgeGraph) -> None:
    new = kg.update("INSERT DATA { paper:P prism:doi '10.1/x' }")
    assert gk.from_rdf(new.to_rdf()) == new
    assert kg.update("INSERT DATA { paper:P prism:doi '10.1/x' }") == new


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the update is empty: begin with INSERT"),
        ("INSRT DATA {}", "line 1, column 1: expected INSERT, .*; did you mean INSERT"),
        ("INSERT DATA { ?x a ?y }", "Variables are not allowed in INSERT DATA"),
        ("INSERT DATA { author:A foaff:name 1 }", "column 24: unknown prefix foaff: did you mean"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD is not allowed"),
        ("LOAD SILENT <http://a/> ; LOAD <http://127.0.0.1:9/>", "LOAD is not allowed"),
        ("LOAD # SILENT\n SILENT <http://127.0.0.1:9/>", "LOAD is not allowed"),
        ("CLEAR ALL; load <http://127.0.0.1:9/> INTO GRAPH <http://a/>", "LOAD is not allowed"),
        ("INSERT {?s ?p 1} WHERE { SERVICE <http://127.0.0.1:9/> {?s ?p ?o} }", "SERVICE is not"),
        ("SELECT * {}", "expected INSERT, DELETE"),
    ],
)
def test_errors(kg: KnowledgeGraph, text: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        kg.update(text)


def test_words_in_texts_are_no_calls(kg: KnowledgeGraph) -> None:
    text = "'LOAD SILENT <http://x/> SERVICE <y>'"
    new = kg.update(f"INSERT DATA {{ paper:P rdfs:comment {text} }} # LOAD")
    assert new.query(f"ASK {{ ?p rdfs:comment {text} }}") is True


def test_a_silent_load_loads_nothing(kg: KnowledgeGraph) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        address = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
        assert kg.update(f"LOAD SILENT {address}; load silent {address} into graph paper:P") is kg
        with pytest.raises(TimeoutError):
            listener.accept()
