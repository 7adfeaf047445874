"""The tables, their columns and the terms they stand for, from the compiled ontology.

`ontology/graphkit.ttl` is the source; `tools/compile_ontology.py` turns it into
``schema.json``, which is read here. No other module knows an IRI of a vocabulary.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from graphkit.errors import SchemaError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Column", "Schema", "Shortcut", "Table", "ontology_file", "schema"]

STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table and the property that carries its values.

    Attributes
    ----------
    name : str
    kind : str
        ``string``, ``integer``, ``year``, ``number``, ``boolean``, ``time``, ``link`` (a web
        address), ``id`` (a CURIE), ``class`` (a CURIE out of `values`) or ``language`` (the
        tag that the prose of the row carries).
    property : str or None
        IRI; None where the column is no statement of its own.
    copies : tuple of str
        IRIs of properties that repeat the value.
    prose : bool
        Whether the text carries the row's language tag.
    refers : str or None
        The table that an ``id`` points into; None for any.
    values : tuple of str
        IRIs that a ``class`` column may hold.
    """

    name: str
    kind: str
    property: str | None = None
    copies: tuple[str, ...] = ()
    prose: bool = False
    refers: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A statement that a row makes between two of its columns.

    Attributes
    ----------
    property : str
        IRI.
    subject, object : str
        Column names.
    """

    property: str
    subject: str
    object: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes
    ----------
    name : str
    columns : tuple of Column
        In the order in which people see them; the first is ``id`` where rows have one,
        the last is ``source``.
    cls : str or None
        IRI of the class of its nodes.
    also : tuple of str
        IRIs of further classes.
    key : tuple of str
        Columns that tell the rows of one source apart; ``a|b`` is b where a is unknown.
    shortcuts : tuple of Shortcut
    """

    name: str
    columns: tuple[Column, ...]
    cls: str | None
    also: tuple[str, ...]
    key: tuple[str, ...]
    shortcuts: tuple[Shortcut, ...]

    @property
    def has_id(self) -> bool:
        """Whether rows carry an id of their own (nouns) or are named after their key (links)."""
        return self.columns[0].name == "id"

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of this name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(
            f"table {self.name} has no column {name!r} (columns: {', '.join(self.names)})"
        )

    @property
    def label(self) -> str | None:
        """The column with the name that people read, or None."""
        for column in self.columns:
            if column.name in ("name", "label", "title", "file") and self.has_id:
                return column.name
        return None

    @property
    def references(self) -> tuple[Column, ...]:
        """The columns that point at entities."""
        return tuple(c for c in self.columns if c.kind == "id" and c.name not in ("id", "source"))

    def arrow(self) -> pa.Schema:
        """The Arrow schema of this table."""
        return _arrow_schema(self)


class Schema:
    """All tables and prefixes.

    Attributes
    ----------
    base : str
        Where minted IRIs lie unless a graph says otherwise.
    prefixes : dict of str to str
    tables : dict of str to Table
        Nouns, links, ledgers; ``statements`` is the last.
    """

    def __init__(self, compiled: dict[str, object]) -> None:
        self.base = str(compiled["base"])
        self.prefixes: dict[str, str] = dict(compiled["prefixes"])  # type: ignore[call-overload]
        self.tables: dict[str, Table] = {}
        for plain in compiled["tables"]:  # type: ignore[attr-defined]
            self.tables[plain["name"]] = _table(plain)
        self.tables[STATEMENTS] = _statements()

    def table(self, name: str) -> Table:
        """The table of this name.

        Raises
        ------
        SchemaError
            There is none.
        """
        try:
            return self.tables[name]
        except KeyError:
            known = ", ".join(self.tables)
            raise SchemaError(f"there is no table {name!r} (tables: {known})") from None


def _table(plain: dict[str, object]) -> Table:
    columns = [Column("id", "id")] if not plain["key"] else []
    for part in plain["columns"]:  # type: ignore[attr-defined]
        columns.append(
            Column(
                name=part["name"],
                kind=part["kind"],
                property=part["property"],
                copies=tuple(part["copies"]),
                prose=part["prose"],
                refers=part["refers"],
                values=tuple(part["values"]),
            )
        )
    columns.append(Column("source", "id", refers="sources"))
    return Table(
        name=str(plain["name"]),
        columns=tuple(columns),
        cls=str(plain["class"]),
        also=tuple(plain["also"]),  # type: ignore[arg-type]
        key=tuple(plain["key"] or ["id"]),  # type: ignore[arg-type]
        shortcuts=tuple(Shortcut(**part) for part in plain["shortcuts"]),  # type: ignore[attr-defined]
    )


def _statements() -> Table:
    # What the schema does not know. o is an id where datatype is null, else a literal.
    columns = (
        Column("s", "id"),
        Column("p", "id"),
        Column("o", "string"),
        Column("datatype", "id"),
        Column("lang", "string"),
        Column("source", "id", refers="sources"),
    )
    return Table(STATEMENTS, columns, None, (), ("s", "p", "o", "datatype", "lang"), ())


@functools.cache
def schema() -> Schema:
    """The compiled schema, read once.

    Returns
    -------
    Schema

    Examples
    --------
    >>> schema().table("authorships").key
    ('paper', 'position|author')
    >>> schema().table("papers").column("year").kind
    'year'
    """
    text = (files("graphkit") / "schema.json").read_text(encoding="utf-8")
    return Schema(json.loads(text))


@functools.cache
def _arrow_schema(table: Table) -> pa.Schema:
    import pyarrow as pa

    types = {
        "integer": pa.int64(),
        "year": pa.int32(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([(c.name, types.get(c.kind, pa.string())) for c in table.columns])


def ontology_file(name: str) -> Traversable:
    """A file of the ontology: in an installed package beside the modules, in a checkout above.

    Parameters
    ----------
    name : str
        Such as ``"shapes.ttl"``.

    Returns
    -------
    Traversable
    """
    package = files("graphkit")
    inside = package / "ontology" / name
    return inside if inside.is_file() else package / ".." / "ontology" / name
