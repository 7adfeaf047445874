from __future__ import annotations

import sys
from pathlib import Path

import pytest

from graphkit.errors import MissingExtraError, ReadError
from graphkit.graph import KnowledgeGraph
from tests.conftest import graph_of

AXIOMS = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
foaf:Person rdfs:subClassOf foaf:Agent .
dcterms:creator owl:inverseOf foaf:made .
"""


@pytest.fixture
def kg() -> KnowledgeGraph:
    return graph_of({"P": ["Ada", "Bob"]}, source="source:a")


@pytest.fixture
def axioms(tmp_path: Path) -> Path:
    path = tmp_path / "axioms.ttl"
    path.write_text(AXIOMS)
    return path


def test_what_follows_stands_in_a_source_of_its_own(kg: KnowledgeGraph, axioms: Path) -> None:
    new = kg.infer(axioms)
    text = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(?p = foaf:made || ?o = foaf:Agent) }"
    found = new.query(text, short=True)
    (own,) = set(found["g"])  # type: ignore[index]
    assert own.startswith("source:inference-")
    assert sorted(map(tuple, found[["s", "p", "o"]].values)) == [  # type: ignore[index]
        ("author:Ada", "foaf:made", "paper:P"),
        ("author:Ada", "rdf:type", "foaf:Agent"),
        ("author:Bob", "foaf:made", "paper:P"),
        ("author:Bob", "rdf:type", "foaf:Agent"),
    ]
    assert new.query("ASK { ?s a owl:Thing }") is False
    assert new.without(own) == kg
    (row,) = [row for row in new.table("sources").to_pylist() if row["id"] == own]
    assert row["format"] == "inference"
    assert row["reader"].startswith("reasonable ")


def test_inferring_again_changes_nothing(kg: KnowledgeGraph, axioms: Path) -> None:
    once = kg.infer(axioms)
    assert once.infer(axioms) == once
    without = once.infer()
    assert without.query("ASK { ?a a foaf:Agent }") is False


def test_axioms_that_cannot_be_read(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be opened"):
        kg.infer(tmp_path / "none.ttl")
    (tmp_path / "bad.ttl").write_text("this is no Turtle")
    with pytest.raises(ReadError, match="cannot be read as Turtle"):
        kg.infer(tmp_path / "bad.ttl")


def test_without_the_reasoner(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reasonable", None)
    with pytest.raises(MissingExtraError, match=r"graphkit-kg\[infer\]"):
        kg.infer()
