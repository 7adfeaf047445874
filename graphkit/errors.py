"""One tree of errors, each also the standard kind that a caller would catch.

::

    GraphkitError
    ├── UnknownNameError      (LookupError)   a format, measure, renderer … that is not registered
    ├── UnknownEntityError    (LookupError)   an author, topic … that is not in the graph
    ├── MissingExtraError     (ImportError)   an optional library that is not installed
    ├── ReadError             (ValueError)    a source, or a place in one, that cannot be read
    ├── SchemaError           (ValueError)    a table or column that the schema does not allow
    ├── ConflictError         (ValueError)    one key of one source with two contents
    ├── EmptySelectionError   (ValueError)    filters that leave no paper or no author
    ├── QueryError            (ValueError)    a SPARQL text that cannot be run
    │   └── QueryLimitError                   an answer that takes too long or is too large
    ├── ShapeError            (ValueError)    SHACL shapes that cannot be read or applied
    ├── EndpointError         (ConnectionError) an endpoint that is out of reach, or refuses
    └── StorageError          (OSError)       a graph folder that is locked, damaged or too new

Every message says what happened, where, and what to do. What a program needs to
know stands in attributes, so nobody has to parse the words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "ConflictError",
    "EmptySelectionError",
    "EndpointError",
    "GraphkitError",
    "MissingExtraError",
    "QueryError",
    "QueryLimitError",
    "ReadError",
    "SchemaError",
    "ShapeError",
    "StorageError",
    "UnknownEntityError",
    "UnknownNameError",
]


class GraphkitError(Exception):
    """The root: ``except GraphkitError`` catches all that graphkit raises on purpose."""

    def __str__(self) -> str:
        # LookupError and friends would print their repr; people read these.
        return str(self.args[0]) if self.args else ""

    def __reduce__(self) -> tuple[Any, ...]:
        # The standard way calls the class with the message alone, which ours do not take;
        # errors must survive the way back from a worker process.
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(cls: type[GraphkitError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class UnknownNameError(GraphkitError, LookupError):
    """A name that no registry knows.

    Parameters
    ----------
    kind : str
        What was looked for, such as ``"measure"``.
    name : str
        The name as given.
    known : iterable of str
        The names that exist.

    Attributes
    ----------
    kind, name : str
    known : tuple of str
        Sorted.
    near : tuple of str
        The known names most like ``name``, best first.

    Examples
    --------
    >>> str(UnknownNameError("measure", "pagerang", ["degree", "pagerank"]))
    "unknown measure 'pagerang': did you mean 'pagerank'? (known: degree, pagerank)"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(sorted(known))
        # What is no text is like no name.
        self.near = tuple(difflib.get_close_matches(str(name), self.known, n=3))
        hint = f": did you mean {' or '.join(map(repr, self.near))}?" if self.near else ""
        super().__init__(f"unknown {kind} {name!r}{hint} (known: {', '.join(self.known)})")


class UnknownEntityError(GraphkitError, LookupError):
    """An entity that the graph does not hold, or a name that fits several.

    Attributes
    ----------
    kind : str
        The kind of thing, such as ``"author"``.
    name : str
        The name, id or IRI as given.
    near : tuple of str
        Candidates to choose from, best first.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        near: Sequence[str] = (),
        *,
        several: bool = False,
        empty: bool = False,
    ) -> None:
        self.kind, self.name, self.near, self.several = kind, name, tuple(near), several
        listed = ", ".join(self.near)
        if several:
            message = f"{name!r} fits several {kind}s: {listed}; give one of these ids"
        elif near:
            message = f"no {kind} {name!r} in this graph; near: {listed}"
        elif empty:
            message = f"no {kind} {name!r}: this graph holds no {kind}s"
        else:
            message = f"no {kind} {name!r} in this graph, and no name is near it"
        super().__init__(message)


class MissingExtraError(GraphkitError, ImportError):
    """An optional library is not installed.

    Attributes
    ----------
    library, extra : str
        What could not be imported, and the extra that brings it.
    """

    def __init__(self, library: str, extra: str) -> None:
        self.library, self.extra = library, extra
        super().__init__(
            f"this needs {library}, which is not installed: pip install 'graphkit-kg[{extra}]'"
        )


class ReadError(GraphkitError, ValueError):
    """A source, or a place in one, that cannot be read.

    Attributes
    ----------
    source : str
        The file as the caller named it.
    reason : str
        What is wrong with it, and what to do.
    place : str or None
        Where in the source: a line, a record number or a key.
    """

    def __init__(self, source: object, reason: str, place: str | None = None) -> None:
        self.source, self.reason, self.place = str(source), reason, place
        where = f"{self.source}, {place}" if place else self.source
        super().__init__(f"{where}: {reason}")


class SchemaError(GraphkitError, ValueError):
    """A table, column or value that the schema does not allow."""


class ConflictError(GraphkitError, ValueError):
    """One key of one source stands with two contents.

    Attributes
    ----------
    table, key, source : str
        Where the two graphs disagree (the first such place).
    count : int
        In how many rows of that table they disagree.
    """

    def __init__(self, table: str, key: str, source: str, count: int = 1) -> None:
        self.table, self.key, self.source, self.count = table, key, source, count
        more = f" (and {count - 1} more)" if count > 1 else ""
        super().__init__(
            f"{table}: {key}{more} of {source} has two different contents; to replace what a "
            f"source said, merge into graph.without({source!r})"
        )


class EmptySelectionError(GraphkitError, ValueError):
    """Filters that leave nothing.

    Attributes
    ----------
    kind : str
        What was selected: ``"papers"`` or ``"authors"``.
    counts : list of (str, int)
        What there was, and how much each filter left of it.
    """

    def __init__(self, kind: str, counts: Iterable[tuple[str, int]]) -> None:
        self.kind, self.counts = kind, list(counts)
        (first, total), *steps = self.counts
        left = ", then ".join(f"{count:,} with {words}" for words, count in steps)
        super().__init__(
            f"nothing is left of {total:,} {first}: {left}; widen or drop that last filter"
        )


class QueryError(GraphkitError, ValueError):
    """A SPARQL text that cannot be run.

    Attributes
    ----------
    line, column : int or None
        1-based, in the text as the caller wrote it.
    """

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        where = f"line {line}, column {column}: " if line is not None else ""
        super().__init__(f"SPARQL {where}{reason}")


class QueryLimitError(QueryError):
    """An answer that takes longer, or is larger, than allowed. The store stays usable.

    Attributes
    ----------
    limit : str
        ``"time"``, ``"size"`` or ``"memory"``.
    allowed : float or None
        Seconds, or bytes; None where the machine itself is the limit.
    """

    def __init__(self, limit: str, allowed: float | None, advice: str) -> None:
        self.limit, self.allowed = limit, allowed
        unit = "seconds" if limit == "time" else "bytes"
        bound = f"the limit of {allowed:,.12g} {unit}" if allowed is not None else "its limit"
        super().__init__(f"query stopped: its {limit} reached {bound}; {advice}")


class ShapeError(GraphkitError, ValueError):
    """SHACL shapes that cannot be read or applied."""


class EndpointError(GraphkitError, ConnectionError):
    """A SPARQL endpoint or graph store that cannot be reached, or that refuses.

    Attributes
    ----------
    url : str
    status : int or None
        Of HTTP, where there was an answer.
    """

    def __init__(self, url: str, reason: str, status: int | None = None) -> None:
        self.url, self.status = url, status
        super().__init__(f"{url} {reason}")


class StorageError(GraphkitError, OSError):
    """A graph folder that is locked, damaged, half-written or of a newer version.

    Attributes
    ----------
    path : str
        The folder.
    """

    def __init__(self, path: object, reason: str) -> None:
        self.path = str(path)
        super().__init__(f"{self.path}: {reason}")
