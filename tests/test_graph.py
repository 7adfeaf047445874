from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.errors import (
    ConflictError,
    SchemaError,
    StorageError,
    UnknownEntityError,
)
from graphkit.graph import KnowledgeGraph
from graphkit.schema import schema
from tests.conftest import graph_of


def test_the_empty_graph() -> None:
    kg = KnowledgeGraph()
    assert repr(kg) == "<KnowledgeGraph: 0 papers · 0 people · 0 sources>"
    assert set(kg.counts().values()) == {0}
    assert kg.source_ids() == []
    assert kg == KnowledgeGraph({})
    assert kg | kg == kg
    assert kg.resolve().unresolve() == kg
    for name, table in schema().tables.items():
        assert list(kg.frame(name).columns) == list(table.names)


def test_rows_from_anything() -> None:
    rows = [{"id": "author:Ada", "name": "Ada", "source": "source:s"}]
    wanted = KnowledgeGraph({"authors": rows})
    for given in (iter(rows), tuple(rows), pa.Table.from_pylist(rows), pd.DataFrame(rows)):
        assert KnowledgeGraph({"authors": given}) == wanted


def test_frames() -> None:
    kg = graph_of({"P": ["Ada"], "Q": ["Ada"]}, years={"P": 1843})
    papers = kg.papers
    assert papers["title"].to_list() == ["P", "Q"]
    assert str(papers["year"].dtype) == "int32[pyarrow]"
    assert papers["year"][0] == 1843
    assert pd.isna(papers["year"][1])
    assert list(papers.columns) == list(schema().table("papers").names)
    pd.testing.assert_frame_equal(papers, kg.frame("papers"))
    assert {str(dtype) for dtype in kg.authorships.dtypes} == {"string[pyarrow]", "int64[pyarrow]"}


def test_a_frame_has_a_row_for_each_entity() -> None:
    """The first source by id comes first; what it does not know the next may."""
    late = graph_of({"P": ["Ada"]}, years={"P": 1843}, source="source:z")
    early = KnowledgeGraph({"papers": [{"id": "paper:P", "title": "Notes", "source": "source:a"}]})
    kg = late | early
    assert kg.papers[["title", "year", "source"]].to_dict("list") == {
        "title": ["Notes"],
        "year": [1843],
        "source": ["source:a"],
    }
    assert kg.table("papers").num_rows == 2
    assert kg.counts()["papers"] == 1


def test_attributes() -> None:
    kg = KnowledgeGraph()
    assert {"papers", "authors", "query", "resolve"} <= set(dir(kg))
    with pytest.raises(AttributeError, match=r"no attribute 'people' \(tables: papers, authors"):
        _ = kg.people
    with pytest.raises(SchemaError, match="no table 'people'"):
        kg.table("people")
    with pytest.raises(SchemaError, match="no table 'people'"):
        KnowledgeGraph({"people": []})
    with pytest.raises(TypeError, match="unhashable"):
        hash(kg)
    assert (kg == "graph") is False


def test_a_base_of_ones_own() -> None:
    kg = KnowledgeGraph(base="https://kg.example/id/")
    assert kg.base == "https://kg.example/id/"
    assert kg != KnowledgeGraph()
    with pytest.raises(SchemaError, match="two bases"):
        kg | KnowledgeGraph()
    for base in ("none", "x y:z"):
        with pytest.raises(SchemaError, match="not an absolute IRI"):
            KnowledgeGraph(base=base)


def test_merging_and_forgetting() -> None:
    one, two = (
        graph_of({"P": ["Ada"]}, source="source:a"),
        graph_of({"Q": ["Bob"]}, source="source:b"),
    )
    both = one | two
    assert both == two | one
    assert both.source_ids() == ["source:a", "source:b"]
    assert both.without("source:b") == one
    assert both.without("source:a").without("source:b") == KnowledgeGraph()
    assert one.papers["title"].to_list() == ["P"]
    with pytest.raises(UnknownEntityError) as caught:
        both.without("source:c")
    assert caught.value.near == ("source:a", "source:b")
    with pytest.raises(TypeError):
        both | {}  # type: ignore[operator]


def test_conflicts() -> None:
    one, two = (
        KnowledgeGraph({"papers": [{"id": "paper:P", "title": title, "source": "source:a"}]})
        for title in ("P", "Q")
    )
    with pytest.raises(ConflictError) as caught:
        one | two
    error = caught.value
    assert (error.table, error.key, error.source, error.count) == (
        "papers",
        "paper:P",
        "source:a",
        1,
    )


def test_resolving(example: KnowledgeGraph) -> None:
    read = gk.example()
    assert not read.resolved
    assert read.threshold is None
    assert read.counts()["authors"] == 174
    assert example.resolved
    assert example.threshold == 0.5
    assert example.counts()["authors"] == 173
    # Printed names stay; what was read can be had back.
    assert example.authorships["printed_name"].nunique() == 174
    assert set(example.unresolve().source_ids()) - set(read.source_ids()) == {
        source for source in example.source_ids() if source.startswith("source:matcher-")
    }
    assert example.unresolve().counts()["authors"] == 174
    assert example.table("authors", as_read=True).num_rows == 174
    assert read.resolve(1.0).counts()["authors"] == 174
    assert example.resolve(1.0) == read.resolve(1.0)
    for threshold in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            read.resolve(threshold)


def test_summary_counts_only_what_people_read(example: KnowledgeGraph) -> None:
    assert len(example.source_ids()) == 3
    assert example.summary() == (
        "44 papers · 173 people · 16 topics · 8 teams · 1 venue · 1 organization · 10 postings "
        "· 5 figures · 1 source"
    )
    many = KnowledgeGraph({"papers": [{"id": f"paper:{n}"} for n in range(1234)]})
    assert many.summary() == "1,234 papers · 0 people · 0 sources"


def test_saving_and_opening(example: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.kg"
    assert example.save(path) is True
    assert gk.open(path) == example
    assert gk.open(str(path)).resolved
    assert example.save(path) is False
    own = KnowledgeGraph({"authors": [{"id": "author:Ada"}]}, base="https://kg.example/")
    assert own.save(path) is True
    assert gk.open(path) == own
    with pytest.raises(StorageError, match="does not exist"):
        gk.open(tmp_path / "y.kg")


def test_a_graph_of_an_older_version_lacks_tables_and_columns(tmp_path: Path) -> None:
    from graphkit import storage

    kg = graph_of({"P": ["Ada"]}, years={"P": 1843})
    older = {
        "papers": kg.table("papers").select(["id", "title", "year", "source"]),
        "authorships": kg.table("authorships").drop_columns(["place"]),
    }
    storage.write(tmp_path / "x.kg", older, kg.base)
    opened = gk.open(tmp_path / "x.kg")
    assert opened.table("papers").equals(kg.table("papers"))
    assert opened.table("authorships").equals(kg.table("authorships"))
    assert opened.counts()["authors"] == 0


def test_one_file_under_two_names_is_one_source() -> None:
    rows = [
        {"id": "source:x", "uri": uri, "retrieved": time, "source": "source:x"}
        for uri, time in (
            ("b.txt", datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)),
            ("a.txt", datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)),
        )
    ]
    one, two = (KnowledgeGraph({"sources": [row]}) for row in rows)
    assert (one | two).sources["uri"].to_list() == ["b.txt"]
    assert one | two == two | one


def test_what_is_derived_belongs_to_one_graph() -> None:
    kg = graph_of({"P": ["Ada", "Bob"]})
    kg.query("ASK {}")
    assert "engine" in kg.derived
    assert (kg | graph_of({"Q": ["Cy"]}, source="source:t")).derived == {}
