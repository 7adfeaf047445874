"""Memory that reading a file takes, as the file grows: it should not grow with it.

    python bench/read_memory.py FORMAT SAMPLE [MEGABYTES]

The sample is repeated to a tenth of the size and to the whole of it (100 MB unless told), and
each file is read to records in a process of its own; printed are the peaks.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from graphkit import registry
from graphkit.formats.document import Document


def measure(name: str, path: Path) -> None:
    """Read a file and print how many records it holds and the peak of this process."""
    records = sum(
        len(reading.records or ()) for reading in registry.load("format", name).read(Document(path))
    )
    # Kilobytes on Linux.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{path.stat().st_size // 1_000_000:5} MB  {records:9,} records  peak {peak:5} MB")


def main(name: str, sample: str, megabytes: str = "100") -> None:
    """Measure two sizes, each in a process of its own."""
    data = Path(sample).read_bytes() + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        for size in (int(megabytes) // 10, int(megabytes)):
            path = Path(folder, f"{size}{Path(sample).suffix}")
            path.write_bytes(data * (size * 1_000_000 // len(data) + 1))
            subprocess.run([sys.executable, __file__, "--one", name, str(path)], check=True)


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        measure(sys.argv[2], Path(sys.argv[3]))
    else:
        main(*sys.argv[1:])
