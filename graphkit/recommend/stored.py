"""What was counted or learnt, kept beside the graph: arrays, stamped with the graph's version.

A graph that was opened from a folder keeps them there (``recommend.arrays``, ``words.arrays``);
a folder that cannot be written is left as it is. The arrays stand one after the other as Arrow
tensors, so that they are mapped into memory, and an answer reads no more than it asks for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["Kept", "kept", "of_parts", "parts"]


class Kept(Protocol):
    """What can be kept: it says its arrays by name."""

    def arrays(self) -> dict[str, Any]:
        """All of it by name, as arrays to be written."""


K = TypeVar("K", bound=Kept)


def kept(
    kg: KnowledgeGraph,
    file: str,
    form: str,
    make: Callable[[], K | None],
    of_arrays: Callable[[Mapping[str, Any]], K],
) -> K | None:
    """Something made of a graph: from memory, from beside the graph, or made now.

    Parameters
    ----------
    kg : KnowledgeGraph
    file : str
        What it is called beside the graph.
    form : str
        To be changed with the arrays or how they are made, so that what an older graphkit
        wrote is not read.
    make : callable
        Makes it of the graph; None where there is too little, which is not kept on disk.
    of_arrays : callable
        Makes it of its arrays; a KeyError or ValueError says that they are not whole.
    """
    name = f"recommend.{file}"
    if name not in kg.derived:
        folder, version = kg.derived.get("folder", (None, ""))
        path, stamp = None if folder is None else Path(folder, file), f"{form} {version}"
        found = None if path is None else _read(path, stamp, of_arrays)
        if found is None:
            found = make()
            if path is not None and found is not None:
                _write(path, stamp, found)
        kg.derived[name] = found
    known: K | None = kg.derived[name]
    return known


def parts(name: str, matrix: sparse.csr_array) -> dict[str, Any]:
    """The arrays of a sparse matrix, by name."""
    import numpy as np

    return {f"{name}.{part}": np.asarray(getattr(matrix, part)) for part in _PARTS}


def of_parts(name: str, arrays: Mapping[str, Any]) -> sparse.csr_array:
    """Back from `parts`."""
    from scipy import sparse

    *ends, shape = (arrays[f"{name}.{part}"] for part in _PARTS)
    return sparse.csr_array(tuple(ends), shape=tuple(shape.tolist()))


_PARTS = ("data", "indices", "indptr", "shape")


def _read(path: Path, stamp: str, of_arrays: Callable[[Mapping[str, Any]], K]) -> K | None:
    """What stands there, if it was made of this version and is whole."""
    import orjson
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as stream:
            told = orjson.loads(pa.ipc.read_tensor(stream).to_numpy().tobytes())
            if told["stamp"] != stamp:
                return None
            return of_arrays(
                {name: pa.ipc.read_tensor(stream).to_numpy() for name in told["names"]}
            )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there, or damaged: made again


def _write(path: Path, stamp: str, found: Kept) -> None:
    import numpy as np
    import orjson
    import pyarrow as pa

    arrays = found.arrays()
    told = orjson.dumps({"stamp": stamp, "names": list(arrays)})
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with pa.OSFile(str(temporary), "wb") as stream:
            for array in (np.frombuffer(told, np.uint8), *arrays.values()):
                pa.ipc.write_tensor(pa.Tensor.from_numpy(np.ascontiguousarray(array)), stream)
        os.replace(temporary, path)
        path.with_suffix(".npz").unlink(missing_ok=True)  # what an older graphkit kept
    except OSError:
        with suppress(OSError):
            temporary.unlink()
