"""What an agreement earned a partner in one currency: the parts of revenue it shares in, and each month's fee."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from stoa.kernel.money import exponent_of
from stoa.kernel.spans import Month
from stoa.policies import partner_fees as policy
from stoa.policies.grid import Grid
from stoa.policies.kinds.frame import Filed
from stoa.policies.kinds.partner_agreements import AgreementTerm, PartnerAgreementSigned
from stoa.policies.kinds.partner_payments import PartnerAccountOpened


class Agreement(NamedTuple):
    """An agreement with what changed it, in order of effect."""

    signed: Filed
    terms: tuple[AgreementTerm, ...]
    ends_on: date | None
    opened: tuple[PartnerAccountOpened, ...] = ()

    @property
    def facts(self) -> PartnerAgreementSigned:
        """What was signed."""
        facts: PartnerAgreementSigned = self.signed.facts
        return facts

    def term_for(self, month: Month, segment: str, product: str, *, by_usage: bool) -> AgreementTerm | None:
        """The terms that hold for a product in a month; ``None`` when it is not shared then."""
        if self.ends_on is not None and self.ends_on <= month.start_on:
            return None
        found = None
        for term in self.terms:
            starts = (term.starts_on.year, term.starts_on.month)
            if starts <= (month.year, month.month) and term.applies_to(segment, product, by_usage=by_usage):
                if found is None or term.starts_on >= found.starts_on:
                    found = term
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """Revenue of a product in a month that an agreement shares in; ``pool_minor`` is what usage has spread."""

    month: Month
    segment: str
    product: str
    amount_minor: int
    units: Fraction = Fraction(0)
    pool_minor: int | None = None


@dataclass(frozen=True, slots=True)
class MonthFee:
    """What a month's revenue under one set of terms earns: the parts, and the steps from their sum to the fee."""

    month: Month
    parts: tuple[Part, ...]
    steps: policy.Fee

    def by_product(self, amount: Fraction) -> Iterable[tuple[tuple[str, str], Fraction]]:
        """``amount`` spread over the parts in proportion to their revenue."""
        if len(self.parts) == 1:
            yield (self.parts[0].segment, self.parts[0].product), amount
            return
        total = sum(part.amount_minor for part in self.parts)
        for part in self.parts:
            if total:
                yield (part.segment, part.product), amount * part.amount_minor / total


@dataclass(frozen=True)
class Account:
    """All that one agreement earned a partner in one currency, month by month; sums are made once, when asked for."""

    agreement: Agreement
    currency: str
    fees: tuple[MonthFee, ...]

    @cached_property
    def by_product(self) -> dict[tuple[str, str], tuple[int, int]]:
        """By segment and product: fee and the fund's part of it in minor units, of one running total rounded once."""
        fee: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        fund: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for each in self.fees:
            for key, amount in each.by_product(each.steps.fee):
                fee[key] += amount
            for key, amount in each.by_product(each.steps.fund):
                fund[key] += amount
        keys = sorted(fee)
        fees = _running([fee[key] for key in keys], self.currency)
        funds = _running([fund[key] for key in keys], self.currency)
        return {key: (fees[index], funds[index]) for index, key in enumerate(keys)}

    @cached_property
    def payable_by_month(self) -> dict[Month, int]:
        """What each month added to the fee that is paid to the partner, the fund's part left out, in minor units."""
        return {month: fee - fund for month, (fee, fund) in self.by_month.items()}

    @cached_property
    def by_month(self) -> dict[Month, tuple[int, int]]:
        """What each month added to the fee, and to the fund's part of it, in minor units."""
        months = sorted({each.month for each in self.fees})
        fee = dict.fromkeys(months, Fraction(0))
        fund = dict.fromkeys(months, Fraction(0))
        for each in self.fees:
            if any(part.amount_minor for part in each.parts):
                fee[each.month] += each.steps.fee
                fund[each.month] += each.steps.fund
        return dict(
            zip(
                months,
                zip(
                    _running(list(fee.values()), self.currency),
                    _running(list(fund.values()), self.currency),
                    strict=True,
                ),
                strict=True,
            )
        )


def fees_of(
    agreement: Agreement, parts: Sequence[tuple[AgreementTerm, Part]], currency: str
) -> tuple[MonthFee, ...]:
    """The fees of parts that come in order of month: one row for each month and set of terms."""
    opened = [each for each in agreement.opened if each.currency == currency]
    rows: dict[tuple[Month, int], tuple[AgreementTerm, list[Part]]] = {}
    for term, part in parts:
        rows.setdefault((part.month, id(term)), (term, []))[1].append(part)
    scale = 10 ** exponent_of(currency)
    steps = policy.fees(
        (
            (
                term,
                policy.Revenue(
                    id=str(month),
                    on=month.end_on - timedelta(days=1),
                    amount=Fraction(sum(part.amount_minor for part in mine), scale),
                    units=sum((part.units for part in mine), Fraction(0)),
                ),
            )
            for (month, _), (term, mine) in rows.items()
        ),
        sum((each.base for each in opened), Fraction(0)),
        max((each.on.year for each in opened), default=None),
    )
    return tuple(
        MonthFee(month, tuple(mine), step)
        for ((month, _), (_, mine)), step in zip(rows.items(), steps, strict=True)
    )


def _running(amounts: Sequence[Fraction], currency: str) -> list[int]:
    """Amounts in minor units whose every running total is rounded once."""
    scale = 10 ** exponent_of(currency)
    to_date, sums = Fraction(0), []
    for amount in amounts:
        to_date += amount
        sums.append(to_date)
    return [int(each * scale) for each in Grid.of(currency).differences(sums)]
