"""Writing a graph to files of other tools: tables, RDF, networks.

An export is a function ``(kg, path) -> None`` that `graphkit.registry` knows by suffix; it
writes a new file or folder whole or not at all.
"""

from __future__ import annotations

import inspect
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphkit import registry
from graphkit.attribution import attribute
from graphkit.errors import StorageError, UnknownNameError
from graphkit.files import write_whole
from graphkit.graph import KnowledgeGraph
from graphkit.identity.signatures import signatures
from graphkit.nquads import flat, joined
from graphkit.quads import split
from graphkit.rdf import to_nquads
from graphkit.schema import schema

__all__ = [
    "export",
    "write_csv",
    "write_json",
    "write_network",
    "write_parquet",
    "write_rdf",
]


def export(kg: KnowledgeGraph, path: str | os.PathLike[str], *, table: str | None = None) -> Path:
    """Write a graph in the format that a path's suffix names.

    Parameters
    ----------
    kg : KnowledgeGraph
        What is written is what one sees: a resolved graph is written resolved.
    path : path-like
        ``.ttl``, ``.nt``, ``.nq``, ``.trig``, ``.jsonld``, ``.rdf`` (RDF); ``.graphml``,
        ``.gexf`` (the coauthor network); ``.sssom.tsv`` (what people decided); ``.json`` (all
        tables); a folder named ``csv`` or ``parquet``, or ending in one of these (all tables).
    table : str, optional
        One table alone, to a ``.csv``, ``.json`` or ``.parquet`` file. ``authorships`` comes as
        people cite it, a row for each that a source lists: paper, source_key (the paper's id
        as the source prints it), position, printed_name, author.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    UnknownNameError
        No export for this suffix, or none of one table alone.
    StorageError
        The path cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> path = pathlib.Path(tempfile.mkdtemp(), "out.nt")
    >>> export(gk.example(), path).stat().st_size > 100_000
    True
    """
    path = Path(path)
    name = _form(path)
    writer: Callable[..., None] = registry.load("export", name)
    options = {"table": schema().table(table).name} if table else {}
    if table and not _writes_one_table(name):
        able = [n for n in registry.names("export") if _writes_one_table(n)]
        raise UnknownNameError("export of one table", name, able)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer(kg, path, **options)
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(path, f"cannot be written: {error.strerror or error}") from None
    return path


def _form(path: Path) -> str:
    """The name of an export: its suffix or suffixes, or a whole name as of the folder ``csv``."""
    for suffix in ("".join(path.suffixes[-2:]), path.suffix):
        if suffix.lstrip(".").lower() in registry.names("export"):
            break
    return (suffix or path.name).lstrip(".").lower()


def _writes_one_table(name: str) -> bool:
    return "table" in inspect.signature(registry.load("export", name)).parameters


def write_rdf(kg: KnowledgeGraph, path: Path) -> None:
    """RDF by suffix; formats without named graphs hold the union of all sources.

    There, each thing is ``gk:statedBy`` its sources if there are several, and statements on
    which they differ are described one by one: see `graphkit.attribution`.

    Parameters
    ----------
    kg : KnowledgeGraph
    path : pathlib.Path

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> path = pathlib.Path(tempfile.mkdtemp(), "out.ttl")
    >>> write_rdf(gk.KnowledgeGraph({"authors": [{"id": "author:Ada", "name": "Ada"}]}), path)
    >>> print(path.read_text().splitlines()[-1].strip())
    foaf:name "Ada" .
    """
    import pyoxigraph

    form = pyoxigraph.RdfFormat.from_extension(_form(path))
    assert form is not None
    data = to_nquads(kg)
    if not form.supports_datasets:
        data = _as_triples(kg, data)
    if _form(path) in ("nq", "nt"):
        # The lines as they are: pyoxigraph would write language tags in lower case.
        write_whole(path, b"\n".join(sorted(set(data.split(b"\n")[:-1]))) + b"\n" * bool(data))
        return
    used = {p: iri for p, iri in kg.namespaces.prefixes.items() if f"<{iri}".encode() in data}
    quads = pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS)
    # In order, so that what is said of one thing stands together and files can be compared.
    if form.supports_datasets:
        ordered: Any = sorted(set(quads), key=lambda q: (str(q.graph_name), str(q.triple)))
    else:
        ordered = sorted({quad.triple for quad in quads}, key=str)
    write_whole(path, pyoxigraph.serialize(ordered, format=form, prefixes=used) or b"")


def _as_triples(kg: KnowledgeGraph, nquads: bytes) -> bytes:
    """The statements without their graphs, and what tells of which they are."""
    import pyarrow.compute as pc

    triples = attribute(split(nquads, kg.namespaces))
    return joined(pc.binary_join_element_wise(*(flat(triples[n]) for n in "spo"), ".\n", " "))


def write_json(kg: KnowledgeGraph, path: Path, *, table: str | None = None) -> None:
    """All tables as one JSON object of lists of rows, or one table as a list.

    Parameters
    ----------
    kg : KnowledgeGraph
    path : pathlib.Path
    table : str, optional

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> path = pathlib.Path(tempfile.mkdtemp(), "out.json")
    >>> write_json(gk.example(), path, table="authors")
    >>> len(json.loads(path.read_text(encoding="utf-8")))
    174
    """
    content: Any
    if table:
        content = _one_table(kg, table).to_pylist()
    else:
        tables = {name: kg.table(name).to_pylist() for name in schema().tables}
        content = {"base": kg.base, "tables": tables}
    text = json.dumps(content, ensure_ascii=False, indent=1, default=lambda time: time.isoformat())
    write_whole(path, text.encode())


def write_csv(kg: KnowledgeGraph, path: Path, *, table: str | None = None) -> None:
    """Each table as a CSV file in a folder, or one table as a file.

    What is unknown is empty; an empty text is ``""``.

    Parameters
    ----------
    kg : KnowledgeGraph
    path : pathlib.Path
    table : str, optional

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> path = pathlib.Path(tempfile.mkdtemp(), "csv")
    >>> write_csv(gk.example(), path)
    >>> (path / "venues.csv").read_text().splitlines()[0]
    '"id","label","type","year","place","source"'
    """
    _write_tables(kg, path, table, "csv", _csv)


def write_parquet(kg: KnowledgeGraph, path: Path, *, table: str | None = None) -> None:
    """Each table as a Parquet file in a folder, or one table as a file.

    Parameters
    ----------
    kg : KnowledgeGraph
    path : pathlib.Path
    table : str, optional

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> from pyarrow import parquet
    >>> path = pathlib.Path(tempfile.mkdtemp(), "out.parquet")
    >>> write_parquet(gk.example(), path, table="authorships")
    >>> parquet.read_table(path).num_rows
    237
    """
    _write_tables(kg, path, table, "parquet", _parquet)


def _one_table(kg: KnowledgeGraph, name: str) -> Any:
    if name != "authorships":
        return kg.table(name)
    return signatures(kg).select(["paper", "source_key", "position", "printed_name", "author"])


def _csv(rows: Any) -> bytes:
    import pyarrow as pa
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    # Arrow keeps whole numbers whole beside unknown ones, and "" apart from unknown.
    csv.write_csv(rows, sink)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _parquet(rows: Any) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(rows, sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _write_tables(
    kg: KnowledgeGraph, path: Path, table: str | None, suffix: str, render: Callable[[Any], bytes]
) -> None:
    if table:
        write_whole(path, render(_one_table(kg, table)))
        return
    # All of it beside the folder first: what fails then has changed nothing.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as made:
        for name in schema().tables:
            write_whole(Path(made, f"{name}.{suffix}"), render(kg.table(name)))
        path.mkdir(exist_ok=True)
        for file in sorted(Path(made).iterdir()):
            os.replace(file, path / file.name)


def write_network(kg: KnowledgeGraph, path: Path) -> None:
    """The coauthor network as it is drawn, as GEXF or GraphML: see `graphkit.render`.

    Parameters
    ----------
    kg : KnowledgeGraph
    path : pathlib.Path

    Examples
    --------
    >>> import networkx, pathlib, tempfile, graphkit as gk
    >>> path = pathlib.Path(tempfile.mkdtemp(), "out.gexf")
    >>> write_network(gk.example(), path)
    >>> len(networkx.read_gexf(path))
    174
    """
    kg.coauthors().draw(most_ties=None).save(path)
