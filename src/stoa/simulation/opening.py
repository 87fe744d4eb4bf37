"""The balance sheet that a company begins its quarter with: what earlier documents explain, and what the shape says."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from stoa.kernel.spans import Month
from stoa.policies.engine import balance_cuts
from stoa.policies.grid import number_text
from stoa.policies.kinds import listed
from stoa.policies.kinds.frame import Filed
from stoa.policies.registry import ACCOUNT_CODES
from stoa.simulation.data import Row, Standing
from stoa.simulation.shape import Shape

#: What earlier documents say of these is not the whole: the shape says it, or it was settled before.
_NOT_FROM_DOCUMENTS = frozenset(
    ACCOUNT_CODES[name] for name in ("cash", "money_market_funds", "accrued_compensation", "accounts_payable")
)

_UNREALIZED = ACCOUNT_CODES["other_comprehensive_income_on_securities"]


def make_opening(shape: Shape, consumer: Standing, rows: Iterable[Row]) -> Row:
    """The opening of the books on the first day of the quarter.

    What the policies make of the earlier documents stands in the balance sheet; cash and capital are the shape's, and
    what is left over are the losses (or earnings) of earlier years.
    """
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for account, segment, product, minor in _of_documents(shape, rows):
        sums[account, segment, product] += minor
    for name, minor in (
        ("processor_clearing", consumer.clearing_minor),
        ("sales_tax_payable", -consumer.tax_minor),
    ):
        sums[ACCOUNT_CODES[name], "Consumer", ""] += minor
    for product, minor in consumer.deferred_minor.items():
        sums[ACCOUNT_CODES["contract_liability"], "Consumer", product] -= minor
    corporate = shape.corporate
    cash, funds = int(corporate.cash * 100), int(corporate.money_market * 100)
    for name, minor in (
        ("cash", cash - funds),
        ("money_market_funds", funds),
        ("additional_paid_in_capital", -int(corporate.paid_in * 100)),
    ):
        sums[ACCOUNT_CODES[name], "Corporate", ""] += minor
    sums[ACCOUNT_CODES["retained_earnings"], "Corporate", ""] -= sum(sums.values())
    return {
        "kind": "opening_balance",
        "reference": f"{shape.entity}:opening",
        "entity": shape.entity,
        "on": str(shape.start_on),
        "source": "simulation",
        "shares_outstanding": number_text(corporate.shares),
        "lines": [
            {
                "account": account,
                "debit" if minor > 0 else "credit": number_text(Fraction(abs(minor), 100)),
                "segment": segment,
                **({"product": product} if product else {}),
            }
            for (account, segment, product), minor in sorted(sums.items())
            if minor
        ],
    }


def _of_documents(shape: Shape, rows: Iterable[Row]) -> Iterable[tuple[str, str, str, int]]:
    """What the policies put into assets and liabilities by the first day, from the documents of the days before."""
    documents: list[Filed] = []
    for row in rows:
        facts = listed.read(row["kind"], {name: value for name, value in row.items() if name != "kind"})
        effective_on = facts.place().effective_on
        if effective_on < shape.start_on:
            documents.append(Filed(len(documents) + 1, effective_on, Month.of(effective_on).start_on, facts))
    for line in listed.lines(documents, balance_cuts(shape.start_on, counts_until=shape.start_on)):
        account, segment, product, minor = line[1], line[4], line[5], line[-1]
        if (account[0] in "12" or account == _UNREALIZED) and account not in _NOT_FROM_DOCUMENTS:
            yield account, segment or "Corporate", product, minor
