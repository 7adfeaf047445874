"""What files of other tools hold of a drawing: columns of people and of ties, by name."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from graphkit.render.drawing import Drawing

__all__ = ["clean", "people_columns", "rows", "tie_columns"]

NO_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def clean(text: object) -> str:
    """Text without what XML 1.0 has no way to write: most controls, lone surrogates.

    Examples
    --------
    >>> clean("Ada\\x00 Lovelace\\ud800")
    'Ada Lovelace'
    """
    return NO_XML.sub("", str(text))


def people_columns(drawing: Drawing) -> dict[str, list[Any]]:
    """What is told of each person.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    dict of str to list, each of length n
        ``id``, ``name``, ``label`` (the same), ``x``, ``y`` (upwards, unlike in a drawing),
        ``size`` (the radius, in the unit of the places), ``color`` (``"#rrggbb"``), ``group``,
        ``papers`` (how many), ``url`` if anybody has one, and the measures. What is unknown is
        None.
    """
    labels = [clean(label) for label in drawing.labels]
    groups = [clean(group.name) for group in drawing.groups]
    columns: dict[str, list[Any]] = {
        "id": [clean(identifier) for identifier in drawing.ids],
        "name": labels,
        "label": labels,
        "x": drawing.x.round(1).tolist(),
        "y": (0.0 - drawing.y).round(1).tolist(),
        "size": drawing.size.round(1).tolist(),
        "color": list(drawing.colour),
        "group": [groups[number] for number in drawing.group.tolist()],
        "papers": np.diff(drawing.node_papers.starts).tolist(),
    }
    if any(drawing.links):
        columns["url"] = list(drawing.links)
    for name, values in drawing.measures.items():
        told = values.astype(object)
        told[~np.isfinite(values)] = None
        columns.setdefault(name, told.tolist())
    return columns


def tie_columns(drawing: Drawing) -> dict[str, list[Any]]:
    """What is told of each tie.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    dict of str to list, each of length m
        ``source`` and ``target`` (ids), ``weight``, and ``papers`` (their ids, parted by spaces).
    """
    ids = np.array([*map(clean, drawing.ids), ""], dtype=object)
    papers = np.array([*map(clean, drawing.paper_ids), ""], dtype=object)
    behind = papers[drawing.edge_papers.values]
    return {
        "source": ids[drawing.source].tolist(),
        "target": ids[drawing.target].tolist(),
        "weight": drawing.weight.tolist(),
        "papers": [
            " ".join(behind[start:end]) for start, end in pairwise(drawing.edge_papers.starts)
        ],
    }


def rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """An object of each row, without what is unknown.

    Examples
    --------
    >>> rows({"a": [1, 2], "b": [None, 3]})
    [{'a': 1}, {'a': 2, 'b': 3}]
    """
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]
