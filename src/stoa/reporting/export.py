"""The journal for other programs: beancount, CSV, JSON."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from stoa.kernel.cells import safe_cell
from stoa.kernel.money import Money
from stoa.kernel.spans import Month
from stoa.ledger import api as ledger

_ROOTS = {
    ledger.ASSET: "Assets",
    ledger.LIABILITY: "Liabilities",
    ledger.EQUITY: "Equity",
    ledger.REVENUE: "Income",
    ledger.EXPENSE: "Expenses",
}


def beancount(*, entity: str, first: Month | None, through: Month) -> Iterator[str]:
    """Yield a beancount file: accounts opened, one transaction an entry, and a balance assertion an account and month.

    With ``first`` later than the books' beginning, one opening transaction carries the balances forward.
    """
    chart = {account.code: account for account in ledger.chart_of_accounts()}
    names = {code: _beancount_name(account) for code, account in chart.items()}
    lines = list(ledger.lines(entity=entity, through=through))
    start = first or min((line.month for line in lines), default=through)
    yield f'option "title" "Books of {entity}"\n'
    for currency in sorted({line.currency for line in lines}):
        yield f'option "operating_currency" "{currency}"\n'
    opened_on = start.plus(-1).start_on
    yield "\n"
    for code in sorted(chart):
        yield f"{opened_on} open {names[code]}\n"
    balance: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        if line.month < start:
            balance[line.account, line.currency] += line.amount_minor
    if any(balance.values()):
        yield f'\n{start.plus(-1).start_on} * "Balances carried forward"\n'
        for (code, currency), amount in sorted(balance.items()):
            if amount:
                yield f"  {names[code]}  {_amount(amount, currency)}\n"
    batches = {batch.id: batch for batch in ledger.batch_rows(entity=entity)}
    by_entry: dict[Month, dict[str, list[ledger.LineRow]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.month >= start:
            by_entry[line.month][line.entry_reference].append(line)
    month = start
    while month <= through:
        for reference, entry in by_entry[month].items():
            yield f'\n{entry[0].entry_on} * "Posting run" "{reference}"\n'
            yield f'  batch: "{batches[entry[0].batch_id].hash}"\n'
            for line in entry:
                balance[line.account, line.currency] += line.amount_minor
                yield f"  {names[line.account]}  {_amount(line.amount_minor, line.currency)}\n"
                yield f'    of: "{line.activity} {line.segment} {line.product} {_plain(line.partner)}"\n'
        yield "\n"
        for (code, currency), amount in sorted(balance.items()):
            yield f"{month.end_on} balance {names[code]}  {_amount(amount, currency)}\n"
        month = month.plus(1)


def csv_lines(lines: Sequence[ledger.LineRow]) -> Iterator[str]:
    """Yield journal lines as CSV with a header; amounts in major units."""
    columns = (
        *("entry", "date", "period", "batch", "account", "account_name", "activity", "segment", "product"),
        *("partner", "is_late", "belongs_from", "belongs_until", "currency", "debit", "credit"),
    )
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for line in lines:
        amount = Money(abs(line.amount_minor), line.currency).decimal
        writer.writerow(
            (
                *(line.entry_reference, line.entry_on, line.month, line.batch_number, line.account),
                *(
                    safe_cell(line.account_name),
                    line.activity,
                    safe_cell(line.segment),
                    safe_cell(line.product),
                ),
                *(
                    safe_cell(line.partner),
                    line.is_late,
                    line.belongs_from,
                    line.belongs_until,
                    line.currency,
                ),
                *((amount, "") if line.amount_minor > 0 else ("", amount)),
            )
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def json_document(*, entity: str, lines: Sequence[ledger.LineRow]) -> str:
    """Return journal lines as one JSON document: entries with their lines, amounts in minor units, debit positive."""
    entries: dict[str, dict[str, object]] = {}
    hashes = {batch.id: batch.hash for batch in ledger.batch_rows(entity=entity)}
    grouped: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in lines:
        entries.setdefault(
            line.entry_reference,
            {
                "reference": line.entry_reference,
                "date": str(line.entry_on),
                "period": str(line.month),
                "batch": line.batch_number,
                "hash": hashes.get(line.batch_id, ""),
                "lines": grouped[line.entry_reference],
            },
        )
        grouped[line.entry_reference].append(
            {
                "account": line.account,
                "activity": line.activity,
                "segment": line.segment,
                "product": line.product,
                "partner": line.partner,
                "is_late": line.is_late,
                "belongs_from": str(line.belongs_from),
                "belongs_until": str(line.belongs_until),
                "currency": line.currency,
                "amount_minor": line.amount_minor,
            }
        )
    return json.dumps({"entity": entity, "entries": list(entries.values())}, ensure_ascii=False, indent=1)


def _beancount_name(account: ledger.AccountRow) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", account.name).strip("-")
    return f"{_ROOTS[account.type]}:{account.code}-{words}"


def _amount(amount_minor: int, currency: str) -> str:
    return f"{Money(amount_minor, currency).decimal:f} {currency}"


def _plain(text: str) -> str:
    return text.replace("\\", "").replace('"', "'").replace("\n", " ")
