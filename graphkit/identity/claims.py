"""What is claimed of who and what is one: by matchers, by people, by RDF that says so.

Every claim is about two ids. An end may also be the id of one row of ``authorships``, which
stands for "this printed name on this paper".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.schema import STATEMENTS, schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

__all__ = [
    "AUTHORSHIP",
    "DECISION",
    "DIFFERENT",
    "GROUPS",
    "MADE",
    "MATCHER",
    "RESOLUTION",
    "SAME",
    "TOPICS",
    "VERSION_OF",
    "claims",
    "is_authorship",
]

# Formats of the sources that are made here, not read.
MATCHER, DECISION, RESOLUTION = "matcher", "decision", "resolution"
GROUPS, TOPICS = "groups", "topics"
MADE = frozenset({MATCHER, DECISION, RESOLUTION, GROUPS, TOPICS})

SAME, DIFFERENT, VERSION_OF = "owl:sameAs", "owl:differentFrom", "dcterms:isVersionOf"
STATED = "stated"
AUTHORSHIP = "row:authorships/"


def is_authorship(ids: pa.Array) -> pa.Array:
    """Which of these ends of claims are single authorships (boolean)."""
    import pyarrow.compute as pc

    return pc.starts_with(ids, AUTHORSHIP)


def claims(tables: Mapping[str, pa.Table]) -> pa.Table:
    """All claims of a graph, the first word first.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Rows as read.

    Returns
    -------
    pyarrow.Table
        The columns of ``matches``, none of ``relation`` and ``score`` null, and

        - ``decided``: boolean; a person said so, or RDF states it of two ids that the graph
          holds;
        - ``when``: the time of its source.

        In the order in which they count: decisions before what matchers claim, of these the
        later and of those the surer first; of two alike, that things differ.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    matches = tables["matches"]
    found = pa.concat_tables([matches, _stated(tables)])
    relation = pc.fill_null(found["relation"], SAME)
    decided = pc.is_in(found["method"], pa.array([DECISION, STATED]))
    sources = tables["sources"]
    named = sources.group_by("id").aggregate([("retrieved", "max")])
    at = pc.index_in(found["source"], named["id"].combine_chunks())
    found = found.set_column(
        found.schema.get_field_index("relation"), "relation", relation
    ).set_column(found.schema.get_field_index("score"), "score", pc.fill_null(found["score"], 0.0))
    found = found.append_column("decided", decided).append_column(
        "when", named["retrieved_max"].combine_chunks().take(at)
    )
    # Times as numbers, for nobody knows when comes last.
    time = pc.fill_null(pc.cast(found["when"], pa.int64()), -(2**62))
    keys = {
        "decided": pc.cast(found["decided"], pa.int8()),
        "time": pc.if_else(found["decided"], time, 0),
        "score": found["score"],
        "different": pc.cast(pc.equal(found["relation"], DIFFERENT), pa.int8()),
    }
    ordered = pa.table({**keys, **{n: found[n] for n in ("a", "b", "method", "source")}})
    order = [(n, "descending") for n in keys] + [
        (n, "ascending") for n in ("a", "b", "method", "source")
    ]
    return found.take(pc.sort_indices(ordered, order)).combine_chunks()


def _stated(tables: Mapping[str, pa.Table]) -> pa.Table:
    """What RDF says is the same or not, as rows of ``matches``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    said = tables[STATEMENTS]
    said = said.filter(pc.is_in(said["p"], pa.array([SAME, DIFFERENT])))
    table = schema().table("matches")
    if not said.num_rows:
        return table.arrow().empty_table()
    sources = tables["sources"]
    own = sources.filter(pc.is_in(sources["format"], pa.array(sorted(MADE))))["id"]
    known = pa.concat_arrays(
        [
            rows["id"].combine_chunks()
            for name, rows in tables.items()
            if schema().table(name).has_id
        ]
    )
    # A decision says in statements what it claims in matches, for those who read RDF alone.
    kept = pc.invert(pc.is_in(said["source"], own.combine_chunks()))
    for end in ("s", "o"):
        here = pc.or_(pc.is_in(said[end], known), is_authorship(said[end]))
        kept = pc.and_(kept, here)
    said = said.filter(kept)
    count = said.num_rows
    columns = {
        "a": said["s"],
        "b": said["o"],
        "relation": said["p"],
        "method": pa.repeat(STATED, count),
        "score": pa.repeat(1.0, count),
        "evidence": pa.nulls(count, pa.string()),
        "source": said["source"],
    }
    return pa.table([columns[n] for n in table.names], schema=table.arrow())
