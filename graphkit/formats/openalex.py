"""Reader of OpenAlex works: one work, a page of results, or JSON Lines as in its snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.json_stream import records
from graphkit.formats.openalex_records import ID, Batch
from graphkit.formats.reading import Note, Reading

__all__ = ["SUFFIXES", "VERSION", "read", "sniff"]

VERSION = "1"
SUFFIXES = (".json", ".jsonl")

BATCH = 5_000


def sniff(head: str) -> bool:
    """Whether a text looks like works of OpenAlex.

    Parameters
    ----------
    head : str
        The first 64 kB or so.

    Examples
    --------
    >>> sniff('{"id": "https://openalex.org/W1", "title": "Echoes"}'), sniff('{"id": "W1"}')
    (True, False)
    """
    start = head.removeprefix("\ufeff").lstrip()
    return start[:1] in "{[" and re.search(r'"https://openalex\.org/W\d', start) is not None


def read(document: Document) -> Iterator[Reading]:
    """Read works of OpenAlex.

    Parameters
    ----------
    document : Document

    Yields
    ------
    Reading
        One for each 5,000 works.

    Raises
    ------
    ReadError
        There is no work in it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "works.jsonl")
    >>> _ = path.write_text(
    ...     '{"id": "https://openalex.org/W1", "title": "Echoes", "publication_year": 1843, '
    ...     '"abstract_inverted_index": {"bats": [1], "Hearing": [0]}}'
    ... )
    >>> (record,) = next(read(Document(path))).records.to_pylist()
    >>> record["id"], record["title"], record["abstract"]
    ('openalex:W1', 'Echoes', 'Hearing bats')
    """
    from graphkit.formats.openalex_work import Work, fitted, line_decoder

    batch = Batch()
    notes: list[Note] = []
    count = 0
    failure: ReadError | None = None
    try:
        for place, value in records(document, notes, line_decoder()):
            work = value if isinstance(value, Work) else fitted(place, value, notes)
            if not (work.authorships or _is_work(work.id)):
                shown = work.id or work.title or ""
                notes.append(Note(place, "not a work of OpenAlex", shown[:80]))
                continue
            batch.add(place, work)
            count += 1
            if len(batch.works) == BATCH:
                yield batch.reading(notes)
                batch = Batch()
                notes.clear()
    except ReadError as error:
        failure = error
    if failure and not count:
        raise failure
    if failure:
        place = failure.place or f"after record {count}"
        notes.append(Note(place, failure.reason, "", "what stands before it was read"))
    if not count:
        reason = notes[0].reason if notes else "there is no work in it"
        raise ReadError(document, reason, notes[0].place if notes else None)
    yield batch.reading(notes)


_is_work = re.compile(ID.replace("[A-Z]", "W")).match
