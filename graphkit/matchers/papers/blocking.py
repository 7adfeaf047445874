"""Which pairs of papers are worth a comparison: those that share something rare.

A record gets a fixed number of keys: its whole title, the title with each of three authors, its
first words, pairs of its rarest words, and its rarest words with its rarest authors. Records
with a common key are compared, all with all in small groups, neighbours alone in large ones, so
that the number of comparisons grows as the number of records does.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

    from graphkit.matchers.papers.records import Records

__all__ = ["candidates", "rarest"]

LARGEST_GROUP = 30
NEIGHBOURS = 3
RARE_WORDS = 4
AUTHORS = 3


def candidates(
    records: Records, among: np.ndarray[Any, Any] | None = None
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Pairs of records to compare.

    Parameters
    ----------
    records : Records
    among : numpy.ndarray of bool, optional
        Records of which each pair has to hold one.

    Returns
    -------
    i, j : numpy.ndarray of int64
        Numbers of records, ``i < j``. Two records of one and the same sources are a pair
        only if their titles are alike to the letter.
    """
    import numpy as np

    number = len(records)
    key, member, broad = _keys(records)
    source = _codes(records.sources)
    if among is not None:
        wanted = np.unique(key[among[member]])
        at = np.minimum(np.searchsorted(wanted, key), max(len(wanted) - 1, 0))
        met = wanted[at] == key if len(wanted) else np.zeros(len(key), bool)
        key, member, broad = key[met], member[met], broad[met]
    # Alike titles lie side by side, for the groups in which neighbours alone are compared.
    title = records.title_code
    order = np.lexsort((member, title[member], key))
    key, member, broad = key[order], member[order], broad[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]][: len(key)])
    size = np.diff(np.r_[starts, len(key)])
    size = np.repeat(size, size)
    found = [np.zeros(0, np.int64)]
    for step in range(1, LARGEST_GROUP):
        at = np.flatnonzero(size > step if step <= NEIGHBOURS else _between(size, step))
        at = at[at + step < len(key)]
        at = at[key[at] == key[at + step]]
        i, j = member[at], member[at + step]
        kept = (source[i] != source[j]) | broad[at] & (title[i] == title[j])
        if among is not None:
            kept &= among[i] | among[j]
        i, j = i[kept], j[kept]
        found.append(np.unique(np.minimum(i, j) * number + np.maximum(i, j)))
    pairs = np.unique(np.concatenate(found))
    return pairs // max(number, 1), pairs % max(number, 1)


def _between(size: Any, step: int) -> Any:
    return (size > step) & (size <= LARGEST_GROUP)


def _keys(records: Records) -> tuple[Any, Any, Any]:
    """Keys, the record of each, and whether a key holds the whole title."""
    import numpy as np

    title = records.title_code
    words = rarest(records.words, RARE_WORDS)
    people = rarest(records.surnames, AUTHORS)
    start = records.codes(r"^((?:\S+ ){3}).*", r"\1")
    nothing = np.zeros(len(title), np.int64)
    made = [(0, title, nothing), (1, start, nothing)]
    made += [(2, title, people[:, a]) for a in range(AUTHORS)]
    made += [(3, words[:, w], people[:, a]) for w, a in product(range(RARE_WORDS), range(AUTHORS))]
    for v, w in combinations(range(RARE_WORDS), 2):
        made.append((4, np.minimum(words[:, v], words[:, w]), words[:, [v, w]].max(axis=1)))
    keys, members, broad = [], [], []
    for kind, first, second in made:
        fit = np.flatnonzero((title >= 0) & (first >= 0) & (second >= 0))
        keys.append(((first[fit] << 29) | second[fit]) << 3 | kind)
        members.append(fit)
        broad.append(np.full(len(fit), kind in (0, 2)))
    return np.concatenate(keys), np.concatenate(members), np.concatenate(broad)


def _codes(matrix: sp.csr_array) -> Any:
    """A number for each distinct row of a matrix of 0 and 1."""
    import numpy as np

    rows = np.random.default_rng(0).integers(1, 1 << 62, matrix.shape[1])
    total = np.zeros(matrix.shape[0], np.int64)
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    np.add.at(total, row, rows[matrix.indices])
    return total


def rarest(matrix: sp.csr_array, number: int) -> Any:
    """For each row its rarest columns that other rows have too; -1 where there are fewer."""
    import numpy as np

    count = np.bincount(matrix.indices, minlength=matrix.shape[1])
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    useful = count[matrix.indices] > 1
    row, column = row[useful], matrix.indices[useful].astype(np.int64)
    order = np.lexsort((column, count[column], row))
    row, column = row[order], column[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row, side="left")
    rarest = np.full((matrix.shape[0], number), -1, np.int64)
    kept = rank < number
    rarest[row[kept], rank[kept]] = column[kept]
    return rarest
