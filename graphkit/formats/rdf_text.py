"""Parsing texts of RDF with pyoxigraph: what is whole is kept, and nothing gets out of hand."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, cast

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
from graphkit.formats.text_stream import encoded
from graphkit.ids import Namespaces
from graphkit.quads import NODE, STRING

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["first_line", "is_statement", "looks_like_xml", "parsed_rdf"]

XML = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\b|<!--|<(?:[\w.-]+:)?RDF[\s>])")
LINE = re.compile(
    rf"\s*(?:{NODE})[ \t]*<[^>]+>[ \t]*(?:{NODE}|{STRING})[ \t]*(?:{NODE})?[ \t]*\.\s*(?:#.*)?"
)
# An entity in an entity is how few letters become billions; people write none.
ENTITY = re.compile(r"<!ENTITY\s+(?:%\s*)?[\w.:-]+\s+(?:\"([^\"]*)\"|'([^']*)')")
OPEN_ENTITY = re.compile(r"<!ENTITY\s+(?:%\s*)?[\w.:-]+\s+[\"']")
BOMB = re.compile(r"&(?!#|(?:amp|lt|gt|quot|apos);)|%")
LONGEST_ENTITY = 1_000
ENCODING = re.compile(r"^(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
# The parser descends once for each; no one nests statements in statements by hundreds.
DEEPEST_QUOTE = 100
BLOCK = 50_000  # statements
HELD = 16 << 20  # bytes; of a larger file the text is not held
JSON_PARTS = re.compile(r'(?s)"(?:[^"\\]|\\.)*+(?:"|$)|[{}\[\]]')


def looks_like_xml(text: str) -> bool:
    """Whether a text begins as XML does."""
    return XML.match(text) is not None


def is_statement(line: str) -> bool:
    """Whether a line is a statement of N-Triples or N-Quads."""
    return LINE.fullmatch(line) is not None


def first_line(text: str) -> str:
    """The first line that is neither blank nor a comment."""
    for line in re.finditer(r"[^\n]+", text):
        if line[0].strip() and not line[0].lstrip().startswith("#"):
            return line[0].strip()
    return ""


def parsed_rdf(document: Document, namespaces: Namespaces, notes: list[Note]) -> Iterator[bytes]:
    """The statements of a document as N-Quads.

    Parameters
    ----------
    document : Document
    namespaces : Namespaces
        For the names of what is of this file alone.
    notes : list of Note
        Takes what is no statement, and what is wrong with the encoding.

    Yields
    ------
    bytes
        At most 50,000 statements each.

    Raises
    ------
    ReadError
        What would overwhelm the parser.
    """
    import pyoxigraph

    blocks = encoded(document, notes)
    start = _up_to(blocks, HELD)
    form = _form(document, _text(start))
    if form == pyoxigraph.RdfFormat.JSON_LD:
        # Its context may stand behind all else.
        start += blocks
    rest = next(blocks, b"")
    guard = (_XmlGuard if form == pyoxigraph.RdfFormat.RDF_XML else _DepthGuard)(document)
    text = None if rest else _text(start)
    source: str | _Stream
    if text is None:
        source = _Stream(chain(start, [rest], blocks), guard)
        del start
    else:
        source = text if form == pyoxigraph.RdfFormat.JSON_LD else guard.passed(text)
    digest = document.digest()[:12]
    reader = _Statements(f"{namespaces.base}.well-known/file/{digest}/", digest)
    quads = reader.read(source, form)
    if form == pyoxigraph.RdfFormat.JSON_LD:
        assert text is not None
        quads = _or_closed(reader, quads, text, form)
    while block := list(islice(quads, BLOCK)):
        yield pyoxigraph.serialize(block, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    reader.show(document, text)
    notes += reader.notes


def _up_to(blocks: Iterator[bytes], most: int) -> list[bytes]:
    """The first blocks, of about so many bytes."""
    found: list[bytes] = []
    size = 0
    while size <= most and (block := next(blocks, b"")):
        found.append(block)
        size += len(block)
    return found


def _text(blocks: list[bytes]) -> str:
    return b"".join(blocks).decode().removeprefix("\ufeff")


def _form(document: Document, text: str) -> pyoxigraph.RdfFormat:
    """The syntax of a text, told from how it begins; N-Quads and TriG hold the others."""
    from pyoxigraph import RdfFormat

    start = text.lstrip()
    if looks_like_xml(start):
        return RdfFormat.RDF_XML
    if start.startswith("{") and document.suffix != ".trig":
        return RdfFormat.JSON_LD
    if start.startswith("[") and re.match(r"\[\s*[{\[\]]", start):
        return RdfFormat.JSON_LD
    if document.suffix in (".nt", ".nq"):
        return RdfFormat.N_QUADS
    if document.suffix not in (".ttl", ".trig") and is_statement(first_line(start)):
        return RdfFormat.N_QUADS
    return RdfFormat.TRIG


class _Stream(io.RawIOBase):
    """The text of a large document in UTF-8, for the parser, passed by a guard."""

    def __init__(self, blocks: Iterator[bytes], guard: _XmlGuard | _DepthGuard) -> None:
        self._blocks = blocks
        self._guard = guard
        self._block = memoryview(b"")
        self.failure: ReadError | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._block:
                block = next(self._blocks, b"")
                if not block:
                    return b""
                self._block = memoryview(self._guard.passed(block.decode()).encode())
        except ReadError as error:
            self.failure = error
            raise
        size = len(self._block) if size < 0 else size
        part, self._block = bytes(self._block[:size]), self._block[size:]
        return part


class _XmlGuard:
    """Lets XML pass, without its encoding, which has been decoded; refuses entity bombs."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._waiting, self._line, self._first = "", 1, True

    def passed(self, text: str) -> str:
        """A piece of the text."""
        seen = self._waiting + text
        end = 0
        for entity in ENTITY.finditer(seen):
            value = entity[1] if entity[1] is not None else entity[2]
            end = entity.end()
            if BOMB.search(value) or len(value) > LONGEST_ENTITY:
                self._refuse(seen, entity.start())
        # Only one that is not closed yet can stand behind the last that is.
        begun = OPEN_ENTITY.search(seen, end)
        if begun and len(seen) - begun.start() > 2 * LONGEST_ENTITY:
            self._refuse(seen, begun.start())
        # What may go on in the next piece is looked at again.
        start = max(end, len(seen) - 2 * LONGEST_ENTITY)
        self._line += seen.count("\n", 0, start)
        self._waiting = seen[start:]
        if self._first:
            self._first = False
            text = ENCODING.sub(r"\1", text)
        return text

    def _refuse(self, seen: str, start: int) -> None:
        line = self._line + seen.count("\n", 0, start)
        reason = "an entity that holds entities or a long text: it may be a bomb"
        raise ReadError(self._document, reason, f"line {line}")


class _DepthGuard:
    """Lets Turtle and the like pass; refuses statements in statements in statements."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._depth, self._line, self._last = 0, 1, ""

    def passed(self, text: str) -> str:
        """A piece of the text."""
        seen = self._last + text
        end = 0
        for mark in re.finditer("<<|>>", seen):
            end = mark.end()
            self._depth = self._depth + 1 if mark[0] == "<<" else max(0, self._depth - 1)
            if self._depth > DEEPEST_QUOTE:
                line = self._line + seen.count("\n", 0, mark.start())
                raise ReadError(self._document, "statements nested too deeply", f"line {line}")
        self._line += text.count("\n")
        self._last = seen[-1:] if end < len(seen) and seen[-1:] in "<>" else ""
        return text


def _or_closed(
    reader: _Statements, quads: Iterator[Any], text: str, form: pyoxigraph.RdfFormat
) -> Iterator[Any]:
    """The statements; of JSON that is cut off, those of the objects that are whole."""
    found = False
    for quad in quads:
        found = True
        yield quad
    if not found and reader.notes and (whole := _closed(text)):
        yield from reader.read(whole, form)


def _closed(text: str) -> str:
    """JSON without its last, broken object, all that is still open closed; "" if it is whole."""
    open_: list[str] = []
    end, rest = 0, ""
    for part in JSON_PARTS.finditer(text):
        mark = part[0]
        if mark in "{[":
            open_.append("}" if mark == "{" else "]")
        elif mark in "}]":
            if not open_ or open_.pop() != mark:
                return ""
            if open_ and open_[-1] == "]" and len(open_) < 4:
                end, rest = part.end(), "".join(reversed(open_))
    return text[:end] + rest if open_ and end else ""


class _Statements:
    """The statements of a text, with blank nodes that are those of this file alone.

    Attributes
    ----------
    notes : list of Note
        What is no statement of RDF 1.1.
    """

    def __init__(self, base: str, digest: str) -> None:
        self.notes: list[Note] = []
        self._base, self._digest = base, digest
        self._blank: dict[str, Any] = {}
        self._number = 0
        self._lines: dict[int, list[int]] = {}  # line -> notes on it

    def read(self, text: str | _Stream, form: pyoxigraph.RdfFormat) -> Iterator[pyoxigraph.Quad]:
        """Parse; after an error the parser goes on with the next statement, where it can."""
        import pyoxigraph

        source = cast(IO[bytes], text)
        parser = pyoxigraph.parse(source, format=form, base_iri=self._base)
        last, line = "", 0
        while True:
            try:
                quad = next(parser)
            except StopIteration:
                return
            except (SyntaxError, ValueError, OSError) as error:
                if isinstance(text, _Stream) and text.failure:
                    raise text.failure from None
                if str(error) == last:
                    # No way on from here.
                    return
                last = str(error)
                # The parser may stumble more than once over what it goes on from.
                if getattr(error, "lineno", None) != line:
                    self._note(error)
                line = getattr(error, "lineno", None) or 0
                continue
            self._number += 1
            fit = self._fit(quad)
            if fit is not None:
                yield fit

    def _note(self, error: Exception) -> None:
        number = getattr(error, "lineno", None)
        place = f"line {number}" if number else f"after statement {self._number}"
        if number:
            self._lines.setdefault(number, []).append(len(self.notes))
        reason = re.sub(r"^Parser error (?:at .*?: )?|\s*\(line \d+\)$", "", error.args[0])
        self.notes.append(Note(place, reason, ""))

    def show(self, document: Document, text: str | None) -> None:
        """Put the lines that notes are on into them."""
        if not self._lines:
            return
        blocks = encoded(document, []) if text is None else [text.encode()]
        number = 1
        for block in blocks:
            last = number + block.count(b"\n")
            if any(number <= wanted <= last for wanted in self._lines):
                for line in block.split(b"\n"):
                    for note in self._lines.get(number, ()):
                        shown = self.notes[note].text + line.decode().strip()
                        self.notes[note] = self.notes[note]._replace(text=shown[:80])
                    number += 1
            number = last

    def _fit(self, quad: Any) -> Any:
        """The statement in RDF 1.1, its blank nodes renamed; None where it is none."""
        import pyoxigraph

        s, p, o, g = quad
        if isinstance(o, pyoxigraph.Triple):
            place = f"statement {self._number}"
            self.notes.append(Note(place, "a statement about a statement", str(o)[:80]))
            return None
        o = self._plain(o) if isinstance(o, pyoxigraph.Literal) else self._renamed(o)
        return pyoxigraph.Quad(self._renamed(s), p, o, self._renamed(g))

    def _plain(self, literal: Any) -> Any:
        import pyoxigraph

        if literal.direction is None:
            return literal
        place = f"statement {self._number}"
        done = "read without its direction"
        self.notes.append(Note(place, "a text with a direction", literal.value[:80], done))
        return pyoxigraph.Literal(literal.value, language=literal.language)

    def _renamed(self, term: Any) -> Any:
        import pyoxigraph

        if not isinstance(term, pyoxigraph.BlankNode):
            return term
        # Numbered as they come, since the parser's own names differ from run to run.
        name = f"{self._digest}-{len(self._blank) + 1}"
        return self._blank.setdefault(term.value, pyoxigraph.BlankNode(name))
