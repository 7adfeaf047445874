"""Claims that two venues are one: a journal and its abbreviation, an event and its acronym.

Editions of an event are different events, so years and numbers have to agree; workshops and
companions are not the conference they go with.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from graphkit.graph import KnowledgeGraph
from graphkit.matchers import claimed
from graphkit.matchers.identifiers import same_identifiers
from graphkit.matchers.papers.records import folded, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["abbreviates", "match"]

VERSION = "1"
SAME = "owl:sameAs"
EVENT = "schema:Event"
ENOUGH_WORDS = 2
LARGEST_GROUP = 50
FEW_PAPERS, MANY_PAPERS = 2, 5
# Words that say nothing about which venue it is.
EMPTY = word_set("a an and at de der die du for fur in la le les of on the to und")
FRONT = word_set("annual conf conference meeting proc proceedings international intl")
# Words by which a venue differs from the one that has the rest of its name.
TELLING = word_set(
    "companion demo demos demonstration demonstrations doctoral findings poster posters "
    "satellite student tutorial tutorials workshop workshops"
)
# In capitals, but of those who hold or print events, and of countries.
HOLDERS = word_set(
    "acm ceur eu ieee ieice ifip inc ios isbn issn lnai lncs nato siam spie tv uae uk us usa "
    "usenix ussr"
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SHORT_YEAR = re.compile(r"['’](\d\d)(?!\d)")
EDITION = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
# In capitals, perhaps with its year: ACL, CAiSE'08, ISCAS2013.
ACRONYM = re.compile(r"\b([A-Z][A-Za-z]*[A-Z][A-Za-z]*)(?=\d{4}\b|\b)")
LONGEST_ACRONYM = 10


@dataclass(frozen=True)
class _Venue:
    id: str
    label: str
    kind: str
    words: tuple[str, ...]
    years: frozenset[int]
    editions: frozenset[int]
    acronyms: frozenset[str]

    @property
    def initials(self) -> str:
        return _initials(self.words)

    @property
    def core(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if word not in FRONT)


def match(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Propose which venues are one.

    Parameters
    ----------
    kg : KnowledgeGraph
        With the claims on papers, which tell venues too: those in which one paper appeared.

    Returns
    -------
    KnowledgeGraph
        The graph with claims in ``matches``.

    Examples
    --------
    >>> kg = KnowledgeGraph({"venues": [
    ...     {"id": f"venue:{n}", "label": label, "type": "schema:Event"}
    ...     for n, label in enumerate(["ACL 2020", "ACL 2019", "Proceedings of the 58th Annual "
    ...         "Meeting of the Association for Computational Linguistics (ACL 2020)"])
    ... ]})
    >>> match(kg).matches[["a", "b"]].values.tolist()
    [['venue:0', 'venue:2']]
    """
    venues = _venues(kg)
    together = _papers_together(kg)
    identified = same_identifiers(kg, venues)
    claims = []
    for a, b in sorted(_candidates(venues) | set(together) | set(identified)):
        if a not in venues or b not in venues:
            continue
        first, second = venues[a], venues[b]
        if (a, b) in identified:
            method, score, why = "same identifier", 1.0, f"both are {identified[a, b]}"
        elif _differ(first, second):
            continue
        else:
            method = "names and papers"
            score, why = _likeness(first, second, together[a, b])
        if score:
            evidence = f"{first.label!r} and {second.label!r}: {why}"
            about = {"a": a, "b": b, "method": method, "score": score, "relation": SAME}
            claims.append({**about, "evidence": evidence})
    return claimed(kg, "venues", VERSION, title="Names of one venue", tables={"matches": claims})


def _venues(kg: KnowledgeGraph) -> dict[str, _Venue]:
    rows = kg.table("venues", as_read=True).sort_by([("id", "ascending"), ("source", "ascending")])
    columns = (rows[c].to_pylist() for c in ("id", "label", "type", "year"))
    plain = folded(rows["label"].combine_chunks()).to_pylist()
    found: dict[str, _Venue] = {}
    for id, label, kind, year, text in zip(*columns, plain, strict=True):
        if id in found or not label:
            continue
        years = {int(year)} if year else set()
        years |= {int(y) for y in YEAR.findall(label)}
        short = (int(y) for y in SHORT_YEAR.findall(label))
        years |= {(1900 if y > 50 else 2000) + y for y in short}
        words = [w for w in text.split() if w not in EMPTY and not any(c.isdigit() for c in w)]
        found[id] = _Venue(
            id=id,
            label=label,
            kind=kind or "",
            words=tuple(words),
            years=frozenset(years),
            editions=frozenset(int(n) for n in EDITION.findall(label.lower())),
            acronyms=frozenset(_acronyms(label)),
        )
    return found


def _acronyms(label: str) -> set[str]:
    if label.upper() == label and len(label.split()) > 2:
        return set()  # A label all in capitals shows nothing.
    found = {name.lower() for name in ACRONYM.findall(label) if len(name) <= LONGEST_ACRONYM}
    return found - HOLDERS


def _candidates(venues: dict[str, _Venue]) -> set[tuple[str, str]]:
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for venue in venues.values():
        years = {str(year) for year in venue.years} or {""}
        names = {venue.initials, _initials(venue.core), *venue.acronyms}
        for name in names - {""}:
            for year in years:
                groups[venue.kind, name, year].append(venue.id)
    found: set[tuple[str, str]] = set()
    for ids in groups.values():
        if len(ids) <= LARGEST_GROUP:
            found.update(combinations(sorted(ids), 2))
        else:
            # Alike words lie side by side.
            ids.sort(key=lambda id: (venues[id].words, id))
            found.update((min(pair), max(pair)) for pair in pairwise(ids))
    return found


def _differ(a: _Venue, b: _Venue) -> bool:
    """Whether two venues cannot be one: other kinds, years or numbers, or a workshop."""
    return (
        (a.kind != b.kind and bool(a.kind and b.kind))
        or bool(a.years) != bool(b.years)
        or (bool(a.years) and not a.years & b.years)
        or (bool(a.editions and b.editions) and not a.editions & b.editions)
        or bool((set(a.words) ^ set(b.words)) & TELLING)
    )


def _likeness(a: _Venue, b: _Venue, papers: int) -> tuple[float, str]:
    if a.words == b.words:
        return 0.97, "the same words"
    if papers >= MANY_PAPERS:
        return 0.95, f"{papers} papers appeared in both"
    if a.kind == EVENT and a.core and a.core == b.core:
        return 0.9, "the same words but for such as 'Proceedings'"
    if abbreviates(a.words, b.words) or abbreviates(b.words, a.words):
        return (0.92 if len(a.words) > 2 else 0.7), "one abbreviates the other, word by word"
    shared = a.acronyms & b.acronyms
    if shared and a.years:
        fewer, more = sorted((set(v.core) - v.acronyms for v in (a, b)), key=len)
        if not fewer or len(fewer & more) >= min(len(fewer), ENOUGH_WORDS):
            return 0.9, f"both are {_upper(shared)} of {min(a.years & b.years)}"
        return 0.3, f"both are {_upper(shared)}, but few of their words are the same"
    if papers >= FEW_PAPERS:
        return 0.8, f"{papers} papers appeared in both"
    for short, long in ((a, b), (b, a)):
        name = short.core[0] if len(short.core) == 1 else ""
        if len(name) > 2 and name in (long.initials, _initials(long.core)):
            return 0.7, f"{name.upper()} are the initials of the other"
    return 0.0, ""


def _initials(words: Iterable[str]) -> str:
    return "".join(word[0] for word in words)


def _upper(acronyms: Iterable[str]) -> str:
    return ", ".join(sorted(acronym.upper() for acronym in acronyms))


def abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether each word shortens the one at its place, as ISO 4 has it (Natl for National).

    Parameters
    ----------
    short, long : tuple of str
        Words in lower case, without articles and the like.

    Examples
    --------
    >>> abbreviates(("j", "natl", "acad", "sci"), ("journal", "national", "academy", "sciences"))
    True
    >>> abbreviates(("phys", "rev", "a"), ("physical", "review", "b"))
    False
    """
    return len(short) == len(long) > 1 and all(map(_shortens, short, long))


def _shortens(short: str, long: str) -> bool:
    if long.startswith(short):
        return len(short) > 1 or short == long or long == "journal"
    rest = iter(long)
    # Letters may be left out inside, but not the first ones: natl, but not nl.
    return long[:2] == short[:2] and len(short) > 2 and all(letter in rest for letter in short)


def _papers_together(kg: KnowledgeGraph) -> Counter[tuple[str, str]]:
    """How many papers appeared in both of two venues, as different sources have it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    claims = kg.table("matches", as_read=True)
    same = pc.and_(pc.greater(claims["score"], 0.5), pc.equal(claims["relation"], SAME))
    claims = claims.filter(pc.fill_null(same, False))
    rows = kg.table("papers", as_read=True).select(["id", "event", "journal"])
    counted = pc.value_counts(rows["id"].combine_chunks())
    twice = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    wanted = pa.concat_arrays([twice, *(claims[end].combine_chunks() for end in ("a", "b"))])
    rows = rows.filter(pc.is_in(rows["id"], wanted))
    named: dict[str, set[str]] = defaultdict(set)
    for column in ("event", "journal"):
        for paper, venue in zip(rows["id"].to_pylist(), rows[column].to_pylist(), strict=True):
            if venue:
                named[paper].add(venue)
    joined = [
        named[a] | named[b]
        for a, b in zip(claims["a"].to_pylist(), claims["b"].to_pylist(), strict=True)
        if a in named and b in named
    ]
    seen = [*named.values(), *joined]
    return Counter(pair for venues in seen for pair in combinations(sorted(venues), 2))
