"""Laws of what partners are owed: fees follow revenue, late is on time in total, shares sum to the pool, refunds undo."""

import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.flows import month_end, posting, verification
from stoa.kernel.spans import Month
from stoa.policies.data import Cut
from stoa.policies.engine import balance_cuts, movement_cuts
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed, MonthRevenue
from stoa.policies.kinds.partner_shares import shared
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt, a_refund_of
from tests.property.test_books_laws import LAST, NOW, balances_by_month, drop_the_journal
from tests.property.test_document_kinds import Documents, filed

FIRST = Month(2025, 6)
PARTNERS = ("lyceum", "academy", "porch")
SEEDS = st.integers(0, 2**32)


def some_terms(chance: random.Random) -> list[dict[str, Any]]:
    """One to three sets of terms from days of the year on."""
    found = []
    for _ in range(chance.randrange(1, 4)):
        tiers: list[dict[str, str]] = [{"rate": f"0.{chance.randrange(1, 99):02d}"}]
        if chance.random() < 0.4:
            tiers.append({"above": str(chance.randrange(1, 900)), "rate": f"0.{chance.randrange(1, 99):02d}"})
        term: dict[str, Any] = {
            "starts_on": str(FIRST.start_on + timedelta(days=chance.randrange(150))),
            "tiers": tiers,
            "tier_basis": chance.choice(["agreement", "year", "period"]),
        }
        if chance.random() < 0.5:
            term["fund_share"] = "0.125"
        if chance.random() < 0.5:
            kind, value = chance.choice(
                [("share_of_gross", "0.03"), ("share_of_rest", "1/3"), ("amount", "7")]
            )
            term["deductions"] = [{"id": "fees", "kind": kind, "value": value}]
        if chance.random() < 0.5:
            term["by_usage"] = ["catalog_subscription"]
        found.append(term)
    return found


def a_partner_history(chance: random.Random) -> Documents:
    """Agreements, changes, usage, payments, advances and losses, sensible or not."""
    day = lambda: str(FIRST.start_on + timedelta(days=chance.randrange(200)))  # noqa: E731
    money = lambda: f"{chance.randrange(1, 60_000) / 100:.2f}"  # noqa: E731
    rows: list[tuple[str, str, dict[str, Any]]] = []
    agreements = [f"agreement:{number}" for number in range(chance.randrange(1, 4))]
    for number, reference in enumerate(agreements):
        facts = {"partner": PARTNERS[number], "signed_on": day(), "terms": some_terms(chance)}
        rows.append(("partner_agreement_signed", reference, facts))
    for number in range(chance.randrange(10)):
        agreement = {"agreement": chance.choice([*agreements, "nowhere"]), "on": day()}
        kind, facts = chance.choice(
            [
                ("partner_agreement_changed", {"terms": some_terms(chance)}),
                ("partner_agreement_changed", {"ends_on": day()}),
                ("partner_paid", {"amount": money()}),
                ("advance_paid", {"amount": money(), "expected_yearly_fees": money()}),
                ("advance_written_off", {"amount": money()}),
                ("advance_written_off", {"expected_future_fees": money()}),
                ("development_fund_spent", {"amount": money()}),
                ("partner_account_opened", {"base": money(), "fees_owed": money(), "fund_held": money()}),
            ]
        )
        rows.append((kind, f"{kind}:{number}", {**agreement, **facts}))
    for month in range(6):
        if chance.random() < 0.7:
            usage = [{"partner": each, "usage": str(chance.randrange(1, 50))} for each in PARTNERS]
            on = str(FIRST.plus(month).start_on)
            facts = {"on": on, "product": "catalog_subscription", "rows": usage}
            rows.append(("usage_reported", f"usage:{month}", facts))
    if chance.random() < 0.5:
        facts = {"document": chance.choice(rows)[1], "on": day(), "reason": "Wrong"}
        rows.append(("document_voided", "void:1", facts))
    return [listed.read(kind, {"reference": name, "entity": ENTITY, **facts}) for kind, name, facts in rows]


def some_revenue(chance: random.Random) -> list[MonthRevenue]:
    """Revenue of eight months: of partners, of a pool, some late, some of it refunds."""
    return [
        MonthRevenue(month, "USD", "Consumer", product, partner, is_late, chance.randrange(-20_000, 90_000))
        for month in (FIRST.plus(number) for number in range(8))
        for product, partner in (
            *(("single_course", each) for each in PARTNERS),
            ("catalog_subscription", ""),
        )
        for is_late in (False, True)
        if chance.random() < 0.6
    ]


def sums(documents: list[Filed], revenue: list[MonthRevenue], cuts: tuple[Cut, ...]) -> dict[Any, int]:
    """What the documents put into each account by the reference of the document and its dimension."""
    names = {each.id: each.facts.reference for each in documents}
    found: dict[Any, int] = defaultdict(int)
    for line in listed.lines_on_revenue(documents, revenue, cuts):
        found[names[line[0]], line[1], line[4], line[5], line[6]] += line[-1]
    return {key: amount for key, amount in found.items() if amount}


def through(revenue: list[MonthRevenue], month: Month) -> list[MonthRevenue]:
    return [each for each in revenue if each.month <= month]


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_months_add_up_to_balances_whatever_the_order_and_lateness(seed: int) -> None:
    chance = random.Random(seed)
    documents, revenue = filed(a_partner_history(chance), chance, late=True), some_revenue(chance)
    running: dict[Any, int] = defaultdict(int)
    for month in (FIRST.plus(number) for number in range(10)):
        seen = through(revenue, month)
        lines = listed.lines_on_revenue(documents, seen, movement_cuts(month))
        assert sum(line[-1] for line in lines) == 0
        assert all(line[8] < line[9] for line in lines), "amounts belong to days"
        for key, amount in sums(documents, seen, movement_cuts(month)).items():
            running[key] += amount
        held = sums(documents, seen, balance_cuts(month.end_on, counts_until=month.start_on))
        assert {key: amount for key, amount in running.items() if amount} == held
        listed.problems(documents, month, seen)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_order_of_filing_does_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    history, revenue = a_partner_history(chance), some_revenue(chance)
    month = FIRST.plus(3)
    answers = [
        sums(filed(history, random.Random(number), late=False), through(revenue, month), movement_cuts(month))
        for number in range(3)
    ]
    assert answers[0] == answers[1] == answers[2]


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_what_comes_late_is_what_comes_in_time_in_total(seed: int) -> None:
    chance = random.Random(seed)
    history, revenue = a_partner_history(chance), some_revenue(chance)
    cuts = balance_cuts(FIRST.plus(12).end_on, counts_until=FIRST.plus(12).start_on)
    in_time = sums(filed(history, random.Random(1), late=False), revenue, cuts)
    assert sums(filed(history, random.Random(2), late=True), revenue, cuts) == in_time


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_what_must_have_an_entry_has_one(seed: int) -> None:
    chance = random.Random(seed)
    documents, month = filed(a_partner_history(chance), chance, late=False), FIRST.plus(3)
    revenue = through(some_revenue(chance), month)
    moved = {line[0] for line in listed.lines_on_revenue(documents, revenue, movement_cuts(month))}
    for name, ids in listed.active(documents, month, revenue).items():
        assert name != "partner_fees" or moved.issuperset(ids)


def an_agreement(number: int, partner: str, terms: list[dict[str, Any]]) -> Filed:
    facts = listed.read(
        "partner_agreement_signed",
        {
            "reference": f"agreement:{partner}",
            "entity": ENTITY,
            "partner": partner,
            "signed_on": "2025-01-01",
            "terms": terms,
        },
    )
    return Filed(number, date(2025, 1, 1), date(2025, 1, 1), facts)


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any),
)
def test_shares_sum_to_the_pool(pool: int, usage: list[int]) -> None:
    rows = [{"partner": f"partner {number}", "usage": str(each)} for number, each in enumerate(usage)]
    report = listed.read(
        "usage_reported",
        {
            "reference": "usage",
            "entity": ENTITY,
            "on": "2025-06-30",
            "product": "seat_contract",
            "rows": rows,
        },
    )
    term = {"starts_on": "2025-01-01", "tiers": [{"rate": "1"}], "by_usage": ["seat_contract"]}
    known = [
        Filed(0, date(2025, 6, 30), date(2025, 6, 1), report),
        *(an_agreement(number, row["partner"], [term]) for number, row in enumerate(rows, start=1)),
    ]
    revenue = [MonthRevenue(FIRST, "USD", "Enterprise", "seat_contract", "", False, pool)]
    fees = {
        account.agreement.facts.partner: sum(fee for fee, _ in account.by_product.values())
        for account in shared(known, revenue).accounts.values()
    }
    assert sum(fees.values()) == pool
    for number, weight in enumerate(usage):
        exact = Fraction(pool * weight, sum(usage))
        assert abs(fees.get(f"partner {number}", 0) - exact) < 1, "nobody is a cent away from the exact share"


@given(st.lists(st.integers(-50_000, 90_000), min_size=1, max_size=12), st.integers(1, 100))
def test_a_flat_fee_is_the_rate_of_all_revenue_rounded_once(amounts: list[int], rate: int) -> None:
    known = [an_agreement(1, "lyceum", [{"starts_on": "2025-01-01", "tiers": [{"rate": f"{rate}/100"}]}])]
    revenue = [
        MonthRevenue(FIRST.plus(number), "USD", "Consumer", "single_course", "lyceum", False, amount)
        for number, amount in enumerate(amounts)
    ]
    accounts = shared(known, revenue).accounts.values()
    fee = sum(fee for account in accounts for fee, _ in account.by_product.values())
    exact = Fraction(sum(amounts) * rate, 100)
    assert abs(fee - exact) <= Fraction(1, 2)
    by_month = [fee for account in accounts for fee, _ in account.by_month.values()]
    assert sum(by_month) == fee


@given(
    st.integers(1, 10**7), st.integers(0, 10), st.integers(0, 10**7), st.sampled_from(["agreement", "period"])
)
def test_a_refund_undoes_its_sale_whatever_the_tiers(sale: int, later: int, other: int, basis: str) -> None:
    """Another sale of the first month stands; ``period`` tiers are undone within their own month."""
    tiers = [{"rate": "0.40"}, {"above": "300", "rate": "0.47"}, {"above": "9000", "rate": "0.60"}]
    deductions = [{"id": "store", "kind": "share_of_gross", "value": "0.30"}]
    terms = [{"starts_on": "2025-01-01", "tiers": tiers, "deductions": deductions, "tier_basis": basis}]
    known = [an_agreement(1, "lyceum", terms)]

    def owed(amounts: list[tuple[int, int]]) -> int:
        rows = [
            MonthRevenue(FIRST.plus(month), "USD", "Consumer", "single_course", "lyceum", False, amount)
            for month, amount in amounts
        ]
        accounts = shared(known, rows).accounts.values()
        return sum(fee for account in accounts for fee, _ in account.by_product.values())

    refunded_in = 0 if basis == "period" else later
    assert owed([(0, sale), (0, other), (refunded_in, -sale)]) == owed([(0, other)])


@pytest.mark.django_db
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SEEDS)
def test_partners_keep_the_laws_of_the_books(seed: int) -> None:
    chance = random.Random(seed)
    documents: list[subledger.Document] = list(a_partner_history(chance))
    for number in range(6):
        receipt = a_receipt(
            on=FIRST.start_on + timedelta(days=chance.randrange(150)),
            reference=f"receipt:{seed}:{number}",
            partner=chance.choice(PARTNERS),
        )
        documents.append(receipt)
        if chance.random() < 0.5:
            documents.append(a_refund_of(receipt))
    chance.shuffle(documents)
    with transaction.atomic():
        next_close = FIRST
        for document in documents:
            subledger.file(document)
            if chance.random() < 0.2:
                posting.post(through=next_close.plus(chance.randrange(3)), posted_at=NOW)
            if chance.random() < 0.3 and next_close < Month(2025, 11):
                posting.post(through=next_close, posted_at=NOW)
                try:
                    month_end.close(next_close, closed_at=NOW, actor="Ada")
                except month_end.NotReadyToClose as refused:
                    failed = {check.key for check in refused.checks if not check.passed}
                    assert failed <= {"suspense", "explained", "known", "in_order"}
                else:
                    next_close = next_close.plus(1)
        posting.post(through=LAST, posted_at=NOW)
        posted = balances_by_month()
        assert posting.post(through=LAST, posted_at=NOW).line_count == 0
        assert verification.verify_books(entity=ENTITY).problems == ()

        drop_the_journal()
        posting.post(through=LAST, posted_at=NOW)
        assert balances_by_month() == posted
        transaction.set_rollback(True)
