"""What a request asks for, as SPARQL 1.1 Protocol and Graph Store HTTP Protocol say.

References
----------
SPARQL 1.1 Protocol and SPARQL 1.1 Graph Store HTTP Protocol, W3C Recommendations 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO
from urllib.parse import parse_qsl

from starlette.requests import Request

from graphkit.iris import illegal_iri
from graphkit.web.media import essence
from graphkit.web.refusal import Refusal

__all__ = ["Operation", "body_into", "graph_named", "operation"]

FORM = "application/x-www-form-urlencoded"
DIRECT = {"application/sparql-query": "query", "application/sparql-update": "update"}
DATASET = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}


@dataclass(frozen=True)
class Operation:
    """A query or an update.

    Attributes
    ----------
    kind : str
        ``"query"`` or ``"update"``.
    text : str
    default, named : list of str, or None
        The graphs that the request names; None for both where it names none.
    """

    kind: str
    text: str
    default: list[str] | None
    named: list[str] | None


async def operation(request: Request, limit: int) -> Operation | None:
    """What a request to the endpoint asks for; None where it asks for nothing.

    Parameters
    ----------
    request : Request
    limit : int
        How many bytes it may have.

    Raises
    ------
    Refusal
        It is none of what the protocol knows.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        raise Refusal(405, "use GET or POST", {"Allow": "GET, HEAD, POST, OPTIONS"})
    parameters = _parameters(request.url.query)
    if len(request.url.query) > limit:
        raise Refusal(414, f"a query in an address may have {limit:,} bytes: send it by POST")
    if request.method == "POST":
        kind = essence(request.headers.get("content-type", ""))
        if kind not in (FORM, *DIRECT):
            raise Refusal(
                415, f"send {FORM} or {' or '.join(DIRECT)} as Content-Type, not {kind or 'none'}"
            )
        charset = request.headers["content-type"].lower().partition("charset=")[2].strip(' "')
        if charset not in ("", "utf-8", "utf8"):
            raise Refusal(415, f"send the text in UTF-8, not in {charset}")
        try:
            body = (await _body(request, limit)).decode()
        except UnicodeDecodeError:
            raise Refusal(400, "the text is not in UTF-8") from None
        parameters += _parameters(body) if kind == FORM else [(DIRECT[kind], body)]
    elif any(name == "update" for name, _ in parameters):
        raise Refusal(405, "send updates by POST", {"Allow": "POST"})
    found = [(name, value) for name, value in parameters if name in DATASET]
    if not found and request.method != "POST" and not request.url.query:
        return None
    if len(found) != 1:
        raise Refusal(400, f"give one query or one update, not {len(found)}")
    kind, text = found[0]
    default, named = (
        [_iri(value, name) for name, value in parameters if name == wanted]
        for wanted in DATASET[kind]
    )
    chosen = bool(default or named)
    return Operation(kind, text, default if chosen else None, named if chosen else None)


def graph_named(request: Request, direct: str) -> str | None:
    """The IRI of the graph that a request to the graph store is about.

    Parameters
    ----------
    request : Request
    direct : str
        The IRI of the request itself where its path names a graph, else empty.

    Returns
    -------
    str or None
        None for the default graph; empty where the request names the graph store itself.

    Raises
    ------
    Refusal
        It names several.
    """
    parameters = _parameters(request.url.query)
    graphs = [value for name, value in parameters if name == "graph"]
    default = any(name == "default" for name, _ in parameters)
    named = [*graphs, *([direct] if direct else [])]
    if len(named) + default > 1:
        raise Refusal(400, "name one graph: ?graph=IRI or ?default")
    if default:
        return None
    return _iri(named[0], "graph") if named else ""


async def body_into(request: Request, file: IO[bytes], limit: int) -> int:
    """Write the body of a request to a file, piece by piece.

    Returns
    -------
    int
        How many bytes it has.

    Raises
    ------
    Refusal
        It is too large, or compressed.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "send the body as it is, without Content-Encoding")
    too_large = Refusal(413, f"a request may have {limit:,} bytes: send less at a time")
    if int(request.headers.get("content-length") or 0) > limit:
        raise too_large
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise too_large
        file.write(piece)
    return size


async def _body(request: Request, limit: int) -> bytes:
    import io

    held = io.BytesIO()
    await body_into(request, held, limit)
    return held.getvalue()


def _parameters(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise Refusal(400, f"the parameters cannot be read: {error}") from None


def _iri(text: str, name: str) -> str:
    if illegal_iri(text):
        raise Refusal(400, f"{name} is no absolute IRI: {text[:200]!r}")
    return text
