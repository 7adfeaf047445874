"""The drawn page beside bare pages of vis-network and sigma, and plain pyvis, in Chromium.

    python bench/draw.py [PEOPLE...] [--only ours,vis,sigma,pyvis] [--chromium /usr/bin/chromium]

For each number of people (1,000, 5,000 and 20,000) a field of papers is made up in which groups
write with each other. Printed for each page: seconds to make it, its size, seconds from navigation
to the first stable picture (fonts, data and layout in place, two frames painted), and frames a
second while it is dragged with the mouse. The bare pages hold the same positions and ties, with
physics off and nothing else; plain pyvis is `from_nx` with its own page, physics on, and is only
asked for 1,000. Aims: first picture within 1 s, 2 s and 4 s; at least the frames of the bare
pages; made within 3 s for 5,000 and 15 s for 20,000; at most 1.5 MB, 150 bytes a person or tie
and 250 bytes a paper.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from graphkit.graph import KnowledgeGraph
from graphkit.render.drawing import Drawing
from graphkit.render.html import render
from graphkit.render.pyvis import vis_network

PATIENCE = 60_000  # milliseconds
DRAG = 2.0  # seconds
# Two frames after a page says that it is done, in milliseconds since navigation.
WATCH = """
window.__seen = 0;
window.__done = () => requestAnimationFrame(() => requestAnimationFrame(() => {
  window.__seen = performance.now();
}));
addEventListener("DOMContentLoaded", () => new MutationObserver((_, watcher) => {
  if (document.documentElement.dataset.ready) { watcher.disconnect(); window.__done(); }
}).observe(document.documentElement, { attributes: true }));
"""
FRAMES = """
window.__frames = 0;
const count = () => { window.__frames++; requestAnimationFrame(count); };
requestAnimationFrame(count);
"""
PAGE = (
    "<!DOCTYPE html><meta charset=utf-8><style>html,body,#g{{margin:0;height:100%}}</style>"
    "<div id=g></div><script>{library}</script><script>const data={data};{script}</script>"
)
VIS = """
const network = new vis.Network(document.getElementById("g"), {
  nodes: data.x.map((x, id) => ({ id, x, y: data.y[id], size: data.size[id], shape: "dot",
    label: data.name[id], color: data.colour[id] })),
  edges: data.source.map((from, at) => ({ from, to: data.target[at] })),
}, { physics: false, edges: { smooth: false } });
network.once("afterDrawing", window.__done);
"""
SIGMA = """
const graph = new sigmaLibrary.Graph({ multi: true });
data.x.forEach((x, id) => graph.addNode(id, { x, y: data.y[id], size: data.size[id] / 4,
  label: data.name[id], color: data.colour[id] }));
data.source.forEach((from, at) => graph.addEdge(from, data.target[at]));
const sigma = new sigmaLibrary.Sigma(graph, document.getElementById("g"));
sigma.once("afterRender", window.__done); sigma.refresh();
"""


def field(people: int, seed: int = 0) -> KnowledgeGraph:
    """A made-up field: groups of 30 who write papers by three, now and then with another group."""
    rng = np.random.default_rng(seed)
    papers = people * 2
    lead = rng.integers(0, people, papers)
    near = (lead[:, None] // 30 * 30 + rng.integers(0, 30, (papers, 2))).clip(0, people - 1)
    far = rng.random(papers) < 0.1
    near[far, 1] = rng.integers(0, people, int(far.sum()))
    rows = np.column_stack((lead, near))
    paper = np.repeat(np.arange(papers), 3)
    pairs = np.unique(np.column_stack((paper, rows.ravel())), axis=0)
    ids = pa.array([f"author:{number}" for number in range(people)])
    names = [f"Given{number % 97} Family{number}" for number in range(people)]
    titles = [f"On the matter of {number} and its consequences" for number in range(papers)]
    of_papers = pa.array([f"paper:{number}" for number in range(papers)])

    def table(**columns: Any) -> pa.Table:
        length = len(next(iter(columns.values())))
        return pa.table(columns | {"source": pa.repeat("source:made-up", length)})

    return KnowledgeGraph(
        {
            "authors": table(id=ids, name=names),
            "papers": table(
                id=of_papers,
                title=titles,
                year=pa.array(rng.integers(2000, 2024, papers), pa.int32()),
            ),
            "authorships": table(paper=of_papers.take(pairs[:, 0]), author=ids.take(pairs[:, 1])),
        }
    )


def bare(drawing: Drawing, library: str, script: str) -> str:
    columns = {
        "x": drawing.x.tolist(),
        "y": drawing.y.tolist(),
        "size": drawing.size.tolist(),
        "colour": drawing.colour,
        "name": drawing.labels,
        "source": drawing.source.tolist(),
        "target": drawing.target.tolist(),
    }
    return PAGE.format(library=library, data=json.dumps(columns), script=script)


def plain_pyvis(network: Any) -> str:
    from pyvis.network import Network

    made = Network(cdn_resources="in_line")
    made.from_nx(network.to_networkx())
    page = made.generate_html()
    # It says when its physics has come to rest.
    return page.replace(
        "network = new vis.Network(container, data, options);",
        "network = new vis.Network(container, data, options);"
        'network.once("stabilizationIterationsDone", window.__done);',
    )


def look(browser: Any, page_file: Path) -> tuple[float, float]:
    """Seconds to the first stable picture, and frames a second while dragging."""
    from playwright.sync_api import TimeoutError

    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.route("http*://**", lambda route: route.abort())
    page.add_init_script(WATCH)
    try:
        page.goto(page_file.as_uri(), timeout=PATIENCE)
        end = time.monotonic() + PATIENCE / 1000
        while not (seen := page.evaluate("window.__seen")):
            if time.monotonic() > end:
                return float("nan"), float("nan")
            time.sleep(0.02)
        page.evaluate(FRAMES)
        page.mouse.move(20, 20)
        page.mouse.down()
        start, before, at = time.monotonic(), page.evaluate("window.__frames"), 0
        while time.monotonic() < start + DRAG:
            at += 3
            page.mouse.move(20 + at % 600, 20 + at % 300)
        frames = page.evaluate("window.__frames") - before
        rate = frames / (time.monotonic() - start)
        page.mouse.up()
        return seen / 1000, rate
    except TimeoutError:  # no picture while we had patience
        return float("nan"), float("nan")
    finally:
        page.close()


def run(people: int, only: set[str], chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    network = field(people).coauthors()
    start = time.perf_counter()
    drawing = network.draw()
    text = render(drawing)
    ours = time.perf_counter() - start
    sigma = files("graphkit.render").joinpath("sigma", "sigma.min.js").read_text("utf-8")
    pages: dict[str, Callable[[], str]] = {
        "ours": lambda: text,
        "vis": lambda: bare(drawing, vis_network(), VIS),
        "sigma": lambda: bare(drawing, sigma, SIGMA),
    }
    if people <= 1000:
        pages["pyvis"] = lambda: plain_pyvis(network)
    marks = len(drawing.ids) + len(drawing.source)
    allowed = 1.5e6 + 150 * marks + 250 * len(drawing.papers)
    print(f"\n{len(drawing.ids):,} people, {len(drawing.source):,} ties, {drawing.how}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name, make in pages.items():
            if name not in only:
                continue
            start = time.perf_counter()
            page_file = Path(folder, f"{name}.html")
            page_file.write_text(make(), "utf-8")
            made = ours if name == "ours" else time.perf_counter() - start
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            first, rate = look(browser, page_file)
            browser.close()
            size = page_file.stat().st_size
            share = f" ({size / allowed:.0%} of what is allowed)" if name == "ours" else ""
            print(
                f"  {name:6} made in {made:5.1f} s, {size / 1e6:5.2f} MB{share}, "
                f"first picture {first:5.2f} s, {rate:5.1f} frames/s"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", nargs="*", type=int, default=[1000, 5000, 20_000])
    parser.add_argument("--only", default="ours,vis,sigma,pyvis")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    for people in options.people:
        run(people, set(options.only.split(",")), options.chromium)


if __name__ == "__main__":
    main()
