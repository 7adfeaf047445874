"""A guide page as lines sorted into what they are: the step before rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphkit.formats.guide.adverts import Advert, is_place, read_adverts
from graphkit.formats.guide.event import (
    Event,
    find_event,
    find_event_without_year,
    find_organization,
)
from graphkit.formats.guide.figures import Figure, take_figures
from graphkit.formats.guide.lines import (
    Kind,
    Line,
    is_byline,
    is_date,
    is_sentence,
    label,
    place_of,
)
from graphkit.formats.guide.names import MARKS, read_names, trim
from graphkit.formats.guide.text import is_html, text_lines
from graphkit.formats.reading import Note

__all__ = ["Article", "Paper", "Topic", "parse"]

_SHOWN = 80  # characters of a line that a Note shows

_FURNITURE = frozenset(
    (
        "research areas",
        "research area",
        "share",
        "share this",
        "share this article",
        "read more",
        "learn more",
        "back to top",
        "skip to main content",
        "skip to content",
        "copy link",
        "view publication",
        "read the paper",
        "related content",
        "tags",
        "menu",
    )
)
_OPENS_ADVERTS = frozenset(
    (
        "related content",
        "open positions",
        "open roles",
        "job openings",
        "open jobs",
        "careers",
        "related jobs",
        "work with us",
        "we're hiring",
        "we’re hiring",
        "join us",
        "jobs",
    )
)


@dataclass(slots=True)
class Paper:
    """A title, its authors, and the lines they stand on."""

    title: Line
    authors: list[tuple[str, Line]] = field(default_factory=list)
    summary: list[Line] = field(default_factory=list)
    topic: Topic | None = None
    key: str = ""
    again: list[Line] = field(default_factory=list)  # where it is listed a second time

    @property
    def label(self) -> str:
        """The title without footnote signs."""
        return self.title.text.rstrip(MARKS + " ") or self.title.text

    @property
    def lines(self) -> list[Line]:
        """All its lines."""
        return [self.title, *(line for _, line in self.authors), *self.summary, *self.again]


@dataclass(slots=True)
class Topic:
    """A heading, and the paragraphs that explain it."""

    heading: Line
    description: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Article:
    """A page, its lines sorted into what they are."""

    title: Line | None = None
    intro: list[Line] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    adverts: list[Advert] = field(default_factory=list)
    notes: list[tuple[int, Note]] = field(default_factory=list)
    event: Event | None = None
    organization: str | None = None

    def note(self, lines: Sequence[Line], reason: str, done: str = "left out") -> None:
        """Report lines; they are sorted by where they stand in the end."""
        place = place_of(line.number for line in lines)
        note = Note(place, reason, lines[0].text[:_SHOWN], done)
        self.notes.append((lines[0].number, note))


def _why_left_out(line: Line, kind: Kind = Kind.LEFT_OUT) -> str:
    if is_date(line.text):
        return "a date"
    if is_byline(line.text):
        return "a byline, which belongs to no paper"
    if kind is Kind.LOST_TITLE:
        return "looks like a title, but no line of authors stands under it"
    if read_names(line.text):
        return "names without a title above them"
    if line.text.startswith(tuple(MARKS)) or (
        line.bullet and (is_sentence(line.text) or len(line.text.split()) < 5)
    ):
        return "a footnote or list item that belongs to no paper"
    if is_sentence(line.text):
        return "a paragraph that belongs to no topic and no paper"
    if line.level or len(line.text.split()) < 5:
        return "looks like a heading, but no paper stands under it"
    return "looks like a title, but no line of authors stands under it"


def _assemble(lines: Sequence[Line], article: Article) -> None:
    """Walk the labelled lines; `lines` vouches for their order."""
    topic: Topic | None = None
    topics: list[Topic] = []
    for line, kind, names in label(lines):
        if kind is Kind.PAGE_TITLE:
            article.title = line
        elif kind in (Kind.STANDFIRST, Kind.INTRO):
            article.intro.append(line)
        elif kind is Kind.HEADING:
            topic = Topic(line)
            topics.append(topic)
        elif kind is Kind.DESCRIPTION and topic:
            topic.description.append(line)
        elif kind is Kind.TITLE:
            article.papers.append(Paper(line, topic=topic))
        elif kind in (Kind.AUTHORS, Kind.MORE_AUTHORS):
            article.papers[-1].authors.extend((name, line) for name in names)
            if dropped := trim(line.text)[1]:
                parts = ", ".join(f'"{part}"' for part in dropped)
                remark = dropped[0][0] in "(["
                reason = (
                    f"left out among the authors: {parts}"
                    if remark
                    else f"the authors end in {parts}"
                )
                article.note([line], reason, "the named ones were kept")
        elif kind is Kind.SUMMARY and not line.text.startswith(tuple(MARKS)):
            article.papers[-1].summary.append(line)
        else:
            article.note([line], _why_left_out(line, kind))
    used = {id(paper.topic) for paper in article.papers}
    for empty in (t for t in topics if id(t) not in used):
        for line in (empty.heading, *empty.description):
            article.note([line], _why_left_out(line))


def _split(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The papers' part of a page and the adverts' part."""
    first = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].text.casefold().rstrip(":") in _OPENS_ADVERTS:
            first = at
            break
        # Papers end the search: a box "Related content" above them opens no adverts.
        found = read_names(lines[at].text) if not is_place(lines[at].text) else None
        if found and len(found.names) > 2 and not found.cost:
            break
    if first == len(lines):
        # No such heading: the adverts begin at the first place with a paragraph under it.
        for at in range(len(lines) - 1):
            if is_place(lines[at].text, sure=True) and is_sentence(lines[at + 1].text):
                first = at
                break
    return list(lines[:first]), list(lines[first:])


def _is_furniture(line: Line) -> bool:
    return line.text.casefold().rstrip(":") in _FURNITURE


def parse(text: str) -> Article:
    """Sort the lines of a page, text or HTML.

    Parameters
    ----------
    text : str
        The page, already decoded.

    Returns
    -------
    Article
        With no papers where the text is no such page.
    """
    # Half a surrogate pair is no character, and neither ids nor lxml could hold it.
    text = text.encode("utf-8", "replace").decode("utf-8").removeprefix("\ufeff")
    if is_html(text):
        from graphkit.formats.guide.html import html_lines

        lines = list(html_lines(text))
    else:
        lines = list(text_lines(text))
    article = Article()
    body, tail = _split(lines)
    body, article.figures = take_figures(body)
    _assemble([line for line in body if not _is_furniture(line)], article)
    opening = _OPENS_ADVERTS | _FURNITURE
    tail = [line for line in tail if line.text.casefold().rstrip(":") not in opening]
    article.adverts, reports = read_adverts(tail)
    for line, reason in reports:
        article.note([line], reason)
    texts = [line.text for line in (article.title, *article.intro) if line]
    found = (find_event(t) for t in texts)
    article.event = next((e for e in found if e), None)
    if not article.event and article.title:
        article.event = find_event_without_year(article.title.text)
    article.organization = find_organization(texts, article.event)
    return article
