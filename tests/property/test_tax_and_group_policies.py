"""Laws of income taxes and consolidation: losses are used once, groups balance."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stoa.policies import (
    consolidation,
    income_taxes,
)
from tests.property.saying import few, say


@few
@given(
    income=st.integers(-1000, 1000),
    losses=st.lists(st.tuples(st.integers(2010, 2024), st.integers(0, 500)), max_size=6),
)
def test_losses_are_used_carried_or_expired_and_nothing_else(
    income: int, losses: list[tuple[int, int]]
) -> None:
    values = say(
        income_taxes.POLICY,
        loss_use={
            "tax_year": 2025,
            "taxable_income": income,
            "rate": "0.21",
            "losses": [
                {"year": year, "amount": amount, "expires_after": year + 12} for year, amount in losses
            ],
        },
    )["loss_use"]
    left = Decimal(values["used"]) + Decimal(values["expired"]) + Decimal(values["carried_forward"])
    assert left == sum(amount for _, amount in losses) + max(-income, 0)
    assert Decimal(values["taxable_after"]) == max(income, 0) - Decimal(values["used"])


@few
@given(
    amounts=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=8),
    rate=st.integers(1, 500),
    loan=st.integers(0, 10**5),
)
def test_a_consolidation_balances(amounts: list[int], rate: int, loan: int) -> None:
    lines = [
        {"account": f"a{index}", "kind": "asset", "amount": amount} for index, amount in enumerate(amounts)
    ]
    sub = {
        "name": "sub",
        "functional_currency": "EUR",
        "closing_rate": f"{rate}/100",
        "average_rate": "1",
        "balances": [
            *lines,
            {"account": "due", "kind": "liability", "amount": -loan, "counterparty": "parent"},
            {"account": "stock", "kind": "equity", "amount": loan - sum(amounts), "rate": "1.1"},
        ],
    }
    translated_loan = Decimal(loan * rate) / 100
    parent = {
        "name": "parent",
        "balances": [
            {"account": "due", "kind": "asset", "amount": str(translated_loan), "counterparty": "sub"},
            {"account": "cash", "kind": "asset", "amount": str(-translated_loan)},
        ],
    }
    values = say(consolidation.POLICY, entities=[parent, sub])
    assert Decimal(values["difference"]) == 0
    assert values["unmatched"] == {}
