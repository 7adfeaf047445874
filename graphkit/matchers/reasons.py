"""Why two spellings are said to be one person, in a line that a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.matchers.likeness import SHAPE, shape
from graphkit.matchers.names import Name
from graphkit.matchers.spellings import Spellings

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Reasons", "difference"]

MOST_NAMED = 3


class Reasons:
    """Writes the evidence of claims about nodes.

    Parameters
    ----------
    found : Spellings
    """

    def __init__(self, found: Spellings) -> None:
        import numpy as np

        self._found = found
        self._known = np.bincount(found.coauthors.indices, minlength=found.coauthors.shape[1])
        around = found.context
        self._called = dict(zip(around.coauthor_keys.tolist(), around.printed, strict=True))
        self._loose = found.loose_coauthors
        self._called_loosely = {
            column: f"{name.first[:1].upper()}. {name.family.capitalize()}".removeprefix(". ")
            for column, name in zip(around.loose_keys.tolist(), around.names, strict=True)
            if name is not None
        }

    def of(self, a: int, b: int) -> str:
        """The evidence that two nodes are one person.

        Parameters
        ----------
        a, b : int
            Nodes.

        Returns
        -------
        str
            How the names differ, the coauthors that both have (the rarest first) with a paper of
            each side, and the years of both.
        """
        found = self._found
        printed = [found.context.printed[found.author[node]] for node in (a, b)]
        parts = [difference(found.names[a], found.names[b])]
        shared = self._shared(a, b)
        if shared:
            named = ", ".join(str(self._called[column]) for column in shared[:MOST_NAMED])
            more = ", …" if len(shared) > MOST_NAMED else ""
            papers = " and ".join(self._paper(node, shared[0]) for node in (a, b))
            count = f"{len(shared)} shared coauthor{'s' if len(shared) > 1 else ''}"
            parts.append(f"{count} ({named}{more}), as on {papers}")
        elif loose := self._alike(a, b):
            parts.append(f"coauthors of one surname and initial ({', '.join(loose)})")
        else:
            parts.append("no shared coauthor")
        years = [self._years(node) for node in (a, b)]
        if all(years):
            parts.append(" and ".join(dict.fromkeys(years)))
        return f"{printed[0]!r} and {printed[1]!r}: {'; '.join(parts)}"

    def _row(self, matrix: Any, node: int) -> np.ndarray[Any, Any]:
        found: np.ndarray[Any, Any] = matrix.indices[matrix.indptr[node] : matrix.indptr[node + 1]]
        return found

    def _shared(self, a: int, b: int) -> list[int]:
        import numpy as np

        left, right = (self._row(self._found.coauthors, node) for node in (a, b))
        both = np.intersect1d(left, right)
        return sorted(both.tolist(), key=lambda column: (self._known[column], column))

    def _alike(self, a: int, b: int) -> list[str]:
        """Coauthors of both who share a surname with its first initial."""
        import numpy as np

        left, right = (self._row(self._loose, node) for node in (a, b))
        both = np.intersect1d(left, right).tolist()[:MOST_NAMED]
        return [self._called_loosely[column] for column in both]

    def _paper(self, node: int, coauthor: int) -> str:
        context = self._found.context
        for paper in self._row(self._found.papers, node).tolist():
            if coauthor in self._row(context.coauthors, paper):
                return str(context.papers[paper])
        raise AssertionError("a coauthor stands on a paper")

    def _years(self, node: int) -> str:
        import numpy as np

        years = self._found.context.year[self._row(self._found.papers, node)]
        years = years[~np.isnan(years)]
        if not len(years):
            return ""
        first, last = int(years.min()), int(years.max())
        return f"{first}" if first == last else f"{first}–{last}"


def difference(a: Name, b: Name) -> str:
    """How two names differ, in words.

    Examples
    --------
    >>> from graphkit.matchers.names import parse
    >>> difference(parse("Chris Manning"), parse("Christopher D. Manning"))
    'given names that stand for one another, a middle name missing'
    """
    told = dict(zip(SHAPE, shape(a, b), strict=True))
    if told["swapped"]:
        return "the same words in another order"
    if told["letters_equal"]:
        return "the same letters"
    parts = []
    if told["first_initial"]:
        parts.append("the initial fits")
    elif told["first_equivalent"]:
        parts.append("given names that stand for one another")
    elif not told["first_equal"]:
        slip = told["first_edits"] == 1 and min(len(a.first), len(b.first)) > 2
        parts.append("given names one letter apart" if slip else "different given names")
    if told["middle_conflict"]:
        parts.append("different middle names")
    elif told["middle_initial"]:
        parts.append("middle initials fit")
    elif told["middle_missing"]:
        parts.append("a middle name missing")
    if told["family_edits"] == 1:
        parts.append("surnames one letter apart")
    elif not told["family_equal"]:
        parts.append("a surname of two parts" if told["family_inside"] else "different surnames")
    return ", ".join(parts) or "the same names"
