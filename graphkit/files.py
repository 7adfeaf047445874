"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from graphkit.errors import StorageError

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], data: bytes) -> Path:
    """Put a file in the place of another in one step: a crash leaves the old or the new one.

    Parameters
    ----------
    path : path-like
        Its folder is made if need be.
    data : bytes

    Returns
    -------
    pathlib.Path
        The path.

    Raises
    ------
    StorageError
        It cannot be written.

    Examples
    --------
    >>> folder = tempfile.mkdtemp()
    >>> write_whole(Path(folder, "new", "a.txt"), b"text").read_text()
    'text'
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:40]}.") as folder:
            # A file opened the usual way gets the usual permissions, unlike one from mkstemp.
            fresh = Path(folder, "new")
            with fresh.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, path)
    except OSError as error:
        raise StorageError(path, f"cannot be written: {error.strerror or error}") from None
    return path
