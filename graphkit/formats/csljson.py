"""Reader of CSL-JSON, the form in which Zotero, pandoc and citeproc hold citations.

One item, an array of items, or an object with such an array; streamed, see `json_stream`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of, orcid_of, year_of
from graphkit.formats import json_stream
from graphkit.formats.document import Document
from graphkit.formats.fields import (
    event_label,
    identifiers_in,
    language_of,
    split_keywords,
    unread_year,
    url_of,
)
from graphkit.formats.names import is_more, name_in_order
from graphkit.formats.reading import Note, Reading, readings
from graphkit.formats.text import plain
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".json", ".csljson", ".csl")

_TYPES = {
    "article-journal": "fabio:JournalArticle",
    "journal-article": "fabio:JournalArticle",
    "review": "fabio:JournalArticle",
    "paper-conference": "fabio:ConferencePaper",
    "proceedings-article": "fabio:ConferencePaper",
    "chapter": "fabio:BookChapter",
    "book-chapter": "fabio:BookChapter",
    "entry-encyclopedia": "fabio:BookChapter",
    "book": "fabio:Book",
    "thesis": "fabio:Thesis",
    "report": "fabio:ReportDocument",
    "article": "fabio:Preprint",
    "posted-content": "fabio:Preprint",
}
_OTHER_TYPES = (
    "article-magazine article-newspaper bill broadcast classic collection dataset document entry "
    "entry-dictionary event figure graphic hearing interview legal_case legislation manuscript "
    "map motion_picture musical_score pamphlet patent performance periodical "
    "personal_communication post post-weblog regulation review-book software song speech "
    "standard treaty webpage"
)
_CSL_TYPE = re.compile(
    rf'"type"\s*:\s*"(?:{"|".join([*_TYPES, *_OTHER_TYPES.split()])})"',
)
_CSL_FIELD = re.compile(r'"(?:issued|container-title|citation-key|date-parts|family|literal)"\s*:')
# What the JSON of others has: Crossref's own, OpenAlex, Semantic Scholar, schema.org.
_OTHER_FIELD = re.compile(
    r'"(?:message-type|reference-count|is-referenced-by-count|indexed|@context|@type|@graph'
    r"|paperId|externalIds|display_name|abstract_inverted_index|authorships|papers"
    r'|attributes)"\s*:'
)


def sniff(head: str) -> bool:
    """Whether a text looks like CSL-JSON.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Returns
    -------
    bool

    Examples
    --------
    >>> sniff('[{"type": "book", "title": "Bats", "issued": {"raw": "2021"}}]'), sniff("[1, 2]")
    (True, False)
    """
    if head.removeprefix("\ufeff").lstrip()[:1] not in ("[", "{"):
        return False
    found = _CSL_TYPE.search(head) and _CSL_FIELD.search(head)
    return bool(found) and not _OTHER_FIELD.search(head)


def read(document: Document) -> Iterator[Reading]:
    """Read citations in CSL-JSON.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading
        At most 2,000 records each.

    Raises
    ------
    ReadError
        There is no item in it, or the file is no JSON.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "bats.json")
    >>> _ = path.write_text('[{"id": "ada", "type": "book", "title": "<i>Bats</i>",'
    ...     '"author": [{"family": "Dorn", "given": "Ada", "non-dropping-particle": "van"}],'
    ...     '"issued": {"date-parts": [["2021", 5]]}}]')
    >>> (reading,) = read(Document(path))
    >>> [(r["title"], r["year"], r["authors"][0]["name"]) for r in reading.records]
    [('Bats', 2021, 'Ada van Dorn')]
    """
    notes: list[Note] = []
    return readings(document, _items(document, notes), _record, notes)


def _items(document: Document, notes: list[Note]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The items; what is no publication is noted."""
    for place, item in json_stream.records(document, notes):
        listed = item.get("references")
        if "type" not in item and isinstance(listed, list):
            # pandoc's form.
            for number, one in enumerate(listed, 1):
                if isinstance(one, dict):
                    yield f"record {number}", one
                else:
                    notes.append(Note(f"record {number}", "no object", str(one)[:80]))
        elif item.keys() & {"title", "author", "DOI", "type", "id"}:
            yield place, item
        else:
            reason = "has neither a title nor an author, type, DOI or id"
            notes.append(Note(place, reason, ", ".join(item)[:80]))


def _record(place: str, item: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    title = _first(item.get("title"))
    if title is None:
        text = str(item.get("id", ""))[:80]
        notes.append(Note(place, "has no title", text, "read without a title"))
    year = _year(place, item, notes)
    kind = _TYPES.get(str(item.get("type")))
    event = journal = None
    if kind == "fabio:ConferencePaper":
        names = ("event-title", "event", "container-title")
        name = next((found for key in names if (found := _first(item.get(key)))), None)
        event = event_label(name, year)
    elif kind == "fabio:JournalArticle":
        journal = _first(item.get("container-title"))
    link, key = _first(item.get("URL")), _first(item.get("citation-key")) or _first(item.get("id"))
    return {
        "place": place,
        "key": key,
        "title": title,
        "type": kind,
        "year": year,
        "doi": doi_of(_first(item.get("DOI"))) or (doi_of(key) if "doi" in (key or "") else None),
        "url": url_of(link),
        "abstract": _first(item.get("abstract")),
        "language": language_of(_first(item.get("language"))),
        "event": event,
        "journal": journal,
        "container": _first(item.get("container-title")) if not (event or journal) else None,
        "issns": (_first(item.get("ISSN")) or "").split(","),
        "authors": _authors(place, item.get("author"), notes),
        "topics": _topics(item),
        "identifiers": _identifiers(item, link),
    }


def _first(value: object) -> str | None:
    """A text; of several, the first one."""
    if isinstance(value, list):
        value = next(iter(value), None)
    return None if isinstance(value, dict | list) else plain(value)


def _year(place: str, item: dict[str, Any], notes: list[Note]) -> int | None:
    """The year of ``{"date-parts": [[2021, 5]]}``, ``{"raw": …}`` or a bare text."""
    date = item.get("issued")
    shown: list[str] = []
    if isinstance(date, dict):
        part: object = date.get("date-parts")
        while isinstance(part, list) and part:
            part = part[0]
        for value in (part, date.get("year"), date.get("raw"), date.get("literal")):
            if isinstance(value, str | int | float):
                shown.append(str(value))
    elif isinstance(date, str | int | float):
        shown.append(str(date))
    for text in shown:
        if year := year_of(text):
            return year
    notes += unread_year(place, shown[0] if shown else None)
    return None


def _authors(place: str, value: object, notes: list[Note]) -> list[dict[str, Any]]:
    people = value if isinstance(value, list) else [] if value is None else [value]
    authors = []
    for person in people:
        if not isinstance(person, dict):
            person = {"literal": person}
        name = _name(person)
        if name is None or is_more(name):
            reason, done = "not all authors are named", "those that are named were read"
            notes.append(Note(place, reason, str(name or "")[:80], done))
            continue
        author: dict[str, Any] = {"name": name}
        orcid = _first(person.get("ORCID"))
        if orcid:
            author["orcid"] = orcid_of(orcid)
            if author["orcid"] is None:
                reason = "is no ORCID: its check digit is wrong"
                notes.append(Note(place, reason, orcid[:80], "read without it"))
        affiliation = _affiliation(person.get("affiliation"))
        if affiliation:
            author["affiliation"] = affiliation
        authors.append(author)
    return authors


def _name(person: dict[str, Any]) -> str | None:
    parts = ("non-dropping-particle", "family")
    family = " ".join(text for part in parts if (text := _first(person.get(part))))
    parts = ("given", "dropping-particle")
    given = " ".join(text for part in parts if (text := _first(person.get(part))))
    if not (family or given):
        return _first(person.get("literal")) or _first(person.get("name"))
    return name_in_order(family, given, _first(person.get("suffix")) or "")


def _affiliation(value: object) -> str | None:
    """What is printed: a text, or Crossref's list of objects with names."""
    several = value if isinstance(value, list) else [value]
    names = (_first(one.get("name") if isinstance(one, dict) else one) for one in several)
    return "; ".join(name for name in names if name) or None


def _topics(item: dict[str, Any]) -> list[dict[str, str]]:
    labels = {topic["label"]: None for topic in split_keywords(_first(item.get("keyword")))}
    for key in ("categories", "subject"):
        several = item.get(key)
        for one in several if isinstance(several, list) else [several]:
            if label := _first(one):
                labels[label] = None
    return [{"label": label} for label in labels]


def _identifiers(item: dict[str, Any], link: str | None) -> list[str]:
    found = identifiers_in(_first(item.get("id")), link)
    pubmed = _first(item.get("PMID"))
    if pubmed and pubmed.isascii() and pubmed.isdigit():
        found.append(identifier("pubmed", pubmed))
    return list(dict.fromkeys(found))
