"""Maker and checker: what waits, what frees it, and what an approval is worth."""

from datetime import date
from typing import Any

import pytest

from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Month
from stoa.policies.engine import balance_cuts
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed

JULY = Month(2025, 7)


def entry(**facts: Any) -> dict[str, Any]:
    lines = [{"account": "6000", "debit": "1000"}, {"account": "2010", "credit": "1000"}]
    given = {"kind": "manual_entry", "reference": "E-1", "on": "2025-07-31", "reason": "Salaries"}
    return given | {"prepared_by": "maker@stoa.example", "lines": lines} | facts


def policy(above: str = "500", **facts: Any) -> dict[str, Any]:
    limit = {"above": above} | {n: facts.pop(n) for n in ("approvals", "account_type") if n in facts}
    given = {"kind": "approval_policy_set", "reference": "P-1", "on": "2025-01-01", "limits": [limit]}
    return given | facts


def approval(**facts: Any) -> dict[str, Any]:
    given = {"kind": "entry_approved", "reference": "A-1", "entry": "E-1", "entry_on": "2025-07-31"}
    given |= {"amount": "1000", "approved_by": "checker@stoa.example", "approved_on": "2025-08-02"}
    return given | facts


def filed(*rows: dict[str, Any], counts_from: date = JULY.start_on) -> list[Filed]:
    found = []
    for number, row in enumerate(rows, start=1):
        given = {"entity": "stoa-us"} | {name: value for name, value in row.items() if name != "kind"}
        facts = listed.read(row["kind"], given)
        month = max(counts_from, Month.of(facts.place().effective_on).start_on)
        found.append(Filed(number, facts.place().effective_on, month, facts))
    return found


def posts(*rows: dict[str, Any]) -> bool:
    return bool(listed.lines(filed(*rows), balance_cuts(JULY.end_on, counts_until=JULY.start_on)))


def test_without_a_policy_nothing_waits() -> None:
    assert posts(entry())
    assert listed.problems(filed(entry()), JULY) == []


def test_above_the_limit_it_waits_until_another_person_approves() -> None:
    assert not posts(entry(), policy())
    (words,) = listed.problems(filed(entry(), policy()), JULY)
    assert "E-1 waits for 1 approval" in words
    assert listed.active(filed(entry(), policy()), JULY)["manual_entries"] == []
    assert posts(entry(), policy(), approval())
    assert listed.problems(filed(entry(), policy(), approval()), JULY) == []


@pytest.mark.parametrize(
    "limit",
    [
        {"above": "1000"},
        {"above": "0", "account_type": "asset"},
        {"above": "1000", "account_type": "expense"},
        {"above": "0", "on": "2025-08-01"},
    ],
)
def test_at_the_limit_of_another_type_or_before_its_day_it_does_not_wait(limit: dict[str, Any]) -> None:
    assert posts(entry(), policy(**limit))


def test_a_later_policy_takes_the_place_of_the_one_before() -> None:
    assert posts(entry(), policy(), policy(reference="P-2", on="2025-07-01", above="5000"))
    assert not posts(entry(), policy(above="5000"), policy(reference="P-2", on="2025-07-01"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "999.99"},
        {"entry_on": "2025-07-30"},
        {"approved_by": "Maker@stoa.example"},
        {"currency": "EUR"},
        {"entry": "E-2"},
    ],
)
def test_an_approval_of_something_else_or_by_the_maker_frees_nothing(wrong: dict[str, Any]) -> None:
    rows = entry(), policy(), approval(**wrong)
    assert not posts(*rows)
    assert len(listed.problems(filed(*rows), JULY)) == 2


def test_two_approvals_are_two_people() -> None:
    needs_two = policy(approvals=2)
    assert not posts(entry(), needs_two, approval(), approval(reference="A-2"))
    assert posts(entry(), needs_two, approval(), approval(reference="A-2", approved_by="third@stoa.example"))


def test_an_entry_that_names_no_preparer_cannot_be_approved() -> None:
    rows = entry(prepared_by=None), policy(), approval()
    assert not posts(*rows)
    assert any("does not say who prepared it" in words for words in listed.problems(filed(*rows), JULY))


def test_what_was_approved_on_paper_elsewhere_still_waits() -> None:
    assert not posts(entry(approved_by="checker@stoa.example"), policy())


def test_a_policy_that_comes_after_the_month_was_locked_does_not_reach_back() -> None:
    known = filed(entry()) + filed(policy(), counts_from=date(2025, 8, 1))
    known[1] = Filed(2, known[1].effective_on, known[1].counts_from, known[1].facts)
    august = Month(2025, 8)
    assert listed.lines(known, balance_cuts(august.end_on, counts_until=august.start_on))
    assert listed.problems(known, august) == []


def test_in_another_currency_every_entry_waits() -> None:
    assert not posts(entry(), policy(currency="JPY"))


def test_a_voided_entry_waits_for_nobody() -> None:
    void = {
        "kind": "document_voided",
        "reference": "V-1",
        "document": "E-1",
        "on": "2025-07-31",
        "reason": "twice",
    }
    assert listed.problems(filed(entry(), policy(), void), JULY) == []


def test_evidence_is_an_address_and_a_hash() -> None:
    proof = {"address": "https://files.example/payroll.pdf", "sha256": "0" * 64}
    assert posts(entry(evidence=[proof]))
    with pytest.raises(Invalid, match="hexadecimal"):
        filed(entry(evidence=[{"address": "x", "sha256": "nonsense"}]))
