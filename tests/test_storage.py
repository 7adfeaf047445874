from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit import storage
from graphkit.errors import SchemaError, StorageError

BASE = "https://example.org/"
CODED = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("text", pa.string()),
        pa.field("long", pa.int64(), nullable=False),
        pa.field("year", pa.int32()),
        pa.field("score", pa.float64()),
        pa.field("flag", pa.bool_()),
        pa.field("when", pa.timestamp("us", tz="UTC")),
        pa.field("kind", CODED),
        pa.field("source", pa.string()),
    ]
)


def papers(**columns: list[Any]) -> dict[str, pa.Table]:
    return {"papers": pa.table({"title": ["b", "a", "c"], "source": ["x", "", "x"]} | columns)}


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """What would show a touched file: inode and mtime of everything, the folder included."""
    found = [folder, *folder.rglob("*")]
    return {str(p): (p.stat().st_ino, p.stat().st_mtime_ns) for p in found}


def partitions(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.parquet"))


def manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def error(call: Callable[..., Any], *args: Any, **options: Any) -> str:
    """The line that a StorageError says after the name of the folder, which comes first."""
    with pytest.raises(StorageError) as caught:
        call(*args, **options)
    assert str(caught.value).startswith(f"{args[0]}: ")
    assert caught.value.path == str(args[0])
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{args[0]}: ")


def write_any(path: Path) -> bool:
    return storage.write(path, papers(), BASE)


# ---- what is written is what is read -----------------------------------------------------


def test_the_folder_is_one_file_a_source_and_a_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "g.kg"
    assert storage.write(str(folder), papers(), BASE) is True
    found = manifest(folder)
    parts = found["tables"]["papers"]["partitions"]
    assert found == {
        "format": "graphkit",
        "version": 1,
        "base": BASE,
        "tables": {"papers": {"schema": ["title: string", "source: string"], "partitions": parts}},
    }
    assert {source: part["rows"] for source, part in parts.items()} == {"": 1, "x": 2}
    assert sorted(p.relative_to(folder).as_posix() for p in partitions(folder)) == [
        f"papers/source.{parts['']['digest']}.parquet",
        f"papers/x.{parts['x']['digest']}.parquet",
    ]
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    assert text == json.dumps(found, indent=1, sort_keys=True) + "\n"
    assert {p.name for p in folder.iterdir()} == {"papers", "manifest.json", ".lock"}
    column = pq.ParquetFile(folder / parts["x"]["file"]).metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"


def test_rows_come_by_source_and_otherwise_as_they_were(tmp_path: Path) -> None:
    assert write_any(tmp_path)
    tables, base = storage.read(tmp_path)
    assert base == BASE
    assert tables["papers"].to_pydict() == {"title": ["a", "b", "c"], "source": ["", "x", "x"]}


def texts() -> st.SearchStrategy[str]:
    return st.text(max_size=4)


ROW = st.tuples(
    st.none() | texts(),
    st.integers(-(2**63), 2**63 - 1),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.booleans(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.none() | st.sampled_from(["", "journal", "é"]),
    st.sampled_from(["", "a", "A", "a:b", "a/b", "../a", "é", "con"]) | texts(),
)
Rows = list[tuple[Any, ...]]


def table(rows: Rows) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(ROW, max_size=12))
def test_any_table_comes_back(rows: Rows) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert storage.write(folder, {"t": table(rows)}, BASE) is True
        tables, _ = storage.read(folder)
        assert tables["t"].schema.equals(SCHEMA, check_metadata=True)
        expected = table(sorted(rows, key=lambda row: row[-1]))
        assert tables["t"].to_pydict() == expected.to_pydict()
        tables["t"].validate(full=True)
        assert storage.write(folder, tables, BASE) is False
        assert len(partitions(Path(folder))) == len({row[-1] for row in rows})


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(ROW, min_size=1, max_size=12), cuts=st.lists(st.integers(0, 12), max_size=3))
def test_chunks_and_slices_change_nothing(rows: Rows, cuts: list[int]) -> None:
    whole = table(rows)
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    pieces = [
        # Each piece lies at an offset among other rows, and has a dictionary of its own.
        table([rows[-1], *rows[start:stop], rows[0]]).slice(1, stop - start)
        for start, stop in itertools.pairwise(edges)
    ]
    with tempfile.TemporaryDirectory() as folder:
        assert storage.write(folder, {"t": whole}, BASE) is True
        assert storage.write(folder, {"t": pa.concat_tables(pieces)}, BASE) is False


def test_the_digest_is_of_the_values_alone(tmp_path: Path) -> None:
    """Spelt out, since another digest would write every graph that exists anew."""
    rows = pa.table({"n": [7, None], "b": [True, False], "source": ["é", "é"]})
    storage.write(tmp_path, {"t": rows}, BASE)
    digest = hashlib.sha256(b"n: int64\nb: bool\nsource: string\n2")
    digest.update(b"\1\0" + struct.pack("=2q", 7, 0))  # which are there, and the values
    digest.update(b"\1\1" + b"\1\0")
    digest.update(b"\1\1" + struct.pack("=2i", 2, 2) + "éé".encode())  # with their lengths
    assert manifest(tmp_path)["tables"]["t"]["partitions"]["é"]["digest"] == digest.hexdigest()[:32]


def test_what_lies_under_a_null_changes_nothing(tmp_path: Path) -> None:
    bits = pa.py_buffer(bytes([0b11111001]))  # the 2nd and 3rd are null; the rest is beyond the end

    def under(number: int) -> dict[str, pa.Table]:
        data = pa.array([1, number, number, 4], pa.int64()).buffers()[1]
        column = pa.Array.from_buffers(pa.int64(), 4, [bits, data])
        return {"t": pa.table({"n": column, "source": ["x"] * 4})}

    assert storage.write(tmp_path, under(5), BASE) is True
    assert storage.write(tmp_path, under(6), BASE) is False
    assert storage.read(tmp_path)[0]["t"]["n"].to_pylist() == [1, None, None, 4]


KINDS = [
    pa.string(), pa.large_string(), pa.bool_(), pa.int8(), pa.uint16(), pa.int32(), pa.int64(),
    pa.float32(), pa.float64(), pa.date32(), pa.timestamp("s"), pa.timestamp("us", tz="UTC"),
    pa.timestamp("ms", tz="Europe/Berlin"), CODED, pa.dictionary(pa.int8(), pa.int64()),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_type_is_kept(tmp_path: Path, kind: pa.DataType) -> None:
    value: object = {"date32[day]": datetime(2020, 1, 2).date(), "bool": True}.get(str(kind), 1)
    if "string" in str(kind):
        value = "1"
    column = pa.array([None, value, None, value], pa.null() if value is None else None)
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    column = column.cast(plain)
    column = column.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else column
    rows = pa.table({"c": column, "source": pa.array(["b", "b", "a", "a"]).dictionary_encode()})
    assert storage.write(tmp_path, {"t": rows}, BASE)
    back = storage.read(tmp_path)[0]["t"]
    assert back.schema.equals(rows.schema)
    assert back["c"].to_pylist() == rows["c"].to_pylist()


def test_not_a_number_and_the_sign_of_zero_are_kept(tmp_path: Path) -> None:
    def numbers(*values: float) -> dict[str, pa.Table]:
        return {"t": pa.table({"n": list(values), "source": ["x"] * len(values)})}

    nan, zero = float("nan"), 0.0
    assert storage.write(tmp_path, numbers(nan, zero), BASE) is True
    assert storage.write(tmp_path, numbers(nan, zero), BASE) is False
    assert storage.write(tmp_path, numbers(nan, -zero), BASE) is True
    assert str(storage.read(tmp_path)[0]["t"]["n"].to_pylist()) == "[nan, -0.0]"


def test_a_large_partition_comes_back(tmp_path: Path) -> None:
    count = 25_000
    rows = pa.table({"n": range(count), "t": ["ab", None] * (count // 2), "source": ["x"] * count})
    assert storage.write(tmp_path, {"t": rows}, BASE)
    assert storage.read(tmp_path)[0]["t"].equals(rows)


def test_empty_tables_and_graphs_keep_their_schema(tmp_path: Path) -> None:
    assert storage.write(tmp_path, {"t": SCHEMA.empty_table()}, BASE)
    assert partitions(tmp_path) == []
    tables, _ = storage.read(tmp_path)
    assert tables["t"].equals(SCHEMA.empty_table())
    assert tables["t"].schema.equals(SCHEMA)
    assert storage.write(tmp_path, {}, BASE)
    assert storage.read(tmp_path) == ({}, BASE)


ODD = [
    "a:b",
    "a/b",
    "a b",
    "a-b",
    "A-B",
    "../..",
    "",
    "-",
    "日本",
    "con",
    "NUL",
    "com1",
    "x" * 300,
    "..\\x",
]


def test_any_source_has_a_safe_file_of_its_own(tmp_path: Path) -> None:
    rows = pa.table({"n": [0] * len(ODD), "source": ODD})
    assert storage.write(tmp_path, {"t": rows}, BASE)
    names = [path.name for path in (tmp_path / "t").iterdir()]
    assert len({name.lower() for name in names}) == len(ODD)
    assert all(len(name) < 100 and set(name) <= SAFE for name in names)
    stems = {name.split(".")[0].lower() for name in names}
    assert stems == {"a-b", "source", "con-", "nul-", "com1-", "x" * 48, "x"}
    assert storage.read(tmp_path)[0]["t"]["source"].to_pylist() == sorted(ODD)


SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


# ---- what changes on disk ----------------------------------------------------------------


def test_an_unchanged_graph_touches_nothing(tmp_path: Path) -> None:
    write_any(tmp_path)
    before = snapshot(tmp_path)
    assert write_any(tmp_path) is False
    assert snapshot(tmp_path) == before


def test_only_the_partition_that_changed_is_written(tmp_path: Path) -> None:
    write_any(tmp_path)
    before, gone = snapshot(tmp_path), manifest(tmp_path)["tables"]["papers"]["partitions"]["x"]
    assert storage.write(tmp_path, papers(title=["b", "a", "d"]), BASE) is True
    after = snapshot(tmp_path)
    assert set(before) - set(after) == {str(tmp_path / gone["file"])}
    parts = {path: stamp for path, stamp in after.items() if path.endswith(".parquet")}
    assert len(parts.items() & before.items()) == 1


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, 50)])
def test_a_damaged_partition_is_mended_by_writing(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    write_any(tmp_path)
    damage(partitions(tmp_path)[0])
    assert write_any(tmp_path) is True
    assert storage.read(tmp_path)[0]["papers"].num_rows == 3


def test_the_sweep_takes_our_rubbish_and_nothing_else(tmp_path: Path) -> None:
    write_any(tmp_path)
    digest = "0" * 32
    rubbish = [f"papers/x.{digest}.parquet", f"papers/x.{digest}.parquet.tmp"]
    others = [
        "rdf/CURRENT",
        f"rdf/x.{digest}.parquet",
        f"papers_copy/x.{digest}.parquet",
        f"x.{digest}.parquet",
        "papers/notes.txt",
        "papers/x.parquet",
        f"papers/sub/x.{digest}.parquet",
        "README",
    ]
    for name in rubbish + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mine", encoding="utf-8")
    assert storage.write(tmp_path, papers(), "https://other.example/") is True
    assert [name for name in rubbish if (tmp_path / name).exists()] == []
    assert [name for name in others if not (tmp_path / name).exists()] == []
    assert storage.write(tmp_path, {"teams": papers()["papers"]}, BASE) is True
    assert {path.parent.name for path in partitions(tmp_path)} >= {"teams", "papers_copy", "rdf"}
    assert sorted(path.name for path in (tmp_path / "papers").iterdir()) == [
        "notes.txt", "sub", "x.parquet",
    ]  # fmt: skip


def test_the_version_is_that_of_the_state(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write_any(one)
    write_any(two)
    first = storage.version(one)
    assert storage.version(two) == first
    storage.write(one, papers(title=["b", "a", "d"]), BASE)
    assert storage.version(one) != first
    write_any(one)
    assert storage.version(one) == first
    storage.write(one, papers(), "https://other.example/")
    assert storage.version(one) != first


# ---- errors ------------------------------------------------------------------------------


def test_a_place_without_a_graph_is_told(tmp_path: Path) -> None:
    missing, file, other = tmp_path / "missing", tmp_path / "file", tmp_path / "other"
    file.write_text("", encoding="utf-8")
    (other / "thesis.tex").mkdir(parents=True)
    is_file = "is a file, not a graph folder (NAME.kg): give another path"
    holds = "holds 'thesis.tex' but no manifest.json: "
    for call in (storage.read, storage.version):
        assert error(call, missing) == "does not exist: check the path, or build it first"
        assert error(call, file) == is_file
        assert error(call, other) == holds + "give the path of a graph folder (NAME.kg)"
    for change in (write_any, lambda path: storage.lock(path).__enter__()):
        assert error(change, file) == is_file
        assert error(change, other) == holds + "choose an empty or a new folder"
    assert [path.name for path in other.iterdir()] == ["thesis.tex"]


def test_a_half_written_folder_is_told_and_can_be_finished(tmp_path: Path) -> None:
    write_any(tmp_path)
    (tmp_path / "manifest.json").rename(tmp_path / "manifest.json.tmp")
    partitions(tmp_path)[0].rename(f"{partitions(tmp_path)[0]}.tmp")
    assert error(storage.read, tmp_path) == "was never finished: build it again"
    assert write_any(tmp_path) is True
    assert storage.read(tmp_path)[0]["papers"].num_rows == 3
    assert not list(tmp_path.rglob("*.tmp"))


DAMAGED = "; restore it, or delete the folder and rebuild"
MANIFESTS = [
    (lambda text: text[: len(text) // 2], "manifest.json is truncated or not JSON: "),
    (lambda text: "", "manifest.json is truncated or not JSON: "),
    (lambda text: b"\xff\xfe\xfa".decode("latin-1"), "manifest.json is truncated or not JSON: "),
    (lambda text: "[]", "its manifest.json is not graphkit's: give another path"),
    (lambda text: '{"format": "x"}', "its manifest.json is not graphkit's: give another path"),
    (lambda text: '{"format": "graphkit"}', "manifest.json is not as graphkit writes it: "),
    (
        lambda text: text.replace('"version": 1', '"version": 2'),
        "was made by a newer graphkit (format 2, this one reads up to 1): upgrade graphkit-kg",
    ),
    (lambda text: text.replace('"rows": 1', '"rows": "1"'), "manifest.json is not as graphkit"),
    (lambda text: text.replace('"papers": {', '"../x": {'), "manifest.json is not as graphkit"),
    (lambda text: text.replace('"rows": 1', '"rows": 7'), "papers/source."),
    (lambda text: text.replace("title: string", "title: strange"), "papers is not what manifest"),
    (lambda text: text.replace("title: string", "titel: string"), "papers is not what manifest"),
]


@pytest.mark.parametrize(("change", "told"), MANIFESTS)
def test_a_damaged_manifest_is_told(
    tmp_path: Path, change: Callable[[str], str], told: str
) -> None:
    write_any(tmp_path)
    file = tmp_path / "manifest.json"
    text = change(file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="latin-1")
    line = error(storage.read, tmp_path)
    assert line.startswith(told)
    assert line == told or line.endswith(DAMAGED)
    # A write never replaces what it cannot understand, such as the graph of a newer version.
    if not told.startswith("papers"):
        assert error(write_any, tmp_path) == line
        assert file.read_text(encoding="latin-1") == text


@pytest.mark.parametrize(
    "name",
    [
        "../../x.{}.parquet", "/x.{}.parquet", "papers/../../x.{}.parquet", "C:\\x.{}.parquet",
        "papers/..\\x.{}.parquet", "papers//x.{}.parquet", "papers/x.parquet", "teams/x.{}.parquet",
        "papers/x." + "0" * 32 + ".parquet", 7, None,
    ],
)  # fmt: skip
def test_a_manifest_cannot_name_files_elsewhere(tmp_path: Path, name: Any) -> None:
    folder = tmp_path / "a" / "g.kg"
    write_any(folder)
    found = manifest(folder)
    part = found["tables"]["papers"]["partitions"]["x"]
    part["file"] = name.format(part["digest"]) if isinstance(name, str) else name
    (folder / "manifest.json").write_text(json.dumps(found), encoding="utf-8")
    shutil.copy(partitions(folder)[-1], tmp_path / f"x.{part['digest']}.parquet")
    line = error(storage.read, folder)
    assert line.startswith("manifest.json is not as graphkit writes it: ")


def test_a_missing_or_exchanged_partition_is_told(tmp_path: Path) -> None:
    storage.write(tmp_path, papers(source=["x", "y", "z"]), BASE)
    x, y, _ = partitions(tmp_path)
    shutil.copy(y, x)  # as many rows, and sound: only the digest in it tells
    told = f"papers/{x.name} is not the one that manifest.json names" + DAMAGED
    assert error(storage.read, tmp_path) == told
    x.unlink()
    assert error(storage.read, tmp_path) == f"papers/{x.name} is missing" + DAMAGED


def test_damage_anywhere_in_a_partition_is_told_or_harmless(tmp_path: Path) -> None:
    write_any(tmp_path)
    file = partitions(tmp_path)[-1]
    sound, expected = file.read_bytes(), storage.read(tmp_path)[0]["papers"]
    for end in range(len(sound)):
        file.write_bytes(sound[:end])
        told = f"papers/{file.name} is truncated or damaged: "
        assert error(storage.read, tmp_path).startswith(told)
    body = sound.index(b"\x15", 8)  # pages have checksums; their heads and the footer have none
    for at in range(4, body):
        file.write_bytes(sound[:at] + bytes([sound[at] ^ 0x20]) + sound[at + 1 :])
        try:
            assert storage.read(tmp_path)[0]["papers"].equals(expected)
        except StorageError as caught:
            assert file.name in str(caught)  # noqa: PT017


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [
        ("Papers", {"source": ["x"]}, "'Papers' cannot name a table: "),
        ("../t", {"source": ["x"]}, "'../t' cannot name a table: "),
        ("t", {"n": [1]}, "table t: needs one column 'source', of strings without nulls"),
        ("t", {"source": ["x", None]}, "table t: needs one column 'source', of strings without"),
        ("t", {"source": [1]}, "table t: needs one column 'source', of strings without nulls"),
        ("t", {"n": [[1]], "source": ["x"]}, "table t: a graph folder cannot hold the column 'n: "),
        ("t", {"n": [None], "source": ["x"]}, "table t: a graph folder cannot hold the column 'n"),
    ],
)
def test_a_table_that_cannot_be_kept_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, rows: dict[str, list[Any]], told: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        storage.write(tmp_path / "g.kg", {name: pa.table(rows)}, BASE)
    assert str(caught.value).startswith(told)
    assert list(tmp_path.iterdir()) == []


def test_a_null_where_none_may_be_is_refused(tmp_path: Path) -> None:
    schema = pa.schema([pa.field("n", pa.int64(), nullable=False), ("source", pa.string())])
    rows = pa.table([pa.array([None], pa.int64()), pa.array(["x"])], schema=schema)
    with pytest.raises(SchemaError, match="'n: int64 not null'"):
        storage.write(tmp_path, {"t": rows}, BASE)


def test_codes_too_narrow_for_all_values_are_refused(tmp_path: Path) -> None:
    kind = pa.dictionary(pa.int8(), pa.string())
    chunks = [pa.array([f"{c}{n}" for n in range(100)]).cast(kind) for c in "ab"]
    rows = pa.table({"c": pa.chunked_array(chunks), "source": ["x"] * 200})
    with pytest.raises(SchemaError, match="'c: dictionary"):
        storage.write(tmp_path, {"t": rows}, BASE)


# ---- one writer, many readers ------------------------------------------------------------

BUSY = "is being written by another process or thread: try again when that is done"


def test_a_thread_may_hold_the_lock_twice_and_another_not_once(tmp_path: Path) -> None:
    told: list[str] = []
    other = threading.Thread(target=lambda: told.append(error(write_any, tmp_path)))
    with storage.lock(tmp_path), storage.lock(str(tmp_path)):
        assert write_any(tmp_path) is True
        storage.write(tmp_path, {}, BASE)
        other.start()
        other.join()
    assert told == [BUSY]
    assert write_any(tmp_path) is True


def test_another_process_is_kept_out_until_the_holder_dies(tmp_path: Path) -> None:
    write_any(tmp_path)
    program = (
        "import sys; from graphkit import storage\n"
        "with storage.lock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        assert error(storage.write, tmp_path, {}, BASE) == BUSY
        assert storage.read(tmp_path)[1] == BASE
        assert write_any(tmp_path) is False  # nothing to write, so nothing to wait for
        holder.kill()
    assert storage.write(tmp_path, {}, BASE) is True


def overtaken(monkeypatch: pytest.MonkeyPatch, *between: Callable[[], object]) -> list[str]:
    """Let something happen between reading the manifest and reading what it names."""
    real, todo, seen = storage._read_tables, list(between), []

    def late(folder: Path, state: Any) -> Any:
        seen.append(state["base"])
        if todo:
            todo.pop(0)()
        return real(folder, state)

    monkeypatch.setattr(storage, "_read_tables", late)
    return seen


def test_a_reader_overtaken_by_a_writer_reads_the_new_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_any(tmp_path)
    new = papers(title=["d", "e", "f"])
    seen = overtaken(monkeypatch, lambda: storage.write(tmp_path, new, "https://new.example/"))
    tables, base = storage.read(tmp_path)
    assert (tables["papers"]["title"].to_pylist(), base) == (
        ["e", "d", "f"],
        "https://new.example/",
    )
    assert seen == [BASE, "https://new.example/"]


def test_a_reader_looks_again_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_any(tmp_path)
    seen = overtaken(monkeypatch, *[lambda: partitions(tmp_path)[0].unlink()] * 2)
    assert error(storage.read, tmp_path).endswith(" is missing" + DAMAGED)
    assert seen == [BASE, BASE]


READ_ONLY = """
import os, sys
from graphkit import storage
storage.write("warm.kg", *storage.read("g.kg"))  # imports, while they can be read
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
tables, base = storage.read("g.kg")
print(tables["papers"].num_rows, storage.write("g.kg", tables, base))
try:
    storage.write("g.kg", tables, "https://new.example/")
except storage.StorageError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="folders have no such permission there")
def test_a_read_only_folder_can_be_read(tmp_path: Path) -> None:
    write_any(tmp_path / "g.kg")
    (tmp_path / "g.kg" / ".lock").unlink()
    tmp_path.chmod(0o755)  # so that it is the folder itself that refuses
    (tmp_path / "g.kg").chmod(0o555)
    run = subprocess.run(
        [sys.executable, "-c", READ_ONLY], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    advice = "give it room and permission, or use another folder"
    assert run.stdout.splitlines() == [
        "3 False",
        f"g.kg: cannot be written (Permission denied): {advice}",
    ], run.stderr


def test_the_heavy_libraries_come_late_and_pandas_never(tmp_path: Path) -> None:
    write_any(tmp_path)
    program = (
        "import sys; from graphkit import storage\n"
        "assert not {'pyarrow', 'filelock', 'pandas'} & set(sys.modules)\n"
        "tables, base = storage.read(sys.argv[1])\n"
        "assert storage.write(sys.argv[1], tables, 'https://new.example/')\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path], check=True)
