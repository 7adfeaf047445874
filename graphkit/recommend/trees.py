"""Gradient boosted trees: learnt by LightGBM, kept and applied as plain arrays.

Arrays are read back from disk without running anything, and one answer needs no import of
the library that learnt them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Trees", "learn"]

# Rows asked at once: more do not fit the caches.
BATCH = 256


@dataclass(frozen=True, eq=False)
class Trees:
    """A sum of binary trees of 64 leaves at most; a missing value (nan) is not allowed.

    Attributes
    ----------
    feature : numpy.ndarray of int32, shape (trees, nodes)
        What each node asks about; a leaf leads to itself.
    threshold : numpy.ndarray of float64, shape (trees, nodes)
        Values up to it go left.
    left, right : numpy.ndarray of int32, shape (trees, nodes)
    value : numpy.ndarray of float64, shape (trees, nodes)
        What a leaf adds.
    gain : numpy.ndarray of float64, shape (features,)
        How much each feature lowered the loss in all, as shares of 1.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
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

        splits, values, every = self._scorer
        first = np.arange(len(values))[:, None] * values.shape[1]
        total = np.empty(len(rows))
        for start in range(0, len(rows), BATCH):
            columns = np.ascontiguousarray(rows[start : start + BATCH].T, dtype=np.float32)
            shape = (len(values), columns.shape[1])
            asked, to_left = np.empty(shape, np.float32), np.empty(shape, bool)
            kept = np.empty(shape, every.dtype)
            alive = np.repeat(every[:, None], shape[1], axis=1)
            for feature, threshold, left_alone in splits:
                np.take(columns, feature, axis=0, out=asked, mode="clip")
                np.less_equal(asked, threshold, out=to_left)
                # 1 becomes all bits: whoever goes left may end anywhere as before.
                np.negative(to_left.view(np.int8), out=kept.view(f"i{kept.itemsize}"))
                np.bitwise_or(kept, left_alone, out=kept)
                np.bitwise_and(alive, kept, out=alive)
            leaf = np.bitwise_count((alive & (~alive + alive.dtype.type(1))) - alive.dtype.type(1))
            total[start : start + BATCH] = np.take(values, first + leaf).sum(axis=0)
        return total

    @cached_property
    def _scorer(self) -> tuple[list[tuple[NDArray[np.intp], NDArray[np.float32], Any]], Any, Any]:
        """The trees as bits [1]_: whoever is sent right cannot end in the leaves to the left.

        The first question of every tree, the second of every tree, and so on: feature,
        threshold, the leaves that are left to who goes right (all, where a tree has no more
        questions). Then the values of the leaves of each tree from the left, and the bits of
        all of them. The first leaf that is never ruled out is where a row ends.

        References
        ----------
        .. [1] C. Lucchese et al. (2015). QuickScorer: a fast algorithm to rank documents with
           additive ensembles of regression trees. SIGIR, 73-82.
        """
        import numpy as np

        bits = np.uint16 if self.value.shape[1] < 2 * 16 else np.uint64
        count = len(self.feature)
        most = (self.value.shape[1] + 1) // 2
        feature = np.zeros((most - 1, count), np.intp)
        threshold = np.zeros((most - 1, count))
        ruled_out = np.zeros((most - 1, count), bits)
        values, every = np.zeros((count, most)), np.zeros(count, bits)
        for tree in range(count):
            left, right = self.left[tree].tolist(), self.right[tree].tolist()
            leaves: list[int] = []
            asked: list[tuple[int, float, int]] = []
            self._split(tree, (left, right), 0, leaves, asked)
            for at, split in enumerate(asked):
                feature[at, tree], threshold[at, tree], ruled_out[at, tree] = split
            values[tree, : len(leaves)] = self.value[tree][leaves]
            every[tree] = (1 << len(leaves)) - 1
        # The features are of single precision: the next such number below asks the same.
        single = threshold.astype(np.float32)
        single = np.where(single > threshold, np.nextafter(single, np.float32(-np.inf)), single)
        splits = zip(feature, single[:, :, None], ~ruled_out[:, :, None], strict=True)
        return list(splits), values, every

    def _split(
        self,
        tree: int,
        children: tuple[list[int], list[int]],
        node: int,
        leaves: list[int],
        splits: list[tuple[int, float, int]],
    ) -> None:
        """Number the leaves below a node from the left, and note which each question parts."""
        to_left, to_right = children[0][node], children[1][node]
        if to_left == node:
            leaves.append(node)
            return
        before = len(leaves)
        self._split(tree, children, to_left, leaves, splits)
        mask = (1 << len(leaves)) - (1 << before)
        splits.append((int(self.feature[tree, node]), float(self.threshold[tree, node]), mask))
        self._split(tree, children, to_right, leaves, splits)

    def arrays(self, prefix: str) -> dict[str, Any]:
        """The attributes by name, to be written."""
        return {f"{prefix}.{name}": getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Any], prefix: str) -> Trees:
        """Back from `arrays`."""
        return cls(**{name: arrays[f"{prefix}.{name}"] for name in cls.__dataclass_fields__})


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
        How many trees, of how many leaves each at most (64 or fewer), how far each goes, how
        deep.

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
    size = max((len(nodes) for nodes in flat), default=1)
    shape = (len(flat), size)
    feature, left, right = (np.zeros(shape, np.int32) for _ in range(3))
    threshold, value = np.zeros(shape), np.zeros(shape)
    for tree, nodes in enumerate(flat):
        for at, (f, t, to_left, to_right, v) in enumerate(nodes):
            feature[tree, at], threshold[tree, at], value[tree, at] = f, t, v
            left[tree, at], right[tree, at] = to_left, to_right
    gain = np.asarray(booster.feature_importance("gain"), np.float64)
    return Trees(feature, threshold, left, right, value, gain / max(gain.sum(), 1e-300))


def _flattened(root: Any) -> list[tuple[int, float, int, int, float]]:
    """Nodes of a tree (feature, threshold, left, right, value), the root first."""
    nodes: list[tuple[int, float, int, int, float]] = []
    waiting = [(root, -1, False)]
    while waiting:
        node, parent, is_left = waiting.pop()
        at = len(nodes)
        if parent >= 0:
            f, t, to_left, to_right, v = nodes[parent]
            nodes[parent] = (f, t, at, to_right, v) if is_left else (f, t, to_left, at, v)
        if "leaf_value" in node and "split_feature" not in node:
            nodes.append((0, 0.0, at, at, float(node["leaf_value"])))
            continue
        nodes.append((int(node["split_feature"]), float(node["threshold"]), -1, -1, 0.0))
        waiting.append((node["right_child"], at, False))
        waiting.append((node["left_child"], at, True))
    return nodes
