"""Answers of an engine as frames and graphs, by column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphkit import terms
from graphkit.ids import Namespaces

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import rdflib

__all__ = ["frame", "graph"]

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
DATES = {
    XSD + "date": ("date", r"\d{4}-\d\d-\d\d"),
    XSD + "dateTime": ("time", r"\d{4}-[^.]*(\.\d{1,6})?(Z|[+-]\d\d:\d\d)"),
}
TRUTH = ("true", "false")
KIND_OF_DATATYPE = {
    **dict.fromkeys(WHOLE, "whole"),
    **dict.fromkeys(REAL, "real"),
    XSD + "boolean": "truth",
}
WHOLE_NUMBER = r"[+-]?\d+"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
SMALL = 1 << 15
"""Bytes of an answer that plain Python reads faster than Arrow does."""
LITERAL = re.compile(r'(?s)(?P<text>".*")(?:\^\^<(?P<datatype>[^<>"]*)>|@[\w-]+)?')


def graph(triples: bytes, namespaces: Namespaces) -> rdflib.Graph:
    """N-Triples as a graph of rdflib with the known prefixes.

    Parameters
    ----------
    triples : bytes
    namespaces : Namespaces
    """
    import rdflib

    made = rdflib.Graph()
    for prefix, iri in namespaces.prefixes.items():
        made.bind(prefix, iri, replace=True)
    return made.parse(data=triples.decode(), format="nt")


def frame(names: Sequence[str], tsv: bytes, namespaces: Namespaces | None) -> pd.DataFrame:
    """Solutions in SPARQL's TSV as a frame, each column of the narrowest type that fits it.

    Parameters
    ----------
    names : sequence of str
        The variables.
    tsv : bytes
    namespaces : Namespaces, optional
        Shortens IRIs to ids, where given.
    """
    import pandas as pd
    import pyarrow as pa

    start = tsv.find(b"\n") + 1
    if not names or start == len(tsv):
        blank = pa.table({name: pa.array([], pa.string()) for name in names})
        rows = pd.RangeIndex(0 if names else tsv.count(b"\n") - 1)
        return pd.DataFrame(blank.to_pandas(types_mapper=pd.ArrowDtype), index=rows)
    if len(tsv) <= SMALL:
        # The reader of CSV is a thread of its own, and to wait for it takes longer than this.
        text = tsv[start:].decode().replace("\r\n", "\n").removesuffix("\n")
        lines = [line.split("\t") for line in text.split("\n")]
        typed = [_typed_few(column, namespaces) for column in zip(*lines, strict=True)]
    else:
        table = _read(names, pa.py_buffer(tsv).slice(start))
        typed = [_typed(table[name], namespaces) for name in names]
    # Not by `to_pandas`, which takes longer than most queries.
    columns = dict(zip(names, map(pd.arrays.ArrowExtensionArray, typed), strict=True))
    return pd.DataFrame(columns, index=pd.RangeIndex(len(typed[0])), copy=False)


def _read(names: Sequence[str], body: pa.Buffer) -> dict[str, pa.Array]:
    """The columns of a table in TSV without a heading."""
    import pyarrow as pa
    from pyarrow import csv

    table = csv.read_csv(
        pa.BufferReader(body),
        read_options=csv.ReadOptions(
            column_names=names,
            block_size=max(1 << 20, body.size + 1),
            use_threads=body.size > 1 << 20,
        ),
        parse_options=csv.ParseOptions(
            delimiter="\t", quote_char=False, double_quote=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return {name: table[name].combine_chunks() for name in names}


def _typed(column: pa.Array, namespaces: Namespaces | None) -> pa.Array:
    """A column of TSV terms as numbers, booleans, dates or text: the narrowest that fits all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing = pa.scalar(None, pa.string())
    is_iri = pc.starts_with(column, "<")
    iris = pc.if_else(is_iri, pc.utf8_slice_codeunits(column, 1, -1), nothing)
    some_iris = iris.null_count < len(iris)
    if namespaces is not None and some_iris:
        iris = namespaces.compress_column(iris)
    if iris.null_count == column.null_count:
        return iris
    first = column.filter(pc.is_valid(column))[0].as_py()
    if not some_iris and (alike := _alike(column, first)):
        values, datatype, bare = alike
    else:
        text, datatype, _ = terms.split_literals(column)
        # Oxigraph writes numbers and booleans as Turtle does, without quotes.
        bare = pc.if_else(pc.or_(pc.is_valid(iris), pc.is_valid(text)), nothing, column)
        values = pc.coalesce(iris, text, bare)
        if some_iris:
            return values
    missing = pc.is_null(values)
    # No column is of a type that its first value is not of.
    for kind, fits in _tests(first, values, datatype, bare):
        if pc.all(pc.or_(missing, pc.fill_null(fits, False))).as_py():
            try:
                return values.cast(kind)
            except pa.ArrowInvalid:
                continue
    return values


def _alike(column: pa.Array, first: str) -> tuple[pa.Array, Any, Any] | None:
    """Values, datatype and what has no quotes, of a column of terms that are all alike.

    Most are, and need none of the expressions that take texts apart.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing = pa.scalar(None, pa.string())
    quoted = pc.starts_with(column, '"')
    literal = LITERAL.fullmatch(first)
    if literal is None:
        return None if pc.any(quoted).as_py() else (column, nothing, column)
    end = first[literal.end("text") :]
    # What is quoted without a backslash holds no other quotes.
    plain = pc.and_(quoted, pc.invert(pc.match_substring(column, "\\")))
    if not pc.all(pc.and_(plain, pc.ends_with(column, f'"{end}'))).as_py():
        return None
    values = pc.utf8_slice_codeunits(column, 1, -1 - len(end))
    return values, pa.scalar(literal["datatype"], pa.string()), nothing


def _tests(
    first: str, values: pa.Array, datatype: Any, bare: Any
) -> Iterator[tuple[pa.DataType, pa.Array]]:
    """The types that a column with this first term may have, and which of its values fit each."""
    import pyarrow as pa
    import pyarrow.compute as pc

    literal = LITERAL.fullmatch(first)
    named = literal["datatype"] if literal else None
    if named in (*WHOLE, *REAL) or not (literal or first in TRUTH):
        whole = pc.or_kleene(
            pc.is_in(datatype, pa.array(WHOLE)), pc.match_substring_regex(bare, f"^{WHOLE_NUMBER}$")
        )
        yield _arrow_type("whole"), whole
        real = pc.or_kleene(
            pc.is_in(datatype, pa.array(REAL)),
            pc.match_substring_regex(bare, f"^(?:{NUMBER})$"),
        )
        yield _arrow_type("real"), pc.or_kleene(whole, real)
    elif named == XSD + "boolean" or first in TRUTH:
        truth = pc.is_in(bare, pa.array(TRUTH))
        yield _arrow_type("truth"), pc.or_kleene(pc.equal(datatype, XSD + "boolean"), truth)
    elif named in DATES:
        # Dates before the year 1 and times without a zone stay as they are written.
        kind, form = DATES[named]
        yield (
            _arrow_type(kind),
            pc.and_kleene(
                pc.equal(datatype, named), pc.match_substring_regex(values, f"^(?:{form})$")
            ),
        )


# -- the same for few terms, where Arrow's expressions take longer to prepare than to run -------

# What a column may become, by the kinds of its terms; the first that they fit and that holds them.
KINDS = (
    ({"whole"}, "whole"),
    ({"whole", "real"}, "real"),
    ({"truth"}, "truth"),
    ({"date"}, "date"),
    ({"time"}, "time"),
)


def _typed_few(column: Sequence[str], namespaces: Namespaces | None) -> pa.Array:
    """As `_typed`, term by term; an empty one is unbound."""
    import pyarrow as pa

    values: list[str | None] = []
    kinds = set()
    for term in column:
        if not term:
            values.append(None)
            continue
        kind, value = _value(term)
        if kind == "iri" and namespaces is not None:
            value = namespaces.compress(value)
        kinds.add(kind)
        values.append(value)
    texts = pa.array(values, pa.string())
    for fitting, name in KINDS:
        if kinds and kinds <= fitting:
            try:
                return texts.cast(_arrow_type(name))
            except pa.ArrowInvalid:
                continue
    return texts


def _value(term: str) -> tuple[str, str]:
    """The kind of a term in TSV and its value as a text."""
    if term[0] == "<":
        return "iri", term[1:-1]
    literal = LITERAL.fullmatch(term)
    if literal is None:
        return _kind_of_bare(term), term
    value, datatype = literal["text"][1:-1], literal["datatype"]
    if "\\" in value:
        value = terms.unescape_text(value)
    if datatype in DATES:
        kind, form = DATES[datatype]
        return (kind if re.fullmatch(form, value, re.ASCII) else "text"), value
    return KIND_OF_DATATYPE.get(datatype, "text"), value


def _kind_of_bare(term: str) -> str:
    if term in TRUTH:
        return "truth"
    if re.fullmatch(WHOLE_NUMBER, term, re.ASCII):
        return "whole"
    return "real" if re.fullmatch(NUMBER, term, re.ASCII) else "text"


def _arrow_type(kind: str) -> pa.DataType:
    import pyarrow as pa

    made: pa.DataType = {
        "whole": pa.int64,
        "real": pa.float64,
        "truth": pa.bool_,
        "date": pa.date32,
        "time": lambda: pa.timestamp("us", "UTC"),
    }[kind]()
    return made
