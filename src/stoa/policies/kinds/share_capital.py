"""The family of share capital: its register counts shares, and lists what was bought back or exercised early."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from math import floor

from stoa.policies.grid import number_text
from stoa.policies.kinds.awards import AwardConditionAssessed, AwardForfeited, AwardGranted, AwardModified
from stoa.policies.kinds.frame import Family, Filed, documents_that_move
from stoa.policies.kinds.opening_balances import OpeningBalance
from stoa.policies.kinds.purchase_plans import PurchasePlanBought
from stoa.policies.kinds.registers import Figure, Register, RegisterRow
from stoa.policies.kinds.share_counts import BECOME_SHARES, share_counts, vested_before_the_books
from stoa.policies.kinds.shares import (
    AwardVested,
    EarlyExerciseRepurchased,
    OptionExercised,
    ShareIssued,
    SharesRepurchased,
    balances,
    problems,
)
from stoa.policies.registry import ACCOUNT_CODES


def all_problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Those of the documents, and units that vested without a document that makes them shares."""
    yield from problems(known, day)
    opening = next((each.facts for each in known if isinstance(each.facts, OpeningBalance)), None)
    for each in known:
        facts = each.facts
        if not isinstance(facts, AwardGranted) or facts.units is None or facts.has_condition:
            continue
        followed = [one.facts for one in known if getattr(one.facts, "award", None) == facts.reference]
        if facts.award_kind not in BECOME_SHARES or any(isinstance(one, _CHANGING) for one in followed):
            continue
        due = facts.units * facts.vested_share_on(day - timedelta(days=1))
        said = sum((one.shares for one in followed if isinstance(one, AwardVested)), Fraction(0))
        if opening is not None:
            said += vested_before_the_books(facts, followed, opening.on)
        if said < floor(due):
            yield (
                f"{number_text(due - said, 2)} units of {facts.reference} have vested by {day - timedelta(days=1)} and "
                "are no shares yet; file award_vested"
            )


#: What may make less vest than the grant says.
_CHANGING = (AwardForfeited, AwardConditionAssessed, AwardModified)


def register(known: Sequence[Filed], day: date) -> Register:
    """Treasury stock and early-exercised shares, document by document, and the shares outstanding."""
    mine = [each for each in known if isinstance(each.facts, FAMILY.kinds)]
    there = {each.id: each for each in mine}
    rows = []
    for account in ("treasury_stock", "early_exercised_shares"):
        sums: dict[int, int] = {}
        for balance in balances(known, day):
            if balance.account == account:
                sums[balance.document] = sums.get(balance.document, 0) + balance.amount_minor
        for document, minor in sums.items():
            if minor:
                each = there[document]
                rows.append(
                    RegisterRow(
                        document=document,
                        reference=each.facts.reference,
                        name=each.facts.title,
                        kind=account,
                        currency=each.facts.currency,
                        begun_on=each.effective_on,
                        cost_minor=abs(minor),
                        accumulated_minor=0,
                        carrying_minor=abs(minor),
                        account=ACCOUNT_CODES[account],
                    )
                )
    counts = share_counts(known, day - timedelta(days=1), day)
    outstanding = Figure(
        words="Common shares outstanding", currency="", number=number_text(counts.closing, 4)
    )
    return Register(family=FAMILY.name, day=day, rows=tuple(rows), figures=(outstanding,))


FAMILY = Family(
    name="share_capital",
    version="1",
    kinds=(ShareIssued, SharesRepurchased, OptionExercised, EarlyExerciseRepurchased, AwardVested),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=all_problems,
    sees=(AwardGranted, *_CHANGING, OpeningBalance, PurchasePlanBought),
    register=register,
)
