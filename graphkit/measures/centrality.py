"""How central authors are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphkit.measures.engine import at_once, for_igraph, series, with_seed
from graphkit.network import Network
from graphkit.progress import chunks

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "betweenness",
    "closeness",
    "core",
    "degree",
    "eigenvector",
    "harmonic",
    "pagerank",
    "sampled_betweenness",
    "strength",
    "weighted_betweenness",
    "weighted_closeness",
]

DAMPING = 0.85


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


def betweenness(network: Network) -> pd.Series[Any]:
    r"""Share of the shortest paths between others that pass through an author.

    :math:`\frac{2}{(n-1)(n-2)} \sum_{s<t} \sigma_{st}(v) / \sigma_{st}`, with paths counted in
    ties, whatever their weight [1]_; exact. 0 in networks of fewer than three authors. It costs
    authors times ties: `sampled_betweenness` is for large networks.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id, between 0 and 1.

    References
    ----------
    .. [1] L. C. Freeman (1977). A set of measures of centrality based on betweenness.
       Sociometry 40, 35-41.

    Examples
    --------
    >>> import graphkit as gk
    >>> betweenness(gk.example().coauthors()).idxmax()
    'author:Ariya_Rastrow'
    """
    return _betweenness(network, None, "betweenness")


def weighted_betweenness(network: Network) -> pd.Series[Any]:
    """Betweenness along the strongest ties: a tie is as long as its weight is small.

    The length of a tie is 1 / weight [1]_; otherwise as `betweenness`.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id, between 0 and 1.

    References
    ----------
    .. [1] M. E. J. Newman (2001). Scientific collaboration networks. II. Shortest paths,
       weighted networks, and centrality. Physical Review E 64, 016132.

    Examples
    --------
    >>> import graphkit as gk
    >>> weighted_betweenness(gk.example().coauthors()).idxmax()
    'author:Ariya_Rastrow'
    """
    return _betweenness(network, "distance", "weighted-betweenness")


def _betweenness(network: Network, weights: str | None, name: str) -> pd.Series[Any]:
    import numpy as np

    n = len(network)
    total = np.zeros(n)
    if n > 2:
        graph = for_igraph(network)
        for sources in chunks(name, n, at_once(network)):
            total += graph.betweenness(directed=False, weights=weights, sources=list(sources))
        # Each pair was counted from both ends, and igraph halves what is undirected.
        total *= 2 / ((n - 1) * (n - 2))
    return series(network, total, name)


def sampled_betweenness(
    network: Network, error: float = 0.02, confidence: float = 0.95, seed: int = 0
) -> pd.Series[Any]:
    """Betweenness from the shortest paths of some authors, with a stated error.

    Paths are followed from authors drawn at random (pivots) [1]_. By Hoeffding's inequality and
    the union bound, ``log(2n / (1 - confidence)) / (2 error²)`` of them are enough, with which the
    cost no longer grows with authors times ties, but with ties.

    Parameters
    ----------
    network : Network
    error : float, default 0.02
        With the confidence, no author's value is further than this from the exact one.
    confidence : float, default 0.95
    seed : int, default 0

    Returns
    -------
    pandas.Series of float64
        By author id. Its ``attrs`` tell ``pivots`` (from how many authors paths were followed),
        ``error`` and ``confidence``.

    Raises
    ------
    ValueError
        An error or a confidence that is none.

    References
    ----------
    .. [1] U. Brandes, C. Pich (2007). Centrality estimation in large networks. International
       Journal of Bifurcation and Chaos 17, 2303-2318.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = sampled_betweenness(gk.example().coauthors(), error=0.2)
    >>> found.attrs
    {'pivots': 111, 'confidence': 0.95, 'error': 0.2}
    """
    if error <= 0 or not 0 < confidence < 1:
        raise ValueError("the error must be above 0, and the confidence between 0 and 1")
    import numpy as np

    n = len(network)
    if n < 3:
        return series(network, np.zeros(n), "sampled-betweenness")
    pivots = min(n, math.ceil(math.log(2 * n / (1 - confidence)) / (2 * error**2)))
    chosen = np.random.default_rng(seed).permutation(n)[:pivots]
    graph = for_igraph(network)
    total = np.zeros(n)
    for some in chunks("sampled-betweenness", pivots, at_once(network)):
        sources = chosen[some.start : some.stop].tolist()
        total += graph.betweenness(directed=False, sources=sources)
    # A source is no other: each author stands between the others' n - 1 sources.
    found = series(network, total * 2 * n / pivots / ((n - 1) * (n - 2)), "sampled-betweenness")
    found.attrs |= {"pivots": pivots, "confidence": confidence}
    found.attrs["error"] = 0.0 if pivots == n else error
    return found


def closeness(network: Network) -> pd.Series[Any]:
    """How near the others are, counted in ties.

    One divided by the mean distance to those who can be reached, times their share of all
    others, so that small components do not come first [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id, between 0 and 1; 0 for authors without ties.

    References
    ----------
    .. [1] S. Wasserman, K. Faust (1994). Social Network Analysis, formula 5.22 and page 201.

    Examples
    --------
    >>> import graphkit as gk
    >>> closeness(gk.example().coauthors()).idxmax()
    'author:Ariya_Rastrow'
    """
    return _closeness(network, None, "closeness")


def weighted_closeness(network: Network) -> pd.Series[Any]:
    """How near the others are along strong ties: the length of a tie is 1 / weight.

    Otherwise as `closeness`; heavy ties may make it larger than 1.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id; 0 for authors without ties.

    References
    ----------
    .. [1] S. Wasserman, K. Faust (1994). Social Network Analysis, formula 5.22 and page 201.

    Examples
    --------
    >>> import graphkit as gk
    >>> weighted_closeness(gk.example().coauthors()).idxmax()
    'author:Ariya_Rastrow'
    """
    return _closeness(network, "distance", "weighted-closeness")


def _closeness(network: Network, weights: str | None, name: str) -> pd.Series[Any]:
    import numpy as np

    n = len(network)
    if n < 2:
        return series(network, np.zeros(n), name)
    graph = for_igraph(network)
    within = [
        value
        for some in chunks(name, n, at_once(network))
        for value in graph.closeness(vertices=list(some), weights=weights)
    ]
    parts = graph.connected_components()
    reached = np.asarray(parts.sizes())[parts.membership] - 1
    return series(network, np.nan_to_num(within) * reached / (n - 1), name)


def harmonic(network: Network) -> pd.Series[Any]:
    """Mean of one divided by the distance to each other author, 0 where there is no path.

    Distances are counted in ties [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id, between 0 and 1.

    References
    ----------
    .. [1] M. Marchiori, V. Latora (2000). Harmony in the small-world. Physica A 285, 539-546.

    Examples
    --------
    >>> import graphkit as gk
    >>> harmonic(gk.example().coauthors()).idxmax()
    'author:Ariya_Rastrow'
    """
    import numpy as np

    n = len(network)
    if n < 2:
        return series(network, np.zeros(n), "harmonic")
    graph = for_igraph(network)
    found = [
        value
        for some in chunks("harmonic", n, at_once(network))
        for value in graph.harmonic_centrality(vertices=list(some))
    ]
    return series(network, found, "harmonic")


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
    if not network.matrix.nnz:
        return series(network, [0.0] * len(network), "eigenvector")
    import warnings

    import numpy as np

    graph = for_igraph(network)
    with warnings.catch_warnings():
        # Of several components all but one get 0, which is said above.
        warnings.simplefilter("ignore", RuntimeWarning)
        found = with_seed(0, lambda: graph.eigenvector_centrality(weights="weight", scale=True))
    # Outside the one component rounding leaves specks, also below 0.
    return series(network, np.maximum(found, 0.0), "eigenvector")


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
    strength = np.asarray(network.matrix.sum(axis=1)).ravel()
    tied = strength > 0
    shares = np.where(tied, 1 / np.where(tied, strength, 1), 0)
    rank = np.full(n, 1 / max(n, 1))
    # The matrix is symmetric, so that each step is one product; 0.85^150 is below 1e-10.
    for _ in range(150):
        before = rank
        # Who has no ties goes anywhere, as in networkx and igraph.
        jump = 1 - DAMPING + DAMPING * before[~tied].sum()
        rank = DAMPING * (network.matrix @ (before * shares)) + jump / max(n, 1)
        if np.abs(rank - before).sum() < 1e-12 * max(n, 1):
            break
    return series(network, rank, "pagerank")


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
    return series(network, for_igraph(network).coreness(), "core", "int64")
