"""How well rankings foretell who meets whom, on any corpus: what was known before a year is
ranked, and who first wrote together in the two years from it on is the truth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.errors import SchemaError, UnknownNameError
from graphkit.progress import chunks
from graphkit.recommend.past import corpus_of
from graphkit.recommend.ranker import ranker_of, ranker_of_graph

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph
    from graphkit.recommend.past import Past

    Floats = NDArray[np.float64]

__all__ = ["evaluate", "weights"]

BATCH = 50
BY = ("career", "distance")


def evaluate(
    kg: KnowledgeGraph,
    year: int,
    *,
    methods: Iterable[str] | None = None,
    k: int = 20,
    most: int | None = 3000,
    by: str | None = None,
    novelty: float | Iterable[float] = 0.0,
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
        the two share a coauthor.
    novelty : float or iterable of float, default 0
        As of `graphkit.recommend.collaborators`; several are set beside each other, so that
        what each costs and what it brings can be seen.

    Returns
    -------
    pandas.DataFrame
        A row for each method, novelty and group: ``method``, ``novelty``, ``group``,
        ``people``, ``mrr`` (mean of 1/place of the first who is met), ``recall`` (share of
        those met who are among the first `k`), ``hit`` (share of people who meet one of the
        first `k`), each with ``_low`` and ``_high`` (95 % by bootstrap over people), and
        ``popular`` (share of all suggestions among the first `k` that go to the 1 % with most
        coauthors). Equal scores share the mean of their places.

    Raises
    ------
    SchemaError
        Nobody met anybody in these two years, or nothing is known before.
    UnknownNameError
        No such method or way to group.

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

    if by not in (None, *BY):
        raise UnknownNameError("way to group", by, BY)
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
    degrees = [float(novelty)] if isinstance(novelty, int | float) else [float(n) for n in novelty]
    if min(degrees, default=-1) < 0:
        raise ValueError(f"novelty is {novelty}; give numbers of at least 0")
    rows: list[dict[str, Any]] = []
    for name, function in functions.items():
        for degree, found in zip(
            degrees, _places(past, truth, asked, (function, degrees, k)), strict=True
        ):
            told = {"method": name, "novelty": degree}
            rows.extend({**told, **row} for row in _rows(found, past, asked, by, k))
    return pd.DataFrame(rows)


def _places(
    past: Past, truth: Any, asked: NDArray[np.intp], how: tuple[Any, list[float], int]
) -> list[dict[str, Any]]:
    """Of each true pair its place and whether a coauthor is shared; how often each is among k.

    One for each degree of novelty.
    """
    import numpy as np

    method, degrees, k = how
    fame = np.log1p(np.diff(past.coauthors.indptr))
    query, shared = [], []
    places: list[list[Floats]] = [[] for _ in degrees]
    shown = np.zeros((len(degrees), len(past)))
    for part in chunks("ranking", len(asked), BATCH):
        some = asked[part.start : part.stop]
        scores = np.asarray(method(past, some), np.float64).copy()
        known = past.coauthors[some]
        scores[np.repeat(np.arange(len(some)), np.diff(known.indptr)), known.indices] = 0
        scores[np.arange(len(some)), some] = 0
        met = truth[some]
        one = np.repeat(np.arange(len(some)), np.diff(met.indptr))
        query.append(one + part.start)
        shared.append(np.asarray((known @ past.coauthors)[one, met.indices]).ravel() > 0)
        for at, line in enumerate(scores):
            # What has no score is not suggested.
            rated = np.flatnonzero(line > 0)
            others = met.indices[met.indptr[at] : met.indptr[at + 1]]
            for number, degree in enumerate(degrees):
                order = line * np.exp(-degree * fame)
                by_score = rated[np.argsort(order[rated])]
                ranked = order[by_score]
                mine = order[others]
                above = len(ranked) - np.searchsorted(ranked, mine, side="right")
                equal = len(ranked) - np.searchsorted(ranked, mine, side="left") - above
                places[number].append(np.where(mine > 0, above + (equal + 1) / 2, np.inf))
                shown[number, by_score[-k:]] += 1
    return [
        {
            "query": np.concatenate(query),
            "place": np.concatenate(each),
            "shared": np.concatenate(shared),
            "shown": of,
        }
        for each, of in zip(places, shown, strict=True)
    ]


def _rows(
    found: dict[str, Any], past: Past, asked: NDArray[np.intp], by: str | None, k: int
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
        drawn = np.random.default_rng(0).integers(0, people.sum(), (400, people.sum()))
        told: dict[str, Any] = {"group": group, "people": int(people.sum())}
        for measure, of in values.items():
            low, high = np.quantile(of[people][drawn].mean(axis=1), [0.025, 0.975])
            told |= {measure: float(of[people].mean())}
            told |= {f"{measure}_low": float(low), f"{measure}_high": float(high)}
        return {**told, "popular": share}

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
                (only,) = _rows({**part, "shown": found["shown"]}, past, asked[at], None, k)
                rows.append({**only, "group": f"pairs, coauthor {label}"})
    return rows


def weights(kg: KnowledgeGraph, year: int | None = None) -> pd.DataFrame:
    """What the learned ranking weighs, and how much.

    Parameters
    ----------
    kg : KnowledgeGraph
    year : int, optional
        The first year that it may not know; by default it knows all.

    Returns
    -------
    pandas.DataFrame
        A row for each feature of two people, the heaviest first: ``feature``, ``weight`` (of
        the logistic model, in log-odds for one standard deviation, the others being equal) and
        ``share`` (of what all features lowered the loss of the trees that add to it, in 1).
        Features that say nearly the same share their weight, with either sign.

    Raises
    ------
    SchemaError
        There is too little past to learn from.

    Examples
    --------
    >>> import graphkit as gk
    >>> weights(gk.example())
    Traceback (most recent call last):
    graphkit.errors.SchemaError: too few people met in the four years before to learn from: \
rank with method 'untrained', which learns nothing
    """
    import pandas as pd

    ranker = ranker_of_graph(kg) if year is None else ranker_of(corpus_of(kg).whole.before(year))
    if ranker is None:
        raise SchemaError(
            "too few people met in the four years before to learn from: "
            "rank with method 'untrained', which learns nothing"
        )
    rows = [(name, *each) for name, each in ranker.importance().items()]
    found = pd.DataFrame(rows, columns=["feature", "weight", "share"])
    order = found["weight"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)
