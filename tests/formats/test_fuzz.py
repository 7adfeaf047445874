"""Every reader on files that went wrong: it reads what it can or refuses, and never breaks.

The same files each time, so that what lands is what was tried. Others, and more of them:
``FUZZ=5000 pytest tests/formats/test_fuzz.py``. What it finds becomes a test of the reader that
broke.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit import registry
from graphkit.errors import ReadError
from graphkit.export import export
from graphkit.rdf import from_nquads, to_nquads
from tests.conftest import graph_of
from tests.formats.samples import SAMPLES
from tests.formats.test_bad_input import GOOD, WRITERS
from tests.formats.test_containers import CHAPTERS

EXAMPLES = int(os.environ.get("FUZZ", "12"))
PAPERS: list[dict[str, Any]] = [
    *GOOD,
    {"title": "Zoë “and” 张伟", "authors": ["Ström, Zoë", "King, Jr., M. L."]},
]


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"title": ["Echoes"], "authors": [["Ada"]], "year": [1843]}), sink)
    return sink.getvalue()


def tables(folder: Path) -> bytes:
    return export(graph_of({"P": ["Ada", "Bob"]}), folder / "x.json").read_bytes()


SSSOM = (
    "# curie_map:\n#   author: https://w3id.org/graphkit/id/author/\n"
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    "author:Ada\tskos:exactMatch\tauthor:A_Lovelace\tsemapv:ManualMappingCuration\n"
)
GUIDE = (
    "Our papers at SIGMOD 2021\n\nQuery planning\n\nPlanning queries before they run\n"
    "Ada Lovelace, Grace Hopper\n"
)
# Format -> suffixes of files that are made of papers, of chapters and of real ones.
SEEDS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "bibtex": (["bib"], ["x.bib"], ["bibtex/crossref.bib", "bibtex/complex.bib"]),
    "crossref": (
        ["crossref.json", "crossref.xml"],
        ["crossref.json", "crossref.xml"],
        [],
    ),
    "csljson": (["json"], ["x.json"], ["crossref/citeproc.json"]),
    "csv": (["csv"], ["x.csv"], ["csv/ieee.csv"]),
    "dblp": (["dblp.xml"], ["dblp.xml"], ["dblp/dblp.xml"]),
    "guide": ([], [], []),
    "jsonl": (["jsonl"], [], []),
    "openalex": (["openalex.jsonl"], ["works.jsonl"], ["openalex/work.json"]),
    "parquet": ([], [], []),
    "pubmed": (
        ["nbib", "pubmed.xml"],
        ["x.nbib", "x.xml"],
        ["pubmed/NbibImporterTest.nbib", "pubmed/MedlineImporterTestNbib.xml"],
    ),
    "rdf": (["nt", "ttl"], [], []),
    "ris": (["ris"], ["x.ris"], ["ris/example_full.ris"]),
    "schemaorg": (["schemaorg.json"], ["schema.json"], ["crossref/schema_org.json"]),
    "semanticscholar": (["s2.jsonl"], ["s2.json"], []),
    "sssom": ([], [], []),
    "tables": ([], [], []),
    "wos": (["isi"], ["x.isi"], ["wos/IsiImporterTestWOS.isi", "wos/IsiImporterTestInspec.isi"]),
}
OTHERS = {"guide": GUIDE.encode(), "parquet": parquet(), "sssom": SSSOM.encode()}
SUFFIXES = {"guide": ".txt", "parquet": ".parquet", "sssom": ".tsv", "tables": ".json"}
# What parsers stumble over, in any format.
TOKENS = [
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n\n", b"\t", b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"'",
        b"\\",
        b"<",
        b">",
        b"&",
        b";",
        b",",
        b"@",
        b"%",
        b"#",
        b"=",
    ),
    *(b"null", b"true", b"-1", b"1e999", b"NaN", b"{}", b"[]", b'""', b"[[[[", b"9" * 40),
    *(b"<![CDATA[", b"<!--", b"&#0;", b"&x;", b"\\u0000", b"\\ud800", b"\\'", b"${", b"\x1a"),
    *(b"10.1234/", b"https://", b"doi:", b"0000-0002-1825-0097", b" and ", b"others", b"et al."),
]


def seeds(name: str, folder: Path, *, whole: bool = False) -> list[tuple[str, bytes]]:
    """Suffixes and contents of good files of a format, and the beginnings of real ones."""
    made, chapters, real = SEEDS[name]
    found = [(f".{suffix}", WRITERS[suffix](PAPERS).encode()) for suffix in made]
    found += [(Path(other).suffix, CHAPTERS[other].encode()) for other in chapters]
    found += [
        ((SAMPLES / path).suffix, (SAMPLES / path).read_bytes()[:8_000])
        for path in real
        if (SAMPLES / path).exists() and not whole
    ]
    if name in OTHERS:
        found.append((SUFFIXES[name], OTHERS[name]))
    if name == "tables":
        found.append((SUFFIXES[name], tables(folder)))
    return found


def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """A file with some bytes, words, lines or ends of it changed, doubled, moved or gone."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(len(changed) - 1, 0)))
        size = draw(st.sampled_from([0, 0, 1, 2, 8, 40, 300]))
        put = draw(st.sampled_from(TOKENS) | st.binary(max_size=4))
        kind = draw(st.sampled_from(["put", "put", "put", "double", "move", "cut", "repeat"]))
        piece = bytes(changed[at : at + size])
        if kind == "put":
            changed[at : at + size] = put
        elif kind == "double":
            changed[at:at] = piece
        elif kind == "repeat":
            changed[at:at] = put * draw(st.sampled_from([2, 50, 3_000]))
        elif kind == "cut":
            del changed[at if at > len(changed) // 2 else len(changed) :]
        else:
            del changed[at : at + size]
            to = draw(st.integers(0, len(changed)))
            changed[to:to] = piece
    return bytes(changed) or b"x"


def holds(path: Path, name: str) -> None:
    """A reader gives a graph that can be kept and written, or refuses."""
    try:
        kg = gk.read(path, format=name)
    except ReadError:
        return
    folder = path.parent / "x.kg"
    kg.save(folder)
    assert gk.open(folder) == kg
    assert from_nquads(to_nquads(kg)) == kg
    assert all(kg.table("notes")["reason"].to_pylist())


def test_every_format_has_seeds(tmp_path: Path) -> None:
    assert set(SEEDS) == set(registry.names("format"))
    for name in SEEDS:
        for number, (suffix, data) in enumerate(seeds(name, tmp_path, whole=True)):
            path = tmp_path / f"{name}{number}{suffix}"
            path.write_bytes(data)
            assert gk.read(path, format=name).counts(), path


@pytest.mark.parametrize("name", SEEDS)
@settings(
    max_examples=EXAMPLES,
    derandomize="FUZZ" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_went_wrong(tmp_path: Path, name: str, data: st.DataObject) -> None:
    suffix, good = data.draw(st.sampled_from(seeds(name, tmp_path)))
    path = tmp_path / f"x{suffix}"
    path.write_bytes(data.draw(st.composite(damaged)(good)))
    holds(path, name)
