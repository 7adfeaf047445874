"""Two mentions of one name: what speaks for one person, as numbers that a model weighs.

None of them is a word or a name of one corpus. Nothing is read off the name itself, so that
people thrown together by hand are told apart in the same way as true namesakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import scipy.sparse as sp

    from graphkit.matchers.context import Context

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Features = np.ndarray[Any, np.dtype[np.float32]]

__all__ = ["FEATURES", "Groups", "Surroundings", "at", "batches", "features", "pairs"]

FEATURES = (
    "bearers", "mentions", "shared", "overlap", "near", "around", "words", "topics",
    "coauthors_topics", "across_least", "across_most", "venue", "years", "team_least",
    "team_most", "both_last", "any_first", "components", "linked", "span", "topics_level",
    "around_level", "abstracts",
)  # fmt: skip
# So many pairs are compared at once, and fewer where their rows would hold more cells than that.
CHUNK, CELLS = 100_000, 10_000_000
BATCH = 400_000


def at(name: str) -> int:
    """The column of a feature."""
    return FEATURES.index(name)


@dataclass(frozen=True)
class Surroundings:
    """What the whole corpus tells of those who surround a mention.

    Attributes
    ----------
    context : Context
    bearers : numpy.ndarray of float64, an author id
        How many people are expected to bear its name.
    """

    context: Context
    bearers: Floats

    @cached_property
    def weight(self) -> Features:
        """How much it tells that two papers share a coauthor, a column of ``coauthors``."""
        import numpy as np

        wrote, columns = self.context.coauthors, self.context.coauthor_keys
        most = np.zeros(wrote.shape[1])
        named = columns >= 0
        np.maximum.at(most, columns[named], self.bearers[named])
        papers = np.bincount(wrote.indices, minlength=wrote.shape[1])
        return np.asarray(1 / np.log(1.5 + papers) / (1 + most), np.float32)

    @cached_property
    def step(self) -> sp.csr_array[Any]:
        """Coauthor × coauthor: the chance that a walk by way of a common paper ends there."""
        import numpy as np
        import scipy.sparse as sp

        wrote = self.context.coauthors
        others = np.maximum(np.diff(wrote.indptr) - 1, 1)
        met = (wrote.T @ sp.diags_array((1 / others).astype(np.float32)) @ wrote).tocsr()
        met.setdiag(0)
        met.eliminate_zeros()
        return _over_sums(met)

    @cached_property
    def topics(self) -> Features:
        """The sum of the topics of each coauthor's papers."""
        found: Features = self.context.coauthors.T @ self.context.topics
        return found


@dataclass(frozen=True)
class Groups:
    """Mentions in groups; those of a group may be one person or several.

    Attributes
    ----------
    rows : numpy.ndarray of int64
        Rows of ``authorships``, those of a group together.
    starts : numpy.ndarray of int64, a group and one more
        Where each group starts.
    bearers : numpy.ndarray of float64, a group
        How many people are expected to be in it, before any paper is read.
    """

    rows: Integers
    starts: Integers
    bearers: Floats

    @property
    def sizes(self) -> Integers:
        """The number of mentions of each group."""
        import numpy as np

        return np.diff(self.starts)

    def part(self, first: int, last: int) -> Groups:
        """Some consecutive groups."""
        begin, end = self.starts[first], self.starts[last]
        return Groups(
            self.rows[begin:end],
            self.starts[first : last + 1] - begin,
            self.bearers[first:last],
        )


def batches(groups: Groups, most: int = BATCH, largest: int | None = None) -> Iterator[Groups]:
    """Consecutive groups that have about so many pairs together.

    Of a group, no more than the largest number of mentions will be compared.
    """
    import numpy as np

    sizes = np.minimum(groups.sizes, largest or len(groups.rows))
    total = np.cumsum(sizes * (sizes - 1) // 2)
    first = 0
    while first < len(sizes):
        done = total[first - 1] if first else 0
        last = max(int(np.searchsorted(total, done + most, side="right")), first + 1)
        yield groups.part(first, last)
        first = last


def pairs(groups: Groups) -> tuple[Integers, Integers, Integers]:
    """All pairs of mentions of one group: places in ``rows``, and the group.

    Returns
    -------
    tuple of numpy.ndarray of int64
        ``one``, ``other``, ``group``; sorted by group, then ``one``, then ``other``.
    """
    import numpy as np

    ends = [np.triu_indices(size, 1) for size in groups.sizes]
    starts = groups.starts[:-1]
    ones = [begin + one for begin, (one, _) in zip(starts, ends, strict=True)]
    others = [begin + other for begin, (_, other) in zip(starts, ends, strict=True)]
    counts = [len(one) for one in ones]
    empty = [np.empty(0, np.int64)]
    return (
        np.concatenate(empty + ones),
        np.concatenate(empty + others),
        np.repeat(np.arange(len(counts)), counts),
    )


def features(surroundings: Surroundings, groups: Groups) -> Features:
    """What each pair of mentions of one group has in common.

    Parameters
    ----------
    surroundings : Surroundings
    groups : Groups

    Returns
    -------
    numpy.ndarray of float32, shape (pairs, features)
        Rows as in `pairs`, columns as in `FEATURES`; NaN where the graph does not tell.
    """
    import numpy as np

    c = surroundings.context
    one, other, group = pairs(groups)
    found = np.empty((len(one), len(FEATURES)), np.float32)
    company = _Company.of(surroundings, groups)
    paper = c.paper[groups.rows]
    words, topics, year, venue = c.words[paper], c.topics[paper], c.year[paper], c.venue[paper]
    team, place = c.team[paper], c.position[groups.rows]
    last, first = (place == team) & (team > 1), place == 1
    told = np.diff(words.indptr)
    # Coauthors of coauthors are many where hubs are among them.
    chunk = max(1, min(CHUNK, CELLS * len(groups.rows) // max(company.around.nnz, 1)))
    for start in range(0, len(one), chunk):
        i, j = one[start : start + chunk], other[start : start + chunk]
        columns = {
            **company.compared(i, j),
            "words": _dots(words[i], words[j]),
            "topics": _rowwise(topics[i], topics[j]),
            "across": (
                _rowwise(company.topics[i], topics[j]),
                _rowwise(topics[i], company.topics[j]),
            ),
            "venue": np.where((venue[i] < 0) | (venue[j] < 0), np.nan, venue[i] == venue[j]),
            "years": np.abs(year[i] - year[j]),
            "both_last": last[i] & last[j],
            "any_first": first[i] | first[j],
            # Pages without an abstract have few words in common.
            "abstracts": np.minimum(told[i], told[j]),
        }
        across = columns.pop("across")
        columns |= {"across_least": np.fmin(*across), "across_most": np.fmax(*across)}
        columns |= {
            "team_least": np.minimum(team[i], team[j]),
            "team_most": np.maximum(team[i], team[j]),
        }
        for name, values in columns.items():
            found[start : start + chunk, at(name)] = values
    for name, values in _of_groups(groups, found, one, other, group, year).items():
        found[:, at(name)] = values[group]
    return found


def _of_groups(
    groups: Groups, found: Features, one: Integers, other: Integers, group: Integers, year: Floats
) -> dict[str, Floats]:
    """What a group tells as a whole: is it likely to be one person at all?"""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    count, sizes = len(groups.bearers), groups.sizes
    share = found[:, at("shared")] > 0
    links = sp.coo_array(
        (np.ones(int(share.sum())), (one[share], other[share])), shape=(len(groups.rows),) * 2
    )
    component = connected_components(links, directed=False)[1]
    group_of = np.repeat(np.arange(count), sizes)
    of = group_of[np.unique(component, return_index=True)[1]]
    number = np.maximum(np.bincount(group, minlength=count), 1)

    def mean(values: Any) -> Floats:
        return np.bincount(group, values, count) / number

    starts = groups.starts[:-1]
    span = np.fmax.reduceat(year, starts) - np.fmin.reduceat(year, starts)
    return {
        "bearers": np.log(np.maximum(groups.bearers, 1e-6)),
        "mentions": np.log(sizes),
        "components": np.bincount(of, minlength=count).astype(float),
        "linked": mean(share),
        "span": span,
        "topics_level": mean(found[:, at("topics")]),
        "around_level": mean(found[:, at("around")]),
    }


@dataclass(frozen=True)
class _Company:
    """The coauthors of each mention, without those who bear the name in question."""

    coauthors: sp.csr_array[Any]
    weighted: sp.csr_array[Any]
    share: sp.csr_array[Any]
    step: sp.csr_array[Any]
    around: sp.csr_array[Any]
    topics: Features

    @classmethod
    def of(cls, surroundings: Surroundings, groups: Groups) -> _Company:
        import numpy as np
        import scipy.sparse as sp

        c, count = surroundings.context, len(groups.bearers)
        group = np.repeat(np.arange(count), groups.sizes)
        column = c.coauthor_keys[c.author[groups.rows]].astype(np.int64)
        wrote, known = c.coauthors[c.paper[groups.rows]], column >= 0
        own = sp.csr_array(
            (np.ones(int(known.sum()), np.float32), (group[known], column[known])),
            shape=(count, wrote.shape[1]),
        )
        own.data[:] = 1
        own.sum_duplicates()
        own.data[:] = 1
        own = own[group]
        coauthors = _without(wrote, own)
        share = _over_sums(coauthors)
        step = share @ surroundings.step
        rare = sp.diags_array(np.sqrt(surroundings.weight))
        around = _of_length_one((_without(step, own) + share) @ rare)
        weighted = coauthors @ sp.diags_array(surroundings.weight)
        topics = _topics(surroundings, groups, group, coauthors, weighted)
        return cls(coauthors, weighted, share, step, around, topics)

    def compared(self, i: Integers, j: Integers) -> dict[str, Any]:
        import numpy as np

        number = np.diff(self.coauthors.indptr)
        common = _dots(self.coauthors[i], self.coauthors[j])
        return {
            "shared": _dots(self.weighted[i], self.coauthors[j]),
            "overlap": common / np.maximum(number[i] + number[j] - common, 1),
            "near": _dots(self.step[i], self.share[j]) + _dots(self.step[j], self.share[i]),
            "around": _dots(self.around[i], self.around[j]),
            "coauthors_topics": _rowwise(self.topics[i], self.topics[j]),
        }


def _topics(
    surroundings: Surroundings,
    groups: Groups,
    group: Integers,
    coauthors: sp.csr_array[Any],
    weighted: sp.csr_array[Any],
) -> Features:
    """What the coauthors of each mention write about when they write with others."""
    import numpy as np
    import scipy.sparse as sp

    c = surroundings.context
    row = np.repeat(np.arange(len(groups.rows)), np.diff(coauthors.indptr))
    key = group[row] * coauthors.shape[1] + coauthors.indices
    known, inverse = np.unique(key, return_inverse=True)
    ones = np.ones(len(row), np.float32)
    met = sp.csr_array((ones, (inverse, row)), shape=(len(known), len(groups.rows)))
    elsewhere = surroundings.topics[known % max(coauthors.shape[1], 1)]
    elsewhere = elsewhere - met @ c.topics[c.paper[groups.rows]]
    mixed = sp.csr_array((weighted.data, (row, inverse)), shape=(len(groups.rows), len(known)))
    found = mixed @ elsewhere
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    # Who writes with nobody else leaves rounding errors, which have a direction too.
    return np.where(lengths > 1e-4, found / np.maximum(lengths, 1e-4), np.nan).astype(np.float32)


def _without(matrix: sp.csr_array[Any], mask: sp.csr_array[Any]) -> sp.csr_array[Any]:
    import scipy.sparse as sp

    left = sp.csr_array(matrix - matrix.multiply(mask))
    left.eliminate_zeros()
    return sp.csr_array(left)


def _over_sums(matrix: sp.csr_array[Any]) -> sp.csr_array[Any]:
    import numpy as np
    import scipy.sparse as sp

    sums = np.asarray(matrix.sum(axis=1)).ravel()
    return sp.csr_array(sp.diags_array((1 / np.maximum(sums, 1e-9)).astype(np.float32)) @ matrix)


def _of_length_one(matrix: sp.csr_array[Any]) -> sp.csr_array[Any]:
    import numpy as np
    import scipy.sparse as sp

    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = (1 / np.maximum(lengths, 1e-9)).astype(np.float32)
    return sp.csr_array(sp.diags_array(scale) @ matrix)


def _dots(one: sp.csr_array[Any], other: sp.csr_array[Any]) -> Features:
    import numpy as np

    return np.asarray(one.multiply(other).sum(axis=1), np.float32).ravel()


def _rowwise(one: Features, other: Features) -> Features:
    import numpy as np

    return np.asarray(np.einsum("ij,ij->i", one, other), np.float32)
