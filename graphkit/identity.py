"""Who is one person: from claims to the entity under which each id is counted.

A resolution changes no row that was read. It adds rows to ``identities`` under a source of
its own, and the tables as people see them follow from the rows as read and those. So a
resolution travels, merges and is taken back like any other source.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from graphkit.ids import Namespaces
from graphkit.schema import STATEMENTS, Table, schema
from graphkit.tables import conform, distinct, drop_covered, row_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

__all__ = ["DECISION", "MADE", "MATCHER", "RESOLUTION", "canonical", "resolution", "threshold"]

RESOLUTION = "resolution"
MATCHER = "matcher"
DECISION = "decision"
MADE = frozenset({RESOLUTION, MATCHER, DECISION})
READER = f"graphkit {RESOLUTION} 1, threshold "
LEDGERS = ("sources", "matches", "identities", "notes", STATEMENTS)


def resolution(tables: Mapping[str, pa.Table], threshold: float) -> dict[str, list[dict[str, Any]]]:
    """Join what the claims in ``matches`` say is one.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Rows as read.
    threshold : float
        Claims with a score of at least this are joined, the surest first. A claim that would
        make two authors of one paper one person is passed over.

    Returns
    -------
    dict of str to list of dict
        Rows for ``identities`` and the row of this resolution in ``sources``.
    """
    claims = [
        (row["score"] or 0.0, row["a"], row["b"])
        for row in tables["matches"].to_pylist()
        if (row["score"] or 0.0) >= threshold
    ]
    claims.sort(key=lambda claim: (-claim[0], claim[1], claim[2]))
    groups = _join(claims, _papers_of(tables["authorships"], claims))
    weight = _mentions(tables["authorships"], groups)
    pairs = sorted(
        (member, head)
        for members in groups
        for head in [min(members, key=lambda m: _precedence(m, weight))]
        for member in members
        if member != head
    )
    text = f"{RESOLUTION} 1\n{threshold!r}\n" + "\n".join(f"{a}\t{b}" for a, b in pairs)
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = f"source:{RESOLUTION}-{digest[:12]}"
    return {
        "identities": [{"entity": a, "same_as": b, "source": source} for a, b in pairs],
        "sources": [
            {
                "id": source,
                "title": f"Claims with a score of at least {threshold:g}, joined",
                "format": RESOLUTION,
                "sha256": digest,
                "reader": f"{READER}{threshold!r}",
                "source": source,
            }
        ],
    }


def threshold(sources: pa.Table) -> float | None:
    """The threshold of the resolution among these sources, the lowest of several, or None."""
    found = [
        float(row["reader"].removeprefix(READER))
        for row in sources.to_pylist()
        if row["format"] == RESOLUTION and (row["reader"] or "").startswith(READER)
    ]
    return min(found, default=None)


def _papers_of(authorships: pa.Table, claims: list[tuple[float, str, str]]) -> dict[str, set[str]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    claimed = pa.array(sorted({end for _, *ends in claims for end in ends}), pa.string())
    papers: dict[str, set[str]] = {}
    rows = authorships.filter(pc.is_in(authorships["author"], claimed))
    for author, paper in zip(rows["author"].to_pylist(), rows["paper"].to_pylist(), strict=True):
        papers.setdefault(author, set()).add(paper)
    return papers


def _join(claims: list[tuple[float, str, str]], papers: dict[str, set[str]]) -> list[list[str]]:
    """Groups of ids that the claims connect, no two of which wrote one paper."""
    group: dict[str, list[str]] = {}
    wrote: dict[int, set[str]] = {}
    for _, a, b in claims:
        for end in (a, b):
            if end not in group:
                group[end] = [end]
                wrote[id(group[end])] = set(papers.get(end, ()))
        left, right = group[a], group[b]
        if left is right or wrote[id(left)] & wrote[id(right)]:
            continue
        if len(left) < len(right):
            left, right = right, left
        wrote[id(left)] |= wrote.pop(id(right))
        left += right
        for member in right:
            group[member] = left
    return [members for first, members in group.items() if members[0] == first and members[1:]]


def _mentions(authorships: pa.Table, groups: list[list[str]]) -> dict[str, int]:
    import pyarrow as pa
    import pyarrow.compute as pc

    members = pa.array([member for group in groups for member in group], pa.string())
    rows = authorships.filter(pc.is_in(authorships["author"], members))
    counted = pc.value_counts(rows["author"].combine_chunks())
    return {item["values"]: item["counts"] for item in counted.to_pylist()}


def _precedence(entity: str, mentions: dict[str, int]) -> tuple[bool, bool, int, int, str]:
    """Which id of a group stands for it: one that a source gave, in ordinary capitals, common."""
    prefix, _, local = entity.partition(":")
    minted = prefix in {table.rstrip("s") for table in schema().tables}
    shouted = local.upper() == local and local.lower() != local
    return minted, shouted, -mentions.get(entity, 0), -len(entity), entity


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
    identities = tables["identities"]
    if not identities.num_rows:
        return dict(tables)
    heads = _heads(identities["entity"].to_pylist(), identities["same_as"].to_pylist())
    seen, aliases = {}, []
    for name, rows in tables.items():
        table = schema().table(name)
        if name in LEDGERS and name != STATEMENTS:
            seen[name] = rows
            continue
        if table.has_id and table.label:
            aliases += _other_names(table, rows, heads)
        seen[name] = _joined(table, rows, _renamed(table, rows, heads))
    if aliases:
        seen["aliases"] = _with_aliases(seen["aliases"], aliases, namespaces)
    return seen


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
    columns = [c.name for c in table.columns if c.kind == "id" and c.name not in ("source", "p")]
    columns += ["o"] if table.name == STATEMENTS else []
    for name in columns:
        column = rows[name].combine_chunks()
        found = new.take(pc.index_in(column, old))
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
    import pyarrow as pa
    import pyarrow.compute as pc

    if renamed is read:
        return read
    if table.name == STATEMENTS:
        return distinct(table, renamed)
    keyed = renamed.append_column("#", row_ids(table, renamed))
    counted = keyed.group_by(["#", "source"]).aggregate([("#", "count")])
    twice = counted.filter(pc.greater(counted["#_count"], 1))
    if not twice.num_rows:
        return drop_covered(table, renamed)
    shared = pc.is_in(keyed["#"], twice["#"].combine_chunks())
    before = read.filter(shared)
    moved = pc.not_equal(row_ids(table, before), keyed["#"].filter(shared))
    keys = [(name, "ascending") for name in ("moved", *table.names)]
    order = pc.sort_indices(before.append_column("moved", moved), keys)
    names = [name for name in table.names if name != "source"]
    merged = (
        keyed.filter(shared)
        .take(order)
        .group_by(["#", "source"], use_threads=False)
        .aggregate([(name, "first") for name in names])
    )
    columns = [
        merged["source"] if name == "source" else merged[f"{name}_first"] for name in table.names
    ]
    joined = pa.Table.from_arrays(columns, schema=renamed.schema)
    rest = renamed.filter(pc.invert(shared))
    return drop_covered(table, pa.concat_tables([rest, joined]).combine_chunks())
