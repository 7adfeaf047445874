"""SPARQL beside bare pyoxigraph and rdflib, on one machine in one run.

    python bench/sparql.py GRAPH.kg [--rdflib SECONDS]

Ratios can be trusted more than single times. Each figure is the best of several, but for loading.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph

import graphkit as gk
from graphkit.finding import find
from graphkit.graph import KnowledgeGraph
from graphkit.rdf import to_nquads
from graphkit.schema import schema
from graphkit.sparql import folder, worker
from graphkit.sparql.engine import engine
from graphkit.sparql.named import bound, queries
from graphkit.sparql.parameters import bind

SMALL = "SELECT ?n { ?a a foaf:Person ; foaf:name ?n } LIMIT 5"
LARGE = "SELECT ?p ?a ?n { ?p dcterms:creator ?a . ?a foaf:name ?n } LIMIT 300000"


def best(act: Callable[[], Any], times: int) -> float:
    found = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return min(found)


def loading(kg: KnowledgeGraph, work: Path) -> None:
    ready = work / "ready.nq"
    ready.write_bytes(to_nquads(kg))
    for where in ("memory", "disk"):
        times = []
        for ours in (False, True, False, True):
            place = Path(tempfile.mkdtemp(dir=work))
            start = time.perf_counter()
            if where == "disk" and ours:
                folder.fill(place, engine(kg).blocks())
            else:
                store = pyoxigraph.Store(place) if where == "disk" else pyoxigraph.Store()
                if ours:
                    worker.load(store, engine(kg).blocks())
                else:
                    store.bulk_load(path=ready, format=pyoxigraph.RdfFormat.N_QUADS)
                    store.flush()
                del store
            times.append(time.perf_counter() - start)
            shutil.rmtree(place)
        bare, ours_ = min(times[0::2]), min(times[1::2])
        print(
            f"load, {where}: bare {bare:.1f} s, ours from tables {ours_:.1f} s: {ours_ / bare:.2f}"
        )


def asking(kg: KnowledgeGraph) -> None:
    made, prefixes = engine(kg), kg.namespaces.prefixes
    store = made.store

    def bare(text: str) -> Any:
        found: Any = store.query(text, prefixes=prefixes, use_default_graph_as_union=made.union)
        return found.serialize(format=pyoxigraph.QueryResultsFormat.TSV)

    for name, act in (
        ("here", lambda: kg.query(SMALL)),
        ("apart", lambda: kg.query(SMALL, timeout=60)),
    ):
        act()
        extra = best(act, 50) - best(lambda: bare(SMALL), 50)
        print(f"a small answer, {name}: {extra * 1000:.2f} ms over bare pyoxigraph")
    rows = len(kg.query(LARGE))  # type: ignore[arg-type]
    one, other = best(lambda: bare(LARGE), 3), best(lambda: kg.query(LARGE), 3)
    print(f"{rows:,} rows: bare TSV {one:.2f} s, frame {other:.2f} s: {other / one:.2f}")


def report(name: str, ours: float, theirs: float, over: str) -> None:
    print(f"{name}: {ours:.3f} s, rdflib {over}{theirs:.2f} s: {over}{theirs / ours:.0f} x")


def by_rdflib(path: str, texts: dict[str, str], pipe: Any) -> None:
    import rdflib

    graph = rdflib.Graph()
    graph.parse(path, format="nt")
    pipe.send(("", 0.0))
    for name, text in texts.items():
        start = time.perf_counter()
        list(graph.query(text))
        pipe.send((name, time.perf_counter() - start))


def named(kg: KnowledgeGraph, work: Path, limit: float) -> None:
    """Each named query, ours and rdflib's, each in a process that can be stopped."""
    author = kg.authorships.author.value_counts().index[0]
    pairs = kg.authorships[
        kg.authorships.paper.isin(kg.authorships[kg.authorships.author == author].paper)
    ]
    values: dict[str, Any] = {"author": author, "one": author, "year": 2010, "since": 2010}
    values["other"] = next(a for a in pairs.author if a != author)
    values |= {"paper": kg.papers.id[0], "venue": kg.venues.id[0] if len(kg.venues) else None}
    ours, texts = {}, {}
    for name, asked in queries().items():
        given = {each.name: values.get(each.name) for each in asked.parameters}
        kinds = {each.kind for each in asked.parameters}
        # No topics or teams to ask about; and the one graph that rdflib gets has no sources.
        if None in given.values() or kinds & {"topics", "teams"} or "GRAPH" in asked.text:
            continue
        prologue = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in kg.namespaces.prefixes.items())
        terms = bound(asked, given, lambda kind, name: kg.namespaces.expand(find(kg, kind, name)))
        texts[name] = prologue + bind(asked.text, terms, kg.namespaces)
        ours[name] = best(lambda name=name, given=given: kg.named(name, given), 1)  # type: ignore[misc]
    triples = work / "union.nt"
    tables = {name: kg.table(name) for name in schema().tables}
    from graphkit.rdf import nquads_blocks

    with triples.open("wb") as out:
        out.writelines(nquads_blocks(tables, kg.namespaces, graphs=False))
    left = dict(texts)
    while left:
        ours_end, theirs_end = multiprocessing.Pipe()
        process = multiprocessing.Process(target=by_rdflib, args=(str(triples), left, theirs_end))
        process.start()
        ours_end.recv()  # the graph is loaded, which is not counted
        while left:
            name = next(iter(left))
            if ours_end.poll(limit):
                _, seconds = ours_end.recv()
                report(name, ours[name], seconds, "")
                del left[name]
            else:
                report(name, ours[name], limit, "over ")
                del left[name]
                break
        process.kill()
        process.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph")
    parser.add_argument("--rdflib", type=float, default=0, help="seconds that rdflib gets a query")
    words = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    kg = gk.open(words.graph)
    work = Path(tempfile.mkdtemp())
    try:
        asking(kg)
        loading(kg, work)
        if words.rdflib:
            named(kg, work, words.rdflib)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
