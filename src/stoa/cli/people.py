"""``stoa people``: open accounts and grant roles, the first operator included."""

import argparse
import getpass
import sys
from typing import Any

from stoa.cli.printed import add_json_option, print_json
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
        people.grant_role(user_id=person.id, role=role, granted_at=clock.now())
    print(f"{person.email} can sign in now{_as_roles(arguments.role)}.")
    return 0


def _grant(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.people import api as people

    person = people.find_person_by_email(arguments.email)
    people.grant_role(user_id=person.id, role=arguments.role, granted_at=clock.now())
    print(f"{person.email} holds {arguments.role}.")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from stoa.people import api as people

    person = people.find_person_by_email(arguments.email)
    people.revoke_role(user_id=person.id, role=arguments.role)
    print(f"{person.email} no longer holds {arguments.role}.")
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


def _as_roles(roles: list[str]) -> str:
    return f" as {', '.join(roles)}" if roles else ""
