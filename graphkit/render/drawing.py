"""A drawing: a coauthor network with positions, sizes and colours, ready to be written.

`draw` turns a network into a `Drawing`; a renderer turns that into a file. The
drawing holds columns (arrays, one place a person or a tie) and nothing of the
network itself, which stays as it was.
"""

from __future__ import annotations

import html
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit import registry
from graphkit.files import write_whole
from graphkit.render.groups import Group, group_by_label, group_by_value
from graphkit.render.layout import layout
from graphkit.render.links import link

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Drawing", "Lists", "draw"]

SMALLEST, LARGEST = 5.0, 20.0
"""Radii, in the units of the positions."""
NOTEBOOK_HEIGHT = 640


@dataclass(frozen=True, eq=False)
class Lists:
    """Many short lists of numbers as two arrays.

    Parameters
    ----------
    values : ndarray of int
        All lists, one after the other.
    starts : ndarray of int, shape (n + 1,)
        Where each list begins in ``values``, and, last, where the last one ends.

    Examples
    --------
    >>> lists = Lists.of([(3, 4), (), (5,)])
    >>> len(lists), lists[0].tolist()
    (3, [3, 4])
    """

    values: Ints
    starts: Ints

    @classmethod
    def of(cls, lists: Any) -> Lists:
        """From any sequence of sequences of int."""
        rows = [list(row) for row in lists]
        starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        return cls(np.array([value for row in rows for value in row], dtype=np.int64), starts)

    def __len__(self) -> int:
        """How many lists."""
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Ints:
        """One list."""
        return self.values[self.starts[number] : self.starts[number + 1]]


@dataclass(frozen=True, eq=False)
class Drawing:
    """All that a renderer needs, as columns.

    Made by `draw`; n people, m ties, p papers.

    Parameters
    ----------
    title, caption : str
        What is drawn, and how its ties were counted.
    ids, labels : tuple of str, length n
        Each person's id and display name.
    links : tuple of str or None, length n
        A web page about the person (http or https), where the id leads to one.
    x, y, size : ndarray of float64, shape (n,)
        Centre and radius of each circle, in one unit; y grows downwards.
    group : ndarray of int64, shape (n,)
        Position in ``groups``.
    groups : tuple of Group
        The legend: name, colour and number of people of each group.
    source, target : ndarray of int64, shape (m,)
        The two people of each tie, as positions, ``source < target``.
    weight : ndarray of float64, shape (m,)
    papers : tuple of str, length p
        Titles.
    years : tuple of int or None, length p
    paper_links : tuple of str or None, length p
    topics : tuple of str
        Labels of all topics.
    paper_topics, node_papers, edge_papers : Lists
        The topics of each paper; the papers of each person, and of each tie.
    measures : dict of str to ndarray of float64, shape (n,)
        The measures to show.
    size_by, colour_by : str or None
        What radius and colour stand for.
    """

    title: str
    caption: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    links: tuple[str | None, ...]
    x: Floats
    y: Floats
    size: Floats
    group: Ints
    groups: tuple[Group, ...]
    source: Ints
    target: Ints
    weight: Floats
    papers: tuple[str, ...]
    years: tuple[int | None, ...]
    paper_links: tuple[str | None, ...]
    topics: tuple[str, ...]
    paper_topics: Lists
    node_papers: Lists
    edge_papers: Lists
    measures: dict[str, Floats] = field(default_factory=dict)
    size_by: str | None = None
    colour_by: str | None = None

    @property
    def colour(self) -> tuple[str, ...]:
        """The colour of each person, ``"#rrggbb"``."""
        return tuple(self.groups[number].colour for number in self.group)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the drawing to a file, in the format that its suffix names.

        The file is replaced in one step: a crash leaves the old one whole.

        Parameters
        ----------
        path : path
            Such as ``"coauthors.html"``.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        UnknownNameError
            No renderer writes such a suffix.
        StorageError
            The file cannot be written.
        """
        path = Path(path)
        content = registry.load("renderer", path.suffix.lower().removeprefix("."))(self)
        return write_whole(path, content if isinstance(content, bytes) else content.encode())

    def _repr_html_(self) -> str:
        """The page in a frame of its own, for notebooks."""
        page = html.escape(registry.load("renderer", "html")(self), quote=True)
        return (
            '<iframe sandbox="allow-scripts allow-popups" '
            f'style="width:100%;height:{NOTEBOOK_HEIGHT}px;border:0" '
            f'title="{html.escape(self.title, quote=True)}" srcdoc="{page}"></iframe>'
        )

    def __repr__(self) -> str:
        """Title and counts."""
        return f"<Drawing {self.title!r}: {len(self.ids)} people, {len(self.source)} ties>"


def draw(
    network: Network,
    colour: str | None = "community",
    size: str | None = "pagerank",
    title: str | None = None,
    seed: int = 0,
) -> Drawing:
    """Lay out, colour and size a coauthor network.

    Parameters
    ----------
    network : Network
        It is read, never changed.
    colour : str or None, default "community"
        ``"community"``, ``"topic"`` (the most frequent one of each person's papers),
        the name of a measure (five classes), or None for one colour.
    size : str or None, default "pagerank"
        The measure that circle areas stand for, or None for equal circles.
    title : str, optional
        The heading; by default it is made from the network's description.
    seed : int, default 0
        The same network and seed give the same picture.

    Returns
    -------
    Drawing

    Raises
    ------
    UnknownNameError
        ``colour`` or ``size`` is no measure.

    Examples
    --------
    >>> import graphkit as gk
    >>> draw(gk.example().coauthors(), title="Interspeech")
    <Drawing 'Interspeech': 174 people, 587 ties>
    """
    source, target, weight = _ties(network.matrix)
    count = len(network.nodes)
    measures = _measures(network, colour, size)
    radius = _radii(measures.get(size) if size else None, count)
    x, y = layout(source, target, weight, radius, seed=seed)
    topics, paper_topics = _topics(network.topics)
    incidence = network.incidence.tocsr()
    node_papers = Lists(incidence.indices.astype(np.int64), incidence.indptr.astype(np.int64))
    shared = (incidence[source] * incidence[target]).tocsr()
    group, groups = _groups(network, colour, measures, radius, topics, paper_topics, node_papers)
    measures.pop("community", None)
    return Drawing(
        title=title if title is not None else "Who wrote with whom",
        caption=_caption(network, len(source)),
        ids=tuple(map(str, network.nodes)),
        labels=tuple(map(str, network.names)),
        links=tuple(map(link, network.nodes)),
        x=x,
        y=y,
        size=radius,
        group=group,
        groups=groups,
        source=source,
        target=target,
        weight=weight,
        papers=tuple(map(str, network.titles)),
        years=tuple(int(year) if np.isfinite(year) else None for year in network.years),
        paper_links=tuple(map(link, network.papers)),
        topics=topics,
        paper_topics=paper_topics,
        node_papers=node_papers,
        edge_papers=Lists(shared.indices.astype(np.int64), shared.indptr.astype(np.int64)),
        measures=measures,
        size_by=size,
        colour_by=colour,
    )


def _ties(matrix: Any) -> tuple[Ints, Ints, Floats]:
    """Each tie once, from the lower position to the higher."""
    from scipy.sparse import triu

    upper = triu(matrix, k=1).tocoo()
    present = upper.data != 0
    source, target = (upper.coords[axis][present].astype(np.int64) for axis in (0, 1))
    return source, target, upper.data[present].astype(np.float64)


def _measures(network: Network, colour: str | None, size: str | None) -> dict[str, Floats]:
    wanted = ["degree", "strength", size, None if colour == "topic" else colour]
    names = list(dict.fromkeys(name for name in wanted if name))
    if not len(network.nodes):
        for name in names:
            registry.load("measure", name)  # an unknown name is an error here, too
        return {}
    frame = network.measure(*names)
    return {name: frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names}


def _radii(value: Floats | None, count: int) -> Floats:
    """Radii whose squares grow with the value, since people compare areas."""
    if value is None:
        return np.full(count, (SMALLEST + LARGEST) / 3)
    known = np.isfinite(value)
    low, high = (value[known].min(), value[known].max()) if known.any() else (0.0, 0.0)
    if high == low:
        return np.full(count, (SMALLEST + LARGEST) / 3)
    share = np.where(known, value - low, 0.0) / (high - low)
    return np.asarray(SMALLEST + (LARGEST - SMALLEST) * np.sqrt(share))


def _topics(topics: Any) -> tuple[tuple[str, ...], Lists]:
    number: dict[str, int] = {}
    rows = [[number.setdefault(label, len(number)) for _, label in row] for row in topics]
    return tuple(number), Lists.of(rows)


def _groups(
    network: Network,
    colour: str | None,
    measures: dict[str, Floats],
    radius: Floats,
    topics: tuple[str, ...],
    paper_topics: Lists,
    node_papers: Lists,
) -> tuple[Ints, tuple[Group, ...]]:
    count = len(radius)
    if count == 0:
        return np.zeros(0, dtype=np.int64), ()
    if colour is None:
        return group_by_label(np.zeros(count, dtype=np.int64), ["people"])
    if colour == "topic":
        label = _main_topics(len(topics), paper_topics, node_papers)
        return group_by_label(label, topics, rest="other topics, or none")
    if colour == "community":
        label = measures["community"].astype(np.int64)
        names = _communities(label, radius, measures["strength"], network.names)
        return group_by_label(label, names, rest="smaller groups")
    return group_by_value(measures[colour], colour)


def _communities(label: Ints, radius: Floats, strength: Floats, names: Any) -> list[str]:
    """Name each community after its best-known member."""
    called = ["" for _ in range(int(label.max()) + 1)]
    for person in np.lexsort((strength, radius)):
        called[label[person]] = f"around {names[person]}"
    return called


def _main_topics(count: int, paper_topics: Lists, node_papers: Lists) -> Ints:
    """The most frequent topic of each person's papers, by a tie the commoner one; -1 for none."""
    overall = np.bincount(paper_topics.values, minlength=count)
    main = np.full(len(node_papers), -1, dtype=np.int64)
    for person in range(len(node_papers)):
        tally = Counter(
            int(topic) for paper in node_papers[person] for topic in paper_topics[paper]
        )
        if tally:
            main[person] = max(tally, key=lambda topic: (tally[topic], overall[topic], -topic))
    return main


def _caption(network: Network, ties: int) -> str:
    people, papers = len(network.nodes), len(network.papers)
    how = str(network.description)
    parts = (
        how[:1].upper() + how[1:],
        f"{people:,} {'person' if people == 1 else 'people'}",
        f"{ties:,} {'tie' if ties == 1 else 'ties'}",
        f"{papers:,} {'paper' if papers == 1 else 'papers'}",
    )
    return " · ".join(part for part in parts if part)
