"""The verbs of the command line that find people: who knows, who may judge, who introduces."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit import registry
from graphkit.cli import console
from graphkit.cli.options import (
    AuthorOptions,
    Form,
    Format,
    Graph,
    text_or_file,
    with_authors,
    words_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.graph import KnowledgeGraph

__all__ = ["verbs"]

verbs = typer.Typer()
"""What `graphkit.cli` adds to its own verbs."""

Author = Annotated[
    str, typer.Argument(metavar="A", help="A name (case, accents, order forgiven) or an id.")
]
Other = Annotated[str, typer.Argument(metavar="B", help="As A.")]
RULES = "four-years, three-years, ever, or your own as coauthors=2,organization=ever,advisors"


@verbs.command()
@with_authors
def collaborators(
    filters: AuthorOptions,
    graph: Graph,
    author: Annotated[
        str | None, typer.Argument(help="A name (case, accents, order forgiven) or an id.")
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="For every author instead, without reasons.")
    ] = False,
    k: Annotated[int, typer.Option("-k", min=1, help="How many at most.")] = 10,
    method: Annotated[
        str,
        typer.Option(
            help=f"Of: {', '.join(registry.names('recommender'))}.",
            autocompletion=words_of("recommender"),
        ),
    ] = "learned",
    novelty: Annotated[
        float, typer.Option(min=0, help="Above 0: fewer of those whom everybody knows; try 0.5.")
    ] = 0.0,
    reasons: Annotated[
        str, typer.Option(help="short: the foremost three; full: all; sentence: in one sentence.")
    ] = "short",
    format: Format = Form.table,
) -> None:
    """With whom an author might write next, and why.

    Example: graphkit collaborators speech.kg 'Andreas Stolcke' -k 5
    """
    if everybody == (author is not None):
        raise typer.BadParameter("name one author, or ask with --all for every one")
    if author is None:
        if method != "learned":
            raise typer.BadParameter("--all ranks by the method learned")
        with console.progress():
            all_found = _open(graph).collaborators_of_all(k, novelty=novelty, **filters)
        console.rows(all_found.to_dict("records"), format.value, columns=list(all_found.columns))
        if format is Form.table:
            console.say("\n".join(_notes(all_found)))
        return
    with console.progress():
        found = _open(graph).collaborators(
            author, k, method=method, novelty=novelty, reasons=reasons, **filters
        )
    if format is Form.table and found.empty:
        console.say(found.attrs["note"])
    else:
        _print_people(found, format)


@verbs.command()
def evaluate(
    graph: Graph,
    year: Annotated[int, typer.Option(help="The first year that the rankings may not know.")],
    method: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Of: {', '.join(registry.names('recommender'))}; repeatable, all by default.",
            autocompletion=words_of("recommender"),
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Suggestions that count.")] = 20,
    by: Annotated[
        str | None, typer.Option(help="Rows also by: career (of who asks), distance (of pairs).")
    ] = None,
    novelty: Annotated[
        list[float] | None,
        typer.Option(min=0, help="As for collaborators; repeat it to see what each costs."),
    ] = None,
    most: Annotated[int, typer.Option(min=0, help="People asked about, a sample; 0: all.")] = 3000,
    weights: Annotated[
        bool, typer.Option("--weights", help="Show instead what the method learned weighs.")
    ] = False,
    format: Format = Form.table,
) -> None:
    """How well rankings of collaborators foretell who met whom, on the graph's own past.

    With ``--year 2020``, what came before 2020 ranks and what came in 2020 and 2021 judges.

    Example: graphkit evaluate acl.kg --year 2020 --method learned --method adamic-adar
    """
    ask = registry.get(f"graphkit.recommend:{'weights' if weights else 'evaluate'}")
    options = {"methods": method, "k": k, "most": most or None, "by": by, "novelty": novelty or 0}
    with console.progress():
        found = ask(_open(graph), year, **({} if weights else options))
    if format is Form.table and not weights:
        # An interval beside what it is of; in columns of its own it would not fit a terminal.
        for measure in ("mrr", "recall", "hit"):
            low, high = (found.pop(f"{measure}_{end}") for end in ("low", "high"))
            found[measure] = [
                f"{value:.3f} ({least:.3f}–{greatest:.3f})"
                for value, least, greatest in zip(found[measure], low, high, strict=True)
            ]
    rounded = found.round(4)
    console.rows(rounded.to_dict("records"), format.value, columns=list(rounded.columns))


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


@verbs.command()
@with_authors
def experts(
    filters: AuthorOptions,
    graph: Graph,
    about: Annotated[
        str,
        typer.Argument(
            help="A topic, team or title; an id (topic:… paper:… posting:… team:… author:…); "
            "words, a text file of them, or - to read them from input."
        ),
    ],
    k: Annotated[int, typer.Option("-k", min=1, help="How many at most.")] = 10,
    beside: Annotated[
        list[str] | None,
        typer.Option(help="Who is there already: name who adds what is missing; repeatable."),
    ] = None,
    format: Format = Form.table,
) -> None:
    """Who knows about a topic, a text or an advert, with the papers that show it.

    Example: graphkit experts speech.kg 'low-bit quantization of speech models'
    """
    text = text_or_file(about)
    with console.progress():
        found = _open(graph).experts(text, k, beside=beside or (), **filters)
    _print_people(found, format)


@verbs.command("teams")
def teams_for(
    graph: Graph,
    about: Annotated[
        str, typer.Argument(help="An author by name or id; or as for experts; - reads input.")
    ],
    k: Annotated[int, typer.Option("-k", min=1, help="How many at most.")] = 10,
    format: Format = Form.table,
) -> None:
    """Which teams do what an author does, with the words of their adverts.

    Example: graphkit teams speech.kg 'Andreas Stolcke' -k 1
    """
    text = text_or_file(about)
    with console.progress():
        found = _open(graph).teams_for(text, k)
    if not len(found) and format is Form.table:
        console.say(f"no team of this graph shares a word with {about}")
    _print_people(found, format)


@verbs.command()
@with_authors
def reviewers(
    filters: AuthorOptions,
    graph: Graph,
    paper: Annotated[
        str, typer.Argument(help="Its id or title; its text, a file of it, or - for input.")
    ],
    k: Annotated[int, typer.Option("-k", min=1, help="How many at most.")] = 10,
    author: Annotated[
        list[str] | None, typer.Option(help="Who wrote it, if not in the graph; repeatable.")
    ] = None,
    rule: Annotated[str, typer.Option(help=f"Of: {RULES}.")] = "four-years",
    format: Format = Form.table,
) -> None:
    """Who may review a paper: experts without a conflict of interest.

    Example: graphkit reviewers speech.kg 'Prosodic alignment for off-screen automatic dubbing' -k 3
    """
    text = text_or_file(paper)
    given = {**filters, "rule": filters["conflicts"] or rule}
    del given["conflicts"]
    with console.progress():
        found = _open(graph).reviewers(text, k, authors=author or (), **given)
    _print_people(found, format)


@verbs.command()
@with_authors
def assemble(
    filters: AuthorOptions,
    graph: Graph,
    task: Annotated[
        list[str], typer.Argument(metavar="TOPIC...", help="As for experts, one or more.")
    ],
    format: Format = Form.table,
) -> None:
    """A small team who know all the topics and are near each other.

    Example: graphkit assemble speech.kg Quantization Fairness 'Keyword spotting'
    """
    with console.progress():
        found = _open(graph).assemble([text_or_file(each) for each in task], **filters)
    if format is not Form.table:
        found["covers"] = [list(each) for each in found["covers"]]
    _print_people(found, format)


@verbs.command()
def introduce(graph: Graph, a: Author, b: Other, format: Format = Form.table) -> None:
    """Who can introduce one author to another: the shortest chain, by the strongest ties.

    Example: graphkit introduce speech.kg 'I-Fan Chen' 'Roland Maas'
    """
    with console.progress():
        kg = _open(graph)
        found = kg.introductions(a, b)
    rows = found.to_dict("records")
    if format is not Form.table:
        if format is Form.csv:
            rows = [{**r, **{c: "; ".join(r[c]) for c in ("papers", "titles")}} for r in rows]
        console.rows(rows, format.value, columns=list(found.columns))
        return
    if not rows:
        same = kg.find("authors", a) == kg.find("authors", b)
        none = f"no chain of coauthors leads from {a} to {b}"
        console.say(f"{a} and {b} are the same person" if same else none)
    for number, row in enumerate(rows, 1):
        console.say(f"{number:>2}. {row['name']} wrote with {row['to_name']}")
        for title in row["titles"]:
            console.say(f"      “{title}”")


@verbs.command()
def topics(
    graph: Graph,
    least_papers: Annotated[
        int, typer.Option(min=2, help="How many papers must have a phrase.")
    ] = 3,
    undo: Annotated[bool, typer.Option("--undo", help="Take the topics found back.")] = False,
) -> None:
    """Propose topics: the key phrases of titles and abstracts; a source of its own.

    Example: graphkit topics speech.kg --least-papers 2
    """
    from graphkit.build import update
    from graphkit.recommend.topics import find_topics, without_topics

    def change(kg: KnowledgeGraph) -> KnowledgeGraph:
        return without_topics(kg) if undo else find_topics(kg, least_papers=least_papers)

    with console.progress():
        kg = update(graph, change)
    console.say(f"{graph}: {kg.summary()}")


def _print_people(found: pd.DataFrame, format: Form) -> None:
    """People (or teams), each with the papers that speak for them."""
    rows = found.to_dict("records")
    if format is not Form.table:
        for row in rows:
            row["reasons"] = _told(row["reasons"], format)
        console.rows(rows, format.value, columns=list(found.columns))
        return
    # Reasons are sentences; in the cells of a table nobody could read them.
    for number, row in enumerate(rows, 1):
        told = ", ".join(row["covers"]) if "covers" in row else f"{row['score']:.4g}"
        kind, name = ("team", "label") if "team" in row else ("author", "name")
        console.say(f"{number:>2}. {row[name]}  {told}  {row[kind]}")
        for line in _told(row["reasons"], format).splitlines():
            console.say(f"      {line}")
    for note in _notes(found):
        console.say(note)


def _notes(found: pd.DataFrame) -> list[str]:
    """What is to be said below an answer."""
    return [found.attrs[name] for name in ("note", "meaning") if found.attrs.get(name)]


def _told(reasons: Any, format: Form) -> Any:
    """Reasons as objects for JSON, otherwise a line each."""
    if isinstance(reasons, str):
        return reasons
    if format is Form.json:
        return [console.plain(reason) for reason in reasons]
    return "\n".join(map(str, reasons))


def _open(path: Path) -> KnowledgeGraph:
    from graphkit.graph import open_graph

    return open_graph(path)
