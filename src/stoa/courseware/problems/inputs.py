"""Reads one input field of a problem, with its response's grading rules and feedback, into a question."""

import ast
import hashlib
import html as html_words
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from stoa.courseware.problems import numbers, patterns
from stoa.courseware.problems.fragments import decimal_of, inner_html, is_true
from stoa.courseware.problems.model import (
    ONE,
    ZERO,
    AnyQuestion,
    Choice,
    CompoundHint,
    Dropdown,
    MultipleChoice,
    Numerical,
    NumericAnswer,
    ShortText,
    SingleChoice,
    TextAnswer,
)

Clean = Callable[[str], str]

_HALF = Decimal("0.5")
_HINTS = ("choicehint", "optionhint", "correcthint", "compoundhint", "script", "style")
_RANGE = re.compile(r"\s*([\[(])\s*([^,;]+)[,;]([^,;\])]+)\s*([\])])\s*")


class BadQuestion(ValueError):
    """A question cannot be played; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Common:
    """What every question has in common."""

    input_id: str
    label_html: str
    description_html: str
    points: Decimal


def question(field: etree._Element, response: etree._Element, *, common: Common, clean: Clean) -> AnyQuestion:
    """Return the question of ``field``. Raises ``BadQuestion``."""
    if response.tag == "optionresponse":
        return _dropdown(field, response, common, clean)
    if response.tag == "numericalresponse":
        return _numerical(field, response, common, clean)
    if response.tag == "stringresponse":
        return _short_text(field, response, common, clean)
    if response.tag == "multiplechoiceresponse" or (
        response.tag == "choiceresponse" and field.tag == "radiogroup"
    ):
        return _single_choice(field, response, common, clean)
    return _multiple_choice(field, response, common, clean)


def with_label(hint: etree._Element, clean: Clean) -> str:
    """Return the words of a hint, led by the label its author gave it."""
    label = (hint.get("label") or "").strip()
    words = clean(inner_html(hint)).strip()
    return f"<strong>{html_words.escape(label, quote=False)}</strong> {words}" if label else words


def _single_choice(
    field: etree._Element, response: etree._Element, common: Common, clean: Clean
) -> SingleChoice:
    has_points = "points" in (response.get("partial_credit") or "").lower()
    targeted = {
        each.get("explanation-id"): clean(inner_html(each))
        for each in response.getroottree().iter("targetedfeedback")
    }
    choices: list[Choice] = []
    for element in field.iter("choice"):
        hint = " ".join(with_label(each, clean) for each in element.iter("choicehint"))
        hint = hint or targeted.get(element.get("explanation-id"), "")
        html = clean(inner_html(element, without=_HINTS)).strip()
        choices.append(
            Choice(
                value=_opaque(html, [each.value for each in choices]),
                html=html,
                share=_share(element, has_points=has_points),
                is_fixed=is_true(element.get("fixed")),
                chosen_html=hint,
            )
        )
    if not any(each.share == ONE for each in choices):
        raise BadQuestion("None of its choices is marked as correct.")
    pool = (field.get("answer-pool") or "").strip()
    return SingleChoice(
        **_fields(common),
        choices=tuple(choices),
        is_shuffled=is_true(field.get("shuffle")),
        pool_size=int(pool) if pool.isdecimal() and len(pool) < 4 else 0,
    )


def _multiple_choice(
    field: etree._Element, response: etree._Element, common: Common, clean: Clean
) -> MultipleChoice:
    choices: list[Choice] = []
    for element in field.iter("choice"):
        hints = list(element.iter("choicehint"))
        html = clean(inner_html(element, without=_HINTS)).strip()
        choices.append(
            Choice(
                value=_opaque(html, [each.value for each in choices]),
                html=html,
                share=ONE if is_true(element.get("correct")) else ZERO,
                is_fixed=is_true(element.get("fixed")),
                chosen_html=" ".join(with_label(each, clean) for each in hints if _is_for(each, "true")),
                unchosen_html=" ".join(with_label(each, clean) for each in hints if _is_for(each, "false")),
            )
        )
    if not choices:
        raise BadQuestion("It has no choices.")
    rule = (response.get("partial_credit") or "").strip().lower()
    return MultipleChoice(
        **_fields(common),
        choices=tuple(choices),
        is_shuffled=is_true(field.get("shuffle")),
        partial=rule if rule in {"edc", "halves"} else "edc" if rule in {"true", "yes", "1"} else "",
        compound_hints=tuple(_compound_hints(field, choices, clean)),
    )


def _compound_hints(field: etree._Element, choices: list[Choice], clean: Clean) -> Iterator[CompoundHint]:
    for element in field.iter("compoundhint"):
        letters = (element.get("value") or "").replace(",", " ").upper().split()
        places = [ord(letter) - ord("A") for letter in letters if len(letter) == 1]
        values = tuple(sorted(choices[at].value for at in places if 0 <= at < len(choices)))
        if len(values) == len(letters):
            yield CompoundHint(values, with_label(element, clean))


def _dropdown(field: etree._Element, response: etree._Element, common: Common, clean: Clean) -> Dropdown:
    partial = _partial_options(field) if "points" in (response.get("partial_credit") or "").lower() else {}
    correct = (field.get("correct") or "").strip()
    choices: list[Choice] = []

    def add(html: str, share: Decimal, hint: str) -> None:
        choices.append(Choice(_opaque(html, [each.value for each in choices]), html, share, False, hint))

    for text in _listed_options(field.get("options") or ""):
        share = ONE if text == correct else partial.get(text, ZERO)
        add(html_words.escape(text, quote=False), share, "")
    for element in field.iter("option"):
        hint = " ".join(with_label(each, clean) for each in element.iter("optionhint"))
        words = " ".join("".join(_texts(element)).split())
        is_right = is_true(element.get("correct")) or (bool(correct) and words == correct)
        add(html_words.escape(words, quote=False), ONE if is_right else partial.get(words, ZERO), hint)
    if not any(each.share == ONE for each in choices):
        raise BadQuestion("None of its options is marked as correct.")
    return Dropdown(**_fields(common), choices=tuple(choices))


def _partial_options(field: etree._Element) -> dict[str, Decimal]:
    names = [each.strip() for each in (field.get("partial") or "").split(",") if each.strip()]
    values = [decimal_of(each) for each in (field.get("point_values") or "").split(",")]
    return {name: _between_0_and_1(values[at] if at < len(values) else None) for at, name in enumerate(names)}


def _listed_options(text: str) -> list[str]:
    text = text.strip()
    if not text:
        return []
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        inside = text[1:-1] if text[0] in "([" and text[-1] in ")]" else text
        found = re.findall(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,]+))\s*(?:,|$)""", inside)
        return [(a or b or c).strip() for a, b, c in found]
    items = value if isinstance(value, tuple | list) else [value]
    return [str(each).strip() for each in items]


def _numerical(field: etree._Element, response: etree._Element, common: Common, clean: Clean) -> Numerical:
    own_hint = _own_hint(response, "correcthint", clean)
    answers = [_numeric_answer(response.get("answer") or "", own_hint)]
    for element in response.iter("additional_answer"):
        answers.append(
            _numeric_answer(
                element.get("answer") or element.text or "", _own_hint(element, "correcthint", clean)
            )
        )
    partial = (response.get("partial_credit") or "").lower()
    listed: list[str] = []
    near = ZERO
    for parameter in response.iter("responseparam"):
        listed += [
            each.strip() for each in (parameter.get("partial_answers") or "").split(",") if each.strip()
        ]
        near = decimal_of(parameter.get("partial_range")) or near
    hints = [_numeric_answer(answer, html) for answer, html in _old_hints(response, "numericalhint", clean)]
    return Numerical(
        **_fields(common),
        answers=tuple(answers),
        tolerance=_tolerance(response),
        near_factor=(near or Decimal(2)) if "close" in partial else ZERO,
        partial_answers=tuple(listed) if "list" in partial else (),
        wrong_hints=tuple(hints),
        unit_suffix=(field.get("trailing_text") or "").strip(),
        wrong_html=_default_old_hint(response, clean),
    )


def _tolerance(response: etree._Element) -> str:
    for parameter in response.iter("responseparam"):
        if (parameter.get("type") or "tolerance") == "tolerance" and parameter.get("default"):
            return _read_tolerance(parameter.get("default") or "")
    return _read_tolerance(response.get("tolerance") or "")


def _read_tolerance(text: str) -> str:
    text = text.strip()
    try:
        numbers.evaluate(text.rstrip("%") or "0")
    except numbers.NotANumber:
        raise BadQuestion(f"Its tolerance “{text[:60]}” is not a number.") from None
    return text


def _numeric_answer(text: str, html: str) -> NumericAnswer:
    text = text.strip()
    found = _RANGE.fullmatch(text)
    try:
        if found:
            low, high = numbers.evaluate(found[2]), numbers.evaluate(found[3])
            if isinstance(low, complex) or isinstance(high, complex) or low > high:
                raise BadQuestion(f"Its range “{text[:60]}” is not one.")
            return NumericAnswer(
                low=found[2].strip(),
                high=found[3].strip(),
                includes_low=found[1] == "[",
                includes_high=found[4] == "]",
                html=html,
            )
        numbers.evaluate(text)
    except numbers.NotANumber:
        raise BadQuestion(f"Its answer “{text[:60]}” is not a number that Stoa can read.") from None
    return NumericAnswer(expression=text, html=html)


def _short_text(field: etree._Element, response: etree._Element, common: Common, clean: Clean) -> ShortText:
    kinds = (response.get("type") or "").lower().replace(",", " ").split()
    is_pattern = "regexp" in kinds
    given = response.get("answer") or ""
    hint = _own_hint(response, "correcthint", clean)
    extra = list(response.iter("additional_answer"))
    texts = [given] if extra or is_pattern else given.split("_or_")
    answers = [TextAnswer(each.strip(), hint) for each in texts if each.strip()]
    for element in extra:
        text = (element.get("answer") or element.text or "").strip()
        if text:
            answers.append(TextAnswer(text, _own_hint(element, "correcthint", clean)))
    wrong = [
        TextAnswer((each.get("answer") or "").strip(), with_label(each, clean))
        for each in response.iter("stringequalhint")
    ]
    wrong += [TextAnswer(text.strip(), html) for text, html in _old_hints(response, "stringhint", clean)]
    if not answers:
        raise BadQuestion("It does not say which text is correct.")
    if is_pattern:
        _refuse_bad_patterns(answers)
        wrong = [each for each in wrong if _is_usable(each.text)]
    return ShortText(
        **_fields(common),
        answers=tuple(answers),
        wrong_hints=tuple(wrong),
        is_pattern=is_pattern,
        ignores_case="ci" in kinds,  # Open edX compares case unless told; Studio writes type="ci"
        unit_suffix=(field.get("trailing_text") or "").strip(),
        wrong_html=_default_old_hint(response, clean),
    )


def _refuse_bad_patterns(answers: list[TextAnswer]) -> None:
    for each in answers:
        try:
            patterns.check(each.text)
        except patterns.PatternRefused as refused:
            raise BadQuestion(f"Its pattern “{each.text[:60]}” cannot be used: {refused}.") from None


def _is_usable(pattern: str) -> bool:
    try:
        patterns.check(pattern)
    except patterns.PatternRefused:
        return False
    return True


def _old_hints(response: etree._Element, tag: str, clean: Clean) -> Iterator[tuple[str, str]]:
    """Hints of 2013: ``<stringhint answer= name=>`` and ``<hintpart on=name>``."""
    words = {
        part.get("on"): clean(inner_html(part))
        for part in response.iter("hintpart")
        if part.get("on") != "default"
    }
    for hint in response.iter(tag):
        if hint.get("name") in words and hint.get("answer"):
            yield hint.get("answer") or "", words[hint.get("name")]


def _default_old_hint(response: etree._Element, clean: Clean) -> str:
    return "".join(
        clean(inner_html(part)) for part in response.iter("hintpart") if part.get("on") == "default"
    )


def _own_hint(element: etree._Element, tag: str, clean: Clean) -> str:
    return " ".join(with_label(child, clean) for child in element if child.tag == tag)


def _share(choice: etree._Element, *, has_points: bool) -> Decimal:
    correct = (choice.get("correct") or "").strip().lower()
    if correct == "true":
        return ONE
    if has_points and correct in {"partial", "part", "partially-correct"}:
        given = decimal_of(choice.get("point_value"))
        return _between_0_and_1(given)
    return ZERO


def _between_0_and_1(value: Decimal | None) -> Decimal:
    return _HALF if value is None else min(max(value, ZERO), Decimal("0.9999"))


def _is_for(hint: etree._Element, selected: str) -> bool:
    return (hint.get("selected") or "true").strip().lower() == selected


def _texts(option: etree._Element) -> Iterator[str]:
    yield option.text or ""
    for child in option:
        if child.tag not in _HINTS:
            yield "".join(str(each) for each in child.itertext())
        yield child.tail or ""


def _opaque(html: str, taken: list[str]) -> str:
    value = "c" + hashlib.sha256(html.encode()).hexdigest()[:8]
    while value in taken:
        value += "x"
    return value


def _fields(common: Common) -> dict[str, Any]:
    return {
        "input_id": common.input_id,
        "label_html": common.label_html,
        "description_html": common.description_html,
        "points": common.points,
    }
