"""Bibliographic records -> rows, by column: the common path of all formats that list papers.

A reader fills `RECORD` (one Arrow row a paper, authors and topics as lists) and `Collector`
makes the tables of it: ids are minted, what is named twice becomes one row, and each row keeps
the place of its record.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.formats.reading import Note
from graphkit.ids import identifier, mint, mint_column, normalise_column

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Collector", "doi_of", "orcid_of", "record_schema", "year_of"]


@functools.cache
def record_schema() -> pa.Schema:
    """The columns of a record.

    Returns
    -------
    pyarrow.Schema
        ``place`` (where it stands), ``key`` (its key in the source, if any), ``id`` (a CURIE
        that the source gives), ``title``, ``type`` (a class such as
        ``fabio:JournalArticle``), ``year``, ``doi``, ``url``, ``abstract``, ``language``,
        ``event`` and ``journal`` (labels), ``authors`` (name, id, orcid, affiliation,
        organizations), ``topics`` (label, id, score), ``identifiers`` and ``cites`` (CURIEs).
    """
    import pyarrow as pa

    text = pa.string()
    organization = pa.struct([("name", text), ("id", text), ("ror", text)])
    author = pa.struct(
        [
            ("name", text),
            ("id", text),
            ("orcid", text),
            ("affiliation", text),
            ("organizations", pa.list_(organization)),
        ]
    )
    topic = pa.struct([("label", text), ("id", text), ("score", pa.float64())])
    return pa.schema(
        [
            ("place", text),
            ("key", text),
            ("id", text),
            ("title", text),
            ("type", text),
            ("year", pa.int32()),
            ("doi", text),
            ("url", text),
            ("abstract", text),
            ("language", text),
            ("event", text),
            ("journal", text),
            ("authors", pa.list_(author)),
            ("topics", pa.list_(topic)),
            ("identifiers", pa.list_(text)),
            ("cites", pa.list_(text)),
        ]
    )


def doi_of(text: str | None) -> str | None:
    """A DOI in its normal form, or None.

    Parameters
    ----------
    text : str or None
        Bare, with ``doi:`` before it, or as a link.

    Returns
    -------
    str or None
        Lower case, as DOIs are compared without case.

    Examples
    --------
    >>> doi_of("https://doi.org/10.21437/Interspeech.2022-1"), doi_of("n/a")
    ('10.21437/interspeech.2022-1', None)
    """
    found = re.search(r"10\.\d{4,9}/\S+", text or "")
    return found[0].rstrip(".,;").lower() if found else None


def orcid_of(text: str | None) -> str | None:
    """The id of an ORCID whose check digit is right, or None.

    Parameters
    ----------
    text : str or None
        Bare or as a link.

    Returns
    -------
    str or None
        Such as ``orcid:0000-0002-1825-0097``.

    References
    ----------
    ISO 7064 MOD 11-2, as ORCID uses it.

    Examples
    --------
    >>> orcid_of("https://orcid.org/0000-0002-1825-0097"), orcid_of("0000-0002-1825-0098")
    ('orcid:0000-0002-1825-0097', None)
    """
    found = re.search(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\b", text or "")
    if not found:
        return None
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return (
        f"orcid:{'-'.join(found.groups()).upper()}" if "0123456789X"[check] == digits[-1] else None
    )


def year_of(value: object) -> int | None:
    """The year that a text or number begins with or holds, or None.

    Examples
    --------
    >>> year_of("2019-05-03"), year_of("May 2019"), year_of("forthcoming"), year_of(2021.0)
    (2019, 2019, None, 2021)
    """
    found = re.search(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)", str(value))
    return int(found[1]) if found else None


class Collector:
    """Makes tables of records, batch by batch, and remembers what was named before.

    Parameters
    ----------
    scheme : str
        Label of the scheme of topics.
    """

    def __init__(self, scheme: str) -> None:
        self._scheme = mint("scheme", scheme)
        self._scheme_label = scheme
        self._papers: dict[str, str] = {}
        self._seen: dict[str, set[str]] = {}
        self.notes: list[Note] = []

    def tables(self, records: pa.Table | Iterable[Mapping[str, Any]]) -> dict[str, pa.Table]:
        """The rows of a batch of records that were not there before.

        Parameters
        ----------
        records : pyarrow.Table or iterable of dict
            In the columns of `record_schema`; missing ones are empty.

        Returns
        -------
        dict of str to pyarrow.Table
            By table name, without ``source``.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        if not isinstance(records, pa.Table):
            records = pa.Table.from_pylist(list(records), schema=record_schema())
        records = records.combine_chunks()
        papers = self._paper_ids(records)
        fresh = pc.is_valid(papers)
        records, papers = records.filter(fresh), papers.filter(fresh)
        if not records.num_rows:
            return {}
        place = _flat(records["place"])
        event = mint_column("venue", _flat(records["event"]))
        journal = mint_column("venue", _flat(records["journal"]))
        kept = ("title", "type", "year", "doi", "url", "abstract", "language")
        tables = {
            "papers": pa.table(
                {"id": papers, "event": event, "journal": journal, "place": place}
                | {name: records[name] for name in kept}
            )
        }
        for column, ids, kind in (
            ("event", event, "schema:Event"),
            ("journal", journal, "fabio:Journal"),
        ):
            rows = {"id": ids, "label": records[column], "place": place}
            found = pa.table(rows | {"type": pa.repeat(kind, len(ids))})
            _add(tables, "venues", self._new("venues", found))
        self._authors(tables, papers, records)
        self._topics(tables, papers, records)
        for table, column, (subject, object_) in (
            ("identifiers", "identifiers", ("entity", "identifier")),
            ("citations", "cites", ("citing", "cited")),
        ):
            parent, values = _exploded(records[column])
            rows = {subject: papers.take(parent), object_: values, "place": place.take(parent)}
            _add(tables, table, _distinct(pa.table(rows), [subject, object_]))
        return {name: rows for name, rows in tables.items() if rows.num_rows}

    def take_notes(self) -> list[Note]:
        """What was left out since the last call."""
        notes, self.notes = self.notes, []
        return notes

    def _paper_ids(self, records: pa.Table) -> pa.Array:
        """An id for each record; null for one that was there before."""
        import pyarrow as pa

        columns = ("place", "key", "id", "doi", "title", "event", "journal", "year")
        ids: list[str | None] = []
        for place, key, given, doi, title, event, journal, year in zip(
            *(records[name].to_pylist() for name in columns), strict=True
        ):
            paper = given or (identifier("doi", doi) if doi else None)
            if paper is None:
                # Titles such as "Introduction" recur; where and when a paper appeared tells.
                parts = [event or journal or "", str(year or ""), title or key or place]
                paper = mint("paper", *(part for part in parts if part))
            if paper in self._papers:
                note = f"the same paper as {self._papers[paper]}"
                self.notes.append(Note(place, note, (title or "")[:80], "the first one was kept"))
                ids.append(None)
            else:
                self._papers[paper] = place
                ids.append(paper)
        return pa.array(ids, pa.string())

    def _new(self, table: str, rows: pa.Table, key: str = "id") -> pa.Table:
        """The rows with ids that no batch has had, each id once."""
        import pyarrow as pa
        import pyarrow.compute as pc

        seen = self._seen.setdefault(table, set())
        rows = rows.filter(pc.is_valid(rows[key]))
        rows = _distinct(rows, [key])
        known = [value in seen for value in rows[key].to_pylist()]
        rows = rows.filter(pc.invert(pa.array(known, pa.bool_())))
        seen.update(rows[key].to_pylist())
        return rows

    def _authors(self, tables: dict[str, pa.Table], papers: pa.Array, records: pa.Table) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        parent, authors = _exploded(records["authors"])
        number = parent.to_numpy()
        starts = np.searchsorted(number, number, side="left")
        position = pa.array(np.arange(len(number)) - starts + 1)
        name = normalise_column(pc.struct_field(authors, "name"))
        orcid = pc.struct_field(authors, "orcid")
        given = pc.struct_field(authors, "id")
        ids = pc.coalesce(given, orcid, mint_column("author", name))
        whole = pc.and_(pc.is_valid(ids), pc.not_equal(pc.fill_null(name, ""), ""))
        place = _flat(records["place"]).take(parent)
        rows = pa.table(
            {
                "paper": papers.take(parent),
                "author": ids,
                "position": position,
                "printed_name": name,
                "affiliation": pc.struct_field(authors, "affiliation"),
                "orcid": orcid,
                "organizations": pc.struct_field(authors, "organizations"),
                "place": place,
            }
        ).filter(whole)
        about = rows.select(["author", "printed_name", "orcid", "place"])
        about = about.rename_columns(["id", "name", "orcid", "place"])
        _add(tables, "authors", self._new("authors", about))
        _add(tables, "authorships", rows.drop_columns(["orcid", "organizations"]))
        self._organizations(tables, rows)

    def _organizations(self, tables: dict[str, pa.Table], authorships: pa.Table) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        parent, found = _exploded(authorships["organizations"])
        if not len(found):
            return
        name = normalise_column(pc.struct_field(found, "name"))
        ids = pc.coalesce(pc.struct_field(found, "id"), mint_column("organization", name))
        place = _flat(authorships["place"]).take(parent)
        ror = pc.struct_field(found, "ror")
        about = pa.table({"id": ids, "label": name, "ror": ror, "place": place})
        _add(tables, "organizations", self._new("organizations", about))
        rows = pa.table(
            {
                "paper": _flat(authorships["paper"]).take(parent),
                "author": _flat(authorships["author"]).take(parent),
                "organization": ids,
                "place": place,
            }
        )
        rows = rows.filter(pc.is_valid(rows["organization"]))
        _add(tables, "affiliations", _distinct(rows, ["paper", "author", "organization"]))

    def _topics(self, tables: dict[str, pa.Table], papers: pa.Array, records: pa.Table) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        parent, topics = _exploded(records["topics"])
        if not len(topics):
            return
        label = normalise_column(pc.struct_field(topics, "label"))
        ids = pc.coalesce(pc.struct_field(topics, "id"), mint_column("topic", label))
        place = _flat(records["place"]).take(parent)
        scheme = pa.repeat(self._scheme, len(ids))
        about = pa.table({"id": ids, "label": label, "scheme": scheme, "place": place})
        _add(tables, "topics", self._new("topics", about))
        front = {"id": [self._scheme], "label": [self._scheme_label]}
        _add(tables, "schemes", self._new("schemes", pa.table(front)))
        rows = pa.table(
            {
                "paper": papers.take(parent),
                "topic": ids,
                "score": pc.struct_field(topics, "score"),
                "place": place,
            }
        )
        rows = rows.filter(pc.is_valid(rows["topic"]))
        _add(tables, "subjects", _distinct(rows, ["paper", "topic"]))


def _add(tables: dict[str, pa.Table], name: str, rows: pa.Table) -> None:
    import pyarrow as pa

    known = tables.get(name)
    tables[name] = rows if known is None else pa.concat_tables([known, rows])


def _flat(column: Any) -> pa.Array:
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _exploded(column: Any) -> tuple[pa.Array, pa.Array]:
    """The elements of a column of lists, and the row of each."""
    import pyarrow.compute as pc

    lists = _flat(column)
    return pc.list_parent_indices(lists), pc.list_flatten(lists)


def _distinct(rows: pa.Table, key: list[str]) -> pa.Table:
    """The first row of each key."""
    import pyarrow as pa

    numbered = rows.select(key).append_column("#", pa.array(range(rows.num_rows)))
    firsts = numbered.group_by(key, use_threads=False).aggregate([("#", "min")])["#_min"]
    return rows if len(firsts) == rows.num_rows else rows.take(firsts)
