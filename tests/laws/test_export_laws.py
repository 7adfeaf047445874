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


def back(kg: KnowledgeGraph, name: str) -> KnowledgeGraph:
    with tempfile.TemporaryDirectory() as folder:
        return gk.read(export(kg, Path(folder, name)))


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
@settings(max_examples=15)
@given(kg=strategies.graphs(("", "source:a", "source:b"), identities=True))
def test_rdf(suffix: str, kg: KnowledgeGraph) -> None:
    # Statements of no source, read from a file, are of that file.
    assume(kg.source_ids() not in ([], [""]))
    assert back(kg, f"out.{suffix}") == kg


@pytest.mark.parametrize("name", ["csv", "parquet", "out.json"])
@settings(max_examples=25)
@given(kg=strategies.graphs(identities=True))
def test_tables(name: str, kg: KnowledgeGraph) -> None:
    assert back(kg, name) == kg
