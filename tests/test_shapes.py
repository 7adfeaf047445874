"""Each rule of ``ontology/shapes.ttl`` fires where it should and nowhere else."""

from __future__ import annotations

import copy
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import rdflib

from graphkit.errors import ShapeError
from graphkit.formats import read
from graphkit.graph import KnowledgeGraph
from graphkit.schema import ontology_file, schema
from graphkit.shapes import check

Tables = dict[str, list[dict[str, Any]]]
Change = Callable[[Tables], None]

SEED = Path(__file__).parents[2] / "shared" / "seed" / "interspeech-2022.txt"
COLUMNS = ["severity", "focus", "path", "value", "message", "source", "place"]
RULES = rdflib.Namespace("https://w3id.org/graphkit/shapes#")
SH = rdflib.SH
DIGEST = "0123456789abcdef" * 4

# A graph with every table, in which all is well; rows of source:s unless they say otherwise.
CONFORMING: Tables = {
    "papers": [
        {
            "id": "paper:Notes",
            "title": "Notes",
            "type": "fabio:ConferencePaper",
            "year": 1843,
            "event": "venue:Meeting",
            "doi": "10.1000/notes",
            "url": "https://example.org/notes",
            "place": "line 1",
        },
        {"id": "paper:Sequel", "title": "Sequel", "place": "line 2"},
    ],
    "authors": [
        {"id": "author:Ada", "name": "Ada", "orcid": "orcid:0000-0002-1825-0097"}
        | {"place": "line 3"},
        {"id": "author:Bob", "name": "Bob", "place": "line 4"},
    ],
    "authorships": [
        {"paper": "paper:Notes", "author": "author:Ada", "position": 1, "place": "line 5"},
        {"paper": "paper:Sequel", "author": "author:Bob", "position": 1, "place": "line 6"},
        # Bare: RDF holds no more than a dcterms:creator of it.
        {"paper": "paper:Sequel", "author": "author:Ada"},
    ],
    "topics": [
        {"id": "topic:Engines", "label": "Engines", "scheme": "scheme:All", "place": "line 7"},
        {"id": "topic:Cogs", "label": "Cogs", "broader": "topic:Engines", "place": "line 8"},
    ],
    "schemes": [{"id": "scheme:All", "label": "All topics", "place": "line 9"}],
    "subjects": [
        {"paper": "paper:Notes", "topic": "topic:Engines", "score": 0.9, "place": "line 10"}
    ],
    "organizations": [
        {"id": "organization:Club", "label": "Club", "ror": "ror:05dxps055", "place": "line 11"},
        {"id": "organization:Guild", "label": "Guild", "place": "line 12"},
    ],
    "teams": [
        {"id": "team:Club:Lab", "label": "Lab", "organization": "organization:Club"}
        | {"place": "line 13"}
    ],
    "memberships": [{"author": "author:Ada", "team": "team:Club:Lab", "place": "line 14"}],
    "groups": [{"id": "group:1", "label": "Cogs"}],
    "members": [{"group": "group:1", "author": "author:Ada", "core": True, "strength": 1.0}],
    "interests": [
        {"team": "team:Club:Lab", "topic": "topic:Cogs", "score": 1.0, "evidence": "cogs"}
        | {"place": "line 15"}
    ],
    "venues": [
        {"id": "venue:Meeting", "label": "Meeting", "type": "schema:Event", "year": 1843}
        | {"place": "line 16"},
        {"id": "venue:Journal", "label": "Journal", "type": "fabio:Journal", "place": "line 17"},
    ],
    "places": [{"id": "place:Turin", "label": "Turin", "country": "IT", "place": "line 18"}],
    "figures": [
        {"id": "figure:1", "file": "one.png", "caption": "One", "paper": "paper:Notes"}
        | {"place": "line 19"}
    ],
    "postings": [
        {"id": "posting:1", "label": "Job", "team": "team:Club:Lab", "location": "place:Turin"}
        | {"place": "line 20"}
    ],
    # Papers outside the graph are cited all the time.
    "citations": [
        {"citing": "paper:Notes", "cited": "doi:10.1000/elsewhere", "place": "line 21"},
        {"citing": "paper:Sequel", "cited": "paper:Notes", "place": "line 22"},
    ],
    "affiliations": [
        {"paper": "paper:Notes", "author": "author:Ada", "organization": "organization:Club"}
        | {"place": "line 25"}
    ],
    "identifiers": [
        {"entity": "paper:Notes", "identifier": "openalex:W1", "place": "line 26"},
    ],
    "aliases": [{"entity": "author:Ada", "name": "A. Lovelace", "place": "line 23"}],
    "matches": [
        {"a": "author:Ada", "b": "author:Elsewhere", "method": "hand", "score": 0.2},
    ],
    "notes": [{"number": 1, "reason": "an empty line", "place": "line 24"}],
    "sources": [
        {
            "id": "source:s",
            "format": "guide",
            "sha256": DIGEST,
            "reader": "tests 1",
            "event": "venue:Meeting",
            "organization": "organization:Club",
        },
        {"id": "source:t", "format": "guide", "sha256": DIGEST.upper(), "reader": "tests 1"}
        | {"source": "source:t"},
        # What these say is made, not read: there are no bytes to digest.
        {"id": "source:u", "format": "matcher", "reader": "tests 1", "source": "source:u"},
        {"id": "source:v", "format": "resolution", "reader": "tests 1", "source": "source:v"},
    ],
}


def graph(*changes: Change) -> KnowledgeGraph:
    tables = copy.deepcopy(CONFORMING)
    for change in changes:
        change(tables)
    return KnowledgeGraph(
        {name: [{"source": "source:s", **row} for row in rows] for name, rows in tables.items()}
    )


def changed(table: str, number: int = 0, **values: Any) -> Change:
    return lambda tables: tables[table][number].update(values)


def added(table: str, **row: Any) -> Change:
    return lambda tables: tables.setdefault(table, []).append(row)


def without(table: str, number: int) -> Change:
    return lambda tables: tables[table].__delitem__(number)


def shape_graph() -> rdflib.Graph:
    return rdflib.Graph().parse(data=ontology_file("shapes.ttl").read_text(encoding="utf-8"))


def rule_of_message() -> dict[str, str]:
    return {
        str(message): str(rule).removeprefix(RULES)
        for rule, message in shape_graph().subject_objects(SH.message)
    }


def found(report: pd.DataFrame) -> list[tuple[Any, ...]]:
    """What a report says, with the name of the rule in place of its message."""
    rules = rule_of_message()
    plain = report.astype(object).where(report.notna(), None)
    whole = [tuple(row) for row in plain[COLUMNS].itertuples(index=False)]
    return [
        (rules[message], severity, focus, path, value, source, place)
        for severity, focus, path, value, message, source, place in whole
    ]


S, T = "source:s", "source:t"
NOTES, ADA, BOB = "paper:Notes", "author:Ada", "author:Bob"
SELF = f"row:citations/{NOTES};{NOTES}"
LAB, CLUB, MEETING = "team:Club:Lab", "organization:Club", "venue:Meeting"

# rule -> changes of the conforming graph, and all that is then found.
CASES: dict[str, tuple[list[Change], list[tuple[Any, ...]]]] = {
    "paper-title": (
        [changed("papers", title=None)],
        [("Violation", NOTES, "dcterms:title", None, S, "line 1")],
    ),
    "paper-one-year": (
        [added("papers", id=NOTES, title="NOTES", year=1844, source=T, place="record 1")],
        [("Warning", NOTES, "fabio:hasPublicationYear", None, S, "line 1")],
    ),
    "paper-year": (
        # The second source says it, so its row is the one to correct.
        [
            changed("papers", year=None),
            added("papers", id=NOTES, title="Notes", year=43, source=T, place="record 1"),
        ],
        [("Warning", NOTES, "fabio:hasPublicationYear", "0043", T, "record 1")],
    ),
    "paper-doi": (
        [changed("papers", doi="https://doi.org/10.1000/notes")],
        [("Violation", NOTES, "prism:doi", "https://doi.org/10.1000/notes", S, "line 1")],
    ),
    "paper-one-doi": (
        [added("papers", id=NOTES, title="Notes", doi="10.1000/other", source=T)],
        [("Warning", NOTES, "prism:doi", None, S, "line 1")],
    ),
    "doi-of-one-paper": (
        [changed("papers", 1, doi="10.1000/notes")],
        [("Info", "10.1000/notes", "^prism:doi", None, None, None)],
    ),
    "paper-url": (
        [changed("papers", url="javascript:alert(1)")],
        [("Warning", NOTES, "schema:url", "javascript:alert(1)", S, "line 1")],
    ),
    "paper-event": (
        [changed("papers", event="venue:Other")],
        [("Violation", NOTES, "bibo:presentedAt", "venue:Other", S, "line 1")],
    ),
    "paper-event-no-journal": (
        [changed("papers", event="venue:Journal")],
        [("Warning", "venue:Journal", "^bibo:presentedAt", None, S, "line 17")],
    ),
    "paper-authors": (
        [without("authorships", 0)],
        [("Info", NOTES, "dcterms:creator", None, S, "line 1")],
    ),
    "person-name": (
        [changed("authors", name="")],
        [("Violation", ADA, "foaf:name", "", S, "line 3")],
    ),
    "person-orcid": (
        [changed("authors", orcid="orcid:0000-0002-1825")],
        [("Violation", ADA, "vivo:orcidId", "orcid:0000-0002-1825", S, "line 3")],
    ),
    "person-one-orcid": (
        [added("authors", id=ADA, name="Ada", orcid="orcid:0000-0001-5109-3700", source=T)],
        [("Warning", ADA, "vivo:orcidId", None, S, "line 3")],
    ),
    "orcid-of-one-person": (
        [changed("authors", 1, orcid="orcid:0000-0002-1825-0097")],
        [("Info", "orcid:0000-0002-1825-0097", "^vivo:orcidId", None, None, None)],
    ),
    "topic-label": (
        [changed("topics", label=None)],
        [("Violation", "topic:Engines", "skos:prefLabel", None, S, "line 7")],
    ),
    "topic-scheme": (
        [changed("topics", scheme="scheme:Other")],
        [("Violation", "topic:Engines", "skos:inScheme", "scheme:Other", S, "line 7")],
    ),
    "topic-broader": (
        [changed("topics", 1, broader="topic:Other")],
        [("Violation", "topic:Cogs", "skos:broader", "topic:Other", S, "line 8")],
    ),
    "scheme-label": (
        [changed("schemes", label=None)],
        [("Violation", "scheme:All", "skos:prefLabel", None, S, "line 9")],
    ),
    "team-label": (
        [changed("teams", label=" ")],
        [("Violation", LAB, "skos:prefLabel", " ", S, "line 13")],
    ),
    "team-organization": (
        [changed("teams", organization="organization:Other")],
        [("Violation", LAB, "org:unitOf", "organization:Other", S, "line 13")],
    ),
    "team-one-organization": (
        [added("teams", id=LAB, label="Lab", organization="organization:Guild", source=T)],
        [("Warning", LAB, "org:unitOf", None, S, "line 13")],
    ),
    "organization-label": (
        [changed("organizations", label=None)],
        [("Violation", CLUB, "skos:prefLabel", None, S, "line 11")],
    ),
    "organization-ror": (
        # Crockford's base 32 has no letter l.
        [changed("organizations", ror="ror:05dxpl055")],
        [("Violation", CLUB, "gk:ror", "ror:05dxpl055", S, "line 11")],
    ),
    "organization-one-ror": (
        [added("organizations", id=CLUB, label="Club", ror="ror:0521rfr06", source=T)],
        [("Warning", CLUB, "gk:ror", None, S, "line 11")],
    ),
    "place-label": (
        [changed("places", label=None)],
        [("Violation", "place:Turin", "schema:name", None, S, "line 18")],
    ),
    "venue-label": (
        [changed("venues", label=None)],
        [("Violation", MEETING, "skos:prefLabel", None, S, "line 16")],
    ),
    "venue-type": (
        [changed("venues", type=None)],
        [("Warning", MEETING, None, MEETING, S, "line 16")],
    ),
    "venue-one-year": (
        [added("venues", id=MEETING, label="Meeting", year=1844, source=T)],
        [("Warning", MEETING, "schema:startDate", None, S, "line 16")],
    ),
    "venue-year": (
        [changed("venues", year=184)],
        [("Warning", MEETING, "schema:startDate", "0184", S, "line 16")],
    ),
    "figure-file": (
        [changed("figures", file=None)],
        [("Violation", "figure:1", "schema:contentUrl", None, S, "line 19")],
    ),
    "figure-caption": (
        [changed("figures", caption=None)],
        [("Warning", "figure:1", "dcterms:description", None, S, "line 19")],
    ),
    "figure-paper": (
        [changed("figures", paper="paper:Other")],
        [("Violation", "figure:1", "dcterms:isPartOf", "paper:Other", S, "line 19")],
    ),
    "figure-one-paper": (
        [changed("figures", paper=None)],
        [("Warning", "figure:1", "dcterms:isPartOf", None, S, "line 19")],
    ),
    "posting-team-given": (
        [changed("postings", team=None)],
        [("Violation", "posting:1", "schema:hiringOrganization", None, S, "line 20")],
    ),
    "posting-team": (
        [changed("postings", team=CLUB)],
        [("Violation", "posting:1", "schema:hiringOrganization", CLUB, S, "line 20")],
    ),
    "posting-location-given": (
        [changed("postings", location=None)],
        [("Violation", "posting:1", "schema:jobLocation", None, S, "line 20")],
    ),
    "posting-location": (
        [
            changed("postings", location="place:Other"),
        ],
        [("Violation", "posting:1", "schema:jobLocation", "place:Other", S, "line 20")],
    ),
    "posting-label": (
        [changed("postings", label=None)],
        [("Warning", "posting:1", "rdfs:label", None, S, "line 20")],
    ),
    "label": (
        [
            added(
                "statements", s="http://a.org/d", p="dcterms:title", o="Data", datatype="xsd:string"
            )
        ],
        [("Info", "http://a.org/d", "rdfs:label", None, None, None)],
    ),
    "identifier-of-something": (
        [changed("identifiers", entity="author:Eve")],
        [("Warning", "author:Eve", "rdf:type", None, S, "line 26")],
    ),
    "affiliation-organization": (
        [changed("affiliations", organization="organization:Other")],
        [("Violation", ADA, "schema:affiliation", "organization:Other", S, "line 25")],
    ),
    "alias-of-something": (
        [changed("aliases", entity="author:Eve")],
        [("Warning", "author:Eve", "rdf:type", None, S, "line 23")],
    ),
    "alias-name": (
        [changed("aliases", name=" ")],
        [("Warning", ADA, "skos:altLabel", " ", S, "line 23")],
    ),
    "link-paper": (
        [added("authorships", paper="paper:Other", author=ADA, position=1, place="line 30")],
        [("Violation", "paper:Other", None, "paper:Other", S, "line 30")],
    ),
    "authorship-author": (
        [changed("authorships", 0, author="author:Eve")],
        [("Violation", NOTES, "dcterms:creator", "author:Eve", S, "line 5")],
    ),
    "subject-topic": (
        [changed("subjects", topic="topic:Other")],
        [("Violation", NOTES, "dcterms:subject", "topic:Other", S, "line 10")],
    ),
    "citation-cited": (
        [changed("citations", cited=ADA)],
        [("Violation", ADA, "^cito:cites", None, S, "line 3")],
    ),
    "citation-of-another": (
        [changed("citations", cited=NOTES)],
        [("Warning", SELF, "cito:hasCitedEntity", NOTES, S, "line 21")],
    ),
    "membership-member": (
        [changed("memberships", author="author:Eve")],
        [("Violation", "author:Eve", None, "author:Eve", S, "line 14")],
    ),
    "membership-team": (
        [changed("memberships", team="team:Other")],
        [("Violation", ADA, "org:memberOf", "team:Other", S, "line 14")],
    ),
    "group-label": (
        [changed("groups", label=None)],
        [("Violation", "group:1", "rdfs:label", None, S, None)],
    ),
    "member-group": (
        [changed("members", group="group:2")],
        [("Violation", "group:2", None, "group:2", S, None)],
    ),
    "member-person": (
        [changed("members", author="author:Eve")],
        [("Violation", "group:1", "foaf:member", "author:Eve", S, None)],
    ),
    "interest-team": (
        [changed("interests", team="team:Other")],
        [("Violation", "team:Other", None, "team:Other", S, "line 15")],
    ),
    "interest-topic": (
        [changed("interests", topic="topic:Other")],
        [("Violation", LAB, "gk:interestedIn", "topic:Other", S, "line 15")],
    ),
    "authorship-position": (
        [changed("authorships", 0, position=0)],
        [("Violation", f"row:authorships/{NOTES};0", "gk:position", "0", S, "line 5")],
    ),
    "authorship-position-given": (
        [changed("authorships", 0, position=None)],
        [("Warning", f"row:authorships/{NOTES};{ADA}", "gk:position", None, S, "line 5")],
    ),
    "authorship-one-author": (
        [added("authorships", paper=NOTES, author=BOB, position=1, source=T)],
        [("Info", f"row:authorships/{NOTES};1", "gk:author", None, S, "line 5")],
    ),
    "interest-evidence": (
        [changed("interests", evidence=None)],
        [("Warning", f"row:interests/{LAB};topic:Cogs", "gk:evidence", None, S, "line 15")],
    ),
    "score": (
        [changed("subjects", score=1.5), changed("interests", score=-0.25)],
        [
            ("Violation", f"row:interests/{LAB};topic:Cogs", "gk:score", "-0.25", S, "line 15"),
            ("Violation", f"row:subjects/{NOTES};topic:Engines", "gk:score", "1.5", S, "line 10"),
        ],
    ),
    "source-digest": (
        [changed("sources", sha256="0123")],
        [("Violation", S, "gk:sha256", "0123", S, None)],
    ),
    "source-digest-given": (
        [changed("sources", sha256=None)],
        [("Warning", S, None, S, S, None)],
    ),
    "source-format": (
        [changed("sources", format=None)],
        [("Warning", S, "dcterms:format", None, S, None)],
    ),
    "source-reader": (
        [changed("sources", reader=None)],
        [("Warning", S, "gk:reader", None, S, None)],
    ),
    "source-event": (
        [changed("sources", event="venue:Other")],
        [("Violation", S, "gk:about", "venue:Other", S, None)],
    ),
    "source-organization": (
        [changed("sources", organization=LAB)],
        [("Violation", S, "dcterms:publisher", LAB, S, None)],
    ),
    "match-of-two": (
        [changed("matches", b=ADA)],
        [("Warning", f"row:matches/{ADA};{ADA};hand", "gk:b", ADA, S, None)],
    ),
    "match-score": (
        [changed("matches", score=None)],
        [("Warning", f"row:matches/{ADA};author:Elsewhere;hand", "gk:score", None, S, None)],
    ),
    "note-reason": (
        [changed("notes", reason=None)],
        [("Warning", f"row:notes/{S};1", "gk:reason", None, S, "line 24")],
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fires_alone_and_where_it_should(rule: str) -> None:
    changes, expected = CASES[rule]
    assert found(check(graph(*changes))) == [(rule, *finding) for finding in expected]


def test_every_rule_has_a_case_a_message_of_its_own_and_a_severity() -> None:
    shapes = shape_graph()
    rules = [str(rule).removeprefix(RULES) for rule in shapes.subjects(SH.message)]
    assert sorted(rules) == sorted(CASES)
    assert len(rule_of_message()) == len(rules)
    assert all(shapes.value(RULES[rule], SH.severity) for rule in rules)


def test_a_graph_in_which_all_is_well() -> None:
    report = graph().check()
    assert list(report.columns) == COLUMNS
    assert found(report) == []
    tables = {name for name in schema().tables if graph().table(name).num_rows}
    assert set(schema().tables) - tables == {"identities", "statements"}


def test_an_empty_graph() -> None:
    report = check(KnowledgeGraph())
    assert list(report.columns) == COLUMNS
    assert len(report) == 0


def test_sources_that_spell_a_name_in_two_ways_do_no_wrong() -> None:
    other = [
        added("papers", id=NOTES, title="NOTES", year=1843, doi="10.1000/notes", source=T),
        added("authors", id=ADA, name="ADA", source=T),
        added("topics", id="topic:Engines", label="Engines", language="en", source=T),
    ]
    assert found(check(graph(*other))) == []


def test_a_resolved_graph() -> None:
    shouted = [
        added("authors", id="author:BOB", name="BOB", source=T),
        added("authorships", paper=NOTES, author="author:BOB", position=2, source=T),
    ]
    kg = graph(*shouted).resolve()
    assert kg.resolved
    assert BOB in kg.identities.same_as.tolist()
    assert found(check(kg)) == []


def test_the_gravest_come_first() -> None:
    kg = graph(
        changed("papers", 1, title=None),
        changed("papers", year=3),
        changed("authors", name=None),
        without("authorships", 0),
    )
    assert check(kg)[["severity", "focus"]].values.tolist() == [
        ["Violation", ADA],
        ["Violation", "paper:Sequel"],
        ["Warning", NOTES],
        ["Info", NOTES],
    ]


def test_thousands_of_problems_are_each_told_once() -> None:
    papers = [f"paper:P{n}" for n in range(3000)]
    kg = KnowledgeGraph(
        {
            "papers": [{"id": paper, "doi": "?", "place": f"line {paper[7:]}"} for paper in papers],
            "authorships": [{"paper": paper, "author": "author:Eve"} for paper in papers],
        }
    )
    report = check(kg)
    assert report.groupby("path").size().to_dict() == {
        "dcterms:creator": 3000,
        "dcterms:title": 3000,
        "prism:doi": 3000,
        "^prism:doi": 1,
    }
    assert not report.duplicated().any()
    titles = report[report.path == "dcterms:title"]
    assert (titles.place == "line " + titles.focus.str.removeprefix("paper:P")).all()


def test_a_value_is_quoted_as_the_graph_has_it() -> None:
    row = f"row:subjects/{NOTES};topic:Engines"
    kg = graph(added("statements", s=row, p="gk:score", o="01.50", datatype="xsd:double"))
    assert check(kg).value.tolist() == ["01.50"]


def test_text_where_a_number_belongs_is_told_once() -> None:
    row = f"row:subjects/{NOTES};topic:Engines"
    kg = graph(added("statements", s=row, p="gk:score", o="high", datatype="xsd:string"))
    assert found(check(kg)) == [("score", "Violation", row, "gk:score", "high", S, "line 10")]


def test_a_base_of_ones_own() -> None:
    kg = KnowledgeGraph({"authors": [{"id": ADA}]}, base="https://example.org/kg/")
    assert check(kg)[["focus", "path"]].values.tolist() == [[ADA, "foaf:name"]]


def test_checking_changes_nothing() -> None:
    kg = graph(changed("papers", title=None))
    before = {name: kg.table(name) for name in schema().tables}
    check(kg)
    assert all(kg.table(name).equals(rows) for name, rows in before.items())


# -- shapes of one's own ------------------------------------------------------------------

PREFIXES = """
@prefix cito: <http://purl.org/spar/cito/> .
@prefix fabio: <http://purl.org/spar/fabio/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def shape(path: str, rest: str = "") -> str:
    return f"""{PREFIXES}
    [] a sh:PropertyShape ; sh:targetClass fabio:ResearchPaper ;
      sh:path {path} ; sh:minCount 9 ; sh:severity sh:Warning ; {rest} ."""


def test_own_shapes_as_text_and_as_a_file(tmp_path: Path) -> None:
    text = shape("cito:cites", 'sh:message "zu wenig"@de , "too few"@en')
    path = tmp_path / "my shapes.ttl"
    path.write_text(text, encoding="utf-8")
    for shapes in (text, path, str(path)):
        report = check(graph(), shapes=shapes)
        assert report[["focus", "path", "message"]].values.tolist() == [
            [NOTES, "cito:cites", "too few"],
            ["paper:Sequel", "cito:cites", "too few"],
        ]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("[ sh:inversePath cito:cites ]", "^cito:cites"),
        ("( cito:cites [ sh:inversePath cito:cites ] )", "cito:cites/^cito:cites"),
        ("[ sh:alternativePath ( cito:cites skos:note ) ]", "(cito:cites|skos:note)"),
        ("[ sh:zeroOrMorePath cito:cites ]", "cito:cites*"),
        ("[ sh:oneOrMorePath ( cito:cites skos:note ) ]", "(cito:cites/skos:note)+"),
        ("[ sh:zeroOrOnePath [ sh:inversePath cito:cites ] ]", "(^cito:cites)?"),
    ],
)
def test_paths_read_as_in_sparql(path: str, written: str) -> None:
    assert set(check(graph(), shapes=shape(path)).path) == {written}


def test_shapes_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match=r"missing\.ttl cannot be opened: No such file"):
        check(graph(), shapes=tmp_path / "missing.ttl")
    with pytest.raises(ShapeError, match=r"missing\.ttl cannot be opened: No such file"):
        check(graph(), shapes="missing.ttl")
    with pytest.raises(ShapeError, match=r"the text of the shapes cannot be read as Turtle"):
        check(graph(), shapes="this is no Turtle")
    binary = tmp_path / "shapes.ttl"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ShapeError, match=r"shapes\.ttl cannot be opened"):
        check(graph(), shapes=binary)


def test_shapes_that_cannot_be_applied() -> None:
    with pytest.raises(ShapeError, match="the shapes cannot be applied"):
        check(graph(), shapes=shape("cito:cites", "sh:pattern 5"))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """No connection is made; those that were tried are noted."""
    tried: list[Any] = []

    def refuse(_: socket.socket, address: Any) -> None:
        tried.append(address)
        raise OSError("offline")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


def test_nothing_is_fetched(offline: list[Any]) -> None:
    imports = shape("cito:cites") + "<#own> a owl:Ontology ; owl:imports <http://127.0.0.1:9/x> ."
    assert len(check(graph(), shapes=imports)) == 2
    foreign = added("statements", s="http://a.org/x", p="owl:imports", o="http://127.0.0.1:9/y")
    assert len(check(graph(foreign))) == 0
    assert offline == []


def sparql(query: str) -> str:
    return f"""{PREFIXES}
    [] a sh:NodeShape ; sh:targetClass fabio:ResearchPaper ; sh:sparql [ sh:select "{query}" ] ."""


def test_sparql_in_shapes_reaches_nothing_outside(offline: list[Any]) -> None:
    service = "SELECT $this { SERVICE <http://127.0.0.1:9/sparql> { $this ?p ?o } }"
    with pytest.raises(ShapeError, match=r"the shapes cannot be applied: .*SERVICE"):
        check(graph(), shapes=sparql(service))
    # The graph that FROM names is passed over: what is there is checked.
    clause = "SELECT $this FROM <http://127.0.0.1:9/data> { $this ?p ?o }"
    assert len(check(graph(), shapes=sparql(clause))) == 2
    assert offline == []


# -- a page that is read ------------------------------------------------------------------


def test_the_graph_of_a_guide_page_conforms() -> None:
    if not SEED.exists() and not os.environ.get("CI"):
        pytest.skip(f"{SEED} is not here; it does not come with the project")
    kg = read(SEED)
    assert found(kg.check()) == []
    assert found(kg.resolve().check()) == []
