"""The spellings that may be one person: what is compared with what, in near-linear time.

A node is all mentions of one spelling (names alike but for capitals, accents and hyphens), or a
single mention where only initials are printed, or whatever a register's id names. Two nodes are
compared if they share a block: a surname with a given name, two words in any order, all letters
but one … A block that is too large for all its pairs is cut by coauthors.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit.matchers.context import Context
from graphkit.matchers.names import Name, equivalents, parse

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

    Integers = np.ndarray[Any, np.dtype[np.int64]]

__all__ = ["Spellings", "letters", "pairs_to_compare", "spellings"]

# All pairs of a block of this many nodes are compared; a larger one is cut by coauthors.
LARGEST_BLOCK = 120
# Who has written with more people than this is no evidence for whom another name means.
BUSIEST_COAUTHOR = 300
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
        self, on_papers: sp.csr_array[Any], own: Integers | None = None
    ) -> sp.csr_array[Any]:
        """Nodes × what stands on their papers, counted; each node's own column left out.

        Parameters
        ----------
        on_papers : scipy.sparse.csr_array
            Papers × something.
        own : numpy.ndarray of int64, an author, optional
            The column of each author.
        """
        import numpy as np
        import scipy.sparse as sp

        found = sp.csr_array(self.papers @ on_papers)
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

    told = context.coauthor_keys[context.author] >= 0
    whom = np.stack(
        [context.paper[told], context.coauthor_keys[context.author[told]], context.author[told]]
    )
    whom = np.unique(whom, axis=1)
    again = np.flatnonzero((whom[0, 1:] == whom[0, :-1]) & (whom[1, 1:] == whom[1, :-1]))
    return {int(code) for code in whom[2, np.concatenate([again, again + 1])]}


def pairs_to_compare(
    found: Spellings, touched: np.ndarray[Any, np.dtype[np.bool_]] | None = None
) -> Integers:
    """Pairs of nodes that share a block and could be one person.

    Parameters
    ----------
    found : Spellings
    touched : numpy.ndarray of bool, a node, optional
        Only the pairs in which one of these takes part.

    Returns
    -------
    numpy.ndarray of int64, shape (pairs, 2)
        Sorted, the lower node first, each pair once.
    """
    import numpy as np

    every = np.ones(len(found.names), bool)
    initial = np.array([len(name.first) == 1 for name in found.names], bool)
    parts = [_in_blocks(found, _keys(found, kind), every) for kind in (_words, _slips, _whole)]
    parts.append(_in_blocks(found, _keys(found, _initial), initial))
    parts.append(_in_blocks(found, _with_coauthors(found), every, cut=False))
    pairs = np.unique(np.concatenate(parts), axis=0) if parts else np.empty((0, 2), np.int64)
    if touched is not None:
        pairs = pairs[touched[pairs].any(axis=1)]
    return np.asarray(pairs[_possible(found, pairs)], np.int64)


def _keys(found: Spellings, kind: Callable[[Name], Iterable[str]]) -> tuple[list[str], Integers]:
    import numpy as np

    keys: list[str] = []
    counts = []
    known: dict[Name, list[str]] = {}
    for name in found.names:
        of_name = known.get(name)
        if of_name is None:
            of_name = known[name] = list(dict.fromkeys(kind(name)))
        keys += of_name
        counts.append(len(of_name))
    return keys, np.repeat(np.arange(len(counts)), np.array(counts, np.int64))


def _words(name: Name) -> Iterator[str]:
    """Two full words in any order, given names by what they are short for too."""
    full = [word for word in name.tokens if len(word) > 1][:6]
    for one, other in itertools.combinations(sorted(full), 2):
        yield f"{one} {other}"
    sets = equivalents()
    for word in (*name.given[:3], *name.nicknames):
        for number in sets.get(word, ()):
            yield f"{number} {name.family}"
    for word in name.nicknames:
        yield " ".join(sorted((word, name.family)))
    if len(name.first) > 2:
        yield f"{name.first[:3]}* {name.family}"


def _slips(name: Name) -> Iterator[str]:
    """All letters but one, in the given name or the surname."""
    if len(name.first) > 1:
        if len(name.family) > 3:
            for word in _but_one(name.family):
                yield f"{name.first}|{word}"
        if len(name.first) > 3:
            for word in _but_one(name.first):
                yield f"{word}/{name.family}"


def _whole(name: Name) -> Iterator[str]:
    """All letters without spaces, umlauts written out or not, and all but one of them."""
    whole = letters(name)
    yield whole
    if len(whole) > 7:
        yield from _but_one(whole)
    if name.given:
        yield "".join((name.family, *name.given))


def letters(name: Name) -> str:
    """A name without spaces, umlauts written out or not."""
    words = name.key
    for pair, short in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ij", "y")):
        words = words.replace(pair, short)
    return words.replace(" ", "")


def _initial(name: Name) -> Iterator[str]:
    """Surname and first initial."""
    if name.given:
        yield f"{name.first[0]} {name.family}"


def _but_one(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _with_coauthors(found: Spellings) -> tuple[list[str], Integers]:
    """Surname or given name, each with a coauthor."""
    import numpy as np

    busy = np.bincount(found.coauthors.indices, minlength=found.coauthors.shape[1])
    told = busy[found.coauthors.indices] <= BUSIEST_COAUTHOR
    node = np.repeat(np.arange(len(found.names)), np.diff(found.coauthors.indptr))[told]
    whom = found.coauthors.indices[told]
    keys, nodes = [], []
    for at, coauthor in zip(node.tolist(), whom.tolist(), strict=True):
        name = found.names[at]
        keys.append(f"{name.family} {coauthor}")
        nodes.append(at)
        if len(name.first) > 1:
            keys.append(f"{name.first}, {coauthor}")
            nodes.append(at)
    return keys, np.array(nodes, np.int64)


def _in_blocks(
    found: Spellings,
    keyed: tuple[list[str], Integers],
    wanted: np.ndarray[Any, np.dtype[np.bool_]],
    *,
    cut: bool = True,
) -> Integers:
    """All pairs of nodes with a common key, one of them wanted; large blocks cut by coauthors."""
    import numpy as np
    import pyarrow as pa

    keys, nodes = keyed
    code = pa.array(keys, pa.string()).dictionary_encode().indices.to_numpy().astype(np.int64)
    return _pairs(found, code, nodes, wanted, cut)


def _pairs(
    found: Spellings,
    code: Integers,
    nodes: Integers,
    wanted: np.ndarray[Any, np.dtype[np.bool_]],
    cut: bool,
) -> Integers:
    import numpy as np

    some = np.bincount(code, weights=wanted[nodes], minlength=1)[code] > 0
    code, nodes = code[some], nodes[some]
    size = np.bincount(code, minlength=1)[code]
    parts = []
    if cut and (size > LARGEST_BLOCK).any():
        large = size > LARGEST_BLOCK
        parts.append(_cut(found, code[large], nodes[large], wanted))
    fits = (size > 1) & (size <= LARGEST_BLOCK)
    code, nodes, size = code[fits], nodes[fits], size[fits]
    order = np.lexsort((nodes, code))
    code, nodes, size = code[order], nodes[order], size[order]
    # Each with those behind it in its block.
    first = np.concatenate([[True], code[1:] != code[:-1]]) if len(code) else np.empty(0, bool)
    start = np.flatnonzero(first)
    rank = np.arange(len(code)) - np.repeat(start, size[start])
    behind = size - 1 - rank
    left = np.repeat(np.arange(len(code)), behind)
    step = np.arange(len(left)) - np.repeat(np.cumsum(behind) - behind, behind)
    one, other = nodes[left], nodes[left + 1 + step]
    told = (wanted[one] | wanted[other]) & (one != other)
    parts.append(np.stack([one[told], other[told]], axis=1))
    return np.concatenate(parts)


def _cut(
    found: Spellings,
    code: Integers,
    nodes: Integers,
    wanted: np.ndarray[Any, np.dtype[np.bool_]],
) -> Integers:
    import numpy as np

    known = found.coauthors[nodes]
    finer = np.repeat(code, np.diff(known.indptr)) * found.coauthors.shape[1] + known.indices
    finer = np.unique(finer, return_inverse=True)[1]
    return _pairs(found, finer, np.repeat(nodes, np.diff(known.indptr)), wanted, False)


def _possible(found: Spellings, pairs: Integers) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Not on one paper, not told apart by a suffix, a number or a register, in one script."""
    import numpy as np

    told = np.ones(len(pairs), bool)
    scripts = [name.script for name in found.names]
    for texts in ([name.suffix for name in found.names], found.register, scripts):
        codes = np.unique(["", *texts], return_inverse=True)[1][1:]
        one, other = codes[pairs[:, 0]], codes[pairs[:, 1]]
        if texts is scripts:
            told &= one == other
        elif texts is found.register:
            told &= (one != other) | (one == 0)
        else:
            told &= (one == other) | (one == 0) | (other == 0)
    left = np.flatnonzero(told)
    for at in range(0, len(left), 100_000):
        some = left[at : at + 100_000]
        both = found.sheets[pairs[some, 0]].multiply(found.sheets[pairs[some, 1]]).sum(axis=1)
        told[some] = np.asarray(both).ravel() == 0
    return np.asarray(told, bool)
