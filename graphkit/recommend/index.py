"""What a past says, laid out so that whom to consider is found quickly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphkit.recommend.profiles import unit_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.recommend.past import Past

    Dense = NDArray[np.float32]

__all__ = ["PERSON", "Index", "index_of"]

STEPS, ONWARD = 5, 0.5
DIMENSIONS = 64

PERSON = (
    "papers",
    "papers, decay 0.7",
    "papers, decay 0.4",
    "years since the last paper",
    "years since the first paper",
    "coauthors",
    "new coauthors, decay 0.7",
    "new coauthors, decay 0.4",
    "mean team",
    "share as first author",
    "share as last author",
    "ties that hold",
)


@dataclass(frozen=True, eq=False)
class Index:
    """What a past says, laid out to answer quickly; all arrays, so that it can be kept on disk.

    Attributes
    ----------
    walk : scipy.sparse.csr_array of float32, shape (n, n)
        Chance of a step along each tie that holds, transposed: columns sum to 1 (or 0).
    ties, fresh : scipy.sparse.csr_array of float32, shape (n, n)
        The weight of each tie that holds, and 0.6 to the power of the years since it was last
        told; the indices are the same.
    allocation : scipy.sparse.csr_array of float32, shape (n, n)
        The same on Newman weights with a decay of 0.7 a year, not transposed.
    allocated : scipy.sparse.csr_array of float32, shape (n, n)
        The Newman weights themselves.
    coauthors : scipy.sparse.csr_array of float32, shape (n, n)
        1 for each pair of coauthors.
    words : scipy.sparse.csr_array of float32, shape (n, t)
        TF-IDF of the papers, decay 0.8.
    themes, recent, team, circles : numpy.ndarray of float32, shape (n, 64)
        Latent topics of all papers, of the recent ones and of the coauthors' recent ones; the
        network's own main directions.
    events, lately, venues, organizations : scipy.sparse.csr_array of float32
        Where somebody published and worked: (n, e), (n, e), (n, v), (n, o).
    person : numpy.ndarray of float32, shape (n, 12)
        Columns as in `PERSON`.
    """

    walk: sparse.csr_array
    ties: sparse.csr_array
    fresh: sparse.csr_array
    allocation: sparse.csr_array
    allocated: sparse.csr_array
    coauthors: sparse.csr_array
    words: sparse.csr_array
    themes: Dense
    recent: Dense
    team: Dense
    circles: Dense
    events: sparse.csr_array
    lately: sparse.csr_array
    venues: sparse.csr_array
    organizations: sparse.csr_array
    person: Dense

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def activity(self) -> Dense:
        """Weight of a person by recent papers, shape (n,)."""
        import numpy as np

        found: Dense = np.log1p(self.person[:, PERSON.index("papers, decay 0.4")])
        return found

    @cached_property
    def popularity(self) -> Dense:
        """1/ln of the number of coauthors, shape (n,)."""
        import numpy as np

        degree = np.diff(self.coauthors.indptr)
        return (1 / np.log(np.maximum(degree, 2))).astype(np.float32)

    @cached_property
    def turned(self) -> dict[str, sparse.csr_array]:
        """`words` and `lately` by column: turning them costs more than an answer."""
        from scipy import sparse

        return {
            name: sparse.csr_array(getattr(self, name).T.tocsr()) for name in ("words", "lately")
        }

    def walks(self, rows: NDArray[np.intp]) -> tuple[Dense, Dense]:
        """Personalised PageRank from each row, and what the last two of its steps reach."""
        import numpy as np

        start = np.zeros((len(self), len(rows)), np.float32)
        start[rows, np.arange(len(rows))] = 1
        reached, total, late = start, (1 - ONWARD) * start, np.zeros_like(start)
        for step in range(1, STEPS + 1):
            reached = self.walk @ reached
            total += (1 - ONWARD) * ONWARD**step * reached
            if step >= 3:
                late += reached
        return np.ascontiguousarray(total.T), np.ascontiguousarray(late.T)


def index_of(past: Past, tie_weights: NDArray[np.float64]) -> Index:
    """Lay out what a past says.

    Parameters
    ----------
    past : Past
    tie_weights : numpy.ndarray of float64, shape (m,)
        Of ``past.ties``, for walks (`graphkit.recommend.ties.weights_of_ties`).

    Returns
    -------
    Index
    """
    import numpy as np
    from scipy import sparse

    count = len(past)
    holding = past.ties.matrix(tie_weights, count)
    newman = past.ties.matrix(past.tie_weights(0.7), count)
    papers = _themes(past.text.papers)
    recent = _unit(past.recent(0.5) @ papers)
    team = _unit(newman @ recent)
    return Index(
        walk=_float(sparse.csr_array(_shares(holding).T)),
        ties=_float(holding),
        fresh=_float(past.ties.matrix(_fresh(past), count)),
        allocation=_float(newman),
        allocated=_float(_shares(newman)),
        coauthors=_float(past.coauthors),
        words=_float(past.text.authors(past.recent(0.8))),
        themes=_unit(past.recent(0.9) @ papers),
        recent=recent,
        team=team,
        circles=_circles(newman),
        events=_float(_places_of(past, past.events, np.maximum(0, 1 - past.age / 6))),
        lately=_float(_places_of(past, past.events, (past.age < 2).astype(float))),
        venues=_float(unit_rows(_places_of(past, past.venues, 0.8**past.age))),
        organizations=_float(past.employers(0.7)),
        person=_people(past, tie_weights),
    )


def _fresh(past: Past) -> NDArray[np.float64]:
    import numpy as np

    last = np.full(len(past.ties.first), np.inf)
    np.minimum.at(last, past.ties.tie, past.age[past.ties.paper])
    found: NDArray[np.float64] = 0.6**last
    return found


def _float(matrix: sparse.csr_array) -> sparse.csr_array:
    import numpy as np
    from scipy import sparse

    data = matrix.data.astype(np.float32)
    found = sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
    found.sort_indices()
    return found


def _shares(matrix: sparse.csr_array) -> sparse.csr_array:
    """Rows divided by their sums."""
    import numpy as np
    from scipy import sparse

    strength = np.asarray(matrix.sum(axis=1)).ravel()
    scale = np.divide(1, strength, out=np.zeros_like(strength), where=strength > 0)
    data = matrix.data * np.repeat(scale, np.diff(matrix.indptr))
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _unit(matrix: NDArray[np.floating]) -> Dense:
    import numpy as np

    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(length > 0, length, 1)).astype(np.float32)


def _themes(words: sparse.csr_array) -> Dense:
    """Latent semantic analysis of the papers: their place along the main directions."""
    import numpy as np
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(DIMENSIONS, words.shape[0] - 1, words.shape[1] - 1)
    if dimensions < 1:
        return np.zeros((words.shape[0], 1), np.float32)
    directions = TruncatedSVD(dimensions, n_iter=3, random_state=0)
    found: Dense = directions.fit_transform(words).astype(np.float32)
    return found


def _circles(ties: sparse.csr_array) -> Dense:
    """Main directions of the network, each tie relative to what both ends have."""
    import numpy as np
    from scipy import sparse

    strength = np.asarray(ties.sum(axis=1)).ravel()
    scale = np.divide(1, np.sqrt(strength), out=np.zeros_like(strength), where=strength > 0)
    rows = np.repeat(np.arange(len(strength)), np.diff(ties.indptr))
    data = ties.data * scale[rows] * scale[ties.indices]
    even = sparse.csr_array((data, ties.indices, ties.indptr), shape=ties.shape)
    return _unit(even @ _themes(even))


def _places_of(
    past: Past, places: NDArray[np.intp], weight: NDArray[np.float64]
) -> sparse.csr_array:
    """Authors by events or venues; each place counts 1/√(its papers)."""
    import numpy as np
    from scipy import sparse

    known = np.flatnonzero((places >= 0) & (weight > 0))
    count = int(places.max(initial=-1)) + 1
    size = np.bincount(places[known], minlength=count)
    data = weight[known] / np.sqrt(size[places[known]])
    at = sparse.csr_array((data, (known, places[known])), shape=(len(places), max(count, 1)))
    return sparse.csr_array(past.wrote @ at)


def _people(past: Past, tie_weights: NDArray[np.float64]) -> Dense:
    import numpy as np

    wrote, ties = past.wrote, past.ties
    papers = np.diff(wrote.indptr).astype(np.float64)
    rows = np.repeat(np.arange(len(past)), np.diff(wrote.indptr))
    newest = np.full(len(past), np.inf)
    np.minimum.at(newest, rows, past.age[wrote.indices])
    met = np.zeros(len(ties.first))
    np.maximum.at(met, ties.tie, past.age[ties.paper])
    # Who wrote with crowds alone has no paper here, and no last one.
    newest[papers == 0] = past.age.max(initial=0)
    each = np.maximum(papers, 1)
    ends = [np.bincount(end[end >= 0], minlength=len(past)) / each for end in past.ends]

    def of_ties(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        ends = np.append(ties.first, ties.second)
        return np.bincount(ends, np.append(weight, weight), len(past)).astype(np.float64)

    columns = [
        papers,
        np.asarray(past.recent(0.7).sum(axis=1)).ravel(),
        np.asarray(past.recent(0.4).sum(axis=1)).ravel(),
        newest,
        past.career,
        np.diff(past.coauthors.indptr),
        of_ties(0.7**met),
        of_ties(0.4**met),
        wrote @ past.team / each,
        *ends,
        of_ties(tie_weights),
    ]
    return np.stack(columns, axis=1).astype(np.float32)
