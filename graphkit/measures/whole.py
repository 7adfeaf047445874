"""Figures of a network as a whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphkit.measures.engine import for_igraph
from graphkit.network import Network
from graphkit.progress import chunks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["components", "rich_club", "summary"]

# From more authors than this, distances are measured from a sample of them.
MOST_SOURCES = 1000


def summary(network: Network, seed: int = 0) -> pd.Series[Any]:
    """A network in some figures.

    Parameters
    ----------
    network : Network
    seed : int, default 0
        Of the sample of 1,000 authors from whom distances are measured in larger networks.

    Returns
    -------
    pandas.Series of float64
        ``authors``, ``ties``, ``papers``, ``density`` (ties by possible ties), ``mean degree``,
        ``isolated`` (authors without ties), ``components``, ``largest component`` (its share of
        the authors), ``transitivity`` (closed by all connected triples), ``clustering`` (mean
        of `clustering` over authors with two ties or more), ``mean distance`` (in ties, over
        pairs that are connected), ``assortativity`` (correlation of the degrees at the ends of
        ties [1]_) and ``small world``: clustering and distance beside those that a random
        network of as many authors and ties has, (C / C_random) / (L / L_random) with
        C_random = k/n and L_random = ln n / ln k in the largest component [2]_. What cannot be
        told of so small a network is nan.

    References
    ----------
    .. [1] M. E. J. Newman (2002). Assortative mixing in networks. Physical Review Letters 89,
       208701.
    .. [2] M. D. Humphries, K. Gurney (2008). Network 'small-world-ness': a quantitative method
       for determining canonical network equivalence. PLoS ONE 3, e2051.

    Examples
    --------
    >>> import graphkit as gk
    >>> summary(gk.example().resolve().coauthors())[["authors", "ties", "components"]].to_dict()
    {'authors': 173.0, 'ties': 587.0, 'components': 17.0}
    """
    import numpy as np
    import pandas as pd

    graph = for_igraph(network)
    n, ties = graph.vcount(), graph.ecount()
    parts = graph.connected_components()
    sizes = np.asarray(parts.sizes(), dtype=float)
    largest = parts.giant() if n else graph
    nothing = math.nan
    distance = _mean_distance(graph, seed)
    local = graph.transitivity_local_undirected(mode="nan") if n else []
    triples = ties > 0 and max(graph.degree()) > 1
    return pd.Series(
        {
            "authors": n,
            "ties": ties,
            "papers": len(network.paper_ids),
            "density": 2 * ties / (n * (n - 1)) if n > 1 else nothing,
            "mean degree": 2 * ties / n if n else nothing,
            "isolated": int((np.diff(network.matrix.indptr) == 0).sum()),
            "components": len(sizes),
            "largest component": sizes.max() / n if n else nothing,
            "transitivity": graph.transitivity_undirected() if triples else nothing,
            "clustering": float(np.nanmean(local)) if triples else nothing,
            "mean distance": distance,
            "assortativity": graph.assortativity_degree(directed=False) if ties else nothing,
            "small world": _small_world(largest, seed) if triples else nothing,
        },
        dtype="float64",
        name=network.description,
    )


def _mean_distance(graph: Any, seed: int) -> float:
    """Mean distance of connected pairs, exact or from a sample of their first ends."""
    import numpy as np

    n = graph.vcount()
    chosen = np.sort(np.random.default_rng(seed).permutation(n)[:MOST_SOURCES])
    total = pairs = 0.0
    for some in chunks("mean distance", len(chosen), 16):
        reached = np.asarray(graph.distances(chosen[some.start : some.stop].tolist()))
        found = reached[np.isfinite(reached) & (reached > 0)]
        total += float(found.sum())
        pairs += len(found)
    return total / pairs if pairs else math.nan


def _small_world(largest: Any, seed: int) -> float:
    import numpy as np

    n = largest.vcount()
    degree = 2 * largest.ecount() / n
    if degree <= 1 or n < 3:
        return math.nan
    clustering = float(np.mean(largest.transitivity_local_undirected(mode="zero")))
    distance = _mean_distance(largest, seed)
    return float(clustering * n / degree / (distance * math.log(degree) / math.log(n)))


def components(network: Network) -> pd.DataFrame:
    """The components of a network, the largest first.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.DataFrame
        Columns ``authors``, ``ties``, ``papers``, ``share`` (of all authors) and ``member``
        (its author with most ties, of equal ones the first).

    Examples
    --------
    >>> import graphkit as gk
    >>> components(gk.example().resolve().coauthors()).loc[0].to_dict()
    {'authors': 70, 'ties': 309, 'papers': 15, 'share': 0.4046242774566474, 'member': \
'author:Ariya_Rastrow'}
    """
    import numpy as np
    import pandas as pd
    from scipy.sparse import csgraph

    count, member = csgraph.connected_components(network.matrix, directed=False)
    degree = np.diff(network.matrix.indptr)
    authors = np.bincount(member, minlength=count)
    of_paper = np.zeros(network.incidence.shape[1], dtype=np.int64)
    rows = np.repeat(np.arange(len(network)), np.diff(network.incidence.indptr))
    of_paper[network.incidence.indices] = member[rows]
    order = np.lexsort([np.arange(len(network)), -degree, member])
    best = order[np.unique(member[order], return_index=True)[1]]
    frame = pd.DataFrame(
        {
            "authors": authors,
            "ties": np.bincount(member, degree, count).astype(np.int64) // 2,
            "papers": np.bincount(of_paper, minlength=count),
            "share": authors / max(len(network), 1),
            "member": network.nodes[best],
        }
    )
    ranked = frame.sort_values(["authors", "member"], ascending=[False, True])
    return ranked.reset_index(drop=True)


def rich_club(network: Network) -> pd.DataFrame:
    """Whether authors of many ties are tied to each other.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.DataFrame
        For each degree k: ``authors`` of more than k ties, ``ties`` among them, and ``share``,
        ties by possible ties, which is the rich-club coefficient [1]_.

    References
    ----------
    .. [1] S. Zhou, R. J. Mondragón (2004). The rich-club phenomenon in the Internet topology.
       IEEE Communications Letters 8, 180-182.

    Examples
    --------
    >>> import graphkit as gk
    >>> rich_club(gk.example().resolve().coauthors()).round(3).iloc[0].to_dict()
    {'authors': 171.0, 'ties': 587.0, 'share': 0.04}
    """
    import numpy as np
    import pandas as pd

    degree = np.diff(network.matrix.indptr)
    first, second, _ = network.upper
    most = int(degree.max(initial=0))
    # Authors and ties beyond each degree, counted from the top.
    people = np.bincount(degree, minlength=most + 1)[::-1].cumsum()[::-1]
    poorer = np.minimum(degree[first], degree[second])
    ties = np.bincount(poorer, minlength=most + 1)[::-1].cumsum()[::-1]
    above, tied = people[1:], ties[1:]
    several = above > 1
    above, tied = above[several], tied[several]
    return pd.DataFrame(
        {"authors": above, "ties": tied, "share": 2 * tied / (above * (above - 1.0))},
        index=pd.RangeIndex(len(above), name="degree"),
    )
