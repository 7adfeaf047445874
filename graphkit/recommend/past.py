"""What was known before a year: who wrote what, when, with whom, where, and in which words.

All rankings read a `Past` and nothing else, so that one made for an earlier year cannot see
what came later: that is how methods are trained and compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit.network.incidence import Incidence, ends_of, incidence_of, objects, values
from graphkit.recommend.profiles import TextIndex, text_index, unit_rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

__all__ = ["MOST_AUTHORS", "Corpus", "Past", "Ties", "corpus_of"]

# A paper by more people says little of who works with whom.
MOST_AUTHORS = 30


@dataclass(frozen=True, eq=False)
class Ties:
    """The papers behind each tie, a row for each pair of authors on each paper.

    Attributes
    ----------
    first, second : numpy.ndarray of int, shape (m,)
        Rows of the authors of each tie, ``first < second``, ascending.
    tie : numpy.ndarray of int, shape (r,)
        The tie that a pair on a paper belongs to.
    paper : numpy.ndarray of int, shape (r,)
    """

    first: Rows
    second: Rows
    tie: Rows
    paper: Rows

    def matrix(self, weights: Floats, authors: int) -> sparse.csr_array:
        """Symmetric, with a weight for each tie, shape (n, n)."""
        import numpy as np
        from scipy import sparse

        ends = (np.append(self.first, self.second), np.append(self.second, self.first))
        return sparse.csr_array((np.append(weights, weights), ends), shape=(authors, authors))


@dataclass(frozen=True, eq=False)
class Past:
    """The papers before a year.

    Attributes
    ----------
    year : int
        The first year that is not known.
    authors : numpy.ndarray of int, shape (n,)
        Rows of the corpus, ascending, of those who wrote before.
    wrote : scipy.sparse.csr_array of float64, shape (n, p)
        1 where an author wrote a paper.
    years : numpy.ndarray of float64, shape (p,)
    events : numpy.ndarray of int, shape (p,)
        Code of the event or journal and year of each paper; -1 where unknown.
    venues : numpy.ndarray of int, shape (p,)
        The same without the year.
    ends : pair of numpy.ndarray of int, shape (p,)
        First and last author of each paper, -1 where unknown.
    worked : tuple of three numpy.ndarray of int, shape (a,)
        Author, paper and code of the organization of each affiliation.
    text : TextIndex
    """

    year: int
    authors: Rows
    wrote: sparse.csr_array
    years: Floats
    events: Rows
    venues: Rows
    ends: tuple[Rows, Rows]
    worked: tuple[Rows, Rows, Rows]
    text: TextIndex

    def __len__(self) -> int:
        return len(self.authors)

    @cached_property
    def team(self) -> Floats:
        """Authors of each paper, shape (p,)."""
        import numpy as np

        return np.bincount(self.wrote.indices, minlength=self.wrote.shape[1]).astype(np.float64)

    @cached_property
    def age(self) -> Floats:
        """Years between each paper and the last year that is known, shape (p,)."""
        found: Floats = self.year - 1 - self.years
        return found

    @cached_property
    def career(self) -> Floats:
        """Years between the first paper of each author and the last year known, shape (n,)."""
        import numpy as np

        oldest = np.zeros(len(self))
        rows = np.repeat(np.arange(len(self)), np.diff(self.wrote.indptr))
        np.maximum.at(oldest, rows, self.age[self.wrote.indices])
        return oldest

    @cached_property
    def ties(self) -> Ties:
        """Who wrote with whom, and on which papers."""
        import numpy as np

        by_paper = self.wrote.T.tocsr()
        by_paper.sort_indices()
        sizes = np.diff(by_paper.indptr)
        one, other, paper = [], [], []
        for size in np.unique(sizes[sizes > 1]):
            papers = np.flatnonzero(sizes == size)
            people = by_paper.indices[by_paper.indptr[papers][:, None] + np.arange(size)]
            left, right = np.triu_indices(size, 1)
            one.append(people[:, left].ravel())
            other.append(people[:, right].ravel())
            paper.append(np.repeat(papers, len(left)))
        if not one:
            none = np.empty(0, np.intp)
            return Ties(none, none, none, none)
        codes = np.concatenate(one).astype(np.intp) * len(self) + np.concatenate(other)
        distinct, tie = np.unique(codes, return_inverse=True)
        return Ties(distinct // len(self), distinct % len(self), tie, np.concatenate(paper))

    def tie_weights(self, decay: float = 1.0, *, newman: bool = True) -> Floats:
        """Weight of each of `ties`: the sum of what their papers say.

        Parameters
        ----------
        decay : float
            A paper counts so much less for each year that has passed.
        newman : bool
            Whether a paper by n people counts 1/(n-1).

        Returns
        -------
        numpy.ndarray of float64, shape (m,)
        """
        import numpy as np

        weight = decay**self.age / ((self.team - 1).clip(1) if newman else 1.0)
        found: Floats = np.bincount(
            self.ties.tie, weight[self.ties.paper], len(self.ties.first)
        ).astype(np.float64)
        return found

    @cached_property
    def coauthors(self) -> sparse.csr_array:
        """1 for each pair of coauthors, shape (n, n)."""
        import numpy as np

        return self.ties.matrix(np.ones(len(self.ties.first)), len(self))

    def recent(self, decay: float) -> sparse.csr_array:
        """`wrote`, each paper counting so much less for each year that has passed."""
        import numpy as np
        from scipy import sparse

        data = (decay**self.age)[self.wrote.indices].astype(np.float64)
        return sparse.csr_array((data, self.wrote.indices, self.wrote.indptr), self.wrote.shape)

    def employers(self, decay: float) -> sparse.csr_array:
        """Where each author worked, shape (n, organizations), rows of length 1 (or 0).

        Parameters
        ----------
        decay : float
            A paper counts so much less for each year that has passed.
        """
        from scipy import sparse

        authors, papers, places = self.worked
        shape = (len(self), int(places.max(initial=0)) + 1)
        weight = decay ** self.age[papers]
        return unit_rows(sparse.csr_array((weight, (authors, places)), shape=shape))

    @cached_property
    def derived(self) -> dict[str, Any]:
        """What methods have made of this past, by name; it never goes stale."""
        return {}

    def before(self, year: int) -> Past:
        """What was known before an earlier year; the same where that is no earlier.

        Parameters
        ----------
        year : int

        Returns
        -------
        Past
            Nothing in it depends on later papers. It is made once.
        """
        if year >= self.year:
            return self
        if (name := f"before {year}") not in self.derived:
            self.derived[name] = self._before(year)
        found: Past = self.derived[name]
        return found

    def _before(self, year: int) -> Past:
        import numpy as np
        from scipy import sparse

        papers = np.flatnonzero(self.years < year)
        wrote = self.wrote[:, papers]
        authors = np.flatnonzero(np.diff(wrote.indptr))
        row_of = np.full(len(self) + 1, -1)
        row_of[authors] = np.arange(len(authors))
        column_of = np.full(len(self.years), -1)
        column_of[papers] = np.arange(len(papers))
        worked = column_of[self.worked[1]] >= 0
        return Past(
            year=year,
            authors=self.authors[authors],
            wrote=sparse.csr_array(wrote[authors]),
            years=self.years[papers],
            events=self.events[papers],
            venues=self.venues[papers],
            ends=(row_of[self.ends[0][papers]], row_of[self.ends[1][papers]]),
            worked=(
                row_of[self.worked[0][worked]],
                column_of[self.worked[1][worked]],
                self.worked[2][worked],
            ),
            text=self.text.only(papers),
        )

    def new_ties(self, past: Past, years: int = 2) -> sparse.csr_array:
        """Who of those known before an earlier year first wrote together in the years from it on.

        Parameters
        ----------
        past : Past
            `before` that year.
        years : int

        Returns
        -------
        scipy.sparse.csr_array of float64, shape (n, n)
            By rows of the earlier past; 1 for each new pair, symmetric.
        """
        return _absent(self.joint(past, years), past.coauthors)

    def joint(self, past: Past, years: int = 2) -> sparse.csr_array:
        """Who of those known before a year wrote together, again or first, from it on."""
        import numpy as np
        from scipy import sparse

        papers = np.flatnonzero((self.years >= past.year) & (self.years < past.year + years))
        known = np.searchsorted(self.authors, past.authors)
        wrote = sparse.csr_array(self.wrote[known][:, papers])
        matrix = sparse.csr_array(wrote @ wrote.T)
        matrix.setdiag(0)
        matrix.eliminate_zeros()
        matrix.data[:] = 1
        return matrix


@dataclass(frozen=True, eq=False)
class Corpus:
    """All papers of a graph that say who wrote them.

    Attributes
    ----------
    ids : pyarrow.StringArray, length n
        Ids of the authors.
    whole : Past
        All papers by at most `MOST_AUTHORS` people; those without a year count as the last.
    """

    ids: pa.StringArray
    whole: Past


def _absent(matrix: sparse.csr_array, known: sparse.csr_array) -> sparse.csr_array:
    """The entries of one matrix of ones that another has not."""
    from scipy import sparse

    left = sparse.csr_array(matrix - matrix.multiply(known))
    left.eliminate_zeros()
    left.sort_indices()
    return left


def corpus_of(kg: KnowledgeGraph) -> Corpus:
    """What rankings read of a graph; made once.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    Corpus

    Examples
    --------
    >>> import graphkit as gk
    >>> corpus = corpus_of(gk.example())
    >>> corpus.whole.wrote.shape[1]
    44
    """
    if "recommend.corpus" not in kg.derived:
        kg.derived["recommend.corpus"] = _read(kg)
    found: Corpus = kg.derived["recommend.corpus"]
    return found


def _read(kg: KnowledgeGraph) -> Corpus:
    import numpy as np
    from scipy import sparse

    incidence = incidence_of(kg)
    years = np.asarray(values(kg, "papers", "year", incidence.papers).to_pandas(), np.float64)
    last = int(np.nanmax(years)) if np.isfinite(years).any() else 0
    years = np.where(np.isfinite(years), years, last)
    team = np.bincount(incidence.matrix.indices, minlength=len(years))
    papers = np.flatnonzero(team <= MOST_AUTHORS)
    events, venues = _places(kg, incidence.papers, years)
    first, last_author = ends_of(kg, incidence)
    text = text_index(kg)
    whole = Past(
        year=last + 1,
        authors=np.arange(len(incidence.nodes)),
        wrote=sparse.csr_array(incidence.matrix[:, papers]),
        years=years[papers],
        events=events[papers],
        venues=venues[papers],
        ends=(first[papers], last_author[papers]),
        worked=_affiliations(kg, incidence, papers),
        text=text.only(papers),
    )
    return Corpus(incidence.nodes, whole)


def _affiliations(
    kg: KnowledgeGraph, incidence: Incidence, papers: Rows
) -> tuple[Rows, Rows, Rows]:
    """Who worked where by which paper: organizations of the graph, and others as printed."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    links, printed = kg.table("affiliations"), kg.table("authorships")
    authors = pa.chunked_array([*links["author"].chunks, *printed["author"].chunks], pa.string())
    on = pa.chunked_array([*links["paper"].chunks, *printed["paper"].chunks], pa.string())
    spelt = pc.utf8_lower(printed["affiliation"])
    places = pa.chunked_array([*links["organization"].chunks, *spelt.chunks], pa.string())
    row = pc.index_in(authors, value_set=incidence.nodes).fill_null(-1).to_numpy()
    column = pc.index_in(on, value_set=incidence.papers.take(papers)).fill_null(-1).to_numpy()
    told = pc.greater(pc.binary_length(places), 0).fill_null(False).to_numpy()
    known = (row >= 0) & (column >= 0) & told
    code = places.filter(pa.array(known)).combine_chunks().dictionary_encode().indices.to_numpy()
    return row[known].astype(np.intp), column[known].astype(np.intp), code.astype(np.intp)


def _places(kg: KnowledgeGraph, papers: pa.StringArray, years: Floats) -> tuple[Rows, Rows]:
    """Codes of where each paper appeared: with the year, and without."""
    import numpy as np

    event, journal = (objects(values(kg, "papers", c, papers)) for c in ("event", "journal"))
    place = np.where(event != "", event, journal)
    # "venue:WS_2010" and "venue:WS_2011" are one series.
    distinct, code = np.unique(place.astype(str), return_inverse=True)
    venues = _codes(np.array([re.sub(r"\d+", "", name).strip("_ ") for name in distinct], object))
    events = np.unique(np.stack([code, years], axis=1), axis=0, return_inverse=True)[1].ravel()
    return np.where(place == "", -1, events), np.where(place == "", -1, venues[code])


def _codes(texts: NDArray[np.object_]) -> Rows:
    import numpy as np

    return np.unique(texts.astype(str), return_inverse=True)[1]
