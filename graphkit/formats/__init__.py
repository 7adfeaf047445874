"""From files to graphs: which format a document is in, and its row in ``sources``.

A format is a module in this folder and a line in `graphkit.registry`. The module offers

``VERSION``
    Text; part of the source's id, so that a better reader makes a new source.
``SUFFIXES``
    Tuple of suffixes such as ``(".txt", ".html")``.
``sniff(head)``
    Whether a text (the first 64 kB) looks like this format; no two formats say yes to one.
``read(document)``
    An iterable of `graphkit.formats.reading.Reading`, one for each batch of what the document
    holds; `ReadError` when there is nothing in it.

A format of whole graphs offers, instead of ``read`` or beside it,

``read_graph(document, source, base)``
    A `KnowledgeGraph` and a list of notes; None where this document is for ``read``. Its rows
    name their sources themselves; those that have none of their own are of ``source``, the id
    of the document.
``NAMES_SOURCES``
    True where a document may name sources that nobody has described: they are described as it
    is. Absent where a file is one part of an export, since another part describes them.
"""

from __future__ import annotations

import codecs
import datetime
import hashlib
import inspect
import os
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit import registry, tables
from graphkit.errors import ReadError
from graphkit.formats.document import Document, decode, documents
from graphkit.formats.reading import Note, Reading
from graphkit.graph import KnowledgeGraph
from graphkit.schema import schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Source",
    "UnknownFormatError",
    "UnreadWarning",
    "gathered",
    "read",
    "source_id",
    "with_source",
]


def read(
    *paths: str | os.PathLike[str],
    format: str | None = None,
    base: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> KnowledgeGraph:
    """Read files into one graph.

    Parameters
    ----------
    *paths : path-like
        Files, compressed (gz, bz2, xz, zst) or not, zip archives, or folders. What is in no
        known format there is passed over with a warning.
    format : str, optional
        A registered format; by default each file's own, told from its content.
    base : str, optional
        IRI under which minted ids lie; ``https://w3id.org/graphkit/id/`` by default.
    columns : mapping of str to str, optional
        For tables: what stands under which heading, such as ``{"title": "Titel"}``.

    Returns
    -------
    KnowledgeGraph
        One source for each document. What a reader could not place is in ``notes``.

    Raises
    ------
    ReadError
        A file that is missing, empty, damaged, in no known format or without a paper.
    UnknownNameError
        No such format.

    Warns
    -----
    UnreadWarning
        Files in a folder or an archive that were passed over.

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
    unread = []
    for path in paths:
        for document in documents(path):
            try:
                source = Source.open(document, format, columns)
            except UnknownFormatError:
                # Folders of data hold licences and notes too; who names a file means it.
                if document.chosen:
                    raise
                unread.append(str(document))
                continue
            graph |= source.read(base)
    if unread:
        warnings.warn(UnreadWarning(unread), stacklevel=2)
    return graph


class UnknownFormatError(ReadError):
    """A document in no format that graphkit reads."""


class UnreadWarning(UserWarning):
    """Files in a folder or an archive that are in no format that graphkit reads.

    Attributes
    ----------
    files : tuple of str

    Examples
    --------
    >>> str(UnreadWarning(["data/LICENSE"]))
    'passed over 1 file in no format that graphkit reads: data/LICENSE'
    """

    def __init__(self, files: Iterable[str]) -> None:
        self.files = tuple(files)
        shown = ", ".join(self.files[:5]) + (", …" if len(self.files) > 5 else "")
        count = f"{len(self.files)} file{'s' * (len(self.files) != 1)}"
        super().__init__(f"passed over {count} in no format that graphkit reads: {shown}")


@dataclass(frozen=True)
class Source:
    """A document that has been recognised, but not yet read.

    Attributes
    ----------
    document : Document
    format : str
    version : str
        Of the reader, and of how it is to read.
    columns : mapping of str to str or None
        What stands under which heading of a table.
    """

    document: Document
    format: str
    version: str
    columns: Mapping[str, str] | None = None

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str] | Document,
        format: str | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> Source:
        """Open a document and tell its format.

        Parameters
        ----------
        path : path-like or Document
        format : str, optional
            A registered format; by default it is told from the content.
        columns : mapping of str to str, optional
            For tables: what stands under which heading.

        Raises
        ------
        ReadError
            A file that is missing, empty, in no known format, or no table though columns
            are named.
        UnknownNameError
            No such format.
        """
        document = path if isinstance(path, Document) else Document(Path(path))
        if format is not None:
            registry.load("format", format)
        head = document.head()
        if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
            raise ReadError(document, "the file is empty")
        name = format or _format_of(document, head)
        reader = registry.load("format", name)
        version = reader.VERSION
        if columns:
            read = getattr(reader, "read", None)
            if read is None or "mapping" not in inspect.signature(read).parameters:
                raise ReadError(document, f"columns cannot be named for the format {name}")
            # Read in another way, the same bytes say something else.
            version += f" {sorted(columns.items())}"
        return cls(document, name, version, columns)

    @cached_property
    def sha256(self) -> str:
        """Of the bytes of the document as unpacked, in hexadecimal."""
        return self.document.digest()

    @property
    def id(self) -> str:
        """See `source_id`."""
        return _id(self.format, self.version, self.sha256)

    def read(self, base: str | None = None) -> KnowledgeGraph:
        """Read the document.

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
        if hasattr(reader, "read_graph") and not self.columns:
            whole = reader.read_graph(self.document, self.id, base)
            if whole is not None:
                graph, notes = whole
                return self._described(graph, notes, reader)
        options = {"mapping": self.columns} if self.columns else {}
        readings: Iterable[Reading] = reader.read(self.document, **options)
        parts, about, notes = gathered(readings, self.document.name)
        row = {**about, **self._row(reader.VERSION)}
        return KnowledgeGraph(with_source(parts, notes, row), base=base)

    def _described(self, graph: KnowledgeGraph, notes: list[Note], reader: Any) -> KnowledgeGraph:
        """The graph with a row for each source that does not tell of itself."""
        row = self._row(reader.VERSION)
        found = with_source({}, notes, row)
        names = {self.id} if notes or self.id in graph.source_ids() else set()
        if getattr(reader, "NAMES_SOURCES", False):
            known = {row["id"] for row in graph.table("sources").to_pylist()}
            # What graphkit minted was read before: a graph that it wrote comes back as it was.
            names |= {n for n in graph.source_ids() if n and not n.startswith("source:")} - known
        found["sources"] = [{**row, "id": name, "source": name} for name in sorted(names)]
        return graph | KnowledgeGraph(found, base=graph.base)

    def _row(self, version: str) -> dict[str, Any]:
        """The row of this document in ``sources``."""
        modified = datetime.datetime.fromtimestamp(self.document.path.stat().st_mtime, datetime.UTC)
        return {
            "id": self.id,
            "uri": self.document.name,
            "format": self.format,
            "sha256": self.sha256,
            "retrieved": modified.replace(microsecond=0),
            "reader": f"graphkit.formats.{self.format} {version}",
        }


def gathered(
    readings: Iterable[Reading], name: str
) -> tuple[dict[str, list[pa.Table]], dict[str, Any], list[Note]]:
    """What all readings of one source give: rows by table, facts about the source, notes.

    Parameters
    ----------
    readings : iterable of Reading
    name : str
        What people call the source; its topics are named after it.

    Returns
    -------
    tuple of dict, dict and list of Note
    """
    from graphkit.formats.records import Collector

    parts: dict[str, list[pa.Table]] = {}
    about: dict[str, Any] = {}
    notes: list[Note] = []
    collector = Collector(f"Topics of {name}")
    for reading in readings:
        about |= reading.about
        notes += reading.notes
        for table, rows in reading.tables.items():
            if rows:
                parts.setdefault(table, []).append(tables.to_arrow(schema().table(table), rows))
        if reading.records is not None:
            collector.add(reading.records)
        notes += collector.take_notes()
    for table, made in collector.tables().items():
        parts.setdefault(table, []).append(made)
    return parts, about, notes


def with_source(
    parts: dict[str, list[pa.Table]], notes: list[Note], row: Mapping[str, Any]
) -> dict[str, Any]:
    """All rows of one source, each with its source, and the row of the source itself.

    Parameters
    ----------
    parts : dict of str to list of pyarrow.Table
        By table name; it is emptied.
    notes : list of Note
    row : mapping
        Of the table ``sources``.

    Returns
    -------
    dict
        Rows by table, as `KnowledgeGraph` takes them.
    """
    import pyarrow as pa

    found: dict[str, Any] = {}
    while parts:
        # One table at a time is in memory twice.
        name, several = parts.popitem()
        rows = pa.concat_tables(several, promote_options="permissive").combine_chunks()
        found[name] = rows.append_column("source", pa.repeat(row["id"], rows.num_rows))
    columns = zip(*notes, strict=True) if notes else ((),) * len(Note._fields)
    found["notes"] = pa.table(
        {"number": range(1, len(notes) + 1)}
        | dict(zip(Note._fields, map(list, columns), strict=True))
        | {"source": [row["id"]] * len(notes)}
    )
    found["sources"] = [{**row, "source": row["id"]}]
    return found


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
    >>> source_id("guide", "1", b"...") == source_id("guide", "1", b"...")
    True
    >>> source_id("guide", "1", b"...") == source_id("guide", "2", b"...")
    False
    """
    return _id(format, version, hashlib.sha256(data).hexdigest())


def _id(format: str, version: str, sha256: str) -> str:
    digest = hashlib.sha256(f"{format} {version} {sha256}".encode()).hexdigest()
    return f"source:{format}-{digest[:12]}"


def _format_of(document: Document, head: bytes) -> str:
    text, no_text = _head_text(document, head)
    modules = {name: registry.load("format", name) for name in registry.names("format")}
    by_suffix = [n for n, m in modules.items() if document.suffix in m.SUFFIXES]
    fitting = [name for name, module in modules.items() if module.sniff(text)]
    # A suffix alone is enough only for a file that somebody named: folders hold much else.
    guesses = by_suffix if document.chosen else []
    for name in [*(n for n in fitting if n in by_suffix), *fitting, *guesses]:
        return name
    reason = no_text or "in no format that graphkit reads"
    if document.chosen and not no_text:
        known = ", ".join(modules)
        reason += (
            f"; if it is one of these, name it (--input-format, or format= in Python): {known}"
        )
    raise UnknownFormatError(document, reason)


def _head_text(document: Document, head: bytes) -> tuple[str, str | None]:
    """The head as text, and why it is none; bytes stay recognisable to formats of bytes."""
    with suppress(UnicodeDecodeError):
        # The head may end within a character.
        if b"\x00" not in head:
            return codecs.getincrementaldecoder("utf-8-sig")().decode(head), None
    try:
        return decode(head, document)[0], None
    except ReadError as error:
        return head.decode("latin-1"), error.reason
