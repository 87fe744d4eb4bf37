"""The checklist of a month: what must be so before it is closed, and words for what is missing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from stoa.flows.control_balances import Held, held_by_all_documents, held_by_what_moves
from stoa.flows.posting import Derived, Tell, batch_folder, derive
from stoa.flows.tie_outs import differences, tie_out
from stoa.kernel.spans import Month, day_in
from stoa.ledger import api as ledger
from stoa.policies.engine import day_number
from stoa.policies.kinds import listed
from stoa.subledger import api as subledger

_NAMED = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the close's checklist."""

    key: str
    title: str
    passed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """Every check of a month, and the tie-outs some of them rest on (see ``flows.tie_outs``)."""

    month: Month
    checks: tuple[Check, ...]
    tie_outs: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        """Whether the month may be closed."""
        return all(check.passed for check in self.checks)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The checks as the month keeps them."""
        return [asdict(check) for check in self.checks]


def to_close_softly(month: Month, *, at: datetime, entity: str, tell: Tell) -> Checklist:
    """Go through the checklist before a month is soft closed: earlier months must be closed, softly at least."""
    with derive(month, entity=entity, tell=tell) as derived:
        return _examine(derived, month, at, entity, tell, _earlier_than(month, entity, states=(ledger.OPEN,)))


def to_lock(month: Month, *, at: datetime, entity: str, tell: Tell) -> Checklist:
    """Go through the checklist before a month is locked: earlier months must be locked."""
    with derive(month, entity=entity, tell=tell) as derived:
        return to_lock_derived(derived, month=month, at=at, entity=entity, tell=tell)


def to_lock_derived(
    derived: Derived, *, month: Month, at: datetime, entity: str, tell: Tell = lambda words: None
) -> Checklist:
    """The same with a month that was derived in this transaction; its lines are gone afterwards."""
    earlier = _earlier_than(month, entity, states=(ledger.OPEN, ledger.SOFT))
    return _examine(derived, month, at, entity, tell, earlier)


def _examine(
    derived: Derived, month: Month, at: datetime, entity: str, tell: Tell, earlier: list[Month]
) -> Checklist:
    calendar = _calendar_checks(month, at, entity, earlier)
    try:
        posted, held = _posting_checks(derived, month, entity, tell)
    except ledger.BatchMissing as missing:
        posted = (Check("posted", "Every document is posted", False, str(missing)),)
        held = held_by_all_documents(month, entity=entity)
    tied = tie_out(month, held=held, few=derived.few, entity=entity)
    balances = ledger.balances(entity=entity, month=month)
    tell(f"{month}: verifying the chain")
    checks = (
        *calendar,
        *posted,
        *_tie_out_checks(tied),
        *_ledger_checks(balances),
        _chain_check(month, entity),
    )
    return Checklist(month, checks, tied)


def _earlier_than(month: Month, entity: str, *, states: tuple[str, ...]) -> list[Month]:
    periods = ledger.periods_of(entity)
    return [period.month for period in periods if period.month < month and period.status in states]


def _calendar_checks(month: Month, at: datetime, entity: str, earlier: list[Month]) -> tuple[Check, ...]:
    today = day_in(at, settings.STOA_ENTITY_TIME_ZONE)
    known = {period.month for period in ledger.periods_of(entity)}
    first = subledger.first_month(entity)
    over = today >= month.end_on
    return (
        Check(
            "over",
            "The month is over",
            over,
            f"It ended before {month.end_on}." if over else f"It ends with {month.end_on}; today is {today}.",
        ),
        Check(
            "in_order",
            "Every earlier month is closed",
            not earlier and (month in known or first is None or first >= month),
            f"Close {earlier[0]} first." if earlier else "Months are closed in order.",
        ),
        Check(
            "known",
            "The month is part of the books",
            month in known,
            "It was opened by a posting run." if month in known else f"Run stoa post --through {month}.",
        ),
    )


def _posting_checks(
    derived: Derived, month: Month, entity: str, tell: Tell
) -> tuple[tuple[Check, ...], Held]:
    """The checks that compare the derived month with what is posted, and what its documents hold."""
    engine, few, revenue = derived.engine, derived.few, derived.revenue
    tell(f"{month}: comparing with what is posted")
    batches = ledger.batch_rows(entity=entity, month=month)
    engine.subtract(ledger.sealed_paths(batches, folder=batch_folder()))
    _, documents = engine.counts()
    active, unearned = engine.query(
        "SELECT count(*), count(*) FILTER (WHERE document IN (SELECT document FROM lines WHERE account = '4000')) "
        "FROM documents WHERE kind = 'receipt' AND price_minor <> 0 AND start_day < ? AND end_day > ?",
        [_day(month.plus(1)), _day(month)],
    )[0]
    unposted = {row[0] for row in engine.query("SELECT DISTINCT document FROM lines")}
    tell(f"{month}: comparing control accounts")
    held = held_by_what_moves(derived, month=month, entity=entity)
    by_family = listed.active(few, month, revenue)
    active += sum(map(len, by_family.values()))
    unearned += sum(len(unposted.intersection(ids)) for ids in by_family.values())
    parts = "".join(f", {len(ids)} of {name.replace('_', ' ')}" for name, ids in by_family.items() if ids)
    unexplained = listed.problems(few, month, revenue)
    checks = (
        Check(
            "posted",
            "Every document is posted",
            documents == 0,
            "Deriving the month again from its documents gives what is posted."
            if documents == 0
            else f"{documents} documents have effects that are not posted. Run stoa post --through {month}.",
        ),
        Check(
            "obligations",
            "Every active obligation has its entry",
            unearned == 0,
            f"{active} obligations were served in the month{parts}."
            if unearned == 0
            else f"{unearned} of {active} obligations lack their entry. Run stoa post --through {month}.",
        ),
        Check(
            "explained",
            "Every document can be accounted for",
            not unexplained,
            f"{'; '.join(unexplained[:_NAMED])}{', and others' if len(unexplained) > _NAMED else ''}."
            if unexplained
            else "What each refers to is filed.",
        ),
    )
    return checks, held


def _tie_out_checks(tied: Mapping[str, Any]) -> tuple[Check, ...]:
    def check(key: str, title: str, agreed: str) -> Check:
        wrong = differences(tied[key])
        return Check(key, title, not wrong, "; ".join(wrong) + "." if wrong else agreed)

    count = len(tied["control"])
    return (
        check("control", "Control accounts agree with the subledger", f"{count} balances agree to the cent."),
        check(
            "cash",
            "Cash on its way agrees with the gateway",
            "What was captured and not paid out is in clearing; what they report to have paid out is in cash.",
        ),
        check(
            "equity",
            "Equity rolls forward",
            "Opening equity, the result and what else moved it give the closing.",
        ),
        check("cash_flow", "Cash flows explain the change in cash", "The indirect method gives the change."),
        check(
            "statements",
            "The statements tie",
            f"{len(tied['statements'])} pairs of figures are the same, found in two ways.",
        ),
    )


def _ledger_checks(balances: tuple[ledger.BalanceRow, ...]) -> tuple[Check, ...]:
    trial = sum(row.closing_minor for row in balances)
    suspense = sum(abs(row.closing_minor) for row in balances if row.account.code == ledger.SUSPENSE)
    return (
        Check("trial", "The trial balance is zero", trial == 0, f"Debits less credits: {trial}."),
        Check(
            "suspense",
            "Suspense is zero",
            suspense == 0,
            "Nothing waits for an explanation."
            if suspense == 0
            else f"{suspense} minor units wait in account {ledger.SUSPENSE}: a refund or "
            "payment without its receipt, invoice or contract, or above it.",
        ),
    )


def _chain_check(month: Month, entity: str) -> Check:
    batches = ledger.batch_rows(entity=entity, month=month)
    broken = [f"batch {problem.batch_number} {problem.words}" for problem in ledger.chain_problems(entity)]
    broken += [
        f"batch {batch.number}: {words}"
        for batch, words in ledger.file_problems(batches, folder=batch_folder())
    ]
    return Check(
        "chain",
        "The chain of batches is whole",
        not broken,
        "; ".join(broken) + "."
        if broken
        else f"Batches of the month that match their hashes: {len(batches)}.",
    )


def _day(month: Month) -> int:
    return day_number(month.start_on)
