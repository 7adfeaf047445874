"""How far a long computation is: told by what computes, heard by who shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["chunks", "listening"]

Listener = Callable[[str, int, int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear of each step of what is computed meanwhile.

    Parameters
    ----------
    listener : callable
        Called with what is computed, how much of it is done, and how much there is.

    Examples
    --------
    >>> with listening(lambda what, done, total: print(what, done, total)):
    ...     found = [len(part) for part in chunks("reading", 5, size=2)]
    reading 0 5
    reading 2 5
    reading 4 5
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def chunks(what: str, count: int, size: int = 256) -> Iterator[range]:
    """The numbers below ``count``, some at a time; between them who listens is told.

    Parameters
    ----------
    what : str
        What is computed, for people.
    count : int
    size : int, default 256
        So few that an interruption is heard within seconds, so many that calls cost nothing.
    """
    for start in range(0, count, size):
        listener = _listener.get()
        if listener is not None:
            listener(what, start, count)
        yield range(start, min(start + size, count))
