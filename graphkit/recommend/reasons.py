"""Why somebody is suggested: what two people have in common, and the papers that say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.network.incidence import incidence_of, objects, values
from graphkit.recommend.profiles import entries_of, text_index

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from graphkit.network import Network

__all__ = ["Reason", "reasons_of", "sentence", "shortened"]


# How many reasons a short answer has.
SHORT = 3
# Whoever came within so many years, of those in which she wrote, has come lately.
LATELY = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is suggested; ``str`` gives the sentence.

    Attributes
    ----------
    kind : {"coauthor", "topic", "organization", "event", "path", "words"}
    entity : str
        Id of the shared coauthor, topic, organization or team, event or journal; of the coauthor
        of the suggested person to whom the path leads; the shared words.
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
        Shared coauthors, shared topics, organizations and teams (and who moved there lately),
        events and journals of the same year, each kind with most papers first; where there is
        neither coauthor nor topic, also the shortest way through two coauthors; where there
        are events alone, or nothing, the rarest words that both use.
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
    found += topics or ([] if found else _path(network, row, other))
    found += _organizations(network, row, other)
    events = _events(network, row, other)
    return [*found, *events] if found else [*events, *_words(network, row, other)]


def shortened(reasons: Sequence[Reason], most: int = SHORT) -> list[Reason]:
    """The foremost reasons, two of a kind unless there is no other.

    Parameters
    ----------
    reasons : sequence of Reason
        As `reasons_of` orders them.
    most : int

    Returns
    -------
    list of Reason
        In the same order.
    """
    seen: Counter[str] = Counter()
    late = []
    for reason in reasons:
        late.append(seen[reason.kind] >= 2)
        seen[reason.kind] += 1
    chosen = sorted(range(len(reasons)), key=lambda at: late[at])[:most]
    return [reasons[at] for at in sorted(chosen)]


def sentence(name: str, reasons: Sequence[Reason]) -> str:
    """All reasons in one sentence for a person; the papers stay with the reasons.

    Parameters
    ----------
    name : str
        Of who is suggested.
    reasons : sequence of Reason

    Returns
    -------
    str
        Of each kind the three foremost are named.

    Examples
    --------
    >>> via = Reason("coauthor", "author:Bob", "Bob", ("paper:1",), ("paper:2",), "")
    >>> about = Reason("topic", "topic:Logic", "Logic", ("paper:1",), ("paper:3",), "")
    >>> sentence("Cy", [via, about])
    'Cy also wrote with Bob (1 paper) and wrote on Logic (1 paper).'
    """
    clauses = []
    for kind, words in CLAUSES.items():
        mine = [reason for reason in reasons if reason.kind == kind]
        if not mine:
            continue
        shown = [f"{each.name} ({_papers(len(each.other_papers))})" for each in mine[:3]]
        rest = [f"{len(mine) - 3} more"] if len(mine) > 3 else []
        clauses.append(f"{words} {_and([*shown, *rest])}")
    return f"{name} {'; '.join(clauses)}." if len(clauses) > 2 else f"{name} {_and(clauses)}."


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _papers(count: int) -> str:
    return "1 paper" if count == 1 else f"{count} papers"


def _reason(
    network: Network,
    pair: tuple[int, int],
    kind: str,
    entity: tuple[str, str],
    papers: tuple[Sequence[int] | NDArray[np.intp], Sequence[int] | NDArray[np.intp]],
    also: str = "",
) -> Reason:
    own, other = (tuple(str(paper) for paper in network.papers[columns]) for columns in papers)
    told = [
        f"{network.names[person]} in {_listed([str(t) for t in network.titles[columns]])}"
        for person, columns in zip(pair, papers, strict=True)
    ]
    verb = "use the word" if kind == "words" and "," not in entity[1] else VERBS[kind]
    words = f"both {verb} {entity[1]}: {'; '.join(told)}{also}"
    return Reason(kind, *entity, own, other, words)


VERBS = {
    "coauthor": "wrote with",
    "topic": "wrote on",
    "organization": "wrote at",
    "event": "had papers at",
    "words": "use the words",
}
CLAUSES = {
    "coauthor": "also wrote with",
    "topic": "wrote on",
    "path": "can be reached through",
    "organization": "wrote at",
    "event": "had papers at",
    "words": "uses the words",
}


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


def _path(network: Network, row: int, other: int) -> list[Reason]:
    """The strongest way through a coauthor of each."""
    import numpy as np

    own, weights = network.neighbours(row)
    others, other_weights = network.neighbours(other)
    ties = entries_of(network.matrix, own)
    column = np.full(len(network), -1)
    column[others] = np.arange(len(others))
    to = column[network.matrix.indices[ties.at]]
    between = np.zeros((len(own), len(others)))
    between[ties.row[to >= 0], to[to >= 0]] = network.matrix.data[ties.at[to >= 0]]
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


def _organizations(network: Network, row: int, other: int) -> list[Reason]:
    """Organizations that both wrote at, and teams of both; who came there lately is told."""
    own, others = _employers(network, row), _employers(network, other)
    found = []
    for kind, unit in sorted(own.keys() & others.keys()):
        papers = own[kind, unit], others[kind, unit]
        if not (papers[0] and papers[1]):
            continue
        label = objects(values(network.graph, kind, "label", _one(unit)))[0] or unit
        moved = [_moved(network, who, each) for who, each in zip((row, other), papers, strict=True)]
        told = "".join(f"; {words}" for words in moved if words)
        entity = (unit, str(label))
        found.append(_reason(network, (row, other), "organization", entity, papers, told))
    return found


def _employers(network: Network, person: int) -> dict[tuple[str, str], list[int]]:
    """Papers of an author by organization and team; a member's are all that she wrote."""
    rows = network.papers_of(person)
    column = dict(zip(network.papers[rows].tolist(), rows.tolist(), strict=True))
    found: dict[tuple[str, str], list[int]] = {}
    for link in _links(network, "affiliations", person):
        papers = found.setdefault(("organizations", link["organization"]), [])
        if link["paper"] in column and column[link["paper"]] not in papers:
            papers.append(column[link["paper"]])
    for link in _links(network, "memberships", person):
        found["teams", link["team"]] = rows.tolist()
    return found


def _links(network: Network, table: str, person: int) -> list[dict[str, Any]]:
    """The rows of a table of links of one author; they are sorted once a graph."""
    import numpy as np
    import pyarrow.compute as pc

    graph = network.graph
    name, links = f"recommend.links.{table}", graph.table(table)
    if name not in graph.derived:
        rows = pc.index_in(links["author"], value_set=network.node_ids).fill_null(-1).to_numpy()
        order = np.argsort(rows, kind="stable")
        starts = np.searchsorted(rows[order], np.arange(len(network) + 1))
        graph.derived[name] = order, starts
    order, starts = graph.derived[name]
    mine = order[starts[person] : starts[person + 1]]
    found: list[dict[str, Any]] = links.take(mine).to_pylist() if len(mine) else []
    return found


def _moved(network: Network, person: int, papers: Sequence[int]) -> str:
    """Says so, if somebody wrote elsewhere before and has come lately."""
    years, mine = network.years, network.papers_of(person)
    start = min(years[papers])
    elsewhere = {
        paper
        for (kind, _), theirs in _employers(network, person).items()
        for paper in theirs
        if kind == "organizations" and paper not in papers and years[paper] < start
    }
    if not elsewhere or start <= max(years[mine]) - LATELY:
        return ""
    return f"{network.names[person]} came there in {int(start)}"


def _events(network: Network, row: int, other: int) -> list[Reason]:
    """Events, and journals of one year, in which both had papers; the latest first."""
    where = _places(network)
    years = network.years
    found = []
    places = [
        {(where[at], years[at]) for at in network.papers_of(person)} for person in (row, other)
    ]
    shared = {(place, year) for place, year in places[0] & places[1] if place}
    for place, year in sorted(shared, key=lambda each: (-each[1], each[0]))[:2]:
        label = str(values(network.graph, "venues", "label", _one(place))[0].as_py() or place)
        when = "" if str(int(year)) in label else f" {int(year)}"
        own, others = (
            [
                int(at)
                for at in network.papers_of(person)
                if where[at] == place and years[at] == year
            ]
            for person in (row, other)
        )
        entity = (str(place), f"{label}{when}")
        found.append(_reason(network, (row, other), "event", entity, (own, others)))
    return found


def _places(network: Network) -> NDArray[np.object_]:
    """Event, or else journal, of each paper; made once a graph."""
    import numpy as np

    graph = network.graph
    if "recommend.places" not in graph.derived:
        event, journal = (
            objects(values(graph, "papers", column, network.paper_ids))
            for column in ("event", "journal")
        )
        graph.derived["recommend.places"] = np.where(event == "", journal, event)
    found: NDArray[np.object_] = graph.derived["recommend.places"]
    return found


def _one(id: str) -> pa.Array:
    import pyarrow as pa

    return pa.array([id], pa.string())


def _words(network: Network, row: int, other: int) -> list[Reason]:
    """The words that make the two alike, and the papers that have them."""
    import numpy as np

    index = text_index(network.graph)
    at = _rows_of_papers(network)
    wrote = [at[network.papers_of(person)] for person in (row, other)]
    text = [entries_of(index.papers, papers) for papers in wrote]
    terms = [index.papers.indices[each.at] for each in text]
    summed = [
        np.bincount(which, index.papers.data[each.at], len(index.terms))
        for which, each in zip(terms, text, strict=True)
    ]
    weight = summed[0] * summed[1]
    shared = np.flatnonzero(weight)
    best = shared[np.argsort(-weight[shared], kind="stable")[:3]]
    if not len(best):
        return []
    words = ", ".join(str(term) for term in index.terms[best])
    having = [
        network.papers_of(person)[np.unique(each.row[np.isin(which, best)])]
        for person, which, each in zip((row, other), terms, text, strict=True)
    ]
    return [_reason(network, (row, other), "words", (words, words), (having[0], having[1]))]


def _rows_of_papers(network: Network) -> NDArray[np.intp]:
    """Row of each paper of a network in the text index; made once a graph."""
    import pyarrow.compute as pc

    graph = network.graph
    if "recommend.paper_rows" not in graph.derived:
        whole = incidence_of(graph).papers
        rows = pc.index_in(network.paper_ids, value_set=whole).to_numpy()
        graph.derived["recommend.paper_rows"] = rows
    found: NDArray[np.intp] = graph.derived["recommend.paper_rows"]
    return found
