"""Ids of papers, and records that name a paper which an earlier record of the source named."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
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
    kept, papers, notes = [], [], []
    for row, paper in zip(records.to_pylist(), named, strict=True):
        title = (row["title"] or "")[:80]
        if paper in places and _has_others_doi(row, firsts.get(paper)):
            reason = f"{paper} is the DOI of {places[paper]} too, which is another paper"
            notes.append(Note(row["place"], reason, title, "read without it"))
            registered = row["identifiers"] or []
            own = registered[0] if registered else None
            row |= {"doi": None, "identifiers": [other for other in registered if other != own]}
            paper = own or _minted({name: row[name] for name in TELLING})
        if paper in places:
            same = f"the same paper as {places[paper]}"
            notes.append(Note(row["place"], same, title, "the first one was kept"))
            continue
        places[paper], firsts[paper] = row["place"], row
        kept.append(row)
        papers.append(paper)
    return pa.Table.from_pylist(kept, schema=records.schema), pa.array(papers, pa.string()), notes


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
