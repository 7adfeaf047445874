"""Works of OpenAlex: real ones, and what may stand where others are expected."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit import registry
from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.openalex import read
from graphkit.formats.reading import Note
from tests.formats.samples import require

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "openalex"
WORK = {"id": "https://openalex.org/W1", "title": "Echoes", "publication_year": 1843}


def read_file(path: Path) -> tuple[list[dict[str, Any]], list[Note]]:
    require(path)
    readings = list(read(Document(path)))
    rows = [row for reading in readings for row in reading.records.to_pylist()]
    return rows, [note for reading in readings for note in reading.notes]


def read_text(folder: Path, text: str | bytes) -> tuple[list[dict[str, Any]], list[Note]]:
    path = folder / "works.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_file(path)


def test_one_work() -> None:
    (work,), notes = read_file(SAMPLES / "work.json")
    assert notes == []
    assert work["title"].startswith("The state of OA: a large-scale analysis of the prevalence")
    assert (work["year"], work["doi"]) == (2018, "10.7717/peerj.4375")
    assert (work["journal"], work["type"]) == ("PeerJ", "fabio:JournalArticle")
    assert work["identifiers"] == ["openalex:W2741809807", "pubmed:29456894"]
    assert (len(work["cites"]), work["cites"][0]) == (35, "openalex:W1560783210")
    assert (len(work["topics"]), work["topics"][0]["score"]) == (20, 0.6969976)
    assert work["abstract"].startswith("Despite growing interest in Open Access (OA) to schol")
    assert [author["name"] for author in work["authors"]] == [
        "Heather Piwowar",
        "Jason Priem",
        "Vincent Larivière",
        "Juan Pablo Alperin",
        "Lisa Matthias",
        "Bree Norlander",
        "Ashley Farley",
        "Jevin West",
        "Stefanie Haustein",
    ]
    assert sum(author["orcid"] is not None for author in work["authors"]) == 7
    larivière = work["authors"][2]
    assert larivière["affiliation"].endswith("Université de Montréal, Montréal, QC, Canada.")
    assert larivière["organizations"] == [
        {"name": "Université de Montréal", "id": "openalex:I70931966", "ror": "ror:0161xgx34"},
        {
            "name": "Université du Québec à Montréal",
            "id": "openalex:I159129438",
            "ror": "ror:002rjbv21",
        },
    ]


def test_json_lines() -> None:
    rows, notes = read_file(SAMPLES / "works.jsonl.gz")
    assert len(rows) == 27
    assert sum(row["title"] is None for row in rows) == 16
    assert {note.reason for note in notes} == {"no title"}
    assert len(notes) == 16
    first = rows[0]
    assert (first["place"], first["title"]) == ("line 1", "Manufacturers' Literature")
    assert (first["type"], first["language"]) == ("fabio:JournalArticle", "ro")
    assert first["journal"] == "Analytical Chemistry"
    assert sum(len(row["topics"]) for row in rows) == 112


def test_a_page_of_results(tmp_path: Path) -> None:
    page = {"meta": {"count": 2}, "results": [WORK, {**WORK, "id": "https://openalex.org/W2"}]}
    rows, notes = read_text(tmp_path, json.dumps(page))
    assert [(row["id"], row["place"]) for row in rows] == [
        ("openalex:W1", "record 1"),
        ("openalex:W2", "record 2"),
    ]
    assert notes == []


def test_other_sorts_of_sources(tmp_path: Path) -> None:
    def typed(kind: str, source: str) -> dict[str, Any]:
        location = {"source": {"type": source, "display_name": "BatConf"}}
        return {**WORK, "type": kind, "primary_location": location}

    kinds = [("article", "conference"), ("article", "repository"), ("dissertation", "journal")]
    rows, _ = read_text(tmp_path, json.dumps([typed(*kind) for kind in kinds]))
    assert [(row["type"], row.get("event"), row.get("journal")) for row in rows] == [
        ("fabio:ConferencePaper", "BatConf 1843", None),
        ("fabio:Preprint", None, None),
        ("fabio:Thesis", None, "BatConf"),
    ]


def test_odd_values_are_noted(tmp_path: Path) -> None:
    odd = {
        "id": "https://openalex.org/W3",
        "title": 1984,
        "publication_year": "forthcoming",
        "authorships": [
            {"author": {"orcid": "https://orcid.org/0000-0002-1825-0098", "display_name": "A"}},
            {"raw_author_name": "Lovelace, Ada", "author": None},
            7,
        ],
        "abstract_inverted_index": {"a": "b"},
        "concepts": {"no": "list"},
        "referenced_works": ["https://openalex.org/W9", None, "javascript:alert(1)"],
        "primary_location": {"landing_page_url": "javascript:alert(1)"},
    }
    author = {"id": "https://openalex.org/A1", "display_name": "Ada"}
    rows, notes = read_text(tmp_path, "\n".join(map(json.dumps, [WORK, odd, author])) + "\n{")
    assert [row["title"] for row in rows] == ["Echoes", "1984"]
    assert rows[1]["cites"] == ["openalex:W9"]
    assert rows[1]["url"] is None
    assert [a["name"] for a in rows[1]["authors"]] == ["A", "Ada Lovelace"]
    places = [(note.place, note.reason) for note in notes]
    assert ("line 2", "no year") in places
    assert ("line 2", "not an ORCID, or its check digit is wrong") in places
    assert ("line 3", "not a work of OpenAlex") in places
    assert any(place == "line 4" for place, _ in places)


def test_cut_off(tmp_path: Path) -> None:
    text = json.dumps({"results": [WORK, WORK]})
    rows, notes = read_text(tmp_path, text[:-20])
    assert len(rows) == 1
    assert [note.place for note in notes] == ["record 2"]


def test_large(tmp_path: Path) -> None:
    people = [{"raw_author_name": f"Ada {n}"} for n in range(10_000)]
    work = {**WORK, "authorships": people, "title": "x" * 100_000}
    (row,), notes = read_text(tmp_path, json.dumps(work))
    assert (len(row["authors"]), len(row["title"]), notes) == (10_000, 100_000, [])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "A1"}', "null", "[" * 10_000])
def test_nothing_usable(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError):
        read_text(tmp_path, text)


def test_through_the_front_door(monkeypatch: pytest.MonkeyPatch) -> None:
    require(SAMPLES)
    monkeypatch.setitem(registry.BUILT_IN["format"], "openalex", "graphkit.formats.openalex")
    graph = gk.read(SAMPLES / "work.json", SAMPLES / "works.jsonl.gz")
    assert (len(graph.papers), len(graph.authors), len(graph.citations)) == (28, 9, 35)


FUZZ = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEYS = [
    "title", "doi", "publication_year", "language", "authorships", "concepts", "topics", "ids",
    "referenced_works", "abstract_inverted_index", "primary_location", "type", "author",
    "institutions", "display_name", "orcid", "source", "raw_author_name", "ror", "id",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


@FUZZ
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=10))
def test_any_values_between_good_works(tmp_path: Path, work: dict[str, Any]) -> None:
    odd = {**work, "id": "https://openalex.org/W5"}
    rows, _ = read_text(tmp_path, "\n".join(map(json.dumps, [WORK, odd, WORK])))
    assert [row["title"] for row in (rows[0], rows[-1])] == ["Echoes", "Echoes"]
    assert len(rows) == 3


@FUZZ
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    for start in (b"", json.dumps(WORK).encode() + b"\n"):
        try:
            read_text(tmp_path, start + data)
        except ReadError:
            continue


def test_a_snapshot_folder(tmp_path: Path) -> None:
    sample = require(SAMPLES / "works.jsonl.gz")
    works = gzip.decompress(sample.read_bytes()).splitlines(keepends=True)
    half = len(works) // 2
    folder = tmp_path / "openalex-snapshot" / "data" / "works"
    entries = []
    for date, part in (("2024-01-01", works[:half]), ("2024-02-01", works[half:])):
        file = folder / f"updated_date={date}" / "part_000.gz"
        file.parent.mkdir(parents=True)
        file.write_bytes(gzip.compress(b"".join(part)))
        url = f"s3://openalex/data/works/updated_date={date}/part_000.gz"
        entries.append({"url": url, "meta": {"content_length": 1, "record_count": len(part)}})
    manifest = {"entries": entries, "meta": {"record_count": len(works)}}
    (folder / "manifest").write_text(json.dumps(manifest))
    with pytest.warns(gk.UnreadWarning, match="passed over 1 file .*manifest$"):
        kg = gk.read(tmp_path / "openalex-snapshot")
    whole = gk.read(sample)
    assert set(kg.papers["id"]) == set(whole.papers["id"])
    assert kg.sources["uri"].tolist() == [
        f"data/works/updated_date=2024-0{month}-01/part_000.gz" for month in (1, 2)
    ]
    assert kg.counts()["citations"] == whole.counts()["citations"]
