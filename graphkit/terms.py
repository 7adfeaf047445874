"""RDF terms by column: one two-way converter for each kind of column.

A term is a string in N-Quads syntax (``<iri>``, ``"text"@en``, ``"2022"^^<…gYear>``).
``encode`` turns cells into terms, ``decode`` terms into cells; a term that ``encode`` would
not give back as it was becomes null, so nothing is read that could not be written again.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphkit.ids import Namespaces

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["decode", "encode", "encode_literals", "split_literals", "tidy_terms"]

XSD = "http://www.w3.org/2001/XMLSchema#"
DATATYPES = {
    "integer": XSD + "integer",
    "year": XSD + "gYear",
    "number": XSD + "double",
    "boolean": XSD + "boolean",
    "time": XSD + "dateTime",
    "link": XSD + "anyURI",
}
LITERAL = r'(?s)^"(?P<body>.*)"(?:\^\^<(?P<datatype>[^>]*)>|@(?P<lang>[A-Za-z0-9-]+))?$'


def encode(
    kind: str, column: pa.Array, namespaces: Namespaces, languages: pa.Array | None = None
) -> pa.Array:
    """The terms of a column.

    Parameters
    ----------
    kind : str
        A kind of `graphkit.schema.Column`.
    column : pyarrow.Array
        Cells; null stays null.
    namespaces : Namespaces
        For ids.
    languages : pyarrow.Array, optional
        Language tag of each cell, null where it is unknown; for prose.

    Returns
    -------
    pyarrow.Array
        Strings.
    """
    import pyarrow.compute as pc

    if kind in ("id", "class"):
        return _wrap("<", namespaces.expand_column(column), ">")
    texts = _lexical(kind, column)
    if kind in DATATYPES:
        return _wrap('"', escape(texts), f'"^^<{DATATYPES[kind]}>')
    quoted = _wrap('"', escape(texts), '"')
    if languages is None:
        return quoted
    tagged = pc.binary_join_element_wise(quoted, languages, "@")
    return pc.coalesce(tagged, quoted)


def decode(
    kind: str, terms: pa.Array, namespaces: Namespaces, *, prose: bool = False
) -> tuple[pa.Array, pa.Array]:
    """The cells that terms stand for, and their language tags.

    Parameters
    ----------
    kind : str
    terms : pyarrow.Array
        Strings.
    namespaces : Namespaces
    prose : bool
        Whether a language tag is allowed.

    Returns
    -------
    tuple of pyarrow.Array
        Cells, null where a term is not of this kind or not in the form that `encode` gives
        it; and tags, null where there is none.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing = pa.nulls(len(terms), pa.string())
    if kind in ("id", "class"):
        iris = pc.struct_field(pc.extract_regex(terms, "^<(?P<iri>[^>]*)>$"), "iri")
        return namespaces.compress_column(iris), nothing
    body, datatype, lang = split_literals(terms)
    fits = pc.equal(datatype, DATATYPES.get(kind, ""))
    if not prose:
        fits = pc.and_(fits, pc.equal(lang, ""))
    texts = pc.if_else(fits, body, nothing)
    cells = _cells(kind, texts)
    tags = pc.if_else(pc.and_(pc.is_valid(cells), pc.not_equal(lang, "")), lang, nothing)
    same = pc.equal(encode(kind, cells, namespaces, tags if prose else None), terms)
    return pc.if_else(pc.fill_null(same, False), cells, pa.nulls(len(cells), cells.type)), tags


def split_literals(terms: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Text, datatype IRI and language tag of literals (``""`` where absent; null for IRIs).

    Parameters
    ----------
    terms : pyarrow.Array
        Strings.
    """
    import pyarrow.compute as pc

    parts = pc.extract_regex(terms, LITERAL)
    return (
        unescape(pc.struct_field(parts, "body")),
        pc.struct_field(parts, "datatype"),
        pc.struct_field(parts, "lang"),
    )


def encode_literals(texts: pa.Array, datatypes: pa.Array, languages: pa.Array) -> pa.Array:
    """Terms of texts with a datatype IRI each, or a language tag.

    Parameters
    ----------
    texts, datatypes, languages : pyarrow.Array
        Strings of one length; a language goes before a datatype.
    """
    import pyarrow.compute as pc

    quoted = _wrap('"', escape(texts), '"')
    typed = pc.binary_join_element_wise(quoted, _wrap("^^<", datatypes, ">"), "")
    plain = pc.is_in(datatypes, _set(XSD + "string"))
    tagged = pc.binary_join_element_wise(quoted, languages, "@")
    return pc.coalesce(tagged, pc.if_else(plain, quoted, typed))


def tidy_terms(terms: pa.Array) -> pa.Array:
    """Terms with the escapes and datatypes that `encode` writes, whoever wrote them.

    Parameters
    ----------
    terms : pyarrow.Array
        Strings.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    escaped = pc.match_substring_regex(terms, r"^<[^>]*\\")
    if pc.any(escaped).as_py():
        terms = pc.replace_with_mask(terms, escaped, unescape(terms.filter(escaped)))

    odd = pc.match_substring_regex(terms, rf'^"(?s:.*)(\\|\^\^<{re.escape(XSD)}string>$)')
    if not pc.any(odd).as_py():
        return terms
    body, datatype, lang = split_literals(terms.filter(odd))
    typed = pc.if_else(pc.equal(datatype, ""), pa.scalar(XSD + "string"), datatype)
    tag = pc.if_else(pc.equal(lang, ""), pa.scalar(None, pa.string()), lang)
    tidied = encode_literals(body, typed, tag)
    return pc.replace_with_mask(terms, odd, tidied)


def _set(*values: str) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string())


def _wrap(before: str, column: pa.Array, after: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(pa.scalar(before), column, pa.scalar(after), "")


ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def escape(texts: pa.Array) -> pa.Array:
    """Texts with backslash, quote and line ends escaped as N-Quads asks."""
    import pyarrow.compute as pc

    for plain, escaped in ESCAPES.items():
        texts = pc.replace_substring(texts, plain, escaped)
    return texts


UNESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def unescape(texts: pa.Array) -> pa.Array:
    """Texts with the escapes of N-Quads undone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    escaped = pc.fill_null(pc.match_substring(texts, "\\"), False)
    if not pc.any(escaped).as_py():
        return texts

    undone = [unescape_text(text) for text in texts.filter(escaped).to_pylist()]
    return pc.replace_with_mask(texts, escaped, pa.array(undone, pa.string()))


def unescape_text(text: str) -> str:
    """One text with the escapes of N-Quads undone."""

    # One pass over the text: a chain of replacements would read \\n wrongly.
    def plain(match: re.Match[str]) -> str:
        code = match[1]
        return UNESCAPES[code] if len(code) == 1 else chr(int(code[1:], 16))

    return re.sub(r"""\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[tbnrf"'\\])""", plain, text)


def _lexical(kind: str, column: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "integer":
        return column.cast(pa.string())
    if kind == "year":
        return _by_value(column, lambda year: f"{'-' * (year < 0)}{abs(year):04}")
    if kind == "boolean":
        return pc.if_else(column, "true", "false")
    if kind == "number":
        # Python's shortest form, since it is also the one that rdflib writes.
        return _by_value(column, repr)
    if kind == "time":
        return _by_value(column, lambda time: time.isoformat())
    return column


def _by_value(column: pa.Array, write: Callable[[Any], str]) -> pa.Array:
    """Apply a function once to each distinct value."""
    import pyarrow as pa

    coded = column.dictionary_encode()
    return pa.array([write(v) for v in coded.dictionary.to_pylist()], pa.string()).take(
        coded.indices
    )


def _cells(kind: str, texts: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "integer":
        return _by_text(texts, lambda text: _whole(text, 64), pa.int64())
    if kind == "year":
        return _by_text(texts, lambda text: _whole(text, 32), pa.int32())
    if kind == "boolean":
        known = pc.is_in(texts, _set("true", "false"))
        return pc.if_else(known, pc.equal(texts, "true"), pa.scalar(None, pa.bool_()))
    if kind == "number":
        return _by_text(texts, _finite, pa.float64())
    if kind == "time":
        return _by_text(texts, _time, pa.timestamp("us", tz="UTC"))
    return texts


def _whole(text: str, bits: int) -> int:
    number = int(text)
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise OverflowError("too large for its column")
    return number


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _time(text: str) -> datetime.datetime:
    time = datetime.datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("no time zone")
    # In UTC, since the year 1 of an eastern zone began in a year that no datetime holds.
    return time.astimezone(datetime.UTC)


def _by_text(texts: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    def cell(text: str) -> Any:
        try:
            return read(text)
        except (ValueError, OverflowError):
            return None

    coded = texts.dictionary_encode()
    return pa.array([cell(t) for t in coded.dictionary.to_pylist()], kind).take(coded.indices)
