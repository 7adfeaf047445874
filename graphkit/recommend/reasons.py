"""Why somebody is suggested: what two people have in common, and the papers that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.network.incidence import incidence_of, objects, values
from graphkit.recommend.profiles import text_index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.network import Network

__all__ = ["Reason", "reasons_of"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is suggested; ``str`` gives the sentence.

    Attributes
    ----------
    kind : {"coauthor", "topic", "path", "event", "words"}
    entity : str
        Id of the shared coauthor, topic or event; of the coauthor of the suggested person to whom
        the path leads; the shared words.
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


def reasons_of(network: Network, row: int, other: int) -> list[Reason]:
    """Why somebody is suggested to somebody, each reason with its papers.

    Parameters
    ----------
    network : Network
    row, other : int
        Rows of who asks and of who is suggested.

    Returns
    -------
    list of Reason
        Shared coauthors, then shared topics; where there is neither, the shortest way through
        two coauthors, a shared event, or the rarest words that both use.
    """
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
    return found + topics or _farther(network, row, other)


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
    verb = {"coauthor": "wrote with", "event": "had papers at", "words": "use the words"}.get(
        kind, "wrote on"
    )
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


def _farther(network: Network, row: int, other: int) -> list[Reason]:
    """Reasons for two people who share neither a coauthor nor a topic."""
    found = [*_path(network, row, other), *_events(network, row, other)]
    return found or _words(network, row, other)


def _path(network: Network, row: int, other: int) -> list[Reason]:
    """The strongest way through a coauthor of each."""
    import numpy as np

    own, weights = network.neighbours(row)
    others, other_weights = network.neighbours(other)
    between = network.matrix[own][:, others].toarray()
    if not between.any():
        return []
    strength = np.minimum(np.minimum(between, weights[:, None]), other_weights[None, :])
    at = np.unravel_index(int(strength.argmax()), strength.shape)
    near, far = int(own[at[0]]), int(others[at[1]])
    names = network.names
    steps = ((row, near), (near, far), (far, other))
    told = [
        f"{names[one]} with {names[two]} in "
        + _listed([str(title) for title in network.titles[network.shared_papers(one, two)]])
        for one, two in steps
    ]
    own_papers, other_papers = (
        tuple(str(paper) for paper in network.papers[network.shared_papers(*pair)])
        for pair in (steps[0], steps[2])
    )
    entity, name = str(network.nodes[far]), str(names[far])
    return [Reason("path", entity, name, own_papers, other_papers, "; ".join(told))]


def _events(network: Network, row: int, other: int) -> list[Reason]:
    """Events at which both had papers."""
    import pyarrow as pa

    events = objects(values(network.graph, "papers", "event", network.paper_ids))
    own, others = network.papers_of(row), network.papers_of(other)
    shared = sorted((set(events[own]) & set(events[others])) - {""})
    found = []
    for event in shared[:2]:
        label = values(network.graph, "venues", "label", pa.array([event]))[0].as_py() or event
        both = (own[events[own] == event], others[events[others] == event])
        found.append(_reason(network, (row, other), "event", (str(event), str(label)), both))
    return found


def _words(network: Network, row: int, other: int) -> list[Reason]:
    """The words that make the two alike, and the papers that have them."""
    import numpy as np
    from scipy import sparse

    index = text_index(network.graph)
    at = _rows_of_papers(network)
    wrote = [at[network.papers_of(person)] for person in (row, other)]
    summed = [np.asarray(index.papers[papers].sum(axis=0)).ravel() for papers in wrote]
    weight = summed[0] * summed[1]
    best = np.argsort(-weight, kind="stable")[:3]
    best = best[weight[best] > 0]
    if not len(best):
        return []
    words = ", ".join(str(term) for term in index.terms[best])
    having = [
        network.papers_of(person)[
            np.asarray(sparse.csr_array(index.papers[papers])[:, best].sum(axis=1)).ravel() > 0
        ]
        for person, papers in zip((row, other), wrote, strict=True)
    ]
    return [_reason(network, (row, other), "words", (words, words), (having[0], having[1]))]


def _rows_of_papers(network: Network) -> NDArray[np.intp]:
    """Row of each paper of a network in the text index."""
    import pyarrow.compute as pc

    whole = incidence_of(network.graph).papers
    found: NDArray[np.intp] = pc.index_in(network.paper_ids, value_set=whole).to_numpy()
    return found
