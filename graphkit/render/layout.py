"""Positions for a network: each component by itself, then all packed into one picture.

A force layout of a whole network lets whatever is not tied to the middle fly away,
and the picture is mostly empty. Here each component is laid out alone, its circles
are pushed apart where they overlap, and the components are placed around the largest.

Positions are in the units of the radii; y grows downwards, as on a screen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.render.forces import by_groups, linlog, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["layout"]

GAP = 9.0
"""Free space between two circles, in the units of the radii."""
SPACING = 44.0
"""Typical distance between neighbours in the picture."""
ASPECT = 1.3
"""Width by height of the picture: that of a window beside a panel."""
FORCE_STEPS = 300
PUSH_STEPS = 60
REACH = 0.7
"""Distances beyond the middling one grow with this power of what they were."""
CORNERS = 2_000
"""How many free places are looked at in one go."""
LARGE = 300
"""From this many people on, a component is placed by forces on a grid."""


def layout(
    source: Ints, target: Ints, weight: Floats, radius: Floats, *, seed: int = 0
) -> tuple[Floats, Floats]:
    """Place circles so that tied ones are near each other and none overlap.

    Parameters
    ----------
    source, target : ndarray of int, shape (m,)
        The ends of each tie, as positions in ``radius``.
    weight : ndarray of float, shape (m,)
        How strong each tie is; stronger ones pull more.
    radius : ndarray of float, shape (n,)
        The size of each circle.
    seed : int, default 0
        The same seed and network give the same picture.

    Returns
    -------
    x, y : ndarray of float64, shape (n,)
        Centres, the middle of the picture at (0, 0).

    Examples
    --------
    >>> import numpy as np
    >>> ends = np.array([0, 1]), np.array([1, 2])
    >>> x, y = layout(*ends, np.ones(2), np.full(4, 5.0))
    >>> x.shape, y.shape
    ((4,), (4,))
    """
    count = len(radius)
    if count == 0:
        return np.zeros(0), np.zeros(0)
    rng = np.random.default_rng(seed)
    where = np.zeros((count, 2))
    pieces = _components(count, source, target)
    owner = np.empty(count, dtype=np.int64)
    local = np.empty(count, dtype=np.int64)
    for number, members in enumerate(pieces):
        owner[members] = number
        local[members] = np.arange(len(members))
    # Ties sorted by component, so that each component finds its own in one slice.
    order = np.argsort(owner[source], kind="stable")
    bounds = np.searchsorted(owner[source][order], np.arange(len(pieces) + 1))
    with _seeded(seed):
        for number, members in enumerate(pieces):
            ties = order[bounds[number] : bounds[number + 1]]
            ends = np.column_stack((local[source[ties]], local[target[ties]]))
            where[members] = _place(ends, weight[ties], radius[members], rng)
    where += _pack(pieces, where, radius)
    low, high = (where - radius[:, None]).min(0), (where + radius[:, None]).max(0)
    where -= (low + high) / 2
    return where[:, 0].copy(), where[:, 1].copy()


def _components(count: int, source: Ints, target: Ints) -> list[Ints]:
    """The members of each component, the largest first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ties = coo_array((np.ones(len(source)), (source, target)), shape=(count, count))
    _, label = connected_components(ties, directed=False)
    by_label = np.argsort(label, kind="stable")
    pieces = np.split(by_label, np.flatnonzero(np.diff(label[by_label])) + 1)
    return sorted(pieces, key=lambda members: (-len(members), members[0]))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Give igraph a random generator of our own, and its usual one back."""
    import igraph

    igraph.set_random_number_generator(random.Random(seed))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def _place(ends: Ints, weight: Floats, radius: Floats, rng: np.random.Generator) -> Floats:
    """One component around (0, 0), its longer side lying flat."""
    count = len(radius)
    if count == 1:
        return np.zeros((1, 2))
    if count == 2:
        half = (radius.sum() + SPACING / 2) / 2
        return np.array([[-half, 0.0], [half, 0.0]])
    # The square root tempers pairs with dozens of papers, which would else collapse to a point.
    pull = np.sqrt(np.nan_to_num(weight, nan=1.0, posinf=1.0).clip(1e-9))
    if count < LARGE:
        where = _lie_flat(_draw_in(_forces(ends, pull, count, rng)))
        where *= SPACING / _typical_distance(where)
    else:
        where = linlog(ends, pull, by_groups(ends, pull, count, rng))
        where = spread(_lie_flat(_draw_in(where)), radius + GAP / 2)
    return _push_apart(where, radius)


def _forces(ends: Ints, pull: Floats, count: int, rng: np.random.Generator) -> Floats:
    import igraph

    graph: Any = igraph.Graph(n=count, edges=ends)
    placed = graph.layout_fruchterman_reingold(
        weights=(pull / pull.mean()).tolist(),
        seed=(rng.normal(size=(count, 2)) * np.sqrt(count)).tolist(),
        niter=FORCE_STEPS,
        start_temp=np.sqrt(count) / 2,
        grid="nogrid",
    )
    return np.asarray(placed.coords, dtype=np.float64)


def _draw_in(where: Floats) -> Floats:
    """Bring outliers nearer, so that a few long arms do not make the rest tiny."""
    where = where - np.median(where, axis=0)
    distance = np.hypot(where[:, 0], where[:, 1])
    middling = float(np.median(distance))
    far = distance > middling
    where[far] *= ((distance[far] / middling) ** (REACH - 1))[:, None]
    return where


def _lie_flat(where: Floats) -> Floats:
    """Turn the longest direction into the x axis, always the same way round."""
    where = where - where.mean(0)
    _, _, axes = np.linalg.svd(where, full_matrices=False)
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(1)])[:, None]
    return np.asarray(where @ axes.T)


def _typical_distance(where: Floats) -> float:
    """The mean distance to the nearest three neighbours, a middling one."""
    from scipy.spatial import cKDTree

    near = min(4, len(where))
    distances = np.asarray(cKDTree(where).query(where, k=near)[0])
    return max(float(np.median(distances[:, 1:].mean(1))), 1e-9)


def _push_apart(where: Floats, radius: Floats) -> Floats:
    """Move overlapping circles apart, each pair by as much as it overlaps."""
    from scipy.spatial import cKDTree

    reach = 2 * float(radius.max()) + GAP
    for _ in range(PUSH_STEPS):
        first, second = cKDTree(where).query_pairs(reach, output_type="ndarray").T
        between = where[second] - where[first]
        distance = np.hypot(between[:, 0], between[:, 1])
        overlap = radius[first] + radius[second] + GAP - distance
        hit = overlap > 0.01
        if not hit.any():
            break
        first, second, overlap = first[hit], second[hit], overlap[hit]
        # Circles on one spot have no direction between them: part them along a fixed one.
        on_one_spot = distance[hit] < 1e-9
        between, distance = between[hit], np.maximum(distance[hit], 1e-9)
        between[on_one_spot] = (1e-9, 0.0)
        step = between * (overlap / distance * 0.5)[:, None]
        for axis in (0, 1):
            where[:, axis] += np.bincount(second, step[:, axis], len(where))
            where[:, axis] -= np.bincount(first, step[:, axis], len(where))
    return where


def _pack(pieces: list[Ints], where: Floats, radius: Floats) -> Floats:
    """How far to move each person so that the components stand side by side.

    The picture is a raster of cells. Largest first, each component takes the free
    place nearest to the middle; the corners that a round component leaves free are
    taken by small ones.
    """
    move = np.zeros_like(where)
    if len(pieces) == 1:
        return move
    boxes = [_box(where[members], radius[members]) for members in pieces]
    cell = SPACING * 0.8
    spans = [np.ceil((high - low) / cell).astype(int) for low, high in boxes]
    area = sum(int(span.prod()) for span in spans)
    height = max(int(np.sqrt(1.6 * area / ASPECT)), *(int(span[1]) for span in spans)) + 4
    width = max(int(height * ASPECT), *(int(span[0]) for span in spans)) + 4
    raster = _Raster(width, height)
    for members, (low, _), span in zip(pieces, boxes, spans, strict=True):
        corner = raster.place(span)
        move[members] = corner * cell - low
        raster.fill(corner, span, (where[members] - low) / cell)
    return move


def _box(where: Floats, radius: Floats) -> tuple[Floats, Floats]:
    margin = radius[:, None] + SPACING / 4
    return (where - margin).min(0), (where + margin).max(0)


class _Raster:
    """Which cells of the picture are taken."""

    def __init__(self, width: int, height: int) -> None:
        self.taken = np.zeros((width, height), dtype=bool)
        self._corners: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def place(self, span: Ints) -> Ints:
        """The corner of the free box of that span whose centre is nearest to the middle."""
        across, down = int(span[0]), int(span[1])
        while True:
            # Free places only ever get fewer, so one list serves many components of a shape.
            corners = self._corners.get((across, down)) or self._nearest_corners(across, down)
            self._corners[across, down] = corners
            if not corners:
                return self._grow(across, down)
            while corners:
                column, row = corners.pop()
                if not self.taken[column : column + across, row : row + down].any():
                    return np.array([column, row])

    def _nearest_corners(self, across: int, down: int) -> list[tuple[int, int]]:
        """Corners of the free boxes nearest to the middle, the nearest last."""
        total = np.zeros(np.add(self.taken.shape, 1), dtype=np.int32)
        total[1:, 1:] = self.taken.cumsum(0, dtype=np.int32).cumsum(1)
        inside = total[across:, down:] - total[:-across, down:]
        inside = inside - total[across:, :-down] + total[:-across, :-down]
        columns, rows = np.nonzero(inside == 0)
        middle = np.divide(self.taken.shape, 2)
        # The cube makes the picture's corners fuller than a circle's would be.
        from_middle = np.abs((columns + across / 2 - middle[0]) / ASPECT) ** 3
        from_middle += np.abs(rows + down / 2 - middle[1]) ** 3
        if len(columns) > CORNERS:
            near = np.argpartition(from_middle, CORNERS)[:CORNERS]
            columns, rows, from_middle = columns[near], rows[near], from_middle[near]
        order = np.lexsort((rows, columns, -from_middle))
        return list(zip(columns[order].tolist(), rows[order].tolist(), strict=True))

    def _grow(self, across: int, down: int) -> Ints:
        """Add rows below for a component that fits nowhere."""
        width, height = self.taken.shape
        grown = np.zeros((max(width, across), height + down), dtype=bool)
        grown[:width, :height] = self.taken
        self.taken = grown
        return np.array([0, height])

    def fill(self, corner: Ints, span: Ints, points: Floats) -> None:
        """Take the cells that a component covers: all if it is small, else those near a member."""
        across, down = int(span[0]), int(span[1])
        covered = self.taken[corner[0] : corner[0] + across, corner[1] : corner[1] + down]
        if len(points) < 20:
            covered[:] = True
            return
        from scipy.ndimage import binary_closing, binary_dilation

        column = points[:, 0].astype(int).clip(0, across - 1)
        row = points[:, 1].astype(int).clip(0, down - 1)
        members = np.zeros_like(covered)
        members[column, row] = True
        # Closing fills the gaps between a component's arms: what lies there would seem tied.
        wide = max(4, min(across, down) // 7)
        padded = np.pad(binary_dilation(members, iterations=2), wide)
        inner = slice(wide, -wide)
        covered |= binary_closing(padded, iterations=wide)[inner, inner]
