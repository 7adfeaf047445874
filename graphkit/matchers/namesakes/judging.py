"""How likely mentions of one name are one person: the two models put to work."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphkit.matchers.namesakes.pairs import FEATURES as OF_PAIRS
from graphkit.matchers.namesakes.pairs import Groups, Surroundings, features, pairs
from graphkit.matchers.namesakes.trees import FEATURES as OF_FORKS
from graphkit.matchers.namesakes.trees import Tree, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    import lightgbm
    import numpy as np

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Features = np.ndarray[Any, np.dtype[np.float32]]

__all__ = ["chances", "judged", "of_forks"]

# Namesakes hardly ever share an employer, one person mostly does: odds of one person by how alike
# the words of the affiliations are. Set by hand, for the corpus of the models has none.
ALIKE, ODDS = (0.0, 0.2, 0.5), (0.4, 1.0, 15.0)
SURE = 1e-4


def chances(surroundings: Surroundings, groups: Groups) -> tuple[Features, Floats]:
    """What each pair of mentions has in common, and the chance that they are one person.

    Parameters
    ----------
    surroundings : Surroundings
    groups : Groups

    Returns
    -------
    features : numpy.ndarray of float32, shape (pairs, features)
    chances : numpy.ndarray of float64, a pair
        Pairs as in `pairs.pairs`. Two places on one paper are two people; one place on a paper
        that two sources give is one.
    """
    import numpy as np

    c = surroundings.context
    x = features(surroundings, groups)
    one, other, _ = pairs(groups)
    if not len(one):
        return x, np.empty(0)
    said = np.asarray(model("pairs").predict(x, num_threads=2), np.float64)
    said = np.clip(said, 1e-6, 1 - 1e-6)
    odds = said / (1 - said) * affiliations(surroundings, groups, one, other)
    rows = groups.rows
    one_paper = c.paper[rows[one]] == c.paper[rows[other]]
    one_place = c.position[rows[one]] == c.position[rows[other]]
    chance = odds / (1 + odds)
    chance[one_paper] = np.where(one_place[one_paper], 1 - SURE, SURE)
    return x, chance


def affiliations(
    surroundings: Surroundings, groups: Groups, one: Integers, other: Integers
) -> Floats:
    """By how much affiliations raise or lower the odds of each pair; 1 where either has none."""
    import numpy as np

    words = surroundings.context.affiliations
    odds = np.ones(len(one))
    if not words.nnz:
        return odds
    mine = words[groups.rows]
    told = np.diff(mine.indptr) > 0
    known = np.flatnonzero(told[one] & told[other])
    if len(known):
        alike = mine[one[known]].multiply(mine[other[known]]).sum(axis=1)
        odds[known] = np.exp(np.interp(np.asarray(alike).ravel(), ALIKE, np.log(ODDS)))
    return odds


def of_forks(trees: list[Tree]) -> list[Floats]:
    """For each fork of each tree, the chance that its branches are one person."""
    import numpy as np

    if not trees:
        return []
    x = np.concatenate([found.features for found in trees])
    ends = np.cumsum([len(found.left) for found in trees])[:-1]
    return np.split(np.asarray(model("forks").predict(x, num_threads=2)), ends)


def judged(surroundings: Surroundings, groups: Groups) -> Iterator[tuple[Tree, Floats]]:
    """The tree of each group of at least two mentions, and the chances of its forks."""
    import numpy as np

    c = surroundings.context
    x, chance = chances(surroundings, groups)
    sizes = groups.sizes
    ends = np.concatenate([[0], np.cumsum(sizes * (sizes - 1) // 2)])
    year = c.year[c.paper[groups.rows]]
    trees = []
    for k in range(len(sizes)):
        pair, mine = slice(ends[k], ends[k + 1]), slice(groups.starts[k], groups.starts[k + 1])
        trees.append(tree(chance[pair], x[pair], year[mine]))
    yield from zip(trees, of_forks(trees), strict=True)


@functools.cache
def model(of: str) -> lightgbm.Booster:
    """One of the models that ``tools/train_namesakes.py`` wrote: ``pairs`` or ``forks``."""
    import lightgbm

    folder = resources.files("graphkit.matchers.namesakes")
    found = lightgbm.Booster(model_str=folder.joinpath(f"{of}_model.txt").read_text("utf-8"))
    assert tuple(found.feature_name()) == {"pairs": OF_PAIRS, "forks": OF_FORKS}[of]
    return found
