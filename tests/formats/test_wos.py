"""Web of Science plain text: real samples, hard cases, broken files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given

from graphkit.errors import ReadError
from graphkit.formats.wos import read, sniff
from tests.formats import samples
from tests.formats.samples import (
    ANY_BYTES,
    FUZZED,
    SAMPLES,
    claimed,
    mutated,
    names,
    needs_samples,
    survives,
)

OWN = {
    *(f"wos/IsiImporterTest{name}.isi" for name in ("1", "2", "Inspec", "Medline", "WOS")),
    # An export of Web of Science that bears the suffix of RIS.
    "ris/example_wos.ris",
}

records, written = partial(samples.records, read), partial(samples.written, read)


@needs_samples
def test_sniff() -> None:
    assert claimed(sniff) == OWN


@needs_samples
def test_counts() -> None:
    counts = {
        path.stem.removeprefix("IsiImporterTest"): len(records(path)[0])
        for path in sorted((SAMPLES / "wos").glob("*.isi"))
        if not path.stem.endswith("Empty")
    }
    assert counts == {"1": 1, "2": 3, "Inspec": 2, "Medline": 2, "WOS": 2}
    with pytest.raises(ReadError, match="no record"):
        records(SAMPLES / "wos" / "IsiImporterTestEmpty.isi")


@needs_samples
def test_web_of_science_sample() -> None:
    (first, second), notes = records(SAMPLES / "wos" / "IsiImporterTestWOS.isi")
    assert notes == []
    assert (first["key"], first["place"]) == ("ISI:000238592600006", "lines 3-56")
    assert first["title"] == (
        "Optical and photoelectric spectroscopy of photorefractive Sn2P2S6 crystals"
    )
    assert first["journal"] == "JOURNAL OF PHYSICS-CONDENSED MATTER"
    assert (first["type"], first["year"]) == ("fabio:JournalArticle", 2006)
    assert names(first)[:2] == ["RV Gamernyk", "YP Gnatenko"]
    # Two addresses of five authors: which is whose is not said.
    assert [author.get("affiliation") for author in first["authors"]] == [None] * 5
    assert names(second)[3] == "R Degl'Innocenti"
    assert {author["affiliation"] for author in second["authors"]} == {
        "ETH, Inst Quantum Elect, Nonlinear Opt Lab, CH-8093 Zurich, Switzerland."
    }
    assert [topic["label"] for topic in second["topics"]] == [
        "REFRACTIVE-INDEX PROFILES",
        "INFRARED WAVELENGTHS",
        "PHASE-CONJUGATION",
        "KNBO3",
        "MODES",
        "Optics",
    ]


@needs_samples
def test_web_of_science_under_another_suffix() -> None:
    (first, second), notes = records(SAMPLES / "ris" / "example_wos.ris")
    assert notes == []
    assert (first["doi"], second["doi"]) == ("10.1021/bi049798f", "10.1021/bi0497291")
    assert [len(first["authors"]), len(second["authors"])] == [4, 9]
    assert first["cites"][0].startswith("doi:10.")


@needs_samples
def test_inspec_sample() -> None:
    (first, second), notes = records(SAMPLES / "wos" / "IsiImporterTestInspec.isi")
    assert notes == []
    assert first["title"].endswith("production of beta -BaB2O4 optical waveguides")
    assert second["title"].endswith("photorefractive Sn2P2S6 crystals")
    assert (first["doi"], second["doi"]) == (
        "10.1063/1.2234275",
        "10.1088/0953-8984/18/23/006",
    )
    assert {author["affiliation"] for author in first["authors"]} == {
        "Nonlinear Opt. Lab., Inst. of Quantum Electron., Zurich, Switzerland"
    }
    assert second["authors"][0] == {
        "name": "R.V. Gamernyk",
        "affiliation": "Lviv Nat. Univ., Ukraine",
    }
    assert "affiliation" not in second["authors"][1]
    labels = [topic["label"] for topic in first["topics"]]
    assert (len(labels), labels[0], labels[-1]) == (29, "barium compounds", "BaB2O4")
    assert "He+ implantation" in labels


@needs_samples
def test_medline_and_conference_samples() -> None:
    (first, second), _ = records(SAMPLES / "wos" / "IsiImporterTestMedline.isi")
    assert (first["id"], first["journal"]) == ("pubmed:16842170", "Curr Pharm Des")
    assert names(first) == ["Nancy J Wesensten"]
    assert len(second["authors"]) == 7
    assert names(second)[5] == "Deborah Yurgelun-Todd"
    found, notes = records(SAMPLES / "wos" / "IsiImporterTest2.isi")
    kinds = [record["type"] for record in found]
    assert kinds == [None, "fabio:ConferencePaper", "fabio:ConferencePaper"]
    assert [len(record["authors"]) for record in found] == [6, 1, 0]
    assert [(note.place, note.reason, note.text) for note in notes] == [
        ("lines 45-61", "no DOI", "467-72")
    ]
    (record,), _ = records(SAMPLES / "wos" / "IsiImporterTest1.isi")
    assert record["title"] == "Optical properties of MgO doped LiNbO3 single crystals"
    assert names(record) == [
        "James Brown",
        "James Marc Brown",
        "JM Brown",
        "J Brown",
        "J.M. Brown",
        "J. Brown",
    ]


FRONT = "FN Clarivate Analytics Web of Science\nVR 1.0\n"


def test_hard_cases(tmp_path: Path) -> None:
    (record,), notes = written(
        tmp_path / "x.ciw",
        FRONT
        + """PT C
AU van Beethoven, L
   King, ML
   et al.
AF van Beethoven, Ludwig
   King, Martin Luther, Jr.
   et al.
TI Echoes &amp; owls: when a<b and c>d
SO PROCEEDINGS OF BATCONF
CT BatConf
CY MAY 03-05, 2019
DT Proceedings Paper
C1 [van Beethoven, Ludwig; King, Martin Luther, Jr.] Acme, Bonn, Germany.
   [King, Martin Luther, Jr.] Acme, Ulm, Germany.
OI King, Martin Luther, Jr./0000-0002-1825-0097; van Beethoven, Ludwig/0000-0002-1825-0098
CR Who A, 2001, BATS, V1, P2, DOI 10.1000/Bats.1
   Who B, 2002, BATS, V1, P3, DOI [10.1000/bats.2, 10.1000/BATS.2X]
   Who C, 2002, BATS
PY forthcoming
DI 10.1000/OWLS
PM 123
UT WOS:000001
ER
EF
""",
    )
    assert names(record) == ["Ludwig van Beethoven", "Martin Luther King, Jr."]
    assert record["title"] == "Echoes & owls: when a<b and c>d"
    assert (record["event"], record["journal"]) == ("BatConf 2019", None)
    assert record["authors"][0]["affiliation"] == "Acme, Bonn, Germany."
    assert record["authors"][1]["affiliation"] == "Acme, Bonn, Germany.; Acme, Ulm, Germany."
    assert record["authors"][0]["orcid"] is None
    assert record["authors"][1]["orcid"] == "orcid:0000-0002-1825-0097"
    assert record["cites"] == ["doi:10.1000/bats.1", "doi:10.1000/bats.2"]
    assert (record["doi"], record["id"], record["identifiers"]) == (
        "10.1000/owls",
        None,
        ["pubmed:123"],
    )
    assert record["year"] is None
    assert len(notes) == 3


def entry(number: int) -> str:
    return f"PT J\nAU Lovelace, A\nTI Echoes {number}\nPY 2001\nER\n\n"


def test_good_records_around_a_broken_one(tmp_path: Path) -> None:
    text = FRONT + entry(1) + entry(2).replace("ER\n", "") + "garbage\n" + entry(3)
    found, notes = written(tmp_path / "x.isi", text)
    assert [record["title"] for record in found] == ["Echoes 1", "Echoes 2", "Echoes 3"]
    assert len(notes) == 2


def test_cut_off(tmp_path: Path) -> None:
    found, notes = written(tmp_path / "x.isi", FRONT + entry(1) + entry(2)[:-8])
    assert [record["title"] for record in found] == ["Echoes 1"]
    assert [note.reason for note in notes] == ["the file ends before this record does"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings(tmp_path: Path, encoding: str, end: str) -> None:
    text = (FRONT + entry(1).replace("Lovelace, A", "Gödel, K")).replace("\n", end)
    (record,), _ = written(tmp_path / "x.isi", text.encode(encoding))
    assert names(record) == ["K Gödel"]


def test_large_fields(tmp_path: Path) -> None:
    people = "".join(f"   Lovelace, A{n}\n" for n in range(10_000))
    text = FRONT + entry(1).replace("TI ", f"{people}C1 Acme, Bonn.\nTI {'x ' * 50_000}")
    (record,), _ = written(tmp_path / "x.isi", text)
    assert len(record["authors"]) == 10_001


SEEDS = [FRONT + entry(1) + entry(2) + "EF\n"]
PUT = [b"\nER\n", b"\nPT J\n", b"/sub 2/", b"UT INSPEC:1\n", b"\xff"]


@FUZZED
@given(data=mutated(SEEDS, PUT))
def test_mutations(tmp_path: Path, data: bytes) -> None:
    survives(read, tmp_path / "x", data)


@FUZZED
@given(data=ANY_BYTES)
def test_any_bytes(tmp_path: Path, data: bytes | str) -> None:
    survives(read, tmp_path / "x", data)
