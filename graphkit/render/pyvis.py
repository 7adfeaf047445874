"""The drawing as a `pyvis.network.Network`, and the copy of vis-network that pyvis ships.

pyvis scans all edges for each one it adds, asks the web for its styles and puts
titles into the page as markup. So its lists are filled directly, and the page is
our own (`graphkit.render.html`).
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from graphkit.render.page import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyvis.network import Network

    from graphkit.render.drawing import Drawing

__all__ = ["LONGEST_LABEL", "to_pyvis", "vis_network"]

THINNEST, EVEN, THICKEST = 0.9, 1.3, 4.5
LONGEST_LABEL = 200


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


def _widths(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Line widths: the weakest tie thin, the strongest thick, all the same if they are equal."""
    known = np.isfinite(weight)
    low, high = (weight[known].min(), weight[known].max()) if known.any() else (0.0, 0.0)
    if high == low:
        return np.full(len(weight), EVEN)
    share = np.where(known, weight - low, 0.0) / (high - low)
    return np.asarray(THINNEST + (THICKEST - THINNEST) * np.sqrt(share))


def _finite(values: NDArray[np.float64]) -> list[float]:
    return list(np.where(np.isfinite(values), values, 0.0).tolist())


def vis_network() -> str:
    """The script of the newest vis-network that pyvis ships.

    Returns
    -------
    str
        JavaScript that defines ``vis``.
    """
    shipped = files("pyvis").joinpath("templates", "lib")
    folders = [entry for entry in shipped.iterdir() if entry.name.startswith("vis-")]
    newest = max(folders, key=lambda entry: [int(part) for part in entry.name[4:].split(".")])
    return newest.joinpath("vis-network.min.js").read_text(encoding="utf-8")
