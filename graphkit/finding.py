"""From what a person types to the entity that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphkit.errors import SchemaError, UnknownEntityError
from graphkit.iris import illegal_iri
from graphkit.schema import schema

if TYPE_CHECKING:
    import pyarrow as pa

    from graphkit.graph import KnowledgeGraph

__all__ = ["find"]

SHOWN = 5
# How much of a name, or of a word of it, has to agree to be offered instead of another (of 100).
WHOLE, WORD = 60, 75
# Letters that people type without their strokes, and that Unicode does not take apart.
PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "ß": "ss", "ς": "σ",
}  # fmt: skip


def find(kg: KnowledgeGraph, kind: str, name: str) -> str:
    """The id of an entity: by id, IRI or name.

    Parameters
    ----------
    kg : KnowledgeGraph
    kind : str
        A table of entities, such as ``"authors"``.
    name : str
        An id, an IRI, or a name; of a name case, accents, punctuation and the order of the
        words are forgiven, and an entity's other names count too.

    Returns
    -------
    str
        The id under which the entity is counted.

    Raises
    ------
    UnknownEntityError
        Nothing is called so (`near` lists what is most like it), or several things are.
    SchemaError
        There is no such table, or its rows are links.

    Examples
    --------
    >>> import graphkit as gk
    >>> find(gk.example(), "authors", "strom, nikko")
    'author:Nikko_Ström'
    """
    import pyarrow.compute as pc

    if not schema().table(kind).has_id:
        raise SchemaError(f"{kind} are links between entities and have no names")
    if not illegal_iri(name):
        asked = _counted_with(kg, kg.namespaces.compress(kg.namespaces.expand(name)))
        # The ids there are many of, looked up in the few.
        held = kg.table(kind)["id"]
        held = held.filter(pc.is_in(held, asked)).combine_chunks()
        there = asked.filter(pc.is_in(asked, held))
        if len(there):
            return str(there[0])
    if kind not in (names := kg.derived.setdefault("names", {})):
        names[kind] = _Names.of(kg, kind)
    known: _Names = names[kind]
    singular = kind.removesuffix("s")
    for look in (known.exactly, known.loosely):  # to fold all names takes a while
        found = look(name)
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownEntityError(singular, name, found, several=True)
    empty = not kg.table(kind).num_rows
    raise UnknownEntityError(singular, name, known.near(name), empty=empty)


def _counted_with(kg: KnowledgeGraph, asked: str) -> pa.Array:
    """An id and all that resolutions count as one with it; rows bear one of these."""
    import pyarrow as pa
    import pyarrow.compute as pc

    identities = kg.table("identities")
    ends = [identities[name].combine_chunks() for name in ("entity", "same_as")]
    found = pa.array([asked])
    while True:
        tied = pc.or_(*(pc.is_in(end, found) for end in ends))
        more = pc.unique(pa.concat_arrays([found, *(end.filter(tied) for end in ends)]))
        if len(more) == len(found):
            return found
        found = more


@dataclass(frozen=True)
class _Names:
    """The names of one kind of entity, as columns sorted by name."""

    text: pa.Array
    entity: pa.Array

    @classmethod
    def of(cls, kg: KnowledgeGraph, kind: str) -> _Names:
        import pyarrow as pa
        import pyarrow.compute as pc

        rows, aliases = kg.table(kind), kg.table("aliases")
        aliases = aliases.filter(pc.is_in(aliases["entity"], rows["id"].combine_chunks()))
        own = rows.select([schema().table(kind).label or "id", "id"])
        names = pa.concat_tables(
            [
                own.rename_columns(["text", "id"]),
                aliases.select(["name", "entity"]).rename_columns(["text", "id"]),
            ]
        )
        names = names.filter(pc.fill_null(pc.not_equal(names["text"], ""), False))
        names = names.group_by(["text", "id"]).aggregate([])
        names = names.sort_by([("text", "ascending"), ("id", "ascending")]).combine_chunks()
        return cls(names["text"].combine_chunks(), names["id"].combine_chunks())

    @cached_property
    def folded(self) -> pa.Array:
        """The words of each name without case, accents and punctuation."""
        return _folded(self.text)

    def exactly(self, name: str) -> list[str]:
        """Who has this very name."""
        import pyarrow.compute as pc

        return sorted(set(self.entity.filter(pc.equal(self.text, name)).to_pylist()))

    def loosely(self, name: str) -> list[str]:
        """Who has these words, in any order."""
        import pyarrow.compute as pc

        words = _words(name)
        folded, entity = self.folded, self.entity
        for word in words:
            there = pc.match_substring(folded, word)
            folded, entity = folded.filter(there), entity.filter(there)
        pairs = zip(folded.to_pylist(), entity.to_pylist(), strict=True)
        return sorted({who for text, who in pairs if sorted(text.split()) == words})

    def near(self, name: str) -> list[str]:
        """Names most like the one asked for: with its words, or spelt alike as a whole."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc
        from rapidfuzz import fuzz, process

        asked = _words(name)
        if not asked:
            return []
        texts = self.folded.to_pylist()
        whole = process.extract(
            " ".join(asked), texts, scorer=fuzz.token_sort_ratio, limit=SHOWN, score_cutoff=WHOLE
        )
        words = pc.split_pattern(self.folded, " ")
        vocabulary = pc.unique(pc.list_flatten(words))
        worth = dict.fromkeys(asked, 0.0)
        for word in asked:
            alike = process.extract(
                word, vocabulary.to_pylist(), scorer=fuzz.ratio, limit=SHOWN, score_cutoff=WORD
            )
            for rank, (other, *_) in enumerate(alike):
                worth[other] = len(asked) - rank / (SHOWN + 1)
        at = pc.index_in(pc.list_flatten(words), pa.array(list(worth)))
        known = pc.is_valid(at).to_numpy(zero_copy_only=False)
        value = np.array(list(worth.values()))[at.drop_null().to_numpy()]
        parent = pc.list_parent_indices(words).to_numpy()[known]
        score = np.bincount(parent, value, len(texts))
        order = pa.table({"score": -score, "length": pc.utf8_length(self.text), "text": self.text})
        order = order.append_column("at", pa.array(np.arange(len(texts)))).filter(score > 0)
        keys = [(key, "ascending") for key in ("score", "length", "text")]
        partly = order.sort_by(keys).slice(0, SHOWN * 4)
        found = partly["at"].to_pylist() + [at for _, _, at in whole]
        return list(dict.fromkeys(self.text[at].as_py() for at in found))[:SHOWN]


def _words(name: str) -> list[str]:
    import pyarrow as pa

    return sorted(_folded(pa.array([name]))[0].as_py().split())


def _folded(texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    bare = pc.utf8_lower(pc.utf8_normalize(texts, "NFKD"))
    bare = pc.replace_substring_regex(bare, r"\pM+", "")
    for letter, plain in PLAIN.items():
        bare = pc.replace_substring(bare, letter, plain)
    return pc.utf8_trim(pc.replace_substring_regex(bare, r"[^\pL\pN]+", " "), " ")
