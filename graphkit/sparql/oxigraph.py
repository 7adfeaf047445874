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
from graphkit.identity import MATCHER, RESOLUTION
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
        One named graph a source. The default graph is their union where several sources were
        read, otherwise what no source says.

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
        if _several(kg):
            # Oxigraph's own union repeats what two graphs say; answers and counts would too.
            filled.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?source { ?s ?p ?o } }")
        kg.derived["oxigraph"] = filled
    loaded: pyoxigraph.Store = kg.derived["oxigraph"]
    return loaded


def _several(kg: KnowledgeGraph) -> bool:
    """Whether sources may say the same; matchers and resolutions say only their own."""
    sources = kg.table("sources").select(["id", "format"]).to_pylist()
    own = {row["id"] for row in sources if row["format"] in (MATCHER, RESOLUTION)}
    return len(set(kg.source_ids()) - own) > 1


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

    prefixes = dict(kg.namespaces.prefixes)
    text = _names_spelt_out(text, prefixes)
    if _has_keyword(text, "SERVICE", prefixes):
        raise _query_error(text, prefixes)
    try:
        found = store(kg).query(
            text,
            prefixes=prefixes,
            # Who names the graphs to look in means these and no others.
            use_default_graph_as_union=not (_several(kg) or _has_keyword(text, "FROM", prefixes)),
        )
        if isinstance(found, pyoxigraph.QueryBoolean):
            return bool(found)
        if isinstance(found, pyoxigraph.QueryTriples):
            return _rdflib_graph(found, kg.namespaces)
        return _frame(found, kg.namespaces if short else None)
    except SyntaxError:
        raise _query_error(text, prefixes) from None
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(str(error)) from None


# What is no code in a query: comments, IRIs, strings.
NOT_CODE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'(?:[^'\\\n]|\\.)*'|<[^<>\"{}|^`\\\s]*>|#[^\n]*"
)


def _names_spelt_out(text: str, prefixes: dict[str, str]) -> str:
    """The query with names such as ``author:J._R._R._Tolkien`` as IRIs.

    SPARQL allows several dots in a name; Oxigraph stops at the second.
    """
    own = {name for name in prefixes if not re.search(rf"(?i)\bprefix\s+{name}:", text)}
    names = "|".join(sorted(own, key=len, reverse=True))
    name = rf"(?<![\w:?$.-])(?P<prefix>{names}):(?P<local>[\w%:~-]*(?:\.[\w%:~-]+){{2,}})"

    def spelt_out(match: re.Match[str]) -> str:
        if not match["prefix"]:
            return match[0]
        return f"<{prefixes[match['prefix']]}{match['local']}>"

    return re.sub(f"{NOT_CODE.pattern}|{name}", spelt_out, text) if own else text


# -- what is wrong with a query -----------------------------------------------------------


def _has_keyword(text: str, keyword: str, prefixes: dict[str, str]) -> bool:
    """Whether a word is a keyword of a query somewhere, not part of a text, IRI or name.

    Oxigraph's own parser decides, since any other reading of SPARQL could be misled: where
    the word is a keyword, no query is left when another word stands in its place.
    """
    masked = _masked(text, keyword)
    return masked != text and _failure(masked, prefixes) is not None


def _masked(text: str, keyword: str) -> str:
    # Case stays, since variables differ by it.
    return re.sub(
        keyword,
        lambda m: m[0][:-1] + ("x" if m[0][-1].islower() else "X"),
        text,
        flags=re.IGNORECASE,
    )


def _failure(text: str, prefixes: dict[str, str]) -> tuple[int, str] | None:
    """Where Oxigraph stops (an offset) and what it says, or None where a text is a query.

    To parse a query is to run it, if on no data, so no ``SERVICE`` gets as far as that.
    """
    import pyoxigraph

    try:
        pyoxigraph.Store().query(_masked(text, "SERVICE"), prefixes=prefixes)
    except SyntaxError as error:
        at = re.match(r"error at (\d+):(\d+)\S* *", str(error))
        if at is None:
            return 0, str(error)
        before = text.split("\n")[: int(at[1]) - 1]
        return sum(len(line) + 1 for line in before) + int(at[2]) - 1, str(error)[at.end() :]
    except (ValueError, OSError, RuntimeError):
        pass
    return None


# Oxigraph tells a keyword wrong only after as many letters as it has.
LONGEST_KEYWORD = 16
SENTENCE = re.compile(r"[A-Z][\w-]* [a-z]\w*(?: [\w-]+)*")
# What people call the symbols that Oxigraph expects.
CALLED = {
    '"?"': "a variable",
    '"$"': "a variable",
    '"<"': "an IRI",
    '":"': "an IRI",
    '"\\""': "a string",
    '"\'"': "a string",
    "['0'..='9']": "a number",
    '"("': "(",
    '")"': ")",
    '"{"': "{",
    '"}"': "}",
    '"]"': "]",
    '"."': ".",
    '";"': ";",
    '","': ",",
    '"*"': "*",
    '"="': "=",
}
# fmt: off
KEYWORDS = [
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FILTER", "OPTIONAL", "UNION", "GRAPH",
    "MINUS", "BIND", "VALUES", "DISTINCT", "REDUCED", "ORDER", "GROUP", "HAVING", "LIMIT",
    "OFFSET", "PREFIX", "BASE", "EXISTS",
]
# fmt: on


def _query_error(text: str, prefixes: dict[str, str]) -> QueryError:
    """What is wrong with a text, and where, in words for people."""
    if not NOT_CODE.sub("", text).strip():
        return QueryError("the query is empty: begin with SELECT, ASK, CONSTRUCT or DESCRIBE", 1, 1)
    at, said = _first_error(text, prefixes)
    sentence = SENTENCE.search(said)
    if sentence and sentence[0].startswith("Prefix"):
        at -= len(re.search(r"[\w.%\\-]*:[\w.%:\\-]*$", text[:at] or ":")[0])  # type: ignore[index]
    elif sentence and sentence[0].startswith("IRI"):
        at = max(text.rfind("<", 0, at), 0)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return QueryError(_reason(text, at, said, sentence and sentence[0], prefixes), line, column)


def _first_error(text: str, prefixes: dict[str, str]) -> tuple[int, str]:
    """The offset of the first token with which no query can go on, and what would do there."""
    stop, said = _failure(text, prefixes) or (0, "")
    if not SENTENCE.search(said):
        for at in range(min(stop, len(text)), max(stop - LONGEST_KEYWORD, 0), -1):
            place, wanted = _failure(text[:at], prefixes) or (at, "nothing more")
            if place == at and (_expected(wanted) or wanted == "nothing more"):
                name = re.search(r"(?<![?$@:\w])[^\W\d_][\w.-]*$", text[:at])
                # A word might begin a name with a colon, but none came: it is the word's fault.
                return (name.start() if name and '":"' in wanted else at), wanted
        if stop <= LONGEST_KEYWORD:
            return 0, said
    return stop, said


def _expected(said: str) -> list[str]:
    return [
        name
        for name in dict.fromkeys(CALLED.values())
        if any(symbol in said for symbol, called in CALLED.items() if called == name)
    ]


def _reason(text: str, at: int, said: str, sentence: str | None, prefixes: dict[str, str]) -> str:
    after = text[at:].split("\n")[0].strip()
    if re.match(r"service(?![\w.:-])", after, re.IGNORECASE):
        return "SERVICE is not allowed: a query reaches nothing outside the graph"
    prefix = re.match(r"([^\W\d_][\w.-]*)?:", after)
    declared = re.findall(r"\bPREFIX\s+([\w.-]*):", text, re.IGNORECASE)
    if prefix and (prefix[1] or "") not in (*prefixes, *declared):
        return _unknown_prefix(prefix[0], prefixes)
    iri = re.match("<[^<>]*>", after)
    if iri and (sentence or '"<"' in said):
        return f"{iri[0]} is no absolute IRI"
    place = f"before {after[:40]!r}" if after else "at the end of the line"
    if sentence:
        return f"{sentence} {place}"
    wanted = [said] if said == "nothing more" else _expected(said)
    wanted = ["a closing quote"] if r'"\\u"' in said else wanted
    if not at:
        wanted = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
    word = re.match(r"[A-Za-z]+", after)
    near = difflib.get_close_matches(word[0].upper(), KEYWORDS, 1) if word else []
    hint = f"; did you mean {near[0]}?" if near and near[0] != word[0].upper() else ""  # type: ignore[index]
    listed = " or ".join([", ".join(wanted[:-1]), wanted[-1]] if wanted[1:] else wanted)
    return f"expected {listed} {place}{hint}" if wanted else f"cannot go on {place}{hint}"


def _unknown_prefix(prefix: str, prefixes: dict[str, str]) -> str:
    near = difflib.get_close_matches(prefix.rstrip(":"), prefixes, n=1)
    hint = f"did you mean {near[0]}:? " if near else ""
    return f"unknown prefix {prefix} {hint}(known: {', '.join(f'{name}:' for name in prefixes)})"


# -- answers ------------------------------------------------------------------------------


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
        blank = pa.table({name: pa.array([], pa.string()) for name in names})
        rows = pd.RangeIndex(0 if names else body.count(b"\n"))
        return pd.DataFrame(blank.to_pandas(types_mapper=pd.ArrowDtype), index=rows)
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
