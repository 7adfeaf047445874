"""What a reader can set on the page, and take away from it, at desktop and phone width."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest

from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from graphkit.render.drawing import draw

WIDTHS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}


@pytest.fixture(params=WIDTHS)
def opened(request: Any, network: Network, open_drawing: Any) -> Any:
    found = open_drawing(draw(network, title="Engines"), **WIDTHS[request.param])
    for part in ("legend", "filters"):
        if found.page.get_attribute(f"#{part}", "open") is None:
            found.page.click(f"#{part} summary")
    return found


@pytest.fixture
def teams() -> KnowledgeGraph:
    """Three people; the first two are a team."""
    return KnowledgeGraph(
        {
            "papers": [{"id": "paper:1", "title": "T", "source": "source:s"}],
            "authors": [{"id": f"author:{n}", "name": n, "source": "source:s"} for n in "ABC"],
            "authorships": [
                {"paper": "paper:1", "author": f"author:{n}", "source": "source:s"} for n in "ABC"
            ],
            "teams": [{"id": "team:x", "label": "Team X", "source": "source:s"}],
            "memberships": [
                {"author": f"author:{n}", "team": "team:x", "source": "source:s"} for n in "AB"
            ],
        }
    )


def saved(opened: Any, choice: str) -> Any:
    opened.page.click("#save summary")
    with opened.page.expect_download() as found:
        opened.page.click(f"#files button:text-is('{choice}')")
    return found.value.path().read_bytes()


# ---- filters -----------------------------------------------------------------------


def test_a_topic_leaves_its_papers_people(opened: Any) -> None:
    options = opened.page.locator("#topic option").all_inner_texts()
    assert options == ["All", "Engines (2)", "Tables (2)", "Notes (1)"]
    opened.page.select_option("#topic", label="Tables (2)")
    assert opened.shown() == {"Ada", "Dora", "Émile", "Fay"}
    assert opened.page.inner_text("#left") == "4 of 9 people shown"
    opened.page.click("#all-filters")
    assert len(opened.shown()) == 9
    assert opened.page.inner_text("#left") == ""
    opened.check()


def test_a_minimum_of_papers(opened: Any) -> None:
    opened.page.fill("#least", "2")
    assert opened.shown() == {"Ada", "Ben", "Dora", "Émile"}
    opened.page.fill("#least", "3")
    assert opened.shown() == {"Ada"}
    assert opened.ties() == set()
    opened.check()


def test_the_legend_counts_those_whom_filters_leave(opened: Any) -> None:
    counts = opened.page.locator("#groups .count")
    opened.page.select_option("#colour-by", "")
    assert counts.all_inner_texts() == ["9"]
    opened.page.fill("#least", "2")
    assert counts.all_inner_texts() == ["4 of 9"]
    # Switched off, a group still says whom it would bring back.
    opened.page.click("#groups input")
    assert opened.shown() == set()
    assert counts.all_inner_texts() == ["4 of 9"]
    opened.page.click("#all-filters")
    assert counts.all_inner_texts() == ["9"]
    opened.check()


def test_years_leave_out_papers_of_other_years_and_of_none(opened: Any) -> None:
    opened.page.fill("#until", "1850")
    assert opened.page.inner_text("#years-said") == "1843–1850"
    assert opened.shown() == {"Ada", "Ben", "Cleo", "Dora", "Émile", "Fay"}
    # Nobody knows when Ada wrote with Dora.
    assert ("Ada", "Dora") not in opened.ties()
    assert ("Dora", "Émile") in opened.ties()
    opened.page.fill("#since", "1852")
    assert opened.shown() == {"Ida"}
    assert opened.page.inner_text("#years-said") == "1852"
    opened.check()


def test_years_play(opened: Any) -> None:
    opened.page.fill("#since", "1849")
    opened.page.click("#play")
    assert opened.page.inner_text("#play") == "Pause"
    assert opened.page.inner_text("#years-said") == "1849"
    assert opened.shown() == set()
    opened.until("graphkit.view.until === 1850")
    assert opened.shown() == {"Dora", "Émile", "Fay"}
    opened.until("graphkit.view.until === 1852")
    opened.page.wait_for_selector("#play:text-is('Play')")
    assert opened.shown() == {"Dora", "Émile", "Fay", "Gus", "Hal", "Ida"}
    opened.check()


def test_playing_can_be_stopped(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    opened.page.click("#filters summary")
    opened.page.click("#play")
    opened.page.click("#play")
    at = opened.page.inner_text("#years-said")
    opened.page.wait_for_timeout(900)
    assert opened.page.inner_text("#years-said") == at


def test_a_team(teams: KnowledgeGraph, open_drawing: Any) -> None:
    opened = open_drawing(draw(teams.coauthors(), colour="team"))
    assert "Team X" in opened.page.inner_text("#groups")
    opened.page.click("#filters summary")
    assert not opened.page.is_visible("#topic")
    assert not opened.page.is_visible("#years")
    opened.page.select_option("#team", label="Team X (2)")
    assert opened.shown() == {"A", "B"}
    opened.page.mouse.click(*opened.at("A"))
    assert opened.page.locator("#details .topics li").all_inner_texts() == ["Team X"]
    opened.check()


def test_whoever_is_sought_is_shown_whatever_the_filter(opened: Any) -> None:
    opened.page.fill("#least", "3")
    opened.page.fill("#query", "Ida")
    opened.page.keyboard.press("Enter")
    assert opened.page.inner_text("#details h2") == "Ida"
    assert "Ida" in opened.shown()
    assert opened.page.input_value("#least") == "1"


def test_details_of_somebody_left_out_close(opened: Any) -> None:
    opened.page.fill("#query", "Ida")
    opened.page.keyboard.press("Enter")
    opened.page.fill("#least", "2")
    assert not opened.page.is_visible("#details")


# ---- colours and sizes ---------------------------------------------------------------


def test_colours_can_stand_for_something_else(opened: Any) -> None:
    choices = opened.page.locator("#colour-by option").all_inner_texts()
    assert choices == [
        "One for all",
        "Groups",
        "Main topics",
        "Papers",
        "Degree",
        "Strength",
        "Pagerank",
        "Mean year of papers",
    ]
    colour = "graphkit.scene.colourOf(graphkit.page.people.name.indexOf('Ada'))"
    before = opened.page.evaluate(colour)
    opened.page.select_option("#colour-by", "degree")
    assert opened.page.evaluate(colour) != before
    assert "degree 4" in opened.page.inner_text("#groups")
    opened.page.select_option("#colour-by", "")
    assert opened.page.locator("#groups li").count() == 1
    opened.check()


def test_sizes_can_stand_for_something_else(opened: Any) -> None:
    sizes = (
        "Object.fromEntries(graphkit.page.people.name.map((n, p) => [n, graphkit.scene.size[p]]))"
    )
    opened.page.select_option("#size-by", "papers")
    found = opened.page.evaluate(sizes)
    assert found["Ada"] == 20
    assert found["Ida"] == found["Cleo"] == 5
    assert found["Ben"] == pytest.approx(5 + 15 * 0.5**0.5)
    opened.page.select_option("#size-by", "")
    assert len(set(opened.page.evaluate(sizes).values())) == 1
    assert "Larger circle" not in opened.page.inner_text("#size-note")
    opened.check()


# ---- the address ----------------------------------------------------------------------


def test_a_view_can_be_shared(
    request: Any, network: Network, opened: Any, open_drawing: Any
) -> None:
    first, width = opened, WIDTHS[request.node.callspec.params["opened"]]
    first.page.select_option("#colour-by", "topic")
    first.page.select_option("#size-by", "papers")
    first.page.fill("#until", "1851")
    first.page.locator("#groups input").last.click()
    first.page.click("#theme")
    first.page.fill("#query", "Émile")
    first.page.keyboard.press("Enter")
    first.until("location.hash.includes('person')")
    address = first.page.url[first.page.url.index("#") :]
    second = open_drawing(draw(network), address=address, **width)
    assert second.shown() == first.shown()
    assert second.page.inner_text("#details h2") == "Émile"
    assert second.page.evaluate("document.documentElement.dataset.theme") == "dark"
    for value in ("colourBy", "sizeBy", "since", "until"):
        ask = f"graphkit.view.{value}"
        assert second.page.evaluate(ask) == first.page.evaluate(ask), value
    camera = "graphkit.graph.camera"
    assert second.page.evaluate(camera) == pytest.approx(
        first.page.evaluate(camera), rel=0.02, abs=1
    )
    second.page.evaluate("location.hash = 'person=Ada&with=Ben&table=yes'")
    second.page.wait_for_selector("#table:not([hidden])")
    assert second.page.inner_text("#details h2") == "2 papers together"
    second.check()


@pytest.mark.parametrize(
    "address",
    [
        "#colour=nothing&size=__proto__&topic=x&papers=-3&since=abc&until=1e99&at=1_2_x&without=99",
        "#person=nobody&with=Ada&theme=pink&at=0_0_0",
        "#%E0%A4%A",
        "#<script>window.__pwned=1</script>",
    ],
)
def test_an_address_of_nonsense_shows_the_drawing(
    network: Network, open_drawing: Any, address: str
) -> None:
    opened = open_drawing(draw(network), address=address)
    assert len(opened.shown()) == 9
    opened.check()


# ---- what can be taken away ------------------------------------------------------------


def test_pictures_of_the_view(opened: Any) -> None:
    assert saved(opened, "PNG picture").startswith(b"\x89PNG\r\n\x1a\n")
    picture = ElementTree.fromstring(saved(opened, "SVG picture"))
    svg = "{http://www.w3.org/2000/svg}"
    names = [text.text for text in picture.iter(f"{svg}text")]
    assert set(names) == opened.written()
    assert len(list(picture.iter(f"{svg}circle"))) == 9
    assert len(list(picture.iter(f"{svg}line"))) == 9
    opened.check()


def test_in_pictures_all_but_the_chosen_and_theirs_are_faded(opened: Any) -> None:
    opened.page.fill("#query", "Gus")
    opened.page.keyboard.press("Enter")
    picture = ElementTree.fromstring(saved(opened, "SVG picture"))
    fills = [circle.get("fill") for circle in picture.iter("{http://www.w3.org/2000/svg}circle")]
    faded = opened.page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--faded').trim()"
    )
    # The seven others, and above them the pair once more in full.
    assert fills.count(faded) == 7
    assert len(fills) == 7 + 2 + 2
    assert set(fills) <= {faded, *opened.page.evaluate("graphkit.view.colouring.colour")}
    opened.check()


def test_tables_of_what_is_shown(opened: Any) -> None:
    opened.page.fill("#least", "2")
    text = saved(opened, "CSV of people").decode("utf-8-sig")
    people = {row["label"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(people) == {"Ada", "Ben", "Dora", "Émile"}
    assert people["Ada"]["papers"] == "3"
    assert (people["Ada"]["first_year"], people["Ada"]["last_year"]) == ("1843", "1844")
    ties = list(csv.DictReader(io.StringIO(saved(opened, "CSV of ties").decode("utf-8-sig"))))
    assert ("Ada", "Ben", "2", "On engines; More on engines") in {
        (row["source"], row["target"], row["papers"], row["titles"]) for row in ties
    }
    opened.check()


def test_files_for_other_tools(network: Network, opened: Any) -> None:
    expected = network.to_networkx()
    for choice, read in (("GraphML", nx.read_graphml), ("GEXF (Gephi)", nx.read_gexf)):
        graph = read(io.BytesIO(saved(opened, choice)))
        assert set(graph.nodes) == set(expected.nodes)
        ties = {frozenset(edge) for edge in graph.edges}
        assert ties == {frozenset(edge) for edge in expected.edges}
        assert graph.edges["Ada", "Ben"]["weight"] == 2
        assert graph.nodes["Émile"]["label"] == "Émile"
        assert graph.nodes["Ada"]["papers"] == 3
    opened.check()


def test_files_hold_hostile_texts_as_text(
    make_network: Callable[..., Any], open_drawing: Any
) -> None:
    name = "=cmd|'/C calc'!A0 <b>&\"x\", y"
    network = make_network([{"authors": [name, "Ben"], "title": name, "topics": [name]}])
    opened = open_drawing(draw(network, title=name))
    graph = nx.read_graphml(io.BytesIO(saved(opened, "GraphML")))
    assert graph.nodes[name]["label"] == name
    graph = nx.read_gexf(io.BytesIO(saved(opened, "GEXF (Gephi)")))
    assert graph.nodes[name]["label"] == name
    rows = csv.DictReader(io.StringIO(saved(opened, "CSV of people").decode("utf-8-sig")))
    assert {row["label"] for row in rows} == {"'" + name, "Ben"}
    assert b"<b>" not in saved(opened, "SVG picture")
    opened.check()
