"""The public face: its names, its documentation, what importing it costs, its layers."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit import registry
from tests.conftest import ROOT

HEAVY = re.findall(
    r"\w+",
    "rdflib pyvis pandas scipy networkx igraph duckdb pyoxigraph pyarrow numpy rich typer lxml "
    "filelock pyshacl sklearn lightgbm",
)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(gk.__path__, "graphkit.")
    if "._" not in module.name
)


def public() -> Iterator[tuple[str, Any]]:
    """Each function and class that a module of graphkit offers."""
    for name in MODULES:
        module = importlib.import_module(name)
        for item in getattr(module, "__all__", ()):
            found = getattr(module, item)
            if inspect.isfunction(inspect.unwrap(found)) or inspect.isclass(found):
                yield f"{name}:{item}", found


PUBLIC = dict(public())
# What people call and extend; the other modules are the inside of these.
FACES = tuple(
    f"graphkit.{name}:"
    for name in re.findall(
        r"\S+",
        "build demo export finding formats graph match.people measures multigraph network rdf "
        "recommend registry render.drawing render.pyvis shapes sparql.oxigraph",
    )
)
TARGETS = sorted({t for kind in registry.BUILT_IN for t in registry.BUILT_IN[kind].values()})


def parts(found: Any) -> dict[str, str]:
    """A numpydoc text by section; the summary is under ""."""
    text = inspect.getdoc(found) or ""
    pieces = re.split(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", text, flags=re.MULTILINE)
    return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}


def test_all_is_sorted_and_importable() -> None:
    assert gk.__all__ == sorted(gk.__all__)
    assert dir(gk) == sorted(gk.__all__)
    for name in gk.__all__:
        assert getattr(gk, name) is getattr(gk, name)
    with pytest.raises(AttributeError, match="module 'graphkit' has no attribute 'opne'"):
        _ = gk.opne


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert gk.__version__ == version("graphkit-kg")


@pytest.mark.parametrize("name", [name for name in gk.__all__ if name != "__version__"])
def test_public_names_are_documented_with_examples(name: str) -> None:
    found = getattr(gk, name)
    assert parts(found)[""].strip()
    if inspect.isclass(found) and issubclass(found, Exception):
        return
    assert ">>> " in parts(found)["Examples"]


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_thing_has_a_numpydoc_text(name: str) -> None:
    found = PUBLIC[name]
    sections = parts(found)
    summary = sections[""].strip().split("\n\n")[0]
    assert summary.endswith("."), summary
    if inspect.isclass(found) or not name.startswith(FACES):
        return
    taken = inspect.signature(found).parameters
    for parameter in taken:
        assert re.search(rf"\b{parameter}\b", sections["Parameters"]), parameter


@pytest.mark.parametrize("target", TARGETS)
def test_registered_targets_import_and_have_examples(target: str) -> None:
    found = registry.get(target)
    if inspect.ismodule(found):
        if hasattr(found, "MEASURES"):
            assert all(">>> " in parts(each)["Examples"] for each in found.MEASURES.values())
            return
        if hasattr(found, "match"):
            assert found.VERSION
            assert ">>> " in parts(found.match)["Examples"]
            return
        for name in ("VERSION", "SUFFIXES", "sniff"):
            assert hasattr(found, name), name
        # A format reads records and rows, or whole graphs.
        read = found.read_graph if hasattr(found, "read_graph") else found.read
        assert ">>> " in parts(read)["Examples"]
        return
    sections = parts(found)
    assert ">>> " in sections["Examples"]
    for parameter in inspect.signature(found).parameters:
        assert re.search(rf"\b{parameter}\b", sections["Parameters"]), parameter


@pytest.mark.parametrize("name", MODULES)
def test_modules_say_what_they_are_and_offer(name: str) -> None:
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip()
    offered = getattr(module, "__all__", [])
    assert all(hasattr(module, item) for item in offered)


@pytest.mark.parametrize("path", sorted((ROOT / "graphkit").rglob("*.py")), ids=lambda p: p.name)
def test_modules_are_short_enough_to_read(path: Path) -> None:
    # The soft limit of the architecture is 400 lines.
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600


def loaded(code: str) -> set[str]:
    probe = f"{code}\nimport sys; print(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", probe], capture_output=True, check=True, text=True
    )
    return set(done.stdout.split())


def test_import_loads_no_other_library() -> None:
    assert not loaded("import graphkit") & set(HEAVY)


def test_naming_the_errors_loads_no_other_library() -> None:
    assert not loaded("from graphkit import GraphkitError, QueryError") & set(HEAVY)


def test_the_command_line_loads_only_its_own() -> None:
    found = loaded("import graphkit.cli") & set(HEAVY)
    assert found <= {"typer", "rich"}


def test_a_graph_of_tables_loads_neither_rdf_nor_networks() -> None:
    code = (
        "import graphkit as gk\n"
        "kg = gk.KnowledgeGraph({'authors': [{'id': 'author:Ada', 'name': 'Ada'}]})\n"
        "assert kg.table('authors').num_rows == 1"
    )
    assert not loaded(code) & {"rdflib", "pyoxigraph", "networkx", "igraph", "pyvis", "duckdb"}


def test_imports_go_down() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "kept, 0 broken" in done.stdout


def test_the_registry_knows_names_and_near_ones() -> None:
    assert registry.names("measure") == tuple(sorted(registry.BUILT_IN["measure"]))
    with pytest.raises(gk.UnknownNameError) as caught:
        registry.load("export", "tutle")
    assert caught.value.kind == "export"
    assert caught.value.known == registry.names("export")


def test_types_are_shipped() -> None:
    assert (Path(gk.__file__).parent / "py.typed").exists()


def test_the_example() -> None:
    kg = gk.example()
    assert kg is gk.example()
    assert not kg.resolved
    counts = kg.counts()
    assert (counts["papers"], counts["authors"], counts["authorships"]) == (44, 174, 237)
    assert kg.authorships["printed_name"].nunique() == 174
