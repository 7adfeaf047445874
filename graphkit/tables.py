"""Rows of one table of a graph: their keys and ids, each once, the union of two sets."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from graphkit.errors import ConflictError, SchemaError
from graphkit.iris import ILLEGAL_CHARACTERS, percent_encoded
from graphkit.schema import STATEMENTS, Table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["empty", "first_rows", "flat", "row_ids", "rows_of", "to_arrow", "union"]


def empty(table: Table) -> pa.Table:
    """The table without rows."""
    return table.arrow().empty_table()


def to_arrow(table: Table, data: Any) -> pa.Table:
    """Rows as an Arrow table of the columns that they have, typed as the schema says.

    Parameters
    ----------
    table : Table
    data : pyarrow.Table, pandas.DataFrame or iterable of dict

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    SchemaError
        A column that the table does not have, or a value that it cannot hold.
    """
    import pyarrow as pa

    if isinstance(data, pa.Table):
        return data
    if hasattr(data, "columns"):
        return pa.Table.from_pandas(data, preserve_index=False)
    rows = list(data)
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        table.column(name)
    types = table.arrow()
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        try:
            columns[name] = pa.array(values, types.field(name).type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            raise SchemaError(f"{table.name}.{name}: {error}") from None
    return pa.table(columns)


def bare(table: Table, rows: pa.Table) -> Any:
    """Which rows of a link table say nothing but what they connect (boolean mask).

    Such a row is its shortcut alone; in RDF it has no node of its own.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if table.has_id or not table.shortcuts:
        return pa.repeat(False, rows.num_rows)
    said = {"source", *(n for s in table.shortcuts for n in (s.subject, s.object))}
    rest = [pc.is_valid(rows[name]) for name in table.names if name not in said]
    if not rest:
        return pa.repeat(True, rows.num_rows)
    anything = rest[0]
    for mask in rest[1:]:
        anything = pc.or_(anything, mask)
    return pc.invert(anything)


def drop_covered(table: Table, rows: pa.Table) -> pa.Table:
    """Leave out bare rows where a fuller row of the same source connects the same two."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = bare(table, rows)
    some = pc.sum(mask).as_py() or 0
    if not some or some == rows.num_rows:
        return rows
    shortcut = table.shortcuts[0]
    ends = [shortcut.subject, shortcut.object, "source"]
    number = rows.append_column("#", pa.array(np.arange(rows.num_rows)))
    fuller = number.filter(pc.invert(mask)).select(ends)
    left = number.filter(mask).join(fuller, keys=ends, join_type="left anti")["#"]
    keep = pc.or_(pc.invert(mask), pc.is_in(number["#"], flat(left)))
    return rows.filter(keep)


def distinct(table: Table, rows: pa.Table) -> pa.Table:
    """Each row once, in the order of first appearance.

    Raises
    ------
    ConflictError
        Two rows of one source with one key and different contents.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if rows.num_rows < 2:
        return rows
    if table.name == STATEMENTS:
        return rows.group_by(list(table.names), use_threads=False).aggregate([])
    firsts = first_rows(_keys(table, rows))
    if len(firsts) == rows.num_rows:
        return rows
    once = rows.take(firsts)
    whole = rows.group_by(list(table.names), use_threads=False).aggregate([])
    if whole.num_rows == once.num_rows:
        return once
    if table.name == "sources":
        return _earliest(rows)
    seen = pa.table({"id": row_ids(table, whole), "source": whole["source"]})
    counts = seen.group_by(["id", "source"]).aggregate([("id", "count")])
    bad = counts.filter(pc.greater(counts["id_count"], 1))
    first = bad.sort_by([("id", "ascending"), ("source", "ascending")]).slice(0, 1).to_pylist()[0]
    raise ConflictError(table.name, first["id"], first["source"], bad.num_rows)


def _keys(table: Table, rows: pa.Table) -> list[pa.Array]:
    """Columns that are equal where the ids of rows and their sources are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [rows["source"]]
    for part in table.key:
        first, _, second = part.partition("|")
        columns.append(rows[first])
        if second:
            unknown = pc.is_null(rows[first])
            columns.append(pc.if_else(unknown, rows[second], pa.scalar(None, pa.string())))
    return [pc.fill_null(c, "") if pa.types.is_string(c.type) else c for c in columns]


def first_rows(keys: Iterable[pa.Array | pa.ChunkedArray]) -> pa.Array:
    """Where each combination of values stands first: numbers of rows, ascending.

    Parameters
    ----------
    keys : iterable of pyarrow.Array
        Columns of one length; null is a value.

    Examples
    --------
    >>> import pyarrow as pa
    >>> first_rows([pa.array(["a", "b", "a", "a"]), pa.array([1, 1, 1, None])]).to_pylist()
    [0, 1, 3]
    """
    import numpy as np
    import pyarrow as pa

    codes: Any = None
    for column in keys:
        coded = flat(column).dictionary_encode(null_encoding="encode")
        numbers = coded.indices.to_numpy().astype(np.int64)
        if codes is None:
            codes = numbers
        elif len(coded.dictionary) > 1:
            pairs = pa.array(codes * len(coded.dictionary) + numbers)
            codes = pairs.dictionary_encode().indices.to_numpy().astype(np.int64)
    # Codes are given in the order of first appearance: a new one is above all before it.
    return pa.array(np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1)))


def flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece, copied only if it is in several."""
    import pyarrow as pa

    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _earliest(rows: pa.Table) -> pa.Table:
    # One file read twice, under two names or at two times, is one source: the first reading
    # stands. A minimum keeps merging commutative, associative and idempotent.
    names = ["retrieved", *(name for name in rows.column_names if name != "retrieved")]
    ordered = rows.sort_by([(name, "ascending") for name in names])
    return ordered.take(first_rows([ordered["id"], ordered["source"]]))


def union(table: Table, first: pa.Table, second: pa.Table) -> pa.Table:
    """The rows of two tables, each once.

    Only sources that both hold are compared, so adding a source costs what it brings.

    Parameters
    ----------
    table : Table
    first, second : pyarrow.Table
        Rows of that table, each set without conflicts of its own.

    Raises
    ------
    ConflictError
        One key of one source with two contents.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not second.num_rows:
        return first
    if not first.num_rows:
        return second
    in_first = pc.is_in(second["source"], pc.unique(first["source"]))
    in_second = pc.is_in(first["source"], pc.unique(second["source"]))
    both = pa.concat_tables([first.filter(in_second), second.filter(in_first)])
    shared = distinct(table, drop_covered(table, both))
    parts = [first.filter(pc.invert(in_second)), shared, second.filter(pc.invert(in_first))]
    return pa.concat_tables(parts).combine_chunks()


def row_ids(table: Table, rows: pa.Table) -> Any:
    """The id of each row: its own, or one made of its key (string array).

    Parameters
    ----------
    table : Table
    rows : pyarrow.Table

    Examples
    --------
    >>> from graphkit.schema import schema
    >>> authorships = schema().table("authorships")
    >>> row = {"paper": "doi:10.1/x", "position": 2, "author": "author:Ada"}
    >>> rows = to_arrow(authorships, [row])
    >>> row_ids(authorships, rows)[0].as_py()
    'row:authorships/doi:10.1/x;2'
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if table.has_id:
        return flat(rows["id"])
    parts = []
    for part in table.key:
        names = part.split("|")
        texts = [_part(rows[name]) for name in names]
        parts.append(pc.coalesce(*texts) if len(texts) > 1 else texts[0])
    filled = [pc.fill_null(part, "") for part in parts]
    joined = pc.binary_join_element_wise(*filled, ";") if len(filled) > 1 else filled[0]
    ids = pc.binary_join_element_wise(pa.scalar(f"row:{table.name}"), joined, "/")
    return flat(ids)


def rows_of(table: Table, rows: pa.Table, ids: pa.Array) -> tuple[Any, pa.Array]:
    """The rows that have one of these ids, at the cost of the ids and one look at a column.

    Parameters
    ----------
    table : Table
        One whose rows have no id of their own.
    rows : pyarrow.Table
    ids : pyarrow.Array of string

    Returns
    -------
    tuple of (numpy.ndarray of int64, pyarrow.Array of string)
        Numbers of rows, ascending, and their ids.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from graphkit.schema import schema
    >>> authorships = schema().table("authorships")
    >>> row = {"paper": "doi:10.1/x", "position": 2, "author": "author:Ada"}
    >>> rows = to_arrow(authorships, [{**row, "position": 1}, row])
    >>> rows_of(authorships, rows, pa.array(["row:authorships/doi:10.1/x;2"]))[0].tolist()
    [1]
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    # The first part of the key ends at the first semicolon; those inside are percent-encoded.
    parts = pc.replace_substring_regex(ids, f"^row:{table.name}/([^;]*)(?s:;.*)?$", r"\1")
    first = {urllib.parse.unquote(part) for part in pc.unique(parts).to_pylist()}
    near = np.flatnonzero(pc.is_in(rows[table.key[0]], pa.array(sorted(first), pa.string())))
    found = row_ids(table, rows.take(pa.array(near)))
    kept = pc.is_in(found, ids)
    return near[kept.to_numpy(zero_copy_only=False)], found.filter(kept)


def _part(column: Any) -> Any:
    """A column as part of an IRI: what would end the part or the IRI is percent-encoded."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return column.cast(pa.string())
    coded = flat(column).dictionary_encode()
    special = f"[;%#{ILLEGAL_CHARACTERS}]"
    bad = pc.fill_null(pc.match_substring_regex(coded.dictionary, special), False)
    if not pc.any(bad).as_py():
        return column
    safe = [re.sub(special, percent_encoded, t) for t in coded.dictionary.filter(bad).to_pylist()]
    known = pc.replace_with_mask(coded.dictionary, bad, pa.array(safe, pa.string()))
    return known.take(coded.indices)
