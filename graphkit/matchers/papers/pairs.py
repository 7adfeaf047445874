"""Pairs of papers that may be one, and how likely each is, given its rivals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.matchers.papers.blocking import candidates, rarest
from graphkit.matchers.papers.model import Comparison, compare, title_overlap
from graphkit.matchers.papers.records import Records, shared

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Pairs", "names_each_once", "pairs"]

# Titles with less in common than this are never those of one paper.
LEAST_OVERLAP = 0.3
# A source that prints this share of its papers twice is no list in which each stands once;
# of a source of a few papers, two that are alike already say so.
REPEATED = 0.05
FEW = 20
LONG_TITLE = 5
LONGEST_WAY_TO_PRINT = 4
PREPRINT = "fabio:Preprint"
# Limits of what is claimed without certainty.
TWICE_IN_ONE_SOURCE = 0.8
DISPUTED = 0.4
SUREST = 0.99


@dataclass(frozen=True)
class Pairs:
    """Pairs of records, and what is claimed of them.

    Attributes
    ----------
    i, j : numpy.ndarray of int64
        Numbers of records; of versions, i is the earlier one.
    how : Comparison
    same_id : numpy.ndarray of bool
        Whether both have one id of a register.
    fellow : numpy.ndarray of bool
        Whether one source names both.
    version : numpy.ndarray of bool
        Whether the claim is that i is a version of j, not that both are one.
    score : numpy.ndarray of float
        How likely the claim is; 0 where nothing is claimed.
    once : numpy.ndarray of bool
        For each source, whether it names each paper once.
    """

    i: np.ndarray[Any, Any]
    j: np.ndarray[Any, Any]
    how: Comparison
    same_id: np.ndarray[Any, Any]
    fellow: np.ndarray[Any, Any]
    version: np.ndarray[Any, Any]
    score: np.ndarray[Any, Any]
    once: np.ndarray[Any, Any]


def pairs(records: Records, among: np.ndarray[Any, Any] | None = None) -> Pairs:
    """Compare what is worth a comparison.

    Parameters
    ----------
    records : Records
    among : numpy.ndarray of bool, optional
        Records of which each pair has to hold one.

    Returns
    -------
    Pairs
    """
    import numpy as np

    i, j = candidates(records, among)
    near = title_overlap(records, i, j)[0] >= LEAST_OVERLAP
    i, j = _with_common_ids(records, i[near], j[near], among)
    how = compare(records, i, j)
    same_id = shared(records.registered, i, j) > 0
    other_id = (shared(records.registers, i, j) > 0) & ~same_id
    fellow = shared(records.sources, i, j) > 0
    once = names_each_once(records)
    # One copy of a paper may bear the wrong DOI; then neither its title nor its authors fit.
    stray = same_id & how.at("title", "other", "half") & how.at("authors", "other")
    weight = how.weight()
    draft, i, j = _versions(records, i, j, how)
    version = (draft | other_id) & _alike(how) & ~same_id
    version &= draft | _other_type(records, i, j)
    one = ~other_id & ~draft & (~fellow | _in_loose_source(records, once, i, j))
    score = np.where(one, _among_rivals(records, once, i, j, np.where(one, weight, -np.inf)), 0.0)
    twice = fellow & ~other_id & ~draft & _printed_twice(how)
    score = np.where(twice, np.maximum(score, TWICE_IN_ONE_SOURCE), score)
    as_version = SUREST * _chance(how.weight("title", "numbers", "authors"))
    score = np.where(version, as_version, score)
    score = np.where(same_id, np.where(stray, DISPUTED, 1.0), np.minimum(score, SUREST))
    i, j = np.where(version, i, np.minimum(i, j)), np.where(version, j, np.maximum(i, j))
    return Pairs(i, j, how, same_id, fellow, version, score, once)


def _with_common_ids(records: Records, i: Any, j: Any, among: Any) -> tuple[Any, Any]:
    """The pairs, and those of records with one id of a register."""
    import numpy as np

    number = max(len(records), 1)
    columns = records.registered.tocsc()
    of = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
    at = np.flatnonzero(of[1:] == of[:-1])
    a, b = columns.indices[at].astype(np.int64), columns.indices[at + 1].astype(np.int64)
    if among is not None:
        kept = among[a] | among[b]
        a, b = a[kept], b[kept]
    both = np.union1d(i * number + j, np.minimum(a, b) * number + np.maximum(a, b))
    return both // number, both % number


def _printed_twice(how: Comparison) -> Any:
    """Whether two records of one source read like one paper printed twice."""
    alike = how.at("title", "same") & how.at("authors", "part", "single", "same")
    return alike & how.at("year", "same") & ~how.at("venue", "other")


def names_each_once(records: Records) -> np.ndarray[Any, Any]:
    """Which sources name each paper once, as far as can be seen.

    Parameters
    ----------
    records : Records

    Returns
    -------
    numpy.ndarray of bool
        For each source. False if many of its records share a long title, an author and about a
        year, and no ids of registers tell them apart.
    """
    import numpy as np

    number = len(records)
    bare = np.diff(records.registered.indptr) == 0
    fit = np.flatnonzero(bare & (np.diff(records.words.indptr) >= LONG_TITLE))
    counts = np.diff(records.sources.indptr)[fit]
    row = np.repeat(fit, counts)
    at = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    source = records.sources.indices[records.sources.indptr[row] + at]
    author = rarest(records.surnames, 1)[row, 0]
    title = records.title_code[row]
    order = np.lexsort((records.year[row], author, title, source))
    row, source, author, title = row[order], source[order], author[order], title[order]
    year = records.year[row]
    alike = (source[1:] == source[:-1]) & (title[1:] == title[:-1])
    alike &= (author[1:] == author[:-1]) & (author[1:] >= 0)
    alike &= (year[1:] - year[:-1] <= 1) | (year[:-1] == 0)
    twice = np.zeros(number, bool)
    twice[row[1:][alike]] = twice[row[:-1][alike]] = True
    size = records.sources.sum(axis=0)
    repeated: np.ndarray[Any, Any] = (twice @ records.sources) / (size + FEW)
    return repeated < REPEATED


def _alike(how: Comparison) -> Any:
    titles = how.at("title", "near", "short", "same")
    return titles & how.at("authors", "most", "part", "single", "same") & how.at("numbers", "same")


def _versions(records: Records, i: Any, j: Any, how: Comparison) -> tuple[Any, Any, Any]:
    """Whether one of two is the other's preprint; and the pairs, the earlier one first."""
    import numpy as np

    left, right = records.type[i] == PREPRINT, records.type[j] == PREPRINT
    printed = (records.type != "") | (records.venue >= 0)
    draft = (left != right) & printed[i] & printed[j]
    year = np.where(records.year == 0, 9999, records.year)
    later = np.where(draft, right, year[i] > year[j])
    i, j = np.where(later, j, i), np.where(later, i, j)
    gap = np.where((records.year[i] == 0) | (records.year[j] == 0), 0, year[j] - year[i])
    draft &= (gap >= -1) & (gap <= LONGEST_WAY_TO_PRINT)
    return draft, i, j


def _other_type(records: Records, i: Any, j: Any) -> Any:
    left, right = records.type[i], records.type[j]
    gap = abs(records.year[i] - records.year[j]) <= LONGEST_WAY_TO_PRINT
    return (left != right) & (left != "") & (right != "") & gap


def _in_loose_source(records: Records, once: Any, i: Any, j: Any) -> Any:
    """Whether no source that names each paper once names both of two."""
    strict = records.sources.multiply(once[None, :]).tocsr()
    return shared(strict, i, j) == 0


def _among_rivals(records: Records, once: Any, i: Any, j: Any, weight: Any) -> Any:
    """The chance of each pair, given that a source that names each paper once has one at most."""
    import numpy as np

    odds = np.exp(np.clip(weight, -50, 50))
    odds[weight == -np.inf] = 0
    rivals = np.maximum(*(_sums(records, once, a, b, odds) for a, b in ((i, j), (j, i))))
    return odds / (1 + np.maximum(rivals, odds))


def _sums(records: Records, once: Any, a: Any, b: Any, odds: Any) -> Any:
    """For each pair, the odds of all records of b's source as partners of a."""
    import numpy as np

    sources = records.sources.multiply(once[None, :]).tocsr()
    sources.eliminate_zeros()
    number = sources.shape[1]
    counts = np.diff(sources.indptr)[b]
    pair = np.repeat(np.arange(len(b)), counts)
    start = np.repeat(sources.indptr[b] - np.r_[0, np.cumsum(counts)[:-1]], counts)
    source = sources.indices[start + np.arange(len(pair))]
    key = a[pair] * number + source
    _, inverse = np.unique(key, return_inverse=True)
    total = np.bincount(inverse, odds[pair])
    most = np.zeros(len(b))
    np.maximum.at(most, pair, total[inverse])
    return most


def _chance(weight: Any) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(weight, -50, 50)))
