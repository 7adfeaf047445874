"""Who may ask when: the open graph of a server, its queue, and the change of states.

Queries are evaluated by the processes of `graphkit.sparql.engine`, which a time limit, a memory
limit or a client that leaves can end; a thread of ours waits for each and fills its spool.
"""

from __future__ import annotations

import asyncio
import os
import sys
import weakref
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from graphkit import storage
from graphkit.errors import GraphkitError, QueryError, QueryLimitError, StorageError
from graphkit.graph import KnowledgeGraph, open_graph
from graphkit.sparql.engine import Engine
from graphkit.web.limits import Limits
from graphkit.web.refusal import Refusal
from graphkit.web.spool import Spool

__all__ = ["Desk", "Opened", "Writing"]

BLOCK = 1 << 16
# Below this gzip is not worth its work and its header.
SMALL = 1 << 10
BUSY = "the server is busy: try again in a moment"


class Opened:
    """A state of the graph that is open.

    Attributes
    ----------
    kg : KnowledgeGraph
    engine : Engine
    version : str
    """

    def __init__(self, path: Path, limits: Limits, in_memory: bool) -> None:
        self.kg: KnowledgeGraph = open_graph(path, in_memory=in_memory)
        self.engine = Engine(self.kg, memory=limits.memory, idle=limits.workers)
        self.version = self.engine.version or storage.version(path)
        # Built here and now, so that the first who asks need not wait.
        self.engine.prepare()


class Writing:
    """What a thread writes of an answer, gathered to blocks and compressed on the way.

    Parameters
    ----------
    spool : Spool
    loop : asyncio.AbstractEventLoop
        Where the spool is read.
    gzip : bool
        Whether the client takes that.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop, gzip: bool) -> None:
        self.spool, self.loop, self.gzip = spool, loop, gzip
        self.held: list[bytes] = []
        self.size = 0
        self.deflate: Any = None

    def begin(self, media_type: str) -> None:
        """Say what comes."""
        self.spool.head["type"] = media_type

    def stoppable(self, stop: Callable[[], object]) -> None:
        """Say how to stop what goes on."""
        self.spool.stop = stop
        if self.spool.cancelled:
            stop()

    @property
    def begun(self) -> bool:
        """Whether there is more than a media type."""
        return self.size > 0 or "gzip" in self.spool.head

    def write(self, data: bytes) -> None:
        """Take some bytes."""
        self.held.append(data)
        self.size += len(data)
        if self.size >= BLOCK:
            self._send(last=False)

    def end(self, refusal: Refusal | None) -> None:
        """Send what is left, and why no more comes where that is no good reason."""
        data = self._send(last=True) if refusal is None else b""

        def finish() -> None:
            self.spool.write(data)
            self.spool.finish(refusal)

        # The loop is gone when the server is.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(finish)

    def _send(self, *, last: bool) -> bytes:
        first = "gzip" not in self.spool.head
        if first:
            self.spool.head["gzip"] = self.gzip and self.size >= SMALL
            if self.spool.head["gzip"]:
                # Level 1: the network is the narrow place, not the disk.
                self.deflate = zlib.compressobj(1, zlib.DEFLATED, 31)
        data = b"".join(self.held)
        self.held, self.size = [], 0
        if self.deflate is not None:
            data = self.deflate.compress(data) + (self.deflate.flush() if last else b"")
        if last:
            return data
        self.loop.call_soon_threadsafe(self.spool.write, data)
        return b""


class Desk:
    """Where requests for one graph folder queue.

    Parameters
    ----------
    path : path-like
        The folder.
    limits : Limits
    in_memory : bool
        Whether the store of queries is in memory rather than in the folder.
    """

    def __init__(
        self, path: str | os.PathLike[str], limits: Limits, *, in_memory: bool = False
    ) -> None:
        self.path, self.limits, self.in_memory = Path(path), limits, in_memory
        self._threads = ThreadPoolExecutor(limits.workers, thread_name_prefix="query")
        self._free = asyncio.Semaphore(limits.workers)
        self._waiting = 0
        self._opened: Opened | None = None
        self._opening = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._writer: asyncio.subprocess.Process | None = None
        self._stamp: tuple[Any, str] | None = None
        self._spools: weakref.WeakSet[Spool] = weakref.WeakSet()

    def version(self) -> str:
        """The stamp of the graph as it is on disk now.

        Raises
        ------
        Refusal
            The graph cannot be read.
        """
        try:
            state = os.stat(self.path / "manifest.json")
            seen = (state.st_mtime_ns, state.st_ino, state.st_size)
            if self._stamp is None or self._stamp[0] != seen:
                self._stamp = seen, storage.version(self.path)
        except (OSError, StorageError) as error:
            raise Refusal(503, f"the graph cannot be read: {error}") from None
        return self._stamp[1]

    async def opened(self) -> Opened:
        """The graph as it is on disk now, opened.

        Raises
        ------
        Refusal
            It cannot be.
        """
        version = self.version()
        if self._opened is None or self._opened.version != version:
            async with self._opening:
                if self._opened is None or self._opened.version != version:
                    try:
                        # Queries on the old state go on; its processes end with the last.
                        self._opened = await asyncio.to_thread(
                            Opened, self.path, self.limits, self.in_memory
                        )
                    except GraphkitError as error:
                        raise Refusal(503, f"the graph cannot be read: {error}") from None
        return self._opened

    async def run(self, work: Callable[[Opened, Writing], None], *, gzip: bool) -> Spool:
        """Let a thread do some work that gives an answer.

        Parameters
        ----------
        work : callable
            Gets the open graph, and writes the answer.
        gzip : bool
            Whether the client takes that.

        Returns
        -------
        Spool
            Where the answer comes.

        Raises
        ------
        Refusal
            Too many wait already, or the graph cannot be read.
        """
        opened = await self.opened()
        if self._waiting >= self.limits.queue:
            raise Refusal(503, BUSY, {"Retry-After": "1"})
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Refusal(503, BUSY, {"Retry-After": "5"}) from None
        finally:
            self._waiting -= 1
        loop = asyncio.get_running_loop()
        spool = Spool()
        self._spools.add(spool)

        def task() -> None:
            writing = Writing(spool, loop, gzip)
            refusal: Refusal | None = Refusal(500, "the server failed")
            try:
                self._done(work, opened, writing)
                refusal = None
            except Refusal as error:
                refusal = error
            except QueryLimitError as error:
                status = 504 if error.limit == "time" else 500
                refusal = Refusal(status, str(error))
            except QueryError as error:
                refusal = Refusal(403 if "SERVICE is not" in str(error) else 400, str(error))
            except GraphkitError as error:
                refusal = Refusal(503, str(error))
            finally:
                writing.end(refusal)
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(self._free.release)

        future = self._threads.submit(task)
        # A fault of ours: its words are for the operator, who finds them in the log.
        future.add_done_callback(lambda done: _report(done.exception()))
        return spool

    def _done(
        self, work: Callable[[Opened, Writing], None], opened: Opened, writing: Writing
    ) -> None:
        """Do some work, and again where the folder has changed: the old state's store is gone."""
        while True:
            try:
                work(opened, writing)
                return
            except GraphkitError as error:
                late = isinstance(error, QueryLimitError) and error.limit == "time"
                if late or writing.begun or opened.version == self.version():
                    raise
            opening = asyncio.run_coroutine_threadsafe(self.opened(), writing.loop)
            opened = opening.result(self.limits.seconds)

    async def write(self, task: dict[str, Any]) -> str:
        """Let a process of its own write into the folder, and wait for it.

        Parameters
        ----------
        task : dict
            As `graphkit.web.writer` has it.

        Returns
        -------
        str
            What was done: ``"created"``, ``"changed"`` or ``"missing"``.

        Raises
        ------
        Refusal
            Nothing was, and why.
        """
        # Shielded: what was begun for a client is done, also when it leaves.
        return await asyncio.shield(asyncio.create_task(self._write(task)))

    async def _write(self, task: dict[str, Any]) -> str:
        async with self._writing:
            try:
                async with asyncio.timeout(self.limits.writing):
                    said = await self._told(orjson.dumps(task))
            except TimeoutError:
                self._end_writer()
                seconds = f"{self.limits.writing:g} seconds"
                raise Refusal(
                    504, f"the change was stopped after {seconds}; nothing of it is done"
                ) from None
        if not said:
            raise Refusal(500, "the server failed; nothing was changed")
        answer = orjson.loads(said)
        if "status" in answer:
            raise Refusal(answer["status"], answer["message"])
        return str(answer["did"])

    async def _told(self, task: bytes) -> bytes:
        """What the writer says to a task; it is kept for the next one."""
        if self._writer is None or self._writer.returncode is not None:
            self._writer = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "graphkit.web.writer", str(self.path)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=1 << 24,
            )
        assert self._writer.stdin is not None
        assert self._writer.stdout is not None
        self._writer.stdin.write(task + b"\n")
        with suppress(ConnectionError):
            await self._writer.stdin.drain()
        return await self._writer.stdout.readline()

    def _end_writer(self) -> None:
        if self._writer is not None:
            with suppress(ProcessLookupError):
                self._writer.kill()
            self._writer = None

    def close(self) -> None:
        """End what runs."""
        self._end_writer()
        for spool in list(self._spools):
            spool.close()
        if self._opened is not None:
            self._opened.engine.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


def pour(parts: Iterable[bytes], writing: Writing) -> None:
    """Write all parts."""
    for part in parts:
        writing.write(part)


def _report(error: BaseException | None) -> None:
    if error is not None:
        sys.excepthook(type(error), error, error.__traceback__)
