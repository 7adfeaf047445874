"""Tables as CSV: real exports of Scopus, IEEE Xplore and Springer, and broken ones of our own."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit import registry
from graphkit.errors import ReadError
from graphkit.formats.csv import read, sniff
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
from tests.formats.samples import require

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
Row = dict[str, Any]


def read_file(path: Path, mapping: dict[str, str] | None = None) -> tuple[list[Row], list[Note]]:
    readings = list(read(Document(path), mapping))
    rows = [row for r in readings if r.records is not None for row in r.records.to_pylist()]
    return rows, [note for reading in readings for note in reading.notes]


def read_text(
    folder: Path, text: str | bytes, mapping: dict[str, str] | None = None
) -> tuple[list[Row], list[Note]]:
    path = folder / "papers.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_file(path, mapping)


def names(row: Row) -> list[str]:
    return [author["name"] for author in row["authors"]]


def sample(name: str) -> Path:
    path = SAMPLES / "csv" / name
    require(path)
    return path


def test_ieee() -> None:
    rows, notes = read_file(sample("ieee.csv"))
    assert len(rows) == 10
    assert Counter(row["type"] for row in rows) == {
        "fabio:ConferencePaper": 6,
        "fabio:JournalArticle": 4,
    }
    assert sum(len(row["authors"]) for row in rows) == 86
    first, second = rows[:2]
    assert first["title"].startswith('Exascale Computing Trends: Adjusting to the "New Normal"')
    assert first["journal"] == "Computing in Science & Engineering"
    assert (first["event"], first["year"], first["doi"]) == (None, 2013, "10.1109/mcse.2013.95")
    assert [author["affiliation"] for author in first["authors"]] == [
        "University of Notre Dame",
        "Lawrence Berkeley National Laboratory",
    ]
    assert second["event"] == "2019 15th International Conference on eScience (eScience)"
    assert names(second)[2] == "J. -P. Nominé"
    # Seven affiliations for six authors: nobody can tell whose they are.
    assert {author["affiliation"] for author in second["authors"]} == {None}
    assert [(note.place, note.reason) for note in notes] == [
        ("line 3", "not as many affiliations as authors")
    ]
    assert "Exascale" in [topic["label"] for topic in second["topics"]]


def test_scopus() -> None:
    rows, notes = read_file(sample("scopus.csv"))
    assert (len(rows), notes) == (58, [])
    assert sum(len(row["authors"]) for row in rows) == 213
    assert (
        sum(author["affiliation"] is not None for row in rows for author in row["authors"]) == 213
    )
    assert Counter(row["type"] for row in rows) == {
        "fabio:JournalArticle": 38,
        "fabio:ConferencePaper": 18,
        "fabio:BookChapter": 1,
        "fabio:Book": 1,
    }
    first = rows[0]
    assert first["title"] == "Scalable molecular dynamics with NAMD"
    assert names(first)[:2] == ["J.C. Phillips", "R. Braun"]
    assert names(first)[8] == "L. Kalé"
    assert first["authors"][0]["affiliation"].startswith("Beckman Institute, University of Ill")
    assert first["key"] == "2-s2.0-27344436659"
    # Most rows hold one field more than there are headings, for a second text on funding.
    assert {row["language"] for row in rows} == {"en"}
    third = rows[2]
    assert third["place"] == "lines 4-5"
    assert third["type"] == "fabio:JournalArticle"
    assert third["identifiers"] == ["scopus:2-s2.0-85123480963", "pubmed:35064163"]
    assert third["issns"] == ["20452322"]
    assert first["authors"][0]["identifiers"] == ["scopus-author:57202138757"]
    # Of four volumes of one title, nothing but the ids of Scopus tells that they are four.
    volumes = [row["id"] for row in rows if row["id"]]
    assert len(volumes) == len(set(volumes)) > 4
    # "[No author name available]" is nobody's name.
    assert sum(not row["authors"] for row in rows) == 9
    events = {row["event"] for row in rows}
    assert "10th International Workshop on Petri Nets and Performance Models, PNPM 2003" in events


def test_springer() -> None:
    rows, notes = read_file(sample("springer.csv"))
    assert (len(rows), notes) == (1000, [])
    assert {row["journal"] is not None for row in rows} == {True}
    assert names(rows[0]) == ["Vivek K. Pallipuram", "Mohammad Bhuiyan", "Melissa C. Smith"]
    assert names(rows[1])[-1] == "E. V. Shil’nikov"
    assert names(rows[4])[4] == "Enrique S. Quintana-Ortí"
    panda = next(row for row in rows if row["title"].startswith("Panda"))
    assert panda["place"] == "lines 11-21"
    assert panda["title"].startswith("Panda: A Compiler Framework for Concurrent CPU $$+$$ + GPU")
    with sample("springer.csv").open(encoding="utf-8", newline="") as file:
        titles = [" ".join(row["Item Title"].split()) for row in csv.DictReader(file)]
    assert Counter(row["title"] for row in rows) == Counter(titles)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("DeHao ChenWenGuang ChenWeiMin Zheng", ["DeHao Chen", "WenGuang Chen", "WeiMin Zheng"]),
        ("Karen EgiazarianSimon McIntosh-Smith", ["Karen Egiazarian", "Simon McIntosh-Smith"]),
        ("Bo Yang 杨博Kai Lu 卢凯", ["Bo Yang 杨博", "Kai Lu 卢凯"]),
        ("Yun-Fei DuJuan Chen", ["Yun-Fei Du", "Juan Chen"]),
    ],
)
def test_names_without_anything_between_them(
    tmp_path: Path, printed: str, expected: list[str]
) -> None:
    rows, _ = read_text(tmp_path, f"Item Title,Authors\nEchoes,{printed}\n")
    assert names(rows[0]) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Lovelace, Ada; van Beethoven, Ludwig", ["Ada Lovelace", "Ludwig van Beethoven"]),
        ("King, Jr., Martin Luther; Turing, Alan", ["Martin Luther King, Jr.", "Alan Turing"]),
        ("King, Martin Luther, Jr.; Turing, A.", ["Martin Luther King, Jr.", "A. Turing"]),
        ("Martin Luther King, Jr.; Alan Turing", ["Martin Luther King, Jr.", "Alan Turing"]),
        (
            "Ada Lovelace, Alan Turing, and Emmy Noether",
            ["Ada Lovelace", "Alan Turing", "Emmy Noether"],
        ),
        ("Martin Luther King, Jr., Ada Lovelace", ["Martin Luther King, Jr.", "Ada Lovelace"]),
        ("Ada Lovelace and Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("Lovelace, Ada and Turing, Alan", ["Ada Lovelace", "Alan Turing"]),
        ("Lovelace, Ada", ["Ada Lovelace"]),
        ("Ada Lovelace | Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("Plato", ["Plato"]),
        ("", []),
    ],
)
def test_authors(tmp_path: Path, printed: str, expected: list[str]) -> None:
    rows, notes = read_text(tmp_path, f'Title,Authors\nEchoes,"{printed}"\n')
    assert (names(rows[0]), notes) == (expected, [])


def test_others_are_noted(tmp_path: Path) -> None:
    rows, notes = read_text(tmp_path, "Title,Authors\nEchoes,Ada Lovelace; et al.\n")
    assert names(rows[0]) == ["Ada Lovelace"]
    assert notes == [Note("line 2", "not all authors are named", "et al.", "those named were read")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = "title;year;doi\nEchoes;1843;10.1000/X.\n".replace(";", delimiter)
    (row,), _ = read_text(tmp_path, text)
    assert (row["title"], row["year"], row["doi"]) == ("Echoes", 1843, "10.1000/x")
    assert sniff(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Title,Authors\r\nÜber Fledermäuse – eine Studie,Kurt Gödel\r\n"
    (row,), notes = read_text(tmp_path, text.encode(encoding))
    assert row["title"] == "Über Fledermäuse – eine Studie"
    assert names(row) == ["Kurt Gödel"]
    assert len(notes) == (encoding in ("cp1252", "utf-16-le"))


def test_a_mapping_goes_before_a_guess(tmp_path: Path) -> None:
    text = "Werk,title,Leute\nEchos,3,Ada Lovelace\n"
    (row,), _ = read_text(tmp_path, text, {"title": "Werk", "authors": "Leute"})
    assert (row["title"], names(row)) == ("Echos", ["Ada Lovelace"])


def test_bad_rows_cost_nothing_but_themselves(tmp_path: Path) -> None:
    text = (
        "title,year,authors\n"
        "Echoes,forthcoming,Ada Lovelace\n"
        ",1999,\n"
        "Owls &amp; <i>moths</i>\x07,2001,Alan Turing,more\n"
        "Too short\n"
        "\n"
        '"Never closed,2002,Emmy Noether\n'
        "Bats,2003,Kurt Gödel\n"
    )
    rows, notes = read_text(tmp_path, text)
    assert [(row["title"], row["year"], row["place"]) for row in rows] == [
        ("Echoes", None, "line 2"),
        ("Owls & moths", 2001, "line 4"),
        ("Too short", None, "line 5"),
        ("Bats", 2003, "line 8"),
    ]
    assert {(note.place, note.reason) for note in notes} == {
        ("line 2", "no year"),
        ("line 3", "neither title nor authors nor id"),
        ("line 4", "4 fields under 3 headings"),
        ("line 5", "1 fields under 3 headings"),
        ("line 7", "a quotation mark is not closed"),
    }


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "title,authors\n", "\n\n", "price\n3\n"])
def test_nothing_usable(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError):
        read_text(tmp_path, text)


def test_large_fields_and_many_authors(tmp_path: Path) -> None:
    people = "; ".join(f"Ada {chr(65 + n % 26)}. Lovelace{n}" for n in range(10_000))
    rows, notes = read_text(
        tmp_path, f'title,authors,abstract\nEchoes,"{people}",{"x" * 300_000}\nOwls,A B,\n'
    )
    assert [len(row["authors"]) for row in rows] == [10_000, 1]
    assert len(rows[0]["abstract"]) == 300_000
    assert notes == []


def test_through_the_front_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.BUILT_IN["format"], "csv", "graphkit.formats.csv")
    graph = gk.read(sample("springer.csv"), format="csv")
    assert len(graph.papers) == 1000


FUZZ = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(st.binary(max_size=400))
@example(b'title\n"')
@example(b"title,title\n1,2")
@example(b"title\r\x00")
@example(b"title,authors\nx,\xee\x80\x80;,")
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    for start in (b"", b"title,authors,year\n"):
        try:
            read_text(tmp_path, start + data)
        except ReadError:
            continue


@FUZZ
@given(
    st.text(
        st.characters(
            exclude_characters='"\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029',
            exclude_categories=["Cs"],
        ),
        max_size=60,
    )
)
def test_good_rows_round_any_line_survive(tmp_path: Path, line: str) -> None:
    text = f"title,year,authors\nEchoes,1843,Ada Lovelace\n{line}\nOwls,1950,Alan Turing\n"
    rows, _ = read_text(tmp_path, text)
    assert rows[0]["title"] == "Echoes"
    assert (rows[-1]["title"], rows[-1]["year"]) == ("Owls", 1950)


def test_what_a_paper_of_no_type_is_printed_in_is_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_text(
        "Title,Authors,Year,Source title\n"
        "Echoes of bats,Ada Lovelace,1843,Annals of Bats\n"
        "Owls at night,Ada Lovelace,1844,Proceedings of the Owl Society\n"
    )
    venues = gk.read(path).venues
    assert dict(zip(venues["label"], venues["type"], strict=True)) == {
        "Annals of Bats": "fabio:Journal",
        "Proceedings of the Owl Society 1844": "schema:Event",
    }
