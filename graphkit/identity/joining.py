"""Joining one by one, where something keeps ids apart."""

from __future__ import annotations

from collections import defaultdict

__all__ = ["Groups"]


class Groups:
    """Disjoint sets of numbers that refuse to join what may not be one.

    Attributes
    ----------
    papers : dict of int to set of int
        Member -> the papers that it wrote: two members of one group share none.
    registers : dict of int to dict of int to int
        Member -> its identifier in each register: those of one group are the same, unless a
        person joined them.

    Examples
    --------
    >>> groups = Groups()
    >>> groups.papers[1], groups.papers[2] = {7}, {7}
    >>> groups.claim(0, 1, same=True), groups.claim(0, 2, same=True)
    (None, ('paper', 7))
    >>> groups.find(0) == groups.find(1), groups.find(0) == groups.find(2)
    (True, False)
    """

    def __init__(self) -> None:
        self.papers: dict[int, set[int]] = defaultdict(set)
        self.registers: dict[int, dict[int, int]] = defaultdict(dict)
        self._apart: dict[int, set[int]] = defaultdict(set)
        self._parent: dict[int, int] = {}
        self._size: dict[int, int] = {}

    def find(self, node: int) -> int:
        """The member that stands for a group."""
        parent = self._parent
        root = node
        while (above := parent.get(root, root)) != root:
            root = above
        while (above := parent.get(node, node)) != root:
            parent[node], node = root, above
        return root

    def claim(
        self, a: int, b: int, *, same: bool, decided: bool = False
    ) -> tuple[str, int | None] | None:
        """Join two, or keep them apart from now on; what stands against it, or None.

        Parameters
        ----------
        a, b : int
        same : bool
        decided : bool
            Whether a person says so, who knows better than registers.

        Returns
        -------
        (str, int or None) or None
            ``("joined", None)``, ``("apart", None)``, ``("paper", number)``,
            ``("register", number)``.
        """
        a, b = self.find(a), self.find(b)
        if not same:
            if a == b:
                return "joined", None
            self._apart[a].add(b)
            self._apart[b].add(a)
            return None
        if a == b:
            return None
        if against := self._against(a, b, decided):
            return against
        if self._size.get(a, 1) < self._size.get(b, 1):
            a, b = b, a
        self._parent[b] = a
        self._size[a] = self._size.get(a, 1) + self._size.pop(b, 1)
        self.registers[a] = self.registers.pop(b, {}) | self.registers[a]
        for sets in (self.papers, self._apart):
            few, many = sorted((sets.pop(a, set()), sets.pop(b, set())), key=len)
            many |= few
            sets[a] = many
        return None

    def are_apart(self, a: int, b: int) -> bool:
        """Whether a claim keeps the groups of two apart."""
        a, b = self.find(a), self.find(b)
        few, other = (a, b) if len(self._apart[a]) < len(self._apart[b]) else (b, a)
        return any(self.find(node) == other for node in self._apart[few])

    def _against(self, a: int, b: int, decided: bool) -> tuple[str, int | None] | None:
        if self.are_apart(a, b):
            return "apart", None
        both = self.papers[a] & self.papers[b]
        if both:
            return "paper", min(both)
        if not decided:
            for register, value in self.registers[a].items():
                if self.registers[b].get(register, value) != value:
                    return "register", register
        return None
