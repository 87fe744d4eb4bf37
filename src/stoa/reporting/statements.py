"""Trial balance, income statement and balance sheet from the journal's balances."""

from collections.abc import Iterable, Mapping, Sequence

from stoa.kernel.spans import Month
from stoa.ledger import api as ledger
from stoa.reporting.data import Statement, StatementLine, TrialBalance, TrialBalanceRow

_COST_OF_REVENUE = "Cost of revenue"
#: Accounts that statements show also at zero; the others only once they hold something.
_ALWAYS_SHOWN = {"1000", "1050", "2100", "2110", "2200", "3000", "3100", "4000", "5100"}


def currencies(*, entity: str, month: Month) -> tuple[str, ...]:
    """Return the currencies the books hold by the end of ``month``; USD alone when they are empty."""
    return tuple(sorted({row.currency for row in ledger.balances(entity=entity, month=month)})) or ("USD",)


def trial_balance(*, entity: str, month: Month, currency: str = "USD") -> TrialBalance:
    """Return every account's opening, movement and closing. One query."""
    rows = tuple(
        TrialBalanceRow(
            row.account.code,
            row.account.name,
            row.account.type,
            row.opening_minor,
            row.debit_minor,
            row.credit_minor,
            row.closing_minor,
        )
        for row in ledger.balances(entity=entity, month=month)
        if row.currency == currency
    )
    return TrialBalance(
        entity,
        month,
        currency,
        rows,
        debit_minor=sum(row.debit_minor for row in rows),
        credit_minor=sum(row.credit_minor for row in rows),
        closing_debit_minor=sum(max(row.closing_minor, 0) for row in rows),
        closing_credit_minor=sum(max(-row.closing_minor, 0) for row in rows),
    )


def income_statement(*, entity: str, month: Month, currency: str = "USD") -> Statement:
    """Return revenue, costs and the result of the month, the month before and the year to date."""
    ends = (month, month.plus(-1), Month(month.year, 1).plus(-1), month.plus(-2))
    closing = _closings(entity, month, currency, ends)
    accounts = [
        account for account in ledger.chart_of_accounts() if account.type in (ledger.REVENUE, ledger.EXPENSE)
    ]

    def amounts(codes: Sequence[str]) -> tuple[int, int, int]:
        now, before, year, earlier = (sum(closing[end].get(code, 0) for code in codes) for end in ends)
        return -(now - before), -(before - earlier), -(now - year)

    def group(type_: str, line: str | None = None) -> list[StatementLine]:
        sign = 1 if type_ == ledger.REVENUE else -1
        return [
            StatementLine(
                account.name, "line", account.code, tuple(sign * amount for amount in amounts([account.code]))
            )
            for account in accounts
            if account.type == type_
            and (line is None or (account.statement_line == line))
            and (account.code in _ALWAYS_SHOWN or any(amounts([account.code])))
        ]

    revenue = [account.code for account in accounts if account.type == ledger.REVENUE]
    direct = [account.code for account in accounts if account.statement_line == _COST_OF_REVENUE]
    other = [a for a in accounts if a.type == ledger.EXPENSE and a.code not in direct]
    cost = amounts(direct)
    lines = [
        StatementLine("Revenue", "heading", "", ()),
        *group(ledger.REVENUE),
        StatementLine("Total revenue", "sum", "", amounts(revenue)),
        StatementLine("Cost of revenue", "heading", "", ()),
        *group(ledger.EXPENSE, _COST_OF_REVENUE),
        StatementLine("Total cost of revenue", "sum", "", tuple(-amount for amount in cost)),
        StatementLine("Gross profit", "total", "", amounts([*revenue, *direct])),
        *(
            StatementLine(a.name, "line", a.code, tuple(-amount for amount in amounts([a.code])))
            for a in other
            if any(amounts([a.code]))
        ),
        StatementLine("Net income (loss)", "total", "", amounts([account.code for account in accounts])),
    ]
    columns = (str(month), str(month.plus(-1)), f"Year to {month}")
    return Statement("Statement of operations", entity, month, currency, columns, tuple(lines))


def balance_sheet(*, entity: str, month: Month, currency: str = "USD") -> Statement:
    """Return assets, liabilities and equity at the end of the month and of the month before.

    Earnings are not closed into equity by entries: retained earnings of earlier years, and this year's
    result, are shown as what the journal says they are.
    """
    year_start = Month(month.year, 1).plus(-1)
    earlier_start = Month(month.plus(-1).year, 1).plus(-1)
    closing = _closings(entity, month, currency, (month, month.plus(-1), year_start, earlier_start))
    now, before = closing[month], closing[month.plus(-1)]
    at_year_start, before_year_start = closing[year_start], closing[earlier_start]
    chart = ledger.chart_of_accounts()
    columns = (now, before)

    def lines_of(type_: str, codes: Iterable[str] | None = None) -> list[StatementLine]:
        sign = 1 if type_ == ledger.ASSET else -1
        return [
            StatementLine(
                account.statement_line,
                "line",
                account.code,
                tuple(sign * column.get(account.code, 0) for column in columns),
            )
            for account in chart
            if account.type == type_
            and (codes is None or account.code in codes)
            and (account.code in _ALWAYS_SHOWN or any(column.get(account.code, 0) for column in columns))
        ]

    def total(type_: str, codes: Iterable[str] | None = None) -> tuple[int, ...]:
        parts = [line.amounts_minor for line in lines_of(type_, codes)]
        return tuple(sum(part[index] for part in parts) for index in range(len(columns)))

    results = [account.code for account in chart if account.type in (ledger.REVENUE, ledger.EXPENSE)]

    def earned(column: Mapping[str, int], start: Mapping[str, int]) -> int:
        return -sum(column.get(code, 0) - start.get(code, 0) for code in results)

    this_year = (earned(now, at_year_start), earned(before, before_year_start))
    earlier_years = (earned(at_year_start, {}), earned(before_year_start, {}))
    current = {a.code for a in chart if a.type == ledger.LIABILITY and "non-current" not in a.statement_line}
    non_current = {a.code for a in chart if a.type == ledger.LIABILITY} - current
    equity = tuple(map(sum, zip(total(ledger.EQUITY), this_year, earlier_years, strict=True)))
    liabilities = total(ledger.LIABILITY)
    lines = (
        StatementLine("Assets", "heading", "", ()),
        *lines_of(ledger.ASSET),
        StatementLine("Total assets", "total", "", total(ledger.ASSET)),
        StatementLine("Liabilities", "heading", "", ()),
        *lines_of(ledger.LIABILITY, current),
        StatementLine("Total current liabilities", "sum", "", total(ledger.LIABILITY, current)),
        *lines_of(ledger.LIABILITY, non_current),
        StatementLine("Total liabilities", "sum", "", liabilities),
        StatementLine("Equity", "heading", "", ()),
        *lines_of(ledger.EQUITY),
        StatementLine("Earnings of earlier years", "line", "", earlier_years),
        StatementLine("Result of the year to date", "line", "", this_year),
        StatementLine("Total equity", "sum", "", equity),
        StatementLine(
            "Total liabilities and equity",
            "total",
            "",
            tuple(map(sum, zip(liabilities, equity, strict=True))),
        ),
    )
    names = (str(month), str(month.plus(-1)))
    return Statement("Balance sheet", entity, month, currency, names, lines)


def _closings(
    entity: str, through: Month, currency: str, ends: Iterable[Month]
) -> dict[Month, dict[str, int]]:
    """Balances by account at the end of each month of ``ends``, from one query."""
    closings: dict[Month, dict[str, int]] = {end: {} for end in ends}
    for month, account, each, amount in ledger.movements(entity=entity, through=through):
        if each == currency:
            for end, column in closings.items():
                if month <= end:
                    column[account] = column.get(account, 0) + amount
    return closings
