"""PubMed's tagged lines and XML: real samples, hard cases, broken files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.pubmed import read, sniff
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

OWN = {"pubmed/NbibImporterTest.nbib", "pubmed/MedlineImporterTestNbib.xml"}

records, written = partial(samples.records, read), partial(samples.written, read)


@needs_samples
def test_sniff() -> None:
    assert claimed(sniff) == OWN


@needs_samples
def test_tagged_sample() -> None:
    (record,), notes = records(SAMPLES / "pubmed" / "NbibImporterTest.nbib")
    assert notes == []
    assert record["title"] == "Proteomics: A new perspective for cancer."
    assert record["doi"] == "10.4103/2277-9175.180636"
    assert record["identifiers"] == ["pubmed:27169098"]
    assert (record["id"], record["key"], record["place"]) == (None, "27169098", "lines 1-71")
    assert (record["year"], record["language"]) == (2016, "en")
    assert record["journal"] == "Advanced biomedical research"
    assert record["type"] == "fabio:JournalArticle"
    # Investigators are no authors; a group is.
    assert names(record) == [
        "Basavaradhya Sahukar Shruthi",
        "Palani Vinodhkumar",
        "Selvamani",
        "corporater",
    ]
    assert record["authors"][1]["affiliation"] == (
        "Department of Pedodontics, Sri Balaji Dental College and Hospital, Chennai, Tamil Nadu, "
        "India."
    )
    assert "affiliation" not in record["authors"][3]
    labels = [topic["label"] for topic in record["topics"]]
    assert labels == ["Biomarkers", "electrophoresis", "neoplasia", "spectrometry", "translation"]


@needs_samples
def test_xml_sample() -> None:
    (article, book), notes = records(SAMPLES / "pubmed" / "MedlineImporterTestNbib.xml")
    assert notes == []
    assert article["doi"] == "10.3275/8949"
    assert names(article) == ["F W Gibb, Jr", "NaN Zamm itt", "G Beckett", "M W J Strachan"]
    assert article["authors"][0]["affiliation"].startswith("Edinburgh Centre for Endocrinology")
    assert article["abstract"] == "BACKGROUND: Just a dummy text. And another dummy"
    # What it comments on is not what it cites.
    assert article["cites"] == [
        f"pubmed:{n}" for n in (18519880, 18541904, 12044394, 16896111, 2969199)
    ]
    assert article["url"] == "https://pubmed.ncbi.nlm.nih.gov/23633646/"
    labels = [topic["label"] for topic in article["topics"]]
    assert len(labels) == 12
    assert labels[:4] == ["keyword", "another keyword", "Female", "Graves Disease"]
    assert (book["id"], book["type"], book["year"]) == ("pubmed:21413195", "fabio:Book", 2009)
    assert book["title"].startswith("Rheumatoid Arthritis: National Clinical Guideline")
    assert names(book) == ["National Collaborating Centre for Chronic Conditions (UK)"]
    assert (book["language"], book["abstract"]) == ("en", "just a dummy.")
    assert (article["place"], book["place"]) == ("record 1", "record 2")


def tagged(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def test_tagged_hard_cases(tmp_path: Path) -> None:
    found, notes = written(
        tmp_path / "x.nbib",
        tagged(
            "",
            "PMID- 1",
            "TI  - [Über die Echos &amp; <i>Fledermäuse</i>",
            "      im Dunkeln].",
            "FAU - van Beethoven, Ludwig",
            "AU  - van Beethoven L",
            "AUID- ORCID: 0000-0002-1825-0097",
            "FAU - King, Martin Luther Jr",
            "AUID- ORCID: 0000-0002-1825-0098",
            "AD  - Here.",
            "AD  - There.",
            "FAU - et al.",
            "DP  - forthcoming",
            "MH  - *Chiroptera/anatomy & histology/*physiology",
            "LA  - ger",
            "",
            "PMID- 2",
            "TI  - Second",
            "AU  - Shruthi BS",
            "AU  - Gibb FW Jr",
            "PT  - Preprint",
            "DP  - 2020 Jan",
            "AID - 10.1101/2020.01.01 [doi]",
        ),
    )
    first, second = found
    assert first["title"] == "Über die Echos & Fledermäuse im Dunkeln"
    assert names(first) == ["Ludwig van Beethoven", "Martin Luther King, Jr"]
    assert first["authors"][0]["orcid"] == "orcid:0000-0002-1825-0097"
    assert first["authors"][1]["orcid"] is None
    assert first["authors"][1]["affiliation"] == "Here.; There."
    assert (first["year"], first["language"]) == (None, "de")
    assert first["topics"] == [{"label": "Chiroptera"}]
    assert names(second) == ["BS Shruthi", "FW Gibb, Jr"]
    assert (second["type"], second["year"]) == ("fabio:Preprint", 2020)
    assert second["place"] == "lines 17-23"
    assert len(notes) == 3
    assert {note.place for note in notes} == {"lines 2-15"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_tagged_encodings(tmp_path: Path, encoding: str, end: str) -> None:
    text = "PMID- 1\nTI  - Größe\nFAU - Gödel, Kurt\n".replace("\n", end)
    (record,), notes = written(tmp_path / "x.nbib", text.encode(encoding))
    assert (record["title"], names(record)) == ("Größe", ["Kurt Gödel"])
    assert len(notes) == (encoding == "cp1252")


def article(number: int, title: str = "Echoes", more: str = "") -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article>"
        f"<ArticleTitle>{title}</ArticleTitle>{more}</Article></MedlineCitation></PubmedArticle>\n"
    )


def test_xml_hard_cases(tmp_path: Path) -> None:
    names_xml = (
        "<AuthorList><Author><LastName>de la Cruz</LastName><ForeName>Mar&#237;a</ForeName>"
        '<Identifier Source="ORCID">https://orcid.org/0000-0002-1825-0097</Identifier></Author>'
        "<Author/><Author><CollectiveName>The Bat Group</CollectiveName></Author></AuthorList>"
    )
    found, notes = written(
        tmp_path / "x.xml",
        "<PubmedArticleSet>"
        + article(1, "Uptake of <sup>14</sup>C &amp; <i>caf&eacute;</i> light", names_xml)
        + "</PubmedArticleSet>",
    )
    assert found[0]["title"] == "Uptake of 14C & café light"
    assert names(found[0]) == ["María de la Cruz", "The Bat Group"]
    assert found[0]["authors"][0]["orcid"] == "orcid:0000-0002-1825-0097"
    assert "an author without a name" in [note.reason for note in notes]


def test_xml_names_nothing_outside_and_swells_not(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = (
        f'<!DOCTYPE PubmedArticleSet [<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY l0 "ha">'
        f"{bomb}]><PubmedArticleSet>{article(1, 'A &s; b')}{article(2, 'C &l9; d')}"
        "</PubmedArticleSet>"
    )
    found, notes = written(tmp_path / "x.xml", text)
    assert [r["title"] for r in found] == ["A &s; b", "C &l9; d"]
    assert "amplification" in notes[0].reason


def test_good_records_around_a_broken_one(tmp_path: Path) -> None:
    whole = [article(n) for n in range(1, 6)]
    whole[2] = whole[2].replace("Echoes", "Echoes & <b>owls")
    text = "<PubmedArticleSet>" + "".join(whole) + "</PubmedArticleSet>"
    found, notes = written(tmp_path / "x.xml", text)
    assert [r["key"] for r in found] == ["1", "2", "3", "4", "5"]
    assert [r["place"] for r in found] == [f"record {n}" for n in range(1, 6)]
    assert [note.place for note in notes] == ["line 3", "record 3"]
    lost = text.replace("</Article></MedlineCitation></PubmedArticle>", "", 1)
    found, notes = written(tmp_path / "x.xml", lost)
    assert [r["key"] for r in found] == ["1", "2", "3", "4", "5"]


def test_wrong_encodings(tmp_path: Path) -> None:
    text = f"<PubmedArticleSet>{article(1, 'Größe')}{article(2)}</PubmedArticleSet>"
    declared = "<?xml version='1.0' encoding='{}'?>"
    found, notes = written(tmp_path / "x.xml", (declared.format("latin1") + text).encode("latin1"))
    assert ([r["title"] for r in found], notes) == (["Größe", "Echoes"], [])
    found, notes = written(tmp_path / "x.xml", (declared.format("utf-8") + text).encode("latin1"))
    assert [r["key"] for r in found] == ["1", "2"]
    assert notes


def test_cut_off(tmp_path: Path) -> None:
    text = "<PubmedArticleSet>" + "".join(article(n) for n in range(1, 6))
    found, notes = written(tmp_path / "x.xml", text[:-60])
    assert [r["key"] for r in found] == ["1", "2", "3", "4"]
    assert [note.place for note in notes][1:] == ["record 5"]
    found, notes = written(tmp_path / "x.xml", text)
    assert len(found) == 5
    assert [note.reason[:19] for note in notes] == ["not well-formed XML"]


def test_many_records_come_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(
        "<PubmedArticleSet>" + "".join(map(article, range(4500))) + "</PubmedArticleSet>"
    )
    assert [len(reading.records) for reading in read(Document(path))] == [2000, 2000, 500]


def test_large_fields(tmp_path: Path) -> None:
    people = "".join(f"FAU - Lovelace, Ada {n}\n" for n in range(10_000))
    long = "x <i>y</i> & " * 10_000
    (record,), _ = written(tmp_path / "x.nbib", f"PMID- 1\nTI  - {long}\u202e\x07\n{people}")
    assert (len(record["authors"]), len(record["title"])) == (10_000, 6 * 10_000 - 1)


@pytest.mark.parametrize("data", [b"", b"  ", b"<a/>", b"<PubmedArticleSet/>", b"\x00\x01", b"<"])
def test_nothing_usable(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReadError):
        written(tmp_path / "x.xml", data)


SEEDS = [
    tagged(
        "PMID- 1", "TI  - Echoes", "FAU - Lovelace, Ada", "DP  - 2020", "", "PMID- 2", "TI  - O"
    ),
    f"<?xml version='1.0'?>\n<PubmedArticleSet>{article(1)}{article(2)}</PubmedArticleSet>",
]
PUT = [b"&x;", b"]]>", b"<", b"<!--", b"\xff"]


@FUZZED
@given(data=mutated(SEEDS, PUT))
def test_mutations(tmp_path: Path, data: bytes) -> None:
    survives(read, tmp_path / "x", data)


@FUZZED
@given(data=ANY_BYTES)
def test_any_bytes(tmp_path: Path, data: bytes | str) -> None:
    survives(read, tmp_path / "x", data)
