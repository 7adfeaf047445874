"""Which topics of a page an advert speaks of, and in which words.

* The whole label scores 1, its content words side by side 0.9. They score 0.8 when only
  another member of a coordination or one more word parts them ("speech and speaker
  recognition") or when the order is turned ("recognition of speech"). The initials of a
  label in capitals, three or more ("ASR"), score 0.9. Words meet by their stems.
* *Processing*, *automatic*, *content* … are generic: they may be missing where two other
  words of the label are there, but never count alone. So "content understanding" is not
  natural-language understanding, and "identification" not speaker identification.
* A label of one word counts in its own form or number only: "you will plan" is not
  planning. One member of a label with "and" scores 0.8 at most. Words behind "no", "not"
  or "without" are no evidence.
* A field that the label is of scores 0.4: "speech and language technology" speaks of
  all speech and language topics. A field word counts only where the advert speaks of a
  field: before *technology*, *processing*, *research* or *science*, coordination
  included. "Countries and languages" is none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphkit.formats.guide.names import word_set

__all__ = ["Interest", "find_interests"]


@dataclass(frozen=True, slots=True)
class Interest:
    """One topic that an advert speaks of.

    Attributes
    ----------
    topic : str
        The topic's label.
    score : float
        In (0, 1].
    evidence : str
        The words of the advert.
    """

    topic: str
    score: float
    evidence: str


_WHOLE, _CONTENT, _INITIALS, _PARTED, _FIELD = 1.0, 0.9, 0.9, 0.8, 0.4

_FIELD_HEADS = frozenset(
    ["technology", "technologies", "processing", "research", "science", "sciences"]
)
# "Programming languages" are not what a page about speech means.
_OTHER_LANGUAGES = word_set(
    """
    programming query markup scripting modelling modeling body
    """
)
_FILL = word_set(
    """
    of the a an in for our
    """
)
_AND = frozenset(["and", "or", "&", "/"])
_SMALL = word_set(
    """
    of the a an in for and or & with on by from
    """
)

# Endings that one verb and its nouns share, longest first.
_ENDINGS = (
    ("ognition", "ogniz"), ("ification", "if"), ("ifications", "if"), ("ifying", "if"),
    ("ifiers", "if"), ("ifier", "if"), ("ified", "if"), ("ifies", "if"), ("ify", "if"),
    ("ization", "iz"), ("izations", "iz"), ("izing", "iz"), ("ized", "iz"), ("izes", "iz"),
    ("ize", "iz"), ("logues", "log"), ("logue", "log"), ("ations", "at"), ("ation", "at"),
    ("ating", "at"), ("ated", "at"), ("ates", "at"), ("ate", "at"), ("ctions", "ct"),
    ("ction", "ct"), ("ings", ""), ("ing", ""), ("ed", ""), ("ies", "y"), ("es", ""),
    ("e", ""), ("s", ""),
)  # fmt: skip


def stem(word: str) -> str:
    """A rough stem: *recognition* meets *recognizing*, *fairness* does not meet *fair*.

    Examples
    --------
    >>> stem("dubbing"), stem("verifies") == stem("verification")
    ('dub', True)
    """
    word = re.sub(r"is(?=(?:e|es|ed|ing|ations?)$)", "iz", word.casefold())
    for ending, kept in _ENDINGS:
        bare = word.removesuffix(ending)
        if word != bare and len(bare) + len(kept) >= 3 and not word.endswith(("ss", "us", "is")):
            word = bare + kept
            break
    return (
        word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls" else word
    )


_GENERIC = frozenset(
    stem(word)
    for word in word_set(
        """
        processing automatic content system model learning method application technology
        research general other data deep machine large base based new advanced analysis topic
        approach study field area
        """
    )
)
_FIELDS = frozenset(
    stem(word)
    for word in word_set(
        """
        speech language audio acoustics voice vision image video music dialogue speaker signal
        translation retrieval robotics
        """
    )
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    stem: str
    start: int
    end: int
    broken: bool  # a sentence or clause ends before it
    comma: bool  # a comma or slash stands before it


_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|&")
_PREFIX = word_set(
    """
    multi cross sub semi non re pre anti inter
    """
)


_NEGATIONS = word_set(
    """
    no not without never neither nor
    """
)


def _number_free(word: str) -> str:
    """A word without plural and in one spelling: "dialogs" is "dialogue"."""
    word = re.sub(r"is(?=(?:e|ing|ation)$)", "iz", word)
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", "")):
        if word.endswith(ending) and not word.endswith(("ss", "us", "is")) and len(word) > 3:
            word = word.removesuffix(ending) + kept
            break
    return re.sub("logue$", "log", word)


def _words(text: str) -> list[_Word]:
    """Words with stems; "multi-device" and "multi device" are "multidevice"."""
    out: list[_Word] = []
    last = 0
    for hit in _TOKEN.finditer(text):
        between, word = text[last : hit.start()], hit[0].casefold()
        last = hit.end()
        if out and out[-1].text in _PREFIX and between in ("-", " ", "‐", "‑"):
            above = out.pop()
            word = above.text + word
            out.append(_Word(word, stem(word), above.start, last, above.broken, above.comma))
            continue
        broken = bool(re.search(r"[.;:!?()\n•–—]|\s-\s", between))
        comma = "," in between or "/" in between
        out.append(_Word(word, stem(word), hit.start(), last, broken, comma))
    return out


def _variants(label: str) -> list[str]:
    """What a label with a slash or an "and" stands for, each by itself.

    "Speaker identification/verification" is two, and both are of speakers.
    """
    parts = [p.strip() for p in re.split(r"\s*/\s*|\s+(?:and|&)\s+|,\s*", label) if p.strip()]
    if len(parts) < 2:
        return [label]
    first, last = parts[0].split(), parts[-1].split()
    out = [label]
    for part in parts:
        words = part.split()
        if len(words) > 1:
            out.append(part)
        elif len(first) > 1 and part != parts[0]:
            out.append(" ".join([*first[:-1], part]))
        elif len(last) > 1 and part != parts[-1]:
            out.append(" ".join([part, *last[1:]]))
        elif len(first) == len(last) == 1:
            out.append(part)
    return out


class _Text:
    """An advert with an index of its stems."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _words(text)
        self.at: dict[str, list[int]] = defaultdict(list)
        for n, word in enumerate(self.words):
            self.at[word.stem].append(n)

    def span(self, first: int, last: int) -> str:
        """The text from one word to another, as it stands."""
        return self.text[self.words[first].start : self.words[last].end]

    def denied(self, at: int) -> bool:
        """Whether a word is behind a "no", at most three words before it in its clause."""
        for n in range(at - 1, max(at - 4, -1), -1):
            if self.words[n + 1].broken or self.words[n + 1].comma:
                return False
            if self.words[n].text in _NEGATIONS or self.words[n].text.endswith(("n't", "n’t")):
                return self.words[n + 1].text not in ("only", "just", "merely")
        return False

    def row(self, stems: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
        """Where the stems stand in this order: first and last word, and whether adjacent."""
        for first in self.at.get(stems[0], ()):
            at, adjacent = first, True
            for wanted in stems[1:]:
                step = self._next(at, wanted)
                if step is None:
                    break
                adjacent &= step == at + 1
                at = step
            else:
                yield first, at, adjacent

    def whole(self, stems: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where the stems of a label stand side by side, small words included."""
        for first in self.at.get(stems[0], ()):
            found = self.words[first : first + len(stems)]
            if [w.stem for w in found] == stems and not any(w.broken for w in found[1:]):
                yield first, first + len(stems) - 1

    def _next(self, at: int, wanted: str) -> int | None:
        for n in range(at + 1, min(at + 6, len(self.words))):
            if self.words[n].broken:
                return None
            if self.words[n].stem == wanted and self._may_part(at, n):
                return n
        return None

    def _may_part(self, left: int, right: int) -> bool:
        """Whether the words between may stand inside a phrase."""
        between = self.words[left + 1 : right]
        if not between:
            return not self.words[right].comma
        texts = [w.text for w in between]
        if any(t in _AND for t in texts) or any(w.comma for w in between):
            # A member of a coordination: "speech, sound and speaker recognition".
            joined = any(t in _AND for t in texts) or "/" in self.span(left, right)
            small = any(t in _SMALL - _AND for t in texts)
            return joined and texts[-1] not in _AND and not self.words[right].comma and not small
        return len(between) == 1 and texts[0] not in _SMALL and not self.words[right].comma

    def turned(self, stems: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where the last word comes first: "recognition of speech", "spotting keywords"."""
        *rest, head = stems
        for first, last, _ in self.row(rest):
            at = first - 1
            while at >= 0 and first - at <= 3 and self.words[at].text in _FILL:
                if self.words[at + 1].broken or self.words[at + 1].comma:
                    break
                at -= 1
            near = self.words[at + 1]
            if at >= 0 and self.words[at].stem == head and not (near.broken or near.comma):
                yield at, last


def _named(advert: _Text, label: str) -> tuple[float, str] | None:
    """The label itself in the advert, whole or by its content words."""
    words = _words(label)
    every = [w.stem for w in words if w.text not in _SMALL]
    content = [s for s in every if s not in _GENERIC]
    if not content:
        # All generic, as in "Deep learning": too common a phrase to be evidence.
        return None
    if len(content) == 1:
        content = every
    found: list[tuple[float, int, int]] = []
    for first, last, adjacent in advert.row(every):
        found.append((_WHOLE if adjacent else _PARTED, first, last))
    if len(every) > 1 and len(every) < len(words):
        found.extend((_WHOLE, *at) for at in advert.whole([w.stem for w in words]))
    if content != every:
        for first, last, adjacent in advert.row(content):
            found.append((_CONTENT if adjacent else _PARTED, first, last))
    if len(content) > 1 and "to" not in content:
        found.extend((_PARTED, first, last) for first, last in advert.turned(content))
    if len(every) == 1:
        # A stem alone is too little: "you will plan" is not planning.
        own = {_number_free(w.text) for w in words}
        found = [f for f in found if _number_free(advert.words[f[1]].text) in own]
    found = [f for f in found if not advert.denied(f[1])]
    if not found:
        return None
    score, first, last = max(found, key=lambda f: (f[0], -f[1]))
    return score, advert.span(first, last)


def _initials(advert: _Text, label: str) -> tuple[float, str] | None:
    words = [w.text for w in _words(label) if w.text not in _SMALL]
    short = "".join(w[0] for w in words).upper()
    if len(short) < 3:
        return None
    hit = re.search(rf"\b{re.escape(short)}\b", advert.text)
    return (_INITIALS, hit[0]) if hit else None


def _fields(advert: _Text) -> dict[str, str]:
    """Field words that the advert speaks of as fields, with the words that say so."""
    out: dict[str, str] = {}
    for head, word in enumerate(advert.words):
        if word.text not in _FIELD_HEADS or word.broken:
            continue
        at = head - 1
        found: list[int] = []
        while at >= 0 and head - at < 9:
            before = advert.words[at]
            if before.stem in _FIELDS:
                found.append(at)
            elif before.text not in _AND and before.text not in ("natural", "spoken", "computer"):
                break
            if before.broken:
                at -= 1
                break
            at -= 1
        outside = advert.words[at].text if at >= 0 else ""
        if not found or (outside in _OTHER_LANGUAGES and found[-1] == at + 1):
            continue
        # A verb's "processing" of a thing has no field before it; a comma before the head
        # ends the coordination.
        if word.comma or advert.denied(found[-1]):
            continue
        evidence = advert.span(found[-1], head)
        for n in found:
            out.setdefault(advert.words[n].stem, evidence)
    return out


def find_interests(text: str, labels: Sequence[str]) -> list[Interest]:
    """The topics that an advert speaks of.

    Parameters
    ----------
    text : str
        The advert.
    labels : sequence of str
        The topics of the page.

    Returns
    -------
    list of Interest
        In the order of the labels; no evidence, no interest.

    Examples
    --------
    >>> for i in find_interests("We do speech and music technology.", ["Speech coding", "Bats"]):
    ...     print(i.topic, i.score, i.evidence)
    Speech coding 0.4 speech and music technology
    """
    advert = _Text(text)
    fields = _fields(advert)
    out: list[Interest] = []
    for label in labels:
        found: list[tuple[float, str]] = []
        for part in _variants(label):
            # Half of what an "and" joins is not the whole; a slash parts equals.
            most = _WHOLE if part == label or "/" in label else _PARTED
            for hit in (_named(advert, part), _initials(advert, part)):
                if hit:
                    found.append((min(most, hit[0]), hit[1]))
        found += [(_FIELD, fields[w.stem]) for w in _words(label) if w.stem in fields]
        if found:
            score, evidence = max(found, key=lambda hit: hit[0])
            out.append(Interest(label, score, evidence))
    return out
