"""The entries of a BibTeX file: encoding, macros, inheritance and what is broken.

The text is held whole, since an entry may inherit from a later one; entries are made of it
some thousand at a time (`bibtex_blocks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphkit.formats.bibtex_blocks import START, Item, blocks
from graphkit.formats.citations import is_wide
from graphkit.formats.document import Document, decode
from graphkit.formats.reading import Note

__all__ = ["BibtexFile", "text_of"]

CHUNK = 1 << 20  # characters, some 2,000 entries
LONGEST_MACRO = 2_000  # characters; macros made of macros can grow without end
MOST_ANCESTORS = 20  # entries that one entry inherits from
_KEY = re.compile(r"^[ \t]*@\w+[ \t]*[{(]\s*([^\s,{}]+)\s*,", re.M)
_STRING = re.compile(r"^[ \t]*@string[ \t]*[{(]\s*([^\s={}\",#]+)\s*=", re.M | re.I)
_PARENTS = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]?([^{}\"\n]+)", re.I)
_TOKEN = re.compile(r'(?<!\\)[{}"]')
_WORD = re.compile(r'[^\s#{}",]+')
_SPACE = re.compile(r"\s*")
_DECLARED = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*%+\s*Encoding:\s*([\w-]+)", re.I)
# Only such as are made for text: Python knows codecs that are slow or do other things.
_ENCODING = re.compile(
    r"(?:windows-?|cp)(?:125\d|437|85\d|866|932|936|949|950)|iso-?_?8859[-_]?\d+|latin-?\d"
    r"|koi8-?[ru]|mac-?roman|shift[-_]?jis|sjis|euc-?(?:jp|kr)|gb(?:k|2312|18030)|big5",
    re.I,
)
MONTHS = dict(
    zip(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        strict=True,
    )
)
# What names one entry alone is never inherited.
OWN = frozenset(
    ["doi", "url", "eprint", "pmid", "crossref", "xref", "ids", "related", "keywords", "abstract"]
)
WITHIN = frozenset(
    [
        "inproceedings",
        "conference",
        "incollection",
        "inbook",
        "inreference",
        "bookinbook",
        "suppbook",
        "suppcollection",
    ]
)


@dataclass
class BibtexFile:
    """The text of a file, with the macros and the parents that its entries name.

    Attributes
    ----------
    text : str
    notes : list of Note
        What is broken, from the start of the file to the entry that was yielded last.
    """

    text: str
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._macros = dict(MONTHS)
        self._parents: dict[str, Item] = {}
        self._keys: dict[str, str] = {}
        wanted: set[str] = set()
        for _, start, end in self._chunks():
            lower = self.text[start:end].lower()
            if "@string" in lower:
                self._define(start, end)
            if "crossref" in lower or "xdata" in lower:
                for found in _PARENTS.finditer(self.text, start, end):
                    wanted.update(key.strip().lower() for key in found[1].split(","))
        if wanted:
            self._find_parents(wanted)

    def batches(self) -> Iterator[Iterator[Item]]:
        """The entries, some thousand at a time."""
        for line, start, end in self._chunks():
            yield self._items(self.text[start:end], line, end == len(self.text))

    def take_notes(self) -> list[Note]:
        """The notes since the last call."""
        taken, self.notes = self.notes, []
        return taken

    def value(self, raw: str) -> str:
        """What a value says: without its delimiters, macros replaced, parts joined."""
        first, last = raw[:1], raw[-1:]
        if "#" not in raw and "=" not in raw and len(raw) > 1:
            if first == "{" and last == "}":
                return raw[1:-1]
            if first == '"' and last == '"':
                return raw[1:-1]
        return self._joined(raw, 0, len(raw)) if raw else ""

    def inherited(self, item: Item) -> dict[str, str]:
        """The fields of an entry and those that it inherits."""
        if "crossref" not in item.fields and "xdata" not in item.fields:
            return item.fields
        return self._inherited(item, item.place, {item.key.lower()})

    def _inherited(self, item: Item, place: str, seen: set[str]) -> dict[str, str]:
        """Each ancestor is visited once, so circles and wide families end."""
        fields = dict(item.fields)
        for how in ("xdata", "crossref"):
            for key in self.value(item.fields.get(how, "")).split(","):
                name = key.strip().lower()
                if not name or name in seen:
                    continue
                seen.add(name)
                parent = self._parents.get(name)
                if parent is None or len(seen) > MOST_ANCESTORS:
                    reason = f"names the entry {key.strip()[:80]!r}, which is not in this file"
                    self.notes.append(Note(place, reason, item.key[:80], "read without it"))
                    continue
                given = self._inherited(parent, place, seen)
                given = given if how == "xdata" else _for_child(given, item.kind)
                fields = given | fields
        return fields

    def _chunks(self) -> Iterator[tuple[int, int, int]]:
        """Line, start and end of pieces of the text that can be read alone."""
        line, start = 1, 0
        while start < len(self.text):
            found = START.search(self.text, start + CHUNK)
            end = found.end() if found else len(self.text)
            yield line, start, end
            line += self.text.count("\n", start, end)
            start = end

    def _items(self, text: str, line: int, last: bool) -> Iterator[Item]:
        for block in blocks(text, line, last=last):
            if isinstance(block, Item):
                self._count_key(block)
                yield block
            else:
                self.notes.append(block)

    def _count_key(self, item: Item) -> None:
        if not item.key:
            return
        first = self._keys.setdefault(item.key, item.place)
        if first is not item.place:
            reason = f"has the same key as the entry in {first}"
            self.notes.append(Note(item.place, reason, item.key[:80], "both were read"))

    def _define(self, start: int, end: int) -> None:
        for found in _STRING.finditer(self.text, start, end):
            value = self._joined(self.text, found.end(), end)
            self._macros[found[1].lower()] = value[:LONGEST_MACRO]

    def _find_parents(self, wanted: set[str]) -> None:
        for found in _KEY.finditer(self.text):
            key = found[1].lower()
            if key in wanted and key not in self._parents:
                end = START.search(self.text, found.end())
                block = self.text[found.start() : end.start() if end else len(self.text)]
                for item in blocks(block, 1, last=True):
                    if isinstance(item, Item):
                        self._parents.setdefault(item.key.lower(), item)

    def _joined(self, text: str, at: int, end: int) -> str:
        """The value that begins here: parts joined by ``#``, up to what is no part of it."""
        parts: list[str] = []
        while True:
            at = _after_space(text, at)
            if at >= end:
                break
            if text[at] in '{"':
                close = _closing(text, at, end)
                parts.append(text[at + 1 : close])
                at = close + 1
            else:
                word = _WORD.match(text, at, end)
                if not word:
                    break
                parts.append(self._macros.get(word[0].lower(), word[0]))
                at = word.end()
            at = _after_space(text, at)
            if at >= end or text[at] != "#":
                break
            at += 1
        return "".join(parts)


def text_of(document: Document) -> tuple[str, list[Note]]:
    """The text of a BibTeX file, which may declare its encoding in its first line.

    Parameters
    ----------
    document : Document

    Returns
    -------
    tuple of (str, list of Note)
        A note where the encoding was guessed.

    Raises
    ------
    ReadError
        It is empty or no text.
    """
    with document.open() as stream:
        data = stream.read()
    if not is_wide(data[:CHUNK]):
        data = data.replace(b"\x00", b" ")
    declared = _DECLARED.match(data[:256])
    if declared and _ENCODING.fullmatch(encoding := declared[1].decode("ascii", "replace")):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            try:
                return _with_newlines(data.decode(encoding)), []
            except (LookupError, UnicodeDecodeError):
                pass  # What was declared is wrong.
    text, notes = decode(data, document)
    return _with_newlines(text), notes


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _for_child(fields: dict[str, str], kind: str) -> dict[str, str]:
    """What an entry of this kind takes over: the title of a volume is no title of a paper."""
    given = {name: value for name, value in fields.items() if name not in OWN}
    if kind in WITHIN:
        title = given.pop("title", None)
        given.pop("subtitle", None)
        if title is not None:
            given.setdefault("booktitle", title)
    return given


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _closing(text: str, at: int, end: int) -> int:
    """Where the brace or quote that opens here is closed; the end if it never is."""
    quoted = text[at] == '"'
    depth = 0
    for token in _TOKEN.finditer(text, at + 1, end):
        character = token[0]
        if character == "{":
            depth += 1
        elif character == "}":
            if depth == 0 and not quoted:
                return token.start()
            depth = max(0, depth - 1)
        elif quoted and depth == 0:
            return token.start()
    return end
