"""The drawing as GEXF, for Gephi."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from graphkit.render.columns import clean, people_columns, tie_columns
from graphkit.render.graphml import type_of

if TYPE_CHECKING:
    from graphkit.render.drawing import Drawing

__all__ = ["render"]

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2">
"""  # noqa: E501


def render(drawing: Drawing) -> str:
    """The drawing as GEXF 1.2.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    str
        XML. Place, radius and colour of nodes are ``viz:position``, ``viz:size`` and
        ``viz:color``, and the weight of edges is ``weight``; what else `people_columns` and
        `tie_columns` tell are attributes.

    References
    ----------
    https://gexf.net/1.2draft/gexf-12draft-primer.pdf

    Examples
    --------
    >>> import graphkit as gk
    >>> "<viz:position " in render(gk.example().coauthors().draw())
    True
    """
    people, ties = people_columns(drawing), tie_columns(drawing)
    nodes = [map(quoteattr, people.pop(name)) for name in ("id", "label")]
    looks = map(_look, *(people.pop(name) for name in ("color", "x", "y", "size")))
    ends = [map(quoteattr, ties.pop(end)) for end in ("source", "target")]
    weights = ties.pop("weight")
    node_attributes, node_values = _values("node", people)
    edge_attributes, edge_values = _values("edge", ties)
    lines = [
        "<meta><creator>graphkit</creator><description>"
        f"{escape(clean(f'{drawing.title}: {drawing.caption}'))}</description></meta>",
        '<graph defaultedgetype="undirected" mode="static">',
        *node_attributes,
        *edge_attributes,
        "<nodes>",
        *(
            f"<node id={one} label={label}>{values}{look}</node>"
            for one, label, values, look in zip(*nodes, node_values, looks, strict=True)
        ),
        "</nodes>",
        "<edges>",
        *(
            f'<edge id="{number}" source={source} target={target} weight="{weight}">{values}</edge>'
            for number, (source, target, weight, values) in enumerate(
                zip(*ends, weights, edge_values, strict=True)
            )
        ),
        "</edges>",
        "</graph>",
        "</gexf>",
    ]
    return HEAD + "\n".join(lines) + "\n"


def _look(colour: str, x: float, y: float, size: float) -> str:
    red, green, blue = bytes.fromhex(colour[1:])
    return (
        f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
        f'<viz:position x="{x}" y="{y}" z="0.0"/><viz:size value="{size}"/>'
    )


def _values(owner: str, columns: dict[str, list[Any]]) -> tuple[list[str], list[str]]:
    """The declarations of columns, and the values of each row."""
    declared, values = [f'<attributes class="{owner}">'], []
    for number, (name, column) in enumerate(columns.items()):
        declared.append(
            f'<attribute id="{number}" title={quoteattr(name)} type="{type_of(column)}"/>'
        )
        values.append(
            [
                "" if value is None else f'<attvalue for="{number}" value={quoteattr(str(value))}/>'
                for value in column
            ]
        )
    rows = map("".join, zip(*values, strict=True))
    return [*declared, "</attributes>"], [f"<attvalues>{row}</attvalues>" for row in rows]
