from __future__ import annotations

import importlib.util
from pathlib import Path

import pyarrow as pa
import pytest

from graphkit.errors import SchemaError
from graphkit.schema import ontology_file, schema

ROOT = Path(__file__).parent.parent


def test_the_committed_schema_is_not_stale() -> None:
    spec = importlib.util.spec_from_file_location(
        "compile_ontology", ROOT / "tools" / "compile_ontology.py"
    )
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    committed = (ROOT / "graphkit" / "schema.json").read_text(encoding="utf-8")
    assert committed == tool.render(tool.compile_ontology())


def test_every_row_has_a_source_and_only_nouns_an_id() -> None:
    for name, table in schema().tables.items():
        assert table.names[-1] == "source"
        assert len(set(table.names)) == len(table.names)
        assert table.has_id == (table.key == ("id",)), name
        named = {name for part in table.key for name in part.split("|")}
        ends = {end for s in table.shortcuts for end in (s.subject, s.object)}
        assert named | ends <= set(table.names)


def test_columns_have_arrow_types() -> None:
    arrow = schema().table("authorships").arrow()
    assert arrow.field("position").type == pa.int64()
    assert schema().table("papers").arrow().field("year").type == pa.int32()
    assert schema().table("sources").arrow().field("retrieved").type == pa.timestamp("us", "UTC")
    assert schema().table("subjects").arrow().field("score").type == pa.float64()


def test_references_point_at_tables() -> None:
    authorships = schema().table("authorships")
    assert [(c.name, c.refers) for c in authorships.references] == [
        ("paper", "papers"),
        ("author", "authors"),
    ]
    assert schema().table("figures").label == "file"
    assert authorships.label is None


def test_unknown_tables_and_columns_are_named() -> None:
    with pytest.raises(SchemaError, match=r"^there is no table 'paper' \(tables: papers, "):
        schema().table("paper")
    with pytest.raises(SchemaError, match=r"^table papers has no column 'titel' \(columns: id, "):
        schema().table("papers").column("titel")


def test_the_ontology_is_at_hand() -> None:
    assert ontology_file("graphkit.ttl").read_text(encoding="utf-8").startswith("# The one place")
