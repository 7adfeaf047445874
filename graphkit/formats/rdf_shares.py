"""Statements of a file that is too large to be held: on disk, in shares that are read one by one.

What one row needs must lie in one share: the statements on its node, and those on the things that
its shortcuts start from. Such nodes are bound together, and what is bound, directly or by others,
has one share; the rest is spread by a hash. What a translation has to know of nodes elsewhere,
their classes and statements that turn round, is told to a share as well.

In memory are hashes alone, and only of nodes that are bound or have a class that we know.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graphkit.attribution import PARTS, STATED_BY, typed_sources, with_hash
from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.mappings import BEHIND, INVERSES, LISTS, iri, matches, tables_of_class
from graphkit.nquads import RDF, flat
from graphkit.schema import Table, schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Share", "Statements"]

SHARE = 50_000  # statements; about 200 MB while rows are made of them
MOST_SHARES = 400  # files that are open at once
TYPE = f"<{RDF}type>"


class Share:
    """Statements that can be read on their own.

    Attributes
    ----------
    quads : pyarrow.Table
        Columns s, p, o, g.
    beside : pyarrow.Table
        Statements of other shares that say something of nodes of this one, turned round.
    """

    def __init__(self, quads: pa.Table, beside: pa.Table, known: _Classes | None = None) -> None:
        self.quads, self.beside, self._known = quads, beside, known

    def classes(self, graph: str) -> dict[str, dict[str, Table]]:
        """The tables of the nodes that are spoken of here, whichever share describes them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._known is None:
            return {}
        named = [self.quads["o"], self.beside["s"]]
        where = pa.chunked_array([chunk for column in named for chunk in column.chunks])
        nodes = flat(pc.unique(where.filter(pc.starts_with(where, "<"))))
        return self._known.of(nodes, graph)


class Statements:
    """All statements of a document, in one share or in several.

    Parameters
    ----------
    blocks : iterable of pyarrow.Table
        Columns s, p, o, g of terms, as `graphkit.quads.split` gives them.
    document : Document
        For messages.

    Attributes
    ----------
    count : int
    """

    def __init__(self, blocks: Iterable[pa.Table], document: Document) -> None:
        self._document = document
        self._stack = ExitStack()
        self.count = 0
        self._stated = False
        self._graphs: dict[str, None] = {}
        self._typed: dict[str, None] = {}
        self._hashed: set[str] = set()
        self._held: list[pa.Table] = []
        self._spool: _Spool | None = None
        with self._stack, self._room():
            for block in blocks:
                self._add(block)
            if self._spool is not None:
                self._spool.close()
            self._stack = self._stack.pop_all()

    def __enter__(self) -> Statements:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def graphs(self) -> list[str]:
        """The terms of all graphs, "" for the default one."""
        return list(self._graphs)

    @property
    def described(self) -> list[str]:
        """What is described as a source that graphkit has read."""
        return [source for source in self._typed if source in self._hashed]

    @property
    def attributed(self) -> bool:
        """Whether triples tell who states them."""
        return self._stated and self.graphs == [""]

    def shares(self, foreign: bool) -> Iterator[Share]:
        """Shares, each once.

        Parameters
        ----------
        foreign : bool
            Whether there is something to translate.
        """
        import pyarrow as pa

        if self._spool is None:
            quads = pa.concat_tables(self._held).combine_chunks()
            yield Share(quads, quads.slice(0, 0))
            return
        with self._room():
            number = min(MOST_SHARES, -(-self.count // SHARE))
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
            self._spool.spread(folder, number, foreign)
        for path in sorted(folder.iterdir()):
            rows = _read(path)
            yield Share(
                rows.filter(rows["own"]).drop_columns(["own"]).combine_chunks(),
                rows.filter(_not(rows["own"])).drop_columns(["own"]).combine_chunks(),
                self._spool.classes if foreign else None,
            )

    def _room(self) -> Any:
        return _explained(self._document)

    def _add(self, quads: pa.Table) -> None:
        import pyarrow.compute as pc

        self.count += quads.num_rows
        stated = pc.and_(pc.equal(quads["p"], STATED_BY), pc.starts_with(quads["o"], "<"))
        self._stated = self._stated or bool(pc.any(stated).as_py())
        self._graphs |= dict.fromkeys(pc.unique(quads["g"]).to_pylist())
        self._typed |= dict.fromkeys(typed_sources(quads))
        self._hashed |= with_hash(quads)
        if self._spool is None and self.count > SHARE:
            folder = self._stack.enter_context(tempfile.TemporaryDirectory())
            self._spool = _Spool(Path(folder, "statements.arrow"))
            while self._held:
                self._spool.add(self._held.pop(0))
        if self._spool is None:
            self._held.append(quads)
        else:
            self._spool.add(quads)


class _explained:
    """Says what to do where the disk is full."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, OSError):
            reason = f"needs room for its statements on disk ({error}): give it, or set TMPDIR"
            raise ReadError(self._document, reason) from error


class _Spool:
    """Statements in a file, in the order in which they come, and what binds their nodes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Any = None
        self.classes = _Classes()
        self._bonds: list[tuple[Any, Any]] = []
        # What binds only if it is a row of a certain table that is there.
        self._rows: list[tuple[_Bond, Any, Any, Any]] = []

    def add(self, quads: pa.Table) -> None:
        """Take some statements."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._writer is None:
            self._writer = _writer(self._path, quads.schema.append(pa.field("h", pa.uint64())))
        of = _hashes(flat(quads["s"]))
        self._writer.write_table(quads.append_column("h", pa.array(of)))
        self.classes.add(quads)
        points = pc.starts_with(quads["o"], "<")
        for bond in _bonds():
            mask = pc.and_(points, pc.is_in(quads["p"], pa.array(bond.predicates, pa.string())))
            if not pc.any(mask).as_py():
                continue
            said = quads.filter(mask)
            s, o, g = (_hashes(flat(said[name])) for name in "sog")
            if not bond.table:
                self._bonds.append((s, o))
                continue
            row, thing = (o, s) if bond.turned else (s, o)
            self._rows.append((bond, row, thing, g))

    def close(self) -> None:
        """No more is coming."""
        self._writer.close()

    def spread(self, folder: Path, number: int, foreign: bool) -> None:
        """Write so many shares, one file each."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        self.classes.close()
        for bond, row, thing, graph in self._rows:
            binds = self.classes.are(_places(row, graph), bond.table)
            if bond.refers:
                binds &= self.classes.are(_places(thing, graph), bond.refers)
            self._bonds.append((row[binds], thing[binds]))
        nodes, roots = _joined(self._bonds)
        self._bonds, self._rows = [], []
        turned = pa.array([f"<{iri(name)}>" for name in INVERSES])

        def share(of: Any) -> Any:
            at = np.searchsorted(nodes, of)
            at[at == len(nodes)] = 0
            found = np.where(nodes[at] == of, roots[at], of) if len(nodes) else of
            return (found % number).astype(np.int32)

        with ExitStack() as stack:
            writers: dict[int, Any] = {}

            def write(rows: pa.Table, where: Any, own: bool) -> None:
                order = np.argsort(where, kind="stable")
                rows = rows.append_column("own", pa.repeat(own, rows.num_rows))
                rows = rows.take(pa.array(order))
                for at in np.unique(where):
                    start, end = np.searchsorted(where[order], [at, at + 1])
                    if at not in writers:
                        path = folder / f"{at:04}.arrow"
                        writers[at] = stack.enter_context(_writer(path, rows.schema))
                    writers[at].write_table(rows.slice(start, end - start))

            for block in _blocks(self._path):
                quads = block.drop_columns(["h"])
                here = share(block["h"].to_numpy())
                write(quads, here, True)
                if not foreign:
                    continue
                turns = pc.and_(pc.is_in(quads["p"], turned), pc.starts_with(quads["o"], "<"))
                said, here = quads.filter(turns), here[turns.to_numpy()]
                there = share(_hashes(flat(said["o"])))
                away = there != here
                write(said.filter(pa.array(away)), there[away], False)
        self._path.unlink()


class _Classes:
    """Which nodes have a class that we know, as hashes of node and graph."""

    def __init__(self) -> None:
        self._parts: list[tuple[Any, Any]] = []
        self._places: Any = None
        self._codes: Any = None

    def add(self, quads: pa.Table) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        typed = quads.filter(pc.equal(quads["p"], TYPE))
        code = pc.index_in(flat(typed["o"]), pa.array(list(_known())))
        typed, code = typed.filter(pc.is_valid(code)), code.drop_null()
        places = _places(_hashes(flat(typed["s"])), _hashes(flat(typed["g"])))
        self._parts.append((places, code.to_numpy().astype("int16")))

    def close(self) -> None:
        import numpy as np

        places, codes = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        self._parts = []
        order = np.argsort(places, kind="stable")
        self._places, self._codes = places[order], codes[order]

    def are(self, places: Any, table: str) -> Any:
        """Whether each of these is of a table."""
        import numpy as np

        codes = [code for code, held in enumerate(_known().values()) if table in held]
        return np.isin(places, self._places[np.isin(self._codes, codes)])

    def of(self, nodes: pa.Array, graph: str) -> dict[str, dict[str, Table]]:
        """The tables of nodes, where they have any."""
        import numpy as np
        import pyarrow as pa

        places = _places(_hashes(nodes), _hashes(pa.array([graph])))
        first = np.searchsorted(self._places, places, "left")
        last = np.searchsorted(self._places, places, "right")
        some = np.flatnonzero(last > first)
        held = list(_known().values())
        found: dict[str, dict[str, Table]] = {}
        for node, start, end in zip(
            nodes.take(pa.array(some)).to_pylist(), first[some], last[some], strict=True
        ):
            found[node] = {k: v for code in self._codes[start:end] for k, v in held[code].items()}
        return found


@functools.cache
def _known() -> dict[str, dict[str, Table]]:
    """Class, as a term -> the tables whose rows have it."""
    found: dict[str, dict[str, Table]] = {}
    for term, several in matches().items():
        named = [tables_of_class().get(match.ours) for match in several if match.read]
        if held := {table.name: table for table in named if table is not None}:
            found[f"<{term}>"] = held
    return found


class _Bond(NamedTuple):
    """Predicates that bind the two nodes that they connect."""

    predicates: list[str]  # as terms
    table: str = ""  # only where one is a row of this table
    refers: str = ""  # and the other one of this
    turned: bool = False  # whether the row is the object


@functools.cache
def _bonds() -> list[_Bond]:
    firm = [iri(name) for name in (*LISTS, *BEHIND)] + [f"{RDF}rest"]
    found: dict[tuple[str, str, bool], list[str]] = {("", "", False): [*firm, PARTS["s"][1:-1]]}
    turned = {iri(theirs): iri(ours) for theirs, ours in INVERSES.items()}
    for table in schema().tables.values():
        for column in {
            shortcut.subject: table.column(shortcut.subject) for shortcut in table.shortcuts
        }.values():
            for term in {*matches(), *turned}:
                for match in matches().get(turned.get(term, term), []):
                    if match.ours == column.property:
                        # A wider property is enough where the thing at its end tells what is meant.
                        refers = "" if match.read else str(column.refers)
                        found.setdefault((table.name, refers, term in turned), []).append(term)
    return [_Bond([f"<{term}>" for term in terms], *key) for key, terms in found.items()]


def _hashes(terms: pa.Array) -> Any:
    """A number of 64 bits for each term, the same in every run."""
    from pandas.util import hash_array

    coded = terms.dictionary_encode()
    found = hash_array(coded.dictionary.to_numpy(zero_copy_only=False), categorize=False)
    return found[coded.indices.to_numpy()]


def _places(nodes: Any, graphs: Any) -> Any:
    """One number for each node in a graph, of the hashes of both."""
    import numpy as np

    return nodes * np.uint64(31) + graphs


def _joined(bonds: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """All that is bound, sorted, and for each the first of what it is bound to in the end."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not bonds:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    one, other = (np.concatenate(part) for part in zip(*bonds, strict=True))
    nodes, at = np.unique(np.concatenate([one, other]), return_inverse=True)
    pairs = (np.ones(len(one), np.int8), (at[: len(one)], at[len(one) :]))
    _, label = connected_components(coo_array(pairs, shape=(len(nodes), len(nodes))))
    _, first = np.unique(label, return_index=True)
    return nodes, nodes[first][label]


def _not(mask: Any) -> Any:
    import pyarrow.compute as pc

    return pc.invert(mask)


def _writer(path: Path, columns: pa.Schema) -> Any:
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="lz4")
    return pa.ipc.new_stream(str(path), columns, options=options)


def _blocks(path: Path) -> Iterator[pa.Table]:
    import pyarrow as pa

    with pa.ipc.open_stream(str(path)) as stream:
        for batch in stream:
            yield pa.Table.from_batches([batch])


def _read(path: Path) -> pa.Table:
    import pyarrow as pa

    with pa.ipc.open_stream(str(path)) as stream:
        rows = stream.read_all()
    path.unlink()
    return rows
