"""Rows that fit the schema: conforming, keys, union.

A table of a graph is an Arrow table in which every column has the type that the
schema gives it and every id can be written as an IRI. What comes in is brought into
this form here, once, so that nothing behind this door has to check again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.errors import ConflictError, SchemaError
from graphkit.ids import Namespaces
from graphkit.iris import ILLEGAL_CHARACTERS, percent_encoded
from graphkit.schema import STATEMENTS, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["conform", "empty", "first_rows", "flat", "row_ids", "to_arrow", "union"]

# BCP 47: language, script, region, variants, extensions, private use.
LANGUAGE_TAG = (
    "(?i)^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    "(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*"
    "(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+)$"
)


def empty(table: Table) -> pa.Table:
    """The table without rows."""
    return table.arrow().empty_table()


def conform(
    table: Table,
    data: pa.Table | pd.DataFrame | Iterable[Mapping[str, Any]],
    namespaces: Namespaces,
) -> pa.Table:
    """Bring rows into the form that the schema gives a table.

    Parameters
    ----------
    table : Table
    data : pyarrow.Table, pandas.DataFrame or iterable of dict
        Columns that are missing become null; ``source`` becomes ``""``.
    namespaces : Namespaces
        For ids that were given as IRIs.

    Returns
    -------
    pyarrow.Table
        Distinct rows.

    Raises
    ------
    SchemaError
        A column that the table does not have, a value that its column cannot hold, an
        id that is missing or no IRI.
    ConflictError
        Two rows of one source with one key and different contents.
    """
    import pyarrow.compute as pc

    rows = _fill_source(_cast(table, to_arrow(table, data)))
    for column in table.columns:
        if column.kind in ("id", "class"):
            rows = _check_ids(table, column.name, rows, namespaces)
        elif column.name in ("language", "lang"):
            tags = rows[column.name]
            wrong = pc.invert(pc.match_substring_regex(tags, LANGUAGE_TAG))
            _refuse(table, column.name, tags, wrong, "is no language tag")
        elif column.kind == "number":
            wrong = pc.invert(pc.is_finite(rows[column.name]))
            _refuse(table, column.name, rows[column.name], wrong, "is no finite number")
    if table.name == STATEMENTS:
        rows = _check_objects(table, rows, namespaces)
    _require(table, rows)
    rows = _check_classes(table, rows, namespaces)
    rows = _forget_idle_language(table, rows)
    return distinct(table, drop_covered(table, rows))


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


def _cast(table: Table, data: pa.Table) -> pa.Table:
    import pyarrow as pa

    for name in data.column_names:
        table.column(name)
    columns = []
    for field in table.arrow():
        if field.name not in data.column_names:
            columns.append(pa.nulls(data.num_rows, field.type))
            continue
        try:
            columns.append(flat(data[field.name].cast(field.type)))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise SchemaError(f"{table.name}.{field.name}: {error}") from None
    return pa.Table.from_arrays(columns, schema=table.arrow())


def _fill_source(rows: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    return _with(rows, "source", pc.fill_null(rows["source"], ""))


def _check_ids(table: Table, name: str, rows: pa.Table, namespaces: Namespaces) -> pa.Table:
    import pyarrow.compute as pc

    # Most ids stand in many rows: each is looked at once.
    repeated = not (table.has_id and name == "id")
    coded = flat(rows[name]).dictionary_encode() if repeated else None
    given = coded.dictionary if coded is not None else flat(rows[name])
    ids = namespaces.shorten_column(given)
    wrong = namespaces.illegal_column(ids)
    if name == "source":
        # The empty source is the one that nobody named: the default graph in RDF.
        wrong = pc.and_(wrong, pc.not_equal(ids, ""))
    _refuse(table, name, given, wrong, NO_ID)
    if ids is given:
        return rows
    return _with(rows, name, ids if coded is None else ids.take(coded.indices))


def _with(rows: pa.Table, name: str, column: pa.Array) -> pa.Table:
    at = rows.schema.get_field_index(name)
    return rows.set_column(at, rows.schema.field(at), column)


NO_ID = "is no id: give a CURIE such as author:Ada_Lovelace or an IRI"


def _check_objects(table: Table, rows: pa.Table, namespaces: Namespaces) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    o, lang = flat(rows["o"]), rows["lang"]
    no_literal = pc.is_null(flat(rows["datatype"]))
    things = pc.if_else(no_literal, o, pa.scalar(None, pa.string()))
    things = namespaces.shorten_column(things)
    wrong = namespaces.illegal_column(things)
    _refuse(table, "o", o, wrong, NO_ID + "; a literal needs its datatype")
    tagged = pc.fill_null(pc.equal(rows["datatype"], "rdf:langString"), False)
    wrong = pc.and_(pc.is_valid(lang), pc.invert(tagged))
    _refuse(table, "lang", lang, wrong, "stands beside a datatype other than rdf:langString")
    wrong = pc.and_(pc.is_null(lang), tagged)
    _refuse(table, "o", rows["o"], wrong, "is an rdf:langString without its lang")
    return _with(rows, "o", pc.coalesce(things, o))


def _refuse(table: Table, name: str, values: Any, wrong: Any, why: str) -> None:
    import pyarrow.compute as pc

    if pc.any(wrong).as_py():
        first = values.filter(pc.fill_null(wrong, False))[0].as_py()
        raise SchemaError(f"{table.name}.{name}: {first!r} {why}")


def _require(table: Table, rows: pa.Table) -> None:
    """Refuse rows that lack what names them or what they connect."""
    if table.name == STATEMENTS:
        needed = {"s", "p", "o"}
    else:
        needed = {part.rpartition("|")[2] for part in table.key}
    for shortcut in table.shortcuts:
        if not table.has_id:
            needed |= {shortcut.subject, shortcut.object}
    for name in sorted(needed):
        if rows[name].null_count:
            raise SchemaError(f"{table.name}.{name} is empty in {rows[name].null_count} rows")


def _check_classes(table: Table, rows: pa.Table, namespaces: Namespaces) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    for column in table.columns:
        if column.kind == "class":
            allowed = [namespaces.compress(iri) for iri in column.values]
            known = pc.is_in(rows[column.name], pa.array(allowed))
            wrong = pc.and_(pc.is_valid(rows[column.name]), pc.invert(known))
            _refuse(
                table, column.name, rows[column.name], wrong, f"is none of {', '.join(allowed)}"
            )
    return rows


def _forget_idle_language(table: Table, rows: pa.Table) -> pa.Table:
    """A language without prose says nothing, and RDF could not hold it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    prose = [column.name for column in table.columns if column.prose]
    if "language" not in table.names or not prose or not rows.num_rows:
        return rows
    spoken = pc.is_valid(pc.coalesce(*(rows[name] for name in prose)))
    kept = pc.if_else(spoken, rows["language"], pa.scalar(None, pa.string()))
    return _with(rows, "language", kept)


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
    >>> rows = conform(
    ...     authorships,
    ...     [{"paper": "doi:10.1/x", "position": 2, "author": "author:Ada"}],
    ...     Namespaces(),
    ... )
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


def _part(column: Any) -> Any:
    """A column as part of an IRI: what would end the part or the IRI is percent-encoded."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = column.cast(pa.string())
    special = f"[;%#{ILLEGAL_CHARACTERS}]"
    if not pc.any(pc.match_substring_regex(texts, special)).as_py():
        return texts
    coded = flat(texts).dictionary_encode()
    safe = [
        None if t is None else re.sub(special, percent_encoded, t)
        for t in coded.dictionary.to_pylist()
    ]
    return pa.array(safe, pa.string()).take(coded.indices)
