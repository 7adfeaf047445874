"""Which entities have one identifier: an ISSN, a ROR id, a page in a register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from itertools import pairwise

from graphkit.graph import KnowledgeGraph

__all__ = ["same_identifiers"]


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
