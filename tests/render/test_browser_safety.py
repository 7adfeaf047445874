"""What a hostile source puts into names and titles is shown, and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from graphkit.render import drawing as drawings
from graphkit.render.drawing import Drawing, draw
from graphkit.render.groups import Colouring, Group
from graphkit.render.lists import Lists
from tests.render.conftest import WITH_CARD

HOSTILE = [
    "<script>window.__pwned=1</script>",
    "</script><script>window.__pwned=1</script>",
    "<!--<script>window.__pwned=1//",
    "]]><script>window.__pwned=1</script>",
    "</title></style></textarea><svg onload=window.__pwned=1>",
    "<img src=x onerror=window.__pwned=1>",
    "href <img src=x onerror=window.__pwned=1>",
    "<a href='javascript:window.__pwned=1'>x</a>",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=javascript:window.__pwned=1'>",
    "javascript:window.__pwned=1",
    '" onmouseover="window.__pwned=1',
    "' onfocus='window.__pwned=1' autofocus='",
    "a\u2028window.__pwned=1\u2029b",
    "{{7*7}} {% raw %} {{constructor.constructor('window.__pwned=1')()}}",
    "${window.__pwned=1} $title $$ `${window.__pwned=1}`",
    "\\u003cscript\\u003ewindow.__pwned=1",
    '\\"};window.__pwned=1;//',
    "\u202eevil\u202c \u2066iso\u2069",
    "nul\x00byte \x08\x1b[31m",
    "\ud800 lone surrogate",
    "__proto__",
    "constructor",
    "*/window.__pwned=1/*",
    "<b>bold</b> &lt;i&gt; &amp;",
]
LONG = "<img src=x onerror=window.__pwned=1> " * 2703


def hostile_drawing(make_network: Callable[..., Any], colour: str) -> Drawing:
    texts = [*HOSTILE, LONG[:100_000]]
    # No table holds a lone surrogate, but a name or title might still bring one here.
    ids = [text.replace("\ud800", "") for text in texts]
    papers = [
        {
            "authors": [ids[at], ids[at - 1], "hub"],
            "title": text,
            "id": ids[at],
            "topics": [text, texts[at - 2]],
            "year": 2000 + at,
        }
        for at, text in enumerate(texts)
    ]
    drawing = draw(make_network(papers), colour=colour, title=" ".join(HOSTILE) + LONG)
    colourings = {
        name: Colouring(
            colouring.group,
            tuple(
                Group(HOSTILE[at % len(HOSTILE)], group.colour, group.people)
                for at, group in enumerate(colouring.groups)
            ),
        )
        for name, colouring in drawing.colourings.items()
    }
    teams = Lists.of([[at % len(HOSTILE)] for at in range(len(drawing.ids))])
    labels = tuple({**dict(zip(ids, texts, strict=True)), "hub": "hub"}[one] for one in drawing.ids)
    return replace(
        drawing,
        labels=labels,
        caption=" ".join(HOSTILE),
        colourings=colourings,
        teams=tuple(HOSTILE),
        node_teams=teams,
    )


def assert_nothing_ran(opened: Any, scripts: int = 3) -> None:
    assert opened.page.evaluate("window.__pwned") is None
    assert opened.page.evaluate("document.scripts.length") == scripts
    assert opened.page.locator("img, iframe, svg, meta[http-equiv=refresh]").count() == 0
    opened.check()


@pytest.mark.parametrize("colour", ["community", "topic"])
def test_hostile_texts_do_nothing(
    make_network: Callable[..., Any], open_drawing: Any, colour: str
) -> None:
    opened = open_drawing(hostile_drawing(make_network, colour))
    page = opened.page
    assert_nothing_ran(opened)
    count = page.evaluate("graphkit.graph.marks.length")
    assert count == len(HOSTILE) + 2
    for person in range(count):
        # Hovering shows the name, clicking the panel.
        spot = page.evaluate(
            """id => { const box = document.getElementById("graph").getBoundingClientRect();
                const [x, y] = graphkit.graph.onScreen(id);
                return [box.x + x, box.y + y]; }""",
            person,
        )
        page.mouse.move(spot[0] + 1, spot[1])
        if person < 8:
            page.wait_for_selector("#tip", state="visible")
        page.mouse.click(*spot)
        assert page.is_visible("#details h2")
        assert page.evaluate("graphkit.chosen.person") == person
    assert_nothing_ran(opened)
    for button in page.locator("#details .people button").all()[:6]:
        if button.is_visible():
            button.click()
    for box in page.locator("#groups input").all():
        box.click()
    page.click("#all-groups")
    for text in HOSTILE:
        page.fill("#query", text[:20].replace("\x00", "").replace("\ud800", ""))
        page.keyboard.press("Enter")
    page.click("#filters summary")
    for choice in ("#topic", "#team", "#colour-by"):
        page.select_option(choice, index=2)
    page.click("#all-filters")
    page.click("#as-table")
    for button in page.locator("#table button").all()[:40]:
        button.click()
    assert_nothing_ran(opened)


def hover(opened: Any, mark: int) -> tuple[float, float]:
    """Point at a mark, whose name is then shown; where it is."""
    page = opened.page
    x, y = page.evaluate(
        """mark => { const box = document.getElementById("graph").getBoundingClientRect();
            const [x, y] = graphkit.graph.onScreen(mark);
            return [box.x + x, box.y + y]; }""",
        mark,
    )
    page.mouse.move(x + 1, y)
    said = "document.getElementById('tip').textContent === graphkit.scene.nameOf"
    opened.until(f"!document.getElementById('tip').hidden && {said}({mark})")
    return x, y


@pytest.mark.parametrize("painted", ["canvas", "webgl"])
def test_hostile_names_of_groups_do_nothing(
    make_network: Callable[..., Any],
    open_drawing: Any,
    monkeypatch: pytest.MonkeyPatch,
    painted: str,
) -> None:
    monkeypatch.setattr(drawings, "MOST_AT_ONCE", 5)
    drawing = hostile_drawing(make_network, "community")
    opened = open_drawing(drawing, script=WITH_CARD if painted == "webgl" else "")
    page = opened.page
    assert page.evaluate("graphkit.graph.kind") == painted
    if painted == "webgl":  # clicks here follow each other faster than any reader's
        page.evaluate("graphkit.graph.engine.sigma.setSetting('doubleClickTimeout', 0)")
    # So few people are groups only from afar.
    for _ in range(9):
        page.click("#farther")
    opened.until("graphkit.scene.levels.open.size === 0")
    groups = page.evaluate("graphkit.graph.marks.filter((mark) => graphkit.scene.isGroup(mark))")
    assert len(groups) > 2
    for group in groups:
        page.mouse.click(*hover(opened, group))
        assert page.inner_text("#details h2").startswith("Around ")
    page.click("#details .main")
    page.click("#fit")
    opened.until(f"graphkit.graph.marks.length === {len(drawing.ids)}")
    people = page.evaluate("graphkit.graph.marks")
    assert sorted(people) == list(range(len(drawing.ids)))
    for person in people:
        page.mouse.click(*hover(opened, person))
        assert page.evaluate("graphkit.chosen.person") == person
    assert_nothing_ran(opened, scripts=4)  # sigma comes along


def test_hostile_texts_are_shown_as_they_are(
    make_network: Callable[..., Any], open_drawing: Any
) -> None:
    text = "<img src=x onerror=window.__pwned=1>"
    network = make_network([{"authors": [text, "Ben"], "title": text, "topics": [text]}])
    opened = open_drawing(draw(network, title=text, colour="topic"))
    opened.page.mouse.click(*opened.at(text))
    assert opened.page.inner_text("#title") == text
    assert opened.page.inner_text("#details h2") == text
    assert opened.page.inner_text("#details .papers li") == text
    assert opened.page.inner_text("#details .topics li") == text
    assert text in opened.page.inner_text("#groups")
    assert_nothing_ran(opened)


def test_links_of_other_kinds_are_not_links(
    make_network: Callable[..., Any], open_drawing: Any
) -> None:
    drawing = draw(make_network([{"authors": ["Ada", "Ben"], "title": "T"}]))
    wrong = "javascript:window.__pwned=1"
    drawing = replace(drawing, links=(wrong, "data:text/html,x"), paper_links=(wrong,))
    opened = open_drawing(drawing)
    opened.page.mouse.click(*opened.at("Ada"))
    assert opened.page.locator("#details a").count() == 0
    assert_nothing_ran(opened)


def test_a_page_that_was_tampered_with_runs_nothing(
    make_network: Callable[..., Any], browser: Any, tmp_path: Any
) -> None:
    path = draw(make_network([{"authors": ["Ada"], "title": "T"}])).save(tmp_path / "d.html")
    bad = "<script>window.__pwned=1</script><img src=x onerror=window.__pwned=1>"
    path.write_text(path.read_text(encoding="utf-8").replace("</main>", bad + "</main>"), "utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.evaluate("window.__pwned") is None
    context.close()
