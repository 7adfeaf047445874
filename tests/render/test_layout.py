"""Positions: the same for the same seed, nobody on top of another, nothing far off."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist

from graphkit.render.layout import layout


def team_ties(count: int, seed: int = 0) -> tuple[Any, Any]:
    """Ties within random teams, some people in several; about a fifth tied to nobody."""
    rng = np.random.default_rng(seed)
    ends = set()
    for _ in range(count // 2):
        team = np.unique(rng.integers(0, int(count * 0.9), 3))
        ends |= {(int(a), int(b)) for a in team for b in team if a < b}
    source, target = np.array(sorted(ends), dtype=np.int64).reshape(-1, 2).T
    return source, target


def placed(count: int, seed: int = 0) -> tuple[Any, Any]:
    source, target = team_ties(count)
    radius = np.random.default_rng(2).uniform(5, 22, count)
    x, y = layout(source, target, np.ones(len(source)), radius, seed=seed)
    return np.column_stack((x, y)), radius


def test_the_same_seed_gives_the_same_picture() -> None:
    assert np.array_equal(placed(400, seed=7)[0], placed(400, seed=7)[0])


def test_another_seed_gives_another_picture() -> None:
    assert not np.array_equal(placed(400, seed=7)[0], placed(400, seed=8)[0])


def test_the_generators_of_others_are_left_alone() -> None:
    random.seed(3)
    expected = random.random()
    random.seed(3)
    placed(60)
    assert random.random() == expected


@pytest.mark.parametrize("count", [1, 2, 3, 30, 400])
def test_circles_do_not_overlap(count: int) -> None:
    where, radius = placed(count)
    assert np.isfinite(where).all()
    if count > 1:
        apart = pdist(where) - pdist(radius[:, None], lambda a, b: a[0] + b[0])
        assert apart.min() > -1.0


def test_isolates_stay_near() -> None:
    where, _ = placed(400)
    extent = np.ptp(where, axis=0)
    # 400 circles of 44 units each way, and as much again for the gaps between components.
    assert extent.max() < 44 * 20 * 2.5
    assert 0.5 < extent[0] / extent[1] < 3


def test_middle_is_the_origin() -> None:
    where, radius = placed(100)
    low, high = (where - radius[:, None]).min(0), (where + radius[:, None]).max(0)
    assert np.allclose(low + high, 0)


def test_nobody() -> None:
    none = np.zeros(0, dtype=np.int64)
    x, y = layout(none, none, np.zeros(0), np.zeros(0))
    assert x.shape == y.shape == (0,)


def test_only_isolates_fill_a_field() -> None:
    none = np.zeros(0, dtype=np.int64)
    x, y = layout(none, none, np.zeros(0), np.full(200, 9.0))
    assert len({*zip(x.round(3), y.round(3), strict=True)}) == 200
    assert 0.5 < np.ptp(x) / np.ptp(y) < 3


def test_odd_weights_are_survived() -> None:
    source, target = np.array([0, 1, 2]), np.array([1, 2, 3])
    x, y = layout(source, target, np.array([np.nan, np.inf, 0.0]), np.full(4, 5.0))
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()


def planted(groups: int, size: int, seed: int = 0) -> tuple[Any, Any, Any]:
    """Ties within groups of one size, two a person on average, and a quarter as many between."""
    rng = np.random.default_rng(seed)
    count = groups * size
    inside = rng.integers(0, count, (3 * count, 2))
    inside[:, 1] = inside[:, 0] // size * size + inside[:, 1] % size
    ends = np.concatenate((inside, rng.integers(0, count, (count // 2, 2))))
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    return ends[:, 0], ends[:, 1], np.arange(count) // size


def test_groups_of_a_large_component_stand_apart() -> None:
    source, target, group = planted(groups=12, size=60)
    x, y = layout(source, target, np.ones(len(source)), np.full(len(group), 9.0))
    where = np.column_stack((x, y))
    near = np.asarray(cKDTree(where).query(where, k=6)[1])[:, 1:]
    # By chance, one in twelve of the five nearest would be of one's own group.
    assert (group[near] == group[:, None]).mean() > 0.8


def test_ties_are_short() -> None:
    source, target, _ = planted(groups=30, size=60)
    where = np.column_stack(layout(source, target, np.ones(len(source)), np.full(1800, 9.0)))
    others = np.random.default_rng(0).permutation(target)
    tied, by_chance = (
        np.linalg.norm(where[source] - where[ends], axis=1).mean() for ends in (target, others)
    )
    assert tied < 0.4 * by_chance


def test_a_large_component_has_neither_overlaps_nor_outliers() -> None:
    source, target, _ = planted(groups=20, size=50)
    radius = np.random.default_rng(2).uniform(5, 22, 1000)
    where = np.column_stack(layout(source, target, np.ones(len(source)), radius))
    apart = pdist(where) - pdist(radius[:, None], lambda a, b: a[0] + b[0])
    assert apart.min() > -1.0
    distance = np.linalg.norm(where, axis=1)
    assert distance.max() < 4 * np.median(distance)


@pytest.mark.parametrize("size", [300, 1000])
def test_a_large_component_without_groups_is_placed(size: int) -> None:
    everybody = np.arange(1, size)
    star = layout(np.zeros_like(everybody), everybody, np.ones(size - 1), np.full(size, 5.0))
    line = layout(everybody - 1, everybody, np.ones(size - 1), np.full(size, 5.0))
    for where in (np.column_stack(star), np.column_stack(line)):
        assert np.isfinite(where).all()
        assert pdist(where).min() > 9.0


def test_a_paper_of_hundreds_is_a_round_heap() -> None:
    source, target = np.triu_indices(400, k=1)
    x, y = layout(source, target, np.ones(len(source)), np.full(400, 5.0))
    assert pdist(np.column_stack((x, y))).min() > 9.0
    assert 0.5 < np.ptp(x) / np.ptp(y) < 2
