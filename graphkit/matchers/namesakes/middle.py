"""A name without its middle: whose mentions are they, where two people differ by the middle alone?

"Robert Mercer" may be Robert E. or Robert L. Mercer, paper by paper. The mentions are taken in
components that share coauthors, and each goes to the nearer of those people, if near at all.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graphkit.matchers.namesakes.judging import chances
from graphkit.matchers.namesakes.pairs import Groups, Surroundings, at, batches
from graphkit.matchers.namesakes.reasons import Reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from graphkit.matchers.context import Context
    from graphkit.matchers.namesakes.persons import Persons

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Mask = np.ndarray[Any, np.dtype[np.bool_]]

__all__ = ["Between", "Different", "Placed", "between", "middles", "together"]

# More mentions than this of one name and of those whom it may mean are left as they are.
MOST = 600
# One paper with another initial may be a slip.
LEAST_PAPERS = 2
EVEN = 0.5
LEAST_SCORE = 0.6


@dataclass(frozen=True)
class Placed:
    """A mention without a middle name, by somebody who has one.

    Attributes
    ----------
    row : int
        Of ``authorships``.
    author : int
        The code of an author id.
    score : float
        The chance that it is theirs.
    evidence : str
    """

    row: int
    author: int
    score: float
    evidence: str


@dataclass(frozen=True)
class Different:
    """Two author ids with different middle initials that other claims make one person.

    Attributes
    ----------
    one, other : int
        Codes of author ids.
    evidence : str
    """

    one: int
    other: int
    evidence: str


class Between(NamedTuple):
    """A name without a middle name, and those who have one.

    Attributes
    ----------
    plain : list of int
        Codes of author ids without.
    people : list of list of int
        Those with each middle initial, of which there are two or more.
    """

    plain: list[int]
    people: list[list[int]]

    @property
    def authors(self) -> list[int]:
        """All of them."""
        return [*self.plain, *itertools.chain.from_iterable(self.people)]


def middles(
    around: Surroundings, who: Persons, between: Sequence[Between], fresh: Mask
) -> Iterator[Placed | Different]:
    """Who is meant by names without a middle initial, and who differs by that initial alone.

    Parameters
    ----------
    around : Surroundings
    who : Persons
    between : sequence of Between
        Names to look at.
    fresh : numpy.ndarray of bool, an author id
        Those of persons who are not are left out.

    Yields
    ------
    Placed or Different
    """
    import numpy as np

    c = who.context
    order = np.argsort(c.author, kind="stable")
    starts = np.searchsorted(c.author[order], np.arange(len(c.authors) + 1))

    def mentions(authors: list[int]) -> Integers:
        return np.sort(np.concatenate([order[starts[a] : starts[a + 1]] for a in authors]))

    names, rows, bearers = [], [], []
    for plain, people in between:
        if not fresh[who.of_author[plain]].any():
            continue
        mine = mentions(plain)
        parts = [mine[who.of_row[mine] >= 0], *(mentions(authors) for authors in people)]
        few = min(len(part) for part in parts[1:]) < LEAST_PAPERS
        if not few and len(parts[0]) and sum(map(len, parts)) <= MOST:
            heads = [max(codes, key=lambda a: (starts[a + 1] - starts[a], -a)) for codes in people]
            names.append((heads, parts))
            rows += parts
            bearers.append(max(float(around.bearers[plain].max()), float(len(people))))
    sizes = [sum(map(len, parts)) for _, parts in names]
    groups = Groups(
        np.concatenate([np.empty(0, np.int64), *rows]), np.cumsum([0, *sizes]), np.array(bearers)
    )
    reasons, name = Reasons(c, around), iter(names)
    for batch in batches(groups):
        x, chance = chances(around, batch)
        ends = np.cumsum(batch.sizes * (batch.sizes - 1) // 2)[:-1]
        of_names = zip(np.split(x[:, at("shared")], ends), np.split(chance, ends), strict=True)
        for shared, near in of_names:
            yield from _nearest(who, reasons, *next(name), shared, near)


def _nearest(
    who: Persons,
    reasons: Reasons,
    heads: list[int],
    parts: list[Integers],
    shared: np.ndarray[Any, Any],
    near: np.ndarray[Any, Any],
) -> Iterator[Placed | Different]:
    """Each component of the first part goes to the nearest of those of the others."""
    import numpy as np

    mine, bounds = parts[0], np.cumsum([len(part) for part in parts])
    chance, linked = _square(near, bounds[-1]), _square(shared, bounds[-1])
    spans = list(itertools.pairwise(bounds.tolist()))
    glued = set()
    for (i, one), (j, other) in itertools.combinations(enumerate(spans), 2):
        if who.of_author[heads[i]] != who.of_author[heads[j]]:
            continue
        if chance[slice(*one), slice(*other)].mean() < EVEN:
            glued |= {i, j}
            evidence = reasons.parted(parts[i + 1], parts[j + 1], 2)
            yield Different(heads[i], heads[j], evidence)
    for component in _components(linked[: len(mine), : len(mine)]):
        means = [float(chance[component, begin:end].mean()) for begin, end in spans]
        second, best = np.argsort(means, kind="stable")[-2:].tolist()
        met = linked[component, slice(*spans[best])].any()
        score = means[best] / (means[best] + means[second])
        if not met or score < LEAST_SCORE:
            continue
        evidence = reasons.nearer(mine[component], parts[best + 1], parts[second + 1])
        for row in mine[component].tolist():
            if best in glued or who.of_row[row] != who.of_author[heads[best]]:
                yield Placed(row, heads[best], score, evidence)


def together(who: Persons, between: Sequence[Between], fresh: Mask) -> Mask:
    """Those and all whom `middles` looks at together with one of them.

    Parameters
    ----------
    who : Persons
    between : sequence of Between
    fresh : numpy.ndarray of bool, an author id
        Persons.

    Returns
    -------
    numpy.ndarray of bool, an author id
    """
    import numpy as np

    names = [np.unique(who.of_author[name.authors]) for name in between]
    found, before = fresh.copy(), -1
    while before != (before := int(found.sum())):
        for persons in names:
            found[persons] |= found[persons].any()
    return found


def between(context: Context) -> list[Between]:
    """Names without a middle name, between people who have two or more of them.

    Parameters
    ----------
    context : Context

    Returns
    -------
    list of Between
    """
    full: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    plain: dict[tuple[str, str], list[int]] = defaultdict(list)
    # "R. L. Mercer" is as good as "Robert L. Mercer" where nobody else fits.
    initials: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for code, name in enumerate(context.names):
        if name is None or not name.given or name.number:
            continue
        if name.bare:
            initials[*name.given[:2], name.family].append(code)
        elif len(name.given) == 1:
            plain[name.first, name.family].append(code)
        elif len(name.given[1]) == 1:
            full[name.first, name.family][name.given[1]].append(code)
    return [
        Between(
            plain[first, family],
            [
                middles[initial] + initials.get((first[:1], initial, family), [])
                for initial in sorted(middles)
            ],
        )
        for (first, family), middles in sorted(full.items())
        if (first, family) in plain and len(middles) > 1
    ]


def _square(values: np.ndarray[Any, Any], size: int) -> np.ndarray[Any, Any]:
    """The symmetric matrix of what is said of each pair."""
    import numpy as np

    matrix = np.zeros((size, size))
    matrix[np.triu_indices(size, 1)] = values
    return matrix + matrix.T


def _components(shared: np.ndarray[Any, Any]) -> list[Integers]:
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    number, label = connected_components(shared > 0, directed=False)
    return [np.flatnonzero(label == k) for k in range(number)]
