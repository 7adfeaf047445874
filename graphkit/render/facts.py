"""What a network tells of its people, as columns for a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit import registry
from graphkit.render.lists import Lists
from graphkit.summary import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["caption", "mean_year", "measured", "radii", "strongest", "teams", "topics"]

SMALLEST, LARGEST = 5.0, 20.0
"""Radii, in the units of the positions."""


def strongest(source: Ints, target: Ints, weight: Floats, most: int | None, seed: int) -> Ints:
    """The ties to draw, ascending: of everybody one, and by lot among equally strong ones."""
    if most is None or len(weight) <= most:
        return np.arange(len(weight))
    lot = np.random.default_rng(seed).permutation(len(weight))
    order = np.lexsort((lot, -weight))
    ends = np.column_stack((source[order], target[order])).ravel()
    first = np.unique(ends, return_index=True)[1] // 2
    return np.unique(np.concatenate((order[first], order))[:most])


def measured(network: Network, names: list[str]) -> dict[str, Floats]:
    """The columns of numbers that some measures give, shape (n,) each; NaN for unknown.

    Raises
    ------
    UnknownNameError
        One of the names is no measure.
    """
    if not len(network.nodes):
        for name in names:
            registry.load("measure", name)  # an unknown name is an error here, too
        return {name: np.empty(0) for name in names}
    frame = network.measure(*names)
    return {
        str(name): column.to_numpy(dtype=np.float64, na_value=np.nan)
        for name, column in frame.items()
        if column.dtype.kind in "iufb"
    }


def radii(value: Floats | None, count: int) -> Floats:
    """Radii whose squares grow with the value, since people compare areas."""
    if value is None:
        return np.full(count, (SMALLEST + LARGEST) / 3)
    known = np.isfinite(value)
    low, high = (value[known].min(), value[known].max()) if known.any() else (0.0, 0.0)
    if high == low:
        return np.full(count, (SMALLEST + LARGEST) / 3)
    share = np.where(known, value - low, 0.0) / (high - low)
    return np.asarray(SMALLEST + (LARGEST - SMALLEST) * np.sqrt(share))


def mean_year(node_papers: Lists, years: Floats) -> Floats:
    """The mean year of each person's papers of which it is known; NaN without one."""
    known = np.isfinite(years)[node_papers.values]
    owners = node_papers.owners[known]
    count = np.bincount(owners, minlength=len(node_papers))
    total = np.bincount(owners, years[node_papers.values[known]], minlength=len(node_papers))
    mean = np.full(len(count), np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean


def topics(topics: Any) -> tuple[tuple[str, ...], tuple[str, ...], Lists]:
    """Ids and labels of all topics, and those of each paper; topics of one label are one."""
    named = {label: id for row in topics for id, label in row}
    number = {label: at for at, label in enumerate(named)}
    rows = [[number[label] for _, label in row] for row in topics]
    return tuple(named.values()), tuple(named), Lists.of(rows)


def teams(network: Network) -> tuple[tuple[str, ...], tuple[str, ...], Lists]:
    """Ids and labels of the teams that some of these people are in, and those of each person."""
    import pyarrow.compute as pc

    from graphkit.network.incidence import objects, values

    members = network.graph.table("memberships").select(["author", "team"])
    person = pc.index_in(members["author"], value_set=network.node_ids)
    members = members.append_column("person", person).filter(pc.is_valid(person))
    teams = pc.unique(members["team"]).sort()
    labels = objects(values(network.graph, "teams", "label", teams))
    labels = np.where(labels == "", objects(teams), labels)
    team = pc.index_in(members["team"], value_set=teams).to_numpy()
    pairs = np.unique(np.column_stack((members["person"].to_numpy(), team)), axis=0)
    return (
        tuple(objects(teams)),
        tuple(labels),
        Lists.of_pairs(pairs[:, 0], pairs[:, 1], len(network)),
    )


def caption(network: Network, ties: int) -> str:
    """In words, how ties were counted and how many there are, of which so many are drawn."""
    people, papers = len(network.nodes), len(network.papers)
    how = str(network.description)
    drawn = "" if ties == network.matrix.nnz // 2 else f"the {ties:,} strongest of "
    ties = network.matrix.nnz // 2
    parts = (
        how[:1].upper() + how[1:],
        counted(people, "people"),
        drawn + counted(ties, "ties"),
        counted(papers, "papers"),
    )
    return " · ".join(part for part in parts if part)
