"""A crash at any moment leaves the old state or the new one.

Each filesystem step of a write is counted. The first test kills a real process at each of
them, the second lets each of them fail. Run as a script, this file is the process that is
killed: ``python test_storage_crash.py FOLDER old|none`` makes ``FOLDER/1``, ``FOLDER/2``, …, each
as a write left it that was killed at that step, until a write lives to its end.
"""

from __future__ import annotations

import builtins
import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet  # before the fork, so that not every child imports it
import pytest

from graphkit import storage
from graphkit.errors import StorageError

Step = Callable[[str, str], None]
State = tuple[dict[str, dict[str, list[Any]]], str]
# One partition stays, one changes, one goes, one comes; one table goes and one comes.
ROWS: dict[str, dict[str, dict[str, list[Any]]]] = {
    "old": {
        "papers": {"n": [1, 2, 3], "source": ["changes", "goes", "stays"]},
        "teams": {"n": [7], "source": ["goes"]},
    },
    "new": {
        "papers": {"n": [4, 10, 3], "source": ["changes", "comes", "stays"]},
        "topics": {"n": [8], "source": ["comes"]},
    },
}
OLD, NEW = ((ROWS[name], f"https://{name}.example/") for name in ("old", "new"))


def save(folder: Path, state: State) -> bool:
    tables, base = state
    return storage.write(folder, {name: pa.table(rows) for name, rows in tables.items()}, base)


def saved(folder: Path) -> State:
    tables, base = storage.read(folder)
    return {name: rows.to_pydict() for name, rows in tables.items()}, base


def files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix() for path in found}


@contextmanager
def stepping(step: Step) -> Iterator[None]:
    """Call ``step(what, path)`` before each change to the file system, and amid each write."""
    names = ("fsync", "replace", "mkdir", "unlink", "rmdir")
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(os, name, stepped(step, name, getattr(os, name)))
        patch.setattr(storage, "open", opener(step), raising=False)
        yield


def stepped(step: Step, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(target: Any, *args: Any, **options: Any) -> Any:
        path = os.readlink(f"/proc/self/fd/{target}") if name == "fsync" else str(target)
        step(name, path)
        return real(target, *args, **options)

    return call


def opener(step: Step) -> Callable[..., IO[bytes]]:
    def call(path: Path, mode: str) -> IO[bytes]:
        if mode == "rb":
            return builtins.open(path, mode)
        step("open", str(path))
        stream = builtins.open(path, mode)  # noqa: SIM115  # storage closes it
        real = stream.write

        def write(data: Any) -> int:
            half = len(memoryview(data)) // 2
            real(memoryview(data)[:half])
            stream.flush()
            step("write", str(path))
            return half + real(memoryview(data)[half:])

        stream.write = write  # type: ignore[method-assign]
        return stream

    return call


class Counter:
    """Act at the step of that number; steps come from several threads."""

    def __init__(self, act: Callable[[], None], number: int) -> None:
        self.act, self.number, self.seen = act, number, 0
        self.guard = threading.Lock()

    def __call__(self, what: str, path: str) -> None:
        with self.guard:
            self.seen += 1
            if self.seen == self.number:
                self.act()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(folder: Path, number: int) -> bool:
    """Write NEW in a child that is killed at that step; False if it lived to the end."""
    child = os.fork()
    if child == 0:
        with stepping(Counter(kill, number)):
            save(folder, NEW)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL)
    return status != 0


def kill_everywhere(folder: Path, before: str) -> None:
    number, killed = 0, True
    pa.table(ROWS["old"]["papers"])  # loads what pyarrow loads late, once and not in every child
    while killed:
        number += 1
        if before == "old":  # the state to start from; "none" starts from no folder
            shutil.copytree(folder / "old", folder / str(number))
        killed = killed_at(folder / str(number), number)
    print(number)


needs_fork = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks, reads /proc")


def crashed(folder: Path, before: str) -> list[Path]:
    command = [sys.executable, __file__, str(folder), before]
    run = subprocess.run(command, check=True, timeout=300, stdout=subprocess.PIPE, text=True)
    return [folder / str(number + 1) for number in range(int(run.stdout))]


@needs_fork
def test_a_killed_write_leaves_the_old_state_or_the_new(tmp_path: Path) -> None:
    save(tmp_path / "old", OLD)
    folders = crashed(tmp_path, "old")
    states = [saved(folder) for folder in folders]
    turn = states.index(NEW)
    assert states == [OLD] * turn + [NEW] * (len(states) - turn)
    # It was killed at many points: before the turn, and after it among the sweeping.
    assert turn > 20
    assert len(states) - turn > 4
    for folder in folders:
        fresh = tmp_path / "fresh"
        save(folder, NEW)
        save(folder, (NEW[0], "https://other.example/"))  # a write that changes something sweeps
        save(fresh, (NEW[0], "https://other.example/"))
        # The one thing that may stay is a table that no state knows any more: a folder that no
        # manifest names might as well be somebody's own copy.
        assert {file for file in files(folder) if not file.startswith("teams/")} == files(fresh)


@needs_fork
def test_a_killed_first_write_is_never_finished_or_whole(tmp_path: Path) -> None:
    folders = crashed(tmp_path, "none")
    seen = set()
    for folder in folders:
        try:
            assert saved(folder) == NEW
            seen.add("new")
        except StorageError as error:
            seen.add(str(error).removeprefix(f"{folder}: "))
        save(folder, NEW)  # and a new write goes on from there
        assert saved(folder) == NEW
    assert seen == {
        "new",
        "does not exist: check the path, or build it first",
        "was never finished: build it again",
    }


def told_when_saving(folder: Path, step: Step) -> str:
    try:
        with stepping(step):
            save(folder, NEW)
    except StorageError as error:
        return str(error)
    return ""


def refuse() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@needs_fork
def test_a_failing_step_leaves_the_old_state_or_the_new_and_no_rubbish(tmp_path: Path) -> None:
    save(tmp_path / "old", OLD)
    save(tmp_path / "new", NEW)
    old, new = files(tmp_path / "old"), files(tmp_path / "new")
    outcomes, number, reached = [], 0, True
    while reached:
        number += 1
        folder, counter = tmp_path / f"at{number}", Counter(refuse, number)
        shutil.copytree(tmp_path / "old", folder)
        told = told_when_saving(folder, counter)
        state, reached = saved(folder), counter.seen >= number
        if state == OLD:
            assert files(folder) == old
        elif told:  # the new state may not be durable yet, so the old one may still be needed
            assert files(folder) == old | new
        elif reached:  # what could not be removed is no error, and goes with the next write
            assert new <= files(folder) <= old | new
        else:
            assert files(folder) == new
        assert save(folder, NEW) is (state == OLD)
        assert saved(folder) == NEW
        outcomes.append((state == NEW, told.replace(str(folder), "G")))
    reason = "G: cannot be written (No space left on device): "
    advice = "give it room and permission, or use another folder"
    assert set(outcomes) == {(False, reason + advice), (True, reason + advice), (True, "")}
    assert outcomes.count((False, reason + advice)) > 15


@needs_fork
def test_nothing_is_named_before_it_is_durable(tmp_path: Path) -> None:
    """What a loss of power could undo is synced before anything relies on it."""
    steps: list[tuple[str, str]] = []
    folder = tmp_path / "g.kg"
    save(folder, OLD)
    with stepping(lambda what, path: steps.append((what, os.path.relpath(path, folder)))):
        save(folder, NEW)
    turn = steps.index(("replace", "manifest.json.tmp"))
    for number, (what, path) in enumerate(steps):
        if what == "replace":  # a file is synced before it gets its name …
            assert ("fsync", path) in steps[:number]
            if number < turn:  # … and the folder after that, but before the manifest names it
                assert ("fsync", os.path.dirname(path)) in steps[number:turn]
        if what in ("unlink", "rmdir"):  # the old goes only when the new is sure to stay
            assert ("fsync", ".") in steps[turn:number]
    assert ("fsync", ".") in steps[steps.index(("mkdir", "topics")) : turn]


if __name__ == "__main__":
    kill_everywhere(Path(sys.argv[1]), sys.argv[2])
