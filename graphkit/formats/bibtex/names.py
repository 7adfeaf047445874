"""The people in an author field of BibTeX or BibLaTeX."""

from __future__ import annotations

import re

from graphkit.formats.latex import latex_to_text
from graphkit.formats.names import name_in_order
from graphkit.formats.text import plain

__all__ = ["people"]

_MARK = re.compile(r"\\.|[{}]|,| and ", re.S | re.I)
_AND = re.compile(r" and ", re.I)
_OTHERS = re.compile(r"[ ,]*\bet\.? al(?:\.|\b)[. ]*$|^(?:and )?others\.?$", re.I)
_SUFFIX = re.compile(r"[JS]r\.?|Junior|Senior|[IVX]{1,4}\.?|\d(?:nd|rd|th)", re.I)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}")
_INITIALS_FIRST = re.compile(r"(?:[A-Z]\.?[ -]?){1,4}(?<=[ .])[^\W\d_]{2,}")
_NAMED_PART = re.compile(r"(family|given|prefix|suffix)(?:-i)? ?= ?(.*)", re.S)


def people(value: str) -> tuple[list[str], list[str]]:
    """The names in an author field, and what is wrong with it.

    Parameters
    ----------
    value : str
        Names joined by ``and``, each as ``First von Last``, ``von Last, First`` or
        ``von Last, Jr, First``, in LaTeX; braces keep together what belongs together.

    Returns
    -------
    names : list of str
        As they are said: given name first, decoded.
    problems : list of str
        Empty for nearly every field.

    Examples
    --------
    >>> people("van Beethoven, Ludwig and King, Jr., Martin Luther and {Barnes and Noble}")
    (['Ludwig van Beethoven', 'Martin Luther King, Jr.', 'Barnes and Noble'], [])
    >>> people("Lovelace, Ada and others")
    (['Ada Lovelace'], ['not all authors are named'])
    """
    value = " ".join(value.split())
    names: list[str] = []
    problems: dict[str, None] = {}
    parts = [[part] for part in _AND.split(value)] if "{" not in value else _parts(value)
    if len(parts) == 1 and "{" not in value and ";" in value and "&" not in value:
        problems["the authors are parted by semicolons, not by “and”"] = None
        parts = [[part] for part in value.split(";")]
    for part in parts:
        sections = part[0].split(",") if len(part) == 1 and "{" not in part[0] else part
        sections = [plain(latex_to_text(section)) or "" for section in sections]
        sections = [section for section in sections if section]
        if sections and _OTHERS.search(sections[-1]):
            problems["not all authors are named"] = None
            sections[-1] = _OTHERS.sub("", sections[-1])
            sections = [section for section in sections if section]
        found = _names(sections)
        if len(found) > 1:
            problems["more commas than one name can have"] = None
        names += found
    return names, list(problems)


def _parts(value: str) -> list[list[str]]:
    """The names of a field with braces, each split at its commas; both outside of braces only."""
    parts: list[list[str]] = [[]]
    depth = start = 0
    for mark in _MARK.finditer(value):
        character = mark[0]
        if character == "{":
            depth += 1
        elif character == "}":
            depth = max(0, depth - 1)
        elif depth == 0 and character[0] != "\\":
            parts[-1].append(value[start : mark.start()])
            start = mark.end()
            if character != ",":
                parts.append([])
    parts[-1].append(value[start:])
    return parts


def _names(sections: list[str]) -> list[str]:
    """One name, unless there are more commas than one name can have."""
    if len(sections) <= 1:
        return sections
    if "=" in sections[0] and _NAMED_PART.fullmatch(sections[0]):
        return [_name_of_named_parts(sections)]
    if len(sections) == 2:
        # "B Smela, S Patil": two people, since no family name begins with an initial.
        if all(_INITIALS_FIRST.fullmatch(section) for section in sections):
            return sections
        return [name_in_order(*sections)]
    if len(sections) == 3:
        family, suffix, given = sections
        if _SUFFIX.fullmatch(given) and not _SUFFIX.fullmatch(suffix):
            given, suffix = suffix, given
        if _SUFFIX.fullmatch(suffix) or not all(" " in section for section in sections):
            return [name_in_order(family, given, suffix)]
    pairs = list(zip(sections[::2], sections[1::2], strict=False))
    if len(sections) % 2 == 0 and all(_INITIALS.fullmatch(given) for _, given in pairs):
        return [name_in_order(family, given) for family, given in pairs]
    return sections


def _name_of_named_parts(sections: list[str]) -> str:
    """BibLaTeX's extended form: ``family=Humboldt, given=Alexander, prefix=von``."""
    found = [_NAMED_PART.fullmatch(section) for section in sections]
    parts = {part[1]: part[2].strip('" ') for part in found if part}
    family = " ".join(parts[key] for key in ("prefix", "family") if parts.get(key))
    return name_in_order(family, parts.get("given", ""), parts.get("suffix", ""))
