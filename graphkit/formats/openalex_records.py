"""Works of OpenAlex -> columns of records, many at a time, and what they lack."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from graphkit.checked import orcid_of, year_of
from graphkit.formats.column_values import (
    by_value,
    dois,
    is_any,
    matches,
    only,
    relisted,
    tidy,
    with_year,
)
from graphkit.formats.names import turned_name
from graphkit.formats.reading import Note, Reading
from graphkit.formats.records import record_schema
from graphkit.ids import identifier_column

Member = TypeVar("Member")

if TYPE_CHECKING:
    import pyarrow as pa

    from graphkit.formats.openalex_work import Authorship, Thing, Venue, Work

__all__ = ["ID", "Batch"]

# Those of OpenAlex, and those of Crossref that it used before 2023.
TYPES = {
    "journal-article": "fabio:JournalArticle",
    "proceedings-article": "fabio:ConferencePaper",
    "posted-content": "fabio:Preprint",
    "preprint": "fabio:Preprint",
    "book-chapter": "fabio:BookChapter",
    "book-section": "fabio:BookChapter",
    "book": "fabio:Book",
    "monograph": "fabio:Book",
    "edited-book": "fabio:Book",
    "dissertation": "fabio:Thesis",
    "report": "fabio:ReportDocument",
}
ARTICLES = {"article", "review", "letter", "editorial", "erratum"}
TYPES_BY_SOURCE = {"conference": "fabio:ConferencePaper", "repository": "fabio:Preprint"}
LANGUAGE = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
ID = r"^(?:https?://(?:api\.)?openalex\.org/(?:\w+/)?)?(?P<id>[A-Z]\d+)$"
NAMESPACE = "https://openalex.org/"
_NUMBER = re.compile(r"\d+")


class _Lists(Generic[Member]):
    """The members of many lists in one."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self._ends = [0]

    def add(self, members: list[Member] | None) -> None:
        """Take a list; None is an empty one."""
        if members:
            self.members += members
        self._ends.append(len(self.members))

    def column(self, values: pa.Array) -> pa.Array:
        """A column of the lists, with a value for each member."""
        import pyarrow as pa

        return pa.ListArray.from_arrays(pa.array(self._ends, pa.int32()), values)


class Batch:
    """Works, and where each stands -> columns of records, and what they lack."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self._places: list[str] = []
        self._abstracts: list[str | None] = []
        self._authorships: _Lists[Authorship] = _Lists()
        self._institutions: _Lists[Thing] = _Lists()
        self._affiliations: list[str | None] = []
        self._topics: _Lists[Thing] = _Lists()
        self._cited: _Lists[str] = _Lists()
        self._notes: list[tuple[int, Note]] = []

    def add(self, place: str, work: Work) -> None:
        """Take a work."""
        self.works.append(work)
        self._places.append(place)
        self._abstracts.append(_abstract(work.abstract_inverted_index))
        self._authorships.add(work.authorships)
        if work.authorships:
            for entry in work.authorships:
                self._affiliations.append(_affiliation(entry))
                self._institutions.add(entry.institutions)
                entry.raw_affiliation_strings = entry.institutions = None
        self._topics.add(work.topics or work.concepts)
        self._cited.add(work.referenced_works)
        # Lists that are kept are what the garbage collector goes through again and again.
        work.abstract_inverted_index = work.authorships = None
        work.topics = work.concepts = work.referenced_works = None

    def reading(self, notes: list[Note]) -> Reading:
        """The works, with these notes and those on them in the order of the source."""
        columns = self._columns()
        found = [note for _, note in sorted(self._notes, key=operator.itemgetter(0))]
        return Reading(
            records=columns, notes=sorted([*notes, *found], key=_where) if notes else found
        )

    def _columns(self) -> pa.Table:
        """In the columns of `record_schema`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        works = self.works
        places = [w.primary_location for w in works]
        sources = [
            p.source if p and p.source else w.host_venue for p, w in zip(places, works, strict=True)
        ]
        ids = _curies([w.id for w in works])
        doi = dois(_texts([w.doi for w in works]))
        year = self._years()
        links = _texts([p.landing_page_url if p else None for p in places])
        columns = {
            "place": _texts(self._places),
            "key": pc.utf8_slice_codeunits(ids, len("openalex:")),
            "id": pc.if_else(pc.is_valid(doi), None, ids),
            "title": self._titles(),
            "type": _texts(
                [
                    _type(w.type_crossref, w.type, s and s.type)
                    for w, s in zip(works, sources, strict=True)
                ]
            ),
            "year": year,
            "doi": doi,
            "url": only(links, r"^https?://[^\s/]"),
            "abstract": tidy(_texts(self._abstracts)),
            "language": only(_texts([w.language for w in works]), LANGUAGE),
            "event": with_year(_venues(sources, "conference"), year),
            "journal": _venues(sources, "journal"),
            "container": _venues(sources, "book series"),
            "issns": self._issns(sources),
            "authors": self._authors(),
            "topics": self._topics.column(_topics(self._topics.members)),
            "identifiers": _identifiers(works, pc.if_else(pc.is_valid(doi), ids, None)),
            "cites": _filled(self._cited.column(_curies(self._cited.members))),
        }
        schema = record_schema()
        return pa.table([columns[name] for name in schema.names], schema=schema)

    def _titles(self) -> pa.Array:
        import pyarrow.compute as pc

        works = self.works
        title = pc.coalesce(
            tidy(_texts([w.title for w in works])), tidy(_texts([w.display_name for w in works]))
        )
        self._note("no title", pc.is_null(title), [w.id for w in works], "read without")
        return title

    def _years(self) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        printed = [work.publication_year or work.publication_date for work in self.works]
        try:
            year = pa.array(printed, pa.int32())
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            year = pa.array([_year(value) for value in printed], pa.int32())
        year = pc.if_else(pc.and_(pc.greater_equal(year, 1400), pc.less(year, 2100)), year, None)
        lacks = pc.and_(pc.is_null(year), pa.array(map(bool, printed)))
        self._note("no year", lacks, list(map(str, printed)), "read without")
        return year

    def _authors(self) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        entries = self._authorships.members
        people = [entry.author for entry in entries]
        name = pc.coalesce(
            tidy(_texts([entry.raw_author_name for entry in entries])),
            tidy(_texts([person.display_name if person else None for person in people])),
        )
        inverted = matches(name, ",")
        if is_any(inverted):
            turned = _texts([turned_name(text) for text in name.filter(inverted).to_pylist()])
            name = pc.replace_with_mask(name, inverted, turned)
        printed = _texts([person.orcid if person else None for person in people])
        orcid = by_value(printed, _orcids)
        organizations = _organizations(self._institutions.members)
        authors = _structs(
            "authors",
            name=name,
            id=_curies([person.id if person else None for person in people]),
            orcid=orcid,
            affiliation=tidy(_texts(self._affiliations)),
            organizations=self._institutions.column(organizations),
            identifiers=pa.nulls(len(name), pa.list_(pa.string())),
        )
        lists = self._authorships.column(authors)
        wrong = pc.and_(pc.is_null(orcid), pc.not_equal(printed, ""))
        reason = "not an ORCID, or its check digit is wrong"
        self._note(reason, wrong, printed, rows=pc.list_parent_indices(lists))
        return lists

    def _issns(self, sources: list[Venue | None]) -> pa.Array:
        import numpy as np
        import pyarrow as pa

        issns = _texts([source.issn_l if source else None for source in sources])
        return pa.ListArray.from_arrays(pa.array(np.arange(len(issns) + 1), pa.int32()), issns)

    def _note(
        self,
        reason: str,
        where: pa.Array,
        texts: Any,
        done: str = "left out",
        rows: pa.Array | None = None,
    ) -> None:
        """Note what a mask says, each with its text; ``rows`` says of which works that is."""
        import pyarrow.compute as pc

        for at in pc.indices_nonzero(where).to_pylist():
            row = at if rows is None else rows[at].as_py()
            text = str(texts[at])[:80]
            self._notes.append((row, Note(self._places[row], reason, text, done)))


def _year(value: object) -> int | None:
    return year_of(value) if isinstance(value, str | int | float) else None


def _where(note: Note) -> list[int]:
    return list(map(int, _NUMBER.findall(note.place)))


def _orcids(printed: pa.Array) -> pa.Array:
    return _texts([orcid_of(text) for text in printed.to_pylist()])


def _affiliation(entry: Authorship) -> str | None:
    """As printed; several are joined by semicolons, as OpenAlex does."""
    several = [text for text in entry.raw_affiliation_strings or () if text.strip()]
    return "; ".join(several) if several else entry.raw_affiliation_string


def _organizations(institutions: list[Thing]) -> pa.Array:
    rors = by_value(_texts([i.ror for i in institutions]), _rors)
    names = by_value(_texts([i.display_name for i in institutions]), tidy)
    return _structs("organizations", name=names, id=_curies([i.id for i in institutions]), ror=rors)


def _rors(printed: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    last = pc.struct_field(pc.extract_regex(printed, "(?P<id>[^/]+)/?$"), "id")
    return identifier_column("ror", last)


def _topics(topics: list[Thing]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    score = pa.array([topic.score for topic in topics], pa.float64())
    return _structs(
        "topics",
        label=by_value(_texts([topic.display_name for topic in topics]), tidy),
        id=_curies([topic.id for topic in topics]),
        score=pc.if_else(pc.less_equal(pc.abs(score), 1e6), score, None),
    )


def _identifiers(works: list[Work], work_ids: pa.Array) -> pa.Array:
    """The id of a work in OpenAlex and that in PubMed, one list a row."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    pubmed = _texts([work.ids.pmid if work.ids else None for work in works])
    number = pc.struct_field(pc.extract_regex(pubmed, r"(?P<id>\d{1,9})$"), "id")
    both = pa.concat_arrays([work_ids, pc.binary_join_element_wise("pubmed:", number, "")])
    by_work = both.take(pa.array(np.arange(2 * len(works)).reshape(2, -1).T.ravel()))
    offsets = pa.array(np.arange(0, 2 * len(works) + 1, 2), pa.int32())
    return _filled(pa.ListArray.from_arrays(offsets, by_work))


def _venues(sources: list[Venue | None], kind: str) -> pa.Array:
    names = [source.display_name if source and source.type == kind else None for source in sources]
    return by_value(_texts(names), tidy)


@functools.lru_cache(1 << 10)
def _type(crossref: str | None, own: str | None, source: str | None) -> str | None:
    for name in (crossref, own):
        if name in TYPES:
            return TYPES[name]
        if name in ARTICLES:
            return TYPES_BY_SOURCE.get(source or "", "fabio:JournalArticle")
    return None


def _abstract(index: dict[str, list[int]] | None) -> str | None:
    """The text that an inverted index (word: positions) was made of."""
    if not index:
        return None
    length = sum(map(len, index.values()))
    words = dict.fromkeys(range(length), "")
    for word, places in index.items():
        for place in places:
            words[place] = word
    if len(words) == length and "" not in words.values():
        return " ".join(words.values())
    pairs = sorted((place, word) for word, places in index.items() for place in places)
    return " ".join(word for _, word in pairs)


def _curies(values: Sequence[str | None]) -> pa.Array:
    """``openalex:W1`` for any way to write it."""
    return by_value(_texts(values), _curies_of)


def _curies_of(values: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    if pc.all(pc.match_substring_regex(values, f"^{NAMESPACE}[A-Z][0-9]+$")).as_py():
        found = pc.utf8_slice_codeunits(values, len(NAMESPACE))
    else:
        found = pc.struct_field(pc.extract_regex(values, ID), "id")
    return pc.binary_join_element_wise("openalex:", found, "")


def _texts(values: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string())


def _structs(column: str, **fields: pa.Array) -> pa.Array:
    """Members of the lists in a column of records."""
    import pyarrow as pa

    kind = record_schema().field("authors" if column == "organizations" else column).type.value_type
    if column == "organizations":
        kind = kind.field(column).type.value_type
    return pa.StructArray.from_arrays([fields[field.name] for field in kind], fields=list(kind))


def _filled(lists: pa.Array) -> pa.Array:
    """The same lists without members that are null."""
    import pyarrow.compute as pc

    return relisted(lists, lists.values, pc.is_valid(lists.values))
