"""The W3C's tests of SPARQL 1.1 Protocol, Graph Store Protocol and Service Description.

The suites are the developers', beside the project; a case that fails stands in
``w3c-failures.toml`` with the reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from graphkit.graph import KnowledgeGraph
from tests.web.conftest import TOKEN, Served, serving

ROOT = Path(__file__).parents[2].parent / "shared" / "w3c-sparql11" / "sparql" / "sparql11"
FAILURES = tomllib.loads(Path(__file__).with_name("w3c-failures.toml").read_text("utf-8"))
MANIFESTS = {
    "protocol": ["protocol/manifest.ttl"],
    "graph-store": [
        "graph-store-protocol/manifest-direct.ttl",
        "graph-store-protocol/manifest-indirect.ttl",
    ],
}
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
STATUS = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


class Manifest:
    """A manifest and the nodes in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = ox.Store()
        self.store.bulk_load(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())

    def all(self, node: Any, predicate: str) -> list[Any]:
        found = self.store.quads_for_pattern(node, ox.NamedNode(predicate), None, None)
        return [quad.object for quad in found]

    def one(self, node: Any, predicate: str) -> Any:
        found = self.all(node, predicate)
        return found[0] if found else None

    def text(self, node: Any, predicate: str) -> str:
        return str(self.one(node, predicate).value)

    def listed(self, node: Any) -> Iterator[Any]:
        while node is not None and node.value != RDF + "nil":
            yield self.one(node, RDF + "first")
            node = self.one(node, RDF + "rest")

    def headers(self, node: Any) -> dict[str, str]:
        return {
            self.text(header, HT + "fieldName"): self.text(header, HT + "fieldValue")
            for header in self.listed(self.one(node, HT + "headers"))
        }

    def cases(self, kind: str) -> Iterator[Any]:
        for quad in self.store.quads_for_pattern(None, None, ox.NamedNode(MF + kind), None):
            yield quad.subject


def cases(suite: str, kind: str) -> list[Any]:
    """The cases of a suite; those that we know to fail must fail."""
    found = []
    for name in MANIFESTS[suite]:
        if not (ROOT / name).exists():
            continue
        manifest = Manifest(ROOT / name)
        for case in sorted(manifest.cases(kind), key=lambda node: node.value):
            label = case.value.rpartition("#")[2]
            reason = FAILURES.get(suite, {}).get(label)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            found.append(pytest.param(manifest, case, id=label, marks=marks))
    return found


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("w3c") / "empty.kg"
    KnowledgeGraph().save(path)
    with serving(path, "--writable", "--workers", 2) as server:
        server.http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield server


def test_the_suites_are_there_and_whole() -> None:
    if not ROOT.exists():
        pytest.skip("the suites of the W3C are not here; they do not come with the project")
    assert len(cases("protocol", "ProtocolTest")) == 34
    assert len(cases("graph-store", "GraphStoreProtocolTest")) == 14


@pytest.mark.parametrize(("manifest", "case"), cases("protocol", "ProtocolTest"))
def test_protocol(writable: Served, manifest: Manifest, case: Any) -> None:
    for data in manifest.all(case, UT + "graphData"):
        file = manifest.path.parent / manifest.text(data, UT + "graph").rpartition("/")[2]
        writable.http.put(
            "graphs",
            params={"graph": manifest.text(data, LABEL)},
            content=file.read_bytes(),
            headers={"Content-Type": "application/n-triples"},
        ).raise_for_status()
    connection(writable, manifest, case, "/sparql")


@pytest.mark.parametrize(("manifest", "case"), cases("graph-store", "GraphStoreProtocolTest"))
def test_graph_store(writable: Served, manifest: Manifest, case: Any) -> None:
    # Each case begins with an empty store.
    writable.update("DROP ALL").raise_for_status()
    connection(writable, manifest, case, "/gsp")


def connection(server: Served, manifest: Manifest, case: Any, prefix: str) -> None:
    """Send the requests of a case, one after the other, and hold each answer against its own."""
    authority = "www.example"
    ours = {"/sparql": "sparql", "/gsp": "graphs"}[prefix]
    known: dict[str, str] = {}
    action = manifest.one(case, MF + "action")
    for request in manifest.listed(manifest.one(action, HT + "requests")):
        path = manifest.text(request, HT + "absolutePath").removeprefix(prefix)
        for name, value in known.items():
            path = path.replace(name, quote(value, safe=""))
        body = manifest.one(request, HT + "body")
        content = None
        headers = manifest.headers(request)
        if body is not None:
            encoding = manifest.text(body, CNT + "characterEncoding")
            content = manifest.text(body, CNT + "chars").encode(encoding)
            if "charset=UTF-16" in headers.get("content-type", ""):
                content = content.decode(encoding).encode("utf-16")
        response = server.http.request(
            manifest.text(request, HT + "methodName"),
            httpx.URL(f"{server.address}{ours}{path}"),
            content=content,
            headers={"Host": authority, **headers},
        )
        expected = manifest.one(request, HT + "resp")
        hold(manifest, expected, response)
        location = manifest.one(expected, MF + "expectedLocation")
        if location is not None:
            known[location.value] = response.headers["location"]


def hold(manifest: Manifest, expected: Any, response: httpx.Response) -> None:
    wanted = [
        node.value.rpartition("#")[2] for node in manifest.all(expected, MF + "expectedStatus")
    ]
    said = f"{response.status_code}: {response.text[:300]}"
    assert any(
        response.status_code == STATUS.get(status)
        or re.fullmatch(status.removeprefix("StatusCode").replace("xx", r"\d\d"), said[:3])
        for status in wanted
    ), said
    kind = response.headers.get("content-type", "")
    boolean = manifest.one(expected, MF + "expectedBoolean")
    if boolean is not None:
        assert response.json()["boolean"] is (boolean.value == "true")
    shape = manifest.one(expected, MF + "expectedFormat")
    if shape is not None:
        assert (
            kind.partition(";")[0]
            in {
                "boolean": ["application/sparql-results+json"],
                "tabular": ["application/sparql-results+json"],
                "RDF": ["text/turtle"],
            }[shape.value]
        )
    for name, value in manifest.headers(expected).items():
        assert response.headers[name] == value
    body = manifest.one(expected, HT + "body")
    if body is not None:
        assert canonical(response.content) == canonical(manifest.text(body, CNT + "chars").encode())


def canonical(turtle: bytes) -> ox.Dataset:
    """The graph, so that isomorphic ones are equal."""
    dataset = ox.Dataset(ox.parse(turtle, ox.RdfFormat.TURTLE, base_iri="http://www.example/"))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset
