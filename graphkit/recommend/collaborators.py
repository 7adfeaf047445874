"""With whom to work next: people not yet coauthors, ranked, with reasons that can be checked.

A recommender is a function ``(Network, row) -> scores`` that gives each author of the network
a number for one of them; `collaborators` ranks by it and says why. To add one, write the
function and name it in `graphkit.registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from graphkit import registry
from graphkit.network import Network, coauthors
from graphkit.network.incidence import incidence_of
from graphkit.recommend.filters import AuthorFilters, select_authors

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from graphkit.graph import KnowledgeGraph

__all__ = ["Reason", "adamic_adar", "collaborators", "common_coauthors", "resource_allocation"]

# Topics decide among people whom the ties rank alike, and answer where there are no ties.
TOPIC_WEIGHT = 0.01


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is suggested; ``str`` gives the sentence.

    Attributes
    ----------
    kind : {"coauthor", "topic"}
    entity : str
        Id of the shared coauthor or topic.
    name : str
        What it is called.
    own_papers : tuple of str
        Ids of the papers that tie the author asked about to it.
    other_papers : tuple of str
        Ids of the papers that tie the suggested person to it.
    sentence : str
        The same for a person, with titles.
    """

    kind: str
    entity: str
    name: str
    own_papers: tuple[str, ...]
    other_papers: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def common_coauthors(network: Network, row: int) -> NDArray[np.float64]:
    """Number of shared coauthors [1]_.

    Parameters
    ----------
    network : Network
    row : int
        The author asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        A score for each author.

    References
    ----------
    .. [1] D. Liben-Nowell, J. Kleinberg (2007). The link-prediction problem for social
       networks. JASIST 58, 1019-1031.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = gk.example().coauthors()
    >>> float(common_coauthors(net, net.row("Ankur Gandhe"))[net.row("Andreas Stolcke")])
    1.0
    """
    return _through_coauthors(network, row, lambda degree: degree * 0 + 1)


def adamic_adar(network: Network, row: int) -> NDArray[np.float64]:
    """Shared coauthors, each counted 1/ln(number of its coauthors) [1]_.

    Parameters
    ----------
    network : Network
    row : int
        The author asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        A score for each author.

    References
    ----------
    .. [1] L. A. Adamic, E. Adar (2003). Friends and neighbors on the Web. Social Networks 25,
       211-230.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = gk.example().coauthors()
    >>> scores = adamic_adar(net, net.row("Ankur Gandhe"))
    >>> round(float(scores[net.row("Andreas Stolcke")]), 3)
    0.353
    """
    import numpy as np

    # A shared coauthor has two coauthors at least; the others count nowhere.
    return _through_coauthors(network, row, lambda degree: 1 / np.log(np.maximum(degree, 2)))


def resource_allocation(network: Network, row: int) -> NDArray[np.float64]:
    """What reaches a person when each coauthor passes on its share of the tie [1]_, [2]_.

    The sum over shared coauthors z of w(a,z) w(z,b) / s(z), with w the weight of a tie and
    s the strength of an author; `collaborators` uses Newman's weights, in which large
    teams tie loosely.

    Parameters
    ----------
    network : Network
    row : int
        The author asked about.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        A score for each author.

    References
    ----------
    .. [1] T. Zhou, L. Lü, Y.-C. Zhang (2009). Predicting missing links via local information.
       European Physical Journal B 71, 623-630.
    .. [2] L. Lü, T. Zhou (2010). Link prediction in weighted networks: the role of weak ties.
       EPL 89, 18001.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = gk.example().coauthors(counting="newman")
    >>> scores = resource_allocation(net, net.row("Ankur Gandhe"))
    >>> round(float(scores[net.row("Andreas Stolcke")]), 3)
    0.008
    """
    import numpy as np

    strength = np.asarray(network.matrix.sum(axis=1)).ravel()
    shares = np.zeros(len(network))
    coauthor_rows, weights = network.neighbours(row)
    shares[coauthor_rows] = weights / strength[coauthor_rows]
    reached: NDArray[np.float64] = network.matrix @ shares
    return reached


def _through_coauthors(
    network: Network, row: int, weigh: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    import numpy as np

    degree = np.diff(network.matrix.indptr).astype(np.float64)
    weight = np.zeros(len(network))
    coauthor_rows, _ = network.neighbours(row)
    weight[coauthor_rows] = weigh(degree)[coauthor_rows]
    ties = network.matrix.copy()
    ties.data = np.ones_like(ties.data)
    counted: NDArray[np.float64] = ties @ weight
    return counted


def collaborators(
    kg: KnowledgeGraph,
    author: str,
    k: int = 10,
    *,
    method: str = "resource-allocation",
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
        A registered recommender. To its score comes a hundredth of the cosine similarity
        of the two authors' topics, which decides among equals and answers where no
        coauthor is shared. The score orders; it is no probability.
    **filters
        Whom to suggest: ``topics``, ``since``, ``until``, ``organizations``, ``teams``,
        ``places``, ``career``, ``least_papers``, ``conflicts``; see
        `graphkit.recommend.filters.AuthorFilters`.

    Returns
    -------
    pandas.DataFrame
        Columns ``author`` (id), ``name``, ``score`` and ``reasons`` (a list of `Reason`:
        shared coauthors first, then shared topics, each with the papers behind it).

    Raises
    ------
    UnknownEntityError
        Nobody has that name, or several people have.
    UnknownNameError
        No such method.
    EmptySelectionError
        The filters leave nobody of those who could be suggested.
    ValueError
        ``k`` is less than 1.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = collaborators(gk.example().resolve(), "I-Fan Chen", k=3)
    >>> found.name.to_list()
    ['Ravi Teja Gadde', 'Ariya Rastrow', 'Ashish Shenoy']
    >>> print(found.reasons[0][0].name)
    Ankur Gandhe
    """
    if k < 1:
        raise ValueError(f"k is {k}; it must be at least 1")
    import numpy as np
    import pandas as pd

    recommender = registry.load("recommender", method)
    network = _newman(kg)
    row = network.row(author)
    similar = _topic_similarity(network, row)
    # Rounded, since sums that are equal on paper differ in their last bits.
    scores = np.round(recommender(network, row) + TOPIC_WEIGHT * similar, 12)
    scores[row] = 0
    scores[network.neighbours(row)[0]] = 0
    scores[~_chosen(kg, network, row, scores > 0, filters)] = 0
    # Names break ties, so that an answer does not depend on the order of the sources.
    ranked = np.lexsort([network.names.astype(str), -scores])[: min(k, int((scores > 0).sum()))]
    return pd.DataFrame(
        {
            "author": network.nodes[ranked],
            "name": network.names[ranked],
            "score": scores[ranked],
            "reasons": [_reasons(network, row, other) for other in ranked],
        }
    )


def _chosen(
    kg: KnowledgeGraph,
    network: Network,
    row: int,
    found: NDArray[np.bool_],
    filters: AuthorFilters,
) -> NDArray[np.bool_]:
    """Those of the people found whom the filters leave, by rows of the network."""
    import pyarrow as pa
    import pyarrow.compute as pc

    nodes = incidence_of(kg).nodes
    among = pc.is_in(nodes, network.node_ids.filter(pa.array(found)))
    asked = pc.index_in(network.node_ids.slice(row, 1), nodes).to_pylist()
    left = select_authors(kg, among.to_numpy(zero_copy_only=False), asked, **filters)
    kept = pc.is_in(network.node_ids, nodes.filter(pa.array(left.chosen)))
    mask: NDArray[np.bool_] = kept.to_numpy(zero_copy_only=False)
    return mask


def _newman(kg: KnowledgeGraph) -> Network:
    if "recommend.newman" not in kg.derived:
        kg.derived["recommend.newman"] = coauthors(kg, counting="newman")
    network: Network = kg.derived["recommend.newman"]
    return network


def _topic_similarity(network: Network, row: int) -> NDArray[np.float64]:
    """Cosine of the authors' papers by topic with those of one author."""
    import numpy as np
    from scipy import sparse

    labels = sorted({label for topics in network.topics for label in topics})
    if not labels:
        return np.zeros(len(network))
    column = {label: number for number, label in enumerate(labels)}
    pairs = [(p, column[t]) for p, topics in enumerate(network.topics) for t in topics]
    at = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    subjects = sparse.csr_array(
        (np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(network.papers), len(labels))
    )
    profiles = sparse.csr_array(network.incidence @ subjects)
    length = np.sqrt(np.asarray(profiles.multiply(profiles).sum(axis=1)).ravel())
    own = np.asarray(profiles[[row]].todense()).ravel()
    product = np.asarray(profiles @ own).ravel()
    scale = length * length[row]
    cosine: NDArray[np.float64] = np.divide(
        product, scale, out=np.zeros_like(product), where=scale > 0
    )
    return cosine


def _reasons(network: Network, row: int, other: int) -> list[Reason]:
    import numpy as np

    pair = (row, other)
    own_ties, other_ties = network.neighbours(row)[0], network.neighbours(other)[0]
    found = [
        _reason(
            network,
            pair,
            "coauthor",
            (str(network.nodes[via]), str(network.names[via])),
            (network.shared_papers(row, via), network.shared_papers(other, via)),
        )
        for via in np.intersect1d(own_ties, other_ties)
    ]
    own, others = _by_topic(network, row), _by_topic(network, other)
    topics = [
        _reason(network, pair, "topic", topic, (own[topic], others[topic]))
        for topic in own.keys() & others.keys()
    ]
    for reasons in (found, topics):
        reasons.sort(key=lambda r: (-len(r.own_papers) * len(r.other_papers), r.name))
    return found + topics


def _reason(
    network: Network,
    pair: tuple[int, int],
    kind: str,
    entity: tuple[str, str],
    papers: tuple[Sequence[int] | NDArray[np.intp], Sequence[int] | NDArray[np.intp]],
) -> Reason:
    own, other = (tuple(str(paper) for paper in network.papers[columns]) for columns in papers)
    told = [
        f"{network.names[person]} in {_listed([str(t) for t in network.titles[columns]])}"
        for person, columns in zip(pair, papers, strict=True)
    ]
    verb = "wrote with" if kind == "coauthor" else "wrote on"
    return Reason(kind, *entity, own, other, f"both {verb} {entity[1]}: {'; '.join(told)}")


def _listed(titles: Sequence[str], most: int = 2) -> str:
    shown = ", ".join(f"“{title}”" for title in titles[:most])
    return f"{shown} and {len(titles) - most} more" if len(titles) > most else shown


def _by_topic(network: Network, row: int) -> dict[tuple[str, str], list[int]]:
    """Papers of an author by topic (id and label)."""
    found: dict[tuple[str, str], list[int]] = {}
    for paper in network.papers_of(row):
        for topic in network.topics[paper]:
            found.setdefault(topic, []).append(int(paper))
    return found
