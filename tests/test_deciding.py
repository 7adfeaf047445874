"""Deciding on the command line, from a wrong merge to what stays undone."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

import graphkit as gk
from tests.conftest import Run

FIRST = "title,authors,year\nTrees,Ada Lee; Bo Ek,2001\nGraphs,ADA LEE,2003\nSets,Ada Lee,2005\n"
SECOND = "title,authors,year\nMaps,Ada Lee; Cy Dee,2009\n"


@pytest.fixture
def kg(tmp_path: Path, graphkit: Run) -> Path:
    (tmp_path / "first.csv").write_text(FIRST)
    (tmp_path / "second.csv").write_text(SECOND)
    assert graphkit("build", "x.kg", "first.csv").code == 0
    assert graphkit("resolve", "x.kg").code == 0
    return tmp_path / "x.kg"


def people(path: Path) -> int:
    return gk.open(path).counts()["authors"]


def test_a_wrong_merge_is_undone_and_stays_undone_after_the_next_build(
    kg: Path, graphkit: Run
) -> None:
    assert people(kg) == 2
    done = graphkit("different", "x.kg", "Ada Lee", "ADA LEE", "--reason", "two offices")
    assert done.out == "author:Ada_Lee and author:ADA_LEE: decided to be two\n"
    assert people(kg) == 3
    graphkit("build", "x.kg", "second.csv")
    assert people(kg) == 4
    graphkit("resolve", "x.kg")
    assert people(kg) == 4
    told = graphkit("explain", "x.kg", "Ada Lee").out
    assert "decided  author:ADA_LEE ≠ author:Ada_Lee" in told
    assert "two offices (decision, " in told
    graphkit("different", "x.kg", "Ada Lee", "ADA LEE", "--undo")
    assert people(kg) == 3
    graphkit("build", "x.kg", "first.csv", "second.csv")
    assert people(kg) == 3


def test_decisions_travel_to_another_graph(kg: Path, tmp_path: Path, graphkit: Run) -> None:
    graphkit("different", "x.kg", "Ada Lee", "ADA LEE")
    assert graphkit("export", "x.kg", "decisions.sssom.tsv").code == 0
    assert graphkit("export", "x.kg", "x.ttl").code == 0
    assert "owl:differentFrom" in (tmp_path / "x.ttl").read_text()
    built = graphkit("build", "y.kg", "first.csv", "decisions.sssom.tsv")
    assert "1 decision" in built.out
    graphkit("resolve", "y.kg")
    assert people(tmp_path / "y.kg") == 3
    graphkit("build", "z.kg", "x.ttl")
    graphkit("resolve", "z.kg")
    assert people(tmp_path / "z.kg") == 3


def test_a_paper_that_is_not_hers(kg: Path, graphkit: Run) -> None:
    done = graphkit("different", "x.kg", "Ada Lee", "Sets")
    assert done.out.startswith(
        "row:authorships/paper:2005:Sets;1 and author:Ada_Lee: decided to be two"
    )
    assert people(kg) == 3
    found = json.loads(graphkit("explain", "x.kg", "author:Ada_Lee", "--format", "json").out)
    assert [paper["title"] for paper in found["papers"]] == ["Trees", "Graphs"]
    graphkit("different", "x.kg", "author:Ada_Lee", "Sets", "--undo")
    assert people(kg) == 2


def test_what_cannot_be_is_said(kg: Path, graphkit: Run) -> None:
    done = graphkit("same", "x.kg", "Ada Lee", "Bo Ek")
    assert "decided to be one, but both are authors of paper:2001:Trees (set aside)" in done.out
    assert people(kg) == 2
    assert "decided to be one" in graphkit("info", "x.kg").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["same", "x.kg", "Ada Lee", "Nobody"], "no author 'Nobody' in this graph"),
        (["same", "x.kg", "Ada Lee", "author:Ada_Lee"], "both are author:Ada_Lee"),
        (["different", "x.kg", "Bo Ek", "Sets"], "no author 'author:Bo_Ek of paper:2005:Sets'"),
        (["same", "x.kg", "Ada Lee", "Bo Ek", "--undo"], "no decision"),
        (["review", "y.kg"], "y.kg"),
        (["explain", "x.kg", "Nobody"], "no author 'Nobody'"),
    ],
)
def test_what_goes_wrong_is_one_line(kg: Path, graphkit: Run, words: list[str], why: str) -> None:
    done = graphkit(*words)
    assert done.code == 1
    assert why in done.err
    assert done.err.count("\n") == 1


def test_a_graph_that_is_not_resolved(tmp_path: Path, graphkit: Run) -> None:
    (tmp_path / "first.csv").write_text(FIRST)
    graphkit("build", "x.kg", "first.csv")
    assert "Next: graphkit resolve x.kg" in graphkit("same", "x.kg", "Ada Lee", "ADA LEE").out
    done = graphkit("review", "x.kg")
    assert (done.code, done.err) == (
        1,
        "graphkit: x.kg: nothing is joined yet: graphkit resolve x.kg\n",
    )


def test_reviewing_through_a_pipe(kg: Path, graphkit: Run) -> None:
    assert "why: " in graphkit("review", "x.kg", "--list").out
    assert people(kg) == 2
    graphkit("review", "x.kg", stdin="later\n")
    assert people(kg) == 2
    graphkit("review", "x.kg", stdin="n\n")
    assert people(kg) == 3
    assert graphkit("review", "x.kg").out == "nothing is in doubt\n"
    rows = json.loads(graphkit("review", "x.kg", "--format", "json").out)
    assert rows == []


def test_authorships_for_a_stranger_to_score(kg: Path, tmp_path: Path, graphkit: Run) -> None:
    graphkit("export", "x.kg", "people.csv", "--table", "authorships")
    assert (tmp_path / "people.csv").read_text().splitlines()[:3] == [
        '"paper","source_key","position","printed_name","author"',
        '"paper:2001:Trees","2001:Trees",1,"Ada Lee","author:Ada_Lee"',
        '"paper:2001:Trees","2001:Trees",2,"Bo Ek","author:Bo_Ek"',
    ]


def test_many_joins_are_told_in_part_and_exported_whole(tmp_path: Path, graphkit: Run) -> None:
    names = [f"Ada {''.join(letters).title()}" for letters in itertools.product("bdfklm", repeat=3)]
    rows = [f"Paper {at},{name}; {name.upper()}x\n" for at, name in enumerate(names)]
    rows += [f"Reply {at},{name.upper()}\n" for at, name in enumerate(names)]
    (tmp_path / "many.csv").write_text("title,authors\n" + "".join(rows))
    graphkit("build", "x.kg", "many.csv")
    told = graphkit("resolve", "x.kg").out.splitlines()
    assert len(told) == 202
    assert told[-2] == "… and 16 more; --format csv prints all"
    assert len(graphkit("resolve", "x.kg", "--format", "csv").out.splitlines()) == 217
