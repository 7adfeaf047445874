"""Take the README's picture of the drawing, in a real browser.

python tools/take_picture.py            # writes docs/images/coauthors.png
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import graphkit as gk

TARGET = Path(__file__).parent.parent / "docs" / "images" / "coauthors.png"
BROWSER = "/usr/bin/chromium"


def main() -> None:
    """Draw the bundled graph and photograph it."""
    drawing = gk.example().resolve().coauthors().draw(title="Coauthors at Interspeech 2022")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "coauthors.html"
        drawing.save(page_file)
        browser = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 760})
        page.goto(page_file.as_uri())
        page.wait_for_timeout(1500)
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=TARGET)
        browser.close()
    print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
