"""The command line: each verb parses its words, calls one public function and prints."""

from __future__ import annotations

import gc
import io
import os
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit import __version__, registry
from graphkit.cli import analysing, asking, console, deciding, querying, showing
from graphkit.cli.options import Folders, Form, Format, Graph, Services, words_of
from graphkit.errors import GraphkitError
from graphkit.files import write_whole
from graphkit.summary import counted

if TYPE_CHECKING:
    from graphkit.graph import KnowledgeGraph

app = typer.Typer(
    name="graphkit",
    help="Papers, authors, topics and teams as a knowledge graph.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graphkit {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error arose.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Papers, authors, topics and teams as a knowledge graph."""
    console.debug = debug


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write.")] = Path(
        "graphkit-demo"
    ),
) -> None:
    """The whole tour on bundled data; needs no file and no network.

    Example: graphkit demo
    """
    from graphkit.cli.tour import run

    run(out)


@app.command()
def build(
    graph: Graph,
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE...", help="Files, archives or folders to read.")
    ],
    input_format: Annotated[
        str | None,
        typer.Option(
            help="Format of the sources, if their content does not tell. "
            f"Of: {', '.join(registry.names('format'))}.",
            autocompletion=words_of("format"),
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Forget earlier sources with the same file name.")
    ] = False,
    base: Annotated[
        str | None, typer.Option(help="IRI under which new ids lie (for a new graph).")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="For tables: what stands where, as title=Titel,authors=Autoren."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave out a file as a whole if a part of it fails.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write what became of each file and record, as CSV.")
    ] = None,
) -> None:
    """Create a graph from files, or extend one; what was read before is not read again.

    Example: graphkit build speech.kg interspeech-2022.txt page.html
    """
    from graphkit.build import build as build_graph

    with console.progress(len(sources)) as advance:
        reports = build_graph(
            graph,
            sources,
            format=input_format,
            replace=replace,
            base=base,
            columns=_mapping(columns),
            strict=strict,
            on_source=advance,
        )
    for each in reports:
        console.say(each.line())
        for note in each.notes:
            console.say(f"  {note.place}: {note.reason}: {note.text!r} ({note.done})")
    if report:
        table = [row for each in reports for row in each.rows()]
        write_whole(report, console.csv_text(table, list(table[0])).encode())
    failed = [each for each in reports if each.error and each.chosen]
    for each in failed:
        console.complain(each.error)
    if any(not each.error for each in reports):
        built = _open(graph)
        console.say(f"{graph}: {built.summary()}")
        if not built.resolved:
            console.say(f"Next: graphkit resolve {graph}   (who is printed in several ways)")
    if failed or all(each.error for each in reports):
        raise typer.Exit(1)


def _mapping(columns: str | None) -> dict[str, str] | None:
    """``title=Titel,authors=Autoren`` as a mapping."""
    if columns is None:
        return None
    pairs = [pair.partition("=") for pair in columns.split(",")]
    if not all(name.strip() and heading.strip() for name, _, heading in pairs):
        raise typer.BadParameter("give pairs such as title=Titel,authors=Autoren")
    return {name.strip(): heading.strip() for name, _, heading in pairs}


@app.command()
def info(graph: Graph, format: Format = Form.table) -> None:
    """What is in a graph: its tables, its sources and what was left out of them.

    Example: graphkit info speech.kg
    """
    with console.progress():
        kg = _open(graph)
    counts = [{"table": name, "rows": count} for name, count in kg.counts().items() if count]
    sources = kg.sources[["id", "uri", "format", "retrieved", "title"]].to_dict("records")
    notes = kg.notes[["source", "place", "reason", "text", "done"]].to_dict("records")
    if format is Form.json:
        console.print_json(
            {"path": str(graph), "base": kg.base, "resolved": kg.resolved, "tables": counts}
            | {"sources": sources, "notes": notes}
        )
        return
    if format is Form.csv:
        console.rows(counts, "csv")
        return
    console.say(f"{graph}: {kg.summary()}")
    console.rows(counts, "table")
    console.rows(sources, "table", title="Sources")
    console.rows(notes, "table", title="Not taken as it stood")


@app.command()
def resolve(
    graph: Graph,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Join claims with at least this score.")
    ] = 0.5,
    undo: Annotated[bool, typer.Option("--undo", help="Take the resolution back.")] = False,
    format: Format = Form.table,
) -> None:
    """Count as one what is printed in several ways. Nothing that was read is changed.

    Example: graphkit resolve speech.kg
    """
    from graphkit.build import update

    with console.progress():
        resolved = update(graph, lambda kg: kg.unresolve() if undo else kg.resolve(threshold))
    joined = resolved.identities
    if format is not Form.table:
        console.rows(joined[["entity", "same_as"]].to_dict("records"), format.value)
        return
    shown = joined.head(console.MOST_ROWS)
    for entity, head in zip(shown["entity"], shown["same_as"], strict=True):
        console.say(f"{entity} is counted as {head}")
    if more := len(joined) - len(shown):
        console.say(f"… and {more:,} more; --format csv prints all")
    names = resolved.authorships["printed_name"].nunique()
    people = resolved.counts()["authors"]
    console.say(f"{counted(names, 'printed names')}, {counted(people, 'people')}")


app.registered_commands += deciding.verbs.registered_commands


@app.command()
def check(graph: Graph, format: Format = Form.table) -> None:
    """Hold a graph against its SHACL shapes; exit 1 if it breaks one.

    Example: graphkit check speech.kg
    """
    with console.progress():
        found = _open(graph).check()
    if format is Form.table and not len(found):
        console.say(f"{graph} conforms to its shapes")
        return
    console.rows(found.to_dict("records"), format.value)
    if (found["severity"] == "Violation").any():
        raise typer.Exit(1)


app.registered_commands += querying.verbs.registered_commands


for more in (analysing, showing, asking):
    app.registered_commands += more.verbs.registered_commands


@app.command()
def export(
    graph: Graph,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help=f"By suffix: {', '.join(registry.names('export'))}."),
    ],
    table: Annotated[
        str | None, typer.Option(help="One table alone, to csv, json or parquet.")
    ] = None,
) -> None:
    """Write a graph for other tools, in the format of the suffix.

    Example: graphkit export speech.kg speech.ttl
    """
    from graphkit.export import export as write

    with console.progress():
        write(_open(graph), out, table=table)
    console.say(f"wrote {out}")


@app.command()
def serve(
    graph: Graph,
    host: Annotated[
        str, typer.Option(help="The address to listen at; 0.0.0.0 for all of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any that is free.")] = 7878,
    writable: Annotated[
        bool,
        typer.Option("--writable", help="Let who sends the token change the graph."),
    ] = False,
    allow_service: Services = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that a query may run.")] = 60,
    memory: Annotated[int, typer.Option(min=16, help="Megabytes that a query may take.")] = 2048,
    result: Annotated[int, typer.Option(min=1, help="Megabytes that an answer may have.")] = 256,
    workers: Annotated[
        int, typer.Option(min=0, help="Queries that run at once; 0 for one a core, at least 4.")
    ] = 0,
    url: Annotated[
        str | None, typer.Option(help="Where clients find the server, if behind a proxy.")
    ] = None,
    queries: Folders = None,
    in_memory: Annotated[
        bool,
        typer.Option(
            "--in-memory",
            help="Keep the store in memory: faster, for 0.4 GB a million triples.",
        ),
    ] = False,
) -> None:
    """Serve a graph: a SPARQL endpoint at /sparql, and a page to ask it from a browser.

    Example: graphkit serve speech.kg --port 7878
    """
    from graphkit.web.limits import Limits
    from graphkit.web.serving import serve as run

    # Not an option: every user of a machine can read the words of a command.
    token = os.environ.get("GRAPHKIT_TOKEN")
    if writable and not token:
        raise typer.BadParameter(
            "set a token in the environment: GRAPHKIT_TOKEN=… graphkit serve … --writable"
        )
    limits = Limits(seconds=timeout, memory=memory << 20, result=result << 20)
    run(
        graph,
        host,
        port,
        limits=replace(limits, workers=workers) if workers else limits,
        token=token if writable else None,
        services=allow_service or [],
        url=url,
        queries=queries or [],
        in_memory=in_memory,
        on_start=lambda address: console.say(f"{graph} is served at {address} (Ctrl-C ends it)"),
    )


def _open(path: Path) -> KnowledgeGraph:
    from graphkit.graph import open_graph

    return open_graph(path)


def main() -> None:
    """Run the command line; an error is one line on standard error and exit code 1."""
    # Modules and tables stay until the end; to look among them for what may go takes a tenth of
    # the time until a short answer.
    gc.set_threshold(50_000, 20, 100)
    # Arrow's own allocator gives large pieces back at once, and the system clears them each time
    # that it lends them: a tenth of the time of a build, and more memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An old code page lacks letters of many names: better a ? than a crash.
            stream.reconfigure(errors="replace")
    # Where in our code a warning arises tells who runs it nothing.
    warnings.formatwarning = lambda message, *_, **__: console.complaint(f"warning: {message}")
    try:
        app(prog_name="graphkit")
    except BrokenPipeError:
        # The reader of a pipe went away, as `| head` does: that is no error.
        sys.stderr.close()
    except GraphkitError as error:
        if console.debug:
            raise
        console.complain(error)
        sys.exit(1)
    except OSError as error:
        if console.debug:
            raise
        # A disk that is full or a folder that is closed to us is no fault of the program.
        console.complain(f"{error.filename or 'files'}: {error.strerror or error}")
        sys.exit(1)
