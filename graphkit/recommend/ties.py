"""Which ties will hold: the chance that two coauthors write together again within two years.

Learnt from the ties of an earlier year and what became of them. Walks on ties that hold reach
the people whom somebody will meet (`graphkit.recommend.ranker`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.recommend.trees import Trees, learn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.recommend.past import Past

__all__ = ["FEATURES", "features_of_ties", "learn_ties", "weights_of_ties"]

FEATURES = (
    "joint papers",
    "joint papers last year",
    "joint papers the year before",
    "joint papers two years before",
    "years since the first",
    "years since the last",
    "smallest team",
    "Newman weight, decay 0.7",
    "Newman weight, decay 0.4",
    "as first and last author",
    "coauthors in common",
    "share of coauthors in common",
    "papers of the one, decay 0.6",
    "papers of the other, decay 0.6",
    "coauthors of the one",
    "coauthors of the other",
    "career of the one",
    "career of the other",
)
# So many ties at least must be there to learn from.
LEAST_TIES = 500


def features_of_ties(past: Past) -> NDArray[np.float32]:
    """What tells whether a tie will hold.

    Parameters
    ----------
    past : Past

    Returns
    -------
    numpy.ndarray of float32, shape (m, 18)
        A row for each of ``past.ties``, columns as in `FEATURES`.
    """
    import numpy as np

    ties = past.ties
    count = len(ties.first)
    age = past.age[ties.paper]

    def total(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(ties.tie, weight, count).astype(np.float64)

    def least(values: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.full(count, np.inf)
        np.minimum.at(found, ties.tie, values)
        return found

    first, last = past.ends
    one, other = ties.first[ties.tie], ties.second[ties.tie]
    begins, ends = first[ties.paper], last[ties.paper]
    led = ((one == begins) & (other == ends)) | ((other == begins) & (one == ends))
    degree = np.diff(past.coauthors.indptr).astype(np.float64)
    via = past.coauthors @ past.coauthors
    common = np.asarray(via[ties.first, ties.second]).ravel()
    rate = np.asarray(past.recent(0.6).sum(axis=1), np.float64).ravel()

    def both(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        pair = values[ties.first], values[ties.second]
        return [np.minimum(*pair), np.maximum(*pair)]

    columns = [
        total(np.ones(len(age))),
        *(total((age == years).astype(np.float64)) for years in range(3)),
        -least(-age),
        least(age),
        least(past.team[ties.paper]),
        past.tie_weights(0.7),
        past.tie_weights(0.4),
        total(led.astype(np.float64)),
        common,
        common / np.maximum(np.minimum(*both(degree)) - 1, 1),
        *both(rate),
        *both(degree),
        *both(past.career),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def learn_ties(later: Past, past: Past) -> Trees | None:
    """Learn from the ties of a past which of them held.

    Parameters
    ----------
    later : Past
        What may be known.
    past : Past
        Its part before a year, two years earlier at least.

    Returns
    -------
    Trees or None
        The log-odds of a joint paper within two years; None where there is too little to
        learn from.
    """
    import numpy as np

    ties = past.ties
    if len(ties.first) < LEAST_TIES:
        return None
    held = np.asarray(later.joint(past)[ties.first, ties.second]).ravel()
    if held.sum() < LEAST_TIES / 10:
        return None
    return learn(features_of_ties(past), held, leaves=31)


def weights_of_ties(past: Past, trees: Trees | None) -> NDArray[np.float64]:
    """Weight of each tie for walks: p/√(smallest team - 1).

    Parameters
    ----------
    past : Past
    trees : Trees or None
        What `learn_ties` learnt; without it, Newman's weight with a decay of 0.7 a year.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
    """
    import numpy as np

    if trees is None:
        return past.tie_weights(0.7)
    rows = features_of_ties(past)
    chance = 1 / (1 + np.exp(-trees(rows)))
    team = rows[:, FEATURES.index("smallest team")].astype(np.float64)
    weights: NDArray[np.float64] = chance / np.sqrt(np.maximum(team - 1, 1))
    return weights
