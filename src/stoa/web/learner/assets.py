"""Files of a course: pictures, recordings, captions, handouts; only for those who may open the course."""

import re
from collections.abc import Iterator
from typing import IO

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.kernel.refusals import NotAllowed, NotFound
from stoa.people import api as people
from stoa.web.actors import actor_of, learner_id_of, signed_in

_CHUNK = 256 * 1024
_TRANSCRIPT = re.compile(r"transcripts/(?P<key>[^/]+)/(?P<language>[A-Za-z0-9_-]{1,20})\.vtt")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
#: Shown by the browser itself; everything else is offered as a download.
_SHOWN = re.compile(
    r"image/|video/|audio/|text/vtt$|text/plain$|application/pdf$|application/vnd\.apple\.mpegurl$"
)
#: A file of a stranger never runs: no script, no form, no frame, an origin of its own.
_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; sandbox"
_DOCUMENT = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


@require_safe
@signed_in
def course_asset(request: HttpRequest, slug: str, path: str) -> HttpResponseBase:
    """Send one file, whole or the range asked for (videos)."""
    course = catalog.get_course(slug)
    _refuse_outsiders(request, course)
    try:
        asset = courseware.asset(course.id, path)
    except NotFound:
        if found := _TRANSCRIPT.fullmatch(path):
            text = courseware.transcript_vtt(course.id, found["key"], found["language"])
            return _tended(HttpResponse(text, content_type="text/vtt; charset=utf-8"))
        raise
    etag = f'"{asset.sha256}"'
    if etag in request.headers.get("If-None-Match", ""):
        return _tended(HttpResponse(status=304), etag=etag)
    response = _content(request, asset, etag)
    response["Content-Security-Policy"] = _DOCUMENT if asset.mime == "application/pdf" else _NOTHING_RUNS
    is_shown = _SHOWN.match(asset.mime) is not None
    if not is_shown:
        response["Content-Disposition"] = _attachment(asset.path)
    return _tended(response, etag=etag)


def _refuse_outsiders(request: HttpRequest, course: catalog.CourseRow) -> None:
    level = access.level_of(learner_id=learner_id_of(request), course_id=course.id, at=clock.now())
    if level == "none" and not actor_of(request).has(people.OPERATOR):
        raise NotAllowed(_("Enroll in this course to open its files: auditing is free."))


def _content(request: HttpRequest, asset: courseware.AssetRow, etag: str) -> HttpResponseBase:
    try:
        file = default_storage.open(asset.storage_name)
    except FileNotFoundError:
        raise NotFound(_("This file is missing from the storage.")) from None
    wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if wanted is None or not any(wanted.groups()) or request.headers.get("If-Range", etag) != etag:
        response: HttpResponseBase = FileResponse(file, content_type=_content_type(asset))
        response["Content-Length"] = str(asset.size)
    else:
        response = _part(file, asset, wanted[1], wanted[2])
    response["Accept-Ranges"] = "bytes"
    return response


def _part(file: IO[bytes], asset: courseware.AssetRow, first: str, last: str) -> HttpResponseBase:
    """One range as RFC 9110 section 14 has it: "0-99", "100-" and the suffix "-100"."""
    start = int(first) if first else max(asset.size - int(last), 0)
    end = min(int(last), asset.size - 1) if first and last else asset.size - 1
    if start > end or start >= asset.size:
        file.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{asset.size}"
        return response
    stream = StreamingHttpResponse(
        _bytes_of(file, start, end - start + 1), status=206, content_type=_content_type(asset)
    )
    stream["Content-Range"] = f"bytes {start}-{end}/{asset.size}"
    stream["Content-Length"] = str(end - start + 1)
    return stream


def _bytes_of(file: IO[bytes], start: int, size: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while size > 0 and (chunk := file.read(min(_CHUNK, size))):
            size -= len(chunk)
            yield chunk


def _content_type(asset: courseware.AssetRow) -> str:
    is_text = asset.mime.startswith("text/")
    return f"{asset.mime}; charset=utf-8" if is_text else asset.mime


def _attachment(path: str) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]", "_", path.rsplit("/", 1)[-1]) or "file"
    return f'attachment; filename="{name}"'


def _tended(response: HttpResponseBase, *, etag: str = "") -> HttpResponseBase:
    """Let the learner's own browser keep it for an hour; the digest settles whether it changed after that."""
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
