"""Laws of leases, long-lived assets, securities and offerings: balances balance, and everything ends at nothing."""

import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.spans import Month, add_months
from stoa.policies import leases as lease_policy
from stoa.policies.engine import balance_cuts, movement_cuts
from stoa.policies.frame import Explanation
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import DocumentFacts, Filed, facts_as_json
from stoa.policies.registry import ACCOUNT_CODES
from tests.property.test_document_kinds import filed, sums

FIRST = date(2025, 6, 1)
SEEDS = st.integers(0, 2**32)
_NAMES = {code: name for name, code in ACCOUNT_CODES.items()}


def read(kind: str, reference: str, **facts: Any) -> DocumentFacts:
    return listed.read(kind, {"reference": reference, "entity": "stoa-us", **facts})


def an_asset_history(chance: random.Random) -> list[DocumentFacts]:
    """Documents of every kind of asset that refer to each other or to nothing, sensible or not."""

    def day() -> str:
        return str(FIRST + timedelta(days=chance.randrange(240)))

    def money(least: int = 1) -> str:
        return f"{chance.randrange(least, 500_000) / 100:.2f}"

    periods, a_year = chance.randrange(1, 30), chance.choice([12, 12, 4, 2, 1])
    leases, assets = ["lease:1", "nowhere"], ["asset:1", "walls:1", "intangible:1", "placed:1", "lease:1"]
    rows: list[tuple[str, str, dict[str, Any]]] = [
        (
            "lease_signed",
            "lease:1",
            {"name": "office", "signed_on": day(), "payments": [money(0) for _ in range(periods)]}
            | {"periods_a_year": a_year, "timing": chance.choice(["advance", "arrears"])}
            | ({"commences_on": day()} if chance.random() < 0.7 else {})
            | ({"annual_rate": f"0.{chance.randrange(20):02d}"} if chance.random() < 0.8 else {})
            | ({"initial_direct_costs": money(0), "prepaid": money(0)} if chance.random() < 0.3 else {}),
        ),
        (
            "asset_placed",
            "asset:1",
            {"name": "it", "cost": money(), "in_service_on": day(), "life_months": 7},
        ),
        (
            *("asset_placed", "walls:1"),
            {"name": "walls", "asset_kind": "improvement", "cost": money(), "in_service_on": day()}
            | {"life_months": 60, "lease": "lease:1"},
        ),
        (
            *("intangible_acquired", "intangible:1"),
            {"name": "content", "intangible_kind": "content", "cost": money(), "acquired_on": day()}
            | {"life_months": chance.randrange(1, 20)},
        ),
        (
            *("security_bought", "security:1"),
            {
                "name": "bill",
                "on": day(),
                "matures_on": str(FIRST + timedelta(days=300 + chance.randrange(90))),
            }
            | {"par": "5000", "price": f"{chance.randrange(480_000, 510_000) / 100:.2f}"}
            | ({"coupon": "0.04", "accrued_interest": money()} if chance.random() < 0.5 else {}),
        ),
    ]
    for number in range(chance.randrange(25)):
        lease, on = chance.choice(leases), day()
        commenced = str(add_months(FIRST, chance.randrange(8)))
        kind, facts = chance.choice(
            [
                ("lease_commenced", {"lease": lease, "on": commenced, "incremental_borrowing_rate": "0.06"}),
                ("lease_paid", {"lease": lease, "amount": money()}),
                (
                    *("lease_modified",),
                    {"lease": lease, "on": commenced, "annual_rate": "0.05", "remaining_right": "0.7"}
                    | {"payments": [money(0) for _ in range(chance.randrange(1, 9))], "incentive": money(0)},
                ),
                ("lease_ended", {"lease": lease, "penalty": money(0)}),
                ("lease_variable_cost", {"lease": lease, "amount": money()}),
                (
                    *("sublease_signed",),
                    {"lease": lease, "signed_on": on, "start_on": day(), "payments": [money(), "0", money()]},
                ),
                ("sublease_rent_received", {"sublease": "sublease_signed:1", "amount": money()}),
                ("sublease_ended", {"sublease": "sublease_signed:1"}),
                ("asset_disposed", {"asset": chance.choice(assets), "proceeds": money(0)}),
                ("intangible_disposed", {"intangible": chance.choice(assets), "proceeds": money(0)}),
                (
                    *("impairment_tested",),
                    {"group": "all", "trigger": "doubt", "undiscounted_cash_flows": "0", "fair_value": "10"}
                    | {
                        "assets": [
                            {"register": register, "reference": chance.choice(assets), "carrying": money()}
                            for register in ("fixed_assets", "leases", "intangibles", "internal_use_software")
                        ]
                    },
                ),
                ("software_project_authorized", {"project": "search", "name": "search"}),
                (
                    *("software_cost_incurred",),
                    {"project": "search", "stage": "application_development", "cost_kind": "contractor"}
                    | {"amount": money(), "module": chance.choice(["a", "b"])},
                ),
                ("software_placed", {"project": "search", "life_months": 5}),
                ("software_abandoned", {"project": "search", "module": "b"}),
                ("security_priced", {"security": "security:1", "fair_value": money()}),
                (
                    *("security_assessed",),
                    {"security": "security:1", "expected_cash_flows_present_value": money()}
                    | {"intent_to_sell": chance.random() < 0.2},
                ),
                ("security_sold", {"security": "security:1", "par": money(), "proceeds": money()}),
                ("security_matured", {"security": "security:1", "amount": money()}),
                (
                    "coupon_received",
                    {"security": chance.choice(["security:1", "nowhere"]), "amount": money()},
                ),
                ("offering_cost_incurred", {"offering": "ipo", "cost_kind": "legal", "amount": money()}),
                ("offering_postponed", {"offering": "ipo"}),
                ("offering_completed", {"offering": "ipo", "gross_proceeds": money()}),
                ("offering_abandoned", {"offering": "ipo"}),
                ("supplier_paid", {"bill": chance.choice([*assets, "security:1"]), "amount": money()}),
                ("document_voided", {"document": chance.choice([*assets, "security:1"]), "reason": "Wrong"}),
            ]
        )
        if kind != "sublease_signed":
            facts = {"on": on, **facts}
        reference = f"{kind}:{number}" if chance.random() < 0.5 else f"{kind}:1"
        if reference not in {name for _, name, _ in rows}:
            rows.append((kind, reference, facts))
    return [read(kind, name, **facts) for kind, name, facts in rows]


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_months_add_up_to_balances_whatever_the_order_and_lateness(seed: int) -> None:
    chance = random.Random(seed)
    documents = filed(an_asset_history(chance), chance, late=True)
    running: dict[tuple[str, str], int] = defaultdict(int)
    month = Month(2025, 6)
    for _ in range(12):
        lines = listed.lines(documents, movement_cuts(month))
        assert sum(line[-1] for line in lines) == 0
        assert len({line[:10] for line in lines}) == len(lines), "a key is posted once"
        for key, amount in sums(documents, movement_cuts(month)).items():
            running[key] += amount
        held = sums(documents, balance_cuts(month.end_on, counts_until=month.start_on))
        assert {key: amount for key, amount in running.items() if amount} == held
        listed.problems(documents, month)
        month = month.plus(1)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_order_of_filing_does_not_matter(seed: int) -> None:
    history = an_asset_history(random.Random(seed))
    cuts = movement_cuts(Month(2025, 9))
    answers = [sums(filed(history, random.Random(number), late=False), cuts) for number in range(3)]
    assert answers[0] == answers[1] == answers[2]


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_stored_facts_read_back_the_same(seed: int) -> None:
    for each in an_asset_history(random.Random(seed)):
        assert listed.read(each.kind, facts_as_json(each)) == each


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_what_must_have_an_entry_has_one_and_registers_hold_what_the_books_hold(seed: int) -> None:
    chance = random.Random(seed)
    documents = filed(an_asset_history(chance), chance, late=False)
    month = Month(2025, 9)
    moved = {line[0] for line in listed.lines(documents, movement_cuts(month))}
    for ids in listed.active(documents, month).values():
        assert moved.issuperset(ids)
    held = balances(documents, month.end_on)
    for family, accounts in REGISTERS.items():
        rows = listed.register(documents, family, month.end_on).rows
        assert sum(row.carrying_minor for row in rows) == sum(held.get(name, 0) for name in accounts), family


REGISTERS = {
    "leases": ("right_of_use_assets",),
    "intangibles": ("intangibles", "accumulated_intangible_amortization"),
    "internal_use_software": (
        *("software", "software_in_development"),
        "accumulated_software_amortization",
    ),
    "fixed_assets": ("property", "accumulated_depreciation"),
    "offering_costs": ("deferred_offering_costs",),
}


def balances(documents: list[Filed], day: date) -> dict[str, int]:
    """What each account holds at the beginning of a day."""
    found: dict[str, int] = defaultdict(int)
    for line in listed.lines(documents, balance_cuts(day, counts_until=day)):
        found[_NAMES[line[1]]] += line[-1]
    return {name: amount for name, amount in found.items() if amount}


def numbered(*documents: DocumentFacts) -> list[Filed]:
    return [
        Filed(number, each.place().effective_on, each.place().effective_on.replace(day=1), each)
        for number, each in enumerate(documents, start=1)
    ]


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_a_lease_paid_as_agreed_costs_what_was_paid_and_leaves_nothing(seed: int) -> None:
    chance = random.Random(seed)
    a_year, count = chance.choice([12, 4, 2, 1]), chance.randrange(14, 40)
    payments = [f"{chance.randrange(0, 100_000) / 100:.2f}" for _ in range(count)]
    timing, begins = chance.choice(["advance", "arrears"]), FIRST + timedelta(days=chance.randrange(60))
    given_ = {"payments": payments, "timing": timing, "periods_a_year": a_year}
    given_["annual_rate"] = f"0.{chance.randrange(1, 30):02d}"
    months = 12 // a_year
    starts = [add_months(begins, months * number) for number in range(count + 1)]
    paid = [
        read("lease_paid", f"paid:{number}", lease="lease:1", amount=amount, on=str(on))
        for number, amount in enumerate(payments)
        for on in [starts[number] if timing == "advance" else starts[number + 1] - timedelta(days=1)]
        if Fraction(amount)
    ]
    signed = read(
        "lease_signed", "lease:1", name="it", signed_on="2025-06-01", commences_on=str(begins), **given_
    )
    documents = numbered(signed, *paid)
    facts = signed.lease_facts()  # type: ignore[attr-defined]
    told = lease_policy.decide(facts, Explanation())
    for number in {1, count // 2, count}:
        held = balances(documents, starts[number])
        row = told["rows"][number - 1]
        liability = held.get("lease_liability", 0) + held.get("lease_liability_non_current", 0)
        assert -liability == Fraction(row["liability"]) * 100, (
            "the schedule of the policy, at each period's end"
        )
        cost = held.get("lease_cost_in_general_and_administrative", 0)
        assert cost == sum((Fraction(each) for each in told["cost_by_period"][:number]), Fraction(0)) * 100
        assert abs(held.get("right_of_use_assets", 0) - Fraction(row["asset"]) * 100) <= 1
    total = sum(int(Fraction(amount) * 100) for amount in payments)
    assert balances(documents, starts[count]) == (
        {"cash": -total, "lease_cost_in_general_and_administrative": total} if total else {}
    )


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_security_earns_what_it_brings_less_its_price_and_leaves_nothing(seed: int) -> None:
    chance = random.Random(seed)
    on = FIRST + timedelta(days=chance.randrange(100))
    matures_on = on + timedelta(days=chance.randrange(100, 900))
    coupon, par = chance.choice(["0", "0.0375", "0.05"]), 10_000
    price = chance.randrange(940_000, 1_040_000)
    bought = read(
        *("security_bought", "security:1"),
        **{"name": "it", "on": str(on), "matures_on": str(matures_on), "par": str(par)},
        **{"price": f"{price / 100:.2f}", "coupon": coupon, "frequency": 4},
    )
    cash, followed = -price, []
    step, day = 0, matures_on
    while day > on and Fraction(coupon):
        amount = Fraction(coupon) * par / 4
        followed.append(
            read(
                "coupon_received",
                f"c:{step}",
                security="security:1",
                on=str(day),
                amount=f"{float(amount):.2f}",
            )
        )
        cash += int(amount * 100)
        step, day = step + 1, add_months(matures_on, -3 * (step + 1))
    for number in range(chance.randrange(4)):
        followed.append(
            read(
                *("security_priced", f"p:{number}"),
                security="security:1",
                on=str(on + timedelta(days=chance.randrange(90))),
                price_per_100=f"{chance.randrange(900, 1100) / 10}",
            )
        )
    sold_on = on + timedelta(days=chance.randrange(1, 90))
    proceeds = chance.randrange(100_000, 500_000)
    followed.append(
        read(
            *("security_sold", "s:1"),
            **{"security": "security:1", "on": str(sold_on), "par": "3000"},
            proceeds=f"{proceeds / 100:.2f}",
        )
    )
    followed.append(
        read("security_matured", "m:1", security="security:1", on=str(matures_on), amount=str(par - 3000))
    )
    documents = numbered(bought, *followed)
    held = balances(documents, matures_on + timedelta(days=1))
    cash += proceeds + (par - 3000) * 100
    receivable = held.get("interest_receivable", 0)
    income = held.get("interest_income", 0) + held.get("realized_loss_on_securities", 0)
    assert held.get("cash", 0) == cash
    assert income == -(cash + receivable)
    assert held.keys() <= {"cash", "interest_income", "realized_loss_on_securities", "interest_receivable"}
    if not Fraction(coupon):
        assert receivable == 0
