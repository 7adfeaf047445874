"""A network over time: how it grew, its part of some years, and the career of one author."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from graphkit.network import Network, coauthors
from graphkit.network.incidence import objects, values
from graphkit.network.selection import Filters
from graphkit.network.weights import tie_matrix
from graphkit.progress import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["career", "densification", "timeline", "windows"]

# From so many authors a year distances are measured; see `timeline`.
SOURCES = 100
COLUMNS = {
    "year": "int64",
    "papers": "int64",
    "growth": "float64",
    "team_size": "float64",
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
          number of authors, as the network has them);
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


def windows(network: Network, window: int = 1) -> Iterator[tuple[int, Network]]:
    """The networks of some years each, one for each year in which a paper appeared.

    Parameters
    ----------
    network : Network
    window : int, default 1
        Years that each looks back on, its own among them.

    Yields
    ------
    year : int
    part : Network
        Of the papers of these years and their authors, with the ties of the network that they
        make. A tie weighs what these papers add to it, before any normalisation.

    Examples
    --------
    >>> import graphkit as gk
    >>> for year, part in windows(gk.example().resolve().coauthors()):
    ...     print(year, part)
    2022 <Network: 173 authors, 587 ties: coauthors, full counting, 2022>
    """
    import numpy as np
    from scipy import sparse

    years = np.unique(network.years[network.years == network.years])
    known = network.matrix.copy()
    known.data = np.ones_like(known.data)
    for at in (year for some in chunks("years", len(years), 1) for year in some):
        year = int(years[at])
        chosen = (network.years > year - window) & (network.years <= year)
        columns = np.flatnonzero(chosen)
        incidence = network.incidence[:, columns]
        rows = np.flatnonzero(np.diff(incidence.indptr))
        incidence = sparse.csr_array(incidence[rows])
        ends = None
        if network.ends is not None:
            row_of = np.full(len(network) + 1, -1)
            row_of[rows] = np.arange(len(rows))
            ends = (row_of[network.ends[0][columns]], row_of[network.ends[1][columns]])
        weights = network.paper_weights[columns]
        matrix = tie_matrix(incidence, weights, ends, network.ties_of)
        # Ties that the selection cut stay cut.
        matrix = sparse.csr_array(matrix.multiply(known[rows][:, rows]))
        matrix.sort_indices()
        words = str(year) if window == 1 else f"{year - window + 1} to {year}"
        yield (
            year,
            replace(
                network,
                node_ids=network.node_ids.take(rows),
                paper_ids=network.paper_ids.take(columns),
                matrix=matrix,
                incidence=incidence,
                paper_weights=weights,
                description=f"{network.description}, {words}",
                ends=ends,
            ),
        )


def career(kg: KnowledgeGraph, author: str, **filters: Unpack[Filters]) -> pd.DataFrame:
    """What an author did, year by year.

    Parameters
    ----------
    kg : KnowledgeGraph
    author : str
        Name, id or IRI.
    **filters
        Which papers count; see `graphkit.network.selection.Filters`. Papers by very many authors
        are left out only where ``most_authors`` says so.

    Returns
    -------
    pandas.DataFrame
        One row for each ``year`` of a paper, and a last one, of year missing, if there are papers
        of unknown year: ``papers``, ``coauthors``, of these ``new_coauthors`` (not before; in
        the last row: in no year); papers written ``first``, ``last`` and ``alone`` (who writes
        alone is both), ``team_size`` (mean number of authors); ``topics`` and ``venues`` (lists
        of labels, the commonest first); ``citations`` that these papers have in the graph
        (missing where it holds none at all); ``paper_ids``. Its ``attrs`` tell ``author`` and
        ``name``.

    Raises
    ------
    UnknownEntityError
        Nobody of that name, or several people, or nobody who wrote one of these papers.
    EmptySelectionError
        The filters leave nothing.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = career(gk.example().resolve(), "Roland Maas")
    >>> found[["year", "papers", "coauthors", "last"]].to_dict("records")
    [{'year': 2022, 'papers': 2, 'coauthors': 17, 'last': 2}]
    """
    import numpy as np
    import pandas as pd

    chosen: Filters = {"most_authors": None, **filters}
    network = coauthors(kg, ties="first-last", **chosen)
    row = network.row(author)
    papers = network.papers_of(row)
    years = network.years[papers]
    assert network.ends is not None
    first, last = (end[papers] == row for end in network.ends)
    of_paper = network.incidence.T.tocsr()[papers]
    teams = np.diff(of_paper.indptr)
    cited = _citations(network, papers)
    venues = _venues(network, papers)
    known: set[int] = {row}
    rows = []
    for year in [*np.unique(years[years == years]).tolist(), math.nan]:
        at = np.flatnonzero(years == year if year == year else years != years)
        if not len(at):
            continue
        people = set(of_paper[at].indices.tolist()) - {row}
        rows.append(
            {
                "year": year,
                "papers": len(at),
                "coauthors": len(people),
                "new_coauthors": len(people - known),
                "first": int(first[at].sum()),
                "last": int(last[at].sum()),
                "alone": int((teams[at] == 1).sum()),
                "team_size": float(teams[at].mean()),
                "topics": _commonest(t for p in papers[at] for _, t in network.topics[p]),
                "venues": _commonest(v for a in at for v in venues[a]),
                "citations": None if cited is None else int(cited[at].sum()),
                "paper_ids": network.papers[papers[at]].tolist(),
            }
        )
        known |= people
    frame = pd.DataFrame(rows).astype({"year": "Int32", "citations": "Int64"})
    frame.attrs |= {"author": str(network.nodes[row]), "name": str(network.names[row])}
    return frame


def _commonest(labels: Iterable[str]) -> list[str]:
    counted = Counter(labels)
    return sorted(counted, key=lambda label: (-counted[label], label))


def _venues(network: Network, papers: NDArray[np.intp]) -> list[list[str]]:
    """Labels of the venues of each paper."""
    kg, ids = network.graph, network.paper_ids.take(papers)
    found: list[list[str]] = [[] for _ in papers]
    for column in ("event", "journal"):
        venues = values(kg, "papers", column, ids).cast("string")
        labels = objects(values(kg, "venues", "label", venues))
        for at, venue in enumerate(venues.to_pylist()):
            if venue is not None:
                found[at].append(str(labels[at]) or venue)
    return found


def _citations(network: Network, papers: NDArray[np.intp]) -> NDArray[np.int64] | None:
    """How many papers cite each of these; None where the graph holds no citations."""
    import numpy as np
    import pyarrow.compute as pc

    links = network.graph.table("citations")
    if not links.num_rows:
        return None
    ids = network.paper_ids.take(papers)
    links = links.filter(pc.is_in(links["cited"], value_set=ids))
    links = links.group_by(["citing", "cited"]).aggregate([])
    at = pc.index_in(links["cited"], value_set=ids).to_numpy()
    return np.bincount(at, minlength=len(papers))


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
    ends = (np.concatenate([first, second]), np.concatenate([second, first]))
    matrix = sparse.csr_array(
        (np.ones(2 * len(first), np.float32), (row_of[ends[0]], row_of[ends[1]])), shape=(n, n)
    )
    _, part = csgraph.connected_components(matrix, directed=False)
    largest = float(np.bincount(part).max() / n)
    sources = rng.permutation(n)[:SOURCES]
    # From all sources at once: a level of each search is one product.
    seen = np.zeros((n, len(sources)), dtype=bool)
    seen[sources, np.arange(len(sources))] = True
    front, level, total, pairs = seen.astype(np.float32), 0, 0, 0
    while True:
        level += 1
        reached = (matrix @ front > 0) & ~seen
        found = int(reached.sum())
        if not found:
            return largest, total / pairs if pairs else math.nan
        seen |= reached
        front = reached.astype(np.float32)
        total, pairs = total + level * found, pairs + found
