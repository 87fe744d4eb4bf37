"""Seat contracts with their access, invoices, payments and commissions: customers of a year ago and of now."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from stoa.kernel.spans import DaySpan, add_months
from stoa.policies.grid import number_text
from stoa.simulation.data import Row
from stoa.simulation.parts import Enterprise, SeatPrice
from stoa.simulation.shape import Shape

_DAYS_TO_PAY = (30, 30, 45, 60)


@dataclass(frozen=True, slots=True)
class _Seats:
    """A contract: seats for a term at a price of the list, or at ``price`` where the price was agreed."""

    customer: str
    kind: str
    number: int
    start_on: date
    months: int
    seats: int
    seat_price: Fraction
    is_renewal: bool
    price: Fraction | None = None

    @property
    def yearly(self) -> Fraction:
        """What it costs in 365 days."""
        return Fraction(int(self.total * 100 * 365 / self.span.days), 100)

    @property
    def total(self) -> Fraction:
        """What it costs over its term."""
        return self.seats * self.seat_price * self.months / 12 if self.price is None else self.price

    @property
    def span(self) -> DaySpan:
        """The days of its term."""
        return DaySpan(self.start_on, add_months(self.start_on, self.months))

    def is_in_force(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        return self.span.start_on <= day < self.span.end_on

    def earned_minor(self, first_on: date, end_on: date) -> int:
        """Cents that the policy will earn on the days from ``first_on`` to ``end_on``: running totals, rounded half up."""
        cents = int(self.total * 100)
        before, after = self.span.elapsed_before(first_on), self.span.elapsed_before(end_on)
        days = self.span.days
        return (2 * cents * after + days) // (2 * days) - (2 * cents * before + days) // (2 * days)


@dataclass(frozen=True, slots=True)
class EnterpriseMade:
    """The documents, and what they come to."""

    rows: tuple[Row, ...]
    earned_by_month: tuple[int, ...]
    customers: int
    yearly_now: Fraction
    yearly_then: Fraction

    @property
    def earned_minor(self) -> int:
        """What is earned in the quarter, in cents."""
        return sum(self.earned_by_month)


@dataclass(frozen=True, slots=True)
class _Customer:
    """A customer before prices: when its contracts begin, and how large it is beside the others."""

    name: str
    size: Fraction
    #: Start and months of each contract, in order, and its size beside the customer's.
    contracts: tuple[tuple[date, int, Fraction], ...]
    kind: str  # kept, left or new


def make_enterprise(shape: Shape, seed: int) -> EnterpriseMade:
    """Make the documents of all seat contracts that reach into the quarter, or that a customer of a year ago had."""
    draw = random.Random(f"{seed}:enterprise")  # noqa: S311 - made-up companies, not secrets
    customers = _balanced(_customers(shape, draw), shape)
    contracts = _priced(customers, shape)
    rows = tuple(_documents(contracts, shape, draw))
    now, then = _eve(shape.end_on), _eve(add_months(shape.end_on, -12))
    cohort = {each.customer for each in contracts if each.is_in_force(then)}
    return EnterpriseMade(
        rows=rows,
        earned_by_month=tuple(
            sum(each.earned_minor(month.start_on, month.end_on) for each in contracts)
            for month in shape.months
        ),
        customers=len({each.customer for each in contracts if each.is_in_force(now)}),
        yearly_now=_yearly([each for each in contracts if each.customer in cohort], now),
        yearly_then=_yearly(contracts, then),
    )


def _eve(day: date) -> date:
    return day - timedelta(days=1)


def _yearly(contracts: Sequence[_Seats], day: date) -> Fraction:
    return sum((each.yearly for each in contracts if each.is_in_force(day)), Fraction(0))


# --- customers ---------------------------------------------------------------------------------------------


def _customers(shape: Shape, draw: random.Random) -> list[_Customer]:
    """Customers who were kept, who left within the year, and who came in it."""
    enterprise, end_on = shape.enterprise, shape.end_on
    year_ago = add_months(end_on, -12)
    customers: list[_Customer] = []
    for index in range(enterprise.customers_a_year_ago):
        size = _size(enterprise, draw)
        # Every contract of the cohort runs on the eve of ``year_ago`` and started at most a year before it.
        ends_on = year_ago + timedelta(days=draw.randrange((end_on - year_ago).days))
        first = add_months(ends_on, -12)
        if not first < year_ago:  # 29 February
            first = _eve(year_ago)
        if index >= enterprise.kept_customers:
            # Who left did so before the quarter: nothing of it is earned in the quarter any more.
            latest = (shape.start_on - year_ago).days
            first = add_months(year_ago + timedelta(days=draw.randrange(latest)), -12)
            customers.append(_Customer(_name(len(customers)), size, ((first, 12, Fraction(1)),), "left"))
            continue
        growth = Fraction(draw.choice((-25, -20, -15, -10, -10, -5, 0, 0, 0, 0, 5, 5, 10, 15)), 100)
        months = _months(enterprise, draw)
        if months > 12 and first >= add_months(year_ago, -12):
            contracts: tuple[tuple[date, int, Fraction], ...] = ((first, months, Fraction(1)),)
        else:
            renewal = add_months(first, 12)
            contracts = ((first, 12, Fraction(1)), (renewal, _months(enterprise, draw), 1 + growth))
        customers.append(_Customer(_name(len(customers)), size, contracts, "kept"))
    for _ in range(enterprise.customers - enterprise.kept_customers):
        start = year_ago + timedelta(days=draw.randrange((end_on - year_ago).days))
        size = _size(enterprise, draw) * enterprise.new_size
        customers.append(
            _Customer(_name(len(customers)), size, ((start, _months(enterprise, draw), Fraction(1)),), "new")
        )
    return customers


def _name(number: int) -> str:
    return f"customer-{number + 1:05d}"


def _size(enterprise: Enterprise, draw: random.Random) -> Fraction:
    """A size between 1 and the largest: few are large, most are small."""
    return Fraction(1) + (enterprise.largest_to_smallest - 1) * Fraction(draw.randrange(1, 10**6), 10**6) ** 7


def _months(enterprise: Enterprise, draw: random.Random) -> int:
    weights = [int(term.weight * 1000) for term in enterprise.terms]
    return draw.choices([term.months for term in enterprise.terms], weights=weights)[0]


def _balanced(customers: list[_Customer], shape: Shape) -> list[_Customer]:
    """Give those who left the size that makes the others the shape's part of what all paid a year ago."""
    now, then = _eve(shape.end_on), _eve(add_months(shape.end_on, -12))
    kept_now = sum((_size_on(each, now) for each in customers if each.kind == "kept"), Fraction(0))
    kept_then = sum((_size_on(each, then) for each in customers if each.kind == "kept"), Fraction(0))
    left_then = sum((_size_on(each, then) for each in customers if each.kind == "left"), Fraction(0))
    wanted = (
        kept_now / shape.enterprise.net_retention - kept_then
        if shape.enterprise.net_retention
        else Fraction(0)
    )
    factor = max(wanted, Fraction(0)) / left_then
    return [replace(each, size=each.size * factor) if each.kind == "left" else each for each in customers]


def _size_on(customer: _Customer, day: date) -> Fraction:
    return sum(
        (
            customer.size * part
            for start, months, part in customer.contracts
            if start <= day < add_months(start, months)
        ),
        Fraction(0),
    )


# --- prices ------------------------------------------------------------------------------------------------


def _priced(customers: list[_Customer], shape: Shape) -> list[_Seats]:
    """Whole seats at the prices of the list, as many as the quarter's revenue needs; two prices are agreed.

    The largest customer who left makes up what whole seats cost net retention, the last new one what they cost revenue.
    """
    target = int(shape.enterprise.revenue * 100)
    seats_a_size = Fraction(10)
    contracts: list[_Seats] = []
    for _ in range(12):  # prices fall with size, so the number of seats is found by trying
        contracts = [each for customer in customers for each in _seats_of(customer, seats_a_size, shape)]
        earned = sum(each.earned_minor(shape.start_on, shape.end_on) for each in contracts)
        if abs(earned - target) * 1000 < target:
            break
        seats_a_size = (seats_a_size * target / max(earned, 1)).limit_denominator(10**6)
    return _with_retention(_with_revenue(contracts, shape, target), shape)


def _seats_of(customer: _Customer, seats_a_size: Fraction, shape: Shape) -> Iterator[_Seats]:
    tiers = shape.enterprise.seat_prices
    for number, (start, months, part) in enumerate(customer.contracts):
        seats = max(int(customer.size * part * seats_a_size), tiers[0].seats)
        is_renewal = number > 0 or customer.kind != "new"
        yield _Seats(
            customer.name, customer.kind, number, start, months, seats, _seat_price(tiers, seats), is_renewal
        )


def _seat_price(tiers: tuple[SeatPrice, ...], seats: int) -> Fraction:
    return next(tier.price for tier in reversed(tiers) if tier.seats <= max(seats, tiers[0].seats))


def _with_revenue(contracts: list[_Seats], shape: Shape, target: int) -> list[_Seats]:
    """Seats of new customers are added or taken, one by one; the cents are the agreed price of the last of them."""
    first_on, end_on = shape.start_on, shape.end_on
    found = list(contracts)
    new = [index for index, each in enumerate(found) if each.kind == "new"]
    earned = sum(each.earned_minor(first_on, end_on) for each in found)
    for _ in range(50):
        for index in new:
            each = found[index]
            now = each.earned_minor(first_on, end_on)
            step = max(now // each.seats, 1)
            least = shape.enterprise.seat_prices[0].seats
            seats = max(
                each.seats
                + max(min((target - earned) // step, each.seats // 10 + 1), -(each.seats // 10) - 1),
                least,
            )
            found[index] = replace(each, seats=seats)
            earned += found[index].earned_minor(first_on, end_on) - now
            if abs(target - earned) < 20_000:
                break
        else:
            continue
        break
    last = max(
        new,
        key=lambda index: (
            found[index].span.elapsed_before(end_on) - found[index].span.elapsed_before(first_on),
            index,
        ),
    )
    each = found[last]
    days = each.span.elapsed_before(end_on) - each.span.elapsed_before(first_on)
    wanted = each.earned_minor(first_on, end_on) + target - earned
    cents = max((wanted * each.span.days + days - 1) // days, 0)
    found[last] = replace(each, price=Fraction(cents, 100))
    return found


def _with_retention(contracts: list[_Seats], shape: Shape) -> list[_Seats]:
    """The agreed price of the largest customer who left makes net retention what it shall be; others follow if need be."""
    now, then = _eve(shape.end_on), _eve(add_months(shape.end_on, -12))
    cohort = {each.customer for each in contracts if each.is_in_force(then)}
    kept = _yearly([each for each in contracts if each.customer in cohort], now)
    if not shape.enterprise.net_retention:
        return contracts
    missing = kept / shape.enterprise.net_retention - _yearly(contracts, then)
    found = list(contracts)
    for index in _before_the_quarter(found, shape):
        each = found[index]
        wanted = each.total + missing * each.span.days / 365
        price = Fraction(int(max(wanted, each.total / 5) * 100), 100)
        missing -= (price - each.total) * 365 / each.span.days
        found[index] = replace(each, price=price)
        if missing >= 0:
            break
    return found


def _before_the_quarter(contracts: list[_Seats], shape: Shape) -> list[int]:
    """Contracts of a year ago that earn nothing in the quarter: of those who left first, the largest first."""
    then = _eve(add_months(shape.end_on, -12))
    over = [
        index
        for index, each in enumerate(contracts)
        if each.is_in_force(then) and each.span.end_on <= shape.start_on
    ]
    return sorted(over, key=lambda index: (contracts[index].kind != "left", -contracts[index].total, index))


# --- documents ---------------------------------------------------------------------------------------------


def _documents(contracts: list[_Seats], shape: Shape, draw: random.Random) -> Iterator[Row]:
    """Each contract's documents up to the end of the quarter, in order of its customers."""
    for each in contracts:
        if each.total:
            yield from _documents_of(each, shape, draw)


def _documents_of(each: _Seats, shape: Shape, draw: random.Random) -> Iterator[Row]:
    name = f"{each.customer}-{each.number + 1}"
    reference, entity = f"{shape.entity}:seats:{name}", shape.entity
    price = (
        {"price_per_seat": number_text(each.seat_price * each.months / 12)}
        if each.price is None
        else {"price": number_text(each.price)}
    )
    is_later = draw.randrange(20) == 0
    signed_on = each.start_on - timedelta(days=draw.randrange(21))
    yield {
        "kind": "seat_contract_signed",
        "reference": reference,
        "entity": entity,
        "customer": each.customer,
        "signed_on": str(signed_on),
        "start_on": str(each.start_on),
        "term_months": each.months,
        "seats": str(each.seats),
        **price,
        **({} if is_later else {"access_on": str(each.start_on)}),
    }
    if is_later:
        yield {
            "kind": "seat_access_granted",
            "reference": f"{entity}:access:{name}",
            "entity": entity,
            "contract": reference,
            "on": str(each.start_on),
        }
    yield from _billing(each, name, reference, shape, draw)
    yield _commission(each, name, reference, signed_on, shape)


def _billing(each: _Seats, name: str, reference: str, shape: Shape, draw: random.Random) -> Iterator[Row]:
    """A year is invoiced in advance; customers pay when it is due, some of them late."""
    years = each.months // 12
    cents, entity = int(each.total * 100), shape.entity
    days_to_pay = draw.choice(_DAYS_TO_PAY)
    for year in range(years):
        on = add_months(each.start_on, 12 * year)
        late = draw.choice((-5, 0, 0, 3, 10, 25))
        if on >= shape.end_on:
            return
        amount = number_text(Fraction(cents * (year + 1) // years - cents * year // years, 100))
        invoice = f"{entity}:invoice:{name}-{year + 1}"
        yield {
            "kind": "invoice_issued",
            "reference": invoice,
            "entity": entity,
            "contract": reference,
            "customer": each.customer,
            "number": f"{name}-{year + 1}",
            "on": str(on),
            "due_on": str(on + timedelta(days=days_to_pay)),
            "amount": amount,
        }
        paid_on = on + timedelta(days=days_to_pay + late)
        if paid_on < shape.end_on:
            yield {
                "kind": "cash_received",
                "reference": f"{entity}:cash:{name}-{year + 1}",
                "entity": entity,
                "invoice": invoice,
                "contract": reference,
                "customer": each.customer,
                "on": str(paid_on),
                "amount": amount,
            }


def _commission(each: _Seats, name: str, reference: str, signed_on: date, shape: Shape) -> Row:
    enterprise = shape.enterprise
    rate = enterprise.renewal_commission if each.is_renewal else enterprise.initial_commission
    amount = Fraction(int(each.yearly * rate * 100), 100)
    return {
        "kind": "commission_earned",
        "reference": f"{shape.entity}:commission:{name}",
        "entity": shape.entity,
        "contract": reference,
        "customer": each.customer,
        "earned_on": str(signed_on),
        "on_a": "renewal" if each.is_renewal else "initial",
        "amount": number_text(amount),
        "payroll_tax": number_text(Fraction(int(amount * enterprise.payroll_tax * 100), 100)),
        **({"benefit_months": each.months} if each.is_renewal else {}),
    }
