"""Which entities have one identifier: an ISSN, a ROR id, an ORCID, a page in a register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING

from graphkit.graph import KnowledgeGraph

if TYPE_CHECKING:
    from graphkit.matchers.context import Context

__all__ = ["orcids", "same_identifiers"]


def same_identifiers(kg: KnowledgeGraph, ids: Collection[str]) -> dict[tuple[str, str], str]:
    """Pairs of entities with an identifier in common.

    Parameters
    ----------
    kg : KnowledgeGraph
    ids : collection of str
        The entities that are looked at.

    Returns
    -------
    dict of (str, str) to str
        The identifier by its two entities, in the order of their ids. Of several entities with
        one identifier, each is paired with the next.

    Examples
    --------
    >>> kg = KnowledgeGraph({"identifiers": [
    ...     {"entity": f"venue:{n}", "identifier": "issn:0891-2017"} for n in "AB"
    ... ]})
    >>> same_identifiers(kg, ["venue:A", "venue:B"])
    {('venue:A', 'venue:B'): 'issn:0891-2017'}
    """
    rows = kg.table("identifiers", as_read=True)
    holders: dict[str, set[str]] = defaultdict(set)
    known = set(ids)
    pairs = zip(rows["entity"].to_pylist(), rows["identifier"].to_pylist(), strict=True)
    for entity, identifier in pairs:
        if entity in known:
            holders[identifier].add(entity)
        if identifier in known and entity in known:
            # An entity may be the other's identifier itself.
            holders[identifier].add(identifier)
    found: dict[tuple[str, str], str] = {}
    for identifier, entities in sorted(holders.items()):
        for a, b in pairwise(sorted(entities)):
            found.setdefault((a, b), identifier)
    return found


def orcids(around: Context) -> tuple[list[str | None], list[dict[str, str]]]:
    """The ORCID of each author, as its sources give it.

    Parameters
    ----------
    around : Context

    Returns
    -------
    orcids : list of str or None
        In the order of ``around.authors``: the first of several, None for none and for one that
        stands for two people of one paper.
    notes : list of dict
        One for each of the latter and paper, to stand in ``notes``.

    Examples
    --------
    >>> from graphkit.matchers.context import context
    >>> ada = {"id": "author:Ada_King", "name": "Ada King", "orcid": "orcid:0000-0002-1825-0097"}
    >>> orcids(context(KnowledgeGraph({"authors": [ada]})))
    (['orcid:0000-0002-1825-0097'], [])
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    people = around.kg.table("authors", as_read=True).select(["id", "orcid"])
    more = around.kg.table("identifiers", as_read=True)
    more = more.select(["entity", "identifier"]).rename_columns(["id", "orcid"])
    themselves = pa.table({"id": around.authors, "orcid": around.authors})
    every = pa.concat_tables([people, more, themselves])
    every = every.filter(pc.fill_null(pc.starts_with(every["orcid"], "orcid:"), False))
    every = every.filter(pc.is_in(every["id"], around.authors)).sort_by(
        [("id", "ascending"), ("orcid", "ascending")]
    )
    first = every.group_by("id", use_threads=False).aggregate([("orcid", "first")])
    of_author = first["orcid_first"].take(pc.index_in(around.authors, first["id"].combine_chunks()))
    of_row = of_author.take(pa.array(around.author))
    table = around.kg.table("authorships", as_read=True)
    marked = pa.table(
        {name: table[name] for name in ("paper", "source", "author")} | {"orcid": of_row}
    )
    marked = marked.filter(pc.is_valid(marked["orcid"]))
    twice = marked.group_by(["paper", "source", "orcid"], use_threads=False).aggregate(
        [("author", "count_distinct"), ("author", "count")]
    )
    twice = twice.filter(pc.greater(twice["author_count"], 1)).sort_by(
        [("orcid", "ascending"), ("paper", "ascending"), ("source", "ascending")]
    )
    notes = [
        {
            "reason": f"{row['orcid']} stands for {row['author_count']} authors of one paper",
            "text": row["orcid"],
            "done": "nobody was joined by it",
            "place": row["paper"],
        }
        for row in twice.to_pylist()
    ]
    wrong = pc.is_in(of_author, twice["orcid"].combine_chunks())
    return pc.if_else(wrong, None, of_author).to_pylist(), notes
