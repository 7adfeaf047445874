"""From what a person types to the entity that is meant."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

from graphkit.errors import SchemaError, UnknownEntityError
from graphkit.ids import illegal_iri
from graphkit.schema import schema

if TYPE_CHECKING:
    from graphkit.graph import KnowledgeGraph

__all__ = ["find"]

SHOWN = 5
# Letters that people type without their strokes, and that Unicode does not take apart.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


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
    table = schema().table(kind)
    if not table.has_id:
        raise SchemaError(f"{kind} are links between entities and have no names")
    known = set(kg.table(kind)["id"].to_pylist())
    if not illegal_iri(name):
        asked = kg.namespaces.compress(kg.namespaces.expand(name))
        for entity in _counted_with(kg, asked):
            if entity in known:
                return entity
    singular = kind.removesuffix("s")
    names = _names(kg, table.label or "id", kind)
    exact = sorted({entity for text, entity in names if text == name})
    loose = sorted({entity for text, entity in names if _folded(text) == _folded(name)})
    for found in (exact, loose):
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownEntityError(singular, name, found, several=True)
    raise UnknownEntityError(singular, name, _near(name, names))


def _counted_with(kg: KnowledgeGraph, asked: str) -> list[str]:
    """An id and all that resolutions count as one with it; rows bear one of these."""
    identities = kg.table("identities")
    ends = (identities[name].to_pylist() for name in ("entity", "same_as"))
    tied: dict[str, list[str]] = {}
    for one, other in zip(*ends, strict=True):
        tied.setdefault(one, []).append(other)
        tied.setdefault(other, []).append(one)
    found = [asked]
    for entity in found:
        found += [other for other in tied.get(entity, ()) if other not in found]
    return found


def _names(kg: KnowledgeGraph, label: str, kind: str) -> list[tuple[str, str]]:
    """Pairs of a name and the entity that bears it."""
    rows = kg.table(kind)
    pairs = zip(rows[label].to_pylist(), rows["id"].to_pylist(), strict=True)
    known = set(rows["id"].to_pylist())
    aliases = kg.table("aliases")
    others = zip(aliases["name"].to_pylist(), aliases["entity"].to_pylist(), strict=True)
    return sorted(
        {(text, entity) for text, entity in pairs if text}
        | {(text, entity) for text, entity in others if entity in known}
    )


def _folded(text: str) -> tuple[str, ...]:
    """A name without case, accents, punctuation and order."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(PLAIN)
    return tuple(sorted("".join(c if c.isalnum() else " " for c in bare).split()))


def _near(name: str, names: list[tuple[str, str]]) -> list[str]:
    """Names most like the one asked for: spelt alike as a whole, or in one of their words."""
    asked = _folded(name)
    folded = {text: _folded(text) for text, _ in names}
    joined = {" ".join(words): text for text, words in folded.items()}
    whole = difflib.get_close_matches(" ".join(asked), joined, n=SHOWN, cutoff=0.6)
    vocabulary = sorted({word for words in folded.values() for word in words})
    alike = {
        word: len(asked) - rank / (SHOWN + 1)
        for part in asked
        for rank, word in enumerate(difflib.get_close_matches(part, vocabulary, SHOWN, 0.75))
    }
    score = {text: sum(alike.get(word, 0) for word in words) for text, words in folded.items()}
    partly = sorted((t for t in score if score[t]), key=lambda t: (-score[t], len(t), t))
    return list(dict.fromkeys([joined[text] for text in whole] + partly))[:SHOWN]
