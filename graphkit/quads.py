"""Statements -> rows: what the schema knows of them, and the rest as statements.

A row is read only where all that it would write is there, so that writing it again gives
back what was read and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit import terms
from graphkit.conforming import conform
from graphkit.errors import ReadError
from graphkit.ids import Namespaces
from graphkit.nquads import RDF, flat, lines_of
from graphkit.schema import STATEMENTS, Table, schema
from graphkit.tables import empty, row_ids

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Quads", "split"]

XSD_STRING = terms.XSD + "string"
NODE = r"<[^>]+>|_:[^\s<>\"]+"
STRING = r"\"(?:[^\"\\]|\\[tbnrf\"'\\uU])*\"(?:\^\^<[^>]+>|@[A-Za-z0-9-]+)?"
QUAD = (
    rf"^[ \t]*(?P<s>{NODE})[ \t]*(?P<p><[^>]+>)[ \t]*(?P<o>{NODE}|{STRING})"
    rf"[ \t]*(?P<g>{NODE})?[ \t]*\.[ \t]*(?:#.*)?\r?\n?$"
)


def split(data: bytes | str, namespaces: Namespaces) -> pa.Table:
    """Lines -> columns s, p, o, g of tidy terms; g is "" in the default graph."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lines = _text_lines(data)
    parts = pc.extract_regex(lines, QUAD)
    if parts.null_count:
        unread = lines.filter(pc.is_null(parts))
        wrong = unread.filter(pc.match_substring_regex(unread, r"^\s*[^\s#]"))
        if len(wrong):
            at = pc.index(lines, wrong[0]).as_py() + 1
            shown = wrong[0].as_py().strip()[:80]
            raise ReadError("RDF", f"not a statement of RDF 1.1: {shown!r}", f"line {at}")
        parts = parts.drop_null()
    columns = {}
    for name in "spog":
        column = pc.struct_field(parts, name).cast(pa.string())
        columns[name] = _skolemised(terms.tidy_terms(column), namespaces)
    return pa.table(columns)


def _text_lines(data: bytes | str) -> pa.Array:
    """The lines of a text with their ends, as an array over its own bytes."""
    import numpy as np
    import pyarrow as pa

    text = data.encode() if isinstance(data, str) else data
    # Only \n ends a line of N-Quads; str.splitlines would also cut at U+2028 inside a text.
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate([[0], ends, [len(text)]]).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    lines = pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
    try:
        lines.validate(full=True)
    except pa.ArrowInvalid:
        raise ReadError("RDF", "the text is not in UTF-8") from None
    return lines


def _skolemised(column: pa.Array, namespaces: Namespaces) -> pa.Array:
    import pyarrow.compute as pc

    if not pc.any(pc.starts_with(column, "_:")).as_py():
        return column
    genid = namespaces.base + ".well-known/genid/"
    return pc.replace_substring_regex(column, r"^_:(\S+)$", rf"<{genid}\1>")


class Quads:
    """Statements, indexed for reading rows out of them.

    A *place* is a pair of subject and graph: what one source says of one thing.
    """

    def __init__(self, quads: pa.Table, namespaces: Namespaces) -> None:
        import pyarrow.compute as pc

        g = flat(quads["g"])
        end = pc.if_else(pc.equal(g, ""), ".", pc.binary_join_element_wise(g, ".", " "))
        line = pc.binary_join_element_wise(*(flat(quads[name]) for name in "spo"), end, " ")
        self.line = pc.unique(line)
        if len(self.line) < len(line):
            quads = quads.take(pc.index_in(self.line, line))
        self.namespaces = namespaces
        self.s, self.p, self.o, self.g = (flat(quads[name]) for name in "spog")
        self.source = self._sources()
        self.place = (
            pc.binary_join_element_wise(self.s, self.g, " ").dictionary_encode().indices.to_numpy()
        )
        predicates = self.p.dictionary_encode()
        self._predicates = {
            term: code for code, term in enumerate(predicates.dictionary.to_pylist())
        }
        self._predicate = predicates.indices.to_numpy()
        self._object = self.o.dictionary_encode().indices.to_numpy().astype("int64")

    def _sources(self) -> pa.Array:
        import pyarrow.compute as pc

        decoded, _ = terms.decode("id", self.g, self.namespaces)
        return pc.fill_null(decoded, "")

    def having(self, iri: str, among: Any = None) -> Any:
        """Numbers of the statements with this predicate, at these places if any are given."""
        import numpy as np

        found = np.flatnonzero(self._predicate == self._predicates.get(f"<{iri}>", -1))
        return found if among is None else found[np.isin(self.place[found], among)]

    def tables(self, leave: Collection[str] = ()) -> dict[str, pa.Table]:
        """All tables; what none of them says is in ``statements``.

        Parameters
        ----------
        leave : collection of str
            Tables that are not read.
        """
        import numpy as np
        import pyarrow as pa

        found = {}
        said = np.zeros(len(self.line), dtype=bool)
        for name, table in schema().tables.items():
            if name == STATEMENTS or name in leave:
                continue
            rows = self._rows(table, said)
            bare_rows = self._bare(table, said)
            found[name] = pa.concat_tables([rows, bare_rows]).combine_chunks()
        found[STATEMENTS] = self._statements(pa.array(~said))
        return found

    def _rows(self, table: Table, said: Any) -> pa.Table:
        """The rows that have nodes."""
        places = self._places(table)
        if not len(places):
            return empty(table)
        return self._sayable(table, self._told(table, places), said)

    def _places(self, table: Table) -> Any:
        """The places that have all classes of a table, sorted."""
        import numpy as np

        typed, codes, known = self._classes
        places: Any = None
        for cls in (table.cls, *table.also):
            found = np.unique(typed[codes == known.get(f"<{cls}>", -1)])
            places = found if places is None else np.intersect1d(places, found, assume_unique=True)
        return places

    @cached_property
    def _classes(self) -> tuple[Any, Any, dict[str, int]]:
        """The places that have classes, a code for each class of theirs, and the codes."""
        import pyarrow as pa

        typed = self.having(f"{RDF}type")
        coded = self.o.take(pa.array(typed)).dictionary_encode()
        known = {term: code for code, term in enumerate(coded.dictionary.to_pylist())}
        return self.place[typed], coded.indices.to_numpy(), known

    def _told(self, table: Table, places: Any) -> pa.Table:
        """Candidates: what the columns of a table can take at each place."""
        import numpy as np
        import pyarrow as pa

        first = np.full(self.place.max(initial=-1) + 1, -1)
        first[self.place[::-1]] = np.arange(len(self.place))[::-1]
        at = pa.array(first[places])
        columns: dict[str, pa.Array] = {"source": self.source.take(at)}
        if table.has_id:
            columns["id"], _ = terms.decode("id", self.s.take(at), self.namespaces)
        spoken = _Language(len(places))
        for column in table.columns:
            if column.property is not None:
                number = self._cell_numbers(column, places)
                cells, tags = terms.decode(
                    column.kind, self.o.take(number), self.namespaces, prose=column.prose
                )
                columns[column.name] = spoken.agree(cells, tags) if column.prose else cells
        if "language" in table.names:
            columns["language"] = spoken.tags
        rows = pa.table(columns)
        if not table.has_id:
            rows = self._named(table, rows, self.s.take(at))
        return rows

    def _cell_numbers(self, column: Any, places: Any) -> pa.Array:
        """For each place the number of the statement that fills this column, or null."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        numbers = self.having(column.property, places)
        for copy in column.copies:
            # A value that its copy does not repeat could not be written again.
            copies = self.having(copy, places)
            pair = [
                self.place[rows].astype("int64") << 32 | self._object[rows]
                for rows in (numbers, copies)
            ]
            numbers = numbers[np.isin(*pair)]
        if column.kind == "class":
            allowed = pa.array([f"<{iri}>" for iri in column.values])
            numbers = numbers[
                pc.is_in(self.o.take(pa.array(numbers)), allowed).to_numpy(zero_copy_only=False)
            ]
        slots = np.searchsorted(places, self.place[numbers])
        if len(numbers) and np.bincount(slots).max() > 1:
            # Of several values the least in the alphabet fills the cell; the others are statements.
            order = pc.array_sort_indices(self.o.take(pa.array(numbers))).to_numpy()
            numbers, slots = numbers[order], slots[order]
        chosen = np.full(len(places), -1)
        chosen[slots[::-1]] = numbers[::-1]
        return pa.array(chosen, mask=chosen < 0)

    def _named(self, table: Table, rows: pa.Table, subjects: pa.Array) -> pa.Table:
        """Link rows whose node is named as the schema names it."""
        import pyarrow as pa
        import pyarrow.compute as pc

        needed = {part.rpartition("|")[2] for part in table.key}
        needed |= {end for s in table.shortcuts for end in (s.subject, s.object)}
        whole = pa.repeat(True, rows.num_rows)
        for name in needed:
            whole = pc.and_(whole, pc.is_valid(rows[name]))
        ids = terms.encode("id", row_ids(table, rows), self.namespaces)
        return rows.filter(pc.and_(whole, pc.equal(ids, subjects)))

    def _sayable(self, table: Table, rows: pa.Table, said: Any) -> pa.Table:
        """The rows all of whose lines are there; those lines are marked as said."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = conform(table, rows, self.namespaces)
        parts = list(lines_of(table, rows, self.namespaces))
        if not parts:
            return rows
        # All at once, since each look-up goes through all lines of the graph.
        number = np.concatenate([number.to_numpy() for number, _ in parts])
        lines = pa.concat_arrays([lines for _, lines in parts])
        at = pc.fill_null(pc.index_in(lines, self.line), -1).to_numpy()
        lost = np.zeros(rows.num_rows, dtype=bool)
        lost[number[at < 0]] = True
        said[at[~lost[number]]] = True
        return rows.filter(pa.array(~lost))

    def _bare(self, table: Table, said: Any) -> pa.Table:
        """Rows for shortcuts that stand without a node."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if table.has_id or not table.shortcuts:
            return empty(table)
        shortcut = table.shortcuts[0]
        numbers = self.having(shortcut.property)
        numbers = numbers[~said[numbers]]
        if not len(numbers):
            return empty(table)
        at = pa.array(numbers)
        ends = {}
        for name, column in ((shortcut.subject, self.s), (shortcut.object, self.o)):
            kind = table.column(name).kind
            ends[name], _ = terms.decode(kind, column.take(at), self.namespaces)
        rows = pa.table({**ends, "source": self.source.take(at)})
        whole = pc.and_(*(pc.is_valid(cells) for cells in ends.values()))
        return self._sayable(table, rows.filter(whole), said)

    def _statements(self, rest: pa.Array) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        objects = self.o.filter(rest)
        things, _ = terms.decode("id", objects, self.namespaces)
        body, datatype, lang = terms.split_literals(objects)
        tag = pc.if_else(pc.equal(lang, ""), pa.scalar(None, pa.string()), lang)
        typed = pc.if_else(pc.equal(datatype, ""), XSD_STRING, datatype)
        typed = pc.if_else(pc.is_valid(tag), f"{RDF}langString", typed)
        columns = {
            "s": terms.decode("id", self.s.filter(rest), self.namespaces)[0],
            "p": terms.decode("id", self.p.filter(rest), self.namespaces)[0],
            "o": pc.coalesce(things, body),
            "datatype": self.namespaces.compress_column(typed),
            "lang": tag,
            "source": self.source.filter(rest),
        }
        return conform(schema().table(STATEMENTS), pa.table(columns), self.namespaces)


class _Language:
    """The one language of each row: that of its first prose; prose in another is no cell."""

    def __init__(self, rows: int) -> None:
        import pyarrow as pa

        self.tags = pa.nulls(rows, pa.string())
        self._decided = pa.repeat(False, rows)

    def agree(self, cells: pa.Array, tags: pa.Array) -> pa.Array:
        """The cells that are in the language of their row."""
        import pyarrow as pa
        import pyarrow.compute as pc

        new = pc.and_(pc.is_valid(cells), pc.invert(self._decided))
        self.tags = pc.if_else(new, tags, self.tags)
        self._decided = pc.or_(self._decided, pc.is_valid(cells))
        same = pc.equal(pc.fill_null(tags, ""), pc.fill_null(self.tags, ""))
        return pc.if_else(same, cells, pa.scalar(None, cells.type))
