"""The verbs that change a graph in SPARQL or by reasoning."""

from __future__ import annotations

from pathlib import Path

import pytest

import graphkit as gk
from tests.conftest import Run, graph_of

ORCID = "https://orcid.org/0000-0002-1825-0097"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    graph_of({"P": ["Ada", "Bob"]}, source="source:a").save(tmp_path / "x.kg")
    return tmp_path / "x.kg"


def test_what_is_inserted_stands_in_a_source_that_is_named(graphkit: Run, path: Path) -> None:
    text = f"INSERT DATA {{ ?who vivo:orcidId <{ORCID}> }}"
    answer = graphkit("update", path, text, "--who", "author:Ada")
    kg = gk.open(path)
    assert kg.authors.set_index("id").orcid.get("author:Ada") == "orcid:0000-0002-1825-0097"
    (source,) = set(kg.source_ids()) - {"source:a"}
    assert answer.code == 0
    assert answer.out.splitlines()[1] == f"the update is kept as {source}"
    assert kg.without(source).authors.orcid.isna().all()


def test_an_update_from_input_that_deletes(graphkit: Run, path: Path) -> None:
    text = "DELETE { ?p dcterms:creator ?a } WHERE { ?p dcterms:creator ?a . ?a foaf:name 'Bob' }"
    answer = graphkit("update", path, "-", stdin=text)
    assert answer.code == 0
    assert gk.open(path).authorships.author.tolist() == ["author:Ada"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("INSERT { ?a foaf:nick }", "SPARQL line 1"),
        ("LOAD <http://localhost/>", "LOAD is not allowed"),
    ],
)
def test_updates_that_are_refused(graphkit: Run, path: Path, text: str, reason: str) -> None:
    before = gk.open(path)
    answer = graphkit("update", path, text)
    assert answer.code == 1
    assert reason in answer.err
    assert gk.open(path) == before


def test_an_update_without_a_text(graphkit: Run, path: Path) -> None:
    answer = graphkit("update", path)
    assert answer.code == 2
    assert "give a graph and an update" in answer.err


def test_inference_and_back(graphkit: Run, path: Path, tmp_path: Path) -> None:
    axioms = tmp_path / "agents.ttl"
    axioms.write_text(
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> . "
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
        "foaf:Person rdfs:subClassOf foaf:Agent ."
    )
    before = gk.open(path)
    assert graphkit("query", path, "ASK { ?a a foaf:Agent }").out == "false\n"
    for _ in range(2):
        assert graphkit("infer", path, "--axioms", axioms).code == 0
    found = gk.open(path)
    assert found.sources["format"].tolist().count("inference") == 1
    assert graphkit("query", path, "ASK { ?a a foaf:Agent }").out == "true\n"
    assert graphkit("infer", path, "--undo").code == 0
    assert gk.open(path) == before


def test_a_query_without_end_says_which_option_allows_more(graphkit: Run, path: Path) -> None:
    pairs = " . ".join(f"?s{n} ?p ?o{n}" for n in range(9))
    endless = f"SELECT (COUNT(*) AS ?n) {{ {pairs} }}"
    said = graphkit("query", path, endless, "--timeout", "0.3")
    assert said.code == 1
    assert "the limit of 0.3 seconds" in said.err
    assert "--timeout" in said.err
