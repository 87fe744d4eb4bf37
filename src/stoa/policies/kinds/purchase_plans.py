"""The employee stock purchase plan: rights, what is withheld from wages, and what it buys (policy ``purchase_plan_valuation``).

The right's fair value is an expense over the offering. What is withheld is owed to staff until it buys shares. Cash
leaves as wages and comes back as a contribution, on the same day and without a movement at the bank.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial
from typing import ClassVar

from stoa.kernel.spans import Month
from stoa.policies import purchase_plan as policy
from stoa.policies.facts import Amount, Number, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.functions import Function
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Figure, Register, RegisterRow
from stoa.policies.registry import ACCOUNT_CODES

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionShare:
    """The part of an offering that the staff of a function hold."""

    function: Function = fact("Function they work in.")
    share: Share = fact("Their part.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasePlanOffered(DocumentFacts):
    """An offering began: rights to buy shares at a discount, valued on its first day."""

    kind: ClassVar[str] = "purchase_plan_offered"
    title: ClassVar[str] = "Purchase plan offered"

    start_on: date = fact("First day of the offering.")
    purchase_on: date = fact("Day of the purchase.")
    share_price: Price = fact("Share price on the first day.")
    discount: Share = fact('Discount; "0.15" is 15 %.')
    volatility: Quantity = fact("Expected volatility over the offering.")
    risk_free_rate: Number = fact("Risk-free rate of the term, continuously compounded.")
    dividend_yield: Number = fact("Expected dividend yield.", default=_ZERO)
    look_back: bool = fact("Whether the price is the lower of the first and the last day's.", default=True)
    units: Quantity = fact("Rights expected to be used.")
    functions: tuple[FunctionShare, ...] = fact(
        "Who holds them; general and administrative when left out.", default=()
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.purchase_on <= self.start_on:
            raise refuse("purchase_on", "must come after start_on.")
        if self.functions and sum(each.share for each in self.functions) != 1:
            raise refuse("functions", "must sum to 1.")
        if self.share_price <= 0:
            raise refuse("share_price", "must be more than 0.")

    def place(self) -> Place:
        return Place(self.start_on, self.reference, "", "purchase_plan")

    def total_fair_value(self) -> Fraction:
        """Fair value of all rights, by the plan's valuation policy."""
        return _fair_value(self)

    def cost_before(self, day: date) -> Fraction:
        """Cost on the days before ``day``, evenly over the offering."""
        total = (self.purchase_on - self.start_on).days
        elapsed = min(max((day - self.start_on).days, 0), total)
        return Grid.of(self.currency).round(self.total_fair_value() * Fraction(elapsed, total))


@lru_cache(maxsize=4096)
def _fair_value(facts: PurchasePlanOffered) -> Fraction:
    given = policy.PurchasePlanFacts(
        currency=facts.currency,
        share_price=facts.share_price,
        discount=facts.discount,
        term_years=Fraction((facts.purchase_on - facts.start_on).days, 365),
        volatility=facts.volatility,
        risk_free_rate=facts.risk_free_rate,
        dividend_yield=facts.dividend_yield,
        look_back=facts.look_back,
        units=facts.units,
    )
    values = policy.decide(given, Explanation())
    return Fraction(values["total_fair_value"]) if values["is_compensatory"] else _ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasePlanWithheld(DocumentFacts):
    """A contribution to the plan was withheld from wages that are owed; a negative one was given back with them."""

    kind: ClassVar[str] = "purchase_plan_withheld"
    title: ClassVar[str] = "Purchase plan contribution withheld"

    offering: str = fact("Reference of the offering.")
    on: date = fact("Pay day.")
    amount: Amount = fact("Amount.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must not be 0.")

    def place(self) -> Place:
        return Place(self.on, self.offering, "", "purchase_plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchasePlanBought(DocumentFacts):
    """Contributions bought shares."""

    kind: ClassVar[str] = "purchase_plan_bought"
    title: ClassVar[str] = "Purchase plan bought shares"

    offering: str = fact("Reference of the offering.")
    on: date = fact("Day of the purchase.")
    shares: Quantity = fact("Shares.")
    price_per_share: Price = fact("Price after the discount.")
    par_value: Price = fact("Par value of a share; nothing when shares have none.", default=_ZERO)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.shares <= 0:
            raise refuse("shares", "must be more than 0.")
        self.minor(self.paid(), "price_per_share")

    def place(self) -> Place:
        return Place(self.on, self.offering, "", "purchase_plan")

    def paid(self) -> Fraction:
        """What the shares cost the staff."""
        return Grid.of(self.currency).round(self.shares * self.price_per_share)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost by function, contributions owed, shares."""
    for each in known:
        facts = each.facts
        if isinstance(facts, PurchasePlanOffered):
            yield from _cost(each, day)
            continue
        entries: list[tuple[str, str, int]]
        if isinstance(facts, PurchasePlanWithheld):
            amount = facts.minor(facts.amount)
            entries = [
                ("accrued_compensation", "payment", amount),
                ("cash", "payment", -amount),
                ("cash", "purchase_plan", amount),
                ("purchase_plan_withholdings", "accrual", -amount),
            ]
        else:
            paid = facts.minor(facts.paid())
            par = facts.minor(Grid.of(facts.currency).round(facts.shares * facts.par_value))
            entries = [
                ("purchase_plan_withholdings", "settlement", paid),
                ("common_stock", "issue", -par),
                ("additional_paid_in_capital", "issue", par - paid),
            ]
        for account, activity, minor in entries:
            yield Balance(each.id, account, activity, facts.currency, facts.on, minor, segment=CORPORATE)


def _cost(each: Filed, day: date) -> Iterator[Balance]:
    facts: PurchasePlanOffered = each.facts
    shares = facts.functions or (FunctionShare(function="general_and_administrative", share=Fraction(1)),)
    cost = facts.cost_before(day)
    parts = Grid.of(facts.currency).split(cost, [part.share for part in shares])
    entries = [
        (f"stock_compensation_in_{part.function}", facts.minor(amount))
        for part, amount in zip(shares, parts, strict=True)
    ]
    entries.append(("additional_paid_in_capital", -facts.minor(cost)))
    for account, minor in entries:
        yield Balance(
            *(each.id, account, "service", facts.currency, facts.start_on, minor), segment=CORPORATE
        )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Contributions and purchases of offerings that are not filed, and purchases above what was withheld."""
    offered = {
        (each.facts.reference, each.facts.currency)
        for each in known
        if isinstance(each.facts, PurchasePlanOffered)
    }
    left: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for each in known:
        facts = each.facts
        if isinstance(facts, PurchasePlanOffered):
            continue
        key = facts.offering, facts.currency
        if key not in offered:
            yield f"{facts.reference} belongs to the offering {facts.offering!r}, which is not filed in {facts.currency}"
        left[key] += facts.amount if isinstance(facts, PurchasePlanWithheld) else -facts.paid()
        if left[key] < 0:
            yield f"{facts.reference} takes more than was withheld for {facts.offering!r} by {each.effective_on}"


def register(known: Sequence[Filed], day: date) -> Register:
    """Offerings with their cost, recognized and to come, and contributions that wait for the purchase."""
    rows, withheld = [], dict[str, int]()
    for each in known:
        facts = each.facts
        if not isinstance(facts, PurchasePlanOffered):
            continue
        total, cost = facts.minor(facts.total_fair_value()), facts.minor(facts.cost_before(day))
        rows.append(
            RegisterRow(
                document=each.id,
                reference=facts.reference,
                name=facts.title,
                kind="purchase_right",
                currency=facts.currency,
                begun_on=facts.start_on,
                cost_minor=total,
                accumulated_minor=cost,
                carrying_minor=total - cost,
                next_movement_minor=facts.minor(facts.cost_before(Month.of(day).end_on)) - cost,
                end_on=facts.purchase_on,
                account=ACCOUNT_CODES["additional_paid_in_capital"],
            )
        )
    for balance in balances(known, day):
        if balance.account == "purchase_plan_withholdings":
            withheld[balance.currency] = withheld.get(balance.currency, 0) - balance.amount_minor
    figures = tuple(
        Figure(words="Contributions withheld", currency=currency, amount_minor=amount)
        for currency, amount in sorted(withheld.items())
    )
    return Register(family=FAMILY.name, day=day, rows=tuple(rows), figures=figures)


FAMILY = Family(
    name="purchase_plan_valuation",
    version=policy.POLICY.version,
    kinds=(PurchasePlanOffered, PurchasePlanWithheld, PurchasePlanBought),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
