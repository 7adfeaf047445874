"""Whom to consider for somebody, and what is known of each pair: the input of the ranker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.recommend.index import PERSON, Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    Dense = NDArray[np.float32]

__all__ = ["FEATURES", "Candidates", "candidates"]

# How many of each kind are considered; some are found twice.
WALKED, TEAM_TEXT, TEXT, EVENT = 180, 60, 40, 40

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
    "same organization",
    "ways through a coauthor, chances of both ties",
    "best way through a coauthor",
    "freshest way through a coauthor",
    "fresh ways through a coauthor",
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
    features : numpy.ndarray of float32, shape (r, 47)
        Columns as in `FEATURES`.
    """

    query: NDArray[np.intp]
    other: NDArray[np.intp]
    features: Dense


def candidates(index: Index, rows: NDArray[np.intp]) -> Candidates:
    """Whom to consider for each of some people: some 320 each, none of them a coauthor.

    Parameters
    ----------
    index : Index
    rows : numpy.ndarray of int, shape (q,)
        Fifty at a time or so: memory is q times the number of authors.

    Returns
    -------
    Candidates
    """
    import numpy as np

    walks, late = index.walks(rows)
    shares, known = index.allocation[rows], index.coauthors[rows]
    weighted = known.copy()
    weighted.data = index.popularity[known.indices]
    words = index.words[rows] @ index.turned["words"]
    lately = index.lately[rows] @ index.turned["lately"]
    by_team = index.team[rows] @ index.recent.T
    np.maximum(by_team, 0, out=by_team)
    by_team *= index.activity
    chosen = []
    for at, row in enumerate(rows):
        barred = np.append(_row(known, at)[0], row)
        there, at_events = _row(lately, at)
        at_events = at_events * (1 + np.maximum(index.recent[there] @ index.recent[row], 0))
        found = [
            _best(walks[at], barred, WALKED),
            _best(by_team[at], barred, TEAM_TEXT),
            _best(_spread(*_row(words, at), len(index)), barred, TEXT),
            _best(_spread(there, at_events, len(index)), barred, EVENT),
        ]
        chosen.append(np.unique(np.concatenate(found)))
    query = np.repeat(np.arange(len(rows)), [len(each) for each in chosen])
    other = np.concatenate([np.empty(0, np.intp), *chosen])
    own = rows[query]
    allocated = _picked(shares @ index.allocated, query, other)
    pair = query, other
    best_walk = _best_of(walks[pair], query, len(rows))
    best_share = _best_of(allocated, query, len(rows))
    columns = [
        np.log(walks[pair] + 1e-9),
        np.log((walks[pair] + 1e-9) / (best_walk[query] + 1e-9)),
        _places(walks[pair], query),
        np.log(late[pair] + 1e-9),
        np.log(allocated + 1e-9),
        np.log((allocated + 1e-9) / (best_share[query] + 1e-9)),
        _picked(weighted @ index.coauthors, query, other),
        _picked(known @ index.coauthors, query, other),
        _picked(words, query, other),
        _dots(index.themes[own], index.themes[other]),
        _dots(index.recent[own], index.recent[other]),
        _dots(index.recent[own], index.team[other]),
        _dots(index.team[own], index.recent[other]),
        _dots(index.team[own], index.team[other]),
        _products(index.events, rows, query, other),
        _picked(lately, query, other),
        _products(index.venues, rows, query, other),
        _dots(index.circles[own], index.circles[other]),
        _products(index.organizations, rows, query, other),
        *_ways(index, rows, query, other),
    ]
    features = np.concatenate(
        [np.stack(columns, axis=1), index.person[other], index.person[own]], axis=1
    )
    return Candidates(query, other, features.astype(np.float32))


def _products(
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


def _ways(
    index: Index, rows: NDArray[np.intp], query: NDArray[np.intp], other: NDArray[np.intp]
) -> Dense:
    """What the ways from one to the other through one coauthor are worth, shape (4, r).

    The sum and the greatest of the products of the weights of both ties, as logarithms; the
    greatest and the sum of how fresh the staler tie of each way is. A walk blurs these, since
    it divides by all that a coauthor has.
    """
    import numpy as np

    ties, fresh = index.ties, index.fresh
    starts = np.searchsorted(query, np.arange(len(rows) + 1))
    worth = np.zeros((4, len(index)), np.float32)
    found = np.zeros((4, len(query)), np.float32)
    for at, row in enumerate(rows):
        worth[:] = 0
        for one in range(ties.indptr[row], ties.indptr[row + 1]):
            via = ties.indices[one]
            onward = slice(ties.indptr[via], ties.indptr[via + 1])
            whom = ties.indices[onward]
            both = ties.data[one] * ties.data[onward]
            stale = np.minimum(fresh.data[one], fresh.data[onward])
            worth[0, whom] += both
            worth[1, whom] = np.maximum(worth[1, whom], both)
            worth[2, whom] = np.maximum(worth[2, whom], stale)
            worth[3, whom] += stale
        part = slice(starts[at], starts[at + 1])
        found[:, part] = worth[:, other[part]]
    found[:2] = np.log(found[:2] + 1e-6)
    return found


def _row(matrix: sparse.csr_array, row: int) -> tuple[NDArray[np.int32], Dense]:
    """Columns and values of a row."""
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[part], matrix.data[part]


def _picked(matrix: sparse.csr_array, query: NDArray[np.intp], other: NDArray[np.intp]) -> Dense:
    """Values at some places, the rows ascending; scipy's own indexing would search for each."""
    import numpy as np

    found = np.empty(len(query), np.float32)
    starts = np.searchsorted(query, np.arange(matrix.shape[0] + 1))
    values = np.zeros(matrix.shape[1], np.float32)
    for at in range(matrix.shape[0]):
        part = slice(starts[at], starts[at + 1])
        columns, data = _row(matrix, at)
        values[columns] = data
        found[part] = values[other[part]]
        values[columns] = 0
    return found


def _dots(one: Dense, other: Dense) -> Dense:
    """The product of two rows, for each row."""
    import numpy as np

    found: Dense = np.einsum("ij,ij->i", one, other)
    return found


def _spread(columns: NDArray[np.int32], data: Dense, count: int) -> Dense:
    import numpy as np

    found = np.zeros(count, np.float32)
    found[columns] = data
    return found


def _best(scores: Dense, barred: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Those with the highest scores above zero."""
    import numpy as np

    scores = scores.copy()
    scores[barred] = 0
    most = min(most, len(scores))
    top = np.argpartition(scores, -most)[-most:]
    return top[scores[top] > 0]


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
