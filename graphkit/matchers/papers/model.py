"""How sure it is that two records are one paper: the weight of what they have in common.

The model is that of Fellegi and Sunter: each comparison (of titles, numbers in titles, authors,
years, venues) falls into a level, each level has a weight, the logarithm of how much likelier
it is among records of one paper than among records of two, and the weights add up to the
logarithm of the odds. The weights were found by expectation maximisation on pairs without labels
(Winkler) and rounded; they are constants, so that a claim does not depend on what else is in
the graph and papers that come later change no earlier one.

References
----------
Fellegi, I. P., Sunter, A. B. (1969). A theory for record linkage. JASA 64(328).
Winkler, W. E. (2000). Using the EM algorithm for weight computation in the Fellegi-Sunter model
of record linkage. U.S. Bureau of the Census, RR2000/05.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphkit.matchers.papers.records import shared

if TYPE_CHECKING:
    import numpy as np

    from graphkit.matchers.papers.records import Records

__all__ = ["Comparison", "compare", "title_overlap"]

# Of two records that share a rare key, a third are one paper.
PRIOR = -0.6
# Each from the worst to the best; what is unknown weighs nothing.
TITLE = {
    "other": -6.0,
    "half": -3.0,
    "alike": -2.0,
    "within": -0.3,
    "near": 1.5,
    "common": -1.6,
    "short": 3.5,
    "same": 5.2,
}
NUMBERS = {"other": -6.0, "more": -1.5, "same": 0.0}
AUTHORS = {
    "other": -6.5,
    "few": -2.8,
    "one": -0.5,
    "most": 0.8,
    "part": 1.5,
    "single": 1.7,
    "same": 3.0,
}
YEAR = {"other": -6.5, "next": -2.0, "same": 1.9}
VENUE = {"other": -3.0, "same": 0.8}
# Pairs by which two venues are known to go together, and the share that is enough.
VENUE_PAIRS = 5
VENUE_SHARE = 0.2
SURE = 4.0
SHARED_AUTHOR = 0.6


@dataclass(frozen=True)
class Comparison:
    """What pairs of records have in common.

    Attributes
    ----------
    title, numbers, authors, year, venue : numpy.ndarray of int
        The level of each pair, -1 where it is unknown.
    words : numpy.ndarray of int
        How many the shorter title has.
    common_authors, fewer_authors, more_authors : numpy.ndarray of int
        How many surnames both have, the one with fewer, and the one with more.
    """

    title: np.ndarray[Any, Any]
    numbers: np.ndarray[Any, Any]
    authors: np.ndarray[Any, Any]
    year: np.ndarray[Any, Any]
    venue: np.ndarray[Any, Any]
    words: np.ndarray[Any, Any]
    common_authors: np.ndarray[Any, Any]
    fewer_authors: np.ndarray[Any, Any]
    more_authors: np.ndarray[Any, Any]

    def weight(self, *names: str) -> np.ndarray[Any, Any]:
        """The logarithm of the odds that two records are one paper.

        Parameters
        ----------
        *names : str
            The comparisons that count; all of them by default.
        """
        import numpy as np

        total = np.full(len(self.title), PRIOR)
        for name in names or tuple(LEVELS):
            total += np.array([*LEVELS[name].values(), 0.0])[getattr(self, name)]
        return total

    def at(self, name: str, *levels: str) -> np.ndarray[Any, Any]:
        """Which pairs have one of some levels of a comparison."""
        import numpy as np

        known = list(LEVELS[name])
        return np.isin(getattr(self, name), [known.index(level) for level in levels])


LEVELS = {"title": TITLE, "numbers": NUMBERS, "authors": AUTHORS, "year": YEAR, "venue": VENUE}


def compare(records: Records, i: np.ndarray[Any, Any], j: np.ndarray[Any, Any]) -> Comparison:
    """Compare pairs of records.

    Parameters
    ----------
    records : Records
    i, j : numpy.ndarray of int
        The numbers of the records.

    Returns
    -------
    Comparison
    """
    import numpy as np

    length = np.diff(records.words.indptr)
    words = np.minimum(length[i], length[j])
    titles = _titles(records, i, j, words)
    counts = np.diff(records.surnames.indptr)
    people = (
        shared(records.surnames, i, j),
        np.minimum(counts[i], counts[j]),
        np.maximum(counts[i], counts[j]),
    )
    authors = _authors(records, i, j, people)
    known = (records.year[i] != 0) & (records.year[j] != 0)
    apart = np.abs(records.year[i] - records.year[j])
    year = np.where(known, 2 - np.minimum(apart, 2), -1)
    unknown = np.full(len(i), -1)
    how = Comparison(titles, _numbers(records, i, j), authors, year, unknown, words, *people)
    return replace(how, venue=_venues(records.venue, i, j, how.weight() > SURE))


def title_overlap(
    records: Records, i: np.ndarray[Any, Any], j: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """How much of their titles records have in common, a rare word counting more than a common one.

    Parameters
    ----------
    records : Records
    i, j : numpy.ndarray of int
        The numbers of the records.

    Returns
    -------
    cosine : numpy.ndarray of float
        Of the words weighed by inverse document frequency, between 0 and 1.
    within : numpy.ndarray of bool
        Whether one title has all words of the other.
    """
    import numpy as np

    count = np.bincount(records.words.indices, minlength=records.words.shape[1])
    words = records.words.copy()
    rarity = np.log((len(records) + 1) / count[words.indices]) + 0.5
    words.data = np.sqrt(rarity).astype(np.float32)
    row = np.repeat(np.arange(len(records)), np.diff(words.indptr))
    total = np.bincount(row, rarity, len(records))
    both = shared(words, i, j)
    cosine = both / np.sqrt(np.maximum(total[i] * total[j], 1e-9))
    return cosine, both >= 0.98 * np.minimum(total[i], total[j])


def _titles(records: Records, i: Any, j: Any, words: Any) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    squashed = pc.replace_substring(records.title, " ", "")
    left, right = squashed.take(pa.array(i)), squashed.take(pa.array(j))
    equal = pc.equal(left, right).to_numpy(zero_copy_only=False)
    ratio = np.ones(len(i), np.float32)
    if not equal.all():
        other = pa.array(~equal)
        ratio[~equal] = process.cpdist(
            left.filter(other).to_pylist(),
            right.filter(other).to_pylist(),
            scorer=Levenshtein.normalized_similarity,
            dtype=np.float32,
        )
    cosine, within = title_overlap(records, i, j)
    within &= words >= 3
    alike = np.maximum(ratio, cosine)
    by_many = _by_many(records)
    common = (words <= 2) | by_many[i] | by_many[j]
    level = _level(
        TITLE,
        common=equal & common,
        short=equal & (words <= 4),
        same=equal,
        near=alike >= 0.9,
        within=within | (alike >= 0.8),
        alike=alike >= 0.7,
        half=alike >= 0.5,
    )
    empty = pc.equal(records.title, "").to_numpy(zero_copy_only=False)
    level[empty[i] | empty[j]] = -1
    return level


def _level(scale: dict[str, float], **fits: Any) -> Any:
    """The first level of a scale that fits each pair; the worst one if none does."""
    import numpy as np

    known = list(scale)
    return np.select(list(fits.values()), [known.index(name) for name in fits], 0)


def _by_many(records: Records) -> Any:
    """Whether one source has several papers of this title that have no author in common.

    Such a title (``Introduction``) names none of them. Copies of one paper share an author.
    """
    import numpy as np

    number = records.surnames.shape[1] + 1
    title = records.title_code + 1
    row = np.repeat(np.arange(len(records)), np.diff(records.sources.indptr))
    _, each = np.unique(
        title[row] * records.sources.shape[1] + records.sources.indices, return_inverse=True
    )
    size = np.bincount(each)
    several = size[each] > 1
    row, each = row[several], each[several]
    names = records.surnames[row]
    key = np.repeat(each, np.diff(names.indptr)) * number + names.indices
    keys, count = np.unique(key, return_counts=True)
    most = np.zeros(len(size))
    np.maximum.at(most, keys // number, count)
    signed = np.bincount(each, np.diff(names.indptr) > 0, len(size))
    # Nobody signs an index of authors; two of those may be copies.
    many = np.where(signed > 1, most < SHARED_AUTHOR * signed, (signed == 0) & (size > 2))
    found = np.zeros(len(records), bool)
    found[row[many[each]]] = True
    return found


def _numbers(records: Records, i: Any, j: Any) -> Any:
    """Numbers and parts: 'Part I' and 'Part II', '2019' and '2020' are two papers."""
    import numpy as np

    words = records.numbers
    count = np.diff(words.indptr)
    both = shared(words, i, j)
    more_i, more_j = count[i] - both > 0.5, count[j] - both > 0.5
    return _level(NUMBERS, other=more_i & more_j, more=more_i | more_j, same=np.full(len(i), True))


def _authors(records: Records, i: Any, j: Any, surnames: tuple[Any, Any, Any]) -> Any:
    import numpy as np

    _, fewer, _ = surnames
    # The order of a name's parts differs between sources: then all its words say more.
    counts = np.diff(records.names.indptr)
    names = shared(records.names, i, j), np.minimum(counts[i], counts[j])
    ways = [surnames, (*names, np.maximum(counts[i], counts[j]))]
    share = np.max([b / np.maximum(f, 1) for b, f, _ in ways], axis=0)
    jaccard = np.max([b / np.maximum(m, 1) for b, _, m in ways], axis=0)
    several = fewer >= 2
    level = _level(
        AUTHORS,
        same=(jaccard > 0.99) & several,
        single=jaccard > 0.99,
        part=(share > 0.99) & several,
        most=(share >= 0.6) & several,
        one=share > 0.34,
        few=share > 0,
    )
    return np.where(fewer == 0, -1, level)


def _venues(venue: Any, i: Any, j: Any, sure: Any) -> Any:
    """Whether two venues are those of one paper elsewhere too."""
    import numpy as np

    a, b = venue[i], venue[j]
    size = int(venue.max(initial=0)) + 1
    known = (a >= 0) & (b >= 0)
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    key = np.where(known, low * size + high, -1)
    keys, inverse = np.unique(key, return_inverse=True)
    together = np.bincount(inverse, sure, len(keys))[inverse] - sure
    each = np.bincount(a[known], sure[known], size) + np.bincount(
        b[known & (a != b)], sure[known & (a != b)], size
    )
    fewer = np.minimum(each[a], each[b]) - sure
    share = together / np.maximum(fewer, 1)
    level = np.where(share >= VENUE_SHARE, 1, np.where(fewer >= VENUE_PAIRS, 0, -1))
    level = np.where(a == b, 1, level)
    return np.where(known, level, -1)
