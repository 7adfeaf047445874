"""Building from good and bad sources, and two who write at once."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphkit as gk
from graphkit import storage
from graphkit.graph import KnowledgeGraph
from tests.cli.conftest import PAGE, failed, page, state
from tests.conftest import Run


def test_building_twice_changes_nothing(shell: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    assert shell("build", "x.kg", "a.txt").code == 0
    before = state(tmp_path / "x.kg")
    answer = shell("build", "x.kg", "a.txt")
    assert (answer.code, answer.err) == (0, "")
    assert "a.txt: unchanged, read before as source:guide-" in answer.out
    assert state(tmp_path / "x.kg") == before


def test_good_and_bad_sources(graphkit: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    (tmp_path / "b.html").write_text("")
    answer = graphkit("build", "x.kg", "a.txt", "b.html", "c.txt")
    assert answer.code == 1
    assert re.search(
        r"^a.txt: 1 paper · 2 people · .* \(source:guide-\w+\)$", answer.out, re.MULTILINE
    )
    assert "b.html: left out\nc.txt: left out\n" in answer.out
    assert (
        answer.err
        == "graphkit: b.html: the file is empty\ngraphkit: c.txt: there is no such file\n"
    )
    assert gk.open(tmp_path / "x.kg").counts()["papers"] == 1


def test_what_was_left_out_is_told(graphkit: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(
        PAGE.format(year=2021, authors="Zoë Lee, Bo Li").encode("cp1252")
    )
    answer = graphkit("build", "x.kg", "a.txt")
    note = "line 1: the file is not UTF-8: 'Acme’s papers at SIGMOD 2021' (read as Windows-1252)"
    assert f"  {note}\n" in answer.out
    assert "read as Windows-1252" in graphkit("info", "x.kg").out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.txt", None, "none.txt: there is no such file"),
        ("empty.txt", b"", "empty.txt: the file is empty"),
        ("image.png", b"\x89PNG\r\n\x1a\n\0\0", "image.png: this is a binary file, not text"),
        ("prose.txt", b"Once upon a time there was a page with no papers.\n", "prose.txt"),
        ("prose.html", b"<p>Once upon a time there was a page.</p>", "prose.html"),
    ],
)
def test_sources_that_cannot_be_read(
    graphkit: Run, tmp_path: Path, kg: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    failed(graphkit("build", "new.kg", name), says)
    assert not (tmp_path / "new.kg").exists()
    before = state(kg)
    failed(graphkit("build", kg, name), says)
    assert state(kg) == before


def test_an_unknown_format(graphkit: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    failed(graphkit("build", "x.kg", "a.txt", "--input-format", "giude"), "did you mean 'guide'?")


def test_two_writers_lose_nothing(graphkit: Run, tmp_path: Path, kg: Path) -> None:
    """A resolution reads and writes under one lock, so nothing comes between."""
    held: list[str] = []
    page(tmp_path, "a.txt", 2021)

    def change(graph: KnowledgeGraph) -> KnowledgeGraph:
        with held_or_refused(kg, held):
            return graph.unresolve()

    from graphkit.build import update

    update(kg, change)
    assert held == ["refused"]


@contextlib.contextmanager
def held_or_refused(graph: Path, seen: list[str]) -> Iterator[None]:
    code = (
        "import sys; from graphkit import storage, StorageError\n"
        "try:\n    with storage.lock(sys.argv[1]): print('held')\n"
        "except StorageError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code, graph], capture_output=True, text=True)
    seen.append(done.stdout.strip())
    yield


def test_storage_is_what_the_command_line_locks(kg: Path) -> None:
    with storage.lock(kg), storage.lock(kg):
        assert gk.open(kg).resolved
