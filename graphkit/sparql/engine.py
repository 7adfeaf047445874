"""The store of a graph, and the answers that it gives, in this process or in one apart.

A query with a time limit, be it an infinite one, is evaluated in a process of its own, since
nothing else can stop it; the process is kept for the next one.
"""

from __future__ import annotations

import shutil
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graphkit.errors import QueryError, QueryLimitError
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import GROUPS, MATCHER, RESOLUTION
from graphkit.rdf import nquads_blocks
from graphkit.schema import schema
from graphkit.sparql import folder, syntax, worker
from graphkit.sparql.parameters import bind
from graphkit.sparql.patterns import CartesianProductWarning, unconnected
from graphkit.sparql.process import ADVICE, FORKS, Process, Root
from graphkit.sparql.worker import Request

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["INFERENCE", "Answer", "Engine", "engine"]

INFERENCE = "inference"
"""The format of what was inferred."""
OWN = (GROUPS, MATCHER, RESOLUTION, INFERENCE)
IDLE = 4
"""How many processes wait for a next query, at most."""
Result = TypeVar("Result")


@dataclass
class Answer:
    """What a query found, as bytes of a media type.

    Attributes
    ----------
    kind : str
        ``"boolean"``, ``"solutions"`` or ``"triples"``.
    media_type : str
    parts : iterator of bytes
        The answer, as it comes. `close` when the rest is not wanted.
    variables : list of str
        Of solutions.
    truth : bool or None
        Of a boolean.
    """

    kind: str
    media_type: str
    parts: Iterator[bytes]
    variables: Sequence[str] = ()
    truth: bool | None = None

    def read(self) -> bytes:
        """All of it."""
        return b"".join(self.parts)

    def close(self) -> None:
        """Stop evaluating and free what that holds."""
        close = getattr(self.parts, "close", None)
        if close:
            close()


def engine(kg: KnowledgeGraph) -> Engine:
    """The engine of a graph, made at first use."""
    if "engine" not in kg.derived:
        kg.derived["engine"] = Engine(kg)
    made: Engine = kg.derived["engine"]
    return made


class Engine:
    """The Oxigraph store of a graph, opened when first asked.

    A graph that `graphkit.open` opened, and whose folder still holds what was opened, has its
    store there: it is built once, and made anew without being asked when it is stale, damaged
    or of an older version. Any other graph, and one whose folder cannot be written, has it in
    memory. Threads may share an engine.

    Parameters
    ----------
    kg : KnowledgeGraph
    memory : int, optional
        Bytes that a query with a time limit may use beyond what the open store does (on Linux).
    idle : int
        How many processes wait for a next query, at most.
    """

    def __init__(self, kg: KnowledgeGraph, *, memory: int | None = None, idle: int = IDLE) -> None:
        # Not the graph itself, which holds this engine.
        self._tables = {name: kg.table(name) for name in schema().tables}
        self.namespaces = kg.namespaces
        self.union = not several(kg)
        self._bound: tuple[Path, str] | None = kg.derived.get("folder")
        self._in_memory: bool = kg.derived.get("in_memory", False)
        self._memory, self._most = memory or 0, idle
        self._lock = threading.RLock()
        self._store: pyoxigraph.Store | None = None
        self._place: Path | None = None
        self._idle: list[Process] = []
        # One that forks into the others, where there is no folder that they could open.
        self._roots: list[Root] = []
        self._finalizer = weakref.finalize(self, _stop_all, self._idle, self._roots)

    @property
    def version(self) -> str | None:
        """The stamp of the folder that the graph was opened from, if it was."""
        return self._bound[1] if self._bound else None

    def blocks(self) -> Iterator[bytes]:
        """What the store holds, as N-Quads."""
        yield from nquads_blocks(self._tables, self.namespaces)
        if not self.union:
            # Oxigraph's own union repeats what two graphs say; answers and counts would too.
            yield from nquads_blocks(self._tables, self.namespaces, graphs=False)

    @property
    def place(self) -> Path | None:
        """The folder of the store, or None where it is in memory."""
        with self._lock:
            if self._bound and not self._in_memory and self._place is None:
                try:
                    self._place = folder.stored(*self._bound, self.blocks)
                except OSError:
                    # No right or no room to write: memory will do.
                    self._bound = None
            return self._place

    @property
    def store(self) -> pyoxigraph.Store:
        """The store, opened in this process; read-only where it is on disk."""
        import pyoxigraph

        with self._lock:
            if self._store is None:
                if self.place is not None:
                    self._store = self._mended(lambda: pyoxigraph.Store.read_only(str(self.place)))
                else:
                    filled = pyoxigraph.Store()
                    worker.load(filled, self.blocks())
                    self._store = filled
            return self._store

    def ask(
        self,
        text: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        services: Collection[str] = (),
        on_start: Callable[[Callable[[], object]], object] | None = None,
        **options: Any,
    ) -> Answer:
        """Answer a query.

        Parameters
        ----------
        text : str
        parameters : mapping of str to object, optional
            See `graphkit.sparql.parameters`.
        services : collection of str
            IRIs that ``SERVICE <…>`` may call; nothing else outside the store is reached.
        on_start : callable, optional
            Called, where there is a ``timeout``, with what stops the evaluation from any thread;
            whoever waits for the answer then gets an error.
        **options
            Of a `Request`: ``base``, ``default_graphs``, ``named_graphs``, ``results``, ``graph``,
            ``timeout`` and ``size``. With a ``timeout`` the query is evaluated in another
            process, and ``parts`` come as they are found.

        Returns
        -------
        Answer

        Raises
        ------
        QueryError
            Its subclass `QueryLimitError` also while the parts are read.
        """
        request = self.request(text, parameters=parameters, services=services, **options)
        with self._explained(text, request):
            return self._mended(lambda: self._answer(request, on_start))

    def whole(self, text: str, *, quiet: bool = False, **options: Any) -> tuple[Answer, bytes]:
        """As `ask`, with all parts read; unless ``quiet`` it warns of unconnected patterns."""
        request = self.request(text, **options)
        # What only a parameter ties together is tied together.
        if not quiet and unconnected(text) and (apart := unconnected(request.text)):
            shown = " and ".join(repr(" ".join(pattern.split())[:80]) for pattern in apart)
            warnings.warn(
                f"{shown} share no variable: each solution of one is paired with each of the "
                "other (a Cartesian product), and a FILTER only chooses among the pairs",
                CartesianProductWarning,
                stacklevel=_outside(),
            )

        def read() -> tuple[Answer, bytes]:
            answer = self._answer(request)
            return answer, answer.read()

        with self._explained(text, request):
            return self._mended(read)

    def solve(self, text: str, request: Request) -> Any:
        """What Oxigraph itself answers, in this process, to the request that a text became."""
        with self._explained(text, request):
            return self._mended(lambda: worker.solve(self.store, request))

    def check(self, text: str, request: Request) -> None:
        """Raise a `QueryError` unless the text of a request is a query; it is not run."""
        with self._explained(text, request):
            syntax.parse(request.text, request.prefixes)

    def request(
        self,
        text: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        services: Collection[str] = (),
        **options: Any,
    ) -> Request:
        """What `ask` evaluates: the text with its parameters bound and its calls allowed."""
        prefixes = dict(self.namespaces.prefixes)
        spelt = syntax.names_spelt_out(text, prefixes)
        if syntax.has_keyword(syntax.without_calls(spelt, services), "SERVICE", prefixes):
            raise syntax.query_error(spelt, prefixes)
        # Who names the graphs to look in means these and no others.
        union = self.union and not syntax.has_keyword(spelt, "FROM", prefixes)
        bound = bind(spelt, parameters or {}, self.namespaces)
        return Request(bound, prefixes, union=union, **options)

    @contextmanager
    def _explained(self, text: str, request: Request) -> Iterator[None]:
        """Say in words for people what is wrong with a query."""
        try:
            yield
        except QueryError:
            raise
        except SyntaxError as error:
            prefixes = request.prefixes
            spelt = syntax.names_spelt_out(text, prefixes)
            if syntax.is_query(spelt, prefixes):
                reason = f"a parameter cannot stand where its variable does: {error}"
                raise QueryError(reason) from None
            raise syntax.query_error(spelt, prefixes) from None
        except MemoryError:
            raise QueryLimitError("memory", self._memory or None, ADVICE["memory"]) from None
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryError(str(error)) from None

    def _answer(
        self, request: Request, on_start: Callable[[Callable[[], object]], object] | None = None
    ) -> Answer:
        if request.timeout is not None:
            return self._apart(request, on_start)
        header: dict[str, Any] = {}
        parts: list[bytes] = []
        try:
            worker.evaluate(self.store, request, header.update, parts.append)
        except worker.SizeError:
            raise QueryLimitError("size", request.size, ADVICE["size"]) from None
        return Answer(parts=iter(parts), **header)

    def _apart(
        self, request: Request, on_start: Callable[[Callable[[], object]], object] | None
    ) -> Answer:
        with self._lock:
            process = self._idle.pop() if self._idle else None
        if process is None or not process.alive():
            process = Process(self.prepare(), self.blocks, self._memory)
        if on_start is not None:
            on_start(process.stopper())
        parts = process.ask(request, self._return)
        try:
            header = next(parts)
        except StopIteration:
            raise QueryError("the evaluating process gave no answer") from None
        return Answer(parts=parts, **header)

    def prepare(self) -> Path | Root | None:
        """Make the store that queries are evaluated on, unless it is there.

        Returns
        -------
        pathlib.Path, Root or None
            Where it is; None where each process has its own.
        """
        with self._lock:
            if self.place is not None or not FORKS:
                return self.place
            if self._roots and not self._roots[0].alive():
                self._roots.pop().stop()
            if not self._roots:
                self._roots.append(Root(self.blocks, self._memory))
            return self._roots[0]

    def _return(self, process: Process) -> None:
        with self._lock:
            if len(self._idle) < self._most and self._finalizer.alive:
                self._idle.append(process)
                return
        process.stop()

    def _mended(self, act: Callable[[], Result]) -> Result:
        """Do something with the store; once more with a new store if that one is damaged."""
        try:
            return act()
        except (OSError, RuntimeError) as error:
            if self._place is None or not _is_damage(error):
                raise
            with self._lock:
                shutil.rmtree(self._place, ignore_errors=True)
                self.close()
                self._place = self._store = None
            return act()

    def close(self) -> None:
        """End the processes; the engine stays usable."""
        with self._lock:
            _stop_all(self._idle, self._roots)


def _outside() -> int:
    """The level of the first caller that is not graphkit, for a warning."""
    level, frame = 2, sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("graphkit."):
        level, frame = level + 1, frame.f_back
    return level


def several(kg: KnowledgeGraph) -> bool:
    """Whether sources may say the same; what derives from others says only its own."""
    sources = kg.table("sources").select(["id", "format"]).to_pylist()
    own = {row["id"] for row in sources if row["format"] in OWN}
    return len(set(kg.source_ids()) - own) > 1


def _is_damage(error: Exception) -> bool:
    return "Corruption" in str(error) or "IO error" in str(error)


def _stop_all(*lists: list[Any]) -> None:
    for processes in lists:
        while processes:
            processes.pop().stop()
