"""SPARQL beside bare pyoxigraph and rdflib, on one machine in one run.

    python bench/sparql.py GRAPH.kg [--query NAME]... [--rdflib SECONDS] [asking memory disk named]

Ratios can be trusted more than single times. What queries take is work: seconds of the processor,
of all processes that have a part in it, which other programs take nothing from. Each named query
is asked of the store in the folder, of one in memory (``graphkit.open(…, in_memory=True)``), and
of rdflib, which holds the same triples in memory; nobody's time to load counts. Ours is all from
the text to the frame; "bare" is pyoxigraph alone on the same two stores, from the text to TSV: we
cannot be faster than that. rdflib gets the text that it answers faster: ours, which is written for
Oxigraph, or that of ``bench/plain``, the same question in plain words. It is stopped after so many
seconds; what stands after ">" is then a lower bound.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyoxigraph
import rdflib
from processor import work

import graphkit as gk
from graphkit.finding import find
from graphkit.graph import KnowledgeGraph
from graphkit.rdf import nquads_blocks, to_nquads
from graphkit.schema import schema
from graphkit.sparql import folder as stores
from graphkit.sparql import worker
from graphkit.sparql.engine import engine
from graphkit.sparql.named import bound, queries, read
from graphkit.sparql.parameters import bind

SMALL = "SELECT ?n { ?a a foaf:Person ; foaf:name ?n } LIMIT 5"
PLAIN = Path(__file__).with_name("plain")
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
            stores.fill(place, engine(kg).blocks())
        else:
            worker.load(pyoxigraph.Store(), engine(kg).blocks())

    # By the clock, and by the processors, from which other programs take nothing.
    times: dict[Callable[[Path], None], tuple[float, float]] = {}
    for fill in (bare, ours, bare, ours):
        with tempfile.TemporaryDirectory(dir=work) as place:
            before = time.perf_counter(), time.process_time()
            fill(Path(place))
            took = time.perf_counter() - before[0], time.process_time() - before[1]
        clock, processor = zip(took, times.get(fill, took), strict=True)
        times[fill] = min(clock), min(processor)
    print(
        f"load, {where}: bare {times[bare][0]:.1f} s, ours from tables {times[ours][0]:.1f} s: "
        f"{times[ours][0] / times[bare][0]:.2f}; of the processors {times[bare][1]:.1f} s, "
        f"{times[ours][1]:.1f} s: {times[ours][1] / times[bare][1]:.2f}",
        flush=True,
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


def held_by_rdflib(triples: Path) -> rdflib.Graph:
    """A graph of rdflib, as its own parser fills it, in a third of the time."""
    graph = rdflib.Graph()
    terms: dict[Any, Any] = {}

    def term(said: Any) -> Any:
        if (found := terms.get(said)) is None:
            if isinstance(said, pyoxigraph.Literal):
                kind = None if said.language else rdflib.URIRef(said.datatype.value)
                kind = None if kind == rdflib.XSD.string else kind
                found = rdflib.Literal(said.value, lang=said.language, datatype=kind)
            else:
                found = rdflib.URIRef(said.value)
            terms[said] = found
        return found

    for said in pyoxigraph.parse(path=triples, format=pyoxigraph.RdfFormat.N_TRIPLES, lenient=True):
        graph.store.add((term(said.subject), term(said.predicate), term(said.object)), graph)
    return graph


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


def taken(act: Callable[[], Any]) -> float:
    """Seconds of the processor that this process and those that it started take for one of many."""
    act()
    times = 1
    while True:
        before = work(os.getpid())
        for _ in range(times):
            act()
        seconds = work(os.getpid()) - before
        # The system counts in hundredths of a second.
        if seconds > 0.5:
            return seconds / times
        times *= 4


def asked_of(kg: KnowledgeGraph, only: Collection[str]) -> dict[str, list[str]]:
    """The named queries that can be asked of rdflib, with values and the prefixes they use.

    First in our own words, then, where there are any, in plain ones.
    """
    author = kg.authorships.author.value_counts().index[0]
    pairs = kg.authorships[
        kg.authorships.paper.isin(kg.authorships[kg.authorships.author == author].paper)
    ]
    values: dict[str, Any] = {"author": author, "one": author, "year": 2010, "since": 2010}
    values["other"] = next(a for a in pairs.author if a != author)
    values |= {"paper": kg.papers.id[0], "venue": kg.venues.id[0] if len(kg.venues) else None}
    plain = {file.stem: read(file.stem, file.read_text()) for file in PLAIN.glob("*.rq")}
    texts: dict[str, list[str]] = {}
    for name, query in queries().items():
        given = {each.name: values.get(each.name) for each in query.parameters}
        kinds = {each.kind for each in query.parameters}
        # No topics or teams to ask about; and the one graph that rdflib gets has no sources.
        if None in given.values() or kinds & {"topics", "teams"} or "GRAPH" in query.text:
            continue
        if only and name not in only:
            continue
        terms = bound(query, given, lambda kind, name: kg.namespaces.expand(find(kg, kind, name)))
        for words in filter(None, (query, plain.get(name))):
            text = bind(words.text, terms, kg.namespaces)
            used = {p: iri for p, iri in kg.namespaces.prefixes.items() if f"{p}:" in text}
            declared = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in used.items())
            texts.setdefault(name, []).append(declared + text)
    return texts


def fastest_by_rdflib(graph: rdflib.Graph, texts: list[str], limit: float) -> float | None:
    """Seconds that rdflib takes for one of the texts of a question, None if more than the limit."""
    best = None
    for text in texts:
        for _ in range(5):
            seconds = by_rdflib(graph, text, best or limit)
            if seconds is None:
                break
            best = min(seconds, best or limit)
            if seconds > 1:
                break
    return best


def named(path: str, work_in: Path, limit: float, only: Collection[str]) -> None:
    """Each named query: bare pyoxigraph's, ours and rdflib's."""
    disk, memory = gk.open(path), gk.open(path, in_memory=True)
    stores = [engine(disk).store, engine(memory).store]
    union, prefixes = engine(disk).union, disk.namespaces.prefixes
    texts = asked_of(disk, only)
    triples = work_in / "union.nt"
    tables = {name: disk.table(name) for name in schema().tables}
    with triples.open("wb") as out:
        out.writelines(nquads_blocks(tables, disk.namespaces, graphs=False))
    before = time.process_time()
    graph = held_by_rdflib(triples)
    print(f"{len(graph):,} triples; rdflib took {time.process_time() - before:.0f} s to load them")
    # What it holds lasts; to look for garbage in it would cost rdflib more than we do.
    gc.collect()
    gc.freeze()

    def bare(store: pyoxigraph.Store, text: str) -> None:
        found: Any = store.query(text, prefixes=prefixes, use_default_graph_as_union=union)
        found.serialize(format=pyoxigraph.QueryResultsFormat.TSV)

    print(f"{'milliseconds':<26}{'folder: bare, ours':>20}{'memory: bare, ours':>20}{'rdflib':>10}")
    for name, words in texts.items():
        theirs = fastest_by_rdflib(graph, words, limit)
        over, seconds = (">", limit) if theirs is None else ("", theirs)
        shown, ratios = "", ""
        for kg, store in zip((disk, memory), stores, strict=True):
            alone = taken(partial(bare, store, words[0]))
            ours = taken(partial(kg.query, words[0]))
            shown += f"{alone * 1000:10.1f}{ours * 1000:10.1f}"
            ratios += f"   {over}{seconds / ours:.1f} (bare {over}{seconds / alone:.1f})"
        print(f"{name:<26}{shown}{over + format(seconds * 1000, '.0f'):>10}{ratios}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph")
    parser.add_argument("--rdflib", type=float, default=60, help="seconds of rdflib for a query")
    parser.add_argument(
        "--query", action="append", default=[], help="of the named ones, this alone"
    )
    parser.add_argument("parts", nargs="*", default=["asking", "memory", "disk", "named"])
    words = parser.parse_intermixed_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    kg = gk.open(words.graph)
    folder = Path(tempfile.mkdtemp())
    try:
        if "asking" in words.parts:
            asking(kg)
        for where in ("memory", "disk"):
            if where in words.parts:
                loading(kg, folder, where)
        if "named" in words.parts:
            named(words.graph, folder, words.rdflib, words.query)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
