from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.formats.document import Document
from graphkit.formats.rdf_file import read_graph
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces
from graphkit.mappings import HTTP_SCHEMA, INVERSES, SCHEMA, WIDER, coerced, iri, matches
from graphkit.rdf import from_nquads, to_nquads
from graphkit.schema import schema
from graphkit.translation import translate

PREFIXES = """
@prefix : <http://x/> .
@prefix bibo: <http://purl.org/ontology/bibo/> .
@prefix cito: <http://purl.org/spar/cito/> .
@prefix dblp: <https://dblp.org/rdf/schema#> .
@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix orcid: <https://orcid.org/> .
@prefix pid: <https://dblp.org/pid/> .
@prefix prism: <http://prismstandard.org/namespaces/basic/2.0/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> .
@prefix sdo: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix soa: <https://semopenalex.org/ontology/> .
@prefix vivo: <http://vivoweb.org/ontology/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read(folder: Path, turtle: str) -> KnowledgeGraph:
    path = folder / "x.ttl"
    path.write_text(PREFIXES + turtle, encoding="utf-8")
    kg, notes = read_graph(Document(path), "source:x")
    assert notes == []
    everything_is_kept(PREFIXES + turtle, kg)
    assert from_nquads(to_nquads(kg)) == kg
    return kg


def rows(kg: KnowledgeGraph, table: str) -> list[dict[str, Any]]:
    """The known cells of a table, without the source that all share."""
    return sorted(
        (
            {name: cell for name, cell in row.items() if cell is not None and name != "source"}
            for row in kg.table(table).to_pylist()
        ),
        key=str,
    )


def left(kg: KnowledgeGraph) -> set[tuple[str, str]]:
    return {(row["p"], row["o"]) for row in rows(kg, "statements")}


def firm(quads: Any) -> set[tuple[str, str, str]]:
    """Statements as texts; blank nodes have no name that both sides know."""
    found = set()
    for quad in quads:
        parts = (str(quad.subject), str(quad.predicate), str(quad.object))
        found.add(tuple("_" if "genid" in p or p[0] == "_" else p for p in parts))
    return found  # type: ignore[return-value]


def everything_is_kept(turtle: str, kg: KnowledgeGraph) -> None:
    """Each statement of the file is in the graph, or is there in words that say the same."""
    given = firm(pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE))
    held = firm(pyoxigraph.parse(to_nquads(kg), format=pyoxigraph.RdfFormat.N_QUADS))

    def same(term: str) -> set[str]:
        found = matches().get(term[1:-1], ()) if term.startswith("<") else ()
        return {f"<{match.ours}>" for match in found if match.same} | {term}

    lost = [
        (s, p, o)
        for s, p, o in given
        if not any((s, q, r) in held for q in same(p) for r in (same(o) if q == p else {o}))
    ]
    assert lost == []


# -- the table of mappings ----------------------------------------------------------------


def test_ours_stand_for_themselves_and_http_for_https() -> None:
    name = iri("foaf:name")
    assert matches()[name][0].ours == name
    assert matches()[HTTP_SCHEMA + "name"] == matches()[SCHEMA + "name"]
    assert {match.ours for match in matches()[SCHEMA + "name"]} == {
        iri(term)
        for term in ("dcterms:title", "foaf:name", "rdfs:label", "schema:name", "skos:prefLabel")
    }


def test_wider_terms_are_mapped_at_all() -> None:
    pairs = {(theirs, match.ours) for theirs, found in matches().items() for match in found}
    assert {(iri(theirs), iri(ours)) for theirs, ours in WIDER} <= pairs
    assert {iri(term) for term in INVERSES.values()} <= matches().keys()


@pytest.mark.parametrize(
    ("table", "column", "term", "value"),
    [
        ("papers", "year", '"2016-12-20T10:00:00"', "2016"),
        ("papers", "year", '"May 2016"@en', "2016"),
        ("papers", "year", '"forthcoming"', None),
        ("papers", "year", "<http://x/2016>", None),
        ("papers", "doi", "<https://doi.org/10.1234/ABC>", "10.1234/abc"),
        ("papers", "doi", '"doi:10.1234/ABC"', "10.1234/abc"),
        ("papers", "doi", '"978-3-16-148410-0"', None),
        ("papers", "url", "<ftp://x/y>", None),
        ("papers", "url", '"https://x.org/a"', "https://x.org/a"),
        ("authors", "orcid", '"0000-0002-1825-0097"', "https://orcid.org/0000-0002-1825-0097"),
        ("authors", "orcid", '"0000-0002-1825-0098"', None),
        ("authors", "name", '"Ada"@en', "Ada"),
        ("authorships", "position", '"02"', "2"),
        ("authorships", "position", '"first"', None),
        ("authorships", "author", '"Ada"', None),
        ("subjects", "score", '"1e-1"', "0.1"),
        ("subjects", "score", '"much"', None),
    ],
)
def test_values(table: str, column: str, term: str, value: str | None) -> None:
    found = coerced(schema().table(table).column(column), term)
    assert (found and found.split("^^")[0][1:-1]) == value


# -- whole vocabularies -------------------------------------------------------------------


def test_schema_org(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        """
        <https://doi.org/10.1234/ABC> a schema:ScholarlyArticle ; schema:name "Notes"@en ;
          schema:author <http://orcid.org/0000-0002-1825-0097> , :b ;
          schema:datePublished "1843-09-01"^^schema:Date ; schema:isPartOf :j ;
          schema:citation :p2 ; schema:keywords "engines" ; schema:url <https://x.org/a> .
        <http://orcid.org/0000-0002-1825-0097> a schema:Person ;
          schema:givenName "Ada" ; schema:familyName "Lovelace" .
        :b a sdo:Person ; sdo:name "Bob" ; sdo:affiliation :o ; sdo:alternateName "Bobby" .
        :o a schema:Organization ; schema:name "Org" .
        :j a schema:Periodical ; schema:name "Memoirs" .
        :p2 a schema:Book ; schema:name "Cited" .
        """,
    )
    ada = "http://orcid.org/0000-0002-1825-0097"
    assert rows(kg, "papers") == [
        {
            "id": "doi:10.1234/ABC",
            "title": "Notes",
            "year": 1843,
            "journal": "http://x/j",
            "doi": "10.1234/abc",
            "url": "https://x.org/a",
            "language": "en",
        },
        {"id": "http://x/p2", "title": "Cited", "type": "fabio:Book"},
    ]
    assert rows(kg, "authors") == [
        {"id": ada, "name": "Ada Lovelace", "orcid": "orcid:0000-0002-1825-0097"},
        {"id": "http://x/b", "name": "Bob"},
    ]
    assert rows(kg, "authorships") == [
        {"paper": "doi:10.1234/ABC", "author": ada},
        {"paper": "doi:10.1234/ABC", "author": "http://x/b"},
    ]
    assert rows(kg, "venues") == [{"id": "http://x/j", "label": "Memoirs", "type": "fabio:Journal"}]
    assert rows(kg, "citations") == [{"citing": "doi:10.1234/ABC", "cited": "http://x/p2"}]
    assert rows(kg, "affiliations") == [{"author": "http://x/b", "organization": "http://x/o"}]
    assert rows(kg, "aliases") == [{"entity": "http://x/b", "name": "Bobby"}]
    # Rows say the rest: names, authors, citations.
    assert left(kg) == {
        ("http://schema.org/datePublished", "1843-09-01"),
        ("http://schema.org/isPartOf", "http://x/j"),
        ("http://schema.org/keywords", "engines"),
        ("http://schema.org/url", "https://x.org/a"),
        ("http://schema.org/givenName", "Ada"),
        ("http://schema.org/familyName", "Lovelace"),
        ("rdf:type", "http://schema.org/Organization"),
        ("rdf:type", "http://schema.org/Periodical"),
    }


def test_bibo_and_foaf(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        """
        :a a bibo:Article ; dcterms:title "T" ; dc:creator :x ; dcterms:issued "1999" ;
          bibo:doi "10.5555/YES" ; bibo:authorList ( :y :x ) ; dcterms:isPartOf :j ;
          bibo:abstract "About" .
        :x a foaf:Person ; foaf:givenName "Xenia" ; foaf:familyName "van Ex" .
        :y a foaf:Person ; foaf:name "Y"@en ; foaf:made :c .
        :j a bibo:Journal ; dcterms:title "J" .
        :c a bibo:Document ; dcterms:title "C" ;
          bibo:authorList [ a rdf:Seq ; rdf:_2 :x ; rdf:_1 :y ] .
        """,
    )
    assert rows(kg, "papers") == [
        {
            "id": "http://x/a",
            "title": "T",
            "year": 1999,
            "journal": "http://x/j",
            "doi": "10.5555/yes",
            "abstract": "About",
        },
        {"id": "http://x/c", "title": "C"},
    ]
    assert [row["name"] for row in rows(kg, "authors")] == ["Xenia van Ex", "Y"]
    assert rows(kg, "venues")[0]["label"] == "J"
    order = [(row["paper"], row["position"], row["author"]) for row in rows(kg, "authorships")]
    assert sorted(order) == [
        ("http://x/a", 1, "http://x/y"),
        ("http://x/a", 2, "http://x/x"),
        ("http://x/c", 1, "http://x/y"),
        ("http://x/c", 2, "http://x/x"),
    ]


def test_creators_who_are_but_a_name(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        ':a a bibo:Article ; dc:title "T"@fr ; dc:creator "Zoë Müller" , " " ; dc:date "1999" .',
    )
    assert rows(kg, "papers") == [
        {"id": "http://x/a", "title": "T", "year": 1999, "language": "fr"}
    ]
    assert rows(kg, "authors") == [{"id": "author:Zoë_Müller", "name": "Zoë Müller"}]
    assert rows(kg, "authorships") == [
        {"paper": "http://x/a", "author": "author:Zoë_Müller", "printed_name": "Zoë Müller"}
    ]


def test_dblp(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        """
        <https://dblp.org/rec/conf/x/1> a dblp:Publication , dblp:Inproceedings ;
          dblp:title "A paper." ; dblp:authoredBy pid:1 , pid:2 ;
          dblp:yearOfPublication "2020"^^xsd:gYear ; dblp:doi <https://doi.org/10.1145/1> ;
          dblp:hasSignature
            [ a dblp:AuthorSignature ; dblp:signatureCreator pid:2 ; dblp:signatureOrdinal 1 ] ,
            [ a dblp:AuthorSignature ; dblp:signatureCreator pid:1 ; dblp:signatureOrdinal 2 ] .
        pid:1 a dblp:Person ; dblp:creatorName "One" ; rdfs:label "One" ;
          dblp:orcid orcid:0000-0002-1825-0097 .
        pid:2 a dblp:Person ; dblp:creatorName "Wei Wang 0001" .
        """,
    )
    assert rows(kg, "papers") == [
        {
            "id": "dblp:conf/x/1",
            "title": "A paper.",
            "type": "fabio:ConferencePaper",
            "year": 2020,
            "doi": "10.1145/1",
        }
    ]
    assert rows(kg, "authors") == [
        {"id": "dblp-person:1", "name": "One", "orcid": "orcid:0000-0002-1825-0097"},
        {"id": "dblp-person:2", "name": "Wei Wang 0001"},
    ]
    assert rows(kg, "authorships") == [
        {"paper": "dblp:conf/x/1", "position": 1, "author": "dblp-person:2"},
        {"paper": "dblp:conf/x/1", "position": 2, "author": "dblp-person:1"},
    ]


def test_semopenalex(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        """
        :W1 a soa:Work ; dcterms:title "W" ; dcterms:creator :A1 ;
          fabio:hasPublicationYear "2020"^^xsd:integer ; prism:doi "https://doi.org/10.1145/2" ;
          cito:cites :W2 ; soa:hasAuthorship :s1 ; soa:hasConcept :C1 .
        :s1 a soa:Authorship ; soa:hasAuthor :A1 ; soa:position "first" ; soa:rawAffiliation "Uni" .
        :A1 a soa:Author ; foaf:name "A One" ; soa:alternativeName "A. One" .
        :C1 a soa:Concept ; skos:prefLabel "Logic"@en .
        """,
    )
    assert rows(kg, "papers") == [
        {"id": "http://x/W1", "title": "W", "year": 2020, "doi": "10.1145/2"}
    ]
    assert rows(kg, "authorships") == [
        {"paper": "http://x/W1", "author": "http://x/A1", "affiliation": "Uni"}
    ]
    assert rows(kg, "topics") == [{"id": "http://x/C1", "label": "Logic", "language": "en"}]
    assert rows(kg, "subjects") == [{"paper": "http://x/W1", "topic": "http://x/C1"}]
    assert rows(kg, "citations") == [{"citing": "http://x/W1", "cited": "http://x/W2"}]
    assert rows(kg, "aliases") == [{"entity": "http://x/A1", "name": "A. One"}]


@pytest.mark.parametrize("link", [":n vivo:relatedBy :s .", ":s vivo:relates :n ."])
def test_vivo(tmp_path: Path, link: str) -> None:
    kg = read(
        tmp_path,
        link
        + """
        :n a bibo:AcademicArticle ; rdfs:label "VIVO paper"@en-us ; vivo:dateTimeValue :d ;
          vivo:hasPublicationVenue :j ; bibo:doi "10.1000/v" .
        :s a vivo:Authorship ; vivo:relates :ada ; vivo:rank 2 .
        :ada a foaf:Person ; rdfs:label "Lovelace, Ada" ; vivo:orcidId orcid:0000-0002-1825-0097 .
        :d a vivo:DateTimeValue ; vivo:dateTime "2014-01-01T00:00:00"^^xsd:dateTime .
        :j a bibo:Journal ; rdfs:label "J" .
        """,
    )
    assert rows(kg, "papers") == [
        {
            "id": "http://x/n",
            "title": "VIVO paper",
            "year": 2014,
            "journal": "http://x/j",
            "doi": "10.1000/v",
            "language": "en-US",
        }
    ]
    assert rows(kg, "authorships") == [
        {"paper": "http://x/n", "position": 2, "author": "http://x/ada"}
    ]
    assert rows(kg, "authors")[0]["orcid"] == "orcid:0000-0002-1825-0097"


# -- hard cases ---------------------------------------------------------------------------


def test_what_is_no_paper_stays_as_it_is(tmp_path: Path) -> None:
    kg = read(tmp_path, ':x a schema:Recipe ; schema:name "Soup" ; schema:author :y . :y a :Cook .')
    assert kg.counts()["papers"] == kg.counts()["authors"] == 0
    assert kg.table("statements").num_rows == 4


def test_an_organization_that_wrote_is_no_person(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        ':p a schema:Report ; schema:name "R" ; schema:author :o . :o a schema:Organization .',
    )
    assert rows(kg, "papers")[0]["type"] == "fabio:ReportDocument"
    assert kg.table("authorships").num_rows == 0
    assert ("http://schema.org/author", "http://x/o") in left(kg)


def test_two_titles_and_two_languages(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        ':p a schema:Thesis ; schema:name "B"@de , "A"@en ; schema:abstract "c"@de , "d"@en .',
    )
    (paper,) = rows(kg, "papers")
    assert (paper["title"], paper["language"]) == ("A", "en")
    assert ("http://schema.org/name", "B") in left(kg)


def test_signatures_that_claim_one_place(tmp_path: Path) -> None:
    sign = (
        ":s{0} a dblp:AuthorSignature ; dblp:signaturePublication :p ;"
        " dblp:signatureCreator :a{0} ; dblp:signatureOrdinal 1 . "
    )
    kg = read(tmp_path, ":p a dblp:Article . " + sign.format(1) + sign.format(2))
    found = [(row["author"], row.get("position")) for row in rows(kg, "authorships")]
    assert sorted(found, key=str) == [("http://x/a1", 1), ("http://x/a2", None)]


def test_lists_that_bite_their_tail(tmp_path: Path) -> None:
    kg = read(
        tmp_path,
        ":p a bibo:Article ; bibo:authorList :l . :l rdf:first :a ; rdf:rest :l . "
        ":a a foaf:Person .",
    )
    assert rows(kg, "authorships") == [
        {"paper": "http://x/p", "position": 1, "author": "http://x/a"}
    ]


def test_what_graphkit_wrote_is_not_translated_again(tmp_path: Path) -> None:
    kg = KnowledgeGraph(
        {
            "sources": [{"id": "source:s", "sha256": "00", "source": "source:s"}],
            "statements": [
                {
                    "s": "author:A",
                    "p": "rdf:type",
                    "o": "http://schema.org/Person",
                    "source": "source:s",
                }
            ],
        }
    )
    path = tmp_path / "x.nq"
    path.write_bytes(to_nquads(kg))
    assert read_graph(Document(path), "source:x")[0] == kg


# -- any graph ----------------------------------------------------------------------------

CLASSES = [
    *("schema:ScholarlyArticle", "sdo:Person", "foaf:Person", "bibo:Article", "bibo:Journal"),
    *("dblp:AuthorSignature", "vivo:Authorship", "soa:Concept", "fabio:JournalArticle"),
]
PROPERTIES = [
    *("schema:name", "schema:author", "schema:identifier", "dcterms:title", "dcterms:creator"),
    *("dc:creator", "rdfs:label", "foaf:name", "foaf:made", "dcterms:isPartOf", "dcterms:issued"),
    *("vivo:relates", "vivo:rank", "dblp:signatureCreator", "dblp:signaturePublication"),
    *("bibo:authorList", "rdf:first", "rdf:rest"),
]
VALUES = ['"x"', '"x"@en', '"2001"', '"10.1234/x"', "1", "true", '"2001"^^xsd:gYear', '"\\n\\""']
NODES = [":a", ":b", ":c", "<https://doi.org/10.1234/x>"]


@st.composite
def statements(draw: st.DrawFn) -> str:
    node = draw(st.sampled_from(NODES))
    if draw(st.booleans()):
        return f"{node} a {draw(st.sampled_from(CLASSES))} ."
    return f"{node} {draw(st.sampled_from(PROPERTIES))} {draw(st.sampled_from(VALUES + NODES))} ."


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(statements(), min_size=1, max_size=25))
def test_nothing_is_lost_and_it_comes_back(tmp_path: Path, found: list[str]) -> None:
    read(tmp_path, "\n".join(found))


def test_translations_are_only_proposed() -> None:
    person = ("<http://x/a>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
              "<http://schema.org/Person>")  # fmt: skip
    found = translate([person], "<http://x/g>", Namespaces())
    line = f"{person[0]} {person[1]} <http://xmlns.com/foaf/0.1/Person> <http://x/g> ."
    assert found.added == {line}
    assert found.says == {" ".join([*person, "<http://x/g>", "."]): line}
