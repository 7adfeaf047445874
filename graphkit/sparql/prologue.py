"""Declarations of the known prefixes, for readers of a query other than our engine."""

from __future__ import annotations

import re

from graphkit.ids import Namespaces
from graphkit.sparql.syntax import NOT_CODE

__all__ = ["declarations"]


def declarations(text: str, namespaces: Namespaces) -> list[str]:
    """Declarations of the known prefixes that a query uses and does not declare.

    Parameters
    ----------
    text : str
    namespaces : Namespaces

    Returns
    -------
    list of str

    Examples
    --------
    >>> declarations("ASK { ?a foaf:name 'skos:' }", Namespaces())
    ['PREFIX foaf: <http://xmlns.com/foaf/0.1/>']
    """
    code = NOT_CODE.sub(" ", text)
    used = set(re.findall(r"(?<![\w?$])([A-Za-z][\w-]*):", code))
    own = set(re.findall(r"\bPREFIX\s+([\w-]+)\s*:", code, re.IGNORECASE))
    known = namespaces.prefixes
    return [f"PREFIX {p}: <{known[p]}>" for p in sorted((used - own) & set(known))]
