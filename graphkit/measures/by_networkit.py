"""Measures by networkit, for who chooses it: where it is faster than what the others run on.

``net.measure("louvain", engine="networkit")``, the extra ``networkit``. Nothing here is used
because it happens to be installed. networkit runs on one thread unless a function is told
otherwise, since on several two runs may give different groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphkit.errors import MissingExtraError
from graphkit.measures.engine import numbered, series
from graphkit.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MEASURES",
    "VERSION_OF",
    "clustering",
    "community",
    "component",
    "core",
    "label_propagation",
    "louvain",
]

# Whose version stands with groups that are kept.
VERSION_OF = "networkit"
# Sweeps at a level. networkit would take up to 32, twice the time for 0.0015 more modularity.
MOST_SWEEPS = 8


@contextmanager
def _running(network: Network, weighted: bool, threads: int = 1) -> Iterator[tuple[Any, Any]]:
    """networkit on so many threads, and the network for it, made once."""
    try:
        import networkit
    except ImportError:
        raise MissingExtraError("networkit", "networkit") from None
    before = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(threads)
    try:
        name = "_networkit" if weighted else "_networkit_bare"
        if name not in vars(network):
            first, second, weight = network.upper
            ends = first, second
            ties = (weight, ends) if weighted else ends
            vars(network)[name] = networkit.GraphFromCoo(ties, n=len(network), weighted=weighted)
        yield networkit, vars(network)[name]
    finally:
        networkit.setNumberOfThreads(before)


def clustering(network: Network, threads: int = 1) -> pd.Series[Any]:
    """Share of the pairs of an author's coauthors who also wrote together.

    As `graphkit.measures.clustering`.

    Parameters
    ----------
    network : Network
    threads : int, default 1

    Returns
    -------
    pandas.Series of float64
        By author id.

    Raises
    ------
    MissingExtraError
        networkit is not installed.

    Examples
    --------
    >>> import graphkit as gk
    >>> round(float(clustering(gk.example().coauthors()).mean()), 2)
    0.86
    """
    with _running(network, False, threads) as (nk, graph):
        found = nk.centrality.LocalClusteringCoefficient(graph, turbo=True).run()
        return series(network, found.scores(), "clustering")


def core(network: Network, threads: int = 1) -> pd.Series[Any]:
    """The largest k such that the author belongs to the k-core: as `graphkit.measures.core`.

    Parameters
    ----------
    network : Network
    threads : int, default 1

    Returns
    -------
    pandas.Series of int64
        By author id.

    Raises
    ------
    MissingExtraError
        networkit is not installed.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(core(gk.example().coauthors()).max())
    12
    """
    with _running(network, False, threads) as (nk, graph):
        return series(
            network, nk.centrality.CoreDecomposition(graph).run().scores(), "core", "int64"
        )


def component(network: Network, threads: int = 1) -> pd.Series[Any]:
    """Number of each author's component: as `graphkit.measures.component`.

    Parameters
    ----------
    network : Network
    threads : int, default 1

    Returns
    -------
    pandas.Series of int64
        By author id.

    Raises
    ------
    MissingExtraError
        networkit is not installed.

    Examples
    --------
    >>> import graphkit as gk
    >>> int((component(gk.example().resolve().coauthors()) == 0).sum())
    70
    """
    with _running(network, False, threads) as (nk, graph):
        found = nk.components.ConnectedComponents(graph).run()
        return numbered(network, found.getPartition().getVector(), "component")


def community(network: Network, resolution: float = 1.0, threads: int = 1) -> pd.Series[Any]:
    """Group of each author by networkit's Leiden algorithm on modularity, with weights [1]_.

    It takes the authors in the order of the network, so that there is no seed to it.

    Parameters
    ----------
    network : Network
    resolution : float, default 1
        Higher values give more and smaller groups.
    threads : int, default 1
        On one the same network always gives the same groups; on more it may not.

    Returns
    -------
    pandas.Series of int64
        By author id, numbered as by `graphkit.measures.community`.

    Raises
    ------
    MissingExtraError
        networkit is not installed.

    References
    ----------
    .. [1] F. Nguyen (2021). Leiden-based parallel community detection. Bachelor's thesis,
       Karlsruhe Institute of Technology.

    Examples
    --------
    >>> import graphkit as gk
    >>> int((community(gk.example().coauthors()) == 0).sum()) > 10
    True
    """
    with _running(network, True, threads) as (nk, graph):
        leiden = nk.community.ParallelLeiden(graph, randomize=False, gamma=resolution)
        return numbered(network, leiden.run().getPartition().getVector(), "community")


def louvain(network: Network, resolution: float = 1.0, threads: int = 1) -> pd.Series[Any]:
    """Group of each author by networkit's Louvain algorithm on modularity, with weights [1]_.

    It takes the authors in the order of the network, so that there is no seed to it, and ends a
    level after eight sweeps.

    Parameters
    ----------
    network : Network
    resolution : float, default 1
        Higher values give more and smaller groups.
    threads : int, default 1
        On one the same network always gives the same groups; on more it may not.

    Returns
    -------
    pandas.Series of int64
        By author id, numbered as by `graphkit.measures.community`.

    Raises
    ------
    MissingExtraError
        networkit is not installed.

    References
    ----------
    .. [1] C. L. Staudt, H. Meyerhenke (2016). Engineering parallel algorithms for community
       detection in massive networks. IEEE Transactions on Parallel and Distributed Systems 27,
       171-184.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(louvain(gk.example().coauthors()).max()) > 10
    True
    """
    with _running(network, True, threads) as (nk, graph):
        moves = nk.community.PLM(graph, gamma=resolution, maxIter=MOST_SWEEPS)
        return numbered(network, moves.run().getPartition().getVector(), "louvain")


def label_propagation(network: Network, threads: int = 1) -> pd.Series[Any]:
    """Group of each author by networkit's label propagation, with weights [1]_.

    Far faster than `graphkit.measures.label_propagation`, and coarser: in networks of many authors
    one label may run over most of them.

    Parameters
    ----------
    network : Network
    threads : int, default 1
        On one the same network always gives the same groups; on more it may not.

    Returns
    -------
    pandas.Series of int64
        By author id, numbered as by `graphkit.measures.community`.

    Raises
    ------
    MissingExtraError
        networkit is not installed.

    References
    ----------
    .. [1] C. L. Staudt, H. Meyerhenke (2016). Engineering parallel algorithms for community
       detection in massive networks. IEEE Transactions on Parallel and Distributed Systems 27,
       171-184.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(label_propagation(gk.example().coauthors()).max()) > 10
    True
    """
    with _running(network, True, threads) as (nk, graph):
        found = nk.community.PLP(graph).run()
        return numbered(network, found.getPartition().getVector(), "label-propagation")


MEASURES: dict[str, Callable[..., pd.Series[Any]]] = {
    "clustering": clustering,
    "community": community,
    "component": component,
    "core": core,
    "label-propagation": label_propagation,
    "louvain": louvain,
}
"""The registered measures that it answers in the place of others."""
