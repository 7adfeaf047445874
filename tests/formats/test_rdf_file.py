from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit import registry
from graphkit.errors import ReadError
from graphkit.export import export
from graphkit.formats.document import Document
from graphkit.formats.rdf_file import read_graph, sniff
from graphkit.graph import KnowledgeGraph
from graphkit.rdf import from_nquads, to_nquads
from tests.conftest import graph_of
from tests.laws.strategies import graphs

SHARED = Path(__file__).parents[2].parent / "shared"
WITH_GRAPHS = ("nq", "trig", "jsonld")
WITHOUT_GRAPHS = ("ttl", "nt", "rdf")
ADA = "<http://x/a> a <http://xmlns.com/foaf/0.1/Person> ; <http://xmlns.com/foaf/0.1/name> 'Ada' ."


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.BUILT_IN["format"], "rdf", "graphkit.formats.rdf_file")


@pytest.fixture
def shared() -> Path:
    if not SHARED.exists() and not os.environ.get("CI"):
        pytest.skip(f"{SHARED} is not here; it does not come with the project")
    return SHARED


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(folder: Path, text: str | bytes, name: str = "x.ttl") -> tuple[KnowledgeGraph, list[Any]]:
    return read_graph(Document(written(folder, name, text)), "source:x")


def triples(kg: KnowledgeGraph) -> set[str]:
    parsed = pyoxigraph.parse(to_nquads(kg), format=pyoxigraph.RdfFormat.N_QUADS)
    return {str(quad.triple) for quad in parsed}


# -- what graphkit wrote ------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [*WITH_GRAPHS, *WITHOUT_GRAPHS])
def test_a_graph_of_one_source_comes_back(tmp_path: Path, suffix: str) -> None:
    kg = gk.example()
    path = export(kg, tmp_path / f"example.{suffix}")
    back = gk.read(path)
    assert back == kg
    assert back.source_ids() == kg.source_ids()
    assert back.table("statements").num_rows == 0


@pytest.mark.parametrize("suffix", WITH_GRAPHS)
def test_a_graph_of_several_sources_comes_back(tmp_path: Path, suffix: str) -> None:
    strange = KnowledgeGraph(
        {
            "statements": [
                {"s": "author:Ada", "p": "http://x/says", "o": "hi", "datatype": "xsd:string"},
                {"s": "author:Ada", "p": "http://schema.org/name", "o": "http://x/n"},
            ]
        }
    )
    kg = gk.example().resolve() | graph_of({"P": ["Ada"]}) | strange
    assert len(kg.source_ids()) == 5
    back = gk.read(export(kg, tmp_path / f"all.{suffix}"))
    assert back == kg
    assert back.resolved


def test_triples_of_several_sources_tell_them_apart(tmp_path: Path) -> None:
    named = [{"id": f"source:{name}", "sha256": "00", "source": f"source:{name}"} for name in "ab"]
    people = [
        {"id": "author:Ada", "name": "Ada", "source": "source:a"},
        {"id": "author:Ada", "name": "Ada", "source": "source:b"},
        {"id": "author:Bob", "name": "Bob", "source": "source:a"},
        {"id": "author:Bob", "name": "B.", "source": "source:b"},
        {"id": "author:Cy", "name": "Cy"},
    ]
    kg = KnowledgeGraph({"authors": people, "sources": named})
    path = export(kg, tmp_path / "several.ttl")
    text = path.read_text(encoding="utf-8")
    assert 'foaf:name "Ada" ;\n\tgk:statedBy source:a , source:b .' in text
    # They agree on what Bob is, not on his name, which stands twice: as name and as label.
    assert text.count("a rdf:Statement") == 4
    assert re.search(r'rdf:object "B\."[^.]*gk:statedBy source:b \.', text)
    # Nobody speaks of Cy.
    assert 'author:Cy a foaf:Person ;\n\trdfs:label "Cy" ;\n\tfoaf:name "Cy" .' in text
    assert gk.read(path) == kg


@pytest.mark.parametrize("suffix", WITHOUT_GRAPHS)
def test_triples_of_one_source_are_left_alone(tmp_path: Path, suffix: str) -> None:
    text = export(gk.example(), tmp_path / f"one.{suffix}").read_text(encoding="utf-8")
    assert "statedBy" not in text
    assert "_:" not in text


def test_what_is_falsely_said_to_be_stated_is_kept(tmp_path: Path) -> None:
    kg, notes = read(
        tmp_path,
        """\
        @prefix gk: <https://w3id.org/graphkit/ontology#> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        <http://x/a> <http://x/p> "1" ; gk:statedBy "a text", <http://x/source> .
        <http://x/s> a rdf:Statement ; rdf:subject <http://x/a> ; gk:statedBy <http://x/source> .
        <http://x/t> a rdf:Statement ; rdf:subject <http://x/a> ; rdf:predicate <http://x/p> ;
          rdf:object "2" ; gk:statedBy <http://x/source> .
        """,
    )
    assert not notes
    said = {(r["s"], r["p"], r["o"], r["source"]) for r in kg.table("statements").to_pylist()}
    assert ("http://x/a", "http://x/p", "1", "http://x/source") in said
    assert ("http://x/a", "gk:statedBy", "a text", "http://x/source") in said
    assert ("http://x/s", "rdf:subject", "http://x/a", "http://x/source") in said
    # Nobody says what it describes, so it is a thing like others.
    assert ("http://x/t", "rdf:object", "2", "http://x/source") in said


def test_another_base(tmp_path: Path) -> None:
    base = "https://example.org/kg/"
    kg = KnowledgeGraph(
        {
            "authors": [{"id": "author:Ada", "name": "Ada", "source": "source:s"}],
            "sources": [{"id": "source:s", "sha256": "00", "source": "source:s"}],
        },
        base=base,
    )
    assert gk.read(export(kg, tmp_path / "x.nq"), base=base) == kg
    # Read under another base it is a graph of someone, but keeps its source.
    other = gk.read(tmp_path / "x.nq")
    assert other.source_ids() == ["https://example.org/kg/source/s"]
    assert other.table("authors")["name"].to_pylist() == ["Ada"]


def test_compressed(tmp_path: Path) -> None:
    kg = gk.example()
    plain = export(kg, tmp_path / "x.nt")
    packed = written(tmp_path, "x.nt.gz", gzip.compress(plain.read_bytes()))
    assert gk.read(packed) == kg


# -- what others wrote --------------------------------------------------------------------

# Triples in each file (pyoxigraph's own count, blank nodes apart), and those that a row says.
ONTOLOGIES = {
    "bibo.owl": (1224, 1218, {"authors": 2}),
    "cito.ttl": (946, 946, {}),
    "fabio.ttl": (3322, 3322, {}),
    "pro.ttl": (295, 295, {}),
    "semopenalex-ontology.ttl": (1104, 1089, {"authors": 5}),
    "vivo.owl": (6810, 6810, {}),
}


@pytest.mark.parametrize("name", ONTOLOGIES)
def test_the_published_ontologies(shared: Path, name: str) -> None:
    path = shared / "ontologies" / name
    kg = gk.read(path)
    every, stated, rows = ONTOLOGIES[name]
    assert kg.table("statements").num_rows == stated
    assert {t: kg.table(t).num_rows for t in rows} == rows
    assert kg.table("notes").num_rows == 0
    form = pyoxigraph.RdfFormat.from_extension(path.suffix[1:]) or pyoxigraph.RdfFormat.RDF_XML
    parsed = pyoxigraph.parse(path=path, format=form, base_iri="http://b/")
    given = {str(quad.triple) for quad in parsed}
    assert len(given) == every
    # Those without blank nodes and relative IRIs have the same name in both.
    firm = {triple for triple in given if "_:" not in triple and "<http://b/" not in triple}
    assert firm <= triples(kg)
    assert len(kg.source_ids()) == 1
    assert kg.table("sources")["uri"].to_pylist() == [name]
    assert from_nquads(to_nquads(kg)) == kg


def test_only_rdf_is_rdf(shared: Path, tmp_path: Path) -> None:
    for path in sorted(p for p in (shared / "samples").rglob("*") if p.is_file()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert not sniff(data[:65536].decode("utf-8", "replace")), path
    assert not sniff((shared / "seed" / "interspeech-2022.txt").read_text(encoding="utf-8"))
    for name in ONTOLOGIES:
        assert sniff((shared / "ontologies" / name).read_text(encoding="utf-8")[:65536]), name


@pytest.mark.parametrize("suffix", [*WITH_GRAPHS, *WITHOUT_GRAPHS])
def test_no_other_format_takes_rdf(tmp_path: Path, suffix: str) -> None:
    path = export(gk.example(), tmp_path / f"x.{suffix}")
    head = path.read_text(encoding="utf-8")[:65536]
    modules = [registry.load("format", name) for name in registry.names("format")]
    assert [m.__name__ for m in modules if m.sniff(head)] == ["graphkit.formats.rdf_file"]


@pytest.mark.parametrize(
    "head",
    [
        "\ufeff# comment\n\n@prefix x: <http://x/> .",
        "PREFIX x: <http://x/>\nx:a x:b x:c .",
        "BASE <http://x/>",
        '<http://x/a> <http://x/b> "c"@en <http://x/g> . # yes',
        "_:a <http://x/b> _:c .",
        "<http://x/g> { <a> <b> <c> }",
        "<http://x/a> a <http://x/C> ;",
        '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
        '{"@context": {"x": "http://x/"}, "@id": "x:a", "x:b": 1}',
        '[{"@id": "http://x/a", "http://x/b": [{"@value": 1}]}]',
    ],
)
def test_sniffing(head: str) -> None:
    assert sniff(head)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "@article{x, title={@prefix}}",
        "@base",
        '<?xml version="1.0"?><PubmedArticleSet>',
        "<html><body>RDF http://www.w3.org/1999/02/22-rdf-syntax-ns#</body>",
        '{"@context": "https://schema.org", "@id": "x", "@type": "ScholarlyArticle"}',
        '{"@context": ["https://x.org/context", {"x": "http://x/"}], "@id": "x"}',
        '{"id": "https://openalex.org/W1"}',
        "prefix,base,title\n1,2,3",
        "Base pairs <in> order",
    ],
)
def test_sniffing_others(head: str) -> None:
    assert not sniff(head)


def test_named_graphs_of_others_are_sources(tmp_path: Path) -> None:
    text = '<http://x/a> <http://x/b> "1" <http://x/g> .\n<http://x/a> <http://x/b> "2" .\n'
    path = written(tmp_path, "x.nq", text)
    kg = gk.read(path)
    sources = {row["id"]: row for row in kg.table("sources").to_pylist()}
    file = next(name for name in sources if name.startswith("source:rdf-"))
    assert sources.keys() == {"http://x/g", file}
    assert sources["http://x/g"]["uri"] == "x.nq"
    said = {(row["o"], row["source"]) for row in kg.table("statements").to_pylist()}
    assert said == {("1", "http://x/g"), ("2", file)}


def test_blank_nodes_are_those_of_their_file(tmp_path: Path) -> None:
    text = "_:a <http://x/p> [ <http://x/q> _:a ] ."
    one, _ = read(tmp_path, text, "one.ttl")
    again, _ = read(tmp_path, text, "again.ttl")
    assert one == again
    other, _ = read(tmp_path, text + "\n", "other.ttl")
    nodes = [set(kg.table("statements")["s"].to_pylist()) for kg in (one, other)]
    assert len(nodes[0]) == 2
    assert not nodes[0] & nodes[1]


def test_relative_iris_are_those_of_their_file(tmp_path: Path) -> None:
    kg, _ = read(tmp_path, "<#a> <http://x/p> <b> .")
    row = kg.table("statements").to_pylist()[0]
    assert row["s"].startswith("https://w3id.org/graphkit/id/.well-known/file/")
    assert row["s"].endswith("/#a")


def test_other_encodings(tmp_path: Path) -> None:
    text = "<http://x/a> <http://x/p> 'Zoë' ."
    for data in (text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("cp1252")):
        kg, notes = read(tmp_path, data)
        assert kg.table("statements")["o"].to_pylist() == ["Zoë"]
    assert notes[0].done == "such lines were read as Windows-1252"
    xml = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><rdf:RDF xmlns:x="http://x/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><x:C rdf:about="http://x/a">'
        "<x:p>Zoë</x:p></x:C></rdf:RDF>"
    )
    kg, _ = read(tmp_path, xml.encode("latin-1"), "x.rdf")
    assert kg.table("statements").num_rows == 2


def test_language_tags(tmp_path: Path) -> None:
    tags = ["de", "en-GB", "zh-Hant-TW", "sl-rozaj", "en-x-GB-none", "x-none"]
    values = " , ".join(f"'a'@{tag}" for tag in tags)
    kg, _ = read(tmp_path, f"<http://x/a> <http://x/p> {values} .")
    found = {row["lang"] for row in kg.table("statements").to_pylist()}
    assert found == {*tags, "en-x-gb-none"} - {"en-x-GB-none"}


def test_nulls_in_literals(tmp_path: Path) -> None:
    kg, notes = read(tmp_path, '<http://x/a> <http://x/p> "a\0b" .', "x.nt")
    assert (kg.table("statements")["o"].to_pylist(), notes) == (["a\0b"], [])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(graphs())
def test_any_graph_comes_back(tmp_path: Path, kg: KnowledgeGraph) -> None:
    ours = [name for name in kg.source_ids() if name.startswith("source:")]
    if not ours:
        return
    path = written(tmp_path, "x.nq", to_nquads(kg))
    back, notes = read_graph(Document(path), "source:file", kg.base)
    assert notes == []
    for strange in set(kg.source_ids()) - {*ours, ""}:
        kg, back = kg.without(strange), back.without(strange)
    assert back == kg


# -- bad input ----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["nt", "nq", "ttl", "trig"])
def test_good_statements_around_a_broken_one(tmp_path: Path, suffix: str) -> None:
    good = '<http://x/{0}> <http://x/p> "{0}" .\n'
    text = good.format(1) + "<http://x/2> <http://x/p> <not an iri> .\n" + good.format(3)
    kg, notes = read(tmp_path, text, f"x.{suffix}")
    assert sorted(kg.table("statements")["o"].to_pylist()) == ["1", "3"]
    assert [(note.place, note.text) for note in notes] == [
        ("line 2", "<http://x/2> <http://x/p> <not an iri> .")
    ]
    assert notes[0].reason


def test_a_file_that_is_cut_off(tmp_path: Path) -> None:
    for suffix in ("nt", "nq", "ttl", "trig", "rdf", "jsonld"):
        whole = export(gk.example(), tmp_path / f"x.{suffix}").read_bytes()
        kg, notes = read(tmp_path, whole[: len(whole) // 2], f"cut.{suffix}")
        assert len(triples(kg)) > 500, suffix
        assert len(notes) == 1, suffix
        assert re.match("line 1|after statement 1[0-9]{3}", notes[0].place), suffix


def test_what_rdf_1_1_has_not(tmp_path: Path) -> None:
    text = (
        ADA + '\n<http://x/a> <http://x/p> <<( <http://x/s> <http://x/p> "o" )>> , "mot"@fr--ltr .'
    )
    kg, notes = read(tmp_path, text)
    assert [(note.reason, note.done) for note in notes] == [
        ("a statement about a statement", "left out"),
        ("a text with a direction", "read without its direction"),
    ]
    row = kg.table("statements").to_pylist()[0]
    assert (row["o"], row["lang"]) == ("mot", "fr")


def test_iris_and_tags_that_no_store_takes(tmp_path: Path) -> None:
    text = ADA + "\n<http://x/a> <http://x/p> <http://[::1]/x> , 'tlh'@i-klingon , 'kept' ."
    kg, notes = read(tmp_path, text)
    assert kg.table("statements")["o"].to_pylist() == ["kept"]
    assert len(notes) == 2
    assert from_nquads(to_nquads(kg)) == kg


RDF_XML = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [{0}]><rdf:RDF xmlns:x="http://x/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><x:C rdf:about="http://x/a">'
    "<x:p>{1}</x:p></x:C></rdf:RDF>"
)


def test_entities(tmp_path: Path) -> None:
    plain = RDF_XML.format('<!ENTITY x "http://x/">', "&x;b &amp; &#233;")
    kg, _ = read(tmp_path, plain, "x.rdf")
    assert "http://x/b & é" in kg.table("statements")["o"].to_pylist()
    secret = written(tmp_path, "secret.txt", "secret")
    outside = RDF_XML.format(f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;")
    kg, notes = read(tmp_path, outside, "y.rdf")
    assert b'secret"' not in to_nquads(kg)
    assert notes


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;">',
        "<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>",
        f'<!ENTITY b "{"a" * 2000}">',
        '<!ENTITY % a "ha"><!ENTITY b "%a;">',
    ],
)
def test_entity_bombs_are_refused(tmp_path: Path, entities: str) -> None:
    with pytest.raises(ReadError, match="bomb"):
        read(tmp_path, RDF_XML.format(entities, "&b;"), "x.rdf")


def test_deep_nesting(tmp_path: Path) -> None:
    deep = "<http://x/a> <http://x/p> " + "<<( <http://x/a> <http://x/p> " * 50_000
    with pytest.raises(ReadError, match="nested too deeply"):
        read(tmp_path, deep)
    kg, _ = read(
        tmp_path, "<http://x/a> <http://x/p> " + "[ <http://x/p> " * 5_000 + "1" + "]" * 5_000 + "."
    )
    assert kg.table("statements").num_rows == 5_001
    with pytest.raises(ReadError):
        read(
            tmp_path,
            '{"@context": {}, "@id": "http://x/a", "http://x/p": ' + "[" * 100_000,
            "x.jsonld",
        )


def test_remote_contexts_are_not_fetched(tmp_path: Path) -> None:
    text = '{"@context": "http://localhost:9/c", "@id": "http://x/a", "p": 1}'
    with pytest.raises(ReadError, match="remote"):
        read(tmp_path, text, "x.jsonld")


def test_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="not one statement"):
        read(tmp_path, "# nothing\n@prefix x: <http://x/> .")
    with pytest.raises(ReadError, match="line 1"):
        read(tmp_path, "@prefix x")


def test_long_fields_and_odd_characters(tmp_path: Path) -> None:
    long = "x" * 100_000
    people = " , ".join(f"<http://x/p{number}>" for number in range(10_000))
    text = (
        f"<http://x/a> a <https://schema.org/ScholarlyArticle> ; <https://schema.org/name> "
        f"'{long}' ; <https://schema.org/author> {people} ; "
        "<http://x/odd> '\\u0000\\u200F\\u0007' ."
    )
    kg, notes = read(tmp_path, text)
    assert notes == []
    assert kg.table("papers")["title"].to_pylist() == [long]
    assert kg.table("authorships").num_rows == 10_000
    assert kg.table("statements")["o"].to_pylist() == ["\x00\u200f\x07"]


def test_notes_come_with_the_graph(tmp_path: Path) -> None:
    kg = gk.read(written(tmp_path, "x.ttl", ADA + "\nbroken .\n"))
    notes = kg.table("notes").to_pylist()
    assert [(note["place"], note["text"], note["number"]) for note in notes] == [
        ("line 2", "broken .", 1)
    ]
    assert kg.source_ids() == [notes[0]["source"]]


SAMPLES = [
    ("x.nq", to_nquads(graph_of({"P": ["Ada", "Bob"]}, years={"P": 1843}))),
    ("x.ttl", ADA.encode()),
    ("x.rdf", RDF_XML.format("<!ENTITY x 'y'>", "&x;").encode()),
    ("x.jsonld", b'{"@context": {"x": "http://x/"}, "@id": "x:a", "x:b": [1, {"@value": "c"}]}'),
]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sample=st.sampled_from(SAMPLES),
    at=st.floats(0, 1),
    cut=st.integers(0, 20),
    put=st.binary(max_size=20),
)
def test_damaged_files_raise_only_read_errors(
    tmp_path: Path, sample: tuple[str, bytes], at: float, cut: int, put: bytes
) -> None:
    name, data = sample
    start = int(at * len(data))
    try:
        kg, _ = read(tmp_path, data[:start] + put + data[start + cut :], name)
    except ReadError:
        return
    assert from_nquads(to_nquads(kg)) == kg


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=200), name=st.sampled_from([name for name, _ in SAMPLES]))
def test_any_bytes_raise_only_read_errors(tmp_path: Path, data: bytes, name: str) -> None:
    with pytest.raises(ReadError):
        read(tmp_path, data, name)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    junk=st.text(
        st.characters(exclude_characters="\0\"'<>\n\r\\#{}[]()@.;,", codec="utf-8"),
        min_size=1,
        max_size=30,
    )
)
def test_good_lines_survive_any_junk(tmp_path: Path, junk: str) -> None:
    good = '<http://x/{0}> <http://x/p> "{0}" .\n'
    text = good.format(1) + junk + "\n" + good.format(2)
    kg, notes = read(tmp_path, text, "x.nt")
    assert sorted(kg.table("statements")["o"].to_pylist()) == ["1", "2"]
    assert len(notes) == bool(junk.strip(" \t"))
