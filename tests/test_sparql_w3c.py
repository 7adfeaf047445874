"""The W3C's SPARQL 1.1 suite through our own engine.

A case passes, or stands in ``w3c_failures.tsv`` with the reason; one that begins to pass must be
taken out of there.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.compare import isomorphic

from graphkit.errors import GraphkitError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql import update
from graphkit.sparql.engine import Engine
from tests import w3c

# Some cases pair all with all on purpose; that we say so is tested elsewhere.
pytestmark = pytest.mark.filterwarnings("ignore::graphkit.sparql.patterns.CartesianProductWarning")

FAILURES = Path(__file__).with_name("w3c_failures.tsv")
with FAILURES.open(encoding="utf-8", newline="") as lines:
    KNOWN = {row["case"]: row for row in csv.DictReader(lines, delimiter="\t")}
CASES = {case.name: case for case in w3c.cases()}


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    w3c.require_suite()
    return KnowledgeGraph()


class OnStore(Engine):
    """Our engine on a store that is filled with what a test brings."""

    def __init__(self, kg: KnowledgeGraph, store: pyoxigraph.Store, base: str) -> None:
        super().__init__(kg)
        self._store, self.union, self._base = store, False, base

    def request(self, text: str, **options: object):  # type: ignore[no-untyped-def]
        return super().request(f"BASE <{self._base}>\n{text}", **options)  # type: ignore[arg-type]


def well_formed(error: GraphkitError) -> bool:
    """Whether a text was refused for what it asks, and not for how it is written."""
    return getattr(error, "line", None) is None or "SERVICE is not allowed" in str(error)


def holds(case: w3c.Case, kg: KnowledgeGraph) -> bool:
    text = case.text.read_text(encoding="utf-8")
    based = f"BASE <{case.text.as_uri()}>\n{text}"
    if "Update" in case.kind and "Evaluation" not in case.kind:
        try:
            update.apply(pyoxigraph.Store(), based, kg.namespaces)
        except GraphkitError as error:
            return "Negative" in case.kind or well_formed(error)
        return "Positive" in case.kind
    if case.kind == "UpdateEvaluationTest":
        assert isinstance(case.result, w3c.Dataset)
        store = w3c.store_of(case.data)
        update.apply(store, based, kg.namespaces)
        return w3c.canonical(store) == w3c.canonical(w3c.store_of(case.result))
    engine = OnStore(kg, w3c.store_of(case.data), case.text.as_uri())
    if "Syntax" in case.kind:
        try:
            engine.whole(text)
        except GraphkitError as error:
            return "Negative" in case.kind or well_formed(error)
        return "Positive" in case.kind
    assert isinstance(case.result, Path)
    if case.kind == "CSVResultFormatTest":
        found, data = engine.whole(text, results="text/csv")
        return blanks(data.decode()) == blanks(case.result.read_text(encoding="utf-8"))
    # Each answer in the format of the expected one, so that every format is tried.
    format = w3c.RESULTS.get(case.result.suffix, pyoxigraph.QueryResultsFormat.JSON)
    found, data = engine.whole(text, results=format.media_type)
    if found.kind == "triples":
        graph = rdflib.Graph().parse(data=data, format="nt")
        wanted = rdflib.Graph().parse(case.result)
        return isomorphic(graph, wanted)
    answer = w3c.rows_of(pyoxigraph.parse_query_results(data, format))
    wanted_rows = w3c.expected_rows(case.result)
    if isinstance(answer, bool) or isinstance(wanted_rows, bool):
        return answer == wanted_rows
    assert not isinstance(wanted_rows, rdflib.Graph)
    ordered = "ORDER BY" in text.upper() and "rs:index" in case.result.read_text()
    return answer[0] == wanted_rows[0] and w3c.same_rows(answer[1], wanted_rows[1], ordered=ordered)


def blanks(text: str) -> list[list[tuple[str, str]]]:
    """The rows of CSV with its blank nodes, which may have any name, under one."""
    rows = csv.DictReader(re.sub(r"_:\w+", "_:b", text).splitlines())
    return sorted(sorted(row.items()) for row in rows)


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str, kg: KnowledgeGraph) -> None:
    try:
        passed = holds(CASES[name], kg)
    except GraphkitError as error:
        passed, why = False, str(error)
    else:
        why = "another answer"
    if name in KNOWN:
        assert not passed, f"{name} passes now: take it out of {FAILURES.name}"
    else:
        assert passed, why


def test_the_suite_is_whole() -> None:
    w3c.require_suite()
    assert set(KNOWN) <= set(CASES)
    assert all(row["reason"] and row["link"] for row in KNOWN.values())
    kinds = [case.kind for case in CASES.values()]
    assert kinds.count("QueryEvaluationTest") >= 200
    assert kinds.count("UpdateEvaluationTest") >= 90
    assert kinds.count("CSVResultFormatTest") == 3
