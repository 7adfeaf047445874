"""From files to graphs: which format a file is in, its bytes as text, its row in ``sources``.

A format is a module in this folder and a line in `graphkit.registry`. The module offers

``VERSION``
    Text; part of the source's id, so that a better reader makes a new source.
``SUFFIXES``
    Tuple of suffixes such as ``(".txt", ".html")``.
``sniff(head)``
    Whether the first 64 kB of a text look like this format.
``read(text, name)``
    A `graphkit.formats.reading.Reading`; `ReadError` when there is nothing in it.
"""

from __future__ import annotations

import codecs
import datetime
import hashlib
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.errors import ReadError
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph

if TYPE_CHECKING:
    from graphkit.formats.reading import Reading

__all__ = ["Source", "read", "source_id"]

HEAD = 65_536
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(
    *paths: str | os.PathLike[str], format: str | None = None, base: str | None = None
) -> KnowledgeGraph:
    """Read files into one graph.

    Parameters
    ----------
    *paths : path-like
    format : str, optional
        A registered format; by default each file's own, told from its content.
    base : str, optional
        IRI under which minted ids lie; ``https://w3id.org/graphkit/id/`` by default.

    Returns
    -------
    KnowledgeGraph
        One source for each file. What a reader could not place is in ``notes``.

    Raises
    ------
    ReadError
        A file that is missing, empty, no text, in no known format or without a paper.
    UnknownNameError
        No such format.

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> page = pathlib.Path(tempfile.mkdtemp(), "page.txt")
    >>> _ = page.write_text(
    ...     "Our papers at SIGMOD 2021\\n\\nQuery planning\\n\\n"
    ...     "Planning queries before they run\\nAda Lovelace, Grace Hopper\\n"
    ... )
    >>> gk.read(page)
    <KnowledgeGraph: 1 paper · 2 people · 1 topic · 1 venue · 1 source>
    """
    graph = KnowledgeGraph(base=base)
    for path in paths:
        graph |= Source.open(path, format).read(base)
    return graph


@dataclass(frozen=True)
class Source:
    """A file that has been opened and recognised, but not yet read.

    Attributes
    ----------
    path : pathlib.Path
    format : str
    id : str
        See `source_id`.
    """

    path: Path
    format: str
    id: str
    data: bytes = field(repr=False)
    text: str = field(repr=False)
    notes: tuple[Note, ...] = ()

    @classmethod
    def open(cls, path: str | os.PathLike[str], format: str | None = None) -> Source:
        """Open a file and tell its format.

        Parameters
        ----------
        path : path-like
        format : str, optional
            A registered format; by default it is told from the content.

        Raises
        ------
        ReadError
            A file that is missing, empty, no text or in no known format.
        UnknownNameError
            No such format.
        """
        path = Path(path)
        if format is not None:
            registry.load("format", format)
        data = _bytes(path)
        text, notes = _decode(data, path)
        name = format or _format_of(path, text)
        version = registry.load("format", name).VERSION
        return cls(path, name, source_id(name, version, data), data, text, notes)

    def read(self, base: str | None = None) -> KnowledgeGraph:
        """Read the file.

        Parameters
        ----------
        base : str, optional
            IRI under which minted ids lie.

        Raises
        ------
        ReadError
            There is nothing in it that its format knows.
        """
        reader = registry.load("format", self.format)
        reading: Reading = reader.read(self.text, str(self.path))
        modified = datetime.datetime.fromtimestamp(self.path.stat().st_mtime, datetime.UTC)
        tables: dict[str, list[dict[str, Any]]] = dict(reading.tables)
        tables["notes"] = [
            {"number": number, **asdict(note)}
            for number, note in enumerate([*self.notes, *reading.notes], 1)
        ]
        tables["sources"] = [
            {
                **reading.about,
                "id": self.id,
                "uri": self.path.name,
                "format": self.format,
                "sha256": hashlib.sha256(self.data).hexdigest(),
                "retrieved": modified.replace(microsecond=0),
                "reader": f"graphkit.formats.{self.format} {reader.VERSION}",
            }
        ]
        rows = {name: [{**row, "source": self.id} for row in rows] for name, rows in tables.items()}
        return KnowledgeGraph(rows, base=base)


def source_id(format: str, version: str, data: bytes) -> str:
    """The id of a source: the same bytes read by the same reader are the same source.

    Parameters
    ----------
    format, version : str
        The reader.
    data : bytes

    Returns
    -------
    str

    Examples
    --------
    >>> source_id("guide", "1", b"...")
    'source:guide-f768a18ef76d'
    """
    digest = hashlib.sha256(f"{format} {version}\n".encode() + data).hexdigest()
    return f"source:{format}-{digest[:12]}"


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except IsADirectoryError:
        raise ReadError(path, "this is a folder; name the files in it") from None
    except OSError as error:
        raise ReadError(path, f"cannot be opened: {error.strerror or error}") from None
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ReadError(path, "the file is empty")
    return data


def _decode(data: bytes, path: Path) -> tuple[str, tuple[Note, ...]]:
    """The text of a file, and a note where its encoding had to be guessed."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ()
            except UnicodeDecodeError as error:
                reason = f"not {encoding.upper()}, as its first bytes claim: {error.reason}"
                raise ReadError(path, reason, f"byte {error.start}") from None
    if b"\x00" in data[:HEAD]:
        raise ReadError(path, "this is a binary file, not text")
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        # Pages saved by older Windows programs; every byte has a meaning in it but five.
        line = data.count(b"\n", 0, error.start) + 1
        text = data.decode("cp1252", errors="replace")
        controls = sum(c < " " and c not in "\t\r\n\f" for c in text[:HEAD])
        if controls > len(text[:HEAD]) // 100:
            raise ReadError(path, "this is a binary file, not text") from None
        excerpt = text.split("\n")[line - 1].strip()[:80]
        note = Note(f"line {line}", "the file is not UTF-8", excerpt, "read as Windows-1252")
        return text, (note,)


def _format_of(path: Path, text: str) -> str:
    head = text[:HEAD]
    modules = {name: registry.load("format", name) for name in registry.names("format")}
    fitting = [name for name, module in modules.items() if module.sniff(head)]
    by_suffix = [n for n, m in modules.items() if path.suffix.lower() in m.SUFFIXES]
    for name in [*(n for n in fitting if n in by_suffix), *fitting, *by_suffix]:
        return name
    known = ", ".join(modules)
    raise ReadError(
        path,
        f"in no format that graphkit reads; if it is one of these, name it (--input-format, or "
        f"format= in Python): {known}",
    )
