"""Habits of public endpoints, by a server on loopback that has them: odd types, pages, waits."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import graphkit as gk
from graphkit.errors import EndpointError, QueryError
from tests.web.conftest import Rude, Said

ROWS = (
    b'{"head": {"vars": ["name"]}, "results": {"bindings": '
    b'[{"name": {"type": "literal", "value": "Ada \\"the first\\"\\tL."}}]}}'
)
XML = (
    b'<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
    b'<variable name="name"/></head><results><result><binding name="name"><literal>'
    b'Ada "the first"&#9;L.</literal></binding></result></results></sparql>'
)
PAGE = (
    b"<!DOCTYPE html><html><head><title>x</title></head><body><h1>Be right back</h1></body></html>"
)
SELECT = "SELECT ?name { ?a foaf:name ?name }"


def asked(server: Rude, text: str = SELECT, **options: Any) -> Any:
    return gk.connect(server.url, **{"retries": 1, "timeout": 20, **options}).query(text)


def of(kind: str) -> dict[str, str]:
    return {"Content-Type": kind}


def chunked(body: bytes) -> Said:
    parts = [body[at : at + 7] for at in range(0, len(body), 7)] + [b""]
    coded = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return 200, {"Transfer-Encoding": "chunked", "Content-Length": ""}, coded


@pytest.mark.parametrize(
    "said",
    [
        (200, of("application/sparql-results+json; charset=utf-8"), ROWS),
        (200, of("application/json"), ROWS),
        (200, of("text/plain"), b"\n" + ROWS),
        (200, of(""), b"\xef\xbb\xbf" + ROWS),
        (200, of("text/xml"), XML),
        (200, of("application/sparql-results+xml"), XML),
        (200, {"Content-Encoding": "gzip"}, gzip.compress(ROWS)),
        chunked(ROWS),
    ],
)
def test_an_answer_is_known_by_what_it_is(rude: Callable[..., Rude], said: Said) -> None:
    assert list(asked(rude(said))["name"]) == ['Ada "the first"\tL.']


@pytest.mark.parametrize("kind", ["application/n-triples", "text/plain; charset=utf-8"])
def test_a_graph_of_another_type(rude: Callable[..., Rude], kind: str) -> None:
    server = rude((200, of(kind), b"<x:a> <x:b> <x:c> .\n"))
    assert len(asked(server, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")) == 1


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ((200, of("text/html"), PAGE), EndpointError, "neither JSON.*: Be right back$"),
        ((200, {}, b""), EndpointError, "no answer to this query .*nothing"),
        ((200, {}, ROWS[:-9]), EndpointError, "no answer to this query"),
        ((200, {}, b'{"head": {}, "boolean": true}'), EndpointError, "where a table was"),
        ((206, {}, ROWS), EndpointError, "a part of the answer only"),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), EndpointError, "broke its answer off"),
        ((200, {"Content-Length": "9999"}, ROWS), EndpointError, "broke its answer off"),
        ((500, of("text/html"), PAGE), EndpointError, "answered 500 .*: Be right back$"),
        ((400, of("text/html"), PAGE), QueryError, "refused the query: Be right back$"),
        ((301, {"Location": "https://x.example/"}, b""), EndpointError, "points to https://x.ex"),
    ],
)
def test_what_is_no_answer_says_so(
    rude: Callable[..., Rude], said: Said, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as told:
        asked(rude(said), retries=0)
    assert "<h1>" not in str(told.value)


def test_an_error_may_end_in_another_thread(rude: Callable[..., Rude]) -> None:
    held: list[EndpointError] = []
    try:
        asked(rude((200, {}, ROWS[:-9])), retries=0)
    except EndpointError as error:
        held.append(error)
    assert held
    thread = Thread(target=held.clear)
    thread.start()
    thread.join()


@pytest.mark.parametrize("after", ["1", "-5", "nan", "soon", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_who_is_busy_is_asked_again(rude: Callable[..., Rude], after: str) -> None:
    server = rude((429, {"Retry-After": after}, b"slow down"), (200, {}, ROWS))
    start = time.monotonic()
    assert len(asked(server)) == 1
    assert len(server.asked) == 2
    assert after != "1" or time.monotonic() - start >= 1


def test_a_date_to_come_back_is_kept(rude: Callable[..., Rude]) -> None:
    then = time.time() + 2
    server = rude((503, {"Retry-After": formatdate(then, usegmt=True)}, PAGE), (200, {}, ROWS))
    asked(server)
    # The date has whole seconds.
    assert time.time() >= int(then)


def test_who_stays_busy_is_named(rude: Callable[..., Rude]) -> None:
    server = rude((429, {"Retry-After": "0"}, b"60 queries a minute"))
    with pytest.raises(EndpointError, match=r"answered 429 .*: 60 queries a minute") as told:
        asked(server, retries=2)
    assert told.value.status == 429
    assert len(server.asked) == 3


def test_only_answers_are_kept(rude: Callable[..., Rude], tmp_path: Path) -> None:
    server = rude((200, of("text/html"), PAGE), (200, {}, ROWS), (500, {}, b"down"))
    with pytest.raises(EndpointError):
        asked(server, cache=tmp_path)
    for _ in range(2):
        assert len(asked(server, cache=tmp_path)) == 1
    assert len(server.asked) == 2
