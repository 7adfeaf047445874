"""How long it takes to tell who is who: all of a corpus, some papers more, and claims alone.

    python bench/resolve.py CORPUS.jsonl [--new 1000 | --growth | --made 10000 100000]
    python bench/resolve.py [--claims 1000000] [--authorships 1000000]

With a CORPUS (JSON lines that graphkit reads) all of it but the last papers is resolved, then
these are added and the graph is resolved again. Printed are seconds of work, and how many
authorships of people who wrote none of the new papers are counted under another id than before
(and how many of these print a name that a new paper prints too).
``--growth`` resolves every fourth paper, every second, and all, matcher by matcher.
``--made`` does so for corpora of any size that are made of this one: copies in which surnames have
changed places, so that ever more people share a name, with titles of words drawn from all titles,
without abstracts.

Without one, claims are drawn from names whose spellings form small clusters; one in fifty is
about a single authorship. What is measured is `graphkit.identity.resolution` (the joining) and
`graphkit.identity.canonical` (the tables as people then see them), without matchers, beside the
same joining one by one in plain Python.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import graphkit as gk
from graphkit import registry
from graphkit.graph import KnowledgeGraph
from graphkit.identity.canonical import canonical
from graphkit.identity.resolution import resolution
from graphkit.identity.signatures import signatures
from graphkit.ids import Namespaces, mint
from graphkit.matchers import GATHERED
from graphkit.matchers.names import parse
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


def lines_of(path: Path) -> list[bytes]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        return file.readlines()


def read(lines: list[bytes]) -> KnowledgeGraph:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "part.jsonl")
        path.write_bytes(b"".join(lines))
        return gk.read(path)


def grow(path: Path) -> None:
    """Print what each matcher takes on parts of a corpus."""
    lines = lines_of(path)
    for step in (4, 2, 1):
        kg = read(lines[::step])
        print(f"{kg.counts()['papers']:,} papers, {kg.table('authorships').num_rows:,} authorships")
        by_matcher(kg)


def by_matcher(kg: KnowledgeGraph) -> None:
    """Print what each matcher takes, as `gk.match` lets them run."""
    gathered: dict[str, Any] = {}
    for name in registry.names("matcher"):
        kg.derived[GATHERED] = gathered
        start = time.process_time()
        kg = registry.load("matcher", name).match(kg)
        print(f"  {name:15} {time.process_time() - start:6.1f} s of work", flush=True)
    print(f"  {kg.table('matches').num_rows:,} claims")


def made(path: Path, papers: int) -> KnowledgeGraph:
    """So many papers in the likeness of a corpus: its years, venues, teams and names."""
    random = np.random.default_rng(7)
    kg = read(lines_of(path))
    rows, known = kg.table("authorships"), kg.table("papers")
    words = np.array(" ".join(t or "" for t in known["title"].to_pylist()).split())
    names = rows["printed_name"].dictionary_encode().combine_chunks()
    parts = [name.rpartition(" ") for name in names.dictionary.to_pylist()]
    given, family = (np.array([part[side] for part in parts]) for side in (0, 2))
    code, height = names.indices.to_numpy(), known.num_rows
    paper = np.asarray(pc.index_in(rows["paper"].combine_chunks(), known["id"].combine_chunks()))
    position = rows["position"].to_numpy()
    tables: dict[str, list[pa.Table]] = {"papers": [], "authorships": []}
    for copy in range(-(-papers // height)):
        kept = min(papers - copy * height, height)
        at = random.permutation(height)[:kept]
        place = np.full(height, -1)
        place[at] = np.arange(kept)
        ids = np.array([f"paper:{copy}.{n}" for n in range(kept)])
        lengths = random.integers(5, 14, kept)
        drawn = iter(np.split(random.choice(words, lengths.sum()), np.cumsum(lengths)[:-1]))
        title = [" ".join(some) for some in drawn]
        about = known.take(pa.array(at)).select(["year", "event", "journal"])
        tables["papers"].append(about.append_column("id", [ids]).append_column("title", [title]))
        # The same given names and surnames, dealt anew: each copy has people of its own.
        other = random.permutation(len(family)) if copy else np.arange(len(family))
        printed = np.char.add(np.char.add(given, " "), family[other])
        here = np.flatnonzero(place[paper] >= 0)
        name = printed[code[here]]
        tables["authorships"].append(
            pa.table(
                {
                    "paper": ids[place[paper[here]]],
                    "position": position[here],
                    "author": [mint("author", text) for text in name.tolist()],
                    "printed_name": name,
                }
            )
        )
    found = {table: pa.concat_tables(several) for table, several in tables.items()}
    return KnowledgeGraph(
        {t: r.append_column("source", pa.repeat("source:s", len(r))) for t, r in found.items()}
    )


def grow_made(path: Path, sizes: list[int]) -> None:
    """Print what each matcher takes on made corpora, each in a process of its own."""
    for papers in sizes:
        part = multiprocessing.get_context("spawn").Process(target=_one_made, args=(path, papers))
        part.start()
        part.join()


def _one_made(path: Path, papers: int) -> None:
    kg = made(path, papers)
    held = _peak()
    print(f"{papers:,} papers, {kg.table('authorships').num_rows:,} authorships", flush=True)
    by_matcher(kg)
    print(
        f"  peak memory {_peak():,.0f} MB, of which making the corpus took {held:,.0f}", flush=True
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def add_papers(path: Path, number: int) -> None:
    """Print what it takes to resolve a corpus, and then some papers more."""
    lines = lines_of(path)
    old, new = read(lines[:-number]), read(lines[-number:])
    before, first = resolved(old)
    after, added = resolved(before | new)
    print(f"{len(lines) - number:,} papers resolved: {first:.1f} s of work")
    print(f"{number:,} papers added: {added:.1f} s ({added / first:.2f} x)")
    was, now = people(before), people(after)
    newest = {now[row][0] for row in now.keys() - was.keys()}
    printed = {_key(now[row][1]) for row in now.keys() - was.keys()}
    others = [row for row in was if newest.isdisjoint((was[row][0], now[row][0]))]
    moved = [row for row in others if was[row][0] != now[row][0]]
    named = sum(_key(was[row][1]) in printed for row in moved)
    print(
        f"of {len(others):,} authorships of people without a new paper {len(moved):,} changed "
        f"their id, {named:,} of them under a name that a new paper prints"
    )


def resolved(kg: KnowledgeGraph) -> tuple[KnowledgeGraph, float]:
    start = time.process_time()
    kg = kg.resolve()
    kg.counts()
    return kg, time.process_time() - start


def people(kg: KnowledgeGraph) -> dict[str, tuple[str, str]]:
    """Each authorship, whose it is, and the name that it prints."""
    rows = signatures(kg)
    author, name = rows["author"].to_pylist(), rows["name"].to_pylist()
    return dict(zip(rows["row"].to_pylist(), zip(author, name, strict=True), strict=True))


def _key(name: str) -> str:
    found = parse(name)
    return found.key if found else name


def join(claims: int, authorships: int) -> None:
    """Print how long the joining takes, and its ratio to plain Python."""
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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--new", type=int, default=1000, metavar="PAPERS")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--made", nargs="+", type=int, metavar="PAPERS")
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--authorships", type=int, default=1_000_000)
    options = parser.parse_args()
    if options.corpus and options.made:
        grow_made(options.corpus, options.made)
    elif options.corpus and options.growth:
        grow(options.corpus)
    elif options.corpus:
        add_papers(options.corpus, options.new)
    else:
        join(options.claims, options.authorships)


if __name__ == "__main__":
    main()
