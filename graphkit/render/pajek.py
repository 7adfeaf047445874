"""The drawing as a Pajek network."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from graphkit.render.columns import clean

if TYPE_CHECKING:
    from graphkit.render.drawing import Drawing

__all__ = ["render"]


def render(drawing: Drawing) -> str:
    """The drawing as a Pajek network (``.net``).

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    str
        Vertices are called by their labels, and by their ids, too, where several are called the
        same. Places lie between 0 and 1, y downwards; 1 is the usual size (``x_fact``).

    References
    ----------
    Mrvar and Batagelj, Pajek: programs for analysis and visualization of very large networks,
    reference manual, http://mrvar.fdv.uni-lj.si/pajek/

    Examples
    --------
    >>> import graphkit as gk
    >>> render(gk.example().coauthors().draw(title="Interspeech")).split("\\n")[1]
    '*Vertices 174'
    """
    names = [_quotable(label) for label in drawing.labels]
    called = Counter(names)
    labels = [
        name if called[name] == 1 else f"{name} ({_quotable(identifier)})"
        for name, identifier in zip(names, drawing.ids, strict=True)
    ]
    x, y = (at - at.min(initial=np.inf) for at in (drawing.x, drawing.y))
    extent = max(x.max(initial=0), y.max(initial=0), 1e-9)
    size = drawing.size / max(drawing.size.sum() / max(len(x), 1), 1e-9)
    columns = ((x / extent).round(4), (y / extent).round(4), size.round(2))
    vertices = [
        f'{number} "{label}" {right} {down} ellipse x_fact {fact} y_fact {fact}'
        f" ic RGB{colour[1:].upper()}"
        for number, (label, right, down, fact, colour) in enumerate(
            zip(labels, *(column.tolist() for column in columns), drawing.colour, strict=True), 1
        )
    ]
    ties = [
        f"{source + 1} {target + 1} {weight}"
        for source, target, weight in zip(
            *(column.tolist() for column in (drawing.source, drawing.target, drawing.weight)),
            strict=True,
        )
    ]
    lines = [
        # Pajek takes a file for UTF-8 by this mark.
        f"\ufeff*Network {_quotable(drawing.title)}",
        f"*Vertices {len(vertices)}",
        *vertices,
        "*Edges",
        *ties,
    ]
    return "\n".join(lines) + "\n"


def _quotable(text: str) -> str:
    return " ".join(clean(text).split()).replace('"', "'")
