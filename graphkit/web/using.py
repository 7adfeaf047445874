"""An update whose dataset the protocol names: the same update with USING clauses.

Oxigraph has no other way to say so. SPARQL 1.1 Protocol, section 2.2.3: the parameters
``using-graph-uri`` and ``using-named-graph-uri`` stand for ``USING`` and ``USING NAMED``, and a
request with both the parameters and such a clause is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphkit.web.refusal import Refusal

__all__ = ["with_using"]

# Comments, strings and IRIs hide words; names and variables are none. What is left is a keyword.
TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'(?:[^'\\\n]|\\.)*'|"
    r"<[^<>\"{}|^`\\\s]*>|#[^\n]*|"
    r"[?$@]\w+|[\w.%\\-]*:[\w.:%\\-]*|"
    r"(?P<token>[{}]|[A-Za-z]+)",
    re.DOTALL,
)


def with_using(text: str, default: Sequence[str] | None, named: Sequence[str] | None) -> str:
    """The update with the dataset that a request names.

    Parameters
    ----------
    text : str
    default, named : sequence of str, optional
        IRIs; None where the request names no dataset.

    Raises
    ------
    Refusal
        The update names a dataset itself, or has no place for one.

    Examples
    --------
    >>> with_using("INSERT { ?s a <x:y> } WHERE { ?s ?p ?o }", ["x:g"], [])
    'INSERT { ?s a <x:y> } USING <x:g> WHERE { ?s ?p ?o }'
    """
    if default is None and named is None:
        return text
    clauses = "".join(
        f"USING {word}<{iri}> "
        for word, iris in (("", default), ("NAMED ", named))
        for iri in iris or ()
    )
    depth, before, places = 0, "", []
    for match in TOKEN.finditer(text):
        token = (match["token"] or "").upper()
        if not token:
            continue
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth == 0 and token in ("USING", "WITH"):
            raise Refusal(400, f"the request names graphs to use, and so does its {token}")
        if depth == 0 and token == "WHERE":
            if before != "}":
                raise Refusal(400, "graphs to use need DELETE { … } WHERE, not DELETE WHERE")
            places.append(match.start())
        before = token
    for at in reversed(places):
        text = text[:at] + clauses + text[at:]
    return text
