"""Records of JSON documents of all shapes, whole and broken."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.errors import ReadError
from graphkit.formats.document import Document
from graphkit.formats.json_stream import records
from graphkit.formats.reading import Note

Record = tuple[str, dict[str, Any]]
A, B = {"a": 1}, {"b": "ü"}


def read(path: Path, data: str | bytes) -> tuple[list[Record], list[Note]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    notes: list[Note] = []
    return list(records(Document(path), notes)), notes


def until_error(path: Path) -> tuple[list[Record], ReadError]:
    found: list[Record] = []
    try:
        for record in records(Document(path), []):
            found.append(record)
    except ReadError as error:
        return found, error
    raise AssertionError("no error")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", []),
        ("", []),
        ('{"a": 1}', [("record 1", A)]),
        ('\ufeff{"a": 1}\n', [("record 1", A)]),
        ('{\n "a": 1\n}', [("record 1", A)]),
        ('[{"a": 1}, {"b": "ü"}]', [("record 1", A), ("record 2", B)]),
        ('[\n{"a": 1},\n{"b": "ü"}\n]', [("record 1", A), ("record 2", B)]),
        ('{"meta": {"x": []}, "results": [{"a": 1}, {"b": "ü"}], "n": 2}', None),
        ('{"results": [\n{"a": 1}\n,{"b": "ü"}]}', None),
        ('{"data": [{"a": 1}, {"b": "ü"}]}', None),
        ('{"status": "ok", "message": {"total": 2, "items": [{"a": 1}, {"b": "ü"}]}}', None),
        ('{"status": "ok", "message": {"a": 1}}', [("record 1", A)]),
        ('{"a": 1}{"b": "ü"}', [("record 1", A), ("record 2", B)]),
        ('{\n"a": 1}\n{\n"b": "ü"}', [("record 1", A), ("record 2", B)]),
        ('{"a": 1}\n{"b": "ü"}\n', [("line 1", A), ("line 2", B)]),
        ('{"a": 1}\r\n\r\n{"b": "ü"}', [("line 1", A), ("line 3", B)]),
        (
            '{"results": [{"a": 1}]}\n{"results": [{"b": "ü"}, {"a": 1}]}',
            [("line 1, record 1", A), ("line 2, record 1", B), ("line 2, record 2", A)],
        ),
    ],
)
def test_shapes(tmp_path: Path, text: str, expected: Any) -> None:
    expected = [("record 1", A), ("record 2", B)] if expected is None else expected
    assert read(tmp_path / "x.json", text) == (expected, [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    found, _ = read(tmp_path / "x.json", '[{"a": 1}, {"b": "ü"}]'.encode(encoding))
    assert found == [("record 1", A), ("record 2", B)]


@pytest.mark.parametrize("text", ['[{"b": "ü"}]', '{"a": 1}\n{"b": "ü"}'])
def test_bytes_of_windows(tmp_path: Path, text: str) -> None:
    found, notes = read(tmp_path / "x.json", text.encode("cp1252"))
    assert (found[-1][1], notes) == (B, [])


@pytest.mark.parametrize(
    ("text", "place", "kept"),
    [
        ('[{"a": 1}, {"x": 2,,}, {"b": "ü"}]', "record 2", [A, B]),
        ('[{"a": 1}, {"x": [2}, {"b": "ü"}]', "record 2", [A, B]),
        ('[{"a": 1}, nope, {"b": "ü"}]', "record 2", [A, B]),
        ('[{"a": 1}, 12, {"b": "ü"}]', "record 2", [A, B]),
        ('[{"a": 1}, [[]], {"b": "ü"}]', "record 2", [A, B]),
        ('[{"a": 1},\n{"x: 2},\n{"b": "ü"}]', "record 2", [A]),
        ('{"a": nope, "b": "ü"}', "record 1", [B]),
        ('{"a": 1}\n{"x":\n{"b": "ü"}', "line 2", [A, B]),
        ('{"x\n{"a": 1}\n{"b": "ü"}', "line 1", [A, B]),
        ('{"a": 1}\n12\n{"b": "ü"}', "line 2", [A, B]),
        ('{"a": 1}\n{"b": "ü"}\n{"c', "line 3", [A, B]),
    ],
)
def test_broken_records_are_noted(
    tmp_path: Path, text: str, place: str, kept: list[dict[str, Any]]
) -> None:
    found, notes = read(tmp_path / "x.json", text)
    assert [value for _, value in found] == kept
    assert [note.place for note in notes] == [place]
    with pytest.raises(ReadError) as caught:
        list(records(Document(tmp_path / "x.json")))
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("text", "count", "place"),
    [
        ('[{"a": 1}, {"b": "x', 1, "record 2"),
        ('[{"a": 1}', 1, "record 2"),
        ('{"items": [{"a": 1}, {"a": 2}, ', 2, "record 3"),
        ('{"a": 1', 0, "record 1"),
        ('{"a"', 0, "record 1"),
        ("{", 0, "record 1"),
        ("nope", 0, "line 1"),
        ('[{"a": 1}] nope', 1, "after record 1"),
        ("[" * 100_000, 0, "record 1"),
        ('{"a":' * 100_000, 0, "record 1"),
    ],
)
def test_cut_off(tmp_path: Path, text: str, count: int, place: str) -> None:
    (tmp_path / "x.json").write_text(text)
    found, error = until_error(tmp_path / "x.json")
    assert (len(found), error.place) == (count, place)


def test_cut_off_archive(tmp_path: Path) -> None:
    lines = "".join(f'{{"a": {n}, "b": "{n * 7919 % 104729}"}}\n' for n in range(50_000))
    (tmp_path / "x.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-50_000])
    found, error = until_error(tmp_path / "x.jsonl.gz")
    assert found[-1][1]["a"] == len(found) - 1
    assert error.place == f"after line {len(found)}"
    assert "to its end" in error.reason


def test_deep_and_odd_values(tmp_path: Path) -> None:
    deep = '{"x": ' + "[" * 5000 + "]" * 5000 + "}"
    found, notes = read(tmp_path / "x.json", f'[{deep}, {{"a": 1}}, {{"n": NaN, "s": "\\ud800"}}]')
    assert found[-2][1] == A
    assert len(found) + len(notes) == 3
    huge = '[{"n": ' + "9" * 10_000 + '}, {"a": 1}]'
    found, notes = read(tmp_path / "x.json", huge)
    assert ([value for _, value in found], len(notes)) == ([A], 1)


def test_memory_grows_with_the_record_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    record = json.dumps({"title": "x" * 1000})
    path.write_text('{"results": [' + ",".join([record] * 40_000) + "]}")
    tracemalloc.start()
    count = sum(1 for _ in records(Document(path)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The first line is looked at as a whole, up to 16 MB.
    assert (count, peak < 120e6) == (40_000, True), peak


def test_long_values_take_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[\n{"title": "' + "x\\\\" * 3_000_000 + '"}, {"broken": nope}]')
    assert len(list(records(Document(path), []))) == 1


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.one_of(st.binary(max_size=60), st.text('{}[]",:\\ \n1aeü', max_size=60)))
def test_anything(tmp_path: Path, data: str | bytes) -> None:
    try:
        found, notes = read(tmp_path / "x.json", data)
    except ReadError:
        return
    assert all(isinstance(value, dict) for _, value in found)
    assert all(note.place and note.reason for note in notes)


def test_a_list_where_a_key_should_stand(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{[[]]: 1, "items": [{"title": "Echo"}]}')
    notes: list[Note] = []
    assert [found["title"] for _, found in records(Document(path), notes)] == ["Echo"]
