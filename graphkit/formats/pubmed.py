"""Reader of PubMed and MEDLINE: the tagged lines of ``.nbib`` files, and PubMed XML.

References
----------
https://www.nlm.nih.gov/bsd/mms/medlineelements.html (tags),
https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html (XML).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of, year_of
from graphkit.formats import xml_stream
from graphkit.formats.document import Document
from graphkit.formats.fields import checked_orcid, language_of, unread_year, url_of
from graphkit.formats.names import full_name, is_more, turned_name
from graphkit.formats.reading import Note, Reading, readings
from graphkit.formats.text import plain
from graphkit.formats.text_stream import lines
from graphkit.formats.xml_stream import all_texts, child_text, inner_text
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".nbib", ".medline")

Row = dict[str, Any]
_ARTICLES = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation"})
_ROOT = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*"
    r"<(?:PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet|PubmedArticle|"
    r"PubmedBookArticle|MedlineCitation)[\s>]",
    re.S,
)
_TAGGED = re.compile(r"\s*(?:[A-Z][A-Z0-9]{1,3} *- ?.*\n(?: {6}.*\n)*){0,3}?PMID- ?\d")
_TYPES = {
    "book chapter": "fabio:BookChapter",
    "books": "fabio:Book",
    "preprint": "fabio:Preprint",
    "technical report": "fabio:ReportDocument",
    "academic dissertation": "fabio:Thesis",
    "dissertation": "fabio:Thesis",
    "meeting abstract": "fabio:ConferencePaper",
    "congress": "fabio:ConferencePaper",
}


def sniff(head: str) -> bool:
    """Whether a text looks like tagged lines or XML of PubMed.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff("PMID- 27169098\\nTI  - Echoes\\n"), sniff("TY  - JOUR\\nTI  - Echoes\\n")
    (True, False)
    """
    head = head.removeprefix("\ufeff")
    return bool(_TAGGED.match(head) or _ROOT.match(head))


def read(document: Document) -> Iterator[Reading]:
    """Read a file of PubMed records.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading

    Raises
    ------
    ReadError
        There is not one record.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "bats.nbib")
    >>> _ = path.write_text("PMID- 7\\nTI  - Echoes.\\nFAU - Lovelace, Ada\\n")
    >>> record = next(read(Document(path))).records[0]
    >>> record["id"], record["title"], record["authors"][0]["name"], record["place"]
    ('pubmed:7', 'Echoes.', 'Ada Lovelace', 'lines 1-3')
    """
    notes: list[Note] = []
    if document.head().lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        elements = xml_stream.records(document, _ARTICLES, notes)
        yield from readings(document, elements, _record_of_element, notes)
    else:
        yield from readings(document, _tagged(document, notes), _record_of_fields, notes)


# --- tagged lines

Fields = list[tuple[str, str]]
_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) *-(?: (.*)|$)")


def _tagged(document: Document, notes: list[Note]) -> Iterator[tuple[str, Fields]]:
    """The fields of each record with its lines; a value that was broken is joined."""
    parts: list[tuple[str, list[str]]] = []
    start = end = 0
    for number, line, _ in lines(document, notes):
        found = _LINE.match(line.removeprefix("\ufeff"))
        if found:
            if found[1] == "PMID" and parts:
                yield _placed(start, end, parts)
                parts = []
            start = number if not parts else start
            parts.append((found[1], [found[2] or ""]))
        elif line.startswith(" ") and parts:
            parts[-1][1].append(line.strip())
        elif line.strip():
            notes.append(Note(f"line {number}", "neither a field nor part of one", line[:80]))
            continue
        if line.strip():
            end = number
    if parts:
        yield _placed(start, end, parts)


def _placed(start: int, end: int, parts: list[tuple[str, list[str]]]) -> tuple[str, Fields]:
    place = f"lines {start}-{end}" if end > start else f"line {start}"
    return place, [(tag, " ".join(lines).strip()) for tag, lines in parts]


def _record_of_fields(place: str, fields: Fields, notes: list[Note]) -> Row | None:
    values: dict[str, list[str]] = {}
    for tag, value in fields:
        text = plain(value)
        if text:
            values.setdefault(tag, []).append(text)
    if not values.keys() & {"PMID", "TI", "BTI", "FAU", "AU", "CN", "AB"}:
        notes.append(Note(place, "no record: neither a title nor an author", str(fields[0])[:80]))
        return None
    first = {tag: texts[0] for tag, texts in values.items()}
    date = first.get("DP")
    notes += unread_year(place, date)
    doi = next(
        (doi_of(text) for text in values.get("LID", []) + values.get("AID", []) if "[doi]" in text),
        None,
    )
    # Headings without their qualifiers are the same topic in all papers.
    headings = [heading.split("/")[0] for heading in values.get("MH", [])]
    topics = [label.strip("* ") for label in values.get("OT", []) + headings]
    row = {
        "title": first.get("TI") or first.get("BTI") or first.get("TT"),
        "type": _type_of(values.get("PT", []), in_journal="JT" in first or "TA" in first),
        "year": year_of(date or ""),
        "abstract": first.get("AB"),
        "language": language_of(first.get("LA")),
        "journal": first.get("JT") or first.get("TA"),
        "container": first.get("BTI") if "TI" in first else None,
        "issns": values.get("IS", []),
        "authors": _authors_of_fields(place, fields, notes),
    }
    return _finished(place, row, first.get("PMID"), doi, topics, notes)


def _authors_of_fields(place: str, fields: Fields, notes: list[Note]) -> list[Row]:
    """The authors in their order: a full name, its short form, then what is said of them."""
    has_full_names = any(tag == "FAU" for tag, _ in fields)
    authors: list[Row] = []
    for tag, value in fields:
        text = plain(value)
        if not text:
            continue
        if tag == "FAU" or (tag == "AU" and not has_full_names):
            name = turned_name(text) if tag == "FAU" else _turned_initials(text)
            authors.append({"name": name})
        elif tag == "CN":
            authors.append({"name": text})
        elif tag == "AD" and authors:
            known = authors[-1].get("affiliation")
            authors[-1]["affiliation"] = f"{known}; {text}" if known else text
        elif tag == "AUID" and authors and "orcid" in text.lower():
            authors[-1]["orcid"] = checked_orcid(text, place, notes)
    return authors


def _turned_initials(name: str) -> str:
    """``"Shruthi BS"`` as ``"BS Shruthi"``."""
    found = re.fullmatch(r"(.+) ([^\W\d_a-z]{1,4})(?: (Jr|Sr|2nd|3rd|II|III|IV))?", name)
    return (full_name(found[2], found[1], found[3]) if found else None) or name


# --- XML


def _record_of_element(place: str, element: Any, notes: list[Note]) -> Row | None:
    citation = element.find("MedlineCitation")
    citation = element if citation is None else citation
    book = element.find("BookDocument")
    article = citation.find("Article") if book is None else book
    pmid = child_text(citation if book is None else book, "PMID")
    if article is None:
        notes.append(Note(place, "no article in it", pmid or ""))
        return None
    date = _first_date(article, ("Journal/JournalIssue/PubDate", "Book/PubDate", "ArticleDate"))
    notes += unread_year(place, date)
    types = all_texts(article, "PublicationTypeList/PublicationType")
    if book is not None:
        types.append("Book chapter" if child_text(article, "ArticleTitle") else "Books")
    row = {
        "title": plain(
            child_text(article, "ArticleTitle")
            or child_text(article, "VernacularTitle")
            or child_text(article, "Book/BookTitle")
        ),
        "type": _type_of(types, in_journal=book is None),
        "year": year_of(date or ""),
        "abstract": _abstract(article),
        "language": language_of(child_text(article, "Language")),
        "journal": plain(child_text(article, "Journal/Title"))
        or plain(child_text(citation, "MedlineJournalInfo/MedlineTA")),
        "container": plain(child_text(article, "Book/BookTitle"))
        if child_text(article, "ArticleTitle")
        else None,
        "issns": all_texts(article, "Journal/ISSN"),
        "authors": [
            author
            for path in ("AuthorList/Author", "Book/AuthorList/Author")
            for author in _authors_of_elements(article.iterfind(path), place, notes)
        ],
        "cites": _cited(element, pmid),
        "url": _link(element),
    }
    topics = all_texts(citation, "KeywordList/Keyword")
    topics += all_texts(citation, "MeshHeadingList/MeshHeading/DescriptorName")
    return _finished(place, row, pmid, _doi_in(element, article), topics, notes)


def _first_date(article: Any, paths: tuple[str, ...]) -> str | None:
    return next((text for path in paths if (text := child_text(article, path))), None)


def _abstract(article: Any) -> str | None:
    """The parts of the abstract, a heading that says something before each."""
    parts = []
    for part in article.iterfind("Abstract/AbstractText"):
        text, label = plain(inner_text(part)), plain(part.get("Label"))
        if text:
            parts.append(f"{label}: {text}" if label and label != "UNLABELLED" else text)
    return " ".join(parts) or None


def _authors_of_elements(elements: Any, place: str, notes: list[Note]) -> list[Row]:
    authors: list[Row] = []
    for element in elements:
        given = child_text(element, "ForeName") or child_text(element, "Initials")
        name = plain(child_text(element, "CollectiveName")) or full_name(
            given, child_text(element, "LastName"), child_text(element, "Suffix")
        )
        if name is None:
            notes.append(Note(place, "an author without a name"))
            continue
        affiliations = all_texts(element, "AffiliationInfo/Affiliation")
        affiliations += all_texts(element, "Affiliation")
        author: Row = {"name": name, "affiliation": plain("; ".join(affiliations))}
        for known in element.iterfind("Identifier"):
            if known.get("Source") == "ORCID":
                author["orcid"] = checked_orcid(inner_text(known), place, notes)
        authors.append(author)
    return authors


def _doi_in(element: Any, article: Any) -> str | None:
    found = [
        inner_text(node)
        for path, kind in (("ELocationID", "EIdType"), ("ArticleIdList/ArticleId", "IdType"))
        for node in article.iterfind(path)
        if node.get(kind) == "doi" and node.get("ValidYN") != "N"
    ]
    found += [
        inner_text(node)
        for path in ("PubmedData", "PubmedBookData")
        for node in element.iterfind(f"{path}/ArticleIdList/ArticleId")
        if node.get("IdType") == "doi"
    ]
    return next((doi for doi in map(doi_of, found) if doi), None)


def _link(element: Any) -> str | None:
    for node in element.iterfind("PubmedData/ArticleIdList/ArticleId"):
        if node.get("IdType") == "url":
            return url_of(inner_text(node))
    return None


def _cited(element: Any, pmid: str | None) -> list[str]:
    """The works that it cites: by DOI, which tells a paper in all sources, else in PubMed."""
    cited = [
        identifier("pubmed", number)
        for node in element.iterfind(".//CommentsCorrectionsList/CommentsCorrections")
        if node.get("RefType") == "Cites" and (number := child_text(node, "PMID"))
    ]
    for node in element.iterfind("PubmedData//Reference/ArticleIdList"):
        ids = {known.get("IdType"): inner_text(known) for known in node.iterfind("ArticleId")}
        doi, number = doi_of(ids.get("doi")), ids.get("pubmed")
        if doi:
            cited.append(identifier("doi", doi))
        elif number and number.isdecimal():
            cited.append(identifier("pubmed", number))
    own = f"pubmed:{pmid}"
    return [curie for curie in dict.fromkeys(cited) if curie != own]


# --- both


def _type_of(types: list[str], *, in_journal: bool) -> str | None:
    for name in types:
        known = _TYPES.get(name.lower())
        if known:
            return known
    return "fabio:JournalArticle" if in_journal else None


def _finished(
    place: str,
    row: Row,
    pmid: str | None,
    doi: str | None,
    topics: list[str],
    notes: list[Note],
) -> Row:
    """A record with what both forms share."""
    named = [author for author in row["authors"] if not is_more(author["name"] or "")]
    if len(named) < len(row["authors"]):
        notes.append(Note(place, "not all authors are named", "et al.", "the named ones were kept"))
    known = pmid if pmid and pmid.isdecimal() else None
    if pmid and not known:
        notes.append(Note(place, "the PubMed id is no number", pmid[:80], "left empty"))
    curie = identifier("pubmed", known) if known else None
    # PubMed puts titles that were translated in brackets.
    translated = re.fullmatch(r"\[(.*)\]\.?", row["title"] or "")
    return {
        **row,
        "place": place,
        "key": pmid,
        "title": translated[1] if translated else row["title"],
        "id": None if doi else curie,
        "doi": doi,
        "authors": named,
        "topics": [{"label": label} for label in dict.fromkeys(topics) if label],
        "identifiers": [curie] if curie else [],
    }
