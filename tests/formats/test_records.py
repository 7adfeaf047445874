"""Records -> rows, which all formats that list papers share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.checked import doi_of, orcid_of, year_of
from graphkit.formats.records import Collector
from graphkit.graph import KnowledgeGraph
from graphkit.ids import mint


def rows(*batches: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """All rows that some batches of records give."""
    collector = Collector("Topics of a test")
    for batch in batches:
        collector.add(batch)
    found = {name: table.to_pylist() for name, table in collector.tables().items()}
    # What a reader hands over must be what a graph takes.
    KnowledgeGraph(found)
    found["notes"] = [{"place": n.place, "reason": n.reason} for n in collector.take_notes()]
    return found


ADA = {"name": "Ada Lovelace", "orcid": "orcid:0000-0002-1825-0097", "affiliation": "London"}
ALAN = {"name": "Alan Turing"}


def test_a_record_becomes_rows() -> None:
    lab = {"name": "Analytical Society", "id": None, "ror": "https://ror.org/02mhbdp94"}
    found = rows(
        [
            {
                "place": "record 1",
                "title": "Notes on engines",
                "type": "fabio:JournalArticle",
                "year": 1843,
                "doi": "10.1000/x",
                "journal": "Memoirs",
                "authors": [{**ADA, "organizations": [lab]}, ALAN],
                "topics": [{"label": "Engines", "score": 0.5}, {"label": "Engines"}],
                "identifiers": ["openalex:W1"],
                "cites": ["doi:10.1000/y"],
            }
        ]
    )
    (paper,) = found["papers"]
    assert (paper["id"], paper["title"], paper["year"]) == (
        "doi:10.1000/x",
        "Notes on engines",
        1843,
    )
    assert paper["journal"] == "venue:Memoirs"
    assert found["venues"][0]["type"] == "fabio:Journal"
    assert [(r["author"], r["position"], r["printed_name"]) for r in found["authorships"]] == [
        ("orcid:0000-0002-1825-0097", 1, "Ada Lovelace"),
        ("author:Alan_Turing", 2, "Alan Turing"),
    ]
    assert found["authorships"][0]["affiliation"] == "London"
    assert found["affiliations"][0]["organization"] == "organization:Analytical_Society"
    assert found["organizations"][0]["ror"] == "https://ror.org/02mhbdp94"
    assert [(r["topic"], r["score"]) for r in found["subjects"]] == [("topic:Engines", 0.5)]
    assert found["identifiers"][0]["identifier"] == "openalex:W1"
    assert found["citations"][0]["cited"] == "doi:10.1000/y"
    assert {row["place"] for name in ("papers", "authors", "subjects") for row in found[name]} == {
        "record 1"
    }


def test_the_same_paper_twice_is_kept_once_and_noted() -> None:
    record = {"place": "record 1", "title": "Notes", "doi": "10.1000/x", "authors": [ADA]}
    found = rows([record], [{**record, "place": "record 2"}, {"place": "record 3", "title": "B"}])
    assert [row["place"] for row in found["papers"]] == ["record 1", "record 3"]
    assert found["notes"] == [{"place": "record 2", "reason": "the same paper as record 1"}]


NARRATIVES = {
    "place": "record 1",
    "title": "Representation and Management of Narrative Information",
    "doi": "10.1162/coli.36105",
    "authors": [{"name": "Frank Schilder"}],
}
ORPHAN = {
    "place": "record 2",
    "title": "Failure is an Orphan",
    "doi": "10.1162/coli.36105",
    "journal": "Computational Linguistics",
    "year": 2010,
    "authors": [{"name": "Stan Szpakowicz"}],
    "identifiers": ["acl:J10-1008", "pubmed:1"],
}


@pytest.mark.parametrize("batches", [[[NARRATIVES, ORPHAN]], [[NARRATIVES], [ORPHAN]]])
def test_a_doi_of_another_paper_loses_nobody_a_paper(batches: list[Any]) -> None:
    found = rows(*batches)
    assert [(row["id"], row["doi"]) for row in found["papers"]] == [
        ("doi:10.1162/coli.36105", "10.1162/coli.36105"),
        ("acl:J10-1008", None),
    ]
    assert [row["author"] for row in found["authorships"]] == [
        "author:Frank_Schilder",
        "author:Stan_Szpakowicz",
    ]
    assert [(row["entity"], row["identifier"]) for row in found["identifiers"]] == [
        ("acl:J10-1008", "pubmed:1")
    ]
    reason = "doi:10.1162/coli.36105 is the DOI of record 1 too, which is another paper"
    assert found["notes"] == [{"place": "record 2", "reason": reason}]


def test_another_paper_without_a_register_gets_an_id_of_its_title() -> None:
    found = rows([NARRATIVES, {**ORPHAN, "identifiers": None}])
    minted = mint("paper", "Computational Linguistics", "2010", "Failure is an Orphan")
    assert [row["id"] for row in found["papers"]] == ["doi:10.1162/coli.36105", minted]


@pytest.mark.parametrize(
    "other",
    [
        # A subtitle, a translation by the same authors, a title that is missing.
        {"title": "Narrative information", "authors": [ALAN]},
        {"title": "Darstellung von Erzählungen", "authors": [{"name": "F. SCHILDER"}]},
        {"title": None, "authors": [ALAN]},
    ],
)
def test_one_doi_is_one_paper_where_titles_or_authors_agree(other: dict[str, Any]) -> None:
    found = rows([NARRATIVES, {**NARRATIVES, "place": "record 2", **other}])
    assert [row["place"] for row in found["papers"]] == ["record 1"]
    assert found["notes"] == [{"place": "record 2", "reason": "the same paper as record 1"}]


def test_names_are_told_once_whatever_the_batch() -> None:
    records = [
        {"place": f"record {n}", "title": f"T{n}", "event": "ACL 2021", "authors": [ALAN]}
        for n in range(3)
    ]
    apart, together = rows(*([r] for r in records)), rows(records)
    for name in ("authors", "venues", "papers", "authorships"):
        assert apart[name] == together[name]
    assert len(apart["authors"]) == len(apart["venues"]) == 1


def test_identifiers_of_journals_and_people() -> None:
    ada = {**ADA, "id": "author:Ada", "identifiers": ["scopus-author:1234567"]}
    record = {"journal": "Echoes", "issns": ["03029743 (Print)", "1611-3349", "1611-3348"]}
    batches = [
        [{**record, "place": f"record {n}", "title": f"T{n}", "authors": [ada]}] for n in (1, 2)
    ]
    nowhere = {"place": "record 3", "title": "T3", "issns": ["0302-9743"]}
    found = rows(*batches, [nowhere])["identifiers"]
    assert [(row["entity"], row["identifier"], row["place"]) for row in found] == [
        ("venue:Echoes", "issn:0302-9743", "record 1"),
        ("venue:Echoes", "issn:1611-3349", "record 1"),
        ("author:Ada", "scopus-author:1234567", "record 1"),
    ]


def test_what_is_missing_is_left_open() -> None:
    found = rows([{"place": "line 1", "authors": [{"name": ""}, {"name": None}, ALAN]}])
    assert [row["printed_name"] for row in found["authorships"]] == ["Alan Turing"]
    # The place in the printed list stays, also where a name before it was empty.
    assert found["authorships"][0]["position"] == 3
    assert found["papers"][0]["id"] == mint("paper", "line 1")
    assert rows([{"place": "line 1", "title": "Alone"}])["papers"][0]["title"] == "Alone"


def test_one_orcid_on_two_authors_of_a_paper_is_nobodys() -> None:
    """Two authors of one paper are two people, and nobody can tell which of them it is."""
    alan = {**ALAN, "orcid": ADA["orcid"]}
    found = rows(
        [
            {"place": "record 1", "title": "A", "authors": [ADA, alan]},
            {"place": "record 2", "title": "B", "authors": [ADA]},
            {"place": "record 3", "title": "C", "authors": [ADA, ADA]},
        ]
    )
    assert [row["author"] for row in found["authorships"]] == [
        "author:Ada_Lovelace",
        "author:Alan_Turing",
        *[ADA["orcid"]] * 3,
    ]
    reason = f"{ADA['orcid']} stands for 2 authors of one paper"
    assert found["notes"] == [{"place": "record 1", "reason": reason}]
    assert [row["orcid"] for row in found["authors"]] == [None, None, ADA["orcid"]]


def test_a_list_of_authors_that_stands_twice_is_read_once() -> None:
    """Robotics conferences of 2000 to 2023 are listed so; one name may be that of two people."""
    found = rows(
        [
            {"place": "record 1", "title": "A", "authors": [ADA, ALAN, ADA, ALAN]},
            {"place": "record 2", "title": "B", "authors": [ADA, ADA]},
            {"place": "record 3", "title": "C", "authors": [ADA, ALAN, ADA, {"name": "Alonzo"}]},
        ]
    )
    places = [(row["place"], row["position"]) for row in found["authorships"]]
    assert places == [
        *[("record 1", n) for n in (1, 2)],
        *[("record 2", n) for n in (1, 2)],
        *[("record 3", n) for n in (1, 2, 3, 4)],
    ]
    assert found["notes"] == [
        {"place": "record 1", "reason": "the list of authors stands twice"},
    ]


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.21437/Interspeech.2022-1", "10.21437/interspeech.2022-1"),
        ("doi:10.1000/A.B.", "10.1000/a.b"),
        ("http://dx.doi.org/10.1002/(SICI)1097<693::AID>3.0", "10.1002/(sici)1097<693::aid>3.0"),
        ("", None),
        (None, None),
        ("10.12/x", None),
    ],
)
def test_dois(text: str | None, doi: str | None) -> None:
    assert doi_of(text) == doi


@given(st.integers(0, 10**15 - 1))
def test_one_check_digit_fits_an_orcid(number: int) -> None:
    digits = f"{number:015d}"
    fitting = [d for d in "0123456789X" if orcid_of(digits + d)]
    assert len(fitting) == 1


@pytest.mark.parametrize(
    ("value", "year"),
    [("2021", 2021), (2021.0, 2021), ("c. 1998-05", 1998), ("forthcoming", None), ("20211", None)],
)
def test_years(value: object, year: int | None) -> None:
    assert year_of(value) == year
