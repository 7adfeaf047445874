"""The learned ranking, on a made-up field whose people meet the coauthors of their coauthors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphkit as gk
from graphkit.errors import SchemaError, UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.recommend import evaluate, weights
from graphkit.recommend.candidates import FEATURES, candidates
from graphkit.recommend.past import Past, corpus_of
from graphkit.recommend.ranker import Ranker, indexed, learn_ranker, ranker_of
from graphkit.recommend.trees import Trees, learn

WORDS = ("parsing", "speech", "graphs", "dialogue", "trees", "summaries", "ethics", "tones")


def field(papers: list[tuple[int, list[int], str]]) -> KnowledgeGraph:
    """Papers by year, authors and title."""
    return KnowledgeGraph(
        {
            "papers": [
                {"id": f"paper:{n:05}", "title": title, "year": year, "event": f"venue:{year}"}
                for n, (year, _, title) in enumerate(papers)
            ],
            "venues": [{"id": f"venue:{year}"} for year in sorted({p[0] for p in papers})],
            "authors": [
                {"id": f"author:{a:04}", "name": f"Author {a:04}"}
                for a in sorted({a for _, team, _ in papers for a in team})
            ],
            "authorships": [
                {"paper": f"paper:{n:05}", "author": f"author:{a:04}", "position": i}
                for n, (_, team, _) in enumerate(papers)
                for i, a in enumerate(team, 1)
            ],
        }
    )


def made(years: range, people: int = 400) -> list[tuple[int, list[int], str]]:
    """Each year 160 teams of three: somebody, a neighbour, and somebody near both on a circle."""
    found = []
    for year in years:
        rng = np.random.default_rng(year)
        for _ in range(160):
            one = int(rng.integers(people))
            near = rng.choice(np.setdiff1d(np.arange(-5, 6), [0]), 2, replace=False)
            team = [one, *(int(one + step) % people for step in near)]
            found.append((year, team, f"{WORDS[one * 8 // people]} study number {year}"))
    return found


@pytest.fixture(scope="module")
def papers() -> list[tuple[int, list[int], str]]:
    return made(range(2000, 2010))


@pytest.fixture(scope="module")
def kg(papers: list[tuple[int, list[int], str]]) -> KnowledgeGraph:
    return field(papers)


@pytest.fixture(scope="module")
def whole(kg: KnowledgeGraph) -> Past:
    return corpus_of(kg).whole


@pytest.fixture(scope="module")
def ranker(whole: Past) -> Ranker:
    found = ranker_of(whole.before(2008))
    assert found is not None
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(np.asarray(one[name]), np.asarray(other[name])) for name in one
    )


def test_what_comes_later_changes_nothing(
    papers: list[tuple[int, list[int], str]], ranker: Ranker
) -> None:
    later = [*papers, *made(range(2010, 2012), people=500), (2009, [1, 399], "zebras and speech")]
    other = learn_ranker(corpus_of(field(later)).whole.before(2008))
    assert other is not None
    assert same(ranker.arrays(), other.arrays())


def test_a_past_of_a_past_is_that_past(whole: Past) -> None:
    one, two = whole.before(2004), whole.before(2007).before(2004)
    assert (one.authors == two.authors).all()
    assert abs(one.wrote - two.wrote).sum() == 0
    assert abs(one.text.papers - two.text.papers).sum() == 0
    assert one.text.terms.tolist() == two.text.terms.tolist()


def test_it_learns_who_is_near(whole: Past, ranker: Ranker) -> None:
    past = whole.before(2008)
    pairs, chances = ranker.chances(np.arange(50))
    assert ((chances > 0) & (chances < 1)).all()
    gap = np.abs(past.authors[pairs.query] - past.authors[pairs.other])
    gap = np.minimum(gap, 400 - gap)
    assert chances[gap <= 8].mean() > 5 * chances[gap > 10].mean()
    known = past.coauthors[pairs.query, pairs.other]
    assert not np.asarray(known).any()
    assert not (pairs.query == pairs.other).any()


def test_chances_are_calibrated(whole: Past, ranker: Ranker) -> None:
    """Of all pairs, as many are expected to meet as met in the two years before.

    Those were the last that could be known; in this field fewer meet each year, since most of
    the near have met (552, then 448 pairs).
    """
    past = whole.before(2008)
    _, chances = ranker.chances(np.arange(len(past)))
    assert chances.sum() == pytest.approx(past.new_ties(past.before(2006)).sum(), rel=0.2)
    assert chances.sum() == pytest.approx(whole.new_ties(past).sum(), rel=0.5)


def test_who_wrote_with_a_crowd_alone_gets_an_answer(
    papers: list[tuple[int, list[int], str]],
) -> None:
    """Papers by more than thirty people do not count, and theirs may be the only ones."""
    crowd = (2009, [*range(900, 940)], "everybody on parsing")
    index = indexed(corpus_of(field([*papers[-400:], crowd])).whole)
    row = len(index) - 1
    assert np.isfinite(index.person).all()
    assert len(candidates(index, np.array([row])).query) == 0
    assert np.isfinite(candidates(index, np.arange(10)).features).all()


def test_importance_names_each_feature(ranker: Ranker) -> None:
    importance = ranker.importance()
    assert tuple(importance) == FEATURES
    assert sum(share for _, share in importance.values()) == pytest.approx(1)


def test_arrays_come_back(ranker: Ranker) -> None:
    back = Ranker.of_arrays(ranker.arrays())
    assert same(back.arrays(), ranker.arrays())
    rows = np.arange(5)
    assert (back.chances(rows)[1] == ranker.chances(rows)[1]).all()


def test_trees_are_lightgbm() -> None:
    import lightgbm

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(3000, 4)).astype(np.float32)
    truth = (rows[:, 0] * rows[:, 1] + rng.normal(size=3000) > 0).astype(float)
    booster = lightgbm.train(
        {"objective": "binary", "num_leaves": 15, "verbosity": -1, "num_threads": 1},
        lightgbm.Dataset(rows, truth),
        20,
    )
    from graphkit.recommend.trees import _arrays_of

    assert _arrays_of(booster)(rows) == pytest.approx(booster.predict(rows, raw_score=True))


def test_trees_that_can_ask_nothing() -> None:
    trees = learn(np.zeros((30, 2), np.float32), np.arange(30, dtype=np.float64) % 2)
    assert isinstance(trees, Trees)
    assert trees(np.zeros((2, 2), np.float32)).shape == (2,)


def test_it_is_kept_beside_the_graph(
    papers: list[tuple[int, list[int], str]], tmp_path: Path
) -> None:
    folder = tmp_path / "field.kg"
    field(papers[-960:]).save(folder)
    kg = gk.open(folder)
    first = kg.collaborators("Author 0007", 5)
    assert first.attrs["method"] == "learned"
    assert "chance" in first.attrs["meaning"]
    file = folder / "recommend.arrays"
    before = file.read_bytes()
    again = gk.open(folder)
    assert again.collaborators("Author 0007", 5)["score"].tolist() == first["score"].tolist()
    # Read, not learnt: nothing has looked at the words.
    assert "recommend.corpus" not in again.derived
    assert file.read_bytes() == before
    file.write_bytes(before[:1000])
    mended = gk.open(folder)
    assert mended.collaborators("Author 0007", 5)["name"].tolist() == first["name"].tolist()
    assert file.read_bytes()[-100:] == before[-100:]
    more = gk.open(folder) | KnowledgeGraph({"authors": [{"id": "author:x", "name": "X"}]})
    more.save(folder)
    assert gk.open(folder).derived["folder"][1].encode() not in file.read_bytes()
    assert not [path for path in folder.iterdir() if path.suffix == ".tmp"]


def test_all_are_asked_as_each_alone(
    papers: list[tuple[int, list[int], str]], kg: KnowledgeGraph
) -> None:
    crowd = (2009, [7, *range(100, 135)], "everybody, whom one cannot meet anew")
    for graph, options in (
        (field([*papers[-960:], crowd]), {"novelty": 0.5, "since": 2007}),
        (field(papers[-200:]), {}),
    ):
        found = graph.collaborators_of_all(5, **options)
        assert found["place"].max() == 5
        for author in graph.authors.id[:120:7]:
            alone = graph.collaborators(author, 5, **options)
            mine = found[found["author"] == author]
            assert mine["suggested"].tolist() == alone["author"].tolist()
            assert mine["suggested_name"].tolist() == alone["name"].tolist()
            assert mine["score"].to_numpy() == pytest.approx(alone["score"].to_numpy(), rel=1e-4)
        assert found.attrs["method"] == alone.attrs["method"]
        assert found.attrs["meaning"] == alone.attrs["meaning"]
    with pytest.raises(ValueError, match="who asks"):
        kg.collaborators_of_all(conflicts="ever")


def test_novelty_orders_and_keeps_scores(papers: list[tuple[int, list[int], str]]) -> None:
    kg = field(papers[-400:])
    kg.derived["recommend.recommend.arrays"] = None
    plain, novel = (kg.collaborators("Author 0007", 400, novelty=n) for n in (0.0, 2.0))
    assert dict(zip(plain.author, plain.score, strict=True)) == dict(
        zip(novel.author, novel.score, strict=True)
    )
    assert plain["author"].tolist() != novel["author"].tolist()
    with pytest.raises(ValueError, match="novelty"):
        kg.collaborators("Author 0007", novelty=-1)


def test_a_small_corpus_says_that_it_is_not_learnt(example: KnowledgeGraph) -> None:
    found = example.collaborators("Andreas Stolcke", 3)
    assert found.attrs["method"] == "untrained"
    assert "too few" in found.attrs["meaning"]


def test_evaluation_by_hand() -> None:
    papers = [
        (2000, [1, 2], "one"),
        (2000, [2, 3], "two"),
        (2000, [2, 4], "three"),
        (2000, [5, 6], "four"),
        (2001, [1, 3], "five"),
        (2002, [1, 5, 7], "six"),
        (2003, [1, 4], "too late"),
    ]
    found = evaluate(field(papers), 2001, methods=["common-coauthors"], by="distance").set_index(
        "group"
    )
    # 1 meets 3 and 5; 3 and 4 share a coauthor with 1 alike, so that 3 has place 1.5; 5 has none.
    # 3 meets 1, which has place 1.5 beside 4; 5 meets 1, which has no score. 7 was not known.
    assert found.loc["all", "people"] == 3
    assert found.loc["all", "mrr"] == pytest.approx((1 / 1.5 + 1 / 1.5 + 0) / 3)
    assert found.loc["all", "recall"] == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert found.loc["all", "hit"] == pytest.approx(2 / 3)
    assert found.loc["pairs, coauthor shared", "recall"] == 1
    assert found.loc["pairs, coauthor none shared", "recall"] == 0
    assert found["mrr_low"].iloc[0] <= found["mrr"].iloc[0] <= found["mrr_high"].iloc[0]


def test_evaluation_groups_and_compares(kg: KnowledgeGraph, ranker: Ranker) -> None:
    methods = ["preferential-attachment", "resource-allocation", "learned"]
    found = evaluate(kg, 2008, methods=methods, by="career", most=150)
    whole = found[found.group == "all"].set_index("method")
    assert list(whole.index) == methods
    assert set(whole.people) == {150}
    assert whole.mrr["learned"] > 3 * whole.mrr["preferential-attachment"]
    assert whole.popular["preferential-attachment"] > 0.1
    parts = found[(found.method == "learned") & (found.group != "all")]
    assert parts.people.sum() == 150
    assert found.equals(evaluate(kg, 2008, methods=methods, by="career", most=150))


def test_novelty_costs_accuracy_and_lowers_popularity(kg: KnowledgeGraph, ranker: Ranker) -> None:
    found = evaluate(kg, 2008, methods=["learned"], most=150, novelty=[0, 1])
    assert found["novelty"].tolist() == [0, 1]
    assert found["popular"][1] < found["popular"][0]
    plain = evaluate(kg, 2008, methods=["learned"], most=150)
    assert plain.equals(found[:1])
    for measure in ("mrr", "recall", "hit"):
        assert (found[f"{measure}_low"] <= found[measure]).all()
        assert (found[measure] <= found[f"{measure}_high"]).all()
    with pytest.raises(ValueError, match="at least 0"):
        evaluate(kg, 2008, methods=["katz"], novelty=-1)


def test_weights_are_shown(kg: KnowledgeGraph, ranker: Ranker) -> None:
    found = weights(kg, 2008)
    assert set(found["feature"]) == set(FEATURES)
    assert found["weight"].abs().is_monotonic_decreasing
    assert found["share"].sum() == pytest.approx(1)
    with pytest.raises(SchemaError, match="too few"):
        weights(kg, 2001)


@pytest.mark.parametrize("year", [1990, 2010, 2050])
def test_a_year_that_tells_nothing(papers: list[tuple[int, list[int], str]], year: int) -> None:
    with pytest.raises(SchemaError, match="--year"):
        evaluate(field(papers[:300]), year, methods=["katz"])
    with pytest.raises(UnknownNameError, match="career"):
        evaluate(field(papers[:300]), year, by="age")
