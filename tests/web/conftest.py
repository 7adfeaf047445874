"""Servers on loopback: ours as a process of its own, started once for all tests that only read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from graphkit.graph import KnowledgeGraph

TOKEN = "open sesame"


@dataclass
class Served:
    """A running server."""

    address: str
    path: Path
    process: subprocess.Popen[str]
    http: httpx.Client

    @property
    def sparql(self) -> str:
        return f"{self.address}sparql"

    def workers(self) -> list[int]:
        """The processes that it has started."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for file in children for pid in file.read_text().split()]

    def ask(self, text: str, accept: str = "text/csv", **headers: str) -> httpx.Response:
        return self.http.get(
            "sparql", params={"query": text}, headers={"Accept": accept, **headers}
        )

    def update(self, text: str) -> httpx.Response:
        return self.http.post("sparql", data={"update": text}, auth=("me", TOKEN))


@contextmanager
def serving(path: Path, *options: object) -> Iterator[Served]:
    """A server as a user starts it, and its end as a user ends it."""
    words = [sys.executable, "-W", "error", "-m", "graphkit.cli", "serve", path, "--port", 0]
    with subprocess.Popen(
        [*map(str, words), *map(str, options)],
        stdout=subprocess.PIPE,
        env={**os.environ, "GRAPHKIT_TOKEN": TOKEN, "PYTHONUNBUFFERED": "1"},
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert " is served at http://" in said
            address = said.split(" served at ")[1].split()[0]
            with httpx.Client(base_url=address, timeout=60) as http:
                yield Served(address, path, process, http)
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="session")
def served(example: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The bundled graph, read-only."""
    path = tmp_path_factory.mktemp("served") / "example.kg"
    example.save(path)
    with serving(path) as server:
        yield server


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start a server for a graph, with options of its own."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def start(kg: KnowledgeGraph, *options: Any) -> Served:
            path = tmp_path / "served.kg"
            kg.save(path)
            return stack.enter_context(serving(path, *options))

        yield start


Said = tuple[int, dict[str, str], bytes]


class Rude(ThreadingHTTPServer):
    """Says what it is told to, one thing after the other, and the last again and again."""

    daemon_threads = True
    script: list[Said]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Rude

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        script = self.server.script
        status, headers, body = script.pop(0) if len(script) > 1 else script[0]
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = "Content-Length" in headers

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def rude() -> Iterator[Callable[..., Rude]]:
    servers = []

    def start(*script: Said) -> Rude:
        server = Rude()
        server.script = list(script)
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
