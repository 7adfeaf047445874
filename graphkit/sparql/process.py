"""A process that has a store and evaluates what it is asked, seen from the one that asks."""

from __future__ import annotations

import io
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from graphkit.errors import QueryError, QueryLimitError
from graphkit.sparql import worker
from graphkit.sparql.worker import Request

__all__ = ["ADVICE", "FORKS", "Process", "Root"]

ADVICE = {
    "time": "ask for less, add a LIMIT, or allow more (timeout=… or, as an option, --timeout)",
    "size": "ask for less or add a LIMIT",
    "memory": "ask for less, or allow more memory",
}
"""What to do about each limit."""


FORKS = hasattr(os, "fork")
"""Whether processes can share a store in memory."""


class Root:
    """A process that holds a store in memory, and forks into those that evaluate queries on it.

    They share its memory, so that there is one store however many there are, and one that was
    stopped in the middle leaves the store as it was.

    Parameters
    ----------
    blocks : callable
        Gives the N-Quads of the store.
    memory : int
        Bytes that each fork may use beyond what the store does; 0 for any number.
    """

    def __init__(self, blocks: Callable[[], Iterator[bytes]], memory: int) -> None:
        self.memory, self.complaints = memory, tempfile.TemporaryFile()  # noqa: SIM115
        self._orders, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            self._process = _started("", memory, self.complaints, theirs)
        _fill(self._process, blocks, self.stop)
        assert self._process.stdin is not None
        self._process.stdin.close()

    def alive(self) -> bool:
        """Whether it can fork."""
        return self._process.poll() is None

    def fork(self) -> Fork:
        """A process that has the store."""
        ours, theirs = socket.socketpair()
        with theirs:
            number = self._told(b"F", 0, [theirs.fileno()])
        if number is None:
            ours.close()
            reason = _last_line(self.complaints) or "it was killed"
            raise QueryError(f"the process with the store ended: {reason}")
        return Fork(self, number, ours)

    def reaped(self, number: int) -> int:
        """The exit code of a fork, once it has ended."""
        code = self._told(b"R", number, [])
        return -signal.SIGKILL if code is None else code

    def _told(self, kind: bytes, number: int, given: list[int]) -> int | None:
        try:
            with self._lock:
                socket.send_fds(self._orders, [worker.ORDER.pack(kind, number)], given)
                said = self._orders.recv(worker.ORDER.size, socket.MSG_WAITALL)
        except OSError:
            return None
        return worker.ORDER.unpack(said)[1] if len(said) == worker.ORDER.size else None

    def stop(self) -> None:
        """End it; forks that are busy end with what they do."""
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._orders.close()
        _close(self._process.stdin, self._process.stdout, self.complaints)


class Fork:
    """One process that a `Root` made, as `subprocess.Popen` has them."""

    def __init__(self, root: Root, number: int, end: socket.socket) -> None:
        self._root, self._number, self._end = root, number, end
        self._code: int | None = None
        self.stdin = end.makefile("wb")
        self.stdout = io.BufferedReader(end.makefile("rb", 0), worker.BUFFER)

    def poll(self) -> int | None:
        """Its exit code where it has ended."""
        if self._code is None:
            try:
                ended = not self._end.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                ended = False
            except OSError:
                ended = True
            if ended:
                return self.wait()
        return self._code

    def kill(self) -> None:
        """End it now."""
        # Its number stays its own until it is reaped.
        if self._code is None:
            os.kill(self._number, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        if self._code is None:
            self._code = self._root.reaped(self._number)
            self._end.close()
        return self._code


class Process:
    """A process that evaluates queries, one after the other, or one update.

    Parameters
    ----------
    place : pathlib.Path or Root or None
        The folder of the store, or who holds it; None for one in memory of its own.
    blocks : callable
        Gives the N-Quads of a store in memory of its own.
    memory : int
        Bytes that it may use beyond what the open store does; 0 for any number.
    """

    def __init__(
        self, place: Path | Root | None, blocks: Callable[[], Iterator[bytes]], memory: int
    ) -> None:
        self._memory = memory
        self._answered, self._guard = 0, threading.Lock()
        self._complaints: IO[bytes] | None = None
        if isinstance(place, Root):
            self._process: subprocess.Popen[bytes] | Fork = place.fork()
            self._said: IO[bytes] = place.complaints
        else:
            self._said = self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
            self._process = _started(str(place or ""), memory, self._said)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        if place is None:
            _fill(self._process, blocks, self.stop)

    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, request: Request, done: Callable[[Process], None]) -> Iterator[Any]:
        """The header of an answer, then its parts."""
        finished = False
        try:
            worker.send(self._in, b"Q", pickle.dumps(vars(request)))
            self._in.flush()
            while not finished:
                kind, data = worker.receive(self._out)
                if kind == b"H":
                    yield pickle.loads(data)
                elif kind == b"D":
                    yield data
                elif kind == b"":
                    raise self._ended(request)
                else:
                    finished = True
                    if kind == b"X":
                        raise pickle.loads(data)
                    if kind == b"S":
                        raise QueryLimitError("size", request.size, ADVICE["size"])
        except BrokenPipeError:
            raise self._ended(request) from None
        finally:
            with self._guard:
                self._answered += 1
            # Who leaves in the middle leaves a process that is still busy.
            if finished:
                done(self)
            else:
                self.stop()

    def change(self, request: Request) -> dict[str, Any]:
        """Apply an update, end, and say what it changed: see `worker.change`."""
        try:
            worker.send(self._in, b"U", pickle.dumps(vars(request)))
            self._in.flush()
            kind, data = worker.receive(self._out)
            if kind == b"":
                raise self._ended(request)
        except BrokenPipeError:
            raise self._ended(request) from None
        finally:
            self.stop()
        found = pickle.loads(data)
        if kind == b"X":
            raise found
        return dict(found)

    def _ended(self, request: Request) -> Exception:
        code = self._process.wait()
        if code == worker.TOO_LATE:
            return QueryLimitError("time", request.timeout, ADVICE["time"])
        if self._memory and code < 0:
            return QueryLimitError("memory", self._memory, ADVICE["memory"])
        reason = _last_line(self._said) or f"exit code {code}"
        return QueryError(f"the evaluating process ended: {reason}")

    def stopper(self) -> Callable[[], None]:
        """What ends this process while it evaluates the next request, and not any later one."""
        answered = self._answered

        def stop() -> None:
            with self._guard:
                if self._answered == answered:
                    self._process.kill()

        return stop

    def stop(self) -> None:
        """End it, whatever it does."""
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        _close(self._in, self._out, self._complaints)


def _close(*files: IO[bytes] | None) -> None:
    for file in files:
        with suppress(OSError):
            if file is not None:
                file.close()


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    said = complaints.read().decode(errors="replace").strip().splitlines()
    return said[-1] if said else ""


def _started(
    place: str, memory: int, complaints: IO[bytes], control: socket.socket | None = None
) -> subprocess.Popen[bytes]:
    number = str(control.fileno()) if control else ""
    return subprocess.Popen(
        [sys.executable, "-P", worker.__file__, place, str(memory), number],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        bufsize=worker.BUFFER,
        pass_fds=[control.fileno()] if control else (),
    )


def _fill(
    process: subprocess.Popen[bytes] | Fork,
    blocks: Callable[[], Iterator[bytes]],
    stop: Callable[[], object],
) -> None:
    """Give a process what its store in memory holds; stop it where that fails."""
    assert process.stdin is not None
    try:
        for block in blocks():
            worker.send(process.stdin, b"L", block)
        worker.send(process.stdin, b"E", b"")
        process.stdin.flush()
    except BaseException:
        stop()
        raise
