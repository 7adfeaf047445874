"""Words that several verbs of the command line share."""

from __future__ import annotations

import functools
import inspect
import os.path
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from graphkit import registry
from graphkit.errors import GraphkitError
from graphkit.files import read_text
from graphkit.network.selection import MOST_AUTHORS
from graphkit.network.weights import COUNTINGS, NORMALISATIONS, TIES

__all__ = [
    "AuthorOptions",
    "Folders",
    "Form",
    "Format",
    "Graph",
    "Services",
    "ToNetwork",
    "as_words",
    "text_or_file",
    "with_any_network",
    "with_authors",
    "with_network",
    "words_of",
]

# Makes the network that the options say, when a verb has checked its other words.
ToNetwork = Callable[..., Any]
# The options that say which papers count, and what `graphkit.network.selection.Filters` calls them.
OF_PAPERS = {
    "graph": "",
    "since": "since",
    "until": "until",
    "topic": "topics",
    "venue": "venues",
    "team": "teams",
    "organization": "organizations",
    "most_authors": "most_authors",
}
# What the options of `with_authors` say, as `graphkit.recommend.filters.AuthorFilters`.
AuthorOptions = dict[str, Any]


class Form(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"


Format = Annotated[Form, typer.Option("--format", "-f", help="How rows are printed.")]
Graph = Annotated[Path, typer.Argument(metavar="GRAPH.kg", help="The graph's folder.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--queries", metavar="DIR", help="A folder with named queries of your own."),
]
Services = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-service",
        metavar="IRI",
        help="An address that SERVICE may call and LOAD may read; repeatable.",
    ),
]


def _one_of(known: Iterable[str], what: str) -> Any:
    """An option that takes one of some names."""
    return typer.Option(
        help=f"{what}, one of: {', '.join(sorted(known))}.",
        autocompletion=lambda incomplete: [n for n in known if n.startswith(incomplete)],
    )


@contextmanager
def as_words() -> Iterator[None]:
    """Words that do not go together are an error of the command line, not of the program."""
    try:
        yield
    except GraphkitError:
        raise
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _coauthors(
    graph: Graph,
    counting: Annotated[str, _one_of(COUNTINGS, "What a paper adds to a tie")] = "full",
    ties: Annotated[str, _one_of(TIES, "Which authors of a paper it ties")] = "all",
    normalisation: Annotated[
        str | None, _one_of(NORMALISATIONS, "Weights relative to what is expected")
    ] = None,
    since: Annotated[int | None, typer.Option(help="First year of publication.")] = None,
    until: Annotated[int | None, typer.Option(help="Last year of publication.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Papers on it; repeatable.")] = None,
    venue: Annotated[list[str] | None, typer.Option(help="Papers at it; repeatable.")] = None,
    team: Annotated[
        list[str] | None, typer.Option(help="Papers by its members; repeatable.")
    ] = None,
    organization: Annotated[
        list[str] | None, typer.Option(help="Papers by its authors; repeatable.")
    ] = None,
    author: Annotated[
        list[str] | None, typer.Option(help="These authors alone; repeatable.")
    ] = None,
    ego: Annotated[str | None, typer.Option(help="An author and who is near.")] = None,
    steps: Annotated[int, typer.Option(min=0, help="With --ego: how near.")] = 1,
    least_papers: Annotated[int, typer.Option(min=1, help="Authors of so many papers.")] = 1,
    least_shared: Annotated[int, typer.Option(min=1, help="Ties of so many papers.")] = 1,
    most_authors: Annotated[
        int, typer.Option(min=0, help="Leave out papers by more people; 0: none.")
    ] = MOST_AUTHORS,
) -> Any:
    from graphkit.graph import open_graph

    # A verb that changes a graph hands over the one that it holds the lock of.
    kg = open_graph(graph) if isinstance(graph, Path) else graph
    with as_words():
        return kg.coauthors(
            counting=counting,
            ties=ties,
            normalisation=normalisation,
            since=since,
            until=until,
            topics=topic,
            venues=venue,
            teams=team,
            organizations=organization,
            authors=author,
            ego=ego,
            steps=steps,
            least_papers=least_papers,
            least_shared=least_shared,
            most_authors=most_authors or None,
        )


def with_network(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb that takes a network the options that say which one."""
    return _widened(verb, "network", _coauthors, functools.partial)


def with_any_network(verb: Callable[..., None]) -> Callable[..., None]:
    """The same for a verb that takes networks of other things too."""

    def options(**given: Any) -> Any:
        kind = given.pop("network_of")
        if kind == "coauthors":
            return _coauthors(**given)
        from graphkit.graph import open_graph

        for name, value in given.items():
            if name not in OF_PAPERS and value != parameters[name].default:
                raise typer.BadParameter(
                    f"--{name.replace('_', '-')} is of coauthors, and this is {kind}"
                )
        filters = {OF_PAPERS[name]: value for name, value in given.items() if OF_PAPERS.get(name)}
        most = filters.pop("most_authors")
        if most != MOST_AUTHORS:
            filters["most_authors"] = most or None
        with as_words():
            return open_graph(given["graph"]).network(kind, **filters)

    parameters = inspect.signature(_coauthors, eval_str=True).parameters
    which = inspect.Parameter(
        "network_of",
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default="coauthors",
        annotation=Annotated[
            str,
            typer.Option(
                "--network",
                help=f"Of what, one of: coauthors, {', '.join(registry.names('network'))}.",
                autocompletion=lambda incomplete: [
                    name
                    for name in ("coauthors", *registry.names("network"))
                    if name.startswith(incomplete)
                ],
            ),
        ],
    )
    vars(options)["__signature__"] = inspect.Signature([*parameters.values(), which])
    return _widened(verb, "network", options, functools.partial)


def with_authors(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb that suggests people the options that say whom; it gets them as ``filters``."""

    def options(
        topic: Annotated[
            list[str] | None, typer.Option(help="Authors of papers on it; repeatable.")
        ] = None,
        since: Annotated[int | None, typer.Option(help="Active in this year or later.")] = None,
        until: Annotated[int | None, typer.Option(help="Active in this year or before.")] = None,
        inactive: Annotated[
            bool,
            typer.Option("--inactive", help="Also people without a paper in the last 5 years."),
        ] = False,
        organization: Annotated[
            list[str] | None, typer.Option(help="Those who wrote for it; repeatable.")
        ] = None,
        team: Annotated[list[str] | None, typer.Option(help="Its members; repeatable.")] = None,
        place: Annotated[
            list[str] | None, typer.Option(help="Those who work there; repeatable.")
        ] = None,
        career: Annotated[
            list[str] | None, typer.Option(help="early, middle or late; repeatable.")
        ] = None,
        least_papers: Annotated[int, typer.Option(min=1, help="Authors of so many papers.")] = 1,
        no_conflict: Annotated[
            str | None,
            typer.Option(
                help="Nobody in conflict by this rule: four-years, three-years, ever, or your own "
                "as coauthors=2,organization=0."
            ),
        ] = None,
    ) -> dict[str, Any]:
        return {
            "topics": topic,
            "since": since,
            "until": until,
            "inactive": inactive or None,
            "organizations": organization,
            "teams": team,
            "places": place,
            "career": career,
            "least_papers": least_papers if least_papers > 1 else None,
            "conflicts": no_conflict,
        }

    return _widened(verb, "filters", options, lambda make, **given: make(**given))


def _widened(
    verb: Callable[..., None],
    what: str,
    options: Callable[..., Any],
    hand_over: Callable[..., Any],
) -> Callable[..., None]:
    """A verb that takes the words of ``options`` too, and gets what they make as ``what``."""
    chosen = inspect.signature(options, eval_str=True).parameters
    own = inspect.signature(verb, eval_str=True).parameters

    @functools.wraps(verb)
    def run(**given: Any) -> None:
        taken = {name: given.pop(name) for name in chosen}
        # A verb that names a word of these gets it too.
        given |= {name: value for name, value in taken.items() if name in own}
        verb(**{what: hand_over(options, **taken)}, **given)

    # Typer reads the words of a verb from its signature: the graph, its own, the others.
    kept = [p for name, p in own.items() if name != what and name not in chosen]
    words = [p for p in chosen.values() if p.name == "graph"] + kept
    words += [p for p in chosen.values() if p.name != "graph"]
    words.sort(key=lambda p: p.default is not inspect.Parameter.empty)
    vars(run)["__signature__"] = inspect.Signature(words)
    run.__annotations__ = {p.name: p.annotation for p in words}
    return run


def text_or_file(argument: str) -> str:
    """What somebody asks: read from input for ``-``, from a file that is named, or as given.

    Parameters
    ----------
    argument : str

    Returns
    -------
    str

    Raises
    ------
    ReadError
        The file is not text.
    """
    if argument == "-":
        return sys.stdin.read()
    # Unlike Path.is_file this says no, and does not fail, for a text too long to be a name.
    return read_text(argument) if os.path.isfile(argument) else argument


def words_of(*kinds: str) -> Any:
    """A completer for the names of registries."""
    known = [name for kind in kinds for name in registry.names(kind)]
    return lambda incomplete: [name for name in known if name.startswith(incomplete)]
