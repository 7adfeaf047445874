"""The plots of a report: matplotlib draws them, the page gives them its colours."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphkit.errors import MissingExtraError
from graphkit.render.groups import OTHER, PALETTE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["distributions", "over_the_years", "people_map", "team_sizes"]

# Stand for colours of the page, which are others on dark paper and on light.
INK, RULE = "#010203", "#040506"
FIRST, SECOND = PALETTE[0], PALETTE[1]
STYLE = {
    "svg.fonttype": "none",  # text stays text: to be searched, read aloud and copied
    "svg.hashsalt": "graphkit",  # the same plot gives the same bytes
    "font.size": 9,
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.constrained_layout.use": True,
}


@contextmanager
def _canvas(name: str, into: list[str], columns: int, size: tuple[float, float]) -> Iterator[Any]:
    """Axes to draw on; the SVG is appended when they are left."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingExtraError("matplotlib", "figures") from None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # The browser has letters that matplotlib's font, which only measures here, has not.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        warnings.filterwarnings("ignore", "Matplotlib currently does not support", UserWarning)
        figure = Figure(figsize=size)
        FigureCanvasAgg(figure)  # measures the texts
        yield figure.subplots(1, columns, squeeze=False)[0]
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    into.append(_for_page(out.getvalue(), name))


def _for_page(svg: str, name: str) -> str:
    """An SVG document as an element of a page that holds others."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, count=1, flags=re.S)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = svg.replace('href="#', f'href="#{name}-').replace("url(#", f"url(#{name}-")
    svg = svg.replace(INK, "var(--ink)").replace(RULE, "var(--rule)")
    # As wide as the page allows; the numbers in viewBox keep its shape.
    return re.sub(r'<svg ([^>]*?)\b(?:width|height)="[^"]*pt" ', r"<svg \1", svg, count=1).replace(
        "<svg ", '<svg aria-hidden="true" focusable="false" ', 1
    )


def over_the_years(years: Ints, papers: Ints, newcomers: Ints, returning: Ints) -> str:
    """Papers of each year; its authors, new and known.

    Parameters
    ----------
    years, papers, newcomers, returning : numpy.ndarray of int, shape (years,)

    Returns
    -------
    str
        An SVG element.
    """
    found: list[str] = []
    with _canvas("years", found, 2, (8, 2.7)) as (left, right):
        left.bar(years, papers, color=FIRST, width=0.8)
        left.set_title("Papers a year")
        right.bar(years, returning, color=FIRST, width=0.8, label="published before")
        right.bar(years, newcomers, bottom=returning, color=SECOND, width=0.8, label="new")
        right.set_title("Authors a year")
        right.legend(loc="upper left", fontsize=8)
        for axes in (left, right):
            _whole(axes.xaxis)
            _whole(axes.yaxis)
            axes.grid(visible=False, axis="x")
    return found[0]


def team_sizes(years: Ints, mean: Floats, alone: Floats) -> str:
    """Mean authors a paper, and the share of papers by one author.

    Parameters
    ----------
    years : numpy.ndarray of int, shape (years,)
    mean, alone : numpy.ndarray of float, shape (years,)
        ``alone`` is between 0 and 1; nan in years without papers.

    Returns
    -------
    str
        An SVG element.
    """
    found: list[str] = []
    with _canvas("teams", found, 2, (8, 2.4)) as (left, right):
        left.plot(years, mean, color=FIRST, marker="o", markersize=3)
        left.set_title("Authors a paper, on average")
        left.set_ylim(bottom=0)
        right.plot(years, alone * 100, color=SECOND, marker="o", markersize=3)
        right.set_title("Papers by one author, per cent")
        right.set_ylim(-2, 102)
        for axes in (left, right):
            _whole(axes.xaxis)
    return found[0]


def distributions(papers: Ints, coauthors: Ints) -> str:
    """How many authors have how many papers, and coauthors; both axes logarithmic.

    Parameters
    ----------
    papers, coauthors : numpy.ndarray of int, shape (authors,)

    Returns
    -------
    str
        An SVG element.
    """
    import numpy as np

    found: list[str] = []
    with _canvas("counts", found, 2, (8, 2.7)) as both:
        for axes, values, what, colour in zip(
            both, (papers, coauthors), ("papers", "coauthors"), (FIRST, SECOND), strict=True
        ):
            each, count = np.unique(values[values > 0], return_counts=True)
            axes.scatter(each, count, s=12, color=colour)
            axes.set_title(f"Authors by their number of {what}")
            axes.set_xlabel(what)
            axes.set_ylabel("authors")
            for axis, most in ((axes.xaxis, each), (axes.yaxis, count)):
                _logarithmic(axes, axis, int(most.max(initial=1)))
    return found[0]


def people_map(
    x: Floats,
    y: Floats,
    size: Floats,
    group: Sequence[int],
    ties: tuple[Ints, Ints],
    labels: Sequence[str],
) -> str:
    """Who writes with whom.

    Parameters
    ----------
    x, y, size : numpy.ndarray of float, shape (n,)
        Centres, y downwards, and areas in points squared.
    group : sequence of int, length n
        Number of the colour; -1 and those beyond the palette are grey.
    ties : pair of numpy.ndarray of int, shape (m,)
    labels : sequence of str, length n
        Empty for those to be shown without a name.

    Returns
    -------
    str
        An SVG element.
    """
    import numpy as np

    found: list[str] = []
    with _canvas("map", found, 1, (8, 5.6)) as (axes,):
        from matplotlib.collections import LineCollection

        axes.set_axis_off()
        axes.invert_yaxis()
        axes.set_aspect("equal", adjustable="datalim")
        where = np.column_stack([x, y])
        ends = np.stack([where[ties[0]], where[ties[1]]], axis=1)
        axes.add_collection(LineCollection(list(ends), colors=OTHER, linewidths=0.6, alpha=0.6))
        colours = [PALETTE[g] if 0 <= g < len(PALETTE) else OTHER for g in group]
        axes.scatter(x, y, s=size, c=colours, linewidths=0.4, edgecolors=RULE, zorder=2)
        _label(axes, where, size, labels)
    return found[0]


def _label(axes: Any, where: Floats, size: Floats, labels: Sequence[str]) -> None:
    """Write names beside their circles, the largest first, where no other name stands."""
    import numpy as np

    taken: list[Any] = []
    renderer = axes.figure.canvas.get_renderer()
    axes.autoscale_view()
    for at in np.argsort(-size, kind="stable"):
        if not labels[at]:
            continue
        aside = np.sqrt(size[at]) / 2 + 2
        text = axes.annotate(
            labels[at],
            where[at],
            xytext=(aside, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            parse_math=False,
            zorder=3,
        )
        # Names must not make the drawing smaller to be all within it.
        text.set_in_layout(False)
        box = text.get_window_extent(renderer)
        if box.x1 > axes.figure.bbox.x1:
            text.set(ha="right", position=(-aside, 0))
            box = text.get_window_extent(renderer)
        if any(box.overlaps(other) for other in taken):
            text.remove()
        else:
            taken.append(box)


def _whole(axis: Any) -> None:
    """Ticks at whole numbers: there is no year 2020.5."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    plain = axis.axis_name == "x"
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}" if plain else f"{v:,.0f}"))


def _logarithmic(axes: Any, axis: Any, most: int) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    name = axis.axis_name
    getattr(axes, f"set_{name}scale")("log")
    getattr(axes, f"set_{name}lim")(0.8, max(most, 2) * 1.4)
    ticks = [10**power for power in range(len(str(most)))]
    if most < 10:
        ticks = [value for value in (1, 2, 5) if value <= most]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
