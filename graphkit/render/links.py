"""Web addresses that ids lead to."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

__all__ = ["link"]

DOI = re.compile(r"10\.\d{4,9}/\S+")
ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


def link(identifier: object) -> str | None:
    """The web page that an id leads to: a DOI, an ORCID, or an http(s) address itself."""
    text = str(identifier)
    prefix, _, rest = text.partition(":")
    if prefix == "doi" and DOI.fullmatch(rest):
        return "https://doi.org/" + quote(rest, safe="/:;().,-_%", errors="replace")
    if prefix == "orcid" and ORCID.fullmatch(rest):
        return "https://orcid.org/" + rest
    if prefix in ("http", "https") and text.isprintable() and " " not in text:
        try:
            return text if urlsplit(text).hostname else None
        except ValueError:
            return None
    return None
