"""The text of a document piece by piece: decoded, its lines ended alike, never held whole.

What is not UTF-8 is decoded line by line, since files put together from several have lines of
each kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.formats.damage import BROKEN
from graphkit.formats.document import CHUNK, Document, decode, is_cut, is_wide
from graphkit.formats.reading import Note

__all__ = ["encoded", "lines", "pieces"]

LONGEST_LINE = 1 << 24  # bytes; a longer one is cut
NULL = b"\x00"


def lines(document: Document, notes: list[Note]) -> Iterator[tuple[int, str, bool]]:
    """The lines of a document, numbered from 1, without their ends.

    Parameters
    ----------
    document : Document
    notes : list of Note
        Takes what is wrong with the encoding, and where the document is cut off.

    Yields
    ------
    tuple of (int, str, bool)
        Number, text, and whether the line has an end: that of a file which is cut off has none.

    Raises
    ------
    ReadError
        It is empty, no text, or swells beyond reason.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "two.txt")
    >>> _ = path.write_bytes(b"Echoes\\r\\nOwls")
    >>> list(lines(Document(path), []))
    [(1, 'Echoes', True), (2, 'Owls', False)]
    """
    number = 0
    for piece in pieces(document, notes):
        *whole, last = piece.split("\n")
        for line in whole:
            number += 1
            yield number, line, True
        if last:
            number += 1
            yield number, last, False


def pieces(document: Document, notes: list[Note], encoding: str | None = None) -> Iterator[str]:
    """The text of a document in pieces of about a million bytes, each of whole lines.

    Parameters
    ----------
    document : Document
    notes : list of Note
        Takes what is wrong with the encoding, and where the document is cut off.
    encoding : str, optional
        What the document says that it is in, tried on what is not UTF-8.

    Yields
    ------
    str
        Lines with ``\\n`` at their ends, as the last of the document may have none.

    Raises
    ------
    ReadError
        It is empty, no text, or swells beyond reason.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path, notes = pathlib.Path(tempfile.mkdtemp(), "two.txt"), []
    >>> _ = path.write_bytes("Zoë\\n".encode() + "Jürgen\\n".encode("cp1252"))
    >>> list(pieces(Document(path), notes)), notes[0].place
    (['Zoë\\nJürgen\\n'], 'line 2')
    """
    head = document.head()
    if is_wide(head):
        text, found = document.text()
        notes += found
        yield _with_newlines(text)
        return
    decode(head, document)  # Raises if it is empty or no text.
    decoder = _Decoder(notes, encoding)
    for block in _blocks(document, notes):
        yield decoder.text(block)


def encoded(document: Document, notes: list[Note]) -> Iterator[bytes]:
    """The text of a document in UTF-8, as `pieces`, but with its nulls and line ends.

    Parameters
    ----------
    document : Document
    notes : list of Note

    Yields
    ------
    bytes
    """
    head = document.head()
    if is_wide(head):
        text, found = document.text()
        notes += found
        yield text.encode()
        return
    decode(head, document)  # Raises if it is empty or no text.
    decoder = _Decoder(notes, None)
    for block in _blocks(document, notes):
        yield decoder.encoded(block)


def _blocks(document: Document, notes: list[Note]) -> Iterator[bytes]:
    """The bytes of a document, cut behind line ends."""
    waiting: list[bytes] = []
    size = 0
    with document.open() as stream:
        while True:
            try:
                data = stream.read1(CHUNK)
            except BROKEN as error:
                reason = f"cannot be unpacked to its end: {error}"
                notes.append(Note("end", reason, "", "what stands before was read"))
                break
            if not data:
                break
            waiting.append(data)
            size += len(data)
            if size < CHUNK:
                continue
            block = b"".join(waiting)
            end = _end_of_lines(block)
            if end or size > LONGEST_LINE:
                end = end or _end_of_character(block)
                yield block[:end]
                waiting, size = [block[end:]], size - end
    if size:
        yield b"".join(waiting)


def _end_of_lines(block: bytes) -> int:
    """Where the last whole line ends; 0 if none does. A return may be half of an end."""
    return block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, -1) + 1


def _end_of_character(block: bytes) -> int:
    end = len(block) - 1
    while end > len(block) - 4 and block[end] & 0xC0 == 0x80:
        end -= 1
    return end


class _Decoder:
    """Makes text of blocks of lines, and notes the first place of each fault."""

    def __init__(self, notes: list[Note], encoding: str | None) -> None:
        self._notes, self._encoding = notes, encoding
        self._line = 1
        self._noted: set[str] = set()

    def text(self, block: bytes) -> str:
        """The text of the next block."""
        if self._line == 1:
            block = block.removeprefix(b"\xef\xbb\xbf")
        if NULL in block:
            place = self._line + block.count(b"\n", 0, block.index(NULL))
            self._note(place, "a null character", "", "such characters were left out")
            block = block.replace(NULL, b"")
        try:
            text = block.decode()
        except UnicodeDecodeError as error:
            text = self._odd(block, error)
        text = _with_newlines(text)
        self._line += text.count("\n")
        return text

    def encoded(self, block: bytes) -> bytes:
        """The next block in UTF-8, else as it is."""
        if self._line == 1:
            block = block.removeprefix(b"\xef\xbb\xbf")
        try:
            block.decode()
        except UnicodeDecodeError as error:
            block = self._odd(block, error).encode()
        self._line += block.count(b"\n")
        return block

    def _odd(self, block: bytes, error: UnicodeDecodeError) -> str:
        if is_cut(block, error):
            place = self._line + block.count(b"\n")
            self._note(place, "ends within a character", "", "read without that character")
            return block[: error.start].decode()
        if self._encoding:
            try:
                return block.decode(self._encoding)
            except (LookupError, UnicodeDecodeError):
                pass  # What the document says of itself is wrong.
        found = []
        for number, line in enumerate(re.findall(rb"[^\r\n]*(?:\r\n?|\n)?", block)):
            try:
                found.append(line.decode())
            except UnicodeDecodeError:
                found.append(line.decode("cp1252", "replace"))
                done = "such lines were read as Windows-1252"
                shown = found[-1].strip()[:80]
                self._note(self._line + number, "the file is not UTF-8", shown, done)
        return "".join(found)

    def _note(self, line: int, reason: str, text: str, done: str) -> None:
        if reason not in self._noted:
            self._noted.add(reason)
            self._notes.append(Note(f"line {line}", reason, text, done))


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
