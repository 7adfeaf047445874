from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from graphkit.graph import KnowledgeGraph
from graphkit.matchers.context import context, embedding
from tests.conftest import graph_of

PAPERS = {
    "Parsing of German": ["Ann Lee", "Bo Li"],
    "Parsing of Dutch": ["Ann Lee", "Bó Li", "Cy Ng"],
    "Speech": ["Cy Ng"],
}


def test_coauthors_whatever_the_accents() -> None:
    found = context(graph_of(PAPERS, years={"Speech": 1999}))
    assert found.coauthors.shape == (3, 3)
    assert found.coauthors.sum() == 6
    assert sorted(found.team.tolist()) == [1, 2, 3]
    assert np.nanmax(found.year) == 1999
    assert int(np.isnan(found.year).sum()) == 2
    assert len(found.names) == len(found.authors) == 4


def test_who_wrote_with_hundreds_is_known_by_none() -> None:
    names = [
        f"Ann{'abcdefghijklmnop'[n % 16]} L{'aeiou'[n % 5]}{n // 16 * 'b'}" for n in range(120)
    ]
    found = context(graph_of({"Higgs": names, "Small": names[:2]}))
    assert found.coauthors.sum() == 2


def test_words_shared_by_some_papers_alone_count() -> None:
    found = context(graph_of(PAPERS))
    assert found.words.shape[0] == 3
    lengths = np.sqrt(found.words.multiply(found.words).sum(axis=1))
    assert all(length == pytest.approx(1) or length == 0 for length in lengths)


def test_nothing_at_all() -> None:
    found = context(KnowledgeGraph())
    assert found.coauthors.shape[0] == found.topics.shape[0] == len(found.names) == 0


def test_embedding_keeps_what_a_full_decomposition_keeps() -> None:
    rng = np.random.default_rng(1)
    low_rank = rng.standard_normal((40, 5)) @ rng.standard_normal((5, 30))
    points = embedding(sp.csr_array(low_rank.astype(np.float32)), 5)
    exact = low_rank @ low_rank.T
    norms = np.sqrt(np.diag(exact))
    np.testing.assert_allclose(points @ points.T, exact / np.outer(norms, norms), atol=1e-3)
