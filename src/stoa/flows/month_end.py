"""Closing a month: check everything, then lock and seal it for good."""

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from stoa.flows.posting import Tell, batch_folder, lines_to_post, posted_revenue, scratch_folder
from stoa.kernel.money import Money
from stoa.kernel.refusals import Conflict
from stoa.kernel.spans import Month, day_in
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine, balance_cuts, day_number
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import MonthRevenue
from stoa.policies.registry import ACCOUNT_CODES, posting_policies
from stoa.subledger import api as subledger


class NotReadyToClose(Conflict):
    """A check failed; ``checks`` lists all of them and ``str()`` those that failed."""

    code = "not_ready_to_close"

    def __init__(self, month: Month, checks: "tuple[Check, ...]") -> None:
        self.checks = checks
        reasons = " ".join(f"{check.title}: {check.words}" for check in checks if not check.passed)
        super().__init__(f"{month} cannot be closed. {reasons}")


class AlreadyClosed(Conflict):
    """The month is locked and sealed already; nothing was changed. ``period`` is as it was closed."""

    code = "already_closed"

    def __init__(self, period: ledger.PeriodRow) -> None:
        self.period = period
        super().__init__(f"{period.month} is closed already (sealed {period.seal[:12]}).")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the close's checklist."""

    key: str
    title: str
    passed: bool
    words: str


def check(
    month: Month, *, checked_at: datetime, entity: str = "", tell: Tell = lambda words: None
) -> tuple[Check, ...]:
    """Go through the checklist of a month without changing anything. It derives the month again from its documents."""
    entity = entity or settings.STOA_ENTITY
    with transaction.atomic():
        return (*_calendar_checks(month, checked_at, entity), *_book_checks(month, entity, tell))


def close(
    month: Month, *, closed_at: datetime, actor: str, entity: str = "", tell: Tell = lambda words: None
) -> ledger.PeriodRow:
    """Check a month, lock it and seal it, in one transaction: killed at any moment, it is open or closed whole.

    ``actor`` names who closes. Raises ``NotReadyToClose`` with the checklist, and ``AlreadyClosed``.
    """
    entity = entity or settings.STOA_ENTITY
    with transaction.atomic():
        ledger.hold_one_posting_run(entity)
        period = _period_or_none(entity, month)
        if period is not None and period.is_closed:
            raise AlreadyClosed(period)
        seen = subledger.count_documents(entity=entity, month=month)
        checks = (*_calendar_checks(month, closed_at, entity), *_book_checks(month, entity, tell))
        tell(f"{month}: waiting for documents on their way")
        ledger.hold_period_gate(entity)
        arrived = subledger.count_documents(entity=entity, month=month) - seen
        if arrived:
            words = f"{arrived} came while the month was checked. Run stoa post --through {month}, then close again."
            checks = (*checks, Check("gate", "No document came meanwhile", False, words))
        if not all(passed.passed for passed in checks):
            raise NotReadyToClose(month, checks)
        return ledger.lock_period(
            entity=entity,
            month=month,
            closed_at=closed_at,
            closed_by=actor,
            checks=[asdict(line) for line in checks],
        )


def _calendar_checks(month: Month, at: datetime, entity: str) -> tuple[Check, ...]:
    today = day_in(at, settings.STOA_ENTITY_TIME_ZONE)
    known = {period.month: period for period in ledger.periods_of(entity)}
    earlier = [period for period in known.values() if period.month < month and not period.is_closed]
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
            f"Close {earlier[0].month} first." if earlier else "Months are locked in order.",
        ),
        Check(
            "known",
            "The month is part of the books",
            month in known,
            "It was opened by a posting run." if month in known else f"Run stoa post --through {month}.",
        ),
    )


def _book_checks(month: Month, entity: str, tell: Tell) -> tuple[Check, ...]:
    try:
        posted = _posting_checks(month, entity, tell)
    except ledger.BatchMissing as missing:
        posted = (Check("posted", "Every document is posted", False, str(missing)),)
    tell(f"{month}: comparing control accounts")
    balances = ledger.balances(entity=entity, month=month)
    trial = sum(row.closing_minor for row in balances)
    suspense = sum(abs(row.closing_minor) for row in balances if row.account.code == ledger.SUSPENSE)
    tell(f"{month}: verifying the chain")
    batches = ledger.batch_rows(entity=entity, month=month)
    broken = [f"batch {problem.batch_number} {problem.words}" for problem in ledger.chain_problems(entity)]
    broken += [
        f"batch {batch.number}: {words}"
        for batch, words in ledger.file_problems(batches, folder=batch_folder())
    ]
    return (
        *posted,
        _control_check(month, entity, balances),
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
        Check(
            "chain",
            "The chain of batches is whole",
            not broken,
            "; ".join(broken) + "."
            if broken
            else f"Batches of the month that match their hashes: {len(batches)}.",
        ),
    )


def _posting_checks(month: Month, entity: str, tell: Tell) -> tuple[Check, ...]:
    with lines_to_post(month, entity=entity, tell=tell) as derived:
        engine, few = derived.engine, derived.few
        _, documents = engine.counts()
        active, unearned = engine.query(
            "SELECT count(*), count(*) FILTER (WHERE document IN (SELECT document FROM lines WHERE account = '4000')) "
            "FROM documents WHERE is_receipt AND price_minor <> 0 AND start_day < ? AND end_day > ?",
            [_day(month.plus(1)), _day(month)],
        )[0]
        unposted = {row[0] for row in engine.query("SELECT DISTINCT document FROM lines")}
    by_family = listed.active(few, month, derived.revenue)
    active += sum(map(len, by_family.values()))
    unearned += sum(len(unposted.intersection(ids)) for ids in by_family.values())
    parts = "".join(f", {len(ids)} of {name.replace('_', ' ')}" for name, ids in by_family.items() if ids)
    unexplained = listed.problems(few, month, derived.revenue)
    return (
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
            f"{'; '.join(unexplained[:20])}{', and others' if len(unexplained) > 20 else ''}."
            if unexplained
            else "What each refers to is filed.",
        ),
    )


def _control_check(month: Month, entity: str, balances: tuple[ledger.BalanceRow, ...]) -> Check:
    owed = subledger_balances(month, entity=entity)
    held = {(row.account.code, row.currency): row.closing_minor for row in balances}
    wrong = [
        f"{code}: ledger {Money(held.get((code, currency), 0), currency)}, "
        f"subledger {Money(owed.get((code, currency), 0), currency)}"
        for code, currency in sorted(held.keys() | owed.keys())
        if code != ledger.SUSPENSE and held.get((code, currency), 0) != owed.get((code, currency), 0)
    ]
    return Check(
        "control",
        "Control accounts agree with the subledger",
        not wrong,
        "; ".join(wrong) + "." if wrong else f"{len(held)} balances agree to the cent.",
    )


def subledger_balances(month: Month, *, entity: str) -> Mapping[tuple[str, str], int]:
    """Balances at the end of ``month`` by account and currency, from all documents at once and no posting."""
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder, Engine(scratch=Path(folder)) as engine:
        facts = Path(folder) / "facts.csv"
        subledger.write_all_facts(facts, entity=entity, through=month)
        engine.load_documents(facts)
        engine.run(posting_policies(), balance_cuts(month.end_on, counts_until=month.start_on))
        few = subledger.filed_through(entity=entity, month=month)
        cuts = balance_cuts(month.end_on, counts_until=month.start_on)
        engine.add(listed.lines(few, cuts))
        engine.add(listed.lines_on_revenue(few, _revenue_through(month, engine, entity), cuts))
        rows = engine.query(
            "SELECT account, currency, CAST(sum(amount_minor) AS BIGINT) FROM lines GROUP BY ALL"
        )
    return {(account, currency): amount for account, currency, amount in rows if amount}


def _revenue_through(month: Month, engine: Engine, entity: str) -> list[MonthRevenue]:
    """Earlier months' revenue as posted; of ``month`` what is left of all that the documents have earned by its end."""
    earlier = posted_revenue(entity, before=month)
    left: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for *key, amount in engine.query(
        "SELECT currency, segment, product, partner, CAST(-sum(amount_minor) AS BIGINT) FROM lines "
        "WHERE account = ? GROUP BY ALL",
        [ACCOUNT_CODES["revenue"]],
    ):
        left[tuple(key)] += amount
    for each in earlier:
        left[each.currency, each.segment, each.product, each.partner] -= each.amount_minor
    this = [MonthRevenue(month, *key, False, amount) for key, amount in sorted(left.items()) if amount]
    return [*earlier, *this]


def _period_or_none(entity: str, month: Month) -> ledger.PeriodRow | None:
    return next((period for period in ledger.periods_of(entity) if period.month == month), None)


def _day(month: Month) -> int:
    return day_number(month.start_on)


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying the books found: words for each place that is not as it was posted."""

    batch_count: int
    problems: tuple[str, ...]


def verify(*, entity: str = "") -> Verification:
    """Compare rows, sealed files and seals with the chain of hashes, without changing anything."""
    entity = entity or settings.STOA_ENTITY
    batches = ledger.batch_rows(entity=entity)
    problems = [
        f"Batch {problem.batch_number}: {problem.words}." if problem.batch_number else f"{problem.words}."
        for problem in ledger.chain_problems(entity)
    ]
    problems += [
        f"Batch {b.number}: {words}." for b, words in ledger.file_problems(batches, folder=batch_folder())
    ]
    problems += [
        f"{month}: its seal is not the one it was closed with." for month in ledger.broken_seals(entity)
    ]
    return Verification(len(batches), tuple(problems))
