"""Why a mention is said to be by a namesake, in a line that a person can read."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from graphkit.matchers.context import Context
    from graphkit.matchers.namesakes.pairs import Surroundings

    Integers = np.ndarray[Any, np.dtype[np.int64]]

__all__ = ["Reasons"]

NAMED = 3


class Reasons:
    """Writes the evidence of claims about mentions.

    Parameters
    ----------
    context : Context
        Names as printed.
    around : Surroundings
        Coauthors, each under one name.
    """

    def __init__(self, context: Context, around: Surroundings) -> None:
        self.context, self._joined = context, around.context

    @cached_property
    def _called(self) -> dict[int, str | None]:
        return dict(zip(self._joined.coauthor_keys.tolist(), self._joined.printed, strict=True))

    def printed(self, rows: Integers) -> str:
        """The name that most of these mentions print."""
        names = Counter(
            str(self.context.printed[author]) for author in self.context.author[rows].tolist()
        )
        return min(names, key=lambda name: (-names[name], name))

    def earliest(self, rows: Integers) -> tuple[str, int]:
        """The id of the first paper, by year and id, and the place of the mention on it."""
        c = self.context
        first = min(
            rows.tolist(), key=lambda row: (_known(float(c.year[c.paper[row]])), c.paper[row], row)
        )
        return str(c.papers[int(c.paper[first])]), int(c.position[first])

    def parted(self, mine: Integers, others: Integers, bearers: float) -> str:
        """Why some mentions are by another person than others of the same name."""
        shared = self._coauthors(mine).keys() & self._coauthors(others).keys()
        common = self._listed(Counter(shared)) if shared else ""
        link = f"they share {common}" if shared else "no shared coauthor"
        return (
            f"{self.printed(mine)!r} on {self._about(mine)}, told apart from "
            f"{self._about(others)}: {link}; {bearers:.1f} people are expected to bear the name"
        )

    def nearer(self, mine: Integers, whom: Integers, rest: Integers) -> str:
        """Why some mentions without a middle name are by one of two people who have one."""
        shared = self._coauthors(mine).keys() & self._coauthors(whom).keys()
        link = f"shared coauthors ({self._listed(Counter(shared))})" if shared else "alike"
        return (
            f"{self.printed(mine)!r} on {self._about(mine)}: nearer to {self.printed(whom)!r} "
            f"on {self._about(whom)} ({link}) than to {self.printed(rest)!r} on {self._about(rest)}"
        )

    def _about(self, rows: Integers) -> str:
        c = self.context
        first, _ = self.earliest(rows)
        papers = f"{first} and {len(rows) - 1} more" if len(rows) > 1 else first
        years = [int(year) for year in c.year[c.paper[rows]].tolist() if year == year]
        span = f"{min(years)}–{max(years)}" if years else ""
        span = str(years[0]) if years and min(years) == max(years) else span
        with_whom = self._listed(self._coauthors(rows))
        told = "; ".join(part for part in (span, with_whom and f"with {with_whom}") if part)
        return f"{papers} ({told})" if told else papers

    def _coauthors(self, rows: Integers) -> Counter[int]:
        c = self._joined
        own = set(c.coauthor_keys[c.author[rows]].tolist())
        columns = c.coauthors[c.paper[rows]].indices.tolist()
        return Counter(column for column in columns if column not in own)

    def _listed(self, columns: Counter[int]) -> str:
        most = sorted(columns, key=lambda column: (-columns[column], column))
        named = ", ".join(str(self._called[column]) for column in most[:NAMED])
        return f"{named}, …" if len(most) > NAMED else named


def _known(year: float) -> float:
    return year if year == year else float("inf")
