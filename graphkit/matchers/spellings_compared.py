"""Which spellings are compared with which, in near-linear time.

Two nodes are compared if they share a block: a surname with a given name, two words in any order,
all letters but one … A block that is too large for all its pairs is cut by coauthors.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from graphkit.matchers.names import Name, equivalents
from graphkit.matchers.spellings import Spellings

if TYPE_CHECKING:
    import numpy as np

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Mask = np.ndarray[Any, np.dtype[np.bool_]]

__all__ = ["letters", "pairs_to_compare"]

# All pairs of a block of this many nodes are compared; a larger one is cut by coauthors.
LARGEST_BLOCK = 120
# Who has written with more people than this is no evidence for whom another name means.
BUSIEST_COAUTHOR = 300


def pairs_to_compare(
    found: Spellings, touched: Mask | None = None, among: Mask | None = None
) -> Integers:
    """Pairs of nodes that share a block and could be one person.

    Parameters
    ----------
    found : Spellings
    touched : numpy.ndarray of bool, a node, optional
        Only the pairs in which one of these takes part.
    among : numpy.ndarray of bool, a node, optional
        Only pairs of these; by default whatever may share a block with one of ``touched``.

    Returns
    -------
    numpy.ndarray of int64, shape (pairs, 2)
        Sorted, the lower node first, each pair once.
    """
    import numpy as np

    wanted = np.ones(len(found.names), bool) if touched is None else touched
    sharing = among
    if among is None and touched is not None:
        sharing, among = _like(found, touched)
    near = np.arange(len(found.names)) if sharing is None else np.flatnonzero(sharing)
    initial = np.array([len(name.first) == 1 for name in found.names], bool)
    parts = [_in_blocks(found, _keys(found, near, kind), wanted) for kind in KINDS]
    initials = _in_blocks(found, _keys(found, near, _initial), initial, wanted)
    parts += [initials, *_with_coauthors(found, wanted, among)]
    ends = np.sort(np.concatenate(parts), axis=1)
    known = np.unique(ends[:, 0] * len(found.names) + ends[:, 1])
    pairs = np.stack(np.divmod(known, max(len(found.names), 1)), axis=1)
    pairs = pairs[wanted[pairs].any(axis=1)]
    return np.asarray(pairs[_possible(found, pairs)], np.int64)


def _like(found: Spellings, touched: Mask) -> tuple[Mask, Mask]:
    """The nodes that may share a block with a touched one, and those of a like name at all.

    A like name has a surname, or a given name and the first letter of the surname, or all
    letters in common; coauthors in common bring these together too.
    """
    import numpy as np

    families: set[str] = set()
    words: set[str] = set()
    beside: dict[str, set[object]] = defaultdict(set)
    for name in {found.names[node] for node in np.flatnonzero(touched)}:
        families |= {name.family, *name.nicknames, f"{name.first} {name.family[0]}", letters(name)}
        every = {*name.tokens, *name.nicknames}
        words |= every
        for word in every:
            beside[word] |= every - {word}
        beside[name.family] |= _beside_surname(name)
    sharing: dict[Name, bool] = {}
    known: dict[Name, bool] = {}
    for name in set(found.names):
        every = {*name.tokens, *name.nicknames}
        near = f"{name.first} {name.family[0]}" in families or letters(name) in families
        sharing[name] = near or any(
            not theirs.isdisjoint(
                (every | _beside_surname(name) if word == name.family else every) - {word}
            )
            for word in every
            if (theirs := beside.get(word))
        )
        known[name] = near or name.family in words or not families.isdisjoint(every)
    return tuple(  # type: ignore[return-value]
        np.array([told[name] for name in found.names], bool) for told in (sharing, known)
    )


def _beside_surname(name: Name) -> set[object]:
    """What of the given names brings two of one surname together in some block."""
    sets = equivalents()
    numbers = (sets.get(word, ()) for word in (*name.given[:3], *name.nicknames))
    # The initial, and what a slip in the first letter leaves.
    return {f"{name.first[:1]}.", f"-{name.first[1:]}", f"-{name.first}"}.union(*numbers)


def _keys(
    found: Spellings, nodes: Integers, kind: Callable[[Name], Iterable[str]]
) -> tuple[list[str], Integers]:
    import numpy as np

    keys: list[str] = []
    counts = []
    known: dict[Name, list[str]] = {}
    for name in map(found.names.__getitem__, nodes.tolist()):
        of_name = known.get(name)
        if of_name is None:
            of_name = known[name] = list(dict.fromkeys(kind(name)))
        keys += of_name
        counts.append(len(of_name))
    return keys, np.repeat(nodes, np.array(counts, np.int64))


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


def _with_coauthors(found: Spellings, wanted: Mask, among: Mask | None) -> Iterator[Integers]:
    """Pairs of nodes with a surname or a given name and a coauthor in common.

    One's given name may be the surname of the other: "B. Srinivas", "Srinivas Bangalore".
    """
    import numpy as np
    import pyarrow as pa

    known = found.coauthors
    busy = np.bincount(known.indices, minlength=known.shape[1])
    node = np.repeat(np.arange(len(found.names)), np.diff(known.indptr))
    told = busy[known.indices] <= BUSIEST_COAUTHOR
    if among is not None:
        told &= among[node]
    node, whom = node[told], known.indices[told].astype(np.int64)
    families = [name.family for name in found.names]
    firsts = [name.first if len(name.first) > 1 else None for name in found.names]
    coded = pa.array([*families, *firsts], pa.string()).dictionary_encode().indices
    words = coded.fill_null(-1).to_numpy().astype(np.int64).reshape(2, -1)
    word, node, whom = words[:, node].ravel(), np.tile(node, 2), np.tile(whom, 2)
    named = word >= 0
    code = np.unique(word[named] * known.shape[1] + whom[named], return_inverse=True)[1]
    yield _pairs(found, code, node[named], wanted, False)


KINDS = (_words, _slips, _whole)


def _in_blocks(
    found: Spellings,
    keyed: tuple[list[str], Integers],
    wanted: Mask,
    held: Mask | None = None,
) -> Integers:
    """All pairs of nodes with a common key, one of them wanted; large blocks cut by coauthors.

    Blocks that hold nothing of what is to be held are left out.
    """
    import numpy as np
    import pyarrow as pa

    keys, nodes = keyed
    code = pa.array(keys, pa.string()).dictionary_encode().indices.to_numpy().astype(np.int64)
    if held is not None:
        some = np.bincount(code, weights=held[nodes], minlength=1)[code] > 0
        code, nodes = code[some], nodes[some]
    return _pairs(found, code, nodes, wanted, True)


def _pairs(
    found: Spellings,
    code: Integers,
    nodes: Integers,
    wanted: Mask,
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
    wanted: Mask,
) -> Integers:
    import numpy as np

    known = found.coauthors[nodes]
    finer = np.repeat(code, np.diff(known.indptr)) * found.coauthors.shape[1] + known.indices
    finer = np.unique(finer, return_inverse=True)[1]
    return _pairs(found, finer, np.repeat(nodes, np.diff(known.indptr)), wanted, False)


def _possible(found: Spellings, pairs: Integers) -> Mask:
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
