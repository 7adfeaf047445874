"""Serving a graph folder from this process: what `graphkit serve` calls."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

from graphkit import storage
from graphkit.errors import MissingExtraError, StorageError

__all__ = ["serve"]


def serve(
    path: str | os.PathLike[str],
    host: str = "127.0.0.1",
    port: int = 7878,
    *,
    on_start: Callable[[str], None] = print,
    **options: Any,
) -> None:
    """Serve a graph folder until the process is told to stop.

    Parameters
    ----------
    path : path-like
        The folder.
    host : str
        The address to listen at; ``0.0.0.0`` for all of this machine.
    port : int
        0 for any that is free.
    on_start : callable
        Gets the address once the server answers.
    **options
        As for `graphkit.web.server.application`.

    Raises
    ------
    MissingExtraError
        Starlette or uvicorn is not installed.
    StorageError
        There is no such graph, or the address cannot be had.
    """
    try:
        import uvicorn

        from graphkit.web.server import application
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "uvicorn", "serve") from None
    # What is wrong with the graph is said before anybody can ask.
    storage.version(path)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                shown, at = listener.getsockname()[:2]
                on_start(f"http://{f'[{shown}]' if ':' in shown else shown}:{at}/")

    config = uvicorn.Config(
        application(path, **options),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise StorageError(f"{host}:{port}", f"cannot be listened at: {error.strerror}") from None
    with listener:
        Server(config).run(sockets=[listener])
