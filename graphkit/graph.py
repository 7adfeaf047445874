"""The knowledge graph: typed tables, immutable; each method gives a new graph.

Everything else reads or makes one of these. What lies above (RDF, networks, drawings) is
imported when it is first asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit import registry, storage, summary, tables
from graphkit.conforming import conform
from graphkit.errors import SchemaError, UnknownEntityError
from graphkit.faces import Faces
from graphkit.identity import canonical, claims, resolution
from graphkit.ids import Namespaces
from graphkit.schema import schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


__all__ = ["KnowledgeGraph", "open_graph"]


class KnowledgeGraph(Faces):
    """Papers, authors, topics, teams and what connects them, each row with its source.

    Parameters
    ----------
    data : mapping of str to (pyarrow.Table, pandas.DataFrame or iterable of dict), optional
        Rows by table name. The tables and columns are those of ``ontology/graphkit.ttl``.
    base : str, optional
        IRI under which minted ids lie; ``https://w3id.org/graphkit/id/`` by default.

    Attributes
    ----------
    papers, authors, topics, teams, … : pandas.DataFrame
        Each table by its name, one row an entity, with Arrow dtypes. `table` gives the same
        with one row for each entity and source.

    Raises
    ------
    SchemaError
        A table, column or value that the schema does not allow.
    ConflictError
        Two rows of one source with one key and different contents.

    Examples
    --------
    >>> kg = KnowledgeGraph({
    ...     "papers": [{"id": "paper:Notes", "title": "Notes", "year": 1843}],
    ...     "authors": [{"id": "author:Ada", "name": "Ada"}],
    ...     "authorships": [{"paper": "paper:Notes", "author": "author:Ada", "position": 1}],
    ... })
    >>> kg
    <KnowledgeGraph: 1 paper · 1 person · 0 sources>
    >>> kg.papers.title[0]
    'Notes'
    """

    def __init__(
        self,
        data: Mapping[str, pa.Table | pd.DataFrame | Iterable[Mapping[str, Any]]] | None = None,
        *,
        base: str | None = None,
    ) -> None:
        self.namespaces = Namespaces(base)
        given = dict(data or {})
        for name in given:
            schema().table(name)
        self._read = {
            name: conform(table, given[name], self.namespaces)
            if name in given
            else tables.empty(table)
            for name, table in schema().tables.items()
        }

    @classmethod
    def _of(cls, read: Mapping[str, pa.Table], namespaces: Namespaces) -> KnowledgeGraph:
        """A graph of tables that are known to fit the schema."""
        graph = cls.__new__(cls)
        graph.namespaces = namespaces
        graph._read = {
            name: read.get(name, tables.empty(table)) for name, table in schema().tables.items()
        }
        return graph

    # -- tables ---------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """IRI under which minted ids lie."""
        return self.namespaces.base

    @cached_property
    def derived(self) -> dict[str, Any]:
        """What layers above have derived from this graph, by name; it never goes stale."""
        return {}

    @cached_property
    def _seen(self) -> dict[str, pa.Table]:
        return canonical.canonical(self._read, self.namespaces)

    def table(self, name: str, *, as_read: bool = False) -> pa.Table:
        """One table, a row for each entity (or link) and source.

        Parameters
        ----------
        name : str
        as_read : bool
            The rows as their sources gave them, before any resolution.

        Returns
        -------
        pyarrow.Table

        Raises
        ------
        SchemaError
            There is no such table.
        """
        schema().table(name)
        return self._read[name] if as_read else self._seen[name]

    def frame(self, name: str) -> pd.DataFrame:
        """One table for pandas: one row an entity, what several sources say of it combined.

        Parameters
        ----------
        name : str

        Returns
        -------
        pandas.DataFrame
            Arrow dtypes. Where several sources name one entity, each cell is the first that
            is known, by source id; ``source`` is the first source.
        """
        import pandas as pd

        rows = summary.combined(name, self.table(name))
        frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name not in schema().tables:
            raise AttributeError(
                f"KnowledgeGraph has no attribute {name!r} (tables: {', '.join(schema().tables)})"
            )
        return self.frame(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *schema().tables})

    def counts(self) -> dict[str, int]:
        """How many entities (or links) each table holds, whatever the number of sources.

        Returns
        -------
        dict of str to int
        """
        return summary.counts(self._seen)

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {self.summary()}>"

    def summary(self, *, sources: bool = True) -> str:
        """What is in the graph, in one line.

        Parameters
        ----------
        sources : bool
            Whether to say of how many sources.

        Returns
        -------
        str
        """
        return summary.summary(self._seen, sources=sources)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KnowledgeGraph):
            return NotImplemented
        return self.base == other.base and all(
            _sorted(self.table(name)).equals(_sorted(other.table(name))) for name in schema().tables
        )

    __hash__ = None  # type: ignore[assignment]

    # -- merging --------------------------------------------------------------------------

    def __or__(self, other: KnowledgeGraph) -> KnowledgeGraph:
        """Both graphs' rows, each once: a set union on key and source.

        Raises
        ------
        ConflictError
            The graphs hold one key of one source with different contents.
        SchemaError
            The graphs mint their ids under different bases.
        """
        if not isinstance(other, KnowledgeGraph):
            return NotImplemented
        if self.base != other.base:
            raise SchemaError(f"graphs of two bases cannot be merged: {self.base} and {other.base}")
        merged = {
            name: tables.union(table, self._read[name], other._read[name])
            for name, table in schema().tables.items()
        }
        return self._of(merged, self.namespaces)

    def without(self, source: str) -> KnowledgeGraph:
        """The graph without all that one source said.

        Parameters
        ----------
        source : str
            A source id.

        Raises
        ------
        UnknownEntityError
            The graph holds no such source.
        """
        import pyarrow.compute as pc

        if source not in self.source_ids():
            raise UnknownEntityError("source", source, self.source_ids())
        kept = {
            name: rows.filter(pc.not_equal(rows["source"], source)).combine_chunks()
            for name, rows in self._read.items()
        }
        return self._of(kept, self.namespaces)

    def source_ids(self) -> list[str]:
        """The ids of all sources that rows come from, sorted."""
        import pyarrow.compute as pc

        found: set[str] = set()
        for rows in self._read.values():
            found.update(pc.unique(rows["source"]).to_pylist())
        return sorted(found)

    # -- identity -------------------------------------------------------------------------

    def resolve(self, threshold: float = 0.5) -> KnowledgeGraph:
        """Count as one what the claims in ``matches`` say is one.

        The matchers run first. Nothing that was read is changed: `unresolve` takes the
        resolution back, and the printed names stay in ``authorships`` for ever.

        Parameters
        ----------
        threshold : float
            Claims with at least this score, between 0 and 1, are joined.

        Returns
        -------
        KnowledgeGraph
        """
        if not 0 <= threshold <= 1:
            raise ValueError(f"the threshold {threshold} is not between 0 and 1")
        graph: KnowledgeGraph = registry.get("graphkit.matchers:match")(self)
        return graph | KnowledgeGraph(resolution.resolution(graph._read, threshold), base=self.base)

    def unresolve(self) -> KnowledgeGraph:
        """The graph as it was read, with no two ids counted as one; the claims stay."""
        return self._without_format(claims.RESOLUTION)

    def _without_format(self, name: str) -> KnowledgeGraph:
        graph = self
        for row in self._read["sources"].to_pylist():
            if row["format"] == name:
                # A row may stand under another source than the one that it describes.
                for source in {row["id"], row["source"]} & set(graph.source_ids()):
                    graph = graph.without(source)
        return graph

    @property
    def threshold(self) -> float | None:
        """The threshold of the graph's resolution; None for a graph without one."""
        return resolution.threshold(self._read["sources"])

    @property
    def resolved(self) -> bool:
        """Whether a resolution is part of the graph."""
        return self.threshold is not None

    def without_groups(self) -> KnowledgeGraph:
        """The graph without the groups that were kept in it."""
        return self._without_format(claims.GROUPS)

    # -- disk -----------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> bool:
        """Write the graph to a folder, by convention ``NAME.kg``.

        A crash at any moment leaves the old state or the new one.

        Parameters
        ----------
        path : path-like

        Returns
        -------
        bool
            Whether anything on disk changed.

        Raises
        ------
        StorageError
            The folder is locked by another writer, holds something else or cannot be written.
        """
        return storage.write(path, self._read, self.base)


def open_graph(path: str | os.PathLike[str], *, in_memory: bool = False) -> KnowledgeGraph:
    """Open a graph folder that `KnowledgeGraph.save` wrote.

    Parameters
    ----------
    path : path-like
    in_memory : bool
        Keep the store for SPARQL in memory rather than in the folder. It takes about 0.4 GB and 6
        seconds for a million triples, once for each program, and looks things up in a quarter to
        two thirds of the time; for programs that ask much.

    Returns
    -------
    KnowledgeGraph

    Raises
    ------
    StorageError
        There is no graph, or it is damaged, half-written or of a newer version.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "small.kg")
    >>> _ = KnowledgeGraph({"authors": [{"id": "author:Ada", "name": "Ada"}]}).save(path)
    >>> open_graph(path)
    <KnowledgeGraph: 0 papers · 1 person · 0 sources>
    """
    stamp = storage.version(path)
    read, base = storage.read(path)
    namespaces = Namespaces(base)
    fitting = {}
    for name, table in schema().tables.items():
        rows = read.get(name)
        if rows is None:
            continue
        # A graph of an older version lacks columns that came later; those are empty.
        same = rows.schema.equals(table.arrow())
        fitting[name] = rows if same else conform(table, rows, namespaces)
    graph = KnowledgeGraph._of(fitting, namespaces)
    if storage.version(path) == stamp:  # else somebody wrote in between
        graph.derived["folder"] = (Path(path).resolve(), stamp)
    graph.derived["in_memory"] = in_memory
    return graph


def _sorted(rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in rows.column_names]).combine_chunks()
