"""The tables as people see them: each entity under one id, each authorship under its person.

A resolution (`graphkit.identity.resolution`) changes no row that was read. It adds rows to
``identities`` under a source of its own, and the tables as people see them follow from the rows
as read and those. So a resolution travels, merges and is taken back like any other source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.conforming import conform
from graphkit.identity.claims import DIFFERENT, SAME, is_authorship
from graphkit.ids import Namespaces
from graphkit.schema import STATEMENTS, Table, schema
from graphkit.tables import distinct, drop_covered, flat, row_ids, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

__all__ = ["canonical", "row_by_row"]

LEDGERS = ("sources", "matches", "identities", "notes", STATEMENTS)


def canonical(tables: Mapping[str, pa.Table], namespaces: Namespaces) -> dict[str, pa.Table]:
    """The tables as seen through ``identities``: one id a person, other names as aliases.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Rows as read, resolutions among them.
    namespaces : Namespaces

    Returns
    -------
    dict of str to pyarrow.Table
        The same tables if there is nothing to join.
    """
    if not tables["identities"].num_rows:
        return dict(tables)
    heads, moved = _identified(tables)
    seen, aliases = {}, []
    for name, rows in tables.items():
        table = schema().table(name)
        if name in LEDGERS and name != STATEMENTS:
            seen[name] = rows
            continue
        if table.has_id and table.label:
            aliases += _other_names(table, rows, heads)
        seen[name] = _joined(table, rows, _renamed(table, moved.get(name, rows), heads))
    if aliases:
        seen["aliases"] = _with_aliases(seen["aliases"], aliases, namespaces)
    return seen


def row_by_row(tables: Mapping[str, pa.Table]) -> pa.Table:
    """The authorships under the ids that papers and people are counted under, none joined.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Rows as read, resolutions among them.

    Returns
    -------
    pyarrow.Table
        As many rows as ``authorships``, in its order.
    """
    heads, moved = _identified(tables)
    rows = moved.get("authorships", tables["authorships"])
    return _renamed(schema().table("authorships"), rows, heads)


def _identified(tables: Mapping[str, pa.Table]) -> tuple[dict[str, str], dict[str, pa.Table]]:
    """Under which id each other id is counted, and tables whose rows were given to persons."""
    import pyarrow.compute as pc

    identities = tables["identities"]
    single = is_authorship(identities["entity"])
    placed, joined = identities.filter(single), identities.filter(pc.invert(single))
    heads = _heads(joined["entity"].to_pylist(), joined["same_as"].to_pylist())
    return heads, _placed(tables, placed) if placed.num_rows else {}


def _placed(tables: Mapping[str, pa.Table], placed: pa.Table) -> dict[str, pa.Table]:
    """Authorships under the persons that they were given to, and the affiliations with them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    # Of two resolutions that disagree, the first by the alphabet: order must not matter.
    placed = placed.group_by("entity").aggregate([("same_as", "min")])
    rows, affiliations = tables["authorships"], tables["affiliations"]
    entity = placed["entity"].combine_chunks()
    numbers, row = rows_of(schema().table("authorships"), rows, entity)
    at = np.full(rows.num_rows, -1)
    at[numbers] = pc.index_in(row, entity).to_numpy()
    by = placed["same_as_min"].combine_chunks().take(pa.array(at, mask=at < 0))

    def given(table: pa.Table, persons: pa.Array) -> pa.Table:
        column = table.schema.get_field_index("author")
        author = pc.coalesce(persons, table["author"].combine_chunks())
        return table.set_column(column, table.schema.field(column), author)

    moved = {"authorships": given(rows, by)}
    if not affiliations.num_rows:
        return moved
    papers = rows.filter(pc.is_valid(by))["paper"].combine_chunks()
    near = pc.is_in(rows["paper"].combine_chunks(), papers)

    def signed(table: pa.Table) -> pa.Array:
        ends = [table[name].combine_chunks() for name in ("paper", "author", "source")]
        return pc.binary_join_element_wise(*ends, "\n")

    signatures, by = signed(rows.filter(near)), by.filter(near)
    # Namesakes who wrote one paper share their affiliations there, as their source has it.
    left = signatures.filter(pc.is_null(by))
    gone = pc.if_else(pc.is_in(signatures, left), pa.scalar(None, pa.string()), by)
    there = pc.drop_null(pc.if_else(pc.is_valid(gone), signatures, pa.scalar(None, pa.string())))
    at = pc.index_in(signed(affiliations), there)
    return moved | {"affiliations": given(affiliations, pc.drop_null(gone).take(at))}


def _with_aliases(known: pa.Table, found: list[dict[str, Any]], namespaces: Namespaces) -> pa.Table:
    import pyarrow as pa

    # Of two places where a name stands, the first: the order of rows must not matter.
    found.sort(key=lambda row: (row["place"] is not None, row["place"] or ""), reverse=True)
    once = {(row["entity"], row["name"], row["source"]): row for row in found}
    for row in known.to_pylist():
        once.pop((row["entity"], row["name"], row["source"]), None)
    added = conform(schema().table("aliases"), list(once.values()), namespaces)
    return pa.concat_tables([known, added]).combine_chunks()


def _heads(entities: list[str], same_as: list[str]) -> dict[str, str]:
    """The entity at the end of each chain of identities."""
    parent: dict[str, str] = {}

    def root(entity: str) -> str:
        while parent.get(entity, entity) != entity:
            parent[entity] = parent.get(parent[entity], parent[entity])
            entity = parent[entity]
        return entity

    aliases = set(entities)
    for entity, head in sorted(zip(entities, same_as, strict=True)):
        a, b = root(entity), root(head)
        if a != b:
            # Of two heads that two resolutions chose, the one that nobody counts under another.
            low, high = sorted((a, b), key=lambda e: (e in aliases, e))
            parent[high] = low
    return {entity: root(entity) for entity in sorted(parent) if root(entity) != entity}


def _renamed(table: Table, rows: pa.Table, heads: dict[str, str]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    old, new = pa.array(list(heads), pa.string()), pa.array(list(heads.values()), pa.string())
    of_ids = pa.array([SAME, DIFFERENT])
    columns = [c.name for c in table.columns if c.kind == "id" and c.name not in ("source", "p")]
    columns += ["o"] if table.name == STATEMENTS else []
    for name in columns:
        column = rows[name].combine_chunks()
        found = new.take(pc.index_in(column, old))
        if table.name == STATEMENTS:
            # What is said of ids as such would say nothing of the entity that they stand for.
            found = pc.if_else(pc.is_in(rows["p"].combine_chunks(), of_ids), None, found)
        if name == "o":
            found = pc.if_else(pc.is_null(rows["datatype"].combine_chunks()), found, column)
        if found.null_count < len(found):
            at = rows.schema.get_field_index(name)
            rows = rows.set_column(at, rows.schema.field(at), pc.coalesce(found, column))
    return rows


def _other_names(table: Table, rows: pa.Table, heads: dict[str, str]) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = rows["id"]
    touched = rows.filter(pc.is_in(known, pa.array(list(heads), pa.string())))
    if not touched.num_rows:
        return []
    assert table.label is not None
    of_heads = rows.filter(pc.is_in(known, pa.array(sorted(set(heads.values())), pa.string())))
    own = {
        (row["id"], row[table.label]) for row in of_heads.select(["id", table.label]).to_pylist()
    }
    return [
        {"entity": head, "name": name, "place": row["place"], "source": row["source"]}
        for row in touched.to_pylist()
        for head, name in [(heads[row["id"]], row[table.label])]
        if name and (head, name) not in own
    ]


def _joined(table: Table, read: pa.Table, renamed: pa.Table) -> pa.Table:
    """Rows that now share key and source become one: the first known value of each column.

    What the head itself says comes before what its other ids say. The order of the rows does
    not matter, so that graphs merged in any order look the same.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if renamed is read:
        return read
    if table.name == STATEMENTS:
        return distinct(table, renamed)
    # Only rows that took another key can meet others, and they share the first part of the key.
    first = table.key[0].partition("|")[0]
    column = renamed[first].combine_chunks()
    near = pc.is_in(column, column.filter(_moved(table, read, renamed)))
    some = renamed.filter(near)
    keyed = some.append_column("#", row_ids(table, some))
    counted = keyed.group_by(["#", "source"]).aggregate([("#", "count")])
    twice = counted.filter(pc.greater(counted["#_count"], 1))
    if not twice.num_rows:
        return drop_covered(table, renamed)
    meet = pc.is_in(flat(keyed["#"]), flat(twice["#"]))
    keyed, before = keyed.filter(meet), read.filter(near).filter(meet)
    moved = _moved(table, before, keyed)
    keys = [(name, "ascending") for name in ("moved", *table.names)]
    order = pc.sort_indices(before.append_column("moved", moved), keys)
    names = [name for name in table.names if name != "source"]
    merged = (
        keyed.take(order)
        .group_by(["#", "source"], use_threads=False)
        .aggregate([(name, "first") for name in names])
    )
    columns = [
        merged["source"] if name == "source" else merged[f"{name}_first"] for name in table.names
    ]
    joined = pa.Table.from_arrays(columns, schema=renamed.schema)
    met = np.zeros(renamed.num_rows, bool)
    met[np.flatnonzero(near)[meet.to_numpy(zero_copy_only=False)]] = True
    rest = renamed.filter(pa.array(~met))
    return drop_covered(table, pa.concat_tables([rest, joined]).combine_chunks())


def _moved(table: Table, read: pa.Table, renamed: pa.Table) -> pa.Array:
    """Which rows took another key (boolean mask)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def other(name: str) -> pa.Array:
        if table.column(name).kind != "id":
            return pa.repeat(False, read.num_rows)
        before, after = (pc.fill_null(flat(rows[name]), "") for rows in (read, renamed))
        return pc.not_equal(before, after)

    found = pa.repeat(False, read.num_rows)
    for part in table.key:
        name, _, instead = part.partition("|")
        found = pc.or_(found, other(name))
        if instead:
            unknown = pc.is_null(flat(read[name]))
            found = pc.or_(found, pc.and_(unknown, other(instead)))
    return found
