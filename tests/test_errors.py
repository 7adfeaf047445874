from __future__ import annotations

import copy
import pickle

import pytest

from graphkit import errors

EACH: list[tuple[errors.GraphkitError, type[Exception], str, dict[str, object]]] = [
    (
        errors.UnknownNameError("measure", "pagerang", ["pagerank", "degree"]),
        LookupError,
        "unknown measure 'pagerang': did you mean 'pagerank'? (known: degree, pagerank)",
        {"kind": "measure", "name": "pagerang", "known": ("degree", "pagerank")},
    ),
    (
        errors.UnknownEntityError("author", "Ada", ["author:Ada_L"]),
        LookupError,
        "no author 'Ada' in this graph; near: author:Ada_L",
        {"kind": "author", "name": "Ada", "near": ("author:Ada_L",), "several": False},
    ),
    (
        errors.MissingExtraError("neo4j", "neo4j"),
        ImportError,
        "this needs neo4j, which is not installed: pip install 'graphkit-kg[neo4j]'",
        {"library": "neo4j", "extra": "neo4j"},
    ),
    (
        errors.ReadError("a.bib", "no closing brace", "line 3"),
        ValueError,
        "a.bib, line 3: no closing brace",
        {"source": "a.bib", "reason": "no closing brace", "place": "line 3"},
    ),
    (errors.SchemaError("no table 'x'"), ValueError, "no table 'x'", {}),
    (
        errors.ConflictError("papers", "paper:X", "source:a", 3),
        ValueError,
        "papers: paper:X (and 2 more) of source:a has two different contents; to replace what a "
        "source said, merge into graph.without('source:a')",
        {"table": "papers", "key": "paper:X", "source": "source:a", "count": 3},
    ),
    (
        errors.EmptySelectionError("papers", [("papers", 4), ("since 2020", 0)]),
        ValueError,
        "nothing is left of 4 papers: 0 with since 2020; widen or drop that last filter",
        {"kind": "papers", "counts": [("papers", 4), ("since 2020", 0)]},
    ),
    (
        errors.QueryError("expected {", 2, 7),
        ValueError,
        "SPARQL line 2, column 7: expected {",
        {"line": 2, "column": 7},
    ),
    (
        errors.QueryLimitError("time", 2.5, "ask for less"),
        errors.QueryError,
        "SPARQL query stopped: its time reached the limit of 2.5 seconds; ask for less",
        {"limit": "time", "allowed": 2.5},
    ),
    (errors.ShapeError("3 shapes are broken"), ValueError, "3 shapes are broken", {}),
    (
        errors.EndpointError("https://x.example/sparql", "answered 403", 403),
        ConnectionError,
        "https://x.example/sparql answered 403",
        {"url": "https://x.example/sparql", "status": 403},
    ),
    (
        errors.StorageError("x.kg", "is locked"),
        OSError,
        "x.kg: is locked",
        {"path": "x.kg"},
    ),
]
KINDS = [type(error).__name__ for error, *_ in EACH]


def test_each_class_is_tried_here() -> None:
    assert sorted([*KINDS, "GraphkitError"]) == sorted(errors.__all__)


@pytest.mark.parametrize(("error", "standard", "message", "data"), EACH, ids=KINDS)
def test_an_error_is_the_standard_kind_too(
    error: errors.GraphkitError,
    standard: type[Exception],
    message: str,
    data: dict[str, object],
) -> None:
    assert isinstance(error, errors.GraphkitError)
    assert isinstance(error, standard)
    assert str(error) == message
    assert {name: getattr(error, name) for name in data} == data


@pytest.mark.parametrize(("error", "standard", "message", "data"), EACH, ids=KINDS)
def test_an_error_travels_between_processes(
    error: errors.GraphkitError,
    standard: type[Exception],
    message: str,
    data: dict[str, object],
) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == message
        assert {name: getattr(again, name) for name in data} == data


def test_near_names_come_best_first() -> None:
    error = errors.UnknownNameError("format", "bibtx", ["ris", "bibtex"])
    assert error.near == ("bibtex",)
    assert errors.UnknownNameError("format", "zzz", ["ris"]).near == ()


def test_several_entities_are_all_named() -> None:
    error = errors.UnknownEntityError("author", "Li", ["author:A", "author:B"], several=True)
    assert str(error) == "'Li' fits several authors: author:A, author:B; give one of these ids"
