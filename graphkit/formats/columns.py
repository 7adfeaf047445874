"""Tables with headings of any kind -> records: what CSV, JSON Lines and Parquet have in common.

Whole columns are converted at a time; Python sees single values only where one needs care.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.errors import UnknownNameError
from graphkit.formats.column_values import (
    as_text,
    by_value,
    dois,
    event_names,
    filled,
    is_any,
    languages,
    matches,
    only,
    tidy,
    types_of,
    with_year,
    without_volume,
    years,
)
from graphkit.formats.latex import latex_to_text
from graphkit.formats.names_in_columns import authors_of, split_names
from graphkit.formats.reading import Note
from graphkit.formats.records import record_schema
from graphkit.tables import flat

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["guess_columns", "looks_like_papers", "to_records"]

# Headings by what they stand for, in lower case with single spaces, the best first: those of
# Scopus, IEEE Xplore, Springer, the ACL Anthology, and what people call such columns.
HEADINGS: dict[str, tuple[str, ...]] = {
    "title": ("title", "document title", "item title", "article title", "paper title", "titel"),
    "authors": (
        "author full names", "authors", "author", "author s", "author names", "creators",
        "creator", "autoren",
    ),
    "author_affiliations": (
        "authors with affiliations", "author affiliations", "affiliations", "affiliation",
    ),
    "year": (
        "year", "publication year", "year of publication", "pub year", "published", "date",
        "publication date", "jahr",
    ),
    "doi": ("doi", "item doi", "digital object identifier", "doi link"),
    "url": ("url", "link", "pdf link", "uri"),
    "abstract": ("abstract", "summary", "abstract note"),
    "language": ("language", "language of original document", "lang"),
    "type": ("document type", "content type", "document identifier", "publication type",
             "item type", "type"),
    "event": ("event", "conference name", "conference", "conference title", "venue"),
    "journal": ("journal", "journal title", "journal name"),
    "container": (
        "source title", "publication title", "booktitle", "book title", "proceedings title",
        "source",
    ),
    "issns": ("issn", "print issn", "eissn", "electronic issn"),
    "author_ids": ("author s id", "author ids"),  # those of Scopus
    "key": ("id", "key", "citation key", "eid", "identifier", "accession number"),
    "pubmed": ("pubmed id", "pmid", "pubmed"),
}  # fmt: skip
TOPIC_HEADINGS = (
    "author keywords", "index keywords", "keywords", "keyword", "ieee terms", "topics", "topic",
    "subjects", "subject", "tags",
)  # fmt: skip

PERIODICAL = r"(?i)\bjournal\b|\btransactions (on|of)\b|\bmagazine\b|, volume \d|\bletters\b"
PROCEEDINGS = (
    r"(?i)\bproceedings\b|\bconference\b|\bworkshop\b|\bsymposium\b|\bfindings of\b"
    r"|\bmeeting\b|\bactes\b"
)
# A command, an accent, capitals kept by braces: not a lone $ or brace.
LATEX = r"\\(?:[A-Za-z]{2,}|[\"'^`~=.vcuHk]\{?\\?[A-Za-z])|\{[A-Z][\w-]*\}"
EID = r"^2-s2\.0-\d{5,15}$"  # of a record in Scopus
ACL_ID = r"^(?:\d{4}\.[a-z0-9_]+-[a-z0-9]+\.\d+|[A-Z]\d\d-\d{4,5})$"


def guess_columns(
    names: Iterable[str], mapping: Mapping[str, str] | None = None
) -> dict[str, list[str]]:
    """Which columns of a table stand for what, told from their headings.

    Parameters
    ----------
    names : iterable of str
        The headings.
    mapping : mapping of str to str, optional
        What a person says: ``title``, ``authors``, … to a heading; goes before any guess.

    Returns
    -------
    dict of str to list of str
        The headings, the best first.

    Raises
    ------
    UnknownNameError
        The mapping names what no paper has, or a heading that is not there.
    TypeError
        It is no mapping.

    Examples
    --------
    >>> guess_columns(["Item Title", "Authors", "Titel"], {"title": "Titel"})
    {'title': ['Titel'], 'authors': ['Authors']}
    """
    if not isinstance(mapping, Mapping | None):
        raise TypeError(f"columns is {mapping!r}; give a mapping such as {{'title': 'Titel'}}")
    by_heading: dict[str, str] = {}
    names = list(names)
    for name in names:
        by_heading.setdefault(" ".join(re.findall(r"\w+", name.lower().replace("_", " "))), name)
    found = {
        target: [by_heading[heading] for heading in headings if heading in by_heading]
        for target, headings in {**HEADINGS, "topics": TOPIC_HEADINGS}.items()
    }
    for target, name in (mapping or {}).items():
        target = "author_affiliations" if target == "affiliations" else target
        if target not in found:
            raise UnknownNameError("column of papers", target, found)
        if name not in names:
            raise UnknownNameError("heading", name, names)
        found[target] = [name]
    return {target: columns for target, columns in found.items() if columns}


def looks_like_papers(names: Iterable[str]) -> bool:
    """Whether headings are those of a table of papers: titles, and who wrote them or when.

    Examples
    --------
    >>> looks_like_papers(["Document Title", "Authors"]), looks_like_papers(["title", "price"])
    (True, False)
    """
    found = guess_columns(names)
    return "title" in found and bool({"authors", "year", "doi"} & found.keys())


def to_records(
    table: pa.Table, places: pa.Array, mapping: Mapping[str, str] | None = None
) -> tuple[pa.Table, list[Note]]:
    """The records of a table whose headings say what its columns are.

    Parameters
    ----------
    table : pyarrow.Table
    places : pyarrow.Array
        Where each row stands, as text.
    mapping : mapping of str to str, optional
        See `guess_columns`.

    Returns
    -------
    tuple of (pyarrow.Table, list of Note)
        Records in the columns of `graphkit.formats.records.record_schema`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"Title": ["Echoes"], "Authors": ["Lovelace, Ada; Turing, Alan"]})
    >>> records, notes = to_records(table, pa.array(["line 2"]))
    >>> [author["name"] for author in records["authors"][0].as_py()], notes
    (['Ada Lovelace', 'Alan Turing'], [])
    """
    converter = _Converter(
        table.combine_chunks(), places, guess_columns(table.schema.names, mapping)
    )
    return converter.records(), converter.notes


def _without_latex(titles: pa.Array) -> pa.Array:
    """Titles as they are printed, also those that come from a bibliography in BibTeX."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # Springer prints formulas between $$ twice, in LaTeX and plain; they are left as printed.
    twice = pc.match_substring(titles, "$$")
    odd = pc.and_(pc.match_substring_regex(titles, LATEX), pc.invert(twice))
    odd = pc.fill_null(odd, False)
    values = titles.filter(odd).to_pylist()
    if not values:
        return titles
    decoded = pa.array([latex_to_text(value) for value in values], titles.type)
    return pc.replace_with_mask(titles, odd, decoded)


class _Converter:
    """One table on its way to records."""

    def __init__(self, table: pa.Table, places: pa.Array, columns: dict[str, list[str]]) -> None:
        self._table, self._places, self._columns = table, places, columns
        self.notes: list[Note] = []

    def records(self) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        title = _without_latex(tidy(self._text("title")))
        doi_as_printed = self._text("doi")
        doi = dois(doi_as_printed)
        key = self._text("key")
        year = self._years()
        kind, event, journal, container = self._containers(year)
        links = [self._text("url"), doi_as_printed]
        own = pc.coalesce(
            pc.binary_join_element_wise("acl:", only(key, ACL_ID), ""),
            pc.binary_join_element_wise("scopus:", only(key, EID), ""),
        )
        own_id = pc.if_else(pc.is_null(doi), own, None)
        columns = {
            "place": self._places,
            "key": key,
            "id": own_id,
            "title": title,
            "type": kind,
            "year": year,
            "doi": doi,
            "url": pc.coalesce(*(only(link, "^(?i:https?)://[^\\s/]+") for link in links)),
            "abstract": tidy(self._text("abstract")),
            "language": languages(self._text("language")),
            "event": event,
            "journal": journal,
            "container": container,
            "issns": self._issns(),
            "authors": self._authors(),
            "topics": self._topics(),
            "identifiers": self._identifiers(pc.if_else(pc.is_valid(own_id), None, own)),
            "cites": pa.nulls(len(key), pa.list_(pa.string())),
        }
        schema = record_schema()
        records = pa.table(
            [columns[field.name].cast(field.type) for field in schema], schema=schema
        )
        return self._without_empty(records)

    def _text(self, target: str) -> pa.Array:
        """The first column for this that has something, row by row, as text."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = [filled(as_text(self._table[name])) for name in self._columns.get(target, ())]
        if not found:
            return pa.nulls(self._table.num_rows, pa.string())
        return pc.coalesce(*found) if len(found) > 1 else found[0]

    def _years(self) -> pa.Array:
        import pyarrow.compute as pc

        text = self._text("year")
        year = years(text)
        self._note(pc.and_(pc.is_valid(text), pc.is_null(year)), text, "no year", "read without")
        return year

    def _containers(self, year: pa.Array) -> tuple[pa.Array, ...]:
        """Type, event, journal, and what is printed in something else."""
        import pyarrow.compute as pc

        container, journal, event = map(tidy, map(self._text, ("container", "journal", "event")))
        kind = by_value(self._text("type"), types_of)
        printed = pc.coalesce(container, event)
        is_proceedings = by_value(printed, lambda texts: matches(texts, PROCEEDINGS))
        is_serial = by_value(printed, lambda texts: matches(texts, PERIODICAL))
        is_serial = pc.and_(is_serial, pc.invert(is_proceedings))
        is_journal = pc.or_(is_serial, pc.is_valid(journal))
        has_event = pc.or_(pc.is_valid(event), is_proceedings)
        kind = pc.coalesce(
            kind,
            pc.if_else(is_journal, "fabio:JournalArticle", None),
            pc.if_else(has_event, "fabio:ConferencePaper", None),
        )
        in_journal = pc.fill_null(pc.equal(kind, "fabio:JournalArticle"), False)
        at_event = pc.fill_null(pc.equal(kind, "fabio:ConferencePaper"), False)
        # What a row that does not say its type is printed in is a journal more often than not.
        is_in = pc.or_(in_journal, pc.is_null(kind))
        journal = pc.coalesce(journal, pc.if_else(is_in, container, None))
        event = pc.if_else(in_journal, None, event)
        event = pc.coalesce(event_names(event), pc.if_else(at_event, container, None))
        other = pc.if_else(pc.is_null(pc.coalesce(event, journal)), container, None)
        return kind, with_year(event, year), by_value(journal, without_volume), other

    def _authors(self) -> pa.Array:
        column = self._first("authors")
        names, notes = authors_of(
            column,
            self._first("author_affiliations"),
            self._places,
            self._table.num_rows,
            self._first("author_ids"),
        )
        self.notes += notes
        return names

    def _first(self, target: str) -> pa.Array | None:
        """The best column for this, as it is."""
        for name in self._columns.get(target, ()):
            column = flat(self._table[name])
            if column.null_count < len(column):
                return column
        return None

    def _topics(self) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        columns = [flat(self._table[name]) for name in self._columns.get("topics", ())]
        columns = [as_text(column) for column in columns]
        schema_type = record_schema().field("topics").type
        if not columns:
            return pa.nulls(self._table.num_rows, schema_type)
        joined = pc.binary_join_element_wise(*(pc.fill_null(c, "") for c in columns), ";")
        lists = split_names(joined, ";" if is_any(pc.match_substring(joined, ";")) else ",")
        labels = pc.list_flatten(lists)
        fields = {
            "label": labels,
            "id": pa.nulls(len(labels), pa.string()),
            "score": pa.nulls(len(labels), pa.float64()),
        }
        structs = pa.StructArray.from_arrays(list(fields.values()), names=list(fields))
        return pa.ListArray.from_arrays(lists.offsets, structs)

    def _issns(self) -> pa.Array:
        """Those in all columns for it, one list a row."""
        import pyarrow as pa
        import pyarrow.compute as pc

        columns = [as_text(self._table[name]) for name in self._columns.get("issns", ())]
        if not columns:
            return pa.nulls(self._table.num_rows, pa.list_(pa.string()))
        joined = pc.binary_join_element_wise(*(pc.fill_null(c, "") for c in columns), ";")
        return pc.split_pattern_regex(joined, r"\s*[;,|]\s*|\s+")

    def _identifiers(self, own: pa.Array) -> pa.Array:
        """Those of the ACL Anthology, Scopus and PubMed, one list a row."""
        import pyarrow as pa
        import pyarrow.compute as pc

        pubmed = only(self._text("pubmed"), r"^\d{1,9}$")
        pubmed = pc.binary_join_element_wise("pubmed:", pubmed, "")
        both = (pc.fill_null(own, ""), pc.fill_null(pubmed, ""))
        joined = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*both, " "))
        some = pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
        return pc.split_pattern(some, " ")

    def _without_empty(self, records: pa.Table) -> pa.Table:
        """The rows that name a paper; the others are noted."""
        import pyarrow.compute as pc

        no_title = pc.is_null(records["title"])
        if not is_any(no_title):
            return records
        has_authors = pc.greater(pc.fill_null(pc.list_value_length(records["authors"]), 0), 0)
        has_id = pc.or_(pc.is_valid(records["doi"]), pc.is_valid(records["key"]))
        empty = pc.and_(no_title, pc.invert(pc.or_(has_authors, has_id)))
        self._note(empty, records["abstract"], "neither title nor authors nor id", "left out")
        kept = pc.and_(no_title, pc.invert(empty))
        self._note(kept, pc.coalesce(records["doi"], records["key"]), "no title", "read without")
        return records.filter(pc.invert(empty))

    def _note(self, mask: Any, text: Any, reason: str, done: str) -> None:
        self.notes += notes_where(mask, self._places, text, reason, done)


def notes_where(mask: Any, places: Any, text: Any, reason: str, done: str) -> list[Note]:
    """A note for each row that a mask says."""
    if not is_any(mask):
        return []
    rows = zip(places.filter(mask).to_pylist(), text.filter(mask).to_pylist(), strict=True)
    return [Note(place, reason, (shown or "")[:80], done) for place, shown in rows]
