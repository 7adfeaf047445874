"""How central authors are by the shortest paths through them and from them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphkit.measures.distances import at_distance
from graphkit.measures.engine import at_once, for_igraph, series, with_distances
from graphkit.network import Network
from graphkit.progress import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "betweenness",
    "closeness",
    "harmonic",
    "sampled_betweenness",
    "weighted_betweenness",
    "weighted_closeness",
]


# In at least so many parts a sample is taken, to see how they differ.
PARTS = 20


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
    for _, passing in _passing(network, np.arange(n), weights, name, at_once(network)):
        total += passing
    return series(network, total * 2 / max((n - 1) * (n - 2), 1), name)


def _passing(
    network: Network, sources: NDArray[np.intp], weights: str | None, name: str, size: int
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Half of the shares of the shortest paths from some rows that pass through each row.

    With the number of these rows.
    """
    import numpy as np

    if len(network) > 2:
        graph = with_distances(network) if weights else for_igraph(network)
        for some in chunks(name, len(sources), size):
            of = sources[some.start : some.stop].tolist()
            # igraph halves what is undirected, since a path has two ends.
            found = graph.betweenness(directed=False, weights=weights, sources=of)
            yield len(of), np.asarray(found)


def sampled_betweenness(
    network: Network, error: float = 0.05, confidence: float = 0.95, seed: int = 0
) -> pd.Series[Any]:
    """Betweenness from the shortest paths of some authors, with a stated error.

    Paths are followed from authors drawn at random (pivots) [1]_. By Hoeffding's inequality and
    the union bound, ``log(2n / (1 - confidence)) / (2 error²)`` of them are enough, with which the
    cost no longer grows with authors times ties, but with ties. The bound holds for every network;
    most errors are far below it, and how far is told by the standard error.

    Parameters
    ----------
    network : Network
    error : float, default 0.05
        With the confidence, no author's value is further than this from the exact one.
    confidence : float, default 0.95
    seed : int, default 0

    Returns
    -------
    pandas.Series of float64
        By author id. Its ``attrs`` tell ``pivots`` (from how many authors paths were followed),
        ``error``, ``confidence`` and ``standard_error``, the largest of any author, from how much
        some dozens of pivots differ from the others; nan where there are too few to tell.

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
    >>> found.attrs["pivots"], found.attrs["error"], round(found.attrs["standard_error"], 3)
    (111, 0.2, 0.005)
    """
    if error <= 0 or not 0 < confidence < 1:
        raise ValueError("the error must be above 0, and the confidence between 0 and 1")
    import numpy as np

    n = len(network)
    name = "sampled-betweenness"
    pivots = min(n, math.ceil(math.log(2 * max(n, 1) / (1 - confidence)) / (2 * error**2)))
    chosen = np.random.default_rng(seed).permutation(n)[:pivots]
    size = max(1, min(at_once(network), pivots // PARTS))
    total, squares, parts = np.zeros(n), np.zeros(n), 0
    for count, passing in _passing(network, chosen, None, name, size):
        total += passing
        squares += passing**2 / count
        parts += 1
    # A source is no other: each author stands between the others' n - 1 sources.
    share = 2 * n / max((n - 1) * (n - 2), 1)
    found = series(network, total * (share / max(pivots, 1)), name)
    found.attrs |= {"pivots": pivots, "confidence": confidence}
    found.attrs["error"] = 0.0 if pivots == n else error
    found.attrs["standard_error"] = math.nan if pivots < n else 0.0
    if parts > 1 and pivots < n:
        # Parts differ as much as so many sources would; who draws without putting back errs less.
        spread = np.maximum(squares - total**2 / pivots, 0).max() / (parts - 1)
        most = share * math.sqrt(spread / pivots * (1 - pivots / n))
        found.attrs["standard_error"] = most
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
    import numpy as np

    far, reached = np.zeros((2, len(network)))
    for distance, sources in at_distance(network.matrix, np.arange(len(network)), "closeness"):
        far += distance * sources
        reached += sources
    within = reached / np.maximum(far, 1)
    return series(network, within * reached / max(len(network) - 1, 1), "closeness")


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
    import numpy as np

    n, name = len(network), "weighted-closeness"
    graph = with_distances(network)
    within = [
        value
        for some in chunks(name, n if n > 1 else 0, at_once(network))
        for value in graph.closeness(vertices=list(some), weights="distance")
    ]
    if not within:
        return series(network, np.zeros(n), name)
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

    found = np.zeros(len(network))
    for distance, sources in at_distance(network.matrix, np.arange(len(network)), "harmonic"):
        found += sources / distance
    return series(network, found / max(len(network) - 1, 1), "harmonic")
