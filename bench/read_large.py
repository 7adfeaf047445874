"""Reading large files, each beside the bare parse of the same file.

Run ``python bench/read_large.py [--megabytes 50] [SAMPLES DATA]``. Each measurement is a process
of its own, so that its peak memory is its own; the best time of three counts. Imports are not
part of a time, as they do not grow with the file.
"""

from __future__ import annotations

import argparse
import gzip
import json
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
        "import graphkit as gk, graphkit.build, pyarrow.json, pyarrow.parquet, duckdb, orjson",
        "gk.read('{path}').save('{out}')",
    ),
    "read": (
        "import importlib, pathlib, orjson, lxml.etree, pyarrow.compute\n"
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
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def measure(what: str, path: Path, format: str = "") -> tuple[float, float]:
    """Seconds (the best) and peak memory in MB (the most) of some rounds."""
    setup, work = MEASURED[what]
    results = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "out.kg" if what == "build" else "out.parquet")
            program = PROGRAM.format(
                setup=setup.format(format=format), work=work.format(path=path, out=out)
            )
            done = subprocess.run(
                [sys.executable, "-c", program], check=True, capture_output=True, text=True
            )
        results.append(json.loads(done.stdout.splitlines()[-1]))
    return min(seconds for seconds, _ in results), max(memory for _, memory in results)


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


def report(title: str, ours: tuple[float, float], bare: tuple[float, float], most: float) -> None:
    ratio = ours[0] / bare[0]
    verdict = "ok" if ratio <= most else f"over {most:g}"
    print(
        f"{title:42} {ours[0]:7.2f} s {ours[1]:6.0f} MB   bare {bare[0]:6.2f} s "
        f"{bare[1]:6.0f} MB   ratio {ratio:5.2f}  {verdict}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", nargs="?", type=Path, default=SHARED / "samples")
    parser.add_argument("data", nargs="?", type=Path, default=SHARED / "data")
    parser.add_argument("--megabytes", type=int, default=50)
    options = parser.parse_args()
    size = options.megabytes << 20
    acl = options.data / "acl-2021.jsonl.gz"
    bare = measure("duckdb", acl)
    report("ACL JSON Lines, built to a folder", measure("build", acl), bare, 3)
    report("ACL JSON Lines, read to records", measure("read", acl, "jsonl"), bare, 3)
    with tempfile.TemporaryDirectory() as folder:
        dblp = Path(folder, "dblp.xml")
        repeated_dblp(options.samples / "dblp" / "dblp.xml", dblp, size)
        bare = measure("iterparse", dblp)
        report("DBLP XML, read to records", measure("read", dblp, "dblp"), bare, 2)
        report("DBLP XML, built to a folder", measure("build", dblp), bare, 2)
        works = Path(folder, "works.jsonl")
        found = sorted((options.samples / "openalex").glob("work*.json*"))
        repeated_openalex(found, works, size)
        bare = measure("orjson", works)
        report("OpenAlex JSON Lines, read to records", measure("read", works, "openalex"), bare, 2)
        report("OpenAlex JSON Lines, built to a folder", measure("build", works), bare, 2)


if __name__ == "__main__":
    main()
