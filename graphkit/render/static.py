"""The drawing for print: SVG, PDF and PNG with the places, colours and legend of the page.

matplotlib writes it. Text stays text, to be searched, copied and set in other fonts; the same
drawing gives the same bytes.
"""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.errors import MissingExtraError
from graphkit.render.fonts import MissingGlyphWarning, families
from graphkit.render.labels import place_labels
from graphkit.render.lengths import POINTS, in_points
from graphkit.render.page import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from graphkit.render.drawing import Drawing

    Floats = NDArray[np.float64]

__all__ = ["WIDTH", "pdf", "png", "svg"]

WIDTH = "17cm"
"""Of the text of an A4 page with usual margins: two columns."""
TALLEST = 1.3
"""Height of the picture by its width, at most."""
MARGIN = 6.0
LARGEST_SCALE = 0.6
"""Points for a unit of the drawing, so that three people do not fill a page."""
SMALLEST_DOT = 0.35
ROUNDED_TO = 8
"""Radii are so many parts of a point."""
INK, TIE, RIM = "#1d2329", "#8a96a3", "#2b323a"
"""As on the page, on light paper."""
MOST_VECTORS = 20_000
"""More ties than these are a picture within the picture: paths would stall what opens it."""
DPI = 300
SMALLEST_TEXT, LARGEST_TEXT = 5.0, 8.0
WIDE_ENOUGH = 480.0
"""From this width on, text is as large as it gets; in points."""
LONGEST_NAME = 60
NAMES_A_SQUARE_CM = 0.5
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "graphkit",
    "pdf.fonttype": 42,
    "text.parse_math": False,
}


def svg(drawing: Drawing, width: str = WIDTH) -> bytes:
    """The drawing as SVG.

    Parameters
    ----------
    drawing : Drawing
    width : str, default "17cm"
        With its unit: cm, mm, in or pt. The height follows.

    Returns
    -------
    bytes
        Above 20,000 ties, these are one picture of 300 dots an inch within it.

    Raises
    ------
    ValueError
        ``width`` is no length, or not between 1in and 200in.
    MissingExtraError
        matplotlib is not installed; the extra ``figures`` brings it.

    Examples
    --------
    >>> import graphkit as gk
    >>> drawing = gk.example().coauthors().draw()
    >>> b">Andreas Stolcke</text>" in svg(drawing, width="8.5cm")
    True
    """
    about = {"Date": None, "Creator": "graphkit", "Description": plain(drawing.caption)}
    return _written(drawing, width, "svg", about)


def pdf(drawing: Drawing, width: str = WIDTH) -> bytes:
    """The drawing as PDF, with its fonts within it.

    Parameters
    ----------
    drawing : Drawing
    width : str, default "17cm"
        With its unit: cm, mm, in or pt. The height follows.

    Returns
    -------
    bytes
        Above 20,000 ties, these are one picture of 300 dots an inch within it.

    Raises
    ------
    ValueError
        ``width`` is no length, or not between 1in and 200in.
    MissingExtraError
        matplotlib is not installed; the extra ``figures`` brings it.

    Warns
    -----
    MissingGlyphWarning
        No installed font has some letters.

    Examples
    --------
    >>> import graphkit as gk
    >>> pdf(gk.example().coauthors().draw())[:4]
    b'%PDF'
    """
    about = {"Producer": None, "CreationDate": None, "Creator": "graphkit"}
    return _written(drawing, width, "pdf", {**about, "Subject": plain(drawing.caption)})


def png(drawing: Drawing, width: str = WIDTH) -> bytes:
    """The drawing as PNG, 300 dots an inch.

    Parameters
    ----------
    drawing : Drawing
    width : str, default "17cm"
        With its unit: cm, mm, in or pt. The height follows.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        ``width`` is no length, or not between 1in and 200in.
    MissingExtraError
        matplotlib is not installed; the extra ``figures`` brings it.

    Warns
    -----
    MissingGlyphWarning
        No installed font has some letters.

    Examples
    --------
    >>> import graphkit as gk
    >>> png(gk.example().coauthors().draw(), width="2in")[1:4]
    b'PNG'
    """
    about = {"Software": None, "Description": plain(drawing.caption)}
    return _written(drawing, width, "png", about)


def _written(drawing: Drawing, width: str, form: str, about: dict[str, str | None]) -> bytes:
    wide = in_points(width)
    with _matplotlib(drawing, form):
        figure = _figure(drawing, wide)
        out = io.BytesIO()
        told = {"Title": plain(drawing.title), **about}
        figure.savefig(out, format=form, dpi=DPI, metadata=told, facecolor="white")
    return out.getvalue()


@contextmanager
def _matplotlib(drawing: Drawing, form: str) -> Iterator[None]:
    """matplotlib as it comes, whatever the user has set, with fonts for these names."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingExtraError("matplotlib", "figures") from None
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        fonts, missing = families([*map(plain, drawing.labels), *_legend_texts(drawing)])
        mpl.rcParams.update(STYLE | {"font.family": fonts})
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        warnings.filterwarnings("ignore", "Matplotlib currently does not support", UserWarning)
        yield
    if missing and form != "svg":  # whatever shows an SVG has fonts of its own
        warnings.warn(MissingGlyphWarning(missing), stacklevel=5)


def _figure(drawing: Drawing, wide: float) -> Any:
    from matplotlib.figure import Figure

    below = _Legend(drawing, wide)
    x, y, radius = drawing.x, drawing.y, drawing.size
    if len(x):
        low = np.array([(x - radius).min(), (y - radius).min()])
        across, down = np.array([(x + radius).max(), (y + radius).max()]) - low
        scale = min((wide - 2 * MARGIN) / across, TALLEST * wide / down, LARGEST_SCALE)
        high = scale * down + 2 * MARGIN
        left = (wide - scale * across) / 2
        where = np.column_stack((left + (x - low[0]) * scale, high - MARGIN - (y - low[1]) * scale))
    else:
        scale, high, where = 1.0, 40.0, np.empty((0, 2))
    where[:, 1] += below.high
    figure = Figure(figsize=(wide / 72, (high + below.high) / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, wide), ylim=(0, high + below.high))
    axes.set_axis_off()
    if not len(x):
        axes.text(wide / 2, below.high + high / 2, "Nobody to draw", ha="center", va="center")
    radius = np.maximum(radius * scale, SMALLEST_DOT)
    _draw_ties(axes, drawing, where, scale)
    # Names may stand below the picture's middle, but not on the legend.
    _draw_dots(axes, where, radius, list(drawing.colour))
    _draw_names(axes, drawing, where - (0, below.high), radius, (wide, high), below.high)
    below.draw(axes, scale)
    return figure


def _draw_ties(axes: Any, drawing: Drawing, where: Floats, scale: float) -> None:
    from matplotlib.collections import LineCollection

    order = np.argsort(drawing.weight, kind="stable")
    ends = np.stack((where[drawing.source[order]], where[drawing.target[order]]), axis=1)
    lines = LineCollection(
        [*ends],
        linewidths=_line_widths(drawing.weight[order], scale),
        colors=TIE,
        alpha=float(np.clip(12 / np.sqrt(max(len(ends), 1)), 0.08, 0.6)),
        capstyle="round",
        zorder=1,
    )
    lines.set_rasterized(len(ends) > MOST_VECTORS)
    axes.add_collection(lines)


def _line_widths(weight: Floats, scale: float) -> Floats:
    """In points: the weakest tie thin, the strongest thick."""
    low, high = (weight.min(), weight.max()) if len(weight) else (0.0, 0.0)
    share = (weight - low) / (high - low) if high > low else np.zeros(len(weight))
    return np.clip((0.9 + 3.6 * np.sqrt(share)) * scale, 0.2, 2.0)


def _draw_dots(axes: Any, where: Floats, radius: Floats, colours: list[str]) -> None:
    """Circles; those of about one size are written as one shape that is used again."""
    radius = np.maximum((radius * ROUNDED_TO).round(), 1) / ROUNDED_TO
    colour = np.array(colours, dtype=object)
    for size in np.unique(radius):
        same = radius == size
        axes.scatter(
            *where[same].T,
            s=(2 * size) ** 2,
            c=colour[same].tolist(),
            edgecolors=RIM,
            linewidths=min(0.3, size / 8),
            zorder=3,
        )


def _draw_names(
    axes: Any,
    drawing: Drawing,
    where: Floats,
    radius: Floats,
    page: tuple[float, float],
    below: float,
) -> None:
    from matplotlib.patches import Rectangle

    most = int(page[0] * page[1] / POINTS["cm"] ** 2 * NAMES_A_SQUARE_CM)
    ties = np.bincount(np.r_[drawing.source, drawing.target], minlength=len(radius))
    rows = np.lexsort((np.arange(len(radius)), -ties, -drawing.size))[: 4 * most]
    names = [plain(drawing.labels[row], LONGEST_NAME) or "(no name)" for row in rows]
    largest = float(drawing.size.max(initial=1.0))
    sizes = (
        SMALLEST_TEXT + (_text_size(page[0]) - SMALLEST_TEXT) * (drawing.size[rows] / largest) ** 2
    )
    extents = np.array(
        [(_text_width(name, size), size) for name, size in zip(names, sizes, strict=True)]
    ).reshape(-1, 2)
    places = place_labels(where, radius, extents, rows, page, most)
    for number, (left, low) in places.items():
        long, high = extents[number]
        axes.add_patch(
            Rectangle(
                (left, low + below), long, high, color="white", alpha=0.6, linewidth=0, zorder=2
            )
        )
        axes.text(
            left,
            low + below + high * 0.24,
            names[number],
            fontsize=sizes[number],
            color=INK,
            va="baseline",
        )


def _text_size(wide: float) -> float:
    """Of the largest text on a picture of this width, in points."""
    return float(np.clip(LARGEST_TEXT * wide / WIDE_ENOUGH, SMALLEST_TEXT + 0.5, LARGEST_TEXT))


def _text_width(text: str, size: float) -> float:
    """In points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    return float(
        text_to_path.get_text_width_height_descent(text, FontProperties(size=size), ismath=False)[0]
    )


def _legend_texts(drawing: Drawing) -> list[str]:
    return [f"{plain(group.name, LONGEST_NAME)} ({group.people:,})" for group in drawing.groups]


@dataclass
class _Legend:
    """What colours, areas and widths stand for, below the picture, in columns."""

    drawing: Drawing
    wide: float

    def __post_init__(self) -> None:
        self.texts = [*_legend_texts(self.drawing), *self._scales()]
        self.size = 0.9 * _text_size(self.wide)
        longest = max((_text_width(text, self.size) for text in self.texts), default=0.0)
        room = self.wide - 2 * MARGIN
        self.columns = max(1, min(4, int(room / (longest + 3 * self.size))))
        self.rows = -(-len(self.texts) // self.columns)
        self.line = 1.5 * self.size
        self.high = self.rows * self.line + MARGIN if self.texts else 0.0

    def _scales(self) -> list[str]:
        drawing = self.drawing
        texts = []
        measured = drawing.measures.get(drawing.size_by or "")
        if measured is not None and len(set(drawing.size.tolist())) > 1:
            texts.append(f"area: {drawing.size_by}, {_span(measured)}")
        if len(drawing.weight):
            texts.append(f"width: weight of the tie, {_span(drawing.weight)}")
        return texts

    def draw(self, axes: Any, scale: float) -> None:
        """Put it below the picture, one column after the other."""
        across = (self.wide - 2 * MARGIN) / self.columns
        for number, text in enumerate(self.texts):
            column, row = divmod(number, self.rows)
            left = MARGIN + column * across
            middle = self.high - (row + 0.5) * self.line
            sign = np.array([[left + self.size / 2, middle]])
            if number < len(self.drawing.groups):
                colour = self.drawing.groups[number].colour
                _draw_dots(axes, sign, np.array([self.size * 0.36]), [colour])
            elif text.startswith("area"):
                pair = sign + np.array([[-1.6, 0], [1.4, 0]])
                _draw_dots(axes, pair, np.array([1.0, 2.2]), [TIE, TIE])
            else:
                for up, thick in ((1.5, 0.4), (-1.2, 1.6)):
                    axes.plot(
                        [left, left + self.size],
                        [middle + up, middle + up],
                        color=TIE,
                        linewidth=thick,
                        solid_capstyle="butt",
                    )
            axes.text(
                left + 1.6 * self.size,
                middle - self.size * 0.35,
                text,
                fontsize=self.size,
                color=INK,
                va="baseline",
            )


def _span(values: Floats) -> str:
    known = values[np.isfinite(values)]
    low, high = (f"{value:.2g}" for value in (known.min(), known.max()))
    return low if low == high else f"{low} to {high}"
