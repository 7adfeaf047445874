"""Data frames in memory -> graphs: the same headings as in a CSV file, the rows as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.errors import ReadError
from graphkit.formats import gathered, with_source
from graphkit.formats.columns import guess_columns, to_records
from graphkit.formats.reading import Reading
from graphkit.graph import KnowledgeGraph

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["from_frame"]

READER = "graphkit.formats.frame 1"


def from_frame(
    frame: pd.DataFrame | pa.Table | Any,
    *,
    columns: Mapping[str, str] | None = None,
    name: str = "frame",
    base: str | None = None,
) -> KnowledgeGraph:
    """Read a data frame with one paper a row.

    Parameters
    ----------
    frame : pandas.DataFrame, pyarrow.Table or any table that Arrow can take, such as polars'
        Columns are known by their headings, as those of a CSV file: ``title``, ``authors``
        (a list, or a text as ``"Lovelace, Ada; Hopper, Grace"``), ``year``, ``doi``,
        ``journal`` and so on, see `graphkit.formats.columns.guess_columns`.
    columns : mapping of str to str, optional
        What stands under which heading, such as ``{"title": "Titel"}``.
    name : str
        What the source is called.
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    KnowledgeGraph
        One source, named after the contents, so that the same frame read twice is one. The
        place of each row is its label in pandas' index, else its number from 1.

    Raises
    ------
    ReadError
        No column is that of a title, there is no row, or it is no table.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"Titel": ["Echoes"], "Autoren": ["Ada Lovelace; Grace Hopper"]})
    >>> kg = from_frame(frame, columns={"title": "Titel", "authors": "Autoren"})
    >>> kg
    <KnowledgeGraph: 1 paper · 2 people · 1 source>
    >>> kg.papers["place"][0]
    'row 0'
    """
    import pyarrow as pa

    table, labels = _arrow(frame, name)
    found = guess_columns(table.column_names, columns)
    wanted = {heading for headings in found.values() for heading in headings}
    if "title" not in found:
        shown = ", ".join(table.column_names)[:200]
        reason = f"no column is called title, nor anything like it; there are: {shown}"
        raise ReadError(name, reason)
    if not table.num_rows:
        raise ReadError(name, "there is no row in it")
    table = table.select([heading for heading in table.column_names if heading in wanted])
    digest = _digest(table, labels)
    way = f"{READER} {sorted((columns or {}).items())}"
    row = {
        "id": f"source:frame-{hashlib.sha256(f'{way} {digest}'.encode()).hexdigest()[:12]}",
        "uri": name,
        "format": "frame",
        "sha256": digest,
        "reader": READER,
    }
    places = pa.array([f"row {label}" for label in labels], pa.string())
    parts, _, notes = gathered(_readings(table, places, columns), name)
    return KnowledgeGraph(with_source(parts, notes, row), base=base)


def _readings(
    table: pa.Table, places: pa.Array, columns: Mapping[str, str] | None
) -> Iterator[Reading]:
    records, notes = to_records(table, places, columns)
    yield Reading(records=records, notes=notes)


def _arrow(frame: Any, name: str) -> tuple[pa.Table, list[object]]:
    """A frame as an Arrow table, and what its rows are called."""
    import pyarrow as pa

    if hasattr(frame, "iloc") and hasattr(frame, "columns"):
        headings = list(_unique(str(heading) for heading in frame.columns))
        found = [_column(frame.iloc[:, number]) for number in range(len(headings))]
        return pa.table(found, names=headings), list(frame.index)
    try:
        table = frame if isinstance(frame, pa.Table) else pa.table(frame)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise ReadError(name, f"this is no table: {error}") from None
    return table.rename_columns(list(_unique(table.column_names))), [
        number + 1 for number in range(table.num_rows)
    ]


def _column(series: Any) -> pa.Array:
    """A column of pandas; one of several kinds becomes texts, as it would in a CSV file."""
    import pandas as pd
    import pyarrow as pa

    try:
        found = pa.array(series, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        texts = [_text(value, pd) for value in series]
        found = pa.array(texts, pa.string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _text(value: object, pd: Any) -> str | None:
    if isinstance(value, list | tuple | set):
        return "; ".join(str(part) for part in value)
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    return str(value)


def _unique(headings: Iterator[str] | list[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        yield heading if seen[heading] == 1 else f"{heading} ({seen[heading]})"


def _digest(table: pa.Table, labels: list[object]) -> str:
    """SHA-256 of what the rows say, however they lie in memory."""
    found = hashlib.sha256(json.dumps(table.column_names).encode())
    for label, row in zip(labels, table.to_pylist(), strict=True):
        line = json.dumps([str(label), *row.values()], ensure_ascii=True, default=str)
        found.update(line.encode() + b"\n")
    return found.hexdigest()
