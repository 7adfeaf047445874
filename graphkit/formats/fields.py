"""Single fields of publications as people print them: languages, links, years, keywords, events.

Values come from files of strangers, where any field may hold any type.
"""

from __future__ import annotations

import re
from typing import Any

from graphkit.checked import orcid_of, year_of
from graphkit.formats.reading import Note
from graphkit.formats.text import text_of
from graphkit.ids import identifier
from graphkit.iris import ILLEGAL_CHARACTERS, illegal_iri, percent_encoded

__all__ = [
    "as_list",
    "checked_orcid",
    "checked_year",
    "entries",
    "event_label",
    "identifiers_in",
    "language_of",
    "split_keywords",
    "unread_year",
    "url_of",
]

Row = dict[str, Any]

_ABBREVIATED_YEAR = re.compile(r"['’](\d\d)\b")
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?")
_LANGUAGES = {
    name: tag
    for tag, names in {
        "ar": "arabic ara",
        "cs": "czech cze ces",
        "da": "danish dan",
        "de": "german ngerman germanb austrian naustrian nswissgerman ger deu deutsch",
        "el": "greek gre ell",
        "en": "english eng american usenglish british ukenglish canadian australian",
        "es": "spanish spa español castilian",
        "fa": "persian per fas farsi",
        "fi": "finnish fin",
        "fr": "french fre fra français francais frenchb acadian canadien",
        "he": "hebrew heb",
        "hu": "hungarian magyar hun",
        "it": "italian ita italiano",
        "ja": "japanese jpn",
        "ko": "korean kor",
        "nb": "norwegian norsk nor",
        "nl": "dutch dut nld nederlands",
        "nn": "nynorsk",
        "pl": "polish pol",
        "pt": "portuguese portuges brazilian brazil por português",
        "ro": "romanian rum ron",
        "ru": "russian rus русский",
        "sv": "swedish swe",
        "tr": "turkish tur",
        "uk": "ukrainian ukr",
        "zh": "chinese chi zho mandarin",
    }.items()
    for name in names.split()
}


def as_list(value: object) -> list[Any]:
    """A list as it is, nothing as an empty one, and one value as a list of it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def entries(value: object) -> list[Row]:
    """The objects in a list, or the one object that stands where a list may stand."""
    return [entry for entry in as_list(value) if isinstance(entry, dict)]


def checked_year(value: object, place: str, notes: list[Note]) -> int | None:
    """The year in a value, and a note where there is something else."""
    year = year_of(value) if isinstance(value, str | int | float) else None
    text = text_of(value)
    if year is None and text:
        notes.append(Note(place, "no year", text[:80], "left empty"))
    return year


def checked_orcid(value: object, place: str, notes: list[Note]) -> str | None:
    """An ORCID whose check digit is right, and a note where it is not."""
    text = text_of(value)
    orcid = orcid_of(text)
    if text and orcid is None:
        notes.append(Note(place, "no ORCID, or its check digit is wrong", text[:80]))
    return orcid


def event_label(name: str | None, year: int | None) -> str | None:
    """The label of an event: its name, and its year if the name does not say it.

    Examples
    --------
    >>> event_label("ACL", 2021), event_label("ICASSP '21", 2021), event_label("CHI 2020", 2021)
    ('ACL 2021', "ICASSP '21", 'CHI 2020')
    """
    if name is None or year is None or year_of(name) is not None:
        return name
    short = _ABBREVIATED_YEAR.search(name)
    return name if short and int(short[1]) == year % 100 else f"{name} {year}"


def language_of(value: object) -> str | None:
    """The BCP 47 tag of a language that is given as a tag or by its name, or None.

    Examples
    --------
    >>> language_of("ngerman"), language_of("en_us"), language_of("Elvish tongue")
    ('de', 'en-US', None)
    """
    text = str(value or "").strip()
    if text.lower() in _LANGUAGES:
        return _LANGUAGES[text.lower()]
    found = _LANGUAGE_TAG.fullmatch(text)
    if not found:
        return None
    language, script, region = (part or "" for part in found.groups())
    language = _LANGUAGES.get(language.lower(), language.lower())
    return "-".join(part for part in (language, script.title(), region.upper()) if part)


def url_of(value: object) -> str | None:
    """A link to the web as a legal IRI, or None.

    Examples
    --------
    >>> url_of(" https://example.org/a b "), url_of("file:///etc/passwd")
    ('https://example.org/a%20b', None)
    """
    text = str(value or "").strip()
    if not re.match(r"https?://[^/]", text, re.I):
        return None
    text = text.encode("utf-8", "replace").decode("utf-8")
    special = f"[{ILLEGAL_CHARACTERS}]|%(?![0-9A-Fa-f]{{2}})"
    iri = re.sub(special, percent_encoded, text)
    first, mark, rest = iri.partition("#")
    iri = first + mark + rest.replace("#", "%23")
    return None if illegal_iri(iri) else iri


def identifiers_in(*texts: str | None) -> list[str]:
    """The CURIEs of DBLP, the ACL Anthology and PubMed in some keys and links, each once.

    Examples
    --------
    >>> identifiers_in("DBLP:conf/acl/LiW21", "https://aclanthology.org/2021.acl-long.1.pdf")
    ['dblp:conf/acl/LiW21', 'acl:2021.acl-long.1']
    """
    found: dict[str, None] = {}
    for text in texts:
        for prefix, pattern in _IDENTIFIERS if text else ():
            match = pattern.match(text or "")
            if match:
                found[identifier(prefix, match[1])] = None
    return list(found)


_IDENTIFIERS = (
    ("dblp", re.compile(r"DBLP:((?:conf|journals|phd|books|series|tr|reference|homepages)/\S+)")),
    (
        "dblp",
        re.compile(
            r"https?://dblp\.(?:org|dagstuhl\.de|uni-trier\.de)/rec/(?:bib/|html/)?"
            r"((?:conf|journals|phd|books|series|tr|reference)/[^\s?#]+?)(?:\.html|\.bib)?$"
        ),
    ),
    (
        "acl",
        re.compile(
            r"https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology)/"
            r"([A-Z]\d\d-\d+|\d{4}\.[\w-]+\.\d+)(?:\.pdf|/)?$"
        ),
    ),
    (
        "pubmed",
        re.compile(
            r"https?://(?:www\.ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/(\d+)"
        ),
    ),
)


def split_keywords(text: str | None) -> list[dict[str, str]]:
    """The topics of a list of keywords, parted by semicolons or, without one, by commas.

    Examples
    --------
    >>> split_keywords("bats; echo, location"), split_keywords("bats, bats")
    ([{'label': 'bats'}, {'label': 'echo, location'}], [{'label': 'bats'}])
    """
    if not text:
        return []
    parts = text.split(";" if ";" in text else ",")
    return [{"label": label} for label in dict.fromkeys(part.strip() for part in parts) if label]


def unread_year(place: str, text: str | None) -> list[Note]:
    """A note where a year is given that is none, such as "forthcoming".

    Examples
    --------
    >>> [note.reason for note in unread_year("line 3", "forthcoming")]
    ['the year is no year']
    """
    if not text or year_of(text) is not None:
        return []
    return [Note(place, "the year is no year", text[:80], "read without a year")]
