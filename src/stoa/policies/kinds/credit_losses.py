"""The allowance for credit losses: estimated by age, charged by write-offs, filled by expense (policy ``credit_losses``).

An estimate holds from its day until the next one in its currency. On any day the allowance is the estimate applied to
what is open then; the expense is what brings it there, so the roll-forward (provision, write-offs, recoveries) is in
the journal's own lines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar

from stoa.kernel.money import exponent_of
from stoa.policies import credit_losses as policy
from stoa.policies.facts import Number, Price, Quantity, fact, refuse
from stoa.policies.frame import Explanation
from stoa.policies.kinds import seat_contracts
from stoa.policies.kinds.frame import Balance, DocumentFacts, Family, Filed, Place, documents_that_move
from stoa.policies.kinds.functions import CashAccount
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.receivables import (
    KINDS,
    USUAL_CLASSES,
    Aging,
    CustomerRelated,
    OpenItem,
    ReceivableWrittenOff,
    age,
    groups,
    open_items,
)
from stoa.policies.kinds.registers import Figure, Register, RegisterRow
from stoa.policies.registry import ACCOUNT_CODES

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificAllowance:
    """A customer, or one invoice, judged alone."""

    customer: str | None = fact("Customer whose receivables are all judged alone; or invoice.", default=None)
    invoice: str | None = fact("Reference of the invoice.", default=None)
    expected_collection: Price = fact("What is expected to be collected of it.", default=_ZERO)
    reason: str = fact("On what evidence.", default="judged by its own risk")

    @property
    def name(self) -> str:
        """What it is about."""
        return self.customer or self.invoice or ""

    def takes(self, item: OpenItem) -> bool:
        """Whether it judges an invoice."""
        return item.reference == self.invoice if self.customer is None else item.customer == self.customer


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceEstimated(DocumentFacts):
    """How much of what customers owe will not be collected: rates by age, and receivables judged alone."""

    kind: ClassVar[str] = "allowance_estimated"
    title: ClassVar[str] = "Allowance for credit losses estimated"

    on: date = fact("Day from which the estimate holds, until the next one in its currency.")
    buckets: tuple[policy.Bucket, ...] = fact("Classes by days past due, with their loss rates.")
    forecast_multiplier: Quantity = fact("Adjustment of all rates for forecasts.", default=Fraction(1))
    forecast_addition: Number = fact("Or an addition to each rate, before the multiplier.", default=_ZERO)
    unbilled_rate: Quantity = fact("Loss rate of contract assets, which are not due yet.", default=_ZERO)
    specific: tuple[SpecificAllowance, ...] = fact("Receivables judged alone.", default=())
    terms_days: int = fact("Days after which an invoice without a due day is due.", default=30)
    basis: str = fact("History, conditions and forecasts it rests on.", default="history and conditions")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.buckets:
            raise refuse("buckets", "is missing: give classes by days past due with their loss rates.")
        for index, bucket in enumerate(self.buckets):
            if bucket.balance:
                raise refuse(f"buckets[{index}].balance", "is not given here: it comes from the invoices.")
            if bucket.days_from is None and bucket.days_to is None:
                raise refuse(f"buckets[{index}].days_from", "is missing: which days past due does it take?")
        for index, each in enumerate(self.specific):
            if (each.customer is None) == (each.invoice is None):
                raise refuse(f"specific[{index}]", "needs either a customer or an invoice.")
        names = [each.name for each in self.specific]
        if len(set(names)) < len(names):
            raise refuse("specific", "must name each customer and each invoice once.")
        if not 0 <= self.terms_days <= 365:
            raise refuse("terms_days", "must be between 0 and 365.")
        if self.unbilled_rate > 1:
            raise refuse("unbilled_rate", "must be a share between 0 and 1.")
        self.allowance((), 0, self.on)

    def place(self) -> Place:
        return Place(self.on, "allowance for credit losses")

    def allowance(self, items: Sequence[OpenItem], unbilled_minor: int, day: date) -> int:
        """The allowance at the beginning of ``day``, by the policy; what no class takes is not in it."""
        return self.minor(Fraction(self.estimate(items, unbilled_minor, day)["allowance"]))

    def estimate(self, items: Sequence[OpenItem], unbilled_minor: int, day: date) -> dict[str, Any]:
        """What the policy concludes on the receivables that are open at the beginning of ``day``."""
        scale = 10 ** exponent_of(self.currency)
        through = day - timedelta(days=1)
        pooled, specific = self._apart(items)
        return policy.decide(
            policy.CreditLossFacts(
                currency=self.currency,
                buckets=self.buckets,
                invoices=tuple(
                    policy.Invoice(
                        reference=item.reference,
                        amount=Fraction(item.open_minor, scale),
                        due_on=item.due_on,
                    )
                    for item in pooled
                    if policy.age_class(self.buckets, item.days_past_due(day)) is not None
                ),
                through=through,
                forecast_multiplier=self.forecast_multiplier,
                forecast_addition=self.forecast_addition,
                specific=specific,
                pools=(
                    policy.Pool(
                        name="unbilled",
                        method="loss_rate",
                        balance=Fraction(max(unbilled_minor, 0), scale),
                        loss_rate=self.unbilled_rate,
                    ),
                ),
            ),
            Explanation(),
        )

    def _apart(self, items: Sequence[OpenItem]) -> tuple[list[OpenItem], tuple[policy.Specific, ...]]:
        """Receivables of the pool, and those judged alone."""
        scale = 10 ** exponent_of(self.currency)
        pooled = [item for item in items if item.open_minor and item.currency == self.currency]
        alone = []
        for each in self.specific:
            mine = [item for item in pooled if each.takes(item)]
            pooled = [item for item in pooled if not each.takes(item)]
            open_minor = max(sum(item.open_minor for item in mine), 0)
            alone.append(
                policy.Specific(
                    customer=each.name,
                    balance=Fraction(open_minor, scale),
                    expected_collection=each.expected_collection,
                )
            )
        return pooled, tuple(alone)

    def not_covered(self, items: Sequence[OpenItem], day: date) -> list[OpenItem]:
        """Open invoices of the pool that no class takes."""
        pooled, _ = self._apart(items)
        return [item for item in pooled if policy.age_class(self.buckets, item.days_past_due(day)) is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableRecovered(DocumentFacts):
    """Money came in for a receivable that was written off, without its invoice being named by cash_received."""

    kind: ClassVar[str] = "receivable_recovered"
    title: ClassVar[str] = "Receivable recovered"

    invoice: str = fact("Reference of the invoice that was written off.")
    on: date = fact("Day on which the money was there.")
    amount: Price = fact("Amount.")
    paid_into: CashAccount = fact("Account it came to.", default="cash")

    def __post_init__(self) -> None:
        DocumentFacts.__post_init__(self)
        if not self.minor(self.amount):
            raise refuse("amount", "must be more than 0.")

    def place(self) -> Place:
        return Place(self.on, self.invoice, "", seat_contracts.PRODUCT)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """The allowance with its expense, write-offs and recoveries."""
    in_force = _in_force(known)
    charged: dict[str, int] = {}
    for each, entries in _charges(known):
        for account, activity, minor in entries:
            if account == "receivable_allowance":
                charged[each.facts.currency] = charged.get(each.facts.currency, 0) + minor
            is_pooled = account in ("receivable", "cash")
            yield Balance(
                *(each.id, account, activity, each.facts.currency, each.effective_on, minor),
                segment=seat_contracts.SEGMENT if is_pooled else CORPORATE,
                product=seat_contracts.PRODUCT if is_pooled else "",
            )
    for currency, estimate in in_force.items():
        facts: AllowanceEstimated = estimate.facts
        items = open_items(known, terms_days=facts.terms_days)
        allowance = facts.allowance(items, _unbilled(known, facts, day), day)
        provision = allowance + charged.get(currency, 0)
        for account, minor in (("receivable_allowance", -provision), ("credit_loss_expense", provision)):
            yield Balance(
                *(estimate.id, account, "provision", currency, estimate.effective_on, minor),
                segment=CORPORATE,
            )


def _charges(known: Sequence[Filed]) -> Iterator[tuple[Filed, list[tuple[str, str, int]]]]:
    """Write-offs, recoveries, and payments that came in for what had been written off."""
    has_losses = any(isinstance(each.facts, ReceivableWrittenOff) for each in known)
    items = open_items(known) if has_losses else ()
    recovered = {(item.reference, item.currency): item.recovered_minor for item in items}
    there = set(recovered)
    for each in known:
        facts = each.facts
        if isinstance(facts, ReceivableWrittenOff):
            lost = facts.minor(facts.amount)
            key = facts.invoice, facts.currency
            back = recovered.pop(key, 0)
            written_off = "receivable" if key in there else "suspense"  # until its invoice comes
            entries = [("receivable_allowance", "write_off", lost), (written_off, "write_off", -lost)]
            entries += [("receivable_allowance", "recovery", -back), ("receivable", "recovery", back)]
            yield each, entries
        elif isinstance(facts, ReceivableRecovered):
            amount = facts.minor(facts.amount)
            yield (
                each,
                [(facts.paid_into, "recovery", amount), ("receivable_allowance", "recovery", -amount)],
            )


def _in_force(known: Sequence[Filed]) -> dict[str, Filed]:
    """The last estimate of each currency."""
    return {each.facts.currency: each for each in known if isinstance(each.facts, AllowanceEstimated)}


def _unbilled(known: Sequence[Filed], facts: AllowanceEstimated, day: date) -> int:
    """Contract assets on a day; only measured where the estimate has a rate for them."""
    if not facts.unbilled_rate:
        return 0
    theirs = [each for each in known if isinstance(each.facts, seat_contracts.FAMILY.kinds)]
    return sum(
        each.amount_minor
        for each in seat_contracts.balances(theirs, day)
        if each.account == "contract_asset" and each.currency == facts.currency
    )


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Receivables that no estimate covers, and write-offs and recoveries of something else."""
    in_force = _in_force(known)
    items = open_items(known)
    there = {(item.reference, item.currency): item for item in items}
    for estimate in in_force.values():
        facts: AllowanceEstimated = estimate.facts
        for item in facts.not_covered(open_items(known, terms_days=facts.terms_days), day):
            yield (
                f"{item.reference} is {max(item.days_past_due(day), 0)} days past due and no class of {facts.reference} "
                "takes it; file an allowance_estimated whose classes do"
            )
    for currency in sorted({item.currency for item in items if item.open_minor > 0} - in_force.keys()):
        yield (
            f"receivables in {currency} have no allowance: file allowance_estimated in {currency}, with loss rates by age"
        )
    yield from _problems_with_charges(known, there, in_force)
    yield from _problems_with_groups(known)


def _problems_with_charges(
    known: Sequence[Filed], there: dict[tuple[str, str], OpenItem], in_force: dict[str, Filed]
) -> Iterator[str]:
    written_off = {
        (each.facts.invoice, each.facts.currency)
        for each in known
        if isinstance(each.facts, ReceivableWrittenOff)
    }
    for key in sorted(written_off & there.keys()):
        item = there[key]
        if item.written_off_minor > max(item.amount_minor, 0):
            yield f"more was written off of {item.reference} than it was for; void one of its write-offs"
    for each in known:
        facts = each.facts
        if isinstance(facts, ReceivableWrittenOff):
            if (facts.invoice, facts.currency) not in there:
                yield f"{facts.reference} writes off {facts.invoice!r}, which is not filed in {facts.currency}"
            if facts.currency not in in_force:
                yield f"{facts.reference} charges an allowance that nobody estimated; file allowance_estimated"
        elif isinstance(facts, ReceivableRecovered) and (facts.invoice, facts.currency) not in written_off:
            yield f"{facts.reference} recovers {facts.invoice!r}, which was not written off; file cash_received"


def _problems_with_groups(known: Sequence[Filed]) -> Iterator[str]:
    latest = {each.facts.group: each.facts for each in known if isinstance(each.facts, CustomerRelated)}
    of: dict[str, str] = {}
    for group, facts in latest.items():
        for customer in facts.customers:
            if of.setdefault(customer, group) != group:
                yield f"{facts.reference} puts {customer!r} into {group!r}, but it belongs to {of[customer]!r}"


def aging_of(known: Sequence[Filed], day: date) -> Aging:
    """The aging statement, in the classes of the estimate in force (the usual ones without any)."""
    in_force = list(_in_force(known).values())
    facts: AllowanceEstimated | None = in_force[0].facts if in_force else None
    items = open_items(known, terms_days=facts.terms_days) if facts else open_items(known)
    return age(items, facts.buckets if facts else USUAL_CLASSES, day, group_of=groups(known))


def register(known: Sequence[Filed], day: date) -> Register:
    """Every open invoice, and the allowance by currency."""
    rows = tuple(
        RegisterRow(
            document=item.document,
            reference=item.reference,
            name=item.customer,
            kind="invoice",
            currency=item.currency,
            begun_on=item.invoiced_on,
            cost_minor=item.amount_minor,
            accumulated_minor=item.amount_minor - item.open_minor,
            carrying_minor=item.open_minor,
            end_on=item.due_on,
            account=ACCOUNT_CODES["receivable"],
        )
        for item in open_items(known)
        if item.open_minor
    )
    figures = []
    for currency, estimate in sorted(_in_force(known).items()):
        facts: AllowanceEstimated = estimate.facts
        items = open_items(known, terms_days=facts.terms_days)
        allowance = facts.allowance(items, _unbilled(known, facts, day), day)
        figures.append(Figure(words="Allowance for credit losses", currency=currency, amount_minor=allowance))
    return Register(family=FAMILY.name, day=day, rows=rows, figures=tuple(figures))


FAMILY = Family(
    name="credit_losses",
    version=policy.POLICY.version,
    kinds=(AllowanceEstimated, ReceivableWrittenOff, ReceivableRecovered, CustomerRelated),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    sees=(*KINDS, *(kind for kind in seat_contracts.FAMILY.kinds if kind not in KINDS)),
    register=register,
)
