"""The drawing as one page that opens anywhere: which libraries it holds, and its data."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.render.page import assemble, plain
from graphkit.render.pyvis import LONGEST_LABEL, vis_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.render.drawing import Drawing
    from graphkit.render.groups import Colouring
    from graphkit.render.lists import Lists

__all__ = ["render"]


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
    libraries = [vis_network()]
    if drawing.in_groups:
        libraries.append(_sigma())
    return assemble(drawing.title, drawing.caption, _data(drawing), libraries)


def _sigma() -> str:
    bundle = files("graphkit.render").joinpath("sigma", "sigma.min.js")
    return bundle.read_text(encoding="utf-8")


def _data(drawing: Drawing) -> dict[str, Any]:
    """What the page's scripts read: columns, with each name and title once."""
    return {
        "people": {
            "id": [plain(identifier, LONGEST_LABEL) for identifier in drawing.ids],
            "name": [plain(label, LONGEST_LABEL) or "(no name)" for label in drawing.labels],
            "link": drawing.links,
            "kind": drawing.kind,
            "x": _rounded(drawing.x),
            "y": _rounded(drawing.y),
            "size": _rounded(drawing.size),
            "community": drawing.community,
            "papers": _lists(drawing.node_papers),
            "teams": _lists(drawing.node_teams),
        },
        "measures": {name: _significant(value) for name, value in drawing.measures.items()},
        "colourings": {
            name: _colouring(colouring)
            for name, colouring in drawing.colourings.items()
            if len(colouring.groups) > 1 or name == drawing.colour_by
        },
        "ties": {
            "source": drawing.source,
            "target": drawing.target,
            "weight": _significant(drawing.weight),
            "papers": _lists(drawing.edge_papers),
        },
        "papers": {
            "title": [plain(title) for title in drawing.papers],
            "year": drawing.years,
            "link": drawing.paper_links,
            "topics": _lists(drawing.paper_topics),
        },
        "topics": [plain(topic) for topic in drawing.topics],
        "teams": [plain(team) for team in drawing.teams],
        "sizeBy": drawing.size_by,
        "colourBy": drawing.colour_by,
        "inGroups": drawing.in_groups,
    }


def _colouring(colouring: Colouring) -> dict[str, Any]:
    return {
        "group": colouring.group,
        "name": [plain(group.name) for group in colouring.groups],
        "colour": [group.colour for group in colouring.groups],
    }


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, 0.0).round(1)


def _significant(values: NDArray[np.float64]) -> list[float | None]:
    """Four significant digits, or a whole number whole, to keep the page small."""
    return [
        (int(value) if value == int(value) else float(f"{value:.4g}"))
        if np.isfinite(value)
        else None
        for value in values.tolist()
    ]


def _lists(lists: Lists) -> dict[str, Any]:
    return {"values": lists.values, "sizes": np.diff(lists.starts)}
