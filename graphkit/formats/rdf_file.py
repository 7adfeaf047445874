"""Reader of RDF: Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD.

What graphkit wrote comes back as it was: named graphs are the sources again, and so is the one
source of a file without named graphs. What others wrote in terms of schema.org, BIBO, FOAF,
DBLP, SemOpenAlex or VIVO becomes rows through `graphkit.translation`; the rest is kept as
statements, so that no statement of the file is lost.

Nothing that a file names is fetched: imports, remote contexts and external entities stay names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from graphkit import registry
from graphkit.attribution import restore
from graphkit.conforming import LANGUAGE_TAG
from graphkit.errors import ReadError
from graphkit.formats import schemaorg
from graphkit.formats.document import Document
from graphkit.formats.rdf_shares import Share, Statements
from graphkit.formats.rdf_text import first_line, is_statement, looks_like_xml, parsed_rdf
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.nquads import RDF, flat, lines_of
from graphkit.quads import split
from graphkit.schema import STATEMENTS, schema
from graphkit.tables import distinct, first_rows
from graphkit.translation import Translation, translate

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SUFFIXES", "VERSION", "read_graph", "sniff"]

VERSION = "1"
NAMES_SOURCES = True
SUFFIXES = (".ttl", ".nt", ".nq", ".trig", ".rdf", ".owl", ".jsonld")

XML_ROOT = re.compile(r"<(?:[\w.-]+:)?RDF[\s>]")
JSON_LD = re.compile(r'"@context"\s*:\s*[{\[]|"@(?:id|graph)"\s*:')
REMOTE = re.compile(r'"@context"\s*:\s*(?:\[[^\]{]*)?"')
TURTLE = re.compile(
    r"(?i)@?(?:prefix\s+[\w.-]*:|base)\s*<[^<>\s]*>|(?:GRAPH\s+)?<[^<>\s]+>\s*\{"
    r"|<[^<>\s]+>\s+(?:a|<[^<>\s]+>)\s+[<\"\[(_]"
)


def sniff(head: str) -> bool:
    """Whether a text looks like RDF.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff("@prefix foaf: <http://xmlns.com/foaf/0.1/> .\\n[] foaf:name 'Ada' .")
    True
    >>> sniff("@article{ada, title = {Notes}}")
    False
    """
    head = head.lstrip("\ufeff \t\r\n")
    if looks_like_xml(head):
        return bool(XML_ROOT.search(head)) and RDF in head
    if head.startswith(("{", "[")):
        local = JSON_LD.search(head) and not REMOTE.search(head)
        return bool(local) and not schemaorg.sniff(head)
    first = first_line(head)
    return bool(is_statement(first) or TURTLE.match(first))


def read_graph(
    document: Document, source: str, base: str | None = None
) -> tuple[KnowledgeGraph, list[Note]]:
    """Read a file of RDF.

    Parameters
    ----------
    document : Document
    source : str
        The id of the document, for the statements that are of no other source.
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    tuple of KnowledgeGraph and list of Note
        The graph, and what could not be read.

    Raises
    ------
    ReadError
        There is not one statement in it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "ada.ttl")
    >>> _ = path.write_text('<http://x/a> a <https://schema.org/Person> ; '
    ...                     '<https://schema.org/name> "Ada" .')
    >>> kg, notes = read_graph(Document(path), "source:ada")
    >>> kg.table("authors").to_pylist()
    [{'id': 'http://x/a', 'name': 'Ada', 'orcid': None, 'place': None, 'source': 'source:ada'}]
    """
    namespaces = Namespaces(base)
    notes: list[Note] = []
    problems: list[Note] = []
    blocks = _blocks(parsed_rdf(document, namespaces, notes), namespaces, problems)
    with Statements(blocks, document) as statements:
        notes += problems
        if not statements.count:
            reason = notes[-1].reason if notes else "there is not one statement in it"
            place = notes[-1].place if notes else None
            raise ReadError(document, f"no RDF to read: {reason}", place)
        reader = _Reader(statements, f"<{namespaces.expand(source)}>", namespaces)
        make: Callable[..., KnowledgeGraph] = registry.get("graphkit.rdf:graph_of")
        return make(reader.tables, namespaces), notes


def _blocks(
    parsed: Iterable[bytes], namespaces: Namespaces, notes: list[Note]
) -> Iterator[pa.Table]:
    """Statements as columns of terms, without those that no store can load."""
    for block in parsed:
        quads, problems = _legal(_with_usual_tags(split(block, namespaces)), namespaces)
        notes += problems
        yield quads


# -- statements ------------------------------------------------------------------------------


def _with_usual_tags(quads: pa.Table) -> pa.Table:
    """Language tags as BCP 47 writes them, such as zh-Hant: the parser makes them lower case."""
    import pyarrow.compute as pc

    o = flat(quads["o"])
    long = pc.extract_regex(o, '"@(?P<tag>[a-z]+-[a-z0-9-]+)$')
    for tag in pc.unique(pc.struct_field(long, "tag")).drop_null().to_pylist():
        o = pc.replace_substring_regex(o, f'"@{tag}$', f'"@{_usual_tag(tag)}')
    return quads.set_column(quads.schema.get_field_index("o"), "o", o)


def _usual_tag(tag: str) -> str:
    first, *rest = tag.split("-")
    usual = [first]
    for number, part in enumerate(rest):
        if len(usual[-1]) == 1:
            # What follows a single letter is an extension or private.
            return "-".join([*usual, *rest[number:]])
        is_script, is_region = len(part) == 4 and part.isalpha(), len(part) == 2
        usual.append(part.title() if is_script else part.upper() if is_region else part)
    return "-".join(usual)


def _legal(quads: pa.Table, namespaces: Namespaces) -> tuple[pa.Table, list[Note]]:
    """The statements whose IRIs and language tags every store can load."""
    import pyarrow as pa
    import pyarrow.compute as pc

    iris: set[str] = set()
    for name in "spog":
        known = pc.unique(quads[name])
        iris |= set(known.filter(pc.starts_with(known, "<")).to_pylist())
    column = pa.array(sorted(iris), pa.string())
    inner = pc.replace_substring_regex(column, "^<(.*)>$", r"\1")
    wrong = column.filter(namespaces.illegal_column(namespaces.compress_column(inner)))
    tags = pc.struct_field(pc.extract_regex(quads["o"], '"@(?P<tag>[A-Za-z0-9-]+)$'), "tag")
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(tags, LANGUAGE_TAG)), False)
    odd = pc.and_(odd, pc.starts_with(quads["o"], '"'))
    for name in "spog":
        odd = pc.or_(odd, pc.is_in(quads[name], wrong))
    notes = [
        Note(f"<{row['s'][1:-1]}>", "an IRI or a language tag that is none", row["o"][:80])
        for row in quads.filter(odd).to_pylist()
    ]
    return quads.filter(pc.invert(odd)), notes


# -- rows ---------------------------------------------------------------------------------


class _Reader:
    """Makes tables of statements, share by share."""

    def __init__(self, statements: Statements, file: str, namespaces: Namespaces) -> None:
        self._statements, self._namespaces = statements, namespaces
        self._own = self._own_graphs()
        # What is in the default graph is of the file, or of the one source that is described.
        self._default = file
        if "" in self._own:
            alone = statements.graphs == [""] and statements.described
            self._default = statements.described[0] if alone else ""

    def tables(self, leave: Collection[str]) -> dict[str, pa.Table]:
        """All tables but some."""
        import pyarrow as pa

        parts: dict[str, list[pa.Table]] = {name: [] for name in schema().tables}
        graphs = [graph for graph in self._statements.graphs if graph not in self._own]
        for share in self._statements.shares(foreign=bool(graphs)):
            for name, rows in self._read(share, graphs, leave).items():
                parts[name].append(rows)
        found = {}
        while parts:
            name, several = parts.popitem()
            found[name] = several[0]
            if len(several) > 1:
                rows = _one_name(name, pa.concat_tables(several))
                found[name] = distinct(schema().table(name), rows).combine_chunks()
        return found

    def _own_graphs(self) -> set[str]:
        """The terms of the graphs that graphkit wrote: they tell what they were made of."""
        statements = self._statements
        if statements.attributed:
            return set(statements.graphs)
        minted = f"<{self._namespaces.prefixes['source']}"
        own = {graph for graph in statements.graphs if graph.startswith(minted)}
        own |= set(statements.graphs) & set(statements.described)
        if own or (statements.graphs == [""] and len(statements.described) == 1):
            # Beside named graphs of ours, the default one holds what was of no source.
            own.add("")
        return own

    def _read(self, share: Share, graphs: list[str], leave: Collection[str]) -> dict[str, pa.Table]:
        """The tables of one share."""
        import pyarrow as pa

        quads = self._placed(share.quads)
        beside = self._placed(share.beside)
        translation = Translation()
        for graph in graphs:
            placed = graph or self._default
            said = pa.concat_tables([_in(quads, placed), _in(beside, placed)])
            triples = zip(*(said[name].to_pylist() for name in "spo"), strict=True)
            found = translate(triples, placed, self._namespaces, share.classes(graph))
            translation.added |= found.added
            translation.says |= found.says
        if translation.added:
            proposed = "".join(f"{line}\n" for line in sorted(translation.added)).encode()
            quads = pa.concat_tables([quads, split(proposed, self._namespaces)])
        read: Callable[..., dict[str, pa.Table]] = registry.get("graphkit.rdf:tables_of")
        tables = read(quads, self._namespaces, leave)
        if translation.added:
            tables[STATEMENTS] = _settled(tables[STATEMENTS], translation, self._namespaces)
        return tables

    def _placed(self, quads: pa.Table) -> pa.Table:
        """The statements in the graphs of their sources."""
        import pyarrow.compute as pc

        if self._statements.attributed:
            restored = restore(quads)
            return quads if restored is None else restored
        g = flat(quads["g"])
        return quads.set_column(3, "g", pc.if_else(pc.equal(g, ""), self._default, g))


def _in(quads: pa.Table, graph: str) -> pa.Table:
    import pyarrow.compute as pc

    return quads.filter(pc.equal(quads["g"], graph))


def _one_name(name: str, rows: pa.Table) -> pa.Table:
    """Of people who are but a printed name, and in several shares, the first name of each."""
    import pyarrow as pa

    if name != "authors":
        return rows
    order = pa.array(range(rows.num_rows))
    numbered = rows.append_column("#", order).sort_by([("name", "ascending"), ("#", "ascending")])
    firsts = numbered.take(first_rows([numbered["id"], numbered["source"]]))
    return firsts.sort_by("#").drop_columns(["#"])


def _settled(rows: pa.Table, translation: Translation, namespaces: Namespaces) -> pa.Table:
    """Statements without translations that no row took, and without originals that a row says."""
    import pyarrow as pa

    table = schema().table(STATEMENTS)
    lines = [line for _, part in lines_of(table, rows, namespaces) for line in part.to_pylist()]
    unsaid = set(lines)
    added, says = translation.added, translation.says
    kept = [line not in added and (line not in says or says[line] in unsaid) for line in lines]
    return rows.filter(pa.array(kept, pa.bool_()))
