"""Claims that two author ids are one person."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from graphkit.graph import KnowledgeGraph
from graphkit.ids import normalise_text
from graphkit.matchers import claimed

__all__ = ["match"]

METHOD = "name-but-for-case"
VERSION = "1"


def match(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Propose that names which differ in capitals alone are one person.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    KnowledgeGraph
        The graph with claims added to ``matches``, under a source of the matcher's own that
        is named after them. Two authors of one paper are left apart when the claims are
        joined (`KnowledgeGraph.resolve`).

    Examples
    --------
    >>> import graphkit as gk
    >>> match(gk.example()).matches[["a", "b", "score"]].values.tolist()
    [['author:I-FAN_CHEN', 'author:I-Fan_Chen', 0.98]]
    """
    spelt: dict[str, set[tuple[str, str]]] = defaultdict(set)
    authors = kg.table("authors", as_read=True)
    for entity, name in zip(authors["id"].to_pylist(), authors["name"].to_pylist(), strict=True):
        if name:
            spelt[normalise_text(name).casefold()].add((entity, name))
    claims: list[dict[str, Any]] = []
    for group in spelt.values():
        names = [name for _, name in group]
        if len(set(names)) < len(names):
            # Different ids with one and the same name are namesakes to their source; which of
            # them another spelling means, capitals cannot tell.
            continue
        for (a, first), (b, second) in pairwise(sorted(group)):
            if a != b:
                evidence = f"{first!r} and {second!r} differ in capitals alone"
                claims.append(
                    {"a": a, "b": b, "method": METHOD, "score": 0.98, "evidence": evidence}
                )
    return claimed(
        kg,
        "people",
        VERSION,
        title="People whose names differ in capitals alone",
        tables={"matches": claims},
    )
