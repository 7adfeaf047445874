"""Reader of schema.org JSON-LD: a ScholarlyArticle or its kin, alone, in a list or a graph.

The words of schema.org are read as they stand. No context is loaded, so documents that give
them other names belong to the readers of RDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of
from graphkit.errors import ReadError
from graphkit.formats import json_stream
from graphkit.formats.document import Document
from graphkit.formats.fields import (
    as_list,
    checked_orcid,
    checked_year,
    entries,
    event_label,
    language_of,
    url_of,
)
from graphkit.formats.names import full_name
from graphkit.formats.reading import Note, Reading, readings
from graphkit.formats.text import plain, text_of
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES: tuple[str, ...] = ()  # .json and .jsonld may be anything.

Row = dict[str, Any]
Nodes = dict[str, Row]
_CONTEXT = re.compile(
    r'"@context"\s*:\s*(?:\[\s*|\{\s*)?(?:"@vocab"\s*:\s*)?"https?://(?:www\.)?schema\.org[/"]'
)
_TYPES: dict[str, str | None] = {
    "ScholarlyArticle": None,
    "MedicalScholarlyArticle": "fabio:JournalArticle",
    "Article": None,
    "TechArticle": None,
    "BlogPosting": None,
    "Report": "fabio:ReportDocument",
    "Thesis": "fabio:Thesis",
    "Book": "fabio:Book",
    "Chapter": "fabio:BookChapter",
}
_PAPER = re.compile(rf'"@type"\s*:\s*\[?[^\]{{}}]{{0,200}}?"(?:{"|".join(_TYPES)})"')
# What is about papers rather than left out: named when a paper refers to it.
_AROUND = re.compile(
    r"(?:Person|.*Organization|Periodical|Publication\w+|.*Event|EventSeries|CreativeWorkSeries|"
    r"DefinedTerm\w*|Thing|Language|Place|Country|.*Address|PropertyValue|MediaObject|"
    r"WebSite|Blog|CollegeOrUniversity|ImageObject|BreadcrumbList)"
)


def sniff(head: str) -> bool:
    """Whether a text looks like papers in schema.org JSON-LD.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff('{"@context": "https://schema.org", "@type": "ScholarlyArticle", "name": "Echoes"}')
    True
    >>> sniff('{"@context": {"gk": "https://w3id.org/graphkit/"}, "@graph": []}')
    False
    """
    head = head.lstrip("\ufeff \t\r\n")
    is_json = head.startswith(("{", "["))
    return is_json and bool(_CONTEXT.search(head)) and bool(_PAPER.search(head))


def read(document: Document) -> Iterator[Reading]:
    """Read papers in schema.org JSON-LD.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading

    Raises
    ------
    ReadError
        There is not one paper.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "article.json")
    >>> _ = path.write_text('{"@context": "https://schema.org", "@type": "ScholarlyArticle",'
    ...     '"name": "Echoes", "author": {"givenName": "Ada", "familyName": "Lovelace"}}')
    >>> record = next(read(Document(path))).records[0]
    >>> record["title"], record["authors"][0]["name"], record["place"]
    ('Echoes', 'Ada Lovelace', 'record 1')
    """
    named = _named_nodes(document)
    notes: list[Note] = []

    def record_of(place: str, node: Row, notes: list[Note]) -> Row | None:
        return _Paper(place, node, named, notes).record()

    yield from readings(document, _papers(document, notes), record_of, notes)


def _nodes(document: Document, notes: list[Note]) -> Iterator[tuple[str, Row]]:
    """The nodes of a document, also those of graphs that stand in a list or a line each."""
    for place, found in json_stream.records(document, notes):
        graph = entries(found.get("@graph"))
        for number, node in enumerate(graph, 1):
            yield f"{place}, node {number}", _node(node)
        if not graph:
            yield place, _node(found)


def _named_nodes(document: Document) -> Nodes:
    """People, organisations and journals that papers may refer to by their ids."""
    named: Nodes = {}
    try:
        for _, node in _nodes(document, []):
            name = text_of(node.get("@id"))
            if name and not _kinds(node) & _TYPES.keys():
                named[name] = node
    except ReadError:
        # The pass that follows ends in the same place, and says so.
        pass
    return named


def _papers(document: Document, notes: list[Note]) -> Iterator[tuple[str, Row]]:
    """The nodes that are papers, also those that a page or a list is about."""
    for place, node in _nodes(document, notes):
        nodes = [node]
        if not _kinds(node) & _TYPES.keys():
            inner = [*entries(node.get("mainEntity")), *entries(node.get("itemListElement"))]
            nodes = [_node(next(iter(entries(one.get("item"))), one)) for one in inner] or nodes
        for number, one in enumerate(nodes, 1):
            where = f"{place}, item {number}" if len(nodes) > 1 else place
            if _kinds(one) & _TYPES.keys():
                yield where, one
            elif not any(_AROUND.fullmatch(kind) for kind in _kinds(one)):
                kind = ", ".join(sorted(_kinds(one))) or "without a type"
                notes.append(Note(where, f"no paper, but {kind}", _text(one.get("name")) or ""))


# --- JSON-LD


def _node(node: Row) -> Row:
    """A node whose keys are the bare words of schema.org."""
    return {_word(key): value for key, value in node.items()}


def _word(name: str) -> str:
    return re.sub(r"^(?:schema:|https?://schema\.org/)", "", name)


def _kinds(node: Row) -> set[str]:
    return {_word(text) for kind in as_list(node.get("@type")) if (text := text_of(kind))}


def _values(value: object) -> list[Any]:
    """Values one by one, without JSON-LD's wrapping: ``{"@value": …}``, ``{"@list": […]}``."""
    found: list[Any] = []
    for one in as_list(value):
        if isinstance(one, dict) and "@list" in one:
            found += as_list(one["@list"])
        else:
            found.append(one.get("@value", one) if isinstance(one, dict) else one)
    return found


def _text(value: object) -> str | None:
    return next((text for one in _values(value) if (text := plain(one))), None)


class _Paper:
    """One node, and the nodes that it may refer to."""

    def __init__(self, place: str, node: Row, named: Nodes, notes: list[Note]) -> None:
        self._place, self._fields, self._named, self._notes = place, node, named, notes

    def record(self) -> Row | None:
        """The record, or a note and None."""
        fields = self._fields
        name = text_of(fields.get("@id"))
        title = _text(fields.get("headline")) or _text(fields.get("name"))
        doi = next((doi for text in self._ids(fields) if (doi := doi_of(text))), None)
        if title is None and doi is None:
            self._notes.append(Note(self._place, "no paper: neither a title nor a DOI", name or ""))
            return None
        date = _text(fields.get("datePublished")) or _text(fields.get("dateCreated"))
        year = checked_year(date, self._place, self._notes)
        journal, event = self._container("Periodical"), self._container("Event")
        pubmed = self._pubmed()
        return {
            "place": self._place,
            "key": name,
            "id": None if doi else pubmed or url_of(name),
            "title": title,
            "type": self._kind(journal, event),
            "year": year,
            "doi": doi,
            "url": self._address(),
            "abstract": _text(fields.get("abstract")) or _text(fields.get("description")),
            "language": self._language(),
            "event": event_label(event, year),
            "journal": journal,
            "container": self._container("Book") if journal is None and event is None else None,
            "authors": self._authors(),
            "topics": self._topics(),
            "identifiers": [pubmed] if pubmed else [],
            "cites": self._cited(doi),
        }

    def _things(self, value: object) -> list[Row]:
        """The nodes in a value; a mere reference becomes the node that it names."""
        things = []
        for one in _values(value):
            if isinstance(one, dict):
                node = _node(one)
                known = self._named.get(text_of(node.get("@id")) or "", {})
                things.append({**known, **node})
            elif text := text_of(one):
                things.append({**self._named.get(text, {"name": text})})
        return things

    def _ids(self, fields: Row) -> list[str]:
        """All that may hold a DOI, an ORCID or another id, the surest first."""
        found = [text_of(fields.get("@id"))]
        for key in ("doi", "identifier", "sameAs", "url"):
            for thing in self._things(fields.get(key)):
                found += [
                    _text(thing.get(inner)) for inner in ("value", "@id", "name", "url", "@value")
                ]
        return [text for text in found if text]

    def _pubmed(self) -> str | None:
        for thing in self._things(self._fields.get("identifier")):
            number = _text(thing.get("value")) or ""
            kind = (_text(thing.get("propertyID")) or "").lower()
            if kind in ("pmid", "pubmed") and number.isdecimal():
                return identifier("pubmed", number)
        for text in self._ids(self._fields):
            found = re.match(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)", text)
            if found:
                return identifier("pubmed", found[1])
        return None

    def _kind(self, journal: str | None, event: str | None) -> str | None:
        kinds = _kinds(self._fields)
        known = next((kind for name, kind in _TYPES.items() if name in kinds and kind), None)
        if known or not any(name.endswith("Article") for name in kinds):
            return known
        if event:
            return "fabio:ConferencePaper"
        return "fabio:JournalArticle" if journal else None

    def _container(self, kind: str) -> str | None:
        """The name of the journal or event that it is part of, through issue and volume."""
        things = [
            thing
            for key in ("isPartOf", "recordedAt", "superEvent")
            for thing in self._things(self._fields.get(key))
        ]
        for _ in range(4):
            for thing in things:
                if any(name.removesuffix("Series").endswith(kind) for name in _kinds(thing)):
                    return _text(thing.get("name"))
            # Nodes may refer to each other in circles.
            outer = [part for thing in things for part in self._things(thing.get("isPartOf"))]
            things = outer[:100]
        return None

    def _address(self) -> str | None:
        values = [*_values(self._fields.get("url")), self._fields.get("@id")]
        texts = (text_of(one.get("@id") if isinstance(one, dict) else one) for one in values)
        return next((address for text in texts if (address := url_of(text))), None)

    def _language(self) -> str | None:
        for thing in self._things(self._fields.get("inLanguage")):
            for key in ("alternateName", "name", "@id"):
                if tag := language_of(_text(thing.get(key))):
                    return tag
        return None

    def _authors(self) -> list[Row]:
        authors: list[Row] = []
        for thing in self._things(self._fields.get("author") or self._fields.get("creator")):
            # A role stands between a paper and its author.
            person = next(iter(self._things(thing.get("author"))), thing)
            parts = (_text(person.get(key)) for key in ("givenName", "familyName"))
            given, family = parts
            name = full_name(given, family) if family else _text(person.get("name"))
            name = name or given
            if name is None:
                what = text_of(person.get("@id")) or ""
                self._notes.append(Note(self._place, "an author without a name", what[:80]))
                continue
            printed = next((text for text in self._ids(person) if "orcid.org/" in text), None)
            organizations = self._things(person.get("affiliation"))
            names = [text for one in organizations if (text := _text(one.get("name")))]
            authors.append(
                {
                    "name": name,
                    "orcid": checked_orcid(printed, self._place, self._notes),
                    "affiliation": "; ".join(names) or None,
                    "organizations": [
                        found for one in organizations if (found := self._organization(one))
                    ],
                }
            )
        return authors

    def _organization(self, thing: Row) -> Row | None:
        name = _text(thing.get("name"))
        texts = " ".join(self._ids(thing))
        found = re.search(r"ror\.org/(0[a-z0-9]{8})\b", texts)
        ror = identifier("ror", found[1]) if found else None
        return {"name": name or ror, "id": ror, "ror": ror} if name or ror else None

    def _topics(self) -> list[Row]:
        labels: list[str] = []
        for value in _values(self._fields.get("keywords")):
            if isinstance(value, str):
                labels += re.split(r"[,;]", plain(value) or "")
        for key in ("keywords", "about"):
            for thing in self._things(
                [value for value in _values(self._fields.get(key)) if isinstance(value, dict)]
            ):
                labels.append(_text(thing.get("name")) or "")
        stripped = dict.fromkeys(label.strip() for label in labels)
        return [{"label": label} for label in stripped if label]

    def _cited(self, own: str | None) -> list[str]:
        cited: dict[str, None] = {}
        for thing in self._things(self._fields.get("citation")):
            doi = next((doi for text in self._ids(thing) if (doi := doi_of(text))), None)
            doi = doi or doi_of(_text(thing.get("name")))
            if doi and doi != own:
                cited[identifier("doi", doi)] = None
        return list(cited)
