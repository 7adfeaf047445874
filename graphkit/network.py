"""Who wrote with whom: a coauthor network on a sparse matrix.

The matrix follows from one product: with B the incidence matrix of authors and papers and W
a weight for each paper, ``B W Bᵀ`` without its diagonal. That costs the number of pairs on
the papers, not the number of pairs of authors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.errors import UnknownEntityError, UnknownNameError

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph
    from graphkit.render.drawing import Drawing

__all__ = ["COUNTINGS", "Network", "coauthors"]

# Weight that a paper by n people gives each pair of them. Who writes alone makes no pair.
COUNTINGS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "full": lambda n: n * 0 + 1,
    "fractional": lambda n: 2 / (n * (n - 1)),
    "newman": lambda n: 1 / (n - 1),
}


@dataclass(frozen=True, eq=False)
class Network:
    """A weighted, undirected network of coauthors that can name the papers of each tie.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array of float64, shape (n, n)
        Weight of each tie; symmetric, zero on the diagonal.
    authors : numpy.ndarray of str, shape (n,)
        Author ids, in the order of the rows.
    names : numpy.ndarray of str, shape (n,)
        What the authors are called.
    incidence : scipy.sparse.csr_array of float64, shape (n, p)
        1 where an author wrote a paper.
    papers : numpy.ndarray of str, shape (p,)
        Paper ids, in the order of the columns of `incidence`.
    titles : numpy.ndarray of str, shape (p,)
    years : numpy.ndarray of float64, shape (p,)
        nan where unknown.
    topics : list of tuple of (str, str), length p
        Topics of each paper: id and label.
    counting : str
        How the weights were counted.
    description : str
        The selection in words.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = gk.example().resolve().coauthors()
    >>> net
    <Network: 173 authors, 587 ties: coauthors, full counting>
    >>> net.tie("Andreas Stolcke", "Roland Maas")["title"].to_list()
    ['Reducing geographic disparities in automatic speech recognition via elastic weight \
consolidation']
    """

    matrix: sparse.csr_array
    authors: NDArray[np.object_]
    names: NDArray[np.object_]
    incidence: sparse.csr_array
    papers: NDArray[np.object_]
    titles: NDArray[np.object_]
    years: NDArray[np.float64]
    topics: list[tuple[tuple[str, str], ...]]
    counting: str
    description: str
    graph: KnowledgeGraph

    def __repr__(self) -> str:
        ties = self.matrix.nnz // 2
        return f"<Network: {len(self):,} authors, {ties:,} ties: {self.description}>"

    def __len__(self) -> int:
        return len(self.authors)

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each author id."""
        return {author: row for row, author in enumerate(self.authors)}

    def row(self, author: str) -> int:
        """The row of an author, named as people do (see `KnowledgeGraph.find`).

        Raises
        ------
        UnknownEntityError
            No such author in the graph, or not in this selection of it.
        """
        if author in self.index:
            return self.index[author]
        found = self.graph.find("authors", author)
        if found not in self.index:
            raise UnknownEntityError("author of a paper of this network", author)
        return self.index[found]

    def tie(self, first: str, second: str) -> pd.DataFrame:
        """The papers that two authors wrote together.

        Parameters
        ----------
        first, second : str
            Name, id or IRI.

        Returns
        -------
        pandas.DataFrame
            Columns ``paper`` (id), ``title``, ``year``, ``weight`` (what each adds to the tie),
            ``source`` and ``place`` (where it stands in it).
        """
        import numpy as np

        one, other = self.row(first), self.row(second)
        # Nobody is tied to themselves: the diagonal of the matrix is zero.
        shared = self.shared_papers(one, other) if one != other else np.empty(0, np.intp)
        team = np.asarray(self.incidence.sum(axis=0), dtype=np.float64).ravel()[shared]
        said = self.graph.papers.set_index("id")[["source", "place"]].reindex(self.papers[shared])
        return self._paper_frame(shared).assign(
            weight=COUNTINGS[self.counting](team),
            source=said["source"].to_numpy(),
            place=said["place"].to_numpy(),
        )

    def shared_papers(self, first: int, second: int) -> NDArray[np.intp]:
        """Columns of `incidence` in which two rows meet, ascending."""
        import numpy as np

        return np.intersect1d(self.papers_of(first), self.papers_of(second), assume_unique=True)

    def papers_of(self, row: int) -> NDArray[np.intp]:
        """Columns of `incidence` of one row, ascending."""
        import numpy as np

        start, end = self.incidence.indptr[row : row + 2]
        return self.incidence.indices[start:end].astype(np.intp)

    def neighbours(self, row: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Rows of the coauthors of one row, and the weights of the ties."""
        import numpy as np

        start, end = self.matrix.indptr[row : row + 2]
        return self.matrix.indices[start:end].astype(np.intp), self.matrix.data[start:end]

    def _paper_frame(self, columns: NDArray[np.intp]) -> pd.DataFrame:
        import pandas as pd

        years = pd.array(self.years[columns], dtype="Float64").astype("Int32")
        return pd.DataFrame(
            {"paper": self.papers[columns], "title": self.titles[columns], "year": years}
        )

    def measure(self, *names: str) -> pd.DataFrame:
        """Measures of each author.

        Parameters
        ----------
        *names : str
            Registered measures, such as ``"pagerank"``; ``graphkit.registry.names("measure")``
            lists them.

        Returns
        -------
        pandas.DataFrame
            Columns ``author``, ``name`` and one for each measure, in the order of `authors`.

        Raises
        ------
        UnknownNameError
            A measure that is not registered.
        """
        import pandas as pd

        functions = {name: registry.load("measure", name) for name in names}
        columns: dict[str, Any] = {"author": self.authors, "name": self.names}
        for name, function in functions.items():
            columns[name] = function(self).to_numpy()
        return pd.DataFrame(columns)

    def ties(self) -> pd.DataFrame:
        """All ties, strongest first.

        Returns
        -------
        pandas.DataFrame
            Columns ``a`` and ``b`` (author ids), ``a_name``, ``b_name``, ``weight`` and
            ``papers`` (how many they share).
        """
        import numpy as np
        import pandas as pd
        from scipy import sparse

        weights, shared = (
            sparse.triu(matrix, k=1, format="csr")
            for matrix in (self.matrix, self.incidence @ self.incidence.T)
        )
        # Both have an entry for each tie; now also in the same order.
        for matrix in (weights, shared):
            matrix.sort_indices()
        upper = weights.tocoo()
        frame = pd.DataFrame(
            {
                "a": self.authors[upper.row],
                "b": self.authors[upper.col],
                "a_name": self.names[upper.row],
                "b_name": self.names[upper.col],
                "weight": upper.data,
                "papers": shared.data.astype(np.int64),
            }
        )
        return frame.sort_values(
            ["weight", "a_name", "b_name"], ascending=[False, True, True], ignore_index=True
        )

    def to_networkx(self) -> nx.Graph[str]:
        """The network as a plain `networkx.Graph`.

        Returns
        -------
        networkx.Graph
            Nodes are author ids with ``name`` and ``papers`` (how many); edges have
            ``weight`` and ``papers`` (a tuple of paper ids).
        """
        import networkx as nx
        from scipy import sparse

        graph: nx.Graph[str] = nx.Graph(counting=self.counting, description=self.description)
        for row, author in enumerate(self.authors):
            graph.add_node(author, name=self.names[row], papers=len(self.papers_of(row)))
        upper = sparse.triu(self.matrix, k=1, format="coo")
        for a, b, weight in zip(upper.row, upper.col, upper.data, strict=True):
            shared = tuple(self.papers[self.shared_papers(a, b)])
            graph.add_edge(self.authors[a], self.authors[b], weight=float(weight), papers=shared)
        return graph

    def draw(self, **options: Any) -> Drawing:
        """Draw the network: see `graphkit.render.drawing.draw`."""
        drawing: Drawing = registry.get("graphkit.render.drawing:draw")(self, **options)
        return drawing


def coauthors(
    kg: KnowledgeGraph,
    *,
    counting: str = "full",
    since: int | None = None,
    until: int | None = None,
    most_authors: int | None = None,
) -> Network:
    """The coauthor network of a graph.

    Parameters
    ----------
    kg : KnowledgeGraph
        Resolved or not; without a resolution each printed name is an author.
    counting : {"full", "fractional", "newman"}
        What a paper by n people adds to each pair of them: 1; 2/(n(n-1)), so that each
        paper weighs 1 in all; or 1/(n-1), so that each author of a paper has ties of
        weight 1 in all from it [1]_.
    since, until : int, optional
        First and last year of publication. Papers of unknown year are then left out.
    most_authors : int, optional
        Leave out papers by more people than this.

    Returns
    -------
    Network
        All authors of the selected papers, those who wrote alone included.

    Raises
    ------
    UnknownNameError
        No such counting.

    References
    ----------
    .. [1] M. E. J. Newman (2001). Scientific collaboration networks. II. Shortest paths,
       weighted networks, and centrality. Physical Review E 64, 016132.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = coauthors(gk.example(), counting="newman")
    >>> net.matrix.shape
    (174, 174)
    """
    if counting not in COUNTINGS:
        raise UnknownNameError("counting", counting, COUNTINGS)
    import numpy as np
    from scipy import sparse

    incidence, authors, papers = _incidence(kg)
    about = _about(kg, papers)
    chosen = np.ones(len(papers), dtype=bool)
    years = about["year"].to_numpy(dtype=np.float64, na_value=np.nan)
    if since is not None:
        chosen &= years >= since
    if until is not None:
        chosen &= years <= until
    team = np.bincount(incidence.indices, minlength=len(papers))
    if most_authors is not None:
        chosen &= team <= most_authors
    columns = np.flatnonzero(chosen)
    incidence = incidence[:, columns]
    rows = np.flatnonzero(np.diff(incidence.indptr))
    incidence = incidence[rows]
    people: NDArray[np.float64] = team[columns].astype(np.float64)
    weights = np.zeros(len(columns))
    weights[people > 1] = COUNTINGS[counting](people[people > 1])
    matrix = sparse.csr_array(incidence.multiply(weights) @ incidence.T)
    matrix.setdiag(0)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return Network(
        matrix=matrix,
        authors=authors[rows],
        names=_names(kg, authors[rows]),
        incidence=incidence,
        papers=papers[columns],
        titles=about["title"].fillna("").to_numpy(dtype=object)[columns],
        years=years[columns],
        topics=_topics(kg, papers[columns]),
        counting=counting,
        description=_describe(counting, since, until, most_authors),
        graph=kg,
    )


def _describe(counting: str, since: int | None, until: int | None, most_authors: int | None) -> str:
    named = {"newman": "Newman"}.get(counting, counting)
    words = [f"coauthors, {named} counting"]
    if since is not None or until is not None:
        words.append(f"{since or '…'} to {until or '…'}")
    if most_authors is not None:
        words.append(f"papers by at most {most_authors} authors")
    return ", ".join(words)


def _incidence(
    kg: KnowledgeGraph,
) -> tuple[sparse.csr_array, NDArray[np.object_], NDArray[np.object_]]:
    """Who wrote what: each author and paper once, whatever the number of sources."""
    import numpy as np
    from scipy import sparse

    rows = kg.table("authorships")
    authors, papers = (
        rows[name].combine_chunks().dictionary_encode() for name in ("author", "paper")
    )
    shape = (len(authors.dictionary), len(papers.dictionary))
    ends = (authors.indices.to_numpy(), papers.indices.to_numpy())
    incidence = sparse.csr_array((np.ones(len(rows)), ends), shape=shape)
    incidence.sum_duplicates()
    # Two sources, or one that prints a name twice, make one authorship here.
    incidence.data[:] = 1.0
    ids = [
        coded.dictionary.to_numpy(zero_copy_only=False).astype(object)
        for coded in (authors, papers)
    ]
    # Ids in order, so that a network does not depend on the order of its sources.
    order = [np.argsort(part) for part in ids]
    incidence = incidence[order[0]][:, order[1]]
    incidence.sort_indices()
    return incidence, ids[0][order[0]], ids[1][order[1]]


def _about(kg: KnowledgeGraph, papers: NDArray[np.object_]) -> pd.DataFrame:
    return kg.papers.set_index("id")[["title", "year"]].reindex(papers)


def _names(kg: KnowledgeGraph, authors: NDArray[np.object_]) -> NDArray[np.object_]:
    import numpy as np

    names = kg.authors.set_index("id")["name"].reindex(authors)
    known: NDArray[np.object_] = names.fillna("").to_numpy(dtype=object)
    return np.where(known == "", authors, known)


def _topics(kg: KnowledgeGraph, papers: NDArray[np.object_]) -> list[tuple[tuple[str, str], ...]]:
    subjects = kg.subjects[["paper", "topic"]].drop_duplicates()
    labels = kg.topics.set_index("id")["label"]
    named = subjects["topic"].map(labels).fillna(subjects["topic"])
    found: dict[str, list[tuple[str, str]]] = {}
    for paper, topic, label in zip(subjects["paper"], subjects["topic"], named, strict=True):
        found.setdefault(paper, []).append((topic, label))
    return [tuple(sorted(found.get(paper, ()))) for paper in papers]
