"""Names of people as sources print them -> the order in which they are spoken."""

from __future__ import annotations

import re

from graphkit.formats.text import plain

__all__ = ["full_name", "is_more", "is_suffix", "name_in_order", "turned_name"]

# Where a suffix may stand, and where a given name or its initial may stand just as well.
_SUFFIX = re.compile(r"(?:[JS]r\.?|Junior|Senior|[IVX]{1,5}\.?|[23]e|\d(?:nd|rd|th))", re.I)
_SURE_SUFFIX = re.compile(r"(?i:Jr|Sr)\.?$|(?:II|III|IV|V|2nd|3rd|4th)\.?$")


def is_suffix(text: str) -> bool:
    """Whether a text is a suffix where one may stand: ``Jr.``, ``III``, ``3rd``."""
    return _SUFFIX.fullmatch(text) is not None


def name_in_order(family: str, given: str = "", suffix: str = "") -> str:
    """A person's name in the order in which it is said.

    Parameters
    ----------
    family : str
        With its particles.
    given, suffix : str, optional

    Examples
    --------
    >>> name_in_order("van Beethoven", "Ludwig"), name_in_order("King", "Martin Luther", "Jr.")
    ('Ludwig van Beethoven', 'Martin Luther King, Jr.')
    >>> name_in_order("Gates", "William", "III"), name_in_order("CERN")
    ('William Gates III', 'CERN')
    """
    if given and not suffix and is_suffix(given) and " " in family:
        # "Martin Luther King, Jr." has no family name before its comma.
        given, suffix = "", given
    name = f"{given} {family}" if given and family else given or family
    if not suffix:
        return name
    return f"{name} {suffix}" if suffix.isupper() else f"{name}, {suffix}"


def full_name(given: object, family: object, suffix: object = None) -> str | None:
    """A name of parts of any type in the order in which it is spoken.

    Examples
    --------
    >>> full_name("Ludwig", "van Beethoven"), full_name("Martin Luther", "King", "Jr.")
    ('Ludwig van Beethoven', 'Martin Luther King, Jr.')
    >>> full_name(None, "Selvamani"), full_name("Henry", "Ford", "II")
    ('Selvamani', 'Henry Ford II')
    """
    return name_in_order(plain(family) or "", plain(given) or "", plain(suffix) or "") or None


def turned_name(name: str) -> str | None:
    """``"Family, Given"`` in the order in which it is spoken; any other name as it is.

    Examples
    --------
    >>> turned_name("Lovelace, Ada"), turned_name("King, Martin Luther Jr")
    ('Ada Lovelace', 'Martin Luther King, Jr')
    >>> turned_name("King, Jr., Martin Luther"), turned_name("James Brown")
    ('Martin Luther King, Jr.', 'James Brown')
    """
    family, *rest = (part.strip() for part in name.split(","))
    suffixes = [part for part in rest if _SURE_SUFFIX.match(part)]
    given = " ".join(part for part in rest if part not in suffixes)
    first, _, last = given.rpartition(" ")
    if first and _SURE_SUFFIX.match(last):
        given, suffixes = first, [last]
    return full_name(given, family, suffixes[0] if suffixes else None)


def is_more(name: str) -> bool:
    """Whether a name only says that there are more: "et al.", "and others"."""
    return re.fullmatch(r"\W*(?:et\.?\s+al|and\s+others|others|u\.\s?a)\W*", name, re.I) is not None
