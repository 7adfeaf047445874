"""How alike two spellings are, in name and in company: the numbers that the model weighs.

None of them is a word or a name of one corpus: shapes of names, how many others bear them, and
how much the coauthors, texts, venues and years of two nodes have in common.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphkit.matchers.company import COMPANY, common, company, least_and_most, rows_cosine, unit
from graphkit.matchers.names import Name, equivalents
from graphkit.matchers.pinyin import is_pinyin
from graphkit.matchers.spellings import Spellings
from graphkit.matchers.spellings_compared import letters

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float32]]
    Integers = np.ndarray[Any, np.dtype[np.int64]]

__all__ = ["FEATURES", "SHAPE", "affiliation_odds", "features", "namesake_odds", "shape"]

SHAPE = (
    "first_equal", "first_initial", "first_equivalent", "first_prefix", "first_winkler",
    "first_edits", "middle_equal", "middle_initial", "middle_conflict", "middle_missing",
    "middle_is_first", "family_equal", "family_winkler", "family_edits", "family_inside",
    "swapped", "letters_equal", "letters_edits", "letters_winkler", "letters", "words_less",
    "words_more", "bare", "pinyin_differs",
)  # fmt: skip
AMBIGUITY = (
    "family_bearers_least", "family_bearers_most", "fitting_givens", "given_families_least",
    "given_families_most", "expected_bearers_least", "expected_bearers_most",
)  # fmt: skip
FEATURES = (*SHAPE, *AMBIGUITY, *COMPANY)


def features(found: Spellings, pairs: Integers) -> Floats:
    """The likeness of pairs of nodes.

    Parameters
    ----------
    found : Spellings
    pairs : numpy.ndarray of int64, shape (pairs, 2)

    Returns
    -------
    numpy.ndarray of float32, shape (pairs, features)
        Columns as in `FEATURES`; NaN where a side tells nothing.
    """
    import numpy as np

    if not len(pairs):
        return np.empty((0, len(FEATURES)), np.float32)
    return np.hstack([_shapes(found, pairs), _ambiguity(found, pairs), company(found, pairs)])


def affiliation_odds(found: Spellings, pairs: Integers) -> Floats:
    """What affiliations say of pairs of nodes, as a factor of the odds that they are one person.

    Parameters
    ----------
    found : Spellings
    pairs : numpy.ndarray of int64, shape (pairs, 2)

    Returns
    -------
    numpy.ndarray of float32, shape (pairs,)
        1 where a side has no affiliation. The model's labels come from a corpus without
        affiliations, so these few numbers are set by hand: people move, so that different
        ones say little and a common rare one much.
    """
    import numpy as np
    import scipy.sparse as sp

    told = np.flatnonzero(found.node_of_row >= 0)
    ends = (found.node_of_row[told], told)
    shape = (len(found.names), len(found.node_of_row))
    rows = sp.csr_array((np.ones(len(told), np.float32), ends), shape=shape)
    alike = rows_cosine(unit((rows @ found.context.affiliations).tocsr()), pairs)
    odds = np.where(alike < 0.1, 0.6, 1 + 9 * alike)
    return np.where(np.isnan(alike), 1, odds).astype(np.float32)


def namesake_odds(found: Spellings, pairs: Integers) -> Floats:
    """What it says that registers tell namesakes apart, as a factor of the odds.

    Parameters
    ----------
    found : Spellings
    pairs : numpy.ndarray of int64, shape (pairs, 2)

    Returns
    -------
    numpy.ndarray of float32, shape (pairs,)
        1 over the number of people of one name and register, of whom the other end can be
        but one; a hundredth of that where they have no coauthor in common.
    """
    import numpy as np

    known: Counter[tuple[str, str]] = Counter()
    labels = [(n.key, r) for n, r in zip(found.names, found.register, strict=True)]
    known.update(label for label in labels if label[1])
    alike = np.array([max(known[label], 1) for label in labels], np.float32)[pairs].max(axis=1)
    stranger = (alike > 1) & (common(found.coauthors, pairs) == 0)
    return np.asarray(np.where(stranger, 0.01, 1) / alike, np.float32)


# -- names ----------------------------------------------------------------------------------


def _shapes(found: Spellings, pairs: Integers) -> Floats:
    import numpy as np

    known: dict[tuple[Name, Name], list[float]] = {}
    rows = []
    for one, other in pairs.tolist():
        ends = found.names[one], found.names[other]
        row = known.get(ends)
        if row is None:
            row = known[ends] = shape(*ends)
        rows.append(row)
    return np.array(rows, np.float32)


def shape(a: Name, b: Name) -> list[float]:
    """How two names differ; columns as in `SHAPE`."""
    from rapidfuzz.distance import OSA, JaroWinkler

    swapped = a.tokens != b.tokens and sorted(a.tokens) == sorted(b.tokens)
    if swapped:
        # Put into one order, it is compared as any other name.
        b = replace(b, given=a.given, family=a.family, key=a.key)
    first_a, first_b = a.first, b.first
    initial = first_a[:1] == first_b[:1] and (len(first_a) == 1) != (len(first_b) == 1)
    middle_a, middle_b = list(a.given[1:]), list(b.given[1:])
    equal, initials, conflicts, missing = _middles(middle_a, middle_b)
    letters_a, letters_b = letters(a), letters(b)
    words = sorted((len(a.tokens), len(b.tokens)))
    return [
        first_a == first_b,
        initial,
        equivalent(a, b),
        min(len(first_a), len(first_b)) > 2
        and (first_a.startswith(first_b) or first_b.startswith(first_a)),
        JaroWinkler.similarity(first_a, first_b),
        OSA.distance(first_a, first_b, score_cutoff=4),
        equal,
        initials,
        conflicts,
        missing,
        (len(first_a) > 1 and first_a in middle_b) or (len(first_b) > 1 and first_b in middle_a),
        a.family == b.family,
        JaroWinkler.similarity(a.family, b.family),
        OSA.distance(a.family, b.family, score_cutoff=4),
        a.family != b.family and (a.family in b.given or b.family in a.given),
        swapped,
        letters_a == letters_b,
        OSA.distance(letters_a, letters_b, score_cutoff=6),
        JaroWinkler.similarity(letters_a, letters_b),
        min(len(letters_a), len(letters_b)),
        *words,
        a.bare + b.bare,
        letters_a != letters_b and not _one_inside(a, b) and is_pinyin(a) and is_pinyin(b),
    ]


def _one_inside(a: Name, b: Name) -> bool:
    one, other = set(a.tokens), set(b.tokens)
    return one <= other or other <= one


def equivalent(a: Name, b: Name) -> bool:
    """Whether a given name or nickname of one stands for the first given name of the other."""
    sets = equivalents()
    for one, other in ((a, b), (b, a)):
        meant = {*one.nicknames, one.first} - {""}
        theirs = {*other.given, *other.nicknames}
        if theirs & set(one.nicknames):
            return True
        known = set().union(*(sets.get(word, frozenset()) for word in meant))
        if one.first != other.first and any(known & sets.get(w, frozenset()) for w in theirs):
            return True
    return False


def _middles(a: list[str], b: list[str]) -> tuple[int, int, int, int]:
    """Of the middle names: equal, fitting as initials, in conflict, missing on one side."""
    equal = [word for word in a if word in b]
    left = [word for word in a if word not in equal]
    right = [word for word in b if word not in equal]
    initials = 0
    for word in list(left):
        fits = next((w for w in right if w[0] == word[0] and (len(w) == 1 or len(word) == 1)), None)
        if fits is not None:
            left.remove(word)
            right.remove(fits)
            initials += 1
    conflicts = min(len(left), len(right))
    return len(equal), initials, conflicts, abs(len(left) - len(right))


# -- how many others are called so ------------------------------------------------------------


def _ambiguity(found: Spellings, pairs: Integers) -> Floats:
    import numpy as np

    family, first = found.family, found.first
    full = first >= 0
    initial = np.array([ord(name.first[0]) if name.first else 0 for name in found.names])
    keys = np.unique([name.key for name in found.names], return_inverse=True)[1]
    called = _distinct(family, keys)[family]
    of_family = _distinct(family[full], first[full], len(called))[family]
    others = np.where(full, _distinct(first[full], family[full])[first], 0)
    # Of a surname, the given names that an initial could stand for.
    fitting = np.unique(np.stack([family, initial], axis=1), axis=0, return_inverse=True)[1].ravel()
    fits = np.where(
        [len(name.first) == 1 for name in found.names],
        _distinct(fitting[full], first[full], int(fitting.max()) + 1)[fitting],
        1,
    )
    # By how many people a name is borne if given names and surnames are drawn apart.
    expected = of_family * np.maximum(others, 1) / max(int(keys.max()) + 1, 1)
    columns = [
        *least_and_most(np.log1p(called), pairs),
        np.log1p(fits[pairs].max(axis=1)),
        *least_and_most(np.log1p(others), pairs),
        *least_and_most(np.log(expected + 1e-3), pairs),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _distinct(group: Integers, member: Integers, length: int = 1) -> Integers:
    """How many distinct members each group has."""
    import numpy as np

    width = int(member.max(initial=0)) + 2
    pairs = np.unique(group.astype(np.int64) * width + member + 1)
    return np.bincount(pairs // width, minlength=length)
