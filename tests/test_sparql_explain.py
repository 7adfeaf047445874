from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import graphkit as gk
from graphkit.errors import MissingExtraError, QueryError, QueryLimitError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql.named import queries
from graphkit.sparql.patterns import CartesianProductWarning, main_patterns, unconnected
from tests.conftest import Run, graph_of
from tests.w3c import cases


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return graph_of({"P": ["Ada", "Bob"], "Q": ["Ada"]}, years={"P": 1843})


def test_steps(kg: KnowledgeGraph) -> None:
    found = kg.explain(
        """PREFIX f: <http://xmlns.com/foaf/0.1/>
        SELECT DISTINCT ?n {
            ?p dcterms:creator ?a ; dcterms:title ?t .
            ?a f:name ?n
            OPTIONAL { ?p fabio:hasPublicationYear ?y }
            FILTER(?n = ?wanted)
        }""",
        wanted="Ada",
    )
    steps = [(p, None if pd.isna(a) else a, r) for p, a, r in found.iloc[:, :3].to_numpy().tolist()]
    assert steps == [
        ("?p dcterms:creator ?a ; dcterms:title ?t", 3, 3),
        ("?a f:name ?n", 2, 3),
        ("OPTIONAL { ?p fabio:hasPublicationYear ?y }", None, 3),
        ('FILTER(?n = "Ada")', None, 2),
        ("the whole query", None, 1),
    ]
    assert (found.seconds >= 0).all()
    assert found.note.isna().all()


@pytest.mark.parametrize("saved", [True, False])
def test_the_plan_of_the_engine(kg: KnowledgeGraph, tmp_path: Path, saved: bool) -> None:
    if saved:
        kg.save(tmp_path / "x.kg")
        kg = gk.open(tmp_path / "x.kg")
    text = "SELECT DISTINCT ?n { ?p dcterms:creator ?a . ?a foaf:name ?n FILTER(?n = ?wanted) }"
    found = kg.explain(text, plan=True, wanted="Ada")
    assert list(found.columns) == ["step", "rows", "seconds"]
    assert found.iloc[0].tolist()[:2] == ["Distinct(Hash)", 1]
    rows = {step.lstrip("· "): count for step, count in zip(found.step, found.rows, strict=True)}
    assert rows["QuadPattern(?p dcterms:creator ?a)"] == 3
    assert (found.seconds >= 0).all()
    assert found.step.str.startswith("· ").tolist() == [False] + [True] * (len(found) - 1)
    assert len(kg.explain("CONSTRUCT { ?a a ?c } WHERE { ?a a ?c }", plan=True)) > 0
    assert len(kg.explain("ASK { ?a a ?c }", plan=True)) > 0
    with pytest.raises(QueryError, match="SERVICE is not allowed"):
        kg.explain("ASK { SERVICE <http://127.0.0.1:9/> { ?a a ?c } }", plan=True)


def test_a_plan_that_takes_too_long(kg: KnowledgeGraph) -> None:
    many = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o ."
    with pytest.raises(QueryLimitError, match="time"):
        kg.explain(f"ASK {{ {many} FILTER(?c = CONCAT(?f, ?i, ?l, ?o)) }}", plan=True, timeout=2)


def test_a_plan_needs_its_extra(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(MissingExtraError, match="explain"):
        kg.explain("ASK { ?a a ?c }", plan=True)


def test_steps_that_take_too_long(kg: KnowledgeGraph) -> None:
    many = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o ."
    found = kg.explain(f"ASK {{ {many} FILTER(?c = CONCAT(?f, ?i, ?l, ?o)) }}", timeout=0.3)
    assert found.rows.isna().tolist()[-2:] == [True, True]
    assert found.note.tolist()[1:5] == ["shares no variable with the others"] * 4


def test_what_is_no_query(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="column 1: expected SELECT"):
        kg.explain("SELEC * {}")


@pytest.mark.parametrize(
    ("body", "apart"),
    [
        ("?a ?b ?c . ?d ?e ?f", ("?a ?b ?c", "?d ?e ?f")),
        ("?a ?b ?c . ?d ?e ?f FILTER(?a = ?d)", ("?a ?b ?c", "?d ?e ?f")),
        ("?a ?b ?c . ?d ?e ?f . ?c ?g ?d", ()),
        ("?a ?b ?c ; ?d ?e . ?e ?f 1.5", ()),
        ("?a ?b _:x . _:x ?e ?f", ()),
        ("[ ?a ?b ] ?c ?d . ?d ?e ?f", ()),
        ("?a foaf:made ?b . author:X.Y ?c ?b", ()),
        ("author:X ?a ?b . OPTIONAL { ?c ?d ?e }", ("author:X ?a ?b", "OPTIONAL { ?c ?d ?e }")),
        ("?a ?b ?c OPTIONAL { ?a ?d ?e } MINUS { ?x ?y ?z }", ()),
        ("?a ?b ?c . GRAPH ?a { ?d ?e ?f }", ()),
        ("?a ?b ?c . GRAPH ?g { ?d ?e ?f }", ("?a ?b ?c", "GRAPH ?g { ?d ?e ?f }")),
        ("?a ?b ?c . BIND(?c + 1 AS ?n) ?x ?y ?n", ()),
        ("?a ?b ?c . BIND(1 AS ?n)", ()),
        ("?a ?b ?c . VALUES ?x { 1 2 }", ()),
        ("?a ?b ?c . VALUES (?x ?y) { (1 2) (3 4) } ?x ?d ?a", ()),
        ("{ ?a ?b ?c } UNION { ?d ?e ?f }", ()),
        ("{ ?a ?b ?c } UNION { ?d ?e ?f . ?g ?h ?i }", ("?d ?e ?f", "?g ?h ?i")),
        ("{ SELECT ?x { ?a ?b ?x } } ?x ?c ?d", ()),
        ("{ SELECT (COUNT(*) AS ?n) { ?a ?b ?c } } { SELECT (MAX(?y) AS ?m) { ?x ?z ?y } }", ()),
        ("{ SELECT (MIN(?n) AS ?m) { SELECT ?x (1 AS ?n) { ?x ?z 1 } GROUP BY ?x } } ?a ?b ?c", ()),
        (
            "{ SELECT ?x (MAX(?y) AS ?m) { ?x ?z ?y } GROUP BY ?x } ?a ?b ?c",
            ("{ SELECT ?x (MAX(?y) AS ?m) { ?x ?z ?y } GROUP BY ?x }", "?a ?b ?c"),
        ),
        ("paper:P dcterms:creator author:A . ?a ?b ?c", ()),
        ("?a ?b '?d ?e' . ?a <http://e.example/?d> ?f # ?x ?y ?z .", ()),
        ("?a foaf:name/foaf:nick|^foaf:made* ?b . ?b !(a|foaf:made) ?c", ()),
        ("FILTER EXISTS { ?a ?b ?c } ?d ?e ?f FILTER NOT EXISTS { ?g ?h ?d }", ()),
    ],
)
def test_unconnected(body: str, apart: tuple[str, ...]) -> None:
    assert unconnected(f"SELECT * WHERE {{ {body} \n}} ORDER BY ?a") == apart
    assert unconnected(f"CONSTRUCT {{ ?x ?y ?z . ?u ?v ?w }} WHERE {{ {body} \n}}") == apart


def test_a_product_is_named_before_it_runs(kg: KnowledgeGraph) -> None:
    text = "SELECT * { ?a foaf:name ?n . ?p dcterms:title ?t }"
    with pytest.warns(CartesianProductWarning, match="share no variable") as caught:
        assert len(kg.query(text)) == 4  # type: ignore[arg-type]
    assert caught[0].filename == __file__
    # A value in the place of a variable leaves nothing to pair.
    assert len(kg.query(text, n="Ada", a="author:Ada")) == 2  # type: ignore[arg-type]


def test_a_parameter_ties_patterns_together(kg: KnowledgeGraph) -> None:
    text = "SELECT ?p ?q { ?p dcterms:creator ?who . ?q dcterms:creator ?who }"
    assert len(kg.query(text, who="author:Ada")) == 4  # type: ignore[arg-type]
    assert kg.explain(text, who="author:Ada").note.isna().all()


def test_named_queries_are_connected() -> None:
    assert [name for name, asked in queries().items() if unconnected(asked.text)] == []


def test_every_query_of_the_suite_can_be_taken_apart() -> None:
    for case in cases():
        if case.kind == "QueryEvaluationTest":
            before, patterns = main_patterns(case.text.read_text(encoding="utf-8"))
            assert before
            assert all(pattern.text for pattern in patterns)


def test_on_the_command_line(graphkit: Run, kg: KnowledgeGraph) -> None:
    kg.save("x.kg")
    found = graphkit("query", "x.kg", "SELECT ?n { ?a foaf:name ?n }", "--explain", "-f", "csv")
    lines = found.out.splitlines()
    assert lines[0] == "pattern,alone,rows,seconds,note"
    assert lines[1].startswith("?a foaf:name ?n,2,2,")
    assert gk.open("x.kg") == kg


def test_a_warning_on_the_command_line_is_one_line(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.save(tmp_path / "x.kg")
    text = "ASK { ?a foaf:name ?n . ?p dcterms:title ?t }"
    command = [sys.executable, "-m", "graphkit.cli", "query", str(tmp_path / "x.kg"), text]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    assert (done.returncode, done.stdout) == (0, "true\n")
    (line,) = done.stderr.splitlines()
    assert line.startswith("graphkit: warning: '?a foaf:name ?n' and '?p dcterms:title ?t' share")
