"""With whom to work next: people not yet coauthors, ranked, with reasons that can be checked.

A recommender is a function ``(Past, rows) -> scores`` that gives each author a number for each
of those asked about (`graphkit.recommend.past`); `collaborators` ranks by it and says why. To
add one, write the function and name it in `graphkit.registry`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from graphkit import registry
from graphkit.errors import UnknownNameError
from graphkit.network import Network
from graphkit.network.incidence import incidence_of
from graphkit.network.selection import only_known
from graphkit.recommend.filters import AuthorFilters, select_authors
from graphkit.recommend.introductions import newman
from graphkit.recommend.past import corpus_of
from graphkit.recommend.ranker import ranker_of_graph
from graphkit.recommend.reasons import Reason, reasons_of, sentence, shortened

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["CHANCE", "DEFAULT", "ORDER", "TOO_SMALL", "collaborators", "rows_in_past"]

DEFAULT = "learned"
REASONS = ("full", "short", "sentence")
CHANCE = "score: chance of writing together within two years, as this graph's own past teaches it"
ORDER = "score: orders people, it is no chance"
TOO_SMALL = "too few papers and years to learn from: ranked by shared coauthors and topics"


def collaborators(
    kg: KnowledgeGraph,
    author: str,
    k: int = 10,
    *,
    method: str = DEFAULT,
    novelty: float = 0.0,
    reasons: str = "full",
    **filters: Unpack[AuthorFilters],
) -> pd.DataFrame:
    """People with whom an author has not written yet, the likeliest first.

    Parameters
    ----------
    kg : KnowledgeGraph
    author : str
        Name (case, accents and order of its words forgiven), id or IRI.
    k : int
        How many at most.
    method : str
        A registered recommender. ``"learned"`` weighs some forty features of two people as the
        graph's own last four years teach; where these teach too little, it is
        ``"untrained"``, and ``frame.attrs["method"]`` says so.
    novelty : float, default 0
        People are ordered by score / (1 + coauthors)**novelty: above 0, fewer of those whom
        everybody knows. The score itself stays.
    reasons : {"full", "short", "sentence"}, default "full"
        All reasons, the three foremost, or one sentence for a person (a str).
    **filters
        Whom to suggest: ``topics``, ``since``, ``until``, ``inactive``, ``organizations``,
        ``teams``, ``places``, ``career``, ``least_papers``, ``conflicts``; see
        `graphkit.recommend.filters.AuthorFilters`.

    Returns
    -------
    pandas.DataFrame
        Columns ``author`` (id), ``name``, ``score`` and ``reasons`` (a list of
        `graphkit.recommend.reasons.Reason`: shared coauthors first, then shared topics, and
        so on, each with the papers behind it). ``attrs["method"]`` and ``attrs["meaning"]``
        say how people were ranked and what the score is, ``attrs["note"]`` what the answer
        lacks, such as that the author has but one paper, or how many were left out since they
        published nothing lately (empty where it lacks nothing).

    Raises
    ------
    UnknownEntityError
        Nobody has that name, or several people have.
    UnknownNameError
        No such method or kind of reasons.
    EmptySelectionError
        The filters leave nobody of those who could be suggested.
    ValueError
        ``k`` is less than 1 or ``novelty`` less than 0.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = collaborators(gk.example().resolve(), "I-Fan Chen", k=3)
    >>> found.name.to_list()
    ['Ravi Teja Gadde', 'Ariya Rastrow', 'Katrin Kirchhoff']
    >>> print(found.reasons[0][0].name)
    Ankur Gandhe
    >>> found.attrs["method"]
    'untrained'
    """
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    if novelty < 0:
        raise ValueError(f"novelty is {novelty}; it must be at least 0")
    if reasons not in REASONS:
        raise UnknownNameError("kind of reasons", reasons, REASONS)
    # Before anything is learnt, which may take minutes.
    only_known(filters, AuthorFilters.__annotations__)
    import numpy as np
    import pandas as pd

    registry.load("recommender", method)
    network = newman(kg)
    row = network.row(author)
    rows = rows_in_past(kg, network)
    by_author, used = _scores(kg, rows[row : row + 1], method)
    # Rounded, since sums that are equal on paper differ in their last bits.
    scores = np.round(by_author[rows], 12)
    scores[row] = 0
    scores[network.neighbours(row)[0]] = 0
    chosen, left_out = _chosen(kg, rows, row, scores > 0, filters)
    scores[~chosen] = 0
    order = scores / (1 + np.diff(network.matrix.indptr)) ** novelty
    some = np.flatnonzero(scores > 0)
    # Names break ties, so that an answer does not depend on the order of the sources.
    ranked = some[np.lexsort([network.names[some].astype(str), -order[some]])[:k]]
    found = pd.DataFrame(
        {
            "author": network.nodes[ranked],
            "name": network.names[ranked],
            "score": scores[ranked],
            "reasons": [_told(network, row, other, reasons) for other in ranked],
        }
    )
    found.attrs["method"] = used
    found.attrs["meaning"] = CHANCE if used == "learned" else ORDER
    if used != method:
        found.attrs["meaning"] = f"{TOO_SMALL}; {ORDER}"
    nobody = f"nobody to suggest to {network.names[row]}: nobody new is near by the method {used}"
    notes = [_note(network, row), nobody if found.empty else "", left_out]
    found.attrs["note"] = "\n".join(filter(None, notes))
    return found


def _told(network: Network, row: int, other: int, how: str) -> list[Reason] | str:
    found = reasons_of(network, row, other)
    if how == "sentence":
        return sentence(str(network.names[other]), found)
    return found if how == "full" else shortened(found)


def _note(network: Network, row: int) -> str:
    """What an answer cannot rest on."""
    import numpy as np

    name, own = network.names[row], network.papers_of(row)
    ties = network.neighbours(row)[0]
    elsewhere = network.incidence[ties].indices
    if not len(ties):
        return f"{name} has no coauthors here: suggested by topics and venues alone"
    if not len(np.setdiff1d(elsewhere, own)):
        return (
            f"no coauthor of {name} wrote anything else here: suggested by topics and venues alone"
        )
    newest = np.nanmax(network.years[own], initial=-np.inf)
    if np.nanmax(network.years[np.setdiff1d(elsewhere, own)], initial=-np.inf) < newest:
        return f"no coauthor of {name} wrote again: topics weigh more than coauthors"
    return f"{name} has one paper here: little is known to rank by" if len(own) == 1 else ""


def _scores(
    kg: KnowledgeGraph, row: NDArray[np.intp], method: str
) -> tuple[NDArray[np.float64], str]:
    """The scores of all authors for one (a row of `Past`), and the method that made them."""
    import numpy as np

    if method == "learned":
        ranker = ranker_of_graph(kg)
        if ranker is not None:
            scores = np.zeros(len(ranker.index))
            found, chances = ranker.chances(row)
            scores[found.other] = chances
            return scores, method
        method = "untrained"
    scores = registry.load("recommender", method)(corpus_of(kg).whole, row)[0]
    return scores, method


def rows_in_past(kg: KnowledgeGraph, network: Network) -> NDArray[np.intp]:
    """The row in `Past` of each row of a network; made once a graph."""
    import pyarrow.compute as pc

    if "recommend.rows" not in kg.derived:
        nodes = incidence_of(kg).nodes
        kg.derived["recommend.rows"] = pc.index_in(network.node_ids, value_set=nodes).to_numpy()
    found: NDArray[np.intp] = kg.derived["recommend.rows"]
    return found


def _chosen(
    kg: KnowledgeGraph,
    rows: NDArray[np.intp],
    row: int,
    found: NDArray[np.bool_],
    filters: AuthorFilters,
) -> tuple[NDArray[np.bool_], str]:
    """Those of the people found whom the filters leave, by rows of the network; and a note."""
    import numpy as np

    among = np.zeros(len(incidence_of(kg).nodes), dtype=bool)
    among[rows] = found
    left = select_authors(kg, among, [int(rows[row])], **filters)
    return left.chosen[rows], "; ".join(left.words)
