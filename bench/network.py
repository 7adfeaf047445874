"""Coauthor networks and their measures beside networkx, igraph, networkit and scikit-network.

Run ``python bench/network.py [10000 100000 1000000] [--acl FILE] [--without PEER] [--limit 60]``.
The peers are in no extra but networkit: ``pip install networkit scikit-network``; one that is not
there is left out.

Each library runs in a process of its own, on one thread, with its own graph, which is made before
anything is measured. What is printed is processor time, the least of some rounds in which the
libraries take turns, so that a busy machine disturbs all alike. Who takes longer than the limit is
stopped: "> 60 s". Memory is the peak of a process that holds tables and network and does nothing
but this one measure, above what it holds.

The corpora are made by a model: team sizes are 1 + a negative binomial with mean 2.5, at most 60
(3.5 authors a paper); a paper lies in one of the fields, whose sizes fall as 1/rank, and draws most
authors from its field and some from others, each in proportion to (rank + 20)^-0.75, which gives
degrees a heavy tail; years are uniform over thirty.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import json
import math
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from network_libraries import (
    MEDIUM,
    Calls,
    of_igraph,
    of_networkit,
    of_networkx,
    of_sknetwork,
    ours,
    ours_by_networkit,
)

ROUNDS = 3
# What took longer once is not repeated, in seconds.
LONG = 10.0
APART = multiprocessing.get_context("fork")


def corpus(papers: int, seed: int = 0) -> Any:
    """Papers, authors and authorships by the model above, as a graph."""
    import numpy as np

    rng = np.random.default_rng(seed)
    team = np.minimum(1 + rng.negative_binomial(2.0, 2.0 / 4.5, papers), 60)
    people, fields = int(papers * 0.9), max(papers // 1000, 1)
    share = 1 / np.arange(1, fields + 1)
    first = np.concatenate([[0], np.cumsum(np.maximum(people * share / share.sum(), 30))])
    field = np.searchsorted(np.cumsum(share / share.sum()), rng.random(papers))
    paper = np.repeat(np.arange(papers), team)
    here = np.where(rng.random(len(paper)) < 0.1, rng.integers(0, fields, len(paper)), field[paper])
    size = np.diff(first)[here]
    # The inverse of the distribution function of (rank + 20)^-0.75, up to the field's size.
    low, high = 20**0.25, (size + 20) ** 0.25
    rank = (low + rng.random(len(paper)) * (high - low)) ** 4 - 20
    author = (first[here] + rank).astype(np.int64)
    position = np.arange(len(paper)) - np.repeat(np.cumsum(team) - team, team) + 1
    return graph_of(paper, author, position, rng.integers(1990, 2020, papers))


def graph_of(paper: Any, author: Any, position: Any, years: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    import graphkit as gk

    def ids(kind: str, numbers: Any) -> Any:
        return pa.array([f"{kind}:{n:07}" for n in range(int(numbers.max()) + 1)]).take(
            pa.array(numbers)
        )

    people = np.unique(author)
    rows = {
        "papers": {"id": ids("paper", np.arange(len(years))), "year": years.astype("int32")},
        "authors": {"id": ids("author", people), "name": ids("Author", people)},
        "authorships": {
            "paper": ids("paper", paper),
            "author": ids("author", author),
            "position": position.astype("int32"),
        },
    }
    kg = gk.KnowledgeGraph()
    tables = {}
    for name, columns in rows.items():
        empty = kg.table(name)
        count = len(next(iter(columns.values())))
        arrays = [
            pa.array(columns[field.name]).cast(field.type)
            if field.name in columns
            else pa.array(["source:model"] * count, pa.string())
            if field.name == "source"
            else pa.nulls(count, field.type)
            for field in empty.schema
        ]
        tables[name] = pa.Table.from_arrays(arrays, schema=empty.schema)
    # Rows that a model made need no checking; that would take longer than all that is measured.
    return gk.KnowledgeGraph._of(tables, kg.namespaces)


# -- processes that can be stopped ----------------------------------------------------------


def serve(pipe: Any, make: Callable[[], Calls]) -> None:
    """Make a library's graph, then run what is asked for and tell what it took."""
    calls = make()
    pipe.send(list(calls))
    while (what := pipe.recv()) is not None:
        start = time.process_time()
        calls[what]()
        pipe.send(time.process_time() - start)


class Library:
    """A library in a process of its own, which is begun anew after it was stopped."""

    def __init__(self, name: str, make: Callable[[], Calls]) -> None:
        self.name, self.make = name, make
        self.process: Any = None
        self.offers = self.begin()

    def begin(self) -> list[str]:
        self.pipe, end = APART.Pipe()
        self.process = APART.Process(target=serve, args=(end, self.make), daemon=True)
        self.process.start()
        end.close()
        try:
            found: list[str] = self.pipe.recv()
        except EOFError:
            found = []
        return found

    def seconds(self, what: str, limit: float) -> float:
        """Processor time; infinite if it was stopped, nan if it failed."""
        if self.process is None:
            self.begin()
        self.pipe.send(what)
        # The library begins with what making its graph took.
        most = worked(self.process.pid) + limit
        while not self.pipe.poll(0.5):
            if worked(self.process.pid) > most:
                self.end()
                return math.inf
        try:
            taken: float = self.pipe.recv()
        except EOFError:
            self.process = None
            return math.nan
        return taken

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None


def worked(pid: int) -> float:
    """Seconds that a process has had of the processors."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def status(field: str) -> float:
    """A line of this process's status in MB; 0 where there is none, as outside Linux."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    return 0.0


def peak(call: Callable[[], Any]) -> float:
    """How much memory a call takes at most, above what is there, in MB, in a process of its own."""
    ours, end = APART.Pipe()

    def run() -> None:
        import ctypes

        import pyarrow as pa

        gc.collect()
        pa.default_memory_pool().release_unused()
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        before = status("VmRSS")
        call()
        end.send(status("VmHWM") - before)

    process = APART.Process(target=run)
    process.start()
    end.close()
    try:
        found: float = ours.recv()
    except EOFError:
        found = math.nan
    process.join()
    return found


# -- the table ------------------------------------------------------------------------------


def compare(what: str, libraries: list[Library], limit: float) -> None:
    """Print what ours takes, and how many times that of each peer it is."""
    taken: dict[str, float] = {}
    for turn in range(ROUNDS):
        for library in libraries:
            known = taken.get(library.name, 0.0)
            if what in library.offers and known < (LONG if turn else 1):
                again = library.seconds(what, limit)
                taken[library.name] = min(known, again) if turn else again
    mine = [name for name in taken if name.startswith("graphkit")]
    best = min(taken[name] for name in mine)
    row = "   ".join(f"{name} {beside(taken[name], best, limit)}" for name in taken)
    print(f"  {what:18} {row}", flush=True)


def beside(seconds: float, best: float, limit: float) -> str:
    if seconds != seconds:
        return "failed"
    if seconds == math.inf:
        return f"> {limit:.0f} s"
    return f"{seconds:.3f} s ({best / seconds:.2f})" if seconds else "0 s"


def projection(kg: Any, papers: int, without: list[str], limit: float) -> None:
    """From tables to a coauthor matrix, beside the barest code that does it."""
    import pandas as pd
    from scipy import sparse

    links = kg.table("authorships")
    ends = [links[name].to_pandas() for name in ("author", "paper")]

    def bare() -> Any:
        codes = [pd.factorize(end)[0] for end in ends]
        incidence = sparse.csr_array(([1.0] * len(ends[0]), codes))
        return incidence @ incidence.T

    def anew() -> Any:
        kg.derived.clear()
        return kg.coauthors(most_authors=None)

    def of_networkx() -> Calls:
        import networkx as nx

        graph = nx.Graph(zip(*(end.tolist() for end in ends), strict=True))
        authors = sorted(set(ends[0]))
        return {"projection": lambda: nx.bipartite.weighted_projected_graph(graph, authors)}

    print("  processor time, and the faster of ours as a multiple of it", flush=True)
    print(
        "  aims: projection 2 of scipy, measures 1.2 of the fastest, 0.05 of networkx", flush=True
    )
    libraries = [
        Library("graphkit", lambda: {"projection": anew}),
        Library("scipy", lambda: {"projection": bare}),
    ]
    if papers <= MEDIUM and "networkx" not in without:
        libraries.append(Library("networkx", of_networkx))
    compare("projection", libraries, limit)
    for library in libraries:
        library.end()


def memory(kg: Any, network: Any) -> None:
    """Print the peak of the projection and of each measure, above what is held meanwhile."""
    from graphkit import measures

    matrix = network.matrix
    size = (matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes) / 2**20
    print(f"  memory: process with the tables {status('VmRSS'):.0f} MB, matrix {size:.0f} MB")

    def anew() -> None:
        kg.derived.clear()
        kg.coauthors(most_authors=None)

    names = ["pagerank", "core", "component", "eigenvector", "clustering", "constraint"]
    names += ["community", "louvain", "label_propagation"]
    network.nodes  # noqa: B018  what the answers are named by
    steps: Calls = {"projection": anew} | {
        name: functools.partial(getattr(measures, name), network) for name in names
    }
    for name, call in steps.items():
        found = peak(call)
        print(f"    {name:18} peak {found:6.0f} MB, {found / size:5.2f} x the matrix   aim: 2")


def chain(kg: Any) -> None:
    """From tables to a network, PageRank, cores and communities, and what it takes."""
    ours, end = APART.Pipe()

    def run() -> None:
        kg.derived.clear()
        start = time.process_time()
        kg.coauthors().measure("pagerank", "core", "community")
        end.send((time.process_time() - start, status("VmHWM")))

    before = status("VmRSS")
    process = APART.Process(target=run)
    process.start()
    end.close()
    seconds, most = ours.recv()
    process.join()
    print(
        f"  tables to PageRank, cores, communities: {seconds:.1f} s, peak {most:.0f} MB "
        f"(before {before:.0f} MB)   aim at 10^6 papers: 60 s, 4 GB",
        flush=True,
    )


def run(what: str, without: list[str], limit: float) -> None:
    if what.isdigit():
        papers = int(what)
        kg = corpus(papers)
    else:
        import graphkit as gk

        kg = gk.read(what)
        papers = len(kg.table("papers"))
    import igraph  # noqa: F401  imports are no part of what grows
    import pandas  # noqa: F401
    import scipy.sparse.linalg  # noqa: F401

    links = kg.table("authorships").num_rows
    print(f"{papers:,} papers, {links:,} authorships", flush=True)
    chain(kg)
    network = kg.coauthors(most_authors=None)
    print(f"  {network}", flush=True)
    memory(kg, network)
    projection(kg, papers, without, limit)
    peers = {"igraph": of_igraph, "networkit": of_networkit, "sknetwork": of_sknetwork}
    if papers <= MEDIUM:
        peers["networkx"] = of_networkx
    libraries = [
        Library("graphkit", lambda: ours(network, papers)),
        Library("graphkit, engine networkit", lambda: ours_by_networkit(network)),
    ]
    libraries += [
        Library(name, functools.partial(make, network))
        for name, make in peers.items()
        if name not in without
    ]
    for measure in libraries[0].offers:
        compare(measure, libraries, limit)
    for library in libraries:
        library.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--acl", type=Path, help="A corpus to read, such as acl-2021.jsonl.gz.")
    parser.add_argument("--without", action="append", default=[], help="Leave out this peer.")
    parser.add_argument("--limit", type=float, default=60, help="Seconds that a call may take.")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        run(json.loads(options.one), options.without, options.limit)
        return
    for what in [*map(str, options.papers), *([str(options.acl)] if options.acl else [])]:
        one = ["--one", json.dumps(what), f"--limit={options.limit}"]
        one += [f"--without={name}" for name in options.without]
        quiet = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run([sys.executable, __file__, *one], check=True, env=quiet)


if __name__ == "__main__":
    main()
