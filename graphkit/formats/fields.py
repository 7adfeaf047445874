"""What readers of JSON, XML and tagged lines share: text of any value, names, checks, batches.

Values come from files of strangers, where any field may hold any type.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from graphkit.errors import ReadError
from graphkit.formats.checked import orcid_of, year_of
from graphkit.formats.citations import name_in_order
from graphkit.formats.document import Document
from graphkit.formats.reading import Note, Reading

__all__ = [
    "as_list",
    "checked_orcid",
    "checked_year",
    "entries",
    "full_name",
    "is_more",
    "plain",
    "readings",
    "text_of",
    "turned_name",
]

BATCH = 2000
Item = TypeVar("Item")
Row = dict[str, Any]

# What no column of text can hold, and marks that only steer how text is shown.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_TAG = re.compile(
    r"</?((?:jats|mml):[\w.-]{1,30}|a|abbr|b|bold|br|div|em|h[1-6]|i|inf|inline-formula|italic|li|list"
    r"|list-item|ol|p|sc|scp|sec|small|span|strong|sub|sup|title|tt|u|ul|xref)"
    r"(?:\s[\w:.-]{1,40}=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s?/?>",
    re.I,
)
_BLOCKS = {"p", "sec", "title", "br", "div", "li", "list", "list-item"}
# Publishers drop the spaces round small capitals.
_GLUED = re.compile(r"(?<=[a-z])<scp>([A-Z]+)</scp>(?=[a-z])")


def text_of(value: object) -> str | None:
    """A scalar as text: white space made single, without what cannot be printed; else None.

    Examples
    --------
    >>> text_of("  Hearing\\n bats\\x07 "), text_of(1984), text_of({"a": 1}), text_of(" ")
    ('Hearing bats', '1984', None, None)
    """
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value) if not isinstance(value, int) or abs(value) < 10**40 else "(a huge number)"
    return " ".join(_UNPRINTED.sub("", text).split()) or None


def plain(value: object) -> str | None:
    """A scalar as text, its HTML or JATS tags taken out and its entities decoded.

    Examples
    --------
    >>> plain("<jats:p>Big &amp; small <i>bats</i>: 2 < 3</jats:p>"), plain("H<sub>2</sub>O")
    ('Big & small bats: 2 < 3', 'H2O')
    """
    text = text_of(value)
    if text is None:
        return None
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


def as_list(value: object) -> list[Any]:
    """A list as it is, nothing as an empty one, and one value as a list of it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def entries(value: object) -> list[Row]:
    """The objects in a list, or the one object that stands where a list may stand."""
    return [entry for entry in as_list(value) if isinstance(entry, dict)]


_SUFFIX = re.compile(r"(?i:Jr|Sr)\.?$|(?:II|III|IV|V|2nd|3rd|4th)\.?$")


def full_name(given: object, family: object, suffix: object = None) -> str | None:
    """A name of parts of any type in the order in which it is spoken.

    Examples
    --------
    >>> full_name("Ludwig", "van Beethoven"), full_name("Martin Luther", "King", "Jr.")
    ('Ludwig van Beethoven', 'Martin Luther King, Jr.')
    >>> full_name(None, "Selvamani"), full_name("Henry", "Ford", "II")
    ('Selvamani', 'Henry Ford II')
    """
    return name_in_order(plain(family) or "", plain(given) or "", plain(suffix) or "") or None


def turned_name(name: str) -> str | None:
    """``"Family, Given"`` in the order in which it is spoken; any other name as it is.

    Examples
    --------
    >>> turned_name("Lovelace, Ada"), turned_name("King, Martin Luther Jr")
    ('Ada Lovelace', 'Martin Luther King, Jr')
    >>> turned_name("King, Jr., Martin Luther"), turned_name("James Brown")
    ('Martin Luther King, Jr.', 'James Brown')
    """
    family, *rest = (part.strip() for part in name.split(","))
    suffixes = [part for part in rest if _SUFFIX.match(part)]
    given = " ".join(part for part in rest if part not in suffixes)
    first, _, last = given.rpartition(" ")
    if first and _SUFFIX.match(last):
        given, suffixes = first, [last]
    return full_name(given, family, suffixes[0] if suffixes else None)


def is_more(name: str) -> bool:
    """Whether a name only says that there are more: "et al.", "and others"."""
    return re.fullmatch(r"\W*(?:et\.?\s+al|and\s+others|others|u\.\s?a)\W*", name, re.I) is not None


def checked_year(value: object, place: str, notes: list[Note]) -> int | None:
    """The year in a value, and a note where there is something else."""
    year = year_of(value) if isinstance(value, str | int | float) else None
    text = text_of(value)
    if year is None and text:
        notes.append(Note(place, "no year", text[:80], "left empty"))
    return year


def checked_orcid(value: object, place: str, notes: list[Note]) -> str | None:
    """An ORCID whose check digit is right, and a note where it is not."""
    text = text_of(value)
    orcid = orcid_of(text)
    if text and orcid is None:
        notes.append(Note(place, "no ORCID, or its check digit is wrong", text[:80]))
    return orcid


def readings(
    document: Document,
    items: Iterable[tuple[str, Item]],
    record_of: Callable[[str, Item, list[Note]], Row | None],
    notes: list[Note],
) -> Iterator[Reading]:
    """Readings of so many records each, whatever happens to the document on the way.

    Parameters
    ----------
    document : Document
        For messages.
    items : iterable of (str, object)
        Places and what stands there, as it comes from the document.
    record_of : callable
        Makes a record of a place and what stands there, or a note and None.
    notes : list of Note
        Where both put what they note; each reading takes what is in it.

    Raises
    ------
    ReadError
        There is not one record.
    """
    batch: list[Row] = []
    count = 0
    try:
        for place, item in items:
            record = record_of(place, item, notes)
            if record is not None:
                batch.append(record)
                count += 1
            if len(batch) == BATCH:
                yield Reading(records=batch, notes=notes.copy())
                batch = []
                notes.clear()
    except ReadError as error:
        if not count:
            raise
        where = error.place or f"after {batch[-1]['place'] if batch else f'{count} records'}"
        notes.append(Note(where, error.reason, "", "what stands before it was kept"))
    if not count:
        first = notes[0] if notes else Note("line 1", "there is not one record in it")
        raise ReadError(document, f"no record found: {first.reason}", first.place)
    if batch or notes:
        yield Reading(records=batch, notes=notes.copy())
