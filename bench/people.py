"""Who is who: how well people are told apart, beside one author a normalised name.

    python bench/people.py [CORPUS] [GOLD] [--people people.csv] [--threshold 0.5]

CORPUS is any file that graphkit reads and whose papers have keys of their own; GOLD has a JSON
object a line: paper (its key), position (from 1), name, person, and perhaps ambiguous (a name
that several people bear) and by_hand. With ``--people`` an exported table (``graphkit export x.kg
people.csv --table authorships``: paper, source_key, position, printed_name, author) is scored
instead of a run of our own.

Scores are B-cubed (each authorship counts once) and pairwise (each pair of authorships does); those
of a part of the authorships look at this part alone.
The model that ships was trained on the shared half of the labels: there this script shows how
well it remembers; `bench/train_people.py` prints the cross-validated figures.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import resource
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import graphkit as gk
from graphkit.graph import KnowledgeGraph

DATA = Path(__file__).parents[1].parent / "shared" / "data"
CORPUS, GOLD = DATA / "acl-2021.jsonl.gz", DATA / "acl-2021-people-dev.jsonl.gz"

Place = tuple[str, int]


class Gold(NamedTuple):
    """Labelled authorships, as columns."""

    places: list[Place]
    names: list[str]
    people: list[str]
    subsets: dict[str, np.ndarray[Any, np.dtype[np.bool_]]]


def read_gold(path: Path) -> Gold:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        rows = [json.loads(line) for line in file]
    spellings: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        spellings[row["person"]].add(normalised(row["name"]))
    subsets = {
        "all authorships": np.ones(len(rows), bool),
        "people with several spellings": np.array([len(spellings[r["person"]]) > 1 for r in rows]),
        "namesakes told apart by hand": np.array([bool(r.get("ambiguous")) for r in rows]),
    }
    return Gold(
        [(row["paper"], row["position"]) for row in rows],
        [row["name"] for row in rows],
        [row["person"] for row in rows],
        subsets,
    )


def normalised(name: str) -> str:
    """The baseline's idea of one author: letters without case, accents and punctuation."""
    apart = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters))


def source_keys(kg: KnowledgeGraph) -> dict[str, list[str]]:
    """The keys by which sources know each paper."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = kg.table("identifiers", as_read=True)
    pairs = zip(rows["entity"].to_pylist(), rows["identifier"].to_pylist(), strict=True)
    for entity, key in [*pairs, *((p, p) for p in kg.table("papers")["id"].to_pylist())]:
        found[entity] += [key, key.partition(":")[2]]
    return found


def authors_of(kg: KnowledgeGraph) -> dict[Place, str]:
    """Who stands where, as the graph counts people."""
    keys = source_keys(kg)
    rows = kg.table("authorships")
    columns = (rows[name].to_pylist() for name in ("paper", "position", "author"))
    return {
        (key, position): author
        for paper, position, author in zip(*columns, strict=True)
        for key in (paper, *keys.get(paper, ()))
    }


def read_people(path: Path) -> dict[Place, str]:
    with path.open(newline="", encoding="utf-8") as file:
        return {
            (row["source_key"] or row["paper"], int(row["position"])): row["author"]
            for row in csv.DictReader(file)
        }


class Score(NamedTuple):
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def scores(found: Sequence[str], gold: Sequence[str], chosen: Any) -> tuple[Score, Score]:
    """B-cubed and pairwise, of the chosen authorships among themselves."""
    cluster = np.unique(np.array(found, dtype=object)[chosen].astype(str), return_inverse=True)[1]
    person = np.unique(np.array(gold, dtype=object)[chosen].astype(str), return_inverse=True)[1]

    def sizes(codes: Any) -> Any:
        return np.bincount(codes)[codes]

    both = np.unique(cluster.astype(np.int64) * (person.max() + 1) + person, return_inverse=True)[1]
    right = sizes(both)
    cubed = Score(float((right / sizes(cluster)).mean()), float((right / sizes(person)).mean()))
    in_common, of_cluster, of_person = (
        float(sum(n * (n - 1) // 2 for n in np.bincount(codes).tolist()))
        for codes in (both, cluster, person)
    )
    pairs = Score(in_common / max(of_cluster, 1.0), in_common / max(of_person, 1.0))
    return cubed, pairs


def report(title: str, gold: Gold, found: Mapping[Place, str] | Sequence[str]) -> None:
    """Print the scores of some clustering; an authorship that it lacks is a person of its own."""
    if isinstance(found, Mapping):
        labels = [found.get(place, f"? {place}") for place in gold.places]
        lacking = sum(place not in found for place in gold.places)
        title += f" ({lacking} authorships not found)" if lacking else ""
    else:
        labels = list(found)
    print(title)
    for subset, chosen in gold.subsets.items():
        if not chosen.any():
            continue
        cubed, pairs = scores(labels, gold.people, chosen)
        print(
            f"  {subset:32} {int(chosen.sum()):8,}   B-cubed P {cubed.precision:.4f} "
            f"R {cubed.recall:.4f} F1 {cubed.f1:.4f}   pairs P {pairs.precision:.4f} "
            f"R {pairs.recall:.4f} F1 {pairs.f1:.4f}"
        )


def peak() -> float:
    """Peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD)
    parser.add_argument("--people", type=Path, help="score this table instead of a run of ours")
    parser.add_argument("--threshold", type=float, default=0.5)
    options = parser.parse_args(None if arguments is None else list(arguments))
    for path in (options.corpus, options.gold, options.people):
        if path is not None and not path.exists():
            parser.error(f"{path}: no such file; give a corpus and a gold file")
    gold = read_gold(options.gold)
    report("one author a normalised name", gold, [normalised(name) for name in gold.names])
    if options.people:
        report(str(options.people), gold, read_people(options.people))
        return
    start = time.perf_counter()
    kg = gk.read(options.corpus)
    read = time.perf_counter()
    before = peak()
    kg = kg.resolve(options.threshold)
    done = time.perf_counter()
    report(f"graphkit, resolved at {options.threshold:g}", gold, authors_of(kg))
    print(
        f"  read in {read - start:.1f} s ({before:.0f} MB), resolved in {done - read:.1f} s "
        f"(peak {peak():.0f} MB): {kg.summary()}"
    )


if __name__ == "__main__":
    main()
