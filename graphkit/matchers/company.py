"""What the papers of two spellings have in common: coauthors, words, venues, years.

How much that says depends on how much is known: of a paper with an abstract more than of a title.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.matchers.spellings import Spellings

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

    Floats = np.ndarray[Any, np.dtype[np.float32]]
    Integers = np.ndarray[Any, np.dtype[np.int64]]

__all__ = ["COMPANY", "common", "company", "least_and_most", "rows_cosine", "unit"]

COMPANY = (
    "papers_least", "papers_most", "coauthors_least", "coauthors_most", "coauthors_shared",
    "coauthors_rarity", "coauthors_cosine", "coauthors_part", "loose_shared", "loose_rarity",
    "words_cosine", "venues_cosine", "years_gap",
    "years_middle", "years_span", "text_least", "text_most", "venue_size_least",
)  # fmt: skip
CHUNK = 50_000
# So many papers stand in the middle of every corpus, lest a few papers be large or small.
CALM = 1000


def company(found: Spellings, pairs: Integers) -> Floats:
    """How much company pairs of nodes share; columns as in `COMPANY`, NaN where unknown."""
    import numpy as np

    context, nodes = found.context, np.unique(pairs)
    papers = np.diff(found.papers.indptr).astype(np.float32)
    coauthors = found.coauthors
    loose = found.loose_coauthors
    known = np.diff(coauthors.indptr).astype(np.float32)
    weighted, weighted_loose = _by_rarity(coauthors), _by_rarity(loose)
    shared = common(coauthors, pairs)
    rarity = _product(_present(coauthors), weighted, pairs)
    loose_rarity = _product(_present(loose), weighted_loose, pairs)
    words = rows_cosine(unit(found.around(context.words, nodes=nodes)), pairs)
    venue = unit(found.around(_venues(found), nodes=nodes))
    first, last = _years(found)
    gap = np.maximum(first[pairs].max(axis=1) - last[pairs].min(axis=1), 0)
    middle = (first + last)[pairs] / 2
    span = last[pairs].max(axis=1) - first[pairs].min(axis=1)
    lonely = (known[pairs] == 0).any(axis=1)
    columns = [
        *least_and_most(np.log1p(papers), pairs),
        *least_and_most(np.log1p(known), pairs),
        shared,
        rarity,
        np.where(lonely, np.nan, rows_cosine(unit(weighted), pairs)),
        np.where(lonely, np.nan, shared / np.maximum(known[pairs].min(axis=1), 1)),
        common(loose, pairs),
        loose_rarity,
        words,
        rows_cosine(venue, pairs),
        gap,
        np.abs(middle[:, 0] - middle[:, 1]),
        span,
        *least_and_most(_mean(found, _standing(_text(found))), pairs),
        _mean(found, _standing(_venue_size(found)))[pairs].min(axis=1),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _years(found: Spellings) -> tuple[Any, Any]:
    """First and last year of each node; NaN where unknown."""
    import numpy as np

    told = (found.node_of_row >= 0) & ~np.isnan(found.context.year[found.context.paper])
    node, year = found.node_of_row[told], found.context.year[found.context.paper[told]]
    first, last = np.full(len(found.names), np.inf), np.full(len(found.names), -np.inf)
    np.minimum.at(first, node, year)
    np.maximum.at(last, node, year)
    return np.where(np.isinf(first), np.nan, first), np.where(np.isinf(last), np.nan, last)


def _venues(found: Spellings) -> sp.csr_array[Any]:
    import numpy as np
    import scipy.sparse as sp

    venue = found.context.venue
    paper = np.flatnonzero(venue >= 0)
    shape = (len(venue), int(venue.max(initial=-1)) + 1)
    matrix = sp.csr_array((np.ones(len(paper), np.float32), (paper, venue[paper])), shape=shape)
    held = np.bincount(venue[paper], minlength=shape[1])
    matrix.data *= np.log1p(len(paper) / np.maximum(held, 1)).astype(np.float32)[matrix.indices]
    return matrix


def _text(found: Spellings) -> Any:
    """How many words are known of each paper: where they are few, that they differ says little."""
    import numpy as np

    return np.diff(found.context.words.indptr).astype(float)


def _venue_size(found: Spellings) -> Any:
    """How many papers the venue of each paper has; NaN where unknown."""
    import numpy as np

    venue = found.context.venue
    held = np.bincount(venue[venue >= 0], minlength=int(venue.max(initial=-1)) + 1)
    return np.where(venue >= 0, held[venue], np.nan) if len(held) else np.full(len(venue), np.nan)


def _standing(values: Any) -> Any:
    """The part of the papers that have less, so that corpora are alike; NaN where unknown."""
    import numpy as np

    found = np.full(len(values), np.nan)
    known = ~np.isnan(values)
    _, place, sizes = np.unique(values[known], return_inverse=True, return_counts=True)
    below = (np.cumsum(sizes) - sizes / 2)[place]
    found[known] = (below + CALM / 2) / (known.sum() + CALM)
    return found


def _mean(found: Spellings, values: Any) -> Any:
    """Of each node, the mean of what its papers have; NaN where none has any."""
    import numpy as np

    known = ~np.isnan(values)
    total, count = found.papers @ np.where(known, values, 0), found.papers @ known.astype(float)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _present(matrix: sp.csr_array[Any]) -> sp.csr_array[Any]:
    import numpy as np

    found = matrix.copy()
    found.data = np.ones_like(found.data)
    return found


def _by_rarity(matrix: sp.csr_array[Any]) -> sp.csr_array[Any]:
    """Presence, weighted as by Adamic and Adar: who knows few tells more."""
    import numpy as np

    found = _present(matrix)
    known = np.bincount(found.indices, minlength=found.shape[1])
    found.data = (1 / np.log(1 + np.maximum(known, 1.72))).astype(np.float32)[found.indices]
    return found


def unit(matrix: sp.csr_array[Any]) -> sp.csr_array[Any]:
    """Each row of length 1, or empty."""
    import numpy as np

    found = matrix.copy()
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    found.data = found.data / np.repeat(np.maximum(lengths, 1e-9), np.diff(found.indptr))
    return found


def common(matrix: sp.csr_array[Any], pairs: Integers) -> Any:
    """How many columns the two rows of each pair both have."""
    present = _present(matrix)
    return _product(present, present, pairs)


def _product(one: sp.csr_array[Any], other: sp.csr_array[Any], pairs: Integers) -> Any:
    import numpy as np

    parts = [
        np.asarray(one[some[:, 0]].multiply(other[some[:, 1]]).sum(axis=1)).ravel()
        for some in np.array_split(pairs, max(1, -(-len(pairs) // CHUNK)))
    ]
    return np.concatenate(parts)


def rows_cosine(unit: sp.csr_array[Any], pairs: Integers) -> Any:
    """Of rows of length 1; NaN where a row is empty."""
    import numpy as np

    empty = (np.diff(unit.indptr) == 0)[pairs].any(axis=1)
    return np.where(empty, np.nan, _product(unit, unit, pairs))


def least_and_most(values: Any, pairs: Integers) -> tuple[Any, Any]:
    """The smaller and the larger value of each pair."""
    return values[pairs].min(axis=1), values[pairs].max(axis=1)
