"""The rows that one source gave to one table: their digest, and their bytes on disk.

Equal rows have one digest, whoever made them and however they lie in memory.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphkit.errors import SchemaError

if TYPE_CHECKING:  # pyarrow is heavy, so what needs it imports it
    import pyarrow as pa

__all__ = ["TABLE_NAME", "decode", "describe", "encode", "join", "read_field", "slug", "split"]

TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DEVICE_NAME = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.IGNORECASE)  # not files on Windows
# Up to here a partition is one page a column, without a dictionary, and read by one thread:
# a page costs a zstd context, which is what reading thousands of small files mostly waits for.
_SMALL = 10_000


def describe(name: str, table: pa.Table) -> list[str]:
    """Write each column down as ``name: type``, or say what keeps the table from being kept."""
    if not TABLE_NAME.fullmatch(name):
        raise SchemaError(f"{name!r} cannot name a table: use a-z, 0-9 and _, a letter first")
    source = _plain(table["source"]) if table.column_names.count("source") == 1 else None
    if source is None or source.null_count or str(source.type) not in ("string", "large_string"):
        raise SchemaError(f"table {name}: needs one column 'source', of strings without nulls")
    lines = [f"{f.name}: {f.type}{'' if f.nullable else ' not null'}" for f in table.schema]
    for line, field, column in zip(lines, table.schema, table.columns, strict=True):
        try:
            kept = read_field(line).equals(field) and len(_typed(_plain(column), field.type)) >= 0
        except ValueError:
            kept = False
        if not kept or (column.null_count and not field.nullable):
            raise SchemaError(f"table {name}: a graph folder cannot hold the column '{line}'")
    return lines


def read_field(line: str) -> pa.Field:
    """Read ``name: type`` back; ValueError for a type that a folder cannot hold."""
    import pyarrow as pa

    name, _, kind = line.rpartition(": ")
    return pa.field(name, _type(kind.removesuffix(" not null")), not kind.endswith(" not null"))


def _type(name: str) -> pa.DataType:
    import pyarrow as pa

    if match := re.fullmatch(r"dictionary<values=(.+), indices=(\w+), ordered=0>", name):
        return pa.dictionary(_type(match[2]), _type(match[1]))
    if match := re.fullmatch(r"timestamp\[(\w+), tz=(.+)\]", name):
        return pa.timestamp(match[1], match[2])
    kind = pa.type_for_alias(name)
    if pa.types.is_primitive(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return kind
    raise ValueError(f"unknown type {name!r}")


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    import pyarrow as pa

    return (column.dictionary_encode() if pa.types.is_dictionary(kind) else column).cast(kind)


def split(table: pa.Table, lines: list[str]) -> Iterator[tuple[str, pa.Table, str]]:
    """Yield (source, rows, digest) for each source, dictionary columns as plain values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.table([_plain(column) for column in table.columns], names=table.column_names)
    if len(table["source"].unique()) > 1:
        table = table.take(pc.sort_indices(table["source"]))  # stable: rows stay in their order
    comparable, start = [part for column in table.columns for part in _comparable(column)], 0
    for source in table["source"].value_counts().to_pylist():
        rows = table.slice(start, source["counts"])
        digest = hashlib.sha256("\n".join([*lines, str(len(rows))]).encode())
        for column in comparable:
            for chunk in column.slice(start, len(rows)).chunks:
                digest.update(_bytes(chunk))
        yield source["values"], rows, digest.hexdigest()[:32]
        start += len(rows)


def _comparable(column: pa.ChunkedArray) -> Iterator[pa.ChunkedArray]:
    """Yield columns without nulls and bits that together say what this one says.

    Arrow leaves open what lies under a null, in the last bits of a bitmap and around a slice,
    and its IPC format passes it on; equal rows need equal bytes.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.uint8() if pa.types.is_boolean(column.type) else column.type
    # Not pa.scalar: that imports pandas.
    nothing = [None, pa.py_buffer(bytes(16)), pa.py_buffer(b"")][: kind.num_buffers]
    values = column.cast(kind).fill_null(pa.Array.from_buffers(kind, 1, nothing)[0])
    yield column.is_valid().cast(pa.uint8())
    if not pa.types.is_primitive(kind):
        yield pc.binary_length(values)
    yield values


def _bytes(array: pa.Array) -> memoryview:
    """Show the bytes of the values: no copy, no offsets, nothing of what lies around them."""
    _, *places, data = array.buffers()
    start, stop = array.offset, array.offset + len(array)
    if places:  # strings lie between offsets
        width = 4 if array.type == "string" else 8
        offsets = memoryview(places[0])[start * width : (stop + 1) * width]
        ends = offsets.cast("i") if width == 4 else offsets.cast("q")
        return memoryview(data or b"")[ends[0] : ends[-1]]
    width = array.type.bit_width // 8
    return memoryview(data)[start * width : stop * width]


def slug(source: str) -> str:
    """Make a readable name that every file system takes; the digest keeps it distinct."""
    letters = unicodedata.normalize("NFKD", source).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", letters)[:48].strip("-") or "source"
    return f"{slug}-" if _DEVICE_NAME.fullmatch(slug) else slug


def encode(rows: pa.Table, digest: str) -> pa.Buffer:
    """The Parquet file of a partition."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        rows.schema,
        compression="zstd",
        use_dictionary=len(rows) > _SMALL,
        write_page_checksum=True,
        store_schema=False,  # the manifest has it
    ) as writer:
        writer.write_table(rows)
        writer.add_key_value_metadata({"graphkit": digest})
    return sink.getvalue()


def decode(data: bytes, rows: int) -> tuple[pa.Table, str]:
    """Rows and digest of a partition of about so many rows; ValueError and the like if damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
        digest = (file.metadata.metadata or {}).get(b"graphkit", b"").decode("ascii", "replace")
        return file.read(use_threads=rows > _SMALL).replace_schema_metadata(None), digest


def join(parts: list[pa.Table], schema: pa.Schema) -> pa.Table:
    """Put the partitions of a table together, each column in one piece and of its type."""
    import pyarrow as pa

    if not parts:
        return schema.empty_table()
    rows = pa.concat_tables(parts).combine_chunks()
    return pa.table([_typed(rows[field.name], field.type) for field in schema], schema=schema)
