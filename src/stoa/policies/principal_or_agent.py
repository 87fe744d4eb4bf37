"""Principal or agent: gross or net revenue, as a recorded judgement (ASC 606-10-55-36 to 55-40)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from stoa.policies.facts import Amount, Facts, Price, Share, fact, refuse
from stoa.policies.frame import Explanation, Policy
from stoa.policies.grid import Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """Evidence on who controls the service before the customer does (55-39)."""

    controls_before_transfer: bool | None = fact(
        "Conclusion that the entity controls the good or service before transfer (55-37); left out: from the "
        "indicators.",
        default=None,
    )
    primarily_responsible: bool | None = fact(
        "Responsible for fulfilling the promise (55-39(a)).", default=None
    )
    inventory_risk: bool | None = fact(
        "Inventory risk before transfer or on return, such as recoupable advances (55-39(b)).", default=None
    )
    sets_price: bool | None = fact("Discretion in establishing the price (55-39(c)).", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One specified good or service; a contract may hold several, each judged alone (55-36A)."""

    id: str = fact("Name.", default="service")
    price: Amount = fact("What the customer pays for it, taxes excluded.", default=Fraction(0))
    commission_rate: Share | None = fact("Share of the price that the entity keeps.", default=None)
    fee: Price | None = fact("Fixed fee that the entity keeps, instead of a rate.", default=None)
    paid_to_supplier: Price | None = fact("What the entity pays to the other party, instead.", default=None)
    indicators: Indicators = fact("Evidence.", default=Indicators())
    evidence: tuple[str, ...] = fact(
        "Further facts on record, such as who sets the curriculum, admits, teaches and awards credit.",
        default=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts(Facts):
    """Sales with another party involved, and who judged them."""

    promises: tuple[Promise, ...] = fact("The specified goods or services.")
    judged_by: str | None = fact("Who made the judgement.", default=None)
    judged_on: date | None = fact("When.", default=None)


def decide(facts: AgencyFacts, explain: Explanation) -> dict[str, Any]:
    """Gross revenue for what the entity controls before transfer, its fee or commission for the rest."""
    grid = facts.grid
    if not facts.promises:
        raise refuse("promises", "name at least one good or service.")
    rows = []
    for index, each in enumerate(facts.promises):
        is_principal = _is_principal(each, f"promises[{index}]", explain)
        kept, paid = _kept(each, grid, is_principal, f"promises[{index}]")
        rows.append(
            {
                "id": each.id,
                "role": "principal" if is_principal else "agent",
                "presentation": "gross" if is_principal else "net",
                "revenue": grid.text(each.price if is_principal else kept),
                "cost_of_revenue": grid.text(paid if is_principal else Fraction(0)),
                "payable_to_supplier": grid.text(paid),
                "evidence": list(each.evidence),
            }
        )
        explain.step(
            "606-10-55-37B" if is_principal else "606-10-55-38",
            f"{each.id}: revenue is {rows[-1]['revenue']}, {rows[-1]['presentation']}.",
        )
    roles = {row["role"] for row in rows}
    return {
        "role": roles.pop() if len(roles) == 1 else "both",
        "presentation": "/".join(sorted({str(row["presentation"]) for row in rows})),
        "revenue": grid.text(sum((Fraction(str(row["revenue"])) for row in rows), Fraction(0))),
        "cost_of_revenue": grid.text(
            sum((Fraction(str(row["cost_of_revenue"])) for row in rows), Fraction(0))
        ),
        "promises": rows,
        "judged_by": facts.judged_by,
        "judged_on": None if facts.judged_on is None else str(facts.judged_on),
    }


def _is_principal(promise: Promise, path: str, explain: Explanation) -> bool:
    """Control decides; indicators only help to see it, and responsibility weighs most."""
    seen = promise.indicators
    if seen.controls_before_transfer is not None:
        verb = "controls" if seen.controls_before_transfer else "does not control"
        explain.step("606-10-55-37", f"{promise.id}: the entity {verb} it before the customer does.")
        return seen.controls_before_transfer
    given = {
        "primarily responsible": seen.primarily_responsible,
        "inventory risk": seen.inventory_risk,
        "sets the price": seen.sets_price,
    }
    if all(value is None for value in given.values()):
        raise refuse(
            f"{path}.indicators",
            "are missing: conclude on controls_before_transfer, or give the three indicators.",
        )
    speaking_for = [name for name, value in given.items() if value]
    explain.step(
        "606-10-55-39",
        f"{promise.id}: indicators of control are {', '.join(speaking_for) or 'none'} "
        f"(not so: {', '.join(name for name, value in given.items() if value is False) or 'none'}).",
    )
    if len(speaking_for) >= 2:
        return True
    return seen.primarily_responsible is True and seen.inventory_risk is not False


def _kept(promise: Promise, grid: Grid, is_principal: bool, path: str) -> tuple[Fraction, Fraction]:
    """What the entity keeps and what it owes to the other party."""
    given = [promise.commission_rate, promise.fee, promise.paid_to_supplier]
    if sum(value is not None for value in given) > 1:
        raise refuse(path, "give only one of commission_rate, fee and paid_to_supplier.")
    if promise.paid_to_supplier is not None:
        return promise.price - promise.paid_to_supplier, promise.paid_to_supplier
    if promise.commission_rate is not None:
        kept = grid.round(promise.price * promise.commission_rate)
        return kept, promise.price - kept
    if promise.fee is not None:
        return promise.fee, promise.price - promise.fee
    if not is_principal and promise.price:
        raise refuse(path, "an agent's revenue is its fee: give commission_rate, fee or paid_to_supplier.")
    return promise.price, Fraction(0)


POLICY = Policy(
    name="principal_or_agent",
    title="Principal or agent",
    standard="ASC 606-10-55",
    paragraphs=("606-10-55-36", "606-10-55-37", "606-10-55-37B", "606-10-55-38", "606-10-55-39"),
    requirements=("ACC-49", "ACC-50", "ACC-79"),
    note=(
        "For courses sold to consumers and enterprises the company controls the service before the customer does: "
        "it is responsible for providing it, carries inventory risk through recoupable advances and sets prices. "
        "Revenue is gross and partner fees are a cost. For degrees the university sets the curriculum, admits, "
        "teaches and awards credit: the company's customer is the university, and its revenue is the service fee."
    ),
    facts=AgencyFacts,
    outputs={
        "role": "principal, agent, or both in one contract",
        "presentation": "gross or net",
        "revenue": "revenue presented",
        "cost_of_revenue": "cost presented, for a principal",
        "promises": "per good or service: role, presentation, revenue, cost_of_revenue, payable_to_supplier",
        "judged_by": "as recorded",
        "judged_on": "as recorded",
    },
    decide=decide,
    example={
        "promises": [
            {"price": "100", "commission_rate": "0.10", "indicators": {"controls_before_transfer": False}}
        ]
    },
)
