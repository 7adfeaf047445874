"""``LOAD`` in updates: documents of the web whose addresses are allowed by name.

Oxigraph would fetch whatever it is told to, of any size; so each ``LOAD`` becomes an
``INSERT DATA`` of what was fetched here, and the update is evaluated without any network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from graphkit.errors import EndpointError
from graphkit.sparql import syntax
from graphkit.sparql.http import fetched

__all__ = ["loaded", "without_loads"]

SECONDS = 60.0
SIZE = 64 << 20
"""Bytes of all that one update loads, as it comes and as N-Triples."""
GRAPH = "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"
IRI = r"(?:<[^<>]*>|[\w.-]*:[\w.%-]*)"
LOAD = re.compile(
    rf"{syntax.NOT_CODE.pattern}"
    rf"|(?P<load>(?<![\w?$:@.-])(?i:LOAD)(?P<silent>\s+(?i:SILENT))?\s+(?P<address>{IRI})"
    rf"(?:\s+(?i:INTO\s+GRAPH)\s+(?P<graph>{IRI}))?)"
)


def without_loads(text: str, allowed: Collection[str]) -> str:
    """The update without each ``LOAD`` that is allowed, or fails silently.

    Parameters
    ----------
    text : str
    allowed : collection of str
        Addresses; only those with http or https count.

    Returns
    -------
    str

    Examples
    --------
    >>> without_loads("LOAD <http://a/b> ; LOAD <file:///b>", ["http://a/b", "file:///b"])
    'INSERT DATA {}    ; LOAD <file:///b>'
    """
    return _replaced(text, allowed, lambda address, silent: "")


def loaded(text: str, allowed: Collection[str]) -> str:
    """The update with what is loaded in place of each ``LOAD``.

    Parameters
    ----------
    text : str
    allowed : collection of str
        As in `without_loads`.

    Returns
    -------
    str

    Raises
    ------
    EndpointError
        A document cannot be had, is no graph, or is too large, and its ``LOAD`` is not silent.
    """
    bodies: dict[str, tuple[str, bytes]] = {}
    left = SIZE

    def read(address: str, silent: bool) -> str:
        nonlocal left
        try:
            if address not in bodies:
                bodies[address] = fetched(address, GRAPH, SECONDS, left)
            triples = _triples(address, *bodies[address], left)
        except EndpointError:
            if silent:
                return ""
            raise
        left -= len(triples)
        return triples

    return _replaced(text, allowed, read)


def _replaced(text: str, allowed: Collection[str], read: Callable[[str, bool], str]) -> str:
    def replacement(match: re.Match[str]) -> str:
        if not match["load"]:
            return match[0]
        address, silent = match["address"].strip("<>"), bool(match["silent"])
        if urlsplit(address).scheme in ("http", "https") and address in allowed:
            data = f"INSERT DATA {{{_within(match['graph'], read(address, silent))}}}"
        elif silent:
            data = "INSERT DATA {}"
        else:
            return match[0]
        # No shorter than it was, so that what follows stays in its column.
        return data.ljust(len(match[0]))

    return LOAD.sub(replacement, text)


def _within(graph: str | None, triples: str) -> str:
    return f" GRAPH {graph} {{\n{triples}}} " if graph and triples else triples


def _triples(address: str, kind: str, body: bytes, size: int) -> str:
    """A document as N-Triples, with blank nodes of its own."""
    import pyoxigraph

    forms = pyoxigraph.RdfFormat
    # Many servers call a file they do not know text/plain; Turtle has N-Triples within it.
    form = forms.from_media_type("" if kind == "text/plain" else kind) or forms.from_extension(
        PurePosixPath(urlsplit(address).path).suffix.removeprefix(".")
    )
    if form is None and kind != "text/plain":
        raise EndpointError(address, f"gave {kind or 'no media type'}, which is no graph")
    lines = []
    try:
        for quad in pyoxigraph.parse(
            body, form or forms.TURTLE, base_iri=address, rename_blank_nodes=True
        ):
            if not isinstance(quad.graph_name, pyoxigraph.DefaultGraph):
                raise EndpointError(address, "has named graphs: LOAD reads a single graph")
            lines.append(f"{quad.triple} .\n")
            size -= len(lines[-1])
            if size < 0:
                raise EndpointError(address, f"is too large: LOAD reads {SIZE >> 20} MiB at most")
    except (SyntaxError, ValueError) as error:
        raise EndpointError(address, f"gave what is no graph: {error}") from None
    return "".join(lines)
