"""The verbs of the command line about networks: measures, groups, years, chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit import registry
from graphkit.cli import console
from graphkit.cli.options import (
    Form,
    Format,
    Graph,
    ToNetwork,
    as_words,
    with_any_network,
    with_network,
    words_of,
)
from graphkit.measures.communities import GROUPS
from graphkit.summary import counted

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.network import Network, TwoMode

__all__ = ["verbs"]

verbs = typer.Typer()
"""What `graphkit.cli` adds to its own verbs."""

# Whose values are numbers, the first of which comes first.
NUMBERED = (*GROUPS, "component")
# So many of the core of a group stand in a table.
MOST_NAMED = 6
Top = Annotated[int, typer.Option(min=0, help="Only the first rows; 0 for all.")]
Seed = Annotated[int, typer.Option(help="Of random numbers; the same gives the same.")]
Method = Annotated[str, typer.Option(help=f"How groups are found, of: {', '.join(GROUPS)}.")]
Resolution = Annotated[
    float, typer.Option(min=0, help="Higher values give more and smaller groups.")
]
Engine = Annotated[
    str | None,
    typer.Option(
        help=f"The library that computes what it can: {', '.join(registry.names('engine'))}.",
        autocompletion=words_of("engine"),
    ),
]
Samples = Annotated[int, typer.Option(min=2, help="Networks that are drawn.")]


@verbs.command()
@with_any_network
def measure(
    network: ToNetwork,
    measures: Annotated[
        list[str],
        typer.Argument(
            metavar="MEASURE...",
            help=f"Of: {', '.join(registry.names('measure'))}. "
            f"Of the whole network, each alone: {', '.join(registry.names('figures'))}.",
            autocompletion=words_of("measure", "figures"),
        ),
    ],
    engine: Engine = None,
    top: Annotated[int, typer.Option(min=0, help="Only the first rows; 0 for all.")] = 20,
    format: Format = Form.table,
) -> None:
    """Measure each author of the coauthor network, or a whole network; sorted by the first measure.

    Example: graphkit measure speech.kg pagerank betweenness --top 10 --format csv
    """
    from graphkit.network import TwoMode

    names = list(dict.fromkeys(measures))
    for name in names:
        if name in registry.names("figures"):
            if len(names) > 1:
                raise typer.BadParameter(f"{name} is of the whole network: ask for it alone")
            with console.progress():
                measured = network()
                if isinstance(measured, TwoMode):
                    raise typer.BadParameter(f"{name} is not told of two kinds of nodes")
                figures = _figures(measured, name)
            _print(_first(figures, top), format)
            if format is Form.table:
                _tell(measured, {})
            return
        registry.load("measure", name)  # a misspelt one is an error before the others are paid for
    if engine is not None:
        registry.load("engine", engine)
    with console.progress():
        measured = network()
        two_modes = isinstance(measured, TwoMode)
        if two_modes and engine is not None:
            raise typer.BadParameter(f"{engine} measures no networks of two kinds of nodes")
        how: dict[str, Any] = {} if two_modes else {"engine": engine}
        done: list[str] = []
        try:
            for name in names:
                measured.measure(name, **how)
                done.append(name)
        except KeyboardInterrupt:
            # What is ready may have taken an hour: it is printed.
            if not done:
                raise
        found = measured.measure(*done, **how)
        first = found.columns[found.columns.get_loc("name") + 1]
        ordered = found.sort_values([first, "name"], ascending=[first in NUMBERED, True])
    _print(_first(ordered, top), format)
    if format is Form.table:
        _tell(measured, found.attrs)
    if left := [name for name in names if name not in done]:
        console.complain(f"interrupted: not measured: {', '.join(left)}")
        raise typer.Exit(130)


@verbs.command()
@with_any_network
def ties(network: ToNetwork, top: Top = 20, format: Format = Form.table) -> None:
    """List the ties of a network, strongest first: who wrote with whom, or on what.

    Example: graphkit ties speech.kg --network author-topic --top 10
    """
    with console.progress():
        listed = network()
        found = listed.ties()
    _print(_first(found, top), format)
    if format is Form.table:
        _tell(listed, {})


def _tell(network: Network | TwoMode, told: dict[Any, Any]) -> None:
    """Say below a table which network it is of, and what measures say of themselves."""
    if "sampled-betweenness" in told:
        of = told["sampled-betweenness"]
        console.say(
            f"sampled-betweenness: from {of['pivots']:,} authors; standard error at most "
            f"{of['standard_error']:.2g}; {of['confidence']:.0%} sure to be within {of['error']:g}"
            if of["error"]
            else "sampled-betweenness: exact, from all authors"
        )
    if "consensus" in told:
        of = told["consensus"]
        console.say(f"consensus: {of['runs']} runs agree on {of['agreement']:.1%} of the ties")
    console.say(network.caption)


def _figures(network: Network, name: str) -> pd.DataFrame:
    """Figures of a whole network as rows."""
    import pandas as pd

    found = registry.load("figures", name)(network)
    if isinstance(found, float):
        found = pd.Series({name: found})
    if isinstance(found, pd.Series):
        found = found.rename("value").rename_axis("figure")
    rows: pd.DataFrame = found.reset_index()
    return rows


@verbs.command()
@with_network
def groups(
    network: ToNetwork,
    graph: Graph,
    method: Method = "consensus",
    resolution: Resolution = 1.0,
    seed: Seed = 0,
    least: Annotated[int, typer.Option(min=1, help="Groups of so many members.")] = 2,
    keep: Annotated[bool, typer.Option("--keep", help="Keep them in the graph.")] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Take all groups out of the graph that were kept.")
    ] = False,
    engine: Engine = None,
    top: Top = 20,
    format: Format = Form.table,
) -> None:
    """Who forms a group with whom, on what; --keep keeps the groups in the graph.

    Example: graphkit groups speech.kg --resolution 1 --top 5
    """
    from graphkit.build import update

    if forget:
        with console.progress():
            update(graph, lambda kg: kg.without_groups())
        console.say(f"{graph}: no groups are kept")
        return
    how: dict[str, Any] = {"resolution": resolution, "seed": seed, "least": least}
    how["engine"] = engine
    with console.progress(), as_words():
        found = network().groups(method, **how)
        if keep:
            from graphkit.analysis.groups import keep as kept

            update(graph, lambda kg: kept(network(graph=kg), method, **how))
    shown = _first(found, top)
    if format is Form.csv:
        shown = shown.assign(
            core=shown["core"].map("; ".join), members=shown["members"].map("; ".join)
        ).drop(columns="paper_ids")
    if format is Form.table:
        shown = shown.assign(core=shown["core"].map(_foremost)).drop(
            columns=["members", "paper_ids"]
        )
    _print(shown, format)
    if format is Form.table:
        console.say(str(found.attrs["network"]))
    if keep:
        console.say(f"{graph}: {counted(len(found), 'groups')} kept")


def _foremost(names: list[str]) -> str:
    """The first of some names, for a table; how many more there are."""
    more = len(names) - MOST_NAMED
    return "; ".join(names[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


@verbs.command()
@with_network
def timeline(
    network: ToNetwork,
    window: Annotated[
        int | None,
        typer.Option(min=1, help="Years that a row looks back on; 1, with --groups 3."),
    ] = None,
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Each row looks back on all years.")
    ] = False,
    events: Annotated[
        bool, typer.Option("--groups", help="What became of groups instead: births to deaths.")
    ] = False,
    seed: Seed = 0,
    format: Format = Form.table,
) -> None:
    """How the network changed: papers, newcomers, ties, components, year by year.

    Example: graphkit timeline speech.kg --cumulative
    """
    if cumulative and (events or window):
        raise typer.BadParameter("--cumulative goes with neither --window nor --groups")
    with console.progress():
        net = network()
        if events:
            found = net.group_events(window or 3, seed=seed)
        else:
            found = net.timeline(window or 1, cumulative=cumulative, seed=seed)
    unknown, exponent = found.attrs["unknown_years"], found.attrs.get("densification")
    if events and format is not Form.json:
        found = found.drop(columns=["members", "paper_ids"])
        found["before"] = found["before"].map(lambda numbers: "; ".join(map(str, numbers)))
    _print(found, format)
    if format is Form.table:
        if exponent is not None and exponent == exponent:
            console.say(f"Ties grow as authors to the power of {exponent:.2f}.")
        if unknown:
            console.say(f"left out: {counted(unknown, 'papers')} of unknown year")


@verbs.command()
def career(
    graph: Graph,
    author: Annotated[str, typer.Argument(help="A name (case, accents, order forgiven) or an id.")],
    format: Format = Form.table,
) -> None:
    """What an author did, year by year: papers, coauthors old and new, positions, venues.

    Example: graphkit career speech.kg 'Andreas Stolcke'
    """
    from graphkit.graph import open_graph

    with console.progress():
        found = open_graph(graph).career(author)
    if format is not Form.json:
        lists = {name: found[name].map("; ".join) for name in ("topics", "venues")}
        found = found.assign(**lists).drop(columns="paper_ids")
    _print(found, format)


@verbs.command()
@with_network
def chance(
    network: ToNetwork,
    measures: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MEASURE]...",
            help="Of the verb measure; without any, the figures of the whole network.",
            autocompletion=lambda incomplete: [
                name for name in registry.names("measure") if name.startswith(incomplete)
            ],
        ),
    ] = None,
    of_ties: Annotated[
        bool, typer.Option("--of-ties", help="Of the papers that each tie shares instead.")
    ] = False,
    bootstrap: Annotated[
        bool,
        typer.Option(
            "--bootstrap", help="Draw papers instead: in which interval 95 % of the samples lie."
        ),
    ] = False,
    samples: Samples = 100,
    seed: Seed = 0,
    top: Top = 20,
    format: Format = Form.table,
) -> None:
    """What is more than chance, with as many papers an author and authors a paper.

    Example: graphkit chance speech.kg --samples 20
    """
    from graphkit.analysis import chance as model

    if of_ties and measures:
        raise typer.BadParameter("give measures or --of-ties, not both")
    if bootstrap and not measures:
        raise typer.BadParameter("--bootstrap is of measures: name one, such as degree")
    with console.progress(), as_words():
        net, how = network(), {"samples": samples, "seed": seed}
        if of_ties:
            found = model.ties(net, **how)
        elif bootstrap:
            found = model.bootstrap(net, *(measures or ()), **how)
            found = found.sort_values(
                ["observed", "name"], ascending=[False, True], ignore_index=True
            )
        elif measures:
            found = model.measures(net, *measures, **how)
            found = found.sort_values(
                ["p", "z", "name"], ascending=[True, False, True], ignore_index=True
            )
        else:
            found = model.figures(net, **how)
    _print(_first(found, top), format)
    if format is Form.table:
        _tell(net, {})


def _first(found: pd.DataFrame, top: int) -> pd.DataFrame:
    return found.head(top) if top else found


def _print(found: pd.DataFrame, format: Form) -> None:
    console.rows(found.to_dict("records"), format.value, columns=list(found.columns))
