"""Which teams do what somebody does, by what they and their adverts say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.errors import SchemaError, UnknownEntityError
from graphkit.network.incidence import incidence_of, objects, values
from graphkit.recommend.profiles import text_index
from graphkit.recommend.question import Question, question, team_texts

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["Advert", "teams_for"]

MOST_WORDS, MOST_PAPERS = 5, 3


@dataclass(frozen=True, slots=True)
class Advert:
    """What in a team's words fits somebody; ``str`` gives the sentence.

    Attributes
    ----------
    posting : str
        Id of the job advert; of the team, where its name and interests fit.
    label : str
    score : float
        Cosine of the words, 0 to 1.
    words : tuple of str
        Words of the advert that somebody uses, the most telling first.
    papers : tuple of str
        Ids of the papers that use them most; of a text, those most like the advert and the text.
    sentence : str
        The same for a person, with titles.
    """

    posting: str
    label: str
    score: float
    words: tuple[str, ...]
    papers: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def teams_for(kg: KnowledgeGraph, about: str | Path, k: int = 10) -> pd.DataFrame:
    """Teams that do what an author does, or what a text is about, the most alike first.

    The other way round, who fits an advert, is asked with `graphkit.recommend.experts.experts`.

    Parameters
    ----------
    kg : KnowledgeGraph
    about : str or Path
        Name or id of an author; or all that `graphkit.recommend.question.question` takes.
    k : int
        How many at most.

    Returns
    -------
    pandas.DataFrame
        Columns ``team`` (id), ``label``, ``score`` (the highest cosine of
        its adverts, or of its name and interests, to the question by TF-IDF [1]_; it orders
        teams and is no probability) and ``reasons`` (a list of `Advert`, the best first).

    Raises
    ------
    SchemaError
        The graph has no teams.
    UnknownEntityError
        No word of the question is in the graph.
    ValueError
        ``k`` is less than 1.

    References
    ----------
    .. [1] G. Salton, C. Buckley (1988). Term-weighting approaches in automatic text retrieval.
       Information Processing & Management 24, 513-523.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = teams_for(gk.example().resolve(), "Andreas Stolcke", k=1)
    >>> found.label[0], found.reasons[0][0].words
    ('AGI', ('identification', 'speech', 'recognition', 'automatic'))
    """
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    texts = team_texts(kg)
    if not texts:
        raise SchemaError("this graph has no teams; read a source that names them, such as adverts")
    asked = question(kg, _author(kg, about))
    index = text_index(kg)
    rows: dict[str, list[Advert]] = {}
    for team, id, label, text in texts:
        vector = index.vector(text)
        shared = asked.words.multiply(vector).tocsr()
        if shared.sum() > 0:
            rows.setdefault(team, []).append(_advert(kg, asked, (id, label), shared))
    labels = objects(values(kg, "teams", "label", pa.array(list(rows), pa.string())))
    for adverts in rows.values():
        adverts.sort(key=lambda each: (-each.score, each.posting))
    found = pd.DataFrame(
        {
            "team": list(rows),
            "label": [label or id for id, label in zip(rows, labels, strict=True)],
            "score": np.array([adverts[0].score for adverts in rows.values()], np.float64),
            "reasons": list(rows.values()),
        }
    )
    ranked = found.sort_values(["score", "label"], ascending=[False, True], kind="stable")
    return ranked.head(k).reset_index(drop=True)


def _author(kg: KnowledgeGraph, about: str | Path) -> str | Path:
    """The id of an author who is called so, whatever the accents and order; or what is asked."""
    if isinstance(about, Path):
        return about
    try:
        return kg.find("authors", about)
    except UnknownEntityError as error:
        if error.several:
            raise
        return about


def _advert(
    kg: KnowledgeGraph, asked: Question, called: tuple[str, str], shared: sparse.csr_array
) -> Advert:
    """The words that an advert and a question share, and the papers that have them."""
    import numpy as np

    incidence, index = incidence_of(kg), text_index(kg)
    best = np.argsort(-shared.data, kind="stable")[:MOST_WORDS]
    words = tuple(str(index.terms[at]) for at in shared.indices[best])
    papers = np.asarray((index.papers @ shared.T).todense(), dtype=np.float64).ravel()
    if asked.kind == "authors":
        papers[incidence.matrix[list(asked.authors)].sum(axis=0) == 0] = 0
    else:
        papers *= asked.papers
    foremost = np.argsort(-papers, kind="stable")[:MOST_PAPERS]
    foremost = foremost[papers[foremost] > 0]
    ids = incidence.papers.take(foremost)
    titles = objects(values(kg, "papers", "title", ids))
    told = ", ".join(f"“{t or id}”" for t, id in zip(titles, ids.to_pylist(), strict=True))
    id, label = called
    sentence = f"“{label}” asks for {', '.join(words)}: {told}"
    score = round(float(shared.sum()), 9)
    return Advert(id, label, score, words, tuple(ids.to_pylist()), sentence)
