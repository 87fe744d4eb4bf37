"""Course files of tests, written by hand as OLX and read by courseware's own reader."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

from stoa.courseware import api as courseware

IMPORTED_AT = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)

READING = "<html><p>The sky turns once a day.</p></html>"


def a_choice_problem(
    key: str, *, right: str = "Polaris", wrong: Sequence[str] = ("Vega", "Sirius"), attributes: str = ""
) -> str:
    """One question with radio buttons, feedback on a wrong choice, a hint and a solution."""
    choices = "".join(
        f'<choice correct="false">{name}<choicehint>SECRET-FEEDBACK not {name}</choicehint></choice>'
        for name in wrong
    )
    return f"""<problem url_name={quoteattr(key)} display_name="Choice {key}" {attributes}>
<multiplechoiceresponse><label>Which star marks north?</label><choicegroup type="MultipleChoice">
{choices}<choice correct="true">{right}</choice></choicegroup>
<solution><p>SECRET-SOLUTION of {key}</p></solution></multiplechoiceresponse>
<demandhint><hint>SECRET-HINT-1</hint><hint>SECRET-HINT-2</hint></demandhint></problem>"""


def a_boxes_problem(key: str, *, attributes: str = "") -> str:
    """One question with check boxes and partial credit for each box set right."""
    return f"""<problem url_name={quoteattr(key)} display_name="Boxes {key}" {attributes}>
<choiceresponse partial_credit="EDC"><label>Which are planets?</label><checkboxgroup>
<choice correct="true">Mars</choice><choice correct="true">Venus</choice>
<choice correct="false">Moon</choice><choice correct="false">Sun</choice>
</checkboxgroup></choiceresponse></problem>"""


def a_number_problem(key: str, *, answer: str = "365.25", attributes: str = "") -> str:
    """One question for a number with a tolerance."""
    return f"""<problem url_name={quoteattr(key)} display_name="Number {key}" {attributes}>
<numericalresponse answer="{answer}"><label>How many days has a year?</label>
<responseparam type="tolerance" default="0.5"/><formulaequationinput/></numericalresponse></problem>"""


def a_text_problem(key: str, *, answer: str = "Kepler", attributes: str = "") -> str:
    """One question for a word, in any case."""
    return f"""<problem url_name={quoteattr(key)} display_name="Text {key}" {attributes}>
<stringresponse answer="{answer}" type="ci"><label>Who found the laws of the planets?</label>
<textline size="20"/></stringresponse></problem>"""


@dataclass(frozen=True)
class AUnit:
    """A page: its key and the XML of its items."""

    key: str
    items: tuple[str, ...] = (READING,)


@dataclass(frozen=True)
class ALesson:
    """Pages in order; ``format`` makes the lesson graded."""

    key: str
    units: tuple[AUnit, ...]
    format: str = ""
    due: str = ""


@dataclass(frozen=True)
class ACourse:
    """A course to write: lessons in one module, and its grading policy."""

    lessons: tuple[ALesson, ...]
    title: str = "The night sky"
    grader: tuple[dict[str, object], ...] = field(
        default=({"type": "Homework", "min_count": 1, "drop_count": 0, "weight": 1.0, "short_label": "HW"},)
    )
    pass_mark: float = 0.6


def a_small_course(*, attributes: str = 'max_attempts="2" showanswer="finished"') -> ACourse:
    """Two readings, a practice problem, and a graded quiz of three problems."""
    return ACourse(
        lessons=(
            ALesson("intro", (AUnit("welcome"), AUnit("practice", (READING, a_choice_problem("try"))))),
            ALesson(
                "quiz",
                (
                    AUnit(
                        "test",
                        (
                            a_choice_problem("star", attributes=attributes),
                            a_boxes_problem("planets", attributes=attributes),
                            a_number_problem("year", attributes=attributes),
                        ),
                    ),
                ),
                format="Homework",
            ),
        )
    )


def a_large_course(*, problems: int = 20, lessons: int = 40) -> ACourse:
    """The shape of ``a_small_course``, many times over."""
    readings = tuple(
        ALesson(f"part{number}", (AUnit(f"page{number}a"), AUnit(f"page{number}b")))
        for number in range(lessons)
    )
    quiz = AUnit("test", tuple(a_choice_problem(f"q{number}") for number in range(problems)))
    first = ALesson("intro", (AUnit("welcome"), AUnit("practice", (READING, a_choice_problem("try")))))
    return ACourse(lessons=(first, *readings, ALesson("quiz", (quiz,), format="Homework")))


def write_course(folder: Path, course: ACourse, *, org: str = "lyceum", number: str = "sky1") -> Path:
    """Write a course as a folder of OLX and return it."""
    lessons = "".join(_lesson_xml(lesson) for lesson in course.lessons)
    (folder / "course").mkdir(parents=True)
    (folder / "course.xml").write_text(f'<course org="{org}" course="{number}" url_name="run"/>')
    (folder / "course" / "run.xml").write_text(
        f"<course display_name={quoteattr(course.title)}>"
        f'<chapter url_name="module" display_name="First module">{lessons}</chapter></course>'
    )
    (folder / "policies" / "run").mkdir(parents=True)
    policy = {"GRADER": list(course.grader), "GRADE_CUTOFFS": {"Pass": course.pass_mark}}
    (folder / "policies" / "run" / "grading_policy.json").write_text(json.dumps(policy))
    (folder / "policies" / "run" / "policy.json").write_text("{}")
    return folder


def store_course(course_id: int, course: ACourse, *, number: str = "sky1") -> courseware.VersionRow:
    """Read a written course and store it as a version of ``course_id``."""
    with tempfile.TemporaryDirectory() as folder:
        parsed = courseware.read_course(write_course(Path(folder) / "course", course, number=number))
        return courseware.store_version(course_id=course_id, parsed=parsed, imported_at=IMPORTED_AT)


def _lesson_xml(lesson: ALesson) -> str:
    graded = f' graded="true" format={quoteattr(lesson.format)}' if lesson.format else ""
    due = f" due={quoteattr(lesson.due)}" if lesson.due else ""
    units = "".join(
        f"<vertical url_name={quoteattr(unit.key)} display_name={quoteattr(unit.key.title())}>"
        f"{''.join(unit.items)}</vertical>"
        for unit in lesson.units
    )
    return (
        f"<sequential url_name={quoteattr(lesson.key)} display_name={quoteattr(lesson.key.title())}"
        f"{graded}{due}>{units}</sequential>"
    )
