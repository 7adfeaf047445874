"""From a sorted page to rows: ids, places and what the page does not say of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from graphkit.formats.guide.adverts import advert_tables
from graphkit.formats.guide.article import Article, Paper, Topic
from graphkit.formats.guide.figures import Titles, quotes
from graphkit.formats.guide.lines import Line, place_of
from graphkit.formats.guide.names import MARKS
from graphkit.formats.guide.text import web_address
from graphkit.formats.reading import Reading
from graphkit.ids import mint

__all__ = ["to_reading"]

_Row = dict[str, Any]
_Tables = dict[str, list[_Row]]


def _join(lines: Sequence[Line]) -> str | None:
    return "\n\n".join(line.text for line in lines) or None


def _row(place: Iterable[Line], **columns: Any) -> _Row:
    row = {key: value for key, value in columns.items() if value is not None}
    return row | {"place": place_of(line.number for line in place)}


def _give_keys(article: Article, page: str) -> list[Paper]:
    """Mint the papers' ids; return those that get a row of their own."""
    kept: list[Paper] = []
    by_title: dict[str, list[Paper]] = defaultdict(list)
    for paper in article.papers:
        same = by_title[paper.label]
        names = [name for name, _ in paper.authors]
        twin = next((p for p in same if [n for n, _ in p.authors] == names), None)
        if twin:
            paper.key = twin.key
            twin.again.extend(paper.lines)
            if paper.topic is None or twin.topic is paper.topic:
                article.note([paper.title], "this paper is listed twice", "one was kept")
            if paper.summary and not twin.summary:
                twin.summary = paper.summary
            continue
        ordinal = [str(len(same) + 1)] if same else []
        paper.key = mint("paper", page, paper.label, *ordinal)
        if same:
            reason = "another paper of this page has the same title"
            article.note([paper.title], reason, "kept as a paper of its own")
        same.append(paper)
        kept.append(paper)
    return kept


def _paper_tables(article: Article, tables: _Tables, page: str) -> None:
    event = mint("venue", article.event.label) if article.event else None
    authors: dict[str, _Row] = {}
    for paper in _give_keys(article, page):
        tables["papers"].append(
            _row(
                paper.lines,
                id=paper.key,
                title=paper.label,
                type="fabio:ConferencePaper",
                year=article.event.year if article.event else None,
                event=event,
                url=web_address(paper.title.href),
                abstract=_join(paper.summary),
                language=paper.title.language,
            )
        )
        for position, (name, line) in enumerate(paper.authors, start=1):
            key = mint("author", name)
            authors.setdefault(key, _row([line], id=key, name=name))
            tables["authorships"].append(
                _row([line], paper=paper.key, author=key, position=position, printed_name=name)
            )
    tables["authors"] = list(authors.values())


def _topic_tables(article: Article, tables: _Tables, page: str) -> None:
    scheme = mint("scheme", page)
    topics: dict[str, list[Topic]] = defaultdict(list)
    subjects: dict[tuple[str, str], _Row] = {}
    for paper in article.papers:
        if paper.topic is None:
            continue
        key = mint("topic", _topic_name(paper.topic))
        # A page may head two of its parts alike: that is one topic, at two places.
        if not any(paper.topic is known for known in topics[key]):
            topics[key].append(paper.topic)
        subject = _row([paper.topic.heading, paper.title], paper=paper.key, topic=key)
        subjects.setdefault((paper.key, key), subject)
    for key, parts in topics.items():
        description = [line for part in parts for line in part.description]
        tables["topics"].append(
            _row(
                [*(part.heading for part in parts), *description],
                id=key,
                label=_topic_name(parts[0]),
                scheme=scheme,
                description=_join(description),
                language=parts[0].heading.language,
            )
        )
    tables["subjects"] = list(subjects.values())
    if topics:
        front = [article.title] if article.title else [article.papers[0].title]
        tables["schemes"].append(_row(front, id=scheme, label=f"Topics of {page}"))


def _topic_name(topic: Topic) -> str:
    return topic.heading.text.rstrip(MARKS + " ") or topic.heading.text


def _figure_table(article: Article, tables: _Tables, page: str) -> None:
    titles = Titles((row["id"], row["title"]) for row in tables["papers"])
    seen: dict[str, int] = defaultdict(int)
    # Two organisations at one event both have a "Figure 1.png".
    owner = [article.organization] if article.organization else []
    for figure in article.figures:
        lines = [figure.file, *([figure.caption] if figure.caption else [])]
        named = quotes(figure.caption.text) if figure.caption else []
        paper = next((key for key in map(titles.find, named) if key), None)
        if paper is None:
            reason = "the caption of this figure names no paper of the page"
            if figure.caption is None:
                reason = "this figure has no caption"
            article.note(lines, reason, "kept without a paper")
        file = figure.file.text
        seen[file] += 1
        ordinal = [str(seen[file])] if seen[file] > 1 else []
        tables["figures"].append(
            _row(
                lines,
                id=mint("figure", page, *owner, file, *ordinal),
                paper=paper,
                caption=figure.caption.text if figure.caption else None,
                file=file,
                language=figure.file.language,
            )
        )


def _facts(article: Article) -> _Row:
    """Columns of the row in ``sources``."""
    event, organization = article.event, article.organization
    facts = {
        "title": article.title.text if article.title else None,
        "description": article.intro[0].text if article.intro else None,
        "abstract": _join(article.intro[1:]),
        "organization": mint("organization", organization) if organization else None,
        "event": mint("venue", event.label) if event else None,
        "language": article.title.language if article.title else None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _where_named(article: Article, words: str) -> list[Line]:
    """The first line of the front that holds the words."""
    front = [line for line in (article.title, *article.intro) if line]
    return [next((line for line in front if words in line.text), front[0])]


def _note_gaps(article: Article) -> None:
    """Report what the page does not say of itself."""
    where = [article.title] if article.title else [article.papers[0].title]
    if article.title is None:
        article.note(where, "the page has no title", "read without one")
    if article.event is None:
        article.note(where, "no event is named", "read without one")
    elif article.event.year is None:
        article.note(where, "the event is named without a year", "read without one")
    if article.organization is None:
        article.note(where, "no organization is named", "read without one")


def to_reading(article: Article, name: str) -> Reading:
    """The rows of a page.

    Parameters
    ----------
    article : Article
        With one paper at least.
    name : str
        The file's name, for a page that names neither its event nor itself.

    Returns
    -------
    Reading
    """
    tables: _Tables = defaultdict(list)
    event, organization = article.event, article.organization
    page = event.label if event else article.title.text if article.title else name
    _paper_tables(article, tables, page)
    _topic_tables(article, tables, page)
    _figure_table(article, tables, page)
    _note_gaps(article)
    if event:
        row = _row(
            _where_named(article, event.words),
            id=mint("venue", event.label),
            label=event.label,
            type="schema:Event",
            year=event.year,
        )
        tables["venues"].append(row)
    if organization:
        key = mint("organization", organization)
        row = _row(_where_named(article, organization), id=key, label=organization)
        tables["organizations"].append(row)
    topics = [(row["id"], row["label"]) for row in tables["topics"]]
    tables.update(advert_tables(article.adverts, organization, page, topics))
    notes = [note for _, note in sorted(article.notes, key=lambda pair: pair[0])]
    return Reading(dict(tables), _facts(article), notes)
