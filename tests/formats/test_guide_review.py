"""What a stranger's review of the guide reader found: labels of lines and lists of names."""

from __future__ import annotations

import re

import pytest

from graphkit.formats.guide import read_text
from graphkit.formats.guide.names import read_names
from tests.formats.test_guide_pages import numbers, triples

SENTENCE = "We train, evaluate, and deploy a sorter for bats, owls, and moths."


def test_no_sentence_in_the_place_of_authors_is_swallowed(seed_text: str) -> None:
    lines = seed_text.splitlines()
    rows = read_text(seed_text, "page.txt").tables["authorships"]
    for number in sorted({int(re.findall(r"\d+", row["place"])[0]) for row in rows}):
        page = "\n".join([*lines[: number - 1], SENTENCE, *lines[number:]])
        seen = {n for note in read_text(page, "page.txt").notes for n in numbers(note.place)}
        assert {number - 1, number} <= seen


@pytest.mark.parametrize("papers", [2, 3, 5])
@pytest.mark.parametrize("under", ["", "This theme is about useful, open tools.\n\n"])
def test_a_title_without_authors_becomes_no_topic(papers: int, under: str) -> None:
    for lost in range(papers):
        page = "Acme at BatConf 2021\n\n"
        for topic in ("Echo detection", "Owl songs", "Moth flight"):
            page += f"{topic}\n\n{under}"
            for number in range(papers):
                bad = topic == "Owl songs" and number == lost
                title = f"Hearing {('bats', 'owls', 'moths', 'wings', 'caves')[number]} for {topic}"
                page += f"{title}\n{SENTENCE if bad else 'Ada Lovelace, Bo Li'}\n\n"
        reading = read_text(page, "page.txt")
        labels = [t["label"] for t in reading.tables["topics"]]
        assert labels == ["Echo detection", "Owl songs", "Moth flight"]
        assert len(reading.tables["papers"]) == 3 * papers - 1
        assert [n.reason for n in reading.notes] == [
            "looks like a title, but no line of authors stands under it",
            "a paragraph that belongs to no topic and no paper",
        ]


def test_a_first_title_without_authors_on_a_small_page() -> None:
    page = f"""Acme at BatConf 2021

Depth estimation

Depth from motion
{SENTENCE}

Bats for dense prediction
René Ranftl, Alexey Bochkovskiy
"""
    reading = read_text(page, "page.txt")
    assert [t for t, *_ in triples(reading)] == ["Depth estimation"]
    assert [n.place for n in reading.notes] == ["line 5", "line 6"]


@pytest.mark.parametrize(
    "topic",
    [
        "Computational Biology", "Drug Design", "Climate Change", "Social Media", "Supply Chain",
        "Gaussian Processes", "Linear Algebra",
        # Not ordinary words, so that only the layout tells.
        "Coral Reefs", "Sleep Apnea", "Crop Yields",
    ],
)  # fmt: skip
@pytest.mark.parametrize("standfirst", ["", "From caves to clouds\n\n"])
def test_a_topic_of_two_words_is_nobody(topic: str, standfirst: str) -> None:
    page = f"""Acme at BatConf 2021

{standfirst}{topic}

Hearing Bats Again
Ada Lovelace, Bo Li

Visual Grounding
Bo Li

Dialogue

Talking to owls at night
Kurt Gödel
"""
    reading = read_text(page, "page.txt")
    assert [(t, a) for t, _, a in triples(reading)][:2] == [
        (topic, ("Ada Lovelace", "Bo Li")),
        (topic, ("Bo Li",)),
    ]


@pytest.mark.parametrize("word", ["Biology", "Distributed", "Interactive", "Temporal", "Social"])
def test_ordinary_words(word: str) -> None:
    assert read_names(f"{word} Systems") is None


@pytest.mark.parametrize("name", ["Mohammed Saeed", "Pascal Vidal", "Nancy Clancy", "Fred Ahmed"])
def test_names_that_end_like_ordinary_words(name: str) -> None:
    names = read_names(name)
    assert names
    assert names.cost < 1


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Lovelace, Ph.D., Bo Li", ["Ada Lovelace", "Bo Li"]),
        ("Ada Lovelace, M.D., Bo Li, PhD", ["Ada Lovelace", "Bo Li"]),
        ("Ada Lovelace (Acme), Bo Li (University of Kent)", ["Ada Lovelace", "Bo Li"]),
        ("Ada Lovelace (Acme)", ["Ada Lovelace"]),
        ("Ada Lovelace (she/her)*, Bo Li", ["Ada Lovelace", "Bo Li"]),
        ("Ada¹ Lovelace", None),
        ("Ada Lovelace¹, Bo Li* (equal contribution)", ["Ada Lovelace", "Bo Li"]),
        ("Ada Lovelace, Bo Li, and others", ["Ada Lovelace", "Bo Li"]),
        ("Ada Lovelace and 12 others", ["Ada Lovelace"]),
        ("Yu-Chia (Nick) Chen, Bo Li", ["Yu-Chia (Nick) Chen", "Bo Li"]),
        ("Jean-Luc (JL) Picard", ["Jean-Luc (JL) Picard"]),
        ("M. L. King, Jr., Bo Li III", ["M. L. King, Jr.", "Bo Li III"]),
    ],
)
def test_degrees_and_asides(line: str, names: list[str] | None) -> None:
    found = read_names(line)
    assert (list(found.names) if found else None) == names


def test_what_is_dropped_from_authors_is_noted() -> None:
    page = """Acme at BatConf 2021

Echoes

Hearing bats with two microphones
Ada Lovelace (Acme), Bo Li (Owl Labs)

Talking to owls at night
Kurt Gödel, Bo Li, and others
"""
    reading = read_text(page, "page.txt")
    assert [a for *_, a in triples(reading)] == [("Ada Lovelace", "Bo Li"), ("Kurt Gödel", "Bo Li")]
    assert [(n.place, n.reason) for n in reading.notes] == [
        ("line 6", 'left out among the authors: "(Acme)", "(Owl Labs)"'),
        ("line 9", 'the authors end in "and others"'),
    ]


@pytest.mark.parametrize("date", ["August 20, 2023", "20 August 2023", "2023-08-20"])
def test_bylines_dates_and_footnotes_are_named_as_such(date: str) -> None:
    page = f"""Acme at BatConf 2021

By Staff

{date}

Echoes

Hearing bats with two microphones*
Ada Lovelace, Bo Li

* Oral presentation
"""
    reading = read_text(page, "page.txt")
    assert [t for t, *_ in triples(reading)] == ["Echoes"]
    assert [(n.place, n.reason) for n in reading.notes] == [
        ("line 3", "a byline, which belongs to no paper"),
        ("line 5", "a date"),
        ("line 12", "a footnote or list item that belongs to no paper"),
    ]
