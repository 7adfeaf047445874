from __future__ import annotations

import csv
import datetime
import json
import os
import stat
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pyoxigraph as ox
import pytest
import rdflib
from pyarrow import parquet

import graphkit as gk
from graphkit import registry
from graphkit.errors import SchemaError, StorageError, UnknownNameError
from graphkit.export import export
from graphkit.graph import KnowledgeGraph
from graphkit.identity.signatures import signatures
from graphkit.rdf import to_nquads
from graphkit.schema import schema
from tests.conftest import graph_of

TRIPLES = {"ttl": "turtle", "nt": "nt", "rdf": "xml"}
DATASETS = {"nq": "nquads", "trig": "trig", "jsonld": "json-ld"}

# rdflib warns about itself whenever a Dataset parses.
quiet = pytest.mark.filterwarnings(
    "ignore:(Dataset|ConjunctiveGraph)[ .]:DeprecationWarning:rdflib"
)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    """Two sources that overlap, with texts that are hard to write."""
    one = graph_of(
        {"P": ["Ada", "Bob"], "Q": ["Bob", "Cy"]}, years={"P": 1843}, topics={"P": ["Logic"]}
    )
    hard = 'a "b" <c> & \\d\\ \n\té 张伟 🧪 \u2028'
    two = KnowledgeGraph(
        {
            "papers": [{"id": "paper:P", "title": hard, "language": "en", "source": "source:t"}],
            "authors": [{"id": "author:Ada", "name": "Ada", "source": "source:t"}],
            "statements": [
                {"s": "paper:P", "p": "schema:pages", "o": "01", "datatype": "xsd:string"},
                {"s": "paper:P", "p": "http://p.example/see", "o": "paper:Q", "source": "source:t"},
            ],
        }
    )  # fmt: skip
    return one | two


def quads(kg: KnowledgeGraph) -> set[ox.Quad]:
    return set(ox.parse(to_nquads(kg), ox.RdfFormat.N_QUADS))


def told(triples: set[Any]) -> set[Any]:
    """Triples without those that tell of which source the others are."""
    nodes = {s for s, _, o in triples if str(o).strip("<>") == str(rdflib.RDF.Statement)}
    assert nodes
    said_by = "https://w3id.org/graphkit/ontology#statedBy"
    return {t for t in triples if t[0] not in nodes and str(t[1]).strip("<>") != said_by}


@pytest.mark.parametrize("suffix", [*TRIPLES, *DATASETS])
def test_pyoxigraph_reads_the_same_statements(
    kg: KnowledgeGraph, tmp_path: Path, suffix: str
) -> None:
    path = export(kg, tmp_path / f"out.{suffix}")
    found = set(ox.parse(path=path))
    if suffix in DATASETS:
        assert found == quads(kg)
    else:
        assert told({tuple(quad.triple) for quad in found}) == {
            tuple(quad.triple) for quad in quads(kg)
        }
        assert {quad.graph_name for quad in found} == {ox.DefaultGraph()}


@quiet
@pytest.mark.parametrize("suffix", [*TRIPLES, *DATASETS])
def test_rdflib_reads_the_same_statements(kg: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    path = export(kg, tmp_path / f"out.{suffix}")
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(path, format=(TRIPLES | DATASETS)[suffix])
    found = set(dataset.triples((None, None, None)))
    assert (told(found) if suffix in TRIPLES else found) == set(
        kg.to_rdf().triples((None, None, None))
    )


@quiet
@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_files_with_graphs_hold_the_whole_graph(
    kg: KnowledgeGraph, example: KnowledgeGraph, tmp_path: Path, suffix: str
) -> None:
    for graph in (kg, example):
        path = export(graph, tmp_path / f"out.{suffix}")
        dataset = rdflib.Dataset()
        dataset.parse(path, format=DATASETS[suffix])
        assert gk.from_rdf(dataset) == graph


def test_files_are_in_order_and_alike(kg: KnowledgeGraph, tmp_path: Path) -> None:
    for suffix in [*TRIPLES, *DATASETS]:
        first = export(kg, tmp_path / f"a.{suffix}").read_bytes()
        again = export(kg.without("source:t") | kg, tmp_path / f"b.{suffix}").read_bytes()
        assert first == again
    lines = (tmp_path / "a.nt").read_text(encoding="utf-8").split("\n")
    assert len(lines) == len(set(lines))


def test_turtle_declares_the_prefixes_that_it_uses(kg: KnowledgeGraph, tmp_path: Path) -> None:
    text = export(kg, tmp_path / "out.ttl").read_text(encoding="utf-8")
    declared = [line.split()[1] for line in text.split("\n") if line.startswith("@prefix")]
    assert "foaf:" in declared
    assert "bibo:" not in declared
    assert "author:Ada a foaf:Person" in text


@pytest.mark.parametrize(("suffix", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_networks(example: KnowledgeGraph, tmp_path: Path, suffix: str, read: Any) -> None:
    found = read(export(example, tmp_path / f"out.{suffix}"))
    wanted = example.coauthors().to_networkx()
    assert set(found) == set(wanted)
    assert not found.is_directed()
    for node, attributes in wanted.nodes(data=True):
        assert found.nodes[node]["label"] == attributes["name"]
        assert found.nodes[node]["papers"] == attributes["papers"]
    assert {frozenset(e) for e in found.edges()} == {frozenset(e) for e in wanted.edges()}
    for a, b, attributes in wanted.edges(data=True):
        assert found.edges[a, b]["weight"] == attributes["weight"]
        assert found.edges[a, b]["papers"].split() == list(attributes["papers"])


@pytest.mark.parametrize(("suffix", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_networks_with_names_that_xml_cannot_hold(tmp_path: Path, suffix: str, read: Any) -> None:
    name = 'a\x00\x1b[31m\x08<b> & "c"\ufffe\uffff é🧪'
    kg = graph_of({"P": ["Ada", "Bob"]}).without("source:s") | KnowledgeGraph(
        {
            "authors": [{"id": "author:x", "name": name}, {"id": "author:y"}],
            "authorships": [{"paper": "paper:P", "author": f"author:{a}"} for a in "xy"],
        }
    )
    found = read(export(kg, tmp_path / f"out.{suffix}"))
    assert found.nodes["author:x"]["label"] == 'a[31m<b> & "c" é🧪'
    assert found.nodes["author:y"]["label"] == "author:y"


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_an_empty_network(tmp_path: Path, suffix: str) -> None:
    path = export(KnowledgeGraph(), tmp_path / f"out.{suffix}")
    read: Any = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[suffix]
    assert len(read(path)) == 0


def test_json(kg: KnowledgeGraph, example: KnowledgeGraph, tmp_path: Path) -> None:
    for graph in (kg, example):
        found = json.loads(export(graph, tmp_path / "out.json").read_text(encoding="utf-8"))
        assert found["base"] == graph.base
        assert list(found["tables"]) == list(schema().tables)
        for row in found["tables"]["sources"]:
            if row["retrieved"] is not None:
                row["retrieved"] = datetime.datetime.fromisoformat(row["retrieved"])
        assert KnowledgeGraph(found["tables"], base=found["base"]) == graph


def test_parquet(kg: KnowledgeGraph, tmp_path: Path) -> None:
    folder = export(kg, tmp_path / "parquet")
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        f"{n}.parquet" for n in schema().tables
    )
    read = {name: parquet.read_table(folder / f"{name}.parquet") for name in schema().tables}
    assert KnowledgeGraph(read) == kg


def test_csv(kg: KnowledgeGraph, tmp_path: Path) -> None:
    folder = export(kg, tmp_path / "deep" / "er" / "tables.csv")
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        f"{name}.csv" for name in schema().tables
    )
    for name, table in schema().tables.items():
        with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == list(table.names)
        wanted = [
            ["" if cell is None else str(cell) for cell in row.values()]
            for row in kg.table(name).to_pylist()
        ]
        assert rows == wanted


def test_csv_keeps_whole_numbers_and_empty_texts(tmp_path: Path) -> None:
    kg = KnowledgeGraph(
        {
            "papers": [
                {"id": "paper:A", "title": "", "year": 2020},
                {"id": "paper:B", "title": None, "year": None},
            ]
        }
    )
    path = export(kg, tmp_path / "papers.csv", table="papers")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith('"paper:A","",2020,')
    assert lines[2].startswith('"paper:B",,,')


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_one_table(kg: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    path = export(kg, tmp_path / f"out.{suffix}", table="authorships")
    assert path.is_file()
    names = ["paper", "source_key", "position", "printed_name", "author"]
    rows = signatures(kg).select(names)
    assert rows.num_rows == 4
    if suffix == "csv":
        lines = path.read_text().splitlines()
        assert lines[0] == ",".join(f'"{name}"' for name in names)
        assert len(lines) == 1 + 4
    elif suffix == "json":
        assert json.loads(path.read_text()) == rows.to_pylist()
    else:
        assert parquet.read_table(path).equals(rows)


def test_one_table_that_does_not_exist_or_fit(kg: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no table 'people'"):
        export(kg, tmp_path / "out.csv", table="people")
    with pytest.raises(UnknownNameError) as caught:
        export(kg, tmp_path / "out.ttl", table="papers")
    assert str(caught.value) == "unknown export of one table 'ttl' (known: csv, json, parquet)"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.TTL", "out.Json", "ttl", "nq"])
def test_suffixes_in_capitals_and_bare_names(kg: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    assert export(kg, tmp_path / name).stat().st_size > 500


@pytest.mark.parametrize(("name", "near"), [("out.tll", "ttl"), ("out", None), ("out.docx", None)])
def test_unknown_suffixes(kg: KnowledgeGraph, tmp_path: Path, name: str, near: str | None) -> None:
    with pytest.raises(UnknownNameError) as caught:
        export(kg, tmp_path / name)
    assert caught.value.kind == "export"
    assert caught.value.known == registry.names("export")
    assert near is None or caught.value.near[0] == near
    assert list(tmp_path.iterdir()) == []


# -- whole or not at all ------------------------------------------------------------------


FILES = sorted(set(registry.names("export")) - {"csv", "parquet"})


@pytest.mark.parametrize("suffix", FILES)
def test_a_file_that_cannot_be_replaced_stays(
    kg: KnowledgeGraph, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"out.{suffix}"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="cannot be written: No space left on device"):
        export(kg, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_folder_that_cannot_be_filled_stays(
    kg: KnowledgeGraph, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export(graph_of({"Old": ["Zoe"]}), tmp_path / f"out.{suffix}")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    table = KnowledgeGraph.table

    def fails(self: KnowledgeGraph, name: str, **options: bool) -> pa.Table:
        if name == "notes":
            raise OSError(5, "Input/output error")
        return table(self, name, **options)

    monkeypatch.setattr(KnowledgeGraph, "table", fails)
    with pytest.raises(StorageError, match="Input/output error"):
        export(kg, folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == [folder.name]


def test_a_folder_keeps_what_is_not_ours(kg: KnowledgeGraph, tmp_path: Path) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "readme.txt").write_text("mine")
    export(kg, folder)
    export(kg, folder)
    assert (folder / "readme.txt").read_text() == "mine"
    assert len(list(folder.iterdir())) == 1 + len(schema().tables)


def test_files_have_ordinary_permissions(kg: KnowledgeGraph, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    folder = export(kg, tmp_path / "csv")
    for path in (export(kg, tmp_path / "out.ttl"), folder / "papers.csv"):
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_paths_that_cannot_be_written(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.ttl" / "x").mkdir(parents=True)
    for path in (tmp_path / "file" / "out.ttl", tmp_path / "folder.ttl", tmp_path / "file" / "csv"):
        with pytest.raises(StorageError, match="cannot be written") as caught:
            export(kg, path)
        assert caught.value.path == str(path)
    (tmp_path / "out.csv").write_text("old")
    with pytest.raises(StorageError, match="cannot be written"):
        export(kg, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "old"


def test_a_resolved_graph_is_written_resolved(example: KnowledgeGraph, tmp_path: Path) -> None:
    path = export(example, tmp_path / "authors.json", table="authors")
    ids = {row["id"] for row in json.loads(path.read_text(encoding="utf-8"))}
    assert len(ids) == 173
    assert "author:I-FAN_CHEN" not in ids
