"""Terms of degrees enter the books: the fee by day, refined, invoiced, and trued up after their months were closed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from stoa.flows import month_end, posting, verification
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.policies.kinds.frame import DocumentFacts
from stoa.subledger import api as subledger
from tests.builders.books import ENTITY
from tests.builders.company import a_document

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2025, number) for number in (9, 10, 11))
FEBRUARY = Month(2026, 2)


def a_term(reference: str = "term:1", **facts: Any) -> DocumentFacts:
    """130 days for a fee of 1,300: ten a day from September 2025."""
    given = {
        "university": "birch",
        "program": "data science",
        "term_start_on": "2025-09-01",
        "next_term_start_on": "2026-01-09",
        "fee_rate": "0.50",
        "tuition": "2600",
    }
    return a_document("degree_term_started", reference, **given | facts)


def an_estimate(on: str, tuition: str = "2860", **facts: Any) -> DocumentFacts:
    return a_document("tuition_estimated", f"estimate:{on}", term="term:1", on=on, tuition=tuition, **facts)


def post(through: Month) -> None:
    posting.post(through=through, posted_at=NOW)


def close(*months: Month) -> None:
    for month in months:
        month_end.close(month, closed_at=NOW, actor="Ada")


def closing(month: Month) -> dict[str, int]:
    return {
        row.account.code: row.closing_minor
        for row in ledger.balances(entity=ENTITY, month=month)
        if row.closing_minor
    }


def revenue(month: Month) -> dict[tuple[str, bool], int]:
    found: dict[tuple[str, bool], int] = {}
    for line in ledger.lines(entity=ENTITY, month=month, account="4000"):
        assert (line.segment, line.product, line.partner) == ("Degrees", "degree", "birch")
        key = (line.activity, line.is_late)
        found[key] = found.get(key, 0) + line.amount_minor
    return found


def test_a_term_is_trued_up_after_its_months_were_closed() -> None:
    for document in (
        a_term(),
        an_estimate("2025-10-31"),
        a_document(
            *("invoice_issued", "invoice:1"),
            contract="term:1",
            customer="birch",
            on="2025-11-01",
            amount="1430",
        ),
        a_document("cash_received", "cash:1", invoice="invoice:1", on="2025-12-01", amount="1430"),
    ):
        subledger.file(document)
    post(FEBRUARY)
    assert closing(SEPTEMBER) == {"1150": 30_000, "4000": -30_000}
    assert revenue(OCTOBER) == {("service", False): -31_000, ("term_estimate", False): -6_100}
    assert closing(NOVEMBER) == {"1100": 143_000, "2100": -42_900, "4000": -100_100}
    close(SEPTEMBER, OCTOBER, NOVEMBER, Month(2025, 12), Month(2026, 1))
    report = a_document("term_reported", "report:1", term="term:1", on="2026-02-10", tuition="2730")
    subledger.file(report)
    post(FEBRUARY)
    assert revenue(FEBRUARY) == {("true_up", False): 6_500}
    assert closing(FEBRUARY) == {"1000": 143_000, "2100": -6_500, "4000": -136_500}
    close(FEBRUARY)
    assert verification.verify_books(entity=ENTITY).problems == ()


def test_a_report_that_belongs_to_a_closed_month_is_caught_up_late() -> None:
    subledger.file(a_term())
    post(OCTOBER)
    close(SEPTEMBER)
    late = an_estimate("2025-09-30")
    assert subledger.file(late).is_late
    post(OCTOBER)
    assert revenue(OCTOBER) == {("service", False): -34_100, ("term_estimate", True): -3_000}
    close(OCTOBER)
    assert verification.verify_books(entity=ENTITY).problems == ()


def test_an_unknown_next_term_earns_nothing_and_says_what_to_do() -> None:
    subledger.file(a_term(next_term_start_on=None))
    post(SEPTEMBER)
    assert closing(SEPTEMBER) == {}
    with pytest.raises(month_end.NotReadyToClose, match="enter the day the next term starts"):
        close(SEPTEMBER)
    subledger.file(an_estimate("2025-09-30", "2600", next_term_start_on="2026-01-09"))
    post(SEPTEMBER)
    assert closing(SEPTEMBER) == {"1150": 30_000, "4000": -30_000}
    close(SEPTEMBER)


def test_a_next_term_that_moves_is_caught_up() -> None:
    subledger.file(a_term())
    subledger.file(an_estimate("2025-10-31", "2600", next_term_start_on="2025-12-31"))  # 121 days
    post(OCTOBER)
    assert closing(OCTOBER)["4000"] == -65_537  # 61 of 121 days
    close(SEPTEMBER, OCTOBER)


def test_a_term_without_an_estimate_stops_the_close() -> None:
    subledger.file(a_term(tuition=None))
    post(SEPTEMBER)
    with pytest.raises(month_end.NotReadyToClose, match="term:1 has no estimate of its tuition"):
        close(SEPTEMBER)


def test_what_belongs_to_no_term_stops_the_close() -> None:
    subledger.file(an_estimate("2025-09-30"))
    post(SEPTEMBER)
    with pytest.raises(month_end.NotReadyToClose, match="'term:1', which is not filed"):
        close(SEPTEMBER)


def test_an_invoice_before_the_term_waits_as_a_liability() -> None:
    subledger.file(a_term(agreed_on="2025-08-01"))
    invoice = a_document(
        "invoice_issued", "invoice:1", contract="term:1", customer="birch", on="2025-08-20", amount="1300"
    )
    subledger.file(invoice)
    post(SEPTEMBER)
    assert closing(Month(2025, 8)) == {"1100": 130_000, "2100": -130_000}
    close(Month(2025, 8), SEPTEMBER)
    assert closing(SEPTEMBER) == {"1100": 130_000, "2100": -100_000, "4000": -30_000}


def test_nobody_shares_in_degrees_by_silence() -> None:
    subledger.file(a_term())
    terms = [{"starts_on": "2025-09-01", "tiers": [{"rate": "0.50"}]}]
    agreement = a_document(
        "partner_agreement_signed", "agreement:1", partner="birch", signed_on="2025-09-01", terms=terms
    )
    subledger.file(agreement)
    post(SEPTEMBER)
    assert "5000" not in closing(SEPTEMBER)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"next_term_start_on": "2025-08-01"}, "must come after term_start_on"),
        ({"tuition": None, "students": "10"}, "tuition_per_student"),
        ({"scenarios": [{"probability": "0.4", "tuition": "1"}]}, "probabilities sum to"),
    ],
)
def test_a_term_that_is_not_sound_is_refused(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        a_term(**facts)
