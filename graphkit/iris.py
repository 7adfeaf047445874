"""Which texts are legal IRIs, and how the characters are written that may not stand in one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ILLEGAL_CHARACTERS", "illegal_iri", "illegal_iri_column", "percent_encoded"]

# What RFC 3987 has in no IRI, as the inside of a character class: controls, delimiters (brackets
# stand in IPv6 addresses alone, which name no entity), private use, what is no character.
ILLEGAL_CHARACTERS = (
    '\\x00-\\x20<>"{}|^`\\\\\\[\\]\\x7f-\\x9f'
    + "\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U000e0000-\U000e0fff\U000efffe-\U0010ffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 14) for last in (0xFFFE, 0xFFFF))
)
# Also a percent sign that codes nothing and a second fragment. An id can then neither end the
# term it stands in nor keep a store from loading the graph.
_ILLEGAL = f"[{ILLEGAL_CHARACTERS}]|%(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)|#.*#"
_ABSOLUTE = (
    "^[A-Za-z][A-Za-z0-9+.-]*:(?://(?:[^/?#@]*@)?[^/?#@:]*(?::[0-9]*)?(?:[/?#].*)?|/?[^/].*|/|)$"
)


def percent_encoded(character: re.Match[str]) -> str:
    """What stands in an IRI for a character that may not: a replacement for `re.sub`."""
    return "".join(f"%{byte:02X}" for byte in character[0].encode())


def illegal_iri(iri: str) -> bool:
    """Whether a text cannot be written as an absolute IRI.

    Parameters
    ----------
    iri : str

    Examples
    --------
    >>> illegal_iri("https://example.org/a b"), illegal_iri("https://example.org/a")
    (True, False)
    """
    return not re.match(_ABSOLUTE, iri) or re.search(_ILLEGAL, iri) is not None


def illegal_iri_column(iris: pa.Array) -> pa.Array:
    """As `illegal_iri`, for a column of texts (boolean; null stays null).

    Parameters
    ----------
    iris : pyarrow.Array of string

    Returns
    -------
    pyarrow.Array of bool

    Examples
    --------
    >>> import pyarrow as pa
    >>> illegal_iri_column(pa.array(["https://example.org/a b", "urn:a", None])).to_pylist()
    [True, False, None]
    """
    import pyarrow.compute as pc

    return pc.or_(
        pc.match_substring_regex(iris, _ILLEGAL),
        pc.invert(pc.match_substring_regex(iris, _ABSOLUTE)),
    )
