"""Folders and archives: opened within limits, and no path of theirs is trusted."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from stoa.courseware.olx import UnusableArchive, archive, read_course
from tests.builders.courseware import write_course


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of its own, to see that nothing stays in it."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def packed(folder: Path, target: Path, mode: str = "w:gz", top: str = "a/b") -> Path:
    with tarfile.open(target, mode) as tar:  # type: ignore[call-overload]
        tar.add(write_course(folder), arcname=top)
    return target


@pytest.mark.parametrize(("name", "mode"), [("c.tar.gz", "w:gz"), ("c.tgz", "w:gz"), ("c.tar", "w"), ("c.tar.xz", "w:xz"), ("c.tar.bz2", "w:bz2")])  # fmt: skip
def test_a_course_is_read_from_any_tar(tmp_path: Path, temporary: Path, name: str, mode: str) -> None:
    with read_course(packed(tmp_path / "course", tmp_path / name, mode)) as course:
        assert course.counts.problems == 2
        assert course.assets["map.png"].read_bytes().startswith(b"\x89PNG")
    assert list(temporary.iterdir()) == []


def test_a_course_is_read_from_a_zip_and_a_folder(tmp_path: Path, temporary: Path) -> None:
    folder = write_course(tmp_path / "course")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as file:
        for path in folder.rglob("*"):
            file.write(path, f"top\\{path.relative_to(folder)}" if path.is_file() else f"{path.name}/")
    for path in (tmp_path / "c.zip", folder):
        with read_course(path) as course:
            assert (course.counts.problems, course.counts.assets) == (2, 1)
    assert list(temporary.iterdir()) == []


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", content: bytes = b"x") -> Callable[[tarfile.TarFile], None]:  # fmt: skip
    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.size = kind, target, len(content) if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(content))

    return add


HOSTILE_MEMBERS = {
    "a path out of the folder": member("../evil.txt"),
    "a path with dots inside": member("course/../../evil.txt"),
    "an absolute path": member("/etc/evil.txt"),
    "a link out of the folder": member("evil", tarfile.SYMTYPE, "../../etc/passwd"),
    "an absolute link": member("evil", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link out of the folder": member("evil", tarfile.LNKTYPE, "../etc/passwd"),
    "a device": member("evil", tarfile.CHRTYPE),
    "a pipe": member("evil", tarfile.FIFOTYPE),
    "a windows path": member("C:\\evil.txt"),
}


@pytest.mark.parametrize("what", HOSTILE_MEMBERS)
def test_a_tar_is_refused_for(what: str, tmp_path: Path, temporary: Path) -> None:
    folder = write_course(tmp_path / "course")
    path = tmp_path / "c.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(folder, arcname="course")
        HOSTILE_MEMBERS[what](tar)
    with pytest.raises(UnusableArchive):
        read_course(path)
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "evil.txt").exists()


def zeros(path: Path, size: int) -> Path:
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(size // (1 << 20)):
            file.write(bytes(1 << 20))
    return path


def a_tar_of_zeros(path: Path, size: int) -> Path:
    info = tarfile.TarInfo("course/static/zeros.bin")
    info.size = size
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(info.tobuf())
        for _ in range(size // (1 << 20)):
            file.write(bytes(1 << 20))
        file.write(bytes(1024))
    return path


def test_zeros_are_refused_at_once(tmp_path: Path, temporary: Path) -> None:
    for path in (
        zeros(tmp_path / "zeros.tar.gz", 64 << 20),
        a_tar_of_zeros(tmp_path / "bomb.tar.gz", 200 << 20),
        a_tar_of_zeros(tmp_path / "huge.tar.gz", 600 << 20),
    ):
        with pytest.raises(UnusableArchive):
            read_course(path)
    assert list(temporary.iterdir()) == []


def test_a_zip_bomb_is_refused(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(8):
            file.writestr(f"course/static/{number}.bin", bytes(16 << 20))
    with pytest.raises(UnusableArchive, match="100 times"):
        read_course(path)
    assert list(temporary.iterdir()) == []


def test_too_many_files_are_refused(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 5)
    for path in (packed(tmp_path / "course", tmp_path / "c.tar.gz"), tmp_path / "course"):
        with pytest.raises(UnusableArchive, match="files"):
            read_course(path)


def test_what_is_no_course_is_refused_with_a_sentence(tmp_path: Path, temporary: Path) -> None:
    whole = packed(tmp_path / "course", tmp_path / "c.tar.gz").read_bytes()
    broken = bytearray(whole)
    broken[len(broken) // 2] ^= 0xFF
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("no course")
    html = tmp_path / "page"
    html.mkdir()
    (html / "course.xml").write_text("<html><body>no</body></html>")
    files = {
        "cut.tar.gz": whole[: len(whole) // 2],
        "cut-end.tar.gz": whole[:-6],
        "broken.tar.gz": bytes(broken),
        "empty.tar.gz": b"",
        "empty-gzip.tar.gz": gzip.compress(b""),
        "text.tar.gz": b"this is no archive at all" * 100,
        "gzip-of-text.tar.gz": gzip.compress(b"this is no archive at all" * 100),
        "cut.zip": b"PK\x03\x04" + b"\0" * 50,
        "cut.bz2": bz2.compress(whole)[:50],
        "cut.xz": lzma.compress(whole)[:50],
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for name in [*files, "folder", "page", "missing.tar.gz"]:
        with pytest.raises(UnusableArchive) as refused:
            read_course(tmp_path / name)
        assert str(refused.value).endswith(".")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><problem>&b;</problem>',
        '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><problem>&a;</problem>',
        '<!DOCTYPE p [<!ENTITY % a SYSTEM "http://example.org/x.dtd">%a;]><problem/>',
    ],
)
def test_xml_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    write_course(tmp_path, files={"problem/capital.xml": '<?xml version="1.0"?>' + declaration})
    with pytest.raises(UnusableArchive, match="entities"):
        read_course(tmp_path)


def test_links_inside_a_course_are_followed(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "course")
    (folder / "roots").mkdir()
    (folder / "course.xml").rename(folder / "roots" / "2013.xml")
    os.symlink("roots/2013.xml", folder / "course.xml")
    path = tmp_path / "c.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(folder, arcname="top")
    for source in (path, folder):
        with read_course(source) as course:
            assert course.counts.problems == 2


def test_a_folder_with_a_link_out_of_it_is_refused(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "course")
    os.symlink("/etc", folder / "static" / "etc")
    with pytest.raises(UnusableArchive, match="out of the folder"):
        read_course(folder)
