"""LOAD in updates: documents from addresses that are allowed by name, and nothing else."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.errors import EndpointError, QueryError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql import loading
from tests.conftest import Run, graph_of
from tests.web.conftest import Rude, Served

TURTLE = b"""@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<#ben> a foaf:Person ; foaf:name "Ben {LOAD <http://x/>}" ; foaf:knows [ foaf:nick "?x" ] .
"""
NAMES = "SELECT ?n { ?a a foaf:Person ; foaf:name ?n } ORDER BY ?n"


def turtle(body: bytes = TURTLE, kind: str = "text/turtle") -> Any:
    return 200, {"Content-Type": kind}, body


@pytest.fixture
def kg() -> KnowledgeGraph:
    return graph_of({"Notes": ["Ada"]})


def names(kg: KnowledgeGraph) -> list[str]:
    found: Any = kg.query(NAMES)
    return list(found["n"])


@pytest.mark.parametrize("kind", ["text/turtle", "text/plain; charset=utf-8"])
def test_a_named_address_is_read(kg: KnowledgeGraph, rude: Callable[..., Rude], kind: str) -> None:
    server = rude(turtle(kind=kind))
    new = kg.update(f"LOAD <{server.url}>", services=[server.url])
    assert server.asked == ["/sparql"]
    assert names(new) == ["Ada", "Ben {LOAD <http://x/>}"]
    # As of the update, whose text names the address; relative to the document.
    (said,) = (row for row in new.table("authors").to_pylist() if row["name"] != "Ada")
    (source,) = (r for r in new.table("sources").to_pylist() if r["id"] == said["source"])
    assert (source["format"], source["description"]) == ("update", f"LOAD <{server.url}>")
    assert new.query(f"ASK {{ <{server.url}#ben> foaf:knows/foaf:nick '?x' }}") is True


def test_into_a_graph_and_among_other_operations(
    kg: KnowledgeGraph, rude: Callable[..., Rude]
) -> None:
    server = rude(turtle())
    text = f"""load <{server.url}> into graph <http://x.example/g> ;
        WITH <http://x.example/g> DELETE {{ ?a foaf:name ?n }} INSERT {{ ?a foaf:name ?new }}
        WHERE {{ ?a foaf:name ?n FILTER(STRSTARTS(?n, "Ben")) }}"""
    new = kg.update(text, services=[server.url], new="Benjamin")
    assert names(new) == ["Ada", "Benjamin"]
    assert "http://x.example/g" in new.source_ids()
    # Blank nodes of two loads are two.
    twice = kg.update(f"LOAD <{server.url}> ; LOAD <{server.url}>", services=[server.url])
    count: Any = twice.query("SELECT (COUNT(?b) AS ?n) { ?a foaf:knows ?b }")
    assert count["n"].tolist() == [2]
    assert len(server.asked) == 2


def test_on_the_command_line(
    kg: KnowledgeGraph, rude: Callable[..., Rude], graphkit: Run, tmp_path: Path
) -> None:
    server, path = rude(turtle()), tmp_path / "x.kg"
    kg.save(path)
    text = f"LOAD <{server.url}>"
    refused = graphkit("update", path, text)
    assert (refused.code, server.asked) == (1, [])
    assert "--allow-service" in refused.err
    answer = graphkit("update", path, text, "--allow-service", server.url)
    assert answer.code == 0, answer.err
    assert names(gk.open(path)) == ["Ada", "Ben {LOAD <http://x/>}"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("LOAD <{url}>", "{url}/"),
        ("LOAD <{url}?x>", "{url}"),
        ("LOAD <{url}> ; LOAD <{url}x>", "{url}"),
        ("LOAD # <{url}>\n <{url}x>", "{url}"),
        ("BASE <{url}> LOAD <>", "{url}"),
        ("LOAD <{file}>", "{file}"),
    ],
)
def test_any_other_address_is_refused_unasked(
    kg: KnowledgeGraph, rude: Callable[..., Rude], tmp_path: Path, text: str, allowed: str
) -> None:
    (tmp_path / "a.ttl").write_bytes(TURTLE)
    server = rude(turtle())
    filled = {"url": server.url, "file": (tmp_path / "a.ttl").as_uri()}
    with pytest.raises(QueryError, match="LOAD is not allowed"):
        kg.update(text.format(**filled), services=[allowed.format(**filled)])
    assert server.asked == []


def test_nothing_is_fetched_for_what_is_no_update(
    kg: KnowledgeGraph, rude: Callable[..., Rude]
) -> None:
    server = rude(turtle())
    text = f"LOAD <{server.url}> ; INSRT DATA {{}}"
    with pytest.raises(QueryError, match="did you mean INSERT") as caught:
        kg.update(text, services=[server.url])
    assert (caught.value.line, caught.value.column) == (1, text.index("INSRT") + 1)
    assert server.asked == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ((404, {}, b"<h1>Gone</h1>"), "answered 404 Not Found: Gone"),
        ((302, {"Location": "http://127.0.0.1:9/x"}, b""), "points to http://127.0.0.1:9/x"),
        (turtle(b"<a> <b>"), "gave what is no graph"),
        (turtle(b"%PDF-1.4", "application/pdf"), "gave application/pdf, which is no graph"),
        (turtle(b"<a:g> {<a:s> <a:p> 1}", "application/trig"), "has named graphs"),
        (turtle(TURTLE + b"#" * 2000), "is too large"),
        (
            (
                200,
                {"Content-Type": "text/turtle", "Content-Encoding": "gzip"},
                gzip.compress(b" " * 100_000),
            ),
            "is too large",
        ),
        (turtle(b"@prefix : <http://long.example/%s> . :a :b :c" % (b"x" * 500)), "is too large"),
    ],
)
def test_what_cannot_be_loaded_is_said(
    kg: KnowledgeGraph,
    rude: Callable[..., Rude],
    monkeypatch: pytest.MonkeyPatch,
    said: Any,
    reason: str,
) -> None:
    monkeypatch.setattr(loading, "SIZE", 1000)
    server = rude(said)
    with pytest.raises(EndpointError, match=reason):
        kg.update(f"LOAD <{server.url}>", services=[server.url])
    assert kg.update(f"LOAD SILENT <{server.url}>", services=[server.url]) is kg
    assert len(server.asked) == 2


def test_a_document_that_does_not_come_is_given_up(
    kg: KnowledgeGraph, rude: Callable[..., Rude], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SECONDS", 0.3)
    # It promises more than it sends.
    server = rude((200, {"Content-Type": "text/turtle", "Content-Length": "9999"}, TURTLE))
    with pytest.raises(EndpointError, match=r"broke its answer off|in time"):
        kg.update(f"LOAD <{server.url}>", services=[server.url])


def test_the_server_loads_what_its_operator_names(
    serve: Callable[..., Served], rude: Callable[..., Rude]
) -> None:
    elsewhere = rude(turtle(), turtle(b"<a> <b>"))
    server = serve(graph_of({"Notes": ["Ada"]}), "--writable", "--allow-service", elsewhere.url)
    text = f"LOAD <{elsewhere.url}>"
    assert server.http.post("sparql", data={"update": text}).status_code == 401
    assert elsewhere.asked == []
    assert server.update(text).status_code == 204
    assert server.ask(NAMES).text.splitlines() == ["n", "Ada", "Ben {LOAD <http://x/>}"]
    said = server.update(text)
    assert (said.status_code, "is no graph" in said.text) == (502, True)
    other = server.update(f"LOAD <{elsewhere.url}x>")
    assert (other.status_code, "LOAD is not allowed" in other.text) == (400, True)
    assert len(elsewhere.asked) == 2
