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
# So many steps of a walk reach so few people that it pays to keep only these.
NEAR = 3
# Words of one in so many people are multiplied in full, if so many people are asked about.
COMMON, FEW = 8, 8
DIMENSIONS = 64
# Added to sums that fade with the years before their logarithm is taken.
LITTLE = 0.1

# Amounts are logarithms: the second paper says more than the fiftieth.
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
    coauthors : scipy.sparse.csr_array of float32, shape (n, n)
        1 for each pair of coauthors, columns ascending.
    ties, fresh : numpy.ndarray of float32, shape (m,)
        Of each entry of `coauthors` the weight of the tie for walks, and 0.6 to the power of the
        years since it was last told.
    newman : numpy.ndarray of float32, shape (m,)
        Likewise the Newman weight with a decay of 0.7 a year.
    terms : scipy.sparse.csr_array of float32, shape (t, n)
        TF-IDF of each term in the papers of each author, decay 0.8; for an author of length 1.
    themes, recent, team, circles : numpy.ndarray of float32, shape (n, 64)
        Latent topics of all papers, of the recent ones and of the coauthors' recent ones; the
        network's own main directions.
    events, lately, venues, organizations : scipy.sparse.csr_array of float32
        Where somebody published and worked: (n, e), (n, e), (n, v), (n, o).
    person : numpy.ndarray of float32, shape (n, 12)
        Columns as in `PERSON`.
    """

    coauthors: sparse.csr_array
    ties: Dense
    fresh: Dense
    newman: Dense
    terms: sparse.csr_array
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

        recent = np.exp(self.person[:, PERSON.index("papers, decay 0.4")]) - LITTLE
        found: Dense = np.log1p(np.maximum(recent, 0))
        return found

    @cached_property
    def popularity(self) -> Dense:
        """1/ln of the number of coauthors, shape (n,)."""
        import numpy as np

        degree = np.diff(self.coauthors.indptr)
        return (1 / np.log(np.maximum(degree, 2))).astype(np.float32)

    @cached_property
    def walk(self) -> sparse.csr_array:
        """Chance of a step along each tie, from the row to the column, shape (n, n)."""
        return self._matrix(self._shares(self.ties))

    @cached_property
    def allocated(self) -> Dense:
        """Of each entry of `coauthors` its share in the Newman weights of the row, shape (m,)."""
        return self._shares(self.newman)

    def _matrix(self, values: Dense) -> sparse.csr_array:
        from scipy import sparse

        known = self.coauthors
        return sparse.csr_array((values, known.indices, known.indptr), shape=known.shape)

    def _shares(self, values: Dense) -> Dense:
        """Values of the entries of `coauthors`, divided by the sums of their rows."""
        import numpy as np

        sums = np.asarray(self._matrix(values).sum(axis=1, dtype=np.float64)).ravel()
        scale = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
        found: Dense = (values * np.repeat(scale, np.diff(self.coauthors.indptr))).astype("f4")
        return found

    @cached_property
    def words(self) -> sparse.csr_array:
        """`terms` by author, shape (n, t)."""
        from scipy import sparse

        return sparse.csr_array(self.terms.T)

    @cached_property
    def attendance(self) -> sparse.csr_array:
        """`lately` by event, shape (e, n)."""
        from scipy import sparse

        return sparse.csr_array(self.lately.T)

    def words_of(self, row: int) -> tuple[NDArray[np.integer], Dense]:
        """The terms of one person, and the weight of each."""
        import numpy as np

        if "words" in self.__dict__ or self._alone:
            words = self.words
            mine = slice(words.indptr[row], words.indptr[row + 1])
            return words.indices[mine], words.data[mine]
        # To look once through all is faster than to turn the matrix, for who asks but once.
        self._alone.append(row)
        at = np.flatnonzero(self.terms.indices == row)
        return np.searchsorted(self.terms.indptr, at, side="right") - 1, self.terms.data[at]

    @cached_property
    def _alone(self) -> list[int]:
        """Who was asked about before it paid to turn `terms`."""
        return []

    def alike(self, rows: NDArray[np.intp]) -> Dense:
        """Cosine of the words of some people and of all, shape (q, n)."""
        import numpy as np

        common = np.zeros(self.terms.shape[0], bool)
        found = np.zeros((len(rows), len(self)), np.float32)
        if len(rows) >= FEW:
            columns, used = self._common
            common[columns] = True
            found = self.words[rows][:, columns].toarray() @ used
        for line, row in zip(found, rows.tolist(), strict=True):
            terms, weights = self.words_of(row)
            rare = ~common[terms]
            # By column, so that each word adds to those who have it and nothing is counted first.
            line += self.terms[terms[rare]].T @ weights[rare]
        return found

    @cached_property
    def _common(self) -> tuple[NDArray[np.intp], Dense]:
        """The terms that so many people use that they are quicker full, and those: (c,), (c, n)."""
        import numpy as np

        common = np.flatnonzero(np.diff(self.terms.indptr) > len(self) / COMMON)
        return common, self.terms[common].toarray()

    def walks(self, rows: NDArray[np.intp]) -> tuple[Dense, Dense]:
        """Personalised PageRank from each row, and what the last three of its steps reach.

        Parameters
        ----------
        rows : numpy.ndarray of int, shape (q,)

        Returns
        -------
        two numpy.ndarray of float32, shape (q, n)
        """
        import numpy as np
        from scipy import sparse

        count = len(rows)
        start = np.ones(count, np.float32), (np.arange(count), rows)
        near = sparse.csr_array(start, shape=(count, len(self)))
        total = (1 - ONWARD) * near
        for step in range(1, NEAR + 1):
            near = near @ self.walk
            total += (1 - ONWARD) * ONWARD**step * near
        # A few steps reach few people; from then on nearly everybody.
        reached, sums = _columns(near), _columns(total)
        late = reached.copy()
        for step in range(NEAR + 1, STEPS + 1):
            reached = self.walk.T @ reached
            late += reached
            sums += (1 - ONWARD) * ONWARD**step * reached
        return np.ascontiguousarray(sums.T), late.T


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
        coauthors=_float(past.coauthors),
        ties=_float(holding).data,
        fresh=_float(past.ties.matrix(_fresh(past), count)).data,
        newman=_float(newman).data,
        terms=_float(sparse.csr_array(past.text.authors(past.recent(0.8)).T)),
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
    """In single precision, its columns ascending."""
    import numpy as np
    from scipy import sparse

    # scipy makes whatever is asked of an index of 64 bits twice as large and slower.
    index = np.int32 if max(matrix.nnz, *matrix.shape) < 2**31 else np.int64
    parts = (matrix.data.astype("f4"), matrix.indices.astype(index), matrix.indptr.astype(index))
    found = sparse.csr_array(parts, shape=matrix.shape)
    found.sort_indices()
    return found


def _columns(matrix: sparse.csr_array) -> Dense:
    """The rows of a sparse matrix as full columns."""
    import numpy as np

    found = np.zeros(matrix.shape[::-1], np.float32)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    found[matrix.indices, rows] = matrix.data
    return found


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
        np.log1p(papers),
        np.log(past.recent(0.7).sum(axis=1) + LITTLE),
        np.log(past.recent(0.4).sum(axis=1) + LITTLE),
        newest,
        past.career,
        np.log1p(np.diff(past.coauthors.indptr)),
        np.log(of_ties(0.7**met) + LITTLE),
        np.log(of_ties(0.4**met) + LITTLE),
        np.log1p(wrote @ past.team / each),
        *ends,
        np.log(of_ties(tie_weights) + 1e-6),
    ]
    return np.stack(columns, axis=1).astype(np.float32)
