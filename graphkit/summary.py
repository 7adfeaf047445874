"""What a graph holds, in numbers and in one line, and its tables with one row an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.identity.claims import DECISION, MADE
from graphkit.schema import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

__all__ = ["combined", "counted", "counts", "summary"]

COUNTED = ("papers", "authors", "topics", "teams", "venues", "organizations", "postings", "figures")
IRREGULAR = {
    "authors": ("person", "people"),
    "people": ("person", "people"),
    "aliases": ("alias", "aliases"),
    "matches": ("match", "matches"),
    "identities": ("identity", "identities"),
}


def combined(name: str, rows: pa.Table) -> pa.Table:
    """A table with one row an entity, what several sources say of it combined.

    Parameters
    ----------
    name : str
    rows : pyarrow.Table
        Of that table.

    Returns
    -------
    pyarrow.Table
        Each cell is the first that is known, by source id; ``source`` is the first source.
    """
    import pyarrow.compute as pc

    table = schema().table(name)
    if not table.has_id or pc.count_distinct(rows["id"]).as_py() == rows.num_rows:
        return rows
    ordered = rows.sort_by([("id", "ascending"), ("source", "ascending")])
    names = [column for column in table.names if column != "id"]
    merged = ordered.group_by("id", use_threads=False).aggregate(
        [(column, "first") for column in names]
    )
    return merged.rename_columns(["id", *names])


def counts(tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """How many entities (or links) each table holds, whatever the number of sources.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table

    Returns
    -------
    dict of str to int
    """
    import pyarrow.compute as pc

    return {
        name: pc.count_distinct(tables[name]["id"]).as_py()
        if table.has_id
        else tables[name].num_rows
        for name, table in schema().tables.items()
    }


def summary(tables: Mapping[str, pa.Table], *, sources: bool = True) -> str:
    """What tables hold, in one line.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
    sources : bool
        Whether to say of how many sources.

    Returns
    -------
    str
    """
    held = counts(tables)
    shown = [
        counted(held[name], name) for name in COUNTED if held[name] or name in ("papers", "authors")
    ]
    formats = tables["sources"]["format"].to_pylist()
    if decisions := formats.count(DECISION):
        shown.append(counted(decisions, "decisions"))
    elif not any(held[name] for name in COUNTED):
        # One table of an export, say: the links or the ledgers that it holds.
        shown = [counted(held[name], name) for name in held if held[name]] or shown
    if not sources:
        return " · ".join(shown)
    # What is made here is a source to the machine, not to people.
    read = sum(1 for kind in formats if kind not in MADE)
    return " · ".join([*shown, counted(read, "sources")])


def counted(number: int, things: str) -> str:
    """A number of things, in words.

    Parameters
    ----------
    number : int
    things : str
        What they are when they are many, or the name of their table.

    Returns
    -------
    str

    Examples
    --------
    >>> counted(1, "authors"), counted(1, "ties"), counted(2000, "people")
    ('1 person', '1 tie', '2,000 people')
    """
    one, many = IRREGULAR.get(things, (things.removesuffix("s"), things))
    return f"{number:,} {one if number == 1 else many}"
