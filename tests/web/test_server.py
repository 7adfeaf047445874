"""The endpoint as clients meet it: formats, datasets, headers, limits, and rude clients."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import rdflib

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from tests.conftest import Run, graph_of
from tests.web.conftest import Served, serving

PAPERS = "SELECT (COUNT(?paper) AS ?n) { ?paper a fabio:ResearchPaper }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"

# -- formats ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/sparql-results+json", "JSON"),
        ("application/sparql-results+xml", "XML"),
        ("text/csv", "CSV"),
        ("text/tab-separated-values", "TSV"),
    ],
)
def test_tables_in_each_format(served: Served, accept: str, kind: str) -> None:
    said = served.ask(PAPERS, accept)
    assert said.headers["content-type"].partition(";")[0] == accept
    if kind == "CSV":
        assert said.text.splitlines() == ["n", "44"]
        return
    form = getattr(ox.QueryResultsFormat, kind)
    (row,) = ox.parse_query_results(said.content, form)  # type: ignore[misc]
    assert row["n"].value == "44"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_graphs_in_each_format(served: Served, accept: str, form: Any) -> None:
    text = "CONSTRUCT { ?a foaf:name ?n } { ?a a foaf:Person ; foaf:name ?n }"
    said = served.ask(text, accept)
    assert said.headers["content-type"].partition(";")[0] == accept
    assert len(list(ox.parse(said.content, form))) == 173


def test_the_preferred_format_is_sent(served: Served) -> None:
    said = served.ask(PAPERS, "text/csv;q=0.2, application/sparql-results+xml;q=0.9, */*;q=0.1")
    assert said.headers["content-type"] == "application/sparql-results+xml"
    assert served.ask("ASK {}", "*/*").json() == {"head": {}, "boolean": True}
    said = served.ask(PAPERS, "image/png")
    assert said.status_code == 406
    assert "text/csv" in said.text
    # One that writes graphs alone is no format for a table.
    assert served.ask(PAPERS, "text/turtle").status_code == 406


def test_an_answer_is_compressed_for_who_takes_that(served: Served) -> None:
    text = "SELECT * { ?s ?p ?o }"
    with served.http.stream(
        "GET", "sparql", params={"query": text}, headers={"Accept-Encoding": "gzip"}
    ) as said:
        raw = b"".join(said.iter_raw())
        assert said.headers["content-encoding"] == "gzip"
    plain = served.ask(text, "*/*", **{"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 3


# -- what is asked ------------------------------------------------------------------------


def test_three_ways_to_ask(served: Served) -> None:
    csv = {"Accept": "text/csv"}
    direct = {**csv, "Content-Type": "application/sparql-query; charset=utf-8"}
    answers = [
        served.http.get("sparql", params={"query": PAPERS}, headers=csv),
        served.http.post("sparql", data={"query": PAPERS}, headers=csv),
        served.http.post("sparql", content=PAPERS, headers=direct),
    ]
    assert [said.text.split() for said in answers] == [["n", "44"]] * 3


def test_the_dataset_may_be_named_by_the_request(serve: Callable[..., Served]) -> None:
    one = graph_of({"Notes": ["Ada"]}, source="source:one")
    two = graph_of({"Tables": ["Ben"]}, source="source:two")
    server = serve(one | two)
    names = "SELECT ?n { ?s foaf:name ?n } ORDER BY ?n"
    inside = "SELECT ?n { GRAPH ?g { ?s foaf:name ?n } } ORDER BY ?n"
    iri = "https://w3id.org/graphkit/id/source/"

    def found(text: str, **more: Any) -> list[str]:
        said = server.http.get(
            "sparql", params={"query": text, **more}, headers={"Accept": "text/csv"}
        )
        return said.text.split()[1:]

    assert found(names) == ["Ada", "Ben"]
    assert found(names, **{"default-graph-uri": iri + "one"}) == ["Ada"]
    assert found(names, **{"default-graph-uri": [iri + "one", iri + "two"]}) == ["Ada", "Ben"]
    assert found(names, **{"named-graph-uri": iri + "one"}) == []
    assert found(inside, **{"named-graph-uri": iri + "two"}) == ["Ben"]
    # What the request names counts, not what the query does.
    text = f"SELECT ?n FROM <{iri}one> {{ ?s foaf:name ?n }}"
    assert found(text, **{"default-graph-uri": iri + "two"}) == ["Ben"]


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("SELECT * { ?s ?p ", 400, "SPARQL line 1, column"),
        ("SELECT * { ?s foafx:name ?o }", 400, "unknown prefix foafx"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?o } }", 403, "SERVICE"),
    ],
)
def test_a_refused_query_says_why(served: Served, text: str, status: int, words: str) -> None:
    said = served.ask(text)
    assert said.status_code == status
    assert words in said.text


def test_nobody_writes_to_a_read_only_endpoint(served: Served) -> None:
    before = served.ask(PAPERS).text
    assert served.update("CLEAR ALL").status_code == 403
    for method in ("PUT", "POST", "DELETE"):
        said = served.http.request(method, "graphs", params={"graph": "http://x.example/"})
        assert said.status_code == 403
    assert served.ask(PAPERS).text == before


def test_methods_and_paths(served: Served) -> None:
    assert served.http.options("sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert served.http.patch("sparql").status_code == 405
    assert served.http.get("nowhere").status_code == 404
    head = served.http.head("sparql", params={"query": PAPERS})
    assert head.content == b""
    assert int(head.headers["content-length"]) > 0


def test_other_pages_may_ask(served: Served) -> None:
    origin = {"Origin": "https://notebook.example"}
    said = served.ask(PAPERS, **origin)
    assert said.headers["access-control-allow-origin"] == "*"
    asked = {**origin, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "content-type"
    said = served.http.options("sparql", headers=asked)
    assert "POST" in said.headers["access-control-allow-methods"]


def test_an_unchanged_answer_is_not_sent_again(served: Served) -> None:
    first = served.ask(PAPERS)
    again = served.ask(PAPERS, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = served.ask(PAPERS, "text/tab-separated-values")
    assert other.headers["etag"] != first.headers["etag"]
    assert "etag" not in served.ask("SELECT (RAND() AS ?r) {}").headers


# -- what the service says of itself ------------------------------------------------------


def test_the_service_describes_itself(served: Served, example: KnowledgeGraph) -> None:
    said = served.http.get("sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(said.content, format="turtle")
    found = graph.query(
        f"""
        PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?triples ?people {{
          ?service a sd:Service ; sd:endpoint <{served.sparql}> ;
            sd:supportedLanguage sd:SPARQL11Query ;
            sd:defaultDataset/sd:defaultGraph ?default .
          ?default void:triples ?triples ; void:classPartition ?part .
          ?part void:class <http://xmlns.com/foaf/0.1/Person> ; void:entities ?people .
          FILTER NOT EXISTS {{ ?service sd:supportedLanguage sd:SPARQL11Update }}
        }}"""
    )
    ((triples, people),) = [tuple(int(value) for value in row) for row in found]  # type: ignore
    assert people == example.counts()["authors"]
    assert served.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text.split() == ["n", str(triples)]


def test_a_person_with_a_browser_is_shown_the_editor(served: Served) -> None:
    said = served.http.get("sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (said.status_code, said.headers["location"]) == (303, served.address)


# -- limits -------------------------------------------------------------------------------


def test_an_endless_query_is_stopped(serve: Callable[..., Served]) -> None:
    server = serve(gk.example(), "--timeout", 1, "--workers", 1)
    start = time.monotonic()
    said = server.ask(ENDLESS)
    assert said.status_code == 504
    assert "its time reached the limit of 1 seconds" in said.text
    assert time.monotonic() - start < 30
    assert server.ask(PAPERS).text.split() == ["n", "44"]


def test_an_answer_too_large_is_refused(serve: Callable[..., Served]) -> None:
    server = serve(gk.example(), "--result", 1)
    said = server.ask(LARGE)
    assert said.status_code == 500
    assert "1,048,576 bytes" in said.text
    assert server.ask(PAPERS).text.split() == ["n", "44"]


def test_an_answer_cut_short_never_looks_whole(serve: Callable[..., Served]) -> None:
    server = serve(gk.example(), "--result", 64)
    with pytest.raises(httpx.RemoteProtocolError):
        server.ask(LARGE)


def test_a_query_gets_so_much_memory_and_no_more(serve: Callable[..., Served]) -> None:
    server = serve(gk.example(), "--memory", 128, "--workers", 1)
    said = server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i")
    assert said.status_code == 500
    assert "memory" in said.text
    assert server.ask(PAPERS).text.split() == ["n", "44"]


def test_a_query_may_be_so_long_and_no_longer(served: Served) -> None:
    long = f"SELECT * {{ ?s ?p '{'x' * (1 << 20)}' }}"
    said = served.http.post("sparql", data={"query": long})
    assert said.status_code == 413
    assert "1,048,576 bytes" in said.text


# -- rude clients -------------------------------------------------------------------------


def busy(server: Served) -> int:
    """How many children of the server use a processor right now."""
    count = 0
    for pid in server.workers():
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            count += stat.read().rpartition(")")[2].split()[0] == "R"
    return count


def test_no_work_goes_on_for_a_client_that_left(serve: Callable[..., Served]) -> None:
    server = serve(gk.example(), "--workers", 1, "--timeout", 600)
    with pytest.raises(httpx.ReadTimeout):
        server.http.get("sparql", params={"query": ENDLESS}, timeout=1)
    start = time.monotonic()
    assert server.ask(PAPERS).text.split() == ["n", "44"]
    while busy(server):
        # Who answered just now may still be tidying up; the endless one would not end.
        assert time.monotonic() - start < 30
        time.sleep(0.05)


def test_a_slow_client_holds_no_worker(serve: Callable[..., Served]) -> None:
    server = serve(gk.example(), "--workers", 1, "--result", 64)
    url = httpx.URL(server.address)
    # 30 MB or so, of which the client takes not one byte.
    text = "SELECT ?a ?c ?f { ?a ?b ?c . ?d a foaf:Person ; foaf:name ?f }"
    request = httpx.Request("GET", url.join("sparql"), params={"query": text})
    with socket.create_connection((url.host, url.port or 80)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % request.url.raw_path)
        assert slow.recv(15) == b"HTTP/1.1 200 OK"
        for _ in range(5):
            assert server.ask(PAPERS).text.split() == ["n", "44"]


def test_many_clients_at_once(served: Served) -> None:
    def ask(number: int) -> str:
        text = f"SELECT ?n {{ ?a foaf:name ?n }} ORDER BY ?n OFFSET {number} LIMIT 1"
        return served.ask(text).text

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(ask, range(96)))
    names = served.ask("SELECT ?n { ?a foaf:name ?n } ORDER BY ?n").text.split("\r\n")[1:97]
    assert [said.split("\r\n")[1] for said in answers] == names


# -- named queries, and other servers -----------------------------------------------------


def test_named_queries_of_a_folder_are_filled(serve: Callable[..., Served], tmp_path: Path) -> None:
    (tmp_path / "named-so.rq").write_text(
        "# Who is called so.\n# parameter name: text\nSELECT ?a { ?a foaf:name ?name }", "utf-8"
    )
    server = serve(graph_of({"Notes": ["Ada"]}), "--queries", tmp_path)
    offered = {
        each["name"]: each for each in server.http.get("editor/graph.json").json()["queries"]
    }
    assert offered["named-so"] == {
        "name": "named-so",
        "description": "Who is called so.",
        "parameters": [{"name": "name", "kind": "text", "default": None}],
    }
    (author,) = offered["coauthors-of"]["parameters"]
    assert author["label"] == "http://xmlns.com/foaf/0.1/name"

    def filled(name: str, /, **values: str) -> httpx.Response:
        return server.http.get(f"editor/queries/{name}", params=values)

    text = filled("named-so", name='Ada"').text
    assert text.startswith("PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n")
    assert '?a foaf:name "Ada\\""' in text
    found = server.ask(filled("named-so", name="Ada").text)
    assert found.text.split() == ["a", "https://w3id.org/graphkit/id/author/Ada"]
    for values in ({}, {"author": "Ada"}, {"author": "x:a> } #"}, {"who": "x:a"}):
        assert filled("coauthors-of", **values).status_code == 400
    assert filled("none").status_code == 404


def test_service_calls_who_is_allowed_and_nobody_else(
    served: Served, serve: Callable[..., Served]
) -> None:
    server = serve(graph_of({"Notes": ["Ada"]}), "--allow-service", served.sparql)
    text = (
        "SELECT (COUNT(*) AS ?n) {{ SERVICE <{}> {{ ?p a <http://xmlns.com/foaf/0.1/Person> }} }}"
    )
    assert server.ask(text.format(served.sparql)).text.split() == ["n", "173"]
    for other in (f"{served.sparql}?", f"{served.address}graphs", "http://127.0.0.1:1/sparql"):
        said = server.ask(text.format(other))
        assert said.status_code == 403
        assert "SERVICE" in said.text


# -- changes ------------------------------------------------------------------------------


def test_a_new_state_of_the_graph_is_served(serve: Callable[..., Served]) -> None:
    server = serve(graph_of({"Notes": ["Ada"]}))
    first = server.ask(PAPERS)
    assert first.text.split() == ["n", "1"]
    graph_of({"Notes": ["Ada"], "Tables": ["Ada", "Ben"]}).save(server.path)
    again = server.ask(PAPERS, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text.split()) == (200, ["n", "2"])


def test_a_new_state_comes_while_many_ask(serve: Callable[..., Served]) -> None:
    server = serve(graph_of({"Notes": ["Ada"]}), "--workers", 2)
    enough = threading.Event()

    def ask() -> list[tuple[int, str]]:
        said = []
        while not enough.is_set():
            answer = server.ask(PAPERS)
            said.append((answer.status_code, answer.text.split()[-1]))
        return said

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask) for _ in range(4)]
        try:
            for size in (2, 3):
                graph_of({f"Paper {n}": ["Ada"] for n in range(size)}).save(server.path)
                while server.ask(PAPERS).text.split() != ["n", str(size)]:
                    pass
        finally:
            enough.set()
        # Each answer is of one state or the next, none fails, and none is of a state gone by.
        for answers in (each.result() for each in asking):
            assert {status for status, _ in answers} == {200}
            counts = [int(count) for _, count in answers]
            assert counts == sorted(counts)
            assert set(counts) <= {1, 2, 3}


def test_a_folder_that_cannot_be_written_is_served(tmp_path: Path) -> None:
    # A file in the place of the store's folder stops root too, whom no permission stops.
    path = tmp_path / "served.kg"
    graph_of({"Notes": ["Ada"]}).save(path)
    (path / "rdf").write_bytes(b"")
    with serving(path) as server:
        assert server.ask(PAPERS).text.split() == ["n", "1"]
    assert (path / "rdf").read_bytes() == b""


def test_who_sends_the_token_may_write(serve: Callable[..., Served]) -> None:
    server = serve(graph_of({"Notes": ["Ada"]}), "--writable")
    insert = (
        "INSERT DATA { GRAPH <http://x.example/g> { author:Ben a foaf:Person ; foaf:name 'Ben' } }"
    )
    names = "SELECT ?n { ?a foaf:name ?n } ORDER BY ?n"
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic bWU6b25l"}):
        said = server.http.post("sparql", data={"update": insert}, headers=headers)
        assert said.status_code == 401
        assert "Bearer" in said.headers["www-authenticate"]
    assert server.ask(names).text.split() == ["n", "Ada"]
    assert server.update(insert).status_code == 204
    assert server.ask(names).text.split() == ["n", "Ada", "Ben"]
    # What was written is in the tables, as of a source of its own.
    kg = gk.open(server.path)
    assert dict(zip(kg.authors["id"], kg.authors["source"], strict=True)) == {
        "author:Ada": "source:s",
        "author:Ben": "http://x.example/g",
    }
    assert server.update("INSERT DATA { bad }").status_code == 400


# -- starting -----------------------------------------------------------------------------


def test_what_is_wrong_is_said_before_anything_is_served(graphkit: Run, tmp_path: Path) -> None:
    said = graphkit("serve", "none.kg")
    assert said.code == 1
    assert "none.kg" in said.err
    KnowledgeGraph().save(tmp_path / "empty.kg")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = graphkit("serve", "empty.kg", "--port", taken.getsockname()[1])
    assert said.code == 1
    assert "cannot be listened at" in said.err
    assert graphkit("serve", "empty.kg", "--writable").code == 2
