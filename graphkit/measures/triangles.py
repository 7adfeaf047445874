"""Triangles by columns: what three people who all wrote with each other add to measures.

igraph's own graph takes more than twice the memory of the matrix while it is made, and longer
than what is asked of it. Each tie is led from the end of fewer ties to that of more (of equal
ones by row), so that nobody leads many, and each triangle is found once, from its lowest corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.network.weights import row_blocks
from graphkit.progress import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer]

__all__ = ["DENSE", "closed_pairs", "constraints", "crowded", "spread"]

# As many rows at once as a word has bits.
WORD = 64
# Rows between two looks at progress and interruption, and steps along ties that are held at once.
ROWS, STEPS = 1024, 1 << 20
# Neighbours of the end of fewer of them, a tie: from so many on igraph is faster by much.
CROWDED = 200
# Up to so many rows a crowded matrix is multiplied in full: a paper by 3,000 takes seconds.
DENSE = 5000


def spread(starts: Ints, sizes: Ints) -> NDArray[np.intp]:
    """The places of runs that begin at ``starts``, one run after the other.

    Examples
    --------
    >>> import numpy as np
    >>> spread(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    import numpy as np

    ends = np.cumsum(sizes, dtype=np.intp)
    total = int(ends[-1]) if len(ends) else 0
    places: NDArray[np.intp] = np.arange(total) + np.repeat(starts - (ends - sizes), sizes)
    return places


@dataclass(frozen=True)
class _Led:
    """Each tie once, by the row that leads it.

    Attributes
    ----------
    starts : numpy.ndarray of int64, shape (n + 1,)
        Where the ties of each row begin.
    to : numpy.ndarray of int32, shape (ties,)
        Where each tie leads; ascending within a row.
    weight : numpy.ndarray of float64, shape (ties,), or None
    """

    starts: NDArray[np.int64]
    to: NDArray[np.int32]
    weight: Floats | None


@dataclass(frozen=True)
class _Triangles:
    """Some triangles: the rows at their corners, a leading b and c, b leading c, and their ties."""

    a: Ints
    b: Ints
    c: Ints
    ab: Ints
    bc: Ints
    ac: Ints


def _led(matrix: sparse.csr_array, weighted: bool) -> _Led:
    import numpy as np

    n = matrix.shape[0]
    rank = np.empty(n, np.int32)
    rank[np.argsort(np.diff(matrix.indptr), kind="stable")] = np.arange(n, dtype=np.int32)
    to = np.empty(matrix.nnz // 2, np.int32)
    weight = np.empty(len(to)) if weighted else None
    count, begin = np.zeros(n, np.int64), 0
    for block, rows in row_blocks(matrix):
        columns = matrix.indices[block]
        leads = rank[columns] > rank[rows]
        end = begin + int(leads.sum())
        to[begin:end] = columns[leads]
        if weight is not None:
            weight[begin:end] = matrix.data[block][leads]
        if len(rows):
            first = int(rows[0])
            these = np.bincount(rows[leads] - first)
            count[first : first + len(these)] += these
        begin = end
    return _Led(np.concatenate([[0], np.cumsum(count)]), to, weight)


def _triangles(led: _Led, name: str) -> Iterator[_Triangles]:
    """All triangles, some at a time.

    A bit of a word tells of each row whether one of 64 rows leads to it, and a step along the ties
    of those whom they lead to finds who is led to twice.
    """
    import numpy as np

    starts, to = led.starts, led.to
    sizes = np.diff(starts)
    word = np.zeros(len(sizes), np.uint64)
    leading = np.flatnonzero(sizes > 1)
    for some in chunks(name, len(leading), ROWS):
        rows = leading[some.start : some.stop]
        steps = np.add.reduceat(
            sizes[to[spread(starts[rows], sizes[rows])]], np.cumsum(sizes[rows]) - sizes[rows]
        )
        found, held, first = [], 0, 0
        while first < len(rows):
            # At least one row, at most a word, and no more steps than may be held.
            within = np.searchsorted(np.cumsum(steps[first : first + WORD]), STEPS, side="right")
            last = first + max(1, int(within))
            found.append(_among(rows[first:last], starts, sizes, to, word))
            held += len(found[-1][0])
            if held > STEPS or last == len(rows):
                yield _Triangles(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
                found, held = [], 0
            first = last


def _among(
    rows: Ints, starts: Ints, sizes: Ints, to: Ints, word: NDArray[np.uint64]
) -> tuple[Ints, ...]:
    """The triangles whose lowest corner is one of at most 64 rows."""
    import numpy as np

    count = sizes[rows]
    tie = spread(starts[rows], count)
    b = to[tie]
    local = np.repeat(np.arange(len(rows)), count)
    np.bitwise_or.at(word, b, np.left_shift(np.uint64(1), local.astype(np.uint64)))
    steps = sizes[b]
    on = spread(starts[b], steps)
    near = to[on]
    reached = np.right_shift(word[near], np.repeat(local.astype(np.uint64), steps))
    word[b] = 0
    hit = np.flatnonzero(reached & np.uint64(1))
    through = np.repeat(np.arange(len(b)), steps)[hit]
    c = near[hit]
    # Ties are in the order of their rows, and of a row in that of where they lead.
    key, n = local * len(sizes) + b, len(sizes)
    closing = np.searchsorted(key, local[through] * n + c)
    return rows[local[through]], b[through], c, tie[through], on[hit], tie[closing]


def crowded(matrix: sparse.csr_array) -> bool:
    """Whether there are so many triangles by the tie, as on a paper by thousands, that igraph pays.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> crowded(csr_array([[0, 1], [1, 0]]))
    False
    """
    import numpy as np

    degree = np.diff(matrix.indptr)
    fewer = sum(
        int(np.minimum(degree[rows], degree[matrix.indices[block]]).sum())
        for block, rows in row_blocks(matrix)
    )
    return fewer > CROWDED * matrix.nnz


def closed_pairs(matrix: sparse.csr_array, name: str) -> NDArray[np.int64]:
    """How many pairs of each row's neighbours are tied: the triangles at each row.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (n, n)
        Symmetric, zero on the diagonal, its indices sorted.
    name : str
        What is computed, for who listens to the progress.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)

    References
    ----------
    .. [1] N. Chiba, T. Nishizeki (1985). Arboricity and subgraph listing algorithms. SIAM Journal
       on Computing 14, 210-223.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> kite = csr_array([[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]])
    >>> closed_pairs(kite, "triangles").tolist()
    [1, 1, 1, 0]
    """
    import numpy as np

    n = matrix.shape[0]
    if n <= DENSE and crowded(matrix):
        full = (matrix.toarray() > 0).astype(np.float64)
        pairs: NDArray[np.int64] = ((full @ full) * full).sum(axis=1).astype(np.int64) // 2
        return pairs
    found = np.zeros(n, np.int64)
    for some in _triangles(_led(matrix, weighted=False), name):
        for corner in (some.a, some.b, some.c):
            found += np.bincount(corner, minlength=n)
    return found


def constraints(matrix: sparse.csr_array, name: str) -> Floats:
    """Burt's constraint of each row: see `graphkit.measures.constraint`.

    With p the share of a row's weight that goes to each neighbour, it is the sum over neighbours j
    of (p_ij + Σ_q p_iq p_qj)². The inner sum is over triangles.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array of float64, shape (n, n)
        Symmetric, above zero, zero on the diagonal, its indices sorted.
    name : str
        What is computed, for who listens to the progress.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        nan for rows without entries.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> path = csr_array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=float)
    >>> constraints(path, "constraint").tolist()
    [1.0, 0.5, 1.0]
    """
    import numpy as np

    n = matrix.shape[0]
    strength = matrix @ np.ones(n)
    each = 1 / np.where(strength > 0, strength, 1)
    if n <= DENSE and crowded(matrix):
        share = matrix.toarray() * each[:, None]
        spent: Floats = ((share + share @ share * (share > 0)) ** 2).sum(axis=1)
        return np.where(strength > 0, spent, np.nan)
    led = _led(matrix, weighted=True)
    weight = led.weight
    assert weight is not None
    # What is spent on the other end through third parties, by who leads a tie and by who is led.
    leader, follower = np.zeros((2, len(weight)))
    for some in _triangles(led, name):
        a, b, c = (each[corner] for corner in (some.a, some.b, some.c))
        ab, bc, ac = (weight[tie] for tie in (some.ab, some.bc, some.ac))
        np.add.at(leader, some.ab, ac * bc * a * c)
        np.add.at(follower, some.ab, bc * ac * b * c)
        np.add.at(leader, some.bc, ab * ac * b * a)
        np.add.at(follower, some.bc, ac * ab * c * a)
        np.add.at(leader, some.ac, ab * bc * a * b)
        np.add.at(follower, some.ac, bc * ab * c * b)
    found = np.zeros(n)
    at = np.repeat(np.arange(n, dtype=np.int32), np.diff(led.starts))
    for total, by in ((leader, at), (follower, led.to)):
        own = each[by]
        own *= weight
        total += own
        del own  # or it would still be there beside its successor
        total *= total
        found += np.bincount(by, total, n)
    found[strength == 0] = np.nan
    return found
