"""What processes take of the processor, whatever else the machine does."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["work"]


def work(number: int) -> float:
    """Seconds of the processor that a process and all that it started have taken (on Linux)."""
    parents, seconds = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        process = int(file.parent.name)
        parents[process] = int(said[1])
        # Also of those that ended and were waited for.
        seconds[process] = sum(map(int, said[11:15])) / os.sysconf("SC_CLK_TCK")
    family = {number}
    while more := {process for process, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(seconds.get(process, 0.0) for process in family)
