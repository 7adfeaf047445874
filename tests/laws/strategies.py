"""Random graphs and random RDF, drawn from the compiled schema, so that new columns are tested.

Graphs leave out what no source says: one id in two tables, and statements whose predicate is
one of ours (RDF itself would put those into the tables).
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
from hypothesis import strategies as st

from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces, mint
from graphkit.schema import STATEMENTS, Column, Table, schema

Row = Mapping[str, Any]
Data = dict[str, list[dict[str, Any]]]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
NASTY = (
    "",
    " ",
    'say "no"',
    "back\\slash \\n \\u0041 \\",
    "two\nlines\r\nand\ttabs",
    "\u2028\u2029\x85\x0b\x0c",
    "\x00\x01\x1f\x7f",
    "🧪👩‍🔬🏴\U000e0067\U000e007f",
    "שלום עולם \u202eabc\u202c مرحبا",
    "o\u0308 e\u0301\u0323 \u0301",
    "a;b%3Bc%",
    "<x> . # [y] {z} ^`|",
    'x" . <http://a.example/> "y',
    "@en ^^<http://a.example/>",
    "\ue000\ufdd0\ufffe\ufeff",
)
SOURCES = ("", "source:a", "source:b", "https://files.example/list#2", "<doi:10/source>")
LANGUAGES = ("en", "de", "zh-Hant", "en-GB", "x-none")


def texts() -> st.SearchStrategy[str]:
    free = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    return st.sampled_from(NASTY) | free


def _kind_of(table: str) -> str:
    # The prefix under which a table's ids are minted, where there is one.
    single = table.removesuffix("s")
    return single if single in schema().prefixes else "paper"


@functools.cache
def ids_of(table: str) -> tuple[str, ...]:
    """Ids in all forms: minted, given, foreign, and foreign ones that look like a CURIE."""
    if table == "sources":
        return SOURCES[1:]
    kind = _kind_of(table)
    return (
        mint(kind, f"{table} One-Two 2.0."),
        mint(kind, table, "Ünïcode %/;' 张伟 🧪"),
        f"doi:10.1234/{table}(1)%3C2;3",
        f"https://doi.org/10.99/{table}/under-a-known-prefix",
        f"http://other.example/{table}?q=1;2#part",
        f"<doi:10/{table}>",
        f"urn:x-{table}:é'~",
    )


def ids(table: str | None) -> st.SearchStrategy[str]:
    nouns = [name for name, found in schema().tables.items() if found.has_id]
    if table is None:
        return st.sampled_from([name for noun in nouns for name in ids_of(noun)])
    return st.sampled_from(ids_of(table))


def cells(column: Column, table: Table) -> st.SearchStrategy[Any]:
    """Values that a column may hold, null aside."""
    names = Namespaces()
    if column.kind == "id":
        return ids(table.name if column.name == "id" else column.refers)
    if column.kind == "class":
        return st.sampled_from([names.compress(iri) for iri in column.values])
    times = st.datetimes(datetime.datetime(1, 1, 2), timezones=st.just(datetime.UTC))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "string": texts(),
        "link": texts(),
        "language": st.sampled_from(LANGUAGES),
        "integer": st.integers(-(2**63), 2**63 - 1) | st.integers(1, 3),
        "year": st.integers(-(2**31), 2**31 - 1) | st.integers(1990, 2030),
        "number": st.floats(allow_nan=False, allow_infinity=False) | st.floats(0, 1),
        "boolean": st.booleans(),
        "time": times,
    }
    return kinds[column.kind]


def _needed(table: Table) -> set[str]:
    needed = {part.rpartition("|")[2] for part in table.key}
    if not table.has_id:
        needed |= {end for s in table.shortcuts for end in (s.subject, s.object)}
    return needed


@st.composite
def rows(draw: st.DrawFn, table: Table, sources: tuple[str, ...] = SOURCES) -> dict[str, Any]:
    row: dict[str, Any] = {}
    needed = _needed(table)
    # Some rows say only what they must, since a link that does has no node in RDF.
    short = draw(st.booleans())
    for column in table.columns:
        if column.name == "source":
            row["source"] = draw(st.sampled_from(sources))
        elif column.name in needed or not (short or draw(st.booleans())):
            row[column.name] = draw(cells(column, table))
    return row


LITERAL_TYPES = ("integer", "decimal", "date", "string", "gYear", "boolean", "double", "anyURI")


@st.composite
def literals(draw: st.DrawFn) -> dict[str, Any]:
    """What a statement says of its literal; the texts need not be legal for their datatype."""
    text = draw(texts() | st.sampled_from(["1", "01", "1.50", "2022", "true", "NaN", "1E0"]))
    tag = draw(st.none() | st.sampled_from(LANGUAGES))
    if tag:
        return {"o": text, "datatype": "rdf:langString", "lang": tag}
    kinds = [f"xsd:{kind}" for kind in LITERAL_TYPES]
    return {"o": text, "datatype": draw(st.sampled_from([*kinds, "http://t.example/kind"]))}


@st.composite
def statements(draw: st.DrawFn, sources: tuple[str, ...] = SOURCES) -> dict[str, Any]:
    predicate = draw(st.sampled_from(["http://p.example/says", "schema:keywords", "<doi:10/p>"]))
    row = {"s": draw(ids(None)), "p": predicate, "source": draw(st.sampled_from(sources))}
    return {**row, **draw(ids(None).map(lambda o: {"o": o}) | literals())}


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    parts = []
    for part in table.key:
        known = [row.get(name) for name in part.split("|") if row.get(name) is not None]
        parts.append(known[0])
    return (*parts, row["source"])


def without_conflicts(table: Table, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if table.name == STATEMENTS:
        return found
    return list({_key(table, row): row for row in found}.values())


@st.composite
def data(draw: st.DrawFn, sources: tuple[str, ...] = SOURCES, identities: bool = False) -> Data:
    """Rows for every table."""
    # A few tables at a time, with rows that meet.
    names = [name for name in schema().tables if name != "identities"]
    chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
    if identities:
        chosen.append("identities")
    found: Data = {}
    for name in chosen:
        table = schema().tables[name]
        one = statements(sources) if name == STATEMENTS else rows(table, sources)
        if name == "identities":
            one = _pairs(sources)
        found[name] = without_conflicts(table, draw(st.lists(one, max_size=5)))
    return found


@st.composite
def _pairs(draw: st.DrawFn, sources: tuple[str, ...]) -> dict[str, Any]:
    # Only things of one kind are ever counted as one.
    nouns = [n for n, table in schema().tables.items() if table.has_id and n != "sources"]
    noun = draw(st.just("authors") | st.sampled_from(nouns))
    return {
        "entity": draw(ids(noun)),
        "same_as": draw(ids(noun)),
        "source": draw(st.sampled_from(sources)),
    }


def graphs(
    sources: tuple[str, ...] = SOURCES, identities: bool = False
) -> st.SearchStrategy[KnowledgeGraph]:
    return data(sources, identities).map(KnowledgeGraph)


@st.composite
def shares(draw: st.DrawFn, number: int) -> list[KnowledgeGraph]:
    """Graphs that hold parts of one set of rows, so that they agree wherever they meet."""
    whole = draw(data())
    parts: list[Data] = [{} for _ in range(number)]
    for name, found in whole.items():
        for row in found:
            for part in parts:
                if draw(st.booleans()):
                    part.setdefault(name, []).append(row)
    return [KnowledgeGraph(part) for part in parts]


@st.composite
def claims(draw: st.DrawFn, source: str = "source:claims") -> Data:
    """Claims about people, with papers that keep some of them apart."""
    people = [mint("author", name) for name in ("A. Bee", "A. BEE", "Ann Bee", "Cy Dee")]
    people.append("orcid:0000-0001-2345-6789")
    papers = [mint("paper", f"Paper {number}") for number in range(4)]
    relations = st.sampled_from([None, "owl:sameAs", "owl:differentFrom", "dcterms:isVersionOf"])
    # An end is a person, or one of the authorships below (or none of them).
    rows = [f"row:authorships/{paper};{at}" for paper in papers[:2] for at in (1, 2)]
    end = st.sampled_from(people + rows)
    somebody, some_paper = st.sampled_from(people), st.sampled_from(papers)
    wrote = draw(st.sets(st.tuples(some_paper, st.integers(1, 3)), max_size=6))
    matches = draw(
        st.dictionaries(
            st.tuples(end, end, st.sampled_from(["names", "decision"])),
            st.none() | st.floats(0, 1),
            max_size=8,
        )
    )
    return {
        "authors": [
            {"id": person, "name": draw(texts()), "place": draw(texts()), "source": source}
            for person in people
            if draw(st.booleans())
        ],
        "authorships": [
            {"paper": paper, "position": at, "author": draw(somebody), "source": source}
            for paper, at in sorted(wrote)
        ],
        "matches": [
            {"a": a, "b": b, "method": method, "score": score, "source": source}
            | {"relation": draw(relations)}
            for (a, b, method), score in matches.items()
        ],
    }


# -- RDF ----------------------------------------------------------------------------------


@functools.cache
def _vocabulary() -> tuple[list[str], list[str]]:
    """Classes and properties of the schema, each with a foreign one."""
    tables = schema().tables.values()
    classes = {cls for table in tables for cls in (table.cls, *table.also) if cls}
    classes |= {value for table in tables for column in table.columns for value in column.values}
    properties = {column.property for table in tables for column in table.columns}
    properties |= {copy for table in tables for column in table.columns for copy in column.copies}
    properties |= {shortcut.property for table in tables for shortcut in table.shortcuts}
    known = {iri for iri in properties if iri}
    return [*sorted(classes), "http://k.example/Kind"], [*sorted(known), "http://p.example/says"]


@functools.cache
def _nodes() -> tuple[ox.NamedNode | ox.BlankNode, ...]:
    names = Namespaces()
    curies = [
        *(ids_of(noun)[0] for noun, table in schema().tables.items() if table.has_id),
        "author:A",
        "author:B",
        "http://other.example/thing#1",
        # Names of link nodes: right, of another row, odd.
        "row:authorships/paper:P;1",
        "row:authorships/paper:P;author:A",
        "row:authorships/paper:P;01",
        "row:authorships/",
        "row:subjects/paper:P;topic:T",
        "row:aliases/author:A;x",
        "row:identities/author:B;author:A",
        "row:notes/;1",
        "paper:P",
        "topic:T",
    ]
    named = [ox.NamedNode(names.expand(curie)) for curie in curies]
    return (*named, ox.BlankNode("b0"), ox.BlankNode("b1"))


@st.composite
def rdf_literals(draw: st.DrawFn) -> ox.Literal:
    numbers = ["1", "01", "2022", "-0044", "1.0", "1E0", "0.5", "1e-05", "true", "1", "x", "INF"]
    numbers += ["99999999999999999999", "9223372036854775807", "2147483648", "00002022"]
    numbers += ["2022-05-01T00:00:00+00:00", "2022-05-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
    text = draw(st.sampled_from(numbers) | texts())
    tag = draw(st.none() | st.none() | st.sampled_from(LANGUAGES))
    if tag:
        return ox.Literal(text, language=tag)
    kinds = [f"{XSD}{kind}" for kind in (*LITERAL_TYPES, "dateTime")]
    kind = draw(st.none() | st.sampled_from([*kinds, "http://t.example/kind"]))
    return ox.Literal(text, datatype=ox.NamedNode(kind) if kind else None)


@st.composite
def things(draw: st.DrawFn, node: ox.NamedNode | ox.BlankNode, graph: Any) -> list[ox.Quad]:
    """A node of one table, more or less as its table wants it."""
    table = draw(st.sampled_from([t for t in schema().tables.values() if t.cls]))
    quads = [
        ox.Quad(node, ox.NamedNode(RDF + "type"), ox.NamedNode(cls), graph)
        for cls in (table.cls, *table.also)
        if cls and draw(st.integers(0, 7))
    ]
    for column in table.columns:
        if column.property is None or draw(st.booleans()):
            continue
        value: Any = draw(rdf_literals())
        if column.kind in ("string", "integer", "year", "number", "boolean"):
            kind = {"year": "gYear", "number": "double"}.get(column.kind, column.kind)
            plain = {"string": ["x", "y"], "number": ["0.5", "5e-1"], "boolean": ["true", "1"]}
            text = draw(st.sampled_from(plain.get(column.kind, ["1", "01", "2022"])))
            tag = draw(st.sampled_from([None, None, "en", "de"])) if column.prose else None
            exact = (
                ox.Literal(text, language=tag)
                if tag
                else ox.Literal(text, datatype=ox.NamedNode(XSD + kind))
            )
            value = draw(st.sampled_from([exact, exact, value]))
        elif column.kind == "id":
            value = draw(st.sampled_from(_nodes()))
        elif column.kind == "class":
            value = ox.NamedNode(draw(st.sampled_from(column.values)))
        for iri in (column.property, *column.copies):
            if draw(st.integers(0, 7)):
                quads.append(ox.Quad(node, ox.NamedNode(iri), value, graph))
    for shortcut in table.shortcuts:
        by_name = {column.name: column.property for column in table.columns}
        said = {quad.predicate.value: quad.object for quad in quads}
        ends = [said.get(by_name[end] or "") for end in (shortcut.subject, shortcut.object)]
        if isinstance(ends[0], ox.NamedNode) and ends[1] is not None and draw(st.booleans()):
            quads.append(ox.Quad(ends[0], ox.NamedNode(shortcut.property), ends[1], graph))
    return quads


@st.composite
def quads(draw: st.DrawFn) -> set[ox.Quad]:
    """A dataset that speaks our vocabulary, well and badly, and others."""
    graph_names: list[Any] = [
        ox.DefaultGraph(),
        ox.NamedNode("https://w3id.org/graphkit/id/source/a"),
        ox.NamedNode("http://g.example/1"),
        ox.BlankNode("g"),
    ]
    _, properties = _vocabulary()
    classes, _ = _vocabulary()
    a_graph, a_node = st.sampled_from(graph_names), st.sampled_from(_nodes())
    found: set[ox.Quad] = set()
    for _ in range(draw(st.integers(0, 5))):
        found |= set(draw(things(draw(a_node), draw(a_graph))))
    for _ in range(draw(st.integers(0, 8))):
        predicate = ox.NamedNode(draw(st.sampled_from(properties)))
        value: Any = draw(a_node | rdf_literals())
        if predicate.value == RDF + "type":
            value = ox.NamedNode(draw(st.sampled_from(classes)))
        found.add(ox.Quad(draw(a_node), predicate, value, draw(a_graph)))
    return found


@st.composite
def disturbed(draw: st.DrawFn, found: set[ox.Quad]) -> set[ox.Quad]:
    """A dataset with some statements gone and some added."""
    if not found:
        return draw(quads())
    in_order = sorted(found, key=str)
    gone = draw(st.sets(st.sampled_from(in_order), max_size=4))
    added = draw(quads()) if draw(st.booleans()) else set()
    for _ in range(draw(st.integers(0, 4))):
        # Halves of statements that are there, put together anew, come nearest to rows.
        one, two = draw(st.sampled_from(in_order)), draw(st.sampled_from(in_order))
        added.add(ox.Quad(one.subject, two.predicate, two.object, one.graph_name))
        added.add(ox.Quad(one.subject, one.predicate, one.object, two.graph_name))
    return (found - gone) | added
