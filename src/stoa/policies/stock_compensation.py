"""Attribution of stock compensation cost over the service period (ASC 718-10-35, 718-20-35).

One running total decides everything: what should have been recognized by a point in time, given the vesting
tranches, the conditions and the forfeitures known. A period's expense is the difference of two running totals,
so a condition that becomes or stops being probable is caught up or reversed without a rule of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import Amount, Facts, Price, Quantity, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text

_ZERO, _ONE = Fraction(0), Fraction(1)
_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_A_YEAR = {"years": Fraction(1), "months": Fraction(12), "days": Fraction(365)}
_PERIODS_AT_MOST = 1200
_YEARS_AT_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """A part of the award with its own vesting date."""

    share: Share | None = fact("Part of the award; equal parts when left out everywhere.", default=None)
    vests_after: Quantity | None = fact("Service needed, in time_unit from the grant.", default=None)
    vests_on: date | None = fact("Vesting date, when granted_on is given.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Whether the performance or liquidity condition is probable, from a point in time on."""

    probable: bool = fact("Whether the condition is probable (a liquidity event: only once it happened).")
    after: Quantity | None = fact("From this much service on, in time_unit.", default=None)
    on: date | None = fact("From this day on, when granted_on is given.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forfeiture:
    """Unvested units given up when holders leave."""

    after: Quantity | None = fact("After this much service, in time_unit.", default=None)
    on: date | None = fact("On this day, when granted_on is given.", default=None)
    units: Quantity | None = fact("Unvested units forfeited (needs units of the award).", default=None)
    share_of_unvested: Share | None = fact("Share of the unvested part forfeited.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """A change of the award's terms."""

    fair_value_before: Price = fact("Fair value of the whole award just before the change.")
    fair_value_after: Price = fact("Fair value of the whole award just after the change.")
    unrecognized: Price = fact("Grant-date fair value not yet recognized.", default=_ZERO)
    recognized_to_date: Price = fact("Cost recognized before the change.", default=_ZERO)
    remaining_periods: int = fact(
        "Periods of service still needed after the change; 0 when vested.", default=0
    )
    probable_before: bool = fact("Whether vesting was probable under the old terms.", default=True)
    probable_after: bool = fact("Whether vesting is probable under the new terms.", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFacts(Facts):
    """Facts of one award."""

    kind: Literal["rsu", "option", "restricted_stock", "purchase_right"] = fact(
        "What was granted.", default="rsu"
    )
    total_fair_value: Price | None = fact("Grant-date fair value of the award.", default=None)
    units: Quantity | None = fact("Units granted, with fair_value_per_unit.", default=None)
    fair_value_per_unit: Price | None = fact("Share price for shares, model value for options.", default=None)
    method: Literal["straight_line", "accelerated"] | None = fact(
        "Attribution; when left out accelerated with a performance condition, straight-line without.",
        default=None,
    )
    tranches: tuple[Tranche, ...] = fact("Vesting tranches, in order.", default=())
    equal_tranches: int | None = fact("Shorthand: that many equal tranches, one each period.", default=None)
    time_unit: Literal["years", "months", "days"] = fact("Unit of vests_after and after.", default="years")
    granted_on: date | None = fact("Grant date: counts service in days from then.", default=None)
    period: Literal["year", "quarter", "month"] = fact("Length of the periods reported.", default="year")
    periods: int | None = fact("How many periods of service to report; all when left out.", default=None)
    period_ends: tuple[date, ...] = fact(
        "Last days of the periods to report, when granted_on is given.", default=()
    )
    has_condition: bool = fact("Whether a performance or liquidity condition must be met.", default=False)
    assessments: tuple[Assessment, ...] = fact(
        "History of the condition; not probable before the first.", default=()
    )
    probable: bool | None = fact("Today's assessment, beside recognized_to_date.", default=None)
    recognized_to_date: Amount | None = fact("Cost in the books; the adjustment is to that.", default=None)
    as_of: Quantity | None = fact("Service rendered so far in time_unit, for the adjustment.", default=None)
    through: date | None = fact("Last day of service so far, for the adjustment.", default=None)
    forfeitures: tuple[Forfeiture, ...] = fact("Forfeitures, accounted for as they occur.", default=())
    modification: Modification | None = fact("A change of terms.", default=None)
    functions: dict[str, Share] = fact("Where the holders work: function to share, summing to 1.", default={})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the award on the award's time scale."""

    share: Fraction
    vests_at: Fraction


@dataclass(frozen=True, slots=True)
class Award:
    """The award on one time scale: days from the grant, or the facts' own unit."""

    parts: tuple[Part, ...]
    accelerated: bool
    assessments: tuple[tuple[Fraction, bool], ...]
    has_condition: bool
    forfeitures: tuple[tuple[Fraction, Fraction], ...]
    begun: Fraction = _ZERO  # share that was recognized before the first day, as after a change of terms

    def share_at(self, at: Fraction) -> Fraction:
        """The share of the award's fair value that should be recognized by ``at``."""
        if self.has_condition and not self._probable(at):
            return _ZERO
        active, frozen = _ONE, _ZERO
        for when, share in self.forfeitures:
            if when <= at:
                frozen += active * share * self.vested(when)
                active *= 1 - share
        return frozen + active * self._earned(at)

    def vested(self, at: Fraction) -> Fraction:
        """The share of the award whose service is complete by ``at``."""
        return sum((part.share for part in self.parts if part.vests_at <= at), _ZERO)

    def remaining(self, at: Fraction) -> Fraction:
        """The share of the award that was not forfeited by ``at``."""
        active, frozen = _ONE, _ZERO
        for when, share in self.forfeitures:
            if when <= at:
                frozen += active * share * self.vested(when)
                active *= 1 - share
        return frozen + active

    def _earned(self, at: Fraction) -> Fraction:
        if self.accelerated:
            return self._with_begun(
                sum((part.share * _elapsed(at, part.vests_at) for part in self.parts), _ZERO)
            )
        end = max(part.vests_at for part in self.parts)
        return max(self._with_begun(_elapsed(at, end)), self.vested(at))

    def _with_begun(self, share: Fraction) -> Fraction:
        return self.begun + (1 - self.begun) * share

    def _probable(self, at: Fraction) -> bool:
        known = [probable for when, probable in self.assessments if when <= at]
        return bool(known) and known[-1]


def decide(facts: AwardFacts, explain: Explanation) -> dict[str, Any]:
    """Attribute the award to periods, adjust the books to the running total, and price a change of terms."""
    values: dict[str, Any] = {}
    if facts.modification is not None:
        values.update(_modified(facts.modification, facts, explain))
    if facts.tranches or facts.equal_tranches:
        values.update(_attributed(facts, explain))
    elif facts.recognized_to_date is not None and facts.probable is False:
        explain.step(
            "718-10-25-20", "The condition is not probable: all cost recognized to date is reversed."
        )
        values["cumulative"] = facts.grid.text(_ZERO)
        values["adjustment"] = facts.grid.text(-facts.recognized_to_date)
        values["reversal"] = values["adjustment"]
    elif not values:
        raise refuse("tranches", "is missing: say when the award vests (or give equal_tranches).")
    return values


def cost_before(facts: AwardFacts, day: date) -> Fraction:
    """Cost recognized on the days before ``day``; the facts name the grant date."""
    granted_on = facts.granted_on
    if granted_on is None:
        raise refuse("granted_on", "is missing: service is counted in days from the grant.")
    served = Fraction(max((day - granted_on).days, 0))
    return facts.grid.round(total_of(facts) * award_of(facts).share_at(served))


def _attributed(facts: AwardFacts, explain: Explanation) -> dict[str, Any]:
    grid, total = facts.grid, total_of(facts)
    award = award_of(facts)
    ends = _period_ends(facts, award)
    shares = [award.share_at(end) for end in ends]
    cumulative = [grid.round(total * share) for share in shares]
    expense = grid.differences([total * share for share in shares])
    if award.accelerated:
        explain.step(
            "718-20-35-8", "Accelerated: each tranche is an award of its own, earned evenly to its vesting."
        )
    else:
        explain.step("718-10-35-8", "Straight-line over the last vesting, never less than the vested part.")
    if award.has_condition:
        explain.step(
            "718-10-25-20", "Cost is recognized only while the condition is probable; changes are caught up."
        )
    if award.forfeitures:
        explain.step("718-10-35-3", "Forfeitures are accounted for as they occur: unvested cost is reversed.")
    values: dict[str, Any] = {
        "total_fair_value": grid.text(total),
        "method": "accelerated" if award.accelerated else "straight_line",
        "percent_by_period": [
            number_text(100 * (share - before), 2)
            for before, share in zip([_ZERO, *shares], shares, strict=False)
        ],
        "cumulative_by_period": grid.texts(cumulative),
        "expense_by_period": grid.texts(expense),
        "unrecognized": grid.text(total * award.remaining(ends[-1]) - cumulative[-1])
        if ends
        else grid.text(total),
    }
    if facts.functions:
        values["expense_by_function"] = _by_function(facts, expense)
    return {**values, **_adjustment(facts, award, total, explain)}


def _adjustment(facts: AwardFacts, award: Award, total: Fraction, explain: Explanation) -> dict[str, Any]:
    at = _point(facts, facts.as_of, facts.through, "as_of", inclusive=True)
    if at is None:
        if facts.recognized_to_date is not None and facts.probable is not False:
            raise refuse(
                "as_of", "is missing: how much service was rendered when recognized_to_date was read?"
            )
        if facts.probable is not False:
            return {}
        at = _ZERO
    share = _ZERO if facts.probable is False else _given_probable(facts, award).share_at(at)
    target = facts.grid.round(total * share)
    values = {"cumulative": facts.grid.text(target)}
    if facts.recognized_to_date is not None:
        change = target - facts.recognized_to_date
        values["adjustment"] = facts.grid.text(change)
        if change < 0:
            values["reversal"] = values["adjustment"]
        explain.step(
            "718-10-25-20" if award.has_condition or facts.probable is not None else "718-10-35-2",
            f"Cost to date should be {facts.grid.text(target)}; the books have "
            f"{facts.grid.text(facts.recognized_to_date)}: {facts.grid.text(change)} this period.",
        )
    return values


def _given_probable(facts: AwardFacts, award: Award) -> Award:
    if facts.probable is None:
        return award
    return Award(award.parts, award.accelerated, ((_ZERO, True),), award.has_condition, award.forfeitures)


def _elapsed(at: Fraction, vests_at: Fraction) -> Fraction:
    """How much of the service up to ``vests_at`` was rendered by ``at``; vested at grant is rendered at once."""
    return min(at / vests_at, _ONE) if vests_at else _ONE


def effect_of(change: Modification) -> tuple[Fraction, Fraction, Fraction]:
    """What a change of terms adds, what it recognizes at once, and what it leaves to the remaining service."""
    incremental = max(change.fair_value_after - change.fair_value_before, _ZERO)
    if change.probable_before and not change.probable_after:
        return _ZERO, _ZERO, change.unrecognized
    if not change.probable_after:
        return incremental, -change.recognized_to_date, _ZERO
    if not change.probable_before:
        return change.fair_value_after, -change.recognized_to_date, change.fair_value_after
    return incremental, _ZERO, change.unrecognized + incremental


def _modified(change: Modification, facts: AwardFacts, explain: Explanation) -> dict[str, Any]:
    grid = facts.grid
    incremental, immediate, remaining = effect_of(change)
    if change.probable_before and not change.probable_after:
        explain.step(
            "718-20-35-3",
            "Probable to improbable: the old terms were expected to be met, so the grant-date cost is the least to "
            "recognize; what the change adds waits until the new terms are probable.",
        )
    elif not change.probable_after:
        explain.step("718-20-55-118", "Improbable before and after: no cost until vesting is probable.")
    elif not change.probable_before:
        explain.step(
            "718-20-55-116", "Improbable to probable: the new terms' fair value replaces the old award's."
        )
    else:
        explain.step(
            "718-20-35-3",
            "Incremental cost is the fair value just after less the one just before, not below 0.",
        )
    if change.remaining_periods <= 0:
        immediate, remaining = immediate + remaining, _ZERO
    periods = max(change.remaining_periods, 0)
    if periods > _PERIODS_AT_MOST:
        raise refuse("modification.remaining_periods", f"must be at most {_PERIODS_AT_MOST}.")
    ends = [remaining * Fraction(number, periods) for number in range(1, periods + 1)]
    return {
        "incremental_cost": grid.text(incremental),
        "recognized_immediately": grid.text(immediate),
        "to_recognize_over_remaining_service": grid.text(remaining),
        "expense_by_remaining_period": grid.texts(grid.differences(ends)),
    }


def _by_function(facts: AwardFacts, expense: Sequence[Fraction]) -> list[dict[str, str]]:
    if sum(facts.functions.values()) != 1:
        raise refuse("functions", "must sum to 1.")
    weights = list(facts.functions.values())
    return [
        dict(zip(facts.functions, facts.grid.texts(facts.grid.split(each, weights)), strict=True))
        for each in expense
    ]


def total_of(facts: AwardFacts) -> Fraction:
    """Grant-date fair value of the whole award."""
    if facts.total_fair_value is not None:
        return facts.total_fair_value
    if facts.units is None or facts.fair_value_per_unit is None:
        raise refuse("total_fair_value", "is missing: give it, or units with fair_value_per_unit.")
    return facts.grid.round(facts.units * facts.fair_value_per_unit)


def award_of(facts: AwardFacts) -> Award:
    """The award on one time scale; raises ``Invalid`` when its facts contradict each other."""
    has_condition = facts.has_condition or bool(facts.assessments) or facts.probable is not None
    parts = _parts(facts)
    assessments = sorted(
        (_needed(facts, each.after, each.on, f"assessments[{index}]"), each.probable)
        for index, each in enumerate(facts.assessments)
    )
    if facts.probable and not assessments:
        assessments = [(_ZERO, True)]
    accelerated = facts.method == "accelerated" if facts.method else has_condition
    return Award(parts, accelerated, tuple(assessments), has_condition, _forfeited(facts, parts))


def _parts(facts: AwardFacts) -> tuple[Part, ...]:
    tranches = facts.tranches
    if not tranches and facts.equal_tranches:
        if not 0 < facts.equal_tranches <= _PERIODS_AT_MOST:
            raise refuse("equal_tranches", f"must be 1 to {_PERIODS_AT_MOST}.")
        step = Fraction(_MONTHS[facts.period], 12) * _A_YEAR[facts.time_unit]
        tranches = tuple(Tranche(vests_after=step * number) for number in range(1, facts.equal_tranches + 1))
    given = [tranche.share for tranche in tranches]
    shares = [share for share in given if share is not None]
    if shares and len(shares) != len(given):
        raise refuse("tranches", "give every tranche its share, or none of them for equal parts.")
    shares = shares or [Fraction(1, len(tranches))] * len(tranches)
    if sum(shares) != 1:
        raise refuse("tranches", f"shares sum to {number_text(sum(shares, _ZERO))}; they must sum to 1.")
    return tuple(
        Part(share, _needed(facts, tranche.vests_after, tranche.vests_on, f"tranches[{index}]"))
        for index, (share, tranche) in enumerate(zip(shares, tranches, strict=True))
    )


def _forfeited(facts: AwardFacts, parts: Sequence[Part]) -> tuple[tuple[Fraction, Fraction], ...]:
    """Each forfeiture as a share of those still active; only the unvested part of theirs is lost."""
    result: list[tuple[Fraction, Fraction]] = []
    active = _ONE
    for index, each in enumerate(facts.forfeitures):
        path = f"forfeitures[{index}]"
        when = _needed(facts, each.after, each.on, path)
        if result and when < result[-1][0]:
            raise refuse(path, "lies before the one above it; list forfeitures in order of time.")
        if each.share_of_unvested is not None:
            share = each.share_of_unvested
        elif each.units is not None and facts.units:
            vested = sum((part.share for part in parts if part.vests_at <= when), _ZERO)
            unvested = facts.units * active * (1 - vested)
            if each.units > unvested:
                raise refuse(f"{path}.units", f"only {number_text(unvested, 2)} units are unvested then.")
            share = each.units / unvested if unvested else _ZERO
        else:
            raise refuse(path, "needs units (with the award's units) or share_of_unvested.")
        result.append((when, share))
        active *= 1 - share
    return tuple(result)


def _needed(facts: AwardFacts, after: Fraction | None, on: date | None, path: str) -> Fraction:
    point = _point(facts, after, on, path, inclusive=False)
    if point is None:
        raise refuse(path, "needs a time: in time_unit from the grant, or a day together with granted_on.")
    return point


def _point(
    facts: AwardFacts, after: Fraction | None, on: date | None, path: str, *, inclusive: bool
) -> Fraction | None:
    """A point on the award's scale: days from the grant when ``granted_on`` is known, else the facts' unit."""
    if on is not None:
        if facts.granted_on is None:
            raise refuse(
                "granted_on", f"is missing: {path} names a day, so service is counted from the grant."
            )
        if on < facts.granted_on:
            raise refuse(path, "lies before the grant.")
        return Fraction((on - facts.granted_on).days + (1 if inclusive else 0))
    if after is None or facts.granted_on is None or facts.time_unit == "days":
        return after
    months = after * 12 / _A_YEAR[facts.time_unit]
    if months > 12 * _YEARS_AT_MOST:
        raise refuse(path, f"lies more than {_YEARS_AT_MOST} years after the grant.")
    if months.denominator != 1:
        raise refuse(path, "must be whole months when granted_on is given; or name the day.")
    return Fraction((add_months(facts.granted_on, int(months)) - facts.granted_on).days)


def _period_ends(facts: AwardFacts, award: Award) -> list[Fraction]:
    if facts.period_ends:
        points = [
            _point(facts, None, day, f"period_ends[{index}]", inclusive=True)
            for index, day in enumerate(facts.period_ends)
        ]
        return [point for point in points if point is not None]
    last = max(part.vests_at for part in award.parts)
    ends: list[Fraction] = []
    while (facts.periods is None and (not ends or ends[-1] < last)) or len(ends) < (facts.periods or 0):
        number = len(ends) + 1
        if number > _PERIODS_AT_MOST:
            raise refuse("periods", f"gives more than {_PERIODS_AT_MOST} rows; report by year instead.")
        months = number * _MONTHS[facts.period]
        if facts.granted_on is None:
            ends.append(Fraction(months, 12) * _A_YEAR[facts.time_unit])
        else:
            ends.append(Fraction((add_months(facts.granted_on, months) - facts.granted_on).days))
    return ends


POLICY = Policy(
    name="stock_compensation",
    title="Stock compensation: attribution",
    version="2",
    standard="ASC 718",
    paragraphs=(
        "718-10-25-20",
        "718-10-35-2",
        "718-10-35-3",
        "718-10-35-8",
        "718-20-35-3",
        "718-20-35-8",
        "718-20-55-116",
        "718-20-55-118",
    ),
    requirements=("ACC-67", "ACC-71"),
    note=(
        "Stock compensation is measured at the fair value on the grant date and recognized over the service period: "
        "straight-line for awards with service conditions alone, and by the accelerated method for awards with a "
        "performance or liquidity condition, once that condition is probable. Cost is reversed when it stops being "
        "probable. Forfeitures are accounted for as they occur."
    ),
    facts=AwardFacts,
    outputs={
        "total_fair_value": "Fair value of the award.",
        "method": "straight_line or accelerated.",
        "percent_by_period": "Percent of the fair value, two decimals.",
        "cumulative_by_period": "Running totals at the period ends.",
        "expense_by_period": "Differences of the running totals.",
        "unrecognized": "Cost of units not forfeited that is still to come.",
        "expense_by_function": "Each period's expense by where holders work.",
        "cumulative": "What should be in the books as of the day asked for.",
        "adjustment": "This period's entry to get there.",
        "reversal": "The same when it takes cost back.",
        "incremental_cost": "Cost added by a change of terms.",
        "recognized_immediately": "Part of it for service already rendered.",
        "to_recognize_over_remaining_service": "Cost for the remaining service.",
        "expense_by_remaining_period": "The same by period.",
    },
    decide=decide,
    example={"total_fair_value": "480000", "equal_tranches": 4, "method": "accelerated"},
)
