"""Internal-use software in the books: cost in development, put to use, amortized, given up (policy ``internal_use_software``).

Cost that the policy capitalizes stands in software in development until its project, or its module, is placed in
service; each placing is an asset of its own. What is not capitalized is research and development as incurred.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial

from stoa.kernel.money import exponent_of
from stoa.policies import internal_use_software as policy
from stoa.policies.kinds.frame import Balance, Family, Filed, documents_that_move
from stoa.policies.kinds.impairments import ImpairmentTested, Loss, losses
from stoa.policies.kinds.long_lived import Accounts, Gone, LongLived, register_of
from stoa.policies.kinds.manual_entries import CORPORATE
from stoa.policies.kinds.registers import Register, RegisterRow, last_day
from stoa.policies.kinds.software_documents import (
    SoftwareAbandoned,
    SoftwareCostIncurred,
    SoftwarePlaced,
    SoftwareProjectAuthorized,
)
from stoa.policies.straight_line import StraightLine

_ACCOUNTS = Accounts(
    held="software",
    worn="accumulated_software_amortization",
    expense="depreciation_in_cost_of_revenue",
    paid="software_in_development",
    addition="placement",
    payment="placement",
    wear="amortization",
)


_Document = SoftwareProjectAuthorized | SoftwareCostIncurred | SoftwarePlaced | SoftwareAbandoned


@dataclass(slots=True)
class _Project:
    """A project as its documents tell it, in order of effect."""

    name: str
    currency: str
    gate: Filed | None = None
    costs: list[Filed] = field(default_factory=list)
    placed: list[Filed] = field(default_factory=list)
    abandoned: list[Filed] = field(default_factory=list)

    def is_capitalized(self, cost: SoftwareCostIncurred) -> bool:
        return cost.is_capitalized(self.gate.facts.gate() if self.gate is not None else None)


@dataclass(slots=True)
class _Story:
    """What became of a project's capitalized cost: assets in use, write-offs, and what is in development still."""

    assets: list[LongLived] = field(default_factory=list)
    written_off: list[tuple[Filed, int]] = field(default_factory=list)
    impaired: list[Loss] = field(default_factory=list)
    open_minor: int = 0
    useless: list[Filed] = field(default_factory=list)


def balances(known: Sequence[Filed], day: date) -> Iterator[Balance]:
    """Cost in development and in use, amortization to cost of revenue, expense, what is owed and paid."""
    for project in _projects(known):
        for each in project.costs:
            facts: SoftwareCostIncurred = each.facts
            minor = facts.cost_minor()
            capitalized = project.is_capitalized(facts)
            account = "software_in_development" if capitalized else "research_and_development"
            yield _line(each, account, "addition" if capitalized else "accrual", minor)
            yield _line(
                each, "cash" if facts.paid == "cash" else facts.creditor_account, facts.payment, -minor
            )
        story = _story(project, known)
        for asset in story.assets:
            yield from asset.balances(day)
        for each, minor in story.written_off:
            yield _line(each, "software_in_development", "impairment", -minor)
            yield _line(each, "impairment", "impairment", minor)
        for loss in story.impaired:
            for account, minor in (("software_in_development", -loss.minor), ("impairment", loss.minor)):
                yield Balance(
                    *(loss.document, account, "impairment", project.currency, loss.on, minor),
                    segment=CORPORATE,
                )


def _line(filed: Filed, account: str, activity: str, minor: int) -> Balance:
    return Balance(
        *(filed.id, account, activity, filed.facts.currency, filed.effective_on, minor), segment=CORPORATE
    )


def _story(project: _Project, known: Sequence[Filed]) -> _Story:
    """Placings, losses and write-offs in order of their days; what came later on a day is placed with it."""
    lost = losses(known, "internal_use_software")
    story = _Story()
    held: dict[str, int] = defaultdict(int)  # in development, by module
    own = list(lost.get((project.name, project.currency), ()))
    events: list[Filed] = sorted(
        (*project.costs, *project.placed, *project.abandoned),
        key=lambda each: (each.effective_on, _RANK[type(each.facts)], each.facts.reference),
    )
    for each in events:
        while own and own[0].on < each.effective_on:
            _bear(own.pop(0), held, story)
        facts = each.facts
        if isinstance(facts, SoftwareCostIncurred):
            if project.is_capitalized(facts):
                held[facts.module or ""] += facts.cost_minor()
            continue
        modules = [facts.module] if facts.module is not None else list(held)
        minor = sum(held.pop(module, 0) for module in modules)
        if isinstance(facts, SoftwarePlaced):
            if minor:
                story.assets.append(
                    _asset(each, minor, project, lost.get((facts.reference, facts.currency), ()))
                )
            else:
                story.useless.append(each)
            continue
        if minor:
            story.written_off.append((each, minor))
        in_use = [
            index
            for index, asset in enumerate(story.assets)
            if asset.gone is None and facts.module in (None, _module_of(project, asset))
        ]
        for index in in_use:
            story.assets[index] = replace(
                story.assets[index], gone=Gone(document=each.id, on=each.effective_on)
            )
        if not minor and not in_use:
            story.useless.append(each)
    for loss in own:
        _bear(loss, held, story)
    story.open_minor = sum(held.values())
    return story


_RANK = {SoftwareCostIncurred: 0, SoftwarePlaced: 1, SoftwareAbandoned: 2}


def _bear(loss: Loss, held: dict[str, int], story: _Story) -> None:
    """Take a loss from what is in development, module by module, no more than there is."""
    left = loss.minor
    for module in sorted(held):
        part = min(left, held[module])
        held[module] -= part
        left -= part
    if loss.minor - left:
        story.impaired.append(Loss(loss.document, loss.on, loss.minor - left))


def _asset(each: Filed, minor: int, project: _Project, lost: Sequence[Loss]) -> LongLived:
    facts: SoftwarePlaced = each.facts
    cost = Fraction(minor, 10 ** exponent_of(facts.currency))
    name = facts.name or (project.gate.facts.name if project.gate is not None else project.name)
    return LongLived(
        document=each.id,
        reference=facts.reference,
        name=name,
        kind="software",
        currency=facts.currency,
        begun_on=facts.on,
        cost_minor=minor,
        line=StraightLine(cost, Fraction(0), facts.on, facts.life_months),
        accounts=_ACCOUNTS,
        losses=lost,
    )


def _module_of(project: _Project, asset: LongLived) -> str | None:
    module: str | None = next(each.facts.module for each in project.placed if each.id == asset.document)
    return module


def register(known: Sequence[Filed], day: date) -> Register:
    """Software in use, with the amortization of the years to come, and what each project has in development."""
    projects = [(project, _story(project, known)) for project in _projects(known)]
    used = register_of(FAMILY.name, (asset for _, story in projects for asset in story.assets), day)
    open_rows = tuple(
        RegisterRow(
            document=project.costs[0].id,
            reference=project.name,
            name=project.gate.facts.name if project.gate is not None else project.name,
            kind="in development",
            currency=project.currency,
            begun_on=project.costs[0].effective_on,
            cost_minor=story.open_minor,
            accumulated_minor=0,
            carrying_minor=story.open_minor,
            account="software_in_development",
        )
        for project, story in projects
        if story.open_minor and project.costs[0].effective_on <= last_day(day)
    )
    return replace(used, rows=(*used.rows, *open_rows))


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Projects with two gates, and placings or write-offs of nothing."""
    gates: dict[tuple[str, str], str] = {}
    for each in known:
        if isinstance(each.facts, SoftwareProjectAuthorized):
            key = each.facts.project, each.facts.currency
            if key in gates:
                yield f"{each.facts.reference} authorizes {each.facts.project!r} again, after {gates[key]}: void one of them"
            gates.setdefault(key, each.facts.reference)
    for project in _projects(known):
        for each in _story(project, known).useless:
            verb = "places" if isinstance(each.facts, SoftwarePlaced) else "gives up"
            yield (
                f"{each.facts.reference} {verb} {project.name!r}, of which nothing is capitalized by {each.facts.on}: "
                "file software_project_authorized and its software_cost_incurred, or void it"
            )


def _projects(known: Sequence[Filed]) -> list[_Project]:
    found: dict[tuple[str, str], _Project] = {}
    for each in known:
        facts = each.facts
        if not isinstance(facts, _Document):
            continue
        project = found.setdefault((facts.project, facts.currency), _Project(facts.project, facts.currency))
        if isinstance(facts, SoftwareProjectAuthorized):
            project.gate = project.gate or each
        elif isinstance(facts, SoftwareCostIncurred):
            project.costs.append(each)
        elif isinstance(facts, SoftwarePlaced):
            project.placed.append(each)
        elif isinstance(facts, SoftwareAbandoned):
            project.abandoned.append(each)
    return list(found.values())


FAMILY = Family(
    name="internal_use_software",
    version=policy.POLICY.version,
    kinds=(SoftwareProjectAuthorized, SoftwareCostIncurred, SoftwarePlaced, SoftwareAbandoned),
    sees=(ImpairmentTested,),
    balances=balances,
    active=partial(documents_that_move, balances),
    problems=problems,
    register=register,
)
