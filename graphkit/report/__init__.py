"""A report of a coauthor network: one page that a research manager reads.

`report` measures a network and sets what it found; `Report.save` writes it. The page is one file
without scripts, asks nobody for anything, and leads from each figure to papers.
"""

from __future__ import annotations

import html
import math
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from graphkit.files import write_whole
from graphkit.network import Network

__all__ = ["Report", "report"]

NOTEBOOK_HEIGHT = 640


@dataclass(frozen=True)
class Report:
    """A page about a network.

    Attributes
    ----------
    title : str
    page : str
        HTML.
    """

    title: str
    page: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page; an earlier file is replaced in one step.

        Parameters
        ----------
        path : path-like
            Such as ``"report.html"``.

        Returns
        -------
        pathlib.Path
            Where it was written.

        Raises
        ------
        StorageError
            The file cannot be written.
        """
        return write_whole(path, self.page.encode())

    def __repr__(self) -> str:
        return f"<Report {self.title!r}: {len(self.page) // 1000:,} kB>"

    def _repr_html_(self) -> str:
        """The page in a frame of its own, for notebooks."""
        style = f"width:100%;height:{NOTEBOOK_HEIGHT}px;border:0"
        page, title = html.escape(self.page), html.escape(self.title)
        return f'<iframe sandbox style="{style}" title="{title}" srcdoc="{page}"></iframe>'


def report(network: Network, title: str = "Who writes with whom") -> Report:
    """Report on a coauthor network: who is central, who bridges, which groups, how it changed.

    Parameters
    ----------
    network : Network
        Of authors. Up to 5,000 of them, shortest paths are followed exactly; beyond, from a
        sample, which the page says with its error.
    title : str
        The heading.

    Returns
    -------
    Report

    Raises
    ------
    MissingExtraError
        matplotlib is not installed; the extra ``figures`` brings it.
    ValueError
        A network of something else than authors.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = report(gk.example().resolve().coauthors(), title="Interspeech 2022")
    >>> found.title
    'Interspeech 2022'
    >>> "Ariya Rastrow" in found.page
    True
    """
    if network.kind != "authors":
        raise ValueError(f"a report is about authors, and this is a network of {network.kind}")
    from graphkit.report.contents import contents

    return Report(title, _page(title, contents(network)))


def _page(title: str, found: dict[str, Any]) -> str:
    import jinja2
    from markupsafe import Markup

    from graphkit.render.page import plain

    def shown(value: Any) -> Any:
        """A text of the graph without what cannot be seen; escaping comes after."""
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = jinja2.Environment(
        autoescape=True,
        finalize=shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": _figure}
    own = files("graphkit.report")
    template = environment.from_string((own / "page.html.jinja").read_text(encoding="utf-8"))
    # Both are ours: the plots escape their texts themselves.
    style = Markup((own / "page.css").read_text(encoding="utf-8"))
    svg = {name: Markup(plot) for name, plot in found["plots"].items()}
    today = datetime.now(UTC).date().isoformat()
    return template.render({**found, "plots": svg}, title=title, style=style, today=today)


def _figure(value: float | None) -> str:
    """A number for people: three digits that count, thousands apart; a dash if unknown."""
    if value is None or value != value:
        return "–"
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 0.001:
        return f"{value:.3g}"
    # 0.00013 is read by more people than 1.3e-04.
    return f"{value:.{1 - math.floor(math.log10(abs(value)))}f}"
