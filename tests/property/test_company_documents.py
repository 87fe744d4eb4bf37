"""Laws of the documents of a public company: any history balances, adds up, and ends where its documents say."""

import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.spans import Month
from stoa.policies.engine import balance_cuts, movement_cuts
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import DocumentFacts, Filed, facts_as_json
from stoa.policies.kinds.opening_balances import begins_on, since_opening
from stoa.policies.kinds.share_counts import ShareCounts, share_counts
from tests.property.test_document_kinds import filed, sums

FIRST = date(2025, 6, 1)
Row = tuple[str, str, dict[str, Any]]
_CLASSES = [
    {"name": "not due", "days_from": 0, "days_to": 0, "loss_rate": "0.01"},
    {"name": "late", "days_from": 1, "days_to": 60, "loss_rate": "0.1"},
]


class Chance:
    """Days and amounts by chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def day(self) -> str:
        return str(FIRST + timedelta(days=self.random.randrange(240)))

    def money(self, least: int = 1) -> str:
        return f"{self.random.randrange(least, 400_000) / 100:.2f}"

    def shares(self) -> str:
        return str(self.random.randrange(1, 200))

    def one_of(self, *names: str) -> str:
        return self.random.choice(names)

    def some(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self.random.random() < 0.7]


def receivables(chance: Chance) -> list[Row]:
    """An allowance by chance over invoices that are paid, written off and recovered, in any order."""
    rows: list[Row] = [
        (
            "seat_contract_signed",
            "seats:1",
            {
                "customer": "alder",
                "signed_on": "2025-06-01",
                "start_on": "2025-06-01",
                "end_on": "2026-06-01",
                "price": "900",
            },
        )
    ]
    for number in range(3):
        invoice = f"invoice:{number}"
        rows.append(
            ("invoice_issued", invoice, {"contract": "seats:1", "on": chance.day(), "amount": chance.money()})
        )
        rows += chance.some(
            [
                (
                    "cash_received",
                    f"cash:{number}",
                    {"invoice": invoice, "on": chance.day(), "amount": chance.money()},
                ),
                (
                    "receivable_written_off",
                    f"lost:{number}",
                    {"invoice": invoice, "on": chance.day(), "amount": chance.money(), "reason": "Insolvent"},
                ),
                (
                    "receivable_recovered",
                    f"back:{number}",
                    {"invoice": invoice, "on": chance.day(), "amount": chance.money()},
                ),
            ]
        )
    for number in range(2):
        estimate: dict[str, Any] = {"on": chance.day(), "buckets": _CLASSES, "unbilled_rate": "0.02"}
        if chance.random.random() < 0.5:
            estimate["specific"] = [
                {"customer": "alder", "expected_collection": "5", "reason": "Late"},
            ]
        rows.append(("allowance_estimated", f"estimate:{number}", estimate))
    return rows


def payables(chance: Chance) -> list[Row]:
    """Bills, payrolls and payments of them or of something else."""
    rows: list[Row] = []
    for number in range(3):
        start = date.fromisoformat(chance.day())
        spread = {
            "service_start_on": str(start),
            "service_end_on": str(start + timedelta(days=chance.random.randrange(40, 500))),
            "spread_by": chance.one_of("days", "months"),
        }
        lines = [
            {"amount": chance.money(), "function": "sales_and_marketing", **spread},
            {"amount": chance.money(), "asset": "asset:1"},
            {"amount": f"-{chance.money()}", "account": "6000"},
        ]
        bill = {"supplier": "Cloudworks", "on": chance.day(), "lines": chance.random.sample(lines, 2)}
        rows.append(("supplier_bill", f"bill:{number}", bill))
        name = chance.one_of(f"bill:{number}", "asset:1", "nowhere")
        rows.append(
            (
                "supplier_paid",
                f"paid:{number}",
                {"bill": name, "on": chance.day(), "amount": chance.one_of(chance.money(), "-5")},
            )
        )
    rows.append(
        (
            "asset_placed",
            "asset:1",
            {"name": "it", "cost": chance.money(), "in_service_on": chance.day(), "life_months": 7},
        )
    )
    payroll = {
        "on": chance.day(),
        "lines": [{"function": "research_and_development", "amount": chance.money()}],
    }
    rows.append(("payroll_recorded", "payroll:1", payroll))
    rows.append(
        ("payroll_paid", "wages:1", {"payroll": "payroll:1", "on": chance.day(), "amount": chance.money()})
    )
    moved = {
        "on": chance.day(),
        "amount": chance.money(),
        "moved_from": "cash",
        "moved_to": "money_market_funds",
    }
    rows.append(("cash_transferred", "moved:1", moved))
    return chance.some(rows)


def equity(chance: Chance) -> list[Row]:
    """Shares and awards with everything that may follow them."""
    grant = date.fromisoformat(chance.day())
    vests = [{"vests_on": str(grant + timedelta(days=days))} for days in (40, 100, 260)]
    rows: list[Row] = [
        (
            "share_issued",
            "shares:1",
            {
                "on": chance.day(),
                "shares": chance.shares(),
                "price_per_share": "33.333",
                "par_value": "0.001",
            },
        ),
        ("shares_repurchased", "back:1", {"on": chance.day(), "shares": "1", "amount": chance.money()}),
    ]
    for kind in ("rsu", "option"):
        rows.append(
            (
                "award_granted",
                f"award:{kind}",
                {
                    "holder": "ada",
                    "granted_on": str(grant),
                    "award_kind": kind,
                    "units": "300",
                    "fair_value_per_unit": "7.77",
                    "tranches": vests,
                    "has_condition": chance.random.random() < 0.5,
                },
            )
        )
    followed: list[Row] = [
        ("award_forfeited", "left:1", {"share_of_unvested": "1/3"}),
        ("award_forfeited", "left:2", {"share_of_unvested": "1"}),
        ("award_condition_assessed", "likely:1", {"probable": True}),
        ("award_condition_assessed", "likely:2", {"probable": False}),
        (
            "award_modified",
            "changed:1",
            {
                "fair_value_before": "100",
                "fair_value_after": chance.money(),
                "probable_before": chance.random.random() < 0.7,
                "probable_after": chance.random.random() < 0.8,
            },
        ),
        ("award_modified", "changed:2", {"fair_value_before": "10", "fair_value_after": "200"}),
        (
            "award_vested",
            "vested:1",
            {"shares": "100", "shares_withheld": "30", "tax_withheld": chance.money()},
        ),
        (
            "option_exercised",
            "exercise:1",
            {"shares": "120", "price_per_share": "2", "unvested_shares": "80"},
        ),
    ]
    for kind, reference, facts in chance.some(followed):
        on = {"award": chance.one_of("award:rsu", "award:option", "nowhere"), "on": chance.day()}
        rows.append((kind, reference, on | facts))
    rows.append(
        (
            "early_exercise_repurchased",
            "back:2",
            {"exercise": "exercise:1", "on": chance.day(), "shares": "30"},
        )
    )
    offer = {"start_on": "2025-06-15", "purchase_on": "2025-12-15", "share_price": "25", "discount": "0.15"}
    rows.append(
        (
            "purchase_plan_offered",
            "plan:1",
            offer | {"volatility": "0.4", "risk_free_rate": "0.04", "units": "77"},
        )
    )
    rows.append(
        (
            "purchase_plan_withheld",
            "kept:1",
            {"offering": "plan:1", "on": chance.day(), "amount": chance.money()},
        )
    )
    rows.append(
        (
            "purchase_plan_bought",
            "bought:1",
            {"offering": "plan:1", "on": chance.day(), "shares": chance.shares(), "price_per_share": "20"},
        )
    )
    return rows


def taxes(chance: Chance) -> list[Row]:
    """Provisions of two jurisdictions, payments, and a position that is judged and settled."""
    rows: list[Row] = []
    for number in range(4):
        provision = {
            "pretax": chance.one_of("-1000", chance.money()),
            "rate": "0.21",
            "other_current_tax": chance.money(),
            "temporary_originating": chance.one_of("0", "250", "-9000"),
        }
        if chance.random.random() < 0.5:
            provision["realizable"] = chance.money()
        facts = {
            "jurisdiction": chance.one_of("US federal", "Canada"),
            "on": chance.day(),
            "provision": provision,
        }
        rows.append(("income_tax_provided", f"tax:{number}", facts | {"period_start_on": "2025-06-01"}))
        position = {
            "position": "research credit",
            "jurisdiction": "US federal",
            "on": chance.day(),
            "benefit_claimed": chance.money(),
            "sustained_on_merits": chance.random.random() < 0.5,
            "interest_rate": "0.08",
            "penalty_rate": "0.2",
        }
        if chance.random.random() < 0.3:
            position |= {"is_settled": True, "settlement_paid": chance.money()}
        rows.append(("uncertain_tax_position_recorded", f"position:{number}", position))
    rows.append(
        (
            "tax_paid",
            "paid:tax",
            {"jurisdiction": "Canada", "on": chance.day(), "amount": chance.money(), "interest": "1"},
        )
    )
    return chance.some(rows)


STORIES = [receivables, payables, equity, taxes]


def a_history(seed: int, story: Any) -> list[DocumentFacts]:
    chance = Chance(seed)
    rows = story(chance)
    voided = chance.random.choice(rows)[1]
    if chance.random.random() < 0.4:
        rows.append(
            ("document_voided", "void:1", {"document": voided, "on": chance.day(), "reason": "Wrong"})
        )
    return [
        listed.read(kind, {"reference": name, "entity": "stoa-us", **facts}) for kind, name, facts in rows
    ]


@pytest.mark.parametrize("story", STORIES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_months_add_up_to_balances_whatever_the_order_and_lateness(story: Any, seed: int) -> None:
    documents = filed(a_history(seed, story), random.Random(seed), late=True)
    running: dict[tuple[str, str], int] = defaultdict(int)
    month = Month(2025, 6)
    for _ in range(10):
        lines = listed.lines(documents, movement_cuts(month))
        assert sum(line[-1] for line in lines) == 0
        assert len({line[:10] for line in lines}) == len(lines), "a key is posted once"
        assert all(line[8] < line[9] for line in lines), "amounts belong to days"
        for key, amount in sums(documents, movement_cuts(month)).items():
            running[key] += amount
        held = sums(documents, balance_cuts(month.end_on, counts_until=month.start_on))
        assert {key: amount for key, amount in running.items() if amount} == held
        listed.problems(documents, month)
        month = month.plus(1)


@pytest.mark.parametrize("story", STORIES)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_order_does_not_matter_and_facts_read_back_the_same(story: Any, seed: int) -> None:
    history = a_history(seed, story)
    cuts = movement_cuts(Month(2025, 9))
    answers = [sums(filed(history, random.Random(number), late=False), cuts) for number in range(2)]
    assert answers[0] == answers[1]
    for each in history:
        assert listed.read(each.kind, facts_as_json(each)) == each


@pytest.mark.parametrize("story", STORIES)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_must_have_an_entry_has_one(story: Any, seed: int) -> None:
    documents = filed(a_history(seed, story), random.Random(seed), late=False)
    month = Month(2025, 9)
    moved = {line[0] for line in listed.lines(documents, movement_cuts(month))}
    for ids in listed.active(documents, month).values():
        assert moved.issuperset(ids)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_allowance_is_what_its_roll_forward_says(seed: int) -> None:
    documents = filed(a_history(seed, receivables), random.Random(seed), late=False)
    day = Month(2025, 12)
    by_activity: dict[str, int] = defaultdict(int)
    for line in listed.lines(documents, balance_cuts(day.end_on, counts_until=day.start_on)):
        if line[1] == "1120":
            by_activity[line[2]] += line[-1]
    assert set(by_activity) <= {"provision", "write_off", "recovery"}
    assert by_activity["write_off"] >= 0 >= by_activity["recovery"]


def shares_by_day(counts: ShareCounts) -> dict[date, Fraction]:
    """Shares outstanding on each day of the period."""
    days = {}
    ends = [step.from_on for step in counts.steps[1:]] + [counts.until_on]
    for step, end in zip(counts.steps, ends, strict=True):
        for number in range((end - step.from_on).days):
            days[step.from_on + timedelta(days=number)] = step.shares
    return days


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), first=st.integers(0, 200), days=st.integers(1, 100))
def test_shares_of_every_day_average_to_the_weighted_shares(seed: int, first: int, days: int) -> None:
    known = listed.known_before(
        filed(a_history(seed, equity), random.Random(seed), late=False), FIRST + timedelta(days=400)
    )
    from_on = FIRST + timedelta(days=first)
    counts = share_counts(known, from_on, from_on + timedelta(days=days))
    by_day = shares_by_day(counts)
    assert len(by_day) == days
    assert sum(by_day.values()) == counts.weighted_average * days
    middle = from_on + timedelta(days=days // 2)
    if days > 1:
        before = share_counts(known, from_on, middle)
        after = share_counts(known, middle, counts.until_on)
        whole = before.weighted_average * (days // 2) + after.weighted_average * (days - days // 2)
        assert whole == counts.weighted_average * days


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), story=st.sampled_from(STORIES))
def test_books_that_begin_later_hold_the_opening_and_what_moved_since(seed: int, story: Any) -> None:
    chance = random.Random(seed)
    history = a_history(seed, story)
    opening = listed.read(
        "opening_balance",
        {
            "reference": "opening:1",
            "entity": "stoa-us",
            "on": "2025-09-01",
            "source": "elsewhere",
            "lines": [{"account": "1000", "debit": "7"}, {"account": "3010", "credit": "7"}],
        },
    )
    documents = filed([*history, opening], chance, late=True)
    documents = [_counting_from_the_opening(each) for each in documents]
    assert begins_on(documents) == date(2025, 9, 1)
    running: dict[tuple[str, str], int] = defaultdict(int)
    month = Month(2025, 9)
    for _ in range(6):
        for key, amount in sums(documents, since_opening(movement_cuts(month), documents)).items():
            running[key] += amount
        cuts = since_opening(balance_cuts(month.end_on, counts_until=month.start_on), documents)
        assert {key: amount for key, amount in running.items() if amount} == sums(documents, cuts)
        month = month.plus(1)


def _counting_from_the_opening(each: Filed) -> Filed:
    """The opening itself comes on time."""
    if each.facts.kind != "opening_balance":
        return each
    return Filed(each.id, each.effective_on, each.effective_on, each.facts)
