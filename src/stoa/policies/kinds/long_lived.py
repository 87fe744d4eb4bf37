"""One long-lived asset in the books: cost, straight-line expense, losses, and the day it leaves.

Fixed assets, software put to use and intangibles differ in their facts and accounts, not in this.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import add_months
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Balance
from stoa.policies.kinds.impairments import Loss
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Register, RegisterRow, last_day, summed, year_ends, years_of
from stoa.policies.straight_line import NewBasis, StraightLine, amortized


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Where an asset's cost, its accumulated expense, its expense and what paid for it stand, and what each move is called."""

    held: str
    worn: str
    expense: str
    paid: str
    addition: str = "addition"
    payment: str = "addition"
    wear: str = "depreciation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The document that took the asset out of the books; ``account`` takes the loss (a gain when negative)."""

    document: int
    on: date
    proceeds_minor: int = 0
    account: str = "loss_on_disposal"
    activity: str = "disposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class LongLived:
    """One asset; ``line`` is ``None`` for what is not amortized, ``lives`` are later changes of the remaining life."""

    document: int
    reference: str
    name: str
    kind: str
    currency: str
    begun_on: date
    cost_minor: int
    line: StraightLine | None
    accounts: Accounts
    losses: Sequence[Loss] = ()
    lives: Sequence[NewBasis] = ()
    gone: Gone | None = None

    def worn(self, through: date) -> int:
        """Depreciation or amortization through a day, in minor units."""
        return self._worn(through, self.borne(through))

    def _worn(self, through: date, borne: Sequence[Loss]) -> int:
        if self.gone is not None:
            through = min(through, self.gone.on)
        if self.line is None:
            return 0
        scale = 10 ** exponent_of(self.currency)
        changes = [
            *self.lives,
            *(NewBasis(loss.on, Fraction(loss.minor, scale)) for loss in borne),
        ]
        changes.sort(key=lambda change: change.on)
        exact = amortized(self.line, changes, through)
        return int(Grid.of(self.currency).round(exact) * scale)

    def borne(self, through: date) -> list[Loss]:
        """Impairments through a day while the asset was there, each no more than what was carried."""
        found: list[Loss] = []
        lost = 0
        for loss in self.losses:
            if loss.on > through or loss.on < self.begun_on or (self.gone and loss.on > self.gone.on):
                continue
            carried = self.cost_minor - lost - self._worn(loss.on, found)
            minor = max(min(loss.minor, carried), 0)
            found.append(Loss(loss.document, loss.on, minor))
            lost += minor
        return found

    def carried(self, through: date) -> int:
        """Carrying amount at the end of a day, in minor units."""
        if self.begun_on > through or (self.gone is not None and self.gone.on <= through):
            return 0
        borne = self.borne(through)
        return self.cost_minor - sum(loss.minor for loss in borne) - self._worn(through, borne)

    def balances(self, day: date) -> Iterator[Balance]:
        """What every account holds of it at the beginning of ``day``."""
        through = last_day(day)
        to, borne = self.accounts, self.borne(through)
        worn = self._worn(through, borne)
        rows = [
            (self.document, self.begun_on, to.held, to.addition, self.cost_minor),
            (self.document, self.begun_on, to.paid, to.payment, -self.cost_minor),
            (self.document, self.begun_on, to.worn, to.wear, -worn),
            (self.document, self.begun_on, to.expense, to.wear, worn),
        ]
        for loss in borne:
            rows += [
                (loss.document, loss.on, to.held, "impairment", -loss.minor),
                (loss.document, loss.on, "impairment", "impairment", loss.minor),
            ]
        gone = self.gone
        if gone is not None and gone.on < day:
            left = self.cost_minor - sum(loss.minor for loss in borne)
            rows += [
                (gone.document, gone.on, to.held, gone.activity, -left),
                (gone.document, gone.on, to.worn, gone.activity, worn),
                (gone.document, gone.on, "cash", "sale_of_assets", gone.proceeds_minor),
                (gone.document, gone.on, gone.account, gone.activity, left - worn - gone.proceeds_minor),
            ]
        for document, first_on, account, activity, minor in rows:
            if minor:
                yield Balance(document, account, activity, self.currency, first_on, minor, segment=CORPORATE)

    def row(self, day: date) -> RegisterRow | None:
        """Its row in the register at the beginning of ``day``; ``None`` when it is gone."""
        through = last_day(day)
        if self.gone is not None and self.gone.on <= through:
            return None
        carried = self.carried(through)
        next_month = last_day(add_months(day, 1))
        return RegisterRow(
            document=self.document,
            reference=self.reference,
            name=self.name,
            kind=self.kind,
            currency=self.currency,
            begun_on=self.begun_on,
            cost_minor=self.cost_minor,
            accumulated_minor=self.cost_minor - carried,
            carrying_minor=carried,
            next_movement_minor=self.worn(next_month) - self.worn(through),
            end_on=self.ends_on(),
            account=self.accounts.held,
        )

    def ends_on(self) -> date | None:
        """The day on which its life ends as now expected; ``None`` when it has no end."""
        if self.line is None:
            return None
        if self.lives:
            latest = self.lives[-1]
            if latest.months_left is not None:
                return _after(latest.on + timedelta(days=1), latest.months_left)
        return _after(self.line.starts_on, self.line.months)


def _after(day: date, months: Fraction) -> date:
    whole = int(months)
    return add_months(day, whole) + timedelta(days=int((months - whole) * 30))


def register_of(family: str, assets: Iterable[LongLived], day: date) -> Register:
    """The register of assets that are there at the beginning of ``day``, and what later years will bear."""
    rows, years = [], []
    for asset in assets:
        row = asset.row(day)
        if row is None:
            continue
        rows.append(row)
        if asset.line is not None:
            days = [last_day(day), *(last_day(end) for end in year_ends(day))]
            residual = int(asset.line.residual * 10 ** exponent_of(asset.currency))
            total = asset.worn(days[0]) + max(row.carrying_minor - residual, 0)
            to_dates = [asset.worn(each) for each in days]
            years += years_of(
                f"{asset.accounts.wear.capitalize()} to come", asset.currency, day, to_dates, total
            )
    return Register(family=family, day=day, rows=tuple(rows), years=summed(years))
