"""What one author did, year by year."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Unpack

from graphkit.network import Network, coauthors
from graphkit.network.incidence import citations_of, objects, values
from graphkit.network.selection import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["career"]


def career(kg: KnowledgeGraph, author: str, **filters: Unpack[Filters]) -> pd.DataFrame:
    """What an author did, year by year.

    Parameters
    ----------
    kg : KnowledgeGraph
    author : str
        Name, id or IRI.
    **filters
        Which papers count; see `graphkit.network.selection.Filters`. Papers by very many authors
        are left out only where ``most_authors`` says so.

    Returns
    -------
    pandas.DataFrame
        One row for each ``year`` of a paper, and a last one, of year missing, if there are papers
        of unknown year: ``papers``, ``coauthors``, of these ``new_coauthors`` (not before; in
        the last row: in no year); papers written ``first``, ``last`` and ``alone`` (who writes
        alone is both), ``team_size`` (mean number of authors); ``topics`` and ``venues`` (lists
        of labels, the commonest first); ``citations`` that these papers have in the graph
        (missing where it holds none at all); ``paper_ids``. Its ``attrs`` tell ``author`` and
        ``name``.

    Raises
    ------
    UnknownEntityError
        Nobody of that name, or several people, or nobody who wrote one of these papers.
    EmptySelectionError
        The filters leave nothing.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = career(gk.example().resolve(), "Roland Maas")
    >>> found[["year", "papers", "coauthors", "last"]].to_dict("records")
    [{'year': 2022, 'papers': 2, 'coauthors': 17, 'last': 2}]
    """
    import numpy as np
    import pandas as pd

    chosen: Filters = {"most_authors": None, **filters}
    network = coauthors(kg, ties="first-last", **chosen)
    row = network.row(author)
    papers = network.papers_of(row)
    years = network.years[papers]
    assert network.ends is not None
    first, last = (end[papers] == row for end in network.ends)
    of_paper = network.incidence.T.tocsr()[papers]
    teams = np.diff(of_paper.indptr)
    cited = citations_of(kg, network.paper_ids.take(papers))
    venues = _venues(network, papers)
    known: set[int] = {row}
    rows = []
    for year in [*np.unique(years[years == years]).tolist(), math.nan]:
        at = np.flatnonzero(years == year if year == year else years != years)
        if not len(at):
            continue
        people = set(of_paper[at].indices.tolist()) - {row}
        rows.append(
            {
                "year": year,
                "papers": len(at),
                "coauthors": len(people),
                "new_coauthors": len(people - known),
                "first": int(first[at].sum()),
                "last": int(last[at].sum()),
                "alone": int((teams[at] == 1).sum()),
                "team_size": float(teams[at].mean()),
                "topics": _commonest(t for p in papers[at] for _, t in network.topics[p]),
                "venues": _commonest(v for a in at for v in venues[a]),
                "citations": None if cited is None else int(cited[at].sum()),
                "paper_ids": network.papers[papers[at]].tolist(),
            }
        )
        known |= people
    frame = pd.DataFrame(rows).astype({"year": "Int32", "citations": "Int64"})
    frame.attrs |= {"author": str(network.nodes[row]), "name": str(network.names[row])}
    return frame


def _commonest(labels: Iterable[str]) -> list[str]:
    counted = Counter(labels)
    return sorted(counted, key=lambda label: (-counted[label], label))


def _venues(network: Network, papers: NDArray[np.intp]) -> list[list[str]]:
    """Labels of the venues of each paper."""
    kg, ids = network.graph, network.paper_ids.take(papers)
    found: list[list[str]] = [[] for _ in papers]
    for column in ("event", "journal"):
        venues = values(kg, "papers", column, ids).cast("string")
        labels = objects(values(kg, "venues", "label", venues))
        for at, venue in enumerate(venues.to_pylist()):
            if venue is not None:
                found[at].append(str(labels[at]) or venue)
    return found
