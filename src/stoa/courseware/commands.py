"""Writes of courseware: storing a version, whole or not at all."""

import hashlib
import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from stoa.courseware.data import VersionRow
from stoa.courseware.models import Asset, Block, CourseVersion, SourceFile
from stoa.courseware.olx import ParsedCourse
from stoa.courseware.olx.text import storable, storable_json
from stoa.courseware.outline_json import grading_to_json, modules_to_json, notes_to_json
from stoa.courseware.queries import version_row

_BATCH = 500
_CHUNK = 1024 * 1024
#: Larger authored files that are no assets (a forgotten recording) go to the storage, not into a row.
_LARGEST_SOURCE_ROW = 1024 * 1024
#: Classifies the advisory locks that number versions one after another, per course.
_VERSION_LOCK = 0x5704_0011


def keep_files(parsed: ParsedCourse) -> None:
    """Write the course's files to the storage, each under the digest of its content.

    Idempotent and outside of any transaction: call it first, so that none stays open while files are copied.
    A leftover of a killed import is harmless and is used by the next import of the same file.
    """
    for path, real in [*parsed.assets.items(), *_large_sources(parsed).items()]:
        if path not in parsed.stored:
            parsed.stored[path] = _store_file(real)


def store_version(*, course_id: int, parsed: ParsedCourse, imported_at: datetime) -> VersionRow:
    """Store what was read as the course's next version, and make it the current one.

    One transaction: a kill at any moment leaves no row. Keeps the files first unless ``keep_files`` did.
    """
    keep_files(parsed)
    large = _large_sources(parsed)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_VERSION_LOCK, course_id])
        latest = CourseVersion.objects.filter(course_id=course_id).order_by("-number").first()
        version = CourseVersion.objects.create(
            course_id=course_id,
            number=latest.number + 1 if latest else 1,
            format=parsed.format,
            source_name=storable(parsed.source_name)[:300],
            imported_at=imported_at,
            counts=asdict(parsed.counts),
            drafts=parsed.drafts,
            outline=storable_json(modules_to_json(parsed.modules)),
            grading=storable_json(grading_to_json(parsed.grading)),
            warnings=storable_json(notes_to_json(parsed.warnings)),
            errors=storable_json(notes_to_json(parsed.errors)),
            unsupported_count=len(parsed.unsupported),
        )
        Block.objects.bulk_create(_blocks(version, parsed), batch_size=_BATCH)
        Asset.objects.bulk_create(
            [
                *_assets(version, parsed, parsed.assets, is_served=True),
                *_assets(version, parsed, large, is_served=False),
            ],
            batch_size=_BATCH,
        )
        for batch in _batches_of_sources(version, parsed, leaving=large):
            SourceFile.objects.bulk_create(batch)
    return version_row(version)


def _blocks(version: CourseVersion, parsed: ParsedCourse) -> Iterator[Block]:
    for position, block in enumerate(parsed.blocks):
        yield Block(
            version=version,
            key=block.key,
            parent_key=block.parent_key,
            position=position,
            unit_key=block.unit_key,
            tag=storable(block.tag)[:100],
            kind=block.kind,
            title=storable(block.title)[:300],
            path=storable(block.path)[:1000],
            line=block.line,
            reason=storable(block.reason),
            graded=block.graded,
            format=storable(block.format)[:200],
            start_at=block.start_at,
            due_at=block.due_at,
            payload=storable_json(block.payload),
            words=storable(block.words),
            raw=block.raw,
        )


def _assets(
    version: CourseVersion, parsed: ParsedCourse, paths: Iterable[str], *, is_served: bool
) -> Iterator[Asset]:
    for path in paths:
        digest, size = parsed.stored[path]
        yield Asset(
            version=version,
            path=storable(path)[:1000],
            mime=(mimetypes.guess_type(path)[0] or "application/octet-stream")[:100],
            size=size,
            sha256=digest,
            storage_name=_storage_name(digest),
            is_served=is_served,
        )


def _batches_of_sources(
    version: CourseVersion, parsed: ParsedCourse, *, leaving: Mapping[str, Path]
) -> Iterator[list[SourceFile]]:
    """Rows of a few megabytes at a time, so that memory stays flat."""
    batch: list[SourceFile] = []
    size = 0
    for path in parsed.sources:
        if f"../{path}" in leaving:
            continue
        content = parsed.sources.read(path)
        batch.append(SourceFile(version=version, path=storable(path)[:1000], content=content))
        size += len(content)
        if size > 4 * _CHUNK or len(batch) >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _store_file(real: Path) -> tuple[str, int]:
    """Write a file under the digest of its content unless it is there already; return digest and size."""
    digest = hashlib.sha256()
    size = 0
    with open(real, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
        name = _storage_name(digest.hexdigest())
        if not default_storage.exists(name) or default_storage.size(name) != size:
            file.seek(0)
            if default_storage.exists(name):
                default_storage.delete(name)  # cut short by a kill
            default_storage.save(name, File(file))
    return digest.hexdigest(), size


def _storage_name(digest: str) -> str:
    return f"assets/{digest[:2]}/{digest}"


def _large_sources(parsed: ParsedCourse) -> dict[str, Path]:
    return {
        f"../{path}": real
        for path, real in parsed.sources.paths.items()
        if real.stat().st_size > _LARGEST_SOURCE_ROW
    }
