"""Mentions of people by spelling: the nodes that are compared and joined.

A node is all mentions of one spelling (names alike but for capitals, accents and hyphens), or a
single mention where one initial is all that is printed, or whatever a register's id names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit.matchers.context import Context
from graphkit.matchers.names import Name, parse

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

    Integers = np.ndarray[Any, np.dtype[np.int64]]

__all__ = ["Spellings", "spellings"]

MINTED = "author:"


@dataclass(frozen=True)
class Spellings:
    """Mentions by spelling.

    Attributes
    ----------
    context : Context
    names : list of Name
        A node's name.
    author : numpy.ndarray of int64, a node
        The author id of the node with most mentions: a code into ``context.authors``.
    register : list of str, a node
        What keeps one node apart from all others that have it: ``orcid``, ``openalex``, a name
        that one source gives to several ids; empty for names alone.
    node_of_author : numpy.ndarray of int64, an author
        The node; -1 for those whose name is none and those whose mentions are nodes each.
    node_of_row : numpy.ndarray of int64, a row of ``authorships``
        The node, or -1.
    single : numpy.ndarray of bool, a node
        Whether it is one mention of initials.
    """

    context: Context
    names: list[Name]
    author: Integers
    register: list[str]
    node_of_author: Integers
    node_of_row: Integers
    single: np.ndarray[Any, np.dtype[np.bool_]]

    @cached_property
    def last_row(self) -> Integers:
        """The last row of ``authorships`` of each node (a single mention has no other)."""
        import numpy as np

        rows = np.full(len(self.names), -1)
        told = np.flatnonzero(self.node_of_row >= 0)
        rows[self.node_of_row[told]] = told
        return rows

    @cached_property
    def family(self) -> Integers:
        """The surname of each node, as a number."""
        return _codes([name.family for name in self.names])

    @cached_property
    def first(self) -> Integers:
        """The first given name of each node, as a number; -1 for an initial or none."""
        return _codes([name.first if len(name.first) > 1 else None for name in self.names])

    @cached_property
    def papers(self) -> sp.csr_array[Any]:
        """Nodes × papers: 1 where a mention of the node stands on the paper."""
        import numpy as np

        return self._mentioned(self.context.paper.astype(np.int64), len(self.context.papers))

    @cached_property
    def sheets(self) -> sp.csr_array[Any]:
        """As `papers`, each paper once a source: two authors on one sheet are two people."""
        import numpy as np

        source = self.context.kg.table("authorships", as_read=True)["source"].combine_chunks()
        number = source.dictionary_encode().indices.to_numpy().astype(np.int64)
        known, sheet = np.unique(
            number * len(self.context.papers) + self.context.paper, return_inverse=True
        )
        return self._mentioned(sheet, len(known))

    def _mentioned(self, column: Integers, width: int) -> sp.csr_array[Any]:
        import numpy as np
        import scipy.sparse as sp

        told = self.node_of_row >= 0
        ends = (self.node_of_row[told], column[told])
        shape = (len(self.names), width)
        matrix = sp.csr_array((np.ones(len(ends[0]), np.float32), ends), shape=shape)
        matrix.sum_duplicates()
        matrix.data[:] = 1
        return matrix

    def around(
        self,
        on_papers: sp.csr_array[Any],
        own: Integers | None = None,
        nodes: Integers | None = None,
    ) -> sp.csr_array[Any]:
        """Nodes × what stands on their papers, counted; each node's own column left out.

        Parameters
        ----------
        on_papers : scipy.sparse.csr_array
            Papers × something.
        own : numpy.ndarray of int64, an author, optional
            The column of each author.
        nodes : numpy.ndarray of int64, optional
            Those whose rows are wanted; the others' stay empty.
        """
        import numpy as np
        import scipy.sparse as sp

        papers = self.papers
        if nodes is not None:
            kept = np.zeros(papers.shape[0], np.float32)
            kept[nodes] = 1
            papers = sp.csr_array(sp.diags_array(kept) @ papers)
            papers.eliminate_zeros()
        found = sp.csr_array(papers @ on_papers)
        if own is not None:
            node = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
            found.data[found.indices == own[self.author][node]] = 0
            found.eliminate_zeros()
        found.sort_indices()
        return found

    @cached_property
    def coauthors(self) -> sp.csr_array[Any]:
        """Nodes × coauthors, the number of common papers."""
        return self.around(self.context.coauthors, self.context.coauthor_keys)

    @cached_property
    def loose_coauthors(self) -> sp.csr_array[Any]:
        """As `coauthors`, by surname and first initial."""
        return self.around(self.context.loose_coauthors, self.context.loose_keys)


def spellings(context: Context, orcids: Sequence[str | None]) -> Spellings:
    """Put mentions of one spelling, or of one ORCID, together.

    Parameters
    ----------
    context : Context
    orcids : sequence of str or None, an author
        The ORCID by which each author is known.

    Returns
    -------
    Spellings
    """
    import numpy as np

    names: list[Name] = []
    author: list[int] = []
    register: list[str] = []
    single: list[bool] = []
    most: list[int] = []
    node_of_author = np.full(len(context.authors), -1)
    node_of_row = np.full(len(context.author), -1)
    rows = _rows_of(context.author, len(context.authors))
    by_spelling: dict[object, int] = {}
    shared = _ids_side_by_side(context)
    apart = _told_apart(context)
    people = zip(context.authors.to_pylist(), context.names, orcids, strict=True)
    for code, (entity, name, orcid) in enumerate(people):
        if name is None:
            continue
        mentions = rows(code)
        minted = entity.startswith(MINTED) and orcid is None and code not in apart
        if minted and name.bare and len(name.given) < 2 and len(mentions):
            node_of_row[mentions] = np.arange(len(names), len(names) + len(mentions))
            names += [name] * len(mentions)
            author += [code] * len(mentions)
            register += [""] * len(mentions)
            single += [True] * len(mentions)
            most += [1] * len(mentions)
            continue
        alike = (name.key, name.suffix, name.number, name.nicknames)
        own = not minted or code in shared
        node = by_spelling.setdefault((orcid or entity) if own else alike, len(names))
        if node == len(names):
            names.append(name)
            author.append(code)
            register.append(apart.get(code) or _register(entity, orcid))
            single.append(False)
            most.append(len(mentions))
        elif len(mentions) > most[node]:
            author[node], most[node], names[node] = code, len(mentions), name
        node_of_author[code] = node
        node_of_row[mentions] = node
    return Spellings(
        context,
        names,
        np.array(author, np.int64),
        register,
        node_of_author,
        node_of_row,
        np.array(single, bool),
    )


def _codes(texts: list[str | None]) -> Integers:
    import numpy as np
    import pyarrow as pa

    codes = pa.array(texts, pa.string()).dictionary_encode().indices
    return np.asarray(codes.fill_null(-1).to_numpy(), np.int64)


def _register(entity: str, orcid: str | None) -> str:
    if orcid:
        return "orcid"
    return "" if entity.startswith(MINTED) else entity.partition(":")[0]


def _told_apart(context: Context) -> dict[int, str]:
    """Authors to whom one source gives one name and several ids: namesakes that it knows of."""
    import pyarrow as pa
    import pyarrow.compute as pc

    people = context.kg.table("authors", as_read=True)
    minted = people.filter(pc.starts_with(people["id"], MINTED))
    same = minted.group_by(["name", "source"]).aggregate([("id", "count_distinct")])
    same = same.filter(pc.and_(pc.greater(same["id_count_distinct"], 1), pc.is_valid(same["name"])))
    names = minted.filter(pc.is_in(minted["name"], same["name"].combine_chunks()))
    codes = pc.index_in(names["id"].combine_chunks(), pa.array(context.authors)).to_pylist()
    return {
        code: f"{source} {parse(name)}"
        for code, name, source in zip(
            codes, names["name"].to_pylist(), names["source"].to_pylist(), strict=True
        )
        if parse(name) is not None
    }


def _rows_of(author: Any, authors: int) -> Callable[[int], Integers]:
    import numpy as np

    order = np.argsort(author, kind="stable")
    starts = np.searchsorted(author[order], np.arange(authors + 1))
    return lambda code: order[starts[code] : starts[code + 1]]


def _ids_side_by_side(context: Context) -> set[int]:
    """Authors who stand on a paper beside another id of the same spelling."""
    import numpy as np

    key = context.coauthor_keys[context.author]
    told = np.flatnonzero(key >= 0)
    page = context.paper[told].astype(np.int64) * (int(key.max(initial=0)) + 1) + key[told]
    order = np.lexsort((context.author[told], page))
    page, author = page[order], context.author[told][order]
    again = np.flatnonzero((page[1:] == page[:-1]) & (author[1:] != author[:-1]))
    return {int(code) for code in author[np.concatenate([again, again + 1])]}
