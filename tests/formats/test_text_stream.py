from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadError
from graphkit.formats import text_stream
from graphkit.formats.document import Document
from graphkit.formats.reading import Note
from graphkit.formats.text_stream import lines, pieces


def read(path: Path, data: bytes, encoding: str | None = None) -> tuple[str, list[Note]]:
    path.write_bytes(data)
    notes: list[Note] = []
    return "".join(pieces(Document(path), notes, encoding)), notes


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_characters="\x00\ufeff", codec="utf-8"), min_size=1))
def test_pieces_are_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    # Lines of all lengths go over the borders of pieces that are this small.
    monkeypatch.setattr(text_stream, "CHUNK", 5)
    text = "Ada " + text
    found, notes = read(tmp_path / "a.txt", text.encode())
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert (found, notes) == (plain, [])
    numbered = list(lines(Document(tmp_path / "a.txt"), []))
    assert [line for _, line, _ in numbered] == plain.removesuffix("\n").split("\n")
    assert [number for number, *_ in numbered] == list(range(1, len(numbered) + 1))
    assert numbered[-1][2] == plain.endswith("\n")


def test_lines_of_several_encodings(tmp_path: Path) -> None:
    data = "Zoë\n".encode() + "Jürgen\nÉva\n".encode("cp1252")
    text, notes = read(tmp_path / "a.txt", data)
    assert text == "Zoë\nJürgen\nÉva\n"
    assert [(n.place, n.reason, n.text) for n in notes] == [
        ("line 2", "the file is not UTF-8", "Jürgen")
    ]
    assert read(tmp_path / "a.txt", "Дом\n".encode("koi8-r"), "koi8-r") == ("Дом\n", [])


def test_an_end_within_a_character(tmp_path: Path) -> None:
    text, notes = read(tmp_path / "a.txt", "Zoë and Zoë".encode()[:-1])
    assert text == "Zoë and Zo"
    assert [(n.place, n.reason) for n in notes] == [("line 1", "ends within a character")]
    # Alone it is a letter of an older encoding.
    text, notes = read(tmp_path / "a.txt", "and Zoë".encode("cp1252"))
    assert text == "and Zoë"


def test_a_null_character_here_and_there(tmp_path: Path) -> None:
    text, notes = read(tmp_path / "a.txt", b"Echoes\nOw\x00ls\x00\n")
    assert text == "Echoes\nOwls\n"
    assert [(n.place, n.reason) for n in notes] == [("line 2", "a null character")]


def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_stream, "CHUNK", 10)
    monkeypatch.setattr(text_stream, "LONGEST_LINE", 25)
    long = "é" * 1_000
    assert read(tmp_path / "a.txt", long.encode()) == (long, [])


def test_an_archive_that_is_cut_off(tmp_path: Path) -> None:
    whole = b"".join(b"%d echoes of bats\n" % number for number in range(100_000))
    path = tmp_path / "a.txt.gz"
    text, notes = read(path, gzip.compress(whole)[:-100])
    assert whole.decode().startswith(text)
    assert len(text) > 1_000_000
    assert [note.done for note in notes] == ["what stands before was read"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (b" \n\x00", "empty"), (bytes(range(256)) * 9, "binary")],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(tmp_path / "a.txt", data)
