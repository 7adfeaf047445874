"""What the measures share: the network for igraph, made once, and their answers as Series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["at_once", "for_igraph", "numbered", "ready", "series", "with_distances", "with_seed"]


def series(network: Network, values: Any, name: str, kind: str = "float64") -> pd.Series[Any]:
    """Values in the order of the rows as a Series by id."""
    import numpy as np
    import pandas as pd

    # An array, since pandas takes in a list item by item.
    values = np.asarray(values, dtype=kind)
    index = pd.Index(network.nodes, name=network.kind.removesuffix("s"), dtype=object)
    return pd.Series(values, index=index, name=name)


def numbered(network: Network, membership: Any, name: str) -> pd.Series[Any]:
    """Groups, told by whole numbers from 0, numbered by size, equal ones by their first author."""
    import numpy as np

    membership = np.asarray(membership, dtype=np.int64)
    sizes = np.bincount(membership)
    first = np.zeros(len(sizes), dtype=np.int64)
    # Written last, so kept: the first of each group.
    first[membership[::-1]] = np.arange(len(membership))[::-1]
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort([first, -sizes])] = np.arange(len(sizes))
    return series(network, rank[membership], name, "int64")


def for_igraph(network: Network) -> Any:
    """The network for igraph, its ties in the order of `Network.upper`, with their ``weight``."""
    if "_igraph" not in vars(network):
        import igraph
        import numpy as np

        # igraph keeps each weight as an object of Python's. Most of them are few numbers many
        # times, and equal ones of a block are one object, which takes a quarter of the memory.
        weights: list[float] = []

        def edges() -> Iterator[tuple[int, int]]:
            for first, second, weight in network.tie_blocks():
                known, at = np.unique(weight, return_inverse=True)
                weights.extend(known.astype(object)[at])
                yield from zip(first.tolist(), second.tolist(), strict=True)

        graph = igraph.Graph(n=len(network), edges=edges())
        graph.es["weight"] = weights
        vars(network)["_igraph"] = graph
    return vars(network)["_igraph"]


def ready(network: Network) -> Any | None:
    """The network for igraph if something else has made it already.

    igraph counts triangles and peels cores faster than columns do, but to make its graph for that
    alone costs more than it saves, and more memory than the matrix has twice. Answers are equal.
    """
    return vars(network).get("_igraph")


def with_distances(network: Network) -> Any:
    """The network for igraph with the ``distance`` of each tie, which is 1/weight."""
    graph = for_igraph(network)
    if "distance" not in graph.es.attributes():
        graph.es["distance"] = [1 / weight for weight in graph.es["weight"]]
    return graph


def at_once(network: Network) -> int:
    """From how many authors paths are followed between two looks at progress and interruption.

    A path from everywhere costs the ties: so few that it takes a few seconds, so many that the
    calls themselves, each of which costs the ties too, cost nothing.
    """
    return max(1, min(256, 50_000_000 // (len(network) + network.matrix.nnz + 1)))


def with_seed(seed: int, call: Any) -> Any:
    """What a call to igraph gives with random numbers of its own; nobody else's are used up."""
    import random

    import igraph

    igraph.set_random_number_generator(random.Random(seed))
    try:
        return call()
    finally:
        igraph.set_random_number_generator(random)
