"""The records of an XML document, one after the other, without holding the document.

Nothing outside of the document is opened. Of entities, only those that XML and HTML know have
a meaning; what a document defines itself is never expanded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.reading import Note

__all__ = ["all_texts", "as_utf8", "child_text", "inner_text", "local_name", "records"]

CHUNK = 1 << 20


def records(
    document: Document, names: frozenset[str], notes: list[Note]
) -> Iterator[tuple[str, Any]]:
    """The elements of some names, each with its place; their content is gone with the next.

    Parameters
    ----------
    document : Document
    names : frozenset of str
        Local names of the elements that are records; one within another is part of it.
    notes : list of Note
        Takes a note where the document is not well-formed. What stands behind is read as far
        as that is possible.

    Yields
    ------
    tuple of (str, lxml.etree.Element)
        A place such as ``"record 7"``.

    Raises
    ------
    ReadError
        The document ends within a record; what was whole has been yielded before.
    """
    from lxml import etree

    count = 0
    try:
        with document.open() as stream:
            tags = [f"{{*}}{name}" for name in sorted(names)]
            for _, element in etree.iterparse(stream, events=("end",), tag=tags, **_SAFE):
                if not _is_part(element, names):
                    count += 1
                    yield f"record {count}", element
                    _forget(element, names)
    except etree.XMLSyntaxError as error:
        reason = f"not well-formed XML: {error.msg}"
        notes.append(Note(f"line {error.lineno}", reason, "", "read on, record by record"))
        yield from _one_by_one(document, names, count, notes)


_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
}


def _one_by_one(
    document: Document, names: frozenset[str], done: int, notes: list[Note]
) -> Iterator[tuple[str, Any]]:
    """The records behind a place where a document is broken, each parsed by itself."""
    from lxml import etree

    declared = re.match(rb"[^<]{0,8}<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)", document.head())
    encoding = declared[1].decode() if declared else None
    for number, (piece, is_whole) in enumerate(_pieces(document, names), 1):
        place = f"record {number}"
        if not is_whole:
            raise ReadError(document, "the file ends within it", place)
        if number <= done:
            continue
        if (encoding or "utf-8").lower() == "utf-8" and (mended := as_utf8(piece)) != piece:
            piece = mended
            notes.append(Note(place, "not in UTF-8, as it says", "", "read as Windows-1252"))
        # With a document type, though it is nowhere, unknown entities are no errors.
        data = b"<!DOCTYPE record SYSTEM 'none'>" + piece
        element = None
        for recover in (False, True):
            try:
                parser = etree.XMLParser(encoding=encoding, recover=recover, **_SAFE)
                element = etree.fromstring(data, parser)
                break
            except etree.XMLSyntaxError as error:
                reason = f"not well-formed XML: {error.msg}"
                done_about_it = "left out" if recover else "read as far as it could be made out"
                notes.append(Note(place, reason, "", done_about_it))
            except LookupError:
                raise ReadError(document, f"no encoding is called {encoding!r}", "line 1") from None
        if element is not None:
            yield place, element


def as_utf8(text: bytes) -> bytes:
    """Bytes that are no UTF-8 are taken for Windows-1252, as older programs mean them.

    Examples
    --------
    >>> as_utf8("Zoë".encode("cp1252")).decode(), as_utf8("Zoë".encode()).decode()
    ('Zoë', 'Zoë')
    """
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace").encode()
    return text


def _pieces(document: Document, names: frozenset[str]) -> Iterator[tuple[bytes, bool]]:
    """The bytes of each record, from tag to tag, and whether they are whole."""
    start = re.compile(rb"<((?:[\w.-]+:)?(?:%s))(?=[\s/>])" % b"|".join(n.encode() for n in names))
    buffer, at = b"", 0
    with document.open() as stream:
        while True:
            begin = start.search(buffer, at)
            if begin:
                # Where an end tag is lost, the next record ends this one.
                name = re.escape(begin[1])
                pattern = re.compile(rb"</%s\s*>|<%s(?=[\s/>])" % (name, name))
                edge = pattern.search(buffer, begin.end())
                if edge:
                    is_end = edge[0].startswith(b"</")
                    at = edge.end() if is_end else edge.start()
                    yield buffer[begin.start() : at], True
                    continue
            more = stream.read(max(CHUNK, len(buffer)))
            if not more:
                if begin:
                    yield buffer[begin.start() :], False
                return
            # A tag may begin where the buffer ends.
            buffer = buffer[begin.start() if begin else max(at, len(buffer) - 200) :] + more
            at = 0


def _is_part(element: Any, names: frozenset[str]) -> bool:
    return any(local_name(outer) in names for outer in element.iterancestors())


def _forget(element: Any, names: frozenset[str]) -> None:
    """Free the records that have been read, which the tree would hold to its end."""
    element.clear()
    while (before := element.getprevious()) is not None and local_name(before) in names:
        element.getparent().remove(before)


def local_name(element: Any) -> str:
    """The name of an element without its namespace; '' for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def inner_text(element: Any) -> str | None:
    """All text in an element, its markup left out, or None; white space made single."""
    if element is None:
        return None
    return " ".join("".join(_texts(element)).split()) or None


def _texts(element: Any) -> Iterator[str]:
    # The parser allows no more than 256 levels.
    yield element.text or ""
    for node in element:
        if isinstance(node.tag, str):
            yield from _texts(node)
        elif node.text.startswith("&"):
            # An entity that only its DTD or the document itself defines.
            yield html.unescape(node.text)
        yield node.tail or ""


def child_text(element: Any, path: str) -> str | None:
    """The text in the first element at a path of local names, such as ``"Journal/Title"``."""
    return next(iter(all_texts(element, path)), None)


def all_texts(element: Any, path: str) -> list[str]:
    """The texts of the elements at a path of local names; empty ones are left out."""
    found = element.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))
    return [text for text in map(inner_text, found) if text]
