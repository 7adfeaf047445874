"""Which source says what, told in triples, for formats of RDF without named graphs.

Each thing is ``gk:statedBy`` the sources that speak of it: they say all that stands about it.
Where they differ, the statement itself is described as well, as an ``rdf:Statement`` that is
``gk:statedBy`` the sources that make it. ``rdf:nil`` stands for no source. A graph of one
source has nothing to tell apart, so its triples stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.nquads import RDF, flat
from graphkit.schema import schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["STATED_BY", "attribute", "described_sources", "restore", "typed_sources", "with_hash"]

STATED_BY = f"<{schema().prefixes['gk']}statedBy>"
TYPE, STATEMENT, NIL = f"<{RDF}type>", f"<{RDF}Statement>", f"<{RDF}nil>"
PARTS = {"s": f"<{RDF}subject>", "p": f"<{RDF}predicate>", "o": f"<{RDF}object>"}


def described_sources(quads: pa.Table) -> list[str]:
    """The things that are described as sources that graphkit has read.

    Parameters
    ----------
    quads : pyarrow.Table
        Columns s, p, o, g of terms, as `graphkit.quads.split` gives them.

    Returns
    -------
    list of str
        Terms.
    """
    hashed = with_hash(quads)
    return [source for source in typed_sources(quads) if source in hashed]


def typed_sources(quads: pa.Table) -> list[str]:
    """The things that are said to be sources, in the order in which that is said."""
    import pyarrow.compute as pc

    cls = f"<{schema().table('sources').cls}>"
    typed = quads.filter(pc.and_(pc.equal(quads["p"], TYPE), pc.equal(quads["o"], cls)))
    sources: list[str] = pc.unique(typed["s"]).to_pylist()
    return sources


def with_hash(quads: pa.Table) -> set[str]:
    """The things of which a hash is told, as of sources that graphkit has read."""
    import pyarrow.compute as pc

    hashed = f"<{schema().table('sources').column('sha256').property}>"
    return set(pc.unique(quads.filter(pc.equal(quads["p"], hashed))["s"]).to_pylist())


def attribute(quads: pa.Table) -> pa.Table:
    """Statements in named graphs -> triples that tell of which graphs they are.

    Parameters
    ----------
    quads : pyarrow.Table
        Columns s, p, o, g of terms, g "" in the default graph.

    Returns
    -------
    pyarrow.Table
        Columns s, p, o: each statement once, and where `restore` would not know without being
        told, who says it.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    quads = quads.group_by(["s", "p", "o", "g"], use_threads=False).aggregate([])
    triples = quads.group_by(["s", "p", "o"], use_threads=False).aggregate([("g", "count")])
    graphs = pc.unique(quads["g"]).to_pylist()
    if graphs == _supposed(quads):
        return triples.select(["s", "p", "o"])
    pairs = quads.group_by(["s", "g"], use_threads=False).aggregate([])
    speakers = pairs.group_by("s", use_threads=False).aggregate([("g", "count")])
    most = flat(speakers["g_count"]).take(pc.index_in(triples["s"], flat(speakers["s"])))
    apart = triples.filter(pc.less(triples["g_count"], most)).sort_by(
        [(name, "ascending") for name in "spo"]
    )
    # What the default graph alone says of a thing needs no word.
    alone = pc.and_(pc.equal(pairs["g"], ""), pc.is_in(pairs["s"], _silent(pairs)))
    pairs = pairs.filter(pc.invert(alone))
    nodes = pa.array([f"_:s{number}" for number in range(1, apart.num_rows + 1)], pa.string())
    made = [triples.select(["s", "p", "o"]), _triples(pairs["s"], STATED_BY, _named(pairs["g"]))]
    made.append(_triples(nodes, TYPE, pa.repeat(STATEMENT, len(nodes))))
    made += [_triples(nodes, term, apart[name]) for name, term in PARTS.items()]
    by = _at(apart, quads)
    told = np.flatnonzero(by >= 0)
    stated = _triples(nodes.take(pa.array(by[told])), STATED_BY, _named(quads["g"].take(told)))
    return pa.concat_tables([*made, stated])


def restore(triples: pa.Table) -> pa.Table | None:
    """The statements of `attribute`, in their graphs again.

    Parameters
    ----------
    triples : pyarrow.Table
        Columns s, p, o, g of terms; g is "".

    Returns
    -------
    pyarrow.Table or None
        Columns s, p, o, g; None where nothing is said to be stated by anyone.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    is_word = pc.and_(pc.equal(triples["p"], STATED_BY), pc.starts_with(triples["o"], "<"))
    if not pc.any(is_word).as_py():
        return None
    words = triples.filter(is_word)
    nodes = _nodes(triples, flat(pc.unique(words["s"])))
    # A statement that nobody makes is a thing like others.
    nodes = nodes.filter(pc.is_in(_keys(nodes), _keys(triples)))
    plain = triples.filter(pc.invert(is_word))
    plain = plain.filter(pc.invert(_of_nodes(plain, nodes)))
    plain = plain.select(["s", "p", "o"]).group_by(["s", "p", "o"], use_threads=False)
    rest = plain.aggregate([])
    who = pa.table({"by": words["s"], "g": _unnamed(words["o"])})
    # Of statements that are described, those who are named there; of others, who speaks of
    # the thing; of things nobody is said to speak of, nobody.
    at = _at(nodes, rest)
    by = pc.coalesce(flat(nodes["node"]).take(pa.array(at, mask=at < 0)), flat(rest["s"]))
    made = rest.append_column("by", by).join(who, keys="by", join_type="left outer")
    g = pc.fill_null(made["g"], "")
    return pa.table({**{name: made[name] for name in "spo"}, "g": g}).combine_chunks()


def _supposed(quads: pa.Table) -> list[str]:
    """The graphs of triples that say nothing of them: that of the one source described."""
    described = described_sources(quads)
    return described if len(described) == 1 else [""]


def _silent(pairs: pa.Table) -> pa.Array:
    """The things of which no named graph speaks."""
    import pyarrow.compute as pc

    spoken = flat(pc.unique(pairs.filter(pc.not_equal(pairs["g"], ""))["s"]))
    things = flat(pc.unique(pairs["s"]))
    return things.filter(pc.invert(pc.is_in(things, spoken)))


def _named(graphs: Any) -> pa.Array:
    import pyarrow.compute as pc

    graphs = flat(graphs)
    return pc.if_else(pc.equal(graphs, ""), NIL, graphs)


def _unnamed(terms: Any) -> pa.Array:
    import pyarrow.compute as pc

    terms = flat(terms)
    return pc.if_else(pc.equal(terms, NIL), "", terms)


def _triples(s: Any, p: str, o: Any) -> pa.Table:
    import pyarrow as pa

    return pa.table({"s": flat(s), "p": pa.repeat(p, len(s)), "o": flat(o)})


def _keys(table: pa.Table) -> pa.Array:
    """A text for each statement; no term holds a line end."""
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*(flat(table[name]) for name in "spo"), "\n")


def _at(described: pa.Table, table: pa.Table) -> Any:
    """For each statement of a table the row in which it is described, or -1 (numpy array)."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.index_in(_keys(table), _keys(described)), -1).to_numpy()


def _nodes(triples: pa.Table, stated: pa.Array) -> pa.Table:
    """Statements that are described and said to be somebody's: node, s, p, o."""
    import pyarrow as pa
    import pyarrow.compute as pc

    typed = pc.and_(pc.equal(triples["p"], TYPE), pc.equal(triples["o"], STATEMENT))
    nodes = flat(pc.unique(triples.filter(typed)["s"]))
    found = pa.table({"node": nodes.filter(pc.is_in(nodes, stated))})
    for name, term in PARTS.items():
        said = triples.filter(pc.equal(triples["p"], term))
        first = said.group_by("s", use_threads=False).aggregate([("o", "first")])
        at = pc.index_in(found["node"], flat(first["s"]))
        found = found.append_column(name, flat(first["o_first"]).take(flat(at)))
    return found.drop_null()


def _of_nodes(triples: pa.Table, nodes: pa.Table) -> Any:
    """Which triples describe a statement."""
    import pyarrow as pa
    import pyarrow.compute as pc

    own = pc.is_in(triples["p"], pa.array(list(PARTS.values())))
    typed = pc.and_(pc.equal(triples["p"], TYPE), pc.equal(triples["o"], STATEMENT))
    return pc.and_(pc.is_in(triples["s"], flat(nodes["node"])), pc.or_(own, typed))
