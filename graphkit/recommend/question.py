"""What somebody asks about: a topic, a paper, an advert, a team, a person, or plain words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.errors import UnknownEntityError
from graphkit.files import read_text
from graphkit.network.incidence import incidence_of, objects, values
from graphkit.recommend.profiles import text_index, unit_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["Question", "question", "team_texts"]

KINDS = ("topics", "papers", "postings", "teams", "authors")
MOST_NEAR = 5
LABELS = {"topics": "label", "teams": "label", "papers": "title", "authors": "name"}


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked about, on the scale of `graphkit.recommend.profiles.TextIndex`.

    Attributes
    ----------
    kind : str
        A table of the graph, or ``"words"``.
    label : str
        What it is called; for words the words.
    words : scipy.sparse.csr_array of float32, shape (1, t)
        Weight of each word, of length 1.
    papers : numpy.ndarray of float64, shape (p,)
        How much each paper is about it, by the papers of `incidence_of`: the cosine of their
        words. Of a topic only the papers on it count, each with 1 plus the cosine to its label.
    authors : tuple of int
        Rows of those who wrote the paper, or of the person asked about.
    """

    kind: str
    label: str
    words: sparse.csr_array
    papers: NDArray[np.float64]
    authors: tuple[int, ...]


def question(kg: KnowledgeGraph, about: str | Path) -> Question:
    """Read what somebody asks about.

    Parameters
    ----------
    kg : KnowledgeGraph
    about : str or Path
        The id of a topic, paper, posting, team or author; the label of a topic or a team, the
        title of a paper, the name of an author; words such as an abstract; or a `Path` to a
        text file in UTF-8.

    Returns
    -------
    Question

    Raises
    ------
    UnknownEntityError
        None of the words is in a paper of this graph; the error lists words and names that are
        near.
    ReadError
        The file is not text.

    Examples
    --------
    >>> import graphkit as gk
    >>> question(gk.example(), "automatic dubbing").kind
    'topics'
    """
    import numpy as np

    if isinstance(about, Path):
        about = read_text(about)
    kind, id = _entity(kg, about)
    incidence, index = incidence_of(kg), text_index(kg)
    label, text = (about, about) if id is None else _told(kg, kind, id)
    here: tuple[int, ...] = ()
    on_topic = np.zeros(len(incidence.papers))
    if kind == "topics":
        subjects = incidence_of(kg, "subjects", "topic")
        on_topic = _marked(incidence.papers, subjects, id)
    if kind == "papers":
        own = _marked(incidence.papers, None, id)
        here = tuple(int(row) for row in (incidence.matrix @ own).nonzero()[0])
    if kind == "authors":
        here = tuple(int(row) for row in _marked(incidence.nodes, None, id).nonzero()[0])
        words = index.authors(incidence.matrix[list(here)]) if here else index.vector(text)
    else:
        # "low-bit" is asked of papers that write "low bit", too.
        words = index.vector(f"{text}\n{text.replace('-', ' ')}" if "-" in text else text)
    words = _telling(words, index.telling)
    papers = np.asarray((index.papers @ words.T).todense(), dtype=np.float64).ravel()
    if kind == "topics":
        papers = on_topic * (1 + papers)
    if kind == "papers":
        papers[own > 0] = 0
    if not papers.any() and kind != "words":
        raise UnknownEntityError("other paper with the words of", label)
    if not papers.any():
        raise UnknownEntityError("paper with the words", label, _near(kg, text, index.terms))
    return Question(kind, label, words, papers, here)


def _entity(kg: KnowledgeGraph, about: str) -> tuple[str, str | None]:
    """The table and id of what an id or a label names; of a label the first by id."""
    import pyarrow.compute as pc

    if len(about) > 300:  # an abstract
        return "words", None
    asked = kg.namespaces.compress(about) if "://" in about else about
    for kind in KINDS:
        if pc.any(pc.equal(kg.table(kind)["id"], asked)).as_py():
            return kind, asked
    told = about.strip().lower()
    for kind, label in LABELS.items():
        rows = kg.table(kind)
        called = rows.filter(pc.equal(pc.utf8_lower(rows[label]), told))["id"]
        if len(called):
            return kind, pc.min(called).as_py()
    return "words", None


def _told(kg: KnowledgeGraph, kind: str, id: str) -> tuple[str, str]:
    """The name of an entity, and what the graph says of it in words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pa.array([id], pa.string())

    def said(table: str, *columns: str, of: pa.Array = ids) -> list[str]:
        return [text for c in columns for text in objects(values(kg, table, c, of)) if text]

    if kind == "papers":
        rows = kg.table("subjects")
        topics = rows.filter(pc.equal(rows["paper"], id))["topic"].combine_chunks()
        text = said(kind, "title", "abstract") + said("topics", "label", of=pc.unique(topics))
        return (said(kind, "title") or [id])[0], "\n".join(text)
    if kind == "authors":
        return (said(kind, "name") or [id])[0], ""
    label = (said(kind, "label") or [id])[0]
    if kind == "teams":
        return label, "\n".join(text for team, _, _, text in team_texts(kg) if team == id)
    return label, "\n".join(said(kind, "label", "description"))


def team_texts(kg: KnowledgeGraph) -> list[tuple[str, str, str, str]]:
    """What each team says of itself.

    Returns
    -------
    list of tuple of str
        Id of the team, id and label of what says it (an advert, or the team by its name and
        interests), and the text.
    """
    import pyarrow.compute as pc

    ids = pc.unique(kg.table("teams")["id"])
    labels = dict(zip(ids.to_pylist(), objects(values(kg, "teams", "label", ids)), strict=True))
    topics = kg.table("interests")["topic"].combine_chunks()
    named = objects(values(kg, "topics", "label", topics))
    said: dict[str, list[str]] = {id: [label] for id, label in labels.items()}
    for team, topic in zip(kg.table("interests")["team"].to_pylist(), named, strict=True):
        said.setdefault(team, []).append(topic)
    found = [(id, id, labels.get(id) or id, "\n".join(text)) for id, text in said.items()]
    adverts = kg.table("postings")
    columns = [adverts[name].to_pylist() for name in ("team", "id", "label", "description")]
    for team, id, label, description in zip(*columns, strict=True):
        if team is not None:
            found.append((team, id, label or id, f"{label or ''}\n{description or ''}"))
    return found


def _marked(ids: object, links: object, id: str | None) -> NDArray[np.float64]:
    """1 for an id, or for the papers that links tie to it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from graphkit.network.incidence import Incidence

    wanted = pa.array([id], pa.string())
    if isinstance(links, Incidence):
        row = pc.index_in(wanted, links.nodes)[0].as_py()
        wanted = links.papers.take([] if row is None else links.matrix[[row]].indices)
    found: NDArray[np.float64] = pc.is_in(ids, wanted).to_numpy(zero_copy_only=False).astype(float)
    return found


def _telling(words: sparse.csr_array, telling: NDArray[np.bool_]) -> sparse.csr_array:
    """Words without those that say nothing."""
    import numpy as np
    from scipy import sparse

    kept = telling[words.indices]
    data, columns = words.data[kept], words.indices[kept]
    rows = np.zeros(len(data), dtype=np.intp)
    return unit_rows(sparse.coo_array((data, (rows, columns)), shape=words.shape).tocsr())


def _near(kg: KnowledgeGraph, text: str, terms: NDArray[np.object_]) -> list[str]:
    """Words and names of people that are near; somebody may have misspelt either."""
    from rapidfuzz import fuzz, process

    known = [str(term) for term in terms]
    near = [
        found
        for word in dict.fromkeys(text.casefold().split()[:5])
        for found, *_ in process.extract(word, known, scorer=fuzz.ratio, limit=2, score_cutoff=75)
    ]
    try:
        people: tuple[str, ...] = (kg.find("authors", text),)
    except UnknownEntityError as error:
        people = error.near
    return list(dict.fromkeys([*near, *people]))[:MOST_NEAR]
