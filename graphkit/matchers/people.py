"""People under several spellings: claims that two names, or a name and a mention, are one person.

Spellings are compared where a block brings them together (`spellings`), scored by a small model
of how alike they are (`likeness`), and joined by average linkage (`linkage`). What is claimed is
the merges of that tree, so that a threshold cuts it.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.matchers import Earlier, claimed, earlier
from graphkit.matchers.context import Context, context
from graphkit.matchers.likeness import FEATURES, affiliation_odds, features, namesake_odds
from graphkit.matchers.linkage import Merge, merges
from graphkit.matchers.reasons import Reasons
from graphkit.matchers.spellings import Spellings, pairs_to_compare, spellings

if TYPE_CHECKING:
    import lightgbm
    import numpy as np

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Floats = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["between_people", "calibrated", "marks", "match", "scores"]

VERSION = "2"
NAME = "people"
SAME = "owl:sameAs"
# People curate what they come across: of the pairs that the labels call different although the
# names and the company agree, most are one person. Where the labels say .3, more likely than
# not they are one; there too is the best F1 (docs/decisions).
EVEN_ODDS = 0.3
# Pairs that were not worth comparing are hardly ever one person.
MISSING = 0.02
# Merges of a lower level (.19 as a chance) are not even offered for review.
LEAST = 0.09
SAME_SPELLING = 0.98


def match(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Claim which spellings are one person.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    KnowledgeGraph
        The graph with claims in ``matches``: between two author ids, or between one authorship
        that prints an initial and the author id that it means. Two authors of one paper, two ids
        of one register and groups are never claimed to be one.

    Examples
    --------
    >>> import graphkit as gk
    >>> match(gk.example()).matches[["a", "b", "score"]].values.tolist()
    [['author:I-FAN_CHEN', 'author:I-Fan_Chen', 0.98]]
    """
    around = context(kg)
    orcids, notes = _orcids(around)
    found = spellings(around, orcids)
    known = earlier(kg, NAME, VERSION)
    chosen, kept = (None, []) if known is None else _affected(found, known)
    claims = [*kept, *_same_spelling(found, orcids, chosen), *_same_person(found, chosen)]
    claims.sort(key=lambda claim: (claim["a"], claim["b"], claim["method"]))
    return claimed(
        kg,
        NAME,
        VERSION,
        title="People under several spellings",
        tables={"matches": claims},
        notes=notes,
    )


# -- identifiers ----------------------------------------------------------------------------


def _orcids(around: Context) -> tuple[list[str | None], list[dict[str, str]]]:
    """The ORCID of each author, and notes of those that stand for two people of one paper."""
    import pyarrow as pa
    import pyarrow.compute as pc

    people = around.kg.table("authors", as_read=True).select(["id", "orcid"])
    more = around.kg.table("identifiers", as_read=True)
    more = more.select(["entity", "identifier"]).rename_columns(["id", "orcid"])
    themselves = pa.table({"id": around.authors, "orcid": around.authors})
    every = pa.concat_tables([people, more, themselves])
    every = every.filter(pc.fill_null(pc.starts_with(every["orcid"], "orcid:"), False))
    every = every.filter(pc.is_in(every["id"], around.authors)).sort_by(
        [("id", "ascending"), ("orcid", "ascending")]
    )
    first = every.group_by("id", use_threads=False).aggregate([("orcid", "first")])
    of_author = first["orcid_first"].take(pc.index_in(around.authors, first["id"].combine_chunks()))
    of_row = of_author.take(pa.array(around.author))
    table = around.kg.table("authorships", as_read=True)
    marked = pa.table(
        {name: table[name] for name in ("paper", "source", "author")} | {"orcid": of_row}
    )
    marked = marked.filter(pc.is_valid(marked["orcid"]))
    twice = marked.group_by(["paper", "source", "orcid"], use_threads=False).aggregate(
        [("author", "count_distinct"), ("author", "count")]
    )
    twice = twice.filter(pc.greater(twice["author_count"], 1)).sort_by(
        [("orcid", "ascending"), ("paper", "ascending"), ("source", "ascending")]
    )
    notes = [
        {
            "reason": f"{row['orcid']} stands for {row['author_count']} authors of one paper",
            "text": row["orcid"],
            "done": "nobody was joined by it",
            "place": row["paper"],
        }
        for row in twice.to_pylist()
    ]
    wrong = pc.is_in(of_author, twice["orcid"].combine_chunks())
    return pc.if_else(wrong, None, of_author).to_pylist(), notes


# -- claims ---------------------------------------------------------------------------------


def _same_spelling(
    found: Spellings, orcids: list[str | None], chosen: Integers | None
) -> Iterator[dict[str, Any]]:
    """The ids of one node are one person: by their ORCID, or by names alike in all letters."""
    import numpy as np

    authors = found.context.authors
    grouped: dict[object, list[int]] = defaultdict(list)
    for code, node in enumerate(found.node_of_author.tolist()):
        name = found.context.names[code]
        if node >= 0:
            grouped[node].append(code)
        elif name is not None:
            # Mentions of initials may be of several people; what is left of them is not more
            # than one spelling with another.
            grouped[name.key].append(code)
    wanted = None if chosen is None else set(chosen.tolist())
    mentions = np.bincount(found.context.author, minlength=len(authors))
    for node, codes in grouped.items():
        if len(codes) < 2 or (wanted is not None and isinstance(node, int) and node not in wanted):
            continue
        head = max(codes, key=lambda code: (mentions[code], -code))
        for code in codes:
            if code == head:
                continue
            one, other = sorted((str(authors[code]), str(authors[head])))
            printed = " and ".join(repr(found.context.printed[c]) for c in sorted((code, head)))
            if orcids[code] is not None and orcids[code] == orcids[head]:
                evidence = f"{printed} have {orcids[code]}"
                yield _claim(one, other, "same identifier", 1.0, evidence)
            else:
                evidence = f"{printed} differ in capitals, accents or punctuation alone"
                yield _claim(one, other, "same spelling", SAME_SPELLING, evidence)


def _claim(a: str, b: str, method: str, score: float, evidence: str) -> dict[str, Any]:
    return {
        "a": a,
        "b": b,
        "method": method,
        "score": score,
        "evidence": evidence,
        "relation": SAME,
    }


def _same_person(found: Spellings, chosen: Integers | None) -> list[dict[str, Any]]:
    """The merges of the tree as claims."""
    import numpy as np

    touched = None
    if chosen is not None:
        touched = np.zeros(len(found.names), bool)
        touched[chosen] = True
    pairs = pairs_to_compare(found, touched)
    if touched is not None:
        pairs = pairs[touched[pairs].all(axis=1)]
    if not len(pairs):
        return []
    tree = merges(pairs, scores(found, pairs), marks(found), missing=MISSING, least=LEAST)
    reasons = Reasons(found)
    claims = []
    for merge in between_people(found, tree):
        ends = [_entity(found, node) for node in merge[:2]]
        evidence = reasons.of(merge.a, merge.b)
        score = round(calibrated(merge.level), 6)
        if not found.single[merge.a]:
            ends.sort()
        claims.append(_claim(ends[0], ends[1], "name and company", score, evidence))
    return claims


def _entity(found: Spellings, node: int) -> str:
    if not found.single[node]:
        return str(found.context.authors[found.author[node]])
    return str(found.context.rows[int(found.last_row[node])])


def between_people(found: Spellings, tree: Iterable[Merge]) -> Iterator[Merge]:
    """Merges between two people, or of a single mention (first) with a person.

    Mentions of initials that only one another resemble stay with their printed name.
    """
    group: dict[int, list[int]] = {}
    person: dict[int, int] = {}
    for a, b, level in tree:
        left, right = group.setdefault(a, [a]), group.setdefault(b, [b])
        heads = [_person(found, person, members) for members in (left, right)]
        ends = [
            node if not found.single[node] or head is None else head
            for node, head in zip((a, b), heads, strict=True)
        ]
        if heads[0] is not None and heads[1] is not None:
            yield Merge(ends[0], ends[1], level)
        elif heads[0] is not None or heads[1] is not None:
            alone, whom = (right, ends[0]) if heads[0] is not None else (left, ends[1])
            for mention in alone:
                yield Merge(mention, whom, level)
        if len(left) < len(right):
            left, right = right, left
        left += right
        for member in right:
            group[member] = left
        known = heads[0] if heads[0] is not None else heads[1]
        if known is not None:
            person[id(left)] = known


def _person(found: Spellings, person: dict[int, int], members: list[int]) -> int | None:
    """A node of a group that is more than a single mention."""
    if id(members) in person:
        return person[id(members)]
    return members[0] if len(members) == 1 and not found.single[members[0]] else None


# -- scores ---------------------------------------------------------------------------------


def scores(found: Spellings, pairs: Integers) -> Floats:
    """How likely each pair of nodes is one person, by the labels that the model learnt.

    Parameters
    ----------
    found : Spellings
    pairs : numpy.ndarray of int64, shape (pairs, 2)

    Returns
    -------
    numpy.ndarray of float64, shape (pairs,)
        Between 0 and 1.
    """
    import numpy as np

    said = np.clip(_model().predict(features(found, pairs), num_threads=1), 1e-9, 1 - 1e-9)
    odds = said / (1 - said) * affiliation_odds(found, pairs) * namesake_odds(found, pairs)
    return np.asarray(odds / (1 + odds), np.float64)


def calibrated(level: float) -> float:
    """The chance that a merge is right, from its mean score.

    Examples
    --------
    >>> round(calibrated(EVEN_ODDS), 3), calibrated(0.0), calibrated(1.0)
    (0.5, 0.0, 1.0)
    """
    return level * (1 - EVEN_ODDS) / (level * (1 - EVEN_ODDS) + (1 - level) * EVEN_ODDS)


@functools.cache
def _model() -> lightgbm.Booster:
    import lightgbm

    text = resources.files("graphkit.matchers").joinpath("people_model.txt").read_text("utf-8")
    model = lightgbm.Booster(model_str=text)
    assert tuple(model.feature_name()) == FEATURES
    return model


def marks(found: Spellings) -> list[frozenset[int]]:
    """What no two nodes of one person share: the sheets of each node, and its register."""
    import numpy as np

    numbers = np.unique(["", *found.register], return_inverse=True)[1][1:]
    sheets = found.sheets
    return [
        frozenset(sheets.indices[start:end].tolist()) | ({-int(number)} if number else frozenset())
        for start, end, number in zip(
            sheets.indptr[:-1].tolist(), sheets.indptr[1:].tolist(), numbers, strict=True
        )
    ]


# -- what new sources touch -----------------------------------------------------------------


def _affected(found: Spellings, known: Earlier) -> tuple[Integers, list[dict[str, Any]]]:
    """The nodes that new sources touch with all that they may be, and claims of no such node."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import scipy.sparse as sp

    around = found.context
    unseen = pa.array(sorted(known.unseen), pa.string())
    fresh = np.zeros(len(found.names), bool)
    rows = around.kg.table("authorships", as_read=True)
    of_rows = found.node_of_row[pc.is_in(rows["source"], unseen).to_numpy().nonzero()[0]]
    fresh[of_rows[of_rows >= 0]] = True
    people = around.kg.table("authors", as_read=True)
    new = people.filter(pc.is_in(people["source"], unseen))["id"]
    codes = pc.index_in(new.combine_chunks(), around.authors).to_numpy()
    of_authors = found.node_of_author[codes]
    fresh[of_authors[of_authors >= 0]] = True
    ids = around.authors.to_pylist()
    node_of = {ids[code]: int(node) for code, node in enumerate(found.node_of_author) if node >= 0}
    single = np.flatnonzero(found.single)
    node_of |= {_entity(found, node): node for node in single.tolist()}
    said = known.tables["matches"].to_pylist()
    links = [(node_of.get(claim["a"], -1), node_of.get(claim["b"], -1)) for claim in said]
    ends = np.array([link for link in links if min(link) >= 0], np.int64).reshape(-1, 2)
    ends = np.concatenate([ends, pairs_to_compare(found, fresh)])
    shape = (len(found.names), len(found.names))
    graph = sp.coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=shape)
    component = sp.csgraph.connected_components(graph, directed=False)[1]
    hit = np.isin(component, component[fresh])
    kept = [
        {name: value for name, value in claim.items() if name != "source"}
        for claim, link in zip(said, links, strict=True)
        if min(link) >= 0 and not hit[list(link)].any()
    ]
    return np.flatnonzero(hit), kept
