"""DBLP's XML: the real sample, and what broken or hostile files do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

import graphkit as gk
from graphkit import registry
from graphkit.errors import ReadError
from graphkit.formats.dblp import read
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
from tests.formats.samples import require

SAMPLE = Path(__file__).parents[2].parent / "shared" / "samples" / "dblp" / "dblp.xml"
HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE dblp SYSTEM "dblp.dtd">\n<dblp>\n'
ECHOES = '<article key="a/E"><title>Echoes.</title><year>1843</year></article>\n'
OWLS = '<article key="a/O"><title>Owls.</title><year>1950</year></article>\n'


def read_file(path: Path) -> tuple[list[dict[str, Any]], list[Note]]:
    readings = list(read(Document(path)))
    tables = [reading.records for reading in readings if reading.records is not None]
    rows = [row for table in tables for row in table.to_pylist()]
    return rows, [note for reading in readings for note in reading.notes]


def read_text(folder: Path, text: str | bytes) -> tuple[list[dict[str, Any]], list[Note]]:
    path = folder / "dblp.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("latin-1"))
    return read_file(path)


@pytest.fixture(scope="module")
def sample() -> list[dict[str, Any]]:
    require(SAMPLE)
    rows, notes = read_file(SAMPLE)
    assert notes == []
    return rows


def test_counts(sample: list[dict[str, Any]]) -> None:
    text = SAMPLE.read_text(encoding="latin-1")
    assert len(sample) == 131 == len(re.findall("<incollection ", text))
    assert sum(len(row["authors"]) for row in sample) == 73 == len(re.findall("<author", text))
    assert {(row["type"], row["year"]) for row in sample} == {("fabio:BookChapter", 2014)}
    assert all(row["doi"].startswith("10.1007/978-0-387-31439-6_") for row in sample)
    assert [row["identifiers"] for row in sample] == [[f"dblp:{row['key']}"] for row in sample]
    assert not [row["title"] for row in sample if row["title"].endswith(".")]


def test_people(sample: list[dict[str, Any]]) -> None:
    people = {author["name"]: author for row in sample for author in row["authors"]}
    assert people["Manish Singh"]["id"] == "author:Manish_Singh_0001"
    assert people["Rui Shen"]["id"] == "author:Rui_Shen_0002"
    assert people["Sylvia C. Pont"]["orcid"] == "orcid:0000-0002-9834-9600"
    # Character entities of a DTD that is not loaded.
    assert {"Jürgen Beyerer", "Matti Pietikäinen", "François Chaumette"} <= people.keys()


def test_kinds_of_records(tmp_path: Path) -> None:
    rows, notes = read_text(
        tmp_path,
        HEAD
        + '<inproceedings key="conf/acl/Li21"><author orcid="0000-0002-1825-0098">Wei Wang 0001'
        "</author><author pid='65/9612'>Ada Lovelace</author><title>H<sub>2</sub>O &amp; "
        "<i>echoes</i>...</title><year>2021</year><booktitle>ACL/IJCNLP (1)</booktitle>"
        "<ee>https://aclanthology.org/2021.acl-long.1</ee><ee>https://doi.org/10.18653/V1/X</ee>"
        "<cite>...</cite><cite>conf/acl/Tu20</cite></inproceedings>"
        '<inproceedings key="conf/x/1"><title>T.</title><crossref>conf/nips/2019</crossref>'
        "<year>2019</year></inproceedings>"
        '<article key="journals/corr/1"><title>P</title><journal>CoRR</journal></article>'
        '<phdthesis key="phd/1"><title>D.</title><year>forthcoming</year></phdthesis>'
        '<proceedings key="conf/acl/2021"><title>Volume</title></proceedings>'
        '<www key="homepages/1"><author>A</author></www></dblp>',
    )
    first, second, third, fourth = rows
    assert (first["title"], first["event"]) == ("H2O & echoes...", "ACL/IJCNLP (1) 2021")
    assert (first["doi"], first["url"]) == (
        "10.18653/v1/x",
        "https://aclanthology.org/2021.acl-long.1",
    )
    assert first["cites"] == ["dblp:conf/acl/Tu20"]
    assert [author["id"] for author in first["authors"]] == [
        "author:Wei_Wang_0001",
        "dblp-person:65/9612",
    ]
    assert (second["event"], second["id"]) == ("NIPS 2019", "dblp:conf/x/1")
    assert (third["type"], third["journal"]) == ("fabio:Preprint", "CoRR")
    assert (fourth["type"], fourth["year"]) == ("fabio:Thesis", None)
    assert [(note.place, note.reason) for note in notes] == [
        ("key conf/acl/Li21", "not an ORCID, or its check digit is wrong"),
        ("key phd/1", "no year"),
        ("whole file", "1 volumes of proceedings, no papers"),
        ("whole file", "1 home pages of people, no papers"),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "<title>Bats &lt;b&gt;</title>",
        "<title\t>Bats &lt;b></title\n>",
        "<!-- <title>Owls.</title> --><title>Bats &lt;b&gt;.</title>",
        "<title>Bats <![CDATA[<b>]]></title>",
        "<title lang='a > b'>Bats &#60;b&#x3e;.</title>",
        "<title>Bats <i>&lt;<sub/>b</i>&gt;</title>",
        "<note><title>Owls</title></note><title>Bats &lt;b&gt;</title>",
        "<title></title><title>Bats <?php echo?>&lt;b&gt;</title>",
        "<note><author>Nobody</author></note><pages/><title>Bats\n &lt;b&gt;</title>",
    ],
)
def test_one_title_in_many_ways(tmp_path: Path, title: str) -> None:
    author = "<author orcid = '0000-0002-1825-0097' >Zoë &amp; O'Neil 0001</author>"
    text = (
        f'{HEAD}{ECHOES}<article\n key=\'a/"B"\' mdate="1">{title}{author}</article>{OWLS}</dblp>'
    )
    rows, notes = read_text(tmp_path, text)
    assert [row["title"] for row in rows] == ["Echoes", "Bats <b>", "Owls"]
    assert [row["id"] for row in rows] == ["dblp:a/E", "dblp:a/%22B%22", "dblp:a/O"]
    assert notes == []
    ((person,),) = (row["authors"] for row in rows if row["authors"])
    assert (person["name"], person["orcid"]) == ("Zoë & O'Neil", "orcid:0000-0002-1825-0097")
    assert person["id"] == "author:Zoë_%26_O%27Neil_0001"


def test_as_a_parser_sees_it(sample: list[dict[str, Any]]) -> None:
    parser = etree.XMLParser(load_dtd=True, no_network=True, resolve_entities=True)
    records = etree.parse(str(SAMPLE), parser).getroot()
    for record, row in zip(records, sample, strict=True):
        assert (record.get("key"), record.findtext("year")) == (row["key"], str(row["year"]))
        assert "".join(record.find("title").itertext()) == f"{row['title']}."
        people = [re.sub(r" \d{4}$", "", one.text) for one in record.iterfind("author")]
        assert people == [one["name"] for one in row["authors"]]


def test_no_bomb_and_no_visitor(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read me")
    bomb = (
        f'<!DOCTYPE dblp [<!ENTITY a "{"ha" * 500}"><!ENTITY b "{"&a;" * 500}">'
        f'<!ENTITY c "{"&b;" * 500}"><!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    )
    title = "<title>&c; &x; &uuml;</title>"
    rows, _ = read_text(tmp_path, f'{bomb}<dblp><article key="k">{title}</article>{OWLS}</dblp>')
    assert [row["title"] for row in rows] == ["&c; &x; ü", "Owls"]


@pytest.mark.parametrize(
    "broken",
    [
        '<article key="b"><title>A < B & C</title></article>',
        '<article key="b"><title>Bats</article>',
        "<article key=b><title>Bats</title></article>",
        '<article key="b"><title>\x07Bats</title></article>',
        "</i></b>",
        "&nonsense;",
    ],
)
def test_good_records_round_a_broken_one(tmp_path: Path, broken: str) -> None:
    rows, notes = read_text(tmp_path, f"{HEAD}{ECHOES}{broken}\n{OWLS}</dblp>")
    titles = [row["title"] for row in rows]
    assert (titles[0], titles[-1]) == ("Echoes", "Owls")
    assert notes or broken == "&nonsense;"


def test_attributes_with_a_prefix_that_nobody_declared(tmp_path: Path) -> None:
    text = f'{HEAD}<article key="k" doi:publtype="x\x00"><author bad:pid="1">Ada</author>'
    (row,), notes = read_text(tmp_path, text + "<title>Echoes</title></article></dblp>")
    assert (row["key"], row["title"], row["authors"][0]["name"]) == ("k", "Echoes", "Ada")
    assert [note.done for note in notes] == ["read as far as it goes"]


def test_cut_off(tmp_path: Path) -> None:
    text = f"{HEAD}{ECHOES}{OWLS}</dblp>"
    rows, notes = read_text(tmp_path, text[: text.index("1950") + 2])
    assert [row["title"] for row in rows] == ["Echoes"]
    assert [(note.place, note.reason) for note in notes] == [("key a/O", "the record has no end")]


def test_an_entity_across_two_chunks(tmp_path: Path) -> None:
    for shift in range(524_272, 524_288):
        start = f'{HEAD}<article key="k"><title>'
        padding = "x" * (shift - len(start))
        rows, notes = read_text(tmp_path, f"{start}{padding}&uuml;&amp;y</title></article></dblp>")
        assert (rows[0]["title"], notes) == (f"{padding}ü&y", [])


def test_many_authors(tmp_path: Path) -> None:
    people = "".join(f"<author>Ada {n:05}x</author>" for n in range(10_000))
    text = f'{HEAD}<article key="k"><title>{"y" * 100_000}</title>{people}</article></dblp>'
    (row,), notes = read_text(tmp_path, text)
    assert (len(row["authors"]), len(row["title"]), notes) == (10_000, 100_000, [])


@pytest.mark.parametrize("text", ["", "<dblp></dblp>", "<html><p>x</p></html>", "no XML", "<dblp"])
def test_nothing_usable(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError):
        read_text(tmp_path, text)


def test_through_the_front_door(
    monkeypatch: pytest.MonkeyPatch, sample: list[dict[str, Any]]
) -> None:
    monkeypatch.setitem(registry.BUILT_IN["format"], "dblp", "graphkit.formats.dblp")
    graph = gk.read(SAMPLE)
    assert (len(graph.papers), len(graph.authorships)) == (131, 73)


FUZZ = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(st.binary(max_size=300))
@example(b"<dblp><article>")
@example(b"<!DOCTYPE dblp [<article key='a'><title>")
@example(b"\xff\xfe<\x00d\x00")
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    for start in (b"", HEAD.encode() + ECHOES.encode()):
        try:
            read_text(tmp_path, start + data)
        except ReadError:
            continue


@FUZZ
@given(st.integers(0, 5000), st.binary(max_size=20))
def test_mutated_sample(tmp_path: Path, at: int, data: bytes) -> None:
    require(SAMPLE)
    text = SAMPLE.read_bytes()[:5000]
    whole = text.count(b"</incollection>")
    try:
        rows, _ = read_text(tmp_path, text[:at] + data + text[at + len(data) :])
    except ReadError:
        rows = []
        assert at < 200  # the document type or the encoding
    # One cut or two: the record that is hit, and the one behind it.
    assert at < 200 or len(rows) >= whole - 2
