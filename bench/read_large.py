"""Reading large files, each beside the bare parse of the same file.

Run ``python bench/read_large.py [--megabytes 50] [SAMPLES DATA]``. Each measurement is a process
of its own, so that its peak memory is its own; ours and the bare one take turns, and the best
time of each counts. The second ratio is of the seconds that all processors were busy, which a
busy machine changes least. Imports are not part of a time, as they do not grow with the file.
Files of twice the size show what memory grows with: that of reading with the batch, that of
building with the graph that is made.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SHARED = Path(__file__).parents[1].parent / "shared"
ROUNDS = 3

# What each process runs: {path} is read, {out} is a fresh place to write to.
MEASURED = {
    "duckdb": (
        "import duckdb; connection = duckdb.connect()",
        "connection.execute(\"copy (select * from read_json('{path}', format='newline_delimited')) "
        "to '{out}' (format parquet)\")",
    ),
    "build": (
        # Arrow imports pandas when it first makes an array of a list.
        "import graphkit as gk, graphkit.build, pyarrow.json, pyarrow.parquet, pandas\n"
        "import orjson, graphkit.formats.openalex_work\n"
        "for name in gk.registry.names('format'): gk.registry.load('format', name)",
        "gk.read('{path}').save('{out}')",
    ),
    "read": (
        "import importlib, pathlib, lxml.etree, pyarrow.compute, pandas\n"
        "import orjson, graphkit.formats.openalex_work\n"
        "from graphkit.formats.document import Document\n"
        "module = importlib.import_module('graphkit.formats.{format}')",
        "for reading in module.read(Document(pathlib.Path('{path}'))): pass",
    ),
    "iterparse": (
        "from lxml import etree",
        "for _, element in etree.iterparse('{path}', recover=True): element.clear()",
    ),
    "orjson": (
        "import orjson",
        "for line in open('{path}', 'rb'): orjson.loads(line)",
    ),
}
PROGRAM = """
import json, resource, time
{setup}
start, busy = time.perf_counter(), time.process_time()
{work}
seconds, busy = time.perf_counter() - start, time.process_time() - busy
print(json.dumps([seconds, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


Measure = tuple[float, float, float]  # seconds, those of all processors, peak memory in MB


def measure(what: str, path: Path, format: str = "") -> Measure:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.kg" if what == "build" else "out.parquet")
        program = PROGRAM.format(
            setup=MEASURED[what][0].format(format=format),
            work=MEASURED[what][1].format(path=path, out=out),
        )
        # The allocator of Arrow that `graphkit build` chooses.
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
            check=True,
            capture_output=True,
            text=True,
        )
    seconds, busy, memory = json.loads(done.stdout.splitlines()[-1])
    return seconds, busy, memory


def compare(title: str, ours: str, bare: str, path: Path, format: str, most: float) -> None:
    """Print the best times and the most memory of some rounds in which both take turns."""
    rounds = [(measure(ours, path, format), measure(bare, path)) for _ in range(ROUNDS)]
    (seconds, busy, memory), (bare_seconds, bare_busy, bare_memory) = (
        (min(r[0] for r in each), min(r[1] for r in each), max(r[2] for r in each))
        for each in zip(*rounds, strict=True)
    )
    ratio = seconds / bare_seconds
    print(
        f"{title:46} {seconds:5.2f} s {memory:4.0f} MB  {bare} {bare_seconds:5.2f} s "
        f"{bare_memory:4.0f} MB  ratio {ratio:5.2f} (processors {busy / bare_busy:5.2f}), "
        f"{'within' if ratio <= most else 'over'} {most:g}",
        flush=True,
    )


def repeated_dblp(sample: Path, out: Path, size: int) -> None:
    """The sample's records again and again, each time under other keys."""
    text = sample.read_bytes()
    head, records = re.split(rb"(?<=<dblp>)", text, maxsplit=1)
    records = records.replace(b"</dblp>", b"")
    with out.open("wb") as file:
        file.write(head)
        for number in range(size // len(records) + 1):
            copy = records.replace(b'key="', b'key="copy%d/' % number)
            file.write(copy.replace(b"doi.org/10.1007/", b"doi.org/10.1007/%d-" % number))
        file.write(b"</dblp>\n")


def repeated_openalex(samples: list[Path], out: Path, size: int) -> None:
    """The samples' works again and again, each time under other ids."""
    texts = [
        gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in samples
    ]
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    written = number = 0
    with out.open("wb") as file:
        while written < size:
            number += 1
            for line in lines:
                copy = line.replace(b"doi.org/10.", b"doi.org/10.%d" % (1000 + number % 8999))
                copy = copy.replace(b"openalex.org/W", b"openalex.org/W%d" % number)
                written += file.write(copy + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", nargs="?", type=Path, default=SHARED / "samples")
    parser.add_argument("data", nargs="?", type=Path, default=SHARED / "data")
    parser.add_argument("--megabytes", type=int, default=50)
    options = parser.parse_args()
    acl = options.data / "acl-2021.jsonl.gz"
    compare("ACL JSON Lines, built to a folder", "build", "duckdb", acl, "", 3)
    compare("ACL JSON Lines, read to records", "read", "duckdb", acl, "jsonl", 3)
    works = sorted((options.samples / "openalex").glob("work*.json*"))
    for megabytes in (options.megabytes, 2 * options.megabytes):
        with tempfile.TemporaryDirectory() as folder:
            dblp, openalex = Path(folder, "dblp.xml"), Path(folder, "works.jsonl")
            repeated_dblp(options.samples / "dblp" / "dblp.xml", dblp, megabytes << 20)
            repeated_openalex(works, openalex, megabytes << 20)
            for name, bare, path, format in (
                ("DBLP XML", "iterparse", dblp, "dblp"),
                ("OpenAlex JSON Lines", "orjson", openalex, "openalex"),
            ):
                title = f"{name}, {megabytes} MB"
                compare(f"{title}, read to records", "read", bare, path, format, 2)
                compare(f"{title}, built to a folder", "build", bare, path, format, 2)


if __name__ == "__main__":
    main()
