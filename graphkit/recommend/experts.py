"""Who knows about something, with the papers and words that show it; who may review a paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from graphkit.errors import EmptySelectionError, UnknownEntityError
from graphkit.network.incidence import incidence_of, objects, values
from graphkit.recommend.advising import years_of
from graphkit.recommend.filters import AuthorFilters, select_authors
from graphkit.recommend.profiles import text_index
from graphkit.recommend.question import Question, question

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["Evidence", "best", "evidence", "experts", "reviewers", "rows_of", "votes_of"]

# Papers that merely share a word with the question would add up for those who write much.
MOST_PAPERS = 200
# What was written so many years before counts half: `bench/experts.py` says what that gives.
HALF_LIFE = 10
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """A paper that shows that its author knows about something; ``str`` gives the sentence.

    Attributes
    ----------
    paper, title : str
    year : int or None
    score : float
        How much the paper is about it (`graphkit.recommend.question.Question.papers`), halved for
        each ten years between it and the last year of the graph.
    words : tuple of str
        The words of the question that it has, the most telling first.
    """

    paper: str
    title: str
    year: int | None
    score: float
    words: tuple[str, ...]

    def __str__(self) -> str:
        year = f" ({self.year})" if self.year is not None else ""
        return f"“{self.title}”{year}: {', '.join(self.words) or 'on that topic'}"


def experts(
    kg: KnowledgeGraph,
    about: str | Path,
    k: int = 10,
    *,
    beside: str | Iterable[str] = (),
    **filters: Unpack[AuthorFilters],
) -> pd.DataFrame:
    """Who knows about a topic, a text, a paper or an advert, with evidence.

    The 200 papers most like what is asked vote for their authors, each with the square of the
    cosine of its words to the question (TF-IDF of titles, abstracts and topics), which is halved
    for each ten years since: expert search by votes of documents, summed [1]_; squared, so that
    many papers that share a common word do not outweigh one that is about it. What counts is what
    was written and the graph holds; the score orders, and is no probability.

    Parameters
    ----------
    kg : KnowledgeGraph
    about : str or Path
        The id of a topic, paper, posting, team or author; the label of a topic or team; words,
        such as an abstract; or a `Path` to a text file. Of an author or a paper, others are
        named, and of a posting or team those who fit the advert.
    k : int
        How many at most.
    beside : str or iterable of str
        People (or teams, for their members) who are there already: words that they wrote about
        are taken off the question, and who adds what is missing is named.
    **filters
        ``topics``, ``since``, ``until``, ``inactive``, ``organizations``, ``teams``, ``places``,
        ``career``, ``least_papers``, ``conflicts`` (with the authors of the paper, or those
        beside); see
        `graphkit.recommend.filters.AuthorFilters`.

    Returns
    -------
    pandas.DataFrame
        Columns ``author`` (id), ``name``, ``score``, ``papers`` (how many of the 200), ``since``
        and ``until`` (their years) and ``reasons`` (a list of `Evidence`, five at most, the best
        first). ``attrs["note"]`` says how many were left out since they published nothing lately.

    Raises
    ------
    UnknownEntityError
        None of the words is in the graph, or nobody beside is called so.
    EmptySelectionError
        The filters leave nobody, or those beside know all the words.
    ValueError
        ``k`` is less than 1.

    References
    ----------
    .. [1] C. Macdonald, I. Ounis (2006). Voting for candidates: adapting data fusion techniques
       for an expert search task. CIKM, 387-396.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = experts(gk.example().resolve(), "low-bit quantization of speech models", k=2)
    >>> found.name.to_list()
    ['Haidar Khan', 'Nikko Ström']
    >>> print(found.reasons[0][0])
    “Squashed weight distribution for low bit quantization of deep models” (2022): \
quantization, models, bit, low
    """
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    asked = question(kg, about)
    at_hand = rows_of(kg, [beside] if isinstance(beside, str) else beside)
    if at_hand:
        asked = _missing(kg, asked, at_hand)
    return _ranked(kg, asked, k, {*asked.authors, *at_hand}, filters)


def reviewers(
    kg: KnowledgeGraph,
    paper: str | Path,
    k: int = 10,
    *,
    authors: str | Iterable[str] = (),
    rule: str = "four-years",
    **filters: Unpack[AuthorFilters],
) -> pd.DataFrame:
    """Who may review a paper: experts on it without a conflict of interest.

    Parameters
    ----------
    kg : KnowledgeGraph
    paper : str or Path
        Id or title of a paper of the graph, or the text of another one, or a file with it.
    k : int
        How many at most.
    authors : str or iterable of str
        Who wrote it, if the graph does not hold it.
    rule : str
        What is a conflict; see `graphkit.recommend.conflicts.conflicts`.
    **filters
        As for `experts`.

    Returns
    -------
    pandas.DataFrame
        As of `experts`.

    Raises
    ------
    UnknownEntityError
        Nobody is called like one of the authors, or no word is in the graph.
    EmptySelectionError
        Nobody is left.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = gk.example().resolve()
    >>> paper = "Isochrony-aware neural machine translation for automatic dubbing"
    >>> found = reviewers(kg, paper, k=1)
    >>> bool(kg.conflicts(found.author[0], "Yogesh Virkar"))
    False
    """
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    asked = question(kg, paper)
    named = rows_of(kg, [authors] if isinstance(authors, str) else authors)
    kept: AuthorFilters = {**filters, "conflicts": rule}
    return _ranked(kg, asked, k, {*asked.authors, *named}, kept)


def rows_of(kg: KnowledgeGraph, names: Iterable[str]) -> list[int]:
    """Rows of people by name, and of the members of teams; those without papers have none.

    Raises
    ------
    UnknownEntityError
        Neither a person nor a team is called so.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    ids: list[str] = []
    for name in names:
        try:
            team = kg.find("teams", name)
        except UnknownEntityError:
            ids.append(kg.find("authors", name))
            continue
        members = kg.table("memberships")
        ids += members.filter(pc.equal(members["team"], team))["author"].to_pylist()
    rows = pc.index_in(pa.array(ids, pa.string()), incidence_of(kg).nodes).to_pylist()
    return sorted({row for row in rows if row is not None})


def _missing(kg: KnowledgeGraph, asked: Question, at_hand: list[int]) -> Question:
    """What of a question people have not written about."""
    import numpy as np
    from scipy import sparse

    index, incidence = text_index(kg), incidence_of(kg)
    used = np.unique(index.counts[np.unique(incidence.matrix[at_hand].indices)].indices)
    words = asked.words
    kept = ~np.isin(words.indices, used)
    if not kept.any():
        raise EmptySelectionError(
            "words of the question",
            [("words of the question", len(kept)), ("no paper by those beside", 0)],
        )
    rows = np.zeros(int(kept.sum()), dtype=np.intp)
    left = sparse.coo_array(
        (words.data[kept], (rows, words.indices[kept])), shape=words.shape
    ).tocsr()
    papers = np.asarray((index.papers @ left.T).todense(), dtype=np.float64).ravel()
    return Question(asked.kind, asked.label, left, papers, asked.authors)


def _ranked(
    kg: KnowledgeGraph, asked: Question, k: int, out: set[int], filters: AuthorFilters
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    incidence = incidence_of(kg)
    votes = votes_of(kg, asked)
    # Rounded, since sums that are equal on paper differ in their last bits.
    scores = np.round(incidence.matrix @ votes**2, 9)
    scores[sorted(out)] = 0
    left = select_authors(kg, scores > 0, sorted(out), **filters)
    scores[~left.chosen] = 0
    names = objects(values(kg, "authors", "name", incidence.nodes))
    # Names break ties, so that an answer does not depend on the order of the sources.
    some = np.flatnonzero(scores > 0)
    ranked = some[np.lexsort([names[some].astype(str), -scores[some]])][:k]
    told = [evidence(kg, asked, votes, int(row)) for row in ranked]
    years = [[e.year for e in each if e.year is not None] for each in told]
    found = pd.DataFrame(
        {
            "author": objects(incidence.nodes)[ranked],
            "name": names[ranked],
            "score": scores[ranked],
            "papers": np.array([len(each) for each in told], dtype=np.int64),
            "since": pd.array([min(each, default=None) for each in years], dtype="Int32"),
            "until": pd.array([max(each, default=None) for each in years], dtype="Int32"),
            "reasons": [each[:SHOWN] for each in told],
        }
    )
    found.attrs["note"] = "; ".join(left.words)
    return found


def votes_of(
    kg: KnowledgeGraph, asked: Question, among: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """How much each paper says for its authors, 0 but for those that say most, shape (p,)."""
    import numpy as np

    years = years_of(kg)
    # A paper of unknown year counts as a new one.
    age = np.nan_to_num(years[np.isfinite(years)].max(initial=-np.inf) - years, nan=0.0)
    papers = asked.papers * 0.5 ** (age / HALF_LIFE)
    if among is not None:
        papers = np.where(among, papers, 0)
    return best(papers)


def best(papers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores of the papers that have the highest, 0 for the others."""
    import numpy as np

    if np.count_nonzero(papers) <= MOST_PAPERS:
        return papers
    least = np.partition(papers, -MOST_PAPERS)[-MOST_PAPERS]
    return np.where(papers >= least, papers, 0)


def evidence(
    kg: KnowledgeGraph, asked: Question, votes: NDArray[np.float64], row: int
) -> list[Evidence]:
    """The papers of an author that vote for her, best first."""
    import numpy as np

    incidence, index = incidence_of(kg), text_index(kg)
    mine = incidence.matrix[[row]].indices
    mine = mine[votes[mine] > 0]
    mine = mine[np.argsort(-votes[mine], kind="stable")]
    ids = incidence.papers.take(mine)
    titles = objects(values(kg, "papers", "title", ids))
    years = values(kg, "papers", "year", ids).to_pylist()
    weights = dict(zip(asked.words.indices.tolist(), asked.words.data.tolist(), strict=True))
    found = []
    for paper, id, title, year in zip(mine, ids.to_pylist(), titles, years, strict=True):
        has = index.papers[[paper]]
        shared = [
            (-weights[at] * value, str(index.terms[at]))
            for at, value in zip(has.indices.tolist(), has.data.tolist(), strict=True)
            if at in weights
        ]
        words = tuple(word for _, word in sorted(shared))[:SHOWN]
        found.append(Evidence(id, title or id, year, round(float(votes[paper]), 6), words))
    return found
