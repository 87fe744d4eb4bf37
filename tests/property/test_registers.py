"""A register holds what its accounts hold, whatever was filed in whatever order."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from stoa.kernel.spans import Month
from stoa.policies.kinds import listed
from tests.property.test_asset_kinds import balances
from tests.property.test_document_kinds import a_history, filed

ACCOUNTS = {
    "deferred_commissions": ("deferred_commissions", "deferred_commissions_non_current"),
    "fixed_assets": ("property", "software", "accumulated_depreciation", "accumulated_software_amortization"),
}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(7, 20))
def test_registers_hold_what_their_accounts_hold(seed: int, months: int) -> None:
    chance = random.Random(seed)
    documents = filed(a_history(chance), chance, late=False)
    day = Month(2025, 1).plus(months).start_on
    held = balances(documents, day)
    for family, accounts in ACCOUNTS.items():
        found = listed.register(documents, family, day)
        carried = sum(row.carrying_minor for row in found.rows)
        assert carried == sum(held.get(name, 0) for name in accounts), family
        assert carried - sum(year.amount_minor for year in found.years) == 0, "all of it is expensed some day"
    contracts = listed.register(documents, "seat_contracts", day)
    to_come = sum(year.amount_minor for year in contracts.years)
    assert to_come == sum(row.carrying_minor for row in contracts.rows), "all of it is earned some day"
