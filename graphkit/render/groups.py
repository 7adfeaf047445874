"""Colours of a drawing: which group each person is in, what the groups are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Colouring", "Group", "group_by_label", "group_by_value"]

# Okabe and Ito's colours without black and the yellow that is too pale for white paper, then
# six found by search: all pairs stay apart (0.08 or more in OKLab) with normal sight and with
# each of the three kinds of colour blindness, and all show on light and on dark paper.
PALETTE = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#8484d8",
    "#843054",
    "#84b478",
    "#605400",
    "#906054",
    "#484890",
)
SCALE = ("#a5db36", "#4ac16d", "#1fa187", "#2d708e", "#46327e")
"""Low to high, even in lightness (from matplotlib's viridis)."""
OTHER = "#b4bbc3"


@dataclass(frozen=True)
class Group:
    """One entry of the legend.

    Parameters
    ----------
    name : str
        What the group is called.
    colour : str
        ``"#rrggbb"``.
    people : int
        How many are in it.
    """

    name: str
    colour: str
    people: int


@dataclass(frozen=True, eq=False)
class Colouring:
    """What the colours of a drawing stand for.

    Parameters
    ----------
    group : ndarray of int64, shape (n,)
        The position in ``groups`` of each person.
    groups : tuple of Group
        The legend.
    """

    group: Ints
    groups: tuple[Group, ...]

    @classmethod
    def plain(cls, count: int) -> Colouring:
        """One colour for all."""
        return group_by_label(np.zeros(count, dtype=np.int64), ["people"])


def group_by_label(label: Ints, names: Sequence[str], *, rest: str = "other") -> Colouring:
    """Give the largest groups a colour each, and grey to the rest.

    A group of one gets no colour of its own: it would stand for nothing.

    Parameters
    ----------
    label : ndarray of int, shape (n,)
        The group of each person, as a position in ``names``; -1 for none.
    names : sequence of str
        What each group is called.
    rest : str, default "other"
        What those without a colour are called together.

    Returns
    -------
    Colouring
        The largest group first; the rest, if any, last.

    Examples
    --------
    >>> found = group_by_label(np.array([0, 1, 1, 2]), ["a", "b", "c"])
    >>> found.group
    array([1, 0, 0, 1])
    >>> [(g.name, g.people) for g in found.groups]
    [('b', 2), ('other', 2)]
    """
    sizes = np.bincount(label[label >= 0], minlength=len(names))
    largest = np.argsort(-sizes, kind="stable")[: len(PALETTE)]
    coloured = largest[sizes[largest] >= min(2, len(label))]
    place = np.full(len(names) + 1, len(coloured), dtype=np.int64)
    place[coloured] = np.arange(len(coloured))
    group = place[label]  # the last place is that of label -1
    groups = [
        Group(names[old], colour, int(sizes[old]))
        for old, colour in zip(coloured, PALETTE, strict=False)
    ]
    left = int((group == len(coloured)).sum())
    if left:
        groups.append(Group(rest, OTHER, left))
    return Colouring(group, tuple(groups))


def group_by_value(value: Floats, unit: str) -> Colouring:
    """Cut a measure into up to five classes with about as many people each.

    Parameters
    ----------
    value : ndarray of float, shape (n,)
        NaN or infinity for unknown.
    unit : str
        The measure's name, for the legend.

    Returns
    -------
    Colouring
        Low to high; unknown, if any, last.

    Examples
    --------
    >>> found = group_by_value(np.array([1.0, 1.0, 4.0, np.nan]), "degree")
    >>> [(g.name, g.people) for g in found.groups]
    [('degree 1', 2), ('degree 4', 1), ('degree unknown', 1)]
    """
    known = np.isfinite(value)
    group = np.zeros(len(value), dtype=np.int64)
    groups: list[Group] = []
    if known.any():
        cuts = np.unique(np.quantile(value[known], np.linspace(0, 1, len(SCALE) + 1)[1:-1]))
        fine = np.searchsorted(cuts, value[known], side="left")
        used, group[known] = np.unique(fine, return_inverse=True)
        # Few classes take colours from the whole scale.
        steps = np.linspace(0, len(SCALE) - 1, max(len(used), 2)).round().astype(int)
        for number in range(len(used)):
            inside = value[known & (group == number)]
            name = f"{unit} {_span(inside.min(), inside.max())}"
            groups.append(Group(name, SCALE[steps[number]], len(inside)))
    group[~known] = len(groups)
    if not known.all():
        groups.append(Group(f"{unit} unknown", OTHER, int((~known).sum())))
    return Colouring(group, tuple(groups))


def _span(low: Any, high: Any) -> str:
    first, last = f"{low:.4g}", f"{high:.4g}"
    return first if first == last else f"{first} to {last}"
