"""The CSL-JSON reader on a real item and on broken ones."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadError
from graphkit.formats.csljson import read, sniff
from graphkit.formats.document import Document, decode
from graphkit.formats.reading import Note

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
SAMPLE = SAMPLES / "crossref" / "citeproc.json"
pytestmark = pytest.mark.skipif(
    not SAMPLES.exists() and not os.environ.get("CI"),
    reason="the samples do not come with the project",
)


def read_text(tmp_path: Path, text: str | bytes) -> tuple[list[dict[str, Any]], list[Note]]:
    path = tmp_path / "some.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    records: list[dict[str, Any]] = []
    notes: list[Note] = []
    for reading in read(Document(path)):
        records += reading.records or ()
        notes += reading.notes
    return records, notes


def test_the_sample() -> None:
    (reading,) = read(Document(SAMPLE))
    record = next(iter(reading.records or ()))
    assert (record["title"], record["year"]) == ("Eating your own Dog Food", 2016)
    assert record["doi"] == "10.5438/4k3m-nyvg"
    assert record["authors"] == [{"name": "Martin Fenner"}]
    assert len(record["topics"]) == 7
    assert record["type"] is None
    assert reading.notes == []


def test_hard_cases(tmp_path: Path) -> None:
    items = [
        {
            "id": "a",
            "type": "paper-conference",
            "title": "<i>Bats</i> &amp; owls",
            "container-title": "BatConf",
            "issued": {"date-parts": [["2021", 5]]},
            "author": [
                {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
                {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
                {"literal": "CERN", "affiliation": [{"name": "Geneva"}]},
                {"family": "Carberry", "given": "J.", "ORCID": "0000-0002-1825-0097"},
                {"family": "Wrong", "given": "O.", "ORCID": "0000-0002-1825-0098"},
                {"literal": "others"},
            ],
            "keyword": "bats, owls",
            "PMID": 77,
            "language": "en-US",
            "URL": "javascript:alert(1)",
        },
        {"id": 7, "type": "article-journal", "title": 1984, "issued": {"literal": "forthcoming"}},
        {"type": "chapter", "title": None, "author": None},
        "no item",
        {"rows": 1},
        {"id": "b", "type": "thesis", "title": "Half \ud800 a pair", "author": "Ada Lovelace"},
    ]
    records, notes = read_text(tmp_path, json.dumps(items))
    assert [r["title"] for r in records] == ["Bats & owls", "1984", None, "Half ? a pair"]
    first = records[0]
    assert [author["name"] for author in first["authors"]] == [
        "Ludwig van Beethoven", "Martin Luther King, Jr.", "CERN", "J. Carberry", "O. Wrong",
    ]  # fmt: skip
    assert first["authors"][2]["affiliation"] == "Geneva"
    assert first["authors"][3]["orcid"] == "orcid:0000-0002-1825-0097"
    assert first["authors"][4]["orcid"] is None
    assert (first["event"], first["url"]) == ("BatConf 2021", None)
    assert (first["language"], first["identifiers"]) == ("en-US", ["pubmed:77"])
    assert first["topics"] == [{"label": "bats"}, {"label": "owls"}]
    assert records[3]["authors"] == [{"name": "Ada Lovelace"}]
    assert [(note.place, note.reason) for note in notes] == [
        ("record 1", "is no ORCID: its check digit is wrong"),
        ("record 1", "not all authors are named"),
        ("record 2", "the year is no year"),
        ("record 3", "has no title"),
        ("record 4", "no object"),
        ("record 5", "has neither a title nor an author, type, DOI or id"),
    ]


@pytest.mark.parametrize("form", ["[{}]", "{}", '{{"references": [{}]}}', "{}\n{}"])
def test_forms(tmp_path: Path, form: str) -> None:
    item = '{"type": "book", "title": "Bats"}'
    text = form.replace("{{", "\0").replace("}}", "\1").replace("{}", item)
    records, notes = read_text(tmp_path, text.replace("\0", "{").replace("\1", "}"))
    assert [r["title"] for r in records] == ["Bats"] * form.count("{}")
    assert notes == []


def test_broken_and_cut_off(tmp_path: Path) -> None:
    good = '{"type": "book", "title": "Good %d"}'
    records, notes = read_text(
        tmp_path, f'[{good % 1}, {{"type": "book", "title": 20 13}}, {good % 2}]'
    )
    assert [r["title"] for r in records] == ["Good 1", "Good 2"]
    assert len(notes) == 1
    records, notes = read_text(tmp_path, f'[{good % 1}, {good % 2}, {{"type": "bo')
    assert [r["title"] for r in records] == ["Good 1", "Good 2"]
    assert len(notes) == 1


def test_ten_thousand_authors(tmp_path: Path) -> None:
    people = [{"family": f"L{n}", "given": "Ada"} for n in range(10_000)]
    item = {"type": "book", "title": "x" * 100_000, "author": people, "categories": list("ab") * 9}
    (record,), _ = read_text(tmp_path, json.dumps([item]))
    assert len(record["authors"]) == 10_000
    assert [topic["label"] for topic in record["topics"]] == ["a", "b"]


def test_sniff(seed_text: str) -> None:
    assert not sniff(seed_text)
    for path in sorted(path for path in SAMPLES.glob("*/*") if path.is_file()):
        document = Document(path)
        try:
            head, _ = decode(document.head(), document)
        except ReadError:
            continue
        assert sniff(head) == (path == SAMPLE), path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)  # fmt: skip
FIELDS = [
    "title",
    "author",
    "issued",
    "DOI",
    "URL",
    "keyword",
    "categories",
    "language",
    "id",
    "PMID",
]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(odd=st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_values_survive(tmp_path: Path, odd: dict[str, Any]) -> None:
    good = {"type": "book", "title": "Good"}
    records, _ = read_text(tmp_path, json.dumps([good, {"type": "article-journal", **odd}, good]))
    titles = [record["title"] for record in records]
    assert (len(titles), titles[0], titles[-1]) == (3, "Good", "Good")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_bytes_raise_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    sample = SAMPLE.read_bytes()
    at = data.draw(st.integers(0, len(sample)))
    mutated = sample[:at] + data.draw(st.binary(max_size=20)) + sample[at + 3 :]
    with contextlib.suppress(ReadError):
        read_text(tmp_path, data.draw(st.sampled_from([mutated, sample[:at], mutated[at:]])))
