from __future__ import annotations

import pytest
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from graphkit.errors import ReadError
from graphkit.graph import KnowledgeGraph
from graphkit.rdf import from_nquads, from_rdf, to_nquads, to_rdf

ADA = "https://w3id.org/graphkit/id/author/Ada"
PERSON = f"<{ADA}> a <http://xmlns.com/foaf/0.1/Person> ."
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def test_nothing_is_nothing() -> None:
    assert to_nquads(KnowledgeGraph()) == b""
    for text in ("", "\n\n", "# a remark\r\n \t\n"):
        assert from_nquads(text) == KnowledgeGraph()
    assert from_rdf(rdflib.Graph()) == KnowledgeGraph()


@pytest.mark.parametrize(
    "line",
    [
        "<x:s> <x:p> <x:o> .",
        "<x:s>\t<x:p>\t<x:o>\t.",
        "<x:s><x:p><x:o>.",
        "  <x:s> <x:p> <x:o> . # a remark",
        "<x:s> <x:p> <x:o> .\r",
        "<x:\\u0073> <x:p> <x:\\U0000006F> .",
    ],
)
def test_white_space_escapes_and_remarks_do_not_matter(line: str) -> None:
    rows = from_nquads(f"# first\n{line}\n").table("statements").to_pylist()
    assert [(row["s"], row["p"], row["o"]) for row in rows] == [("x:s", "x:p", "x:o")]


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "<x:s> <x:p> <x:o>",
        "<x:s> <x:p> .",
        '"s" <x:p> <x:o> .',
        "<x:s> _:p <x:o> .",
        '<x:s> <x:p> "open .',
        '<x:s> <x:p> "a\\" .',
        '<x:s> <x:p> "\\q" .',
        '<x:s> <x:p> "a"b" .',
        "<x:s> <x:p> <x:o> <> .",
        "<x:s> <x:p> <x:o> <x:g> <x:h> .",
        PERSON,
    ],
)
def test_what_is_no_statement_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ReadError) as caught:
        from_nquads(f"<x:s> <x:p> <x:o> .\n\n{line}\n")
    assert caught.value.place == "line 3"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    ["<s> <x:p> <x:o> .", "<x:s> <x:p> <x:a b> .", '<x:s> <x:p> "x"@abcdefghij .'],
)
def test_what_is_no_iri_or_language_is_refused(line: str) -> None:
    with pytest.raises(ReadError, match="is no"):
        from_nquads(line)


def test_what_is_not_in_utf8_is_refused() -> None:
    with pytest.raises(ReadError, match="UTF-8"):
        from_nquads(b'<x:s> <x:p> "\xff" .\n')


def test_rdflib_terms_cannot_break_out() -> None:
    for bad in ("x:s> <x:p", "relative", "x:a b"):
        graph = rdflib.Graph()
        graph.add((rdflib.URIRef(bad), rdflib.URIRef("x:p"), rdflib.URIRef("x:o")))
        with pytest.raises(ReadError, match="is no absolute IRI"):
            from_rdf(graph)


def test_a_text_line_may_hold_what_ends_lines_elsewhere() -> None:
    text = "a\u2028b\x85c\x0bd\x0c\x1c"
    kg = KnowledgeGraph({"authors": [{"id": "author:A", "name": text}]})
    assert from_nquads(to_nquads(kg)).table("authors")["name"].to_pylist() == [text]


def test_a_source_is_a_named_graph() -> None:
    rows = [{"id": "author:A", "source": source} for source in ("", "source:a")]
    dataset = to_rdf(KnowledgeGraph({"authors": rows}))
    names = {graph for *_, graph in dataset.quads()}
    assert names == {
        DATASET_DEFAULT_GRAPH_ID,
        rdflib.URIRef("https://w3id.org/graphkit/id/source/a"),
    }
    assert from_rdf(dataset).source_ids() == ["", "source:a"]


def test_literals_come_to_rdflib_as_they_are() -> None:
    row = {"s": "x:s", "p": "x:p", "o": "01", "datatype": "xsd:integer"}
    kg = KnowledgeGraph({"statements": [row]})
    ((_, _, literal, _),) = to_rdf(kg).quads()
    assert str(literal) == "01"
    assert from_rdf(to_rdf(kg)) == kg


def test_a_link_without_a_node_is_a_bare_row() -> None:
    creator = "<http://purl.org/dc/terms/creator>"
    paper = "https://w3id.org/graphkit/id/paper/P"
    kg = from_nquads(f"<{paper}> {creator} <{ADA}> .")
    (row,) = kg.table("authorships").to_pylist()
    assert (row["paper"], row["author"], row["position"]) == ("paper:P", "author:Ada", None)
    assert kg.table("statements").num_rows == 0


def test_an_untyped_thing_stays_in_statements() -> None:
    name = f'<{ADA}> <http://xmlns.com/foaf/0.1/name> "Ada" .\n'
    assert from_nquads(name).table("statements").num_rows == 1
    whole = f"{name}<{ADA}> {TYPE} <http://xmlns.com/foaf/0.1/Person> .\n"
    (row,) = from_nquads(whole).table("statements").to_pylist()
    assert row["p"] == "foaf:name"
    whole += f'<{ADA}> <http://www.w3.org/2000/01/rdf-schema#label> "Ada" .\n'
    kg = from_nquads(whole)
    assert kg.table("statements").num_rows == 0
    assert kg.table("authors")["name"].to_pylist() == ["Ada"]


def test_blank_nodes_become_iris_under_the_base() -> None:
    kg = from_nquads("_:b <x:p> _:c .", base="https://kg.example/")
    (row,) = kg.table("statements").to_pylist()
    assert row["s"] == "https://kg.example/.well-known/genid/b"
    assert row["o"] == "https://kg.example/.well-known/genid/c"
