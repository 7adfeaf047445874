"""Opening what people name: files, compressed files, archives and folders, as documents.

A document is a stream of bytes with a name. Nothing is unpacked to disk, no name inside an
archive becomes a path, and what swells beyond reason when it is unpacked is refused.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import hashlib
import io
import lzma
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from graphkit.errors import ReadError
from graphkit.formats.damage import BROKEN, UntilDamage
from graphkit.formats.reading import Note

__all__ = ["Document", "decode", "documents", "is_cut", "is_wide"]

HEAD = 65_536
CHUNK = 1 << 20
# Text that is made of real records shrinks to a tenth; a bomb to a thousandth and less.
MOST_SWELL = 200
SWELL_FROM = 64 << 20  # bytes; below it a bomb does no harm
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Document:
    """One stream of bytes that a format can read.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    member : str or None
        Its name inside an archive.
    root : pathlib.Path or None
        The folder that was named, if the file was found in one.
    """

    path: Path
    member: str | None = None
    root: Path | None = None
    # The digest of what was unpacked to its end, which is not done again for the digest alone.
    _unpacked: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def name(self) -> str:
        """What people call it: the file's name, from the folder that was named; the member's."""
        shown = self.path.relative_to(self.root).as_posix() if self.root else self.path.name
        return f"{shown}/{self.member}" if self.member else shown

    @property
    def chosen(self) -> bool:
        """Whether somebody named this very file, not a folder or an archive that holds it."""
        return self.root is None and self.member is None

    @property
    def suffix(self) -> str:
        """The suffix of its format, without that of its compression; lower case."""
        parts = Path(self.member or self.path.name).suffixes
        if parts and not self.member and parts[-1].lower() in OPENERS:
            parts.pop()
        return parts[-1].lower() if parts else ""

    def __str__(self) -> str:
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @contextmanager
    def open(self) -> Iterator[io.BufferedIOBase]:
        """Its bytes, unpacked as they are read.

        Raises
        ------
        ReadError
            It is missing, cannot be opened, is damaged or swells beyond reason.
        """
        try:
            with self._raw() as stream:
                yield stream
        except FileNotFoundError:
            raise ReadError(self, "there is no such file") from None
        except IsADirectoryError:
            raise ReadError(self, "this is a folder; name the files in it") from None
        except BROKEN as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ReadError(self, f"cannot be opened or read to its end: {reason}") from None

    @contextmanager
    def _raw(self) -> Iterator[io.BufferedIOBase]:
        if self.member is not None:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                info = archive.getinfo(self.member)
                yield io.BufferedReader(_Guarded(self, stream, info.compress_size), CHUNK)
            return
        opener = OPENERS.get(self.path.suffix.lower())
        if opener is None:
            with open(self.path, "rb") as plain:
                yield plain
            return
        with opener(self.path) as stream:
            yield io.BufferedReader(_Guarded(self, stream, self.path.stat().st_size), CHUNK)

    def head(self) -> bytes:
        """The first 64 kB."""
        with self.open() as stream:
            return _read_up_to(stream, HEAD)

    def digest(self) -> str:
        """SHA-256 of its bytes as unpacked, in hexadecimal.

        Where it is damaged, what can be unpacked and the damage tell it from others: readers
        keep what stands before.
        """
        if self._unpacked:
            return self._unpacked[0]
        found = hashlib.sha256()
        try:
            with self.open() as stream:
                while chunk := stream.read(CHUNK):
                    found.update(chunk)
        except ReadError as error:
            found.update(error.reason.encode())
        return found.hexdigest()

    def text(self) -> tuple[str, list[Note]]:
        """All of it as text, and notes where it is cut off or its encoding had to be guessed.

        Raises
        ------
        ReadError
            It is no text.
        """
        pieces: list[bytes] = []
        notes: list[Note] = []
        with self.open() as stream:
            try:
                while piece := stream.read1(CHUNK):
                    pieces.append(piece)
            except BROKEN as error:
                if not pieces:
                    raise
                reason = f"cannot be unpacked to its end: {error}"
                notes.append(Note("whole file", reason, "", "what stands before was read"))
        text, guessed = decode(b"".join(pieces), self)
        return text, guessed + notes


class _Guarded(io.RawIOBase):
    """A stream that stops when it has swelled beyond reason, and at damage not before it."""

    def __init__(self, document: Document, stream: IO[bytes], packed: int) -> None:
        self._document, self._stream = document, UntilDamage(stream)
        self._most = max(SWELL_FROM, packed * MOST_SWELL)
        self._read = 0
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(CHUNK), b""))
        data = self._stream.read(size)
        self._read += len(data)
        if self._read > self._most:
            reason = f"unpacks to more than {MOST_SWELL} times its size: not read, it may be a bomb"
            raise ReadError(self._document, reason)
        self._digest.update(data)
        if size and not data:
            self._document._unpacked[:] = [self._digest.hexdigest()]
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _zstd(path: Path) -> Any:
    import pyarrow as pa

    return pa.input_stream(str(path), compression="zstd")


OPENERS: dict[str, Callable[[Path], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zst": _zstd,
}


def documents(path: str | os.PathLike[str], root: Path | None = None) -> Iterator[Document]:
    """The documents behind a path: a file, the members of an archive, the files in a folder.

    Parameters
    ----------
    path : path-like
        A folder is walked whole, in the order of names; hidden files and graph folders
        (``.kg``) are passed over, links to elsewhere are not followed.
    root : pathlib.Path, optional
        The folder that was named, while it is walked.

    Yields
    ------
    Document

    Raises
    ------
    ReadError
        There is no such path, or an archive is damaged.
    """
    try:
        path = Path(path)
    except TypeError:
        reason = "name several files one after the other, read(a, b); a frame is for from_frame"
        raise TypeError(f"a {type(path).__name__} is no path: {reason}") from None
    if _is_folder(path):
        for entry in sorted(path.iterdir()):
            hidden = entry.name.startswith(".") or entry.suffix == ".kg"
            if not hidden and not entry.is_symlink():
                yield from documents(entry, root or path)
    elif path.suffix.lower() == ".zip":
        yield from _members(path, root)
    else:
        yield Document(path, root=root)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # Names that no file system takes; opening says what is wrong with them.
        return False


def _members(path: Path, root: Path | None) -> Iterator[Document]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except BROKEN as error:
        raise ReadError(path, f"is a damaged archive: {error}") from None
    for info in infos:
        # Only a name to us: whether it climbs out of the archive or not, it is never a path.
        yield Document(path, info.filename, root)


def _read_up_to(stream: io.BufferedIOBase, size: int) -> bytes:
    """At most so many bytes; a stream may give fewer at a time."""
    parts = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def decode(data: bytes, document: Document) -> tuple[str, list[Note]]:
    """The text of some bytes, and a note where their encoding had to be guessed.

    Raises
    ------
    ReadError
        They are empty or no text.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ReadError(document, "the file is empty")
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), []
            except UnicodeDecodeError as error:
                reason = f"not {encoding.upper()}, as its first bytes claim: {error.reason}"
                raise ReadError(document, reason, f"byte {error.start}") from None
    if is_wide(data[:HEAD]):
        return _wide(data, document)
    notes = []
    nulls = data[:HEAD].count(0)
    if b"\x00" in data:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        done = "such characters were left out"
        notes.append(Note(f"line {line}", "a null character", "", done))
        data = data.replace(b"\x00", b"")
    try:
        return data.decode("utf-8"), notes
    except UnicodeDecodeError as error:
        if is_cut(data, error):
            line = data.count(b"\n") + 1
            place = f"line {line}"
            done = "read without that character"
            return data[: error.start].decode(), [
                *notes,
                Note(place, "ends within a character", "", done),
            ]
        # Pages saved by older Windows programs; every byte has a meaning in it but five.
        line = data.count(b"\n", 0, error.start) + 1
        text = data.decode("cp1252", errors="replace")
        controls = nulls + sum(c < " " and c not in "\t\r\n\f" for c in text[:HEAD])
        if controls > len(text[:HEAD]) // 100:
            raise ReadError(document, "this is a binary file, not text") from None
        excerpt = text.split("\n")[line - 1].strip()[:80]
        done = "read as Windows-1252"
        return text, [*notes, Note(f"line {line}", "the file is not UTF-8", excerpt, done)]


def is_wide(head: bytes) -> bool:
    """Whether these bytes are text in two or four bytes a character.

    A null byte here and there does not make it so: it is a control character like others.

    Examples
    --------
    >>> is_wide("TY  - JOUR".encode("utf-16-le")), is_wide(b"TY  - JOUR\\x00 and more")
    (True, False)
    """
    return head.startswith(tuple(mark for mark, _ in MARKS[1:])) or head.count(0) > len(head) // 5


def is_cut(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether what is no UTF-8 is only that the end stands within a character.

    Examples
    --------
    >>> def cut(data):
    ...     try:
    ...         return not data.decode()
    ...     except UnicodeDecodeError as error:
    ...         return is_cut(data, error)
    >>> cut("Zoë Zoë".encode()[:-1]), cut("Zoë".encode("cp1252")), cut("张".encode()[:-1])
    (True, False, True)
    """
    at_end = error.end == len(data) and error.reason == "unexpected end of data"
    # A single byte at the end of plain ASCII may as well be a letter of Windows-1252.
    return at_end and (error.end - error.start > 1 or not data[: error.start].isascii())


def _wide(data: bytes, document: Document) -> tuple[str, list[Note]]:
    """Text in two bytes a character that does not say so: every other byte is null."""
    sample = data[:HEAD]
    for encoding, nulls in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        others = sample[0::2] if encoding.endswith("le") else sample[1::2]
        if nulls.count(0) > 0.7 * len(nulls) and others.count(0) < 0.1 * len(others) + 1:
            note = Note("line 1", "no mark of its encoding", "", f"read as {encoding.upper()}")
            return data.decode(encoding, errors="replace"), [note]
    raise ReadError(document, "this is a binary file, not text")
