"""Names of very many papers: some of these are compared in pairs, and the others follow them.

So what a name costs grows with the square of its papers up to a limit, and as they do beyond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.matchers.namesakes.pairs import Groups, Surroundings
from graphkit.matchers.namesakes.trees import Branch

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

    Integers = np.ndarray[Any, np.dtype[np.int64]]

__all__ = ["MOST_COMPARED", "followed", "represented"]

# The models have seen groups of so many mentions, and no larger ones.
MOST_COMPARED = 256


def represented(around: Surroundings, groups: Groups) -> tuple[Groups, list[Integers]]:
    """The groups with at most 256 mentions each.

    Parameters
    ----------
    around : Surroundings
    groups : Groups

    Returns
    -------
    tuple of (Groups, list of numpy.ndarray of int64)
        And for each group the places of these mentions in it. Of a large one they are spread
        evenly over the parts of it that share coauthors, and over the years within these.
    """
    import numpy as np

    places = []
    for begin, size in zip(groups.starts[:-1].tolist(), groups.sizes.tolist(), strict=True):
        chosen = np.arange(size)
        if size > MOST_COMPARED:
            rows = groups.rows[begin : begin + size]
            order = _by_company(around, rows)
            spread = np.arange(MOST_COMPARED) * size // MOST_COMPARED
            chosen = np.sort(order[spread])
        places.append(chosen)
    sizes = [len(chosen) for chosen in places]
    kept = [groups.rows[b + chosen] for b, chosen in zip(groups.starts, places, strict=False)]
    few = Groups(
        np.concatenate([np.empty(0, np.int64), *kept]),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        groups.bearers,
    )
    return few, places


def followed(
    around: Surroundings, rows: Integers, chosen: Integers, found: list[tuple[Branch, float]]
) -> list[tuple[Branch, float]]:
    """The branches of some mentions with all the others of the group.

    Parameters
    ----------
    around : Surroundings
    rows : numpy.ndarray of int64
        The mentions of the group.
    chosen : numpy.ndarray of int64
        The places of those that were compared.
    found : list of (Branch, float)
        Of those; what is left of the tree first.

    Returns
    -------
    list of (Branch, float)
        Each other mention is with those whose coauthors it shares most (rare ones count more),
        and with what is left of the tree if it shares none.
    """
    import numpy as np
    import scipy.sparse as sp

    if len(chosen) == len(rows):
        return found
    branch = np.full(len(rows), -1)
    for number, (one, _) in enumerate(found):
        branch[chosen[one.leaves]] = number
    left = np.flatnonzero(branch < 0)
    wrote = _company(around, rows)
    ends = (branch[chosen], np.arange(len(chosen)))
    within = sp.csr_array((np.ones(len(chosen), np.float32), ends), (len(found), len(chosen)))
    shared = (wrote[left] @ sp.diags_array(around.weight) @ (within @ wrote[chosen]).T).toarray()
    # Many papers alone do not make a branch a likelier home.
    branch[left] = np.argmax(shared / np.sqrt(np.bincount(ends[0], minlength=len(found))), axis=1)
    return [
        (Branch(np.flatnonzero(branch == number), one.of, one.fork), score)
        for number, (one, score) in enumerate(found)
    ]


def _company(around: Surroundings, rows: Integers) -> sp.csr_array[Any]:
    """Mentions × coauthors, without those who bear the name itself."""
    import numpy as np
    import scipy.sparse as sp

    c = around.context
    wrote = sp.csr_array(c.coauthors[c.paper[rows]])
    own = np.unique(c.coauthor_keys[c.author[rows]])
    wrote.data[np.isin(wrote.indices, own)] = 0
    wrote.eliminate_zeros()
    return wrote


def _by_company(around: Surroundings, rows: Integers) -> Integers:
    """Places of mentions, those together that share a rare coauthor, in the order of years."""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    wrote = _company(around, rows)
    papers = np.bincount(wrote.indices, minlength=wrote.shape[1])
    mention = np.repeat(np.arange(len(rows)), np.diff(wrote.indptr))
    told = papers[wrote.indices] > 1
    mention, column = mention[told], wrote.indices[told]
    # By the two rarest of the coauthors whom other mentions have too.
    order = np.lexsort((column, -around.weight[column], mention))
    mention, column = mention[order], column[order]
    rank = np.arange(len(mention)) - np.searchsorted(mention, mention)
    mention, column = mention[rank < 2], column[rank < 2]
    count = len(rows) + wrote.shape[1]
    links = sp.coo_array((np.ones(len(mention)), (mention, len(rows) + column)), (count, count))
    part = connected_components(links, directed=False)[1][: len(rows)]
    size = np.bincount(part)[part]
    c = around.context
    return np.lexsort((rows, c.year[c.paper[rows]], part, -size))
