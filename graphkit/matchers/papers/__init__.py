"""Claims that two records are one paper, or a preprint and what was published of it.

Records with a common DOI (or other id of a register) are one paper. Others are weighed by title,
authors, year and venue (`graphkit.matchers.papers.model`), and each is given to at most one
record of a source that names its papers once: of two that fit equally well, both are doubtful.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.matchers import claimed, earlier
from graphkit.matchers.papers.authors import same_places
from graphkit.matchers.papers.groups import LIKELY, join
from graphkit.matchers.papers.model import LEVELS
from graphkit.matchers.papers.pairs import Pairs, pairs
from graphkit.matchers.papers.records import Records, records

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["match"]

VERSION = "1"
SAME, VERSION_OF = "owl:sameAs", "dcterms:isVersionOf"
# Claims less likely than this are not worth anybody's look.
DOUBTFUL = 0.2
LONGEST_TITLE_SHOWN = 60


def match(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Propose which records are one paper.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    KnowledgeGraph
        The graph with claims in ``matches``: ``owl:sameAs`` for records of one paper and for
        authors who stand at one place of one paper, ``dcterms:isVersionOf`` from a preprint (or
        another earlier version) to what was published.

    Examples
    --------
    >>> paper = {"title": "Notes on the Analytical Engine of Mr. Babbage", "year": 1843}
    >>> kg = KnowledgeGraph({"papers": [
    ...     {"id": "paper:1", "source": "source:a", **paper},
    ...     {"id": "paper:2", "source": "source:b", **paper},
    ... ]})
    >>> match(kg).matches[["a", "b", "relation"]].values.tolist()
    [['paper:1', 'paper:2', 'owl:sameAs']]
    """
    found = records(kg)
    known = earlier(kg, "papers", VERSION)
    touched = None if known is None else _touched(kg, found, known.unseen)
    compared = pairs(found, touched)
    kept: list[dict[str, Any]] = []
    before: tuple[list[int], list[int]] = ([], [])
    if known is not None and touched is not None:
        # What a new record resembles may have been given to another one before.
        near = compared.how.weight() > 0
        touched[compared.i[near]] = touched[compared.j[near]] = True
        compared = pairs(found, touched)
        kept, before = _kept(known.tables["matches"], found, touched)
    group, score, needed = join(found, compared, before)
    claims = _claims(found, compared, score, needed)
    claims += same_places(kg, found, group, touched)
    made = {(claim["a"], claim["b"], claim["method"]) for claim in claims}
    claims += [row for row in kept if (row["a"], row["b"], row["method"]) not in made]
    return claimed(kg, "papers", VERSION, title="Records of one paper", tables={"matches": claims})


def _kept(
    rows: pa.Table, found: Records, touched: Any
) -> tuple[list[dict[str, Any]], tuple[list[int], list[int]]]:
    """Earlier claims on which new records have no bearing, and the records that they join."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = [pc.index_in(rows[end].combine_chunks(), found.ids) for end in ("a", "b")]
    i, j = (pc.fill_null(end, 0).to_numpy() for end in ends)
    authors = pc.is_null(ends[0]).to_numpy(zero_copy_only=False)
    kept = authors | ~(touched[i] | touched[j])
    joined = kept & ~authors & (rows["score"].to_numpy() > LIKELY)
    joined &= pc.equal(rows["relation"], SAME).to_numpy()
    claims = rows.drop_columns(["source"]).filter(pa.array(np.asarray(kept))).to_pylist()
    return claims, (i[joined].tolist(), j[joined].tolist())


def _touched(kg: KnowledgeGraph, found: Records, unseen: frozenset[str]) -> Any:
    """Records of which a new source says something."""
    import pyarrow as pa
    import pyarrow.compute as pc

    new = pa.array(sorted(unseen), pa.string())
    named = []
    for table, column in (("papers", "id"), ("authorships", "paper"), ("identifiers", "entity")):
        rows = kg.table(table, as_read=True)
        named.append(rows.filter(pc.is_in(rows["source"], new))[column].combine_chunks())
    return pc.is_in(found.ids, pa.concat_arrays(named)).to_numpy(zero_copy_only=False).copy()


def _claims(found: Records, compared: Pairs, score: Any, needed: Any) -> list[dict[str, Any]]:
    import numpy as np

    at = np.flatnonzero(needed & (score >= DOUBTFUL))
    ids = [found.ids.take(ends[at]).to_pylist() for ends in (compared.i, compared.j)]
    columns = (*ids, score[at].tolist(), compared.version[at].tolist())
    claims = [
        {
            "a": a,
            "b": b,
            "method": method,
            "score": round(chance, 4),
            "relation": VERSION_OF if version else SAME,
            "evidence": evidence,
        }
        for a, b, chance, version, (method, evidence) in zip(
            *columns, _evidence(found, compared, at), strict=True
        )
    ]
    return claims


def _evidence(found: Records, compared: Pairs, at: Any) -> list[tuple[str, str]]:
    """The method and the evidence of claims, for people to read."""
    how = compared.how
    i, j = compared.i[at], compared.j[at]
    titles = [found.printed.take(ends).to_pylist() for ends in (i, j)]
    ids = _common_ids(found, i, j)
    told = []
    for a, b, one_id, level, venue, fewer, more, both, year, other_year in zip(
        *titles,
        ids,
        *(c[at].tolist() for c in (how.title, how.venue)),
        *(c[at].tolist() for c in (how.fewer_authors, how.more_authors, how.common_authors)),
        found.year[i].tolist(),
        found.year[j].tolist(),
        strict=True,
    ):
        parts = [f"both are {one_id}"] if one_id else []
        if level >= EQUAL:
            parts.append(f"same title {_shown(a)}")
        elif a and b:
            parts.append(f"titles {_shown(a)} and {_shown(b)}")
        if fewer:
            count = f"{fewer:.0f}" if fewer == more else f"{fewer:.0f} and {more:.0f}"
            parts.append(f"{both:.0f} of {count} authors in common")
        if year and other_year:
            parts.append(f"both {year}" if year == other_year else f"{year} and {other_year}")
        if venue >= 0:
            parts.append("venues that go together" if venue else "venues that do not go together")
        method = "same identifier" if one_id else "title, authors, year, venue"
        told.append((method, ", ".join(parts)))
    return told


EQUAL = list(LEVELS["title"]).index("common")


def _shown(title: str) -> str:
    short = title if len(title) <= LONGEST_TITLE_SHOWN else title[:LONGEST_TITLE_SHOWN] + "…"
    return repr(short)


def _common_ids(found: Records, i: Any, j: Any) -> list[str]:
    import numpy as np

    both = found.registered[i].multiply(found.registered[j]).tocsr()
    names = found.registered_ids
    firsts = [""] * len(i)
    for row in np.flatnonzero(np.diff(both.indptr)).tolist():
        firsts[row] = names[int(both.indices[both.indptr[row]])].as_py()
    return firsts
