"""Headings and columns, and which files five of the readers take for theirs."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from graphkit import registry
from graphkit.errors import ReadError, UnknownNameError
from graphkit.formats.columns import guess_columns, to_records
from graphkit.formats.document import Document, decode
from graphkit.formats.records import record_schema
from tests.formats.samples import require

SHARED = Path(__file__).parents[2].parent / "shared"
THEIRS = {
    "csv": {"ieee.csv", "scopus.csv", "springer.csv"},
    "dblp": {"dblp.xml"},
    "jsonl": {"acl-2021.jsonl.gz"},
    "openalex": {"work.json", "works.jsonl.gz"},
    "parquet": set(),
}


@pytest.mark.parametrize("name", THEIRS)
def test_sniff_on_all_samples(name: str) -> None:
    require(SHARED)
    files = [*SHARED.glob("samples/*/*"), *SHARED.glob("data/*.gz"), *SHARED.glob("seed/*")]
    module = registry.get(f"graphkit.formats.{name}")
    found = set()
    for path in files:
        document = Document(path)
        head = document.head()
        try:
            text = decode(head, document)[0]
        except ReadError:
            text = head.decode("latin-1")
        if module.sniff(text):
            found.add(path.name)
    assert len(files) > 40
    assert found == THEIRS[name]


def test_headings() -> None:
    assert guess_columns(["Author Keywords", "Index_Keywords", "PUBLICATION YEAR", "x"]) == {
        "year": ["PUBLICATION YEAR"],
        "topics": ["Author Keywords", "Index_Keywords"],
    }
    assert guess_columns(["title", "Titel"], {"title": "Titel"})["title"] == ["Titel"]


@pytest.mark.parametrize(
    ("mapping", "near"), [({"title": "Titl"}, "Titel"), ({"autors": "Titel"}, "authors")]
)
def test_a_mapping_names_what_is_there(mapping: dict[str, str], near: str) -> None:
    with pytest.raises(UnknownNameError, match="did you mean") as raised:
        guess_columns(["Titel"], mapping)
    assert raised.value.near[0] == near


def test_all_columns_are_those_of_records() -> None:
    table = pa.table({"title": ["Echoes"], "language": ["English; French"], "doi": ["n/a"]})
    records, notes = to_records(table, pa.array(["line 2"]))
    assert records.schema.equals(record_schema())
    assert (records["language"].to_pylist(), records["doi"].to_pylist()) == (["en"], [None])
    assert notes == []


def test_latex_in_titles_is_decoded() -> None:
    titles = [
        r"{BERT} for J{\"o}rg and G\'erard",
        r"The $\beta$-decay of $H_2O$",
        r"\emph{Echoes} of bats",
        "From $5 to $6 {sic}",
        None,
        r"C:\x and a\b",
    ]
    table = pa.table({"title": titles, "authors": ["Ada"] * 6})
    records, _ = to_records(table, pa.array([f"line {n}" for n in range(6)]))
    assert records["title"].to_pylist() == [
        "BERT for Jörg and Gérard",
        "The β-decay of H_2O",
        "Echoes of bats",
        "From $5 to $6 {sic}",
        None,
        r"C:\x and a\b",
    ]
