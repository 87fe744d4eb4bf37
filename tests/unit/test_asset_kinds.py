"""What documents of leases, assets, securities and offerings refuse, and what the close says about them."""

from typing import Any

import pytest

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed

LEASE = {"name": "office", "signed_on": "2025-07-01", "payments": ["100"] * 24}
BILL = {"name": "bill", "on": "2025-07-01", "matures_on": "2026-01-01", "par": "1000", "price": "980"}
WALLS = {"name": "walls", "asset_kind": "improvement", "in_service_on": "2025-07-01", "life_months": 12}
TEST = {
    "group": "all",
    "on": "2025-07-31",
    "trigger": "doubt",
    "undiscounted_cash_flows": "1",
    "fair_value": "1",
}


def read(kind: str, reference: str, **facts: Any) -> Any:
    return listed.read(kind, {"reference": reference, "entity": "stoa-us", **facts})


def problems(*rows: tuple[str, str, dict[str, Any]], month: str = "2025-07") -> str:
    documents = []
    for number, (kind, reference, facts) in enumerate(rows, start=1):
        document = read(kind, reference, **facts)
        day = document.place().effective_on
        documents.append(Filed(number, day, Month.of(day).start_on, document))
    return "; ".join(listed.problems(documents, Month.parse(month)))


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("lease_signed", {**LEASE, "periods_a_year": 26}, "must be 1, 2, 4 or 12"),
        ("lease_signed", {**LEASE, "annual_rate": "12"}, "at most 10"),
        ("lease_signed", {**LEASE, "rent": {"amount": "1", "periods": 3}}, "either payments"),
        ("lease_signed", {**LEASE, "incentives_receivable": ["101"]}, "more than the payment"),
        (
            "lease_signed",
            {**LEASE, "functions": [{"function": "cost_of_revenue", "share": "0.4"}]},
            "shares must sum to 1",
        ),
        ("lease_paid", {"lease": "l", "on": "2025-07-01", "amount": "0"}, "must not be 0"),
        ("lease_modified", {"lease": "l", "on": "2025-07-01", "payments": []}, "list all payments"),
        (
            "sublease_signed",
            {"lease": "l", "signed_on": "2025-07-01", "start_on": "2025-07-01", "payments": []},
            "must list the rents",
        ),
        ("asset_placed", {**WALLS, "cost": "12", "lease": "l", "asset_kind": "computers"}, "an improvement"),
        ("asset_placed", {**WALLS, "cost": "12"}, "remaining lease term"),
        ("impairment_tested", {**TEST, "assets": []}, "name the assets"),
        (
            "impairment_tested",
            {**TEST, "assets": [{"register": "leases", "reference": "l", "carrying": "9"}] * 2},
            "name each asset once",
        ),
        (
            "impairment_tested",
            {
                **{name: value for name, value in TEST.items() if name != "fair_value"},
                "assets": [{"register": "leases", "reference": "l", "carrying": "9"}],
            },
            "fair_value",
        ),
        (
            "software_cost_incurred",
            {
                "project": "p",
                "on": "2025-07-01",
                "stage": "preliminary",
                "cost_kind": "payroll",
                "hours": "5",
            },
            "hours and hourly_cost",
        ),
        ("software_placed", {"project": "p", "on": "2025-07-01", "life_months": "0"}, "more than 0"),
        (
            "intangible_acquired",
            {"name": "n", "intangible_kind": "content", "cost": "5", "acquired_on": "2025-07-01"}
            | {"life_months": "12", "residual": "6"},
            "more than the carrying amount",
        ),
        ("security_bought", {**BILL, "matures_on": "2025-07-01"}, "after the purchase"),
        ("security_bought", {**BILL, "matures_on": None}, "only a money-market fund"),
        ("security_bought", {**BILL, "security_kind": "money_market_fund"}, "no maturity"),
        ("security_bought", {**BILL, "coupon": "0.04", "frequency": 3}, "must be 1, 2, 4 or 12"),
        ("security_priced", {"security": "s", "on": "2025-07-31"}, "either fair_value or price_per_100"),
        (
            "security_priced",
            {"security": "s", "on": "2025-07-31", "fair_value": "1", "level": 4},
            "1, 2 or 3",
        ),
        (
            "offering_cost_incurred",
            {"offering": "o", "on": "2025-07-01", "cost_kind": "legal", "amount": "0"},
            "0",
        ),
    ],
)
def test_facts_that_make_no_sense_are_refused(kind: str, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read(kind, "x", **facts)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [
                (
                    *("lease_signed", "l"),
                    {**LEASE, "commences_on": "2025-07-01", "annual_rate": "0.06"}
                    | {"classification": {"transfers_ownership": True}},
                )
            ],
            "l is a finance lease by its classification",
        ),
        (
            [
                ("lease_signed", "l", {**LEASE, "commences_on": "2025-07-01", "annual_rate": "0.06"}),
                ("lease_paid", "p", {"lease": "l", "on": "2025-07-01", "amount": "2401"}),
            ],
            "l was paid more than it asks for",
        ),
        (
            [("lease_paid", "p", {"lease": "l", "on": "2025-07-01", "amount": "1"})],
            "p belongs to the lease 'l'",
        ),
        (
            [("sublease_rent_received", "r", {"sublease": "s", "on": "2025-07-01", "amount": "1"})],
            "r belongs to the sublease 's'",
        ),
        (
            [
                (
                    *("sublease_signed", "s"),
                    {"lease": "l", "signed_on": "2025-07-01", "start_on": "2025-07-01", "payments": ["5"]},
                )
            ],
            "s sublets 'l', which is not filed",
        ),
        (
            [("asset_placed", "w", {**WALLS, "cost": "12", "lease": "l"})],
            "w improves 'l', which is not filed",
        ),
        (
            [
                (
                    *("impairment_tested", "t"),
                    {**TEST, "assets": [{"register": "intangibles", "reference": "n", "carrying": "9"}]},
                )
            ],
            "t tests 'n' of intangibles, which that register does not have",
        ),
        (
            [("software_placed", "v", {"project": "p", "on": "2025-07-01"})],
            "v places 'p', of which nothing is capitalized",
        ),
        (
            [
                ("software_project_authorized", "g", {"project": "p", "name": "p", "on": "2025-07-01"}),
                ("software_project_authorized", "h", {"project": "p", "name": "p", "on": "2025-07-02"}),
            ],
            "h authorizes 'p' again",
        ),
        (
            [("intangible_disposed", "d", {"intangible": "n", "on": "2025-07-01"})],
            "d disposes of 'n', which is not filed",
        ),
        (
            [("coupon_received", "c", {"security": "s", "on": "2025-07-01", "amount": "1"})],
            "c belongs to 's'",
        ),
        (
            [
                ("security_bought", "s", BILL),
                ("security_sold", "x", {"security": "s", "on": "2025-07-09", "par": "2000", "proceeds": "1"}),
            ],
            "x sells more of s",
        ),
        (
            [
                ("security_bought", "s", BILL),
                ("security_priced", "x", {"security": "s", "on": "2025-06-30", "fair_value": "1"}),
            ],
            "x is about s, of which nothing is held on 2025-06-30",
        ),
        (
            [("security_bought", "s", {**BILL, "on": "2025-03-01", "matures_on": "2025-07-05"})],
            "s matured on 2025-07-05: file security_matured",
        ),
        (
            [
                (
                    *("offering_cost_incurred", "c"),
                    {"offering": "o", "on": "2025-07-01", "cost_kind": "legal", "amount": "9"},
                ),
                ("offering_completed", "e", {"offering": "o", "on": "2025-07-09", "gross_proceeds": "1"}),
            ],
            "the offering 'o' cannot be measured",
        ),
        (
            [("offering_abandoned", "a", {"offering": "o", "on": "2025-07-09"})],
            "a is about 'o', an offering without costs",
        ),
    ],
)
def test_the_close_says_what_is_missing(rows: list[tuple[str, str, dict[str, Any]]], words: str) -> None:
    assert words in problems(*rows)
