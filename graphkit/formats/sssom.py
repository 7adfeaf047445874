"""Reader and writer of SSSOM, the tab-separated mappings in which decisions travel.

::

    #curie_map:
    #  author: https://w3id.org/graphkit/id/author/
    subject_id	predicate_id	object_id	mapping_justification
    author:Bill_Smith	owl:sameAs	author:William_Smith	semapv:ManualMappingCuration

What a person curated is a decision, what a program found a claim. Read back, a decision that
graphkit wrote is the source that it was.

Sources
-------
Matentzoglu and others (2022). A Simple Standard for Sharing Ontological Mappings (SSSOM).
Database 2022, baac035. https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphkit.errors import ReadError, SchemaError
from graphkit.files import write_whole
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import DECISION, DIFFERENT, SAME, VERSION_OF
from graphkit.identity.decisions import decided, known
from graphkit.ids import Namespaces
from graphkit.iris import illegal_iri
from graphkit.schema import schema

__all__ = ["SUFFIXES", "VERSION", "read_graph", "sniff", "write"]

VERSION = "1"
SUFFIXES = (".sssom",)

CURATED = "semapv:ManualMappingCuration"
SEMAPV = "https://w3id.org/semapv/vocab/"
RELATIONS = {
    SAME: SAME,
    "skos:exactMatch": SAME,
    DIFFERENT: DIFFERENT,
    VERSION_OF: VERSION_OF,
}
NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
COLUMNS = (
    *("record_id", "subject_id", "subject_label", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "author_label", "mapping_date", "confidence", "comment"),
)


def sniff(head: str) -> bool:
    """Whether a text has the columns of SSSOM.

    Examples
    --------
    >>> sniff("subject_id\\tpredicate_id\\tobject_id\\tmapping_justification\\n")
    True
    >>> sniff("title\\tauthors\\n")
    False
    """
    lines = (line for line in head.lstrip("\ufeff").splitlines() if not line.startswith("#"))
    return set(NEEDED) <= set(next(lines, "").split("\t"))


def read_graph(
    document: Document, source: str, base: str | None = None
) -> tuple[KnowledgeGraph, list[Note]]:
    """Read mappings.

    Parameters
    ----------
    document : Document
    source : str
        The id of the document, for what is no decision.
    base : str, optional
        IRI under which minted ids lie.

    Returns
    -------
    tuple of KnowledgeGraph and list of Note
        Decisions, each a source of its own, and claims; and what could not be read.

    Raises
    ------
    ReadError
        There is no mapping in it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "one.sssom.tsv")
    >>> _ = path.write_text(
    ...     "subject_id\\tpredicate_id\\tobject_id\\tmapping_justification\\n"
    ...     "author:Bill\\towl:sameAs\\tauthor:William\\tsemapv:ManualMappingCuration\\n"
    ... )
    >>> kg, notes = read_graph(Document(path), "source:one")
    >>> kg.matches[["a", "relation", "b", "method"]].values.tolist()
    [['author:Bill', 'owl:sameAs', 'author:William', 'decision']]
    """
    text, notes = document.text()
    namespaces = Namespaces(base)
    graph = KnowledgeGraph(base=base)
    claims: list[dict[str, Any]] = []
    prefixes, body, first = _parts(text)
    reader = csv.DictReader(io.StringIO(body, newline=""), delimiter="\t")
    if not set(NEEDED) <= set(reader.fieldnames or ()):
        raise ReadError(document, f"no SSSOM: it lacks one of the columns {', '.join(NEEDED)}")
    for number, row in enumerate(_rows(reader), 1):
        place = f"line {first + reader.line_num - 1}"
        try:
            one = _mapping(row, prefixes, namespaces)
            if one["method"] == DECISION:
                graph |= _decision(one, row, number, base)
            else:
                claims.append({**one, "source": source})
        except (SchemaError, ValueError) as error:
            notes.append(Note(place, str(error), "\t".join(filter(None, row.values()))[:80]))
    graph |= KnowledgeGraph({"matches": _surest(claims)}, base=base)
    if not graph.table("matches").num_rows:
        reason = f": {notes[-1].reason}" if notes else ""
        raise ReadError(document, f"there is no mapping of two things in it{reason}")
    return graph, notes


def _parts(text: str) -> tuple[dict[str, str], str, int]:
    """The prefixes of the header, the table, and the line where it begins."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    header = [line for line in lines if line.startswith("#")]
    prefixes = {}
    for line in header:
        pair = re.match(r"""#\s+["']?([\w.-]+)["']?:\s*["']?(\S+?)["']?\s*$""", line)
        if pair:
            prefixes[pair[1]] = pair[2]
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return prefixes, "".join(lines[start:]), start + 1


def _rows(reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    for row in reader:
        yield {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}


def _mapping(
    row: dict[str, str], prefixes: dict[str, str], namespaces: Namespaces
) -> dict[str, Any]:
    """One mapping as a row of ``matches``."""

    def curie(text: str) -> str:
        prefix, colon, local = text.partition(":")
        iri = prefixes[prefix] + local if colon and prefix in prefixes else namespaces.expand(text)
        return namespaces.compress(iri)

    a, b = (curie(row[name]) for name in ("subject_id", "object_id"))
    if not a or not b:
        raise ValueError("a mapping without its subject or object")
    for end in (a, b):
        if illegal_iri(namespaces.expand(end)):
            raise ValueError(f"{end!r} is no id: a CURIE or an IRI is one")
    said = row["predicate_id"]
    relation = RELATIONS.get(said) or RELATIONS.get(curie(said))
    if row.get("predicate_modifier") == "Not":
        relation = {SAME: DIFFERENT, DIFFERENT: SAME}.get(relation or "")
    if relation is None:
        raise ValueError(f"{said} says neither that two are one nor that they are two")
    why = row["mapping_justification"].removeprefix("semapv:").removeprefix(SEMAPV)
    curated = why == CURATED.removeprefix("semapv:") and relation != VERSION_OF
    return {
        "a": a,
        "b": b,
        "relation": relation,
        "method": DECISION if curated else why or "SSSOM",
        "score": float(row.get("confidence") or 1),
        "evidence": row.get("comment") or None,
    }


def _decision(
    claim: dict[str, Any], row: dict[str, str], number: int, base: str | None
) -> KnowledgeGraph:
    given = row.get("mapping_date", "")
    at = datetime.datetime.fromisoformat(given) if given else datetime.datetime(1970, 1, 1)
    if at.tzinfo is None:
        # SSSOM tells the day; of decisions of one day the order of the file tells the later.
        at = at.replace(tzinfo=datetime.UTC) + datetime.timedelta(microseconds=number)
    record = row.get("record_id", "")
    return decided(
        claim["relation"],
        claim["a"],
        claim["b"],
        by=row.get("author_label") or row.get("author_id") or "unknown",
        reason=claim["evidence"],
        at=at,
        base=base,
        source=record if record.startswith(f"source:{DECISION}-") else None,
    )


def _surest(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of claims with one key the surest: a table holds one of them."""
    kept: dict[tuple[str, str, str], dict[str, Any]] = {}
    for claim in sorted(claims, key=lambda one: one["score"]):
        kept[claim["a"], claim["b"], claim["method"]] = claim
    return list(kept.values())


def write(kg: KnowledgeGraph, path: Path) -> None:
    """What people decided, as SSSOM.

    Parameters
    ----------
    kg : KnowledgeGraph
    path : pathlib.Path

    Examples
    --------
    >>> import pathlib, tempfile, graphkit as gk
    >>> path = pathlib.Path(tempfile.mkdtemp(), "decisions.sssom.tsv")
    >>> kg = gk.example()
    >>> write(kg | gk.different("author:I-Fan_Chen", "author:I-FAN_CHEN", by="Ada"), path)
    >>> gk.read(path).matches["relation"].tolist()
    ['owl:differentFrom']
    """
    rows = [row for row in known(kg).to_pylist()[::-1] if row["method"] == DECISION]
    by = {row["id"]: row["decided_by"] for row in kg.table("sources").to_pylist()}
    labels = _labels(kg, {row[end] for row in rows for end in "ab"})
    used = {text.partition(":")[0] for row in rows for text in (row["a"], row["b"], row["source"])}
    used |= {"owl", "semapv"}
    prefixes = {**kg.namespaces.prefixes, "semapv": SEMAPV}
    lines = ["#curie_map:"]
    lines += [f"#  {name}: {prefixes[name]}" for name in sorted(used & prefixes.keys())]
    lines += ["#mapping_set_id: https://w3id.org/graphkit/decisions"]
    lines += ["#mapping_set_title: What people decided about who and what is one"]
    lines += ["#license: https://w3id.org/sssom/license/unspecified"]
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                "record_id": row["source"],
                "subject_id": row["a"],
                "subject_label": labels.get(row["a"]),
                "predicate_id": row["relation"],
                "object_id": row["b"],
                "object_label": labels.get(row["b"]),
                "mapping_justification": CURATED,
                "author_label": by.get(row["source"]),
                "mapping_date": row["when"].date().isoformat() if row["when"] else None,
                "confidence": row["score"],
                "comment": row["evidence"],
            }
        )
    write_whole(path, ("\n".join(lines) + "\n" + table.getvalue()).encode())


def _labels(kg: KnowledgeGraph, ids: set[str]) -> dict[str, str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[str, str] = {}
    for name, table in schema().tables.items():
        if table.has_id and table.label:
            rows = kg.table(name, as_read=True)
            rows = rows.filter(pc.is_in(rows["id"], pa.array(sorted(ids), pa.string())))
            found |= dict(zip(rows["id"].to_pylist(), rows[table.label].to_pylist(), strict=True))
    return found
