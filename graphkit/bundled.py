"""The bundled graph, for first steps, examples and tests.

The page in ``data/`` holds facts of a conference guide (titles, names, topics, teams, places),
not its sentences; it is read like any other page.
"""

from __future__ import annotations

import functools
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from graphkit.formats import read

if TYPE_CHECKING:
    from graphkit.graph import KnowledgeGraph

__all__ = ["example"]

PAGE = "interspeech-2022.txt"


@functools.cache
def example() -> KnowledgeGraph:
    """A company's 44 papers at Interspeech 2022, as they were printed.

    Returns
    -------
    KnowledgeGraph
        Not resolved: one of the 174 printed names is that of a person who is also printed in
        another way.

    Examples
    --------
    >>> example().counts()["authorships"]
    237
    """
    with as_file(files("graphkit") / "data" / PAGE) as path:
        return read(path, format="guide")
