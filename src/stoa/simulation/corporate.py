"""What a company has and costs beside its sales: staff, suppliers, awards, assets, offices, payouts."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.money import split_by_largest_remainder
from stoa.kernel.spans import Month, add_months
from stoa.policies.grid import number_text
from stoa.simulation.data import Payout, Row
from stoa.simulation.shape import Shape
from stoa.simulation.treasury import make_bills

_GRANTS = 8
_VESTING_YEARS = 4


def make_corporate(shape: Shape, payouts: Iterable[Payout]) -> Iterator[Row]:
    """Everything that is neither a sale nor a partner's."""
    yield from _payouts(shape, payouts)
    yield from _staff(shape)
    yield from _suppliers(shape)
    yield from _awards(shape)
    yield from _assets(shape)
    yield from _offices(shape)
    yield from make_bills(shape)
    yield _allowance(shape)
    yield from _interest_and_tax(shape)


def _document(shape: Shape, kind: str, slug: str, /, **facts: object) -> Row:
    return {"kind": kind, "reference": f"{shape.entity}:{slug}", "entity": shape.entity, **facts}


def _text(cents: int) -> str:
    return number_text(Fraction(cents, 100))


def _thirds(amount: Fraction) -> list[int]:
    """An amount of the quarter by month, in cents."""
    return split_by_largest_remainder(int(amount * 100), [1, 1, 1])


def _payouts(shape: Shape, payouts: Iterable[Payout]) -> Iterator[Row]:
    for each in payouts:
        yield _document(
            shape,
            "settlement_reported",
            f"payout:{each.paid_on}",
            gateway="card",
            payout=str(each.paid_on),
            paid_on=str(each.paid_on),
            gross=_text(each.gross_minor),
            refunds=_text(each.refunds_minor),
            fees=_text(each.fees_minor),
            net=_text(each.net_minor),
        )


def _staff(shape: Shape) -> Iterator[Row]:
    for number, month in enumerate(shape.months):
        lines = [(each.function, _thirds(each.amount)[number]) for each in shape.corporate.payroll]
        lines = [(function, cents) for function, cents in lines if cents]
        if not lines:
            continue
        payroll = _document(
            shape,
            "payroll_recorded",
            f"payroll:{month}",
            on=str(month.last_on),
            lines=[{"function": function, "amount": _text(cents)} for function, cents in lines],
        )
        yield payroll
        yield _document(
            shape,
            "payroll_paid",
            f"payroll-paid:{month}",
            payroll=payroll["reference"],
            on=str(month.last_on),
            amount=_text(sum(cents for _, cents in lines)),
        )


def _suppliers(shape: Shape) -> Iterator[Row]:
    for index, each in enumerate(shape.corporate.bills, start=1):
        for month, cents in zip(shape.months, _thirds(each.amount), strict=True):
            if not cents:
                continue
            on = month.start_on + timedelta(days=14)
            bill = _document(
                shape,
                "supplier_bill",
                f"bill:{index}:{month}",
                supplier=each.supplier,
                on=str(on),
                due_on=str(on + timedelta(days=30)),
                lines=[{"amount": _text(cents), "function": each.function, "nature": each.nature}],
            )
            yield bill
            if on + timedelta(days=30) < shape.end_on:
                yield _document(
                    shape,
                    "supplier_paid",
                    f"paid:{index}:{month}",
                    bill=bill["reference"],
                    supplier=each.supplier,
                    on=str(on + timedelta(days=30)),
                    amount=_text(cents),
                )


def _awards(shape: Shape) -> Iterator[Row]:
    """Grants in the middle of every quarter for two years; a year's part vests on each anniversary."""
    price = shape.corporate.share_price
    grants = [add_months(shape.start_on, 1 - 3 * number) + timedelta(days=14) for number in range(_GRANTS)]
    for each in shape.corporate.awards:
        # By day over the term, so that the quarter's days of all grants cost what they shall.
        rates = [
            Fraction(
                (shape.end_on - max(granted_on, shape.start_on)).days,
                (add_months(granted_on, 12 * _VESTING_YEARS) - granted_on).days,
            )
            for granted_on in grants
        ]
        units = int(each.cost / sum(rates) / price / _VESTING_YEARS) * _VESTING_YEARS
        if not units:
            continue
        for granted_on in grants:
            award = _document(
                shape,
                "award_granted",
                f"award:{each.function}:{granted_on}",
                holder=f"staff of {each.function.replace('_', ' ')}",
                granted_on=str(granted_on),
                award_kind="rsu",
                units=str(units),
                fair_value_per_unit=number_text(price),
                function=each.function,
                tranches=[
                    {"vests_on": str(add_months(granted_on, 12 * year))}
                    for year in range(1, _VESTING_YEARS + 1)
                ],
            )
            yield award
            vests_on = add_months(granted_on, 12)
            if shape.start_on <= vests_on < shape.end_on:
                part = units // _VESTING_YEARS
                withheld = part * 35 // 100
                yield _document(
                    shape,
                    "award_vested",
                    f"vested:{each.function}:{vests_on}",
                    award=award["reference"],
                    on=str(vests_on),
                    shares=str(part),
                    **(
                        {"shares_withheld": str(withheld), "tax_withheld": _text(int(withheld * price * 100))}
                        if withheld
                        else {}
                    ),
                )


def _assets(shape: Shape) -> Iterator[Row]:
    """In use for as many months as the books, half of each a year before the quarter."""
    for index, each in enumerate(shape.corporate.assets, start=1):
        cents = int(each.cost * 100)
        for number, (months_ago, part) in enumerate(((18, cents - cents // 2), (9, cents // 2)), start=1):
            if part:
                yield _document(
                    shape,
                    "asset_placed",
                    f"asset:{index}-{number}",
                    name=f"{each.name} {number}",
                    asset_kind=each.asset_kind,
                    cost=_text(part),
                    in_service_on=str(add_months(shape.start_on, -months_ago)),
                    life_months=each.life_months,
                    paid="cash",
                    function=each.function,
                )


def _offices(shape: Shape) -> Iterator[Row]:
    for index, each in enumerate(shape.corporate.leases, start=1):
        if not each.monthly:
            continue
        commences_on = date(shape.start_on.year, 1, 1)
        lease = _document(
            shape,
            "lease_signed",
            f"lease:{index}",
            name=each.name,
            signed_on=str(commences_on),
            commences_on=str(commences_on),
            payments=[number_text(each.monthly)] * each.months,
            incremental_borrowing_rate=number_text(each.rate),
        )
        yield lease
        on = commences_on
        while on < shape.end_on:
            yield _document(
                shape,
                "lease_paid",
                f"rent:{index}:{Month.of(on)}",
                lease=lease["reference"],
                on=str(on),
                amount=number_text(each.monthly),
            )
            on = add_months(on, 1)


def _allowance(shape: Shape) -> Row:
    """What is expected to be lost of receivables, by days past due, since before the quarter."""
    rate = shape.corporate.credit_loss
    classes = (("current", -10_000, 0, 1), ("1-30", 1, 30, 2), ("31-60", 31, 60, 5), ("61-90", 61, 90, 20))
    return _document(
        shape,
        "allowance_estimated",
        "allowance",
        on=str(add_months(shape.start_on, -1)),
        buckets=[
            {
                "name": name,
                "days_from": first,
                "days_to": last,
                "loss_rate": number_text(min(rate * times, Fraction(1))),
            }
            for name, first, last, times in classes
        ]
        + [{"name": "over 90", "days_from": 91, "loss_rate": number_text(min(rate * 100, Fraction(1)))}],
        basis="simulation",
    )


def _interest_and_tax(shape: Shape) -> Iterator[Row]:
    corporate = shape.corporate
    for month, cents in zip(shape.months, _thirds(corporate.interest), strict=True):
        if cents:
            yield _document(
                shape,
                "manual_entry",
                f"interest:{month}",
                on=str(month.last_on),
                reason="Interest of money-market funds",
                lines=[
                    {"account": "1000", "debit": _text(cents)},
                    {"account": "7000", "credit": _text(cents)},
                ],
            )
    if corporate.income_tax:
        yield _document(
            shape,
            "income_tax_provided",
            "tax",
            jurisdiction="states and other countries",
            period_start_on=str(shape.start_on),
            on=str(shape.months[-1].last_on),
            provision={"pretax": "0", "rate": "0.21", "other_current_tax": number_text(corporate.income_tax)},
        )
