"""Marketable securities and cash equivalents in the books (policies ``securities``, ``cash_classification``; ASC 320, 326-30).

Amortized cost accretes by the effective interest; the latest price sets fair value, and what separates the two is
other comprehensive income but for expected credit loss. A month without a price of its last days does not close.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from stoa.kernel.spans import Month, add_months
from stoa.policies import securities as policy
from stoa.policies.kinds.frame import Balance, Family, Filed, documents_that_move
from stoa.policies.kinds.holdings import Holding, told
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Figure, Register, RegisterRow, last_day, summed, year_ends, years_of
from stoa.policies.kinds.security_documents import (
    CouponReceived,
    SecurityAssessed,
    SecurityBought,
    SecurityMatured,
    SecurityPriced,
    SecuritySold,
)

#: A price counts for a month's end when it is of one of its last days: exchanges are closed at weekends.
PRICE_DAYS = 5


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost, unrealized amounts, allowance, interest, cash; what is sold or repaid without being held waits in suspense."""
    holdings, orphans = _holdings(known, day)
    for holding in holdings:
        sums: dict[tuple[int, date, str, str], int] = defaultdict(int)
        for document, first_on, account, activity, minor in holding.rows:
            sums[document, first_on, account, activity] += minor
        for (document, first_on, account, activity), minor in sums.items():
            if minor:
                currency = holding.facts.currency
                yield Balance(document, account, activity, currency, first_on, minor, segment=CORPORATE)
    for each in orphans:
        facts = each.facts
        if isinstance(facts, SecuritySold | SecurityMatured | CouponReceived):
            minor = facts.minor(
                facts.proceeds + facts.accrued_interest if isinstance(facts, SecuritySold) else facts.amount
            )
            for account, amount in (("cash", minor), ("suspense", -minor)):
                yield Balance(
                    *(each.id, account, "payment", facts.currency, each.effective_on, amount),
                    segment=CORPORATE,
                )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Securities without a price or past their maturity, and documents of what is not held."""
    holdings, orphans = _holdings(known, day)
    for holding in holdings:
        yield from holding.misfits
        facts, name = holding.facts, holding.facts.reference
        if not holding.par_left:
            continue
        if facts.matures_on is not None and facts.matures_on < day:
            yield f"{name} matured on {facts.matures_on}: file security_matured, or security_sold"
            continue
        first = day - timedelta(days=PRICE_DAYS)
        if not facts.is_cash and (holding.priced is None or holding.priced.on < first) and facts.on < day:
            month = Month.of(last_day(day))
            yield (
                f"{name} ({facts.name}) has no price for the end of {month}: file security_priced of one of its last "
                f"{PRICE_DAYS} days, {first} to {last_day(day)}"
            )
    for each in orphans:
        yield f"{each.facts.reference} belongs to {each.facts.security!r}, which is not filed in {each.facts.currency}"


def register(known: Sequence[Filed], day: date) -> Register:
    """What is held, by amortized cost and fair value with its level; maturities; figures of the fair-value note."""
    rows, years = [], []
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for holding in _holdings(known, day)[0]:
        if not holding.par_left:
            continue
        row = _row(holding, day)
        rows.append(row)
        currency = row.currency
        gain = row.carrying_minor - row.cost_minor
        kept, _ = holding.measured(last_day(day))
        line = "Cash equivalents" if holding.facts.is_cash else "Marketable securities"
        for words, minor in (
            (f"{line}: amortized cost", row.cost_minor),
            (f"{line}: gross unrealized gains", max(gain, 0)),
            (f"{line}: gross unrealized losses", min(gain + kept, 0)),
            (f"{line}: allowance for credit losses", -kept),
            (f"{line}: fair value", row.carrying_minor),
            (f"{line}: fair value, Level {row.level}", row.carrying_minor),
        ):
            sums[currency, words] += minor
        matures_on = holding.facts.matures_on or day
        to_dates = [0, *(row.carrying_minor if matures_on <= end else 0 for end in year_ends(day))]
        years += years_of(
            "Contractual maturities, at fair value", currency, day, to_dates, row.carrying_minor
        )
    figures = (
        Figure(words=words, currency=currency, amount_minor=minor)
        for (currency, words), minor in sums.items()
    )
    return Register(
        family=FAMILY.name, day=day, rows=tuple(rows), years=summed(years), figures=tuple(figures)
    )


def _row(holding: Holding, day: date) -> RegisterRow:
    facts, cost = holding.facts, holding.cost(last_day(day))
    fair = cost if facts.is_cash else holding.fair_value()
    carrying = cost if fair is None else fair
    level = holding.priced.level if holding.priced is not None else (1 if facts.is_fund else 2)
    return RegisterRow(
        document=holding.bought.id,
        reference=facts.reference,
        name=facts.name,
        kind=f"{facts.security_kind.replace('_', ' ')}, cash equivalent"
        if facts.is_cash
        else facts.security_kind,
        currency=facts.currency,
        begun_on=facts.on,
        cost_minor=cost,
        accumulated_minor=cost - carrying,
        carrying_minor=carrying,
        next_movement_minor=cost - holding.cost(last_day(add_months(day, 1))),
        end_on=facts.matures_on,
        account=holding.account,
        level=level,
    )


def _holdings(known: Sequence[Filed], day: date) -> tuple[list[Holding], list[Filed]]:
    """Every holding at the beginning of a day, and documents of securities that are not filed."""
    bought = {
        (each.facts.reference, each.facts.currency): each
        for each in known
        if isinstance(each.facts, SecurityBought)
    }
    followed: dict[int, list[Filed]] = defaultdict(list)
    orphans = []
    for each in known:
        if isinstance(
            each.facts, SecurityPriced | SecurityAssessed | SecuritySold | SecurityMatured | CouponReceived
        ):
            found = bought.get((each.facts.security, each.facts.currency))
            if found is None:
                orphans.append(each)
            else:
                followed[found.id].append(each)
    return [told(each, followed[each.id], day) for each in bought.values()], orphans


FAMILY = Family(
    name="securities",
    version=policy.POLICY.version,
    kinds=(
        *(SecurityBought, SecurityPriced, SecurityAssessed, SecuritySold, SecurityMatured),
        CouponReceived,
    ),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
