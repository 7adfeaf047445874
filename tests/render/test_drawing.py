"""From a network to a drawing, and to a file."""

from __future__ import annotations

import copy
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphkit.errors import UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from graphkit.render import links
from graphkit.render.drawing import draw
from graphkit.render.lists import Lists


def test_columns_fit_together(network: Network) -> None:
    drawing = draw(network)
    people, ties, papers = len(drawing.ids), len(drawing.source), len(drawing.papers)
    assert (people, ties, papers) == (9, 9, 6)
    for column in ("labels", "links", "x", "y", "size", "group", "colour", "node_papers"):
        assert len(getattr(drawing, column)) == people, column
    for column in ("target", "weight", "edge_papers"):
        assert len(getattr(drawing, column)) == ties, column
    for column in ("years", "paper_links", "paper_topics"):
        assert len(getattr(drawing, column)) == papers, column
    assert sum(group.people for group in drawing.groups) == people
    assert "9 people · 9 ties · 6 papers" in drawing.caption
    assert "full counting" in drawing.caption


def test_each_tie_names_the_papers_behind_it(network: Network) -> None:
    drawing = draw(network)
    behind = {
        (drawing.labels[a], drawing.labels[b]): [
            drawing.papers[paper] for paper in drawing.edge_papers[tie]
        ]
        for tie, (a, b) in enumerate(zip(drawing.source, drawing.target, strict=True))
    }
    assert behind["Ada", "Ben"] == ["On engines", "More on engines"]
    assert behind["Dora", "Émile"] == ["Tables", "Tables again"]
    assert [len(papers) for papers in behind.values()] == drawing.weight.tolist()


def test_the_network_is_left_as_it_was(network: Network) -> None:
    before = copy.deepcopy(network)
    draw(network)._repr_html_()
    for name in ("matrix", "incidence"):
        ours, theirs = getattr(network, name), getattr(before, name)
        for part in ("data", "indices", "indptr"):
            assert np.array_equal(getattr(ours, part), getattr(theirs, part))
    assert network.topics == before.topics
    assert network.nodes.tolist() == before.nodes.tolist()


def test_a_read_only_network_can_be_drawn(network: Network) -> None:
    for array in (network.matrix, network.incidence):
        for part in (array.data, array.indices, array.indptr):
            part.setflags(write=False)
    draw(network)


def test_communities_are_named_after_their_best_known_member(network: Network) -> None:
    drawing = draw(network)
    best = max(range(9), key=lambda person: drawing.size[person])
    assert drawing.groups[drawing.group[best]].name == f"around {drawing.labels[best]}"


def test_topics_as_colours(network: Network) -> None:
    drawing = draw(network, colour="topic")
    by_name = dict(zip(drawing.labels, drawing.group, strict=True))
    assert drawing.groups[by_name["Ben"]].name == "Engines"
    assert drawing.groups[by_name["Fay"]].name == "Tables"
    assert drawing.groups[by_name["Gus"]].name == "other topics, or none"


def test_a_measure_as_colour(network: Network) -> None:
    drawing = draw(network, colour="degree", size=None)
    assert drawing.groups[0].name.startswith("degree ")
    assert len(set(drawing.size.tolist())) == 1


def test_one_colour(network: Network) -> None:
    assert len(set(draw(network, colour=None).colour)) == 1


def test_larger_values_get_larger_circles(network: Network) -> None:
    drawing = draw(network, size="strength")
    order = np.argsort(drawing.measures["strength"])
    assert np.all(np.diff(drawing.size[order]) >= 0)


@pytest.mark.parametrize("option", ["colour", "size"])
def test_unknown_measures_are_refused(network: Network, option: str) -> None:
    with pytest.raises(UnknownNameError, match="pagerank"):
        draw(network, **{option: "pagerang"})  # type: ignore[arg-type]


def test_unknown_measures_are_refused_even_of_nobody(make_network: Callable[..., Any]) -> None:
    with pytest.raises(UnknownNameError, match="pagerank"):
        draw(make_network([]), size="pagerang")


@pytest.mark.parametrize("papers", [[], [["Ada"]], [["Ada"], ["Ben"]]])
@pytest.mark.parametrize("colour", ["community", "topic", "degree", None])
def test_little_or_nothing_to_draw(
    make_network: Callable[..., Any], papers: list[list[str]], colour: str | None
) -> None:
    network = make_network([{"authors": authors, "title": "T"} for authors in papers])
    drawing = draw(network, colour=colour)
    assert len(drawing.ids) == len(papers)
    assert len(drawing.source) == 0
    assert np.isfinite(drawing.x).all()


@pytest.mark.parametrize(
    ("identifier", "link"),
    [
        ("doi:10.1234/a<b>", "https://doi.org/10.1234/a%3Cb%3E"),
        ("orcid:0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("https://example.org/p?q=1", "https://example.org/p?q=1"),
        ("author:Ada", None),
        ("doi:javascript:alert(1)", None),
        ("orcid:javascript:alert(1)", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("http://[::1", None),
        ("https://a b", None),
        ("data:text/html,x", None),
    ],
)
def test_links_lead_to_the_web_or_nowhere(identifier: str, link: str | None) -> None:
    assert links.link(identifier) == link


def test_lists_of_nothing() -> None:
    assert len(Lists.of([])) == 0
    assert Lists.of([[]])[0].tolist() == []


# ---- files -------------------------------------------------------------------------


def test_saving_replaces_the_file_and_leaves_nothing_else(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "Größe.HTML"
    path.write_text("old")
    assert draw(network, title="Émile").save(path) == path
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "Émile" in path.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_a_saved_file_has_the_usual_permissions(network: Network, tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    path = draw(network).save(tmp_path / "drawing.html")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_a_failure_leaves_the_old_file(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "drawing.html"
    path.write_text("old")

    def fail(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        draw(network).save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["drawing.htm1", "drawing"])
def test_unknown_suffixes_are_refused(network: Network, tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownNameError, match="renderer") as caught:
        draw(network).save(tmp_path / name)
    assert "html" in caught.value.known
    assert list(tmp_path.iterdir()) == []


def test_notebooks_get_a_frame(network: Network) -> None:
    shown = draw(network, title='"><script>alert(1)</script>')._repr_html_()
    assert shown.startswith("<iframe ")
    assert shown.count("<") == 2
    assert "allow-same-origin" not in shown


def test_importing_costs_no_heavy_library() -> None:
    heavy = {"igraph", "pyvis", "scipy", "pandas", "IPython", "networkx"}
    code = "import sys, graphkit.render.drawing; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(shown.stdout.split())


# ---- what colours can stand for ------------------------------------------------------


def test_all_that_colours_can_stand_for(network: Network) -> None:
    drawing = draw(network)
    assert list(drawing.colourings) == [
        "community",
        "topic",
        "team",
        "papers",
        "degree",
        "strength",
        "pagerank",
        "mean year",
    ]
    for name, colouring in drawing.colourings.items():
        assert sum(group.people for group in colouring.groups) == 9, name
        assert replace(drawing, colour_by=name).groups == colouring.groups


def test_more_measures_on_request(network: Network) -> None:
    drawing = draw(network, measures=["core"], size=None, colour="betweenness")
    assert list(drawing.measures) == ["core", "betweenness", "mean year"]


def test_a_measure_of_several_numbers_is_refused(network: Network) -> None:
    with pytest.raises(UnknownNameError, match="measure of one number 'brokerage'"):
        draw(network, size="brokerage")


def test_mean_years_leave_out_what_is_not_known(network: Network) -> None:
    drawing = draw(network)
    mean = dict(zip(drawing.labels, drawing.measures["mean year"], strict=True))
    assert mean["Ada"] == 1843.5  # the third paper has no year
    assert mean["Émile"] == 1850


def test_teams_of_people() -> None:
    kg = KnowledgeGraph(
        {
            "papers": [{"id": "paper:1", "title": "T", "source": "source:s"}],
            "authors": [{"id": f"author:{n}", "name": n, "source": "source:s"} for n in "ABC"],
            "authorships": [
                {"paper": "paper:1", "author": f"author:{n}", "source": "source:s"} for n in "ABC"
            ],
            "teams": [
                {"id": "team:x", "label": "Team X", "source": "source:s"},
                {"id": "team:y", "source": "source:s"},
            ],
            "memberships": [
                {"author": f"author:{author}", "team": f"team:{team}", "source": "source:s"}
                for author, team in ("Ax", "Ay", "By", "Zy")
            ],
        }
    )
    drawing = draw(kg.coauthors(), colour="team")
    assert drawing.teams == ("Team X", "team:y")
    assert [drawing.node_teams[person].tolist() for person in range(3)] == [[0, 1], [1], []]
    # Of equal size in this network they would be one each; the second has two members here.
    assert [drawing.groups[group].name for group in drawing.group] == [
        "team:y",
        "team:y",
        "other teams, or none",
    ]


def test_of_very_many_ties_the_strongest_are_drawn(make_network: Callable[..., Any]) -> None:
    crowd = [f"P{number}" for number in range(700)]
    network = make_network(
        [
            {"authors": crowd, "title": "Many"},
            {"authors": crowd[:2], "title": "Two"},
            {"authors": [crowd[5], "Last"], "title": "Last"},
        ]
    )
    assert network.matrix.nnz // 2 == 244_651
    drawing = draw(network)
    assert len(drawing.source) <= 200_000
    assert "strongest of 244,651 ties" in drawing.caption
    assert drawing.in_groups
    drawn = set(zip(drawing.source.tolist(), drawing.target.tolist(), strict=True))
    assert (0, 1) in drawn
    assert (5, 700) in drawn
    assert len({end for tie in drawn for end in tie}) == 701
    behind = [drawing.papers[paper] for paper in drawing.edge_papers[0]]
    assert behind == ["Many", "Two"]


def test_the_same_seed_draws_the_same_ties(make_network: Callable[..., Any]) -> None:
    network = make_network([{"authors": [f"P{n}" for n in range(640)], "title": "Many"}])
    first, second = draw(network), draw(network)
    assert np.array_equal(first.source, second.source)
    assert np.array_equal(first.x, second.x)


# ---- topics and teams beside people ---------------------------------------------------


def test_topics_beside_people(network: Network) -> None:
    drawing = draw(network, also=["topics", "teams"])
    assert drawing.people == 9
    assert drawing.labels[9:] == ("Engines", "Notes", "Tables")
    assert drawing.ids[9:] == ("topic:Engines", "topic:Notes", "topic:Tables")
    assert drawing.kind.tolist() == [0] * 9 + [1] * 3
    assert drawing.caption.endswith(" · 3 topics")
    behind = {
        (drawing.labels[a], drawing.labels[b]): (
            weight,
            [drawing.papers[paper] for paper in drawing.edge_papers[tie]],
        )
        for tie, (a, b, weight) in enumerate(
            zip(drawing.source, drawing.target, drawing.weight, strict=True)
        )
    }
    assert behind["Ada", "Engines"] == (2.0, ["On engines", "More on engines"])
    assert behind["Ben", "Notes"] == (1.0, ["More on engines"])
    assert behind["Fay", "Tables"] == (1.0, ["Tables again"])
    assert behind["Ada", "Ben"] == (2.0, ["On engines", "More on engines"])
    assert len(behind) == 9 + (3 + 2 + 4)  # Engines, Notes, Tables
    assert [drawing.papers[paper] for paper in drawing.node_papers[9]] == [
        "On engines",
        "More on engines",
    ]
    for colouring in drawing.colourings.values():
        assert (colouring.groups[-1].name, colouring.groups[-1].people) == ("topics", 3)
    for values in drawing.measures.values():
        assert len(values) == 12
    assert np.isfinite(drawing.x).all()


def test_teams_beside_people() -> None:
    rows = {
        "papers": [{"id": f"paper:{n}"} for n in (1, 2)],
        "authors": [{"id": f"author:{n}"} for n in "AB"],
        "authorships": [
            {"paper": "paper:1", "author": "author:A"},
            {"paper": "paper:1", "author": "author:B"},
            {"paper": "paper:2", "author": "author:B"},
        ],
        "teams": [{"id": "team:x", "label": "Team X"}],
        "memberships": [{"author": f"author:{n}", "team": "team:x"} for n in "AB"],
    }
    kg = KnowledgeGraph(
        {name: [{**row, "source": "source:s"} for row in found] for name, found in rows.items()}
    )
    drawing = draw(kg.coauthors(), also=["teams"])
    assert drawing.labels[2:] == ("Team X",)
    assert drawing.node_papers[2].tolist() == [0, 1]
    ties = set(zip(drawing.source.tolist(), drawing.target.tolist(), strict=True))
    assert ties == {(0, 1), (0, 2), (1, 2)}


def test_nothing_else_is_drawn_beside_people(network: Network) -> None:
    with pytest.raises(UnknownNameError, match="unknown kind of node 'venues'"):
        draw(network, also=["venues"])
