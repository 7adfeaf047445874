"""Take the pictures of the drawn page in the docs, one of each renderer, in a real browser.

python tools/take_picture.py    # writes docs/images/coauthors.png and groups.png
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import graphkit as gk
from graphkit.render.drawing import Drawing

ROOT = Path(__file__).parents[1]
BROWSER = "/usr/bin/chromium"
# Emulated WebGL is taken for a graphics card, so that sigma.js draws.
WITH_CARD = """
const told = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
  const value = told.call(this, name);
  return typeof value === "string" ? value.replace(/swiftshader/gi, "card") : value;
};
"""


def main() -> None:
    """Draw the bundled graph, and a made-up one of many people."""
    take(
        gk.example().resolve().coauthors().draw(title="Coauthors at Interspeech 2022"),
        "coauthors",
    )
    sys.path.append(str(ROOT / "bench"))
    field = importlib.import_module("draw").field(8_000)
    take(field.coauthors().draw(title="A made-up field"), "groups", script=WITH_CARD)


def take(drawing: Drawing, name: str, script: str = "") -> None:
    """Photograph a drawing in the browser."""
    target = ROOT / "docs" / "images" / f"{name}.png"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / f"{name}.html"
        drawing.save(page_file)
        browser = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 760})
        page.add_init_script(script)
        page.goto(page_file.as_uri())
        page.wait_for_timeout(1500)
        page.screenshot(path=target)
        browser.close()
    print(f"wrote {target}")


if __name__ == "__main__":
    main()
