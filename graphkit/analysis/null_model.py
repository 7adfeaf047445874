"""The null model of who wrote what: as many papers an author, as many authors a paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphkit.network import Network
from graphkit.network.weights import tie_matrix
from graphkit.progress import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ROUNDS", "check", "null_network", "null_networks", "of_papers"]

# Each authorship tries to change about 16 times; few are where they were after two or three.
ROUNDS = 32


def null_networks(
    network: Network, samples: int = 100, *, seed: int = 0, rounds: int = ROUNDS
) -> Iterator[Network]:
    """Networks drawn from the null model, each on its own from the network itself.

    A round pairs all authorships at random, and each pair that is awake (a fair coin) changes
    authors, unless somebody would stand on a paper twice or another pair wants what it wants or
    has. So each step is as likely as its reverse, each network can be reached, and all come up
    equally often in the long run [1]_; many pairs trade at once, as in the curveball
    algorithm [2]_.

    Parameters
    ----------
    network : Network
    samples : int, default 100
    seed : int, default 0
        The same seed gives the same networks.
    rounds : int, default 32
        Each authorship tries to change about ``rounds / 2`` times.

    Yields
    ------
    Network
        Of the same authors and papers; each author of as many papers, each paper by as many
        authors as in ``network``.

    Raises
    ------
    ValueError
        A network whose ties do not follow from its papers alone.

    References
    ----------
    .. [1] C. J. Carstens (2015). Proof of uniform sampling of binary matrices with fixed row sums
       and column sums for the fast Curveball algorithm. Physical Review E 91, 042812.
    .. [2] G. Strona, D. Nappo, F. Boccacci, S. Fattorini, J. San-Miguel-Ayanz (2014). A fast and
       unbiased procedure to randomize ecological binary matrices with fixed row and column
       totals. Nature Communications 5, 4114.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = gk.example().resolve().coauthors()
    >>> one = next(null_networks(net))
    >>> bool((one.measure("papers") == net.measure("papers")).all(axis=None))
    True
    """
    check(network, max(samples, 2))
    for at in (one for some in chunks("null model", samples, 1) for one in some):
        yield null_network(network, seed, at, rounds)


def null_network(network: Network, seed: int, at: int, rounds: int) -> Network:
    """Draw the network of this number from those of `null_networks`."""
    import numpy as np
    from scipy import sparse

    slots = sparse.csc_array(network.incidence)
    slots.sort_indices()
    authors = slots.indices.astype(np.int64)
    teams = np.diff(slots.indptr)
    shuffled = _shuffled(authors, teams, np.random.default_rng([seed, at]), rounds)
    incidence = sparse.csr_array(
        sparse.csc_array((slots.data, shuffled, slots.indptr), shape=slots.shape)
    )
    incidence.sort_indices()
    ends = None
    if network.ends is not None:
        # Who takes a place on a paper takes its position.
        paper = np.repeat(np.arange(len(teams)), teams)
        found = []
        for end in network.ends:
            new = np.full(len(end), -1, np.intp)
            stands = authors == end[paper]
            new[paper[stands]] = shuffled[stands]
            found.append(new)
        ends = (found[0], found[1])
    return of_papers(network, incidence, np.arange(len(teams)), ends)


def _shuffled(
    authors: NDArray[np.int64], teams: NDArray[Any], rng: np.random.Generator, rounds: int
) -> NDArray[np.int64]:
    """The author in each place, after so many rounds."""
    import numpy as np

    one, other = _places_together(teams)
    count = len(authors)
    now = authors.copy()
    for _ in range(rounds if count > 1 else 0):
        order = rng.permutation(count)
        half = count // 2
        left, right = order[:half], order[half : 2 * half]
        awake = rng.random(half) < 0.5
        left, right = left[awake], right[awake]
        # What nobody has and nobody else wants, for those who sleep.
        wanted = -1 - np.arange(count)
        wanted[left], wanted[right] = now[right], now[left]
        meets = (
            (wanted[one] == now[other])
            | (wanted[other] == now[one])
            | (wanted[one] == wanted[other])
        )
        barred = np.zeros(count, dtype=bool)
        barred[one[meets]] = barred[other[meets]] = True
        free = ~(barred[left] | barred[right])
        left, right = left[free], right[free]
        now[left], now[right] = now[right], now[left]
    return now


def _places_together(teams: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs of places on the same paper."""
    import numpy as np

    starts = np.cumsum(teams) - teams
    found: list[tuple[Any, Any]] = [(np.empty(0, np.intp), np.empty(0, np.intp))]
    for size in np.unique(teams[teams > 1]).tolist():
        a, b = np.triu_indices(size, 1)
        begins = starts[teams == size][:, None]
        found.append(((begins + a).ravel(), (begins + b).ravel()))
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def of_papers(
    network: Network,
    incidence: Any,
    papers: NDArray[np.intp],
    ends: tuple[NDArray[np.intp], NDArray[np.intp]] | None,
) -> Network:
    """A network of the same authors on other papers, ``papers`` by their old columns."""
    from scipy import sparse

    incidence = sparse.csr_array(incidence)
    weights = network.paper_weights[papers]
    if ends is not None:
        ends = (ends[0][papers], ends[1][papers])
    return replace(
        network,
        incidence=incidence,
        paper_ids=network.paper_ids.take(papers),
        paper_weights=weights,
        matrix=tie_matrix(incidence, weights, ends, network.ties_of),
        ends=ends,
    )


def check(network: Network, samples: int) -> None:
    """Refuse a network that its papers do not make, and too few samples, with a ValueError."""
    import numpy as np

    if samples < 2:
        raise ValueError(f"{samples} samples tell nothing of chance: take at least 2")
    known = tie_matrix(network.incidence, network.paper_weights, network.ends, network.ties_of)
    same = known.nnz == network.matrix.nnz and np.allclose(
        (known - network.matrix).data, 0, atol=1e-9
    )
    if network.kind != "authors" or not same:
        raise ValueError(
            "the ties of this network do not follow from its papers alone: make it of authors, "
            "without normalisation and least_shared, from tables"
        )
