"""Groups of authors who write with each other more than with the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.measures.engine import for_igraph, numbered, series, with_seed
from graphkit.measures.moving import by_modularity
from graphkit.network import Network
from graphkit.progress import chunks

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["GROUPS", "community", "consensus", "label_propagation", "louvain", "participation"]

# The registered measures whose values are numbers of groups, not sizes of something.
GROUPS = ("community", "consensus", "label-propagation", "louvain")


def community(network: Network, resolution: float = 1.0, seed: int = 0) -> pd.Series[Any]:
    """Group of each author by the Leiden algorithm on modularity, with weights [1]_.

    Parameters
    ----------
    network : Network
    resolution : float, default 1
        Higher values give more and smaller groups.
    seed : int, default 0

    Returns
    -------
    pandas.Series of int64
        By author id. Groups are numbered by size, 0 the largest; equal ones by their first
        author. The same network and seed always give the same groups.

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
    return numbered(network, _leiden(network, resolution, seed), "community")


def louvain(network: Network, resolution: float = 1.0, seed: int = 0) -> pd.Series[Any]:
    """Group of each author by the Louvain algorithm on modularity, with weights [1]_.

    Parameters
    ----------
    network : Network
    resolution : float, default 1
        Higher values give more and smaller groups.
    seed : int, default 0

    Returns
    -------
    pandas.Series of int64
        By author id, numbered as by `community`.

    References
    ----------
    .. [1] V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre (2008). Fast unfolding of
       communities in large networks. Journal of Statistical Mechanics P10008.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(louvain(gk.example().coauthors()).max()) > 10
    True
    """
    return numbered(network, by_modularity(network.matrix, resolution, seed), "louvain")


def label_propagation(network: Network, seed: int = 0) -> pd.Series[Any]:
    """Group of each author by label propagation, with weights: fast and coarse [1]_.

    Parameters
    ----------
    network : Network
    seed : int, default 0

    Returns
    -------
    pandas.Series of int64
        By author id, numbered as by `community`.

    References
    ----------
    .. [1] U. N. Raghavan, R. Albert, S. Kumara (2007). Near linear time algorithm to detect
       community structures in large-scale networks. Physical Review E 76, 036106.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(label_propagation(gk.example().coauthors()).max()) > 10
    True
    """
    if not len(network):
        return series(network, [], "label-propagation", "int64")
    graph = for_igraph(network)
    found = with_seed(seed, lambda: graph.community_label_propagation(weights="weight"))
    return numbered(network, found.membership, "label-propagation")


def consensus(
    network: Network,
    resolution: float = 1.0,
    runs: int = 20,
    threshold: float = 0.5,
    seed: int = 0,
) -> pd.Series[Any]:
    """Groups that many runs of the Leiden algorithm agree on [1]_.

    Each tie is given the share of runs that keep its ends together, ties below the threshold
    are cut, and the runs are repeated on the result until all of them agree.

    Parameters
    ----------
    network : Network
    resolution : float, default 1
    runs : int, default 20
    threshold : float, default 0.5
        Between 0 and 1.
    seed : int, default 0

    Returns
    -------
    pandas.Series of int64
        By author id, numbered as by `community`. Its ``attrs`` tell ``runs``, ``rounds`` and
        ``agreement``: the share of the ties of which all first runs say the same.

    References
    ----------
    .. [1] A. Lancichinetti, S. Fortunato (2012). Consensus clustering in complex networks.
       Scientific Reports 2, 336; here on the ties of the network alone.

    Examples
    --------
    >>> import graphkit as gk
    >>> consensus(gk.example().coauthors()).attrs["runs"]
    20
    """
    import numpy as np

    first, second, _ = network.upper
    weights: NDArray[np.float64] | None = None
    agreement, rounds = 1.0, 0
    membership = np.arange(len(network))
    # Each round cuts ties or agrees; in practice two or three are enough.
    for rounds in range(1, 11):
        kept = np.zeros(len(first))
        for (run,) in chunks(f"consensus, round {rounds}", runs, 1):
            membership = _leiden(network, resolution, seed + run, weights)
            kept += membership[first] == membership[second]
        share = kept / runs
        if rounds == 1:
            agreement = float(np.isin(share, (0, 1)).mean()) if len(share) else 1.0
        if np.isin(share, (0, 1)).all():
            break
        weights = np.where(share >= threshold, share, 0)
    found = numbered(network, membership, "consensus")
    found.attrs |= {"runs": runs, "rounds": rounds, "agreement": agreement}
    return found


def participation(network: Network, groups: pd.Series[Any] | None = None) -> pd.Series[Any]:
    """How evenly an author's ties are spread over the groups [1]_.

    One less the sum of the squared shares of the strength that goes to each group.

    Parameters
    ----------
    network : Network
    groups : pandas.Series, optional
        Group of each author by id; by default the communities.

    Returns
    -------
    pandas.Series of float64
        By author id: 0 for ties to one group only (or none), towards 1 for many.

    References
    ----------
    .. [1] R. Guimerà, L. A. N. Amaral (2005). Functional cartography of complex metabolic
       networks. Nature 433, 895-900.

    Examples
    --------
    >>> import graphkit as gk
    >>> round(float(participation(gk.example().coauthors()).max()), 2)
    0.66
    """
    import numpy as np
    import pandas as pd
    from scipy import sparse

    named = (community(network) if groups is None else groups).reindex(network.nodes)
    codes = pd.factorize(named, use_na_sentinel=False)[0]
    n = len(network)
    member = sparse.csr_array(
        (np.ones(n), (np.arange(n), codes)), shape=(n, codes.max(initial=0) + 1)
    )
    to_group = sparse.csr_array(network.matrix @ member)
    strength = np.asarray(network.matrix.sum(axis=1)).ravel()
    squares = np.asarray((to_group * to_group).sum(axis=1)).ravel()
    safe = np.where(strength > 0, strength, 1)
    found = np.where(strength > 0, 1 - squares / safe**2, 0)
    return series(network, found, "participation")


def _leiden(
    network: Network,
    resolution: float,
    seed: int,
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    import numpy as np

    if not len(network):
        return np.empty(0, np.int64)
    graph = for_igraph(network)
    found = with_seed(
        seed,
        lambda: graph.community_leiden(
            objective_function="modularity",
            weights="weight" if weights is None else weights.tolist(),
            resolution=resolution,
            n_iterations=2 if len(network) > 10_000 else -1,
        ),
    )
    return np.asarray(found.membership, dtype=np.int64)
