"""Values for the variables of a query: bound as terms, never pasted as text.

Oxigraph's own substitutions reach neither variables that are not handed out nor what a
subquery keeps to itself, so the terms stand in the place of the variables here, token by token,
in the syntax that pyoxigraph gives them.
"""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from graphkit.errors import QueryError
from graphkit.ids import Namespaces
from graphkit.iris import illegal_iri
from graphkit.schema import schema
from graphkit.sparql.syntax import NOT_CODE
from graphkit.terms import XSD

__all__ = ["bind", "term", "year_properties"]

TOKEN = re.compile(
    rf"(?P<other>{NOT_CODE.pattern})|[?$](?P<name>\w+)|(?P<word>\w+)|(?P<sign>[{{}}()])"
)
# In these clauses a variable that stands alone is a name, not a place for a value.
NAMING = ("SELECT", "DISTINCT", "REDUCED", "BY", "AS", "VALUES")
ENDING = ("HAVING", "LIMIT", "OFFSET", "WHERE", "FROM")


def bind(
    text: str, parameters: Mapping[str, Any], namespaces: Namespaces, *, update: bool = False
) -> str:
    """The query with values in the place of variables.

    Parameters
    ----------
    text : str
    parameters : mapping of str to object
        Values by the name of the variable, without ``?``; see `term`. A whole number that
        is compared with years is a year.
    namespaces : Namespaces
    update : bool
        Whether the text is an update, in which no variable is handed out.

    Returns
    -------
    str

    Raises
    ------
    QueryError
        The query has no such variable, or the value is no term.

    Examples
    --------
    >>> bind("ASK { ?p dcterms:title ?t }", {"t": 'Say "no"'}, Namespaces())
    'ASK { ?p dcterms:title "Say \\\\"no\\\\"" }'
    """
    if not parameters:
        return text
    tokens = list(TOKEN.finditer(text))
    named = {token["name"] for token in tokens if token["name"]}
    years = _years(text, namespaces)
    values = {}
    for name, value in parameters.items():
        if name not in named:
            known = ", ".join(f"?{each}" for each in sorted(named)) or "none"
            raise QueryError(f"the query has no variable ?{name} to bind (it has: {known})")
        whole = isinstance(value, int) and not isinstance(value, bool)
        values[name] = str(_year(value) if whole and name in years else term(value, namespaces))
    body = None if update else _body(tokens)
    left: set[str] = set()
    parts, at = [], 0
    for token, is_name in _with_roles(tokens):
        name = token["name"]
        if name not in values:
            continue
        if body and (is_name or not body[0] < token.start() < body[1]):
            left.add(name)
            continue
        parts += [text[at : token.start()], values[name]]
        at = token.end()
    if body:
        # What is left is the name of a column, a key to order or group by, part of a template.
        everything = re.search(r"(?i)\bselect\s+(distinct\s+|reduced\s+)?\*", text[: body[0]])
        data = [f" VALUES ?{n} {{ {values[n]} }}" for n in values if n in left or everything]
        if not _is_short_construct(tokens, body):
            parts += [text[at : body[1]], *data]
            at = body[1]
    return "".join([*parts, text[at:]])


def term(value: Any, namespaces: Namespaces) -> Any:
    """A value of Python as a term of pyoxigraph.

    Parameters
    ----------
    value : str, bool, int, float, decimal.Decimal, datetime.date, datetime.datetime or term
        An id with a known prefix (``author:Ada_Lovelace``), an IRI in angle brackets or one that
        begins with ``http:`` or ``https:`` is an IRI; any other text is a text. Terms of rdflib
        and pyoxigraph are what they are.
    namespaces : Namespaces

    Raises
    ------
    QueryError
        The value is none of these.

    Examples
    --------
    >>> print(term("author:Ada", Namespaces()), term("Ada", Namespaces()), term(1.5, Namespaces()))
    <https://w3id.org/graphkit/id/author/Ada> "Ada" "1.5"^^<http://www.w3.org/2001/XMLSchema#double>
    """
    import pyoxigraph

    if isinstance(value, pyoxigraph.NamedNode | pyoxigraph.Literal):
        return value
    kind = type(value)
    if kind.__module__ == "rdflib.term" and kind.__name__ == "URIRef":
        return _iri(str(value))
    if kind.__module__ == "rdflib.term" and kind.__name__ == "Literal":
        if value.language:
            return pyoxigraph.Literal(str(value), language=value.language)
        return _literal(str(value), str(value.datatype or f"{XSD}string"))
    if hasattr(value, "item"):  # a number of numpy or pandas
        value = value.item()
    if isinstance(value, bool | int | float):
        return pyoxigraph.Literal(value)
    if isinstance(value, decimal.Decimal):
        return _literal(f"{value:f}", f"{XSD}decimal")
    if isinstance(value, datetime.datetime):
        return _literal(value.isoformat(), f"{XSD}dateTime")
    if isinstance(value, datetime.date):
        return _literal(value.isoformat(), f"{XSD}date")
    if not isinstance(value, str):
        raise QueryError(f"a {kind.__name__} cannot be bound: give text, a number, a date or an id")
    prefix = value.partition(":")[0]
    if re.fullmatch(r"<[^<>]*>", value):
        return _iri(value[1:-1])
    if ":" in value and prefix in (*namespaces.prefixes, "http", "https"):
        expanded = namespaces.expand(value)
        if not illegal_iri(expanded):
            return _iri(expanded)
    return pyoxigraph.Literal(value)


def _iri(iri: str) -> Any:
    import pyoxigraph

    if illegal_iri(iri):
        raise QueryError(f"{iri!r} cannot be bound: it is no absolute IRI")
    return pyoxigraph.NamedNode(iri)


def _literal(text: str, datatype: str) -> Any:
    import pyoxigraph

    return pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(datatype))


def _year(year: int) -> Any:
    return _literal(f"{'-' * (year < 0)}{abs(year):04}", f"{XSD}gYear")


def year_properties() -> set[str]:
    """The IRIs of properties whose values are years."""
    return {
        column.property
        for table in schema().tables.values()
        for column in table.columns
        if column.kind == "year" and column.property
    }


def _years(text: str, namespaces: Namespaces) -> set[str]:
    """Variables that are years, or are compared with one."""
    properties = year_properties()
    written = {namespaces.compress(iri) for iri in properties} | {f"<{iri}>" for iri in properties}
    names = "|".join(map(re.escape, sorted(written)))
    found = set(re.findall(rf"(?:{names})\s+[?$](\w+)", text))
    for left, right in re.findall(r"[?$](\w+)\s*(?:[<>!]?=|[<>])\s*[?$](\w+)", text):
        if {left, right} & found:
            found |= {left, right}
    return found


def _with_roles(tokens: Iterable[re.Match[str]]) -> Iterable[tuple[re.Match[str], bool]]:
    """Each token, and whether a variable there is a name in a clause."""
    depth, naming = 0, False
    levels: list[tuple[int, bool]] = []
    for before, token in pairwise([None, *tokens]):
        assert token is not None
        word, sign = (token["word"] or "").upper(), token["sign"]
        if word in NAMING and word != "AS":
            naming, depth = True, 0
        elif word in ENDING:
            naming = False
        elif sign == "{":
            levels.append((depth, False))
            depth, naming = 0, False
        elif sign == "}":
            depth, naming = levels.pop() if levels else (0, False)
        elif sign in ("(", ")"):
            depth += 1 if sign == "(" else -1
        after_as = before is not None and (before["word"] or "").upper() == "AS"
        yield token, after_as or (naming and depth == 0)


def _body(tokens: list[re.Match[str]]) -> tuple[int, int] | None:
    """Where the outermost group of patterns begins and ends."""
    template = False
    depth, start = 0, 0
    for before, token in pairwise(tokens):
        word = (before["word"] or "").upper()
        template = template or (word == "CONSTRUCT" and token["sign"] == "{")
    for token in tokens:
        if token["sign"] == "{":
            start = token.end() if depth == 0 else start
            depth += 1
        elif token["sign"] == "}":
            depth -= 1
            if depth == 0 and not template:
                return start, token.start()
            template = template and depth > 0
    return None


def _is_short_construct(tokens: list[re.Match[str]], body: tuple[int, int]) -> bool:
    """Whether a query is CONSTRUCT WHERE { … }, whose patterns are its template."""
    before = [token for token in tokens if token.start() < body[0]]
    words = {(token["word"] or "").upper() for token in before}
    return "CONSTRUCT" in words and sum(token["sign"] == "{" for token in before) < 2
