"""The graph folder on disk: one Parquet file for each (table, source), and a manifest.

::

    NAME.kg/
        manifest.json                       what the graph is; replaced atomically and last
        papers/dblp.0a1b….parquet           the rows that one source gave to one table
        .lock                               held by the one process that writes
        rdf/ …                              derived by others, never touched here

A partition is named after a digest of its rows, so it is written once and never changed. A new
state is new files first and then a new manifest: whatever moment a crash chooses, the folder
opens as the old graph or as the new one. The next write sweeps away what no manifest names.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit import partitions
from graphkit.errors import StorageError
from graphkit.partitions import TABLE_NAME

if TYPE_CHECKING:  # pyarrow is heavy, so what needs it imports it
    import pyarrow as pa

__all__ = ["lock", "read", "version", "write"]

_Manifest = dict[str, Any]  # the JSON, as `_plan` makes it and `_check` lets it in
_FORMAT, _VERSION = "graphkit", 1
_MANIFEST, _LOCK, _TEMPORARY = "manifest.json", ".lock", ".tmp"
_PARTITION_NAME = re.compile(r"[A-Za-z0-9_-]+\.([0-9a-f]{32})\.parquet")


def write(path: str | os.PathLike[str], tables: Mapping[str, pa.Table], base: str) -> bool:
    """Make the folder hold exactly these tables; a crash leaves the old state or the new.

    Takes the `lock`, which the caller may hold already. ``path`` is made, with its parents,
    when it does not exist. Metadata of Arrow schemas is not kept.

    Parameters
    ----------
    path : str or os.PathLike
        The folder ``NAME.kg``.
    tables : mapping of str to pyarrow.Table
        Each with a string column ``source`` without nulls.
    base : str
        The base IRI of the graph.

    Returns
    -------
    bool
        Whether anything changed on disk. An unchanged graph touches no file.

    Examples
    --------
    >>> import tempfile, pyarrow as pa
    >>> papers = pa.table({"title": ["On graphs", "On trees"], "source": ["dblp", "acl"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [write(folder, {"papers": papers}, "https://example.org/") for _ in range(2)]
    [True, False]
    """
    folder = Path(path)
    with _explained(folder, "written"):
        state = _load(folder)
        manifest, files = _plan(tables, base)
        # Asked before taking the lock, so that an unchanged graph needs no right to write.
        if state == manifest and all(_is_whole(folder / file) for file in files):
            return False
        with lock(folder):
            old = _load(folder) or {"tables": {}}
            try:
                _write_partitions(folder, manifest, files)
                _put(folder / _MANIFEST, _render(manifest))
                _sync(folder)
            except BaseException:
                # A full disk needs the space back. What the old state names stays even if the
                # new one is in place: a folder that could not be synced may yet fall back.
                with suppress(OSError):
                    _sweep(folder, [old, manifest], keep=[old, _load(folder) or old])
                raise
            _sweep(folder, [old, manifest], keep=[manifest])
    return True


def read(path: str | os.PathLike[str]) -> tuple[dict[str, pa.Table], str]:
    """Read the tables and the base IRI; needs no lock and no right to write.

    Tables come in the order of their names, rows in the order of their sources and, within
    a source, as they were written.

    Examples
    --------
    >>> import tempfile, pyarrow as pa
    >>> papers = pa.table({"title": ["On graphs", "On trees"], "source": ["dblp", "acl"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     changed = write(folder, {"papers": papers}, "https://example.org/")
    ...     tables, base = read(folder)
    >>> base, tables["papers"].to_pydict()
    ('https://example.org/', {'title': ['On trees', 'On graphs'], 'source': ['acl', 'dblp']})
    """
    folder = Path(path)
    with _explained(folder, "read"):
        with suppress(FileNotFoundError):
            return _read_tables(folder, _open(folder))
        # A writer may have replaced the graph after we read its manifest: look again, once.
        try:
            return _read_tables(folder, _open(folder))
        except FileNotFoundError as error:
            file = Path(error.filename).relative_to(folder)
            raise _damaged(folder, file.as_posix(), "missing") from error


@contextmanager
def lock(path: str | os.PathLike[str], timeout: float = 0) -> Iterator[None]:
    """Hold the folder, made if need be, as its one writer; readers are not kept out.

    The thread that holds it may take it again, so that a caller can read, change and `write`
    under one lock. It ends with the process, even with one that is killed.

    Parameters
    ----------
    path : str or os.PathLike
        The folder ``NAME.kg``.
    timeout : float, default 0
        How many seconds to wait for another writer; below 0, for ever.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, lock(folder):
    ...     write(folder, {}, "https://example.org/")
    True
    """
    from filelock import FileLock, Timeout

    folder = Path(path)
    with _explained(folder, "written"):
        _prepare(folder)
        # The same object for the same folder is what lets a thread take it again.
        guard = FileLock(folder.resolve() / _LOCK, is_singleton=True)
        try:
            guard.acquire(timeout=timeout)
        except Timeout:
            reason = "is being written by another process or thread: try again when that is done"
            raise StorageError(folder, reason) from None
    try:
        yield
    finally:
        guard.release()


def version(path: str | os.PathLike[str]) -> str:
    """Return the stamp of the present state, for what is derived from it, such as ``rdf/``.

    The same tables and base have the same stamp, whenever and wherever they were written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
    ...     changed = [write(folder, {}, "https://example.org/") for folder in (one, two)]
    ...     version(one) == version(two)
    True
    """
    folder = Path(path)
    with _explained(folder, "read"):
        return hashlib.sha256(_render(_open(folder))).hexdigest()[:32]


def _plan(tables: Mapping[str, pa.Table], base: str) -> tuple[_Manifest, dict[str, pa.Table]]:
    """Make the manifest for these tables, and the rows of each file that it names."""
    entries: dict[str, Any] = {}
    files: dict[str, pa.Table] = {}
    for name, table in tables.items():
        # The schema stands in the manifest, not in a file, so that an empty table needs none.
        entries[name] = {"schema": partitions.describe(name, table), "partitions": {}}
        for source, rows, digest in partitions.split(table, entries[name]["schema"]):
            file = f"{name}/{partitions.slug(source)}.{digest}.parquet"
            entries[name]["partitions"][source] = {
                "file": file,
                "rows": len(rows),
                "digest": digest,
            }
            files[file] = rows
    return {"format": _FORMAT, "version": _VERSION, "base": base, "tables": entries}, files


def _write_partitions(folder: Path, manifest: _Manifest, files: Mapping[str, pa.Table]) -> None:
    places = [folder / name for name, entry in manifest["tables"].items() if entry["partitions"]]
    for place in places:
        place.mkdir(exist_ok=True)

    def write_one(part: dict[str, Any]) -> None:
        file = folder / part["file"]
        if not _is_whole(file):
            _put(file, partitions.encode(files[part["file"]], part["digest"]))

    with ThreadPoolExecutor() as pool:  # fsync waits, and compression lets other threads run
        for _ in pool.map(write_one, _parts(manifest)):
            pass  # but raise what a thread raised
    for place in [*places, folder]:
        _sync(place)


def _read_tables(folder: Path, manifest: _Manifest) -> tuple[dict[str, pa.Table], str]:
    """Read every partition; FileNotFoundError when one has gone."""
    import pyarrow as pa

    entries = sorted(manifest["tables"].items())
    todo = [part for _, entry in entries for _, part in sorted(entry["partitions"].items())]
    tables = {}
    with ThreadPoolExecutor() as pool:
        parts = pool.map(lambda part: _read_partition(folder, part), todo)
        for name, entry in entries:
            rows = list(islice(parts, len(entry["partitions"])))
            try:
                tables[name] = partitions.join(
                    rows, pa.schema(map(partitions.read_field, entry["schema"]))
                )
            except (pa.ArrowException, ValueError, KeyError) as error:
                raise _damaged(folder, name, f"not what {_MANIFEST} says: {error}") from error
    return tables, manifest["base"]


def _read_partition(folder: Path, part: dict[str, Any]) -> pa.Table:
    import pyarrow as pa

    data = (folder / part["file"]).read_bytes()  # errors of the file system go up as they are
    try:
        rows, digest = partitions.decode(data, part["rows"])
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(folder, part["file"], f"truncated or damaged: {error}") from error
    if (digest, len(rows)) != (part["digest"], part["rows"]):
        raise _damaged(folder, part["file"], f"not the one that {_MANIFEST} names")
    return rows


def _is_whole(file: Path) -> bool:
    """Whether a partition is there to its end, so that it need not be written again."""
    try:
        with open(file, "rb") as stream:
            stream.seek(-4, os.SEEK_END)
            return stream.read() == b"PAR1"
    except OSError:
        return False


def _put(target: Path, data: bytes) -> None:
    """Write a file that is there in full or, after a crash, not at all."""
    temporary = target.with_name(target.name + _TEMPORARY)
    try:
        with open(temporary, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _sync(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no way to ask for it."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep(folder: Path, states: Iterable[_Manifest], keep: Iterable[_Manifest]) -> None:
    """Remove from the table folders of ``states`` the partitions that ``keep`` does not name.

    Other folders might be somebody's own copies. What cannot be removed (Windows, while someone
    reads it) is left to the next write.
    """
    kept = {part["file"] for state in keep for part in _parts(state)}
    for place in {folder / table for state in states for table in state["tables"]}:
        with suppress(OSError):
            for name in os.listdir(place):
                ours = _PARTITION_NAME.fullmatch(name.removesuffix(_TEMPORARY))
                if ours and f"{place.name}/{name}" not in kept:
                    with suppress(OSError):
                        (place / name).unlink()
            place.rmdir()  # fails, as it should, unless it is empty


def _parts(manifest: _Manifest) -> Iterator[dict[str, Any]]:
    return (part for entry in manifest["tables"].values() for part in entry["partitions"].values())


def _render(manifest: _Manifest) -> bytes:
    return (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _open(folder: Path) -> _Manifest:
    """Read the manifest, or say why there is none."""
    if manifest := _load(folder):
        return manifest
    if not folder.exists():
        raise StorageError(folder, "does not exist: check the path, or build it first")
    if foreign := _foreign(folder):
        reason = f"holds {foreign!r} but no {_MANIFEST}: give the path of a graph folder (NAME.kg)"
        raise StorageError(folder, reason)
    raise StorageError(folder, "was never finished: build it again")


def _load(folder: Path) -> _Manifest | None:
    """Read the manifest and check it; None when there is none."""
    if folder.exists() and not folder.is_dir():
        raise StorageError(folder, "is a file, not a graph folder (NAME.kg): give another path")
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(folder, _MANIFEST, f"truncated or not JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise StorageError(folder, f"its {_MANIFEST} is not graphkit's: give another path")
    found = manifest.get("version")
    if isinstance(found, int) and found > _VERSION:
        known = f"(format {found}, this one reads up to {_VERSION})"
        raise StorageError(folder, f"was made by a newer graphkit {known}: upgrade graphkit-kg")
    try:
        _check(manifest)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, _MANIFEST, f"not as graphkit writes it: {error}") from error
    return manifest


def _check(manifest: Any) -> None:
    """Raise unless the manifest has the shape that the rest of this module relies on."""
    if not isinstance(manifest["version"], int) or not isinstance(manifest["base"], str):
        raise ValueError("version or base")
    for name, entry in manifest["tables"].items():
        if not TABLE_NAME.fullmatch(name) or not all(": " in line for line in entry["schema"]):
            raise ValueError(f"table {name!r}")
        for part in entry["partitions"].values():
            place, _, file = part["file"].partition("/")
            named = _PARTITION_NAME.fullmatch(file)
            # This is what keeps "../../x.parquet" and "/x.parquet" from being opened.
            if place != name or not named or named[1] != part["digest"]:
                raise ValueError(f"{part['file']!r} cannot be a partition of {name}")
            if not isinstance(part["rows"], int):
                raise ValueError(f"rows of {part['file']!r}")


def _prepare(folder: Path) -> None:
    """Make the folder, or refuse one that is not ours to write into."""
    if _load(folder) is None and folder.exists() and (foreign := _foreign(folder)):
        reason = f"holds {foreign!r} but no {_MANIFEST}: choose an empty or a new folder"
        raise StorageError(folder, reason)
    if not folder.exists():
        folder.mkdir(parents=True)
        _sync(folder.parent)


def _foreign(folder: Path) -> str | None:
    """Name something in the folder that no write of ours, even a killed one, leaves there."""
    for entry in sorted(folder.iterdir()):
        ours = entry.name in (_LOCK, _MANIFEST + _TEMPORARY)
        if not ours and TABLE_NAME.fullmatch(entry.name) and entry.is_dir():
            names = (name.removesuffix(_TEMPORARY) for name in os.listdir(entry))
            ours = all(map(_PARTITION_NAME.fullmatch, names))
        if not ours:
            return entry.name
    return None


@contextmanager
def _explained(folder: Path, done: str) -> Iterator[None]:
    """Turn errors of the operating system into one line that says what to do."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        advice = "give it room and permission, or use another folder"
        reason = f"cannot be {done} ({error.strerror or error}): {advice}"
        raise StorageError(folder, reason) from error


def _damaged(folder: Path, what: str, why: str) -> StorageError:
    line = " ".join(why.split())
    return StorageError(folder, f"{what} is {line}; restore it, or delete the folder and rebuild")
