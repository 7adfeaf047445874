"""What was learnt, kept beside the graph: arrays, stamped with the graph's version."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.recommend.past import corpus_of
from graphkit.recommend.ranker import Ranker, ranker_of

if TYPE_CHECKING:
    from graphkit.graph import KnowledgeGraph

__all__ = ["ranker"]

FILE = "recommend.npz"
# To be raised when features or arrays change, so that what an older graphkit learnt is not read.
FORMAT = "1"


def ranker(kg: KnowledgeGraph) -> Ranker | None:
    """What the graph's past teaches: from memory, from beside the graph, or learnt now.

    Parameters
    ----------
    kg : KnowledgeGraph
        One that was opened from a folder keeps what it learns in ``recommend.npz`` there; a
        folder that cannot be written is left as it is.

    Returns
    -------
    Ranker or None
        None where there is too little to learn from.
    """
    if "recommend.ranker" not in kg.derived:
        folder, version = kg.derived.get("folder", (None, ""))
        path = None if folder is None else Path(folder, FILE)
        known = None if path is None else _read(path, version)
        if known is None:
            known = ranker_of(corpus_of(kg).whole)
            if path is not None and known is not None:
                _write(path, version, known)
        kg.derived["recommend.ranker"] = known
    found: Ranker | None = kg.derived["recommend.ranker"]
    return found


def _read(path: Path, version: str) -> Ranker | None:
    """What stands there, if it was made of this version and is whole."""
    import zipfile

    import numpy as np

    try:
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            if str(arrays["stamp"]) != f"{FORMAT} {version}":
                return None
            return Ranker.of_arrays({name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None  # not there, or damaged: learnt again


def _write(path: Path, version: str, found: Ranker) -> None:
    import numpy as np

    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as stream:
            np.savez(stream, stamp=np.array(f"{FORMAT} {version}"), **found.arrays())
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
