"""Reader of RIS, the tagged lines of EndNote, Zotero, Mendeley, Scopus and most publishers.

::

    TY  - JOUR
    AU  - Lovelace, Ada
    TI  - Hearing bats
    ER  -

A line without a tag goes on with the field before it; what stands between ``ER`` and ``TY`` is
no part of a record. Lines are read one by one, so a file may be of any size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphkit.checked import doi_of, year_of
from graphkit.formats.document import Document
from graphkit.formats.fields import (
    event_label,
    identifiers_in,
    language_of,
    split_keywords,
    unread_year,
    url_of,
)
from graphkit.formats.names import is_suffix, name_in_order
from graphkit.formats.reading import Note, Reading, readings
from graphkit.formats.text import plain
from graphkit.formats.text_stream import lines
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".ris",)

_TYPES = {
    kind: name
    for name, kinds in {
        "fabio:JournalArticle": "JOUR MGZN EJOUR JFULL ABST INPR article journal journal-article",
        "fabio:ConferencePaper": "CONF CPAPER conference-paper conference-proceedings",
        "fabio:BookChapter": "CHAP ECHAP book-chapter book-section",
        "fabio:Book": "BOOK EBOOK EDBOOK CLSWK book edited-book",
        "fabio:Thesis": "THES thesis dissertation",
        "fabio:ReportDocument": "RPRT GOVDOC report",
        "fabio:Preprint": "PREPRINT preprint",
    }.items()
    for kind in kinds.split()
}
_TAGGED = re.compile(r"([A-Z][A-Z0-9])  -(?: |$)(.*)", re.S)
# Some programs write one space; but so may an abstract, and so only these two begin like it.
_BORDER = re.compile(r"(TY|ER) {1,3}-(?: |$)(.*)", re.S)
_HEAD = re.compile(r"(?:^|[\r\n])\ufeff?[ \t]*TY {1,3}- ?\w")
_LISTS = frozenset({"AU", "A1", "KW", "AD"})
_OTHERS = re.compile(r"(?:,? *\bet\.? al\.?|^(?:and )?others\.?)$", re.I)


@dataclass(slots=True)
class _Entry:
    """The fields of one record: by tag its values, each as the lines that it stands on."""

    first: int
    last: int
    kind: str
    fields: dict[str, list[list[str]]] = field(default_factory=dict)
    tag: str = ""

    @property
    def place(self) -> str:
        return f"lines {self.first}-{self.last}"

    def add(self, tag: str, text: str) -> None:
        """A new value."""
        self.tag = tag
        self.fields.setdefault(tag, []).append([text])

    def go_on(self, line: str) -> None:
        """A line without a tag: a text goes on, a list has one more value."""
        if self.tag in _LISTS:
            self.add(self.tag, line)
        elif self.tag:
            self.fields[self.tag][-1].append(line)

    def all(self, *tags: str) -> list[str]:
        """The values of these tags, as plain text."""
        values = (plain(" ".join(lines)) for tag in tags for lines in self.fields.get(tag, ()))
        return [value for value in values if value]

    def get(self, *tags: str) -> str | None:
        """The first value of the first of these tags that has one."""
        for tag in tags:
            if found := self.all(tag):
                return found[0]
        return None


def sniff(head: str) -> bool:
    """Whether a text looks like RIS.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Returns
    -------
    bool

    Examples
    --------
    >>> sniff("TY  - JOUR\\nTI  - Hearing bats\\nER  -\\n"), sniff("PMID- 1\\nTI  - Hearing bats")
    (True, False)
    """
    return _HEAD.search(head) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read a bibliography in RIS.

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
        There is no record in it, or the file is no text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "bats.ris")
    >>> _ = path.write_text("TY  - CONF\\nAU  - King, Ada, Jr.\\nTI  - Hearing bats\\nPY  - 2021"
    ...     "\\nT2  - BatConf\\nER  -\\n")
    >>> (reading,) = read(Document(path))
    >>> [(r["title"], r["authors"][0]["name"], r["event"]) for r in reading.records]
    [('Hearing bats', 'Ada King, Jr.', 'BatConf 2021')]
    """
    notes: list[Note] = []
    entries = ((entry.place, entry) for entry in _entries(lines(document, notes), notes))
    return readings(document, entries, _record, notes, "a record in RIS begins with “TY  - ”")


def _entries(numbered: Iterable[tuple[int, str, bool]], notes: list[Note]) -> Iterator[_Entry]:
    """The records: from TY to ER, or to the next TY or the end where ER is missing."""
    entry: _Entry | None = None
    ended = True
    for number, line, has_end in numbered:
        ended = has_end
        line = line.lstrip("\ufeff")
        tagged = _BORDER.match(line) or _TAGGED.match(line)
        tag, text = (tagged[1], tagged[2]) if tagged else ("", line)
        if tag == "TY":
            if entry:
                yield _unended(entry, notes, "has no end (ER): the next one begins")
            entry = _Entry(number, number, text.strip())
        elif tag == "ER":
            if entry:
                entry.last = number
                yield entry
            entry = None
        elif entry is None:
            if tag:
                notes.append(Note(f"line {number}", "belongs to no record", line[:80]))
        elif text.strip() or tag:
            entry.last = number
            entry.add(tag, text) if tag else entry.go_on(text)
    if entry and ended:
        yield _unended(entry, notes, "has no end (ER): the file ends")
    elif entry:
        title = entry.get("TI", "T1") or ""
        notes.append(Note(entry.place, "the file ends within this record", title[:80]))


def _unended(entry: _Entry, notes: list[Note], reason: str) -> _Entry:
    title = entry.get("TI", "T1") or ""
    notes.append(Note(entry.place, reason, title[:80], "read as it stands"))
    return entry


def _record(place: str, entry: _Entry, notes: list[Note]) -> dict[str, Any]:
    title = entry.get("TI", "T1", "CT", "BT", "ST")
    if title is None:
        notes.append(Note(place, "has no title", entry.kind[:80], "read without a title"))
    years = entry.all("PY", "Y1", "YR", "DA")
    year = next((found for text in years if (found := year_of(text))), None)
    if year is None:
        notes += unread_year(place, years[0] if years else None)
    kind = _TYPES.get(entry.kind.upper()) or _TYPES.get(entry.kind.lower().replace(" ", "-"))
    event = journal = None
    if kind == "fabio:ConferencePaper":
        event = event_label(entry.get("C3", "T2", "BT", "JF", "JO"), year)
    elif kind == "fabio:JournalArticle":
        journal = entry.get("JF", "T2", "JO", "J2", "JA")
    links = entry.all("UR", "L2", "LK")
    return {
        "place": place,
        "key": entry.get("ID"),
        "title": title,
        "type": kind,
        "year": year,
        "doi": _doi(entry, links),
        "url": next((url for link in links if (url := url_of(link))), None),
        "abstract": entry.get("AB", "N2"),
        "language": language_of(entry.get("LA")),
        "event": event,
        "journal": journal,
        "container": _container(entry, title) if event is None and journal is None else None,
        "issns": entry.all("SN"),
        "authors": _authors(entry, notes),
        "topics": _topics(entry.all("KW")),
        "identifiers": _identifiers(entry, links),
    }


def _container(entry: _Entry, title: str | None) -> str | None:
    """The book or the like that it is part of."""
    found = entry.get("T2", "BT", "JF", "JO")
    return found if found != title else None


def _doi(entry: _Entry, links: list[str]) -> str | None:
    for text in [*entry.all("DO", "DI", "M3", "L3"), *(link for link in links if "doi" in link)]:
        if doi := doi_of(text):
            return doi
    return None


def _authors(entry: _Entry, notes: list[Note]) -> list[dict[str, str | None]]:
    printed = entry.all("AU") or entry.all("A1")
    affiliations = entry.all("AD")
    names: dict[str, None] = {}
    for text in printed:
        for one in text.split(";"):
            if _OTHERS.search(one.strip()):
                reason, done = "not all authors are named", "those that are named were read"
                notes.append(Note(entry.place, reason, text[:80], done))
                one = _OTHERS.sub("", one.strip())
            name = _name(one)
            if name in names:
                # IEEE names the author of a paper twice where there is only one.
                notes.append(Note(entry.place, "names an author twice", name[:80], "read once"))
            elif name:
                names[name] = None
    if len(affiliations) != len(names):
        return [{"name": name} for name in names]
    both = zip(names, affiliations, strict=True)
    return [{"name": name, "affiliation": affiliation} for name, affiliation in both]


def _name(text: str) -> str:
    """A name given as ``Family, Given, Suffix``, in the order in which it is said."""
    sections = [section for part in text.split(",") if (section := part.strip())]
    if len(sections) == 3 and is_suffix(sections[1]):
        sections[1:] = sections[:0:-1]
    return name_in_order(*sections) if 1 < len(sections) < 4 else ", ".join(sections)


def _topics(keywords: list[str]) -> list[dict[str, str]]:
    if len(keywords) == 1:
        return split_keywords(keywords[0].lstrip("*"))
    # Ovid marks the main ones with an asterisk.
    parts = (part.strip(" *") for keyword in keywords for part in keyword.split(";"))
    return [{"label": label} for label in dict.fromkeys(parts) if label]


def _identifiers(entry: _Entry, links: list[str]) -> list[str]:
    found = identifiers_in(*links)
    number = entry.get("AN") or ""
    is_pubmed = re.search(r"pubmed|medline", entry.get("DB", "DP") or "", re.I)
    pubmed = re.fullmatch(r"PMID:? ?(\d+)" if not is_pubmed else r"(?:PMID:? ?)?(\d+)", number)
    if pubmed:
        found.append(identifier("pubmed", pubmed[1]))
    return list(dict.fromkeys(found))
