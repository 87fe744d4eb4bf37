"""The main job on one course: import, audit, buy, study, pass, refund, and what the books say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.progress import track
from rich.table import Table

from stoa.access import api as access
from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.cli.demo_market.answers import Given, from_solution
from stoa.cli.demo_market.courses import read_demo_course
from stoa.commerce import api as commerce
from stoa.courseware import api as courseware
from stoa.credentials import api as credentials
from stoa.flows import checkout, enroll, import_course, posting, refunds, study
from stoa.kernel.identifiers import new_code
from stoa.kernel.money import Money, usd
from stoa.kernel.refusals import Refusal
from stoa.kernel.spans import Month, day_in
from stoa.learning import api as learning
from stoa.ledger import api as ledger
from stoa.people import api as people
from stoa.subledger import api as subledger

_CARD = commerce.Card("4242424242424242", 12, 2029, "123")
_PRICE = usd("49.00")


@dataclass(frozen=True, slots=True)
class MainJob:
    """What happened to one learner in one course. ``certificate_code`` is empty when none could be earned."""

    course_slug: str
    learner_email: str
    order: commerce.OrderRow
    units: int
    graded_problems: int
    earned: Decimal
    possible: Decimal
    certificate_code: str
    level_after: str


def main_job(path: Path, console: Console, *, site_url: str = "") -> MainJob:
    """Take a course file through everything once, with a new learner; prints each step and its facts.

    Raises ``UnusableArchive`` for a file that is no course; then nothing is stored.
    """
    teller = _Teller(console, (site_url or settings.SITE_URL).rstrip("/"))
    course, version = _import(path, teller)
    learner = _learner()
    teller.step("Audit", f"{learner.email} opens the course for free")
    enroll.audit(learner_id=learner.id, course_slug=course.slug, at=clock.now())
    teller.fact("access", access.level_of(learner_id=learner.id, course_id=course.id, at=clock.now()))
    order = _buy(course, learner, teller)
    outcome = _study(course, learner, version.id, teller)
    code = _certificate(course, learner, teller)
    _books(order, "Books after the sale", teller)
    order = _refund(course, learner, order, code, teller)
    _books(order, "Books after the refund", teller)
    level = access.level_of(learner_id=learner.id, course_id=course.id, at=clock.now())
    return MainJob(course.slug, learner.email, order, *outcome, code, level)


class _Teller:
    """Prints steps and, below them, their facts."""

    def __init__(self, console: Console, site_url: str) -> None:
        self.console, self.site_url = console, site_url

    def step(self, title: str, words: str) -> None:
        self.console.print(f"\n[bold]{title}[/bold]  {words}", soft_wrap=True)

    def fact(self, name: str, value: object) -> None:
        self.console.print(f"  {name:<16} {value}", soft_wrap=True)


def _import(path: Path, teller: _Teller) -> tuple[catalog.CourseRow, courseware.VersionRow]:
    teller.step("Import", str(path))
    with teller.console.status("Reading the course …"), read_demo_course(path) as parsed:
        imported = import_course.import_course(parsed, imported_at=clock.now(), price=_PRICE)
    counts = imported.version.counts
    teller.fact("course", f"{imported.course.title} ({teller.site_url}/courses/{imported.course.slug})")
    teller.fact(
        "version", f"{imported.version.number}{'' if imported.is_new else ' of a course known before'}"
    )
    teller.fact(
        "content",
        f"{counts.modules} modules, {counts.lessons} lessons, {counts.units} units, {counts.html} readings, "
        f"{counts.videos} videos, {counts.problems} problems, {counts.assets} files",
    )
    if imported.unsupported:
        kinds = ", ".join(sorted({block.type for block in imported.unsupported}))
        teller.fact("kept, unplayed", f"{len(imported.unsupported)} blocks ({kinds}), shown as notices")
    if imported.version.warnings:
        teller.fact("warnings", f"{len(imported.version.warnings)} (stoa import --report tells each)")
    return imported.course, imported.version


def _learner() -> people.PersonRow:
    return people.register_person(
        email=f"visitor-{new_code(groups=1, letters=8).lower()}@people.example",
        display_name="Vera Visitor",
        password=None,
        registered_at=clock.now(),
        country="US",
    )


def _buy(course: catalog.CourseRow, learner: people.PersonRow, teller: _Teller) -> commerce.OrderRow:
    offering = catalog.offering_of_course(course.id)
    now = clock.now()
    order = checkout.start(
        learner_id=learner.id,
        offering_id=offering.id,
        card=_CARD,
        idempotency_key=f"main-job-{learner.id}",
        country=learner.country,
        started_at=now,
    )
    teller.step("Purchase", f"order {order.number}, waiting for the gateway")
    told = checkout.deliver_in_process(at=now)
    order = commerce.get_order(order.id)
    teller.fact("gateway", f"{told} signed events; the order is {order.status}")
    teller.fact("price", _money(order.price_minor, order.currency))
    teller.fact("tax", f"{_money(order.tax_minor, order.currency)} ({order.tax_label or 'none'})")
    teller.fact("charged", f"{_money(order.total_minor, order.currency)}, receipt {order.receipt_number}")
    teller.fact("access until", _instant(order.access_until))
    teller.fact("refund until", _instant(order.refund_until))
    return order


def _study(
    course: catalog.CourseRow, learner: people.PersonRow, version_id: int, teller: _Teller
) -> tuple[int, int, Decimal, Decimal]:
    outline = courseware.outline(version_id)
    units = [unit for module in outline.modules for lesson in module.lessons for unit in lesson.units]
    teller.step("Study", f"{len(units)} units")
    earned, possible, problems, refused = Decimal(0), Decimal(0), 0, dict[str, int]()
    for unit in track(units, "  studying", console=teller.console, transient=True):
        study.complete_unit(learner_id=learner.id, course_slug=course.slug, unit_key=unit.key, at=clock.now())
        keys = learning.graded_keys(unit)
        if not keys:
            continue
        try:
            submitted = study.submit(
                learner_id=learner.id,
                course_slug=course.slug,
                unit_key=unit.key,
                answers=_right_answers(version_id, keys),
                at=clock.now(),
                honor_code_accepted=True,
            )
        except Refusal as refusal:
            refused[str(refusal)] = refused.get(str(refusal), 0) + 1
            continue
        problems += len(submitted.submissions)
        earned += sum((row.earned for row in submitted.submissions), Decimal(0))
        possible += sum((row.possible for row in submitted.submissions), Decimal(0))
    if problems:
        teller.fact(
            "graded work", f"{problems} problems, {earned.normalize():f} of {possible.normalize():f} points"
        )
    else:
        teller.fact("graded work", "none that Stoa can grade: every unit was marked as done")
    for words, count in refused.items():
        teller.fact("refused", f"{words} ({count} units)")
    return len(units), problems, earned, possible


def _right_answers(version_id: int, keys: tuple[str, ...]) -> Mapping[str, Given]:
    views = courseware.problems(version_id, keys)
    solutions = courseware.problem_solutions(version_id, keys)
    return {key: from_solution(views[key], solutions[key]) for key in keys}


def _certificate(course: catalog.CourseRow, learner: people.PersonRow, teller: _Teller) -> str:
    standing = learning.standing(learner_id=learner.id, course_id=course.id)
    progress = standing.progress
    teller.step("Result", f"{progress.done} of {progress.required} steps done")
    if progress.grade_book.is_graded:
        teller.fact("grade", f"{progress.grade:.0%}, pass mark {progress.pass_mark:.0%}")
    held = credentials.find_for_course(learner_id=learner.id, course_id=course.id)
    if held is None:
        teller.fact("certificate", f"not earned: {_why_not(progress)}")
        return ""
    teller.fact("certificate", f"{held.code}, issued to {held.holder_name}")
    teller.fact("verify", f"{teller.site_url}/verify/{held.code}")
    return held.code


def _why_not(progress: learning.ProgressRow) -> str:
    if progress.required == 0:
        return "the course has nothing to study"
    if progress.missing:
        return f"{len(progress.missing)} things are missing, first {progress.missing[0].title!r}"
    return "the grade is below the pass mark"


def _refund(
    course: catalog.CourseRow, learner: people.PersonRow, order: commerce.OrderRow, code: str, teller: _Teller
) -> commerce.OrderRow:
    now = clock.now()
    teller.step("Refund", "she changes her mind, within 14 days")
    refunds.refund_in_full(learner_id=learner.id, order_id=order.id, asked_at=now)
    checkout.deliver_in_process(at=now)
    order = commerce.get_order(order.id)
    teller.fact("order", f"{order.number} is {order.status}")
    teller.fact("money back", _money(order.total_minor, order.currency))
    teller.fact("access", access.level_of(learner_id=learner.id, course_id=course.id, at=now))
    if code:
        teller.fact("certificate", f"{code} is {credentials.get_by_code(code).status}; its page stays")
    return order


def _books(order: commerce.OrderRow, title: str, teller: _Teller) -> None:
    month = Month.of(day_in(clock.now(), settings.STOA_ENTITY_TIME_ZONE))
    documents = subledger.documents_of_order(order.number)
    teller.step(title, f"{len(documents)} documents filed: {', '.join(row.reference for row in documents)}")
    with teller.console.status("Posting …"):
        posting.post(through=month, posted_at=clock.now())
        batches = ledger.batch_rows(entity=settings.STOA_ENTITY, month=month)
        lines = ledger.contract_lines(
            batches,
            folder=posting.batch_folder(),
            documents=[row.id for row in documents],
        ).rows
    names = {account.code: account.name for account in ledger.chart_of_accounts()}
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + line.amount_minor
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading, justify in (
        (f"  {month} to its last day, this order", "left"),
        ("debit", "right"),
        ("credit", "right"),
    ):
        table.add_column(heading, justify=justify, header_style="dim")  # type: ignore[arg-type]
    for account, amount in sorted(sums.items()):
        sides = (_money(amount, order.currency), "") if amount >= 0 else ("", _money(-amount, order.currency))
        table.add_row(f"  {account} {names[account]}", *sides)
    teller.console.print(table)


def _money(amount_minor: int, currency: str) -> str:
    return f"{Money(amount_minor, currency).decimal:,f} {currency}"


def _instant(instant: datetime | None) -> str:
    return f"{instant:%-d %B %Y, %H:%M} UTC" if instant else ""
