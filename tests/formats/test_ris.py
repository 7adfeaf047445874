"""The RIS reader on real bibliographies and on broken ones."""

from __future__ import annotations

import contextlib
import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadError
from graphkit.formats.document import Document, decode
from graphkit.formats.reading import Note
from graphkit.formats.ris import read, sniff

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
OWN = [path for path in sorted(SAMPLES.glob("*/*.ris")) if path.name != "example_wos.ris"]
pytestmark = pytest.mark.skipif(
    not SAMPLES.exists() and not os.environ.get("CI"),
    reason="the samples do not come with the project",
)


def records_of(path: Path) -> tuple[list[dict[str, Any]], list[Note]]:
    records: list[dict[str, Any]] = []
    notes: list[Note] = []
    for reading in read(Document(path)):
        records += reading.records or ()
        notes += reading.notes
    return records, notes


def read_text(tmp_path: Path, text: str | bytes) -> tuple[list[dict[str, Any]], list[Note]]:
    path = tmp_path / "some.ris"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return records_of(path)


@pytest.mark.parametrize(
    ("sample", "records", "authors", "dois", "topics", "events", "journals", "notes"),
    [
        ("ris/example_empty_tag.ris", 1, 1, 1, 3, 0, 1, 0),
        ("ris/example_extraneous_data.ris", 2, 4, 0, 6, 0, 2, 0),
        ("ris/example_full.ris", 2, 4, 0, 6, 0, 2, 0),
        ("ris/example_multiline.ris", 3, 0, 0, 0, 0, 0, 3),
        ("ris/example_utf_chars.ris", 1, 5, 0, 0, 0, 1, 0),
        ("ris/litstudy.ris", 25, 162, 24, 257, 17, 8, 1),
        ("crossref/crossref.ris", 1, 5, 1, 0, 0, 1, 0),
    ],
)
def test_counts(
    sample: str,
    records: int,
    authors: int,
    dois: int,
    topics: int,
    events: int,
    journals: int,
    notes: int,
) -> None:
    found, noted = records_of(SAMPLES / sample)
    assert len(found) == records
    assert sum(len(record["authors"]) for record in found) == authors
    assert sum(len(record["topics"]) for record in found) == topics
    counts = [sum(bool(r[column]) for r in found) for column in ("doi", "event", "journal")]
    assert counts == [dois, events, journals]
    assert len(noted) == notes


def test_hard_cases_of_the_samples() -> None:
    (empty_tag,), _ = records_of(SAMPLES / "ris" / "example_empty_tag.ris")
    assert empty_tag["doi"] == "10.1177/2325967120950040"
    assert empty_tag["topics"][0] == {"label": "athlete"}
    assert "repetition. Outcome measures are" in empty_tag["abstract"]
    full, _ = records_of(SAMPLES / "ris" / "example_full.ris")
    assert [author["name"] for author in full[0]["authors"]] == ["Karl Marx", "Astrid Lindgren"]
    assert [r["place"] for r in full] == ["lines 2-24", "lines 27-49"]
    assert (full[0]["year"], full[0]["key"]) == (2014, "12345")
    lines, notes = records_of(SAMPLES / "ris" / "example_multiline.ris")
    expected = "first line, ER then second line and at the end the last line"
    assert [r["abstract"] for r in lines] == [expected] * 3
    assert {note.reason for note in notes} == {"has no title"}
    (russian,), _ = records_of(SAMPLES / "ris" / "example_utf_chars.ris")
    assert russian["title"].startswith("Состояние рецепторного аппарата")
    assert russian["authors"][0] == {"name": "Yu E. Dobrokhotova"}
    assert russian["type"] == "fabio:JournalArticle"
    litstudy, notes = records_of(SAMPLES / "ris" / "litstudy.ris")
    assert litstudy[1]["authors"][0] == {"name": "M. Bobák"}
    assert litstudy[1]["event"] == "2019 15th International Conference on eScience (eScience)"
    assert notes == [Note("lines 1-24", "names an author twice", "G. Kalbe", "read once")]


def test_broken_records_cost_no_others(tmp_path: Path) -> None:
    records, notes = read_text(
        tmp_path,
        "AU  - Nobody\n"
        "TY  - JOUR\nTI  - A &amp; <i>B</i>\nPY  - forthcoming\nAU  - King, Martin Luther, Jr.\n"
        "AU  - van Beethoven, Ludwig\nAU  - et al.\n"
        "TY  - CPAPER\nT1  - B\nY1  - 2021/05/03\nT2  - BatConf\nUR  - file:///etc/passwd\n"
        "UR  - https://doi.org/10.1234/X\nAN  - PMID: 77\nLA  - eng\nKW  - bats; ears\nER  -\n"
        "TY  - JOUR\nTI  - cut o",
    )
    assert [r["title"] for r in records] == ["A & B", "B"]
    people = [author["name"] for author in records[0]["authors"]]
    assert people == ["Martin Luther King, Jr.", "Ludwig van Beethoven"]
    second = records[1]
    assert (second["event"], second["doi"], second["year"]) == ("BatConf 2021", "10.1234/x", 2021)
    assert (second["url"], second["language"]) == ("https://doi.org/10.1234/X", "en")
    assert second["identifiers"] == ["pubmed:77"]
    assert second["topics"] == [{"label": "bats"}, {"label": "ears"}]
    assert [(note.place, note.reason) for note in notes] == [
        ("line 1", "belongs to no record"),
        ("lines 2-7", "has no end (ER): the next one begins"),
        ("lines 2-7", "the year is no year"),
        ("lines 2-7", "not all authors are named"),
        ("lines 18-19", "the file ends within this record"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines(tmp_path: Path, encoding: str, end: str) -> None:
    text = "TY  - JOUR\nTI  - Gehör\nER  - \n".replace("\n", end)
    (record,), notes = read_text(tmp_path, text.encode(encoding))
    assert (record["title"], record["place"]) == ("Gehör", "lines 1-3")
    assert [note.place for note in notes] == ["line 2"] * (encoding == "cp1252")


def test_batches_and_a_damaged_archive(tmp_path: Path) -> None:
    path = tmp_path / "many.ris.gz"
    text = "".join(f"TY  - BOOK\nTI  - Book {n * n}\nER  - \n" for n in range(100_000))
    path.write_bytes(gzip.compress(text.encode()))
    assert [len(reading.records or ()) for reading in read(Document(path))] == [2_000] * 50
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    records, notes = records_of(path)
    assert 1_000 < len(records) < 100_000
    assert "to its end" in notes[-1].reason


def test_many_authors_and_long_fields(tmp_path: Path) -> None:
    people = "".join(f"AU  - Lovelace{n}, Ada\n" for n in range(10_000))
    text = f"TY  - JOUR\n{people}AB  - x\n" + "more \x07\u202e\n" * 100_000 + "ER  - \n"
    (record,), _ = read_text(tmp_path, text)
    assert len(record["authors"]) == 10_000
    assert record["abstract"].startswith("x more more")


def test_sniff(seed_text: str) -> None:
    assert not sniff(seed_text)
    for path in sorted(path for path in SAMPLES.glob("*/*") if path.is_file()):
        document = Document(path)
        try:
            head, _ = decode(document.head(), document)
        except ReadError:
            continue
        assert sniff(head) == (path in OWN), path


PIECES = st.sampled_from(
    ["TY  - ", "ER  - ", "AU  - ", "KW  - x", "\n", "\r", "JOUR", ",", ";", "et al.", "é", "\x00",
     "\u202e", "DO  - 10.1/", "PY  - ", "  ", "<i>", "&#0;", "ER", "-"]
)  # fmt: skip


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(junk=st.lists(PIECES, max_size=40).map("".join))
def test_records_round_junk_survive(tmp_path: Path, junk: str) -> None:
    text = f"TY  - JOUR\nTI  - Good 1\nER  - \n{junk}\nTY  - JOUR\nTI  - Good 2\nER  - \n"
    titles = [record["title"] for record in read_text(tmp_path, text)[0]]
    assert (titles[0], titles[-1]) == ("Good 1", "Good 2")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_bytes_raise_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(OWN)).read_bytes()[:4_000]
    at = data.draw(st.integers(0, len(sample)))
    mutated = sample[:at] + data.draw(st.binary(max_size=20)) + sample[at + 3 :]
    with contextlib.suppress(ReadError):
        read_text(tmp_path, data.draw(st.sampled_from([mutated, sample[:at], mutated[at:]])))
