"""One holding of a security through its days: amortized cost, what of it is left, fair value, credit loss.

The holding is told event by event. Balances are rounded; what moves between two events is their difference, so a
holding that is gone leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from stoa.kernel.money import exponent_of
from stoa.policies import securities as policy
from stoa.policies.frame import Explanation
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.registers import last_day
from stoa.policies.kinds.security_documents import (
    CouponReceived,
    SecurityAssessed,
    SecurityBought,
    SecurityMatured,
    SecurityPriced,
    SecuritySold,
)

_ZERO = Fraction(0)
_RANK = {SecurityPriced: 0, SecurityAssessed: 1, CouponReceived: 2, SecuritySold: 3, SecurityMatured: 4}
Row = tuple[int, date, str, str, int]


@dataclass(slots=True)
class Holding:
    """A purchase and what followed it. Make it with :func:`told`, which goes through its days up to one."""

    bought: Filed
    bond: policy.Bond
    par_left: Fraction
    rows: list[Row] = field(default_factory=list)
    misfits: list[str] = field(default_factory=list)
    accreted: int = 0
    reclassified: int = 0
    released: int = 0
    coupons_due: Fraction = _ZERO
    interest_sold: int = 0
    through: date = date.min
    accreted_until: date = date.min
    priced: SecurityPriced | None = None
    priced_par: Fraction = _ZERO
    credit_loss: Fraction = _ZERO
    lossy_par: Fraction = _ZERO

    @property
    def facts(self) -> SecurityBought:
        """The purchase."""
        facts: SecurityBought = self.bought.facts
        return facts

    @property
    def account(self) -> str:
        """Where amortized cost stands: cash equivalents are cash."""
        return "money_market_funds" if self.facts.is_cash else "securities"

    def minor(self, amount: Fraction) -> int:
        """An amount rounded, in minor units."""
        grid = Grid.of(self.facts.currency)
        return int(grid.round(amount) * 10 ** exponent_of(self.facts.currency))

    def cost(self, as_of: date) -> int:
        """Amortized cost of what is left at the end of a day."""
        if self.facts.is_fund:
            return self.minor(self.par_left)
        return self.minor(policy.carried_on(self.bond, as_of) * self.par_left / self.facts.par)

    def fair_value(self) -> int | None:
        """Fair value of what is left by its latest price; ``None`` before the first one."""
        priced = self.priced
        if priced is None:
            return None
        if priced.price_per_100 is not None:
            return self.minor(self.par_left * priced.price_per_100 / 100)
        return self.minor((priced.fair_value or _ZERO) * self.par_left / self.priced_par)

    def measured(self, as_of: date) -> tuple[int, int]:
        """Allowance for credit loss, and what is in other comprehensive income, at the end of a day."""
        fair = self.fair_value()
        if fair is None or not self.par_left or self.facts.is_cash:
            return 0, 0
        scale = 10 ** exponent_of(self.facts.currency)
        cost = Fraction(self.cost(as_of), scale)
        loss = self.credit_loss * self.par_left / self.lossy_par if self.lossy_par else _ZERO
        values = policy.decide(
            policy.SecurityFacts(
                currency=self.facts.currency,
                amortized_cost=cost,
                fair_value=Fraction(fair, scale),
                expected_cash_flows_present_value=max(cost - loss, _ZERO),
            ),
            Explanation(),
        )
        return int(Fraction(values["allowance"]) * scale), int(Fraction(values["oci"]) * scale)

    def receivable(self, as_of: date) -> Fraction:
        """Coupons that fell due so far, and interest that accrued since the last one; exact."""
        if self.facts.is_fund:
            return _ZERO
        accrued = policy.accrued_on(self.facts.bond(), as_of) * self.par_left / self.facts.par
        return self.coupons_due + accrued


def told(bought: Filed, followed: Sequence[Filed], day: date) -> Holding:
    """The holding at the beginning of ``day``, with every line of the books it made."""
    facts: SecurityBought = bought.facts
    holding = Holding(bought, facts.bond(), facts.par, through=facts.on, accreted_until=facts.on)
    price, accrued = facts.minor(facts.price), facts.minor(facts.accrued_interest)
    paying = "transfer" if facts.is_cash else "purchase_of_securities"
    holding.rows += [
        (bought.id, facts.on, holding.account, paying, price),
        (bought.id, facts.on, "cash", paying, -price),
        (bought.id, facts.on, "interest_receivable", "interest", accrued),
        (bought.id, facts.on, "cash", "interest", -accrued),
    ]
    for each in sorted(
        followed, key=lambda one: (one.effective_on, _RANK[type(one.facts)], one.facts.reference)
    ):
        if each.effective_on < facts.on or (
            not holding.par_left and not isinstance(each.facts, CouponReceived)
        ):
            holding.misfits.append(
                f"{each.facts.reference} is about {facts.reference}, of which nothing is held on {each.effective_on}"
            )
            if isinstance(each.facts, SecuritySold | SecurityMatured):
                _wait(holding, each)
            continue
        _pass_to(holding, each.effective_on)
        _take(holding, each)
    _pass_to(holding, last_day(day))
    _close(holding, accrued)
    return holding


def _pass_to(holding: Holding, as_of: date) -> None:
    """Let the days up to the end of ``as_of`` pass: coupons fall due."""
    if as_of <= holding.through:
        return
    facts = holding.facts
    coupon = facts.par * facts.coupon / facts.frequency
    for _ in policy.coupons_between(facts.bond(), holding.through, as_of):
        holding.coupons_due += coupon * holding.par_left / facts.par
    holding.through = as_of


def _accrete(holding: Holding) -> None:
    """Take up what accreted since the last change of what is held or of its cost."""
    holding.accreted += holding.cost(holding.through) - holding.cost(holding.accreted_until)
    holding.accreted_until = holding.through


def _take(holding: Holding, each: Filed) -> None:
    facts = each.facts
    if isinstance(facts, SecurityPriced):
        holding.priced, holding.priced_par = facts, holding.par_left
    elif isinstance(facts, SecurityAssessed):
        _assess(holding, each)
    elif isinstance(facts, CouponReceived):
        _receive(holding, each)
    elif isinstance(facts, SecuritySold):
        _sell(holding, each)
    else:
        _mature(holding, each)


def _assess(holding: Holding, each: Filed) -> None:
    """A credit loss from now on; or, when a sale is intended or required, a write-down to fair value (326-30-35-10)."""
    facts: SecurityAssessed = each.facts
    scale = 10 ** exponent_of(holding.facts.currency)
    cost = holding.cost(facts.on)
    if facts.intent_to_sell or facts.required_to_sell:
        fair = holding.fair_value()
        holding.credit_loss = _ZERO
        if fair is None or fair >= cost or holding.facts.is_cash:
            return
        _accrete(holding)
        holding.rows.append((each.id, facts.on, holding.account, "impairment", fair - cost))
        holding.rows.append((each.id, facts.on, "credit_loss_on_securities", "impairment", cost - fair))
        holding.bond = replace(
            holding.bond,
            price=Fraction(fair, scale) * holding.facts.par / holding.par_left,
            purchased_on=facts.on,
        )
        return
    expected = facts.expected_cash_flows_present_value
    holding.credit_loss = max(Fraction(cost, scale) - expected, _ZERO) if expected is not None else _ZERO
    holding.lossy_par = holding.par_left


def _receive(holding: Holding, each: Filed) -> None:
    facts: CouponReceived = each.facts
    minor = facts.minor(facts.amount)
    to = "money_market_funds" if facts.is_reinvested and holding.facts.is_fund else "cash"
    holding.rows.append((each.id, facts.on, to, "interest", minor))
    if holding.facts.is_fund:
        holding.rows.append((each.id, facts.on, "interest_income", "interest", -minor))
        if facts.is_reinvested:
            holding.par_left += facts.amount
        return
    holding.rows.append((each.id, facts.on, "interest_receivable", "interest", -minor))


def _sell(holding: Holding, each: Filed) -> None:
    facts: SecuritySold = each.facts
    sold = holding.par_left if facts.par is None else facts.par
    if sold > holding.par_left:
        holding.misfits.append(
            f"{facts.reference} sells more of {holding.facts.reference} than the par of it that is held"
        )
        sold = holding.par_left
    _accrete(holding)
    allowance, in_equity = holding.measured(facts.on)
    cost, due = holding.cost(facts.on), holding.receivable(facts.on)
    left = holding.par_left - sold
    released = allowance - holding.minor(Fraction(allowance, _scale(holding)) * left / holding.par_left)
    reclassified = in_equity - holding.minor(Fraction(in_equity, _scale(holding)) * left / holding.par_left)
    holding.par_left = left
    basis = cost - holding.cost(facts.on)
    proceeds, interest = facts.minor(facts.proceeds), facts.minor(facts.accrued_interest)
    gone = holding.minor(due) - holding.minor(holding.receivable(facts.on))
    _leave(holding, each, basis, proceeds, released, "sale_of_securities")
    holding.rows += [
        (each.id, facts.on, "securities_unrealized", "realized", -reclassified),
        (each.id, facts.on, "other_comprehensive_income_on_securities", "realized", reclassified),
        (each.id, facts.on, "cash", "interest", interest),
        (each.id, facts.on, "interest_receivable", "interest", -gone),
        (each.id, facts.on, "interest_income", "interest", gone - interest),
    ]
    holding.reclassified += reclassified
    holding.interest_sold += gone


def _mature(holding: Holding, each: Filed) -> None:
    facts: SecurityMatured = each.facts
    _accrete(holding)
    allowance, _ = holding.measured(facts.on)
    basis = holding.cost(facts.on)
    due = holding.receivable(facts.on)
    holding.par_left = _ZERO
    holding.coupons_due = due  # what accrued until an early repayment stays due
    _leave(holding, each, basis, facts.minor(facts.amount), allowance, "maturity_of_securities")


def _leave(holding: Holding, each: Filed, basis: int, proceeds: int, released: int, activity: str) -> None:
    """Take cost and its allowance out; what is above or below them is realized. A cash equivalent moves within cash."""
    if holding.facts.is_cash:
        moved = min(basis, proceeds)
        holding.rows += [
            (each.id, each.effective_on, holding.account, "transfer", -moved),
            (each.id, each.effective_on, "cash", "transfer", moved),
            (each.id, each.effective_on, holding.account, "realized", moved - basis),
            (each.id, each.effective_on, "cash", "realized", proceeds - moved),
        ]
    else:
        holding.rows += [
            (each.id, each.effective_on, holding.account, activity, -basis),
            (each.id, each.effective_on, "cash", activity, proceeds),
        ]
    holding.rows += [
        (each.id, each.effective_on, "securities_allowance", activity, released),
        (each.id, each.effective_on, "realized_loss_on_securities", "realized", basis - released - proceeds),
    ]
    holding.released += released


def _wait(holding: Holding, each: Filed) -> None:
    """Money for what is not held waits in suspense."""
    facts = each.facts
    minor = facts.minor(
        facts.proceeds + facts.accrued_interest if isinstance(facts, SecuritySold) else facts.amount
    )
    holding.rows += [
        (each.id, each.effective_on, "cash", "payment", minor),
        (each.id, each.effective_on, "suspense", "payment", -minor),
    ]


def _close(holding: Holding, bought_interest: int) -> None:
    """The running totals: discount accreted, interest earned, allowance and unrealized amounts as they stand."""
    document, on = holding.bought.id, holding.facts.on
    _accrete(holding)
    allowance, in_equity = holding.measured(holding.through)
    provided, unrealized = allowance + holding.released, in_equity + holding.reclassified
    due = holding.minor(holding.receivable(holding.through))
    earned = due - bought_interest + holding.interest_sold
    holding.rows += [
        (document, on, holding.account, "accretion", holding.accreted),
        (document, on, "interest_income", "accretion", -holding.accreted),
        (document, on, "interest_receivable", "interest", earned),
        (document, on, "interest_income", "interest", -earned),
        (document, on, "securities_allowance", "provision", -provided),
        (document, on, "credit_loss_on_securities", "provision", provided),
        (document, on, "securities_unrealized", "unrealized", unrealized),
        (document, on, "other_comprehensive_income_on_securities", "unrealized", -unrealized),
    ]


def _scale(holding: Holding) -> int:
    return int(10 ** exponent_of(holding.facts.currency))
