"""Forces that place one large component, on a grid so that time grows with the ties alone.

Ties pull with the same strength however long they are, and people push each other away by the
number of their ties: in the balance of the two (LinLog), groups with many ties inside and few
outside stand apart, as communities of high modularity do [1]_. What all push is found with one
convolution on a grid, as for t-SNE [2]_. A last step moves people out of where more circles came
together than there is room for, as chips are placed [3]_.

References
----------
.. [1] Noack, Modularity clustering is force-directed layout, Physical Review E 79 (2009) 026102.
.. [2] Linderman et al., Fast interpolation-based t-SNE for improved visualization of single-cell
   RNA-seq data, Nature Methods 16 (2019) 243-245.
.. [3] Lu et al., ePlace: electrostatics-based placement using fast Fourier transform and
   Nesterov's method, ACM Transactions on Design Automation of Electronic Systems 20 (2015) 17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["by_groups", "linlog", "spread"]

STEPS = 100
MOMENTUM = 0.7
RATE = 0.2
"""How far a force moves somebody in the first step; less and less in later ones, since a pull
that does not fade with the distance would else throw close ones past each other for ever."""
GROUP_STEPS = 500
FILLED = 0.25
"""The share of the picture that circles with their margins take up..."""
FULLEST = 0.6
"""...and the largest share of any part of it."""
SPREAD_STEPS = 60
LEFT_OVER = 0.02
"""The share of circles in places that are too full at which spreading ends."""
FEWEST_CELLS, MOST_CELLS = 16, 512


def by_groups(ends: Ints, weight: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Positions to start from: each group's members around it, groups placed by their ties.

    Parameters
    ----------
    ends : ndarray of int, shape (m, 2)
    weight : ndarray of float, shape (m,)
        Above zero.
    count : int
        How many people, n.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float64, shape (n, 2)
    """
    import igraph
    from scipy.sparse import coo_array, triu

    graph: Any = igraph.Graph(n=count, edges=ends)
    found = graph.community_leiden("modularity", weights=weight.tolist(), n_iterations=2)
    group = np.asarray(found.membership)
    size = np.bincount(group)
    between = coo_array((weight, tuple(group[ends].T)), shape=(len(size), len(size)))
    between = triu(between + between.T, k=1).tocoo()
    first, second = between.coords
    groups: Any = igraph.Graph(n=len(size), edges=np.column_stack((first, second)))
    placed = groups.layout_fruchterman_reingold(
        weights=(between.data / np.sqrt(size[first] * size[second])).tolist(),
        seed=rng.normal(size=(len(size), 2)).tolist(),
        niter=GROUP_STEPS,
    )
    middle = np.asarray(placed.coords, dtype=np.float64)
    middle *= np.sqrt(count) / max(np.abs(middle).max(), 1e-9)
    around: Floats = rng.normal(size=(count, 2)) * np.sqrt(size[group] / 4)[:, None]
    around += middle[group]
    return around


def linlog(ends: Ints, weight: Floats, start: Floats) -> Floats:
    """Positions near the least LinLog energy.

    Parameters
    ----------
    ends : ndarray of int, shape (m, 2)
        Each person has a tie.
    weight : ndarray of float, shape (m,)
        Above zero.
    start : ndarray of float64, shape (n, 2)

    Returns
    -------
    ndarray of float64, shape (n, 2)
        In units of about the mean length of a tie.
    """
    from scipy.sparse import csr_array

    first, second = ends.T
    count, ties = len(start), len(ends)
    degree = np.bincount(first, weight, count) + np.bincount(second, weight, count)
    charge = degree / degree.sum()
    pull = csr_array(
        (np.r_[-weight, weight], (np.r_[first, second], np.tile(np.arange(ties), 2))),
        shape=(count, ties),
    )
    where: Floats = start - start.mean(0)
    between = where[first] - where[second]
    where /= max(float(np.average(np.hypot(between[:, 0], between[:, 1]), weights=weight)), 1e-9)
    grid = _Grid(128 if count < 6_000 else 256 if count < 40_000 else 512)
    speed = np.zeros_like(where)
    for step in range(STEPS):
        grid.lay(where)
        push = grid.push(grid.spread(charge))
        # At first longer ties pull more, which brings far parts of the picture to their places.
        power = max(0.0, 1 - 2 * step / STEPS)
        between = where[first] - where[second]
        length = np.maximum(np.hypot(between[:, 0], between[:, 1]), 0.01)
        force = push + pull @ (between * (length ** (power - 1))[:, None]) / degree[:, None]
        speed = MOMENTUM * speed + force * (RATE * (1 - step / STEPS) ** 2)
        where += speed
    return where


def spread(where: Floats, room: Floats) -> Floats:
    """Scale a picture, and move people out of where there are too many for the room.

    Parameters
    ----------
    where : ndarray of float64, shape (n, 2)
    room : ndarray of float64, shape (n,)
        The radius of each circle with half of the gap around it.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        In the unit of ``room``.
    """
    area = np.pi * room**2
    where = where - np.median(where, axis=0)
    extent = np.quantile(np.hypot(where[:, 0], where[:, 1]), 0.9)
    where *= np.sqrt(area.sum() / FILLED / np.pi) / max(float(extent), 1e-9)
    cells = np.ptp(where, axis=0).max() / np.sqrt(6 * area.mean())
    grid = _Grid(int(np.clip(cells, FEWEST_CELLS, MOST_CELLS)))
    for _ in range(SPREAD_STEPS):
        grid.lay(where)
        over = np.maximum(grid.spread(area) - FULLEST * grid.cell**2, 0)
        if over.sum() < LEFT_OVER * area.sum():
            break
        # What is too much pushes as charges do, whose field thins it out as fast everywhere.
        move = grid.push(over) / (2 * np.pi)
        move *= min(1.0, 2 * grid.cell / float(np.hypot(move[:, 0], move[:, 1]).max()))
        where += move
    return where


class _Grid:
    """A square of cells over all points, each of which shares in the four nodes around it."""

    def __init__(self, side: int) -> None:
        from scipy.fft import rfft2

        self.side, self.cell = side, 1.0
        # Twice as wide, so that no part of the picture pushes on another around the edge.
        away = np.minimum(np.arange(2 * side), 2 * side - np.arange(2 * side))
        self._kernel = rfft2(-0.5 * np.log(away[:, None] ** 2 + away[None, :] ** 2 + 0.5))

    def lay(self, where: Floats) -> None:
        """Fit the grid to these points."""
        low, high = where.min(0), where.max(0)
        self.cell = max(float((high - low).max()) / (self.side - 4), 1e-9)
        corner = (low + high) / 2 - self.cell * (self.side - 1) / 2
        place = (where - corner) / self.cell
        whole = place.astype(np.int64)
        x, y = (place - whole).T
        node = whole[:, 0] * self.side + whole[:, 1]
        self._nodes = np.stack((node, node + 1, node + self.side, node + self.side + 1))
        self._shares = np.stack(((1 - x) * (1 - y), (1 - x) * y, x * (1 - y), x * y))

    def spread(self, amount: Floats) -> Floats:
        """What the points hold, on the grid: shape (side, side)."""
        shares = (self._shares * amount).ravel()
        held = np.bincount(self._nodes.ravel(), shares, self.side**2).astype(np.float64)
        return held.reshape(self.side, self.side)

    def push(self, charge: Floats) -> Floats:
        """How charges on the grid push each point, one over the distance: shape (n, 2)."""
        from scipy.fft import irfft2, rfft2

        wide = (2 * self.side, 2 * self.side)
        potential = irfft2(rfft2(charge, wide) * self._kernel, wide)[: self.side, : self.side]
        slopes = np.gradient(potential, self.cell)
        return np.column_stack(
            [-(self._shares * slope.ravel()[self._nodes]).sum(0) for slope in slopes]
        )
