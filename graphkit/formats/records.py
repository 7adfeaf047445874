"""Bibliographic records -> rows, by column: the common path of all formats that list papers.

A reader fills `record_schema` (one Arrow row a paper, authors and topics as lists) and `Collector`
makes the tables of it: ids are minted, what is named twice becomes one row, and each row keeps
the place of its record.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.checked import issn_of
from graphkit.formats.column_values import by_value
from graphkit.formats.paper_ids import once, paper_ids
from graphkit.formats.reading import Note
from graphkit.ids import mint, mint_column, normalise_column
from graphkit.tables import first_rows, flat

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Collector", "record_schema"]


@functools.cache
def record_schema() -> pa.Schema:
    """The columns of a record.

    Returns
    -------
    pyarrow.Schema
        ``place`` (where it stands), ``key`` (its key in the source, if any), ``id`` (a CURIE
        that the source gives), ``title``, ``type`` (a class such as
        ``fabio:JournalArticle``), ``year``, ``doi``, ``url``, ``abstract``, ``language``,
        ``event`` and ``journal`` (labels), ``container`` (title of what it is printed in, where
        that is neither), ``issns`` (those of the journal, as printed),
        ``authors`` (name, id, orcid, affiliation, organizations, identifiers), ``topics``
        (label, id, score), ``identifiers`` and ``cites`` (CURIEs).
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
            ("identifiers", pa.list_(text)),
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
            ("container", text),
            ("issns", pa.list_(text)),
            ("authors", pa.list_(author)),
            ("topics", pa.list_(topic)),
            ("identifiers", pa.list_(text)),
            ("cites", pa.list_(text)),
        ]
    )


class Collector:
    """Makes tables of records, batch by batch; what is named again and again becomes one row.

    Parameters
    ----------
    scheme : str
        Label of the scheme of topics.
    """

    def __init__(self, scheme: str) -> None:
        self._scheme = mint("scheme", scheme)
        self._scheme_label = scheme
        self._papers: dict[str, str] = {}
        self._parts: dict[str, list[pa.Table]] = {}
        self.notes: list[Note] = []

    def add(self, records: pa.Table | Iterable[Mapping[str, Any]]) -> None:
        """Take a batch of records.

        Parameters
        ----------
        records : pyarrow.Table or iterable of dict
            In the columns of `record_schema`; missing ones are empty.
        """
        import pyarrow as pa

        if not isinstance(records, pa.Table):
            records = pa.Table.from_pylist(list(records), schema=record_schema())
        records = records.combine_chunks()
        papers = paper_ids(records)
        named = papers.to_pylist()
        if len(first_rows([papers])) == len(papers) and self._papers.keys().isdisjoint(named):
            self._papers.update(zip(named, records["place"].to_pylist(), strict=True))
        else:
            records, papers, notes = once(records, papers, self._papers, self._earlier)
            records = records.combine_chunks()
            self.notes += notes
        place = flat(records["place"])
        event = mint_column("venue", flat(records["event"]))
        journal = mint_column("venue", flat(records["journal"]))
        kept = ("title", "type", "year", "doi", "url", "abstract", "language")
        self._add(
            "papers",
            {"id": papers, "event": event, "journal": journal, "place": place}
            | {name: records[name] for name in kept},
        )
        for column, ids, kind in (
            ("event", event, "schema:Event"),
            ("journal", journal, "fabio:Journal"),
        ):
            named = {"id": ids, "label": records[column], "place": place}
            self._add("venues", named | {"type": pa.repeat(kind, len(ids))}, ["id"])
        self._containers(papers, records)
        parent, printed = _exploded(records["issns"])
        self._named(journal.take(parent), by_value(printed, _issns), place.take(parent))
        self._authors(papers, records)
        self._topics(papers, records)
        for table, column, (subject, object_) in (
            ("identifiers", "identifiers", ("entity", "identifier")),
            ("citations", "cites", ("citing", "cited")),
        ):
            parent, values = _exploded(records[column])
            said = {subject: papers.take(parent), object_: values, "place": place.take(parent)}
            self._add(table, said, [subject, object_])

    def tables(self) -> dict[str, pa.Table]:
        """All rows; of those that name one thing, the first. The collector is empty then.

        Returns
        -------
        dict of str to pyarrow.Table
            By table name, without ``source``.
        """
        import pyarrow as pa

        found: dict[str, list[pa.Table]] = {}
        while self._parts:
            name, parts = self._parts.popitem()
            rows = pa.concat_tables(parts)
            if name == "named":
                name, rows = "identifiers", _distinct(rows, ["entity", "identifier"])
            elif "id" in rows.column_names and name != "papers":
                rows = _distinct(rows, ["id"])
            found.setdefault(name, []).append(rows)
        return {name: pa.concat_tables(several) for name, several in found.items()}

    def take_notes(self) -> list[Note]:
        """What was left out since the last call."""
        notes, self.notes = self.notes, []
        return notes

    def _add(self, table: str, columns: Mapping[str, Any], key: list[str] | None = None) -> None:
        """Take rows, of each key the first; those without a key are none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = pa.table(columns)
        for name in key or ():
            if rows[name].null_count:
                rows = rows.filter(pc.is_valid(rows[name]))
        if key:
            rows = _distinct(rows, key)
        if rows.num_rows:
            self._parts.setdefault(table, []).append(rows)

    def _containers(self, papers: pa.Array, records: pa.Table) -> None:
        """Take what papers are printed in that is no venue: no column is for it."""
        import pyarrow as pa
        import pyarrow.compute as pc

        title = normalise_column(flat(records["container"]))
        known = pc.is_valid(title)
        count = pc.sum(known).as_py() or 0
        said = {"s": papers.filter(known), "p": pa.repeat("prism:publicationName", count)}
        said |= {"o": title.filter(known), "datatype": pa.repeat("xsd:string", count)}
        self._add("statements", said)

    def _named(self, entities: Any, identifiers: Any, places: Any) -> None:
        """Take identifiers of what many records name."""
        key = ["entity", "identifier"]
        rows = {"entity": entities, "identifier": identifiers, "place": places}
        self._add("named", rows, key)

    def _earlier(self, papers: Collection[str]) -> dict[str, dict[str, Any]]:
        """What was read of papers in earlier batches: their titles and the names of authors."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(papers, pa.string())
        found: dict[str, dict[str, Any]] = {}
        for rows in self._parts.get("papers", ()):
            told = rows.select(["id", "title"]).filter(pc.is_in(rows["id"], wanted))
            found |= {row["id"]: row | {"authors": []} for row in told.to_pylist()}
        for rows in self._parts.get("authorships", ()):
            told = rows.select(["paper", "printed_name"]).filter(pc.is_in(rows["paper"], wanted))
            for row in told.to_pylist():
                found[row["paper"]]["authors"].append({"name": row["printed_name"]})
        return found

    def _authors(self, papers: pa.Array, records: pa.Table) -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        parent, authors = _exploded(records["authors"])
        name = normalise_column(pc.struct_field(authors, "name"))
        again = self._twice(parent, name, records)
        if again.any():
            once = pa.array(~again)
            parent, authors, name = (each.filter(once) for each in (parent, authors, name))
        number = parent.to_numpy()
        starts = np.searchsorted(number, number, side="left")
        position = pa.array(np.arange(len(number)) - starts + 1)
        orcid = pc.struct_field(authors, "orcid")
        given = pc.struct_field(authors, "id")
        orcid = self._of_one_author(parent, records, name, orcid)
        ids = pc.coalesce(given, orcid, mint_column("author", name))
        place = flat(records["place"]).take(parent)
        rows = pa.table(
            {
                "paper": papers.take(parent),
                "author": ids,
                "position": position,
                "printed_name": name,
                "affiliation": pc.struct_field(authors, "affiliation"),
                "orcid": orcid,
                "organizations": pc.struct_field(authors, "organizations"),
                "identifiers": pc.struct_field(authors, "identifiers"),
                "place": place,
            }
        )
        whole = pc.and_(pc.is_valid(ids), pc.not_equal(pc.fill_null(name, ""), ""))
        if not pc.all(whole).as_py():
            rows = rows.filter(whole)
        about = {"id": "author", "name": "printed_name", "orcid": "orcid", "place": "place"}
        self._add("authors", {new: rows[old] for new, old in about.items()}, ["id"])
        said = rows.drop_columns(["orcid", "organizations", "identifiers"])
        self._add("authorships", {name: said[name] for name in said.column_names})
        self._organizations(rows)
        person, further = _exploded(rows["identifiers"])
        self._named(flat(rows["author"]).take(person), further, flat(rows["place"]).take(person))

    def _twice(self, parent: Any, name: Any, records: pa.Table) -> Any:
        """Which authors are a list of two or more that stands a second time behind itself.

        One name may be that of two people; a whole list in the same order is not.
        """
        import numpy as np
        import pyarrow.compute as pc

        number = parent.to_numpy()
        record, start, count = np.unique(number, return_index=True, return_counts=True)
        even = (count >= 4) & (count % 2 == 0)
        record, start, half = record[even], start[even], count[even] // 2
        same = pc.equal(name.take(start), name.take(start + half))
        again = np.zeros(len(number), bool)
        for row in np.flatnonzero(pc.fill_null(same, False).to_numpy(zero_copy_only=False)):
            first, size = int(start[row]), int(half[row])
            if name.slice(first, size).equals(name.slice(first + size, size)):
                again[first + size : first + 2 * size] = True
                place = records["place"][int(record[row])].as_py()
                text = "; ".join(one or "" for one in name.slice(first, size).to_pylist())
                reason = "the list of authors stands twice"
                self.notes.append(Note(place, reason, text[:80], "read once"))
        return again

    def _of_one_author(self, parent: Any, records: pa.Table, name: Any, orcid: Any) -> Any:
        """ORCIDs, without those that one record gives to authors of different names."""
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = pa.table({"record": parent, "orcid": orcid, "name": name})
        told = rows.filter(pc.is_valid(rows["orcid"]))
        if told.num_rows == len(first_rows([told["record"], told["orcid"]])):
            return orcid
        grouped = told.group_by(["record", "orcid"], use_threads=False)
        several = grouped.aggregate([("name", "count_distinct"), ("name", "list")])
        several = several.filter(pc.greater(several["name_count_distinct"], 1))
        wrong = set(zip(several["record"].to_pylist(), several["orcid"].to_pylist(), strict=True))
        for row in several.to_pylist():
            place = records["place"][row["record"]].as_py()
            reason = f"{row['orcid']} stands for {row['name_count_distinct']} authors of one paper"
            text = "; ".join(one or "" for one in row["name_list"])
            self.notes.append(Note(place, reason, text[:80], "read without it"))
        pairs = zip(parent.to_pylist(), orcid.to_pylist(), strict=True)
        return pa.array([None if pair in wrong else pair[1] for pair in pairs], pa.string())

    def _organizations(self, authorships: pa.Table) -> None:
        import pyarrow.compute as pc

        parent, found = _exploded(authorships["organizations"])
        if not len(found):
            return
        name = normalise_column(pc.struct_field(found, "name"))
        ids = pc.coalesce(pc.struct_field(found, "id"), mint_column("organization", name))
        place = flat(authorships["place"]).take(parent)
        ror = pc.struct_field(found, "ror")
        self._add("organizations", {"id": ids, "label": name, "ror": ror, "place": place}, ["id"])
        rows = {
            "paper": flat(authorships["paper"]).take(parent),
            "author": flat(authorships["author"]).take(parent),
            "organization": ids,
            "place": place,
        }
        self._add("affiliations", rows, ["paper", "author", "organization"])

    def _topics(self, papers: pa.Array, records: pa.Table) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        parent, topics = _exploded(records["topics"])
        if not len(topics):
            return
        label = normalise_column(pc.struct_field(topics, "label"))
        ids = pc.coalesce(pc.struct_field(topics, "id"), mint_column("topic", label))
        place = flat(records["place"]).take(parent)
        scheme = pa.repeat(self._scheme, len(ids))
        about = {"id": ids, "label": label, "scheme": scheme, "place": place}
        self._add("topics", about, ["id"])
        self._add("schemes", {"id": [self._scheme], "label": [self._scheme_label]}, ["id"])
        rows = {
            "paper": papers.take(parent),
            "topic": ids,
            "score": pc.struct_field(topics, "score"),
            "place": place,
        }
        self._add("subjects", rows, ["paper", "topic"])


def _issns(printed: pa.Array) -> pa.Array:
    import pyarrow as pa

    return pa.array(map(issn_of, printed.to_pylist()), pa.string())


def _exploded(column: Any) -> tuple[pa.Array, pa.Array]:
    """The elements of a column of lists, and the row of each."""
    import pyarrow.compute as pc

    lists = flat(column)
    return pc.list_parent_indices(lists), pc.list_flatten(lists)


def _distinct(rows: pa.Table, key: list[str]) -> pa.Table:
    """The first row of each key."""
    firsts = first_rows(rows[name] for name in key)
    return rows if len(firsts) == rows.num_rows else rows.take(firsts)
