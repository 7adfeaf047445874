"""A graph held against its SHACL shapes: what is wrong, where it stands, what to do.

The rules are in ``ontology/shapes.ttl``. The graph is checked as the union of its sources,
with nothing inferred and nothing fetched.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graphkit.errors import ShapeError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.rdf import to_nquads
from graphkit.schema import STATEMENTS, ontology_file, schema
from graphkit.tables import row_ids

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import rdflib

__all__ = ["check"]

COLUMNS = ("severity", "focus", "path", "value", "message", "source", "place")
SEVERITIES = ("Violation", "Warning", "Info")
SH = "http://www.w3.org/ns/shacl#"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def check(kg: KnowledgeGraph, *, shapes: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Hold a graph against SHACL shapes.

    Parameters
    ----------
    kg : KnowledgeGraph
        As it was read or resolved; it is not changed.
    shapes : path-like or str, optional
        Shapes of your own, instead of ``ontology/shapes.ttl``: a Turtle file, or Turtle text.
        Imports in them are not followed.

    Returns
    -------
    pandas.DataFrame
        A row for each problem, the gravest first; none if all is well. ``severity`` is
        ``Violation``, ``Warning`` or ``Info``; ``focus`` the id of what the problem is about,
        or a value that several things share; ``path`` and ``value`` the property and value at
        fault, where there is one; ``message`` says what is wrong and what to do; ``source``
        and ``place`` tell the row: the one that links the two, else that of the focus.

    Raises
    ------
    ShapeError
        The shapes cannot be read or applied.

    Examples
    --------
    >>> import graphkit as gk
    >>> len(check(gk.example()))
    0
    >>> kg = gk.KnowledgeGraph({"papers": [{"id": "paper:Notes", "title": "Notes", "doi": "?"}]})
    >>> check(kg)[["severity", "path", "value"]].values.tolist()
    [['Violation', 'prism:doi', '?'], ['Info', 'dcterms:creator', <NA>]]
    """
    data = to_nquads(kg)
    report = _validate(_union(data), _shapes_graph(shapes))
    problems = _problems(report, kg.namespaces)
    stands = _Places(kg, data, problems)
    return _frame((problem, *stands.at(problem)) for problem in sorted(problems, key=_order))


class _Problem(NamedTuple):
    """One finding, in the words of the tables: ids, not IRIs."""

    severity: str
    focus: str
    path: str | None
    value: str | None
    message: str


def _order(problem: _Problem) -> tuple[int, list[str]]:
    known = problem.severity in SEVERITIES
    rank = SEVERITIES.index(problem.severity) if known else len(SEVERITIES)
    focus, path, value, message = (part or "" for part in problem[1:])
    return rank, [focus, path, value, message]


def _frame(rows: Iterable[tuple[_Problem, str | None, str | None]]) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    whole = [(*problem, source, place) for problem, source, place in rows]
    columns = zip(*whole, strict=True) if whole else ([] for _ in COLUMNS)
    table = pa.table(
        {name: pa.array(cells, pa.string()) for name, cells in zip(COLUMNS, columns, strict=True)}
    )
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


# -- validating ---------------------------------------------------------------------------


def _union(data: bytes) -> rdflib.Graph:
    """All that the sources say, as one graph.

    `graphkit.rdf.to_rdf` would do, at three times the cost, most of which is parsing.
    """
    import pyoxigraph
    import rdflib

    made: dict[Any, Any] = {}

    def term(node: Any) -> Any:
        if node not in made:
            made[node] = _rdflib_term(node)
        return made[node]

    graph = rdflib.Graph()
    for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS):
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _rdflib_term(node: Any) -> rdflib.term.Node:
    import pyoxigraph
    import rdflib

    if isinstance(node, pyoxigraph.NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, pyoxigraph.BlankNode):
        return rdflib.BNode(node.value)
    if node.language:
        return rdflib.Literal(node.value, lang=node.language)
    # To rdflib a text with datatype and one without are two things; shapes are written without.
    datatype = None if node.datatype.value == XSD_STRING else rdflib.URIRef(node.datatype.value)
    # A report quotes what the graph says, "0.50" and not "0.5".
    return rdflib.Literal(node.value, datatype=datatype, normalize=False)


def _shapes_graph(shapes: str | os.PathLike[str] | None) -> rdflib.Graph:
    import rdflib

    text, name = _shapes_text(shapes)
    try:
        return rdflib.Graph().parse(data=text, format="turtle")
    except Exception as error:  # rdflib's parser raises many kinds, some of them bare
        raise ShapeError(f"{name} cannot be read as Turtle: {_first_line(error)}") from None


def _shapes_text(shapes: str | os.PathLike[str] | None) -> tuple[str, str]:
    """The text of shapes and what to call them."""
    if shapes is None:
        return ontology_file("shapes.ttl").read_text(encoding="utf-8"), "shapes.ttl"
    # Turtle that says anything has white space in it, and a name that ends in .ttl is a name.
    is_text = isinstance(shapes, str) and not shapes.endswith(".ttl") and len(shapes.split()) > 1
    if is_text and not _exists(shapes):
        return str(shapes), "the text of the shapes"
    try:
        return Path(shapes).read_text(encoding="utf-8"), os.fspath(shapes)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ShapeError(f"the shapes {os.fspath(shapes)} cannot be opened: {reason}") from None


def _exists(path: str | os.PathLike[str]) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long for a name, or with a null character
        return False


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _validate(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """The report of pyshacl; `data` is our own copy, so it may be worked on in place."""
    import pyshacl
    import rdflib

    try:
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=shapes,
            inplace=True,
            inference="none",
            advanced=False,
            js=False,
            do_owl_imports=False,
        )
    except Exception as error:  # pyshacl and the SPARQL in shapes raise many kinds
        raise ShapeError(f"the shapes cannot be applied: {_first_line(error)}") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"the shapes cannot be applied: {report}")
    return report


# -- reading the report -------------------------------------------------------------------


def _problems(report: rdflib.Graph, namespaces: Namespaces) -> set[_Problem]:
    """What the report says, each problem once, though two constraints of a rule may find it."""
    import rdflib

    sh = rdflib.Namespace(SH)
    found = set()
    for result in report.objects(None, sh.result):
        severity = report.value(result, sh.resultSeverity)
        path = report.value(result, sh.resultPath)
        found.add(
            _Problem(
                severity=str(severity).removeprefix(SH),
                focus=_text(report.value(result, sh.focusNode), namespaces) or "",
                path=None if path is None else _path(report, path, namespaces),
                value=_text(report.value(result, sh.value), namespaces),
                message=_message(report.objects(result, sh.resultMessage)),
            )
        )
    return found


def _text(node: Any, namespaces: Namespaces) -> str | None:
    import rdflib

    if node is None:
        return None
    return namespaces.compress(str(node)) if isinstance(node, rdflib.URIRef) else str(node)


def _message(messages: Iterable[Any]) -> str:
    """One message: English or without a language where shapes give several."""
    ordered = sorted(messages, key=lambda text: (text.language not in (None, "en"), str(text)))
    return str(ordered[0]) if ordered else ""


PATH_SIGNS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def _path(report: rdflib.Graph, node: Any, namespaces: Namespaces) -> str:
    """A SHACL path as SPARQL writes it: ``prism:doi``, ``^cito:cites``, ``a/b``."""
    import rdflib
    from rdflib.collection import Collection as RdfList

    if isinstance(node, rdflib.URIRef):
        return namespaces.compress(str(node))
    sh = rdflib.Namespace(SH)
    if (node, rdflib.RDF.first, None) in report:
        return "/".join(_path(report, part, namespaces) for part in RdfList(report, node))
    inverse, choice = report.value(node, sh.inversePath), report.value(node, sh.alternativePath)
    if inverse is not None:
        return f"^{_grouped(_path(report, inverse, namespaces))}"
    if choice is not None:
        parts = (_path(report, part, namespaces) for part in RdfList(report, choice))
        return f"({'|'.join(parts)})"
    for name, sign in PATH_SIGNS.items():
        repeated = report.value(node, sh[name])
        if repeated is not None:
            return f"{_grouped(_path(report, repeated, namespaces))}{sign}"
    return str(node)


def _grouped(path: str) -> str:
    return f"({path})" if "/" in path or path.startswith("^") else path


# -- where it stands ----------------------------------------------------------------------

Stand = tuple[str | None, str | None]


class _Places:
    """Source and place of the rows that problems are about."""

    def __init__(self, kg: KnowledgeGraph, data: bytes, problems: Collection[_Problem]) -> None:
        import pyarrow as pa

        foci = pa.array(sorted({problem.focus for problem in problems}), pa.string())
        self._own: dict[str, list[Stand]] = defaultdict(list)
        self._links: dict[str, list[tuple[str, str, Stand]]] = defaultdict(list)
        if problems:
            self._find_rows(kg, foci)
        self._said = _sources_of(data, kg.namespaces, problems)

    def at(self, problem: _Problem) -> Stand:
        """Source and place of one problem, None where unknown."""
        links = self._links[problem.focus]
        linking = [at for path, end, at in links if (path, end) == (problem.path, problem.value)]
        own = self._own[problem.focus]
        # Where several sources have such a row, one that says what is at fault.
        said = self._said.get((problem.focus, problem.path, problem.value), set())
        saying = [at for at in own if at[0] in said]
        for stands in (linking, saying, own, [at for _, _, at in links]):
            if stands:
                return min(stands, key=lambda at: (at[0] or "", at[1] or ""))
        return None, None

    def _find_rows(self, kg: KnowledgeGraph, foci: pa.Array) -> None:
        for name, table in schema().tables.items():
            if name == STATEMENTS:
                continue
            rows = kg.table(name)
            for focus, stand in _stands(rows, row_ids(table, rows), foci):
                self._own[focus].append(stand)
            for shortcut in table.shortcuts:
                path = kg.namespaces.compress(shortcut.property)
                ends, starts = rows[shortcut.object], rows[shortcut.subject]
                for focus, stand, end in _stands(rows, starts, foci, ends):
                    self._links[focus].append((path, end, stand))


def _stands(rows: pa.Table, ids: Any, wanted: pa.Array, *more: Any) -> Iterable[Any]:
    """Id, source and place of the rows with wanted ids, and the cells of further columns."""
    import pyarrow.compute as pc

    mask = pc.is_in(ids, wanted)
    found = rows.filter(mask)
    sources = [source or None for source in found["source"].to_pylist()]
    knows_place = "place" in found.column_names
    places = found["place"].to_pylist() if knows_place else [None] * len(sources)
    stands = zip(sources, places, strict=True)
    others = (column.filter(mask).to_pylist() for column in more)
    return zip(ids.filter(mask).to_pylist(), stands, *others, strict=True)


def _sources_of(
    data: bytes, namespaces: Namespaces, problems: Iterable[_Problem]
) -> dict[tuple[str, str | None, str | None], set[str]]:
    """Which sources make the statements that are at fault."""
    import pyoxigraph

    wanted = {(p.focus, p.path, p.value) for p in problems if p.path and p.value}
    if not wanted:
        return {}
    foci = {namespaces.expand(focus) for focus, _, _ in wanted}
    said: dict[tuple[str, str | None, str | None], set[str]] = defaultdict(set)
    for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS):
        subject, graph = quad.subject, quad.graph_name
        if isinstance(graph, pyoxigraph.DefaultGraph) or subject.value not in foci:
            continue
        is_thing = isinstance(quad.object, pyoxigraph.NamedNode)
        value = namespaces.compress(quad.object.value) if is_thing else quad.object.value
        statement = (
            namespaces.compress(subject.value),
            namespaces.compress(quad.predicate.value),
            value,
        )
        if statement in wanted:
            said[statement].add(namespaces.compress(graph.value))
    return said
