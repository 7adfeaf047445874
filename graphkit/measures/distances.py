"""How many are how far from each other: one search from 64 people at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.progress import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

__all__ = ["at_distance"]

# As many sources as a word has bits.
WORD = 64


def at_distance(
    matrix: sparse.csr_array, sources: NDArray[np.intp], name: str
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """How many of the sources are at each distance from each row, some sources at a time.

    A bit of a word tells of each row whether a source has reached it, and a step along all ties is
    one "or" over the words of the neighbours [1]_. So a search costs the ties by the levels, and 64
    of them as much as one.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (n, n)
        Symmetric, without stored zeros; its weights do not matter.
    sources : numpy.ndarray of int
        Rows, each at most once.
    name : str
        What is computed, for who listens to the progress.

    Yields
    ------
    distance : int
        In ties, from 1.
    counts : numpy.ndarray of int64, shape (n,)
        Of so many more sources each row is at this distance. Who adds up all that is yielded has
        all distances from the sources.

    References
    ----------
    .. [1] M. Then et al. (2014). The more the merrier: efficient multi-source graph traversal.
       Proceedings of the VLDB Endowment 8, 449-460.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> path = csr_array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    >>> [(far, rows.tolist()) for far, rows in at_distance(path, np.arange(3), "distances")]
    [(1, [1, 2, 1]), (2, [1, 0, 1])]
    """
    import numpy as np

    tied = np.diff(matrix.indptr) > 0
    starts = matrix.indptr[:-1][tied]
    for some in chunks(name, len(sources), WORD):
        seen = np.zeros(matrix.shape[0], np.uint64)
        bits = np.arange(len(some), dtype=np.uint64)
        seen[sources[some.start : some.stop]] = np.left_shift(np.uint64(1), bits)
        front, distance = seen.copy(), 0
        while front.any():
            distance += 1
            reached = np.zeros_like(seen)
            reached[tied] = np.bitwise_or.reduceat(front[matrix.indices], starts)
            front = reached & ~seen
            seen |= front
            if front.any():
                yield distance, np.bitwise_count(front).astype(np.int64)
