"""Files as people name them: text read, and a file written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from graphkit.errors import ReadError, StorageError

__all__ = ["read_text", "write_whole"]


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a file in UTF-8.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    str

    Raises
    ------
    ReadError
        The file is not text.

    Examples
    --------
    >>> read_text(write_whole(Path(tempfile.mkdtemp(), "a.txt"), "Müller".encode()))
    'Müller'
    """
    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReadError(path, "this is not text in UTF-8; save it as text") from error


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
