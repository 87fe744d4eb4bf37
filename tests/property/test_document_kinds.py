"""Laws of every kind of document: balances balance, order and cuts do not matter, and no history is refused."""

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.spans import Month
from stoa.policies.data import Cut
from stoa.policies.engine import balance_cuts, movement_cuts
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import DocumentFacts, Filed, facts_as_json

FIRST = date(2025, 6, 1)
Documents = list[DocumentFacts]


def a_history(chance: random.Random) -> Documents:
    """Documents that refer to each other or to nothing, sensible or not."""

    def day() -> str:
        return str(FIRST + timedelta(days=chance.randrange(240)))

    def money(least: int = 0) -> str:
        return f"{chance.randrange(least, 500_000) / 100:.2f}"

    contracts = [f"seats:{number}" for number in range(chance.randrange(1, 4))]
    invoices = [f"invoice:{number}" for number in range(chance.randrange(1, 5))]
    rows: list[tuple[str, str, dict[str, Any]]] = []
    for reference in contracts:
        start = date.fromisoformat(day())
        facts = {"customer": "alder", "signed_on": day(), "start_on": str(start), "price": money()}
        facts["end_on"] = str(start + timedelta(days=chance.randrange(1, 900)))
        if chance.random() < 0.5:
            facts["access_on"] = facts["start_on"]
        rows.append(("seat_contract_signed", reference, facts))
    for reference in invoices:
        facts = {"contract": chance.choice([*contracts, "nowhere"]), "on": day(), "amount": money(-100_000)}
        rows.append(("invoice_issued", reference, facts))
    for number in range(chance.randrange(12)):
        contract = chance.choice(contracts)
        kind, facts = chance.choice(
            [
                ("cash_received", {"invoice": chance.choice([*invoices, "nowhere"]), "amount": money(1)}),
                ("seat_access_granted", {"contract": contract}),
                (
                    "seat_contract_changed",
                    {"contract": contract, "seats_added": "1", "price_change": money(-100_000)}
                    | ({"end_on": day()} if chance.random() < 0.5 else {}),
                ),
                ("seat_contract_ended", {"contract": contract, "refund": money()}),
                ("document_voided", {"document": chance.choice([*contracts, *invoices]), "reason": "Wrong"}),
                ("asset_disposed", {"asset": "asset:1", "proceeds": money()}),
                ("award_forfeited", {"award": "award:1", "share_of_unvested": "1/3"}),
                ("award_condition_assessed", {"award": "award:1", "probable": chance.random() < 0.5}),
                ("commission_ended", {"commission": "commission:1"}),
                (
                    "manual_entry",
                    {"reason": "Accrual", "lines": _entry(money(1))}
                    | ({"reverses_on": "2026-03-01"} if chance.random() < 0.5 else {}),
                ),
            ]
        )
        rows.append((kind, f"{kind}:{number}", {"on": day(), **facts}))
    rows.append(
        ("commission_earned", "commission:1", {"contract": "seats:0", "earned_on": day(), "amount": money()})
    )
    rows.append(
        ("asset_placed", "asset:1", {"name": "it", "cost": money(), "in_service_on": day(), "life_months": 7})
    )
    return [
        listed.read(kind, {"reference": name, "entity": "stoa-us", **facts}) for kind, name, facts in rows
    ]


def _entry(amount: str) -> list[dict[str, str]]:
    return [{"account": "6000", "debit": amount}, {"account": "2010", "credit": amount}]


def filed(documents: Documents, chance: random.Random, *, late: bool) -> list[Filed]:
    """The documents numbered in a random order; some count from later months when ``late``."""
    order = list(documents)
    chance.shuffle(order)
    found = []
    for number, each in enumerate(order, start=1):
        effective_on = each.place().effective_on
        month = Month.of(effective_on)
        if late and chance.random() < 0.4:
            month = month.plus(chance.randrange(4))
        found.append(Filed(number, effective_on, month.start_on, each))
    return found


def sums(documents: list[Filed], cuts: tuple[Cut, ...]) -> dict[tuple[str, str], int]:
    """What the documents put into each account, by the reference of the document."""
    names = {each.id: each.facts.reference for each in documents}
    found: dict[tuple[str, str], int] = defaultdict(int)
    for line in listed.lines(documents, cuts):
        found[names[line[0]], line[1]] += line[-1]
    return {key: amount for key, amount in found.items() if amount}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_months_add_up_to_balances_whatever_the_order_and_lateness(seed: int) -> None:
    chance = random.Random(seed)
    documents = filed(a_history(chance), chance, late=True)
    running: dict[tuple[str, str], int] = defaultdict(int)
    month = Month(2025, 6)
    for _ in range(12):
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


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_filing_does_not_matter(seed: int) -> None:
    history = a_history(random.Random(seed))
    cuts = movement_cuts(Month(2025, 9))
    answers = [sums(filed(history, random.Random(number), late=False), cuts) for number in range(3)]
    assert answers[0] == answers[1] == answers[2]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_stored_facts_read_back_the_same(seed: int) -> None:
    for each in a_history(random.Random(seed)):
        assert listed.read(each.kind, facts_as_json(each)) == each


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_what_must_have_an_entry_has_one(seed: int) -> None:
    chance = random.Random(seed)
    documents = filed(a_history(chance), chance, late=False)
    month = Month(2025, 9)
    moved = {line[0] for line in listed.lines(documents, movement_cuts(month))}
    for ids in listed.active(documents, month).values():
        assert moved.issuperset(ids)
