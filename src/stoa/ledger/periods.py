"""What is done to a month: soft close, lock, and permits for single documents while it is soft closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from stoa.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from stoa.kernel.spans import Month
from stoa.ledger.commands import PeriodClosed, hold_period_gate
from stoa.ledger.data import CLOSED, OPEN, SOFT, PeriodRow, PermitRow
from stoa.ledger.models import AdjustmentPermit, FiscalPeriod
from stoa.ledger.queries import get_period
from stoa.ledger.seals import permit_row, seal_of_period
from stoa.people import api as people

_LONGEST_REASON = 500


class NotSoftClosed(Conflict):
    """Adjustments are allowed in a soft closed month alone."""

    code = "not_soft_closed"


def lock_softly(
    *,
    entity: str,
    month: Month,
    closed_at: datetime,
    closed_by: str,
    checks: Sequence[Mapping[str, Any]],
    tie_outs: Mapping[str, Any],
) -> PeriodRow:
    """Let only documents that a controller allows by name count in a month from now on. Raises ``PeriodClosed``."""
    with transaction.atomic():
        period = hold_period(entity, month)
        if period.status != OPEN:
            raise PeriodClosed(f"{month} is closed already.")
        period.status = SOFT
        period.soft_closed_at = closed_at
        period.soft_closed_by = closed_by
        period.checks = list(checks)
        period.tie_outs = dict(tie_outs)
        period.save()
    return get_period(entity=entity, month=month)


def lock_period(
    *,
    entity: str,
    month: Month,
    closed_at: datetime,
    closed_by: str,
    checks: Sequence[Mapping[str, Any]],
    tie_outs: Mapping[str, Any],
) -> PeriodRow:
    """Lock a month and seal it: the hash of the chain so far, the checks, what tied out, and the month's history.

    Raises ``PeriodClosed`` when it is locked already.
    """
    with transaction.atomic():
        period = hold_period(entity, month)
        if period.status == CLOSED:
            raise PeriodClosed(f"{month} is closed already (sealed {period.seal[:12]}).")
        period.status = CLOSED
        period.closed_at = closed_at
        period.closed_by = closed_by
        period.checks = list(checks)
        period.tie_outs = dict(tie_outs)
        period.seal = seal_of_period(period)
        period.save()
    return get_period(entity=entity, month=month)


def allow_adjustment(
    *, entity: str, month: Month, reference: str, reason: str, allowed_by: int, allowed_at: datetime
) -> PermitRow:
    """Let the document ``reference``, not filed yet, count in a soft closed month. Allowing twice changes nothing.

    Raises ``NotSoftClosed``, ``NotAllowed`` and ``Invalid``.
    """
    reason = checked_reason(reason)
    reference = reference.strip()
    if not 0 < len(reference) <= 200 or "\x00" in reference:
        raise Invalid(
            "Name the reference of the document to allow.", fields={"reference": "must not be empty"}
        )
    require_controller(allowed_by)
    with transaction.atomic():
        hold_period_gate(entity)
        period = hold_period(entity, month)
        if period.status != SOFT:
            state = "open: every document of it counts" if period.status == OPEN else "locked"
            raise NotSoftClosed(f"{month} is {state}. Adjustments are allowed in a soft closed month.")
        permit, _ = AdjustmentPermit.objects.get_or_create(
            period=period,
            reference=reference,
            defaults={"reason": reason, "allowed_by_id": allowed_by, "allowed_at": allowed_at},
        )
    return permit_row(permit, month)


def hold_period(entity: str, month: Month) -> FiscalPeriod:
    """Return the row of a month, held until the transaction ends. Raises ``NotFound``."""
    assert connection.in_atomic_block, "a row is held until the transaction ends"
    period = FiscalPeriod.objects.select_for_update().filter(entity=entity, month=month.start_on).first()
    if period is None:
        raise NotFound(f"The books of {entity} do not know {month} yet: nothing was posted in it.")
    return period


def require_controller(user_id: int) -> None:
    """Refuse (``NotAllowed``) whoever does not hold the role controller."""
    if people.CONTROLLER not in people.roles_of(user_id):
        person = people.get_person(user_id)
        raise NotAllowed(f"{person.email} does not hold the role controller. An operator can grant it.")


def checked_reason(text: str) -> str:
    """Return a reason on one line. Raises ``Invalid`` when it is empty or too long."""
    text = " ".join(text.split())
    if not 0 < len(text) <= _LONGEST_REASON or "\x00" in text:
        raise Invalid(
            f"Say why, in at most {_LONGEST_REASON} characters.", fields={"reason": "must not be empty"}
        )
    return text
