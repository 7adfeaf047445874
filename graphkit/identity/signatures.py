"""Who signed what: each authorship as its source prints it, beside the person it is by."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

from graphkit.graph import KnowledgeGraph
from graphkit.identity.canonical import row_by_row
from graphkit.schema import schema
from graphkit.tables import row_ids

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["signatures"]


def signatures(kg: KnowledgeGraph) -> pa.Table:
    """Each authorship that a source lists, with the person under whom it is counted.

    Parameters
    ----------
    kg : KnowledgeGraph

    Returns
    -------
    pyarrow.Table
        One row for each row of ``authorships`` as read, in that order:

        - ``paper``: the id under which the paper is counted;
        - ``source_key``: the paper's id as its source prints it, such as ``P04-1023``;
        - ``position`` (from 1) and ``printed_name``;
        - ``author``: the id under which the person is counted;
        - ``name``: the printed name, else what the author is called;
        - ``row``: the id of the authorship, for decisions about it alone;
        - ``name_id``: the author's id as read; ``place`` and ``source``.

    Examples
    --------
    >>> import graphkit as gk
    >>> rows = signatures(gk.example().resolve())
    >>> rows.column_names[:5]
    ['paper', 'source_key', 'position', 'printed_name', 'author']
    >>> rows.num_rows
    237
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    read = kg.table("authorships", as_read=True)
    seen = row_by_row({name: kg.table(name, as_read=True) for name in schema().tables})
    columns = {
        "paper": seen["paper"],
        "source_key": _source_keys(kg, read),
        "position": read["position"],
        "printed_name": read["printed_name"],
        "author": seen["author"],
        "name": pc.coalesce(read["printed_name"], _names(kg, read["author"]), read["author"]),
        "row": row_ids(schema().table("authorships"), read),
        "name_id": read["author"],
        "place": read["place"],
        "source": read["source"],
    }
    return pa.table(columns).combine_chunks()


def _names(kg: KnowledgeGraph, ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """What authors are called, as read; of several names the first by the alphabet."""
    import pyarrow.compute as pc

    authors = kg.table("authors", as_read=True)
    named = authors.group_by("id").aggregate([("name", "min")])
    return named["name_min"].take(pc.index_in(ids, named["id"].combine_chunks()))


def _source_keys(kg: KnowledgeGraph, authorships: pa.Table) -> pa.Array:
    """What each row's source calls the paper.

    Its own id there, be it the paper's id or a further identifier; a DOI where it has no other.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    paper = authorships["paper"].combine_chunks()
    others = kg.table("identifiers", as_read=True)
    others = others.filter(
        pc.and_(
            pc.is_in(others["entity"], pc.unique(paper)),
            pc.invert(pc.starts_with(others["identifier"], "doi:")),
        )
    )
    first = others.group_by(["entity", "source"]).aggregate([("identifier", "min")])
    keys = [first[name].combine_chunks() for name in ("entity", "source")]
    wanted = [paper, authorships["source"].combine_chunks()]
    at = pc.index_in(
        pc.binary_join_element_wise(*wanted, "\n"), pc.binary_join_element_wise(*keys, "\n")
    )
    other = first["identifier_min"].combine_chunks().take(at)
    by_doi = pc.starts_with(paper, "doi:")
    chosen = pc.if_else(by_doi, pc.coalesce(other, paper), paper).dictionary_encode()
    texts = [_local(text) for text in chosen.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(chosen.indices)


def _local(curie: str) -> str:
    return urllib.parse.unquote(curie.partition(":")[2])
