"""Creating and extending a graph folder from files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from graphkit import storage
from graphkit.errors import GraphkitError, ReadError
from graphkit.formats import Source
from graphkit.formats.document import Document, documents
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph, open_graph

__all__ = ["Report", "build", "update"]


@dataclass
class Report:
    """What became of one file.

    Attributes
    ----------
    path : str
    source : str or None
        Its source id, where it could be opened.
    gave : str
        What it holds, in one line; empty where it was not read.
    known : bool
        Whether the graph held it already.
    notes : list of Note
        What was not taken as it stood.
    forgot : list of str
        Earlier sources that it replaced.
    met : list of Note
        Papers that other files in the graph name as well, by the same id.
    error : GraphkitError or None
        Why it was left out as a whole.
    chosen : bool
        Whether somebody named this very file, not a folder or an archive that holds it.
    """

    path: str
    source: str | None = None
    gave: str = ""
    known: bool = False
    notes: list[Note] = field(default_factory=list)
    forgot: list[str] = field(default_factory=list)
    met: list[Note] = field(default_factory=list)
    error: GraphkitError | None = None
    chosen: bool = True

    def line(self) -> str:
        """The report in one line."""
        if isinstance(self.error, ReadError) and not self.chosen:
            return f"{self.path}: left out: {self.error.reason}"
        if self.error:
            return f"{self.path}: left out"
        replaced = f", in place of {', '.join(self.forgot)}" if self.forgot else ""
        if self.known:
            return f"{self.path}: unchanged, read before as {self.source}{replaced}"
        met = f", {len(self.met)} of them in other files too" if self.met else ""
        return f"{self.path}: {self.gave}{met} ({self.source}{replaced})"

    def rows(self) -> list[dict[str, str | None]]:
        """The report as rows: what the file gave, then each thing not taken as it stood or merged.

        Returns
        -------
        list of dict
            ``file``, ``source``, ``place``, ``what`` (its contents, or the reason of a note),
            ``text`` and ``done``.
        """
        done = "left out" if self.error else "unchanged" if self.known else "read"
        about: dict[str, str | None] = {"file": self.path, "source": self.source}
        what = str(self.error) if self.error else self.gave
        if self.known:
            what = f"the bytes that were read before as {self.source}"
        first = {**about, "place": None, "what": what, "text": None, "done": done}
        return [
            first,
            *(
                {**about, "place": n.place, "what": n.reason, "text": n.text, "done": n.done}
                for n in [*self.notes, *self.met]
            ),
        ]


def build(
    graph: str | os.PathLike[str],
    sources: Sequence[str | os.PathLike[str]],
    *,
    format: str | None = None,
    replace: bool = False,
    base: str | None = None,
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    on_source: Callable[[str], None] = lambda name: None,
) -> list[Report]:
    """Read files into a graph folder, which is made if need be.

    Parameters
    ----------
    graph : path-like
        The folder.
    sources : sequence of path-like
        Files, archives or folders. What cannot be read is reported, the rest is kept.
    format : str, optional
        A registered format; by default each file's own.
    replace : bool
        Forget sources that had the same file name and other content.
    base : str, optional
        IRI under which minted ids lie, for a new graph.
    columns : mapping of str to str, optional
        For tables: what stands under which heading.
    strict : bool
        Leave out a source as a whole if anything in it cannot be taken as it stands.
    on_source : callable
        Called with the name of each file before it is read.

    Returns
    -------
    list of Report
        One for each document, in order. A resolution that the graph has is made anew.

    Raises
    ------
    StorageError
        The folder is locked by another writer, damaged or cannot be written.
    """
    fresh = not Path(graph).exists()
    # A lock makes the folder, which files that cannot be read are not worth.
    with nullcontext() if fresh else storage.lock(graph):
        kg = open_graph(graph) if _exists(graph) else KnowledgeGraph(base=base)
        earlier = frozenset(kg.source_ids()) if replace else frozenset()
        threshold = kg.threshold
        reports = []
        for document in _documents(sources):
            report = Report(str(document))
            reports.append(report)
            if isinstance(document, ReadError):
                report.path, report.error = document.source, document
                continue
            on_source(report.path)
            report.chosen = document.chosen
            try:
                kg = _add(kg, report, Source.open(document, format, columns), earlier, strict)
            except GraphkitError as error:
                report.error = error
        if any(report.gave or report.forgot for report in reports):
            if threshold is not None:
                # New papers bring new spellings: who asked for a resolution keeps one.
                kg = kg.resolve(threshold)
            with storage.lock(graph):
                if fresh and _exists(graph):
                    # Another process made it in the meantime.
                    kg |= open_graph(graph)
                kg.save(graph)
    return reports


def update(
    graph: str | os.PathLike[str], change: Callable[[KnowledgeGraph], KnowledgeGraph]
) -> KnowledgeGraph:
    """Change a graph folder, with no other writer between reading and writing.

    Parameters
    ----------
    graph : path-like
        The folder.
    change : callable
        From the graph as it is to the graph as it is to be.

    Returns
    -------
    KnowledgeGraph
        The graph as it is now.

    Raises
    ------
    StorageError
        There is no graph, it is locked by another writer, damaged or cannot be written.
    """
    if not _exists(graph):
        # Says what is wrong; to lock what is not there would make it.
        return open_graph(graph)
    with storage.lock(graph):
        changed = change(open_graph(graph))
        changed.save(graph)
    return changed


def _exists(graph: str | os.PathLike[str]) -> bool:
    return (Path(graph) / "manifest.json").exists()


def _documents(sources: Sequence[str | os.PathLike[str]]) -> Iterator[Document | ReadError]:
    """What there is to read, and what is wrong with a path that holds nothing."""
    for path in sources:
        try:
            yield from documents(path)
        except ReadError as error:
            yield error


def _add(
    kg: KnowledgeGraph, report: Report, source: Source, forget: frozenset[str], strict: bool
) -> KnowledgeGraph:
    held = kg.source_ids()
    try:
        # The id is known only when the whole document has been seen: not asked for in vain.
        report.known = bool(held) and source.id in held
        read = None if report.known else source.read(kg.base)
    finally:
        report.source = source.id
    if strict and read is not None and (count := read.table("notes").num_rows):
        first = read.table("notes").sort_by("number").slice(0, 1).to_pylist()[0]
        places = f"{count} place{'s' * (count != 1)}"
        reason = f"left out as a whole, for {places} such as this: {first['reason']}"
        raise ReadError(source.document, reason, first["place"])
    for row in kg.table("sources").to_pylist():
        if row["uri"] == source.document.name and row["id"] in forget - {source.id}:
            kg = kg.without(row["id"])
            report.forgot.append(row["id"])
    if read is None:
        return kg
    report.met = _met(kg, read)
    kg |= read
    report.gave = read.summary(sources=False)
    report.notes = [
        Note(row["place"], row["reason"], row["text"], row["done"])
        for row in read.table("notes").sort_by("number").to_pylist()
    ]
    return kg


def _met(kg: KnowledgeGraph, read: KnowledgeGraph) -> list[Note]:
    """The papers that a graph holds already under the same id, with where they stand in both."""
    import pyarrow.compute as pc

    known = kg.table("papers", as_read=True).select(["id", "place", "source"])
    new = read.table("papers", as_read=True).select(["id", "title", "place", "source"])
    known = known.filter(pc.is_in(known["id"], pc.unique(new["id"])))
    if not known.num_rows:
        return []
    firsts = known.sort_by("source").group_by("id", use_threads=False)
    first = firsts.aggregate([("place", "first"), ("source", "first")])
    both = new.filter(pc.is_in(new["id"], first["id"].combine_chunks()))
    at = pc.index_in(both["id"], first["id"].combine_chunks())
    there = first.take(at)
    files = {row["id"]: row["uri"] for row in kg.table("sources").to_pylist()}
    found = []
    for row, other in zip(both.to_pylist(), there.to_pylist(), strict=True):
        if row["source"] == other["source_first"]:
            continue
        where = ", ".join(
            part for part in (files.get(other["source_first"]), other["place_first"]) if part
        )
        reason = f"the same paper ({row['id']}) as in {where or other['source_first']}"
        note = Note(row["place"] or "", reason, (row["title"] or "")[:80], "merged, both are kept")
        found.append(note)
    return found
