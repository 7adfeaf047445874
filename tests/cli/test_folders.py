"""Folders that are no graph, are damaged, locked or read-only."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphkit as gk
from tests.cli.conftest import failed, on, page, state
from tests.conftest import Answer, Run

READERS = [
    ("info",),
    ("check",),
    ("resolve",),
    ("query", "ASK {}"),
    ("update", "CLEAR ALL"),
    ("infer",),
    ("measure", "degree"),
    ("collaborators", "Ada"),
    ("draw",),
    ("export", "out.ttl"),
]


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_no_such_graph(graphkit: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    failed(graphkit(*on("none.kg", *words)), "none.kg: does not exist: check the path")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [*READERS, ("build", "a.txt")], ids=lambda words: words[0])
def test_a_graph_that_is_a_file(graphkit: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    page(tmp_path, "a.txt", 2021)
    (tmp_path / "x.kg").write_text("mine")
    failed(graphkit(*on("x.kg", *words)), "x.kg: is a file, not a graph folder")
    assert (tmp_path / "x.kg").read_text() == "mine"


@pytest.mark.parametrize("words", [*READERS, ("build", "a.txt")], ids=lambda words: words[0])
def test_a_graph_of_a_newer_version(
    graphkit: Run, tmp_path: Path, kg: Path, words: tuple[str, ...]
) -> None:
    page(tmp_path, "a.txt", 2021)
    manifest = json.loads((kg / "manifest.json").read_text())
    (kg / "manifest.json").write_text(json.dumps({**manifest, "version": 99}))
    before = state(kg)
    failed(graphkit(*on(kg, *words)), "newer graphkit", "upgrade")
    assert state(kg) == before


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_a_graph_that_was_never_finished(
    graphkit: Run, tmp_path: Path, kg: Path, words: tuple[str, ...]
) -> None:
    (kg / "manifest.json").unlink()
    before = state(kg)
    failed(graphkit(*on(kg, *words)), "was never finished: build it again")
    assert state(kg) == before


def test_a_graph_that_was_never_finished_is_built_again(
    graphkit: Run, tmp_path: Path, kg: Path
) -> None:
    page(tmp_path, "a.txt", 2021)
    (kg / "manifest.json").unlink()
    assert graphkit("build", kg, "a.txt").code == 0
    assert gk.open(kg) == gk.read(tmp_path / "a.txt")


def test_a_damaged_graph(graphkit: Run, kg: Path) -> None:
    part = max(kg.glob("papers/*.parquet"))
    part.write_bytes(part.read_bytes()[:-20])
    failed(graphkit("info", kg), part.name, "damaged")
    (kg / "manifest.json").write_text('{"format": "graphkit", "ver')
    failed(graphkit("info", kg), "manifest.json is truncated or not JSON")


def test_a_folder_of_something_else(graphkit: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    for words in (("info", "mine"), ("build", "mine", "a.txt"), ("resolve", "mine")):
        failed(graphkit(*words), "thesis.tex")
    assert os.listdir(tmp_path / "mine") == ["thesis.tex"]


@contextlib.contextmanager
def held_elsewhere(graph: Path) -> Iterator[None]:
    """Another process that writes."""
    code = (
        "import sys; from graphkit import storage\n"
        "with storage.lock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, graph],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("")


def test_a_locked_graph(graphkit: Run, tmp_path: Path, kg: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    before = state(kg)
    with held_elsewhere(kg):
        failed(graphkit("build", kg, "a.txt"), "is being written by another process", "try again")
        failed(graphkit("resolve", kg, "--threshold", "0.5"), "is being written by another process")
        # Readers are not kept out.
        assert graphkit("info", kg).code == 0
    assert state(kg) == before
    assert graphkit("build", kg, "a.txt").code == 0


def without_rights() -> None:
    """Give up root's right to write anywhere (in the child, before Python starts)."""
    cap_dac_override, drop = 1, 24
    ctypes.CDLL(None).prctl(drop, cap_dac_override, 0, 0, 0)


def test_a_graph_that_is_read_only(tmp_path: Path, kg: Path) -> None:
    page(tmp_path, "a.txt", 2021)

    def run(*words: object) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "graphkit.cli", *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            preexec_fn=without_rights,
            timeout=60,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    before = state(kg)
    folders = [kg, *(path for path in kg.iterdir() if path.is_dir())]
    for path in [*kg.rglob("*.*"), *folders]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    tmp_path.chmod(0o555)
    try:
        failed(run("build", kg, "a.txt"), "cannot be written", "Permission denied")
        failed(run("resolve", kg, "--threshold", "0.5"), "cannot be written", "Permission denied")
        failed(run("export", kg, "out.ttl"), "out.ttl: cannot be written: Permission denied")
        failed(run("draw", kg, "-o", "out.html"), "out.html", "Permission denied")
        failed(run("build", "new.kg", "a.txt"), "cannot be written", "Permission denied")
        assert run("query", kg, "ASK { ?s ?p ?o }") == Answer(0, "true\n", "")
    finally:
        for path in [tmp_path, *folders]:
            path.chmod(0o755)
    assert state(kg) == before
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "x.kg"]
