"""A drawing in a notebook: shown in its place, by nobody's server, leaving nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

PEOPLE = 6_000
CELLS = {
    "few": "import graphkit as gk\ngk.example().coauthors().draw(title='Interspeech')",
    "many": f"""
import networkx as nx, graphkit as gk
graph = nx.planted_partition_graph(60, {PEOPLE // 60}, 0.05, 0.0002, seed=1)
gk.Network.from_networkx(graph).draw()
""",
}


def shown_by(cell: str, folder: Path) -> str:
    """What Jupyter puts below a cell, as HTML."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, timeout=300, resources=resources).execute()
    (output,) = notebook.cells[0].outputs
    return str(output["data"]["text/html"])


@pytest.mark.parametrize("size", CELLS)
# The Jupyter stack warns about its own event loops and ports.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_a_drawing_shows_inline(browser: Any, tmp_path: Path, size: str) -> None:
    found = shown_by(CELLS[size], tmp_path)
    assert list(tmp_path.iterdir()) == []
    page = browser.new_page(viewport={"width": 900, "height": 800})
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text))
    page.set_content(f"<h1>Notebook</h1><div>{found}</div>")
    element = page.query_selector("iframe")
    frame = element.content_frame()
    frame.wait_for_function("window.graphkit", timeout=60_000)
    frame.wait_for_function(
        """() => [...document.querySelectorAll("canvas")].some(canvas => {
            const context = canvas.getContext("2d");
            if (!context || !canvas.width) return false;
            const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
            return new Set(new Uint32Array(pixels.buffer)).size > 10;
        })""",
        timeout=60_000,
    )
    box = element.bounding_box()
    assert box["width"] > 800
    assert box["height"] == 640
    assert frame.evaluate("origin") == "null"  # it can reach nothing of the notebook's page
    people = "174 people" if size == "few" else f"{PEOPLE:,} people"
    assert people in frame.inner_text("body")
    page.close()
    assert heard == []
