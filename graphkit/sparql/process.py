"""A process that has a store and evaluates what it is asked, seen from the one that asks."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from graphkit.errors import QueryError, QueryLimitError
from graphkit.sparql import worker
from graphkit.sparql.worker import Request

__all__ = ["ADVICE", "Process"]

ADVICE = {
    "time": "ask for less, add a LIMIT, or allow more (timeout=… or, as an option, --timeout)",
    "size": "ask for less or add a LIMIT",
    "memory": "ask for less, or allow more memory",
}
"""What to do about each limit."""


class Process:
    """A process that evaluates queries, one after the other, or one update.

    Parameters
    ----------
    place : pathlib.Path or None
        The folder of the store; None where it is in memory.
    blocks : callable
        Gives the N-Quads of a store in memory.
    memory : int
        Bytes that it may use beyond what the open store does; 0 for any number.
    """

    def __init__(
        self, place: Path | None, blocks: Callable[[], Iterator[bytes]], memory: int
    ) -> None:
        command = [sys.executable, "-P", worker.__file__, str(place or ""), str(memory)]
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  (closed in stop)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
        )
        self._memory = memory
        self._answered, self._guard = 0, threading.Lock()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        if place is None:
            try:
                for block in blocks():
                    worker.send(self._in, b"L", block)
                worker.send(self._in, b"E", b"")
            except BaseException:
                self.stop()
                raise

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
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else f"exit code {code}"
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
        for pipe in (self._in, self._out, self._complaints):
            with suppress(OSError):
                pipe.close()
