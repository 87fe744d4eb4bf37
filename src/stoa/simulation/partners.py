"""Agreements with partners and the usage of their content: rates of the list, and usage that makes the margin."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from stoa.kernel.spans import Month
from stoa.policies.grid import number_text
from stoa.simulation.data import PartnerAt, Row
from stoa.simulation.shape import Shape

_MINUTES = 1_000_000_000
#: Less than the fees of the first two months, whatever the trend.
_PAID_IN_QUARTER = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class _Segment:
    """What is shared with partners in a segment: revenue of their own, and of each month by usage."""

    name: str
    product: str
    cost_minor: Fraction
    own_minor: Mapping[str, int]
    shared_minor: Sequence[int]


def partners_of(shape: Shape, seed: int) -> tuple[PartnerAt, ...]:
    """The partners, from those whose courses learners choose most."""
    draw = random.Random(f"{seed}:partners")  # noqa: S311 - made-up partners, not secrets
    return tuple(
        PartnerAt(f"partner-{number:04d}", 1_000_000 * draw.randrange(70, 131) // (100 * (number + 9)))
        for number in range(1, shape.partners.count + 1)
    )


def make_partners(
    shape: Shape,
    seed: int,
    partners: Sequence[PartnerAt],
    *,
    own_minor: Mapping[str, int],
    catalog_minor: Sequence[int],
    seats_minor: Sequence[int],
) -> tuple[tuple[Row, ...], dict[str, Fraction]]:
    """Make the agreements and the usage reports of the quarter, and say what they cost in each segment, in cents.

    ``own_minor`` is what each partner's own courses earn in the quarter; ``catalog_minor`` and ``seats_minor``
    what is earned each month from the whole catalog, which is shared by usage.
    """
    draw = random.Random(f"{seed}:terms")  # noqa: S311
    consumer_minor = sum(own_minor.values()) + sum(catalog_minor)
    segments = (
        _Segment(
            "Consumer",
            "catalog_subscription",
            consumer_minor * (1 - shape.consumer.margin),
            own_minor,
            catalog_minor,
        ),
        _Segment(
            "Enterprise",
            "seat_contract",
            sum(seats_minor) * (1 - shape.enterprise.margin),
            {},
            seats_minor,
        ),
    )
    terms: dict[str, list[Row]] = {each.name: [] for each in partners}
    owed = [Fraction(0)] * len(partners)
    reports: list[Row] = []
    costs = {}
    for segment in segments:
        usage = [[_minutes(each, draw) for each in partners] for _ in shape.months]
        rates = _rates(segment, partners, usage, shape.partners.shares, draw)
        usage[-1] = _shifted(segment, partners, usage, rates)
        of_each = _costs(segment, partners, usage, rates)
        owed = [before + cost for before, cost in zip(owed, of_each, strict=True)]
        costs[segment.name] = sum(of_each, Fraction(0))
        for each, rate in zip(partners, rates, strict=True):
            terms[each.name].append(
                {
                    "starts_on": str(shape.start_on),
                    "segments": [segment.name],
                    "by_usage": [segment.product],
                    "tiers": [{"rate": number_text(rate)}],
                }
            )
        reports += [
            _report(shape, segment, month, partners, minutes)
            for month, minutes in zip(shape.months, usage, strict=True)
        ]
    agreements = [
        {
            "kind": "partner_agreement_signed",
            "reference": f"{shape.entity}:agreement:{name}",
            "entity": shape.entity,
            "partner": name,
            "signed_on": str(shape.start_on),
            "terms": rows,
        }
        for name, rows in terms.items()
    ]
    return (*agreements, *reports, *_payments(shape, partners, owed)), costs


def _payments(shape: Shape, partners: Sequence[PartnerAt], owed: Sequence[Fraction]) -> Iterator[Row]:
    """In the last month partners are paid on account of the months before."""
    paid_on = shape.months[-1].start_on + timedelta(days=14)
    for each, cents in zip(partners, owed, strict=True):
        paid = int(cents * _PAID_IN_QUARTER)
        if paid > 0:
            yield {
                "kind": "partner_paid",
                "reference": f"{shape.entity}:partner-paid:{each.name}",
                "entity": shape.entity,
                "agreement": f"{shape.entity}:agreement:{each.name}",
                "on": str(paid_on),
                "amount": number_text(Fraction(paid, 100)),
            }


def _minutes(partner: PartnerAt, draw: random.Random) -> int:
    return max(partner.weight * draw.randrange(85, 116) // 100, 1) * _MINUTES // 1_000_000


def _costs(
    segment: _Segment,
    partners: Sequence[PartnerAt],
    usage: Sequence[Sequence[int]],
    rates: Sequence[Fraction],
) -> list[Fraction]:
    """What each partner's rate gives it of its own revenue and of its share by usage, in cents."""
    wholes = [sum(minutes) for minutes in usage]
    return [
        rate
        * (
            segment.own_minor.get(each.name, 0)
            + sum(
                (
                    Fraction(shared * minutes[index], whole)
                    for shared, minutes, whole in zip(segment.shared_minor, usage, wholes, strict=True)
                ),
                Fraction(0),
            )
        )
        for index, (each, rate) in enumerate(zip(partners, rates, strict=True))
    ]


def _rates(
    segment: _Segment,
    partners: Sequence[PartnerAt],
    usage: Sequence[Sequence[int]],
    shares: Sequence[Fraction],
    draw: random.Random,
) -> list[Fraction]:
    """Rates of the list, by chance and then moved by steps of the list until no step brings the cost nearer."""
    ladder = sorted(set(shares))
    bases = _costs(segment, partners, usage, [Fraction(1)] * len(partners))
    steps = [draw.randrange(len(ladder)) for _ in partners]
    cost = sum((base * ladder[step] for base, step in zip(bases, steps, strict=True)), Fraction(0))
    while True:
        before = cost
        order = list(range(len(partners)))
        draw.shuffle(order)
        for index in order:
            way = 1 if cost < segment.cost_minor else -1
            step = steps[index] + way
            if not 0 <= step < len(ladder):
                continue
            moved = cost + bases[index] * (ladder[step] - ladder[steps[index]])
            if abs(moved - segment.cost_minor) < abs(cost - segment.cost_minor):
                steps[index], cost = step, moved
        if cost == before:
            return [ladder[step] for step in steps]


def _shifted(
    segment: _Segment,
    partners: Sequence[PartnerAt],
    usage: Sequence[Sequence[int]],
    rates: Sequence[Fraction],
) -> list[int]:
    """The last month's minutes, moved between partners of low and of high rates until the cost is right."""
    minutes, shared = list(usage[-1]), segment.shared_minor[-1]
    missing = segment.cost_minor - sum(_costs(segment, partners, usage, rates), Fraction(0))
    if not shared:
        return minutes
    low = sorted(range(len(rates)), key=lambda index: (rates[index], -minutes[index], index))
    givers, takers = (low, low[::-1]) if missing > 0 else (low[::-1], low)
    to_move = abs(missing) * sum(minutes) / shared
    for giver, taker in zip(givers, takers, strict=True):
        spread = abs(rates[taker] - rates[giver])
        if (rates[taker] > rates[giver]) != (missing > 0) or not spread or to_move <= 0:
            break
        moved = min(int(to_move / spread + Fraction(1, 2)), minutes[giver] - 1)
        minutes[giver] -= moved
        minutes[taker] += moved
        to_move -= moved * spread
    return minutes


def _report(
    shape: Shape, segment: _Segment, month: Month, partners: Sequence[PartnerAt], minutes: Sequence[int]
) -> Row:
    return {
        "kind": "usage_reported",
        "reference": f"{shape.entity}:usage:{segment.product}:{month}",
        "entity": shape.entity,
        "on": str(month.start_on),
        "product": segment.product,
        "segment": segment.name,
        "rows": [
            {"partner": each.name, "usage": str(used)} for each, used in zip(partners, minutes, strict=True)
        ],
    }
