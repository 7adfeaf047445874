"""Saved HTML of a guide page -> the same lines that its text would give.

Nothing is fetched, and nothing outside of the text given is read. What is not the
article (scripts, menus, forms, footers) is passed over; the tags say what is a heading,
and `br` ends a line as a line break does in text. Line numbers are those of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from graphkit.formats.guide.event import find_event
from graphkit.formats.guide.lines import Line, clean
from graphkit.formats.guide.names import read_names, word_set

__all__ = ["html_lines"]

_SKIPPED = word_set(
    """
    script style nav footer aside form noscript template svg button iframe select head object
    video audio canvas dialog textarea math
    """
)
_BLOCKS = word_set(
    """
    html body main article section div p ul ol li dl dt dd h1 h2 h3 h4 h5 h6 figure figcaption
    blockquote table thead tbody tfoot tr td th caption header hgroup address pre details
    summary hr fieldset center
    """
)
_FRESH = word_set(
    """
    li section article figure tr dt h1 h2 h3 h4 h5 h6
    """
)
_EMPHASISED = word_set(
    """
    a b strong em i cite span
    """
)
# What opens and closes a box under a paper; it heads nothing.
_TOGGLES = frozenset(
    (
        "abstract",
        "show abstract",
        "summary",
        "details",
        "more",
        "show more",
        "read more",
        "bibtex",
        "citation",
        "cite",
        "tl;dr",
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FOOTNOTE = re.compile(r"[\s\d,*∗†‡§¶#]*")
_BULLET = re.compile(r"(?:[-–—•·▪◦‣●○]|\(?\d{1,3}[.)])\s+(?=\S)")
# What may stand between a title and its authors in one block.
_BETWEEN = re.compile(r"^[\s:—–|,-]+(?:by\s+)?|^by\s+", re.IGNORECASE)


class _Page:
    """Collects inline text and gives a `Line` at the end of each block."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.number = 0
        self.gap = 1
        self.href: str | None = None
        self.head = -1  # how many parts the emphasised beginning of the block has
        self.levels: list[int] = []
        self.languages: list[str | None] = [None]
        self.items = 0  # <li> around
        self.fresh_item = False
        self.caption = 0
        self.figures = 0
        self.names: set[Any] = set()  # elements whose links are known to be people

    def add(self, text: str | None, number: int) -> None:
        if text:
            if text.strip() and not any(p.strip() for p in self.parts):
                self.number = number + text[: len(text) - len(text.lstrip())].count("\n")
            self.parts.append(text)

    def line(self, text: str, figure: str = "", href: str | None = None) -> Line:
        bare = text[m.end() :] if (m := _BULLET.match(text)) else text
        return Line(
            number=self.number or 1,
            text=bare,
            gap=self.gap,
            level=self.levels[-1] if self.levels else 0,
            bullet=bare != text or self.fresh_item,
            href=href,
            language=self.languages[-1],
            figure=figure or ("caption" if self.caption else ""),
        )

    def flush(self, gap: int) -> Iterator[Line]:
        """End a line; ``gap`` is what parts it from the next."""
        text = clean(" ".join("".join(self.parts).split()))
        if text:
            title = clean("".join(self.parts[: self.head])) if self.head > 0 else ""
            rest = _BETWEEN.sub("", text[len(title) :].strip()) if title else ""
            # "<b>Title</b> Authors" in one block: two lines to a reader.
            if rest and not self.levels and not self.caption and self._is_pair(title, rest):
                yield self.line(title, href=self.href)
                self.gap, self.fresh_item = 0, False
                yield self.line(rest)
            else:
                yield self.line(text, href=self.href)
            self.fresh_item = False
            self.gap = gap
        else:
            self.gap = max(self.gap, gap)
        self.parts, self.href, self.head, self.number = [], None, -1, 0

    @staticmethod
    def _is_pair(title: str, rest: str) -> bool:
        names = read_names(rest)
        return bool(names and len(title.split()) > 1 and names.cost < 1) and not read_names(title)


def _is_skipped(element: Any, tag: str, titled: bool) -> bool:
    if tag in _SKIPPED or "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    if tag == "header":
        return _is_site_header(element, titled)
    if tag == "summary":
        words = " ".join("".join(element.itertext()).split())
        return words.casefold().strip(":.… ") in _TOGGLES
    if tag == "sup":
        return bool(_FOOTNOTE.fullmatch("".join(element.itertext())))
    role = element.get("role")
    if role in ("navigation", "banner", "contentinfo", "search", "menu", "complementary"):
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _is_site_header(header: Any, titled: bool) -> bool:
    """A site's header is a menu, maybe with the site's name; an article's holds its title.

    ``titled`` tells whether the page has a title outside of such headers.
    """
    own = header.find(".//h1")
    if own is None:
        return True
    if any(above.tag in ("article", "main") for above in header.iterancestors()):
        return False
    return titled and not find_event(" ".join("".join(own.itertext()).split()))


def _one_name(element: Any) -> str | None:
    """The text of an element that holds one person's name and no more."""
    if len(list(islice(element.iter(), 12))) == 12:
        return None
    shown = element.xpath(".//text()[not(ancestor::sup)]")
    text = " ".join("".join(shown).split()).rstrip(",; ")
    found = read_names(text) if 0 < len(text) < 60 and not re.search("[,;]", text) else None
    return text if found and len(found.names) == 1 and found.cost < 1 else None


def _name_items(element: Any) -> str | None:
    """The names of a list of authors, one in each item, as one line."""
    parent = element.getparent()
    first = element.getprevious() is None and (parent is None or parent.tag != "li")
    if len(element) < 2 or first:
        return None
    names: list[str] = []
    for item in element:
        name = _one_name(item) if item.tag == "li" and not (item.tail or "").strip() else None
        if name is None:
            return None
        names.append(name)
    return ", ".join(names)


def _are_names(parent: Any) -> bool:
    """Whether an element holds links or spans only, each of them a person."""
    return not (parent.text or "").strip() and all(
        child.tag == parent[0].tag and not (child.tail or "").strip() and _one_name(child)
        for child in parent
    )


def _file_of(image: Any) -> str:
    """The name of a picture's file, without folders and queries."""
    source = image.get("src") or image.get("data-src") or ""
    if source.startswith("data:"):
        source = ""
    try:
        path = urlsplit(source).path
    except ValueError:
        path = ""
    return clean(unquote(path.rsplit("/", 1)[-1]))


def _language(element: Any) -> str | None:
    lang = element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    hit = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", lang.strip())
    return hit[1].lower() if hit else None


def _image_line(page: _Page, element: Any, number: int) -> Iterator[Line]:
    file = _file_of(element)
    if file:
        kept, page.caption = page.caption, 0
        before, page.number = page.number, number
        yield page.line(file, figure="file" if page.figures else "image")
        page.caption, page.number = kept, before


def html_lines(text: str) -> Iterator[Line]:
    """The lines of a page of HTML.

    Parameters
    ----------
    text : str

    Yields
    ------
    Line

    Examples
    --------
    >>> [(line.text, line.level) for line in html_lines("<h2>Echoes</h2><p>Bats<br>Ada B.</p>")]
    [('Echoes', 2), ('Bats', 0), ('Ada B.', 0)]
    """
    from lxml import etree

    # Nothing is loaded: no network, and HTML parsing reads no external entities.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return
    if root is not None:
        yield from _walk(root, etree)


def _walk(root: Any, etree: Any) -> Iterator[Line]:
    """Through the tree without recursion: pages may nest deeper than Python's stack."""
    page = _Page()
    walker = etree.iterwalk(root, events=("start", "end"))
    skipped: Any = None
    titled = bool(root.xpath("//h1[not(ancestor::header) or ancestor::article or ancestor::main]"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        number = element.sourceline or 1
        if event == "start":
            if skipped is None and (not tag or _is_skipped(element, tag, titled)):
                skipped = element
                walker.skip_subtree()
            elif skipped is None and tag in ("ul", "ol") and (names := _name_items(element)):
                yield from page.flush(0 if page.items else 1)
                page.add(names, element[0].sourceline or number)
                skipped = element
                walker.skip_subtree()
            elif skipped is None:
                yield from _open(page, element, tag, number)
            continue
        if skipped is not None:
            if element is not skipped:
                continue
            skipped = None
            if tag in _BLOCKS or tag in _SKIPPED:
                yield from page.flush(1)
        else:
            yield from _close(page, element, tag)
        # The text behind an element: where its last line ended is not known, so the
        # line where it began stands for it.
        page.add(element.tail, number)
    yield from page.flush(1)


def _open(page: _Page, element: Any, tag: str, number: int) -> Iterator[Line]:
    if tag in _BLOCKS:
        # Within one item of a list its paragraphs belong together.
        yield from page.flush(0 if page.items and tag not in _FRESH else 1)
        if tag in _FRESH:
            page.gap = max(page.gap, 1)
        if tag == "li":
            page.items += 1
            page.fresh_item = True
        elif tag == "figure":
            page.figures += 1
        elif tag == "figcaption":
            page.caption += 1
        elif re.fullmatch("h[1-6]", tag):
            page.levels.append(int(tag[1]))
    elif tag == "br":
        yield from page.flush(0)
    elif tag == "img":
        yield from _image_line(page, element, number)
    elif tag == "a" and page.href is None and (element.text or len(element)):
        page.href = element.get("href")
    page.languages.append(_language(element) or page.languages[-1])
    if tag in ("a", "span"):
        _part_names(page, element, number)
    page.add(element.text, number)


def _part_names(page: _Page, element: Any, number: int) -> None:
    """Put a comma between authors that only a style sheet parts."""
    above, parent = element.getprevious(), element.getparent()
    if parent is None:
        return
    if above is None:
        if len(parent) > 1 and _are_names(parent):
            page.names.add(parent)
    elif parent in page.names:
        last = next((part.rstrip() for part in reversed(page.parts) if part.strip()), "")
        page.add(" " if last.endswith((",", ";")) else ", ", number)


def _close(page: _Page, element: Any, tag: str) -> Iterator[Line]:
    if tag in _EMPHASISED and page.head < 0 and any(p.strip() for p in page.parts):
        inside = "".join(element.itertext()).strip()
        if clean("".join(page.parts)) == clean(inside):
            page.head = len(page.parts)
    if tag in _BLOCKS:
        yield from page.flush(0 if page.items and tag not in _FRESH else 1)
        if tag == "li":
            page.items -= 1
            page.fresh_item = False
            page.gap = 1
        elif tag == "figure":
            page.figures -= 1
        elif tag == "figcaption":
            page.caption -= 1
        elif re.fullmatch("h[1-6]", tag):
            page.levels.pop()
    page.languages.pop()
