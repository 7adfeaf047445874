"""Reader of DBLP's XML: the whole dump or a part of it, piece by piece.

The dump names a DTD for its character entities. Neither that nor anything else is loaded: the
document type is cut out of the stream, and entities are replaced from the table of HTML's
before a parser sees them, so that none can be defined. As records neither nest nor depend on
each other, each piece of whole records is checked as a document; where it is not well-formed, or
holds more than records of texts, each record is parsed for itself, so that a broken one spoils no
other.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.entities import name2codepoint
from typing import IO, Any

from graphkit.errors import ReadError
from graphkit.formats.damage import BROKEN, UntilDamage
from graphkit.formats.dblp_elements import FIELDS, PAPERS, PASSED_OVER, Elements
from graphkit.formats.dblp_records import to_records
from graphkit.formats.document import Document
from graphkit.formats.reading import Note, Reading
from graphkit.formats.xml_stream import as_utf8

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".xml",)

CHUNK = 1 << 21  # bytes; the records in it are in memory together
RECORDS = "|".join([*PAPERS, *PASSED_OVER])
# What stays: the five that XML knows of itself, and numbers.
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = {b"amp", b"lt", b"gt", b"quot", b"apos"}
_END = re.compile(f"</(?:{RECORDS})>".encode())
_START = re.compile(f"<({RECORDS})(?=[\\s>])".encode())
_KEY = re.compile(rb"""<\w+[^>]*?\skey=["']([^"'>]*)""")
_WRAPPER = re.compile(rb"</?(?:r|dblp|dblpperson|coauthors|co|na|n)(?:\s[^<>]*)?/?>")
_LONGEST_DOCTYPE = 1 << 20


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
        One for each megabyte or so.

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
    >>> (record,) = next(read(Document(path))).records.to_pylist()
    >>> record["title"], record["authors"][0]["name"], record["authors"][0]["id"]
    ('On echoes', 'Jürgen Li', 'author:Jürgen_Li_0002')
    """
    notes: list[Note] = []
    others: Counter[str] = Counter()
    count = 0
    for elements in _elements(document, notes):
        table, passed_over, found = to_records(elements, count)
        others.update(passed_over)
        count += len(table)
        yield Reading(records=table, notes=notes + found)
        notes.clear()
    if not count:
        reason = notes[0].reason if notes else "there is no record of a paper in it"
        raise ReadError(document, reason, notes[0].place if notes else None)
    notes += [Note("whole file", f"{n} {PASSED_OVER[tag]}") for tag, n in others.items() if n]
    yield Reading(notes=notes)


def _elements(document: Document, notes: list[Note]) -> Iterator[Elements]:
    """The records, piece by piece."""
    last = None
    try:
        with _bytes(document) as stream:
            for encoding, piece in _pieces(stream):
                elements = _at_once(encoding, piece) or Elements(
                    b"".join(_one_by_one(encoding, piece, notes))
                )
                if len(elements.records):
                    last = elements
                    yield elements
    except ReadError as error:
        # The stream broke; what was whole has been handed over.
        if last is None:
            raise
        key = last.attribute(last.records[-1:], "key").to_pylist()
        notes.append(Note(f"after key {key[0]}", error.reason, "", "read up to here"))


_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}


def _at_once(encoding: str, piece: bytes) -> Elements | None:
    """The elements of a piece if all in it is well."""
    from xml.parsers import expat

    try:
        text = piece if piece.isascii() else piece.decode(encoding).encode()
        parser = expat.ParserCreate("utf-8")
        for part in (b"<dblp>", text, b"</dblp>"):
            parser.Parse(part, part == b"</dblp>")
    except (expat.ExpatError, UnicodeError, LookupError):
        return None
    elements = Elements(text)
    return elements if elements.is_plain else None


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


def _pieces(stream: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """The stream in pieces that end with a record, each with its encoding."""
    encoding, rest = _prolog(stream)
    damage = None
    while True:
        try:
            data = stream.read(max(CHUNK, len(rest)))
        except (ReadError, *BROKEN) as error:
            damage, data = error, b""
        rest += data
        cut = _last_end(rest)
        if cut:
            yield encoding, _ENTITY.sub(_numbered, rest[:cut])
            rest = rest[cut:]
        if not data:
            break
    if damage:
        raise damage
    tail = _WRAPPER.sub(b"", rest)
    if tail.strip():
        yield encoding, _ENTITY.sub(_numbered, tail)


def _last_end(text: bytes) -> int:
    """Where the last whole record ends; 0 if none does."""
    at = len(text)
    while (at := text.rfind(b"</", 0, at)) >= 0:
        if end := _END.match(text, at):
            return end.end()
    return 0


def _prolog(stream: IO[bytes]) -> tuple[str, bytes]:
    """The encoding, and what follows the start of the root; no document type."""
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
    return name, start[root.end() :] if root else start[span[1] if span else 0 :]


def _one_by_one(encoding: str, piece: bytes, notes: list[Note]) -> Iterator[bytes]:
    """The records of a piece that is not well-formed, each for itself, as plain XML."""
    from lxml import etree

    forgiving = etree.XMLParser(recover=True, **_SAFE)
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
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
        if encoding.lower() == "utf-8" and (mended := as_utf8(record)) != record:
            record = mended
            notes.append(Note(place, "not in UTF-8, as it says", "", "read as Windows-1252"))
        text = prolog + record
        notes += _stray(piece[close + len(name) + 3 : end])
        element = etree.fromstring(text, forgiving)
        if forgiving.error_log:
            reason = f"broken XML: {forgiving.error_log[0].message}"
            notes.append(Note(place, reason, "", "read as far as it goes"))
        if element is not None and element.tag == name.decode():
            yield _plain(element)


def _plain(element: Any) -> bytes:
    """A record as XML in which fields hold text and nothing else."""
    from lxml import etree

    record = etree.Element(element.tag, _own_attributes(element))
    for child in element.iterchildren(*FIELDS):
        field = etree.SubElement(record, child.tag, _own_attributes(child))
        field.text = "".join(child.itertext())
    written: bytes = etree.tostring(record, encoding="utf-8")
    return written


def _own_attributes(element: Any) -> dict[str, str]:
    """Attributes without a prefix; DBLP has no others, and one that nobody declared is no name."""
    return {name: value for name, value in element.items() if name.isidentifier()}


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
