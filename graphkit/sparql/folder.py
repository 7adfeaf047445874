"""The store beside the tables: derived from them, stamped, and made anew when need be.

::

    NAME.kg/rdf/
        STAMP/                  an Oxigraph store of the tables with that stamp
        STAMP/graphkit.json     the sizes of its files when it was whole
        .lock                   held by the one process that builds
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from graphkit.sparql import worker

__all__ = ["STORES", "fill", "is_whole", "stored"]

STORES = "rdf"
SIZES = "graphkit.json"
LAYOUT = 2
"""To be raised when stores are filled in another way."""
UNFINISHED = ".new-"


def stored(graph: Path, stamp: str, blocks: Callable[[], Iterator[bytes]]) -> Path:
    """The folder of a store that holds what a graph folder with this stamp says.

    Parameters
    ----------
    graph : pathlib.Path
        The folder ``NAME.kg``.
    stamp : str
        Of `graphkit.storage.version`.
    blocks : callable
        Gives the N-Quads to fill the store with, if there is none yet.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OSError
        There is none and none can be made here.
    """
    import pyoxigraph
    from filelock import FileLock

    engine = ".".join(pyoxigraph.__version__.split(".")[:2])
    stores = graph / STORES
    place = stores / f"{stamp}-{LAYOUT}-{engine}"
    if is_whole(place):
        return place
    stores.mkdir(exist_ok=True)
    with FileLock(stores / ".lock"):
        # Another process may have built it while this one waited.
        if not is_whole(place):
            for old in stores.iterdir():
                if old.is_dir():
                    shutil.rmtree(old, ignore_errors=True)
            new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=stores))
            try:
                fill(new, blocks())
                new.rename(place)
            except BaseException:
                shutil.rmtree(new, ignore_errors=True)
                raise
    return place


def fill(place: Path, blocks: Iterator[bytes]) -> None:
    """Make a store in an empty folder."""
    import pyoxigraph

    place.chmod(0o755)
    store = pyoxigraph.Store(place)
    worker.load(store, blocks)
    # One level of files in place of many: look-ups take half the time.
    store.optimize()
    store.flush()
    del store
    (place / SIZES).write_text(json.dumps(_sizes(place)))


def is_whole(place: Path) -> bool:
    """Whether a store is there with all that it consisted of.

    Oxigraph finds what is damaged inside a file, but opens a store whose manifest was cut short
    as an empty one.
    """
    with suppress(OSError, ValueError):
        return bool(json.loads((place / SIZES).read_text()) == _sizes(place))
    return False


def _sizes(place: Path) -> dict[str, int]:
    # Logs of the engine itself grow when a store is opened.
    return {
        file.name: file.stat().st_size
        for file in sorted(place.iterdir())
        if file.suffix == ".sst" or file.name.startswith(("MANIFEST", "CURRENT"))
    }
