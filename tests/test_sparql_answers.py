"""Few terms and many become the same columns."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Store,
)

from graphkit import terms
from graphkit.ids import Namespaces
from graphkit.sparql import answers

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
DATATYPES = [
    terms.XSD + name
    for name in ("integer", "int", "gYear", "double", "decimal", "boolean", "date", "dateTime")
]
# fmt: off
LEXICAL = st.sampled_from([
    "1", "+2", "-3", "007", "99999999999999999999", "1.5", ".5", "5.", "1e3", "-2.5E-7", "INF",
    "NaN", "true", "false", "0", "2022", "-0044", "2022Z", "2022-05-01", "-2022-05-01",
    "2022-02-30", "2022-05-01T10:00:00Z", "2022-05-01T10:00:00.1234567Z",
    "2022-05-01T10:00:00+02:00", "2022-05-01T10:00:00", "١", "x",
])
# fmt: on
LITERALS = st.one_of(
    st.builds(Literal, TEXTS | LEXICAL),
    st.builds(Literal, TEXTS, language=st.sampled_from(["en", "de-AT"])),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(kind)),
        LEXICAL | TEXTS,
        st.sampled_from([*DATATYPES, "http://t.example/"]),
    ),
)
IRIS = st.sampled_from(
    [
        "http://a.example/é",
        "https://w3id.org/graphkit/id/author/Ada",
        "author:Ada",
        "http://xmlns.com/foaf/0.1/",
    ]
)
TERMS = LITERALS | st.builds(NamedNode, IRIS) | st.just(BlankNode("b"))
ALIKE = st.sampled_from(DATATYPES).flatmap(
    lambda kind: st.lists(
        st.none() | st.builds(lambda text: Literal(text, datatype=NamedNode(kind)), LEXICAL),
        min_size=1,
        max_size=5,
    )
)


def tsv(column: list[Literal | NamedNode | BlankNode | None]) -> bytes:
    """What Oxigraph writes of one column."""
    rows = " ".join("UNDEF" if term is None else str(term) for term in column)
    # A blank node cannot be given as data.
    rows = rows.replace("_:b", "<http://blank.example/>")
    found = Store().query(f"SELECT ?x {{ VALUES ?x {{ {rows} }} }}")
    assert isinstance(found, QuerySolutions)
    written = found.serialize(format=QueryResultsFormat.TSV)
    assert written is not None
    return written.replace(b"<http://blank.example/>", b"_:b")


@given(
    ALIKE | st.lists(st.none() | TERMS, min_size=1, max_size=6), st.sampled_from([None, "short"])
)
def test_few_terms_are_typed_as_many_are(
    column: list[Literal | NamedNode | BlankNode | None], short: str | None
) -> None:
    namespaces = Namespaces() if short else None
    written = tsv(column)
    few = answers.frame(["x"], written, namespaces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "SMALL", 0)
        many = answers.frame(["x"], written, namespaces)
    assert str(few.dtypes["x"]) == str(many.dtypes["x"])
    assert few.x.isna().tolist() == many.x.isna().tolist()
    one, other = pa.array(few.x.array), pa.array(many.x.array)
    # Not by equality, since no NaN is equal to itself.
    assert list(map(str, one)) == list(map(str, other))
