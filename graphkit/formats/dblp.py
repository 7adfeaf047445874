"""Reader of DBLP's XML: the whole dump or a part of it, piece by piece.

The dump names a DTD for its character entities. Neither that nor anything else is loaded: the
document type is cut out of the stream, and entities are replaced from the table of HTML's
before the parser sees them, so that none can be defined. As records neither nest nor depend on
each other, each piece of whole records is parsed as a document; where it is not well-formed,
each record for itself, so that a broken one spoils no other.
"""

from __future__ import annotations

import functools
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.entities import name2codepoint
from typing import IO, Any

from graphkit.errors import ReadError
from graphkit.formats.damage import UntilDamage
from graphkit.formats.document import Document
from graphkit.formats.reading import Note, Reading, ahead
from graphkit.formats.records import doi_of, orcid_of, year_of
from graphkit.formats.xml_stream import as_utf8
from graphkit.ids import identifier, mint, normalise_text

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".xml",)

BATCH = 2_000
CHUNK = 1 << 19
PAPERS: dict[str, str | None] = {
    "article": "fabio:JournalArticle",
    "inproceedings": "fabio:ConferencePaper",
    "incollection": "fabio:BookChapter",
    "book": "fabio:Book",
    "phdthesis": "fabio:Thesis",
    "mastersthesis": "fabio:Thesis",
    "data": None,
}
PASSED_OVER = {
    "proceedings": "volumes of proceedings, no papers",
    "www": "home pages of people, no papers",
    "person": "records of people, no papers",
}
PREPRINTS = {"CoRR", "bioRxiv", "IACR Cryptol. ePrint Arch."}
# What stays: the five that XML knows of itself, and numbers.
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = {b"amp", b"lt", b"gt", b"quot", b"apos"}
_WANTED = {"author", "booktitle", "cite", "crossref", "ee", "journal", "title", "year"}
_CLEAN_KEY = re.compile(r"[\w/.:-]+", re.ASCII)
_END = re.compile(f"</(?:{'|'.join([*PAPERS, *PASSED_OVER])})>".encode())
_START = re.compile(f"<({'|'.join([*PAPERS, *PASSED_OVER])})(?=[\\s>])".encode())
_KEY = re.compile(rb"""<\w+[^>]*?\skey=["']([^"'>]*)""")
_WRAPPER = re.compile(rb"</?(?:r|dblp|dblpperson|coauthors|co|na|n)(?:\s[^<>]*)?/?>")
_SCHEMES = ("https://", "http://")
_NUMBERED = re.compile(r"(.*\S)\s+\d{4}")
_LONGEST_DOCTYPE = 1 << 20

Record = dict[str, Any]


def sniff(head: str) -> bool:
    """Whether a text looks like DBLP's XML.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff("<?xml version='1.0'?><!DOCTYPE dblp SYSTEM 'dblp.dtd'><dblp>"), sniff("<html>")
    (True, False)
    """
    start = head.removeprefix("\ufeff").lstrip()[:4096]
    return start.startswith("<") and re.search(r"<dblp(?:person)?[\s>]", start) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read DBLP's XML.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading
        One for each 2,000 records.

    Raises
    ------
    ReadError
        There is no record in it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "dblp.xml")
    >>> _ = path.write_text(
    ...     "<dblp><article key='journals/x/L43'><author>J&uuml;rgen Li 0002</author>"
    ...     "<title>On echoes.</title><year>1843</year></article></dblp>"
    ... )
    >>> ((record,),) = (reading.records for reading in read(Document(path)))
    >>> record["title"], record["authors"][0]["name"], record["authors"][0]["id"]
    ('On echoes', 'Jürgen Li', 'author:Jürgen_Li_0002')
    """
    batch: list[Record] = []
    notes: list[Note] = []
    others: Counter[str] = Counter()
    count = 0
    for element in _elements(document, notes):
        if element.tag in PASSED_OVER:
            others[element.tag] += 1
            continue
        count += 1
        batch.append(_record(element, count, notes))
        if len(batch) == BATCH:
            yield Reading(records=batch, notes=notes.copy())
            batch = []
            notes.clear()
    if not count:
        reason = notes[0].reason if notes else "there is no record of a paper in it"
        raise ReadError(document, reason, notes[0].place if notes else None)
    notes += [Note("whole file", f"{n} {PASSED_OVER[tag]}") for tag, n in others.items()]
    yield Reading(records=batch, notes=notes)


def _elements(document: Document, notes: list[Note]) -> Iterator[Any]:
    """The records; those of a piece of the file are in memory together."""
    last = None
    try:
        with _bytes(document) as stream:
            for prolog, piece, elements in ahead(_parsed(stream)):
                for last in elements or _one_by_one(prolog, piece, notes):
                    yield last
    except ReadError as error:
        # The stream broke; what was whole has been handed over.
        if last is None:
            raise
        notes.append(Note(f"after key {last.get('key')}", error.reason, "", "read up to here"))


_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}


def _parsed(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes, list[Any] | None]]:
    """Pieces, each with its prolog and with its records if all in it is well."""
    for prolog, piece in _pieces(stream):
        yield prolog, piece, _at_once(prolog, piece)


def _at_once(prolog: bytes, piece: bytes) -> list[Any] | None:
    from lxml import etree

    try:
        parser = etree.XMLParser(**_SAFE)
        root = etree.fromstring(prolog + b"<dblp>" + piece + b"</dblp>", parser)
    except etree.XMLSyntaxError:
        return None
    strays = [child for child in root if child.tag not in PAPERS and child.tag not in PASSED_OVER]
    texts = [text for text in (root.text, *(child.tail for child in root)) if text]
    return None if strays or any(not text.isspace() for text in texts) else list(root)


@contextmanager
def _bytes(document: Document) -> Iterator[Any]:
    """Its bytes, in an encoding in which a tag can be found."""
    head = document.head()
    if head.count(0) > len(head) // 5:
        text = document.text()[0]
        declared = re.sub(r"""(<\?xml[^>]*?)encoding=["'][^"']*["']""", r"\1", text[:200])
        yield io.BytesIO((declared + text[200:]).encode("utf-8", "replace"))
        return
    with document.open() as stream:
        yield UntilDamage(stream)


def _pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The stream in pieces that end with a record, each with the prolog that it needs."""
    prolog, rest = _prolog(stream)
    while data := stream.read(max(CHUNK, len(rest))):
        rest += data
        cut = _last_end(rest)
        if cut:
            yield prolog, _ENTITY.sub(_numbered, rest[:cut])
            rest = rest[cut:]
    cut = _last_end(rest)
    if cut:
        yield prolog, _ENTITY.sub(_numbered, rest[:cut])
    tail = _WRAPPER.sub(b"", rest[cut:])
    if tail.strip():
        yield prolog, _ENTITY.sub(_numbered, tail)


def _last_end(text: bytes) -> int:
    """Where the last whole record ends; 0 if none does."""
    at = len(text)
    while (at := text.rfind(b"</", 0, at)) >= 0:
        if end := _END.match(text, at):
            return end.end()
    return 0


def _prolog(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """What says the encoding, and what follows the start of the root; no document type."""
    start = stream.read(CHUNK).removeprefix(b"\xef\xbb\xbf")
    while b"<!DOCTYPE" in start and not _doctype(start) and len(start) < _LONGEST_DOCTYPE:
        more = stream.read(CHUNK)
        if not more:
            break
        start += more
    encoding = re.match(rb"""\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""", start)
    name = encoding[1].decode() if encoding else "utf-8"
    span = _doctype(start)
    root = re.compile(rb"<dblp(?:person)?(?:\s[^>]*)?>").search(start, span[1] if span else 0)
    prolog = b'<?xml version="1.0" encoding="%s"?>' % name.encode()
    return prolog, start[root.end() :] if root else start[span[1] if span else 0 :]


def _one_by_one(prolog: bytes, piece: bytes, notes: list[Note]) -> Iterator[Any]:
    """The records of a piece that is not well-formed: each for itself."""
    from lxml import etree

    forgiving = etree.XMLParser(recover=True, **_SAFE)
    starts = list(_START.finditer(piece))
    ends = [start.start() for start in starts[1:]] + [len(piece)] * bool(starts)
    notes += _stray(piece[: starts[0].start() if starts else len(piece)])
    for start, end in zip(starts, ends, strict=True):
        name = start[1]
        key = _KEY.match(piece, start.start())
        place = f"key {key[1].decode('utf-8', 'replace')}" if key else "a record without a key"
        close = piece.rfind(b"</%s>" % name, start.start(), end)
        if close < 0:
            shown = piece[start.start() : start.start() + 80].decode("latin-1")
            notes.append(Note(place, "the record has no end", shown))
            continue
        record = piece[start.start() : close] + b"</%s>" % name
        if b'"utf-8"' in prolog.lower() and (mended := as_utf8(record)) != record:
            record = mended
            notes.append(Note(place, "not in UTF-8, as it says", "", "read as Windows-1252"))
        text = prolog + record
        notes += _stray(piece[close + len(name) + 3 : end])
        element = etree.fromstring(text, forgiving)
        if forgiving.error_log:
            reason = f"broken XML: {forgiving.error_log[0].message}"
            notes.append(Note(place, reason, "", "read as far as it goes"))
        if element is not None and element.tag == name.decode():
            yield element


def _stray(between: bytes) -> list[Note]:
    """A note where something stands between records that is neither space nor a wrapper."""
    text = _WRAPPER.sub(b"", between).strip()
    shown = text[:80].decode("utf-8", "replace")
    return [Note("between records", "no record of a paper", shown)] if text else []


def _doctype(start: bytes) -> tuple[int, int] | None:
    """Where the document type begins and ends."""
    begin = start.find(b"<!DOCTYPE")
    found = re.compile(
        rb"""<!DOCTYPE(?:[^\["'>]|"[^"]*"|'[^']*')*+(?:\[(?:[^\]"']|"[^"]*"|'[^']*')*+\]\s*)?>"""
    ).match(start, begin)
    return found.span() if found else None


def _numbered(entity: re.Match[bytes]) -> bytes:
    if entity[1] in _OWN:
        return entity[0]
    point = name2codepoint.get(entity[1].decode())
    # What no table knows stays readable, as text.
    return b"&#%d;" % point if point else b"&amp;%s;" % entity[1]


def _record(element: Any, count: int, notes: list[Note]) -> Record:
    key = element.get("key")
    place = f"key {key}" if key else f"record {count}"
    first: dict[str, str] = {}
    authors: list[Record] = []
    links: list[str] = []
    cited: list[str] = []
    for child in element:
        tag = child.tag
        if tag not in _WANTED:
            continue
        text = child.text if not len(child) else "".join(child.itertext())
        if not text:
            continue
        if tag == "author":
            authors.append(_author(text, child, place, notes))
        elif tag == "ee":
            links.append(text)
        elif tag == "cite":
            cited.append(text)
        elif tag not in first:
            first[tag] = text
    record = _about(element.tag, first, links, place, notes)
    own = _curie(key) if key else None
    if own:
        record["identifiers" if record["doi"] else "id"] = [own] if record["doi"] else own
    record["place"] = place
    record["key"] = key
    record["authors"] = authors
    record["cites"] = [_curie(cite) for cite in cited if "/" in cite]
    return record


def _curie(key: str) -> str:
    return f"dblp:{key}" if _CLEAN_KEY.fullmatch(key) else identifier("dblp", key)


def _about(
    tag: str, first: dict[str, str], links: list[str], place: str, notes: list[Note]
) -> Record:
    title = _title(first.get("title", ""))
    if title is None:
        notes.append(Note(place, "no title", "", "read without"))
    printed = first.get("year", "")
    is_plain = len(printed) == 4 and printed.isdecimal() and "1400" <= printed < "2100"
    year = int(printed) if is_plain else year_of(printed)
    if year is None and printed:
        notes.append(Note(place, "no year", printed[:80], "read without"))
    journal = first.get("journal")
    kind = PAPERS[tag]
    if journal in PREPRINTS or (kind == "fabio:JournalArticle" and not journal and links):
        kind = "fabio:Preprint" if journal else kind
    doi = url = None
    for link in links:
        doi = doi or _doi_of_link(link)
        url = url or (link if link.startswith(_SCHEMES) else None)
    return {
        "title": title,
        "type": kind,
        "year": year,
        "doi": doi,
        "url": url,
        "journal": journal,
        "event": _event(first, year) if kind == "fabio:ConferencePaper" else None,
    }


def _title(text: str) -> str | None:
    """A title without the full stop that DBLP sets behind each."""
    text = normalise_text(text) if not text.isascii() or not text.isprintable() else text.strip()
    return (text[:-1] if text.endswith(".") and not text.endswith("..") else text) or None


def _doi_of_link(link: str) -> str | None:
    return doi_of(link) if "doi.org/" in link else None


def _event(first: dict[str, str], year: int | None) -> str | None:
    """Such as ``ACL 2021``: the book's title, or the conference in the key of the volume."""
    name = first.get("booktitle", "").strip()
    if not name:
        volume = first.get("crossref", "").split("/")
        name = volume[1].upper() if len(volume) > 2 else ""
    if name and year and year_of(name) is None:
        name = f"{name} {year}"
    return name or None


def _author(text: str, element: Any, place: str, notes: list[Note]) -> Record:
    name, author_id = _person(text)
    printed = element.get("orcid")
    orcid = orcid_of(printed) if printed else None
    if printed and not orcid:
        notes.append(Note(place, "not an ORCID, or its check digit is wrong", printed[:80]))
    person = element.get("pid")
    if person:
        author_id = identifier("dblp-person", person)
    elif orcid and not author_id:
        # For DBLP a name is one person, whether a record repeats the ORCID or not.
        author_id = mint("author", name)
    return {"name": name, "id": author_id, "orcid": orcid}


@functools.lru_cache(1 << 16)
def _person(text: str) -> tuple[str, str | None]:
    """A name, and an id if a number tells it from others of the same name."""
    name = normalise_text(text)
    numbered = _NUMBERED.fullmatch(name)
    return (numbered[1], mint("author", name)) if numbered else (name, None)
