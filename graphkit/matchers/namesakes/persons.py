"""Whose mention each row is before namesakes are told apart, as other matchers have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.graph import KnowledgeGraph
from graphkit.identity.claims import DIFFERENT, is_authorship
from graphkit.identity.resolution import resolution
from graphkit.matchers import CLAIMED_BEFORE, GATHERED
from graphkit.schema import schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from graphkit.matchers import Earlier
    from graphkit.matchers.context import Context

    Integers = np.ndarray[Any, np.dtype[np.int64]]
    Mask = np.ndarray[Any, np.dtype[np.bool_]]

__all__ = ["METHOD", "Persons", "persons"]

THRESHOLD = 0.5
# The method of our own claims.
METHOD = "company"


@dataclass(frozen=True)
class Persons:
    """The persons that the other claims make of the author ids.

    Attributes
    ----------
    context : Context
    of_author : numpy.ndarray of int64, an author id
        The person, as the code of the author id that stands for it.
    of_row : numpy.ndarray of int64, a row of ``authorships``
        The person; -1 for mentions that were given to somebody one by one, or name nobody.
    """

    context: Context
    of_author: Integers
    of_row: Integers

    def joined(self) -> Context:
        """The context with coauthors as persons: one column whatever their spelling."""
        import numpy as np

        return self.context.counted(self.of_author[self.context.author].astype(np.int32))

    def every(self) -> Mask:
        """All persons."""
        import numpy as np

        return np.ones(len(self.of_author), bool)

    def touched(self, kg: KnowledgeGraph, sources: frozenset[str]) -> Mask:
        """Persons (codes of author ids) with mentions in these sources, or made of other ids.

        Who was joined to somebody, or is no longer, since the matchers last ran is another
        person than before.
        """
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = self.context.kg.table("authorships", as_read=True)
        new = pc.is_in(rows["source"], pa.array(sorted(sources), pa.string()))
        found = np.zeros(len(self.of_author), bool)
        found[self.of_author[self.context.author[new.to_numpy()]]] = True
        for end in _changed(kg):
            person = self._persons(end)
            found[person[person >= 0]] = True
        return found

    def kept(
        self, known: Earlier, fresh: Mask
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Earlier claims, and authors that they need, about persons that nothing new touches."""
        import numpy as np
        import pyarrow.compute as pc

        # What is neither person nor mention is not kept.
        told = np.append(~fresh, False)

        def untouched(ends: pa.ChunkedArray) -> Any:
            return told[self._persons(ends)]

        claims = known.tables["matches"]
        apart = pc.equal(claims["relation"], DIFFERENT).to_numpy()
        kept = untouched(claims["a"]) & (~apart | untouched(claims["b"]))
        old = claims.filter(_mask(kept)).drop_columns("source").to_pylist()
        needed = {claim["b"] for claim in old}
        authors = known.tables["authors"].select(["id", "name"]).to_pylist()
        return old, [row for row in authors if row["id"] in needed]

    def _persons(self, ends: pa.ChunkedArray) -> Integers:
        """The person of each author id or authorship; -1 for what is neither."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        c = self.context
        known = np.concatenate([self.of_author, self.of_author[c.author], [-1]])
        at = pc.index_in(ends.combine_chunks(), pa.concat_arrays([c.authors, c.rows]))
        return np.asarray(known[pc.fill_null(at, -1).to_numpy()])


def _changed(kg: KnowledgeGraph) -> list[pa.ChunkedArray]:
    """The ends of other matchers' claims that join or part people, but did not do so before."""
    import pyarrow as pa
    import pyarrow.compute as pc

    now = kg.table("matches", as_read=True)
    before = kg.derived.get(GATHERED, {}).get(CLAIMED_BEFORE, now)
    names = ["a", "b", "relation"]
    sides = []
    for claims in (before, now):
        others = pc.not_equal(claims["method"], METHOD)
        likely = pc.greater_equal(pc.fill_null(claims["score"], 0.0), THRESHOLD)
        sides.append(claims.filter(pc.and_(others, likely)).group_by(names).aggregate([]))
    counted = pa.concat_tables(sides).group_by(names).aggregate([([], "count_all")])
    once = counted.filter(pc.equal(counted["count_all"], 1))
    return [once["a"], once["b"]]


def _mask(values: Any) -> pa.Array:
    import pyarrow as pa

    return pa.array(values)


def persons(kg: KnowledgeGraph, c: Context) -> Persons:
    """Join what other matchers and people claim.

    Parameters
    ----------
    kg : KnowledgeGraph
        Unresolved, without claims of ours.
    c : Context

    Returns
    -------
    Persons
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = np.arange(len(c.authors))
    of_row = codes[c.author]
    if kg.table("matches", as_read=True).num_rows:
        tables = {name: kg.table(name, as_read=True) for name in schema().tables}
        made = pa.Table.from_pylist(
            resolution(tables, THRESHOLD)["identities"],
            pa.schema([(name, pa.string()) for name in ("entity", "same_as", "source")]),
        )
        single = is_authorship(made["entity"])
        joined = made.filter(pc.invert(single))
        heads = joined["same_as"].take(pc.index_in(c.authors, joined["entity"].combine_chunks()))
        at = pc.index_in(heads.combine_chunks(), c.authors)
        codes = pc.coalesce(at, pa.array(codes, at.type)).to_numpy().astype(np.int64)
        of_row = codes[c.author]
        alone = pc.is_in(c.rows, made.filter(single)["entity"].combine_chunks())
        of_row[alone.to_numpy(zero_copy_only=False)] = -1
    nameless = np.array([name is None or name.bare for name in c.names], bool)
    of_row[nameless[c.author]] = -1
    return Persons(c, codes, of_row)
