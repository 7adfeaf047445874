"""Parsing texts of RDF with pyoxigraph: what is whole is kept, and nothing gets out of hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
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
LONGEST_ENTITY = 1_000
# The parser descends once for each; no one nests statements in statements by hundreds.
DEEPEST_QUOTE = 100
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


def parsed_rdf(document: Document, text: str, namespaces: Namespaces) -> tuple[bytes, list[Note]]:
    """The statements of a text as N-Quads, and notes on what is none.

    Parameters
    ----------
    document : Document
        For its suffix and digest.
    text : str
        All of it.
    namespaces : Namespaces
        For the names of what is of this file alone.

    Raises
    ------
    ReadError
        What would overwhelm the parser.
    """
    import pyoxigraph

    text = text.removeprefix("\ufeff")
    form = _form(document, text)
    if form == pyoxigraph.RdfFormat.RDF_XML:
        text = _safe_xml(document, text)
    elif form != pyoxigraph.RdfFormat.JSON_LD:
        _refuse_depth(document, text)
    digest = document.digest()[:12]
    reader = _Statements(f"{namespaces.base}.well-known/file/{digest}/", digest)
    quads = reader.read(text, form)
    if form == pyoxigraph.RdfFormat.JSON_LD:
        quads = _or_closed(reader, quads, text, form)
    data = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    return data, reader.notes


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


def _safe_xml(document: Document, text: str) -> str:
    """XML without an encoding, which has been decoded; entity bombs are refused."""
    for entity in ENTITY.finditer(text):
        value = entity[1] if entity[1] is not None else entity[2]
        if re.search(r"&(?!#|(?:amp|lt|gt|quot|apos);)|%", value) or len(value) > LONGEST_ENTITY:
            line = text.count("\n", 0, entity.start()) + 1
            reason = "an entity that holds entities or a long text: it may be a bomb"
            raise ReadError(document, reason, f"line {line}")
    return re.sub(r"^(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')", r"\1", text)


def _refuse_depth(document: Document, text: str) -> None:
    depth = 0
    for mark in re.finditer("<<|>>", text):
        depth = depth + 1 if mark[0] == "<<" else max(0, depth - 1)
        if depth > DEEPEST_QUOTE:
            line = text.count("\n", 0, mark.start()) + 1
            raise ReadError(document, "statements nested too deeply", f"line {line}")


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

    def read(self, text: str, form: pyoxigraph.RdfFormat) -> Iterator[pyoxigraph.Quad]:
        """Parse; after an error the parser goes on with the next statement, where it can."""
        import pyoxigraph

        lines: list[str] = []
        parser = pyoxigraph.parse(text, format=form, base_iri=self._base)
        last, line = "", 0
        while True:
            try:
                quad = next(parser)
            except StopIteration:
                return
            except (SyntaxError, ValueError, OSError) as error:
                lines = lines or text.split("\n")
                if str(error) == last:
                    # No way on from here.
                    return
                last = str(error)
                # The parser may stumble more than once over what it goes on from.
                if getattr(error, "lineno", None) != line:
                    self._note(error, lines)
                line = getattr(error, "lineno", None) or 0
                continue
            self._number += 1
            fit = self._fit(quad)
            if fit is not None:
                yield fit

    def _note(self, error: Exception, lines: list[str]) -> None:
        number = getattr(error, "lineno", None)
        place = f"line {number}" if number else f"after statement {self._number}"
        shown = lines[number - 1].strip()[:80] if number and number <= len(lines) else ""
        reason = re.sub(r"^Parser error (?:at .*?: )?|\s*\(line \d+\)$", "", error.args[0])
        self.notes.append(Note(place, reason, shown))

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
