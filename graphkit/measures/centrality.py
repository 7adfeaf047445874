"""How central authors are, by their ties and by those of their coauthors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.measures.engine import ready, series
from graphkit.measures.triangles import spread
from graphkit.network import Network

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy import sparse

__all__ = ["core", "degree", "eigenvector", "pagerank", "strength"]

DAMPING = 0.85
# Up to so many authors a full matrix is as fast as a sparse one, and has no smallest size.
DENSE = 64
# What is left of the equations, relative to where one starts: seven digits of each rank are right.
TOLERANCE = 1e-8


def degree(network: Network) -> pd.Series[Any]:
    """Coauthors of each author: the number of ties, not divided by anything.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of int64
        By author id.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(degree(gk.example().coauthors()).max())
    32
    """
    import numpy as np

    return series(network, np.diff(network.matrix.indptr), "degree", "int64")


def strength(network: Network) -> pd.Series[Any]:
    """Sum of the weights of an author's ties.

    Under Newman counting it is the number of papers written with others; under full
    counting the number of coauthors, each as often as they wrote together [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id.

    References
    ----------
    .. [1] A. Barrat, M. Barthélemy, R. Pastor-Satorras, A. Vespignani (2004). The
       architecture of complex weighted networks. PNAS 101, 3747-3752.

    Examples
    --------
    >>> import graphkit as gk
    >>> float(strength(gk.example().coauthors(counting="newman")).max())
    4.0
    """
    import numpy as np

    return series(network, np.asarray(network.matrix.sum(axis=1)).ravel(), "strength")


def eigenvector(network: Network) -> pd.Series[Any]:
    """Centrality that grows with that of one's coauthors, by the weights of the ties.

    The eigenvector of the largest eigenvalue of the matrix, scaled so that the largest entry
    is 1 [1]_. In a network of several components only one of them has values above 0.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id, between 0 and 1.

    References
    ----------
    .. [1] P. Bonacich (1987). Power and centrality: a family of measures. American Journal of
       Sociology 92, 1170-1182.

    Examples
    --------
    >>> import graphkit as gk
    >>> float(eigenvector(gk.example().coauthors()).max())
    1.0
    """
    import numpy as np

    matrix = network.matrix
    found = np.zeros(len(network))
    if matrix.nnz and len(network) <= DENSE:
        found = np.abs(np.linalg.eigh(matrix.toarray())[1][:, -1])
    elif matrix.nnz:
        from scipy.sparse.linalg import eigsh

        start = matrix @ np.ones(len(network))
        found = np.abs(eigsh(matrix, k=1, which="LA", v0=start, tol=1e-9)[1][:, 0])
    found /= found.max(initial=1e-300)
    # Outside the one component rounding leaves specks.
    found[found < 1e-9] = 0
    return series(network, found, "eigenvector")


def pagerank(network: Network) -> pd.Series[Any]:
    """PageRank along the ties, by their weights, with damping 0.85 [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id; they sum to 1.

    References
    ----------
    .. [1] S. Brin, L. Page (1998). The anatomy of a large-scale hypertextual Web search
       engine. Computer Networks 30, 107-117.

    Examples
    --------
    >>> import graphkit as gk
    >>> round(float(pagerank(gk.example().coauthors()).sum()), 6)
    1.0
    """
    import numpy as np

    n = len(network)
    matrix, strength = network.matrix, network.matrix @ np.ones(n)
    tied = strength > 0
    # Who has no ties gets the jump alone and goes anywhere, as in networkx and igraph.
    jump = (1 - DAMPING) / (n - DAMPING * int((~tied).sum())) if n else 0.0
    # Between people whose ties have no direction the equations of rank by strength are symmetric;
    # conjugate gradients, scaled by the strength, then take a third of the steps.
    within = 1 / np.where(tied, strength, 1)
    share = np.full(n, jump * n / max(float(strength.sum()), 1))
    left = np.where(tied, jump - (1 - DAMPING) * share * strength, 0)
    near = left * within
    step, size = near.copy(), float(left @ near)
    least = (TOLERANCE * jump) ** 2 * float(within[tied].sum())
    part = np.empty(n)
    # By theory forty steps are enough, whatever the network.
    for _ in range(100):
        if size <= least:
            break
        through = matrix @ step
        through *= -DAMPING
        through += np.multiply(strength, step, out=part)
        along = size / float(step @ through)
        share += np.multiply(along, step, out=part)
        through *= along
        left -= through
        np.multiply(left, within, out=near)
        before, size = size, float(left @ near)
        step *= size / before
        step += near
    return series(network, np.where(tied, share * strength, jump), "pagerank")


def core(network: Network) -> pd.Series[Any]:
    """The largest k such that the author belongs to the k-core.

    The k-core is the largest part of the network in which everybody has k ties within it [1]_;
    a paper by n people makes a core of n - 1.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of int64
        By author id; 0 for authors without ties.

    References
    ----------
    .. [1] S. B. Seidman (1983). Network structure and minimum degree. Social Networks 5, 269-287.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(core(gk.example().coauthors()).max())
    12
    """
    graph = ready(network)
    found = _peeled(network.matrix) if graph is None else graph.coreness()
    return series(network, found, "core", "int64")


def _peeled(matrix: sparse.csr_array) -> NDArray[np.int32]:
    """The core number of each row: whoever has at most k ties left goes, all at once [1]_.

    References
    ----------
    .. [1] V. Batagelj, M. Zaveršnik (2003). An O(m) algorithm for cores decomposition of networks.
       arXiv:cs/0310049; here by columns.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> kite = csr_array([[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]])
    >>> _peeled(kite).tolist()
    [2, 2, 2, 1]
    """
    import numpy as np

    starts, indices = matrix.indptr, matrix.indices
    left: NDArray[np.integer] = np.diff(starts)
    found = np.zeros(len(left), np.int32)
    alive, k = np.flatnonzero(left), 0
    near: NDArray[np.integer]
    while len(alive):
        k = max(k, int(left[alive].min()))
        going = alive[left[alive] <= k]
        while len(going):
            found[going], left[going] = k, 0
            near = indices[spread(starts[going], starts[going + 1] - starts[going])]
            near, times = np.unique(near[left[near] > k], return_counts=True)
            left[near] -= times
            going = near[left[near] <= k]
        alive = alive[left[alive] > 0]
    return found
