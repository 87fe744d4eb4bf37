"""What the tests of the learner pages share: a browser, addresses, forms, and the count of queries."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders.learning import (
    STARTED_AT,
    Studying,
)
from tests.builders.people import Person

NOW = STARTED_AT + timedelta(days=1)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def address(studying: Studying, title: str, action: str = "") -> str:
    path = reverse("learn_unit", args=[studying.course.slug, studying.unit(title).key])
    return f"{path}/{action}" if action else path


def a_form(
    studying: Studying, title: str = "Test", *, right: bool = True, only: int | None = None, **extra: str
) -> dict[str, object]:
    """What a browser sends for the questions of a unit."""
    form: dict[str, object] = {"asked": [], **extra}
    for number, (key, given) in enumerate(studying.answers(title, right=right).items()):
        for input_id, values in given.items():
            form["asked"].append(f"{key}|{input_id}")  # type: ignore[attr-defined]
            if only is None or number < only:
                form[f"a|{key}|{input_id}"] = values
    return form


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        work()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT")) for query in seen)
