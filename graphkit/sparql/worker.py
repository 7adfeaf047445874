"""Evaluate a query on an Oxigraph store and hand over the answer, here or in a process apart.

Run as a script this file is that process: a query that takes too long can be stopped in no
other way, and stopping the process leaves the caller's store as it was. It imports nothing of
graphkit, so that it starts quickly.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import IO, Any

import pyoxigraph

__all__ = [
    "BUFFER",
    "ORDER",
    "TOO_LATE",
    "Request",
    "SizeError",
    "change",
    "evaluate",
    "load",
    "receive",
    "send",
    "solve",
    "triples",
]

TOO_LATE = 124
"""Exit code of a process whose time was up."""
HEADER = struct.Struct("<cQ")
BUFFER = 1 << 16
"""Bytes that are handed over at once; Oxigraph writes 8 kB at a time."""
ORDER = struct.Struct("<cq")
"""F: fork. R: reap the child of this number. The answer is its number, or its exit code."""
RDF_TYPE = pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass
class Request:
    """A query with all that its answer depends on, but for the store.

    Attributes
    ----------
    text : str
    prefixes : dict of str to str
    base : str or None
        What relative IRIs are relative to.
    union : bool
        Whether the default graph is the union of all graphs.
    default_graphs, named_graphs : list of str or None
        IRIs of the graphs to look in, in place of all.
    results, graph : str
        Media types: of the answer to SELECT and ASK, and to CONSTRUCT and DESCRIBE.
    timeout : float or None
        Seconds; infinite for a process apart without a limit.
    size : int or None
        Bytes of the answer.
    """

    text: str
    prefixes: dict[str, str]
    base: str | None = None
    union: bool = False
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None
    results: str = "text/tab-separated-values"
    graph: str = "application/n-triples"
    timeout: float | None = None
    size: int | None = None


class SizeError(Exception):
    """An answer is larger than allowed."""


class _Limited:
    """A file to write an answer to, up to a size."""

    def __init__(self, give: Callable[[bytes], object], size: int | None) -> None:
        self.give, self.left = give, size

    def write(self, data: bytes) -> int:
        if self.left is not None:
            self.left -= len(data)
            if self.left < 0:
                raise SizeError
        self.give(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


def solve(store: pyoxigraph.Store, request: Request) -> Any:
    """What Oxigraph answers: solutions, triples or a boolean of its own."""
    graphs: dict[str, Any] = {}
    if request.default_graphs is not None or request.named_graphs is not None:
        node = pyoxigraph.NamedNode
        graphs["default_graph"] = [node(iri) for iri in request.default_graphs or ()]
        graphs["named_graphs"] = [node(iri) for iri in request.named_graphs or ()]
    return store.query(
        request.text,
        base_iri=request.base,
        prefixes=_used(request),
        use_default_graph_as_union=request.union and not graphs,
        **graphs,
    )


def _used(request: Request) -> dict[str, str]:
    """The prefixes that the text may use: each takes as long to declare as a look-up."""
    text = request.text
    if "\\" in text:
        # A name may be written in escapes.
        return request.prefixes
    return {prefix: iri for prefix, iri in request.prefixes.items() if f"{prefix}:" in text}


def evaluate(
    store: pyoxigraph.Store,
    request: Request,
    begin: Callable[[dict[str, Any]], object],
    give: Callable[[bytes], object],
) -> None:
    """Answer a request.

    Parameters
    ----------
    store : pyoxigraph.Store
    request : Request
    begin : callable
        Called once, before anything is given, with the ``kind`` of the answer (``boolean``,
        ``solutions`` or ``triples``), its ``media_type``, the names of its ``variables`` and
        its ``truth``, where it has one.
    give : callable
        Called with the parts of the answer.
    """
    found = solve(store, request)
    out: Any = _Limited(give, request.size)
    if isinstance(found, pyoxigraph.QueryTriples):
        begin({"kind": "triples", "media_type": request.graph})
        form = pyoxigraph.RdfFormat.from_media_type(request.graph)
        if form == pyoxigraph.RdfFormat.TURTLE:
            # Slower, but for people, who want short names.
            pyoxigraph.serialize(found, out, form, prefixes=request.prefixes)
        else:
            found.serialize(out, form)
        return
    results = pyoxigraph.QueryResultsFormat.from_media_type(request.results)
    if isinstance(found, pyoxigraph.QueryBoolean):
        begin({"kind": "boolean", "media_type": request.results, "truth": bool(found)})
    else:
        names = [variable.value for variable in found.variables]
        begin({"kind": "solutions", "media_type": request.results, "variables": names})
    found.serialize(out, results)


def change(store: pyoxigraph.Store, request: Request) -> dict[str, Any]:
    """Apply an update to a store whose default graph repeats what its named graphs say.

    Parameters
    ----------
    store : pyoxigraph.Store
    request : Request
        Its text, prefixes and base.

    Returns
    -------
    dict
        ``added`` and ``removed``: lines of N-Triples by the IRI of their graph, ``""`` for the
        default graph; what was removed from that one is from all that said it. ``whole``: the
        graphs of which nothing is left. ``classes``: those of the subjects of what was added
        to the default graph, by subject.
    """
    before = _said(store)
    store.update(request.text, base_iri=request.base, prefixes=request.prefixes)
    after = _said(store)
    nothing: set[bytes] = set()
    added = {graph: said - before.get(graph, nothing) for graph, said in after.items()}
    removed = {graph: said - after.get(graph, nothing) for graph, said in before.items()}
    everywhere = removed.get("", nothing)
    removed = {graph: gone | (everywhere & before[graph]) for graph, gone in removed.items()}
    classes: dict[str, list[str]] = {}
    for quad in triples(added.get("", nothing)):
        if str(quad.subject) not in classes:
            found = store.quads_for_pattern(quad.subject, RDF_TYPE, None)
            classes[str(quad.subject)] = [str(each.object) for each in found]
    return {
        "added": {graph: lines for graph, lines in added.items() if lines},
        "removed": {graph: lines for graph, lines in removed.items() if lines},
        "whole": {graph for graph, lines in removed.items() if len(lines) == len(before[graph])},
        "classes": classes,
    }


def triples(lines: Collection[bytes]) -> Iterator[pyoxigraph.Quad]:
    """Lines of N-Triples that a store wrote, as quads of no graph."""
    data = b"\n".join(lines)
    # Lenient: what was refused was refused before.
    yield from pyoxigraph.parse(data, pyoxigraph.RdfFormat.N_TRIPLES, lenient=True)


def _said(store: pyoxigraph.Store) -> dict[str, set[bytes]]:
    found = {}
    for graph in (pyoxigraph.DefaultGraph(), *store.named_graphs()):
        lines = store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=graph)
        name = "" if isinstance(graph, pyoxigraph.DefaultGraph) else str(graph)
        if said := set((lines or b"").splitlines()):
            found[name] = said
    return found


class _Blocks:
    """A file to read from, made of blocks as they come."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = memoryview(next(self._blocks, b""))
        given = self._rest[:size] if size >= 0 else self._rest
        self._rest = self._rest[len(given) :]
        return bytes(given)


def load(store: pyoxigraph.Store, blocks: Iterator[bytes]) -> None:
    """Fill a store with N-Quads of our own making, no block of which is empty."""
    source: Any = _Blocks(blocks)
    # Lenient: what is no IRI was refused when the tables were made.
    store.bulk_load(input=source, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)


def send(pipe: IO[bytes], kind: bytes, data: bytes) -> None:
    """Write one message."""
    pipe.write(HEADER.pack(kind, len(data)))
    pipe.write(data)


def receive(pipe: IO[bytes]) -> tuple[bytes, bytes]:
    """Read one message; its kind is empty at the end, also where that comes within a message."""
    header = pipe.read(HEADER.size)
    if len(header) < HEADER.size:
        return b"", b""
    kind, size = HEADER.unpack(header)
    data = pipe.read(size)
    return (kind, data) if len(data) == size else (b"", b"")


def limit_memory(size: int) -> None:
    """Let this process take so many bytes more than it holds now; 0 for any number.

    Where the system does not say what a process holds (other than Linux) there is no limit.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            held = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData"))
    except (OSError, StopIteration):
        return
    if size:
        import resource

        # Data alone: an open store maps its files, and those are no memory that is taken.
        resource.setrlimit(resource.RLIMIT_DATA, (held + size, held + size))


def _forked(control: socket.socket) -> int:
    """Fork whenever asked to; returns in each fork, with what it is to be asked through."""
    while True:
        message, given, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if len(message) < ORDER.size:
            os._exit(0)
        kind, child = ORDER.unpack(message)
        if kind == b"F":
            answer = os.fork()
            if not answer:
                control.close()
                return given[0]
            os.close(given[0])
        else:
            # Only now is the number of a process that ended free for another.
            answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        control.sendall(ORDER.pack(kind, answer))


def _main() -> None:
    # Ctrl-C reaches all processes of a terminal; whoever asked decides what becomes of this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    place, memory, control = sys.argv[1:]
    requests, answers = sys.stdin.buffer, open(1, "wb", BUFFER, closefd=False)  # noqa: SIM115

    def blocks() -> Iterator[bytes]:
        while (message := receive(requests))[0] == b"L":
            yield message[1]
        if not message[0]:
            # Whoever asked is gone.
            os._exit(0)

    try:
        if place:
            store = pyoxigraph.Store.read_only(place)
        else:
            store = pyoxigraph.Store()
            load(store, blocks())
    except Exception as error:
        if control:
            raise
        send(answers, b"X", pickle.dumps(error))
        answers.flush()
        return
    if control:
        end = _forked(socket.socket(fileno=int(control)))
        requests, answers = os.fdopen(os.dup(end), "rb"), os.fdopen(end, "wb", BUFFER)
    limit_memory(int(memory))
    _serve(store, requests, answers)


def _serve(store: pyoxigraph.Store, requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests, one after the other, until whoever asks is gone."""
    threading.Thread(target=_leave_with, args=[requests], daemon=True).start()

    def begin(header: dict[str, Any]) -> None:
        send(answers, b"H", pickle.dumps(header))
        # So that whoever asked can stop what follows.
        answers.flush()

    while (message := receive(requests))[0]:
        kind, data = message
        request = Request(**pickle.loads(data))
        if kind == b"U":
            try:
                send(answers, b"C", pickle.dumps(change(store, request)))
            except Exception as error:
                send(answers, b"X", pickle.dumps(error))
            answers.flush()
            return
        alarm = None
        if request.timeout is not None and request.timeout < threading.TIMEOUT_MAX:
            alarm = threading.Timer(request.timeout, os._exit, [TOO_LATE])
            alarm.daemon = True
            alarm.start()
        try:
            evaluate(
                store,
                request,
                begin,
                lambda data: send(answers, b"D", data),
            )
            send(answers, b"E", b"")
        except SizeError:
            send(answers, b"S", b"")
        except Exception as error:
            send(answers, b"X", pickle.dumps(error))
        finally:
            if alarm:
                alarm.cancel()
        answers.flush()
    # Not by returning, which would free the store piece by piece.
    os._exit(0)


def _leave_with(requests: IO[bytes]) -> None:
    """End this process once whoever asks is gone: nobody waits for what is being evaluated."""
    if not hasattr(select, "poll"):
        # On Windows only between two answers, or at the time limit.
        return
    gone = select.poll()
    # That the other end was closed is told without being asked for, and nothing else is.
    gone.register(requests, 0)
    gone.poll()
    os._exit(0)


if __name__ == "__main__":
    _main()
