"""How a network grew, year by year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphkit.measures.distances import at_distance
from graphkit.network import Network
from graphkit.progress import chunks

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy import sparse

__all__ = ["densification", "timeline"]

# From so many authors a year distances are measured; see `timeline`.
SOURCES = 100
COLUMNS = {
    "year": "int64",
    "papers": "int64",
    "growth": "float64",
    "team_size": "float64",
    "alone": "float64",
    "authors": "int64",
    "newcomers": "int64",
    "persisting": "int64",
    "returning": "int64",
    "left": "int64",
    "ties": "int64",
    "new_ties": "int64",
    "largest": "float64",
    "distance": "float64",
}


def timeline(
    network: Network, window: int = 1, *, cumulative: bool = False, seed: int = 0
) -> pd.DataFrame:
    """How a network changed from year to year.

    Each row is a network of its own: of the papers of one year, of the ``window`` years that end
    with it, or (``cumulative``) of all papers up to it. Ties that the selection of the network cut
    are in none of them.

    Parameters
    ----------
    network : Network
        Of authors; which papers and ties it is made of was said when it was made.
    window : int, default 1
        Years that each row looks back on, its own among them.
    cumulative : bool, default False
        Look back on all years.
    seed : int, default 0
        Of the authors from whom distances are measured.

    Returns
    -------
    pandas.DataFrame
        One row for each ``year`` in which a paper appeared:

        - ``papers``, ``growth`` (papers by those of a year before, less 1), ``team_size`` (mean
          number of authors, as the network has them), ``alone`` (share of papers by one author);
        - ``authors``: of these ``newcomers`` (first paper in this year), ``persisting`` (there a
          year before, in a window as long) and ``returning`` (seen earlier, but not a year
          before); ``left``: there a year before, and not now;
        - ``ties``, of these ``new_ties`` (never before this year);
        - ``largest``: share of the authors in the largest component; ``distance``: mean distance
          in ties of authors who are connected, from at most 100 of them drawn at random.

        Its ``attrs`` tell ``window`` (None for all years), ``network``, ``unknown_years`` (papers
        of unknown year, which are in no row) and ``densification`` (see `densification`; of the
        cumulated network, whatever the window).

    Raises
    ------
    ValueError
        A window below 1, or one for a cumulative timeline.

    References
    ----------
    .. [1] J. Leskovec, J. Kleinberg, C. Faloutsos (2007). Graph evolution: densification and
       shrinking diameters. ACM Transactions on Knowledge Discovery from Data 1, 2.

    Examples
    --------
    >>> import graphkit as gk
    >>> timeline(gk.example().resolve().coauthors())[["papers", "authors", "ties"]].to_dict("index")
    {0: {'papers': 44, 'authors': 173, 'ties': 587}}
    """
    if window < 1:
        raise ValueError(f"the window is {window} years; it must be at least 1")
    if cumulative and window != 1:
        raise ValueError("a cumulative timeline looks back on all years: leave the window out")
    import numpy as np
    import pandas as pd

    author_years = _Dated(network.incidence, network.years)
    tie_years = _Dated(network.tie_papers(), network.years)
    debut, tied = author_years.min(), tie_years.min()
    known = network.years[network.years == network.years]
    years, counts = np.unique(known, return_counts=True)
    span = math.inf if cumulative else window
    rng = np.random.default_rng(seed)
    sizes = np.bincount(network.incidence.indices, minlength=len(network.years))
    first, second, _ = network.upper
    rows = []
    for at in (year for some in chunks("timeline", len(years), 1) for year in some):
        year = years[at]
        since = year - span + 1
        here, before = (author_years.between(since - back, year - back) for back in (0, 1))
        ties = tie_years.between(since, year)
        papers_before = int(counts[(years >= since - 1) & (years < year)].sum())
        papers = int(counts[(years >= since) & (years <= year)].sum())
        of_window = (network.years >= since) & (network.years <= year)
        largest, distance = _connected(here, first[ties], second[ties], rng)
        newcomers, persisting = int((debut == year).sum()), int((here & before).sum())
        rows.append(
            {
                "year": int(year),
                "papers": papers,
                "growth": papers / papers_before - 1 if papers_before else math.nan,
                "team_size": float(sizes[of_window].mean()),
                "alone": float((sizes[of_window] == 1).mean()),
                "authors": int(here.sum()),
                "newcomers": newcomers,
                "persisting": persisting,
                "returning": int((here & ~before & (debut < year)).sum()),
                "left": int((before & ~here).sum()),
                "ties": int(ties.sum()),
                "new_ties": int((tied == year).sum()),
                "largest": largest,
                "distance": distance,
            }
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    frame.attrs |= {"window": None if cumulative else window, "network": network.description}
    frame.attrs["unknown_years"] = int(len(network.years) - len(known))
    people = [int((debut <= year).sum()) for year in years]
    pairs = [int((tied <= year).sum()) for year in years]
    frame.attrs["densification"] = densification(people, pairs)
    return frame


def densification(authors: Any, ties: Any) -> float:
    """The exponent a of ties ~ authors**a, by least squares on logarithms [1]_.

    1 means that authors have as many ties as ever, 2 that they are tied to a constant share of all
    others.

    Parameters
    ----------
    authors, ties : sequence of int
        Of a growing network, year by year.

    Returns
    -------
    float
        nan with fewer than two different numbers of authors who have ties.

    References
    ----------
    .. [1] J. Leskovec, J. Kleinberg, C. Faloutsos (2007). Graph evolution: densification and
       shrinking diameters. ACM Transactions on Knowledge Discovery from Data 1, 2.

    Examples
    --------
    >>> round(densification([10, 100, 1000], [20, 400, 8000]), 3)
    1.301
    """
    import numpy as np

    n, e = np.asarray(authors, dtype=float), np.asarray(ties, dtype=float)
    n, e = n[(n > 0) & (e > 0)], e[(n > 0) & (e > 0)]
    if len(np.unique(n)) < 2:
        return math.nan
    x, y = np.log(n) - np.log(n).mean(), np.log(e)
    return float((x * y).sum() / (x * x).sum())


class _Dated:
    """Rows and the years of their papers, each pair once, in the order of the rows."""

    def __init__(self, links: sparse.csr_array, years: NDArray[np.float64]) -> None:
        import numpy as np

        self._count = links.shape[0]
        rows = np.repeat(np.arange(self._count), np.diff(links.indptr))
        year = years[links.indices]
        known = year == year
        self._rows, self._years = rows[known], year[known]

    def min(self) -> NDArray[np.float64]:
        """The first year of each row; nan where none is known."""
        import numpy as np

        found = np.full(self._count, np.inf)
        np.minimum.at(found, self._rows, self._years)
        return np.where(np.isinf(found), np.nan, found)

    def between(self, since: float, until: float) -> NDArray[np.bool_]:
        """Which rows have a paper from these years."""
        import numpy as np

        found = np.zeros(self._count, dtype=bool)
        found[self._rows[(self._years >= since) & (self._years <= until)]] = True
        return found


def _connected(
    here: NDArray[np.bool_],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Share of the largest component, and the mean distance of those who are connected."""
    import numpy as np
    from scipy import sparse
    from scipy.sparse import csgraph

    row_of = np.cumsum(here) - 1
    n = int(here.sum())
    matrix = sparse.csr_array(
        (np.ones(len(first), bool), (row_of[first], row_of[second])), shape=(n, n)
    )
    matrix = sparse.csr_array(matrix + matrix.T)
    _, part = csgraph.connected_components(matrix, connection="strong")
    far = pairs = 0
    for distance, sources in at_distance(matrix, rng.permutation(n)[:SOURCES], "distances"):
        found = int(sources.sum())
        far, pairs = far + distance * found, pairs + found
    return float(np.bincount(part).max() / n), far / pairs if pairs else math.nan
