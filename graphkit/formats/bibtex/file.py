"""The entries of a BibTeX file: encoding, macros, inheritance and what is broken.

The text is never held whole. As an entry may inherit from a later one, and a macro may be defined
behind its use, the file is gone through before it is read: once for the macros and the names of
parents, once more for the parents if there are any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.formats.bibtex.blocks import START, Item, blocks
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
from graphkit.formats.text_stream import pieces

__all__ = ["BibtexFile"]

CHUNK = 1 << 20  # characters, some 2,000 entries
TAIL = 1 << 16  # characters; where an entry begins among the last of these, a chunk ends
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


class BibtexFile:
    """The entries of a file, with the macros and the parents that they name.

    Parameters
    ----------
    document : Document
        It may declare its encoding in its first line.

    Attributes
    ----------
    notes : list of Note
        What is broken, from the start of the file to the entry that was yielded last.

    Raises
    ------
    ReadError
        The file is empty or no text.
    """

    def __init__(self, document: Document) -> None:
        self.notes: list[Note] = []
        self._document = document
        self._macros = dict(MONTHS)
        self._parents: dict[str, Item] = {}
        self._keys: dict[str, str] = {}
        declared = _DECLARED.match(document.head()[:256])
        name = declared[1].decode("ascii", "replace") if declared else ""
        self._encoding = name if _ENCODING.fullmatch(name) else None
        wanted: set[str] = set()
        for _, text, _ in self._chunks([]):
            lower = text.lower()
            if "@string" in lower:
                self._define(text)
            if "crossref" in lower or "xdata" in lower:
                for found in _PARENTS.finditer(text):
                    wanted.update(key.strip().lower() for key in found[1].split(","))
        if wanted:
            for _, text, _ in self._chunks([]):
                self._find_parents(text, wanted)

    def batches(self) -> Iterator[Iterator[Item]]:
        """The entries, some thousand at a time."""
        for line, text, last in self._chunks(self.notes):
            yield self._items(text, line, last)

    def take_notes(self) -> list[Note]:
        """The notes since the last call."""
        taken = self.notes.copy()
        self.notes.clear()
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

    def _chunks(self, notes: list[Note]) -> Iterator[tuple[int, str, bool]]:
        """Pieces of the text that can be read alone: first line, text, whether it is the last."""
        line, size = 1, 0
        parts: list[str] = []
        for piece in pieces(self._document, notes, self._encoding):
            parts.append(piece)
            size += len(piece)
            if size < CHUNK:
                continue
            cut = START.search(piece, max(0, len(piece) - TAIL)) or START.search(piece)
            if cut is None:
                continue
            parts[-1], rest = piece[: cut.end()], piece[cut.end() :]
            text = "".join(parts)
            yield line, text, False
            line += text.count("\n")
            parts, size = [rest], len(rest)
        yield line, "".join(parts), True

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

    def _define(self, text: str) -> None:
        for found in _STRING.finditer(text):
            value = self._joined(text, found.end(), len(text))
            self._macros[found[1].lower()] = value[:LONGEST_MACRO]

    def _find_parents(self, text: str, wanted: set[str]) -> None:
        for found in _KEY.finditer(text):
            key = found[1].lower()
            if key in wanted and key not in self._parents:
                end = START.search(text, found.end())
                block = text[found.start() : end.start() if end else len(text)]
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
