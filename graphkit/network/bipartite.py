"""Networks of two kinds of nodes, with ties only between the kinds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphkit import registry
from graphkit.errors import UnknownNameError
from graphkit.network.incidence import objects, values
from graphkit.network.network import Network

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["BY_TIES", "TwoMode"]

# The measures that mean the same whether or not there are two kinds of nodes.
BY_TIES = (
    "betweenness",
    "closeness",
    "component",
    "core",
    "degree",
    "eigenvector",
    "harmonic",
    "pagerank",
    "sampled-betweenness",
    "strength",
    "weighted-betweenness",
    "weighted-closeness",
)


@dataclass(frozen=True, eq=False, repr=False)
class TwoMode:
    """A network of two kinds of nodes, with ties only between the kinds.

    Attributes
    ----------
    graph : KnowledgeGraph
    kinds : pair of str
        The tables of the rows and of the columns, such as ``("authors", "topics")``.
    row_ids, column_ids : pyarrow.StringArray
        Ids, ascending.
    matrix : scipy.sparse.csr_array of float64, shape (rows, columns)
        Weight of each tie.
    description : str
        The selection in words.
    """

    graph: KnowledgeGraph
    kinds: tuple[str, str]
    row_ids: pa.StringArray
    column_ids: pa.StringArray
    matrix: sparse.csr_array
    description: str

    def __repr__(self) -> str:
        return f"<TwoMode: {self.caption}>"

    @property
    def caption(self) -> str:
        """How large it is, and its selection in words."""
        rows, columns = self.matrix.shape
        sizes = f"{rows:,} {self.kinds[0]}, {columns:,} {self.kinds[1]}"
        return f"{sizes}, {self.matrix.nnz:,} ties: {self.description}"

    @cached_property
    def rows(self) -> NDArray[np.object_]:
        """Ids in the order of the rows."""
        return objects(self.row_ids)

    @cached_property
    def columns(self) -> NDArray[np.object_]:
        """Ids in the order of the columns."""
        return objects(self.column_ids)

    def ties(self) -> pd.DataFrame:
        """All ties, strongest first.

        Returns
        -------
        pandas.DataFrame
            Columns such as ``author`` and ``topic`` (ids), ``author_name`` and ``topic_name``,
            and ``weight``.
        """
        import pandas as pd
        from scipy import sparse

        tied = sparse.coo_array(self.matrix)
        row, column = tied.coords
        one, other = (kind.removesuffix("s") for kind in self.kinds)
        names = [self._names(axis) for axis in (0, 1)]
        frame = pd.DataFrame(
            {
                one: self.rows[row],
                other: self.columns[column],
                f"{one}_name": names[0][row],
                f"{other}_name": names[1][column],
                "weight": tied.data,
            }
        )
        order = ["weight", f"{one}_name", f"{other}_name"]
        return frame.sort_values(order, ascending=[False, True, True], ignore_index=True)

    def measure(self, *names: str) -> pd.DataFrame:
        """Measures of the nodes of both kinds, as of one network in which both stand.

        Parameters
        ----------
        *names : str
            Of `BY_TIES`: measures that ask for ties alone. Groups by modularity and clustering
            would take a network without two kinds for granted.

        Returns
        -------
        pandas.DataFrame
            Columns ``kind``, ``id``, ``name`` and one for each measure, rows before columns.
            ``attrs`` as for `Network.measure`.

        Raises
        ------
        UnknownNameError
            Another measure.

        Examples
        --------
        >>> import graphkit as gk
        >>> found = gk.example().resolve().network("author-topic").measure("degree")
        >>> found.nlargest(1, "degree")[["kind", "name", "degree"]].values.tolist()
        [['topic', 'Automatic speech recognition', 49]]
        """
        import numpy as np
        import pandas as pd
        import pyarrow as pa
        from scipy import sparse

        for name in names:
            if name not in BY_TIES:
                raise UnknownNameError("measure of two kinds of nodes", name, BY_TIES)
        rows, columns = self.matrix.shape
        square = sparse.block_array(
            [
                [sparse.csr_array((rows, rows)), self.matrix],
                [self.matrix.T, sparse.csr_array((columns, columns))],
            ],
            format="csr",
        )
        square.sort_indices()
        both = Network(
            graph=self.graph,
            kind="nodes",
            node_ids=pa.concat_arrays([self.row_ids, self.column_ids]),
            paper_ids=pa.array([], pa.string()),
            matrix=square,
            incidence=sparse.csr_array((rows + columns, 0)),
            paper_weights=np.empty(0),
            counting="full",
            description=self.description,
        )
        one, other = (kind.removesuffix("s") for kind in self.kinds)
        found = pd.DataFrame(
            {
                "kind": [one] * rows + [other] * columns,
                "id": both.nodes,
                "name": np.concatenate([self._names(0), self._names(1)]),
            }
        )
        for name in names:
            measured = registry.load("measure", name)(both)
            found[name] = measured.to_numpy()
            if measured.attrs:
                found.attrs[name] = dict(measured.attrs)
        return found

    def _names(self, axis: int) -> NDArray[np.object_]:
        import numpy as np

        label = {"authors": "name", "papers": "title"}.get(self.kinds[axis], "label")
        ids = (self.row_ids, self.column_ids)[axis]
        known = objects(values(self.graph, self.kinds[axis], label, ids))
        return np.where(known == "", objects(ids), known)

    def to_networkx(self) -> nx.Graph[str]:
        """The network as a bipartite `networkx.Graph`.

        Returns
        -------
        networkx.Graph
            Nodes are ids with ``bipartite`` (0 rows, 1 columns), ``kind`` and ``name``; edges
            have ``weight``.
        """
        import networkx as nx
        from scipy import sparse

        graph: nx.Graph[str] = nx.Graph(description=self.description)
        for side, ids in enumerate((self.rows, self.columns)):
            kind = self.kinds[side].removesuffix("s")
            graph.add_nodes_from(
                (node, {"bipartite": side, "kind": kind, "name": name})
                for node, name in zip(ids, self._names(side), strict=True)
            )
        tied = sparse.coo_array(self.matrix)
        row, column = tied.coords
        graph.add_weighted_edges_from(
            zip(self.rows[row], self.columns[column], tied.data.tolist(), strict=True)
        )
        return graph
