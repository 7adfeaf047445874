"""Which installed fonts have the letters of a picture."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable
from pathlib import Path

__all__ = ["BASE", "MissingGlyphWarning", "families"]

BASE = "DejaVu Sans"
"""Comes with matplotlib: pictures are the same on all machines."""
LAST_RESORT = "Last Resort"
"""Has a box for each letter that there is, which says nothing."""


class MissingGlyphWarning(UserWarning):
    """No installed font has some letters of a picture.

    Attributes
    ----------
    letters : str
        Each of them once.

    Examples
    --------
    >>> print(MissingGlyphWarning("张伟"))
    no installed font has 2 of the letters, such as 张: they are drawn as boxes; install a font \
that has them (the Noto fonts have most) and draw again
    """

    def __init__(self, letters: str) -> None:
        self.letters = letters
        super().__init__(
            f"no installed font has {len(letters)} of the letters, such as {letters[0]}: they are "
            "drawn as boxes; install a font that has them (the Noto fonts have most) and draw again"
        )


def families(texts: Iterable[str]) -> tuple[list[str], str]:
    """The fonts to look for letters in, in this order.

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    families : list of str
        `BASE`, and those that have what it has not: the one with most of it first.
    missing : str
        Letters that no font has, sorted.
    """
    from matplotlib import font_manager

    missing = {ord(c) for text in texts for c in text if c.isprintable()}
    found = [BASE]
    missing -= _letters(font_manager.findfont(BASE))
    fonts = _installed() if missing else []
    while missing and fonts:
        name, path = max(fonts, key=lambda font: len(missing & _letters(font[1])))
        if not missing & _letters(path):
            break
        found.append(name)
        missing -= _letters(path)
    return found, "".join(map(chr, sorted(missing)))


def _installed() -> list[tuple[str, str]]:
    """Name and path of each upright font of usual weight."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    # matplotlib keeps a list of old: a font may have been installed since.
    for path in {*font_manager.findSystemFonts()} - {font.fname for font in manager.ttflist}:
        with contextlib.suppress(OSError, RuntimeError):  # of a kind that it does not know
            manager.addfont(path)
    return sorted(
        {
            (font.name, font.fname)
            for font in manager.ttflist
            if font.style == "normal"
            and font.weight in (400, "normal", "regular")
            and not font.name.startswith(LAST_RESORT)
        }
    )


@functools.cache
def _letters(path: str | Path) -> frozenset[int]:
    """What a font has; nothing of fonts that are made of pictures, which cannot be scaled."""
    from matplotlib.font_manager import get_font

    try:
        font = get_font(path)
    except (OSError, RuntimeError):  # moved since it was listed, or of a kind that is not known
        return frozenset()
    return frozenset(font.get_charmap()) if font.scalable else frozenset()
