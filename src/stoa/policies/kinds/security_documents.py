"""What is filed of a security: bought, priced, assessed, paid interest, sold, matured (ASC 320, 326-30; ACC-03 to ACC-08)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Literal

from stoa.policies import cash_classification, securities
from stoa.policies.facts import Number, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds.frame import DocumentFacts, Place

MONEY_MARKET_FUND = "money_market_fund"
_LINE_OF_CASH = "cash_and_cash_equivalents"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityBought(DocumentFacts):
    """A debt security, or shares of a money-market fund, was bought. What matures within three months is cash."""

    kind: ClassVar[str] = "security_bought"
    title: ClassVar[str] = "Security bought"

    name: str = fact("Name in the register.")
    identifier: str | None = fact("CUSIP or ISIN.", default=None)
    security_kind: Literal["treasury", "agency", "corporate", "deposit", "money_market_fund"] = fact(
        "What it is.", default="treasury"
    )
    on: date = fact("Day on which it was bought (settled): the maturity is counted from it.")
    matures_on: date | None = fact("Maturity; a money-market fund has none.", default=None)
    par: Price = fact("Face amount; of a fund what was paid.")
    price: Price = fact("Price paid, without accrued interest.")
    accrued_interest: Price = fact("Accrued interest that was bought with it.", default=Fraction(0))
    coupon: Number = fact('Annual coupon rate; "0" for a bill.', default=Fraction(0))
    frequency: int = fact("Coupons a year: 1, 2, 4 or 12.", default=2)
    day_count: securities.DayCount = fact("Bill: day-count convention.", default="actual/actual")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        for name in ("par", "price", "accrued_interest"):
            self.minor(getattr(self, name), name)
        if not self.par or not self.price:
            raise refuse("par", "must be more than 0, as the price.")
        if self.is_fund:
            if self.matures_on is not None or self.coupon or self.accrued_interest or self.par != self.price:
                raise refuse(
                    "par", "a money-market fund has no maturity or coupon, and par is what was paid."
                )
            return
        if self.matures_on is None:
            raise refuse("matures_on", "is missing: only a money-market fund has none.")
        if not 0 <= self.coupon <= 1:
            raise refuse("coupon", 'must be between 0 and 1; "0.04" is 4 %.')
        if self.matures_on.year - self.on.year > 100:
            raise refuse("matures_on", "must lie within a hundred years.")
        securities.carried_on(self.bond(), self.matures_on)
        securities.carried_on(self.bond(), date.fromordinal(self.on.toordinal() + 1))

    def place(self) -> Place:
        return Place(self.on, self.reference)

    @property
    def is_fund(self) -> bool:
        """Whether it is a money-market fund: at cost, without maturity."""
        return self.security_kind == MONEY_MARKET_FUND

    @property
    def is_cash(self) -> bool:
        """Whether it is a cash equivalent, by its maturity when it was bought."""
        kind: Literal["money_market_fund", "treasury", "deposit", "other_debt"]
        if self.security_kind in ("money_market_fund", "treasury", "deposit"):
            kind = self.security_kind
        else:
            kind = "other_debt"
        holding = cash_classification.Holding(
            name=self.name, kind=kind, amount=self.price, purchased_on=self.on, matures_on=self.matures_on
        )
        return cash_classification.line_of(holding, self.on, "", Explanation()) == _LINE_OF_CASH

    def bond(self) -> securities.Bond:
        """Its terms as the policy takes them."""
        return securities.Bond(
            par=self.par,
            coupon=self.coupon,
            frequency=self.frequency,
            price=self.price,
            purchased_on=self.on,
            matures_on=self.matures_on,
            day_count=self.day_count,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPriced(DocumentFacts):
    """The fair value of a holding on a day. Every month needs one of its last days."""

    kind: ClassVar[str] = "security_priced"
    title: ClassVar[str] = "Security priced"

    security: str = fact("Reference of the purchase.")
    on: date = fact("Day of the price.")
    fair_value: Price | None = fact("Fair value of what is held, without accrued interest.", default=None)
    price_per_100: Quantity | None = fact("Or the price of 100 of par.", default=None)
    level: int = fact(
        "1: quoted, identical, active market; 2: other observable inputs; 3: unobservable.", default=1
    )
    source: str | None = fact("Where the price is from.", default=None)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if (self.fair_value is None) == (self.price_per_100 is None):
            raise refuse("fair_value", "give either fair_value or price_per_100.")
        if self.fair_value is not None:
            self.minor(self.fair_value, "fair_value")
        if self.level not in (1, 2, 3):
            raise refuse("level", "must be 1, 2 or 3.")

    def place(self) -> Place:
        return Place(self.on, self.security)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityAssessed(DocumentFacts):
    """A security below its cost was assessed: how much of the shortfall is an expected credit loss."""

    kind: ClassVar[str] = "security_assessed"
    title: ClassVar[str] = "Credit loss of a security assessed"

    security: str = fact("Reference of the purchase.")
    on: date = fact("Day of the assessment; file the price of that day too.")
    expected_cash_flows_present_value: Price | None = fact(
        "Present value, at the effective rate, of what is expected to be collected; all of it when left out.",
        default=None,
    )
    intent_to_sell: bool = fact("Whether a sale is intended.", default=False)
    required_to_sell: bool = fact(
        "Whether a sale before recovery is more likely than not required.", default=False
    )

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if self.expected_cash_flows_present_value is not None:
            self.minor(self.expected_cash_flows_present_value, "expected_cash_flows_present_value")

    def place(self) -> Place:
        return Place(self.on, self.security)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuritySold(DocumentFacts):
    """A security, or a part of the holding, was sold."""

    kind: ClassVar[str] = "security_sold"
    title: ClassVar[str] = "Security sold"

    security: str = fact("Reference of the purchase.")
    on: date = fact("Day of the sale (settled).")
    par: Price | None = fact("Face amount sold; all that is left when left out.", default=None)
    proceeds: Price = fact("Proceeds without accrued interest.")
    accrued_interest: Price = fact("Accrued interest that the buyer paid.", default=Fraction(0))

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        for name in ("proceeds", "accrued_interest"):
            self.minor(getattr(self, name), name)
        if self.par is not None and not self.minor(self.par, "par"):
            raise refuse("par", "must be more than 0.")

    def place(self) -> Place:
        return Place(self.on, self.security)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityMatured(DocumentFacts):
    """A security was paid back at maturity."""

    kind: ClassVar[str] = "security_matured"
    title: ClassVar[str] = "Security matured"

    security: str = fact("Reference of the purchase.")
    on: date = fact("Day on which the money was there.")
    amount: Price = fact("What was paid back, without interest.")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        self.minor(self.amount)

    def place(self) -> Place:
        return Place(self.on, self.security)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponReceived(DocumentFacts):
    """A coupon, or the income of a money-market fund, came in."""

    kind: ClassVar[str] = "coupon_received"
    title: ClassVar[str] = "Coupon received"

    security: str = fact("Reference of the purchase.")
    on: date = fact("Day on which the money was there.")
    amount: Price = fact("Amount.")
    is_reinvested: bool = fact("Fund: whether it bought more shares instead.", default=False)

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must be more than 0.")

    def place(self) -> Place:
        return Place(self.on, self.security)
