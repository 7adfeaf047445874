"""The page of many people: groups first, which open as one looks closer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphkit.render.drawing import Drawing, draw
from tests.render.conftest import WITH_CARD, build, paper


@pytest.fixture(scope="module")
def many() -> Drawing:
    """More people than are drawn at once: 130 groups of 40, tied in a ring, and a pair."""
    rng = np.random.default_rng(2)
    papers = []
    for group in range(130):
        people = [f"P{group:03} {number:02}" for number in range(40)]
        for at in range(40):
            team = [people[at], *(people[int(n)] for n in rng.integers(0, 40, 2))]
            papers.append(paper(list(dict.fromkeys(team)), f"T{group} {at}", year=2000 + at % 5))
        papers.append(paper([people[0], f"P{(group + 1) % 130:03} 01"], "between", year=2004))
    papers.append(paper(["Ann Other", "Bob Other"], "apart", year=2004))
    drawing = draw(build(papers), size="papers")
    assert len(drawing.ids) == 5202
    assert drawing.in_groups
    return drawing


@pytest.fixture(params=["canvas", "webgl"])
def opened(request: Any, many: Drawing, open_drawing: Any) -> Any:
    first = WITH_CARD if request.param == "webgl" else ""
    found = open_drawing(many, script=first)
    assert found.page.evaluate("graphkit.graph.kind") == request.param
    return found


def marks(opened: Any) -> int:
    return int(opened.page.evaluate("graphkit.graph.marks.length"))


def test_groups_come_first_and_open(opened: Any) -> None:
    page = opened.page
    groups = page.evaluate("graphkit.scene.levels.groups.length")
    assert groups < 400
    assert marks(opened) == groups
    assert page.evaluate("graphkit.scene.levels.open.size") == 0
    # A disc stands for its members, and a line for the ties behind it.
    assert page.evaluate("graphkit.scene.levels.groups.reduce((n, g) => n + g.shown, 0)") == 5202
    largest = page.evaluate("graphkit.scene.levels.groups[0].members.length")
    spot = page.evaluate(
        """() => { const box = document.getElementById("graph").getBoundingClientRect();
            const [x, y] = graphkit.graph.onScreen(graphkit.scene.count);
            return [box.x + x, box.y + y]; }"""
    )
    page.mouse.click(*spot)
    page.wait_for_selector("#details:not([hidden])")
    name = page.evaluate("graphkit.scene.levels.groups[0].name")
    assert page.inner_text("#details h2") == f"Around {name}"
    assert f"people\n{largest}" in page.inner_text("#details dl")
    page.click("#details .main")
    opened.until("graphkit.scene.levels.open.has(0)")
    assert marks(opened) >= groups - 1 + largest
    assert len(opened.written()) > 3
    opened.check()


def test_zooming_opens_what_is_looked_at_and_fit_closes_it(opened: Any) -> None:
    page = opened.page
    before = marks(opened)
    for _ in range(9):
        page.click("#closer")
    opened.until("graphkit.scene.levels.open.size > 0")
    assert marks(opened) > before
    page.click("#fit")
    opened.until("graphkit.scene.levels.open.size === 0")
    assert marks(opened) == before


def test_somebody_in_a_closed_group_is_found(opened: Any) -> None:
    page = opened.page
    page.fill("#query", "P077 13")
    page.keyboard.press("Enter")
    assert page.inner_text("#details h2") == "P077 13"
    assert "P077 13" in opened.shown()
    assert "P077 13" in opened.written()
    x, y = opened.at("P077 13")
    box = page.locator("#graph").bounding_box()
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]
    opened.check()


def test_filters_and_colours_hold_for_groups(opened: Any) -> None:
    page = opened.page
    page.click("#filters summary")
    page.fill("#since", "2004")
    shown = page.evaluate("graphkit.view.shown.reduce((sum, one) => sum + one, 0)")
    assert 0 < shown < 5202
    in_groups = "graphkit.scene.levels.groups.reduce((n, g) => n + g.shown, 0)"
    assert page.evaluate(in_groups) == shown
    page.select_option("#colour-by", "mean year")
    legend = page.evaluate("graphkit.view.colouring.colour")
    used = page.evaluate("graphkit.graph.marks.map((mark) => graphkit.scene.colourOf(mark))")
    assert set(used) <= set(legend)
    opened.check()


def test_the_page_says_how_it_draws(many: Drawing, open_drawing: Any) -> None:
    assert "groups that open" in many.how
    opened = open_drawing(many)
    assert "No graphics card was found" in opened.page.inner_text("#hint")
    assert not opened.page.is_visible("#move")


def test_a_phone_shows_groups_too(many: Drawing, open_drawing: Any) -> None:
    opened = open_drawing(many, viewport={"width": 390, "height": 844}, has_touch=True)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    opened.page.touchscreen.tap(
        *opened.page.evaluate(
            """() => { const box = document.getElementById("graph").getBoundingClientRect();
                const [x, y] = graphkit.graph.onScreen(graphkit.scene.count);
                return [box.x + x, box.y + y]; }"""
        )
    )
    opened.page.wait_for_selector("#details:not([hidden])")
    opened.check()
