"""An answer on its way: written as fast as a worker can, read as fast as a client does.

So a slow client holds a file of some size and nothing else: no worker waits for it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from typing import Any

from graphkit.web.refusal import Refusal

__all__ = ["Spool"]

BLOCK = 1 << 16
# An answer below this size is complete before its first byte is sent, so that what goes wrong
# in it can still be said with a status; a larger one is on disk from here on.
HELD = 1 << 20


class Spool:
    """What a worker has written of an answer.

    Attributes
    ----------
    head : dict
        What the worker says of it: ``type`` and ``gzip``.
    size : int
        How many bytes are there.
    done : bool
        Whether these are all.
    refusal : Refusal or None
        Why it ended before its end.
    cancelled : bool
        Whether nobody wants the rest.
    stop : callable
        Ends the work that fills it.
    """

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.size = 0
        self.done = False
        self.refusal: Refusal | None = None
        self._file = tempfile.SpooledTemporaryFile(max_size=HELD)  # noqa: SIM115
        self.cancelled = False
        self.stop: Callable[[], object] = lambda: None
        self._more = asyncio.Event()

    def write(self, data: bytes) -> None:
        """Take what comes next."""
        if self.cancelled:
            return
        self._file.seek(self.size)
        self._file.write(data)
        self.size += len(data)
        self._more.set()

    def finish(self, refusal: Refusal | None = None) -> None:
        """Note that no more comes, and why where that is no good reason."""
        self.done, self.refusal = True, refusal
        self._more.set()

    async def begun(self) -> None:
        """Wait until all is there or too much to wait for.

        Raises
        ------
        Refusal
            The worker came to no answer.
        """
        while not self.done and self.size < HELD:
            await self._next()
        if self.refusal is not None:
            raise self.refusal

    async def pieces(self) -> AsyncIterator[bytes]:
        """What is there, piece by piece, waiting for what is not there yet."""
        at = 0
        while True:
            if at < self.size:
                self._file.seek(at)
                piece = self._file.read(min(BLOCK, self.size - at))
                at += len(piece)
                yield piece
            elif self.done:
                return
            else:
                await self._next()

    def close(self) -> None:
        """Give the memory or file back, and end the work if it goes on."""
        self.cancelled = True
        if not self.done:
            self.stop()
        self._file.close()

    async def _next(self) -> None:
        self._more.clear()
        await self._more.wait()
