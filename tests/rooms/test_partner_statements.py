"""What a partner manager reads: every step from revenue to fee, how each agreement stands, and what nobody shares in."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from stoa.cli import __main__ as command
from stoa.flows import posting
from stoa.kernel.spans import Month
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY, a_receipt
from tests.builders.company import a_document, a_seat_contract, an_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
AUGUST = Month(2025, 8)


def an_agreement(partner: str, **term: Any) -> None:
    given = {"starts_on": "2025-07-01", "tiers": [{"rate": "0.50"}]}
    subledger.file(
        a_document(
            *("partner_agreement_signed", f"agreement:{partner}"),
            partner=partner,
            signed_on="2025-07-01",
            terms=[given | term],
        )
    )


def a_dollar_a_day(partner: str) -> None:
    subledger.file(
        a_receipt(
            on=date(2025, 7, 1), price_minor=18_400, fee_minor=0, end_on=date(2026, 1, 1), partner=partner
        )
    )


def statements(**asked: Any) -> dict[str, reporting.PartnerStatement]:
    posting.post(through=AUGUST, posted_at=NOW)
    found = reporting.partner_statements(entity=ENTITY, through=AUGUST, **asked)
    return {each.agreement: each for each in found}


def test_every_step_from_revenue_to_fee_is_shown() -> None:
    a_dollar_a_day("lyceum")
    an_agreement(
        "lyceum",
        deductions=[{"id": "store", "kind": "share_of_gross", "value": "0.10"}],
        tiers=[{"rate": "0.50"}, {"above": "30", "rate": "0.60"}],
        fund_share="0.10",
    )
    statement = statements()["agreement:lyceum"]
    july, august = statement.rows
    assert (july.month, july.revenue_minor, july.deductions) == (Month(2025, 7), 3100, (("store", 310),))
    assert (july.base_minor, july.counted_before_minor, july.fee_minor) == (2790, 0, 1395)
    assert (august.base_minor, august.counted_before_minor) == (2790, 2790)
    assert august.tiers == ((0, "0.5"), (3000, "0.6"))
    assert august.fee_minor == 105 + 1548  # 2.10 to the tier's edge at one half, 25.80 above it
    assert (statement.fee_minor, statement.fund_minor) == (3048, 305)
    assert statement.payable_minor == 3048 - 305
    assert [(part.segment, part.product, part.revenue_minor) for part in july.parts] == [
        ("Consumer", "single_course", 3100)
    ]


def test_how_an_agreement_stands() -> None:
    for partner in ("lyceum", "academy"):
        a_dollar_a_day(partner)
        an_agreement(partner)
    for kind, facts in (
        ("advance_paid", {"on": "2025-07-03", "amount": "20"}),
        ("partner_paid", {"on": "2025-08-30", "amount": "4"}),
        ("advance_written_off", {"on": "2025-07-31", "amount": "1"}),
    ):
        subledger.file(a_document(kind, f"{kind}:1", agreement="agreement:lyceum", **facts))
    found = statements()
    mine = found["agreement:lyceum"]
    assert (mine.fee_minor, mine.recouped_minor, mine.lost_minor) == (3100, 1900, 100)
    assert (mine.paid_minor, mine.payable_minor, mine.advance_minor) == (400, 800, 0)
    assert found["agreement:academy"].payable_minor == 3100
    assert list(statements(partner="academy")) == ["agreement:academy"]


def test_a_pool_says_what_it_was_spread_over() -> None:
    subledger.file(a_seat_contract())
    subledger.file(an_invoice())
    an_agreement("lyceum", by_usage=["seat_contract"])
    rows = [{"partner": "lyceum", "usage": "1"}, {"partner": "academy", "usage": "3"}]
    subledger.file(
        a_document("usage_reported", "usage:1", on="2025-07-31", product="seat_contract", rows=rows)
    )
    (july,) = statements()["agreement:lyceum"].rows
    assert [(part.pool_minor, part.revenue_minor) for part in july.parts] == [(31_000, 7750)]


def test_revenue_that_nobody_shares_in_is_named() -> None:
    a_dollar_a_day("lyceum")
    a_dollar_a_day("academy")
    an_agreement("lyceum", starts_on="2025-08-01")
    posting.post(through=AUGUST, posted_at=NOW)
    found = reporting.unshared_revenue(entity=ENTITY, through=AUGUST)
    assert [(each.partner, each.product, each.revenue_minor) for each in found] == [
        ("academy", "single_course", 6200),
        ("lyceum", "single_course", 3100),
    ]


def test_the_command_says_every_step(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_open_database", lambda *_: None)
    a_dollar_a_day("lyceum")
    a_dollar_a_day("academy")
    an_agreement("lyceum", deductions=[{"id": "store", "kind": "share_of_gross", "value": "0.10"}])
    posting.post(through=AUGUST, posted_at=NOW)
    assert command.main(["partners", "--period", "2025-08", "--partner", "lyceum"]) == 0
    said = capsys.readouterr().out
    assert "lyceum (agreement:lyceum): fees 27.90 USD" in said
    assert "2025-08: 31.00 of single_course - store 3.10 = 27.90 (after 27.90) at 50 % = 13.95" in said
    assert command.main(["partners", "--period", "2025-08", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unshared"][0]["partner"] == "academy"
    assert command.main(["partners", "--period", "2025-08"]) == 0
    assert "academy: 62.00 USD of single_course is shared by no agreement" in capsys.readouterr().out
