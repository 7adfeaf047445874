"""Reading a large BibTeX file, beside bibtexparser's own parse of the same text.

    python bench/read_bibtex.py SAMPLE.bib [ENTRIES [RUNS]]

The sample's entries are repeated with changed keys until there are so many. bibtexparser is
timed with what it does by default (blocks, string macros, enclosing); graphkit does that too,
decodes LaTeX, puts the parts of names in order and makes records. The two take turns in one
process; printed are the medians and the ratio. Aim: 1.2 at most.
"""

from __future__ import annotations

import gc
import logging
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bibtexparser

from graphkit.formats.bibtex import read
from graphkit.formats.document import Document


def enlarged(sample: str, wanted: int) -> str:
    """Copies of the sample, the keys of each copy with its number."""
    start = re.compile(r"^([ \t]*@(?!string|comment|preamble)\w+[ \t]*\{[^,\s]+),", re.M | re.I)
    count = len(start.findall(sample))
    copies = (start.sub(rf"\1-{number},", sample) for number in range(-(-wanted // count)))
    return "\n".join(copies)


def seconds(run: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main(sample: Path, wanted: int, runs: int) -> None:
    logging.disable(logging.WARNING)
    text = enlarged(sample.read_text(encoding="utf-8"), wanted)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.bib")
        path.write_text(text, encoding="utf-8")
        records = sum(len(reading.records or ()) for reading in read(Document(path)))
        print(f"{records} records, {len(text) / 1e6:.1f} MB of {sample.name}")
        tasks: dict[str, Callable[[], object]] = {
            "bibtexparser": lambda: bibtexparser.parse_string(path.read_text(encoding="utf-8")),
            "graphkit": lambda: sum(len(r.records or ()) for r in read(Document(path))),
        }
        taken: dict[str, list[float]] = {name: [] for name in tasks}
        for _ in range(runs):
            for name, task in tasks.items():
                taken[name].append(seconds(task))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, median in medians.items():
        ratio = median / medians["bibtexparser"]
        print(f"{name:<14} {median:6.2f} s   {ratio:5.2f} x bibtexparser")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    numbers = [int(argument) for argument in sys.argv[2:]]
    main(Path(sys.argv[1]), *(numbers + [20_000, 5][len(numbers) :]))
