"""How much one client may ask of a server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """How much one client may ask of a server.

    Attributes
    ----------
    seconds : float
        How long a query may run.
    writing : float
        How long an update or upload may take.
    memory : int
        How many bytes a query may take beyond what the open store does (on Linux); 0 for any
        number.
    result : int
        How many bytes an answer may have, before compression.
    request : int
        How many bytes a query or update may have.
    upload : int
        How many bytes a graph may have that is sent to the Graph Store Protocol.
    workers : int
        How many queries run at the same time, each in a process of its own.
    queue : int
        How many more may wait; who comes after them is told to come back.
    client : float
        How many seconds a client may take to accept the next piece of its answer.
    """

    seconds: float = 60.0
    writing: float = 600.0
    memory: int = 2 << 30
    result: int = 256 << 20
    request: int = 1 << 20
    upload: int = 256 << 20
    workers: int = field(default_factory=lambda: max(4, os.cpu_count() or 1))
    queue: int = 256
    client: float = 60.0
