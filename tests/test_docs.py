"""The documentation does what it says: its code runs, its commands run, its links lead somewhere.

In a page, blocks are run in order, in a folder of their own:

- ``python`` is executed, and a ``text`` block right under it is what it prints;
- ``sparql`` is asked of the bundled graph, and finds something;
- of ``bash`` and ``console`` the lines that call graphkit are run; what a console shows under
  one is what it prints;
- ``text NAME`` is a file to be saved under that name.

Where a page shows output, ``…`` stands for anything, in a line or for any number of lines; how
many spaces part two words is not compared.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.util
import inspect
import io
import pkgutil
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import graphkit as gk
from graphkit import errors
from graphkit.cli.app import app
from tests.conftest import several_years

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guide"
PAGES = [ROOT / "README.md", *sorted(GUIDE.glob("*.md"))]
ALL_PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BUNDLED = Path(str(files("graphkit"))) / "data" / "interspeech-2022.txt"
OTHER = (
    "<h1>Acme’s papers at BatConf 2021</h1><h2>Echo detection</h2>"
    "<ul><li><b>Hearing bats</b><br>Ada Lovelace, Charles Babbage</li></ul>"
)
# What the pages suppose to be there: the bundled page under the names that they use, and another.
GIVEN = {
    "interspeech-2022.txt": BUNDLED.read_text(encoding="utf-8"),
    "page.txt": BUNDLED.read_text(encoding="utf-8"),
    "page.html": OTHER,
    "other.html": OTHER.replace("Hearing bats", "Hearing owls"),
}
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\]\(([^()\s]+)(?: \"[^\"]*\")?\)")

Run = Callable[..., Any]  # the fixture ``graphkit`` of conftest.py


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the rest of that line, its text, and where it begins."""

    language: str
    name: str
    text: str
    line: int
    follows: str  # language of the block right above it, with nothing but a blank line between


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    above, end = "", 0
    for found in FENCE.finditer(text):
        language, _, name = found[1].partition(" ")
        touching = above if not text[end : found.start()].strip() else ""
        line = text.count("\n", 0, found.start()) + 1
        yield Block(language, name.strip(), found[2], line, touching)
        above, end = language, found.end()


def commands(block: Block) -> Iterator[tuple[list[str], str | None]]:
    """The calls of graphkit in a block, each as words, with the output shown under it if any."""
    lines = block.text.splitlines()
    prompt = "$ " if block.language == "console" else ""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line.startswith(f"{prompt}graphkit "):
            continue
        shown = []
        while prompt and at < len(lines) and not lines[at].startswith(prompt):
            shown.append(lines[at])
            at += 1
        yield shlex.split(line.removeprefix(prompt), comments=True), "\n".join(shown) or None


def says(shown: str, printed: str) -> bool:
    """Whether a text is what a page shows of it."""
    pattern = ""
    for line in shown.split("\n"):
        words = " ".join(line.split())
        if words == "…":
            pattern += r"(?:.*\n)*?"
        elif words:
            pattern += ".*".join(map(re.escape, words.split("…"))) + r"\n"
    lines = (" ".join(line.split()) for line in printed.split("\n"))
    text = "".join(f"{line}\n" for line in lines if line)
    return re.fullmatch(pattern, text) is not None


def test_what_says_means() -> None:
    assert says("a  b\n\nc", "a b\nc\n")
    assert says("a…\n…\nd", "a b\nb\nc\nd\n")
    assert not says("a", "a\nb\n")
    assert not says("a\n…\nc", "a\nb\n")


def ensure_graph(words: list[str], folder: Path) -> None:
    """Build the graph that a command supposes, from the bundled page."""
    graph = folder / words[2] if len(words) > 2 else folder
    if words[1] != "build" and graph.suffix == ".kg" and not graph.exists():
        (several_years() if graph.name == "acl.kg" else gk.example()).save(graph)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_does_what_it_says(page: Path, graphkit: Run, tmp_path: Path) -> None:
    for name, text in GIVEN.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = ""
    for block in blocks(page):
        where = f"{page.name}, line {block.line}"
        if block.language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(block.text, where, "exec"), names)
            printed = out.getvalue()
        elif block.language == "text" and block.name:
            (tmp_path / block.name).write_text(block.text, encoding="utf-8")
        elif block.language == "text" and block.follows == "python":
            assert says(block.text, printed), f"{where} shows other than:\n{printed}"
        elif block.language == "sparql":
            answer = gk.example().resolve().query(block.text)
            assert isinstance(answer, bool) or len(answer), f"{where} finds nothing"
        elif block.language in ("bash", "console"):
            for words, shown in commands(block):
                if words[1] == "serve":
                    # It goes on until it is ended: see tests/web.
                    continue
                ensure_graph(words, tmp_path)
                answer = graphkit(*words[1:])
                whole = answer.out + answer.err
                assert "Traceback" not in whole
                if shown is not None:
                    assert says(shown, whole), f"{where}: {words} prints other than:\n{whole}"
                # An error that a page shows is one that it means to show.
                assert answer.code == 0 or (shown or "").startswith("graphkit: "), whole


def test_no_block_is_overlooked() -> None:
    known = {"python", "bash", "console", "sparql", "text"}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found = list(blocks(page))
        assert 2 * len(found) == len(re.findall(r"^\s*(?:```|~~~)", text, re.M)), page
        assert {block.language for block in found} <= known, page
    assert {block.language for page in PAGES for block in blocks(page)} == known


def verbs() -> list[str]:
    return [
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    ]


def test_first_steps_uses_every_verb() -> None:
    used = {
        words[1]
        for block in blocks(GUIDE / "first-steps.md")
        if block.language in ("bash", "console")
        for words, _ in commands(block)
    }
    assert used == set(verbs())


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_line_reference_is_fresh() -> None:
    reference = tool("command_line_reference")
    written = (GUIDE / "command-line.md").read_text(encoding="utf-8")
    assert written == reference.page(), "run: python tools/command_line_reference.py"
    assert re.findall(r"^## (\w+)$", written, re.M) == verbs()


def test_the_command_line_reference_names_every_word_that_a_verb_takes(graphkit: Run) -> None:
    # Against what --help prints, whatever draws it.
    written = (GUIDE / "command-line.md").read_text(encoding="utf-8")
    for verb in verbs():
        section = written.split(f"\n## {verb}\n")[1].split("\n## ")[0]
        shown = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", graphkit(verb, "--help").out))
        # Parameters of a query or update that an example names.
        shown -= {"query": {"--author"}, "update": {"--who"}}.get(verb, set())
        told = set(re.findall(r"`(--?[a-z][a-z-]*)", section))
        assert told == {word for word in shown if word in told or word not in ("-h", "--help")}


def test_errors_are_told_as_they_are() -> None:
    text = (GUIDE / "errors.md").read_text(encoding="utf-8")
    own = set(errors.__all__)
    standard = {
        name
        for name, found in vars(builtins).items()
        if inspect.isclass(found) and issubclass(found, Exception)
    }
    assert set(re.findall(r"\b[A-Z]\w*Error\b", text)) - standard == own
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", text, re.M)
    assert {name for name, _ in rows} == own
    for name, base in rows:
        found = getattr(errors, name)
        assert found.__bases__[-1].__name__ == base
        assert found is errors.GraphkitError or issubclass(found, errors.GraphkitError)


def test_attributes_of_errors_are_told_as_they_are() -> None:
    text = (GUIDE / "errors.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+Error)` \| `\w+` \|.*\| ([^|]*) \|$", text, re.M))
    made: dict[str, errors.GraphkitError] = {
        "GraphkitError": errors.GraphkitError("x"),
        "ConflictError": errors.ConflictError("papers", "paper:a", "source:a"),
        "EmptySelectionError": errors.EmptySelectionError("papers", [("papers", 4), ("x", 0)]),
        "EndpointError": errors.EndpointError("https://a.example/", "x"),
        "MissingExtraError": errors.MissingExtraError("lxml", "html"),
        "QueryError": errors.QueryError("x", 1, 2),
        "QueryLimitError": errors.QueryLimitError("time", 1, "x"),
        "ReadError": errors.ReadError("a.txt", "x"),
        "SchemaError": errors.SchemaError("x"),
        "ShapeError": errors.ShapeError("x"),
        "StorageError": errors.StorageError("a.kg", "x"),
        "UnknownEntityError": errors.UnknownEntityError("author", "x"),
        "UnknownNameError": errors.UnknownNameError("measure", "x", ["y"]),
    }
    assert set(made) == set(told) == set(errors.__all__)
    for name, error in made.items():
        assert set(re.findall(r"`(\w+)`", told[name])) == set(vars(error)), name


def test_reasons_of_notes_are_told_as_they_are() -> None:
    text = (GUIDE / "guide-pages.md").read_text(encoding="utf-8")
    told = text.split("## What it reports")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (?!reason|-)(.+?) \| (.+?) \|$", told, re.M)
    folder = ROOT / "graphkit" / "formats"
    readers = [folder / "document.py", *folder.glob("guide/*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in readers)
    assert len(rows) > 10
    for words in {word for row in rows for word in row}:
        # "…" stands for words of the page.
        start, _, rest = words.partition("…")
        end = r"['\"{]" if words.endswith("…") else r"['\"]"
        assert not rest
        assert re.search(rf"['\"]{re.escape(start)}{end}", code), words


def anchors(page: Path) -> set[str]:
    """The targets that a page's headings give, as GitHub makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(re.sub(r"`[^`]*`", "", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leads out of the project"
        if anchor:
            assert anchor in anchors(target), f"{link}: no such heading"


def test_pages_name_no_machine() -> None:
    for page in ALL_PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:work|home|root|tmp|Users)\b|\x1b", text), page


def public() -> Iterator[tuple[str, Any]]:
    """All that graphkit's modules declare as public, with where it stands."""
    names = ["graphkit", *(m.name for m in pkgutil.walk_packages(gk.__path__, "graphkit."))]
    for module in map(importlib.import_module, names):
        for name in getattr(module, "__all__", ()):
            yield f"{module.__name__}.{name}", getattr(module, name)


def test_what_is_public_has_a_docstring() -> None:
    bare = [
        name
        for name, found in public()
        if (inspect.isfunction(found) or inspect.isclass(found)) and not inspect.getdoc(found)
    ]
    assert bare == []
