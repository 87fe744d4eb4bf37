"""``stoa people``: open accounts and grant roles, the first operator included."""

import argparse
import getpass
import sys
from typing import Any

from stoa.cli.printed import add_json_option, print_json
from stoa.cli.typed import day
from stoa.kernel.refusals import Invalid


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("people", help="open accounts and grant or revoke roles")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    add = actions.add_parser("add", help="open an account; the password is asked for or read from a pipe")
    add.add_argument("email")
    add.add_argument("--name", required=True, help="what the person is called")
    add.add_argument("--role", action="append", default=[], help="grant a role (may be repeated)")
    add.set_defaults(run=_add)

    for name, verb in (("grant", "grant"), ("revoke", "revoke")):
        action = actions.add_parser(name, help=f"{verb} a role")
        action.add_argument("email")
        action.add_argument("role")
        action.set_defaults(run=_grant if name == "grant" else _revoke)

    review = actions.add_parser(
        "review",
        help="who holds which role since when, granted by whom, last used, and what conflicts",
        description="For the quarterly access review. Conflicts are roles that one person should not hold together, and "
        "a preparer of entries who also approved entries. Exit code 2 when there is one.",
    )
    add_json_option(review)
    review.set_defaults(run=_review)

    credential = actions.add_parser("credential", help="let a program act as a person")
    credential.add_argument("email")
    credential.add_argument("name", help="what the credential is for")
    credential.add_argument("--expires", type=day, metavar="DAY", help="the day it ends on")
    credential.add_argument("--revoke", action="store_true", help="end it now")
    credential.set_defaults(run=_credential)

    show = actions.add_parser("show", help="show an account and its roles")
    show.add_argument("email")
    add_json_option(show)
    show.set_defaults(run=_show)


def _add(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.people import api as people

    unknown = sorted(set(arguments.role) - set(people.ROLES))
    if unknown:
        raise Invalid(f"Unknown role {unknown[0]!r}; known are {', '.join(people.ROLES)}.")
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    person = people.register_person(
        email=arguments.email, display_name=arguments.name, password=password, registered_at=clock.now()
    )
    for role in arguments.role:
        people.grant_role(user_id=person.id, role=role, granted_at=clock.now(), granted_by=_system_account())
    print(f"{person.email} can sign in now{_as_roles(arguments.role)}.")
    return 0


def _grant(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.people import api as people

    person = people.find_person_by_email(arguments.email)
    people.grant_role(
        user_id=person.id, role=arguments.role, granted_at=clock.now(), granted_by=_system_account()
    )
    print(f"{person.email} holds {arguments.role}.")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.people import api as people

    person = people.find_person_by_email(arguments.email)
    people.revoke_role(
        user_id=person.id, role=arguments.role, revoked_at=clock.now(), revoked_by=_system_account()
    )
    print(f"{person.email} no longer holds {arguments.role}.")
    return 0


def _review(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from django.conf import settings

    from stoa.flows import access_review

    found = access_review.review(entity=settings.STOA_ENTITY)
    if arguments.json:
        print_json(asdict(found))
        return 2 if found.conflicts else 0
    print(f"{'role':12}{'person':40}{'since':12}{'granted by':24}{'last used':12}")
    for row in found.holders:
        used = str(row.last_used_on or "never")
        print(
            f"{row.role:12}{row.email:40}{row.since:%Y-%m-%d}  {row.granted_by or 'not recorded':24}{used:12}"
        )
    for credential in found.credentials:
        until = f", until {credential.expires_on}" if credential.expires_on else ""
        print(
            f"credential  {credential.email}: {credential.name}{until}, last used {credential.last_used_on or 'never'}"
        )
    for words in found.conflicts:
        print(f"CONFLICT  {words}")
    print(f"{len(found.holders)} roles held, {len(found.conflicts)} conflicts.")
    return 2 if found.conflicts else 0


def _credential(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.people import api as people

    person = people.find_person_by_email(arguments.email)
    if arguments.revoke:
        people.revoke_credential(user_id=person.id, name=arguments.name, revoked_at=clock.now())
        print(f"The credential {arguments.name!r} of {person.email} opens nothing any more.")
        return 0
    _, token = people.issue_credential(
        user_id=person.id,
        name=arguments.name,
        issued_at=clock.now(),
        issued_by=_system_account(),
        expires_on=arguments.expires,
    )
    print("Keep this token; it is not shown again. Send it as: Authorization: Bearer TOKEN", file=sys.stderr)
    print(token)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from stoa.people import api as people

    person = people.find_person_by_email(arguments.email)
    roles = sorted(people.roles_of(person.id))
    if arguments.json:
        print_json({"email": person.email, "name": person.display_name, "roles": roles})
    else:
        print(f"{person.display_name} <{person.email}>{_as_roles(roles)}")
    return 0


def _system_account() -> str:
    return f"{getpass.getuser()} at the command line"


def _as_roles(roles: list[str]) -> str:
    return f" as {', '.join(roles)}" if roles else ""
