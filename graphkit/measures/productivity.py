"""What authors wrote, and what it is cited: from papers, not from ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.measures.engine import series
from graphkit.network import Network
from graphkit.network.incidence import citations_of, ends_of, incidence_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "first_authorships",
    "fractional_papers",
    "indices",
    "last_authorships",
    "new_collaborators",
    "papers",
    "team_size",
]


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

    return series(network, np.diff(network.incidence.indptr), "papers", "int64")


def fractional_papers(network: Network) -> pd.Series[Any]:
    """Papers of each author, of a paper by n people the n-th part [1]_.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id; all authors of a corpus together have as many as it has papers.

    References
    ----------
    .. [1] D. J. de Solla Price (1981). Multiple authorship. Science 212, 986.

    Examples
    --------
    >>> import graphkit as gk
    >>> round(float(fractional_papers(gk.example().coauthors()).sum()), 6)
    44.0
    """
    return series(network, network.incidence @ (1 / _teams(network)), "fractional-papers")


def team_size(network: Network) -> pd.Series[Any]:
    """Mean number of authors of an author's papers, the author included.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id; nan for those without papers.

    Examples
    --------
    >>> import graphkit as gk
    >>> float(team_size(gk.example().coauthors()).min())
    1.0
    """
    import numpy as np

    with np.errstate(invalid="ignore"):
        mean = network.incidence @ _teams(network) / np.diff(network.incidence.indptr)
    return series(network, mean, "team-size")


def first_authorships(network: Network) -> pd.Series[Any]:
    """Papers of which an author stands first.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of int64
        By author id. Who writes alone stands first, and last.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(first_authorships(gk.example().coauthors()).sum())
    44
    """
    return _at_end(network, 0, "first-authorships")


def last_authorships(network: Network) -> pd.Series[Any]:
    """Papers of which an author stands last.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of int64
        By author id. Who writes alone stands first, and last.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(last_authorships(gk.example().coauthors()).sum())
    44
    """
    return _at_end(network, 1, "last-authorships")


def new_collaborators(network: Network) -> pd.Series[Any]:
    """Coauthors that an author won a year: their number by the years from first to last paper.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.Series of float64
        By author id; nan for those of whose papers no year is known.

    Examples
    --------
    >>> import graphkit as gk
    >>> float(new_collaborators(gk.example().coauthors()).max())
    32.0
    """
    import numpy as np

    first, last = _active(network)
    found = np.diff(network.matrix.indptr) / (last - first + 1)
    return series(network, found, "new-collaborators")


def indices(network: Network) -> pd.DataFrame:
    """h, g, m and e index of each author, by the citations that the graph holds.

    h: the largest number of papers with as many citations each [1]_. g: the largest number of
    papers with its square of citations together, at most the papers there are [2]_. m: h by
    the years since the author's first paper, up to the last year of the network [1]_. e: the
    square root of the citations of the h papers beyond h squared [3]_.

    Parameters
    ----------
    network : Network
        Citations are counted in the whole graph, papers in the network's selection.

    Returns
    -------
    pandas.DataFrame of float64
        Columns ``h-index``, ``g-index``, ``m-index``, ``e-index``; by author id. All nan where
        the graph holds no citations: not known is not none.

    References
    ----------
    .. [1] J. E. Hirsch (2005). An index to quantify an individual's scientific research
       output. PNAS 102, 16569-16572.
    .. [2] L. Egghe (2006). Theory and practise of the g-index. Scientometrics 69, 131-152.
    .. [3] C.-T. Zhang (2009). The e-index, complementing the h-index for excess citations.
       PLoS ONE 4, e5429.

    Examples
    --------
    >>> import graphkit as gk
    >>> bool(indices(gk.example().coauthors()).isna().all(axis=None))
    True
    """
    import numpy as np
    import pandas as pd

    n = len(network)
    names = ("h-index", "g-index", "m-index", "e-index")
    values = dict.fromkeys(names, np.full(n, np.nan))
    cited = citations_of(network.graph, network.paper_ids)
    if cited is not None:
        counts = np.diff(network.incidence.indptr)
        rows = np.repeat(np.arange(n), counts)
        each = cited[network.incidence.indices]
        order = np.lexsort([-each, rows])
        each = each[order]
        # The rank of each paper among its author's, and the citations down to it.
        rank = np.arange(1, len(rows) + 1) - np.repeat(network.incidence.indptr[:-1], counts)
        running = np.cumsum(each)
        before = np.concatenate([[0], running])[np.repeat(network.incidence.indptr[:-1], counts)]
        running = running - before
        in_h = each >= rank
        h = np.bincount(rows, in_h, n)
        g = np.bincount(rows, running >= rank**2, n)
        excess = np.bincount(rows, np.where(in_h, each, 0), n) - h**2
        first, _ = _active(network)
        until = np.nanmax(network.years) if np.isfinite(network.years).any() else np.nan
        values = dict(zip(names, (h, g, h / (until - first + 1), np.sqrt(excess)), strict=True))
    columns = {name: series(network, values[name], name) for name in names}
    return pd.DataFrame(columns, index=columns["h-index"].index)


def _teams(network: Network) -> NDArray[np.float64]:
    """How many people wrote each paper, also those whom the network leaves out."""
    import numpy as np
    import pyarrow.compute as pc

    whole = incidence_of(network.graph)
    size = np.bincount(whole.matrix.indices, minlength=len(whole.papers)).astype(np.float64)
    at = pc.index_in(network.paper_ids, value_set=whole.papers)
    return size[at.to_numpy(zero_copy_only=False)] if len(at) else size[:0]


def _at_end(network: Network, end: int, name: str) -> pd.Series[Any]:
    import numpy as np
    import pyarrow.compute as pc

    whole = incidence_of(network.graph)
    chosen = pc.is_in(whole.papers, value_set=network.paper_ids).to_numpy(zero_copy_only=False)
    found = ends_of(network.graph, whole)[end][chosen]
    counted = np.bincount(found[found >= 0], minlength=len(whole.nodes))
    at = pc.index_in(network.node_ids, value_set=whole.nodes).fill_null(len(whole.nodes))
    return series(network, np.append(counted, 0)[at.to_numpy()], name, "int64")


def _active(network: Network) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and last year of each row's papers; nan where none is known."""
    import numpy as np

    rows = np.repeat(np.arange(len(network)), np.diff(network.incidence.indptr))
    years = network.years[network.incidence.indices]
    first, last = np.full((2, len(network)), np.nan)
    np.fmin.at(first, rows, years)
    np.fmax.at(last, rows, years)
    return first, last
