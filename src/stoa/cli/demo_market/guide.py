"""Whom one can sign in as, and the five pages worth opening first."""

from collections.abc import Iterator, Sequence

from rich.console import Console

from stoa.base import clock
from stoa.catalog import api as catalog
from stoa.cli.demo_market import cast
from stoa.cli.demo_market.courses import FULL_COURSES
from stoa.credentials import api as credentials
from stoa.kernel.refusals import NotFound
from stoa.people import api as people


def tell(site_url: str, console: Console) -> None:
    """Print the cast that is in this installation and where to begin."""
    known = [member for member in cast.CAST if _is_known(member.email)]
    if not known:
        console.print("The demo is not loaded yet: stoa demo load")
        return
    console.print(f"\n[bold]People[/bold] (everybody's password is [bold]{cast.PASSWORD}[/bold])")
    _columns([(member.email, f"{member.name} {member.about}") for member in known], console)
    console.print("\n[bold]Five pages worth opening first[/bold]")
    _columns([(f"{site_url.rstrip('/')}{path}", words) for path, words in _pages()], console)
    if clock.is_test_clock():
        console.print(f"\nIt is {clock.now():%-d %B %Y, %H:%M} UTC in the demo (a test clock).")


def _columns(rows: Sequence[tuple[str, str]], console: Console) -> None:
    """Two columns that stay whole for copying, however narrow the terminal is."""
    width = max(len(left) for left, _ in rows)
    for left, right in rows:
        console.print(f"  [bold]{left:<{width}}[/bold]  {right}", soft_wrap=True)


def _pages() -> Iterator[tuple[str, str]]:
    yield "/", "the catalog"
    python, balance, _ = (slug if _is_course(slug) else None for slug in FULL_COURSES)
    if balance:
        yield f"/courses/{balance}", "a course page, for everybody"
    if python:
        yield f"/learn/{python}", f"a course to study, as {cast.LEARNER}"
    graduate = people.find_person_by_email(cast.GRADUATE)
    for credential in credentials.credentials_of(graduate.id)[:1]:
        yield f"/verify/{credential.code}", "a certificate, for everybody who doubts it"
    yield "/finance/", f"the books, as {cast.CONTROLLER}"


def _is_known(email: str) -> bool:
    try:
        people.find_person_by_email(email)
    except NotFound:
        return False
    return True


def _is_course(slug: str) -> bool:
    try:
        catalog.get_course(slug)
    except NotFound:
        return False
    return True
