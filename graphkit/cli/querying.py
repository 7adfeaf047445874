"""The verbs of the command line that speak SPARQL or reason: query, update, infer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from graphkit.cli import console
from graphkit.cli.options import Folders, Form, Format, Graph, Services, text_or_file

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

    from graphkit.graph import KnowledgeGraph

__all__ = ["verbs"]

verbs = typer.Typer()
"""What `graphkit.cli` adds to its own verbs."""


@verbs.command(context_settings={"ignore_unknown_options": True})
def query(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="GRAPH.kg [SPARQL] [--PARAMETER VALUE]...",
            help="The graph's folder; a query, its file, or - to read it from input; values "
            "for its variables (--author author:Ada_Lovelace for ?author).",
        ),
    ] = None,
    named: Annotated[
        str | None,
        typer.Option(help="A query by its name; its parameters are options: --author NAME."),
    ] = None,
    list_named: Annotated[
        bool, typer.Option("--list", help="Print the named queries and what they take.")
    ] = False,
    queries: Folders = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the steps of a query, with times and counts.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print the steps as Oxigraph plans them (extra explain).")
    ] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds; 0 for no limit.")] = 300,
    format: Format = Form.table,
    short: Annotated[
        bool | None,
        typer.Option("--short/--full", help="IRIs as author:… or whole (short in tables)."),
    ] = None,
) -> None:
    """Ask a graph in SPARQL 1.1; the known prefixes need not be declared.

    Example: graphkit query speech.kg --named coauthors-of --author 'Andreas Stolcke'
    """
    if list_named:
        _list_named(queries or [], format)
        return
    rest, given = _split(words or [])
    if len(rest) != (2 if named is None else 1):
        raise typer.BadParameter("give a graph, and either a query or --named NAME (see --list)")
    text = text_or_file(rest[-1])
    shorten = format is Form.table if short is None else short
    with console.progress():
        kg = _open(Path(rest[0]))
        if explain or plan:
            steps = kg.explain(text, given, plan=plan, timeout=timeout or 300)
            console.rows(steps.to_dict("records"), format.value, columns=list(steps.columns))
            return
        options: dict[str, Any] = {"short": shorten, "timeout": timeout or None}
        if named is not None:
            answer = kg.named(named, given, folders=queries or [], **options)
        else:
            answer = kg.query(text, given, **options)
    if isinstance(answer, bool):
        console.say("true" if answer else "false")
    elif hasattr(answer, "serialize"):
        console.say(cast("rdflib.Graph", answer).serialize(format="turtle").strip())
    else:
        frame = cast("pd.DataFrame", answer)
        console.rows(frame.to_dict("records"), format.value, columns=list(frame.columns))


def _list_named(folders: Sequence[Path], format: Form) -> None:
    from graphkit.sparql.named import queries

    listed = [
        {
            "name": each.name,
            "takes": " ".join(f"--{p.name} {p.kind.upper()}" for p in each.parameters),
            "answers": each.description,
        }
        for each in queries(folders).values()
    ]
    console.rows(listed, format.value)


def _split(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Words, and what stands among them as ``--author 'Ada Lovelace'`` or ``--year=1843``."""
    rest: list[str] = []
    given: dict[str, str] = {}
    left = iter(words)
    for word in left:
        if not word.startswith("--"):
            rest.append(word)
            continue
        name, equals, value = word.removeprefix("--").partition("=")
        try:
            given[name.replace("-", "_")] = value if equals else next(left)
        except StopIteration:
            raise typer.BadParameter(f"{word} has no value: give {word} VALUE") from None
    return rest, given


@verbs.command(context_settings={"ignore_unknown_options": True})
def update(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="GRAPH.kg SPARQL [--PARAMETER VALUE]...",
            help="The graph's folder; an update, its file, or - to read it from input; values "
            "for its variables (--who author:Ada_Lovelace for ?who).",
        ),
    ],
    allow_service: Services = None,
) -> None:
    """Change a graph in SPARQL 1.1 Update; what is inserted stands in a source of its own.

    Example: graphkit update speech.kg 'INSERT DATA { author:Brian_King foaf:nick "BK" }'
    """
    from graphkit.build import update as change

    rest, given = _split(words)
    if len(rest) != 2:
        raise typer.BadParameter("give a graph and an update")
    graph, text = Path(rest[0]), text_or_file(rest[1])
    before: set[str] = set()

    def updated(kg: KnowledgeGraph) -> KnowledgeGraph:
        before.update(kg.source_ids())
        return kg.update(text, given, services=allow_service or [])

    with console.progress():
        changed = change(graph, updated)
    console.say(f"{graph}: {changed.summary()}")
    for source in sorted(set(changed.source_ids()) - before):
        console.say(f"the update is kept as {source}")


@verbs.command()
def infer(
    graph: Graph,
    axioms: Annotated[
        Path | None, typer.Option(help="A Turtle file with classes and properties of yours.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Forget what was inferred.")] = False,
) -> None:
    """Add what follows by RDFS and OWL 2 RL, in place of what was inferred before.

    Example: graphkit infer speech.kg
    """
    from graphkit.build import update as change
    from graphkit.sparql.infer import forget

    with console.progress():
        changed = change(graph, lambda kg: forget(kg) if undo else kg.infer(axioms))
    console.say(f"{graph}: {changed.summary()}")


def _open(path: Path) -> KnowledgeGraph:
    from graphkit.graph import open_graph

    return open_graph(path)
