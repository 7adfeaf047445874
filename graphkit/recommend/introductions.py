"""Who can introduce one person to another: a chain of coauthors, with the papers of each tie."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphkit.network import coauthors
from graphkit.network.incidence import incidence_of

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.graph import KnowledgeGraph
    from graphkit.network import Network

__all__ = ["introductions", "newman", "steps_from"]


def introductions(kg: KnowledgeGraph, a: str, b: str) -> pd.DataFrame:
    """The path of introductions from one author to another.

    Of the shortest chains of coauthors the one with the strongest ties: the sum of 1/weight is
    least, as in Newman's distance [1]_, with his weights (a paper by n people ties each two of
    them with 1/(n-1)).

    Parameters
    ----------
    kg : KnowledgeGraph
    a, b : str
        Names, ids or IRIs.

    Returns
    -------
    pandas.DataFrame
        A row for each introduction: ``author`` and ``name`` of who introduces, ``to`` and
        ``to_name``, ``weight`` of their tie, ``papers`` (ids, the newest first) and ``titles``.
        Empty where no chain leads from one to the other.

    Raises
    ------
    UnknownEntityError
        Nobody is called so, or has papers.

    References
    ----------
    .. [1] M. E. J. Newman (2001). Scientific collaboration networks. II. Shortest paths,
       weighted networks, and centrality. Physical Review E 64, 016132.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = introductions(gk.example().resolve(), "I-Fan Chen", "Roland Maas")
    >>> [*found.name, found.to_name.iloc[-1]]
    ['I-Fan Chen', 'Brian King', 'Roland Maas']
    """
    import numpy as np
    import pandas as pd

    network = newman(kg)
    start, end = network.row(a), network.row(b)
    path = _path(network, start, end)
    rows = []
    for one, other in pairwise(path):
        shared = network.shared_papers(one, other)
        shared = shared[np.argsort(-np.nan_to_num(network.years[shared]), kind="stable")]
        ties, weights = network.neighbours(one)
        rows.append(
            {
                "author": network.nodes[one],
                "name": network.names[one],
                "to": network.nodes[other],
                "to_name": network.names[other],
                "weight": float(weights[ties == other][0]),
                "papers": network.papers[shared].tolist(),
                "titles": network.titles[shared].tolist(),
            }
        )
    columns = ["author", "name", "to", "to_name", "weight", "papers", "titles"]
    return pd.DataFrame(rows, columns=columns)


def newman(kg: KnowledgeGraph) -> Network:
    """The coauthor network in which large teams tie loosely; made once a graph."""
    if "recommend.newman" not in kg.derived:
        kg.derived["recommend.newman"] = coauthors(kg, counting="newman")
    network: Network = kg.derived["recommend.newman"]
    return network


def _path(network: Network, start: int, end: int) -> list[int]:
    """Rows from one author to another; empty if there is no way, or none is needed."""
    import numpy as np
    from scipy import sparse
    from scipy.sparse import csgraph

    if start == end:
        return []
    lengths = 1 / network.matrix.data
    # A further step costs more than any way along the longest ties, so that steps come first.
    step = float(lengths.max(initial=0)) * len(network)
    graph: Any = sparse.csr_array(
        (step + lengths, network.matrix.indices, network.matrix.indptr), network.matrix.shape
    )
    dijkstra: Any = csgraph.dijkstra
    distance, before = dijkstra(graph, indices=start, return_predecessors=True)
    if not np.isfinite(distance[end]):
        return []
    path = [end]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return path[::-1]


def steps_from(kg: KnowledgeGraph, row: int) -> Any:
    """Steps of coauthorship from an author (a row of `incidence_of`) to each; infinite if none."""
    import numpy as np
    import pyarrow.compute as pc
    from scipy.sparse import csgraph

    network, nodes = newman(kg), incidence_of(kg).nodes
    at = pc.index_in(nodes, network.node_ids).fill_null(-1).to_numpy()
    found = np.full(len(nodes), np.inf)
    if at[row] >= 0:
        dijkstra: Any = csgraph.dijkstra
        steps = dijkstra(network.matrix, indices=int(at[row]), unweighted=True)
        found[at >= 0] = steps[at[at >= 0]]
    found[row] = 0
    return found
