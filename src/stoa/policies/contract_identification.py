"""Whether a contract exists, and what to do with money received when none does (ASC 606-10-25-1 to 25-8)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Facts, Price, Share, fact
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Evidence on the customer's ability and intention to pay (ACC-36)."""

    is_probable: bool | None = fact("The judgement; left out: from the figures below.", default=None)
    paid_in_advance: bool = fact(
        "Payment is captured before service begins, as with consumers.", default=False
    )
    probability: Share | None = fact("Estimated probability of collecting what is expected.", default=None)
    probable_from: Share = fact("The probability that counts as probable.", default=Fraction(3, 4))
    invoices_paid: int = fact("Past invoices of the customer that were paid.", default=0)
    invoices_due: int = fact("Past invoices of the customer that fell due.", default=0)
    evidence: tuple[str, ...] = fact("Credit reports and financial data on record.", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts(Facts):
    """An agreement with a customer, at inception or when circumstances change."""

    is_approved: bool = fact("Approved, and both parties are committed (25-1(a)).", default=True)
    rights_are_identified: bool = fact("Each party's rights can be identified (25-1(b)).", default=True)
    payment_terms_are_identified: bool = fact("Payment terms can be identified (25-1(c)).", default=True)
    has_commercial_substance: bool = fact("The agreement has commercial substance (25-1(d)).", default=True)
    collection: Collection = fact("Collectability (25-1(e)).", default=Collection())
    stated_price: Price = fact("Price stated for the services to be transferred.", default=Fraction(0))
    expected_price_concession: Price = fact(
        "Part of the price the entity will not insist on: variable consideration, judged before collectability "
        "(25-1(e), 32-7).",
        default=Fraction(0),
    )
    received: Price = fact("Consideration received so far.", default=Fraction(0))
    is_nonrefundable: bool = fact("What was received cannot be claimed back.", default=False)
    is_terminated: bool = fact("The agreement has been ended.", default=False)
    has_remaining_obligations: bool = fact("The entity still has to transfer something.", default=True)
    has_received_substantially_all: bool = fact(
        "All, or substantially all, consideration was received.", default=False
    )
    has_stopped_transferring: bool = fact(
        "Control was transferred for what was paid, the entity stopped, and owes nothing more (25-7(c)).",
        default=False,
    )
    was_a_contract: bool = fact(
        "Judged before to be a contract; reassessed only on a significant change (25-5).", default=False
    )
    has_changed_significantly: bool = fact("Facts have changed significantly since (25-5).", default=False)
    recognized_before: Price = fact("Revenue recognized before a reassessment.", default=Fraction(0))


def decide(facts: ContractFacts, explain: Explanation) -> dict[str, Any]:
    """Five criteria make a contract; without one, money received is a liability until 25-7 releases it."""
    grid = facts.grid
    expected = facts.stated_price - facts.expected_price_concession
    if facts.expected_price_concession:
        explain.step(
            "606-10-32-7", f"An implicit price concession leaves {grid.text(expected)} to be collected."
        )
    if facts.was_a_contract and not facts.has_changed_significantly:
        explain.step("606-10-25-5", "A contract before, and nothing significant has changed: still one.")
        failing: list[str] = []
    else:
        failing = _failing(facts, explain)
    is_contract = not failing
    values: dict[str, Any] = {
        "is_contract": is_contract,
        "failed_criteria": failing,
        "expected_consideration": grid.text(expected),
    }
    if is_contract:
        explain.step("606-10-25-1", "All five criteria are met: the contract is accounted for.")
        return values | {
            "revenue_from_receipts": grid.text(Fraction(0)),
            "deposit_liability": grid.text(Fraction(0)),
        }
    if facts.was_a_contract:
        explain.step(
            "606-10-25-5",
            f"No longer a contract: nothing more is recognized; {grid.text(facts.recognized_before)} of revenue "
            "stands, and its receivable is tested for credit loss (326-20).",
        )
    released = facts.is_nonrefundable and (
        (not facts.has_remaining_obligations and facts.has_received_substantially_all)
        or facts.is_terminated
        or facts.has_stopped_transferring
    )
    if released:
        explain.step(
            "606-10-25-7", f"{grid.text(facts.received)} is nonrefundable and nothing is owed: revenue."
        )
    else:
        explain.step(
            "606-10-25-8", f"{grid.text(facts.received)} is a liability until 25-7 or a contract releases it."
        )
    free = facts.received - facts.recognized_before if facts.was_a_contract else facts.received
    free = max(free, Fraction(0))
    return values | {
        "revenue_from_receipts": grid.text(free if released else Fraction(0)),
        "deposit_liability": grid.text(Fraction(0) if released else free),
    }


def _failing(facts: ContractFacts, explain: Explanation) -> list[str]:
    criteria = {
        "approval": facts.is_approved,
        "rights": facts.rights_are_identified,
        "payment_terms": facts.payment_terms_are_identified,
        "commercial_substance": facts.has_commercial_substance,
        "collectability": _is_collectable(facts.collection, explain),
    }
    return [name for name, is_met in criteria.items() if not is_met]


def _is_collectable(collection: Collection, explain: Explanation) -> bool:
    if collection.is_probable is not None:
        said = "probable" if collection.is_probable else "not probable"
        explain.step("606-10-25-1(e)", f"Collection is judged {said}.")
        return collection.is_probable
    if collection.paid_in_advance:
        explain.step("606-10-25-1(e)", "Paid before service begins: collection is certain.")
        return True
    probability = collection.probability
    if probability is None and collection.invoices_due:
        probability = Fraction(collection.invoices_paid, collection.invoices_due)
    if probability is None:
        explain.step("606-10-25-1(e)", "No evidence on collection is on record: not probable.")
        return False
    is_probable = probability >= collection.probable_from
    explain.step(
        "606-10-25-1(e)",
        f"Collection of what is expected has a probability of {number_text(probability, 4)}: "
        f"{'probable' if is_probable else 'not probable'} (from {number_text(collection.probable_from, 4)}).",
    )
    return is_probable


POLICY = Policy(
    name="contract_identification",
    title="Contracts with customers and collectability",
    standard="ASC 606-10-25",
    paragraphs=(
        "606-10-25-1",
        "606-10-25-1(e)",
        "606-10-25-5",
        "606-10-25-7",
        "606-10-25-8",
        "606-10-32-7",
    ),
    requirements=("ACC-35", "ACC-36"),
    note=(
        "A contract exists when it is approved, rights and payment terms are identified, it has commercial "
        "substance, and collection is probable from payment experience, credit and financial data. Consumers pay "
        "in advance."
    ),
    facts=ContractFacts,
    outputs={
        "is_contract": "whether the agreement is accounted for as a contract",
        "failed_criteria": "criteria that are not met",
        "expected_consideration": "price less an implicit concession",
        "revenue_from_receipts": "received amounts that are revenue without a contract (25-7)",
        "deposit_liability": "received amounts that are a liability (25-8)",
    },
    decide=decide,
    example={
        "stated_price": "1000000",
        "received": "50000",
        "is_nonrefundable": True,
        "collection": {"is_probable": False},
    },
)
