from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.graph import KnowledgeGraph
from graphkit.identity.review import doubts
from tests.conftest import graph_of
from tests.test_resolution import A, B, C, D, claims, resolved

KG = graph_of(
    {"P1": ["A", "X"], "P2": ["A"], "P3": ["A"], "Q1": ["B"], "Q2": ["B", "Y"], "R": ["C"]}
    | {"S": ["D"]},
    years={"P1": 2001, "P2": 2004, "P3": 2003},
)


def pairs(kg: KnowledgeGraph) -> list[tuple[str, str, bool, int, int]]:
    return [(d.a, d.b, d.joined, d.papers, d.ties) for d in doubts(kg)]


def test_what_is_doubtful_and_matters_comes_first() -> None:
    kg = resolved(KG | claims((A, B, 0.6), (B, C, 0.7), (C, D, 0.4)))
    # Papers times doubt: 3 x 0.4 (B with C, beside A), 1 x 0.4 (D), 1 x 0.3 (C).
    assert pairs(kg) == [
        (A, B, True, 3, 1),
        (C, D, False, 1, 0),
        (B, C, True, 1, 0),
    ]


def test_a_doubt_shows_both_sides() -> None:
    (found,) = doubts(resolved(KG | claims((A, B, 0.6))))
    assert found.doubt == pytest.approx(0.4)
    assert found.one.names == {"A": 3}
    assert (found.one.first, found.one.last, found.one.count) == (2001, 2004, 3)
    assert found.other.papers == ["Q1 (paper:Q1)", "Q2 (paper:Q2)"]


def test_what_is_settled_is_no_doubt() -> None:
    claimed = KG | claims((A, B, 0.6), (A, C, 0.4))
    assert len(pairs(resolved(claimed))) == 2
    assert pairs(resolved(claimed | gk.same(A, B) | gk.different(A, C))) == []
    assert pairs(resolved(claimed | gk.different(A, B) | gk.same(A, C))) == []
    assert pairs(resolved(KG | claims((A, B, 0.99)))) == []
    # Two authors of one paper, and what a surer claim says already.
    coauthors = graph_of({"P": ["A", "B"]}) | claims((A, B, 0.4))
    assert pairs(resolved(coauthors)) == []
    assert len(pairs(resolved(KG | claims((A, B, 0.9), (A, C, 0.8), (B, C, 0.7))))) == 2


def test_doubtful_splits_are_offered() -> None:
    on_p1 = "row:authorships/paper:P1;1"
    kg = resolved(KG | claims((on_p1, B, 0.45)))
    assert pairs(kg) == [(on_p1, B, False, 1, 1)]
    assert pairs(resolved(KG | claims((on_p1, B, 0.55)))) == [(on_p1, B, True, 1, 1)]


def test_papers_are_in_doubt_too() -> None:
    kg = resolved(KG | claims(("paper:R", "paper:S", 0.45)))
    (found,) = doubts(kg)
    assert (found.one.names, found.other.names) == ({"R": 1}, {"S": 1})


def test_only_the_first_are_told() -> None:
    kg = resolved(KG | claims((A, B, 0.6), (B, C, 0.7), (C, D, 0.4)))
    assert [(d.a, d.b) for d in doubts(kg, 1)] == [(A, B)]


def test_a_graph_that_nobody_resolved() -> None:
    with pytest.raises(ValueError, match="resolve the graph first"):
        doubts(KG)


class Terminal:
    """A real pseudo-terminal with `graphkit review` in it."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "graphkit.cli", *words],
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
        )
        os.close(theirs)
        self._seen = ""

    def until(self, text: str) -> str:
        """What the terminal shows up to a text."""
        end = time.monotonic() + 60
        while text not in self._seen:
            assert time.monotonic() < end, self._seen
            if select.select([self._ours], [], [], 1)[0]:
                self._seen += os.read(self._ours, 65536).decode()
        before, _, self._seen = self._seen.partition(text)
        return before

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def close(self) -> int:
        code = self._process.wait(60)
        os.close(self._ours)
        return code


def test_reviewing_in_a_terminal(tmp_path: Path) -> None:
    kg = KG | claims((A, B, 0.6), (C, D, 0.4))
    graph = tmp_path / "x.kg"
    resolved(kg).save(graph)
    terminal = Terminal(tmp_path, "review", "x.kg", "--by", "Ada")
    assert "counted as one, the claim has 0.60; 2 papers" in terminal.until("quit: ")
    terminal.type("perhaps\n")
    terminal.until("quit: ")
    terminal.type("no\n")
    terminal.until("2 of 2: counted as two, the claim has 0.40")
    # The answer is on disk before the next question is asked.
    (decided,) = gk.open(graph).sources.query("format == 'decision'").to_dict("records")
    assert decided["decided_by"] == "Ada"
    terminal.until("quit: ")
    terminal.type("\x04")
    terminal.until("1 decided; x.kg is resolved anew")
    assert terminal.close() == 0
    assert gk.open(graph).counts()["authors"] == 6
