"""How well rankings foretell who meets whom, on any corpus: what was known before a year is
ranked, and who first wrote together in the two years from it on is the truth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.errors import SchemaError
from graphkit.recommend.past import corpus_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph
    from graphkit.recommend.past import Past

    Floats = NDArray[np.float64]

__all__ = ["evaluate"]

BATCH = 50


def evaluate(
    kg: KnowledgeGraph,
    year: int,
    *,
    methods: Iterable[str] | None = None,
    k: int = 20,
    most: int | None = 3000,
    by: str | None = None,
) -> pd.DataFrame:
    """Compare ways to rank collaborators on a graph's own past.

    Who asks is everybody known before the year who first wrote with somebody known within two
    years from it on; candidates are all known people who are not yet coauthors. Only papers by
    at most 30 people count.

    Parameters
    ----------
    kg : KnowledgeGraph
    year : int
        The first year that the methods may not know.
    methods : iterable of str, optional
        Registered recommenders; all by default.
    k : int, default 20
    most : int, optional
        A random sample of so many people is asked (always the same); None asks all.
    by : {"career", "distance"}, optional
        Rows also by the years since the first paper of who asks; or, for the pairs, whether
        the two share a coauthor (recall alone).

    Returns
    -------
    pandas.DataFrame
        A row for each method (and group): ``method``, ``group``, ``people``, ``mrr`` (mean of
        1/place of the first who is met, an upper limit being that everybody is right at
        once), ``mrr_low`` and ``mrr_high`` (95 % by bootstrap over people), ``recall`` (share
        of those met who are among the first `k`), ``hit`` (share of people who meet one of
        the first `k`) and ``popular`` (share of all suggestions among the first `k` that go
        to the 1 % with most coauthors).

    Raises
    ------
    SchemaError
        Nobody met anybody in these two years, or nothing is known before.
    UnknownNameError
        No such method.

    References
    ----------
    .. [1] D. Liben-Nowell, J. Kleinberg (2007). The link-prediction problem for social
       networks. JASIST 58, 1019-1031.

    Examples
    --------
    >>> from graphkit import KnowledgeGraph
    >>> wrote = {(2000, "ab"): 1, (2000, "bc"): 2, (2001, "ac"): 3}
    >>> kg = KnowledgeGraph({
    ...     "papers": [{"id": f"paper:{n}", "year": y} for (y, _), n in wrote.items()],
    ...     "authorships": [
    ...         {"paper": f"paper:{n}", "author": f"author:{a}", "position": i}
    ...         for (_, team), n in wrote.items() for i, a in enumerate(team, 1)
    ...     ],
    ... })
    >>> evaluate(kg, 2001, methods=["common-coauthors"])[["method", "people", "mrr", "hit"]]
                 method  people  mrr  hit
    0  common-coauthors       2  1.0  1.0
    """
    import numpy as np
    import pandas as pd

    if by not in (None, "career", "distance"):
        raise ValueError(f"by is {by!r}; it must be 'career' or 'distance'")
    chosen = list(methods) if methods is not None else list(registry.names("recommender"))
    functions = {name: registry.load("recommender", name) for name in chosen}
    whole = corpus_of(kg).whole
    past = whole.before(year)
    truth = whole.new_ties(past)
    asked = np.flatnonzero(np.diff(truth.indptr))
    if year >= whole.year or not len(asked):
        raise SchemaError(
            f"nobody known before {year} first wrote together in {year} or {year + 1}: "
            "give a year within the corpus, --year on the command line"
        )
    if most is not None and len(asked) > most:
        asked = np.sort(np.random.default_rng(0).permutation(asked)[:most])
    rows: list[dict[str, Any]] = []
    for name, function in functions.items():
        found = _places(past, truth, asked, function, k)
        rows.extend(_rows(name, found, past, asked, by, k))
    return pd.DataFrame(rows)


def _places(past: Past, truth: Any, asked: NDArray[np.intp], method: Any, k: int) -> dict[str, Any]:
    """Of each true pair its place and whether a coauthor is shared; how often each is among k."""
    import numpy as np

    query, place, shared = [], [], []
    shown = np.zeros(len(past))
    for start in range(0, len(asked), BATCH):
        some = asked[start : start + BATCH]
        scores = np.asarray(method(past, some), np.float64).copy()
        known = past.coauthors[some]
        scores[np.repeat(np.arange(len(some)), np.diff(known.indptr)), known.indices] = -np.inf
        scores[np.arange(len(some)), some] = -np.inf
        met = truth[some]
        one = np.repeat(np.arange(len(some)), np.diff(met.indptr))
        other = met.indices
        for at in range(len(some)):
            own = one == at
            # Equal scores share the mean of their places; what has no score is not suggested.
            mine = scores[at][other[own]]
            line = np.sort(scores[at])
            above = len(line) - np.searchsorted(line, mine, side="right")
            equal = len(line) - np.searchsorted(line, mine, side="left") - above
            place.append(np.where(mine > 0, above + (equal + 1) / 2, np.inf))
            query.append(np.full(own.sum(), start + at))
        shared.append(np.asarray((known @ past.coauthors)[one, other]).ravel() > 0)
        top = np.argpartition(scores, -min(k, scores.shape[1]), axis=1)[:, -k:]
        rated = scores[np.arange(len(some))[:, None], top] > 0
        np.add.at(shown, top[rated], 1)
    return {
        "query": np.concatenate(query),
        "place": np.concatenate(place),
        "shared": np.concatenate(shared),
        "shown": shown,
    }


def _rows(
    name: str, found: dict[str, Any], past: Past, asked: NDArray[np.intp], by: str | None, k: int
) -> list[dict[str, Any]]:
    import numpy as np

    query, place = found["query"], found["place"]
    count = len(asked)
    degree = np.diff(past.coauthors.indptr)
    popular = np.argsort(-degree, kind="stable")[: max(len(past) // 100, 1)]
    share = float(found["shown"][popular].sum() / max(found["shown"].sum(), 1))
    first = np.full(count, np.inf)
    np.minimum.at(first, query, place)
    hits = np.bincount(query, place <= k, count)
    values = {
        "mrr": 1 / first,
        "recall": hits / np.bincount(query, minlength=count),
        "hit": (hits > 0).astype(float),
    }

    def row(group: str, people: NDArray[np.bool_]) -> dict[str, Any]:
        mrr = values["mrr"][people]
        drawn = np.random.default_rng(0).integers(0, len(mrr), (400, len(mrr)))
        low, high = np.quantile(mrr[drawn].mean(axis=1), [0.025, 0.975])
        means = {measure: float(of[people].mean()) for measure, of in values.items()}
        return {
            "method": name,
            "group": group,
            "people": int(people.sum()),
            "mrr": means["mrr"],
            "mrr_low": float(low),
            "mrr_high": float(high),
            "recall": means["recall"],
            "hit": means["hit"],
            "popular": share,
        }

    rows = [row("all", np.ones(count, dtype=bool))]
    if by == "career":
        career = past.career[asked]
        for label, low, high in (
            ("up to 2 years", 0, 2),
            ("3 to 7 years", 3, 7),
            ("8 years or more", 8, np.inf),
        ):
            people = (career >= low) & (career <= high)
            if people.any():
                rows.append(row(label, people))
    elif by == "distance":
        for label, pairs in (("shared", found["shared"]), ("none shared", ~found["shared"])):
            if pairs.any():
                part = {column: found[column][pairs] for column in ("query", "place", "shared")}
                at = np.unique(part["query"])
                part["query"] = np.searchsorted(at, part["query"])
                (only,) = _rows(name, {**part, "shown": found["shown"]}, past, asked[at], None, k)
                rows.append({**only, "group": f"pairs, coauthor {label}"})
    return rows
