"""Guide pages as strangers save and write them: HTML, figures, adverts, organisations."""

from __future__ import annotations

import html
from typing import Any

import pytest

from graphkit.formats.guide import read_text
from graphkit.formats.guide.event import find_event, find_organization
from graphkit.formats.guide.figures import Titles
from graphkit.formats.guide.interests import find_interests
from graphkit.formats.guide.teams import find_role, find_team
from graphkit.formats.reading import Reading


def papers(reading: Reading) -> list[tuple[str, str, tuple[str, ...]]]:
    """(topic, title, authors) of each paper."""
    labels = {r["id"]: r["label"] for r in reading.tables["topics"]}
    topics = {r["paper"]: labels[r["topic"]] for r in reading.tables["subjects"]}
    names: dict[str, list[str]] = {}
    for r in reading.tables["authorships"]:
        names.setdefault(r["paper"], []).append(r["printed_name"])
    rows = reading.tables["papers"]
    return [(topics[r["id"]], r["title"], tuple(names[r["id"]])) for r in rows]


# --- HTML -------------------------------------------------------------------------------


def as_html(text: str, reading: Reading) -> str:
    """The seed's article with the tags that a page of the kind has."""
    titles = {r["title"] for r in reading.tables["papers"]}
    topics = {r["label"] for r in reading.tables["topics"]}
    files = {r["file"] for r in reading.tables["figures"]}
    heads = {"Related content", "Research areas"}
    out: list[str] = []
    lines = [line for line in text.split("\n") if line.strip()]
    at = 0
    while at < len(lines):
        line, shown = lines[at], html.escape(lines[at])
        under = html.escape(lines[at + 1]) if at + 1 < len(lines) else ""
        if at == 0:
            out.append(f"<h1>{shown}</h1>")
        elif line in titles:
            out.append(f"<p><a href='https://example.org/p'>{shown}</a><br>{under}</p>")
            at += 1
        elif line in files:
            image = f"<img src='/i/{html.escape(line)}'>"
            out.append(f"<figure>{image}<figcaption>{under}</figcaption></figure>")
            at += 1
        else:
            out.append(f"<h2>{shown}</h2>" if line in topics | heads else f"<p>{shown}</p>")
        at += 1
    return "<!doctype html><html><body><main>\n" + "\n".join(out) + "\n</main></body></html>"


def test_the_seed_as_html_gives_the_rows_of_the_text(seed_text: str) -> None:
    def bare(reading: Reading) -> dict[str, list[dict[str, Any]]]:
        return {
            table: [{k: v for k, v in row.items() if k not in ("place", "url")} for row in rows]
            for table, rows in reading.tables.items()
        }

    text = read_text(seed_text, "seed.txt")
    page = read_text(as_html(seed_text, text), "seed.html")
    assert bare(page) == bare(text)
    assert page.about == text.about
    assert page.notes == text.notes == []
    assert len(page.tables["postings"]) == 10


BODY = "<h2>Owls</h2><h4>Hearing owls at noon</h4><p>Ada Lovelace, Alan Turing</p>"
ONE = [("Owls", "Hearing owls at noon", ("Ada Lovelace", "Alan Turing"))]


@pytest.mark.parametrize(
    "page",
    [
        "<header><h1>Lab blog</h1></header><article><h1>Acme at ACL 2023</h1>{}</article>",
        "<header><h1>Lab blog</h1></header><h1>Acme at ACL 2023</h1>{}",
        "<header><h1>Acme at ACL 2023</h1></header>{}",
        "<header><h1>Acme at ACL 2023</h1></header><main>{}</main>",
        "<main><header><h1>Acme at ACL 2023</h1></header>{}</main>",
        "<header><h1>Blog</h1></header><article><header><h1>Acme at ACL 2023</h1></header>{}",
    ],
)
def test_the_title_is_the_article_s(page: str) -> None:
    reading = read_text(f"<html><body>{page.format(BODY)}</body></html>", "x.html")
    assert reading.about["title"] == "Acme at ACL 2023"
    assert papers(reading) == ONE
    assert reading.notes == []


def test_a_toggle_is_no_topic() -> None:
    box = "<details><summary>Abstract</summary><p>Owls hoot, and we listen.</p></details>"
    more = "<h4>Seeing owls by night</h4><p>Kurt Gödel</p>"
    page = f"<h1>Acme at ACL 2023</h1>{BODY}{box}{more}{box}"
    reading = read_text(page, "x.html")
    assert papers(reading) == [*ONE, ("Owls", "Seeing owls by night", ("Kurt Gödel",))]
    assert {r["abstract"] for r in reading.tables["papers"]} == {"Owls hoot, and we listen."}
    # One that holds a title is kept.
    page = page.replace(BODY, "<h2>Owls</h2><details><summary>Hearing owls at noon</summary>"
                        "<p>Ada Lovelace, Alan Turing</p></details>")  # fmt: skip
    assert papers(read_text(page, "x.html"))[:1] == ONE


@pytest.mark.parametrize(
    "authors",
    [
        "<div><a>Ada Lovelace</a><a>Alan Turing</a></div>",
        "<p><a href='a'>Ada Lovelace</a>\n<a href='b'>Alan Turing</a></p>",
        "<p><span>Ada Lovelace</span><span>Alan Turing</span></p>",
        "<p><span>Ada Lovelace,</span><span>Alan Turing</span></p>",
        "<p><a><span>Ada Lovelace</span></a><a><span>Alan Turing</span></a></p>",
        "<p><span>Ada</span> <span>Lovelace</span>, <span>Alan</span> <span>Turing</span></p>",
        "<ul><li>Ada Lovelace</li><li>Alan Turing</li></ul>",
        "<ul><li><a>Ada Lovelace</a><sup>1</sup></li>\n<li>Alan Turing,</li></ul>",
        "<ul><li>Ada Lovelace, Alan Turing</li></ul>",
    ],
)
def test_authors_parted_by_tags(authors: str) -> None:
    body = BODY.replace("<p>Ada Lovelace, Alan Turing</p>", authors)
    reading = read_text(f"<h1>Acme at ACL 2023</h1>{body}", "x.html")
    assert papers(reading) == ONE
    assert reading.notes == []


def test_links_that_are_no_names_are_not_parted() -> None:
    title = "<h4><span>Hearing owls</span> <span>at noon</span></h4>"
    body = BODY.replace("<h4>Hearing owls at noon</h4>", title)
    assert papers(read_text(f"<h1>Acme at ACL 2023</h1>{body}", "x.html")) == ONE


# --- ids --------------------------------------------------------------------------------


def test_figures_of_two_organizations_do_not_meet() -> None:
    page = (
        "{} at ACL 2023\n\nOwls\n\nHearing owls at noon\nAda Lovelace, Alan Turing\n\n"
        'Figure 1.png\n"Hearing owls at noon" listens.\n'
    )
    ids = {
        read_text(page.format(owner), "x.txt").tables["figures"][0]["id"]
        for owner in ("Acme", "Bolt")
    }
    assert len(ids) == 2


def test_postings_of_two_organizations_do_not_meet() -> None:
    advert = "UK, London\nThe Owl team is hiring a Data Scientist.\n"
    other = advert.replace("London", "Leeds")
    page = "{} at ACL 2023\n\nOwls\n\nHearing owls at noon\nAda Lovelace\n\nRelated content\n\n"

    def ids(owner: str, tail: str) -> list[str]:
        return [r["id"] for r in read_text(page.format(owner) + tail, "x").tables["postings"]]

    both = ids("Acme", advert + other)
    assert ids("Acme", other + advert) == both[::-1]  # the order does not matter
    assert not {*both} & {*ids("Bolt", advert + other)}
    assert len({*ids("Acme", advert + advert)}) == 2


# --- figures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "key"),
    [
        ("CopyOwl2", "1"),
        ("copyowl", None),
        ("Owls", None),  # two titles begin so
        ("Echo", None),  # a word of a title, no name
        ("Echo & flight", "2"),
        ("Zürich’s bats", "3"),
        ("Zurich's bats", "3"),
        ("Echo and flight … in the dark", "2"),
        ("Echo and flight [...] dark", "2"),
        ("flight … in the dark", None),
        ("Echo … light", None),
    ],
)
def test_quoted_titles(quote: str, key: str | None) -> None:
    titles = [
        ("1", "CopyOwl2: Voices for owls"),
        ("2", "Echo and flight: How bats hunt in the dark"),
        ("3", "Zürich's bats"),
        ("4", "Owls: A study"),
        ("5", "Owls: Another study"),
    ]
    assert Titles(titles).find(quote) == key


# --- interests --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label", "score"),
    [
        ("You drive quality.", "Driving", None),
        ("You will plan.", "Planning", None),
        ("We work on planning.", "Planning", 1.0),
        ("We build dialogues.", "Dialogue", 1.0),
        ("We build dialog systems.", "Dialogue", 1.0),
        ("We build a robot.", "Robots", 1.0),
        ("We do no speech recognition.", "Speech recognition", None),
        ("We work without any speech recognition.", "Speech recognition", None),
        ("We don't do speech recognition.", "Speech recognition", None),
        ("We do no vision or speech processing.", "Speech coding", None),
        ("We do not only speech recognition.", "Speech recognition", 1.0),
        ("There is no office. We do speech recognition.", "Speech recognition", 1.0),
        ("No speech recognition, but speech recognition!", "Speech recognition", 1.0),
        ("We protect privacy.", "Privacy and security", 0.8),
        ("We protect privacy and security.", "Privacy and security", 1.0),
    ],
)
def test_scores(text: str, label: str, score: float | None) -> None:
    assert [i.score for i in find_interests(text, [label])] == ([score] if score else [])


# --- teams and roles --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label", "unnamed"),
    [
        ("The Night Owl group is mapping caves.", "Night Owl", False),
        ("Our Fleet Learning organization seeks an Engineer.", "Fleet Learning", False),
        ("The Cave Sound lab builds ears.", "Cave Sound", False),
        ("Bolt Freight is hiring. Come and join the Night Owl team.", "Night Owl", False),
        ("Bolt Freight is hiring. You meet the Night Owl group.", "Bolt Freight", False),
        ("Our firm builds bat-safe lamps for customers.", "bat-safe lamps", True),
    ],
)
def test_teams(text: str, label: str, unnamed: bool) -> None:
    team = find_team(text, "Acme")
    assert (team.label, team.unnamed) == (label, unnamed)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("The role: Applied Scientist. You listen.", "Applied Scientist"),
        ("Ulm. Role: a Data Engineer", "Data Engineer"),
        ("The role is new; Data Engineers like it.", None),
    ],
)
def test_roles(text: str, role: str | None) -> None:
    assert find_role(text) == role


# --- organisations ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "organization"),
    [
        ("Samsung Research: 14 papers accepted at ICLR 2023", "Samsung Research"),
        ("Bolt Labs: Five Papers at ICLR 2023", "Bolt Labs"),
        ("Owls and moths: a tour of ICLR 2023", None),
        ("Huawei Noah’s Ark Lab at ICLR 2023", "Huawei Noah’s Ark Lab"),
        ("Papers from Huawei Noah's Ark Lab at ICLR 2023", "Huawei Noah's Ark Lab"),
        ("Acme’s Speech Papers at ICLR 2023", "Acme"),
        ("Acme’s Labs and Their Papers at ICLR 2023", "Acme"),
    ],
)
def test_organizations(title: str, organization: str | None) -> None:
    assert find_organization([title], find_event(title)) == organization
