"""Colours and legends."""

from __future__ import annotations

import numpy as np

from graphkit.render.groups import OTHER, PALETTE, group_by_label, group_by_value


def test_beyond_the_palette_the_rest_is_grey() -> None:
    label = np.repeat(np.arange(20), 2)
    found = group_by_label(label, [f"g{n}" for n in range(20)])
    group, groups = found.group, found.groups
    assert len(groups) == len(PALETTE) + 1
    assert groups[-1].colour == OTHER
    assert groups[-1].people == 2 * (20 - len(PALETTE))
    assert group.max() == len(PALETTE)
    assert sum(one.people for one in groups) == 40


def test_colours_are_all_different() -> None:
    assert len({*PALETTE, OTHER}) == len(PALETTE) + 1


def test_none_is_grey() -> None:
    found = group_by_label(np.array([-1, -1, 0, 0]), ["a"])
    group, groups = found.group, found.groups
    assert group.tolist() == [1, 1, 0, 0]
    assert [one.name for one in groups] == ["a", "other"]


def test_no_label_at_all() -> None:
    found = group_by_label(np.array([-1, -1]), [])
    group, groups = found.group, found.groups
    assert group.tolist() == [0, 0]
    assert [one.colour for one in groups] == [OTHER]


def test_a_measure_is_cut_into_classes_low_to_high() -> None:
    found = group_by_value(np.arange(100.0), "degree")
    group, groups = found.group, found.groups
    assert len(groups) == 5
    assert np.all(np.diff(group) >= 0)
    assert {one.people for one in groups} == {20}


def test_a_constant_measure_is_one_class() -> None:
    found = group_by_value(np.ones(4), "degree")
    group, groups = found.group, found.groups
    assert group.tolist() == [0] * 4
    assert [one.name for one in groups] == ["degree 1"]


def test_nothing_known() -> None:
    found = group_by_value(np.array([np.nan, np.inf]), "degree")
    group, groups = found.group, found.groups
    assert group.tolist() == [0, 0]
    assert [one.name for one in groups] == ["degree unknown"]
