"""Facts that make no sense are refused with the path of the field and what to do."""

from typing import Any

import pytest

from stoa.kernel.refusals import Invalid
from stoa.policies.beyond_revenue import POLICIES

_BY_NAME = {policy.name: policy for policy in POLICIES}
_ASSET = {"name": "a", "kind": "improvement", "cost": "10", "in_service_on": "2025-01-01", "life_months": 12}
_YEAR = {"period_starts_on": "2025-01-01", "through": "2025-12-31"}

REFUSED = [
    ("leases", {"annual_rate": "0.05"}, "payments"),
    ("leases", {"payments": ["1"] * 24}, "annual_rate"),
    ("leases", {"payments": ["1"] * 24, "annual_rate": "0.05", "periods_a_year": 5}, "periods_a_year"),
    (
        "leases",
        {"payments": ["1"] * 24, "annual_rate": "0", "changes": [{"after_period": 25, "payments": ["1"]}]},
        "changes",
    ),
    (
        "option_valuation",
        {
            "share_price": "1",
            "exercise_price": "1",
            "expected_term_years": "1",
            "risk_free_rate": "0",
            "peers": [{"name": "P", "closing_prices": ["1", "2"]}],
        },
        "peers[0]",
    ),
    (
        "expected_term",
        {"vest_years": ["1"], "contractual_years": "10", "plain_vanilla": {"granted_at_the_money": False}},
        "plain_vanilla.granted_at_the_money",
    ),
    ("expected_term", {"vest_years": ["1", "11"], "contractual_years": "10"}, "vest_years[1]"),
    (
        "stock_compensation",
        {"total_fair_value": "1", "tranches": [{"share": "0.5", "vests_after": "1"}]},
        "tranches",
    ),
    ("stock_compensation", {"total_fair_value": "1", "tranches": [{"vests_on": "2026-01-01"}]}, "granted_on"),
    (
        "stock_compensation",
        {
            "units": "100",
            "fair_value_per_unit": "1",
            "equal_tranches": 4,
            "forfeitures": [{"after": "2", "units": "51"}],
        },
        "forfeitures[0].units",
    ),
    ("earnings_per_share", {"net_income": "1"}, "weighted_shares"),
    (
        "earnings_per_share",
        {
            "net_income": "1",
            "weighted_shares": "1",
            "potential": [{"name": "o", "kind": "option", "units": "1", "exercise_price": "1"}],
        },
        "average_price",
    ),
    ("fixed_assets", {"assets": [_ASSET], **_YEAR}, "assets[0].lease_ends_on"),
    ("impairment", {"carrying": "10", "undiscounted_cash_flows": "9"}, "fair_value"),
    ("credit_losses", {"buckets": [{"name": "x", "balance": "1"}]}, "buckets[0].loss_rate"),
    (
        "credit_losses",
        {"buckets": [{"name": "x", "loss_rate": "0", "days_from": 1}], "invoices": [{"amount": "1"}]},
        "through",
    ),
    ("securities", {"fair_value": "1"}, "amortized_cost"),
    (
        "cash_classification",
        {"through": "2025-09-30", "holdings": [{"name": "b", "kind": "treasury", "amount": "1"}]},
        "holdings[0]",
    ),
    ("fair_value", {"instruments": [{"name": "x"}]}, "instruments[0].inputs"),
    (
        "concentration",
        {"customers": [{"name": "a", "amount": "1"}], "common_control": {"G": ["b"]}},
        "common_control.G",
    ),
    ("income_taxes", {}, "provision"),
    (
        "uncertain_tax_positions",
        {"positions": [{"benefit_claimed": "1", "outcomes": [{"benefit": "1", "probability": "0.4"}]}]},
        "positions[0].outcomes",
    ),
    (
        "consolidation",
        {"entities": [{"name": "a", "balances": [{"account": "cash", "kind": "asset", "amount": "1"}]}]},
        "entities[0].balances",
    ),
    (
        "foreign_currency",
        {"items": [{"name": "x", "kind": "receivable", "amount": "1", "original_rate": "1"}]},
        "items[0].closing_rate",
    ),
    ("internal_use_software", {"costs": [{"stage": "preliminary", "kind": "payroll"}]}, "costs[0].amount"),
    (
        "offering_costs",
        {"costs": [{"kind": "legal", "amount": "2"}], "status": "completed"},
        "gross_proceeds",
    ),
    ("cost_classification", {"expenses": [{"kind": "facilities", "amount": "1"}]}, "headcount"),
]


@pytest.mark.parametrize(("name", "facts", "field"), REFUSED, ids=lambda value: str(value)[:40])
def test_the_refusal_names_the_field_and_what_to_do(name: str, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        _BY_NAME[name].run(facts)
    assert list(refusal.value.fields) == [field]
    assert len(refusal.value.fields[field]) > 15
