"""The folder of real files of all formats: one graph, an account of all, and back again."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.build import Report, build
from graphkit.export import export
from graphkit.graph import KnowledgeGraph

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[KnowledgeGraph, list[Report]]:
    if not SAMPLES.is_dir() and not os.environ.get("CI"):
        pytest.skip("the folder of real files, ../shared/samples, is not here")
    path = tmp_path_factory.mktemp("samples") / "all.kg"
    reports = build(path, [SAMPLES])
    return gk.open(path), reports


def test_every_file_is_accounted_for(built: tuple[KnowledgeGraph, list[Report]]) -> None:
    kg, reports = built
    files = sorted(str(path) for path in SAMPLES.rglob("*") if path.is_file())
    assert sorted(report.path for report in reports) == files
    left_out = {Path(report.path).name for report in reports if report.error}
    # Licences, a DTD, a file of comments alone and an empty one.
    assert left_out == {
        "LICENSE",
        "LICENSE.md",
        "LICENSE-bolognese.md",
        "LICENSE-litstudy",
        "dblp.dtd",
        "issue-12274.bib",
        "IsiImporterTestEmpty.isi",
    }
    formats = Counter(kg.sources["format"])
    assert set(formats) == {
        *("bibtex", "crossref", "csljson", "csv", "dblp", "openalex", "pubmed", "ris"),
        *("schemaorg", "semanticscholar", "wos"),
    }


def test_every_row_has_a_source_and_a_place(built: tuple[KnowledgeGraph, list[Report]]) -> None:
    kg, _ = built
    known = set(kg.sources["id"])
    for name in ("papers", "authors", "authorships", "subjects", "citations", "affiliations"):
        rows = kg.table(name)
        assert set(rows["source"].to_pylist()) <= known
        assert rows["place"].null_count == 0, name


@pytest.mark.parametrize(
    "suffix", ["nq", "trig", "jsonld", "ttl", "nt", "rdf", "csv", "parquet", "json"]
)
def test_every_export_gives_the_same_graph_back(
    built: tuple[KnowledgeGraph, list[Report]], tmp_path: Path, suffix: str
) -> None:
    kg, _ = built
    assert gk.read(export(kg, tmp_path / f"all.{suffix}")) == kg


def test_it_conforms_but_for_what_the_files_lack(
    built: tuple[KnowledgeGraph, list[Report]],
) -> None:
    kg, _ = built
    violations = kg.check().query("severity == 'Violation'")
    # Records of the samples that have none: conference volumes, tests of encodings.
    untitled = "The paper has no title: give it one, or leave the paper out."
    assert violations["message"].value_counts().to_dict() == {untitled: 21}
