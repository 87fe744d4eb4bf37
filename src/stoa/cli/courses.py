"""``stoa courses``: what is on offer, and what of a course cannot be played; courses retire here."""

import argparse
from dataclasses import asdict
from typing import Any

from stoa.cli.printed import add_json_option, print_json


def add_to(commands: Any) -> None:
    """Add ``courses`` to the parser."""
    parser = commands.add_parser(
        "courses", help="list courses and blocks that cannot be played, retire a course"
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    every = actions.add_parser("list", help="list courses with their status")
    every.add_argument(
        "--status", choices=("draft", "published", "retired"), help="only these (default: all)"
    )
    add_json_option(every)
    every.set_defaults(run=_list)
    unsupported = actions.add_parser(
        "unsupported", help="list the blocks of a course that Stoa keeps but cannot play"
    )
    unsupported.add_argument("course", metavar="SLUG", help="the course, as in its address")
    add_json_option(unsupported)
    unsupported.set_defaults(run=_unsupported)
    retire = actions.add_parser(
        "retire",
        help="take a course off sale and out of search",
        description="Take a published course off sale and out of search. Whoever has access keeps it, certificates "
        "stay valid, and the page stays and shows alternatives.",
    )
    retire.add_argument("course", metavar="SLUG", help="the course, as in its address")
    retire.set_defaults(run=_retire)


def _list(arguments: argparse.Namespace) -> int:
    from stoa.catalog import api as catalog

    statuses = [arguments.status] if arguments.status else list(catalog.STATUSES)
    rows = [row for status in statuses for row in catalog.list_courses(status=status)]
    if arguments.json:
        keys = ("slug", "source_key", "title", "partner_slug", "level", "language", "status")
        print_json([{key: getattr(row, key) for key in keys} for row in rows])
        return 0
    for row in rows:
        print(f"{row.slug:40} {row.status:10} {row.title} · {row.partner_name}")
    if not rows:
        print("There is no course yet. Import one: stoa import PATH")
    return 0


def _unsupported(arguments: argparse.Namespace) -> int:
    from stoa.catalog import api as catalog
    from stoa.courseware import api as courseware

    course = catalog.get_course(arguments.course)
    blocks = courseware.unsupported_blocks(courseware.current_version_id(course.id))
    if arguments.json:
        print_json([asdict(block) for block in blocks])
        return 0
    for block in blocks:
        print(f"{block.type:20} {block.id:40} {block.path}\n{'':20} {block.reason}")
    if not blocks:
        print("Every block of this course can be played.")
    return 0


def _retire(arguments: argparse.Namespace) -> int:
    from stoa.base import clock
    from stoa.flows.retire_course import retire_course

    course = retire_course(course_slug=arguments.course, retired_at=clock.now())
    print(f"{course.title} is retired. Its page stays at /courses/{course.slug}.")
    return 0
