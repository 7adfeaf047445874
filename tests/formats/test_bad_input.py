"""What is wrong with real files, for every format that lists papers: the good is kept.

Each format writes two good records round a bad thing; both must come back, in linear time, with
nothing fetched and nothing raised but a `ReadError`.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.errors import ReadError

Paper = dict[str, Any]


def _authors(paper: Paper, between: str) -> str:
    return between.join(paper.get("authors", ["Lovelace, Ada"]))


def bibtex(papers: list[Paper]) -> str:
    return "".join(
        f"@article{{{p.get('key', f'k{n}')},\n  author = {{{_authors(p, ' and ')}}},\n"
        f"  title = {{{p['title']}}},\n  year = {{{p.get('year', 1843)}}}\n}}\n"
        for n, p in enumerate(papers)
    )


def ris(papers: list[Paper]) -> str:
    return "".join(
        "TY  - JOUR\n"
        + "".join(f"AU  - {name}\n" for name in p.get("authors", ["Lovelace, Ada"]))
        + f"TI  - {p['title']}\nPY  - {p.get('year', 1843)}\nER  - \n\n"
        for p in papers
    )


def nbib(papers: list[Paper]) -> str:
    return "".join(
        f"PMID- {n + 1}\nTI  - {p['title']}\n"
        + "".join(f"FAU - {name}\n" for name in p.get("authors", ["Lovelace, Ada"]))
        + f"DP  - {p.get('year', 1843)}\n\n"
        for n, p in enumerate(papers)
    )


def wos(papers: list[Paper]) -> str:
    return "FN Thomson Reuters Web of Science\nVR 1.0\n" + "".join(
        "PT J\n"
        + "AU "
        + _authors(p, "\n   ")
        + f"\nTI {p['title']}\nPY {p.get('year', 1843)}\nER\n\n"
        for p in papers
    )


def csv(papers: list[Paper]) -> str:
    rows = [(p["title"], _authors(p, "; "), p.get("year", 1843)) for p in papers]
    quoted = [",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows]
    return "\n".join(["Title,Authors,Year", *quoted, ""])


def jsonl(papers: list[Paper]) -> str:
    lines = [
        {"title": p["title"], "authors": p.get("authors", ["Ada"]), "year": p.get("year", 1843)}
        for p in papers
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def csljson(papers: list[Paper]) -> str:
    return json.dumps(
        [
            {
                "id": f"k{n}",
                "type": "article-journal",
                "title": p["title"],
                "author": [{"literal": name} for name in p.get("authors", ["Ada"])],
                "issued": {"date-parts": [[p.get("year", 1843)]]},
            }
            for n, p in enumerate(papers)
        ],
        indent=1,
    )


def openalex(papers: list[Paper]) -> str:
    return "".join(
        json.dumps(
            {
                "id": f"https://openalex.org/W{n + 1}",
                "title": p["title"],
                "publication_year": p.get("year", 1843),
                "authorships": [
                    {"author": {"display_name": name}} for name in p.get("authors", ["Ada"])
                ],
            }
        )
        + "\n"
        for n, p in enumerate(papers)
    )


WRITERS: dict[str, Callable[[list[Paper]], str]] = {
    "bib": bibtex,
    "ris": ris,
    "nbib": nbib,
    "isi": wos,
    "csv": csv,
    "jsonl": jsonl,
    "json": csljson,
    "openalex.jsonl": openalex,
}
GOOD = [{"title": "Echoes of bats"}, {"title": "Owls at night"}]
each_format = pytest.mark.parametrize("suffix", list(WRITERS))


def titles(path: Path, data: bytes) -> set[str]:
    path.write_bytes(data)
    return set(gk.read(path).papers["title"].dropna())


@each_format
@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"title": "Not dated", "year": "forthcoming"},
        {"title": "Nobody's", "authors": [""]},
        {"title": "Long " + "x" * 100_000},
        {"title": "Many", "authors": [f"Author{n}, A." for n in range(10_000)]},
        {"title": "Control \x01\x02\x1b\x7f"},
        {"title": "Marked \u202eabc\u202c \u200fשלום"},
        {"title": "Echoes of bats"},
        {"title": "Key again", "key": "k0"},
        {"title": "file:///etc/passwd \\input{/etc/passwd} <script>alert(1)</script>"},
        {"title": "=HYPERLINK(1)"},
        {"title": "{" * 500 + "}" * 500},
    ],
    ids=lambda bad: str(bad["title"])[:12] or "untitled",
)
def test_good_records_round_a_bad_one_are_kept(tmp_path: Path, suffix: str, bad: Paper) -> None:
    start = time.monotonic()
    data = WRITERS[suffix]([GOOD[0], bad, GOOD[1]]).encode()
    assert titles(tmp_path / f"a.{suffix}", data) >= {"Echoes of bats", "Owls at night"}
    # Not a measure of speed: what is quadratic in such a field takes minutes.
    assert time.monotonic() - start < 60


@each_format
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(tmp_path: Path, suffix: str, encoding: str) -> None:
    papers = [{"title": "Échos de chauves-souris"}, {"title": "Owls at night"}]
    text = WRITERS[suffix](papers)
    if suffix.startswith("json") or suffix.endswith("jsonl"):
        text = text.replace("\\u00c9", "É")
    found = titles(tmp_path / f"a.{suffix}", text.encode(encoding))
    assert found == {"Échos de chauves-souris", "Owls at night"}


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize(
    ("suffix", "packing"),
    [*((suffix, "gz") for suffix in WRITERS), ("csv", "bz2"), ("bib", "bz2"), ("csv", "xz")],
)
def test_what_stands_before_the_cut_of_an_archive_is_kept(
    tmp_path: Path, suffix: str, packing: str
) -> None:
    # Digests do not compress, so that most of the archive is most of the papers.
    number = 40_000 if packing == "bz2" else 10_000  # bzip2 packs blocks of 900 kB
    papers = [{"title": f"Echo {sha256(b'%d' % n).hexdigest()[:16]}"} for n in range(number)]
    packed = PACKINGS[packing](WRITERS[suffix](papers).encode())
    path = tmp_path / f"a.{suffix}.{packing}"
    path.write_bytes(packed[: len(packed) * 9 // 10])
    kg = gk.read(path)
    assert 1_000 < kg.table("papers").num_rows < number
    assert kg.table("notes").num_rows


@each_format
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(
    tmp_path: Path, suffix: str, data: st.DataObject
) -> None:
    whole = WRITERS[suffix](
        [*GOOD, {"title": "Zoë “and” 张伟", "authors": ["Ström, Zoë"]}]
    ).encode()
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        size = data.draw(st.integers(0, 20))
        damaged[at : at + size] = data.draw(st.binary(max_size=8))
        damaged = damaged or bytearray(b"x")
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(damaged)
    try:
        kg = gk.read(path)
    except ReadError:
        return  # Any other error fails the test.
    assert kg.table("papers")["place"].null_count == 0
