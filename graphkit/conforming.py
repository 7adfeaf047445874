"""Rows of strangers -> rows that fit the schema.

A table of a graph is an Arrow table in which every column has the type that the
schema gives it and every id can be written as an IRI. What comes in is brought into
this form here, once, so that nothing behind this door has to check again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.errors import SchemaError
from graphkit.ids import Namespaces
from graphkit.schema import STATEMENTS, Table
from graphkit.tables import distinct, drop_covered, flat, to_arrow

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["LANGUAGE_TAG", "conform"]

# BCP 47: language, script, region, variants, extensions, private use.
LANGUAGE_TAG = (
    "(?i)^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    "(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*"
    "(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+)$"
)


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
