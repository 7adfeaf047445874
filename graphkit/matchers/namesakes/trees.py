"""The tree of the mentions of one name, and where to cut it into people.

Pairs alone say little of a name with hundreds of papers, most of which share no coauthor even
where one person wrote them all. That two branches of the tree share none says much: so a second
model weighs, for each fork, what lies between its branches against what lies within them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.matchers.namesakes.pairs import at

if TYPE_CHECKING:
    import numpy as np

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Features = np.ndarray[Any, np.dtype[np.float32]]

__all__ = ["FEATURES", "Branch", "Tree", "tree"]

MEANS = (
    "chance", "odds", "linked", "near", "around", "words", "topics", "coauthors_topics", "venue",
    "years",
)  # fmt: skip
FEATURES = (
    "bearers", "mentions", "smaller", "larger", "part", "level", "level_above", "components",
    *(f"{name}_between" for name in MEANS),
    *(f"{name}_in_smaller" for name in MEANS),
    *(f"{name}_in_larger" for name in MEANS),
    "odds_of_all", "chance_falls", "around_falls", "topics_fall", "years_apart", "years_common",
)  # fmt: skip


# A branch that is no more than this part of what it hangs on is a twig.
TWIG = 0.05


@dataclass(frozen=True)
class Branch:
    """Mentions that seem to be one person.

    Attributes
    ----------
    leaves : numpy.ndarray of int64
        The mentions, in order.
    of : int
        The branch that it left, by its place in the list; -1 for what is left of the tree.
    fork : int
        Where it left that one; -1.
    """

    leaves: Integers
    of: int
    fork: int


@dataclass(frozen=True)
class Tree:
    """Average linkage of the mentions of one name.

    Leaves are 0 … n-1, forks n … 2n-2, the last of which is the root.

    Attributes
    ----------
    left, right : numpy.ndarray of int64, a fork
        Its branches.
    order : numpy.ndarray of int64, a leaf
        The leaves in such an order that those under a node stand together.
    start, size : numpy.ndarray of int64, a node
        Where its leaves begin in ``order``, and how many they are.
    features : numpy.ndarray of float32, shape (forks, features)
        Columns as in `FEATURES`.
    """

    left: Integers
    right: Integers
    order: Integers
    start: Integers
    size: Integers
    features: Features

    def leaves(self, node: int) -> Integers:
        """The leaves under a node."""
        begin = self.start[node]
        return self.order[begin : begin + self.size[node]]

    def branches(self, same: Floats, least: float) -> list[Branch]:
        """The people that the tree seems to hold: cut from the top, forks that look like two.

        A fork that looks like one person ends the way down, but for a twig that hangs on a
        large branch: what is under the branch may still be two.

        Parameters
        ----------
        same : numpy.ndarray of float64, a fork
            The chance that its branches are one person.
        least : float
            Forks with a lower chance are cut.

        Returns
        -------
        list of Branch
            What is left of the tree first; each other one left an earlier one.
        """
        import numpy as np

        leaves = len(self.order)
        found: list[Branch] = []
        # Node, the branch that it left, and at which fork.
        open_ = [(2 * leaves - 2, -1, -1)]
        while open_:
            node, of, fork = open_.pop()
            held = []
            number = len(found)
            while node >= leaves:
                at = node - leaves
                small, large = sorted((self.left[at], self.right[at]), key=self.size.__getitem__)
                if same[at] < least:
                    open_.append((int(small), number, at))
                elif self.size[small] <= max(TWIG * self.size[node], 1):
                    held.append(self.leaves(small))
                else:
                    break
                node = int(large)
            held.append(self.leaves(node))
            found.append(Branch(np.sort(np.concatenate(held)), of, fork))
        return found


def tree(chance: Floats, pairs: Features, year: Floats) -> Tree:
    """Join the mentions of one name by average linkage, and describe each fork.

    Parameters
    ----------
    chance : numpy.ndarray of float64, a pair
        The chance that the two mentions are one person; pairs as in `pairs.pairs`.
    pairs : numpy.ndarray of float32, shape (pairs, features)
        What they have in common (`pairs.features`).
    year : numpy.ndarray of float64, a mention
        NaN where unknown.

    Returns
    -------
    Tree

    References
    ----------
    Sokal and Michener, "A statistical method for evaluating systematic relationships", 1958.
    """
    import numpy as np
    from scipy.cluster.hierarchy import linkage

    leaves = len(year)
    joined = linkage(1 - chance, "average")
    left, right = joined[:, 0].astype(np.int64), joined[:, 1].astype(np.int64)
    size = np.concatenate([np.ones(leaves, np.int64), joined[:, 3].astype(np.int64)])
    start = np.zeros(2 * leaves - 1, np.int64)
    for fork in range(leaves - 2, -1, -1):
        start[left[fork]] = start[leaves + fork]
        start[right[fork]] = start[leaves + fork] + size[left[fork]]
    order = np.argsort(start[:leaves])
    features = _forks(joined, start, size, chance, pairs, year)
    return Tree(left, right, order, start, size, features)


def _forks(
    joined: Floats, start: Integers, size: Integers, chance: Floats, pairs: Features, year: Floats
) -> Features:
    import numpy as np

    leaves = len(year)
    left, right = joined[:, 0].astype(np.int64), joined[:, 1].astype(np.int64)
    # The smaller branch first.
    swap = size[left] > size[right]
    small, large = np.where(swap, right, left), np.where(swap, left, right)
    level = 1 - joined[:, 2]
    above = np.zeros(2 * leaves - 1)
    above[left] = above[right] = level
    early, late = _years(left, right, year)
    found: dict[str, Any] = {
        "bearers": pairs[0, at("bearers")],
        "mentions": pairs[0, at("mentions")],
        "components": pairs[0, at("components")],
        "smaller": size[small],
        "larger": size[large],
        "part": (size[left] + size[right]) / leaves,
        "level": level,
        "level_above": above[leaves:],
        "years_apart": np.maximum(
            np.maximum(early[left] - late[right], early[right] - late[left]), 0
        ),
        "years_common": np.minimum(late[left], late[right]) - np.maximum(early[left], early[right]),
    }
    held = np.clip(chance, 0.005, 0.995)
    one, other = np.triu_indices(leaves, 1)
    ends = start[one], start[other]
    for name in MEANS:
        values = {
            "chance": chance,
            "odds": np.log(held / (1 - held)),
            "linked": pairs[:, at("shared")] > 0,
        }.get(name)
        if values is None:
            values = np.nan_to_num(pairs[:, at(name)])
        blocks = _Blocks.of(ends, values, start, size)
        found[f"{name}_between"] = blocks.between(small, large)
        found[f"{name}_in_smaller"] = blocks.within(small)
        found[f"{name}_in_larger"] = blocks.within(large)
    falls = {"chance_falls": "chance", "around_falls": "around", "topics_fall": "topics"}
    for fall, name in falls.items():
        inside = np.stack([found[f"{name}_in_smaller"], found[f"{name}_in_larger"]])
        known = np.maximum((~np.isnan(inside)).sum(axis=0), 1)
        found[fall] = np.nansum(inside, axis=0) / known - found[f"{name}_between"]
        found[fall][np.isnan(inside).all(axis=0)] = np.nan
    found["odds_of_all"] = found["odds_between"] * np.sqrt(size[left] * size[right])
    return np.stack([np.broadcast_to(found[name], len(left)) for name in FEATURES], axis=1).astype(
        np.float32
    )


@dataclass(frozen=True)
class _Blocks:
    """Sums over blocks of a symmetric matrix, from its sums up to each corner."""

    sums: Floats
    start: Integers
    size: Integers

    @classmethod
    def of(
        cls, ends: tuple[Integers, Integers], values: Any, start: Integers, size: Integers
    ) -> _Blocks:
        import numpy as np

        one, other = ends
        leaves = (len(size) + 1) // 2
        matrix = np.zeros((leaves + 1, leaves + 1))
        matrix[one + 1, other + 1] = values
        matrix[other + 1, one + 1] = values
        np.cumsum(matrix, axis=0, out=matrix)
        np.cumsum(matrix, axis=1, out=matrix)
        return cls(matrix, start, size)

    def _block(self, rows: Integers, columns: Integers) -> Floats:
        top, left = self.start[rows], self.start[columns]
        bottom, right = top + self.size[rows], left + self.size[columns]
        s = self.sums
        found: Floats = s[bottom, right] - s[top, right] - s[bottom, left] + s[top, left]
        return found

    def between(self, one: Integers, other: Integers) -> Floats:
        found: Floats = self._block(one, other) / (self.size[one] * self.size[other])
        return found

    def within(self, node: Integers) -> Floats:
        import numpy as np

        number = (self.size[node] * (self.size[node] - 1)).astype(float)
        number[number == 0] = np.nan
        found: Floats = self._block(node, node) / number
        return found


def _years(left: Integers, right: Integers, year: Floats) -> tuple[Floats, Floats]:
    """The first and the last year under each node."""
    import numpy as np

    early, late = year.tolist(), year.tolist()
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        early.append(_either(min, early[one], early[other]))
        late.append(_either(max, late[one], late[other]))
    return np.array(early), np.array(late)


def _either(choose: Any, one: float, other: float) -> float:
    if one != one:
        return other
    return one if other != other else float(choose(one, other))
