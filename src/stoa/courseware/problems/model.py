"""The model of a problem: everything its author wrote that Stoa shows or grades by.

All ``*_html`` is sanitized already. Points and shares are exact decimals.
"""

from dataclasses import dataclass, field
from decimal import Decimal

ONE = Decimal(1)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Text:
    """HTML between questions."""

    html: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list. ``share`` is the part of the points it earns when chosen alone (0..1)."""

    value: str
    html: str
    share: Decimal
    is_fixed: bool = False
    chosen_html: str = ""
    unchosen_html: str = ""

    @property
    def is_correct(self) -> bool:
        return self.share == ONE


@dataclass(frozen=True, slots=True)
class CompoundHint:
    """Feedback for exactly this set of chosen values."""

    values: tuple[str, ...]
    html: str


@dataclass(frozen=True, slots=True)
class Question:
    """What every question has. ``points`` is its raw worth before the problem's weight."""

    input_id: str
    label_html: str
    description_html: str = ""
    points: Decimal = ONE


@dataclass(frozen=True, slots=True)
class SingleChoice(Question):
    """Radio buttons: one choice, any correct one is right."""

    choices: tuple[Choice, ...] = ()
    is_shuffled: bool = False
    pool_size: int = 0


@dataclass(frozen=True, slots=True)
class MultipleChoice(Question):
    """Check boxes: all correct ones and no other. ``partial`` is "", "edc" or "halves"."""

    choices: tuple[Choice, ...] = ()
    is_shuffled: bool = False
    partial: str = ""
    compound_hints: tuple[CompoundHint, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropdown(Question):
    """A list to select one option from."""

    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class NumericAnswer:
    """A number (``expression``) or, with ``low`` and ``high``, a range with open or closed ends."""

    expression: str = ""
    low: str = ""
    high: str = ""
    includes_low: bool = True
    includes_high: bool = True
    html: str = ""

    @property
    def is_range(self) -> bool:
        return bool(self.low)


@dataclass(frozen=True, slots=True)
class Numerical(Question):
    """A number within ``tolerance`` ("0.1", "5%", or "" for rounding errors only)."""

    answers: tuple[NumericAnswer, ...] = ()
    tolerance: str = ""
    near_factor: Decimal = ZERO
    partial_answers: tuple[str, ...] = ()
    wrong_hints: tuple[NumericAnswer, ...] = ()
    unit_suffix: str = ""
    wrong_html: str = ""


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """An accepted (or, as a hint, expected wrong) text or pattern, with its feedback."""

    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class ShortText(Question):
    """A line of text, compared as text or, with ``is_pattern``, by regular expression."""

    answers: tuple[TextAnswer, ...] = ()
    wrong_hints: tuple[TextAnswer, ...] = ()
    is_pattern: bool = False
    ignores_case: bool = True
    unit_suffix: str = ""
    wrong_html: str = ""


AnyQuestion = SingleChoice | MultipleChoice | Dropdown | Numerical | ShortText


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole problem. ``weight`` is ``None`` when the problem is worth its questions' points."""

    title: str
    parts: tuple[Text | AnyQuestion, ...]
    weight: Decimal | None = None
    max_attempts: int | None = None
    showanswer: str = "finished"
    hints: tuple[str, ...] = ()
    solution_html: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def questions(self) -> tuple[AnyQuestion, ...]:
        return tuple(part for part in self.parts if not isinstance(part, Text))

    @property
    def raw_points(self) -> Decimal:
        return sum((question.points for question in self.questions), ZERO)

    @property
    def possible(self) -> Decimal:
        return self.raw_points if self.weight is None else self.weight
