"""Reader of BibTeX and BibLaTeX.

The steps: text -> entries (`blocks`, bibtexparser) -> macros and inheritance
(`file`) -> names put in order (`names`) and LaTeX decoded (`latex`), for the
fields that become columns and only where there is something to decode -> records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of, year_of
from graphkit.errors import ReadError
from graphkit.formats.bibtex.blocks import Item
from graphkit.formats.bibtex.file import BibtexFile
from graphkit.formats.bibtex.names import people
from graphkit.formats.document import Document
from graphkit.formats.fields import (
    event_label,
    identifiers_in,
    language_of,
    split_keywords,
    unread_year,
    url_of,
)
from graphkit.formats.latex import latex_to_text
from graphkit.formats.reading import Note, Reading
from graphkit.formats.text import plain
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".bib", ".bibtex", ".biblatex")

_TYPES = {
    kind: name
    for name, kinds in {
        "fabio:JournalArticle": "article review periodical suppperiodical",
        "fabio:ConferencePaper": "inproceedings conference",
        "fabio:BookChapter": "incollection inbook bookinbook suppbook suppcollection inreference",
        "fabio:Book": "book booklet mvbook collection mvcollection proceedings mvproceedings "
        "reference mvreference manual",
        "fabio:Thesis": "phdthesis mastersthesis thesis bachelorthesis",
        "fabio:ReportDocument": "techreport report",
        "fabio:Preprint": "preprint",
    }.items()
    for kind in kinds.split()
}
_NO_RECORDS = frozenset({"xdata", "set", "control"})
_ARXIV = re.compile(r"(?:arxiv\b|corr$)", re.I)
_ESCAPED = re.compile(r"\\(?:url\s*)?([_%&#~{}$-]?)|[{}]")
_HEAD_ENTRY = re.compile(
    r"(?:^|[\r\n])[ \t]*@(?:(?:comment|preamble|string)[ \t]*[{(]"
    r"|\w+[ \t]*[{(]\s*[^\s{}\"=]*\s*[,})])",
    re.I,
)


def sniff(head: str) -> bool:
    """Whether a text looks like BibTeX.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Returns
    -------
    bool

    Examples
    --------
    >>> sniff("Exported today\\n@article{key, title = {Echoes}}"), sniff('{"@type": "x"}')
    (True, False)
    """
    start = head.removeprefix("\ufeff").lstrip()
    return start[:1] not in ("{", "[", "<") and _HEAD_ENTRY.search(head) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read a bibliography in BibTeX or BibLaTeX.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading
        Some thousand records at a time.

    Raises
    ------
    ReadError
        There is no entry that could be read, or the file is no text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "bats.bib")
    >>> _ = path.write_text(r'''@article{ada, author = {van D{\\"o}rn, Ada and others},
    ...   title = {Hearing {B}ats}, year = 2021}''')
    >>> (reading,) = read(Document(path))
    >>> [(r["title"], r["authors"], r["place"]) for r in reading.records]
    [('Hearing Bats', [{'name': 'Ada van Dörn'}], 'lines 1-2')]
    >>> [note.reason for note in reading.notes]
    ['not all authors are named']
    """
    file = BibtexFile(document)
    found = False
    for items in file.batches():
        records = [record for item in items if (record := _record(file, item))]
        if records:
            found = True
            yield Reading(records=records, notes=file.take_notes())
    if not found:
        broken = file.take_notes()
        first = f"; the first fault is in {broken[0].place}: {broken[0].reason}" if broken else ""
        raise ReadError(document, f"no entry in it that can be read{first}")
    if file.notes:
        yield Reading(records=[], notes=file.take_notes())


def _record(file: BibtexFile, item: Item) -> dict[str, Any] | None:
    """The record of an entry; None if it holds nothing."""
    place, notes = item.place, file.notes
    if item.kind in _NO_RECORDS:
        return None
    if not item.fields:
        notes.append(Note(place, "has no fields", item.key[:80]))
        return None
    fields = file.inherited(item)

    def printed(*names: str) -> str | None:
        for name in names:
            if name in fields:
                undecoded: list[str] = []
                text = plain(latex_to_text(file.value(fields[name]), undecoded))
                for value in undecoded:
                    reason = f"LaTeX in {name} that cannot be decoded"
                    notes.append(Note(place, reason, value[:80], "read without its commands"))
                if text:
                    return text
        return None

    def bare(name: str) -> str:
        raw = file.value(fields[name]) if name in fields else ""
        return _ESCAPED.sub(r"\1", raw).strip() if "\\" in raw or "{" in raw else raw.strip()

    title, subtitle = printed("title"), printed("subtitle")
    if title is None:
        title = printed("booktitle", "maintitle", "eventtitle") if item.kind != "misc" else None
        if title is None:
            notes.append(Note(place, "has no title", item.key[:80], "read without a title"))
    elif subtitle:
        title = f"{title}: {subtitle}"
    year, published = bare("year"), bare("date")
    notes += unread_year(place, year or published)
    number = year_of(year) or year_of(published)
    link = bare("url") or bare("howpublished")
    eprint, archive = bare("eprint"), (bare("eprinttype") or bare("archiveprefix")).lower()
    book = printed("booktitle", "maintitle")
    kind, event, journal = _published_in(
        item.kind, printed("eventtitle") or book, printed("journaltitle", "journal"), archive
    )
    return {
        "place": place,
        "key": item.key or None,
        "title": title,
        "type": kind,
        "year": number,
        "doi": doi_of(bare("doi")) or (doi_of(link) if "doi.org/" in link else None),
        "url": url_of(link),
        "abstract": printed("abstract"),
        "language": language_of(bare("langid") or bare("language")),
        "event": event_label(event, number),
        "journal": journal,
        "container": book if event is None and journal is None and book != title else None,
        "issns": bare("issn").split(","),
        "authors": _authors(file, fields, place),
        "topics": split_keywords(printed("keywords", "keyword")),
        "identifiers": _identifiers(item.key, bare, link, eprint, archive),
    }


def _authors(file: BibtexFile, fields: dict[str, str], place: str) -> list[dict[str, str]]:
    value = file.value(fields.get("author", ""))
    if not value:
        return []
    names, problems = people(value)
    text = " ".join(value[:200].split())[:80]
    for problem in problems:
        file.notes.append(Note(place, problem, text, "those that are named were read"))
    return [{"name": name} for name in names]


def _published_in(
    kind: str, event: str | None, journal: str | None, archive: str
) -> tuple[str | None, str | None, str | None]:
    """The class of a paper, its event and its journal."""
    cls = _TYPES.get(kind)
    if journal and _ARXIV.match(journal):
        # "arXiv preprint arXiv:2101.00001" is no journal of its own.
        return "fabio:Preprint", None, "arXiv"
    if archive == "arxiv" and journal is None and (cls is None or kind == "article"):
        cls = "fabio:Preprint"
    if cls != "fabio:ConferencePaper":
        event = None
    return cls, event, journal


def _identifiers(key: str, bare: Any, link: str, eprint: str, archive: str) -> list[str]:
    found = identifiers_in(key, bare("biburl"), link)
    pubmed = bare("pmid") or (eprint if archive == "pubmed" else "")
    if pubmed.isascii() and pubmed.isdigit():
        found.append(identifier("pubmed", pubmed))
    return list(dict.fromkeys(found))
