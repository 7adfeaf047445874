"""What people decide about who and what is one.

A decision is a source of its own with one claim, so it merges like any other source, travels
with the graph and goes with `KnowledgeGraph.without`. It also stands in ``statements`` as
``owl:sameAs`` or ``owl:differentFrom``, for those who read the RDF and know no claims.
"""

from __future__ import annotations

import datetime
import getpass
import hashlib
from typing import TYPE_CHECKING

from graphkit.errors import SchemaError, UnknownEntityError
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import DECISION, DIFFERENT, SAME, claims
from graphkit.ids import Namespaces
from graphkit.schema import STATEMENTS, schema
from graphkit.tables import row_ids

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["decided", "different", "ends", "same", "undo"]

# Of what people decide that it is one, in the order in which a name is looked up.
KINDS = ("authors", "papers", "organizations", "venues", "topics")


def same(
    a: str,
    b: str,
    *,
    by: str | None = None,
    reason: str | None = None,
    at: datetime.datetime | None = None,
    base: str | None = None,
) -> KnowledgeGraph:
    """Decide that two ids stand for one person (paper, venue …), whatever matchers claim.

    Parameters
    ----------
    a, b : str
        Ids or IRIs. One of them may be an authorship, ``row:authorships/PAPER;POSITION``: this
        printed name on this paper is that person.
    by : str, optional
        Who says so; by default the name of the account that runs the program.
    reason : str, optional
    at : datetime.datetime, optional
        When; now by default. Of decisions that contradict each other the latest counts.
    base : str, optional
        IRI under which minted ids lie, for a graph with a base of its own.

    Returns
    -------
    KnowledgeGraph
        The one decision, to be merged: ``(kg | same(a, b)).resolve()``.

    Raises
    ------
    SchemaError
        What is no id, or one id twice.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = gk.example().resolve()
    >>> kg.counts()["authors"]
    173
    >>> one = gk.same("author:Adam_Gabrys", "author:Aaron_Hoff", reason="only an example")
    >>> (kg | one).resolve().counts()["authors"]
    172
    >>> (kg | one).without(one.source_ids()[0]).resolve().counts()["authors"]
    173
    """
    return decided(SAME, a, b, by=by, reason=reason, at=at, base=base)


def different(
    a: str,
    b: str,
    *,
    by: str | None = None,
    reason: str | None = None,
    at: datetime.datetime | None = None,
    base: str | None = None,
) -> KnowledgeGraph:
    """Decide that two ids stand for two people (papers, venues …), whatever matchers claim.

    Parameters
    ----------
    a, b : str
        Ids or IRIs. One of them may be an authorship, ``row:authorships/PAPER;POSITION``: this
        paper is not by that person.
    by, reason, at, base
        See `same`.

    Returns
    -------
    KnowledgeGraph
        The one decision, to be merged: ``(kg | different(a, b)).resolve()``.

    Raises
    ------
    SchemaError
        What is no id, or one id twice.

    Examples
    --------
    >>> import graphkit as gk
    >>> two = gk.different("author:I-Fan_Chen", "author:I-FAN_CHEN")
    >>> (gk.example() | two).resolve().counts()["authors"]
    174
    """
    return decided(DIFFERENT, a, b, by=by, reason=reason, at=at, base=base)


def decided(
    relation: str,
    a: str,
    b: str,
    *,
    by: str | None = None,
    reason: str | None = None,
    at: datetime.datetime | None = None,
    base: str | None = None,
    source: str | None = None,
) -> KnowledgeGraph:
    """One decision as a graph.

    Parameters
    ----------
    relation : {"owl:sameAs", "owl:differentFrom"}
    a, b, by, reason, at, base
        See `same`.
    source : str, optional
        The id of the decision where it has one already.

    Returns
    -------
    KnowledgeGraph

    Raises
    ------
    SchemaError
        What is no id, or one id twice.
    """
    names = Namespaces(base)
    a, b = sorted(names.compress(names.expand(end.strip())) for end in (a, b))
    if a == b:
        raise SchemaError(f"a decision is about two ids, and both are {a}")
    at = (at or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC)
    by = by or _account()
    text = "\n".join([relation, a, b, by or "", reason or "", at.isoformat()])
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = source or f"source:{DECISION}-{digest[:12]}"
    claim = {"a": a, "b": b, "relation": relation, "method": DECISION, "score": 1.0}
    about = {
        "id": source,
        "title": f"{a} and {b} are {'one' if relation == SAME else 'two'}",
        "format": DECISION,
        "sha256": digest,
        "retrieved": at,
        "reader": "graphkit.decisions 1",
        "decided_by": by,
        "source": source,
    }
    return KnowledgeGraph(
        {
            "matches": [{**claim, "evidence": reason, "source": source}],
            "sources": [about],
            STATEMENTS: [{"s": a, "p": relation, "o": b, "source": source}],
        },
        base=base,
    )


def _account() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return None


def undo(kg: KnowledgeGraph, a: str, b: str) -> KnowledgeGraph:
    """The graph without what was decided of two ids.

    Parameters
    ----------
    kg : KnowledgeGraph
    a, b : str
        Ids, in any order.

    Returns
    -------
    KnowledgeGraph
        A resolution in it is as it was: resolve anew.

    Raises
    ------
    UnknownEntityError
        Nothing was decided of these two, or not here but in a source that was read.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = gk.example()
    >>> decided = kg | gk.same("author:Andreas_Stolcke", "author:I-Fan_Chen")
    >>> undo(decided, "author:I-Fan_Chen", "author:Andreas_Stolcke") == kg
    True
    """
    made = {row["id"] for row in kg.table("sources").to_pylist() if row["format"] == DECISION}
    about = [row for row in known(kg).to_pylist() if {row["a"], row["b"]} == {a, b}]
    mine = sorted({row["source"] for row in about} & made)
    if not mine:
        stated = sorted({row["source"] for row in about})
        raise UnknownEntityError("decision", f"{a} and {b}", stated)
    for source in mine:
        kg = kg.without(source)
    return kg


def known(kg: KnowledgeGraph) -> pa.Table:
    """What was decided, latest first, as `graphkit.identity.claims.claims` gives it."""
    found = claims({name: kg.table(name, as_read=True) for name in schema().tables})
    decisions: pa.Table = found.filter(found["decided"])
    return decisions


def ends(kg: KnowledgeGraph, a: str, b: str) -> tuple[str, str]:
    """The ids that a decision is about, from what a person types.

    Parameters
    ----------
    kg : KnowledgeGraph
    a, b : str
        Names, ids or IRIs of two people, two papers and so on; or a person and a paper, which
        means the authorship that this person has there.

    Returns
    -------
    tuple of str
        Ids as they were read, also where the graph counts them under others.

    Raises
    ------
    UnknownEntityError
        Something is not in the graph, or a name fits several.
    """
    read = kg.unresolve()
    authorships = set(row_ids(schema().table("authorships"), read.table("authorships")).to_pylist())
    found: list[tuple[str, str]] = []
    for text in (a, b):
        asked = kg.namespaces.compress(kg.namespaces.expand(text.strip()))
        found.append(("row", asked) if asked in authorships else _found(read, text))
    (kind, one), (other_kind, other) = found
    if {kind, other_kind} == {"authors", "papers"}:
        person, paper = (one, other) if kind == "authors" else (other, one)
        return _authorship(read, person, paper), person
    return one, other


def _found(kg: KnowledgeGraph, text: str) -> tuple[str, str]:
    first: UnknownEntityError | None = None
    for kind in KINDS:
        try:
            return kind, kg.find(kind, text)
        except UnknownEntityError as error:
            if error.several:
                raise
            first = first or error
    assert first is not None
    raise first


def _authorship(kg: KnowledgeGraph, person: str, paper: str) -> str:
    rows = kg.table("authorships")
    ids = row_ids(schema().table("authorships"), rows).to_pylist()
    authors = zip(rows["paper"].to_pylist(), rows["author"].to_pylist(), ids, strict=True)
    wrote: dict[str, str] = {author: row for there, author, row in authors if there == paper}
    if person not in wrote:
        raise UnknownEntityError("author", f"{person} of {paper}", sorted(wrote))
    return wrote[person]
