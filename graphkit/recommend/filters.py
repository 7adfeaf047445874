"""Who may be suggested: by topic, years, organization, team, place, career, without conflicts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict, Unpack

from graphkit.errors import UnknownNameError
from graphkit.network.incidence import incidence_of
from graphkit.network.selection import Selection, only_known, within
from graphkit.recommend.advising import first_years, last_years, years_of
from graphkit.recommend.conflicts import Rule, in_conflict

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["CAREERS", "RECENT", "AuthorFilters", "select_authors"]

CAREERS = {"early": (0, 5), "middle": (5, 15), "late": (15, 1000)}
"""Stages by the years from an author's first paper to the last year of the graph: at least,
and less than. Who began before the graph does is further on than it can tell."""


RECENT = 5
"""Who has no paper in so many last years of the graph is left out, unless asked for."""


class AuthorFilters(TypedDict, total=False):
    """Whom to consider; what several filters leave is what all of them leave.

    Attributes
    ----------
    topics : str or iterable of str, optional
        Authors of a paper on any of the topics. Names or ids.
    since, until : int, optional
        Authors of a paper in these years. The years alone say nothing of its topic.
    inactive : bool, default False
        Also people without a paper in the graph's last five years. Else they are left out, if
        neither ``since`` nor ``until`` is given and somebody is left.
    organizations : str or iterable of str, optional
        Authors who wrote for any of them, or are members of one of their teams.
    teams : str or iterable of str, optional
        Members of any of them.
    places : str or iterable of str, optional
        Authors whose printed affiliation names the place ("Seattle", "Germany"), or members
        of a team that has a posting there.
    career : str or iterable of str, optional
        ``"early"`` (first paper less than 5 years before the graph's last year), ``"middle"``
        (less than 15), ``"late"``.
    least_papers : int, optional
        Authors of at least so many papers.
    conflicts : str or Rule, optional
        Leave out who is in conflict by this rule with those asked about; see
        `graphkit.recommend.conflicts.conflicts`.
    """

    topics: str | Iterable[str] | None
    since: int | None
    until: int | None
    inactive: bool | None
    organizations: str | Iterable[str] | None
    teams: str | Iterable[str] | None
    places: str | Iterable[str] | None
    career: str | Iterable[str] | None
    least_papers: int | None
    conflicts: str | Rule | None


def select_authors(
    kg: KnowledgeGraph,
    among: NDArray[np.bool_] | None = None,
    of: Sequence[int] = (),
    **filters: Unpack[AuthorFilters],
) -> Selection:
    """Choose authors.

    Parameters
    ----------
    kg : KnowledgeGraph
    among : numpy.ndarray of bool, shape (n,), optional
        Those to choose from; by default all.
    of : sequence of int
        Rows of those asked about, for ``conflicts``.
    **filters
        See `AuthorFilters`.

    Returns
    -------
    Selection
        Authors in the order of the rows of `graphkit.network.incidence.incidence_of`; its
        ``words`` say how many were left out since they are inactive.

    Raises
    ------
    EmptySelectionError
        Nobody is left; the error says how many people each filter left.
    UnknownEntityError
        A topic, organization or team that is not in the graph.
    UnknownNameError
        No such filter, career or rule.

    Examples
    --------
    >>> import graphkit as gk
    >>> int(select_authors(gk.example(), topics="Automatic dubbing").chosen.sum())
    7
    """
    import numpy as np

    only_known(filters, AuthorFilters.__annotations__)
    incidence = incidence_of(kg)
    everybody = np.ones(len(incidence.nodes), dtype=bool)
    found = Selection("authors", everybody if among is None else among)
    if topics := _listed(filters.get("topics")):
        ids = [kg.find("topics", name) for name in topics]
        papers = _linked(kg, "subjects", "topic", ids, "paper")
        found.keep(_words("topic", topics), _authors_of(kg, papers))
    _by_years(kg, found, filters)
    if names := _listed(filters.get("organizations")):
        found.keep(_words("organization", names), _employed(kg, names))
    if names := _listed(filters.get("teams")):
        ids = [kg.find("teams", name) for name in names]
        members = _linked(kg, "memberships", "team", ids, "author")
        found.keep(_words("team", names), _among(incidence.nodes, members))
    if names := _listed(filters.get("places")):
        found.keep(_words("place", names), _located(kg, names))
    least = filters.get("least_papers")
    if least:
        words = f"at least {least} {'paper' if least == 1 else 'papers'}"
        found.keep(words, np.diff(incidence.matrix.indptr) >= least)
    rule = filters.get("conflicts")
    if rule is not None:
        found.keep(f"no conflict ({rule})", ~in_conflict(kg, of, rule=rule))
    years = [filters.get(name) for name in ("since", "until")]
    if not filters.get("inactive") and years == [None, None]:
        _only_active(kg, found)
    return found


def _only_active(kg: KnowledgeGraph, found: Selection) -> None:
    """Leave out who stopped long ago, if others are left, and say so."""
    import numpy as np

    last = last_years(kg)
    start = last.max(initial=-np.inf) - RECENT + 1
    # Of whom no year is known nobody can say that he or she stopped.
    active = (last >= start) | np.isinf(last)
    out = int((found.chosen & ~active).sum())
    if not out:
        return
    since = f"without a paper since {int(start)}"
    if not (found.chosen & active).any():
        found.words.append(f"all of them are {since}")
        return
    found.keep(f"a paper since {int(start)}", active)
    people = "1 person" if out == 1 else f"{out:,} people"
    found.words.append(f"left out: {people} {since} (inactive=True or --inactive names them)")


def _listed(given: str | Iterable[str] | None) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def _words(what: str, names: Sequence[str]) -> str:
    return f"{what} {' or '.join(names)}"


def _by_years(kg: KnowledgeGraph, found: Selection, filters: AuthorFilters) -> None:
    import numpy as np

    incidence = incidence_of(kg)
    since, until = filters.get("since"), filters.get("until")
    stages = _listed(filters.get("career"))
    if since is None and until is None and not stages:
        return
    years = years_of(kg)
    if since is not None or until is not None:
        mask, words = within(years, since, until)
        found.keep(f"a paper in {words}", incidence.matrix @ mask.astype(float) > 0)
    if stages:
        start = first_years(kg)
        last = years[np.isfinite(years)].max(initial=-np.inf)
        mask = np.zeros(len(start), dtype=bool)
        for stage in stages:
            if stage not in CAREERS:
                raise UnknownNameError("career", stage, CAREERS)
            least, below = CAREERS[stage]
            # Of authors without a year nothing is known; their start is infinite.
            mask |= (last - start >= least) & (last - start < below)
        found.keep(_words("career", stages), mask)


def _employed(kg: KnowledgeGraph, names: Sequence[str]) -> NDArray[np.bool_]:
    import pyarrow as pa

    ids = [kg.find("organizations", name) for name in names]
    teams = _linked(kg, "teams", "organization", ids, "id").to_pylist()
    people = [
        _linked(kg, "affiliations", "organization", ids, "author"),
        _linked(kg, "memberships", "team", teams, "author"),
    ]
    return _among(incidence_of(kg).nodes, pa.concat_arrays(people))


def _located(kg: KnowledgeGraph, names: Sequence[str]) -> NDArray[np.bool_]:
    import pyarrow as pa
    import pyarrow.compute as pc

    pattern = "|".join(rf"(?:^|\W){re.escape(name.strip())}(?:\W|$)" for name in names)
    printed = kg.table("authorships")
    here = pc.match_substring_regex(printed["affiliation"], pattern, ignore_case=True)
    at = printed.filter(here)["author"].combine_chunks()
    places = kg.table("places")
    named = pc.match_substring_regex(places["label"], pattern, ignore_case=True)
    ids = places.filter(named)["id"].to_pylist()
    teams = _linked(kg, "postings", "location", ids, "team").to_pylist()
    people = [at, _linked(kg, "memberships", "team", teams, "author")]
    return _among(incidence_of(kg).nodes, pa.concat_arrays(people))


def _authors_of(kg: KnowledgeGraph, papers: pa.Array) -> NDArray[np.bool_]:
    incidence = incidence_of(kg)
    chosen = _among(incidence.papers, papers)
    mask: NDArray[np.bool_] = incidence.matrix @ chosen.astype(float) > 0
    return mask


def _among(ids: pa.StringArray, chosen: pa.Array) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    mask: NDArray[np.bool_] = pc.is_in(ids, value_set=chosen).to_numpy(zero_copy_only=False)
    return mask


def _linked(
    kg: KnowledgeGraph, table: str, column: str, ids: Sequence[str | None], filters: str
) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = kg.table(table)
    known = pa.array([id for id in ids if id is not None], pa.string())
    return rows.filter(pc.is_in(rows[column], value_set=known))[filters].combine_chunks()
