"""Merging is a set union on key and source; resolving changes nothing that was read."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphkit.errors import ConflictError
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import MATCHER, RESOLUTION
from graphkit.identity.resolution import resolution
from graphkit.schema import schema
from tests.laws.strategies import Data, claims, data, graphs, shares

THRESHOLDS = st.sampled_from([0.0, 0.5, 0.9])


def as_read(kg: KnowledgeGraph) -> dict[str, Any]:
    return {name: kg.table(name, as_read=True) for name in schema().tables}


def rows_read(kg: KnowledgeGraph) -> dict[str, list[str]]:
    return {name: sorted(map(repr, rows.to_pylist())) for name, rows in as_read(kg).items()}


def joined(kg: KnowledgeGraph, threshold: float) -> KnowledgeGraph:
    """The graph with the claims that it holds joined, no matcher run."""
    return kg | KnowledgeGraph(resolution(as_read(kg), threshold))


@given(shares(2))
def test_merging_commutes(parts: list[KnowledgeGraph]) -> None:
    a, b = parts
    assert a | b == b | a


@given(shares(3))
def test_merging_associates(parts: list[KnowledgeGraph]) -> None:
    a, b, c = parts
    assert (a | b) | c == a | (b | c)


@given(graphs(identities=True))
def test_merging_twice_changes_nothing(kg: KnowledgeGraph) -> None:
    assert kg | kg == kg
    assert kg | KnowledgeGraph() == kg
    assert KnowledgeGraph() | kg == kg


@given(shares(2))
def test_a_part_adds_nothing_to_the_whole(parts: list[KnowledgeGraph]) -> None:
    whole = parts[0] | parts[1]
    assert whole | parts[0] == whole


@given(data(), st.data())
def test_a_conflict_is_one_from_both_sides(rows: Data, more: st.DataObject) -> None:
    told = {
        (name, number, column.name)
        for name, found in rows.items()
        if name not in ("sources", "statements")
        for number, row in enumerate(found)
        for column in schema().table(name).columns
        if column.kind in ("string", "link") and row.get(column.name) is not None
        if column.name not in "|".join(schema().table(name).key).split("|")
    }
    assume(told)
    name, number, column = more.draw(st.sampled_from(sorted(told)))
    other = {name: [{**rows[name][number], column: rows[name][number][column] + "!"}]}
    a, b = KnowledgeGraph(rows), KnowledgeGraph(other)
    told_by = []
    for one, two in ((a, b), (b, a)):
        with pytest.raises(ConflictError) as caught:
            one | two
        told_by.append((caught.value.table, caught.value.key, caught.value.source))
    assert told_by[0] == told_by[1]
    assert told_by[0][0] == name


@given(graphs(("", "source:a")), graphs(("source:b",)))
def test_a_new_source_can_be_taken_out_again(a: KnowledgeGraph, b: KnowledgeGraph) -> None:
    both = a | b
    assert (both.without("source:b") if b.source_ids() else both) == a


@given(claims(), THRESHOLDS)
def test_taking_a_resolution_back_leaves_what_was_read(rows: Data, threshold: float) -> None:
    kg = KnowledgeGraph(rows)
    resolved = joined(kg, threshold)
    assert resolved.resolved
    assert resolved.unresolve() == kg
    assert rows_read(resolved.unresolve()) == rows_read(kg)


@given(claims())
def test_resolving_keeps_all_but_claims(rows: Data) -> None:
    kg = KnowledgeGraph(rows)
    back = kg.resolve().unresolve()
    for row in back.table("sources").to_pylist():
        assert row["format"] == MATCHER
        back = back.without(row["id"])
    assert back == kg


@given(claims(), THRESHOLDS)
def test_resolving_twice_changes_nothing(rows: Data, threshold: float) -> None:
    once = KnowledgeGraph(rows).resolve(threshold)
    assert once.resolve(threshold) == once
    formats = once.table("sources")["format"].to_pylist()
    assert formats.count(RESOLUTION) == 1


@given(claims("source:one"), claims("source:two"), graphs(), THRESHOLDS)
def test_graphs_resolve_alike_in_any_order(
    one: Data, two: Data, rest: KnowledgeGraph, threshold: float
) -> None:
    a, b = KnowledgeGraph(one) | rest, KnowledgeGraph(two)
    assert joined(a | b, threshold) == joined(b | a, threshold)
    assert (a | b).resolve(threshold) == (b | a).resolve(threshold)


@given(st.data(), graphs(identities=True))
def test_the_order_of_rows_does_not_matter(data: st.DataObject, kg: KnowledgeGraph) -> None:
    turned = {}
    for name, rows in as_read(kg).items():
        order = data.draw(st.permutations(range(rows.num_rows)))
        turned[name] = rows.take(pa.array(order, pa.int64()))
    assert KnowledgeGraph(turned) == kg


@given(claims(), THRESHOLDS)
def test_nobody_is_joined_with_a_coauthor(rows: Data, threshold: float) -> None:
    kg = KnowledgeGraph(rows)
    resolved = joined(kg, threshold)
    before = [(row["paper"], row["author"]) for row in kg.table("authorships").to_pylist()]
    after = [(row["paper"], row["author"]) for row in resolved.table("authorships").to_pylist()]
    # More where one name, printed twice on a paper, is told to be two people.
    assert len(set(after)) >= len(set(before))
