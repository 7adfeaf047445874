"""The notebook runs, and its two forms say the same."""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbclient
import nbformat
import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_is_a_tour() -> None:
    assert [path.name for path in NOTEBOOKS] == ["tour.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_both_forms_say_the_same(path: Path) -> None:
    cells = [(cell.cell_type, cell.source) for cell in jupytext.read(path).cells]
    paired = jupytext.read(path.with_suffix(".py"))
    assert cells == [(cell.cell_type, cell.source) for cell in paired.cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
# The Jupyter stack warns about its own event loops and ports; the notebook's cells run in a
# kernel of their own, where a warning is an error as everywhere.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
def test_runs(path: Path, tmp_path: Path) -> None:
    notebook = jupytext.read(path)
    strict = "import warnings\nwarnings.simplefilter('error')"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(strict))
    client = nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    assert (tmp_path / "coauthors.html").stat().st_size > 100_000
