"""Many short lists of numbers as two arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["Lists"]


@dataclass(frozen=True, eq=False)
class Lists:
    """Many short lists of numbers as two arrays.

    Parameters
    ----------
    values : ndarray of int
        All lists, one after the other.
    starts : ndarray of int, shape (n + 1,)
        Where each list begins in ``values``, and, last, where the last one ends.

    Examples
    --------
    >>> lists = Lists.of([(3, 4), (), (5,)])
    >>> len(lists), lists[0].tolist()
    (3, [3, 4])
    """

    values: Ints
    starts: Ints

    @classmethod
    def of(cls, lists: Any) -> Lists:
        """From any sequence of sequences of int."""
        rows = [list(row) for row in lists]
        starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        return cls(np.array([value for row in rows for value in row], dtype=np.int64), starts)

    @classmethod
    def of_matrix(cls, matrix: Any) -> Lists:
        """The columns of each row's entries, from a `scipy.sparse.csr_array`."""
        return cls(matrix.indices.astype(np.int64), matrix.indptr.astype(np.int64))

    @classmethod
    def of_pairs(cls, owner: Ints, values: Ints, count: int) -> Lists:
        """From pairs of a list's number, below ``count``, and one of its values."""
        order = np.lexsort((values, owner))
        sizes = np.bincount(owner, minlength=count)
        return cls(values[order].astype(np.int64), np.cumsum([0, *sizes], dtype=np.int64))

    def then(self, others: Lists) -> Lists:
        """These lists, and after them others."""
        return Lists(
            np.concatenate((self.values, others.values)),
            np.concatenate((self.starts, self.starts[-1] + others.starts[1:])),
        )

    def __len__(self) -> int:
        """How many lists."""
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Ints:
        """One list."""
        return self.values[self.starts[number] : self.starts[number + 1]]

    @property
    def owners(self) -> Ints:
        """For each of ``values``, the number of its list."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def main(self, among: Lists) -> Ints:
        """The commonest value of the lists in ``among`` that each list names; -1 for none.

        With lists of the papers of people, and of the topics of papers, that is the main
        topic of each person. Of two equally common the one that is commoner overall is
        taken, then the lower.

        Examples
        --------
        >>> papers_of_people = Lists.of([(0, 1), (1, 2), ()])
        >>> papers_of_people.main(Lists.of([(5,), (5, 6), (6,)])).tolist()
        [5, 6, -1]
        """
        found = np.full(len(self), -1, dtype=np.int64)
        if not len(among.values):
            return found
        from scipy.sparse import csr_array

        own = csr_array(
            (np.ones(len(self.values)), self.values, self.starts), (len(self), len(among))
        )
        overall = np.bincount(among.values)
        inner = csr_array(
            (np.ones(len(among.values)), among.values, among.starts), (len(among), len(overall))
        )
        tally = (own @ inner).tocoo()
        owner, value = tally.coords
        order = np.lexsort((value, -overall[value], -tally.data, owner))
        owner, first = np.unique(owner[order], return_index=True)
        found[owner] = value[order][first]
        return found
