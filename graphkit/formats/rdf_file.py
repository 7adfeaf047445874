"""Reader of RDF: Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD.

What graphkit wrote comes back as it was: named graphs are the sources again, and so is the one
source of a file without named graphs. What others wrote in terms of schema.org, BIBO, FOAF,
DBLP, SemOpenAlex or VIVO becomes rows through `graphkit.translation`; the rest is kept as
statements, so that no statement of the file is lost.

Nothing that a file names is fetched: imports, remote contexts and external entities stay names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from graphkit import registry
from graphkit.attribution import described_sources, restore
from graphkit.conforming import LANGUAGE_TAG
from graphkit.errors import ReadError
from graphkit.formats import schemaorg
from graphkit.formats.damage import BROKEN, UntilDamage
from graphkit.formats.document import CHUNK, Document, decode
from graphkit.formats.rdf_text import first_line, is_statement, looks_like_xml, parsed_rdf
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.nquads import RDF, flat, joined, lines_of
from graphkit.quads import split
from graphkit.schema import STATEMENTS, schema
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
    import pyarrow.compute as pc

    namespaces = Namespaces(base)
    text, notes = _text(document)
    parsed, problems = parsed_rdf(document, text, namespaces)
    notes += problems
    quads = _with_usual_tags(split(parsed, namespaces))
    quads, problems = _legal(quads, namespaces)
    notes += problems
    if not quads.num_rows:
        reason = notes[-1].reason if notes else "there is not one statement in it"
        raise ReadError(document, f"no RDF to read: {reason}", notes[-1].place if notes else None)
    file = f"<{namespaces.expand(source)}>"
    quads, own = _in_graphs(quads, file, namespaces)
    translation = _translated(_of_others(quads, own), namespaces)
    read: Callable[..., KnowledgeGraph] = registry.get("graphkit.rdf:from_nquads")
    proposed = "".join(f"{line}\n" for line in sorted(translation.added)).encode()
    kg = read(joined(pc.binary_join_element_wise(_lines(quads), "", "\n")) + proposed, base=base)
    return _settled(kg, translation) if translation.added else kg, notes


def _text(document: Document) -> tuple[str, list[Note]]:
    """The text, which RDF wants in UTF-8; nulls may stand in literals, unlike in other texts."""
    pieces: list[bytes] = []
    notes: list[Note] = []
    with document.open() as stream:
        whole = UntilDamage(stream)
        try:
            while piece := whole.read(CHUNK):
                pieces.append(piece)
        except BROKEN as error:
            if not pieces:
                raise
            reason = f"cannot be unpacked to its end: {error}"
            notes.append(Note("end", reason, "", "what stands before was read"))
    data = b"".join(pieces)
    # In UTF-16 every other byte of most texts is null.
    if data and 0 < data.count(0) < len(data) / 10:
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig"), notes
    text, found = decode(data, document)
    return text, notes + found


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


# -- sources ------------------------------------------------------------------------------


def _in_graphs(quads: pa.Table, file: str, namespaces: Namespaces) -> tuple[pa.Table, set[str]]:
    """The statements in the graphs of their sources, and those graphs that graphkit wrote."""
    import pyarrow.compute as pc

    if pc.unique(quads["g"]).to_pylist() == [""] and (restored := restore(quads)) is not None:
        return restored, {"", *pc.unique(restored["g"]).to_pylist()}
    own = _own_graphs(quads, namespaces)
    return _placed(quads, own, file), own


def _own_graphs(quads: pa.Table, namespaces: Namespaces) -> set[str]:
    """The terms of the graphs that graphkit wrote: they tell what they were made of."""
    import pyarrow.compute as pc

    minted = f"<{namespaces.prefixes['source']}"
    graphs = pc.unique(quads["g"]).to_pylist()
    own = {graph for graph in graphs if graph.startswith(minted)}
    described = set(described_sources(quads))
    own |= {graph for graph in graphs if graph in described}
    if own or (graphs == [""] and len(described) == 1):
        # Beside named graphs of ours, the default one holds what was of no source.
        own.add("")
    return own


def _placed(quads: pa.Table, own: set[str], file: str) -> pa.Table:
    """The statements of the default graph, given to the source that they are of."""
    import pyarrow.compute as pc

    graphs = pc.unique(quads["g"]).to_pylist()
    if "" in own and graphs != [""]:
        return quads
    target = described_sources(quads)[0] if "" in own else file
    if "" in own:
        own.add(target)
    g = flat(quads["g"])
    return quads.set_column(3, "g", pc.if_else(pc.equal(g, ""), target, g))


# -- translation --------------------------------------------------------------------------


def _of_others(quads: pa.Table, own: set[str]) -> pa.Table:
    """The statements in graphs that graphkit did not write."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return quads.filter(pc.invert(pc.is_in(quads["g"], pa.array(sorted(own), pa.string()))))


def _translated(quads: pa.Table, namespaces: Namespaces) -> Translation:
    """What all graphs say in our terms, each on its own."""
    import pyarrow.compute as pc

    whole = Translation()
    for graph in pc.unique(quads["g"]).to_pylist():
        said = quads.filter(pc.equal(quads["g"], graph))
        triples = zip(*(said[name].to_pylist() for name in "spo"), strict=True)
        found = translate(triples, graph, namespaces)
        whole.added |= found.added
        whole.says |= found.says
    return whole


def _lines(quads: pa.Table) -> pa.Array:
    import pyarrow.compute as pc

    g = flat(quads["g"])
    end = pc.if_else(pc.equal(g, ""), ".", pc.binary_join_element_wise(g, ".", " "))
    return pc.binary_join_element_wise(*(flat(quads[name]) for name in "spo"), end, " ")


def _settled(kg: KnowledgeGraph, translation: Translation) -> KnowledgeGraph:
    """Without translations that no row took, and without originals that a row says."""
    import pyarrow as pa

    table = schema().table(STATEMENTS)
    rows = kg.table(STATEMENTS)
    lines = [line for _, part in lines_of(table, rows, kg.namespaces) for line in part.to_pylist()]
    unsaid = set(lines)
    added, says = translation.added, translation.says
    kept = [line not in added and (line not in says or says[line] in unsaid) for line in lines]
    read = {name: kg.table(name) for name in schema().tables}
    return KnowledgeGraph(
        {**read, STATEMENTS: rows.filter(pa.array(kept, pa.bool_()))}, base=kg.base
    )
