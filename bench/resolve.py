"""How long joining takes, beside the same joining one by one in plain Python.

    python bench/resolve.py [CLAIMS] [AUTHORSHIPS]

Claims are drawn from names whose spellings form small clusters; one in fifty is about a single
authorship. What is measured is `graphkit.identity.resolution` (the joining) and
`graphkit.identity.canonical` (the tables as people then see them), without matchers.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pyarrow as pa

from graphkit.graph import KnowledgeGraph
from graphkit.identity.canonical import canonical
from graphkit.identity.resolution import resolution
from graphkit.ids import Namespaces
from graphkit.schema import schema
from graphkit.tables import row_ids


def corpus(claims: int, authorships: int) -> KnowledgeGraph:
    """A graph with so many claims about so many authorships."""
    random = np.random.default_rng(7)
    names = claims * 3 // 2
    author = np.concatenate([np.arange(names), random.integers(0, names, authorships)])[
        :authorships
    ]
    paper = np.sort(random.integers(0, max(authorships // 4, 1), authorships))
    position = np.arange(authorships) - np.searchsorted(paper, paper) + 1
    wrote = pa.table(
        {
            "paper": [f"paper:{p}" for p in paper],
            "position": position,
            "author": [f"author:{a}" for a in author],
            "printed_name": [f"{a}" for a in author],
        }
    ).append_column("source", pa.repeat("source:s", authorships))
    people = pa.table(
        {"id": [f"author:{a}" for a in range(names)], "name": [str(a) for a in range(names)]}
    ).append_column("source", pa.repeat("source:s", names))
    kg = KnowledgeGraph({"authorships": wrote, "authors": people})
    one = random.integers(0, names // 3, claims) * 3
    ends = [f"author:{n}" for n in one]
    rows = row_ids(schema().table("authorships"), kg.table("authorships")).to_pylist()
    for at in range(0, claims, 50):
        ends[at] = rows[int(random.integers(0, authorships))]
    matches = pa.table(
        {
            "a": ends,
            "b": [f"author:{n}" for n in one + random.integers(1, 3, claims)],
            "method": [str(n) for n in range(claims)],
            "score": random.random(claims),
        }
    ).append_column("source", pa.repeat("source:m", claims))
    return kg | KnowledgeGraph({"matches": matches})


def one_by_one(kg: KnowledgeGraph, threshold: float) -> int:
    """Union-find over the claims in the order of their scores; the number of joins."""
    parent: dict[str, str] = {}

    def find(end: str) -> str:
        while (above := parent.get(end, end)) != end:
            parent[end] = parent.get(above, above)
            end = above
        return end

    wrote: dict[str, set[str]] = {}
    for author, paper in zip(
        *(kg.table("authorships")[n].to_pylist() for n in ("author", "paper")), strict=True
    ):
        wrote.setdefault(author, set()).add(paper)
    joins = 0
    rows = kg.table("matches").to_pylist()
    for row in sorted(rows, key=lambda row: (-row["score"], row["a"], row["b"])):
        if row["score"] >= threshold:
            a, b = find(row["a"]), find(row["b"])
            if a != b and not wrote.get(a, set()) & wrote.get(b, set()):
                parent[b] = a
                wrote.setdefault(a, set()).update(wrote.pop(b, ()))
                joins += 1
    return joins


def main() -> None:
    """Print the times and their ratio."""
    claims, authorships = (int(text) for text in (*sys.argv[1:], 1_000_000, 1_000_000)[:2])
    kg = corpus(claims, authorships)
    start = time.perf_counter()
    joins = one_by_one(kg, 0.5)
    plain = time.perf_counter() - start
    print(f"{claims:,} claims, {authorships:,} authorships")
    print(f"one by one: {plain:.1f} s, {joins:,} joins")
    read = {name: kg.table(name, as_read=True) for name in schema().tables}
    start = time.perf_counter()
    rows = resolution(read, 0.5)
    joining = time.perf_counter() - start
    merged = kg | KnowledgeGraph(rows)
    read = {name: merged.table(name, as_read=True) for name in schema().tables}
    start = time.perf_counter()
    canonical(read, Namespaces())
    seeing = time.perf_counter() - start
    count = len(rows["identities"])
    print(f"resolution: {joining:.1f} s ({joining / plain:.2f} x), {count:,} identities")
    print(f"canonical: {seeing:.1f} s ({seeing / plain:.2f} x)")


if __name__ == "__main__":
    main()
