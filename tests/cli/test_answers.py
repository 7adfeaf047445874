"""Authors, queries, measures, drawings: what is asked, and words that fit nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rdflib
from typer.testing import CliRunner

import graphkit as gk
from graphkit.cli.app import app
from tests.cli.conftest import failed, on, rows
from tests.conftest import Answer, Run, graph_of


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
    assert answer.out == (
        "Ada has no coauthors here: suggested by topics and venues alone\n"
        "nobody to suggest to Ada: nobody new is near by the method untrained\n"
    )
    assert json.loads(graphkit("collaborators", "x.kg", "Ada", "-f", "json").out) == []
    answer = graphkit("collaborators", "x.kg", "Ada", "-f", "csv")
    assert answer.out == "author,name,score,reasons\n"


def test_bad_queries(graphkit: Run, kg: Path) -> None:
    failed(
        graphkit("query", kg, "SELECT ?x {\n ?x a ?y FILTR(?y) }"),
        "SPARQL line 2, column 10: expected '{', '}', '.', ';' or ',' before 'FILTR(?y) }'; did",
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


def test_questions_from_files(graphkit: Run, kg: Path, tmp_path: Path) -> None:
    abstract = "Low-bit quantization\nof models."
    (tmp_path / "query.rq").write_text("SELECT (1 AS ?one) {}", encoding="utf-8")
    (tmp_path / "abstract.txt").write_text(abstract, encoding="utf-8")
    assert graphkit("query", kg, tmp_path / "query.rq", "-f", "csv").out == "one\n1\n"
    for verb in ("experts", "reviewers", "teams", "assemble"):
        from_file = graphkit(verb, kg, tmp_path / "abstract.txt", "-f", "csv").out
        assert from_file.count("\n") > 1, verb
        assert from_file == graphkit(verb, kg, abstract, "-f", "csv").out, verb
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 \xff\xfe")
    failed(graphkit("experts", kg, tmp_path / "scan.pdf"), "scan.pdf", "not text in UTF-8")


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


def test_groups_name_the_foremost_in_tables_and_all_in_data(graphkit: Run, kg: Path) -> None:
    table = graphkit("groups", kg, "--top", "3").out
    found = rows(graphkit("groups", kg, "--top", "3", "-f", "csv").out)
    cores = [row["core"].split("; ") for row in found]
    assert [len(core) for core in cores] == [4, 7, 14]
    assert "; ".join(cores[0]) in table
    assert "; ".join(cores[2][:6]) + "; and 8 more" in table
    assert cores[2][6] not in table
    assert [len(row["members"].split("; ")) for row in found] == [26, 23, 21]


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


def test_networks_of_other_things(graphkit: Run, kg: Path) -> None:
    network = gk.open(kg).network("author-topic", since=2022)
    words = ("--network", "author-topic", "--since", "2022", "-f", "csv", "--top", "0")
    found = rows(graphkit("ties", kg, *words).out)
    assert [(row["author"], row["topic"]) for row in found] == list(
        network.ties()[["author", "topic"]].itertuples(index=False, name=None)
    )
    measured = rows(graphkit("measure", kg, "degree", *words).out)
    assert len(measured) == 173 + 16
    assert measured[0]["name"] == "Automatic speech recognition"
    told = graphkit("measure", kg, "degree", "--network", "topic-topic").out
    assert "16 topics, 0 ties: topics of the same papers" in told
    for wrong, why in (
        (["degree", "--ego", "Roland Maas"], "--ego is of coauthors"),
        (["summary"], "not told of two kinds"),
    ):
        answer = graphkit("measure", kg, *wrong, "--network", "author-paper")
        assert answer.code == 2
        assert why in answer.err


def test_tables_say_which_network_they_are_of(graphkit: Run, kg: Path) -> None:
    words = ("--since", "2022", "--top", "1")
    told = "173 authors, 587 ties: coauthors, full counting, 2022 to …"
    for verb in (("measure", kg, "degree"), ("measure", kg, "components"), ("ties", kg)):
        assert told in graphkit(*verb, *words).out
    told = graphkit("measure", kg, "sampled-betweenness", "consensus", "--top", "1").out
    assert "sampled-betweenness: exact, from all authors" in told
    assert "consensus: 20 runs agree on" in told


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


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["measure", "degree", "--normalisation", "salton", "--counting", "newman"], "of papers"),
        (["groups", "--method", "label-propagation", "--resolution", "2"], "no resolution"),
        (["chance", "--normalisation", "jaccard"], "normalis"),
        (
            ["measure", "core", "--network", "author-topic", "--engine", "networkit"],
            "networkit measures no networks of two kinds",
        ),
    ],
)
def test_words_that_do_not_go_together(kg: Path, words: list[str], says: str) -> None:
    found = CliRunner().invoke(app, [words[0], str(kg), *words[1:]], env={"COLUMNS": "500"})
    assert found.exit_code == 2, found.output
    assert says in found.output
    assert isinstance(found.exception, SystemExit)
