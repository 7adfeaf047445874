"""The drawing as a map for VOSviewer and VOSviewer Online."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graphkit.render.columns import people_columns, rows, tie_columns

if TYPE_CHECKING:
    from graphkit.render.drawing import Drawing

__all__ = ["render"]


def render(drawing: Drawing) -> str:
    """The drawing as a VOSviewer map (``.json``).

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    str
        JSON: items (people) with their place, their cluster (the group of the legend), papers
        and measures as scores and, where nobody's is unknown or below zero, as weights too; links;
        the names and colours of the clusters.

    References
    ----------
    https://app.vosviewer.com/docs/file-types/json-file-type/

    Examples
    --------
    >>> import graphkit as gk
    >>> network = json.loads(render(gk.example().coauthors().draw()))["network"]
    >>> len(network["items"]), len(network["links"])
    (174, 587)
    """
    people, ties = people_columns(drawing), tie_columns(drawing)
    # Circles grow with the first weight.
    names = dict.fromkeys([drawing.size_by, "papers", *drawing.measures])
    scores = {name: people[name] for name in names if name is not None}
    weights = {name: column for name, column in scores.items() if _is_weight(column)}
    items: dict[str, list[Any]] = {
        "id": people["id"],
        "label": [_no_markup(label) for label in people["label"]],
        "x": people["x"],
        "y": people["y"],
        "cluster": [number + 1 for number in drawing.group.tolist()],
        "url": list(drawing.links),
        "weights": rows(weights),
        "scores": rows(scores),
    }
    links = {
        "source_id": ties["source"],
        "target_id": ties["target"],
        "strength": ties["weight"],
    }
    groups = list(enumerate(drawing.groups, 1))
    content = {
        "network": {
            "items": rows(items),
            "links": rows(links),
            "clusters": [{"cluster": n, "label": _no_markup(group.name)} for n, group in groups],
        },
        "config": {
            "color_schemes": {
                "cluster_colors": [{"cluster": n, "color": group.colour} for n, group in groups]
            },
            "terminology": {"item": "person", "items": "people"},
        },
        "info": {
            "title": _no_markup(drawing.title),
            "description": _no_markup(drawing.caption),
        },
    }
    return json.dumps(content, allow_nan=False, separators=(",", ":")) + "\n"


def _is_weight(column: list[Any]) -> bool:
    return all(value is not None and value >= 0 for value in column)


def _no_markup(text: str) -> str:
    """VOSviewer Online reads texts as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
