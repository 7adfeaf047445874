"""Reader of Parquet: any table with headings such as ``title``, ``authors`` and ``year``.

A table that graphkit exported comes back as it was, see `graphkit.formats.own_tables`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphkit.errors import ReadError
from graphkit.formats.columns import guess_columns, to_records
from graphkit.formats.document import Document
from graphkit.formats.own_tables import graph_of_tables, own_table
from graphkit.formats.reading import Note, Reading
from graphkit.graph import KnowledgeGraph

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SUFFIXES", "VERSION", "read", "read_graph", "sniff"]

VERSION = "1"
SUFFIXES = (".parquet", ".pq")

BATCH = 10_000
MAGIC = "PAR1"


def sniff(head: str) -> bool:
    """Whether a file is Parquet.

    Parameters
    ----------
    head : str
        Its first bytes, each as one character.

    Examples
    --------
    >>> sniff("PAR1\\x15\\x04"), sniff("title,authors")
    (True, False)
    """
    return head.startswith(MAGIC)


def read_graph(
    document: Document, source: str, base: str | None = None
) -> tuple[KnowledgeGraph, list[Note]] | None:
    """Read a table that graphkit exported.

    Parameters
    ----------
    document : Document
    source : str
        Not used: the rows name their sources.
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    tuple of KnowledgeGraph and list of Note, or None
        None where the columns are not those of a table of ours.

    Raises
    ------
    ReadError
        It is damaged, or too many rows do not fit.

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> from graphkit.export import export
    >>> path = export(gk.example(), pathlib.Path(tempfile.mkdtemp(), "a.parquet"), table="authors")
    >>> kg, notes = read_graph(Document(path), "source:parquet")
    >>> kg.counts()["authors"], notes
    (174, [])
    """
    import pyarrow.parquet as pq

    with _explained(document), document.open() as stream:
        file = pq.ParquetFile(_seekable(stream))
        table = own_table(file.schema_arrow.names, document)
        if table is None:
            return None
        rows = file.read()
        rows.validate(full=True)
    return graph_of_tables(document, [(table, rows, "record")], base)


def read(document: Document, mapping: Mapping[str, str] | None = None) -> Iterator[Reading]:
    """Read a Parquet file.

    Parameters
    ----------
    document : Document
    mapping : mapping of str to str, optional
        What columns stand for, see `graphkit.formats.columns.guess_columns`.

    Yields
    ------
    Reading
        One for each 10,000 rows, its records as an Arrow table.

    Raises
    ------
    ReadError
        It is damaged, has no row, or no column is that of a title.

    Examples
    --------
    >>> import pathlib, tempfile, pyarrow as pa, pyarrow.parquet
    >>> path = pathlib.Path(tempfile.mkdtemp(), "papers.parquet")
    >>> pyarrow.parquet.write_table(pa.table({"title": ["Echoes"], "year": [1843]}), path)
    >>> [reading.records["place"].to_pylist() for reading in read(Document(path))]
    [['record 1']]
    """
    import pyarrow as pa

    count = 0
    with _explained(document), document.open() as stream:
        for batch in _batches(document, _seekable(stream), mapping):
            table = pa.Table.from_batches([batch])
            table.validate(full=True)
            places = [f"record {count + number}" for number in range(1, table.num_rows + 1)]
            count += table.num_rows
            records, notes = to_records(table, pa.array(places, pa.string()), mapping)
            yield Reading(records=records, notes=notes)
    if not count:
        raise ReadError(document, "there is no row in it")


@contextmanager
def _explained(document: Document) -> Iterator[None]:
    """Says of damage where it is."""
    import pyarrow as pa

    try:
        yield
    except ReadError:
        raise
    except (pa.ArrowException, OSError, EOFError, ValueError, OverflowError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ReadError(document, f"the file is damaged: {reason}") from None


def _batches(
    document: Document, stream: Any, mapping: Mapping[str, str] | None
) -> Iterator[pa.RecordBatch]:
    """The columns that stand for something, some rows at a time."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(stream)
    names = file.schema_arrow.names
    columns = guess_columns(names, mapping)
    if "title" not in columns:
        shown = ", ".join(names)[:200]
        reason = f"no column is called title, nor anything like it; there are: {shown}"
        raise ReadError(document, reason)
    wanted = {name for found in columns.values() for name in found}
    yield from file.iter_batches(BATCH, columns=[name for name in names if name in wanted])


def _seekable(stream: Any) -> Any:
    """Parquet is read from its end; what is unpacked on the way must be in memory for that."""
    is_file = hasattr(stream, "seek") and getattr(stream, "seekable", bool)()
    return stream if is_file else io.BytesIO(stream.read())
