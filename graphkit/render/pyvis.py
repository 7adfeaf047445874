"""The drawing through pyvis: as a `pyvis.network.Network`, and as a page of our own.

pyvis scans all edges for each one it adds, asks the web for its styles and puts
titles into the page as markup. So its lists are filled directly, and the page is
built here, around the copy of vis-network that pyvis ships.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.render.page import assemble, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyvis.network import Network

    from graphkit.render.drawing import Drawing, Lists

__all__ = ["render", "to_pyvis"]

THINNEST, EVEN, THICKEST = 0.9, 1.3, 4.5
LONGEST_LABEL = 200
FEW_DRAWN_WHILE_MOVING = 4_000
"""With more ties than this, they are left out while the picture is being moved."""


def to_pyvis(drawing: Drawing) -> Network:
    """The drawing as a pyvis network, for those who want to go on from there.

    Node ids are the authors' ids. Physics is off, since the positions are given.
    pyvis's own page is neither offline nor safe with names from elsewhere: to show
    the drawing, use `Drawing.save`.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    pyvis.network.Network
    """
    from pyvis.network import Network

    network = Network(height="100vh", cdn_resources="in_line")
    names = [plain(label, LONGEST_LABEL) for label in drawing.labels]
    columns = (drawing.ids, names, *map(_finite, (drawing.x, drawing.y, drawing.size)))
    network.nodes = [
        {
            "id": identifier,
            "label": name,
            "shape": "dot",
            "x": x,
            "y": y,
            "size": size,
            "color": colour,
        }
        for identifier, name, x, y, size, colour in zip(*columns, drawing.colour, strict=True)
    ]
    network.node_ids = list(drawing.ids)
    network.node_map = {node["id"]: node for node in network.nodes}
    ends = (drawing.source.tolist(), drawing.target.tolist())
    values = (_finite(drawing.weight), _finite(_widths(drawing.weight)))
    network.edges = [
        {"from": drawing.ids[one], "to": drawing.ids[other], "value": weight, "width": width}
        for one, other, weight, width in zip(*ends, *values, strict=True)
    ]
    network.toggle_physics(False)
    return network


def render(drawing: Drawing) -> str:
    """The drawing as one HTML page, self-contained, offline and safe to open.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    str
        HTML, to be written as UTF-8.

    Examples
    --------
    >>> import graphkit as gk
    >>> render(gk.example().coauthors().draw()).startswith("<!DOCTYPE html>")
    True
    """
    script, style = _vis_network()
    return assemble(drawing.title, drawing.caption, _data(drawing), [script], style)


def _data(drawing: Drawing) -> dict[str, Any]:
    """What the page's scripts read: columns, with each name and title once."""
    return {
        "people": {
            "id": [plain(identifier, LONGEST_LABEL) for identifier in drawing.ids],
            "name": [plain(label, LONGEST_LABEL) or "(no name)" for label in drawing.labels],
            "link": drawing.links,
            "x": _finite(drawing.x, digits=1),
            "y": _finite(drawing.y, digits=1),
            "size": _finite(drawing.size, digits=1),
            "group": drawing.group,
            "papers": _lists(drawing.node_papers),
            "measures": {name: _significant(value) for name, value in drawing.measures.items()},
        },
        "ties": {
            "source": drawing.source,
            "target": drawing.target,
            "weight": _significant(drawing.weight),
            "width": _finite(_widths(drawing.weight), digits=1),
            "papers": _lists(drawing.edge_papers),
        },
        "papers": {
            "title": drawing.papers,
            "year": drawing.years,
            "link": drawing.paper_links,
            "topics": _lists(drawing.paper_topics),
        },
        "topics": drawing.topics,
        "groups": [
            {"name": group.name, "colour": group.colour, "people": group.people}
            for group in drawing.groups
        ],
        "sizeBy": drawing.size_by,
        "colourBy": drawing.colour_by,
        "options": _options(len(drawing.source)),
    }


def _options(ties: int) -> dict[str, Any]:
    """Options of vis-network that do not hang on the theme or the window."""
    busy = ties > FEW_DRAWN_WHILE_MOVING
    return {
        "autoResize": True,
        "layout": {"improvedLayout": False},
        "edges": {"smooth": False, "selectionWidth": 1, "hoverWidth": 0.5},
        "interaction": {
            "hover": True,
            "hideEdgesOnDrag": busy,
            "hideEdgesOnZoom": busy,
            "keyboard": {"enabled": True, "bindToWindow": False},
            "selectConnectedEdges": False,
            "hoverConnectedEdges": False,
        },
        "physics": {
            "enabled": False,
            "stabilization": False,
            "solver": "forceAtlas2Based",
            "forceAtlas2Based": {
                "gravitationalConstant": -18,
                "centralGravity": 0.012,
                "springLength": 40,
                "springConstant": 0.06,
                "damping": 0.6,
                "avoidOverlap": 0.4,
            },
            "maxVelocity": 20,
        },
    }


def _widths(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Line widths: the weakest tie thin, the strongest thick, all the same if they are equal."""
    known = np.isfinite(weight)
    low, high = (weight[known].min(), weight[known].max()) if known.any() else (0.0, 0.0)
    if high == low:
        return np.full(len(weight), EVEN)
    share = np.where(known, weight - low, 0.0) / (high - low)
    return np.asarray(THINNEST + (THICKEST - THINNEST) * np.sqrt(share))


def _finite(values: NDArray[np.float64], digits: int | None = None) -> list[float]:
    known = np.where(np.isfinite(values), values, 0.0)
    return list((known if digits is None else known.round(digits)).tolist())


def _significant(values: NDArray[np.float64]) -> list[float]:
    """Four significant digits, to keep the page small."""
    return [float(f"{value:.4g}") for value in values.tolist()]


def _lists(lists: Lists) -> dict[str, Any]:
    return {"values": lists.values, "starts": lists.starts}


def _vis_network() -> tuple[str, str]:
    """Script and style of the newest vis-network that pyvis ships."""
    shipped = files("pyvis").joinpath("templates", "lib")
    folders = [entry for entry in shipped.iterdir() if entry.name.startswith("vis-")]
    newest = max(folders, key=lambda entry: [int(part) for part in entry.name[4:].split(".")])
    script = newest.joinpath("vis-network.min.js").read_text(encoding="utf-8")
    return script, newest.joinpath("vis-network.css").read_text(encoding="utf-8")
