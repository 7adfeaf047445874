from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import rdflib

import graphkit as gk
from graphkit.errors import QueryError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql.oxigraph import store
from tests.conftest import graph_of


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    """Two sources: the first says of a paper, its author and topic, the second of another."""
    first = graph_of({"P": ["Ada"]}, years={"P": 1843}, topics={"P": ["Logic"]}, source="source:a")
    second = graph_of({"Q": ["Ada", "Bob"]}, source="source:b")
    return first | second


def frame(kg: KnowledgeGraph, text: str, **options: Any) -> pd.DataFrame:
    found = kg.query(text, **options)
    assert isinstance(found, pd.DataFrame)
    return found


def column(kg: KnowledgeGraph, *terms: str) -> tuple[str, list[Any]]:
    """Dtype and values of a column of these terms."""
    found = frame(kg, f"SELECT ?x {{ VALUES ?x {{ {' '.join(terms)} }} }}")["x"]
    return str(found.dtype), [None if pd.isna(value) else value for value in found]


@pytest.mark.parametrize(
    ("terms", "dtype", "values"),
    [
        (["1", "-2", "+3"], "int64[pyarrow]", [1, -2, 3]),
        (['"7"^^xsd:int', '"8"^^xsd:long', "UNDEF"], "int64[pyarrow]", [7, 8, None]),
        (['"2022"^^xsd:gYear', '"-0044"^^xsd:gYear'], "int64[pyarrow]", [2022, -44]),
        (["1.5", "2.0"], "double[pyarrow]", [1.5, 2.0]),
        (["1e0", "2.5E-3"], "double[pyarrow]", [1.0, 0.0025]),
        (["1", "2.5", '"3.0"^^xsd:float'], "double[pyarrow]", [1.0, 2.5, 3.0]),
        (['"INF"^^xsd:double', "1e0"], "double[pyarrow]", [float("inf"), 1.0]),
        (["true", "false", "UNDEF"], "bool[pyarrow]", [True, False, None]),
        (['"1"', '"2"'], "string[pyarrow]", ["1", "2"]),
        (['"true"', '"false"'], "string[pyarrow]", ["true", "false"]),
        (["1", '"a"'], "string[pyarrow]", ["1", "a"]),
        (["1", "<http://a.example/>"], "string[pyarrow]", ["1", "http://a.example/"]),
        (["true", "1"], "string[pyarrow]", ["true", "1"]),
        (['"x"^^xsd:integer', "1"], "string[pyarrow]", ["x", "1"]),
        (['"2022Z"^^xsd:gYear'], "string[pyarrow]", ["2022Z"]),
        (['"a"@en', '"b"@de-AT', '"c"'], "string[pyarrow]", ["a", "b", "c"]),
        (['"-2022-05-01"^^xsd:date'], "string[pyarrow]", ["-2022-05-01"]),
        (['"2022-05-01T10:00:00"^^xsd:dateTime'], "string[pyarrow]", ["2022-05-01T10:00:00"]),
        (['"a"^^<http://t.example/>'], "string[pyarrow]", ["a"]),
        (['""', "UNDEF", '""@en'], "string[pyarrow]", ["", None, ""]),
        (["UNDEF", "UNDEF"], "string[pyarrow]", [None, None]),
        (
            ['"tab\\tline\\nreturn\\rquote\\"back\\\\"'],
            "string[pyarrow]",
            ['tab\tline\nreturn\rquote"back\\'],
        ),
        (["'''a \"b\" 'c'\nd'''"], "string[pyarrow]", ["a \"b\" 'c'\nd"]),
        (['"é 张伟 🧪 \u202eabc \u2028"'], "string[pyarrow]", ["é 张伟 🧪 \u202eabc \u2028"]),
        (['"<http://a.example/>"', '"_:b"'], "string[pyarrow]", ["<http://a.example/>", "_:b"]),
        (['"\\"@en"', '"a,b;c"'], "string[pyarrow]", ['"@en', "a,b;c"]),
        (['"\\u0000\\u001b"'], "string[pyarrow]", ["\x00\x1b"]),
    ],
)
def test_types(kg: KnowledgeGraph, terms: list[str], dtype: str, values: list[Any]) -> None:
    assert column(kg, *terms) == (dtype, values)


def test_years_of_papers(kg: KnowledgeGraph) -> None:
    found = frame(
        kg,
        "SELECT ?t ?y { ?p dcterms:title ?t OPTIONAL {?p fabio:hasPublicationYear ?y} } "
        "ORDER BY ?t",
    )
    assert found["t"].to_list() == ["P", "Q"]
    assert str(found["y"].dtype) == "int64[pyarrow]"
    assert found["y"][0] == 1843
    assert pd.isna(found["y"][1])


def test_columns_are_in_the_order_of_the_query(kg: KnowledgeGraph) -> None:
    assert list(frame(kg, "SELECT ?o ?s ?p { ?s ?p ?o } LIMIT 1").columns) == ["o", "s", "p"]
    assert sorted(frame(kg, "SELECT * { ?s ?p ?o } LIMIT 1").columns) == ["o", "p", "s"]


def test_no_rows(kg: KnowledgeGraph) -> None:
    found = frame(kg, "SELECT ?a ?b { ?a foaf:nick ?b }")
    assert found.shape == (0, 2)
    assert list(found.columns) == ["a", "b"]
    assert [str(dtype) for dtype in found.dtypes] == ["string[pyarrow]"] * 2


def test_no_columns(kg: KnowledgeGraph) -> None:
    assert frame(kg, "SELECT * {}").shape == (1, 0)
    assert frame(kg, "SELECT * { FILTER(false) }").shape == (0, 0)
    assert frame(kg, "SELECT * { paper:P dcterms:creator author:Ada }").shape == (1, 0)


def test_blank_nodes(kg: KnowledgeGraph) -> None:
    found = frame(kg, "SELECT ?x { VALUES ?n {1 2} BIND(BNODE() AS ?x) }")["x"]
    assert found.nunique() == 2
    assert found.str.startswith("_:").all()


def test_ids_and_iris(kg: KnowledgeGraph) -> None:
    text = "SELECT ?p ?w { ?p dcterms:creator author:Bob BIND(<http://a.example/b> AS ?w) }"
    whole = "https://w3id.org/graphkit/id/paper/Q"
    assert frame(kg, text).to_dict("list") == {"p": [whole], "w": ["http://a.example/b"]}
    assert frame(kg, text, short=True).to_dict("list") == {
        "p": ["paper:Q"],
        "w": ["http://a.example/b"],
    }


def test_shortening_leaves_texts_alone(kg: KnowledgeGraph) -> None:
    text = 'SELECT ("https://orcid.org/1" AS ?t) (<https://orcid.org/1> AS ?i) {}'
    assert frame(kg, text, short=True).to_dict("list") == {
        "t": ["https://orcid.org/1"],
        "i": ["orcid:1"],
    }


def test_many_rows_are_not_cut() -> None:
    papers = {f"P{n}": [f"A{n}", f"A{n + 1}"] for n in range(3000)}
    found = frame(graph_of(papers), "SELECT ?p ?t { ?p dcterms:title ?t }")
    assert sorted(found["t"]) == sorted(papers)


def test_ask(kg: KnowledgeGraph) -> None:
    assert kg.query("ASK { ?p dcterms:creator author:Bob }") is True
    assert kg.query("ASK { ?p dcterms:creator author:Zoe }") is False


def test_construct(kg: KnowledgeGraph) -> None:
    found = kg.query("CONSTRUCT { ?a foaf:made ?p } { ?p dcterms:creator ?a }")
    assert isinstance(found, rdflib.Graph)
    base = rdflib.Namespace("https://w3id.org/graphkit/id/")
    made = rdflib.FOAF.made
    assert set(found) == {
        (base["author/Ada"], made, base["paper/P"]),
        (base["author/Ada"], made, base["paper/Q"]),
        (base["author/Bob"], made, base["paper/Q"]),
    }
    assert "author:Bob foaf:made paper:Q ." in found.serialize(format="turtle")


def test_describe(kg: KnowledgeGraph) -> None:
    found = kg.query("DESCRIBE topic:Logic")
    assert isinstance(found, rdflib.Graph)
    assert (None, rdflib.SKOS.prefLabel, rdflib.Literal("Logic")) in found
    assert len(set(found.subjects())) == 1


def test_nothing_constructed(kg: KnowledgeGraph) -> None:
    found = kg.query("CONSTRUCT { ?a ?b ?c } { ?a foaf:nick ?c . ?a ?b ?c }")
    assert isinstance(found, rdflib.Graph)
    assert len(found) == 0


def test_who_said_it(kg: KnowledgeGraph) -> None:
    text = "SELECT ?g { GRAPH ?g { ?p dcterms:creator author:Ada } } ORDER BY ?g"
    assert frame(kg, text, short=True)["g"].to_list() == ["source:a", "source:b"]
    within = "SELECT ?t { GRAPH source:b { ?p dcterms:title ?t } }"
    assert frame(kg, within)["t"].to_list() == ["Q"]


def test_the_default_graph_is_the_union_of_all_sources(kg: KnowledgeGraph) -> None:
    text = "SELECT DISTINCT ?t { ?p dcterms:creator author:Ada ; dcterms:title ?t } ORDER BY ?t"
    assert frame(kg, text)["t"].to_list() == ["P", "Q"]
    # What two sources say is said once.
    assert frame(kg, "SELECT ?n { author:Ada foaf:name ?n }")["n"].to_list() == ["Ada"]
    count = "SELECT (COUNT(*) AS ?n) { ?a a foaf:Person }"
    assert frame(kg, count)["n"].to_list() == [2]
    unnamed = graph_of({"R": ["Cy"]}, source="")
    assert frame(kg | unnamed, "SELECT ?t { ?p dcterms:title ?t } ORDER BY ?t")["t"].to_list() == [
        "P",
        "Q",
        "R",
    ]


@pytest.mark.parametrize(
    ("clauses", "pattern", "titles"),
    [
        ("FROM source:a", "?p dcterms:title ?t", ["P"]),
        ("FROM source:a FROM source:b", "?p dcterms:title ?t", ["P", "Q"]),
        ("from <https://w3id.org/graphkit/id/source/b>", "?p dcterms:title ?t", ["Q"]),
        ("FROM source:none", "?p dcterms:title ?t", []),
        ("FROM NAMED source:a", "GRAPH ?g { ?p dcterms:title ?t }", ["P"]),
        ("FROM NAMED source:a", "?p dcterms:title ?t", []),
        (
            "FROM source:a FROM NAMED source:b",
            "{ ?p dcterms:title ?t } UNION { GRAPH ?g { ?p dcterms:title ?t } }",
            ["P", "Q"],
        ),
        ("", '?p dcterms:title ?t FILTER(?t != "FROM source:a")', ["P", "Q"]),
        ("", "?p dcterms:title ?t # FROM source:a\n", ["P", "Q"]),
        ("", "?p dcterms:title ?t . OPTIONAL { ?p schema:from ?from }", ["P", "Q"]),
    ],
)
def test_datasets(kg: KnowledgeGraph, clauses: str, pattern: str, titles: list[str]) -> None:
    found = frame(kg, f"SELECT ?t {clauses} {{ {pattern} }} ORDER BY ?t")
    assert found["t"].to_list() == titles


def test_prefixes(kg: KnowledgeGraph) -> None:
    own = "PREFIX n: <http://xmlns.com/foaf/0.1/> SELECT ?x { author:Ada n:name ?x }"
    assert frame(kg, own)["x"].to_list() == ["Ada"]
    again = "PREFIX author: <http://other.example/> SELECT ?x { author:Ada foaf:name ?x }"
    assert frame(kg, again)["x"].to_list() == []


def test_the_graphs_own_base() -> None:
    graph = graph_of({"P": ["Ada"]})
    moved = KnowledgeGraph(
        {name: graph.table(name) for name in ("papers", "authors", "authorships")},
        base="https://kg.example/",
    )
    text = "SELECT ?p { ?p dcterms:creator author:Ada }"
    assert frame(moved, text)["p"].to_list() == ["https://kg.example/paper/P"]
    assert frame(moved, text, short=True)["p"].to_list() == ["paper:P"]


def test_the_store_is_filled_once(kg: KnowledgeGraph) -> None:
    assert store(kg) is store(kg)
    # What the two sources say, and once more, each thing once, what they say together.
    named = [quad for quad in store(kg) if str(quad.graph_name) != "DEFAULT"]
    union = {quad.triple for quad in named}
    assert len(union) < len(named)
    assert len(store(kg)) == len(named) + len(union)
    alone = kg.without("source:b")
    assert len(store(alone)) == len({quad.triple for quad in store(alone)})


FIRST = "expected SELECT, ASK, CONSTRUCT or DESCRIBE "
PATTERN = "expected a variable, an IRI, a string, a number, "
NO_MORE = "expected nothing more before "
AFTER = "expected '{', '}', '.', ';' or ',' before "
HINT = "; did you mean "
UNBOUND = "SELECT contains a variable that is unbound at the end of the line"

# -- errors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "at", "says"),
    [
        ("", 1, 1, "the query is empty: begin with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("  # SELECT\n", 1, 1, "the query is empty: begin with SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("SELEC ?x { ?x a ?y }", 1, 1, FIRST + "before 'SELEC ?x { ?x a ?y }'" + HINT + "SELECT?"),
        ("SELECT ?x {", 1, 12, PATTERN + "'(', '{', '}' or '.' at the end of the line"),
        ("SELECT ?x { ?x a ?y", 1, 20, "expected '{', '}', '.', ';' or ',' at the end of the line"),
        ("SELECT ?x { ?x a }", 1, 18, None),
        ("SELECT ?x { ?x a ?y } LIMIT x", 1, 29, "expected a number before 'x'"),
        ("SELECT ?x { ?x a ?y } ORDR BY ?x", 1, 23, NO_MORE + "'ORDR BY ?x'" + HINT + "ORDER?"),
        ("SELECT ?x { ?x a ?y FILTR(?x) }", 1, 21, AFTER + "'FILTR(?x) }'" + HINT + "FILTER?"),
        ("SELECT ?x {\n  ?x a ?y .\n  ?x ?y ]\n}", 3, 9, None),
        ("SELECT ?x { ?x a 'é🧪' ] }", 1, 23, AFTER + "'] }'"),
        ('SELECT ?x { ?x a "open }', 1, 25, "expected a closing quote at the end of the line"),
        ("SELECT * {\n ?s foaff:name ?o }", 2, 5, None),
        ("SELECT * { ?s nope:name ?o }", 1, 15, None),
        ("SELECT * { a:b ?p ?o }", 1, 12, None),
        ("SELECT * { <a> ?b ?c }", 1, 12, "<a> is no absolute IRI"),
        ("SELECT * { ?x a <http://a b> }", 1, 17, "<http://a b> is no absolute IRI"),
        ("SELECT ?z { ?x a ?y } GROUP BY ?x", 1, 34, UNBOUND),
        ("INSERT DATA { <a:b> <a:c> <a:d> }", 1, 1, None),
        ("DROP ALL", 1, 1, None),
        ("LOAD <http://localhost/>", 1, 1, None),
    ],
)  # fmt: skip
def test_errors_say_where_and_what(
    kg: KnowledgeGraph, text: str, line: int, at: int, says: str | None
) -> None:
    with pytest.raises(QueryError) as caught:
        kg.query(text)
    assert (caught.value.line, caught.value.column) == (line, at)
    message = str(caught.value)
    assert message.startswith(f"SPARQL line {line}, column {at}: ")
    assert "\n" not in message
    assert not re.search(r"\[_\]|\\u|\.\.=", message)
    if says is not None:
        assert message.endswith(f": {says}")


def test_unknown_prefixes_are_named(kg: KnowledgeGraph) -> None:
    with pytest.raises(
        QueryError, match=r"unknown prefix foaff: did you mean foaf:\? \(known: acl:"
    ):
        kg.query("SELECT * { ?s foaff:name ?o }")
    with pytest.raises(
        QueryError, match=r"unknown prefix a: \(known|unknown prefix a: did you mean"
    ):
        kg.query("SELECT * { a:b ?p ?o }")


def test_unknown_functions(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="not supported"):
        kg.query("SELECT (<http://f.example/>(1) AS ?x) {}")


# -- nothing outside is reached -----------------------------------------------------------


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[str, list[str]]]:
    """A server that must not be called, and the calls it got."""
    calls: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql", calls
        server.shutdown()


CALLS = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE\n\tsilent\n<URL> { ?s ?p ?o } }",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { VALUES ?g { <URL> } SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "PREFIX u: <URL> SELECT * { SERVICE u: { ?s ?p ?o } }",
    "PREFIX service: <URL> SELECT * { SERVICE service: { ?s ?p ?o } }",
    "PREFIX u: <URL> SELECT * { SERVICEu: { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    # No space is needed before a keyword …
    "SELECT * { ?a ?b 1SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b 1.5SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b 'x'SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b trueSERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b ?c.SERVICE<URL>{ ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?x)SERVICE<URL>{ ?s ?p ?o } }",
    # … and what looks like a text, an IRI or a comment need not be one.
    "SELECT * { FILTER(?a<?b)SERVICE#>\n<URL> { ?s ?p ?o } }",
    "SELECT * { FILTER(1<2 #> '''\n)SERVICE <URL> { ?s ?p ?o } #'''\n}",
    "SELECT * { # '''\n SERVICE <URL> { ?s ?p ?o } # '''\n}",
    "SELECT * { ?a ?b '''\\''' ''' . SERVICE <URL> { ?s ?p ?o } }",
    'SELECT * { ?a ?b "\\\\" . SERVICE <URL> { ?s ?p ?o } #"\n}',
    "SELECT * { ?a <http://a.example/#> ?b SERVICE <URL> { ?s ?p ?o } }",
    "ASK { SERVICE <URL> { ?s ?p ?o } } and more",
    "ASK { SERVICE <URL> { ?s ?p ?o } } }",
]


@pytest.mark.parametrize("text", CALLS)
def test_service_is_refused(kg: KnowledgeGraph, outside: tuple[str, list[str]], text: str) -> None:
    url, calls = outside
    with pytest.raises(QueryError):
        kg.query(text.replace("URL", url))
    assert calls == []


def test_the_refusal_says_where(kg: KnowledgeGraph) -> None:
    with pytest.raises(QueryError) as caught:
        kg.query("SELECT *\n{ service silent <http://a.example/> { ?s ?p ?o } }")
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert str(caught.value) == (
        "SPARQL line 2, column 3: SERVICE is not allowed: a query reaches nothing outside the graph"
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s schema:service ?o }",
        "SELECT * { ?s foaf:x.service ?o }",
        "SELECT * { ?s <http://a.example/SERVICE> ?o }",
        "SELECT * { ?s ?p 'SERVICE <http://a.example/> {}' }",
        'SELECT * { ?s ?p """\n SERVICE <http://a.example/> { """ }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://a.example/> {}",
        "SELECT ?service $SERVICE { ?service ?p $SERVICE }",
        "SELECT * { _:service ?p 'a'@service }",
        "PREFIX service: <http://a.example/> SELECT * { ?s service:service ?o }",
    ],
)
def test_the_word_alone_is_no_call(kg: KnowledgeGraph, text: str) -> None:
    found = frame(kg, text)
    wanted = frame(kg, text.replace("service", "surface").replace("SERVICE", "SURFACE"))
    assert len(found) == len(wanted)


@pytest.mark.parametrize("text", ["SELECT * FROM <URL> { ?s ?p ?o }", "DESCRIBE <URL>"])
def test_names_are_not_fetched(
    kg: KnowledgeGraph, outside: tuple[str, list[str]], text: str
) -> None:
    url, calls = outside
    assert len(kg.query(text.replace("URL", url))) == 0  # type: ignore[arg-type]
    assert calls == []


def test_queries_change_nothing(example: KnowledgeGraph) -> None:
    before = len(store(example))
    for text in ("DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryError):
            example.query(text)
    assert len(store(example)) == before
    assert example == gk.example().resolve()
