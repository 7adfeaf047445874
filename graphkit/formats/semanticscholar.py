"""Reader of Semantic Scholar: papers as its API and its datasets give them (JSON).

References
----------
https://api.semanticscholar.org/api-docs/graph
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphkit.checked import doi_of
from graphkit.formats import json_stream
from graphkit.formats.document import Document
from graphkit.formats.fields import (
    as_list,
    checked_orcid,
    checked_year,
    entries,
    event_label,
    url_of,
)
from graphkit.formats.reading import Note, Reading, readings
from graphkit.formats.text import plain, text_of
from graphkit.ids import identifier

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES: tuple[str, ...] = ()  # All its files are .json or .jsonl, as those of others are.

Row = dict[str, Any]
_OWN = re.compile(r'"(?:paperId|corpusid)"\s*:')
_SITE = "//www.semanticscholar.org"
_TYPES = {
    "Conference": "fabio:ConferencePaper",
    "BookSection": "fabio:BookChapter",
    "Book": "fabio:Book",
    "JournalArticle": "fabio:JournalArticle",
}
_PREPRINT_SERVERS = (
    "arxiv.org",
    "arxiv",
    "biorxiv",
    "medrxiv",
    "chemrxiv",
    "ssrn electronic journal",
)


def sniff(head: str) -> bool:
    """Whether a text looks like JSON of Semantic Scholar.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff('{"paperId": "2d5673ca", "title": "Echoes"}'), sniff('{"title": "Echoes"}')
    (True, False)
    """
    head = head.lstrip("\ufeff \t\r\n")
    return head.startswith(("{", "[")) and _OWN.search(head) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read papers of Semantic Scholar.

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
    >>> path = pathlib.Path(tempfile.mkdtemp(), "papers.jsonl")
    >>> _ = path.write_text('{"paperId": "ab1", "title": "Echoes", "year": 2021}')
    >>> record = next(read(Document(path))).records[0]
    >>> record["id"], record["title"], record["year"], record["place"]
    ('https://www.semanticscholar.org/paper/ab1', 'Echoes', 2021, 'record 1')
    """
    notes: list[Note] = []
    objects = json_stream.records(document, notes)
    yield from readings(document, objects, _record_of, notes)


def _record_of(place: str, found: Row, notes: list[Note]) -> Row | None:
    # Lists of citations wrap each paper; datasets write all names small.
    wrapped = [found[key] for key in ("citingPaper", "citedPaper") if key in found]
    paper = {key.lower(): value for key, value in next(iter(entries(wrapped)), found).items()}
    title, key = plain(paper.get("title")), _key(paper)
    if title is None and key is None:
        notes.append(Note(place, "no paper: neither a title nor an id"))
        return None
    ids = _external(paper.get("externalids"))
    printed = paper.get("year") or paper.get("publicationdate")
    year = checked_year(printed, place, notes)
    kind, venue = _kind_and_venue(paper)
    own = _address(key)
    doi = doi_of(ids.get("doi"))
    if isinstance(paper.get("citations"), list) and paper["citations"]:
        reason = f"lists {len(paper['citations'])} papers that cite it"
        notes.append(Note(place, reason, title or "", "left out: each is read from its own record"))
    is_event = kind == "fabio:ConferencePaper"
    labels = [plain(field.get("category")) for field in entries(paper.get("s2fieldsofstudy"))] or [
        plain(field) for field in as_list(paper.get("fieldsofstudy"))
    ]
    return {
        "place": place,
        "key": key,
        "id": None if doi else own,
        "title": title,
        "type": kind,
        "year": year,
        "doi": doi,
        "url": url_of(text_of(paper.get("url"))),
        "abstract": plain(paper.get("abstract")),
        "event": event_label(venue, year) if is_event else None,
        "journal": venue if kind == "fabio:JournalArticle" else None,
        "container": None if is_event or kind == "fabio:JournalArticle" else venue,
        "authors": _authors(paper, place, notes),
        "topics": [{"label": label} for label in dict.fromkeys(labels) if label],
        "identifiers": [*_identifiers(ids), *([own] if own else [])],
        "cites": _cited(paper, doi),
    }


def _key(paper: Row) -> str | None:
    key = text_of(paper.get("paperid"))
    corpus = text_of(paper.get("corpusid"))
    return key or (f"CorpusID:{corpus}" if corpus else None)


def _address(key: str | None) -> str | None:
    """The IRI of a paper at Semantic Scholar."""
    if key is None:
        return None
    if key.startswith("CorpusID:"):
        return identifier("https", f"//api.semanticscholar.org/{key}")
    return identifier("https", f"{_SITE}/paper/{key}")


def _external(value: object) -> dict[str, str]:
    ids = value.items() if isinstance(value, dict) else ()
    return {str(name).lower(): text for name, known in ids if (text := text_of(known))}


def _identifiers(ids: dict[str, str]) -> list[str]:
    curies = [
        identifier(prefix, ids[name])
        for name, prefix in (("dblp", "dblp"), ("pubmed", "pubmed"), ("acl", "acl"))
        if name in ids
    ]
    if "arxiv" in ids:
        # arXiv registers a DOI for each of its papers.
        curies.append(identifier("doi", f"10.48550/arxiv.{ids['arxiv'].lower()}"))
    return curies


def _kind_and_venue(paper: Row) -> tuple[str | None, str | None]:
    """The class of a paper and the label of its venue: its kind tells better than its types."""
    known = next(iter(entries(paper.get("publicationvenue"))), {})
    journal = next(iter(entries(paper.get("journal"))), {})
    venue = plain(known.get("name")) or plain(paper.get("venue"))
    label = venue or plain(journal.get("name"))
    if label and label.lower() in _PREPRINT_SERVERS:
        return "fabio:Preprint", None
    types = {text_of(kind) for kind in as_list(paper.get("publicationtypes"))}
    kind = next((_TYPES[name] for name in _TYPES if name in types), None)
    if known.get("type") == "conference":
        return "fabio:ConferencePaper", label
    if known.get("type") == "journal" or (kind is None and journal.get("volume")):
        kind = "fabio:JournalArticle"
    if kind == "fabio:JournalArticle":
        # Without a venue of its own, "venue" may be a book that reprints the article.
        return kind, label if known else plain(journal.get("name")) or label
    return kind, label


def _authors(paper: Row, place: str, notes: list[Note]) -> list[Row]:
    authors: list[Row] = []
    for author in entries(paper.get("authors")):
        name = plain(author.get("name"))
        if name is None:
            notes.append(Note(place, "an author without a name"))
            continue
        key = text_of(author.get("authorId"))
        affiliations = [text for one in as_list(author.get("affiliations")) if (text := plain(one))]
        known = _external(author.get("externalIds")).get("orcid")
        authors.append(
            {
                "name": name,
                "id": identifier("https", f"{_SITE}/author/{key}") if key else None,
                "orcid": checked_orcid(known, place, notes),
                "affiliation": "; ".join(affiliations) or None,
            }
        )
    return authors


def _cited(paper: Row, own: str | None) -> list[str]:
    """The works that it cites: by DOI, which tells a paper in all sources, else by their page."""
    cited: dict[str, None] = {}
    for reference in entries(paper.get("references")):
        work = next(iter(entries(reference.get("citedPaper"))), reference)
        doi = doi_of(_external(work.get("externalIds")).get("doi"))
        curie = identifier("doi", doi) if doi else _address(text_of(work.get("paperId")))
        if curie and (doi is None or doi != own):
            cited[curie] = None
    return list(cited)
