"""Draw the guide's picture for print.

python tools/print_pictures.py          # writes docs/images/coauthors-print.svg
"""

from __future__ import annotations

from pathlib import Path

import graphkit as gk

TARGET = Path(__file__).parent.parent / "docs" / "images" / "coauthors-print.svg"


def main() -> None:
    """Draw the bundled graph."""
    drawing = gk.example().resolve().coauthors().draw(title="Coauthors at Interspeech 2022")
    print(f"wrote {drawing.save(TARGET)}")


if __name__ == "__main__":
    main()
