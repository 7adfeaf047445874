"""What is wrong with real files, for every format that lists papers: the good is kept.

Each format writes two good records round a bad thing; both must come back, in linear time, with
nothing fetched and nothing raised but a `ReadError`.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import re
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

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


def semanticscholar(papers: list[Paper]) -> str:
    return "".join(
        json.dumps(
            {
                "paperId": f"{n:040x}",
                "title": p["title"],
                "year": p.get("year", 1843),
                "authors": [{"authorId": None, "name": name} for name in p.get("authors", ["Ada"])],
            }
        )
        + "\n"
        for n, p in enumerate(papers)
    )


def crossref(papers: list[Paper]) -> str:
    items = [
        {
            "DOI": f"10.5555/{p.get('key', n)}",
            "type": "journal-article",
            "title": [p["title"]],
            "author": [{"name": name} for name in p.get("authors", ["Ada"])],
            "issued": {"date-parts": [[p.get("year", 1843)]]},
        }
        for n, p in enumerate(papers)
    ]
    return json.dumps({"status": "ok", "message": {"items": items}}, indent=1)


def schemaorg(papers: list[Paper]) -> str:
    graph = [
        {
            "@type": "ScholarlyArticle",
            "name": p["title"],
            "author": [{"@type": "Person", "name": n} for n in p.get("authors", ["Ada"])],
            "datePublished": str(p.get("year", 1843)),
        }
        for p in papers
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, indent=1)


def _escaped(text: object) -> str:
    """Text as XML has it, which cannot hold control characters."""
    return escape(re.sub("[\x00-\x08\x0b-\x1f]", "", str(text)))


def crossref_xml(papers: list[Paper]) -> str:
    records = "".join(
        "<doi_record><crossref><journal><journal_article><titles>"
        f"<title>{_escaped(p['title'])}</title></titles><contributors>"
        + "".join(
            '<person_name sequence="first" contributor_role="author">'
            f"<surname>{_escaped(name)}</surname></person_name>"
            for name in p.get("authors", ["Ada"])
        )
        + f"</contributors><publication_date><year>{p.get('year', 1843)}</year></publication_date>"
        f"<doi_data><doi>10.5555/{p.get('key', n)}</doi></doi_data>"
        "</journal_article></journal></crossref></doi_record>\n"
        for n, p in enumerate(papers)
    )
    return f"{XML}<doi_records>{records}</doi_records>\n"


def dblp(papers: list[Paper]) -> str:
    records = "".join(
        f'<article key="journals/x/{p.get("key", n)}">'
        + "".join(f"<author>{_escaped(name)}</author>" for name in p.get("authors", ["Ada"]))
        + f"<title>{_escaped(p['title'])}</title><year>{p.get('year', 1843)}</year></article>\n"
        for n, p in enumerate(papers)
    )
    return f"{XML}<dblp>\n{records}</dblp>\n"


def pubmed_xml(papers: list[Paper]) -> str:
    records = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{n + 1}</PMID><Article><Journal><JournalIssue>"
        f"<PubDate><Year>{p.get('year', 1843)}</Year></PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>{_escaped(p['title'])}</ArticleTitle><AuthorList>"
        + "".join(
            f"<Author><LastName>{_escaped(name)}</LastName></Author>"
            for name in p.get("authors", ["Ada"])
        )
        + "</AuthorList></Article></MedlineCitation></PubmedArticle>\n"
        for n, p in enumerate(papers)
    )
    return f"{XML}<PubmedArticleSet>\n{records}</PubmedArticleSet>\n"


def ntriples(papers: list[Paper]) -> str:
    def literal(value: object) -> str:
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")

    return "".join(
        f"<https://example.org/{p.get('key', f'k{n}')}> <{predicate}> {value} .\n"
        for n, p in enumerate(papers)
        for predicate, value in [
            (RDF_TYPE, "<https://schema.org/ScholarlyArticle>"),
            ("https://schema.org/name", literal(p["title"])),
            ("https://schema.org/datePublished", literal(p.get("year", 1843))),
            *(("https://schema.org/author", literal(name)) for name in p.get("authors", ["Ada"])),
        ]
    )


def turtle(papers: list[Paper]) -> str:
    return "@base <https://example.org/> .\n" + ntriples(papers)


XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
WRITERS: dict[str, Callable[[list[Paper]], str]] = {
    "bib": bibtex,
    "ris": ris,
    "nbib": nbib,
    "isi": wos,
    "csv": csv,
    "jsonl": jsonl,
    "json": csljson,
    "openalex.jsonl": openalex,
    "s2.jsonl": semanticscholar,
    "crossref.json": crossref,
    "schemaorg.json": schemaorg,
    "crossref.xml": crossref_xml,
    "dblp.xml": dblp,
    "pubmed.xml": pubmed_xml,
    "nt": ntriples,
    "ttl": turtle,
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
    number = 40_000 if packing == "bz2" else 6_000  # bzip2 packs blocks of 900 kB
    papers = [{"title": f"Echo {sha256(b'%d' % n).hexdigest()[:16]}"} for n in range(number)]
    packed = PACKINGS[packing](WRITERS[suffix](papers).encode())
    path = tmp_path / f"a.{suffix}.{packing}"
    path.write_bytes(packed[: len(packed) * 9 // 10])
    kg = gk.read(path)
    assert 1_000 < kg.table("papers").num_rows < number
    assert kg.table("notes").num_rows


@each_format
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
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
    # The parser of RDF does not tell where a statement stands.
    assert suffix in ("nt", "ttl") or kg.table("papers")["place"].null_count == 0
