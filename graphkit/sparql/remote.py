"""SPARQL endpoints on the web: the same queries and answers, from a server that others run.

Nothing is contacted but the endpoint itself.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from graphkit.errors import EndpointError, QueryError
from graphkit.files import write_whole
from graphkit.ids import Namespaces
from graphkit.sparql import answers
from graphkit.sparql.http import client, plain, sent
from graphkit.sparql.parameters import bind
from graphkit.sparql.prologue import declarations
from graphkit.sparql.syntax import NOT_CODE

if TYPE_CHECKING:
    import httpx
    import pandas as pd
    import rdflib

__all__ = ["Endpoint", "connect"]

# What to ask for, the one that costs least first. TSV would be cheaper than JSON, but many
# endpoints write it wrong: Virtuoso quotes IRIs, QLever escapes no quotes, others forget the ?.
RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
GRAPH = "application/n-triples, text/turtle;q=0.5, application/rdf+xml;q=0.4"
# What some call N-Triples and RDF/XML.
LOOSE = {"text/plain": "application/n-triples", "text/xml": "application/rdf+xml"}
T = TypeVar("T")
# Of a query in an address; longer ones go by POST.
LONGEST_ADDRESS = 4000
FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)


def connect(
    url: str,
    *,
    token: str | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float = 60.0,
    retries: int = 3,
    cache: str | os.PathLike[str] | None = None,
    max_age: float = 86_400.0,
    base: str | None = None,
) -> Endpoint:
    """A SPARQL 1.1 endpoint to ask in the same way as a graph.

    Parameters
    ----------
    url : str
        Where it is, such as ``https://query.wikidata.org/sparql``.
    token : str, optional
        Sent as ``Authorization: Bearer …``.
    auth : tuple of str, optional
        A name and a password, for HTTP Basic.
    timeout : float
        How many seconds it may take to answer.
    retries : int
        How often to ask again where it cannot be reached or is busy; the waits double.
    cache : path-like, optional
        A folder in which answers are kept; without one each query is sent.
    max_age : float
        How many seconds an answer in the cache is good for where the endpoint gives it no
        ``ETag``; one with an ``ETag`` is asked about each time, and sent only when it is new.
    base : str, optional
        IRI under which minted ids lie, where that is not the usual one.

    Returns
    -------
    Endpoint

    Raises
    ------
    MissingExtraError
        httpx is not installed.

    Examples
    --------
    >>> connect("http://127.0.0.1:7878/sparql")
    <Endpoint: http://127.0.0.1:7878/sparql>
    """
    return Endpoint(
        url,
        http=client(token, auth, timeout),
        retries=retries,
        cache=Path(cache) if cache is not None else None,
        max_age=max_age,
        base=base,
    )


class Endpoint:
    """A SPARQL endpoint; made by `connect`.

    Attributes
    ----------
    url : str
    """

    def __init__(
        self,
        url: str,
        *,
        http: httpx.Client,
        retries: int,
        cache: Path | None,
        max_age: float,
        base: str | None,
    ) -> None:
        self.url, self.namespaces = url, Namespaces(base)
        self._client, self._retries = http, retries
        self._cache, self._max_age = cache, max_age
        # Nobody closes what looks like a graph.
        weakref.finalize(self, http.close)

    def __repr__(self) -> str:
        return f"<Endpoint: {self.url}>"

    def query(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        short: bool = False,
        page: int | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        **more: Any,
    ) -> pd.DataFrame | bool | rdflib.Graph:
        """Answer a SPARQL 1.1 query, as `KnowledgeGraph.query` does.

        Parameters
        ----------
        text : str
            Prefixes that graphkit knows need not be declared.
        parameters : mapping of str to object, optional
            Values of variables, by their names; see `graphkit.sparql.parameters`.
        short : bool
            Shorten IRIs to ids such as ``author:Ada_Lovelace``.
        page : int, optional
            Ask for so many rows at a time, for endpoints that send no more. The query must be a
            SELECT with ORDER BY, or rows would come twice or never, and without LIMIT.
        default_graphs, named_graphs : sequence of str
            IRIs of the graphs to look in, in place of those that the endpoint chooses.

        Returns
        -------
        pandas.DataFrame, bool or rdflib.Graph
            As `KnowledgeGraph.query`.

        Raises
        ------
        QueryError
            The endpoint says that the text is no query.
        EndpointError
            It cannot be reached, refuses, takes too long, or gives no answer or only a part.
        """
        text = bind(text, {**(parameters or {}), **more}, self.namespaces)
        form = _form(text)
        # In one line with the first, so that an endpoint's line numbers stay true.
        text = " ".join([*declarations(text, self.namespaces), text])
        fields = [("query", text)]
        fields += [("default-graph-uri", iri) for iri in default_graphs]
        fields += [("named-graph-uri", iri) for iri in named_graphs]
        if page is not None:
            return self._paged(text, form, fields[1:], page, short)
        if form == "ASK":
            return self._asked(fields, RESULTS, _boolean)
        if form != "SELECT":
            return answers.graph(self._asked(fields, GRAPH, _triples), self.namespaces)
        return self._frame(self._asked(fields, RESULTS, _table), short)

    def close(self) -> None:
        """Close the connections; they are opened anew when need be."""
        self._client.close()

    def _frame(self, tsv: bytes, short: bool) -> pd.DataFrame:
        head = tsv.partition(b"\n")[0].decode().rstrip("\r")
        names = [name.lstrip("?") for name in head.split("\t")] if head else []
        return answers.frame(names, tsv, self.namespaces if short else None)

    def _paged(
        self, text: str, form: str, dataset: list[tuple[str, str]], page: int, short: bool
    ) -> pd.DataFrame:
        code = NOT_CODE.sub(" ", text)
        tail = code[code.rfind("}") :]
        if form != "SELECT" or not re.search(r"\bORDER\s+BY\b", tail, re.IGNORECASE):
            raise QueryError("only a SELECT with ORDER BY comes in pages that fit together")
        if re.search(r"\b(LIMIT|OFFSET|VALUES)\b", tail, re.IGNORECASE):
            raise QueryError("a query in pages has no LIMIT, OFFSET or VALUES at its end")
        parts: list[bytes] = []
        while True:
            # On a line of its own, since the query may end with a comment.
            asked = f"{text}\nLIMIT {page} OFFSET {page * len(parts)}"
            table = self._asked([("query", asked), *dataset], RESULTS, _table)
            head, _, rows = table.partition(b"\n")
            parts.append(rows)
            if rows.count(b"\n") + (not rows.endswith(b"\n") and rows != b"") < page:
                return self._frame(head + b"\n" + b"".join(parts), short)

    def _asked(
        self, fields: list[tuple[str, str]], accept: str, read: Callable[[str, bytes], T]
    ) -> T:
        """What an answer says, from the cache or the endpoint."""
        kept, headers = None, {"Accept": accept}
        if self._cache is not None:
            key = hashlib.sha256(repr((self.url, accept, fields)).encode()).hexdigest()
            place = self._cache / key
            kept = _kept(place)
        if kept is not None:
            tag, kind, body, since = kept
            if not tag and since < self._max_age:
                return read(kind, body)
            if tag and len(urlencode(fields)) <= LONGEST_ADDRESS:
                headers["If-None-Match"] = tag
        response = self._send(fields, headers)
        if kept is not None and response.status_code == 304:
            return read(kept[1], kept[2])
        kind, body = _media_type(response), response.content
        try:
            answer = read(kind, body)
        except (SyntaxError, ValueError) as error:
            raise EndpointError(
                self.url,
                f"gave what is no answer to this query (is it the address of the endpoint itself?)"
                f": {error}: {plain(body.decode(errors='replace')) or 'nothing'}",
            ) from None
        # Only now, since a page that says "come back later" is nothing to keep.
        if self._cache is not None:
            self._cache.mkdir(parents=True, exist_ok=True)
            head = f"{response.headers.get('etag', '')}\n{kind}\n".encode()
            write_whole(place, head + body)
        return answer

    def _send(self, fields: list[tuple[str, str]], headers: Mapping[str, str]) -> httpx.Response:
        form = urlencode(fields)
        # By GET, which caches on the way know, unless the address would be too long for some.
        if len(form) <= LONGEST_ADDRESS:
            joint = "&" if "?" in self.url else "?"
            request = partial(self._client.get, f"{self.url}{joint}{form}", headers=dict(headers))
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            request = partial(
                self._client.post, self.url, content=form, headers={**headers, **kind}
            )
        return sent(request, self.url, self._retries)


def _kept(place: Path) -> tuple[str, str, bytes, float] | None:
    """What the cache has: the tag, the media type, the body and its age in seconds."""
    try:
        data = place.read_bytes()
        age = time.time() - place.stat().st_mtime
    except OSError:
        return None
    tag, _, rest = data.partition(b"\n")
    kind, _, body = rest.partition(b"\n")
    return tag.decode(), kind.decode(), body, age


def _media_type(response: httpx.Response) -> str:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower()


def _form(text: str) -> str:
    found = FORM.search(NOT_CODE.sub(" ", text))
    if found is None:
        raise QueryError("this is no query: begin with SELECT, ASK, CONSTRUCT or DESCRIBE")
    return found[1].upper()


# -- answers: a ValueError or SyntaxError says that they are none -----------------------------


def _results(body: bytes) -> Any:
    import pyoxigraph

    body = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    # By what it is, since some call it text/plain, text/javascript or nothing.
    if body.startswith(b"{"):
        return pyoxigraph.parse_query_results(body, pyoxigraph.QueryResultsFormat.JSON)
    if body.startswith(b"<") and b"<sparql" in body[:2000]:
        return pyoxigraph.parse_query_results(body, pyoxigraph.QueryResultsFormat.XML)
    raise ValueError("neither JSON nor XML of SPARQL")


def _boolean(_: str, body: bytes) -> bool:
    import pyoxigraph

    found = _results(body)
    try:
        if not isinstance(found, pyoxigraph.QueryBoolean):
            raise ValueError("a table, where true or false was asked for")
        return bool(found)
    finally:
        del found  # solutions may not die in another thread, as the frame of an error might


def _table(_: str, body: bytes) -> bytes:
    """Solutions as TSV, as `answers.frame` reads them."""
    import pyoxigraph

    found = _results(body)
    try:
        if not isinstance(found, pyoxigraph.QuerySolutions):
            raise ValueError("true or false, where a table was asked for")
        return found.serialize(format=pyoxigraph.QueryResultsFormat.TSV) or b""
    finally:
        del found  # as above


def _triples(kind: str, body: bytes) -> bytes:
    """A graph as N-Triples."""
    import pyoxigraph

    form = pyoxigraph.RdfFormat.from_media_type(LOOSE.get(kind, kind))
    if form is None:
        raise ValueError(f"{kind or 'no media type'}, which is no graph")
    triples = (quad.triple for quad in pyoxigraph.parse(body, form))
    return pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
