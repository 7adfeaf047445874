"""The BibTeX reader on real bibliographies and on broken ones."""

from __future__ import annotations

import codecs
import contextlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadError
from graphkit.formats.bibtex import read, sniff
from graphkit.formats.bibtex.blocks import Item, _parsed, blocks
from graphkit.formats.bibtex.names import people
from graphkit.formats.document import Document, decode
from graphkit.formats.latex import latex_to_text
from graphkit.formats.reading import Note
from graphkit.formats.text_stream import pieces

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
OWN = sorted(SAMPLES.glob("*/*.bib"))
pytestmark = pytest.mark.skipif(
    not SAMPLES.exists() and not os.environ.get("CI"),
    reason="the samples do not come with the project",
)


def records_of(path: Path) -> tuple[list[dict[str, Any]], list[Note]]:
    records: list[dict[str, Any]] = []
    notes: list[Note] = []
    for reading in read(Document(path)):
        records += reading.records or ()
        notes += reading.notes
    return records, notes


def read_text(tmp_path: Path, text: str | bytes) -> tuple[list[dict[str, Any]], list[Note]]:
    path = tmp_path / "some.bib"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return records_of(path)


def by_key(sample: str) -> dict[str, dict[str, Any]]:
    return {record["key"]: record for record in records_of(SAMPLES / "bibtex" / sample)[0]}


def names(record: dict[str, Any]) -> list[str]:
    return [author["name"] for author in record["authors"]]


@pytest.mark.parametrize(
    ("sample", "records", "authors", "dois", "years", "topics", "events", "journals", "notes"),
    [
        ("bibtex/bibWithMixedContent.bib", 1, 1, 0, 1, 1, 1, 0, 0),
        ("bibtex/biblatex-software.bib", 9, 26, 0, 9, 0, 0, 0, 0),
        ("bibtex/complex.bib", 20, 54, 16, 20, 0, 12, 5, 0),
        ("bibtex/crossref.bib", 4, 6, 1, 4, 0, 2, 1, 0),
        ("bibtex/jabref-authors.bib", 212, 766, 135, 212, 17, 148, 47, 1),
        ("bibtex/reallyunknowntype.bib", 1, 0, 0, 0, 0, 0, 0, 1),
        ("bibtex/testjabref.bib", 156, 433, 59, 156, 129, 2, 46, 12),
        ("bibtex/tiny-BE-noBOM.bib", 1, 4, 1, 1, 0, 0, 1, 1),
        ("bibtex/tiny-BE-withBOM.bib", 1, 4, 1, 1, 0, 0, 1, 0),
        ("bibtex/tiny-LE-noBOM.bib", 1, 4, 1, 1, 0, 0, 1, 1),
        ("bibtex/tiny-LE-withBOM.bib", 1, 4, 1, 1, 0, 0, 1, 0),
        ("bibtex/utf8-bom.bib", 2, 1, 0, 2, 0, 0, 1, 0),
        ("crossref/crossref.bib", 1, 5, 1, 1, 0, 0, 1, 0),
        ("pubmed/MedlineImporterTestNbib.bib", 2, 5, 1, 2, 13, 0, 1, 0),
        ("pubmed/NbibImporterTest.bib", 1, 3, 0, 1, 5, 0, 1, 0),
    ],
)
def test_counts(
    sample: str,
    records: int,
    authors: int,
    dois: int,
    years: int,
    topics: int,
    events: int,
    journals: int,
    notes: int,
) -> None:
    found, noted = records_of(SAMPLES / sample)
    assert len(found) == records
    assert sum(len(record["authors"]) for record in found) == authors
    assert sum(len(record["topics"]) for record in found) == topics
    counts = [sum(bool(r[column]) for r in found) for column in ("doi", "year", "event", "journal")]
    assert counts == [dois, years, events, journals]
    assert len(noted) == notes


@pytest.mark.parametrize(
    ("sample", "column", "value"),
    [
        ("us-ascii-with-header", "title", "testtitle"),
        ("utf-16BE-with-header", "title", "Ü ist ein Umlaut"),
        ("utf-16BE-without-header", "title", "Ü ist ein Umlaut"),
        ("utf-8-with-header-with-databasetypecomment", "title", "Ü ist ein Umlaut"),
        ("utf-8-with-header", "title", "Ü ist ein Umlaut"),
        ("utf-8-without-header-with-databasetypecomment", "title", "Ü ist ein Umlaut"),
        ("utf-8-without-header", "title", "Ü ist ein Umlaut"),
        ("windows-1252-with-header", "abstract", "25° C"),
        ("windows-1252-without-header", "abstract", "25° C"),
        ("windows-1252-but-utf-8-declared--decoding-fails", "authors", [{"name": "Test I. Last"}]),
    ],
)
def test_encodings(sample: str, column: str, value: object) -> None:
    (record,), _ = records_of(SAMPLES / "bibtex" / f"encoding-{sample}.bib")
    assert record[column] == value
    assert record["key"] is None


def test_a_wrong_declaration_is_noted() -> None:
    sample = "encoding-windows-1252-but-utf-8-declared--decoding-fails.bib"
    _, notes = records_of(SAMPLES / "bibtex" / sample)
    assert (notes[0].place, notes[0].done) == (
        "line 4",
        "such lines were read as Windows-1252",
    )


def test_a_file_of_comments_holds_nothing() -> None:
    with pytest.raises(ReadError, match="no entry"):
        records_of(SAMPLES / "bibtex" / "issue-12274.bib")


def test_hard_cases_of_the_samples() -> None:
    jabref = by_key("jabref-authors.bib")
    first = jabref["GarridoKallstromKummEtAl2016"]
    assert first["title"] == "CORDIC II: A New Improved CORDIC Algorithm"
    assert first["place"] == "lines 3-16"
    assert (first["doi"], first["year"]) == ("10.1109/tcsii.2015.2483422", 2016)
    assert first["identifiers"] == ["dblp:journals/tcas/GarridoKKG16"]
    assert first["journal"] == "IEEE Trans. on Circuits and Systems"
    everyone = {name for record in jabref.values() for name in names(record)}
    assert {"Håkan Johansson", "Trond R Størseth", "Tammo van Lessen", "Kálmán Képes"} <= everyone
    titles = {record["title"] for record in jabref.values()}
    assert "Pipelined Radix-2k Feedforward FFT Architectures" in titles
    assert not any(set("\\{}") & set(title) for title in titles)

    others = by_key("testjabref.bib")
    everyone = {name for record in others.values() for name in names(record)}
    assert {"Štěpán Růžička", "Joacim Rocklöv", "Alberto Martinez de la Ossa"} <= everyone
    assert {"B Balakrisnan", "S Patil", "E Smela"} <= everyone
    assert "others" not in everyone

    (bom, volume) = records_of(SAMPLES / "bibtex" / "utf8-bom.bib")[0]
    assert names(bom) == ["W.M.P. van der Aalst"]
    assert bom["title"].startswith("Pi Calculus Versus Petri Nets: Let Us Eat Humble Pie")
    assert volume["title"] == "Special issue on workflow and extented transaction systems"
    thesis = by_key("complex.bib")["deBraga2001"]
    assert thesis["type"] == "fabio:Thesis"
    assert "anatomy of Procolophon (Parareptilia" in thesis["title"]


def test_inheritance_of_the_samples() -> None:
    software = by_key("biblatex-software.bib")
    heir = software["delebecque:hal-02090402v1"]
    assert (heir["title"], names(heir)[0], heir["year"]) == ("Scilab", "François Delebecque", 1994)
    grandchild = software["cgal:lp-gi-20a"]
    title = "The Computational Geometry Algorithms Library: 2D Voronoi Diagram Adaptor"
    assert (grandchild["title"], grandchild["year"]) == (title, 2020)
    assert names(software["cgal:5-0-2"]) == ["The CGAL Project"]
    paper = by_key("crossref.bib")["DBLP:conf/wicsa/ZimmermannWKG15"]
    assert paper["event"].startswith("12th Working IEEE/IFIP Conference")
    assert paper["identifiers"] == ["dblp:conf/wicsa/ZimmermannWKG15"]


def test_macros_inheritance_and_concatenation(tmp_path: Path) -> None:
    records, notes = read_text(
        tmp_path,
        """@string{ACM = "Association " # rest}
        @String(rest = {for {C}omputing})
        @inproceedings{a, title = {A}, crossref = {VOL}, month = jan # "~1", doi={10.1/x}}
        @incollection(b, title = "B {"}x{"}", booktitle = acm # { 2} , year = 1999)
        @xdata{x, journal = rest, year = {in press}}
        @article{c, title = {C}, xdata = {x, missing}}
        @proceedings{vol, title = {BatConf}, booktitle = {BatConf}, year = 2021,
            doi = {10.1234/all}, editor = {E. Ditor}}""",
    )
    found = {record["key"]: record for record in records}
    assert list(found) == ["a", "b", "c", "vol"]
    assert (found["a"]["event"], found["a"]["year"]) == ("BatConf 2021", 2021)
    assert found["a"]["doi"] is None
    assert (found["b"]["title"], found["b"]["type"]) == ('B "x"', "fabio:BookChapter")
    assert found["c"]["journal"].endswith("for Computing")
    assert [note.reason for note in notes] == [
        "names the entry 'missing', which is not in this file",
        "the year is no year",
    ]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("van Beethoven, Ludwig", ["Ludwig van Beethoven"]),
        ("King, Jr., Martin Luther", ["Martin Luther King, Jr."]),
        ("Martin Luther King, Jr.", ["Martin Luther King, Jr."]),
        ("Beeblebrox, IV, Zaphod", ["Zaphod Beeblebrox IV"]),
        (r"{\O}rsted, Hans and J{\"u}rgen M{\"u}ller", ["Hans Ørsted", "Jürgen Müller"]),
        ("{Barnes and Noble, Inc.} and Poe, E.", ["Barnes and Noble, Inc.", "E. Poe"]),
        ("Ada~Lovelace AND\n  Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("family=Humboldt, given=Alexander, prefix=von", ["Alexander von Humboldt"]),
        ("张伟 and Zhang, Wei", ["张伟", "Wei Zhang"]),
        ("", []),
    ],
)
def test_names(printed: str, expected: list[str]) -> None:
    assert people(printed) == (expected, [])


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("A. Lovelace and others", ["A. Lovelace"]),
        ("Lovelace, A. et al.", ["A. Lovelace"]),
        ("Ann Lee, Bob Ray, Cy Coe, Di Fo", ["Ann Lee", "Bob Ray", "Cy Coe", "Di Fo"]),
        ("Lee, A., Ray, B., Coe, C. D.", ["A. Lee", "B. Ray", "C. D. Coe"]),
        ("Lee, Ann; Ray, Bob", ["Ann Lee", "Bob Ray"]),
    ],
)
def test_names_with_a_problem(printed: str, expected: list[str]) -> None:
    found, problems = people(printed)
    assert found == expected
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (
            r"\'{\i}le, na\"{\i}ve, \^\i, \v{S}, \c{c}, \c c, \r{a}, \H{o}",
            "íle, naïve, î, Š, ç, ç, å, ő",
        ),
        (r"S\o ren \AA{}berg, Stra{\ss}e, {\L}\'od\'z", "Søren Åberg, Straße, Łódź"),
        (r"R\&D at 50\% of \$5, a\_b", "R&D at 50% of $5, a_b"),
        (r"the 5\({}^{\mbox{th}}\) \emph{Workshop}", "the 5th Workshop"),
        (r"$\beta$-decay of $\Sigma$$\Delta$ and $n$", "β-decay of ΣΔ and n"),
        (r"pages 3--7 --- ``so''~{A}", "pages 3–7 — “so”\u00a0A"),
        ("nothing here", "nothing here"),
        (r"\input{/etc/passwd}x", "x"),
    ],
)
def test_latex(latex: str, text: str) -> None:
    assert latex_to_text(latex) == text


def test_the_pattern_and_bibtexparser_agree() -> None:
    for path in OWN:
        text = "".join(pieces(Document(path), []))
        quick = [item for item in blocks(text, 1, last=True) if isinstance(item, Item)]
        slow = [item for item in _parsed(text, 1, last=True) if isinstance(item, Item)]
        assert quick == slow, path


def test_broken_entries_cost_no_others(tmp_path: Path) -> None:
    records, notes = read_text(
        tmp_path,
        "@article{a, title = {A}, year = {forthcoming}}\n"
        "@article{b, title = {never closed, year = 2001}\n"
        "@article{c title = {no comma}}\n"
        "@article{d, title = {D}, title = {again}}\n"
        "@article{e}\n"
        "lost, title = {E}}\n"
        "@article{a, title = {Another A}, year = 2003}\n"
        "@article{f, title = {F} year = {2004}, author = {Only, One and others}}\n"
        "@article{g, title = {cut of",
    )
    assert [r["title"] for r in records] == ["A", "D", "Another A", "F"]
    assert [(note.place, note.reason) for note in notes] == [
        ("lines 1-1", "the year is no year"),
        ("lines 2-2", notes[1].reason),
        ("lines 3-3", "Expected comma after entry key, but found ="),
        ("lines 4-4", "has more than one field of the name title"),
        ("lines 5-5", "has no fields"),
        ("line 6", "stands between the entries and looks like part of one"),
        ("lines 7-7", "has the same key as the entry in lines 1-1"),
        ("lines 8-8", "not all authors are named"),
        ("lines 9-9", "the file ends within this entry"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251", "latin-1"])
def test_declared_and_marked_encodings(tmp_path: Path, encoding: str) -> None:
    title = "Звук" if encoding == "cp1251" else "Gehör"
    name = codecs.lookup(encoding).name
    text = f"% Encoding: {name}\r\n@misc{{k,\r\n title = {{{title}}}}}\r\n"
    (record,), notes = read_text(tmp_path, text.encode(encoding))
    assert (record["title"], record["place"], notes) == (title, "lines 2-3", [])


def test_large_fields_take_linear_time(tmp_path: Path) -> None:
    many = " and ".join(f'L{{\\"o}}ve{number}, Ada' for number in range(10_000))
    odd = "\u202e\x07" + "{\\'e} " * 20_000
    bomb = "@string{m0 = {ha}}\n" + "".join(
        f"@string{{m{n + 1} = m{n} # m{n}}}\n" for n in range(60)
    )
    text = f"{bomb}@article{{k, title = {{{odd}}}, author = {{{many}}}, note = m60, journal = m60}}"
    (record,), _ = read_text(tmp_path, text + "\n" + "@article{x, title={" * 5_000)
    assert len(record["authors"]) == 10_000
    assert names(record)[-1] == "Ada Löve9999"
    assert record["title"].startswith("é é")
    assert len(record["journal"]) <= 2_000


def test_circles_of_inheritance_end(tmp_path: Path) -> None:
    records, _ = read_text(
        tmp_path,
        "@book{a, title={A}, crossref={b}}\n@book{b, year=1999, xdata={b,a}, crossref={a}}",
    )
    assert [(r["title"], r["year"]) for r in records] == [("A", 1999), ("A", 1999)]


def test_sniff() -> None:
    for path in sorted(path for path in SAMPLES.glob("*/*") if path.is_file()):
        document = Document(path)
        try:
            head, _ = decode(document.head(), document)
        except ReadError:
            continue
        assert sniff(head) == (path.suffix == ".bib"), path


def test_sniff_of_guides(seed_text: str) -> None:
    assert not sniff(seed_text)


GOOD = "@article{good%d, title = {Good %d}, author = {Lovelace, Ada}, year = 2021}\n"
PIECES = st.sampled_from(
    ["@article{", "@string{", "}", "{", '"', "title", " = ", ",", "\\'", "#", "\n", "@", "and ",
     "crossref", "xdata", "a", "$", "\\", "(", ")", "\x00", "é", "\u202e", "others", "1999", "--"]
)  # fmt: skip


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(junk=st.lists(PIECES, max_size=40).map("".join))
def test_records_round_junk_survive(tmp_path: Path, junk: str) -> None:
    records, _ = read_text(tmp_path, GOOD % (1, 1) + junk + "\n" + GOOD % (2, 2))
    titles = [record["title"] for record in records]
    assert titles[0] == "Good 1"
    assert titles[-1] == "Good 2"


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_bytes_raise_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(OWN)).read_bytes()[:4_000]
    at = data.draw(st.integers(0, len(sample)))
    gone = data.draw(st.integers(0, 40))
    mutated = sample[:at] + data.draw(st.binary(max_size=20)) + sample[at + gone :]
    with contextlib.suppress(ReadError):
        read_text(tmp_path, data.draw(st.sampled_from([mutated, sample[:at], mutated[at:]])))


def test_latex_that_cannot_be_decoded_is_noted(tmp_path: Path) -> None:
    long = r"Echoes \oddly " * 2_000
    text = f"@article{{a, title = {{Owls}}, abstract = {{{long}}}}}\n"
    (record,), notes = read_text(tmp_path, text)
    assert record["abstract"].startswith("Echoes Echoes")
    assert [(note.reason, note.done) for note in notes] == [
        ("LaTeX in abstract that cannot be decoded", "read without its commands")
    ]
