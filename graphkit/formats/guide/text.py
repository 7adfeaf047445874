"""Text of a guide page -> lines, without bullets and markdown's marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphkit.ids import normalise_text

__all__ = ["Line", "clean", "is_html", "place_of", "text_lines", "web_address"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, or one block of saved HTML.

    Attributes
    ----------
    number : int
        Line of the source, from 1.
    text : str
        Without bullet, markup and spare white space.
    gap : int
        Blank lines above it.
    level : int
        Of a heading that is marked as one (``<h2>``, ``##``); 0 otherwise.
    bullet : bool
        Whether a bullet or number stood before it.
    href, language : str or None
        Only from markup.
    figure : str
        ``"file"``, ``"caption"`` or ``"image"`` (a file outside of ``<figure>``), when
        markup says so.
    """

    number: int
    text: str
    gap: int = 0
    level: int = 0
    bullet: bool = False
    href: str | None = None
    language: str | None = None
    figure: str = ""


def clean(text: str) -> str:
    """`normalise_text`, with a short cut for the plain lines that most lines are."""
    return " ".join(text.split()) if text.isascii() and text.isprintable() else normalise_text(text)


def place_of(numbers: Iterable[int]) -> str:
    """Line numbers as a place that people read.

    Parameters
    ----------
    numbers : iterable of int
        In any order, at least one.

    Returns
    -------
    str

    Examples
    --------
    >>> place_of([30]), place_of([31, 30]), place_of([28, 30, 31, 30])
    ('line 30', 'lines 30-31', 'lines 28, 30-31')
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return f"{'line' if texts[0].isdigit() and len(texts) == 1 else 'lines'} {', '.join(texts)}"


_BULLET = re.compile(r"(?:[-–—•·▪◦‣●○∙*+]|\(?\d{1,3}[.)]|\[\d{1,3}\])\s+(?=\S)")
_RULE = re.compile(r"[\s\-=_*~•.—–|]+")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,1000})\]\(([^\s()]{1,2000})\)")
_EMPHASIS = re.compile(r"(\*\*|__)(\S.*\S)\1")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|article|main|section|div|header|h[1-6]|p|ul|ol|li|"
    r"figure|a|span|table|meta)\b",
    re.IGNORECASE,
)


def is_html(text: str) -> bool:
    """Whether a text is HTML, told by how it begins and not by a file's name.

    Examples
    --------
    >>> is_html("<!-- saved --><h1>Bats</h1>"), is_html("Bats < owls")
    (True, False)
    """
    head = text[:4096].lstrip("\ufeff \t\r\n\xa0")
    return head.startswith("<") and bool(_HTML.search(head))


def _text_line(number: int, text: str, gap: int) -> Line:
    """One line without its markup: markdown's marks are understood, others stay."""
    level, href = 0, None
    if heading := _MARKDOWN_HEADING.fullmatch(text):
        level, text = len(heading[1]), heading[2]
    bare = _BULLET.sub("", text, count=1) if (bullet := bool(_BULLET.match(text))) else text
    if strong := _EMPHASIS.fullmatch(bare):
        bare = strong[2]
    if "](" in bare:
        link = _MARKDOWN_LINK.search(bare)
        href = web_address(link[2]) if link else None
        bare = _MARKDOWN_LINK.sub(r"\1", bare)
    return Line(number, bare.strip(), gap, level, bullet, href)


def text_lines(text: str) -> Iterator[Line]:
    """The lines of a text that say something.

    Examples
    --------
    >>> [(line.number, line.text, line.level) for line in text_lines("## Owls\\n\\n- Hearing owls")]
    [(1, 'Owls', 2), (3, 'Hearing owls', 0)]
    """
    gap = 0
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        line = _text_line(number, shown, gap) if (shown := clean(raw)) else None
        if line and line.text and not _RULE.fullmatch(shown):
            yield line
            gap = 0
        else:
            gap += 1


def web_address(href: str | None) -> str | None:
    """The address if it is one of the web, otherwise None."""
    return href if href and re.match(r"https?://[^\s/]", href, re.IGNORECASE) else None
