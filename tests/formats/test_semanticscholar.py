"""Semantic Scholar: the real sample, hard cases, broken files."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from hypothesis import given

from graphkit.formats.semanticscholar import read, sniff
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

OWN = {"semanticscholar/paper.json"}

records, written = partial(samples.records, read), partial(samples.written, read)


@needs_samples
def test_sniff() -> None:
    assert claimed(sniff) == OWN


@needs_samples
def test_sample() -> None:
    (paper,), notes = records(SAMPLES / "semanticscholar" / "paper.json")
    assert (paper["title"], paper["year"]) == ("Computing Machinery and Intelligence", 1950)
    assert (paper["doi"], paper["id"]) == ("10.1093/mind/lix.236.433", None)
    assert (paper["type"], paper["journal"], paper["event"]) == (
        "fabio:JournalArticle",
        "Mind",
        None,
    )
    assert paper["identifiers"] == [
        "dblp:journals/x/Turing50",
        "https://www.semanticscholar.org/paper/2d5673caa9e6af3a7b82a43f19ee920992db07ad",
    ]
    assert names(paper) == ["A. Turing"]
    assert paper["authors"][0]["id"] == "https://www.semanticscholar.org/author/2262347"
    # Of 14 references, 8 are known works; the others are footnotes.
    assert len(paper["cites"]) == 8
    assert paper["cites"][4] == "doi:10.1007/s00605-006-0423-7"
    labels = [topic["label"] for topic in paper["topics"]]
    assert labels == ["Computer Science", "Sociology"]
    assert [note.reason for note in notes] == ["lists 1000 papers that cite it"]


def paper(number: int, **more: object) -> dict[str, object]:
    return {"paperId": f"{number:040x}", "title": f"Echoes {number}", "year": 2021, **more}


def page(number: int) -> str:
    return f"https://www.semanticscholar.org/paper/{number:040x}"


def test_hard_cases(tmp_path: Path) -> None:
    found, notes = written(
        tmp_path / "x.json",
        json.dumps(
            {
                "total": 4,
                "data": [
                    paper(
                        1,
                        externalIds={"ArXiv": "2101.00001", "ACL": "2021.acl-long.1", "DOI": None},
                        publicationVenue={"name": "ACL", "type": "conference"},
                        publicationTypes=["JournalArticle"],
                        authors=[{"authorId": None, "name": "Kurt Gödel"}, {"name": None}, 7],
                        references=[
                            {"paperId": f"{9:040x}", "externalIds": None},
                            {"citedPaper": {"externalIds": {"DOI": "10.5555/OWLS"}}},
                            {"paperId": None, "title": "a footnote"},
                        ],
                    ),
                    {"citingPaper": paper(2, venue="arXiv.org", year="forthcoming")},
                    {"corpusid": 7, "title": 1984, "externalids": {"PubMed": 12}},
                    {"abstract": "no title"},
                ],
            }
        ),
    )
    first, second, third = found
    assert (first["id"], first["event"], first["type"]) == (
        page(1),
        "ACL 2021",
        "fabio:ConferencePaper",
    )
    assert first["identifiers"] == [
        "acl:2021.acl-long.1",
        "doi:10.48550/arxiv.2101.00001",
        page(1),
    ]
    assert names(first) == ["Kurt Gödel"]
    assert first["cites"] == [page(9), "doi:10.5555/owls"]
    assert (second["type"], second["year"], second["journal"]) == ("fabio:Preprint", None, None)
    assert (third["title"], third["key"]) == ("1984", "CorpusID:7")
    assert third["identifiers"] == ["pubmed:12", "https://api.semanticscholar.org/CorpusID:7"]
    assert [note.place for note in notes] == ["record 1", "record 2", "record 4"]


def test_good_papers_around_broken_ones(tmp_path: Path) -> None:
    lines = [json.dumps(paper(n)) for n in range(1, 6)]
    lines[2] = lines[2][:-20]
    found, notes = written(tmp_path / "x.jsonl", "\n".join(lines)[:-5])
    assert [r["place"] for r in found] == ["line 1", "line 2", "line 4"]
    assert [note.place for note in notes] == ["line 3", "line 5"]


def test_large_fields(tmp_path: Path) -> None:
    people = [{"authorId": str(n), "name": f"Ada {n}"} for n in range(10_000)]
    text = json.dumps(paper(1, authors=people, abstract="x & <i> " * 20_000))
    (record,), _ = written(tmp_path / "x.json", text)
    assert len(record["authors"]) == 10_000


SEEDS = [
    json.dumps([paper(1, authors=[{"name": "Ada"}], externalIds={"DOI": "10.5555/1"}), paper(2)]),
    "\n".join(json.dumps(paper(n)) for n in range(1, 4)),
]
PUT = [b"null", b"[[]]", b'{"a":', b"\n", b"\\ud800", b"\xff"]


@FUZZED
@given(data=mutated(SEEDS, PUT))
def test_mutations(tmp_path: Path, data: bytes) -> None:
    survives(read, tmp_path / "x", data)


@FUZZED
@given(data=ANY_BYTES)
def test_any_bytes(tmp_path: Path, data: bytes | str) -> None:
    survives(read, tmp_path / "x", data)
