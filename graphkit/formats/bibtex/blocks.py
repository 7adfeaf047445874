"""A BibTeX text -> its entries, and notes on what is broken.

Entries that are written as they should be, nearly all, are matched by one pattern a field,
several times as fast as bibtexparser takes; whatever that does not fit, down to the next line
that begins with ``@``, goes to bibtexparser, which knows all the forms and names the faults.
It takes such a line for a new block wherever it stands, so a cut in front of one changes
nothing; a test says that the two agree.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from graphkit.formats.reading import Note

__all__ = ["START", "Item", "blocks"]

START = re.compile(r"\n(?=[ \t]*@\w+[ \t]*[{(])")
_ENTRY = re.compile(
    r"\s*@(?!(?:comment|string|preamble)\b)(\w+)[ \t]*\{\s*([^\s,{}\"=()#]*)\s*,", re.I
)
# Text in braces to a depth of three; what backslashes do to braces is left to the parser.
_PLAIN = r"(?:[^{}\\]++|\\[^{}\\]|\\\\(?![{}])"
_BRACED = rf"\{{{_PLAIN}|\{{{_PLAIN}|\{{{_PLAIN})*+\}})*+\}})*+\}}"
_QUOTED = rf'"(?:[^"{{}}\\]++|\\[^"{{}}\\]|{_BRACED})*+"'
_FIELD = re.compile(
    rf"\s*([^\s=,{{}}()#@\"]+)\s*=\s*({_BRACED}|{_QUOTED}|\w+)\s*(?:,\s*(\}})?|(\}}))"
)
_NEWLINE = "\n"
_LIKE_FIELD = re.compile(r"\b\w+\s?=\s?[{\"]")


@dataclass(slots=True)
class Item:
    """One entry.

    Attributes
    ----------
    place : str
    kind : str
        Its type, such as ``"article"``, in lower case.
    key : str
    fields : dict of str to str
        Values by name in lower case, as they are written: see `BibtexFile.value`.
    """

    place: str
    kind: str
    key: str
    fields: dict[str, str]


def blocks(text: str, line: int, *, last: bool) -> Iterator[Item | Note]:
    """The entries of a text and notes on what is broken, in their order.

    Parameters
    ----------
    text : str
        With ``\\n`` at the end of lines.
    line : int
        The number of its first line.
    last : bool
        Whether the file ends with it.

    Examples
    --------
    >>> [type(block).__name__ for block in blocks("@misc{a, year=1}\\n@misc{b, ", 1, last=True)]
    ['Item', 'Note']
    """
    at = 0
    while at < len(text):
        start = text.find("@", at)
        if start < 0:
            yield from _between(text[at:], line)
            return
        found = _well_formed(text, at, line)
        if found:
            item, end = found
            yield item
            line += text.count("\n", at, end)
            at = end
        cut = START.search(text, at)
        end = cut.end() if cut else len(text)
        rest = text[at:end]
        if "@" in rest:
            yield from _parsed(rest, line, last=last and cut is None)
        else:
            yield from _between(rest, line)
        line += rest.count("\n")
        at = end


def _well_formed(text: str, at: int, line: int) -> tuple[Item, int] | None:
    """The entry that begins here, behind nothing but space, and its end."""
    head = _ENTRY.match(text, at)
    if not head:
        return None
    fields: dict[str, str] = {}
    end = head.end()
    while found := _FIELD.match(text, end):
        name, value, closed, closed_at_once = found.groups()
        name = name.lower()
        if name in fields:
            return None
        fields[name] = value
        end = found.end()
        if closed or closed_at_once:
            first = line + text.count("\n", at, head.start(1))
            place = f"lines {first}-{first + text.count(_NEWLINE, head.start(1), end)}"
            return Item(place, head[1].lower(), head[2], fields), end
    return None


def _between(text: str, line: int) -> Iterator[Note]:
    """A note if what stands between the entries is more than a comment."""
    if "=" in text and _LIKE_FIELD.search(text):
        reason = "stands between the entries and looks like part of one"
        line += len(text[: len(text) - len(text.lstrip())].split("\n")) - 1
        yield Note(f"line {line}", reason, _short(text))


def _parsed(text: str, line: int, *, last: bool) -> Iterator[Item | Note]:
    """What bibtexparser makes of a text."""
    import bibtexparser
    from bibtexparser import model

    try:
        with _silenced():
            found = bibtexparser.parse_string(text, parse_stack=[]).blocks
    except Exception as error:  # Its own defects, which must not cost the other entries.
        yield Note(f"line {line}", f"bibtexparser fails: {error}"[:200], _short(text))
        return
    for block in found:
        raw = block.raw or ""
        first = line + block.start_line
        place = f"lines {first}-{first + raw.rstrip().count(_NEWLINE)}"
        if isinstance(block, model.DuplicateFieldKeyBlock):
            names = ", ".join(sorted(block.duplicate_keys))
            reason = f"has more than one field of the name {names}"[:200]
            yield Note(place, reason, _short(raw), "the first one was read")
        if isinstance(block, model.DuplicateFieldKeyBlock | model.DuplicateBlockKeyBlock):
            block = block.ignore_error_block
        if isinstance(block, model.Entry):
            yield _item(block, place)
        elif isinstance(block, model.ParsingFailedBlock):
            yield Note(place, _reason(block.error, last), _short(raw))
        elif isinstance(block, model.ImplicitComment):
            yield from _between(raw, first)


@contextmanager
def _silenced() -> Iterator[None]:
    """bibtexparser logs what is broken; we make notes of it."""
    logger = logging.getLogger("bibtexparser.splitter")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _item(entry: Any, place: str) -> Item:
    fields: dict[str, str] = {}
    for one in entry.fields:
        fields.setdefault(one.key.lower(), one.value)
    return Item(place, entry.entry_type, entry.key, fields)


def _reason(error: Exception, last: bool) -> str:
    reason = " ".join(str(getattr(error, "abort_reason", error)).split())
    if "end of file" not in reason:
        return reason[:200]
    return "the file ends within this entry" if last else "a brace or quote is never closed"


def _short(raw: str) -> str:
    return " ".join(raw[:200].split())[:80]
