"""What the tests of several formats share: the real files, and reading to records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from graphkit.errors import ReadError
from graphkit.formats.document import Document, decode
from graphkit.formats.reading import Note, Reading

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"

# The developers' folder of real files; in CI it must be there.
needs_samples = pytest.mark.skipif(
    not SAMPLES.exists() and not os.environ.get("CI"), reason="the samples are not here"
)


def require(path: Path) -> Path:
    """A real file; where it is missing the test is skipped, but never in CI."""
    if not path.exists() and not os.environ.get("CI"):
        pytest.skip(f"{path} is not here; it does not come with the project")
    return path


Read = Callable[[Document], Iterable[Reading]]


def records(read: Read, path: Path) -> tuple[list[dict[str, Any]], list[Note]]:
    """All records and notes of a file."""
    readings = list(read(Document(path)))
    return (
        [record for reading in readings for record in reading.records],
        [note for reading in readings for note in reading.notes],
    )


def written(read: Read, path: Path, data: str | bytes) -> tuple[list[dict[str, Any]], list[Note]]:
    """All records and notes of a file that is made of some text or bytes."""
    path.write_bytes(data.encode("utf-8", "replace") if isinstance(data, str) else data)
    return records(read, path)


FUZZED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ANY_BYTES = st.binary(max_size=200) | st.text(max_size=200)


def mutated(seeds: Sequence[str], put: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Good files in which a few bytes are replaced: by any, or by what a parser stumbles over."""

    def replaced(seed: str, at: int, size: int, by: bytes) -> bytes:
        data = seed.encode()
        return data[:at] + by + data[at + size :]

    by = st.binary(max_size=20) | st.sampled_from(put)
    return st.builds(replaced, st.sampled_from(seeds), st.integers(0, 400), st.integers(0, 30), by)


def survives(read: Read, path: Path, data: str | bytes) -> None:
    """A reader gives records and notes that say where they stand, or refuses the file."""
    try:
        found, notes = written(read, path, data)
    except ReadError:
        return
    assert found
    assert all(record["place"] for record in found)
    assert all(note.place and note.reason for note in notes)


def names(record: dict[str, Any]) -> list[str]:
    """The names of a record's authors."""
    return [author["name"] for author in record["authors"]]


def claimed(sniff: Callable[[str], bool]) -> set[str]:
    """The samples that a format takes for its own."""
    found = set()
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            document = Document(path)
            try:
                head = decode(document.head(), document)[0]
            except ReadError:
                head = document.head().decode("latin-1")
            if sniff(head):
                found.add(path.relative_to(SAMPLES).as_posix())
    return found
