"""Text as sources print it -> plain text: one line, without markup and what cannot be seen."""

from __future__ import annotations

import html
import re
import unicodedata

__all__ = ["plain", "text_of"]

# Controls, and marks that only steer how text is shown. Joiners stay: they part words and shape
# letters in Persian and in the scripts of India.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# Other angle brackets, such as those of "the <C,A>, T framework", are part of a title.
_TAG = re.compile(
    r"</?((?:jats|mml):[\w.-]{1,30}|a|abbr|b|bold|br|div|em|h[1-6]|i|inf|inline-formula|italic|li|list"
    r"|list-item|ol|p|sc|scp|sec|small|span|strong|sub|sup|tex|title|tt|u|ul|xref)"
    r"(?:\s+[\w:.-]{1,40}=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s?/?>",
    re.I,
)
_BLOCKS = {"p", "sec", "title", "br", "div", "li", "list", "list-item"}
# Publishers drop the spaces round small capitals.
_GLUED = re.compile(r"(?<=[a-z])<scp>([A-Z]+)</scp>(?=[a-z])")


def text_of(value: object) -> str | None:
    """A scalar as text in NFC: white space made single, without what cannot be seen; else None.

    Parameters
    ----------
    value : object
        A text or a number, or what stands where one should be.

    Examples
    --------
    >>> text_of("  Hearing\\n bats\\x07 "), text_of(1984), text_of({"a": 1}), text_of(" ")
    ('Hearing bats', '1984', None, None)
    """
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        is_huge = isinstance(value, int) and abs(value) >= 10**40
        return "(a huge number)" if is_huge else str(value)
    text = " ".join(value.split())
    if text.isascii() and text.isprintable():
        return text or None
    if not text.isprintable():
        # Half a surrogate pair, which JSON can spell, is no character.
        text = text.encode("utf-8", "replace").decode("utf-8")
        text = " ".join(_UNSEEN.sub("", text).split())
    return unicodedata.normalize("NFC", text) or None


def plain(value: object) -> str | None:
    """A scalar as text, its HTML or JATS tags taken out and its entities decoded; else None.

    Parameters
    ----------
    value : object
        A text or a number, or what stands where one should be.

    Examples
    --------
    >>> plain("<jats:p>Big &amp; small <i>bats</i>: 2 < 3</jats:p>"), plain("H<sub>2</sub>O")
    ('Big & small bats: 2 < 3', 'H2O')
    """
    text = text_of(value)
    if text is None or ("<" not in text and "&" not in text):
        return text
    # Some sources escape twice; the second pass finds what the first has made.
    for _ in range(2):
        if "<" in text:
            text = _TAG.sub(_without_tag, _GLUED.sub(r" \1 ", text))
        if "&" not in text:
            break
        text = html.unescape(text)
    return text_of(text)


def _without_tag(tag: re.Match[str]) -> str:
    return " " if tag[1].lower().removeprefix("jats:") in _BLOCKS else ""
