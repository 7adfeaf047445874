"""Which papers a network is made of: by year, topic, venue, team, organization, team size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, TypedDict, Unpack

from graphkit.errors import EmptySelectionError, UnknownNameError
from graphkit.network.incidence import incidence_of, values

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["MOST_AUTHORS", "Filters", "Selection", "only_known", "select", "within"]

# Papers by more than a hundred authors are a kind of their own, hyperauthorship (B. Cronin,
# 2001, JASIST 52, 558-569): in most of their pairs nobody has met, and a single one by 3,000
# makes 4.5 million ties.
MOST_AUTHORS = 100


class Filters(TypedDict, total=False):
    """Which papers are taken; what several filters leave is what all of them leave.

    Attributes
    ----------
    since, until : int, optional
        First and last year of publication. Papers of unknown year are then left out.
    topics, venues, teams, organizations : str or iterable of str, optional
        Papers on any of the topics, at any of the venues (events, journals), by a member of
        any of the teams, by an author for any of the organizations. Names or ids.
    most_authors : int or None, default 100
        Leave out papers by more people than this.
    """

    since: int | None
    until: int | None
    topics: str | Iterable[str] | None
    venues: str | Iterable[str] | None
    teams: str | Iterable[str] | None
    organizations: str | Iterable[str] | None
    most_authors: int | None


@dataclass
class Selection:
    """What is left after each filter.

    Attributes
    ----------
    kind : str
        What is counted: ``"papers"`` or ``"authors"``.
    chosen : numpy.ndarray of bool
        Which of them are left.
    words : list of str
        The filters, for people.
    counts : list of (str, int)
        How many each filter left.
    """

    kind: str
    chosen: NDArray[np.bool_]
    words: list[str] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)

    def keep(self, words: str, mask: NDArray[np.bool_]) -> None:
        """Apply a filter.

        Raises
        ------
        EmptySelectionError
            It leaves nothing of what there was.
        """
        before = int(self.chosen.sum())
        if not self.counts:
            self.counts.append((self.kind, before))
        self.chosen = self.chosen & mask
        self.counts.append((words, int(self.chosen.sum())))
        if before and not self.counts[-1][1]:
            raise EmptySelectionError(self.kind, self.counts)


def only_known(given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse options that nobody knows, which Python lets through where it collects them.

    Parameters
    ----------
    given, known : iterable of str
        Names of options.

    Raises
    ------
    UnknownNameError
        An option is none of those known.

    Examples
    --------
    >>> only_known(["since"], Filters.__annotations__)
    """
    known = set(known)
    for name in given:
        if name not in known:
            raise UnknownNameError("option", name, known)


def select(kg: KnowledgeGraph, papers: pa.StringArray, **filters: Unpack[Filters]) -> Selection:
    """Choose papers.

    Parameters
    ----------
    kg : KnowledgeGraph
    papers : pyarrow.StringArray
        Ids of those to choose from.
    **filters
        See `Filters`.

    Returns
    -------
    Selection
        Papers in the order of ``papers``.

    Raises
    ------
    EmptySelectionError
        Nothing is left; the error says how many papers each filter left.
    UnknownEntityError
        A topic, venue, team or organization that is not in the graph.
    UnknownNameError
        There is no such filter.
    """
    import numpy as np

    only_known(filters, Filters.__annotations__)
    found = Selection("papers", np.ones(len(papers), dtype=bool))
    _by_year(kg, papers, found, filters.get("since"), filters.get("until"))
    asked_for: dict[str, str | Iterable[str] | None] = {
        "topics": filters.get("topics"),
        "venues": filters.get("venues"),
        "teams": filters.get("teams"),
        "organizations": filters.get("organizations"),
    }
    for kind, named in asked_for.items():
        if named is None:
            continue
        asked = [named] if isinstance(named, str) else list(named)
        ids = [kg.find(kind, name) for name in asked]
        words = f"{kind.removesuffix('s') if len(asked) == 1 else kind} {' or '.join(asked)}"
        found.words.append(words)
        found.keep(words, _among(papers, _PAPERS_OF[kind](kg, ids)))
    most = filters.get("most_authors", MOST_AUTHORS)
    if most is not None:
        _by_team_size(kg, papers, found, most)
    return found


def _by_year(
    kg: KnowledgeGraph,
    papers: pa.StringArray,
    found: Selection,
    since: int | None,
    until: int | None,
) -> None:
    import numpy as np

    if since is None and until is None:
        return
    years = values(kg, "papers", "year", papers).to_pandas().to_numpy(dtype=np.float64)
    mask, words = within(years, since, until)
    found.words.append(words)
    found.keep(f"years {words}", mask)
    unknown = int(np.isnan(years).sum())
    if unknown:
        found.words.append(f"{_papers(unknown)} of unknown year left out")


def within(
    years: NDArray[np.float64], since: int | None, until: int | None
) -> tuple[NDArray[np.bool_], str]:
    """Which of some years are from one to another, and that in words.

    Parameters
    ----------
    years : numpy.ndarray of float64
        nan where unknown, which is in no span of years.
    since, until : int or None
        The first and the last; None for no bound.

    Returns
    -------
    mask : numpy.ndarray of bool, a year
    words : str
        Such as ``"2002 to …"``.

    Raises
    ------
    TypeError
        One is no whole number.

    Examples
    --------
    >>> import numpy as np
    >>> mask, words = within(np.array([2001, 2003, np.nan]), 2002, None)
    >>> mask.tolist(), words
    ([False, True, False], '2002 to …')
    """
    import numpy as np

    for name, year in (("since", since), ("until", until)):
        if not isinstance(year, Integral | None):
            raise TypeError(f"{name} is {year!r}; give a year as a whole number, such as 2020")
    mask = np.isfinite(years)
    if since is not None:
        mask &= years >= since
    if until is not None:
        mask &= years <= until
    return mask, f"{'…' if since is None else since} to {'…' if until is None else until}"


def _by_team_size(kg: KnowledgeGraph, papers: pa.StringArray, found: Selection, most: int) -> None:
    import numpy as np
    import pyarrow.compute as pc

    whole = incidence_of(kg)
    size = np.bincount(whole.matrix.indices, minlength=len(whole.papers))
    at = pc.index_in(papers, value_set=whole.papers).fill_null(-1).to_numpy()
    large = (at >= 0) & (np.append(size, 0)[at] > most)
    out = int((large & found.chosen).sum())
    if out:
        words = f"at most {most} {'author' if most == 1 else 'authors'}"
        found.keep(words, ~large)
        found.words.append(f"{_papers(out)} by more than {most} left out")


def _papers(count: int) -> str:
    return f"{count:,} {'paper' if count == 1 else 'papers'}"


def _among(papers: pa.StringArray, chosen: pa.Array) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    mask: NDArray[np.bool_] = pc.is_in(papers, value_set=chosen).to_numpy(zero_copy_only=False)
    return mask


def _linked(
    kg: KnowledgeGraph, table: str, column: str, ids: Sequence[str], wanted: str
) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = kg.table(table)
    found = rows.filter(pc.is_in(rows[column], value_set=pa.array(ids, pa.string())))
    return found[wanted].combine_chunks()


def _on_topics(kg: KnowledgeGraph, ids: Sequence[str]) -> pa.Array:
    return _linked(kg, "subjects", "topic", ids, "paper")


def _at_venues(kg: KnowledgeGraph, ids: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    return pa.concat_arrays([_linked(kg, "papers", c, ids, "id") for c in ("event", "journal")])


def _by_members(kg: KnowledgeGraph, ids: Sequence[str]) -> pa.Array:
    members = _linked(kg, "memberships", "team", ids, "author").to_pylist()
    return _linked(kg, "authorships", "author", members, "paper")


def _for_organizations(kg: KnowledgeGraph, ids: Sequence[str]) -> pa.Array:
    return _linked(kg, "affiliations", "organization", ids, "paper")


_PAPERS_OF: dict[str, Callable[[KnowledgeGraph, Sequence[str]], pa.Array]] = {
    "topics": _on_topics,
    "venues": _at_venues,
    "teams": _by_members,
    "organizations": _for_organizations,
}
