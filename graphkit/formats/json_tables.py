"""Reader of the tables that graphkit exports as JSON: all of them in one object, or one as a list.

CSV and Parquet hold one table a file, see `graphkit.formats.csv` and `graphkit.formats.parquet`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.own_tables import graph_of_tables, own_table
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph
from graphkit.schema import Table, schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SUFFIXES", "VERSION", "read_graph", "sniff"]

VERSION = "1"
SUFFIXES: tuple[str, ...] = ()

START = re.compile(r'\s*\{\s*"base"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*"tables"\s*:\s*\{')
TABLE = re.compile(r'\s*,?\s*("(?:[^"\\]|\\.)*")\s*:\s*\[')
COMMA = re.compile(r"\s*,?\s*")
END = re.compile(r"\s*\]")
CLOSED = re.compile(r"\s*\}\s*\}\s*")

Row = dict[str, Any]


def sniff(head: str) -> bool:
    """Whether a text looks like tables that graphkit exported as JSON.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff('{"base": "https://x.example/", "tables": {"papers": []}}')
    True
    >>> sniff('[{"id": "author:Ada", "name": "Ada", "orcid": null, "place": "", "source": ""}]')
    True
    >>> sniff('[{"title": "Echoes"}]')
    False
    """
    head = head.removeprefix("\ufeff")
    return bool(START.match(head)) or _one_table(head) is not None


def read_graph(
    document: Document, source: str, base: str | None = None
) -> tuple[KnowledgeGraph, list[Note]]:
    """Read tables that graphkit exported.

    Parameters
    ----------
    document : Document
    source : str
        Not used: the rows name their sources.
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    tuple of KnowledgeGraph and list of Note
        The graph, and what could not be read.

    Raises
    ------
    ReadError
        It is no table of ours, or of a graph with another base.

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> from graphkit.export import export
    >>> path = export(gk.example(), pathlib.Path(tempfile.mkdtemp(), "out.json"))
    >>> kg, notes = read_graph(Document(path), "source:tables")
    >>> kg == gk.example(), notes
    (True, [])
    """
    text, notes = document.text()
    start = START.match(text)
    tables: list[tuple[Table, pa.Table, str]] = []
    if start:
        _check_base(document, _string(start[1]), base)
        for name, rows in _listed(text, start.end(), notes):
            if name in schema().tables:
                table = schema().tables[name]
                tables.append((table, _arrow(table, rows, name, notes), f"{name}, record"))
            elif rows:
                notes.append(Note(name[:80], "graphkit has no such table", f"{len(rows)} rows"))
    elif one := _one_table(text):
        table = schema().tables[one]
        found = list(_rows(text, text.index("[") + 1, one, notes))
        tables.append((table, _arrow(table, [row for row, _ in found], one, notes), "record"))
    else:
        raise ReadError(document, "these are no tables that graphkit exported")
    return graph_of_tables(document, tables, base, notes)


def _check_base(document: Document, found: str, base: str | None) -> None:
    if found != KnowledgeGraph(base=base).base:
        reason = f"its ids lie under {found}: to read it, name that base (base= in Python)"
        raise ReadError(document, reason)


def _one_table(text: str) -> str | None:
    """The table whose rows a list holds, told from its first."""
    start = re.match(r"\s*\[\s*(?=\{)", text)
    if not start:
        return None
    try:
        row, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return None
    table = own_table(row)
    return table.name if table else None


def _listed(text: str, at: int, notes: list[Note]) -> Iterator[tuple[str, list[Row]]]:
    """The tables in an object, from its brace on; where it is cut off, what was whole."""
    name = None
    while start := TABLE.match(text, at):
        name, at = _string(start[1]), start.end()
        rows = []
        for row, end in _rows(text, at, name, notes):
            rows.append(row)
            at = end
        yield name, rows
        close = END.match(text, at)
        if close is None:
            return
        at = close.end()
    if not CLOSED.fullmatch(text, at):
        place = f"after {name}" if name else "line 1"
        shown = text[at : at + 80].strip()
        notes.append(Note(place, "no JSON from here on", shown, "read up to here"))


def _string(text: str) -> str:
    """A string of JSON, in its quotes; where it is broken, as it stands."""
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]


def _rows(text: str, at: int, name: str, notes: list[Note]) -> Iterator[tuple[Row, int]]:
    """The objects of a list, each with its number (``#``) and where it ends."""
    decode = json.JSONDecoder().raw_decode
    number = 0
    while not END.match(text, at):
        number += 1
        place = f"{name}, record {number}"
        start = COMMA.match(text, at)
        try:
            row, at = decode(text, start.end() if start else at)
        except (ValueError, RecursionError):
            shown = text[at : at + 80].strip()
            notes.append(Note(place, "no JSON from here on", shown, "read up to here"))
            return
        if isinstance(row, dict):
            yield {**row, "#": number}, at
        else:
            notes.append(Note(place, "this is no object", str(row)[:80]))


def _arrow(table: Table, rows: list[Row], name: str, notes: list[Note]) -> pa.Table:
    """Rows by column, as texts where they are not all of one kind; the schema casts them."""
    import pyarrow as pa

    known = [name for name in table.names if any(name in row for row in rows)]
    others = sorted({column for row in rows for column in row} - {*known, "#"})
    if others:
        notes.append(Note(name, "columns that the table does not have", ", ".join(others)[:80]))
    columns = {
        name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in known
    }
    columns["#"] = pa.array([row["#"] for row in rows], pa.int64())
    return pa.table(columns)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return repr(value) if isinstance(value, float) else json.dumps(value)
