"""The store beside the tables, limits, and processes that come and go."""

from __future__ import annotations

import datetime
import io
import os
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.errors import QueryError, QueryLimitError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.sparql import worker
from graphkit.sparql.engine import Engine, engine
from graphkit.sparql.parameters import bind
from tests.conftest import graph_of

NAMES = "SELECT ?n { ?a foaf:name ?n } ORDER BY ?n"
# Thousands of millions of combinations, none of which is an answer.
ENDLESS = """SELECT (COUNT(*) AS ?n) { ?a foaf:name ?b . ?c foaf:name ?d . ?e foaf:name ?f .
    ?g foaf:name ?h . ?i foaf:name ?j FILTER(CONCAT(?b, ?d) = CONCAT(?f, ?h, ?j)) }"""


def names(kg: KnowledgeGraph, **options: Any) -> list[str]:
    return list(kg.query(NAMES, **options)["n"])  # type: ignore[index]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    graph_of({"P": ["Ada", "Bob"]}, source="source:a").save(tmp_path / "x.kg")
    return tmp_path / "x.kg"


# -- the folder ---------------------------------------------------------------------------


def test_the_store_is_kept_beside_the_tables(folder: Path) -> None:
    kg = gk.open(folder)
    assert names(kg) == ["Ada", "Bob"]
    place = engine(kg).place
    assert place is not None
    assert place.parent == folder / "rdf"
    made = place.stat().st_mtime_ns
    again = gk.open(folder)
    assert names(again) == ["Ada", "Bob"]
    assert engine(again).place == place
    assert place.stat().st_mtime_ns == made
    assert gk.open(folder) == kg


def test_a_stale_store_is_made_anew(folder: Path) -> None:
    old = gk.open(folder)
    place = engine(old).place
    (old | graph_of({"Q": ["Cy"]}, source="source:b")).save(folder)
    assert names(gk.open(folder)) == ["Ada", "Bob", "Cy"]
    stores = [entry.name for entry in (folder / "rdf").iterdir() if entry.is_dir()]
    assert len(stores) == 1
    assert place is not None
    assert stores != [place.name]
    # The graph that was opened before is what it was.
    assert names(old) == ["Ada", "Bob"]
    assert names(old, timeout=60) == ["Ada", "Bob"]


def test_a_store_that_vanishes_is_made_anew(folder: Path) -> None:
    kg = gk.open(folder)
    assert names(kg) == ["Ada", "Bob"]
    place = engine(kg).place
    assert place is not None
    (folder / "rdf").rename(folder / "old")
    again = gk.open(folder)
    assert names(again, timeout=60) == ["Ada", "Bob"]
    assert place.exists()


@pytest.mark.parametrize("part", ["*.sst", "MANIFEST*", "CURRENT", "graphkit.json"])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_a_damaged_store_is_made_anew(folder: Path, part: str, how: str) -> None:
    place = engine(gk.open(folder)).place
    assert place is not None
    for file in place.glob(part):
        if how == "gone":
            file.unlink()
        else:
            os.truncate(file, file.stat().st_size // 2)
    assert names(gk.open(folder)) == ["Ada", "Bob"]
    assert names(gk.open(folder), timeout=60) == ["Ada", "Bob"]


@pytest.mark.parametrize("timeout", [None, 60])
def test_damage_within_a_file_is_found_when_it_is_read(folder: Path, timeout: float | None) -> None:
    place = engine(gk.open(folder)).place
    assert place is not None
    for file in place.glob("*.sst"):
        data = bytearray(file.read_bytes())
        data[:200] = b"\xff" * 200
        file.write_bytes(data)
    assert names(gk.open(folder), timeout=timeout) == ["Ada", "Bob"]


def test_a_folder_that_cannot_be_written_still_answers(folder: Path) -> None:
    (folder / "rdf").write_text("in the way")  # root may write wherever permissions forbid it
    kg = gk.open(folder)
    assert names(kg) == ["Ada", "Bob"]
    assert names(kg, timeout=60) == ["Ada", "Bob"]
    assert engine(kg).place is None


def test_a_crash_while_building_leaves_nothing_half(tmp_path: Path) -> None:
    path = tmp_path / "x.kg"
    many = {f"Paper {n}": [f"Author {n}", f"Author {n + 1}"] for n in range(4000)}
    graph_of(many).save(path)
    asking = [
        sys.executable,
        "-c",
        f"import graphkit as gk; gk.open({str(path)!r}).query('ASK {{}}')",
    ]
    with subprocess.Popen(asking) as process:
        until = time.monotonic() + 60
        while not list((path / "rdf").glob(".new-*")) and time.monotonic() < until:
            time.sleep(0.001)
        process.kill()
    assert list((path / "rdf").glob(".new-*"))
    kg = gk.open(path)
    count = kg.query("SELECT (COUNT(*) AS ?n) { ?p a fabio:ResearchPaper }")
    assert count["n"].tolist() == [4000]  # type: ignore[index]
    assert not list((path / "rdf").glob(".new-*"))


def test_many_processes_ask_at_once(folder: Path) -> None:
    code = f"import graphkit as gk; print(list(gk.open({str(folder)!r}).query({NAMES!r})['n']))"
    asked = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(3)
    ]
    assert [process.communicate(timeout=120)[0] for process in asked] == [b"['Ada', 'Bob']\n"] * 3


# -- limits -------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "folder"])
def crowd(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeGraph:
    kg = graph_of({f"P{n}": [f"A{n}"] for n in range(200)})
    if request.param == "memory":
        return kg
    kg.save(tmp_path / "x.kg")
    return gk.open(tmp_path / "x.kg")


@pytest.mark.filterwarnings("ignore::graphkit.sparql.patterns.CartesianProductWarning")
def test_an_endless_query_stops_and_the_store_stays_usable(crowd: KnowledgeGraph) -> None:
    with pytest.raises(QueryLimitError, match=r"time reached the limit of 0\.5 seconds") as caught:
        crowd.query(ENDLESS, timeout=0.5)
    assert (caught.value.limit, caught.value.allowed) == ("time", 0.5)
    assert len(names(crowd, timeout=60)) == 200
    assert len(names(crowd)) == 200


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is no signal to a group there")
@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("query", ENDLESS),
        ("update", f"INSERT {{ ?a foaf:nick ?b }} WHERE {ENDLESS[ENDLESS.index('{') :]}"),
    ],
)
def test_ctrl_c_stops_what_has_no_limit(tmp_path: Path, verb: str, text: str) -> None:
    graph_of({f"P{n}": [f"A{n}"] for n in range(200)}).save(tmp_path / "x.kg")
    # A shell that runs the tests in the background has Ctrl-C ignored by all that they start.
    session = f"""if True:
        import signal
        import graphkit as gk
        signal.signal(signal.SIGINT, signal.default_int_handler)
        kg = gk.open({str(tmp_path / "x.kg")!r})
        print(len(kg.query({NAMES!r})), flush=True)
        try:
            kg.{verb}({text!r})
        except KeyboardInterrupt:
            print("stopped", len(kg.query({NAMES!r})))"""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", session],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "200\n"
            time.sleep(1)
            # As a terminal does: to the session and to all that it started.
            os.killpg(process.pid, signal.SIGINT)
            assert process.communicate(timeout=60)[0] == "stopped 200\n"
        finally:
            process.kill()


def test_a_process_that_ends_within_a_message_has_ended() -> None:
    pipe = io.BytesIO()
    worker.send(pipe, b"H", b"header")
    for size in range(len(pipe.getvalue())):
        assert worker.receive(io.BytesIO(pipe.getvalue()[:size])) == (b"", b"")
    assert worker.receive(io.BytesIO(pipe.getvalue())) == (b"H", b"header")


def test_a_process_is_kept_for_the_next_query(crowd: KnowledgeGraph) -> None:
    made = engine(crowd)
    names(crowd, timeout=60)
    (first,) = made._idle
    names(crowd, timeout=60)
    assert made._idle == [first]
    with pytest.raises(QueryError, match="column 8"):
        crowd.query("SELECT x", timeout=60)
    assert made._idle == [first]
    made.close()
    assert made._idle == []
    assert not first.alive()
    assert len(names(crowd, timeout=60)) == 200


def test_processes_share_one_store_in_memory(folder: Path) -> None:
    kg = gk.open(folder, in_memory=True)
    made = engine(kg)
    # Two at once, so that there are two processes.
    answers = [made.ask(NAMES, timeout=60) for _ in range(2)]
    assert [answer.read() for answer in answers] == [b'?n\n"Ada"\n"Bob"\n'] * 2
    assert len(made._idle) == 2
    (root,) = made._roots
    assert root.alive()
    assert not (folder / "rdf").exists()
    made.close()
    assert not root.alive()
    assert names(kg) == ["Ada", "Bob"]
    assert made.version == engine(gk.open(folder)).version


def test_a_process_that_was_stopped_leaves_the_store_to_others(crowd: KnowledgeGraph) -> None:
    made = engine(crowd)
    assert len(names(crowd)) == 200
    roots = list(made._roots)
    with pytest.raises(QueryLimitError, match="time"):
        made.whole(ENDLESS, timeout=0.3, quiet=True)
    assert len(names(crowd)) == 200
    assert made._roots == roots


def test_a_store_in_memory_whose_process_ended_is_made_anew(folder: Path) -> None:
    kg = gk.open(folder, in_memory=True)
    assert names(kg) == ["Ada", "Bob"]
    made = engine(kg)
    (root,), (first,) = made._roots, made._idle
    os.kill(root._process.pid, signal.SIGKILL)
    root._process.wait()
    # What had the store has it still.
    assert names(kg) == ["Ada", "Bob"]
    assert made._idle == [first]
    first.stop()
    assert names(kg) == ["Ada", "Bob"]
    assert made._roots != [root]


def test_threads_share_an_engine(crowd: KnowledgeGraph) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(names(crowd, timeout=60))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 3


@pytest.mark.parametrize("timeout", [None, 60])
def test_answers_have_a_size(crowd: KnowledgeGraph, timeout: float | None) -> None:
    made = engine(crowd)
    with pytest.raises(QueryLimitError, match="size reached the limit of 1,000 bytes"):
        made.ask(NAMES, size=1000, timeout=timeout).read()
    assert len(made.ask(NAMES, size=10_000, timeout=timeout).read().splitlines()) == 201


def test_memory_has_a_limit() -> None:
    kg = graph_of({f"P{n}": [f"A{n}"] for n in range(300)})
    small = Engine(kg, memory=400 << 20)
    text = """SELECT (GROUP_CONCAT(CONCAT(?b, ?d, ?f)) AS ?x)
        { ?a foaf:name ?b . ?c foaf:name ?d . ?e foaf:name ?f }"""
    with pytest.raises(QueryLimitError) as caught:
        small.ask(text, timeout=120).read()
    assert caught.value.limit == "memory"
    assert small.ask("ASK {}", timeout=60).truth is True
    small.close()


def test_who_leaves_early_stops_the_evaluation(crowd: KnowledgeGraph) -> None:
    made = engine(crowd)
    answer = made.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }", timeout=120)
    assert len(next(answer.parts)) > 0
    answer.close()
    assert made._idle == []
    assert made.ask("ASK {}", timeout=60).truth is True


@pytest.mark.parametrize("timeout", [None, 60])
@pytest.mark.parametrize(
    ("results", "begins"),
    [
        ("application/sparql-results+json", b'{"head"'),
        ("application/sparql-results+xml", b"<?xml"),
        ("text/csv", b"n\r\nAda"),
        ("text/tab-separated-values", b'?n\n"Ada"'),
    ],
)
def test_formats(folder: Path, results: str, begins: bytes, timeout: float | None) -> None:
    answer = engine(gk.open(folder)).ask(NAMES, results=results, timeout=timeout)
    assert (answer.kind, answer.media_type, answer.variables) == ("solutions", results, ["n"])
    assert answer.read().startswith(begins)


def test_services_that_are_named_may_be_called(crowd: KnowledgeGraph) -> None:
    made, text = engine(crowd), "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises(QueryError, match="SERVICE is not allowed"):
        made.ask(text)
    assert made.ask(text, services=["http://127.0.0.1:9/"]).kind == "solutions"
    for other in (
        "SELECT * { SERVICE <http://127.0.0.1:9/> {} SERVICE <http://127.0.0.1:8/> {} }",
        "SELECT * { SERVICE <http://127.0.0.1:9/x> {} }",
        "SELECT * { SERVICE ?s { ?a ?b ?c } }",
    ):
        with pytest.raises(QueryError, match="SERVICE is not allowed"):
            made.ask(other, services=["http://127.0.0.1:9/"])


# -- parameters ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return graph_of(
        {"P": ["Ada"], "Q": ["Ada", "Bob"], 'Say "no"': ["Cy"]}, years={"P": 1843, "Q": 1850}
    )


def rows(kg: KnowledgeGraph, text: str, **values: Any) -> list[tuple[Any, ...]]:
    found = kg.query(text, short=True, **values)
    return [tuple(row) for row in found.itertuples(index=False)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("SELECT ?t { ?p dcterms:creator ?a ; dcterms:title ?t }", {"a": "author:Bob"}, [("Q",)]),
        ("SELECT ?a ?t { ?p dcterms:creator ?a ; dcterms:title ?t }", {"a": "author:Bob"},
         [("author:Bob", "Q")]),
        ("SELECT * { ?p dcterms:creator ?a }", {"a": "author:Bob"}, None),
        ("SELECT ?t { ?p dcterms:title ?t ; fabio:hasPublicationYear ?y }", {"y": 1843}, [("P",)]),
        ("SELECT ?t { ?p dcterms:title ?t ; fabio:hasPublicationYear ?y FILTER(?y > ?since) }",
         {"since": 1843}, [("Q",)]),
        ("SELECT ?p { ?p dcterms:title ?t }", {"t": 'Say "no"'}, None),
        ("SELECT (COUNT(*) AS ?n) { ?p dcterms:creator ?a }", {"a": "author:Ada"}, [(2,)]),
        ("SELECT ?a (COUNT(*) AS ?n) { ?p dcterms:creator ?a } GROUP BY ?a", {"a": "author:Ada"},
         [("author:Ada", 2)]),
        ("SELECT ?n { { SELECT (COUNT(?p) AS ?n) { ?p dcterms:creator ?a } } }",
         {"a": "author:Ada"}, [(2,)]),
        ("SELECT ?n { { SELECT ?a (COUNT(?p) AS ?n) { ?p dcterms:creator ?a } GROUP BY ?a } }",
         {"a": "author:Ada"}, [(2,)]),
        ("SELECT ?t { ?p dcterms:title ?t FILTER NOT EXISTS { ?p dcterms:creator ?a } }",
         {"a": "author:Ada"}, [('Say "no"',)]),
        ("SELECT (?x AS ?y) {}", {"x": True}, [(True,)]),
        ("SELECT (?x + 1 AS ?y) {}", {"x": 1.5}, [(2.5,)]),
        ("SELECT (?x AS ?y) {}", {"x": Decimal("1.50")}, [(1.5,)]),
        ("SELECT (?x AS ?y) {}", {"x": datetime.date(2022, 9, 18)},
         [(datetime.date(2022, 9, 18),)]),
        ("SELECT (LANG(?x) AS ?y) {}", {"x": rdflib.Literal("a", lang="de")}, [("de",)]),
        ("SELECT (STR(?x) AS ?y) {}", {"x": rdflib.URIRef("http://a.example/")},
         [("http://a.example/",)]),
        ("SELECT ?a { VALUES ?a { author:Ada author:Bob } }", {"a": "author:Bob"},
         [("author:Bob",)]),
    ],
)  # fmt: skip
def test_parameters(
    kg: KnowledgeGraph, text: str, values: dict[str, Any], expected: list[Any] | None
) -> None:
    found = rows(kg, text, **values)
    assert len(found) == 1 if expected is None else found == expected


def test_parameters_of_other_forms(kg: KnowledgeGraph) -> None:
    assert kg.query("ASK { ?p dcterms:creator ?a }", a="author:Zoe") is False
    assert len(kg.query("DESCRIBE ?a", a="author:Bob")) > 0  # type: ignore[arg-type]
    made = kg.query("CONSTRUCT { ?a foaf:made ?p } WHERE { ?p dcterms:creator ?a }", a="author:Bob")
    assert len(made) == 1  # type: ignore[arg-type]
    short = kg.query("CONSTRUCT WHERE { ?p dcterms:creator ?a }", a="author:Bob")
    assert len(short) == 1  # type: ignore[arg-type]
    named = kg.query("ASK { ?p dcterms:title ?timeout }", {"timeout": "P"})
    assert named is True


def test_wrong_parameters(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match=r"no variable \?b to bind \(it has: \?a\)"):
        kg.query("ASK { ?a ?a ?a }", b=1)
    with pytest.raises(QueryError, match="a list cannot be bound"):
        kg.query("ASK { ?a ?a ?a }", a=[1])
    with pytest.raises(QueryError, match="cannot stand where its variable does"):
        kg.query("ASK { ?a ?p ?b }", p="only a text")
    with pytest.raises(QueryError, match="no absolute IRI"):
        kg.query("ASK { ?a a foaf:Person }", a="<no iri>")


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_text_breaks_out_of_its_place(kg: KnowledgeGraph, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()  # no halves of characters
    literal = rdflib.Literal(text)
    query = "SELECT (STRLEN(?t) AS ?n) { FILTER(?t = ?t) }"
    assert kg.query(query, t=literal)["n"].tolist() == [len(text)]  # type: ignore[index]


def test_names_in_texts_and_comments_stay() -> None:
    text = "SELECT ?x { ?x ?p '?a' . # ?a\n ?x <http://e.example/?a> ?a }"
    bound = bind(text, {"a": 1}, Namespaces())
    assert "'?a' . # ?a\n ?x <http://e.example/?a> " in bound
    assert bound.count("integer") == 1


# -- types --------------------------------------------------------------------------------


def test_dates_and_times(kg: KnowledgeGraph) -> None:
    found = kg.query(
        'SELECT ?d ?t { VALUES (?d ?t) { ("2022-09-18"^^xsd:date "2022-09-18T10:00:00+02:00"^^'
        'xsd:dateTime) (UNDEF "2022-09-18T08:00:00Z"^^xsd:dateTime) } }'
    )
    assert [str(dtype) for dtype in found.dtypes] == [  # type: ignore[union-attr]
        "date32[day][pyarrow]",
        "timestamp[us, tz=UTC][pyarrow]",
    ]
    assert found["d"][0] == datetime.date(2022, 9, 18)  # type: ignore[index]
    assert found["t"].nunique() == 1  # type: ignore[index]
