"""``stoa periods``: the months of the books, and the way back into a closed one."""

import argparse
from dataclasses import asdict
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import month


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "periods", help="list the months of the books, allow an adjustment, reopen a locked month"
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="list the months with their state")
    add_json_option(listing)
    listing.set_defaults(run=_list)

    show = actions.add_parser("show", help="show a month: checks, tie-outs, reopenings and adjustments")
    show.add_argument("month", type=month, metavar="MONTH")
    add_json_option(show)
    show.set_defaults(run=_show)

    allow = actions.add_parser(
        "allow",
        help="let one document count in a soft closed month",
        description="Name the reference before the document is filed. Whoever allows holds the role controller.",
    )
    allow.add_argument("month", type=month, metavar="MONTH")
    allow.add_argument("reference", metavar="REFERENCE")
    allow.add_argument("--by", required=True, metavar="EMAIL", help="the controller who allows it")
    allow.add_argument("--reason", required=True)
    allow.set_defaults(run=_allow)

    reopen = actions.add_parser(
        "reopen",
        help="open the latest locked month again: two controllers, and a reason",
        description="The month is soft closed afterwards: allow each document that shall count in it, file it, post, "
        "and close again. Its old seal and who reopened it stay on record. Without --approved-by the request waits for "
        "another controller.",
    )
    reopen.add_argument("month", type=month, metavar="MONTH")
    reopen.add_argument("--by", required=True, metavar="EMAIL", help="the controller who asks")
    reopen.add_argument("--approved-by", metavar="EMAIL", help="another controller, who approves")
    reopen.add_argument("--reason", help="why; not needed to approve what was asked before")
    reopen.set_defaults(run=_reopen)


def _list(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.ledger import api as ledger

    rows = ledger.periods_of(settings.STOA_ENTITY)
    if arguments.json:
        print_json([_as_json(row) for row in rows])
        return 0
    for row in rows:
        who = f"  {row.closed_by}, sealed {row.seal[:12]}" if row.is_closed else ""
        print(f"{row.month}  {_WORDS[row.status]:11}{who}")
    return 0


_WORDS = {"open": "open", "soft": "soft closed", "closed": "locked"}


def _show(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from stoa.ledger import api as ledger
    from stoa.people import api as people

    entity = settings.STOA_ENTITY
    row = ledger.get_period(entity=entity, month=arguments.month)
    history = ledger.history_of(entity=entity, month=arguments.month)
    ids = {each.requested_by for each in history.reopenings} | {
        each.approved_by for each in history.reopenings
    }
    names = {
        number: person.email
        for number, person in people.people_by_id(ids | {each.allowed_by for each in history.permits}).items()
    }
    if arguments.json:
        reopenings = [
            asdict(each)
            | {"month": str(each.month)}
            | {"requested_by": names[each.requested_by], "approved_by": names[each.approved_by]}
            for each in history.reopenings
        ]
        permits = [
            asdict(each) | {"month": str(each.month), "allowed_by": names[each.allowed_by]}
            for each in history.permits
        ]
        print_json(
            _as_json(row)
            | {"checks": row.checks, "tie_outs": row.tie_outs, "reopenings": reopenings, "permits": permits}
        )
        return 0
    print(f"{row.month} is {_WORDS[row.status]}.")
    for check in row.checks:
        print(f"  {'pass' if check['passed'] else 'FAIL'}  {check['title']}. {check['words']}")
    for each in history.reopenings:
        print(
            f"  reopened {each.approved_at:%Y-%m-%d %H:%M}: {each.reason} (asked by {names[each.requested_by]}, approved by "
            f"{names[each.approved_by]}; it was sealed {each.seal[:12]} by {each.closed_by})"
        )
    for permit in history.permits:
        print(
            f"  allowed {permit.reference}: {permit.reason} "
            f"({names[permit.allowed_by]}, {permit.allowed_at:%Y-%m-%d %H:%M})"
        )
    return 0


def _allow(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.flows import month_end
    from stoa.people import api as people

    person = people.find_person_by_email(arguments.by)
    permit = month_end.allow_adjustment(
        arguments.month,
        reference=arguments.reference,
        reason=arguments.reason,
        allowed_by=person.id,
        allowed_at=clock.now(),
    )
    print(f"{permit.reference} may count in {permit.month} when it is filed.")
    return 0


def _reopen(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import transaction

    from stoa.base import clock
    from stoa.flows import month_end
    from stoa.kernel.refusals import Invalid
    from stoa.ledger import api as ledger
    from stoa.people import api as people

    asking = people.find_person_by_email(arguments.by)
    approving = people.find_person_by_email(arguments.approved_by) if arguments.approved_by else None
    with transaction.atomic():
        waiting = [
            each
            for each in ledger.waiting_reopenings(settings.STOA_ENTITY)
            if each.month == arguments.month and each.requested_by == asking.id
        ]
        if not waiting and not arguments.reason:
            raise Invalid("Say with --reason why the month shall be opened again.")
        request = (
            waiting[-1]
            if waiting and not arguments.reason
            else month_end.request_reopening(
                arguments.month,
                requested_by=asking.id,
                reason=arguments.reason,
                requested_at=clock.now(),
            )
        )
        if approving is None:
            print(f"{arguments.month} waits for another controller: run this again with --approved-by.")
            return 0
        month_end.approve_reopening(request_id=request.id, approved_by=approving.id, approved_at=clock.now())
    print(
        f"{arguments.month} is open for what is allowed by name (stoa periods allow). It was sealed {request.seal[:12]}; "
        "close it again when it is right."
    )
    return 0


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "month": str(row.month),
        "state": _WORDS[row.status],
        "soft_closed_at": row.soft_closed_at,
        "soft_closed_by": row.soft_closed_by,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by,
        "seal": row.seal,
    }
