"""Reader of Crossref: works as its REST API gives them (JSON), and records as XML.

References
----------
https://api.crossref.org/swagger-ui/index.html (JSON),
https://www.crossref.org/documentation/retrieve-metadata/xml-api/doi-to-metadata-query/ (XML).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of, year_of
from graphkit.formats import crossref_xml, json_stream
from graphkit.formats.document import Document
from graphkit.formats.fields import (
    as_list,
    checked_orcid,
    entries,
    event_label,
    language_of,
    url_of,
)
from graphkit.formats.names import full_name
from graphkit.formats.reading import Note, Reading, readings
from graphkit.formats.text import plain, text_of
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".unixref", ".unixsd")

Row = dict[str, Any]
# What a work of Crossref has, and CSL-JSON, which is like it, has not.
_OWN = re.compile(
    r'"(?:message-type|reference-count|references-count|is-referenced-by-count|content-domain)"\s*:'
)
_TYPES = {
    "journal-article": "fabio:JournalArticle",
    "proceedings-article": "fabio:ConferencePaper",
    "posted-content": "fabio:Preprint",
    "book-chapter": "fabio:BookChapter",
    "book-part": "fabio:BookChapter",
    "book-section": "fabio:BookChapter",
    "reference-entry": "fabio:BookChapter",
    "book": "fabio:Book",
    "edited-book": "fabio:Book",
    "monograph": "fabio:Book",
    "reference-book": "fabio:Book",
    "dissertation": "fabio:Thesis",
    "report": "fabio:ReportDocument",
    "report-component": "fabio:ReportDocument",
}
_DATES = ("issued", "published", "published-print", "published-online", "posted", "approved")


def sniff(head: str) -> bool:
    """Whether a text looks like JSON or XML of Crossref.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff('{"status":"ok","message-type":"work","message":{"DOI":"10.5555/1"}}')
    True
    >>> sniff('{"type":"article-journal","DOI":"10.5555/1"}')
    False
    """
    head = head.lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return crossref_xml.sniff(head)
    return head.startswith(("{", "[")) and _OWN.search(head) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read works or records of Crossref.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading

    Raises
    ------
    ReadError
        There is not one work.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "work.json")
    >>> _ = path.write_text('{"message-type": "work", "message": {"DOI": "10.5555/BATS",'
    ...     '"title": ["Hearing <i>bats</i>"], "issued": {"date-parts": [[2021, 5]]}}}')
    >>> record = next(read(Document(path))).records[0]
    >>> record["doi"], record["title"], record["year"], record["place"]
    ('10.5555/bats', 'Hearing bats', 2021, 'record 1')
    """
    notes: list[Note] = []
    if document.head().lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        works = crossref_xml.works(document, notes)
        yield from readings(document, works, crossref_xml.record_of, notes)
    else:
        objects = json_stream.records(document, notes)
        yield from readings(document, objects, _record_of, notes)


def _record_of(place: str, work: Row, notes: list[Note]) -> Row | None:
    printed = text_of(work.get("DOI"))
    doi = doi_of(printed)
    if printed and doi is None:
        notes.append(Note(place, "no DOI", printed[:80], "left empty"))
    title = _title(work)
    if doi is None and title is None:
        notes.append(Note(place, "no work: neither a DOI nor a title"))
        return None
    kind = _TYPES.get(text_of(work.get("type")) or "")
    subjects = [label for part in as_list(work.get("subject")) if (label := plain(part))]
    if kind == "fabio:Preprint" and work.get("subtype", "preprint") != "preprint":
        kind = None
    year = _year(work, place, notes)
    container = _first_text(work.get("container-title"))
    is_in_venue = kind in ("fabio:ConferencePaper", "fabio:JournalArticle")
    return {
        "place": place,
        "key": printed,
        "title": title,
        "type": kind,
        "year": year,
        "doi": doi,
        "url": _address(work),
        "abstract": _abstract(work.get("abstract")),
        "language": language_of(text_of(work.get("language"))),
        "event": _event(work, container, year) if kind == "fabio:ConferencePaper" else None,
        "journal": container if kind == "fabio:JournalArticle" else None,
        "container": None if is_in_venue else container,
        "issns": list(filter(None, map(text_of, as_list(work.get("ISSN"))))),
        "authors": _authors(work, place, notes),
        "topics": [{"label": label} for label in dict.fromkeys(subjects)],
        "cites": _cited(work, doi),
    }


def _first_text(value: object) -> str | None:
    return next((text for part in as_list(value) if (text := plain(part))), None)


def _title(work: Row) -> str | None:
    title, subtitle = _first_text(work.get("title")), _first_text(work.get("subtitle"))
    if title and subtitle and subtitle.lower() not in title.lower():
        return f"{title}{'' if title[-1] in ':?!' else ':'} {subtitle}"
    return title or subtitle


def _year(work: Row, place: str, notes: list[Note]) -> int | None:
    """The year of the first date that has one; an empty date is ``[[null]]``."""
    printed = None
    for name in _DATES:
        for date in entries(work.get(name)):
            for parts in as_list(date.get("date-parts")):
                text = text_of(next(iter(as_list(parts)), None))
                printed = printed or text
                if year := year_of(text or ""):
                    return year
    if printed:
        notes.append(Note(place, "no year", printed[:80], "left empty"))
    return None


def _address(work: Row) -> str | None:
    for resource in entries(work.get("resource")):
        for primary in entries(resource.get("primary")):
            if address := url_of(text_of(primary.get("URL"))):
                return address
    return url_of(text_of(work.get("URL")))


_HEADING = re.compile(r"\s*<(?:jats:)?title>\s*(?:abstract|summary)\W?\s*</(?:jats:)?title>", re.I)


def _abstract(value: object) -> str | None:
    return plain(_HEADING.sub("", value, count=1)) if isinstance(value, str) else plain(value)


def _event(work: Row, container: str | None, year: int | None) -> str | None:
    for event in entries(work.get("event")):
        if name := plain(event.get("name")):
            starts = [_year({"issued": start}, "", []) for start in entries(event.get("start"))]
            return event_label(name, next(iter(starts), None) or year)
    return event_label(container, year)


def _authors(work: Row, place: str, notes: list[Note]) -> list[Row]:
    authors: list[Row] = []
    for author in entries(work.get("author")):
        family = " ".join(
            part for key in ("non-dropping-particle", "family") if (part := plain(author.get(key)))
        )
        name = full_name(author.get("given"), family, author.get("suffix"))
        name = name or plain(author.get("name")) or plain(author.get("literal"))
        if name is None:
            notes.append(Note(place, "an author without a name"))
            continue
        affiliations = entries(author.get("affiliation"))
        names = [text for one in affiliations if (text := plain(one.get("name")))]
        authors.append(
            {
                "name": name,
                "orcid": checked_orcid(author.get("ORCID"), place, notes),
                "affiliation": "; ".join(names) or None,
                "organizations": [one for part in affiliations if (one := _organization(part))],
            }
        )
    return authors


def _organization(affiliation: Row) -> Row | None:
    """An organisation that is told by its ROR; a name alone is an address, as printed."""
    for known in entries(affiliation.get("id")):
        found = re.search(r"ror\.org/(0[a-z0-9]{8})\b", text_of(known.get("id")) or "")
        if found:
            ror = identifier("ror", found[1])
            return {"name": plain(affiliation.get("name")) or found[1], "id": ror, "ror": ror}
    return None


def _cited(work: Row, own: str | None) -> list[str]:
    dois = (doi_of(text_of(reference.get("DOI"))) for reference in entries(work.get("reference")))
    return list(dict.fromkeys(identifier("doi", doi) for doi in dois if doi and doi != own))
