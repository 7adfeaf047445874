"""Networks made from a few papers, and a browser to open their drawings in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from graphkit.render.drawing import Drawing

WATCH = """
window.__violations = [];
addEventListener("securitypolicyviolation", (e) => window.__violations.push(e.violatedDirective));
window.__written = [];
const fillText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.__written.push(text);
  return fillText.call(this, text, ...rest);
};
"""

# A browser without a graphics card, as in tests, says so; this one claims to have one.
WITH_CARD = """
const told = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
  const value = told.call(this, name);
  return typeof value === "string" ? value.replace(/swiftshader/gi, "card") : value;
};
"""


def paper(authors: Sequence[str], title: str = "A paper", **more: Any) -> dict[str, Any]:
    return {"authors": list(authors), "title": title, **more}


def _objects(values: Sequence[Any]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def build(papers: Sequence[dict[str, Any]], names: dict[str, str] | None = None) -> Network:
    """The network of these papers, full counting; a name is an id's unless given."""
    authors = list(dict.fromkeys(author for one in papers for author in one["authors"]))
    number = {author: row for row, author in enumerate(authors)}
    incidence = np.zeros((len(authors), len(papers)))
    for column, one in enumerate(papers):
        incidence[[number[author] for author in one["authors"]], column] = 1.0
    matrix = incidence @ incidence.T
    np.fill_diagonal(matrix, 0.0)
    network = Network(
        graph=KnowledgeGraph({}),
        kind="authors",
        node_ids=pa.array(authors, pa.string()),
        paper_ids=pa.array([one.get("id", f"paper:{at}") for at, one in enumerate(papers)]),
        matrix=csr_array(matrix),
        incidence=csr_array(incidence),
        paper_weights=np.ones(len(papers)),
        counting="full",
        description="coauthors, full counting",
    )
    # What a graph would tell; some of these texts no graph would hold.
    vars(network).update(
        names=_objects([(names or {}).get(author, author) for author in authors]),
        titles=_objects([one["title"] for one in papers]),
        years=np.array([one.get("year", np.nan) for one in papers], dtype=np.float64),
        topics=[tuple((f"topic:{t}", t) for t in one.get("topics", ())) for one in papers],
    )
    return network


@pytest.fixture
def make_network() -> Callable[..., Network]:
    return build


@pytest.fixture
def network() -> Network:
    """Two groups that Ada joins, a pair, and one person alone."""
    return build(
        [
            paper(["Ada", "Ben", "Cleo"], "On engines", year=1843, topics=["Engines"]),
            paper(["Ada", "Ben"], "More on engines", year=1844, topics=["Engines", "Notes"]),
            paper(["Ada", "Dora", "Émile"], "Tables", topics=["Tables"], id="doi:10.1234/t.1"),
            paper(["Dora", "Émile", "Fay"], "Tables again", year=1850, topics=["Tables"]),
            paper(["Gus", "Hal"], "A pair's paper", year=1851),
            paper(["Ida"], "Alone", year=1852),
        ]
    )


@pytest.fixture
def large_network() -> Network:
    """300 people in groups of papers, some people in several."""
    rng = np.random.default_rng(1)
    teams = [
        sorted({f"Person {int(n)}" for n in rng.zipf(1.6, 5) % 300} | {f"Person {at % 300}"})
        for at in range(330)
    ]
    return build([paper(team, f"Paper {at}", year=2000 + at % 20) for at, team in enumerate(teams)])


@dataclass
class Opened:
    """A page in the browser, and what went wrong in it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def at(self, person: str) -> tuple[float, float]:
        """Where on the screen a person is drawn."""
        return self._on_screen([self.number(person)])

    def between(self, one: str, other: str) -> tuple[float, float]:
        """Where on the screen the middle of a tie is drawn."""
        return self._on_screen([self.number(one), self.number(other)])

    def number(self, person: str) -> int:
        return int(self.page.evaluate("name => graphkit.page.people.name.indexOf(name)", person))

    def _on_screen(self, people: list[int]) -> tuple[float, float]:
        """The middle of some people."""
        spot = self.page.evaluate(
            """people => {
                const box = document.getElementById("graph").getBoundingClientRect();
                const spots = people.map((person) => graphkit.graph.onScreen(person));
                const middle = (axis) =>
                    spots.reduce((sum, spot) => sum + spot[axis], 0) / spots.length;
                return [box.x + middle(0), box.y + middle(1)];
            }""",
            people,
        )
        return float(spot[0]), float(spot[1])

    def shown(self) -> set[str]:
        """Who is drawn."""
        return set(
            self.page.evaluate(
                """() => graphkit.graph.marks.filter((mark) => !graphkit.scene.isGroup(mark))
                         .map((mark) => graphkit.page.people.name[mark])"""
            )
        )

    def ties(self) -> set[tuple[str, str]]:
        """The ties that are drawn."""
        names = self.page.evaluate(
            """() => graphkit.graph.ties.map(({ source, target }) =>
                     [graphkit.scene.nameOf(source), graphkit.scene.nameOf(target)])"""
        )
        return {(one, other) for one, other in names}

    def until(self, said: str) -> None:
        """Wait for an expression to be true; playwright's own way is against the page's policy."""
        for _ in range(200):
            if self.page.evaluate(said):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"not so within 10 s: {said}")

    def written(self) -> set[str]:
        """The names painted since the last call."""
        return set(
            self.page.evaluate(
                """() => { window.__written = []; graphkit.graph.paintSheet();
                           return window.__written; }"""
            )
        )

    def check(self) -> None:
        """Nothing was asked of anybody, refused or complained about."""
        assert self.page.evaluate("window.__violations") == []
        assert self.complaints == []
        asked = {url.split("#")[0] for url in self.requests if not url.startswith("blob:")}
        assert asked == {self.page.url.split("#")[0]}


@pytest.fixture
def open_drawing(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def opened(drawing: Drawing, address: str = "", script: str = "", **options: Any) -> Opened:
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        context.add_init_script(WATCH + script)
        result = Opened(context.new_page())
        result.page.on("request", lambda request: result.requests.append(request.url))

        def heard(message: Any) -> None:
            # The driver's remarks on its speed are no complaint about the page.
            if message.type in ("error", "warning") and not message.text.startswith("[.WebGL-"):
                result.complaints.append(message.text)

        def asked(dialog: Any) -> None:
            result.complaints.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        result.page.on("console", heard)
        result.page.on("pageerror", lambda error: result.complaints.append(str(error)))
        result.page.on("dialog", asked)
        path = drawing.save(tmp_path / "drawing.html")
        result.page.goto(path.as_uri() + address)
        result.page.wait_for_selector("html[data-ready]", state="attached")
        result.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return result

    yield opened
    for context in contexts:
        context.close()
