"""Claims that two organizations are one, by their ids in registers and by their names.

Names are compared word by word in their order ("University of Washington" is not "Washington
University"), with common abbreviations written out. An acronym alone counts where a name has it in
brackets, or where it is nobody else's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from graphkit.graph import KnowledgeGraph
from graphkit.matchers import claimed
from graphkit.matchers.identifiers import same_identifiers
from graphkit.matchers.papers.records import folded, word_set

__all__ = ["match"]

VERSION = "1"
SAME = "owl:sameAs"
LARGEST_GROUP = 50
EMPTY = word_set("a an and at de del der des di do du et for fur in la le of the und")
WRITTEN_OUT = {
    "acad": "academy",
    "assoc": "association",
    "cent": "center",
    "centre": "center",
    "coll": "college",
    "corp": "corporation",
    "ctr": "center",
    "dept": "department",
    "fac": "faculty",
    "fdn": "foundation",
    "hosp": "hospital",
    "inst": "institute",
    "int": "international",
    "lab": "laboratory",
    "labs": "laboratories",
    "natl": "national",
    "polytech": "polytechnic",
    "res": "research",
    "sch": "school",
    "sci": "science",
    "sciences": "science",
    "soc": "society",
    "tech": "technology",
    "technol": "technology",
    "univ": "university",
}
ACRONYM = re.compile(r"\(([A-Z][A-Za-z]*[A-Z][A-Za-z]*)\)")
BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*")


@dataclass(frozen=True)
class _Name:
    """One name of an organization, as it is compared."""

    text: str
    words: tuple[str, ...]
    country: str
    acronyms: frozenset[str]

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.words)


def match(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Propose which organizations are one.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    KnowledgeGraph
        The graph with claims in ``matches``. Two ROR ids are never one organization.

    Examples
    --------
    >>> kg = KnowledgeGraph({"organizations": [
    ...     {"id": f"organization:{n}", "label": label}
    ...     for n, label in enumerate(["Univ. of Oxford", "University of Oxford", "Oxford Brookes"])
    ... ]})
    >>> match(kg).matches[["a", "b", "score"]].values.tolist()
    [['organization:0', 'organization:1', 0.95]]
    """
    names, registered = _names(kg)
    identified = same_identifiers(kg, names)
    holders: dict[str, list[str]] = defaultdict(list)
    for organization, ror in sorted(registered.items()):
        holders[ror].append(organization)
    for ror, ids in holders.items():
        identified.update(((ids[0], other), ror) for other in ids[1:])
    claims: list[dict[str, Any]] = []
    for a, b in sorted(_candidates(names) | set(identified)):
        if (a, b) in identified:
            method, score, evidence = "same identifier", 1.0, f"both are {identified[a, b]}"
        elif a in registered and b in registered:
            continue
        else:
            method = "names"
            score, evidence = _likeness(names[a], names[b], names)
        if score:
            about = {"a": a, "b": b, "method": method, "score": score, "relation": SAME}
            claims.append({**about, "evidence": evidence})
    title = "Names of one organization"
    return claimed(kg, "organizations", VERSION, title=title, tables={"matches": claims})


def _names(kg: KnowledgeGraph) -> tuple[dict[str, list[_Name]], dict[str, str]]:
    """The names of each organization, its aliases among them, and the ROR ids."""
    import pyarrow.compute as pc

    rows = kg.table("organizations", as_read=True)
    aliases = kg.table("aliases", as_read=True)
    aliases = aliases.filter(pc.is_in(aliases["entity"], rows["id"].combine_chunks()))
    names: dict[str, list[_Name]] = defaultdict(list)
    for table, id, label in ((rows, "id", "label"), (aliases, "entity", "name")):
        bare = pc.replace_substring_regex(pc.fill_null(table[label], ""), r"\s*\([^()]*\)", "")
        plain = folded(bare.combine_chunks()).to_pylist()
        for entity, text, words in zip(
            table[id].to_pylist(), table[label].to_pylist(), plain, strict=True
        ):
            if words:
                names[entity].append(_name(text, words))
    registered = {
        id: ror or id
        for id, ror in zip(rows["id"].to_pylist(), rows["ror"].to_pylist(), strict=True)
        if ror or id.startswith("ror:")
    }
    return {id: names[id] for id in rows["id"].to_pylist()}, registered


def _name(text: str, plain: str) -> _Name:
    acronyms = frozenset(found.lower() for found in ACRONYM.findall(text))
    inside = [found.casefold() for found in BRACKETS.findall(text)]
    country = next((found for found in inside if found not in acronyms), "")
    words = tuple(WRITTEN_OUT.get(word, word) for word in plain.split() if word not in EMPTY)
    return _Name(text, words, country, acronyms)


def _candidates(names: dict[str, list[_Name]]) -> set[tuple[str, str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for id, known in names.items():
        for name in known:
            for key in {" ".join(name.words), name.initials, *name.acronyms} - {""}:
                groups[key].add(id)
    found: set[tuple[str, str]] = set()
    for ids in groups.values():
        if len(ids) <= LARGEST_GROUP:
            found.update(combinations(sorted(ids), 2))
    return found


def _likeness(
    first: list[_Name], second: list[_Name], names: dict[str, list[_Name]]
) -> tuple[float, str]:
    """The best score of any two names, and why."""
    found = [(0.0, "")]
    for a in first:
        for b in second:
            told = f"{a.text!r} and {b.text!r}"
            if a.country and b.country and a.country != b.country:
                continue
            if a.words == b.words and a.words:
                score = 0.95 if a.country == b.country else 0.85
                found.append((score, f"{told}: the same words, abbreviations written out"))
            for short, long in ((a, b), (b, a)):
                acronym = "".join(short.words)
                if len(short.words) != 1 or len(long.words) < 2 or len(acronym) < 2:
                    continue
                if acronym in long.acronyms:
                    found.append((0.9, f"{told}: the acronym that the other gives"))
                elif len(acronym) > 2 and acronym == long.initials:
                    rivals = sum(any(n.initials == acronym for n in k) for k in names.values())
                    score = 0.6 if rivals == 1 else 0.3
                    found.append((score, f"{told}: the initials, of {rivals} such names"))
    return max(found)
