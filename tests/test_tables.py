from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from graphkit.conforming import conform
from graphkit.errors import ConflictError, SchemaError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.schema import schema
from graphkit.tables import row_ids, union


def made(table: str, *rows: dict[str, Any]) -> pa.Table:
    return conform(schema().table(table), rows, Namespaces())


BAD_IDS = [
    'x> <y> "z',
    "author:A> <http://evil.example/p> <http://evil.example/o",
    "<author:A> .\n<x:y>",
    "author:A B",
    'author:"A"',
    "author:A\\u003E",
    "author:A\n",
    "Ada",
    "",
    "<>",
    "author:a%zz",
    "gk:a#b",
    "author:[A]",
    "http://h:port/",
]


@pytest.mark.parametrize("bad", BAD_IDS)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("authors", "id"),
        ("authorships", "author"),
        ("topics", "broader"),
        ("statements", "s"),
        ("statements", "p"),
        ("statements", "o"),
        ("statements", "datatype"),
    ],
)
def test_what_is_no_id_is_refused(table: str, column: str, bad: str) -> None:
    row: dict[str, Any] = {
        "authors": {},
        "authorships": {"paper": "paper:P"},
        "topics": {"id": "topic:T"},
        "statements": {"s": "x:s", "p": "x:p", "o": "x:o"},
    }[table]
    with pytest.raises(SchemaError) as caught:
        made(table, {**row, column: bad})
    assert str(caught.value).startswith(f"{table}.{column}: {bad!r} is no id")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bad", [bad for bad in BAD_IDS if bad])
def test_a_source_must_be_an_id_or_empty(bad: str) -> None:
    with pytest.raises(SchemaError, match=r"^authors\.source: "):
        made("authors", {"id": "author:A", "source": bad})
    assert made("authors", {"id": "author:A"})["source"].to_pylist() == [""]


def test_ids_get_their_one_form() -> None:
    given = ["https://doi.org/10.1/x", "<https://doi.org/10.1/y>", "<urn:x>", "<doi:10/x>"]
    rows = made("authors", *({"id": one} for one in given))
    assert rows["id"].to_pylist() == ["doi:10.1/x", "doi:10.1/y", "urn:x", "<doi:10/x>"]
    said = made("statements", {"s": "x:s", "p": "x:p", "o": "https://doi.org/10.1/x"})
    assert said["o"].to_pylist() == ["doi:10.1/x"]


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("papers", {"id": "paper:P", "titel": "x"}, "table papers has no column 'titel'"),
        ("papers", {"title": "x"}, "papers.id is empty in 1 rows"),
        ("authorships", {"paper": "paper:P"}, "authorships.author is empty in 1 rows"),
        ("papers", {"id": "paper:P", "year": "soon"}, "papers.year: "),
        ("papers", {"id": "paper:P", "year": 2**40}, "papers.year: "),
        ("papers", {"id": "paper:P", "type": "fabio:Film"}, "papers.type: 'fabio:Film' is none"),
        ("papers", {"id": "paper:P", "title": "x", "language": "e"}, "papers.language: 'e' is no"),
        ("matches", {"a": "x:a", "b": "x:b", "method": "m", "score": np.nan}, "matches.score: nan"),
        ("statements", {"s": "x:s", "p": "x:p", "o": "text"}, "statements.o: 'text' is no id"),
        (
            "statements",
            {"s": "x:s", "p": "x:p", "o": "text", "datatype": "rdf:langString"},
            "statements.o: 'text' is an rdf:langString without its lang",
        ),
        (
            "statements",
            {"s": "x:s", "p": "x:p", "o": "text", "datatype": "xsd:string", "lang": "en"},
            "statements.lang: 'en' stands beside a datatype other than rdf:langString",
        ),
    ],
)
def test_what_does_not_fit_is_refused(table: str, row: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        made(table, row)
    assert str(caught.value).startswith(message)


def test_a_conflict_says_where() -> None:
    rows = [{"id": "paper:P", "title": title, "source": "source:a"} for title in ("x", "y")]
    with pytest.raises(ConflictError) as caught:
        made("papers", *rows, {"id": "paper:Q", "source": "source:a"})
    error = caught.value
    assert (error.table, error.key, error.source, error.count) == (
        "papers",
        "paper:P",
        "source:a",
        1,
    )


def test_a_row_said_twice_by_one_source_does_not_clash_with_another_source() -> None:
    rows = [("source:a", "x"), ("source:a", "x"), ("source:b", "y")]
    kept = made("papers", *({"id": "paper:P", "title": t, "source": s} for s, t in rows))
    assert kept.num_rows == 2


def test_a_source_read_twice_keeps_its_earliest_row() -> None:
    times = [datetime.datetime(2022, 5, day, tzinfo=datetime.UTC) for day in (2, 1)]
    first, second = (
        made("sources", {"id": "source:a", "uri": uri, "retrieved": time, "source": "source:a"})
        for uri, time in zip(("b.txt", "z.txt"), times, strict=True)
    )
    untimed = made("sources", {"id": "source:a", "uri": "a.txt", "source": "source:a"})
    table = schema().table("sources")
    for one, two in ((first, second), (second, first), (second, union(table, untimed, first))):
        assert union(table, one, two)["uri"].to_pylist() == ["z.txt"]
    other = made("sources", {"id": "source:a", "uri": "o.txt", "source": "source:b"})
    both = union(table, union(table, first, other), second)
    assert sorted(both["uri"].to_pylist()) == ["o.txt", "z.txt"]


def test_a_bare_link_gives_way_to_a_fuller_one() -> None:
    bare = {"paper": "paper:P", "author": "author:A"}
    rows = made("authorships", bare, {**bare, "position": 2})
    assert rows["position"].to_pylist() == [2]


def test_link_rows_are_named_after_their_key() -> None:
    rows = made(
        "citations",
        {"citing": "http://o.example/a#1;2", "cited": "http://o.example/b#é%20"},
    )
    assert row_ids(schema().table("citations"), rows).to_pylist() == [
        "row:citations/http://o.example/a%231%3B2;http://o.example/b%23é%2520"
    ]


def test_a_language_without_prose_is_forgotten() -> None:
    rows = made("papers", {"id": "paper:P", "year": 2020, "language": "en"})
    assert rows["language"].to_pylist() == [None]


def test_frames_come_and_go() -> None:
    frame = pd.DataFrame({"id": ["paper:P"], "year": [2020], "title": ["x"]})
    kg = KnowledgeGraph({"papers": frame})
    assert kg.papers.dtypes.astype(str).to_dict()["year"] == "int32[pyarrow]"
    assert KnowledgeGraph({"papers": kg.papers}) == kg
