"""From claims to groups: which ids are one, and by whom each authorship is.

Claims are joined in the order of `graphkit.identity.claims.claims`, never

- against what a person decided, also not through third ids,
- two authors of one paper, as one source lists them,
- two entities to which one register gives different identifiers, unless a person says so.

Where nothing stands in the way, which is nearly everywhere, the order does not matter and
the groups are the connected components (scipy); only the others are joined one by one.
"""

from __future__ import annotations

import hashlib
import urllib.parse
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from graphkit.identity.claims import DIFFERENT, RESOLUTION, SAME, claims, is_authorship
from graphkit.identity.joining import Groups
from graphkit.ids import mint
from graphkit.schema import schema
from graphkit.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, Any]

__all__ = ["resolution", "threshold"]

READER = f"graphkit {RESOLUTION} 1, threshold "
# Registers that give one person one identifier.
REGISTERS = ("orcid", "dblp-person")


def resolution(tables: Mapping[str, pa.Table], threshold: float) -> dict[str, Any]:
    """Join what the claims say is one.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Rows as read.
    threshold : float
        Claims of matchers count from this score on; decisions of people always do.

    Returns
    -------
    dict of str to rows
        ``identities``: each id that is counted under another one, and each authorship that
        is by somebody else than its printed name's id says. ``authors``: people who got no id
        by that. ``notes``: decisions and sure claims that stand against others. ``sources``:
        the row of this resolution.
    """
    graph = _Graph(tables, threshold)
    pairs, people = graph.identities()
    notes = [{"number": number, **note} for number, note in enumerate(graph.refused, 1)]
    text = f"{RESOLUTION} 1\n{threshold!r}\n" + "\n".join(f"{a}\t{b}" for a, b in pairs)
    text += "".join(f"\n{row}" for row in [*people, *notes])
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = f"source:{RESOLUTION}-{digest[:12]}"
    about = {
        "id": source,
        "title": f"Claims with a score of at least {threshold:g}, joined",
        "format": RESOLUTION,
        "sha256": digest,
        "reader": f"{READER}{threshold!r}",
        "source": source,
    }
    return {
        "identities": [{"entity": a, "same_as": b, "source": source} for a, b in pairs],
        "authors": [{**row, "source": source} for row in people],
        "notes": [{**row, "source": source} for row in notes],
        "sources": [about],
    }


def threshold(sources: pa.Table) -> float | None:
    """The threshold of the resolution among these sources, the lowest of several, or None."""
    found = [
        float(row["reader"].removeprefix(READER))
        for row in sources.to_pylist()
        if row["format"] == RESOLUTION and (row["reader"] or "").startswith(READER)
    ]
    return min(found, default=None)


class _Graph:
    """The ends of the claims that count, as numbers, and what keeps them apart."""

    def __init__(self, tables: Mapping[str, pa.Table], threshold: float) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self._tables = tables
        found = claims(tables)
        counts = pc.or_(found["decided"], pc.greater_equal(found["score"], threshold))
        known = pc.is_in(found["relation"], pa.array([SAME, DIFFERENT]))
        two = pc.not_equal(found["a"], found["b"])
        self._claims = found.filter(pc.and_(pc.and_(counts, known), two)).combine_chunks()
        claimed = pc.unique(pa.concat_arrays([_flat(self._claims[end]) for end in "ab"]))
        self._rows = _authorships(tables["authorships"], claimed.filter(is_authorship(claimed)))
        # An authorship that nobody gets falls back to the id of its printed name.
        own = self._rows["author"].combine_chunks()
        self._nodes = pc.unique(pa.concat_arrays([claimed, own]))
        self._is_row = is_authorship(self._nodes).to_numpy(zero_copy_only=False)
        self.refused: list[dict[str, str]] = []
        self._group = self._grouped()

    def _number(self, ids: Any) -> Numbers:
        """The numbers of ids, -1 where they are no node."""
        import pyarrow.compute as pc

        return _numpy(pc.fill_null(pc.index_in(ids, self._nodes), -1))

    # -- joining --------------------------------------------------------------------------

    def _grouped(self) -> Numbers:
        """The group of each node."""
        import numpy as np
        import pyarrow.compute as pc
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        a, b = self._number(self._claims["a"]), self._number(self._claims["b"])
        same = _numpy(pc.equal(self._claims["relation"], SAME))
        row, own = self._number(self._rows["row"]), self._number(self._rows["author"])
        left, right = np.concatenate([a[same], row]), np.concatenate([b[same], own])
        count = len(self._nodes)
        edges = coo_array((np.ones(len(left), bool), (left, right)), shape=(count, count))
        component = connected_components(edges, directed=False)[1].astype(np.int64)
        author, paper = self._wrote()
        holder, register, identifier = self._registered()
        # Of several people that an authorship could be by, it is by one.
        hard = [component[self._is_row], component[a][~same & (component[a] == component[b])]]
        hard.append(_twice(component[author], paper, author))
        hard.append(_twice(component[holder], register, identifier))
        slow = np.isin(component, np.concatenate(hard))
        groups = Groups()
        for node, number in _zipped(slow[author], author, paper):
            groups.papers[node].add(number)
        for node, number, value in _zipped(slow[holder], holder, register, identifier):
            groups.registers[node].setdefault(number, value)
        decided = _numpy(self._claims["decided"])
        sure = decided | (_numpy(self._claims["score"]) >= 1)
        for at, one, other, joins, person in _zipped(
            slow[a] | slow[b], np.arange(len(a)), a, b, same, decided
        ):
            against = groups.claim(one, other, same=joins, decided=person)
            if against and sure[at]:
                self._refuse(at, *against)
        taken = {groups.find(node) for (node,) in _zipped(slow & ~self._is_row, np.arange(count))}
        for node, printed in zip(row.tolist(), own.tolist(), strict=True):
            if groups.find(node) not in taken:
                groups.claim(node, printed, same=True)
        numbers = np.flatnonzero(slow)
        roots = np.fromiter(map(groups.find, numbers.tolist()), np.int64, len(numbers))
        component[numbers] = count + roots
        return component

    def _wrote(self) -> tuple[Numbers, Numbers]:
        """Nodes and the papers that they wrote, as one source lists them."""
        import numpy as np

        authorships = self._tables["authorships"]
        author = self._number(authorships["author"])
        author[_numpy(self._rows["#"])] = self._number(self._rows["row"])
        here = np.flatnonzero(author >= 0)
        paper, source = (_codes(authorships[name])[here] for name in ("paper", "source"))
        return author[here], paper << 24 | source

    def _registered(self) -> tuple[Numbers, Numbers, Numbers]:
        """Nodes, registers, and their identifiers there."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        authors, others = self._tables["authors"], self._tables["identifiers"]
        holders = (authors["id"], others["entity"], self._nodes)
        values = (authors["orcid"], others["identifier"], self._nodes)
        value = pa.concat_arrays([_flat(column) for column in values])
        parts = pc.extract_regex(value, f"^(?P<register>{'|'.join(REGISTERS)}):")
        register = pc.index_in(pc.struct_field(parts, "register"), pa.array(REGISTERS))
        register = _numpy(pc.fill_null(register, -1)).astype(np.int64)
        holder = self._number(pa.concat_arrays([_flat(column) for column in holders]))
        here = (register >= 0) & (holder >= 0)
        return holder[here], register[here], _codes(value)[here]

    def _refuse(self, at: int, what: str, which: int | None) -> None:
        (claim,) = self._claims.slice(at, 1).to_pylist()
        reason = {
            "apart": "later decisions or surer claims keep them apart",
            "joined": "later decisions or surer claims make them one",
        }.get(what)
        if what == "paper" and which is not None:
            papers = _flat(self._tables["authorships"]["paper"]).dictionary_encode().dictionary
            reason = f"both are authors of {papers[which >> 24].as_py()}"
        elif what == "register" and which is not None:
            reason = f"{REGISTERS[which]} has them as two people"
        one = "one" if claim["relation"] == SAME else "two"
        said = "decided" if claim["decided"] else "claimed as sure"
        self.refused.append(
            {
                "place": f"{claim['a']}, {claim['b']}",
                "reason": f"{said} to be {one}, but {reason}",
                "text": claim["evidence"] or claim["method"],
                "done": "set aside",
            }
        )

    # -- what comes of it -----------------------------------------------------------------

    def identities(self) -> tuple[list[tuple[str, str]], list[dict[str, str]]]:
        """What is counted under another id, with that id; and people who got ids by that."""
        import numpy as np
        import pyarrow as pa

        entities = np.flatnonzero(~self._is_row)
        ids = self._nodes.take(pa.array(entities))
        found = _heads(ids, self._group[entities], self._tables["authorships"]).to_pylist()
        heads = dict(zip(self._group[entities].tolist(), found, strict=True))
        pairs = {one: head for one, head in zip(ids.to_pylist(), found, strict=True) if one != head}
        joined, known_heads = {*pairs, *pairs.values()}, set(found)
        rows = self._rows.sort_by([(name, "ascending") for name in ("row", "author", "#")])
        groups = [self._group[self._number(rows[name])].tolist() for name in ("row", "author")]
        people: dict[int, dict[str, str]] = {}
        moved: dict[str, Counter[str]] = defaultdict(Counter)
        for group, own, row in zip(*groups, rows.to_pylist(), strict=True):
            if group == own:
                continue
            if group not in heads and group not in people:
                name = row["printed_name"] or row["author"].partition(":")[2]
                people[group] = {"id": mint("author", name, _key(row["paper"])), "name": name}
            by = heads[group] if group in heads else people[group]["id"]
            pairs[row["row"]] = by
            moved[row["author"]][by] += 1
        names = pa.array(list(moved), pa.string())
        written = _written(names, self._tables["authorships"]).to_pylist()
        minted = _is_minted(names).to_pylist()
        for name, count, made in zip(moved, written, minted, strict=True):
            (by, _), *_ = sorted(moved[name].items(), key=lambda item: (-item[1], item[0]))
            # A printed name that is left without a paper is nobody of its own.
            known = made and name not in joined and by in known_heads
            if known and moved[name].total() == count:
                pairs[name] = by
        return sorted(pairs.items()), [people[group] for group in sorted(people)]


def _key(paper: str) -> str:
    """A paper's id as text, without what an earlier minting did to it."""
    return urllib.parse.unquote(paper.partition(":")[2]).replace("_", " ")


def _authorships(authorships: pa.Table, claimed: pa.Array) -> pa.Table:
    """The authorships that claims are about: ``#`` (which row), row (its id) and its columns."""
    import pyarrow as pa

    numbers, row = rows_of(schema().table("authorships"), authorships, claimed)
    found = authorships.select(["paper", "author", "printed_name"]).take(pa.array(numbers))
    return found.append_column("#", pa.array(numbers)).append_column("row", row)


def _heads(ids: pa.Array, groups: Numbers, authorships: pa.Table) -> pa.Array:
    """Which id of its group stands for each: one that a source gave, in ordinary capitals, common.

    Of several such the longest, for it says most of the name, and then the alphabet.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    local = pc.replace_substring_regex(ids, "^[^:]*:", "")
    order = pa.table(
        {
            "group": groups,
            "minted": _is_minted(ids),
            "shouted": pc.utf8_is_upper(local),
            "written": pc.negate(_written(ids, authorships)),
            "length": pc.negate(pc.utf8_length(ids)),
            "id": ids,
        }
    )
    order = order.sort_by([(name, "ascending") for name in order.column_names])
    first = order.group_by("group", use_threads=False).aggregate([("id", "first")])
    at = pc.index_in(pa.array(groups), first["group"].combine_chunks())
    return first["id_first"].combine_chunks().take(at)


def _is_minted(ids: pa.Array) -> pa.Array:
    """Which ids were made here, after a name, and not given by a source."""
    import pyarrow.compute as pc

    kinds = "|".join(name.removesuffix("s") for name, t in schema().tables.items() if t.has_id)
    return pc.match_substring_regex(ids, f"^(?:{kinds}):")


def _written(ids: pa.Array, authorships: pa.Table) -> pa.Array:
    """How many authorships each of these ids has."""
    import pyarrow.compute as pc

    author = _flat(authorships["author"])
    counted = pc.value_counts(author.filter(pc.is_in(author, ids)))
    at = pc.index_in(ids, counted.field("values"))
    return pc.fill_null(counted.field("counts").take(at), 0)


def _twice(group: Numbers, key: Numbers, member: Numbers) -> Numbers:
    """The groups in which one key belongs to different members (or has different values)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = pa.table({"group": group, "key": key, "member": member})
    found = rows.group_by(["group", "key"]).aggregate([("member", "count_distinct")])
    found = found.filter(pc.greater(found["member_count_distinct"], 1))
    return _numpy(found["group"])


def _zipped(which: Numbers, *columns: Numbers) -> Iterator[tuple[Any, ...]]:
    return zip(*(column[which].tolist() for column in columns), strict=True)


def _codes(column: Any) -> Numbers:
    """Texts as numbers: their places among the distinct ones."""
    return _numpy(_flat(column).dictionary_encode("encode").indices).astype("int64")


def _numpy(column: Any) -> Numbers:
    numbers: Numbers = _flat(column).to_numpy(zero_copy_only=False)
    return numbers.copy()


def _flat(column: Any) -> pa.Array:
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
