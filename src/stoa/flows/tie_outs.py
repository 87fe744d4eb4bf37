"""Tie-outs of a close: each control account with its subledger, equity rolled forward, cash explained.

They are kept with the month as JSON. ``VERSION`` goes up when a key changes its meaning; keys are only added otherwise.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from stoa.flows.control_balances import Held, held_by_all_documents
from stoa.kernel.money import Money, exponent_of
from stoa.kernel.spans import Month, Period
from stoa.ledger import api as ledger
from stoa.policies.cash_activities import CASH_ACCOUNTS, class_of
from stoa.policies.kinds.frame import Filed
from stoa.reporting import api as reporting
from stoa.subledger import api as subledger

VERSION = 1

#: Where captured payments wait for the gateway to pay them out.
_CLEARING = "1050"
_FIRST_MONTH = Month(1902, 1)


def tie_out(month: Month, *, held: Held, few: tuple[Filed, ...], entity: str) -> dict[str, Any]:
    """Compare what the ledger holds at the end of ``month`` with everything that must agree with it.

    Amounts are minor units, debit positive. ``held`` is what the documents hold, without any posting; what it says of
    finished contracts is kept for the next month. ``few`` are the documents that plain Python accounts for. ``gateways`` says how the month's clearing moved, gateway by gateway.
    """
    balances = ledger.balances(entity=entity, month=month)
    control = _control(balances, held.balances)
    currencies = sorted({row.currency for row in balances})
    return {
        "version": VERSION,
        "control": control,
        "cash": [
            *(_clearing(row) for row in control if row["code"] == _CLEARING),
            *_settlements(entity, month, currencies),
        ],
        "gateways": [
            {**asdict(row), "moved_minor": row.moved_minor}
            for row in subledger.clearing_of_month(entity=entity, month=month)
        ],
        "equity": [_equity(entity, month, balances, currency) for currency in currencies],
        "cash_flow": [_cash_flow(entity, month, balances, currency) for currency in currencies],
        "statements": [row for currency in currencies for row in _statements(entity, month, currency, few)],
        "carried": dict(held.carried),
    }


def differences(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Words for each row that does not agree."""
    return [
        f"{row.get('code') or row['currency']}: ledger {Money(row['ledger_minor'], row['currency'])}, "
        f"{row['beside']} {Money(row['beside_minor'], row['currency'])}"
        for row in rows
        if row["difference_minor"]
    ]


def subledger_balances(month: Month, *, entity: str) -> Mapping[tuple[str, str], int]:
    """Balances at the end of ``month`` by account and currency, from all documents at once and no posting."""
    return held_by_all_documents(month, entity=entity).balances


def _row(what: Mapping[str, Any], ledger_minor: int, beside: str, beside_minor: int) -> dict[str, Any]:
    return {
        **what,
        "ledger_minor": ledger_minor,
        "beside": beside,
        "beside_minor": beside_minor,
        "difference_minor": ledger_minor - beside_minor,
    }


def _control(
    balances: Sequence[ledger.BalanceRow], owed: Mapping[tuple[str, str], int]
) -> list[dict[str, Any]]:
    """Every account, for each is a function of the documents; ``is_control`` marks those with a subledger."""
    chart = {account.code: account for account in ledger.chart_of_accounts()}
    held = {(row.account.code, row.currency): row.closing_minor for row in balances}
    return [
        _row(
            {
                "code": code,
                "name": chart[code].name,
                "currency": currency,
                "is_control": chart[code].is_control,
            },
            held.get((code, currency), 0),
            "subledger",
            owed.get((code, currency), 0),
        )
        for code, currency in sorted(held.keys() | owed.keys())
        if code != ledger.SUSPENSE
    ]


def _clearing(control: Mapping[str, Any]) -> dict[str, Any]:
    """What the gateway has captured and not paid out, by its own documents."""
    return {**control, "beside": "captured and not settled"}


def _settlements(entity: str, month: Month, currencies: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What the gateways report to have paid out in the month, beside what the ledger took into cash as settlements."""
    reported: dict[str, dict[str, int]] = {currency: defaultdict(int) for currency in currencies}
    for row, sign in _settlements_counting(entity, month):
        net = int(Fraction(str(row.facts["net"])) * 10 ** exponent_of(row.currency))
        reported.setdefault(row.currency, defaultdict(int))[row.customer] += sign * net
    for currency, gateways in sorted(reported.items()):
        moved = ledger.movements_by_activity(entity=entity, through=month, currency=currency)
        took = sum(
            row.amount_minor
            for row in moved
            if row.month == month and row.account in CASH_ACCOUNTS and row.activity == "settlement"
        )
        if gateways or took:
            what = {"currency": currency, "gateways": {name: gateways[name] for name in sorted(gateways)}}
            yield _row(what, took, "paid out by the gateways' reports", sum(gateways.values()))


def _settlements_counting(entity: str, month: Month) -> Iterator[tuple[subledger.DocumentRow, int]]:
    """Settlements that the month takes up, and those that it takes back because a document voids them."""
    voids = {
        str(row.facts["document"]): row.counts_from
        for row in subledger.documents_counting(
            entity=entity, first=_FIRST_MONTH, through=month, kind="document_voided"
        )
    }
    for row in subledger.documents_counting(
        entity=entity, first=month, through=month, kind="settlement_reported"
    ):
        if row.reference not in voids:
            yield row, 1
    for reference, counts_from in voids.items():
        if counts_from == month.start_on and subledger.is_filed(reference):
            row = subledger.find_document(reference)
            if row.kind == "settlement_reported" and row.counts_from < month.start_on:
                yield row, -1


def _statements(entity: str, month: Month, currency: str, few: tuple[Filed, ...]) -> Iterator[dict[str, Any]]:
    """Every pair of figures that the statements of the month find in two ways."""
    for tie in reporting.ties(entity=entity, period=Period(month, 1), currency=currency, filed=few):
        what = {"currency": currency, "code": tie.name, "name": tie.label}
        yield _row(what, tie.left_minor, "found the other way", tie.right_minor)


def _equity(
    entity: str, month: Month, balances: Sequence[ledger.BalanceRow], currency: str
) -> dict[str, Any]:
    """Equity at the beginning, the result, and each activity of the month, beside equity at the end."""
    kinds = {row.account.code: row.account.type for row in balances}
    mine = [row for row in balances if row.currency == currency]
    owned = [row for row in mine if row.account.type in (ledger.EQUITY, ledger.REVENUE, ledger.EXPENSE)]
    opening = -sum(row.opening_minor for row in owned)
    activities: dict[str, int] = defaultdict(int)
    for moved in ledger.movements_by_activity(entity=entity, through=month, currency=currency):
        if moved.month == month:
            if kinds.get(moved.account) in (ledger.REVENUE, ledger.EXPENSE):
                activities["result"] -= moved.amount_minor
            elif kinds.get(moved.account) == ledger.EQUITY:
                activities[moved.activity] -= moved.amount_minor
    others = [row for row in mine if row.account.type in (ledger.ASSET, ledger.LIABILITY)]
    closing = sum(row.closing_minor for row in others)
    what = {"currency": currency, "opening_minor": opening, "activities": dict(sorted(activities.items()))}
    return _row(what, closing, "opening equity and activities", opening + sum(activities.values()))


def _cash_flow(
    entity: str, month: Month, balances: Sequence[ledger.BalanceRow], currency: str
) -> dict[str, Any]:
    """The result adjusted by every other movement, by class of the statement, beside the change in cash."""
    cash = [row for row in balances if row.currency == currency and row.account.code in CASH_ACCOUNTS]
    change = sum(row.closing_minor - row.opening_minor for row in cash)
    by_class: dict[str, int] = defaultdict(int)
    indirect = 0
    for moved in ledger.movements_by_activity(entity=entity, through=month, currency=currency):
        if moved.month != month:
            continue
        if moved.account in CASH_ACCOUNTS:
            by_class[class_of(moved.activity)] += moved.amount_minor
        else:
            indirect -= moved.amount_minor
    what = {"currency": currency, "classes": dict(sorted(by_class.items()))}
    return _row(what, change, "cash flows by the indirect method", indirect)
