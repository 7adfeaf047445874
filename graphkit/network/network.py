"""A weighted, undirected network on a sparse matrix that can name the papers of each tie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.errors import UnknownEntityError
from graphkit.network import parts
from graphkit.network.faces import Faces
from graphkit.network.incidence import objects, topics_of, values
from graphkit.network.weights import row_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["Network"]


@dataclass(frozen=True, eq=False, repr=False)
class Network(Faces):
    """A weighted, undirected network that can name the papers of each tie.

    Attributes
    ----------
    graph : KnowledgeGraph
        Where it comes from.
    kind : str
        What the nodes are: the table ``"authors"`` or ``"topics"``.
    node_ids : pyarrow.StringArray, length n
        Ids, in the order of the rows; `nodes` and `names` are for numpy.
    paper_ids : pyarrow.StringArray, length p
        Ids, in the order of the columns of `incidence`; so are `papers`, `titles`, `years`
        and `topics`.
    matrix : scipy.sparse.csr_array of float64, shape (n, n)
        Weight of each tie; symmetric, zero on the diagonal.
    incidence : scipy.sparse.csr_array of float64, shape (n, p)
        1 where an author wrote a paper.
    paper_weights : numpy.ndarray of float64, shape (p,)
        What each paper adds to each of its ties.
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

    graph: KnowledgeGraph
    kind: str
    node_ids: pa.StringArray
    paper_ids: pa.StringArray
    matrix: sparse.csr_array
    incidence: sparse.csr_array
    paper_weights: NDArray[np.float64]
    counting: str
    description: str
    ends: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None
    ties_of: str = "all"

    @classmethod
    def from_networkx(cls, graph: nx.Graph[Any], weight: str = "weight") -> Network:
        """A network that another program made, to measure and to draw.

        Parameters
        ----------
        graph : networkx.Graph
            Nodes are people; ``name`` or ``label`` is what they are called. Edges may have
            ``papers``, a list of ids or titles. Parallel edges are one tie, ties of a node
            with itself are left out.
        weight : str, default "weight"
            The attribute of edges that holds their weight, above zero; 1 where it is missing.

        Returns
        -------
        Network
            Its rows are in the order of the nodes' ids.

        Raises
        ------
        SchemaError
            A directed graph, or a weight that is not a number above zero.

        Examples
        --------
        >>> import networkx as nx
        >>> net = Network.from_networkx(nx.karate_club_graph())
        >>> net
        <Network: 34 authors, 78 ties: from networkx>
        """
        network: Network = registry.get("graphkit.network.exchange:from_networkx")(graph, weight)
        return network

    def __repr__(self) -> str:
        return f"<Network: {self.caption}>"

    @property
    def caption(self) -> str:
        """How large it is, and its selection in words."""
        ties = self.matrix.nnz // 2
        return f"{len(self):,} {self.kind}, {ties:,} ties: {self.description}"

    def __len__(self) -> int:
        return len(self.node_ids)

    @cached_property
    def nodes(self) -> NDArray[np.object_]:
        """Ids in the order of the rows, shape (n,)."""
        return objects(self.node_ids)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """What the nodes are called, shape (n,); the id where no name is known."""
        import numpy as np

        label = "name" if self.kind == "authors" else "label"
        known = objects(values(self.graph, self.kind, label, self.node_ids))
        return np.where(known == "", self.nodes, known)

    @cached_property
    def papers(self) -> NDArray[np.object_]:
        """Ids of the papers in the order of the columns of `incidence`, shape (p,)."""
        return objects(self.paper_ids)

    @cached_property
    def titles(self) -> NDArray[np.object_]:
        """Titles of the papers, shape (p,)."""
        return objects(values(self.graph, "papers", "title", self.paper_ids))

    @cached_property
    def years(self) -> NDArray[np.float64]:
        """Years of the papers, shape (p,); nan where unknown."""
        import numpy as np

        found = values(self.graph, "papers", "year", self.paper_ids)
        return np.asarray(found.to_pandas(), dtype=np.float64)

    @cached_property
    def topics(self) -> list[tuple[tuple[str, str], ...]]:
        """Topics of each paper: id and label."""
        return topics_of(self.graph, self.paper_ids)

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each id."""
        return {node: row for row, node in enumerate(self.nodes)}

    def row(self, name: str) -> int:
        """The row of an author (or topic), named as people do (see `KnowledgeGraph.find`).

        Raises
        ------
        UnknownEntityError
            Nobody of that name in the graph, or not in this selection of it.
        """
        import pyarrow as pa

        def at(id: str) -> int:
            row: int = self.node_ids.index(pa.scalar(id, pa.string())).as_py()
            return row

        if (row := at(name)) >= 0:
            return row
        if (row := at(self.graph.find(self.kind, name))) >= 0:
            return row
        raise UnknownEntityError(f"{self.kind.removesuffix('s')} of this network", name)

    def tie(self, first: str, second: str) -> pd.DataFrame:
        """The papers behind a tie.

        Parameters
        ----------
        first, second : str
            Name, id or IRI.

        Returns
        -------
        pandas.DataFrame
            Columns ``paper`` (id), ``title``, ``year``, ``weight`` (what each adds to the tie,
            before any normalisation), ``source`` and ``place`` (where it stands in it).
        """
        import numpy as np

        one, other = self.row(first), self.row(second)
        # Nobody is tied to themselves, nor where the selection cut the tie.
        tied = other in self.neighbours(one)[0]
        shared = self.shared_papers(one, other) if tied else np.empty(0, np.intp)
        shared = shared[self._makes_tie(shared, one, other)]
        said = self.graph.papers.set_index("id")[["source", "place"]].reindex(self.papers[shared])
        return self._paper_frame(shared).assign(
            weight=self.paper_weights[shared],
            source=said["source"].to_numpy(),
            place=said["place"].to_numpy(),
        )

    def _makes_tie(self, papers: NDArray[np.intp], first: int, second: int) -> NDArray[np.bool_]:
        """Whether each of these papers by two authors ties them."""
        import numpy as np

        if self.ends is None:
            return np.ones(len(papers), dtype=bool)
        begins, closes = (np.isin(end[papers], (first, second)) for end in self.ends)
        if self.ties_of == "first-last":
            both: NDArray[np.bool_] = begins & closes
            return both
        return begins if self.ties_of == "first" else closes

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
        """Rows that one row is tied to, and the weights of the ties."""
        import numpy as np

        start, end = self.matrix.indptr[row : row + 2]
        return self.matrix.indices[start:end].astype(np.intp), self.matrix.data[start:end]

    def _paper_frame(self, columns: NDArray[np.intp]) -> pd.DataFrame:
        import pandas as pd

        years = pd.array(self.years[columns], dtype="Float64").astype("Int32")
        return pd.DataFrame(
            {"paper": self.papers[columns], "title": self.titles[columns], "year": years}
        )

    def measure(self, *names: str, engine: str | None = None) -> pd.DataFrame:
        """Measures of each author.

        Parameters
        ----------
        *names : str
            Registered measures, such as ``"pagerank"``; ``graphkit.registry.names("measure")``
            lists them.
        engine : {"networkit"}, optional
            The library that is to compute those that it can; the others are as ever. See
            `graphkit.measures.by_networkit`.

        Returns
        -------
        pandas.DataFrame
            Columns ``author`` (``topic`` in a network of topics), ``name`` and one for each
            measure (brokerage and the citation indices have several), in the order of `nodes`.
            What was measured once is kept, so that a measure that was interrupted costs the
            others nothing. ``attrs`` holds what a measure tells of itself, such as its error.

        Raises
        ------
        UnknownNameError
            A measure or an engine that is not registered.
        MissingExtraError
            An engine that is not installed.
        """
        import pandas as pd

        functions = {name: registry.load("measure", name) for name in names}
        by = registry.load("engine", engine).MEASURES if engine else {}
        told: dict[Any, Any] = {}
        columns: dict[str, Any] = {self.kind.removesuffix("s"): self.nodes, "name": self.names}
        for name, function in functions.items():
            key = name, engine if name in by else None
            if key not in self._measured:
                self._measured[key] = by.get(name, function)(self)
            found = self._measured[key]
            frame = found if isinstance(found, pd.DataFrame) else found.to_frame(name)
            columns |= {str(column): each.to_numpy() for column, each in frame.items()}
            if found.attrs:
                told[name] = dict(found.attrs)
        result = pd.DataFrame(columns)
        result.attrs = told
        return result

    @cached_property
    def _measured(self) -> dict[tuple[str, str | None], Any]:
        return {}

    @cached_property
    def upper(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """Each tie once: the lower row, the higher row and the weight."""
        import numpy as np
        from scipy import sparse

        upper = sparse.triu(self.matrix, k=1, format="coo")
        return upper.row.astype(np.intp), upper.col.astype(np.intp), upper.data

    def tie_blocks(self) -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]]:
        """The ties of `upper`, some at a time, for what does without a copy of all of them."""
        for block, rows in row_blocks(self.matrix):
            columns = self.matrix.indices[block]
            once = columns > rows
            yield rows[once], columns[once], self.matrix.data[block][once]

    def tie_papers(self) -> sparse.csr_array:
        """The papers of each tie.

        Returns
        -------
        scipy.sparse.csr_array of float64, shape (ties, p)
            1 where a paper of `papers` is behind a tie of `upper`; indices sorted.
        """
        from scipy import sparse

        first, second, _ = self.upper
        shared = sparse.csr_array(self.incidence[first].multiply(self.incidence[second]))
        if self.ends is not None:
            tied = sparse.coo_array(shared)
            of_tie, papers = tied.coords
            begins, closes = (
                (end[papers] == first[of_tie]) | (end[papers] == second[of_tie])
                for end in self.ends
            )
            both = {"first": begins, "last": closes, "first-last": begins & closes}
            tied.data = both[self.ties_of].astype(float)
            shared = sparse.csr_array(tied)
            shared.eliminate_zeros()
        shared.sort_indices()
        return shared

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

        first, second, weight = self.upper
        frame = pd.DataFrame(
            {
                "a": self.nodes[first],
                "b": self.nodes[second],
                "a_name": self.names[first],
                "b_name": self.names[second],
                "weight": weight,
                "papers": np.diff(self.tie_papers().indptr).astype(np.int64),
            }
        )
        return frame.sort_values(
            ["weight", "a_name", "b_name"], ascending=[False, True, True], ignore_index=True
        )

    # -- parts ----------------------------------------------------------------------------

    def subnetwork(self, rows: NDArray[np.intp], words: str) -> Network:
        """Some of the nodes, and the ties between them: see `graphkit.network.parts`."""
        return parts.subnetwork(self, rows, words)

    def ego(self, name: str, steps: int = 1) -> Network:
        """An author and those within some ties of him or her: see `graphkit.network.parts`."""
        return parts.ego(self, name, steps)
