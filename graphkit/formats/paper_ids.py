"""Ids of papers, and records that name a paper which an earlier record of the source named."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphkit.formats.reading import Note
from graphkit.ids import identifier_column, mint
from graphkit.tables import flat

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["once", "paper_ids"]

# What an id is minted of where a record has none. Titles such as "Introduction" recur; where and
# when a paper appeared tells.
TELLING = ("place", "key", "title", "event", "journal", "year")
# Titles with less of their words in common are of two papers, unless one is part of the other.
ALIKE, PART = 0.5, 0.8

Records = Mapping[str, Mapping[str, Any]]


def paper_ids(records: pa.Table) -> pa.Array:
    """An id for each record: that which it gives, its DOI, or one that is minted.

    Parameters
    ----------
    records : pyarrow.Table
        As `graphkit.formats.records.record_schema` has them.

    Returns
    -------
    pyarrow.Array of string
        CURIEs, one a record.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from graphkit.formats.records import record_schema
    >>> rows = [{"place": "line 1", "doi": "10.1/x"}, {"place": "line 2", "title": "Echoes"}]
    >>> paper_ids(pa.Table.from_pylist(rows, record_schema())).to_pylist()
    ['doi:10.1/x', 'paper:Echoes']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pc.coalesce(flat(records["id"]), identifier_column("doi", flat(records["doi"])))
    if ids.null_count:
        nameless = pc.is_null(ids)
        rows = records.filter(nameless).select(list(TELLING)).to_pylist()
        made = [_minted(row) for row in rows]
        ids = pc.replace_with_mask(ids, nameless, pa.array(made, pa.string()))
    return ids


def once(
    records: pa.Table,
    ids: pa.Array,
    places: dict[str, str],
    earlier: Callable[[Collection[str]], Records],
) -> tuple[pa.Table, pa.Array, list[Note]]:
    """The records of papers that no earlier record named.

    A record with the DOI of an earlier one, but another title and other authors, is another
    paper: it is kept without that DOI.

    Parameters
    ----------
    records : pyarrow.Table
    ids : pyarrow.Array of string
        See `paper_ids`.
    places : dict of str to str
        Where each paper was named first; those that are kept are added.
    earlier : callable
        The ``title`` and the ``authors`` of papers in earlier batches, by id. It is asked once,
        and only if one of them is named again; it looks through all that was read so far.

    Returns
    -------
    records : pyarrow.Table
    ids : pyarrow.Array of string
    notes : list of Note
    """
    import pyarrow as pa

    named = ids.to_pylist()
    again = [paper for paper in named if paper in places]
    firsts = dict(earlier(again)) if again else {}
    here = records["place"].to_pylist()
    row_of = _rows(records, _repeated(named, places))
    first_at: dict[str, int] = {}
    kept: list[int] = []
    papers: list[str] = []
    notes: list[Note] = []
    without: list[int] = []
    for at, paper in enumerate(named):
        is_another = False
        if paper in places:
            row = row_of(at)
            title = (row["title"] or "")[:80]
            first = row_of(first_at[paper]) if paper in first_at else firsts.get(paper)
            is_another = _has_others_doi(row, first)
            if is_another:
                reason = f"{paper} is the DOI of {places[paper]} too, which is another paper"
                notes.append(Note(row["place"], reason, title, "read without it"))
                paper = next(iter(row["identifiers"] or ()), None) or _minted(row)
            if paper in places:
                same = f"the same paper as {places[paper]}"
                notes.append(Note(row["place"], same, title, "the first one was kept"))
                continue
        if is_another:
            without.append(len(kept))
        places[paper], first_at[paper] = here[at], at
        kept.append(at)
        papers.append(paper)
    found = _without_doi(records.take(kept), without)
    return found, pa.array(papers, pa.string()), notes


def _repeated(named: Sequence[str], places: Mapping[str, str]) -> list[int]:
    """The rows that name a paper of earlier batches, or one paper with another row."""
    firsts: dict[str, int] = {}
    found: set[int] = set()
    for at, paper in enumerate(named):
        if paper in places:
            found.add(at)
        elif firsts.setdefault(paper, at) != at:
            found |= {firsts[paper], at}
    return sorted(found)


def _rows(records: pa.Table, wanted: list[int]) -> Callable[[int], dict[str, Any]]:
    """Single records, as far as they tell one paper from another; few but these are wanted."""
    records = records.select([*TELLING, "id", "authors", "identifiers"])
    rows: list[dict[str, Any]] = records.take(wanted).to_pylist()
    found = dict(zip(wanted, rows, strict=True))

    def row_of(at: int) -> dict[str, Any]:
        if at not in found:
            (found[at],) = records.slice(at, 1).to_pylist()
        return found[at]

    return row_of


def _without_doi(records: pa.Table, rows: list[int]) -> pa.Table:
    """Records, some without their DOI, and without the identifier that is their id instead."""
    import pyarrow as pa

    if not rows:
        return records
    made = records.select(["doi", "identifiers"]).to_pylist()
    for row in rows:
        own, *others = made[row]["identifiers"] or [None]
        made[row] = {"doi": None, "identifiers": [other for other in others if other != own]}
    for name in ("doi", "identifiers"):
        at = records.schema.get_field_index(name)
        field = records.schema.field(at)
        column = pa.array([row[name] for row in made], field.type)
        records = records.set_column(at, field, column)
    return records


def _has_others_doi(record: Mapping[str, Any], first: Mapping[str, Any] | None) -> bool:
    """Whether a record has but the DOI in common with the first one that bears it."""
    if first is None or record["id"] is not None or not (record["title"] and first["title"]):
        return False
    one, other = (set(re.findall(r"\w+", each["title"].casefold())) for each in (record, first))
    common = len(one & other)
    if common >= ALIKE * len(one | other) or common >= PART * min(len(one), len(other)):
        return False
    return _families(record).isdisjoint(_families(first))


def _families(record: Mapping[str, Any]) -> set[str]:
    names = [author["name"] for author in record["authors"] or () if author["name"]]
    return {name.split()[-1].casefold() for name in names if name.strip()}


def _minted(row: Mapping[str, Any]) -> str:
    parts = [row["event"] or row["journal"] or "", str(row["year"] or "")]
    parts.append(row["title"] or row["key"] or row["place"])
    return mint("paper", *(part for part in parts if part))
