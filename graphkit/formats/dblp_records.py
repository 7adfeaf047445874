"""The elements of a piece of DBLP's XML -> records, by column."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from graphkit.checked import orcid_of
from graphkit.formats.column_values import (
    by_value,
    dois,
    filled,
    matches,
    only,
    with_year,
    years,
)
from graphkit.formats.dblp_elements import PAPERS, PASSED_OVER, Elements, Numbers
from graphkit.formats.reading import Note
from graphkit.formats.records import record_schema
from graphkit.ids import identifier_column, mint_column, normalise_column

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["to_records"]

PREPRINTS = ("CoRR", "bioRxiv", "IACR Cryptol. ePrint Arch.")
NUMBERED = r"^(?P<name>.*\S)\s+\d{4}$"
LINK = r"^https?://"


def to_records(elements: Elements, before: int) -> tuple[pa.Table, dict[str, int], list[Note]]:
    """The records of papers in a piece.

    Parameters
    ----------
    elements : Elements
    before : int
        How many papers stand before them.

    Returns
    -------
    tuple of pyarrow.Table, dict of str to int and list of Note
        Records in the columns of `graphkit.formats.records.record_schema`; how many records
        are no papers, by the name of their element; notes in the order of the records.
    """
    return _Converter(elements, before).made()


class _Converter:
    """One piece on its way to records."""

    def __init__(self, elements: Elements, before: int) -> None:
        import numpy as np

        self._elements = elements
        kinds = elements.kinds
        self._is_paper = kinds < len(PAPERS)
        self._kinds = kinds[self._is_paper]
        self._tags = elements.records[self._is_paper]
        self._count = len(self._kinds)
        self._number = np.cumsum(self._is_paper) - 1
        self._before = before
        self._notes: list[tuple[int, Note]] = []

    def made(self) -> tuple[pa.Table, dict[str, int], list[Note]]:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        key = self._elements.attribute(self._tags, "key")
        numbers = pa.array(np.arange(self._count) + self._before + 1).cast(pa.string())
        self._places = pc.coalesce(
            pc.binary_join_element_wise("key ", key, ""),
            pc.binary_join_element_wise("record ", numbers, ""),
        )
        own = identifier_column("dblp", key)
        title, journal = self._title(), by_value(self._first("journal"), normalise_column)
        year = self._year()
        kind = pa.array(list(PAPERS.values()), pa.string()).take(pa.array(self._kinds))
        is_preprint = pc.is_in(journal, pa.array(PREPRINTS))
        kind = pc.if_else(is_preprint, "fabio:Preprint", kind)
        records, links, _ = self._field("ee")
        is_doi = matches(links, "doi[.]org/")
        doi = self._firsts(records, pc.if_else(is_doi, dois(links), None))
        columns = {
            "place": self._places,
            "key": key,
            "id": pc.if_else(pc.is_valid(doi), None, own),
            "title": title,
            "type": kind,
            "year": year,
            "doi": doi,
            "url": self._firsts(records, only(links, LINK)),
            "abstract": pa.nulls(self._count, pa.string()),
            "language": pa.nulls(self._count, pa.string()),
            "event": self._event(kind, year),
            "journal": journal,
            "container": self._book(kind, journal),
            "issns": pa.nulls(self._count, record_schema().field("issns").type),
            "authors": self._authors(),
            "topics": pa.nulls(self._count, record_schema().field("topics").type),
            "identifiers": self._listed(
                np.arange(self._count), pc.if_else(pc.is_valid(doi), own, None)
            ),
            "cites": self._cites(),
        }
        schema = record_schema()
        table = pa.table([columns[name] for name in schema.names], schema=schema)
        others = self._elements.kinds[~self._is_paper]
        counts = {
            name: int((others == len(PAPERS) + number).sum())
            for number, name in enumerate(PASSED_OVER)
        }
        notes = [note for _, note in sorted(self._notes, key=operator.itemgetter(0))]
        return table, counts, notes

    def _field(self, name: str) -> tuple[Numbers, pa.Array, Numbers]:
        """The fields of a name in papers: the number of the paper, text, tag."""
        import pyarrow as pa

        record, text, tags = self._elements.field(name)
        kept = self._is_paper[record]
        if not kept.all():
            record, text, tags = record[kept], text.filter(pa.array(kept)), tags[kept]
        return self._number[record], text, tags

    def _first(self, name: str) -> pa.Array:
        """Of each record the first field of a name that has a text."""
        record, text, _ = self._field(name)
        return self._firsts(record, text)

    def _firsts(self, record: Numbers, values: pa.Array) -> pa.Array:
        """Of each record the first value that is not null."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        given = pc.is_valid(values).to_numpy(zero_copy_only=False)
        places, record = np.flatnonzero(given), record[given]
        is_first = np.diff(record, prepend=-1) > 0
        at = np.full(self._count, -1)
        at[record[is_first]] = places[is_first]
        return values.take(pa.array(at, mask=at < 0))

    def _listed(self, record: Numbers, values: pa.Array) -> pa.Array:
        """Values that are not null in a list for each record."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if values.null_count:
            record = record[pc.is_valid(values).to_numpy(zero_copy_only=False)]
            values = values.drop_null()
        ends = np.cumsum(np.bincount(record, minlength=self._count))
        return pa.ListArray.from_arrays(pa.array(np.append(0, ends), pa.int32()), values)

    def _title(self) -> pa.Array:
        """Titles without the full stop that DBLP sets behind each."""
        import pyarrow.compute as pc

        text = normalise_column(self._first("title"))
        stopped = matches(text, r"(?:^|[^.])[.]$")
        title = filled(pc.if_else(stopped, pc.utf8_slice_codeunits(text, 0, -1), text))
        for row in pc.indices_nonzero(pc.is_null(title)).to_pylist():
            self._note(row, "no title", "", "read without")
        return title

    def _year(self) -> pa.Array:
        import pyarrow.compute as pc

        printed = self._first("year")
        year = years(printed)
        wrong = pc.and_(pc.is_null(year), pc.is_valid(printed))
        for row in pc.indices_nonzero(wrong).to_pylist():
            self._note(row, "no year", printed[row].as_py(), "read without")
        return year

    def _event(self, kind: pa.Array, year: pa.Array) -> pa.Array:
        """Such as ``ACL 2021``: the book's title, or the conference in the key of the volume."""
        import pyarrow.compute as pc

        volume = pc.extract_regex(self._first("crossref"), "^[^/]*/(?P<name>[^/]+)/")
        short = pc.utf8_upper(pc.struct_field(volume, "name"))
        name = pc.coalesce(by_value(self._first("booktitle"), normalise_column), short)
        at_conference = pc.equal(kind, "fabio:ConferencePaper")
        return with_year(pc.if_else(pc.fill_null(at_conference, False), name, None), year)

    def _book(self, kind: pa.Array, journal: pa.Array) -> pa.Array:
        """The title of the book that it is a chapter of."""
        import pyarrow.compute as pc

        is_in = pc.or_(pc.equal(kind, "fabio:ConferencePaper"), pc.is_valid(journal))
        book = by_value(self._first("booktitle"), normalise_column)
        return pc.if_else(pc.fill_null(is_in, False), None, book)

    def _cites(self) -> pa.Array:
        record, text, _ = self._field("cite")
        return self._listed(record, identifier_column("dblp", only(text, "/")))

    def _authors(self) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        record, printed, tags = self._field("author")
        if printed.null_count:
            named = pc.is_valid(printed)
            mask = named.to_numpy(zero_copy_only=False)
            record, printed, tags = record[mask], printed.drop_null(), tags[mask]
        coded = printed.dictionary_encode()
        text = normalise_column(coded.dictionary)
        # A number tells a person from others of the same name.
        unnumbered = pc.struct_field(pc.extract_regex(text, NUMBERED), "name")
        name = pc.coalesce(unnumbered, text).take(coded.indices)
        ids = mint_column("author", text).take(coded.indices)
        told = self._elements.attribute(tags, "orcid")
        orcid = _orcids(told)
        for row in pc.indices_nonzero(pc.and_(pc.is_valid(told), pc.is_null(orcid))).to_pylist():
            reason = "not an ORCID, or its check digit is wrong"
            self._note(int(record[row]), reason, told[row].as_py())
        # For DBLP a name is one person, whether a record repeats the ORCID or not.
        is_one = pc.or_(pc.is_valid(unnumbered).take(coded.indices), pc.is_valid(orcid))
        person = identifier_column("dblp-person", self._elements.attribute(tags, "pid"))
        fields = {
            "name": name,
            "id": pc.coalesce(person, pc.if_else(is_one, ids, None)),
            "orcid": orcid,
        }
        kind = record_schema().field("authors").type.value_type
        nothing = pa.nulls(len(name))
        people = pa.StructArray.from_arrays(
            [fields.get(field.name, nothing).cast(field.type) for field in kind], fields=list(kind)
        )
        return self._listed(record, people)

    def _note(self, row: int, reason: str, text: str, done: str = "left out") -> None:
        self._notes.append((row, Note(self._places[row].as_py(), reason, text[:80], done)))


def _orcids(printed: pa.Array) -> pa.Array:
    import pyarrow as pa

    return by_value(printed, lambda texts: pa.array(map(orcid_of, texts.to_pylist()), pa.string()))
