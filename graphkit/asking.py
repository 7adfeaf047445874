"""The verbs of the command line that find people: who knows, who may judge, who introduces."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit import console
from graphkit.options import Form, Format, Graph

if TYPE_CHECKING:
    from graphkit.graph import KnowledgeGraph

__all__ = ["verbs"]

verbs = typer.Typer()
"""What `graphkit.cli` adds to its own verbs."""

Author = Annotated[
    str, typer.Argument(metavar="A", help="A name (case, accents, order forgiven) or an id.")
]
Other = Annotated[str, typer.Argument(metavar="B", help="As A.")]
RULES = "four-years, three-years or ever"


@verbs.command()
def conflicts(
    graph: Graph,
    a: Author,
    b: Other,
    rule: Annotated[str, typer.Option(help=f"Of: {RULES}.")] = "four-years",
    year: Annotated[
        int | None, typer.Option(help="Count back from it, not from the last year of the graph.")
    ] = None,
    format: Format = Form.table,
) -> None:
    """Whether two people are in conflict (coauthors, one organization, advisors), and why.

    Example: graphkit conflicts speech.kg 'Andreas Stolcke' 'Roland Maas' --rule three-years
    """
    with console.progress():
        found = _open(graph).conflicts(a, b, rule=rule, year=year)
    told = found.to_dict()
    if format is Form.json:
        console.print_json(told)
    elif format is Form.csv:
        rows = [{**each, "papers": " ".join(each["papers"])} for each in told["reasons"]]
        console.rows(rows, "csv", columns=["kind", "papers", "sentence"])
    else:
        console.say(f"{'yes' if found else 'no'}: {found}")


def _open(path: Path) -> KnowledgeGraph:
    from graphkit.graph import open_graph

    return open_graph(path)
