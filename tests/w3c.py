"""The W3C's test suite of SPARQL 1.1: what its manifests list, and how answers are compared."""

from __future__ import annotations

import contextlib
import decimal
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from rdflib import RDF, RDFS, Namespace
from rdflib.collection import Collection

SUITE = Path(__file__).parents[2] / "shared" / "w3c-sparql11" / "sparql" / "sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")


@dataclass(frozen=True)
class Dataset:
    """Files of a default graph and of named ones."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Case:
    """One test of the suite."""

    name: str
    kind: str
    text: Path
    data: Dataset = field(default_factory=Dataset)
    result: Path | Dataset | None = None


@cache
def cases() -> tuple[Case, ...]:
    """All tests of queries, updates and formats of results, by name."""
    if not SUITE.exists():
        return ()
    found = []
    for manifest in sorted(SUITE.glob("*/manifest.ttl")):
        # What follows by rules, and what other servers say, is not for this engine to answer.
        if manifest.parent.name in ("entailment", "service"):
            continue
        graph = rdflib.Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
        for entries in graph.objects(None, MF.entries):
            found += [_case(graph, node, manifest) for node in Collection(graph, entries)]
    return tuple(case for case in found if case)


def _case(graph: rdflib.Graph, node: Any, manifest: Path) -> Case | None:
    kind = str(graph.value(node, RDF.type)).rpartition("#")[2]
    name = f"{manifest.parent.name}/{str(node).rpartition('#')[2]}"
    action, result = graph.value(node, MF.action), graph.value(node, MF.result)
    if kind == "UpdateEvaluationTest":
        text = graph.value(action, UT.request)
        return Case(name, kind, _path(text), _update(graph, action), _update(graph, result))
    if kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
        named = tuple((str(g), _path(g)) for g in graph.objects(action, QT.graphData))
        data = Dataset(tuple(map(_path, graph.objects(action, QT.data))), named)
        return Case(name, kind, _path(graph.value(action, QT.query)), data, _path(result))
    if "SyntaxTest" in kind:
        return Case(name, kind, _path(action))
    return None  # protocols, which have tests of their own


def _path(iri: Any) -> Path:
    return Path(str(iri).removeprefix("file://"))


def _update(graph: rdflib.Graph, node: Any) -> Dataset:
    named = tuple(
        (str(graph.value(each, RDFS.label)), _path(graph.value(each, UT.graph)))
        for each in graph.objects(node, UT.graphData)
    )
    return Dataset(tuple(map(_path, graph.objects(node, UT.data))), named)


def store_of(data: Dataset) -> pyoxigraph.Store:
    """A store with these files in it."""
    store = pyoxigraph.Store()
    for file in data.default:
        _load(store, file, pyoxigraph.DefaultGraph())
    for name, file in data.named:
        _load(store, file, pyoxigraph.NamedNode(name))
    return store


def _load(store: pyoxigraph.Store, file: Path, graph: Any) -> None:
    kind = {".ttl": "text/turtle", ".nt": "application/n-triples", ".rdf": "application/rdf+xml"}
    format = pyoxigraph.RdfFormat.from_media_type(kind[file.suffix])
    if not isinstance(graph, pyoxigraph.DefaultGraph):
        store.add_graph(graph)
    store.load(file.read_bytes(), format, base_iri=file.as_uri(), to_graph=graph)


def canonical(quads: Iterator[pyoxigraph.Quad] | Any) -> pyoxigraph.Dataset:
    """Quads with their blank nodes named in one way only."""
    made = pyoxigraph.Dataset(quads)
    made.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return made


RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")


RESULTS = {
    ".srx": pyoxigraph.QueryResultsFormat.XML,
    ".srj": pyoxigraph.QueryResultsFormat.JSON,
    ".tsv": pyoxigraph.QueryResultsFormat.TSV,
}


def expected_rows(file: Path) -> tuple[list[str], list[tuple[Any, ...]]] | bool | rdflib.Graph:
    """What a result file says: variables and rows, a truth, or a graph."""
    if file.suffix in (".ttl", ".rdf", ".nt"):
        graph = rdflib.Graph().parse(file)
        table = graph.value(None, RDF.type, RS.ResultSet)
        if table is None:
            return graph
        names = sorted(str(v) for v in graph.objects(table, RS.resultVariable))
        rows = []
        for solution in graph.objects(table, RS.solution):
            row = {
                str(graph.value(b, RS.variable)): _ox(graph.value(b, RS.value))
                for b in graph.objects(solution, RS.binding)
            }
            rows.append(tuple(row.get(name) for name in names))
        return names, rows
    return rows_of(pyoxigraph.parse_query_results(file.read_bytes(), RESULTS[file.suffix]))


def rows_of(found: Any) -> tuple[list[str], list[tuple[Any, ...]]] | bool:
    """Solutions as variables in order of their names, and rows; or a truth."""
    if isinstance(found, pyoxigraph.QueryBoolean):
        return bool(found)
    names = sorted(variable.value for variable in found.variables)
    return names, [tuple(solution[name] for name in names) for solution in found]


def _ox(term: Any) -> Any:
    if isinstance(term, rdflib.URIRef):
        return pyoxigraph.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return pyoxigraph.BlankNode(str(term))
    if term.language:
        return pyoxigraph.Literal(str(term), language=term.language)
    datatype = pyoxigraph.NamedNode(str(term.datatype or rdflib.XSD.string))
    return pyoxigraph.Literal(str(term), datatype=datatype)


def same_rows(left: list[tuple[Any, ...]], right: list[tuple[Any, ...]], *, ordered: bool) -> bool:
    """Whether rows are the same but for the names of blank nodes and, unless ordered, order."""
    one, other = ([_quads(n, row, ordered) for n, row in enumerate(rows)] for rows in (left, right))
    flat = [[quad for quads in rows for quad in quads] for rows in (one, other)]
    return len(left) == len(right) and canonical(flat[0]) == canonical(flat[1])


DECIMAL = {str(rdflib.XSD[name]) for name in ("decimal", "integer")}
FLOAT = {str(rdflib.XSD[name]) for name in ("double", "float")}


def _plain(term: Any) -> Any:
    """One of the ways to write a value: 2 for 2.0, false for 0."""
    if isinstance(term, pyoxigraph.Literal) and term.datatype.value in DECIMAL | FLOAT:
        with contextlib.suppress(ValueError, ArithmeticError):
            read = float if term.datatype.value in FLOAT else decimal.Decimal
            value = read(term.value)
            text = repr(value) if isinstance(value, float) else f"{value.normalize():f}"
            return pyoxigraph.Literal(text, datatype=term.datatype)
    if isinstance(term, pyoxigraph.Literal) and term.datatype.value == str(rdflib.XSD.boolean):
        truth = {"0": "false", "1": "true"}.get(term.value, term.value)
        return pyoxigraph.Literal(truth, datatype=term.datatype)
    return term


def _quads(number: int, row: tuple[Any, ...], ordered: bool) -> list[pyoxigraph.Quad]:
    """A row as triples about a node, so that comparing rows is comparing graphs."""
    node = (
        pyoxigraph.NamedNode(f"row:{number}") if ordered else pyoxigraph.BlankNode(f"row{number}")
    )
    cells = [
        pyoxigraph.Quad(node, pyoxigraph.NamedNode(f"column:{at}"), _plain(value))
        for at, value in enumerate(row)
        if value is not None
    ]
    return [*cells, pyoxigraph.Quad(node, pyoxigraph.NamedNode("a:row"), pyoxigraph.Literal(1))]


def require_suite() -> None:
    """Skip where the suite is not here; in CI it must be."""
    import os

    if not SUITE.exists() and not os.environ.get("CI"):
        pytest.skip("the W3C's suite is not here; it does not come with the project")
