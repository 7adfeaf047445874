"""People under several spellings: claims that two names, or a name and a mention, are one person.

Spellings are compared where a block brings them together (`spellings`), scored by a small model
of how alike they are (`likeness`), and joined by average linkage (`linkage`). What is claimed is
the merges of that tree, so that a threshold cuts it.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.matchers import Earlier, claimed, earlier
from graphkit.matchers.context import Context, context
from graphkit.matchers.identifiers import orcids, same_identifiers
from graphkit.matchers.likeness import FEATURES, affiliation_odds, features, namesake_odds
from graphkit.matchers.linkage import Merge, merges
from graphkit.matchers.reasons import Reasons
from graphkit.matchers.spellings import Spellings, spellings
from graphkit.matchers.spellings_compared import pairs_to_compare

if TYPE_CHECKING:
    import lightgbm
    import numpy as np

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Mask = np.ndarray[Any, np.dtype[np.bool_]]

__all__ = ["calibrated", "linked", "marks", "match", "plain", "scores"]

VERSION = "4"
NAME = "people"
SAME = "owl:sameAs"
# People curate what they come across: of the pairs that the labels call different although the
# names and the company agree, most are one person. Where the labels say .3, more likely than
# not they are one; F1 is flat from there to .4 (docs/decisions).
EVEN_ODDS = 0.3
# But who has all letters, or all words, and this many coauthors in common is hardly ever two.
PLAIN_COAUTHORS, PLAIN = 2, 0.55
# Pairs that were not worth comparing are hardly ever one person.
MISSING = 0.02
# Merges of a lower level (.2 as a chance) are not even offered for review.
LEAST = 0.097
SAME_SPELLING = 0.98
COMPANY = "name and company"


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
    registered, notes = orcids(around)
    found = spellings(around, registered)
    known = earlier(kg, NAME, VERSION)
    pairs, alike, kept = _all(found) if known is None else _touched(found, known)
    claims = [
        *kept,
        *_same_identifier(around),
        *_same_spelling(found, registered),
        *_same_person(found, pairs, alike),
    ]
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


def _same_identifier(around: Context) -> Iterator[dict[str, Any]]:
    """Ids to which sources give one identifier of a register, other than an ORCID."""
    found = same_identifiers(around.kg, around.authors.to_pylist())
    for (one, other), shared in sorted(found.items()):
        if not shared.startswith("orcid:"):
            evidence = f"both have {shared}"
            yield _claim(one, other, "same identifier", 1.0, evidence)


# -- claims ---------------------------------------------------------------------------------


def _same_spelling(found: Spellings, registered: list[str | None]) -> Iterator[dict[str, Any]]:
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
    mentions = np.bincount(found.context.author, minlength=len(authors))
    for codes in grouped.values():
        head = max(codes, key=lambda code: (mentions[code], -code))
        for code in codes:
            if code == head:
                continue
            one, other = sorted((str(authors[code]), str(authors[head])))
            printed = " and ".join(repr(found.context.printed[c]) for c in sorted((code, head)))
            if registered[code] is not None and registered[code] == registered[head]:
                evidence = f"{printed} have {registered[code]}"
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


def _same_person(found: Spellings, pairs: Integers, alike: Floats) -> list[dict[str, Any]]:
    """The merges of the tree as claims."""
    if not len(pairs):
        return []
    reasons = Reasons(found)
    claims = []
    for merge in linked(found, pairs, alike):
        ends = [_entity(found, node) for node in merge[:2]]
        evidence = reasons.of(merge.a, merge.b)
        score = round(calibrated(merge.level), 6)
        if not found.single[merge.a]:
            ends.sort()
        claims.append(_claim(ends[0], ends[1], COMPANY, score, evidence))
    return claims


def _entity(found: Spellings, node: int) -> str:
    if not found.single[node]:
        return str(found.context.authors[found.author[node]])
    return str(found.context.rows[int(found.last_row[node])])


def linked(found: Spellings, pairs: Integers, alike: Floats) -> list[Merge]:
    """Which nodes are joined at which score: the tree of spellings, then single mentions.

    Parameters
    ----------
    found : Spellings
    pairs : numpy.ndarray of int64, shape (pairs, 2)
    alike : numpy.ndarray of float64, shape (pairs,)

    Returns
    -------
    list of Merge
        A mention of an initial comes first in its merge; it never brings two spellings together.
        Those that only resemble one another stay with their printed name.
    """
    import numpy as np

    singles = found.single[pairs].sum(axis=1)
    whole = singles == 0
    held = marks(found, np.unique(pairs))
    tree = list(merges(pairs[whole], alike[whole], held, missing=MISSING, least=LEAST))
    return tree + _placed(found, pairs[singles == 1], alike[singles == 1], tree)


def _placed(found: Spellings, pairs: Integers, alike: Floats, tree: list[Merge]) -> list[Merge]:
    """Each mention with the person whom it most resembles, less sure where another is as near."""
    import numpy as np
    import scipy.sparse as sp

    sure = np.array([m[:2] for m in tree if m.level >= EVEN_ODDS], np.int64).reshape(-1, 2)
    shape = (len(found.names), len(found.names))
    graph = sp.coo_array((np.ones(len(sure), bool), (sure[:, 0], sure[:, 1])), shape=shape)
    cluster = sp.csgraph.connected_components(graph, directed=False)[1]
    turned = np.where(found.single[pairs[:, :1]], pairs, pairs[:, ::-1])
    choices: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (mention, person), score in zip(turned.tolist(), alike.tolist(), strict=True):
        choices[mention].append((score, person))
    placed = []
    for mention, known in sorted(choices.items()):
        score, person = max(known, key=lambda choice: (choice[0], -choice[1]))
        rival = max((s for s, other in known if cluster[other] != cluster[person]), default=0.0)
        level = score * score / (score + rival)
        if level >= LEAST:
            placed.append(Merge(mention, person, level))
    return placed


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

    numbers = features(found, pairs)
    said = np.clip(plain(numbers, _model().predict(numbers, num_threads=1)), 1e-9, 1 - 1e-9)
    odds = said / (1 - said) * affiliation_odds(found, pairs) * namesake_odds(found, pairs)
    return np.asarray(odds / (1 + odds), np.float64)


def plain(numbers: np.ndarray[Any, np.dtype[np.float32]], said: Any) -> Floats:
    """Scores, raised where names differ by spaces, hyphens or order alone and the company agrees.

    Parameters
    ----------
    numbers : numpy.ndarray of float32, shape (pairs, features)
        As `features` gives them.
    said : numpy.ndarray of float64, shape (pairs,)
        What a model says of each pair.

    Returns
    -------
    numpy.ndarray of float64, shape (pairs,)
        Curators do not come across all of these, so that the model learns to doubt them.
    """
    import numpy as np

    letters, swapped, shared = (
        numbers[:, FEATURES.index(name)]
        for name in ("letters_equal", "swapped", "coauthors_shared")
    )
    told = ((letters > 0) | (swapped > 0)) & (shared >= PLAIN_COAUTHORS)
    return np.asarray(np.where(told, np.maximum(said, PLAIN), said), np.float64)


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


def marks(found: Spellings, nodes: Integers) -> list[frozenset[int]]:
    """What no two of these nodes may share if they are one person: their sheets, a register."""
    import numpy as np

    numbers = np.unique(["", *found.register], return_inverse=True)[1][1:]
    sheets = found.sheets
    held = [frozenset[int]()] * len(found.names)
    for node in nodes.tolist():
        own = sheets.indices[sheets.indptr[node] : sheets.indptr[node + 1]].tolist()
        held[node] = frozenset([*own, -int(numbers[node])] if numbers[node] else own)
    return held


# -- what is compared -----------------------------------------------------------------------


def _all(found: Spellings) -> tuple[Integers, Floats, list[dict[str, Any]]]:
    """All pairs worth comparing with their scores, and no claims to keep."""
    pairs = pairs_to_compare(found)
    return pairs, scores(found, pairs), []


def _touched(found: Spellings, known: Earlier) -> tuple[Integers, Floats, list[dict[str, Any]]]:
    """Pairs of nodes that new sources touch or that hang on those, and the other earlier claims."""
    import numpy as np
    import scipy.sparse as sp

    fresh = _fresh(found, known.unseen)
    pairs = pairs_to_compare(found, fresh)
    alike = scores(found, pairs)
    said, links = _said(found, known)
    ends = np.concatenate([links[links.min(axis=1) >= 0], pairs[alike >= LEAST]])
    shape = (len(found.names), len(found.names))
    graph = sp.coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=shape)
    component = sp.csgraph.connected_components(graph, directed=False)[1]
    hit = np.isin(component, component[fresh])
    within = hit[pairs].all(axis=1)
    others = pairs_to_compare(found, hit & ~fresh, among=hit & ~fresh)
    stays = (links.min(axis=1) >= 0) & ~hit[links].any(axis=1)
    return (
        np.concatenate([pairs[within], others]),
        np.concatenate([alike[within], scores(found, others)]),
        [said[at] for at in np.flatnonzero(stays).tolist()],
    )


def _fresh(found: Spellings, unseen: frozenset[str]) -> Mask:
    """The nodes of which new sources tell."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kg = found.context.kg
    sources = pa.array(sorted(unseen), pa.string())
    rows, people = (kg.table(name, as_read=True) for name in ("authorships", "authors"))
    of_rows = found.node_of_row[pc.is_in(rows["source"], sources).to_numpy()]
    new = people.filter(pc.is_in(people["source"], sources))["id"]
    codes = pc.index_in(new.combine_chunks(), found.context.authors).to_numpy()
    nodes = np.concatenate([of_rows, found.node_of_author[codes]])
    fresh = np.zeros(len(found.names), bool)
    fresh[nodes[nodes >= 0]] = True
    return fresh


def _said(found: Spellings, known: Earlier) -> tuple[list[dict[str, Any]], Integers]:
    """Earlier claims that come of the tree, and the nodes of their ends (-1: no longer one)."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    told = known.tables["matches"]
    told = told.filter(pc.equal(told["method"], COMPANY)).drop_columns("source")
    authors, rows = found.context.authors, found.context.rows
    alone = np.where(found.single[found.node_of_row], found.node_of_row, -1)
    places = pa.concat_arrays([authors, rows])
    nodes = np.concatenate([found.node_of_author, alone, [-1]])
    ends = [pc.fill_null(pc.index_in(told[end], places), -1).to_numpy() for end in ("a", "b")]
    return told.to_pylist(), nodes[np.stack(ends, axis=1)]
