"""Queries that have a name: files with a description and typed parameters.

A query is a file ``NAME.rq``. Its first comment is its description in one line; a comment
``# parameter NAME: KIND`` declares a parameter, the variable of that name in the query. A kind
is a table whose entities a person may name (``authors``, ``topics``, …), ``year``, ``number`` or
``text``; ``# parameter NAME: KIND = VALUE`` gives a value for who names none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import QueryError, UnknownNameError
from graphkit.finding import find
from graphkit.graph import KnowledgeGraph
from graphkit.schema import schema
from graphkit.sparql.oxigraph import query

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

__all__ = ["NamedQuery", "Parameter", "bound", "queries", "read", "run"]

COMMENT = re.compile(r"#\s*(.*)")
PARAMETER = re.compile(r"parameter\s+(?P<name>\w+)\s*:\s*(?P<kind>\w+)(?:\s*=\s*(?P<default>.+))?")
PLAIN = ("year", "number", "text")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a named query.

    Attributes
    ----------
    name : str
        Of the variable.
    kind : str
        A table of entities, ``year``, ``number`` or ``text``.
    default : str or None
    """

    name: str
    kind: str
    default: str | None = None

    @property
    def is_entity(self) -> bool:
        """Whether its values are entities of a table."""
        return self.kind not in PLAIN


@dataclass(frozen=True)
class NamedQuery:
    """A query of which only the parameters are open.

    Attributes
    ----------
    name, description, text : str
    parameters : tuple of Parameter
    """

    name: str
    description: str
    text: str
    parameters: tuple[Parameter, ...]


def queries(folders: Iterable[str | os.PathLike[str]] = ()) -> dict[str, NamedQuery]:
    """The named queries there are, by name, sorted.

    Parameters
    ----------
    folders : iterable of path-like
        Folders of your own; a query there comes before one of ours with the same name.

    Returns
    -------
    dict of str to NamedQuery

    Raises
    ------
    QueryError
        A folder is not there, or a file in it is no named query.

    Examples
    --------
    >>> queries()["coauthors-of"].parameters
    (Parameter(name='author', kind='authors', default=None),)
    """
    found = dict(_bundled())
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise QueryError(f"there is no folder {folder} of named queries")
        for file in folder.glob("*.rq"):
            try:
                found[file.stem] = read(file.stem, file.read_text("utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise QueryError(f"{file} cannot be read: {error}") from None
    return dict(sorted(found.items()))


@cache
def _bundled() -> dict[str, NamedQuery]:
    """Those that come with graphkit, which do not change."""
    found = {}
    for resource in files("graphkit").joinpath("queries").iterdir():
        if resource.name.endswith(".rq"):
            found[resource.name[:-3]] = read(resource.name[:-3], resource.read_text("utf-8"))
    return found


def read(name: str, text: str) -> NamedQuery:
    """A named query from the text of its file.

    Raises
    ------
    QueryError
        It has no description, or declares what is no parameter.
    """
    comments = []
    for line in text.splitlines():
        match = COMMENT.fullmatch(line.strip())
        if not match:
            break
        comments.append(match[1].strip())
    if not comments or not comments[0] or comments[0].startswith("parameter "):
        raise QueryError(f"{name}.rq begins with no description: write one in a comment (# …)")
    parameters = []
    for comment in comments[1:]:
        if not comment.startswith("parameter "):
            continue
        match = PARAMETER.fullmatch(comment)
        kinds = [each.name for each in schema().tables.values() if each.has_id]
        if not match or match["kind"] not in (*kinds, *PLAIN):
            known = ", ".join((*PLAIN, *kinds))
            raise QueryError(
                f"{name}.rq: {comment!r} is no parameter: write '# parameter NAME: KIND' "
                f"with one of the kinds {known}"
            )
        parameters.append(Parameter(match["name"], match["kind"], match["default"]))
    return NamedQuery(name, comments[0], text, tuple(parameters))


def run(
    kg: KnowledgeGraph,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    folders: Iterable[str | os.PathLike[str]] = (),
    short: bool = True,
    timeout: float | None = None,
    **more: Any,
) -> pd.DataFrame | bool | rdflib.Graph:
    """Answer a named query.

    Parameters
    ----------
    kg : KnowledgeGraph
    name : str
        Of `queries`.
    parameters : mapping of str to object, optional
        Entities by name or id, years, numbers, texts; also by keyword.
    folders : iterable of path-like
        Folders with queries of your own.
    short : bool
        IRIs as ids such as ``author:Ada_Lovelace``.
    timeout : float, optional
        Seconds.

    Returns
    -------
    pandas.DataFrame, bool or rdflib.Graph
        As `graphkit.sparql.oxigraph.query`.

    Raises
    ------
    UnknownNameError
        There is no such query.
    QueryError
        A parameter is missing, unknown or of another kind.
    UnknownEntityError
        The graph holds nothing of that name.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = run(gk.example(), "coauthors-of", author="Andreas Stolcke")
    >>> found[["name", "papers"]].head(2).values.tolist()
    [['Brian King', 2], ['Jasha Droppo', 2]]
    """
    known = queries(folders)
    if name not in known:
        raise UnknownNameError("named query", name, known)
    asked = known[name]
    values = bound(
        asked,
        {**(parameters or {}), **more},
        lambda kind, name: kg.namespaces.expand(find(kg, kind, name)),
    )
    return query(kg, asked.text, values, short=short, timeout=timeout)


def bound(
    asked: NamedQuery, given: Mapping[str, Any], entity: Callable[[str, str], str]
) -> dict[str, Any]:
    """What the parameters of a query stand for, as terms.

    Parameters
    ----------
    asked : NamedQuery
    given : mapping of str to object
        Values by the names of parameters.
    entity : callable
        From a table and the value given for one of its entities to the entity's IRI.

    Raises
    ------
    QueryError
        A parameter is missing, unknown or of another kind.
    """
    declared = {parameter.name: parameter for parameter in asked.parameters}
    for name in given:
        if name not in declared:
            raise QueryError(f"{asked.name} has no parameter {name!r}: {_usage(asked)}")
    values = {}
    for name, parameter in declared.items():
        value = given.get(name, parameter.default)
        if value is None:
            others = f": {_usage(asked)}" if len(declared) > 1 else ""
            raise QueryError(f"{asked.name} needs {name} ({parameter.kind}){others}")
        values[name] = _value(asked, parameter, value, entity)
    return values


def _value(
    asked: NamedQuery, parameter: Parameter, value: Any, entity: Callable[[str, str], str]
) -> Any:
    import pyoxigraph

    if parameter.kind == "text":
        return pyoxigraph.Literal(str(value))
    if parameter.is_entity:
        return pyoxigraph.NamedNode(entity(parameter.kind, str(value)))
    if not re.fullmatch(r"[+-]?\d+", str(value)):
        raise QueryError(f"{asked.name}: {parameter.name} is a {parameter.kind}, not {value!r}")
    if parameter.kind == "number":
        return int(value)
    year = int(value)
    gyear = pyoxigraph.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")
    return pyoxigraph.Literal(f"{'-' * (year < 0)}{abs(year):04}", datatype=gyear)


def _usage(asked: NamedQuery) -> str:
    listed = ", ".join(f"{each.name} ({each.kind})" for each in asked.parameters)
    return f"it takes {listed}" if listed else "it takes none"
