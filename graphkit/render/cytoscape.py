"""The drawing as Cytoscape JSON, for Cytoscape and Cytoscape.js."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from graphkit.render.columns import people_columns, rows, tie_columns

if TYPE_CHECKING:
    from graphkit.render.drawing import Drawing

__all__ = ["render"]


def render(drawing: Drawing) -> str:
    """The drawing as Cytoscape JSON (``.cyjs``).

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    str
        JSON. Each node has a ``position`` (y downwards); the ``data`` of nodes and edges is what
        `people_columns` and `tie_columns` tell.

    References
    ----------
    https://js.cytoscape.org/#notation/elements-json

    Examples
    --------
    >>> import graphkit as gk
    >>> len(json.loads(render(gk.example().coauthors().draw()))["elements"]["edges"])
    587
    """
    people = people_columns(drawing)
    places = [
        {"x": x, "y": 0.0 - up} for x, up in zip(people.pop("x"), people.pop("y"), strict=True)
    ]
    people["value"] = people["id"]  # networkx calls nodes so
    nodes = [
        {"data": data, "position": place} for data, place in zip(rows(people), places, strict=True)
    ]
    edges = [
        {"data": {"id": f"tie:{number}", **data}}
        for number, data in enumerate(rows(tie_columns(drawing)))
    ]
    content = {
        "data": {"name": drawing.title, "description": drawing.caption},
        "directed": False,
        "multigraph": False,
        "elements": {"nodes": nodes, "edges": edges},
    }
    return json.dumps(content, allow_nan=False, separators=(",", ":")) + "\n"
