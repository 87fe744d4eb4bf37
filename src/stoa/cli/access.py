"""``stoa access``: why somebody may or may not open a course."""

import argparse
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import instant


def add_to(commands: Any) -> None:
    """Add ``access`` to the parser."""
    parser = commands.add_parser("access", help="say why a learner has or lacks access to a course")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    explain = actions.add_parser(
        "explain",
        help="tell the level and every right behind it",
        description="Say in sentences why a learner has or lacks access to a course, now or at another time.",
    )
    explain.add_argument("--learner", required=True, metavar="EMAIL", help="the learner's e-mail address")
    explain.add_argument("--course", required=True, metavar="SLUG", help="the course, as in its address")
    explain.add_argument(
        "--at",
        type=instant,
        metavar="TIME",
        help="an instant such as 2025-09-01T12:00:00Z or a day (its start, UTC); default: now",
    )
    add_json_option(explain)
    explain.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the decision; exit code 0 whatever the level, 2 when the learner or course is unknown."""
    from stoa.access import api as access
    from stoa.base import clock
    from stoa.catalog import api as catalog
    from stoa.people import api as people

    learner = people.find_person_by_email(arguments.learner)
    course = catalog.get_course(arguments.course)
    at = arguments.at or clock.now()
    decision = access.explain(
        learner_id=learner.id, course_id=course.id, at=at, time_zone=learner.time_zone or "UTC"
    )
    if arguments.json:
        print_json(_as_json(decision, learner.email, course.slug))
        return 0
    print(f"{learner.display_name} <{learner.email}> · {course.title}")
    print(f"Level: {decision.level}. {decision.text}")
    for reason in decision.reasons:
        mark = "+" if reason.is_active else "-"
        print(f"  {mark} {reason.text}  [{reason.source_reference}]")
    return 0


def _as_json(decision: Any, email: str, slug: str) -> dict[str, object]:
    return {
        "learner": email,
        "course": slug,
        "at": decision.at,
        "level": decision.level,
        "text": decision.text,
        "reasons": [
            {
                "kind": reason.kind,
                "state": reason.state,
                "is_active": reason.is_active,
                "text": reason.text,
                "source_reference": reason.source_reference,
                "starts_at": reason.starts_at,
                "ends_at": reason.ends_at,
                "granted_at": reason.granted_at,
                "revoked_at": reason.revoked_at,
            }
            for reason in decision.reasons
        ],
    }
