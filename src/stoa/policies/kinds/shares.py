"""Shares issued and bought back, options exercised, units vested (ASC 505-10, 505-30, 718-10).

Common stock holds the par value, paid-in capital the rest. What is bought back is treasury stock at cost. Options that
are exercised before they vest are a liability until they do: the company may buy those shares back at their price.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.kernel.refusals import Invalid
from stoa.policies.facts import Price, Quantity, fact, refuse
from stoa.policies.grid import Grid
from stoa.policies.kinds.awards import AwardGranted
from stoa.policies.kinds.frame import Balance, DocumentFacts, Filed, Place
from stoa.policies.kinds.registers import last_day

_ZERO = Fraction(0)
_PAR = "Par value of a share; nothing when shares have none."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareIssued(DocumentFacts):
    """Shares were issued for cash: at an offering, or privately."""

    kind: ClassVar[str] = "share_issued"
    title: ClassVar[str] = "Shares issued"

    on: date = fact("First day on which they are outstanding, and the money was there.")
    shares: Quantity = fact("Shares.")
    price_per_share: Price = fact("Price of a share.")
    par_value: Price = fact(_PAR, default=_ZERO)
    underwriting_discount: Price = fact("Kept by the underwriters: it reduces the proceeds.", default=_ZERO)
    purpose: Literal["offering", "private_placement", "conversion", "other"] = fact(
        "Why they were issued.", default="offering"
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        _check_shares(self.shares)
        gross = self.minor(_round(self, self.shares * self.price_per_share), "price_per_share")
        if self.minor(self.underwriting_discount, "underwriting_discount") > gross:
            raise refuse("underwriting_discount", "must not be more than the proceeds.")

    def place(self) -> Place:
        return Place(self.on, self.reference, "", "shares")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesRepurchased(DocumentFacts):
    """The company bought its own shares back: treasury stock, at cost."""

    kind: ClassVar[str] = "shares_repurchased"
    title: ClassVar[str] = "Shares repurchased"

    on: date = fact("First day on which they are no longer outstanding, and the money had left.")
    shares: Quantity = fact("Shares.")
    amount: Price = fact("What was paid, with commissions.")
    excise_tax: Price = fact("Excise tax on the purchase, owed; part of the cost.", default=_ZERO)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        _check_shares(self.shares)
        self.minor(self.amount)
        self.minor(self.excise_tax, "excise_tax")

    def place(self) -> Place:
        return Place(self.on, self.reference, "", "shares")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionExercised(DocumentFacts):
    """A holder exercised options and paid their price. Those that had not vested are early exercised."""

    kind: ClassVar[str] = "option_exercised"
    title: ClassVar[str] = "Option exercised"

    award: str = fact("Reference of the award.")
    on: date = fact("Day of exercise.")
    shares: Quantity = fact("Options exercised.")
    price_per_share: Price = fact("Exercise price.")
    unvested_shares: Quantity = fact("How many of them had not vested (early exercise).", default=_ZERO)
    par_value: Price = fact(_PAR, default=_ZERO)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        _check_shares(self.shares)
        self.minor(_round(self, self.shares * self.price_per_share), "price_per_share")
        if self.unvested_shares > self.shares:
            raise refuse("unvested_shares", "must not be more than the shares.")

    def place(self) -> Place:
        return Place(self.on, self.award, "", "award")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyExerciseRepurchased(DocumentFacts):
    """A holder left: unvested shares of an early exercise were bought back at their exercise price."""

    kind: ClassVar[str] = "early_exercise_repurchased"
    title: ClassVar[str] = "Early-exercised shares repurchased"

    exercise: str = fact("Reference of the exercise.")
    on: date = fact("Day of the repurchase.")
    shares: Quantity = fact("Unvested shares bought back.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        _check_shares(self.shares)

    def place(self) -> Place:
        return Place(self.on, self.exercise, "", "award")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardVested(DocumentFacts):
    """Units vested and became shares. Shares withheld for the holder's taxes are a payment out of equity."""

    kind: ClassVar[str] = "award_vested"
    title: ClassVar[str] = "Stock award vested"

    award: str = fact("Reference of the award.")
    on: date = fact("Day of vesting: the shares are outstanding from then.")
    shares: Quantity = fact("Shares that vested.")
    shares_withheld: Quantity = fact("Shares kept by the company for taxes (net settlement).", default=_ZERO)
    tax_withheld: Price = fact("Tax on them that the company pays in cash.", default=_ZERO)
    tax_paid_on: date | None = fact("Day on which it was paid; the day of vesting by default.", default=None)
    par_value: Price = fact(_PAR, default=_ZERO)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        _check_shares(self.shares)
        if self.shares_withheld > self.shares:
            raise refuse("shares_withheld", "must not be more than the shares.")
        self.minor(self.tax_withheld, "tax_withheld")
        if bool(self.shares_withheld) != bool(self.tax_withheld):
            raise refuse("tax_withheld", "belongs to shares_withheld: give both, or neither.")
        if self.tax_paid_on is not None and self.tax_paid_on < self.on:
            raise refuse("tax_paid_on", "must not lie before the day of vesting.")

    def place(self) -> Place:
        return Place(self.on, self.award, "", "award")


def _check_shares(shares: Fraction) -> None:
    if shares <= 0:
        raise refuse("shares", "must be more than 0.")


def _round(facts: DocumentFacts, amount: Fraction) -> Fraction:
    return Grid.of(facts.currency).round(amount)


Entry = tuple[str, str, int]


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Common stock, paid-in capital, treasury stock, early-exercised shares, and cash."""
    awards = _awards(known)
    back = _bought_back(known)
    for each in known:
        facts = each.facts
        entries: list[Entry] = []
        if isinstance(facts, ShareIssued):
            entries = _issued(facts)
        elif isinstance(facts, SharesRepurchased):
            paid, excise = facts.minor(facts.amount), facts.minor(facts.excise_tax)
            entries = [
                ("treasury_stock", "repurchase", paid + excise),
                ("cash", "share_repurchase", -paid),
                ("accrued_expenses", "share_repurchase", -excise),
            ]
        elif isinstance(facts, OptionExercised):
            entries = _exercised(facts, awards.get((facts.award, facts.currency)), back[facts.reference], day)
        elif isinstance(facts, EarlyExerciseRepurchased):
            entries = _bought(facts, known)
        elif isinstance(facts, AwardVested):
            entries = _vested(facts, day)
        for account, activity, minor in entries:
            yield Balance(each.id, account, activity, facts.currency, facts.on, minor)


def _issued(facts: ShareIssued) -> list[Entry]:
    gross = facts.minor(_round(facts, facts.shares * facts.price_per_share))
    net = gross - facts.minor(facts.underwriting_discount)
    par = facts.minor(_round(facts, facts.shares * facts.par_value))
    return [
        ("cash", "share_issue", net),
        ("common_stock", "issue", -par),
        ("additional_paid_in_capital", "issue", par - net),
    ]


def _exercised(
    facts: OptionExercised, award: AwardGranted | None, bought_back: Fraction, day: date
) -> list[Entry]:
    paid = facts.minor(_round(facts, facts.shares * facts.price_per_share))
    unvested = unvested_of(facts, award, bought_back, day)
    never = min(bought_back, facts.unvested_shares)
    owed = facts.minor(_round(facts, unvested * facts.price_per_share))
    returned = facts.minor(_round(facts, never * facts.price_per_share))
    par = facts.minor(_round(facts, (facts.shares - unvested - never) * facts.par_value))
    return [
        ("cash", "option_exercise", paid),
        ("early_exercised_shares", "exercise", -owed - returned),
        ("common_stock", "exercise", -par),
        ("additional_paid_in_capital", "exercise", par + owed + returned - paid),
    ]


def unvested_of(
    facts: OptionExercised, award: AwardGranted | None, bought_back: Fraction, day: date
) -> Fraction:
    """Shares of an exercise that still have to vest at the beginning of ``day``, in order of the award's tranches."""
    held = max(facts.unvested_shares - bought_back, _ZERO)
    if award is None or not held or award.units is None:
        return held
    since = award.vested_share_on(last_day(day)) - award.vested_share_on(facts.on)
    return max(held - award.units * since, _ZERO)


def _bought(facts: EarlyExerciseRepurchased, known: Sequence[Filed]) -> list[Entry]:
    exercise = next(
        (
            each.facts
            for each in known
            if isinstance(each.facts, OptionExercised)
            and (each.facts.reference, each.facts.currency) == (facts.exercise, facts.currency)
        ),
        None,
    )
    if exercise is None:
        return []
    paid = facts.minor(_round(facts, facts.shares * exercise.price_per_share))
    return [("early_exercised_shares", "repurchase", paid), ("cash", "share_repurchase", -paid)]


def _vested(facts: AwardVested, day: date) -> list[Entry]:
    par = facts.minor(_round(facts, (facts.shares - facts.shares_withheld) * facts.par_value))
    tax = facts.minor(facts.tax_withheld)
    is_paid = (facts.tax_paid_on or facts.on) < day
    return [
        ("common_stock", "settlement", -par),
        ("additional_paid_in_capital", "settlement", par),
        ("additional_paid_in_capital", "tax_on_share_settlement", tax),
        ("cash", "tax_on_share_settlement", -tax if is_paid else 0),
        ("accrued_compensation", "tax_on_share_settlement", 0 if is_paid else -tax),
    ]


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Exercises and vestings of awards that are not filed or have fewer units, and repurchases of other shares."""
    awards, back = _awards(known), _bought_back(known)
    used: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    exercises = {}
    for each in known:
        facts = each.facts
        if isinstance(facts, OptionExercised | AwardVested):
            key = facts.award, facts.currency
            award = awards.get(key)
            used[key] += facts.shares
            if award is None:
                yield f"{facts.reference} belongs to the award {facts.award!r}, which is not filed in {facts.currency}"
            elif award.units is not None and used[key] > award.units:
                yield f"{facts.reference} takes more than the {award.units} units of the award {facts.award!r}"
            elif isinstance(facts, AwardVested):
                yield from _problems_with_vesting(facts, award, used[key])
        if isinstance(facts, OptionExercised):
            exercises[facts.reference, facts.currency] = facts
    for each in known:
        if isinstance(each.facts, EarlyExerciseRepurchased):
            exercise = exercises.get((each.facts.exercise, each.facts.currency))
            if exercise is None:
                yield f"{each.facts.reference} belongs to the exercise {each.facts.exercise!r}, which is not filed"
            elif back[exercise.reference] > exercise.unvested_shares:
                yield f"{each.facts.reference} buys back more shares than {exercise.reference} exercised early"


def _problems_with_vesting(facts: AwardVested, award: AwardGranted, used: Fraction) -> Iterator[str]:
    if award.units is None:
        return
    try:
        due = award.units * award.vested_share_on(facts.on)
    except Invalid:  # told by the family of the awards
        return
    if used > due:
        yield f"{facts.reference} vests more shares of {facts.award!r} than its tranches had by {facts.on}"


def _awards(known: Sequence[Filed]) -> dict[tuple[str, str], AwardGranted]:
    return {
        (each.facts.reference, each.facts.currency): each.facts
        for each in known
        if isinstance(each.facts, AwardGranted)
    }


def _bought_back(known: Sequence[Filed]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = defaultdict(Fraction)
    for each in known:
        if isinstance(each.facts, EarlyExerciseRepurchased):
            found[each.facts.exercise] += each.facts.shares
    return found
