"""Reader of guide pages: an organisation's papers at a conference, under topic headings.

::

    A quick guide to Acme’s papers at BatConf 2021      title
    Calls and echoes predominate.                       standfirst

    Echo detection                                      topic

    Hearing bats with two microphones                   paper
    Ada Lovelace, Charles Babbage                       authors

    Two microphones.png                                 figure: file,
    "Hearing bats" uses the delay between …             caption that names its paper

    Related content
    UK, London                                          job adverts, see `adverts`
    The Echo team is looking for an Engineer …

The steps: text or HTML -> `Line` -> figures and adverts taken out -> each line labelled
(`lines`) -> `Article` -> rows. Every line that is not blank ends in a row, in the
facts about the source, or in a `Note`; only the furniture of a page is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.guide.article import parse
from graphkit.formats.guide.rows import to_reading
from graphkit.formats.reading import Reading

__all__ = ["SUFFIXES", "VERSION", "read", "read_text", "sniff"]

VERSION = "2"
SUFFIXES = (".txt", ".md", ".html", ".htm")


def read(document: Document) -> Iterator[Reading]:
    """Read a guide page.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading
        One, with all of it.

    Raises
    ------
    ReadError
        If there is not one paper, or no text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "bats.txt")
    >>> _ = path.write_text("Acme at BatConf 2021\\n\\nEchoes\\n\\nHearing bats\\nAda Lovelace")
    >>> [row["title"] for reading in read(Document(path)) for row in reading.tables["papers"]]
    ['Hearing bats']
    """
    text, notes = document.text()
    reading = read_text(text, str(document))
    reading.notes[:0] = notes
    yield reading


def read_text(text: str, name: str) -> Reading:
    """Read a guide page, as text or as saved HTML.

    Parameters
    ----------
    text : str
        The page, already decoded.
    name : str
        The file's name, for messages.

    Returns
    -------
    Reading
        Tables ``papers``, ``authors``, ``authorships``, ``topics``, ``subjects``,
        ``venues``, ``organizations``, ``figures``, ``places``, ``teams``, ``postings``
        and ``interests``.

    Raises
    ------
    ReadError
        If there is not one paper.

    Examples
    --------
    >>> page = "Acme at BatConf 2021\\n\\nEchoes\\n\\nHearing bats\\nAda Lovelace, Alan Turing"
    >>> reading = read_text(page, "bats.txt")
    >>> [(row["title"], row["place"]) for row in reading.tables["papers"]]
    [('Hearing bats', 'lines 5-6')]
    >>> reading.about["event"], reading.about["organization"]
    ('venue:BatConf_2021', 'organization:Acme')
    """
    article = parse(text)
    if not article.papers:
        raise ReadError(
            name, "no paper found: a guide page lists titles, each with a line of authors under it"
        )
    return to_reading(article, name)


# What other formats begin with: BibTeX, JSON, RIS, XML, MARC, LaTeX.
_OTHER = re.compile(
    r"\s*(?:@\w+\s*[{(]|[{\[]\s*[\"{\[\]}]|TY  -|PMID-|<\?xml(?!.*<html)|%\w|\\\w)", re.S
)


def sniff(head: str) -> bool:
    """Whether a text looks like a guide page.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Returns
    -------
    bool
        True if papers are found, and either an event or topics with them.

    Examples
    --------
    >>> sniff("Acme at BatConf 2021\\n\\nEchoes\\n\\nHearing bats\\nAda Lovelace, Alan Turing")
    True
    >>> sniff("title,authors\\nHearing bats,Ada Lovelace")
    False
    """
    if _OTHER.match(head.removeprefix("\ufeff")):
        return False
    article = parse(head)
    papers = len(article.papers)
    # The head may end in the middle of a page; but a text most of which is not understood
    # is something else.
    understood = 2 * len(article.notes) <= 3 * papers + 4
    with_topics = sum(paper.topic is not None for paper in article.papers)
    return bool(papers and understood and (article.event or with_topics > 1))
