"""Throughput of `graphkit serve` beside `oxigraph serve-read-only` on the very same store.

    python bench/serve.py [GRAPH.kg] [SECONDS] [OPTIONS of graphkit serve]

32 clients ask at once, in turns of the two servers so that a busy machine slows both; printed are
answers a second, the work that each takes (milliseconds of the processor, of all processes of a
server), failed requests and ratios. The ratio of the work is what counts where other programs run:
it is that of the throughput where the servers alone fill the processors. The bundled graph is used
where none is given.
Aims: no failed request, and at least 0.8 of oxigraph for queries of 10 ms and more.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path

import httpx
from processor import work

import graphkit as gk
from graphkit.sparql.engine import engine

CLIENTS = 32
PREFIXES = (
    "PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX dcterms: <http://purl.org/dc/terms/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
QUERIES = {
    "one name": "SELECT ?n { ?a foaf:name ?n } LIMIT 1",
    "pairs of coauthors, counted": "SELECT (COUNT(*) AS ?n) "
    "{ { SELECT ?p { ?p dcterms:title ?t } LIMIT 500 } "
    "?p dcterms:creator ?a , ?b FILTER(STR(?a) < STR(?b)) }",
    "titles and names": "SELECT ?t ?n { ?p dcterms:title ?t ; dcterms:creator ?a . "
    "?a foaf:name ?n } LIMIT 5000",
    "names alike": "SELECT (COUNT(*) AS ?n) { { SELECT ?x { ?a foaf:name ?x } LIMIT 250 } "
    "{ SELECT ?y { ?b foaf:name ?y } LIMIT 250 } FILTER(STRSTARTS(?x, SUBSTR(?y, 1, 3))) }",
}


def load(url: str, query: str, seconds: float) -> tuple[int, float, int]:
    """Answers, the seconds that they took, and failures."""
    done, failed = [0] * CLIENTS, [0] * CLIENTS
    headers = {"Accept": "text/tab-separated-values", "Accept-Encoding": "identity"}
    # Certificates take longer to read than most queries to answer, and here there are none.
    clients = [httpx.Client(headers=headers, timeout=120, verify=False) for _ in range(CLIENTS)]
    end = time.perf_counter() + seconds

    def ask(number: int) -> None:
        with clients[number] as http:
            while time.perf_counter() < end:
                try:
                    http.get(url, params={"query": PREFIXES + query}).raise_for_status()
                except httpx.HTTPError:
                    failed[number] += 1
                else:
                    done[number] += 1

    threads = [threading.Thread(target=ask, args=[number]) for number in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done), time.perf_counter() - start, sum(failed)


def alone(url: str, query: str) -> float:
    """The seconds of one client, the fastest of a few."""
    times = []
    with httpx.Client(timeout=120) as http:
        for _ in range(5):
            start = time.perf_counter()
            http.get(url, params={"query": PREFIXES + query}).raise_for_status()
            times.append(time.perf_counter() - start)
    return min(times)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def main(path: Path, seconds: float, options: list[str]) -> None:
    opened = engine(gk.open(path))
    union = ["--union-default-graph"] if opened.union else []
    ports = free_port(), free_port()
    oxigraph = Path(sysconfig.get_path("scripts")) / "oxigraph"
    ours = [sys.executable, "-m", "graphkit.cli", "serve", str(path), "--port", str(ports[0])]
    ours += options
    theirs = [str(oxigraph), "serve-read-only", "--location", str(opened.place), *union]
    urls = [f"http://127.0.0.1:{ports[0]}/sparql", f"http://127.0.0.1:{ports[1]}/query"]
    with (
        subprocess.Popen(ours, stdout=subprocess.DEVNULL) as one,
        subprocess.Popen(
            [*theirs, "--bind", f"127.0.0.1:{ports[1]}"], stderr=subprocess.DEVNULL
        ) as other,
    ):
        try:
            for url in urls:
                for _ in range(300):
                    try:
                        httpx.get(url, params={"query": "ASK {}"}).raise_for_status()
                        break
                    except httpx.HTTPError:
                        time.sleep(0.1)
            for name, query in QUERIES.items():
                rates: list[list[float]] = [[], []]
                failures, answers, worked = [0, 0], [0, 0], [0.0, 0.0]
                for url in urls:
                    # So that each process has seen the query.
                    load(url, query, 0.5)
                for _ in range(3):
                    for at, (url, server) in enumerate(zip(urls, (one, other), strict=True)):
                        before = work(server.pid)
                        count, took, failed = load(url, query, seconds)
                        worked[at] += work(server.pid) - before
                        rates[at].append(count / took)
                        answers[at] += count
                        failures[at] += failed
                found = [sorted(each)[1] for each in rates]
                each = [w * 1000 / max(n, 1) for w, n in zip(worked, answers, strict=True)]
                single = [alone(url, query) * 1000 for url in urls]
                print(
                    f"{name:<28} alone {single[0]:6.1f} ms, oxigraph {single[1]:6.1f}   "
                    f"{CLIENTS} clients {found[0]:7.1f}/s, oxigraph {found[1]:7.1f}: "
                    f"{found[0] / found[1]:.2f}   work {each[0]:6.1f} ms, oxigraph {each[1]:6.1f}: "
                    f"{each[1] / each[0]:.2f}   failed {failures[0]}, {failures[1]}",
                    flush=True,
                )
        finally:
            one.terminate()
            other.terminate()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
        main(Path(sys.argv[1]), seconds, sys.argv[3:])
    else:
        with tempfile.TemporaryDirectory() as folder:
            gk.example().save(Path(folder, "example.kg"))
            main(Path(folder, "example.kg"), 5.0, [])
