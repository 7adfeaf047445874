"""Who looks like whose advisor, from the order of authors and the years of their papers.

The signs are those with which C. Wang et al. (2010, KDD, 203-212) reckon: in the first years of
somebody's papers, at the end of the list, more than once, by somebody who began well before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.network.incidence import ends_of, incidence_of, values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

    Floats = NDArray[np.float64]

__all__ = ["advised", "advised_papers", "first_years", "last_years", "years_of"]

EARLY = 5  # years
SENIORITY = 5  # years
LEAST_ADVISED = 2  # papers


def years_of(kg: KnowledgeGraph) -> Floats:
    """Year of each paper of `incidence_of`, shape (p,); nan where it is not known."""
    import numpy as np

    found = values(kg, "papers", "year", incidence_of(kg).papers)
    return np.asarray(found.to_pandas(), dtype=np.float64)


def first_years(kg: KnowledgeGraph) -> Floats:
    """Year of the first paper of each author of `incidence_of`, shape (n,); inf if unknown."""
    import numpy as np

    return _over_papers(kg, np.minimum, np.inf)


def last_years(kg: KnowledgeGraph) -> Floats:
    """Year of the last paper of each author of `incidence_of`, shape (n,); -inf if unknown."""
    import numpy as np

    # Nearly every question about people asks.
    if "recommend.last_years" not in kg.derived:
        kg.derived["recommend.last_years"] = _over_papers(kg, np.maximum, -np.inf)
    found: Floats = kg.derived["recommend.last_years"]
    return found


def _over_papers(kg: KnowledgeGraph, reach: np.ufunc, unknown: float) -> Floats:
    """The least or most of the years of each author's papers."""
    import numpy as np

    matrix, years = incidence_of(kg).matrix, years_of(kg)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    found = np.full(matrix.shape[0], unknown)
    reach.at(found, rows, np.where(np.isnan(years), unknown, years)[matrix.indices])
    return found


def advised(kg: KnowledgeGraph) -> sparse.csr_array:
    """On how many papers the row's author looks like the advisor of the column's.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (n, n)
        By rows of `graphkit.network.incidence.incidence_of`; one paper alone does not count.
    """
    if "recommend.advised" not in kg.derived:
        kg.derived["recommend.advised"] = _count(kg)
    found: sparse.csr_array = kg.derived["recommend.advised"]
    return found


def advised_papers(kg: KnowledgeGraph, senior: int, junior: int) -> NDArray[np.intp]:
    """The papers (columns of `incidence_of`) that show it, for a pair that `advised` counts."""
    import numpy as np

    first, last = ends_of(kg, incidence_of(kg))
    papers = np.flatnonzero((first == junior) & (last == senior))
    found: NDArray[np.intp] = papers[years_of(kg)[papers] - first_years(kg)[junior] < EARLY]
    return found


def _count(kg: KnowledgeGraph) -> sparse.csr_array:
    import numpy as np
    from scipy import sparse

    years, start = years_of(kg), first_years(kg)
    first, last = ends_of(kg, incidence_of(kg))
    papers = np.flatnonzero((first >= 0) & (last >= 0) & (first != last) & np.isfinite(years))
    junior, senior = first[papers], last[papers]
    early = (years[papers] - start[junior] < EARLY) & (start[junior] - start[senior] >= SENIORITY)
    ends = (senior[early], junior[early])
    shape = (len(start), len(start))
    counts = sparse.coo_array((np.ones(int(early.sum())), ends), shape=shape).tocsr()
    counts.data[counts.data < LEAST_ADVISED] = 0
    counts.eliminate_zeros()
    return sparse.csr_array(counts)
