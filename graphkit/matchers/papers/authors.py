"""Claims that two author ids are one person, because they stand at one place of one paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.matchers.papers.records import Records, folded, surname

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from graphkit.graph import KnowledgeGraph

__all__ = ["same_places"]

METHOD = "same place on one paper"
SCORE = 0.98
SHOWN = 3


def same_places(
    kg: KnowledgeGraph,
    records: Records,
    group: np.ndarray[Any, Any],
    among: np.ndarray[Any, Any] | None = None,
) -> list[dict[str, Any]]:
    """Authors of one paper whose names fit, in the records and sources that name the paper.

    Parameters
    ----------
    kg : KnowledgeGraph
    records : Records
    group : numpy.ndarray of int64
        For each record the first one of those that are the same paper.
    among : numpy.ndarray of bool, optional
        Records of the papers that are looked at.

    Returns
    -------
    list of dict
        Rows of ``matches``, one for two authors, whatever the number of papers.
    """
    import pandas as pd

    frame = _of_several(kg, records, group, among)
    if frame.empty:
        return []
    found = pd.concat([_met(frame, "short"), _met(frame, "words")])
    found = found.drop_duplicates(["a", "b", "paper"])
    told: dict[tuple[str, str], list[str]] = {}
    for a, b, evidence in zip(*(found[c].to_list() for c in ("a", "b", "evidence")), strict=True):
        told.setdefault((a, b), []).append(evidence)
    return [
        {
            "a": a,
            "b": b,
            "method": METHOD,
            "score": SCORE,
            "relation": "owl:sameAs",
            "evidence": "; ".join(lines[:SHOWN])
            + (f"; so on {len(lines)} papers" if len(lines) > SHOWN else ""),
        }
        for (a, b), lines in told.items()
    ]


def _of_several(kg: KnowledgeGraph, records: Records, group: Any, among: Any) -> pd.DataFrame:
    """The authorships of papers that several records or sources name."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = kg.table("authorships", as_read=True)
    record = pc.index_in(rows["paper"].combine_chunks(), records.ids)
    rows, record = rows.filter(pc.is_valid(record)), record.drop_null().to_numpy()
    copies = np.bincount(group, np.diff(records.sources.indptr), len(group))
    several = copies > 1
    if among is not None:
        several &= np.bincount(group, among, len(group)) > 0
    several = several[group[record]]
    rows, record = rows.filter(pa.array(several)), record[several]
    frame = pd.DataFrame(
        {name: rows[name].to_pylist() for name in ("author", "position", "printed_name", "source")}
    )
    frame["paper"], frame["id"] = group[record], rows["paper"].to_pylist()
    name = folded(rows["printed_name"].combine_chunks())
    last = surname(name)
    initial = pc.utf8_slice_codeunits(name, 0, 1)
    frame["short"] = pc.binary_join_element_wise(initial, last, " ").to_pylist()
    frame["words"] = [" ".join(sorted(text.split())) for text in name.to_pylist()]
    return frame[(frame["words"] != "") & frame["position"].notna()]


def _met(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Pairs of authors under one key of one paper, if each record has the key but once."""
    import pandas as pd

    alone = frame[~frame.duplicated(["id", "source", key], keep=False)]
    alone = alone.sort_values(["paper", key, "author", "source"])
    alone = alone.drop_duplicates(["paper", key, "author"])
    first = alone.drop_duplicates(["paper", key])
    both = first.merge(alone, on=["paper", key], suffixes=("", "_b"))
    both = both[both["author"] != both["author_b"]]
    evidence = [
        f"{name!r} is author {int(position)} of {paper}, {name_b!r} author {int(position_b)}"
        + (f" of {paper_b}" if paper_b != paper else f" in {source_b}")
        for name, position, paper, name_b, position_b, paper_b, source_b in zip(
            *(both[c].to_list() for c in ("printed_name", "position", "id")),
            *(both[c].to_list() for c in ("printed_name_b", "position_b", "id_b", "source_b")),
            strict=True,
        )
    ]
    made = {"a": both["author"], "b": both["author_b"], "paper": both["paper"]}
    return pd.DataFrame({**made, "evidence": evidence})
