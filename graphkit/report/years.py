"""The years of a network as columns: papers, authors old and new, ties old and new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.network import Network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["by_year"]


def by_year(network: Network) -> pd.DataFrame:
    """What happened in each year.

    Parameters
    ----------
    network : Network

    Returns
    -------
    pandas.DataFrame
        By year, from the first to the last, also those without papers: ``papers``,
        ``authors`` (with a paper that year), ``newcomers`` (whose first it is), ``ties`` (of
        people who wrote together that year), ``new_ties`` (for the first time), ``size`` (mean
        authors a paper within the network; nan without papers) and ``alone`` (share of papers
        by one author). Papers of unknown year count in none.

    Examples
    --------
    >>> import graphkit as gk
    >>> by_year(gk.example().resolve().coauthors())[["papers", "authors", "newcomers"]].to_dict()
    {'papers': {2022: 44}, 'authors': {2022: 173}, 'newcomers': {2022: 173}}
    """
    import numpy as np
    import pandas as pd

    known = np.isfinite(network.years)
    if not known.any():
        names = ["papers", "authors", "newcomers", "ties", "new_ties", "size", "alone"]
        return pd.DataFrame({name: [] for name in names}, index=pd.Index([], dtype=np.int64))
    start = int(network.years[known].min())
    span = int(network.years[known].max()) - start + 1
    year = np.where(known, network.years - start, -1).astype(np.int64)
    people = np.bincount(network.incidence.indices, minlength=len(year))
    papers = np.bincount(year[known], minlength=span)
    authors, newcomers = _active(network.incidence.indptr, year[network.incidence.indices], span)
    shared = network.tie_papers()
    ties, new = _active(shared.indptr, year[shared.indices], span)
    with np.errstate(invalid="ignore"):
        size = np.bincount(year[known], people[known], span) / papers
        alone = np.bincount(year[known], people[known] == 1, span) / papers
    columns = {"papers": papers, "authors": authors, "newcomers": newcomers}
    columns |= {"ties": ties, "new_ties": new, "size": size, "alone": alone}
    return pd.DataFrame(columns, index=pd.RangeIndex(start, start + span, name="year"))


def _active(starts: Any, years: Any, span: int) -> tuple[Any, Any]:
    """How many rows of a sparse matrix have an entry in each year, and how many their first."""
    import numpy as np

    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    rows, years = rows[years >= 0], years[years >= 0]
    once = np.unique(rows * span + years)
    _, first = np.unique(once // span, return_index=True)
    active = np.bincount(once % span, minlength=span)
    return active, np.bincount(once[first] % span, minlength=span)
