"""The journal of an entity in one currency, read once: balances and movements by account and activity."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from stoa.kernel.spans import Month
from stoa.ledger import api as ledger

#: Activities by which books take over balances of another system.
OPENING = ("opening", "opening_balance")


@dataclass(frozen=True, slots=True)
class Cube:
    """Journal lines added up by month, account, activity, segment and product. Amounts are debit positive."""

    entity: str
    currency: str
    chart: Mapping[str, ledger.AccountRow]
    rows: Mapping[str, tuple[ledger.MovementRow, ...]]

    def closing(self, accounts: Iterable[str], through: Month) -> int:
        """What the accounts hold at the end of a month."""
        return sum(
            row.amount_minor for code in accounts for row in self.rows.get(code, ()) if row.month <= through
        )

    def moved(
        self,
        accounts: Iterable[str],
        first: Month,
        through: Month,
        *,
        activities: Collection[str] | None = None,
        segments: Collection[str] | None = None,
        products: Collection[str] | None = None,
    ) -> int:
        """What moved the accounts from ``first`` through ``through``, of those activities, segments and products."""
        return sum(
            row.amount_minor
            for code in accounts
            for row in self.rows.get(code, ())
            if first <= row.month <= through
            and (activities is None or row.activity in activities)
            and (segments is None or row.segment in segments)
            and (products is None or row.product in products)
        )

    def activities(self, accounts: Iterable[str]) -> tuple[str, ...]:
        """Every activity that ever moved the accounts, in alphabetical order."""
        return tuple(sorted({row.activity for code in accounts for row in self.rows.get(code, ())}))

    def codes(self, *types: str) -> tuple[str, ...]:
        """The accounts of the chart of those types, in order."""
        return tuple(code for code, account in self.chart.items() if account.type in types)

    def of_line(self, statement_line: str) -> tuple[str, ...]:
        """The accounts that are shown in a line of the statements."""
        return tuple(code for code, account in self.chart.items() if account.statement_line == statement_line)

    @property
    def results(self) -> tuple[str, ...]:
        """The accounts whose sum is the result: revenue and expense."""
        return self.codes(ledger.REVENUE, ledger.EXPENSE)


def read(*, entity: str, through: Month, currency: str) -> Cube:
    """Read the journal through a month. Two queries, whatever the number of lines."""
    rows: dict[str, list[ledger.MovementRow]] = defaultdict(list)
    for row in ledger.movements_by_activity(entity=entity, through=through, currency=currency):
        rows[row.account].append(begun(row))
    chart = {account.code: account for account in ledger.chart_of_accounts()}
    return Cube(entity, currency, chart, {code: tuple(mine) for code, mine in rows.items()})


def begun(row: ledger.MovementRow) -> ledger.MovementRow:
    """The row; balances taken over stand at the end of the month before: they are no movement of these books."""
    return replace(row, month=row.month.plus(-1)) if row.activity in OPENING else row
