"""Networks of others -> KnowledgeGraph: plain coauthor graphs, and graphs of authors and papers.

Papers are never invented: a tie between two people says that they wrote something together,
not what, so it is only taken with the papers that it stands for.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from graphkit.checked import doi_of
from graphkit.errors import SchemaError
from graphkit.graph import KnowledgeGraph
from graphkit.ids import Namespaces, identifier, mint
from graphkit.iris import illegal_iri

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["from_plain_network", "people", "people_ids"]

READER = "graphkit.networks_in 1"
KINDS = {
    **dict.fromkeys(("author", "authors", "person", "people"), "author"),
    **dict.fromkeys(("paper", "papers", "publication", "article", "work"), "paper"),
}
# As in networkx's own examples (Davis's women and the events that they went to).
SIDES = {0: "author", 1: "paper"}
NEEDED = (
    "this is no graph that to_networkx made (it has no 'tables'), and it says of no paper who "
    "wrote it: give each edge between two people an attribute 'papers', a list of ids or "
    "titles; or make papers nodes of their own, with kind='paper' beside kind='author' "
    "(or bipartite=1 beside bipartite=0)"
)


def from_plain_network(graph: nx.Graph[Any]) -> KnowledgeGraph:
    """A graph of people, or of people and papers, that another program made.

    Parameters
    ----------
    graph : networkx.Graph
        Either nodes are people and each edge has ``papers``, a list of ids or titles; who is
        tied by a paper wrote it. Or nodes are people and papers, told apart by ``kind`` or
        ``type`` (``"author"``, ``"paper"``) or by ``bipartite`` (0 people, 1 papers), and an
        edge joins a person and a paper. Read of people: ``name`` or ``label``; of papers:
        ``title``, ``label`` or ``name``, ``year`` and ``doi``; of edges to papers:
        ``position``, ``printed_name`` and ``affiliation``. Weights follow from the papers;
        other attributes are not read.

    Returns
    -------
    KnowledgeGraph
        All rows are of one source, named after what the graph holds.

    Raises
    ------
    SchemaError
        Edges without papers, or nodes of which it is not said what they are.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.Graph([("Ada", "Bob", {"papers": ["Notes"]}), ("Bob", "Cy", {"papers": ["X"]})])
    >>> from_plain_network(graph)
    <KnowledgeGraph: 2 papers · 3 people · 1 source>
    """
    kinds = _kinds(graph)
    rows = _two_kinds(graph, kinds) if kinds else _one_kind(graph)
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(f"{READER}\n{text}".encode()).hexdigest()
    source = f"source:networkx-{digest[:12]}"
    about = {
        "id": source,
        "uri": str(graph.graph.get("name") or "networkx graph"),
        "format": "networkx",
        "sha256": digest,
        "reader": READER,
    }
    data = {**rows, "sources": [about]}
    return KnowledgeGraph(
        {name: [{**row, "source": source} for row in found] for name, found in data.items()}
    )


# -- people and papers --------------------------------------------------------------------


def _kinds(graph: nx.Graph[Any]) -> dict[Hashable, str]:
    """What each node is; empty where no node says."""
    found: dict[Hashable, str] = {}
    silent = []
    for node, attributes in graph.nodes(data=True):
        kind = _kind(node, attributes)
        if kind is None:
            silent.append(node)
        else:
            found[node] = kind
    if set(found.values()) <= {"author"}:
        return {}
    if silent:
        raise SchemaError(
            f"node {silent[0]!r} does not say what it is, as others do: give it kind='author' "
            "or kind='paper'"
        )
    return found


def _kind(node: Hashable, attributes: dict[str, Any]) -> str | None:
    for name in ("kind", "type"):
        value = attributes.get(name)
        if value is None:
            continue
        kind = KINDS.get(str(value).strip().lower())
        if kind is None:
            raise SchemaError(f"node {node!r} has {name}={value!r}: it is 'author' or 'paper'")
        return kind
    side = attributes.get("bipartite")
    if side is None:
        return None
    if side not in SIDES:
        raise SchemaError(f"node {node!r} has bipartite={side!r}: it is 0 (people) or 1 (papers)")
    return SIDES[side]


def _two_kinds(graph: nx.Graph[Any], kinds: dict[Hashable, str]) -> dict[str, list[dict[str, Any]]]:
    people = {node: graph.nodes[node] for node, kind in kinds.items() if kind == "author"}
    papers = {node: graph.nodes[node] for node, kind in kinds.items() if kind == "paper"}
    author_ids = _ids("author", people, ("name", "label"))
    paper_ids = _ids("paper", papers, ("title", "label", "name"))
    authorships = {}
    for start, end, attributes in graph.edges(data=True):
        if kinds[start] == kinds[end]:
            raise SchemaError(
                f"edge {start!r} - {end!r} joins two {kinds[start]}s: in a graph with papers "
                "each edge joins a paper and an author"
            )
        author, paper = (start, end) if kinds[start] == "author" else (end, start)
        known = ("position", "printed_name", "affiliation")
        cells = {name: attributes[name] for name in known if attributes.get(name) is not None}
        link = {"paper": paper_ids[paper], "author": author_ids[author], **cells}
        # Parallel edges that say the same are one authorship.
        authorships[json.dumps(link, sort_keys=True, default=str)] = link
    return {
        "authors": _people(people, author_ids),
        "papers": [_paper(node, paper_ids[node], papers[node]) for node in papers],
        "authorships": list(authorships.values()),
    }


def _paper(node: Hashable, id: str, attributes: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": id, "title": _name(node, attributes, ("title", "label", "name"))}
    year = attributes.get("year")
    if year is not None:
        try:
            row["year"] = int(year)
        except (TypeError, ValueError):
            raise SchemaError(f"node {node!r} has year={year!r}: it is a whole number") from None
    row["doi"] = _doi(node, attributes)
    return row


def _doi(node: Hashable, attributes: dict[str, Any]) -> str | None:
    printed = attributes.get("doi")
    if printed is None:
        return None
    doi = doi_of(str(printed))
    if doi is None:
        raise SchemaError(f"node {node!r} has doi={printed!r}: it is no DOI, such as 10.1000/182")
    return doi


# -- people alone -------------------------------------------------------------------------


def _one_kind(graph: nx.Graph[Any]) -> dict[str, list[dict[str, Any]]]:
    people = dict(graph.nodes(data=True))
    ids = _ids("author", people, ("name", "label"))
    titles: dict[str, str | None] = {}
    written: dict[tuple[str, str], None] = {}
    for start, end, attributes in graph.edges(data=True):
        for paper, title in _papers(start, end, attributes.get("papers")):
            titles[paper] = title
            written |= {(paper, ids[start]): None, (paper, ids[end]): None}
    if not titles:
        raise SchemaError(NEEDED)
    return {
        "authors": _people(people, ids),
        "papers": [{"id": paper, "title": title} for paper, title in titles.items()],
        "authorships": [{"paper": paper, "author": author} for paper, author in written],
    }


def _papers(start: Hashable, end: Hashable, papers: Any) -> Iterator[tuple[str, str | None]]:
    """Id and title of each paper of an edge."""
    if isinstance(papers, str):
        # Formats such as GraphML have no lists: there, ids stand one after the other.
        parts = papers.split()
        papers = parts if parts and all(map(_is_id, parts)) else [papers]
    if not isinstance(papers, Iterable) or not (found := list(papers)):
        raise SchemaError(f"edge {start!r} - {end!r} has no papers: {NEEDED}")
    for paper in found:
        text = str(paper)
        if not text.strip():
            raise SchemaError(f"edge {start!r} - {end!r} has a paper without a name")
        yield (text, None) if _is_id(text) else (mint("paper", text), text)


# -- nodes --------------------------------------------------------------------------------


def _ids(
    kind: str, nodes: dict[Hashable, dict[str, Any]], labels: tuple[str, ...]
) -> dict[Hashable, str]:
    """An id for each node: the node itself if it is one, else made of what it is called."""
    names = {node: _name(node, attributes, labels) for node, attributes in nodes.items()}
    minted = {
        node: str(node) if _is_id(node) else _own_id(kind, node, names[node], nodes[node])
        for node in nodes
    }
    times = Counter(minted.values())
    # Two nodes are two people, also where they have one name.
    return {
        node: mint(kind, str(names[node]), str(node)) if times[id] > 1 else id
        for node, id in minted.items()
    }


def _own_id(kind: str, node: Hashable, name: str | None, attributes: dict[str, Any]) -> str:
    doi = _doi(node, attributes) if kind == "paper" else None
    return identifier("doi", doi) if doi else mint(kind, name or str(node))


def people_ids(graph: nx.Graph[Any]) -> dict[Hashable, str]:
    """The id of each node of a graph of people: the node itself if it is one, else made of it."""
    return _ids("author", dict(graph.nodes(data=True)), ("name", "label"))


def people(graph: nx.Graph[Any]) -> list[dict[str, Any]]:
    """Rows of ``authors`` for a graph of people."""
    return _people(dict(graph.nodes(data=True)), people_ids(graph))


def _people(
    nodes: dict[Hashable, dict[str, Any]], ids: dict[Hashable, str]
) -> list[dict[str, Any]]:
    named = ("name", "label")
    return [{"id": ids[node], "name": _name(node, nodes[node], named)} for node in nodes]


def _name(node: Hashable, attributes: dict[str, Any], labels: tuple[str, ...]) -> str | None:
    for label in labels:
        if attributes.get(label) not in (None, ""):
            return str(attributes[label])
    # An id is no name; whatever else a node is says what it is called.
    return None if _is_id(node) else str(node)


def _is_id(node: Hashable) -> bool:
    if not isinstance(node, str) or ":" not in node or " " in node:
        return False
    known = Namespaces()
    prefix = node.partition(":")[0]
    is_web = node.startswith(("http://", "https://"))
    return (prefix in known.prefixes or is_web) and not illegal_iri(known.expand(node))
