"""Grades answers as their author declared: right, wrong, or partly right, with feedback.

Whatever a form sends is only text: an answer that makes no sense is wrong, never an error.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from stoa.courseware.data import GradedPart, GradedProblem, Verdict
from stoa.courseware.problems import numbers, patterns
from stoa.courseware.problems.model import (
    ONE,
    ZERO,
    AnyQuestion,
    Choice,
    Dropdown,
    MultipleChoice,
    Numerical,
    NumericAnswer,
    Problem,
    ShortText,
    SingleChoice,
)

Answers = Mapping[str, str | Sequence[str]]

PLACES = Decimal("0.0001")
_HALF = Decimal("0.5")
_LONGEST_ANSWER = 2000


class _Mark(NamedTuple):
    """Share of the question's points earned (0..1) and what to say; ``None`` is unanswered."""

    share: Decimal | None
    html: str = ""


def grade(problem: Problem, answers: Answers) -> GradedProblem:
    """Return points with the weight applied, to 4 places, and the feedback of each input.

    Unknown inputs and values are ignored. The parts' points add up to the whole before rounding.
    """
    factor = problem.possible / problem.raw_points if problem.raw_points else ZERO
    parts: list[GradedPart] = []
    total = ZERO
    for question in problem.questions:
        mark = _mark(question, _chosen(answers.get(question.input_id)))
        earned = (mark.share or ZERO) * question.points * factor
        total += earned
        parts.append(
            GradedPart(
                input_id=question.input_id,
                verdict=_verdict(mark.share),
                earned=rounded(earned),
                possible=rounded(question.points * factor),
                feedback_html=mark.html,
            )
        )
    return GradedProblem(rounded(total), rounded(problem.possible), tuple(parts), "")


def rounded(points: Decimal) -> Decimal:
    """Round points half up to 4 places, the precision of every grade."""
    return points.quantize(PLACES, ROUND_HALF_UP)


def _chosen(answer: str | Sequence[str] | None) -> tuple[str, ...]:
    given = () if answer is None else (answer,) if isinstance(answer, str) else tuple(answer)
    return tuple(each for each in given if isinstance(each, str) and each.strip())


def _verdict(share: Decimal | None) -> Verdict:
    if share is None:
        return "unanswered"
    if share >= ONE:
        return "correct"
    return "partial" if share > ZERO else "incorrect"


def _mark(question: AnyQuestion, given: tuple[str, ...]) -> _Mark:
    if isinstance(question, MultipleChoice):
        return _mark_choices(question, frozenset(given))
    if not given:
        return _Mark(None)
    if isinstance(question, SingleChoice | Dropdown):
        return _mark_choice(question.choices, given[0])
    if isinstance(question, Numerical):
        return _mark_number(question, given[0])
    return _mark_text(question, given[0])


def _mark_choice(choices: tuple[Choice, ...], value: str) -> _Mark:
    for choice in choices:
        if choice.value == value:
            return _Mark(choice.share, choice.chosen_html)
    return _Mark(None)


def _mark_choices(question: MultipleChoice, given: frozenset[str]) -> _Mark:
    known = frozenset(choice.value for choice in question.choices)
    given &= known
    correct = frozenset(choice.value for choice in question.choices if choice.is_correct)
    if not given and correct:
        return _Mark(None)
    compound = next((h.html for h in question.compound_hints if frozenset(h.values) == given), "")
    hints = [
        choice.chosen_html if choice.value in given else choice.unchosen_html for choice in question.choices
    ]
    html = compound or "".join(f"<p>{each}</p>" for each in hints if each)
    errors = len(given ^ correct)
    return _Mark(_partial_share(question.partial, errors=errors, choices=len(known)), html)


def _partial_share(rule: str, *, errors: int, choices: int) -> Decimal:
    """Every decision counts ("edc"), or one error halves and two quarter ("halves")."""
    if errors == 0:
        return ONE
    if rule == "edc":
        return Decimal(choices - errors) / Decimal(choices)
    if rule == "halves" and errors == 1 and choices > 2:
        return _HALF
    if rule == "halves" and errors == 2 and choices > 4:
        return _HALF / 2
    return ZERO


def _mark_number(question: Numerical, text: str) -> _Mark:
    try:
        value = numbers.evaluate(_without_suffix(text[:_LONGEST_ANSWER], question.unit_suffix))
    except numbers.NotANumber:
        return _Mark(ZERO, question.wrong_html)
    for answer in question.answers:
        if _fits(value, answer, question.tolerance):
            return _Mark(ONE, answer.html)
    for hint in question.wrong_hints:
        if _fits(value, hint, question.tolerance):
            return _Mark(_near_share(question, value), hint.html)
    return _Mark(_near_share(question, value), question.wrong_html)


def _fits(value: numbers.Number, answer: NumericAnswer, tolerance: str) -> bool:
    if not answer.is_range:
        return numbers.is_close(value, numbers.evaluate(answer.expression), tolerance=tolerance)
    low, high = numbers.evaluate(answer.low), numbers.evaluate(answer.high)
    if isinstance(value, complex) or isinstance(low, complex) or isinstance(high, complex):
        return False
    # As in Open edX, the tolerance widens what counts as the end itself: 0.33333 is an end of [1/3, 2/3].
    for end, is_included in ((low, answer.includes_low), (high, answer.includes_high)):
        if numbers.is_close(value, end, tolerance=tolerance):
            return is_included
    return low < value < high


def _near_share(question: Numerical, value: numbers.Number) -> Decimal:
    for listed in question.partial_answers:
        try:
            if numbers.is_close(value, numbers.evaluate(listed), tolerance=question.tolerance):
                return _HALF
        except numbers.NotANumber:
            continue
    first = question.answers[0]
    if question.near_factor and not first.is_range:
        expected = numbers.evaluate(first.expression)
        allowed = numbers.allowed_difference(value, expected, tolerance=question.tolerance)
        if abs(value - expected) <= allowed * float(question.near_factor):
            return _HALF
    return ZERO


def _mark_text(question: ShortText, text: str) -> _Mark:
    if len(text) > _LONGEST_ANSWER:
        return _Mark(ZERO, question.wrong_html)
    given = _plain(_without_suffix(text, question.unit_suffix))
    for answer in question.answers:
        if _says(given, answer.text, question):
            return _Mark(ONE, answer.html)
    for hint in question.wrong_hints:
        if _says(given, hint.text, question):
            return _Mark(ZERO, hint.html)
    return _Mark(ZERO, question.wrong_html)


def _says(given: str, expected: str, question: ShortText) -> bool:
    if question.is_pattern:
        return patterns.matches(expected, given, ignores_case=question.ignores_case)
    expected = _plain(expected)
    return given.casefold() == expected.casefold() if question.ignores_case else given == expected


def _plain(text: str) -> str:
    """One form for what looks the same: composed letters, single spaces, straight quotes."""
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    return " ".join(text.split())


_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


def _without_suffix(text: str, suffix: str) -> str:
    text = text.strip()
    if suffix and text.casefold().endswith(suffix.casefold()) and len(text) > len(suffix):
        return text[: -len(suffix)].rstrip()
    return text
