"""Whose papers, and where: the organisation and the event that a page's own words name.

Both are read from the title first and from the introduction second. An event is the run
of capitalised words beside a year ("Interspeech 2022", "the 2023 ACL"); an organisation
stands in one of the few places where such pages put it ("X’s papers", "X at …",
"researchers from X"). What the words do not say is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphkit.formats.guide.names import word_set

__all__ = ["Event", "find_event", "find_organization"]


@dataclass(frozen=True, slots=True)
class Event:
    """A conference as the page names it.

    Attributes
    ----------
    name : str
    year : int or None
    words : str
        As printed.
    """

    name: str
    year: int | None
    words: str

    @property
    def label(self) -> str:
        """Name and year."""
        return self.name if self.year is None else f"{self.name} {self.year}"


_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec spring summer autumn fall winter"
)
# No name of an event or organisation begins or ends with one of these.
_PLAIN = word_set(
    """
    a an the our your their this that these all every each some more most many of to from by
    in at on for with and or as is are was were be we here there what how why when meet
    explore discover see read inside introducing highlights highlight summary overview roundup
    quick guide papers paper publications publication work works accepted new latest best top
    presenting presented presents since until during before after about year week day month
    today tomorrow monday tuesday wednesday thursday friday saturday sunday it they let who
    where
    """
)
_MONTH_SET = frozenset(_MONTHS.split())
_NOT_OWNERS = _PLAIN | _MONTH_SET | frozenset(("world", "conference", "yesterday", "one"))

_YEAR = re.compile(r"(?P<glued>[^\W\d_]*)[-’'‘]?(?P<year>(?:19|20)\d\d|(?<=[’'‘])\d\d)")
_TRIM = '"“”«»()[]:;,.!?–—'


def _year_of(word: str) -> tuple[str, int] | None:
    """``"CVPR'21"`` -> ``("CVPR", 2021)``; None if the word holds no year."""
    hit = _YEAR.fullmatch(word.strip(_TRIM))
    if not hit:
        return None
    year = int(hit["year"])
    return hit["glued"], year if year > 99 else 2000 + year


def _is_capital(word: str) -> bool:
    bare = word.strip(_TRIM)
    return bool(bare) and bare[0].isupper()


def _is_name_word(word: str) -> bool:
    bare = word.strip(_TRIM)
    plain = bare.casefold() in _PLAIN | _MONTH_SET
    return _is_capital(word) and not plain and not bare.endswith(("’s", "'s"))


def _run(words: Sequence[str], backward: bool) -> list[str]:
    """The words of a name at the near end of ``words``, "of" and "on" inside it included."""
    run: list[str] = []
    for word in reversed(words) if backward else words:
        # Punctuation parts what stands before it from what comes after.
        if backward and word[-1] in ":;,.!?)–—":
            break
        if not _is_name_word(word) and word not in ("of", "on"):
            break
        run.append(word)
        if (not backward and word[-1] in ":;,.!?)–—") or len(run) > 9:
            break
    while run and not _is_capital(run[-1]):
        run.pop()
    if run and not _is_capital(run[0]):
        return []
    return run[::-1] if backward else run


def find_event(text: str) -> Event | None:
    """The first event with a year that a text names.

    Parameters
    ----------
    text : str

    Returns
    -------
    Event or None

    Examples
    --------
    >>> find_event("Our papers at ACL 2023").label, find_event("The 2021 NeurIPS, in brief").label
    ('ACL 2023', 'NeurIPS 2021')
    >>> find_event("Written in May 2022")
    """
    words = text.split()
    for at, word in enumerate(words):
        found = _year_of(word)
        if not found:
            continue
        glued, year = found
        if glued and glued[0].isupper() and glued.casefold() not in _MONTH_SET:
            return Event(glued, year, word.strip(_TRIM))
        if glued:
            continue
        run = _run(words[:at], backward=True)
        shown = [*run, word]
        if not run:
            run = _run(words[at + 1 :], backward=False)
            shown = [word, *run]
        name = " ".join(run).strip(_TRIM)
        if name:
            return Event(name, year, " ".join(shown).strip(_TRIM))
    return None


def find_event_without_year(title: str) -> Event | None:
    """The event of a title such as "Our papers at Interspeech".

    Examples
    --------
    >>> find_event_without_year("Our papers at Interspeech").label
    'Interspeech'
    """
    words = title.split()
    for at, word in enumerate(words[:-1]):
        if word in ("at", "@", "At") and (run := _run(words[at + 1 :], backward=False)):
            name = " ".join(run).strip(_TRIM)
            return Event(name, None, name)
    return None


_WORD = r"[^\W\d_a-z][\w&.+-]*"
# Bounded, so that a line of ten thousand capitals costs no more than it is long.
_NAME = rf"(?<![\w&.+-])((?:{_WORD})(?: (?:of |& )?(?:{_WORD})){{0,5}})"
_EVENT = "\x00"  # stands where the event stood, so that it is not taken for the organisation
_PEOPLE = r"(?:researchers|scientists|engineers|teams?|colleagues|staff|authors)"
_OUTPUT = r"(?:papers|publications|research|work|contributions|presentations)"
# "Noah’s Ark Lab": a possessive inside of a name.
_HOUSE = r"(?:Lab|Labs|Laboratory|Laboratories|Institute|University|College|Hospital|Foundation)"
_COUNT = r"(?:\d[\d,]*\+?|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en)"
_SAYS = (
    rf"{_NAME[:-1]}[’']s(?: {_WORD}){{1,3}} {_HOUSE})(?![\w’'-])",
    rf"{_NAME}(?:[’']s|(?<=s)[’'])(?= )",
    rf"{_NAME} (?:at|@|in|goes to|comes to) (?:the )?{_EVENT}",
    rf"(?:{_OUTPUT}|{_PEOPLE}|{_OUTPUT.title()}) (?:from|by|at|of) (?:the )?{_NAME}",
    rf"\b(?:[Bb]y|[Ff]rom) {_NAME} {_PEOPLE}",
    rf"{_NAME} {_OUTPUT}\b",
    rf"{_NAME} {_PEOPLE}\b",
    rf"\b(?:[Ff]rom|[Bb]y) {_NAME}",
    rf"(?:^|[.!?] )At {_NAME},? ",
    rf"(?:^|[.!?] ){_NAME} (?:is|are|has|have|had|will|presents?|brings?|shows?)\b",
    rf"^{_NAME}: {_COUNT} (?:[\w-]+ ){{0,2}}(?:{_OUTPUT}|{_OUTPUT.title()})\b",
)
_SAYS_RE = tuple(re.compile(pattern) for pattern in _SAYS)


def _owner(run: str) -> str | None:
    """A run of capitalised words without what a title in capitals puts before the name."""
    words = run.split()
    for at in range(len(words) - 1, -1, -1):
        if words[at].casefold() in _NOT_OWNERS and words[at] != "of":
            if at == len(words) - 1:
                return None
            words = words[at + 1 :]
            break
    name = " ".join(words).strip(_TRIM + " ")
    return name if name and name.casefold() not in ("research", "science", "ai", "i") else None


def find_organization(texts: Sequence[str], event: Event | None) -> str | None:
    """The organisation whose papers a page lists.

    Parameters
    ----------
    texts : sequence of str
        The title, then what follows it, most telling first.
    event : Event or None
        Not taken for the organisation.

    Returns
    -------
    str or None

    Examples
    --------
    >>> find_organization(["Microsoft at NeurIPS 2021: a tour"], find_event("NeurIPS 2021"))
    'Microsoft'
    """
    for text in texts:
        text = text[:5000]
        if event:
            text = text.replace(event.words, _EVENT).replace(event.name, _EVENT)
        for pattern in _SAYS_RE:
            for hit in pattern.finditer(text):
                if name := _owner(hit[1]):
                    return name
    return None
