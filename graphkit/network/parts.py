"""Parts of a network: some of its nodes, those around one of them, its years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from graphkit.network.incidence import ends_among
from graphkit.network.weights import tie_matrix
from graphkit.progress import chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.network.network import Network

__all__ = ["ego", "subnetwork", "windows"]


def subnetwork(network: Network, rows: NDArray[np.intp], words: str) -> Network:
    """Some of the nodes, and the ties between them.

    Parameters
    ----------
    network : Network
    rows : numpy.ndarray of int
        Ascending.
    words : str
        What was chosen, for `description`.

    Returns
    -------
    Network
        With the papers of these nodes. Weights are as they were: a paper counts with all of its
        authors.

    Examples
    --------
    >>> import graphkit as gk
    >>> import numpy as np
    >>> subnetwork(gk.example().resolve().coauthors(), np.arange(3), "three of them")
    <Network: 3 authors, 0 ties: coauthors, full counting, three of them>
    """
    import numpy as np

    incidence = network.incidence[rows]
    columns = np.flatnonzero(np.bincount(incidence.indices, minlength=incidence.shape[1]))
    ends = network.ends and ends_among(network.ends, rows, columns, len(network))
    return replace(
        network,
        node_ids=network.node_ids.take(rows),
        paper_ids=network.paper_ids.take(columns),
        matrix=network.matrix[rows][:, rows],
        incidence=incidence[:, columns],
        paper_weights=network.paper_weights[columns],
        description=f"{network.description}, {words}",
        ends=ends,
    )


def ego(network: Network, name: str, steps: int = 1) -> Network:
    """An author and those within some ties of him or her.

    Parameters
    ----------
    network : Network
    name : str
        Name, id or IRI.
    steps : int, default 1

    Returns
    -------
    Network

    Raises
    ------
    UnknownEntityError
        Nobody of that name in this network.
    ValueError
        ``steps`` is below 0.

    Examples
    --------
    >>> import graphkit as gk
    >>> [len(ego(gk.example().coauthors(), "Roland Maas", steps)) for steps in (0, 1, 2)]
    [1, 18, 55]
    """
    import numpy as np

    if steps < 0:
        raise ValueError(f"steps is {steps}; it must be at least 0")
    row = network.row(name)
    reached = np.zeros(len(network), dtype=bool)
    reached[row] = True
    for _ in range(steps):
        reached |= (network.matrix @ reached) > 0
    words = f"within {steps} {'step' if steps == 1 else 'steps'} of {network.names[row]}"
    return subnetwork(network, np.flatnonzero(reached), words)


def windows(network: Network, window: int = 1) -> Iterator[tuple[int, Network]]:
    """The networks of some years each, one for each year in which a paper appeared.

    Parameters
    ----------
    network : Network
    window : int, default 1
        Years that each looks back on, its own among them.

    Yields
    ------
    year : int
    part : Network
        Of the papers of these years and their authors, with the ties of the network that they
        make. A tie weighs what these papers add to it, before any normalisation.

    Examples
    --------
    >>> import graphkit as gk
    >>> for year, part in windows(gk.example().resolve().coauthors()):
    ...     print(year, part)
    2022 <Network: 173 authors, 587 ties: coauthors, full counting, 2022>
    """
    import numpy as np
    from scipy import sparse

    years = np.unique(network.years[network.years == network.years])
    known = network.matrix.copy()
    known.data = np.ones_like(known.data)
    for at in (year for some in chunks("years", len(years), 1) for year in some):
        year = int(years[at])
        chosen = (network.years > year - window) & (network.years <= year)
        columns = np.flatnonzero(chosen)
        incidence = network.incidence[:, columns]
        rows = np.flatnonzero(np.diff(incidence.indptr))
        incidence = sparse.csr_array(incidence[rows])
        ends = network.ends and ends_among(network.ends, rows, columns, len(network))
        weights = network.paper_weights[columns]
        matrix = tie_matrix(incidence, weights, ends, network.ties_of)
        # Ties that the selection cut stay cut.
        matrix = sparse.csr_array(matrix.multiply(known[rows][:, rows]))
        matrix.sort_indices()
        words = str(year) if window == 1 else f"{year - window + 1} to {year}"
        yield (
            year,
            replace(
                network,
                node_ids=network.node_ids.take(rows),
                paper_ids=network.paper_ids.take(columns),
                matrix=matrix,
                incidence=incidence,
                paper_weights=weights,
                description=f"{network.description}, {words}",
                ends=ends,
            ),
        )
