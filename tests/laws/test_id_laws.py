"""Ids: CURIE and IRI stand for each other, and minting keeps texts apart."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pyoxigraph as ox
from hypothesis import assume, given
from hypothesis import strategies as st

from graphkit.ids import (
    FEW,
    Namespaces,
    identifier,
    mint,
    mint_column,
    normalise_column,
    normalise_text,
)
from graphkit.iris import illegal_iri
from graphkit.schema import schema
from tests.laws.strategies import ids, texts

NAMES = Namespaces("https://kg.example/id/")
LOCALS = st.text("aZ0é张-._~:/?%2F;()", max_size=8)
CURIES = st.builds("{}:{}".format, st.sampled_from(sorted(NAMES.prefixes)), LOCALS)
FOREIGN = st.builds("{}{}".format, st.sampled_from(["http://o.example/", "urn:", "doi:"]), LOCALS)


@given(CURIES)
def test_a_curie_is_its_iri(curie: str) -> None:
    assert NAMES.compress(NAMES.expand(curie)) == curie


@given(FOREIGN | st.sampled_from(sorted(NAMES.prefixes.values())))
def test_an_iri_is_its_id(iri: str) -> None:
    assert NAMES.expand(NAMES.compress(iri)) == iri


@given(st.lists(CURIES | FOREIGN | ids(None) | st.none(), max_size=5))
def test_columns_say_what_single_ids_say(given_: list[str | None]) -> None:
    iris = [None if one is None else NAMES.expand(one) for one in given_]
    assert NAMES.expand_column(pa.array(given_, pa.string())).to_pylist() == iris
    back = [None if iri is None else NAMES.compress(iri) for iri in iris]
    assert NAMES.compress_column(pa.array(iris, pa.string())).to_pylist() == back
    # Many are compressed in another way than few.
    many = [*iris, *(f"https://example.org/{n}" for n in range(FEW))]
    assert NAMES.compress_column(pa.array(many, pa.string())).to_pylist()[: len(back)] == back
    assert NAMES.shorten_column(pa.array(back, pa.string())).to_pylist() == back


@given(st.lists(texts(), min_size=1, max_size=3), st.lists(texts(), min_size=1, max_size=3))
def test_only_texts_that_read_alike_share_an_id(one: list[str], two: list[str]) -> None:
    alike = [normalise_text(text) for text in one] == [normalise_text(text) for text in two]
    assert (mint("paper", *one) == mint("paper", *two)) is alike


@given(texts())
def test_a_normalised_text_stays(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert mint("paper", once) == mint("paper", text)


@given(texts() | texts().map(lambda text: f"{text} word" * 12), texts())
def test_a_minted_id_can_be_typed_in_a_query(first: str, second: str) -> None:
    curie = mint("paper", first, second)
    iri = Namespaces().expand(curie)
    assert not illegal_iri(iri)
    ox.NamedNode(iri)
    # Oxigraph's SPARQL refuses a local name with dots in two places, which the grammar allows.
    if len(re.findall(r"\.+", curie)) < 2:
        prefix = f"PREFIX paper: <{schema().prefixes['paper']}>\n"
        ox.Store().query(f"{prefix}SELECT * {{ ?s ?p {curie} }}")
    triple = f"@prefix paper: <{schema().prefixes['paper']}> .\n{curie} {curie} {curie} ."
    (quad,) = ox.parse(triple.encode(), ox.RdfFormat.TURTLE)
    assert quad.subject == ox.NamedNode(iri)


@given(texts())
def test_an_identifier_is_a_legal_iri(value: str) -> None:
    ox.NamedNode(NAMES.expand(identifier("doi", value)))


@given(
    st.builds("{}{}".format, st.sampled_from(["http:", "http://h", "urn:", "x"]), LOCALS | texts())
)
def test_what_is_called_legal_a_store_takes(iri: str) -> None:
    # The other way round `tests/test_ids.py` asks: brackets and private use are legal to a store
    # in a few places, and nowhere to us.
    assume(not illegal_iri(iri))
    assert ox.NamedNode(iri).value == iri


def test_a_minted_id_is_stable() -> None:
    long = "Speech recognition " * 8
    assert mint("author", "Andreas Stolcke") == "author:Andreas_Stolcke"
    assert mint("topic", "Event 2022", "a/b - C.") == "topic:Event_2022:a%2Fb_-_C%2E"
    assert mint("author", "张伟") == "author:张伟"
    assert mint("author", "𠮷田") == "author:%F0%A0%AE%B7田"
    assert mint("author", "-.x_y") == "author:%2D.x%5Fy"
    assert mint("paper", long) == (
        "paper:Speech_recognition_Speech_recognition_Speech_recognition_Spe__166755e870"
    )


@given(st.lists(st.none() | st.text() | st.text("aé .-'Z", max_size=12), max_size=8))
def test_columns_are_minted_as_their_texts_are(texts: list[str | None]) -> None:
    column = pa.array(texts, pa.string())
    expected = [
        None if text is None or not normalise_text(text) else mint("author", text) for text in texts
    ]
    assert mint_column("author", column).to_pylist() == expected
    normal = [None if text is None else normalise_text(text) for text in texts]
    assert normalise_column(column).to_pylist() == normal
