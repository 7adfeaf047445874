"""Lengths with their units, as widths of pictures are given."""

from __future__ import annotations

import re

__all__ = ["POINTS", "in_points"]

POINTS = {"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "pt": 1.0}
"""Of each unit, of which an inch has 72."""
NARROWEST, WIDEST = 72.0, 14_400.0
"""In points: an inch, and what PDF allows."""


def in_points(length: str) -> float:
    """A length with its unit in points, of which an inch has 72.

    Parameters
    ----------
    length : str
        A number and its unit: cm, mm, in or pt.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        It is no length, or not between 1in and 200in.

    Examples
    --------
    >>> round(in_points("17cm"), 2), in_points("3.5in")
    (481.89, 252.0)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(cm|mm|in|pt)\s*", str(length))
    if not found:
        raise ValueError(f"{length!r} is no length: give it with a unit, such as 17cm or 6.7in")
    points = float(found[1]) * POINTS[found[2]]
    if not NARROWEST <= points <= WIDEST:
        raise ValueError(f"{length!r} is no width of a picture: give 1in (2.54cm) to 200in")
    return points
