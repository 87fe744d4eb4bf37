"""What a learner may see of a problem: the questions before grading, a hint on demand, the solution after."""

import html as html_words
import random
from collections.abc import Sequence

from stoa.courseware.data import HtmlPart, OptionView, ProblemView, QuestionKind, QuestionPart, SolutionView
from stoa.courseware.problems.grade import rounded
from stoa.courseware.problems.model import (
    AnyQuestion,
    Choice,
    Dropdown,
    MultipleChoice,
    Numerical,
    Problem,
    ShortText,
    SingleChoice,
    Text,
)

_KINDS: dict[type[object], QuestionKind] = {
    SingleChoice: "single_choice",
    MultipleChoice: "multiple_choice",
    Dropdown: "dropdown",
    Numerical: "numerical",
    ShortText: "text",
}


def view_of(problem: Problem, *, key: str, seed: int) -> ProblemView:
    """Return the problem without answers, feedback or hints; ``seed`` fixes shuffles and answer pools."""
    return ProblemView(
        key=key,
        title=problem.title,
        weight=rounded(problem.possible),
        max_attempts=problem.max_attempts,
        showanswer=problem.showanswer,
        parts=tuple(
            HtmlPart(part.html)
            if isinstance(part, Text)
            else _question_view(part, f"{seed}:{key}:{part.input_id}")
            for part in problem.parts
        ),
        demand_hint_count=len(problem.hints),
    )


def solution_of(problem: Problem) -> SolutionView:
    """Return the accepted answers of each input as HTML, and the author's solution."""
    answers = {question.input_id: tuple(_accepted(question)) for question in problem.questions}
    return SolutionView(answers=answers, solution_html=problem.solution_html)


def _question_view(question: AnyQuestion, seed: str) -> QuestionPart:
    choices: Sequence[Choice] = ()
    if isinstance(question, SingleChoice | MultipleChoice | Dropdown):
        choices = _shown_choices(question, seed)
    return QuestionPart(
        input_id=question.input_id,
        kind=_KINDS[type(question)],
        label_html=question.label_html,
        options=tuple(OptionView(choice.value, choice.html) for choice in choices),
        description_html=question.description_html,
        unit_suffix=question.unit_suffix if isinstance(question, Numerical | ShortText) else "",
    )


def _shown_choices(question: SingleChoice | MultipleChoice | Dropdown, seed: str) -> Sequence[Choice]:
    choices: Sequence[Choice] = question.choices
    chance = random.Random(seed)  # noqa: S311 - a shuffle, not a secret
    is_shuffled = not isinstance(question, Dropdown) and question.is_shuffled
    if isinstance(question, SingleChoice) and question.pool_size > 1:
        choices = _pool(choices, question.pool_size, chance)
        is_shuffled = True
    return _shuffled(choices, chance) if is_shuffled else choices


def _pool(choices: Sequence[Choice], size: int, chance: random.Random) -> Sequence[Choice]:
    """One correct choice and ``size - 1`` others, in the author's order."""
    right = [choice for choice in choices if choice.is_correct]
    wrong = [choice for choice in choices if not choice.is_correct]
    kept = {chance.choice(right).value} | {
        choice.value for choice in chance.sample(wrong, min(size - 1, len(wrong)))
    }
    return [choice for choice in choices if choice.value in kept]


def _shuffled(choices: Sequence[Choice], chance: random.Random) -> Sequence[Choice]:
    """Shuffle all but the fixed choices, which keep their places."""
    loose = [choice for choice in choices if not choice.is_fixed]
    chance.shuffle(loose)
    following = iter(loose)
    return [choice if choice.is_fixed else next(following) for choice in choices]


def _accepted(question: AnyQuestion) -> list[str]:
    if isinstance(question, SingleChoice | MultipleChoice | Dropdown):
        return [choice.html for choice in question.choices if choice.is_correct]
    suffix = f" {question.unit_suffix}" if question.unit_suffix else ""
    if isinstance(question, ShortText):
        return [html_words.escape(answer.text + suffix, quote=False) for answer in question.answers]
    return [
        html_words.escape(
            (
                f"{'[' if answer.includes_low else '('}{answer.low}, {answer.high}"
                f"{']' if answer.includes_high else ')'}"
                if answer.is_range
                else answer.expression
            )
            + suffix,
            quote=False,
        )
        for answer in question.answers
    ]
