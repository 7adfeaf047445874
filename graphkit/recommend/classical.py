"""Rankings by who wrote with whom, without training: ``(Past, rows) -> scores``, shape (q, n)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.recommend.past import Past

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

__all__ = [
    "adamic_adar",
    "common_coauthors",
    "katz",
    "pagerank",
    "preferential_attachment",
    "resource_allocation",
    "weighted_adamic_adar",
    "weighted_common_coauthors",
]

# A tie counts so much less for each year that has passed since its papers.
DECAY = 0.7


def common_coauthors(past: Past, rows: Rows) -> Floats:
    """Number of shared coauthors [1]_.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] D. Liben-Nowell, J. Kleinberg (2007). The link-prediction problem for social
       networks. JASIST 58, 1019-1031.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = common_coauthors(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    return _dense(past.coauthors[rows] @ past.coauthors)


def adamic_adar(past: Past, rows: Rows) -> Floats:
    """Shared coauthors, each counted 1/ln(number of its coauthors) [1]_.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] L. A. Adamic, E. Adar (2003). Friends and neighbors on the Web. Social Networks 25,
       211-230.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = adamic_adar(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    import numpy as np

    # A shared coauthor has two coauthors at least; the others count nowhere.
    degree = np.maximum(np.diff(past.coauthors.indptr), 2)
    return _dense(_times(past.coauthors[rows], 1 / np.log(degree)) @ past.coauthors)


def weighted_common_coauthors(past: Past, rows: Rows) -> Floats:
    """Shared coauthors, each counted by the weights of its two ties [1]_.

    The sum of w(a,z) + w(z,b) over shared coauthors z, with the weights of
    `resource_allocation`.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] L. Lü, T. Zhou (2010). Link prediction in weighted networks: the role of weak ties.
       EPL 89, 18001.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = weighted_common_coauthors(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    return _both_ties(past, rows, None)


def weighted_adamic_adar(past: Past, rows: Rows) -> Floats:
    """Shared coauthors, each counted (w(a,z) + w(z,b)) / ln(1 + its strength) [1]_.

    Weights are those of `resource_allocation`, the strength of an author is their sum.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] L. Lü, T. Zhou (2010). Link prediction in weighted networks: the role of weak ties.
       EPL 89, 18001.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = weighted_adamic_adar(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    import numpy as np

    strength: Floats = np.asarray(_ties(past).sum(axis=1), np.float64).ravel()
    return _both_ties(past, rows, _inverse_of(np.log1p(strength)))


def _both_ties(past: Past, rows: Rows, each: Floats | None) -> Floats:
    """The sum of the weights of both ties over shared coauthors, each times a number."""
    ties, known = _ties(past), past.coauthors
    mine, of_mine = ties[rows], known[rows]
    if each is not None:
        mine, of_mine = _times(mine, each), _times(of_mine, each)
    return _dense(mine @ known + of_mine @ ties)


def preferential_attachment(past: Past, rows: Rows) -> Floats:
    """The product of both numbers of coauthors [1]_: what popularity alone says.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] M. E. J. Newman (2001). Clustering and preferential attachment in growing networks.
       Physical Review E 64, 025102.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = preferential_attachment(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    import numpy as np

    degree = np.diff(past.coauthors.indptr).astype(np.float64)
    return np.outer(degree[rows], degree)


def resource_allocation(past: Past, rows: Rows) -> Floats:
    """What reaches a person when each coauthor passes on its share of the tie [1]_, [2]_.

    The sum over shared coauthors z of w(a,z) w(z,b) / s(z), with w the weight of a tie and s
    the strength of an author. Weights are Newman's, in which large teams tie loosely, less
    by 0.7 for each year that has passed.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] T. Zhou, L. Lü, Y.-C. Zhang (2009). Predicting missing links via local information.
       European Physical Journal B 71, 623-630.
    .. [2] L. Lü, T. Zhou (2010). Link prediction in weighted networks: the role of weak ties.
       EPL 89, 18001.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = resource_allocation(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    ties = _ties(past)
    return _dense(_times(ties[rows], _inverse(ties)) @ ties)


def katz(past: Past, rows: Rows) -> Floats:
    """All walks of two to five ties, each tie more counting half as much [1]_.

    Half is of what a walk of one tie more can bring at most, so that the sum converges.
    Weights are those of `resource_allocation`.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] L. Katz (1953). A new status index derived from sociometric analysis. Psychometrika
       18, 39-43.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = katz(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    import numpy as np

    ties = _ties(past)
    factor = 0.5 / max(float(ties.sum(axis=1).max(initial=0)), 1e-300)
    reached = _dense(ties[rows]) * factor
    total = np.zeros_like(reached)
    for _ in range(4):
        reached = (ties @ reached.T).T * factor
        total += reached
    return total


def pagerank(past: Past, rows: Rows) -> Floats:
    """Personalised PageRank [1]_: where a walk is that returns home with chance 0.15 a step.

    Thirty steps on the weights of `resource_allocation`.

    Parameters
    ----------
    past : Past
    rows : numpy.ndarray of int, shape (q,)
        The authors asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)

    References
    ----------
    .. [1] G. Jeh, J. Widom (2003). Scaling personalized web search. WWW 2003, 271-279.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = pagerank(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    import numpy as np

    ties = _ties(past)
    onward = _times(ties, _inverse(ties))
    start = np.zeros((len(past), len(rows)))
    start[rows, np.arange(len(rows))] = 1
    found = start
    for _ in range(30):
        found = 0.15 * start + 0.85 * (onward @ found)
    scores: Floats = np.ascontiguousarray(found.T)
    return scores


def _ties(past: Past) -> sparse.csr_array:
    if "ties" not in past.derived:
        past.derived["ties"] = past.ties.matrix(past.tie_weights(DECAY), len(past))
    found: sparse.csr_array = past.derived["ties"]
    return found


def _inverse(matrix: sparse.csr_array) -> Floats:
    import numpy as np

    return _inverse_of(np.asarray(matrix.sum(axis=1), np.float64).ravel())


def _inverse_of(numbers: Floats) -> Floats:
    import numpy as np

    return np.divide(1, numbers, out=np.zeros_like(numbers), where=numbers > 0)


def _times(matrix: sparse.csr_array, columns: Floats) -> sparse.csr_array:
    """Each column multiplied by a number."""
    from scipy import sparse

    data = matrix.data * columns[matrix.indices]
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _dense(matrix: sparse.csr_array) -> Floats:
    import numpy as np

    return np.asarray(matrix.toarray(), np.float64)
