"""Whether those who know about something are found: who wrote a paper, asked of earlier papers.

Run ``python bench/experts.py GRAPH.kg [2010 2016 2020]``. Of each year 400 papers are taken; their
words are the question, all papers of earlier years answer, and right is whoever of their authors
had written before. Rows: after how many years a paper counts half. Nothing is learnt here.
"""

from __future__ import annotations

import argparse

import numpy as np

import graphkit as gk
from graphkit.network.incidence import incidence_of
from graphkit.recommend.advising import years_of
from graphkit.recommend.experts import best
from graphkit.recommend.question import question

PAPERS = 400
HALF_LIVES = (np.inf, 20, 10, 5, 3)


def compared(kg: gk.KnowledgeGraph, year: int) -> None:
    incidence, years = incidence_of(kg), years_of(kg)
    wrote = incidence.matrix
    before = years < year
    known = np.diff(wrote[:, np.flatnonzero(before)].indptr) > 0
    taken = np.random.default_rng(0).permutation(np.flatnonzero(years == year))[:PAPERS]
    by_paper = wrote.T.tocsr()
    right = [by_paper[[paper]].indices for paper in taken]
    right = [authors[known[authors]] for authors in right]
    likeness = [question(kg, id).papers for id in incidence.papers.take(taken).to_pylist()]
    for half_life in HALF_LIVES:
        weight = np.where(before, 0.5 ** ((year - years) / half_life), 0)
        place = []
        for papers, authors in zip(likeness, right, strict=True):
            if len(authors):
                scores = wrote @ best(papers * weight) ** 2
                first = scores[authors].max()
                place.append(1 + (scores > first).sum() if first > 0 else np.inf)
        found = 1 / np.array(place)
        error = found.std() / np.sqrt(len(found))
        print(
            f"{year}, half after {half_life} years: {len(found)} papers, "
            f"MRR {found.mean():.4f} ± {error:.4f}, hit@20 {(found >= 1 / 20).mean():.3f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph")
    parser.add_argument("years", nargs="*", type=int, default=[2010, 2016, 2020])
    given = parser.parse_args()
    kg = gk.open(given.graph)
    for year in given.years:
        compared(kg, year)


if __name__ == "__main__":
    main()
