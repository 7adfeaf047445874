"""The command line: its verbs, their help, what they print, and every way to go wrong."""

from __future__ import annotations

import contextlib
import csv
import ctypes
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from typer.testing import CliRunner

import graphkit as gk
from graphkit import registry, storage
from graphkit.cli import console
from graphkit.cli.app import app
from graphkit.graph import KnowledgeGraph
from graphkit.network import COUNTINGS
from tests.conftest import Answer, Run, graph_of, several_years

PAGE = "Acme’s papers at SIGMOD {year}\n\nPlanning\n\nPlanning {year}\n{authors}\n"
VERBS = re.findall(
    r"\w+",
    "assemble build career chance check collaborators conflicts demo different draw evaluate "
    "experts explain export groups infer info introduce measure query report resolve review "
    "reviewers same serve teams timeline topics update",
)


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of change of each file."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def failed(answer: Answer, *parts: str) -> None:
    """One clear line on standard error, a non-zero exit, no traceback."""
    assert answer.code == 1, answer
    assert answer.err.startswith("graphkit: "), answer
    assert answer.err.count("\n") == 1, answer
    assert answer.err.endswith("\n")
    assert "Traceback" not in answer.err + answer.out
    for part in parts:
        assert part in answer.err


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def kg(tmp_path: Path, example: KnowledgeGraph) -> Path:
    """A folder with the bundled graph, resolved."""
    example.save(tmp_path / "x.kg")
    return tmp_path / "x.kg"


# -- help ---------------------------------------------------------------------------------


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


# -- the article --------------------------------------------------------------------------


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


# -- demo ---------------------------------------------------------------------------------


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


# -- build --------------------------------------------------------------------------------


def page(folder: Path, name: str, year: int, authors: str = "Ada Lee, Bo Li") -> str:
    (folder / name).write_text(PAGE.format(year=year, authors=authors), encoding="utf-8")
    return name


def test_building_twice_changes_nothing(shell: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    assert shell("build", "x.kg", "a.txt").code == 0
    before = state(tmp_path / "x.kg")
    answer = shell("build", "x.kg", "a.txt")
    assert (answer.code, answer.err) == (0, "")
    assert "a.txt: unchanged, read before as source:guide-" in answer.out
    assert state(tmp_path / "x.kg") == before


def test_good_and_bad_sources(graphkit: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    (tmp_path / "b.html").write_text("")
    answer = graphkit("build", "x.kg", "a.txt", "b.html", "c.txt")
    assert answer.code == 1
    assert re.search(
        r"^a.txt: 1 paper · 2 people · .* \(source:guide-\w+\)$", answer.out, re.MULTILINE
    )
    assert "b.html: left out\nc.txt: left out\n" in answer.out
    assert (
        answer.err
        == "graphkit: b.html: the file is empty\ngraphkit: c.txt: there is no such file\n"
    )
    assert gk.open(tmp_path / "x.kg").counts()["papers"] == 1


def test_what_was_left_out_is_told(graphkit: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(
        PAGE.format(year=2021, authors="Zoë Lee, Bo Li").encode("cp1252")
    )
    answer = graphkit("build", "x.kg", "a.txt")
    note = "line 1: the file is not UTF-8: 'Acme’s papers at SIGMOD 2021' (read as Windows-1252)"
    assert f"  {note}\n" in answer.out
    assert "read as Windows-1252" in graphkit("info", "x.kg").out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.txt", None, "none.txt: there is no such file"),
        ("empty.txt", b"", "empty.txt: the file is empty"),
        ("image.png", b"\x89PNG\r\n\x1a\n\0\0", "image.png: this is a binary file, not text"),
        ("prose.txt", b"Once upon a time there was a page with no papers.\n", "prose.txt"),
        ("prose.html", b"<p>Once upon a time there was a page.</p>", "prose.html"),
    ],
)
def test_sources_that_cannot_be_read(
    graphkit: Run, tmp_path: Path, kg: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    failed(graphkit("build", "new.kg", name), says)
    assert not (tmp_path / "new.kg").exists()
    before = state(kg)
    failed(graphkit("build", kg, name), says)
    assert state(kg) == before


def test_an_unknown_format(graphkit: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    failed(graphkit("build", "x.kg", "a.txt", "--input-format", "giude"), "did you mean 'guide'?")


# -- folders that are no graph ------------------------------------------------------------

READERS = [
    ("info",),
    ("check",),
    ("resolve",),
    ("query", "ASK {}"),
    ("update", "CLEAR ALL"),
    ("infer",),
    ("measure", "degree"),
    ("collaborators", "Ada"),
    ("draw",),
    ("export", "out.ttl"),
]


def on(graph: Path | str, verb: str, *rest: str) -> list[str]:
    return [verb, str(graph), *rest]


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_no_such_graph(graphkit: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    failed(graphkit(*on("none.kg", *words)), "none.kg: does not exist: check the path")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [*READERS, ("build", "a.txt")], ids=lambda words: words[0])
def test_a_graph_that_is_a_file(graphkit: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    page(tmp_path, "a.txt", 2021)
    (tmp_path / "x.kg").write_text("mine")
    failed(graphkit(*on("x.kg", *words)), "x.kg: is a file, not a graph folder")
    assert (tmp_path / "x.kg").read_text() == "mine"


@pytest.mark.parametrize("words", [*READERS, ("build", "a.txt")], ids=lambda words: words[0])
def test_a_graph_of_a_newer_version(
    graphkit: Run, tmp_path: Path, kg: Path, words: tuple[str, ...]
) -> None:
    page(tmp_path, "a.txt", 2021)
    manifest = json.loads((kg / "manifest.json").read_text())
    (kg / "manifest.json").write_text(json.dumps({**manifest, "version": 99}))
    before = state(kg)
    failed(graphkit(*on(kg, *words)), "newer graphkit", "upgrade")
    assert state(kg) == before


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_a_graph_that_was_never_finished(
    graphkit: Run, tmp_path: Path, kg: Path, words: tuple[str, ...]
) -> None:
    (kg / "manifest.json").unlink()
    before = state(kg)
    failed(graphkit(*on(kg, *words)), "was never finished: build it again")
    assert state(kg) == before


def test_a_graph_that_was_never_finished_is_built_again(
    graphkit: Run, tmp_path: Path, kg: Path
) -> None:
    page(tmp_path, "a.txt", 2021)
    (kg / "manifest.json").unlink()
    assert graphkit("build", kg, "a.txt").code == 0
    assert gk.open(kg) == gk.read(tmp_path / "a.txt")


def test_a_damaged_graph(graphkit: Run, kg: Path) -> None:
    part = max(kg.glob("papers/*.parquet"))
    part.write_bytes(part.read_bytes()[:-20])
    failed(graphkit("info", kg), part.name, "damaged")
    (kg / "manifest.json").write_text('{"format": "graphkit", "ver')
    failed(graphkit("info", kg), "manifest.json is truncated or not JSON")


def test_a_folder_of_something_else(graphkit: Run, tmp_path: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    for words in (("info", "mine"), ("build", "mine", "a.txt"), ("resolve", "mine")):
        failed(graphkit(*words), "thesis.tex")
    assert os.listdir(tmp_path / "mine") == ["thesis.tex"]


@contextlib.contextmanager
def held_elsewhere(graph: Path) -> Iterator[None]:
    """Another process that writes."""
    code = (
        "import sys; from graphkit import storage\n"
        "with storage.lock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, graph],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("")


def test_a_locked_graph(graphkit: Run, tmp_path: Path, kg: Path) -> None:
    page(tmp_path, "a.txt", 2021)
    before = state(kg)
    with held_elsewhere(kg):
        failed(graphkit("build", kg, "a.txt"), "is being written by another process", "try again")
        failed(graphkit("resolve", kg, "--threshold", "0.5"), "is being written by another process")
        # Readers are not kept out.
        assert graphkit("info", kg).code == 0
    assert state(kg) == before
    assert graphkit("build", kg, "a.txt").code == 0


def without_rights() -> None:
    """Give up root's right to write anywhere (in the child, before Python starts)."""
    cap_dac_override, drop = 1, 24
    ctypes.CDLL(None).prctl(drop, cap_dac_override, 0, 0, 0)


def test_a_graph_that_is_read_only(tmp_path: Path, kg: Path) -> None:
    page(tmp_path, "a.txt", 2021)

    def run(*words: object) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "graphkit.cli", *map(str, words)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            preexec_fn=without_rights,
            timeout=60,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    before = state(kg)
    folders = [kg, *(path for path in kg.iterdir() if path.is_dir())]
    for path in [*kg.rglob("*.*"), *folders]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    tmp_path.chmod(0o555)
    try:
        failed(run("build", kg, "a.txt"), "cannot be written", "Permission denied")
        failed(run("resolve", kg, "--threshold", "0.5"), "cannot be written", "Permission denied")
        failed(run("export", kg, "out.ttl"), "out.ttl: cannot be written: Permission denied")
        failed(run("draw", kg, "-o", "out.html"), "out.html", "Permission denied")
        failed(run("build", "new.kg", "a.txt"), "cannot be written", "Permission denied")
        assert run("query", kg, "ASK { ?s ?p ?o }") == Answer(0, "true\n", "")
    finally:
        for path in [tmp_path, *folders]:
            path.chmod(0o755)
    assert state(kg) == before
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "x.kg"]


# -- authors ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "author",
    [
        "Nikko Ström",
        "nikko ström",
        "NIKKO STROM",
        "Ström, Nikko",
        "strom nikko",
        "author:Nikko_Ström",
        "https://w3id.org/graphkit/id/author/Nikko_Ström",
    ],
)
def test_authors_are_found(graphkit: Run, kg: Path, author: str) -> None:
    wanted = gk.open(kg).collaborators("author:Nikko_Ström", 2)
    answer = graphkit("collaborators", kg, author, "-k", "2", "--format", "csv")
    assert answer.err == ""
    assert [row["author"] for row in rows(answer.out)] == wanted["author"].to_list()


def test_collaborators_of_all(graphkit: Run, kg: Path) -> None:
    answer = graphkit("collaborators", kg, "--all", "-k", "1", "--format", "csv")
    found = {row["author"]: row["suggested"] for row in rows(answer.out)}
    wanted = gk.open(kg).collaborators("Nikko Ström", 1)
    assert found["author:Nikko_Ström"] == wanted["author"][0]
    for words in (["--all", "Nikko Ström"], [], ["--all", "--method", "katz"]):
        assert graphkit("collaborators", kg, *words).code == 2


def test_unknown_and_ambiguous_authors(graphkit: Run, tmp_path: Path, kg: Path) -> None:
    failed(graphkit("collaborators", kg, "Andreas Stolke"), "near: Andreas Stolcke")
    failed(graphkit("collaborators", kg, "stolcke"), "near: Andreas Stolcke")
    failed(graphkit("collaborators", kg, "Qqq Xxx"), "no name is near it")
    failed(graphkit("collaborators", kg, ""))
    failed(graphkit("collaborators", kg, "x> } SERVICE <http://localhost/> { ?s"), "no author")
    assert graphkit("resolve", kg, "--undo").code == 0
    failed(
        graphkit("collaborators", kg, "i-fan chen"),
        "'i-fan chen' fits several authors: author:I-FAN_CHEN, author:I-Fan_Chen; give one",
    )


def test_nobody_to_suggest(graphkit: Run, tmp_path: Path) -> None:
    graph_of({"P": ["Ada"]}).save(tmp_path / "x.kg")
    answer = graphkit("collaborators", "x.kg", "Ada")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "nobody to suggest to Ada: nobody new is near by the method untrained\n"
    assert json.loads(graphkit("collaborators", "x.kg", "Ada", "-f", "json").out) == []
    answer = graphkit("collaborators", "x.kg", "Ada", "-f", "csv")
    assert answer.out == "author,name,score,reasons\n"


# -- queries ------------------------------------------------------------------------------


def test_bad_queries(graphkit: Run, kg: Path) -> None:
    failed(
        graphkit("query", kg, "SELECT ?x {\n ?x a ?y FILTR(?y) }"),
        "SPARQL line 2, column 10: expected {, }, ., ; or , before 'FILTR(?y) }'; did you mean",
    )
    failed(graphkit("query", kg, ""), "the query is empty")
    failed(graphkit("query", kg, "SELECT * { ?s nope:x ?o }"), "unknown prefix nope:")
    failed(
        graphkit("query", kg, "ASK { SERVICE <http://localhost/> {} }"), "SERVICE is not allowed"
    )
    failed(graphkit("query", kg, "DROP ALL"), "SPARQL line 1, column 1")


def test_answers_of_every_kind(graphkit: Run, kg: Path) -> None:
    assert graphkit("query", kg, "ASK { ?a foaf:name 'Ariya Rastrow' }").out == "true\n"
    assert graphkit("query", kg, "ASK { ?a foaf:name 'Nobody' }").out == "false\n"
    text = "CONSTRUCT { ?a foaf:name ?n } { ?a foaf:name ?n FILTER(?n = 'Ariya Rastrow') }"
    found = rdflib.Graph().parse(data=graphkit("query", kg, text).out, format="turtle")
    assert [str(name) for name in found.objects()] == ["Ariya Rastrow"]
    from_input = graphkit("query", kg, "-", "-f", "csv", stdin="SELECT (1 AS ?one) {}")
    assert from_input.out == "one\n1\n"
    nothing = graphkit("query", kg, "SELECT ?x { ?x foaf:nick ?n }")
    assert "(no rows)" in nothing.out
    assert graphkit("query", kg, "SELECT ?x { ?x foaf:nick ?n }", "-f", "csv").out == "x\n"
    assert (
        json.loads(graphkit("query", kg, "SELECT ?x { ?x foaf:nick ?n }", "-f", "json").out) == []
    )
    assert graphkit("query", kg, "SELECT * {}").code == 0


def test_ids_are_short_in_tables_and_whole_in_data(graphkit: Run, kg: Path) -> None:
    text = "SELECT ?a { ?a foaf:name 'Ariya Rastrow' }"
    short, whole = "author:Ariya_Rastrow", "https://w3id.org/graphkit/id/author/Ariya_Rastrow"
    assert short in graphkit("query", kg, text).out
    assert whole in graphkit("query", kg, text, "--full").out
    assert graphkit("query", kg, text, "-f", "csv").out == f"a\n{whole}\n"
    assert graphkit("query", kg, text, "-f", "csv", "--short").out == f"a\n{short}\n"


def test_values_in_csv_and_json(graphkit: Run, kg: Path) -> None:
    text = """SELECT ?i ?d ?b ?s ?u { VALUES (?i ?d ?b ?s ?u) {
      (1 0.5 true "a,\\"b\\"\\nc" UNDEF) (2 "INF"^^xsd:double false "" UNDEF) } }"""
    assert json.loads(graphkit("query", kg, text, "-f", "json").out) == [
        {"i": 1, "d": 0.5, "b": True, "s": 'a,"b"\nc', "u": None},
        {"i": 2, "d": "inf", "b": False, "s": "", "u": None},
    ]
    assert rows(graphkit("query", kg, text, "-f", "csv").out) == [
        {"i": "1", "d": "0.5", "b": "True", "s": 'a,"b"\nc', "u": ""},
        {"i": "2", "d": "inf", "b": "False", "s": "", "u": ""},
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("info",),
        ("measure", "degree", "papers"),
        ("collaborators", "Ariya Rastrow"),
        ("check",),
    ],
    ids=lambda words: words[0],
)
def test_other_verbs_in_csv_and_json(graphkit: Run, kg: Path, words: tuple[str, ...]) -> None:
    as_json = graphkit(*on(kg, *words), "--format", "json")
    found = json.loads(as_json.out)
    table = rows(graphkit(*on(kg, *words), "--format", "csv").out)
    if words[0] == "info":
        assert found["resolved"] is True
        assert found["tables"][0] == {"table": "papers", "rows": 44}
        assert len(found["sources"]) == 3
        assert [row["table"] for row in table] == [row["table"] for row in found["tables"]]
    else:
        assert len(found) == len(table)
        assert [list(row) for row in found] == [list(row) for row in table]
    if words[0] == "collaborators":
        assert {"kind", "entity", "own_papers", "other_papers"} <= set(found[0]["reasons"][0])
        assert table[0]["reasons"].startswith("both wrote with ")


def test_resolve_in_csv(graphkit: Run, kg: Path) -> None:
    answer = graphkit("resolve", kg, "-f", "csv")
    assert answer.out == "entity,same_as\nauthor:I-FAN_CHEN,author:I-Fan_Chen\n"


# -- measures, drawings, exports ----------------------------------------------------------


def test_measures_are_sorted_and_cut(graphkit: Run, kg: Path) -> None:
    found = rows(graphkit("measure", kg, "papers", "pagerank", "--top", "0", "-f", "csv").out)
    assert len(found) == 173
    order = [(-int(row["papers"]), row["name"]) for row in found]
    assert order == sorted(order)
    assert len(rows(graphkit("measure", kg, "papers", "-f", "csv").out)) == 20
    groups = rows(graphkit("measure", kg, "community", "--top", "2", "-f", "csv").out)
    assert [row["community"] for row in groups] == ["0", "0"]
    failed(
        graphkit("measure", kg, "papers", "--since", "2023"),
        "nothing is left of 44 papers: 0 with years 2023 to …; widen or drop that last filter",
    )


def test_the_options_that_say_which_network(graphkit: Run, kg: Path) -> None:
    def people(*words: str) -> list[str]:
        out = graphkit("measure", kg, "degree", "--top", "0", "-f", "csv", *words).out
        return sorted(row["name"] for row in rows(out))

    assert len(people("--ego", "Roland Maas")) == 18
    assert people("--author", "Roland Maas", "--author", "stolcke, andreas") == [
        "Andreas Stolcke",
        "Roland Maas",
    ]
    graph = gk.open(kg)
    wrote = graph.authorships.groupby("author")["paper"].nunique()
    assert len(people("--least-papers", "3")) == (wrote >= 3).sum() > 10
    topic = graph.topics.set_index("label")["id"]
    for labels in (["Keyword spotting"], ["Keyword spotting", "Text-to-speech"]):
        papers = graph.subjects.loc[graph.subjects["topic"].isin(topic[labels]), "paper"]
        wanted = graph.authorships.loc[graph.authorships["paper"].isin(papers), "author"]
        words = [word for label in labels for word in ("--topic", label)]
        assert len(people(*words)) == wanted.nunique() > 0


def test_unknown_names(graphkit: Run, kg: Path) -> None:
    failed(
        graphkit("measure", kg, "pagerang"), "unknown measure 'pagerang': did you mean 'pagerank'?"
    )
    failed(graphkit("measure", kg, "degree", "--counting", "ful"), "did you mean 'full'?")
    failed(
        graphkit("collaborators", kg, "Ariya Rastrow", "--method", "x"), "unknown recommender 'x'"
    )
    failed(graphkit("export", kg, "out.tll"), "unknown export 'tll'")
    failed(graphkit("export", kg, "out.ttl", "--table", "papers"), "known: csv, json, parquet")
    failed(graphkit("export", kg, "out.csv", "--table", "people"), "there is no table 'people'")
    failed(graphkit("draw", kg, "-o", "out.docx"), "docx")
    failed(graphkit("draw", kg, "--size", "weight"), "weight")


def test_wrong_words_are_usage_errors(graphkit: Run, kg: Path) -> None:
    for words in (
        ("collaborators", kg, "Ariya Rastrow", "-k", "0"),
        ("resolve", kg, "--threshold", "2"),
        ("query", kg, "ASK {}", "--format", "xml"),
        ("measure", kg),
        ("nonsense",),
    ):
        answer = graphkit(*words)
        assert answer.code == 2
        assert "Traceback" not in answer.err


def test_drawing(graphkit: Run, tmp_path: Path, kg: Path) -> None:
    answer = graphkit("draw", kg, "-o", "out.html", "--colour", "topic", "--size", "degree")
    network = gk.open(kg).coauthors()
    ties = network.matrix.nnz // 2
    assert answer == Answer(
        0, f"wrote out.html: 173 people, {ties} ties, all at once by vis-network\n", ""
    )
    assert (tmp_path / "out.html").stat().st_size > 100_000


# -- what is printed ----------------------------------------------------------------------

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


# -- debug --------------------------------------------------------------------------------


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


def test_two_writers_lose_nothing(graphkit: Run, tmp_path: Path, kg: Path) -> None:
    """A resolution reads and writes under one lock, so nothing comes between."""
    held: list[str] = []
    page(tmp_path, "a.txt", 2021)

    def change(graph: KnowledgeGraph) -> KnowledgeGraph:
        with held_or_refused(kg, held):
            return graph.unresolve()

    from graphkit.build import update

    update(kg, change)
    assert held == ["refused"]


@contextlib.contextmanager
def held_or_refused(graph: Path, seen: list[str]) -> Iterator[None]:
    code = (
        "import sys; from graphkit import storage, StorageError\n"
        "try:\n    with storage.lock(sys.argv[1]): print('held')\n"
        "except StorageError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code, graph], capture_output=True, text=True)
    seen.append(done.stdout.strip())
    yield


def test_storage_is_what_the_command_line_locks(kg: Path) -> None:
    with storage.lock(kg), storage.lock(kg):
        assert gk.open(kg).resolved


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


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["measure", "degree", "--normalisation", "salton", "--counting", "newman"], "of papers"),
        (["groups", "--method", "label-propagation", "--resolution", "2"], "no resolution"),
        (["chance", "--normalisation", "jaccard"], "normalis"),
    ],
)
def test_words_that_do_not_go_together(kg: Path, words: list[str], says: str) -> None:
    found = CliRunner().invoke(app, [words[0], str(kg), *words[1:]], env={"COLUMNS": "500"})
    assert found.exit_code == 2, found.output
    assert says in found.output
    assert isinstance(found.exception, SystemExit)
