"""What a query does, pattern by pattern, with times and counts.

Measured is how many solutions there are after each pattern, in the order in which the query is
written, and how long finding them takes. `graphkit.sparql.plan` shows what Oxigraph makes of it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphkit.errors import QueryLimitError
from graphkit.graph import KnowledgeGraph
from graphkit.sparql.engine import engine
from graphkit.sparql.patterns import Pattern, main_patterns, prologue, unconnected
from graphkit.sparql.plan import planned

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["explain"]

DEPENDENT = ("filter", "optional", "minus", "bind")


def explain(
    kg: KnowledgeGraph,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    plan: bool = False,
    timeout: float = 60,
    **more: Any,
) -> pd.DataFrame:
    """Show what a query does.

    Parameters
    ----------
    kg : KnowledgeGraph
    text : str
    parameters : mapping of str to object, optional
        As for `KnowledgeGraph.query`, also by keyword.
    plan : bool
        Show the steps that Oxigraph plans, in its own order and words, in place of the patterns as
        they are written. It needs the command ``oxigraph`` (the extra ``explain``).
    timeout : float
        Seconds for each step. What is not known by then is missing.

    Returns
    -------
    pandas.DataFrame
        A row for each element of the outermost group, in the order of the text, and a last one
        for the query as a whole: its ``pattern``, ``alone`` (the solutions that it has by
        itself; missing for what only chooses or extends), ``rows`` (the solutions that there are
        with all that stands before it), ``seconds`` to find these, and ``note``: what it has in
        common with nothing else.
        With ``plan`` a row for each step, after a dot for each that it is part of: ``step``, the
        ``rows`` that it found, and the ``seconds`` that it and its parts took.

    Raises
    ------
    QueryError
        The text is no query, or its plan has taken too long.
    MissingExtraError
        There is no ``oxigraph`` to ask for a plan.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = explain(gk.example(), '''SELECT ?n {
    ...     ?p dcterms:subject topic:Text-to-speech . ?p dcterms:creator ?a . ?a foaf:name ?n }''')
    >>> found[["pattern", "alone", "rows"]].values.tolist()[:2]
    [['?p dcterms:subject topic:Text-to-speech', 12, 12], ['?p dcterms:creator ?a', 237, 74]]
    """
    import pandas as pd

    made = engine(kg)
    bound = {**(parameters or {}), **more}
    request = made.request(text, parameters=bound)
    made.check(text, request)
    if plan:
        kinds = {"step": "string[pyarrow]", "rows": "int64[pyarrow]", "seconds": "double[pyarrow]"}
        return pd.DataFrame(planned(made, request, timeout), columns=list(kinds)).astype(kinds)
    _, patterns = main_patterns(request.text)
    declared = prologue(request.text)
    apart = unconnected(request.text) if unconnected(text) else ()
    rows: list[dict[str, Any]] = []
    for number, pattern in enumerate(patterns, 1):
        alone = None
        if pattern.kind not in DEPENDENT:
            alone, _ = _count(kg, declared, [pattern], timeout)
        count, seconds = _count(kg, declared, patterns[:number], timeout)
        note = "shares no variable with the others" if pattern.text in apart[1:] else None
        rows.append(_row(pattern.text, alone, count, seconds, note))
    start = time.perf_counter()
    count = None
    try:
        answer, data = made.whole(text, parameters=bound, timeout=timeout, quiet=True)
        count = data.count(b"\n") - 1 if answer.kind == "solutions" else data.count(b"\n")
        count = count if answer.truth is None else 1
    except QueryLimitError:
        pass
    rows.append(_row("the whole query", None, count, time.perf_counter() - start, None))
    columns = {
        "pattern": "string[pyarrow]",
        "alone": "int64[pyarrow]",
        "rows": "int64[pyarrow]",
        "seconds": "double[pyarrow]",
        "note": "string[pyarrow]",
    }
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _row(
    pattern: str, alone: int | None, rows: int | None, seconds: float, note: str | None
) -> dict[str, Any]:
    shown = " ".join(pattern.split())
    return {
        "pattern": shown, "alone": alone, "rows": rows, "seconds": seconds, "note": note
    }  # fmt: skip


def _count(
    kg: KnowledgeGraph, declared: str, patterns: list[Pattern], timeout: float
) -> tuple[int | None, float]:
    """How many solutions patterns have together, None where that takes too long, and the time."""
    text = " ".join(
        f"{pattern.text} ." if pattern.kind == "triples" else pattern.text for pattern in patterns
    )
    start = time.perf_counter()
    try:
        _, data = engine(kg).whole(
            f"{declared}SELECT (COUNT(*) AS ?graphkit_rows) {{ {text} }}",
            timeout=timeout,
            quiet=True,
        )
        found: int | None = int(data.split(b"\n")[1])
    except QueryLimitError:
        found = None
    return found, time.perf_counter() - start
