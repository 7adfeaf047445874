"""The terms that the ontology, its shapes and its mappings use: they exist, and are used aright.

What a vocabulary declares is taken from its published file where that is at hand. rdflib
knows the terms of the others, but not their domains and ranges; those of the few that are
used are copied below from the specifications.
"""

from __future__ import annotations

import csv
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from rdflib import DC, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, XSD
from rdflib.collection import Collection

from graphkit.bundled import example
from graphkit.schema import STATEMENTS, Column, Table, schema

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT.parent / "shared" / "ontologies"
GUIDE = ROOT / "docs" / "guide" / "vocabulary.md"

BIBO = rdflib.Namespace("http://purl.org/ontology/bibo/")
CITO = rdflib.Namespace("http://purl.org/spar/cito/")
DBLP = rdflib.Namespace("https://dblp.org/rdf/schema#")
EVENT = rdflib.Namespace("http://purl.org/NET/c4dm/event.owl#")
FABIO = rdflib.Namespace("http://purl.org/spar/fabio/")
FRBR = rdflib.Namespace("http://purl.org/vocab/frbr/core#")
GK = rdflib.Namespace("https://w3id.org/graphkit/ontology#")
PRISM = rdflib.Namespace("http://prismstandard.org/namespaces/basic/2.0/")
PRO = rdflib.Namespace("http://purl.org/spar/pro/")
SOA = rdflib.Namespace("https://semopenalex.org/ontology/")
VIVO = rdflib.Namespace("http://vivoweb.org/ontology/core#")

# Vocabularies whose terms rdflib lists in full.
CLOSED = (DC, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, XSD)
# Vocabularies whose published files are in the shared folder.
IN_FILES = (BIBO, CITO, EVENT, FABIO, PRO, SOA, VIVO)
# Short lists of the terms that are used, from
# "The PRISM Namespace", version 2.0 (IDEAlliance, 2008), and
# the DBLP schema (https://dblp.org/rdf/docu/).
LISTED = {
    PRISM: {"doi"},
    DBLP: {
        *("Article", "AuthorSignature", "Book", "Incollection", "Informal", "Inproceedings"),
        *("Person", "Publication", "authoredBy", "creatorName", "documentPage", "doi", "orcid"),
        *("signatureCreator", "signatureOrdinal", "signaturePublication", "title"),
        "yearOfPublication",
    },
}

# Domain and range of terms that rdflib only lists: alternatives, none where any will do.
# FOAF 0.99, https://www.w3.org/ns/org, SKOS reference, DCMI terms (2020), schema.org 29,
# https://www.w3.org/ns/prov-o. Inherited from a superproperty where only that has one.
ANY: tuple[rdflib.URIRef, ...] = ()
DECLARED: dict[rdflib.URIRef, tuple[tuple[rdflib.URIRef, ...], tuple[rdflib.URIRef, ...]]] = {
    DCTERMS.abstract: (ANY, ANY),
    DCTERMS.creator: (ANY, (DCTERMS.Agent,)),
    DCTERMS.description: (ANY, ANY),
    DCTERMS.format: (ANY, (DCTERMS.MediaType,)),
    DCTERMS.isPartOf: (ANY, ANY),
    DCTERMS.publisher: (ANY, (DCTERMS.Agent,)),
    DCTERMS.subject: (ANY, ANY),
    DCTERMS.title: (ANY, (RDFS.Literal,)),
    FOAF.member: ((FOAF.Group,), (FOAF.Agent,)),
    FOAF.name: ((OWL.Thing,), (RDFS.Literal,)),
    ORG.hasSite: ((ORG.Organization,), (ORG.Site,)),
    ORG.member: ((ORG.Membership,), (FOAF.Agent,)),
    ORG.memberOf: ((FOAF.Agent,), (ORG.Organization,)),
    ORG.organization: ((ORG.Membership,), (ORG.Organization,)),
    ORG.unitOf: ((ORG.OrganizationalUnit,), (ORG.FormalOrganization,)),
    PROV.generatedAtTime: ((PROV.Entity,), (XSD.dateTime,)),
    RDF.type: ((RDFS.Resource,), (RDFS.Class,)),
    RDFS.label: ((RDFS.Resource,), (RDFS.Literal,)),
    SDO.affiliation: ((SDO.Person,), (SDO.Organization,)),
    SDO.identifier: ((SDO.Thing,), (SDO.PropertyValue, SDO.Text, SDO.URL)),
    SDO.addressCountry: (
        (SDO.DefinedRegion, SDO.GeoCoordinates, SDO.GeoShape, SDO.PostalAddress),
        (SDO.Country, SDO.Text),
    ),
    SDO.addressLocality: ((SDO.PostalAddress,), (SDO.Text,)),
    SDO.addressRegion: ((SDO.DefinedRegion, SDO.PostalAddress), (SDO.Text,)),
    SDO.contentUrl: ((SDO.MediaObject,), (SDO.URL,)),
    SDO.description: ((SDO.Thing,), (SDO.Text,)),
    SDO.hiringOrganization: ((SDO.JobPosting,), (SDO.Organization, SDO.Person)),
    SDO.jobLocation: ((SDO.JobPosting,), (SDO.Place,)),
    SDO.name: ((SDO.Thing,), (SDO.Text,)),
    SDO.startDate: (
        (SDO.CreativeWorkSeason, SDO.CreativeWorkSeries, SDO.Event, SDO.Role, SDO.Schedule),
        (SDO.Date, SDO.DateTime),
    ),
    SDO.title: ((SDO.JobPosting,), (SDO.Text,)),
    SDO.url: ((SDO.Thing,), (SDO.URL,)),
    SKOS.altLabel: (ANY, (RDFS.Literal,)),
    SKOS.broader: ((SKOS.Concept,), (SKOS.Concept,)),
    SKOS.inScheme: (ANY, (SKOS.ConceptScheme,)),
    SKOS.prefLabel: (ANY, (RDFS.Literal,)),
}
# The same of classes; foaf:Agent and dcterms:Agent are equivalent (FOAF says so).
SUPERCLASSES = {
    FOAF.Agent: (DCTERMS.Agent,),
    FOAF.Group: (FOAF.Agent,),
    FOAF.Organization: (FOAF.Agent,),
    FOAF.Person: (FOAF.Agent,),
    FRBR.Expression: (FRBR.Endeavour,),
    FRBR.Work: (FRBR.Endeavour,),
    ORG.FormalOrganization: (ORG.Organization,),
    ORG.Organization: (FOAF.Agent,),
    ORG.OrganizationalUnit: (ORG.Organization,),
    SDO.ImageObject: (SDO.MediaObject,),
}
ANYTHING = {OWL.Thing, RDFS.Resource, SDO.Thing}
# What may stand in the cells of a kind, by the datatypes' own definitions.
DATATYPES = {
    "string": {XSD.string, RDFS.Literal, SDO.Text},
    "integer": {XSD.integer, RDFS.Literal},
    "year": {XSD.gYear, RDFS.Literal, SDO.Date},
    "number": {XSD.double, RDFS.Literal},
    "boolean": {XSD.boolean, RDFS.Literal, SDO.Boolean},
    "time": {XSD.dateTime, RDFS.Literal, SDO.DateTime},
    "link": {XSD.anyURI, RDFS.Literal, SDO.URL},
    "class": {RDFS.Class, RDF.Property},
}
# Uses outside the declared range, and why they are right all the same.
DEPARTURES = {
    DCTERMS.format: "dcam:rangeIncludes names likely classes and rules out no other value; "
    "what a reader calls its format is a text",
    SDO.contentUrl: "schema.org accepts a text wherever it names a type "
    "(https://schema.org/docs/datamodel.html); a source names a file, not where it lies",
}


@cache
def turtle(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "ontology" / name, format="turtle")


@cache
def _read_published() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in ("bibo.owl", "cito.ttl", "fabio.ttl", "pro.ttl", "vivo.owl"):
        graph.parse(PUBLISHED / name, format="turtle" if name.endswith("ttl") else "xml")
    return graph.parse(PUBLISHED / "semopenalex-ontology.ttl", format="turtle")


@pytest.fixture
def published() -> rdflib.Graph:
    """The vocabularies as their makers publish them."""
    if not PUBLISHED.exists() and not os.environ.get("CI"):
        pytest.skip(f"{PUBLISHED} is not here; it does not come with the project")
    return _read_published()


def terms(graph: rdflib.Graph) -> set[rdflib.URIRef]:
    return {term for triple in graph for term in triple if isinstance(term, rdflib.URIRef)}


def within(term: object, *namespaces: object) -> bool:
    return str(term).startswith(tuple(str(namespace) for namespace in namespaces))


def exists(term: rdflib.URIRef, published: rdflib.Graph) -> bool:
    for closed in CLOSED:
        if within(term, closed):
            return term in closed
    for listed, names in LISTED.items():
        if within(term, listed):
            return term.removeprefix(listed) in names
    if within(term, GK):
        return (term, None, None) in turtle("graphkit.ttl")
    return within(term, *IN_FILES) and (term, RDF.type, None) in published


# -- the ontology -------------------------------------------------------------------------


def test_every_term_of_the_ontology_exists(published: rdflib.Graph) -> None:
    own = "https://w3id.org/graphkit/ontology"
    license = "https://www.apache.org/licenses/LICENSE-2.0"
    used = {t for t in terms(turtle("graphkit.ttl")) if str(t) not in (own, license)}
    assert len(used) > 100
    assert sorted(term for term in used if not exists(term, published)) == []


def test_what_does_not_exist_is_found(published: rdflib.Graph) -> None:
    wrong = (FABIO.ConferencePapier, BIBO.presentsAt, VIVO.orcid, CITO.quotes, PRISM.dio, GK.nix)
    assert [term for term in wrong if exists(term, published)] == []
    assert not exists(rdflib.URIRef("http://xmlns.com/foaf/0.1/nom"), published)


def uses() -> list[tuple[rdflib.URIRef, Table, Column | None]]:
    """Every use of a property of another vocabulary: the table whose nodes are its
    subjects, and the column that holds its values."""
    found = []
    for table in schema().tables.values():
        for column in table.columns:
            for iri in (column.property, *column.copies):
                if iri is not None:
                    found.append((rdflib.URIRef(iri), table, column))
        for shortcut in table.shortcuts:
            subject = table.column(shortcut.subject).refers
            if subject is not None:
                row = (rdflib.URIRef(shortcut.property), schema().table(subject))
                found.append((*row, table.column(shortcut.object)))
    return [use for use in found if not within(use[0], GK)]


def declared(
    property: rdflib.URIRef, published: rdflib.Graph
) -> tuple[list[set[Any]], list[set[Any]]]:
    """Domains and ranges: each a set of alternatives, any empty one of which allows all."""
    if property in DECLARED:
        domain, range = DECLARED[property]
        return [set(domain)], [set(range)]
    assert within(property, *IN_FILES, PRISM), f"{property}: add it to DECLARED"
    return (
        [_alternatives(published, node) for node in published.objects(property, RDFS.domain)],
        [_alternatives(published, node) for node in published.objects(property, RDFS.range)],
    )


def _alternatives(published: rdflib.Graph, node: Any) -> set[Any]:
    union = published.value(node, OWL.unionOf)
    return set(Collection(published, union)) if union else {node}


def classes(table: Table, published: rdflib.Graph) -> set[Any]:
    """The classes of the nodes of a table, by the ontologies and by our mappings.

    A node has the kind that its row gives too: venues are events or journals.
    """
    kinds = [value for column in table.columns for value in column.values]
    found: set[Any] = set()
    open_: list[Any] = [rdflib.URIRef(iri) for iri in (table.cls, *table.also, *kinds) if iri]
    while open_:
        cls = open_.pop()
        if cls not in found:
            found.add(cls)
            open_ += published.objects(cls, RDFS.subClassOf)
            open_ += [*SUPERCLASSES.get(cls, ()), *mapped(cls)]
    return found


def mapped(term: rdflib.URIRef) -> list[rdflib.URIRef]:
    """What is the same as a term, like it, or wider."""
    good = {"skos:exactMatch", "skos:closeMatch", "skos:broadMatch"}
    return [
        expand(row["object_id"])
        for row in mappings()[2]
        if expand(row["subject_id"]) == term and row["predicate_id"] in good
    ]


def fits(have: set[Any], wanted: list[set[Any]]) -> bool:
    return all(not each or each & ANYTHING or each & have for each in wanted)


def test_every_property_is_used_within_its_domain(published: rdflib.Graph) -> None:
    wrong = [
        (property, table.name)
        for property, table, _ in uses()
        if not fits(classes(table, published), declared(property, published)[0])
    ]
    assert wrong == []


def test_every_property_is_used_within_its_range(published: rdflib.Graph) -> None:
    wrong = set()
    for property, _, column in uses():
        assert column is not None
        ranges = declared(property, published)[1]
        if column.kind == "id":
            # An id that points into no table is an IRI of someone else's, such as an ORCID iD.
            aim = schema().table(column.refers) if column.refers else None
            good = aim is None or fits(classes(aim, published), ranges)
        else:
            good = fits(DATATYPES[column.kind], ranges)
        if not good:
            wrong.add(property)
    # Neither a use that breaks its vocabulary, nor an excuse that nobody needs.
    assert wrong == set(DEPARTURES)


def test_misuse_is_found(published: rdflib.Graph) -> None:
    table = schema().table
    assert not fits(classes(table("topics"), published), declared(VIVO.orcidId, published)[0])
    assert not fits(classes(table("authors"), published), declared(PRISM.doi, published)[0])
    assert not fits(classes(table("papers"), published), declared(BIBO.presentedAt, published)[1])
    assert not fits(DATATYPES["string"], declared(FABIO.hasPublicationYear, published)[1])


def test_published_files_are_what_the_short_list_says(published: rdflib.Graph) -> None:
    """Where both say something of a property, the list above leaves out nothing."""
    for property in (SKOS.broader, SKOS.inScheme):
        domains, ranges = declared(property, published)
        assert [{*published.objects(property, RDFS.range)}] == ranges
        assert {*published.objects(property, RDFS.domain)} >= domains[0]


def test_every_term_of_our_own_says_what_it_is() -> None:
    graph = turtle("graphkit.ttl")
    own = {term for term in graph.subjects(RDF.type) if within(term, GK)}
    annotations = set(graph.subjects(RDF.type, OWL.AnnotationProperty))
    assert own >= {term for term in terms(graph) if within(term, GK)}
    for term in own:
        assert graph.value(term, RDFS.comment), term
    # Tells of a file without named graphs what the tables have in their column `source`.
    for term in own - annotations - {GK.statedBy}:
        label = graph.value(term, RDFS.label)
        assert isinstance(label, rdflib.Literal), term
        assert label.language == "en", term
        kept = any(graph.objects(term, GK.table | GK.column | GK.shortcut | RDFS.domain))
        assert kept, f"{term} is in no table"


def test_domains_of_our_own_properties_are_their_tables() -> None:
    graph = turtle("graphkit.ttl")
    for property, domain in graph.subject_objects(RDFS.domain):
        at = [*graph.objects(property, GK.column), *graph.objects(property, GK.shortcut)]
        tables = {str(place).partition(".")[0] for place in at}
        if (property, GK.shortcut, None) in graph:
            continue  # stands at the ends of a link, not at the link
        assert {schema().table(name).cls for name in tables} == {str(domain)}, property


IDENTIFIERS = {
    "acl", "dblp", "dblp-person", "doi", "issn", "openalex", "orcid", "pubmed", "ror", "scopus",
    "scopus-author",
}  # fmt: skip


def test_every_prefix_is_used_or_names_identifiers() -> None:
    used = terms(turtle("graphkit.ttl")) | {
        rdflib.URIRef(iri)
        for table in schema().tables.values()
        for iri in (table.cls, *table.also)
        if iri
    }
    idle = {
        prefix
        for prefix, iri in schema().prefixes.items()
        if not iri.startswith(schema().base) and not any(term.startswith(iri) for term in used)
    }
    assert idle == IDENTIFIERS


def test_every_kind_of_entity_has_a_prefix_of_its_own() -> None:
    minted = {p for p, iri in schema().prefixes.items() if iri == f"{schema().base}{p}/"}
    entities = {name.removesuffix("s") for name, table in schema().tables.items() if table.has_id}
    assert minted == {*entities, "row"} - {STATEMENTS}


# -- the shapes ---------------------------------------------------------------------------

NAMES_CLASSES = (SH.targetClass, SH["class"])
NAMES_PROPERTIES = (
    *(SH.targetSubjectsOf, SH.targetObjectsOf, SH.path, SH.disjoint, SH.equals),
    *(SH.inversePath, SH.alternativePath, RDF.first),
)


def named(graph: rdflib.Graph, predicates: tuple[rdflib.URIRef, ...]) -> set[rdflib.URIRef]:
    objects = {o for predicate in predicates for o in graph.objects(None, predicate)}
    return {o for o in objects if isinstance(o, rdflib.URIRef)}


def test_shapes_name_only_what_the_ontology_knows() -> None:
    graph = turtle("shapes.ttl")
    classes, properties = set(), set()
    for table in schema().tables.values():
        classes |= {table.cls, *table.also, *(v for c in table.columns for v in c.values)}
        for column in table.columns:
            properties |= {column.property, *column.copies}
        properties |= {shortcut.property for shortcut in table.shortcuts}
    assert {str(cls) for cls in named(graph, NAMES_CLASSES)} <= classes
    assert {str(property) for property in named(graph, NAMES_PROPERTIES)} <= properties


def test_every_table_has_a_shape() -> None:
    graph = turtle("shapes.ttl")
    targets = {str(cls) for cls in named(graph, (SH.targetClass,))}
    properties = {str(p) for p in named(graph, NAMES_PROPERTIES)}
    for table in schema().tables.values():
        if table.name not in (STATEMENTS, "identities"):  # any id may be counted as another
            touched = properties & {shortcut.property for shortcut in table.shortcuts}
            assert table.cls in targets or touched, table.name


# -- the mappings -------------------------------------------------------------------------

SSSOM_COLUMNS = [
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "comment"),
]


@cache
def mappings() -> tuple[dict[str, str], dict[str, str], list[dict[str, str]]]:
    """The prefixes of the mapping set, the rest of its header, and its rows."""
    text = (ROOT / "ontology" / "mappings.sssom.tsv").read_text(encoding="utf-8")
    lines = text.splitlines()
    header = [line.removeprefix("#") for line in lines if line.startswith("#")]
    body = [line for line in lines if not line.startswith("#")]
    assert lines == ["#" + line for line in header] + body
    assert header[0] == "curie_map:"
    pairs = [line.split(": ", 1) for line in header[1:]]
    prefixes = {key.strip(): value for key, value in pairs if key.startswith("  ")}
    rest = {key: value for key, value in pairs if not key.startswith(" ")}
    rows = csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE)
    return prefixes, rest, list(rows)


def expand(curie: str) -> rdflib.URIRef:
    prefix, _, local = curie.partition(":")
    return rdflib.URIRef(mappings()[0][prefix] + local)


def test_the_mapping_set_is_sssom() -> None:
    _, header, rows = mappings()
    assert header["mapping_set_id"] == "https://w3id.org/graphkit/mappings"
    assert header["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert len(rows) > 100
    for row in rows:
        assert list(row) == SSSOM_COLUMNS
        assert all(row[name] for name in SSSOM_COLUMNS[:-1]), row
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        kinds = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow")}
        assert row["predicate_id"] in kinds
    pairs = [(row["subject_id"], row["object_id"]) for row in rows]
    assert len(set(pairs)) == len(pairs)
    assert rows == sorted(rows, key=lambda row: list(row.values()))


def test_prefixes_of_the_mappings_are_ours_and_all_used() -> None:
    prefixes, _, rows = mappings()
    known = schema().prefixes
    names = ("subject_id", "predicate_id", "object_id", "mapping_justification")
    used = {row[name].partition(":")[0] for row in rows for name in names}
    assert used == set(prefixes)
    # dblp: here means the schema, there the records.
    shared = prefixes.keys() & known.keys() - {"dblp"}
    assert all(prefixes[prefix] == known[prefix] for prefix in shared)


def test_mappings_start_from_terms_that_the_ontology_uses() -> None:
    graph = turtle("graphkit.ttl")
    subjects = {expand(row["subject_id"]) for row in mappings()[2]}
    assert sorted(s for s in subjects if (s, None, None) not in graph) == []


def test_mappings_end_at_terms_that_exist(published: rdflib.Graph) -> None:
    objects = {expand(row["object_id"]) for row in mappings()[2]}
    assert sorted(term for term in objects if not exists(term, published)) == []


def test_mappings_join_classes_with_classes(published: rdflib.Graph) -> None:
    for row in mappings()[2]:
        ends = [row[end].partition(":")[2] for end in ("subject_id", "object_id")]
        assert ends[0][0].isupper() == ends[1][0].isupper(), row


# -- the page about the vocabulary --------------------------------------------------------


def queries() -> list[str]:
    return re.findall(r"^```sparql\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)


def test_the_page_has_three_queries() -> None:
    assert len(queries()) == 3


@pytest.mark.parametrize("number", range(3))
def test_queries_of_the_page_can_be_run_and_find_something(number: int) -> None:
    query = queries()[number]
    pyoxigraph.Store().query(query, prefixes=schema().prefixes)
    assert len(example().query(query)) > 0  # type: ignore[arg-type]


def test_the_page_tells_every_column_of_every_table() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", text, re.M | re.S))
    assert list(sections) == list(schema().tables)
    names = rdflib.Graph()
    for prefix, iri in schema().prefixes.items():
        names.bind(prefix, iri, replace=True)
    for name, table in schema().tables.items():
        wanted = [table.cls, *table.also, *(s.property for s in table.shortcuts)]
        for column in table.columns:
            wanted += [column.property, *column.copies, *column.values]
        curies = {names.namespace_manager.curie(iri, generate=False) for iri in wanted if iri}
        told = set(re.findall(r"`([a-z]+:\w+)`", sections[name]))
        assert told == curies, name
