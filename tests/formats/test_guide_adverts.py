"""Job adverts: places, roles, teams, interests, on sentences of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.formats.guide import read_text
from graphkit.formats.guide.adverts import is_place, read_adverts
from graphkit.formats.guide.interests import find_interests
from graphkit.formats.guide.lines import Line
from graphkit.formats.guide.teams import find_role, find_team
from graphkit.formats.reading import Reading

LABELS = [
    "Automatic speech recognition",
    "Dialogue",
    "Fairness",
    "Keyword spotting",
    "Language identification",
    "Multidevice processing",
    "Natural-language understanding",
    "Signal processing",
    "Speaker identification/verification",
    "Text-to-speech",
]


def page(*adverts: str) -> Reading:
    front = "Acme’s papers at BatConf 2021\n\nEcho coding\n\nCoding bats\nAda Lovelace, Alan Turing"
    return read_text(f"{front}\n\nRelated content\n\n" + "\n".join(adverts), "page.txt")


@pytest.mark.parametrize(
    ("text", "country", "region", "city", "label"),
    [
        ("US, MA, Boston", "US", "MA", "Boston", "Boston, MA, US"),
        ("DE, Berlin", "DE", None, "Berlin", "Berlin, DE"),
        ("US, MO, St. Louis", "US", "MO", "St. Louis", "St. Louis, MO, US"),
        ("CH, ZH, Zürich", "CH", "ZH", "Zürich", "Zürich, ZH, CH"),
        ("Remote", None, None, None, "Remote"),
        ("Virtual Location - US", "US", None, None, "Virtual Location - US"),
        ("Boston, MA, USA", "USA", "MA", "Boston", "Boston, MA, USA"),
    ],
)
def test_places(
    text: str, country: str | None, region: str | None, city: str | None, label: str
) -> None:
    reading = page(text, "The Bat team is hiring people who like the dark.")
    (place,) = reading.tables["places"]
    found = tuple(place.get(key) for key in ("country", "region", "city", "label"))
    assert found == (country, region, city, label)
    assert reading.tables["postings"][0]["location"] == place["id"]


@pytest.mark.parametrize("text", ["Speech, vision", "Boston is a city", "we, us", "Ada Lovelace"])
def test_no_places(text: str) -> None:
    assert not is_place(text)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("We are looking for a curious, patient Research Scientist.", "Research Scientist"),
        ("As a Sr. Applied Scientist, you listen.", "Senior Applied Scientist"),
        ("The Bat team is hiring Software Development Engineers.", "Software Development Engineer"),
        ("We seek help. This Data Scientist position is in Ulm.", "Data Scientist"),
        ("You will mentor Applied Scientists.", None),
        ("We are looking for people to partner with Applied Scientists.", None),
        ("Work with a team of Senior Data Engineers.", None),
        ("You like bats.", None),
        # The one stated most often is the one offered.
        (
            "Seeking a Senior Data Scientist. We seek an able Data Scientist. "
            "As a Senior Data Scientist you count.",
            "Senior Data Scientist",
        ),
    ],
)
def test_roles(text: str, role: str | None) -> None:
    assert find_role(text) == role


@pytest.mark.parametrize(
    ("text", "label", "unnamed"),
    [
        ("The Bat Echo team is seeking a Data Scientist.", "Bat Echo", False),
        ("The Acme Bat Echo team in Ulm is seeking help.", "Bat Echo", False),
        ("Acme Freight is hiring drivers.", "Acme Freight", False),
        ("Do you like bats? Then join the Night Owl team.", "Night Owl", False),
        ("We listen. About the team Our Cave Sound team maps caves.", "Cave Sound", False),
        ("You will work in the Night Sky Team. Come!", "Night Sky", False),
        ("The Bat Listening Unit (BLU) team is hiring.", "BLU", False),
        ("The OWL team, based in Ulm, is responsible for owls.", "OWL", False),
        ("We are building a nest box called Owl House Two for all.", "Owl House Two", True),
        ("Build bat-safe lamps for our customers.", "bat-safe lamps", True),
        (
            "You join a team of owls. As an Echo team member, you fly.",
            "You join a team of owls",
            True,
        ),
        ("The Acme team is hiring.", "The Acme team is hiring", True),
    ],
)
def test_teams(text: str, label: str, unnamed: bool) -> None:
    team = find_team(text, "Acme")
    assert (team.label, team.unnamed) == (label, unnamed)


def test_one_team_under_two_names() -> None:
    reading = page(
        "DE, Berlin",
        "The Bat Listening Unit (BLU) team is looking for a Data Scientist.",
        "UK, London",
        "Join the BLU team. The BLU team owns nothing but ears.",
        "UK, Leeds",
        "The Bat Listening Unit team is seeking an Engineer.",
    )
    assert [r["label"] for r in reading.tables["teams"]] == ["BLU"]
    assert [r["label"] for r in reading.tables["postings"]] == [
        "Data Scientist, BLU, Berlin",
        "BLU, London",
        "Engineer, BLU, Leeds",
    ]


@pytest.mark.parametrize(
    ("text", "topic", "score", "evidence"),
    [
        ("We do automatic speech recognition.", 0, 1.0, "automatic speech recognition"),
        ("We do speech recognition.", 0, 0.9, "speech recognition"),
        ("We do speech and speaker recognition.", 0, 0.8, "speech and speaker recognition"),
        ("We do recognition of speech.", 0, 0.8, "recognition of speech"),
        ("We build ASR.", 0, 0.9, "ASR"),
        ("We spot keywords, then sleep.", 3, 0.8, "spot keywords"),
        ("We study natural language understanding.", 6, 1.0, "natural language understanding"),
        ("We study speaker verification.", 8, 1.0, "speaker verification"),
        ("We care for fairness.", 2, 1.0, "fairness"),
        ("We build text to speech.", 9, 1.0, "text to speech"),
        ("We do multi-device processing.", 5, 1.0, "multi-device processing"),
    ],
)
def test_interests(text: str, topic: int, score: float, evidence: str) -> None:
    found = {i.topic: i for i in find_interests(text, LABELS)}
    assert found[LABELS[topic]].score == score
    assert found[LABELS[topic]].evidence == evidence


@pytest.mark.parametrize(
    "text",
    [
        "We address content understanding in ads.",
        "Class imbalance, identification and segmentation in computer vision.",
        "Models for many countries and languages.",
        "Deep learning, machine learning and automatic systems.",
        "Signals from a network are used for processing of orders.",
        "Experience in Java or another programming language. Research is fun.",
        "Good communication (written & spoken) and understanding of statistics.",
        "A programming language research group.",
        "A fair salary, spoken well of.",
        "Text and speech data.",
    ],
)
def test_no_interests(text: str) -> None:
    assert find_interests(text, LABELS) == []


def test_a_field_speaks_of_its_topics() -> None:
    found = find_interests("It uses speech, vision and language technologies.", LABELS)
    assert {LABELS.index(i.topic) for i in found} == {0, 4, 6, 9}
    assert {(i.score, i.evidence) for i in found} == {
        (0.4, "speech, vision and language technologies")
    }


def test_what_belongs_to_no_advert_is_reported() -> None:
    reading = page(
        "An advert that stands nowhere, sadly. It has no place.",
        "UK, London",
        "DE, Berlin",
        "The Bat team is hiring.",
        "Another one without a place. It is about owls.",
    )
    assert len(reading.tables["postings"]) == 1
    assert [(n.place, n.reason) for n in reading.notes] == [
        ("line 10", "an advert without a line that says where"),
        ("line 11", "a place without an advert under it"),
        ("line 14", "an advert without a line that says where"),
    ]


def test_sections_and_bullets_go_on() -> None:
    reading = page(
        "UK, London",
        "The Bat team is hiring a Data Scientist.",
        "Key job responsibilities",
        "- Listen to bats",
        "About the team",
        "We like the dark.",
    )
    assert reading.notes == []
    (posting,) = reading.tables["postings"]
    assert posting["description"].count("\n") == 4
    assert posting["place"] == "lines 10-15"


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_lines(texts: list[str]) -> None:
    lines = [Line(n, t) for n, text in enumerate(texts, 1) if (t := " ".join(text.split()))]
    adverts, reports = read_adverts(lines)
    used = [line for a in adverts for line in (a.place, *a.lines)] + [line for line, _ in reports]
    assert sorted(line.number for line in used) == [line.number for line in lines]


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    find_role(text)
    find_team(text, "Acme")
    for interest in find_interests(text, LABELS):
        assert interest.evidence in text
        assert 0 < interest.score <= 1
