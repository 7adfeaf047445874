"""A response that comes out of a spool while that is still being filled."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graphkit.web.spool import Spool

__all__ = ["Streamed"]


class Streamed(Response):
    """An answer that is sent as it comes, to a client that takes it.

    Parameters
    ----------
    spool : Spool
    headers : mapping of str to str
    patience : float
        How many seconds the client may take for each piece.
    """

    def __init__(self, spool: Spool, headers: Mapping[str, str], patience: float) -> None:
        super().__init__(headers=headers, media_type=None)
        self.spool, self.patience = spool, patience
        self.headers["Content-Type"] = spool.head["type"]
        if spool.head["gzip"]:
            self.headers["Content-Encoding"] = "gzip"
        del self.headers["content-length"]
        if spool.done:
            self.headers["Content-Length"] = str(spool.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; where it does not come to its end the connection is cut, and so seen."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        watch = asyncio.ensure_future(receive())
        try:
            await send(start)
            if scope["method"] != "HEAD":
                async for piece in self.spool.pieces():
                    if watch.done():
                        return
                    part = {"type": "http.response.body", "body": piece, "more_body": True}
                    await asyncio.wait_for(send(part), self.patience)
                if self.spool.refusal is not None:
                    return
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            return
        finally:
            watch.cancel()
            self.spool.close()
