"""What a reader hands over: rows by table, facts about the source, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Note", "Reading"]


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
