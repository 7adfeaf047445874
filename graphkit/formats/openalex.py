"""Reader of OpenAlex works: one work, a page of results, or JSON Lines as in its snapshot."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.fields import plain, turned_name
from graphkit.formats.json_stream import records
from graphkit.formats.reading import Note, Reading
from graphkit.formats.records import doi_of, orcid_of, year_of
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".json", ".jsonl")

BATCH = 2_000
# Those of OpenAlex, and those of Crossref that it used before 2023.
TYPES = {
    "journal-article": "fabio:JournalArticle",
    "proceedings-article": "fabio:ConferencePaper",
    "posted-content": "fabio:Preprint",
    "preprint": "fabio:Preprint",
    "book-chapter": "fabio:BookChapter",
    "book-section": "fabio:BookChapter",
    "book": "fabio:Book",
    "monograph": "fabio:Book",
    "edited-book": "fabio:Book",
    "dissertation": "fabio:Thesis",
    "report": "fabio:ReportDocument",
}
ARTICLES = {"article", "review", "letter", "editorial", "erratum"}
TYPES_BY_SOURCE = {"conference": "fabio:ConferencePaper", "repository": "fabio:Preprint"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ID = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:\w+/)?)?([A-Z]\d+)")
_START = ("https://openalex.org/W", "https://openalex.org/A", "https://openalex.org/C",
          "https://openalex.org/I", "https://openalex.org/T")  # fmt: skip
_DIGITS = len("https://openalex.org/W")
_UNTIDY = re.compile(r"[<&\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ud800-\udfff]|  |^ | $")

Record = dict[str, Any]


def sniff(head: str) -> bool:
    """Whether a text looks like works of OpenAlex.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff('{"id": "https://openalex.org/W1", "title": "Echoes"}'), sniff('{"id": "W1"}')
    (True, False)
    """
    start = head.removeprefix("\ufeff").lstrip()
    return start[:1] in "{[" and re.search(r'"https://openalex\.org/W\d', start) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read works of OpenAlex.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading
        One for each 2,000 works.

    Raises
    ------
    ReadError
        There is no work in it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "works.jsonl")
    >>> _ = path.write_text(
    ...     '{"id": "https://openalex.org/W1", "title": "Echoes", "publication_year": 1843, '
    ...     '"abstract_inverted_index": {"bats": [1], "Hearing": [0]}}'
    ... )
    >>> ((record,),) = (reading.records for reading in read(Document(path)))
    >>> record["id"], record["title"], record["abstract"]
    ('openalex:W1', 'Echoes', 'Hearing bats')
    """
    batch: list[Record] = []
    notes: list[Note] = []
    count = 0
    try:
        for place, work in records(document, notes):
            record = _record(place, work, notes)
            if record is None:
                continue
            count += 1
            batch.append(record)
            if len(batch) == BATCH:
                yield Reading(records=batch, notes=notes.copy())
                batch = []
                notes.clear()
    except ReadError as error:
        if not count:
            raise
        place = error.place or f"after record {count}"
        notes.append(Note(place, error.reason, "", "what stands before it was read"))
    if not count:
        reason = notes[0].reason if notes else "there is no work in it"
        raise ReadError(document, reason, notes[0].place if notes else None)
    yield Reading(records=batch, notes=notes)


def _record(place: str, work: Record, notes: list[Note]) -> Record | None:
    work_id = _curie(work.get("id"))
    title = _text(work.get("title")) or _text(work.get("display_name"))
    if (work_id is None or not work_id.startswith("openalex:W")) and not work.get("authorships"):
        notes.append(Note(place, "not a work of OpenAlex", str(work.get("id") or title)[:80]))
        return None
    if title is None:
        notes.append(Note(place, "no title", str(work.get("id"))[:80], "read without"))
    printed_doi = work.get("doi")
    doi = doi_of(printed_doi) if isinstance(printed_doi, str) else None
    year = _year(work, place, notes)
    location = _object(work.get("primary_location"))
    link = location.get("landing_page_url")
    record = {
        "place": place,
        "key": work_id.partition(":")[2] if work_id else None,
        "title": title,
        "year": year,
        "doi": doi,
        "url": link if isinstance(link, str) and re.match(r"https?://[^\s/]", link) else None,
        "abstract": _abstract(work.get("abstract_inverted_index"), place, notes),
        "language": _language(work.get("language")),
        "authors": [_author(entry, place, notes) for entry in _objects(work.get("authorships"))],
        "topics": _topics(work),
        "identifiers": _identifiers(work, work_id if doi else None),
        "cites": [c for c in map(_curie, _list(work.get("referenced_works"))) if c],
    }
    if not doi:
        record["id"] = work_id
    _set_source(record, work, _object(location.get("source") or work.get("host_venue")))
    return record


def _set_source(record: Record, work: Record, source: Record) -> None:
    """What kind of paper it is, and the journal or conference it is in."""
    kind = source.get("type")
    name = _text(source.get("display_name"))
    record["type"] = _type(work, kind)
    if kind == "journal":
        record["journal"] = name
    elif kind == "conference" and name:
        year = record["year"]
        record["event"] = f"{name} {year}" if year and year_of(name) is None else name


def _type(work: Record, source_type: Any) -> str | None:
    for field in ("type_crossref", "type"):
        name = work.get(field)
        if isinstance(name, str) and name in TYPES:
            return TYPES[name]
        if isinstance(name, str) and name in ARTICLES:
            by_source = TYPES_BY_SOURCE.get(source_type) if isinstance(source_type, str) else None
            return by_source or "fabio:JournalArticle"
    return None


def _year(work: Record, place: str, notes: list[Note]) -> int | None:
    value = work.get("publication_year") or work.get("publication_date")
    if type(value) is int and 1400 <= value < 2100:
        return value
    year = year_of(value) if isinstance(value, str | int | float) else None
    if year is None and value:
        notes.append(Note(place, "no year", str(value)[:80], "read without"))
    return year


def _author(entry: Record, place: str, notes: list[Note]) -> Record:
    author = _object(entry.get("author"))
    name = _text(entry.get("raw_author_name")) or _text(author.get("display_name"))
    if name and "," in name:
        name = turned_name(name)
    printed = author.get("orcid")
    orcid = _orcid(printed) if isinstance(printed, str) else None
    if printed and not orcid:
        reason = "not an ORCID, or its check digit is wrong"
        notes.append(Note(place, reason, str(printed)[:80]))
    return {
        "name": name,
        "id": _curie(author.get("id")),
        "orcid": orcid,
        "affiliation": _affiliation(entry),
        "organizations": [
            {"name": name, "id": organization_id, "ror": _ror(organization)}
            for organization in _objects(entry.get("institutions"))
            for name, organization_id in (_named(organization),)
        ],
    }


@functools.lru_cache(1 << 16)
def _orcid(printed: str) -> str | None:
    return orcid_of(printed)


def _affiliation(entry: Record) -> str | None:
    """As printed; several are joined by semicolons, as OpenAlex does."""
    several = [a for a in map(_text, _list(entry.get("raw_affiliation_strings"))) if a]
    return "; ".join(several) if several else _text(entry.get("raw_affiliation_string"))


def _ror(organization: Record) -> str | None:
    printed = organization.get("ror")
    if not isinstance(printed, str) or not printed:
        return None
    return identifier("ror", printed.rstrip("/").rpartition("/")[2])


def _topics(work: Record) -> list[Record]:
    topics = []
    for topic in _objects(work.get("topics")) or _objects(work.get("concepts")):
        label, topic_id = _named(topic)
        topics.append({"label": label, "id": topic_id, "score": _score(topic.get("score"))})
    return topics


def _named(thing: Record) -> tuple[str | None, str | None]:
    """Name and id of a topic or an organization."""
    name, thing_id = thing.get("display_name"), thing.get("id")
    try:
        return _named_before(name, thing_id)
    except TypeError:
        # Neither a list nor an object is a name, and neither can be remembered.
        return _text(name), _curie(thing_id)


@functools.lru_cache(1 << 16, typed=True)
def _named_before(name: Any, thing_id: Any) -> tuple[str | None, str | None]:
    return _text(name), _curie(thing_id)


def _score(value: Any) -> float | None:
    if value.__class__ is float and -1e6 <= value <= 1e6:
        return float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) <= 1e6 else None


def _identifiers(work: Record, work_id: str | None) -> list[str]:
    found = [work_id] if work_id else []
    pubmed = _object(work.get("ids")).get("pmid")
    number = re.search(r"\d{1,9}$", pubmed) if isinstance(pubmed, str) else None
    return [*found, f"pubmed:{number[0]}"] if number else found


def _abstract(index: Any, place: str, notes: list[Note]) -> str | None:
    """The text that an inverted index (word: positions) was made of."""
    if not index:
        return None
    try:
        words = sorted([(place, word) for word, places in index.items() for place in places])
        return _text(" ".join([word for _, word in words]))
    except (AttributeError, TypeError):
        notes.append(Note(place, "no inverted index of an abstract", str(index)[:80]))
        return None


def _language(value: Any) -> str | None:
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else None


def _curie(value: Any) -> str | None:
    """``openalex:W1`` for any way to write it."""
    if not isinstance(value, str):
        return None
    if value.startswith(_START) and value[_DIGITS:].isdecimal() and value.isascii():
        return "openalex:" + value[_DIGITS - 1 :]
    found = _ID.fullmatch(value)
    return f"openalex:{found[1]}" if found else None


def _text(value: Any) -> str | None:
    """A value as plain text; the common case, a clean one, costs one search."""
    if value.__class__ is str and value and not _UNTIDY.search(value):
        return str(value)
    return plain(value)


def _object(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Record]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
