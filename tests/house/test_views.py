"""Every address has a permission, and an outsider sees nothing that is not for everybody."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from stoa.people import api as people
from tests.builders.people import a_person

#: Views of libraries: they guard themselves.
LIBRARIES = ("allauth.", "django.", "ninja.")


def stoa_patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLResolver):
            yield from stoa_patterns(entry, route)
        elif not getattr(entry.callback, "func", entry.callback).__module__.startswith(LIBRARIES):
            yield route, entry


def address_of(route: str, pattern: URLPattern, prefix_converters: dict[str, object]) -> str:
    """Some address of the route: nothing in the database matches it, which a guard must not reveal."""
    address = route
    converters = {**prefix_converters, **getattr(pattern.pattern, "converters", {})}
    for name, converter in converters.items():
        value = "x-y"
        if isinstance(converter, IntConverter):
            value = "987654321"
        elif isinstance(converter, UUIDConverter):
            value = str(UUID(int=7))
        elif re.fullmatch(converter.regex, "2025-09"):  # type: ignore[attr-defined]
            value = "2025-09"
        address = re.sub(rf"<(\w+:)?{name}>", value, address)
    return "/" + address.rstrip("$").lstrip("/")


ALL = [(address_of(route, pattern, {}), pattern) for route, pattern in stoa_patterns()]


def test_there_are_many_addresses() -> None:
    assert len(ALL) > 40


@pytest.mark.parametrize(("address", "pattern"), ALL, ids=[address for address, _ in ALL])
def test_every_view_says_who_may_use_it(address: str, pattern: URLPattern) -> None:
    assert getattr(pattern.callback, "required", None), f"mark the view of {address} with stoa.web.actors"


GUARDED = [
    (address, pattern) for address, pattern in ALL if getattr(pattern.callback, "required", "") != "everybody"
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for address, _ in GUARDED])
def test_a_visitor_is_sent_to_sign_in(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code in {302, 405}, address
    if answer.status_code == 302:
        assert "/login" in answer["Location"] or "/signup" in answer["Location"]


BY_ROLE = [
    (address, pattern.callback.required)
    for address, pattern in GUARDED
    if not isinstance(pattern.callback.required, str)
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "roles"), BY_ROLE, ids=[address for address, _ in BY_ROLE])
def test_a_role_opens_only_its_own_addresses(address: str, roles: tuple[str, ...]) -> None:
    outsider = a_person()
    client = Client()
    client.force_login(outsider.user)
    assert client.get(address).status_code in {403, 405}, "a learner is an outsider here"
    for role in sorted(set(people.ROLES) - set(roles)):
        person = a_person(role=role)
        client = Client()
        client.force_login(person.user)
        assert client.get(address).status_code in {403, 405}, role
