"""Records of one paper found without labels, beside simple ways, on labelled pairs of records.

    python bench/papers.py [PAIRS.csv ...]

The files have the columns ``left_title``, ``left_authors``, ``left_venue``, ``left_year``, the same
for ``right_``, and ``match`` (1 or 0), as the DBLP-ACM and DBLP-Scholar benchmarks in the split of
DeepMatcher do. The left and the right records become two sources of one graph, which is matched
as any graph is: every record may meet every other one, and the labels are looked at only
to count. Then the same with the right records printed badly, as a crawler prints them: one to
four copies each, initials, cut lists of authors, typing errors, years and venues missing.
Thresholds of the simple ways are the best ones for these labels, so they have an advantage.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import resource
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from graphkit.graph import KnowledgeGraph
from graphkit.matchers.papers import match

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "dblp-acm-pairs"
PAIRS = [DATA / "train.csv", DATA / "valid.csv"]
FIELDS = ("title", "authors", "venue", "year")
Record = tuple[str, str, str, str]
Pair = tuple[Record, Record, bool]


def read(paths: Iterable[Path]) -> list[Pair]:
    pairs = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                left, right = (
                    (row[f"{s}_title"], row[f"{s}_authors"], row[f"{s}_venue"], row[f"{s}_year"])
                    for s in ("left", "right")
                )
                pairs.append((left, right, row["match"] == "1"))
    return pairs


def printed_badly(pairs: list[Pair], seed: int = 1) -> list[Pair]:
    """Pairs of the left records with bad copies of the right ones."""
    chance = random.Random(seed)
    copies: dict[Record, set[Record]] = {}
    for right in sorted({right for _, right, _ in pairs}):
        number = chance.choice((1, 1, 2, 3, 4))
        copies[right] = {bad_copy(right, chance) for _ in range(number)}
    return [(left, copy, same) for left, right, same in pairs for copy in sorted(copies[right])]


def bad_copy(record: Record, chance: random.Random) -> Record:
    title, authors, venue, year = record
    authors = re.sub(r" ?&#(\d+);(?: (?=\w))?", lambda code: chr(int(code[1])), authors)
    words = title.split()
    if chance.random() < 0.15 and len(words) > 4:
        words = words[: chance.randrange(4, len(words))]
    if chance.random() < 0.10 and len(words) > 4:
        del words[chance.randrange(len(words))]
    title = " ".join(words)
    if chance.random() < 0.15 and title:
        at = chance.randrange(len(title))
        title = title[:at] + chance.choice("aeinrst") + title[at + chance.choice((0, 1)) :]
    names = [name for name in authors.split(" , ") if name]
    if chance.random() < 0.25:
        names = names[: chance.randrange(1, 4)]
    if chance.random() < 0.7:
        names = [
            "".join(part[0] for part in name.split()[:-1]) + " " + name.split()[-1]
            for name in names
        ]
    if chance.random() < 0.05:
        names = []
    venue = chance.choice(("", "", venue, " ".join(venue.split()[:2]), f"proc. {venue}"))
    kind = chance.random()
    if kind < 0.4:
        year = ""
    elif kind < 0.45 and year:
        year = str(int(year) + chance.choice((-1, 1)))
    return title, " , ".join(names), venue, year


def graph(pairs: list[Pair]) -> tuple[KnowledgeGraph, dict[tuple[str, Record], str]]:
    """The records as two sources, and the id of each."""
    ids: dict[tuple[str, Record], str] = {}
    venues: dict[tuple[str, str], str] = {}
    rows: dict[str, list[dict[str, Any]]] = {"papers": [], "authorships": [], "venues": []}
    for left, right, _ in pairs:
        for side, record in (("left", left), ("right", right)):
            if (side, record) in ids:
                continue
            paper = ids[side, record] = f"paper:{side}-{len(ids)}"
            title, authors, venue, year = record
            source = f"source:{side}"
            if venue and (side, venue) not in venues:
                venues[side, venue] = f"venue:{side}-{len(venues)}"
                about = {"id": venues[side, venue], "label": venue, "source": source}
                rows["venues"].append(about)
            found = re.search(r"\d{4}", year)
            rows["papers"].append(
                {
                    "id": paper,
                    "title": title,
                    "year": int(found[0]) if found else None,
                    "journal": venues.get((side, venue)),
                    "source": source,
                }
            )
            rows["authorships"] += [
                {
                    "paper": paper,
                    "author": f"author:{paper[6:]}-{position}",
                    "position": position,
                    "printed_name": name,
                    "source": source,
                }
                for position, name in enumerate(filter(None, authors.split(" , ")), 1)
            ]
    return KnowledgeGraph(rows), ids


def ours(pairs: list[Pair]) -> tuple[list[bool], list[tuple[float, bool]]]:
    """Which pairs are joined at the threshold .5; and the score and the label of each claim."""
    kg, ids = graph(pairs)
    start = time.perf_counter()
    claims = match(kg).table("matches").to_pylist()
    taken = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(ids):,} records, {len(claims):,} claims: {taken:.1f} s, peak {memory:,.0f} MB")
    parent: dict[str, str] = {}

    def root(paper: str) -> str:
        while (above := parent.get(paper, paper)) != paper:
            paper = above
        return paper

    scores = {}
    for claim in claims:
        if claim["a"].startswith("paper:") and claim["relation"] == "owl:sameAs":
            scores[frozenset((claim["a"], claim["b"]))] = claim["score"]
            if claim["score"] >= 0.5:
                parent[root(claim["a"])] = root(claim["b"])
    ends = [(ids["left", left], ids["right", right], same) for left, right, same in pairs]
    joined = [root(a) == root(b) for a, b, _ in ends]
    rated = [
        (scores[frozenset((a, b))], same) for a, b, same in ends if frozenset((a, b)) in scores
    ]
    return joined, rated


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def best(scores: Any, labels: Any) -> tuple[list[bool], float]:
    """The decisions at the threshold that gives the best F1."""
    thresholds = np.unique(np.round(scores, 2))
    values = [f1(scores >= threshold, labels)[2] for threshold in thresholds]
    chosen = thresholds[int(np.argmax(values))]
    return list(scores >= chosen), float(chosen)


def f1(found: Any, labels: Any) -> tuple[float, float, float]:
    found, labels = np.asarray(found, bool), np.asarray(labels, bool)
    right = (found & labels).sum()
    precision, recall = right / max(found.sum(), 1), right / max(labels.sum(), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def compare(title: str, pairs: list[Pair]) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    labels = [same for *_, same in pairs]
    print(f"\n{title}: {len(pairs):,} labelled pairs, {sum(labels):,} of one paper")
    same_title = [plain(left[0]) == plain(right[0]) for left, right, _ in pairs]
    same_year = [
        same and left[3] == right[3]
        for same, (left, right, _) in zip(same_title, pairs, strict=True)
    ]
    lefts, rights = ([pair[side][0] for pair in pairs] for side in (0, 1))
    spelt = process.cpdist(lefts, rights, scorer=JaroWinkler.normalized_similarity)
    words = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit([*lefts, *rights])
    cosine = np.asarray(words.transform(lefts).multiply(words.transform(rights)).sum(axis=1))
    by_letters, letters = best(spelt, labels)
    by_cosine, angle = best(cosine.ravel(), labels)
    joined, rated = ours(pairs)
    print(f"{'':<42}     P      R     F1")
    for name, found in (
        ("same title", same_title),
        ("same title and year", same_year),
        (f"Jaro-Winkler of titles >= {letters:.2f} (best)", by_letters),
        (f"TF-IDF of titles >= {angle:.2f} (best)", by_cosine),
        ("graphkit", joined),
    ):
        print(f"{name:<42} " + " ".join(f"{value:.4f}" for value in f1(found, labels)))
    print("claims of graphkit by score, and the share that is true:")
    for low, high in ((0.2, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.01)):
        part = [same for score, same in rated if low <= score < high]
        if part:
            print(f"  {low:.2f} to {min(high, 1):.2f}: {len(part):5,}  {np.mean(part):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", nargs="*", type=Path, default=PAIRS)
    options = parser.parse_args()
    for path in options.pairs:
        if not path.exists():
            parser.error(f"{path}: no such file; give files of labelled pairs")
    pairs = read(options.pairs)
    compare("As printed", pairs)
    compare("Right side printed badly", printed_badly(pairs))


if __name__ == "__main__":
    main()
