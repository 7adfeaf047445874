"""Measures of authors in a network: each a function ``(Network) -> Series`` by author id.

To add one, write the function and name it in `graphkit.registry` (or in an entry point of the
group ``graphkit.measure``); the command line finds it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["betweenness", "community", "degree", "pagerank", "papers", "strength"]


def _series(network: Network, values: Any, name: str) -> pd.Series[Any]:
    import pandas as pd

    return pd.Series(values, index=pd.Index(network.nodes, name="author"), name=name)


def _igraph(network: Network) -> Any:
    """The network for igraph, with the weight of each tie."""
    import igraph
    import numpy as np
    from scipy import sparse

    upper = sparse.triu(network.matrix, k=1, format="coo")
    graph = igraph.Graph(n=len(network), edges=np.column_stack([upper.row, upper.col]))
    graph.es["weight"] = upper.data
    return graph


def papers(network: Network) -> pd.Series[Any]:
    """Papers of each author in the network's selection.

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
    >>> int(papers(gk.example().coauthors()).max())
    4
    """
    import numpy as np

    return _series(network, np.diff(network.incidence.indptr).astype("int64"), "papers")


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

    return _series(network, np.diff(network.matrix.indptr).astype("int64"), "degree")


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

    return _series(network, np.asarray(network.matrix.sum(axis=1)).ravel(), "strength")


def betweenness(network: Network) -> pd.Series[Any]:
    r"""Share of the shortest paths between others that pass through an author.

    :math:`\frac{2}{(n-1)(n-2)} \sum_{s<t} \sigma_{st}(v) / \sigma_{st}`, with paths counted in
    ties, whatever their weight [1]_; exact. 0 in networks of fewer than three authors.

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
    import numpy as np

    n = len(network)
    if n < 3:
        return _series(network, np.zeros(n), "betweenness")
    counted = np.asarray(_igraph(network).betweenness(directed=False))
    return _series(network, counted * 2 / ((n - 1) * (n - 2)), "betweenness")


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
    if not len(network):
        return _series(network, [], "pagerank").astype("float64")
    return _series(network, _igraph(network).pagerank(weights="weight"), "pagerank")


def community(network: Network) -> pd.Series[Any]:
    """Group of each author by the Leiden algorithm on modularity, with weights [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of int64
        By author id. Groups are numbered by size, 0 the largest; equal ones by their first
        author. The same network always gives the same groups.

    References
    ----------
    .. [1] V. A. Traag, L. Waltman, N. J. van Eck (2019). From Louvain to Leiden:
       guaranteeing well-connected communities. Scientific Reports 9, 5233.

    Examples
    --------
    >>> import graphkit as gk
    >>> int((community(gk.example().coauthors()) == 0).sum()) > 10
    True
    """
    import random

    import igraph
    import numpy as np

    if not len(network):
        return _series(network, [], "community").astype("int64")
    igraph.set_random_number_generator(random.Random(0))
    try:
        found = _igraph(network).community_leiden(
            objective_function="modularity", weights="weight", n_iterations=-1
        )
    finally:
        igraph.set_random_number_generator(random)
    membership = np.asarray(found.membership)
    sizes = np.bincount(membership)
    first = np.full(len(sizes), len(membership))
    np.minimum.at(first, membership, np.arange(len(membership)))
    rank = np.empty(len(sizes), dtype="int64")
    rank[np.lexsort([first, -sizes])] = np.arange(len(sizes))
    return _series(network, rank[membership], "community")
