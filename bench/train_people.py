"""Train the model by which spellings are joined, and say how well it does on unseen surnames.

    python bench/train_people.py [CORPUS] [GOLD] [--write]

Labels are pairs of nodes (`graphkit.matchers.spellings`): one person or not by the curated
persons of their mentions. Five models, each trained without a fifth of the surnames, score that
fifth; the tree of those scores is cut and measured as `bench/people.py` does, and so is all that
`resolve` does with them (identifiers, claims, namesakes). ``--write`` then trains on all labels and
writes ``graphkit/matchers/people_model.txt``.
"""

from __future__ import annotations

import argparse
import itertools
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from unittest import mock

import lightgbm
import numpy as np
from people import CORPUS, GOLD, Gold, authors_of, read_gold, report, source_keys

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.matchers import people as matcher
from graphkit.matchers.context import context
from graphkit.matchers.likeness import FEATURES, features
from graphkit.matchers.spellings import Spellings, spellings
from graphkit.matchers.spellings_compared import pairs_to_compare

MODEL = Path(__file__).parents[1] / "graphkit" / "matchers" / "people_model.txt"
FOLDS = 5
ROUNDS = 300
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def train(numbers: Any, labels: Any) -> lightgbm.Booster:
    data = lightgbm.Dataset(numbers, labels, feature_name=list(FEATURES))
    return lightgbm.train(SETTINGS, data, ROUNDS)


def labelled(found: Spellings, gold: Gold, pairs: Any) -> tuple[Any, Any, Any]:
    """Which pairs have a label, the labels, and the row of each labelled authorship."""
    kg = found.context.kg
    keys = source_keys(kg)
    rows = kg.table("authorships", as_read=True)
    at = {
        (key, position): number
        for number, (paper, position) in enumerate(
            zip(rows["paper"].to_pylist(), rows["position"].to_pylist(), strict=True)
        )
        for key in (paper, *keys.get(paper, ()))
    }
    row = np.array([at.get(place, -1) for place in gold.places])
    mentions: dict[int, Counter[str]] = defaultdict(Counter)
    for number, person in zip(row.tolist(), gold.people, strict=True):
        if number >= 0:
            mentions[int(found.node_of_row[number])][person] += 1
    person_of = {node: counted.most_common(1)[0][0] for node, counted in mentions.items()}
    known = np.array([a in person_of and b in person_of for a, b in pairs.tolist()])
    same = np.array([person_of.get(a) == person_of.get(b) for a, b in pairs.tolist()])
    return known, same, row


def cut(found: Spellings, pairs: Any, chances: Any, threshold: float) -> Any:
    """The cluster of each row of ``authorships``."""
    parent = np.arange(len(found.names))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = int(parent[node])
        return node

    for merge in matcher.linked(found, pairs, chances):
        if matcher.calibrated(merge.level) >= threshold:
            parent[root(merge.a)] = root(merge.b)
    heads = np.array([root(node) for node in range(len(parent))])
    alone = found.single[found.node_of_row] & (heads[found.node_of_row] == found.node_of_row)
    return np.where(
        (found.node_of_row < 0) | alone, -1 - found.context.author, heads[found.node_of_row]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    gold = read_gold(options.gold)
    around = context(gk.read(options.corpus))
    found = spellings(around, [None] * len(around.authors))
    pairs = pairs_to_compare(found)
    numbers = features(found, pairs)
    known, same, row = labelled(found, gold, pairs)
    print(
        f"{len(pairs):,} pairs, {known.sum():,} labelled, {same[known].sum():,} of them one person"
    )
    families = [name.family for name in found.names]
    fold = np.array(
        [zlib.crc32(min(families[a], families[b]).encode()) % FOLDS for a, b in pairs.tolist()]
    )
    chances = np.zeros(len(pairs))
    for number in range(FOLDS):
        told = known & (fold != number)
        model = train(numbers[told], same[told])
        chances[fold == number] = np.asarray(model.predict(numbers[fold == number], num_threads=1))
    calibration(chances[known], same[known])
    chances = matcher.plain(numbers, chances)
    for threshold in (0.4, 0.5, 0.6):
        clusters = cut(found, pairs, chances, threshold)
        labels = [
            str(clusters[number]) if number >= 0 else f"? {place}"
            for number, place in zip(row.tolist(), gold.places, strict=True)
        ]
        report(f"cross-validated by surname, spellings alone, cut at {threshold:g}", gold, labels)
    whole(around.kg, gold, chances)
    if options.write:
        MODEL.write_text(train(numbers[known], same[known]).model_to_string(), encoding="utf-8")
        print(f"{MODEL}: {MODEL.stat().st_size / 1024:.0f} kB")


def whole(kg: KnowledgeGraph, gold: Gold, chances: Any) -> None:
    """Score all that `resolve` does, spellings scored by models that saw none of the surname."""
    with mock.patch.object(matcher, "scores", return_value=chances):
        kg = kg.resolve()
    report("cross-validated by surname, all matchers", gold, authors_of(kg))


def calibration(chances: Any, same: Any) -> None:
    """How often pairs of a score are one person by the labels."""
    print("score (as the labels have it)   pairs   one person")
    edges = np.linspace(0, 1, 11)
    for low, high in itertools.pairwise(edges):
        told = (chances >= low) & (chances < high)
        if told.any():
            print(f"  {low:.1f} to {high:.1f} {told.sum():24,}   {same[told].mean():.3f}")


if __name__ == "__main__":
    main()
