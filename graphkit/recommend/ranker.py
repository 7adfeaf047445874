"""The learned ranking: features of pairs, weighed as the corpus' own past says.

A logistic model of the features in `graphkit.recommend.candidates`, to which small trees add
what it cannot say. It is learnt from who met whom in the four years before, each pair seen
with what was known before it met.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from graphkit.recommend import stored
from graphkit.recommend.candidates import FEATURES, Candidates, candidates
from graphkit.recommend.index import Index, index_of
from graphkit.recommend.past import Past, corpus_of
from graphkit.recommend.ties import learn_ties, weights_of_ties
from graphkit.recommend.trees import Trees, learn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

__all__ = [
    "Examples",
    "Ranker",
    "examples_of",
    "indexed",
    "learn_ranker",
    "learned",
    "learnt",
    "logistic",
    "ranker_of",
    "ranker_of_graph",
]

FILE = "recommend.arrays"
FORM = "5"

BATCH = 50
# People asked about in each window of the past, and new pairs needed to learn from.
QUERIES, LEAST_PAIRS = 4000, 200
# Of the pairs that did not meet and whom walks place below 20, so many are kept, with more weight.
KEPT = 0.12
TREES = 300
# One of so many people is held out for the calibration.
HELD = 5


@dataclass(frozen=True, eq=False)
class Ranker:
    """What was learnt, and the index that it reads.

    Attributes
    ----------
    index : Index
    weights : numpy.ndarray of float64, shape (50,)
        Of the standardised features, in log-odds.
    mean, spread : numpy.ndarray of float64, shape (50,)
    trees : Trees
    calibration : numpy.ndarray of float64, shape (2,)
        Slope and intercept that turn the sum into the log-odds of writing together within two
        years, fitted on people held out for it.
    """

    index: Index
    weights: Floats
    mean: Floats
    spread: Floats
    trees: Trees
    calibration: Floats

    def chances(self, rows: Rows) -> tuple[Candidates, Floats]:
        """Whom to consider for each of some people, and the chance of each pair.

        Parameters
        ----------
        rows : numpy.ndarray of int, shape (q,)

        Returns
        -------
        Candidates
        numpy.ndarray of float64, shape (r,)
            The chance that the two write together within two years.
        """
        import numpy as np

        found = candidates(self.index, rows)
        slope, intercept = self.calibration
        return found, 1 / (1 + np.exp(-(slope * self.odds(found.features) + intercept)))

    def odds(self, features: NDArray[np.float32]) -> Floats:
        """The learnt sum for each row of features, not yet calibrated."""
        linear: Floats = ((features - self.mean) / self.spread) @ self.weights
        return linear + self.trees(features)

    def importance(self) -> dict[str, tuple[float, float]]:
        """Weight of each feature (log-odds a standard deviation) and its share in the trees."""
        pairs = zip(self.weights.tolist(), self.trees.gain.tolist(), strict=True)
        return dict(zip(FEATURES, pairs, strict=True))

    def arrays(self) -> dict[str, Any]:
        """All of it by name, as arrays to be written."""
        found = {f"ranker.{name}": getattr(self, name) for name in _PLAIN}
        found |= self.trees.arrays("trees")
        for field in fields(self.index):
            name, value = f"index.{field.name}", getattr(self.index, field.name)
            found |= stored.parts(name, value) if hasattr(value, "indptr") else {name: value}
        return found

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Any]) -> Ranker:
        """Back from `arrays`."""
        named = {field.name: f"index.{field.name}" for field in fields(Index)}
        index: dict[str, Any] = {
            field: arrays[name] if name in arrays else stored.of_parts(name, arrays)
            for field, name in named.items()
        }
        plain = {name: arrays[f"ranker.{name}"] for name in _PLAIN}
        return cls(index=Index(**index), trees=Trees.of_arrays(arrays, "trees"), **plain)


_PLAIN = ("weights", "mean", "spread", "calibration")


def learned(past: Past, rows: Rows) -> Floats:
    """The chance that two people write together within two years, as the past teaches it.

    Parameters
    ----------
    past : Past
        With four years and some hundred new pairs at least; otherwise there is nothing to
        learn from, and it is `graphkit.recommend.likeness.untrained`.
    rows : numpy.ndarray of int, shape (q,)

    Returns
    -------
    numpy.ndarray of float64, shape (q, n)
        0 for coauthors and for those who are not considered.

    Examples
    --------
    >>> import graphkit as gk
    >>> from graphkit.recommend.past import corpus_of
    >>> past = corpus_of(gk.example()).whole
    >>> scores = learned(past, past.authors[:2])
    >>> scores.shape, bool((scores >= 0).all())
    ((2, 174), True)
    """
    import numpy as np

    from graphkit.recommend.likeness import untrained

    ranker = ranker_of(past)
    if ranker is None:
        return untrained(past, rows)
    scores = np.zeros((len(rows), len(past)))
    found, chances = ranker.chances(rows)
    scores[found.query, found.other] = chances
    return scores


def ranker_of(past: Past) -> Ranker | None:
    """`learn_ranker`, made once."""
    if "ranker" not in past.derived:
        past.derived["ranker"] = learn_ranker(past)
    found: Ranker | None = past.derived["ranker"]
    return found


def ranker_of_graph(kg: KnowledgeGraph) -> Ranker | None:
    """What all of a graph's past teaches, made once and kept beside the graph.

    Returns
    -------
    Ranker or None
        None where there is too little to learn from.
    """
    return stored.kept(kg, FILE, FORM, lambda: ranker_of(corpus_of(kg).whole), Ranker.of_arrays)


def learn_ranker(past: Past) -> Ranker | None:
    """Learn from who met whom in the last four years of a past.

    Parameters
    ----------
    past : Past

    Returns
    -------
    Ranker or None
        None where there is too little to learn from. The same from the same past.
    """
    found = examples_of(past)
    if found is None:
        return None
    index = indexed(past)
    rows, truth, weights = found.pairs
    judged = learnt(index, rows[~found.held], truth[~found.held], weights[~found.held])
    # What the calibration has told, the people held out for it may teach as well.
    return replace(
        learnt(index, *found.pairs), calibration=_calibration(judged, past, *found.latest)
    )


@dataclass(frozen=True, eq=False)
class Examples:
    """Pairs of people who were considered for each other, and whether they met.

    Attributes
    ----------
    pairs : tuple of three numpy.ndarray, shapes (r, 50), (r,), (r,)
        Features (columns as in `graphkit.recommend.candidates.FEATURES`), 1 for those who met,
        and of how many pairs each stands for.
    held : numpy.ndarray of bool, shape (r,)
        Pairs of people held out for the calibration.
    latest : tuple of Past and Index
        The later of the windows that the pairs are of.
    """

    pairs: tuple[NDArray[np.float32], Floats, Floats]
    held: NDArray[np.bool_]
    latest: tuple[Past, Index]


def examples_of(past: Past) -> Examples | None:
    """What the last four years of a past teach, each pair seen with what was known before.

    Returns
    -------
    Examples or None
        None where too few people met.
    """
    import numpy as np

    parts, latest = [], []
    for years in (2, 4):
        earlier = past.before(past.year - years)
        if len(earlier.ties.first):
            index = indexed(earlier)
            latest.append((earlier, index))
            parts.append(_examples(past, earlier, index))
    if sum(part[1].sum() for part in parts) < LEAST_PAIRS:
        return None
    rows, truth, weights, held = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Examples((rows, truth, weights), held, latest[0])


def learnt(index: Index, rows: NDArray[np.float32], truth: Floats, weights: Floats) -> Ranker:
    """Learn from examples, not yet calibrated."""
    import numpy as np

    linear, mean, spread, start = logistic(rows, truth, weights)
    trees = learn(rows, truth, weights, start=start, trees=TREES)
    return Ranker(index, linear, mean, spread, trees, np.array([1.0, 0.0]))


def indexed(past: Past) -> Index:
    """The index of a past, its ties weighed as the two years before teach."""
    return index_of(past, weights_of_ties(past, learn_ties(past, past.before(past.year - 2))))


def _batches(
    past: Past, earlier: Past, index: Index, rows: Rows
) -> Iterator[tuple[Rows, NDArray[np.float32], Floats]]:
    """Who asks, features of the candidates, and who of them was met."""
    import numpy as np

    met = past.new_ties(earlier)
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        found = candidates(index, some)
        if len(found.query):
            who = some[found.query]
            yield who, found.features, np.asarray(met[who, found.other]).ravel()


def _examples(
    past: Past, earlier: Past, index: Index
) -> tuple[NDArray[np.float32], Floats, Floats, NDArray[np.bool_]]:
    """Features, truth and weight of pairs of people who met somebody; whose are held out."""
    import numpy as np

    rng = np.random.default_rng(earlier.year)
    asked = np.flatnonzero(np.diff(past.new_ties(earlier).indptr))
    asked = np.sort(rng.permutation(asked)[:QUERIES])
    parts = []
    high = np.log1p(20)
    for people, features, truth in _batches(past, earlier, index, asked):
        share = np.where((truth > 0) | (features[:, _PLACE] < high), 1.0, KEPT)
        kept = rng.random(len(truth)) < share
        parts.append((features[kept], truth[kept], 1 / share[kept], people[kept] % HELD == 0))
    if not parts:
        none = np.empty((0, len(FEATURES)), np.float32)
        return none, np.empty(0), np.empty(0), np.empty(0, bool)
    rows, truths, weights, held = (np.concatenate(each) for each in zip(*parts, strict=True))
    return rows, truths, weights, held


_PLACE = FEATURES.index("place by walks")


def logistic(
    rows: NDArray[np.float32], truth: Floats, weights: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Learn the part that is a weighted sum.

    Parameters
    ----------
    rows, truth, weights
        As `Examples.pairs`.

    Returns
    -------
    numpy.ndarray of float64, shape (f,)
        Weights of the standardised features.
    mean, spread : numpy.ndarray of float64, shape (f,)
    numpy.ndarray of float64, shape (r,)
        The log-odds of the examples.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64)
    spread = np.where(spread > 0, spread, 1)
    model = LogisticRegression(C=0.1, max_iter=300, tol=1e-3)
    standard = (rows - mean) / spread
    model.fit(standard, truth, sample_weight=weights)
    linear: Floats = model.coef_[0].astype(np.float64)
    # The intercept is left to the calibration: what the trees add to has it, the sum has not.
    return linear, mean, spread, standard @ linear + model.intercept_[0]


def _calibration(ranker: Ranker, past: Past, earlier: Past, index: Index) -> Floats:
    """Slope and intercept for the chance, from people who were not learnt from."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    asked = np.random.default_rng(0).permutation(np.arange(0, len(earlier), HELD))[:1500]
    odds, truths = [], []
    for _, features, truth in _batches(past, earlier, index, np.sort(asked)):
        odds.append(ranker.odds(features))
        truths.append(truth)
    truth = np.concatenate(truths)
    if not 0 < truth.sum() < len(truth):
        return np.array([1.0, 0.0])
    model = LogisticRegression(C=1e6, max_iter=300).fit(np.concatenate(odds)[:, None], truth)
    # The order must stay, whatever a small sample says.
    return np.array([max(float(model.coef_[0, 0]), 0.1), float(model.intercept_[0])])
