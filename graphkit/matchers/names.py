"""Printed names of people, taken apart: tokens, initials, nicknames, what is no person."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib import resources

from graphkit.ids import normalise_text

__all__ = ["Name", "equivalents", "parse"]

_PARTICLES = (
    "af al an aus bin da dal das de degli dei del della delle den der des di do dos du e el "
    "het i ibn im la las le les lo los op 't te ten ter und v van vom von y zu zum zur"
)
PARTICLES = frozenset(_PARTICLES.split())
SUFFIXES = {"jr": "jr", "sr": "sr", "junior": "jr", "senior": "sr", "2nd": "ii", "3rd": "iii"}
NUMERALS = frozenset(("ii", "iii", "iv"))
TITLES = frozenset(("dr", "prof", "professor", "phd", "md", "msc", "mr", "mrs", "ms"))
# Words of which a name of a person has none.
_COLLECTIVE = (
    "anonymous association authors centre center collaboration collaborators committee consortium "
    "corporation council department editors etal group inc initiative institute international "
    "investigators laboratory ltd ministry network office organization project society staff "
    "team university unknown workgroup workshop workshops"
)
COLLECTIVE = frozenset(_COLLECTIVE.split())
# Letters that Unicode does not take apart into a letter and a mark.
LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
        "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k",
    }
)  # fmt: skip
APOSTROPHES = "'’‘`´ʻʼʹ′"
NICKNAME = re.compile(r"[(\[（]([^)\]）]*)[)\]）]|[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")
HOMONYM = re.compile(r"\s(\d{4})$")
BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~·‐-‧、・]+")
PLAIN = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+")
SPECIAL = COLLECTIVE | TITLES | NUMERALS | SUFFIXES.keys() | {"et", "others"}
ET_AL = re.compile(r"\bet\.? al\b|^others$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as its parts, all in lower case and (where Latin) without accents.

    Attributes
    ----------
    given : tuple of str
        Given names in the order printed; one letter is an initial.
    family : str
        The last word of the surname, without particles; in Han, Hangul and Kana the whole name.
    key : str
        All parts in the order printed, particles too. Names with one key differ in capitals,
        accents, hyphens and dots alone.
    nicknames : tuple of str
        What stood in brackets or quotation marks.
    suffix : str
        ``jr``, ``sr``, ``ii`` …, or empty.
    number : str
        By which a source tells namesakes apart (``0001``), or empty.
    script : str
        ``LATIN``, ``CJK``, ``CYRILLIC`` …: the script of its first letter.
    """

    given: tuple[str, ...]
    family: str
    key: str
    nicknames: tuple[str, ...] = ()
    suffix: str = ""
    number: str = ""
    script: str = "LATIN"

    @property
    def first(self) -> str:
        """The first given name or initial, or nothing."""
        return self.given[0] if self.given else ""

    @property
    def bare(self) -> bool:
        """Whether initials are all that it says of the given names."""
        given = self.given
        return len(given) > 0 and sum(map(len, given)) == len(given)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Given names and surname."""
        return (*self.given, self.family)


@functools.lru_cache(maxsize=1 << 17)
def parse(text: str) -> Name | None:
    """Take a printed name apart.

    Parameters
    ----------
    text : str
        As printed: ``"Zhang, Wei"``, ``"J.-P. Martin"``, ``"Xi (Leslie) Chen"``, ``"张伟"``.

    Returns
    -------
    Name or None
        None for what names no single person: nothing, one letter, ``et al.``, ``Anonymous``,
        a group.

    Examples
    --------
    >>> parse("Chee Wee (Ben) Leong")
    Name(given=('chee', 'wee'), family='leong', key='chee wee leong', nicknames=('ben',), \
suffix='', number='', script='LATIN')
    >>> parse("S.P.J. van den Bosch, Jr.").tokens
    ('s', 'p', 'j', 'bosch')
    >>> parse("The CLIA Consortium") is None
    True
    """
    return _plain(text) or _parsed(normalise_text(text))


def _plain(text: str) -> Name | None:
    """As `_parsed`, several times as fast, for what most names are: capitalised English letters."""
    if not PLAIN.fullmatch(text):
        return None
    key = text.lower()
    *given, family = words = key.split(" ")
    if not SPECIAL.isdisjoint(words):
        return None
    return Name(tuple(word for word in given if word not in PARTICLES), family, key)


def _parsed(text: str) -> Name | None:
    if ET_AL.search(text):
        return None
    number = HOMONYM.search(text)
    text = HOMONYM.sub("", text)
    nicknames = tuple(
        word for found in NICKNAME.findall(text) for part in found for word in _words(part)
    )
    text = NICKNAME.sub(" ", text)
    script = _script(text)
    if script in ("CJK", "HANGUL", "HIRAGANA", "KATAKANA"):
        whole = "".join(_words(text))
        if len(whole) < 2:
            return None
        return Name((), whole, whole, nicknames, "", number[1] if number else "", script)
    words = _printed_words(text)
    suffix, kept = "", []
    for at, word in enumerate(words):
        low = word.lower()
        if at and low in NUMERALS and at == len(words) - 1 and len(words) > 2:
            suffix = low
        elif low in SUFFIXES and len(words) > 2:
            suffix = SUFFIXES[low]
        elif low not in TITLES or len(words) < 3:
            kept.append(word)
    parts = _with_initials(kept)
    if (
        sum(map(len, parts)) < 2
        or all(len(part) == 1 for part in parts)
        or COLLECTIVE.intersection(parts)
    ):
        return None
    while len(parts) > 1 and len(parts[-1]) == 1:
        # "Smith J", "Soman K P": the initials stand behind.
        parts.insert(0, parts.pop())
    given = tuple(part for part in parts[:-1] if len(part) == 1 or part not in PARTICLES)
    key = " ".join(parts)
    return Name(given, parts[-1], key, nicknames, suffix, number[1] if number else "", script)


def _printed_words(text: str) -> list[str]:
    """Words with their capitals, the surname last."""
    before, comma, after = text.partition(",")
    if comma and "," not in after:
        words = _split(after)
        if words and all(word.lower() in {*SUFFIXES, *NUMERALS, *TITLES} for word in words):
            return [*_split(before), *words]
        # "Smith, JA": capitals behind the comma can only be initials.
        glued = [letter for w in words for letter in (w if w.isupper() and len(w) < 4 else [w])]
        return [*glued, *_split(before)]
    return _split(text)


def _split(text: str) -> list[str]:
    for mark in APOSTROPHES:
        text = text.replace(mark, "")
    # Digits and daggers are footnotes, but for "3rd"; marks belong to the letters before them.
    words = (
        word
        if word in SUFFIXES
        else "".join(c for c in word if c.isalpha() or unicodedata.category(c)[0] == "M")
        for word in BETWEEN_WORDS.split(text)
    )
    return [word for word in words if word]


def _with_initials(words: list[str]) -> list[str]:
    """Folded words; capitals without a vowel among other words are initials glued together."""
    mixed = any(not word.isupper() for word in words)
    parts: list[str] = []
    for word in words:
        low = fold(word)
        glued = mixed and 1 < len(low) < 4 and word.isupper() and not re.search("[aeiouy]", low)
        parts += low if glued and low.isascii() else [low] if low else []
    return parts


def _words(text: str) -> list[str]:
    return [low for word in _split(text) if (low := fold(word))]


@functools.lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """A word in lower case, and Latin letters without their marks.

    Examples
    --------
    >>> fold("Žganec"), fold("Søgaard"), fold("Йохан"), fold("张伟")
    ('zganec', 'sogaard', 'йохан', '张伟')
    """
    if word.isascii():
        return word.lower()
    low = unicodedata.normalize("NFKC", word).casefold()
    if _script(low) != "LATIN":
        return low
    apart = unicodedata.normalize("NFKD", low.translate(LETTERS))
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(LETTERS)


def _script(text: str) -> str:
    for c in text:
        if c.isalpha():
            return "LATIN" if c < "ɐ" else unicodedata.name(c, "UNKNOWN").partition(" ")[0]
    return ""


@functools.cache
def equivalents() -> dict[str, frozenset[int]]:
    """Which given names stand for one another: by name, the sets that it belongs to.

    Returns
    -------
    dict of str to frozenset of int
        Two names are equivalent where their sets meet.

    Examples
    --------
    >>> sets = equivalents()
    >>> bool(sets["chris"] & sets["christopher"]), bool(sets["christopher"] & sets["christine"])
    (True, False)
    """
    sets: dict[str, set[int]] = {}
    text = resources.files("graphkit.matchers").joinpath("given_names.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for number, line in enumerate(lines):
        for name in line.split():
            sets.setdefault(name, set()).add(number)
    return {name: frozenset(found) for name, found in sets.items()}
