"""SPARQL on an Oxigraph store that is filled from the tables in one bulk load.

Results come from Oxigraph's own serialisation through Arrow, not row by row.
"""

from __future__ import annotations

import difflib
import io
import re
from typing import TYPE_CHECKING, Any

from graphkit import terms
from graphkit.errors import QueryError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.rdf import to_nquads

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyoxigraph
    import rdflib

__all__ = ["query", "store"]

XSD = terms.XSD
WHOLE = tuple(
    XSD + name
    for name in (
        "integer",
        "int",
        "long",
        "short",
        "nonNegativeInteger",
        "positiveInteger",
        "gYear",
    )
)
REAL = (XSD + "double", XSD + "float", XSD + "decimal")


def store(kg: KnowledgeGraph) -> pyoxigraph.Store:
    """The graph as an Oxigraph store, in memory, filled at first use.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    pyoxigraph.Store
        One named graph a source.

    Examples
    --------
    >>> import graphkit as gk
    >>> len(store(gk.example())) > 1000
    True
    """
    import pyoxigraph

    if "oxigraph" not in kg.derived:
        filled = pyoxigraph.Store()
        filled.bulk_load(input=to_nquads(kg), format=pyoxigraph.RdfFormat.N_QUADS)
        kg.derived["oxigraph"] = filled
    loaded: pyoxigraph.Store = kg.derived["oxigraph"]
    return loaded


def query(
    kg: KnowledgeGraph, text: str, *, short: bool = False
) -> pd.DataFrame | bool | rdflib.Graph:
    """Answer a SPARQL 1.1 query.

    The prefixes of ``ontology/prefixes.ttl`` are declared; the default graph is the union of
    all sources, and ``GRAPH ?source { … }`` asks who said it. ``SERVICE`` is refused: a
    query reaches nothing outside the graph.

    Parameters
    ----------
    kg : KnowledgeGraph
    text : str
    short : bool
        Shorten IRIs to ids such as ``author:Ada_Lovelace``.

    Returns
    -------
    pandas.DataFrame, bool or rdflib.Graph
        For SELECT a frame of Arrow dtypes with a column for each variable: whole numbers and
        years as int64, other numbers as double, booleans as bool, all else as string;
        unbound is missing. For ASK a bool, for CONSTRUCT and DESCRIBE an `rdflib.Graph`.

    Raises
    ------
    QueryError
        The text is no query; the error says where and what was expected.

    Examples
    --------
    >>> import graphkit as gk
    >>> query(gk.example(), "SELECT (COUNT(*) AS ?n) { ?p a fabio:ResearchPaper }")
        n
    0  44
    """
    import pyoxigraph

    _refuse_service(text)
    try:
        found = store(kg).query(
            text, prefixes=dict(kg.namespaces.prefixes), use_default_graph_as_union=True
        )
    except SyntaxError as error:
        raise _query_error(error, text, kg.namespaces) from None
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(str(error)) from None
    if isinstance(found, pyoxigraph.QueryBoolean):
        return bool(found)
    if isinstance(found, pyoxigraph.QueryTriples):
        return _rdflib_graph(found, kg.namespaces)
    return _frame(found, kg.namespaces if short else None)


def _query_error(error: SyntaxError, text: str, namespaces: Namespaces) -> QueryError:
    """Oxigraph's message with its place, in words for people."""
    message = str(error)
    at = re.search(r"at (\d+):(\d+)(?:-\d+(?::\d+)?)?:?\s*", message)
    if at is None:
        return QueryError(message)
    line, column = int(at[1]), int(at[2])
    lines = text.split("\n")
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    after = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    reason = message[at.end() :]
    if not NOT_CODE.sub("", text).strip():
        return QueryError("the query is empty: begin with SELECT, ASK, CONSTRUCT or DESCRIBE", 1, 1)
    if "Prefix not found" in reason:
        prefix = re.findall(r"[\w.-]*:", before) or re.findall(r"[\w.-]*:", after) or [":"]
        return QueryError(_unknown_prefix(prefix[-1], namespaces), line, column)
    # Character classes are the grammar's, not a person's; keywords and brackets are both's.
    wanted = re.findall(r"\b[A-Z]{2,}\b|(?<=\")[^\s\"\\]{1,2}(?=\")", reason)
    expected = f"expected {' or '.join(dict.fromkeys(wanted))}" if wanted else "cannot go on"
    place = f"before {after[:40]!r}" if after else "at the end of the line"
    return QueryError(f"{expected} {place}", line, column)


def _unknown_prefix(prefix: str, namespaces: Namespaces) -> str:
    known = namespaces.prefixes
    near = difflib.get_close_matches(prefix.rstrip(":"), known, n=1)
    hint = f"did you mean {near[0]}:? " if near else ""
    return f"unknown prefix {prefix} {hint}(known: {', '.join(f'{name}:' for name in known)})"


# What is no code in a query: comments, IRIs, strings.
NOT_CODE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'(?:[^'\\\n]|\\.)*'|<[^<>\"{}|^`\\\s]*>|#[^\n]*"
)


def _refuse_service(text: str) -> None:
    code = NOT_CODE.sub(lambda m: " " * len(m[0]), text)
    found = re.search(r"(?<![\w?$:-])SERVICE(?![\w:-])", code, re.IGNORECASE)
    if found:
        before = text[: found.start()]
        line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
        raise QueryError("SERVICE is not allowed: a query reaches nothing outside", line, column)


def _rdflib_graph(triples: Any, namespaces: Namespaces) -> rdflib.Graph:
    import pyoxigraph
    import rdflib

    graph = rdflib.Graph()
    for prefix, iri in namespaces.prefixes.items():
        graph.bind(prefix, iri, replace=True)
    data = triples.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES)
    return graph.parse(data=data.decode(), format="nt")


def _frame(solutions: Any, namespaces: Namespaces | None) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa
    import pyoxigraph
    from pyarrow import csv

    names = [variable.value for variable in solutions.variables]
    data = solutions.serialize(format=pyoxigraph.QueryResultsFormat.TSV)
    body = data.partition(b"\n")[2]
    if not names or not body:
        return pd.DataFrame(dict.fromkeys(names), index=pd.RangeIndex(body.count(b"\n")))
    table = csv.read_csv(
        io.BytesIO(body),
        read_options=csv.ReadOptions(column_names=names, block_size=max(1 << 20, len(body) + 1)),
        parse_options=csv.ParseOptions(
            delimiter="\t", quote_char=False, double_quote=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    columns = {name: _typed(table[name].combine_chunks(), namespaces) for name in names}
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _typed(column: pa.Array, namespaces: Namespaces | None) -> pa.Array:
    """A column of TSV terms as numbers, booleans or text: the narrowest that fits all of it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    iris = pc.struct_field(pc.extract_regex(column, "^<(?P<iri>.*)>$"), "iri")
    if namespaces is not None:
        iris = namespaces.compress_column(iris)
    text, datatype, _ = terms.split_literals(column)
    # Oxigraph writes numbers and booleans as Turtle does, without quotes.
    plain = pc.and_(pc.is_null(iris), pc.is_null(text))
    bare = pc.if_else(plain, column, pa.scalar(None, pa.string()))
    values = pc.coalesce(iris, text, bare)
    if pc.all(pc.is_null(values)).as_py() or iris.null_count < len(iris):
        return values
    whole = pc.or_kleene(
        pc.is_in(datatype, pa.array(WHOLE)), pc.match_substring_regex(bare, r"^[+-]?\d+$")
    )
    real = pc.or_kleene(
        pc.is_in(datatype, pa.array(REAL)),
        pc.match_substring_regex(bare, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"),
    )
    boolean = pc.or_kleene(
        pc.equal(datatype, XSD + "boolean"), pc.is_in(bare, pa.array(["true", "false"]))
    )
    for fits, kind in (
        (whole, pa.int64()),
        (pc.or_kleene(whole, real), pa.float64()),
        (boolean, pa.bool_()),
    ):
        missing = pc.is_null(values)
        if pc.all(pc.or_(missing, pc.fill_null(fits, False))).as_py():
            try:
                return values.cast(kind)
            except pa.ArrowInvalid:
                continue
    return values
