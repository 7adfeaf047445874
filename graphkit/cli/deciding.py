"""The verbs of the command line about who is who: explain, review, same, different."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli import console
from graphkit.cli.options import Form, Format, Graph

if TYPE_CHECKING:
    from graphkit.graph import KnowledgeGraph
    from graphkit.identity.review import Doubt, Side

__all__ = ["verbs"]

verbs = typer.Typer()
"""What `graphkit.cli` adds to its own verbs."""

First = Annotated[
    str, typer.Argument(metavar="A", help="A name or an id; an authorship's id for that alone.")
]
Second = Annotated[str, typer.Argument(metavar="B", help="As A, or one of A's papers.")]
Reason = Annotated[str | None, typer.Option(help="Why; kept with the decision.")]
By = Annotated[str | None, typer.Option(help="Who says so, if not your account.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take back what was decided of the two.")]


@verbs.command()
def explain(
    graph: Graph,
    name: Annotated[str, typer.Argument(help="A name (case, accents, order forgiven) or an id.")],
    format: Format = Form.table,
) -> None:
    """Who somebody is: printed names, the claims that joined or split them, papers.

    Example: graphkit explain speech.kg 'I-Fan Chen'
    """
    with console.progress():
        found = _open(graph).who_is(name)
    if format is Form.json:
        console.print_json(found.to_dict())
    elif format is Form.csv:
        frame = found.frame()
        console.rows(frame.to_dict("records"), "csv", columns=list(frame.columns))
    else:
        console.say(str(found))


@verbs.command()
def same(
    graph: Graph,
    a: First,
    b: Second,
    reason: Reason = None,
    by: By = None,
    undo: Undo = False,
) -> None:
    """Decide that two are one, whatever matchers claim; it wins until it is undone.

    Example: graphkit same speech.kg author:I-FAN_CHEN 'I-Fan Chen' --reason 'his home page'
    """
    _decide(graph, "owl:sameAs", a, b, reason, by, undo)


@verbs.command()
def different(
    graph: Graph,
    a: First,
    b: Second,
    reason: Reason = None,
    by: By = None,
    undo: Undo = False,
) -> None:
    """Decide that two are not one, or that a paper is not hers; it wins until it is undone.

    Example: graphkit different speech.kg author:I-FAN_CHEN 'I-Fan Chen' --by Ada
    """
    _decide(graph, "owl:differentFrom", a, b, reason, by, undo)


def _decide(
    graph: Path, relation: str, a: str, b: str, reason: str | None, by: str | None, undo: bool
) -> None:
    from graphkit.build import update
    from graphkit.identity import decisions

    said: list[str] = []

    def change(kg: KnowledgeGraph) -> KnowledgeGraph:
        one, other = decisions.ends(kg, a, b)
        said[:] = [one, other]
        if undo:
            kg = decisions.undo(kg, one, other)
        else:
            kg |= decisions.decided(relation, one, other, by=by, reason=reason, base=kg.base)
        return _resolved(kg)

    with console.progress():
        kg = update(graph, change)
    number = "one" if relation == "owl:sameAs" else "two"
    what = "no longer decided" if undo else f"decided to be {number}"
    console.say(f"{said[0]} and {said[1]}: {what}")
    against = [
        row for row in kg.notes.to_dict("records") if row["place"] == ", ".join(sorted(said))
    ]
    for row in against:
        console.say(f"  {row['reason']} ({row['done']})")
    if not kg.resolved:
        console.say(f"Next: graphkit resolve {graph}   (decisions count when it is resolved)")


def _resolved(kg: KnowledgeGraph) -> KnowledgeGraph:
    """The graph with its resolution made anew, if it has one."""
    threshold = kg.threshold
    return kg if threshold is None else kg.resolve(threshold)


@verbs.command()
def review(
    graph: Graph,
    top: Annotated[int, typer.Option(min=0, help="Only the first; 0 for all.")] = 20,
    list_: Annotated[bool, typer.Option("--list", help="Show them and ask nothing.")] = False,
    by: By = None,
    format: Format = Form.table,
) -> None:
    """Ask about doubtful claims, the most consequential first; each answer is kept at once.

    Example: graphkit review speech.kg
    """
    from graphkit.identity.review import doubts

    with console.progress():
        kg = _open(graph)
        if not kg.resolved:
            console.complain(f"{graph}: nothing is joined yet: graphkit resolve {graph}")
            raise typer.Exit(1)
        found = doubts(kg, top or None)
    if format is not Form.table:
        rows = [_flat(one) if format is Form.csv else one.to_dict() for one in found]
        console.rows(rows, format.value)
        return
    if not found:
        console.say("nothing is in doubt")
        return
    answered = 0
    for number, one in enumerate(found, 1):
        console.say(f"\n{number} of {len(found)}: {_headline(one)}")
        for side in (one.one, one.other):
            _print_side(side)
        console.say(f"  why: {one.evidence or 'no reason given'} ({one.method})")
        if list_:
            continue
        answer = _asked()
        if answer == "quit":
            break
        answered += _keep(graph, one, answer, by)
    if answered:
        from graphkit.build import update

        with console.progress():
            update(graph, _resolved)
        console.say(f"\n{answered} decided; {graph} is resolved anew")


def _headline(one: Doubt) -> str:
    now = "counted as one" if one.joined else "counted as two"
    papers = f"{one.papers:,} paper{'' if one.papers == 1 else 's'}"
    ties = f"{one.ties:,} tie{'' if one.ties == 1 else 's'}"
    return f"{now}, the claim has {one.score:.2f}; {papers} and {ties} hang on it"


def _print_side(side: Side) -> None:
    names = ", ".join(f"{name} ({count})" for name, count in list(side.names.items())[:8])
    years = "" if side.first is None else f", {side.first}–{side.last}"
    console.say(f"  {names or side.id}{years}  [{side.id}]")
    if side.coauthors:
        console.say(f"    with {', '.join(side.coauthors)}")
    for paper in side.papers:
        console.say(f"    {paper}")


def _asked() -> str:
    words = {"y": "yes", "n": "no", "l": "later", "q": "quit"}
    while True:
        console.ask("One and the same? yes, no, later or quit: ")
        line = sys.stdin.readline()
        # The end of the input is the end of the questions.
        answer = line.strip().casefold() if line else "quit"
        if answer and answer in {*words, *words.values()}:
            return words.get(answer, answer)


def _keep(graph: Path, one: Doubt, answer: str, by: str | None) -> int:
    from graphkit.build import update
    from graphkit.identity.decisions import decided

    if answer == "later":
        return 0
    relation = "owl:sameAs" if answer == "yes" else "owl:differentFrom"
    update(graph, lambda kg: kg | decided(relation, one.a, one.b, by=by, base=kg.base))
    return 1


def _flat(one: Doubt) -> dict[str, Any]:
    row = one.to_dict()
    for name in ("one", "other"):
        side = row.pop(name)
        row[f"{name}_names"] = "; ".join(side["names"])
        row[f"{name}_papers"] = side["count"]
    return row


def _open(path: Path) -> KnowledgeGraph:
    from graphkit.graph import open_graph

    return open_graph(path)
