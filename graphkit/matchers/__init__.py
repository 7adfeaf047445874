"""Who and what is one: matchers propose claims, `KnowledgeGraph.resolve` joins them.

A matcher is a module in this folder and a line in `graphkit.registry`; matchers run in the
order of the registry, and each may read what earlier ones claimed. The module offers

``VERSION``
    Text; claims of another version are made anew.
``match(kg)``
    The unresolved graph with the claims of this matcher in place of its earlier ones
    (`claimed` does that). It is called only if the graph holds sources that the matcher has not
    seen; `earlier` tells which, so that it can look at these alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import MADE, MATCHER
from graphkit.schema import STATEMENTS, schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Earlier", "claimed", "earlier", "match"]

# What a matcher looked at, in the words of PROV-O.
DERIVED_FROM = "prov:wasDerivedFrom"
# Under this name a graph that is being matched holds what matchers gather of its rows as read.
GATHERED = "matchers.gathered"
# And in it, under this one, the table of claims before any matcher ran again.
CLAIMED_BEFORE = "claimed before"


def match(kg: KnowledgeGraph) -> KnowledgeGraph:
    """Let all registered matchers claim who and what is one.

    Parameters
    ----------
    kg : KnowledgeGraph
        Its earlier claims are kept where nothing new touches them.

    Returns
    -------
    KnowledgeGraph
        The graph without a resolution and with claims in ``matches``, those of each matcher
        under a source of its own. Nothing is joined yet: that is `KnowledgeGraph.resolve`.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = gk.match(gk.example())
    >>> "author:I-FAN_CHEN" in set(kg.matches.a)
    True
    >>> kg.counts()["authors"]
    174
    """
    kg = kg.unresolve()
    gathered: dict[str, Any] = {CLAIMED_BEFORE: kg.table("matches", as_read=True)}
    stale = False
    for name in registry.names("matcher"):
        matcher = registry.load("matcher", name)
        known = earlier(kg, name, matcher.VERSION)
        # What comes after a matcher that claims something new may rest on that.
        if stale or known is None or known.unseen:
            before, asked = kg.source_ids(), kg
            asked.derived[GATHERED] = gathered
            kg = matcher.match(asked)
            for graph in (asked, kg):
                graph.derived.pop(GATHERED, None)
            stale = stale or kg.source_ids() != before
    return kg


@dataclass(frozen=True)
class Earlier:
    """What a matcher claimed of an earlier state of a graph.

    Attributes
    ----------
    tables : dict of str to pyarrow.Table
        Its rows by table: ``matches``, perhaps ``authors`` and others.
    unseen : frozenset of str
        The sources that were added since.
    """

    tables: dict[str, pa.Table]
    unseen: frozenset[str]


def earlier(kg: KnowledgeGraph, name: str, version: str) -> Earlier | None:
    """What a matcher claimed before, if that is something to go on from.

    Parameters
    ----------
    kg : KnowledgeGraph
    name, version : str
        Of the matcher.

    Returns
    -------
    Earlier or None
        None if the graph holds no claims of this version, or has lost a source that they rest
        on, or has rows of no source, whose changes nobody can tell.
    """
    import pyarrow.compute as pc

    sources = _sources_of(kg, f"{_reader(name)} {version}")
    now = _read_sources(kg)
    if len(sources) != 1 or len(_sources_of(kg, _reader(name))) != 1 or "" in now:
        return None
    (source,) = sources
    rows = {t: kg.table(t, as_read=True) for t in schema().tables}
    rows = {t: found.filter(pc.equal(found["source"], source)) for t, found in rows.items()}
    said = rows[STATEMENTS]
    saw = frozenset(said.filter(pc.equal(said["p"], DERIVED_FROM))["o"].to_pylist())
    return Earlier(rows, now - saw) if saw <= now else None


def claimed(
    kg: KnowledgeGraph,
    name: str,
    version: str,
    *,
    title: str,
    tables: Mapping[str, pa.Table | Sequence[Mapping[str, Any]]],
    notes: Iterable[Mapping[str, Any]] = (),
) -> KnowledgeGraph:
    """The graph with the claims of a matcher, in place of what it claimed before.

    Parameters
    ----------
    kg : KnowledgeGraph
    name, version : str
        Of the matcher.
    title : str
        What it claims, for people to read.
    tables : mapping of str to (pyarrow.Table or sequence of dict)
        Rows without ``source``: ``matches``, and ``authors`` for people who have no id yet.
    notes : iterable of dict
        Contradictions and the like: ``reason``, ``text``, ``done``, ``place``.

    Returns
    -------
    KnowledgeGraph
        The source is named after the claims and after what they rest on; it is
        ``prov:wasDerivedFrom`` the sources that the matcher saw. Without a row or a note
        there is none.
    """
    import pyarrow as pa

    from graphkit.tables import to_arrow

    gathered = kg.derived.get(GATHERED)
    for source in _sources_of(kg, _reader(name)):
        kg = kg.without(source)
    found = {table: to_arrow(schema().table(table), rows) for table, rows in tables.items()}
    found["notes"] = to_arrow(
        schema().table("notes"), [{"number": n, **note} for n, note in enumerate(notes, 1)]
    )
    found = {table: rows for table, rows in found.items() if rows.num_rows}
    if not found:
        return _holding(kg, gathered)
    saw = sorted(_read_sources(kg))
    digest = hashlib.sha256(f"{name} {version}\n{saw}\n".encode())
    for table, rows in sorted(found.items()):
        digest.update(f"{table}\n{_text_of(rows)}".encode())
    source = f"source:{MATCHER}-{digest.hexdigest()[:12]}"
    made: dict[str, Any] = {
        table: rows.append_column("source", pa.repeat(source, rows.num_rows))
        for table, rows in found.items()
    }
    made[STATEMENTS] = [
        {"s": source, "p": DERIVED_FROM, "o": one, "source": source} for one in saw if one
    ]
    made["sources"] = [
        {
            "id": source,
            "title": title,
            "format": MATCHER,
            "sha256": digest.hexdigest(),
            "reader": f"{_reader(name)} {version}",
            "source": source,
        }
    ]
    return _holding(kg | KnowledgeGraph(made, base=kg.base), gathered)


def _holding(kg: KnowledgeGraph, gathered: dict[str, Any] | None) -> KnowledgeGraph:
    """A graph whose rows as read are those of which so much was gathered; claims are none."""
    if gathered is not None:
        kg.derived[GATHERED] = gathered
    return kg


def _text_of(rows: pa.Table) -> str:
    """What rows say, whatever their order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = [pc.fill_null(rows[c].cast(pa.string()), "") for c in sorted(rows.column_names)]
    lines = pc.binary_join_element_wise(*cells, "\t")
    return "\n".join(sorted(lines.to_pylist()))


def _reader(name: str) -> str:
    return f"graphkit.matchers.{name}"


def _sources_of(kg: KnowledgeGraph, reader: str) -> list[str]:
    """Sources that a matcher made; ``reader`` with or without its version."""
    return [
        row["id"]
        for row in kg.table("sources", as_read=True).to_pylist()
        if row["format"] == MATCHER
        and reader in ((row["reader"] or ""), (row["reader"] or "").rpartition(" ")[0])
    ]


def _read_sources(kg: KnowledgeGraph) -> frozenset[str]:
    """The sources that were read, not made by matchers, resolutions or decisions."""
    rows = kg.table("sources", as_read=True).to_pylist()
    made = {
        source for row in rows if row["format"] in MADE for source in (row["id"], row["source"])
    }
    return frozenset(kg.source_ids()) - made
