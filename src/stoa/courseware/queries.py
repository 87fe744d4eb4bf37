"""Reads of courseware. Versions never change, so what was read of one is kept in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Func, IntegerField

from stoa.courseware import problems
from stoa.courseware.data import (
    AssetRow,
    BlockCounts,
    CourseOutline,
    Cue,
    GradedProblem,
    ImportNote,
    ItemKind,
    ItemView,
    MediaSource,
    ProblemView,
    SolutionView,
    Transcript,
    UnitView,
    UnsupportedBlock,
    VersionRow,
    VideoView,
)
from stoa.courseware.languages import language_name
from stoa.courseware.models import Asset, Block, CourseVersion
from stoa.courseware.olx.markup import COURSE
from stoa.courseware.olx.text import with_texts
from stoa.courseware.olx.transcripts import to_vtt
from stoa.courseware.outline_json import grading_from_json, modules_from_json, notes_from_json
from stoa.kernel.refusals import NotFound


def current_version_id(course_id: int) -> int:
    """Return the newest version of a course; ``NotFound`` when nothing was imported yet."""
    found = (
        CourseVersion.objects.filter(course_id=course_id)
        .order_by("-number")
        .values_list("id", flat=True)
        .first()
    )
    if found is None:
        raise NotFound("This course has no content yet.")
    return found


def get_version(version_id: int) -> VersionRow:
    """Return one import with its counts and notes; ``NotFound``."""
    version = CourseVersion.objects.defer("outline").filter(pk=version_id).first()
    if version is None:
        raise NotFound("There is no such version of a course.")
    return version_row(version)


def versions(*, course_id: int | None = None, limit: int = 200) -> tuple[VersionRow, ...]:
    """Return imports, newest first, of one course or of all, without their notes."""
    found = CourseVersion.objects.order_by("-imported_at", "-id")
    if course_id is not None:
        found = found.filter(course_id=course_id)
    found = found.defer("outline", "grading", "warnings", "errors").annotate(
        warning_count=Func("warnings", function="jsonb_array_length", output_field=IntegerField())
    )
    return tuple(_version_row(each, (), (), each.warning_count) for each in found[:limit])


def outline(version_id: int) -> CourseOutline:
    """Return the whole table of contents with the grading policy; one query, then none. ``NotFound``."""
    return _outline(version_id)


def unit(version_id: int, unit_key: str, *, seed: int = 0) -> UnitView:
    """Return one page of study; one query, then none. ``seed`` fixes the order of shuffled choices.

    Holds no answers: problems come as their views. ``NotFound`` for a key that is no unit.
    """
    title, items = _unit(version_id, unit_key)
    return UnitView(key=unit_key, title=title, items=tuple(_item_view(item, seed) for item in items))


def problem(version_id: int, problem_key: str, *, seed: int = 0) -> ProblemView:
    """Return a problem without its answers. ``NotFound`` also for one that Stoa cannot play."""
    return problems.view_of(_problem(version_id, problem_key), key=problem_key, seed=seed)


def grade_problem(
    version_id: int, problem_key: str, *, answers: Mapping[str, str | Sequence[str]]
) -> GradedProblem:
    """Grade answers by input id (option values for choices); points have the weight applied, to 4 places.

    Never raises for what a learner sends; ``NotFound`` for a key that is no playable problem.
    Grading does not depend on the order in which options were shown.
    """
    return problems.grade(_problem(version_id, problem_key), answers)


def problem_solution(version_id: int, problem_key: str) -> SolutionView:
    """Return accepted answers and the author's solution; ask only once ``showanswer`` allows it."""
    return problems.solution_of(_problem(version_id, problem_key))


def asset(course_id: int, path: str) -> AssetRow:
    """Return a file of a course by its path, from the newest version that has it. ``NotFound``."""
    found = (
        Asset.objects.filter(version__course_id=course_id, path=path, is_served=True)
        .order_by("-version__number")
        .values_list("path", "mime", "size", "storage_name", "sha256")
        .first()
    )
    if found is None:
        raise NotFound("This file is not in the course.")
    return AssetRow(*found)


def transcript_vtt(course_id: int, video_key: str, language: str) -> str:
    """Return captions as WebVTT, from the newest version that has the video. ``NotFound``."""
    payload = (
        Block.objects.filter(version__course_id=course_id, key=video_key, kind="video")
        .order_by("-version__number")
        .values_list("payload", flat=True)
        .first()
    )
    for each in payload["transcripts"] if payload else ():
        if each["language"] == language:
            return to_vtt(tuple(Cue(*cue) for cue in each["cues"]))
    raise NotFound("There are no captions of this video in this language.")


def unsupported_blocks(version_id: int) -> tuple[UnsupportedBlock, ...]:
    """Return the blocks that are kept but cannot be played, in the order of the course."""
    rows = (
        Block.objects.filter(version_id=version_id)
        .exclude(reason="")
        .order_by("position")
        .values_list("key", "tag", "path", "reason")
    )
    return tuple(UnsupportedBlock(*row) for row in rows)


def plain_text(version_id: int, *, limit: int = 200_000) -> str:
    """Return titles and the head of each page's words, for the search index."""
    rows = (
        Block.objects.filter(version_id=version_id)
        .exclude(kind="draft")
        .order_by("position")
        .values_list("title", "words")
    )
    return "\n".join(f"{title}\n{words[:2000]}" for title, words in rows)[:limit]


def version_row(version: CourseVersion) -> VersionRow:
    """The row of a loaded version."""
    warnings = notes_from_json(version.warnings)
    return _version_row(version, warnings, notes_from_json(version.errors), len(warnings))


def _version_row(
    version: CourseVersion,
    warnings: tuple[ImportNote, ...],
    errors: tuple[ImportNote, ...],
    warning_count: int,
) -> VersionRow:
    return VersionRow(
        id=version.pk,
        course_id=version.course_id,
        number=version.number,
        format=version.format,
        source_name=version.source_name,
        imported_at=version.imported_at,
        counts=BlockCounts(**version.counts),
        drafts=version.drafts,
        warnings=warnings,
        errors=errors,
        unsupported_count=version.unsupported_count,
        warning_count=warning_count,
    )


@lru_cache(maxsize=64)
def _outline(version_id: int) -> CourseOutline:
    found = CourseVersion.objects.filter(pk=version_id).values_list("outline", "grading").first()
    if found is None:
        raise NotFound("There is no such version of a course.")
    modules, grading = found
    return CourseOutline(version_id, modules_from_json(modules), grading_from_json(grading))


@dataclass(frozen=True, slots=True)
class _Item:
    """A block of a page, decoded once."""

    key: str
    kind: ItemKind
    title: str
    html: str
    video: VideoView | None
    problem: problems.Problem | None
    notice: str


@lru_cache(maxsize=256)
def _unit(version_id: int, unit_key: str) -> tuple[str, tuple[_Item, ...]]:
    title = _unit_titles(version_id).get(unit_key)
    if title is None:
        raise NotFound("This unit is not in the course.")
    rows = (
        Block.objects.filter(version_id=version_id, unit_key=unit_key)
        .exclude(unit_key="")
        .order_by("position")
        .values_list("key", "kind", "title", "reason", "payload", "version__course__slug")
    )
    return title, tuple(_item(*row) for row in rows)


@lru_cache(maxsize=64)
def _unit_titles(version_id: int) -> Mapping[str, str]:
    modules = _outline(version_id).modules
    return {u.key: u.title for module in modules for lesson in module.lessons for u in lesson.units}


@lru_cache(maxsize=1024)
def _problem(version_id: int, problem_key: str) -> problems.Problem:
    found = (
        Block.objects.filter(version_id=version_id, key=problem_key, kind="problem")
        .values_list("payload", "version__course__slug")
        .first()
    )
    if found is None:
        raise NotFound("This problem is not in the course, or cannot be played.")
    payload, slug = found
    return problems.problem_from_json(_at_home(payload["problem"], slug))


def _item(key: str, kind: Any, title: str, reason: str, payload: dict[str, Any], slug: str) -> _Item:
    payload = _at_home(payload, slug)
    return _Item(
        key=key,
        kind=kind,
        title=title,
        html=payload.get("html", ""),
        video=_video_view(key, payload, slug) if kind == "video" else None,
        problem=problems.problem_from_json(payload["problem"]) if kind == "problem" else None,
        notice=reason,
    )


def _item_view(item: _Item, seed: int) -> ItemView:
    if item.problem is not None:
        view = problems.view_of(item.problem, key=item.key, seed=seed)
        return ItemView(key=item.key, kind="problem", title=item.title, problem=view)
    if item.video is not None:
        return ItemView(key=item.key, kind="video", title=item.title, video=item.video)
    if item.kind == "unsupported":
        return ItemView(key=item.key, kind="unsupported", title=item.title, notice=item.notice)
    return ItemView(key=item.key, kind=item.kind, title=item.title, html=item.html)


def _video_view(key: str, payload: dict[str, Any], slug: str) -> VideoView:
    return VideoView(
        sources=tuple(MediaSource(each["url"], each["mime"]) for each in payload["sources"]),
        youtube_id=payload["youtube_id"],
        duration_seconds=payload["duration"],
        transcripts=tuple(
            Transcript(
                language=each["language"],
                label=language_name(each["language"]),
                vtt_url=f"/learn/{slug}/assets/transcripts/{key}/{each['language']}.vtt",
                cues=tuple(Cue(*cue) for cue in each["cues"]),
            )
            for each in payload["transcripts"]
        ),
    )


def _at_home(value: Any, slug: str) -> Any:
    """Put the course's slug where addresses of stored HTML leave room for it."""
    return with_texts(value, lambda text: text.replace(COURSE, slug))
