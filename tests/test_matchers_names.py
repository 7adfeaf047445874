from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.matchers import names
from graphkit.matchers.names import equivalents, fold, parse


@pytest.mark.parametrize(
    ("printed", "given_names", "family"),
    [
        ("Andreas Stolcke", ("andreas",), "stolcke"),
        ("Zhang, Wei", ("wei",), "zhang"),
        ("Smith, JA", ("j", "a"), "smith"),
        ("J.-P. Martin", ("j", "p"), "martin"),
        ("Soman KP", ("k", "p"), "soman"),
        ("J.N. Chen", ("j", "n"), "chen"),
        ("WANG XIAO", ("wang",), "xiao"),
        ("Antal van den Bosch", ("antal",), "bosch"),
        ("Søren Kjærgård", ("soren",), "kjaergard"),
        ("Yuki Arase†", ("yuki",), "arase"),
        ("Иван И. Петров", ("иван", "и"), "петров"),
        ("Khalid Al-Khatib", ("khalid",), "khatib"),
        ("张 伟", (), "张伟"),
        ("김민수", (), "김민수"),
        ("Dr. Ann B. Lee, PhD", ("ann", "b"), "lee"),
    ],
)
def test_parts(printed: str, given_names: tuple[str, ...], family: str) -> None:
    name = parse(printed)
    assert name is not None
    assert (name.given, name.family) == (given_names, family)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I-FAN CHEN", "I-Fan Chen"),
        ("José Pérez", "Jose Perez"),
        ("J.M Arriola", "J. M. Arriola"),
        ("Smith, John", "John Smith"),
        ("张伟", "张 伟"),
        ("Pasquale D'Alterio", "Pasquale D’Alterio"),
    ],
)
def test_one_key(one: str, other: str) -> None:
    first, second = parse(one), parse(other)
    assert first is not None
    assert second is not None
    assert first.key == second.key


def test_what_stands_beside_the_name() -> None:
    leong, nyberg, numbered = (
        parse("Chee Wee (Ben) Leong"),
        parse("Eric H. Nyberg 3rd"),
        parse("Wei Wang 0001"),
    )
    assert leong is not None
    assert nyberg is not None
    assert numbered is not None
    assert (leong.nicknames, leong.key) == (("ben",), "chee wee leong")
    assert (nyberg.suffix, nyberg.family) == ("iii", "nyberg")
    assert (numbered.number, numbered.key) == ("0001", "wei wang")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "X", "A. B.", "et al.", "Smith et al", "Anonymous", "CLIA Consortium",
        "The ATLAS Collaboration", "…", "张", "others", "1234",
    ],
)  # fmt: skip
def test_no_single_person(text: str) -> None:
    assert parse(text) is None


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    name = parse(text)
    if name is not None:
        assert name.family
        assert len(name.key.replace(" ", "")) > 1
        assert parse(text.upper()) is None or name.script


@given(st.sampled_from(["Žganec", "Bjørn", "Ñandú", "Straße", "Øyvind"]))
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


def test_names_that_stand_for_one_another() -> None:
    sets = equivalents()
    assert sets["bob"] & sets["robert"]
    assert not sets["robert"] & sets["william"]
    assert all(name == fold(name) for name in sets)


@given(
    st.lists(
        st.sampled_from([*sorted(names.SPECIAL), *sorted(names.PARTICLES), "ada", "king", "li"]),
        min_size=1,
        max_size=5,
    )
)
def test_plain_names_are_taken_apart_as_all_others_are(words: list[str]) -> None:
    text = " ".join(word.title() for word in words)
    assert parse(text) == names._parsed(text)
