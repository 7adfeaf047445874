"""Crossref's works and XML: real samples, hard cases, broken files."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from hypothesis import given

from graphkit.formats.crossref import read, sniff
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

OWN = {"crossref/works.json", "crossref/crossref.xml"}

records, written = partial(samples.records, read), partial(samples.written, read)


@needs_samples
def test_sniff() -> None:
    assert claimed(sniff) == OWN


@needs_samples
def test_works_sample() -> None:
    found, notes = records(SAMPLES / "crossref" / "works.json")
    assert notes == []
    assert len(found) == 20
    assert sum(len(record["authors"]) for record in found) == 62
    assert sum(len(record["cites"]) for record in found) == 799
    kinds = [record["type"] for record in found]
    assert [kinds.count(kind) for kind in ("fabio:JournalArticle", "fabio:Preprint", None)] == [
        17,
        2,
        1,
    ]
    titles = [record["title"] for record in found]
    # The publisher dropped the spaces round small capitals.
    assert titles[5] == (
        "Treebase: an R package for discovery, access and manipulation of online phylogenies"
    )
    assert titles[14] == "The role of AI in ecology’s computational carbon footprint"
    assert found[11]["journal"] == "Big Data & Society"
    first = found[0]
    assert (first["doi"], first["year"], first["place"]) == ("10.1111/ele.14024", 2022, "record 1")
    assert first["authors"][0]["orcid"] == "orcid:0000-0002-1642-628X"
    assert first["authors"][0]["affiliation"].startswith("Department of Environmental Science")
    assert first["abstract"].startswith("Encouraged by decision makers’ appetite")
    assert len(first["cites"]) == 46
    assert (found[3]["year"], found[3]["language"], found[3]["journal"]) == (2016, None, None)
    several = found[17]["authors"][0]["affiliation"]
    assert several == "CSIRO Dutton Park Australia; ENSTA Paris Palaiseau France"


@needs_samples
def test_xml_sample() -> None:
    (record,), notes = records(SAMPLES / "crossref" / "crossref.xml")
    assert notes == []
    assert record["doi"] == "10.7554/elife.01567"
    assert record["title"].startswith("Automated quantitative histology reveals")
    assert names(record) == [
        "Martial Sankar",
        "Kaisa Nieminen",
        "Laura Ragni",
        "Ioannis Xenarios",
        "Christian S Hardtke",
    ]
    assert record["authors"][3]["affiliation"].startswith("Vital-IT, Swiss Institute")
    assert (record["journal"], record["year"], record["language"]) == ("eLife", 2014, "en")
    # The abstract, not the summary for everybody that follows it.
    assert record["abstract"].startswith("Among various advantages")
    assert "model organisms’, such as mice" not in record["abstract"]
    assert len(record["cites"]) == 26
    assert record["url"] == "https://elifesciences.org/articles/01567"


def test_one_work_and_its_hard_cases(tmp_path: Path) -> None:
    work = {
        "DOI": "10.5555/BATS",
        "type": "proceedings-article",
        "title": ["Hearing bats"],
        "subtitle": ["A study"],
        "container-title": "Proceedings of BatConf",
        "event": {"name": "BatConf", "start": {"date-parts": [[2020, 12]]}},
        "issued": {"date-parts": [[None]]},
        "published-print": {"date-parts": [["2021", 1]]},
        "language": "en_US",
        "author": [
            {"given": "Ludwig", "family": "van Beethoven", "ORCID": "0000-0002-1825-0098"},
            {"given": "Martin Luther", "family": "King", "suffix": "Jr."},
            {"name": "The Bat Group"},
            {"family": 1984},
            {"sequence": "additional"},
            "nobody",
            {
                "given": "Ada",
                "family": "Lovelace",
                "affiliation": [
                    {
                        "name": "Acme",
                        "id": [{"id": "https://ror.org/04wxnsj81", "id-type": "ROR"}],
                    }
                ],
            },
        ],
        "reference": [{"DOI": "10.5555/a"}, {"DOI": "10.5555/A"}, {"key": "x"}, None, {"DOI": 7}],
        "resource": {"primary": {"URL": "file:///etc/passwd"}},
        "URL": "https://doi.org/10.5555/bats",
    }
    text = json.dumps({"status": "ok", "message-type": "work", "message": work})
    assert sniff(text)
    (record,), notes = written(tmp_path / "x.json", text)
    assert record["title"] == "Hearing bats: A study"
    assert (record["event"], record["year"], record["journal"]) == ("BatConf 2020", 2021, None)
    assert names(record) == [
        "Ludwig van Beethoven",
        "Martin Luther King, Jr.",
        "The Bat Group",
        "1984",
        "Ada Lovelace",
    ]
    assert record["authors"][0]["orcid"] is None
    assert record["authors"][-1]["organizations"] == [
        {"name": "Acme", "id": "ror:04wxnsj81", "ror": "ror:04wxnsj81"}
    ]
    assert record["cites"] == ["doi:10.5555/a"]
    assert record["url"] == "https://doi.org/10.5555/bats"
    assert record["language"] == "en-US"
    assert len(notes) == 2


def test_conference_and_book_xml(tmp_path: Path) -> None:
    person = (
        "<contributors><person_name contributor_role='editor'><surname>No</surname></person_name>"
        "<person_name contributor_role='author'><given_name>Ada</given_name>"
        "<surname>Lovelace</surname><suffix>III</suffix>"
        "<ORCID>https://orcid.org/0000-0002-1825-0097</ORCID></person_name>"
        "<organization contributor_role='author'>Bat Group</organization></contributors>"
    )
    paper = (
        "<conference_paper>{person}<titles><title>Echo {n}</title></titles>"
        "<doi_data><doi>10.5555/{n}</doi></doi_data></conference_paper>"
    )
    text = (
        "<doi_batch xmlns='http://www.crossref.org/schema/4.4.2'><head/><body><conference>"
        "<event_metadata><conference_name>BatConf</conference_name>"
        "<conference_date start_year='2019'/></event_metadata><proceedings_metadata>"
        "<publication_date><year>2020</year></publication_date></proceedings_metadata>"
        + "".join(paper.format(person=person, n=n) for n in (1, 2))
        + "</conference><book><book_metadata><titles><title>Owls</title></titles>"
        "<publication_date><year>2018</year></publication_date></book_metadata></book>"
        "<journal><journal_metadata/></journal></body></doi_batch>"
    )
    assert sniff(text)
    found, notes = written(tmp_path / "x.xml", text)
    assert [(r["title"], r["year"], r["event"], r["type"]) for r in found] == [
        ("Echo 1", 2020, "BatConf 2019", "fabio:ConferencePaper"),
        ("Echo 2", 2020, "BatConf 2019", "fabio:ConferencePaper"),
        ("Owls", 2018, None, "fabio:Book"),
    ]
    assert [r["place"] for r in found] == ["record 1, work 1", "record 1, work 2", "record 2"]
    assert names(found[0]) == ["Ada Lovelace III", "Bat Group"]
    assert found[0]["authors"][0]["orcid"] == "orcid:0000-0002-1825-0097"
    assert [note.reason for note in notes] == ["no work in it"]


def test_good_works_around_broken_ones(tmp_path: Path) -> None:
    text = (
        '{"message-type": "work-list", "message": {"items": [{"DOI": "10.5555/1"}, {"DOI": nope},'
        ' {"title": null}, 12, {"DOI": "10.5555/2", "author": {}, "title": {}}]}}'
    )
    found, notes = written(tmp_path / "x.json", text)
    assert [record["doi"] for record in found] == ["10.5555/1", "10.5555/2"]
    # The last one is kept; its author without a name is not.
    assert [note.place for note in notes] == ["record 2", "record 3", "record 4", "record 5"]
    found, notes = written(tmp_path / "x.json", text[:-60])
    assert [record["doi"] for record in found] == ["10.5555/1"]
    assert notes[-1].done == "what stands before it was kept"


def test_large_fields(tmp_path: Path) -> None:
    people = [{"given": "Ada", "family": f"Lovelace {n}"} for n in range(10_000)]
    work = {"DOI": "10.5555/1", "title": ["<i>x</i> & " * 10_000], "author": people}
    (record,), _ = written(tmp_path / "x.json", json.dumps({"items": [work]}))
    assert len(record["authors"]) == 10_000


SEEDS = [
    '{"message-type": "work-list", "message": {"items": [{"DOI": "10.5555/1", "title": ["Echo"], '
    '"author": [{"given": "Ada", "family": "Lovelace"}]}, {"DOI": "10.5555/2"}]}}',
    "<doi_records><doi_record><crossref><journal><journal_metadata><full_title>Bats</full_title>"
    "</journal_metadata><journal_article><titles><title>Echo</title></titles><doi_data><doi>"
    "10.5555/1</doi></doi_data></journal_article></journal></crossref></doi_record></doi_records>",
]
PUT = [b"null", b"[[]]", b'{"a":', b"<", b"&x;", b"\xff"]


@FUZZED
@given(data=mutated(SEEDS, PUT))
def test_mutations(tmp_path: Path, data: bytes) -> None:
    survives(read, tmp_path / "x", data)


@FUZZED
@given(data=ANY_BYTES)
def test_any_bytes(tmp_path: Path, data: bytes | str) -> None:
    survives(read, tmp_path / "x", data)
