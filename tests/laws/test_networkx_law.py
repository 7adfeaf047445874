"""``from_networkx(to_networkx(kg)) == kg``, on graphs generated from the schema."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.graph import KnowledgeGraph
from graphkit.identity.resolution import resolution
from graphkit.multigraph import from_networkx, to_networkx
from graphkit.schema import schema
from tests.laws import strategies

laws = settings(deadline=None, max_examples=settings.default.max_examples // 2)  # type: ignore[union-attr]


@laws
@given(strategies.graphs())
def test_networkx_holds_the_whole_graph(kg: KnowledgeGraph) -> None:
    assert from_networkx(to_networkx(kg)) == kg


@laws
@given(strategies.graphs(identities=True))
def test_networkx_holds_the_whole_graph_with_identities(kg: KnowledgeGraph) -> None:
    assert from_networkx(to_networkx(kg)) == kg


@laws
@given(strategies.claims(), st.sampled_from([0.0, 0.5, 0.9]))
def test_networkx_holds_a_resolved_graph(claimed: strategies.Data, threshold: float) -> None:
    kg = KnowledgeGraph(claimed)
    read = {name: kg.table(name, as_read=True) for name in schema().tables}
    resolved = kg | KnowledgeGraph(resolution(read, threshold))
    assert from_networkx(to_networkx(resolved)) == resolved


@laws
@given(strategies.graphs())
def test_the_callers_graph_is_not_touched(kg: KnowledgeGraph) -> None:
    graph: Any = to_networkx(kg)
    before = copy.deepcopy(
        (dict(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)), graph.graph)
    )
    from_networkx(graph)
    after = (dict(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)), graph.graph)
    assert after == before


@laws
@given(strategies.graphs())
def test_what_networkx_gets_is_the_callers_own(kg: KnowledgeGraph) -> None:
    graph = to_networkx(kg)
    for _, attributes in graph.nodes(data=True):
        attributes.clear()
    graph.graph["tables"].clear()
    graph.clear()
    assert from_networkx(to_networkx(kg)) == kg


@laws
@given(strategies.graphs(), st.sampled_from(["https://kg.example/id/", "urn:x:"]))
def test_the_base_travels(kg: KnowledgeGraph, base: str) -> None:
    moved = KnowledgeGraph({name: kg.table(name) for name in schema().tables}, base=base)
    assert from_networkx(to_networkx(moved)).base == base
