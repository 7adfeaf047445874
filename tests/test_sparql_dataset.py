from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib import FOAF, RDF, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.sparql import prepareQuery

import graphkit as gk
from graphkit.errors import QueryError
from graphkit.graph import KnowledgeGraph
from tests.conftest import graph_of

# rdflib 7 calls parts of itself that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

ADA = URIRef("https://w3id.org/graphkit/id/author/Ada")
A = URIRef("https://w3id.org/graphkit/id/source/a")


@pytest.fixture(params=["memory", "folder"])
def kg(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeGraph:
    made = graph_of({"P": ["Ada"]}, years={"P": 1843}, source="source:a") | graph_of(
        {"Q": ["Ada", "Bob"]}, source="source:b"
    )
    if request.param == "memory":
        return made
    made.save(tmp_path / "x.kg")
    return gk.open(tmp_path / "x.kg")


def test_the_same_as_the_copy(kg: KnowledgeGraph) -> None:
    copy = kg.to_rdf()
    assert set(kg.rdf.quads()) == set(copy.quads())
    assert set(kg.rdf) == set(copy)
    assert len(kg.rdf) == len(set(copy.triples((None, None, None))))
    assert {graph.identifier for graph in kg.rdf.graphs()} >= {A}
    assert isomorphic(kg.rdf.graph(A), copy.graph(A))


def test_one_source(example: KnowledgeGraph) -> None:
    assert set(example.rdf) == set(example.to_rdf())
    assert len(example.rdf) == len(example.to_rdf())


def test_what_users_of_rdflib_do(kg: KnowledgeGraph) -> None:
    assert kg.rdf.value(ADA, FOAF.name) == Literal("Ada")
    assert list(kg.rdf.triples((ADA, RDF.type, None))) == [(ADA, RDF.type, FOAF.Person)]
    assert (ADA, FOAF.name, None) in kg.rdf
    assert (Literal("Ada"), None, None) not in kg.rdf
    # rdflib itself always adds the default graph.
    assert {g.identifier for g in kg.rdf.graphs((ADA, FOAF.name, Literal("Ada")))} == {
        rdflib.graph.DATASET_DEFAULT_GRAPH_ID,
        A,
        URIRef(str(A)[:-1] + "b"),
    }
    assert "author:Ada a foaf:Person" in kg.rdf.serialize(format="turtle")


def test_queries(kg: KnowledgeGraph) -> None:
    text = "SELECT ?n WHERE { ?a foaf:name ?n } ORDER BY ?n"
    assert [str(row.n) for row in kg.rdf.query(text)] == ["Ada", "Bob"]  # type: ignore[union-attr]
    assert bool(kg.rdf.query("ASK { author:Ada a foaf:Person }")) is True
    made = kg.rdf.query("CONSTRUCT { ?a a foaf:Agent } WHERE { ?a a foaf:Person }").graph
    assert made is not None
    assert set(made) == {
        (URIRef(f"https://w3id.org/graphkit/id/author/{n}"), RDF.type, FOAF.Agent)
        for n in ("Ada", "Bob")
    }
    within = kg.rdf.graph(A).query("SELECT ?t { ?p dcterms:title ?t }")
    assert [str(row[0]) for row in within] == ["P"]  # type: ignore[index]
    with pytest.raises(QueryError, match="column 13"):
        kg.rdf.query("SELECT * { ? a ?b }")


def test_prepared_queries_and_bindings_of_what_is_not_selected(kg: KnowledgeGraph) -> None:
    text = "SELECT ?n WHERE { ?a foaf:name ?n }"
    prepared = prepareQuery(text, initNs={"foaf": FOAF})
    for query in (text, prepared):
        found = kg.rdf.query(query, initBindings={"a": ADA})
        assert [tuple(row) for row in found] == [(Literal("Ada"),)]  # type: ignore[arg-type]
    own = kg.rdf.query("SELECT ?n { ?a n:name ?n }", initNs={"n": FOAF}, initBindings={"a": ADA})
    assert len(own) == 1


def test_it_is_read_only(kg: KnowledgeGraph) -> None:
    triple = (ADA, FOAF.nick, Literal("A"))
    for write in (
        lambda: kg.rdf.add(triple),
        lambda: kg.rdf.remove(triple),
        lambda: kg.rdf.update("CLEAR ALL"),
        lambda: kg.rdf.parse(data="<a:b> <a:c> <a:d> .", format="turtle"),
    ):
        with pytest.raises(TypeError, match=r"kg\.update"):
            write()
    assert isinstance(kg.rdf, rdflib.Dataset)
