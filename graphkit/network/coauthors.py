"""Who wrote with whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from graphkit.errors import UnknownNameError
from graphkit.network.incidence import ends_among, ends_of, incidence_of
from graphkit.network.network import Network
from graphkit.network.selection import Filters, Selection, only_known, select
from graphkit.network.weights import COUNTINGS, NORMALISATIONS, TIES, tie_matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy import sparse

    from graphkit.graph import KnowledgeGraph

__all__ = ["coauthors"]


def coauthors(
    kg: KnowledgeGraph,
    *,
    counting: str = "full",
    ties: str = "all",
    normalisation: str | None = None,
    authors: str | Iterable[str] | None = None,
    ego: str | None = None,
    steps: int = 1,
    least_papers: int = 1,
    least_shared: int = 1,
    **filters: Unpack[Filters],
) -> Network:
    """The coauthor network of a graph.

    Parameters
    ----------
    kg : KnowledgeGraph
        Resolved or not; without a resolution each printed name is an author.
    counting : {"full", "fractional", "newman"}
        What a paper by n people adds to each of its ties: 1; 1 divided by the number of its
        ties, so that each paper weighs 1 in all; or 1/(n-1), so that each author of a paper
        has ties of weight 1 in all from it [1]_.
    ties : {"all", "first", "last", "first-last"}
        Whom a paper ties: all its authors with each other, its first (last) author with each
        other one, or these two alone.
    normalisation : {"association", "salton", "jaccard"}, optional
        Weight of a tie relative to what could be expected: its weight times that of all ties
        (each from both ends), divided by the strengths of both authors [2]_; or shared papers
        divided by the geometric mean of both authors' papers (Salton's cosine), or by the
        papers of either of them (Jaccard) [3]_. The latter two are of papers: they go with
        ``counting="full"`` and ``ties="all"``.
    authors : str or iterable of str, optional
        Only these authors, by name or id, and the ties between them.
    ego : str, optional
        Only this author and those within ``steps`` ties of him or her.
    steps : int, default 1
    least_papers : int, default 1
        Only authors of at least so many of the chosen papers.
    least_shared : int, default 1
        Only ties of at least so many shared papers; authors stay, also without ties.
    **filters
        Which papers count: ``since``, ``until``, ``topics``, ``venues``, ``teams``,
        ``organizations``, ``most_authors``; see `graphkit.network.selection.Filters`.

    Returns
    -------
    Network
        All authors of the chosen papers, those who wrote alone included.

    Raises
    ------
    UnknownNameError
        No such counting, kind of ties or normalisation.
    UnknownEntityError
        An author, topic, venue, team or organization that is not in the graph.
    EmptySelectionError
        The filters leave nothing; the error says how much each of them left.
    ValueError
        A normalisation of papers with another counting than full.

    References
    ----------
    .. [1] M. E. J. Newman (2001). Scientific collaboration networks. II. Shortest paths,
       weighted networks, and centrality. Physical Review E 64, 016132.
    .. [2] N. J. van Eck, L. Waltman (2009). How to normalize cooccurrence data? An analysis
       of some well-known similarity measures. JASIST 60, 1635-1651.
    .. [3] G. Salton, M. J. McGill (1983). Introduction to Modern Information Retrieval;
       P. Jaccard (1912). The distribution of the flora in the alpine zone. New Phytologist
       11, 37-50.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = coauthors(gk.example().resolve(), counting="newman", ego="Roland Maas")
    >>> net
    <Network: 18 authors, 94 ties: coauthors, Newman counting, within 1 step of Roland Maas>
    """
    # Own options too, so that the error can name the one that was meant.
    only_known(filters, [*Filters.__annotations__, *(coauthors.__kwdefaults__ or ())])
    _known("counting", counting, COUNTINGS)
    _known("kind of ties", ties, TIES)
    if normalisation is not None:
        _known("normalisation", normalisation, NORMALISATIONS)
        if normalisation != "association" and (counting, ties) != ("full", "all"):
            raise ValueError(
                f"the normalisation {normalisation!r} is of papers: use counting='full' and "
                "ties='all', or normalisation='association'"
            )
    import numpy as np
    from scipy import sparse

    whole = incidence_of(kg)
    selection = select(kg, whole.papers, **filters)
    columns = np.flatnonzero(selection.chosen)
    incidence = whole.matrix[:, columns] if len(columns) < len(whole.papers) else whole.matrix
    rows = np.flatnonzero(np.diff(incidence.indptr))
    incidence = sparse.csr_array(incidence[rows] if len(rows) < len(whole.nodes) else incidence)
    nodes = whole.nodes.take(rows) if len(rows) < len(whole.nodes) else whole.nodes
    papers = whole.papers.take(columns) if len(columns) < len(whole.papers) else whole.papers
    weights = _paper_weights(incidence, counting, ties)
    ends = None
    if ties != "all":
        ends = ends_among(ends_of(kg, whole), rows, columns, len(whole.nodes))
    matrix = tie_matrix(incidence, weights, ends, ties)
    if least_shared > 1:
        matrix = _repeated(matrix, incidence, least_shared)
    if normalisation is not None:
        matrix = _normalised(matrix, incidence, normalisation)
    found = Network(
        graph=kg,
        kind="authors",
        node_ids=nodes,
        paper_ids=papers,
        matrix=matrix,
        incidence=incidence,
        paper_weights=weights,
        counting=counting,
        description=_described(counting, ties, normalisation, least_shared, selection),
        ends=ends,
        ties_of=ties,
    )
    return _only(found, least_papers, authors, ego, steps)


def _known(kind: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        raise UnknownNameError(kind, name, names)


def _paper_weights(incidence: sparse.csr_array, counting: str, ties: str) -> NDArray[np.float64]:
    """What each paper adds to each of its ties; 0 for those by one author."""
    import numpy as np

    people = (incidence.T @ np.ones(incidence.shape[0])).astype(np.int32)
    # What there are few of, numbers of authors, is counted out, not the many papers.
    sizes = np.arange(2, max(2, people.max(initial=0) + 1), dtype=np.float64)
    weights = np.concatenate([[0, 0], COUNTINGS[counting](sizes, TIES[ties](sizes))])
    found: NDArray[np.float64] = weights[people]
    return found


def _repeated(
    matrix: sparse.csr_array, incidence: sparse.csr_array, least: int
) -> sparse.csr_array:
    """The ties of at least so many shared papers."""
    from scipy import sparse

    often = sparse.csr_array(incidence @ incidence.T) >= least
    return sparse.csr_array(matrix.multiply(often))


def _normalised(
    matrix: sparse.csr_array, incidence: sparse.csr_array, normalisation: str
) -> sparse.csr_array:
    import numpy as np
    from scipy import sparse

    has: NDArray[np.float64]
    if normalisation == "association":
        has = np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
    else:
        has = np.diff(incidence.indptr).astype(np.float64)
    rows: NDArray[np.intp] = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    data = NORMALISATIONS[normalisation](
        matrix.data, has[rows], has[matrix.indices], float(matrix.sum())
    )
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _described(
    counting: str, ties: str, normalisation: str | None, least_shared: int, selection: Selection
) -> str:
    words = [f"coauthors, {'Newman' if counting == 'newman' else counting} counting"]
    if ties != "all":
        words.append(f"ties of {ties.replace('-', ' and ')} authors")
    if normalisation is not None:
        words.append(f"{normalisation.capitalize()} normalisation")
    if least_shared > 1:
        words.append(f"ties of at least {least_shared} papers")
    return ", ".join([*words, *selection.words])


def _only(
    network: Network,
    least_papers: int,
    authors: str | Iterable[str] | None,
    ego: str | None,
    steps: int,
) -> Network:
    """The part of a network that was asked for."""
    import numpy as np

    chosen = Selection("authors", np.ones(len(network), dtype=bool))
    if least_papers > 1:
        words = f"at least {least_papers} papers each"
        chosen.keep(words, np.diff(network.incidence.indptr) >= least_papers)
        chosen.words.append(words)
    if authors is not None:
        named = [authors] if isinstance(authors, str) else list(authors)
        mask = np.zeros(len(network), dtype=bool)
        mask[[network.row(name) for name in named]] = True
        words = f"only {len(named):,} named author{'s' * (len(named) != 1)}"
        chosen.keep(words, mask)
        chosen.words.append(words)
    if chosen.words:
        network = network.subnetwork(np.flatnonzero(chosen.chosen), ", ".join(chosen.words))
    return network if ego is None else network.ego(ego, steps)
