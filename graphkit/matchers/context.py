"""What surrounds each mention of a name: coauthors, words, venues, years, affiliations.

Everything is an array over the rows of ``authorships`` or a sparse matrix over papers, so that
matchers compare mentions, or groups of them, by products of matrices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit.identity.claims import MADE
from graphkit.matchers import GATHERED
from graphkit.matchers.names import Name, parse
from graphkit.tables import row_ids

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import scipy.sparse as sp

    from graphkit.graph import KnowledgeGraph

__all__ = ["Context", "context", "embedding"]

# Who wrote with hundreds of others is known by none of them.
MOST_AUTHORS = 100
DIMENSIONS = 64
# Words in more than this share of the papers tell nothing.
COMMON_WORD = 0.1


@dataclass(frozen=True)
class Context:
    """Mentions and what surrounds them.

    Attributes
    ----------
    kg : KnowledgeGraph
        Rows as read are used, so that claims do not depend on earlier resolutions.
    authors, papers : pyarrow.Array of string
        Distinct ids. ``author`` and ``paper`` point into them.
    author, paper : numpy.ndarray of int32, a row of ``authorships``
    position : numpy.ndarray of int32, a row
        Place among the paper's authors; -1 where unknown.
    printed : list of str or None, an author
        The name that stands for each author id.
    """

    kg: KnowledgeGraph
    authors: pa.Array
    papers: pa.Array
    author: np.ndarray[Any, np.dtype[np.int32]]
    paper: np.ndarray[Any, np.dtype[np.int32]]
    position: np.ndarray[Any, np.dtype[np.int32]]
    printed: list[str | None]

    def counted(self, author: np.ndarray[Any, np.dtype[np.int32]]) -> Context:
        """The same mentions under other author ids.

        Parameters
        ----------
        author : numpy.ndarray of int32, a row of ``authorships``
        """
        copy = replace(self, author=author)
        # What was gathered already stays, but for who wrote with whom.
        fresh = {*copy.__dict__, "coauthors", "loose_coauthors"}
        copy.__dict__.update({k: v for k, v in self.__dict__.items() if k not in fresh})
        return copy

    @cached_property
    def names(self) -> list[Name | None]:
        """Each author's name, taken apart; None where it names no single person."""
        return [parse(text) if text else None for text in self.printed]

    @cached_property
    def rows(self) -> pa.Array:
        """The id of each row of ``authorships`` (`graphkit.tables.row_ids`)."""
        from graphkit.schema import schema

        table = self.kg.table("authorships", as_read=True)
        return row_ids(schema().table("authorships"), table)

    @cached_property
    def team(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The number of authors of each paper."""
        import numpy as np

        return np.bincount(self.paper, minlength=len(self.papers))

    @cached_property
    def year(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The year of each paper; NaN where unknown."""
        import numpy as np

        found = np.full(len(self.papers), np.nan)
        at, rows = self._about_papers
        years = rows["year"].to_numpy(zero_copy_only=False).astype(float)
        known = ~np.isnan(years)
        found[at[known]] = years[known]
        return found

    @cached_property
    def venue(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The series (a conference whatever its year, a journal) of each paper; -1: unknown."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        at, rows = self._about_papers
        ids = pc.coalesce(rows["event"], rows["journal"]).combine_chunks()
        venues = self.kg.table("venues", as_read=True)
        labels = venues["label"].take(pc.index_in(ids, venues["id"].combine_chunks()))
        labels = pc.utf8_lower(pc.coalesce(labels, ids))
        series = pc.utf8_trim_whitespace(pc.replace_substring_regex(labels, r"[\d'’]+", ""))
        codes = _codes(series)[1]
        found = np.full(len(self.papers), -1)
        known = pc.is_valid(ids).to_numpy(zero_copy_only=False)
        found[at[known]] = codes[known]
        assert isinstance(ids, pa.Array)
        return found

    @cached_property
    def coauthors(self) -> sp.csr_array[Any]:
        """Papers × authors (columns of `coauthor_keys`), 1 where one wrote the other.

        Papers of more than 100 authors say nothing of who knows whom and are left empty.
        """
        return self._wrote(self.coauthor_keys)

    @cached_property
    def coauthor_keys(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The column of each author in `coauthors`: one for names alike in all letters."""
        return self._columns(lambda name: name.key.replace(" ", "") + name.number)

    @cached_property
    def loose_coauthors(self) -> sp.csr_array[Any]:
        """As `coauthors`, one column for each surname with its first initial."""
        return self._wrote(self.loose_keys)

    @cached_property
    def loose_keys(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The column of each author in `loose_coauthors`."""
        return self._columns(lambda name: f"{name.first[:1]} {name.family}")

    @cached_property
    def words(self) -> sp.csr_array[Any]:
        """Papers × words of title and abstract, TF-IDF, each row of length 1."""
        import pyarrow.compute as pc

        at, rows = self._about_papers
        texts = pc.binary_join_element_wise(
            pc.fill_null(rows["title"], ""), pc.fill_null(rows["abstract"], ""), " "
        )
        return _weighted_words(texts, at, len(self.papers))

    @cached_property
    def topics(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Papers × 64: `words` in few dimensions, each row of length 1 or 0."""
        return embedding(self.words, DIMENSIONS)

    @cached_property
    def affiliations(self) -> sp.csr_array[Any]:
        """Rows of ``authorships`` × words of the affiliation, TF-IDF, each row of length 1."""
        import numpy as np

        table = self.kg.table("authorships", as_read=True)
        at = np.arange(table.num_rows)
        return _weighted_words(table["affiliation"], at, table.num_rows)

    # -- inside ---------------------------------------------------------------------------

    @cached_property
    def _about_papers(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], pa.Table]:
        """The rows of ``papers`` that have authors, and which paper each is about."""
        import pyarrow.compute as pc

        rows = self.kg.table("papers", as_read=True)
        # One order whatever the order in which graphs were merged.
        rows = rows.sort_by([("id", "ascending"), ("source", "descending")])
        at = pc.index_in(rows["id"].combine_chunks(), self.papers)
        known = pc.is_valid(at)
        return at.filter(known).to_numpy(zero_copy_only=False), rows.filter(known)

    def _columns(self, label: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
        import pyarrow as pa

        texts = [None if name is None else label(name) for name in self.names]
        return _codes(pa.array(texts, pa.string()))[1]

    def _wrote(self, columns: np.ndarray[Any, np.dtype[np.int64]]) -> sp.csr_array[Any]:
        import numpy as np
        import scipy.sparse as sp

        column = columns[self.author]
        told = (column >= 0) & (self.team[self.paper] <= MOST_AUTHORS)
        ends = (self.paper[told], column[told])
        shape = (len(self.papers), int(columns.max(initial=-1)) + 1)
        matrix = sp.csr_array((np.ones(len(ends[0]), np.float32), ends), shape=shape)
        matrix.sum_duplicates()
        matrix.data[:] = 1
        return matrix


def context(kg: KnowledgeGraph) -> Context:
    """Gather what surrounds the mentions of a graph.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    Context

    Examples
    --------
    >>> import graphkit as gk
    >>> found = context(gk.example())
    >>> found.coauthors.shape
    (44, 173)
    """
    gathered = kg.derived.get(GATHERED, {})
    if "context" not in gathered:
        gathered["context"] = _context(kg)
    found: Context = gathered["context"]
    return found


def _context(kg: KnowledgeGraph) -> Context:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    people = kg.table("authors", as_read=True)
    # Whom matchers told apart bear names that were read already, and no others.
    sources = kg.table("sources", as_read=True)
    made = sources.filter(pc.is_in(sources["format"], pa.array(sorted(MADE))))["id"]
    people = people.filter(pc.invert(pc.is_in(people["source"], made.combine_chunks())))
    people = people.sort_by([("id", "ascending"), ("source", "ascending")])
    rows = kg.table("authorships", as_read=True)
    known = pa.concat_arrays([people["id"].combine_chunks(), rows["author"].combine_chunks()])
    names = pa.concat_arrays(
        [people["name"].combine_chunks(), rows["printed_name"].combine_chunks()]
    )
    authors = pc.unique(known)
    authors = authors.take(pc.sort_indices(authors))
    papers = pc.unique(rows["paper"].combine_chunks())
    papers = papers.take(pc.sort_indices(papers))
    named = pc.is_valid(names)
    firsts = pa.table({"id": known.filter(named), "name": names.filter(named)})
    firsts = firsts.group_by("id", use_threads=False).aggregate([("name", "first")])
    printed = firsts["name_first"].take(pc.index_in(authors, firsts["id"].combine_chunks()))
    position = pc.fill_null(rows["position"], -1).to_numpy().astype(np.int32)
    return Context(
        kg,
        authors,
        papers,
        pc.index_in(rows["author"].combine_chunks(), authors).to_numpy(),
        pc.index_in(rows["paper"].combine_chunks(), papers).to_numpy(),
        position,
        printed.to_pylist(),
    )


def _codes(texts: Any) -> tuple[pa.Array, np.ndarray[Any, np.dtype[np.int64]]]:
    """Distinct texts and the number of each text's; -1 for null."""
    import pyarrow as pa

    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    coded = whole.dictionary_encode()
    return coded.dictionary, coded.indices.fill_null(-1).to_numpy().astype("int64")


def _weighted_words(
    texts: Any, at: np.ndarray[Any, np.dtype[np.int64]], height: int
) -> sp.csr_array[Any]:
    """TF-IDF of texts as a matrix in which text k is row at[k]."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import scipy.sparse as sp

    lists = pc.ascii_split_whitespace(pc.fill_null(pc.utf8_lower(texts), ""))
    # What stands between spaces recurs: each is taken apart once, in half the time.
    printed, token = _codes(pc.list_flatten(lists))
    parts = pc.split_pattern_regex(printed, r"[^\pL\pN]+")
    words, code = _codes(pc.list_flatten(parts))
    column = pa.ListArray.from_arrays(parts.offsets, pa.array(code)).take(pa.array(token))
    row = np.repeat(at, pc.list_value_length(lists).to_numpy())
    row = np.repeat(row, pc.list_value_length(column).to_numpy())
    column = pc.list_flatten(column).to_numpy()
    lengths = pc.utf8_length(words).to_numpy()
    counts = sp.csr_array(
        (np.ones(len(row), np.float32), (row, column)), shape=(height, len(words))
    )
    counts.sum_duplicates()
    papers_of = np.bincount(counts.indices, minlength=len(words))
    told = (papers_of > 1) & (papers_of <= max(COMMON_WORD * height, 2)) & (lengths > 1)
    counts = counts[:, np.flatnonzero(told)]
    counts.data = np.log1p(counts.data)
    counts.data *= np.log(height / papers_of[told]).astype(np.float32)[counts.indices]
    return _rows_of_length_one(counts)


def _rows_of_length_one(matrix: sp.csr_array[Any]) -> sp.csr_array[Any]:
    import numpy as np
    import scipy.sparse as sp

    squares = sp.csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    lengths = np.sqrt(squares.sum(axis=1))
    matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr))
    return matrix


def embedding(matrix: sp.csr_array[Any], dimensions: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Rows of a sparse matrix in few dimensions: a truncated SVD, each row of length 1 or 0.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array
    dimensions : int

    Returns
    -------
    numpy.ndarray of float32
        As many rows as the matrix, at most ``dimensions`` columns; the same on every run.

    References
    ----------
    Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011,
    https://doi.org/10.1137/090771806.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    size = min(dimensions + 8, *matrix.shape)
    if not matrix.nnz:
        return np.zeros((matrix.shape[0], 0), np.float32)
    # Products of a few dozen columns gain nothing from threads, and threads of OpenBLAS that wait
    # for a processor which others use take ten times as long.
    with threadpool_limits(1, "blas"):
        return _embedded(matrix, size, dimensions)


def _embedded(
    matrix: sp.csr_array[Any], size: int, dimensions: int
) -> np.ndarray[Any, np.dtype[np.float32]]:
    import numpy as np

    random = np.random.default_rng(0).standard_normal((matrix.shape[1], size)).astype(np.float32)
    found = matrix @ random
    for _ in range(2):
        found = matrix @ _orthonormal(matrix.T @ _orthonormal(found))
    basis = _orthonormal(found)
    inner = matrix.T @ basis
    turned = np.linalg.eigh(inner.T @ inner)[1][:, ::-1][:, :dimensions]
    # Rows of the matrix seen along its strongest directions.
    points = matrix @ _orthonormal(inner @ turned)
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.maximum(lengths, 1e-9), np.float32)


def _orthonormal(columns: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A basis of the space of some tall columns, by way of their small Gram matrix."""
    import numpy as np

    columns = columns.astype(np.float32)
    values, vectors = np.linalg.eigh((columns.T @ columns).astype(np.float64))
    told = values > 1e-7 * values[-1]
    scale = vectors[:, told] / np.sqrt(values[told])
    return np.asarray(columns @ scale.astype(np.float32), np.float32)
