"""The report of a network, read as a page and opened in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import lxml.html
import networkx as nx
import numpy as np
import pytest

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.report import Report, _figure, report
from graphkit.report.contents import contents
from tests.conftest import graph_of
from tests.render.conftest import WATCH
from tests.render.test_browser_safety import HOSTILE

PAPERS = {
    "P1": ["Ada", "Bob", "Cy"],
    "P2": ["Ada", "Bob"],
    "P3": ["Dee"],
    "P4": ["Cy", "Eve"],
    "P5": ["Eve", "Fay", "Gus"],
    "P6": ["Ada", "Bob"],
}
YEARS = {"P1": 2001, "P2": 2003, "P3": 2003, "P4": 2004, "P5": 2004}


@pytest.fixture(scope="module")
def page() -> Any:
    found = report(gk.example().resolve().coauthors(), title="Interspeech 2022")
    return lxml.html.document_fromstring(found.page)


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def cards(page: Any, section: str) -> dict[str, Any]:
    return {text(card.find("h3")): card for card in page.cssselect(f"#{section} article")}


def test_who_comes_first_is_who_the_measures_say(page: Any, example: KnowledgeGraph) -> None:
    network = example.coauthors()
    found = cards(page, "central")
    names = {
        "Papers": "papers",
        "Papers, shared among authors": "fractional-papers",
        "Coauthors": "degree",
        "PageRank": "pagerank",
        "Betweenness": "betweenness",
        "Nearness": "harmonic",
    }
    assert list(found) == list(names)
    for heading, card in found.items():
        name = names[heading]
        measured = network.measure(name).nlargest(len(network), name)
        best = measured.head(10)
        values = [float(text(value)) for value in card.cssselect("ol .value")]
        assert values == pytest.approx(best[name].to_list(), rel=0.005)
        first = text(card.cssselect("ol a")[0])
        assert first in set(measured["name"][measured[name] == measured[name].max()])


def test_each_name_leads_to_the_papers(page: Any, example: KnowledgeGraph) -> None:
    network = example.coauthors()
    ids = [element.get("id") for element in page.cssselect("[id]")]
    assert len(ids) == len(set(ids))
    leads = [link.get("href") for link in page.cssselect("a") if link.get("href")[0] == "#"]
    assert {lead.removeprefix("#") for lead in leads} <= set(ids)
    assert any(lead.startswith("#person-") for lead in leads)
    people = page.cssselect("#people dt")
    for term in people:
        row = int(term.get("id").removeprefix("person-"))
        assert text(term) == f"{network.names[row]} {network.nodes[row]}"
        listed = [text(one) for one in term.getnext().cssselect("li")]
        assert sorted(listed) == sorted(f"{network.titles[c]} 2022" for c in network.papers_of(row))


def test_what_the_corpus_is(page: Any) -> None:
    assert "44 papers by 173 people, 2022." in text(page.cssselect(".lead")[0])
    assert "coauthors, full counting" in text(page.cssselect("header")[0])
    rows = {text(row[0]): text(row[1]) for row in page.cssselect("#corpus tbody tr")}
    assert (rows["authors"], rows["ties"], rows["components"]) == ("173", "587", "17")
    (source,) = page.cssselect("#corpus table")[0].cssselect("tbody tr")
    assert text(source[3]) == "44"


def test_groups_are_of_people_who_write_with_each_other(page: Any, example: KnowledgeGraph) -> None:
    network = example.coauthors()
    member = network.measure("consensus").set_index("name")["consensus"]
    found = cards(page, "groups")
    assert len(found) == 12
    for number, (heading, card) in enumerate(found.items()):
        assert heading == f"Group {number + 1}: {(member == number).sum()} people"
        core = [text(link) for link in card.cssselect("a[href^='#person']")]
        assert core
        assert set(core) <= set(member.index[member == number])


def test_how_to_cite(page: Any) -> None:
    found = text(page.cssselect("#method")[0])
    for part in (
        f"graphkit {gk.__version__}",
        "L. C. Freeman (1977)",
        "R. S. Burt (1992)",
        "A. Lancichinetti, S. Fortunato (2012)",
        "coauthors, full counting",
        "igraph ",
    ):
        assert part in found
    digest = gk.example().sources["sha256"][0]
    assert digest in found


@pytest.mark.parametrize(
    ("papers", "years"),
    [
        ({"P": ["Ada"]}, {}),
        ({"P": ["Ada"], "Q": ["Bob"]}, {"P": 2001}),
        ({"P": ["Ada", "Bob"]}, {"P": 2001}),
        (PAPERS, {}),
        (PAPERS, YEARS),
        ({"P": [f"Person {number}" for number in range(90)]}, {}),
    ],
    ids=["one author", "no ties", "a pair", "no years", "some years", "one large paper"],
)
def test_small_networks(papers: dict[str, list[str]], years: dict[str, int]) -> None:
    found = report(graph_of(papers, years=years).coauthors())
    page = lxml.html.document_fromstring(found.page)
    assert [heading.text for heading in page.cssselect("h2")][:2] == [
        "The corpus",
        "Who is central",
    ]
    everywhere = text(page)
    assert "nan" not in everywhere.split()
    assert "None" not in everywhere.split()
    assert ("The year of no paper is known." in everywhere) == (not years)
    assert "Names as printed" in text(page.cssselect("#uncertain")[0])


def test_what_is_uncertain() -> None:
    rows = contents(graph_of(PAPERS, years=YEARS).coauthors())["uncertain"]
    counts = {row["what"]: (row["count"], row["of"]) for row in rows}
    assert counts == {
        "Names as printed": (7, 7),
        "People without an ORCID": (7, 7),
        "Papers of unknown year": (1, 6),
        "Papers without a topic": (6, 6),
        "Papers by one author": (1, 6),
    }


def test_papers_that_were_left_out_are_told() -> None:
    papers = {**PAPERS, "Huge": [f"Person {number}" for number in range(101)]}
    found = report(graph_of(papers).coauthors())
    assert "1 paper by more than 100 left out" in found.page
    assert "Person 7" not in found.page


def test_a_sample_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.report.contents.MOST_EXACT", 30)
    found = report(gk.Network.from_networkx(nx.karate_club_graph()))
    page = lxml.html.document_fromstring(found.page)
    assert "34 people drawn at random" in text(page.cssselect("#central")[0])
    assert "with a standard error of at most 0" in text(page.cssselect("#central")[0])
    assert "Betweenness" in cards(page, "central")


def test_other_networks_have_no_report(example: KnowledgeGraph) -> None:
    topics = example.network("topic-topic")
    assert isinstance(topics, gk.Network)
    with pytest.raises(ValueError, match="about authors, and this is a network of topics"):
        report(topics)


def test_saving_and_notebooks(tmp_path: Path) -> None:
    found = Report("A <b>", "<p>é</p>")
    assert found.save(tmp_path / "r.html").read_bytes() == "<p>é</p>".encode()
    assert 'srcdoc="&lt;p&gt;é&lt;/p&gt;"' in found._repr_html_()
    assert "sandbox " in found._repr_html_()


def hostile_graph() -> KnowledgeGraph:
    texts = [one.replace("\ud800", "") for one in HOSTILE]
    rows: dict[str, list[dict[str, Any]]] = {
        "papers": [
            {
                "id": f"paper:{at}",
                "title": one,
                "year": 2000 + at % 3,
                "url": "https://x.test/?<'\"&",
            }
            for at, one in enumerate(texts)
        ],
        "authors": [{"id": f"author:{at}", "name": one} for at, one in enumerate(texts)],
        "authorships": [
            {
                "paper": f"paper:{at}",
                "author": f"author:{(at + step) % len(texts)}",
                "position": step,
            }
            for at in range(len(texts))
            for step in (1, 2, 3)
        ],
        "topics": [{"id": f"topic:{at}", "label": one} for at, one in enumerate(texts)],
        "subjects": [{"paper": f"paper:{at}", "topic": f"topic:{at}"} for at in range(len(texts))],
        "teams": [{"id": f"team:{at}", "label": one} for at, one in enumerate(texts)],
        "memberships": [
            {"author": f"author:{at}", "team": f"team:{at}"} for at in range(len(texts))
        ],
        "organizations": [{"id": f"organization:{at}", "label": t} for at, t in enumerate(texts)],
        "affiliations": [
            {"paper": f"paper:{at}", "author": f"author:{(at + 1) % len(texts)}"}
            | {"organization": f"organization:{at}"}
            for at in range(len(texts))
        ],
    }
    rows = {name: [{**row, "source": "source:s"} for row in each] for name, each in rows.items()}
    rows["sources"] = [
        {"id": "source:s", "title": " ".join(texts), "uri": "file:x", "format": texts[0]}
        | {"source": "source:s"}
    ]
    return KnowledgeGraph(rows)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_texts_do_nothing_and_are_shown(browser: Any, tmp_path: Path, scheme: str) -> None:
    found = report(hostile_graph().coauthors(), title=" ".join(HOSTILE))
    path = found.save(tmp_path / "report.html")
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 800})
    context.add_init_script(WATCH)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("window.__pwned") is None
    assert page.evaluate("document.scripts.length") == 0
    assert page.locator("img, iframe, script, textarea, a[href^=javascript]").count() == 0
    assert page.evaluate("window.__violations") == []
    assert complaints == []
    assert asked == [page.url]
    shown = page.inner_text("body")
    for one in ("<img src=x onerror=window.__pwned=1>", "${window.__pwned=1} $title $$", "{{7*7}}"):
        assert one in shown
    # Nothing is wider than a telephone, and the plots' texts are text.
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "Papers a year" in page.locator("svg text").all_text_contents()
    ink, paper = json.loads(
        page.evaluate(
            """() => JSON.stringify([getComputedStyle(document.querySelector('svg text')).fill,
                                     getComputedStyle(document.body).backgroundColor])"""
        )
    )
    assert (sum(map(int, ink[4:-1].split(", "))) > 382) == (scheme == "dark")
    assert (sum(map(int, paper[4:-1].split(", "))) > 382) == (scheme == "light")
    context.close()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (1234567.0, "1,234,567"),
        (123.4, "123"),
        (0.0196, "0.0196"),
        (0.00099, "0.00099"),
        (-0.00013, "-0.00013"),
        (np.nan, "–"),
        (None, "–"),
    ],
)
def test_figures_are_for_people(value: float | None, shown: str) -> None:
    assert _figure(value) == shown


def test_sentences_of_the_lead_stand_apart(example: KnowledgeGraph) -> None:
    assert re.search(r"on average\.\s+Most central", report(example.coauthors()).page)
