"""Average linkage over sparse scores: the merges of the tree, surest first.

Union-find over the merges with at least some level gives the clusters at that level.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Merge", "merges"]


class Merge(NamedTuple):
    """Two clusters that become one.

    Attributes
    ----------
    a, b : int
        The best linked nodes of either side.
    level : float
        The mean score of all pairs across; never more than that of an earlier merge.
    """

    a: int
    b: int
    level: float


class _Link(NamedTuple):
    total: float
    pairs: int
    best: tuple[float, int, int]


def merges(
    pairs: Any,
    scores: np.ndarray[Any, Any],
    marks: Sequence[frozenset[int]],
    *,
    missing: float,
    least: float,
) -> Iterator[Merge]:
    """Join the clusters whose mean score is highest, until no mean reaches the least.

    Parameters
    ----------
    pairs : numpy.ndarray of int64, shape (pairs, 2)
        Each pair once.
    scores : numpy.ndarray of float, shape (pairs,)
    marks : sequence of frozenset of int, a node
        Two clusters that share a mark are never joined: the papers of an author, say.
    missing : float
        The score of pairs that are not given.
    least : float
        The lowest level of a merge.

    Yields
    ------
    Merge

    References
    ----------
    Sokal and Michener, "A statistical method for evaluating systematic relationships", 1958.

    Examples
    --------
    >>> import numpy as np
    >>> none = [frozenset()] * 3
    >>> pairs = np.array([[0, 1], [1, 2]])
    >>> list(merges(pairs, np.array([0.75, 0.5]), none, missing=0.25, least=0.2))
    [Merge(a=0, b=1, level=0.75), Merge(a=1, b=2, level=0.375)]
    """
    links: dict[int, dict[int, _Link]] = {}
    heap: list[tuple[float, int, int]] = []
    for (one, other), score in zip(pairs.tolist(), scores.tolist(), strict=True):
        link = _Link(score, 1, (score, one, other))
        links.setdefault(one, {})[other] = links.setdefault(other, {})[one] = link
        if score >= least:
            heap.append((-score, one, other))
    heapq.heapify(heap)
    size = dict.fromkeys(links, 1)
    held: dict[int, set[int]] = {node: set(marks[node]) for node in links}
    fresh = len(marks)
    while heap:
        negative, one, other = heapq.heappop(heap)
        if one not in size or other not in size or other not in links[one]:
            continue
        if not held[one].isdisjoint(held[other]):
            # What holds either of them can never join the other.
            del links[one][other], links[other][one]
            continue
        _, left, right = links[one][other].best
        yield Merge(left, right, -negative)
        _merge(links, size, held, one, other, fresh)
        for near, link in links[fresh].items():
            whole = size[fresh] * size[near]
            mean = (link.total + missing * (whole - link.pairs)) / whole
            # Rounding alone could lift a mean above its parts.
            mean = min(mean, -negative)
            if mean >= least:
                heapq.heappush(heap, (-mean, min(near, fresh), max(near, fresh)))
        fresh += 1


def _merge(
    links: dict[int, dict[int, _Link]],
    size: dict[int, int],
    held: dict[int, set[int]],
    one: int,
    other: int,
    fresh: int,
) -> None:
    first, second = links.pop(one), links.pop(other)
    together: dict[int, _Link] = {}
    for near in sorted((first.keys() | second.keys()) - {one, other}):
        a, b = first.get(near), second.get(near)
        if a is not None and b is not None:
            best = max(a.best, b.best, key=lambda link: (link[0], -link[1], -link[2]))
            link = _Link(a.total + b.total, a.pairs + b.pairs, best)
        else:
            found = a or b
            assert found is not None
            link = found
        theirs = links[near]
        theirs.pop(one, None)
        theirs.pop(other, None)
        theirs[fresh] = together[near] = link
    links[fresh] = together
    size[fresh] = size.pop(one) + size.pop(other)
    small, large = sorted((held.pop(one), held.pop(other)), key=len)
    large |= small
    held[fresh] = large
