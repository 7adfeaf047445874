"""Whom to consider for somebody, and what is known of each pair: the input of the ranker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.recommend.index import PERSON, Index
from graphkit.recommend.profiles import Entries, entries_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    Dense = NDArray[np.float32]

__all__ = ["FEATURES", "Candidates", "candidates"]

# How many of each kind are considered; some are found twice.
WALKED, TEAM_TEXT, TEXT, EVENT = 180, 60, 40, 40
# Scores looked at together, and the lowest that counts.
BLOCK, TINY = 64, 1e-30

PAIR = (
    "walks on ties that hold",
    "walks, against the best",
    "place by walks",
    "long walks",
    "walks back",
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
    "own ties, share to shared coauthors",
    "other's ties, share to shared coauthors",
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
    features : numpy.ndarray of float32, shape (r, 50)
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

    everybody = np.arange(len(rows))
    ties = entries_of(index.coauthors, rows)
    known = ties.row, index.coauthors.indices[ties.at]
    walks, late = index.walks(rows)
    words = index.alike(rows)
    by_team = index.team[rows] @ index.recent.T
    lately = (index.lately[rows] @ index.attendance).tocoo()
    # Where each pair stands; nobody is suggested to herself, nor her coauthors.
    place = np.full((len(rows), len(index)), -1, np.int32)
    place[known] = place[everybody, rows] = -2
    there = lately.coords
    themes = _dots(index.recent[rows[there[0]]], index.recent[there[1]])
    events = lately.data * (1 + np.maximum(themes, 0)) * (place[there] == -1)
    near_team = by_team * index.activity
    for scores in (walks, near_team, words):
        scores[known] = scores[everybody, rows] = 0
    found = [
        _highest(walks, WALKED),
        _highest(near_team, TEAM_TEXT),
        _highest(words, TEXT),
        _foremost(there, events, EVENT),
    ]
    codes = np.unique(np.concatenate([query * len(index) + other for query, other in found]))
    query, other = np.divmod(codes, len(index))
    pair, own = (query, other), rows[query]
    place[pair] = np.arange(len(query))
    ways = _ways(index, ties, place, len(query))
    best_walk = _best_of(walks[pair], query, len(rows))
    best_share = _best_of(ways["share"], query, len(rows))
    strength = index.person[:, PERSON.index("ties that hold")]
    columns = [
        np.log(walks[pair] + 1e-9),
        np.log((walks[pair] + 1e-9) / (best_walk[query] + 1e-9)),
        _places(walks[pair], query),
        np.log(late[pair] + 1e-9),
        # A walk there and one back differ by what each of the two has in all.
        np.log(walks[pair] + 1e-9) + strength[own] - strength[other],
        np.log(ways["share"] + 1e-9),
        np.log((ways["share"] + 1e-9) / (best_share[query] + 1e-9)),
        ways["popularity"],
        ways["count"],
        words[pair],
        _dots(index.themes[own], index.themes[other]),
        _dots(index.recent[own], index.recent[other]),
        _dots(index.recent[own], index.team[other]),
        by_team[pair],
        _dots(index.team[own], index.team[other]),
        _products(index.events, rows, pair),
        _products(index.lately, rows, pair),
        _products(index.venues, rows, pair),
        _dots(index.circles[own], index.circles[other]),
        _products(index.organizations, rows, pair),
        np.log(ways["both"] + 1e-6),
        np.log(ways["best"] + 1e-6),
        ways["freshest"],
        ways["fresh"],
        np.log(ways["own"] / np.exp(strength[own]) + 1e-3),
        np.log(ways["other"] / np.exp(strength[other]) + 1e-3),
    ]
    features = np.concatenate(
        [np.stack(columns, axis=1), index.person[other], index.person[own]], axis=1
    )
    # Rounded, so that equals stay equal whoever else is asked about at once.
    return Candidates(query, other, np.round(features, 5).astype(np.float32))


def _products(
    profiles: sparse.csr_array, rows: NDArray[np.intp], pair: tuple[NDArray[np.intp], ...]
) -> NDArray[np.float64]:
    """The product of two sparse profiles of each pair."""
    import numpy as np

    query, other = pair
    mine, of = entries_of(profiles, rows), entries_of(profiles, other)
    own = np.zeros((len(rows), profiles.shape[1]), np.float32)
    own[mine.row, profiles.indices[mine.at]] = profiles.data[mine.at]
    data = profiles.data[of.at] * own[query[of.row], profiles.indices[of.at]]
    return np.bincount(of.row, data, len(query)).astype(np.float64)


def _ways(
    index: Index, ties: Entries, place: NDArray[np.int32], count: int
) -> dict[str, NDArray[np.float64]]:
    """What the ways from one to the other through one coauthor are worth, each of shape (r,).

    How many they are (``count``), and the sum of 1/ln of their coauthors (``popularity``) and of
    the shares of Newman weights (``share``); the sum and the greatest of the products of the
    weights of both ties (``both``, ``best``); the greatest and the sum of how fresh the staler
    tie of each way is (``freshest``, ``fresh``); the weights of the ties of the one and of the
    other to those whom they share (``own``, ``other``). A walk blurs these, since it divides by all
    that a coauthor has.
    """
    import numpy as np

    via = index.coauthors.indices[ties.at]
    way, onward = entries_of(index.coauthors, via)
    pair = place[ties.row[way], index.coauthors.indices[onward]]
    kept = pair >= 0
    pair, way, onward = pair[kept], way[kept], onward[kept]
    first = ties.at[way]
    both = index.ties[first] * index.ties[onward]
    stale = np.minimum(index.fresh[first], index.fresh[onward])

    def most(values: Dense) -> NDArray[np.float64]:
        found = np.zeros(count)
        np.maximum.at(found, pair, values)
        return found

    def total(values: Dense) -> NDArray[np.float64]:
        return np.bincount(pair, values, count).astype(np.float64)

    return {
        "count": np.bincount(pair, minlength=count).astype(np.float64),
        "popularity": total(index.popularity[via[way]]),
        "share": total(index.newman[first] * index.allocated[onward]),
        "both": total(both),
        "best": most(both),
        "freshest": most(stale),
        "fresh": total(stale),
        "own": total(index.ties[first]),
        "other": total(index.ties[onward]),
    }


def _highest(scores: Dense, most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the highest scores above zero in each row."""
    import numpy as np

    queries, count = scores.shape
    blocks = count // BLOCK
    parted = scores[:, : blocks * BLOCK].reshape(queries, blocks, BLOCK)
    highest = parted.max(axis=2)
    least = np.full(queries, TINY, np.float32)
    if blocks > most:
        # So many blocks have one that is at least so high; few scores are.
        least = np.maximum(np.partition(highest, blocks - most)[:, blocks - most], TINY)
    query, block = np.nonzero(highest >= least[:, None])
    at, within = np.nonzero(parted[query, block] >= least[query, None])
    found = query[at], block[at] * BLOCK + within
    # What no block holds.
    rest = np.nonzero(scores[:, blocks * BLOCK :] >= least[:, None])
    query = np.append(found[0], rest[0])
    other = np.append(found[1], rest[1] + blocks * BLOCK)
    return _foremost((query, other), scores[query, other], most)


def _foremost(
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]], scores: Dense, most: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs with the highest scores above zero of each query; of equals the lower rows."""
    import numpy as np

    order = np.lexsort((pairs[1], -scores, pairs[0]))
    query = pairs[0][order]
    place = np.arange(len(order)) - np.searchsorted(query, query, side="left")
    kept = order[(place < most) & (scores[order] > 0)]
    return pairs[0][kept].astype(np.intp), pairs[1][kept].astype(np.intp)


def _dots(one: Dense, other: Dense) -> Dense:
    """The product of two rows, for each row."""
    import numpy as np

    found: Dense = np.einsum("ij,ij->i", one, other)
    return found


def _best_of(
    values: NDArray[np.floating], query: NDArray[np.intp], queries: int
) -> NDArray[np.floating]:
    import numpy as np

    best = np.zeros(queries, values.dtype)
    np.maximum.at(best, query, values)
    return best


def _places(values: Dense, query: NDArray[np.intp]) -> NDArray[np.float64]:
    """Place of each value among those of its query, the highest first: ln(1 + place).

    Equals share the first of their places, so that it does not hang on the last bits.
    """
    import numpy as np

    level = -np.round(np.log(values + 1e-9) * 1e4)
    order = np.lexsort((level, query))
    at = np.arange(len(order))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(level[order]) != 0) | (np.diff(query[order]) != 0)
    place = np.empty(len(values))
    starts = np.searchsorted(query[order], query[order], side="left")
    place[order] = np.maximum.accumulate(np.where(first, at, 0)) - starts
    found: NDArray[np.float64] = np.log1p(place)
    return found
