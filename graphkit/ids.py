"""Identifiers: minting readable ids, and CURIE <-> IRI.

Inside the tables an entity is named by a CURIE (``author:Andreas_Stolcke``,
``doi:10.21437/x``); in RDF by the IRI that the CURIE stands for.

Minting is injective: different texts never get the same id, and the same text
always gets the same one, so that what two sources print alike meets and nothing
else does. Whether two ids are one person is a claim of its own (`graphkit.matchers`).
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from graphkit.errors import SchemaError
from graphkit.iris import ILLEGAL_CHARACTERS, illegal_iri, illegal_iri_column, percent_encoded
from graphkit.schema import schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Namespaces",
    "identifier",
    "identifier_column",
    "mint",
    "mint_column",
    "normalise_column",
    "normalise_text",
]

LONGEST_LOCAL = 80
KEPT_OF_LONG = 60
FEW = 100


def normalise_text(text: str) -> str:
    """Text in NFC, without control or format characters, its white space made single.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> normalise_text("  Nikko\\u00a0 Stro\\u0308m\\u200b ")
    'Nikko Ström'
    """
    if not text.isprintable():
        text = text.translate(_VISIBLE)
    # NFC comes last, since what stood on both sides of a joiner may compose.
    return unicodedata.normalize("NFC", " ".join(text.split()))


class _Visible(dict[int, str]):
    """What `str.translate` makes of each character, found when it is first met."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        # Zero-width joiners (Cf) carry meaning in some scripts, but never alone.
        unseen = unicodedata.category(c) in ("Cc", "Cf")
        self[code] = " " * c.isspace() if unseen else c
        return self[code]


_VISIBLE = _Visible()


def _local(text: str) -> str:
    """One part of a local name: readable, and valid in SPARQL without a backslash."""
    out = []
    for c in normalise_text(text):
        if c == " ":
            out.append("_")
        elif c in "-." or (unicodedata.category(c)[0] in "LN" and _is_name_character(c)):
            out.append(c)
        else:
            out.append("".join(f"%{b:02X}" for b in c.encode()))
    joined = "".join(out)
    # A local name in SPARQL and Turtle neither starts with - or . nor ends with a dot.
    joined = re.sub(r"^[-.]", lambda m: f"%{ord(m[0]):02X}", joined)
    return re.sub(r"\.$", "%2E", joined)


def _is_name_character(c: str) -> bool:
    # The letter ranges of PN_CHARS_BASE (SPARQL 1.1, rule 164) in terms of code points, but for
    # the last: Oxigraph reads no local name with a character beyond U+FFFF.
    n = ord(c)
    return (
        n < 0x80
        or (0xC0 <= n <= 0x1FFF and n not in (0xD7, 0xF7, 0x37E))
        or 0x2070 <= n <= 0x218F
        or 0x2C00 <= n <= 0x2FEF
        or 0x3001 <= n <= 0xD7FF
        or 0xF900 <= n <= 0xFDCF
        or 0xFDF0 <= n <= 0xFFFD
    )


def mint(kind: str, *parts: str) -> str:
    """A readable, stable id for what has none of its own.

    Parameters
    ----------
    kind : str
        The prefix: ``"author"``, ``"paper"``, ``"topic"`` …
    *parts : str
        What tells it apart, outermost first. Letters, digits, hyphens and dots
        stay, spaces become underscores, the rest is percent-encoded; parts are
        joined by a colon. A part longer than 80 characters is cut, and a hash of
        the whole keeps it distinct.

    Returns
    -------
    str
        A CURIE.

    Examples
    --------
    >>> mint("author", "Pasquale D'Alterio")
    'author:Pasquale_D%27Alterio'
    >>> mint("author", "I-FAN CHEN") == mint("author", "I-Fan Chen")
    False
    >>> mint("topic", "Interspeech 2022", "Speaker identification/verification")
    'topic:Interspeech_2022:Speaker_identification%2Fverification'
    """
    locals_ = []
    for part in parts:
        local = _local(part)
        if len(local) > LONGEST_LOCAL:
            digest = hashlib.sha256(local.encode()).hexdigest()[:10]
            # A double underscore cannot arise from text, so a cut name meets no whole one.
            cut = re.sub(r"%[0-9A-F]?$|_$", "", local[:KEPT_OF_LONG])
            local = f"{cut}__{digest}"
        locals_.append(local)
    return f"{kind}:{':'.join(locals_)}"


# Texts that both functions leave as they are but for their spaces, which nearly all names are:
# letters and digits of Western languages, with a dot, a space or a hyphen between them.
PLAIN_NAME = "^[A-Za-z0-9À-ÖØ-öø-ž](?:[.]?[ -]?[A-Za-z0-9À-ÖØ-öø-ž])*$"
NORMAL_TEXT = "^[!-~À-ÖØ-öø-ž](?: ?[!-~À-ÖØ-öø-ž])*$"


def mint_column(kind: str, texts: pa.Array) -> pa.Array:
    """As `mint`, for a column of texts; null and blank texts give null.

    Parameters
    ----------
    kind : str
    texts : pyarrow.Array of string

    Returns
    -------
    pyarrow.Array of string

    Examples
    --------
    >>> import pyarrow as pa
    >>> mint_column("author", pa.array(["Ada King", "D'Alterio", None])).to_pylist()
    ['author:Ada_King', 'author:D%27Alterio', None]
    """
    import pyarrow.compute as pc

    # Names recur: each is looked at once.
    coded = texts.dictionary_encode()
    names = coded.dictionary
    short = pc.less_equal(pc.utf8_length(names), LONGEST_LOCAL)
    plain = pc.and_(pc.match_substring_regex(names, PLAIN_NAME), short)
    quick = pc.binary_join_element_wise(f"{kind}:", pc.replace_substring(names, " ", "_"), "")
    rest = pc.if_else(plain, None, names)
    made = _each(rest, lambda text: mint(kind, text) if normalise_text(text) else None)
    return pc.if_else(plain, quick, made).take(coded.indices)


def normalise_column(texts: pa.Array) -> pa.Array:
    """As `normalise_text`, for a column of texts; null stays null.

    Parameters
    ----------
    texts : pyarrow.Array of string

    Returns
    -------
    pyarrow.Array of string

    Examples
    --------
    >>> import pyarrow as pa
    >>> normalise_column(pa.array(["Ada  King ", None])).to_pylist()
    ['Ada King', None]
    """
    import pyarrow.compute as pc

    normal = pc.match_substring_regex(texts, NORMAL_TEXT)
    if pc.all(normal).as_py():
        return texts
    coded = pc.if_else(normal, None, texts).dictionary_encode()
    rest = _each(coded.dictionary, normalise_text).take(coded.indices)
    return pc.if_else(normal, texts, rest)


def _each(column: pa.Array, make: Callable[[str], str | None]) -> pa.Array:
    """Apply a function to each text; null stays null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given = pc.is_valid(column)
    if not pc.any(given).as_py():
        return pa.nulls(len(column), pa.string())
    made = pa.array([make(text) for text in column.filter(given).to_pylist()], pa.string())
    return pc.replace_with_mask(pa.nulls(len(column), pa.string()), given, made)


# What most ids look like, which is told in a tenth of the time.
SURE_ID = "^[a-z][a-z-]*:[A-Za-z0-9À-ÖØ-öø-ž][A-Za-z0-9À-ÖØ-öø-ž._:;()/-]*$"


class Namespaces:
    """The prefixes of a graph: CURIE <-> IRI, by column, and back without loss.

    An IRI under a known prefix becomes a CURIE; any other stays as it is, in angle
    brackets if it could be mistaken for a CURIE (``<doi:10.1/x>``).

    Parameters
    ----------
    base : str, optional
        Where minted ids lie, instead of ``https://w3id.org/graphkit/id/``.

    Attributes
    ----------
    base : str
    prefixes : dict of str to str

    Examples
    --------
    >>> names = Namespaces()
    >>> names.expand("doi:10.21437/x")
    'https://doi.org/10.21437/x'
    >>> names.compress("https://w3id.org/graphkit/id/author/Ada_Lovelace")
    'author:Ada_Lovelace'
    >>> names.expand(names.compress("doi:10.1/x"))
    'doi:10.1/x'
    """

    def __init__(self, base: str | None = None) -> None:
        known = schema()
        self.base = base or known.base
        if illegal_iri(self.base):
            raise SchemaError(f"the base {self.base!r} is not an absolute IRI")
        self.prefixes = {
            prefix: self.base + iri.removeprefix(known.base) if iri.startswith(known.base) else iri
            for prefix, iri in known.prefixes.items()
        }
        clash = _nested(self.prefixes)
        if clash:
            raise SchemaError(f"the base {self.base!r} would put {clash[0]}: ids under {clash[1]}:")
        # Longest first, so that the innermost namespace wins.
        ordered = sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._by_iri = {iri: prefix for prefix, iri in reversed(ordered)}
        self._namespace = "|".join(re.escape(iri) for _, iri in ordered)
        self._prefix = "|".join(sorted(self.prefixes, key=len, reverse=True))

    def expand(self, curie: str) -> str:
        """The IRI of one id."""
        if curie.startswith("<"):
            return curie[1:-1]
        prefix, colon, local = curie.partition(":")
        return self.prefixes[prefix] + local if colon and prefix in self.prefixes else curie

    def compress(self, iri: str) -> str:
        """The id of one IRI."""
        match = re.match(self._namespace, iri)
        if match:
            return f"{self._by_iri[match[0]]}:{iri[match.end() :]}"
        prefix = iri.partition(":")[0]
        return f"<{iri}>" if prefix in self.prefixes else iri

    def expand_column(self, ids: pa.Array) -> pa.Array:
        """The IRIs of a column of ids (string; null stays null)."""
        import pyarrow as pa
        import pyarrow.compute as pc

        coded = ids.dictionary_encode()
        ids = coded.dictionary
        parts = pc.extract_regex(ids, f"(?s)^(?P<prefix>{self._prefix}):(?P<local>.*)$")
        prefix = pc.struct_field(parts, "prefix").dictionary_encode()
        iris = pa.array([self.prefixes[p] for p in prefix.dictionary.to_pylist()], pa.string())
        expanded = pc.binary_join_element_wise(
            iris.take(prefix.indices), pc.struct_field(parts, "local"), ""
        )
        bare = pc.replace_substring_regex(ids, "^<(.+)>$", r"\1")
        return pc.coalesce(expanded, bare).take(coded.indices)

    def shorten_column(self, ids: pa.Array) -> pa.Array:
        """Ids in the one form that each has, also where they were given as IRIs."""
        import pyarrow.compute as pc

        given = pc.match_substring_regex(ids, f"^(?:<|{self._namespace})")
        if not pc.any(given).as_py():
            return ids
        return self.compress_column(self.expand_column(ids))

    def illegal_column(self, ids: pa.Array) -> pa.Array:
        """Which of these ids stand for no legal IRI (boolean; null stays null)."""
        import pyarrow.compute as pc

        unsure = pc.invert(pc.match_substring_regex(ids, SURE_ID))
        if not pc.any(unsure).as_py():
            return unsure
        mask = pc.fill_null(unsure, False)
        rest = ids.filter(mask)
        if pc.any(pc.match_substring(rest, "#")).as_py():
            # The namespace may hold a # too.
            rest = self.expand_column(rest)
        inner = pc.replace_substring_regex(rest, "^<([^<>]*)>$", r"\1")
        return pc.replace_with_mask(unsure, mask, illegal_iri_column(inner))

    def compress_column(self, iris: pa.Array) -> pa.Array:
        """The ids of a column of IRIs (string; null stays null)."""
        import pyarrow as pa
        import pyarrow.compute as pc

        coded = iris.dictionary_encode()
        iris = coded.dictionary
        if len(iris) <= FEW:
            # Where the expressions below would take longer to prepare than all the rest.
            few = [self.compress(iri) for iri in iris.to_pylist()]
            return pa.array(few, pa.string()).take(coded.indices)
        parts = pc.extract_regex(iris, f"(?s)^(?P<namespace>{self._namespace})(?P<local>.*)$")
        namespace = pc.struct_field(parts, "namespace").dictionary_encode()
        prefixes = pa.array(
            [self._by_iri[n] for n in namespace.dictionary.to_pylist()], pa.string()
        )
        compressed = pc.binary_join_element_wise(
            prefixes.take(namespace.indices), pc.struct_field(parts, "local"), ":"
        )
        bare = pc.replace_substring_regex(iris, f"^((?:{self._prefix}):.*)$", r"<\1>")
        return pc.coalesce(compressed, bare).take(coded.indices)


def _nested(prefixes: dict[str, str]) -> tuple[str, str] | None:
    """Two prefixes one of which lies within the other, so that an IRI would have two ids."""
    ordered = sorted(prefixes.items(), key=lambda item: item[1])
    for (outer, start), (inner, iri) in itertools.pairwise(ordered):
        if iri.startswith(start):
            return inner, outer
    return None


def identifier(prefix: str, value: str) -> str:
    """The CURIE of an identifier that a source gives, its illegal characters percent-encoded.

    Parameters
    ----------
    prefix : str
        Such as ``"doi"``.
    value : str
        The identifier as printed.

    Examples
    --------
    >>> identifier("doi", "10.1002/(SICI)1097<693::AID>3.0.CO;2-O")
    'doi:10.1002/(SICI)1097%3C693::AID%3E3.0.CO;2-O'
    """
    return f"{prefix}:{_SPECIAL.sub(percent_encoded, value.strip())}"


def identifier_column(prefix: str, values: pa.Array) -> pa.Array:
    """As `identifier`, for a column of identifiers; null stays null.

    Parameters
    ----------
    prefix : str
    values : pyarrow.Array of string

    Returns
    -------
    pyarrow.Array of string

    Examples
    --------
    >>> import pyarrow as pa
    >>> identifier_column("doi", pa.array(["10.1/x", "10.1002/a<b>", None])).to_pylist()
    ['doi:10.1/x', 'doi:10.1002/a%3Cb%3E', None]
    """
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(values, "^[A-Za-z0-9./_():;-]*$")
    quick = pc.binary_join_element_wise(f"{prefix}:", values, "")
    rest = _each(pc.if_else(plain, None, values), lambda text: identifier(prefix, text))
    return pc.if_else(plain, quick, rest)


_SPECIAL = re.compile(f"[{ILLEGAL_CHARACTERS}#]|%(?![0-9A-Fa-f]{{2}})")
