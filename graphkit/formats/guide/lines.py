"""What each line of a guide page is: heading, title, authors, paragraph …

No line says what it is, so none is judged alone: every possible reading of a line
has a cost, only some kinds may follow each other (authors stand under a title, a
topic is followed by a paper), and `label` finds the cheapest reading of the whole
page (Viterbi's algorithm, linear in the number of lines). It runs twice: the first
reading shows how long the headings and titles of *this* page are and whether its
titles have bullets, and the second uses that.

A reading that leaves a line out always exists and costs `LEFT_OUT`. It is what keeps
the reader from inventing a paper where the shapes do not bear it out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import median

from graphkit.formats.guide.names import Names, is_common, page_words, read_names, word_set
from graphkit.formats.guide.text import Line, clean, place_of

__all__ = ["Kind", "Line", "clean", "is_byline", "is_date", "is_sentence", "label", "place_of"]


class Kind(Enum):
    """What a line can be."""

    BEFORE = "left out, above the page's title"
    PAGE_TITLE = "title of the page"
    STANDFIRST = "phrase or paragraph under the page's title"
    INTRO = "introduction"
    FRONT = "left out, above the first topic"
    HEADING = "heading of a topic"
    DESCRIPTION = "paragraph about a topic"
    TITLE = "title of a paper"
    AUTHORS = "authors of a paper"
    MORE_AUTHORS = "authors, continued"
    SUMMARY = "paragraph about a paper"
    LOST_TITLE = "title of a paper without authors, left out"
    LEFT_OUT = "left out"


# --- shapes of lines --------------------------------------------------------------------

_STOPS = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_TWO_SENTENCES = re.compile(r"[^\W\d_]{4}\. [^\W\d_a-z]")
_VERBS = word_set(
    """
    is are was were be been has have had we our they this these can will which who it its
    presents shows proposes describes
    """
)
_PREPOSITIONS = word_set(
    """
    for with via using from towards toward by under in on at through
    """
)
_EVENT_WORDS = re.compile(
    r"\b(?:papers?|publications?|guide|proceedings|accepted|presentations?)\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?:\b|(?<=[A-Za-z]))(?:19|20)\d\d\b|\w\s?['’]\d\d\b")

_DATE = re.compile(
    r"^\W*(?:\w{1,20},? )?(?:\d{1,2}\.? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
    r"\.? (?:\d{1,2}, )?\d{4}\W*$|^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$"
)
_BYLINE = re.compile(
    r"(?:(?:written|posted|published|edited) )?by:?\s+(?=[^\W\d_])(?:[^\s,;.]+[\s.]*){1,4}$", re.I
)


def is_date(text: str) -> bool:
    """Whether a line is nothing but a date.

    Examples
    --------
    >>> is_date("August 20, 2023"), is_date("2023-08-20"), is_date("Posted in 2023")
    (True, True, False)
    """
    return bool(_DATE.search(text))


def is_byline(text: str) -> bool:
    """Whether a line says who wrote the page; also a single author's line, by its shape.

    Examples
    --------
    >>> is_byline("By Staff"), is_byline("By Jane Doe"), is_byline("By bats, and for bats")
    (True, True, False)
    """
    return bool(_BYLINE.match(text)) and not is_sentence(text)


def is_sentence(text: str) -> bool:
    """Whether a line reads as a paragraph rather than as a heading or a title.

    Examples
    --------
    >>> is_sentence("We sort bats by their calls."), is_sentence("Do bats sort calls?")
    (True, False)
    """
    words = text.split()
    if len(words) > 30:
        return True
    stop = _STOPS.search(text)
    if stop and text[stop.start()] in ".…。।":
        # Scripts without spaces make long sentences of one "word".
        return len(words) >= 3 or len(text) >= 20
    verbs = sum(w.casefold().strip(",.;:") in _VERBS for w in words)
    return len(words) >= 16 and verbs >= 2


def _is_event_title(text: str) -> bool:
    """Whether a line could head the page: it speaks of papers, or gives a year."""
    if len(text) > 300 or is_date(text):
        return False
    return bool(_EVENT_WORDS.search(text) or _YEAR.search(text))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the costs of a line depend on."""

    line: Line
    words: int
    names: Names | None
    sentence: bool
    event: bool


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual on this page."""

    gaps: bool = False  # some lines stand apart and some do not, so that it means something
    marked: bool = False  # headings are marked as such
    title_levels: frozenset[int] = frozenset()  # marked, but they are titles of papers
    bullets: bool = False  # titles have bullets
    plain_headings: bool = False  # headings have no bullets, whatever titles have
    headings_apart: bool = False  # what stands under a heading stands apart from it
    joined: bool = False  # authors stand right under their titles, without a gap
    longest_heading: float = math.inf  # words; above this a title is likelier


# --- costs ------------------------------------------------------------------------------

_NEVER = math.inf
_LEFT_OUT = 2.5
_ODD_GAP = 0.6
_VERY_ODD_GAP = 4.4

_START = None  # stands before the first line
# Which kinds a kind may follow, and what that costs besides the line itself.
_FOLLOWS: dict[Kind, dict[Kind | None, float]] = {
    Kind.BEFORE: {_START: 0, Kind.BEFORE: 0},
    Kind.PAGE_TITLE: {_START: 0, Kind.BEFORE: 0.5},
    Kind.STANDFIRST: {Kind.PAGE_TITLE: 0, Kind.FRONT: 0.5},
    Kind.INTRO: {Kind.STANDFIRST: 0, Kind.INTRO: 0, Kind.FRONT: 0},
    Kind.FRONT: {Kind.PAGE_TITLE: 0, Kind.STANDFIRST: 0, Kind.INTRO: 0, Kind.FRONT: 0},
    Kind.HEADING: {
        _START: 1,
        Kind.BEFORE: 1,
        **dict.fromkeys((Kind.PAGE_TITLE, Kind.STANDFIRST, Kind.INTRO, Kind.FRONT), 0),
        **dict.fromkeys((Kind.AUTHORS, Kind.MORE_AUTHORS, Kind.SUMMARY, Kind.LEFT_OUT), 0),
    },
    Kind.DESCRIPTION: {Kind.HEADING: 0, Kind.DESCRIPTION: 0},
    Kind.TITLE: {
        # A paper without a topic: possible, but a topic is looked for first.
        **dict.fromkeys((_START, Kind.BEFORE, Kind.PAGE_TITLE), 1),
        **dict.fromkeys((Kind.STANDFIRST, Kind.INTRO, Kind.FRONT), 1),
        **dict.fromkeys((Kind.HEADING, Kind.DESCRIPTION, Kind.LEFT_OUT), 0),
        **dict.fromkeys((Kind.AUTHORS, Kind.MORE_AUTHORS, Kind.SUMMARY), 0),
    },
    # Under a topic it is likelier than a topic that is left out and a title in its place.
    Kind.LOST_TITLE: {
        **dict.fromkeys((Kind.HEADING, Kind.DESCRIPTION, Kind.LEFT_OUT), 0),
        **dict.fromkeys((Kind.AUTHORS, Kind.MORE_AUTHORS, Kind.SUMMARY), 1),
    },
    Kind.AUTHORS: {Kind.TITLE: 0},
    Kind.MORE_AUTHORS: {Kind.AUTHORS: 0, Kind.MORE_AUTHORS: 0},
    Kind.SUMMARY: {Kind.AUTHORS: 0, Kind.MORE_AUTHORS: 0, Kind.SUMMARY: 0},
    Kind.LEFT_OUT: {
        # Of two headings in a row the one next to the papers is theirs.
        **dict.fromkeys((Kind.HEADING, Kind.DESCRIPTION), 0.5),
        Kind.LOST_TITLE: 0,
        **dict.fromkeys((Kind.AUTHORS, Kind.MORE_AUTHORS, Kind.SUMMARY, Kind.LEFT_OUT), 0),
    },
}
_LAST = frozenset(Kind) - {Kind.HEADING, Kind.DESCRIPTION, Kind.TITLE}


def _page_title_cost(shape: _Shape, first: bool) -> float:
    named = shape.event or shape.line.level == 1
    if not (first or named):
        return _NEVER
    several = shape.names is not None and len(shape.names.names) > 1
    return (0 if named else 1) + (shape.sentence and not named) + 4 * several


def _heading_cost(shape: _Shape, style: _Style, front: bool) -> float:
    line, text = shape.line, shape.line.text
    if line.level:
        return 3.0 if line.level in style.title_levels else 0.0
    cost = 4.0 * style.marked + 4.0 * shape.sentence
    cost += max(0.0, (shape.words - 4) * 0.7)
    if shape.words > style.longest_heading:
        cost += 1 + 2 * math.log2(shape.words / style.longest_heading)
    words = {w.casefold() for w in text[:300].split()}
    cost += 1.2 * bool(words & _PREPOSITIONS) + 3.0 * (is_date(text) or is_byline(text))
    cost += 2.5 * (":" in text) + 3.0 * (text[-1] in ".?!")
    cost += 3.0 * (style.plain_headings and line.bullet) + 2.0 * (front and shape.event)
    cost += 2.5 * text.startswith(("*", "†", "‡", "§"))  # a footnote
    if shape.names:
        # Where authors are joined to titles, a name that stands apart may well be a topic.
        alone = 1.5 if shape.names.cost or (style.joined and style.gaps and line.gap) else 2.5
        cost += 4.0 if len(shape.names.names) > 1 else alone
    return cost + _ODD_GAP * (style.gaps and not line.gap)


def _title_cost(shape: _Shape, style: _Style, first: bool) -> float:
    line = shape.line
    # A full stop is odd at its end, and two sentences are odder.
    stop = line.text[-1] in ".。"
    cost = 1.5 * stop + 0.7 * (shape.words == 1)
    cost += 3.0 * (stop and bool(_TWO_SENTENCES.search(line.text)))
    cost += 3.0 * (shape.words > 40 or len(line.text) > 400)
    cost += 6.0 * (first and shape.event)
    if line.level:
        cost += 0.0 if line.level in style.title_levels else 2.0
    if shape.names:
        # "Alan Turing" can be a title, "Alan Turing, Ada Lovelace" hardly.
        cost += 4.0 if len(shape.names.names) > 1 and not shape.names.cost else 1.5
    cost += 1.0 * (style.bullets and not line.bullet)
    # Short as the headings of this page are; none if they are no shorter than its titles.
    cost += 1.0 * (shape.words < style.longest_heading < math.inf)
    return cost + _ODD_GAP * (style.gaps and not line.gap)


def _authors_cost(shape: _Shape, style: _Style) -> float:
    if shape.names is None or shape.line.level:
        return _NEVER
    cost = shape.names.cost + 0.5 * (len(shape.names.names) == 1)
    # Where all others are joined, authors apart from the line above have lost their title.
    odd = _VERY_ODD_GAP if style.joined else _ODD_GAP
    return cost + odd * (style.gaps and shape.line.gap > 0)


def _paragraph_cost(shape: _Shape) -> float:
    cost = 3.0 * bool(shape.line.level) + 4.0 * bool(shape.names)
    if shape.sentence:
        return cost
    return cost + (1.0 if shape.words >= 5 else 3.0)


def _costs(shape: _Shape, style: _Style, at: int) -> dict[Kind, float]:
    first, front = at == 0, at < 10
    paragraph = _paragraph_cost(shape)
    # Right under the page's title a phrase without a full stop may be a standfirst; further
    # down it is rather a title that lost its authors.
    within = (
        paragraph if shape.sentence else paragraph + 2.5 + 2.0 * (style.gaps and shape.line.gap > 0)
    )
    described = within + 4.0 * (style.headings_apart and not shape.line.gap)
    return {
        Kind.BEFORE: _LEFT_OUT,
        Kind.PAGE_TITLE: _page_title_cost(shape, first),
        Kind.STANDFIRST: paragraph,
        Kind.INTRO: within,
        Kind.FRONT: _LEFT_OUT,
        Kind.HEADING: _heading_cost(shape, style, front),
        Kind.DESCRIPTION: described,
        Kind.TITLE: _title_cost(shape, style, first),
        Kind.AUTHORS: _authors_cost(shape, style),
        Kind.LOST_TITLE: _NEVER,  # see _cheapest: only over a line that is no list of names
        Kind.MORE_AUTHORS: _NEVER,  # see _cheapest: only after a line that ends in a comma
        Kind.SUMMARY: within,
        Kind.LEFT_OUT: _LEFT_OUT,
    }


# --- the cheapest reading ---------------------------------------------------------------


def _cheapest(shapes: Sequence[_Shape], style: _Style) -> list[Kind]:
    """Viterbi: for each line and kind the cheapest way to get there, then back from the end."""
    best: dict[Kind | None, float] = {_START: 0.0}
    came: list[dict[Kind, Kind | None]] = []
    for at, shape in enumerate(shapes):
        costs = _costs(shape, style, at)
        if at and shape.names and (above := shapes[at - 1].names) and above.open_end:
            costs[Kind.MORE_AUTHORS] = 0.0
            costs[Kind.HEADING] += 1
        below = shapes[at + 1] if at + 1 < len(shapes) else None
        if (
            style.gaps
            and shape.line.gap
            and below
            and not (below.line.gap or below.names or below.line.level or shape.names)
            and not shape.sentence
        ):
            costs[Kind.LOST_TITLE] = 1.0 + costs[Kind.TITLE]
        now: dict[Kind | None, float] = {}
        back: dict[Kind, Kind | None] = {}
        for kind, cost in costs.items():
            if cost == _NEVER:
                continue
            orphan = kind is Kind.LEFT_OUT and shape.sentence and not shape.names
            ways = [
                (best[k] + c - (2.2 if orphan and k in (Kind.LEFT_OUT, Kind.LOST_TITLE) else 0), k)
                for k, c in _FOLLOWS[kind].items()
                if k in best
            ]
            if ways:
                reached, back[kind] = min(ways, key=lambda way: way[0])
                now[kind] = reached + cost
        best = now
        came.append(back)
    last: Kind | None = min((k for k in best if k in _LAST), key=lambda k: best[k])
    kinds: list[Kind] = []
    for back in reversed(came):
        if last is None:  # what stands before the first line; the loop ends there anyway
            break
        kinds.append(last)
        last = back[last]
    return kinds[::-1]


def _title_levels(shapes: Sequence[_Shape]) -> frozenset[int]:
    """Levels of marked headings most of which stand right over a line of names."""
    over: dict[int, list[bool]] = {}
    for at, shape in enumerate(shapes):
        if shape.line.level:
            below = shapes[at + 1 : at + 3]
            names = [bool(s.names) and not s.line.level for s in below]
            # Two name-like lines: the first is a title, the heading is a topic.
            over.setdefault(shape.line.level, []).append(names[:1] == [True] and not all(names[1:]))
            if names == [True]:
                over[shape.line.level][-1] = True
    return frozenset(k for k, found in over.items() if 2 * sum(found) > len(found))


def _first_style(shapes: Sequence[_Shape]) -> _Style:
    levels = [s.line.level for s in shapes[1:] if s.line.level]
    titles = _title_levels(shapes)
    gaps = {bool(s.line.gap) for s in shapes[1:]}
    lists = [s for s in shapes[1:] if s.names and not s.line.level]
    together = sum(not s.line.gap for s in lists)
    apart = sum(s.line.gap > 0 and bool(s.names and len(s.names.names) > 1) for s in lists)
    return _Style(
        gaps=len(gaps) == 2,
        # One mark may be a stray sign; it is a heading, but says nothing of the others.
        marked=sum(level not in titles for level in levels) > 1,
        title_levels=titles,
        joined=together >= 2 and apart <= 0.1 * together and 3 * together >= len(lists),
    )


def _second_style(style: _Style, shapes: Sequence[_Shape], kinds: Sequence[Kind]) -> _Style:
    """Learn from the first reading what headings and titles look like on this page."""
    headings = [s for s, k in zip(shapes, kinds, strict=True) if k is Kind.HEADING]
    titles = [s for s, k in zip(shapes, kinds, strict=True) if k is Kind.TITLE]
    if len(titles) < 2:
        return style
    bulleted = sum(s.line.bullet for s in titles) > 0.6 * len(titles)
    apart = [s.line.gap > 0 for s, k in zip(shapes, kinds, strict=True) if k is Kind.AUTHORS]
    joined = len(apart) >= 2 and sum(apart) <= 0.1 * len(apart)
    under = [b.line.gap > 0 for k, b in zip(kinds, shapes[1:], strict=False) if k is Kind.HEADING]
    headings_apart = len(under) >= 2 and sum(under) > 0.5 * len(under)
    plain = sum(s.line.bullet for s in headings) <= 0.5 * len(headings)
    longest = math.inf
    if len(headings) > 1:
        heading, title = (median(s.words for s in group) for group in (headings, titles))
        if title > 1.5 * heading:
            longest = max(math.sqrt(heading * title), heading + 1)
    return replace(
        style,
        bullets=bulleted,
        plain_headings=plain,
        joined=joined,
        headings_apart=headings_apart,
        longest_heading=longest,
    )


def label(lines: Sequence[Line]) -> list[tuple[Line, Kind, tuple[str, ...]]]:
    """Say of each line what it is.

    Parameters
    ----------
    lines : sequence of Line
        Without figures, adverts and furniture.

    Returns
    -------
    list of (Line, Kind, tuple of str)
        In order; the names are those of a line of authors, otherwise empty.

    Examples
    --------
    >>> texts = ["Dialogue", "Neural Dialogue Systems", "Ada Lovelace"]
    >>> page = label([Line(n, text) for n, text in enumerate(texts, start=1)])
    >>> [kind.name for _, kind, _ in page]
    ['HEADING', 'TITLE', 'AUTHORS']
    """
    if not lines:
        return []
    common = page_words(line.text for line in lines)
    shapes = [
        _Shape(
            line,
            words=len(line.text.split()),
            names=read_names(line.text, lambda word: is_common(word, common)),
            sentence=is_sentence(line.text),
            event=at < 10 and _is_event_title(line.text),
        )
        for at, line in enumerate(lines)
    ]
    style = _first_style(shapes)
    kinds = _cheapest(shapes, style)
    if style.marked and Kind.TITLE not in kinds:
        # The marks are not on the topics of the papers.
        style = replace(style, marked=False)
        kinds = _cheapest(shapes, style)
    second = _second_style(style, shapes, kinds)
    if second != style:
        kinds = _cheapest(shapes, second)
    authors = (Kind.AUTHORS, Kind.MORE_AUTHORS)
    return [
        (s.line, kind, s.names.names if s.names and kind in authors else ())
        for s, kind in zip(shapes, kinds, strict=True)
    ]
