"""What papers and people write about: words counted, weighed by TF-IDF, summed by author."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from graphkit.network.incidence import incidence_of, objects, topics_of, values
from graphkit.recommend import stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["Entries", "TextIndex", "entries_of", "text_index", "unit_rows"]

# A word in any script; one letter alone says little.
WORD = re.compile(r"\b[^\W\d_][\w-]*\w\b")
FILE = "words.arrays"
FORM = "2"


@dataclass(frozen=True, eq=False)
class TextIndex:
    """How often each word stands in each paper's title, abstract and topics.

    Attributes
    ----------
    counts : scipy.sparse.csr_array of float32, shape (p, t)
        Rows are papers, in the order of `graphkit.network.incidence.incidence_of`; columns
        are `terms`.
    terms : numpy.ndarray of str, shape (t,)
        Ascending.
    telling : numpy.ndarray of bool, shape (t,)
        False for words of plain English ("the", "which"), which no question is about.

    References
    ----------
    .. [1] G. Salton, C. Buckley (1988). Term-weighting approaches in automatic text retrieval.
       Information Processing & Management 24, 513-523.
    """

    counts: sparse.csr_array
    terms: NDArray[np.object_]
    telling: NDArray[np.bool_]

    def only(self, papers: NDArray[np.intp]) -> TextIndex:
        """The index of some papers, as if there were no others.

        Parameters
        ----------
        papers : numpy.ndarray of int, shape (q,)
            Rows of `counts`.

        Returns
        -------
        TextIndex
            Its terms are those of two of the papers at least.
        """
        import numpy as np
        from scipy import sparse

        counts = sparse.csr_array(self.counts[papers])
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) > 1)
        return TextIndex(sparse.csr_array(counts[:, kept]), self.terms[kept], self.telling[kept])

    @cached_property
    def idf(self) -> NDArray[np.float32]:
        """Weight of each term: 1 + ln((1 + papers) / (1 + papers that have it))."""
        import numpy as np

        papers, terms = self.counts.shape
        having = np.bincount(self.counts.indices, minlength=terms)
        weight: NDArray[np.float32] = (1 + np.log((1 + papers) / (1 + having))).astype(np.float32)
        return weight

    @cached_property
    def papers(self) -> sparse.csr_array:
        """(1 + ln count) · idf of each term in each paper, rows of length 1, shape (p, t)."""
        return self._weighted(self.counts)

    def authors(self, wrote: sparse.csr_array) -> sparse.csr_array:
        """What each author writes about.

        Parameters
        ----------
        wrote : scipy.sparse.csr_array of float, shape (n, p)
            How much each paper counts for each author.

        Returns
        -------
        scipy.sparse.csr_array of float32, shape (n, t)
            The sum of the papers, rows of length 1 (or 0): the product of two rows is the
            cosine of two authors.
        """
        import numpy as np

        return unit_rows(wrote.astype(np.float32) @ self.papers)

    def vector(self, text: str) -> sparse.csr_array:
        """A text of somebody's own on the same scale.

        Parameters
        ----------
        text : str

        Returns
        -------
        scipy.sparse.csr_array of float32, shape (1, t)
            Of length 1, or empty where no paper has any of its words.

        Examples
        --------
        >>> import graphkit as gk
        >>> index = text_index(gk.example())
        >>> likeness = (index.papers @ index.vector("elastic weight consolidation").T).toarray()
        >>> bool(likeness.max() > 0.3)
        True
        """
        import numpy as np
        from scipy import sparse

        counted = Counter(WORD.findall(text.lower()))
        known = sorted((self._columns[word], word) for word in counted if word in self._columns)
        columns = np.array([column for column, _ in known], np.intp)
        data = np.array([counted[word] for _, word in known], np.float32)
        shape = (1, len(self.terms))
        return self._weighted(sparse.csr_array((data, columns, [0, len(known)]), shape=shape))

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.terms)}

    def arrays(self) -> dict[str, Any]:
        """All of it by name, as arrays to be written."""
        import numpy as np

        text = "\n".join(self.terms).encode()
        return {
            **stored.parts("counts", self.counts),
            "terms": np.frombuffer(text, np.uint8),
            "telling": self.telling.astype(np.uint8),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Any]) -> TextIndex:
        """Back from `arrays`."""
        import numpy as np

        text = arrays["terms"].tobytes().decode()
        terms = np.array(text.split("\n") if text else [], object)
        return cls(stored.of_parts("counts", arrays), terms, arrays["telling"].astype(bool))

    def _weighted(self, counts: sparse.csr_array) -> sparse.csr_array:
        import numpy as np
        from scipy import sparse

        data = (1 + np.log(counts.data)).astype(np.float32) * self.idf[counts.indices]
        return unit_rows(sparse.csr_array((data, counts.indices, counts.indptr), counts.shape))


def unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Each row divided by its length; empty rows stay empty."""
    import numpy as np
    from scipy import sparse

    matrix = sparse.csr_array(matrix)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    data = matrix.data * np.repeat(scale, np.diff(matrix.indptr)).astype(matrix.dtype)
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


class Entries(NamedTuple):
    """Where the entries of some rows of a sparse matrix stand, one row after the other."""

    row: NDArray[np.intp]  # Position of the row among those asked for.
    at: NDArray[np.intp]


def entries_of(matrix: sparse.csr_array, rows: NDArray[np.integer]) -> Entries:
    """The places in ``indices`` and ``data`` of some rows; quicker than to slice the matrix.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> entries_of(sparse.csr_array([[1, 0], [2, 3], [0, 4]]), np.array([2, 1])).at.tolist()
    [3, 1, 2]
    """
    import numpy as np

    start = matrix.indptr[rows].astype(np.intp)
    count = matrix.indptr[rows + 1] - start
    row = np.repeat(np.arange(len(rows)), count)
    before = np.cumsum(count) - count
    return Entries(row, np.arange(len(row)) + (start - before)[row])


def text_index(kg: KnowledgeGraph) -> TextIndex:
    """The words of all papers that have authors; made once a graph and kept beside it.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    TextIndex

    Examples
    --------
    >>> import graphkit as gk
    >>> index = text_index(gk.example())
    >>> index.papers.shape[0]
    44
    """
    found = stored.kept(kg, FILE, FORM, lambda: _counted(_texts(kg)), TextIndex.of_arrays)
    assert found is not None  # it is always made
    return found


def _texts(kg: KnowledgeGraph) -> Sequence[str]:
    papers = incidence_of(kg).papers
    titles, abstracts = (
        objects(values(kg, "papers", column, papers)) for column in ("title", "abstract")
    )
    return [
        "\n".join([title, abstract, *(label for _, label in topics)])
        for title, abstract, topics in zip(titles, abstracts, topics_of(kg, papers), strict=True)
    ]


def _counted(texts: Sequence[str]) -> TextIndex:
    import numpy as np
    from scipy import sparse
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    words = CountVectorizer(token_pattern=WORD.pattern, dtype=np.float32)
    try:
        counts = words.fit_transform(texts)
    except ValueError:  # there is no word
        none = np.zeros((len(texts), 0), np.float32)
        return TextIndex(sparse.csr_array(none), np.empty(0, object), np.empty(0, bool))
    counts = sparse.csr_array(counts)
    counts.sort_indices()  # what is mapped from disk cannot be sorted later
    terms = words.get_feature_names_out()
    telling = np.array([term not in ENGLISH_STOP_WORDS for term in terms], bool)
    return TextIndex(counts, terms, telling)
