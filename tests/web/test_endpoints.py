"""Real servers of different make on loopback: ours, Oxigraph's and Apache Jena Fuseki's.

All are asked in the same way and answer the same; other people's clients ask ours.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

import graphkit as gk
from graphkit.errors import EndpointError, QueryError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql.http import sent
from tests.conftest import graph_of
from tests.web.conftest import TOKEN, Served, serving

FUSEKI = Path.home() / ".cache" / "graphkit" / "jena-fuseki-server-5.3.0.jar"
NAMES = "SELECT ?name { GRAPH ?source { ?a a foaf:Person ; foaf:name ?name } } ORDER BY ?name"


@dataclass
class Store:
    """A server with a graph store: where to ask it and where to load it."""

    query: str
    graphs: str
    token: str | None = None

    def connect(self, **options: Any) -> Any:
        return connect(self.query, **options)

    def push(self, kg: KnowledgeGraph, **options: Any) -> dict[str, int]:
        return kg.push(self.graphs, token=self.token, **options)


def connect(url: str, **options: Any) -> Any:
    """As `gk.connect`; what a query gives is known to who wrote it."""
    return gk.connect(url, **options)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[object], address: str, folder: Path) -> Iterator[None]:
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([*map(str, command)], cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            for _ in range(600):
                try:
                    httpx.get(address, timeout=5)
                    break
                except httpx.TransportError:
                    assert process.poll() is None, (folder / "log").read_text()
                    time.sleep(0.1)
            yield
        finally:
            process.kill()


def missing(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and in CI the tests must talk to it")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    binary = Path(sysconfig.get_path("scripts")) / "oxigraph"
    if not binary.exists():
        missing("oxigraph")
    folder = tmp_path_factory.mktemp("oxigraph")
    address = f"127.0.0.1:{free_port()}"
    command = [binary, "serve", "--location", folder / "store", "--bind", address]
    with running(command, f"http://{address}/", folder):
        yield Store(f"http://{address}/query", f"http://{address}/store")


@pytest.fixture(scope="session")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    java = shutil.which("java")
    if java is None or not FUSEKI.exists():
        missing("Fuseki (python tools/fetch_fuseki.py)")
    folder = tmp_path_factory.mktemp("fuseki")
    port = free_port()
    command = [java, "-Xmx512m", "-jar", FUSEKI, "--mem", "--update", "--localhost"]
    with running([*command, f"--port={port}", "/kg"], f"http://127.0.0.1:{port}/$/ping", folder):
        address = f"http://127.0.0.1:{port}/kg"
        yield Store(f"{address}/sparql", f"{address}/data")


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("ours") / "empty.kg"
    KnowledgeGraph().save(path)
    with serving(path, "--writable") as server:
        yield Store(server.sparql, f"{server.address}graphs", TOKEN)


@pytest.fixture(params=["ours", "oxigraph", "fuseki"])
def store(request: pytest.FixtureRequest, example: Any) -> Store:
    """Each server in turn, with the bundled graph and nothing else."""
    found: Store = request.getfixturevalue(request.param)
    headers = {"Authorization": f"Bearer {found.token}"} if found.token else {}
    with httpx.Client(headers=headers, timeout=60) as http:
        answer = connect(found.query).query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        graphs = set(answer["g"]) if len(answer) else set()
        wanted = {example.namespaces.expand(source) for source in example.source_ids()}
        for graph in graphs - wanted:
            http.delete(found.graphs, params={"graph": graph}).raise_for_status()
        if not wanted <= graphs:
            found.push(example)
    return found


def test_what_is_pushed_is_there(store: Store, example: Any) -> None:
    counted = store.connect().query(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", short=True
    )
    own = example.query(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", short=True
    )
    assert counted.to_dict("list") == own.to_dict("list")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?p ?title ?year { GRAPH ?g { ?p dcterms:title ?title OPTIONAL "
        "{ ?p fabio:hasPublicationYear ?year } } } ORDER BY ?p",
        "SELECT (1 AS ?whole) (1.5 AS ?part) (true AS ?yes) ('a\\tb\\n\"c\"' AS ?text) "
        "(foaf:name AS ?iri) (?none AS ?missing) {}",
        "SELECT ?p { GRAPH ?g { ?p a foaf:Nothing } }",
        "ASK { GRAPH ?g { ?p a foaf:Person } }",
        "ASK { GRAPH ?g { ?p a foaf:Nothing } }",
    ],
)
def test_an_endpoint_answers_as_a_graph_does(store: Store, example: Any, text: str) -> None:
    found, own = store.connect().query(text, short=True), example.query(text, short=True)
    if isinstance(own, bool):
        assert found is own
    else:
        assert list(found.dtypes) == list(own.dtypes)
        assert found.equals(own)


def test_a_graph_comes_as_a_graph(store: Store, example: Any) -> None:
    text = "CONSTRUCT { ?p foaf:name ?n } { GRAPH ?g { ?p a foaf:Person ; foaf:name ?n } }"
    found = store.connect().query(text)
    assert isinstance(found, rdflib.Graph)
    assert set(found) == set(example.query(text))
    described = store.connect().query("DESCRIBE ?p { GRAPH ?g { ?p foaf:name 'Andreas Stolcke' } }")
    assert isinstance(described, rdflib.Graph)


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("?paper dcterms:creator ?author", {"author": "author:Andreas_Stolcke"}),
        ("?author foaf:name ?name", {"name": "Andreas Stolcke"}),
        ("?author foaf:name ?name", {"name": 'no " one'}),
    ],
)
def test_values_are_bound(store: Store, example: Any, pattern: str, values: Any) -> None:
    text = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ {pattern} }} }}"
    found, own = store.connect().query(text, values), example.query(text, values)
    assert found["n"][0] == own["n"][0]


def test_pages_make_one_table(store: Store, example: Any) -> None:
    found = store.connect().query(NAMES, page=50)
    assert found.equals(example.query(NAMES))
    assert found.equals(store.connect().query(NAMES, page=len(found)))
    for text in ("SELECT * { ?s ?p ?o }", NAMES + " LIMIT 3", "ASK {}"):
        with pytest.raises(QueryError):
            store.connect().query(text, page=10)


def test_a_chosen_dataset(store: Store, example: Any) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?p a foaf:Person }"
    (source,) = [s for s in example.source_ids() if s.startswith("source:guide")]
    graph = example.namespaces.expand(source)
    found = store.connect().query(text, default_graphs=[graph])
    own = example.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?p a foaf:Person }} }}")
    assert found["n"][0] == own["n"][0] > 100


def test_a_wrong_query_is_an_error_with_the_servers_words(store: Store) -> None:
    with pytest.raises(QueryError, match=r"refused the query: .*\d"):
        store.connect().query("SELECT * { ?s ?p ")
    with pytest.raises(QueryError, match="no variable"):
        store.connect().query("SELECT * { ?s ?p ?o }", x=1)


def test_a_push_replaces_a_source_and_nothing_else(store: Store) -> None:
    one = graph_of({"Notes": ["Ada", "Ben"]}, source="source:one")
    store.push(one)
    sent = store.push(graph_of({"Notes": ["Ada"]}, source="source:one"), chunk=64)
    endpoint = store.connect()
    iri = "https://w3id.org/graphkit/id/source/one"
    text = f"SELECT ?name {{ GRAPH <{iri}> {{ ?a a foaf:Person ; foaf:name ?name }} }}"
    assert list(endpoint.query(text)["name"]) == ["Ada"]
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    assert endpoint.query(count)["n"][0] == sent["source:one"]
    assert endpoint.query("ASK { GRAPH ?g { ?a foaf:name 'Andreas Stolcke' } }") is True


def test_an_update_through_push_needs_the_token(ours: Store) -> None:
    with pytest.raises(EndpointError, match="401") as told:
        graph_of({"Notes": ["Ada"]}).push(ours.graphs)
    assert told.value.status == 401


# -- the cache, and what goes wrong --------------------------------------------------------


def test_a_cache_saves_the_way(served: Served, tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?p a foaf:Person }"
    endpoint = connect(served.sparql, cache=tmp_path / "cache")
    first = endpoint.query(text)
    (kept,) = (tmp_path / "cache").iterdir()
    # What the endpoint says is unchanged is taken from here.
    kept.write_bytes(kept.read_bytes().replace(b"173", b"999"))
    assert int(first["n"][0]) == 173
    assert int(endpoint.query(text)["n"][0]) == 999
    assert int(connect(served.sparql).query(text)["n"][0]) == 173


def test_an_endpoint_that_is_not_there() -> None:
    start = time.monotonic()
    with pytest.raises(EndpointError, match="cannot be reached") as told:
        connect(f"http://127.0.0.1:{free_port()}/sparql", retries=2).query("ASK {}")
    assert told.value.status is None
    # Two waits, of half a second and one, shortened by half at most.
    assert 0.7 < time.monotonic() - start < 30
    with pytest.raises(EndpointError):
        connect("not an address").query("ASK {}")


def test_no_redirect_is_followed(served: Served) -> None:
    # The endpoint sends browsers to the editor; a query would go there with its credentials.
    with (
        httpx.Client(headers={"Accept": "text/html"}) as browser,
        pytest.raises(EndpointError, match=r"points to .*: use that, if you trust it"),
    ):
        sent(lambda: browser.get(served.sparql), served.sparql, 0)


def test_a_slow_endpoint(serve: Callable[..., Served]) -> None:
    server = serve(gk.example(), "--timeout", 1)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with pytest.raises(EndpointError, match="answered 504") as told:
        connect(server.sparql).query(endless)
    assert told.value.status == 504
    with pytest.raises(EndpointError, match="does not answer in time"):
        connect(server.sparql, timeout=0.2).query(endless)


# -- other people's clients ----------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sparqlwrapper(served: Served, ours: Store) -> None:
    from SPARQLWrapper import BASIC, CSV, JSON, POST, SPARQLWrapper

    client = SPARQLWrapper(served.sparql)
    client.setQuery("SELECT (COUNT(*) AS ?n) { ?p a foaf:Person }")
    client.setReturnFormat(JSON)
    rows: Any = client.queryAndConvert()
    assert [row["n"]["value"] for row in rows["results"]["bindings"]] == ["173"]
    client.setReturnFormat(CSV)
    client.setMethod(POST)
    assert client.queryAndConvert() == b"n\r\n173\r\n"
    client = SPARQLWrapper(ours.query)
    client.setHTTPAuth(BASIC)
    client.setCredentials("me", TOKEN)
    client.setMethod(POST)
    client.setQuery("INSERT DATA { GRAPH <http://x.example/w> { author:Wrapped a foaf:Person } }")
    client.query()
    client.setQuery("ASK { GRAPH <http://x.example/w> { author:Wrapped a foaf:Person } }")
    client.setReturnFormat(JSON)
    assert client.queryAndConvert()["boolean"] is True


def test_the_store_of_rdflib(served: Served, example: Any) -> None:
    graph = rdflib.Graph(SPARQLStore(served.sparql, method="POST"))
    foaf = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
    people = set(graph.subjects(rdflib.RDF.type, foaf.Person))
    assert len(people) == example.counts()["authors"]
    found: Any = graph.query(
        "SELECT ?n { ?p foaf:name ?n } ORDER BY ?n LIMIT 1", initNs={"foaf": foaf}
    )
    first = example.query("SELECT ?n { ?p foaf:name ?n } ORDER BY ?n LIMIT 1")
    assert [str(name) for (name,) in found] == list(first["n"])
