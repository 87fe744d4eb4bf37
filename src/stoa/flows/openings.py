"""Books that begin with a balance sheet: what it says, and how much of it documents from before explain."""

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from stoa.flows.posting import scratch_folder
from stoa.kernel.refusals import NotFound
from stoa.ledger import api as ledger
from stoa.policies.engine import Engine, balance_cuts
from stoa.policies.kinds import listed, refund_rates
from stoa.policies.kinds.opening_balances import OPENING
from stoa.policies.registry import posting_policies
from stoa.subledger import api as subledger


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An account at the opening, in minor units, debit positive.

    ``said_minor`` is what the opening says, ``explained_minor`` what documents from before had put there. The rest of a
    control account's asset or liability stays there until a document moves it: nothing earns or amortizes it.
    """

    account: ledger.AccountRow
    currency: str
    said_minor: int
    explained_minor: int

    @property
    def rest_minor(self) -> int:
        """What no document explains."""
        return self.said_minor - self.explained_minor

    @property
    def needs_documents(self) -> bool:
        """Whether a subledger keeps the account and its documents do not explain all of it."""
        return (
            self.account.is_control
            and self.account.type in (ledger.ASSET, ledger.LIABILITY)
            and self.rest_minor != 0
        )


def explained_opening(*, entity: str = "") -> tuple[OpeningRow, ...]:
    """Compare the opening balance with the documents from before, by account and currency; raises ``NotFound``.

    Accounts of income, and equity that the opening does not name, are left out: what documents earned before belongs to
    the books they come from.
    """
    entity = entity or settings.STOA_ENTITY
    month = subledger.opening_month(entity)
    if month is None:
        raise NotFound(
            f"The books of {entity} have no opening balance. File opening_balance to begin with one."
        )
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder, Engine(scratch=Path(folder)) as engine:
        facts = Path(folder) / "facts.csv"
        subledger.write_all_facts(facts, entity=entity, through=month)
        engine.load_documents(facts)
        few = subledger.filed_through(entity=entity, month=month)
        engine.load_refund_rates(refund_rates.rates_of(few))
        cuts = balance_cuts(month.start_on, counts_until=month.start_on)
        engine.run(posting_policies(), cuts)
        engine.add(listed.lines(few, cuts))
        before = {
            (account, currency): int(amount)
            for account, currency, amount in engine.query(
                "SELECT account, currency, CAST(sum(amount_minor) AS BIGINT) FROM lines GROUP BY ALL"
            )
        }
    said: dict[tuple[str, str], int] = defaultdict(int)
    for line in listed.lines(few, balance_cuts(month.end_on, counts_until=month.start_on)):
        if line[2] == OPENING:
            said[line[1], line[3]] += line[-1]
    chart = {account.code: account for account in ledger.chart_of_accounts()}
    return tuple(
        OpeningRow(chart[code], currency, said.get((code, currency), 0), before.get((code, currency), 0))
        for code, currency in sorted(said.keys() | before.keys())
        if (code, currency) in said
        or (chart[code].type in (ledger.ASSET, ledger.LIABILITY) and before[code, currency])
    )
