"""Which claims a person should look at: those that are doubtful and would change most.

A claim's score is the chance that it is true. The doubt of a claim that is joined is what is
missing to 1, the doubt of one that is not is its score; times the papers that would change
hands if the answer turned out the other way, that is what an answer is worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import AUTHORSHIP, SAME, claims
from graphkit.identity.joining import Groups
from graphkit.identity.signatures import signatures
from graphkit.schema import schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Doubt", "Side", "doubts"]

# Beyond this a claim is as good as settled, and not worth anybody's time.
LEAST_DOUBT = 0.02
SHOWN = 5


@dataclass(frozen=True)
class Side:
    """One of the two that a claim is about.

    Attributes
    ----------
    id : str
        The end of the claim.
    names : dict of str to int
        Printed names (or titles, or labels), each with its number of papers.
    first, last : int or None
        Years of publication.
    coauthors : list of str
        The names of the most frequent ones.
    papers : list of str
        Some titles, each with the paper's id.
    count : int
        How many papers there are.
    """

    id: str
    names: dict[str, int]
    first: int | None
    last: int | None
    coauthors: list[str]
    papers: list[str]
    count: int


@dataclass(frozen=True)
class Doubt:
    """A claim that might be wrong, or wrongly set aside.

    Attributes
    ----------
    a, b : str
        What it is about, as a decision would name it.
    score : float
    method : str
    evidence : str or None
    joined : bool
        Whether the graph counts the two as one now.
    papers : int
        How many papers would change hands if the answer were the other one.
    ties : int
        How many coauthors these papers have: ties that would change.
    one, other : Side
    """

    a: str
    b: str
    score: float
    method: str
    evidence: str | None
    joined: bool
    papers: int
    ties: int
    one: Side
    other: Side

    @property
    def doubt(self) -> float:
        """The chance that the graph has it wrong, between 0 and 1."""
        return 1 - self.score if self.joined else self.score

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {**asdict(self), "doubt": self.doubt}


def doubts(kg: KnowledgeGraph, most: int | None = None) -> list[Doubt]:
    """The doubtful claims of a resolved graph, the most consequential first.

    Parameters
    ----------
    kg : KnowledgeGraph
        Resolved.
    most : int, optional
        How many at most.

    Returns
    -------
    list of Doubt
        By doubt times papers, then by ties. Nothing that a person decided, or that follows
        from what somebody decided, and no two authors of one paper.

    Raises
    ------
    ValueError
        The graph is not resolved.

    Examples
    --------
    >>> import graphkit as gk
    >>> (found,) = doubts(gk.example().resolve())
    >>> found.one.names, found.other.names, found.joined
    ({'I-FAN CHEN': 1}, {'I-Fan Chen': 1}, True)
    """
    threshold = kg.threshold
    if threshold is None:
        raise ValueError("nothing is joined yet: resolve the graph first")
    return _Review(kg, threshold).found(most)


# A side is known by its parts: an id or an authorship, or two sides that a surer claim joined.
Part = str | tuple[Any, Any]


class _Review:
    def __init__(self, kg: KnowledgeGraph, threshold: float) -> None:
        self._kg = kg
        self._rows = signatures(kg)
        found = claims({name: kg.table(name, as_read=True) for name in schema().tables})
        self._claims = found
        self._threshold = threshold
        rows = self._rows
        self._by_row = dict(zip(rows["row"].to_pylist(), rows["author"].to_pylist(), strict=True))
        identities = kg.table("identities").to_pylist()
        self._heads = {row["entity"]: row["same_as"] for row in identities}
        self._papers_of_name = Counter(rows["name_id"].to_pylist())
        self._papers_of_person = Counter(rows["author"].to_pylist())

    def found(self, most: int | None) -> list[Doubt]:
        ranked = sorted(self._ranked(), key=lambda one: (-one[0], one[1]["a"], one[1]["b"]))
        doubts: list[Doubt] = []
        # Ties are counted where they may matter: among the first of equals.
        enough = len(ranked) if most is None else 3 * most + 20
        for _, row, joined, left, right in ranked[:enough]:
            doubt = self._doubt(row, joined, left, right)
            if doubt is not None:
                doubts.append(doubt)
        doubts.sort(key=lambda one: (-one.doubt * one.papers, -one.ties, one.a, one.b))
        return doubts[:most]

    # -- which ----------------------------------------------------------------------------

    def _head(self, end: str) -> str:
        if end.startswith(AUTHORSHIP):
            return str(self._by_row.get(end, end))
        seen = {end}
        while (above := self._heads.get(end)) is not None and above not in seen:
            end = above
            seen.add(end)
        return end

    def _ranked(self) -> Iterator[tuple[float, dict[str, Any], bool, Part, Part]]:
        settled = Groups()
        numbers: dict[str, int] = {}
        tree: dict[int, Part] = {}
        merged = Groups()
        # Of two persons, what was decided or the surest claim.
        told: set[frozenset[str]] = set()

        def number(end: str) -> int:
            return numbers.setdefault(end, len(numbers))

        for row in self._claims.to_pylist():
            a, b = number(row["a"]), number(row["b"])
            heads = self._head(row["a"]), self._head(row["b"])
            if row["decided"]:
                told.add(frozenset(heads))
                if row["relation"] == SAME:
                    settled.claim(a, b, same=True, decided=True)
            if row["relation"] != SAME or a == b:
                continue
            joined = heads[0] == heads[1]
            if joined and row["score"] >= self._threshold:
                left, right = merged.find(a), merged.find(b)
                if left == right:
                    continue
                sides = tree.get(left, row["a"]), tree.get(right, row["b"])
                merged.claim(a, b, same=True)
                tree[merged.find(a)] = sides
                open_ = not row["decided"] and settled.find(a) != settled.find(b)
                if open_ and 1 - row["score"] >= LEAST_DOUBT:
                    weight = (1 - row["score"]) * min(map(self._size, sides))
                    yield weight, row, True, *sides
            elif not joined and row["score"] >= LEAST_DOUBT and not row["decided"]:
                if frozenset(heads) in told:
                    continue
                told.add(frozenset(heads))
                ends = [
                    end if end.startswith(AUTHORSHIP) else head
                    for end, head in zip((row["a"], row["b"]), heads, strict=True)
                ]
                weight = row["score"] * min(map(self._size, ends))
                yield weight, row, False, *ends

    def _size(self, part: Part) -> int:
        total, open_ = 0, [part]
        while open_:
            one = open_.pop()
            if isinstance(one, tuple):
                open_ += one
            elif one.startswith(AUTHORSHIP):
                total += 1
            else:
                total += max(self._papers_of_name[one], self._papers_of_person[one], 1)
        return total

    # -- what they look like --------------------------------------------------------------

    def _doubt(self, row: dict[str, Any], joined: bool, left: Part, right: Part) -> Doubt | None:
        import pyarrow.compute as pc

        one, other = (self._signed(part, joined) for part in (left, right))
        if not joined and one.num_rows and other.num_rows:
            keys = ["paper", "source"]
            if one.join(other.select(keys), keys, join_type="left semi").num_rows:
                # Two authors of one paper are two.
                return None
        few = min((one, other), key=lambda rows: rows.num_rows)
        papers = pc.unique(few["paper"].combine_chunks())
        with_them = self._rows.filter(pc.is_in(self._rows["paper"], papers))
        people = set(with_them["author"].to_pylist()) - set(few["author"].to_pylist())
        return Doubt(
            **{name: row[name] for name in ("a", "b", "score", "method", "evidence")},
            joined=joined,
            papers=max(len(papers), 1),
            ties=len(people),
            one=self._side(row["a"], one),
            other=self._side(row["b"], other),
        )

    def _signed(self, part: Part, joined: bool) -> pa.Table:
        """The authorships of a side."""
        import pyarrow as pa
        import pyarrow.compute as pc

        ends, open_ = [], [part]
        while open_:
            one = open_.pop()
            if isinstance(one, tuple):
                open_ += one
            else:
                ends.append(one)
        ids = pa.array(ends, pa.string())
        rows = self._rows
        # Of a name that is joined, what stayed with it; of a person, all.
        whose = rows["name_id"] if joined else rows["author"]
        mine = pc.or_(pc.is_in(rows["row"], ids), pc.is_in(whose, ids))
        return rows.filter(mine)

    def _side(self, end: str, rows: pa.Table) -> Side:
        import pyarrow.compute as pc

        if not rows.num_rows:
            return self._thing(end)
        papers = self._kg.table("papers")
        papers = papers.filter(pc.is_in(papers["id"], rows["paper"].combine_chunks()))
        titles = dict(zip(papers["id"].to_pylist(), papers["title"].to_pylist(), strict=True))
        others = self._rows.filter(pc.is_in(self._rows["paper"], rows["paper"].combine_chunks()))
        theirs = others.filter(pc.invert(pc.is_in(others["row"], rows["row"].combine_chunks())))
        with_them = Counter(theirs["name"].to_pylist())
        printed = Counter(rows["name"].to_pylist())
        count = pc.count_distinct(rows["paper"]).as_py()
        sample = sorted(titles.items())[: SHOWN - 2]
        return Side(
            id=end,
            names=dict(sorted(printed.items(), key=lambda one: (-one[1], one[0]))),
            first=pc.min(papers["year"]).as_py(),
            last=pc.max(papers["year"]).as_py(),
            coauthors=[name for name, _ in with_them.most_common(SHOWN)],
            papers=[f"{title or 'untitled'} ({paper})" for paper, title in sample],
            count=count,
        )

    def _thing(self, end: str) -> Side:
        """A paper, venue or organization: what it is called, and for a paper by whom it is."""
        import pyarrow.compute as pc

        names: dict[str, int] = {}
        year, people = None, []
        for name, table in schema().tables.items():
            if table.has_id and table.label:
                rows = self._kg.table(name, as_read=True)
                rows = rows.filter(pc.equal(rows["id"], end))
                names |= {label: 1 for label in rows[table.label].to_pylist() if label}
                if name == "papers" and rows.num_rows:
                    year = rows["year"][0].as_py()
                    wrote = self._rows.filter(pc.equal(self._rows["paper"], end))
                    people = wrote.sort_by("position")["name"].to_pylist()[:SHOWN]
        return Side(end, names, year, year, people, [], 1)
