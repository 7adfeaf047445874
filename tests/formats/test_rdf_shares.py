"""A file in many shares gives the graph that it gives in one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.errors import ReadError
from graphkit.export import export
from graphkit.formats import rdf_shares, rdf_text, text_stream
from graphkit.formats.document import CHUNK, Document
from graphkit.formats.rdf_file import read_graph
from graphkit.formats.rdf_shares import Statements
from graphkit.formats.rdf_text import parsed_rdf
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.quads import split
from graphkit.rdf import to_nquads
from tests.conftest import graph_of
from tests.laws.strategies import graphs

PREFIXES = """\
@prefix : <http://x/> .
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix dblp: <https://dblp.org/rdf/schema#> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix schema: <http://schema.org/> .
@prefix soa: <https://semopenalex.org/ontology/> .
@prefix vivo: <http://vivoweb.org/ontology/core#> .
"""
# What reaches from node to node: signatures on either side, what turns round, lists, a node in
# between, wide terms that need the class of the thing at their end, names of the same person.
FOREIGN = """\
:p{0} a schema:ScholarlyArticle ; schema:name "P{0}" ; schema:author :s{0}, :t{0} .
:s{0} a schema:Person ; schema:givenName "Ada" ; schema:familyName "L{0}" .
:t{0} a schema:Organization ; schema:name "T{0}" .
:d{0} a dblp:Publication ; dblp:title "D{0}" ; dblp:hasSignature :g{0} .
:g{0} a dblp:AuthorSignature ; dblp:signatureOrdinal 1 ; dblp:signatureCreator :c{0} .
:c{0} a dblp:Person ; dblp:primaryCreatorName "C{0}" .
:v{0} a bibo:AcademicArticle ; dcterms:title "V{0}" ; vivo:relatedBy :r{0} ;
  vivo:dateTimeValue :y{0} ; vivo:hasPublicationVenue :j .
:y{0} vivo:dateTime "2001-02-03T00:00:00Z" .
:r{0} a vivo:Authorship ; vivo:rank 1 .
:w{0} a foaf:Person ; foaf:name "W{0}" ; vivo:relatedBy :r{0} ; foaf:made :b{0} .
:b{0} a bibo:Article ; dcterms:title "B{0}" ; bibo:authorList ( :w{0} :x{0} :s{0} ) ;
  dcterms:isPartOf :j ; dc:creator "Zoë  Müller{1}", "Zoë Müller" .
:x{0} a foaf:Person ; foaf:name "X{0}" .
:o{0} a soa:Work ; dcterms:title "O{0}" ; soa:hasAuthorship :h{0} .
:h{0} a soa:Authorship ; soa:hasAuthor :x{0} ; soa:hasAuthorPosition "first" .
"""


def read(
    path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> tuple[KnowledgeGraph, list[Note]]:
    with monkeypatch.context() as patch:
        patch.setattr(rdf_shares, "SHARE", size)
        patch.setattr(rdf_shares, "MOST_SHARES", 12)
        return read_graph(Document(path), "source:x")


def same(path: Path, monkeypatch: pytest.MonkeyPatch, size: int = 5) -> KnowledgeGraph:
    whole, notes = read(path, monkeypatch, 1 << 40)
    shared, others = read(path, monkeypatch, size)
    assert shared == whole
    assert others == notes
    return whole


@pytest.mark.parametrize("suffix", ["nq", "trig", "ttl", "rdf"])
def test_what_graphkit_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    # Resolved, of several sources, which triples have to tell apart.
    kg = gk.example().resolve() | graph_of({"P": ["Ada"], "Q": ["Ada", "Bob"]})
    back = same(export(kg, tmp_path / f"x.{suffix}"), monkeypatch, 100)
    assert back.resolved
    assert back.counts() == kg.counts()


def test_what_others_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.ttl"
    several = (FOREIGN.format(number, " " * (number % 2)) for number in range(30))
    path.write_text(
        f'{PREFIXES} :j a bibo:Journal ; dcterms:title "J" .\n{"".join(several)}', encoding="utf-8"
    )
    kg = same(path, monkeypatch, 40)
    counts = kg.counts()
    # Of each copy: one author of :p, :d, :v and :o each, three and one printed of :b.
    assert (counts["papers"], counts["authorships"]) == (150, 240)
    assert kg.papers["year"].notna().sum() == 30
    again = tmp_path / "x.nq"
    again.write_bytes(to_nquads(kg))
    same(again, monkeypatch, 40)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kg=graphs())
def test_any_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kg: KnowledgeGraph) -> None:
    path = tmp_path / "x.nq"
    path.write_bytes(to_nquads(kg))
    if path.stat().st_size:
        same(path, monkeypatch)


NODES = [":a", ":b", ":c", "<https://doi.org/10.1234/x>"]
WORDS = [
    *("a schema:ScholarlyArticle", "a schema:Person", "a bibo:Article", "a vivo:Authorship"),
    *("a dblp:AuthorSignature", "a foaf:Person", 'schema:name "x"', 'dcterms:title "y"'),
    *('dc:creator "Ada"', 'foaf:name "Ada"', 'vivo:rank "1"'),
    *(
        f"{name} {node}"
        for node in NODES
        for name in (
            *("schema:author", "dcterms:creator", "foaf:made", "vivo:relates", "vivo:relatedBy"),
            *("dblp:signatureCreator", "dblp:signaturePublication", "dblp:hasSignature"),
            *("bibo:authorList", "rdf:first", "rdf:rest", "dcterms:isPartOf", "rdf:subject"),
        )
    ),
]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    said=st.lists(
        st.tuples(st.sampled_from(NODES), st.sampled_from(WORDS)), min_size=3, max_size=25
    )
)
def test_any_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[tuple[str, str]]
) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(PREFIXES + "\n".join(f"{node} {words} ." for node, words in said))
    same(path, monkeypatch, 2)


# -- the text of large files --------------------------------------------------------------


def parsed(path: Path, monkeypatch: pytest.MonkeyPatch, held: int) -> tuple[bytes, list[Note]]:
    notes: list[Note] = []
    with monkeypatch.context() as patch:
        patch.setattr(rdf_text, "HELD", held)
        patch.setattr(text_stream, "CHUNK", CHUNK if held > CHUNK else 1_000)
        found = b"".join(parsed_rdf(Document(path), Namespaces(), notes))
    return found, notes


@pytest.mark.parametrize("suffix", ["nt", "nq", "ttl", "trig", "rdf", "jsonld"])
def test_a_text_that_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    text = export(gk.example(), tmp_path / f"x.{suffix}").read_bytes()
    packed = tmp_path / f"y.{suffix}.gz"
    packed.write_bytes(gzip.compress(text[:-1000]))
    broken = tmp_path / f"z.{suffix}"
    half = text.find(b"\n", len(text) // 2) + 1 or len(text) // 2
    broken.write_bytes(
        text[:half] + b"broken \x00 line .\n" + "Zoë\n".encode("cp1252") + text[half:]
    )
    for path in (tmp_path / f"x.{suffix}", packed, broken):
        whole, streamed = (parsed(path, monkeypatch, held) for held in (1 << 40, 10))
        assert streamed == whole


def test_bombs_in_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>'
    long = "a" * 10_000
    for name, entity in (("x.rdf", f"<!ENTITY b '{long}'>"), ("y.rdf", "<!ENTITY b '&a;&a;'>")):
        # The declaration stands across two pieces of the stream.
        space = "<!-- " + "x" * 9_950 + " -->"
        path = tmp_path / name
        path.write_text(f"<!DOCTYPE rdf:RDF [{space}{entity}]>{root}")
        with pytest.raises(ReadError, match="bomb"):
            parsed(path, monkeypatch, 10)
    deep = tmp_path / "x.ttl"
    deep.write_text("<http://x/a> <http://x/p> " + "<<( <http://x/a> <http://x/p> " * 50_000)
    with pytest.raises(ReadError, match="nested too deeply"):
        parsed(deep, monkeypatch, 10)


def test_a_disk_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdf_shares, "SHARE", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    quads = split("<http://x/a> <http://x/p> <http://x/b> .\n" * 2, Namespaces())
    with pytest.raises(ReadError, match="TMPDIR"):
        Statements([quads], Document(tmp_path / "x.nt"))


def test_nothing_stays_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export(gk.example(), tmp_path / "x.nt")
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    read(path, monkeypatch, 100)
    assert list(spare.iterdir()) == []
