"""Who wrote what, as a sparse matrix, and what the tables say of its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = [
    "Incidence",
    "citations_of",
    "ends_among",
    "ends_of",
    "incidence_of",
    "objects",
    "topics_of",
    "values",
]


FEW = 1000


@dataclass(frozen=True, eq=False)
class Incidence:
    """Nodes by papers.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array of float64, shape (n, p)
        1 where a node (an author, a topic) belongs to a paper; indices sorted.
    nodes : pyarrow.StringArray, length n
        Ids, ascending, so that a network does not depend on the order of its sources.
    papers : pyarrow.StringArray, length p
        Ids, ascending.
    """

    matrix: sparse.csr_array
    nodes: pa.StringArray
    papers: pa.StringArray


def incidence_of(
    kg: KnowledgeGraph, table: str = "authorships", column: str = "author"
) -> Incidence:
    """The matrix of a table of links to papers.

    Parameters
    ----------
    kg : KnowledgeGraph
    table, column : str
        A table with a column ``paper``, and the column of the other end.

    Returns
    -------
    Incidence
        Each pair once, whatever the number of sources that tell it.
    """
    import numpy as np
    from scipy import sparse

    name = f"network.incidence.{table}.{column}"
    if name not in kg.derived:
        links = kg.table(table)
        nodes, rows = _coded(links[column])
        papers, columns = _coded(links["paper"])
        _give_back()
        # Bits first: in sums of pairs the numbers would be there three times.
        matrix = sparse.csr_array(
            (np.ones(len(rows), bool), (rows, columns)), shape=(len(nodes), len(papers))
        )
        del rows, columns
        matrix.sum_duplicates()
        matrix = sparse.csr_array(
            (np.ones(matrix.nnz), matrix.indices[: matrix.nnz], matrix.indptr), shape=matrix.shape
        )
        kg.derived[name] = Incidence(matrix, nodes, papers)
    found: Incidence = kg.derived[name]
    return found


def ends_of(kg: KnowledgeGraph, incidence: Incidence) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of the first and the last author of each paper; -1 where no position is known.

    Where sources disagree it is the author with the lowest id.
    """
    import numpy as np
    import pyarrow.compute as pc

    links = kg.table("authorships")
    links = links.filter(pc.is_valid(links["position"]))
    rows = pc.index_in(links["author"], value_set=incidence.nodes).to_numpy()
    columns = pc.index_in(links["paper"], value_set=incidence.papers).to_numpy()
    position = links["position"].to_numpy()
    found = []
    for sign in (1, -1):
        order = np.lexsort([rows, sign * position, columns])
        papers, at = np.unique(columns[order], return_index=True)
        end = np.full(len(incidence.papers), -1, np.intp)
        end[papers] = rows[order][at]
        found.append(end)
    return found[0], found[1]


def ends_among(
    ends: tuple[NDArray[np.intp], NDArray[np.intp]],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    count: int,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The ends of some papers as rows of a part of a network, -1 for those outside it.

    Parameters
    ----------
    ends : pair of numpy.ndarray of int, shape (p,)
        As from `ends_of`.
    rows, columns : numpy.ndarray of int
        The nodes and the papers of the part, ascending.
    count : int
        Nodes of the whole.
    """
    import numpy as np

    row_of = np.full(count + 1, -1, np.intp)
    row_of[rows] = np.arange(len(rows))
    return row_of[ends[0][columns]], row_of[ends[1][columns]]


def citations_of(kg: KnowledgeGraph, papers: pa.StringArray) -> NDArray[np.int64] | None:
    """How many papers of the graph cite each of these, shape (p,); None where it holds none."""
    import numpy as np
    import pyarrow.compute as pc

    links = kg.table("citations")
    if not links.num_rows:
        return None
    links = links.filter(pc.is_in(links["cited"], value_set=papers))
    links = links.group_by(["citing", "cited"]).aggregate([])
    at = pc.index_in(links["cited"], value_set=papers).to_numpy()
    return np.bincount(at, minlength=len(papers))


def _coded(column: pa.ChunkedArray) -> tuple[pa.StringArray, NDArray[np.int32]]:
    """The distinct values, ascending, and the position among them of each value."""
    import numpy as np
    import pyarrow.compute as pc

    coded = column.combine_chunks().dictionary_encode()
    _give_back()
    order = pc.sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.int32)
    rank[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    return coded.dictionary.take(order), rank[coded.indices.to_numpy()]


def _give_back() -> None:
    """Let go of what Arrow keeps for later: what told ids apart takes more than the matrix."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def values(kg: KnowledgeGraph, table: str, column: str, ids: pa.StringArray) -> pa.Array:
    """What a table says of each id in one column.

    Parameters
    ----------
    kg : KnowledgeGraph
    table, column : str
    ids : pyarrow.StringArray

    Returns
    -------
    pyarrow.Array
        Null where nothing is known; of several sources that know something, the first by id.
    """
    import pyarrow.compute as pc

    rows = kg.table(table).select(["id", "source", column])
    if len(ids) < FEW:  # to look for a few costs less than to sort out all
        rows = rows.filter(pc.is_in(rows["id"], value_set=ids))
    rows = rows.filter(pc.is_valid(rows[column]))
    if pc.count_distinct(rows["id"]).as_py() < rows.num_rows:
        rows = rows.sort_by("source")
    # Of several rows of one id, index_in finds the first.
    at = pc.index_in(ids, value_set=rows["id"].combine_chunks())
    return rows[column].combine_chunks().take(at)


def objects(array: pa.Array) -> NDArray[np.object_]:
    """Text for numpy: an array of str, empty where nothing is known."""
    import pyarrow as pa

    found: NDArray[np.object_] = (
        array.cast(pa.string()).fill_null("").to_numpy(zero_copy_only=False)
    )
    return found


def topics_of(kg: KnowledgeGraph, papers: pa.StringArray) -> list[tuple[tuple[str, str], ...]]:
    """Topics of each paper: id and label, ascending."""
    import pyarrow.compute as pc

    subjects = incidence_of(kg, "subjects", "topic")
    ids = objects(subjects.nodes)
    labels = objects(values(kg, "topics", "label", subjects.nodes))
    named = [(id, label or id) for id, label in zip(ids, labels, strict=True)]
    by_paper = subjects.matrix.T.tocsr()
    by_paper.sort_indices()
    at = pc.index_in(papers, value_set=subjects.papers).to_pylist()
    starts, indices = by_paper.indptr, by_paper.indices
    return [
        () if row is None else tuple(named[i] for i in indices[starts[row] : starts[row + 1]])
        for row in at
    ]
