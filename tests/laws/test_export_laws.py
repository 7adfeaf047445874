"""What `graphkit.export` writes, `graphkit.read` gives back: every format, every graph."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

import graphkit as gk
from graphkit.export import export
from graphkit.graph import KnowledgeGraph
from tests.laws import strategies

# Rows of no source, read from a file, are of that file.
SOURCES = ("source:a", "source:b", "https://files.example/list#2")


def back(kg: KnowledgeGraph, name: str) -> KnowledgeGraph:
    with tempfile.TemporaryDirectory() as folder:
        return gk.read(export(kg, Path(folder, name)))


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
@settings(max_examples=15)
@given(kg=strategies.graphs(("", "source:a", "source:b"), identities=True))
def test_rdf(suffix: str, kg: KnowledgeGraph) -> None:
    assume(kg.source_ids() not in ([], [""]))
    assert back(kg, f"out.{suffix}") == kg
