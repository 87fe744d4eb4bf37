"""For the auditor: complete populations with control totals that tie to the ledger, and samples. Reads only."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stoa.flows import audit_samples
from stoa.flows.audit_samples import Picked
from stoa.kernel.refusals import Invalid
from stoa.kernel.spans import Period
from stoa.ledger import api as ledger
from stoa.subledger import api as subledger

RECEIPTS: Final = "receipts"
ENTRIES: Final = "entries"
MANUAL_ENTRIES: Final = "manual-entries"
DOCUMENTS: Final = "documents"
#: Populations and what they are; all but entries are source documents.
POPULATIONS: Final = {
    RECEIPTS: "what learners paid: receipts that count in the period",
    ENTRIES: "journal lines posted in the period",
    MANUAL_ENTRIES: "entries made by hand that count in the period",
    DOCUMENTS: "every source document that counts in the period",
}
_KIND_OF = {RECEIPTS: subledger.RECEIPT, MANUAL_ENTRIES: "manual_entry", DOCUMENTS: ""}

DOCUMENT_COLUMNS: Final = (
    *(
        "reference",
        "kind",
        "entity",
        "currency",
        "contract",
        "order",
        "customer",
        "product",
        "course",
        "partner",
    ),
    *("effective_on", "counts_from", "is_late", "recorded_at", "amount_minor", "facts"),
)
ENTRY_COLUMNS: Final = (
    *(
        "reference",
        "entry",
        "batch",
        "entry_on",
        "account",
        "account_name",
        "activity",
        "currency",
        "segment",
    ),
    *("product", "partner", "is_late", "belongs_from", "belongs_until", "amount_minor"),
)


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """What the population adds up to, beside the same taken from somewhere else; minor units or a count."""

    words: str
    population: int
    beside: int

    @property
    def difference(self) -> int:
        """Zero when the population is complete."""
        return self.population - self.beside


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample, and everything needed to choose it again. ``digest`` proves which population it was chosen from."""

    population: str
    period: Period
    method: str
    seed: str
    size: int
    currency: str
    population_count: int
    population_minor: int
    digest: str
    picked: tuple[Picked, ...]


def columns_of(population: str) -> tuple[str, ...]:
    """The columns of an extract."""
    _check(population)
    return ENTRY_COLUMNS if population == ENTRIES else DOCUMENT_COLUMNS


def rows_of(population: str, *, period: Period, entity: str) -> Iterator[dict[str, Any]]:
    """Every row of a population, by reference; read as it is asked for. Raises ``Invalid`` for an unknown one."""
    _check(population)
    if population == ENTRIES:
        for month in period.months:
            yield from map(_entry_row, ledger.lines(entity=entity, month=month))
        return
    for row in subledger.documents_counting(
        entity=entity, first=period.first, through=period.last, kind=_KIND_OF[population]
    ):
        yield _document_row(row)


class Totals:
    """Adds up a population while its rows go by, then compares the sums with the books."""

    def __init__(self, population: str, *, period: Period, entity: str) -> None:
        _check(population)
        self.population, self.period, self.entity = population, period, entity
        self.count = 0
        self._sums: dict[tuple[str, str], int] = defaultdict(int)

    def add(self, row: dict[str, Any]) -> dict[str, Any]:
        """Take a row into the totals, and give it back."""
        self.count += 1
        if self.population == ENTRIES:
            self._sums[row["account"], row["currency"]] += row["amount_minor"]
        elif row["kind"] == subledger.RECEIPT:
            self._sums["sales", row["currency"]] += _paid(row)
        return row

    def compare(self) -> tuple[ControlTotal, ...]:
        """Control totals beside what the ledger and the subledger say by themselves."""
        if self.population == ENTRIES:
            return (*self._accounts(), self._balance())
        return (self._documents(), *self._sales())

    def _accounts(self) -> Iterator[ControlTotal]:
        moved: dict[tuple[str, str], int] = defaultdict(int)
        for month in self.period.months:
            for row in ledger.balances(entity=self.entity, month=month):
                moved[row.account.code, row.currency] += row.closing_minor - row.opening_minor
        for code, currency in sorted(moved.keys() | self._sums.keys()):
            yield ControlTotal(
                f"Movement of {code} in {currency}, beside the trial balance",
                self._sums.get((code, currency), 0),
                moved.get((code, currency), 0),
            )

    def _balance(self) -> ControlTotal:
        return ControlTotal("Debits less credits", sum(self._sums.values()), 0)

    def _documents(self) -> ControlTotal:
        kind = _KIND_OF[self.population]
        beside = sum(
            subledger.list_documents(entity=self.entity, month=month, kind=kind, page_size=1).total
            for month in self.period.months
        )
        return ControlTotal("Documents, beside the count of those filed", self.count, beside)

    def _sales(self) -> Iterator[ControlTotal]:
        """What learners paid, beside what the ledger took up as sales, fees of the processor included."""
        if self.population not in (RECEIPTS, DOCUMENTS):
            return
        sold: dict[str, int] = defaultdict(int)
        for code in _PAID_INTO:
            for moved in ledger.sums(entity=self.entity, through=self.period.last, account=code):
                if moved.activity == "sale" and self.period.first <= moved.month:
                    sold[moved.currency] += moved.amount_minor
        for currency in sorted(sold.keys() | {currency for _, currency in self._sums}):
            yield ControlTotal(
                f"Paid in {currency}, beside the ledger's sales",
                self._sums.get(("sales", currency), 0),
                sold[currency],
            )


#: Where a sale puts the money that the learner paid: what the processor owes, and what it keeps of it.
_PAID_INTO = ("1050", "5100")


def sample(
    population: str, *, period: Period, entity: str, size: int, seed: str, method: str, currency: str
) -> Sample:
    """Choose ``size`` rows by ``seed``: ``random``, or by ``amount`` (monetary units of one currency)."""
    choose = {"random": audit_samples.at_random, "amount": audit_samples.by_amount}.get(method)
    if choose is None:
        raise Invalid(f"{method!r} is no method; choose random or amount.")
    items = [
        (row["reference"], row["amount_minor"] or 0)
        for row in rows_of(population, period=period, entity=entity)
        if row["currency"] == currency
    ]
    return Sample(
        population=population,
        period=period,
        method=method,
        seed=seed,
        size=size,
        currency=currency,
        population_count=len(items),
        population_minor=sum(amount for _, amount in items),
        digest=audit_samples.digest_of(items),
        picked=choose(items, size=size, seed=seed),
    )


def _check(population: str) -> None:
    if population not in POPULATIONS:
        raise Invalid(f"There is no population {population!r}; known are {', '.join(POPULATIONS)}.")


def _paid(row: dict[str, Any]) -> int:
    facts = json.loads(row["facts"])
    price, tax, credit = (facts.get(name) or 0 for name in ("price_minor", "tax_minor", "credit_used_minor"))
    return int(price) + int(tax) - int(credit)


def _document_row(row: subledger.DocumentRow) -> dict[str, Any]:
    values: Sequence[Any] = (
        *(
            row.reference,
            row.kind,
            row.entity,
            row.currency,
            row.contract,
            row.order,
            row.customer,
            row.product,
        ),
        *(row.course, row.partner, row.effective_on, row.counts_from, row.is_late, row.recorded_at),
        *(subledger.amount_minor_of(row), json.dumps(dict(row.facts), sort_keys=True, default=str)),
    )
    return dict(zip(DOCUMENT_COLUMNS, values, strict=True))


def _entry_row(line: ledger.LineRow) -> dict[str, Any]:
    values: Sequence[Any] = (
        *(f"{line.entry_reference}/{line.id}", line.entry_reference, line.batch_number, line.entry_on),
        *(line.account, line.account_name, line.activity, line.currency, line.segment, line.product),
        *(line.partner, line.is_late, line.belongs_from, line.belongs_until, line.amount_minor),
    )
    return dict(zip(ENTRY_COLUMNS, values, strict=True))
