"""Rows of courseware that cross the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

ItemKind = Literal["html", "video", "problem", "discussion", "unsupported"]
QuestionKind = Literal["single_choice", "multiple_choice", "dropdown", "numerical", "text"]
Verdict = Literal["correct", "partial", "incorrect", "unanswered"]


@dataclass(frozen=True, slots=True)
class ImportNote:
    """Something an import has to say about one place of a file; ``line`` is 0 when no line is meant."""

    path: str
    line: int
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class UnsupportedBlock:
    """A block that Stoa keeps but cannot play, and why; ``type`` is its tag, ``path`` its file."""

    id: str
    type: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class BlockCounts:
    """How much a course holds (``docs/guide/import.md`` defines each word)."""

    modules: int = 0
    lessons: int = 0
    units: int = 0
    items: int = 0
    problems: int = 0
    responses: int = 0
    videos: int = 0
    html: int = 0
    discussions: int = 0
    assets: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """One assignment category of a grading policy; ``weight`` is a share of 1."""

    type: str
    min_count: int
    drop_count: int
    weight: Decimal


@dataclass(frozen=True, slots=True)
class GradingPolicy:
    """A course's own rule for the grade; ``pass_mark`` is a share of 1."""

    categories: tuple[Category, ...]
    pass_mark: Decimal


@dataclass(frozen=True, slots=True)
class OutlineUnit:
    """One page of study. ``problem_keys`` are the problems that can be graded, in order."""

    key: str
    title: str
    kinds: tuple[str, ...]
    graded: bool
    problem_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """Units in order. ``format`` is the grading category (empty when ungraded)."""

    key: str
    title: str
    graded: bool
    format: str
    due_at: datetime | None
    units: tuple[OutlineUnit, ...]


@dataclass(frozen=True, slots=True)
class OutlineModule:
    """Lessons in order; ``minutes`` is an estimate of the time a learner needs."""

    key: str
    title: str
    minutes: int
    lessons: tuple[OutlineLesson, ...]


@dataclass(frozen=True, slots=True)
class CourseOutline:
    """The whole table of contents of one version with its grading policy; never changes."""

    version_id: int
    modules: tuple[OutlineModule, ...]
    grading: GradingPolicy


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: seconds from the start."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """Captions of a video in one language; ``vtt_url`` serves them as WebVTT."""

    language: str
    label: str
    vtt_url: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class MediaSource:
    """One playable file of a video; ``url`` is an asset address or an absolute https address."""

    url: str
    mime: str


@dataclass(frozen=True, slots=True)
class VideoView:
    """A video: own sources first; ``youtube_id`` is empty when there is none."""

    sources: tuple[MediaSource, ...]
    youtube_id: str
    duration_seconds: float | None
    transcripts: tuple[Transcript, ...]


@dataclass(frozen=True, slots=True)
class OptionView:
    """One choice as shown: ``value`` is what a form sends, ``html`` what a learner reads."""

    value: str
    html: str


@dataclass(frozen=True, slots=True)
class HtmlPart:
    """Text between questions, sanitized."""

    html: str


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One input of a problem. ``label_html`` is never empty; ``options`` only for choices and dropdowns."""

    input_id: str
    kind: QuestionKind
    label_html: str
    options: tuple[OptionView, ...] = ()
    description_html: str = ""
    unit_suffix: str = ""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as a learner may see it before grading: holds no answer, hint or feedback.

    ``weight`` is the points it is worth; ``max_attempts`` is ``None`` for no limit.
    """

    key: str
    title: str
    weight: Decimal
    max_attempts: int | None
    showanswer: str
    parts: tuple[HtmlPart | QuestionPart, ...]
    demand_hint_count: int


@dataclass(frozen=True, slots=True)
class GradedPart:
    """The result of one input, in points with the weight applied (4 places)."""

    input_id: str
    verdict: Verdict
    earned: Decimal
    possible: Decimal
    feedback_html: str


@dataclass(frozen=True, slots=True)
class GradedProblem:
    """The result of a problem, in points with the weight applied (4 places)."""

    earned: Decimal
    possible: Decimal
    parts: tuple[GradedPart, ...]
    feedback_html: str


@dataclass(frozen=True, slots=True)
class SolutionView:
    """What may be shown once ``showanswer`` allows: the accepted answers by input as HTML, and the solution."""

    answers: Mapping[str, tuple[str, ...]]
    solution_html: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One thing on a unit's page: exactly one of the four contents is given, by ``kind``.

    A discussion has ``html`` with its topic; an unsupported block has a ``notice`` sentence.
    """

    key: str
    kind: ItemKind
    title: str
    html: str | None = None
    video: VideoView | None = None
    problem: ProblemView | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class UnitView:
    """One page of study with its items in order."""

    key: str
    title: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class AssetRow:
    """A file of a course. ``storage_name`` is its name in the default storage."""

    path: str
    mime: str
    size: int
    storage_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One import of a course. Lists leave ``warnings`` and ``errors`` empty and tell ``warning_count`` alone."""

    id: int
    course_id: int
    number: int
    format: str
    source_name: str
    imported_at: datetime
    counts: BlockCounts
    drafts: int
    warnings: tuple[ImportNote, ...]
    errors: tuple[ImportNote, ...]
    unsupported_count: int
    warning_count: int
