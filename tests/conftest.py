"""What many tests need: small graphs, the article, and the command line."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.ids import mint

# How long an example takes says nothing on a machine that others use, too.
settings.register_profile("graphkit", deadline=None)
settings.load_profile("graphkit")

ROOT = Path(__file__).parents[1]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SEED = ROOT.parent / "shared" / "seed" / "interspeech-2022.txt"


def graph_of(
    papers: Mapping[str, Sequence[str]],
    *,
    years: Mapping[str, int] | None = None,
    topics: Mapping[str, Iterable[str]] | None = None,
    source: str = "source:s",
) -> KnowledgeGraph:
    """A graph of papers by title with their authors by name; ids are made of these."""
    people = sorted({name for names in papers.values() for name in names})
    labels = sorted({label for found in (topics or {}).values() for label in found})
    rows: dict[str, list[dict[str, Any]]] = {
        "papers": [
            {"id": mint("paper", title), "title": title, "year": (years or {}).get(title)}
            for title in papers
        ],
        "authors": [{"id": mint("author", name), "name": name} for name in people],
        "topics": [{"id": mint("topic", label), "label": label} for label in labels],
        "authorships": [
            {"paper": mint("paper", title), "author": mint("author", name), "position": position}
            for title, names in papers.items()
            for position, name in enumerate(names, 1)
        ],
        "subjects": [
            {"paper": mint("paper", title), "topic": mint("topic", label)}
            for title, found in (topics or {}).items()
            for label in sorted(found)
        ],
    }
    return KnowledgeGraph(
        {name: [{**row, "source": source} for row in found] for name, found in rows.items()}
    )


def several_years() -> KnowledgeGraph:
    """Whom people met is told by later years, of which the bundled graph has none."""
    met = {"Ada-Bo": 2019, "Bo-Cy": 2019, "Ada-Cy": 2020}
    return graph_of({pair: pair.split("-") for pair in met}, years=met)


@pytest.fixture(scope="session")
def example() -> KnowledgeGraph:
    """The bundled graph, resolved."""
    return gk.example().resolve()


@pytest.fixture(scope="session")
def seed() -> Path:
    """The article that issue 2 gives numbers for; it is not part of this project."""
    if not SEED.exists() and not os.environ.get("CI"):
        pytest.skip(f"{SEED} is not here; it does not come with the project")
    return SEED


@dataclass(frozen=True)
class Answer:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def graphkit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command line's own `main`, in this process, in a folder of its own."""
    from graphkit.cli import app as cli
    from graphkit.cli import console

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.setattr(console, "debug", False)

    def run(*words: object, stdin: str = "") -> Answer:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["graphkit", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                cli.main()
                code = 0
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else int(left.code is not None)
        return Answer(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def shell(tmp_path: Path) -> Run:
    """The command line as a process of its own, with warnings as errors."""

    def run(*words: object, stdin: str = "", **env: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "graphkit.cli", *map(str, words)],
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "COLUMNS": "500", **env},
            timeout=120,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing, and in CI the drawings must be opened")
        pytest.skip(f"{CHROMIUM} is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield launched
        launched.close()
