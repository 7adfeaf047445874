"""The Louvain algorithm with many moves at a time: what takes one step each becomes columns.

The textbook moves one author after the other. Here a random part of those who may want to move
decide at once, by sums over their ties that one sparse product gives for all of them. Only a part,
since two neighbours who decide at once may change places for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.progress import chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

__all__ = ["by_modularity"]

# Share of those who may want to move that decide in a sweep.
AT_ONCE = 0.4
# Ties whose sums are taken at a time.
AT_A_TIME = 1 << 18
# Sweeps after which a level ends in any case; some dozens are usual.
MOST_SWEEPS = 300
# A gain that rounding may feign, relative to what there is to gain.
LEAST_GAIN = 1e-9


def by_modularity(matrix: sparse.csr_array, resolution: float, seed: int) -> NDArray[np.int64]:
    """Groups of high modularity: move nodes while it gains, make nodes of groups, begin again.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array of float64, shape (n, n)
        Symmetric, above zero.
    resolution : float
        Higher values give more and smaller groups.
    seed : int

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        The group of each row, a whole number from 0.

    References
    ----------
    .. [1] V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre (2008). Fast unfolding of
       communities in large networks. Journal of Statistical Mechanics P10008.

    Examples
    --------
    >>> import networkx as nx
    >>> from scipy.sparse import csr_array
    >>> two = csr_array(nx.to_scipy_sparse_array(nx.barbell_graph(3, 0)), dtype=float)
    >>> by_modularity(two, 1.0, seed=0).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    import numpy as np
    from scipy import sparse

    rng = np.random.default_rng(seed)
    member = np.arange(matrix.shape[0])
    while matrix.nnz:
        known, group = np.unique(_moved(matrix, resolution, rng), return_inverse=True)
        member = group[member]
        if len(known) == matrix.shape[0]:
            break
        belongs = _belongs(group, len(known))
        # In this order, since what is between is then small.
        matrix = sparse.csr_array(belongs.T @ (matrix @ belongs))
    return member


def _moved(
    matrix: sparse.csr_array, resolution: float, rng: np.random.Generator
) -> NDArray[np.integer[Any]]:
    """The group of each node when none gains by another one."""
    import numpy as np
    from scipy import sparse

    n = matrix.shape[0]
    strength: NDArray[np.float64] = matrix @ np.ones(n)
    price = resolution / strength.sum()
    ties = matrix
    if matrix.diagonal().any():
        # What a node is tied to itself goes with it wherever it moves.
        ties = sparse.csr_array(matrix - sparse.diags_array(matrix.diagonal()))
        ties.eliminate_zeros()
    belongs = _belongs(np.arange(n), n)
    # The very numbers of the matrix, so that it follows each move.
    group, total = belongs.indices, strength.copy()
    awake = np.diff(ties.indptr) > 0
    for _ in (one for some in chunks("louvain", MOST_SWEEPS, 1) for one in some):
        rows = np.flatnonzero(awake)
        if not len(rows):
            break
        drawn = rows[rng.random(len(rows)) < AT_ONCE]
        rows = drawn if len(drawn) else rng.choice(rows, 1)
        awake[rows] = False
        # All decide on what is known before the sweep; some at a time only to spare memory.
        decided = [
            _better(
                some, sparse.csr_array(ties[some] @ belongs), strength, group[some], total, price
            )
            for some in _parts(rows, ties.indptr)
        ]
        rows, target = (np.concatenate(parts) for parts in zip(*decided, strict=True))
        total -= np.bincount(group[rows], strength[rows], n)
        total += np.bincount(target, strength[rows], n)
        group[rows] = target
        # Those of other groups whom somebody left or came near think again.
        for some in _parts(rows, ties.indptr):
            near = ties[some]
            strangers = group[near.indices] != np.repeat(group[some], np.diff(near.indptr))
            awake[near.indices[strangers]] = True
    return group


def _parts(rows: NDArray[np.intp], indptr: NDArray[np.integer[Any]]) -> list[NDArray[np.intp]]:
    """Rows in parts of about `AT_A_TIME` ties, at least one part."""
    import numpy as np

    ties = np.cumsum(indptr[rows + 1] - indptr[rows], dtype=np.int64)
    most = int(ties[-1]) if len(ties) else 0
    return np.split(rows, np.searchsorted(ties, np.arange(AT_A_TIME, most, AT_A_TIME)))


def _better(
    rows: NDArray[np.intp],
    sums: sparse.csr_array,
    strength: NDArray[np.float64],
    mine: NDArray[np.integer[Any]],
    total: NDArray[np.float64],
    price: float,
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Which of some nodes gain by moving, and to which group most."""
    import numpy as np

    at = np.repeat(np.arange(len(rows)), np.diff(sums.indptr))
    own = strength[rows]
    here = sums.indices == mine[at]
    # What a group gains by a node: its ties there, less those that chance would give it.
    others = total[sums.indices] - np.where(here, own[at], 0)
    gain = sums.data - price * own[at] * others
    stays = -price * own * (total[mine] - own)
    stays[at[here]] = gain[here]
    most = np.maximum.reduceat(gain, sums.indptr[:-1])
    best = np.flatnonzero(gain == most[at])
    target = np.empty(len(rows), np.int64)
    target[at[best]] = sums.indices[best]
    moves = most > stays + LEAST_GAIN * own
    return rows[moves], target[moves]


def _belongs(group: NDArray[np.int64], count: int) -> sparse.csr_array:
    """Nodes by groups, 1 where a node belongs."""
    import numpy as np
    from scipy import sparse

    n = len(group)
    return sparse.csr_array((np.ones(n), group, np.arange(n + 1)), shape=(n, count))
