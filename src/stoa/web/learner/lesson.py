"""The lesson player: one unit, where it is, and one clear next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.base import clock
from stoa.base.middleware import CONTENT_SECURITY_POLICY
from stoa.courseware import api as courseware
from stoa.flows import study
from stoa.learning import api as learning
from stoa.web.actors import learner_id_of, signed_in
from stoa.web.learner.classroom import Classroom, ClosedDoor, Place, closed_door, enter, posted
from stoa.web.learner.problems import Given, ProblemOnPage, problems_on_page


@dataclass(frozen=True)
class CueOnPage:
    """One line of a transcript. Without JavaScript its address opens the video at that second."""

    start: float
    end: float
    clock: str
    text: str
    url: str


@dataclass(frozen=True)
class TranscriptOnPage:
    """The lines of a video in one language."""

    language: str
    label: str
    vtt_url: str
    cues: tuple[CueOnPage, ...]


@dataclass(frozen=True)
class ItemOnPage:
    """One thing of a unit with what its kind needs."""

    item: courseware.ItemView
    number: int
    transcripts: tuple[TranscriptOnPage, ...]
    problem: ProblemOnPage | None


@dataclass(frozen=True)
class Quiz:
    """The graded work of a unit as a whole."""

    problems: tuple[ProblemOnPage, ...]

    @property
    def questions(self) -> int:
        return sum(len(problem.questions) for problem in self.problems)

    @property
    def answered(self) -> int:
        return sum(question.is_given for problem in self.problems for question in problem.questions)

    @property
    def is_open(self) -> bool:
        return any(problem.is_open for problem in self.problems)

    @property
    def is_submitted(self) -> bool:
        return any(problem.attempts for problem in self.problems)

    @property
    def attempts_seen(self) -> int:
        """Identifies the state the form was made in: a form sent twice is noticed by it."""
        return sum(problem.attempts for problem in self.problems)

    @property
    def attempts_left(self) -> int | None:
        """Attempts left to those problems that take one; ``None`` is without limit."""
        left = [problem.attempts_left for problem in self.problems if problem.is_open]
        limited = [number for number in left if number is not None]
        return max(limited) if left and len(limited) == len(left) else None

    @property
    def earned(self) -> Decimal:
        return sum((p.state.earned for p in self.problems if p.state and p.attempts), Decimal(0))

    @property
    def possible(self) -> Decimal:
        return sum((problem.weight for problem in self.problems), Decimal(0))


@signed_in
@require_safe
def unit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One unit."""
    room = enter(request, slug, unit_key=key)
    if isinstance(room, ClosedDoor):
        return closed_door(request, room)
    place = room.place_of(key)
    if room.enrollment.last_unit_key != key:
        learning.visit_unit(enrollment_id=room.enrollment.id, unit_key=key, visited_at=room.at)
    return unit_page(request, room, place)


@signed_in
@posted
def done(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Mark a unit as done and go on to the next one."""
    earned = study.complete_unit(
        learner_id=learner_id_of(request), course_slug=slug, unit_key=key, at=clock.now()
    )
    if earned is not None:
        messages.success(request, _("You have completed the course. Here is your certificate."))
        return HttpResponseRedirect(reverse("learn_certificate", args=[slug]))
    following = request.POST.get("next", "")
    try:
        return HttpResponseRedirect(reverse("learn_unit", args=[slug, following]))
    except NoReverseMatch:  # the last step names none; nobody else's form does
        return HttpResponseRedirect(reverse("progress", args=[slug]))


def unit_page(
    request: HttpRequest,
    room: Classroom,
    place: Place,
    *,
    given: Given | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a unit; ``given`` and ``errors`` keep what was typed when a form was refused."""
    errors = errors or {}
    view = courseware.unit(room.enrollment.version_id, place.unit.key, seed=room.enrollment.seed)
    locked = room.is_locked(place.unit)
    views = [item.problem for item in view.items if item.problem is not None]
    problems = {} if locked else problems_on_page(room, place, views, given=given or {}, errors=errors)
    graded = set(learning.graded_keys(place.unit))
    position = room.places.index(place)
    page = {
        "room": room,
        "course": room.course,
        "place": place,
        "view": view,
        "items": tuple(
            _on_page(item, number, problems)
            for number, item in enumerate(view.items, start=1)
            if not (locked and item.problem)
        ),
        "is_locked": locked,
        "quiz": Quiz(tuple(problem for key, problem in problems.items() if key in graded)),
        "is_quiz": bool(graded),
        "is_done": place.unit.key in room.progress.done_units,
        "previous": room.places[position - 1] if position else None,
        "next": room.places[position + 1] if position + 1 < len(room.places) else None,
        "total": len(room.places),
        "errors": errors,
        "honor_error": errors.get("honor_code", ""),
    }
    response = render(request, "learner/unit.html", page, status=status)
    hosts = _media_hosts(view.items)
    if hosts:
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "media-src 'self'", f"media-src 'self' {' '.join(hosts)}"
        )
    return response


def _on_page(item: courseware.ItemView, number: int, problems: Mapping[str, ProblemOnPage]) -> ItemOnPage:
    return ItemOnPage(
        item=item,
        number=number,
        transcripts=_transcripts(item.video) if item.video else (),
        problem=problems.get(item.problem.key) if item.problem else None,
    )


def _transcripts(video: courseware.VideoView) -> tuple[TranscriptOnPage, ...]:
    return tuple(
        TranscriptOnPage(
            language=transcript.language,
            label=transcript.label,
            vtt_url=transcript.vtt_url,
            cues=tuple(
                CueOnPage(cue.start, cue.end, _clock(cue.start), cue.text, _at(video, cue.start))
                for cue in transcript.cues
            ),
        )
        for transcript in video.transcripts
    )


def _at(video: courseware.VideoView, seconds: float) -> str:
    if video.sources:
        return f"{video.sources[0].url}#t={seconds:.2f}"
    if video.youtube_id:
        return f"https://www.youtube.com/watch?v={video.youtube_id}&t={int(seconds)}s"
    return ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _media_hosts(items: Sequence[courseware.ItemView]) -> list[str]:
    """Origins of videos that lie elsewhere: this page alone may play from exactly these."""
    found = set()
    for item in items:
        for source in item.video.sources if item.video else ():
            parts = urlsplit(source.url)
            if (
                parts.scheme == "https"
                and parts.hostname
                and parts.hostname.replace(".", "").replace("-", "").isalnum()
            ):
                port = f":{parts.port}" if parts.port else ""
                found.add(f"https://{parts.hostname}{port}")
    return sorted(found)
