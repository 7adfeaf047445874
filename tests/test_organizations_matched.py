from __future__ import annotations

from typing import Any

import pytest

from graphkit.graph import KnowledgeGraph
from graphkit.matchers.organizations import match


def graph(*rows: dict[str, Any]) -> KnowledgeGraph:
    return KnowledgeGraph(
        {"organizations": [{"id": f"organization:{n}", **row} for n, row in enumerate(rows)]}
    )


def score(*rows: dict[str, Any]) -> float:
    claims = match(graph(*rows)).table("matches").to_pylist()
    return max((claim["score"] for claim in claims), default=0.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Univ. of Oxford", "University of Oxford"),
        ("Université de Montréal", "Universite de Montreal"),
        ("MIT", "Massachusetts Institute of Technology (MIT)"),
        ("Google (United States)", "Google"),
        ("Inst. Sci. Tech.", "Institute of Science and Technology"),
    ],
)
def test_names_of_one_organization(one: str, other: str) -> None:
    assert score({"label": one}, {"label": other}) > 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of Washington", "Washington University"),
        ("Oxford University", "Oxford Brookes University"),
        ("Google (United States)", "Google (Switzerland)"),
        ("", ""),
        ("A", "B"),
    ],
)
def test_other_organizations(one: str, other: str) -> None:
    assert score({"label": one}, {"label": other}) == 0.0


def test_ror_rules() -> None:
    one, other = "ror:052gg0110", "ror:01cwqze88"
    assert score({"label": "Oxford", "ror": one}, {"label": "Oxonia", "ror": one}) == 1.0
    assert score({"label": "Oxford", "ror": one}, {"label": "Oxford", "ror": other}) == 0.0


def test_aliases_count() -> None:
    kg = graph({"label": "Eidgenössische Technische Hochschule"}, {"label": "ETH Zürich"})
    kg |= KnowledgeGraph({"aliases": [{"entity": "organization:0", "name": "ETH Zurich"}]})
    (claim,) = match(kg).table("matches").to_pylist()
    assert claim["evidence"].startswith("'ETH Zurich' and 'ETH Zürich': the same words")


def test_initials_that_fit_several_are_doubtful() -> None:
    rows = [{"label": "CUT"}, {"label": "Chalmers Univ. of Technology"}]
    assert score(*rows) == 0.6
    assert score(*rows, {"label": "Cape University of Technology"}) == 0.3
