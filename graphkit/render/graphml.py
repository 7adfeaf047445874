"""The drawing as GraphML, for Gephi, igraph, networkx and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from graphkit.render.columns import clean, people_columns, tie_columns

if TYPE_CHECKING:
    from graphkit.render.drawing import Drawing

__all__ = ["render", "type_of"]

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""


def render(drawing: Drawing) -> str:
    """The drawing as GraphML.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    str
        XML. Nodes and edges have as data what `people_columns` and `tie_columns` tell; heights
        grow upwards.

    References
    ----------
    http://graphml.graphdrawing.org/specification.html

    Examples
    --------
    >>> import graphkit as gk
    >>> render(gk.example().coauthors().draw()).count("<node ")
    174
    """
    people, ties = people_columns(drawing), tie_columns(drawing)
    ids = map(quoteattr, people.pop("id"))
    ends = [map(quoteattr, ties.pop(end)) for end in ("source", "target")]
    node_keys, node_data = _data("node", people)
    edge_keys, edge_data = _data("edge", ties)
    lines = [
        f"<desc>{escape(clean(f'{drawing.title}: {drawing.caption}'))}</desc>",
        *node_keys,
        *edge_keys,
        '<graph edgedefault="undirected">',
        *(f"<node id={one}>{data}</node>" for one, data in zip(ids, node_data, strict=True)),
        *(
            f"<edge source={source} target={target}>{data}</edge>"
            for source, target, data in zip(*ends, edge_data, strict=True)
        ),
        "</graph>",
        "</graphml>",
    ]
    return HEAD + "\n".join(lines) + "\n"


def _data(owner: str, columns: dict[str, list[Any]]) -> tuple[list[str], list[str]]:
    """The declarations of columns, and the data of each row."""
    keys, values = [], []
    for number, (name, column) in enumerate(columns.items()):
        key = f"{owner}{number}"
        keys.append(
            f'<key id="{key}" for="{owner}" attr.name={quoteattr(name)}'
            f' attr.type="{type_of(column)}"/>'
        )
        values.append(
            [
                "" if value is None else f'<data key="{key}">{escape(str(value))}</data>'
                for value in column
            ]
        )
    return keys, list(map("".join, zip(*values, strict=True)))


def type_of(column: list[Any]) -> str:
    """The name that GraphML and GEXF have for what a column holds.

    Examples
    --------
    >>> type_of([None, 2.5]), type_of([1, 2]), type_of(["a"])
    ('double', 'int', 'string')
    """
    kinds = {type(value) for value in column if value is not None}
    return "double" if kinds == {float} else "int" if kinds == {int} else "string"
