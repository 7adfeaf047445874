"""The records of a JSON document, one after the other, without holding the document.

A document is one record, an array of records, an object with such an array
(``{"items": [...]}``, ``{"message": {"items": [...]}}``), one such value a line
(JSON Lines), or several values in a row.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from graphkit.errors import ReadError
from graphkit.formats.damage import PIECE, UntilDamage
from graphkit.formats.document import Document
from graphkit.formats.reading import Note

__all__ = ["records"]

CHUNK = 1 << 20
LONGEST_LINE = 1 << 24  # bytes; a document that begins with a longer line has but this one
LONGEST_VALUE = 1 << 28  # characters; a record beyond this is none
LISTS = frozenset({"items", "results", "data", "@graph"})
WRAPPER = "message"  # Crossref's envelope, round one work or a list of works

Record = tuple[str, Any]
Decoder = Callable[[bytes], Any]


def records(
    document: Document, notes: list[Note] | None = None, decode: Decoder | None = None
) -> Iterator[Record]:
    """The objects that a JSON document lists, each with its place.

    Parameters
    ----------
    document : Document
    notes : list of Note, optional
        Takes a note for each record that is broken or no object, and reading goes on behind
        it; without this list such a record is an error.
    decode : callable, optional
        Tried first on each line of JSON Lines (bytes): makes what is yielded of it. Where it
        raises ValueError, the line is read as without it.

    Yields
    ------
    tuple of (str, dict)
        A place such as ``"record 7"``, in JSON Lines ``"line 7"`` or, if that line holds a
        list, ``"line 7, record 2"``; and the object, or what ``decode`` made of it.

    Raises
    ------
    ReadError
        The document ends within a record or is no JSON; its ``place`` says where. What was
        whole has been yielded before.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "works.json")
    >>> _ = path.write_text('{"results": [{"title": "Echoes"}, {"title": "Owls"}]}')
    >>> list(records(Document(path)))
    [('record 1', {'title': 'Echoes'}), ('record 2', {'title': 'Owls'})]
    """
    found = _Records(document, notes)
    try:
        with _utf8(document) as stream:
            start = _first_lines(stream)
            if _is_by_line(start):
                yield from found.by_line(start, stream, decode)
            else:
                yield from found.in_sequence(_Buffer(b"".join(start), stream))
    except ReadError as error:
        # Damage that the stream found itself has no place yet.
        raise ReadError(error.source, error.reason, error.place or found.after()) from None


@contextmanager
def _utf8(document: Document) -> Iterator[IO[bytes]]:
    """A stream of bytes that holds UTF-8, whatever the document is in."""
    head = document.head()
    if b"\x00" in head[:4] or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield io.BytesIO(document.text()[0].encode("utf-8", "replace"))
        return
    with document.open() as raw:
        # Unpacked streams have no buffer of their own and would be read byte by byte.
        stream = io.BufferedReader(raw, PIECE)
        try:
            if head.startswith(codecs.BOM_UTF8):
                stream.read(len(codecs.BOM_UTF8))
            yield stream
        finally:
            stream.detach()


def _first_lines(stream: IO[bytes]) -> list[bytes]:
    """The first two lines that are not blank, with the blank ones; cut where they are too long."""
    lines: list[bytes] = []
    while sum(not line.isspace() for line in lines) < 2:
        line = stream.readline(LONGEST_LINE)
        if not line:
            break
        lines.append(line)
    return lines


def _is_by_line(start: list[bytes]) -> bool:
    """Whether a document that starts with these lines has one value a line."""
    filled = [line.strip() for line in start if not line.isspace()]
    if len(filled) < 2:
        return False
    first = filled[0]
    if first.startswith(b"[") or (b"\n" not in start[-1] and len(start[-1]) >= LONGEST_LINE):
        return False
    whole = [_whole_object(line) for line in filled]
    # The first line may be broken; but one that ends like this opens what follows.
    return whole[0] or (whole[1] and not first.endswith((b"[", b"{", b",", b":")))


def _whole_object(line: bytes) -> bool:
    try:
        return isinstance(_loads(line), dict)
    except ValueError:
        return False


def _loads(line: bytes) -> Any:
    """One value; ValueError if it is none."""
    import orjson

    try:
        return orjson.loads(line)
    except ValueError:
        # Slower, and takes what orjson does not: raw control characters, half surrogate
        # pairs, deep nesting, bytes of older Windows programs.
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode("cp1252", "replace")
        try:
            return json.loads(text, strict=False)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class _BrokenError(Exception):
    """A value that is no JSON, but whose end is known: reading can go on behind it."""


class _CutError(Exception):
    """The document ends within a value."""


class _Records:
    """Walks through a document and counts its records."""

    def __init__(self, document: Document, notes: list[Note] | None) -> None:
        self._document, self._notes = document, notes
        self._prefix = ""
        self._count = 0
        self._line = 0

    def after(self) -> str | None:
        """The place of the last record."""
        if self._line:
            return f"after line {self._line}"
        return f"after record {self._count}" if self._count else None

    def by_line(
        self, start: list[bytes], rest: IO[bytes], decode: Decoder | None
    ) -> Iterator[Record]:
        for lines in (start, rest):
            for line in lines:
                self._line += 1
                if line.isspace():
                    continue
                place = f"line {self._line}"
                if decode is not None:
                    try:
                        value = decode(line)
                    except ValueError:
                        pass
                    else:
                        yield place, value
                        continue
                try:
                    value = _loads(line)
                except ValueError as error:
                    self._note(place, f"no JSON: {error}", line[:80].decode("utf-8", "replace"))
                    continue
                yield from self._unwrapped(place, value)

    def _unwrapped(self, place: str, value: Any) -> Iterator[Record]:
        """One object, or those in the list that it holds."""
        listed = value.get(WRAPPER, value) if isinstance(value, dict) else value
        if isinstance(listed, dict):
            lists = [listed[key] for key in listed.keys() & LISTS if isinstance(listed[key], list)]
            if not lists:
                yield place, listed
                return
            listed = lists[0]
        if not isinstance(listed, list):
            self._note(place, "no object", str(value)[:80])
            return
        for number, record in enumerate(listed, 1):
            if isinstance(record, dict):
                yield f"{place}, record {number}", record
            else:
                self._note(f"{place}, record {number}", "no object", _shown(record))

    def in_sequence(self, buffer: _Buffer) -> Iterator[Record]:
        """The records of one value after the other."""
        try:
            while character := buffer.next():
                if character == "[":
                    yield from self._elements(buffer)
                elif character == "{":
                    yield from self._object(buffer)
                else:
                    reason = "no JSON: neither an object nor a list of objects"
                    raise ReadError(self._document, reason, self.after() or "line 1")
        except _CutError:
            where = f"record {self._count + 1}"
            raise ReadError(self._document, "the file ends within it", where) from None

    def _elements(self, buffer: _Buffer) -> Iterator[Record]:
        """The objects of an array, from its bracket on."""
        buffer.take()
        while (character := buffer.next()) != "]":
            if character == ",":
                buffer.take()
                continue
            place = f"record {self._count + 1}"
            try:
                value = buffer.value()
            except _BrokenError as error:
                self._note(place, "no JSON", str(error))
            else:
                if isinstance(value, dict):
                    self._count += 1
                    yield place, value
                    continue
                self._note(place, "no object", _shown(value))
            self._count += 1
        buffer.take()

    def _object(self, buffer: _Buffer) -> Iterator[Record]:
        """The objects of the list in an object, or the object itself."""
        buffer.take()
        fields: dict[str, Any] = {}
        is_list = False
        while (character := buffer.next()) != "}":
            if character in (",", ":"):
                buffer.take()
                continue
            try:
                key = buffer.value()
                # In broken JSON anything can stand where a key should.
                is_field = buffer.next() == ":" and isinstance(key, str)
                if is_field:
                    buffer.take()
                    character = buffer.next()
                if is_field and key in LISTS and character == "[":
                    is_list = True
                    yield from self._elements(buffer)
                elif is_field and key == WRAPPER and character == "{":
                    is_list = True
                    yield from self._object(buffer)
                elif is_field:
                    fields[key] = buffer.value()
            except _BrokenError as error:
                self._note(f"record {self._count + 1}", "a field is no JSON", str(error))
        buffer.take()
        if not is_list:
            self._count += 1
            yield f"record {self._count}", fields

    def _note(self, place: str, reason: str, text: str) -> None:
        if self._notes is None:
            raise ReadError(self._document, reason, place)
        self._notes.append(Note(place, reason, text))


def _shown(value: object) -> str:
    """A value for the reader's eye; a nested one is not shown, however deep."""
    return type(value).__name__ if isinstance(value, list | dict) else str(value)[:80]


# A string never goes over a line, so that one missing quote spoils one line alone.
_TOKEN = re.compile(r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|"[^\n]*+\n|["{}\[\],]', re.S)
_SPACE = re.compile(r"[ \t\r\n\ufeff\x00\x1e]*+")  # record separators too (RFC 7464)
_OPEN = {"}": "{", "]": "["}


class _Buffer:
    """The text of a stream, read as far as the next value needs it."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._json = json.JSONDecoder(strict=False)
        self._stream = UntilDamage(stream)
        self._ended = False
        self._at = 0
        self._text = self._decoded(start)

    def next(self) -> str:
        """The next character that is no space, not taken yet; '' at the end of the document."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self) -> None:
        """Pass over one character."""
        self._at += 1

    def value(self) -> Any:
        """Take one value."""
        if not self.next():
            raise _CutError
        while True:
            try:
                found, end = self._json.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                broken_end = self._end_of_value()
                if broken_end is not None:
                    text = self._text[self._at : min(broken_end, self._at + 80)]
                    self._at = broken_end
                    raise _BrokenError(text) from None
            else:
                # A number at the end of the buffer may go on.
                if end < len(self._text) or self._ended:
                    self._at = end
                    return found
            if len(self._text) - self._at > LONGEST_VALUE or not self._more():
                raise _CutError

    def _end_of_value(self) -> int | None:
        """Where the brackets of a value that cannot be decoded close, if they do."""
        opened: list[str] = []
        for token in _TOKEN.finditer(self._text, self._at):
            character = token[0]
            if character in ("{", "["):
                opened.append(character)
            elif character in _OPEN:
                if _OPEN[character] not in opened:
                    # The bracket of what the value stands in, unless it is the value itself.
                    return max(token.start(), self._at + 1)
                while opened.pop() != _OPEN[character]:
                    pass
                if not opened:
                    return token.end()
            elif character == "," and not opened:
                return max(token.start(), self._at + 1)
            elif character == '"':
                return None
        return None

    def _more(self) -> bool:
        """Read on, at least as much as there is, so that long values take linear time."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        data = self._stream.read(max(CHUNK, len(rest)))
        self._ended = not data
        self._text, self._at = rest + self._decoded(data), 0
        return True

    def _decoded(self, data: bytes) -> str:
        text = self._decoder.decode(data, final=self._ended)
        if not text.isascii():
            text = re.sub("[\udc80-\udcff]", _windows_1252, text)
        return text


def _windows_1252(escaped: re.Match[str]) -> str:
    """What a byte that is not UTF-8 meant to older Windows programs."""
    return bytes([ord(escaped[0]) - 0xDC00]).decode("cp1252", "replace")
