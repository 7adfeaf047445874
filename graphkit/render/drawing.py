"""A drawing: a coauthor network with positions, sizes and colours, ready to be written.

`draw` turns a network into a `Drawing`; a renderer turns that into a file. The
drawing holds columns (arrays, one place a person or a tie) and nothing of the
network itself, which stays as it was.
"""

from __future__ import annotations

import html
import inspect
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit import registry
from graphkit.errors import UnknownNameError
from graphkit.files import write_whole
from graphkit.render import facts
from graphkit.render.beside import add
from graphkit.render.colouring import MEAN_YEAR, Given, colourings
from graphkit.render.groups import Colouring, Group
from graphkit.render.layout import layout
from graphkit.render.links import link
from graphkit.render.lists import Lists
from graphkit.summary import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["MEASURES", "MOST_TIES", "PICTURES", "Drawing", "draw", "renderer"]

NOTEBOOK_HEIGHT = 640
MOST_AT_ONCE, MOST_TIES_AT_ONCE = 5_000, 40_000
"""With more people or ties than this, a page draws groups first, which open."""
MOST_TIES = 200_000
"""Of more ties than this, the strongest are drawn."""
PICTURES = (".html", ".svg", ".pdf", ".png")
"""What is looked at; other files are read by programs, and hold all ties."""
MEASURES = ("papers", "degree", "strength", "pagerank")
"""What is measured for a reader to choose from, unless told otherwise: quick ones."""


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
    kind : ndarray of int64, shape (n,)
        0 for people; 1 for topics and 2 for teams that are drawn beside them.
    x, y, size : ndarray of float64, shape (n,)
        Centre and radius of each circle, in one unit; y grows downwards.
    colourings : dict of str to Colouring
        What colours can stand for: ``"community"``, ``"topic"`` and ``"team"`` where some
        are known, and each measure.
    colour_by, size_by : str or None
        What colour and radius stand for.
    community : ndarray of int64, shape (n,)
        The group of people who write with each other that each person is in.
    source, target : ndarray of int64, shape (m,)
        The two people of each tie, as positions, ``source < target``.
    weight : ndarray of float64, shape (m,)
    paper_ids, papers : tuple of str, length p
        Ids and titles.
    years : tuple of int or None, length p
    paper_links : tuple of str or None, length p
    topics : tuple of str
        Labels of all topics.
    teams : tuple of str
        Labels of all teams.
    paper_topics, node_papers, edge_papers, node_teams : Lists
        The topics of each paper; the papers of each person, and of each tie; the teams of
        each person.
    measures : dict of str to ndarray of float64, shape (n,)
        The measures to show; NaN for unknown.
    """

    title: str
    caption: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    links: tuple[str | None, ...]
    kind: Ints
    x: Floats
    y: Floats
    size: Floats
    colourings: dict[str, Colouring]
    colour_by: str | None
    size_by: str | None
    community: Ints
    source: Ints
    target: Ints
    weight: Floats
    paper_ids: tuple[str, ...]
    papers: tuple[str, ...]
    years: tuple[int | None, ...]
    paper_links: tuple[str | None, ...]
    topics: tuple[str, ...]
    teams: tuple[str, ...]
    paper_topics: Lists
    node_papers: Lists
    edge_papers: Lists
    node_teams: Lists
    measures: dict[str, Floats] = field(default_factory=dict)

    @property
    def colouring(self) -> Colouring:
        """What the colours stand for."""
        if self.colour_by is None:
            return Colouring.plain(len(self.ids))
        return self.colourings[self.colour_by]

    @property
    def group(self) -> Ints:
        """The position in ``groups`` of each person, shape (n,)."""
        return self.colouring.group

    @property
    def groups(self) -> tuple[Group, ...]:
        """The legend: name, colour and number of people of each group."""
        return self.colouring.groups

    @property
    def colour(self) -> tuple[str, ...]:
        """The colour of each person, ``"#rrggbb"``."""
        return tuple(self.groups[number].colour for number in self.group)

    @property
    def people(self) -> int:
        """How many of what is drawn are people."""
        return int((self.kind == 0).sum())

    @property
    def in_groups(self) -> bool:
        """Whether a page draws groups first, since there are so many people or ties."""
        return len(self.ids) > MOST_AT_ONCE or len(self.source) > MOST_TIES_AT_ONCE

    @property
    def how(self) -> str:
        """In words, how a page draws so many people.

        Examples
        --------
        >>> import graphkit as gk
        >>> gk.example().coauthors().draw().how
        'all at once by vis-network'
        """
        if not self.in_groups:
            return "all at once by vis-network"
        return (
            f"as groups that open, since they are more than {MOST_AT_ONCE:,} people or "
            f"{MOST_TIES_AT_ONCE:,} ties: by sigma.js, or vis-network without a graphics card"
        )

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write the drawing to a file, in the format that its suffix names.

        The file is replaced in one step: a crash leaves the old one whole.

        Parameters
        ----------
        path : path
            Such as ``"coauthors.html"``.
        **options
            What the renderer takes, such as the ``width`` of a picture for print.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        UnknownNameError
            No renderer writes such a suffix, or it takes no such option.
        StorageError
            The file cannot be written.
        """
        path = Path(path)
        content = renderer(path, *options)(self, **options)
        return write_whole(path, content if isinstance(content, bytes) else content.encode())

    def _repr_html_(self) -> str:
        """The page in a frame of its own, for notebooks."""
        page = html.escape(registry.load("renderer", "html")(self), quote=True)
        return (
            '<iframe sandbox="allow-scripts allow-popups allow-downloads" '
            f'style="width:100%;height:{NOTEBOOK_HEIGHT}px;border:0" '
            f'title="{html.escape(self.title, quote=True)}" srcdoc="{page}"></iframe>'
        )

    def __repr__(self) -> str:
        """Title and counts."""
        people, ties = counted(self.people, "people"), counted(len(self.source), "ties")
        return f"<Drawing {self.title!r}: {people}, {ties}>"


def renderer(path: str | os.PathLike[str], *options: str) -> Callable[..., str | bytes]:
    """What writes drawings to a file of such a name.

    Parameters
    ----------
    path : path
        Its suffix names the format.
    *options : str
        That will be given.

    Returns
    -------
    callable
        ``(Drawing, **options) -> str or bytes``.

    Raises
    ------
    UnknownNameError
        No renderer writes such a suffix, or it takes no such option.

    Examples
    --------
    >>> renderer("coauthors.html", "width")
    Traceback (most recent call last):
        ...
    graphkit.errors.UnknownNameError: unknown option of .html 'width' (known: none)
    """
    suffix = Path(path).suffix.lower()
    render: Callable[..., str | bytes] = registry.load("renderer", suffix.removeprefix("."))
    taken = [*inspect.signature(render).parameters][1:]
    for option in options:
        if option not in taken:
            raise UnknownNameError(f"option of {suffix}", option, taken or ["none"])
    return render


def draw(
    network: Network,
    colour: str | None = "community",
    size: str | None = "pagerank",
    title: str | None = None,
    seed: int = 0,
    measures: Iterable[str] = MEASURES,
    most_ties: int | None = MOST_TIES,
    also: Iterable[str] = (),
) -> Drawing:
    """Lay out, colour and size a coauthor network.

    Parameters
    ----------
    network : Network
        It is read, never changed.
    colour : str or None, default "community"
        ``"community"``, ``"topic"`` (the most frequent one of each person's papers),
        ``"team"`` (the largest of each person's), ``"mean year"`` (of their papers),
        the name of a measure (five classes), or None for one colour.
    size : str or None, default "pagerank"
        The measure that circle areas stand for, or None for equal circles.
    title : str, optional
        The heading; by default it is made from the network's description.
    seed : int, default 0
        The same network and seed give the same picture.
    measures : iterable of str
        Measures that a reader of the page can choose from, too.
    most_ties : int or None, default 200,000
        Of more ties, the strongest are drawn; None for all.
    also : iterable of {"topics", "teams"}
        What to draw beside the people, tied to them.

    Returns
    -------
    Drawing

    Raises
    ------
    UnknownNameError
        ``colour``, ``size`` or one of ``measures`` is no measure, or one of ``also`` is not
        to be drawn.

    Examples
    --------
    >>> import graphkit as gk
    >>> draw(gk.example().coauthors(), title="Interspeech")
    <Drawing 'Interspeech': 174 people, 587 ties>
    """
    source, target, weight = network.upper
    kept = facts.strongest(source, target, weight, most_ties, seed)
    source, target, weight = source[kept], target[kept], weight[kept]
    count = len(network.nodes)
    others = ("community", "topic", "team", MEAN_YEAR, None)
    asked = dict.fromkeys([*measures, *(one for one in (size, colour) if one not in others)])
    measured = facts.measured(network, ["community", "strength", *asked])
    community = measured.pop("community").astype(np.int64)
    topic_ids, topics, paper_topics = facts.topics(network.topics)
    team_ids, teams, node_teams = facts.teams(network)
    node_papers = Lists.of_matrix(network.incidence)
    strength = measured["strength"]
    for name in asked:
        if name not in measured:  # some measures are several columns
            raise UnknownNameError("measure of one number", name, measured)
    measured = {name: measured[name] for name in asked}
    measured[MEAN_YEAR] = facts.mean_year(node_papers, network.years)
    radius = facts.radii(measured.get(size) if size else None, count)
    drawing = Drawing(
        title=title if title is not None else "Who wrote with whom",
        caption=facts.caption(network, len(source)),
        ids=tuple(map(str, network.nodes)),
        labels=tuple(map(str, network.names)),
        links=tuple(map(link, network.nodes)),
        kind=np.zeros(count, dtype=np.int64),
        x=np.zeros(count),
        y=np.zeros(count),
        size=radius,
        colourings=colourings(
            Given(
                names=network.names,
                rank=np.lexsort((strength, radius)),
                community=community,
                topics=topics,
                main_topic=node_papers.main(paper_topics),
                teams=teams,
                node_teams=node_teams,
                measures=measured,
            )
        ),
        colour_by=colour,
        size_by=size,
        community=community,
        source=source.astype(np.int64),
        target=target.astype(np.int64),
        weight=weight,
        paper_ids=tuple(map(str, network.papers)),
        papers=tuple(map(str, network.titles)),
        years=tuple(int(year) if np.isfinite(year) else None for year in network.years),
        paper_links=tuple(map(link, network.papers)),
        topics=topics,
        teams=teams,
        paper_topics=paper_topics,
        node_papers=node_papers,
        edge_papers=Lists.of_matrix(network.tie_papers()[kept]),
        node_teams=node_teams,
        measures=measured,
    )
    for kind in also:
        drawing = add(drawing, kind, team_ids if kind == "teams" else topic_ids)
    x, y = layout(drawing.source, drawing.target, drawing.weight, drawing.size, seed=seed)
    return replace(drawing, x=x, y=y)
