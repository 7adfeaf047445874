"""What groups are about: terms that set the papers of one group apart from those of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.network import Network

__all__ = ["terms_of_groups"]

MOST_TERMS = 3
# Weight of what all groups write on, beside what one of them does, in papers.
PRIOR = 10.0
WORD = re.compile(r"[^\W\d_][\w-]{2,}")
# What titles of any field are full of.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "the and for with from into over under via using use based towards toward its their are "
        "can how what why when does not new between through without within across than that this "
        "these those have has been was were will may our your you all some more most "
        # Of other languages that are common in titles.
        "les des une pour par dans sur avec aux est qui que vers entre chez "
        "der die das ein eine und von zur zum mit für auf bei aus als den dem des im "
        "los las del una con para por como entre desde sobre uma dos das nos nas com",
    )
)


def terms_of_groups(network: Network, of_paper: NDArray[np.int64], count: int) -> list[list[str]]:
    """What the papers of each group are on more than those of the others.

    The topics, or the words of titles where a group has no topics, of highest log-odds ratio
    with an informative Dirichlet prior [1]_.

    Parameters
    ----------
    network : Network
        Of authors, with p papers.
    of_paper : numpy.ndarray of int64, shape (p,)
        The group of each paper, -1 for none.
    count : int
        How many groups there are.

    Returns
    -------
    list of list of str
        At most three terms a group, the most telling first.

    References
    ----------
    .. [1] B. L. Monroe, M. P. Colaresi, K. M. Quinn (2008). Fightin' words: lexical feature
       selection and evaluation for identifying the content of political conflict. Political
       Analysis 16, 372-403.

    Examples
    --------
    >>> import graphkit as gk, numpy as np
    >>> network = gk.example().coauthors()
    >>> [len(terms) for terms in terms_of_groups(network, np.arange(len(network.papers)) % 2, 2)]
    [3, 3]
    """
    by_topic = [[label for _, label in topics] for topics in network.topics]
    found = _characteristic(by_topic, of_paper, count)
    if all(found):
        return found
    words = [
        sorted({word for word in WORD.findall(title.lower()) if word not in STOP_WORDS})
        for title in network.titles
    ]
    by_word = _characteristic(words, of_paper, count)
    return [topics or titles for topics, titles in zip(found, by_word, strict=True)]


def _characteristic(
    said: list[list[str]], of_paper: NDArray[np.int64], count: int
) -> list[list[str]]:
    """Terms of the highest log-odds ratio of each group, in standard errors."""
    import numpy as np
    import pandas as pd
    from scipy import sparse

    counts = np.fromiter(map(len, said), np.intp, len(said))
    codes, terms = pd.factorize(np.array([t for one in said for t in one], object), sort=True)
    group = np.repeat(of_paper, counts)
    known = group >= 0
    table = sparse.csr_array(
        (np.ones(int(known.sum())), (group[known], codes[known])), shape=(count, len(terms))
    )
    table.sum_duplicates()
    if not table.nnz:
        return [[] for _ in range(count)]
    mine = table.data
    rows = np.repeat(np.arange(count), np.diff(table.indptr))
    everywhere: NDArray[np.float64] = np.asarray(table.sum(axis=0)).ravel()[table.indices]
    own: NDArray[np.float64] = np.asarray(table.sum(axis=1)).ravel()[rows]
    whole = table.sum()
    prior = PRIOR * everywhere / whole
    others = everywhere - mine

    def odds(times: Any, of: Any) -> Any:
        return np.log((times + prior) / (of + PRIOR - times - prior + 1e-9))

    score = odds(mine, own) - odds(others, whole - own)
    # Rounded, since what is equal on paper differs in its last bits.
    score = np.round(score / np.sqrt(1 / (mine + prior) + 1 / (others + prior)), 9)
    order = np.lexsort([table.indices, -score, rows])
    rank = np.arange(len(order)) - table.indptr[rows[order]]
    # The best says something even where nothing sets a group apart.
    best = order[(rank == 0) | ((rank < MOST_TERMS) & (score[order] > 0))]
    found: list[list[str]] = [[] for _ in range(count)]
    for row, term in zip(rows[best].tolist(), terms[table.indices[best]], strict=True):
        found[row].append(str(term))
    return found
