"""Opens a folder or archive as a flat table of files, within limits and without trusting a single path.

Members of an archive are streamed one by one into a temporary folder under numbers, never under their own
names, so no path of an archive ever reaches the file system.
"""

import bz2
import gzip
import lzma
import os
import posixpath
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from stoa.courseware.olx.refusals import UnusableArchive
from stoa.courseware.olx.text import composed_letters, readable_path

MEGABYTE = 1024 * 1024
LARGEST_TOTAL = 1024 * MEGABYTE
LARGEST_FILE = 512 * MEGABYTE
MOST_FILES = 50_000
#: A compressed file may unpack to this many times its size, once it is over ``RATIO_FREE``.
LARGEST_RATIO = 100
RATIO_FREE = 48 * MEGABYTE
_LARGEST_HEADER = 8 * MEGABYTE
_CHUNK = 256 * 1024
_LONGEST_PATH = 1000
_DEEPEST_FOLDER = 200

_IGNORED_FOLDERS = frozenset({".git", ".hg", ".svn", "__MACOSX", "node_modules", ".github"})
_IGNORED_FILES = frozenset({".DS_Store", "Thumbs.db"})

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CourseFiles:
    """Files by their path inside the course, with where they can be read now."""

    paths: Mapping[str, Path]

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        return self.paths[path].read_bytes()

    def under(self, prefix: str) -> "CourseFiles":
        """Return the files below a folder ("" or "a/b/"), named relative to it."""
        return CourseFiles({p[len(prefix) :]: real for p, real in self.paths.items() if p.startswith(prefix)})

    def __contains__(self, path: object) -> bool:
        return path in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)


class OpenedSource:
    """A readable source; closing it removes what was unpacked."""

    def __init__(self, files: CourseFiles, unpacked: "tempfile.TemporaryDirectory[str] | None") -> None:
        self.files = files
        self._unpacked = unpacked

    def close(self) -> None:
        """Remove the temporary folder; the files cannot be read any more."""
        if self._unpacked is not None:
            self._unpacked.cleanup()
            self._unpacked = None

    def __enter__(self) -> "OpenedSource":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_source(path: Path, *, report: Report | None = None) -> OpenedSource:
    """Open a folder, ``.tar.gz``, ``.tar`` (also bz2, xz) or ``.zip``. Raises ``UnusableArchive``.

    ``report`` is told bytes read and bytes in all while an archive is unpacked.
    """
    try:
        if path.is_dir():
            return OpenedSource(_files_of_folder(path), None)
        if not path.exists():
            raise UnusableArchive(f"There is nothing at {path}.")
        if not path.is_file():
            raise UnusableArchive(f"{path} is neither a file nor a folder.")
        return _unpack(path, report or (lambda done, total: None))
    except PermissionError:
        raise UnusableArchive(f"{path} may not be read: check its permissions.") from None


def _files_of_folder(folder: Path) -> CourseFiles:
    top = folder.resolve()
    paths: dict[str, Path] = {}
    total = 0
    for found in _walk(top, top, frozenset()):
        relative, real = found
        if not real.is_file():
            if real.exists():
                raise UnusableArchive(f"{relative} is a device or pipe, not a file of a course.")
            continue  # a link to nothing
        size = real.stat().st_size
        total += size
        paths[relative] = real
        _refuse_excess(len(paths), size, total, relative)
    return _table(paths)


def _walk(
    top: Path, folder: Path, open_folders: frozenset[Path], shown: str = ""
) -> Iterator[tuple[str, Path]]:
    real_folder = folder.resolve()
    if real_folder in open_folders:
        return
    for entry in sorted(os.scandir(real_folder), key=lambda each: each.name):
        relative = f"{shown}{entry.name}"
        if _is_ignored(relative):
            continue
        if len(relative) > _LONGEST_PATH or relative.count("/") > _DEEPEST_FOLDER:
            raise UnusableArchive(f"Its folders are nested too deeply: {relative[:80]}….")
        real = Path(entry.path)
        if entry.is_symlink():
            real = real.resolve()
            if not real.is_relative_to(top):
                raise UnusableArchive(f"{relative} is a link that leads out of the folder.")
        if real.is_dir():
            yield from _walk(top, real, open_folders | {real_folder}, relative + "/")
        else:
            yield readable_path(relative), real


def _unpack(path: Path, report: Report) -> OpenedSource:
    unpacked = tempfile.TemporaryDirectory(prefix="stoa-import-")
    try:
        box = _Box(Path(unpacked.name))
        with open(path, "rb") as raw:
            _fill(box, raw, path, report)
        return OpenedSource(box.course_files(), unpacked)
    except BaseException as error:
        unpacked.cleanup()
        if isinstance(error, (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error)):
            raise UnusableArchive(f"{path.name} is damaged or cut off: {_words(error)}") from error
        if isinstance(error, (lzma.LZMAError, RuntimeError, NotImplementedError, ValueError, OverflowError)):
            if not isinstance(error, UnusableArchive):
                raise UnusableArchive(f"{path.name} cannot be unpacked: {_words(error)}") from error
        raise


def _fill(box: "_Box", raw: IO[bytes], path: Path, report: Report) -> None:
    size = os.fstat(raw.fileno()).st_size
    head = raw.read(512)
    raw.seek(0)
    if not head:
        raise UnusableArchive(f"{path.name} is empty.")
    if head.startswith(b"PK"):
        _fill_from_zip(box, raw, size, report)
        return
    for magic, opener in _COMPRESSIONS.items():
        if head.startswith(magic):
            with opener(raw) as stream:
                _fill_from_tar(box, _CountingReader(stream, raw, size, report), is_compressed=True)
            return
    if head[257:262] == b"ustar" or tarfile.is_tarfile(raw):
        raw.seek(0)
        _fill_from_tar(box, _CountingReader(raw, raw, size, report), is_compressed=False)
        return
    raise UnusableArchive(
        f"{path.name} is not a course: a folder, .tar.gz, .tar or .zip of an Open edX course is."
    )


_COMPRESSIONS: Mapping[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}


class _CountingReader:
    """Counts unpacked bytes against the limits, before they are kept anywhere."""

    def __init__(self, stream: IO[bytes], raw: IO[bytes], size: int, report: Report) -> None:
        self.stream = stream
        self.raw = raw
        self.size = size
        self.report = report
        self.count = 0
        self.allowed = _LARGEST_HEADER

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(min(size, _CHUNK) if size >= 0 else _CHUNK)
        self.count += len(chunk)
        if self.count > self.allowed or self.count > LARGEST_TOTAL + MOST_FILES * 1024:
            raise UnusableArchive(
                "The archive holds more than its table says, or than 1 GB: it is not a course."
            )
        if self.count > RATIO_FREE and self.count > LARGEST_RATIO * max(self.raw.tell(), 1):
            raise UnusableArchive("The archive unpacks to over 100 times its size: it is not a course.")
        self.report(min(self.raw.tell(), self.size), self.size)
        return chunk

    def allow(self, more: int) -> None:
        """Let the next member's header, and data of ``more`` bytes, pass."""
        self.allowed = self.count + more + _LARGEST_HEADER


def _fill_from_tar(box: "_Box", reader: _CountingReader, *, is_compressed: bool) -> None:
    with tarfile.open(fileobj=cast(IO[bytes], reader), mode="r|", errorlevel=1) as archive:
        while True:
            member = archive.next()
            if member is None:
                break
            archive.members = []  # type: ignore[attr-defined] # keep memory flat over thousands of members
            name = _safe_path(member.name)
            reader.allow(member.size if member.isreg() else 0)
            if member.isdir() or member.type in (tarfile.XHDTYPE, tarfile.XGLTYPE):
                continue
            if member.issym():
                box.link(
                    name,
                    _safe_path(posixpath.join(posixpath.dirname(name), member.linkname), member.linkname),
                )
            elif member.islnk():
                box.link(name, _safe_path(member.linkname))
            elif member.isreg():
                _refuse_excess(box.count, member.size, box.total + member.size, name)
                content = archive.extractfile(member)
                assert content is not None
                with content:
                    box.keep(name, content, size=member.size)
            else:
                raise UnusableArchive(f"{name} is a device or pipe, not a file of a course.")
            reader.allow(0)
    if is_compressed:
        _check_the_rest(reader)


def _check_the_rest(reader: _CountingReader) -> None:
    """Read to the end, within reason, so that a wrong checksum or a cut-off end is noticed."""
    reader.allow(0)
    for _ in range(_LARGEST_HEADER // _CHUNK):
        if not reader.read(_CHUNK):
            return


def _fill_from_zip(box: "_Box", raw: IO[bytes], size: int, report: Report) -> None:
    with zipfile.ZipFile(raw) as archive:
        members = archive.infolist()
        done = 0
        for member in members:
            name = _safe_path(member.filename.replace("\\", "/"))
            if member.is_dir():
                continue
            if member.flag_bits & 1:
                raise UnusableArchive("The archive is locked with a password.")
            mode = member.external_attr >> 16
            _refuse_excess(box.count, member.file_size, box.total + member.file_size, name)
            with archive.open(member) as content:
                if stat.S_ISLNK(mode):
                    target = content.read(_LONGEST_PATH + 1).decode("utf-8", "replace")
                    box.link(name, _safe_path(posixpath.join(posixpath.dirname(name), target), target))
                elif mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                    raise UnusableArchive(f"{name} is a device or pipe, not a file of a course.")
                else:
                    box.keep(name, content, size=member.file_size)
            done += member.compress_size
            if box.total > RATIO_FREE and box.total > LARGEST_RATIO * max(size, 1):
                raise UnusableArchive("The archive unpacks to over 100 times its size: it is not a course.")
            report(min(done, size), size)


class _Box:
    """Unpacked files under numbers, and links by name until all members are known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: dict[str, Path] = {}
        self.links: dict[str, str] = {}
        self.total = 0
        self.count = 0

    def keep(self, name: str, content: IO[bytes], *, size: int) -> None:
        self.count += 1
        is_ignored = _is_ignored(name)
        real = self.folder / f"{self.count:06}"
        written = 0
        with open(os.devnull if is_ignored else real, "wb") as file:
            while chunk := content.read(_CHUNK):
                written += len(chunk)
                if written > min(size, LARGEST_FILE):
                    raise UnusableArchive(f"{name} is larger than the archive's table says.")
                file.write(chunk)
        if written < size:
            raise UnusableArchive(f"The archive is cut off inside {name}.")
        self.total += written
        if not is_ignored:
            self.paths[name] = real

    def link(self, name: str, target: str) -> None:
        self.count += 1
        _refuse_excess(self.count, 0, self.total, name)
        if len(self.links) >= 1000:
            raise UnusableArchive("The archive holds more than 1,000 links.")
        self.links[name] = target

    def course_files(self) -> CourseFiles:
        """Resolve links inside the archive (hand-written courses have ``course.xml -> roots/2013.xml``)."""
        paths = dict(self.paths)
        for _ in range(3):
            for name, target in self.links.items():
                if target in paths:
                    paths.setdefault(name, paths[target])
                    continue
                below = [each for each in paths if each.startswith(target + "/")]
                if not (name + "/").startswith(target + "/"):
                    for each in below[:MOST_FILES]:
                        paths.setdefault(name + each[len(target) :], paths[each])
                if len(paths) > MOST_FILES:
                    raise UnusableArchive("Its links multiply its files beyond 50,000.")
        return _table(paths)


def _table(paths: Mapping[str, Path]) -> CourseFiles:
    """Files by name in composed letters, as XML writes them (macOS decomposes é), unless two would become one."""
    named: dict[str, Path] = {}
    for name, real in sorted(paths.items()):
        composed = composed_letters(name)
        named[name if composed in paths else composed] = real
    return CourseFiles(named)


def _safe_path(name: str, shown: str = "") -> str:
    """Return ``name`` without "." parts; refuse one that leads out of the archive."""
    shown = shown or name
    if not name or "\0" in name or len(name) > _LONGEST_PATH:
        raise UnusableArchive(f"The archive holds a file with an impossible name: {shown[:80]!r}.")
    is_windows_drive = len(name) > 1 and name[1] == ":" and name[0].isalpha()
    if name.startswith(("/", "\\")) or shown.startswith("/") or is_windows_drive:
        raise UnusableArchive(f"The archive holds an absolute path, {shown[:80]!r}: it is not safe to open.")
    clean = readable_path(posixpath.normpath(name))
    if clean == ".." or clean.startswith("../") or "..\\" in name:
        raise UnusableArchive(
            f"The archive holds a path that leads out of it, {shown[:80]!r}: it is not safe to open."
        )
    if ".." in name.split("/") and name == shown:
        raise UnusableArchive(f"The archive holds a path with “..”, {shown[:80]!r}: it is not safe to open.")
    return clean


def _refuse_excess(count: int, size: int, total: int, name: str) -> None:
    if count > MOST_FILES:
        raise UnusableArchive(f"It holds more than {MOST_FILES:,} files: it is not a course.")
    if size > LARGEST_FILE:
        raise UnusableArchive(f"{name} has {size / MEGABYTE:,.0f} MB; a file of a course may have 512 MB.")
    if total > LARGEST_TOTAL:
        raise UnusableArchive("It holds more than 1 GB; import its videos by address instead.")


def _is_ignored(path: str) -> bool:
    parts = path.split("/")
    return not _IGNORED_FOLDERS.isdisjoint(parts) or parts[-1] in _IGNORED_FILES or parts[-1].startswith("._")


def _words(error: BaseException) -> str:
    return str(error).strip().rstrip(".") + "." if str(error).strip() else "its end is missing."
