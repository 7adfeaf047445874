"""What is printed: nothing steers the terminal, and who reads may go away."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.cli import console
from graphkit.graph import KnowledgeGraph
from tests.cli.conftest import on, rows
from tests.conftest import Answer, Run, graph_of

NASTY = "Ada\x1b[31m\x1b]0;owned\x07 \r\x9b2J\x7f Lee\u202e"


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    kg = graph_of({"P [bold]x[/bold] [/]": ["Ada", "Bob"], "Q": ["Bob", "Cy"]})
    name = KnowledgeGraph({"authors": [{"id": "author:Ada", "name": NASTY, "source": "source:a"}]})
    (kg | name).save(tmp_path / "nasty.kg")
    return tmp_path / "nasty.kg"


def steers(text: str) -> list[str]:
    return [c for c in text if not c.isprintable() and c != "\n"]


@pytest.mark.parametrize(
    "words",
    [
        ("query", "SELECT ?n { author:Ada foaf:name ?n }"),
        ("query", "SELECT ?n { author:Ada foaf:name ?n }", "-f", "json"),
        ("query", "CONSTRUCT { ?a foaf:name ?n } { ?a foaf:name ?n }"),
        ("measure", "degree"),
        ("measure", "degree", "-f", "json"),
        ("collaborators", "author:Cy"),
        ("collaborators", "author:Cy", "-f", "json"),
        ("collaborators", "author:Ada"),
        ("collaborators", NASTY.replace("Lee", "Leee")),
        ("info",),
    ],
)
def test_names_do_not_steer_the_terminal(
    graphkit: Run, nasty: Path, words: tuple[str, ...]
) -> None:
    answer = graphkit(*on(nasty, *words))
    assert steers(answer.out) == []
    assert steers(answer.err) == []


def test_json_is_whole_all_the_same(graphkit: Run, nasty: Path) -> None:
    text = "SELECT ?n { GRAPH source:a { author:Ada foaf:name ?n } }"
    assert json.loads(graphkit("query", nasty, text, "-f", "json").out) == [{"n": NASTY}]
    # So is CSV in a file or a pipe, which has no way to escape; a terminal gets it cleaned.
    assert rows(graphkit("query", nasty, text, "-f", "csv").out) == [{"n": NASTY}]


def test_a_terminal_gets_csv_cleaned(nasty: Path) -> None:
    """In a real pseudo-terminal."""
    import pty

    reader, writer = pty.openpty()
    text = "SELECT ?n { GRAPH source:a { author:Ada foaf:name ?n } }"
    done = subprocess.run(
        [sys.executable, "-m", "graphkit.cli", "query", nasty, text, "-f", "csv"],
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    os.close(writer)
    shown = os.read(reader, 100_000).decode()
    os.close(reader)
    assert done.returncode == 0
    assert "Lee" in shown
    assert steers(shown.replace("\r\n", "\n")) == []


def test_square_brackets_are_no_markup(graphkit: Run, nasty: Path) -> None:
    answer = graphkit("query", nasty, "SELECT ?t { ?p dcterms:title ?t }")
    assert "P [bold]x[/bold] [/]" in answer.out
    answer = graphkit("query", nasty, 'SELECT ("[red]" AS ?t) { }')
    assert "[red]" in answer.out
    assert "“P [bold]x[/bold] [/]”" in graphkit("collaborators", nasty, "Cy").out


def test_joined_letters_and_emoji_stay(graphkit: Run, kg: Path) -> None:
    for text in ("👩‍🔬", "می‌خواهم", "张伟", "o\u0308", "a\u00a0b\u3000c"):
        for form in ("table", "json", "csv"):
            answer = graphkit("query", kg, f"SELECT ('{text}' AS ?t) {{}}", "-f", form)
            assert text in answer.out


def test_a_table_is_cut_and_says_so(graphkit: Run, kg: Path) -> None:
    answer = graphkit("query", kg, "SELECT * { ?s ?p ?o } LIMIT 1234")
    assert answer.out.endswith("… and 1,034 more rows; --format csv prints all\n")
    assert (
        len(rows(graphkit("query", kg, "SELECT * { ?s ?p ?o } LIMIT 1234", "-f", "csv").out))
        == 1234
    )


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_reader_that_goes_away_is_no_error(kg: Path, form: str) -> None:
    program = shlex.join([sys.executable, "-m", "graphkit.cli"])
    values = " ".join(f"'{'x' * 500}{n}'" for n in range(200))
    text = f"SELECT ?x ?y {{ VALUES ?x {{ {values} }} VALUES ?y {{ 1 2 3 4 5 }} }}"
    done = subprocess.run(
        f"{program} query {kg} - --format {form} | head -1",
        shell=True,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_an_old_code_page_is_no_error(shell: Run, nasty: Path) -> None:
    text = "SELECT ('张 ö a' AS ?t) {}"
    answer = shell("query", nasty, text, "-f", "csv", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert answer == Answer(0, "t\n? ? a\n", "")


def test_counts_are_printed_as_counts(capsys: pytest.CaptureFixture[str]) -> None:
    found = [{"n": 13212.0, "most": 9999.7, "share": 0.123456, "huge": 1e20, "none": None}]
    console.rows(found, "table")
    assert capsys.readouterr().out.split()[-4:] == ["13212", "10000", "0.1235", "1e+20"]
    console.rows(found, "csv")
    assert capsys.readouterr().out.splitlines()[1] == "13212.0,9999.7,0.123456,1e+20,"


def test_one_person_is_no_people(graphkit: Run, tmp_path: Path) -> None:
    graph_of({"Notes": ["Ada"]}).save(tmp_path / "one.kg")
    drawn = graphkit("draw", "one.kg", "-o", "one.svg")
    assert drawn.out == "wrote one.svg: 1 person, 0 ties\n"
    assert graphkit("report", "one.kg").out == "wrote report.html: 1 person, 1 paper\n"
