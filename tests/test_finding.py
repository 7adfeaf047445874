from __future__ import annotations

import pytest

from graphkit.errors import SchemaError, UnknownEntityError
from graphkit.finding import find
from graphkit.graph import KnowledgeGraph

NAMES = {
    "author:Nikko_Ström": "Nikko Ström",
    "author:Andreas_Stolcke": "Andreas Stolcke",
    "author:Pasquale": "Pasquale D'Alterio",
    "author:Łukasz": "Łukasz Søndergård",
    "author:Mary": "Mary-Jane J. Watson",
    "author:wz1": "Wei Zhang",
    "author:wz2": "Wei Zhang",
    "author:Zhang_Wei": "Zhang WEI",
    "author:Plato": "Plato",
    "orcid:0000-0001": "张伟",
    "http://people.example/x": "Strauß İpek",
}


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return KnowledgeGraph(
        {
            "authors": [{"id": i, "name": n} for i, n in NAMES.items()]
            + [{"id": "author:Nameless"}],
            "aliases": [
                {"entity": "author:Plato", "name": "Aristocles"},
                {"entity": "topic:Logic", "name": "Plato"},
            ],
            "topics": [{"id": "topic:Logic", "label": "Logic"}],
        }
    )


@pytest.mark.parametrize(
    ("asked", "entity"),
    [
        ("Nikko Ström", "author:Nikko_Ström"),
        ("nikko strom", "author:Nikko_Ström"),
        ("NIKKO STRO\u0308M", "author:Nikko_Ström"),
        ("Ström, Nikko", "author:Nikko_Ström"),
        ("  strom   nikko ", "author:Nikko_Ström"),
        ("Nikko_Ström", "author:Nikko_Ström"),
        ("author:Nikko_Ström", "author:Nikko_Ström"),
        ("https://w3id.org/graphkit/id/author/Nikko_Ström", "author:Nikko_Ström"),
        ("pasquale d’alterio", "author:Pasquale"),
        ("lukasz sondergard", "author:Łukasz"),
        ("Mary Jane Watson J", "author:Mary"),
        ("plato", "author:Plato"),
        ("ARISTOCLES", "author:Plato"),
        ("张伟", "orcid:0000-0001"),
        ("https://orcid.org/0000-0001", "orcid:0000-0001"),
        ("http://people.example/x", "http://people.example/x"),
        ("ipek strauss", "http://people.example/x"),
        ("author:Nameless", "author:Nameless"),
        # Of names that differ in case alone, the one that was typed.
        ("Zhang WEI", "author:Zhang_Wei"),
    ],
)
def test_found(kg: KnowledgeGraph, asked: str, entity: str) -> None:
    assert find(kg, "authors", asked) == entity
    assert kg.find("authors", asked) == entity


def test_several(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownEntityError) as exact:
        find(kg, "authors", "Wei Zhang")
    assert exact.value.several
    assert exact.value.near == ("author:wz1", "author:wz2")
    assert str(exact.value) == (
        "'Wei Zhang' fits several authors: author:wz1, author:wz2; give one of these ids"
    )
    with pytest.raises(UnknownEntityError) as loose:
        find(kg, "authors", "zhang wei")
    assert loose.value.near == ("author:Zhang_Wei", "author:wz1", "author:wz2")


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("Andreas Stolke", "Andreas Stolcke"),
        ("stolcke", "Andreas Stolcke"),
        ("A. Stolcke", "Andreas Stolcke"),
        ("Dalterio", "Pasquale D'Alterio"),
        ("author:Andreas_Stolke", "Andreas Stolcke"),
    ],
)
def test_near(kg: KnowledgeGraph, asked: str, near: str) -> None:
    with pytest.raises(UnknownEntityError) as caught:
        find(kg, "authors", asked)
    assert caught.value.near[0] == near
    assert not caught.value.several
    assert (caught.value.kind, caught.value.name) == ("author", asked)


@pytest.mark.parametrize("asked", ["", " ", "!!!", "\n", 'x> <y> "z', "Qqqqq Xxxxx", "author:"])
def test_nothing_is_near(kg: KnowledgeGraph, asked: str) -> None:
    with pytest.raises(UnknownEntityError, match="no name is near it"):
        find(kg, "authors", asked)


def test_kinds_are_kept_apart(kg: KnowledgeGraph) -> None:
    assert find(kg, "topics", "plato") == "topic:Logic"
    for kind, asked in (
        ("topics", "author:Plato"),
        ("authors", "topic:Logic"),
        ("authors", "Logic"),
    ):
        with pytest.raises(UnknownEntityError):
            find(kg, kind, asked)
    with pytest.raises(SchemaError, match="no table 'people'"):
        find(kg, "people", "plato")
    with pytest.raises(SchemaError, match="authorships are links"):
        find(kg, "authorships", "plato")


def test_one_person_is_found_by_each_id_and_name(example: KnowledgeGraph) -> None:
    for asked in ("I-FAN CHEN", "i-fan chen", "author:I-FAN_CHEN", "author:I-Fan_Chen"):
        assert example.find("authors", asked) == "author:I-Fan_Chen"
    before = example.unresolve()
    assert before.find("authors", "I-FAN CHEN") == "author:I-FAN_CHEN"
    with pytest.raises(UnknownEntityError) as caught:
        before.find("authors", "i-fan chen")
    assert caught.value.near == ("author:I-FAN_CHEN", "author:I-Fan_Chen")


@pytest.mark.parametrize(
    "pairs",
    [
        [("author:a", "author:b"), ("author:b", "author:c")],
        [("author:a", "author:b"), ("author:b", "author:a"), ("author:b", "author:c")],
        [("author:c", "author:a"), ("author:b", "author:a")],
        [("author:a", "author:b"), ("author:a", "author:c")],
    ],
)
def test_chains_and_circles_of_identities(pairs: list[tuple[str, str]]) -> None:
    kg = KnowledgeGraph(
        {
            "authors": [{"id": f"author:{n}", "name": n * 3} for n in "abc"],
            "identities": [
                {"entity": one, "same_as": other, "source": f"source:{number}"}
                for number, (one, other) in enumerate(pairs)
            ],
        }
    )
    (head,) = kg.authors["id"]
    for letter in "abc":
        assert kg.find("authors", f"author:{letter}") == head
        assert kg.find("authors", letter * 3) == head
    with pytest.raises(UnknownEntityError):
        kg.find("topics", "author:a")
