"""The plan that Oxigraph makes of a query, with what each step of it finds and takes.

pyoxigraph does not show it, so Oxigraph's own command, `oxigraph query --stats`, is asked, on the
same store and with no more allowed than a query may do here.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphkit.errors import MissingExtraError, QueryError, QueryLimitError
from graphkit.ids import Namespaces
from graphkit.sparql import folder
from graphkit.sparql.engine import Engine
from graphkit.sparql.patterns import prologue
from graphkit.sparql.process import ADVICE
from graphkit.sparql.prologue import declarations
from graphkit.sparql.worker import Request

__all__ = ["planned"]


def planned(engine: Engine, request: Request, timeout: float) -> list[dict[str, Any]]:
    """The steps of a plan, from the outermost to what it reads first.

    Parameters
    ----------
    engine : Engine
    request : Request
        A query that is one, with nothing in it that is refused.
    timeout : float
        Seconds.

    Returns
    -------
    list of dict
        ``step`` (after a dot for each step that it is part of), ``rows`` that it found, and
        ``seconds`` that it and its parts took.

    Raises
    ------
    MissingExtraError
        The command is not installed.
    QueryLimitError
        The time is up.
    """
    beside = sysconfig.get_path("scripts")
    command = shutil.which("oxigraph", path=beside) or shutil.which("oxigraph")
    if command is None:
        raise MissingExtraError("oxigraph", "explain")
    with tempfile.TemporaryDirectory(prefix="graphkit-") as work:
        place = engine.place
        if place is None:
            place = Path(work, "store")
            place.mkdir()
            folder.fill(place, engine.blocks())
        text, plan = Path(work, "query.rq"), Path(work, "plan.json")
        declared = "\n".join(declarations(request.text, engine.namespaces))
        text.write_text(f"{declared}\n{request.text}", "utf-8")
        asked = request.text[len(prologue(request.text)) :].upper()
        form = "nt" if asked.startswith(("CONSTRUCT", "DESCRIBE")) else "tsv"
        words = [
            *(command, "query", "--location", str(place), "--query-file", str(text)),
            *("--results-format", form, "--explain-file", str(plan), "--stats"),
            *(["--union-default-graph"] if request.union else []),
        ]
        try:
            done = subprocess.run(
                words,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise QueryLimitError("time", timeout, ADVICE["time"]) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            reason = said[0] if said else f"exit code {done.returncode}"
            raise QueryError(f"plan cannot be had from oxigraph: {reason}")
        return list(_steps(json.loads(plan.read_bytes())["plan"], 0, engine.namespaces))


def _steps(node: dict[str, Any], depth: int, names: Namespaces) -> Iterator[dict[str, Any]]:
    shown = re.sub("<([^<>]*)>", lambda match: names.compress(match[1]), node["name"])
    yield {
        "step": "· " * depth + shown,
        "rows": node.get("number of results"),
        "seconds": node.get("duration in seconds"),
    }
    for child in node["children"]:
        yield from _steps(child, depth + 1, names)
