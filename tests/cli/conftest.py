"""What tests of the command line share: a graph to ask, and what an answer must be."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from graphkit.graph import KnowledgeGraph
from tests.conftest import Answer

PAGE = "Acme’s papers at SIGMOD {year}\n\nPlanning\n\nPlanning {year}\n{authors}\n"


def page(folder: Path, name: str, year: int, authors: str = "Ada Lee, Bo Li") -> str:
    (folder / name).write_text(PAGE.format(year=year, authors=authors), encoding="utf-8")
    return name


def on(graph: Path | str, verb: str, *rest: str) -> list[str]:
    return [verb, str(graph), *rest]


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of change of each file."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def failed(answer: Answer, *parts: str) -> None:
    """One clear line on standard error, a non-zero exit, no traceback."""
    assert answer.code == 1, answer
    assert answer.err.startswith("graphkit: "), answer
    assert answer.err.count("\n") == 1, answer
    assert answer.err.endswith("\n")
    assert "Traceback" not in answer.err + answer.out
    for part in parts:
        assert part in answer.err


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def kg(tmp_path: Path, example: KnowledgeGraph) -> Path:
    """A folder with the bundled graph, resolved."""
    example.save(tmp_path / "x.kg")
    return tmp_path / "x.kg"
