"""What a reader hands over: rows by table, facts about the source, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from graphkit.errors import ReadError

if TYPE_CHECKING:
    from graphkit.formats.document import Document

__all__ = ["Note", "Reading", "readings"]

BATCH = 2_000
Item = TypeVar("Item")


class Note(NamedTuple):
    """One thing that a reader could not take as it stood.

    Attributes
    ----------
    place : str
        Where in the source, such as ``"line 34"``, ``"lines 34-35"`` or ``"record 7"``.
    reason : str
        What is wrong with it.
    text : str
        The first words of it, for the reader's eye.
    done : str
        What was done about it.
    """

    place: str
    reason: str
    text: str = ""
    done: str = "left out"


@dataclass(slots=True)
class Reading:
    """One source, or a batch of one, as a reader saw it.

    Attributes
    ----------
    tables : dict of str to list of dict
        Rows by table name; keys are column names, without ``source``, with ``place``.
    about : dict
        Columns of the row in ``sources``: title, description, language, event, organization.
    notes : list of Note
        What was not read as it stood, in the order of the source.
    records : pyarrow.Table or list of dict or None
        Papers in the columns of `graphkit.formats.records.record_schema`, for formats that
        list papers; their rows are made of them.
    """

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    records: Any = None


def readings(
    document: Document,
    items: Iterable[tuple[str, Item]],
    record_of: Callable[[str, Item, list[Note]], dict[str, Any] | None],
    notes: list[Note],
    wanted: str = "",
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
    wanted : str, optional
        What a record looks like, for the message where there is none.

    Yields
    ------
    Reading
        At most 2,000 records each.

    Raises
    ------
    ReadError
        There is not one record.
    """
    batch: list[dict[str, Any]] = []
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
        raise ReadError(document, f"no record found: {wanted or first.reason}", first.place)
    if batch or notes:
        yield Reading(records=batch, notes=notes.copy())
