"""What a kind of document declares, and what its family answers."""

import dataclasses
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Month
from stoa.policies.facts import fact, refuse
from stoa.policies.grid import number_text
from stoa.policies.kinds.registers import Register

_LONGEST_TEXT = 200
_LARGEST_AMOUNT_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands: the day it takes effect, and what it is about.

    ``contract`` is the reference that groups documents on pages; ``customer`` and ``product`` may be empty.
    """

    effective_on: date
    contract: str
    customer: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Debt:
    """What a document says is owed: the account that holds it, to whom, and its parts by what cash will pay for.

    ``parts`` are activities of the payment (``payment``, ``purchase_of_assets`` …) with minor units.
    """

    account: str
    creditor: str
    parts: tuple[tuple[str, int], ...]
    due_on: date | None = None

    @property
    def total(self) -> int:
        """All that is owed, in minor units."""
        return sum(minor for _, minor in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What the documents of every kind share."""

    kind: ClassVar[str]
    title: ClassVar[str]

    reference: str = fact("Unique reference of the document; filing the same content again changes nothing.")
    entity: str = fact("Company whose books it enters.")
    currency: str = fact("ISO 4217 code.", default="USD")

    def __post_init__(self) -> None:
        try:
            exponent_of(self.currency)
        except ValueError as error:
            raise refuse("currency", f"{error}.") from None
        _check_texts(self, "")

    def place(self) -> Place:
        """Where the document stands in the books."""
        raise NotImplementedError

    def owed(self) -> Debt | None:
        """What it makes the company owe until ``supplier_paid`` or ``payroll_paid`` names it; most documents nothing."""
        return None

    def minor(self, amount: Fraction, path: str = "amount") -> int:
        """``amount`` in minor units; refuses, under ``path``, what the currency cannot express."""
        scaled = amount * 10 ** exponent_of(self.currency)
        if scaled.denominator != 1:
            raise refuse(path, f"{number_text(amount)} has more decimal places than {self.currency} has.")
        if abs(scaled) > _LARGEST_AMOUNT_MINOR:
            raise refuse(path, f"{number_text(amount)} is larger than these books can hold.")
        return int(scaled)


@dataclass(frozen=True, slots=True)
class Filed:
    """A document as a family sees it: numbered, with the day it takes effect and the month it counts from."""

    id: int
    effective_on: date
    counts_from: date
    facts: Any


@dataclass(frozen=True, slots=True)
class Balance:
    """What one document put into one account by a day; debit positive. ``account`` is a name or a code.

    ``first_on`` is the first day the amount belongs to.
    """

    document: int
    account: str
    activity: str
    currency: str
    first_on: date
    amount_minor: int
    segment: str = ""
    product: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The kinds that one policy accounts for together.

    ``balances(known, day)`` gives what every account holds at the beginning of ``day``, from the documents known
    then, in order of effect; it balances and never refuses. ``active(known, month)`` names the documents that must
    have an entry in ``month``. ``problems(known, day)`` says in words what keeps a close from being right.
    ``sees`` are kinds of other families that it takes into account: they are among ``known`` too.
    ``register(known, day)`` lists what the family keeps, where it keeps something.
    """

    name: str
    version: str
    kinds: tuple[type[DocumentFacts], ...]
    balances: Callable[[Sequence[Filed], date], Iterable[Balance]]
    active: Callable[[Sequence[Filed], Month], Iterable[int]]
    problems: Callable[[Sequence[Filed], date], Iterable[str]]
    sees: tuple[type[DocumentFacts], ...] = ()
    register: Callable[[Sequence[Filed], date], Register] | None = None


@dataclass(frozen=True, slots=True)
class MonthRevenue:
    """Revenue that the books of one month hold, for one currency and dimension; earned is positive.

    ``is_late`` is what the month took up for days of locked months: it counts in the month that booked it.
    """

    month: Month
    currency: str
    segment: str
    product: str
    partner: str
    is_late: bool
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueFamily:
    """A family that also sees what was recognized as revenue: costs that follow it, such as partner fees.

    It is asked after every ``Family`` and every policy in SQL. ``revenue`` is all that a cut knows, by month; its
    own lines never count as revenue. Else it answers as a ``Family`` does.
    """

    name: str
    version: str
    kinds: tuple[type[DocumentFacts], ...]
    balances: Callable[[Sequence[Filed], Sequence[MonthRevenue], date], Iterable[Balance]]
    active: Callable[[Sequence[Filed], Sequence[MonthRevenue], Month], Iterable[int]]
    problems: Callable[[Sequence[Filed], Sequence[MonthRevenue], date], Iterable[str]]
    sees: tuple[type[DocumentFacts], ...] = ()
    register: Callable[[Sequence[Filed], date], Register] | None = None


def facts_as_json(facts: object) -> dict[str, Any]:
    """The facts as JSON that reads back the same; what is at its default is left out, so equal facts are equal text."""
    return {
        each.name: _as_json(getattr(facts, each.name))
        for each in dataclasses.fields(facts)  # type: ignore[arg-type]
        if getattr(facts, each.name) != each.default
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, Fraction):
        decimal = number_text(value, 18)
        return decimal if Fraction(decimal) == value else f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_as_json(each) for each in value]
    return facts_as_json(value) if dataclasses.is_dataclass(value) else value


def _check_texts(facts: Any, path: str) -> None:
    for each in dataclasses.fields(facts):
        value = getattr(facts, each.name)
        for index, part in enumerate(value if isinstance(value, tuple) else (value,)):
            here = f"{path}{each.name}" + (f"[{index}]" if isinstance(value, tuple) else "")
            if dataclasses.is_dataclass(part):
                _check_texts(part, f"{here}.")
            elif isinstance(part, str):
                _check_text(part, here)


def _check_text(text: str, path: str) -> None:
    if len(text) > _LONGEST_TEXT:
        raise refuse(path, f"must be text of at most {_LONGEST_TEXT} characters.")
    problem = problem_of_text(text) or (problem_of_reference(text) if path == "reference" else "")
    if problem:
        raise refuse(path, f"{problem}.")


def problem_of_text(text: str) -> str:
    """What is wrong with a text for books that are printed, and listed in terminals; empty when nothing is."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return "has a character that no text file holds"
    if not text.isprintable() and any(sign in text for sign in _CONTROLS):
        return "has a control character"
    return ""


def problem_of_reference(text: str) -> str:
    """What is wrong with a text by which a document is found: two that look the same must be the same."""
    if text != text.strip() or (
        not text.isprintable() and any(unicodedata.category(sign) in _UNSEEN for sign in text)
    ):
        return "has a character that cannot be seen, or a space at an end"
    return ""


_CONTROLS = tuple(chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127))
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")


def documents_that_move(
    balances: Callable[[Sequence[Filed], date], Iterable[Balance]], known: Sequence[Filed], month: Month
) -> Iterator[int]:
    """Documents whose balances are not at the end of a month what they were at its beginning, as known then."""
    before = [each for each in known if each.effective_on < month.start_on]
    sums: dict[tuple[int, str, str], int] = {}
    for sign, documents, day in ((1, known, month.end_on), (-1, before, month.start_on)):
        for each in balances(documents, day):
            key = each.document, each.account, each.activity
            sums[key] = sums.get(key, 0) + sign * each.amount_minor
    return iter(sorted({document for (document, _, _), amount in sums.items() if amount}))
