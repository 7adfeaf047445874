"""Which claims join, so that no group holds two papers that a source or register tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.matchers.papers.pairs import Pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from graphkit.matchers.papers.records import Records

__all__ = ["LIKELY", "join"]

LIKELY = 0.5
REFUSED = 0.4


def join(
    records: Records, pairs: Pairs, before: tuple[Sequence[int], Sequence[int]] = ((), ())
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Join records, the surest claims first.

    Parameters
    ----------
    records : Records
    pairs : Pairs
    before : tuple of sequences of int
        Records that are joined already.

    Returns
    -------
    group : numpy.ndarray of int64
        For each record the first one of its group.
    score : numpy.ndarray of float
        That of each pair; of a claim that would put two records of a source that names each
        paper once, or two ids of one register, into one group, 0.4 at most.
    needed : numpy.ndarray of bool
        Claims that say more than surer ones do.
    """
    import numpy as np

    group = np.arange(len(records))
    score, needed = pairs.score.copy(), np.ones(len(pairs.score), bool)
    likely = np.flatnonzero((score > LIKELY) & ~pairs.version)
    order = likely[np.lexsort((pairs.j[likely], pairs.i[likely], -score[likely]))]
    parent: dict[int, int] = {}
    apart = _apart(records, pairs.once)
    known: dict[int, tuple[set[int], dict[int, set[int]]]] = {}

    def root(record: int) -> int:
        while (above := parent.get(record, record)) != record:
            parent[record] = parent.get(above, above)
            record = above
        return record

    def unite(a: int, b: int) -> None:
        parent[b] = a
        (sources, ids), (other_sources, other_ids) = known[a], known.pop(b)
        sources |= other_sources
        for register, values in other_ids.items():
            ids[register] = ids.get(register, set()) | values

    def ends(i: int, j: int) -> tuple[int, int]:
        a, b = sorted((root(i), root(j)))
        for end in (a, b):
            if end not in known:
                known[end] = apart(end)
        return a, b

    for i, j in zip(*before, strict=True):
        a, b = ends(i, j)
        if a != b:
            unite(a, b)
    columns = (order, pairs.i[order], pairs.j[order], pairs.fellow[order], pairs.same_id[order])
    for pair, i, j, fellow, same_id in zip(*(c.tolist() for c in columns), strict=True):
        a, b = ends(i, j)
        if a == b:
            needed[pair] = False
            continue
        (sources, ids), (other_sources, other_ids) = known[a], known[b]
        clash = any(
            register in other_ids and not other_ids[register] & values
            for register, values in ids.items()
        )
        if not same_id and (clash or (not fellow and sources & other_sources)):
            score[pair] = REFUSED
        else:
            unite(a, b)
    for record in list(parent):
        group[record] = root(record)
    return group, score, needed


def _apart(records: Records, once: Any) -> Any:
    """For a record, the strict sources that name it and its ids by register."""
    strict = {int(number) for number in once.nonzero()[0]}
    sources, registered, register = records.sources, records.registered, records.register_of

    def of(record: int) -> tuple[set[int], dict[int, set[int]]]:
        at = slice(sources.indptr[record], sources.indptr[record + 1])
        named = {int(source) for source in sources.indices[at]} & strict
        ids: dict[int, set[int]] = {}
        for value in registered.indices[registered.indptr[record] : registered.indptr[record + 1]]:
            ids.setdefault(int(register[value]), set()).add(int(value))
        return named, ids

    return of
