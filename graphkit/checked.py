"""DOIs, ORCIDs, ISSNs and years in texts of any kind: in their normal form, or None."""

from __future__ import annotations

import re

__all__ = ["doi_of", "issn_of", "orcid_of", "year_of"]

_DOI = re.compile(r"10\.\d{4,9}/\S+")


def doi_of(text: str | None) -> str | None:
    """A DOI in its normal form, or None.

    Parameters
    ----------
    text : str or None
        Bare, with ``doi:`` before it, or as a link.

    Returns
    -------
    str or None
        Lower case, as DOIs are compared without case.

    Examples
    --------
    >>> doi_of("https://doi.org/10.21437/Interspeech.2022-1"), doi_of("n/a")
    ('10.21437/interspeech.2022-1', None)
    """
    found = _DOI.search(text or "")
    return found[0].rstrip(".,;").lower() if found else None


def orcid_of(text: str | None) -> str | None:
    """The id of an ORCID whose check digit is right, or None.

    Parameters
    ----------
    text : str or None
        Bare or as a link.

    Returns
    -------
    str or None
        Such as ``orcid:0000-0002-1825-0097``.

    References
    ----------
    ISO 7064 MOD 11-2, as ORCID uses it.

    Examples
    --------
    >>> orcid_of("https://orcid.org/0000-0002-1825-0097"), orcid_of("0000-0002-1825-0098")
    ('orcid:0000-0002-1825-0097', None)
    """
    found = re.search(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\b", text or "")
    if not found:
        return None
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return (
        f"orcid:{'-'.join(found.groups()).upper()}" if "0123456789X"[check] == digits[-1] else None
    )


def issn_of(text: str | None) -> str | None:
    """The id of an ISSN whose check digit is right, or None.

    Parameters
    ----------
    text : str or None
        As printed, such as ``"0302-9743 (Print)"`` or ``"03029743"``.

    Returns
    -------
    str or None
        Such as ``issn:0302-9743``.

    References
    ----------
    ISO 3297, annex A: weights 8 to 2, modulus 11.

    Examples
    --------
    >>> issn_of("0302-9743 (Print)"), issn_of("0302-9744"), issn_of("978-3-031-05928-5")
    ('issn:0302-9743', None, None)
    """
    found = re.search(r"(?<![\dXx-])(\d{4})-?(\d{3}[\dXx])(?![\dXx-])", text or "")
    if not found:
        return None
    digits = "".join(found.groups()).upper()
    total = sum(int(d) * weight for d, weight in zip(digits, range(8, 1, -1), strict=False))
    if "0123456789X"[-total % 11] != digits[-1]:
        return None
    return f"issn:{digits[:4]}-{digits[4:]}"


def year_of(value: object) -> int | None:
    """The year that a text or number begins with or holds, or None.

    Examples
    --------
    >>> year_of("2019-05-03"), year_of("May 2019"), year_of("forthcoming"), year_of(2021.0)
    (2019, 2019, None, 2021)
    """
    found = re.search(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)", str(value))
    return int(found[1]) if found else None
