"""What terms of other vocabularies mean to us: ``ontology/mappings.sssom.tsv``, right to left.

Beside the terms stand the few things that the file cannot say: which wider terms are read,
which properties turn another one round, and what a value has to look like in a column.
"""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit import registry, terms
from graphkit.iris import illegal_iri
from graphkit.schema import Column, Table, ontology_file, schema

__all__ = [
    "BEHIND",
    "HTTP_SCHEMA",
    "INVERSES",
    "LISTS",
    "NAME_PARTS",
    "SCHEMA",
    "Match",
    "coerced",
    "iri",
    "matches",
    "names",
    "quoted",
    "shortcuts",
    "tables_of_class",
    "text_of",
]

HTTP_SCHEMA, SCHEMA = "http://schema.org/", "https://schema.org/"

# Wider terms say too little in general, but in data about papers they are all that there is.
WIDER = {
    ("bibo:Article", "fabio:ResearchPaper"),
    ("bibo:Document", "fabio:ResearchPaper"),
    ("dblp:Publication", "fabio:ResearchPaper"),
    ("soa:Work", "fabio:ResearchPaper"),
    ("foaf:Organization", "org:FormalOrganization"),
    ("schema:Organization", "org:FormalOrganization"),
    ("schema:Periodical", "fabio:Journal"),
    ("dc:creator", "dcterms:creator"),
    ("dc:date", "fabio:hasPublicationYear"),
    ("dc:description", "dcterms:description"),
    ("dc:title", "dcterms:title"),
    ("dcterms:date", "fabio:hasPublicationYear"),
    ("dcterms:identifier", "prism:doi"),
    ("dcterms:issued", "fabio:hasPublicationYear"),
    ("dcterms:references", "cito:cites"),
    ("schema:creator", "dcterms:creator"),
    ("schema:datePublished", "fabio:hasPublicationYear"),
    ("schema:identifier", "prism:doi"),
}
# Stated from the other end: property -> the one that it turns round.
INVERSES = {
    "foaf:made": "foaf:maker",
    "vivo:relatedBy": "vivo:relates",
    "dblp:hasSignature": "dblp:signaturePublication",
    "soa:hasAuthorship": "gk:paper",
}
# What stands behind a node in between: property -> the property of that node, our property.
BEHIND = {"vivo:dateTimeValue": ("vivo:dateTime", "fabio:hasPublicationYear")}
LISTS = ("bibo:authorList",)
NAME_PARTS = (
    ("schema:givenName", "schema:familyName"),
    ("foaf:givenName", "foaf:familyName"),
    ("foaf:firstName", "foaf:lastName"),
)


@dataclass(frozen=True, slots=True)
class Match:
    """What a term of others is to us.

    Attributes
    ----------
    ours : str
        IRI of our term.
    same : bool
        Whether both say the same, so that ours can stand for theirs.
    read : bool
        Whether theirs can be taken as it stands; else it is a wider term, which is enough only
        where the thing that it points at tells what is meant.
    """

    ours: str
    same: bool
    read: bool


@functools.cache
def _prefixes() -> dict[str, str]:
    text = ontology_file("mappings.sssom.tsv").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^#  (\w+): (\S+)$", text))


def iri(curie: str) -> str:
    """The IRI of a term, by the prefixes of the mappings."""
    prefix, _, local = curie.partition(":")
    return _prefixes()[prefix] + local


@functools.cache
def matches() -> dict[str, list[Match]]:
    """Term of others -> ours; ours stand for themselves."""
    text = ontology_file("mappings.sssom.tsv").read_text(encoding="utf-8")
    body = [line for line in text.splitlines() if not line.startswith("#")]
    found: dict[str, list[Match]] = defaultdict(list)
    for row in csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE):
        kind, pair = row["predicate_id"], (row["object_id"], row["subject_id"])
        same = kind in ("skos:exactMatch", "skos:closeMatch")
        read = kind != "skos:broadMatch" or pair in WIDER
        found[iri(pair[0])].append(Match(iri(pair[1]), same, read))
    for term in _own_terms():
        found[term].insert(0, Match(term, True, True))
    for term in list(found):
        # Data says http as often as https, and means the same.
        if term.startswith(SCHEMA):
            found[HTTP_SCHEMA + term.removeprefix(SCHEMA)] = found[term]
    return dict(found)


def _own_terms() -> Iterator[str]:
    known: dict[str, None] = {}
    for table in schema().tables.values():
        known |= dict.fromkeys(iri for iri in (table.cls, *table.also) if iri)
        known |= dict.fromkeys(shortcut.property for shortcut in table.shortcuts)
        for column in table.columns:
            iris = (column.property, *column.copies, *column.values)
            known |= dict.fromkeys(iri for iri in iris if iri)
    yield from known


@functools.cache
def tables_of_class() -> dict[str, Table]:
    """Class of ours -> the table whose rows have it: its own, or one of the kinds there."""
    found = {v: t for t in schema().tables.values() for c in t.columns for v in c.values}
    return found | {t.cls: t for t in schema().tables.values() if t.cls}


@functools.cache
def names() -> tuple[str, ...]:
    """The properties with which things of any kind are named."""
    labels = ((t, c) for t in schema().tables.values() for c in t.columns if c.name == t.label)
    return tuple(dict.fromkeys(c.property for t, c in labels if c.property and t.name != "figures"))


@functools.cache
def shortcuts() -> dict[str, list[tuple[Column, Column]]]:
    """Property -> the columns between which rows state it."""
    found: dict[str, list[tuple[Column, Column]]] = defaultdict(list)
    for table in schema().tables.values():
        for shortcut in table.shortcuts:
            ends = (table.column(shortcut.subject), table.column(shortcut.object))
            found[shortcut.property].append(ends)
    return dict(found)


# -- values -------------------------------------------------------------------------------

YEAR = r"\s*([0-9]{4})(?:-.*)?\s*$|.*\b(1[4-9][0-9]{2}|20[0-9]{2})\b"
DOI = r"(?i)(?:https?://(?:dx\.)?doi\.org/|info:doi/|doi:)?\s*(10\.[0-9]{4,9}/\S+)"
ORCID = r"(?i)(?:https?://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])/?"


def coerced(column: Column, term: str) -> str | None:
    """A term as a column would write it, or None.

    Parameters
    ----------
    column : Column
    term : str
        In N-Quads syntax.

    Examples
    --------
    >>> year = schema().table("papers").column("year")
    >>> coerced(year, '"2016-12-20"')
    '"2016"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    text = text_of(term).strip()
    if column.name == "doi":
        found = re.fullmatch(DOI, text)
        return quoted(found[1].lower()) if found else None
    if column.name == "orcid":
        return _orcid(text)
    if column.kind in ("id", "class"):
        return term if term.startswith("<") else None
    if column.kind == "link":
        is_web = re.match(r"(?i)https?://\S", text) and not illegal_iri(text)
        return quoted(text, "link") if is_web else None
    if term.startswith("<"):
        return None
    if column.kind == "string":
        tag = re.search(r'"@([A-Za-z0-9-]+)$', term)
        return quoted(text_of(term)) + (f"@{tag[1]}" if tag and column.prose else "")
    return _number(column.kind, text) if column.kind in ("year", "integer", "number") else term


def _orcid(text: str) -> str | None:
    found = re.fullmatch(ORCID, text)
    # The one place that verifies check digits lies above.
    known = found and registry.get("graphkit.checked:orcid_of")(found[1])
    return f"<https://orcid.org/{found[1].upper()}>" if found and known else None


def _number(kind: str, text: str) -> str | None:
    if kind == "year":
        found = re.match(YEAR, text)
        return quoted(found[1] or found[2], kind) if found else None
    if kind == "integer":
        is_whole = re.fullmatch(r"\+?[0-9]{1,18}", text)
        return quoted(str(int(text)), kind) if is_whole else None
    try:
        return quoted(repr(float(text)), kind)
    except ValueError:
        return None


def quoted(text: str, kind: str | None = None) -> str:
    """The literal of a text, or of the lexical form of another kind of value."""
    for plain, escaped in terms.ESCAPES.items():
        text = text.replace(plain, escaped)
    return f'"{text}"^^<{terms.DATATYPES[kind]}>' if kind else f'"{text}"'


def text_of(term: str) -> str:
    """The text of a literal, or an IRI without its brackets."""
    if term.startswith("<"):
        return term[1:-1]
    match = re.match(terms.LITERAL, term)
    return terms.unescape_text(match["body"]) if match else ""
