"""The verbs of the command line that show a network: drawings and the report."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated

import typer

from graphkit import registry
from graphkit.cli import console
from graphkit.cli.options import ToNetwork, with_network
from graphkit.summary import counted

__all__ = ["verbs"]

verbs = typer.Typer()
"""What `graphkit.cli` adds to its own verbs."""

_SUFFIXES = ", ".join(registry.names("renderer"))


def _length(width: str | None) -> str | None:
    if width:
        from graphkit.render.lengths import in_points

        try:
            in_points(width)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    return width


@verbs.command()
@with_network
def draw(
    network: ToNetwork,
    out: Annotated[Path, typer.Option("--out", "-o", help=f"By suffix: {_SUFFIXES}.")] = Path(
        "coauthors.html"
    ),
    colour: Annotated[
        str, typer.Option(help="community, topic, team, mean year or a measure.")
    ] = "community",
    size: Annotated[str, typer.Option(help="A measure.")] = "pagerank",
    width: Annotated[
        str | None,
        typer.Option(
            help="Of svg, pdf and png: in cm, mm, in or pt; 17cm.",
            callback=_length,
            metavar="LENGTH",
        ),
    ] = None,
    also: Annotated[
        list[str] | None, typer.Option(help="topics or teams beside the people; repeatable.")
    ] = None,
) -> None:
    """Draw the coauthor network: a page (html), a picture for print, a file for another tool.

    Example: graphkit draw speech.kg -o coauthors.html
    """
    from graphkit.render.drawing import MOST_TIES, PICTURES, renderer

    options = {"width": width} if width else {}
    renderer(out, *options)  # a wrong suffix is an error before the network is paid for
    # Only what is looked at does without the weakest of very many ties.
    most_ties = MOST_TIES if out.suffix.lower() in PICTURES else None
    with console.progress(), warnings.catch_warnings(record=True) as told:
        drawing = network().draw(colour=colour, size=size, most_ties=most_ties, also=also or ())
        drawing.save(out, **options)
    for warning in told:
        console.complain(warning.message)
    how = f", {drawing.how}" if out.suffix.lower() == ".html" else ""
    people, ties = counted(drawing.people, "people"), counted(len(drawing.source), "ties")
    console.say(f"wrote {out}: {people}, {ties}{how}")


@verbs.command()
@with_network
def report(
    network: ToNetwork,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path(
        "report.html"
    ),
    title: Annotated[str, typer.Option(help="The heading.")] = "Who writes with whom",
) -> None:
    """Report on the coauthor network as one page: who is central, who bridges, which groups.

    Example: graphkit report speech.kg -o report.html
    """
    with console.progress():
        measured = network()
        measured.report(title=title).save(out)
    people, papers = counted(len(measured), "people"), counted(len(measured.paper_ids), "papers")
    console.say(f"wrote {out}: {people}, {papers}")
