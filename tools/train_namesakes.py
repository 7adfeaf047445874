"""Train the models that tell namesakes apart, without labels.

People with rare names of one surname are thrown together, as many as chance would have share a
common name, and the models learn to take them apart again. So any corpus will do; the models in
the package are of acl-2021.

    python tools/train_namesakes.py CORPUS... [--groups 3000] [--write]

prints how well people are told apart that the models have not seen (cross-validated by surname),
and with ``--write`` replaces the models in ``graphkit/matchers/namesakes``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.matchers.context import Context, context
from graphkit.matchers.namesakes import pairs as of_pairs
from graphkit.matchers.namesakes import trees as of_trees
from graphkit.matchers.namesakes.pairs import Groups, Surroundings
from graphkit.matchers.namesakes.sharing import expected_bearers
from graphkit.matchers.namesakes.trees import Tree, tree

FOLDER = Path(__file__).parent.parent / "graphkit/matchers/namesakes"
RARE, COMMON = 0.05, (0.1, 12.0)
# A person of more papers is rare and a group of more mentions slow.
MOST_MENTIONS = 256
MOST_PEOPLE = 25
FOLDS = 3
PAIRS_OF_A_GROUP = 150
LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
PARAMETERS = {
    "objective": "binary", "learning_rate": 0.06, "lambda_l2": 5.0, "feature_fraction": 0.6,
    "bagging_fraction": 0.8, "bagging_freq": 1, "verbose": -1, "seed": 0, "deterministic": True,
    "force_row_wise": True, "num_threads": 2,
}  # fmt: skip
OF_PAIRS = {**PARAMETERS, "num_leaves": 15, "min_data_in_leaf": 200}
OF_FORKS = {**PARAMETERS, "num_leaves": 12, "min_data_in_leaf": 100}


class Made:
    """Groups of people thrown together, and who is who in them."""

    def __init__(self, c: Context, bearers: np.ndarray[Any, Any], count: int) -> None:
        rng = np.random.default_rng(0)
        mentions = np.bincount(c.author, minlength=len(c.authors))
        families = [n.family if n and n.given and not n.bare else None for n in c.names]
        surnames = {f: k for k, f in enumerate(sorted({f for f in families if f}))}
        family = np.array([surnames[f] if f else -1 for f in families])
        rare = np.flatnonzero((bearers < RARE) & (family >= 0) & (mentions > 0))
        rare = rare[np.argsort(family[rare], kind="stable")]
        begin = np.searchsorted(family[rare], np.arange(len(surnames) + 1))
        number = np.diff(begin)
        common = np.flatnonzero((bearers >= COMMON[0]) & (family >= 0))
        common = common[number[family[common]] >= 10]
        common = common[np.argsort(bearers[common])]
        expected = np.exp(rng.uniform(*np.log(COMMON), count * 40))
        near = np.searchsorted(bearers[common], expected) + rng.integers(-15, 15, len(expected))
        model = common[np.clip(near, 0, len(common) - 1)]
        expected, of = bearers[model], family[model]
        people = _poisson_of_at_least_one(rng, expected)
        people = np.minimum(people, np.minimum(number[of], MOST_PEOPLE))
        productive = mentions[rare] ** 0.8
        found = []
        for at, (size, f) in enumerate(zip(people, of, strict=True)):
            inside = slice(begin[f], begin[f + 1])
            # Chance alone hardly ever brings two together who wrote a hundred papers each.
            likely = productive[inside] / productive[inside].sum() if at % 2 else None
            found.append(rare[inside][rng.choice(number[f], size, replace=False, p=likely)])
        total = np.array([mentions[members].sum() for members in found])
        kept = _evenly(rng, expected, total, count)
        rows_of = np.argsort(c.author, kind="stable")
        first = np.searchsorted(c.author[rows_of], np.arange(len(c.authors) + 1))
        rows, self.surname, chosen = [], [], []
        for at in kept:
            mine = np.concatenate([rows_of[first[a] : first[a + 1]] for a in found[at]])
            if len(np.unique(c.paper[mine])) == len(mine):
                rows.append(mine)
                chosen.append(expected[at])
                self.surname.append(of[at])
        starts = np.concatenate([[0], np.cumsum([len(mine) for mine in rows])])
        self.groups = Groups(np.concatenate(rows), starts, np.array(chosen))
        self.person = c.author[self.groups.rows]
        self.fold = np.array(self.surname) % FOLDS


def _poisson_of_at_least_one(rng: Any, expected: Any) -> Any:
    drawn = rng.poisson(expected)
    while (none := drawn == 0).any():
        drawn[none] = rng.poisson(expected[none])
    return drawn


def _evenly(rng: Any, expected: Any, total: Any, count: int) -> Any:
    """About so many, as evenly as can be over how shared a name and how many papers.

    Choosing by what the models know of a group leaves what they learn of it as it is.
    """
    fit = np.flatnonzero((total >= 2) & (total <= MOST_MENTIONS))
    cell = (np.log(expected[fit]) * 1.5).astype(int) * 100 + np.log2(total[fit]).astype(int)
    _, inverse, sizes = np.unique(cell, return_inverse=True, return_counts=True)
    quota = count / len(sizes)
    for _ in range(30):
        quota *= count / np.minimum(sizes, quota).sum()
    return fit[rng.random(len(fit)) < np.minimum(1, quota / sizes)[inverse]]


def train(parameters: Any, x: Any, y: Any, weight: Any, rounds: int = 150) -> lightgbm.Booster:
    """A model of some examples."""
    names = of_pairs.FEATURES if parameters is OF_PAIRS else of_trees.FEATURES
    data = lightgbm.Dataset(x, y, weight=weight, feature_name=list(names))
    return lightgbm.train(parameters, data, rounds)


def crossed(parameters: Any, x: Any, y: Any, weight: Any, fold: Any, used: Any) -> Any:
    """Predictions by models that have not seen the surname."""
    predicted = np.empty(len(y))
    for k in range(FOLDS):
        seen, unseen = used & (fold != k), fold == k
        predicted[unseen] = train(parameters, x[seen], y[seen], weight[seen]).predict(x[unseen])
    return predicted


def one_person(node: Tree, person: Any) -> Any:
    """For each fork, whether most mentions of its branches are of one person."""
    _, code = np.unique(person, return_inverse=True)
    among = np.zeros((len(code) + 1, code.max() + 1))
    among[np.arange(len(code)) + 1, code[node.order]] = 1
    among = among.cumsum(axis=0)
    most = (among[node.start + node.size] - among[node.start]).argmax(axis=1)
    return most[node.left] == most[node.right]


def b_cubed(found: list[Any], person: Any) -> Any:
    """Sums of precision and recall, and the number of mentions, of one group."""
    ends = Counter(person.tolist())
    precision = recall = 0.0
    for leaves in found:
        for who, n in Counter(person[leaves].tolist()).items():
            precision += n * n / len(leaves)
            recall += n * n / ends[who]
    return precision, recall, len(person)


def report(made: Made, cuts: dict[float, list[list[Any]]]) -> None:
    """Print B-cubed of people whom the models have not seen."""
    groups = made.groups
    persons = np.split(made.person, groups.starts[1:-1])
    several = np.array([len(np.unique(p)) > 1 for p in persons])
    sizes = groups.sizes
    kinds = {
        "one person": ~several,
        "several": several,
        "several, < 20": several & (sizes < 20),
        "several, 20–99": several & (sizes >= 20) & (sizes < 100),
        "several, ≥ 100": several & (sizes >= 100),
    }
    for level, found in cuts.items():
        sums = np.array([b_cubed(f, p) for f, p in zip(found, persons, strict=True)])
        told = []
        for kind, which in kinds.items():
            p, r, n = sums[which].sum(axis=0)
            told.append(f"{kind} P {p / n:.4f} R {r / n:.4f} F1 {2 * p * r / n / (p + r):.4f}")
        print(f"cut below {level}: " + " | ".join(told))


def main() -> None:
    """Make groups, cross-validate, and write the models if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--groups", type=int, default=3000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    kg = KnowledgeGraph()
    for path in given.corpus:
        kg |= gk.read(path)
    c = context(kg)
    bearers = expected_bearers(c.names)
    made = Made(c, bearers, given.groups)
    groups, surroundings = made.groups, Surroundings(c, bearers)
    x = np.concatenate([of_pairs.features(surroundings, b) for b in of_pairs.batches(groups)])
    one, other, group = of_pairs.pairs(groups)
    y = made.person[one] == made.person[other]
    sizes = groups.sizes
    number = sizes * (sizes - 1) / 2
    share = np.minimum(1, PAIRS_OF_A_GROUP / number)
    # Each mention weighs as much in a small group as in a large one, up to thirty of a group.
    weight = (np.minimum(sizes, 30) / sizes / (sizes - 1) / share)[group]
    used = np.random.default_rng(1).random(len(y)) < share[group]
    print(f"{len(sizes)} groups, {len(groups.rows)} mentions, {len(y)} pairs")
    chance = crossed(OF_PAIRS, x, y, weight, made.fold[group], used)
    forks, same = [], []
    ends = np.concatenate([[0], np.cumsum(number.astype(int))])
    year = c.year[c.paper[groups.rows]]
    for k in range(len(sizes)):
        pair, mine = slice(ends[k], ends[k + 1]), slice(groups.starts[k], groups.starts[k + 1])
        forks.append(tree(chance[pair], x[pair], year[mine]))
        same.append(one_person(forks[-1], made.person[mine]))
    fx, fy = np.concatenate([t.features for t in forks]), np.concatenate(same)
    of = np.repeat(np.arange(len(sizes)), sizes - 1)
    weigh = np.minimum(fx[:, of_trees.FEATURES.index("smaller")], 10).astype(float)
    predicted = crossed(OF_FORKS, fx, fy, weigh, made.fold[of], np.ones(len(fy), bool))
    by_group = np.split(predicted, np.cumsum(sizes - 1)[:-1])
    report(
        made,
        {
            level: [
                [branch.leaves for branch in t.branches(q, level)]
                for t, q in zip(forks, by_group, strict=True)
            ]
            for level in LEVELS
        },
    )
    if given.write:
        train(OF_PAIRS, x[used], y[used], weight[used]).save_model(FOLDER / "pairs_model.txt")
        train(OF_FORKS, fx, fy, weigh).save_model(FOLDER / "forks_model.txt")


if __name__ == "__main__":
    main()
