"""A work of OpenAlex as far as it is read: what its fields are, and one decoded of JSON.

Lines are decoded to these classes by msgspec, which passes over all other fields. A line that
does not fit is decoded as any JSON, and what fits of it is taken.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable
from typing import Any

import msgspec

from graphkit.formats.reading import Note
from graphkit.formats.text import text_of

__all__ = ["Author", "Authorship", "Place", "Thing", "Venue", "Work", "fitted", "line_decoder"]

Abstract = dict[str, list[int]]


class Thing(msgspec.Struct, gc=False):
    """A topic, with how well it fits, or an institution."""

    id: str | None = None
    display_name: str | None = None
    score: float | None = None
    ror: str | None = None


class Author(msgspec.Struct, gc=False):
    """Who OpenAlex takes an author for."""

    id: str | None = None
    display_name: str | None = None
    orcid: str | None = None


class Authorship(msgspec.Struct, gc=False):
    """An author as a paper names him or her."""

    author: Author | None = None
    raw_author_name: str | None = None
    raw_affiliation_strings: list[str] | None = None
    raw_affiliation_string: str | None = None
    institutions: list[Thing] | None = None


class Venue(msgspec.Struct, gc=False):
    """A journal, a conference, a repository."""

    display_name: str | None = None
    type: str | None = None
    issn_l: str | None = None


class Place(msgspec.Struct, gc=False):
    """Where a work is published."""

    landing_page_url: str | None = None
    source: Venue | None = None


class Ids(msgspec.Struct, gc=False):
    """Ids of a work in other registers."""

    pmid: str | None = None


class Work(msgspec.Struct, gc=False):
    """A work; its id tells it from a page of works."""

    id: str
    title: str | None = None
    display_name: str | None = None
    doi: str | None = None
    publication_year: Any = None
    publication_date: Any = None
    language: str | None = None
    type: str | None = None
    type_crossref: str | None = None
    primary_location: Place | None = None
    host_venue: Venue | None = None
    authorships: list[Authorship] | None = None
    topics: list[Thing] | None = None
    concepts: list[Thing] | None = None
    ids: Ids | None = None
    referenced_works: list[str] | None = None
    abstract_inverted_index: Abstract | None = None


def line_decoder() -> Callable[[bytes], Work]:
    """What makes a work of a line of JSON; ValueError where the line does not fit."""
    return msgspec.json.Decoder(Work).decode


def fitted(place: str, value: dict[str, Any], notes: list[Note]) -> Work:
    """What fits of a work that was decoded as any JSON.

    Parameters
    ----------
    place : str
    value : dict
    notes : list of Note
        Takes a note for each value that does not fit.

    Examples
    --------
    >>> notes = []
    >>> work = fitted("line 2", {"id": "W1", "title": 1984, "topics": [{"id": "T1"}, 7]}, notes)
    >>> work.title, [topic.id for topic in work.topics]
    ('1984', ['T1'])
    >>> [(note.place, note.reason, note.text) for note in notes]
    [('line 2', 'topics: not as OpenAlex has it', '7')]
    """

    def fit(value: Any, kind: Any, field: str) -> Any:
        if value is None:
            return None
        found: Any = None
        if kind is Any:
            return text_of(value) if isinstance(value, str) else value
        if kind is str:
            found = text_of(value)
        elif kind is float:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            found = float(value) if is_number and abs(value) <= 1e300 else None
        elif kind is Abstract:
            found = _abstract(value)
        elif typing.get_origin(kind) is list:
            if isinstance(value, list):
                (member,) = typing.get_args(kind)
                fits = (fit(entry, member, field) for entry in value)
                found = [entry for entry in fits if entry is not None]
        elif isinstance(value, dict):
            found = kind(**{f: fit(value.get(f), k, f) for f, k in _fields(kind)})
        if found is None and value and not (kind is str and isinstance(value, str)):
            shown = type(value).__name__ if isinstance(value, list | dict) else str(value)[:80]
            notes.append(Note(place, f"{field}: not as OpenAlex has it", shown))
        return found

    work = fit(value, Work, "work")
    work.id = work.id or ""
    return typing.cast(Work, work)


def _abstract(value: Any) -> Abstract | None:
    try:
        index = msgspec.convert(value, Abstract)
    except msgspec.ValidationError:
        return None
    # Half a surrogate pair, which JSON can spell, is no character.
    return {word.encode("utf-8", "replace").decode(): places for word, places in index.items()}


@functools.cache
def _fields(kind: type) -> list[tuple[str, Any]]:
    """The fields of a class and what each is when it is not null."""
    found = []
    for name, hint in typing.get_type_hints(kind).items():
        if isinstance(hint, types.UnionType):
            hint = next(h for h in typing.get_args(hint) if h is not types.NoneType)
        found.append((name, hint))
    return found
