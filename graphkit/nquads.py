"""What the rows of a table say, as lines of N-Quads, by column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphkit import terms
from graphkit.ids import Namespaces
from graphkit.schema import STATEMENTS, Table
from graphkit.tables import bare, row_ids

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RDF", "flat", "joined", "lines_of"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE = f"<{RDF}type>"


def lines_of(
    table: Table, rows: pa.Table, namespaces: Namespaces, *, graphs: bool = True
) -> Iterator[tuple[pa.Array, pa.Array]]:
    """What rows say: pairs of row numbers and N-Quads lines, both by column.

    Without ``graphs`` the lines do not name the source.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not rows.num_rows:
        return
    rows = rows.combine_chunks()
    number = pa.array(range(rows.num_rows), pa.int32())
    graph = _graph_terms(flat(rows["source"]), namespaces) if graphs else pa.scalar(".")
    if table.name == STATEMENTS:
        yield number, _statement_lines(rows, graph, namespaces)
        return

    def lines(subject: pa.Array, predicate: str, value: pa.Array) -> tuple[pa.Array, pa.Array]:
        said = pc.binary_join_element_wise(subject, predicate, value, graph, " ")
        there = pc.is_valid(said)
        return number.filter(there), said.filter(there)

    node = terms.encode("id", row_ids(table, rows), namespaces)
    # A bare row is its shortcut; it has no node.
    node = pc.if_else(flat(bare(table, rows)), pa.scalar(None, pa.string()), node)
    languages = flat(rows["language"]) if "language" in table.names else None
    encoded: dict[str, pa.Array] = {}
    for cls in (table.cls, *table.also):
        yield lines(node, TYPE, pa.repeat(pa.scalar(f"<{cls}>"), rows.num_rows))
    for column in table.columns:
        if column.property is None:
            continue
        tags = languages if column.prose else None
        encoded[column.name] = terms.encode(column.kind, flat(rows[column.name]), namespaces, tags)
        for iri in (column.property, *column.copies):
            yield lines(node, f"<{iri}>", encoded[column.name])
    for shortcut in table.shortcuts:
        yield lines(encoded[shortcut.subject], f"<{shortcut.property}>", encoded[shortcut.object])


def flat(column: Any) -> pa.Array:
    """A column in one piece."""
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _graph_terms(sources: pa.Array, namespaces: Namespaces) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = sources.dictionary_encode()
    named = terms.encode("id", coded.dictionary, namespaces)
    ends = pc.if_else(
        pc.equal(coded.dictionary, ""), ".", pc.binary_join_element_wise(named, ".", " ")
    )
    return pc.cast(ends, pa.string()).take(coded.indices)


def _statement_lines(rows: pa.Table, graph: pa.Array, namespaces: Namespaces) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    s, p, o, datatype, lang = (flat(rows[n]) for n in ("s", "p", "o", "datatype", "lang"))
    thing = pc.if_else(pc.is_null(datatype), o, pa.scalar(None, pa.string()))
    literals = terms.encode_literals(o, namespaces.expand_column(datatype), lang)
    value = pc.coalesce(terms.encode("id", thing, namespaces), literals)
    return pc.binary_join_element_wise(
        terms.encode("id", s, namespaces), terms.encode("id", p, namespaces), value, graph, " "
    )


def joined(lines: pa.Array) -> bytes:
    """The texts of an array, one after the other: its own buffer, not a loop."""
    import pyarrow as pa

    chunks = lines.chunks if isinstance(lines, pa.ChunkedArray) else [lines]
    found = []
    for chunk in chunks:
        if not len(chunk):
            continue
        _, offsets, data = chunk.buffers()
        starts = memoryview(offsets).cast("i")
        first, last = starts[chunk.offset], starts[chunk.offset + len(chunk)]
        found.append(bytes(memoryview(data)[first:last]) if data is not None else b"")
    return b"".join(found)
