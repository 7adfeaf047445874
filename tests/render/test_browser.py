"""The page in a real browser: what a person sees and does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graphkit.network import Network
from graphkit.render.drawing import draw

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}


def pixels(opened: Any) -> int:
    """How many different colours the drawing has."""
    return int(
        opened.page.evaluate(
            """() => {
                const canvas = document.querySelector("#marks canvas");
                const { data } = canvas.getContext("2d").getImageData(
                    0, 0, canvas.width, canvas.height);
                return new Set(new Uint32Array(data.buffer)).size;
            }"""
        )
    )


# ---- what is seen --------------------------------------------------------------------


def test_everybody_is_drawn_and_nobody_is_asked(network: Network, open_drawing: Any) -> None:
    drawing = draw(network, title="Engines & tables")
    opened = open_drawing(drawing)
    assert opened.shown() == set(drawing.labels)
    assert len(opened.ties()) == len(drawing.source)
    assert opened.page.evaluate("graphkit.graph.engine.network.physics.physicsEnabled") is False
    assert pixels(opened) > 50
    assert opened.page.title() == "Engines & tables"
    assert opened.page.inner_text("#title") == "Engines & tables"
    assert opened.page.inner_text("#caption") == drawing.caption
    assert opened.written() == set(drawing.labels)
    opened.check()


def test_only_one_name_is_added_to_the_window(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    assert (
        opened.page.evaluate("['page', 'Graph', 'byId', 'start'].filter((n) => n in window)") == []
    )


def test_the_drawing_fills_the_window(large_network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(large_network))
    spots = opened.page.evaluate(
        """() => graphkit.graph.marks.map((mark) => graphkit.graph.onScreen(mark))
                 .map(([x, y]) => ({ x, y }))"""
    )
    box = opened.page.locator("#graph").bounding_box()
    across = [spot["x"] / box["width"] for spot in spots]
    down = [spot["y"] / box["height"] for spot in spots]
    assert min(*across, *down) > 0
    assert max(*across, *down) < 1
    assert max(max(across) - min(across), max(down) - min(down)) > 0.75


def test_names_do_not_pile_up_and_grow_in_number(large_network: Network, open_drawing: Any) -> None:
    drawing = draw(large_network)
    opened = open_drawing(drawing)
    first = opened.written()
    best = max(range(len(drawing.ids)), key=lambda person: drawing.size[person])
    assert drawing.labels[best] in first
    assert 10 < len(first) < 100
    for _ in range(12):
        opened.page.click("#closer")
    scale = opened.page.evaluate("graphkit.graph.camera.scale")
    assert scale > 5
    person = drawing.labels[-1]
    opened.page.evaluate(
        """id => { const { scene, camera } = graphkit.graph;
            const place = { x: scene.x[id], y: scene.y[id], scale: camera.scale };
            graphkit.graph.show(place, false); }""",
        opened.number(person),
    )
    assert person in opened.written()


def test_dark_and_light(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network), color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = opened.page.evaluate(background)
    opened.page.emulate_media(color_scheme="light")
    opened.until(f"{background} !== '{dark}'")
    opened.page.click("#theme")
    assert opened.page.evaluate(background) == dark
    opened.check()


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        ([], "There are no people in this network."),
        ([["Ada"]], "One person, and nobody they wrote with."),
        ([["Ada"], ["Ben"]], "Nobody here wrote with another."),
    ],
)
def test_little_or_nothing_is_said_so(
    make_network: Callable[..., Any], open_drawing: Any, papers: list[list[str]], said: str
) -> None:
    network = make_network([{"authors": authors, "title": "T"} for authors in papers])
    opened = open_drawing(draw(network))
    assert opened.page.inner_text("#empty") == said
    assert opened.written() == {author for authors in papers for author in authors}
    opened.check()


def test_a_phone_is_wide_enough(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network), **PHONE)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    graph = opened.page.locator("#graph").bounding_box()
    assert graph["height"] > 400
    opened.page.touchscreen.tap(*opened.at("Ada"))
    opened.page.wait_for_selector("#details:not([hidden])")
    panel = opened.page.locator("#side").bounding_box()
    graph = opened.page.locator("#graph").bounding_box()
    assert graph["y"] + graph["height"] <= panel["y"] + 1
    assert graph["height"] > 200
    opened.check()


def test_a_notebook_frame_shows_the_page(network: Network, browser: Any, open_drawing: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_content(f"<!DOCTYPE html><body>{draw(network)._repr_html_()}</body>")
    frame = page.wait_for_selector("iframe").content_frame()
    frame.wait_for_selector("html[data-ready]", state="attached")
    assert frame.evaluate("graphkit.graph.marks.length") == 9
    assert complaints == []
    context.close()


# ---- what is done --------------------------------------------------------------------


def test_clicking_a_person_shows_papers_and_coauthors(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    opened.page.mouse.click(*opened.at("Ada"))
    details = opened.page.locator("#details")
    assert details.locator("h2").inner_text() == "Ada"
    assert details.locator(".papers li").all_inner_texts() == [
        "More on engines 1844",
        "On engines 1843",
        "Tables",
    ]
    link = details.locator(".papers a")
    assert link.get_attribute("href") == "https://doi.org/10.1234/t.1"
    assert "noopener" in link.get_attribute("rel")
    people = details.locator(".people li button:first-child").all_inner_texts()
    assert people == ["Ben", "Cleo", "Dora", "Émile"]
    assert details.locator(".topics li").all_inner_texts() == ["Engines (2)", "Notes", "Tables"]
    assert "pagerank" in details.locator("dl").inner_text()
    assert opened.page.evaluate("graphkit.chosen.person") == opened.number("Ada")
    # Those who are not near lose their names.
    assert opened.written() == {"Ada", "Ben", "Cleo", "Dora", "Émile"}
    opened.check()


def test_topics_are_drawn_beside_people(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network, also=["topics"]))
    opened.page.mouse.click(*opened.at("Engines"))
    assert opened.page.inner_text("#details h2") == "Engines"
    people = opened.page.locator("#details .people li button:first-child").all_inner_texts()
    assert people == ["Ada", "Ben", "Cleo"]
    assert opened.page.locator("#details .papers li").count() == 2
    assert "topics" in opened.page.inner_text("#groups")
    opened.check()


def test_coauthors_lead_on(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    opened.page.mouse.click(*opened.at("Ada"))
    opened.page.click("#details .people button:text-is('Dora')")
    assert opened.page.inner_text("#details h2") == "Dora"
    assert opened.page.evaluate("document.activeElement.id") == "details"
    opened.page.click("#details .people button[aria-label='2 papers with Émile']")
    assert opened.page.inner_text("#details h2") == "2 papers together"
    opened.check()


def test_clicking_a_tie_shows_the_papers_behind_it(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    opened.page.mouse.click(*opened.between("Gus", "Hal"))
    assert opened.page.inner_text("#details h2") == "1 paper together"
    assert opened.page.locator("#details .papers li").all_inner_texts() == ["A pair's paper 1851"]
    assert opened.page.locator("#details .people button").all_inner_texts() == ["Gus", "Hal"]
    opened.check()


def test_clicking_nothing_closes(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    opened.page.mouse.click(*opened.at("Ada"))
    opened.page.mouse.click(6, 6)
    assert not opened.page.is_visible("#details")
    assert len(opened.written()) == 9


def test_search_ignores_accents_and_leads_to_the_person(
    network: Network, open_drawing: Any
) -> None:
    opened = open_drawing(draw(network))
    opened.page.fill("#query", "emi")
    found = opened.page.locator("#found [role=option]")
    assert found.count() == 1
    assert "Émile" in found.inner_text()
    found.click()
    assert opened.page.inner_text("#details h2") == "Émile"
    assert opened.page.evaluate("graphkit.chosen.person") == opened.number("Émile")
    assert not opened.page.is_visible("#found")
    opened.page.fill("#query", "nobody of that name")
    assert opened.page.inner_text("#found") == "No such name"
    opened.check()


def test_the_legend_hides_and_shows_groups(network: Network, open_drawing: Any) -> None:
    drawing = draw(network, colour="topic")
    opened = open_drawing(drawing)
    first = drawing.groups[0]
    members = {
        label
        for label, group in zip(drawing.labels, drawing.group, strict=True)
        if drawing.groups[group] == first
    }
    row = opened.page.locator("#groups li", has_text=first.name).first
    assert str(first.people) in row.inner_text()
    row.locator("input").click()
    assert opened.shown() == set(drawing.labels) - members
    assert opened.written() == set(drawing.labels) - members
    opened.page.click("#all-groups")
    assert opened.shown() == set(drawing.labels)
    assert opened.written() == set(drawing.labels)
    opened.check()


def test_finding_somebody_hidden_shows_their_group(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    for box in opened.page.locator("#groups input").all():
        box.click()
    assert opened.written() == set()
    opened.page.fill("#query", "Gus")
    opened.page.keyboard.press("Enter")
    assert opened.written() == {"Gus", "Hal"}
    opened.check()


def test_moving_freely_and_stopping(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    running = "graphkit.graph.engine.network.physics.physicsEnabled"
    before = opened.page.evaluate("[...graphkit.scene.x, ...graphkit.scene.y]")
    opened.page.click("#move")
    assert opened.page.evaluate(running) is True
    assert opened.page.get_attribute("#move", "aria-pressed") == "true"
    opened.page.wait_for_timeout(700)
    opened.page.click("#move")
    after = opened.page.evaluate("[...graphkit.scene.x, ...graphkit.scene.y]")
    assert opened.page.evaluate(running) is False
    assert after != before
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("[...graphkit.scene.x, ...graphkit.scene.y]") == after
    opened.check()


def test_fit_brings_all_back(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    where = "graphkit.graph.camera"
    before = opened.page.evaluate(where)
    opened.page.mouse.move(300, 300)
    opened.page.mouse.wheel(0, -600)
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate(where) != before
    opened.page.click("#fit")
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate(where) == before


def test_a_window_that_grows_is_filled_again(large_network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(large_network), viewport={"width": 900, "height": 500})
    before = opened.page.evaluate("graphkit.graph.camera.scale")
    opened.page.set_viewport_size({"width": 1600, "height": 1000})
    opened.page.wait_for_timeout(500)
    assert opened.page.evaluate("graphkit.graph.camera.scale") > before * 1.2


def test_the_keyboard_is_enough(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    keyboard = opened.page.keyboard
    keyboard.press("/")
    assert opened.page.evaluate("document.activeElement.id") == "query"
    keyboard.type("a")
    keyboard.press("ArrowDown")
    active = opened.page.get_attribute("#query", "aria-activedescendant")
    name = opened.page.inner_text(f"#{active} span:nth-child(2)")
    keyboard.press("Enter")
    assert opened.page.inner_text("#details h2") == name
    keyboard.press("Tab")
    seen = [opened.page.evaluate("document.activeElement.className || document.activeElement.id")]
    for _ in range(40):
        keyboard.press("Tab")
        seen.append(opened.page.evaluate("document.activeElement.id"))
    assert {"fit", "move", "as-table"} <= set(seen)
    outline = "getComputedStyle(document.querySelector('#fit')).outlineStyle"
    opened.page.focus("#closer")
    keyboard.press("Shift+Tab")
    assert opened.page.evaluate("document.activeElement.id") == "fit"
    assert opened.page.evaluate(outline) == "solid"
    keyboard.press("Escape")
    assert not opened.page.is_visible("#details")
    opened.check()


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_the_table_holds_the_same(
    network: Network, open_drawing: Any, options: dict[str, Any]
) -> None:
    drawing = draw(network)
    opened = open_drawing(drawing, **options)
    opened.page.click("#as-table")
    people, ties = opened.page.locator("#table table").all()
    assert people.locator("tbody tr").count() == len(drawing.ids)
    assert ties.locator("tbody tr").count() == len(drawing.source)
    assert set(people.locator("tbody th").all_inner_texts()) == set(drawing.labels)
    people.locator("button", has_text="Émile").click()
    assert opened.page.inner_text("#details h2") == "Émile"
    opened.page.click("#as-table")
    assert not opened.page.is_visible("#table")
    opened.check()


def test_long_tables_come_in_parts(make_network: Callable[..., Any], open_drawing: Any) -> None:
    network = make_network([{"authors": [f"P{n}"], "title": "T"} for n in range(620)])
    opened = open_drawing(draw(network))
    opened.page.click("#as-table")
    rows = opened.page.locator("#table table").first.locator("tbody tr")
    assert rows.count() == 500
    opened.page.click("text=Show 120 more")
    assert rows.count() == 620


def test_everything_that_can_be_pressed_has_a_name(network: Network, open_drawing: Any) -> None:
    opened = open_drawing(draw(network))
    opened.page.mouse.click(*opened.at("Ada"))
    nameless = opened.page.evaluate(
        """() => [...document.querySelectorAll("button, input, a, [role=option]")]
            .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label")
                               || (one.labels && one.labels.length)))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []
