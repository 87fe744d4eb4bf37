"""Internal-use software: the stage gate, time records, amortization and abandonment (ASC 350-40).

Cost is capitalized in the application-development stage, once funding is authorized and committed and completion
and use are probable; payroll needs time records. Before, after, and for training, data conversion and overhead,
cost is expensed as incurred.
"""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from stoa.kernel.spans import add_months
from stoa.policies.facts import Facts, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text
from stoa.policies.straight_line import Convention, StraightLine, period_start

_ZERO = Fraction(0)
_MONTHS_AT_MOST = 1200
_ABANDONED = "abandoned part"
_BEFORE_USE = date.min
_NOT_CAPITALIZED = {
    "training": ("350-40-25-4", "training is expensed"),
    "data_conversion": ("350-40-25-5", "data conversion is expensed"),
    "overhead": ("350-40-30-3", "general and administrative cost and overhead are expensed"),
    "maintenance": ("350-40-25-6", "maintenance is expensed"),
    "other": ("350-40-30-1", "cost that is not directly attributable is expensed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One cost of the project, by amount or by time record."""

    stage: Literal["preliminary", "application_development", "post_implementation"] = fact(
        "Stage of the work."
    )
    kind: Literal[
        "payroll",
        "contractor",
        "third_party",
        "software",
        "travel",
        "interest",
        "conversion_software",
        "testing",
        "training",
        "data_conversion",
        "overhead",
        "maintenance",
        "other",
    ] = fact("What was paid for.")
    amount: Price | None = fact("Amount; or hours and hourly_cost.", default=None)
    hours: Quantity | None = fact("Hours of the time record.", default=None)
    hourly_cost: Price | None = fact("Pay and benefits of one hour.", default=None)
    on: date | None = fact("Day incurred, checked against the day the gate was passed.", default=None)
    has_time_record: bool = fact("Payroll: whether hours on the project were recorded.", default=True)
    module: str = fact("Module of the software, when parts are put to use by themselves.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The conditions of capitalization (350-40-25-12)."""

    preliminary_stage_complete: bool = fact("Alternatives are weighed and one is chosen.", default=True)
    funding_authorized: bool = fact("Management authorized and committed the funding.", default=True)
    completion_probable: bool = fact("It is probable that the project will be completed.", default=True)
    use_intended: bool = fact("And used as intended.", default=True)
    passed_on: date | None = fact("Day on which all of them were met.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A part with its own readiness or fate."""

    name: str = fact("Name used in costs.")
    ready_for_use_on: date | None = fact("Day all substantial testing was complete.", default=None)
    life_months: Quantity | None = fact("Useful life; the project's when left out.", default=None)
    abandoned_on: date | None = fact(
        "Day on which completing it became improbable, or its use ended.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareFacts(Facts):
    """Facts of one project."""

    costs: tuple[Cost, ...] = fact("Costs of the project.")
    gate: Gate = fact("Conditions of capitalization.", default=Gate())
    ready_for_use_on: date | None = fact(
        "Day the software was ready for use; still in development when left out.", default=None
    )
    life_months: Quantity = fact("Useful life in months, about 24 to 60.", default=Fraction(36))
    modules: tuple[Module, ...] = fact("Modules with their own dates.", default=())
    abandoned_module: str | None = fact(
        "Module abandoned before use: its capitalized cost is written off.", default=None
    )
    abandoned_cost: Price | None = fact(
        "Or the capitalized cost of the abandoned part, when costs name no module.", default=None
    )
    abandoned_on: date | None = fact("Day on which the whole project was abandoned or retired.", default=None)
    period_starts_on: date | None = fact(
        "First day of the period; the calendar year of first use when left out.", default=None
    )
    through: date | None = fact("Last day of the period.", default=None)
    is_hosting_arrangement: bool = fact(
        "Implementation of hosted software: amortized over hosting_term_months and presented with its fees.",
        default=False,
    )
    hosting_term_months: Quantity | None = fact("Term of the hosting with likely renewals.", default=None)
    convention: Convention = fact("Which part of the first month counts.", default="full_month")


def decide(facts: SoftwareFacts, explain: Explanation) -> dict[str, Any]:
    """Sort costs at the gate, then amortize what was capitalized."""
    grid = facts.grid
    modules = _modules(facts)
    capitalized: dict[str, Fraction] = {}
    expensed = _ZERO
    rows = []
    for index, cost in enumerate(facts.costs):
        amount = amount_of(cost, f"costs[{index}]")
        reason = why_expensed(cost, facts.gate)
        if reason is None:
            capitalized[cost.module] = capitalized.get(cost.module, _ZERO) + amount
            paragraph, words = "350-40-25-2", "capitalized: application development, gate passed"
        else:
            expensed += amount
            paragraph, words = reason
        explain.step(paragraph, f"{cost.stage} {cost.kind} {grid.text(amount)}: {words}.")
        rows.append(
            {
                "stage": cost.stage,
                "kind": cost.kind,
                "amount": grid.text(amount),
                "capitalized": reason is None,
            }
        )
    total = sum(capitalized.values(), _ZERO)
    if facts.abandoned_cost is not None:
        of_project = capitalized.get("", _ZERO)
        if facts.abandoned_cost > of_project:
            raise refuse("abandoned_cost", "is more than was capitalized outside of modules.")
        capitalized[""] = of_project - facts.abandoned_cost
        capitalized[_ABANDONED] = facts.abandoned_cost
    starts_on, ends_on = _period(facts)
    parts = [
        _part(facts, modules.get(name, Module(name=name or "project")), amount, starts_on, ends_on, explain)
        for name, amount in capitalized.items()
    ]
    sums = {
        name: sum((part[name] for part in parts), _ZERO)
        for name in ("amortization", "accumulated", "carrying", "written_off")
    }
    return {
        "capitalized": grid.text(total),
        "expensed": grid.text(expensed),
        **{name: grid.text(amount) for name, amount in sums.items()},
        "period": None
        if starts_on is None or ends_on is None
        else [starts_on.isoformat(), ends_on.isoformat()],
        "costs": rows,
        "amortization_presented_in": "hosting fees" if facts.is_hosting_arrangement else "cost of revenue",
    }


def _modules(facts: SoftwareFacts) -> dict[str, Module]:
    """Modules by name; one that is abandoned without a day was abandoned before its use."""
    modules = {module.name: module for module in facts.modules}
    for name in (facts.abandoned_module, _ABANDONED if facts.abandoned_cost is not None else None):
        if name is not None:
            known = modules.get(name, Module(name=name))
            day = known.abandoned_on or facts.abandoned_on or _BEFORE_USE
            modules[name] = replace(known, abandoned_on=day)
    return modules


def amount_of(cost: Cost, path: str) -> Fraction:
    """The amount of a cost: as given, or by its time record."""
    if cost.amount is not None:
        return cost.amount
    if cost.hours is None or cost.hourly_cost is None:
        raise refuse(f"{path}.amount", "is missing: give it, or hours and hourly_cost of a time record.")
    return cost.hours * cost.hourly_cost


def why_expensed(cost: Cost, gate: Gate) -> tuple[str, str] | None:
    """The paragraph and reason why a cost is expensed, or None when it is capitalized."""
    if cost.stage == "preliminary":
        return "350-40-25-1", "expensed: preliminary project stage"
    if cost.stage == "post_implementation":
        return "350-40-25-6", "expensed: operation stage"
    if cost.kind in _NOT_CAPITALIZED:
        return _NOT_CAPITALIZED[cost.kind]
    conditions = {
        "the preliminary stage is not complete": gate.preliminary_stage_complete,
        "funding is not authorized and committed": gate.funding_authorized,
        "completion is not probable": gate.completion_probable,
        "the intended use is not probable": gate.use_intended,
    }
    missing = [words for words, met in conditions.items() if not met]
    if missing:
        return "350-40-25-12", f"expensed: {', '.join(missing)}"
    if gate.passed_on is not None and cost.on is not None and cost.on < gate.passed_on:
        return "350-40-25-12", f"expensed: incurred before the gate was passed on {gate.passed_on}"
    if cost.kind == "payroll" and not cost.has_time_record:
        return "350-40-30-1(b)", "expensed: no record of the time devoted to the project"
    return None


def _period(facts: SoftwareFacts) -> tuple[date | None, date | None]:
    if facts.through is not None:
        return period_start(facts.period_starts_on, facts.through), facts.through
    days = [
        each for each in (facts.ready_for_use_on, *(part.ready_for_use_on for part in facts.modules)) if each
    ]
    if not days:
        return None, None
    return date(min(days).year, 1, 1), date(min(days).year, 12, 31)


def _part(
    facts: SoftwareFacts,
    module: Module,
    cost: Fraction,
    starts_on: date | None,
    ends_on: date | None,
    explain: Explanation,
) -> dict[str, Fraction]:
    whole = facts.abandoned_on if facts.abandoned_module is None and facts.abandoned_cost is None else None
    gone = min((day for day in (module.abandoned_on, whole) if day is not None), default=None)
    ended = gone is not None and (ends_on is None or gone <= ends_on)
    ready = module.ready_for_use_on or facts.ready_for_use_on
    none = {"amortization": _ZERO, "accumulated": _ZERO, "carrying": cost, "written_off": _ZERO}
    if gone is not None and ended and (ready is None or gone <= ready):
        explain.step(
            "350-40-35-3",
            f"{module.name}: completion is no longer probable, {facts.grid.text(cost)} is written off.",
        )
        earlier = starts_on is not None and _BEFORE_USE < gone < starts_on
        return {**none, "carrying": _ZERO, "written_off": _ZERO if earlier else cost}
    if ready is None or starts_on is None or ends_on is None:
        explain.step("350-40-35-6", f"{module.name}: not ready for use, no amortization yet.")
        return none
    life = module.life_months or facts.life_months
    if facts.is_hosting_arrangement and facts.hosting_term_months is not None:
        life = facts.hosting_term_months
    if not 0 < life <= _MONTHS_AT_MOST:
        raise refuse("life_months", f"must be more than 0 and at most {_MONTHS_AT_MOST}.")
    line = StraightLine(cost, _ZERO, ready, life, facts.convention)
    stop = gone if ended and gone is not None else ends_on
    before = date.fromordinal(starts_on.toordinal() - 1)
    opening, closing = (facts.grid.round(line.to_date(min(day, stop))) for day in (before, stop))
    explain.step(
        "350-40-35-4",
        f"{module.name}: straight-line over {number_text(life, 2)} months from {ready}, "
        f"to {add_months(ready, int(life))}.",
    )
    written_off = cost - closing if ended and gone is not None and gone >= starts_on else _ZERO
    return {
        "amortization": closing - opening,
        "accumulated": _ZERO if ended else closing,
        "carrying": _ZERO if ended else cost - closing,
        "written_off": written_off,
    }


POLICY = Policy(
    name="internal_use_software",
    title="Internal-use software",
    standard="ASC 350-40",
    paragraphs=(
        "350-40-25-1",
        "350-40-25-2",
        "350-40-25-4",
        "350-40-25-5",
        "350-40-25-6",
        "350-40-25-12",
        "350-40-30-1",
        "350-40-30-1(b)",
        "350-40-30-3",
        "350-40-35-3",
        "350-40-35-4",
        "350-40-35-6",
    ),
    requirements=("ACC-28", "ACC-29", "ACC-30", "ACC-31"),
    note=(
        "Cost of software for internal use is capitalized in the application-development stage once management has "
        "authorized and committed the funding and it is probable that the software will be completed and used as "
        "intended: pay and benefits of those who devote time to the project, by their time records, and outside "
        "cost. Cost before that, training, data conversion and maintenance are expensed as incurred. Capitalized "
        "cost is amortized straight-line over about two to five years to cost of revenue."
    ),
    facts=SoftwareFacts,
    outputs={
        "capitalized": "Cost capitalized.",
        "expensed": "Cost expensed as incurred.",
        "amortization": "Amortization of the period.",
        "accumulated": "Accumulated amortization at its end.",
        "carrying": "Carrying amount at its end.",
        "written_off": "Cost written off for abandoned parts.",
        "period": "First and last day of the period.",
        "costs": "Each cost and whether it was capitalized.",
        "amortization_presented_in": "Line of the statement of operations.",
    },
    decide=decide,
    example={
        "costs": [
            {"stage": "preliminary", "kind": "payroll", "amount": "50000"},
            {"stage": "application_development", "kind": "payroll", "hours": "3000", "hourly_cost": "80"},
        ],
        "ready_for_use_on": "2025-07-01",
        "life_months": 36,
        "through": "2025-12-31",
    },
)
