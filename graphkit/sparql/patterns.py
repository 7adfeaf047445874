"""The patterns of a query as they are written, and which of them have nothing in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graphkit.sparql.syntax import NOT_CODE

__all__ = ["CartesianProductWarning", "Pattern", "main_patterns", "prologue", "unconnected"]

TOKEN = re.compile(
    rf"(?P<other>{NOT_CODE.pattern})|(?P<variable>[?$]\w+|_:\w[\w.-]*\w|_:\w)"
    r"|(?P<name>[\w-]*:(?:[\w%:.-]*[\w%:-])?)|(?P<number>\d+\.?\d*)|(?P<word>[^\W\d_]\w*)|(?P<sign>\S)"
)
CLAUSES = ("FILTER", "OPTIONAL", "MINUS", "GRAPH", "SERVICE", "BIND", "VALUES", "UNION")
AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
# Elements that pair no solution with another: they choose, or bind a constant.
NO_PRODUCT = ("filter", "minus", "values", "union", "one")


class CartesianProductWarning(UserWarning):
    """Patterns of a query share no variable, so that each solution is paired with each."""


@dataclass
class Pattern:
    """One element of a group of patterns.

    Attributes
    ----------
    kind : str
        ``triples`` (a subject and all that is said of it), ``group``, ``select``, a keyword such
        as ``optional`` in lower case, or ``one`` for what has one solution.
    text : str
        As it is written.
    variables : set of str
        Blank nodes with a label are some of them.
    groups : list of list of Pattern
        What stands in braces within.
    """

    kind: str
    text: str
    variables: set[str]
    groups: list[list[Pattern]] = field(default_factory=list)


class _Reader:
    """Reads groups from the tokens of a query that Oxigraph has understood."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = TOKEN.finditer(text)
        self.tokens = [token for token in found if not token[0].startswith("#")]
        self.at = 0

    def sign(self, offset: int = 0) -> str:
        at = self.at + offset
        return self.tokens[at][0].upper() if at < len(self.tokens) else ""

    def group(self) -> list[Pattern]:
        """The elements from an opening brace to its closing one."""
        self.at += 1
        found = []
        while (sign := self.sign()) and sign != "}":
            if sign == ".":
                self.at += 1
                continue
            start = self.at
            groups: list[list[Pattern]] = []
            kind = self._element(sign, groups)
            tokens = self.tokens[start : self.at]
            variables = {token["variable"] for token in tokens if token["variable"]}
            written = self.text[tokens[0].start() : tokens[-1].end()]
            if kind == "bind" and len(variables) == 1:
                kind = "one"
            found.append(Pattern(kind, written, variables, groups))
        self.at += 1
        return found

    def _element(self, sign: str, groups: list[list[Pattern]]) -> str:
        if sign == "SELECT":
            start = self.at
            while self.sign() not in ("{", ""):
                self.at += 1
            own = self.tokens[start : self.at]
            groups.append(self.group())
            start = self.at
            while self.sign() not in ("}", ""):
                self._skip()
            words = [token[0].upper() for token in own + self.tokens[start : self.at]]
            return "one" if "GROUP" not in words and AGGREGATES & {*words} else "select"
        if sign == "{":
            is_select = self.sign(1) == "SELECT"
            groups.append(self.group())
            while self.sign() == "UNION":
                self.at += 1
                groups.append(self.group())
            return groups[0][0].kind if is_select and len(groups) == 1 else "group"
        if sign in ("FILTER", "BIND", "VALUES"):
            self._clause()
            return sign.lower()
        if sign in CLAUSES:
            while self.sign() not in ("{", ""):
                self.at += 1
            groups.append(self.group())
            return sign.lower()
        while self.sign() not in (".", "}", "{", "", *CLAUSES):
            self._skip()
        return "triples"

    def _clause(self) -> None:
        """Past a keyword and what is in brackets or braces after it."""
        self.at += 1
        while self.sign() not in ("(", "{", ""):
            self.at += 1
        in_rows = self.sign() == "(" and self.tokens[self.at - 1][0].upper() == "VALUES"
        self._skip()
        if in_rows:
            self._skip()

    def _skip(self) -> None:
        """Past one token, or from a bracket to the one that closes it."""
        closing = {"(": ")", "{": "}", "[": "]"}.get(self.sign())
        self.at += 1
        while closing and self.sign() not in (closing, ""):
            self._skip()
        self.at += bool(closing)


def main_patterns(text: str) -> tuple[str, list[Pattern]]:
    """What stands before the outermost group of a query, and the elements of that group.

    Examples
    --------
    >>> before, found = main_patterns("SELECT * { ?a a ?b . OPTIONAL { ?a ?c 1 } FILTER(?b) }")
    >>> [(pattern.kind, pattern.text) for pattern in found]
    [('triples', '?a a ?b'), ('optional', 'OPTIONAL { ?a ?c 1 }'), ('filter', 'FILTER(?b)')]
    """
    reader = _Reader(text)
    while reader.sign() not in ("{", ""):
        if reader.sign() == "CONSTRUCT" and reader.sign(1) == "{":
            reader.at += 1
            reader._skip()
        else:
            reader.at += 1
    if not reader.sign():
        return text, []
    return text[: reader.tokens[reader.at].start()], reader.group()


def prologue(text: str) -> str:
    """What a query declares before it asks.

    Examples
    --------
    >>> prologue("PREFIX select: <http://s.example/> SELECT * {}")
    'PREFIX select: <http://s.example/> '
    """
    for token in TOKEN.finditer(text):
        if token["word"] and token[0].upper() in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            return text[: token.start()]
    return ""


@lru_cache(maxsize=256)
def unconnected(text: str) -> tuple[str, ...]:
    """Patterns of one group that share no variable, each the first of those that it is tied to.

    Empty where all are connected. A FILTER connects nothing: it chooses among all pairs.

    Examples
    --------
    >>> unconnected("SELECT * { ?p dcterms:title ?t . ?a foaf:name ?n FILTER(?t = ?n) }")
    ('?p dcterms:title ?t', '?a foaf:name ?n')
    >>> unconnected("SELECT * { ?p dcterms:title ?t ; dcterms:creator ?a . ?a foaf:name ?n }")
    ()
    """
    _, found = main_patterns(text)
    return _first_unconnected([found])


def _first_unconnected(groups: Iterable[Sequence[Pattern]]) -> tuple[str, ...]:
    for group in groups:
        parts: list[tuple[set[str], list[Pattern]]] = []
        for pattern in group:
            if pattern.kind in NO_PRODUCT or not pattern.variables:
                continue
            tied = [part for part in parts if part[0] & pattern.variables]
            variables = set(pattern.variables).union(*(part[0] for part in tied))
            members = [member for part in tied for member in part[1]] + [pattern]
            parts = [part for part in parts if part not in tied] + [(variables, members)]
        if len(parts) > 1:
            order = {id(pattern): at for at, pattern in enumerate(group)}
            firsts = sorted((part[1][0] for part in parts), key=lambda p: order[id(p)])
            return tuple(pattern.text for pattern in firsts)
        inner = _first_unconnected(each for pattern in group for each in pattern.groups)
        if inner:
            return inner
    return ()
