"""Groups of people who write with each other: who they are, on what, and kept in the graph."""

from __future__ import annotations

import hashlib
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.analysis.group_labels import terms_of_groups
from graphkit.errors import UnknownNameError
from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import GROUPS as FORMAT
from graphkit.ids import mint
from graphkit.measures.communities import GROUPS as METHODS
from graphkit.network import Network
from graphkit.schema import STATEMENTS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["forget", "groups", "keep"]

VERSION = "1"


def groups(
    network: Network,
    method: str = "consensus",
    *,
    resolution: float = 1.0,
    seed: int = 0,
    least: int = 2,
    engine: str | None = None,
) -> pd.DataFrame:
    """Find the groups of a network, the largest first.

    A group's label is what its papers are on more than those of the others (see
    `graphkit.analysis.group_labels.terms_of_groups`). A paper belongs to the group of most of its
    authors, of equal ones to the larger group.

    Parameters
    ----------
    network : Network
        Of authors.
    method : {"consensus", "community", "louvain", "label-propagation"}
        A measure that tells groups; see `graphkit.measures.communities`.
    resolution : float, default 1
        Higher values give more and smaller groups; not for label propagation.
    seed : int, default 0
    least : int, default 2
        Only groups of at least so many members. Who has no ties is a group of one.
    engine : {"networkit"}, optional
        The library that is to find them, by any method but ``consensus``; it takes no seed.

    Returns
    -------
    pandas.DataFrame
        Columns ``group`` (number, as the measure has it), ``label``, ``size``, ``papers``,
        ``since`` and ``until`` (years, missing where none is known), ``core`` (names of those
        whose ties within the group weigh at least half of what those of its strongest member
        do, strongest first), ``members`` and ``paper_ids`` (lists of ids). Its ``attrs`` tell
        ``method``, ``resolution``, ``seed``, ``least``, ``engine`` and ``network``.

    Raises
    ------
    UnknownNameError
        No such method or engine.
    MissingExtraError
        An engine that is not installed.
    ValueError
        A resolution for label propagation, a seed for an engine without one, or a network of
        something else than authors.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = groups(gk.example().resolve().coauthors())
    >>> found[["group", "size", "papers"]].head(2).values.tolist()
    [[0, 26, 6], [1, 23, 5]]
    """
    import pandas as pd

    member = _membership(network, method, resolution, seed, engine)
    within = _within(network, member)
    sizes, rows = _split(member)
    of_paper = _papers_of(network, member)
    counts, papers = _split(of_paper, len(sizes))
    terms = terms_of_groups(network, of_paper, len(sizes))
    found = []
    for number, size in enumerate(sizes):
        if size < least:
            continue
        # Stable: of equal members the first by id.
        ranked = rows[number][(-within[rows[number]]).argsort(kind="stable")]
        core = ranked[within[ranked] * 2 >= within[ranked[0]]]
        years = network.years[papers[number]]
        years = years[years == years]
        label = ", ".join(terms[number]) or f"around {network.names[ranked[0]]}"
        found.append(
            {
                "group": number,
                "label": label,
                "size": int(size),
                "papers": int(counts[number]),
                "since": years.min() if len(years) else None,
                "until": years.max() if len(years) else None,
                "core": network.names[core].tolist(),
                "members": network.nodes[ranked].tolist(),
                "paper_ids": network.papers[papers[number]].tolist(),
            }
        )
    for twin in _twins([row["label"] for row in found]):
        found[twin]["label"] += f" ({found[twin]['core'][0]})"
    columns = ("group", "label", "size", "papers", "since", "until", "core", "members", "paper_ids")
    frame = pd.DataFrame(found, columns=list(columns))
    frame = frame.astype({"since": "Int32", "until": "Int32"})
    frame.attrs |= {"method": method, "resolution": resolution, "seed": seed, "least": least}
    frame.attrs |= {"engine": engine, "network": network.description}
    return frame


def keep(
    network: Network,
    method: str = "consensus",
    *,
    resolution: float = 1.0,
    seed: int = 0,
    least: int = 2,
    engine: str | None = None,
) -> KnowledgeGraph:
    """The graph of a network with its groups in it, in ``groups`` and ``members``.

    They are a source of their own, of format ``groups``, which says how they were found and is
    ``prov:wasDerivedFrom`` the sources that the graph had. So they merge, travel as ``foaf:Group``
    and are taken back (`forget`, `KnowledgeGraph.without`) like any other source. Groups that
    were found the same way before are replaced.

    Parameters
    ----------
    network : Network
    method, resolution, seed, least, engine
        As for `groups`.

    Returns
    -------
    KnowledgeGraph

    Raises
    ------
    UnknownNameError
        No such method.
    ValueError
        As for `groups`.

    Examples
    --------
    >>> import graphkit as gk
    >>> kg = keep(gk.example().resolve().coauthors(), least=10)
    >>> kg.groups.label[1]
    'Automatic speech recognition, Keyword spotting, Quantization'
    >>> forget(kg) == gk.example().resolve()
    True
    """
    found = groups(network, method, resolution=resolution, seed=seed, least=least, engine=engine)
    kg = network.graph
    by = f" by {engine}" if engine else ""
    how = f"{method}{by}, resolution {resolution:g}, seed {seed}, groups of {least} or more"
    title = f"Groups by {how}; {network.description}"
    kg = forget(kg, title)
    library = registry.load("engine", engine).VERSION_OF if engine else "igraph"
    text = f"{FORMAT} {VERSION}\n{title}\n" + "\n".join(
        "\t".join([label, *members])
        for label, members in zip(found["label"], found["members"], strict=True)
    )
    saw = kg.source_ids()
    digest = hashlib.sha256("\n".join([text, *saw]).encode()).hexdigest()
    source = f"source:{FORMAT}-{digest[:12]}"
    ids = [mint("group", digest[:12], str(number)) for number in found["group"]]
    within = dict(zip(network.nodes, _within(network, _membership_of(found, network)), strict=True))
    made: dict[str, Any] = {
        "groups": [
            {"id": one, "label": label, "source": source}
            for one, label in zip(ids, found["label"], strict=True)
        ],
        "members": [
            {
                "group": one,
                "author": author,
                "core": within[author] * 2 >= within[members[0]],
                "strength": float(within[author]),
                "source": source,
            }
            for one, members in zip(ids, found["members"], strict=True)
            for author in members
        ],
        STATEMENTS: [
            {"s": source, "p": "prov:wasDerivedFrom", "o": one, "source": source}
            for one in saw
            if one
        ],
        "sources": [
            {
                "id": source,
                "title": title,
                "format": FORMAT,
                "sha256": digest,
                "reader": f"graphkit.analysis.groups {VERSION}",
                "description": f"Found with {library} {version(library)}.",
                "source": source,
            }
        ],
    }
    return kg | KnowledgeGraph(made, base=kg.base)


def forget(kg: KnowledgeGraph, title: str | None = None) -> KnowledgeGraph:
    """The graph without the groups that were kept in it.

    Parameters
    ----------
    kg : KnowledgeGraph
    title : str, optional
        Only those of the source of this title.

    Returns
    -------
    KnowledgeGraph

    Examples
    --------
    >>> import graphkit as gk
    >>> forget(gk.example()) == gk.example()
    True
    """
    for row in kg.table("sources", as_read=True).to_pylist():
        if row["format"] == FORMAT and title in (None, row["title"]):
            kg = kg.without(row["id"])
    return kg


def _twins(labels: list[str]) -> list[int]:
    """Where a label stands that another one equals."""
    often = Counter(labels)
    return [at for at, label in enumerate(labels) if often[label] > 1]


def _membership(
    network: Network, method: str, resolution: float, seed: int, engine: str | None
) -> NDArray[np.int64]:
    if method not in METHODS:
        raise UnknownNameError("method of grouping", method, METHODS)
    if network.kind != "authors":
        raise ValueError(f"groups are of authors, and this is a network of {network.kind}")
    options: dict[str, Any] = {}
    if method != "label-propagation":
        options["resolution"] = resolution
    elif resolution != 1:
        raise ValueError("label propagation knows no resolution: leave it out, or choose another")
    if engine is None:
        function, options["seed"] = registry.load("measure", method), seed
    else:
        offered = registry.load("engine", engine).MEASURES
        if method not in offered:
            raise UnknownNameError(
                f"method of {engine}", method, [m for m in METHODS if m in offered]
            )
        if seed:
            raise ValueError(f"{engine} knows no seed: leave it out, or leave out the engine")
        function = offered[method]
    found: NDArray[np.int64] = function(network, **options).to_numpy()
    return found


def _membership_of(found: pd.DataFrame, network: Network) -> NDArray[np.int64]:
    """The number of each row's group; numbers of their own for those of no group."""
    import numpy as np

    member = -1 - np.arange(len(network))
    for number, members in zip(found["group"], found["members"], strict=True):
        member[[network.index[one] for one in members]] = number
    return member


def _within(network: Network, member: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weight of each row's ties to others of its group."""
    import numpy as np

    first, second, weight = network.upper
    inside = member[first] == member[second]
    found: NDArray[np.float64] = np.zeros(len(network))
    for ends in (first, second):
        found += np.bincount(ends[inside], weight[inside], len(network))
    # Sums that are equal on paper differ in their last bits.
    return np.round(found, 9)


def _split(
    numbers: NDArray[np.int64], count: int | None = None
) -> tuple[NDArray[np.int64], list[NDArray[np.intp]]]:
    """How many have each number, and which, ascending; those below 0 are left out."""
    import numpy as np

    if count is None:
        count = int(numbers.max(initial=-1)) + 1
    order = np.argsort(numbers, kind="stable")
    order = order[np.searchsorted(numbers[order], 0) :]
    sizes = np.bincount(numbers[order], minlength=count)
    return sizes, np.split(order, np.cumsum(sizes)[:-1]) if count else []


def _papers_of(network: Network, member: NDArray[np.int64]) -> NDArray[np.int64]:
    """The group of most authors of each paper; -1 for papers of nobody here."""
    import numpy as np
    from scipy import sparse

    n = len(network)
    belongs = sparse.csr_array(
        (np.ones(n), (np.arange(n), member)), shape=(n, int(member.max(initial=-1)) + 1)
    )
    shares = sparse.coo_array(network.incidence.T @ belongs)
    papers, numbers = shares.coords
    found = np.full(network.incidence.shape[1], -1, np.int64)
    # Written last, so kept: the group of most authors, of equal ones that of the lowest number.
    order = np.lexsort([-numbers, shares.data])
    found[papers[order]] = numbers[order]
    return found
