"""Whether somebody should not judge somebody else's work: written together, employed together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.errors import UnknownNameError
from graphkit.network.incidence import Incidence, incidence_of, objects, values
from graphkit.recommend.advising import advised, advised_papers, years_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["RULES", "Conflict", "Conflicts", "Rule", "conflicts", "in_conflict"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts as a conflict.

    Attributes
    ----------
    coauthors : int or None
        Who wrote together within so many years; None for ever, 0 for never mind.
    organization : int or None
        Who wrote for one organization within so many years; likewise. Membership of one team,
        or of teams of one organization, has no date and counts whenever this is not 0.
    advisors : bool
        Who looks like the other's advisor, however long ago.
    """

    coauthors: int | None
    organization: int | None
    advisors: bool = True

    def __str__(self) -> str:
        parts = [
            _within("coauthors", self.coauthors),
            _within("same organization", self.organization),
            "advisors" if self.advisors else "",
        ]
        return ", ".join(part for part in parts if part)


def _within(what: str, years: int | None) -> str:
    if years is None:
        return f"{what} ever"
    return f"{what} within {years} {'year' if years == 1 else 'years'}" if years else ""


RULES = {
    "four-years": Rule(coauthors=4, organization=1),
    "three-years": Rule(coauthors=3, organization=3),
    "ever": Rule(coauthors=None, organization=None),
}
"""Common rules by name: that of the NSF's proposal guide (coauthors within 48 months, one
organization within 12, advisors for ever), that of many conferences, and the strictest."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason why two people are in conflict; ``str`` gives the sentence.

    Attributes
    ----------
    kind : {"coauthors", "organization", "advisor", "same person"}
    papers : tuple of str
        Ids of the papers that show it; empty where a membership does.
    sentence : str
        The same for a person.
    """

    kind: str
    papers: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Whether two people are in conflict by a rule, and why; true if they are.

    Attributes
    ----------
    first, second : str
        Ids of the two.
    rule : Rule
    year : int or None
        The year from which was counted back; None where the graph has no years.
    found : tuple of Conflict
    unknown : tuple of str
        What the rule asks for and the graph does not say, for people.
    """

    first: str
    second: str
    rule: Rule
    year: int | None
    found: tuple[Conflict, ...]
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.found)

    def __str__(self) -> str:
        since = f", counted back from {self.year}" if self.year is not None else ""
        answer = "conflict" if self.found else "no conflict known"
        told = [*map(str, self.found), *self.unknown]
        return "\n".join([f"{answer} ({self.rule}{since})", *(f"  {each}" for each in told)])

    def to_dict(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "a": self.first,
            "b": self.second,
            "conflict": bool(self),
            "rule": str(self.rule),
            "year": self.year,
            "reasons": [
                {"kind": each.kind, "papers": list(each.papers), "sentence": each.sentence}
                for each in self.found
            ],
            "unknown": list(self.unknown),
        }


def conflicts(
    kg: KnowledgeGraph, a: str, b: str, *, rule: str | Rule = "four-years", year: int | None = None
) -> Conflicts:
    """Whether two people are in conflict, as far as the graph knows, and why.

    A paper tells its year, not its month; so that nothing is missed, "within 4 years" of 2022
    begins with 2018, and a paper of unknown year counts. What the graph does not hold, such as
    family, money or a quarrel, it cannot tell.

    Parameters
    ----------
    kg : KnowledgeGraph
    a, b : str
        Names (case, accents and order of words forgiven), ids or IRIs.
    rule : str or Rule, default "four-years"
        ``"four-years"`` (coauthors within 4 years, one organization within 1, advisors),
        ``"three-years"`` (3 and 3, advisors), ``"ever"``, or one of your own: a `Rule`, or
        words such as ``"coauthors=2,organization=ever,advisors"`` (without the last, advisors
        do not matter).
    year : int, optional
        The year from which to count back; by default the last year of the graph.

    Returns
    -------
    Conflicts
        True if there is a conflict; ``found`` has the reasons with their papers.

    Raises
    ------
    UnknownEntityError
        Nobody is called so, or several people are.
    UnknownNameError
        No such rule.

    References
    ----------
    .. [1] National Science Foundation. Proposal & Award Policies & Procedures Guide,
       collaborators and other affiliations.
    .. [2] C. Wang et al. (2010). Mining advisor-advisee relationships from research
       publication networks. KDD, 203-212.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = conflicts(gk.example().resolve(), "Andreas Stolcke", "Roland Maas")
    >>> bool(found)
    True
    >>> print(found.found[0])
    wrote together: “Reducing geographic disparities in automatic speech recognition via \
elastic weight consolidation” (2022)
    """
    import pyarrow as pa

    given, incidence = _rule(rule), incidence_of(kg)
    ids = [kg.find("authors", name) for name in (a, b)]
    rows = [incidence.nodes.index(pa.scalar(id)).as_py() for id in ids]
    until = _last_year(kg) if year is None else year
    found: list[Conflict] = []
    if ids[0] == ids[1]:
        found.append(Conflict("same person", (), "they are the same person"))
    # Somebody without papers may still be a member of a team.
    if min(rows) >= 0:
        found += _as_coauthors(kg, incidence, rows, given, until)
    found += _as_colleagues(kg, ids, given, until)
    if min(rows) >= 0 and given.advisors:
        found += _as_advisor(kg, incidence, rows)
    return Conflicts(ids[0], ids[1], given, until, tuple(found), _unknown(kg, ids, given, until))


def in_conflict(
    kg: KnowledgeGraph,
    rows: Sequence[int],
    *,
    rule: str | Rule = "four-years",
    year: int | None = None,
) -> NDArray[np.bool_]:
    """Who is in conflict with any of some authors.

    Parameters
    ----------
    kg : KnowledgeGraph
    rows : sequence of int
        Rows of `graphkit.network.incidence.incidence_of`.
    rule, year
        As for `conflicts`.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        By rows of `incidence_of`; nobody is in conflict with herself.
    """
    import numpy as np
    import pyarrow.compute as pc

    given, incidence = _rule(rule), incidence_of(kg)
    until = _last_year(kg) if year is None else year
    found = np.zeros(len(incidence.nodes), dtype=bool)
    asked = np.asarray(rows, dtype=np.intp)
    recent = _within_years(years_of(kg), given.coauthors, until)
    theirs = np.unique(incidence.matrix[asked].indices)
    wrote = np.zeros(len(incidence.papers))
    wrote[theirs[recent[theirs]]] = 1
    found |= incidence.matrix @ wrote > 0
    work = _employment(kg, given, until)
    mine = work.filter(pc.is_in(work["author"], incidence.nodes.take(asked)))
    same = work.filter(pc.is_in(work["unit"], mine["unit"].combine_chunks()))["author"]
    found |= pc.is_in(incidence.nodes, same.combine_chunks()).to_numpy(zero_copy_only=False)
    if given.advisors:
        ties = advised(kg)
        found |= (ties[asked].sum(axis=0) + ties[:, asked].sum(axis=1)) > 0
    found[asked] = False
    return found


def _rule(rule: str | Rule) -> Rule:
    if isinstance(rule, Rule):
        return rule
    if rule in RULES:
        return RULES[rule]
    found = re.fullmatch(r"coauthors=(\d+|ever),organization=(\d+|ever)(,advisors)?", rule)
    if not found:
        own = "coauthors=2,organization=ever,advisors"
        raise UnknownNameError("rule of conflicts", rule, [*RULES, own])
    coauthors, organization = (None if span == "ever" else int(span) for span in found.groups()[:2])
    return Rule(coauthors, organization, advisors=found[3] is not None)


def _last_year(kg: KnowledgeGraph) -> int | None:
    import numpy as np

    years = years_of(kg)
    return int(np.nanmax(years)) if np.isfinite(years).any() else None


def _within_years(
    years: NDArray[np.float64], span: int | None, until: int | None
) -> NDArray[np.bool_]:
    """Which years count; one that is not known does."""
    import numpy as np

    if span == 0:
        return np.zeros(len(years), dtype=bool)
    if span is None or until is None:
        return np.ones(len(years), dtype=bool)
    return np.isnan(years) | ((years >= until - span) & (years <= until))


def _as_coauthors(
    kg: KnowledgeGraph, incidence: Incidence, rows: list[int], rule: Rule, until: int | None
) -> list[Conflict]:
    import numpy as np

    one, other = (incidence.matrix[[row]].indices for row in rows)
    if rows[0] == rows[1]:
        return []
    shared = np.intersect1d(one, other).astype(np.intp)
    years = years_of(kg)
    shared = shared[_within_years(years, rule.coauthors, until)[shared]]
    if not len(shared):
        return []
    shared = shared[np.argsort(-np.nan_to_num(years[shared], nan=np.inf), kind="stable")]
    told = _papers(kg, incidence, shared)
    return [Conflict("coauthors", tuple(told), f"wrote together: {_listed(told)}")]


def _as_colleagues(
    kg: KnowledgeGraph, ids: list[str], rule: Rule, until: int | None
) -> list[Conflict]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if ids[0] == ids[1]:
        return []
    work = _employment(kg, rule, until)
    one, other = (work.filter(pc.equal(work["author"], id)) for id in ids)
    shared = sorted(set(one["unit"].to_pylist()) & set(other["unit"].to_pylist()))
    found = []
    for unit in shared:
        papers = [
            paper
            for rows in (one, other)
            for paper in rows.filter(pc.equal(rows["unit"], unit))["paper"].to_pylist()
        ]
        known = list(dict.fromkeys(paper for paper in papers if paper))
        kind = "teams" if unit.startswith("team:") else "organizations"
        label = objects(values(kg, kind, "label", pa.array([unit])))[0] or unit
        told = f": {_listed(_titles(kg, known))}" if known else ""
        undated = " (membership, undated)" if None in papers else ""
        found.append(Conflict("organization", tuple(known), f"both at {label}{told}{undated}"))
    return found


def _unknown(kg: KnowledgeGraph, ids: list[str], rule: Rule, until: int | None) -> tuple[str, ...]:
    if rule.organization == 0:
        return ()
    import pyarrow as pa

    somewhere = set(_employment(kg, rule, until)["author"].to_pylist())
    names = objects(values(kg, "authors", "name", pa.array(ids, pa.string())))
    return tuple(
        f"the graph does not say where {name or id} worked then"
        for id, name in dict(zip(ids, names, strict=True)).items()
        if id not in somewhere
    )


def _employment(kg: KnowledgeGraph, rule: Rule, until: int | None) -> Any:
    """Who was where: ``author``, ``unit`` (an organization, or a team of none), ``paper``."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.string()
    empty = pa.table({name: pa.array([], text) for name in ("author", "unit", "paper")})
    if rule.organization == 0:
        return empty
    rows = kg.table("affiliations")
    papers = rows["paper"].combine_chunks()
    years = np.asarray(values(kg, "papers", "year", papers).to_pandas(), dtype=np.float64)
    rows = rows.filter(pa.array(_within_years(years, rule.organization, until)))
    members = kg.table("memberships")
    teams = members["team"].combine_chunks()
    organization = values(kg, "teams", "organization", teams)
    parts = [
        (rows["author"], rows["organization"], rows["paper"]),
        (members["author"], pc.coalesce(organization, teams), pa.nulls(members.num_rows, text)),
    ]
    return pa.concat_tables(
        [pa.table(dict(zip(("author", "unit", "paper"), part, strict=True))) for part in parts]
    )


def _as_advisor(kg: KnowledgeGraph, incidence: Incidence, rows: list[int]) -> list[Conflict]:
    names = objects(values(kg, "authors", "name", incidence.nodes.take(rows)))
    found = []
    for senior, junior in ((0, 1), (1, 0)):
        if not advised(kg)[rows[senior], rows[junior]]:
            continue
        papers = advised_papers(kg, rows[senior], rows[junior])
        told = _papers(kg, incidence, papers)
        sentence = f"{names[senior]} closes early papers of {names[junior]}, as advisors do"
        found.append(Conflict("advisor", tuple(told), f"{sentence}: {_listed(told)}"))
    return found


def _papers(kg: KnowledgeGraph, incidence: Incidence, columns: NDArray[np.intp]) -> dict[str, str]:
    return _titles(kg, incidence.papers.take(columns).to_pylist())


def _titles(kg: KnowledgeGraph, papers: Sequence[str]) -> dict[str, str]:
    """What people read of each paper: its title and year."""
    import pyarrow as pa

    ids = pa.array(papers, pa.string())
    titles = objects(values(kg, "papers", "title", ids))
    years = values(kg, "papers", "year", ids).to_pylist()
    return {
        paper: f"“{title or paper}” ({year or 'year unknown'})"
        for paper, title, year in zip(papers, titles, years, strict=True)
    }


def _listed(told: dict[str, str], most: int = 3) -> str:
    shown = ", ".join(list(told.values())[:most])
    return f"{shown} and {len(told) - most} more" if len(told) > most else shown
