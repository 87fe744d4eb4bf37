"""What each payment processor owes by our documents: payments less what went back, until its payouts arrive."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from stoa.kernel.spans import Month
from stoa.policies.kinds.settlements import SettlementDifferenceExplained, SettlementReported
from stoa.policies.kinds.voids import without_voided
from stoa.subledger.queries import filed_through

_SUMS = """
SELECT gateway, currency,
       coalesce(sum(price_minor + tax_minor - credit_minor) FILTER (WHERE kind = 'receipt'), 0)
         + coalesce(sum(credit_minor) FILTER (WHERE kind = 'credit_sold'), 0),
       coalesce(sum(price_minor + tax_minor - credit_minor) FILTER (WHERE kind = 'refund_paid'), 0)
         + coalesce(sum(credit_minor) FILTER (WHERE kind = 'credit_refunded'), 0),
       coalesce(sum(fee_minor) FILTER (WHERE kind IN ('receipt', 'credit_sold', 'dispute_opened')), 0)
         - coalesce(sum(fee_minor) FILTER (WHERE kind IN ('refund_paid', 'credit_refunded', 'dispute_won')), 0),
       coalesce(sum(price_minor + tax_minor) FILTER (WHERE kind = 'dispute_opened'), 0)
         - coalesce(sum(price_minor + tax_minor) FILTER (WHERE kind = 'dispute_won'), 0)
  FROM subledger_sourcedocument
 WHERE entity = %s AND counts_from = %s AND price_minor IS NOT NULL
 GROUP BY gateway, currency
"""


@dataclass(frozen=True, slots=True)
class ClearingRow:
    """One gateway and currency in one month, in minor units; ``gateway`` is empty where documents name none.

    ``moved_minor`` is what the month added to what the gateway owes; a gateway whose payouts explain everything
    comes back to nothing when its last payments are settled.
    """

    gateway: str
    currency: str
    payments_minor: int
    refunds_minor: int
    fees_minor: int
    disputes_minor: int
    settled_minor: int
    explained_minor: int

    @property
    def moved_minor(self) -> int:
        """Payments less refunds, fees and disputes, less what was paid out and what was explained as a fee."""
        kept = self.refunds_minor + self.fees_minor + self.disputes_minor
        return self.payments_minor - kept - self.settled_minor - self.explained_minor


def clearing_of_month(*, entity: str, month: Month) -> tuple[ClearingRow, ...]:
    """Return what moved between learners, gateways and bank in ``month``, by gateway and currency, set-based.

    Its ``moved_minor`` add up to the month's movement of the clearing account (1050), where no opening balance and
    no manual correction moved it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [entity, month.start_on])
        given = {(row[0], row[1]): [int(value) for value in row[2:]] for row in cursor.fetchall()}
    paid = _paid_out(entity, month)
    return tuple(
        ClearingRow(*key, *given.get(key, [0, 0, 0, 0]), *paid.get(key, [0, 0]))
        for key in sorted(given.keys() | paid.keys())
    )


def _paid_out(entity: str, month: Month) -> Mapping[tuple[str, str], list[int]]:
    """By gateway and currency: what left clearing for the bank (or suspense), and what was explained as a fee."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for each in without_voided(filed_through(entity=entity, month=month)):
        facts = each.facts
        if each.counts_from != month.start_on:
            continue
        if isinstance(facts, SettlementReported):
            sums[facts.gateway, facts.currency][0] += facts.minor(facts.net) - facts.minor(facts.adjustments)
        elif isinstance(facts, SettlementDifferenceExplained):
            sums[facts.gateway, facts.currency][1] += facts.minor(facts.amount)
    return sums
