"""Reports as rows: frozen, with amounts in minor units."""

from dataclasses import dataclass
from datetime import date

from stoa.kernel.spans import Month


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """An account's opening, movement and closing; debit positive."""

    code: str
    name: str
    type: str
    opening_minor: int
    debit_minor: int
    credit_minor: int
    closing_minor: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that ever moved. Debits equal credits, or the books are broken."""

    entity: str
    month: Month
    currency: str
    rows: tuple[TrialBalanceRow, ...]
    debit_minor: int
    credit_minor: int
    closing_debit_minor: int
    closing_credit_minor: int

    @property
    def is_balanced(self) -> bool:
        """Whether debits equal credits, in the month and to date."""
        return self.debit_minor == self.credit_minor and self.closing_debit_minor == self.closing_credit_minor


@dataclass(frozen=True, slots=True)
class RollForwardRow:
    """Deferred revenue of one product and partner through a month; natural amounts.

    ``other_minor`` is what else moved it, such as what is set aside for refunds to come; it may be less than nothing.
    """

    product: str
    partner: str
    opening_minor: int
    billed_minor: int
    recognized_minor: int
    refunded_minor: int
    other_minor: int
    closing_minor: int


@dataclass(frozen=True, slots=True)
class SegmentMargin:
    """What a segment earned in a month, and what is left of it after educator partners' fees."""

    segment: str
    month: Month
    revenue_minor: int
    margin_minor: int


@dataclass(frozen=True, slots=True)
class RollForward:
    """Opening plus billed, less recognized, less refunded, plus what else moved it, is closing."""

    entity: str
    month: Month
    currency: str
    rows: tuple[RollForwardRow, ...]
    total: RollForwardRow
    current_minor: int
    non_current_minor: int


@dataclass(frozen=True, slots=True)
class RevenueRow:
    """Revenue of one segment, product and partner; natural amounts. ``late_minor`` belongs to locked months."""

    segment: str
    product: str
    partner: str
    month_minor: int
    late_minor: int
    previous_minor: int
    year_to_date_minor: int


@dataclass(frozen=True, slots=True)
class RevenueReport:
    """Revenue disaggregated (ASC 606-10-50-5)."""

    entity: str
    month: Month
    currency: str
    rows: tuple[RevenueRow, ...]
    segments: tuple[RevenueRow, ...]
    total: RevenueRow


@dataclass(frozen=True, slots=True)
class SchedulePeriod:
    """What one contract does in one month, derived by the policy from its documents; natural amounts."""

    month: Month
    days: int
    recognized_minor: int
    to_date_minor: int
    deferred_minor: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """A contract's revenue by day and by month. ``days`` holds each day with what it earned."""

    currency: str
    policy: str
    policy_version: str
    periods: tuple[SchedulePeriod, ...]
    days: tuple[tuple[date, int], ...]
    total_minor: int
