"""Figures of a network as a whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphkit.measures.components import component
from graphkit.measures.distances import at_distance
from graphkit.measures.holes import clustering
from graphkit.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["assortativity", "rich_club", "small_world", "summary"]

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
        pairs that are connected), ``assortativity`` (see `assortativity`) and ``small world`` (see
        `small_world`). What cannot be told of so small a network is nan.

    Examples
    --------
    >>> import graphkit as gk
    >>> summary(gk.example().resolve().coauthors())[["authors", "ties", "components"]].to_dict()
    {'authors': 173.0, 'ties': 587.0, 'components': 17.0}
    """
    import numpy as np
    import pandas as pd

    n, ties = len(network), network.matrix.nnz // 2
    degree = np.diff(network.matrix.indptr)
    part = component(network).to_numpy()
    local = clustering(network).to_numpy()
    distance, of_largest = _mean_distances(network, part == 0, seed)
    nothing = math.nan
    triples = bool((degree > 1).any())
    pairs = degree * (degree - 1.0)
    closed = float((local * pairs).sum() / pairs.sum()) if triples else nothing
    return pd.Series(
        {
            "authors": n,
            "ties": ties,
            "papers": len(network.paper_ids),
            "density": 2 * ties / (n * (n - 1)) if n > 1 else nothing,
            "mean degree": 2 * ties / n if n else nothing,
            "isolated": int((degree == 0).sum()),
            "components": int(part.max(initial=-1)) + 1,
            "largest component": (part == 0).mean() if n else nothing,
            "transitivity": closed,
            "clustering": float(local[degree > 1].mean()) if triples else nothing,
            "mean distance": distance,
            "assortativity": assortativity(network),
            "small world": _small_world(degree, local, part == 0, of_largest)["small world"],
        },
        dtype="float64",
        name=network.description,
    )


def assortativity(network: Network) -> float:
    """Correlation of the degrees at the two ends of ties [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    float
        Between -1 and 1: above 0 where those with many coauthors write with each other; nan where
        there are no ties, or all degrees are equal.

    References
    ----------
    .. [1] M. E. J. Newman (2002). Assortative mixing in networks. Physical Review Letters 89,
       208701.

    Examples
    --------
    >>> import graphkit as gk
    >>> round(assortativity(gk.example().resolve().coauthors()), 2)
    0.25
    """
    import numpy as np

    if not network.matrix.nnz:
        return math.nan
    degree = np.diff(network.matrix.indptr).astype(np.float64)
    # Each tie counts from both ends, so that both have one mean and one variance.
    mean = (degree * degree).sum() / degree.sum()
    off = degree - mean
    variance = (degree * off * off).sum()
    together = sum(float(off[first] @ off[second]) for first, second, _ in network.tie_blocks())
    return 2 * together / float(variance) if variance else math.nan


def small_world(network: Network, seed: int = 0) -> pd.Series[Any]:
    """Whether a network's circles are close and yet near to each other, in its largest component.

    Clustering C and distance L beside those that a random network of as many authors and ties
    has, C_random = k/n and L_random = ln n / ln k with k the mean degree [1]_.

    Parameters
    ----------
    network : Network
    seed : int, default 0
        As for `summary`.

    Returns
    -------
    pandas.Series of float64
        ``authors`` (of the largest component), ``clustering``, ``random clustering``,
        ``mean distance``, ``random distance`` and ``small world``, (C / C_random) / (L / L_random)
        [2]_: far above 1 in a small world. What cannot be told of so small a network is nan.

    References
    ----------
    .. [1] D. J. Watts, S. H. Strogatz (1998). Collective dynamics of 'small-world' networks.
       Nature 393, 440-442.
    .. [2] M. D. Humphries, K. Gurney (2008). Network 'small-world-ness': a quantitative method
       for determining canonical network equivalence. PLoS ONE 3, e2051.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = small_world(gk.example().resolve().coauthors())
    >>> found[["clustering", "random clustering", "small world"]].round(2).tolist()
    [0.87, 0.13, 5.17]
    """
    import numpy as np
    import pandas as pd

    largest = component(network).to_numpy() == 0
    found = _small_world(
        np.diff(network.matrix.indptr),
        clustering(network).to_numpy(),
        largest,
        _mean_distances(network, largest, seed)[1],
    )
    return pd.Series(found, dtype="float64", name=network.description)


def _small_world(degree: Any, local: Any, largest: Any, distance: float) -> dict[str, float]:
    n = int(largest.sum())
    mean = float(degree[largest].mean()) if n else 0.0
    known = mean > 1 and n > 2
    clustered = float(local[largest].mean()) if n else math.nan
    random_clustering = mean / n if known else math.nan
    random_distance = math.log(n) / math.log(mean) if known else math.nan
    return {
        "authors": n,
        "clustering": clustered,
        "random clustering": random_clustering,
        "mean distance": distance,
        "random distance": random_distance,
        "small world": clustered / random_clustering / (distance / random_distance),
    }


def _mean_distances(network: Network, largest: Any, seed: int) -> tuple[float, float]:
    """Mean distance of connected pairs, and of those in the largest component.

    Exact, or from a sample of their first ends.
    """
    import numpy as np

    n = len(network)
    chosen = np.sort(np.random.default_rng(seed).permutation(n)[:MOST_SOURCES])
    far, pairs = np.zeros(2), np.zeros(2)
    for distance, sources in at_distance(network.matrix, chosen, "mean distance"):
        # Whom a source in the largest component reaches is in it.
        found = np.array([sources.sum(), sources[largest].sum()])
        far += distance * found
        pairs += found
    whole, of_largest = np.divide(far, pairs, out=np.full(2, math.nan), where=pairs > 0).tolist()
    return whole, of_largest


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
