"""SPARQL beside bare pyoxigraph and rdflib, on one machine in one run.

    python bench/sparql.py GRAPH.kg [--rdflib SECONDS] [asking memory disk named]

Ratios can be trusted more than single times. Each figure is the best of several, but what rdflib
takes. It gets so many seconds of the processor for a query, which is all that it needs and nothing
that other work takes from it; a ratio after "over" is a lower bound.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyoxigraph
import rdflib

import graphkit as gk
from graphkit.finding import find
from graphkit.graph import KnowledgeGraph
from graphkit.rdf import nquads_blocks, to_nquads
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


def loading(kg: KnowledgeGraph, work: Path, where: str) -> None:
    """Fill a store in ``"memory"`` or on ``"disk"``: with a ready file, and with our tables."""
    ready = work / "ready.nq"
    ready.write_bytes(to_nquads(kg))

    def bare(place: Path) -> None:
        store = pyoxigraph.Store(place) if where == "disk" else pyoxigraph.Store()
        store.bulk_load(path=ready, format=pyoxigraph.RdfFormat.N_QUADS)
        store.flush()

    def ours(place: Path) -> None:
        if where == "disk":
            folder.fill(place, engine(kg).blocks())
        else:
            worker.load(pyoxigraph.Store(), engine(kg).blocks())

    times: dict[Callable[[Path], None], float] = {}
    for fill in (bare, ours, bare, ours):
        with tempfile.TemporaryDirectory(dir=work) as place:
            took = best(partial(fill, Path(place)), 1)
        times[fill] = min(took, times.get(fill, took))
    print(
        f"load, {where}: bare {times[bare]:.1f} s, ours from tables {times[ours]:.1f} s: "
        f"{times[ours] / times[bare]:.2f}"
    )


def asking(kg: KnowledgeGraph) -> None:
    made, prefixes = engine(kg), kg.namespaces.prefixes
    store = made.store

    def bare(text: str) -> Any:
        found: Any = store.query(text, prefixes=prefixes, use_default_graph_as_union=made.union)
        return found.serialize(format=pyoxigraph.QueryResultsFormat.TSV)

    kg.query(SMALL)
    extra = best(lambda: kg.query(SMALL), 50) - best(lambda: bare(SMALL), 50)
    print(f"a small answer: {extra * 1000:.2f} ms over bare pyoxigraph")
    found = kg.query(LARGE)
    assert isinstance(found, pd.DataFrame)
    rows = len(found)
    one, other = best(lambda: bare(LARGE), 3), best(lambda: kg.query(LARGE), 3)
    print(f"{rows:,} rows: bare TSV {one:.2f} s, frame {other:.2f} s: {other / one:.2f}")


def by_rdflib(graph: rdflib.Graph, text: str, limit: float) -> float | None:
    """Seconds of the processor that rdflib takes, None where its time is up."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limit)
    start = time.process_time()
    try:
        list(graph.query(text))
    except TimeoutError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - start


def named(kg: KnowledgeGraph, work: Path, limit: float) -> None:
    """Each named query, ours and rdflib's."""
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
        ours[name] = best(partial(kg.named, name, given), 2)
        print(f"{name}: {ours[name]:.3f} s", flush=True)
    triples = work / "union.nt"
    tables = {name: kg.table(name) for name in schema().tables}
    with triples.open("wb") as out:
        out.writelines(nquads_blocks(tables, kg.namespaces, graphs=False))
    graph = rdflib.Graph().parse(triples, format="nt")
    for name, text in texts.items():
        theirs = by_rdflib(graph, text, limit)
        over = "over " if theirs is None else ""
        seconds = limit if theirs is None else theirs
        print(
            f"{name}: {ours[name]:.3f} s, rdflib {over}{seconds:.2f} s: "
            f"{over}{seconds / ours[name]:.0f} x",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph")
    parser.add_argument("--rdflib", type=float, default=60, help="seconds that rdflib gets a query")
    parser.add_argument("parts", nargs="*", default=["asking", "memory", "disk", "named"])
    words = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    kg = gk.open(words.graph)
    work = Path(tempfile.mkdtemp())
    try:
        if "asking" in words.parts:
            asking(kg)
        for where in ("memory", "disk"):
            if where in words.parts:
                loading(kg, work, where)
        if "named" in words.parts:
            named(kg, work, words.rdflib)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
