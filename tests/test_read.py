"""`graphkit.read`: what any format has in common. The guide format is tested in formats/."""

from __future__ import annotations

import bz2
import datetime
import gzip
import hashlib
import json
import lzma
import os
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.errors import ReadError, UnknownNameError
from graphkit.formats import Source, UnreadWarning, source_id

PAGE = (
    "Acme’s papers at SIGMOD 2021\n\nQuery planning\n\n"
    "Planning queries before they run\nAda Lovelace, Grace Hopper\n\n"
    "Planning naïve queries\nZoë Müller, Ada Lovelace\n"
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_source_is_named_after_its_content(page: Path) -> None:
    os.utime(page, (1_600_000_000, 1_600_000_000))
    kg = gk.read(page)
    data = PAGE.encode()
    opened = Source.open(page)
    assert opened.format == "guide"
    (row,) = kg.sources.to_dict("records")
    assert kg.source_ids() == [opened.id]
    assert row["id"] == opened.id
    assert row["uri"] == "page.txt"
    assert row["format"] == "guide"
    assert row["sha256"] == hashlib.sha256(data).hexdigest()
    assert row["retrieved"] == datetime.datetime.fromtimestamp(1_600_000_000, datetime.UTC)
    assert row["reader"].startswith("graphkit.formats.guide ")
    version = row["reader"].split()[1]
    assert opened.id == source_id("guide", version, data)
    assert opened.id != source_id("guide", version + "x", data)


def test_reading_twice_changes_nothing(page: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_bytes(page.read_bytes())
    os.utime(copy, (2_000_000_000, 2_000_000_000))
    kg = gk.read(page)
    assert gk.read(page) == kg
    assert gk.read(page, copy) == kg
    assert gk.read(copy, page) == kg
    assert gk.read(page) | gk.read(page) == kg


def test_several_files_are_merged(page: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(PAGE.replace("SIGMOD 2021", "SIGMOD 2022"), encoding="utf-8")
    kg = gk.read(page, other)
    assert kg == gk.read(page) | gk.read(other)
    assert kg.counts()["sources"] == 2
    assert gk.read() == gk.KnowledgeGraph()


def test_paths_as_text_and_a_base(page: Path) -> None:
    assert gk.read(str(page)) == gk.read(page)
    kg = gk.read(page, base="https://kg.example/")
    assert kg.base == "https://kg.example/"
    assert kg.authors["name"].to_list() == gk.read(page).authors["name"].to_list()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(page: Path, encoding: str) -> None:
    page.write_text(PAGE, encoding=encoding)
    kg = gk.read(page)
    assert sorted(kg.authors["name"]) == ["Ada Lovelace", "Grace Hopper", "Zoë Müller"]
    assert kg.counts()["notes"] == 0


def test_an_old_encoding_is_noted(page: Path) -> None:
    page.write_bytes(PAGE.encode("cp1252"))
    kg = gk.read(page)
    assert "Zoë Müller" in kg.authors["name"].to_list()
    note = kg.notes.to_dict("records")[0]
    assert (note["number"], note["place"], note["reason"], note["done"]) == (
        1,
        "line 1",
        "the file is not UTF-8",
        "read as Windows-1252",
    )


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(page: Path, end: str) -> None:
    page.write_bytes(PAGE.replace("\n", end).encode())
    kg = gk.read(page)
    assert kg.counts()["papers"] == 2
    assert kg.counts()["authorships"] == 4


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\t\r\n", "the file is empty"),
        (b"\xef\xbb\xbf\n", "the file is empty"),
        (b"\x00" * 50, "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is a binary file, not text"),
        (bytes(range(1, 256)) * 40, "this is a binary file, not text"),
        (b"\xff\xfea\x00b", "not UTF-16, as its first bytes claim: truncated data"),
    ],
)
def test_no_text(page: Path, content: bytes, reason: str) -> None:
    page.write_bytes(content)
    for format in (None, "guide"):
        with pytest.raises(ReadError) as caught:
            gk.read(page, format=format)
        assert caught.value.source == str(page)
        assert caught.value.reason == reason


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is no such file") as caught:
        gk.read(tmp_path / "none.txt")
    assert caught.value.source == str(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="cannot be opened or read to its end: "):
        gk.read(tmp_path / ("x" * 300))


def test_folders_and_archives(page: Path, tmp_path: Path) -> None:
    whole = gk.read(page)
    (tmp_path / "in" / "deep").mkdir(parents=True)
    page.rename(tmp_path / "in" / "deep" / "page.txt")
    (tmp_path / "in" / "LICENSE").write_text("All is permitted.")
    (tmp_path / "in" / ".hidden").write_text(PAGE)
    with pytest.warns(UnreadWarning, match=r"passed over 1 file .*LICENSE$") as told:
        kg = gk.read(tmp_path / "in")
    (warning,) = told
    assert warning.filename == __file__
    assert isinstance(warning.message, UnreadWarning)
    assert warning.message.files == (str(tmp_path / "in" / "LICENSE"),)
    assert kg.authorships.drop(columns="source").equals(whole.authorships.drop(columns="source"))
    assert kg.sources["uri"].to_list() == ["deep/page.txt"]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("../../climbs.txt", PAGE)
    zipped = gk.read(tmp_path / "all.zip")
    assert zipped.sources["uri"].to_list() == ["all.zip/../../climbs.txt"]
    assert zipped.source_ids() == whole.source_ids()
    assert not (tmp_path.parent / "climbs.txt").exists()


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_compressed_files(page: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    packed = page.with_name(page.name + suffix)
    packed.write_bytes(pack(page.read_bytes()))
    assert gk.read(packed).source_ids() == gk.read(page).source_ids()
    packed.write_bytes(pack(page.read_bytes())[:-9])
    with pytest.raises(ReadError, match="cannot be opened or read to its end"):
        gk.read(packed)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "page.txt.gz"
    bomb.write_bytes(gzip.compress(PAGE.encode() + b" " * (1 << 27)))
    with pytest.raises(ReadError, match="it may be a bomb"):
        gk.read(bomb)


def test_texts_of_no_format(tmp_path: Path) -> None:
    prose = "It was a dark and stormy night; the rain fell in torrents, except now and then.\n"
    for name in ("prose.txt", "prose.xyz"):
        path = tmp_path / name
        path.write_text(prose)
        with pytest.raises(ReadError) as caught:
            gk.read(path)
        assert "\n" not in str(caught.value)
    with pytest.raises(ReadError, match=r"in no format that graphkit reads; .*: bibtex, .*guide"):
        gk.read(path)


def test_unknown_formats(page: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown format 'giude': did you mean 'guide'"):
        gk.read(page, format="giude")


def test_the_article(seed: Path) -> None:
    kg = gk.read(seed)
    counts = kg.counts()
    assert {name: count for name, count in counts.items() if count} == {
        "papers": 44,
        "authors": 174,
        "topics": 16,
        "schemes": 1,
        "teams": 8,
        "venues": 1,
        "organizations": 1,
        "places": 5,
        "figures": 5,
        "postings": 10,
        "authorships": 237,
        "subjects": 44,
        "interests": counts["interests"],
        "sources": 1,
    }
    assert kg.notes.empty
    assert kg.postings["role"].notna().sum() == 7
    assert kg.figures["paper"].notna().all()
    assert sorted(Counter(kg.postings["team"]).values()) == [1] * 6 + [2] * 2
    for name in kg.counts():
        if name != "sources" and counts[name]:
            assert kg.frame(name)["place"].str.match(r"^lines? \d").all(), name
    (source,) = kg.sources.to_dict("records")
    assert (source["event"], source["organization"]) == (
        "venue:Interspeech_2022",
        "organization:Amazon",
    )
    assert kg.resolve().counts()["authors"] == 173


def test_what_stands_before_the_end_of_a_cut_archive_is_read(tmp_path: Path) -> None:
    lines = [json.dumps({"title": f"Paper {n}", "doi": f"10.1000/{n * 7919}"}) for n in range(5000)]
    data = gzip.compress("\n".join(lines).encode())
    for name, rest in (("whole", data), ("cut", data[: len(data) * 3 // 4])):
        (tmp_path / f"{name}.jsonl.gz").write_bytes(rest)
    whole, cut = (gk.read(tmp_path / f"{name}.jsonl.gz") for name in ("whole", "cut"))
    assert set(cut.papers.id) < set(whole.papers.id)
    assert len(cut.papers) > 2500
    assert cut.notes.done.tolist() == ["read up to here"]
    assert cut.source_ids() != whole.source_ids()


def test_an_archive_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [json.dumps({"title": f"Paper {n}", "abstract": str(n**60)}) for n in range(2000)]
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    opened = Source.open(path)
    opened.read()
    monkeypatch.setattr("graphkit.formats.document.Document.open", None)
    assert opened.sha256 == hashlib.sha256("\n".join(lines).encode()).hexdigest()
