"""Reader of the plain text export of Web of Science, earlier ISI: two-letter tags.

References
----------
https://images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of, year_of
from graphkit.formats.document import Document
from graphkit.formats.fields import checked_orcid, event_label, language_of, unread_year
from graphkit.formats.names import is_more, turned_name
from graphkit.formats.reading import Note, Reading, readings
from graphkit.formats.text import plain
from graphkit.formats.text_stream import lines
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".isi", ".ciw")

Row = dict[str, Any]
Fields = dict[str, list[str]]
_HEAD = re.compile(r"[\s\ufeff]*(?:FN .*\n\s*VR \d|PT [A-Z]\s*\n[A-Z][A-Z0-9](?: |\n))")
_LINE = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;\]]+")
_TYPES = {
    "proceedings paper": "fabio:ConferencePaper",
    "conf": "fabio:ConferencePaper",
    "conference paper": "fabio:ConferencePaper",
    "meeting abstract": "fabio:ConferencePaper",
    "book chapter": "fabio:BookChapter",
    "book": "fabio:Book",
    "dissertation": "fabio:Thesis",
    "preprint": "fabio:Preprint",
}
_KINDS = {"J": "fabio:JournalArticle", "B": "fabio:Book", "C": "fabio:ConferencePaper"}


def sniff(head: str) -> bool:
    """Whether a text looks like an export of Web of Science.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff("FN ISI Export Format\\nVR 1.0\\nPT J\\nTI Echoes\\nER\\n"), sniff("TY  - JOUR\\n")
    (True, False)
    """
    return _HEAD.match(head.replace("\r\n", "\n")) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read an export of Web of Science.

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
    >>> path = pathlib.Path(tempfile.mkdtemp(), "bats.isi")
    >>> _ = path.write_text("FN ISI\\nVR 1.0\\nPT J\\nAU Lovelace, A\\nTI Echoes\\nPY 1843\\nER")
    >>> record = next(read(Document(path))).records[0]
    >>> record["title"], record["authors"][0]["name"], record["year"], record["place"]
    ('Echoes', 'A Lovelace', 1843, 'lines 3-7')
    """
    notes: list[Note] = []
    yield from readings(document, _tagged(document, notes), _record_of, notes)


def _tagged(document: Document, notes: list[Note]) -> Iterator[tuple[str, Fields]]:
    """The fields of each record, line by line, from its first tag to ``ER``."""
    fields: Fields = {}
    tag = ""
    start = 0
    number = 0
    for number, line, _ in lines(document, notes):
        found = _LINE.match(line.removeprefix("\ufeff"))
        if found:
            tag, value = found[1], (found[2] or "").strip()
            if tag == "PT" and fields:
                notes.append(Note(f"line {number}", "a record begins before the last one ended"))
                yield f"lines {start}-{number - 1}", fields
                fields = {}
            if tag == "ER" and fields:
                yield f"lines {start}-{number}", fields
                fields = {}
            if tag in ("ER", "EF", "FN", "VR"):
                continue
            start = start if fields else number
            fields.setdefault(tag, []).append(value)
        elif line.startswith("  ") and tag in fields:
            fields[tag].append(line.strip())
        elif line.strip():
            notes.append(Note(f"line {number}", "neither a field nor part of one", line[:80]))
    if fields:
        reason = "the file ends before this record does"
        notes.append(Note(f"lines {start}-{number}", reason, _joined(fields, "TI") or ""))


def _joined(fields: Fields, *tags: str) -> str | None:
    """The text of the first of these fields that has one."""
    return next((text for tag in tags if (text := plain(" ".join(fields.get(tag, ()))))), None)


# INSPEC writes indices as "Sn/sub 2/P/sub 2/S/sub 6/", with spaces where a line was broken.
_INDEX = re.compile(r"\s?/\s?su[bp]\s+([^/\s]{1,20})\s?/")


def _record_of(place: str, fields: Fields, notes: list[Note]) -> Row | None:
    accession = _joined(fields, "UT")
    from_inspec = (accession or "").startswith("INSPEC:")
    if from_inspec:
        for tag in ("TI", "AB", "DE"):
            if tag in fields:
                fields[tag] = [_INDEX.sub(r"\1", " ".join(fields[tag]))]
    title = _joined(fields, "TI")
    authors = _authors(place, fields, notes)
    if title is None and not authors and accession is None:
        notes.append(Note(place, "no record: neither a title nor an author", " ".join(fields)[:80]))
        return None
    date = _joined(fields, "PY", "PD", "EY")
    notes += unread_year(place, date)
    year = year_of(date or "")
    kind = _type_of(fields)
    conference = _joined(fields, "CT")
    container = _joined(fields, "SO", "JI", "J9")
    in_proceedings = kind == "fabio:ConferencePaper" and _joined(fields, "PT") != "J"
    in_book = kind in ("fabio:BookChapter", "fabio:Book")
    event = conference or (container if in_proceedings else None)
    pubmed = _pubmed_id(fields, accession)
    doi = _doi(place, fields, notes, from_inspec=from_inspec)
    return {
        "place": place,
        "key": accession,
        "title": title,
        "type": kind,
        "year": year,
        "doi": doi,
        "id": None if doi else pubmed,
        "abstract": _joined(fields, "AB"),
        "language": language_of(_joined(fields, "LA")),
        "event": event_label(event, year_of(_joined(fields, "CY") or "") or year),
        "journal": None if in_proceedings or in_book else container,
        "container": container if in_book else None,
        "issns": [issn for tag in ("SN", "EI") if (issn := _joined(fields, tag))],
        "authors": authors,
        "topics": [{"label": label} for label in _topics(fields, from_inspec=from_inspec)],
        "identifiers": [pubmed] if pubmed else [],
        "cites": _cited(fields),
    }


def _type_of(fields: Fields) -> str | None:
    named = [*(_joined(fields, "DT") or "").split(";"), _joined(fields, "TY") or ""]
    known = (_TYPES.get(name.strip().lower()) for name in named)
    return next((kind for kind in known if kind), _KINDS.get(_joined(fields, "PT") or ""))


def _pubmed_id(fields: Fields, accession: str | None) -> str | None:
    for text in (_joined(fields, "PM"), (accession or "").partition("MEDLINE:")[2]):
        if text and text.isdecimal():
            return identifier("pubmed", text)
    return None


def _doi(place: str, fields: Fields, notes: list[Note], *, from_inspec: bool) -> str | None:
    printed = _joined(fields, "DI", "D2")
    if printed:
        doi = doi_of(printed)
        if doi is None:
            notes.append(Note(place, "no DOI", printed[:80], "left empty"))
        return doi
    # INSPEC lists it among the numbers of the paper.
    found = _DOI.search(_joined(fields, "ID") or "") if from_inspec else None
    return doi_of(found[0]) if found else None


def _topics(fields: Fields, *, from_inspec: bool) -> list[str]:
    keywords = _joined(fields, "DE") or ""
    if from_inspec:
        # Kind of work / controlled terms / free terms / codes / quantities / substances
        keywords = ";".join(keywords.split("/ ")[1:3])
        found = keywords.split(";")
    else:
        subjects = _joined(fields, "WC", "SC") or ""
        found = [*keywords.split(";"), *(_joined(fields, "ID") or "").split(";")]
        found += subjects.split(";")
    return list(dict.fromkeys(label for part in found if (label := part.strip(" /"))))


def _cited(fields: Fields) -> list[str]:
    """The DOIs in the cited references; a second one in brackets is another form of the first."""
    found = (_DOI.search(reference) for reference in fields.get("CR", ()))
    dois = (doi_of(match[0]) for match in found if match)
    return list(dict.fromkeys(identifier("doi", doi) for doi in dois if doi))


# --- authors


def _names(fields: Fields, tag: str) -> list[str]:
    """The names in a field: one a line, or several that semicolons part."""
    lines = " ; ".join(fields.get(tag, ()))
    return [name for part in lines.split(";") if (name := plain(part))]


def _authors(place: str, fields: Fields, notes: list[Note]) -> list[Row]:
    short, full = _names(fields, "AU"), _names(fields, "AF")
    # Full names stand beside the short ones, if they do at all.
    printed = full if len(full) >= len(short) else short
    named = [name for name in printed if not is_more(name)]
    if len(named) < len(printed):
        notes.append(Note(place, "not all authors are named", "et al.", "the named ones were kept"))
    authors: list[Row] = [{"name": _in_order(name)} for name in named]
    numbers: dict[str, int] = {}
    for names in (named, short):
        for number, name in enumerate(names[: len(named)]):
            numbers.setdefault(name.casefold(), number)
    _add_orcids(authors, numbers, place, fields, notes)
    _add_affiliations(authors, numbers, fields)
    groups = [{"name": name} for name in _names(fields, "CA")]
    return authors + groups


def _in_order(name: str) -> str | None:
    # "[Anonymous]" is how Web of Science says that nobody is named.
    return None if name.lower() == "[anonymous]" else turned_name(name)


def _add_orcids(
    authors: list[Row], numbers: dict[str, int], place: str, fields: Fields, notes: list[Note]
) -> None:
    """``OI Guarino, Andrea/0000-0002-1825-0097; …``"""
    for part in (_joined(fields, "OI") or "").split(";"):
        name, _, orcid = part.strip().partition("/")
        number = numbers.get(name.strip().casefold())
        if number is not None:
            authors[number]["orcid"] = checked_orcid(orcid, place, notes)


_NAMED_ADDRESS = re.compile(r"\[([^\]]*)\]\s*(.*)")


def _add_affiliations(authors: list[Row], numbers: dict[str, int], fields: Fields) -> None:
    """Give authors their addresses, where it is said or clear which is whose."""
    addresses = _addresses(fields)
    for address in addresses:
        found = _NAMED_ADDRESS.fullmatch(address)
        if found:
            names, address = found[1].split(";"), found[2]
        else:
            # INSPEC puts the names before the address, semicolons between.
            parts = [part.strip() for part in address.split(";")]
            names = [part for part in parts if part.casefold() in numbers]
            address = "; ".join(part for part in parts if part.casefold() not in numbers)
        wanted = [numbers[key] for name in names if (key := name.strip().casefold()) in numbers]
        if not names and 1 in (len(addresses), len(authors)):
            wanted = list(range(len(authors)))
        for number in wanted:
            known = authors[number].get("affiliation")
            authors[number]["affiliation"] = f"{known}; {address}" if known else address


def _addresses(fields: Fields) -> list[str]:
    """The addresses: one a line, but older exports broke long lines; each ends with a stop."""
    whole: list[str] = []
    for line in fields.get("C1", ()):
        if whole and not whole[-1].endswith(".") and not line.startswith("["):
            whole[-1] += f" {line}"
        else:
            whole.append(line)
    return [text for address in whole if (text := plain(address))]
