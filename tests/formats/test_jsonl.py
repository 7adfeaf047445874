"""JSON Lines: the ACL Anthology, and lines of our own that are not as they should be."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit import registry
from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.jsonl import read
from graphkit.formats.reading import Note
from tests.formats.samples import require

ACL = Path(__file__).parents[2].parent / "shared" / "data" / "acl-2021.jsonl.gz"
GOOD = [
    {"title": "Echoes", "authors": ["Ada Lovelace"], "year": 1843},
    {"title": "Owls", "authors": ["Alan Turing"], "year": 1950},
]
Row = dict[str, Any]


def read_file(path: Path) -> tuple[list[Row], list[Note]]:
    readings = list(read(Document(path)))
    rows = [row for r in readings if r.records is not None for row in r.records.to_pylist()]
    return rows, [note for reading in readings for note in reading.notes]


def read_text(folder: Path, text: str | bytes) -> tuple[list[Row], list[Note]]:
    path = folder / "papers.jsonl"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_file(path)


def test_et_al_is_nobody_and_no_part_of_a_name(tmp_path: Path) -> None:
    names = (["Ada Lovelace et al."], ["Alan Turing ", " et al. "])
    lines = [{"title": "Echoes", "year": 1843, "authors": listed} for listed in names]
    rows, notes = read_text(tmp_path, "".join(f"{json.dumps(line)}\n" for line in lines))
    found = [[author["name"] for author in row["authors"]] for row in rows]
    assert found == [["Ada Lovelace"], ["Alan Turing"]]
    assert [(n.place, n.reason) for n in notes] == [
        (f"line {number}", "not all authors are named") for number in (1, 2)
    ]


def test_authors_that_are_objects_keep_what_they_say(tmp_path: Path) -> None:
    """Keys are those of Semantic Scholar, Crossref and OpenAlex; a wrong ORCID is none."""
    ada = {"name": "Ada Lovelace", "orcid": "https://orcid.org/0000-0002-1825-0097"}
    alan = {"given": "Alan", "family": "Turing", "ORCID": "0000-0002-1825-0098"}
    grace = {"name": "Grace Hopper", "affiliations": [{"name": "Navy"}, {"name": "Yale"}]}
    lines = [
        {"title": "Echoes", "year": 1843, "authors": [ada, alan, "Alonzo Church"]},
        {"title": "Owls", "year": 1950, "authors": [grace, {"name": ""}]},
    ]
    rows, notes = read_text(tmp_path, "".join(f"{json.dumps(line)}\n" for line in lines))
    keys = ("name", "orcid", "affiliation")
    assert [[tuple(one[key] for key in keys) for one in row["authors"]] for row in rows] == [
        [
            ("Ada Lovelace", "orcid:0000-0002-1825-0097", None),
            ("Alan Turing", None, None),
            ("Alonzo Church", None, None),
        ],
        [("Grace Hopper", None, "Navy; Yale")],
    ]
    assert not notes


def read_between(folder: Path, line: str | bytes) -> tuple[list[Row], list[Note]]:
    """Read a line between two good ones, which must come out whole."""
    first, last = (json.dumps(record).encode() for record in GOOD)
    middle = line if isinstance(line, bytes) else line.encode()
    rows, notes = read_text(folder, b"\n".join([first, middle, last]))
    for row, expected in zip((rows[0], rows[-1]), GOOD, strict=True):
        assert (row["title"], row["year"]) == (expected["title"], expected["year"])
        assert [author["name"] for author in row["authors"]] == expected["authors"]
    return rows[1:-1], notes


@pytest.fixture(scope="module")
def acl() -> list[Row]:
    require(ACL)
    rows, notes = read_file(ACL)
    assert notes == []
    return rows


def test_the_anthology(acl: list[Row]) -> None:
    with gzip.open(ACL, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert len(acl) == len(lines) == 73_254
    assert [row["key"] for row in acl] == [line["id"] for line in lines]
    assert [row["year"] for row in acl] == [line["year"] for line in lines]
    assert [row["place"] for row in acl[:2]] == ["line 1", "line 2"]
    assert acl[-1]["place"] == "line 73254"
    people = [[author["name"] for author in row["authors"]] for row in acl]
    assert sum(map(len, people)) == 225_984
    differing = [
        (found, line["authors"])
        for found, line in zip(people, lines, strict=True)
        if found != line.get("authors", [])
    ]
    # Only names with a comma in them are turned.
    assert all("," in "".join(printed) for _, printed in differing)
    assert len(differing) < 20


def test_identifiers_of_the_anthology(acl: list[Row]) -> None:
    by_key = {row["key"]: row for row in acl}
    assert sum(row["id"] is not None for row in acl) == 45_319
    assert sum(row["doi"] is not None for row in acl) == 27_935
    assert by_key["1952.earlymt-1.1"]["id"] == "acl:1952.earlymt-1.1"
    # A handle is no DOI, but a link.
    thai = by_key["Y99-1036"]
    assert (thai["doi"], thai["url"]) == (None, "http://hdl.handle.net/2065/12135")
    with_doi = next(row for row in acl if row["doi"])
    assert with_doi["id"] is None
    assert with_doi["identifiers"] == [f"acl:{with_doi['key']}"]


def test_venues_of_the_anthology(acl: list[Row]) -> None:
    assert Counter(row["type"] for row in acl) == {
        "fabio:ConferencePaper": 70_215,
        "fabio:JournalArticle": 3_039,
    }
    by_key = {row["key"]: row for row in acl}
    assert by_key["1952.earlymt-1.1"]["event"] == "EARLYMT 1952"
    assert sum(row["event"] == "ACL 2021" for row in acl) > 500
    journals = Counter(row["journal"] for row in acl)
    assert journals["Transactions of the Association for Computational Linguistics"] == 436
    assert journals["Traitement Automatique des Langues"] == 268


def test_affiliations_of_the_anthology(acl: list[Row]) -> None:
    people = {a["name"]: a["affiliation"] for r in acl for a in r["authors"] if a["affiliation"]}
    assert people["David McKelvie"] == "University of Edinburgh"
    assert people["David Yarowsky"] == "University of Pennsylvania"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"title": "cut',
        "[1, 2]",
        "null",
        "3",
        '"text"',
        "\x00",
        "{}{}",
        '{"a": 1}',
        "[" * 5000,
    ],
)
def test_bad_lines_are_noted(tmp_path: Path, line: str) -> None:
    rows, notes = read_between(tmp_path, line)
    assert rows == []
    assert [note.place for note in notes] == ["line 2"]


@pytest.mark.parametrize(
    ("line", "title", "noted"),
    [
        ('{"title": 1984, "year": "1984-05"}', "1984", False),
        ('{"title": "Bats", "year": "forthcoming"}', "Bats", True),
        ('{"title": "Bats\x07\\u200f", "authors": null}', "Bats", True),
        ('{"title": "Bats &amp; <i>owls</i>", "authors": []}', "Bats & owls", False),
        ('{"title": "The <C,A>, T framework"}', "The <C,A>, T framework", False),
        ('{"title": null, "authors": ["A B"]}', None, True),
        ('{"title": ["Bats"], "authors": {"name": "A B"}}', "Bats", False),
        ('{"title": "Bats", "authors": [{"given": "A", "family": "B"}, 7, null]}', "Bats", False),
    ],
)
def test_odd_lines_are_read(tmp_path: Path, line: str, title: str | None, noted: bool) -> None:
    rows, notes = read_between(tmp_path, line)
    assert [row["title"] for row in rows] == [title]
    assert [note.place for note in notes] == ["line 2"] * noted


def test_a_line_in_another_encoding(tmp_path: Path) -> None:
    rows, notes = read_between(tmp_path, '{"title": "Fledermäuse"}'.encode("cp1252"))
    assert rows[0]["title"] == "Fledermäuse"
    assert [(note.place, note.done) for note in notes] == [("line 2", "read as Windows-1252")]


def test_cut_off_archive(tmp_path: Path) -> None:
    lines = "\n".join(
        json.dumps({**GOOD[0], "id": n, "abstract": f"{n * 7919}" * 40}) for n in range(20_000)
    )
    path = tmp_path / "papers.jsonl.gz"
    data = gzip.compress(lines.encode())
    path.write_bytes(data[: len(data) * 3 // 4])
    rows, notes = read_file(path)
    assert 1_000 < len(rows) < 20_000
    assert notes[-1].done == "read up to here"


def test_large(tmp_path: Path) -> None:
    people = [f"Ada Lovelace {n}" for n in range(10_000)]
    rows, notes = read_between(tmp_path, json.dumps({"title": "x" * 100_000, "authors": people}))
    assert (len(rows[0]["title"]), len(rows[0]["authors"]), notes) == (100_000, 10_000, [])


@pytest.mark.parametrize("text", ["", "\n\n", "{}", "[]", "no JSON at all", '{"price": 3}'])
def test_nothing_usable(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError):
        read_text(tmp_path, text)


def test_through_the_front_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.BUILT_IN["format"], "jsonl", "graphkit.formats.jsonl")
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(map(json.dumps, GOOD)))
    graph = gk.read(path)
    assert sorted(graph.papers["title"]) == ["Echoes", "Owls"]
    assert sorted(graph.authors["name"]) == ["Ada Lovelace", "Alan Turing"]


FUZZ = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = ["title", "authors", "year", "doi", "affiliations", "venue", "keywords", "id", "language"]


@FUZZ
@given(st.dictionaries(st.sampled_from(KEYS), JSON))
@example({"authors": [["A"]]})
@example({"authors": ["\ue000"], "affiliations": "x;y"})
def test_any_values_between_good_lines(tmp_path: Path, record: Row) -> None:
    read_between(tmp_path, json.dumps(record))


@FUZZ
@given(st.binary(max_size=200).map(lambda data: data.replace(b"\n", b"")))
def test_any_bytes_between_good_lines(tmp_path: Path, data: bytes) -> None:
    read_between(tmp_path, data)


@FUZZ
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    try:
        read_text(tmp_path, data)
    except ReadError:
        return
