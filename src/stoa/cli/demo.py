"""``stoa demo``: a marketplace with a past, to look around in."""

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "demo",
        help="load, show and serve the demo marketplace",
        description="A demo marketplace with courses, learners, three months of sales and closed books, made by "
        "running the real flows under a test clock.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    run = actions.add_parser("run", help="load the demo where it is missing, say who is who, and serve it")
    run.add_argument("--course", type=Path, metavar="PATH", help="also take this course through the main job")
    from stoa.cli.serve import add_server_options

    add_server_options(run)
    run.set_defaults(run=_run)

    load = actions.add_parser(
        "load", help="load the demo into an empty installation; a second time does nothing"
    )
    load.add_argument("--learners", type=int, default=200, help="how many learners live in it (default 200)")
    load.set_defaults(run=_load)

    course = actions.add_parser(
        "course",
        help="import a course, then audit, buy, study, pass and refund it once",
        description="Import any course file (Open edX folder or .tar.gz) and take it through the main job with one "
        "new learner: audit, purchase, study, certificate, refund, books. May be run again.",
    )
    course.add_argument("path", type=Path, metavar="PATH", help="a course folder or .tar.gz")
    course.set_defaults(run=_course)

    who = actions.add_parser("people", help="say whom one can sign in as and what is worth opening first")
    who.set_defaults(run=_people)


def _run(arguments: argparse.Namespace) -> int:
    import os

    from stoa.cli.serve import refuse_used_port, serve
    from stoa.cli.setup import bring_up_to_date

    os.environ.setdefault("STOA_LOG_LEVEL", "WARNING")  # a guest reads this terminal
    refuse_used_port(arguments.host, arguments.port)
    bring_up_to_date()
    _load_and_tell(learners=200)
    site_url = f"http://{arguments.host}:{arguments.port}"
    if arguments.course is not None:
        _main_job(arguments.course, site_url)
    _tell_people(site_url)
    return serve(host=arguments.host, port=arguments.port, workers=arguments.workers)


def _load(arguments: argparse.Namespace) -> int:
    from stoa.cli.setup import migrate

    migrate()
    _load_and_tell(learners=arguments.learners)
    return 0


def _course(arguments: argparse.Namespace) -> int:
    from stoa.cli.setup import migrate

    migrate()
    _main_job(arguments.path, "")
    return 0


def _people(_: argparse.Namespace) -> int:
    from django.conf import settings

    _tell_people(settings.SITE_URL)
    return 0


def _load_and_tell(*, learners: int) -> None:
    from stoa.cli.demo_market import market, story, telling

    console = Console(highlight=False)
    loaded = market.load(sizes=story.Sizes(learners=learners), telling=telling.Telling(console))
    if not loaded.is_new:
        console.print("The demo marketplace is here already.")
        return
    console.print("  " + ", ".join(f"{count:,} {what}" for what, count in loaded.counts.items()))


def _main_job(path: Path, site_url: str) -> None:
    from stoa.cli.demo_market import one_course

    one_course.main_job(path, Console(highlight=False), site_url=site_url)


def _tell_people(site_url: str) -> None:
    from stoa.cli.demo_market import guide

    guide.tell(site_url, Console(highlight=False))
