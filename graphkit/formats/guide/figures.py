"""Figures of a guide page: a file's name, the caption under it, the paper that it names."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphkit.formats.guide.lines import Line, is_sentence
from graphkit.formats.guide.names import read_names

__all__ = ["Figure", "Titles", "quotes", "take_figures"]

_FILE = re.compile(r"\S.{0,150}\.(?:png|jpe?g|gif|svg|webp|tiff?|bmp|avif|pdf|mp4)", re.IGNORECASE)
_ACCENTS = re.compile("[\u0300-\u036f]")
_LEFT_OUT = re.compile(r"\[?(?:…|\.\.\.)\]?")
_QUOTED = re.compile(
    r'"([^"]{3,300})"|[“„”]([^“”„]{3,300})[“”]|[«»]([^«»]{3,300})[«»]|「([^「」]{2,300})」|'
    r"‘([^‘]{3,300}?)’(?!\w)|(?<!\w)'([^']{3,300})'(?!\w)"
)


@dataclass(slots=True)
class Figure:
    """A file, and the caption that stands under it."""

    file: Line
    caption: Line | None = None


def quotes(caption: str) -> list[str]:
    """What stands in quotation marks of any kind.

    Examples
    --------
    >>> quotes("In “Owls” and «Bats»")
    ['Owls', 'Bats']
    """
    return [next(filter(None, hit.groups())) for hit in _QUOTED.finditer(caption)]


def _is_caption(lines: Sequence[Line], at: int, strict: bool) -> bool:
    """Whether the line under a file is its caption, and not the next title or heading."""
    line = lines[at]
    if line.figure:
        return line.figure == "caption"
    if line.level or _FILE.fullmatch(line.text):
        return False
    if quotes(line.text):
        return True
    if strict:
        return False
    if is_sentence(line.text):
        return True
    # Nor a phrase that has its own authors, or that stands over a title that has.
    after = [bool(read_names(below.text)) for below in lines[at + 1 : at + 3]]
    return not line.gap and not any(after[:1]) and not read_names(line.text)


def _files_first(lines: Sequence[Line]) -> list[Line]:
    """In HTML a caption may stand above its picture; put the picture first."""
    out = list(lines)
    for at in range(1, len(out)):
        above, line = out[at - 1], out[at]
        # A caption that follows its own file is that file's.
        taken = at > 1 and out[at - 2].figure in ("file", "image")
        if line.figure == "file" and above.figure == "caption" and not taken:
            out[at - 1 : at + 1] = line, above
    return out


def take_figures(lines: Sequence[Line]) -> tuple[list[Line], list[Figure]]:
    """Part the figures of a page from its other lines.

    Parameters
    ----------
    lines : sequence of Line

    Returns
    -------
    rest : list of Line
    figures : list of Figure
    """
    rest: list[Line] = []
    figures: list[Figure] = []
    lines = _files_first(lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        is_file = line.figure in ("file", "image") or (
            not line.figure and bool(_FILE.fullmatch(line.text)) and not is_sentence(line.text)
        )
        loose = line.figure == "image"  # a picture outside of <figure>: perhaps mere decoration
        if not is_file:
            rest.append(line)
        elif at + 1 < len(lines) and _is_caption(lines, at + 1, strict=loose):
            figures.append(Figure(line, lines[at + 1]))
            at += 1
        elif not loose:
            figures.append(Figure(line))
        at += 1
    return rest, figures


def _in_order(pieces: Sequence[str], title: str) -> bool:
    """Whether a title begins with the first piece and goes on with the others."""
    title, at = f" {title} ", 0
    for piece in pieces:
        found = title.find(f" {piece} ", at)
        if found < 0 or (at == 0 and found):
            return False
        at = found + len(piece) + 1
    return True


class Titles:
    """Finds the paper whose title, or part of it, stands in a caption.

    Parameters
    ----------
    papers : iterable of (str, str)
        Id and title.

    Examples
    --------
    >>> Titles([("paper:1", "Hearing bats: A study"), ("paper:2", "Owls")]).find("hearing bats")
    'paper:1'
    """

    def __init__(self, papers: Iterable[tuple[str, str]]) -> None:
        """Index the titles by their words."""
        self.titles: list[tuple[str, str]] = []  # (id, words joined by spaces)
        self.with_word: dict[str, list[int]] = defaultdict(list)
        self.names: dict[str, set[str]] = defaultdict(set)  # what stands before a colon
        for key, title in papers:
            words = self._words(title)
            name, colon, _ = title.partition(":")
            if colon:
                self.names[" ".join(self._words(name))].add(key)
            for word in set(words):
                self.with_word[word].append(len(self.titles))
            self.titles.append((key, " ".join(words)))

    @staticmethod
    def _words(text: str) -> list[str]:
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
        return re.findall(r"\w+", bare.replace("&", " and "))

    def find(self, quote: str) -> str | None:
        """The one paper that a quotation fits: whole before beginning before inside."""
        words = self._words(quote)
        # One word may be any term in quotation marks; it names a paper only as its whole title
        # or as all that stands before a colon.
        wanted = " ".join(words)
        rarest = min((self.with_word.get(w, []) for w in words), key=len, default=[])
        candidates = [self.titles[n] for n in rarest]
        whole = {key for key, title in candidates if title == wanted}
        begins: set[str] = set()
        inside: set[str] = set()
        if len(words) > 1:
            begins = {key for key, title in candidates if title.startswith(f"{wanted} ")}
            inside = {key for key, title in candidates if f" {wanted} " in f" {title} "}
        keys = whole or set(self.names.get(wanted, ())) or begins or inside
        if not keys:
            pieces = [" ".join(self._words(piece)) for piece in _LEFT_OUT.split(quote)]
            pieces = [piece for piece in pieces if piece]
            if len(pieces) > 1 and len(words) > 2:
                keys = {key for key, title in candidates if _in_order(pieces, title)}
        return keys.pop() if len(keys) == 1 else None
