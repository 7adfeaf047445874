"""The guide reader on the real article: exact expectations."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from graphkit.errors import ReadError
from graphkit.formats.guide import read_text, sniff
from graphkit.formats.reading import Reading


@pytest.fixture(scope="module")
def seed(seed_text: str) -> Reading:
    return read_text(seed_text, "interspeech-2022.txt")


def row(reading: Reading, table: str, **wanted: object) -> dict[str, object]:
    """The one row that has these values."""
    rows = [r for r in reading.tables[table] if wanted.items() <= r.items()]
    assert len(rows) == 1, (table, wanted, rows)
    return rows[0]


def test_counts(seed: Reading) -> None:
    counts = {table: len(rows) for table, rows in seed.tables.items()}
    assert counts == {
        "papers": 44,
        "authors": 174,
        "authorships": 237,
        "topics": 16,
        "schemes": 1,
        "subjects": 44,
        "venues": 1,
        "organizations": 1,
        "figures": 5,
        "places": 5,
        "teams": 8,
        "postings": 10,
        "interests": 6,
    }
    assert seed.notes == []


def test_front(seed: Reading) -> None:
    assert seed.about["title"].startswith("A quick guide to Amazon")
    assert seed.about["description"].endswith("automatic dubbing, and compression.")
    assert seed.about["abstract"].startswith("Of Amazon")
    assert seed.about["event"] == "venue:Interspeech_2022"
    assert seed.about["organization"] == "organization:Amazon"
    assert seed.tables["venues"] == [
        {
            "id": "venue:Interspeech_2022",
            "label": "Interspeech 2022",
            "type": "schema:Event",
            "year": 2022,
            "place": "line 1",
        }
    ]


def test_papers_agree_with_the_layout_of_this_article(seed: Reading, seed_text: str) -> None:
    """In this article a block of two lines is a paper and a block of one is a topic."""
    expected = []
    topic = ""
    body = seed_text.split("\nResearch areas\n")[0]
    for block in body.split("\n\n")[3:]:
        lines = block.splitlines()
        if len(lines) == 1:
            topic = lines[0]
        elif not lines[0].endswith(".png"):
            expected.append((topic, lines[0], tuple(lines[1].split(", "))))
    labels = {r["id"]: r["label"] for r in seed.tables["topics"]}
    topics = {r["paper"]: labels[r["topic"]] for r in seed.tables["subjects"]}
    authors: dict[str, list[str]] = {}
    for r in seed.tables["authorships"]:
        authors.setdefault(r["paper"], []).append(r["printed_name"])
        assert r["position"] == len(authors[r["paper"]])
    found = [(topics[r["id"]], r["title"], tuple(authors[r["id"]])) for r in seed.tables["papers"]]
    assert found == expected


def test_places_of_rows(seed: Reading) -> None:
    paper = row(seed, "papers", title="Compute cost amortized transformer for streaming ASR")
    assert paper["place"] == "lines 30-31"
    assert (paper["year"], paper["event"]) == (2022, "venue:Interspeech_2022")
    assert paper["type"] == "fabio:ConferencePaper"
    assert row(seed, "topics", label="Automatic speech recognition")["place"] == "line 28"
    assert row(seed, "subjects", paper=paper["id"])["place"] == "lines 28, 30"
    assert row(seed, "authors", name="I-FAN CHEN")["place"] == "line 55"
    assert row(seed, "authors", name="I-Fan Chen")["place"] == "line 80"
    assert row(seed, "authors", name="Arent van Korlaar")["id"] == "author:Arent_van_Korlaar"
    assert row(seed, "places", city="Boston")["place"] == "line 190"


@pytest.mark.parametrize(
    ("file", "title", "place"),
    [
        ("Cost amortized Transformer.png", "Compute cost amortized", "lines 33-34"),
        ("Adversarial reweighting.png", "Adversarial reweighting for", "lines 74-75"),
        ("Sub-8-bit quantization.png", "Sub-8-bit quantization aware", "lines 115-116"),
        ("Graph fusion and fairness.png", "Graph-based multi-view", "lines 134-135"),
        ("Creating new voices.png", "Creating new voices", "lines 153-154"),
    ],
)
def test_figures(seed: Reading, file: str, title: str, place: str) -> None:
    figure = row(seed, "figures", file=file)
    assert str(row(seed, "papers", id=figure["paper"])["title"]).startswith(title)
    assert figure["place"] == place


def test_postings(seed: Reading) -> None:
    cities = {r["id"]: r["city"] for r in seed.tables["places"]}
    teams = {r["id"]: (r["label"], r["unnamed"]) for r in seed.tables["teams"]}
    found = [
        (cities[r["location"]], *teams[r["team"]], r.get("role")) for r in seed.tables["postings"]
    ]
    plain, senior = "Applied Scientist", "Senior Applied Scientist"
    assert found == [
        ("Boston", "AGI", False, plain),
        ("Gurugram", "Amazon Shipping", False, plain),
        ("Gurugram", "automotive-shopping experiences", True, senior),
        ("Seattle", "Prime Video Content Understanding", False, plain),
        ("Seattle", "Fire TV Channels", True, None),
        ("Boston", "AGI", False, senior),
        ("Bengaluru", "Alexa AI", False, plain),
        ("Bengaluru", "Alexa AI", False, plain),
        ("Bellevue", "DEX AI", False, None),
        ("Bengaluru", "ATT", False, None),
    ]
    assert seed.tables["postings"][0]["label"] == "Applied Scientist, AGI, Boston"
    ids = {r["id"] for r in seed.tables["postings"]}
    assert len(ids) == 10
    assert all(re.fullmatch("posting:Interspeech_2022:Amazon:[0-9a-f]{10}", i) for i in ids)
    assert seed.tables["postings"][0]["place"] == "lines 190-191"
    assert seed.tables["places"][0] == {
        "id": "place:US%2C_MA%2C_Boston",
        "label": "Boston, MA, US",
        "country": "US",
        "region": "MA",
        "city": "Boston",
        "place": "line 190",
    }


def test_interests_have_verbatim_evidence(seed: Reading) -> None:
    texts = {r["place"]: r for r in seed.tables["postings"]}
    assert len(texts) == 10
    for r in seed.tables["interests"]:
        assert any(
            r["evidence"] in p["description"] and p["team"] == r["team"] for p in texts.values()
        )
    assert Counter(r["team"] for r in seed.tables["interests"]) == {"team:Amazon:AGI": 6}
    assert {r["topic"] for r in seed.tables["interests"]} == {
        "topic:Automatic_speech_recognition",
        "topic:Language_identification",
        "topic:Multiparty_speech",
        "topic:Natural-language_understanding",
        "topic:Spoken-language_understanding",
        "topic:Text-to-speech",
    }
    assert {r["score"] for r in seed.tables["interests"]} == {0.4}


def test_sniff(seed_text: str) -> None:
    assert sniff(seed_text)
    assert sniff(seed_text[:2000])
    for other in (
        "@article{x, title={Acme at ACL 2023}, author={Ada Lovelace and Alan Turing}}",
        '{"papers": [{"title": "x"}]}',
        "TY  - CONF\nAU  - Lovelace, Ada\nTI  - Bats\nPY  - 2022\n",
        "title,authors,year\nHearing bats,Ada Lovelace,2022\n",
        "A letter\n\nDear all,\n\nWe met at noon. It was good.\n",
        "",
    ):
        assert not sniff(other), other


@pytest.mark.parametrize("text", ["", "\n \n", "Just a sentence, with commas, and no names."])
def test_nothing_to_read(text: str) -> None:
    with pytest.raises(ReadError, match=r"empty\.txt: no paper found"):
        read_text(text, "empty.txt")


def test_a_lost_line_costs_one_paper_and_invents_none(seed: Reading, seed_text: str) -> None:
    """Without its title or its authors a paper is reported; the others stay as they are."""
    lines = seed_text.split("\n")
    titles = {r["title"] for r in seed.tables["papers"]}
    links = {(r["paper"], r["author"], r["place"]) for r in seed.tables["authorships"]}
    assert len(links) == 237
    subjects = {(r["paper"], r["topic"]) for r in seed.tables["subjects"]}
    for at, line in enumerate(lines):
        if line in titles:
            for lost in (at, at + 1):
                reading = read_text("\n".join(lines[:lost] + lines[lost + 1 :]), "page.txt")
                found = {(r["paper"], r["topic"]) for r in reading.tables["subjects"]}
                assert found < subjects
                assert len(found) == 43
                assert reading.notes


def test_one_odd_blank_line_changes_nothing(seed: Reading, seed_text: str) -> None:
    titles = [r["title"] for r in seed.tables["papers"]]
    for title in titles[::7]:
        page = seed_text.replace(f"\n{title}\n", f"\n{title}\n\n")
        assert [r["title"] for r in read_text(page, "x").tables["papers"]] == titles
