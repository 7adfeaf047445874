"""Write docs/guide/command-line.md from the command line itself.

It reads the verbs, their arguments and options where typer reads them, so that the page says
what ``--help`` says, without the width and colours of a terminal. A test fails when the
committed page is stale.

    python tools/command_line_reference.py            # writes docs/guide/command-line.md
"""

from __future__ import annotations

import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from typer.models import ArgumentInfo, OptionInfo

from graphkit.cli.app import app

TARGET = Path(__file__).parent.parent / "docs" / "guide" / "command-line.md"
HEAD = """\
# The command line

<!-- Written by tools/command_line_reference.py: change the verb and run that again. -->

Every verb of `graphkit`, as `graphkit VERB --help` shows it. [First steps](first-steps.md) goes
through them in the order of a day's work. The graph comes first in every verb; it is a folder,
by convention `NAME.kg`.

What can be chosen by name (formats, measures, exports) is listed as it is installed here: a
package of your own can [add to it](../../CONTRIBUTING.md).

A verb that fails prints one line on standard error and ends with exit code 1;
[errors](errors.md) says what to do about each. Words that cannot be understood, such as an
option that does not exist, end with exit code 2. In a script, print rows with `--format csv` or
`--format json`: tables are for people.
"""
KINDS = {str: "TEXT", int: "NUMBER", float: "NUMBER", Path: "PATH"}
Parameter = tuple[str, Any, Any, ArgumentInfo | OptionInfo]  # name, type, default, what typer knows


def parameters(callback: Callable[..., object]) -> Iterator[Parameter]:
    """The parameters of a verb that typer turns into words of the command line."""
    hints = typing.get_type_hints(callback, include_extras=True)
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, *notes = typing.get_args(hints[name])
        for note in notes:
            if isinstance(note, ArgumentInfo | OptionInfo):
                yield name, kind, parameter.default, note


def plain_type(kind: Any) -> Any:
    """The type of one value: without None, and without the list around it."""
    if isinstance(kind, types.UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    return typing.get_args(kind)[0] if typing.get_origin(kind) is list else kind


def words(name: str, kind: Any, note: ArgumentInfo | OptionInfo) -> str:
    """How an argument or option is typed."""
    if isinstance(note, ArgumentInfo):
        return f"`{note.metavar or name.upper()}`"
    kind = plain_type(kind)
    given = note.param_decls or ()
    if isinstance(note.default, str):
        # Defaults stand in the signature: what typer keeps as one is the first way to type it.
        given = (note.default, *given)
    if kind is bool:
        given = given or (f"--{name.replace('_', '-')}/--no-{name.replace('_', '-')}",)
        return ", ".join(f"`{part}`" for text in given for part in text.split("/"))
    is_choice = inspect.isclass(kind) and issubclass(kind, enum.Enum)
    value = "|".join(str(one.value) for one in kind) if is_choice else note.metavar or KINDS[kind]
    given = given or (f"--{name.replace('_', '-')}",)
    return ", ".join(f"`{text} {value}`" for text in given)


def shown_default(default: Any, kind: Any, note: ArgumentInfo | OptionInfo) -> str:
    """What holds when an option is not given."""
    if default is None or default is False or default is inspect.Parameter.empty:
        return ""
    return f"`{default.value if isinstance(default, enum.Enum) else default}`"


def meaning(note: ArgumentInfo | OptionInfo) -> str:
    """The help text of a parameter, with its bounds."""
    text = (note.help or "").strip().replace("|", "\\|")
    bounds = [
        f"{word} {bound:g}"
        for word, bound in (("at least", note.min), ("at most", note.max))
        if bound is not None
    ]
    return f"{text} ({', '.join(bounds)})" if bounds else text


def table(found: list[Parameter], kind: type, heads: tuple[str, ...]) -> list[str]:
    """The arguments or the options as a table, if there are any."""
    rows = []
    for name, hint, default, note in found:
        if isinstance(note, kind):
            cells = [words(name, hint, note).replace("|", "\\|"), meaning(note)]
            if "default" in heads:
                cells.append(shown_default(default, hint, note))
            rows.append(f"| {' | '.join(cells)} |".replace("  |", " |"))
    if not rows:
        return []
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *rows, ""]


def section(verb: str, callback: Callable[..., object]) -> list[str]:
    """One verb."""
    said, _, example = inspect.cleandoc(callback.__doc__ or "").partition("Example: ")
    found = list(parameters(callback))
    arguments = [
        note.metavar or name.upper() for name, _, _, note in found if isinstance(note, ArgumentInfo)
    ]
    usage = " ".join(["graphkit", verb, "[OPTIONS]", *arguments])
    return [
        f"## {verb}",
        "",
        said.strip(),
        "",
        f"    {usage}",
        "",
        *table(found, ArgumentInfo, ("argument", "meaning")),
        *table(found, OptionInfo, ("option", "meaning", "default")),
        *(["```bash", example.strip(), "```", ""] if example else []),
    ]


def general() -> list[str]:
    """The options that stand before a verb."""
    callback = app.registered_callback
    assert callback is not None
    assert callback.callback is not None
    return [
        "## Before the verb",
        "",
        "    graphkit [OPTIONS] VERB ...",
        "",
        *table(list(parameters(callback.callback)), OptionInfo, ("option", "meaning")),
        "`-h` or `--help`, here and after every verb, shows what there is. `--install-completion`",
        "teaches your shell to complete verbs, options and names; `--show-completion` prints what",
        "that would add.",
        "",
    ]


def page() -> str:
    """The whole page."""
    lines = [HEAD, *general()]
    for command in app.registered_commands:
        assert command.callback is not None
        lines += section(command.name or command.callback.__name__, command.callback)
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
