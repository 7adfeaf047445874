"""Gradient boosted trees: learnt by LightGBM, kept and applied as plain arrays.

Arrays are read back from disk without running anything, and one answer needs no import of
the library that learnt them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Trees", "learn"]


@dataclass(frozen=True, eq=False)
class Trees:
    """A sum of binary trees; a missing value (nan) is not allowed.

    Attributes
    ----------
    feature : numpy.ndarray of int32, shape (trees, nodes)
        What each node asks about; a leaf leads to itself.
    threshold : numpy.ndarray of float64, shape (trees, nodes)
        Values up to it go left.
    left, right : numpy.ndarray of int32, shape (trees, nodes)
    value : numpy.ndarray of float64, shape (trees, nodes)
        What a leaf adds.
    depth : int
        Steps from a root to any leaf at most.
    gain : numpy.ndarray of float64, shape (features,)
        How much each feature lowered the loss in all, as shares of 1.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    depth: int
    gain: NDArray[np.float64]

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The sum of the trees: for a binary loss, the log-odds.

        Parameters
        ----------
        rows : numpy.ndarray of float, shape (r, features)

        Returns
        -------
        numpy.ndarray of float64, shape (r,)
        """
        import numpy as np

        total = np.zeros(len(rows))
        columns = np.ascontiguousarray(rows.T, dtype=np.float64)
        at_row = np.arange(len(rows))
        for tree in range(len(self.feature)):
            node = np.zeros(len(rows), np.intp)
            feature, threshold = self.feature[tree], self.threshold[tree]
            left, right = self.left[tree], self.right[tree]
            for _ in range(self.depth):
                goes_left = columns[feature[node], at_row] <= threshold[node]
                node = np.where(goes_left, left[node], right[node])
            total += self.value[tree][node]
        return total

    def arrays(self, prefix: str) -> dict[str, Any]:
        """The attributes by name, to be written."""
        return {f"{prefix}.{name}": getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Any], prefix: str) -> Trees:
        """Back from `arrays`."""
        found = {name: arrays[f"{prefix}.{name}"] for name in cls.__dataclass_fields__}
        return cls(**{**found, "depth": int(found["depth"])})


def learn(
    rows: NDArray[np.float32],
    truth: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
    *,
    start: NDArray[np.float64] | None = None,
    trees: int = 150,
    leaves: int = 15,
    rate: float = 0.05,
    depth: int = 8,
) -> Trees:
    """Learn the log-odds of something from examples [1]_.

    Parameters
    ----------
    rows : numpy.ndarray of float, shape (r, features)
    truth : numpy.ndarray of float, shape (r,)
        0 or 1.
    weights : numpy.ndarray of float, shape (r,), optional
    start : numpy.ndarray of float, shape (r,), optional
        Log-odds known from elsewhere, to which the trees add.
    trees, leaves, rate, depth
        How many trees, of how many leaves each at most, how far each goes, how deep.

    Returns
    -------
    Trees
        The same from the same rows, on one thread or many.

    References
    ----------
    .. [1] G. Ke et al. (2017). LightGBM: a highly efficient gradient boosting decision tree.
       NIPS 30.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.arange(200.0)[:, None]
    >>> odds = learn(rows, (rows[:, 0] > 99).astype(float))(np.array([[3.0], [180.0]]))
    >>> bool(odds[0] < 0 < odds[1])
    True
    """
    import lightgbm

    settings = {
        "objective": "binary",
        "num_leaves": leaves,
        "max_depth": depth,
        "learning_rate": rate,
        "min_data_in_leaf": 50 if len(rows) < 100_000 else 300,
        "feature_fraction": 0.4,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 10.0,
        "deterministic": True,
        # Threads that wait for each other cost more than they give on a busy machine.
        "num_threads": 1,
        "force_row_wise": True,
        "seed": 1,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(rows, truth, weight=weights, init_score=start)
    booster = lightgbm.train(settings, data, trees)
    return _arrays_of(booster)


def _arrays_of(booster: Any) -> Trees:
    import numpy as np

    found = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    flat = [_flattened(root) for root in found]
    size = max((len(nodes) for nodes, _ in flat), default=1)
    shape = (len(flat), size)
    feature, left, right = (np.zeros(shape, np.int32) for _ in range(3))
    threshold, value = np.zeros(shape), np.zeros(shape)
    for tree, (nodes, _) in enumerate(flat):
        for at, (f, t, to_left, to_right, v) in enumerate(nodes):
            feature[tree, at], threshold[tree, at], value[tree, at] = f, t, v
            left[tree, at], right[tree, at] = to_left, to_right
    gain = np.asarray(booster.feature_importance("gain"), np.float64)
    depth = max((d for _, d in flat), default=0)
    return Trees(feature, threshold, left, right, value, depth, gain / max(gain.sum(), 1e-300))


def _flattened(root: Any) -> tuple[list[tuple[int, float, int, int, float]], int]:
    """Nodes of a tree (feature, threshold, left, right, value), the root first; its depth."""
    nodes: list[tuple[int, float, int, int, float]] = []
    deepest = 0
    waiting = [(root, 0, -1, False)]
    while waiting:
        node, depth, parent, is_left = waiting.pop()
        at = len(nodes)
        deepest = max(deepest, depth)
        if parent >= 0:
            f, t, to_left, to_right, v = nodes[parent]
            nodes[parent] = (f, t, at, to_right, v) if is_left else (f, t, to_left, at, v)
        if "leaf_value" in node and "split_feature" not in node:
            nodes.append((0, 0.0, at, at, float(node["leaf_value"])))
            continue
        nodes.append((int(node["split_feature"]), float(node["threshold"]), -1, -1, 0.0))
        waiting.append((node["right_child"], depth + 1, at, False))
        waiting.append((node["left_child"], depth + 1, at, True))
    return nodes, deepest
