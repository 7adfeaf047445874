"""The parts of a network between which there are no ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.measures.engine import numbered
from graphkit.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["component", "components"]


def component(network: Network) -> pd.Series[Any]:
    """Number of each author's component: whoever can be reached along ties shares it [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of int64
        By author id. Components are numbered by size, 0 the largest; equal ones by their first
        author. Who has no ties is a component of one.

    References
    ----------
    .. [1] J. Hopcroft, R. Tarjan (1973). Algorithm 447: efficient algorithms for graph
       manipulation. Communications of the ACM 16, 372-378.

    Examples
    --------
    >>> import graphkit as gk
    >>> int((component(gk.example().resolve().coauthors()) == 0).sum())
    70
    """
    from scipy.sparse import csgraph

    # Ties lead both ways, so that what is strongly connected is what is connected; to ask for that
    # spares scipy the transposed matrix.
    _, member = csgraph.connected_components(network.matrix, connection="strong")
    return numbered(network, member, "component")


def components(network: Network) -> pd.DataFrame:
    """The components of a network, the largest first.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.DataFrame
        By the number that `component` gives: ``authors``, ``ties``, ``papers``, ``share`` (of all
        authors) and ``member`` (its author with most ties, of equal ones the first).

    Examples
    --------
    >>> import graphkit as gk
    >>> components(gk.example().resolve().coauthors()).loc[0].to_dict()
    {'authors': 70, 'ties': 309, 'papers': 15, 'share': 0.4046242774566474, 'member': \
'author:Ariya_Rastrow'}
    """
    import numpy as np
    import pandas as pd

    member = component(network).to_numpy()
    count = int(member.max(initial=-1)) + 1
    degree = np.diff(network.matrix.indptr)
    authors = np.bincount(member, minlength=count)
    of_paper = np.zeros(network.incidence.shape[1], dtype=np.int64)
    rows = np.repeat(np.arange(len(network)), np.diff(network.incidence.indptr))
    of_paper[network.incidence.indices] = member[rows]
    # Written last, so kept: of those of most ties the first.
    order = np.lexsort([-np.arange(len(network)), degree])
    best = np.zeros(count, dtype=np.intp)
    best[member[order]] = order
    return pd.DataFrame(
        {
            "authors": authors,
            "ties": np.bincount(member, degree, count).astype(np.int64) // 2,
            "papers": np.bincount(of_paper, minlength=count),
            "share": authors / max(len(network), 1),
            "member": network.nodes[best],
        },
        index=pd.RangeIndex(count, name="component"),
    )
