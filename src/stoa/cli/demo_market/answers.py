"""Right and wrong answers: from the course files that we wrote, or, for any course, from its solutions."""

import html
import random
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from stoa.courseware import api as courseware

#: What a form sends: answers by input.
Given = Mapping[str, str | tuple[str, ...]]

_CHOICES = {"multiplechoiceresponse": "choice", "choiceresponse": "choice", "optionresponse": "option"}


@dataclass(frozen=True, slots=True)
class AuthoredQuestion:
    """One question as its author wrote it: positions of the right choices, or a text that is right."""

    tag: str
    right: frozenset[int]
    choices: int
    text: str


AnswerBook = Mapping[str, tuple[AuthoredQuestion, ...]]


def answer_book(folder: Path) -> AnswerBook:
    """Read the questions of every problem of a course folder, by problem."""
    book = {}
    for path in sorted(folder.glob("chapter/*.xml")):
        for problem in etree.parse(str(path)).iter("problem"):
            responses = (child for child in problem if isinstance(child.tag, str))
            book[problem.get("url_name", "")] = tuple(
                _question(response) for response in responses if str(response.tag).endswith("response")
            )
    return book


def give(
    view: courseware.ProblemView,
    authored: tuple[AuthoredQuestion, ...],
    *,
    rightly: bool,
    chance: random.Random,
) -> Given:
    """Answer a problem as shown, rightly or with a mistake that a person might make."""
    questions = [part for part in view.parts if isinstance(part, courseware.QuestionPart)]
    return {
        question.input_id: _answer(question, wanted, rightly, chance)
        for question, wanted in zip(questions, authored, strict=True)
    }


def from_solution(view: courseware.ProblemView, solution: courseware.SolutionView) -> Given:
    """Answer a problem with what its solution accepts; questions that it does not tell stay unanswered."""
    given: dict[str, str | tuple[str, ...]] = {}
    for part in view.parts:
        if not isinstance(part, courseware.QuestionPart):
            continue
        accepted = solution.answers.get(part.input_id, ())
        values = tuple(option.value for option in part.options if option.html in accepted)
        if part.kind == "multiple_choice":
            given[part.input_id] = values
        elif values:
            given[part.input_id] = values[0]
        elif accepted and not part.options:
            given[part.input_id] = _typed(accepted[0], part.unit_suffix)
    return given


def _question(response: etree._Element) -> AuthoredQuestion:
    tag = str(response.tag)
    if tag in _CHOICES:
        choices = list(response.iter(_CHOICES[tag]))
        right = frozenset(
            index for index, choice in enumerate(choices) if choice.get("correct", "").lower() == "true"
        )
        return AuthoredQuestion(tag, right, len(choices), "")
    text = response.get("answer", "")
    if "regexp" in (response.get("type") or ""):
        text = _plainest(text)
    return AuthoredQuestion(tag, frozenset(), 0, text)


def _answer(
    question: courseware.QuestionPart, wanted: AuthoredQuestion, rightly: bool, chance: random.Random
) -> str | tuple[str, ...]:
    if not wanted.choices:
        if rightly:
            return wanted.text
        return _near_miss(wanted.text, chance) if wanted.tag == "numericalresponse" else "I do not know"
    chosen = set(wanted.right)
    if not rightly and question.kind == "multiple_choice":
        chosen ^= {chance.randrange(wanted.choices)}
    elif not rightly:
        chosen = {chance.choice(sorted(set(range(wanted.choices)) - wanted.right))}
    values = tuple(option.value for index, option in enumerate(question.options) if index in chosen)
    return values if question.kind == "multiple_choice" else values[0]


def _near_miss(text: str, chance: random.Random) -> str:
    number = float(text)
    return f"{chance.choice((number * 10, number + 1000, -number - 1)):g}"


def _plainest(pattern: str) -> str:
    """The plainest text that a simple pattern accepts, such as "email" for ".*e-?mail.*"; ``ValueError`` for others."""
    text = pattern.replace(".*", "")
    text = re.sub(r"\([^()]*\)\?", "", text)
    text = re.sub(r"\(([^()|]*)\|[^()]*\)", r"\1", text)
    text = re.sub(r".\?", "", text).split("|")[0]
    if not re.fullmatch(pattern, text, re.IGNORECASE):
        raise ValueError(f"the pattern {pattern!r} is too clever for the demo's learners")
    return text


def _typed(accepted_html: str, unit_suffix: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", "", accepted_html)).strip()
    if unit_suffix:
        text = text.removesuffix(unit_suffix).strip()
    if re.search(r"[*?|(\\]", text):
        with suppress(ValueError, re.error):
            return _plainest(text)
    span = re.fullmatch(r"[\[(]\s*([-+.\deE]+)\s*,\s*([-+.\deE]+)\s*[\])]", text)
    return f"{(float(span[1]) + float(span[2])) / 2:g}" if span else text
