"""What a paper adds to a tie, and how the weights of ties are made comparable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    Floats = NDArray[np.float64]

__all__ = ["COUNTINGS", "NORMALISATIONS", "TIES", "row_blocks", "tie_matrix"]

# So few rows that their entries are little beside the matrix, so many that calls cost nothing.
AT_A_TIME = 1 << 14

# Weight that a paper gives each tie that it makes: by its number of authors (two or more) and
# the number of ties that it makes.
COUNTINGS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "full": lambda authors, ties: ties * 0 + 1,
    "fractional": lambda authors, ties: 1 / ties,
    "newman": lambda authors, ties: 1 / (authors - 1),
}

# Which of the authors of a paper it ties, and how many ties that makes of n authors.
TIES: dict[str, Callable[[Floats], Floats]] = {
    "all": lambda n: n * (n - 1) / 2,
    "first": lambda n: n - 1,
    "last": lambda n: n - 1,
    "first-last": lambda n: n * 0 + 1,
}

# Weight of a tie from what two authors share, what each has, and what all have.
NORMALISATIONS: dict[str, Callable[[Floats, Floats, Floats, float], Floats]] = {
    "association": lambda shared, a, b, total: total * shared / (a * b),
    "salton": lambda shared, a, b, total: shared / (a * b) ** 0.5,
    "jaccard": lambda shared, a, b, total: shared / (a + b - shared),
}


def tie_matrix(
    incidence: sparse.csr_array,
    weights: Floats,
    ends: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None,
    ties: str = "all",
) -> sparse.csr_array:
    """Sum what each paper adds to each tie.

    With B the incidence matrix and W the weights this is ``B W Bᵀ`` without its diagonal. It
    costs the number of pairs on the papers, not the number of pairs of authors.

    Parameters
    ----------
    incidence : scipy.sparse.csr_array, shape (n, p)
        1 where an author wrote a paper.
    weights : numpy.ndarray of float64, shape (p,)
        What each paper adds to each tie that it makes.
    ends : pair of numpy.ndarray of int, shape (p,), optional
        Rows of the first and the last author of each paper, -1 where not known. Needed for
        all `ties` but ``"all"``.
    ties : {"all", "first", "last", "first-last"}

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (n, n)
        Symmetric, zero on the diagonal, its indices sorted.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> tie_matrix(csr_array([[1, 0], [1, 1], [1, 1]]), np.array([0.5, 1.0])).toarray()
    array([[0. , 0.5, 0.5],
           [0.5, 0. , 1.5],
           [0.5, 1.5, 0. ]])
    """
    from scipy import sparse

    def weighted(chosen: sparse.csr_array) -> sparse.csr_array:
        return sparse.csr_array(
            (weights[chosen.indices], chosen.indices, chosen.indptr), shape=chosen.shape
        )

    if ties == "all":
        # What single authors weigh stands on the diagonal alone.
        same = bool(((weights == 1) | (weights == 0)).all())
        matrix = sparse.csr_array(
            (incidence if same else weighted(incidence)) @ _transposed(incidence)
        )
    else:
        assert ends is not None
        first, last = (_of_one(rows, incidence.shape) for rows in ends)
        one = last if ties == "last" else first
        other = last if ties == "first-last" else incidence
        half = sparse.csr_array(weighted(one) @ other.T)
        matrix = sparse.csr_array(half + half.T)
    for block, rows in row_blocks(matrix):
        matrix.data[block][rows == matrix.indices[block]] = 0
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix


def _transposed(ones: sparse.csr_array) -> sparse.csr_array:
    """The transpose of a matrix of ones by rows, which shares the ones with it."""
    import numpy as np
    from scipy import sparse

    bits = sparse.csr_array(
        (np.ones(ones.nnz, bool), ones.indices, ones.indptr), shape=ones.shape
    ).T.tocsr()
    return sparse.csr_array(
        (ones.data[: ones.nnz], bits.indices, bits.indptr), shape=ones.shape[::-1]
    )


def row_blocks(matrix: sparse.csr_array) -> Iterator[tuple[slice, NDArray[np.int32]]]:
    """Where the entries of some rows stand, and the row of each, so that memory is not doubled.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> [(block, rows.tolist()) for block, rows in row_blocks(csr_array([[1, 0], [1, 1]]))]
    [(slice(0, 3, None), [0, 1, 1])]
    """
    import numpy as np

    starts = matrix.indptr
    for first in range(0, matrix.shape[0], AT_A_TIME):
        last = min(first + AT_A_TIME, matrix.shape[0])
        rows = np.arange(first, last, dtype=np.int32)
        sizes = np.diff(starts[first : last + 1])
        yield slice(int(starts[first]), int(starts[last])), np.repeat(rows, sizes)


def _of_one(rows: NDArray[np.intp], shape: tuple[int, int]) -> sparse.csr_array:
    """The incidence matrix of one author a paper."""
    import numpy as np
    from scipy import sparse

    papers = np.flatnonzero(rows >= 0)
    return sparse.csr_array((np.ones(len(papers)), (rows[papers], papers)), shape=shape)
