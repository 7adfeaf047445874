from __future__ import annotations

import os
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.build import Report, build, update
from graphkit.errors import ReadError, StorageError, UnknownNameError
from graphkit.graph import KnowledgeGraph

PAGE = "Acme’s papers at SIGMOD {year}\n\nPlanning\n\nPlanning {year}\n{authors}\n"


def page(folder: Path, name: str, year: int = 2021, authors: str = "Ada Lee, Bo Li") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(PAGE.format(year=year, authors=authors), encoding="utf-8")
    return path


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_new_graph(tmp_path: Path) -> None:
    source = page(tmp_path, "a.txt")
    seen: list[str] = []
    (report,) = build(tmp_path / "x.kg", [source], on_source=seen.append)
    assert seen == [str(source)]
    kg = gk.open(tmp_path / "x.kg")
    assert kg == gk.read(source)
    assert report == Report(
        str(source),
        kg.source_ids()[0],
        "1 paper · 2 people · 1 topic · 1 venue · 1 organization",
    )
    assert report.line() == f"{source}: {report.gave} ({report.source})"


def test_the_same_source_twice(tmp_path: Path) -> None:
    source = page(tmp_path, "a.txt")
    build(tmp_path / "x.kg", [source])
    before = state(tmp_path / "x.kg")
    os.utime(source)
    (report,) = build(tmp_path / "x.kg", [source])
    assert report.known
    assert report.line() == f"{source}: unchanged, read before as {report.source}"
    assert state(tmp_path / "x.kg") == before
    again = build(tmp_path / "y.kg", [source, source])
    assert [report.known for report in again] == [False, True]


def test_good_and_bad_sources(tmp_path: Path) -> None:
    good, bad = page(tmp_path, "a.txt"), tmp_path / "none.txt"
    reports = build(tmp_path / "x.kg", [bad, good])
    assert isinstance(reports[0].error, ReadError)
    assert reports[0].line() == f"{bad}: left out"
    assert reports[1].error is None
    assert gk.open(tmp_path / "x.kg") == gk.read(good)


def test_nothing_is_made_for_sources_that_cannot_be_read(tmp_path: Path) -> None:
    (report,) = build(tmp_path / "new" / "x.kg", [tmp_path / "none.txt"])
    assert report.error is not None
    assert list(tmp_path.iterdir()) == []


def test_nothing_changes_for_sources_that_cannot_be_read(tmp_path: Path) -> None:
    build(tmp_path / "x.kg", [page(tmp_path, "a.txt")])
    before = state(tmp_path / "x.kg")
    build(tmp_path / "x.kg", [tmp_path / "none.txt", tmp_path])
    assert state(tmp_path / "x.kg") == before


def test_an_unknown_format_leaves_each_source_out(tmp_path: Path) -> None:
    (report,) = build(tmp_path / "x.kg", [page(tmp_path, "a.txt")], format="guid")
    assert isinstance(report.error, UnknownNameError)
    assert not (tmp_path / "x.kg").exists()


def test_extending(tmp_path: Path) -> None:
    one, two = page(tmp_path, "a.txt"), page(tmp_path, "b.txt", 2022)
    build(tmp_path / "x.kg", [one])
    reports = build(tmp_path / "x.kg", [one, two])
    assert [report.known for report in reports] == [True, False]
    assert gk.open(tmp_path / "x.kg") == gk.read(one, two)


def test_a_resolution_is_kept_up(tmp_path: Path) -> None:
    one = page(tmp_path, "a.txt")
    two = page(tmp_path, "b.txt", 2022, "ADA LEE")
    build(tmp_path / "x.kg", [one])
    update(tmp_path / "x.kg", lambda kg: kg.resolve(0.5))
    build(tmp_path / "x.kg", [two])
    kg = gk.open(tmp_path / "x.kg")
    assert kg == gk.read(one, two).resolve(0.5)
    assert kg.counts()["authors"] == 2
    # A graph that was never resolved stays so.
    build(tmp_path / "y.kg", [one])
    build(tmp_path / "y.kg", [two])
    assert not gk.open(tmp_path / "y.kg").resolved


def test_replacing(tmp_path: Path) -> None:
    source = page(tmp_path, "a.txt")
    build(tmp_path / "x.kg", [source])
    page(tmp_path, "a.txt", 2022)
    build(tmp_path / "x.kg", [source])
    assert gk.open(tmp_path / "x.kg").counts()["sources"] == 2
    page(tmp_path, "a.txt", 2023)
    build(tmp_path / "x.kg", [source], replace=True)
    assert gk.open(tmp_path / "x.kg") == gk.read(source)


def test_replacing_spares_what_comes_with_it(tmp_path: Path) -> None:
    """Two pages of one name, as saved from two conferences."""
    one, two = page(tmp_path / "one", "a.txt"), page(tmp_path / "two", "a.txt", 2022)
    build(tmp_path / "x.kg", [one, two], replace=True)
    assert gk.open(tmp_path / "x.kg") == gk.read(one, two)


def test_replacing_with_what_cannot_be_read_loses_nothing(tmp_path: Path) -> None:
    source = page(tmp_path, "a.txt")
    build(tmp_path / "x.kg", [source])
    kg = gk.open(tmp_path / "x.kg")
    source.write_text("")
    build(tmp_path / "x.kg", [source], replace=True)
    assert gk.open(tmp_path / "x.kg") == kg


def test_a_base_of_ones_own_stays(tmp_path: Path) -> None:
    build(tmp_path / "x.kg", [page(tmp_path, "a.txt")], base="https://kg.example/")
    build(tmp_path / "x.kg", [page(tmp_path, "b.txt", 2022)])
    assert gk.open(tmp_path / "x.kg").base == "https://kg.example/"


def test_a_graph_that_another_process_made_meanwhile_is_kept(tmp_path: Path) -> None:
    one, two = page(tmp_path, "a.txt"), page(tmp_path, "b.txt", 2022)

    def meanwhile(_: str) -> None:
        gk.read(two).save(tmp_path / "x.kg")

    build(tmp_path / "x.kg", [one], on_source=meanwhile)
    assert gk.open(tmp_path / "x.kg") == gk.read(one, two)


def test_updating(tmp_path: Path) -> None:
    build(tmp_path / "x.kg", [page(tmp_path, "a.txt")])
    assert update(tmp_path / "x.kg", KnowledgeGraph.resolve) == gk.open(tmp_path / "x.kg")
    assert gk.open(tmp_path / "x.kg").resolved
    with pytest.raises(StorageError, match="does not exist"):
        update(tmp_path / "none.kg", KnowledgeGraph.resolve)
    assert not (tmp_path / "none.kg").exists()


def test_columns_are_named(tmp_path: Path) -> None:
    table = tmp_path / "papers.csv"
    table.write_text("Titel;Autoren;Jahr\nEchos;Lovelace, Ada;1843\n", encoding="utf-8")
    build(tmp_path / "x.kg", [table], columns={"title": "Titel", "authors": "Autoren"})
    kg = gk.open(tmp_path / "x.kg")
    assert kg.papers["title"].to_list() == ["Echos"]
    assert kg.authors["name"].to_list() == ["Ada Lovelace"]
    assert kg == gk.read(table, columns={"authors": "Autoren", "title": "Titel"})
    (report,) = build(tmp_path / "y.kg", [page(tmp_path, "page.txt")], columns={"title": "Titel"})
    assert "columns cannot be named for the format guide" in str(report.error)


def test_strict_leaves_a_source_out_as_a_whole(tmp_path: Path) -> None:
    bad = tmp_path / "two.bib"
    bad.write_text("@article{a, title={Echoes}}\n@article{b, title={Bats}, year={forthcoming}}\n")
    (easy,) = build(tmp_path / "x.kg", [bad])
    assert easy.error is None
    assert len(easy.notes) == 1
    (report,) = build(tmp_path / "y.kg", [bad], strict=True)
    assert "left out as a whole, for 1 place such as this" in str(report.error)
    assert not (tmp_path / "y.kg").exists()


def test_a_report_accounts_for_all(tmp_path: Path) -> None:
    bad = tmp_path / "two.bib"
    bad.write_text("@article{a, title={Echoes}}\n@article{b, title={Echoes}}\n")
    none = tmp_path / "none.bib"
    read, missing = build(tmp_path / "x.kg", [bad, none])
    rows = [*read.rows(), *missing.rows()]
    assert [row["done"] for row in rows] == ["read", "the first one was kept", "left out"]
    assert rows[0]["what"] == "1 paper · 0 people"
    assert "there is no such file" in (rows[2]["what"] or "")


def test_what_several_files_name_is_told(tmp_path: Path) -> None:
    one, two = tmp_path / "one.bib", tmp_path / "two.bib"
    one.write_text("@article{a, title={Echoes}, doi={10.1234/e}}\n@article{b, title={Owls}}\n")
    two.write_text("\n@article{x, title={ECHOES}, doi={10.1234/E}}\n@article{y, title={Bats}}\n")
    first, second = build(tmp_path / "x.kg", [one, two])
    assert first.met == []
    assert second.line().startswith(f"{two}: 2 papers · 0 people, 1 of them in other files too (")
    assert second.rows()[1:] == [
        {
            "file": str(two),
            "source": second.source,
            "place": "lines 2-2",
            "what": "the same paper (doi:10.1234/e) as in one.bib, lines 1-1",
            "text": "ECHOES",
            "done": "merged, both are kept",
        }
    ]
    (again,) = build(tmp_path / "x.kg", [two])
    assert again.rows()[0]["what"] == f"the bytes that were read before as {second.source}"
