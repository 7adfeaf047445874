"""The program: its verbs, their help, the article from end to end, the tour, errors."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import graphkit as gk
from graphkit import registry
from graphkit.cli.app import app
from graphkit.graph import KnowledgeGraph
from graphkit.network import COUNTINGS
from tests.cli.conftest import PAGE, failed, rows, state
from tests.conftest import Answer, Run, several_years

VERBS = re.findall(
    r"\w+",
    "assemble build career chance check collaborators conflicts demo different draw evaluate "
    "experts explain export groups infer info introduce measure query report resolve review "
    "reviewers same serve teams ties timeline topics update",
)


def help_of(*verb: str) -> str:
    found = CliRunner().invoke(app, [*verb, "--help"], env={"COLUMNS": "500", "NO_COLOR": "1"})
    assert found.exit_code == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", found.output)


def example_of(verb: str) -> list[str]:
    (line,) = re.findall(r"Example: (graphkit .*)", help_of(verb))
    return shlex.split(line.strip())


def test_the_verbs() -> None:
    text = help_of()
    listed = re.findall(r"^│ (\w+) {2,}\S", text.partition("Commands")[2], flags=re.MULTILINE)
    assert sorted(listed) == VERBS


# A server runs until it is stopped; tests/web starts and stops it.
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "serve"])
def test_every_verb_has_an_example_that_runs(
    verb: str, graphkit: Run, tmp_path: Path, example: KnowledgeGraph
) -> None:
    example.save(tmp_path / "speech.kg")
    several_years().save(tmp_path / "acl.kg")
    (tmp_path / "interspeech-2022.txt").write_text(PAGE.format(year=2022, authors="Ada Lee, Bo Li"))
    (tmp_path / "page.html").write_text(
        "<html><body><h1>Acme’s papers at SIGMOD 2023</h1><h2>Planning</h2>"
        "<p>Planning 2023<br>Ada Lee, Cy Doe</p></body></html>"
    )
    program, *words = example_of(verb)
    assert (program, words[0]) == ("graphkit", verb)
    answer = graphkit(*words)
    assert answer.code == 0, answer
    assert answer.err == ""
    assert answer.out


def test_help_names_what_the_registries_hold() -> None:
    for verb, kind in (
        ("measure", "measure"),
        ("collaborators", "recommender"),
        ("export", "export"),
        ("build", "format"),
    ):
        assert ", ".join(registry.names(kind)) in help_of(verb), verb
    for verb in ("measure", "draw"):
        assert ", ".join(sorted(COUNTINGS)) in help_of(verb)


def test_every_registered_measure_recommender_and_export_works(graphkit: Run, kg: Path) -> None:
    names = registry.names("measure")
    answer = graphkit("measure", kg, *names, "--format", "csv", "--top", "3")
    columns = list(rows(answer.out)[0])
    assert columns[:2] == ["author", "name"]
    # Brokerage and the citation indices are several columns each.
    several = {"brokerage", "team-brokerage", "topic-brokerage", "citation-indices"}
    assert set(names) - set(columns) == several
    assert {"coordinator", "team-liaison", "h-index", "e-index"} < set(columns)
    for name in registry.names("figures"):
        found = rows(graphkit("measure", kg, name, "--format", "csv").out)
        assert found
        assert "share" in found[0] or float(found[0]["value"]), name
    assert "summary is of the whole network" in graphkit("measure", kg, "degree", "summary").err
    for method in registry.names("recommender"):
        answer = graphkit("collaborators", kg, "Ariya Rastrow", "-k", "1", "--method", method)
        # The example does not say where people work.
        assert answer.out.startswith("nobody" if method == "organizations" else " 1. ")
    for suffix in registry.names("export"):
        answer = graphkit("export", kg, f"out.{suffix}")
        assert answer == Answer(0, f"wrote out.{suffix}\n", "")


def test_no_words_print_the_help(shell: Run) -> None:
    answer = shell()
    assert "Usage" in answer.out + answer.err
    assert "Traceback" not in answer.err


def test_the_version(graphkit: Run) -> None:
    assert graphkit("--version") == Answer(0, f"graphkit {gk.__version__}\n", "")


def test_shell_completion(shell: Run) -> None:
    def complete(words: str) -> list[str]:
        env = {
            "_GRAPHKIT_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        program = Path(sys.executable).with_name("graphkit")
        done = subprocess.run(
            [program], env={**os.environ, **env}, capture_output=True, text=True, timeout=60
        )
        return done.stdout.split()

    assert complete("graphkit mea") == ["measure"]
    assert complete("graphkit measure x.kg page") == ["pagerank"]
    assert complete("graphkit collaborators x.kg Ada --method ada") == ["adamic-adar"]


def test_the_article(graphkit: Run, seed: Path) -> None:
    answer = graphkit("build", "a.kg", seed)
    assert answer.code == 0
    assert answer.err == ""
    summary = (
        "44 papers · 174 people · 16 topics · 8 teams · 1 venue · 1 organization · 10 postings "
        "· 5 figures"
    )
    first, second, *_ = answer.out.splitlines()
    assert re.fullmatch(
        rf"{re.escape(str(seed))}: {summary} \(source:guide-[0-9a-f]{{12}}\)", first
    )
    assert second == f"a.kg: {summary} · 1 source"

    def count(pattern: str, what: str = "*") -> int:
        text = f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}"
        (row,) = json.loads(graphkit("query", "a.kg", text, "-f", "json").out)
        return int(row["n"])

    assert count("?p a fabio:ResearchPaper ; dcterms:title ?t", "DISTINCT ?p") == 44
    assert count("?p a fabio:ResearchPaper ; dcterms:subject ?t", "DISTINCT ?t") == 16
    assert count("?p a fabio:ResearchPaper FILTER NOT EXISTS {?p dcterms:subject ?t}") == 0
    assert count("?a a gk:Authorship") == 237
    assert count("?a a gk:Authorship ; gk:printedName ?n", "DISTINCT ?n") == 174
    assert count("?a a foaf:Person", "DISTINCT ?a") == 174
    figures = "?f a fabio:Figure ; schema:contentUrl ?u ; dcterms:description ?c"
    assert count(f"{figures} ; dcterms:isPartOf ?p", "DISTINCT ?f") == 5
    assert count("?j a schema:JobPosting ; schema:jobLocation ?l", "DISTINCT ?j") == 10
    assert count("?j a schema:JobPosting ; schema:hiringOrganization ?t", "DISTINCT ?t") == 8
    assert count("?j a schema:JobPosting ; schema:jobLocation ?l", "DISTINCT ?l") == 5
    assert count("?j a schema:JobPosting ; schema:title ?r") == 7
    assert set(gk.open("a.kg").postings["role"].dropna()) == {
        "Applied Scientist",
        "Senior Applied Scientist",
    }
    assert count("?v a gk:Venue , schema:Event ; skos:prefLabel 'Interspeech 2022'") == 1
    assert count("?o a org:FormalOrganization ; skos:prefLabel 'Amazon'") == 1
    assert count("?s a prov:Entity ; dcterms:title ?t ; dcterms:description ?d") == 1
    kg = gk.open("a.kg")
    for name in ("authorships", "subjects", "interests"):
        assert len(kg.frame(name))
        assert kg.frame(name)["place"].str.match(r"^lines? \d").all()
    # Positions run from 1 in each paper.
    for _, positions in kg.authorships.groupby("paper")["position"]:
        assert sorted(positions) == list(range(1, len(positions) + 1))

    resolved = graphkit("resolve", "a.kg")
    assert resolved == Answer(
        0,
        "author:I-FAN_CHEN is counted as author:I-Fan_Chen\n174 printed names, 173 people\n",
        "",
    )
    assert count("?a a foaf:Person", "DISTINCT ?a") == 173
    assert count("?a a gk:Authorship ; gk:printedName ?n", "DISTINCT ?n") == 174
    assert graphkit("check", "a.kg").code == 0


def test_demo(shell: Run, tmp_path: Path) -> None:
    answer = shell("demo")
    assert answer.code == 0, answer.err
    assert answer.err == ""
    out = answer.out
    assert "44 papers · 173 people · 16 topics" in out
    assert "174 printed names are 173 people" in out
    assert "SELECT ?topic" in out
    assert re.search(r"Automatic speech recognition +12 +\d+", out)
    central = gk.example().resolve().coauthors().measure("pagerank").nlargest(5, "pagerank")
    listed = re.findall(r"^  (\S.*?) {2,}0\.\d", out, flags=re.MULTILINE)
    assert listed == central["name"].to_list()
    assert f"With whom might {listed[0]} write next?" in out
    assert len(re.findall(r"^   \d\. .+ \(\d\.\d+\)$", out, flags=re.MULTILINE)) == 3
    assert "both wrote with" in out
    folder = tmp_path / "graphkit-demo"
    assert sorted(path.name for path in folder.iterdir()) == [
        "coauthors.graphml",
        "coauthors.html",
        "interspeech-2022.kg",
        "interspeech-2022.ttl",
    ]
    kg = gk.open(folder / "interspeech-2022.kg")
    assert kg.counts()["authors"] == 173
    assert gk.read(folder / "interspeech-2022.ttl") == kg
    assert "<graphml" in (folder / "coauthors.graphml").read_text(encoding="utf-8")
    assert (folder / "coauthors.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    before = state(folder / "interspeech-2022.kg")
    assert shell("demo").code == 0
    assert state(folder / "interspeech-2022.kg") == before


def test_demo_elsewhere(graphkit: Run, tmp_path: Path) -> None:
    assert graphkit("demo", "--out", "deep/er").code == 0
    assert (tmp_path / "deep" / "er" / "coauthors.html").exists()
    (tmp_path / "file").touch()
    failed(graphkit("demo", "-o", "file"), "file")


def test_errors_in_a_process_of_its_own(shell: Run, kg: Path) -> None:
    failed(shell("info", "none.kg"), "none.kg: does not exist")
    answer = shell("--debug", "info", "none.kg")
    assert answer.code == 1
    assert "Traceback (most recent call last)" in answer.err
    assert "StorageError: none.kg: does not exist" in answer.err


def test_the_installed_program(kg: Path) -> None:
    program = shutil.which("graphkit", path=str(Path(sys.executable).parent))
    assert program is not None
    done = subprocess.run(
        [program, "query", kg, "ASK { ?s ?p ?o }"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "true\n", "")
