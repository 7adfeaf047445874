"""Structural holes and brokerage: who stands between others that are not tied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.measures.belonging import main_team, main_topic
from graphkit.measures.communities import community
from graphkit.measures.engine import for_igraph, ready, series
from graphkit.measures.triangles import DENSE, closed_pairs, constraints, crowded
from graphkit.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ROLES",
    "brokerage",
    "clustering",
    "constraint",
    "effective_size",
    "team_brokerage",
    "topic_brokerage",
]

ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")


def clustering(network: Network) -> pd.Series[Any]:
    """Share of the pairs of an author's coauthors who also wrote together [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id, between 0 and 1; 0 for authors of fewer than two ties.

    References
    ----------
    .. [1] D. J. Watts, S. H. Strogatz (1998). Collective dynamics of 'small-world' networks.
       Nature 393, 440-442.

    Examples
    --------
    >>> import graphkit as gk
    >>> round(float(clustering(gk.example().coauthors()).mean()), 2)
    0.86
    """
    import numpy as np

    graph = ready(network)
    if len(network) > DENSE and crowded(network.matrix):
        graph = for_igraph(network)
    if graph is not None and len(network):
        found = graph.transitivity_local_undirected(mode="zero")
    else:
        degree = np.diff(network.matrix.indptr).astype(np.float64)
        pairs = degree * (degree - 1) / 2
        found = closed_pairs(network.matrix, "clustering") / np.maximum(pairs, 1)
    return series(network, found, "clustering")


def constraint(network: Network) -> pd.Series[Any]:
    """How much of an author's effort goes to coauthors who are tied to each other, too.

    Burt's constraint on the weights of the ties [1]_: low for those who bridge structural
    holes.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id; nan for authors without ties.

    References
    ----------
    .. [1] R. S. Burt (1992). Structural Holes. Harvard University Press, formula 2.4.

    Examples
    --------
    >>> import graphkit as gk
    >>> constraint(gk.example().coauthors()).idxmin()
    'author:Ariya_Rastrow'
    """
    return series(network, constraints(network.matrix, "constraint"), "constraint")


def effective_size(network: Network) -> pd.Series[Any]:
    """Coauthors less the average number of ties that these have to each other [1]_ [2]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id, from 1 (all coauthors are tied) to their number (none are); nan for
        authors without ties.

    References
    ----------
    .. [1] R. S. Burt (1992). Structural Holes. Harvard University Press, formula 2.2.
    .. [2] S. P. Borgatti (1997). Structural holes: unpacking Burt's redundancy measures.
       Connections 20, 35-38: the form for ties without weights, which is used here.

    Examples
    --------
    >>> import graphkit as gk
    >>> effective_size(gk.example().coauthors()).idxmax()
    'author:Ariya_Rastrow'
    """
    import numpy as np

    degree = np.diff(network.matrix.indptr)
    with np.errstate(invalid="ignore"):
        found = degree - _triangles(network) / degree
    return series(network, found, "effective-size")


def _triangles(network: Network) -> Any:
    """Twice the ties among the neighbours of each row."""
    import numpy as np

    degree = np.diff(network.matrix.indptr)
    share = clustering(network).to_numpy()
    return np.round(share * degree * (degree - 1))


def brokerage(network: Network, groups: pd.Series[Any] | None = None) -> pd.DataFrame:
    """How often an author stands between two others who are not tied, by groups [1]_.

    Of the paths from a over the author to b, where a and b are not tied: all three of one
    group (coordinator); a and b of one group, the author of another (itinerant); only b of
    the author's group (gatekeeper); only a (representative); three groups (liaison). Ties
    have no direction, so each path is counted both ways, and gatekeepers are representatives.

    Parameters
    ----------
    network : Network
    groups : pandas.Series, optional
        Group of each author by id; by default the communities. Authors without a group belong
        to none that is shared.

    Returns
    -------
    pandas.DataFrame of int64
        Columns ``coordinator``, ``itinerant``, ``gatekeeper``, ``representative``, ``liaison``;
        by author id.

    References
    ----------
    .. [1] R. V. Gould, R. M. Fernandez (1989). Structures of mediation: a formal approach to
       brokerage in transaction networks. Sociological Methodology 19, 89-126.

    Examples
    --------
    >>> import graphkit as gk
    >>> brokerage(gk.example().coauthors()).loc["author:Ariya_Rastrow"].to_list()
    [44, 12, 225, 225, 214]
    """
    import numpy as np
    import pandas as pd
    from scipy import sparse

    n = len(network)
    named = (community(network) if groups is None else groups).reindex(network.nodes)
    codes = pd.factorize(named)[0].astype(np.int64)
    # Who has no group is a group of one.
    codes[codes < 0] = codes.max(initial=-1) + 1 + np.arange((codes < 0).sum())
    ties = network.matrix.copy()
    ties.data = np.ones(ties.nnz)
    rows = np.repeat(np.arange(n), np.diff(ties.indptr))
    same = codes[rows] == codes[ties.indices]
    inside, outside = (_those(ties, mask) for mask in (same, ~same))
    shape = (n, codes.max(initial=0) + 1)
    member = sparse.csr_array((np.ones(n), (np.arange(n), codes)), shape=shape)
    per_group = sparse.csr_array(ties @ member)
    degree = np.diff(ties.indptr)
    own = np.diff(inside.indptr)
    other = degree - own
    # Pairs of neighbours in one group, in either order, and among them those of one's own.
    pairs = np.asarray((per_group * per_group).sum(axis=1)).ravel() - degree
    at_home = own * (own - 1)
    # The same of pairs that are tied.
    tied_at_home = _closed(inside, inside, inside)
    tied_pairs = _closed(ties, inside, ties)
    tied_across = _closed(outside, ties, inside)
    tied = _closed(ties, ties, ties)
    gate = other * own - tied_across
    abroad = other * other - (pairs + degree - own * own)
    counts = {
        "coordinator": at_home - tied_at_home,
        "itinerant": (pairs - at_home) - (tied_pairs - tied_at_home),
        "gatekeeper": gate,
        "representative": gate,
        "liaison": abroad - (tied - tied_pairs - 2 * tied_across),
    }
    columns = {role: series(network, counts[role], role, "int64") for role in ROLES}
    return pd.DataFrame(columns, index=columns["liaison"].index)


def team_brokerage(network: Network) -> pd.DataFrame:
    """How often an author stands between two others who are not tied, by teams [1]_.

    As `brokerage`, with the team of each author (see `main_team`) as group: the liaison joins two
    teams without being of either.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.DataFrame of int64
        Columns ``team-coordinator``, ``team-itinerant``, ``team-gatekeeper``,
        ``team-representative``, ``team-liaison``; by author id.

    References
    ----------
    .. [1] R. V. Gould, R. M. Fernandez (1989). Structures of mediation: a formal approach to
       brokerage in transaction networks. Sociological Methodology 19, 89-126.

    Examples
    --------
    >>> import graphkit as gk
    >>> team_brokerage(gk.example().coauthors()).loc["author:Ariya_Rastrow"].to_list()
    [0, 0, 0, 0, 720]
    """
    return brokerage(network, main_team(network)).add_prefix("team-")


def topic_brokerage(network: Network) -> pd.DataFrame:
    """How often an author stands between two others who are not tied, by topics [1]_.

    As `brokerage`, with the topic of most papers of each author (see `main_topic`) as group.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.DataFrame of int64
        Columns ``topic-coordinator``, ``topic-itinerant``, ``topic-gatekeeper``,
        ``topic-representative``, ``topic-liaison``; by author id.

    References
    ----------
    .. [1] R. V. Gould, R. M. Fernandez (1989). Structures of mediation: a formal approach to
       brokerage in transaction networks. Sociological Methodology 19, 89-126.

    Examples
    --------
    >>> import graphkit as gk
    >>> topic_brokerage(gk.example().coauthors()).loc["author:Ariya_Rastrow"].to_list()
    [232, 0, 220, 220, 48]
    """
    return brokerage(network, main_topic(network)).add_prefix("topic-")


def _those(matrix: Any, mask: Any) -> Any:
    """The entries of a matrix that a mask chooses."""
    chosen = matrix.copy()
    chosen.data = mask.astype(float)
    chosen.eliminate_zeros()
    return chosen


def _closed(first: Any, between: Any, second: Any) -> Any:
    """How many pairs of neighbours, one by each of two kinds of ties, are tied by a third."""
    import numpy as np

    return np.asarray(((first @ between) * second).sum(axis=1)).ravel()
