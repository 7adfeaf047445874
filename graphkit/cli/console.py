"""Printing: rows as tables, CSV or JSON; progress and complaints on standard error."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import re
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from graphkit.progress import listening

__all__ = ["ask", "complain", "complaint", "plain", "print_json", "progress", "rows", "say"]

debug = False
MOST_ROWS = 200
PATIENCE = 1.0  # seconds before a bar is shown
UNUSUAL = re.compile(r"[^\n\t -~]")


def say(text: str) -> None:
    """Print a line."""
    print(_visible(text))


def ask(text: str) -> None:
    """Print a question; the answer stands on its line."""
    print(_visible(text), end="", flush=True)


def complain(error: object) -> None:
    """Print an error as one line on standard error."""
    print(complaint(error), end="", file=sys.stderr)


def complaint(error: object) -> str:
    """What `complain` prints."""
    return f"graphkit: {' '.join(_visible(str(error)).split())}\n"


def _visible(text: str) -> str:
    """Text without what would steer the terminal: text is text wherever it is shown."""
    return UNUSUAL.sub(lambda m: m[0] if _harmless(m[0]) else "�", text)


def _harmless(c: str) -> bool:
    # Spaces are not "printable" to Python; a carriage return would hide what stands before it.
    # Joiners shape letters and emoji, and move nothing.
    return c in "\u200c\u200d" or c.isprintable() or unicodedata.category(c) == "Zs"


def print_json(content: Any) -> None:
    """Print a JSON document."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=plain)
    # What would steer the terminal can stand in JSON only within strings: escape it there.
    print(UNUSUAL.sub(lambda m: m[0] if _harmless(m[0]) else _escaped(m[0]), text))


def _escaped(c: str) -> str:
    units = c.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dataclasses as objects, times as text, missing as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    return None if _missing(value) else str(value)


def _missing(value: Any) -> bool:
    # pandas' NA, NaT and nan without importing pandas.
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value


def rows(
    found: Sequence[Mapping[Any, Any]],
    form: str,
    *,
    columns: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Print rows.

    Parameters
    ----------
    found : sequence of mapping
    form : {"table", "csv", "json"}
        A table is cut at 200 rows and says so; the others hold all.
    columns : sequence of str, optional
        For when there may be no rows.
    title : str, optional
        Above a table; a table with a title and without rows is not shown.
    """
    cleaned = [{k: _cleaned(v, form) for k, v in row.items()} for row in found]
    names = list(columns or (cleaned[0] if cleaned else []))
    if form == "json":
        print_json(cleaned)
    elif form == "csv":
        text = csv_text(cleaned, names)
        # CSV has no escapes: a file gets what the graph holds, a terminal what is harmless.
        sys.stdout.write(_visible(text) if sys.stdout.isatty() else text)
    elif cleaned or not title:
        _table(cleaned, names, title)


def csv_text(found: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """Rows as CSV with a line of headings.

    Parameters
    ----------
    found : sequence of mapping
    names : sequence of str
        The columns, in order.

    Returns
    -------
    str

    Examples
    --------
    >>> csv_text([{"name": "Ada, Countess", "papers": 1}], ["name", "papers"])
    'name,papers\\n"Ada, Countess",1\\n'
    """
    lines = io.StringIO(newline="")
    plainly = csv.writer(lines, lineterminator="\n")
    # Left alone, Python does not quote a carriage return, at which readers end the line.
    quoted = csv.writer(lines, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for line in [names, *([row[name] for name in names] for row in found)]:
        (quoted if any("\r" in str(cell) for cell in line) else plainly).writerow(line)
    return lines.getvalue()


def _cleaned(value: Any, form: str) -> Any:
    if _missing(value):
        return None
    # JSON has no infinite numbers.
    return str(value) if form == "json" and value in (math.inf, -math.inf) else value


def _table(found: list[dict[str, Any]], names: list[str], title: str | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for name in names:
        number = all(isinstance(row[name], int | float) for row in found)
        table.add_column(Text(name), justify="right" if number else "left", overflow="fold")
    for row in found[:MOST_ROWS]:
        # Text objects, not strings: square brackets in a title are no markup.
        table.add_row(*(Text(_visible(_cell(row[name]))) for name in names))
    out = Console(file=sys.stdout, highlight=False)
    if not out.is_terminal:
        # A pipe has no width; wrapped words would break what reads it.
        out.width = 1_000_000
    out.print(table)
    if len(found) > MOST_ROWS:
        say(f"… and {len(found) - MOST_ROWS:,} more rows; --format csv prints all")
    elif not found:
        say("(no rows)")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    # Counts come as floats where some are missing; no reader wants 13212 as 1.321e+04.
    return f"{value:.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"


@contextmanager
def progress(total: int | None = None) -> Iterator[Callable[[str], None]]:
    """Show a bar on standard error if the work takes longer than a second.

    Parameters
    ----------
    total : int, optional
        Number of steps, if they can be counted.

    Yields
    ------
    callable
        To be called with a name when a step begins.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    err = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    task = bar.add_task("working", total=total)
    begun = False

    def advance(name: str) -> None:
        nonlocal begun
        bar.update(task, description=_visible(name), advance=1 if begun else 0)
        begun = True

    def hear(what: str, done: int, all: int) -> None:
        bar.update(task, description=what, completed=done, total=all)

    timer = threading.Timer(PATIENCE, bar.start)
    if err.is_terminal:
        timer.start()
    try:
        with listening(hear):
            yield advance
    finally:
        timer.cancel()
        if bar.live.is_started:
            bar.stop()
