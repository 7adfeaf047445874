"""Where the names of people stand in a picture that cannot be zoomed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["place_labels"]

GAP = 1.2
"""Between a circle and its name, in points."""
LARGE = 1.5
"""Circles from this radius on are kept free of names; a smaller one is a dot among many."""
CERTAIN = 30
"""The first so many may stand on circles, rather than not at all."""


def place_labels(
    where: Floats, radius: Floats, text: Floats, rows: Ints, page: tuple[float, float], most: int
) -> dict[int, tuple[float, float]]:
    """Put names right of, left of, above or below their circles, where nothing else stands.

    Parameters
    ----------
    where : ndarray of float64, shape (n, 2)
        Centres of all circles, in points from the lower left corner.
    radius : ndarray of float64, shape (n,)
        In points.
    text : ndarray of float64, shape (k, 2)
        Width and height of the names that might be shown, in points.
    rows : ndarray of int64, shape (k,)
        Whose names these are, as positions in ``where``; the most important first.
    page : tuple of float
        Width and height, in points.
    most : int
        Of so many names at most.

    Returns
    -------
    dict of int to tuple of float
        The lower left corner of each name that has a place, by position in ``rows``.

    Examples
    --------
    >>> where, radius = np.array([[50.0, 50.0], [58.0, 50.0]]), np.array([2.0, 2.0])
    >>> text, rows = np.array([[20.0, 6.0], [20.0, 6.0]]), np.array([0, 1])
    >>> places = place_labels(where, radius, text, rows, (100.0, 100.0), 2)
    >>> bool(places[1][0] - places[0][0] > 20)
    True
    """
    # A cell is a point; the first plane is of names, the second of circles.
    width, height = (int(np.ceil(side)) for side in page)
    names, circles = np.zeros((2, width, height), dtype=bool)
    large = radius >= LARGE
    for (x, y), size in zip(where[large], radius[large], strict=True):
        half = size * 0.8  # the square with about the area of the circle
        circles[_cells(x - half, width, 2 * half), _cells(y - half, height, 2 * half)] = True
    found: dict[int, tuple[float, float]] = {}
    for number, (row, (long, high)) in enumerate(zip(rows, text, strict=True)):
        if len(found) >= most:
            break
        x, y = where[row]
        away = radius[row] + GAP
        best, least = None, np.inf
        for left, low in (
            (x + away, y - high / 2),
            (x - away - long, y - high / 2),
            (x - long / 2, y + away),
            (x - long / 2, y - away - high),
        ):
            if left < 0 or low < 0 or left + long > page[0] or low + high > page[1]:
                continue
            box = _cells(left, width, long), _cells(low, height, high)
            if not names[box].any() and (covered := int(circles[box].sum())) < least:
                best, least = (left, low), covered
        if best is not None and (least == 0 or number < CERTAIN):
            found[number] = best
            names[_cells(best[0], width, long), _cells(best[1], height, high)] = True
    return found


def _cells(start: float, most: int, length: float) -> slice:
    return slice(max(int(start), 0), min(int(np.ceil(start + length)), most))
