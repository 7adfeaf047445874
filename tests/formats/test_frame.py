from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.errors import ReadError, UnknownNameError
from tests.formats.samples import SAMPLES, require

FRAME = pd.DataFrame(
    {
        "Title": ["Echoes", "Owls", "Bats"],
        "Authors": ["Lovelace, Ada; Hopper, Grace", ["Ada Lovelace"], None],
        "Year": [1843, "forthcoming", 1990.0],
        "price": [1, 2, 3],
    },
    index=["a", "b", "c"],
)


def test_rows_are_named_after_the_index() -> None:
    kg = gk.from_frame(FRAME, name="my list")
    papers = kg.papers.set_index("title")
    assert papers["place"].to_dict() == {"Echoes": "row a", "Owls": "row b", "Bats": "row c"}
    assert papers["year"]["Echoes"] == 1843
    assert pd.isna(papers["year"]["Owls"])
    assert set(kg.authors["name"]) == {"Ada Lovelace", "Grace Hopper"}
    assert kg.authorships["place"].tolist() == ["row a", "row a", "row b"]
    (source,) = kg.table("sources").to_pylist()
    assert (source["uri"], source["format"]) == ("my list", "frame")
    assert set(kg.papers["source"]) == {source["id"]}


def test_a_source_is_named_after_what_it_says() -> None:
    first = gk.from_frame(FRAME)
    assert gk.from_frame(FRAME.copy()) == first
    # What is not read does not matter, and what is read does.
    assert gk.from_frame(FRAME.assign(price=7)) == first
    other = FRAME.assign(Year=[1843, 1900, 1990])
    assert gk.from_frame(other).source_ids() != first.source_ids()
    assert gk.from_frame(FRAME, columns={"title": "Title"}).source_ids() != first.source_ids()
    both = first | gk.from_frame(other)
    assert len(both.source_ids()) == 2


def test_a_frame_says_what_its_csv_file_says(tmp_path: Path) -> None:
    path = require(SAMPLES / "csv" / "ieee.csv")
    read, framed = gk.read(path), gk.from_frame(pd.read_csv(path))
    for name in ("papers", "authors", "authorships"):
        columns = [c for c in read.table(name).column_names if c not in ("place", "source")]
        found = [graph.table(name).select(columns).to_pylist() for graph in (read, framed)]
        assert found[0] == found[1]


def test_arrow_and_its_kin() -> None:
    table = pa.table({"title": ["Echoes"], "authors": [["Ada", "Grace"]], "year": [1843]})
    kg = gk.from_frame(table)
    assert kg.authors["name"].tolist() == ["Ada", "Grace"]
    assert kg.papers["place"].tolist() == ["row 1"]

    class Polars:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return table.__arrow_c_stream__(requested_schema)

    assert gk.from_frame(Polars()) == kg


def test_odd_cells_are_texts() -> None:
    odd = pd.DataFrame(
        {
            "title": ["Echoes", 7, np.nan, datetime.date(2020, 1, 1), {"a": 1}, ["x"]],
            "year": pd.array([1843, None, 1, 2, 3, 4], dtype="Int64"),
            0: range(6),
        }
    )
    odd["doi"] = pd.Categorical(["10.1/a"] * 6)
    kg = gk.from_frame(odd)
    assert "Echoes" in kg.papers["title"].tolist()
    doubled = pd.DataFrame([["Echoes", "Other"]], columns=["title", "title"])
    assert gk.from_frame(doubled).papers["title"].tolist() == ["Echoes"]


@pytest.mark.parametrize(
    ("frame", "columns", "reason"),
    [
        (pd.DataFrame({"name": ["x"]}), None, "no column is called title, nor anything like it"),
        (FRAME.iloc[:0], None, "there is no row in it"),
        (7, None, "this is no table"),
    ],
)
def test_what_is_no_list_of_papers(frame: Any, columns: Any, reason: str) -> None:
    with pytest.raises(ReadError, match=f"my list: {reason}"):
        gk.from_frame(frame, columns=columns, name="my list")


def test_what_is_no_frame_and_no_mapping() -> None:
    frame = pd.DataFrame({"title": ["Echoes"]})
    with pytest.raises(ReadError, match="this is no table"):
        gk.from_frame(frame["title"])
    with pytest.raises(TypeError, match="give a mapping such as"):
        gk.from_frame(frame, columns=["title"])  # type: ignore[arg-type]
    for no_path in (frame, ["a.bib", "b.bib"], None):
        with pytest.raises(TypeError, match="is no path: name several files one after the other"):
            gk.read(no_path)  # type: ignore[arg-type]


def test_a_heading_that_is_not_there() -> None:
    with pytest.raises(UnknownNameError, match="unknown heading 'Titel': did you mean 'Title'"):
        gk.from_frame(FRAME, columns={"title": "Titel"})
