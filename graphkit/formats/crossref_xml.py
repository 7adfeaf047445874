"""Records of Crossref as XML: query results, unixref and deposits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of, year_of
from graphkit.formats import xml_stream
from graphkit.formats.document import Document
from graphkit.formats.fields import checked_orcid, event_label, language_of, url_of
from graphkit.formats.names import full_name
from graphkit.formats.reading import Note
from graphkit.formats.text import plain
from graphkit.formats.xml_stream import all_texts, child_text, inner_text, local_name
from graphkit.ids import identifier

__all__ = ["record_of", "sniff", "works"]

Row = dict[str, Any]
_ROOT = re.compile(
    r"(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*"
    r"<(?:\w+:)?(crossref_result|crossref|doi_records|doi_record|doi_batch)[\s>]",
    re.S,
)
# One of these holds a work, and with it what is said once for several: journal or conference.
_RECORDS = frozenset(
    [
        "query",
        "doi_record",
        "crossref",
        "journal",
        "book",
        "conference",
        "posted_content",
        "dissertation",
        "report-paper",
    ]
)
_WORKS = {
    "journal_article": "fabio:JournalArticle",
    "conference_paper": "fabio:ConferencePaper",
    "content_item": "fabio:BookChapter",
    "posted_content": "fabio:Preprint",
    "dissertation": "fabio:Thesis",
    "report-paper_metadata": "fabio:ReportDocument",
    "report-paper_series_metadata": "fabio:ReportDocument",
}
_BOOKS = frozenset({"book_metadata", "book_series_metadata", "book_set_metadata"})


def sniff(head: str) -> bool:
    """Whether a text is XML whose first element is one of Crossref's.

    Parameters
    ----------
    head : str
        Without space before it.

    Examples
    --------
    >>> sniff("<?xml version='1.0'?><doi_records></doi_records>"), sniff("<dblp></dblp>")
    (True, False)
    """
    return _ROOT.match(head) is not None


def works(document: Document, notes: list[Note]) -> Iterator[tuple[str, Any]]:
    """The elements that describe one work each, with their places.

    Parameters
    ----------
    document : Document
    notes : list of Note
        Takes a note for each record without a work, such as an unresolved query.
    """
    for place, record in xml_stream.records(document, _RECORDS, notes):
        found = [node for node in record.iter() if local_name(node) in _WORKS]
        # A book is a work of its own only where none of its chapters is given.
        found = found or [node for node in record.iter() if local_name(node) in _BOOKS]
        if not found:
            text = inner_text(record) or record.get("status") or ""
            notes.append(Note(place, "no work in it", text[:80]))
        for number, work in enumerate(found, 1):
            yield (f"{place}, work {number}" if len(found) > 1 else place), work


def record_of(place: str, work: Any, notes: list[Note]) -> Row | None:
    """The record of one work.

    Parameters
    ----------
    place : str
    work : lxml.etree.Element
        In its document, since journals and conferences are described round it.
    notes : list of Note
    """
    doi, title = _doi(work), _title(work)
    if doi is None and title is None:
        notes.append(Note(place, "no work: neither a DOI nor a title"))
        return None
    kind = _WORKS.get(local_name(work), "fabio:Book")
    if kind == "fabio:Preprint" and work.get("type", "preprint") != "preprint":
        kind = ""
    year = _year(work)
    journal = _around(work, "journal_metadata")
    address = child_text(work, "doi_data/resource")
    abstract = next((node for node in work.iterfind("{*}abstract")), None)
    language = work.get("language") or (journal.get("language") if journal is not None else None)
    return {
        "place": place,
        "key": doi,
        "title": title,
        "type": kind or None,
        "year": year,
        "doi": doi,
        "url": url_of(address),
        "abstract": plain(inner_text(abstract)),
        "language": language_of(language),
        "event": _event(work, year),
        "journal": None if journal is None else plain(child_text(journal, "full_title")),
        "container": _book(work, title),
        "issns": [] if journal is None else all_texts(journal, "issn"),
        "authors": _authors(work, place, notes),
        "cites": _cited(work, doi),
    }


def _around(work: Any, name: str) -> Any:
    """The element of a name that stands beside a work or beside what holds it; or None."""
    for outer in (work, *work.iterancestors()):
        found = outer.find(f"{{*}}{name}")
        if found is not None:
            return found
    return None


def _doi(work: Any) -> str | None:
    printed = [child_text(work, "doi_data/doi")]
    printed += [
        inner_text(node)
        for node in work.iterfind("{*}publisher_item/{*}identifier")
        if node.get("id_type") == "doi"
    ]
    query = next((outer for outer in work.iterancestors() if local_name(outer) == "query"), None)
    printed.append(None if query is None else child_text(query, "doi"))
    return next((doi for doi in map(doi_of, printed) if doi), None)


def _title(work: Any) -> str | None:
    title = plain(child_text(work, "titles/title"))
    subtitle = plain(child_text(work, "titles/subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title or subtitle


def _year(work: Any) -> int | None:
    """The first year in which it appeared, else that of the issue or volume round it."""
    issue, volume = _around(work, "journal_issue"), _around(work, "proceedings_metadata")
    for element in (work, issue, volume):
        if element is None:
            continue
        printed = [
            text
            for name in ("publication_date", "posted_date", "approval_date")
            for text in all_texts(element, f"{name}/year")
        ]
        years = [year for year in map(year_of, printed) if year]
        if years:
            return min(years)
    return None


def _event(work: Any, year: int | None) -> str | None:
    event = _around(work, "event_metadata")
    if event is None:
        return None
    name = child_text(event, "conference_acronym") or child_text(event, "conference_name")
    date = event.find("{*}conference_date")
    start = None if date is None else year_of(date.get("start_year") or inner_text(date) or "")
    return event_label(plain(name), start or year)


def _book(work: Any, title: str | None) -> str | None:
    """The title of the book that it is a chapter of."""
    for name in ("book_metadata", "book_series_metadata", "book_set_metadata"):
        book = _around(work, name)
        if book is not None and (found := _title(book)) != title:
            return found
    return None


def _authors(work: Any, place: str, notes: list[Note]) -> list[Row]:
    authors: list[Row] = []
    for element in work.iterfind("{*}contributors/*"):
        if element.get("contributor_role", "author") != "author":
            continue
        if local_name(element) == "organization":
            name = plain(inner_text(element))
        elif local_name(element) == "person_name":
            parts = (child_text(element, part) for part in ("given_name", "surname", "suffix"))
            name = full_name(*parts)
        else:
            continue
        if name is None:
            notes.append(Note(place, "an author without a name"))
            continue
        institutions = list(element.iterfind("{*}affiliations/{*}institution"))
        named = [text for one in institutions if (text := child_text(one, "institution_name"))]
        affiliations = [*all_texts(element, "affiliation"), *named]
        authors.append(
            {
                "name": name,
                "orcid": checked_orcid(child_text(element, "ORCID"), place, notes),
                "affiliation": plain("; ".join(affiliations)),
                "organizations": [one for node in institutions if (one := _organization(node))],
            }
        )
    return authors


def _organization(institution: Any) -> Row | None:
    for text in all_texts(institution, "institution_id"):
        found = re.search(r"ror\.org/(0[a-z0-9]{8})\b", text)
        if found:
            ror = identifier("ror", found[1])
            name = plain(child_text(institution, "institution_name"))
            return {"name": name or found[1], "id": ror, "ror": ror}
    return None


def _cited(work: Any, own: str | None) -> list[str]:
    dois = map(doi_of, all_texts(work, "citation_list/citation/doi"))
    return list(dict.fromkeys(identifier("doi", doi) for doi in dois if doi and doi != own))
