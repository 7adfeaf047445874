"""schema.org JSON-LD: the real sample, hard cases, broken files."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from hypothesis import given

from graphkit.formats.schemaorg import read, sniff
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

OWN = {"crossref/schema_org.json"}

records, written = partial(samples.records, read), partial(samples.written, read)


@needs_samples
def test_sniff() -> None:
    assert claimed(sniff) == OWN


@needs_samples
def test_sample() -> None:
    (record,), notes = records(SAMPLES / "crossref" / "schema_org.json")
    assert notes == []
    assert (record["title"], record["year"]) == ("Eating your own Dog Food", 2016)
    assert (record["doi"], record["id"]) == ("10.5438/4k3m-nyvg", None)
    assert record["url"] == "https://blog.datacite.org/eating-your-own-dog-food/"
    assert names(record) == ["Martin Fenner"]
    assert record["authors"][0]["orcid"] == "orcid:0000-0003-1419-2405"
    assert [t["label"] for t in record["topics"]] == ["datacite", "doi", "metadata", "featured"]
    assert record["cites"] == ["doi:10.5438/0012", "doi:10.5438/55e5-t5c0"]
    # A blog is no journal, and a post in it is none of the classes of papers.
    assert (record["language"], record["type"], record["journal"]) == ("en", None, None)


def test_graph_with_references(tmp_path: Path) -> None:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@id": "https://example.org/1",
                "@type": ["ScholarlyArticle", "CreativeWork"],
                "headline": {"@value": "Größe &amp; Maß", "@language": "de"},
                "author": {"@list": [{"@id": "#ada"}, {"@type": "Role", "author": "K. Gödel"}]},
                "isPartOf": {
                    "@type": "PublicationIssue",
                    "isPartOf": {"@type": "PublicationVolume", "isPartOf": {"@id": "#bats"}},
                },
                "keywords": ["owls", {"@type": "DefinedTerm", "name": "bats"}],
                "datePublished": "forthcoming",
                "inLanguage": "de-DE",
                "citation": ["Lovelace 1843, https://doi.org/10.5555/NOTES", {"name": "no DOI"}],
                "identifier": {"@type": "PropertyValue", "propertyID": "pmid", "value": 12},
            },
            {
                "@id": "#ada",
                "@type": "Person",
                "name": "Lovelace, A.",
                "givenName": "Ada",
                "familyName": "Lovelace",
                "sameAs": ["https://example.org", "https://orcid.org/0000-0002-1825-0098"],
                "affiliation": {"@id": "#acme"},
            },
            {
                "@id": "#acme",
                "@type": "Organization",
                "name": "Acme",
                "sameAs": "https://ror.org/04wxnsj81",
            },
            {"@id": "#bats", "@type": "Periodical", "name": "Journal of Bats"},
            {"@id": "#x", "@type": "Recipe", "name": "Soup"},
        ],
    }
    text = json.dumps(graph)
    assert sniff(text)
    (record,), notes = written(tmp_path / "x.jsonld", text)
    assert (record["title"], record["language"]) == ("Größe & Maß", "de-DE")
    assert (record["id"], record["key"]) == ("pubmed:12", "https://example.org/1")
    assert (record["journal"], record["type"]) == ("Journal of Bats", "fabio:JournalArticle")
    assert names(record) == ["Ada Lovelace", "K. Gödel"]
    ada = record["authors"][0]
    assert (ada["orcid"], ada["affiliation"]) == (None, "Acme")
    assert ada["organizations"] == [{"name": "Acme", "id": "ror:04wxnsj81", "ror": "ror:04wxnsj81"}]
    assert [topic["label"] for topic in record["topics"]] == ["owls", "bats"]
    assert record["cites"] == ["doi:10.5555/notes"]
    assert sorted(note.reason for note in notes) == [
        "no ORCID, or its check digit is wrong",
        "no paper, but Recipe",
        "no year",
    ]


def test_lists_pages_and_events(tmp_path: Path) -> None:
    context = {"@context": {"@vocab": "http://schema.org/"}}
    event = {"@type": "Event", "name": "BatConf"}
    page = {"@type": "WebPage", "mainEntity": {"@type": "Thesis", "name": "Owls"}}
    article = {
        "@type": "schema:ScholarlyArticle",
        "schema:name": "Echoes",
        "isPartOf": event,
        "datePublished": "2019-05-03",
    }
    text = json.dumps([{**context, **article}, {**context, **page}])
    found, notes = written(tmp_path / "x.json", text)
    assert [(r["title"], r["type"], r["event"], r["place"]) for r in found] == [
        ("Echoes", "fabio:ConferencePaper", "BatConf 2019", "record 1"),
        ("Owls", "fabio:Thesis", None, "record 2"),
    ]
    assert notes == []


def test_nodes_in_a_circle(tmp_path: Path) -> None:
    parts = [{"@id": "#v"}] * 500
    graph = [
        {"@type": "Article", "name": "Echoes", "isPartOf": parts},
        {"@id": "#v", "@type": "PublicationVolume", "isPartOf": parts},
    ]
    (record,), _ = written(tmp_path / "x.json", json.dumps({"@graph": graph}))
    assert record["journal"] is None


def article(number: int, **more: object) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "name": f"Echoes {number}",
        **more,
    }


def test_good_articles_around_broken_ones(tmp_path: Path) -> None:
    lines = [json.dumps(article(n)) for n in range(1, 5)]
    lines[1] = lines[1].replace('"@type": ', '"@type": nope')
    found, notes = written(tmp_path / "x.json", f"[{','.join(lines)}"[:-5])
    assert [r["title"] for r in found] == ["Echoes 1", "Echoes 3"]
    assert [note.place for note in notes] == ["record 2", "record 4"]


def test_large_fields(tmp_path: Path) -> None:
    people = [{"@type": "Person", "name": f"Ada {n}"} for n in range(10_000)]
    text = json.dumps(article(1, author=people, abstract="x & <i> " * 20_000))
    (record,), _ = written(tmp_path / "x.json", text)
    assert len(record["authors"]) == 10_000


SEEDS = [
    json.dumps([article(1, author=[{"name": "Ada"}], identifier="10.5555/1"), article(2)]),
    "\n".join(json.dumps(article(n)) for n in range(1, 4)),
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
