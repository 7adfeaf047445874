"""How long a user waits before anything happens, beside `import pandas`.

    python bench/start_up.py [RUNS]

Each command is run as a process of its own, in turns, so that a busy machine slows all alike;
printed are the median and the ratio to pandas. Aims on a quiet machine: `import graphkit`
within 0.1 s, `graphkit --help` within 0.3 s.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python": ["-c", "pass"],
    "import graphkit": ["-c", "import graphkit"],
    "graphkit --help": ["-m", "graphkit.cli", "--help"],
    "import pandas": ["-c", "import pandas"],
    "import rdflib": ["-c", "import rdflib"],
}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(runs: int) -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):
        for name, arguments in COMMANDS.items():
            taken[name].append(seconds(arguments))
    # The first round fills the caches of the file system.
    medians = {name: statistics.median(times[1:]) for name, times in taken.items()}
    for name, median in medians.items():
        print(f"{name:<34} {median:6.3f} s   {median / medians['import pandas']:5.2f} x pandas")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
