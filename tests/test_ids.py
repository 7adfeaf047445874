from __future__ import annotations

import pytest

from graphkit.errors import SchemaError
from graphkit.ids import Namespaces, identifier, mint, normalise_text
from graphkit.iris import illegal_iri


def test_what_stood_on_both_sides_of_a_joiner_composes() -> None:
    assert normalise_text("a\u200d\u0301") == "\u00e1"
    assert normalise_text("a\x85b\x00c\u2028") == "a bc"


def test_a_base_of_ones_own_moves_minted_ids_alone() -> None:
    names = Namespaces("https://kg.example/id/")
    assert names.expand("author:Ada") == "https://kg.example/id/author/Ada"
    assert names.expand("doi:10.1/x") == "https://doi.org/10.1/x"
    assert names.compress("https://w3id.org/graphkit/id/author/Ada") == (
        "https://w3id.org/graphkit/id/author/Ada"
    )


@pytest.mark.parametrize("base", ["kg", "https://kg example/", "http://h:port/", "https://x/a>b"])
def test_a_base_that_is_no_iri_is_refused(base: str) -> None:
    with pytest.raises(SchemaError, match="is not an absolute IRI"):
        Namespaces(base)


def test_a_base_within_another_namespace_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"would put \w+: ids under doi:$"):
        Namespaces("https://doi.org/")


@pytest.mark.parametrize(
    "iri",
    ["", "word", "http://a b", "x:<y>", "x:a%", "x:a%2", "x:a%zz", "x:a#b#c", "x:[", "x:\ue000"],
)
def test_what_no_iri_holds(iri: str) -> None:
    assert illegal_iri(iri)


@pytest.mark.parametrize("iri", ["urn:x", "doi:10/x", "file:///a", "http://u:p@h:80/é?q=1#f%20"])
def test_what_an_iri_holds(iri: str) -> None:
    assert not illegal_iri(iri)


def test_identifiers_keep_what_they_may() -> None:
    assert identifier("doi", " 10.1/a[1]%b%2F#c ") == "doi:10.1/a%5B1%5D%25b%2F%23c"


def test_parts_do_not_run_into_each_other() -> None:
    assert mint("topic", "a", "b:c") == "topic:a:b%3Ac"
    assert mint("topic", "a:b", "c") == "topic:a%3Ab:c"
