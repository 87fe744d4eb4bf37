"""Courses for tests: small OLX folders written to disk and imported through the flow."""

from datetime import UTC, datetime
from pathlib import Path

from stoa.courseware import api as courseware
from stoa.flows.import_course import ImportedCourse, import_course
from stoa.kernel.money import Money, usd

IMPORTED_AT = datetime(2025, 7, 1, 9, tzinfo=UTC)

_MULTIPLE_CHOICE = """<problem display_name="Capital">
  <multiplechoiceresponse>
    <label>What is the capital of France?</label>
    <choicegroup>
      <choice correct="false">Lyon <choicehint>Larger is not capital.</choicehint></choice>
      <choice correct="true">Paris <choicehint>Since 987.</choicehint></choice>
    </choicegroup>
  </multiplechoiceresponse>
  <demandhint><hint>It lies on the Seine.</hint></demandhint>
  <solution><p>Paris, of course.</p></solution>
</problem>"""
_NUMBER = """<problem display_name="Pi"><numericalresponse answer="3.14159">
  <label>What is pi?</label><responseparam type="tolerance" default="1%"/><formulaequationinput/>
</numericalresponse></problem>"""
_POLICY = """{"GRADER": [{"type": "Quiz", "min_count": 1, "drop_count": 0, "weight": 1.0}],
"GRADE_CUTOFFS": {"Pass": 0.5}}"""


def write_course(
    folder: Path,
    *,
    org: str = "TestU",
    number: str = "T101",
    title: str = "A small course",
    files: dict[str, str | bytes] | None = None,
) -> Path:
    """Write a course of one module, one reading unit and one graded quiz of two problems; return its folder.

    Quiz problems have the keys ``capital`` and ``pi``; units are ``reading`` and ``quiz``. ``files`` adds or
    replaces files by path.
    """
    content: dict[str, str | bytes] = {
        "course.xml": f'<course url_name="run" org="{org}" course="{number}"/>',
        "course/run.xml": f'<course display_name="{title}"><chapter url_name="first"/></course>',
        "chapter/first.xml": '<chapter display_name="First module"><sequential url_name="lesson"/></chapter>',
        "sequential/lesson.xml": (
            '<sequential display_name="Lesson" graded="true" format="Quiz">'
            '<vertical url_name="reading"/><vertical url_name="quiz"/></sequential>'
        ),
        "vertical/reading.xml": '<vertical display_name="Reading"><html url_name="text"/></vertical>',
        "vertical/quiz.xml": (
            '<vertical display_name="Quiz"><problem url_name="capital"/><problem url_name="pi"/></vertical>'
        ),
        "html/text.xml": '<html display_name="Text" filename="text"/>',
        "html/text.html": '<h1>Welcome</h1><p>Read this.</p><img src="/static/map.png" alt="A map">',
        "problem/capital.xml": _MULTIPLE_CHOICE,
        "problem/pi.xml": _NUMBER,
        "static/map.png": b"\x89PNG\r\n\x1a\n",
        "policies/run/policy.json": "{}",
        "policies/run/grading_policy.json": _POLICY,
        **(files or {}),
    }
    for path, text in content.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def an_imported_course(
    folder: Path,
    *,
    org: str = "TestU",
    number: str = "T101",
    title: str = "A small course",
    files: dict[str, str | bytes] | None = None,
    price: Money | None = None,
    imported_at: datetime = IMPORTED_AT,
) -> ImportedCourse:
    """Import ``write_course`` as a published course; it costs 49 dollars unless ``price`` says otherwise."""
    path = write_course(folder, org=org, number=number, title=title, files=files)
    with courseware.read_course(path) as parsed:
        return import_course(parsed, imported_at=imported_at, price=price or usd("49.00"))
