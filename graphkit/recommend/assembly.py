"""A team for a task: few people who know all its topics and are near each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Unpack

from graphkit.errors import UnknownEntityError
from graphkit.network.incidence import incidence_of, objects, values
from graphkit.recommend.experts import evidence, votes_of
from graphkit.recommend.filters import AuthorFilters, select_authors
from graphkit.recommend.introductions import steps_from
from graphkit.recommend.profiles import text_index
from graphkit.recommend.question import Question, question

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["assemble"]

# Beginnings that are tried: the foremost in the rarest topic.
MOST_BEGINNINGS = 20
# A paper with "automatic" is not yet one on "automatic dubbing".
LEAST_SHARE = 0.5
FAR = 20.0


def assemble(
    kg: KnowledgeGraph, task: str | Iterable[str], **filters: Unpack[AuthorFilters]
) -> pd.DataFrame:
    """A small set of people who together know all topics and are near each other.

    The problem is hard; as Lappas et al. [1]_ do, it begins with each of the foremost people in
    the topic that the fewest know. Then it takes greedily who knows the most topics that are
    still missing, of these the one nearest to those taken (steps of coauthorship), of these the
    one who knows most. Of the teams so made the smallest wins, then the nearest, then the most
    knowing.

    Parameters
    ----------
    kg : KnowledgeGraph
    task : str or iterable of str
        Labels or ids of topics, or words, as for `graphkit.recommend.experts.experts`. Somebody
        knows a topic who wrote a paper on it; and what words say, who wrote one of the 200
        papers most like them that have more than half of their weight.
    **filters
        Whom to consider; see `graphkit.recommend.filters.AuthorFilters`.

    Returns
    -------
    pandas.DataFrame
        Columns ``author`` (id), ``name``, ``covers`` (the topics he or she was taken for),
        ``steps`` (of coauthorship to the nearest other member; missing where no chain leads
        there) and ``reasons`` (`Evidence`, the best paper for each of the topics), in the order
        in which they were taken.

    Raises
    ------
    UnknownEntityError
        A topic that nothing was written about.
    EmptySelectionError
        The filters leave nobody who knows a topic.
    ValueError
        No topic.

    References
    ----------
    .. [1] T. Lappas, K. Liu, E. Terzi (2009). Finding a team of experts in social networks.
       KDD, 467-476.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = assemble(gk.example().resolve(), ["Quantization", "Automatic dubbing"])
    >>> found.covers.to_list()
    [('Automatic dubbing',), ('Quantization',)]
    """
    import numpy as np
    import pandas as pd

    topics = [task] if isinstance(task, str) else dict.fromkeys(task)
    asked = [question(kg, topic) for topic in topics]
    if not asked:
        raise ValueError("no topic is given; name at least one")
    incidence = incidence_of(kg)
    votes = [votes_of(kg, each, _covering(kg, each)) for each in asked]
    for each, papers in zip(asked, votes, strict=True):
        if not papers.any():
            raise UnknownEntityError("paper with most of the words", each.label)
    known = np.stack([incidence.matrix @ each for each in votes])
    notes: list[str] = []
    for each, scores in zip(asked, known, strict=True):
        left = select_authors(kg, scores > 0, each.authors, **filters)
        scores[~left.chosen] = 0
        notes += [f"{each.label}: {words}" for words in left.words]
    rarest = int(np.argmin((known > 0).sum(axis=1)))
    holders = np.flatnonzero(known[rarest])
    beginnings = holders[
        np.lexsort([holders, -known[rarest, holders], -(known[:, holders] > 0).sum(0)])
    ]
    steps: dict[int, NDArray[np.float64]] = {}
    teams = [_grown(kg, known, int(row), steps) for row in beginnings[:MOST_BEGINNINGS]]
    members = min(teams, key=lambda team: _cost(team, known, steps))
    found = pd.DataFrame(_rows(kg, asked, votes, known, members, steps)).astype({"steps": "Int32"})
    found.attrs["note"] = "\n".join(notes)
    return found


def _covering(kg: KnowledgeGraph, asked: Question) -> NDArray[np.bool_]:
    """Which papers have most of what is asked about."""
    from scipy import sparse

    if asked.kind == "topics":
        everything: NDArray[np.bool_] = asked.papers > 0
        return everything
    counts = text_index(kg).counts
    words = sparse.csr_array(asked.words)
    weight = words.multiply(words).toarray().ravel()
    has: NDArray[np.bool_] = counts.sign() @ weight > LEAST_SHARE
    return has


def _grown(
    kg: KnowledgeGraph, known: NDArray[np.float64], first: int, steps: dict[int, Any]
) -> list[int]:
    """A team that covers all topics, from one beginning."""
    import numpy as np

    team, covered = [first], known[:, first] > 0
    near = _steps(kg, first, steps)
    while not covered.all():
        missing = known[~covered]
        count = (missing > 0).sum(axis=0)
        best_ones = np.flatnonzero(count == count.max())
        order = np.lexsort([best_ones, -missing[:, best_ones].sum(axis=0), near[best_ones]])
        taken = int(best_ones[order[0]])
        team.append(taken)
        covered |= known[:, taken] > 0
        near = np.minimum(near, _steps(kg, taken, steps))
    return team


def _steps(kg: KnowledgeGraph, row: int, steps: dict[int, Any]) -> Any:
    if row not in steps:
        steps[row] = steps_from(kg, row)
    return steps[row]


def _cost(team: list[int], known: NDArray[np.float64], steps: dict[int, Any]) -> tuple[float, ...]:
    """Members, then the steps between each two, then what they know, less being better."""
    apart = [min(float(steps[a][b]), FAR) for a in team for b in team if a < b]
    return (len(team), sum(apart), -float(known[:, team].sum()))


def _rows(
    kg: KnowledgeGraph,
    asked: list[Question],
    votes: list[NDArray[np.float64]],
    known: NDArray[np.float64],
    members: list[int],
    steps: dict[int, Any],
) -> list[dict[str, Any]]:
    import numpy as np

    incidence = incidence_of(kg)
    ids = incidence.nodes.take(members)
    names = objects(values(kg, "authors", "name", ids))
    rows, covered = [], np.zeros(len(asked), dtype=bool)
    for row, id, name in zip(members, ids.to_pylist(), names, strict=True):
        mine = np.flatnonzero((known[:, row] > 0) & ~covered)
        covered[mine] = True
        near = min((float(steps[row][other]) for other in members if other != row), default=np.inf)
        rows.append(
            {
                "author": id,
                "name": name or id,
                "covers": tuple(asked[topic].label for topic in mine),
                "steps": int(near) if np.isfinite(near) else None,
                "reasons": [evidence(kg, asked[t], votes[t], row)[0] for t in mine],
            }
        )
    return rows
