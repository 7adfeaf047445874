"""The two laws of `graphkit.rdf`.

rdflib writes some literals anew when it parses them (``"01"`` becomes ``"1"``), which would
blur a law about all literals. The second law is therefore held on N-Quads, which pyoxigraph
parses without such changes, and rdflib is handed literals that it was told not to touch.
"""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from graphkit.graph import KnowledgeGraph
from graphkit.identity.resolution import resolution
from graphkit.rdf import from_nquads, from_rdf, to_nquads, to_rdf
from graphkit.schema import schema
from tests.laws import strategies

BASE = schema().base


def parsed(data: bytes) -> set[ox.Quad]:
    return set(ox.parse(data, ox.RdfFormat.N_QUADS))


def written(quads: set[ox.Quad]) -> bytes:
    return ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.N_QUADS) or b""


def skolem(term: Any) -> Any:
    if isinstance(term, ox.BlankNode):
        return ox.NamedNode(f"{BASE}.well-known/genid/{term.value}")
    return term


def skolemised(quads: set[ox.Quad]) -> set[ox.Quad]:
    return {
        ox.Quad(skolem(q.subject), q.predicate, skolem(q.object), skolem(q.graph_name))
        for q in quads
    }


def in_rdflib(term: Any) -> Any:
    if isinstance(term, ox.Literal):
        kind = None if term.language else rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=kind, normalize=False)
    if isinstance(term, ox.DefaultGraph):
        return DATASET_DEFAULT_GRAPH_ID
    kinds = {ox.NamedNode: rdflib.URIRef, ox.BlankNode: rdflib.BNode}
    return kinds[type(term)](term.value)


def dataset_of(quads: set[ox.Quad]) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    for quad in quads:
        graph = dataset.graph(in_rdflib(quad.graph_name))
        graph.add((in_rdflib(quad.subject), in_rdflib(quad.predicate), in_rdflib(quad.object)))
    return dataset


def terms_of(dataset: rdflib.Dataset) -> set[tuple[Any, ...]]:
    # Literal's own equality forgets that xsd:string is what no datatype means.
    def plain(term: Any) -> Any:
        if not isinstance(term, rdflib.Literal):
            return term
        return str(term), term.language, str(term.datatype or rdflib.XSD.string)

    return {tuple(plain(term) for term in quad) for quad in dataset.quads()}


@given(strategies.graphs())
def test_nquads_hold_the_whole_graph(kg: KnowledgeGraph) -> None:
    assert from_nquads(to_nquads(kg)) == kg


@given(strategies.graphs(identities=True))
def test_nquads_hold_the_whole_graph_with_identities(kg: KnowledgeGraph) -> None:
    assert from_nquads(to_nquads(kg)) == kg


@given(strategies.graphs(identities=True))
def test_nquads_are_legal(kg: KnowledgeGraph) -> None:
    ox.Store().bulk_load(to_nquads(kg), ox.RdfFormat.N_QUADS)


@settings(max_examples=60)
@given(strategies.graphs(identities=True))
def test_rdflib_holds_the_whole_graph(kg: KnowledgeGraph) -> None:
    assert from_rdf(to_rdf(kg)) == kg


@given(strategies.claims(), strategies.graphs(), st.sampled_from([0.0, 0.5, 0.9]))
def test_nquads_hold_a_resolved_graph(
    claimed: strategies.Data, others: KnowledgeGraph, threshold: float
) -> None:
    kg = KnowledgeGraph(claimed) | others
    read = {name: kg.table(name, as_read=True) for name in schema().tables}
    resolved = kg | KnowledgeGraph(resolution(read, threshold))
    assert from_nquads(to_nquads(resolved)) == resolved


@given(strategies.quads())
def test_no_statement_is_lost_or_added(quads: set[ox.Quad]) -> None:
    assert parsed(to_nquads(from_nquads(written(quads)))) == skolemised(quads)


@given(st.data())
def test_no_statement_is_lost_or_added_near_a_graph(data: st.DataObject) -> None:
    kg = data.draw(strategies.graphs(identities=True))
    quads = data.draw(strategies.disturbed(parsed(to_nquads(kg))))
    assert parsed(to_nquads(from_nquads(written(quads)))) == skolemised(quads)


@given(st.data())
def test_no_statement_is_lost_or_added_near_a_resolved_graph(data: st.DataObject) -> None:
    kg = KnowledgeGraph(data.draw(strategies.claims()))
    read = {name: kg.table(name, as_read=True) for name in schema().tables}
    kg |= KnowledgeGraph(resolution(read, 0.0))
    quads = data.draw(strategies.disturbed(parsed(to_nquads(kg))))
    assert parsed(to_nquads(from_nquads(written(quads)))) == skolemised(quads)


@given(strategies.quads(), st.randoms())
def test_the_order_of_lines_does_not_matter(quads: set[ox.Quad], random: Any) -> None:
    lines = written(quads).decode().split("\n")
    kg = from_nquads("\n".join(lines))
    random.shuffle(lines)
    assert from_nquads("\n".join(lines)) == kg


@given(strategies.quads())
def test_what_was_read_is_read_the_same_again(quads: set[ox.Quad]) -> None:
    kg = from_nquads(written(quads))
    assert from_nquads(to_nquads(kg)) == kg


@settings(max_examples=60)
@given(strategies.quads())
def test_rdflib_gets_back_what_it_gave(quads: set[ox.Quad]) -> None:
    back = to_rdf(from_rdf(dataset_of(quads)))
    assert terms_of(back) == terms_of(dataset_of(skolemised(quads)))
