"""Pages of the guide family in many layouts, as text and as HTML."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadError
from graphkit.formats.guide import read_text
from graphkit.formats.guide.names import read_names
from graphkit.formats.reading import Reading

Triple = tuple[str | None, str, tuple[str, ...]]


def triples(reading: Reading) -> list[Triple]:
    """(topic, title, authors) of each paper."""
    labels = {r["id"]: r["label"] for r in reading.tables["topics"]}
    topics = {r["paper"]: labels[r["topic"]] for r in reading.tables["subjects"]}
    authors: dict[str, list[str]] = {}
    for r in reading.tables["authorships"]:
        authors.setdefault(r["paper"], []).append(r["printed_name"])
    return [
        (topics.get(p["id"]), p["title"], tuple(authors[p["id"]])) for p in reading.tables["papers"]
    ]


PAPERS: list[Triple] = [
    ("Echo Detection", "Hearing bats with two microphones: A field study", ("Ada Lovelace",)),
    ("Echo Detection", "Neural Echo Maps", ("Alan Turing",)),
    ("Signal Processing", "Filters, wavelets, and owls", ("Kurt Gödel", "Emmy Noether")),
    ("Signal Processing", "Do moths hear us?", ("Jean-Luc O’Brien", "María de la Cruz")),
    ("Dialogue", "Neural Dialogue Systems", ("Ada Lovelace",)),
    ("Dialogue", "Talking to owls at night", ("W. M. Campbell", "Wei Li", "Ludwig van Beethoven")),
]
TITLE = "A tour of Acme’s papers at BatConf 2021"


def text_page(
    *,
    gaps: tuple[int, int, int] = (1, 0, 1),
    title: Callable[[str], str] = str,
    heading: Callable[[str], str] = str,
    authors: Callable[[tuple[str, ...]], str] = ", ".join,
    front: str = "",
    under_heading: str = "",
    under_authors: str = "",
    top: str = TITLE,
) -> str:
    """The papers above in a layout; gaps before a title, before authors and before a topic."""
    before_title, before_authors, before_heading = gaps
    out = top + "\n" * 2 + front
    last = None
    for topic, name, people in PAPERS:
        if topic != last:
            out += "\n" * (1 + before_heading) + heading(topic or "") + under_heading
            last = topic
        out += "\n" * (1 + before_title) + title(name)
        out += "\n" * (1 + before_authors) + authors(people) + under_authors
    return out + "\n"


def last_and(word: str) -> Callable[[tuple[str, ...]], str]:
    return lambda names: ", ".join((*names[:-2], f" {word} ".join(names[-2:])))


LAYOUTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no blank lines": {"gaps": (0, 0, 0)},
    "a blank line everywhere": {"gaps": (1, 1, 1)},
    "doubled blank lines": {"gaps": (2, 1, 3)},
    "blank line only above headings": {"gaps": (0, 0, 1)},
    "dashes": {"title": "- {}".format},
    "stars": {"title": "* {}".format},
    "dots": {"title": "• {}".format},
    "numbers": {"title": "7. {}".format},
    "footnotes": {"title": "{}†".format, "authors": lambda n: "*, ".join(n) + "‡"},
    "and": {"authors": last_and("and")},
    "ampersand": {"authors": last_and("&")},
    "full stop": {"authors": lambda n: ", ".join(n) + "."},
    "semicolons": {"authors": "; ".join},
    "markdown": {"title": "### {}".format, "heading": "## {}".format, "top": f"# {TITLE}"},
    "bold markdown": {"title": "**{}**".format, "heading": "## {}".format, "top": f"# {TITLE}"},
    "digits": {"authors": lambda n: ", ".join(f"{x}{i},3" for i, x in enumerate(n, 1))},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str) -> None:
    reading = read_text(text_page(**LAYOUTS[layout]), "page.txt")
    assert triples(reading) == PAPERS
    assert reading.notes == []
    assert reading.about["event"] == "venue:BatConf_2021"
    assert reading.about["organization"] == "organization:Acme"


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace("\n", "\r"),
        lambda t: "\ufeff" + t,
        lambda t: t.replace(", ", ",\u00a0"),
        lambda t: t.replace("\n", "\t \n").replace(" owls", "\towls"),
        lambda t: t + "\nResearch areas\n\nShare\n",
    ],
)
def test_bytes_do_not_matter(change: Callable[[str], str]) -> None:
    assert triples(read_text(change(text_page()), "page.txt")) == PAPERS


def test_paragraphs_are_kept() -> None:
    intro = "These are our papers, and we like them.\n\nThey are about bats, owls, and moths."
    reading = read_text(
        text_page(
            front=intro,
            under_heading="\n\nThis is a topic, a wide one, and it is growing.",
            under_authors="\nWe show that it works, at night, too.",
        ),
        "page.txt",
    )
    assert triples(reading) == PAPERS
    assert reading.notes == []
    assert reading.about["description"] == "These are our papers, and we like them."
    assert reading.about["abstract"] == "They are about bats, owls, and moths."
    assert {p["abstract"] for p in reading.tables["papers"]} == {
        "We show that it works, at night, too."
    }
    assert {t["description"] for t in reading.tables["topics"]} == {
        "This is a topic, a wide one, and it is growing."
    }


@pytest.mark.parametrize(
    ("title", "event", "year", "organization"),
    [
        ("A quick guide to Acme’s 40-plus papers at BatConf 2021", "BatConf 2021", 2021, "Acme"),
        ("Acme Labs at NeurIPS 2021: what to see", "NeurIPS 2021", 2021, "Acme Labs"),
        ("Our papers at ACL 2023", "ACL 2023", 2023, None),
        ("Acme's papers at the 2020 OwlMeet", "OwlMeet 2020", 2020, "Acme"),
        ("Papers from Acme Research at ICASSP ’22", "ICASSP 2022", 2022, "Acme Research"),
        ("Acme papers at CVPR2022", "CVPR 2022", 2022, "Acme"),
        ("Acme at BatConf", "BatConf", None, "Acme"),
        ("A list of papers", None, None, None),
    ],
)
def test_event_and_organization(
    title: str, event: str | None, year: int | None, organization: str | None
) -> None:
    reading = read_text(text_page(top=title), "page.txt")
    assert reading.about["title"] == title
    assert [r["label"] for r in reading.tables.get("venues", [])] == ([event] if event else [])
    assert [r["label"] for r in reading.tables.get("organizations", [])] == (
        [organization] if organization else []
    )
    assert reading.tables["papers"][0].get("year") == year
    reasons = {n.reason for n in reading.notes}
    assert ("no event is named" in reasons) == (event is None)
    assert ("no organization is named" in reasons) == (organization is None)


@pytest.mark.parametrize(
    ("caption", "paper"),
    [
        ('In "Neural Echo Maps" we draw.', "Neural Echo Maps"),
        ("In “hearing bats with two microphones” we listen.", PAPERS[0][1]),
        ("In «Do moths hear us» we ask.", "Do moths hear us?"),
        ("In „wavelets, and owls“ we filter.", "Filters, wavelets, and owls"),
        ("In ‘Talking to owls at night’ we talk.", "Talking to owls at night"),
        ('In "A title of nobody" we err.', None),
        ('The word "owls" is no title.', None),
        ("No title is named here, sadly.", None),
    ],
)
def test_figures(caption: str, paper: str | None) -> None:
    page = text_page().replace("Signal Processing", f"Two owls.PNG\n{caption}\n\nSignal Processing")
    reading = read_text(page, "page.txt")
    assert triples(reading) == PAPERS
    (figure,) = reading.tables["figures"]
    titles = {p["id"]: p["title"] for p in reading.tables["papers"]}
    assert titles.get(figure.get("paper")) == paper
    assert (figure["file"], figure["caption"]) == ("Two owls.PNG", caption)
    assert len(reading.notes) == (paper is None)


def test_what_is_not_understood_is_reported_and_not_invented() -> None:
    page = """Acme at BatConf 2021

By Grace Hopper

Echoes

Hearing bats with two microphones on a very dark night
Ada Lovelace, Alan Turing

A long title of a paper that has lost the line of its authors

Hearing owls
Kurt Gödel

Nothing here

Vision

Seeing moths
Emmy Noether

* Equal contribution
"""
    reading = read_text(page, "page.txt")
    assert [(t, title) for t, title, _ in triples(reading)] == [
        ("Echoes", "Hearing bats with two microphones on a very dark night"),
        ("Echoes", "Hearing owls"),
        ("Vision", "Seeing moths"),
    ]
    assert [n.place for n in reading.notes] == ["line 3", "line 10", "line 15", "line 22"]


def test_same_title_twice() -> None:
    page = """Acme at BatConf 2021

Echoes

Hearing bats
Ada Lovelace, Alan Turing

Owls

Hearing bats
Ada Lovelace, Alan Turing

Hearing bats
Kurt Gödel
"""
    reading = read_text(page, "page.txt")
    one, two = reading.tables["papers"]
    assert (one["id"], two["id"]) == (
        "paper:BatConf_2021:Hearing_bats",
        "paper:BatConf_2021:Hearing_bats:2",
    )
    assert [(s["paper"], s["topic"]) for s in reading.tables["subjects"]] == [
        (one["id"], "topic:Echoes"),
        (one["id"], "topic:Owls"),
        (two["id"], "topic:Owls"),
    ]
    assert [n.place for n in reading.notes] == ["line 13"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Lovelace", ["Ada Lovelace"]),
        ("王小明、李雷", ["王小明", "李雷"]),
        ("محمد علي، أحمد حسن", ["محمد علي", "أحمد حسن"]),
        ("Иван Петров и Анна Смирнова", ["Иван Петров", "Анна Смирнова"]),
        ("Ming (Mike) Zhao, I-FAN CHEN", ["Ming (Mike) Zhao", "I-FAN CHEN"]),
        ("Lovelace, Ada; Turing, Alan M.", ["Lovelace, Ada", "Turing, Alan M."]),
        ("M. L. King, Jr., Ada Lovelace", ["M. L. King, Jr.", "Ada Lovelace"]),
        ("Ada Lovelace et al.", ["Ada Lovelace"]),
        ("By: Ada Lovelace, Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("Listen, attend and spell", None),
        ("Listen, Attend, Spell", None),
        ("Ada Lovelace, the first of us, wrote this", None),
        ("Signal Processing", None),
        ("BERT 2 Rules", None),
    ],
)
def test_names(line: str, names: list[str] | None) -> None:
    found = read_names(line)
    assert (list(found.names) if found else None) == names


# --- HTML -------------------------------------------------------------------------------

ADVERT = ("UK, London", "The Bat Echo team is looking for a Data Scientist who likes caves.")
NOISE = """<script>var x = "Ada Lovelace, Alan Turing";</script><style>p {}</style>
<header><a href="/">Home</a> <a href="/jobs">Jobs</a></header>
<nav><ul><li>About</li><li>Contact</li></ul></nav>"""


def html_list(reading: Reading) -> str:
    """Topics in h2, papers in list items, authors behind a br."""
    out = [f"<!DOCTYPE html><html lang='en-US'><head><title>x</title></head><body>{NOISE}<main>"]
    out.append(f"<h1>{html.escape(reading.about['title'])}</h1>")
    last = None
    for topic, title, names in triples(reading):
        if topic != last:
            out.append(("</ul>" if last else "") + f"<h2>{topic}</h2>\n<ul>")
            last = topic
        link = f'<a href="https://example.org/{len(out)}">{html.escape(title)}</a>'
        out.append(f"<li>{link}<br/>{', '.join(names)}</li>")
    out.append("</ul>")
    for f in reading.tables["figures"]:
        out.append(
            f'<figure><img src="/pix/{f["file"].replace(" ", "%20")}?w=3" alt="">'
            f"<figcaption>{html.escape(f['caption'])}</figcaption></figure>"
        )
    out.append(f"<h2>Related content</h2><div><p>{ADVERT[0]}</p><p>{ADVERT[1]}</p></div></main>")
    return "\n".join(out) + "<footer>© Acme, Inc.</footer></body></html>"


def html_paragraphs(reading: Reading) -> str:
    """Topics in h3, titles in h4, authors in p; captions above their pictures."""
    out = [f"<html><body>{NOISE}<div><h1>\n {html.escape(reading.about['title'])}\n</h1>"]
    last = None
    for topic, title, names in triples(reading):
        if topic != last:
            out.append(f"<section><h3>{topic}</h3></section>")
            last = topic
        marked = html.escape(title).replace("owls", "<em>owls</em>")
        out.append(f"<h4>{marked}</h4><p>{', '.join(names)}<sup>1</sup></p>")
    for f in reading.tables["figures"]:
        caption = f"<figcaption>{html.escape(f['caption'])}</figcaption>"
        out.append(f'<figure>{caption}<img src="{f["file"]}"></figure>')
    out.append("<h3>Related content</h3>")
    out.append(f"<article><h4>{ADVERT[0]}</h4>\n<p>{ADVERT[1]}</p></article>")
    return "\n".join([*out, "<form><label>Search</label></form></div></body></html>"])


def bare(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    drop = {"place", "url", "language"}
    return {
        table: [{k: v for k, v in row.items() if k not in drop} for row in rows]
        for table, rows in reading.tables.items()
    }


@pytest.fixture(scope="module")
def as_text() -> Reading:
    figure = 'Two owls.png\n"Neural Echo Maps" shows owls.\n\n'
    advert = "\n".join(ADVERT)
    return read_text(f"{text_page()}\n{figure}Related content\n\n{advert}", "page.txt")


@pytest.mark.parametrize("layout", [html_list, html_paragraphs])
def test_html_gives_the_rows_of_the_text(
    as_text: Reading, layout: Callable[[Reading], str]
) -> None:
    reading = read_text(layout(as_text), "page.html")
    assert bare(reading) == bare(as_text)
    assert reading.notes == []


def test_html_details(as_text: Reading) -> None:
    page = html_list(as_text)
    reading = read_text(page, "page.html")
    (figure,) = reading.tables["figures"]
    assert figure["file"] == "Two owls.png"
    assert figure["paper"] == as_text.tables["figures"][0]["paper"]
    paper = reading.tables["papers"][0]
    assert paper["url"].startswith("https://example.org/")
    assert paper["language"] == reading.about["language"] == "en"
    source = page.split("\n")
    number = next(n for n, line in enumerate(source, 1) if "two microphones" in line)
    assert paper["place"] == f"line {number}"


def test_html_is_told_by_its_content() -> None:
    page = (
        "<!-- saved --><h1>Acme at ACL 2023</h1><h2>Owls</h2><p>Hearing owls</p><p>Ada Lovelace</p>"
    )
    assert triples(read_text(page, "x.txt")) == [("Owls", "Hearing owls", ("Ada Lovelace",))]
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><p>&e;</p></html>'
    with pytest.raises(ReadError):
        read_text(evil, "x.html")


def test_html_title_and_authors_in_one_block() -> None:
    page = (
        "<h1>Acme at ACL 2023</h1><h2>Owls</h2><ul>"
        "<li><b>Hearing owls at noon</b> Ada Lovelace, Alan Turing</li>"
        "<li><a href='javascript:x'>Seeing <i>owls</i></a> – Kurt Gödel, Emmy Noether</li></ul>"
    )
    reading = read_text(page, "x.html")
    assert triples(reading) == [
        ("Owls", "Hearing owls at noon", ("Ada Lovelace", "Alan Turing")),
        ("Owls", "Seeing owls", ("Kurt Gödel", "Emmy Noether")),
    ]
    assert "url" not in reading.tables["papers"][1]


def test_deep_html() -> None:
    deep = "<div>" * 5000 + "<h2>Owls</h2><p>Hearing owls<br>Ada Lovelace, Alan Turing"
    with contextlib.suppress(ReadError):
        read_text(deep, "x.html")


# --- properties -------------------------------------------------------------------------

GIVEN = ["Ada", "Alan", "Emmy", "Kurt", "María", "Jean-Luc", "Łukasz", "I-Fan", "Иван"]
FAMILY = ["Lovelace", "Turing", "Gödel", "van Rossum", "O'Brien", "de la Cruz", "ŻÓŁĆ", "Li"]
names_ = st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(FAMILY))
people = st.lists(names_, min_size=1, max_size=6, unique=True)
word = st.sampled_from(
    ["hearing", "bats", "owls", "with", "two", "small", "caves", "and", "moths", "night", "echoes"]
)
title_ = st.lists(word, min_size=5, max_size=14).map(lambda ws: " ".join(ws).capitalize())
topic_ = st.sampled_from(
    ["Echo detection", "Signal processing", "Dialogue", "Owls/moths", "Text-to-speech", "Caves"]
)


contents = st.lists(
    st.tuples(topic_, st.lists(st.tuples(title_, people), min_size=1, max_size=4)),
    min_size=1,
    max_size=5,
    unique_by=lambda pair: pair[0],
).filter(lambda ts: len({t for _, ps in ts for t, _ in ps}) == sum(len(ps) for _, ps in ts))


@given(contents, st.sampled_from(["\n", "\n\n"]), st.sampled_from(["\n\n", "\n\n\n"]))
@settings(deadline=None)
def test_generated_pages_are_read_back(
    topics: list[tuple[str, list[tuple[str, list[str]]]]], between: str, above: str
) -> None:
    out = TITLE
    expected: list[Triple] = []
    for topic, papers in topics:
        out += above + topic
        for title, authors in papers:
            out += above + title + between + ", ".join(authors)
            expected.append((topic, title, tuple(authors)))
    reading = read_text(out, "page.txt")
    assert triples(reading) == expected
    assert reading.notes == []


FRAGMENTS = st.sampled_from(
    [
        "", "", "Dialogue", "Signal Processing", "Ada Lovelace, Alan Turing", "Kurt Gödel",
        "Hearing bats with two microphones", "We like bats, owls, and moths.", "owls.png",
        '"Hearing bats" shows bats.', "Related content", "US, MA, Boston", "Research areas",
        "- item", "* Equal contribution", "# Heading", "https://example.org", "???", "2022",
    ]
)  # fmt: skip


def numbers(place: str) -> set[int]:
    """The lines that a place names."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", place):
        found.update(range(int(first), int(last or first) + 1))
    return found


@given(st.lists(FRAGMENTS, max_size=25))
@settings(deadline=None)
def test_every_line_is_accounted_for(lines: list[str]) -> None:
    lines = [
        TITLE,
        "",
        "Echoes",
        "",
        "Coding bats in the dark",
        "Ada Lovelace, Emmy Noether",
        *lines,
    ]
    reading = read_text("\n".join(lines), "page.txt")
    seen = set().union(*(numbers(r["place"]) for rows in reading.tables.values() for r in rows))
    seen |= set().union(*(numbers(n.place) for n in reading.notes), set())
    told = {str(v) for v in reading.about.values()}
    told |= set(reading.about.get("abstract", "").split("\n\n"))
    furniture = {"", "Related content", "Research areas"}
    for number, line in enumerate(lines, 1):
        assert line in furniture or number in seen or line in told, (number, line)


@given(st.one_of(st.text(), st.lists(FRAGMENTS).map("\n".join), st.text().map("<p>{}".format)))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ReadError):
        read_text(text, "x")
