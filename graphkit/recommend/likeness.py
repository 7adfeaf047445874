"""Rankings by what people write about and where, without training: ``(Past, rows) -> scores``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.recommend.classical import resource_allocation
from graphkit.recommend.profiles import unit_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.recommend.past import Past

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

__all__ = ["organizations", "topics", "untrained", "venues"]

# Topics decide among people whom the ties rank alike, and answer where there are no ties.
TOPIC_WEIGHT = 0.01


def topics(past: Past, rows: Rows) -> Floats:
    """Cosine of what two people write about, by TF-IDF of titles, abstracts and topics.

    See `graphkit.recommend.profiles`.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = topics(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    if "words" not in past.derived:
        past.derived["words"] = past.text.authors(past.wrote)
    words = past.derived["words"]
    return _cosines(words, rows)


def venues(past: Past, rows: Rows) -> Floats:
    """Cosine of where two people published: the same events in the same years.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = venues(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    import numpy as np
    from scipy import sparse

    known = np.flatnonzero(past.events >= 0)
    shape = (len(past.events), int(past.events.max(initial=0)) + 1)
    at = sparse.csr_array((np.ones(len(known)), (known, past.events[known])), shape=shape)
    profile = unit_rows(past.wrote @ at)
    return _cosines(profile, rows)


def organizations(past: Past, rows: Rows) -> Floats:
    """Cosine of where two people worked, as their papers print it, less by 0.7 a year.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = organizations(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    return _cosines(past.employers(0.7), rows)


def untrained(past: Past, rows: Rows) -> Floats:
    """Resource allocation, and a hundredth of the likeness of topics.

    What a corpus gets that has too little past to learn from. Topics decide among equals and
    answer where no coauthor is shared.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = untrained(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    return resource_allocation(past, rows) + TOPIC_WEIGHT * topics(past, rows)


def _cosines(profiles: sparse.csr_array, rows: Rows) -> Floats:
    import numpy as np

    return np.asarray((profiles[rows] @ profiles.T).toarray(), np.float64)
