"""With whom everybody might work next: the ranking of `collaborators` for a whole graph at once."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Unpack

from graphkit.progress import chunks
from graphkit.recommend.collaborators import CHANCE, ORDER, TOO_SMALL, rows_in_past
from graphkit.recommend.filters import AuthorFilters, select_authors
from graphkit.recommend.introductions import newman
from graphkit.recommend.likeness import untrained
from graphkit.recommend.past import corpus_of
from graphkit.recommend.profiles import entries_of
from graphkit.recommend.ranker import BATCH, ranker_of_graph

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

    Rows = NDArray[np.intp]
    Floats = NDArray[np.float64]
    # Who asks (position), who is suggested (row), score.
    Pairs = tuple[Rows, Rows, Floats]

__all__ = ["collaborators_of_all"]


def collaborators_of_all(
    kg: KnowledgeGraph, k: int = 10, *, novelty: float = 0.0, **filters: Unpack[AuthorFilters]
) -> pd.DataFrame:
    """People with whom each author has not written yet, the likeliest first, without reasons.

    The ranking is that of `graphkit.recommend.collaborators.collaborators`, which says why.

    Parameters
    ----------
    kg : KnowledgeGraph
    k : int
        How many at most for each author.
    novelty : float, default 0
        As there.
    **filters
        Whom to suggest: as there, without ``conflicts``, which depend on who asks.

    Returns
    -------
    pandas.DataFrame
        Columns ``author`` and ``name`` of who asks, ``place`` (1 is the foremost), ``suggested``
        (id), ``suggested_name`` and ``score``, in the order of the authors' ids. Who has nobody
        near has no rows. ``attrs["method"]``, ``attrs["meaning"]`` and ``attrs["note"]`` are as
        there.

    Raises
    ------
    EmptySelectionError
        The filters leave nobody.
    ValueError
        ``k`` is less than 1 or ``novelty`` less than 0, or a rule of conflicts is given.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = collaborators_of_all(gk.example().resolve(), k=3)
    >>> found[found.name == "I-Fan Chen"].suggested_name.to_list()
    ['Ravi Teja Gadde', 'Ariya Rastrow', 'Katrin Kirchhoff']
    """
    import numpy as np
    import pandas as pd

    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    if novelty < 0:
        raise ValueError(f"novelty is {novelty}; it must be at least 0")
    if filters.get("conflicts") is not None:
        raise ValueError("conflicts depend on who asks; ask for one author, or leave them out")
    left = select_authors(kg, **filters)
    chosen = left.chosen
    network = newman(kg)
    # The network has the same authors; in the past of the ranking they have rows of their own.
    past = rows_in_past(kg, network)
    names, name = np.unique(network.names.astype(str), return_inverse=True)
    weight = (1.0 + np.diff(network.matrix.indptr)) ** -novelty
    scores, method = _scorer(kg)
    back = np.empty(len(past), np.intp)
    back[past] = np.arange(len(past))

    def block(part: range) -> Pairs:
        rows = np.arange(part.start, part.stop)
        query, other, score = scores(past[rows])
        other = back[other]
        # Rounded, since sums that are equal on paper differ in their last bits.
        score = np.round(score, 12)
        known = entries_of(network.matrix, rows)
        met = known.row * len(past) + network.matrix.indices[known.at]
        new = ~np.isin(query * len(past) + other, met) & (other != rows[query])
        kept = new & (score > 0) & chosen[past[other]]
        query, other, score = query[kept], other[kept], score[kept]
        # Names break ties, so that an answer does not depend on the order of the sources.
        order = np.lexsort((name[other], -score * weight[other], query))
        sorted_query = query[order]
        place = np.arange(len(order)) - np.searchsorted(sorted_query, sorted_query, side="left")
        best = order[place < k]
        return query[best] + part.start, other[best], score[best]

    found = _in_threads(block, len(past))
    query, other, score = (np.concatenate(each) for each in zip(*found, strict=True))
    frame = pd.DataFrame(
        {
            "author": network.nodes[query],
            "name": network.names[query],
            "place": np.arange(len(query)) - np.searchsorted(query, query, side="left") + 1,
            "suggested": network.nodes[other],
            "suggested_name": names[name[other]],
            "score": score,
        }
    )
    frame.attrs["method"] = method
    frame.attrs["note"] = "; ".join(left.words)
    frame.attrs["meaning"] = CHANCE if method == "learned" else f"{TOO_SMALL}; {ORDER}"
    return frame


def _scorer(kg: KnowledgeGraph) -> tuple[Callable[[Rows], Pairs], str]:
    """Who is considered for some rows of the past, with what score; and the method."""
    import numpy as np

    ranker = ranker_of_graph(kg)
    if ranker is None:
        whole = corpus_of(kg).whole

        def all_of_them(rows: Rows) -> Pairs:
            scores = untrained(whole, rows)
            query, other = np.nonzero(scores)
            return query, other, scores[query, other]

        return all_of_them, "untrained"

    def considered(rows: Rows) -> Pairs:
        pairs, chances = ranker.chances(rows)
        return pairs.query, pairs.other, chances

    return considered, "learned"


def _in_threads(block: Callable[[range], Pairs], count: int) -> list[Pairs]:
    """The work for all, some people at a time, by as many threads as there are processors.

    Products of matrices let other threads run.
    """
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found: list[Pairs] = []
    waiting: deque[Future[Pairs]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        # Few wait at a time, so that an interruption is heard within seconds.
        for part in chunks("ranking", count, BATCH):
            if not found:  # what all need is made once
                found.append(block(part))
                continue
            waiting.append(pool.submit(block, part))
            if len(waiting) > 2 * (workers or 1):
                found.append(waiting.popleft().result())
        found += [each.result() for each in waiting]
    return found
