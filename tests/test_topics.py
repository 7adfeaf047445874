"""Topics that are found in titles and abstracts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.recommend.languages import stop_words_of
from graphkit.recommend.topics import find_topics, without_topics
from tests.conftest import Run

# What the papers are about besides, each in other words.
OTHERS = ["Seas", "Stars", "Stones", "Storms", "Streets", "Streams", "Stairs", "Sands", "Skies"]


def corpus(titles: list[str], abstracts: dict[int, str] | None = None) -> KnowledgeGraph:
    rows = [
        {"id": f"paper:{n:03}", "title": title, "abstract": (abstracts or {}).get(n)}
        for n, title in enumerate(titles)
    ]
    return KnowledgeGraph({"papers": rows})


def found_in(kg: KnowledgeGraph) -> dict[str, list[str]]:
    """Papers by the label of a topic."""
    labels = dict(zip(kg.topics["id"], kg.topics["label"], strict=True))
    rows = sorted(zip(kg.subjects["topic"], kg.subjects["paper"], strict=True))
    found: dict[str, list[str]] = {}
    for topic, paper in rows:
        found.setdefault(labels[topic], []).append(paper)
    return found


def test_phrases_acronyms_plurals_and_places() -> None:
    titles = ["Neural machine translation of bats", "BERT embeddings and owls"]
    titles += ["On neural machine translations", "A study of machine translation"]
    titles += ["Machine Translation: a survey", "BERT embedding, revisited", *OTHERS * 2]
    kg = find_topics(
        corpus(titles, {6: "The owls use machine translation.", 7: "We show BERT embeddings."}),
        least_papers=2,
    )
    assert found_in(kg) == {
        "BERT embedding": ["paper:001", "paper:005", "paper:007"],
        "Machine translation": ["paper:000", "paper:002", "paper:003", "paper:004", "paper:006"],
        "Neural machine translation": ["paper:000", "paper:002"],
    }
    assert dict(zip(kg.topics["label"], kg.topics["broader"].fillna(""), strict=True)) == {
        "BERT embedding": "",
        "Machine translation": "",
        "Neural machine translation": "topic:Machine_translation",
    }
    places = dict(zip(kg.subjects["paper"], kg.subjects["place"], strict=True))
    assert places["paper:006"] == "abstract"
    assert places["paper:004"] == "title"
    assert kg.subjects["score"].between(0, 1).all()
    assert set(kg.sources["format"]) == {"topics"}


def test_prose_of_abstracts_is_no_topic() -> None:
    junk = dict.fromkeys(range(12), "Extensive experiments demonstrate superior performance.")
    titles = [f"{word} and bat calls" for word in OTHERS] + ["A", "B", "C"] * 7
    assert list(found_in(find_topics(corpus(titles, junk)))) == ["Bat calls"]


def test_a_piece_of_a_longer_phrase_is_no_topic() -> None:
    titles = [f"Hidden Markov models for {word}" for word in OTHERS[:4]] + OTHERS * 2
    assert list(found_in(find_topics(corpus(titles)))) == ["Hidden markov models"]


def test_a_topic_of_the_graph_is_used() -> None:
    found = find_topics(gk.example())
    labels = [label.casefold() for label in found.topics["label"]]
    assert len(labels) == len(set(labels))
    assert set(found.topics["label"]) - set(gk.example().topics["label"]) == {
        "Neural network",
        "Speech recognition",
    }


def test_taking_back_and_doing_again_change_nothing() -> None:
    kg = gk.example()
    found = find_topics(kg)
    assert find_topics(found) == found
    assert without_topics(found) == kg
    (source,) = set(found.source_ids()) - set(kg.source_ids())
    assert found.without(source) == kg
    assert find_topics(KnowledgeGraph()) == KnowledgeGraph()
    with pytest.raises(ValueError, match="least_papers is 1"):
        find_topics(kg, least_papers=1)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(texts | st.sampled_from(["語彙 意味", "der Hund und die Katze", "a b"]), max_size=12)
)
def test_any_text_is_survived_and_claims_are_true(titles: list[str]) -> None:
    found = find_topics(corpus(titles), least_papers=2)
    for label, papers in found_in(found).items():
        assert len(papers) >= 2
        first = re.escape(label.split(" ")[0].casefold())
        for paper in papers:
            assert re.search(first, titles[int(paper.removeprefix("paper:"))].casefold())


def test_the_verb(graphkit: Run) -> None:
    gk.example().save("x.kg")
    assert "18 topics" in graphkit("topics", "x.kg").out
    assert gk.open("x.kg") == find_topics(gk.example())
    assert "16 topics" in graphkit("topics", "x.kg", "--undo").out
    assert gk.open("x.kg") == gk.example()


def test_stop_words_are_those_of_the_language_of_a_paper() -> None:
    german = [f"Die Analyse der gesprochenen Sprache für {each}" for each in OTHERS[:4]]
    french = [f"Une méthode pour la traduction des phrases avec {each}" for each in OTHERS[4:8]]
    english = [f"When the dice die hard: dice die with {each}" for each in OTHERS[:4]]
    labels = set(found_in(find_topics(corpus([*german, *french, *english, *OTHERS * 3]))))
    assert labels == {"Gesprochenen sprache", "Dice die hard"}


@pytest.mark.parametrize(
    ("text", "stops", "telling"),
    [
        ("die analyse der sprache für alle", "die der für", "analyse sprache"),
        ("l analyse de la langue pour les enfants", "de la pour les", "analyse langue"),
        ("análisis de la lengua para los niños", "de la para los", "análisis lengua"),
        ("анализ русского языка и не только", "и не", "анализ языка"),
        ("the die is cast in the war", "the is in", "die war cast"),
        ("transformers", "the", "transformers"),
        ("", "the", "der"),
    ],
)
def test_languages_are_told_by_their_stop_words(text: str, stops: str, telling: str) -> None:
    found = stop_words_of(text.split())
    assert set(stops.split()) <= found
    assert not found & set(telling.split())
