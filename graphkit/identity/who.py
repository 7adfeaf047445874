"""Who is who, and why: the printed names behind a person, and what joined or split them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import DIFFERENT, SAME, claims
from graphkit.identity.signatures import signatures
from graphkit.schema import schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["ClaimAbout", "Identity", "PrintedName", "Signature", "who_is"]


@dataclass(frozen=True)
class PrintedName:
    """One way in which a person is printed.

    Attributes
    ----------
    name : str
    id : str
        The id that the name has by itself.
    papers : int
        How many papers of this person print it.
    first, last : int or None
        Years of these papers.
    """

    name: str
    id: str
    papers: int
    first: int | None
    last: int | None


@dataclass(frozen=True)
class ClaimAbout:
    """A claim that a person's ids are, or are not, somebody's.

    Attributes
    ----------
    outcome : str
        ``"joined"``; ``"kept apart"``, where the claim is that they differ; ``"not joined"``,
        where it is that they are one, but too unsure, or something stands against it;
        ``"not kept apart"``, where it is that they differ and surer ones join them.
    a, b : str
        What it is about: ids as read, or single authorships.
    other : str or None
        The person at the other end, where that is somebody else.
    score : float
    method : str
    evidence : str or None
    by : str
        Who decided so, or which matcher claims so, with its version.
    decided : bool
    source : str
    """

    outcome: str
    a: str
    b: str
    other: str | None
    score: float
    method: str
    evidence: str | None
    by: str
    decided: bool
    source: str


@dataclass(frozen=True)
class Signature:
    """One paper of a person.

    Attributes
    ----------
    paper, title : str
    year : int or None
    printed_name : str or None
    row : str
        The authorship's id, for a decision about it alone.
    source, place : str or None
    """

    paper: str
    title: str | None
    year: int | None
    printed_name: str | None
    row: str
    source: str | None
    place: str | None


@dataclass(frozen=True)
class Identity:
    """Who somebody is, and why.

    Attributes
    ----------
    id, name : str
    threshold : float or None
        Of the resolution; None where the graph has none.
    names : list of PrintedName
        The commonest first.
    claims : list of ClaimAbout
        The first word first, as in `graphkit.identity.claims.claims`.
    papers : list of Signature
        By year.
    """

    id: str
    name: str
    threshold: float | None
    names: list[PrintedName]
    claims: list[ClaimAbout]
    papers: list[Signature]

    def __str__(self) -> str:
        lines = [f"{self.name}  ({self.id})", "", "Printed as"]
        for one in self.names:
            years = _years(one.first, one.last)
            lines.append(f"  {one.name}: {_count(one.papers, 'paper')}{years}  ({one.id})")
        groups: dict[str, list[ClaimAbout]] = defaultdict(list)
        for claim in self.claims:
            groups[claim.outcome].append(claim)
        for outcome in ("joined", "kept apart", "not joined", "not kept apart"):
            if groups[outcome]:
                lines += ["", outcome.capitalize()]
            for claim in groups[outcome]:
                sure = "decided" if claim.decided else f"{claim.score:.2f}"
                sign = "≠" if outcome.endswith("kept apart") else "="
                lines.append(f"  {sure}  {claim.a} {sign} {claim.b}")
                why = claim.evidence or "no reason given"
                lines.append(f"        {why} ({claim.method}, {claim.by})")
        lines += ["", f"{_count(len(self.papers), 'paper')}"]
        for paper in self.papers:
            title = paper.title or paper.paper
            lines.append(f"  {paper.year or '????'}  {title}")
            lines.append(f"        as {paper.printed_name}; {paper.row}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        return asdict(self)

    def frame(self) -> pd.DataFrame:
        """The claims as a frame, a row each.

        Returns
        -------
        pandas.DataFrame
            The columns of `ClaimAbout`.
        """
        import pandas as pd

        names = list(ClaimAbout.__dataclass_fields__)
        return pd.DataFrame([asdict(claim) for claim in self.claims], columns=names)


def who_is(kg: KnowledgeGraph, name: str) -> Identity:
    """Who somebody is: how they are printed, what joined or split that, and their papers.

    Parameters
    ----------
    kg : KnowledgeGraph
        With claims: matched or resolved.
    name : str
        A name, an id or an IRI.

    Returns
    -------
    Identity
        Print it, or take it as a frame or plain data.

    Raises
    ------
    UnknownEntityError
        Nobody is called so, or several people are.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = who_is(gk.example().resolve(), "I-Fan Chen")
    >>> [(one.name, one.papers) for one in found.names]
    [('I-FAN CHEN', 1), ('I-Fan Chen', 1)]
    >>> found.claims[0].outcome, found.claims[0].evidence
    ('joined', "'I-FAN CHEN' and 'I-Fan Chen' differ in capitals, accents or punctuation alone")
    """
    person = kg.find("authors", name)
    rows = signatures(kg)
    papers = _signed(kg, rows, person)
    heads = {row["entity"]: row["same_as"] for row in kg.table("identities").to_pylist()}

    def head(end: str) -> str:
        seen = {end}
        while (above := heads.get(end)) is not None and above not in seen:
            end = above
            seen.add(end)
        return end

    own = {person, *(one for one in heads if head(one) == person)}
    return Identity(
        id=person,
        name=_name_of(kg, person),
        threshold=kg.threshold,
        names=_printed(papers, rows, person),
        claims=_about(kg, rows, own, person, head),
        papers=papers,
    )


def _name_of(kg: KnowledgeGraph, person: str) -> str:
    import pyarrow.compute as pc

    authors = kg.table("authors")
    names = authors.filter(pc.equal(authors["id"], person))["name"].drop_null().to_pylist()
    return min(names, default=person)


def _signed(kg: KnowledgeGraph, rows: pa.Table, person: str) -> list[Signature]:
    import pyarrow.compute as pc

    rows = rows.filter(pc.equal(rows["author"], person))
    papers = kg.table("papers")
    papers = papers.filter(pc.is_in(papers["id"], rows["paper"].combine_chunks()))
    about = {row["id"]: row for row in papers.sort_by("source").to_pylist()[::-1]}
    found = []
    for row in rows.to_pylist():
        paper = about.get(row["paper"], {})
        found.append(
            Signature(
                paper=row["paper"],
                title=paper.get("title"),
                year=paper.get("year"),
                **{name: row[name] for name in ("printed_name", "row", "source", "place")},
            )
        )
    return sorted(found, key=lambda one: (one.year or 0, one.paper, one.row, one.source or ""))


def _printed(papers: list[Signature], rows: pa.Table, person: str) -> list[PrintedName]:
    import pyarrow.compute as pc

    rows = rows.filter(pc.equal(rows["author"], person))
    columns = (rows[name].to_pylist() for name in ("row", "name", "name_id"))
    called = {row: (name, own) for row, name, own in zip(*columns, strict=True)}
    grouped: dict[tuple[str, str], dict[str, int | None]] = defaultdict(dict)
    for one in papers:
        grouped[called[one.row]][one.paper] = one.year
    names = []
    for (name, of), years in grouped.items():
        known = sorted(year for year in years.values() if year is not None)
        first, last = (known[0], known[-1]) if known else (None, None)
        names.append(PrintedName(name, of, len(years), first, last))
    return sorted(names, key=lambda one: (-one.papers, one.name, one.id))


def _about(
    kg: KnowledgeGraph, rows: pa.Table, own: set[str], person: str, head: Any
) -> list[ClaimAbout]:
    import pyarrow as pa
    import pyarrow.compute as pc

    mine = pc.or_(
        pc.equal(rows["author"], person), pc.is_in(rows["name_id"], pa.array(sorted(own)))
    )
    signed = rows.filter(mine)
    by_row = dict(zip(signed["row"].to_pylist(), signed["author"].to_pylist(), strict=True))
    ends = pa.array(sorted(own | by_row.keys()), pa.string())
    found = claims({name: kg.table(name, as_read=True) for name in schema().tables})
    found = found.filter(pc.or_(pc.is_in(found["a"], ends), pc.is_in(found["b"], ends)))
    found = found.filter(pc.is_in(found["relation"], pa.array([SAME, DIFFERENT])))
    sources = {row["id"]: row for row in kg.table("sources").to_pylist()}
    about = []
    for row in found.to_pylist():
        people = [by_row.get(row[end]) or head(row[end]) for end in ("a", "b")]
        if person not in people:
            # Of an authorship that went from one who shares the name to a third.
            continue
        others = [one for one in people if one != person]
        outcome = "joined" if not others else "not joined"
        if row["relation"] == DIFFERENT:
            outcome = "kept apart" if others else "not kept apart"
        source = sources.get(row["source"], {})
        about.append(
            ClaimAbout(
                outcome=outcome,
                other=others[0] if others else None,
                by=source.get("decided_by") or source.get("reader") or row["source"],
                **{
                    name: row[name]
                    for name in ("a", "b", "score", "method", "evidence", "decided", "source")
                },
            )
        )
    return about


def _years(first: int | None, last: int | None) -> str:
    if first is None:
        return ""
    return f", {first}" if first == last else f", {first}–{last}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
