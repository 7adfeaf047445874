"""Tables that graphkit exported, read back: their rows name their sources themselves.

A table is known by its columns. Its rows are held against the schema like those of anyone
else: what does not fit is noted and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from graphkit.conforming import conform
from graphkit.errors import ConflictError, ReadError, SchemaError
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.schema import Table, schema
from graphkit.tables import row_ids

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["graph_of_tables", "own_table"]

# One bad row is found by halving; where more than so many are bad, the table is none of ours.
MOST_BAD = 1_000


def own_table(names: Iterable[str], document: Document | None = None) -> Table | None:
    """The table that has these columns.

    Parameters
    ----------
    names : iterable of str
    document : Document, optional
        Where its name is that of a table, columns may be missing: graphkit of an earlier
        version did not know them, or somebody took them out.

    Returns
    -------
    Table or None

    Examples
    --------
    >>> own_table(["id", "label", "place", "source"]).name
    'schemes'
    >>> own_table(["title", "source"]) is None
    True
    """
    found = set(names)
    for table in schema().tables.values():
        if found == set(table.names):
            return table
    stem = PurePath(document.member or document.path.name).name.split(".")[0] if document else ""
    named = schema().tables.get(stem)
    if named and found <= set(named.names) and {*_needed(named), "source"} <= found:
        return named
    return None


def _needed(table: Table) -> set[str]:
    return {part.rpartition("|")[2] for part in table.key}


def graph_of_tables(
    document: Document,
    tables: Iterable[tuple[Table, pa.Table, str]],
    base: str | None,
    notes: list[Note] | None = None,
) -> tuple[KnowledgeGraph, list[Note]]:
    """A graph of rows that say themselves of which source they are.

    Parameters
    ----------
    document : Document
    tables : iterable of (Table, pyarrow.Table, str)
        Rows in columns of that table, of any type that can be cast to its own, and their
        numbers in a column ``#`` where some are missing; and what a row is called for its
        place, such as ``"record"`` or ``"papers, record"``.
    base : str, optional
        IRI under which minted ids lie.
    notes : list of Note, optional
        What was noted before.

    Returns
    -------
    tuple of KnowledgeGraph and list of Note
        The rows that fit, and a note for each that does not.

    Raises
    ------
    ReadError
        More than 1,000 rows do not fit.

    Examples
    --------
    >>> import pathlib, pyarrow as pa
    >>> rows = pa.table({"id": ["author:Ada", "../../etc"], "name": ["Ada", "Bob"]})
    >>> file = Document(pathlib.Path("authors.csv"))
    >>> kg, notes = graph_of_tables(file, [(schema().table("authors"), rows, "record")], None)
    >>> kg.table("authors")["name"].to_pylist(), [note.place for note in notes]
    (['Ada'], ['record 2'])
    """
    import pyarrow as pa

    namespaces = Namespaces(base)
    notes = [] if notes is None else notes
    found: dict[str, pa.Table] = {}
    for table, rows, called in tables:
        if "#" not in rows.column_names:
            rows = rows.append_column("#", pa.array(range(1, rows.num_rows + 1)))
        parts = list(_fitting(document, table, rows, namespaces, called, notes))
        if parts:
            whole = pa.concat_tables(parts)
            found[table.name] = _without_conflicts(table, whole, namespaces, called, notes)
    return KnowledgeGraph._of(found, namespaces), notes


def _fitting(
    document: Document,
    table: Table,
    rows: pa.Table,
    namespaces: Namespaces,
    called: str,
    notes: list[Note],
) -> Iterator[pa.Table]:
    """The rows that the schema takes, each with its number; bad ones are found by halving."""
    import pyarrow as pa

    data = rows.drop_columns(["#"])
    try:
        fit = conform(table, data, namespaces)
    except (SchemaError, ConflictError) as error:
        half = rows.num_rows // 2
        if half:
            for part in (rows.slice(0, half), rows.slice(half)):
                yield from _fitting(document, table, part, namespaces, called, notes)
            return
        if len(notes) >= MOST_BAD:
            reason = f"more than {MOST_BAD:,} rows do not fit the table {table.name}: {error}"
            raise ReadError(document, reason) from None
        shown = ", ".join(str(value.as_py()) for column in data.columns for value in column)
        notes.append(Note(f"{called} {rows['#'][0].as_py()}", str(error), shown[:80]))
        return
    if fit.num_rows < rows.num_rows:
        # Rows that say nothing new were left out; where they stood is then of no interest.
        numbers = pa.repeat(rows["#"][0].as_py(), fit.num_rows)
        yield fit.append_column("#", numbers.cast(pa.int64()))
        return
    yield fit.append_column("#", rows["#"].combine_chunks())


def _without_conflicts(
    table: Table, rows: pa.Table, namespaces: Namespaces, called: str, notes: list[Note]
) -> pa.Table:
    """The first row of each key and source; a note for each other one that says otherwise."""
    import pyarrow.compute as pc

    try:
        return conform(table, rows.drop_columns(["#"]), namespaces)
    except ConflictError:
        pass
    # What was said twice in the same words is no conflict.
    names = list(table.names)
    once = rows.group_by(names, use_threads=False).aggregate([("#", "min")])
    once = once.rename_columns([*names, "#"]).sort_by("#")
    keyed = once.select(["source", "#"]).append_column("id", row_ids(table, once))
    firsts = keyed.group_by(["id", "source"], use_threads=False).aggregate([("#", "min")])
    first = pc.is_in(once["#"], firsts["#_min"].combine_chunks())
    for row in keyed.filter(pc.invert(first)).to_pylist():
        reason = "a row before it has the same key and source, and says something else"
        notes.append(Note(f"{called} {row['#']}", reason, row["id"][:80]))
    return conform(table, once.filter(first).select(names), namespaces)
