"""Topics and teams beside the people of a drawing, tied to those who work on them or in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graphkit.errors import UnknownNameError
from graphkit.render.groups import Colouring, Group
from graphkit.render.links import link
from graphkit.render.lists import Lists

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.render.drawing import Drawing

    Ints = NDArray[np.int64]

__all__ = ["KINDS", "add"]

KINDS = ("authors", "topics", "teams")
"""What `Drawing.kind` counts."""
COLOURS = {"topics": "#6b7580", "teams": "#b08a3c"}


@dataclass(frozen=True, eq=False)
class _Nodes:
    """Nodes to add, the papers of each, and their ties to people with the papers behind them."""

    ids: Sequence[str]
    labels: Sequence[str]
    papers: Lists
    person: Ints
    node: Ints
    weight: NDArray[np.float64]
    behind: Lists


def add(drawing: Drawing, kind: str, ids: Sequence[str]) -> Drawing:
    """A drawing with its topics, or its teams, as further nodes that have no place yet.

    Parameters
    ----------
    drawing : Drawing
    kind : {"topics", "teams"}
    ids : sequence of str
        Of ``drawing.topics`` or ``drawing.teams``.

    Returns
    -------
    Drawing
        Its ``x`` and ``y`` are as they were. A tie to a topic weighs as many papers as its person
        wrote on it, and has them behind it; a tie to a team weighs 1.

    Raises
    ------
    UnknownNameError
        Another kind.
    """
    if kind not in COLOURS:
        raise UnknownNameError("kind of node", kind, COLOURS)
    nodes = _topics(drawing, ids) if kind == "topics" else _teams(drawing, ids)
    before, count = len(drawing.ids), len(nodes.ids)
    if not count:
        return drawing
    wrote = np.diff(nodes.papers.starts)
    known = {"papers": wrote, "degree": np.bincount(nodes.node, minlength=count)}
    unknown = np.full(count, np.nan)
    smallest, largest = drawing.size.min(initial=5.0), max(drawing.size.max(initial=5.0), 12.0)
    share = np.sqrt(wrote / max(wrote.max(), 1))
    return replace(
        drawing,
        ids=(*drawing.ids, *nodes.ids),
        labels=(*drawing.labels, *nodes.labels),
        links=(*drawing.links, *map(link, nodes.ids)),
        size=np.concatenate((drawing.size, smallest + (largest - smallest) * share)),
        kind=np.concatenate((drawing.kind, np.full(count, KINDS.index(kind)))),
        colourings={
            name: _further(colouring, kind, count) for name, colouring in drawing.colourings.items()
        },
        community=np.concatenate(
            (drawing.community, drawing.community.max(initial=-1) + 1 + np.arange(count))
        ),
        source=np.concatenate((drawing.source, nodes.person)),
        target=np.concatenate((drawing.target, before + nodes.node)),
        weight=np.concatenate((drawing.weight, nodes.weight)),
        node_papers=drawing.node_papers.then(nodes.papers),
        edge_papers=drawing.edge_papers.then(nodes.behind),
        node_teams=drawing.node_teams.then(Lists.of([()] * count)),
        measures={
            name: np.concatenate((values, known.get(name, unknown)))
            for name, values in drawing.measures.items()
        },
        caption=f"{drawing.caption} · {count:,} {kind if count != 1 else kind[:-1]}",
    )


def _further(colouring: Colouring, kind: str, count: int) -> Colouring:
    """A group of their own for the new nodes."""
    group = np.full(count, len(colouring.groups), dtype=np.int64)
    return Colouring(
        np.concatenate((colouring.group, group)),
        (*colouring.groups, Group(kind, COLOURS[kind], count)),
    )


def _topics(drawing: Drawing, ids: Sequence[str]) -> _Nodes:
    people, on = drawing.node_papers, drawing.paper_topics
    count = len(drawing.topics)
    sizes = np.diff(on.starts)[people.values]
    person, paper = np.repeat(people.owners, sizes), np.repeat(people.values, sizes)
    # The topics of each of these papers, one after the other.
    first = np.repeat(on.starts[people.values] - np.cumsum(sizes) + sizes, sizes)
    topic = on.values[first + np.arange(len(first))]
    pair, tie, weight = np.unique(person * count + topic, return_inverse=True, return_counts=True)
    return _Nodes(
        ids=ids,
        labels=drawing.topics,
        papers=Lists.of_pairs(on.values, on.owners, count),
        person=pair // max(count, 1),
        node=pair % max(count, 1),
        weight=weight.astype(np.float64),
        behind=Lists.of_pairs(tie, paper, len(pair)),
    )


def _teams(drawing: Drawing, ids: Sequence[str]) -> _Nodes:
    people, members = drawing.node_papers, drawing.node_teams
    count, papers = len(drawing.teams), len(drawing.papers)
    wrote = [
        np.unique(team * papers + people[person])
        for person, team in zip(members.owners, members.values, strict=True)
    ]
    both = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *wrote]))
    return _Nodes(
        ids=ids,
        labels=drawing.teams,
        papers=Lists.of_pairs(both // max(papers, 1), both % max(papers, 1), count),
        person=members.owners,
        node=members.values,
        weight=np.ones(len(members.values)),
        behind=Lists.of([()] * len(members.values)),
    )
