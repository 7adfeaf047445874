"""Rankings of collaborators beside each other, and what they cost.

Run ``python bench/collaborators.py FILE [2020 2018] [--most 3000]`` on a file that `graphkit.read`
takes, or on a graph; ``--most 0`` asks about all. Authors are told apart by their printed names,
without case, accents and punctuation. ``--ablation`` drops each ingredient of the learned ranking
(± is a standard error); ``--costs`` measures learning, answers and memory. Of a graph it takes what
was learnt before and lies beside it, so that this ends within a minute or two.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import graphkit as gk


def normalised(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return "author:" + ("_".join(re.findall(r"\w+", kept)) or "unknown")


def by_name(path: str) -> gk.KnowledgeGraph:
    import pyarrow as pa

    read = gk.open(path) if Path(path).is_dir() else gk.read(path)
    rows = read.table("authorships", as_read=True)
    names = rows["printed_name"].combine_chunks().dictionary_encode()
    spelt = names.dictionary.to_pylist()
    ids = [normalised(name) for name in spelt]
    called = dict(zip(ids, spelt, strict=True))
    of_rows = pa.array(ids, pa.string()).take(names.indices)
    column = rows.schema.get_field_index("author")
    source = read.table("sources", as_read=True)["id"][0].as_py()
    authors = [{"id": id, "name": name, "source": source} for id, name in called.items()]
    tables = {name: read.table(name, as_read=True) for name in ("papers", "venues", "sources")}
    return gk.KnowledgeGraph(
        {
            **tables,
            "authors": pa.Table.from_pylist(authors),
            "authorships": rows.set_column(column, "author", of_rows),
        }
    )


# Features by the ingredient that they are of: what their names begin with.
INGREDIENTS = {
    "walks on ties that hold": ("walks", "place by walks", "long walks"),
    "shared coauthors": ("resource", "Adamic", "coauthors in common", "own ties", "other's ties"),
    "ways through one coauthor": ("ways", "best way", "fresh"),
    "words and themes": ("words", "themes", "recent", "own themes", "own team", "both teams"),
    "venues and events": ("same event", "same venues"),
    "circles of the network": ("same circles",),
    "the two people": ("own:", "other:"),
}
SINGLE = ("Adamic-Adar", "resource allocation", "walks on ties that hold", "words")


def ablation(kg: gk.KnowledgeGraph, year: int, most: int | None) -> None:
    """What each ingredient gives: some alone, all, and the logistic model without each."""
    import numpy as np

    from graphkit.recommend import ranker
    from graphkit.recommend.candidates import FEATURES, candidates
    from graphkit.recommend.past import corpus_of

    whole = corpus_of(kg).whole
    past = whole.before(year)
    truth = whole.new_ties(past)
    asked = np.flatnonzero(np.diff(truth.indptr))
    asked = np.sort(np.random.default_rng(0).permutation(asked)[:most])
    met = np.diff(truth.indptr)[asked]
    examples = ranker.examples_of(past)
    assert examples is not None
    index = ranker.indexed(past)
    parts = []
    for start in range(0, len(asked), 50):
        some = asked[start : start + 50]
        found = candidates(index, some)
        true = np.asarray(truth[some[found.query], found.other]).ravel()
        parts.append((found.query + start, found.features, true))
    query, rows, true = (np.concatenate(each) for each in zip(*parts, strict=True))

    def told(what: str, scores: object, beside: object = None) -> np.ndarray:
        """Print three means, or those of differences; give the values of each person."""
        order = np.lexsort((-np.asarray(scores), query))
        at, hit = query[order], true[order] > 0
        place = np.arange(len(at)) - np.searchsorted(at, at, side="left") + 1
        first = np.full(len(asked), np.inf)
        np.minimum.at(first, at[hit], place[hit])
        among = np.bincount(at, hit & (place <= 20), len(asked))
        values = np.stack([1 / first, among / met, among > 0])
        shown = values if beside is None else values - beside
        error = shown.std(axis=1) / np.sqrt(len(asked))
        form = "{:9.4f} ± {:.4f}" if beside is None else "{:+9.4f} ± {:.4f}"
        means = zip(shown.mean(axis=1), error, strict=True)
        print(f"{what:50}" + "".join(form.format(*each) for each in means), flush=True)
        return values

    reach = np.bincount(query, true, len(asked))
    print(f"{year}: {len(asked)} people, {len(query) / len(asked):.0f} candidates each")
    print(f"recall of the candidates {(reach / met).mean():.4f}, hit {(reach > 0).mean():.4f}")
    print(f"{'':50}{'MRR':>18}{'R@20':>18}{'Hit@20':>18}")
    for name in SINGLE:
        told(f"{name} alone", rows[:, FEATURES.index(name)])
    everything = ranker.learnt(index, *examples.pairs)
    told("all", everything.odds(rows))
    linear = told("all, the logistic model alone", rows / everything.spread @ everything.weights)
    # What trees take up is decided by chance as much as by one ingredient; this is not.
    learnt, *others = examples.pairs
    for name, begins in INGREDIENTS.items():
        kept = np.array([not feature.startswith(begins) for feature in FEATURES])
        weights, _, spread, _ = ranker.logistic(learnt[:, kept], *others)
        told(f"logistic model without {name}", rows[:, kept] / spread @ weights, linear)


ASKED, WARM, COLD = 300, 20, 3


def costs(file: str) -> None:
    """Time on the processor, and on the clock, which says little on a busy machine."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(file)
        if not place.is_dir():
            place = Path(folder, "x.kg")
            by_name(file).save(place)
        costs_of(place)


def costs_of(place: Path) -> None:
    import numpy as np

    from graphkit.recommend.past import corpus_of
    from graphkit.recommend.ranker import FILE, ranker_of_graph

    def told(what: str, work: Callable[[], object], times: int = 1) -> float:
        clock, processor = time.perf_counter(), time.process_time()
        work()
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        print(f"{what}: {processor / times:.4f} s CPU, {clock / times:.4f} s", flush=True)
        return processor / times

    def memory(who: int) -> str:
        return f"{resource.getrusage(who).ru_maxrss / 1e6:.2f} GB at most"

    kg = gk.open(place)
    if place.joinpath(FILE).exists():
        print(f"learning: {FILE} stands beside the graph; take it away to measure that", flush=True)
    told("words and matrices", lambda: corpus_of(kg))
    told("learning, or mapping what was learnt", lambda: ranker_of_graph(kg))
    count = len(corpus_of(kg).whole)
    print(f"people: {count}; so far {memory(resource.RUSAGE_SELF)}", flush=True)
    print(f"kept beside the graph: {place.joinpath(FILE).stat().st_size / 1e6:.0f} MB")
    names = corpus_of(kg).ids.take(np.random.default_rng(0).permutation(count)[:WARM]).to_pylist()
    cold([sys.executable, "-c", "import pandas, scipy.sparse, pyarrow.parquet"], "imports alone")
    for verb, about in (("collaborators", names[0]), ("experts", "machine translation")):
        cold([sys.executable, "-m", "graphkit.cli", verb, str(place), about], f"graphkit {verb}")
    print(f"these took {memory(resource.RUSAGE_CHILDREN)}")
    # As in a new program: what was learnt is mapped from disk.
    kg = gk.open(place)
    told("the first answer of a program", lambda: kg.collaborators(names[0]))
    kg.collaborators(names[1])
    told("an answer, warm", lambda: [kg.collaborators(name) for name in names], len(names))
    ranker = ranker_of_graph(kg)
    assert ranker is not None
    some = np.random.default_rng(0).permutation(count)[:ASKED]
    ranker.chances(some[:50])
    each = told(
        f"an answer without reasons, fifty at once (a sample of {ASKED})",
        lambda: [ranker.chances(some[at : at + 50]) for at in range(0, ASKED, 50)],
        ASKED,
    )
    print(f"so all: {each * count / 60:.1f} minutes CPU, shared by all cores")


def cold(command: list[str], what: str) -> None:
    """A command as a process of its own; the first one, which fills the caches, does not count."""
    spent = []
    for _ in range(COLD + 1):
        before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        clock, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        spent.append((used, clock))
    (least, _), (most, _) = min(spent[1:]), max(spent[1:])
    fastest = min(clock for _, clock in spent[1:])
    print(f"{what}, cold: {least:.2f} to {most:.2f} s CPU, {fastest:.2f} s", flush=True)


def main() -> None:
    from graphkit.recommend import evaluate

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("years", nargs="*", type=int, default=[2020, 2018])
    parser.add_argument("--most", type=int, default=3000, help="people asked about; 0: all")
    parser.add_argument("--method", action="append", help="repeatable; all by default")
    parser.add_argument("--novelty", action="append", type=float, help="repeatable")
    parser.add_argument("--by", choices=["career", "distance"])
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--costs", action="store_true")
    given = parser.parse_args()
    if given.costs:
        costs(given.file)
        return
    kg = by_name(given.file)
    for year in given.years:
        if given.ablation:
            ablation(kg, year, given.most or None)
            continue
        found = evaluate(
            kg,
            year,
            methods=given.method,
            most=given.most or None,
            by=given.by,
            novelty=given.novelty or 0.0,
        )
        print(f"{year}\n{found.round(4).to_string(index=False)}", flush=True)


if __name__ == "__main__":
    main()
