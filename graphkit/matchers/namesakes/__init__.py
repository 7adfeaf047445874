"""Namesakes told apart: claims that a mention of a name that many bear is by somebody else.

Only names that several people are expected to bear are looked at (`sharing`). What two mentions
have in common (`pairs`) makes a tree (`trees`), whose forks a model calls one person or two
(`judging`). The people on a tree are its branches: the largest keeps the id of the name.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import DIFFERENT, SAME
from graphkit.ids import mint
from graphkit.matchers import claimed, earlier
from graphkit.matchers.context import Context, context
from graphkit.matchers.namesakes.judging import judged
from graphkit.matchers.namesakes.middle import Placed, between, middles, together
from graphkit.matchers.namesakes.pairs import Groups, Surroundings, batches
from graphkit.matchers.namesakes.persons import METHOD, Persons, persons
from graphkit.matchers.namesakes.reasons import Reasons
from graphkit.matchers.namesakes.represented import MOST_COMPARED, followed, represented
from graphkit.matchers.namesakes.sharing import expected_bearers
from graphkit.matchers.namesakes.trees import Branch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Floats = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["calibrated", "match", "split"]

VERSION = "3"
NAME = "namesakes"
TITLE = "Namesakes told apart"
# Names that fewer others are expected to bear are left alone.
LEAST_BEARERS = 0.1
# Where the model of forks says so much, people who curate a corpus are as likely as not to part
# the two: hardly ever where a name has few papers, mostly where it has many.
FEW, EVEN_ODDS_OF_FEW = 20, 0.03
MANY, EVEN_ODDS_OF_MANY = 100, 0.35
EVEN, LEAST_SCORE = 0.5, 0.1
DIFFERENT_INITIALS = ONE_PAPER = 0.99
# Forks more likely one person than this are not even offered for review.
DOUBTFUL = 0.5


def match(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Claim which mentions of a name are by another person than most of them.

    Parameters
    ----------
    kg : KnowledgeGraph
        With the claims of other matchers: several spellings of one person are looked at as one.

    Returns
    -------
    KnowledgeGraph
        The graph with claims in ``matches``, each that one authorship is by an author other than
        its printed name's, and with those people in ``authors`` who had no id. A person's id is
        made of the name and of the earliest paper, so papers of others do not change it.

    Examples
    --------
    >>> import graphkit as gk
    >>> match(gk.example()).matches.empty
    True
    """
    known = earlier(kg, NAME, VERSION)
    kg = claimed(kg, NAME, VERSION, title=TITLE, tables={})
    c = context(kg)
    who = persons(kg, c)
    claims: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    names = between(c)
    fresh = who.every()
    if known is not None:
        fresh = together(who, names, who.touched(kg, known.unseen))
        claims, people = who.kept(known, fresh)
    around = Surroundings(who.joined(), expected_bearers(c.names))
    moved = set()
    for found in middles(around, who, names, fresh):
        if isinstance(found, Placed):
            person = str(c.authors[found.author])
            claims.append(claim(c, found.row, person, found.score, found.evidence))
            moved.add(found.row)
        else:
            ends = sorted(str(c.authors[end]) for end in (found.one, found.other))
            claims.append(
                {
                    "a": ends[0],
                    "b": ends[1],
                    "method": METHOD,
                    "score": DIFFERENT_INITIALS,
                    "evidence": found.evidence,
                    "relation": DIFFERENT,
                }
            )
    reasons = Reasons(c, around)
    for batch in batches(shared(around, who, fresh, moved), largest=MOST_COMPARED):
        for at, people_found in enumerate(split(around, batch)):
            rows = batch.rows[batch.starts[at] : batch.starts[at + 1]]
            claims += _claims(reasons, rows, people_found, float(batch.bearers[at]), people)
    claims.sort(key=lambda claim: (claim["a"], claim["b"]))
    unique = {row["id"]: row for row in people}
    return claimed(
        kg,
        NAME,
        VERSION,
        title=TITLE,
        tables={"matches": claims, "authors": [unique[k] for k in sorted(unique)]},
    )


def shared(around: Surroundings, who: Persons, fresh: Any, moved: set[int]) -> Groups:
    """The mentions of each name that several are expected to bear.

    Parameters
    ----------
    around : Surroundings
    who : Persons
    fresh : numpy.ndarray of bool, an author id
        Persons to look at.
    moved : set of int
        Rows that were given to somebody one by one.

    Returns
    -------
    Groups
    """
    import numpy as np

    c = who.context
    person = who.of_row.copy()
    person[sorted(moved)] = -1
    looked = np.flatnonzero(person >= 0)
    looked = looked[fresh[person[looked]]]
    looked = looked[np.argsort(person[looked], kind="stable")]
    persons, starts, sizes = np.unique(person[looked], return_index=True, return_counts=True)
    # Of several spellings the one that stands on most papers says how many bear the name.
    printed = np.bincount(c.author, minlength=len(c.authors))
    order = np.lexsort((-around.bearers, -printed, who.of_author))
    most = dict(zip(*np.unique(who.of_author[order], return_index=True), strict=True))
    bearers = np.array([around.bearers[order[most[one]]] for one in persons.tolist()])
    kept = np.flatnonzero((bearers >= LEAST_BEARERS) & (sizes > 1))
    rows = [looked[starts[k] : starts[k] + sizes[k]] for k in kept]
    return Groups(
        np.concatenate([np.empty(0, np.int64), *rows]),
        np.concatenate([[0], np.cumsum(sizes[kept])]).astype(np.int64),
        bearers[kept],
    )


def split(around: Surroundings, groups: Groups) -> Iterator[list[tuple[Branch, float]]]:
    """The people that each group seems to hold.

    Parameters
    ----------
    around : Surroundings
    groups : Groups

    Yields
    ------
    list of (Branch, float)
        For each group its branches, as `Tree.branches` gives them, each with the chance that it
        is another person than the one that it left.
    """
    few, compared = represented(around, groups)
    for k, (tree, same) in enumerate(judged(around, few)):
        rows = groups.rows[groups.starts[k] : groups.starts[k + 1]]
        found = [
            (branch, calibrated(1 - float(same[branch.fork]), len(rows)))
            for branch in tree.branches(same, DOUBTFUL)
        ]
        found = followed(around, rows, compared[k], found)
        yield _one_place_a_paper(around.context, rows, found)


def _one_place_a_paper(
    c: Context, rows: Integers, found: list[tuple[Branch, float]]
) -> list[tuple[Branch, float]]:
    """Who stands in two places on one paper is two people, however alike they are."""
    import numpy as np

    paper, position = c.paper[rows], c.position[rows]
    parted = []
    for branch, score in found:
        leaves = branch.leaves
        order = np.lexsort((position[leaves], paper[leaves]))
        pages, first = np.unique(paper[leaves][order], return_index=True)
        of_page = np.searchsorted(pages, paper[leaves])
        extra = position[leaves] > position[leaves][order][first][of_page]
        parted.append((Branch(leaves[~extra], branch.of, branch.fork), score))
    for k, (branch, _) in enumerate(found):
        kept = set(parted[k][0].leaves.tolist())
        for leaf in branch.leaves.tolist():
            if leaf not in kept:
                parted.append((Branch(np.array([leaf]), k, -1), ONE_PAPER))
    return parted


def calibrated(different: float, mentions: int) -> float:
    """The chance that a branch is another person, from what the model of forks says.

    Parameters
    ----------
    different : float
        By a model that learnt from people thrown together.
    mentions : int
        How many papers have the name.

    Returns
    -------
    float
        By people who told namesakes apart by hand: 0.5 where parting them gains as much as it
        costs (docs/decisions).

    Examples
    --------
    >>> round(calibrated(0.97, 5), 2), round(calibrated(0.97, 100), 2)
    (0.5, 0.95)
    """
    power = math.log(EVEN_ODDS_OF_MANY / EVEN_ODDS_OF_FEW) / math.log(MANY / FEW)
    part = min(max(mentions, FEW), MANY) / FEW
    even = EVEN_ODDS_OF_FEW * math.pow(part, power)
    return different * even / (different * even + (1 - different) * (1 - even))


def _claims(
    reasons: Reasons,
    rows: Integers,
    found: list[tuple[Branch, float]],
    bearers: float,
    people: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Claims about the mentions of one name; who has no id yet is added to ``people``."""
    import numpy as np

    # Under which branch the mentions of each are counted if sure claims alone are taken.
    home = [0]
    for k, (branch, score) in enumerate(found[1:], 1):
        home.append(k if score >= EVEN else home[branch.of])
    within = {
        k: np.sort(
            np.concatenate([rows[found[j][0].leaves] for j, at in enumerate(home) if at == k])
        )
        for k in set(home)
    }
    for k, (branch, score) in enumerate(found[1:], 1):
        sure = home[k] == k
        if score < LEAST_SCORE or not (sure or home[branch.of] == branch.of):
            # A doubt about what is itself in doubt helps nobody.
            continue
        own = rows[branch.leaves]
        name = reasons.printed(own)
        paper, position = reasons.earliest(own)
        person = mint("author", name, paper.partition(":")[2] or paper, str(position))
        people.append({"id": person, "name": name})
        mine = within[k] if sure else own
        others = np.setdiff1d(rows if sure else within[home[branch.of]], mine)
        evidence = reasons.parted(mine, others, bearers)
        for row in mine.tolist():
            yield claim(reasons.context, row, person, score, evidence)


def claim(c: Context, row: int, person: str, score: float, evidence: str) -> dict[str, Any]:
    """That an authorship is by somebody, as a row of ``matches``."""
    return {
        "a": str(c.rows[row]),
        "b": person,
        "method": METHOD,
        "score": round(score, 6),
        "evidence": evidence,
        "relation": SAME,
    }
