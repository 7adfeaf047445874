"""Networks of authors with papers or topics, of topics, and of teams with topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from graphkit import registry
from graphkit.network.bipartite import TwoMode
from graphkit.network.incidence import Incidence, incidence_of
from graphkit.network.network import Network
from graphkit.network.selection import Filters, Selection, select
from graphkit.network.weights import tie_matrix

if TYPE_CHECKING:
    import pyarrow as pa

    from graphkit.graph import KnowledgeGraph

__all__ = ["author_paper", "author_topic", "network", "team_topic", "topic_topic"]


def network(kg: KnowledgeGraph, kind: str, **filters: Unpack[Filters]) -> TwoMode | Network:
    """A network of other things than authors alone.

    Parameters
    ----------
    kg : KnowledgeGraph
    kind : {"author-paper", "author-topic", "topic-topic", "team-topic"}
        A registered kind of network.
    **filters
        Which papers count; see `graphkit.network.selection.Filters`. Papers by very many
        authors are left out only where ``most_authors`` says so.

    Returns
    -------
    TwoMode or Network

    Raises
    ------
    UnknownNameError
        No such kind.
    EmptySelectionError
        The filters leave nothing.

    Examples
    --------
    >>> import graphkit as gk
    >>> network(gk.example().resolve(), "author-topic")
    <TwoMode: 173 authors, 16 topics, 193 ties: authors and topics>
    """
    # A paper by thousands makes millions of pairs of authors, but only thousands of ties here.
    chosen: Filters = {"most_authors": None, **filters}
    made: TwoMode | Network = registry.load("network", kind)(kg, **chosen)
    return made


def author_paper(kg: KnowledgeGraph, **filters: Unpack[Filters]) -> TwoMode:
    """Who wrote what; each tie weighs 1.

    Parameters
    ----------
    kg : KnowledgeGraph
    **filters
        Which papers count; see `graphkit.network.selection.Filters`.

    Returns
    -------
    TwoMode

    Examples
    --------
    >>> import graphkit as gk
    >>> author_paper(gk.example().resolve())
    <TwoMode: 173 authors, 44 papers, 237 ties: authors and papers>
    """
    whole = incidence_of(kg)
    selection = select(kg, whole.papers, **filters)
    matrix = whole.matrix.multiply(selection.chosen)
    return _two_mode(kg, ("authors", "papers"), matrix, (whole.nodes, whole.papers), selection)


def author_topic(kg: KnowledgeGraph, **filters: Unpack[Filters]) -> TwoMode:
    """Who wrote on what; a tie weighs the number of papers.

    Parameters
    ----------
    kg : KnowledgeGraph
    **filters
        Which papers count; see `graphkit.network.selection.Filters`.

    Returns
    -------
    TwoMode

    Examples
    --------
    >>> import graphkit as gk
    >>> int(author_topic(gk.example().resolve()).ties().weight.max())
    4
    """
    wrote, about, selection = _shared(kg, filters)
    matrix = wrote.matrix.multiply(selection.chosen) @ about.matrix.T
    return _two_mode(kg, ("authors", "topics"), matrix, (wrote.nodes, about.nodes), selection)


def topic_topic(kg: KnowledgeGraph, **filters: Unpack[Filters]) -> Network:
    """Topics that papers join; a tie weighs the number of papers on both.

    Parameters
    ----------
    kg : KnowledgeGraph
    **filters
        Which papers count; see `graphkit.network.selection.Filters`.

    Returns
    -------
    Network

    Examples
    --------
    >>> import graphkit as gk
    >>> topic_topic(gk.example())
    <Network: 16 topics, 0 ties: topics of the same papers>
    """
    import numpy as np
    from scipy import sparse

    about = incidence_of(kg, "subjects", "topic")
    selection = select(kg, about.papers, **filters)
    columns = np.flatnonzero(selection.chosen)
    incidence = about.matrix[:, columns]
    rows = np.flatnonzero(np.diff(incidence.indptr))
    incidence = sparse.csr_array(incidence[rows])
    weights = np.ones(len(columns))
    return Network(
        graph=kg,
        kind="topics",
        node_ids=about.nodes.take(rows),
        paper_ids=about.papers.take(columns),
        matrix=tie_matrix(incidence, weights),
        incidence=incidence,
        paper_weights=weights,
        counting="full",
        description=", ".join(["topics of the same papers", *selection.words]),
    )


def team_topic(kg: KnowledgeGraph, **filters: Unpack[Filters]) -> TwoMode:
    """Which team is interested in what, by ``interests``; a tie weighs the score of the claim.

    Parameters
    ----------
    kg : KnowledgeGraph
    **filters
        Only topics of these papers; see `graphkit.network.selection.Filters`.

    Returns
    -------
    TwoMode

    Examples
    --------
    >>> import graphkit as gk
    >>> team_topic(gk.example())
    <TwoMode: 1 teams, 6 topics, 6 ties: teams and topics>
    """
    import numpy as np
    import pyarrow.compute as pc
    from scipy import sparse

    about = incidence_of(kg, "subjects", "topic")
    selection = select(kg, about.papers, **filters)
    claims = kg.table("interests")
    if filters.keys() - {"most_authors"}:
        left = about.nodes.filter(np.diff(about.matrix[:, selection.chosen].indptr) > 0)
        on = pc.is_in(claims["topic"], value_set=left)
        interests = Selection("interests of teams", np.ones(len(claims), dtype=bool))
        interests.keep(", ".join(selection.words), on.to_numpy())
        claims = claims.filter(on)
    ends = [pc.unique(claims[name]).sort() for name in ("team", "topic")]
    at = [
        pc.index_in(claims[name], value_set=ids).to_numpy()
        for name, ids in zip(("team", "topic"), ends, strict=True)
    ]
    score = pc.fill_null(claims["score"], 1.0).to_numpy()
    # Of several claims of one interest the surest counts.
    order = np.lexsort([score, *at])
    shape = (len(ends[0]), len(ends[1]))
    best = sparse.dok_array(shape)
    for row, column, value in zip(*(part[order] for part in (*at, score)), strict=True):
        best[row, column] = value
    return TwoMode(
        graph=kg,
        kinds=("teams", "topics"),
        row_ids=ends[0],
        column_ids=ends[1],
        matrix=sparse.csr_array(best),
        description=", ".join(["teams and topics", *selection.words]),
    )


def _shared(kg: KnowledgeGraph, filters: Filters) -> tuple[Incidence, Incidence, Selection]:
    """Authors and topics by the same papers."""
    import pyarrow.compute as pc
    from scipy import sparse

    wrote, about = incidence_of(kg), incidence_of(kg, "subjects", "topic")
    at = pc.index_in(wrote.papers, value_set=about.papers)
    known = at.is_valid().to_numpy(zero_copy_only=False)
    papers = wrote.papers.filter(at.is_valid())
    columns = at.drop_null().to_numpy()
    return (
        Incidence(sparse.csr_array(wrote.matrix[:, known]), wrote.nodes, papers),
        Incidence(sparse.csr_array(about.matrix[:, columns]), about.nodes, papers),
        select(kg, papers, **filters),
    )


def _two_mode(
    kg: KnowledgeGraph,
    kinds: tuple[str, str],
    matrix: Any,
    ids: tuple[pa.StringArray, pa.StringArray],
    selection: Selection,
) -> TwoMode:
    """The part of a matrix that has ties."""
    import numpy as np
    from scipy import sparse

    matrix = sparse.csr_array(matrix)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    rows = np.flatnonzero(np.diff(matrix.indptr))
    columns = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    words = f"{kinds[0]} and {kinds[1]}"
    return TwoMode(
        graph=kg,
        kinds=kinds,
        row_ids=ids[0].take(rows),
        column_ids=ids[1].take(columns),
        matrix=sparse.csr_array(matrix[rows][:, columns]),
        description=", ".join([words, *selection.words]),
    )
