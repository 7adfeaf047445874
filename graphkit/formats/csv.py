"""Reader of CSV and TSV: exports of Scopus, IEEE Xplore and Springer, and tables like them.

Rows are taken apart by the standard library, which forgives most and knows the line it is on;
all that follows works on whole columns, see `graphkit.formats.columns`. A table that graphkit
exported comes back as it was, see `graphkit.formats.own_tables`.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from graphkit.errors import ReadError
from graphkit.formats.columns import guess_columns, looks_like_papers, to_records
from graphkit.formats.document import Document
from graphkit.formats.own_tables import graph_of_tables, own_table
from graphkit.formats.reading import Note, Reading
from graphkit.graph import KnowledgeGraph

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SUFFIXES", "VERSION", "read", "read_graph", "sniff"]

VERSION = "1"
SUFFIXES = (".csv", ".tsv", ".tab")

BATCH = 2_000
CHUNK = 1 << 20
DELIMITERS = (",", "\t", ";", "|")
LONGEST_FIELD = 1 << 24  # characters
LONGEST_ROW = 5_000  # lines; beyond it a quotation mark was never closed
# Scopus names one such column and writes as many as a paper has.
REPEATED = "Funding Text 1"

Row = tuple[str, list[str]]


def sniff(head: str) -> bool:
    """Whether a text looks like a table of papers with headings.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff("Title;Authors;Year\\nEchoes;Ada Lovelace;1843"), sniff("Title, Authors\\n")
    (True, False)
    """
    lines = head.removeprefix("\ufeff").lstrip("\r\n").splitlines()
    if not lines or lines[0][:1] in "{[<@%":
        return False
    headings = _headings(lines[0])
    return own_table(headings) is not None or (len(lines) > 1 and looks_like_papers(headings))


def read_graph(
    document: Document, source: str, base: str | None = None
) -> tuple[KnowledgeGraph, list[Note]] | None:
    """Read a table that graphkit exported.

    Parameters
    ----------
    document : Document
    source : str
        Not used: the rows name their sources.
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    tuple of KnowledgeGraph and list of Note, or None
        None where the headings are not those of a table of ours.

    Raises
    ------
    ReadError
        Too many rows do not fit.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "authors.csv")
    >>> _ = path.write_text("id,name,orcid,place,source\\nauthor:Ada,Ada,,line 1,source:a\\n")
    >>> kg, notes = read_graph(Document(path), "source:csv")
    >>> kg.table("authors").to_pylist()
    [{'id': 'author:Ada', 'name': 'Ada', 'orcid': None, 'place': 'line 1', 'source': 'source:a'}]
    """
    notes: list[Note] = []
    rows = _rows(document, [])
    _, headings = next(rows, ("", []))
    table = own_table(headings, document)
    if table is None or not headings:
        return None
    found = _as_written(document, headings)
    if found is None:
        found, _ = _table(headings, list(_rows(document, notes))[1:], notes)
        found = _with_unknown(found)
    return graph_of_tables(document, [(table, found, "record")], base, notes)


def _as_written(document: Document, headings: list[str]) -> pa.Table | None:
    """The table as Arrow wrote it, "" apart from unknown; None where others had it in hand."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    with document.open() as stream:
        data = stream.read()
    try:
        found = arrow_csv.read_csv(
            pa.py_buffer(data),
            # In one block, since a text may hold line ends anywhere.
            read_options=arrow_csv.ReadOptions(block_size=len(data) + 1),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(headings, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowException:
        return None
    return found if found.column_names == headings else None


def _with_unknown(table: pa.Table) -> pa.Table:
    """A table whose empty cells are unknown."""
    import pyarrow as pa
    import pyarrow.compute as pc

    unknown = pa.scalar(None, pa.string())
    columns = [pc.if_else(pc.equal(column, ""), unknown, column) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def read(document: Document, mapping: Mapping[str, str] | None = None) -> Iterator[Reading]:
    """Read a table whose first row holds headings.

    Parameters
    ----------
    document : Document
    mapping : mapping of str to str, optional
        What headings stand for, see `graphkit.formats.columns.guess_columns`.

    Yields
    ------
    Reading
        One for each 2,000 rows, its records as an Arrow table.

    Raises
    ------
    ReadError
        No heading is that of a title, or there is no row.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "papers.csv")
    >>> _ = path.write_text("Title,Authors\\nEchoes,\\"Lovelace, Ada\\"\\n")
    >>> (reading,) = read(Document(path))
    >>> reading.records["title"].to_pylist(), reading.records["place"].to_pylist()
    (['Echoes'], ['line 2'])
    """
    notes: list[Note] = []
    rows = _rows(document, notes)
    _, headings = next(rows, ("", []))
    if "title" not in guess_columns(headings, mapping):
        shown = ", ".join(headings)[:200]
        reason = f"no column is called title, nor anything like it; there are: {shown}"
        raise ReadError(document, reason, "line 1")
    count = 0
    while batch := list(itertools.islice(rows, BATCH)):
        table, places = _table(headings, batch, notes)
        records, more = to_records(table, places, mapping)
        count += records.num_rows
        yield Reading(records=records, notes=[*notes, *more])
        notes.clear()
    if not count:
        raise ReadError(document, "there are headings, but no row under them names a paper")
    if notes:
        yield Reading(notes=list(notes))


def _headings(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def _delimiter(line: str) -> str:
    """The delimiter of a row of headings: what cuts it into the most headings that we know."""

    # Most wins; of two that cut alike the first.
    def known(delimiter: str) -> tuple[int, int]:
        cut = next(csv.reader(line.splitlines(), delimiter=delimiter), [])
        return sum(len(names) for names in guess_columns(cut).values()), len(cut)

    return max(DELIMITERS, key=known)


def _table(headings: list[str], rows: list[Row], notes: list[Note]) -> tuple[pa.Table, pa.Array]:
    """The columns of some rows, each as long as the headings."""
    import pyarrow as pa

    fitted = [_fitted(headings, row, notes) for row in rows]
    names = [name or f"column {number}" for number, name in enumerate(_unique(headings), 1)]
    columns = [pa.array(column, pa.string()) for column in zip(*fitted, strict=True)]
    return pa.table(columns, names=names), pa.array([place for place, _ in rows])


def _unique(headings: list[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for heading in map(str.strip, headings):
        seen[heading] = seen.get(heading, 0) + 1
        yield heading if seen[heading] == 1 else f"{heading} ({seen[heading]})"


def _fitted(headings: list[str], row: Row, notes: list[Note]) -> list[str]:
    """A row as long as the headings, its fields under the right ones if that can be told."""
    place, fields = row
    extra = len(fields) - len(headings)
    if extra > 0 and REPEATED in headings:
        after = headings.index(REPEATED) + 1
        return fields[:after] + fields[after + extra :]
    if extra > 0:
        if any(fields[len(headings) :]):
            reason = f"{len(fields)} fields under {len(headings)} headings"
            notes.append(Note(place, reason, fields[len(headings)][:80], "the last were left out"))
        return fields[: len(headings)]
    if extra < 0:
        reason = f"{len(fields)} fields under {len(headings)} headings"
        notes.append(Note(place, reason, fields[0][:80], "read, the last columns empty"))
        return fields + [""] * -extra
    return fields


def _rows(document: Document, notes: list[Note]) -> Iterator[Row]:
    """The rows with their places; blank ones are passed over."""
    lines = _Lines(_decoded(document, notes))
    first = next((line for line in lines if line.strip()), "")
    if not first:
        return
    lines.put_back([first])
    delimiter = _delimiter(first.rstrip("\r\n"))
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        try:
            while (row := _row(lines, delimiter, notes)) is not None:
                if any(row[1]):
                    yield row
        except ReadError as error:
            # The stream broke; what was whole has been handed over.
            if not lines.number:
                raise
            notes.append(Note(f"after line {lines.number}", error.reason, "", "read up to here"))
    finally:
        csv.field_size_limit(limit)


def _row(lines: _Lines, delimiter: str, notes: list[Note]) -> Row | None:
    """One row, which may go over several lines."""
    taken: list[str] = []
    start = lines.number + 1
    try:
        fields = next(csv.reader(_taking(lines, taken), delimiter=delimiter))
        # What the end of the file closed was not closed in it.
        reason = "" if _is_closed("".join(taken), delimiter) else "a quotation mark is not closed"
    except StopIteration:
        return None
    except csv.Error as error:
        fields, reason = [], str(error)
    if not reason:
        end = lines.number
        return (f"line {start}" if start == end else f"lines {start}-{end}"), fields
    lines.put_back(taken[1:])
    notes.append(Note(f"line {start}", reason, taken[0].strip()[:80]))
    return f"line {start}", []


def _taking(lines: _Lines, taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        if len(taken) > LONGEST_ROW:
            raise csv.Error("a quotation mark is not closed")
        yield line


def _is_closed(text: str, delimiter: str) -> bool:
    """Whether a row ends outside quotation marks."""
    if text.count('"') % 2 == 0:
        return True
    try:
        next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        # Other errors are single marks within a field, as in 5" disks, which quote nothing.
        return "unexpected end" not in str(error)
    return True


class _Lines:
    """Lines with their number, of which some can be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._waiting: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else next(self._lines)
        self.number += 1
        return line

    def put_back(self, lines: list[str]) -> None:
        """Give these lines again, before the others."""
        self._waiting += reversed(lines)
        self.number -= len(lines)


def _decoded(document: Document, notes: list[Note]) -> Iterator[str]:
    """Lines as text, with their ends; one that is not UTF-8 is taken for Windows-1252."""
    head = document.head()
    if head.count(0) > len(head) // 5 or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text, found = document.text()
        notes += found
        yield from text.splitlines(keepends=True)
        return
    is_noted = False
    for number, line in enumerate(_raw_lines(document), 1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            yield line.decode()
        except UnicodeDecodeError:
            text = line.decode("cp1252", "replace")
            if not is_noted:
                reason, done = "the file is not UTF-8", "such lines were read as Windows-1252"
                notes.append(Note(f"line {number}", reason, text.strip()[:80], done))
                is_noted = True
            yield text


def _raw_lines(document: Document) -> Iterator[bytes]:
    """Lines of bytes, with their ends: a line feed, or a bare return in old files."""
    with document.open() as stream:
        rest = b""
        while data := stream.read1(CHUNK):
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                yield from _at_returns(line + b"\n")
        yield from _at_returns(rest)


def _at_returns(line: bytes) -> Iterator[bytes]:
    if b"\r" not in line[:-2]:
        if line:
            yield line
        return
    yield from line.splitlines(keepends=True)
