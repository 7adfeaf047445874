"""Whom to consider for somebody, and what is known of each pair: the input of the ranker."""

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

__all__ = ["FEATURES", "Candidates", "Index", "index_of"]

# How many of each kind are considered; some are found twice.
WALKED, TEAM_TEXT, TEXT, EVENT = 180, 60, 40, 40
STEPS, ONWARD = 5, 0.5
DIMENSIONS = 64

PAIR = (
    "walks on ties that hold",
    "walks, against the best",
    "place by walks",
    "long walks",
    "resource allocation",
    "resource allocation, against the best",
    "Adamic-Adar",
    "coauthors in common",
    "words",
    "themes",
    "recent themes",
    "own themes, other's team",
    "own team, other's themes",
    "both teams",
    "same event",
    "same event last year",
    "same venues",
    "same circles",
)
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
FEATURES = (*PAIR, *(f"other: {name}" for name in PERSON), *(f"own: {name}" for name in PERSON))


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of somebody asked about and somebody to consider.

    Attributes
    ----------
    query : numpy.ndarray of int, shape (r,)
        Position among the rows asked about, ascending.
    other : numpy.ndarray of int, shape (r,)
        Row of the other person.
    features : numpy.ndarray of float32, shape (r, 42)
        Columns as in `FEATURES`.
    """

    query: NDArray[np.intp]
    other: NDArray[np.intp]
    features: Dense


@dataclass(frozen=True, eq=False)
class Index:
    """What a past says, laid out to answer quickly; all arrays, so that it can be kept on disk.

    Attributes
    ----------
    walk : scipy.sparse.csr_array of float32, shape (n, n)
        Chance of a step along each tie that holds, transposed: columns sum to 1 (or 0).
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
    events, lately, venues : scipy.sparse.csr_array of float32
        Where somebody published: (n, e), (n, e), (n, v).
    person : numpy.ndarray of float32, shape (n, 12)
        Columns as in `PERSON`.
    """

    walk: sparse.csr_array
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

    def candidates(self, rows: NDArray[np.intp]) -> Candidates:
        """Whom to consider for each of some people: some 320 each, none of them a coauthor.

        Parameters
        ----------
        rows : numpy.ndarray of int, shape (q,)
            Fifty at a time or so: memory is q times the number of authors.

        Returns
        -------
        Candidates
        """
        import numpy as np

        walks, late = self.walks(rows)
        shares = self.allocation[rows]
        allocated = (shares @ self.allocated).toarray()
        known = self.coauthors[rows]
        weighted = known.copy()
        weighted.data = self.popularity[known.indices]
        adamic = (weighted @ self.coauthors).toarray()
        common = (known @ self.coauthors).toarray()
        themes = self.themes[rows] @ self.themes.T
        recent = self.recent[rows] @ self.recent.T
        onto_team = self.recent[rows] @ self.team.T
        from_team = self.team[rows] @ self.recent.T
        teams = self.team[rows] @ self.team.T
        events = (self.events[rows] @ self.events.T).toarray()
        lately = (self.lately[rows] @ self.lately.T).toarray()
        circles = self.circles[rows] @ self.circles.T
        starts = np.repeat(np.arange(len(rows)), np.diff(known.indptr))
        barred = starts, known.indices.astype(np.intp)
        query, other = _best(
            [
                (walks, WALKED),
                (np.maximum(from_team, 0) * self.activity, TEAM_TEXT),
                (np.maximum(themes, 0), TEXT),
                (lately * (1 + np.maximum(recent, 0)), EVENT),
            ],
            barred,
            rows,
        )
        pair = query, other
        best_walk = _best_of(walks[pair], query, len(rows))
        best_share = _best_of(allocated[pair], query, len(rows))
        columns = [
            np.log(walks[pair] + 1e-9),
            np.log((walks[pair] + 1e-9) / (best_walk[query] + 1e-9)),
            _places(walks[pair], query),
            np.log(late[pair] + 1e-9),
            np.log(allocated[pair] + 1e-9),
            np.log((allocated[pair] + 1e-9) / (best_share[query] + 1e-9)),
            adamic[pair],
            common[pair],
            self._pairs(self.words, rows, query, other),
            themes[pair],
            recent[pair],
            onto_team[pair],
            from_team[pair],
            teams[pair],
            events[pair],
            lately[pair],
            self._pairs(self.venues, rows, query, other),
            circles[pair],
        ]
        features = np.concatenate(
            [np.stack(columns, axis=1), self.person[other], self.person[rows[query]]], axis=1
        )
        return Candidates(query, other, features.astype(np.float32))

    def _pairs(
        self,
        profiles: sparse.csr_array,
        rows: NDArray[np.intp],
        query: NDArray[np.intp],
        other: NDArray[np.intp],
    ) -> Dense:
        """The product of two sparse profiles of each pair."""
        import numpy as np

        found = np.zeros(len(query), np.float32)
        starts = np.searchsorted(query, np.arange(len(rows) + 1))
        own = np.zeros(profiles.shape[1], np.float32)
        for at, row in enumerate(rows):
            part = slice(starts[at], starts[at + 1])
            begin, end = profiles.indptr[row : row + 2]
            own[profiles.indices[begin:end]] = profiles.data[begin:end]
            found[part] = profiles[other[part]] @ own
            own[profiles.indices[begin:end]] = 0
        return found


def _best(
    kinds: list[tuple[Dense, int]],
    barred: tuple[NDArray[np.intp], NDArray[np.intp]],
    rows: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The highest above zero of each kind of score for each row, each once."""
    import numpy as np

    chosen = np.zeros(kinds[0][0].shape, dtype=bool)
    for scores, most in kinds:
        scores = scores.copy()
        scores[barred] = 0
        scores[np.arange(len(rows)), rows] = 0
        most = min(most, scores.shape[1])
        top = np.argpartition(scores, -most, axis=1)[:, -most:]
        at = np.arange(len(rows))[:, None]
        chosen[at, top] |= scores[at, top] > 0
    query, other = np.nonzero(chosen)
    return query, other


def _best_of(values: Dense, query: NDArray[np.intp], queries: int) -> Dense:
    import numpy as np

    best = np.zeros(queries, values.dtype)
    np.maximum.at(best, query, values)
    return best


def _places(values: Dense, query: NDArray[np.intp]) -> NDArray[np.float64]:
    """Place of each value among those of its query, the highest first: ln(1 + place)."""
    import numpy as np

    order = np.lexsort((-values, query))
    place = np.empty(len(values))
    starts = np.searchsorted(query[order], query[order], side="left")
    place[order] = np.arange(len(values)) - starts
    found: NDArray[np.float64] = np.log1p(place)
    return found


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
        person=_people(past, tie_weights),
    )


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
    newest, oldest = np.full(len(past), np.inf), np.zeros(len(past))
    np.minimum.at(newest, rows, past.age[wrote.indices])
    np.maximum.at(oldest, rows, past.age[wrote.indices])
    met = np.zeros(len(ties.first))
    np.maximum.at(met, ties.tie, past.age[ties.paper])
    ends = [np.bincount(end[end >= 0], minlength=len(past)) / papers for end in past.ends]

    def of_ties(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        ends = np.append(ties.first, ties.second)
        return np.bincount(ends, np.append(weight, weight), len(past)).astype(np.float64)

    columns = [
        papers,
        np.asarray(past.recent(0.7).sum(axis=1)).ravel(),
        np.asarray(past.recent(0.4).sum(axis=1)).ravel(),
        newest,
        oldest,
        np.diff(past.coauthors.indptr),
        of_ties(0.7**met),
        of_ties(0.4**met),
        wrote @ past.team / papers,
        *ends,
        of_ties(tie_weights),
    ]
    return np.stack(columns, axis=1).astype(np.float32)
