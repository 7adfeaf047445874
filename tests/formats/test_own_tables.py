"""Tables that graphkit exported, as they come back, and as others may have changed them."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import graphkit as gk
from graphkit.build import build
from graphkit.errors import ReadError
from graphkit.export import export
from graphkit.graph import KnowledgeGraph

HEAD = "id,title,year,type,event,journal,doi,url,abstract,language,place,source\n"


@pytest.fixture
def kg() -> KnowledgeGraph:
    source = {"id": "source:a", "uri": "a.bib", "sha256": "00", "source": "source:a"}
    papers = [
        {"id": "paper:P", "title": "=HYPERLINK(1)", "year": 1843, "source": "source:a"},
        {"id": "paper:Q", "title": "", "abstract": 'two\nlines, "quoted"', "source": "source:b"},
    ]
    return KnowledgeGraph({"papers": papers, "sources": [source]})


@pytest.mark.parametrize("name", ["csv", "parquet", "out.csv", "out.parquet", "out.json"])
def test_an_export_comes_back(kg: KnowledgeGraph, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.startswith("out") and not name.endswith("json"):
        path = path.with_suffix("")
        path.mkdir()
    assert gk.read(export(kg, path / name if path.is_dir() else path)) == kg


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
def test_one_table_comes_back(kg: KnowledgeGraph, tmp_path: Path, suffix: str) -> None:
    back = gk.read(export(kg, tmp_path / f"my_list.{suffix}", table="papers"))
    assert back == KnowledgeGraph({"papers": kg.table("papers")})
    # What it says of its sources stands in another table.
    assert back.table("sources").num_rows == 0


def test_a_zipped_export_comes_back(kg: KnowledgeGraph, tmp_path: Path) -> None:
    folder = export(kg, tmp_path / "csv")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"csv/{file.name}")
    assert gk.read(tmp_path / "export.zip") == kg


def test_an_export_extends_a_graph_folder(kg: KnowledgeGraph, tmp_path: Path) -> None:
    export(kg, tmp_path / "csv")
    reports = build(tmp_path / "new.kg", [tmp_path / "csv"])
    assert gk.open(tmp_path / "new.kg") == kg
    gave = {Path(report.path).stem: report.gave for report in reports}
    assert gave["papers"] == "2 papers · 0 people"
    assert gave["sources"] == "1 source"


def noted(path: Path) -> tuple[KnowledgeGraph, list[tuple[str, str]]]:
    kg = gk.read(path)
    return kg, [(row["place"], row["reason"]) for row in kg.table("notes").to_pylist()]


def test_bad_rows_are_noted_and_good_ones_kept(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    rows = [
        "paper:A,Good,1843,,,,,,,,line 1,source:a",
        "paper:B,No year,forthcoming,,,,,,,,,source:a",
        "../../etc/passwd,Climbs,1843,,,,,,,,,source:a",
        ",No id,1843,,,,,,,,,source:a",
        "paper:C,No class,1843,gk:Nonsense,,,,,,,,source:a",
        "paper:D,No language,1843,,,,,,text,not a tag,,source:a",
        "paper:A,Says otherwise,1843,,,,,,,,line 7,source:a",
        "paper:A,Good,1843,,,,,,,,line 1,source:a",
        "paper:E,=cmd|' /C calc'!A0,1843,,,,,,,,line 9,../b",
        "paper:F,Short row,1843",
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n")
    kg, notes = noted(path)
    assert kg.table("papers").select(["id", "title", "source"]).to_pylist() == [
        {"id": "paper:A", "title": "Good", "source": "source:a"},
        {"id": "paper:F", "title": "Short row", "source": ""},
    ]
    found = {(place, reason.split(":")[0][:40]) for place, reason in notes}
    assert found == {
        ("line 11", "3 fields under 12 headings"),
        ("record 2", "papers.year"),
        ("record 3", "papers.id"),
        ("record 4", "papers.id is empty in 1 rows"),
        ("record 5", "papers.type"),
        ("record 6", "papers.language"),
        ("record 7", "a row before it has the same key and sou"),
        ("record 9", "papers.source"),
    }
    assert set(kg.sources["uri"]) == {"papers.csv"}


def test_a_table_without_some_columns_is_known_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "authors.csv"
    path.write_text("name,id,source\nAda,author:Ada,source:a\n")
    assert gk.read(path) == KnowledgeGraph(
        {"authors": [{"id": "author:Ada", "name": "Ada", "source": "source:a"}]}
    )


def test_a_table_of_others_is_none_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_text("title,authors,year,source\nEchoes,Ada Lovelace,1843,Journal of Echoes\n")
    kg = gk.read(path)
    assert kg.authors["name"].tolist() == ["Ada Lovelace"]
    assert kg.papers["id"].tolist() != [None]


def test_a_table_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "authors.csv"
    path.write_text("\ufeffid;name;orcid;place;source\r\nauthor:É;É;;line 1;source:a\r\n", "utf-8")
    assert gk.read(path).table("authors").to_pylist() == [
        {"id": "author:É", "name": "É", "orcid": None, "place": "line 1", "source": "source:a"}
    ]


def test_a_table_of_nonsense_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_text(HEAD + "no id,x,,,,,,,,,,source:a\n" * 2_000)
    with pytest.raises(ReadError, match=r"more than 1,000 rows do not fit the table papers"):
        gk.read(path)


def test_wrong_types_in_parquet_are_noted(tmp_path: Path) -> None:
    columns = {"id": ["author:A", "author:B"], "name": ["A", "B"], "source": ["", "source:b"]}
    wrong = {**columns, "orcid": [["a list"], None], "place": [1, 2]}
    parquet.write_table(pa.table(wrong), tmp_path / "authors.parquet")
    kg, notes = noted(tmp_path / "authors.parquet")
    assert kg.table("authors").num_rows == 0
    assert [place for place, _ in notes] == ["record 1", "record 2"]


def test_json_that_is_cut_off_is_read_to_the_cut(kg: KnowledgeGraph, tmp_path: Path) -> None:
    path = export(kg, tmp_path / "out.json")
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("paper:Q")], "utf-8")
    found, notes = noted(path)
    assert found.papers["id"].tolist() == ["paper:P"]
    assert notes == [("papers, record 2", "no JSON from here on")]


def test_hostile_json_is_noted(tmp_path: Path) -> None:
    tables = {
        "papers": [
            "no row",
            {"id": "paper:A", "title": ["a", {"b": 1}], "year": "1843"},
            {"id": 7},
        ],
        "../../etc": [{"id": "x"}],
        "authors": [{"id": "author:A", "name": "A", "password": "x"}, 1],
    }
    path = tmp_path / "out.json"
    path.write_text(json.dumps({"base": gk.KnowledgeGraph().base, "tables": tables}))
    kg, notes = noted(path)
    assert kg.papers["title"].tolist() == ['["a", {"b": 1}]']
    assert kg.authors["name"].tolist() == ["A"]
    assert {place for place, _ in notes} == {
        "papers, record 1", "papers, record 3", "../../etc", "authors", "authors, record 2"
    }  # fmt: skip


def test_deep_json_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    start = f'{{"base": "{gk.KnowledgeGraph().base}", "tables": {{"papers": ['
    path.write_text(start + '{"id": ' + "[" * 100_000)
    kg, notes = noted(path)
    assert kg.table("papers").num_rows == 0
    assert notes == [("papers, record 1", "no JSON from here on")]


def test_ids_under_another_base_are_not_mistaken(tmp_path: Path) -> None:
    base = "https://library.example/id/"
    kg = KnowledgeGraph({"authors": [{"id": "author:Ada", "name": "Ada"}]}, base=base)
    path = export(kg, tmp_path / "out.json")
    with pytest.raises(ReadError, match=r"its ids lie under https://library\.example/id/"):
        gk.read(path)
    assert gk.read(path, base=base) == kg


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(["out.json", "papers.csv", "papers.parquet", "decisions.sssom.tsv"]),
    at=st.integers(0, 3000),
    data=st.one_of(
        st.binary(max_size=20),
        st.sampled_from([b"[", b"{", b'"', b"\t", b",", b"\n", b"null", b"1e999", b"<a b>"]),
    ),
)
@example(name="out.json", at=0, data=b"[" * 20)
@example(name="out.json", at=2035, data=b"\x01")
def test_a_damaged_export_is_read_or_refused(
    kg: KnowledgeGraph, tmp_path: Path, name: str, at: int, data: bytes
) -> None:
    decided = kg | gk.same("author:A", "author:B", by="Ada")
    path = tmp_path / name
    export(decided, path, table="papers" if name.startswith("papers") else None)
    whole = path.read_bytes()
    at %= len(whole)
    path.write_bytes(whole[:at] + data + whole[at + len(data) :])
    with suppress(ReadError):
        assert isinstance(gk.read(path), KnowledgeGraph)


def test_tables_behind_broken_json_are_missed(kg: KnowledgeGraph, tmp_path: Path) -> None:
    path = export(kg, tmp_path / "out.json")
    text = path.read_text(encoding="utf-8")
    at = text.index('"sources"')
    path.write_text(text[:at] + text[at + 1 :], encoding="utf-8")
    names = list(json.loads(text)["tables"])
    before = names[names.index("sources") - 1]
    (note,) = gk.read(path).table("notes").to_pylist()
    assert (note["place"], note["reason"]) == (f"after {before}", "no JSON from here on")
