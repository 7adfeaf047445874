"""What a chapter is printed in is kept, though no column is for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import graphkit as gk
from graphkit.export import export

CHAPTERS = {
    "x.bib": "@incollection{a, title = {Echoes}, author = {Ada Lovelace}, "
    "booktitle = {Night {S}ounds}}",
    "x.ris": "TY  - CHAP\nTI  - Echoes\nAU  - Lovelace, Ada\nT2  - Night Sounds\nER  - \n",
    "x.json": '[{"id": "a", "type": "chapter", "title": "Echoes", '
    '"container-title": "Night Sounds", "author": [{"family": "Lovelace", "given": "Ada"}]}]',
    "crossref.json": '{"status": "ok", "message-type": "work", "message": {"DOI": "10.1234/a", '
    '"type": "book-chapter", "title": ["Echoes"], "container-title": ["Night Sounds"]}}',
    "crossref.xml": "<doi_records><doi_record><crossref><book><book_metadata><titles><title>"
    "Night Sounds</title></titles></book_metadata><content_item><titles><title>Echoes</title>"
    "</titles><doi_data><doi>10.1234/a</doi></doi_data></content_item></book></crossref>"
    "</doi_record></doi_records>",
    "x.isi": "FN ISI\nVR 1.0\nPT B\nAU Lovelace, A\nTI Echoes\nSO Night Sounds\n"
    "DT Book Chapter\nER\nEF\n",
    "x.nbib": "PMID- 1\nTI  - Echoes\nBTI - Night Sounds\nPT  - Book Chapter\nAU  - Lovelace A\n",
    "x.xml": "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>1</PMID><Book><BookTitle>"
    "Night Sounds</BookTitle></Book><ArticleTitle>Echoes</ArticleTitle></BookDocument>"
    "</PubmedBookArticle></PubmedArticleSet>",
    "x.csv": "Title,Authors,Source title,Document Type\n"
    "Echoes,Ada Lovelace,Night Sounds,Book chapter\n",
    "works.jsonl": '{"id": "https://openalex.org/W1", "title": "Echoes", "type": "book-chapter", '
    '"primary_location": {"source": {"type": "book series", "display_name": "Night Sounds"}}}',
    "s2.json": '{"paperId": "0123456789012345678901234567890123456789", "title": "Echoes", '
    '"venue": "Night Sounds", "publicationTypes": ["BookSection"], "authors": []}',
    "schema.json": '{"@context": "https://schema.org", "@type": "Chapter", "name": "Echoes", '
    '"isPartOf": {"@type": "Book", "name": "Night Sounds"}}',
    "dblp.xml": '<dblp><incollection key="books/x/L21"><author>Ada Lovelace</author>'
    "<title>Echoes.</title><booktitle>Night Sounds</booktitle></incollection></dblp>",
}


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_book_of_a_chapter(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(CHAPTERS[name], encoding="utf-8")
    kg = gk.read(path)
    (paper,) = kg.table("papers").to_pylist()
    assert (paper["title"], paper["type"]) == ("Echoes", "fabio:BookChapter")
    assert (paper["event"], paper["journal"]) == (None, None)
    (said,) = kg.table("statements").to_pylist()
    assert (said["s"], said["p"], said["o"]) == (
        paper["id"],
        "prism:publicationName",
        "Night Sounds",
    )
    found = kg.query("SELECT ?book { ?p dcterms:title 'Echoes' ; prism:publicationName ?book }")
    assert isinstance(found, pd.DataFrame)
    assert found["book"].tolist() == ["Night Sounds"]
    assert gk.read(export(kg, tmp_path / "back.nq")) == kg


def test_a_venue_is_no_container(tmp_path: Path) -> None:
    path = tmp_path / "x.bib"
    path.write_text(
        "@inproceedings{a, title = {A}, booktitle = {BatConf}, year = 2021}\n"
        "@article{b, title = {B}, journal = {Bats}}\n@book{c, booktitle = {Night Sounds}}"
    )
    kg = gk.read(path)
    assert kg.table("statements").num_rows == 0
    assert kg.table("papers")["title"].to_pylist() == ["A", "B", "Night Sounds"]
