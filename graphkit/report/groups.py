"""The groups of a network for a report: their core, their topics and their papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.network import Network
from graphkit.report.papers import Papers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["groups", "method_for"]

# Many runs of Leiden agree on something better than one, but each takes a second on so many ties.
MOST_TIES = 50_000
MOST_GROUPS = 12
CORE = 6


def method_for(network: Network) -> str:
    """The registered measure by which groups are found."""
    return "consensus" if network.matrix.nnz // 2 <= MOST_TIES else "community"


def groups(network: Network, papers: Papers) -> list[dict[str, Any]]:
    """The largest groups of three people or more.

    Parameters
    ----------
    network : Network
    papers : Papers

    Returns
    -------
    list of dict
        ``number``, ``size``, ``core`` (those with most strength within the group), ``topics``
        (what is more frequent in it than elsewhere), ``years``, ``papers`` (those by its
        members; most of its people first).
    """
    import numpy as np
    from scipy import sparse

    method = method_for(network)
    member = network.measure(method)[method].to_numpy()
    sizes = np.bincount(member) if len(member) else np.zeros(0, np.int64)
    belongs = sparse.csr_array(
        (np.ones(len(member)), (member, np.arange(len(member)))), shape=(len(sizes), len(member))
    )
    # How many members of each group wrote each paper, and how strongly each person is tied.
    written = sparse.csr_array(belongs @ network.incidence)
    topics = _topics(network, written)
    rows = np.repeat(np.arange(len(member)), np.diff(network.matrix.indptr))
    inside = member[rows] == member[network.matrix.indices]
    strength = np.bincount(rows, network.matrix.data * inside, minlength=len(member))
    found = []
    for number in range(min(len(sizes), MOST_GROUPS)):
        if sizes[number] < 3:
            break
        people = np.flatnonzero(member == number)
        core = people[np.argsort(-strength[people], kind="stable")][:CORE]
        columns = written.indices[written.indptr[number] : written.indptr[number + 1]]
        many = written.data[written.indptr[number] : written.indptr[number + 1]]
        years = network.years[columns]
        years = years[np.isfinite(years)]
        joint = columns[many > 1]
        found.append(
            {
                "number": number + 1,
                "size": int(sizes[number]),
                "core": [papers.person(row) for row in core],
                "topics": topics[number] if number < len(topics) else [],
                "years": (int(years.min()), int(years.max())) if len(years) else None,
                "written": len(columns),
                "papers": papers.listed(joint if len(joint) else columns, 6),
            }
        )
    return found


def _topics(network: Network, written: Any) -> list[list[str]]:
    """What is more frequent in each of the largest groups than in all: by tf-idf over groups."""
    import numpy as np
    from scipy import sparse

    labels: dict[str, int] = {}
    pairs = [
        (column, labels.setdefault(label, len(labels)))
        for column, row in enumerate(network.topics)
        for _, label in row
    ]
    if not pairs:
        return []
    at = np.array(pairs).T
    shape = (written.shape[1], len(labels))
    subject = sparse.csr_array((np.ones(at.shape[1]), (at[0], at[1])), shape=shape)
    counted = sparse.csr_array((written > 0).astype(float) @ subject)
    in_groups = np.bincount(counted.indices, minlength=len(labels))
    weight = np.log1p(counted.shape[0] / np.maximum(in_groups, 1))
    names = np.array(list(labels), dtype=object)
    largest = counted[: min(MOST_GROUPS, counted.shape[0])].toarray()
    best = np.argsort(-largest * weight, axis=1, kind="stable")[:, :4]
    return [
        [str(name) for name, count in zip(names[order], row[order], strict=True) if count]
        for row, order in zip(largest, best, strict=True)
    ]


def numbers(network: Network) -> pd.Series[Any]:
    """The group of each author, 1 the largest, as the report numbers them."""
    method = method_for(network)
    found: pd.Series[Any] = network.measure(method).set_index(network.kind.removesuffix("s"))[
        method
    ]
    return found + 1
