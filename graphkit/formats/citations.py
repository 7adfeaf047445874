"""What the formats of reference managers share: plain text, names in order, labels, links."""

from __future__ import annotations

import html
import re
import unicodedata

from graphkit.formats.checked import year_of
from graphkit.formats.reading import Note
from graphkit.ids import (
    ILLEGAL_CHARACTERS,
    identifier,
    illegal_iri,
    normalise_text,
    percent_encoded,
)

__all__ = [
    "event_label",
    "identifiers_in",
    "language_of",
    "name_in_order",
    "plain_text",
    "split_keywords",
    "unread_year",
    "url_of",
]

_TAG = re.compile(
    r"</?(?:jats:)?(?:i|b|u|em|strong|sub|sup|sc|scp|tt|span|p|br|title|italic|bold|tex)"
    r"(?:\s+[\w:-]+=[^<>]*)?\s?/?>",
    re.I,
)
_BREAKS = re.compile(r"</?(?:jats:)?(?:p|br|title)\b", re.I)
_SUFFIX = re.compile(r"(?:[JS]r\.?|Junior|Senior|[IVX]{1,5}\.?|[23]e|\d(?:nd|rd|th))", re.I)
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


def plain_text(value: object) -> str | None:
    """A text without markup, entities, control characters and superfluous space, or None.

    Parameters
    ----------
    value : object
        A text, or what stands where one should be.

    Examples
    --------
    >>> plain_text("  Uptake of <sup>14</sup>C &amp;\\n its decay "), plain_text(" "), plain_text(7)
    ('Uptake of 14C & its decay', None, '7')
    """
    text = value if isinstance(value, str) else "" if value is None else str(value)
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if _BREAKS.match(tag[0]) else "", text)
    if "&" in text:
        text = html.unescape(text)
    text = " ".join(text.split())
    if not text.isprintable():
        # Half a surrogate pair, which JSON can spell, is no character.
        text = normalise_text(text.encode("utf-8", "replace").decode("utf-8"))
    elif not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text or None


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
    if given and not suffix and _SUFFIX.fullmatch(given) and " " in family:
        # "Martin Luther King, Jr." has no family name before its comma.
        given, suffix = "", given
    name = f"{given} {family}" if given and family else given or family
    if not suffix:
        return name
    return f"{name} {suffix}" if suffix.isupper() else f"{name}, {suffix}"


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
