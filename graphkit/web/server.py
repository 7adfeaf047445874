"""The server: SPARQL 1.1 Protocol at ``/sparql``, graphs at ``/graphs``, an editor at ``/``."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
import tempfile
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from graphkit.errors import QueryError
from graphkit.sparql import named
from graphkit.sparql.named import NamedQuery
from graphkit.web import answers, description, media
from graphkit.web.desk import Desk, Opened, Writing
from graphkit.web.limits import Limits
from graphkit.web.refusal import Refusal
from graphkit.web.requests import Operation, body_into, graph_named, operation
from graphkit.web.spool import Spool
from graphkit.web.streamed import Streamed

__all__ = ["application"]

EDITOR = Path(str(files("graphkit"))) / "web" / "editor"
# What a query with one of these says is another thing each time.
FLEETING = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\s*\(|\bSERVICE\b", re.IGNORECASE)
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        # The editor sets style attributes; they load nothing.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
ALLOWED = "GET, HEAD, POST, PUT, DELETE, OPTIONS"


class Endpoint:
    """What answers requests about one graph folder.

    Parameters
    ----------
    desk : Desk
    limits : Limits
    token : str, optional
        Who sends it may write; without one nobody may.
    services : sequence of str
        The addresses that ``SERVICE`` may call and ``LOAD`` may read.
    url : str, optional
        Where clients find the server, such as ``https://example.org/kg``.
    queries : mapping of str to NamedQuery
        What the editor offers.
    """

    def __init__(
        self,
        desk: Desk,
        limits: Limits,
        token: str | None,
        services: Sequence[str],
        url: str | None,
        queries: Mapping[str, NamedQuery],
    ) -> None:
        self.desk, self.limits, self.token, self.queries = desk, limits, token, queries
        self.services, self.url = list(services), url and url.rstrip("/")

    # -- queries --------------------------------------------------------------------------

    async def sparql(self, request: Request) -> Response:
        """Answer a request to ``/sparql``."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": "GET, HEAD, POST, OPTIONS", **SAFE})
        asked = await operation(request, self.limits.request)
        if asked is None:
            return await self.description(request)
        if asked.kind == "update":
            return await self.update(request, asked)
        accept = request.headers.getlist("accept")
        results = media.choose(accept, media.RESULTS)
        graph = media.choose(accept, media.GRAPHS)
        if results is None and graph is None:
            raise _not_acceptable([*media.RESULTS, *media.GRAPHS])
        options = {
            "base": self._address(request, "/sparql"),
            "default_graphs": asked.default,
            "named_graphs": asked.named,
            "services": self.services,
            "timeout": self.limits.seconds,
            "size": self.limits.result,
        }

        def work(opened: Opened, writing: Writing) -> None:
            answers.query(opened, writing, asked.text, results, graph, **options)

        key = (asked, results, graph, options["base"])
        return await self._answer(request, work, key, lasting=not FLEETING.search(asked.text))

    async def description(self, request: Request) -> Response:
        """Describe the service, to programs; people are sent to the editor."""
        offers = {"text/html": "HTML", **media.GRAPHS}
        choice = media.choose(request.headers.getlist("accept"), offers)
        if choice is None:
            raise _not_acceptable(media.GRAPHS)
        if choice.format == "HTML" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(self._address(request, "/"), 303)
        if choice.format == "HTML":
            choice = media.Choice("text/turtle", "TURTLE")
        address = self._address(request, "/sparql")

        def work(opened: Opened, writing: Writing) -> None:
            answers.describe(
                *(opened, writing, choice, address),
                limits=self.limits,
                writable=self.token is not None,
                services=self.services,
            )

        return await self._answer(request, work, ("description", choice, address))

    async def hints(self, request: Request) -> Response:
        """What the editor offers."""

        def work(opened: Opened, writing: Writing) -> None:
            answers.hints(opened, writing, self.limits, self.queries)

        return await self._answer(request, work, ("hints", *self.queries.values()))

    async def filled(self, request: Request) -> Response:
        """A named query with the values that the address gives its parameters."""
        query = self.queries.get(request.path_params["name"])
        if query is None:
            raise Refusal(404, f"there is no named query {request.path_params['name']!r}")
        opened = await self.desk.opened()
        try:
            text = description.filled(query, request.query_params, opened.kg.namespaces)
        except QueryError as error:
            raise Refusal(400, str(error)) from None
        return PlainTextResponse(text, media_type="application/sparql-query", headers=SAFE)

    async def _answer(
        self,
        request: Request,
        work: Callable[[Opened, Writing], None],
        key: tuple[object, ...],
        *,
        lasting: bool = True,
    ) -> Response:
        headers = {"Vary": "Accept, Accept-Encoding", **SAFE}
        if lasting:
            # Weak, since it names what is said, not the bytes that say it.
            told = repr((self.desk.version(), *key))
            tag = f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
            headers |= {"ETag": tag, "Cache-Control": "no-cache"}
            if tag in re.split(r"\s*,\s*", request.headers.get("if-none-match", "")):
                return Response(status_code=304, headers=headers)
        else:
            headers["Cache-Control"] = "no-store"
        accepted = request.headers.get("accept-encoding", "")
        gzip = bool(accepted) and media.choose([accepted], {"gzip": ""}) is not None
        spool = await self._begun(request, self._run(work, gzip))
        return Streamed(spool, headers, self.limits.client)

    async def _begun(self, request: Request, run: Coroutine[Any, Any, Spool]) -> Spool:
        """The answer, once it is there; nothing goes on for a client that left."""
        work, gone = asyncio.ensure_future(run), asyncio.ensure_future(_left(request))
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
            # Nobody reads this.
            raise Refusal(408, "the client is gone")
        return await work

    async def _run(self, work: Callable[[Opened, Writing], None], gzip: bool) -> Spool:
        spool = await self.desk.run(work, gzip=gzip)
        try:
            await spool.begun()
        except BaseException:
            spool.close()
            raise
        return spool

    # -- graphs ---------------------------------------------------------------------------

    async def graphs(self, request: Request) -> Response:
        """Answer a request to ``/graphs``, as the Graph Store Protocol says."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ALLOWED, **SAFE})
        direct = request.path_params.get("path", "")
        iri = self._address(request, request.url.path) if direct else ""
        graph = graph_named(request, iri)
        if request.method in ("GET", "HEAD"):
            if graph == "":
                raise Refusal(400, "name one graph: ?graph=IRI or ?default")
            choice = media.choose(request.headers.getlist("accept"), media.GRAPHS)
            if choice is None:
                raise _not_acceptable(media.GRAPHS)

            def work(opened: Opened, writing: Writing) -> None:
                answers.graph(opened, writing, graph, choice, self.limits)

            return await self._answer(request, work, ("graph", graph, choice))
        self._authorise(request)
        created = {}
        if graph == "":
            if request.method != "POST":
                raise Refusal(400, "name one graph: ?graph=IRI or ?default")
            graph = self._address(request, f"/graphs/{uuid4()}")
            created = {"Location": graph}
        task = {
            "op": request.method.lower(),
            "graph": graph,
            "base": graph or self._address(request, "/graphs"),
        }
        with tempfile.NamedTemporaryFile(prefix="graphkit-") as body:
            if request.method != "DELETE":
                task["type"] = request.headers.get("content-type", "")
                await body_into(request, body, self.limits.upload)
                body.flush()
            did = await self.desk.write({**task, "file": body.name})
        status = {"created": 201, "changed": 204, "missing": 404}[did]
        if status == 404:
            raise Refusal(404, f"there is no graph <{graph}>" if graph else "it is empty already")
        return Response(status_code=status, headers={**SAFE, **created})

    # -- writing --------------------------------------------------------------------------

    async def update(self, request: Request, asked: Operation) -> Response:
        """Apply an update."""
        self._authorise(request)
        await self.desk.write(
            {
                "op": "update",
                "text": asked.text,
                "base": self._address(request, "/sparql"),
                "default": asked.default,
                "named": asked.named,
                "services": self.services,
            }
        )
        return Response(status_code=204, headers=SAFE)

    def _authorise(self, request: Request) -> None:
        if self.token is None:
            raise Refusal(
                403, "this endpoint is read-only; its operator may start it with --writable"
            )
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            # For clients that know nothing else: any name, and the token as password.
            try:
                given = b64decode(given, validate=True).decode().partition(":")[2]
            except (Base64Error, UnicodeDecodeError):
                given = ""
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise Refusal(
                401,
                "send the token as 'Authorization: Bearer TOKEN'",
                {"WWW-Authenticate": 'Bearer realm="graphkit", Basic realm="graphkit"'},
            )

    def _address(self, request: Request, path: str) -> str:
        """The public address of a path of this server."""
        return (self.url or f"{request.url.scheme}://{request.url.netloc}") + path


async def _left(request: Request) -> None:
    """Wait until a client is gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _not_acceptable(offers: Mapping[str, str] | Sequence[str]) -> Refusal:
    return Refusal(406, f"Accept names none of: {', '.join(dict.fromkeys(offers))}")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return PlainTextResponse(
        f"{error}\n", status_code=error.status, headers={**SAFE, **error.headers}
    )


async def _page(request: Request) -> Response:
    page = (EDITOR / "index.html").read_bytes()
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", **SAFE}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def application(
    path: str | os.PathLike[str],
    *,
    limits: Limits | None = None,
    token: str | None = None,
    services: Sequence[str] = (),
    url: str | None = None,
    queries: Sequence[str | os.PathLike[str]] = (),
    in_memory: bool = False,
) -> Starlette:
    """A SPARQL endpoint for a graph folder, as an ASGI application.

    Parameters
    ----------
    path : path-like
        The folder. What others write into it is served from the next request on.
    limits : Limits, optional
        How much one client may ask.
    token : str, optional
        Who sends it may write; without one the endpoint is read-only.
    services : sequence of str
        The addresses that ``SERVICE`` may call and ``LOAD`` may read; none by default.
    url : str, optional
        Where clients find the server, such as ``https://example.org/kg``; otherwise what each
        request says.
    queries : sequence of path-like
        Folders with named queries of your own, for the editor.
    in_memory : bool
        As for `graphkit.open`: faster, for memory.

    Returns
    -------
    starlette.applications.Starlette

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import graphkit as gk
    >>> path = pathlib.Path(tempfile.mkdtemp(), "small.kg")
    >>> _ = gk.example().save(path)
    >>> application(path).url_path_for("sparql")
    '/sparql'
    """
    limits = limits or Limits()
    desk = Desk(path, limits, in_memory=in_memory)
    endpoint = Endpoint(desk, limits, token, services, url, named.queries(queries))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await desk.opened()
        yield
        desk.close()

    methods = [*ALLOWED.split(", "), "PATCH"]
    routes = [
        Route("/", _page, name="editor"),
        Route("/sparql", endpoint.sparql, methods=methods, name="sparql"),
        Route("/sparql/", endpoint.sparql, methods=methods),
        Route("/graphs", endpoint.graphs, methods=methods, name="graphs"),
        Route("/graphs/{path:path}", endpoint.graphs, methods=methods),
        Route("/editor/graph.json", endpoint.hints),
        Route("/editor/queries/{name}", endpoint.filled),
        Mount("/editor", StaticFiles(directory=EDITOR)),
    ]
    # Nothing here goes by cookies, so any page may ask what anybody may ask.
    cross = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=ALLOWED.split(", "),
        allow_headers=["Accept", "Authorization", "Content-Type", "If-None-Match"],
        expose_headers=["ETag", "Location", "Retry-After"],
        max_age=86400,
    )
    return Starlette(
        routes=routes,
        middleware=[cross],
        exception_handlers={Refusal: _refused},
        lifespan=lifespan,
    )
