from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from graphkit.graph import KnowledgeGraph
from graphkit.network.incidence import incidence_of
from graphkit.recommend.profiles import WORD, text_index
from tests.conftest import graph_of


def written(titles: dict[str, str]) -> KnowledgeGraph:
    return KnowledgeGraph(
        {
            "papers": [{"id": f"paper:{p}", "title": title} for p, title in titles.items()],
            "authors": [{"id": "author:Ada", "name": "Ada"}],
            "authorships": [
                {"paper": f"paper:{p}", "author": "author:Ada", "position": 1} for p in titles
            ],
        }
    )


def test_worked_by_hand() -> None:
    index = text_index(written({"P1": "speech speech parsing", "P2": "speech"}))
    assert index.terms.tolist() == ["parsing", "speech"]
    parsing, speech = 1 + log(3 / 2), 1.0
    assert index.idf.tolist() == pytest.approx([parsing, speech])
    first = np.array([parsing, (1 + log(2)) * speech])
    assert index.papers.toarray()[0] == pytest.approx(first / sqrt(first @ first))
    assert index.papers.toarray()[1] == pytest.approx([0, 1])


def test_is_what_scikit_learn_gives(example: KnowledgeGraph) -> None:
    titles = [str(title) for title in example.papers.sort_values("id")["title"]]
    index = text_index(written({f"{n:03}": title for n, title in enumerate(titles)}))
    oracle = TfidfVectorizer(token_pattern=WORD.pattern, sublinear_tf=True).fit(titles)
    assert index.terms.tolist() == oracle.get_feature_names_out().tolist()
    assert index.papers.toarray() == pytest.approx(oracle.transform(titles).toarray(), abs=1e-6)
    text = "Streaming speech recognition for low-resource languages, streaming"
    assert index.vector(text).toarray() == pytest.approx(
        oracle.transform([text]).toarray(), abs=1e-6
    )


def test_an_author_is_the_sum_of_the_papers() -> None:
    kg = written({"P1": "speech", "P2": "parsing"})
    profile = text_index(kg).authors(incidence_of(kg).matrix).toarray()
    assert profile == pytest.approx(np.full((1, 2), 1 / sqrt(2)))


def test_some_papers_know_nothing_of_the_others() -> None:
    some = {"P1": "speech parsing", "P2": "speech trees", "P3": "trees"}
    whole = text_index(written({"P0": "a word before speech", **some, "P4": "zebras parsing"}))
    alone = text_index(written(some))
    found, wanted = whole.only(np.array([1, 2, 3])), alone.only(np.arange(3))
    assert found.terms.tolist() == wanted.terms.tolist() == ["speech", "trees"]
    assert (found.papers.toarray() == wanted.papers.toarray()).all()


def test_scripts_and_topics() -> None:
    kg = graph_of({"P": ["Ada"]}, topics={"P": ["Graph neural networks"]})
    assert "neural" in text_index(kg).terms
    assert "语音识别" in text_index(written({"P": "语音识别"})).terms


def test_no_text_at_all() -> None:
    index = text_index(written({"P": "1 2 3"}))
    assert index.papers.shape == (1, 0)
    assert index.vector("speech").shape == (1, 0)
    assert index.only(np.array([0])).papers.shape == (1, 0)
