from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.build import build
from graphkit.graph import KnowledgeGraph, open_graph
from graphkit.matchers.papers import match
from graphkit.matchers.papers.blocking import candidates
from graphkit.matchers.papers.pairs import names_each_once
from graphkit.matchers.papers.records import records

from .formats.samples import SAMPLES, require

ROOT = Path(__file__).parents[1]
PAIRS = SAMPLES.parent / "data" / "dblp-acm-pairs"
SAME, VERSION_OF = "owl:sameAs", "dcterms:isVersionOf"
STONES = "Stones that remember: a survey of magnetic records"
WATER = "Water under the old bridges of the northern rivers"


def graph(*papers: Sequence[Any]) -> KnowledgeGraph:
    """Papers as (source, number, title, authors, year) and further columns by name."""
    rows: dict[str, list[dict[str, Any]]] = {"papers": [], "authorships": []}
    for source, number, title, authors, year, *more in papers:
        paper = {"id": f"paper:{source}{number}", "title": title, "year": year}
        paper["source"] = f"source:{source}"
        rows["papers"].append(paper | (more[0] if more else {}))
        rows["authorships"] += [
            {
                "paper": paper["id"],
                "position": position,
                "author": f"author:{source}{number}-{position}",
                "printed_name": name,
                "source": f"source:{source}",
            }
            for position, name in enumerate(authors, 1)
        ]
    return KnowledgeGraph(rows)


def claims(kg: KnowledgeGraph, relation: str = SAME) -> dict[tuple[str, str], float]:
    """The scores of the claims on papers."""
    return {
        (row["a"], row["b"]): row["score"]
        for row in match(kg).table("matches").to_pylist()
        if row["relation"] == relation and not row["a"].startswith("author:")
    }


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_papers", ROOT / "bench" / "papers.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pairs() -> list[Any]:
    found: list[Any] = bench().read([require(PAIRS / f"{name}.csv") for name in ("train", "valid")])
    return found


def test_dblp_and_acm_without_labels(pairs: list[Any]) -> None:
    tools = bench()
    joined, _ = tools.ours(pairs)
    assert tools.f1(joined, [same for *_, same in pairs])[2] >= 0.985


def test_records_as_a_crawler_prints_them(pairs: list[Any]) -> None:
    tools = bench()
    bad = tools.printed_badly(pairs)
    joined, rated = tools.ours(bad)
    assert tools.f1(joined, [same for *_, same in bad])[2] >= 0.93
    # Scores are chances: of what is claimed with .95 and more, so much is true.
    assert np.mean([same for score, same in rated if score >= 0.95]) >= 0.95


def test_one_identifier_is_one_paper() -> None:
    kg = graph(
        ("a", 1, "Stones", ["A. Ito"], 2001, {"doi": "10.1234/ABC"}),
        ("b", 1, "Stones that remember", ["A. Ito"], 2002, {"doi": "10.1234/abc"}),
    )
    assert claims(kg) == {("paper:a1", "paper:b1"): 1.0}
    (claim,) = [row for row in match(kg).table("matches").to_pylist() if "paper" in row["a"]]
    assert claim["method"] == "same identifier"
    assert claim["evidence"].startswith("both are doi:10.1234/abc, titles 'Stones' and")


def test_an_identifier_that_fits_nothing_else_is_doubted() -> None:
    kg = graph(
        ("a", 1, STONES, ["A. Ito"], 2001, {"doi": "10.1234/abc"}),
        ("b", 1, WATER, ["B. Ueda"], 1990, {"doi": "10.1234/abc"}),
    )
    assert claims(kg) == {("paper:a1", "paper:b1"): 0.4}


@pytest.mark.parametrize(
    ("title", "authors", "year"),
    [
        (STONES.upper(), ["Ito A.", "Ueda B."], 2001),
        ("Stones that remember", ["A. Ito", "B. Ueda"], 2001),
        ("Stones that rember : a survey of magnetic records", ["Aki Ito", "Bo Ueda"], None),
        (STONES, ["A. Ito"], None),
        (STONES, [], 2001),
    ],
)
def test_a_paper_printed_otherwise(title: str, authors: list[str], year: int | None) -> None:
    kg = graph(("a", 1, STONES, ["A. Ito", "B. Ueda"], 2001), ("b", 1, title, authors, year))
    assert claims(kg)["paper:a1", "paper:b1"] > 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Stones, Part I", ["A. Ito"], 2001), ("Stones, Part II", ["A. Ito"], 2001)),
        (
            ("Overview of the shared task on stones 2019", ["A. Ito"], 2019),
            ("Overview of the shared task on stones 2020", ["A. Ito"], 2020),
        ),
        (("Introduction", ["A. Ito"], 2001), ("Introduction", ["B. Ueda"], 2001)),
        (("Editorial", ["A. Ito"], 2001), ("Editorial", ["A. Ito"], 2004)),
        (("Preface", [], 2001), ("Preface", [], 2001)),
        ((STONES, ["A. Ito"], 2001), (STONES, ["B. Ueda"], 1980)),
        (("", ["A. Ito"], 2001), ("", ["A. Ito"], 2001)),
        ((None, [], None), (None, [], None)),
    ],
)
def test_papers_that_stay_apart(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    found = claims(graph(("a", 1, *one), ("b", 1, *other)))
    assert all(score < 0.5 for score in found.values())


def test_a_short_title_with_its_author_and_year() -> None:
    one = ("Editorial", ["Aki Ito"], 2001)
    assert claims(graph(("a", 1, *one), ("b", 1, *one)))["paper:a1", "paper:b1"] > 0.5


def test_two_that_fit_alike_are_both_doubtful() -> None:
    one = ("Book review column", ["Aki Ito"], 2001)
    found = claims(graph(("a", 1, *one), ("b", 1, *one), ("b", 2, *one)))
    assert set(found) == {("paper:a1", "paper:b1"), ("paper:a1", "paper:b2")}
    assert all(0.2 < score <= 0.5 for score in found.values())


def test_a_third_source_does_not_join_two_of_a_source() -> None:
    """What a source tells apart by its ids, a source without ids does not make one."""
    kg = graph(
        ("a", 1, STONES, ["A. Ito"], 2001, {"doi": "10.1234/1"}),
        ("b", 1, STONES, ["A. Ito"], 2001),
        ("c", 1, STONES, ["A. Ito"], 2001, {"doi": "10.1234/2"}),
    ).resolve(0.5)
    assert kg.counts()["papers"] == 2
    dois = kg.table("papers").to_pandas().groupby("id")["doi"].nunique()
    assert dois.max() == 1


def test_a_list_that_repeats_itself() -> None:
    """A reference list with a paper twice names it once in the end."""
    kg = graph(("a", 1, STONES, ["A. Ito"], 2001), ("a", 2, STONES, ["A. Ito"], 2001))
    assert not names_each_once(records(kg)).any()
    assert kg.resolve(0.5).counts()["papers"] == 1


@pytest.mark.parametrize(
    "draft",
    [{"type": "fabio:Preprint"}, {"doi": "10.48550/arXiv.2001.00001"}, {"journal": "venue:arXiv"}],
)
def test_a_preprint_is_a_version(draft: dict[str, str]) -> None:
    printed = {"type": "fabio:JournalArticle", "doi": "10.1234/1"}
    kg = graph(
        ("a", 1, STONES, ["A. Ito", "B. Ueda"], 2002, printed),
        ("b", 1, STONES, ["A. Ito", "B. Ueda"], 2001, draft),
    )
    kg |= KnowledgeGraph({"venues": [{"id": "venue:arXiv", "label": "arXiv e-prints"}]})
    assert claims(kg) == {}
    assert set(claims(kg, VERSION_OF)) == {("paper:b1", "paper:a1")}
    assert kg.resolve(0.5).counts()["papers"] == 2


def test_authors_at_one_place_of_one_paper_are_one() -> None:
    kg = graph(
        ("a", 1, STONES, ["Aki Ito", "Bo Ueda"], 2001),
        ("b", 1, STONES, ["A. Ito", "Ueda Bo"], 2001),
    )
    rows = [row for row in match(kg).table("matches").to_pylist() if "author" in row["a"]]
    assert [(row["a"], row["b"]) for row in rows] == [
        ("author:a1-1", "author:b1-1"),
        ("author:a1-2", "author:b1-2"),
    ]
    assert rows[0]["method"] == "same place on one paper"
    assert rows[0]["evidence"] == "'Aki Ito' is author 1 of paper:a1, 'A. Ito' author 1 of paper:b1"
    resolved = kg.resolve(0.5)
    assert (resolved.counts()["papers"], resolved.counts()["authors"]) == (1, 0)
    # Two sources say that the two wrote it; they wrote one paper together all the same.
    coauthors = resolved.coauthors().to_networkx()
    assert len(coauthors) == 2
    assert coauthors.edges["author:a1-1", "author:a1-2"]["papers"] == ("paper:a1",)


TITLES = [STONES, WATER, "Introduction", "Stones, part I", "Stones, part II", ""]
papers = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(TITLES),
        st.lists(st.sampled_from(["A. Ito", "Bo Ueda", "Aki Ito"]), max_size=2, unique=True),
        st.sampled_from([None, 2001, 2002]),
        st.sampled_from([None, None, "10.1234/1", "10.1234/2"]),
    ),
    max_size=12,
)


@given(papers, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_laws(drawn: list[Any], chance: Any) -> None:
    listed = [
        (source, number, title, authors, year, {"doi": doi})
        for number, (source, title, authors, year, doi) in enumerate(drawn)
    ]
    kg = graph(*listed)
    found = match(kg)
    # The order of rows and of sources does not matter.
    chance.shuffle(listed)
    assert match(graph(*listed)) == found
    assert match(found) == found
    assert all(0 <= score <= 1 for score in found.matches["score"])
    # No two papers of different DOIs become one, whatever stands between them.
    joined = found.resolve(0.5).table("papers").to_pandas()
    assert joined.groupby("id")["doi"].nunique().max() <= 1 if len(joined) else True


def test_surnames_that_are_equally_rare_are_told_apart_by_the_alphabet() -> None:
    """A paper of Ueda and Ito is compared by one of them; which one no order of rows decides."""
    listed: list[Any] = [
        ("b", 0, "Introduction", ["Bo Ueda"], 2001, {}),
        ("a", 1, STONES, ["Bo Ueda", "Aki Ito"], 2002, {}),
        ("c", 2, STONES, ["Bo Ueda"], 2001, {"doi": "10.1234/1"}),
        ("a", 3, STONES, ["A. Ito", "Aki Ito"], 2002, {}),
        ("a", 5, "Stones, part I", ["A. Ito"], 2001, {"doi": "10.1234/2"}),
        ("a", 7, "", ["A. Ito"], 2002, {"doi": "10.1234/1"}),
        ("c", 8, STONES, ["Bo Ueda"], 2001, {"doi": "10.1234/1"}),
    ]
    other = [listed[n] for n in (4, 2, 1, 0, 5, 3, 6)]
    assert match(graph(*listed)) == match(graph(*other))


def test_one_title_ten_thousand_times() -> None:
    kg = graph(*(("ab"[n % 2], n, "Preface", [f"N. {n % 50}ov"], 2001) for n in range(10_000)))
    i, _ = candidates(records(kg))
    assert len(i) < 20 * 10_000
    assert all(score <= 0.5 for score in claims(kg).values())


def test_endless_titles() -> None:
    title = "stones " * 15_000
    kg = graph(("a", 1, title, ["A. Ito"], 2001), ("b", 1, title, ["A. Ito"], 2001))
    assert claims(kg)["paper:a1", "paper:b1"] > 0.5
    assert max(len(text) for text in match(kg).matches["evidence"]) < 300


def test_an_empty_graph() -> None:
    assert match(KnowledgeGraph()) == KnowledgeGraph()


def test_what_comes_later_meets_what_was_there(pairs: list[Any]) -> None:
    """New papers are compared with what they resemble; what is claimed is as if all were new."""
    kg, ids = bench().graph(pairs[:3000])
    late = {paper for (side, _), paper in ids.items() if side == "right" and paper[-1] == "7"}
    rows = {name: kg.table(name).to_pylist() for name in ("papers", "authorships", "venues")}
    for name, key in (("papers", "id"), ("authorships", "paper")):
        for row in rows[name]:
            if row[key] in late:
                row["source"] = "source:late"
    first = {n: [r for r in found if r["source"] != "source:late"] for n, found in rows.items()}
    added = {n: [r for r in found if r["source"] == "source:late"] for n, found in rows.items()}
    grown = match(match(KnowledgeGraph(first)) | KnowledgeGraph(added))
    whole = match(KnowledgeGraph(rows))
    by_steps, at_once = (
        {(r["a"], r["b"]) for r in g.table("matches").to_pylist() if r["score"] > 0.5}
        for g in (grown, whole)
    )
    assert by_steps == at_once


def test_real_files(tmp_path: Path) -> None:
    """Articles that several files name, with a DOI or without."""
    folders = [require(SAMPLES / name) for name in ("bibtex", "openalex", "pubmed", "wos")]
    build(tmp_path / "x.kg", folders)
    kg = open_graph(tmp_path / "x.kg")
    found = claims(kg)
    assert all(a != b for a, b in found)
    resolved = kg.resolve(0.5)
    assert resolved.counts()["papers"] == kg.counts()["papers"] - sum(
        s >= 0.5 for s in found.values()
    )
    dois = resolved.table("papers").to_pandas().groupby("id")["doi"].nunique()
    assert dois.max() == 1
