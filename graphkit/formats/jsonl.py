"""Reader of JSON Lines: one paper a line, with ``title``, ``authors``, ``year`` and the like.

Blocks of lines go through Arrow's own parser, column by column. A block with a line that it
does not take is read line by line instead, so that one bad line costs one line.
"""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from graphkit.errors import ReadError
from graphkit.formats.columns import guess_columns, looks_like_papers, to_records
from graphkit.formats.document import Document
from graphkit.formats.reading import Note, Reading

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".jsonl", ".ndjson")

BLOCK = 1 << 21  # bytes; about 2,000 papers with abstracts
WORKERS = 2  # as many blocks, the one before and the next are in memory
TRIED_LINES = 50
# What only richer formats have, each with a reader of its own.
OTHERS = frozenset(
    {
        "@context", "@graph", "@id", "authorships", "paperId", "corpusid", "message",
        "container-title", "issued", "externalIds", "results",
    }
)  # fmt: skip


def sniff(head: str) -> bool:
    """Whether a text looks like JSON Lines with a paper on each.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff('{"title": "Echoes", "authors": ["Ada Lovelace"], "year": 1843}\\n')
    True
    >>> sniff('{"id": "https://openalex.org/W1", "title": "Echoes", "authorships": []}\\n')
    False
    """
    for line in head.removeprefix("\ufeff").lstrip().split("\n", 2)[:2]:
        if line.startswith("{"):
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            return not OTHERS & record.keys() and looks_like_papers(record)
    return False


def read(document: Document, mapping: Mapping[str, str] | None = None) -> Iterator[Reading]:
    """Read JSON Lines.

    Parameters
    ----------
    document : Document
    mapping : mapping of str to str, optional
        What keys stand for, see `graphkit.formats.columns.guess_columns`.

    Yields
    ------
    Reading
        One for each block of lines, its records as an Arrow table.

    Raises
    ------
    ReadError
        No line is a record.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "papers.jsonl")
    >>> _ = path.write_text('{"title": "Echoes", "authors": ["Ada Lovelace"], "year": 1843}\\n')
    >>> [reading.records["year"].to_pylist() for reading in read(Document(path))]
    [[1843]]
    """
    rows = after = 0
    try:
        for last_line, reading in _readings(document, mapping):
            after = last_line
            rows += 0 if reading.records is None else reading.records.num_rows
            yield reading
    except ReadError as error:
        if not rows:
            raise
        yield Reading(notes=[Note(f"after line {after}", error.reason, "", "read up to here")])
    if not rows:
        raise ReadError(document, "no line is a JSON object that names a paper")


def _readings(
    document: Document, mapping: Mapping[str, str] | None
) -> Iterator[tuple[int, Reading]]:
    """What each block of lines gives, and the number of its last line."""
    line = 1
    waiting: deque[tuple[int, Future[Reading]]] = deque()
    broken = None
    # Arrow works outside the GIL, so that blocks can be taken apart side by side; meanwhile the
    # next is unpacked.
    with ThreadPoolExecutor(WORKERS) as workers:
        try:
            blocks = _blocks(document)
            coming = workers.submit(next, blocks, b"")
            while block := coming.result():
                coming = workers.submit(next, blocks, b"")
                first, line = line, line + block.count(b"\n")
                waiting.append((line - 1, workers.submit(_reading, block, first, mapping)))
                if len(waiting) > WORKERS:
                    last, reading = waiting.popleft()
                    yield last, reading.result()
        except ReadError as error:
            broken = error
        for last, reading in waiting:
            yield last, reading.result()
    if broken:
        raise broken


def _reading(block: bytes, line: int, mapping: Mapping[str, str] | None) -> Reading:
    table, places, notes = _parsed(block, line)
    # A key may be on few lines.
    mapping = {to: key for to, key in (mapping or {}).items() if key in table.schema.names}
    records, more = to_records(table, places, mapping) if table.num_rows else (None, [])
    return Reading(records=records, notes=[*notes, *more])


def _blocks(document: Document) -> Iterator[bytes]:
    """The document in pieces of whole lines."""
    with _utf8(document) as stream:
        rest: list[bytes] = []
        # What `read` collects before damage would be lost with it.
        while data := stream.read1(BLOCK):
            lines, newline, tail = data.rpartition(b"\n")
            if newline:
                yield b"".join([*rest, lines, newline])
                rest = [tail]
            else:
                rest.append(tail)
        last = b"".join(rest)
        if last.strip():
            yield last + b"\n"


def _utf8(document: Document) -> Any:
    """A context manager of a stream that holds UTF-8."""
    head = document.head()
    if b"\x00" in head[:4] or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return io.BytesIO(document.text()[0].encode("utf-8", "replace"))
    return document.open()


def _parsed(block: bytes, line: int) -> tuple[pa.Table, pa.Array, list[Note]]:
    """The columns of some lines, and the place of each row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    count = block.count(b"\n")
    table = _quickly(block)
    if table is not None and table.num_rows == count:
        numbers: Any = pa.array(range(line, line + count))
        notes: list[Note] = []
    else:
        found, notes = _line_by_line(block, line)
        numbers = pa.array([number for number, _ in found], pa.int64())
        table = _tabled([record for _, record in found])
    places = pc.binary_join_element_wise("line ", numbers.cast(pa.string()), "")
    return table, places, notes


def _quickly(block: bytes) -> pa.Table | None:
    """The columns of some lines if all are as the first of them; else None."""
    import pyarrow as pa
    from pyarrow import json as arrow_json

    schema = _schema(block)
    if schema is None:
        return None
    parse = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    options = arrow_json.ReadOptions(use_threads=False, block_size=len(block) + 1)
    try:
        table = arrow_json.read_json(pa.py_buffer(block), options, parse)
        table.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return table


def _schema(block: bytes) -> pa.Schema | None:
    """The types of the columns that are wanted, from the first lines."""
    import pyarrow as pa

    lines = block.split(b"\n", TRIED_LINES)[:TRIED_LINES]
    records = [record for record in map(_object, lines) if record is not None]
    types: dict[str, Any] = {}
    for record in records:
        for name, value in record.items():
            if value is not None and name not in types:
                types[name] = _type(value)
    # A heading that comes up later is of the type that such headings have.
    later = {"abstract": pa.string(), "doi": pa.string(), "url": pa.string()}
    later |= {"affiliations": pa.list_(pa.string()), "authors": pa.list_(pa.string())}
    types = later | types
    wanted = {name for names in guess_columns(types).values() for name in names}
    if None in (types[name] for name in wanted) or not records:
        return None
    return pa.schema([(name, types[name]) for name in types if name in wanted])


def _type(value: object) -> Any:
    """The Arrow type of a value; None if it is better read line by line."""
    import pyarrow as pa

    if isinstance(value, list) and all(isinstance(member, str) for member in value):
        return pa.list_(pa.string())
    if isinstance(value, int) and not isinstance(value, bool):
        return pa.int64()
    return pa.string() if isinstance(value, str) else None


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = _loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _loads(line: bytes) -> Any:
    import orjson

    return orjson.loads(line)


def _line_by_line(block: bytes, first: int) -> tuple[list[tuple[int, dict[str, Any]]], list[Note]]:
    found: list[tuple[int, dict[str, Any]]] = []
    notes: list[Note] = []
    for number, raw in enumerate(block.split(b"\n"), first):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else raw.strip()
        if not line:
            continue
        try:
            value = _forgiving(line, number, notes)
        except ValueError as error:
            reason = f"not JSON: {error}"
        else:
            if isinstance(value, dict):
                found.append((number, value))
                continue
            reason = "not a JSON object"
        notes.append(Note(f"line {number}", reason, line[:80].decode("utf-8", "replace")))
    return found, notes


def _forgiving(line: bytes, number: int, notes: list[Note]) -> Any:
    """The value of a line, also one that is not UTF-8 or holds bare control characters."""
    try:
        return _loads(line)
    except ValueError:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode("cp1252", "replace")
            done = "read as Windows-1252"
            note = Note(f"line {number}", "the line is not UTF-8", text[:80], done)
        else:
            note = Note(f"line {number}", "the line is not strict JSON", text[:80], "read")
        try:
            value = json.loads(text, strict=False)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        notes.append(note)
        return value


def _tabled(records: list[dict[str, Any]]) -> pa.Table:
    """Records of any make as columns of texts and of lists."""
    import pyarrow as pa

    names = dict.fromkeys(name for record in records for name in record)
    wanted = {name for found in guess_columns(names).values() for name in found}
    columns = {}
    for name in names:
        if name in wanted:
            values = [record.get(name) for record in records]
            columns[name] = _column(values)
    if not columns:
        return pa.table({"title": pa.nulls(len(records), pa.string())})
    return pa.table(columns)


def _column(values: list[Any]) -> pa.Array:
    import pyarrow as pa

    if any(isinstance(value, list | dict) for value in values):
        if any(map(_says_more, values)):
            people = [_people(value) for value in values]
            return pa.array(people, pa.list_(pa.struct([(key, pa.string()) for key in PERSON])))
        lists = [_names(value) for value in values]
        if any(isinstance(value, list) for value in values):
            return pa.array(lists, pa.list_(pa.string()))
        return pa.array([None if names is None else "; ".join(names) for names in lists])
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


PERSON = {
    "name": (),
    "orcid": ("orcid", "ORCID", "orcid_id"),
    "affiliation": ("affiliation", "affiliations", "institution", "institutions", "organization"),
}
"""What is taken of an author that is an object, and the keys where it may stand."""


def _says_more(value: Any) -> bool:
    """Whether there is an author who is more than a name."""
    keys = {*PERSON["orcid"], *PERSON["affiliation"]}
    return isinstance(value, list) and any(
        isinstance(member, dict) and not keys.isdisjoint(member) for member in value
    )


def _people(value: Any) -> list[dict[str, str | None]] | None:
    """The authors in a list of names or of objects."""
    if value is None:
        return None
    members = value if isinstance(value, list) else [value]
    return [
        {"name": name, "orcid": _told(member, "orcid"), "affiliation": _told(member, "affiliation")}
        for member in members
        if (name := _name(member))
    ]


def _told(member: Any, what: str) -> str | None:
    if isinstance(member, dict):
        for key in PERSON[what]:
            if names := _names(member.get(key)):
                return "; ".join(names)
    return None


def _names(value: Any) -> list[str] | None:
    """The names in a list of names or of objects that have one."""
    if value is None:
        return None
    members = value if isinstance(value, list) else [value]
    return [name for name in map(_name, members) if name]


def _name(member: Any) -> str:
    if isinstance(member, dict):
        for key in ("name", "display_name", "full_name", "label", "title"):
            if member.get(key):
                return _text(member[key])
        parts = (member.get(key) for key in ("given", "first", "family", "last"))
        return " ".join(_text(part) for part in parts if part)
    return "" if member is None else _text(member)


def _text(value: Any) -> str:
    """A value as text that can be written, whatever half characters are in it."""
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    return text.encode("utf-8", "replace").decode()
