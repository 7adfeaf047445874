from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest

from graphkit.ids import Namespaces
from graphkit.terms import decode, encode, tidy_terms, unescape_text

NAMES = Namespaces()
XSD = "http://www.w3.org/2001/XMLSchema#"
UTC = datetime.UTC


def typed(text: str, kind: str) -> str:
    return f'"{text}"^^<{XSD}{kind}>'


@pytest.mark.parametrize(
    ("kind", "arrow", "cell", "term"),
    [
        ("string", pa.string(), 'a"\\\n\r\tb', '"a\\"\\\\\\n\\r\tb"'),
        ("integer", pa.int64(), -(2**63), typed("-9223372036854775808", "integer")),
        ("integer", pa.int64(), 2**63 - 1, typed("9223372036854775807", "integer")),
        ("year", pa.int32(), 987, typed("0987", "gYear")),
        ("year", pa.int32(), -44, typed("-0044", "gYear")),
        ("year", pa.int32(), -(2**31), typed("-2147483648", "gYear")),
        ("number", pa.float64(), 1e-05, typed("1e-05", "double")),
        ("number", pa.float64(), 0.5, typed("0.5", "double")),
        ("boolean", pa.bool_(), False, typed("false", "boolean")),
        ("link", pa.string(), "http://x.example/", typed("http://x.example/", "anyURI")),
        ("id", pa.string(), "doi:10.1/x", "<https://doi.org/10.1/x>"),
        ("id", pa.string(), "<doi:10/x>", "<doi:10/x>"),
        ("class", pa.string(), "fabio:Book", "<http://purl.org/spar/fabio/Book>"),
        (
            "time",
            pa.timestamp("us", "UTC"),
            datetime.datetime(2022, 5, 1, 12, tzinfo=UTC),
            typed("2022-05-01T12:00:00+00:00", "dateTime"),
        ),
    ],
)
def test_a_cell_and_its_term(kind: str, arrow: pa.DataType, cell: Any, term: str) -> None:
    cells = pa.array([cell, None], arrow)
    assert encode(kind, cells, NAMES).to_pylist() == [term, None]
    back, tags = decode(kind, pa.array([term, None]), NAMES)
    assert back.equals(cells)
    assert tags.to_pylist() == [None, None]


@pytest.mark.parametrize(
    ("kind", "term"),
    [
        ("integer", typed("01", "integer")),
        ("integer", typed("9223372036854775808", "integer")),
        ("integer", '"1"'),
        ("integer", typed("1", "int")),
        ("integer", typed("١", "integer")),
        ("year", typed("2147483648", "gYear")),
        ("year", typed("99", "gYear")),
        ("number", typed("1", "double")),
        ("number", typed("INF", "double")),
        ("number", typed("x", "double")),
        ("boolean", typed("1", "boolean")),
        ("time", typed("2022-05-01T12:00:00Z", "dateTime")),
        ("time", typed("2022-05-01T12:00:00", "dateTime")),
        ("time", typed("0001-01-01T00:00:00+14:00", "dateTime")),
        ("string", '"x"@en'),
        ("string", "<http://x.example/>"),
        ("id", '"doi:10.1/x"'),
    ],
)
def test_what_could_not_be_written_again_is_no_cell(kind: str, term: str) -> None:
    assert decode(kind, pa.array([term]), NAMES)[0].to_pylist() == [None]


def test_prose_has_its_tag() -> None:
    texts, tags = pa.array(["a", "b"]), pa.array(["en-GB", None])
    terms = encode("string", texts, NAMES, tags)
    assert terms.to_pylist() == ['"a"@en-GB', '"b"']
    cells, found = decode("string", terms, NAMES, prose=True)
    assert (cells.to_pylist(), found.to_pylist()) == (["a", "b"], ["en-GB", None])


def test_escapes_are_undone_once() -> None:
    assert unescape_text(r"\\n \n \u00e9 \U0001F600 \" \'") == "\\n \n é 😀 \" '"


def test_terms_of_other_writers_are_made_ours() -> None:
    given = ['"\\u00e9"', typed("x", "string"), '"a\\tb"@en', "<http://x.example/\\u00e9>", '"x"']
    ours = ['"é"', '"x"', '"a\tb"@en', "<http://x.example/é>", '"x"']
    assert tidy_terms(pa.array(given)).to_pylist() == ours
