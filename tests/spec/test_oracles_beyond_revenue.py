"""Published examples kept beside the repository, stated in the policies' own facts and compared figure by figure.

They are skipped where the folder is absent; the book's own cases always run.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from stoa.policies.beyond_revenue import POLICIES
from tests.spec.compare import assert_says

_FOLDER = Path(__file__).parents[3] / "shared" / "oracles"
_BY_NAME = {policy.name: policy for policy in POLICIES}
_OPTION_TYPES = {"C": "call", "P": "put"}

#: What a published case says, in the words of our outputs.
Stated = tuple[str, dict[str, Any], dict[str, Any]]


def _option(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    facts = {
        "option_type": _OPTION_TYPES[given["type"]],
        "share_price": str(given["S"]),
        "exercise_price": str(given["K"]),
        "risk_free_rate": str(given["r"]),
        "dividend_yield": str(given["q"]),
        "expected_term_years": str(given["T"]),
        "volatility": str(given["vol"]),
    }
    expected = {"value": says["recomputed"]}
    expected |= {name: says[name] for name in ("other_leg", "put_call_parity_error") if name in says}
    return "option_valuation", facts, expected


def _term(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    return "expected_term", dict(given), dict(says)


def _attribution(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    if "discount" in given:
        facts = {
            "share_price": given["S"],
            "discount": given["discount"],
            "term_years": given["T"],
            "volatility": given["vol"],
            "risk_free_rate": given["r"],
            "dividend_yield": given["q"],
        }
        return "purchase_plan_valuation", facts, {"value": says["fair_value"], "fair_value": says["cents"]}
    if "recognised_to_date" in given:
        facts = {"recognized_to_date": given["recognised_to_date"], "probable": given["probable"]}
        return "stock_compensation", facts, {"reversal": says["reversal"]}
    if "tranches" in given:
        facts = {
            "total_fair_value": given["total"],
            "equal_tranches": given["tranches"],
            "method": "accelerated",
        }
    else:
        shares = given["vest_fractions_by_year"]
        tranches = [{"share": share, "vests_after": year + 1} for year, share in enumerate(shares)]
        facts = {"total_fair_value": given["total"], "tranches": tranches}
    return "stock_compensation", facts, {name.replace("_year", "_period"): says[name] for name in says}


def _lease(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    if "term_months" in given:
        facts = {"payments": [given["monthly"]] * given["term_months"], "annual_rate": "0.05"}
        expected = {
            "classification": "short_term",
            "initial_liability": says["liability"],
            "initial_asset": says["rou"],
            "cost_per_period": says["monthly_cost"],
        }
        return "leases", facts, expected
    if "rent_months" in given:
        facts = {
            "payments": given["rent_months"],
            "annual_rate": given["rate_annual"],
            "initial_direct_costs": given["idc"],
            "incentive_received": given["incentive_received"],
        }
        expected = {
            "initial_liability": says["liability"],
            "initial_asset": says["rou"],
            "straight_line_cost": says["monthly_cost"],
            "total_cost": says["total_cost"],
        }
        for row in says["rows"]:
            expected[f"rows.{row['month'] - 1}"] = {
                "interest": row["interest"],
                "amortization": row["rou_amortisation"],
                "liability": row["liability"],
                "asset": row["rou"],
            }
        return "leases", facts, expected
    facts = {
        "payments": given["payments"],
        "timing": given["timing"],
        "annual_rate": given["rate"],
        "periods_a_year": 1,
        "round_to": "1",
    }
    names = ("interest", "amortization", "liability", "asset")
    expected = {
        "initial_liability": says["initial_liability"],
        "straight_line_cost": says["straight_line_cost"],
    }
    for year, row in enumerate(says["year_interest_amort_liability_rou"]):
        expected[f"rows.{year}"] = dict(zip(names, row, strict=True))
    return "leases", facts, expected


def _software(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    facts = {
        "costs": [{"stage": stage, "kind": kind, "amount": amount} for stage, kind, amount in given["costs"]],
        "ready_for_use_on": given["ready_for_use"],
        "life_months": given["life_months"],
        "abandoned_module": given["abandoned_module"],
        "through": "2025-12-31",
    }
    expected = {
        "capitalized": says["capitalised"],
        "expensed": says["expensed"],
        "amortization": says["fy2025_amortisation"],
        "carrying": says["carrying"],
    }
    return "internal_use_software", facts, expected


def _impairment(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    if "long_lived" in given:
        floors = given["fair_value_floor"]
        assets = [
            {"name": name, "carrying": amount, "fair_value": floors.get(name)}
            for name, amount in given["long_lived"].items()
        ]
        facts = {"assets": assets, "impairment": given["impairment"], "round_to": "1"}
        expected = {
            "pro_rata": says["pro_rata"],
            "allocated": says["after_floor"],
            "carrying_after": says["carrying"],
        }
        return "impairment", facts, expected
    facts = {
        "carrying": given["carrying"],
        "undiscounted_cash_flows": given["undiscounted"],
        "fair_value": given["fair_value"],
    }
    return "impairment", facts, dict(says)


def _credit_loss(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    buckets = [
        {"name": name, "balance": balance, "loss_rate": rate} for name, balance, rate in given["buckets"]
    ]
    facts = {"buckets": buckets, "forecast_multiplier": given["forecast_multiplier"], "round_to": "1"}
    return "credit_losses", facts, dict(says)


def _security(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    if "par" in given:
        bond = {
            "par": given["par"],
            "coupon": given["coupon"],
            "market_yield": given["yield_"],
            "frequency": given["freq"],
            "years": given["years"],
        }
        facts = {"bond": bond, "after_periods": 2, "fair_value": given["fv_year_end"], "round_to": "1"}
        expected = {"price": says["price"], "oci": says["unrealised_oci"]}
        for row in (1, 2):
            expected[f"rows.{row - 1}"] = {
                "interest": says[f"interest_{row}"],
                "amortization": says[f"amort_{row}"],
                "carrying": says[f"carrying_{row}"],
            }
        return "securities", facts, expected
    if "proceeds" in given:
        facts = {
            "amortized_cost": given["amortised_cost"],
            "aoci_before": given["aoci_before"],
            "sale": {"proceeds": given["proceeds"]},
        }
        return (
            "securities",
            facts,
            {"realized_loss": says["realised_loss"], "oci_reclassified": says["oci_reclass"]},
        )
    facts = {
        "amortized_cost": given["amortised_cost"],
        "fair_value": given["fair_value"],
        "expected_cash_flows_present_value": given["pv_expected_cash_flows"],
        "intent_to_sell": given["intent_to_sell"],
    }
    return "securities", facts, dict(says)


def _tax(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    if "old" in given:
        change = {
            "old_rate": given["old"],
            "new_rate": given["new"],
            "deductible": given["dta_temp_difference"],
        }
        expected = {
            "deferred_asset_old": says["dta_old"],
            "deferred_asset_new": says["dta_new"],
            "expense": says["expense"],
        }
        return "income_taxes", {"rate_change": change}, {"rate_change": expected}
    if "pretax_musd" in given:
        facts = {"reconciliation": {"pretax": given["pretax_musd"], "rate": given["rate"]}, "round_to": "0.1"}
        return "income_taxes", facts, {"reconciliation.statutory": says["statutory_musd"]}
    provision = {
        "pretax": given["pretax"],
        "rate": given["rate"],
        "other_current_tax": given["state_foreign_current"],
        "deferred_asset_opening": given["dta_gross_opening"],
        "valuation_allowance_opening": given["va_opening"],
    }
    expected = {
        "current_tax": says["current_tax"],
        "deferred_benefit_before_allowance": says["deferred_benefit_before_va"],
        "allowance_increase": says["va_increase"],
        "total_tax": says["total_tax"],
    }
    return "income_taxes", {"provision": provision}, expected


def _levels(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    instruments = [
        {"name": name, "inputs": [{"kind": kind or "quoted"}]} for name, _, kind in given["instruments"]
    ]
    return "fair_value", {"instruments": instruments}, {"levels": says["levels"]}


def _concentration(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    customers = [
        {"name": name, "amount": amount, "is_aggregate": name == "rest"} for name, amount in given["revenue"]
    ]
    facts = {"customers": customers, "common_control": given["common_control"]}
    expected = {
        "total": says["total"],
        "shares": says["shares"],
        "over_threshold": says["over_10_percent"],
    }
    return "concentration", facts, expected


def _per_share(given: Mapping[str, Any], says: Mapping[str, Any]) -> Stated:
    return "earnings_per_share", *_PER_SHARE[_shape(given)](given, says)


def _shape(given: Mapping[str, Any]) -> str:
    return next(
        name
        for name in ("opening", "net_loss", "income_continuing", "ratio_pref_common", "ratio")
        if name in given
    )


def _weighted(given: Mapping[str, Any], says: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    facts = {
        "opening_shares": given["opening"],
        "movements": [{"on": given["issue_date"], "shares": given["issued"]}],
        "period_starts_on": "2025-01-01",
        "through": "2025-12-31",
    }
    return facts, {"weighted_shares": says["weighted"]}


def _loss(given: Mapping[str, Any], says: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    kinds = {"options": "option", "rsus": "rsu", "espp": "purchase_right"}
    facts = {
        "net_income": given["net_loss"],
        "weighted_shares": given["weighted_shares"],
        "potential": [{"name": name, "kind": kind, "units": given[name]} for name, kind in kinds.items()],
    }
    return facts, dict(says)


def _sequence(given: Mapping[str, Any], says: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    options, preferred, bonds = given["options"], given["conv_pref"], given["conv_bonds"]
    facts = {
        "income_from_continuing_operations": given["income_continuing"],
        "preferred_dividends": given["pref_div"],
        "weighted_shares": given["shares"],
        "average_price": given["avg_price"],
        "potential": [
            {"name": "options", "kind": "option", "units": options["n"], "exercise_price": options["strike"]},
            {
                "name": "conv_pref",
                "kind": "convertible_preferred",
                "units": preferred["n"],
                "dividend_per_unit": preferred["dividend"],
                "conversion_ratio": preferred["ratio"],
            },
            {
                "name": "bonds",
                "kind": "convertible_debt",
                "units": bonds["shares"],
                "principal": bonds["par"],
                "interest_rate": bonds["rate"],
                "tax_rate": bonds["tax"],
            },
        ],
    }
    own = says["incremental_eps"]
    expected = {
        "basic": says["basic"],
        "diluted": says["diluted"],
        "excluded": says["excluded"],
        "incremental": {"options": own["options"], "bonds": own["bonds"], "conv_pref": own["pref"]},
        "sequence.0.per_share": says["after_options"],
        "sequence.1.per_share": says["after_bonds"],
        "sequence.2.per_share": says["after_pref"],
    }
    return facts, expected


def _two_class(given: Mapping[str, Any], says: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if "ratio" in given:
        preferred, common = given["ratio"]
        paid = {"dividend_per_share": given["pref_div_per_share"]}
        dividends = {"common_dividend_per_share": given["common_div_per_share"]}
    else:
        preferred, common = given["ratio_pref_common"].split()[0].split(":")
        paid = {"distributed": given["preferred_paid"]}
        dividends = {"common_distributed": given["common_paid"]}
    facts = {
        "net_income": given["net_income"],
        "weighted_shares": given["common"],
        "common_weight": common,
        "participating": [{"name": "preferred", "shares": given["preferred"], "weight": preferred, **paid}],
        **dividends,
    }
    expected = {
        "undistributed": says["undistributed"],
        "basic": says.get("common_eps", says.get("basic_eps_common")),
        "per_share_by_class": {"preferred": says.get("preferred_eps", says.get("preferred"))},
    }
    return facts, expected


_PER_SHARE = {
    "opening": _weighted,
    "net_loss": _loss,
    "income_continuing": _sequence,
    "ratio_pref_common": _two_class,
    "ratio": _two_class,
}

_STATE: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Stated]] = {
    "asc260": _per_share,
    "asc275_280_concentration": _concentration,
    "asc320_326_afs": _security,
    "asc326_cecl": _credit_loss,
    "asc350_40": _software,
    "asc360_impairment": _impairment,
    "asc718_attribution": _attribution,
    "asc718_black_scholes": _option,
    "asc718_expected_term": _term,
    "asc740": _tax,
    "asc820": _levels,
    "asc842": _lease,
}


def _published() -> list[Any]:
    if not _FOLDER.is_dir():
        return []
    return [
        pytest.param(topic, case, id=f"{topic}:{case['id']}")
        for topic in _STATE
        for case in json.loads((_FOLDER / f"{topic}.json").read_text())["cases"]
    ]


@pytest.mark.skipif(not _FOLDER.is_dir(), reason="the published examples are not beside this checkout")
@pytest.mark.parametrize(("topic", "case"), _published())
def test_the_policy_agrees_with_the_published_example(topic: str, case: dict[str, Any]) -> None:
    name, facts, expected = _STATE[topic](case["inputs"], case["expected"])
    assert_says(_BY_NAME[name].run(facts).values, expected)
