"""SPARQL 1.1 Update: a new graph in which the update is a source of its own.

What an update inserts stands in a source with the format ``update``; what it deletes is taken
from the sources that said it. So each source that was read still says only what it said.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyoxigraph

from graphkit import terms
from graphkit.errors import QueryError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.nquads import flat
from graphkit.quads import split
from graphkit.rdf import from_nquads, nquads_blocks
from graphkit.schema import schema
from graphkit.sparql import syntax, worker
from graphkit.sparql.loading import loaded, without_loads
from graphkit.sparql.parameters import bind, year_properties
from graphkit.sparql.process import Process
from graphkit.sparql.worker import Request

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["UPDATE", "apply", "update"]

UPDATE = "update"
"""The format of the sources that updates are."""
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ALIAS = "<http://www.w3.org/2004/02/skos/core#altLabel>"
HOW = " (services=[…] in Python, --allow-service on the command line)"
Triple = tuple[str, str, str]
Said = dict[str, set[Triple]]
"""Triples by the IRI of their graph, ``""`` for the default graph."""


def update(
    kg: KnowledgeGraph,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    services: Collection[str] = (),
    base: str | None = None,
    **more: Any,
) -> KnowledgeGraph:
    """Apply a SPARQL 1.1 Update.

    Without ``GRAPH``, patterns see what any source says, ``INSERT`` adds to the source of this
    update, and ``DELETE`` takes from every source. ``GRAPH`` names a source: one that was read
    can be deleted from but not added to; any other name is a graph of your own.

    Parameters
    ----------
    kg : KnowledgeGraph
        It stays as it is.
    text : str
        One operation or several, separated by ``;``.
    parameters : mapping of str to object, optional
        Values of variables, also by keyword; see `graphkit.sparql.parameters`.
    services : collection of str
        Addresses that ``SERVICE <…>`` may call and ``LOAD <…>`` may read (by http or https, 60
        seconds each, 64 MiB in all; needs the extra ``endpoint``). Others are refused; ``LOAD
        SILENT`` fails as silently as it asks to.
    base : str, optional
        What relative IRIs are relative to.

    Returns
    -------
    KnowledgeGraph
        What the schema knows is in its tables, the rest in ``statements``. The same graph where
        nothing changes.

    Raises
    ------
    QueryError
        The text is no update, or says what a source is to have said.
    EndpointError
        What it loads cannot be had, or is no graph.
    KeyboardInterrupt
        Ctrl-C stops it; nothing is changed.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = gk.KnowledgeGraph({"papers": [{"id": "paper:P", "title": "P", "year": 1842}]})
    >>> new = update(kg, '''
    ...     DELETE { ?p fabio:hasPublicationYear ?y } INSERT { ?p fabio:hasPublicationYear ?new }
    ...     WHERE { ?p dcterms:title "P" ; fabio:hasPublicationYear ?y }''', new=1843)
    >>> new.papers.year.tolist(), kg.papers.year.tolist()
    ([1843], [1842])
    """
    request = _request(text, kg.namespaces, {**(parameters or {}), **more}, services, base)
    tables = {name: kg.table(name) for name in schema().tables}

    def blocks() -> Iterator[bytes]:
        yield from nquads_blocks(tables, kg.namespaces)
        yield from nquads_blocks(tables, kg.namespaces, graphs=False)

    with _explained(text, request):
        # In a process of its own: nothing else could be stopped by Ctrl-C.
        did = Process(None, blocks, 0).change(request)
    added = {graph: _with_years(_triples(lines)) for graph, lines in did["added"].items()}
    removed = {graph: _triples(lines) for graph, lines in did["removed"].items()}
    if not added and not removed:
        return kg
    _refuse_words_in_mouths(kg, [name for name in added if name])
    own = f"update-{_digest(text, added, removed)[:12]}"
    inserted = _completed(added.pop("", set()), did["classes"])
    return _changed(kg, removed, added, did["whole"]) | _source(kg, own, text, inserted)


def _triples(lines: Collection[bytes]) -> set[Triple]:
    found = worker.triples(lines)
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in found}


def apply(
    store: pyoxigraph.Store,
    text: str,
    namespaces: Namespaces,
    parameters: Mapping[str, Any] | None = None,
    *,
    services: Collection[str] = (),
    base: str | None = None,
) -> None:
    """Apply an update to a store, in which the default graph is nothing but itself.

    Parameters
    ----------
    store : pyoxigraph.Store
        All of the update is applied, or none.
    text : str
    namespaces : Namespaces
    parameters : mapping of str to object, optional
    services : collection of str
    base : str, optional

    Raises
    ------
    QueryError
        As `update`.
    """
    request = _request(text, namespaces, parameters or {}, services, base)
    with _explained(text, request):
        store.update(request.text, base_iri=base, prefixes=request.prefixes)


def _request(
    text: str,
    namespaces: Namespaces,
    parameters: Mapping[str, Any],
    services: Collection[str],
    base: str | None,
) -> Request:
    """What is evaluated: the text with its parameters bound and nothing in it that is refused."""
    if not syntax.NOT_CODE.sub("", text).strip():
        raise QueryError("the update is empty: begin with INSERT, DELETE or WITH", 1, 1)
    prefixes = dict(namespaces.prefixes)
    spelt = syntax.names_spelt_out(text, prefixes)
    called = syntax.without_calls(without_loads(spelt, services), services)
    for keyword, why in (
        (
            "LOAD",
            "LOAD is not allowed: read the file with graphkit.read and merge the graphs, "
            f"or allow its address (http or https) by name{HOW}",
        ),
        ("SERVICE", f"SERVICE is not allowed: allow its address by name{HOW}"),
    ):
        if syntax.has_keyword(called, keyword, prefixes, update=True):
            raise QueryError(why)
    bound = bind(spelt, parameters, namespaces, update=True)
    if (rest := without_loads(bound, services)) != bound:
        # Nothing is fetched for what is no update.
        rest = syntax.without_calls(rest, services)
        if not syntax.is_query(rest, prefixes, update=True):
            raise syntax.query_error(rest, prefixes, update=True)
        bound = loaded(bound, services)
    return Request(bound, prefixes, base)


@contextmanager
def _explained(text: str, request: Request) -> Iterator[None]:
    """Say in words for people what is wrong with an update."""
    try:
        yield
    except QueryError:
        raise
    except SyntaxError as error:
        spelt = syntax.names_spelt_out(text, request.prefixes)
        if syntax.is_query(spelt, request.prefixes, update=True):
            reason = f"a parameter cannot stand where its variable does: {error}"
            raise QueryError(reason) from None
        raise syntax.query_error(spelt, request.prefixes, update=True) from None
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(str(error)) from None


def _refuse_words_in_mouths(kg: KnowledgeGraph, graphs: Iterable[str]) -> None:
    read = {
        row["id"] for row in kg.table("sources").to_pylist() if row["format"] not in (None, UPDATE)
    }
    for graph in graphs:
        source = kg.namespaces.compress(graph.strip("<>"))
        if source in read:
            raise QueryError(
                f"{source} is what was read: nothing can be added to what it said; "
                "insert without GRAPH, or into a graph of your own"
            )


def _with_years(triples: set[Triple]) -> set[Triple]:
    """Triples in which a whole number that meets a year is one, as it is among parameters."""
    properties = {f"<{iri}>" for iri in year_properties()}
    whole = re.compile(rf'"\+?(-?)([0-9]+)"\^\^<{terms.XSD}integer>')

    def year(term: str) -> str:
        match = whole.fullmatch(term)
        return f'"{match[1]}{int(match[2]):04}"^^<{terms.XSD}gYear>' if match else term

    return {(s, p, year(o) if p in properties else o) for s, p, o in triples}


def _digest(text: str, added: Said, removed: Said) -> str:
    digest = hashlib.sha256(text.encode())
    for said in (added, removed):
        for graph in sorted(said):
            digest.update(repr((graph, sorted(said[graph]))).encode())
    return digest.hexdigest()


def _completed(triples: set[Triple], classes: Mapping[str, list[str]]) -> set[Triple]:
    """Triples, and those without which they would be no cells of a table.

    These are the classes of what they are about, and the copies of a value.
    """
    columns = defaultdict(list)
    for table in schema().tables.values():
        for column in table.columns:
            if table.has_id and column.property:
                columns[f"<{column.property}>"].append((table, column))
    found = set(triples)
    for s, p, o in triples:
        if p not in columns or not s.startswith("<"):
            continue
        for table, column in columns[p]:
            needed = {f"<{cls}>" for cls in (table.cls, *table.also)}
            if needed <= set(classes[s]):
                found |= {(s, RDF_TYPE, cls) for cls in needed}
                found |= {(s, f"<{copy}>", o) for copy in column.copies}
    return found


def _source(kg: KnowledgeGraph, own: str, text: str, inserted: set[Triple]) -> KnowledgeGraph:
    """What an update says itself, and what it is."""
    source = f"source:{own}"
    row = {
        "id": source,
        "title": re.sub(r"\s+", " ", text.strip())[:80],
        "description": text.strip(),
        "format": UPDATE,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "source": source,
    }
    graph = f"<{kg.namespaces.expand(source)}>"
    said = from_nquads(_lines(inserted, graph), base=kg.base)
    return KnowledgeGraph({"sources": [row]}, base=kg.base) | said


def _lines(triples: Iterable[Triple], graph: str) -> str:
    # Oxigraph writes 1.0 as 1; the tables know a number by Python's shortest form.
    number = re.compile(rf'"([^"]*)"\^\^<{terms.XSD}double>')

    def plain(term: str) -> str:
        match = number.fullmatch(term)
        return f'"{float(match[1])!r}"^^<{terms.XSD}double>' if match else term

    end = f" {graph} ." if graph else " ."
    return "".join(f"{s} {p} {plain(o)}{end}\n" for s, p, o in sorted(triples))


def _changed(kg: KnowledgeGraph, removed: Said, added: Said, whole: set[str]) -> KnowledgeGraph:
    """The graph without some triples of some sources, and with more in graphs of one's own.

    ``whole`` are the graphs nothing of which is left.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    touched = [name for name in {*removed, *added} if removed.get(name) or added.get(name)]
    sources = [kg.namespaces.compress(name.strip("<>")) if name else "" for name in touched]
    among = pa.array(sources, pa.string())
    read = {name: kg.table(name, as_read=True) for name in schema().tables}
    graph = KnowledgeGraph._of(
        {
            name: rows.filter(pc.invert(pc.is_in(rows["source"], among))).combine_chunks()
            for name, rows in read.items()
        },
        kg.namespaces,
    )
    members = _members(kg)
    for name, source in zip(touched, sources, strict=True):
        gone = set(_as_read(removed.get(name, set()), members))
        rows = {
            each: _unlinked(each, found.filter(pc.equal(found["source"], source)), gone, kg)
            for each, found in read.items()
        }
        data = b"" if name in whole else b"".join(nquads_blocks(rows, kg.namespaces))
        kept = _without(data, gone, kg.namespaces) + _lines(added.get(name, ()), name)
        graph |= from_nquads(kept, base=kg.base)
    return graph


def _unlinked(name: str, rows: pa.Table, gone: set[Triple], kg: KnowledgeGraph) -> pa.Table:
    """The rows of a table but for links whose shortcut is gone, which go with it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = schema().table(name)
    for shortcut in () if table.has_id else table.shortcuts:
        pairs = pa.array([f"{s} {o}" for s, p, o in gone if p == f"<{shortcut.property}>"])
        if len(pairs) and rows.num_rows:
            ends = [
                terms.encode(table.column(end).kind, flat(rows[end]), kg.namespaces)
                for end in (shortcut.subject, shortcut.object)
            ]
            lost = pc.is_in(pc.binary_join_element_wise(*ends, " "), pairs.cast(pa.string()))
            rows = rows.filter(pc.invert(lost))
    return rows


def _members(kg: KnowledgeGraph) -> dict[str, list[str]]:
    """IRIs that are counted as one, by the IRI under which they are."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = kg.table("identities").to_pylist()
    heads = {row["entity"]: row["same_as"] for row in rows}
    for entity in heads:
        head, seen = entity, {entity}
        while head in heads and heads[head] not in seen:
            head = heads[head]
            seen.add(head)
        names = [f"<{kg.namespaces.expand(each)}>" for each in (head, entity)]
        found[names[0]].append(names[1])
    return found


def _as_read(triples: Iterable[Triple], members: Mapping[str, list[str]]) -> Iterator[Triple]:
    """Triples as their source may have said them: of each id, and with copies and names."""
    copies: dict[str, set[str]] = defaultdict(set)
    for table in schema().tables.values():
        for column in table.columns:
            copies[f"<{column.property}>"] |= {f"<{copy}>" for copy in column.copies}
            if column.name == table.label:
                # Another name of a person is the name of an id that is counted as theirs.
                copies[ALIAS] |= {f"<{iri}>" for iri in (column.property, *column.copies)}
    for s, p, o in triples:
        for subject in (s, *members.get(s, ())):
            for value in (o, *members.get(o, ())):
                yield subject, p, value
                for copy in copies.get(p, ()):
                    if p != ALIAS or subject != s:
                        yield subject, copy, value


def _without(data: bytes, gone: set[Triple], namespaces: Namespaces) -> str:
    """Lines of N-Quads without those of some triples, as Oxigraph writes these."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not data:
        return ""
    quads = split(data, namespaces)
    pairs = pc.binary_join_element_wise(quads["s"], quads["p"], " ")
    asked = pa.array(sorted({f"{s} {p}" for s, p, _ in gone}), pa.string())
    maybe = pc.is_in(pairs, asked).to_pylist()
    lines = pc.binary_join_element_wise(*(quads[name] for name in "spog"), " ")
    kept = []
    normal: dict[str, str] = {}
    columns = zip(maybe, *(quads[name].to_pylist() for name in "spo"), strict=True)
    for line, (candidate, s, p, o) in zip(lines.to_pylist(), columns, strict=True):
        if candidate and (s, p, _normal(o, normal)) in gone:
            continue
        kept.append(line)
    return "".join(f"{line} .\n" for line in kept)


def _normal(term: str, known: dict[str, str]) -> str:
    """A term as it comes out of a store."""
    if term not in known:
        store = pyoxigraph.Store()
        store.load(
            f"<a:a> <a:a> {term} .".encode(), format=pyoxigraph.RdfFormat.N_TRIPLES, lenient=True
        )
        known[term] = str(next(iter(store)).object)
    return known[term]
