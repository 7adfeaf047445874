"""Parquet: columns of many types, and damaged files."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit import registry
from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.parquet import read


def read_file(path: Path, mapping: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return [row for reading in read(Document(path), mapping) for row in reading.records.to_pylist()]


def test_columns_of_many_types(tmp_path: Path) -> None:
    path = tmp_path / "papers.parquet"
    table = pa.table(
        {
            "id": pa.array([7, 8]),
            "Title": pa.array(["Echoes", "Owls"]).dictionary_encode(),
            "authors": [
                [{"name": "Ada Lovelace", "orcid": "0000-0002-1825-0097"}, {"name": None}],
                [],
            ],
            "publication_date": [datetime.date(1843, 5, 1), None],
            "keywords": [["bats", "ears"], None],
            "venue": ["batconf", "Journal of Owls"],
            "score": [0.5, 1.5],
        }
    )
    pq.write_table(table, path)
    first, second = read_file(path)
    assert (first["key"], first["title"], first["year"]) == ("7", "Echoes", 1843)
    assert [(a["name"], a["orcid"]) for a in first["authors"]] == [
        ("Ada Lovelace", "orcid:0000-0002-1825-0097")
    ]
    assert [topic["label"] for topic in first["topics"]] == ["bats", "ears"]
    assert first["event"] == "BATCONF 1843"
    assert (second["year"], second["authors"], second["topics"]) == (None, [], [])
    assert second["place"] == "record 2"


def test_a_pandas_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.BUILT_IN["format"], "parquet", "graphkit.formats.parquet")
    path = tmp_path / "frame.parquet"
    pd.DataFrame({"title": ["Echoes", "Owls"], "year": [1843.0, None]}).to_parquet(path)
    graph = gk.read(path)
    years = dict(zip(graph.papers["title"], graph.papers["year"], strict=True))
    assert years["Echoes"] == 1843


def test_mapping(tmp_path: Path) -> None:
    path = tmp_path / "papers.parquet"
    pq.write_table(pa.table({"Werk": ["Echos"], "Leute": ["Lovelace, Ada"]}), path)
    (row,) = read_file(path, {"title": "Werk", "authors": "Leute"})
    assert [author["name"] for author in row["authors"]] == ["Ada Lovelace"]


def test_more_rows_than_a_batch(tmp_path: Path) -> None:
    path = tmp_path / "papers.parquet"
    pq.write_table(pa.table({"title": [f"Echo {n}" for n in range(25_000)]}), path)
    rows = read_file(path)
    assert len(rows) == 25_000
    assert (rows[-1]["title"], rows[-1]["place"]) == ("Echo 24999", "record 25000")


@pytest.mark.parametrize("column", ["price", "name"])
def test_no_papers(tmp_path: Path, column: str) -> None:
    path = tmp_path / "prices.parquet"
    pq.write_table(pa.table({column: [1]}), path)
    with pytest.raises(ReadError, match="no column is called title"):
        read_file(path)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 2000), data=st.binary(min_size=1, max_size=8), cut=st.booleans())
def test_damaged(tmp_path: Path, at: int, data: bytes, cut: bool) -> None:
    path = tmp_path / "papers.parquet"
    pq.write_table(pa.table({"title": ["Echoes", "Owls"], "year": [1843, 1950]}), path)
    whole = path.read_bytes()
    at %= len(whole)
    path.write_bytes(whole[:at] if cut else whole[:at] + data + whole[at + len(data) :])
    try:
        read_file(path)
    except ReadError:
        return
